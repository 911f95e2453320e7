//! `Query` over a `Library`: which articles it keeps, and in which order.

mod fields;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};
use roaring::RoaringBitmap;

use crate::library::article::Date;
use crate::library::fold::{fold, fold_into};
use crate::library::hits::{Best, Correction, Hits};
use crate::library::index::{Edges, Library, Row, TextColumn, sorted_set, text_matches};
use crate::library::states::States;
use crate::library::tags::{fold_tag, is_under};
use crate::text::SafeText;

use super::{Field, Is, Node, Query, Sort, SortKey, TagTerm, Term, Text, slips};
pub(super) use fields::has_key;
use fields::holding;

/// Most bytes of program that one regular expression may compile to: enough for any that a person
/// types, and a bound for `(\w{1000}){1000}`.
const REGEX_BYTES: usize = 1 << 20;

/// What a query keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The ids in order.
    pub ids: Vec<u32>,
    /// The same as a set.
    pub set: RoaringBitmap,
    /// Articles with titles that are similar to the search words, best first; the query does not keep them.
    pub similar: Vec<u32>,
    /// Articles that are begun, where nothing else is asked: they stand before the others once more.
    pub begun: Vec<u32>,
    /// The section that stands for an article, where its text was searched; by id.
    pub best: Vec<Best>,
    /// Words that were found nowhere and taken for others.
    pub corrections: Vec<Correction>,
    /// The articles of `ids` that stand for copies of them, with how many those are; by id.
    pub copies: Vec<(u32, u32)>,
}

impl Outcome {
    /// Leaves of what is there several times the first in the order, to stand for the others. The set keeps all.
    pub fn fold_copies(&mut self, library: &Library) {
        if !library.has_copies() {
            return;
        }
        let mut shown: HashMap<u32, (u32, u32)> = HashMap::new();
        self.ids.retain(|id| match library.copies_of(*id).map(|first| shown.entry(first)) {
            None => true,
            Some(Entry::Vacant(free)) => {
                free.insert((*id, 0));
                true
            }
            Some(Entry::Occupied(mut first)) => {
                first.get_mut().1 += 1;
                false
            }
        });
        self.copies = shown.into_values().filter(|(_, others)| *others > 0).collect();
        self.copies.sort_unstable();
    }

    /// For how many other articles this one stands.
    pub fn copies_of(&self, id: u32) -> u32 {
        let at = self.copies.binary_search_by_key(&id, |(id, _)| *id);
        at.ok().and_then(|at| self.copies.get(at)).map_or(0, |(_, others)| *others)
    }

    /// The section of an article that holds most of what was searched for.
    pub fn best_of(&self, id: u32) -> Option<Best> {
        let at = self.best.binary_search_by_key(&id, |best| best.article).ok()?;
        self.best.get(at).copied()
    }
}

/// A query's sets over one snapshot: one for each term that is joined by AND, and what all keep.
/// Outcome and facets both come from it.
#[derive(Debug)]
pub(in crate::library) struct Evaluation {
    pub(in crate::library) conjuncts: Vec<RoaringBitmap>,
    pub(in crate::library) set: RoaringBitmap,
    scores: Vec<f32>,
    best: Vec<Best>,
    corrections: Vec<Correction>,
}

impl Query {
    /// The articles that the query keeps, in its order. Relative dates count from `today`.
    pub fn run(&self, library: &Library, states: &States, today: Date) -> Outcome {
        self.evaluate(library, states, None, today).outcome(self, library, states)
    }

    /// The same, where somebody has searched the text of all articles: `hits` answer for each text term that
    /// they know, metadata included.
    pub fn run_with(&self, library: &Library, states: &States, hits: &Hits, today: Date) -> Outcome {
        self.evaluate(library, states, Some(hits), today).outcome(self, library, states)
    }

