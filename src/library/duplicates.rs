//! Articles that are there twice: the same address, or nearly the same text.
//!
//! Knows nothing else of this crate and reads nothing: texts and addresses are given to it. Texts are
//! compared by a sketch of a few hundred bytes (`MinHash` over runs of four words, one permutation; Broder
//! 1997, Li and others 2012), so that a library's texts need not be in memory together.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// Words of a run.
const RUN: usize = 4;
/// Texts with fewer words are alike without being copies.
const FEWEST_WORDS: u32 = 48;
/// Parts of a sketch, each with the smallest hash that fell into it.
const BINS: usize = 128;
/// Parts that are looked up as one: two texts that agree in all parts of one band are compared. Of texts
/// with four fifths of their runs in common 95 of 100 pairs are, of texts with half in common 6.
const BAND: usize = 8;
/// The share of common runs from which two texts are nearly the same: one word in 70 differs.
const NEAR: f32 = 0.8;
/// Texts of one band that others are compared with, which bounds the work where many are a little alike.
const COMPARED: usize = 8;
/// Parts of a digest. Two texts that have one in common are compared: of texts with nine tenths of their runs in
/// common 97 of 100 pairs are, of unlike ones hardly any.
const PARTS: usize = 8;
/// Of ten filled places of two digests so many are alike at least, where the texts are shown as one. A third of what
/// differs is alike by chance, so that it means 85 of 100 runs: a new paragraph of a tenth of the text, or another
/// beginning, and not a text that was written by the same pattern.
const ALIKE_OF_TEN: u32 = 9;
/// The lower bit of each place of a part.
const PLACES: u32 = 0x5555_5555;
/// A part into which no run fell.
const EMPTY: u16 = u16::MAX;

/// A sketch of a text's words, by which texts are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    bins: [u16; BINS],
    /// A hash of all words in order.
    whole: u64,
}

/// A sketch in 32 bytes, two bits for each of its bins: zero where no run fell into it, else one of three by its
/// hash (Li and König, b-bit minwise hashing, 2010). All zeros where there is no text to tell by.
pub type Digest = [u32; PARTS];

/// An earlier article that one repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The index of the earlier one.
    pub of: usize,
    /// Whether they are the same, and not only nearly.
    pub is_exact: bool,
}

impl Sketch {
    /// The sketch of `text`, or `None` where it is too short to tell. Case, punctuation and white space
    /// do not count; each character of Han, kana and hangul is a word.
    pub fn of(text: &str) -> Option<Self> {
        let mut smallest = [u32::MAX; BINS];
        let mut run = [0_u64; RUN];
        let mut count = 0_u32;
        let mut whole = FNV;
        words(text, |word| {
            run.rotate_left(1);
            run[RUN - 1] = word;
            count = count.saturating_add(1);
            whole = mixed(whole.rotate_left(5) ^ word);
            if count as usize >= RUN {
                let hash = run.iter().fold(0_u64, |hash, word| mixed(hash ^ word));
                let bin = (hash >> 57) as usize;
                smallest[bin] = smallest[bin].min(hash as u32);
            }
        });
        (count >= FEWEST_WORDS).then(|| {
            let bin = |least: u32| if least == u32::MAX { EMPTY } else { (least as u16).min(EMPTY - 1) };
            Self { bins: smallest.map(bin), whole }
        })
    }

    /// What of it is kept for a library.
    pub fn digest(&self) -> Digest {
        let mut parts = self.bins.chunks(BINS / PARTS);
        let place = |bin: &u16| if *bin == EMPTY { 0 } else { 1 + u32::from(*bin) % 3 };
        std::array::from_fn(|_| {
            let bins = parts.next().unwrap_or_default();
            bins.iter().fold(0, |part, bin| part << 2 | place(bin))
        })
    }

    /// The estimated share of runs of words that both texts have in common, of 0 to 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let (mut same, mut all) = (0_u16, 0_u16);
        for (one, other) in self.bins.iter().zip(&other.bins) {
            let has_any = *one != EMPTY || *other != EMPTY;
            all += u16::from(has_any);
            same += u16::from(has_any && one == other);
        }
        f32::from(same) / f32::from(all.max(1))
    }
}

/// For each text, the first before it that it repeats.
pub fn by_text(sketches: &[Option<Sketch>]) -> Vec<Option<Repeat>> {
    let mut repeats: Vec<Option<Repeat>> = vec![None; sketches.len()];
    let mut keys: Vec<(u64, usize)> = Vec::with_capacity(sketches.len());
    for band in 0..BINS / BAND {
        keys.clear();
        for (index, sketch) in sketches.iter().enumerate() {
            let bins = sketch.iter().flat_map(|sketch| &sketch.bins[band * BAND..(band + 1) * BAND]);
            let (key, filled) = bins.fold((FNV, 0), |(key, filled), bin| {
                (mixed(key ^ u64::from(*bin)), filled + u32::from(*bin != EMPTY))
            });
            // A single run in common is no reason to compare.
            if filled > 2 {
                keys.push((key, index));
            }
        }
        keys.sort_unstable();
        for alike in keys.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() > 1) {
            compare(alike, sketches, &mut repeats);
        }
    }
    repeats
}

