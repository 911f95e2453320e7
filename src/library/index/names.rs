//! A column of names that many articles share: tags, sources, authors, languages, front-matter keys.
//!
//! Knows only `article`, this folder's `column` and `merge`, and `text`. A name's texts and set are made when they are first asked
//! for: a column may have as many names as there are articles.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::column::{Column, roomy, zeros};
use super::merge::{Plan, Source};
use crate::library::article::Article;
use crate::library::fold::fold;
use crate::safe;
use crate::text::SafeText;

/// Where a name's texts and articles are.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Head {
    /// Its first byte in `text`: as it is compared, then as it was first spelled.
    text: u32,
    folded: u32,
    shown: u32,
    /// Its first article in `articles`, and how many it has.
    first: u32,
    count: u32,
}

/// A column of names; each has a number, ascending by its folded text, and each article a list of them.
#[derive(Debug, Default)]
pub struct Names {
    heads: Column<Head>,
    text: Column<u8>,
    /// The numbers of all articles' names, one article after the other.
    cells: Column<u32>,
    /// Where each article's cells end.
    ends: Column<u32>,
    /// The articles of all names, one name after the other, ascending.
    articles: Column<u32>,
    lazy: Vec<Lazy>,
}

#[derive(Debug, Default)]
struct Lazy {
    shown: OnceLock<Arc<SafeText>>,
    set: OnceLock<RoaringBitmap>,
}

/// One name of a column.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    names: &'a Names,
    number: u32,
}

impl<'a> Name<'a> {
    /// As it was first spelled, in order of the paths.
    pub fn shown(self) -> &'a Arc<SafeText> {
        let names = self.names;
        names.lazy[self.number as usize].shown.get_or_init(|| {
            let head = &names.heads[self.number as usize];
            Arc::new(safe!("{}", names.texts(head).1))
        })
    }

    /// As it is compared.
    pub fn folded(self) -> &'a str {
        self.names.texts(&self.names.heads[self.number as usize]).0
    }

    /// How many articles have it.
    pub fn count(self) -> u32 {
        self.names.heads[self.number as usize].count
    }

    /// The articles that have it.
    pub fn set(self) -> &'a RoaringBitmap {
        let articles = || super::sorted_set(self.articles().iter().copied());
        self.names.lazy[self.number as usize].set.get_or_init(articles)
    }

    /// The articles that have it, ascending.
    pub fn articles(self) -> &'a [u32] {
        self.names.articles_of(&self.names.heads[self.number as usize])
    }
}

impl Names {
    /// The column that lies in a file's columns; `None` where it does not hold together, so that nothing
    /// reads where nothing is. There are `rows` articles.
    pub(super) fn stored(
        heads: Column<Head>,
        text: Column<u8>,
        cells: Column<u32>,
        ends: Column<u32>,
        articles: Column<u32>,
        rows: usize,
    ) -> Option<Self> {
        let count = u32::try_from(heads.len()).ok()?;
        let texts = std::str::from_utf8(&text).ok()?;
        let mut next = (0, 0);
        for head in &*heads {
            let start = head.text as usize;
            let middle = start.checked_add(head.folded as usize)?;
            texts.get(start..middle)?;
            texts.get(middle..middle.checked_add(head.shown as usize)?)?;
            if (head.text, head.first) != next {
                return None;
            }
            next.0 = head.text.checked_add(head.folded)?.checked_add(head.shown)?;
            next.1 = head.first.checked_add(head.count)?;
        }
        let holds = next == (text.len() as u32, articles.len() as u32)
            && cells.iter().all(|number| *number < count)
            && articles.iter().all(|id| (*id as usize) < rows)
            && ends.len() == rows
            && ends.is_sorted()
            && ends.last().copied().unwrap_or_default() as usize == cells.len();
        let lazy = heads.iter().map(|_| Lazy::default()).collect();
        holds.then_some(Self { heads, text, cells, ends, articles, lazy })
    }

    /// Its columns, in the order in which [`Names::stored`] takes them.
    pub(super) fn columns(&self) -> [&[u8]; 5] {
        [
            self.heads.as_bytes(),
            &self.text,
            self.cells.as_bytes(),
            self.ends.as_bytes(),
            self.articles.as_bytes(),
        ]
    }

    fn texts(&self, head: &Head) -> (&str, &str) {
        let start = head.text as usize;
        let middle = start + head.folded as usize;
        let text = |range| self.text.get(range).and_then(|text| std::str::from_utf8(text).ok());
        let shown = text(middle..middle + head.shown as usize);
        (text(start..middle).unwrap_or_default(), shown.unwrap_or_default())
    }

    fn articles_of(&self, head: &Head) -> &[u32] {
        self.articles.get(head.first as usize..(head.first + head.count) as usize).unwrap_or_default()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// All names, by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Name<'_>> {
        (0..self.len() as u32).map(|number| Name { names: self, number })
    }

