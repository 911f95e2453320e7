//! Files on their way from the threads that read folders to those that look at files.
//!
//! A folder may have 100,000 files: they are looked at while it is read, and only so many wait.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read")]

use std::cell::RefCell;
use std::fs::FileType;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{AtFlags, Mode, OFlags};

use super::{Said, time};

/// So many files are handed over at a time, and so many times as many wait at most.
const TOGETHER: usize = 32;
const WAITING: usize = 32;

/// A file by the name and the kind that its folder says.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) path: PathBuf,
    pub(super) kind: FileType,
}

/// Where the threads that read folders put what they meet. Each has to end with [`Inlet::hand_over`].
#[derive(Clone, Debug)]
pub(super) struct Inlet(SyncSender<Vec<Met>>);

/// Where files are taken out. Each thread that does so has its own.
#[derive(Clone, Debug)]
pub(super) struct Outlet(Arc<Mutex<Receiver<Vec<Met>>>>);

thread_local! {
    /// What this thread has met and not yet handed over.
    static MET: RefCell<Vec<Met>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn pipe() -> (Inlet, Outlet) {
    let (inlet, outlet) = mpsc::sync_channel(WAITING);
    (Inlet(inlet), Outlet(Arc::new(Mutex::new(outlet))))
}

impl Inlet {
    pub(super) fn put(&self, met: Met) {
        let is_full = MET.with_borrow_mut(|all| {
            all.push(met);
            all.len() >= TOGETHER
        });
        if is_full {
            self.hand_over();
        }
    }

    /// Hands over what this thread has met.
    pub(super) fn hand_over(&self) {
        let all = MET.take();
        if !all.is_empty() {
            // Nobody takes them only where all who did have panicked.
            let _ = self.0.send(all);
        }
    }
}

impl Outlet {
    /// Waits for files; `None` when there are no more.
    pub(super) fn take(&self) -> Option<Vec<Met>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }
}

/// Looks at files from the folder that they are in: the system then has not to find that one for each of them.
#[derive(Debug, Default)]
pub(super) struct Beside {
    folder: PathBuf,
    open: Option<OwnedFd>,
}

impl Beside {
    /// What the system says of what is at `path`, itself and not what it leads to.
    ///
    /// # Errors
    ///
    /// What the system said.
    pub(super) fn said(&mut self, path: &Path) -> io::Result<Said> {
        let folder = path.parent().unwrap_or(Path::new(""));
        if self.folder != folder {
            self.folder.clear();
            self.folder.push(folder);
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC;
            // One that cannot be opened now is found anew for each file.
            self.open = rustix::fs::open(folder, flags, Mode::empty()).ok();
        }
        let (Some(open), Some(name)) = (&self.open, path.file_name()) else {
            return std::fs::symlink_metadata(path).map(|metadata| Said::of(&metadata));
        };
        let found = rustix::fs::statat(open, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(Said {
            bytes: found.st_size as u64,
            modified: time(found.st_mtime, found.st_mtime_nsec as i64),
            changed: time(found.st_ctime, found.st_ctime_nsec as i64),
        })
    }
}
