//! Counting words as they pass by.
//!
//! Imports nothing of this crate. A word is a run without white space; each character of Han or kana,
//! which set no blanks, is one.

/// A counter of words that may come in pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Words {
    count: u32,
    inside: bool,
}

impl Words {
    /// Takes in the next piece of running text.
    pub(super) fn add(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (ascii, behind) = rest.split_at(ascii_prefix(rest.as_bytes()));
            self.add_ascii(ascii.as_bytes());
            let other = behind.find(|character: char| character.is_ascii()).unwrap_or(behind.len());
            for character in behind[..other].chars() {
                if character.is_whitespace() {
                    self.inside = false;
                } else if is_word_alone(character) {
                    self.count += 1;
                    self.inside = false;
                } else {
                    self.count += u32::from(!self.inside);
                    self.inside = true;
                }
            }
            rest = &behind[other..];
        }
    }

    /// Most text is ASCII: words are counted by their first bytes, in steps that the compiler can take many
    /// bytes at a time (a branch a byte was a sixth of the whole scan, measured 2026-11-22).
    fn add_ascii(&mut self, text: &[u8]) {
        let (Some(first), Some(last)) = (text.first(), text.last()) else { return };
        self.count += u32::from(!self.inside && !is_blank(*first));
        for (before, here) in text.chunks(STEP).zip(text[1..].chunks(STEP)) {
            let starts =
                before.iter().zip(here).map(|(before, here)| u8::from(is_blank(*before) & !is_blank(*here)));
            self.count += u32::from(starts.fold(0_u8, u8::wrapping_add));
        }
        self.inside = !is_blank(*last);
    }

    /// Ends the word that is being counted.
    pub(super) fn boundary(&mut self) {
        self.inside = false;
    }

    /// Words so far.
    pub(super) fn count(self) -> u32 {
        self.count
    }
}

/// Bytes whose words are counted in one byte.
const STEP: usize = 128;

fn is_blank(byte: u8) -> bool {
    (byte == b' ') | matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r')
}

/// How many bytes of ASCII `bytes` begins with.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let whole = bytes.chunks(32).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum::<usize>();
    whole + bytes[whole..].iter().take_while(|byte| byte.is_ascii()).count()
}

/// Han and kana, which are written without blanks.
fn is_word_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(pieces: &[&str], count: u32) {
        let mut words = Words::default();
        for piece in pieces {
            words.add(piece);
        }
        assert_eq!(words.count(), count, "{pieces:?}");
    }

    #[test]
    fn a_word_may_come_in_pieces() {
        check(&["two wo", "rds"], 2);
        check(&[" a ", " b"], 2);
        check(&[], 0);
    }

    proptest! {
        #[test]
        fn words_are_runs_between_blanks(text in "[ a\\n\\té]{0,400}", cut in 0..400_usize) {
            let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
            let mut words = Words::default();
            words.add(&text[..cut]);
            words.add(&text[cut..]);
            prop_assert_eq!(words.count() as usize, text.split_whitespace().count());
        }
    }

    #[test]
    fn ideographs_count_alone() {
        check(&["跨链桥 bridge"], 4);
        check(&["한국어 단어"], 2);
    }
}
