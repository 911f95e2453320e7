//! Edits of a query: what facets, pickers and chips do to it. Each gives a new query.

use jiff::civil::Date;

use crate::library::fold::fold;
use crate::library::index::fold_key;
use crate::library::tags::fold_tag;
use crate::text::SafeText;

use super::parse::nearest;
use super::{DateRange, DateTerm, Field, Is, Node, Query, Sort, SortKey, TagTerm, Term, Text, When};

/// What a query says about a tag or state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Nothing.
    #[default]
    None,
    /// It must be there (or one of a list that holds it).
    Included,
    /// It must not be there.
    Excluded,
}

/// Names that are a facet beside the tags.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    /// The publisher.
    Source,
    /// Who wrote it.
    Author,
    /// What it is written in.
    Language,
    /// What a front-matter key says that has no meaning of its own.
    Key(SafeText),
}

impl Named {
    /// Those that every library has, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Source, Self::Author, Self::Language];

    /// The key of its query term.
    pub fn key(&self) -> &str {
        match self {
            Self::Source => "source",
            Self::Author => "author",
            Self::Language => "lang",
            Self::Key(key) => key.as_str(),
        }
    }

    /// Whether an article mostly has one, so that another takes its place.
    pub(in crate::library) const fn is_one(&self) -> bool {
        !matches!(self, Self::Author)
    }

    fn is_field(&self, field: &Field) -> bool {
        match (self, field) {
            (Self::Source, Field::Source) | (Self::Author, Field::Author) | (Self::Language, Field::Lang) => {
                true
            }
            (Self::Key(key), Field::Key(other)) => fold_key(key.as_str()) == fold_key(other.as_str()),
            _ => false,
        }
    }

    /// The term that asks for this value.
    fn term(&self, value: &SafeText) -> Node {
        let field = match self {
            Self::Source => Field::Source,
            Self::Author => Field::Author,
            Self::Language => Field::Lang,
            Self::Key(key) => Field::Key(key.clone()),
        };
        Node::Term(Term::Whole(field, value.clone()))
    }
}

impl Query {
    /// What the query says about `tag`, outside of groups.
    pub fn tag_mark(&self, tag: &str) -> Mark {
        let tag = fold_tag(tag);
        self.marked_tags()
            .find(|(_, name, _)| fold_tag(name.as_str()) == tag)
            .map_or(Mark::None, |(.., mark)| mark)
    }

    /// Every tag that is included or excluded outside of groups, with the index of its term.
    pub(in crate::library) fn marked_tags(&self) -> impl Iterator<Item = (usize, &SafeText, Mark)> {
        self.conjuncts().iter().enumerate().flat_map(|(index, node)| {
            let (tags, mark) = tags_of(node).unwrap_or((&[], Mark::None));
            tags.iter().filter_map(move |tag| match tag {
                TagTerm::Tag(name) => Some((index, name, mark)),
                TagTerm::Under(_) | TagTerm::Untagged => None,
            })
        })
    }

