//! A document → its sections: what is shown between two headings, in one text each.
//!
//! Knows `shown`. This is what searches read; headings in quotes and lists are text like any other.

use std::ops::Range;

use crate::text::Markdown;

use super::Document;
use super::shown::{ContainerId, Heading, PartKind, Position, Shown, ShownText, Slug};

/// What a document shows from one heading of its contents to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionText {
    /// The heading it stands under; `None` for what stands before any.
    pub heading: Option<Heading>,
    /// Where it begins.
    pub position: Position,
    /// The number of its slug ([`Slug::OfText`]; 0 before any heading). `None` where [`section_at`] is of no use: the
    /// slug is another, or the section begins within something.
    pub slug_number: Option<u32>,
    /// What its blocks show, an empty line between two; without the heading.
    pub text: String,
    /// (byte of the text, byte of the markdown), in order.
    pub places: Vec<(u32, u32)>,
}

/// The sections of `document`; the first stands before any heading and may be empty.
pub fn sections(document: &Document) -> Vec<SectionText> {
    let mut sections =
        vec![SectionText { position: document.body(), slug_number: Some(0), ..SectionText::default() }];
    let mut headings = document.contents().iter().filter(|heading| heading.top_level).peekable();
    let mut inside_heading = false;
    for (index, part) in document.parts().iter().enumerate() {
        let id = super::shown::PartId(index as u32);
        if let Some(heading) = headings.next_if(|heading| heading.part == id) {
            let slug_number = match heading.slug {
                Slug::OfText(number) if part.container == ContainerId(0) => Some(number),
                _ => None,
            };
            sections.push(SectionText {
                heading: Some(heading.clone()),
                position: heading.position,
                slug_number,
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

/// Where a section stands in a markdown that was cut into sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionPlace {
    /// Its bytes, up to where the next one begins.
    pub range: Range<u32>,
    /// [`SectionText::slug_number`].
    pub slug_number: u32,
}

/// The section at `place` of `markdown`, whose body begins at `body`, as [`sections`] gives it, without reading more
/// than that. `None` where what it shows may hang on the rest.
pub fn section_at(markdown: &Markdown, body: Position, place: &SectionPlace) -> Option<SectionText> {
    let begins = place.range.start as usize;
    let bytes = markdown.get(begins..place.range.end as usize)?;
    if begins == body.0 as usize && bytes.trim_ascii().is_empty() {
        return Some(SectionText { position: body, slug_number: Some(0), ..SectionText::default() });
    }
    // Only such a heading is one whatever comes before it.
    if begins != body.0 as usize && !bytes.starts_with('#') {
        return None;
    }
    let document = Document::of_section(markdown.clone(), body, place.range.clone())?;
    let mut found = sections(&document);
    let mut section = found.pop()?;
    match (&mut section.heading, found.as_slice()) {
        (None, []) => {}
        // Before the heading there is nothing.
        (Some(heading), [before]) if before.text.is_empty() && heading.position.0 as usize == begins => {
            section.slug_number.filter(|number| *number == 0)?;
            heading.slug = Slug::OfText(place.slug_number);
            section.slug_number = Some(place.slug_number);
            // It is not known how many lines are above.
            heading.line = 0;
        }
        _ => return None,
    }
    Some(section)
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
pub(super) mod tests {
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

    /// Where the sections of a markdown are; without a place for those whose heading has its own slug.
    pub(in crate::document) fn places(markdown: &str, sections: &[SectionText]) -> Vec<Option<SectionPlace>> {
        let ends = sections.iter().skip(1).map(|next| next.position.0).chain([markdown.len() as u32]);
        let place = |(section, end): (&SectionText, u32)| {
            let slug_number = section.slug_number?;
            Some(SectionPlace { range: section.position.0..end, slug_number })
        };
        sections.iter().zip(ends).map(place).collect()
    }

    #[test]
    fn a_section_is_read_alone_where_it_says_everything_itself() {
        let check = |markdown: &str, expect: &[bool]| {
            let markdown = Markdown::from(markdown);
            let options = Options { title: None, whole: true };
            let sections = sections(&Document::parse(markdown.clone(), Position(0), &options));
            let places = places(&markdown, &sections);
            let alone =
                places.iter().map(|place| Some(section_at(&markdown, Position(0), place.as_ref()?)?.text));
            let texts = sections.iter().zip(expect).map(|(section, is)| is.then(|| section.text.clone()));
            assert_eq!(alone.collect::<Vec<_>>(), texts.collect::<Vec<_>>(), "{markdown:?}");
        };
        check(
            "one\n\n# A\n\ntwo *three*\n\n- x\n- y\n\n## B\n\n| a |\n|---|\n| b |\n\n## B\n\nend\n",
            &[true; 4],
        );
        check("# A\n\n[one][x] and [two]\n\n# B\n\n[x]: http://u.v\n", &[true, false, true]);
        check("# A\n\nOne [two] three.\n\n# B\n\nFour.\n", &[true; 3]);
        check("# A\n\nOne[^1].\n\n# B\n\n[^1]: Two.\n", &[true, false, false]);
        check("# A {#own}\n\nOne.\n\n# B\n\nC\n===\n\nTwo.\n", &[true, false, true, false]);
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
