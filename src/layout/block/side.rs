//! The side that a list's or a quote's marks stand on: one for all of it.
//!
//! Knows `document`, `bidi` and `known`. By P2 and P3 of UAX #9 over the whole, as where HTML gives a list `dir="auto"`.

use super::super::bidi::{first_strong, reads_right_to_left};
use super::super::known::Known;
use super::levels::LEVELS;
use crate::document::Document;
use crate::document::shown::{
    Container, ContainerId, ContainerKind, Part, PartId, PartKind, Shown, ShownText,
};

/// Bytes of a list's beginning that decide its side.
const LOOKED_AT: usize = 4096;

/// Whether the outermost list or quote around a part is right-to-left: its first strong character is, outside code
/// and links if there are words. `None` outside of all, and where nothing decides.
pub(super) fn is_right_to_left(document: &Document, part: &Part, known: &mut Known) -> Option<bool> {
    let around = outermost(document, part)?;
    if let Some((_, side)) = known.side.filter(|(known, _)| *known == around) {
        return side;
    }
    let side = side_of(document, document.container(around));
    known.side = Some((around, side));
    side
}

fn side_of(document: &Document, outermost: &Container) -> Option<bool> {
    let range = outermost.range.start as usize..outermost.range.end as usize;
    let whole = document.markdown().get(range)?;
    let mut end = whole.len().min(LOOKED_AT);
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    let looked_at = &whole[..end];
    if !reads_right_to_left(looked_at) {
        // Most articles never get further.
        return looked_at.contains(char::is_alphabetic).then_some(false);
    }
    let first = document.parts().partition_point(|part| part.range.start < outermost.range.start);
    let last = outermost.range.start + end as u32;
    let within =
        document.parts().iter().enumerate().skip(first).take_while(|(_, part)| part.range.start < last);
    let texts: Vec<ShownText> = within
        .filter_map(|(id, part)| match document.show(PartId(id as u32)) {
            // The title that an alert has by itself is in no language.
            Shown::Text(text) if part.kind == PartKind::Term && text.text.as_str().is_ascii() => None,
            Shown::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    let words = texts.iter().find_map(|text| first_strong(text.text.as_str(), &text.spans));
    words.or_else(|| texts.iter().find_map(|text| first_strong(text.text.as_str(), &[])))
}

/// The outermost list, quote or alert of those around a part that are shown.
fn outermost(document: &Document, part: &Part) -> Option<ContainerId> {
    let mut found = None;
    let mut at = part.container;
    for _ in 0..LEVELS {
        let container = document.container(at);
        if matches!(
            container.kind,
            ContainerKind::List { .. } | ContainerKind::Quote | ContainerKind::Alert(_)
        ) {
            found = Some(at);
        }
        if container.parent == at {
            break;
        }
        at = container.parent;
    }
    found
}