    /// The name with this number.
    pub fn get(&self, number: u32) -> Option<Name<'_>> {
        ((number as usize) < self.len()).then_some(Name { names: self, number })
    }

    /// The number of the name whose folded text is `folded`.
    pub fn find(&self, folded: &str) -> Option<u32> {
        let at = self.heads.binary_search_by(|head| self.texts(head).0.cmp(folded)).ok()?;
        Some(at as u32)
    }

    /// The names whose folded text begins with `prefix`.
    pub fn beginning_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = Name<'a>> {
        let from = self.heads.partition_point(|head| self.texts(head).0 < prefix);
        self.iter().skip(from).take_while(move |name| name.folded().starts_with(prefix))
    }

    /// The numbers of the names that the article `id` has.
    pub fn of(&self, id: u32) -> &[u32] {
        cells_of(&self.cells, &self.ends, id)
    }

    /// For every name, how many of the articles in `set` have it: one pass over their columns.
    pub fn count(&self, set: &RoaringBitmap) -> Vec<u32> {
        let (cells, ends) = (&*self.cells, &*self.ends);
        if set.len() as usize == ends.len() {
            return self.heads.iter().map(|head| head.count).collect();
        }
        let mut counts = vec![0; self.heads.len()];
        for id in set {
            for number in cells_of(cells, ends, id) {
                counts[*number as usize] += 1;
            }
        }
        counts
    }

    /// A column of `rows` articles that no catalogue holds: `named` gives each article with what it has,
    /// ascending by article; one that stands there twice counts once. Names compare by their folded text.
    pub(super) fn gathered(rows: usize, named: impl Iterator<Item = (u32, SafeText)>) -> Self {
        let mut by_name: BTreeMap<String, (SafeText, Vec<u32>)> = BTreeMap::new();
        for (id, name) in named {
            let (_, articles) = by_name.entry(fold(name.as_str())).or_insert_with(|| (name, Vec::new()));
            if articles.last() != Some(&id) {
                articles.push(id);
            }
        }
        let (mut heads, mut text, mut articles) = (Vec::new(), Vec::new(), Vec::new());
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for ((folded, (shown, own)), number) in by_name.into_iter().zip(0..) {
            heads.push(Head {
                text: text.len() as u32,
                folded: folded.len() as u32,
                shown: shown.as_str().len() as u32,
                first: articles.len() as u32,
                count: own.len() as u32,
            });
            text.extend_from_slice(folded.as_bytes());
            text.extend_from_slice(shown.as_str().as_bytes());
            pairs.extend(own.iter().map(|id| (*id, number)));
            articles.extend(own);
        }
        pairs.sort_unstable();
        let ends: Vec<u32> =
            (0..rows as u32).map(|row| pairs.partition_point(|(id, _)| *id <= row) as u32).collect();
        let cells: Vec<u32> = pairs.into_iter().map(|(_, number)| number).collect();
        Self::of_parts(heads, text, cells, ends, articles)
    }

    /// The column after a change of the library.
    pub(super) fn merged(&self, plan: &Plan<'_>, of: NamesOf) -> Self {
        let known = self.len() as u32;
        let fresh = Fresh::gather(self, plan, of);
        let mut counts = vec![0_u32; self.len() + fresh.added.len()];
        let mut cells = roomy(self.cells.len() + fresh.cells.len());
        let mut ends = roomy(plan.len());
        let (old_cells, old_ends) = (&*self.cells, &*self.ends);
        for source in plan.sources() {
            let own = match source {
                Source::Old(row) => cells_of(old_cells, old_ends, row),
                Source::Fresh(index) => cells_of(&fresh.cells, &fresh.ends, index),
            };
            for (at, number) in own.iter().enumerate() {
                counts[*number as usize] += u32::from(!(of.repeats && own[..at].contains(number)));
            }
            cells.extend_from_slice(own);
            ends.push(cells.len() as u32);
        }
        let order = self.order(&fresh.added, &counts);
        let mut renamed = vec![u32::MAX; counts.len()];
        let mut heads = Vec::with_capacity(order.len());
        let mut first = 0;
        for (number, new) in order.iter().zip(0..) {
            renamed[*number as usize] = new;
            let count = counts[*number as usize];
            heads.push(Head { text: 0, folded: 0, shown: 0, first, count });
            first += count;
        }
        let mut articles: Vec<u32> = zeros(first as usize);
        let mut next: Vec<u32> = heads.iter().map(|head| head.first).collect();
        let mut from = 0;
        for (end, id) in ends.iter().zip(0..) {
            for cell in &mut cells[from..*end as usize] {
                *cell = renamed[*cell as usize];
                let head = &heads[*cell as usize];
                let slot = &mut next[*cell as usize];
                // A name that an article has twice.
                if *slot > head.first && articles[*slot as usize - 1] == id {
                    continue;
                }
                articles[*slot as usize] = id;
                *slot += 1;
            }
            from = *end as usize;
        }
        let mut text = Vec::with_capacity(self.text.len());
        for (head, number) in heads.iter_mut().zip(order) {
            let old = self.heads.get(number as usize).filter(|_| number < known);
            let folded = match old {
                Some(old) => self.texts(old).0,
                None => &fresh.added[(number - known) as usize],
            };
            head.text = text.len() as u32;
            text.extend_from_slice(folded.as_bytes());
            head.folded = folded.len() as u32;
            let start = text.len();
            let source = plan.source(articles[head.first as usize]);
            match (old, source) {
                (Some(old), Source::Old(row)) if self.articles_of(old).first() == Some(&row) => {
                    text.extend_from_slice(self.texts(old).1.as_bytes());
                }
                (_, Source::Old(row)) => of.spelled(&plan.row(row).article(), folded, &mut text),
                (_, Source::Fresh(index)) => of.spelled(plan.article(index), folded, &mut text),
            }
            head.shown = (text.len() - start) as u32;
        }
        Self::of_parts(heads, text, cells, ends, articles)
    }

    fn of_parts(
        heads: Vec<Head>,
        text: Vec<u8>,
        cells: Vec<u32>,
        ends: Vec<u32>,
        articles: Vec<u32>,
    ) -> Self {
        Self {
            lazy: heads.iter().map(|_| Lazy::default()).collect(),
            heads: heads.into(),
            text: text.into(),
            cells: cells.into(),
            ends: ends.into(),
            articles: articles.into(),
        }
    }

    /// The numbers of the names that anything has, old and added, by their folded texts.
    fn order(&self, added: &[Box<str>], counts: &[u32]) -> Vec<u32> {
        let known = self.len() as u32;
        let mut new: Vec<u32> = (known..known + added.len() as u32).collect();
        new.sort_unstable_by_key(|number| &added[(number - known) as usize]);
        let mut new = new.into_iter().peekable();
        let mut order = Vec::with_capacity(counts.len());
        for (head, number) in self.heads.iter().zip(0..) {
            let folded = if new.peek().is_some() { self.texts(head).0 } else { "" };
            while let Some(other) = new.next_if(|other| &*added[(other - known) as usize] < folded) {
                order.push(other);
            }
            order.push(number);
        }
        order.extend(new);
        order.retain(|number| counts[*number as usize] > 0);
        order
    }
}

