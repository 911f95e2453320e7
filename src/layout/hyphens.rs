//! Where words of a language may be broken with a hyphen.
//!
//! Knows `document`'s plain types and `text`; the only user of the hyphenation patterns (Liang's, as TeX has
//! them). What is asked for is one word at a line's end, so that nothing is looked up for all others.

use std::ops::Range;

use hypher::{Lang, hyphenate_bounded};

use crate::document::shown::{Inline, ShownText};
use crate::text::{cluster_indices, width};

/// Fewest letters of a word that is broken.
const LEAST_WORD: usize = 6;
/// Letters that stay at the end of a line, and that go to the next one, at least.
const LEAST_ENDS: (usize, usize) = (2, 3);
/// Bytes that a word may have on either side of a place: what is longer is none.
const MOST_BYTES: usize = 96;

/// The language by which words are broken, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hyphens(Option<Lang>);

impl Hyphens {
    /// Words are broken only where they say so.
    pub const NONE: Self = Self(None);

    /// Those of a language tag as articles write it (`de`, `de-AT`, `en_US`); none where there are no patterns.
    pub fn of_tag(tag: &str) -> Self {
        let code = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self(code.as_bytes().try_into().ok().and_then(Lang::from_iso))
    }

    /// Whether there are any.
    pub fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// The last place within the bytes `segment` of a text at which a word can be broken so that what stands
    /// before it in the segment takes, with a hyphen, at most `columns`.
    pub(super) fn last_break(
        self,
        text: &ShownText,
        segment: &Range<usize>,
        columns: usize,
    ) -> Option<usize> {
        let language = self.0?;
        let whole = text.text.as_str();
        let token = token(whole, segment)?;
        let mut found = None;
        for word in words(whole, token) {
            if word.end <= segment.start {
                continue;
            }
            if word.start >= segment.end
                || width(&whole[segment.start..word.start.max(segment.start)]) > columns
            {
                break;
            }
            if is_broken(&whole[word.clone()]) && !is_code(text, &word) {
                let fits = |at: usize| {
                    at > segment.start && at < segment.end && width(&whole[segment.start..at]) < columns
                };
                found = breaks(&whole[word.clone()], language)
                    .map(|at| word.start + at)
                    .filter(|at| fits(*at))
                    .last()
                    .or(found);
            }
        }
        found
    }
}

/// What stands between blanks around the bytes `segment`, if it is one or more words and no address, number
/// or name of code.
fn token(text: &str, segment: &Range<usize>) -> Option<Range<usize>> {
    let before =
        text[..segment.start].bytes().rev().take(MOST_BYTES + 1).take_while(|byte| !is_blank(*byte)).count();
    let after = text[segment.end..].bytes().take(MOST_BYTES + 1).take_while(|byte| !is_blank(*byte)).count();
    if before.max(after).max(segment.len()) > MOST_BYTES {
        return None;
    }
    let token = segment.start - before..segment.end + after;
    let inside = text[token.clone()].trim_matches(|c: char| !c.is_alphanumeric());
    let joins = |c: char| matches!(c, '-' | '\u{2010}' | '–' | '—' | '’' | '\'' | '/');
    inside.chars().all(|c| c.is_alphabetic() || joins(c)).then_some(token)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n')
}

/// The runs of letters in the bytes `token`.
fn words(text: &str, token: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let within = &text[token.clone()];
    within.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(move |word| {
        let start = token.start + (word.as_ptr() as usize - within.as_ptr() as usize);
        start..start + word.len()
    })
}

/// Whether a word is one that is broken at all: long enough, and no abbreviation or name with capitals inside.
fn is_broken(word: &str) -> bool {
    word.chars().count() >= LEAST_WORD && !word.chars().skip(1).any(char::is_uppercase)
}

fn is_code(text: &ShownText, word: &Range<usize>) -> bool {
    let first = text.spans.partition_point(|span| span.range.end as usize <= word.start);
    let kept = Inline::CODE | Inline::MATH | Inline::FOOTNOTE;
    text.spans[first..]
        .iter()
        .take_while(|span| (span.range.start as usize) < word.end)
        .any(|span| span.inline.intersects(kept))
}

/// Where a word may be broken, in bytes of it: between clusters, by its language's patterns.
fn breaks(word: &str, language: Lang) -> impl Iterator<Item = usize> {
    let (left, right) = language.bounds();
    let syllables = hyphenate_bounded(word, language, left.max(LEAST_ENDS.0), right.max(LEAST_ENDS.1));
    let ends = syllables.scan(0, |end, syllable| {
        *end += syllable.len();
        Some(*end)
    });
    ends.filter(|end| *end < word.len() && (word.is_ascii() || is_boundary(word, *end)))
}

fn is_boundary(word: &str, at: usize) -> bool {
    cluster_indices(word).any(|(start, _)| start == at)
}