/// Compares texts that agree in a band, the earliest first.
fn compare(alike: &[(u64, usize)], sketches: &[Option<Sketch>], repeats: &mut [Option<Repeat>]) {
    let mut firsts: Vec<usize> = Vec::new();
    for (_, index) in alike {
        let Some(sketch) = &sketches[*index] else { continue };
        let found = firsts.iter().find_map(|first| {
            let other = sketches[*first].as_ref()?;
            (other.likeness(sketch) >= NEAR)
                .then_some(Repeat { of: *first, is_exact: other.whole == sketch.whole })
        });
        match (found, &mut repeats[*index]) {
            (Some(found), Some(known)) if known.of <= found.of => {}
            (Some(found), known) => *known = Some(found),
            (None, _) if firsts.len() < COMPARED => firsts.push(*index),
            (None, _) => {}
        }
    }
}

/// The pages that articles came from, by hashes with a key that nobody knows, so that no two are taken for one.
#[derive(Debug, Default)]
pub struct Pages {
    key: RandomState,
    hashes: Vec<(u64, u32)>,
}

impl Pages {
    /// The article `index` came from `address`.
    pub fn add(&mut self, index: u32, address: &str) {
        self.hashes.push((self.key.hash_one(page_of(address)), index));
    }
}

/// For each article, the first that is the same: by its address, or because their texts differ in little.
pub fn groups(digests: &[Digest], mut pages: Pages) -> Vec<u32> {
    let mut first: Vec<u32> = (0..digests.len() as u32).collect();
    pages.hashes.sort_unstable();
    for pair in pages.hashes.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        join(&mut first, pair[0].1, pair[1].1);
    }
    drop(pages);
    let mut keys: Vec<(u32, u32)> = Vec::with_capacity(digests.len());
    for part in 0..PARTS {
        keys.clear();
        let told = digests.iter().zip(0..).filter(|(digest, _)| digest[part] != 0);
        keys.extend(told.map(|(digest, index)| (digest[part], index)));
        keys.sort_unstable();
        for alike in keys.chunk_by(|one, other| one.0 == other.0) {
            let (_, earliest) = alike[0];
            let one = &digests[earliest as usize];
            for (_, index) in &alike[1..] {
                if are_alike(one, &digests[*index as usize]) {
                    join(&mut first, *index, earliest);
                }
            }
        }
    }
    for index in 0..first.len() as u32 {
        first[index as usize] = root(&mut first, index);
    }
    first
}

/// Whether two digests are of texts that differ in little.
fn are_alike(one: &Digest, other: &Digest) -> bool {
    let (alike, filled) = alike(one, other);
    alike * 10 >= filled * ALIKE_OF_TEN
}

/// The estimated share of runs of words that the texts of two digests have in common, of 0 to 1.
pub fn in_common(one: &Digest, other: &Digest) -> f32 {
    let (alike, filled) = alike(one, other);
    // A third of what differs is alike by chance.
    let share = alike as f32 / filled.max(1) as f32;
    ((share - 1.0 / 3.0) * 1.5).max(0.0)
}

/// How many places of two digests are alike, and how many are filled in either.
fn alike(one: &Digest, other: &Digest) -> (u32, u32) {
    let (mut alike, mut filled) = (0, 0);
    for (one, other) in one.iter().zip(other) {
        let any = |bits: u32| (bits | bits >> 1) & PLACES;
        let in_either = any(one | other);
        filled += in_either.count_ones();
        alike += (in_either & !any(one ^ other)).count_ones();
    }
    (alike, filled)
}

/// The share of the pairs of words of `old` that are in `new`, too, of 0 to 1. It takes a number for each pair, and
/// is for two texts, of any length.
pub fn pairs_kept(old: &str, new: &str) -> f32 {
    let pairs = |text: &str| {
        let (mut pairs, mut before) = (HashSet::new(), FNV);
        words(text, |word| {
            pairs.insert(mixed(before ^ word.rotate_left(5)));
            before = mixed(word);
        });
        pairs
    };
    let (old, new) = (pairs(old), pairs(new));
    old.intersection(&new).count() as f32 / old.len().max(1) as f32
}

/// Makes the groups of two articles one, under the earliest of both.
fn join(first: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(first, one), root(first, other));
    first[one.max(other) as usize] = one.min(other);
}

