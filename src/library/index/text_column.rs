//! One folded text an article in one arena, searched at the speed of memory.

use std::sync::{Arc, Mutex, PoisonError};

use memchr::memchr_iter;
use memchr::memmem::Finder;

use super::column::roomy;
use crate::library::fold::{fold_into, is_word_end, is_word_start};

/// Where a match may begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// Anywhere.
    Anywhere,
    /// It begins where a word begins.
    WordStart,
    /// It begins and ends where words do.
    WholeWords,
}

/// Folded texts by id. None of them holds a line break, so that one search goes over all.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    arena: String,
    /// Where each article's text ends; a line break follows.
    ends: Vec<usize>,
    recent: Recent,
}

/// Ids of articles, ascending, and whether a needle stands there as whole words.
type Found = Arc<[(u32, bool)]>;

/// What was found of the last words that began a word, by word. While one is typed, each letter leaves some of what
/// was found before it, and one key asks several times: a scan of all texts at each cost a third of the time of an
/// answer at 100,000 articles (2026-11-30).
#[derive(Debug, Default)]
struct Recent(Mutex<Vec<(String, Found)>>);

/// How many are kept: the words of a query of which one is typed.
const KEPT: usize = 4;
/// What more than one in so many articles hold is not worth keeping.
const MANY: usize = 4;

/// A copy begins with nothing.
impl Clone for Recent {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Recent {
    /// What was found of the longest word that `needle` begins with, and whether that is all of it.
    fn of(&self, needle: &str) -> Option<(Found, bool)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = kept.iter().filter(|(word, _)| needle.starts_with(word.as_str()));
        let (word, found) = begins.max_by_key(|(word, _)| word.len())?;
        Some((Arc::clone(found), word == needle))
    }

    fn keep(&self, needle: &str, found: Vec<(u32, bool)>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((needle.to_owned(), found.into()));
    }
}

