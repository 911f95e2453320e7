//! Columns of plain values, either as a file's bytes hold them or as they were made. They are shared, never
//! copied, by the snapshots that hold them.
//!
//! Knows nothing of articles or files.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// A list with room for `count` values, and of large ones for more: so they lie in a mapping of their own, which goes
/// back to the system with them. The C library of Linux takes what is smaller than 32 MiB from its heaps once such a
/// list was freed, and keeps what is free in their midst: after a first look at 100,000 articles 75 MB of 165 (2026-11-30).
/// Room that is not written to takes no memory.
pub(super) fn roomy<T>(count: usize) -> Vec<T> {
    Vec::with_capacity(room::<T>(count))
}

/// A copy of `values`, with such room.
pub(super) fn copied<T: Copy>(values: &[T]) -> Vec<T> {
    let mut copy = roomy(values.len());
    copy.extend_from_slice(values);
    copy
}

/// So many zeros, with such room. They are the system's own, which are not written.
pub(super) fn zeros<T: Copy + Default>(count: usize) -> Vec<T> {
    let mut zeros = vec![T::default(); room::<T>(count)];
    zeros.truncate(count);
    zeros
}

fn room<T>(count: usize) -> usize {
    /// What is smaller is not worth a call of the system.
    const LARGE: usize = 1 << 20;
    const ROOM: usize = (32 << 20) + (64 << 10);
    let size = size_of::<T>().max(1);
    if count.saturating_mul(size) < LARGE { count } else { count.max(ROOM / size) }
}

/// Bytes on an eight-byte boundary, so that columns of numbers can be seen in them.
#[derive(Default)]
pub struct Buffer {
    words: Vec<u64>,
    len: usize,
}

impl Buffer {
    /// So many zeros, to be read into.
    pub fn zeroed(len: usize) -> Self {
        Self { words: zeros(len.div_ceil(8)), len }
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

#[cfg(test)]
mod tests {
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
}
