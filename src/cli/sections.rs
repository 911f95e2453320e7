//! Markdown → the sections that searches read: `document` shows them, `library` names them.

use crate::document::shown::Position;
use crate::document::{Document, Options, sections};
use crate::library::section::Section;
use crate::text::Markdown;

/// Cuts an article into sections.
pub(crate) fn read(markdown: &Markdown, body: u32) -> Vec<Section> {
    let options = Options { title: None, whole: true };
    let document = Document::parse(markdown.clone(), Position(body), &options);
    let sections = sections::sections(&document).into_iter();
    sections
        .map(|section| {
            let (slug, level, heading) = section
                .heading
                .map(|heading| (heading.slug(), heading.level, heading.text))
                .unwrap_or_default();
            let position = section.position.0;
            Section { heading, level, slug, position, text: section.text, places: section.places }
        })
        .collect()
}