/// The first article of a group. Whoever is passed on the way leads there sooner next time.
fn root(first: &mut [u32], mut index: u32) -> u32 {
    while first[index as usize] != index {
        let next = first[index as usize];
        first[index as usize] = first[next as usize];
        index = next;
    }
    index
}

/// For each address, the first before it that leads to the same page: scheme, `www.`, letter case of the
/// host, fragment, a slash at the end and what counts visitors (`utm_…`) do not tell pages apart.
pub fn by_address<'a>(addresses: impl Iterator<Item = Option<&'a str>>) -> Vec<Option<Repeat>> {
    // By hashes, because the pages themselves would be as many small texts as there are articles.
    let hashes = RandomState::new();
    let mut first: HashMap<u64, (usize, &str)> = HashMap::new();
    let find = |(index, address): (usize, Option<&'a str>)| {
        let address = address?;
        let page = page_of(address);
        match first.entry(hashes.hash_one(&page)) {
            Entry::Vacant(free) => {
                free.insert((index, address));
                None
            }
            Entry::Occupied(known) => {
                let (of, other) = *known.get();
                (page_of(other) == page).then(|| Repeat { of, is_exact: other == address })
            }
        }
    };
    addresses.enumerate().map(find).collect()
}

/// An address as it is compared.
fn page_of(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host_end = address.find(['/', '?']).unwrap_or(address.len());
    let (host, rest) = address.split_at(host_end);
    let host = host.to_ascii_lowercase();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut page = format!("{}{}", host.strip_prefix("www.").unwrap_or(&host), path.trim_end_matches('/'));
    let counted = |part: &&str| !part.is_empty() && !part.starts_with("utm_");
    for (index, part) in query.split('&').filter(counted).enumerate() {
        page.push(if index == 0 { '?' } else { '&' });
        page.push_str(part);
    }
    page
}

/// Where hashes begin (FNV-1a, 64 bits).
const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// Gives a hash of every word of `text` to `each`.
fn words(text: &str, mut each: impl FnMut(u64)) {
    let mut word = FNV;
    let mut inside = false;
    for character in text.chars() {
        let alone = matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}');
        let belongs = character.is_alphanumeric();
        if inside && (!belongs || alone) {
            each(word);
            (word, inside) = (FNV, false);
        }
        if alone {
            each(mixed(u64::from(character)));
        } else if belongs {
            // Case folding of one letter is enough: a copy is written with the same ones.
            let folded = if character.is_ascii() {
                character.to_ascii_lowercase()
            } else {
                character.to_lowercase().next().unwrap_or(character)
            };
            word = (word ^ u64::from(folded)).wrapping_mul(0x0100_0000_01b3);
            inside = true;
        }
    }
    if inside {
        each(word);
    }
}

