//! Bytes by address: what of an article has no fixed size. Shared, never copied, by the snapshots that hold
//! it. What a file holds is read a page at a time, when it is first asked for.
//!
//! Knows only this folder's `column` and `sum`; how a page is read is given to it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::column::{Column, roomy};
use super::sum::Sum;

/// A page ends with the blob that reaches so many bytes.
pub(super) const PAGE: usize = 64 << 10;
/// Parts are joined to so many bytes.
const JOINED: usize = 4 << 20;

/// Reads a file's bytes from an address on; false where they cannot be had.
pub(super) type Read = Arc<dyn Fn(u64, &mut [u8]) -> bool + Send + Sync>;

/// Where a page begins, and the sum of its bytes. It ends where the next begins.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Page {
    pub(super) start: u64,
    pub(super) sum: u64,
}

/// Bytes by address. New ones are put behind the others, which stay where they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Arena {
    /// What a file holds, before all others.
    stored: Option<Arc<Pages>>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    start: u64,
    bytes: Arc<Vec<u8>>,
}

struct Pages {
    heads: Column<Page>,
    len: u64,
    bytes: Vec<OnceLock<Box<[u8]>>>,
    read: Read,
    /// A page could not be read, or is not what was stored.
    damaged: AtomicBool,
}

impl Arena {
    /// The `len` bytes of a file, by its pages.
    pub(super) fn stored(heads: Column<Page>, len: u64, read: Read) -> Self {
        let bytes = heads.iter().map(|_| OnceLock::new()).collect();
        let pages = Pages { heads, len, bytes, read, damaged: AtomicBool::new(false) };
        Self { stored: Some(Arc::new(pages)), parts: Vec::new() }
    }

    /// The same with nothing of the file in memory: for looking through many of its pages once, or when those that
    /// were read are not needed any more.
    pub(super) fn rested(&self) -> Self {
        let unread = |pages: &Arc<Pages>| {
            Arc::new(Pages {
                heads: pages.heads.clone(),
                len: pages.len,
                bytes: pages.heads.iter().map(|_| OnceLock::new()).collect(),
                read: Arc::clone(&pages.read),
                damaged: AtomicBool::new(pages.damaged.load(Ordering::Relaxed)),
            })
        };
        Self { stored: self.stored.as_ref().map(unread), parts: self.parts.clone() }
    }

    /// How many pages of the file are in memory.
    #[cfg(test)]
    pub(super) fn in_memory(&self) -> usize {
        let pages = self.stored.iter().flat_map(|pages| &pages.bytes);
        pages.filter(|page| page.get().is_some()).count()
    }

    /// Where the next bytes will be.
    pub(super) fn len(&self) -> u64 {
        let stored = self.stored.as_ref().map_or(0, |pages| pages.len);
        self.parts.last().map_or(stored, |part| part.start + part.bytes.len() as u64)
    }

    /// How many bytes are in memory alone.
    pub(super) fn own(&self) -> u64 {
        self.parts.first().map_or(0, |part| self.len() - part.start)
    }

    /// Some bytes that were put in together; none where they cannot be had.
    pub(super) fn get(&self, start: u64, len: u32) -> &[u8] {
        if let Some(pages) = self.stored.as_ref().filter(|pages| start < pages.len) {
            return pages.get(start, len);
        }
        let Some(at) = self.parts.partition_point(|part| part.start <= start).checked_sub(1) else {
            return &[];
        };
        let part = &self.parts[at];
        let from = (start - part.start) as usize;
        part.bytes.get(from..from.saturating_add(len as usize)).unwrap_or_default()
    }

