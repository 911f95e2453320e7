//! `Library`: an immutable snapshot of all articles with the sets and columns that queries need.
//!
//! Knows only `article`, `duplicates`, `fold` and `tags` of this folder, and `text`. Knows no query. What only some
//! queries need (folded text, orders, front-matter values) is made when it is first asked for, so that a
//! snapshot is cheap enough to be made again and again while a folder is read.

mod arena;
mod column;
mod day;
mod merge;
mod meta;
mod names;
mod order;
mod row;
mod stored;
mod sum;
mod text_column;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use crate::text::SafeText;

use super::article::{Article, ArticleKey, Date};
use super::duplicates::{Digest, Pages, groups};

use arena::Arena;
pub use column::Buffer;
use column::{Column, copied};
pub use day::Day;
pub use merge::Change;
use meta::MetaValues;
use meta::fold_key_into;
pub(in crate::library) use meta::scalars;
pub use meta::{MetaKey, fold_key};
pub use names::{Name, Names};
use row::Record;
pub use row::{Certainty, Row, Texts};
pub use stored::{HEADER, Head, Identity, InFile, Stored};
pub use sum::sum_of;
pub use text_column::{Edges, TextColumn, letters_of, text_matches};

/// A folder (or lone file's folder) whose articles a library holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called on screen.
    pub name: SafeText,
}

/// An immutable snapshot of the articles under the given roots, sorted by root and path. An article's
/// id is its index; ids are good for one snapshot only, [`ArticleKey`] outlives it.
///
/// It holds no articles but columns of plain numbers over arenas of bytes: those of a catalogue's file as
/// they were read, and what changed since. A copy shares all of it.
#[derive(Clone, Debug, Default)]
pub struct Library {
    roots: Vec<Root>,
    rows: Rows,
    tags: Arc<Names>,
    sources: Arc<Names>,
    authors: Arc<Names>,
    languages: Arc<Names>,
    meta: Arc<Names>,
    sets: Sets,
    lazy: Arc<Lazy>,
    /// The orders by words, which alone change when bodies are read.
    by_words: Arc<[OnceLock<Vec<u32>>; 2]>,
}

/// What every article has.
#[derive(Clone, Debug, Default)]
struct Rows {
    records: Column<Record>,
    days: Column<Day>,
    arena: Arena,
    /// All keys, ascending, and the ids that have them.
    keys: Column<u64>,
    key_ids: Column<u32>,
    /// All ids, newest first.
    by_date: Column<u32>,
    /// What tells the texts apart; zeros where nobody has read one, or it is too short to tell.
    digests: Column<Digest>,
    /// Of each article that is there several times, the id of the first; [`NO_COPY`] of every other.
    first_copies: Column<u32>,
}

/// So many articles are looked at between two times that pages are forgotten: some 2 MB of them.
const VISITED: usize = 8192;

/// Where an article is there only once, as far as is known.
const NO_COPY: u32 = u32::MAX;

/// What is known of an article's body once it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Its words.
    pub words: u32,
    /// What tells its text from others.
    pub digest: Digest,
}

/// The sets that queries begin with.
#[derive(Clone, Debug, Default)]
struct Sets {
    undated: RoaringBitmap,
    untagged: RoaringBitmap,
    drafts: RoaringBitmap,
    featured: RoaringBitmap,
    broken: RoaringBitmap,
}

impl Sets {
    fn of(rows: &Rows, tags: &Names) -> Self {
        let (records, days) = (&*rows.records, &*rows.days);
        let set = |is: &dyn Fn(usize) -> bool| bits(records.len(), is);
        Self {
            undated: set(&|row| days[row] == Day::NONE),
            untagged: set(&|row| tags.of(row as u32).is_empty()),
            drafts: set(&|row| records[row].has(Record::DRAFT)),
            featured: set(&|row| records[row].has(Record::FEATURED)),
            broken: set(&|row| records[row].has(Record::BROKEN)),
        }
    }
}

