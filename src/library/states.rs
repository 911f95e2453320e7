//! What a person did with the articles, as a query sees it: read, begun, starred, added.
//!
//! Knows only `article` and `index` of this folder. Where it is recorded is not its business.

use roaring::RoaringBitmap;

use super::article::ArticleKey;
use super::index::Library;

/// How far an article was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Not begun.
    #[default]
    Unread,
    /// Begun.
    Reading,
    /// Read to the end, or marked as read.
    Read,
}

/// What a person did with one article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// How far it was read.
    pub reading: Reading,
    /// Whether it is starred.
    pub starred: bool,
    /// How much of it was read, in percent.
    pub progress: u8,
    /// When longread first saw it, in seconds since the Unix epoch; 0 where nobody knows.
    pub added: i64,
}

/// The states of all articles of one [`Library`] snapshot, as sets and columns by id. The default is
/// for any snapshot: everything unread, nothing starred.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct States {
    reading: RoaringBitmap,
    read: RoaringBitmap,
    starred: RoaringBitmap,
    progress: Vec<u8>,
    added: Vec<i64>,
}

impl States {
    /// The states of the articles that `library` holds; others are passed over.
    pub fn new(library: &Library, states: impl IntoIterator<Item = (ArticleKey, State)>) -> Self {
        let mut all =
            Self { progress: vec![0; library.len()], added: vec![0; library.len()], ..Self::default() };
        for (key, state) in states {
            if let Some(id) = library.find(key) {
                all.set(id, state);
            }
        }
        all
    }

    /// Replaces the state of one article.
    pub fn set(&mut self, id: u32, state: State) {
        let row = id as usize;
        if self.progress.len() <= row {
            self.progress.resize(row + 1, 0);
            self.added.resize(row + 1, 0);
        }
        let mark = |set: &mut RoaringBitmap, is: bool| {
            if is { set.insert(id) } else { set.remove(id) }
        };
        mark(&mut self.reading, state.reading == Reading::Reading);
        mark(&mut self.read, state.reading == Reading::Read);
        mark(&mut self.starred, state.starred);
        self.progress[row] = state.progress;
        self.added[row] = state.added;
    }

    /// The state of one article.
    pub fn get(&self, id: u32) -> State {
        let reading = if self.read.contains(id) {
            Reading::Read
        } else if self.reading.contains(id) {
            Reading::Reading
        } else {
            Reading::Unread
        };
        State {
            reading,
            starred: self.starred.contains(id),
            progress: self.progress(id),
            added: self.added(id),
        }
    }

    /// The articles that are begun.
    pub fn reading(&self) -> &RoaringBitmap {
        &self.reading
    }

    /// The articles that are read.
    pub fn read(&self) -> &RoaringBitmap {
        &self.read
    }

    /// The articles that are starred.
    pub fn starred(&self) -> &RoaringBitmap {
        &self.starred
    }

    /// How much of an article was read, in percent.
    pub fn progress(&self, id: u32) -> u8 {
        self.progress.get(id as usize).copied().unwrap_or(0)
    }

    /// When longread first saw an article, in seconds since the Unix epoch; 0 where nobody knows.
    pub fn added(&self, id: u32) -> i64 {
        self.added.get(id as usize).copied().unwrap_or(0)
    }
}
