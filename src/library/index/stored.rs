//! A library's form on a disk, which is its form in memory: a header, columns, and an arena of bytes.
//!
//! Knows only this folder; reads and writes no file. Numbers are in the machine's own order, and a file of
//! another machine is not known by its magic number. Everything is checked before it is believed: sums over
//! all bytes for damage, and every index that something could be looked up by, so that no bytes at all can
//! make anything read where nothing is.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

use roaring::RoaringBitmap;
use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout};

use super::arena::{Arena, PAGE, Page};
use super::column::{Buffer, Column, Plain, copied};
use super::names::Names;
use super::row::Record;
use super::sum::Sum;
use super::{Library, NO_COPY, Root, Rows, Sets, VISITED};

/// Bytes of the header.
pub const HEADER: usize = size_of::<Header>();
const MAGIC: u64 = u64::from_ne_bytes(*b"longread");
/// Raised whenever the form or the meaning of anything in it changes, also of what articles are made of.
const VERSION: u32 = 7;
const SECTIONS: usize = 10 + 5 * 5;

/// What stands first in the file.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Header {
    magic: u64,
    version: u32,
    partial: u32,
    /// Of the header with this as 0, and of the columns behind it.
    sum: u64,
    columns: u64,
    arena: u64,
    articles: u64,
    /// Where each section begins and ends in the columns.
    sections: [[u64; 2]; SECTIONS],
}

/// What a catalogue is of: the roots without links, in their order, whether hidden and ignored files are taken
/// in, and which longread read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(Vec<u8>);

impl Identity {
    /// Of these roots.
    pub fn new(roots: &[PathBuf], all: bool) -> Self {
        let mut bytes = vec![u8::from(all)];
        bytes.extend_from_slice(env!("CARGO_PKG_VERSION").as_bytes());
        bytes.push(0);
        for root in roots {
            bytes.extend_from_slice(OsStr::as_bytes(root.as_os_str()));
            bytes.push(0);
        }
        Self(bytes)
    }

    /// A number that tells it from others, for a file's name; the file itself holds all of it.
    pub fn number(&self) -> u64 {
        Sum::of(&self.0)
    }
}

/// A header that was read: what else there must be in the file.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    header: Header,
}

/// A library as it was stored.
#[derive(Debug)]
pub struct Stored {
    /// The library.
    pub library: Library,
    /// Whether the walk that it is from was not finished.
    pub partial: bool,
}

impl Head {
    /// The header in a file's first bytes; `None` where it is none of this version, or where what it
    /// announces is not `file` bytes long.
    pub fn read(bytes: &[u8; HEADER], file: u64) -> Option<Self> {
        let header = Header::read_from_bytes(bytes).ok()?;
        let announced = (HEADER as u64).checked_add(header.columns)?.checked_add(header.arena)?;
        let known = (header.magic, header.version) == (MAGIC, VERSION) && announced == file;
        known.then_some(Self { header })
    }

    /// Bytes of the columns behind the header.
    pub fn columns(&self) -> usize {
        self.header.columns as usize
    }