    pub(in crate::library) fn evaluate(
        &self,
        library: &Library,
        states: &States,
        hits: Option<&Hits>,
        today: Date,
    ) -> Evaluation {
        let scores = if self.has_text() { vec![0.0; library.len()] } else { Vec::new() };
        let corrections = hits.map_or_else(Vec::new, |hits| hits.corrections.clone());
        let mut evaluator = Evaluator { library, states, today, hits, scores, corrections };
        let conjuncts: Vec<RoaringBitmap> =
            self.conjuncts().iter().map(|node| evaluator.node(node, true)).collect();
        let set = intersection(library, conjuncts.iter());
        let Evaluator { mut scores, corrections, .. } = evaluator;
        let any = self.takes_any_text();
        let best = hits.map_or_else(Vec::new, |hits| hits.best(&self.ranking_texts(), &set, any));
        for best in &best {
            if let Some(score) = scores.get_mut(best.article as usize) {
                *score += best.score;
            }
        }
        if !scores.is_empty() {
            for (id, of_title) in self.title_scores(library, &corrections, &set) {
                if let Some(score) = scores.get_mut(id as usize) {
                    *score += of_title;
                }
            }
        }
        Evaluation { conjuncts, set, scores, best, corrections }
    }
}

impl Evaluation {
    pub(in crate::library) fn outcome(self, query: &Query, library: &Library, states: &States) -> Outcome {
        let ids = self.ordered(query.order(), library, states);
        let Self { set, best, corrections, .. } = self;
        let (similar, begun, copies) = (Vec::new(), Vec::new(), Vec::new());
        Outcome { ids, set, similar, begun, best, corrections, copies }
    }

    /// What the terms keep that are joined by AND and that `keep` says.
    pub(in crate::library) fn with_only(
        &self,
        library: &Library,
        keep: impl Fn(usize) -> bool,
    ) -> RoaringBitmap {
        let kept = self.conjuncts.iter().enumerate().filter(|(index, _)| keep(*index));
        intersection(library, kept.map(|(_, set)| set))
    }

    fn ordered(&self, sort: Sort, library: &Library, states: &States) -> Vec<u32> {
        let picked = |order: &[u32]| pick(order, &self.set, library.len());
        match sort.key {
            SortKey::Date => picked(library.by_date(sort.descending)),
            SortKey::Updated => picked(library.by_updated(sort.descending)),
            SortKey::Words => picked(library.by_words(sort.descending)),
            SortKey::Title => picked(library.by_title(sort.descending)),
            SortKey::Folder => picked(library.by_folder(sort.descending)),
            SortKey::Series => picked(library.by_series(sort.descending)),
            SortKey::Added => self.by(sort, |id| added(library, states, id)),
            SortKey::Progress => self.by(sort, |id| i64::from(states.progress(id))),
            // Best first is the plain direction. Articles that match equally well are newest first.
            SortKey::Relevance => {
                let ids = picked(library.by_date(true));
                // No score is negative, so its bits order as it does; the place in the order by date follows them.
                let key = |(place, id): (u32, &u32)| {
                    let score = self.scores.get(*id as usize).copied().unwrap_or(0.0).max(0.0).to_bits();
                    u64::from(if sort.descending { score } else { !score }) << 32 | u64::from(place)
                };
                let mut keys: Vec<u64> = (0..).zip(&ids).map(key).collect();
                keys.sort_unstable();
                keys.into_iter().filter_map(|key| ids.get(key as u32 as usize).copied()).collect()
            }
        }
    }

    fn by(&self, sort: Sort, key: impl Fn(u32) -> i64) -> Vec<u32> {
        let mut ids: Vec<u32> = self.set.iter().collect();
        if sort.descending {
            ids.sort_by_key(|id| std::cmp::Reverse(key(*id)));
        } else {
            ids.sort_by_key(|id| key(*id));
        }
        ids
    }
}

/// When an article came, in seconds since the Unix epoch, as far as anybody knows: when longread first did
/// something with it, or before that, when its file was written.
fn added(library: &Library, states: &States, id: u32) -> i64 {
    let written = library.row(id).modified().div_euclid(1_000_000_000);
    match (states.added(id), written) {
        (0, time) | (time, 0) => time,
        (seen, written) => seen.min(written),
    }
}

fn intersection<'a>(library: &Library, sets: impl Iterator<Item = &'a RoaringBitmap>) -> RoaringBitmap {
    let mut sets: Vec<&RoaringBitmap> = sets.collect();
    sets.sort_by_key(|set| set.len());
    let mut sets = sets.into_iter();
    let Some(first) = sets.next() else { return library.all() };
    sets.fold(first.clone(), |kept, set| kept & set)
}

