//! Marks stacked on one character beyond what cleaning keeps: found when a document is read, because what
//! is dropped while a part is shown is seen by nobody.
//!
//! Knows `text` and `error`. Follows [`crate::text::Cleaner`] character by character; most text is ASCII,
//! where nothing can stack.

use unicode_width::UnicodeWidthChar;

use crate::error::{Problem, ProblemKind};
use crate::safe;
use crate::text::{CLUSTER_BYTES, CLUSTER_MARKS};

/// Bytes of ASCII that are passed over in one step.
const STEP: usize = 32;

/// The first place of `markdown` from the byte `from` on where marks are dropped, as a problem.
pub(super) fn problem(markdown: &str, from: u32) -> Option<Problem> {
    let at = first_dropped(markdown.get(from as usize..)?)? + from as usize;
    let before = markdown.get(..at)?;
    let line = super::lines::breaks(before.as_bytes()) + 1;
    let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |found| found + 1);
    let column = before[line_start..].chars().count() as u32 + 1;
    let reason = safe!("more marks on one character than any language sets; those beyond are dropped");
    Some(Problem { line, column, kind: ProblemKind::Encoding, reason })
}

/// The byte of the first character that would be dropped.
fn first_dropped(text: &str) -> Option<usize> {
    let all = text.as_bytes();
    let (mut bytes, mut marks, mut joins) = (0, 0, false);
    let mut at = 0;
    while at < all.len() {
        let ascii = all[at..].chunks_exact(STEP).take_while(|chunk| chunk.is_ascii()).count() * STEP;
        if ascii > 0 {
            at += ascii;
            (bytes, marks, joins) = (1, 0, false);
            continue;
        }
        // A step's worth at most, so that a long run of ASCII behind it is passed over again.
        let end = (at + STEP..text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
        for (index, character) in text[at..end].char_indices() {
            if character.is_control() && !matches!(character, '\n' | '\r') {
                continue;
            }
            let is_mark = character.width() == Some(0);
            if !joins && !is_mark {
                (bytes, marks) = (0, 0);
            }
            if bytes + character.len_utf8() > CLUSTER_BYTES || marks + usize::from(is_mark) > CLUSTER_MARKS {
                return Some(at + index);
            }
            bytes += character.len_utf8();
            marks += usize::from(is_mark);
            joins = character == '\u{200d}';
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::text::{Breaks, Cleaner};

    #[test]
    fn the_first_place_of_dropped_marks_is_named() {
        let text = format!("---\ntitle: x\n---\nfine e\u{301}\n跨 a{} end", "\u{301}".repeat(30));
        let found = problem(&text, 16).expect("a problem");
        assert_eq!((found.line, found.column, found.kind), (5, 28, ProblemKind::Encoding));
    }

    #[test]
    fn what_languages_write_is_no_fault() {
        for text in [
            "",
            "नि निर्देश",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦 🏴\u{e0067}\u{e0062}\u{e007f}",
            "ש\u{5c1}\u{5b8}לו\u{5b9}ם",
        ] {
            assert_eq!(problem(text, 0), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_problem_is_found_where_cleaning_drops_marks(
            text in prop::collection::vec(prop::sample::select(vec!["a", "跨", "\n", "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "\u{1b}", "some more text without any marks "]), 0..40).prop_map(|pieces| pieces.concat())
        ) {
            let mut cleaner = Cleaner::new(Breaks::Keep);
            let mut out = String::new();
            for cluster in text.graphemes(true) {
                cleaner.push(cluster, &mut out);
            }
            prop_assert_eq!(problem(&text, 0).is_some(), cleaner.dropped_marks());
        }
    }
}