/// What only some queries need, made on first use.
#[derive(Debug, Default)]
struct Lazy {
    titles: OnceLock<TextColumn>,
    title_letters: OnceLock<Vec<u32>>,
    descriptions: OnceLock<TextColumn>,
    paths: OnceLock<TextColumn>,
    meta_values: OnceLock<Box<[OnceLock<MetaValues>]>>,
    meta_names: OnceLock<Box<[OnceLock<Names>]>>,
    by_date: OnceLock<Vec<u32>>,
    by_title: [OnceLock<Vec<u32>>; 2],
    by_updated: [OnceLock<Vec<u32>>; 2],
    by_folder: [OnceLock<Vec<u32>>; 2],
    by_series: [OnceLock<Vec<u32>>; 2],
}

/// The first place in `keys`, ascending, that does not come before `key`. Keys are hashes, so where one is can be
/// guessed well; where they are none, it is only found later.
fn place_of(keys: &[u64], key: u64) -> usize {
    let guess = ((u128::from(key) * keys.len() as u128) >> 64) as usize;
    let (mut low, mut high, mut step) = (guess, guess, 8);
    while low > 0 && keys[low - 1] >= key {
        low = low.saturating_sub(step);
        step *= 2;
    }
    step = 8;
    while high < keys.len() && keys[high] < key {
        high = (high + step).min(keys.len());
        step *= 2;
    }
    low + keys[low..high].partition_point(|other| *other < key)
}

impl Library {
    /// No article yet under `roots`.
    pub fn empty(roots: Vec<Root>) -> Self {
        Self { roots, ..Self::default() }
    }

    /// The library of `articles` under `roots`. Of two articles with the same root and path the later
    /// one is kept.
    pub fn new(roots: Vec<Root>, articles: Vec<Arc<Article>>) -> Self {
        let change = |article| Change::Article(article, Certainty::default());
        Self::empty(roots).merged(articles.into_iter().map(change).collect())
    }

    /// The same with the words of some articles (by id) counted.
    #[must_use]
    pub fn with_words(&self, words: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut records = copied(&self.rows.records);
        for (id, words) in words {
            if let Some(record) = records.get_mut(id as usize) {
                record.words = words.min(row::UNCOUNTED - 1);
            }
        }
        let rows = Rows { records: records.into(), ..self.rows.clone() };
        Self { rows, by_words: Arc::default(), ..self.clone() }
    }

    /// The same with the bodies of some articles (by key) read, and with what is there several times found anew.
    #[must_use]
    pub fn with_bodies(&self, bodies: impl IntoIterator<Item = (ArticleKey, Body)>) -> Self {
        let mut records = copied(&self.rows.records);
        let mut digests = copied(&self.rows.digests);
        for (key, body) in bodies {
            let Some(id) = self.find(key) else { continue };
            let (record, digest) = (&mut records[id as usize], &mut digests[id as usize]);
            record.words = body.words.min(row::UNCOUNTED - 1);
            record.flags |= Record::BODY_READ;
            *digest = body.digest;
        }
        let first_copies = {
            let mut pages = Pages::default();
            self.visit(|id, row| {
                if let Some(url) = row.texts().url {
                    pages.add(id, url);
                }
            });
            let mut first = groups(&digests, pages);
            let mut is_first = vec![false; first.len()];
            for (id, of) in first.iter().enumerate().filter(|(id, of)| *id as u32 != **of) {
                debug_assert!((*of as usize) < id, "the first comes first");
                is_first[*of as usize] = true;
            }
            for (id, of) in first.iter_mut().enumerate() {
                if *of as usize == id && !is_first[id] {
                    *of = NO_COPY;
                }
            }
            first
        };
        let rows = Rows {
            records: records.into(),
            digests: digests.into(),
            first_copies: first_copies.into(),
            ..self.rows.clone()
        };
        Self { rows, by_words: Arc::default(), ..self.clone() }
    }

    /// The articles whose bodies nobody has read since they changed, newest first.
    pub fn unread_bodies(&self) -> impl Iterator<Item = u32> {
        let records = &self.rows.records;
        self.rows.by_date.iter().copied().filter(|id| !records[*id as usize].has(Record::BODY_READ))
    }

    /// Whether any article is there several times, as far as is known.
    pub fn has_copies(&self) -> bool {
        self.rows.first_copies.iter().any(|first| *first != NO_COPY)
    }

