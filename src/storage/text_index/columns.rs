//! The columns of a segment: what is known of each section, and of each article at its first one.
//!
//! Each is read and proved when it is first asked for and kept from then on: a word that is looked for asks for some of
//! them in each segment, and a command or a typed word asks several times.
//!
//! Knows `library`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tantivy::SegmentReader;
use tantivy::columnar::{BytesColumn, Column, ColumnValues, DynamicColumn, HasAssociatedColumnType};

use super::schema::column;
use super::{Entry, FileState};
use crate::library::article::ArticleKey;
use crate::library::section::SectionPlace;
use crate::library::stems::Language;

/// The values of a column, by document.
pub(super) type Values<T> = Arc<dyn ColumnValues<T>>;

/// The columns of a segment.
#[derive(Default)]
pub(super) struct Columns {
    ordinal: OnceLock<Values<u64>>,
    position: OnceLock<Values<u64>>,
    slug: OnceLock<Values<u64>>,
    language: OnceLock<Values<u64>>,
    date: OnceLock<Values<i64>>,
    articles: OnceLock<ArticleColumns>,
}

/// What is known of articles.
struct ArticleColumns {
    files: FileColumns,
    root: Values<u64>,
    path: Option<BytesColumn>,
}

/// What is known of articles' files.
struct FileColumns {
    key: Values<u64>,
    bytes: Values<u64>,
    modified: Values<i64>,
}

/// What is known of a segment's sections.
pub(super) struct SectionColumns<'a> {
    end: u32,
    ordinal: &'a Values<u64>,
    position: &'a Values<u64>,
    slug: &'a Values<u64>,
    language: &'a Values<u64>,
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Columns").finish_non_exhaustive()
    }
}

impl Columns {
    /// Which section of its article a document is.
    pub(super) fn ordinal(&self, segment: &SegmentReader) -> tantivy::Result<&Values<u64>> {
        once(&self.ordinal, || open(segment, column::ORDINAL))
    }

    /// The first sections of the articles that are still there.
    pub(super) fn articles(&self, segment: &SegmentReader) -> tantivy::Result<impl Iterator<Item = u32>> {
        let ordinals = self.ordinal(segment)?;
        Ok(segment.doc_ids_alive().filter(|doc| ordinals.get_val(*doc) == 0))
    }

    /// The number of the language that a section is written in.
    pub(super) fn language(&self, segment: &SegmentReader) -> tantivy::Result<&Values<u64>> {
        once(&self.language, || open(segment, column::LANGUAGE))
    }

    /// What orders like the date of an article.
    pub(super) fn date(&self, segment: &SegmentReader) -> tantivy::Result<&Values<i64>> {
        once(&self.date, || open(segment, column::DATE))
    }

    /// What is known of the sections.
    pub(super) fn sections(&self, segment: &SegmentReader) -> tantivy::Result<SectionColumns<'_>> {
        Ok(SectionColumns {
            end: segment.max_doc(),
            ordinal: self.ordinal(segment)?,
            position: once(&self.position, || open(segment, column::POSITION))?,
            slug: once(&self.slug, || open(segment, column::SLUG))?,
            language: self.language(segment)?,
        })
    }

    /// What is known of the article whose first section is `doc`.
    pub(super) fn entry(&self, segment: &SegmentReader, doc: u32) -> tantivy::Result<Entry> {
        let ArticleColumns { files, root, path } = once(&self.articles, || ArticleColumns::of(segment))?;
        let mut name = Vec::new();
        if let Some(column) = path
            && let Some(ord) = column.term_ords(doc).next()
        {
            // Without a path the article is one that is no longer there.
            let _ = column.ord_to_bytes(ord, &mut name);
        }
        let FileState { key, bytes, modified, .. } = files.state(doc, 0);
        let path = PathBuf::from(OsString::from_vec(name));
        Ok(Entry { key, root: root.get_val(doc) as u16, path, bytes, modified })
    }
}

impl ArticleColumns {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let path = segment.fast_fields().bytes(column::PATH)?;
        Ok(Self { files: FileColumns::of(segment)?, root: open(segment, column::ROOT)?, path })
    }
}

/// The first document of the article that a section belongs to, and which of its sections it is.
pub(super) fn article_of(ordinals: &Values<u64>, doc: u32) -> (u32, u32) {
    let section = ordinals.get_val(doc) as u32;
    (doc.saturating_sub(section), section)
}

/// What is known of the files of the articles whose first sections are `docs`, the segment's documents being numbered
/// from `base`. Keeps nothing: whoever asks wants all of them, and once.
pub(super) fn states(
    segment: &SegmentReader,
    base: u32,
    docs: impl Iterator<Item = u32>,
    states: &mut Vec<FileState>,
) -> tantivy::Result<()> {
    let columns = FileColumns::of(segment)?;
    states.extend(docs.map(|doc| columns.state(doc, base)));
    Ok(())
}

impl FileColumns {
    fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(Self {
            key: open(segment, column::ARTICLE)?,
            bytes: open(segment, column::BYTES)?,
            modified: open(segment, column::MODIFIED)?,
        })
    }

    fn state(&self, doc: u32, base: u32) -> FileState {
        FileState {
            number: base + doc,
            key: ArticleKey(self.key.get_val(doc)),
            bytes: self.bytes.get_val(doc),
            modified: self.modified.get_val(doc),
        }
    }
}

impl SectionColumns<'_> {
    /// What a section is written in.
    pub(super) fn language(&self, doc: u32) -> Language {
        Language::of_number(self.language.get_val(doc))
    }

    /// Where a section stands; `None` where it cannot be read alone.
    pub(super) fn place(&self, doc: u32) -> Option<SectionPlace> {
        let slug_number = self.slug.get_val(doc).checked_sub(1)? as u32;
        // The sections of an article stand one behind the other.
        let next = Some(doc + 1).filter(|next| *next < self.end && self.ordinal.get_val(*next) > 0);
        let end = next.map_or(u32::MAX, |next| self.position.get_val(next) as u32);
        Some(SectionPlace { range: self.position.get_val(doc) as u32..end, slug_number })
    }
}

fn open<T>(segment: &SegmentReader, name: &str) -> tantivy::Result<Values<T>>
where
    T: PartialOrd + Copy + HasAssociatedColumnType + Send + Sync + 'static,
    DynamicColumn: Into<Option<Column<T>>>,
{
    segment.fast_fields().column_first_or_default(name)
}

/// What is kept, or what `open` gives, which is kept from then on.
fn once<T>(kept: &OnceLock<T>, open: impl FnOnce() -> tantivy::Result<T>) -> tantivy::Result<&T> {
    if let Some(kept) = kept.get() {
        return Ok(kept);
    }
    let opened = open()?;
    Ok(kept.get_or_init(|| opened))
}
