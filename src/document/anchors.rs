//! The places of a document that a link can name: its headings, what has an `id` or `name` in HTML or an attribute
//! list (`{#x}`, `{: #x}`), and the terms of definition lists, which sites give an id as they do headings.
//!
//! Knows `shown`. Names are compared by letters and digits alone, since each site makes slugs in its own way.

use std::collections::HashSet;

use super::Document;
use super::scan::How;
use super::shown::{PartId, PartKind, Position, Shown};

/// What stands before the name of a place.
const ATTRIBUTES: [&str; 6] = ["id=", "name=", "{#", "{: #", "{:#", "{/* #"];

/// A name as it is compared; `None` where it has neither letters nor digits.
pub fn folded(name: &str) -> Option<String> {
    let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (!folded.is_empty()).then_some(folded)
}

/// The names of all places of a document, folded.
pub fn names(document: &Document) -> HashSet<String> {
    let mut names = HashSet::new();
    each(document, &mut |name, _| names.extend(folded(name)));
    names
}

/// Where the place of this name is that is no heading, else the heading that is nearly called so.
pub(super) fn find(document: &Document, name: &str) -> Option<Position> {
    let wanted = folded(name)?;
    let mut found = None;
    each(document, &mut |name, position| {
        if found.is_none() && folded(name).is_some_and(|folded| folded == wanted) {
            found = Some(position);
        }
    });
    found
}

fn each(document: &Document, take: &mut dyn FnMut(&str, Position)) {
    for heading in document.contents() {
        take(heading.slug().as_str(), heading.position);
        take(heading.text.as_str(), heading.position);
    }
    let start = document.body().0 as usize;
    let body = document.markdown().get(start..).unwrap_or_default();
    for attribute in ATTRIBUTES {
        for at in memchr::memmem::find_iter(body.as_bytes(), attribute.as_bytes()) {
            let value = body[at + attribute.len()..].trim_start_matches(['"', '\'']);
            let end = value.find(['"', '\'', ' ', '>', '}', '\n']).unwrap_or(value.len());
            take(&value[..end], Position((start + at) as u32));
        }
    }
    for (index, part) in document.parts().iter().enumerate() {
        let is_term = part.kind == PartKind::Term && matches!(document.hows.get(index), Some(How::Inline));
        if is_term && let Shown::Text(text) = document.show(PartId(index as u32)) {
            take(text.text.as_str(), Position(part.range.start));
        }
    }
}
