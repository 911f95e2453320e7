//! Whether a part may show a word at all, by a glance at its markdown: most parts do not, and need then not be
//! parsed.
//!
//! Imports nothing of this crate. It may say yes too often, never no: a word that is read is written letter by
//! letter, but for marks that may stand between two letters (`br**id**ge`), and for what stands for something else
//! (an entity, a formula, a tag), where it says yes without looking further. Held by
//! `find::tests::nothing_is_missed_by_a_glance`.

use regex::{Regex, RegexBuilder};

/// Longest an entity is (`&CounterClockwiseContourIntegral;`), with its marks.
const LONGEST_ENTITY: usize = 34;

/// A word, and which two of its letters follow each other.
#[derive(Clone, Debug)]
pub(super) struct Glance {
    word: Regex,
    /// For each letter, those that come right after it.
    after: [u32; 26],
}

impl Glance {
    /// A glance for the longest word of ASCII letters in what was typed; none where it has no letter.
    pub(super) fn of(typed: &str, any_case: bool) -> Option<Self> {
        let words = typed.split(|letter: char| !letter.is_ascii_alphabetic());
        let word = words.max_by_key(|word| word.len()).filter(|word| !word.is_empty())?;
        let mut after = [0; 26];
        for two in word.as_bytes().windows(2) {
            if let (Some(first), Some(second)) = (letter(two[0]), letter(two[1])) {
                after[first] |= 1 << second;
            }
        }
        let word = RegexBuilder::new(word).case_insensitive(any_case).build().ok()?;
        Some(Self { word, after })
    }

    /// Whether what this code shows may hold the word: it is shown as it is written.
    pub(super) fn may_be_in_code(&self, markdown: &str) -> bool {
        let bytes = markdown.as_bytes();
        self.word.is_match(markdown)
            || (0..bytes.len()).any(|at| dropped(bytes, at) > 0 && self.joins(bytes, at, false))
    }

    /// Whether what this markdown shows may hold the word.
    pub(super) fn may_be_in(&self, markdown: &str) -> bool {
        if self.word.is_match(markdown) {
            return true;
        }
        let bytes = markdown.as_bytes();
        let mut dollars = 0;
        for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| SAYS_MORE[usize::from(**byte)]) {
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            let stands_for_more = match *byte {
                // Tags of Liquid, Hugo and MDX, attributes.
                b'{' => true,
                // Links without words, which may show where they lead.
                b'[' if next == b']' => true,
                b'<' => next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?'),
                b'%' => {
                    next == b'%'
                        || bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
                }
                b'&' => {
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    let name = rest.iter().take(LONGEST_ENTITY).position(|byte| *byte == b';');
                    name.is_some() && (next == b'#' || next.is_ascii_alphabetic())
                }
                // What ends a formula is not followed by a digit: amounts of money are none.
                b'$' => {
                    dollars += 1;
                    dollars > 1 && !next.is_ascii_digit()
                }
                byte if is_mark(byte) || dropped(bytes, at) > 0 => self.joins(bytes, at, true),
                _ => false,
            };
            if stands_for_more {
                return true;
            }
        }
        false
    }

    /// Whether the letter before `at` and the one behind the marks that begin there may follow each other in the
    /// word.
    fn joins(&self, bytes: &[u8], at: usize, with_marks: bool) -> bool {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).and_then(|byte| letter(*byte));
        let Some(before) = before else { return false };
        let mut at = at;
        while let Some(byte) = bytes.get(at) {
            if let Some(behind) = letter(*byte) {
                return self.after[before] & (1 << behind) != 0;
            }
            let next = bytes.get(at + 1);
            match dropped(bytes, at) {
                0 if !with_marks || !is_mark(*byte) => return false,
                0 => match (byte, next) {
                    (b']', Some(b'(')) => match destination(bytes, at + 2) {
                        Some(end) => at = end,
                        None => return self.after[before] != 0,
                    },
                    // It takes more to see where these end.
                    (b']', Some(b'[' | b'{')) | (b'[', Some(b'[')) | (b'\\', _) => {
                        return self.after[before] != 0;
                    }
                    _ => at += 1,
                },
                dropped => at += dropped,
            }
        }
        false
    }
}

/// Where a link's destination that begins at `at` ends, behind its parenthesis; none where it is no simple one.
fn destination(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let is_end = |byte: &u8| matches!(byte, b')' | b'(' | b'<' | b'"' | b'\'' | b'\\' | b'\n');
    let end = rest.iter().position(is_end)?;
    (rest[end] == b')').then_some(at + end + 1)
}

/// Bytes that mean something in [`Glance::may_be_in`]; the others are passed over.
const SAYS_MORE: [bool; 256] = {
    let mut says = [false; 256];
    let mut byte: u8 = 0;
    loop {
        let is_control = (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f;
        let begins_dropped = matches!(byte, 0xc2 | 0xe2 | 0xef | 0xf3);
        let stands_for_more = matches!(byte, b'{' | b'<' | b'%' | b'&');
        says[byte as usize] = is_control || begins_dropped || stands_for_more || is_mark(byte);
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    says
};

/// Marks that may stand between two letters of a word without being shown.
const fn is_mark(byte: u8) -> bool {
    matches!(byte, b'*' | b'_' | b'~' | b'`' | b'=' | b'^' | b'$' | b'}' | b'[' | b']' | b'!' | b'\\')
}

/// Bytes of the character that begins at `at`, where it is one that is never shown (`text::SafeText`), or a soft
/// hyphen; else 0.
fn dropped(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [b'\t' | b'\n' | b'\r' | b' '..=0x7e, ..] => 0,
        [0..=0x1f | 0x7f, ..] => 1,
        [0xc2, 0x80..=0x9f | 0xad, ..] => 2,
        [0xe2, 0x80, 0xaa..=0xae, ..]
        | [0xe2, 0x81, 0xa6..=0xa9, ..]
        | [0xef, 0xbb, 0xbf, ..]
        | [0xef, 0xbf, 0xb9..=0xbb, ..] => 3,
        [0xf3, 0xa0, ..] => 4,
        _ => 0,
    }
}

/// The number of an ASCII letter in the alphabet.
fn letter(byte: u8) -> Option<usize> {
    byte.is_ascii_alphabetic().then(|| usize::from(byte.to_ascii_lowercase() - b'a'))
}
