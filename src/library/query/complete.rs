//! What the query line offers while one types: tags, keys and values, with counts.

use std::collections::HashMap;
use std::fmt::Display;
use std::ops::Range;

use crate::library::article::Value;
use crate::library::facets::{Facets, ValueCount};
use crate::library::fold::fold;
use crate::library::index::{Library, Names, fold_key};
use crate::library::tags::fold_tag;
use crate::safe;
use crate::text::SafeText;

use super::parse::{KEYS, ends_word};
use super::{Field, Is, Named, SortKey, TagTerm, Term};

/// Most that is offered at once.
const OFFERED: usize = 50;

/// Keys of front matter that have a meaning of their own, and so are no other keys of the library.
const MEANT: [&str; 7] = ["description", "draft", "feature", "image", "published", "toc", "url"];

/// One thing that could stand where the cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the line that it replaces.
    pub replace: Range<usize>,
    /// What stands there then.
    pub text: String,
    /// How it is offered.
    pub label: SafeText,
    /// How many articles have it, under the query where facets are given.
    pub count: Option<u32>,
}

/// What could stand at byte `cursor` of the query line `text`; best first. Counts follow `facets`, else the
/// whole library.
pub fn complete(text: &str, cursor: usize, library: &Library, facets: Option<&Facets>) -> Vec<Completion> {
    let Some((start, typed)) = term_at(text, cursor) else { return Vec::new() };
    let rest = &text[cursor..];
    let end = cursor + rest.find(ends_word).unwrap_or(rest.len());
    let offer = |from: usize| Offer { replace: from..end, found: Vec::new() };
    let after_key = |key: &str| start + key.len() + 1;

    if let Some(list) = typed.strip_prefix('#') {
        let (from, part) = last_of_list(start + 1, list);
        return offer(from).tags(part, library, facets);
    }
    let Some((key, value)) = typed.split_once(':') else {
        return if typed.is_empty() || typed.contains('"') {
            Vec::new()
        } else {
            offer(start).keys(typed, library).also_tags(typed, library, facets)
        };
    };
    // `KEY:'` asks for a whole value.
    let (mark, value) = value.strip_prefix('\'').map_or((0, value), |value| (1, value));
    let from = after_key(key) + mark;
    let counts = |of: Named| facets.map(|facets| facets.names(&of));
    match fold_key(key).as_str() {
        "tag" | "tags" => {
            let (from, part) = last_of_list(from, value);
            offer(from).tags(part, library, facets)
        }
        "author" | "authors" => offer(from).names(value, library.authors(), counts(Named::Author)),
        "source" => offer(from).names(value, library.sources(), counts(Named::Source)),
        "lang" | "language" => offer(from).names(value, library.languages(), counts(Named::Language)),
        "is" => {
            let count = |is: Is| {
                facets.and_then(|f| f.states.iter().find(|state| state.state == is)).map(|state| state.count)
            };
            offer(from).fixed(value, Is::ALL.map(|is| (is.name(), count(is))))
        }
        "sort" => {
            let minus = usize::from(value.starts_with('-'));
            offer(from + minus).fixed(&value[minus..], SortKey::ALL.map(|key| (key.name(), None)))
        }
        "since" | "until" | "on" | "in" | "opened" | "updated" => {
            let (from, part) = match value.rfind("..") {
                Some(at) => (from + at + 2, &value[at + 2..]),
                None => (from, value),
            };
            offer(from).dates(part, library)
        }
        "title" | "path" | "heading" => Vec::new(),
        "draft" | "feature" | "featured" => {
            let truth = if fold_key(key) == "draft" { library.drafts() } else { library.featured() };
            let (yes, all) = (truth.len() as u32, library.len() as u32);
            offer(from).fixed(value, [("true", Some(yes)), ("false", Some(all - yes))])
        }
        folded => offer(from).values(value, folded, library),
    }
}