    /// Every name of a kind that is asked for outside of groups (but for those of any-of), with the index of
    /// its term.
    pub(in crate::library) fn marked_names<'a>(
        &'a self,
        of: &'a Named,
    ) -> impl Iterator<Item = (usize, &'a SafeText, Mark)> {
        self.conjuncts().iter().enumerate().flat_map(move |(index, node)| {
            let (nodes, mark) = names_of(node, of).unwrap_or((&[], Mark::None));
            nodes.iter().filter_map(move |node| name_of(node, of).map(|value| (index, value, mark)))
        })
    }

    /// What the query says about a name of a kind, outside of groups.
    pub fn name_mark(&self, of: &Named, value: &SafeText) -> Mark {
        let folded = fold(value.as_str());
        let found = self.marked_names(of).find(|(_, name, _)| fold(name.as_str()) == folded);
        found.map_or(Mark::None, |(.., mark)| mark)
    }

    /// `value` asked for (in place of the others, where an article mostly has one), left out, or neither.
    #[must_use]
    pub fn with_name(&self, of: &Named, value: &SafeText, mark: Mark) -> Self {
        let folded = fold(value.as_str());
        let makes_room = |is: Mark| of.is_one() && mark == Mark::Included && is == Mark::Included;
        let goes = |other: &SafeText, is: Mark| makes_room(is) || fold(other.as_str()) == folded;
        let term = match mark {
            Mark::None => None,
            Mark::Included => Some(of.term(value)),
            Mark::Excluded => Some(Node::not(of.term(value))),
        };
        self.replace_names(of, goes, term)
    }

    /// `value` in place of all names of its kind that were asked for or left out.
    #[must_use]
    pub fn only_name(&self, of: &Named, value: &SafeText) -> Self {
        self.replace_names(of, |_, _| true, Some(of.term(value)))
    }

    /// Articles with `value` or any of the names of its kind that were asked for last.
    #[must_use]
    pub fn any_name(&self, of: &Named, value: &SafeText) -> Self {
        let query = self.with_name(of, value, Mark::None);
        let included = |node: &Node| names_of(node, of).is_some_and(|(_, mark)| mark == Mark::Included);
        let Some(at) = query.conjuncts().iter().rposition(included) else {
            return query.with(of.term(value));
        };
        let mut nodes = query.conjuncts().to_vec();
        nodes[at] = Node::any(vec![nodes[at].clone(), of.term(value)]);
        Self { root: Node::all(nodes), sort: query.sort }
    }

    /// `term` where the first term stood of which a name `goes`, else at the end; other names of any-of stay.
    fn replace_names(&self, of: &Named, goes: impl Fn(&SafeText, Mark) -> bool, term: Option<Node>) -> Self {
        let mut term = term;
        let mut nodes = Vec::new();
        for node in self.conjuncts() {
            let (names, mark) = names_of(node, of).unwrap_or((&[], Mark::None));
            let is_left = |node: &&Node| name_of(node, of).is_some_and(|name| !goes(name, mark));
            let left: Vec<Node> = names.iter().filter(is_left).cloned().collect();
            if left.len() == names.len() {
                nodes.push(node.clone());
                continue;
            }
            nodes.extend(term.take());
            if !left.is_empty() {
                let left = Node::any(left);
                nodes.push(if mark == Mark::Excluded { Node::not(left) } else { left });
            }
        }
        nodes.extend(term);
        Self { root: Node::all(nodes), sort: self.sort }
    }

    /// Only articles with `tag` too.
    #[must_use]
    pub fn include_tag(&self, tag: &SafeText) -> Self {
        match self.tag_mark(tag.as_str()) {
            Mark::Included => self.clone(),
            Mark::None | Mark::Excluded => self.clear_tag(tag).with(tag_node(tag)),
        }
    }

    /// No article with `tag`.
    #[must_use]
    pub fn exclude_tag(&self, tag: &SafeText) -> Self {
        match self.tag_mark(tag.as_str()) {
            Mark::Excluded => self.clone(),
            Mark::None | Mark::Included => self.clear_tag(tag).with(Node::not(tag_node(tag))),
        }
    }

    /// `tag` in place of all tags that were included or excluded.
    #[must_use]
    pub fn only_tag(&self, tag: &SafeText) -> Self {
        self.replace(|node| tags_of(node).is_some(), Some(tag_node(tag)))
    }

    /// Articles with `tag` or any of the tags that are included already.
    #[must_use]
    pub fn any_tag(&self, tag: &SafeText) -> Self {
        if self.tag_mark(tag.as_str()) == Mark::Included {
            return self.clone();
        }
        let query = self.clear_tag(tag);
        let Some(at) = query.included_tags() else { return query.with(tag_node(tag)) };
        let nodes = query.conjuncts().iter().enumerate().map(|(index, node)| match node {
            Node::Term(Term::Tags(tags)) if index == at => {
                let mut tags = tags.clone();
                tags.push(TagTerm::Tag(tag.clone()));
                Node::Term(Term::Tags(tags))
            }
            other => other.clone(),
        });
        Self { root: Node::all(nodes.collect()), sort: query.sort }
    }

    /// Which of the terms joined by AND is the last that includes tags: it takes in what is kept beside them.
    pub(in crate::library) fn included_tags(&self) -> Option<usize> {
        self.conjuncts().iter().rposition(|node| matches!(node, Node::Term(Term::Tags(_))))
    }

    /// `tag` neither included nor excluded; the other tags of its lists stay.
    #[must_use]
    pub fn clear_tag(&self, tag: &SafeText) -> Self {
        let folded = fold_tag(tag.as_str());
        let other = |tag: &&TagTerm| !matches!(tag, TagTerm::Tag(name) if fold_tag(name.as_str()) == folded);
        let nodes = self.conjuncts().iter().filter_map(|node| {
            let Some((tags, mark)) = tags_of(node) else { return Some(node.clone()) };
            let left: Vec<TagTerm> = tags.iter().filter(other).cloned().collect();
            let term = Node::Term(Term::Tags(left));
            match (&term, mark) {
                (Node::Term(Term::Tags(left)), _) if left.is_empty() => None,
                (_, Mark::Excluded) => Some(Node::not(term)),
                _ => Some(term),
            }
        });
        Self { root: Node::all(nodes.collect()), sort: self.sort }
    }

    /// Includes `tag`, or clears it where it is included.
    #[must_use]
    pub fn toggle_tag(&self, tag: &SafeText) -> Self {
        match self.tag_mark(tag.as_str()) {
            Mark::Included => self.clear_tag(tag),
            Mark::None | Mark::Excluded => self.include_tag(tag),
        }
    }

    /// No tag included or excluded.
    #[must_use]
    pub fn clear_tags(&self) -> Self {
        self.replace(|node| tags_of(node).is_some(), None)
    }

    /// The days that the query keeps outside of groups; `None` where it says nothing of dates.
    pub fn date_range(&self, today: Date) -> Option<DateRange> {
        self.conjuncts()
            .iter()
            .filter_map(|node| match node {
                Node::Term(Term::Date(date)) => Some(date.range(today)),
                _ => None,
            })
            .reduce(DateRange::and)
    }

    /// The days of `range` in place of what the query says of dates outside of groups.
    #[must_use]
    pub fn with_dates(&self, range: Option<DateRange>) -> Self {
        let term = range.and_then(date_term).map(|date| Node::Term(Term::Date(date)));
        self.replace(is_about_dates, term)
    }

    /// No article of the days of `range`, which are not asked for any more; what else the query says of dates stays.
    #[must_use]
    pub fn exclude_dates(&self, range: DateRange, today: Date) -> Self {
        let Some(term) = date_term(range) else { return self.clone() };
        let goes = |node: &Node| match node {
            Node::Term(Term::Date(date)) => date.range(today) == range,
            Node::Term(Term::Is(Is::Undated)) => true,
            node => excluded_dates(node).is_some_and(|date| date.range(today) == range),
        };
        self.replace(goes, Some(Node::not(Node::Term(Term::Date(term)))))
    }

    /// Without the terms that leave out exactly these days.
    #[must_use]
    pub fn release_dates(&self, range: DateRange, today: Date) -> Self {
        self.replace(|node| excluded_dates(node).is_some_and(|date| date.range(today) == range), None)
    }

    /// The days that the query leaves out, outside of groups, a range for each term.
    pub fn excluded_dates(&self, today: Date) -> impl Iterator<Item = DateRange> {
        self.conjuncts().iter().filter_map(excluded_dates).map(move |date| date.range(today))
    }

    /// Only undated articles, in place of what the query says of dates outside of groups.
    #[must_use]
    pub fn only_undated(&self) -> Self {
        self.replace(is_about_dates, Some(Node::Term(Term::Is(Is::Undated))))
    }

    /// Whether the term `index` is about dates: the bars of a year leave it out.
    pub(in crate::library) fn is_date_term(&self, index: usize) -> bool {
        self.conjuncts().get(index).is_some_and(is_about_dates)
    }

    /// What the query says about a state, outside of groups.
    pub fn state_mark(&self, is: Is) -> Mark {
        self.state_term(is).map_or(Mark::None, |(_, mark)| mark)
    }

    /// The term that includes or excludes a state.
    pub(in crate::library) fn state_term(&self, is: Is) -> Option<(usize, Mark)> {
        self.conjuncts().iter().enumerate().find_map(|(index, node)| {
            state_of(node).filter(|(state, _)| *state == is).map(|(_, mark)| (index, mark))
        })
    }

    /// A state included, excluded or cleared. Of unread, reading and read one includes the other out.
    #[must_use]
    pub fn with_state(&self, is: Is, mark: Mark) -> Self {
        let reading = |state: Is| matches!(state, Is::Unread | Is::Reading | Is::Read);
        let goes = |node: &Node| match state_of(node) {
            Some((state, of)) => {
                state == is
                    || (mark == Mark::Included && of == Mark::Included && reading(is) && reading(state))
            }
            None => false,
        };
        let term = Node::Term(Term::Is(is));
        match mark {
            Mark::None => self.replace(goes, None),
            Mark::Included => self.replace(goes, Some(term)),
            Mark::Excluded => self.replace(goes, Some(Node::not(term))),
        }
    }

    /// The order as `sort:` says it; `None` where it is left to the query.
    pub fn sort(&self) -> Option<Sort> {
        self.sort
    }

    /// Another order; `None` leaves it to the query.
    #[must_use]
    pub fn with_sort(&self, sort: Option<Sort>) -> Self {
        Self { sort, ..self.clone() }
    }

    /// The order in force, the other way round.
    #[must_use]
    pub fn reverse_sort(&self) -> Self {
        let order = self.order();
        self.with_sort(Some(Sort { descending: !order.descending, ..order }))
    }

    /// What both queries keep, in the order of `other` where it has one.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut nodes = self.conjuncts().to_vec();
        for node in other.conjuncts() {
            if !nodes.contains(node) {
                nodes.push(node.clone());
            }
        }
        Self { root: Node::all(nodes), sort: other.sort.or(self.sort) }
    }

    /// Without its search words outside of groups.
    #[must_use]
    pub fn without_text(&self) -> Self {
        let text = |node: &Node| match node {
            Node::Term(Term::Text(_)) => true,
            Node::Not(inner) => matches!(**inner, Node::Term(Term::Text(_))),
            _ => false,
        };
        self.replace(text, None)
    }

    /// `words` as search words, in place of those that were there; a phrase where they cannot be read as
    /// words.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Self {
        let query = self.without_text();
        words.split_whitespace().fold(query, |query, word| {
            let text = SafeText::line(word);
            if text.is_empty() {
                return query;
            }
            match Self::parse(word) {
                Ok(Self { root: root @ Node::Term(Term::Text(_)), sort: None }) => query.with(root),
                _ => query.with(Node::Term(Term::Text(Text::Phrase(text)))),
            }
        })
    }

    /// Without the term that the chip `index` stands for.
    #[must_use]
    pub fn without(&self, index: usize) -> Self {
        let left = self.conjuncts().iter().enumerate().filter(|(at, _)| *at != index);
        Self { root: Node::all(left.map(|(_, node)| node.clone()).collect()), sort: self.sort }
    }

    /// `node` joined to the whole by AND.
    fn with(self, node: Node) -> Self {
        Self { root: Node::all(vec![self.root, node]), sort: self.sort }
    }

    /// `term` where the first term stood that `goes`, else at the end; the others that go are dropped.
    fn replace(&self, goes: impl Fn(&Node) -> bool, term: Option<Node>) -> Self {
        let mut term = term;
        let mut nodes = Vec::new();
        for node in self.conjuncts() {
            if goes(node) {
                nodes.extend(term.take());
            } else {
                nodes.push(node.clone());
            }
        }
        nodes.extend(term);
        Self { root: Node::all(nodes), sort: self.sort }
    }
}

