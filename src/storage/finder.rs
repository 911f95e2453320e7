//! A query's text terms → where they stand: by the text index, and by reading what it does not know.
//!
//! Knows `library`. What the index says of a file that has changed since is never used.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::disk::{Walk, stamp};
use super::text_files::{self, File, Found, Meant, Stop, Swept};
use super::text_index::{Entry, TextIndex};
use crate::error::Error;
use crate::library::article::{Article, Place};
use crate::library::hits::{Correction, Hits, Ranked, SectionHit, TermHits};
use crate::library::index::{Library, Root, sorted_set};
use crate::library::matcher::Wanted;
use crate::library::query::{Query, Text};
use crate::library::section::{ArticleText, ReadSections};
use crate::library::stems::Language;
use crate::text::Markdown;

/// Libraries of at most so many articles are looked over file by file before their index is trusted; of larger
/// ones only the folders, and what is found.
const LOOKED_OVER: u64 = 20_000;

/// What an index alone has found.
#[derive(Clone, Debug, Default)]
pub struct Alone {
    /// The articles by their numbers in the index, best first, of equals the newest.
    pub ranked: Vec<Ranked>,
    /// Words that were taken for others.
    pub corrections: Vec<Correction>,
}

/// Whether `index` can answer alone: nothing that it should know has changed, as far as a look tells that costs
/// less than searching.
///
/// # Errors
///
/// An index that cannot be read.
pub fn is_up_to_date(index: &TextIndex, folders: &[PathBuf]) -> Result<bool, Error> {
    if index.has_changed_folders() {
        return Ok(false);
    }
    if index.count()? > LOOKED_OVER {
        return Ok(true);
    }
    let entries = index.entries(index.articles()?)?;
    Ok(entries.iter().all(|entry| is_unchanged(entry, folders)))
}

/// Whether the file of `entry` is as it was when it was read.
pub fn is_unchanged(entry: &Entry, folders: &[PathBuf]) -> bool {
    let folder = folders.get(usize::from(entry.root));
    folder.and_then(|folder| stamp(&folder.join(&entry.path))) == Some((entry.bytes, entry.modified))
}

/// What `query` keeps, by the index alone; `None` where it asks for more than the index knows. Of equals the first `most`
/// are in the order of their paths.
///
/// # Errors
///
/// An index that cannot be read.
pub fn alone(
    index: &TextIndex,
    folders: &[PathBuf],
    (query, most): (&Query, usize),
    sections: ReadSections,
    stop: Stop<'_>,
) -> Result<Option<Alone>, Error> {
    let texts = query.texts();
    let wanted: Vec<Option<Wanted>> = texts.iter().map(Wanted::of).collect();
    let is_known =
        |(text, wanted): (&Text, &Option<Wanted>)| wanted.is_some() && !matches!(text, Text::Regex(_));
    if !query.is_text_alone() || !texts.iter().zip(&wanted).all(is_known) {
        return Ok(None);
    }
    let mut hits = Hits::default();
    let count = index.count()?;
    for text in &texts {
        let found = match text.within() {
            Text::Exact(_) => {
                let spelled = spelled_anyhow(index, text, stop)?;
                let numbers = match &spelled {
                    Some(found) => found.articles.clone(),
                    None => index.articles()?,
                };
                let entries = index.entries(&numbers)?;
                let places: Vec<(u32, Place)> = numbers.iter().zip(entries.iter().map(place_of)).collect();
                let files: Vec<File<'_>> =
                    places.iter().filter_map(|(number, place)| file(*number, place, folders)).collect();
                match &spelled {
                    Some(found) => {
                        let known = |number: u32| found.of(number).to_vec();
                        TermHits::new(text_files::search_exact(&files, text, &known, sections, stop))
                    }
                    None => read(&files, text, sections, stop),
                }
            }
            _ => TermHits::new(indexed(index, (query, text), &mut hits.corrections, stop)?),
        };
        hits.insert(text.clone(), found, count);
    }
    let all = if query.ranking_texts().len() == texts.len() {
        texts
            .iter()
            .filter_map(|text| hits.get(text))
            .fold(RoaringBitmap::new(), |all, found| all | &found.articles)
    } else {
        index.articles()?
    };
    let kept = query.keep_by_text(&all, &hits);
    let mut ranked = hits.rank(&query.ranking_texts(), &kept, query.takes_any_text());
    let dates = index.dates(ranked.iter().map(|one| one.article))?;
    let mut dated: Vec<(Ranked, i64)> = ranked.drain(..).zip(dates).collect();
    // Where there are thousands, most tell apart by their score.
    dated.sort_by(|(one, first), (other, second)| other.score.total_cmp(&one.score).then(second.cmp(first)));
    put_equals_by_path(index, &mut dated, most)?;
    let ranked = dated.into_iter().map(|(ranked, _)| ranked).collect();
    Ok(Some(Alone { ranked, corrections: hits.corrections }))
}