impl TextColumn {
    pub(super) fn new<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut column = Self::default();
        for text in texts {
            fold_into(text.unwrap_or_default(), &mut column.arena);
            column.ends.push(column.arena.len());
            column.arena.push('\n');
        }
        column.arena.shrink_to_fit();
        column
    }

    /// The texts of `count` articles, which `all` gives in any order. It is asked twice, first for their lengths:
    /// putting them in order afterwards would take their memory twice.
    pub(super) fn gathered(count: usize, all: impl Fn(&mut dyn FnMut(u32, &str))) -> Self {
        let mut folded = String::new();
        let mut ends = vec![0_usize; count];
        all(&mut |id, text| {
            folded.clear();
            fold_into(text, &mut folded);
            ends[id as usize] = folded.len();
        });
        let mut length = 0;
        for end in &mut ends {
            length += *end;
            *end = length;
            length += 1;
        }
        let mut arena = roomy(length);
        arena.resize(length, b'\n');
        all(&mut |id, text| {
            folded.clear();
            fold_into(text, &mut folded);
            let place = start_of(&ends, id)..ends[id as usize];
            // What cannot be read any more is a text of blanks.
            match arena.get_mut(place).filter(|place| place.len() == folded.len()) {
                Some(place) => place.copy_from_slice(folded.as_bytes()),
                None => arena[start_of(&ends, id)..ends[id as usize]].fill(b' '),
            }
        });
        // Whole texts, blanks and line breaks.
        Self { arena: String::from_utf8(arena).unwrap_or_default(), ends, recent: Recent::default() }
    }

    /// The folded text of the article `id`.
    pub fn get(&self, id: u32) -> &str {
        let Some(end) = self.ends.get(id as usize) else { return "" };
        &self.arena[start_of(&self.ends, id)..*end]
    }

    /// The [`letters_of`] each text, by id.
    pub(super) fn letters(&self) -> Vec<u32> {
        (0..self.ends.len() as u32).map(|id| letters_of(self.get(id))).collect()
    }

    /// Calls `hit` for every article whose text holds `needle` (folded) between `edges`, ascending, each once,
    /// and says whether it stands there as whole words; with [`Edges::Anywhere`] nobody looks.
    pub fn search(&self, needle: &str, edges: Edges, mut hit: impl FnMut(u32, bool)) {
        if needle.is_empty() || needle.contains('\n') {
            return;
        }
        if edges == Edges::Anywhere {
            return self.scan(needle, edges, hit);
        }
        let before = self.recent.of(needle);
        if let Some((found, true)) = &before
            && edges == Edges::WordStart
        {
            for (id, whole) in found.iter() {
                hit(*id, *whole);
            }
            return;
        }
        let mut found = Vec::new();
        match before {
            Some((before, _)) => {
                let finder = Finder::new(needle);
                let matches =
                    |(id, _): &(u32, bool)| Some((*id, text_matches(self.get(*id), &finder, needle, edges)?));
                found.extend(before.iter().filter_map(matches));
            }
            None => self.scan(needle, edges, |id, whole| found.push((id, whole))),
        }
        for (id, whole) in &found {
            hit(*id, *whole);
        }
        if edges == Edges::WordStart && found.len() <= self.ends.len() / MANY {
            self.recent.keep(needle, found);
        }
    }

    /// Searches all texts.
    fn scan(&self, needle: &str, edges: Edges, mut hit: impl FnMut(u32, bool)) {
        if edges != Edges::Anywhere && needle.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return self.search_letters(needle, edges, hit);
        }
        let finder = Finder::new(needle);
        let (mut row, mut at) = (0, 0);
        while let Some(found) = finder.find(&self.arena.as_bytes()[at..]) {
            let found = at + found;
            while self.ends[row] < found {
                row += 1;
            }
            if edges == Edges::Anywhere {
                hit(row as u32, false);
            } else if let Some(whole) = text_matches(self.get(row as u32), &finder, needle, edges) {
                hit(row as u32, whole);
            }
            at = self.ends[row] + 1;
        }
    }

    /// The same for a word of plain letters and digits, as most are: one pass over all texts, in which most
    /// of what is found is dismissed by the byte before it. No word begins within such a word, so that what
    /// overlaps need not be looked at; and a line break stands before and behind each text.
    fn search_letters(&self, needle: &str, edges: Edges, mut hit: impl FnMut(u32, bool)) {
        let bytes = self.arena.as_bytes();
        let (mut row, mut best) = (0, None);
        let mut take = |found: usize| {
            if found.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric()) {
                return;
            }
            if self.ends[row] < found {
                if let Some(whole) = best.take() {
                    hit(row as u32, whole);
                }
                while self.ends[row] < found {
                    row += 1;
                }
            }
            let end = found + needle.len();
            if best != Some(true) && is_word_start(&self.arena, found) {
                let whole = !bytes[end].is_ascii_alphanumeric() && is_word_end(&self.arena, end);
                if whole || edges == Edges::WordStart {
                    best = Some(whole);
                }
            }
        };
        if let [letter] = needle.as_bytes() {
            memchr_iter(*letter, bytes).for_each(&mut take);
        } else {
            Finder::new(needle).find_iter(bytes).for_each(&mut take);
        }
        if let Some(whole) = best {
            hit(row as u32, whole);
        }
    }
}

/// Where the text of the article `id` begins.
fn start_of(ends: &[usize], id: u32) -> usize {
    (id as usize).checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| end + 1)
}

/// Which letters a folded text has, a bit each; several share one where there are many. A text that lacks a bit
/// of a word lacks a letter of it.
pub fn letters_of(text: &str) -> u32 {
    text.bytes().fold(0, |letters, byte| {
        letters
            | match byte {
                b'a'..=b'z' => 1 << (byte - b'a'),
                b'0'..=b'9' => 1 << (26 + byte % 4),
                // Bytes of characters beyond ASCII: the same for the same character.
                0x80.. => 1 << (30 + byte % 2),
                _ => 0,
            }
    })
}