    /// Puts bytes behind the others. Small parts are joined, so that there are never many, and no byte is
    /// copied more often than their number has digits; large ones stay as they are, or for a moment all bytes would
    /// be there twice.
    pub(super) fn push(&mut self, mut bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let mut start = self.len();
        let is_small = |last: &Part, bytes: &[u8]| {
            last.bytes.len() < bytes.len() * 2 && last.bytes.len() + bytes.len() <= JOINED
        };
        while let Some(last) = self.parts.pop_if(|last| is_small(last, &bytes)) {
            let mut joined = roomy(last.bytes.len() + bytes.len());
            joined.extend_from_slice(&last.bytes);
            joined.append(&mut bytes);
            (start, bytes) = (last.start, joined);
        }
        self.parts.push(Part { start, bytes: Arc::new(bytes) });
    }

    /// Reads what was not read yet, without keeping it, and says whether all of it is what was stored.
    pub(super) fn is_whole(&self) -> bool {
        self.stored.as_ref().is_none_or(|pages| {
            let mut bytes = Vec::new();
            let mut unread = (0..pages.bytes.len()).filter(|page| pages.bytes[*page].get().is_none());
            unread.all(|page| pages.read(page, &mut bytes)) && !pages.damaged.load(Ordering::Relaxed)
        })
    }
}

impl Pages {
    fn get(&self, start: u64, len: u32) -> &[u8] {
        let Some(at) = self.heads.partition_point(|page| page.start <= start).checked_sub(1) else {
            return &[];
        };
        let from = start.wrapping_sub(self.heads[at].start) as usize;
        self.page(at).get(from..from.saturating_add(len as usize)).unwrap_or_default()
    }

    fn page(&self, at: usize) -> &[u8] {
        self.bytes[at].get_or_init(|| {
            let mut bytes = Vec::new();
            if !self.read(at, &mut bytes) {
                self.damaged.store(true, Ordering::Relaxed);
                bytes.clear();
            }
            bytes.into_boxed_slice()
        })
    }

    /// Reads a page into `bytes`; false where it cannot be had, or is not what was stored.
    fn read(&self, at: usize, bytes: &mut Vec<u8>) -> bool {
        let Some(page) = self.heads.get(at) else { return false };
        let end = self.heads.get(at + 1).map_or(self.len, |next| next.start);
        // A page that goes beyond the file is none, whatever size it pretends to have.
        let Some(len) = end.checked_sub(page.start).filter(|_| end <= self.len) else { return false };
        bytes.resize(len as usize, 0);
        (self.read)(page.start, bytes) && Sum::of(bytes) == page.sum
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages({} bytes)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_put_into_an_arena_is_found_where_it_was_put(
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 1..40),
        ) {
            let mut arena = Arena::default();
            let mut places = Vec::new();
            for piece in &pieces {
                places.push(arena.len());
                arena.push(piece.clone());
            }
            for (piece, start) in pieces.iter().zip(places) {
                prop_assert_eq!(arena.get(start, piece.len() as u32), piece.as_slice());
            }
            prop_assert!(arena.parts.len() < 9);
            prop_assert_eq!(arena.get(arena.len() + 1, 1), &[] as &[u8]);
        }
    }

    #[test]
    fn a_page_is_read_when_it_is_asked_for_and_believed_where_its_sum_is_right() {
        let good = |start, bytes: &[u8]| Page { start, sum: Sum::of(bytes) };
        let heads = vec![good(0, b"one"), good(3, b"other"), good(6, b"six")];
        let read: Read = Arc::new(|start, into| {
            into.copy_from_slice(&b"onetwosix"[start as usize..][..into.len()]);
            start != 6
        });
        let mut arena = Arena::stored(heads.into(), 9, read);
        arena.push(b"new".to_vec());
        let at = |start, len| std::str::from_utf8(arena.get(start, len)).unwrap();
        assert_eq!([at(0, 3), at(1, 2), at(2, 2), at(9, 3), at(10, 1)], ["one", "ne", "", "new", "e"]);
        assert!(!arena.stored.as_ref().unwrap().damaged.load(Ordering::Relaxed));
        assert_eq!([at(3, 3), at(6, 3)], ["", ""]);
        assert!(!arena.is_whole());
    }
}
