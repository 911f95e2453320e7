//! How tags are compared, nested and found to be near-duplicates of each other.
//!
//! Knows only `fold` of this folder. Tags fold their case alone: `Économie` and `économie` are one tag,
//! `economie` another one (but a near-duplicate).

use std::collections::HashMap;

use super::fold;

/// Shortest tag (in characters, marks and blanks left out) of which one letter may differ for it to
/// be a near-duplicate: below, one letter is too often another word (`dao`, `dai`).
const ONE_EDIT_FROM: usize = 6;

/// `tag` as it is compared: lower case, blanks trimmed and runs of them one, a leading `#` dropped.
pub fn fold_tag(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len());
    fold_tag_into(tag, &mut out);
    out
}

/// Appends [`fold_tag`] of `tag` to `out`.
pub fn fold_tag_into(tag: &str, out: &mut String) {
    let tag = tag.trim();
    let tag = tag.strip_prefix('#').unwrap_or(tag).trim_start();
    if tag.is_ascii() && !tag.contains("  ") && !tag.bytes().any(|byte| byte < b' ') {
        out.push_str(tag);
        let from = out.len() - tag.len();
        out[from..].make_ascii_lowercase();
        return;
    }
    let mut blank = false;
    for character in tag.chars() {
        if character.is_whitespace() {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        match character {
            _ if character.is_ascii() => out.push(character.to_ascii_lowercase()),
            // What only full case folding makes the same (Unicode, CaseFolding.txt).
            'ß' | 'ẞ' => out.push_str("ss"),
            'ς' => out.push('σ'),
            _ => out.extend(character.to_lowercase()),
        }
    }
}

/// Whether the folded tag `tag` is `parent` or nested below it (`a/b` is under `a`).
pub fn is_under(tag: &str, parent: &str) -> bool {
    tag.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// For every tag of `tags`, the indices of those that are near-duplicates of it, ascending: the same
/// but for case, accents, hyphens, blanks, underscores or a plural, or one letter apart where both are
/// long. A digit that differs tells tags apart (`layer-1`, `layer-2`).
pub fn near_duplicates<T: AsRef<str>>(tags: &[T]) -> Vec<Vec<usize>> {
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); tags.len()];
    let plain: Vec<Vec<char>> = tags.iter().map(|tag| plain(tag.as_ref())).collect();
    let mut same: HashMap<Vec<char>, Vec<usize>> = HashMap::new();
    let mut shortened: HashMap<Vec<char>, Vec<usize>> = HashMap::new();
    for (index, letters) in plain.iter().enumerate() {
        same.entry(singular(letters)).or_default().push(index);
        if letters.len() + 1 < ONE_EDIT_FROM {
            continue;
        }
        shortened.entry(letters.clone()).or_default().push(index);
        for at in 0..letters.len() {
            // A letter out of a run of the same letter leaves the same rest.
            if at > 0 && letters[at - 1] == letters[at] {
                continue;
            }
            let mut rest = letters.clone();
            rest.remove(at);
            shortened.entry(rest).or_default().push(index);
        }
    }
    let mut link = |one: usize, other: usize| {
        near[one].push(other);
        near[other].push(one);
    };
    for group in same.values() {
        pairs(group, &mut link);
    }
    // Two tags one edit apart share what is left when at most one letter of each is taken out.
    for group in shortened.values() {
        pairs(group, |one, other| {
            let (a, b) = (&plain[one], &plain[other]);
            if a.len().min(b.len()) >= ONE_EDIT_FROM && one_letter_apart(a, b) {
                link(one, other);
            }
        });
    }
    for (index, list) in near.iter_mut().enumerate() {
        list.sort_unstable();
        list.dedup();
        list.retain(|other| *other != index);
    }
    near
}

fn pairs(group: &[usize], mut each: impl FnMut(usize, usize)) {
    for (index, one) in group.iter().enumerate() {
        for other in &group[index + 1..] {
            each(*one, *other);
        }
    }
}

/// Folded letters and digits, `/` kept: it tells `a/b` from `ab`.
fn plain(tag: &str) -> Vec<char> {
    fold::fold(tag).chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '#')).collect()
}