/// Whether `text` (folded) holds `needle` between `edges`, and then whether as whole words somewhere.
pub fn text_matches(text: &str, finder: &Finder<'_>, needle: &str, edges: Edges) -> Option<bool> {
    let mut best = None;
    let mut at = 0;
    let letter = needle.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    // Overlapping: a match inside a word may hide one that begins a word.
    while let Some(found) = finder.find(&text.as_bytes()[at..]) {
        let start = at + found;
        at = start + text[start..].chars().next().map_or(1, char::len_utf8);
        // Most matches of a short needle are within words of plain letters.
        let within = letter && start > 0 && text.as_bytes()[start - 1].is_ascii_alphanumeric();
        if within && edges != Edges::Anywhere {
            continue;
        }
        let (starts, ends) = (is_word_start(text, start), is_word_end(text, start + needle.len()));
        if starts && ends {
            return Some(true);
        }
        let fits = match edges {
            Edges::Anywhere => true,
            Edges::WordStart => starts,
            Edges::WholeWords => false,
        };
        if fits {
            best = Some(false);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::fold::fold;

    fn found(texts: &[String], needle: &str, edges: Edges) -> Vec<(u32, bool)> {
        let column = TextColumn::new(texts.iter().map(|text| Some(text.as_str())));
        let mut found = Vec::new();
        column.search(needle, edges, |id, whole| found.push((id, whole)));
        found
    }

    #[test]
    fn texts_that_are_given_in_any_order_lie_in_order_and_one_that_changed_meanwhile_is_blank() {
        let asked = std::cell::Cell::new(0);
        let column = TextColumn::gathered(3, |put| {
            asked.set(asked.get() + 1);
            put(2, "Last");
            put(0, "Erste Ü");
            put(1, if asked.get() == 1 { "before" } else { "behind it" });
        });
        assert_eq!([0, 1, 2].map(|id| column.get(id)), ["erste u", "      ", "last"]);
        assert_eq!(column.ends, [7, 14, 19]);
    }

    #[test]
    fn a_word_that_is_typed_on_is_looked_for_where_its_beginning_was_found() {
        let texts = ["bridge", "brief", "a", "b", "c", "d", "e", "f", "bridges"].map(str::to_owned);
        let column = TextColumn::new(texts.iter().map(|text| Some(text.as_str())));
        let search = |needle: &str, edges| {
            let mut found = Vec::new();
            column.search(needle, edges, |id, whole| found.push((id, whole)));
            found
        };
        // Too much to keep.
        assert_eq!(search("b", Edges::WordStart), [(0, false), (1, false), (3, true), (8, false)]);
        assert!(column.recent.of("bri").is_none());
        assert_eq!(search("brid", Edges::WordStart), [(0, false), (8, false)]);
        assert!(column.recent.of("bridge").is_some_and(|(found, is_all)| found.len() == 2 && !is_all));
        assert_eq!(search("bridge", Edges::WordStart), [(0, true), (8, false)]);
        assert_eq!(search("bridge", Edges::WholeWords), [(0, true)]);
        assert!(column.recent.of("bridge").is_some_and(|(found, is_all)| found.len() == 2 && is_all));
    }

    #[test]
    fn a_match_inside_a_word_does_not_hide_one_that_begins_a_word() {
        let texts = ["xa-a-a".to_owned(), String::new(), "a-ab".to_owned()];
        assert_eq!(found(&texts, "a-a", Edges::WordStart), [(0, true), (2, false)]);
        assert_eq!(found(&texts, "", Edges::Anywhere), []);
    }

    proptest! {
        #[test]
        fn searching_the_arena_is_searching_each_text(
            texts in proptest::collection::vec("[aAbé跨 -]{0,9}", 0..8),
            needle in "[abe跨 -]{1,3}",
            kind in 0..3_usize,
        ) {
            let edges = [Edges::Anywhere, Edges::WordStart, Edges::WholeWords][kind];
            let mut expect = Vec::new();
            for (text, id) in texts.iter().map(|text| fold(text)).zip(0..) {
                let starts: Vec<usize> =
                    text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(&needle)).collect();
                let begins = |at: &usize| is_word_start(&text, *at);
                let whole = |at: &usize| begins(at) && is_word_end(&text, at + needle.len());
                let any_whole = starts.iter().any(whole);
                let kept = match edges {
                    Edges::Anywhere => !starts.is_empty(),
                    Edges::WordStart => starts.iter().any(begins),
                    Edges::WholeWords => any_whole,
                };
                if kept {
                    expect.push((id, any_whole && edges != Edges::Anywhere));
                }
            }
            prop_assert_eq!(found(&texts, &needle, edges), expect);
        }

        #[test]
        fn what_was_asked_before_changes_no_answer(
            texts in proptest::collection::vec("[abé跨 -]{0,6}", 0..20),
            needles in proptest::collection::vec(("[ab跨-]{1,3}", any::<bool>()), 1..12),
        ) {
            let column = TextColumn::new(texts.iter().map(|text| Some(text.as_str())));
            for (needle, begins) in needles {
                let edges = if begins { Edges::WordStart } else { Edges::WholeWords };
                let mut answer = Vec::new();
                column.search(&needle, edges, |id, whole| answer.push((id, whole)));
                prop_assert_eq!(answer, found(&texts, &needle, edges));
            }
        }
    }
}