/// The ids of `set` in the order of `order`, which holds every id below `count`.
fn pick(order: &[u32], set: &RoaringBitmap, count: usize) -> Vec<u32> {
    if set.len() as usize == count {
        return order.to_vec();
    }
    let mut kept = vec![false; count];
    for id in set {
        kept[id as usize] = true;
    }
    let mut ids = Vec::with_capacity(set.len() as usize);
    ids.extend(order.iter().copied().filter(|id| kept[*id as usize]));
    ids
}

struct Evaluator<'a> {
    library: &'a Library,
    states: &'a States,
    today: Date,
    hits: Option<&'a Hits>,
    /// By id, where there are search words: what metadata says, where no hits do.
    scores: Vec<f32>,
    /// Words that were found nowhere and taken for others.
    corrections: Vec<Correction>,
}

impl Evaluator<'_> {
    fn node(&mut self, node: &Node, counts: bool) -> RoaringBitmap {
        match node {
            Node::All(nodes) => {
                let sets: Vec<RoaringBitmap> = nodes.iter().map(|node| self.node(node, counts)).collect();
                intersection(self.library, sets.iter())
            }
            Node::Any(nodes) => {
                let mut kept = RoaringBitmap::new();
                for node in nodes {
                    kept |= self.node(node, counts);
                }
                kept
            }
            Node::Not(node) => self.library.all() - self.node(node, false),
            Node::Term(Term::Text(text)) => self.text(text, counts),
            // What is left out is left out as it is written.
            Node::Term(Term::Field(Field::Title, words)) if counts => self.title(words),
            Node::Term(term) => self.term(term),
        }
    }

    fn term(&self, term: &Term) -> RoaringBitmap {
        let library = self.library;
        match term {
            Term::Text(_) => RoaringBitmap::new(),
            Term::Tags(tags) => {
                let mut kept = RoaringBitmap::new();
                for tag in tags {
                    self.tag(tag, &mut kept);
                }
                kept
            }
            Term::Date(date) => {
                let range = date.range(self.today);
                library.dated(range.from, range.to)
            }
            Term::Opened(days) => self.states.opened(days.range(self.today)) & library.all(),
            Term::Updated(days) => {
                let range = days.range(self.today);
                // As in the order by it: what was never changed is as it was published.
                let day = |row: &Row<'_>| row.updated().or(row.date());
                let rows = library.rows().zip(0..);
                let kept = rows.filter(|(row, _)| day(row).is_some_and(|day| range.contains(day)));
                sorted_set(kept.map(|(_, id)| id))
            }
            Term::Is(is) => state_set(library, self.states, *is),
            Term::Field(field, value) => holding(library, field, value, false),
            Term::Whole(field, value) => holding(library, field, value, true),
        }
    }

    fn tag(&self, tag: &TagTerm, kept: &mut RoaringBitmap) {
        let tags = self.library.tags();
        match tag {
            TagTerm::Untagged => *kept |= self.library.untagged() - self.states.all_labelled(),
            TagTerm::Tag(name) => {
                let folded = fold_tag(name.as_str());
                if let Some(name) = tags.find(&folded).and_then(|number| tags.get(number)) {
                    *kept |= name.set();
                }
                if let Some(labelled) = self.states.labelled(&folded) {
                    *kept |= labelled;
                }
            }
            TagTerm::Under(parent) => {
                let parent = fold_tag(parent.as_str());
                *kept |= self.states.labelled_under(&parent);
                for name in tags.beginning_with(&parent).filter(|name| is_under(name.folded(), &parent)) {
                    *kept |= name.set();
                }
            }
        }
    }

    fn title(&mut self, words: &SafeText) -> RoaringBitmap {
        let kept = holding(self.library, &Field::Title, words, false);
        if !kept.is_empty() {
            return kept;
        }
        let Some(correction) = slips::meant(self.library, words) else { return kept };
        let kept = holding(self.library, &Field::Title, &correction.used, false);
        if !kept.is_empty() && !self.corrections.contains(&correction) {
            self.corrections.push(correction);
        }
        kept
    }

    fn text(&mut self, text: &Text, counts: bool) -> RoaringBitmap {
        let library = self.library;
        let mut kept = RoaringBitmap::new();
        if let Some(hits) = self.hits
            && let Some(found) = hits.get(text)
        {
            if !hits.partial {
                return found.articles.clone();
            }
            kept |= &found.articles;
        }
        let mut hit = |ids: &RoaringBitmap, weight: f32| {
            kept |= ids;
            if counts {
                for id in ids {
                    if let Some(score) = self.scores.get_mut(id as usize) {
                        *score += weight;
                    }
                }
            }
        };
        let (needle, edges) = match text {
            Text::Regex(pattern) => {
                if let Ok(regex) = compile(pattern.as_str()) {
                    regex_hits(library, &regex, &mut hit);
                }
                return kept;
            }
            Text::Word(text) | Text::Prefix(text) => (fold(text.as_str()), Edges::WordStart),
            Text::Phrase(text) | Text::Exact(text) => (fold(text.as_str()), Edges::WholeWords),
            // They are known to whoever reads the bodies.
            Text::Heading(_) => return kept,
        };
        column_hits(library.titles(), &needle, edges, TITLE, &mut hit);
        column_hits(library.descriptions(), &needle, edges, DESCRIPTION, &mut hit);
        let finder = Finder::new(&needle);
        let mut folded = String::new();
        for (names, weights) in [(library.tags(), TAG), (library.sources(), NAME), (library.authors(), NAME)]
        {
            for name in names.iter() {
                folded.clear();
                // Tags are stored with their accents.
                fold_into(name.folded(), &mut folded);
                if let Some(whole) = text_matches(&folded, &finder, &needle, edges) {
                    hit(name.set(), weights[usize::from(whole)]);
                }
            }
        }
        kept
    }
}

