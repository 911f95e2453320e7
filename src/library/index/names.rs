//! A column of names that many articles share: tags, sources, authors, languages.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::text::SafeText;

/// One name with the articles that have it.
#[derive(Clone, Debug)]
pub struct Name {
    /// As it was first spelled, in order of the paths.
    pub shown: Arc<SafeText>,
    /// As it is compared.
    pub folded: Box<str>,
    /// The articles that have it.
    pub set: RoaringBitmap,
}

/// A column of names; each has a number, ascending by its folded text, and each article a list of them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    all: Vec<Name>,
    /// The numbers of all articles' names, one article after the other.
    cells: Vec<u32>,
    /// Where each article's cells end.
    ends: Vec<u32>,
}

/// Names while the articles are gone through, one after the other.
pub(super) struct NamesBuilder {
    fold: fn(&str, &mut String),
    numbers: HashMap<Box<str>, u32>,
    found: Vec<(Arc<SafeText>, Vec<u32>)>,
    cells: Vec<u32>,
    ends: Vec<u32>,
    folded: String,
}

impl NamesBuilder {
    /// For names that are compared as `fold` (which appends) makes them.
    pub(super) fn new(fold: fn(&str, &mut String)) -> Self {
        let (numbers, folded) = (HashMap::new(), String::new());
        Self { fold, numbers, found: Vec::new(), cells: Vec::new(), ends: Vec::new(), folded }
    }

    /// The names of the next article, `id`.
    pub(super) fn push(&mut self, id: u32, names: &[SafeText]) {
        for name in names {
            self.folded.clear();
            (self.fold)(name.as_str(), &mut self.folded);
            let number = if let Some(number) = self.numbers.get(self.folded.as_str()) {
                *number
            } else {
                let number = self.found.len() as u32;
                self.numbers.insert(self.folded.as_str().into(), number);
                self.found.push((Arc::new(name.clone()), Vec::new()));
                number
            };
            let ids = &mut self.found[number as usize].1;
            // Two spellings of one name in one article count once.
            if ids.last() != Some(&id) {
                ids.push(id);
                self.cells.push(number);
            }
        }
        self.ends.push(self.cells.len() as u32);
    }

    /// The column, its names numbered in order.
    pub(super) fn finish(self) -> Names {
        let Self { numbers, found, mut cells, ends, .. } = self;
        let mut order: Vec<(Box<str>, u32)> = numbers.into_iter().collect();
        order.sort_unstable();
        let mut renamed = vec![0; order.len()];
        let mut all = Vec::with_capacity(order.len());
        for ((folded, old), new) in order.into_iter().zip(0..) {
            renamed[old as usize] = new;
            let (shown, ids) = &found[old as usize];
            let set = super::sorted_set(ids.iter().copied());
            all.push(Name { shown: Arc::clone(shown), folded, set });
        }
        for cell in &mut cells {
            *cell = renamed[*cell as usize];
        }
        Names { all, cells, ends }
    }
}

impl Names {
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All names, by number.
    pub fn iter(&self) -> std::slice::Iter<'_, Name> {
        self.all.iter()
    }

    /// The name with this number.
    pub fn get(&self, number: u32) -> Option<&Name> {
        self.all.get(number as usize)
    }

    /// The number of the name whose folded text is `folded`.
    pub fn find(&self, folded: &str) -> Option<u32> {
        let at = self.all.binary_search_by(|name| name.folded.as_ref().cmp(folded)).ok()?;
        Some(at as u32)
    }

    /// The names whose folded text begins with `prefix`.
    pub fn beginning_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Name> {
        let from = self.all.partition_point(|name| name.folded.as_ref() < prefix);
        self.all[from..].iter().take_while(move |name| name.folded.starts_with(prefix))
    }

    /// The numbers of the names that the article `id` has.
    pub fn of(&self, id: u32) -> &[u32] {
        let row = id as usize;
        let Some(end) = self.ends.get(row) else { return &[] };
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.cells[start as usize..*end as usize]
    }

    /// For every name, how many of the articles in `set` have it: one pass over their columns.
    pub fn count(&self, set: &RoaringBitmap) -> Vec<u32> {
        let mut counts = vec![0; self.all.len()];
        for id in set {
            for number in self.of(id) {
                counts[*number as usize] += 1;
            }
        }
        counts
    }
}

impl<'a> IntoIterator for &'a Names {
    type Item = &'a Name;
    type IntoIter = std::slice::Iter<'a, Name>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
