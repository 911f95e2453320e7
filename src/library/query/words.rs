//! A query in words: chips under the title, and the sentence of a picker.

use crate::library::date::month_name;
use crate::safe;
use crate::text::SafeText;

use super::{DateTerm, Field, Node, Query, TagTerm, Term, Text, Unit, When};

/// One term of a query in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// As in "#ethereum", "not #nft", "March 2024", "by Ann".
    pub text: SafeText,
    /// What [`Query::without`] takes.
    pub term: usize,
}

impl Query {
    /// Its terms in words, in order.
    pub fn chips(&self) -> Vec<Chip> {
        let nodes = self.conjuncts().iter().enumerate();
        nodes.map(|(term, node)| Chip { text: SafeText::line(&node_words(node)), term }).collect()
    }

    /// What it keeps, `count` being how many: "41 unread articles with #ethereum and #bridges, without
    /// #nft, since 2024".
    pub fn describe(&self, count: u64) -> SafeText {
        let (mut states, mut with, mut without, mut others) =
            (String::new(), Vec::new(), Vec::new(), Vec::new());
        for node in self.conjuncts() {
            match node {
                Node::Term(Term::Is(is)) => {
                    states.push_str(is.name());
                    states.push(' ');
                }
                Node::Term(Term::Tags(tags)) if !tags.contains(&TagTerm::Untagged) => {
                    with.push(tags_words(tags));
                }
                Node::Not(inner) => match &**inner {
                    Node::Term(Term::Tags(tags)) => without.push(tags_words(tags)),
                    other => others.push(format!("not {}", grouped_words(other))),
                },
                Node::Term(Term::Date(date)) => others.push(date_phrase(*date)),
                Node::Term(Term::Opened(date)) => others.push(format!("opened {}", moment_phrase(*date))),
                Node::Term(Term::Updated(date)) => others.push(format!("updated {}", moment_phrase(*date))),
                Node::Term(Term::Text(_)) => others.push(format!("about {}", node_words(node))),
                other => others.push(node_words(other)),
            }
        }
        let mut parts = Vec::new();
        if !with.is_empty() {
            parts.push(format!("with {}", listed(&with)));
        }
        if !without.is_empty() {
            parts.push(format!("without {}", listed(&without)));
        }
        parts.extend(others);
        let noun = if count == 1 { "article" } else { "articles" };
        let number = if count == 0 { "no".to_owned() } else { thousands(count) };
        let tail = if parts.is_empty() { String::new() } else { format!(" {}", parts.join(", ")) };
        safe!("{number} {states}{noun}{tail}")
    }
}

/// 12345 as "12,345".
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn node_words(node: &Node) -> String {
    match node {
        Node::All(nodes) => nodes.iter().map(grouped_words).collect::<Vec<_>>().join(" and "),
        Node::Any(nodes) => nodes.iter().map(grouped_words).collect::<Vec<_>>().join(" or "),
        Node::Not(inner) => format!("not {}", grouped_words(inner)),
        Node::Term(term) => term_words(term),
    }
}

/// In parentheses where it is more than one term.
fn grouped_words(node: &Node) -> String {
    match node {
        Node::All(_) | Node::Any(_) => format!("({})", node_words(node)),
        Node::Not(_) | Node::Term(_) => node_words(node),
    }
}

fn term_words(term: &Term) -> String {
    match term {
        Term::Tags(tags) => tags_words(tags),
        Term::Date(date) => date_words(*date),
        Term::Opened(date) => format!("opened {}", moment_phrase(*date)),
        Term::Updated(date) => format!("updated {}", moment_phrase(*date)),
        Term::Is(is) => is.name().to_owned(),
        Term::Text(Text::Heading(text)) => format!("heading {}", text_words(text)),
        Term::Text(text) => text_words(text),
        Term::Field(field, value) | Term::Whole(field, value) => match field {
            Field::Author => format!("by {value}"),
            Field::Source => format!("from {value}"),
            Field::Title => format!("titled “{value}”"),
            Field::Path => format!("under {value}"),
            Field::Lang => format!("in language {value}"),
            Field::Key(key) => format!("{key}: {value}"),
        },
    }
}

fn text_words(text: &Text) -> String {
    match text.within() {
        Text::Word(text) | Text::Phrase(text) => format!("“{text}”"),
        Text::Prefix(text) => format!("“{text}…”"),
        Text::Exact(text) => format!("exactly “{text}”"),
        Text::Regex(pattern) => format!("/{pattern}/"),
        // Never in another one.
        Text::Heading(_) => String::new(),
    }
}

fn tags_words(tags: &[TagTerm]) -> String {
    let words: Vec<String> = tags
        .iter()
        .map(|tag| match tag {
            TagTerm::Tag(name) => format!("#{name}"),
            TagTerm::Under(parent) => format!("#{parent}/*"),
            TagTerm::Untagged => "untagged".to_owned(),
        })
        .collect();
    words.join(" or ")
}

fn date_words(date: DateTerm) -> String {
    match date {
        DateTerm::Since(When::Ago(count, unit)) | DateTerm::In(When::Ago(count, unit)) => {
            format!("last {}", counted(count, unit))
        }
        DateTerm::Since(when) => format!("since {}", when_words(when)),
        DateTerm::Until(when) => format!("until {}", when_words(when)),
        DateTerm::On(when) | DateTerm::In(when) => when_words(when),
        DateTerm::Between(from, to) => format!("{} to {}", when_words(from), when_words(to)),
    }
}

/// As it stands after what happened then.
fn moment_phrase(date: DateTerm) -> String {
    match date {
        DateTerm::On(when @ (When::Year(_) | When::Month(..)))
        | DateTerm::In(when @ (When::Year(_) | When::Month(..))) => format!("in {}", when_words(when)),
        DateTerm::On(when @ When::Day(_)) | DateTerm::In(when @ When::Day(_)) => {
            format!("on {}", when_words(when))
        }
        DateTerm::Since(When::Ago(..)) | DateTerm::In(When::Ago(..)) => {
            format!("in the {}", date_words(date))
        }
        DateTerm::Between(..) => format!("from {}", date_words(date)),
        DateTerm::On(_) | DateTerm::In(_) | DateTerm::Since(_) | DateTerm::Until(_) => date_words(date),
    }
}

/// As it stands after "articles".
fn date_phrase(date: DateTerm) -> String {
    match date {
        DateTerm::Since(When::Ago(..)) | DateTerm::In(When::Ago(..)) => {
            format!("of the {}", date_words(date))
        }
        DateTerm::Since(_) | DateTerm::Until(_) => date_words(date),
        DateTerm::Between(..) => format!("from {}", date_words(date)),
        DateTerm::On(when) | DateTerm::In(when) => match when {
            When::Year(_) | When::Month(..) => format!("in {}", when_words(when)),
            When::Day(_) => format!("of {}", when_words(when)),
            When::Today | When::Yesterday | When::Ago(..) => format!("from {}", when_words(when)),
        },
    }
}

fn when_words(when: When) -> String {
    match when {
        When::Year(year) => year.to_string(),
        When::Month(year, month) => format!("{} {year}", month_name(month)),
        When::Day(date) => format!("{} {} {}", date.day(), month_name(date.month()), date.year()),
        When::Today => "today".to_owned(),
        When::Yesterday => "yesterday".to_owned(),
        When::Ago(count, unit) => format!("{} ago", counted(count, unit)),
    }
}

fn counted(count: i32, unit: Unit) -> String {
    let unit = match unit {
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
