//! `Query` → query line, so that reading it again gives the same query.

use std::fmt::{self, Display, Formatter, Write};

use crate::text::SafeText;

use super::parse::{begins_with_key, ends_word};
use super::{DateTerm, Field, Node, Query, Sort, TagTerm, Term, Text, Unit, When};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.root)?;
        match self.sort {
            Some(sort) if self.root == Node::default() => write!(f, "{sort}"),
            Some(sort) => write!(f, " {sort}"),
            None => Ok(()),
        }
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "sort:{}{}", if self.descending { "-" } else { "" }, self.key.name())
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(nodes) => joined(f, nodes, " ", |node| matches!(node, Self::Any(_))),
            Self::Any(nodes) => joined(f, nodes, " OR ", |_| false),
            Self::Not(node) if matches!(**node, Self::Term(_)) => write!(f, "-{node}"),
            Self::Not(node) => write!(f, "-({node})"),
            Self::Term(term) => write!(f, "{term}"),
        }
    }
}

fn joined(f: &mut Formatter<'_>, nodes: &[Node], between: &str, grouped: fn(&Node) -> bool) -> fmt::Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        if grouped(node) {
            write!(f, "({node})")?;
        } else {
            write!(f, "{node}")?;
        }
    }
    Ok(())
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text}"),
            Self::Tags(tags) => {
                f.write_str(if tags.len() == 1 { "#" } else { "tag:" })?;
                for (index, tag) in tags.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write!(f, "{tag}")?;
                }
                Ok(())
            }
            Self::Date(date) => write!(f, "{date}"),
            Self::Opened(days) => write!(f, "opened:{}", Days(*days)),
            Self::Updated(days) => write!(f, "updated:{}", Days(*days)),
            Self::Field(field, text) => {
                write!(f, "{field}:")?;
                // An apostrophe asks for the whole value.
                if text.as_str().starts_with('\'') { quoted(f, text) } else { value(f, text) }
            }
            Self::Whole(field, text) => {
                write!(f, "{field}:'")?;
                value(f, text)
            }
            Self::Is(is) => write!(f, "is:{}", is.name()),
        }
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) => write!(f, "{text}"),
            Self::Phrase(text) => quoted(f, text),
            Self::Prefix(text) => {
                if is_bare_word(text) {
                    write!(f, "{text}*")
                } else {
                    quoted(f, text)?;
                    f.write_char('*')
                }
            }
            Self::Exact(text) => {
                f.write_char('\'')?;
                value(f, text)
            }
            Self::Regex(pattern) => {
                f.write_char('/')?;
                let mut characters = pattern.as_str().chars();
                while let Some(character) = characters.next() {
                    match character {
                        '/' => f.write_str("\\/")?,
                        '\\' => {
                            f.write_char('\\')?;
                            if let Some(next) = characters.next() {
                                f.write_char(next)?;
                            }
                        }
                        other => f.write_char(other)?,
                    }
                }
                f.write_char('/')
            }
            Self::Heading(text) => {
                f.write_str("heading:")?;
                // `heading::a` would be a word.
                match &**text {
                    Self::Word(text) => value(f, text),
                    Self::Prefix(text) if text.as_str().starts_with(':') => {
                        quoted(f, text)?;
                        f.write_char('*')
                    }
                    text => write!(f, "{text}"),
                }
            }
        }
    }
}

impl Display for TagTerm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untagged => f.write_str("none"),
            Self::Under(parent) => write!(f, "{parent}/*"),
            Self::Tag(tag) => {
                let name = tag.as_str();
                // `tag::a` would be a word.
                let special = name.starts_with(['#', ':'])
                    || begins_like_an_address(tag)
                    || name.ends_with("/*")
                    || name.eq_ignore_ascii_case("none")
                    || name.contains(|c| ends_word(c) || c == ',');
                if special { quoted(f, tag) } else { write!(f, "{tag}") }
            }
        }
    }
}

/// Days as they are written after a key.
struct Days(DateTerm);

impl Display for Days {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            DateTerm::Since(when) => write!(f, "{when}.."),
            DateTerm::Until(when) => write!(f, "..{when}"),
            DateTerm::On(when) | DateTerm::In(when) => write!(f, "{when}"),
            DateTerm::Between(from, to) => write!(f, "{from}..{to}"),
        }
    }
}

impl Display for DateTerm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Since(when) => write!(f, "since:{when}"),
            Self::Until(when) => write!(f, "until:{when}"),
            Self::On(when) => write!(f, "on:{when}"),
            Self::In(when) => write!(f, "in:{when}"),
            Self::Between(from, to) => write!(f, "in:{from}..{to}"),
        }
    }
}

impl Display for When {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Ago(count, unit) => {
                let unit = match unit {
                    Unit::Day => 'd',
                    Unit::Week => 'w',
                    Unit::Month => 'm',
                    Unit::Year => 'y',
                };
                write!(f, "{count}{unit}")
            }
        }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Author => f.write_str("author"),
            Self::Source => f.write_str("source"),
            Self::Title => f.write_str("title"),
            Self::Path => f.write_str("path"),
            Self::Lang => f.write_str("lang"),
            Self::Key(key) => write!(f, "{key}"),
        }
    }
}

/// `KEY://` is the beginning of a word.
fn begins_like_an_address(value: &SafeText) -> bool {
    value.as_str().starts_with("//")
}

/// A value, quoted where it would end early or hide its key.
fn value(f: &mut Formatter<'_>, text: &SafeText) -> fmt::Result {
    // `a::b` would be a word.
    let is_word = text.as_str().starts_with(':');
    let special = text.as_str().contains(ends_word) || begins_like_an_address(text) || is_word;
    if special { quoted(f, text) } else { write!(f, "{text}") }
}

fn quoted(f: &mut Formatter<'_>, text: &SafeText) -> fmt::Result {
    f.write_char('"')?;
    for character in text.as_str().chars() {
        if matches!(character, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}

/// Whether `text` written as it is would be read as one word.
fn is_bare_word(text: &SafeText) -> bool {
    let word = text.as_str();
    let special = word.contains(ends_word)
        || word.starts_with(['#', '-', '\'', '/'])
        || matches!(word, "OR" | "AND" | "NOT");
    !(special || begins_with_key(text))
}
