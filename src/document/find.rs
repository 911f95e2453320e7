//! Where something stands in what an article shows: in words as they are read, whatever markup, line ends and
//! soft hyphens are between them.
//!
//! Knows `shown` and `text`. What is looked for is given as a function or made of a typed [`Pattern`]; what is found
//! is ranges of the markdown, so that no width changes them.

mod glance;

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::shown::{Part, PartId, PartKind, Shown, ShownText, SourceMap};
use super::{Document, How};
use crate::text::SafeText;
use glance::Glance;

/// Most bytes of program that an expression may compile to: enough for any that a person types.
const MOST_BYTES: usize = 1 << 20;
/// A hyphen that is shown only where a line ends with it.
const SOFT_HYPHEN: &str = "\u{ad}";
/// Bytes on each side of the cut between two parts of a block in which something may lie across it.
const ACROSS: usize = 512;

/// Finds something in a text: adds the ranges where it stands, in order.
pub type Seek<'a> = dyn Fn(&str, &mut Vec<Range<usize>>) + 'a;

/// What somebody typed to be found.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// What to look for before a part is parsed.
    glance: Option<Glance>,
}

impl Pattern {
    /// The text itself, blanks standing for any white space; or, with `is_regex`, what the expression matches. Case
    /// counts where a capital is written. `None` for a text of nothing but blanks.
    ///
    /// # Errors
    ///
    /// Why an expression cannot be read.
    pub fn new(typed: &str, is_regex: bool) -> Result<Option<Self>, SafeText> {
        if typed.trim().is_empty() {
            return Ok(None);
        }
        let mut source = String::new();
        if is_regex {
            source.push_str(typed);
        } else {
            for (index, word) in typed.split(char::is_whitespace).enumerate() {
                if index > 0 && !source.ends_with(r"\s+") {
                    source.push_str(r"\s+");
                }
                source.push_str(&regex::escape(word));
            }
        }
        let any_case = !has_capital(typed, is_regex);
        let regex = RegexBuilder::new(&source)
            .case_insensitive(any_case)
            .multi_line(true)
            .size_limit(MOST_BYTES)
            .build()
            .map_err(|error| {
                let whole = error.to_string();
                let last = whole.lines().next_back().unwrap_or_default();
                SafeText::line(last.strip_prefix("error: ").unwrap_or(last))
            })?;
        let glance = if is_regex { None } else { Glance::of(typed, any_case) };
        Ok(Some(Self { regex, glance }))
    }

    /// Adds where it stands in `text`.
    pub fn seek(&self, text: &str, found: &mut Vec<Range<usize>>) {
        found.extend(self.regex.find_iter(text).map(|found| found.range()).filter(|range| !range.is_empty()));
    }
}

/// Whether a capital letter is written; `\W` and its kin are none.
fn has_capital(typed: &str, is_regex: bool) -> bool {
    let mut escaped = false;
    typed.chars().any(|letter| {
        let counts = letter.is_uppercase() && !escaped;
        escaped = is_regex && letter == '\\' && !escaped;
        counts
    })
}

/// Looks through the parts of a document, best in their order.
#[derive(Debug)]
pub struct Finder<'a> {
    document: &'a Document,
    /// The end of what the last part that was looked at shows.
    tail: Option<(PartId, Tail)>,
}

/// The end of what a part shows.
#[derive(Debug)]
struct Tail {
    text: String,
    map: SourceMap,
}

impl<'a> Finder<'a> {
    /// Looks through `document`.
    pub fn new(document: &'a Document) -> Self {
        Self { document, tail: None }
    }

    /// Whether a part is a heading of the contents.
    pub fn is_heading(&self, id: PartId) -> bool {
        let is_one = |part: &Part| matches!(part.kind, PartKind::Heading { .. });
        let contents = self.document.contents();
        let first = || contents.partition_point(|heading| heading.part <= id).checked_sub(1);
        self.document.parts().get(id.0 as usize).is_some_and(is_one)
            && first().and_then(|at| contents.get(at)).is_some_and(|heading| heading.top_level)
    }

    /// Adds where a pattern stands in a part, as [`Finder::part`] does.
    pub fn pattern(&mut self, id: PartId, pattern: &Pattern, found: &mut Vec<Range<u32>>) {
        if pattern.glance.as_ref().is_none_or(|glance| self.may_show(id, glance)) {
            self.part(id, &|text, found| pattern.seek(text, found), found);
        }
    }