/// Weights of a hit that begins a word, and of one that is whole words.
const TITLE: [f32; 2] = [8.0, 12.0];
const TAG: [f32; 2] = [4.0, 6.0];
const DESCRIPTION: [f32; 2] = [2.0, 3.0];
const NAME: [f32; 2] = [1.0, 2.0];

fn column_hits(
    column: &TextColumn,
    needle: &str,
    edges: Edges,
    weights: [f32; 2],
    hit: &mut impl FnMut(&RoaringBitmap, f32),
) {
    let mut found = [Vec::new(), Vec::new()];
    column.search(needle, edges, |id, whole| found[usize::from(whole)].push(id));
    for (ids, weight) in found.into_iter().zip(weights) {
        hit(&sorted_set(ids), weight);
    }
}

fn regex_hits(library: &Library, regex: &Regex, hit: &mut impl FnMut(&RoaringBitmap, f32)) {
    let (mut titles, mut descriptions) = (RoaringBitmap::new(), RoaringBitmap::new());
    library.visit(|id, row| {
        if regex.is_match(row.title()) {
            titles.insert(id);
        }
        if row.texts().description.is_some_and(|text| regex.is_match(text)) {
            descriptions.insert(id);
        }
    });
    hit(&titles, TITLE[1]);
    hit(&descriptions, DESCRIPTION[1]);
    for (names, weights) in [(library.tags(), TAG), (library.sources(), NAME), (library.authors(), NAME)] {
        for name in names.iter().filter(|name| regex.is_match(name.shown().as_str())) {
            hit(name.set(), weights[1]);
        }
    }
}

/// The articles of which `is` is true.
pub(in crate::library) fn state_set(library: &Library, states: &States, is: Is) -> RoaringBitmap {
    match is {
        Is::Unread => library.all() - states.read() - states.reading(),
        Is::Reading => states.reading() & library.all(),
        Is::Read => states.read() & library.all(),
        Is::Starred => states.starred() & library.all(),
        Is::Draft => library.drafts().clone(),
        Is::Featured => library.featured().clone(),
        Is::Undated => library.undated().clone(),
        Is::Broken => library.broken().clone(),
    }
}

/// The regular expression of a query: case does not matter unless it says `(?-i)`.
pub(in crate::library) fn compile(pattern: &str) -> Result<Regex, SafeText> {
    RegexBuilder::new(pattern).case_insensitive(true).size_limit(REGEX_BYTES).build().map_err(|error| {
        let whole = error.to_string();
        let last = whole.lines().next_back().unwrap_or_default();
        SafeText::line(last.strip_prefix("error: ").unwrap_or(last))
    })
}