/// Gives the names of an article as written.
type Each = fn(&Article, &mut dyn FnMut(&SafeText));

/// What of an article a column holds.
#[derive(Clone, Copy)]
pub(super) struct NamesOf {
    /// Gives the names as written.
    pub(super) each: Each,
    /// Appends a name as it is compared.
    pub(super) fold: fn(&str, &mut String),
    /// Two spellings of one name in one article are two cells, else one.
    pub(super) repeats: bool,
}

impl NamesOf {
    /// Appends how `article` first spells the name.
    fn spelled(self, article: &Article, folded: &str, out: &mut Vec<u8>) {
        let (mut own, mut found) = (String::new(), false);
        (self.each)(article, &mut |name| {
            own.clear();
            (self.fold)(name.as_str(), &mut own);
            if !found && own == folded {
                out.extend_from_slice(name.as_str().as_bytes());
                found = true;
            }
        });
    }
}

/// The names of articles that a column does not know yet, numbered behind its own.
#[derive(Default)]
struct Fresh {
    added: Vec<Box<str>>,
    cells: Vec<u32>,
    ends: Vec<u32>,
}

impl Fresh {
    fn gather(names: &Names, plan: &Plan<'_>, of: NamesOf) -> Self {
        let mut fresh = Self::default();
        let mut numbers: HashMap<Box<str>, u32> = HashMap::new();
        let mut folded = String::new();
        for article in plan.articles() {
            let from = fresh.cells.len();
            (of.each)(article, &mut |name| {
                folded.clear();
                (of.fold)(name.as_str(), &mut folded);
                let number = if let Some(number) = numbers.get(folded.as_str()) {
                    *number
                } else {
                    let number = names.find(&folded).unwrap_or_else(|| {
                        fresh.added.push(folded.as_str().into());
                        (names.len() + fresh.added.len() - 1) as u32
                    });
                    numbers.insert(folded.as_str().into(), number);
                    number
                };
                if of.repeats || !fresh.cells[from..].contains(&number) {
                    fresh.cells.push(number);
                }
            });
            fresh.ends.push(fresh.cells.len() as u32);
        }
        fresh
    }
}

fn cells_of<'a>(cells: &'a [u32], ends: &[u32], id: u32) -> &'a [u32] {
    let row = id as usize;
    let Some(end) = ends.get(row) else { return &[] };
    let start = row.checked_sub(1).map_or(0, |before| ends[before]);
    cells.get(start as usize..*end as usize).unwrap_or_default()
}
