//! The index's files, read into memory piece by piece instead of being mapped into it.
//!
//! Pages of a mapped file count as the program's memory once they were looked at, and merging looks at all of them
//! (2026-11-30: 444 MB while 100,000 articles were indexed); and where a mapped file is cut short by somebody else the
//! system ends the program. What is read is given back after use, and what cannot be read is an error.
#![expect(clippy::disallowed_types, reason = "storage is where files are read")]

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, OwnedBytes, WatchCallback,
    WatchHandle, WritePtr,
};

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
}

#[derive(Debug)]
struct ReadFile {
    file: File,
    length: usize,
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
        let mut bytes = vec![0; range.len()];
        self.file.read_exact_at(&mut bytes, range.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl Directory for ReadDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let open = || {
            let file = File::open(self.folder.join(path))?;
            let length = file.metadata()?.len() as usize;
            Ok(ReadFile { file, length })
        };
        match open() {
            Ok(file) => Ok(Arc::new(file)),
            Err(error) if io::Error::kind(&error) == io::ErrorKind::NotFound => {
                Err(OpenReadError::FileDoesNotExist(path.to_owned()))
            }
            Err(error) => Err(OpenReadError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
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
