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
        if text.is_ascii() {
            for byte in text.bytes() {
                let blank = byte.is_ascii_whitespace();
                self.count += u32::from(!blank && !self.inside);
                self.inside = !blank;
            }
            return;
        }
        for character in text.chars() {
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

/// Han and kana, which are written without blanks.
fn is_word_alone(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn ideographs_count_alone() {
        check(&["跨链桥 bridge"], 4);
        check(&["한국어 단어"], 2);
    }
}
