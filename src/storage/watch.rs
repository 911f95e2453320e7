//! Watches folders and says what may have changed in them. Reads nothing itself: what there is now is found by
//! walking the folders again, by the same rules.
//!
//! On Linux each folder is watched by itself, so that those that hidden and ignored files are in cost nothing;
//! elsewhere the system watches a folder with all that is in it.

mod links;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, Flag, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::disk::{Scope, ToWatch};
use crate::safe;
use crate::text::SafeText;
use links::Links;

/// Whether a watched folder is watched with the folders in it.
const IS_RECURSIVE: bool = !cfg!(any(target_os = "linux", target_os = "android"));

/// What may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// This file or folder: it is new, another, or gone.
    Path(PathBuf),
    /// This has another name now.
    Renamed(PathBuf, PathBuf),
    /// Anything: the system could not keep up.
    Anything,
}

/// Folders that are being watched.
#[derive(Debug)]
pub struct Watch {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    watcher: Option<RecommendedWatcher>,
    watched: HashSet<PathBuf>,
    /// Why not everything can be watched.
    blind: Option<SafeText>,
    names: Names,
    links: Links,
}

/// Folders that were named from the current one on, by the whole names under which the system tells of them.
type Names = Arc<Mutex<HashMap<PathBuf, PathBuf>>>;

impl Watch {
    /// Nothing is watched yet; what is seen goes to `tell`, from a thread of its own.
    pub fn new(tell: impl Fn(Touch) + Send + 'static) -> Self {
        let names = Names::default();
        let known = Arc::clone(&names);
        let told = move |event: notify::Result<Event>| match event {
            Ok(mut event) => {
                let known = known.lock().unwrap_or_else(PoisonError::into_inner);
                if !known.is_empty() {
                    event.paths.iter_mut().for_each(|path| *path = as_named(path, &known));
                }
                drop(known);
                touches(event).into_iter().for_each(&tell);
            }
            // What was not seen may be anywhere.
            Err(_) => tell(Touch::Anything),
        };
        let (watcher, blind) = match notify::recommended_watcher(told) {
            Ok(watcher) => (Some(watcher), None),
            Err(error) => (None, Some(reason(&error))),
        };
        Self {
            state: Mutex::new(State {
                watcher,
                watched: HashSet::new(),
                blind,
                names,
                links: Links::default(),
            }),
        }
    }

    /// Watches what a walk says is to be watched, from now on.
    pub fn watch(&self, what: ToWatch<'_>) {
        match what {
            ToWatch::Folder(folder) => self.folder(folder),
            ToWatch::Link(link, leads) => {
                self.lock().links.add(link, leads);
                for folder in leads.iter().filter_map(|path| path.parent()) {
                    self.folder(folder);
                }
            }
            // The folders of these links may hold anything, and not only what is below them by other names.
            ToWatch::Way(..) if IS_RECURSIVE => {}
            ToWatch::Way(root, links) => {
                self.lock().links.add(root, links);
                for folder in links.iter().filter_map(|path| path.parent()) {
                    self.folder(folder);
                }
            }
        }
    }

    /// Takes into a scope the links that lead to what is in it.
    pub fn add_links(&self, scope: &mut Scope) {
        self.lock().links.add_to(scope);
    }