/// Puts those of the first `most` articles that have one score and one date in the order of their paths, as a library
/// has them: an index numbers articles as its threads wrote them.
fn put_equals_by_path(index: &TextIndex, dated: &mut [(Ranked, i64)], most: usize) -> Result<(), Error> {
    let are_equal = |(one, first): &(Ranked, i64), (other, second): &(Ranked, i64)| {
        one.score.total_cmp(&other.score).is_eq() && first == second
    };
    let mut before = 0;
    let groups = dated.chunk_by_mut(are_equal).take_while(|group| {
        let begins = before;
        before += group.len();
        begins < most
    });
    let mut groups: Vec<_> = groups.filter(|group| group.len() > 1).collect();
    let numbers: Vec<u32> =
        groups.iter().flat_map(|group| group.iter().map(|(one, _)| one.article)).collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let places = index.entries(numbers.iter().copied())?.into_iter().map(|entry| (entry.root, entry.path));
    let places: HashMap<u32, (u16, PathBuf)> = numbers.iter().copied().zip(places).collect();
    for group in &mut groups {
        group.sort_by_key(|(one, _)| places.get(&one.article));
    }
    Ok(())
}

/// Makes something of an article, its language, and those of its sections that hold most of the words that rank.
pub type Draw<'a, K> = &'a (dyn Fn(&ArticleText, Language, &[u32]) -> K + Sync);

/// What a query that asks for texts alone finds in the files that `walk` meets, without an index: the articles that
/// hold any of its texts, and where; and, by the articles' ids, what `draw` made of each while it was read.
pub fn sweep<K: Send>(
    walk: &Walk,
    roots: Vec<Root>,
    query: &Query,
    sections: ReadSections,
    draw: Draw<'_, K>,
) -> (Library, Hits, HashMap<u32, K>) {
    let mut texts = query.texts();
    texts.retain(|text| Wanted::of(text).is_some());
    let ranking = query.ranking_texts();
    let ranks: Vec<bool> = texts.iter().map(|text| ranking.contains(text)).collect();
    let any = query.takes_any_text();
    let keep = |text: &ArticleText, language: Language, hits: &[(usize, SectionHit)]| {
        let ranking = hits.iter().filter(|(term, _)| ranks.get(*term).is_some_and(|ranks| *ranks));
        draw(text, language, &with_most(ranking.map(|(_, hit)| hit.section).collect(), any))
    };
    let Swept { articles, found, count } = text_files::sweep(walk, query, &texts, sections, &keep);
    let (articles, drawn): (Vec<Article>, Vec<K>) = articles.into_iter().unzip();
    let places: Vec<Place> = articles.iter().map(|article| article.place.clone()).collect();
    let library = Library::new(roots, articles.into_iter().map(Arc::from).collect());
    let ids: Vec<Option<u32>> = places.iter().map(|place| library.at(place.root, &place.path)).collect();
    let drawn = ids.iter().copied().zip(drawn).filter_map(|(id, drawn)| Some((id?, drawn))).collect();
    let mut hits = Hits::default();
    for (text, sections) in found {
        let of_library = sections.into_iter().filter_map(|hit| {
            let article = ids.get(hit.article as usize).copied().flatten()?;
            Some(SectionHit { article, ..hit })
        });
        hits.insert(text, TermHits::new(of_library.collect()), count);
    }
    (library, hits, drawn)
}

/// The sections that are named most often, or at `any` time, in order.
fn with_most(mut sections: Vec<u32>, any: bool) -> Vec<u32> {
    sections.sort_unstable();
    let groups = || sections.chunk_by(|one, other| one == other);
    let most = groups().map(<[u32]>::len).max().unwrap_or(0);
    groups().filter(|group| any || group.len() == most).map(|group| group[0]).collect()
}

/// `query` with the words that were probably meant in place of those that nothing was found of in the files that `walk`
/// meets, and which those are; `None` where there is none such.
pub fn meant(walk: &Walk, query: &Query, hits: &Hits) -> Option<(Query, Vec<Correction>)> {
    let texts = query.texts();
    let vain = vain_words(query, &texts, |text| hits.get(text).is_none_or(|found| found.sections.is_empty()));
    if vain.is_empty() {
        return None;
    }
    let taken = taken_for(&vain, Meant::new(&vain, texts.len()).by_walk(walk));
    let other =
        |text: &Text| taken.iter().find(|(of, ..)| of == text).map_or(text, |(_, other, _)| other).clone();
    let query = query.replaced(&other);
    (!taken.is_empty()).then(|| (query, taken.into_iter().map(|(.., correction)| correction).collect()))
}

