//! A word that was found nowhere → the word of the index that was probably meant.
//!
//! Knows `library`.

use std::collections::HashSet;

use tantivy::Searcher;

use crate::library::hits::Part;

use super::schema::Fields;

/// Shorter words have too many neighbours to guess.
const SHORTEST: usize = 4;

/// The word one edit away from `word` (a letter more, less or other, or two neighbours swapped) that stands
/// in most sections; of equals the first by its letters.
pub(super) fn nearest(searcher: &Searcher, fields: Fields, word: &str) -> Option<String> {
    if word.chars().count() < SHORTEST {
        return None;
    }
    let mut best: Option<(u64, String)> = None;
    for candidate in neighbours(word) {
        let mut count = 0;
        for segment in searcher.segment_readers() {
            for part in Part::ALL {
                let inverted = segment.inverted_index(fields.of(part)).ok()?;
                count += inverted.terms().get(&candidate).ok()?.map_or(0, |info| u64::from(info.doc_freq));
            }
        }
        let better =
            best.as_ref().is_none_or(|(most, at)| count > *most || (count == *most && candidate < *at));
        if count > 0 && better {
            best = Some((count, candidate));
        }
    }
    best.map(|(_, word)| word)
}

/// Every word one edit away.
fn neighbours(word: &str) -> HashSet<String> {
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
        }
        assert!(!all.contains("bridge") && !all.contains("budge"));
        assert!(neighbours("мост").contains("мосты"));
    }
}
