//! `Library`: an immutable snapshot of all articles with the sets and columns that queries need.
//!
//! Knows only `article`, `fold` and `tags` of this folder, and `text`. Knows no query. What only some
//! queries need (folded text, orders, front-matter keys) is made when it is first asked for, so that a
//! snapshot is cheap enough to be made again and again while a folder is read.

mod names;
mod text_column;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use crate::text::SafeText;

use super::article::{Article, ArticleKey, Date, Value};
use super::fold;
use super::tags::fold_tag_into;

use names::NamesBuilder;
pub use names::{Name, Names};
pub use text_column::{Edges, TextColumn, text_matches};

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
#[derive(Debug, Default)]
pub struct Library {
    roots: Vec<Root>,
    articles: Vec<Arc<Article>>,
    keys: Vec<(ArticleKey, u32)>,
    tags: Names,
    sources: Names,
    authors: Names,
    languages: Names,
    days: Vec<Day>,
    undated: RoaringBitmap,
    untagged: RoaringBitmap,
    drafts: RoaringBitmap,
    featured: RoaringBitmap,
    broken: RoaringBitmap,
    lazy: Lazy,
}

/// What only some queries need, made on first use.
#[derive(Debug, Default)]
struct Lazy {
    titles: OnceLock<TextColumn>,
    descriptions: OnceLock<TextColumn>,
    paths: OnceLock<TextColumn>,
    meta_keys: OnceLock<HashMap<String, MetaKey>>,
    by_date: [OnceLock<Vec<u32>>; 2],
    by_title: [OnceLock<Vec<u32>>; 2],
    by_updated: [OnceLock<Vec<u32>>; 2],
    by_words: [OnceLock<Vec<u32>>; 2],
}

/// A front-matter key that longread gives no meaning of its own, with the articles that have it.
#[derive(Clone, Debug)]
pub struct MetaKey {
    /// The key as first spelled.
    pub name: SafeText,
    /// The articles that have it, ascending, each with the key's index in its `meta`.
    pub cells: Vec<(u32, u32)>,
    /// The folded values, a row for each cell.
    values: OnceLock<TextColumn>,
}

impl MetaKey {
    /// The folded scalars of its values, a row for each of its cells, made on first use.
    pub fn values(&self, library: &Library) -> &TextColumn {
        self.values.get_or_init(|| {
            let texts: Vec<String> = self
                .cells
                .iter()
                .map(|(id, cell)| scalars(&library.article(*id).meta[*cell as usize].1))
                .collect();
            TextColumn::new(texts.iter().map(|text| Some(text.as_str())))
        })
    }
}

/// The scalars in `value`, apart by a control character, which no safe text holds. Walks without calls,
/// as values come from articles.
fn scalars(value: &Value) -> String {
    let mut out = String::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        let text = match value {
            Value::Null => continue,
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Text(text) | Value::Number(text) => text.as_str(),
            Value::List(values) => {
                open.extend(values.iter().rev());
                continue;
            }
            Value::Map(pairs) => {
                open.extend(pairs.iter().rev().map(|(_, value)| value));
                continue;
            }
        };
        if !out.is_empty() {
            out.push('\u{1f}');
        }
        out.push_str(text);
    }
    out
}

/// A calendar day as one number that orders like it: year, month and day in bits. [`Day::NONE`] is
/// before every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// No day: the article is undated.
    pub const NONE: Self = Self(i32::MIN);

    /// The number of `date`.
    pub fn of(date: Date) -> Self {
        Self((i32::from(date.year()) << 9) | (i32::from(date.month()) << 5) | i32::from(date.day()))
    }

    /// Its year and its month from 1, unless it is [`Day::NONE`].
    pub fn year_month(self) -> Option<(i16, u8)> {
        (self != Self::NONE).then_some(((self.0 >> 9) as i16, ((self.0 >> 5) & 15) as u8))
    }
}

impl Library {
    /// The library of `articles` under `roots`. Of two articles with the same root and path the later
    /// one is kept.
    pub fn new(roots: Vec<Root>, mut articles: Vec<Arc<Article>>) -> Self {
        articles.sort_by(|one, other| by_place(one, other));
        articles.reverse();
        articles.dedup_by(|one, other| by_place(one, other) == Ordering::Equal);
        articles.reverse();
        let mut library = Self { roots, ..Self::default() };
        let mut tags = NamesBuilder::new(fold_tag_into);
        let names = || NamesBuilder::new(fold::fold_into);
        let (mut sources, mut authors, mut languages) = (names(), names(), names());
        let mark = |set: &mut RoaringBitmap, id: u32, is: bool| {
            if is {
                // Ids ascend, so this cannot fail.
                let _ = set.try_push(id);
            }
        };
        // One pass: at 100,000 articles most of the time is spent on fetching each of them.
        for (article, id) in articles.iter().zip(0..) {
            library.keys.push((article.key, id));
            library.days.push(article.date.map_or(Day::NONE, Day::of));
            tags.push(id, &article.tags);
            sources.push(id, article.source.as_slice());
            authors.push(id, &article.authors);
            languages.push(id, article.lang.as_slice());
            mark(&mut library.undated, id, article.date.is_none());
            mark(&mut library.untagged, id, article.tags.is_empty());
            mark(&mut library.drafts, id, article.draft);
            mark(&mut library.featured, id, article.featured);
            mark(&mut library.broken, id, !article.problems.is_empty());
        }
        library.keys.sort_unstable();
        library.tags = tags.finish();
        library.sources = sources.finish();
        library.authors = authors.finish();
        library.languages = languages.finish();
        library.articles = articles;
        library
    }