/// The term before the cursor, without the minus and parentheses before it.
fn term_at(text: &str, cursor: usize) -> Option<(usize, &str)> {
    let before = text.get(..cursor)?;
    let (mut start, mut quoted) = (0, false);
    for (at, character) in before.char_indices() {
        match character {
            '"' => quoted = !quoted,
            c if !quoted && (c.is_whitespace() || c == '(' || c == ')') => start = at + c.len_utf8(),
            _ => {}
        }
    }
    let typed = &before[start..];
    let term = typed.trim_start_matches('-');
    Some((start + typed.len() - term.len(), term))
}

/// The word at whose end the cursor stands, where nothing is written behind it.
pub fn typed_word(text: &str, cursor: usize) -> Option<&str> {
    let (_, word) = term_at(text, cursor)?;
    let ends = text.get(cursor..)?.trim().is_empty();
    (ends && !word.is_empty()).then_some(word)
}

/// The part after the last comma that stands outside of quotation marks, and where it begins.
fn last_of_list(start: usize, list: &str) -> (usize, &str) {
    let (mut from, mut quoted) = (0, false);
    for (at, character) in list.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => from = at + 1,
            _ => {}
        }
    }
    (start + from, &list[from..])
}

struct Offer {
    replace: Range<usize>,
    found: Vec<Completion>,
}

impl Offer {
    fn add(&mut self, text: impl Display, label: SafeText, count: Option<u32>) {
        self.found.push(Completion { replace: self.replace.clone(), text: text.to_string(), label, count });
    }

    fn tags(mut self, typed: &str, library: &Library, facets: Option<&Facets>) -> Vec<Completion> {
        let part = fold_tag(typed.trim_start_matches('"'));
        let counted = facets.map(|facets| &facets.tags[..]);
        for (value, count) in matching(&part, library.tags(), counted, fold_tag) {
            self.add(TagTerm::Tag(value.clone()), safe!("#{value}"), Some(count));
        }
        self.found
    }

    fn also_tags(mut self, typed: &str, library: &Library, facets: Option<&Facets>) -> Vec<Completion> {
        let part = fold_tag(typed);
        let counted = facets.map(|facets| &facets.tags[..]);
        for (value, count) in matching(&part, library.tags(), counted, fold_tag) {
            let term = Term::Tags(vec![TagTerm::Tag(value.clone())]);
            self.add(term, safe!("#{value}"), Some(count));
        }
        self.found.truncate(OFFERED);
        self.found
    }

    fn names(mut self, typed: &str, names: &Names, counted: Option<&[ValueCount]>) -> Vec<Completion> {
        let part = fold(typed.trim_start_matches('"'));
        for (value, count) in matching(&part, names, counted, fold) {
            self.add(as_value(&value), value.clone(), Some(count));
        }
        self.found
    }

    fn fixed<const N: usize>(mut self, typed: &str, names: [(&str, Option<u32>); N]) -> Vec<Completion> {
        let part = typed.to_lowercase();
        for (name, count) in names.into_iter().filter(|(name, _)| name.starts_with(&part)) {
            self.add(name, SafeText::line(name), count);
        }
        self.found
    }

    fn dates(mut self, typed: &str, library: &Library) -> Vec<Completion> {
        let (mut years, mut months): (HashMap<i16, u32>, HashMap<(i16, u8), u32>) = Default::default();
        for (year, month) in library.days().iter().filter_map(|day| day.year_month()) {
            *years.entry(year).or_default() += 1;
            *months.entry((year, month)).or_default() += 1;
        }
        let mut years: Vec<(i16, u32)> = years.into_iter().collect();
        years.sort_unstable_by(|one, other| other.cmp(one));
        let mut months: Vec<((i16, u8), u32)> = months.into_iter().collect();
        months.sort_unstable_by(|one, other| other.cmp(one));
        let part = typed.to_lowercase();
        for name in
            ["today", "yesterday", "7d", "1m", "1y"].into_iter().filter(|name| name.starts_with(&part))
        {
            self.add(name, SafeText::line(name), None);
        }
        for (year, count) in years {
            let name = safe!("{year:04}");
            if name.as_str().starts_with(&part) {
                self.add(&name, name.clone(), Some(count));
            }
        }
        for ((year, month), count) in months {
            let name = safe!("{year:04}-{month:02}");
            if name.as_str().starts_with(&part) {
                self.add(&name, name.clone(), Some(count));
            }
        }
        self.found.truncate(OFFERED);
        self.found
    }

