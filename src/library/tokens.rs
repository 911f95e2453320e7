//! Text → the words that searches compare: folded, each with its place.
//!
//! Knows only `fold`. A word is a run of letters, digits and the marks on them. Scripts that set no blanks
//! between words, and Hangul, are cut into overlapping pairs of characters, so that any two or more of
//! them are found wherever they stand; the last character of such a run is also a word alone.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::fold::{fold_into, is_unspaced};

/// Words are compared by so many of their first bytes: what is longer is an address or data.
const LONGEST: usize = 96;
/// Words that stand in different blocks are so far apart that no phrase goes across.
const BLOCK_GAP: u32 = 16;

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits between anything else.
    Word,
    /// Two neighbours of a script without blanks.
    Pair,
    /// The last character of a run of such a script.
    Last,
}

/// A word of a text; its folded form is in the buffer that [`Tokens::next`] fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Counts words. Pairs overlap, and each has its own.
    pub position: u32,
    /// What it is made of.
    pub kind: Kind,
}

/// The words of a text, in order.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    position: u32,
    /// Whether a character stands before `at` that a pair began with.
    inside_run: bool,
}

impl<'a> Tokens<'a> {
    /// The words of `text`. An empty line ends a block.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, position: 0, inside_run: false }
    }

    /// The next word; its folded form replaces what is in `folded`.
    pub fn next(&mut self, folded: &mut String) -> Option<Token> {
        loop {
            self.skip();
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            let token = if is_paired(first) { self.pair(rest, first) } else { self.word(rest) };
            let word = within(&self.text[token.range.clone()]);
            folded.clear();
            if word.is_ascii() {
                // Letters and digits: nothing folds but their case. Nearly all words of most articles.
                folded.push_str(word);
                folded.make_ascii_lowercase();
            } else {
                fold_into(word, folded);
            }
            self.position += 1;
            // A word of nothing but marks that fold away is none.
            if !folded.is_empty() {
                return Some(token);
            }
        }
    }

    /// Goes on to where a word begins.
    fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() {
                    return;
                }
                if *byte == b'\n' && bytes.get(self.at + 1) == Some(&b'\n') {
                    self.position += BLOCK_GAP;
                }
                self.at += 1;
            } else {
                let Some(next) = self.text[self.at..].chars().next() else { return };
                if next.is_alphanumeric() || (is_paired(next) && is_mark(next)) {
                    return;
                }
                self.at += next.len_utf8();
            }
            self.inside_run = false;
        }
    }

    fn word(&mut self, rest: &str) -> Token {
        let bytes = rest.as_bytes();
        let mut length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if bytes.get(length).is_some_and(|byte| !byte.is_ascii()) {
            let goes_on = |next: &char| (next.is_alphanumeric() || is_mark(*next)) && !is_paired(*next);
            length = rest.chars().take_while(goes_on).map(char::len_utf8).sum();
        }
        let start = self.at;
        self.at += length;
        Token { range: start..self.at, position: self.position, kind: Kind::Word }
    }

    fn pair(&mut self, rest: &str, first: char) -> Token {
        let start = self.at;
        self.at += first.len_utf8();
        let second = rest[first.len_utf8()..].chars().next();
        let goes_on = |next: &char| is_paired(*next) && (next.is_alphanumeric() || is_mark(*next));
        let (end, kind) = if let Some(second) = second.filter(goes_on) {
            self.inside_run = true;
            (self.at + second.len_utf8(), Kind::Pair)
        } else {
            (self.at, if std::mem::take(&mut self.inside_run) { Kind::Last } else { Kind::Pair })
        };
        Token { range: start..end, position: self.position, kind }
    }
}

/// The words of what somebody searches for, with their distances from the first, and whether the last is
/// only the beginning of a word: a single character of a script without blanks.
pub fn wanted(text: &str) -> (Vec<(u32, String)>, bool) {
    let mut words = Vec::new();
    let mut tokens = Tokens::new(text);
    let mut folded = String::new();
    let mut first = None;
    let mut single = false;
    while let Some(token) = tokens.next(&mut folded) {
        if token.kind == Kind::Last {
            // The pair before it says more.
            continue;
        }
        single = token.kind == Kind::Pair && text[token.range.clone()].chars().nth(1).is_none();
        let begin = *first.get_or_insert(token.position);
        words.push((token.position - begin, folded.clone()));
    }
    (words, single)
}

/// `text` with other words in the place of some, which are named by their folded forms.
pub fn with_others(text: &str, others: &BTreeMap<String, String>) -> String {
    let mut replaced = String::new();
    let (mut tokens, mut folded, mut end) = (Tokens::new(text), String::new(), 0);
    while let Some(token) = tokens.next(&mut folded) {
        if let Some(other) = others.get(&folded).filter(|_| token.kind == Kind::Word) {
            replaced.push_str(&text[end..token.range.start]);
            replaced.push_str(other);
            end = token.range.end;
        }
    }
    replaced.push_str(&text[end..]);
    replaced
}

