//! Titles that hold the letters of the words that are searched for, in order: what follows the articles
//! that hold the words themselves, where those are few.
//!
//! Knows `fold`, `index` and `states` of `library`, and the query. The one user of `nucleo_matcher`. One or
//! two letters are in nearly every title somewhere: they are looked for side by side, newest first.

use std::ops::Range;
use std::sync::{Arc, Weak};

use nucleo_matcher::{Config, Matcher, Utf32Str};
use roaring::RoaringBitmap;

use crate::library::article::Date;
use crate::library::fold::{fold, fold_into};
use crate::library::hits::Hits;
use crate::library::index::{Edges, Library, letters_of, sorted_set};
use crate::library::states::States;

use super::{Node, Outcome, Query, Term, Text};

/// So many articles that hold the words themselves are enough.
pub const ENOUGH: usize = 50;
/// Most similar titles that are given.
const MOST: usize = 100;
/// A word of fewer letters is looked for as it is.
const FEWEST_LETTERS: usize = 3;
/// Percents of the score that the word itself would have; below, its letters are scattered over the title.
const LEAST_SCORE: u32 = 60;

impl Query {
    /// Its search words, folded; `None` where there are none, or something else is said of text.
    pub fn words(&self) -> Option<Vec<String>> {
        let mut words = Vec::new();
        for node in self.conjuncts() {
            match node {
                Node::Term(Term::Text(Text::Word(word) | Text::Prefix(word))) => {
                    words.push(fold(word.as_str()));
                }
                Node::Term(Term::Text(_)) => return None,
                Node::Any(_) | Node::All(_) if self.has_text_within(node) => return None,
                _ => {}
            }
        }
        words.retain(|word| !word.is_empty());
        (!words.is_empty()).then_some(words)
    }

    fn has_text_within(&self, node: &Node) -> bool {
        Self { root: node.clone(), sort: self.sort }.has_text()
    }
}

/// Looks for similar titles, and remembers which ones are left while one types on.
#[derive(Debug, Default)]
pub struct Similar {
    matcher: Option<Box<Matcher>>,
    /// The titles that held the words before these, of a snapshot.
    left: Option<Left>,
}

#[derive(Debug)]
struct Left {
    library: Weak<Library>,
    words: Vec<String>,
    ids: Vec<u32>,
}

impl Similar {
    /// The articles with similar titles that `outcome` does not hold and that all else in the query keeps,
    /// best first; none where enough hold the words themselves, or where it is not known what an excluded word stands
    /// in.
    pub fn find(
        &mut self,
        library: &Arc<Library>,
        (query, hits): (&Query, Option<&Hits>),
        outcome: &Outcome,
        states: &States,
        today: Date,
    ) -> Vec<u32> {
        let Some(words) = query.words().filter(|_| outcome.ids.len() < ENOUGH) else { return Vec::new() };
        let others = query.without_text();
        let mut allowed = if others.with_sort(None).is_empty() {
            library.all()
        } else {
            others.run(library, states, today).set
        };
        allowed -= &outcome.set;
        for text in query.excluded_texts() {
            let Some(found) = hits.and_then(|hits| hits.get(&text)) else { return Vec::new() };
            allowed -= &found.articles;
        }
        if words.iter().all(|word| word.chars().count() < FEWEST_LETTERS) {
            return side_by_side(library, &words, &allowed);
        }
        let matcher = self.matcher.get_or_insert_with(|| Box::new(matcher()));
        let needles: Vec<Needle> = words.iter().map(|word| Needle::new(word, matcher)).collect();
        let typed_on = self.left.take().filter(|left| {
            std::ptr::eq(left.library.as_ptr(), Arc::as_ptr(library))
                && left.words.len() <= words.len()
                && left.words.iter().zip(&words).all(|(before, now)| now.starts_with(before.as_str()))
        });
        let mut left = Vec::new();
        let mut found: Vec<(u32, u32)> = Vec::new();
        let mut characters = Vec::new();
        let mut look = |id: u32| {
            let title = Utf32Str::new(library.titles().get(id), &mut characters);
            let mut score = 0;
            let mut close = true;
            for needle in &needles {
                let Some(own) = matcher.fuzzy_match(title, needle.text()) else { return };
                score += u32::from(own);
                close &= u32::from(own) >= needle.least;
            }
            left.push(id);
            if close && allowed.contains(id) {
                found.push((score, id));
            }
        };
        if let Some(left) = typed_on {
            left.ids.into_iter().for_each(&mut look);
        } else {
            let wanted = words.iter().fold(0, |letters, word| letters | letters_of(word));
            let letters = library.title_letters().iter().zip(0..);
            letters.filter(|(has, _)| *has & wanted == wanted).for_each(|(_, id)| look(id));
        }
        self.left = Some(Left { library: Arc::downgrade(library), words, ids: left });
        let days = library.days();
        found.sort_unstable_by(|(score, id), (other, next)| {
            other.cmp(score).then_with(|| days[*next as usize].cmp(&days[*id as usize])).then(id.cmp(next))
        });
        found.into_iter().take(MOST).map(|(_, id)| id).collect()
    }
}

