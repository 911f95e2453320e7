//! The index's files, read into memory piece by piece instead of being mapped into it.
//!
//! Pages of a mapped file count as the program's memory once they were looked at, and merging looks at all of them
//! (2026-11-30: 444 MB while 100,000 articles were indexed); and where a mapped file is cut short by somebody else the
//! system ends the program. What is read is given back after use, and what cannot be read is an error. So is what is not
//! as it was written: each file has the sums of its blocks beside it, and whole blocks are read and proved.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "storage is where files are read")]

use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, OwnedBytes, WatchCallback,
    WatchHandle, WritePtr,
};

use super::sums::{self, BLOCK, Summed};

/// Bytes that are read at a time where all of a file is proved.
const PROVED_AT_ONCE: usize = 64 * BLOCK;

/// A folder whose files are read, never mapped; everything else is tantivy's own.
#[derive(Clone, Debug)]
pub(super) struct ReadDirectory {
    folder: PathBuf,
    inner: MmapDirectory,
}

impl ReadDirectory {
    /// The folder at a path.
    ///
    /// # Errors
    ///
    /// A folder that is not there.
    pub(super) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { folder: folder.to_owned(), inner: MmapDirectory::open(folder)? })
    }

    /// Proves all of a file; false where it has no sums.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not as it was written.
    pub(super) fn prove(&self, path: &Path) -> io::Result<bool> {
        let file = self.file(path)?;
        if file.sums()?.is_none() {
            return Ok(false);
        }
        for start in (0..file.length).step_by(PROVED_AT_ONCE) {
            file.read_bytes(start..file.length.min(start + PROVED_AT_ONCE))?;
        }
        Ok(true)
    }

    fn file(&self, path: &Path) -> io::Result<ReadFile> {
        let path = self.folder.join(path);
        let file = File::open(&path)?;
        let length = file.metadata()?.len() as usize;
        Ok(ReadFile { file, length, path, sums: OnceLock::new() })
    }
}

#[derive(Debug)]
struct ReadFile {
    file: File,
    length: usize,
    path: PathBuf,
    /// The sums of its blocks, where somebody has written them, once they were asked for.
    sums: OnceLock<io::Result<Option<Vec<u64>>>>,
}

impl ReadFile {
    fn sums(&self) -> io::Result<Option<&[u64]>> {
        match self.sums.get_or_init(|| sums::read(&self.path, self.length)) {
            Ok(sums) => Ok(sums.as_deref()),
            Err(error) => Err(error.kind().into()),
        }
    }
}

impl HasLen for ReadFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for ReadFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.end > self.length {
            // What a damaged file says of itself may be more than there is memory.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let sums = self.sums()?;
        let (start, end) = match sums {
            Some(_) if !range.is_empty() => {
                (range.start - range.start % BLOCK, range.end.next_multiple_of(BLOCK).min(self.length))
            }
            _ => (range.start, range.end),
        };
        let mut bytes = vec![0; end - start];
        self.file.read_exact_at(&mut bytes, start as u64)?;
        if let Some(sums) = sums {
            sums::prove(&bytes, start / BLOCK, sums)?;
        }
        Ok(OwnedBytes::new(bytes).slice(range.start - start..range.end - start))
    }
}

impl Directory for ReadDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.file(path) {
            Ok(file) => Ok(Arc::new(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(OpenReadError::FileDoesNotExist(path.to_owned()))
            }
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)?;
        // Nobody reads them without the file; those that stay are of no harm.
        let _ = std::fs::remove_file(sums::place(&self.folder.join(path)));
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let file = self.inner.open_write(path)?;
        Ok(BufWriter::new(Box::new(Summed::new(file, &self.folder.join(path)))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.inner.acquire_lock(lock) {
            // It keeps files from being deleted while they are opened. Where it cannot be made, as in a folder that may
            // only be read, no other program of this user deletes any.
            Err(LockError::IoError(_)) if lock.filepath == META_LOCK.filepath => Ok(Box::new(()).into()),
            taken => taken,
        }
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(watch_callback)
    }
}
