//! Columns of plain values, either as a file's bytes hold them or as they were made; and the arenas in
//! which what is of no fixed size lies. Both are shared, never copied, by the snapshots that hold them.
//!
//! Knows nothing of articles or files.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Bytes on an eight-byte boundary, so that columns of numbers can be seen in them.
#[derive(Default)]
pub struct Buffer {
    words: Vec<u64>,
    len: usize,
}

impl Buffer {
    /// So many zeros, to be read into.
    pub fn zeroed(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(8)], len }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.words.as_bytes()[..self.len]
    }

    /// The bytes, to be read into.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.words.as_mut_bytes()[..self.len]
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} bytes)", self.len)
    }
}

/// What a column may hold: plain values whose every bit pattern means something.
pub(super) trait Plain: FromBytes + IntoBytes + Immutable + KnownLayout + 'static {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + 'static> Plain for T {}

/// Values by row.
pub(super) enum Column<T> {
    /// As they were made.
    Own(Arc<Vec<T>>),
    /// As a file has them.
    Stored(Arc<Buffer>, Range<usize>),
}

impl<T: Plain> Column<T> {
    /// The values in some bytes of `buffer`; `None` where they do not lie there.
    pub(super) fn stored(buffer: &Arc<Buffer>, range: Range<usize>) -> Option<Self> {
        <[T]>::ref_from_bytes(buffer.bytes().get(range.clone())?).ok()?;
        Some(Self::Stored(Arc::clone(buffer), range))
    }
}

impl<T: Plain> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Own(values) => values,
            Self::Stored(buffer, range) => {
                let bytes = buffer.bytes().get(range.clone()).unwrap_or_default();
                <[T]>::ref_from_bytes(bytes).unwrap_or_default()
            }
        }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self::Own(Arc::new(values))
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Own(values) => Self::Own(Arc::clone(values)),
            Self::Stored(buffer, range) => Self::Stored(Arc::clone(buffer), range.clone()),
        }
    }
}

impl<T: Plain> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({} rows)", self.len())
    }
}

/// Bytes by address. New ones are put behind the others, which stay where they are and are shared.
#[derive(Clone, Debug, Default)]
pub(super) struct Arena {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    start: u64,
    bytes: Column<u8>,
}

impl Arena {
    /// The bytes of a file.
    pub(super) fn stored(buffer: Buffer) -> Self {
        let range = 0..buffer.len;
        Self { parts: vec![Part { start: 0, bytes: Column::Stored(Arc::new(buffer), range) }] }
    }

    /// How many bytes there are; a multiple of eight.
    pub(super) fn len(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.start + part.bytes.len() as u64)
    }

    /// Some bytes; none where they do not lie in one part.
    pub(super) fn get(&self, start: u64, len: u32) -> &[u8] {
        let part = match self.parts.as_slice() {
            [only] => only,
            parts => match parts.partition_point(|part| part.start <= start).checked_sub(1) {
                Some(at) => &parts[at],
                None => return &[],
            },
        };
        let from = (start - part.start) as usize;
        part.bytes.get(from..from.saturating_add(len as usize)).unwrap_or_default()
    }

    /// Puts bytes behind the others. Small parts are joined, so that there are never many, and no byte is
    /// copied more often than their number has digits; the first, which may be a file's, is left as it is.
    pub(super) fn push(&mut self, mut bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let mut start = self.len();
        while self.parts.len() > 1
            && let Some(last) = self.parts.pop_if(|last| last.bytes.len() < bytes.len() * 2)
        {
            let mut joined = Vec::with_capacity(last.bytes.len() + bytes.len());
            joined.extend_from_slice(&last.bytes);
            joined.append(&mut bytes);
            (start, bytes) = (last.start, joined);
        }
        self.parts.push(Part { start, bytes: bytes.into() });
    }

    /// All bytes in order.
    pub(super) fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.parts.iter().map(|part| &*part.bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_column_is_seen_in_bytes_only_where_it_lies_there_whole() {
        let mut buffer = Buffer::zeroed(12);
        buffer.bytes_mut()[4..8].copy_from_slice(&7_u32.to_ne_bytes());
        let buffer = Arc::new(buffer);
        assert_eq!(&*Column::<u32>::stored(&buffer, 4..12).unwrap(), [7, 0]);
        for range in [0..3, 2..6, 8..16] {
            assert!(Column::<u32>::stored(&buffer, range.clone()).is_none(), "{range:?}");
        }
    }

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
            prop_assert_eq!(arena.parts().map(<[u8]>::len).sum::<usize>() as u64, arena.len());
            prop_assert!(arena.parts().count() < 9);
            prop_assert_eq!(arena.get(arena.len() + 1, 1), &[] as &[u8]);
        }
    }
}