    fn keys(mut self, typed: &str, library: &Library) -> Self {
        let part = fold_key(typed);
        if part.is_empty() {
            return self;
        }
        for key in KEYS.into_iter().filter(|key| *key != "tags" && key.starts_with(&part)) {
            self.add(format_args!("{key}:"), safe!("{key}:"), None);
        }
        for key in MEANT.into_iter().filter(|key| key.starts_with(&part)) {
            let count = match key {
                "draft" => Some(library.drafts().len() as u32),
                "feature" => Some(library.featured().len() as u32),
                _ => None,
            };
            if count != Some(0) {
                self.add(format_args!("{key}:"), safe!("{key}:"), count);
            }
        }
        let mut keys: Vec<_> = library.meta_keys().beginning_with(&part).collect();
        // They come by name, and the sort is stable.
        keys.sort_by_key(|key| std::cmp::Reverse(key.count()));
        for key in keys.into_iter().take(OFFERED) {
            // A key with blanks cannot be written as a term; it is found by the same without them.
            let name: String = key.shown().as_str().chars().filter(|c| !c.is_whitespace()).collect();
            self.add(format_args!("{name}:"), safe!("{name}:"), Some(key.count()));
        }
        self
    }

    /// Values that the key (folded) has in the library, most frequent first.
    fn values(mut self, typed: &str, key: &str, library: &Library) -> Vec<Completion> {
        let part = fold(typed.trim_start_matches('"'));
        let Some(key) = library.meta_key(key) else { return Vec::new() };
        let mut counts: HashMap<SafeText, u32> = HashMap::new();
        for (_, value) in key.values() {
            let mut open = vec![value];
            while let Some(value) = open.pop() {
                let text = match value {
                    Value::List(values) => {
                        open.extend(values);
                        continue;
                    }
                    Value::Bool(true) => safe!("true"),
                    Value::Bool(false) => safe!("false"),
                    Value::Text(text) | Value::Number(text) => SafeText::line(text.as_str()),
                    Value::Null | Value::Map(_) => continue,
                };
                *counts.entry(text).or_default() += 1;
            }
        }
        let mut values: Vec<(SafeText, u32)> = counts
            .into_iter()
            .filter(|(value, _)| !value.is_empty() && fold(value.as_str()).contains(&part))
            .collect();
        values.sort_by(|(name, one), (other, two)| two.cmp(one).then_with(|| name.cmp(other)));
        for (value, count) in values.into_iter().take(OFFERED) {
            self.add(as_value(&value), value.clone(), Some(count));
        }
        self.found
    }
}

/// `value` as it stands after `KEY:`.
fn as_value(value: &SafeText) -> String {
    let term = Term::Field(Field::Title, value.clone()).to_string();
    term.strip_prefix("title:").map(str::to_owned).unwrap_or(term)
}

/// Names that hold `part`: those that begin with it first, then by count.
fn matching(
    part: &str,
    names: &Names,
    counted: Option<&[ValueCount]>,
    folded: fn(&str) -> String,
) -> Vec<(SafeText, u32)> {
    let mut found: Vec<(bool, u32, SafeText)> = match counted {
        Some(values) => values
            .iter()
            .filter_map(|value| {
                let name = folded(value.value.as_str());
                name.contains(part).then(|| (!name.starts_with(part), value.count, (*value.value).clone()))
            })
            .collect(),
        None => names
            .iter()
            .filter(|name| name.folded().contains(part))
            .map(|name| (!name.folded().starts_with(part), name.count(), (**name.shown()).clone()))
            .collect(),
    };
    found.sort_by(|(inside, count, name), (other, fewer, next)| {
        inside.cmp(other).then(fewer.cmp(count)).then_with(|| name.cmp(next))
    });
    found.into_iter().take(OFFERED).map(|(_, count, name)| (name, count)).collect()
}
