//! The text index: which words stand in which sections of which articles, kept between runs.
//!
//! The only user of tantivy. Knows `library`; how markdown is cut into sections is given to it. It lies in the
//! cache folder, a folder for each set of roots, and can be deleted at any moment.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read and written")]

mod directory;
mod guard;
mod nearest;
mod schema;
mod shared;
mod sums;
mod terms;
mod update;

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::columnar::{BytesColumn, ColumnValues};
use tantivy::directory::error::OpenReadError;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::{Index, ReloadPolicy, Searcher, SegmentReader, TantivyError};

use crate::error::Error;
use crate::library::article::ArticleKey;
use crate::library::hits::{Part, Ranked, TermHits};
use crate::library::index::sorted_set;
use crate::library::matcher::Wanted;
use crate::library::query::Text;
use crate::library::section::SectionPlace;
use crate::library::stems::Language;
use crate::safe;
use crate::storage::disk::stamp;
use crate::text::SafeText;

use super::text_files::Stop;

use directory::ReadDirectory;
use guard::guarded;
use schema::{Fields, VERSION, column};
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
    /// The folders that held articles, with their modification times.
    folders: Vec<(PathBuf, i64)>,
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
        Ok(Self { searcher, fields, bases, folders })
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
            for (segment, base) in self.segments() {
                let ordinals = segment.fast_fields().column_first_or_default::<u64>(column::ORDINAL)?;
                let first = |doc: &u32| ordinals.get_val(*doc) == 0;
                articles.extend(segment.doc_ids_alive().filter(first).map(|doc| base + doc));
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
        let keys = |(segment, _): (&SegmentReader, u32)| {
            Ok(segment.inverted_index(self.fields.key)?.terms().num_terms() as u64)
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
            let columns = self.columns()?;
            let entries = numbers.into_iter().filter_map(|number| {
                let segment = self.bases.partition_point(|base| *base <= number).checked_sub(1)?;
                Some(columns.get(segment)?.entry(number - self.bases.get(segment)?))
            });
            Ok(entries.collect())
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
            let columns: Vec<SectionColumns> = self
                .segments()
                .map(|(segment, _)| SectionColumns::of(segment))
                .collect::<tantivy::Result<_>>()?;
            let known = ranked.iter().map(|ranked| {
                let segment = self.bases.partition_point(|base| *base <= ranked.article).checked_sub(1)?;
                let first = ranked.article - self.bases.get(segment)?;
                let columns = columns.get(segment)?;
                let places = ranked.sections.iter().map(|(section, _)| columns.place(first + section));
                Some(Known { language: columns.language(first), places: places.collect::<Option<_>>()? })
            });
            Ok(known.collect())
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// Every article's number, identity, and bytes and modification time of its file when it was read; by number.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn states(&self) -> Result<Vec<FileState>, Error> {
        let numbers = self.articles()?;
        let read = || {
            let columns = self.columns()?;
            let states = numbers.iter().filter_map(|number| {
                let segment = self.bases.partition_point(|base| *base <= number).checked_sub(1)?;
                let (columns, doc) = (columns.get(segment)?, number - self.bases.get(segment)?);
                Some(FileState {
                    number,
                    key: ArticleKey(columns.key.get_val(doc)),
                    bytes: columns.bytes.get_val(doc),
                    modified: columns.modified.get_val(doc),
                })
            });
            Ok(states.collect())
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// The number behind the last that any section has.
    pub fn end(&self) -> u32 {
        let last = self.segments().last();
        last.map_or(0, |(segment, base)| base + segment.max_doc())
    }

    /// Numbers that order like the dates of the articles `numbers`, in their order; least where there is none.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn dates(&self, numbers: impl IntoIterator<Item = u32>) -> Result<Vec<i64>, Error> {
        let column =
            |segment: &SegmentReader| segment.fast_fields().column_first_or_default::<i64>(column::DATE);
        let read = || {
            let columns: Vec<_> =
                self.segments().map(|(segment, _)| column(segment)).collect::<tantivy::Result<_>>()?;
            let dates = numbers.into_iter().map(|number| {
                let segment = self.bases.partition_point(|base| *base <= number).saturating_sub(1);
                let doc = number - self.bases.get(segment).copied().unwrap_or_default();
                columns.get(segment).map_or(i64::MIN, |column| column.get_val(doc))
            });
            Ok(dates.collect())
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// The sections that hold what `text` asks for, by the numbers of [`TextIndex::articles`]; with words
    /// alone, whatever stands between them: a pattern is not looked up but in its words. Without some of them where
    /// `stop` says so.
    ///
    /// # Errors
    ///
    /// An index that cannot be read.
    pub fn find(&self, text: &Text, wanted: &Wanted, stop: Stop<'_>) -> Result<TermHits, Error> {
        let Wanted::Words { words, begins, stems } = wanted else { return Ok(TermHits::default()) };
        let sought = terms::Sought { words, begins: *begins, stems: *stems };
        let read = || {
            let mut hits = Vec::new();
            for (segment, base) in self.segments() {
                if stop() {
                    break;
                }
                terms::find(segment, base, self.fields, text.parts(), sought, &mut hits)?;
            }
            Ok(TermHits::new(hits))
        };
        guarded(read).map_err(|e| failed(&e))
    }

    /// How often, about, the words of `text`, which asks for `wanted`, stand where they are looked for: what finding them
    /// costs.
    pub fn weight(&self, text: &Text, wanted: &Wanted) -> u64 {
        let part = if text.parts().contains(&Part::Body) { Part::Body } else { Part::Heading };
        let Wanted::Words { words, begins, stems } = wanted else { return 0 };
        let sought = terms::Sought { words, begins: *begins, stems: *stems };
        let weight =
            |(segment, _): (&SegmentReader, u32)| terms::weight(segment, self.fields.of(part), sought);
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

    fn columns(&self) -> tantivy::Result<Vec<Columns>> {
        self.segments().map(|(segment, _)| Columns::of(segment)).collect()
    }

    fn segments(&self) -> impl Iterator<Item = (&SegmentReader, u32)> {
        self.searcher.segment_readers().iter().zip(self.bases.iter().copied())
    }
}

/// What is read of a segment to know its articles.
struct Columns {
    key: Arc<dyn ColumnValues<u64>>,
    root: Arc<dyn ColumnValues<u64>>,
    bytes: Arc<dyn ColumnValues<u64>>,
    modified: Arc<dyn ColumnValues<i64>>,
    path: Option<BytesColumn>,
}

impl Columns {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            key: columns.column_first_or_default(column::ARTICLE)?,
            root: columns.column_first_or_default(column::ROOT)?,
            bytes: columns.column_first_or_default(column::BYTES)?,
            modified: columns.column_first_or_default(column::MODIFIED)?,
            path: columns.bytes(column::PATH)?,
        })
    }

    fn entry(&self, doc: u32) -> Entry {
        let mut path = Vec::new();
        if let Some(column) = &self.path
            && let Some(ord) = column.term_ords(doc).next()
        {
            // Without a path the article is one that is no longer there.
            let _ = column.ord_to_bytes(ord, &mut path);
        }
        Entry {
            key: ArticleKey(self.key.get_val(doc)),
            root: self.root.get_val(doc) as u16,
            path: PathBuf::from(OsString::from_vec(path)),
            bytes: self.bytes.get_val(doc),
            modified: self.modified.get_val(doc),
        }
    }
}

/// What is read of a segment to know its sections.
struct SectionColumns {
    end: u32,
    ordinal: Arc<dyn ColumnValues<u64>>,
    position: Arc<dyn ColumnValues<u64>>,
    slug: Arc<dyn ColumnValues<u64>>,
    language: Arc<dyn ColumnValues<u64>>,
}

impl SectionColumns {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            end: segment.max_doc(),
            ordinal: columns.column_first_or_default(column::ORDINAL)?,
            position: columns.column_first_or_default(column::POSITION)?,
            slug: columns.column_first_or_default(column::SLUG)?,
            language: columns.column_first_or_default(column::LANGUAGE)?,
        })
    }

    fn language(&self, doc: u32) -> Language {
        Language::of_number(self.language.get_val(doc))
    }

    fn place(&self, doc: u32) -> Option<SectionPlace> {
        let slug_number = self.slug.get_val(doc).checked_sub(1)? as u32;
        // The sections of an article stand one behind the other.
        let next = Some(doc + 1).filter(|next| *next < self.end && self.ordinal.get_val(*next) > 0);
        let end = next.map_or(u32::MAX, |next| self.position.get_val(next) as u32);
        Some(SectionPlace { range: self.position.get_val(doc) as u32..end, slug_number })
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
