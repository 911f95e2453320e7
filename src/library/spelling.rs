//! What a word may have been meant to be: words one edit away (a letter more, less or other, or two neighbours
//! swapped).
//!
//! Knows nothing. Words come folded.

use std::collections::HashSet;

/// Shorter words have too many neighbours to guess.
const SHORTEST: usize = 4;

/// Whether a word is long enough to be taken for another.
pub fn may_be_misspelled(word: &str) -> bool {
    word.chars().count() >= SHORTEST
}

/// Whether `other` is one edit away from `word`.
pub fn is_one_edit(word: &str, other: &str) -> bool {
    if word.len().abs_diff(other.len()) > char::MAX.len_utf8() {
        return false;
    }
    let same = word.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    let same: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    let (one, other) = (&word[same..], &other[same..]);
    let same = one.chars().rev().zip(other.chars().rev()).take_while(|(one, other)| one == other);
    let same: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    let letters = |rest: &str| {
        let mut letters = rest[..rest.len() - same].chars();
        (letters.next(), letters.next(), letters.next())
    };
    match (letters(one), letters(other)) {
        ((None, ..), (Some(_), None, _)) | ((Some(_), None, _), (None, ..) | (Some(_), None, _)) => true,
        ((Some(a), Some(b), None), (Some(c), Some(d), None)) => (a, b) == (d, c),
        _ => false,
    }
}

/// Every word one edit away.
pub fn neighbours(word: &str) -> HashSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let alphabet = alphabet(&letters);
    let mut all = HashSet::new();
    let mut add = |from: usize, to: usize, between: &[char]| {
        let word: String = letters[..from].iter().chain(between).chain(&letters[to..]).collect();
        all.insert(word);
    };
    for at in 0..=letters.len() {
        for letter in &alphabet {
            add(at, at, &[*letter]);
            if at < letters.len() {
                add(at, at + 1, &[*letter]);
            }
        }
        if at < letters.len() {
            add(at, at + 1, &[]);
        }
        if at + 1 < letters.len() {
            add(at, at + 2, &[letters[at + 1], letters[at]]);
        }
    }
    all.remove(word);
    all
}

/// Letters of the word's script, folded, and those of the word itself.
fn alphabet(letters: &[char]) -> Vec<char> {
    let mut alphabet: Vec<char> = match letters.iter().find(|letter| letter.is_alphabetic()) {
        Some('\u{370}'..='\u{3ff}') => ('α'..='ω').collect(),
        Some('\u{400}'..='\u{4ff}') => ('а'..='я').collect(),
        Some('\u{600}'..='\u{6ff}') => ('\u{621}'..='\u{64a}').collect(),
        _ => ('a'..='z').chain('0'..='9').collect(),
    };
    alphabet.extend(letters);
    alphabet.sort_unstable();
    alphabet.dedup();
    alphabet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_edit_away() {
        let all = neighbours("bridge");
        for near in ["brdige", "bridges", "ridge", "fridge", "bridg"] {
            assert!(all.contains(near), "{near}");
            assert!(is_one_edit("bridge", near) && is_one_edit(near, "bridge"), "{near}");
        }
        assert!(!all.contains("bridge") && !all.contains("budge"));
        assert!(neighbours("мост").contains("мосты"));
    }
}