    /// Whether a part, or what lies over the cut before it, may show what is looked for.
    fn may_show(&self, id: PartId, glance: &Glance) -> bool {
        let Some(part) = self.document.parts().get(id.0 as usize) else { return false };
        if self.may_hold(id, glance) {
            return true;
        }
        let before = id.0.checked_sub(1).filter(|_| !part.first && part.kind != PartKind::Table);
        before.is_some_and(|before| {
            let cut = (part.range.start as usize).checked_sub(1);
            let cut = cut.and_then(|cut| self.document.markdown().as_bytes().get(cut));
            // A long word may have had to be cut.
            !cut.is_some_and(u8::is_ascii_whitespace) || self.may_hold(PartId(before), glance)
        })
    }

    fn may_hold(&self, id: PartId, glance: &Glance) -> bool {
        let Some(part) = self.document.parts().get(id.0 as usize) else { return false };
        let range = part.range.start as usize..part.range.end as usize;
        let markdown = self.document.markdown().get(range).unwrap_or_default();
        match self.document.hows.get(id.0 as usize) {
            Some(How::Code(_)) => glance.may_be_in_code(markdown),
            Some(How::Inline | How::Table) if part.kind != PartKind::Math => glance.may_be_in(markdown),
            // What these show is not what is written.
            _ => true,
        }
    }

    /// Adds where `seek` finds something in a part, and over the cut to the part of the same block before it: ranges
    /// of the markdown, in order, none twice.
    pub fn part(&mut self, id: PartId, seek: &Seek<'_>, found: &mut Vec<Range<u32>>) {
        let Some(part) = self.document.parts().get(id.0 as usize) else { return };
        if matches!(part.kind, PartKind::Nothing | PartKind::Rule) {
            self.tail = None;
            return;
        }
        let from = found.len();
        let before = if part.first { None } else { self.tail_before(id) };
        match self.document.show(id) {
            Shown::Text(text)
            | Shown::Code { text, .. }
            | Shown::Math(text)
            | Shown::Image { alt: text, .. } => {
                if let Some(before) = before {
                    across(self.document, part, &before, &text, seek, found);
                }
                within(text.text.as_str(), &text.map, seek, found);
                self.tail = (!part.last).then(|| (id, Tail::of(&text)));
            }
            Shown::Table(table) => {
                self.tail = None;
                // A later part of a large table carries the header again.
                let header = part.first.then_some(&table.header);
                for cell in header.into_iter().chain(&table.rows).flatten() {
                    within(cell.text.as_str(), &cell.map, seek, found);
                }
            }
            Shown::Rule | Shown::Nothing => self.tail = None,
        }
        let mut own = found.split_off(from);
        own.sort_by_key(|range| (range.start, range.end));
        own.dedup();
        found.append(&mut own);
    }

    /// The end of what the part before `id` shows.
    fn tail_before(&mut self, id: PartId) -> Option<Tail> {
        let before = PartId(id.0.checked_sub(1)?);
        match self.tail.take() {
            Some((of, tail)) if of == before => Some(tail),
            _ => match self.document.show(before) {
                Shown::Text(text) | Shown::Code { text, .. } => Some(Tail::of(&text)),
                _ => None,
            },
        }
    }
}

impl Tail {
    fn of(shown: &ShownText) -> Self {
        let text = shown.text.as_str();
        let from = text.ceil_char_boundary(text.len().saturating_sub(ACROSS));
        let map = shown.map.slice(from as u32..text.len() as u32);
        Self { text: text[from..].to_owned(), map }
    }
}

