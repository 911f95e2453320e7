//! `author:`, `title:` and `KEY:` over a `Library`: which articles have a value in a field, or under a key of their
//! front matter.
//!
//! Knows only `article`, `fold` and `index` of `library`, and the query's own terms.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use crate::library::article::Value;
use crate::library::fold::{fold, fold_into};
use crate::library::index::{Day, Edges, Library, Names, Row, TextColumn, fold_key, scalars, sorted_set};
use crate::library::query::Field;
use crate::text::SafeText;

/// The articles in whose `field` a value is: all of it where it is to be `whole`, else some of it.
pub(super) fn holding(library: &Library, field: &Field, value: &SafeText, whole: bool) -> RoaringBitmap {
    let needle = &Needle { text: fold(value.as_str()), whole };
    match field {
        Field::Author => named(library.authors(), needle),
        Field::Source => named(library.sources(), needle),
        Field::Lang => named(library.languages(), needle),
        Field::Title => found(library.titles(), needle),
        Field::Path => found(library.paths(), needle),
        Field::Key(key) => under_key(library, &fold_key(key.as_str()), needle),
    }
}

/// `KEY:value`: what the front matter says under the key, and the field that longread made of it.
fn under_key(library: &Library, key: &str, needle: &Needle) -> RoaringBitmap {
    let mut kept = RoaringBitmap::new();
    if let Some((head, within)) = key.split_once('.')
        && let Some(key) = library.meta_key(head)
    {
        let mut folded = String::new();
        let mut holds = |value: &Value| {
            folded.clear();
            fold_into(&scalars(value), &mut folded);
            needle.fits(&folded)
        };
        let found =
            key.values().filter(|(_, value)| value.within(within, fold_key).into_iter().any(&mut holds));
        kept |= sorted_set(found.map(|(id, _)| id));
    }
    if let Some(key) = library.meta_key(key).filter(|_| needle.whole) {
        kept |= named(key.names(), needle);
    } else if let Some(key) = library.meta_key(key) {
        let mut ids = Vec::new();
        let (articles, texts) = key.texts();
        texts.search(&needle.text, Edges::Anywhere, |row, _| ids.extend(articles.get(row as usize)));
        kept |= sorted_set(ids);
    }
    let truth = |set: &RoaringBitmap| match (needle.fits("true"), needle.fits("false")) {
        (true, true) => library.all(),
        (true, false) => set.clone(),
        (false, true) => library.all() - set,
        (false, false) => RoaringBitmap::new(),
    };
    match field_of_key(key) {
        None => {}
        Some(KeyField::Draft) => kept |= truth(library.drafts()),
        Some(KeyField::Publish) => kept |= truth(&(library.all() - library.drafts())),
        Some(KeyField::Published) => {
            kept |= days_holding(needle, library.days().iter().copied());
            kept |= truth(&(library.all() - library.drafts()));
        }
        Some(KeyField::Authors) => kept |= named(library.authors(), needle),
        Some(KeyField::Tags) => kept |= named(library.tags(), needle),
        Some(KeyField::Featured) => kept |= truth(library.featured()),
        Some(KeyField::Description) => kept |= found(library.descriptions(), needle),
        Some(KeyField::LinkTitle) => kept |= found(library.titles(), needle),
        Some(KeyField::Date) => kept |= days_holding(needle, library.days().iter().copied()),
        Some(KeyField::Updated) => {
            kept |= days_holding(needle, library.rows().map(|row| row.updated().map_or(Day::NONE, Day::of)));
        }
        Some(field) => {
            let mut folded = String::new();
            let mut holds = |text: &str| {
                folded.clear();
                fold_into(text, &mut folded);
                needle.fits(&folded)
            };
            library.visit(|id, row| {
                if field.holds(&row, &mut holds) {
                    kept.insert(id);
                }
            });
        }
    }
    kept
}

