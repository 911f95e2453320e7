//! A text and where words stand in it → the piece of it that shows most of them, on one line.
//!
//! Imports only `text`.

use std::ops::Range;

use crate::text::SafeText;

/// A piece of a text on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The piece; `…` stands where it was cut out of more.
    pub text: SafeText,
    /// What was looked for, in bytes of the piece.
    pub ranges: Vec<Range<usize>>,
    /// The byte of the whole text where the first of it stands, or where the piece begins.
    pub at: usize,
}

/// The piece of `text` of at most about `length` characters that shows the most of `found` (ordered ranges
/// of bytes; more than one word's), the first such.
pub fn snippet(text: &str, found: &[Range<usize>], length: usize) -> Snippet {
    // Characters of most texts are one byte; a piece of others is shorter, never longer.
    let most = |from: usize| {
        found.iter().skip(from).take_while(move |next| next.end <= found[from].start + length).count()
    };
    let best = (0..found.len().min(1000)).max_by_key(|from| (most(*from), std::cmp::Reverse(*from)));
    let at = best.map_or(0, |best| found[best].start);
    let shown = best.map_or(0..0, |best| best..best + most(best).max(1));
    let last = found[shown.clone()].last().map_or(at, |last| {
        // What a pattern matches may be long.
        let end = last.end.min(at + 4 * length);
        (at..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(at)
    });
    // What comes before is a quarter of what is left over.
    let spare = length.saturating_sub(last - at);
    // A text that fits is shown whole.
    let before = if text.len() <= length { at } else { spare / 4 };
    let start = cut(text, at.saturating_sub(before), at, true);
    let end = cut(text, (start + length).max(last), last, false).max(last);
    let mut line = String::with_capacity(end - start + 8);
    if start > 0 {
        line.push('…');
    }
    let mut ranges = Vec::new();
    let mut from = start;
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in &found[shown] {
        let range = range.start.max(start)..range.end.min(end);
        match merged.last_mut() {
            Some(before) if range.start <= before.end => before.end = before.end.max(range.end),
            _ if range.is_empty() => {}
            _ => merged.push(range),
        }
    }
    for range in merged {
        squeeze(&text[from..range.start], &mut line);
        let begin = line.len();
        squeeze(&text[range.clone()], &mut line);
        ranges.push(begin..line.len());
        from = range.end;
    }
    squeeze(&text[from..end], &mut line);
    let kept = line.trim_end().len();
    line.truncate(kept);
    for range in &mut ranges {
        range.end = range.end.min(kept);
    }
    ranges.retain(|range| range.start < range.end);
    if end < text.trim_end().len() {
        line.push('…');
    }
    let safe = SafeText::line(&line);
    if safe.as_str() != line {
        // What had to be cleaned has no exact places any more.
        ranges.clear();
    }
    Snippet { text: safe, ranges, at }
}

/// Appends `text` with its runs of blanks and line breaks as one blank each.
fn squeeze(text: &str, line: &mut String) {
    for character in text.chars() {
        if !character.is_whitespace() {
            line.push(character);
        } else if !line.is_empty() && !line.ends_with([' ', '…']) {
            line.push(' ');
        }
    }
}

/// A place at or after `at` (before `limit`, at which one that was found begins) where a word begins, or at or before
/// it (from `limit` on, at which one ends) where a word ends; where none is near, the nearest on the other side, and
/// where there is none there either (scripts without blanks), between two characters.
fn cut(text: &str, at: usize, limit: usize, begins: bool) -> usize {
    /// No word is longer.
    const NEAR: usize = 24;
    let bytes = text.as_bytes();
    let is_begin = |at: &usize| *at == 0 || bytes[at - 1].is_ascii_whitespace();
    let is_end = |at: &usize| *at == bytes.len() || bytes[*at].is_ascii_whitespace();
    if begins {
        let inside = (at..=limit).take(NEAR).find(is_begin);
        let near = inside.or_else(|| (at.saturating_sub(NEAR)..at).rev().find(is_begin));
        near.unwrap_or_else(|| (at..=limit).find(|at| text.is_char_boundary(*at)).unwrap_or(limit))
    } else {
        let at = at.min(bytes.len());
        let inside = (at.saturating_sub(NEAR).max(limit)..=at).rev().find(is_end);
        let near = inside.or_else(|| (at..=bytes.len()).take(NEAR).find(is_end));
        near.unwrap_or_else(|| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, words: &[&str], length: usize, expect: &str) {
        let mut found: Vec<Range<usize>> = words
            .iter()
            .flat_map(|word| text.match_indices(word).map(|(at, word)| at..at + word.len()))
            .collect();
        found.sort_by_key(|range| (range.start, range.end));
        let snippet = snippet(text, &found, length);
        let mut shown = String::new();
        let mut from = 0;
        for range in &snippet.ranges {
            shown += &snippet.text.as_str()[from..range.start];
            for piece in ["[", &snippet.text.as_str()[range.clone()], "]"] {
                shown.push_str(piece);
            }
            from = range.end;
        }
        shown += &snippet.text.as_str()[from..];
        assert_eq!(shown, expect);
    }

    #[test]
    fn a_snippet_shows_most_of_what_was_found_and_cuts_between_words() {
        check("one two three", &["two"], 80, "one [two] three");
        check("one\n\ntwo \n three", &["three"], 80, "one two [three]");
        check(
            "Far before. A bridge here. Then a long way to go until the bridge and its risk are met, and more of it.",
            &["bridge", "risk"],
            40,
            "…the [bridge] and its [risk] are met, and…",
        );
        check("the pre-bridge-builder goes on and on", &["bridge"], 8, "…pre-[bridge]-builder…");
        check("nothing of it is in here, and this goes on", &[], 20, "nothing of it is in…");
        check("", &[], 20, "");
    }

    #[test]
    fn ranges_that_overlap_are_one() {
        check("跨链桥", &["跨链", "链桥"], 80, "[跨链桥]");
    }

    proptest! {
        #[test]
        fn any_text_has_a_snippet_with_its_ranges_in_it(text in "[ab \\n跨é…]{0,200}", from in 0..200_usize, size in 1..9_usize, length in 1..60_usize) {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let range = boundary(from)..boundary(from + size);
            let snippet = snippet(&text, &[range], length);
            let shown = snippet.text.as_str().trim_matches('…');
            if text.is_ascii() && !shown.is_empty() {
                // Words are at most as long as the text; those longer than is looked for may be cut.
                let words: Vec<&str> = text.split_whitespace().collect();
                let is_word = |word: &&str| words.contains(word) || words.iter().any(|whole| whole.len() > 20);
                prop_assert!(shown.split_whitespace().all(|word| is_word(&word)), "{shown:?}");
            }
            for range in &snippet.ranges {
                prop_assert!(snippet.text.as_str().get(range.clone()).is_some());
            }
        }
    }
}