/// Adds what lies over the cut between `before` and the beginning of `shown`.
fn across(
    document: &Document,
    part: &Part,
    before: &Tail,
    shown: &ShownText,
    seek: &Seek<'_>,
    found: &mut Vec<Range<u32>>,
) {
    let text = shown.text.as_str();
    let head = &text[..text.floor_char_boundary(ACROSS)];
    // Where a long word had to be cut there was nothing between.
    let cut = document.markdown().as_bytes().get((part.range.start as usize).saturating_sub(1));
    let between = if cut.is_some_and(u8::is_ascii_whitespace) { "\n" } else { "" };
    let joined = format!("{}{between}{head}", before.text);
    let (end, start) = (before.text.len(), before.text.len() + between.len());
    let mut ranges = Vec::new();
    seek_through_hyphens(&joined, seek, &mut ranges);
    for range in ranges.into_iter().filter(|range| range.start < end && range.end > start) {
        let first = before.map.source(range.start as u32);
        let last = shown.map.source((range.end - start - 1) as u32);
        found.push(first.start..last.end.max(first.start));
    }
}

fn within(text: &str, map: &SourceMap, seek: &Seek<'_>, found: &mut Vec<Range<u32>>) {
    let mut ranges = Vec::new();
    seek_through_hyphens(text, seek, &mut ranges);
    found.extend(ranges.into_iter().map(|range| map.source_of(range.start as u32..range.end as u32)));
}

