//! Query line → `Query`, or the column and reason why not.

use crate::library::index::{Library, fold_key};
use crate::safe;
use crate::text::{Safe, SafeText};

use super::dates::{between, when};
use super::{Bytes, DateTerm, Field, Is, Node, Query, QueryError, Sort, SortKey, TagTerm, Term, Text, run};

/// How deep parentheses may nest.
pub(super) const DEPTH: usize = 32;

/// The keys that a query itself knows, as they are written.
pub(super) const KEYS: [&str; 16] = [
    "tag", "since", "until", "on", "in", "opened", "updated", "author", "source", "title", "path", "lang",
    "heading", "is", "sort", "tags",
];

impl Query {
    /// Reads a query line.
    ///
    /// # Errors
    /// Where a term cannot be read: its column and what to write instead.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        Parser::read(text, false).map(|(query, _)| query)
    }

    /// As [`Query::parse_in`], of a line that is being typed: a quotation that is not closed goes on to its end.
    ///
    /// # Errors
    /// As [`Query::parse_in`].
    pub fn parse_typed_in(text: &str, library: &Library) -> Result<Self, QueryError> {
        Self::known(text, Parser::read(text, true)?, library)
    }

    /// Reads a query line, and takes a key that no article of `library` has for a slip of the pen when a
    /// key that a query knows is written nearly like it (`snice:2024`).
    ///
    /// # Errors
    /// As [`Query::parse`], and for such a key.
    pub fn parse_in(text: &str, library: &Library) -> Result<Self, QueryError> {
        Self::known(text, Parser::read(text, false)?, library)
    }

    fn known(
        text: &str,
        (query, keys): (Self, Vec<(usize, SafeText)>),
        library: &Library,
    ) -> Result<Self, QueryError> {
        for (at, key) in keys {
            let folded = fold_key(key.as_str());
            if library.is_empty() || run::has_key(library, &folded) {
                continue;
            }
            let meant = match folded.as_str() {
                "before" | "to" => Some("until"),
                "after" | "from" => Some("since"),
                "state" | "status" => Some("is"),
                "order" => Some("sort"),
                _ => nearest(&folded, KEYS),
            };
            if let Some(near) = meant {
                return Err(QueryError {
                    column: column(text, at),
                    reason: safe!("no article has a key {key}"),
                    suggestion: Some(safe!("{near}:")),
                });
            }
        }
        Ok(query)
    }
}

/// 1-based, in characters.
fn column(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.chars().count() + 1)
}

pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) reason: SafeText,
    pub(super) suggestion: Option<SafeText>,
}

pub(super) type Read<T> = Result<T, Fault>;

pub(super) fn fault<T>(at: usize, reason: SafeText) -> Read<T> {
    Err(Fault { at, reason, suggestion: None })
}

struct Parser<'a> {
    text: Safe<'a>,
    at: usize,
    /// Whether the end of the line closes a quotation.
    is_typed: bool,
    sort: Option<Sort>,
    /// The front-matter keys that were used, with their place.
    keys: Vec<(usize, SafeText)>,
}