/// The newest articles whose titles hold all words anywhere.
fn side_by_side(library: &Library, words: &[String], allowed: &RoaringBitmap) -> Vec<u32> {
    let mut kept = allowed.clone();
    for word in words {
        let mut ids = Vec::new();
        // Ascending, as the column is searched.
        library.titles().search(word, Edges::Anywhere, |id, _| ids.push(id));
        kept &= sorted_set(ids);
    }
    library.by_date(true).iter().copied().filter(|id| kept.contains(*id)).take(MOST).collect()
}

struct Needle {
    word: String,
    characters: Vec<char>,
    /// The score from which on a title is similar.
    least: u32,
}

impl Needle {
    fn new(word: &str, matcher: &mut Matcher) -> Self {
        let mut needle = Self { word: word.to_owned(), characters: word.chars().collect(), least: 0 };
        let whole = matcher.fuzzy_match(needle.text(), needle.text()).map_or(0, u32::from);
        needle.least = whole * LEAST_SCORE / 100;
        needle
    }

    /// As the matcher wants it: in a title of plain bytes it finds plain bytes alone.
    fn text(&self) -> Utf32Str<'_> {
        if self.word.is_ascii() {
            Utf32Str::Ascii(self.word.as_bytes())
        } else {
            Utf32Str::Unicode(&self.characters)
        }
    }
}

/// For folded text: nothing is left to be folded.
fn matcher() -> Matcher {
    let mut config = Config::DEFAULT;
    (config.normalize, config.ignore_case) = (false, false);
    Matcher::new(config)
}

/// The bytes of `text`, as it is shown, that are letters of the folded `words`: where a word stands itself,
/// there; else its letters one by one, as far as the text holds them all.
pub fn matched(text: &str, words: &[String]) -> Vec<Range<usize>> {
    let mut folded: Vec<char> = Vec::with_capacity(text.len());
    let mut from: Vec<Range<usize>> = Vec::with_capacity(text.len());
    let mut one = String::new();
    for (at, character) in text.char_indices() {
        one.clear();
        fold_into(character.encode_utf8(&mut [0; 4]), &mut one);
        for character_of_it in one.chars() {
            folded.push(character_of_it);
            from.push(at..at + character.len_utf8());
        }
    }
    let mut marked: Vec<Range<usize>> = Vec::new();
    let mut letters = Vec::new();
    let mut fuzzy = None;
    for word in words {
        let needle: Vec<char> = word.chars().collect();
        let starts = |at: &usize| *at == 0 || !folded[*at - 1].is_alphanumeric();
        let stands = || {
            folded
                .windows(needle.len().max(1))
                .enumerate()
                .filter(|(_, window)| **window == needle[..])
                .map(|(at, _)| at)
        };
        letters.clear();
        if let Some(at) = stands().find(starts).or_else(|| stands().next()) {
            letters.extend(at as u32..(at + needle.len()) as u32);
        } else if needle.len() >= FEWEST_LETTERS {
            let (whole, part) = (Utf32Str::Unicode(&folded), Utf32Str::Unicode(&needle));
            let _ = fuzzy.get_or_insert_with(matcher).fuzzy_indices(whole, part, &mut letters);
        }
        marked.extend(letters.iter().filter_map(|letter| from.get(*letter as usize)).cloned());
    }
    marked.sort_unstable_by_key(|range| range.start);
    marked.dedup();
    marked.dedup_by(|next, range| {
        let joins = range.end >= next.start;
        if joins {
            range.end = range.end.max(next.end);
        }
        joins
    });
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let mut out = String::new();
        let mut at = 0;
        for range in matched(text, &words) {
            out.push_str(&text[at..range.start]);
            out.push('[');
            out.push_str(&text[range.clone()]);
            out.push(']');
            at = range.end;
        }
        out + &text[at..]
    }

    #[test]
    fn a_word_is_marked_where_it_stands_and_else_by_its_letters() {
        assert_eq!(marked("A bridge too far", &["brid"]), "A [brid]ge too far");
        assert_eq!(marked("Abridged bridges", &["brid"]), "Abridged [brid]ges");
        assert_eq!(marked("Abridged", &["brid"]), "A[brid]ged");
        assert_eq!(marked("A bridge too far", &["brdge", "far"]), "A [br]i[dge] too [far]");
        assert_eq!(marked("Straße nach Zürich", &["strasse", "zurich"]), "[Straße] nach [Zürich]");
        assert_eq!(marked("A bridge", &["zz"]), "A bridge");
        assert_eq!(marked("跨链桥的风险", &["链桥"]), "跨[链桥]的风险");
        assert_eq!(marked("", &["a"]), "");
    }

    proptest::proptest! {
        #[test]
        fn marks_ascend_and_lie_on_characters(text in "\\PC{0,20}", words in proptest::collection::vec("[a-eß跨]{0,4}", 0..3)) {
            let words: Vec<String> = words.iter().map(|word| fold(word)).collect();
            let mut end = 0;
            for range in matched(&text, &words) {
                proptest::prop_assert!(range.start >= end && range.start < range.end);
                proptest::prop_assert!(text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