/// Finds what `seek` would find were there no soft hyphens.
fn seek_through_hyphens(text: &str, seek: &Seek<'_>, found: &mut Vec<Range<usize>>) {
    let mark = SOFT_HYPHEN;
    if memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_none() {
        return seek(text, found);
    }
    let mut plain = String::with_capacity(text.len());
    // Where each stretch without a hyphen begins: in the plain text, and in the text.
    let mut stretches = vec![(0, 0)];
    for (at, piece) in text.match_indices(mark) {
        let (start, from) = stretches.last().copied().unwrap_or_default();
        plain.push_str(&text[from..at]);
        stretches.push((start + at - from, at + piece.len()));
    }
    let from = stretches.last().map_or(0, |(_, from)| *from);
    plain.push_str(&text[from..]);
    let back = |at: usize| {
        let index = stretches.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let (start, from) = stretches[index];
        from + (at - start)
    };
    let mut ranges = Vec::new();
    seek(&plain, &mut ranges);
    let whole = ranges.into_iter().filter(|range| !range.is_empty());
    found.extend(whole.map(|range| back(range.start)..back(range.end - 1) + 1));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Options;
    use crate::document::shown::Position;

    fn document(markdown: &str) -> Document {
        Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true })
    }

    fn all(document: &Document, pattern: &Pattern) -> Vec<Range<u32>> {
        let mut finder = Finder::new(document);
        let mut found = Vec::new();
        for part in 0..document.parts().len() as u32 {
            finder.pattern(PartId(part), pattern, &mut found);
        }
        found
    }

    /// The same without a glance before each part.
    fn all_parts(document: &Document, pattern: &Pattern) -> Vec<Range<u32>> {
        let mut finder = Finder::new(document);
        let mut found = Vec::new();
        for part in 0..document.parts().len() as u32 {
            finder.part(PartId(part), &|text, found| pattern.seek(text, found), &mut found);
        }
        found
    }

    /// What is found, as pieces of the markdown.
    fn check_with(markdown: &str, typed: &str, is_regex: bool, expect: &[&str]) {
        let document = document(markdown);
        let pattern = Pattern::new(typed, is_regex).unwrap().unwrap();
        let found: Vec<&str> = all(&document, &pattern)
            .iter()
            .map(|range| &markdown[range.start as usize..range.end as usize])
            .collect();
        assert_eq!(found, expect, "{typed:?} in {markdown:?}");
    }

    fn check(markdown: &str, typed: &str, expect: &[&str]) {
        check_with(markdown, typed, false, expect);
    }

    #[test]
    fn what_is_read_is_found_whatever_is_written_between() {
        check("A bridge, two Bridges.", "bridge", &["bridge", "Bridge"]);
        check("cross-*chain* br**id**ge", "chain bridge", &["chain* br**id**ge"]);
        check("one\n> two\n> three", "two three", &["two\n> three"]);
        check("one  \ntwo", "one two", &["one  \ntwo"]);
        check("R&amp;D", "r&d", &["R&amp;D"]);
        check("a [link](http://bridge.example) here", "bridge", &[]);
        check("| a | b |\n|--|--|\n| bridge | c |\n", "bridge", &["bridge"]);
        check("```\nlet bridge;\n```\n", "bridge", &["bridge"]);
    }

    #[test]
    fn soft_hyphens_are_looked_through() {
        check("a brid\u{ad}ge and ri\u{ad}sk", "bridge", &["brid\u{ad}ge"]);
        check("a brid&shy;ge", "bridge", &["brid&shy;ge"]);
        check("\u{ad}\u{ad}a\u{ad}b\u{ad}", "ab", &["a\u{ad}b"]);
    }

    #[test]
    fn a_capital_makes_case_count() {
        check("Aave aave AAVE", "aave", &["Aave", "aave", "AAVE"]);
        check("Aave aave AAVE", "Aave", &["Aave"]);
        check("Über über", "über", &["Über", "über"]);
        check_with("A a b", r"\Wa", true, &[" a"]);
        check_with("A a B", r"[A-B]", true, &["A", "B"]);
    }

    #[test]
    fn an_expression_matches_or_says_why_it_cannot() {
        check_with("L1 and L22", r"l\d+", true, &["L1", "L22"]);
        check_with("one two", "x*", true, &[]);
        check("1+1 = (2)", "(2)", &["(2)"]);
        assert!(Pattern::new("(", true).is_err());
        assert!(Pattern::new("  ", false).unwrap().is_none());
        assert!(Pattern::new(r"(\w{1000}){1000}", true).is_err());
    }

    #[test]
    fn a_phrase_is_found_over_the_cut_of_a_large_paragraph() {
        let markdown = (0..20_000).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ") + " end";
        let document = document(&markdown);
        assert!(document.parts().len() > 2);
        for cut in document.parts().iter().skip(1).map(|part| part.range.start as usize) {
            let from = markdown[..cut - 1].rfind(' ').map_or(0, |at| at + 1);
            let end = cut + markdown[cut..].find(' ').unwrap_or(0);
            let phrase = &markdown[from..end];
            let pattern = Pattern::new(phrase, false).unwrap().unwrap();
            assert!(all(&document, &pattern).contains(&(from as u32..end as u32)), "{phrase}");
        }
    }

    /// Pieces of markdown in which letters are parted, made or hidden.
    const PIECES: &[&str] = &[
        "a",
        "b",
        "ab",
        "ba",
        "B",
        " ",
        "\n",
        "\n\n",
        "**",
        "*",
        "_",
        "`",
        "~~",
        "~",
        "^",
        "==",
        "%%",
        "[",
        "]",
        "](b)",
        "][a]",
        "[[",
        "]]",
        "|",
        "![",
        "](a b)",
        "[a]: b\n\n",
        "[^a]",
        "[^a]: ab\n\n",
        "<b>",
        "</b>",
        "<!-- a -->",
        "<br>",
        "&shy;",
        "&#97;",
        "&amp;",
        "&",
        ";",
        "$",
        "$$",
        "$1",
        "\\",
        "\\a",
        "\\text{ab}",
        "{",
        "}",
        "{#a}",
        "{{< a >}}",
        "> ",
        "- ",
        "# ",
        "```\n",
        "| a | b |\n|--|--|\n| ",
        "\u{ad}",
        "\u{202e}",
        "\u{7}",
        "\u{feff}",
        "é",
        "’",
        ":a:",
        "!",
        "%61",
        "<img alt=ab>",
        "> [!note] ",
        "::: ab\n",
        "ſ",
        "http://ab.a ",
    ];

    proptest! {
        #[test]
        fn nothing_is_missed_by_a_glance(
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24),
            typed in "[abB]{1,3}|ab ba|[as]b",
        ) {
            let markdown = pieces.concat();
            let document = document(&markdown);
            let pattern = Pattern::new(&typed, false).unwrap().unwrap();
            prop_assert_eq!(all(&document, &pattern), all_parts(&document, &pattern));
        }

        #[test]
        fn ranges_stand_in_order_on_boundaries_of_the_markdown(
            markdown in "[ab*_`|>#\\n \u{ad}é&;\\[\\]()-]{0,80}",
            typed in "[ab é]{1,3}",
        ) {
            let document = document(&markdown);
            let Some(pattern) = Pattern::new(&typed, false).unwrap() else { return Ok(()) };
            let found = all(&document, &pattern);
            for range in &found {
                prop_assert!(markdown.get(range.start as usize..range.end as usize).is_some(), "{:?}", range);
            }
        }
    }
}
