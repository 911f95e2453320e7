//! The text index: which words stand in which sections of which articles, kept between runs.
//!
//! The only user of tantivy. Knows `library`; how markdown is cut into sections is given to it. It lies in the
//! cache folder, a folder for each set of roots, and can be deleted at any moment.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read and written")]

mod columns;
mod directory;
mod guard;
mod nearest;
mod schema;
mod shared;
mod sums;
mod terms;
mod update;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roaring::RoaringBitmap;
use tantivy::directory::error::OpenReadError;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::{Index, ReloadPolicy, Searcher, SegmentReader, TantivyError};

use crate::error::Error;
use crate::library::article::ArticleKey;
use crate::library::hits::{Part, Ranked, SectionHit};
use crate::library::index::sorted_set;
use crate::library::matcher::Wanted;
use crate::library::query::Text;
use crate::library::section::SectionPlace;
use crate::library::stems::Language;
use crate::safe;
use crate::storage::disk::stamp;
use crate::text::SafeText;

use super::text_files::{self, Stop};

use columns::Columns;
use directory::ReadDirectory;
use guard::guarded;
use schema::{Fields, VERSION};
pub use update::{BETWEEN, Progress, Summary, Update};

/// What the last commit says of itself once everything is in.
const COMPLETE: &str = "complete";

/// Where the text index of a set of roots lies under the cache folder.
pub fn folder(cache: &Path, roots: &[PathBuf], all: bool) -> PathBuf {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for root in roots {
        let real = std::fs::canonicalize(root).unwrap_or_else(|_| root.clone());
        real.as_os_str().as_encoded_bytes().iter().copied().for_each(&mut add);
        add(0);
    }
    add(u8::from(all));
    cache.join("text").join(format!("{hash:016x}-{VERSION}"))
}

/// Removes what older programs have made in place of the index in `folder`: nobody reads it any more, and it is
/// large.
fn remove_older(folder: &Path) {
    let name = folder.file_name().map(|name| name.to_string_lossy());
    let parts = name.as_deref().and_then(|name| name.rsplit_once('-'));
    let Some((hash, _)) = parts.filter(|(hash, _)| hash.len() == 16) else { return };
    for version in 1..VERSION {
        for older in [format!("{hash}-{version}"), format!("{hash}-{version}.damaged")] {
            // What is not there need not be removed, and what cannot be is tried again the next time.
            let _ = std::fs::remove_dir_all(folder.with_file_name(older));
        }
    }
}

/// A text index that is ready to be searched.
#[derive(Debug)]
pub struct TextIndex {
    searcher: Searcher,
    fields: Fields,
    /// The first document of each segment, were all in a row.
    bases: Vec<u32>,
    /// The columns of each segment.
    columns: Vec<Columns>,
    /// The folders that held articles, with their modification times.
    folders: Vec<(PathBuf, i64)>,
}

/// A part of the index that was written at once, or merged of such.
#[derive(Clone, Copy)]
struct Segment<'a> {
    reader: &'a SegmentReader,
    columns: &'a Columns,
    /// The number of its first document.
    base: u32,
}

/// What a text index knows of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its identity.
    pub key: ArticleKey,
    /// Index of its root.
    pub root: u16,
    /// Path below the root.
    pub path: PathBuf,
    /// Bytes of the file when it was read.
    pub bytes: u64,
    /// Its modification time then, in nanoseconds since the Unix epoch.
    pub modified: i64,
}

/// What a text index knows of some sections of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What they are written in.
    pub language: Language,
    /// Where they stand in the file as it was read.
    pub places: Vec<SectionPlace>,
}

/// What a text index knows of an article's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileState {
    /// The article's number in the index.
    pub number: u32,
    /// The article's identity.
    pub key: ArticleKey,
    /// Bytes of the file when it was read.
    pub bytes: u64,
    /// Its modification time then, in nanoseconds since the Unix epoch.
    pub modified: i64,
}

/// Whether there is a text index to search.
#[derive(Debug)]
pub enum Opened {
    /// There is.
    Ready(Box<TextIndex>),
    /// There is to be none.
    Off,
    /// There is none.
    Missing,
    /// It was never finished.
    Partial,
    /// It cannot be read.
    Damaged,
}

impl TextIndex {
    /// Opens the text index in `folder`. Writes nothing.
    pub fn open(folder: &Path) -> Opened {
        if !folder.join("meta.json").is_file() {
            return Opened::Missing;
        }
        let open = || {
            let index = open_index(folder)?;
            let payload = index.load_metas()?.payload.unwrap_or_default();
            let mut lines = payload.split('\n');
            if lines.next() != Some(COMPLETE) {
                return Ok(Opened::Partial);
            }
            let folders = lines.filter_map(folder_line).collect();
            Ok(Opened::Ready(Box::new(Self::over(&index, folders)?)))
        };
        guarded(open).unwrap_or(Opened::Damaged)
    }

    /// Opens what there is of a text index in `folder`, finished or not: what it does not know can be read.
    pub fn open_as_it_is(folder: &Path) -> Option<Self> {
        let is_there = folder.join("meta.json").is_file();
        is_there.then(|| guarded(|| Self::over(&open_index(folder)?, Vec::new())).ok())?
    }

