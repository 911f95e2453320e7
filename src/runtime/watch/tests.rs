//! The watching thread over folders that change, without a screen.
#![expect(clippy::disallowed_methods, reason = "the tests make the changes")]

use crate::runtime::Event;
use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::document::contents::first_title;
use crate::library::index::Root;
use crate::storage::catalogue::Catalogue;

/// How long a report may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

struct Watched {
    folder: tempfile::TempDir,
    watcher: Watcher,
    reports: Receiver<Event>,
    titles: String,
}

impl Watched {
    /// Watches some paths below a folder with these files, each of which has its text as title.
    fn new(files: &[(&str, &str)], roots: &[&str]) -> Self {
        Self::with_links(files, &[], roots)
    }

    /// As [`Watched::new`], with links of these names to these paths.
    fn with_links(files: &[(&str, &str)], links: &[(&str, &str)], roots: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, title) in files {
            write(&folder.path().join(path), title);
        }
        for (name, to) in links {
            symlink(to, folder.path().join(name)).unwrap();
        }
        let (events, reports) = mpsc::channel();
        let events = Outbox::from(events);
        let watcher = Watcher::new(events, Arc::default(), Arc::default());
        let watched = Self { folder, watcher, reports, titles: String::new() };
        let roots: Vec<PathBuf> = roots.iter().map(|root| watched.path(root)).collect();
        let catalogue = Catalogue::of(&watched.path("cache"), &roots, false);
        let walk = Walk { roots, all: false, first_title, to_the_end: false };
        let folders = walk.folders().into_iter();
        let library = Library::empty(folders.map(|path| Root { name: disk::shown(&path), path }).collect());
        let (library, skipped) = (Arc::new(library), BTreeMap::new());
        let kept = Kept { walk, catalogue, library, skipped, is_watched: false };
        watched.watcher.tell(Told::Library(Box::new(kept)));
        watched
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until `is` says so of a report.
    #[track_caller]
    fn wait(&mut self, what: &str, is: impl Fn(&Report) -> bool) {
        let end = Instant::now() + DEADLINE;
        while let Ok(event) = self.reports.recv_timeout(end.saturating_duration_since(Instant::now())) {
            let Event::Report(report) = event else { continue };
            if let Report::Library { library, .. } = &report {
                let titles: Vec<String> =
                    library.articles().map(|article| article.title.to_string()).collect();
                self.titles = titles.join(" ");
            }
            if is(&report) {
                return;
            }
        }
        panic!("waited in vain for {what}; there is {:?}", self.titles);
    }

    /// Waits until the library has these titles, by root and path.
    #[track_caller]
    fn has(&mut self, titles: &str) -> &mut Self {
        self.wait(titles, |report| match report {
            Report::Library { library, .. } => {
                let found: Vec<String> =
                    library.articles().map(|article| article.title.to_string()).collect();
                found.join(" ") == titles
            }
            _ => false,
        });
        self
    }

    #[track_caller]
    fn is_touched(&mut self, name: &str) {
        let path = self.path(name);
        self.wait(name, |report| matches!(report, Report::Touched(files) if files.contains(&path)));
    }
}

fn write(path: &Path, title: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("---\ntitle: {title}\n---\n")).unwrap();
}

#[test]
fn several_and_nested_roots_and_single_files_stay_true() {
    let files = [("a/a.md", "A"), ("a/sub/b.md", "B"), ("c/c.txt", "C"), ("c/d.md", "D")];
    let mut watched = Watched::new(&files, &["a", "a/sub", "c/c.txt"]);
    watched.has("A B C");
    write(&watched.path("a/sub/b.md"), "B2");
    watched.has("A B2 C");
    write(&watched.path("c/c.txt"), "C2");
    watched.has("A B2 C2");
    write(&watched.path("c/d.md"), "D2");
    write(&watched.path("a/e/f/g.md"), "G");
    watched.has("A G B2 C2");
    fs::remove_file(watched.path("c/c.txt")).unwrap();
    watched.has("A G B2");
}

#[cfg(target_os = "linux")]
#[test]
fn a_root_that_leads_elsewhere_through_a_link_is_followed() {
    let files = [("one/in/a.md", "A"), ("two/in/b.md", "B"), ("three/c.md", "C")];
    let mut watched = Watched::with_links(&files, &[("link", "one")], &["link/in"]);
    watched.has("A");
    let to = |name: &str, watched: &Watched| {
        symlink(name, watched.path("newer")).unwrap();
        fs::rename(watched.path("newer"), watched.path("link")).unwrap();
    };
    to("two", &watched);
    watched.has("B");
    write(&watched.path("two/in/b2.md"), "B2");
    watched.has("B B2");
    // Through a link that the link leads to.
    symlink("one", watched.path("middle")).unwrap();
    to("middle", &watched);
    watched.has("A");
    fs::remove_file(watched.path("middle")).unwrap();
    symlink("two", watched.path("middle")).unwrap();
    watched.has("B B2");
    fs::remove_file(watched.path("one/in/a.md")).unwrap();
    fs::rename(watched.path("three"), watched.path("one/in/three")).unwrap();
    to("one", &watched);
    watched.has("C");
}

#[test]
fn a_root_that_goes_and_comes_back_is_found_again() {
    let mut watched = Watched::new(&[("a/a.md", "A"), ("a/b/b.md", "B")], &["a"]);
    watched.has("A B");
    fs::rename(watched.path("a"), watched.path("away")).unwrap();
    watched.has("");
    fs::rename(watched.path("away"), watched.path("a")).unwrap();
    watched.has("A B");
    write(&watched.path("a/b/b.md"), "B2");
    watched.has("A B2");
}