    /// Of an article that is there several times, as far as is known: what all of its copies have in common.
    pub fn copies_of(&self, id: u32) -> Option<u32> {
        self.rows.first_copies.get(id as usize).copied().filter(|first| *first != NO_COPY)
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.rows.records.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.rows.records.is_empty()
    }

    /// The folders whose articles it holds.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// All articles, by id.
    pub fn articles(&self) -> impl ExactSizeIterator<Item = Arc<Article>> {
        (0..self.len() as u32).map(|id| self.article(id))
    }

    /// The article `id` of this snapshot: made anew each time, so only for what is shown.
    ///
    /// # Panics
    /// When `id` is of another, larger snapshot.
    pub fn article(&self, id: u32) -> Arc<Article> {
        Arc::new(self.row(id).article())
    }

    /// The article `id` of this snapshot, each value to be read when it is asked for.
    ///
    /// # Panics
    /// When `id` is of another, larger snapshot.
    pub fn row(&self, id: u32) -> Row<'_> {
        let row = id as usize;
        Row { record: &self.rows.records[row], day: self.rows.days[row], arena: &self.rows.arena }
    }

    /// All articles by id, each value to be read when it is asked for.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        let records = self.rows.records.iter().zip(&*self.rows.days);
        records.map(|(record, day)| Row { record, day: *day, arena: &self.rows.arena })
    }

    /// Gives every article to `each`, in no order: for what looks at the texts of all, because no more than some of
    /// a catalogue's pages are in memory at a time, in the order in which they lie there.
    pub fn visit(&self, mut each: impl FnMut(u32, Row<'_>)) {
        for ids in self.rows.by_date.chunks(VISITED) {
            let arena = self.rows.arena.rested();
            for id in ids {
                let row = *id as usize;
                let (record, day) = (&self.rows.records[row], self.rows.days[row]);
                each(*id, Row { record, day, arena: &arena });
            }
        }
    }

    /// The same with no page of its catalogue in memory: those that were read for what is no longer shown go with
    /// the last snapshot that has them. What was made for queries is shared.
    #[must_use]
    pub fn rested(&self) -> Self {
        Self { rows: Rows { arena: self.rows.arena.rested(), ..self.rows.clone() }, ..self.clone() }
    }

    /// The id that the article `key` has in this snapshot.
    pub fn find(&self, key: ArticleKey) -> Option<u32> {
        let keys = &*self.rows.keys;
        let at = place_of(keys, key.0);
        (keys.get(at) == Some(&key.0)).then(|| self.rows.key_ids.get(at).copied()).flatten()
    }

    /// The identity and id of every article, by identity.
    pub fn keys(&self) -> impl Iterator<Item = (ArticleKey, u32)> {
        self.rows.keys.iter().map(|key| ArticleKey(*key)).zip(self.rows.key_ids.iter().copied())
    }

    /// The identity that an article in this file has, if it is under one of the roots.
    pub fn key_of(&self, file: &Path) -> Option<ArticleKey> {
        let mut roots = self.roots().iter().zip(0..);
        let (index, path) =
            roots.find_map(|(root, index)| Some((index, file.strip_prefix(&root.path).ok()?)))?;
        Some(ArticleKey::of(index, path))
    }

    /// The file of the article `id`: its root's path and its own.
    pub fn file(&self, id: u32) -> PathBuf {
        let row = self.row(id);
        self.roots
            .get(usize::from(row.root()))
            .map_or_else(|| row.path().to_owned(), |root| root.path.join(row.path()))
    }

    /// All tags, folded by `tags::fold_tag`.
    pub fn tags(&self) -> &Names {
        &self.tags
    }

    /// All sources, folded by `fold::fold`.
    pub fn sources(&self) -> &Names {
        &self.sources
    }

    /// All authors, folded by `fold::fold`.
    pub fn authors(&self) -> &Names {
        &self.authors
    }

    /// All languages as articles write them, folded by `fold::fold`.
    pub fn languages(&self) -> &Names {
        &self.languages
    }

    /// All front-matter keys that longread gives no meaning of its own, folded by [`fold_key`]; an article
    /// has a cell for each of its keys, in their order.
    pub fn meta_keys(&self) -> &Names {
        &self.meta
    }

    /// The date column, by id.
    pub fn days(&self) -> &[Day] {
        &self.rows.days
    }

    /// Every article.
    pub fn all(&self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..self.len() as u32);
        all
    }

    /// Makes what the search words of a query need, so that the first of them does not wait for it.
    pub fn prepare(&self) {
        let _ = (self.titles(), self.title_letters(), self.descriptions());
    }

    /// The articles without a date.
    pub fn undated(&self) -> &RoaringBitmap {
        &self.sets.undated
    }

    /// The articles without a tag.
    pub fn untagged(&self) -> &RoaringBitmap {
        &self.sets.untagged
    }

    /// The drafts.
    pub fn drafts(&self) -> &RoaringBitmap {
        &self.sets.drafts
    }

    /// The featured articles.
    pub fn featured(&self) -> &RoaringBitmap {
        &self.sets.featured
    }

    /// The articles with a problem.
    pub fn broken(&self) -> &RoaringBitmap {
        &self.sets.broken
    }

    /// The articles dated from `from` to `to`, both included; undated ones never.
    pub fn dated(&self, from: Option<Date>, to: Option<Date>) -> RoaringBitmap {
        let from = from.map_or(Day::FIRST, Day::of);
        let to = to.map_or(Day::LAST, Day::of);
        let days = self.days();
        bits(days.len(), |row| from <= days[row] && days[row] <= to)
    }

    /// The folded titles, made on first use.
    pub fn titles(&self) -> &TextColumn {
        let all = |put: &mut dyn FnMut(u32, &str)| self.visit(|id, row| put(id, row.title()));
        self.lazy.titles.get_or_init(|| TextColumn::gathered(self.len(), all))
    }

    /// Which letters each title has (see [`letters_of`]), by id, made on first use.
    pub fn title_letters(&self) -> &[u32] {
        self.lazy.title_letters.get_or_init(|| self.titles().letters())
    }

    /// The folded descriptions, made on first use.
    pub fn descriptions(&self) -> &TextColumn {
        let all = |put: &mut dyn FnMut(u32, &str)| {
            self.visit(|id, row| put(id, row.texts().description.unwrap_or_default()));
        };
        self.lazy.descriptions.get_or_init(|| TextColumn::gathered(self.len(), all))
    }

    /// The folded paths below their roots, made on first use.
    pub fn paths(&self) -> &TextColumn {
        let all = |put: &mut dyn FnMut(u32, &str)| {
            self.visit(|id, row| put(id, &row.path().to_string_lossy()));
        };
        self.lazy.paths.get_or_init(|| TextColumn::gathered(self.len(), all))
    }
}