/// The letters without the ending of an English plural.
fn singular(letters: &[char]) -> Vec<char> {
    let stem = match letters {
        [stem @ .., 'i', 'e', 's'] if stem.len() > 1 => {
            let mut stem = stem.to_vec();
            stem.push('y');
            return stem;
        }
        [.., 's' | 'u' | 'i', 's'] => letters,
        [stem @ .., 'x' | 'h', 'e', 's'] if stem.len() > 1 => &letters[..letters.len() - 2],
        [stem @ .., 's'] if stem.len() > 2 => stem,
        _ => letters,
    };
    stem.to_vec()
}

/// Whether one letter put in, taken out or replaced makes one of the other, or two neighbours swapped;
/// no digit being part of it.
fn one_letter_apart(a: &[char], b: &[char]) -> bool {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let most = a.len().min(b.len()) - start;
    let end = a.iter().rev().zip(b.iter().rev()).take(most).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let close = match (a, b) {
        (a, b) if a.len() <= 1 && b.len() <= 1 => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    };
    close && !a.iter().chain(b).any(|letter| letter.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(tags: &[&str], expect: &[(usize, usize)]) {
        let near = near_duplicates(tags);
        let found: Vec<(usize, usize)> = near
            .iter()
            .enumerate()
            .flat_map(|(one, list)| list.iter().map(move |other| (one, *other)))
            .filter(|(one, other)| one < other)
            .collect();
        assert_eq!(found, expect, "{tags:?}");
    }

    #[test]
    fn tags_fold_case_and_blanks_but_not_accents() {
        assert_eq!(fold_tag(" #Layer  2 "), "layer 2");
        assert_eq!(fold_tag("ÉCONOMIE"), "économie");
        assert_eq!(fold_tag("Straße"), fold_tag("STRASSE"));
        assert_eq!(fold_tag("ΟΔΟΣ"), fold_tag("οδος"));
    }

    #[test]
    fn a_nested_tag_is_under_its_parent_and_a_longer_name_is_not() {
        assert!(is_under("defi/lending", "defi"));
        assert!(is_under("defi", "defi"));
        assert!(!is_under("definition", "defi"));
    }

    #[test]
    fn hyphens_plurals_and_accents_are_near() {
        check(&["layer 2", "Layer-2", "layer_2", "bridges", "bridge"], &[(0, 1), (0, 2), (1, 2), (3, 4)]);
        check(&["économie", "economie"], &[(0, 1)]);
        check(&["policy", "policies", "tax", "taxes"], &[(0, 1), (2, 3)]);
    }

    #[test]
    fn one_letter_apart_is_near_only_in_long_tags() {
        check(&["ethereum", "etherum", "etherium"], &[(0, 1), (0, 2), (1, 2)]);
        check(&["governance", "govrenance"], &[(0, 1)]);
        check(&["dao", "dai", "nft", "nfts"], &[(2, 3)]);
        check(&["bridge", "fridge/cold"], &[]);
    }

    #[test]
    fn a_digit_tells_tags_apart() {
        check(&["release-1.21", "release-1.22", "web2gaming", "web3gaming"], &[]);
    }

    proptest! {
        #[test]
        fn nearness_is_the_same_from_both_sides(tags in proptest::collection::vec("[a-c ]{4,8}s?", 0..12)) {
            let near = near_duplicates(&tags);
            for (one, list) in near.iter().enumerate() {
                prop_assert!(!list.contains(&one));
                for other in list {
                    prop_assert!(near[*other].contains(&one));
                }
            }
        }

        #[test]
        fn every_pair_that_is_one_letter_apart_is_found(tags in proptest::collection::vec("[ab]{6,7}", 2..10)) {
            let near = near_duplicates(&tags);
            for one in 0..tags.len() {
                for other in 0..tags.len() {
                    let (a, b) = (plain(&tags[one]), plain(&tags[other]));
                    if one != other && one_letter_apart(&a, &b) {
                        prop_assert!(near[one].contains(&other), "{} {}", tags[one], tags[other]);
                    }
                }
            }
        }
    }
}
