//! A library and what changed → the next library. The only place where rows are made and put in order.
//!
//! Knows only `article` and this folder. What did not change is copied as it is: bytes of the arena are
//! shared, columns are renumbered in one pass each.

use std::cmp::Ordering;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arena::Arena;
use super::column::roomy;
use super::names::NamesOf;
use super::row::{self, Certainty, Record, Row};
use super::{Day, Library, NO_COPY, Rows, Sets, fold_key_into};
use crate::library::article::{Article, ArticleKey};
use crate::library::fold::fold_into;
use crate::library::tags::fold_tag_into;

/// Bytes of blobs that nobody needs any more, from which on the arena is made anew. Beside them there may
/// be a quarter of what is needed.
const WASTE: u64 = 1 << 20;
/// Bytes of most articles' blobs.
const USUAL_BLOB: usize = 512;

/// The places of so many changes are looked for between two times that pages are forgotten.
const LOOKED_UP: usize = 512;

/// What became of the article at one place.
#[derive(Clone, Debug)]
pub enum Change {
    /// It is there and is this, whether there was one before or not.
    Article(Arc<Article>, Certainty),
    /// It is there no longer.
    Gone {
        /// Index into the library's roots.
        root: u16,
        /// Path below the root.
        path: PathBuf,
    },
}

impl Change {
    fn place(&self) -> (u16, &Path) {
        match self {
            Self::Article(article, _) => (article.place.root, &article.place.path),
            Self::Gone { root, path } => (*root, path),
        }
    }
}

/// Where a row of the next library comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// The row of the library before it.
    Old(u32),
    /// The article of the change with this index.
    Fresh(u32),
}

/// The rows of the next library, in order.
pub(super) struct Plan<'a> {
    old: &'a Library,
    /// The same, for looking at its texts: what is read of them goes with the plan.
    texts: Library,
    fresh: Vec<(&'a Article, Certainty)>,
    /// Of each row: the old row, or the fresh article under [`FRESH`].
    sources: Vec<u32>,
    /// Of each old row: its new one, or [`GONE`].
    moved: Vec<u32>,
}

const FRESH: u32 = 1 << 31;
const GONE: u32 = u32::MAX;

impl<'a> Plan<'a> {
    /// `changes` are in order of their places, none twice.
    fn new(old: &'a Library, changes: &'a [Change]) -> Self {
        let count = old.len() as u32;
        let mut plan = Self {
            old,
            texts: old.rested(),
            fresh: Vec::with_capacity(changes.len()),
            sources: Vec::with_capacity(old.len() + changes.len()),
            moved: vec![GONE; old.len()],
        };
        let mut row = 0;
        for changes in changes.chunks(LOOKED_UP) {
            let old = old.rested();
            for change in changes {
                let place = change.place();
                let at = old.first_from(place, row);
                plan.keep(row..at);
                row = at;
                if row < count && by_place(old.place(row), place) == Ordering::Equal {
                    row += 1;
                }
                if let Change::Article(article, certainty) = change {
                    plan.sources.push(plan.fresh.len() as u32 | FRESH);
                    plan.fresh.push((article, *certainty));
                }
            }
        }
        plan.keep(row..count);
        plan
    }

    fn keep(&mut self, rows: std::ops::Range<u32>) {
        for row in rows {
            self.moved[row as usize] = self.sources.len() as u32;
            self.sources.push(row);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sources.len()
    }

    pub(super) fn source(&self, id: u32) -> Source {
        let source = self.sources[id as usize];
        if source & FRESH == 0 { Source::Old(source) } else { Source::Fresh(source & !FRESH) }
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = Source> {
        (0..self.len() as u32).map(|id| self.source(id))
    }

    pub(super) fn row(&self, old: u32) -> Row<'_> {
        self.texts.row(old)
    }

    pub(super) fn article(&self, fresh: u32) -> &'a Article {
        self.fresh[fresh as usize].0
    }