impl<'a> Parser<'a> {
    fn read(text: &str, is_typed: bool) -> Result<(Query, Vec<(usize, SafeText)>), QueryError> {
        // Cleaned once, so that every piece of it may be shown.
        let clean = safe!("{text}");
        let mut parser = Parser { text: clean.safe(), at: 0, is_typed, sort: None, keys: Vec::new() };
        let root = parser.any(0).and_then(|root| match parser.peek() {
            Some(_) => fault(parser.at, safe!("this parenthesis was never opened")),
            None => Ok(root.unwrap_or_default()),
        });
        match root {
            Ok(root) => Ok((Query { root, sort: parser.sort }, parser.keys)),
            Err(Fault { at, reason, suggestion }) => {
                Err(QueryError { column: column(clean.as_str(), at), reason, suggestion })
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.text.as_str()[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, character: char) -> bool {
        let is = self.rest().starts_with(character);
        if is {
            self.at += character.len_utf8();
        }
        is
    }

    /// Goes past a word of the query line's own.
    fn take_word(&mut self, word: &str) -> bool {
        let after = self.rest().strip_prefix(word);
        let is = after.is_some_and(|after| after.chars().next().is_none_or(ends_word));
        self.at += if is { word.len() } else { 0 };
        is
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Terms and `OR` up to the end or a closing parenthesis; `None` where there is none.
    fn any(&mut self, depth: usize) -> Read<Option<Node>> {
        let (mut branches, mut items) = (Vec::new(), Vec::new());
        let mut or_at = None;
        loop {
            self.blanks();
            if self.peek().is_none_or(|next| next == ')') {
                break;
            }
            if let Some(after) = self.rest().strip_prefix("OR")
                && after.chars().next().is_none_or(ends_word)
            {
                if items.is_empty() {
                    return fault(self.at, safe!("OR needs a term before it"));
                }
                or_at = Some(self.at);
                self.at += 2;
                branches.push(Node::all(std::mem::take(&mut items)));
                continue;
            }
            // Terms are joined by it anyway.
            if self.take_word("AND") {
                continue;
            }
            if let Some(node) = self.unary(depth)? {
                items.push(node);
            }
        }
        if let (Some(at), true) = (or_at, items.is_empty()) {
            return fault(at, safe!("OR needs a term after it"));
        }
        if items.is_empty() {
            return Ok(None);
        }
        branches.push(Node::all(items));
        Ok(Some(Node::any(branches)))
    }

    /// One term or group with the `-` before it; `None` for `sort:`, which narrows nothing.
    fn unary(&mut self, depth: usize) -> Read<Option<Node>> {
        let start = self.at;
        let mut negated = false;
        let mut last = "a minus";
        loop {
            if self.take('-') {
                last = "a minus";
            } else if self.take_word("NOT") {
                self.blanks();
                last = "NOT";
            } else {
                break;
            }
            negated = !negated;
        }
        let minus = self.at > start;
        if minus && self.peek().is_none_or(|next| next.is_whitespace() || next == ')') {
            return fault(start, safe!("{last} stands right before what it leaves out"));
        }
        let open = self.at;
        let node = if self.take('(') {
            if depth >= DEPTH {
                return fault(open, safe!("more than {DEPTH} parentheses inside each other"));
            }
            let inner = self.any(depth + 1)?;
            if !self.take(')') {
                return fault(open, safe!("this parenthesis is not closed"));
            }
            match inner {
                Some(inner) => inner,
                None => return fault(open, safe!("there is nothing between these parentheses")),
            }
        } else {
            let before = self.sort.take();
            let term = self.term()?;
            if self.sort.is_some() {
                if minus {
                    return Err(Fault {
                        at: start,
                        reason: safe!("sort: cannot be left out; the minus stands before the order"),
                        suggestion: self.sort.map(|sort| safe!("sort:-{}", sort.key.name())),
                    });
                }
                if depth > 0 {
                    return fault(
                        start,
                        safe!("sort: orders the whole list; write it outside of parentheses"),
                    );
                }
            } else {
                self.sort = before;
            }
            match term {
                Some(term) => Node::Term(term),
                None => return Ok(None),
            }
        };
        Ok(Some(if negated { Node::not(node) } else { node }))
    }

    /// One term; `None` for `sort:`, which goes to `self.sort`, and for what is not begun yet.
    fn term(&mut self) -> Read<Option<Term>> {
        let start = self.at;
        match self.peek() {
            Some('#') => {
                self.at += 1;
                self.tags(start).map(Some)
            }
            Some('"') => {
                let quoted = self.quoted()?;
                if quoted.is_empty() {
                    // Nothing is typed of it yet.
                    return Ok(None);
                }
                let text = if self.take('*') { Text::Prefix(quoted) } else { Text::Phrase(quoted) };
                Ok(Some(Term::Text(text)))
            }
            Some('\'') => {
                self.at += 1;
                let text = self.value(ends_word)?;
                if text.is_empty() {
                    return fault(start, safe!("a word is missing after '"));
                }
                Ok(Some(Term::Text(Text::Exact(text))))
            }
            Some('/') => self.regex().map(Some),
            _ => match self.key() {
                Some(key) => self.field(start, key),
                None => self.word().map(Some),
            },
        }
    }

    fn word(&mut self) -> Read<Term> {
        let start = self.at;
        let word = self.bare(ends_word);
        if word.as_str() == "OR" {
            return fault(start, safe!("OR stands between terms; the word itself is written \"OR\""));
        }
        if word.as_str() == "*" {
            return fault(start, safe!("a word's beginning is missing before *"));
        }
        let text = match word.as_str().strip_suffix('*') {
            Some(prefix) => Text::Prefix(word.safe().slice(0..prefix.len()).to_text()),
            None => Text::Word(word),
        };
        Ok(Term::Text(text))
    }

    fn regex(&mut self) -> Read<Term> {
        let start = self.at;
        let mut pattern = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '/' if pattern.is_empty() => {
                    return fault(start, safe!("there is nothing between these slashes"));
                }
                '/' => {
                    self.at += at + 1;
                    let pattern = safe!("{pattern}");
                    return match run::compile(pattern.as_str()) {
                        Ok(_) => Ok(Term::Text(Text::Regex(pattern))),
                        Err(reason) => {
                            fault(start, safe!("this regular expression cannot be read: {reason}"))
                        }
                    };
                }
                '\\' => match characters.next() {
                    Some((_, '/')) => pattern.push('/'),
                    Some((_, other)) => pattern.extend(['\\', other]),
                    None => break,
                },
                other => pattern.push(other),
            }
        }
        fault(start, safe!("this regular expression is not closed; a / is missing after it"))
    }

    /// `KEY` of `KEY:value`, when one stands here: a letter, then letters, digits, `-`, `_` and `.`. What
    /// begins like `https://` or `std::vec` is a word.
    fn key(&mut self) -> Option<SafeText> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
        let after = rest[end..].strip_prefix(':')?;
        if !rest.starts_with(char::is_alphabetic) || after.starts_with("//") || after.starts_with(':') {
            return None;
        }
        let key = self.text.slice(self.at..self.at + end).to_text();
        self.at += end + 1;
        Some(key)
    }

    fn field(&mut self, start: usize, key: SafeText) -> Read<Option<Term>> {
        let at = self.at;
        let folded = fold_key(key.as_str());
        if matches!(folded.as_str(), "tag" | "tags") {
            return self.tags(start).map(Some);
        }
        if folded == "heading" {
            return self.heading(start, &key).map(Some);
        }
        // `KEY:'value` asks for the whole value.
        let is_field = !TERMS_WITHOUT_TEXT.contains(&folded.as_str());
        let whole = is_field && self.take('\'');
        let value = self.value(ends_word)?;
        let needs =
            |example: &str| fault(start, safe!("{folded}: needs a value, such as {folded}:{example}"));
        let term = match folded.as_str() {
            "since" | "until" | "on" | "in" if value.is_empty() => return needs("2024-03"),
            "since" => Term::Date(DateTerm::Since(when(at, &value)?)),
            "until" => Term::Date(DateTerm::Until(when(at, &value)?)),
            "opened" | "updated" if value.is_empty() => return needs("7d"),
            "opened" => Term::Opened(between(at, &value)?),
            "updated" => Term::Updated(between(at, &value)?),
            "on" => Term::Date(DateTerm::On(when(at, &value)?)),
            "in" => Term::Date(between(at, &value)?),
            "is" if value.is_empty() => return needs("unread"),
            "is" => Term::Is(named(at, &value, "is:", &Is::ALL, Is::name)?),
            "sort" if value.is_empty() => return needs("title"),
            "sort" => {
                let (descending, name) = match value.as_str().strip_prefix('-') {
                    Some(name) => (true, SafeText::line(name)),
                    None => (false, value),
                };
                let key = named(
                    at,
                    &name,
                    if descending { "sort:-" } else { "sort:" },
                    &SortKey::ALL,
                    SortKey::name,
                )?;
                self.sort = Some(Sort { key, descending });
                return Ok(None);
            }
            _ if value.is_empty() => return fault(start, safe!("a value is missing after {key}:")),
            name => {
                let field = match name {
                    "author" | "authors" => Field::Author,
                    "source" => Field::Source,
                    "title" => Field::Title,
                    "path" => Field::Path,
                    "lang" | "language" => Field::Lang,
                    _ => {
                        self.keys.push((start, key.clone()));
                        Field::Key(key)
                    }
                };
                if whole { Term::Whole(field, value) } else { Term::Field(field, value) }
            }
        };
        Ok(Some(term))
    }

    /// What is looked for in headings: written as it is for texts.
    fn heading(&mut self, start: usize, key: &SafeText) -> Read<Term> {
        let text = if self.take('\'') {
            Text::Exact(self.value(ends_word)?)
        } else if self.peek() == Some('"') {
            let quoted = self.quoted()?;
            if self.take('*') { Text::Prefix(quoted) } else { Text::Phrase(quoted) }
        } else {
            let word = self.bare(ends_word);
            match word.as_str().strip_suffix('*') {
                Some(prefix) => Text::Prefix(word.safe().slice(0..prefix.len()).to_text()),
                None => Text::Word(word),
            }
        };
        match &text {
            Text::Word(value) | Text::Phrase(value) | Text::Exact(value) | Text::Prefix(value)
                if value.is_empty() =>
            {
                fault(start, safe!("a value is missing after {key}:"))
            }
            _ => Ok(Term::Text(Text::Heading(Box::new(text)))),
        }
    }

    /// A list of tags with commas, after `#` or `tag:`.
    fn tags(&mut self, start: usize) -> Read<Term> {
        let mut tags = Vec::new();
        loop {
            self.take('#');
            let tag = if self.peek() == Some('"') {
                let tag = self.quoted()?;
                if tag.is_empty() {
                    return fault(start, safe!("a tag is missing here"));
                }
                TagTerm::Tag(tag)
            } else {
                let bare = self.bare(|c| ends_word(c) || c == ',');
                match bare.as_str() {
                    "" => return fault(start, safe!("a tag is missing here")),
                    name if name.eq_ignore_ascii_case("none") => TagTerm::Untagged,
                    name => match name.strip_suffix("/*") {
                        Some("") => return fault(start, safe!("a tag is missing before /*")),
                        Some(parent) => TagTerm::Under(bare.safe().slice(0..parent.len()).to_text()),
                        None => TagTerm::Tag(bare),
                    },
                }
            };
            tags.push(tag);
            if !self.take(',') {
                return Ok(Term::Tags(tags));
            }
        }
    }

    /// A quoted or bare value; empty where there is none.
    fn value(&mut self, ends: impl Fn(char) -> bool) -> Read<SafeText> {
        if self.peek() == Some('"') { self.quoted() } else { Ok(self.bare(ends)) }
    }

    fn bare(&mut self, ends: impl Fn(char) -> bool) -> SafeText {
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        let range: Bytes = self.at..self.at + length;
        self.at = range.end;
        self.text.slice(range).to_text()
    }

    /// Text between quotation marks; to the end of a line that is still typed.
    fn quoted(&mut self) -> Read<SafeText> {
        let start = self.at;
        let rest = self.rest();
        let (text, end) = quotation(&rest[1..]);
        let text = SafeText::line(&text);
        match end {
            Some(end) => self.at += 1 + end + 1,
            None if self.is_typed => self.at += rest.len(),
            None => return fault(start, safe!("this quotation mark is not closed")),
        }
        if text.is_empty() && end.is_some() {
            return fault(start, safe!("there is nothing between these quotation marks"));
        }
        Ok(text)
    }
}

/// Keys whose values are no text of the metadata.
const TERMS_WITHOUT_TEXT: [&str; 8] = ["since", "until", "opened", "updated", "on", "in", "is", "sort"];

/// Whether a bare word or value ends before `character`.
pub(super) fn ends_word(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '"')
}

