//! Words that no file holds → the words of the files that were probably meant.
//!
//! Knows `library`. Looks at the bytes of files as they are written, and at so many at most that it takes a moment.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{File, Stop, each};
use crate::library::query::Text;
use crate::library::spelling::{is_one_edit, may_be_misspelled};
use crate::library::stems::Language;
use crate::library::tokens::Tokens;
use crate::storage::disk::{self, Walk};

/// Bytes that are looked at: about a sixth of a second's work for two threads (2026-11-30).
const MOST: i64 = 16 << 20;

/// Looks for what words were meant to be.
pub struct Meant {
    /// Folded.
    words: Vec<String>,
    /// The words of each term.
    terms: Vec<Range<usize>>,
    /// Whether other terms are looked for beside: then that nothing was found does not say that no file holds it.
    beside_others: bool,
    left: AtomicI64,
    /// For each word, in how many files its neighbours stand.
    counts: Mutex<Vec<HashMap<String, usize>>>,
    /// Words that are there as they are written.
    met: Vec<AtomicBool>,
}

impl Meant {
    /// For the folded words of terms, which are some of `texts` terms that are looked for together.
    pub fn new(vain: &[(Text, Vec<String>)], texts: usize) -> Self {
        let words: Vec<String> = vain.iter().flat_map(|(_, words)| words.iter().cloned()).collect();
        let mut end = 0;
        let terms = vain.iter().map(|(_, words)| {
            end += words.len();
            end - words.len()..end
        });
        Self {
            terms: terms.collect(),
            beside_others: texts > 1,
            left: AtomicI64::new(MOST),
            counts: Mutex::new(vec![HashMap::new(); words.len()]),
            met: words.iter().map(|_| AtomicBool::new(false)).collect(),
            words,
        }
    }

    /// Looks at every article that `walk` meets, and says what words of each term were meant to be which others; none
    /// where that cannot be said.
    pub fn by_walk(self, walk: &Walk) -> Vec<BTreeMap<String, String>> {
        let stop = AtomicBool::new(false);
        walk.names(&stop, &|_, path| {
            if self.goes_on() {
                // What cannot be read holds nothing.
                let _ = disk::look_at_bytes(path, |bytes, _| self.look_at_bytes(bytes, path));
            } else {
                stop.store(true, Ordering::Relaxed);
            }
        });
        self.answer()
    }

    /// As [`Meant::by_walk`], in `files`.
    pub fn by_files(self, files: &[File<'_>], stop: Stop<'_>) -> Vec<BTreeMap<String, String>> {
        let _: Vec<()> = each(files.len(), stop, &|at| {
            let file = files.get(at).filter(|_| self.goes_on())?;
            if let Some(markdown) = file.markdown {
                self.look(markdown);
            } else {
                let path = file.root.join(&file.place.path);
                // What cannot be read holds nothing.
                let _ = disk::look_at_bytes(&path, |bytes, _| self.look_at_bytes(bytes, &path));
            }
            None
        });
        self.answer()
    }

    fn goes_on(&self) -> bool {
        self.left.load(Ordering::Relaxed) > 0
    }

    fn look_at_bytes(&self, bytes: &[u8], path: &Path) {
        if let Some(decoded) = disk::decoded(bytes) {
            self.look(&decoded.markdown);
            // It may be the title.
            self.look(&path.file_stem().unwrap_or_default().to_string_lossy());
        }
    }

    fn look(&self, text: &str) {
        self.left.fetch_sub(i64::try_from(text.len()).unwrap_or(i64::MAX), Ordering::Relaxed);
        let mut near: HashSet<(usize, String)> = HashSet::new();
        let (mut tokens, mut token) = (Tokens::new(text), String::new());
        while tokens.next(&mut token).is_some() {
            for (at, word) in self.words.iter().enumerate() {
                if token == *word {
                    self.met[at].store(true, Ordering::Relaxed);
                } else if is_one_edit(word, &token) {
                    near.insert((at, token.clone()));
                }
            }
        }
        if !near.is_empty() {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            for (at, token) in near {
                *counts[at].entry(token).or_default() += 1;
            }
        }
    }

    fn answer(self) -> Vec<BTreeMap<String, String>> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = self.terms.iter().map(|term| {
            let all = self.words.iter().zip(&self.met).zip(counts.iter());
            let mut others = BTreeMap::new();
            for ((word, met), counts) in all.take(term.end).skip(term.start) {
                let is_met = met.load(Ordering::Relaxed);
                if term.len() > 1 && is_met {
                    // Of words in a row, those that stand somewhere are spelled rightly.
                    continue;
                }
                if term.len() == 1 && self.beside_others && (is_met || has_form(word, counts)) {
                    return BTreeMap::new();
                }
                let Some(near) = nearest(word, counts) else { return BTreeMap::new() };
                others.insert(word.clone(), near);
            }
            others
        });
        answers.collect()
    }
}

/// Whether a form of the word is among its neighbours, so that it may be found by that.
fn has_form(word: &str, counts: &HashMap<String, usize>) -> bool {
    let is_form =
        |other: &String| Language::all().any(|language| language.stem(word) == language.stem(other));
    counts.keys().any(is_form)
}

/// The neighbour of a word that stands in most files; of equals the first by its letters.
fn nearest(word: &str, counts: &HashMap<String, usize>) -> Option<String> {
    let all = counts.iter().filter(|_| may_be_misspelled(word));
    all.max_by(|(one, first), (other, second)| first.cmp(second).then_with(|| other.cmp(one)))
        .map(|(word, _)| word.clone())
}