    pub(super) fn articles(&self) -> impl Iterator<Item = &'a Article> {
        self.fresh.iter().map(|(article, _)| *article)
    }

    /// The ids of the fresh articles.
    fn fresh_ids(&self) -> impl Iterator<Item = (u32, &'a Article)> {
        let fresh = |id| match self.source(id) {
            Source::Old(_) => None,
            Source::Fresh(index) => Some((id, self.article(index))),
        };
        (0..self.len() as u32).filter_map(fresh)
    }

    fn rows(&self) -> Rows {
        let old = &self.old.rows;
        let mut arena = old.arena.clone();
        let (base, mut blobs) = (arena.len(), roomy(self.fresh.len() * USUAL_BLOB));
        let mut fresh: Vec<Record> = roomy(self.fresh.len());
        fresh.extend(
            self.fresh.iter().map(|(article, certainty)| row::write(article, *certainty, base, &mut blobs)),
        );
        arena.push(blobs);
        let (old_records, old_days) = (&*old.records, &*old.days);
        let mut records = roomy(self.len());
        let mut days = roomy(self.len());
        let mut digests = roomy(self.len());
        let mut first_copies = roomy(self.len());
        for source in self.sources() {
            match source {
                Source::Old(row) => {
                    records.push(old_records[row as usize]);
                    days.push(old_days[row as usize]);
                    digests.push(old.digests[row as usize]);
                    // Where the first is gone, they are told apart until bodies are compared again.
                    first_copies.push(self.moved(old.first_copies[row as usize]).unwrap_or(NO_COPY));
                }
                Source::Fresh(index) => {
                    records.push(fresh[index as usize]);
                    days.push(self.article(index).date.map_or(Day::NONE, Day::of));
                    digests.push([0; 8]);
                    first_copies.push(NO_COPY);
                }
            }
        }
        let needed: u64 = records.iter().map(|record| u64::from(record.blob_len)).sum();
        if arena.len() > needed + needed / 4 + WASTE {
            arena = compact(&mut records, &arena);
        }
        let mut keys: Vec<(u64, u32)> = self.fresh_ids().map(|(id, article)| (article.key.0, id)).collect();
        keys.sort_unstable();
        let old_keys =
            old.keys.iter().zip(&*old.key_ids).filter_map(|(key, id)| self.moved(*id).map(|id| (*key, id)));
        let (keys, key_ids) =
            merge(old_keys, keys.into_iter(), |entry| *entry, self.len()).into_iter().unzip();
        let newest_first = |id: &u32| (std::cmp::Reverse(days[*id as usize]), *id);
        let mut fresh_by_date: Vec<u32> = self.fresh_ids().map(|(id, _)| id).collect();
        fresh_by_date.sort_unstable_by_key(newest_first);
        let old_by_date = old.by_date.iter().filter_map(|id| self.moved(*id));
        let by_date = merge(old_by_date, fresh_by_date.into_iter(), newest_first, self.len());
        Rows {
            records: records.into(),
            days: days.into(),
            arena,
            keys: Vec::into(keys),
            key_ids: Vec::into(key_ids),
            by_date: by_date.into(),
            digests: digests.into(),
            first_copies: first_copies.into(),
        }
    }

    fn moved(&self, old: u32) -> Option<u32> {
        self.moved.get(old as usize).copied().filter(|id| *id != GONE)
    }
}

/// Two runs in order of `key` → one.
fn merge<T, K: Ord>(
    one: impl Iterator<Item = T>,
    other: impl Iterator<Item = T>,
    key: impl Fn(&T) -> K,
    count: usize,
) -> Vec<T> {
    let mut merged = roomy(count);
    let mut other = other.peekable();
    for item in one {
        while let Some(before) = other.next_if(|next| key(next) < key(&item)) {
            merged.push(before);
        }
        merged.push(item);
    }
    merged.extend(other);
    merged
}

/// The blobs of `records` alone.
fn compact(records: &mut [Record], arena: &Arena) -> Arena {
    let mut blobs = roomy(records.iter().map(|record| record.blob_len as usize).sum());
    for record in records {
        let blob = arena.get(record.blob, record.blob_len);
        record.blob = blobs.len() as u64;
        blobs.extend_from_slice(blob);
    }
    let mut arena = Arena::default();
    arena.push(blobs);
    arena
}