/// Whether `KEY:` of a term begins `text`, so that it cannot be a bare word.
pub(super) fn begins_with_key(text: &SafeText) -> bool {
    Parser { text: text.safe(), at: 0, is_typed: false, sort: None, keys: Vec::new() }.key().is_some()
}

/// The text of a quotation that is only begun and whose last word may go on, where `typed` is one.
pub(super) fn begun_quotation(typed: &str) -> Option<SafeText> {
    let rest = typed.strip_prefix('"')?;
    let (text, None) = quotation(rest) else { return None };
    (!text.ends_with(char::is_whitespace)).then(|| SafeText::line(&text))
}

/// What stands between quotation marks, the first of which is left out, and where the closing one is, if any;
/// `\"` and `\\` stand for `"` and `\` in it.
fn quotation(rest: &str) -> (String, Option<usize>) {
    let mut text = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, Some(at)),
            '\\' => match characters.clone().next() {
                Some((_, next @ ('"' | '\\'))) => {
                    characters.next();
                    text.push(next);
                }
                _ => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    (text, None)
}

fn named<T: Copy>(at: usize, value: &SafeText, key: &str, all: &[T], name: fn(T) -> &'static str) -> Read<T> {
    let written = value.as_str().to_lowercase();
    if let Some(found) = all.iter().find(|one| name(**one) == written) {
        return Ok(*found);
    }
    let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
    let near = nearest(&written, names.iter().copied());
    Err(Fault {
        at,
        reason: safe!("{} takes no {value}; it takes {}", key.trim_end_matches('-'), names.join(", ")),
        suggestion: near.map(|near| safe!("{key}{near}")),
    })
}

/// The one of `names` that `written` is most likely a slip of: at most one edit away in short words, two
/// in longer ones.
pub(super) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = if written.chars().count() <= 3 { 1 } else { 2 };
    names
        .into_iter()
        .map(|name| (edits(written, name), name))
        .filter(|(edits, name)| *edits <= most && *edits < name.len())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// Letters put in, taken out, replaced or swapped with their neighbour to make `two` of `one`.
fn edits(one: &str, two: &str) -> usize {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().take(32).collect(), two.chars().take(32).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in two.iter().enumerate() {
            let mut best = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == two[j - 1] && one[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[two.len()]
}
