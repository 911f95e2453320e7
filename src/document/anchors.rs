//! The places of a document that a link can name: its headings, what has an `id` or `name` in HTML or an attribute
//! list (`{#x}`, `{: #x}`), blocks of a vault (`^x`), and the terms of definition lists, which sites give an id as they do headings.
//!
//! Knows `shown`. Names are compared by letters and digits alone, since each site makes slugs in its own way.

use std::collections::HashSet;

use super::Document;
use super::scan::How;
use super::shown::{PartId, PartKind, Position, Shown};

/// What stands before the name of a place.
const ATTRIBUTES: [&str; 6] = ["id=", "name=", "{#", "{: #", "{:#", "{/* #"];

/// A name as it is compared; `None` where it has neither letters nor digits. That of a block of a vault (`^x`) is
/// none of a heading.
pub fn folded(name: &str) -> Option<String> {
    let block = if name.starts_with('^') { "^" } else { "" };
    let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let folded: String = block.chars().chain(letters).collect();
    (folded.len() > block.len()).then_some(folded)
}

/// Whether what stands after `#` names a place that can be missing: not the top of the page, a piece of text
/// (`:~:`), what a template makes, or a footnote as a site numbers them.
pub fn is_name(fragment: &str) -> bool {
    let footnote = fragment.strip_prefix("fnref").or_else(|| fragment.strip_prefix("fn"));
    let is_footnote = footnote.is_some_and(|rest| !rest.chars().any(char::is_alphabetic));
    !(is_footnote
        || fragment.starts_with([':', '/', '!'])
        || fragment.contains(['{', '<', '$', '='])
        || fragment.eq_ignore_ascii_case("top"))
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
    for at in memchr::memmem::find_iter(body.as_bytes(), b"^") {
        let (before, after) = body.split_at(at);
        let id = after.lines().next().unwrap_or_default().trim_end();
        let is_id = id[1..].chars().all(|letter| letter.is_alphanumeric() || letter == '-');
        if is_id && (before.is_empty() || before.ends_with([' ', '\t', '\n'])) {
            take(id, Position((start + at) as u32));
        }
    }
    for (index, part) in document.parts().iter().enumerate() {
        let is_term = part.kind == PartKind::Term && matches!(document.hows.get(index), Some(How::Inline));
        if is_term && let Shown::Text(text) = document.show(PartId(index as u32)) {
            take(text.text.as_str(), Position(part.range.start));
        }
    }
}