impl Library {
    /// The library after `changes`; of several to one place the last counts. Cheap enough for one changed
    /// file: at 100,000 articles it costs a copy of the columns, not of the texts.
    #[must_use]
    pub fn merged(&self, mut changes: Vec<Change>) -> Self {
        changes.sort_by(|one, other| by_place(one.place(), other.place()));
        changes.reverse();
        changes.dedup_by(|one, other| by_place(one.place(), other.place()) == Ordering::Equal);
        changes.reverse();
        let plan = Plan::new(self, &changes);
        let rows = plan.rows();
        let tags = self.tags.merged(&plan, TAGS);
        let sets = Sets::of(&rows, &tags);
        Self {
            roots: self.roots.clone(),
            rows,
            tags: Arc::new(tags),
            sources: Arc::new(self.sources.merged(&plan, SOURCES)),
            authors: Arc::new(self.authors.merged(&plan, AUTHORS)),
            languages: Arc::new(self.languages.merged(&plan, LANGUAGES)),
            meta: Arc::new(self.meta.merged(&plan, META)),
            sets,
            lazy: Arc::default(),
            by_words: Arc::default(),
        }
    }

    fn place(&self, row: u32) -> (u16, &Path) {
        let row = self.row(row);
        (row.root(), row.path())
    }

    /// The first row, at or behind `from`, that does not come before a place.
    fn first_from(&self, place: (u16, &Path), from: u32) -> u32 {
        let count = self.len() as u32;
        // In ever longer steps, then by halves: changes come in order, so that the next is mostly near.
        let (mut low, mut step) = (from, 1);
        while low + step <= count && by_place(self.place(low + step - 1), place) == Ordering::Less {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(count);
        while low < high {
            let middle = low + (high - low) / 2;
            if by_place(self.place(middle), place) == Ordering::Less {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The ids of the articles in the folder at `path` below a root, at any depth, and of the one at `path`.
    pub fn below(&self, root: u16, path: &Path) -> std::ops::Range<u32> {
        let first = self.first_from((root, path), 0);
        let is_below = |row: u32| {
            let place = self.place(row);
            place.0 == root && place.1.starts_with(path)
        };
        let count = (first..self.len() as u32).take_while(|row| is_below(*row)).count();
        first..first + count as u32
    }

    /// The article at a place, if there is one.
    pub fn at(&self, root: u16, path: &Path) -> Option<u32> {
        let id = self.find(ArticleKey::of(root, path))?;
        let record = self.row(id).record;
        (record.root == root && record.check == row::check(path.as_os_str().as_bytes())).then_some(id)
    }
}

const TAGS: NamesOf =
    NamesOf { each: |article, name| article.tags.iter().for_each(name), fold: fold_tag_into, repeats: false };
const SOURCES: NamesOf =
    NamesOf { each: |article, name| article.source.iter().for_each(name), fold: fold_into, repeats: false };
const AUTHORS: NamesOf =
    NamesOf { each: |article, name| article.authors.iter().for_each(name), fold: fold_into, repeats: false };
const LANGUAGES: NamesOf =
    NamesOf { each: |article, name| article.lang.iter().for_each(name), fold: fold_into, repeats: false };
const META: NamesOf = NamesOf {
    each: |article, name| article.meta.iter().for_each(|(key, _)| name(key)),
    fold: fold_key_into,
    repeats: true,
};

/// By root, then by path, a folder's files before what is named like the folder and longer.
fn by_place(one: (u16, &Path), other: (u16, &Path)) -> Ordering {
    one.0.cmp(&other.0).then_with(|| by_path(one.1, other.1))
}

fn by_path(one: &Path, other: &Path) -> Ordering {
    let (one, other) = (one.as_os_str().as_encoded_bytes(), other.as_os_str().as_encoded_bytes());
    let rank = |byte: u8| if byte == b'/' { 0 } else { byte };
    match one.iter().zip(other).position(|(a, b)| a != b) {
        Some(at) => rank(one[at]).cmp(&rank(other[at])),
        None => one.len().cmp(&other.len()),
    }
}

#[cfg(test)]
pub(super) mod tests;
