//! What a walk finds, compared with what was known before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::library::article::Article;
use crate::library::index::{Certainty, Change, Library};

/// So many articles may wait, at most, until `library` takes them in all at once: before, each takes several
/// times the memory, and a merge costs as much as the library has articles.
pub fn held(library: &Library) -> usize {
    (library.len() / 8).max(4096)
}

/// What was known before a walk, and what of it the walk has met.
#[derive(Debug)]
pub struct Comparison {
    known: Arc<Library>,
    /// A bit for each article.
    met: Vec<AtomicU64>,
}

impl Comparison {
    /// With what was known; nothing of it is met yet.
    pub fn with(known: Arc<Library>) -> Self {
        let met = (0..known.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self { known, met }
    }

    /// What was known.
    pub fn known(&self) -> &Arc<Library> {
        &self.known
    }

    /// An article is as it was.
    pub fn unchanged(&self, id: u32) {
        if let Some(word) = self.met.get(id as usize / 64) {
            word.fetch_or(1 << (id % 64), Ordering::Relaxed);
        }
    }

    /// An article was read.
    pub fn read(&self, article: Box<Article>, certainty: Certainty) -> Change {
        if let Some(id) = self.known.at(article.place.root, &article.place.path) {
            self.unchanged(id);
        }
        Change::Article(Arc::from(article), certainty)
    }

    /// Whether an article was met.
    pub fn is_met(&self, id: u32) -> bool {
        self.met
            .get(id as usize / 64)
            .is_some_and(|word| word.load(Ordering::Relaxed) & (1 << (id % 64)) != 0)
    }

    /// What was not met by a walk that is over: it is no longer there.
    pub fn gone(&self) -> Vec<Change> {
        let rows = self.known.rows().zip(0..).filter(|(_, id)| !self.is_met(*id));
        rows.map(|(row, _)| Change::Gone { root: row.root(), path: row.path().to_owned() }).collect()
    }
}
