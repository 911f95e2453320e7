use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::*;
use crate::library::index::{Certainty, Change};
use crate::safe;
use crate::storage::disk::{Found, Walk};
use crate::text::SafeText;

/// A folder of articles, a cache, and a clock that is turned back so that files count as left alone.
struct World {
    folder: tempfile::TempDir,
    cache: tempfile::TempDir,
}

fn heading(markdown: &str, body: u32) -> Option<SafeText> {
    let line = markdown[body as usize..].lines().find_map(|line| line.strip_prefix("# "))?;
    Some(SafeText::line(line))
}

fn world(files: &[(&str, &str)]) -> World {
    let world = World { folder: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
    for (path, text) in files {
        world.write(path, text, 100);
    }
    world
}

impl World {
    fn root(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Writes a file as it would be when it was written so many seconds ago.
    fn write(&self, path: &str, text: &str, seconds: u64) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        let then = SystemTime::now() - Duration::from_secs(seconds);
        File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    }

    fn catalogue(&self) -> Catalogue {
        Catalogue::of(self.cache.path(), &[self.root()], false).unwrap()
    }

    fn load(&self) -> Option<Stored> {
        self.catalogue().load(vec![Root { path: self.root(), name: safe!("articles") }])
    }

    /// What the catalogue has, then a walk over it, stored: the titles that there are, and the files that
    /// were read for it.
    fn run(&self) -> (Vec<String>, Vec<String>) {
        let root = Root { path: self.root(), name: safe!("articles") };
        let known = self.load().map_or_else(|| Library::empty(vec![root]), |stored| stored.library);
        let comparison = Comparison::with(Arc::new(known));
        let walk = Walk { roots: vec![self.root()], all: false, first_title: heading, to_the_end: false };
        let changes = Mutex::new(Vec::new());
        walk.run(comparison.known(), &AtomicBool::new(false), &|found| match found {
            Found::Unchanged(id) => comparison.unchanged(id),
            Found::Article(article, certainty) => {
                changes.lock().unwrap().push(comparison.read(article, certainty));
            }
            Found::Skipped { .. } => {}
        });
        let mut changes = changes.into_inner().unwrap();
        let mut read: Vec<String> = changes
            .iter()
            .map(|change| match change {
                Change::Article(article, _) => article.place.path.display().to_string(),
                Change::Gone { .. } => unreachable!("a walk finds what is there"),
            })
            .collect();
        read.sort();
        changes.extend(comparison.gone());
        let library = comparison.known().merged(changes);
        self.catalogue().save(&library, false, Wait::ForTheDisk).unwrap();
        (library.articles().map(|article| article.title.to_string()).collect(), read)
    }
}

fn check(world: &World, titles: &[&str], read: &[&str]) {
    let (found, files) = world.run();
    assert_eq!(
        (found, files),
        (
            titles.iter().map(|title| (*title).to_owned()).collect(),
            read.iter().map(|file| (*file).to_owned()).collect()
        )
    );
}

#[test]
fn only_what_changed_between_two_runs_is_read_again() {
    let world = world(&[("a.md", "# A"), ("b.md", "# B"), ("c/d.md", "# D")]);
    check(&world, &["A", "B", "D"], &["a.md", "b.md", "c/d.md"]);
    check(&world, &["A", "B", "D"], &[]);
    world.write("a.md", "# Another A", 90);
    world.write("b.md", "# X", 90);
    world.write("new.md", "# New", 100);
    check(&world, &["Another A", "X", "D", "New"], &["a.md", "b.md", "new.md"]);
    std::fs::rename(world.root().join("c/d.md"), world.root().join("c/e.md")).unwrap();
    std::fs::remove_file(world.root().join("b.md")).unwrap();
    check(&world, &["Another A", "D", "New"], &["c/e.md"]);
    world.write(".gitignore", "new.md", 100);
    world.write(".git/x", "", 100);
    check(&world, &["Another A", "D"], &[]);
}

#[test]
fn a_file_of_the_same_size_and_time_is_read_again_where_it_was_written() {
    let world = world(&[("a.md", "# A"), ("b.md", "# B")]);
    let written = world.root().join("a.md").metadata().unwrap().modified().unwrap();
    check(&world, &["A", "B"], &["a.md", "b.md"]);
    std::fs::write(world.root().join("a.md"), "# X").unwrap();
    File::options().write(true).open(world.root().join("a.md")).unwrap().set_modified(written).unwrap();
    check(&world, &["X", "B"], &["a.md"]);
    check(&world, &["X", "B"], &[]);
}

#[test]
fn a_file_that_was_just_written_is_read_again_until_it_was_left_alone() {
    let world = world(&[("a.md", "# A")]);
    world.write("b.md", "# B", 1);
    check(&world, &["A", "B"], &["a.md", "b.md"]);
    check(&world, &["A", "B"], &["b.md"]);
    let then = SystemTime::now() - Duration::from_mins(1);
    File::options().write(true).open(world.root().join("b.md")).unwrap().set_modified(then).unwrap();
    check(&world, &["A", "B"], &["b.md"]);
    check(&world, &["A", "B"], &[]);
}

#[test]
fn a_catalogue_that_cannot_be_used_is_made_anew() {
    let world = world(&[("a.md", "# A")]);
    assert!(world.load().is_none());
    world.run();
    let file = world.catalogue().file();
    let whole = std::fs::read(&file).unwrap();
    for damaged in [&whole[..whole.len() - 8], &whole[..20], b"", b"something else entirely"] {
        std::fs::write(&file, damaged).unwrap();
        assert!(world.load().is_none());
        check(&world, &["A"], &["a.md"]);
        check(&world, &["A"], &[]);
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert!(world.load().is_none());
}

#[test]
fn two_that_write_at_once_leave_one_whole_catalogue_and_nothing_else() {
    let world = world(&[]);
    let root = Root { path: world.root(), name: safe!("articles") };
    let library = |title: &str| {
        let place = crate::library::article::Place { root: 0, path: "a.md".into(), bytes: 1, modified: 1 };
        let front = crate::library::front_matter::FrontMatter::default();
        let heading = Some(safe!("{title}"));
        let article = crate::library::article::assemble(place, Path::new(""), &front, heading, Vec::new());
        let change = Change::Article(Arc::new(article), Certainty::default());
        Library::empty(vec![root.clone()]).merged(vec![change])
    };
    let (one, other) = (library("one"), library(&"other ".repeat(20_000)));
    std::thread::scope(|scope| {
        for library in [&one, &other] {
            scope.spawn(|| {
                for _ in 0..20 {
                    world.catalogue().save(library, false, Wait::No).unwrap();
                    let read = world.load().expect("always a whole one").library;
                    assert!(
                        ["one", "othe"].contains(&&read.row(0).title()[..4.min(read.row(0).title().len())])
                    );
                }
            });
        }
    });
    let files: Vec<_> = std::fs::read_dir(&world.catalogue().folder).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[test]
fn a_walk_that_was_broken_off_is_marked_and_the_next_goes_on() {
    let world = world(&[("a.md", "# A"), ("b.md", "# B")]);
    world.run();
    let library = world.load().unwrap().library;
    let one = library.merged(vec![Change::Gone { root: 0, path: "b.md".into() }]);
    world.catalogue().save(&one, true, Wait::No).unwrap();
    assert!(world.load().unwrap().partial);
    check(&world, &["A", "B"], &["b.md"]);
    assert!(!world.load().unwrap().partial);
}

#[test]
fn lone_files_and_what_is_not_there_have_no_catalogue() {
    let world = world(&[("a.md", "# A")]);
    let has = |roots: &[PathBuf]| Catalogue::of(world.cache.path(), roots, false).is_some();
    assert!(has(&[world.root()]));
    assert!(!has(&[world.root(), world.root().join("a.md")]));
    assert!(!has(&[world.root().join("none")]));
}

#[test]
fn old_catalogues_and_what_was_never_finished_are_removed() {
    let world = world(&[("a.md", "# A")]);
    world.run();
    let folder = world.catalogue().folder;
    let long_ago = SystemTime::now() - Duration::from_hours(2);
    for name in ["0.1.0.new".to_owned()].into_iter().chain((0..KEPT).map(|n| format!("{n}.{EXTENSION}"))) {
        std::fs::write(folder.join(&name), "").unwrap();
        File::options().write(true).open(folder.join(name)).unwrap().set_modified(long_ago).unwrap();
    }
    world.run();
    let left = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!((left, folder.join("0.1.0.new").exists(), world.load().is_some()), (KEPT, false, true));
}

#[test]
fn what_was_stored_takes_the_place_of_what_is_in_memory() {
    let world = world(&[("a.md", "---\ntitle: One\ndescription: Of one\n---\n"), ("b.md", "# Two\n")]);
    world.run();
    let library = world.load().unwrap().library;
    let settled = world.catalogue().settle(&library, false, Wait::ForTheDisk).unwrap();
    let titles = |library: &Library| -> Vec<(u32, String)> {
        let mut titles = Vec::new();
        library.visit(|id, row| titles.push((id, row.title().to_owned())));
        titles.sort();
        titles
    };
    assert_eq!(titles(&settled), [(0, "One".to_owned()), (1, "Two".to_owned())]);
    assert_eq!(titles(&settled.rested()), titles(&library));
    assert!(std::ptr::eq(settled.titles(), library.titles()), "what queries need is not made twice");
    assert_eq!((settled.titles().get(1), settled.descriptions().get(0)), ("two", "of one"));
    world.write("c.md", "# Three\n", 100);
    world.run();
    assert_eq!(world.load().unwrap().library.len(), 3, "another program has stored something else");
    assert_eq!(titles(&settled.rested()), titles(&library));
}