/// Which articles of a library an index knows as their files are.
#[derive(Debug)]
pub struct Numbers {
    /// The id of each number of the index; [`NONE`] where it is of no article, or of one that has changed.
    ids: Vec<u32>,
    /// What has to be read.
    unknown: RoaringBitmap,
}

/// The id of no article.
const NONE: u32 = u32::MAX;

impl Numbers {
    /// Compares `index` with `library`.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn new(index: &TextIndex, library: &Library) -> Result<Self, Error> {
        let mut ids = vec![NONE; index.end() as usize];
        let mut known = Vec::with_capacity(library.len());
        for state in index.states()? {
            let Some(id) = library.find(state.key) else { continue };
            let row = library.row(id);
            if (row.bytes(), row.modified()) == (state.bytes, state.modified)
                && let Some(place) = ids.get_mut(state.number as usize)
            {
                *place = id;
                known.push(id);
            }
        }
        known.sort_unstable();
        let known = sorted_set(known);
        Ok(Self { ids, unknown: library.all() - known })
    }

    /// How many articles have to be read.
    pub fn unknown(&self) -> u64 {
        self.unknown.len()
    }

    /// The id in the library of an article of the index; `None` where it is not there, or is another by now.
    pub fn id(&self, number: u32) -> Option<u32> {
        self.ids.get(number as usize).copied().filter(|id| *id != NONE)
    }
}

/// How far files are read that no index knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How many were read.
    pub done: usize,
    /// How many are to be read.
    pub all: usize,
}

/// A search over the texts of a library.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// Whose articles, by their ids.
    pub library: &'a Library,
    /// What is asked: files that it could not keep are passed by.
    pub query: &'a Query,
    /// Those of its text terms that are looked for.
    pub texts: &'a [Text],
    /// The index, where there is one, and what of it counts.
    pub index: Option<(&'a TextIndex, &'a Numbers)>,
    /// Cuts markdown into sections.
    pub sections: ReadSections,
    /// Articles that are on no disk, by their paths.
    pub at_hand: &'a [(&'a Path, &'a Markdown)],
}

/// Files that are read before it is asked whether what they hold is worth an answer of its own.
const FIRST_FILES: usize = 64;
const MOST_FILES: usize = 4096;

