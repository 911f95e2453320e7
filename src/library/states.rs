//! What a person did with the articles, as a query sees it: read, begun, starred, added, opened, labelled.
//!
//! Knows only `article`, `index`, `query` and `tags` of this folder, and `text`. Where it is recorded is not its business.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::article::{ArticleKey, Date};
use super::index::Library;
use super::query::DateRange;
use super::tags::{fold_tag, is_under};
use crate::text::SafeText;

/// How far an article was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The day on which it was last opened.
    pub opened: Option<Date>,
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
    opened: BTreeMap<u32, Date>,
    labels: BTreeMap<String, Label>,
}

/// A person's own tag, and the articles that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// As first spelled.
    pub name: Arc<SafeText>,
    /// The articles.
    pub articles: RoaringBitmap,
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
        match state.opened {
            Some(day) => self.opened.insert(id, day),
            None => self.opened.remove(&id),
        };
    }

    /// Gives an article a label.
    pub fn label(&mut self, id: u32, name: &SafeText) {
        let new = || Label { name: Arc::new(name.clone()), articles: RoaringBitmap::new() };
        self.labels.entry(fold_tag(name.as_str())).or_insert_with(new).articles.insert(id);
    }

    /// The labels, by their folded names.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &Label)> {
        self.labels.iter().map(|(folded, label)| (folded.as_str(), label))
    }

    /// The articles with a label, by its folded name.
    pub fn labelled(&self, folded: &str) -> Option<&RoaringBitmap> {
        self.labels.get(folded).map(|label| &label.articles)
    }

    /// The articles with a label that is `parent` or nested below it, by its folded name.
    pub fn labelled_under(&self, parent: &str) -> RoaringBitmap {
        let under = self.labels.iter().filter(|(folded, _)| is_under(folded, parent));
        under.fold(RoaringBitmap::new(), |all, (_, label)| all | &label.articles)
    }

    /// The articles with any label.
    pub fn all_labelled(&self) -> RoaringBitmap {
        self.labels.values().fold(RoaringBitmap::new(), |all, label| all | &label.articles)
    }

    /// The articles that were last opened on a day of these, both included.
    pub fn opened(&self, range: DateRange) -> RoaringBitmap {
        self.opened.iter().filter(|(_, day)| range.contains(**day)).map(|(id, _)| *id).collect()
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
            opened: self.opened.get(&id).copied(),
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
