//! Front-matter keys that longread gives no meaning of its own, and their values.
//!
//! Knows only `article` and this folder.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::{Library, Name, Names, TextColumn};
use crate::library::article::Value;
use crate::library::entities;
use crate::text::SafeText;

/// A key with the articles that have it.
#[derive(Clone, Copy, Debug)]
pub struct MetaKey<'a> {
    library: &'a Library,
    number: u32,
    /// The key's name, folded by [`fold_key`], and the articles that have it.
    pub name: Name<'a>,
}

/// The values of one key.
#[derive(Debug)]
pub(super) struct MetaValues {
    /// The articles, ascending; those that write the key twice are there twice.
    articles: Vec<u32>,
    /// The folded scalars of each.
    texts: TextColumn,
}

impl<'a> MetaKey<'a> {
    /// The articles that have it, ascending, each with what it says; of the articles that write it twice,
    /// both.
    pub fn values(self) -> impl Iterator<Item = (u32, Value)> {
        let (library, number) = (self.library, self.number);
        self.name.articles().iter().flat_map(move |id| {
            let cells = library.meta.of(*id);
            let meta = library.row(*id).meta();
            let own = meta.into_iter().zip(cells).filter(move |(_, cell)| **cell == number);
            own.map(|((_, value), _)| (*id, value))
        })
    }

    /// The articles that have it, ascending, and the folded scalars of each: a row for each of them. Made
    /// on first use.
    pub fn texts(self) -> (&'a [u32], &'a TextColumn) {
        let empty = || (0..self.library.meta.len()).map(|_| OnceLock::new()).collect();
        let all = self.library.lazy.meta_values.get_or_init(empty);
        let values = all[self.number as usize].get_or_init(|| {
            let (articles, texts): (Vec<u32>, Vec<String>) =
                self.values().map(|(id, value)| (id, scalars(&value))).unzip();
            let texts = TextColumn::new(texts.iter().map(|text| Some(text.as_str())));
            MetaValues { articles, texts }
        });
        (&values.articles, &values.texts)
    }
}

impl Library {
    /// The front-matter key whose folded text ([`fold_key`]) is `folded`.
    pub fn meta_key(&self, folded: &str) -> Option<MetaKey<'_>> {
        let number = self.meta.find(folded)?;
        Some(MetaKey { library: self, number, name: self.meta.get(number)? })
    }
}

/// Keys whose text is a list with commas, as sites write it for search engines.
const LISTS: [&str; 4] = ["categories", "category", "keywords", "topics"];

impl<'a> MetaKey<'a> {
    /// Its values as names with their articles, so that they can be counted. Made on first use.
    pub fn names(self) -> &'a Names {
        let library = self.library;
        let empty = || (0..library.meta.len()).map(|_| OnceLock::new()).collect();
        let all = library.lazy.meta_names.get_or_init(empty);
        all[self.number as usize].get_or_init(|| {
            let is_list = LISTS.contains(&self.name.folded());
            let values = self.values().flat_map(|(id, value)| {
                let texts = scalars(&value);
                let apart = |c: char| c == APART || is_list && c == ',';
                let names = texts.split(apart).map(SafeText::line).filter(|name| !name.is_empty());
                names.map(|name| (id, name)).collect::<Vec<_>>()
            });
            Names::gathered(library.len(), values)
        })
    }
}

/// Between two scalars: a control character, which no safe text holds.
const APART: char = '\u{1f}';

/// The scalars in `value` as they are read, their entities decoded, with [`APART`] between them. Walks without calls,
/// as values come from articles.
pub(in crate::library) fn scalars(value: &Value) -> String {
    let mut out = String::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let text = match value {
            Value::Null => continue,
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Text(text) | Value::Number(text) => text.as_str(),
            Value::List(values) => {
                open.extend(values.iter().rev());
                continue;
            }
            Value::Map(pairs) => {
                open.extend(pairs.iter().rev().map(|(_, value)| value));
                continue;
            }
        };
        if !out.is_empty() {
            out.push(APART);
        }
        match entities::decode(text) {
            Cow::Borrowed(text) => out.push_str(text),
            // A reference may stand for a control character.
            Cow::Owned(decoded) => out.push_str(SafeText::line(&decoded).as_str()),
        }
    }
    out
}

/// A front-matter key as it is compared: without case, `-`, `_` and blanks.
pub fn fold_key(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    fold_key_into(name, &mut out);
    out
}

pub(super) fn fold_key_into(name: &str, out: &mut String) {
    for character in name.chars() {
        match character {
            '-' | '_' => {}
            c if c.is_ascii() => {
                if !c.is_ascii_whitespace() {
                    out.push(c.to_ascii_lowercase());
                }
            }
            c if c.is_whitespace() => {}
            c => out.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_without_case_and_marks() {
        assert_eq!(fold_key("Read-Time"), fold_key("read_time"));
        assert_eq!(fold_key("read time"), "readtime");
    }

    #[test]
    fn scalars_are_what_their_entities_stand_for() {
        let text = |text: &str| Value::Text(SafeText::line(text));
        let value = Value::List(vec![text("R&amp;D"), text("a&#31;b"), text("AT&T")]);
        assert_eq!(scalars(&value), "R&D\u{1f}ab\u{1f}AT&T");
    }

    #[test]
    fn the_scalars_of_a_value_stand_apart_however_deep() {
        let text = |text: &str| Value::Text(SafeText::line(text));
        let mut deep = Value::List(vec![text("a"), Value::Map(vec![(SafeText::line("k"), text("b"))])]);
        for _ in 0..1000 {
            deep = Value::List(vec![deep, Value::Bool(true)]);
        }
        assert!(scalars(&deep).starts_with("a\u{1f}b\u{1f}true"));
    }
}