/// Spreads a hash over all bits (splitmix64).
fn mixed(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of `count` words, its own for every `seed`.
    fn text(seed: u64, count: u64) -> Vec<String> {
        (0..count).map(|at| format!("w{}", mixed(seed << 20 | at) % 5000)).collect()
    }

    fn check(texts: &[&str], expect: &[Option<(usize, bool)>]) {
        let sketches: Vec<_> = texts.iter().map(|text| Sketch::of(text)).collect();
        let found: Vec<_> = by_text(&sketches).iter().map(|r| r.map(|r| (r.of, r.is_exact))).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn copies_are_found_whatever_their_case_and_marks() {
        let one = text(1, 60).join(" ");
        let copy = text(1, 60).join(",\n").to_uppercase();
        let other = text(2, 60).join(" ");
        check(&[&one, &other, &copy], &[None, None, Some((0, true))]);
    }

    #[test]
    fn a_text_with_a_few_other_words_is_nearly_the_same() {
        let one = text(1, 400);
        let mut edited = one.clone();
        edited[100] = "other".to_owned();
        edited[300] = "words".to_owned();
        check(&[&one.join(" "), &edited.join(" ")], &[None, Some((0, false))]);
    }

    #[test]
    fn half_a_text_in_common_is_no_copy() {
        let one = text(1, 400);
        let half = [&one[..200], &text(2, 200)[..]].concat();
        check(&[&one.join(" "), &half.join(" ")], &[None, None]);
    }

    #[test]
    fn short_texts_are_alike_without_being_copies() {
        check(&["Coming soon.", "Coming soon."], &[None, None]);
    }

    #[test]
    fn text_without_blanks_has_words_too() {
        let han: String = (0..80).map(|at| char::from_u32(0x4e00 + at * 7).unwrap()).collect();
        check(&[&han, &han.clone()], &[None, Some((0, true))]);
    }

    #[test]
    fn many_copies_all_lead_to_the_first() {
        let one = text(1, 100).join(" ");
        let sketches = vec![Sketch::of(&one); 5000];
        let repeats = by_text(&sketches);
        assert_eq!(repeats[0], None);
        assert!(repeats[1..].iter().all(|repeat| *repeat == Some(Repeat { of: 0, is_exact: true })));
    }

    #[test]
    fn articles_are_one_by_their_address_or_by_a_text_with_hardly_a_word_changed() {
        let digest = |words: &[String]| Sketch::of(&words.join(" ")).map_or([0; 8], |sketch| sketch.digest());
        let one = text(1, 4000);
        let (mut edited, mut rewritten) = (one.clone(), one.clone());
        edited[100] = "changed".to_owned();
        for word in rewritten.iter_mut().step_by(25) {
            *word = "changed".to_owned();
        }
        let digests =
            [digest(&one), digest(&text(2, 400)), digest(&edited), digest(&rewritten), [0; 8], [0; 8]];
        let addresses = [None, Some("https://e.org/a"), None, None, Some("https://e.org/a/"), None];
        let mut pages = Pages::default();
        for (address, index) in addresses.iter().zip(0..) {
            if let Some(address) = address {
                pages.add(index, address);
            }
        }
        assert_eq!(groups(&digests, pages), [0, 1, 0, 3, 1, 5]);
    }

    #[test]
    fn a_new_paragraph_or_beginning_leaves_texts_one_and_a_common_pattern_does_not() {
        let digest = |words: &[String]| Sketch::of(&words.join(" ")).map_or([0; 8], |sketch| sketch.digest());
        let one_in = |changed: &dyn Fn(u64, &[String]) -> Vec<String>, length: u64| -> usize {
            let is_one = |seed: &u64| {
                let text = text(*seed, length);
                let digests = [digest(&text), digest(&changed(*seed + 1000, &text))];
                groups(&digests, Pages::default()) == [0, 0]
            };
            (0..200).filter(is_one).count()
        };
        for length in [300, 1500] {
            let part = |of: u64| length / of;
            let added =
                |seed: u64, own: &[String]| [&own[..50], &text(seed, part(14))[..], &own[50..]].concat();
            let begun =
                |seed: u64, own: &[String]| [&text(seed, part(25))[..], &own[part(25) as usize..]].concat();
            let pattern =
                |seed: u64, own: &[String]| [&own[..part(2) as usize], &text(seed, part(4))[..]].concat();
            let third = |seed: u64, own: &[String]| [own, &text(seed, part(2))[..]].concat();
            assert!(one_in(&added, length) > 180, "a paragraph: {} of 200", one_in(&added, length));
            assert!(one_in(&begun, length) > 180, "a beginning: {} of 200", one_in(&begun, length));
            assert_eq!((one_in(&pattern, length), one_in(&third, length)), (0, 0), "in {length} words");
        }
    }

    #[test]
    fn addresses_of_one_page_are_the_same() {
        let check = |one: &str, other: &str, is_same: bool| {
            let found = by_address([Some(one), None, Some(other)].into_iter());
            assert_eq!(found[2].map(|repeat| repeat.of), is_same.then_some(0), "{one} {other}");
        };
        check("https://e.org/a", "http://www.E.org/a/#top", true);
        check("https://e.org/a?utm_source=x", "https://e.org/a", true);
        check("https://e.org/a?id=1&utm_medium=y", "https://e.org/a?id=1", true);
        check("https://e.org/a?id=1", "https://e.org/a?id=2", false);
        check("https://e.org/a", "https://e.org/A", false);
        check("https://e.org", "https://e.org/", true);
    }

    proptest! {
        #[test]
        fn a_copy_is_always_found_and_never_a_later_one(seeds in proptest::collection::vec(0..6_u64, 1..30)) {
            let texts: Vec<String> = seeds.iter().map(|seed| text(*seed, 50 + seed * 40).join(" ")).collect();
            let sketches: Vec<_> = texts.iter().map(|text| Sketch::of(text)).collect();
            for (index, repeat) in by_text(&sketches).into_iter().enumerate() {
                let first = seeds.iter().position(|seed| *seed == seeds[index]);
                let expect = first.filter(|first| *first < index);
                prop_assert_eq!(repeat.map(|repeat| repeat.of), expect);
            }
        }

        #[test]
        fn one_word_changed_in_a_long_text_is_always_found(at in 0..300_usize, seed in 0..50_u64) {
            let one = text(seed, 300);
            let mut other = one.clone();
            other[at] = "changed".to_owned();
            let sketches = [Sketch::of(&one.join(" ")), Sketch::of(&other.join(" "))];
            prop_assert_eq!(by_text(&sketches)[1], Some(Repeat { of: 0, is_exact: false }));
        }
    }
}
