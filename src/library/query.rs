//! The query line: one line that narrows and orders the library.
//!
//! Knows only the other files of `library`, and `text`. A query is in normal form at all times (no group
//! in a group of its kind, none of one term, no double negation), so that `parse(print(q)) == q`.
//! Text terms look at titles, descriptions, tags, sources and authors; bodies come through hits that a
//! job hands in.

mod complete;
mod dates;
mod edit;
mod parse;
mod print;
mod run;
pub mod similar;
mod slips;
mod text;
mod titles;
mod words;

use std::ops::Range;

use crate::safe;
use crate::text::SafeText;

use super::article::Date;
use super::hits::Part;

pub use complete::{Completion, complete, typed_word};
pub use edit::{Mark, Named};
pub use run::Outcome;
pub(super) use run::compile;
pub(super) use run::{Evaluation, state_set};
pub use words::Chip;

/// What a reader asked for: which articles, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    root: Node,
    sort: Option<Sort>,
}

/// Why a query line cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct QueryError {
    /// 1-based, in characters.
    pub column: usize,
    /// What is wrong.
    pub reason: SafeText,
    /// What may have been meant: the beginning of a term, or a whole one.
    pub suggestion: Option<SafeText>,
}

impl QueryError {
    /// What is wrong and what may have been meant, in one line.
    pub fn message(&self) -> SafeText {
        match &self.suggestion {
            Some(suggestion) => safe!("{}; did you mean {suggestion}?", self.reason),
            None => self.reason.clone(),
        }
    }
}

impl From<QueryError> for crate::error::Error {
    fn from(error: QueryError) -> Self {
        Self::Query { column: error.column, reason: error.message() }
    }
}

/// An order and its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// Whether a `-` stands before it: newest, longest, last first. What has no key is last either way.
    pub descending: bool,
}

/// What articles can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// The day of publication.
    Date,
    /// The title, case and accents folded.
    Title,
    /// The day of the last change, else of publication.
    Updated,
    /// Words, estimated where the body was not read.
    Words,
    /// When longread first saw it.
    Added,
    /// How much of it was read.
    Progress,
    /// How well it matches the search words, best first without `-`.
    Relevance,
    /// The folder, then the file's name, numbers in them by their value.
    Folder,
    /// The series that its front matter names, then its place in it.
    Series,
}

impl SortKey {
    /// Every key, in the order of the help text.
    pub const ALL: [Self; 9] = [
        Self::Date,
        Self::Title,
        Self::Updated,
        Self::Words,
        Self::Added,
        Self::Progress,
        Self::Relevance,
        Self::Folder,
        Self::Series,
    ];

    /// As a query line writes it after `sort:`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Title => "title",
            Self::Updated => "updated",
            Self::Words => "words",
            Self::Added => "added",
            Self::Progress => "progress",
            Self::Relevance => "relevance",
            Self::Folder => "folder",
            Self::Series => "series",
        }
    }
}

/// What an article can be (`is:`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Is {
    /// Not begun.
    Unread,
    /// Begun.
    Reading,
    /// Read.
    Read,
    /// Starred.
    Starred,
    /// A draft.
    Draft,
    /// Featured.
    Featured,
    /// Without a date.
    Undated,
    /// With a problem.
    Broken,
}

impl Is {
    /// Every state, in the order of the help text.
    pub const ALL: [Self; 8] = [
        Self::Unread,
        Self::Reading,
        Self::Read,
        Self::Starred,
        Self::Draft,
        Self::Featured,
        Self::Undated,
        Self::Broken,
    ];

    /// As a query line writes it after `is:`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Reading => "reading",
            Self::Read => "read",
            Self::Starred => "starred",
            Self::Draft => "draft",
            Self::Featured => "featured",
            Self::Undated => "undated",
            Self::Broken => "broken",
        }
    }
}

/// Days from one to another, both included; an end that is `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateRange {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl DateRange {
    /// Whether `date` is in it.
    pub fn contains(self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }

    /// Whether it shares a day with the days from `from` to `to`.
    pub fn touches(self, from: Date, to: Date) -> bool {
        self.from.is_none_or(|first| first <= to) && self.to.is_none_or(|last| from <= last)
    }

    /// The days from the first of either to the last of either.
    #[must_use]
    pub fn spanning(self, other: Self) -> Self {
        let latest = |one: Option<Date>, two: Option<Date>| Some(one?.max(two?));
        // An open beginning is the earliest already.
        Self { from: self.from.min(other.from), to: latest(self.to, other.to) }
    }

    /// The days in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let later = |one: Option<Date>, two: Option<Date>| one.max(two);
        let earlier = |one: Option<Date>, two: Option<Date>| match (one, two) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self { from: later(self.from, other.from), to: earlier(self.to, other.to) }
    }
}

/// A query's tree. Depth is bounded by [`parse::DEPTH`], so walking it by calls is safe.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Term(Term),
}

impl Default for Node {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Node {
    /// All of `nodes`, in normal form.
    fn all(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::All(flat) }
    }

