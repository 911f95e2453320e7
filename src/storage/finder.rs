//! A query's text terms → where they stand: by the text index, and by reading what it does not know.
//!
//! Knows `library`. What the index says of a file that has changed since is never used.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use roaring::RoaringBitmap;

use super::disk::stamp;
use super::text_files::{self, File};
use super::text_index::{Entry, TextIndex};
use crate::error::Error;
use crate::library::article::Place;
use crate::library::hits::{Correction, Hits, Ranked, SectionHit, TermHits};
use crate::library::index::Library;
use crate::library::matcher::Wanted;
use crate::library::query::{Query, Text};
use crate::library::section::ReadSections;
use crate::text::SafeText;

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
    if index.count() > LOOKED_OVER {
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

/// What `query` keeps, by the index alone; `None` where it asks for more than the index knows.
///
/// # Errors
///
/// An index that cannot be read.
pub fn alone(
    index: &TextIndex,
    folders: &[PathBuf],
    query: &Query,
    sections: ReadSections,
    stop: &AtomicBool,
) -> Result<Option<Alone>, Error> {
    let texts = query.texts();
    let wanted: Vec<Option<Wanted>> = texts.iter().map(Wanted::of).collect();
    let is_known =
        |(text, wanted): (&Text, &Option<Wanted>)| wanted.is_some() && !matches!(text, Text::Regex(_));
    if !query.is_text_alone() || !texts.iter().zip(&wanted).all(is_known) {
        return Ok(None);
    }
    let mut hits = Hits::default();
    let count = index.count();
    for text in &texts {
        let found = match text {
            Text::Exact(_) => {
                let numbers = candidates(index, text)?;
                let entries = index.entries(&numbers)?;
                let places: Vec<(u32, Place)> = numbers.iter().zip(entries.iter().map(place_of)).collect();
                let files: Vec<File<'_>> =
                    places.iter().filter_map(|(number, place)| file(*number, place, folders)).collect();
                read(&files, None, text, sections, stop)
            }
            _ => indexed(index, text, &mut hits.corrections)?,
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
    let mut ranked = hits.rank(&query.ranking_texts(), &kept);
    let dates = index.dates(ranked.iter().map(|one| one.article))?;
    let mut dated: Vec<(Ranked, i64)> = ranked.drain(..).zip(dates).collect();
    // Where there are thousands, most tell apart by their score.
    dated.sort_by(|(one, first), (other, second)| other.score.total_cmp(&one.score).then(second.cmp(first)));
    let ranked = dated.into_iter().map(|(ranked, _)| ranked).collect();
    Ok(Some(Alone { ranked, corrections: hits.corrections }))
}

/// What was found for every text term of `query`, by the ids of `library`: by the index for files that are as it
/// knows them, by reading for all others.
///
/// # Errors
///
/// An index that cannot be read.
pub fn in_library(
    index: Option<&TextIndex>,
    library: &Library,
    query: &Query,
    sections: ReadSections,
    stop: &AtomicBool,
) -> Result<Hits, Error> {
    let texts: Vec<Text> = query.texts().into_iter().filter(|text| Wanted::of(text).is_some()).collect();
    let mut hits = Hits::default();
    if texts.is_empty() {
        return Ok(hits);
    }
    let places: Vec<Place> = library.articles().map(|article| article.place.clone()).collect();
    let file_of = |id: u32| {
        let place = places.get(id as usize)?;
        let root = library.roots().get(usize::from(place.root))?;
        Some(File { number: id, root: &root.path, place })
    };
    let mut ids: HashMap<u32, u32> = HashMap::new();
    let mut unknown = library.all();
    if let Some(index) = index {
        let numbers = index.articles()?;
        let entries = index.entries(&numbers)?;
        for (number, entry) in numbers.iter().zip(entries) {
            let Some(id) = library.find(entry.key) else { continue };
            let row = library.row(id);
            if (row.bytes(), row.modified()) == (entry.bytes, entry.modified) {
                ids.insert(number, id);
                unknown.remove(id);
            }
        }
    }
    let files: Vec<File<'_>> = unknown.iter().filter_map(file_of).collect();
    let mut read_hits = text_files::search(&files, Some(query), &texts, sections, stop);
    for text in &texts {
        let mut found = read_hits.remove(text).unwrap_or_default();
        match (index, text) {
            (None, _) => {}
            (Some(index), Text::Exact(_) | Text::Regex(_)) => {
                let numbers = match text {
                    Text::Exact(_) => {
                        candidates(index, text)?.iter().filter_map(|n| ids.get(&n).copied()).collect()
                    }
                    _ => library.all() - &unknown,
                };
                let files: Vec<File<'_>> = numbers.iter().filter_map(file_of).collect();
                found.extend(read(&files, Some(query), text, sections, stop).sections);
            }
            (Some(index), _) => {
                let nowhere = found.is_empty();
                let mut corrections = Vec::new();
                let indexed = indexed(index, text, &mut corrections)?;
                // A word that a changed file holds is no slip of the pen.
                if corrections.is_empty() || nowhere {
                    hits.corrections.extend(corrections);
                    found.extend(indexed.sections.into_iter().filter_map(|hit| {
                        ids.get(&hit.article).map(|id| SectionHit { article: *id, ..hit })
                    }));
                }
            }
        }
        hits.insert(text.clone(), TermHits::new(found), library.len() as u64);
    }
    Ok(hits)
}

/// The sections that hold what `text` asks for; where none does and it is one word, those of the word that was
/// probably meant.
fn indexed(index: &TextIndex, text: &Text, corrections: &mut Vec<Correction>) -> Result<TermHits, Error> {
    let Some(wanted) = Wanted::of(text) else { return Ok(TermHits::default()) };
    let found = index.find(text, &wanted)?;
    let lone = wanted.lone_word().filter(|_| found.sections.is_empty());
    let Some(near) = lone.and_then(|word| index.nearest(word)) else { return Ok(found) };
    let (written, used) = match text {
        Text::Word(written) | Text::Heading(written) => (written.clone(), SafeText::line(&near)),
        _ => return Ok(found),
    };
    let other = corrected(text, &used);
    corrections.push(Correction { written, used });
    match Wanted::of(&other) {
        Some(wanted) => index.find(&other, &wanted),
        None => Ok(found),
    }
}

/// The term with another word in its place.
pub fn corrected(text: &Text, used: &SafeText) -> Text {
    match text {
        Text::Heading(_) => Text::Heading(used.clone()),
        _ => Text::Word(used.clone()),
    }
}

/// The articles that hold the words of an exact term, in any spelling; all where it holds none.
fn candidates(index: &TextIndex, text: &Text) -> Result<RoaringBitmap, Error> {
    let Text::Exact(written) = text else { return index.articles() };
    let phrase = Text::Phrase(written.clone());
    match Wanted::of(&phrase) {
        Some(wanted) => Ok(index.find(&phrase, &wanted)?.articles),
        None => index.articles(),
    }
}

fn read(
    files: &[File<'_>],
    query: Option<&Query>,
    text: &Text,
    sections: ReadSections,
    stop: &AtomicBool,
) -> TermHits {
    let mut found = text_files::search(files, query, std::slice::from_ref(text), sections, stop);
    TermHits::new(found.remove(text).unwrap_or_default())
}

/// Where the article of `entry` is.
pub fn place_of(entry: &Entry) -> Place {
    Place { root: entry.root, path: entry.path.clone(), bytes: entry.bytes, modified: entry.modified }
}

fn file<'a>(number: u32, place: &'a Place, folders: &'a [PathBuf]) -> Option<File<'a>> {
    Some(File { number, root: folders.get(usize::from(place.root))?, place })
}
