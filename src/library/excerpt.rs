//! A section of an article that was found → the piece of it that is shown, and where that stands.
//!
//! Knows `hits`, `matcher`, `query`, `section`, `snippet` and `stems` of this folder, and `text`. Reads nothing:
//! the article's text is given.

use std::ops::Range;

use crate::text::SafeText;

use super::hits::Correction;
use super::matcher::{Matcher, Wanted};
use super::query::Query;
use super::section::{ArticleText, Section};
use super::snippet::{Snippet, snippet};
use super::stems::Language;

/// What is shown of a section that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The section's heading; empty for what stands before any.
    pub heading: SafeText,
    /// What was looked for in the heading, in bytes of it.
    pub heading_ranges: Vec<Range<usize>>,
    /// The heading's slug.
    pub slug: SafeText,
    /// The piece of its text that shows most of what was looked for, or its beginning; where it has no text, the
    /// beginning of what stands below it, else its heading or the article's title.
    pub snippet: Snippet,
    /// The byte of the markdown where the first of it stands, else where the section begins.
    pub position: u32,
    /// Whether nothing is shown that is said before the first heading: then it stands for the article as a whole.
    pub is_bare: bool,
    /// What the article is written in.
    pub language: Language,
    /// How many other sections of the article hold something of what was looked for.
    pub others: usize,
}

impl Excerpt {
    /// Whether there is anything in it that was looked for.
    pub fn has_marks(&self) -> bool {
        !(self.snippet.ranges.is_empty() && self.heading_ranges.is_empty())
    }
}

/// Finds what is marked of an answer to `query`: its words that rank, those that were taken for others as such.
pub fn matchers(query: &Query, corrections: &[Correction]) -> Vec<Matcher> {
    let texts = query.ranking_texts().into_iter().map(|text| {
        let written = Correction::words_of(&text);
        let taken = corrections.iter().find(|correction| Some(&correction.written) == written);
        taken.map_or(text.clone(), |correction| Correction::of(&text, correction.used.clone()))
    });
    texts.filter_map(|text| Wanted::of(&text)).map(Matcher::new).collect()
}

/// Where any of `matchers` finds something in `text`, in order.
pub fn find_any(text: &str, matchers: &[Matcher], language: Language) -> Vec<Range<usize>> {
    let matches = matchers.iter().flat_map(|matcher| matcher.find(text, language).0);
    let mut found: Vec<Range<usize>> = matches.map(|found| found.range).collect();
    found.sort_by_key(|range| (range.start, range.end));
    found
}

/// Whether any of `matchers` finds something in the heading of `section` or under it.
pub fn holds(section: &Section, matchers: &[Matcher], language: Language) -> bool {
    [section.text.as_str(), section.heading.as_str()]
        .iter()
        .any(|text| matchers.iter().any(|matcher| !matcher.find(text, language).0.is_empty()))
}

/// What is shown of `section`, in about `length` characters.
pub fn excerpt(
    text: &ArticleText,
    section: &Section,
    matchers: &[Matcher],
    language: Language,
    length: usize,
) -> Excerpt {
    let (snippet, position, is_bare) = shown(text, section, matchers, language, length);
    Excerpt {
        heading: section.heading.clone(),
        heading_ranges: find_any(section.heading.as_str(), matchers, language),
        slug: section.slug.clone(),
        snippet,
        position,
        is_bare,
        language,
        others: 0,
    }
}

fn shown(
    text: &ArticleText,
    section: &Section,
    matchers: &[Matcher],
    language: Language,
    length: usize,
) -> (Snippet, u32, bool) {
    let found = find_any(&section.text, matchers, language);
    let is_first = section.heading.is_empty();
    let has_text = !section.text.trim().is_empty();
    if found.is_empty()
        && is_first
        && let Some(description) = &text.article.description
    {
        let found = find_any(description.as_str(), matchers, language);
        if !found.is_empty() || !has_text {
            let is_bare = found.is_empty();
            return (snippet(description.as_str(), &found, length), section.position, is_bare);
        }
    }
    if has_text {
        let snippet = snippet(&section.text, &found, length);
        let at = if found.is_empty() { section.position } else { section.source(snippet.at) };
        return (snippet, at, false);
    }
    let itself = text.sections.iter().position(|other| other == section);
    let behind = text.sections.iter().skip(itself.map_or(usize::MAX, |itself| itself + 1));
    let mut below = behind.take_while(|other| other.level > section.level);
    let position = match below.clone().next() {
        // Before the first heading there is nothing to go to.
        Some(first) if is_first => first.position,
        _ => section.position,
    };
    let beginning = below.find(|other| !other.text.trim().is_empty());
    let snippet = if let Some(other) = beginning {
        snippet(&other.text, &[], length)
    } else {
        let name = if is_first { &text.article.title } else { &section.heading };
        snippet(name.as_str(), &find_any(name.as_str(), matchers, language), length)
    };
    (snippet, position, is_first)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library::article::{Place, assemble};
    use crate::library::front_matter::FrontMatter;

    /// The excerpt of a section whose text stands at byte 100 of the markdown, with its marks in brackets.
    fn check(query: &str, heading: &str, text: &str, expect: &str, position: u32) {
        let place = Place { root: 0, path: "a.md".into(), bytes: 0, modified: 0 };
        let mut article = assemble(place, Path::new(""), &FrontMatter::default(), None, Vec::new());
        article.description = Some(crate::safe!("What it says of risk."));
        let section = Section {
            heading: SafeText::line(heading),
            position: 90,
            text: text.to_owned(),
            places: vec![(0, 100)],
            ..Section::default()
        };
        let text = ArticleText { article, markdown: "".into(), sections: Vec::new() };
        let matchers = matchers(&Query::parse(query).unwrap(), &[]);
        let found = excerpt(&text, &section, &matchers, Language::of_tag("en"), 60);
        let mut shown = found.snippet.text.to_string();
        for range in found.snippet.ranges.iter().rev() {
            shown.insert(range.end, ']');
            shown.insert(range.start, '[');
        }
        assert_eq!((shown.as_str(), found.position), (expect, position), "{query}");
    }

    #[test]
    fn a_section_shows_where_the_words_stand_and_leads_there() {
        check("bridge", "Risk", "One. Two bridges.", "One. Two [bridges].", 109);
        check("bridge -risk", "Risk", "One bridge, one risk.", "One [bridge], one risk.", 104);
        check("nothing", "Risk", "One bridge.", "One bridge.", 90);
    }

    #[test]
    fn the_first_section_stands_for_the_description_too() {
        check("risk", "", "One bridge.", "What it says of [risk].", 90);
        check("bridge", "", "One bridge.", "One [bridge].", 104);
    }

    #[test]
    fn a_word_that_was_taken_for_another_is_marked_as_that() {
        let query = Query::parse("brdige").unwrap();
        let correction = Correction { written: crate::safe!("brdige"), used: crate::safe!("bridge") };
        let matchers = matchers(&query, &[correction]);
        assert_eq!(find_any("A bridge", &matchers, Language::NONE).first(), Some(&(2..8)));
    }
}
