//! Folders in which something happens, and what is told of it.
#![expect(clippy::disallowed_methods, reason = "the tests make the changes")]

use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::*;

/// How long a report may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

struct Watched {
    folder: tempfile::TempDir,
    watch: Watch,
    told: Receiver<Touch>,
}

impl Watched {
    fn new(files: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "# Old").unwrap();
        }
        let (tell, told) = mpsc::channel();
        let watch = Watch::new(move |touch| drop(tell.send(touch)));
        watch.folder(folder.path());
        Self { folder, watch, told }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until it is told of this.
    #[track_caller]
    fn is_told(&self, wanted: &Touch) {
        let end = Instant::now() + DEADLINE;
        let mut told = Vec::new();
        while let Ok(touch) = self.told.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if touch == *wanted {
                return;
            }
            told.push(touch);
        }
        panic!("waited in vain for {wanted:?}; told of {told:?}");
    }
}

#[test]
fn what_is_made_changed_renamed_and_removed_is_told() {
    let watched = Watched::new(&["old.md"]);
    let (old, new, other) = (watched.path("old.md"), watched.path("new.md"), watched.path("other.md"));
    std::fs::write(&new, "# New").unwrap();
    watched.is_told(&Touch::Path(new.clone()));
    std::fs::write(&old, "# Newer").unwrap();
    watched.is_told(&Touch::Path(old.clone()));
    std::fs::rename(&new, &other).unwrap();
    watched.is_told(&Touch::Path(new.clone()));
    watched.is_told(&Touch::Path(other.clone()));
    watched.is_told(&Touch::Renamed(new, other));
    std::fs::remove_file(&old).unwrap();
    watched.is_told(&Touch::Path(old));
}

#[test]
fn reading_is_not_told() {
    let watched = Watched::new(&["old.md"]);
    let (old, last) = (watched.path("old.md"), watched.path("last.md"));
    std::fs::read_to_string(&old).unwrap();
    std::fs::read_dir(watched.folder.path()).unwrap().count();
    std::fs::write(&last, "").unwrap();
    assert_eq!(watched.told.recv_timeout(DEADLINE), Ok(Touch::Path(last)));
}

#[cfg(target_os = "linux")]
#[test]
fn only_the_folders_that_count_are_watched() {
    let watched = Watched::new(&["in/a.md", "out/b.md"]);
    watched.watch.folder(&watched.path("in"));
    watched.watch.folder(&watched.path("in"));
    assert_eq!(watched.watch.count(), 2);
    std::fs::write(watched.path("out/b.md"), "# B").unwrap();
    std::fs::write(watched.path("in/a.md"), "# A").unwrap();
    assert_eq!(watched.told.recv_timeout(DEADLINE), Ok(Touch::Path(watched.path("in/a.md"))));
}

#[test]
fn a_folder_that_took_the_place_of_another_is_watched_again() {
    let watched = Watched::new(&["in/a.md"]);
    let folder = watched.path("in");
    watched.watch.folder(&folder);
    std::fs::rename(&folder, watched.path("away")).unwrap();
    watched.is_told(&Touch::Renamed(folder.clone(), watched.path("away")));
    std::fs::create_dir_all(&folder).unwrap();
    let mut scope = Scope::default();
    scope.add(folder.clone());
    watched.watch.forget(&scope);
    watched.watch.folder(&folder);
    std::fs::write(folder.join("b.md"), "# B").unwrap();
    watched.is_told(&Touch::Path(folder.join("b.md")));
}

#[test]
fn what_is_not_there_or_closed_to_us_makes_nobody_blind() {
    let watched = Watched::new(&[]);
    watched.watch.folder(&watched.path("nowhere"));
    assert_eq!((watched.watch.blind(), watched.watch.count()), (None, 1));
}