    /// How many articles there are.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The folders whose articles it holds.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// All articles, by id.
    pub fn articles(&self) -> &[Arc<Article>] {
        &self.articles
    }

    /// The article `id` of this snapshot.
    ///
    /// # Panics
    /// When `id` is of another, larger snapshot.
    pub fn article(&self, id: u32) -> &Arc<Article> {
        &self.articles[id as usize]
    }

    /// The id that the article `key` has in this snapshot.
    pub fn find(&self, key: ArticleKey) -> Option<u32> {
        let at = self.keys.partition_point(|(other, _)| *other < key);
        self.keys.get(at).filter(|(other, _)| *other == key).map(|(_, id)| *id)
    }

    /// The file of the article `id`: its root's path and its own.
    pub fn file(&self, id: u32) -> PathBuf {
        let place = &self.article(id).place;
        self.roots.get(usize::from(place.root)).map_or(place.path.clone(), |root| root.path.join(&place.path))
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

    /// The date column, by id.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// Every article.
    pub fn all(&self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..self.articles.len() as u32);
        all
    }

    /// The articles without a date.
    pub fn undated(&self) -> &RoaringBitmap {
        &self.undated
    }

    /// The articles without a tag.
    pub fn untagged(&self) -> &RoaringBitmap {
        &self.untagged
    }

    /// The drafts.
    pub fn drafts(&self) -> &RoaringBitmap {
        &self.drafts
    }

    /// The featured articles.
    pub fn featured(&self) -> &RoaringBitmap {
        &self.featured
    }

    /// The articles with a problem.
    pub fn broken(&self) -> &RoaringBitmap {
        &self.broken
    }

    /// The articles dated from `from` to `to`, both included; undated ones never.
    pub fn dated(&self, from: Option<Date>, to: Option<Date>) -> RoaringBitmap {
        let from = from.map_or(Day(Day::NONE.0 + 1), Day::of);
        let to = to.map_or(Day(i32::MAX), Day::of);
        // Bit by bit into bytes: no branch to guess wrong, however the days are scattered.
        let mut bytes = vec![0_u8; self.days.len().div_ceil(8)];
        for (byte, days) in bytes.iter_mut().zip(self.days.chunks(8)) {
            for (bit, day) in days.iter().enumerate() {
                *byte |= u8::from(from <= *day && *day <= to) << bit;
            }
        }
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    /// The folded titles, made on first use.
    pub fn titles(&self) -> &TextColumn {
        self.lazy
            .titles
            .get_or_init(|| TextColumn::new(self.articles.iter().map(|article| Some(article.title.as_str()))))
    }

    /// The folded descriptions, made on first use.
    pub fn descriptions(&self) -> &TextColumn {
        self.lazy.descriptions.get_or_init(|| {
            TextColumn::new(
                self.articles.iter().map(|article| article.description.as_ref().map(SafeText::as_str)),
            )
        })
    }

    /// The folded paths below their roots, made on first use.
    pub fn paths(&self) -> &TextColumn {
        self.lazy.paths.get_or_init(|| {
            let paths: Vec<_> =
                self.articles.iter().map(|article| article.place.path.to_string_lossy()).collect();
            TextColumn::new(paths.iter().map(|path| Some(path.as_ref())))
        })
    }

    /// The front-matter keys without a meaning of their own, by [`fold_key`], made on first use.
    pub fn meta_keys(&self) -> &HashMap<String, MetaKey> {
        self.lazy.meta_keys.get_or_init(|| {
            let mut keys: HashMap<String, MetaKey> = HashMap::new();
            let mut folded = String::new();
            for (article, id) in self.articles.iter().zip(0..) {
                for ((name, _), cell) in article.meta.iter().zip(0..) {
                    folded.clear();
                    fold_key_into(name.as_str(), &mut folded);
                    if !keys.contains_key(&folded) {
                        keys.insert(
                            folded.clone(),
                            MetaKey { name: name.clone(), cells: Vec::new(), values: OnceLock::new() },
                        );
                    }
                    if let Some(key) = keys.get_mut(&folded) {
                        key.cells.push((id, cell));
                    }
                }
            }
            keys
        })
    }

    /// All ids by date, undated last, ties by path.
    pub fn by_date(&self, newest_first: bool) -> &[u32] {
        self.order(&self.lazy.by_date, newest_first, |id| {
            let day = self.days[id as usize];
            (day != Day::NONE).then_some(day.0)
        })
    }

    /// All ids by the day they were last changed (where none is written, by date), those with neither
    /// last, ties by path.
    pub fn by_updated(&self, newest_first: bool) -> &[u32] {
        self.order(&self.lazy.by_updated, newest_first, |id| {
            let article = self.article(id);
            article.updated.or(article.date).map(|date| Day::of(date).0)
        })
    }

    /// All ids by words (estimated from the bytes where the body was not read), ties by path.
    pub fn by_words(&self, most_first: bool) -> &[u32] {
        self.order(&self.lazy.by_words, most_first, |id| {
            let article = self.article(id);
            Some(article.words.map_or(article.place.bytes / 6, u64::from))
        })
    }

    /// All ids by folded title, ties by path.
    pub fn by_title(&self, last_first: bool) -> &[u32] {
        self.order(&self.lazy.by_title, last_first, |id| Some(self.titles().get(id)))
    }

    /// All ids by `key`, those without one last, ties by id, which is by path.
    fn order<'a, K: Ord>(
        &'a self,
        slots: &'a [OnceLock<Vec<u32>>; 2],
        descending: bool,
        key: impl Fn(u32) -> Option<K>,
    ) -> &'a [u32] {
        slots[usize::from(descending)].get_or_init(|| {
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for id in 0..self.articles.len() as u32 {
                match key(id) {
                    Some(key) => with.push((key, id)),
                    None => without.push(id),
                }
            }
            with.sort_unstable_by(|(one, first), (other, second)| {
                let order = if descending { other.cmp(one) } else { one.cmp(other) };
                order.then_with(|| first.cmp(second))
            });
            with.into_iter().map(|(_, id)| id).chain(without).collect()
        })
    }
}