/// Whether the beginning of a word is so short that too many words begin so. Two characters of a script without
/// blanks are a word.
pub fn is_short(beginning: &str) -> bool {
    let mut letters = beginning.chars().filter(|letter| letter.is_alphanumeric());
    let (first, second) = (letters.next(), letters.next());
    let says_much = first.is_some_and(is_paired) && second.is_some();
    !says_much && letters.next().is_none()
}

fn within(word: &str) -> &str {
    if word.len() <= LONGEST {
        return word;
    }
    let end = (0..=LONGEST).rev().find(|at| word.is_char_boundary(*at)).unwrap_or_default();
    &word[..end]
}

/// Letters that are searched for in pairs: those of scripts without blanks, and Hangul, whose words take
/// their endings without any.
fn is_paired(character: char) -> bool {
    !character.is_ascii()
        && (is_unspaced(character)
            || matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}'))
}

/// Marks that stand on the letter before them or join two.
fn is_mark(character: char) -> bool {
    !character.is_ascii()
        && !character.is_control()
        && character.width() == Some(0)
        && !matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2061}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let mut tokens = Tokens::new(text);
        let mut folded = String::new();
        let mut words = Vec::new();
        while tokens.next(&mut folded).is_some() {
            words.push(folded.clone());
        }
        words
    }

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(words(text), expect, "{text:?}");
    }

    #[test]
    fn words_are_folded_and_marks_stay_on_their_letters() {
        check("The Écoles' cross-chain L2s: 3.5×", &["the", "ecoles", "cross", "chain", "l2s", "3", "5"]);
        check("cafe\u{301} naïve", &["cafe", "naive"]);
        check("हिन्दी में", &["हिन्दी", "में"]);
        check("القراءة البطيئة", &["القراءة", "البطيئة"]);
        check("snake_case", &["snake", "case"]);
        check(" \u{301} -- ", &[]);
    }

    #[test]
    fn scripts_without_blanks_are_cut_into_pairs() {
        check("跨链桥", &["跨链", "链桥", "桥"]);
        check("L2网络 x", &["l2", "网络", "络", "x"]);
        check("活字の棚", &["活字", "字の", "の棚", "棚"]);
        check("기사를", &["기사", "사를", "를"]);
        check("桥", &["桥"]);
        check("ความ", &["คว", "วา", "าม", "ม"]);
    }

    #[test]
    fn what_is_wanted_leaves_out_the_lone_last_character() {
        let check = |text: &str, expect: &[(u32, &str)], begins: bool| {
            let (words, single) = wanted(text);
            let words: Vec<(u32, &str)> = words.iter().map(|(at, word)| (*at, word.as_str())).collect();
            assert_eq!((words.as_slice(), single), (expect, begins), "{text:?}");
        };
        check("Cross-chain", &[(0, "cross"), (1, "chain")], false);
        check("跨链桥", &[(0, "跨链"), (1, "链桥")], false);
        check("桥", &[(0, "桥")], true);
        check("网络x", &[(0, "网络"), (2, "x")], false);
    }

    #[test]
    fn words_are_put_in_the_place_of_others() {
        let others = BTreeMap::from([("brdige".to_owned(), "bridge".to_owned())]);
        assert_eq!(with_others("the Brdige, 'brdige'-brdiges", &others), "the bridge, 'bridge'-brdiges");
    }

    #[test]
    fn blocks_stand_apart() {
        let mut tokens = Tokens::new("one two\n\nthree");
        let mut folded = String::new();
        let mut positions = Vec::new();
        while let Some(token) = tokens.next(&mut folded) {
            positions.push(token.position);
        }
        assert_eq!(positions, [0, 1, 18]);
    }

    proptest! {
        #[test]
        fn words_stand_in_order_and_hold_what_they_say(text in "\\PC{0,40}") {
            let mut tokens = Tokens::new(&text);
            let mut folded = String::new();
            let (mut start, mut position) = (0, None);
            while let Some(token) = tokens.next(&mut folded) {
                prop_assert!(token.range.start >= start && token.range.end > token.range.start);
                prop_assert!(Some(token.position) > position);
                prop_assert!(crate::library::fold::fold(&text[token.range.clone()]).starts_with(&folded));
                (start, position) = (token.range.start + 1, Some(token.position));
            }
        }

        #[test]
        fn any_two_neighbours_of_han_are_found(text in "[一-三龙桥链跨]{2,12}", at in 0..11_usize) {
            let characters: Vec<char> = text.chars().collect();
            let at = at.min(characters.len() - 2);
            let pair: String = characters[at..at + 2].iter().collect();
            prop_assert!(words(&text).contains(&pair));
        }
    }
}
