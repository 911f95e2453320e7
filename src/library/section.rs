//! The text of an article as searches read it: cut into sections at its headings.
//!
//! Knows only `article`, and `text`. Who reads the markdown (`document`) is not known here.

use std::ops::Range;

use crate::text::{Markdown, SafeText};

use super::article::{Article, KeyLines, TitleFrom};
use super::stems::Language;

/// What stands under a heading, up to the next one of any level. The first section of an article is what
/// stands before any heading; it is always there, and may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading's text; empty for the first section.
    pub heading: SafeText,
    /// The heading's level, 1 to 6; 0 for the first section.
    pub level: u8,
    /// The heading's slug.
    pub slug: SafeText,
    /// What number its slug has among those of one text; `None` where the section cannot be read alone.
    pub slug_number: Option<u32>,
    /// Where it begins, in bytes of the markdown.
    pub position: u32,
    /// What its blocks show, an empty line between two. The heading is not in it.
    pub text: String,
    /// Where the text came from: (byte of the text, byte of the markdown), in order; between two of them
    /// both advance together, or nearly.
    pub places: Vec<(u32, u32)>,
}

impl Section {
    /// The byte of the markdown that the byte `at` of the text came from.
    pub fn source(&self, at: usize) -> u32 {
        let after = self.places.partition_point(|(text, _)| *text as usize <= at);
        match after.checked_sub(1).and_then(|before| self.places.get(before)) {
            Some((text, source)) => {
                let next = self.places.get(after).map_or(u32::MAX, |(_, next)| *next);
                (source + (at as u32 - text)).min(next.max(*source))
            }
            None => self.position,
        }
    }
}

/// Where a section stands that was read once, which is enough to read it again without the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionPlace {
    /// Its bytes of the markdown, up to where the next section begins; `u32::MAX` for the markdown's end.
    pub range: Range<u32>,
    /// [`Section::slug_number`].
    pub slug_number: u32,
}

/// Reads one section of the markdown whose body begins at a byte; `None` where it hangs on the others.
pub type ReadSection = fn(markdown: &Markdown, body: u32, place: &SectionPlace) -> Option<Section>;

/// Cuts the markdown whose body begins at a byte into sections. There is always one.
pub type ReadSections = fn(markdown: &Markdown, body: u32) -> Vec<Section>;

/// What of an article a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// One of its tags.
    Tags,
    /// Its source.
    Source,
    /// One of its authors.
    Authors,
}

/// An article that was read whole.
#[derive(Clone, Debug)]
pub struct ArticleText {
    /// Its metadata.
    pub article: Article,
    /// Its decoded text.
    pub markdown: Markdown,
    /// Its sections; never none.
    pub sections: Vec<Section>,
    /// Where its front matter says what it is described by.
    pub lines: KeyLines,
}

impl ArticleText {
    /// The line of the file that the byte `at` of the markdown stands in, from 1.
    pub fn line(&self, at: u32) -> u32 {
        let before = self.markdown.as_bytes().get(..at as usize).unwrap_or(self.markdown.as_bytes());
        memchr::memchr_iter(b'\n', before).count() as u32 + 1
    }

    /// The line in which its title is: 1 where that is the file's name.
    pub fn title_line(&self) -> u32 {
        let heading = || {
            let first =
                self.sections.iter().find(|section| section.level == 1 && !section.heading.is_empty());
            first.filter(|_| self.article.title_from == TitleFrom::Heading)
        };
        self.lines.title.or_else(|| heading().map(|section| self.line(section.position))).unwrap_or(1)
    }

    /// What it is written in: as it says, else as its text seems.
    pub fn language(&self) -> Language {
        if let Some(tag) = &self.article.lang {
            return Language::of_tag(tag.as_str());
        }
        let longest = self.sections.iter().max_by_key(|section| section.text.len().min(4096));
        longest.map_or(Language::NONE, |section| Language::of_text(&section.text))
    }

    /// Its tags, source and authors, by which of them they are.
    pub fn named(&self) -> [(Name, Vec<&SafeText>); 3] {
        let article = &self.article;
        [
            (Name::Tags, article.tags.iter().collect()),
            (Name::Source, article.source.iter().collect()),
            (Name::Authors, article.authors.iter().collect()),
        ]
    }

    /// What is said of it beside title and description, in one text: tags, source and authors, a block
    /// each.
    pub fn names(&self) -> String {
        let mut names = String::new();
        for name in self.named().into_iter().flat_map(|(_, names)| names) {
            if !names.is_empty() {
                names.push_str("\n\n");
            }
            names.push_str(name.as_str());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_the_text_leads_to_the_markdown() {
        let section = Section { places: vec![(0, 10), (4, 20), (8, 30)], position: 3, ..Section::default() };
        for (at, source) in [(0, 10), (3, 13), (4, 20), (7, 23), (9, 31)] {
            assert_eq!(section.source(at), source, "{at}");
        }
        assert_eq!(Section { position: 3, ..Section::default() }.source(5), 3);
    }
}
