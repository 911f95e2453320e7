//! Words that no file holds → the words of the files that were probably meant.
//!
//! Knows `library`. Looks at the bytes of files as they are written, and at so many at most that it takes a moment.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{File, Stop, each};
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
    /// Whether other terms are looked for beside: then that nothing was found does not say that no file holds it.
    beside_others: bool,
    left: AtomicI64,
    /// For each word, in how many files its neighbours stand.
    counts: Mutex<Vec<HashMap<String, usize>>>,
    /// Words that are there as they are written.
    met: Vec<AtomicBool>,
}

impl Meant {
    /// For folded words, some of `texts` terms that are looked for together.
    pub fn new(words: Vec<String>, texts: usize) -> Self {
        Self {
            beside_others: texts > 1,
            left: AtomicI64::new(MOST),
            counts: Mutex::new(vec![HashMap::new(); words.len()]),
            met: words.iter().map(|_| AtomicBool::new(false)).collect(),
            words,
        }
    }

    /// Looks at every article that `walk` meets, and says what each word was meant to be, where that can be said.
    pub fn by_walk(self, walk: &Walk) -> Vec<Option<String>> {
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
    pub fn by_files(self, files: &[File<'_>], stop: Stop<'_>) -> Vec<Option<String>> {
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

    /// The neighbour of each word that stands in most files; of equals the first by its letters.
    fn answer(self) -> Vec<Option<String>> {
        let counts = self.counts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let all = self.words.iter().zip(&self.met).zip(counts);
        let answers = all.map(|((word, met), counts)| {
            let is_form =
                |other: &str| Language::all().any(|language| language.stem(word) == language.stem(other));
            let may_stand_there = met.load(Ordering::Relaxed) || counts.keys().any(|other| is_form(other));
            if !may_be_misspelled(word) || (self.beside_others && may_stand_there) {
                return None;
            }
            counts
                .into_iter()
                .max_by(|(one, first), (other, second)| first.cmp(second).then_with(|| other.cmp(one)))
                .map(|(word, _)| word)
        });
        answers.collect()
    }
}
