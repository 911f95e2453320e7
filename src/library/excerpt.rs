//! A section of an article that was found → the piece of it that is shown, and where that stands.
//!
//! Knows `hits`, `marking`, `section`, `snippet` and `stems` of this folder, and `text`. Reads nothing: the article's
//! text is given.

use std::ops::Range;

use crate::text::SafeText;

use super::hits::Part;
use super::marking::Marking;
use super::section::{ArticleText, Name, Section};
use super::snippet::{Snippet, snippet};
use super::stems::Language;

/// What is shown of a section that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The section's heading; empty for what stands before any.
    pub heading: SafeText,
    /// What was looked for in the heading, in bytes of it.
    pub heading_ranges: Vec<Range<usize>>,
    /// The heading's slug.
    pub slug: SafeText,
    /// The piece of its text that shows most of what was looked for. What stands before any heading and holds nothing of
    /// it shows where the description does, else the title, else the names. Where none of these does, the text's
    /// beginning; where it has no text, the beginning of what stands below it, else its heading or the article's title.
    pub snippet: Snippet,
    /// What of the article the snippet is of.
    pub part: Part,
    /// The byte of the markdown where the first of it stands, else where the section begins.
    pub position: u32,
    /// The line of the file, from 1, in which that stands; of what the front matter says, the line of its key.
    pub line: u32,
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

/// Whether `marking` finds something in the heading of `section` or under it.
pub fn holds(section: &Section, marking: &Marking, language: Language) -> bool {
    !marking.find(Part::Body, &section.text, language).is_empty()
        || !marking.find(Part::Heading, section.heading.as_str(), language).is_empty()
}

/// What is shown of `section`, in about `length` characters.
pub fn excerpt(
    text: &ArticleText,
    section: &Section,
    marking: &Marking,
    language: Language,
    length: usize,
) -> Excerpt {
    let shown = shown_alone(text, section, marking, language, length);
    let shown = shown.unwrap_or_else(|| shown_below(text, section, marking, language, length));
    made(shown, text, section, marking, language)
}

/// As [`excerpt`], where no other section of the article counts for it.
pub fn excerpt_alone(
    text: &ArticleText,
    section: &Section,
    marking: &Marking,
    language: Language,
    length: usize,
) -> Option<Excerpt> {
    let shown = shown_alone(text, section, marking, language, length)?;
    Some(made(shown, text, section, marking, language))
}

fn made(
    shown: Shown,
    text: &ArticleText,
    section: &Section,
    marking: &Marking,
    language: Language,
) -> Excerpt {
    let Shown { snippet, part, position, line, is_bare } = shown;
    Excerpt {
        heading: section.heading.clone(),
        heading_ranges: marking.find(Part::Heading, section.heading.as_str(), language),
        slug: section.slug.clone(),
        snippet,
        part,
        position,
        line: line.unwrap_or_else(|| text.line(position)),
        is_bare,
        language,
        others: 0,
    }
}

struct Shown {
    snippet: Snippet,
    part: Part,
    position: u32,
    /// The line, where that does not follow from the position.
    line: Option<u32>,
    is_bare: bool,
}

fn shown_alone(
    text: &ArticleText,
    section: &Section,
    marking: &Marking,
    language: Language,
    length: usize,
) -> Option<Shown> {
    let found = marking.find(Part::Body, &section.text, language);
    let is_first = section.heading.is_empty();
    let has_text = !section.text.trim().is_empty();
    if found.is_empty()
        && is_first
        && let Some(shown) = of_article(text, section, marking, language, length)
    {
        return Some(shown);
    }
    has_text.then(|| {
        let snippet = snippet(&section.text, &found, length);
        let position = if found.is_empty() { section.position } else { section.source(snippet.at) };
        Shown { snippet, part: Part::Body, position, line: None, is_bare: false }
    })
}

/// What is shown of a section without text of its own.
fn shown_below(
    text: &ArticleText,
    section: &Section,
    marking: &Marking,
    language: Language,
    length: usize,
) -> Shown {
    let is_first = section.heading.is_empty();
    let itself = text.sections.iter().position(|other| other == section);
    let behind = text.sections.iter().skip(itself.map_or(usize::MAX, |itself| itself + 1));
    let mut below = behind.take_while(|other| other.level > section.level);
    let position = match below.clone().next() {
        // Before the first heading there is nothing to go to.
        Some(first) if is_first => first.position,
        _ => section.position,
    };
    let beginning = below.find(|other| !other.text.trim().is_empty());
    let (snippet, part) = if let Some(other) = beginning {
        (snippet(&other.text, &[], length), Part::Body)
    } else if is_first {
        (snippet(text.article.title.as_str(), &[], length), Part::Title)
    } else {
        let heading = section.heading.as_str();
        (snippet(heading, &marking.find(Part::Heading, heading, language), length), Part::Heading)
    };
    Shown { snippet, part, position, line: None, is_bare: is_first }
}

/// What is shown of what is said of the article as a whole, where `section` stands before any heading and does not
/// hold what was looked for itself.
fn of_article(
    text: &ArticleText,
    section: &Section,
    marking: &Marking,
    language: Language,
    length: usize,
) -> Option<Shown> {
    let position = section.position;
    let of = |part: Part, text: &str| {
        let found = marking.find(part, text, language);
        (!found.is_empty()).then(|| snippet(text, &found, length))
    };
    let description = text.article.description.as_ref();
    if let Some(snippet) = description.and_then(|text| of(Part::Description, text.as_str())) {
        let line = Some(text.lines.description.unwrap_or(1));
        return Some(Shown { snippet, part: Part::Description, position, line, is_bare: false });
    }
    if let Some(snippet) = of(Part::Title, text.article.title.as_str()) {
        let line = Some(text.title_line());
        return Some(Shown { snippet, part: Part::Title, position, line, is_bare: true });
    }
    let names = text.named().into_iter().find_map(|(name, names)| {
        let (joined, found) = marked_names(&names, marking, language);
        (!found.is_empty()).then(|| (snippet(&joined, &found, length), name))
    });
    if let Some((snippet, name)) = names {
        let line = match name {
            Name::Tags => text.lines.tags,
            Name::Source => text.lines.source,
            Name::Authors => text.lines.authors,
        };
        return Some(Shown {
            snippet,
            part: Part::Names,
            position,
            line: Some(line.unwrap_or(1)),
            is_bare: true,
        });
    }
    let description = description.filter(|_| section.text.trim().is_empty())?;
    let snippet = snippet(description.as_str(), &[], length);
    Some(Shown { snippet, part: Part::Description, position, line: None, is_bare: true })
}

/// Names in one line, and what is marked in them.
fn marked_names(names: &[&SafeText], marking: &Marking, language: Language) -> (String, Vec<Range<usize>>) {
    let (mut joined, mut found) = (String::new(), Vec::new());
    for name in names {
        if !joined.is_empty() {
            joined.push_str(", ");
        }
        let at = joined.len();
        let own = marking.find(Part::Names, name.as_str(), language);
        found.extend(own.into_iter().map(|range| at + range.start..at + range.end));
        joined.push_str(name.as_str());
    }
    (joined, found)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::library::article::{KeyLines, Place, assemble};
    use crate::library::front_matter::FrontMatter;
    use crate::library::query::Query;

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
        let lines = KeyLines::default();
        let text = ArticleText { article, markdown: "".into(), sections: Vec::new(), lines };
        let marking = Marking::of(&Query::parse(query).unwrap(), &[]);
        let found = excerpt(&text, &section, &marking, Language::of_tag("en"), 60);
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
}
