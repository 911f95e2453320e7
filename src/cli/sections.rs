//! Markdown → the sections that searches read: `document` shows them, `library` names them.

use crate::document::sections::{self, SectionText};
use crate::document::shown::Position;
use crate::document::{Document, Options};
use crate::library::section::{Section, SectionPlace};
use crate::text::Markdown;

/// Cuts an article into sections.
pub(crate) fn read(markdown: &Markdown, body: u32) -> Vec<Section> {
    let options = Options { title: None, whole: true };
    let document = Document::parse(markdown.clone(), Position(body), &options);
    sections::sections(&document).into_iter().map(named).collect()
}

/// Reads one section of an article, without the others where that says the same.
pub(crate) fn read_one(markdown: &Markdown, body: u32, place: &SectionPlace) -> Option<Section> {
    let end = place.range.end.min(u32::try_from(markdown.len()).unwrap_or(u32::MAX));
    let place = sections::SectionPlace { range: place.range.start..end, slug_number: place.slug_number };
    sections::section_at(markdown, Position(body), &place).map(named)
}

fn named(section: SectionText) -> Section {
    let SectionText { heading, position, slug_number, text, places } = section;
    let named = heading.map(|heading| (heading.slug(), heading.level, heading.text));
    let (slug, level, heading) = named.unwrap_or_default();
    Section { heading, level, slug, slug_number, position: position.0, text, places }
}