#[test]
fn what_cannot_be_read_is_said_and_forgotten_when_it_can() {
    let mut watched = Watched::new(&[("a/a.md", "A")], &["a"]);
    watched.has("A");
    fs::write(watched.path("a/b.md"), [0; 64]).unwrap();
    watched.wait(
        "one that is skipped",
        |report| matches!(report, Report::Library { progress, .. } if progress.skipped_count == 1),
    );
    write(&watched.path("a/b.md"), "B");
    watched.wait(
        "none that is skipped",
        |report| matches!(report, Report::Library { progress, .. } if progress.skipped_count == 0),
    );
    assert_eq!(watched.titles, "A B");
}

#[test]
fn the_open_file_is_watched_wherever_it_is_and_through_a_link() {
    let mut watched = Watched::new(&[("a/a.md", "A"), ("far/b.txt", "B")], &["a"]);
    watched.has("A");
    std::os::unix::fs::symlink(watched.path("far/b.txt"), watched.path("link.md")).unwrap();
    let read = disk::stamp(&watched.path("link.md")).unwrap();
    watched.watcher.tell(Told::Open(watched.path("link.md"), read));
    // What is told of the library is told after the file is watched.
    write(&watched.path("a/a.md"), "A2");
    watched.has("A2");
    write(&watched.path("far/b.txt"), "B2");
    watched.is_touched("link.md");
}

#[test]
fn articles_that_are_links_follow_the_files_they_lead_to() {
    let link = |target: &str, path: PathBuf| std::os::unix::fs::symlink(target, path).unwrap();
    let files = [
        ("a/a.md", "A"),
        ("a/.kept/b.txt", "B"),
        ("a/sub/c.md", "C"),
        ("a/l/.keep.md", ""),
        ("far/f.txt", "F"),
    ];
    let mut watched = Watched::new(&files, &["a", "a/sub", "root.md"]);
    watched.has("A C");
    link("../.kept/b.txt", watched.path("a/l/b.md"));
    watched.has("A B C");
    // Through another link, and to what another root lists.
    link("b.md", watched.path("a/l/c.md"));
    link("../sub/c.md", watched.path("a/l/d.md"));
    link("far/f.txt", watched.path("root.md"));
    watched.has("A B B C C F");
    write(&watched.path("a/.kept/b.txt"), "B2");
    watched.has("A B2 B2 C C F");
    write(&watched.path("a/sub/c.md"), "C2");
    watched.has("A B2 B2 C2 C2 F");
    write(&watched.path("far/f.txt"), "F2");
    watched.has("A B2 B2 C2 C2 F2");
    fs::remove_file(watched.path("a/.kept/b.txt")).unwrap();
    watched.has("A C2 C2 F2");
    write(&watched.path("a/.kept/new"), "B3");
    fs::rename(watched.path("a/.kept/new"), watched.path("a/.kept/b.txt")).unwrap();
    watched.has("A B3 B3 C2 C2 F2");
    fs::remove_file(watched.path("a/l/b.md")).unwrap();
    link("../a.md", watched.path("a/l/b.md"));
    watched.has("A A A C2 C2 F2");
}

#[test]
fn bodies_are_read_once_each_time_they_change() {
    let mut watched = Watched::new(&[("a/a.md", "A"), ("a/b.md", "B")], &["a"]);
    let words = |words: &'static [Option<u32>]| {
        move |report: &Report| match report {
            Report::Library { library, .. } => {
                library.rows().map(|row| row.words()).eq(words.iter().copied())
            }
            _ => false,
        }
    };
    watched.wait("the bodies", words(&[Some(0), Some(0)]));
    fs::write(watched.path("a/b.md"), "Three more words").unwrap();
    watched.wait("what has changed", words(&[Some(0), None]));
    watched.wait("its words", words(&[Some(0), Some(3)]));
}

#[test]
fn what_became_of_the_open_file_before_it_was_watched_is_told() {
    let mut watched = Watched::new(&[("a/a.md", "A"), ("far/b.md", "B")], &["a"]);
    watched.has("A");
    let read = disk::stamp(&watched.path("far/b.md")).unwrap();
    write(&watched.path("far/b.md"), "Longer");
    watched.watcher.tell(Told::Open(watched.path("far/b.md"), read));
    watched.is_touched("far/b.md");
}

#[test]
fn the_catalogue_is_brought_up_to_date_once_it_is_calm() {
    let mut watched = Watched::new(&[("a/a.md", "A")], &["a"]);
    watched.has("A");
    write(&watched.path("a/b.md"), "B");
    watched.has("A B");
    let roots = [watched.path("a")];
    let catalogue = Catalogue::of(&watched.path("cache"), &roots, false).unwrap();
    let root = || vec![Root { path: roots[0].clone(), name: disk::shown(&roots[0]) }];
    let end = Instant::now() + DEADLINE;
    while catalogue.load(root()).is_none_or(|stored| stored.library.len() != 2) {
        assert!(Instant::now() < end, "it is not stored");
        let _ = watched.reports.recv_timeout(Duration::from_millis(20));
    }
}

#[test]
fn only_what_still_has_another_name_was_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["now.md", "saved.md", "saved.md~"] {
        write(&path(name), name);
    }
    let renamed = vec![
        (path("first.md"), path("then.md")),
        (path("saved.md"), path("saved.md~")),
        (path("then.md"), path("now.md")),
        (path("gone.md"), path("gone too.md")),
    ];
    assert_eq!(still_true(renamed), [(path("first.md"), path("now.md"))]);
}