impl Search<'_> {
    /// What was found for every text: by the index for files that are as it knows them, by reading for all
    /// others, the newest articles first. While files are read, `grow` is asked whether it wants what was found
    /// so far.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn run(self, grow: &mut Grow<'_>, stop: Stop<'_>) -> Result<Hits, Error> {
        let mut hits = Hits::default();
        let mut texts: Vec<Text> = self.texts.to_vec();
        texts.retain(|text| Wanted::of(text).is_some());
        let mut found: Found = texts.iter().map(|text| (text.clone(), Vec::new())).collect();
        // Files, and the texts that are looked for in them.
        let mut rounds: Vec<Round> = Vec::new();
        let mut corrected = Vec::new();
        if let Some((index, numbers)) = self.index {
            rounds.push(Round::new(numbers.unknown.clone(), texts.clone()));
            let known = || self.library.all() - &numbers.unknown;
            for text in &texts {
                match text.within() {
                    Text::Exact(_) => match spelled_anyhow(index, text, stop)? {
                        Some(found) => {
                            let of_library = found.sections.into_iter().filter_map(|hit| {
                                Some(SectionHit { article: numbers.id(hit.article)?, ..hit })
                            });
                            let found = TermHits::new(of_library.collect());
                            rounds.push(Round::exact(text, found));
                        }
                        None => rounds.push(Round::new(known(), vec![text.clone()])),
                    },
                    Text::Regex(_) => rounds.push(Round::new(known(), vec![text.clone()])),
                    _ => {
                        let mut corrections = Vec::new();
                        let mut sections = indexed(index, (self.query, text), &mut corrections, stop)?;
                        sections.retain_mut(|hit| {
                            let id = numbers.id(hit.article);
                            hit.article = id.unwrap_or(NONE);
                            id.is_some()
                        });
                        if corrections.is_empty() {
                            found.insert(text.clone(), sections);
                        } else {
                            corrected.push((text.clone(), corrections, sections));
                        }
                    }
                }
            }
        } else {
            rounds.push(Round::new(self.library.all(), texts.clone()));
        }
        self.read(rounds, &mut found, grow, stop);
        if self.index.is_none() {
            self.forgive(&mut found, &mut hits.corrections, stop);
        }
        for (text, corrections, sections) in corrected {
            let found = found.entry(text).or_default();
            // A word that a changed file holds is no slip of the pen.
            if found.is_empty() {
                *found = sections;
                hits.corrections.extend(corrections);
            }
        }
        for (text, sections) in found {
            hits.insert(text, TermHits::new(sections), self.library.len() as u64);
        }
        Ok(hits)
    }

    fn read(self, rounds: Vec<Round>, found: &mut Found, grow: &mut Grow<'_>, stop: Stop<'_>) {
        let all = rounds.iter().map(|round| round.ids.len() as usize).sum();
        let mut done = 0;
        let mut step = FIRST_FILES;
        for Round { ids, texts, spelled } in rounds.into_iter().filter(|round| !round.ids.is_empty()) {
            let newest = self.library.by_date(true).iter().copied();
            let newest: Vec<u32> = newest.filter(|id| ids.contains(*id)).collect();
            let mut rest = newest.as_slice();
            while !rest.is_empty() && !stop() {
                let (some, after) = rest.split_at(step.min(rest.len()));
                rest = after;
                let places: Vec<Place> = some.iter().map(|id| place_of_row(self.library, *id)).collect();
                let files = places.iter().zip(some).filter_map(|(place, id)| self.file(*id, place));
                let files: Vec<File<'_>> = files.collect();
                if let (Some(spelled), [text]) = (&spelled, texts.as_slice()) {
                    let known = |id: u32| spelled.of(id).to_vec();
                    let sections = text_files::search_exact(&files, text, &known, self.sections, stop);
                    found.entry(text.clone()).or_default().extend(sections);
                } else {
                    let searched = text_files::search(&files, Some(self.query), &texts, self.sections, stop);
                    for (text, sections) in searched {
                        found.entry(text).or_default().extend(sections);
                    }
                }
                done += some.len();
                step = (step * 2).min(MOST_FILES);
                if done < all && !stop() {
                    grow(Reading { done, all }, &|| self.so_far(found));
                }
            }
        }
    }

    /// Where nothing was found of a word, looks for the one that was probably meant.
    fn forgive(self, found: &mut Found, corrections: &mut Vec<Correction>, stop: Stop<'_>) {
        let mut vain = vain_words(self.query, self.texts, |text| found.get(text).is_none_or(Vec::is_empty));
        // Nobody has written a word to its end that is still typed.
        vain.retain(|(text, _)| {
            Correction::words_of(text).is_none_or(|words| !self.texts.contains(&Text::Prefix(words.clone())))
        });
        if vain.is_empty() || stop() {
            return;
        }
        let ids = self.library.by_date(true);
        let places: Vec<Place> = ids.iter().map(|id| place_of_row(self.library, *id)).collect();
        let files: Vec<File<'_>> =
            places.iter().zip(ids).filter_map(|(place, id)| self.file(*id, place)).collect();
        let meant = Meant::new(&vain, self.texts.len()).by_files(&files, stop);
        for (text, other, correction) in taken_for(&vain, meant) {
            let others = std::slice::from_ref(&other);
            let mut of_other = text_files::search(&files, None, others, self.sections, stop);
            let sections = of_other.remove(&other).unwrap_or_default();
            if !sections.is_empty() {
                found.insert(text, sections);
                corrections.push(correction);
            }
        }
    }

    /// The file of the article `id`.
    fn file<'a>(&'a self, id: u32, place: &'a Place) -> Option<File<'a>> {
        let root = self.library.roots().get(usize::from(place.root))?;
        let at_hand = self.at_hand.iter().find(|(path, _)| *path == place.path);
        Some(File { number: id, root: &root.path, place, markdown: at_hand.map(|(_, markdown)| *markdown) })
    }

    fn so_far(&self, found: &Found) -> Hits {
        let mut hits = Hits::default();
        hits.partial = true;
        for (text, sections) in found {
            hits.insert(text.clone(), TermHits::new(sections.clone()), self.library.len() as u64);
        }
        hits
    }
}

/// Files that are to be read, and what is looked for in them.
struct Round {
    ids: RoaringBitmap,
    texts: Vec<Text>,
    /// Where the words of the one exact term stand in any spelling, as the index knows.
    spelled: Option<TermHits>,
}