    /// Watches the files of a folder, from now on.
    pub fn folder(&self, folder: &Path) {
        let mut state = self.lock();
        let is_watched = if IS_RECURSIVE {
            folder.ancestors().any(|around| state.watched.contains(around))
        } else {
            state.watched.contains(folder)
        };
        if is_watched {
            return;
        }
        let mode = if IS_RECURSIVE { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        if folder.is_relative()
            && let Ok(whole) = std::path::absolute(folder)
        {
            let mut names = state.names.lock().unwrap_or_else(PoisonError::into_inner);
            names.insert(whole, folder.to_owned());
        }
        let Some(watcher) = &mut state.watcher else { return };
        match watcher.watch(folder, mode) {
            Ok(()) => {
                state.watched.insert(folder.to_owned());
            }
            // Gone again, or closed to us: then the walk says so.
            Err(error) if is_of_the_folder(&error) => {}
            Err(error) => state.blind = Some(reason(&error)),
        }
    }

    /// Whether the files of a folder are watched.
    pub fn holds(&self, folder: &Path) -> bool {
        self.lock().watched.contains(folder)
    }

    /// Forgets the folders and links of `scope`: they may be gone, or others by the same name.
    pub fn forget(&self, scope: &Scope) {
        let mut state = self.lock();
        let State { watcher, watched, links, .. } = &mut *state;
        links.forget(scope);
        watched.retain(|folder| {
            let stays = !scope.holds(folder);
            if let Some(watcher) = watcher.as_mut().filter(|_| !stays) {
                // It may have been forgotten with the folder.
                let _ = watcher.unwatch(folder);
            }
            stays
        });
    }

    /// How many folders are watched.
    pub fn count(&self) -> usize {
        self.lock().watched.len()
    }

    /// Why not everything can be watched, where it cannot: then it is to be looked at from time to time.
    pub fn blind(&self) -> Option<SafeText> {
        self.lock().blind.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why the file system that `folder` is on says nothing of what others do, if that is so: those of a network.
pub fn is_deaf(folder: &Path) -> Option<SafeText> {
    #[cfg(target_os = "linux")]
    {
        /// What statfs(2) calls them.
        const DEAF: [(u32, &str); 10] = [
            (0x6969, "NFS"),
            (0x517B, "SMB"),
            (0xFE53_4D42, "SMB"),
            (0xFF53_4D42, "SMB"),
            (0x0102_1997, "9P"),
            (0x6573_5546, "FUSE"),
            (0x00C3_6400, "Ceph"),
            (0x5346_414F, "AFS"),
            (0x564C, "NCP"),
            (0x7375_7245, "Coda"),
        ];
        let kind = rustix::fs::statfs(folder).ok()?.f_type as u32;
        let (_, name) = DEAF.iter().find(|(number, _)| *number == kind)?;
        Some(safe!("{} is on {name}, which tells nothing of changes", super::disk::shown(folder)))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        None
    }
}

/// A path as whoever watches knows it.
fn as_named(path: &Path, names: &HashMap<PathBuf, PathBuf>) -> PathBuf {
    let named = path.ancestors().find_map(|around| Some((around, names.get(around)?)));
    let below = named.and_then(|(around, name)| Some((name, path.strip_prefix(around).ok()?)));
    match below {
        Some((name, below)) if below.as_os_str().is_empty() => name.clone(),
        Some((name, below)) => name.join(below),
        None => path.to_owned(),
    }
}

fn touches(event: Event) -> Vec<Touch> {
    if event.attrs.flag() == Some(Flag::Rescan) {
        return vec![Touch::Anything];
    }
    match event.kind {
        // What is only read is not changed; that somebody has written it is told when they close it.
        EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write) => Vec::new(),
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
            match <[PathBuf; 2]>::try_from(event.paths) {
                // Both names were told before.
                Ok([from, to]) => vec![Touch::Renamed(from, to)],
                Err(paths) => paths.into_iter().map(Touch::Path).collect(),
            }
        }
        _ => event.paths.into_iter().map(Touch::Path).collect(),
    }
}

/// Whether it is only this folder that cannot be watched.
fn is_of_the_folder(error: &notify::Error) -> bool {
    use std::io::ErrorKind as Io;
    match &error.kind {
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => true,
        ErrorKind::Io(error) => {
            matches!(error.kind(), Io::NotFound | Io::PermissionDenied | Io::NotADirectory)
        }
        _ => false,
    }
}

fn reason(error: &notify::Error) -> SafeText {
    match &error.kind {
        ErrorKind::MaxFilesWatch => safe!("the system watches no more folders (fs.inotify.max_user_watches)"),
        ErrorKind::Io(error) => safe!("the system watches no folders: {error}"),
        _ => safe!("the system watches no folders: {error}"),
    }
}

#[cfg(test)]
mod tests;