impl std::str::FromStr for Sort {
    type Err = SafeText;

    /// Reads what stands after `sort:`, as `--sort` takes it; the error says what it takes.
    fn from_str(text: &str) -> Result<Self, SafeText> {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let folded = fold_key(name);
        if let Some(key) = SortKey::ALL.into_iter().find(|key| key.name() == folded) {
            return Ok(Self { key, descending });
        }
        let names = SortKey::ALL.map(SortKey::name);
        Err(match nearest(&folded, names) {
            Some(near) => crate::safe!("there is no order {text}; did you mean {near}?"),
            None => crate::safe!("there is no order {text}; there are {}", names.join(", ")),
        })
    }
}

fn tag_node(tag: &SafeText) -> Node {
    Node::Term(Term::Tags(vec![TagTerm::Tag(tag.clone())]))
}

fn tags_of(node: &Node) -> Option<(&[TagTerm], Mark)> {
    match node {
        Node::Term(Term::Tags(tags)) => Some((tags, Mark::Included)),
        Node::Not(inner) => match &**inner {
            Node::Term(Term::Tags(tags)) => Some((tags, Mark::Excluded)),
            _ => None,
        },
        _ => None,
    }
}

/// The terms that ask for names of a kind, or leave them out: one, or any of several.
fn names_of<'a>(node: &'a Node, of: &Named) -> Option<(&'a [Node], Mark)> {
    let (node, mark) = match node {
        Node::Not(inner) => (&**inner, Mark::Excluded),
        node => (node, Mark::Included),
    };
    let nodes = match node {
        Node::Any(nodes) => nodes,
        node => std::slice::from_ref(node),
    };
    nodes.iter().all(|node| name_of(node, of).is_some()).then_some((nodes, mark))
}