/// The set of ids that never descend. Pushing them one by one looks each time for the greatest so far, which took
/// half of a search for a word that stands everywhere (2026-11-30).
pub fn sorted_set(ids: impl IntoIterator<Item = u32>) -> RoaringBitmap {
    let mut last = None;
    let ascending = ids.into_iter().filter(|id| {
        let is_next = last.is_none_or(|last| *id > last);
        last = last.max(Some(*id));
        is_next
    });
    // What is filtered so ascends.
    RoaringBitmap::from_sorted_iter(ascending).unwrap_or_default()
}

/// The set of the rows below `count` of which `is` is true.
fn bits(count: usize, is: impl Fn(usize) -> bool) -> RoaringBitmap {
    // Bit by bit into bytes: no branch to guess wrong, however the rows are scattered.
    let mut bytes = vec![0_u8; count.div_ceil(8)];
    for row in 0..count {
        bytes[row / 8] |= u8::from(is(row)) << (row % 8);
    }
    RoaringBitmap::from_lsb0_bytes(0, &bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn where_a_key_is_does_not_depend_on_how_well_it_is_guessed(
            keys in proptest::collection::btree_set(prop_oneof![any::<u64>(), 0..99_u64, u64::MAX - 99..], 0..99),
            other: u64,
        ) {
            let keys: Vec<u64> = keys.into_iter().collect();
            for key in keys.iter().copied().chain([0, 50, other, u64::MAX]) {
                prop_assert_eq!(place_of(&keys, key), keys.partition_point(|known| *known < key));
            }
        }
    }
}
