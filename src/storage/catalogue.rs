//! The catalogue: what the last run knew of a library, in one file of the cache folder.
//!
//! Reads and writes that file and no other; its form is `library::index`'s own. It may be deleted at any
//! moment, and whatever is wrong with it, it is only made anew. Several programs may write it at once: each
//! writes a file of its own and puts it in the place of the other's, whole.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "storage is where files are read")]

mod comparison;

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

pub use comparison::{Comparison, held};

use super::disk::{Kind, what_is};
use crate::library::index::{Buffer, HEADER, Head, Identity, InFile, Library, Root, Stored};

/// Catalogues that are kept beside a new one, the youngest first.
const KEPT: usize = 64;
/// A file that somebody began to write so long ago will never be finished.
const ABANDONED: Duration = Duration::from_hours(1);
const EXTENSION: &str = "catalogue";

/// Where the catalogue of some roots is.
#[derive(Clone, Debug)]
pub struct Catalogue {
    folder: PathBuf,
    identity: Identity,
}

/// Whether a write is waited for until the disk has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Until it is there.
    ForTheDisk,
    /// Not at all, as somebody is leaving. Should the machine fail now, the file's sums say so.
    No,
}

impl Catalogue {
    /// The catalogue of `roots` below the cache folder; `all` takes hidden and ignored files in. There is none
    /// where a root is a lone file, or is not there.
    pub fn of(cache: &Path, roots: &[PathBuf], all: bool) -> Option<Self> {
        let real = |root: &PathBuf| {
            let is_folder = matches!(what_is(root), Ok(Kind::Folder));
            is_folder.then(|| std::fs::canonicalize(root).ok()).flatten()
        };
        let roots: Vec<PathBuf> = roots.iter().map(real).collect::<Option<_>>()?;
        Some(Self { folder: cache.join("catalogues"), identity: Identity::new(&roots, all) })
    }

    fn file(&self) -> PathBuf {
        self.folder.join(format!("{:016x}.{EXTENSION}", self.identity.number()))
    }

    /// What the last run stored, under `roots`; `None` where there is nothing that can be used.
    pub fn load(&self, roots: Vec<Root>) -> Option<Stored> {
        self.open(roots).filter(|stored| stored.library.is_whole())
    }

    /// The same, but that most of it is read when it is asked for: enough for a first screen, until
    /// [`Library::is_whole`] has read all.
    pub fn open(&self, roots: Vec<Root>) -> Option<Stored> {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let mut file = File::options().read(true).custom_flags(flags.bits() as i32).open(self.file()).ok()?;
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let mut header = [0; HEADER];
        file.read_exact(&mut header).ok()?;
        let head = Head::read(&header, metadata.len())?;
        let mut columns = Buffer::zeroed(head.columns());
        file.read_exact(columns.bytes_mut()).ok()?;
        let behind = (HEADER + head.columns()) as u64;
        // Nobody writes into the file: a newer one is put in its place, and this one lives while it is open.
        let read = move |start, into: &mut [u8]| file.read_exact_at(into, behind + start).is_ok();
        head.load(columns, &self.identity, roots, read)
    }

    /// Stores `library` and gives it with its texts on the disk, so that they need not be in memory.
    ///
    /// # Errors
    ///
    /// As [`Catalogue::save`].
    pub fn settle(&self, library: &Library, partial: bool, wait: Wait) -> io::Result<Library> {
        let (file, texts) = self.put(library, partial, wait)?;
        let behind = texts.behind();
        // It lives while it is open, also when another is put in its place.
        Ok(library.resting_on(texts, move |start, into| file.read_exact_at(into, behind + start).is_ok()))
    }

    /// Stores `library`. `partial`: the walk that it is from was not finished.
    ///
    /// # Errors
    ///
    /// What the system said; what was there before is still there then.
    pub fn save(&self, library: &Library, partial: bool, wait: Wait) -> io::Result<()> {
        self.put(library, partial, wait).map(drop)
    }

    fn put(&self, library: &Library, partial: bool, wait: Wait) -> io::Result<(File, InFile)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        std::fs::create_dir_all(&self.folder)?;
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let begun = self.folder.join(format!("{:016x}.{process}.{count}.new", self.identity.number()));
        let written = self.write(&begun, library, partial, wait);
        let moved = written.and_then(|stored| std::fs::rename(&begun, self.file()).map(|()| stored));
        if moved.is_err() {
            // It is of no use to anybody; where it cannot be removed it is too old one day.
            let _ = std::fs::remove_file(&begun);
        }
        self.tidy();
        moved
    }

    fn write(&self, path: &Path, library: &Library, partial: bool, wait: Wait) -> io::Result<(File, InFile)> {
        let mut options = OpenOptions::new();
        // What is in it is nobody else's business.
        let file = options.read(true).write(true).create(true).truncate(true).mode(0o600).open(path)?;
        let mut out = BufWriter::with_capacity(64 << 10, file);
        let texts = library.store(&self.identity, partial, |piece| out.write_all(piece))?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if wait == Wait::ForTheDisk {
            file.sync_all()?;
        }
        Ok((file, texts))
    }

    /// Removes what nobody will ask for: files whose writers are gone, and catalogues of roots that were not
    /// looked at for long.
    fn tidy(&self) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        let mut catalogues = Vec::new();
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            let Some(written) = entry.metadata().ok().and_then(|metadata| metadata.modified().ok()) else {
                continue;
            };
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                catalogues.push((written, path));
            } else if SystemTime::now().duration_since(written).is_ok_and(|age| age > ABANDONED) {
                // What cannot be removed is tried again the next time.
                let _ = std::fs::remove_file(path);
            }
        }
        catalogues.sort_unstable_by(|one, other| other.cmp(one));
        for (_, path) in catalogues.into_iter().skip(KEPT) {
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests;
