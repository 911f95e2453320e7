//! A document → its sections: what is shown between two headings, in one text each.
//!
//! Knows `shown`. This is what searches read; headings in quotes and lists are text like any other.

use super::Document;
use super::shown::{Heading, PartKind, Position, Shown, ShownText};

/// What a document shows from one heading of its contents to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionText {
    /// The heading it stands under; `None` for what stands before any.
    pub heading: Option<Heading>,
    /// Where it begins.
    pub position: Position,
    /// What its blocks show, an empty line between two; without the heading.
    pub text: String,
    /// (byte of the text, byte of the markdown), in order.
    pub places: Vec<(u32, u32)>,
}

/// The sections of `document`; the first stands before any heading and may be empty.
pub fn sections(document: &Document) -> Vec<SectionText> {
    let mut sections = vec![SectionText { position: document.body(), ..SectionText::default() }];
    let mut headings = document.contents().iter().filter(|heading| heading.top_level).peekable();
    let mut inside_heading = false;
    for (index, part) in document.parts().iter().enumerate() {
        let id = super::shown::PartId(index as u32);
        if let Some(heading) = headings.next_if(|heading| heading.part == id) {
            sections.push(SectionText {
                heading: Some(heading.clone()),
                position: heading.position,
                ..SectionText::default()
            });
            inside_heading = true;
        }
        if inside_heading && matches!(part.kind, PartKind::Heading { .. }) {
            inside_heading = !part.last;
            continue;
        }
        inside_heading = false;
        let Some(section) = sections.last_mut() else { continue };
        match document.show(id) {
            Shown::Text(text)
            | Shown::Code { text, .. }
            | Shown::Math(text)
            | Shown::Image { alt: text, .. } => {
                section.block(&text, if part.first { "\n\n" } else { "\n" });
            }
            Shown::Table(table) => {
                // A later part of a large table carries the header again.
                let header = part.first.then_some(&table.header);
                for (row, cells) in header.into_iter().chain(&table.rows).enumerate() {
                    for (column, cell) in cells.iter().enumerate() {
                        let between = match (row, column) {
                            (0, 0) if part.first => "\n\n",
                            (_, 0) => "\n",
                            _ => " | ",
                        };
                        section.block(cell, between);
                    }
                }
            }
            Shown::Rule | Shown::Nothing => {}
        }
    }
    sections
}

impl SectionText {
    fn block(&mut self, shown: &ShownText, between: &str) {
        if shown.text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str(between);
        }
        let base = self.text.len() as u32;
        self.places.extend(shown.map.runs().map(|(at, source, _)| (base + at, source.start)));
        self.text.push_str(shown.text.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Options;

    fn check(markdown: &str, expect: &[(&str, &str)]) {
        let options = Options { title: None, whole: true };
        let document = Document::parse(markdown.into(), Position(0), &options);
        let sections = sections(&document);
        let shown: Vec<_> = sections
            .iter()
            .map(|section| {
                let heading = section.heading.as_ref().map_or("", |heading| heading.text.as_str());
                (heading, section.text.as_str())
            })
            .collect();
        assert_eq!(shown, expect, "{markdown:?}");
    }

    #[test]
    fn a_section_is_what_is_shown_under_its_heading() {
        check("", &[("", "")]);
        check("one\n\ntwo [three](http://x.y)\n", &[("", "one\n\ntwo three")]);
        check(
            "# A\n\none\n\n## B\nSetext\n===\n- two\n- **th**ree\n",
            &[("", ""), ("A", "one"), ("B", ""), ("Setext", "two\n\nthree")],
        );
        check("> # Quoted\n> text\n", &[("", "Quoted\n\ntext")]);
        check(
            "| a | b |\n|---|---|\n| c | d |\n\n```rust\nlet x;\nlet y;\n```\n",
            &[("", "a | b\nc | d\n\nlet x;\nlet y;")],
        );
    }

    #[test]
    fn every_word_leads_back_to_where_it_is_written() {
        let markdown =
            "# T\n\nSome *marked* and\nbroken words.\n\n> quoted\n> lines\n\n| a | cell |\n|--|--|\n";
        let document = Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true });
        for section in sections(&document) {
            for word in ["marked", "broken", "words", "lines", "cell"] {
                let Some(at) = section.text.find(word) else { continue };
                let place = section.places.iter().rev().find(|(text, _)| *text as usize <= at).unwrap();
                let source = place.1 as usize + at - place.0 as usize;
                assert_eq!(&markdown[source..source + word.len()], word);
            }
        }
    }
}