/// A value that is looked for in metadata, folded.
struct Needle {
    text: String,
    /// Whether it is all of a value, and not some of it.
    whole: bool,
}

impl Needle {
    fn fits(&self, folded: &str) -> bool {
        if self.whole { folded == self.text } else { folded.contains(self.text.as_str()) }
    }
}

fn named(names: &Names, needle: &Needle) -> RoaringBitmap {
    if needle.whole {
        let name = names.find(&needle.text).and_then(|number| names.get(number));
        return name.map_or_else(RoaringBitmap::new, |name| name.set().clone());
    }
    let mut kept = RoaringBitmap::new();
    for name in names.iter().filter(|name| needle.fits(name.folded())) {
        kept |= name.set();
    }
    kept
}

fn found(column: &TextColumn, needle: &Needle) -> RoaringBitmap {
    let mut ids = Vec::new();
    column.search(&needle.text, Edges::Anywhere, |id, _| ids.push(id));
    if needle.whole {
        ids.retain(|id| column.get(*id) == needle.text);
    }
    sorted_set(ids)
}

/// The rows whose day, as it is written, holds `needle`. Each day is written once: there are few.
fn days_holding(needle: &Needle, days: impl Iterator<Item = Day>) -> RoaringBitmap {
    let mut known: HashMap<Day, bool> = HashMap::new();
    let mut holds = |day: Day| {
        *known.entry(day).or_insert_with(|| day.date().is_some_and(|date| needle.fits(&date.to_string())))
    };
    sorted_set(days.zip(0..).filter(|(day, _)| holds(*day)).map(|(_, id)| id))
}

/// Whether the key (folded) is one that an article of the library has or that every article answers to.
pub(in crate::library::query) fn has_key(library: &Library, key: &str) -> bool {
    let head = key.split_once('.').map_or(key, |(head, _)| head);
    field_of_key(key).is_some() || [key, head].iter().any(|key| library.meta_keys().find(key).is_some())
}

/// A field that longread makes of front-matter keys, so that `KEY:` still finds them by it.
#[derive(Clone, Copy)]
enum KeyField {
    Date,
    Published,
    Updated,
    Description,
    Authors,
    Tags,
    Url,
    Image,
    Draft,
    Publish,
    Featured,
    Toc,
    LinkTitle,
}

fn field_of_key(key: &str) -> Option<KeyField> {
    Some(match key {
        "date" | "pubdate" | "publishdate" | "publishedat" | "created" | "createdat" | "ms.date" => {
            KeyField::Date
        }
        "published" => KeyField::Published,
        "publish" => KeyField::Publish,
        "updated" | "lastmod" | "modified" | "lastmodified" | "updatedat" | "updateddate"
        | "lastmodifiedat" => KeyField::Updated,
        "description" | "summary" | "excerpt" => KeyField::Description,
        "authors" | "by" | "byline" => KeyField::Authors,
        "tags" => KeyField::Tags,
        "url" | "canonical" | "canonicalurl" | "link" | "sourceurl" | "original" => KeyField::Url,
        "image" | "img" | "images" | "cover" | "heroimage" | "thumbnail" | "banner" | "featureimage" => {
            KeyField::Image
        }
        "draft" => KeyField::Draft,
        "feature" | "featured" => KeyField::Featured,
        "toc" => KeyField::Toc,
        "linktitle" => KeyField::LinkTitle,
        _ => return None,
    })
}

impl KeyField {
    fn holds(self, row: &Row<'_>, holds: &mut impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::Toc => row.toc().is_some_and(|is| holds(if is { "true" } else { "false" })),
            Self::Url => row.texts().url.is_some_and(holds),
            Self::Image => row.texts().image.is_some_and(holds),
            // These have sets and columns of their own.
            Self::Date
            | Self::Published
            | Self::Publish
            | Self::Authors
            | Self::Tags
            | Self::Updated
            | Self::Draft
            | Self::Featured
            | Self::Description
            | Self::LinkTitle => false,
        }
    }
}
