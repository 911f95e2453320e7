//! Sums over the blocks of the index's files, in a file beside each: so that what is read can be proved as it is read,
//! however little of a file that is.
//!
//! Knows `library`.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read and written")]

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tantivy::directory::{AntiCallToken, TerminatingWrite, WritePtr};

use crate::library::index::sum_of;

/// Bytes of a block: most of what is read lies in a few of them, and the sums of all take a two-thousandth of the index.
pub(super) const BLOCK: usize = 16 << 10;

/// Where the sums of the file at `path` are.
pub(super) fn place(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".sums");
    PathBuf::from(name)
}

/// The sums of a file of so many bytes, from the file beside it; `None` where nobody has written any.
///
/// # Errors
///
/// What cannot be the sums of that file.
pub(super) fn read(path: &Path, length: usize) -> io::Result<Option<Vec<u64>>> {
    let bytes = match std::fs::read(place(path)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let (sums, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() || sums.len() != length.div_ceil(BLOCK) {
        return Err(wrong());
    }
    Ok(Some(sums.iter().map(|sum| u64::from_le_bytes(*sum)).collect()))
}

/// Whether whole blocks, from the one with a number on, have these `sums`.
///
/// # Errors
///
/// Blocks that are not as they were written.
pub(super) fn prove(bytes: &[u8], first: usize, sums: &[u64]) -> io::Result<()> {
    let are_theirs = bytes.chunks(BLOCK).zip(first..).all(|(block, at)| sums.get(at) == Some(&sum_of(block)));
    if are_theirs { Ok(()) } else { Err(wrong()) }
}

fn wrong() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its sums are not those that were written")
}

/// A file that is written, with its sums.
pub(super) struct Summed {
    file: WritePtr,
    /// Where its sums are to be.
    place: PathBuf,
    /// The block that is not full yet.
    block: Vec<u8>,
    sums: Vec<u8>,
}

impl Summed {
    /// A `file` that is written at `path`.
    pub(super) fn new(file: WritePtr, path: &Path) -> Self {
        Self { file, place: place(path), block: Vec::with_capacity(BLOCK), sums: Vec::new() }
    }

    fn sum(&mut self) {
        self.sums.extend_from_slice(&sum_of(&self.block).to_le_bytes());
        self.block.clear();
    }
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let mut rest = &bytes[..written];
        while !rest.is_empty() {
            let (some, after) = rest.split_at(rest.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(some);
            if self.block.len() == BLOCK {
                self.sum();
            }
            rest = after;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for Summed {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        if !self.block.is_empty() {
            self.sum();
        }
        // Before the file is safe on the disk, so that it never stands there without them.
        std::fs::write(&self.place, &self.sums)?;
        self.file.terminate_ref(token)
    }
}