impl Round {
    fn new(ids: RoaringBitmap, texts: Vec<Text>) -> Self {
        Self { ids, texts, spelled: None }
    }

    fn exact(text: &Text, found: TermHits) -> Self {
        Self { ids: found.articles.clone(), texts: vec![text.clone()], spelled: Some(found) }
    }
}

/// Told how far the reading is, and how to have what was found so far.
pub type Grow<'a> = dyn FnMut(Reading, &dyn Fn() -> Hits) + 'a;

/// Those of `texts` that may be misspelled, are not left out and were found nowhere, with their words.
fn vain_words(query: &Query, texts: &[Text], is_vain: impl Fn(&Text) -> bool) -> Vec<(Text, Vec<String>)> {
    let ranking = query.ranking_texts();
    let vain = texts.iter().filter(|text| ranking.contains(text) && is_vain(text));
    let with_words = vain.filter_map(|text| {
        let words: Vec<String> = Wanted::of(text)?.whole_words().map(str::to_owned).collect();
        (!words.is_empty()).then(|| (text.clone(), words))
    });
    with_words.collect()
}

/// The terms whose words were meant to be others, with what is looked for instead.
fn taken_for(
    vain: &[(Text, Vec<String>)],
    meant: Vec<BTreeMap<String, String>>,
) -> Vec<(Text, Text, Correction)> {
    let taken =
        vain.iter().zip(meant).filter(|(_, others)| !others.is_empty()).filter_map(|((text, _), others)| {
            let correction = Correction::new(Correction::words_of(text)?, &others);
            Some((text.clone(), Correction::of(text, correction.used.clone()), correction))
        });
    taken.collect()
}

/// The sections that hold what `text` of a query asks for; where none does and it is not left out, those of the words
/// that were probably meant.
fn indexed(
    index: &TextIndex,
    (query, text): (&Query, &Text),
    corrections: &mut Vec<Correction>,
    stop: Stop<'_>,
) -> Result<Vec<SectionHit>, Error> {
    let Some(wanted) = Wanted::of(text) else { return Ok(Vec::new()) };
    let found = index.find(text, &wanted, stop)?;
    if !found.is_empty() || stop() || !query.ranking_texts().contains(text) {
        return Ok(found);
    }
    let words: Vec<&str> = wanted.whole_words().collect();
    let mut others = BTreeMap::new();
    for word in &words {
        // Of words in a row, those that stand somewhere are spelled rightly.
        if words.len() == 1 || !index.holds(word)? {
            let Some(near) = index.nearest(word)? else { return Ok(found) };
            others.insert((*word).to_owned(), near);
        }
    }
    let Some(written) = Correction::words_of(text).filter(|_| !others.is_empty()) else { return Ok(found) };
    let correction = Correction::new(written, &others);
    let other = Correction::of(text, correction.used.clone());
    let Some(wanted) = Wanted::of(&other) else { return Ok(found) };
    let of_others = index.find(&other, &wanted, stop)?;
    if !of_others.is_empty() {
        corrections.push(correction);
    }
    Ok(of_others)
}

/// Where the words of an exact term stand, in any spelling; `None` where it holds none.
fn spelled_anyhow(index: &TextIndex, text: &Text, stop: Stop<'_>) -> Result<Option<TermHits>, Error> {
    let Text::Exact(written) = text.within() else { return Ok(None) };
    let phrase = Text::Phrase(written.clone());
    let phrase = if let Text::Heading(_) = text { Text::Heading(Box::new(phrase)) } else { phrase };
    let wanted = Wanted::of(&phrase);
    wanted.map(|wanted| Ok(TermHits::new(index.find(&phrase, &wanted, stop)?))).transpose()
}

fn read(files: &[File<'_>], text: &Text, sections: ReadSections, stop: Stop<'_>) -> TermHits {
    let mut found = text_files::search(files, None, std::slice::from_ref(text), sections, stop);
    TermHits::new(found.remove(text).unwrap_or_default())
}

/// Where the article of `entry` is.
pub fn place_of(entry: &Entry) -> Place {
    Place { root: entry.root, path: entry.path.clone(), bytes: entry.bytes, modified: entry.modified }
}

/// Where the article `id` of `library` is.
pub fn place_of_row(library: &Library, id: u32) -> Place {
    let row = library.row(id);
    Place { root: row.root(), path: row.path().to_owned(), bytes: row.bytes(), modified: row.modified() }
}

fn file<'a>(number: u32, place: &'a Place, folders: &'a [PathBuf]) -> Option<File<'a>> {
    Some(File { number, root: folders.get(usize::from(place.root))?, place, markdown: None })
}