    /// Any of `nodes` (at least one), in normal form.
    fn any(nodes: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Self::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Self::Any(flat) }
    }

    /// Not `node`, in normal form.
    fn not(node: Self) -> Self {
        match node {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Term {
    Text(Text),
    /// Any of these tags.
    Tags(Vec<TagTerm>),
    Date(DateTerm),
    /// Last opened on one of these days.
    Opened(DateTerm),
    /// Last changed on one of these days, as the article says.
    Updated(DateTerm),
    /// It holds this text.
    Field(Field, SafeText),
    /// It is this text, or one of its values is.
    Whole(Field, SafeText),
    Is(Is),
}

/// Text that is searched for, as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// A word and its other forms; in metadata, where a word begins with it. Written without blanks.
    Word(SafeText),
    /// As whole words, in this order.
    Phrase(SafeText),
    /// Where a word begins with it.
    Prefix(SafeText),
    /// As whole words, no other form of them.
    Exact(SafeText),
    /// A regular expression, without its slashes.
    Regex(SafeText),
    /// The same in a heading of the body: any of these but an expression.
    Heading(Box<Text>),
}

impl Text {
    /// What is looked for, wherever that is.
    pub fn within(&self) -> &Self {
        if let Self::Heading(text) = self { text } else { self }
    }

    /// The parts of an article in which it is looked for.
    pub fn parts(&self) -> &'static [Part] {
        if matches!(self, Self::Heading(_)) { &[Part::Heading] } else { &Part::ALL }
    }
}

/// What is asked of a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InTitle<'a> {
    /// As written.
    pub words: &'a SafeText,
    /// Whether they are to be all of it, and not some of it.
    pub is_whole: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum TagTerm {
    /// This tag.
    Tag(SafeText),
    /// This tag and all nested below it.
    Under(SafeText),
    /// No tag at all.
    Untagged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum DateTerm {
    Since(When),
    Until(When),
    On(When),
    In(When),
    Between(When, When),
}

/// A day, month or year, absolute or counted back from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum When {
    Year(i16),
    Month(i16, i8),
    Day(Date),
    Today,
    Yesterday,
    Ago(i32, Unit),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Field {
    Author,
    Source,
    Title,
    Path,
    Lang,
    /// A front-matter key as written.
    Key(SafeText),
}

impl Query {
    /// Whether every article is kept, in the default order.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether words are searched for, so that relevance orders the list by itself.
    pub fn has_text(&self) -> bool {
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes),
                Node::Term(Term::Text(_)) => return true,
                // What is excluded ranks nothing.
                Node::Not(_) | Node::Term(_) => {}
            }
        }
        false
    }

    /// What it asks of titles, where that is not left out.
    pub fn titles(&self) -> Vec<InTitle<'_>> {
        let mut titles = Vec::new();
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes.iter().rev()),
                Node::Term(Term::Field(Field::Title, words)) => {
                    titles.push(InTitle { words, is_whole: false });
                }
                Node::Term(Term::Whole(Field::Title, words)) => {
                    titles.push(InTitle { words, is_whole: true });
                }
                Node::Not(_) | Node::Term(_) => {}
            }
        }
        titles
    }

    /// Whether it asks for something in titles.
    pub fn asks_for_titles(&self) -> bool {
        !self.titles().is_empty()
    }

    /// The order that is in force: what `sort:` says, else relevance where words are searched for, else
    /// newest first.
    pub fn order(&self) -> Sort {
        self.sort.unwrap_or(if self.has_text() {
            Sort { key: SortKey::Relevance, descending: false }
        } else {
            Sort { key: SortKey::Date, descending: true }
        })
    }

    /// Whether it says an order itself.
    pub fn is_ordered(&self) -> bool {
        self.sort.is_some()
    }

    /// The terms that are joined by AND.
    fn conjuncts(&self) -> &[Node] {
        match &self.root {
            Node::All(nodes) => nodes,
            other => std::slice::from_ref(other),
        }
    }
}

impl When {
    /// Its first and last day; `None` where the calendar does not reach.
    fn days(self, today: Date) -> Option<(Date, Date)> {
        let day = |day: Date| Some((day, day));
        match self {
            Self::Year(year) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
            Self::Month(year, month) => {
                let first = Date::new(year, month, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Self::Day(date) => day(date),
            Self::Today => day(today),
            Self::Yesterday => day(today.yesterday().ok()?),
            Self::Ago(count, unit) => day(today.checked_sub(unit.span(count)?).ok()?),
        }
    }
}

impl Unit {
    fn span(self, count: i32) -> Option<jiff::Span> {
        let span = jiff::Span::new();
        match self {
            Self::Day => span.try_days(count),
            Self::Week => span.try_weeks(count),
            Self::Month => span.try_months(count),
            Self::Year => span.try_years(count),
        }
        .ok()
    }
}

impl DateTerm {
    /// The days it keeps. Days that the calendar does not reach are open ends.
    fn range(self, today: Date) -> DateRange {
        let first = |when: When| when.days(today).map(|(first, _)| first);
        let last = |when: When| when.days(today).map(|(_, last)| last);
        match self {
            Self::Since(when) => DateRange { from: first(when), to: None },
            Self::Until(when) => DateRange { from: None, to: last(when) },
            // `in:7d` is the last seven days; `in:2024` the whole year.
            Self::In(when @ When::Ago(..)) => DateRange { from: first(when), to: Some(today) },
            Self::On(when) | Self::In(when) => DateRange { from: first(when), to: last(when) },
            Self::Between(from, to) => DateRange { from: first(from), to: last(to) },
        }
    }
}

/// A byte range of the query line, as completion and errors use it.
type Bytes = Range<usize>;

#[cfg(test)]
mod tests;
