//! Which names the typed letters keep, best first: those that begin with them, then those in which a word
//! begins with them, then those that hold them anywhere.

use std::collections::HashSet;
use std::ops::Range;

use super::Shown;
use crate::library::fold::fold;
use crate::library::query::similar::matched;

/// The names that hold every typed word, each in any place, ignoring case and accents. In the order of
/// the names where they are equally good.
pub fn narrow<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<Shown> {
    let words: Vec<String> = typed.split_whitespace().map(fold).collect();
    let mut kept: Vec<(u8, Shown)> = Vec::new();
    for (item, name) in names.enumerate() {
        let mut worst = 0;
        let mut matched = Vec::new();
        let holds_all = words.iter().all(|word| {
            find(name, word).is_some_and(|(grade, range)| {
                worst = worst.max(grade);
                matched.push(range);
                true
            })
        });
        if holds_all {
            matched.sort_by_key(|range| range.start);
            kept.push((worst, Shown { item, matched }));
        }
    }
    kept.sort_by_key(|(grade, _)| *grade);
    kept.into_iter().map(|(_, shown)| shown).collect()
}

/// The same, and after them the names that hold the letters of every word in their order: of those, the
/// ones with the fewest gaps first.
pub fn narrow_loosely<'a>(typed: &str, names: impl Iterator<Item = &'a str> + Clone) -> Vec<Shown> {
    let mut kept = narrow(typed, names.clone());
    let words: Vec<String> = typed.split_whitespace().map(fold).collect();
    let is_kept: HashSet<usize> = kept.iter().map(|shown| shown.item).collect();
    let mut loose = Vec::new();
    for (item, name) in names.enumerate().filter(|(item, _)| !is_kept.contains(item)) {
        let holds_all = words.iter().all(|word| !matched(name, std::slice::from_ref(word)).is_empty());
        if holds_all {
            loose.push(Shown { item, matched: matched(name, &words) });
        }
    }
    loose.sort_by_key(|shown| shown.matched.len());
    kept.append(&mut loose);
    kept
}

/// The best place of a folded word in a name: 0 at its beginning, 1 where a word begins, 2 anywhere.
fn find(name: &str, word: &str) -> Option<(u8, Range<usize>)> {
    let mut best: Option<(u8, Range<usize>)> = None;
    let mut after_letter = false;
    for (start, character) in name.char_indices() {
        let begins = !after_letter;
        after_letter = character.is_alphanumeric();
        let Some(end) = matched_end(&name[start..], word) else { continue };
        let grade = if start == 0 {
            0
        } else if begins {
            1
        } else {
            2
        };
        if best.as_ref().is_none_or(|(held, _)| grade < *held) {
            best = Some((grade, start..start + end));
        }
    }
    best
}

/// How many bytes of `text` the folded `word` matches from its start.
fn matched_end(text: &str, word: &str) -> Option<usize> {
    let mut rest = word;
    let mut folded = [0; 4];
    for (at, character) in text.char_indices() {
        if rest.is_empty() {
            return Some(at);
        }
        let one = fold(character.encode_utf8(&mut folded));
        rest = rest.strip_prefix(one.as_str())?;
    }
    rest.is_empty().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, names: &[&str], kept: &[&str]) {
        let shown = narrow(typed, names.iter().copied());
        let found: Vec<&str> = shown.iter().map(|shown| names[shown.item]).collect();
        assert_eq!(found, kept, "{typed}");
    }

    #[test]
    fn beginnings_come_before_word_beginnings_before_the_rest() {
        let names = ["embryo", "cross-chain bridges", "bridges", "Brazil", "defi"];
        check("br", &names, &["bridges", "Brazil", "cross-chain bridges", "embryo"]);
        check("", &names, &names);
        check("zz", &names, &[]);
    }

    #[test]
    fn case_and_accents_do_not_count_and_all_words_must_be_there() {
        check("cafe", &["Café au lait", "cave"], &["Café au lait"]);
        check("lait caf", &["Café au lait", "lait"], &["Café au lait"]);
    }

    #[test]
    fn letters_in_their_order_come_last_the_fewest_gaps_first() {
        let names = ["copy-reference", "next-heading", "reverse-order", "half-page-down"];
        let loosely = |typed: &str| -> Vec<&str> {
            narrow_loosely(typed, names.into_iter()).iter().map(|shown| names[shown.item]).collect()
        };
        assert_eq!(loosely("ref"), ["copy-reference"]);
        assert_eq!(loosely("nhead"), ["next-heading"]);
        assert_eq!(loosely("hpd"), ["half-page-down"]);
        assert_eq!(loosely("zzz"), [] as [&str; 0]);
        assert_eq!(loosely(""), names);
    }

    #[test]
    fn the_matched_letters_are_marked() {
        assert_eq!(narrow("brid", ["cross bridges"].into_iter())[0].matched, vec![6..10]);
    }
}
