//! Right-to-left text in the order of the screen, by UAX #9.
//!
//! Knows `document`'s plain types and `text`. A row is reordered run by run; each cluster takes its
//! place in the markdown along, so that the mouse, find and links go on to work.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use super::row::Piece;
use crate::document::shown::{Inline, ShownText, SourceMap, Span};
use crate::text::SafeText;

/// The direction of a text and of its runs; made only for text that holds anything right-to-left.
pub(super) struct Directions<'a> {
    info: BidiInfo<'a>,
    /// Whether its first strong character (P2) is right-to-left.
    pub(super) rtl: bool,
}

impl<'a> Directions<'a> {
    /// `None` for text that is all left-to-right.
    pub(super) fn of(shown: &'a ShownText) -> Option<Self> {
        Self::within(shown, false)
    }

    /// As [`Directions::of`], for text that is right-to-left whatever it begins with where what is around it is
    /// and it holds anything that is.
    pub(super) fn within(shown: &'a ShownText, rtl_around: bool) -> Option<Self> {
        let text = shown.text.as_str();
        if !reads_right_to_left(text) {
            return None;
        }
        // Names of commands and addresses are Latin in any language: words decide, where there are any.
        let words = first_strong(text, &shown.spans);
        let rtl = rtl_around || words.or_else(|| first_strong(text, &[])).unwrap_or(false);
        let level = if rtl { Level::rtl() } else { Level::ltr() };
        Some(Self { info: resolved(shown, level), rtl })
    }

    /// The runs of a line in the order of the screen, and whether each is right-to-left.
    pub(super) fn runs(&self, line: Range<usize>) -> Vec<(Range<usize>, bool)> {
        let paragraph = self
            .info
            .paragraphs
            .iter()
            .find(|paragraph| paragraph.range.start <= line.start && line.start < paragraph.range.end);
        let Some(paragraph) = paragraph.filter(|_| !line.is_empty()) else { return vec![(line, false)] };
        let (levels, runs) = self.info.visual_runs(paragraph, line);
        runs.into_iter()
            .map(|run| {
                let rtl = levels.get(run.start).is_some_and(Level::is_rtl);
                (run, rtl)
            })
            .collect()
    }
}

/// The levels of a text, where code, formulas and addresses are isolates that read from left to right (UAX #9, as
/// between LRI and PDI): from outside each is one neutral character. One level for all its hard lines: a paragraph
/// does not change sides within itself.
fn resolved(shown: &ShownText, level: Level) -> BidiInfo<'_> {
    let text = shown.text.as_str();
    let isolates = isolates(shown);
    if isolates.is_empty() {
        return BidiInfo::new(text, Some(level));
    }
    let mut outside = String::with_capacity(text.len());
    let mut at = 0;
    for isolate in &isolates {
        outside.push_str(&text[at..isolate.start]);
        outside.extend(text[isolate.clone()].chars().map(neutral));
        at = isolate.end;
    }
    outside.push_str(&text[at..]);
    let BidiInfo { original_classes, mut levels, paragraphs, .. } = BidiInfo::new(&outside, Some(level));
    for isolate in isolates {
        let inside = &text[isolate.clone()];
        let own = reads_right_to_left(inside).then(|| BidiInfo::new(inside, Some(Level::ltr())).levels);
        for (index, place) in isolate.enumerate() {
            let Some(level) = levels.get_mut(place) else { break };
            let base = level.number() + u8::from(level.is_rtl());
            let within = own.as_ref().and_then(|own| own.get(index)).map_or(0, Level::number);
            *level = Level::new(base.saturating_add(within)).unwrap_or(*level);
        }
    }
    BidiInfo { text, original_classes, levels, paragraphs }
}

/// Bytes of a text's code, formulas and addresses.
fn isolates(shown: &ShownText) -> Vec<Range<usize>> {
    let text = shown.text.as_str();
    let mut found: Vec<Range<usize>> = Vec::new();
    for span in &shown.spans {
        let range = span.range.start as usize..span.range.end as usize;
        let Some(inside) = text.get(range.clone()) else { continue };
        let is_address = span.inline.contains(Inline::LINK)
            && (inside.contains("://") || inside.starts_with("www."))
            && !inside.contains(' ');
        if !is_address && !span.inline.intersects(Inline::CODE | Inline::MATH) {
            continue;
        }
        match found.last_mut().filter(|last| last.end == range.start) {
            Some(last) => last.end = range.end,
            None => found.push(range),
        }
    }
    found
}

/// A character without a direction that takes as many bytes; what ends a line stays.
fn neutral(character: char) -> char {
    match (character, character.len_utf8()) {
        ('\n', _) => '\n',
        (_, 1) => '|',
        (_, 2) => '¦',
        (_, 3) => '\u{fffc}',
        _ => '🙂',
    }
}

/// Whether anything of a text is read from right to left.
pub fn reads_right_to_left(text: &str) -> bool {
    // None of it begins with a smaller byte than that of U+0590.
    text.bytes().any(|byte| byte >= 0xd6) && text.chars().any(is_right_to_left)
}

/// Turns the pieces of a right-to-left run, laid out from `column` on, around.
pub(super) fn turn(pieces: &mut [Piece], column: u16) {
    pieces.reverse();
    let mut at = column;
    for piece in pieces {
        let mut text = String::with_capacity(piece.text.as_str().len());
        let mut map = SourceMap::default();
        for (start, cluster) in piece.text.as_str().grapheme_indices(true).rev() {
            let source = piece.map.source_of(start as u32..(start + cluster.len()) as u32);
            map.push(text.len() as u32, source, false);
            match mirrored(cluster) {
                Some(mirrored) => text.push(mirrored),
                None => text.push_str(cluster),
            }
        }
        piece.text = SafeText::lines(&text);
        piece.map = map;
        piece.column = at;
        at = piece.end();
    }
}

/// The mirror image (UAX #9, L4) of the marks that occur in prose.
fn mirrored(cluster: &str) -> Option<char> {
    const PAIRS: [(char, char); 10] = [
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('«', '»'),
        ('‹', '›'),
        ('≤', '≥'),
        ('⟨', '⟩'),
        ('「', '」'),
        ('（', '）'),
    ];
    let mut characters = cluster.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else { return None };
    PAIRS.iter().find_map(|(open, close)| match only {
        c if c == *open => Some(*close),
        c if c == *close => Some(*open),
        _ => None,
    })
}

/// Whether the first strong character of `text` outside code and links is right-to-left.
pub(super) fn first_strong(text: &str, spans: &[Span]) -> Option<bool> {
    let mut spans =
        spans.iter().filter(|span| span.inline.intersects(Inline::CODE | Inline::LINK)).peekable();
    text.char_indices().find_map(|(at, character)| {
        while spans.next_if(|span| span.range.end as usize <= at).is_some() {}
        let skipped = spans.peek().is_some_and(|span| span.range.start as usize <= at);
        match is_right_to_left(character) {
            _ if skipped => None,
            true => Some(true),
            false if character.is_alphabetic() => Some(false),
            false => None,
        }
    })
}

fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        && character.is_alphabetic()
}