fn name_of<'a>(node: &'a Node, of: &Named) -> Option<&'a SafeText> {
    match node {
        Node::Term(Term::Field(field, value) | Term::Whole(field, value)) if of.is_field(field) => {
            Some(value)
        }
        _ => None,
    }
}

fn state_of(node: &Node) -> Option<(Is, Mark)> {
    match node {
        Node::Term(Term::Is(is)) => Some((*is, Mark::Included)),
        Node::Not(inner) => match **inner {
            Node::Term(Term::Is(is)) => Some((is, Mark::Excluded)),
            _ => None,
        },
        _ => None,
    }
}

fn excluded_dates(node: &Node) -> Option<DateTerm> {
    match node {
        Node::Not(inner) => match **inner {
            Node::Term(Term::Date(date)) => Some(date),
            _ => None,
        },
        _ => None,
    }
}

fn is_about_dates(node: &Node) -> bool {
    let term = match node {
        Node::Term(term) => term,
        Node::Not(inner) => match &**inner {
            Node::Term(term) => term,
            _ => return false,
        },
        _ => return false,
    };
    matches!(term, Term::Date(_) | Term::Is(Is::Undated))
}

/// The shortest term that keeps exactly the days of `range`.
fn date_term(range: DateRange) -> Option<DateTerm> {
    // From the coarsest unit that `from` begins and `to` ends.
    let year = |day: Date, end: bool| {
        let edge =
            if end { day.month() == 12 && day.day() == 31 } else { day.month() == 1 && day.day() == 1 };
        edge.then(|| When::Year(day.year()))
    };
    let month = |day: Date, end: bool| {
        let edge = if end { day == day.last_of_month() } else { day.day() == 1 };
        edge.then(|| When::Month(day.year(), day.month()))
    };
    let one = |day: Date, end: bool| year(day, end).or_else(|| month(day, end)).unwrap_or(When::Day(day));
    Some(match (range.from, range.to) {
        (None, None) => return None,
        (Some(from), None) => DateTerm::Since(one(from, false)),
        (None, Some(to)) => DateTerm::Until(one(to, true)),
        (Some(from), Some(to)) => {
            let both =
                |unit: &dyn Fn(Date, bool) -> Option<When>| Some((unit(from, false)?, unit(to, true)?));
            match both(&year).or_else(|| both(&month)).unwrap_or((When::Day(from), When::Day(to))) {
                (When::Day(from), When::Day(to)) if from == to => DateTerm::On(When::Day(from)),
                (from, to) if from == to => DateTerm::In(from),
                (from, to) => DateTerm::Between(from, to),
            }
        }
    })
}