    /// The library of the file's columns, under `roots`; `None` where they are damaged or not of `identity`.
    /// `read` gives what lies behind the columns, from a byte on: at once or years later, always of the same
    /// file; false where it cannot be had.
    pub fn load(
        self,
        columns: Buffer,
        identity: &Identity,
        roots: Vec<Root>,
        read: impl Fn(u64, &mut [u8]) -> bool + Send + Sync + 'static,
    ) -> Option<Stored> {
        let header = self.header;
        let mut sum = Sum::default();
        sum.add(Header { sum: 0, ..header }.as_bytes());
        sum.add(columns.bytes());
        if sum.finish() != header.sum {
            return None;
        }
        let mut sections = Sections { buffer: Arc::new(columns), ranges: header.sections.iter() };
        if *sections.next::<u8>()? != identity.0 {
            return None;
        }
        let (records, days) = (sections.next()?, sections.next()?);
        let pages = sections.next::<Page>()?;
        if !pages.is_sorted_by(|one, next| one.start < next.start) {
            return None;
        }
        let rows = Rows {
            records,
            days,
            arena: Arena::stored(pages, header.arena, Arc::new(read)),
            keys: sections.next()?,
            key_ids: sections.next()?,
            by_date: sections.next()?,
            digests: sections.next()?,
            first_copies: sections.next()?,
        };
        let count = rows.records.len();
        let known = |ids: &[u32]| ids.len() == count && ids.iter().all(|id| (*id as usize) < count);
        let sound = header.articles == count as u64
            && u32::try_from(count).is_ok_and(|count| count < 1 << 31)
            && rows.days.len() == count
            && rows.days.iter().all(|day| day.is_sound())
            && rows.keys.len() == count
            && known(&rows.key_ids)
            && known(&rows.by_date)
            && rows.digests.len() == count
            && rows.first_copies.len() == count
            && rows.first_copies.iter().all(|id| *id == NO_COPY || (*id as usize) < count)
            && rows.records.iter().all(|record| {
                let end = record.blob.checked_add(u64::from(record.blob_len));
                let texts = record.path_len.checked_add(record.title_len);
                end.is_some_and(|end| end <= header.arena)
                    && texts.is_some_and(|texts| texts <= record.blob_len)
                    && usize::from(record.root) < roots.len()
                    && record.updated.is_sound()
            });
        if !sound {
            return None;
        }
        let sets = sections.sets(count)?;
        let [tags, sources, authors, languages, meta] = [
            sections.names(count)?,
            sections.names(count)?,
            sections.names(count)?,
            sections.names(count)?,
            sections.names(count)?,
        ]
        .map(Arc::new);
        let lazy = Arc::default();
        let by_words = Arc::default();
        let library = Library { roots, rows, tags, sources, authors, languages, meta, sets, lazy, by_words };
        Some(Stored { library, partial: header.partial != 0 })
    }
}

struct Sections<'a> {
    buffer: Arc<Buffer>,
    ranges: std::slice::Iter<'a, [u64; 2]>,
}