    fn over(index: &Index, folders: Vec<(PathBuf, i64)>) -> tantivy::Result<Self> {
        let (_, fields) = Fields::new();
        // Nothing watches the folder: a thread for it would outlive every search.
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        prove_columns(index, &searcher)?;
        let mut base = 0;
        let bases = searcher.segment_readers().iter().map(|segment| {
            let first = base;
            base += segment.max_doc();
            first
        });
        let bases = bases.collect();
        let columns = searcher.segment_readers().iter().map(|_| Columns::default()).collect();
        Ok(Self { searcher, fields, bases, columns, folders })
    }

    /// Whether a folder that held articles, or the one it lies in, has changed since: files may have been
    /// added, moved or deleted. What was changed within a file is not seen here.
    pub fn has_changed_folders(&self) -> bool {
        self.folders.iter().any(|(folder, modified)| stamp(folder).is_none_or(|(_, now)| now != *modified))
    }

    /// Every article's number, ascending.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn articles(&self) -> Result<RoaringBitmap, Error> {
        let read = || {
            let mut articles = Vec::new();
            for Segment { reader, columns, base } in self.segments() {
                articles.extend(columns.articles(reader)?.map(|doc| base + doc));
            }
            Ok(sorted_set(articles))
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// How many articles there are, about: those that were replaced count until their segment is merged.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn count(&self) -> Result<u64, Error> {
        let sections: u64 = self.searcher.num_docs();
        let keys = |segment: Segment<'_>| {
            Ok(segment.reader.inverted_index(self.fields.key)?.terms().num_terms() as u64)
        };
        let read = || self.segments().map(keys).sum::<tantivy::Result<u64>>();
        Ok(guarded(read).map_err(|e| failed(&e))?.min(sections))
    }

    /// What is known of the articles `numbers`, in their order.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn entries(&self, numbers: impl IntoIterator<Item = u32>) -> Result<Vec<Entry>, Error> {
        let read = || {
            let entries = numbers.into_iter().filter_map(|number| {
                let Segment { reader, columns, base } = self.segment_of(number)?;
                Some(columns.entry(reader, number - base))
            });
            entries.collect()
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// What is known of those sections of articles, by their numbers, that are worth reading alone; `None` for an
    /// article of which one is not.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn known(&self, ranked: &[Ranked]) -> Result<Vec<Option<Known>>, Error> {
        let read = || {
            let known = ranked.iter().map(|ranked| {
                let Some(Segment { reader, columns, base }) = self.segment_of(ranked.article) else {
                    return Ok(None);
                };
                let (columns, first) = (columns.sections(reader)?, ranked.article - base);
                let places = ranked.sections.iter().map(|(section, _)| columns.place(first + section));
                let places: Option<Vec<SectionPlace>> = places.collect();
                Ok(places.map(|places| Known { language: columns.language(first), places }))
            });
            known.collect()
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// Every article's number, identity, and bytes and modification time of its file when it was read; by number.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn states(&self) -> Result<Vec<FileState>, Error> {
        let read = || {
            let mut states = Vec::new();
            for Segment { reader, columns, base } in self.segments() {
                columns::states(reader, base, columns.articles(reader)?, &mut states)?;
            }
            Ok(states)
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// The number behind the last that any section has.
    pub fn end(&self) -> u32 {
        let last = self.segments().last();
        last.map_or(0, |segment| segment.base + segment.reader.max_doc())
    }

    /// Numbers that order like the dates of the articles `numbers`, in their order; least where there is none.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn dates(&self, numbers: impl IntoIterator<Item = u32>) -> Result<Vec<i64>, Error> {
        let read = || {
            let dates = numbers.into_iter().map(|number| match self.segment_of(number) {
                Some(Segment { reader, columns, base }) => Ok(columns.date(reader)?.get_val(number - base)),
                None => Ok(i64::MIN),
            });
            dates.collect()
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// The sections that hold what `text` asks for, by the numbers of [`TextIndex::articles`] and in their order; with
    /// words alone, whatever stands between them: a pattern is not looked up but in its words. Without some of them
    /// where `stop` says so.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn find(&self, text: &Text, wanted: &Wanted, stop: Stop<'_>) -> Result<Vec<SectionHit>, Error> {
        let Wanted::Words { words, begins, stems } = wanted else { return Ok(Vec::new()) };
        let sought = terms::Sought { words, begins: *begins, stems: *stems };
        let segments: Vec<Segment<'_>> = self.segments().collect();
        let find = |at: usize| {
            let segment = *segments.get(at)?;
            Some((at, guarded(|| terms::find(segment, self.fields, text.parts(), sought))))
        };
        let mut found = text_files::each(segments.len(), stop, &find);
        found.sort_unstable_by_key(|(at, _)| *at);
        let mut hits = Vec::new();
        for (_, found) in found {
            let found = found.map_err(|e| failed(&e))?;
            if hits.is_empty() {
                hits = found;
            } else {
                hits.extend(found);
            }
        }
        Ok(hits)
    }

    /// Whether a longer word than the one that `text`, which asks for `wanted`, is the beginning of stands in an
    /// article of which `is_known` is false; of several words always, which is not looked into.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn begins_beyond(
        &self,
        text: &Text,
        wanted: &Wanted,
        is_known: &dyn Fn(u32) -> bool,
    ) -> Result<bool, Error> {
        let Wanted::Words { words, begins: true, .. } = wanted else { return Ok(true) };
        let [(_, word)] = words.as_slice() else { return Ok(true) };
        let read = || {
            for segment in self.segments() {
                if terms::begins_beyond(segment, self.fields, text.parts(), word, is_known)? {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// How often, about, the words of `text`, which asks for `wanted`, stand where they are looked for: what finding them
    /// costs.
    pub fn weight(&self, text: &Text, wanted: &Wanted) -> u64 {
        let part = if text.parts().contains(&Part::Body) { Part::Body } else { Part::Heading };
        let Wanted::Words { words, begins, stems } = wanted else { return 0 };
        let sought = terms::Sought { words, begins: *begins, stems: *stems };
        let weight = |segment: Segment<'_>| terms::weight(segment.reader, self.fields.of(part), sought);
        // What cannot be read costs nothing.
        guarded(|| self.segments().map(weight).sum()).unwrap_or_default()
    }

    /// The word of the index that differs from `word` (folded) by one letter and stands in most sections.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn nearest(&self, word: &str) -> Result<Option<String>, Error> {
        guarded(|| nearest::nearest(&self.searcher, self.fields, word)).map_err(|e| failed(&e))
    }

    /// Whether any section holds a word (folded).
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn holds(&self, word: &str) -> Result<bool, Error> {
        guarded(|| nearest::count(&self.searcher, self.fields, word)).map(|n| n > 0).map_err(|e| failed(&e))
    }

    /// The articles, by the numbers of [`TextIndex::articles`], whose bodies share rare words with `text`, and how
    /// rare these are, taken together: the sum of the natural logarithms of sections by sections that hold the word.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn sharing(&self, text: &str) -> Result<HashMap<u32, f32>, Error> {
        let segments: Vec<_> = self.segments().collect();
        guarded(|| shared::sharing(&segments, self.fields, text)).map_err(|e| failed(&e))
    }

    fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let readers = self.searcher.segment_readers().iter();
        let parts = readers.zip(&self.columns).zip(&self.bases);
        parts.map(|((reader, columns), base)| Segment { reader, columns, base: *base })
    }

    /// The segment that a number belongs to.
    fn segment_of(&self, number: u32) -> Option<Segment<'_>> {
        let at = self.bases.partition_point(|base| *base <= number).checked_sub(1)?;
        let (reader, columns) = (self.searcher.segment_readers().get(at)?, self.columns.get(at)?);
        Some(Segment { reader, columns, base: *self.bases.get(at)? })
    }
}

/// Changes with every commit to the index in `folder`; `None` where there is none.
pub fn commit(folder: &Path) -> Option<(u64, i64)> {
    stamp(&folder.join("meta.json"))
}

/// Whether columns, and what says which documents are deleted, are as they were written. They are a thirtieth of the
/// index (2026-11-30) and say which articles there are and where: what they say wrongly nobody would notice.
fn prove_columns(index: &Index, searcher: &Searcher) -> tantivy::Result<()> {
    let opened: Vec<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
    // What somebody wrote since was not opened.
    for meta in index.searchable_segment_metas()?.iter().filter(|meta| opened.contains(&meta.id())) {
        let deleted = meta.has_deletes().then_some(SegmentComponent::Delete);
        for component in deleted.into_iter().chain([SegmentComponent::FastFields]) {
            let path = meta.relative_path(component.clone());
            match index.directory().validate_checksum(&path) {
                Ok(true) => {}
                Ok(false) => {
                    let why = "its sums are not those that were written";
                    return Err(TantivyError::InternalError(why.to_owned()));
                }
                Err(OpenReadError::FileDoesNotExist(_)) if !is_in_use(index, &component, &path)? => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Whether a file of an index was not replaced since.
fn is_in_use(index: &Index, component: &SegmentComponent, path: &Path) -> tantivy::Result<bool> {
    let metas = index.searchable_segment_metas()?;
    Ok(metas.iter().any(|meta| meta.relative_path(component.clone()) == path))
}

fn open_index(folder: &Path) -> tantivy::Result<Index> {
    let directory = ReadDirectory::open(folder)?;
    let mut index = Index::open(directory)?;
    index.set_tokenizers(schema::tokenizers());
    Ok(index)
}

/// A line of what a finished index says of its folders.
fn folder_line(line: &str) -> Option<(PathBuf, i64)> {
    let (modified, path) = line.split_once('\t')?;
    Some((PathBuf::from(path), modified.parse().ok()?))
}

fn failed(error: &TantivyError) -> Error {
    Error::System { what: safe!("the text index"), cause: SafeText::line(&error.to_string()) }
}

#[cfg(test)]
pub(crate) mod tests;