/// The set of ascending ids.
pub(super) fn sorted_set(ids: impl Iterator<Item = u32>) -> RoaringBitmap {
    let mut set = RoaringBitmap::new();
    for id in ids {
        // Ascending by construction; `insert` would only be slower.
        let _ = set.try_push(id);
    }
    set
}

/// A front-matter key as it is compared: without case, `-`, `_` and blanks.
pub fn fold_key(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    fold_key_into(name, &mut out);
    out
}

fn fold_key_into(name: &str, out: &mut String) {
    for character in name.chars() {
        match character {
            '-' | '_' => {}
            c if c.is_ascii() => {
                if !c.is_ascii_whitespace() {
                    out.push(c.to_ascii_lowercase());
                }
            }
            c if c.is_whitespace() => {}
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// By root, then by path, a folder's files before what is named like the folder and longer.
fn by_place(one: &Article, other: &Article) -> Ordering {
    one.place.root.cmp(&other.place.root).then_with(|| by_path(&one.place.path, &other.place.path))
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_folder_comes_before_names_that_go_on_where_it_ends() {
        let mut paths = ["a-b/x.md", "a/z.md", "a.md", "b.md", "a/b/c.md"].map(Path::new);
        paths.sort_by(|one, other| by_path(one, other));
        assert_eq!(paths, ["a/b/c.md", "a/z.md", "a-b/x.md", "a.md", "b.md"].map(Path::new));
    }

    #[test]
    fn keys_are_compared_without_case_and_marks() {
        assert_eq!(fold_key("Read-Time"), fold_key("read_time"));
        assert_eq!(fold_key("read time"), "readtime");
    }

    #[test]
    fn the_scalars_of_a_value_stand_apart_however_deep() {
        let text = |text: &str| Value::Text(SafeText::line(text));
        let mut deep = Value::List(vec![text("a"), Value::Map(vec![(SafeText::line("k"), text("b"))])]);
        for _ in 0..1000 {
            deep = Value::List(vec![deep, Value::Bool(true)]);
        }
        assert!(scalars(&deep).starts_with("a\u{1f}b\u{1f}true"));
    }

    proptest! {
        #[test]
        fn days_order_like_dates(one in (-9999..=9999_i16, 1..=12_i8, 1..=28_i8), two in (-9999..=9999_i16, 1..=12_i8, 1..=28_i8)) {
            let [one, two] = [one, two].map(|(year, month, day)| Date::constant(year, month, day));
            prop_assert_eq!(Day::of(one).cmp(&Day::of(two)), one.cmp(&two));
            prop_assert_eq!(Day::of(one).year_month(), Some((one.year(), one.month() as u8)));
            prop_assert!(Day::NONE < Day::of(one));
        }
    }
}