impl Sections<'_> {
    fn next<T: Plain>(&mut self) -> Option<Column<T>> {
        let [start, end] = *self.ranges.next()?;
        Column::stored(&self.buffer, usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    fn sets(&mut self, count: usize) -> Option<Sets> {
        let bytes = self.next::<u8>()?;
        let each = count.div_ceil(8);
        if bytes.len() != each * 5 {
            return None;
        }
        let set = |index: usize| {
            let set = RoaringBitmap::from_lsb0_bytes(0, bytes.get(index * each..(index + 1) * each)?);
            set.max().is_none_or(|id| (id as usize) < count).then_some(set)
        };
        Some(Sets {
            undated: set(0)?,
            untagged: set(1)?,
            drafts: set(2)?,
            featured: set(3)?,
            broken: set(4)?,
        })
    }

    fn names(&mut self, count: usize) -> Option<Names> {
        let (heads, text, cells) = (self.next()?, self.next()?, self.next()?);
        Names::stored(heads, text, cells, self.next()?, self.next()?, count)
    }
}

/// Where the texts of a library that was stored lie in its file.
#[derive(Debug)]
pub struct InFile {
    records: Vec<Record>,
    pages: Vec<Page>,
    len: u64,
    behind: u64,
}

impl InFile {
    /// Bytes of the file before them.
    pub fn behind(&self) -> u64 {
        self.behind
    }
}

impl Library {
    /// Gives the bytes of the library's file to `write`, piece by piece, and says where its texts then are. `partial`:
    /// the walk that it is from is not finished, and more is to come.
    ///
    /// # Errors
    ///
    /// The first error of `write`.
    pub fn store<E>(
        &self,
        identity: &Identity,
        partial: bool,
        mut write: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<InFile, E> {
        let rows = &self.rows;
        let sets = self.set_bytes();
        let mut records = copied(&rows.records);
        let (mut pages, mut arena) = (Vec::new(), 0);
        self.pages(partial, |page, blobs| {
            let mut next = arena;
            for (id, len) in blobs {
                let record = &mut records[*id as usize];
                if record.blob_len != *len {
                    (record.blob_len, record.path_len, record.title_len) = (0, 0, 0);
                }
                record.blob = next;
                next += u64::from(*len);
            }
            pages.push(Page { start: arena, sum: Sum::of(page) });
            arena = next;
            Ok(())
        })?;
        let mut sections: Vec<&[u8]> = vec![
            &identity.0,
            records.as_bytes(),
            rows.days.as_bytes(),
            pages.as_bytes(),
            rows.keys.as_bytes(),
            rows.key_ids.as_bytes(),
            rows.by_date.as_bytes(),
            rows.digests.as_bytes(),
            rows.first_copies.as_bytes(),
            &sets,
        ];
        for names in [&self.tags, &self.sources, &self.authors, &self.languages, &self.meta] {
            sections.extend(names.columns());
        }
        let mut header = Header::new_zeroed();
        (header.magic, header.version, header.partial) = (MAGIC, VERSION, u32::from(partial));
        header.articles = self.len() as u64;
        for (place, section) in header.sections.iter_mut().zip(&sections) {
            *place = [header.columns, header.columns + section.len() as u64];
            header.columns += section.len().next_multiple_of(8) as u64;
        }
        header.arena = arena;
        let mut sum = Sum::default();
        sum.add(header.as_bytes());
        for section in &sections {
            sum.add(section);
        }
        header.sum = sum.finish();
        write(header.as_bytes())?;
        for section in sections {
            write(section)?;
            write(&[0; 8][..section.len().next_multiple_of(8) - section.len()])?;
        }
        self.pages(partial, |page, _| write(page))?;
        let behind = size_of::<Header>() as u64 + header.columns;
        Ok(InFile { records, pages, len: arena, behind })
    }

    /// The same library with its texts in the file, of which `read` gives what lies behind the first
    /// [`InFile::behind`] bytes, as for [`Head::load`]; everything else stays as it is.
    #[must_use]
    pub fn resting_on(
        &self,
        texts: InFile,
        read: impl Fn(u64, &mut [u8]) -> bool + Send + Sync + 'static,
    ) -> Self {
        let arena = Arena::stored(texts.pages.into(), texts.len, Arc::new(read));
        Self { rows: Rows { records: texts.records.into(), arena, ..self.rows.clone() }, ..self.clone() }
    }

    /// Whether so much of the texts is in memory alone that it is worth a file, also while a library grows: as much
    /// again is written as the file has, so this is asked for ever more.
    pub fn is_heavy(&self) -> bool {
        const LEAST: u64 = 8 << 20;
        let (all, own) = (self.rows.arena.len(), self.rows.arena.own());
        own >= LEAST.max((all - own) / 3)
    }

    /// The blobs that are needed, in pages: those that are shown first come first, so that one page is all
    /// that the first screen needs. Where more is to come (`partial`) they lie as their articles do, so that what
    /// looks for the places of new ones reads each page once. With each, the ids of its blobs and how many bytes
    /// they have.
    fn pages<E>(
        &self,
        partial: bool,
        mut take: impl FnMut(&[u8], &[(u32, u32)]) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut page, mut blobs) = (Vec::with_capacity(2 * PAGE), Vec::new());
        let by_place: Vec<u32> = if partial { (0..self.len() as u32).collect() } else { Vec::new() };
        let order = if partial { &by_place } else { &*self.rows.by_date };
        for ids in order.chunks(VISITED) {
            // What is read of the file before it is not to stay in memory.
            let arena = self.rows.arena.rested();
            for id in ids {
                let record = &self.rows.records[*id as usize];
                let blob = arena.get(record.blob, record.blob_len);
                page.extend_from_slice(blob);
                blobs.push((*id, blob.len() as u32));
                if page.len() >= PAGE {
                    take(&page, &blobs)?;
                    page.clear();
                    blobs.clear();
                }
            }
        }
        if blobs.is_empty() { Ok(()) } else { take(&page, &blobs) }
    }

    /// Reads what of its file was not read yet, without keeping it, and says whether all of it is what was
    /// stored.
    pub fn is_whole(&self) -> bool {
        self.rows.arena.is_whole()
    }

    fn set_bytes(&self) -> Vec<u8> {
        let sets = &self.sets;
        let each = self.len().div_ceil(8);
        let mut bytes = vec![0; each * 5];
        let sets = [&sets.undated, &sets.untagged, &sets.drafts, &sets.featured, &sets.broken];
        for (bytes, set) in bytes.chunks_mut(each.max(1)).zip(sets) {
            for id in set {
                bytes[id as usize / 8] |= 1 << (id % 8);
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests;
