//! The paths of a command → every article under them, and what was skipped. Files that are as the catalogue
//! has them are not read again, and what is new in them is put into it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::settings;
use crate::document::contents::first_title;
use crate::error::Error;
use crate::library::article::Date;
use crate::library::index::{Library, Root};
use crate::library::marks::Entries;
use crate::library::query::{Query, Sort, SortKey};
use crate::library::states::States;
use crate::paths::Paths;
use crate::safe;
use crate::storage::catalogue::{Catalogue, Comparison, Wait, held};
use crate::storage::disk::{self, Found, Kind, Walk};
use crate::storage::record::Record;
use crate::text::SafeText;

/// How often what the walk has found is taken in.
const LOOK: Duration = Duration::from_millis(1);

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// What was walked: the paths of the command, else the configured library, else the current folder.
    pub roots: Vec<PathBuf>,
    /// The folder of each root.
    pub folders: Vec<PathBuf>,
    /// Every article, by root and path.
    pub library: Library,
    /// What was left out, and why, by path.
    pub skipped: Vec<(PathBuf, SafeText)>,
    catalogue: Option<Catalogue>,
    saving: Option<JoinHandle<()>>,
}

impl Walked {
    /// Why there is no article: a path that was named and cannot be read, else that nothing is there.
    pub fn nothing(&self) -> Error {
        let named = self.skipped.iter().find(|(path, _)| self.roots.contains(path));
        match (named, self.roots.first()) {
            (Some((path, cause)), _) => Error::Unreadable { path: disk::shown(path), cause: cause.clone() },
            (None, root) => {
                Error::NoArticles { path: root.map_or_else(|| safe!("."), |path| disk::shown(path)) }
            }
        }
    }

    /// Takes in the words of some articles, by their ids, and has the catalogue keep them.
    pub fn learn(&mut self, words: Vec<(u32, u32)>) {
        if !words.is_empty() {
            self.library = self.library.with_words(words);
            self.save();
        }
    }

    /// Stores the library beside whatever else is done.
    fn save(&mut self) {
        self.saved();
        let Some(catalogue) = self.catalogue.clone() else { return };
        let library = self.library.clone();
        // Without a catalogue, or a thread that writes it, the next command only takes longer.
        let save = move || drop(catalogue.save(&library, false, Wait::ForTheDisk));
        self.saving = thread::Builder::new().name("save".into()).spawn(save).ok();
    }

    /// Waits until the library is stored.
    fn saved(&mut self) {
        if let Some(saving) = self.saving.take() {
            // One that panicked has left the older catalogue where it was.
            let _ = saving.join();
        }
    }
}

impl Drop for Walked {
    fn drop(&mut self) {
        self.saved();
    }
}

/// A query line, with `--sort` in place of its own order.
///
/// # Errors
///
/// [`Error::Query`] where a term cannot be read.
pub fn query(line: Option<&str>, sort: Option<Sort>) -> Result<Query, Error> {
    let query = Query::parse(line.unwrap_or_default())?;
    Ok(if sort.is_some() { query.with_sort(sort) } else { query })
}

/// Looks over the keys of a query line that was read: one that no article has, but that is nearly a key of
/// the query language, is a slip of the pen.
///
/// # Errors
///
/// [`Error::Query`] for such a key.
pub fn look_over(line: Option<&str>, library: &Library) -> Result<(), Error> {
    Query::parse_in(line.unwrap_or_default(), library)?;
    Ok(())
}

/// An order as `--sort` takes it: `date`, `-date`, `title` and so on.
///
/// # Errors
///
/// The orders there are.
pub fn sort_of(key: &str) -> Result<Sort, String> {
    let (descending, name) = key.strip_prefix('-').map_or((false, key), |name| (true, name));
    let found = SortKey::ALL.into_iter().find(|key| key.name() == name);
    found.map(|key| Sort { key, descending }).ok_or_else(|| {
        let names: Vec<_> = SortKey::ALL.iter().map(|key| key.name()).collect();
        format!("orders are {}, each also with - before it", names.join(", "))
    })
}

/// What the record says of the articles of a library, also of those that have other names now; nothing where there
/// is none, or none that can be read.
pub fn states(library: &Library) -> States {
    let record = Paths::of_this_user().and_then(|paths| Record::read(&paths.data).ok().flatten());
    let roots: Vec<PathBuf> = library.roots().iter().map(|root| root.path.clone()).collect();
    let entries = record.and_then(|record| {
        let mut entries = record.entries(&roots).ok()?;
        let moved = record.moved(library).and_then(|moved| record.entries_of(&moved));
        entries.extend(moved.unwrap_or_default());
        Some(entries)
    });
    Entries::of(library, entries.unwrap_or_default()).states(library)
}

/// Today, as the calendar of this machine has it.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

/// Walks `paths`; where there are none, the configured library, else the current folder.
///
/// # Errors
///
/// Those of [`what_is`].
pub fn walk(paths: &[PathBuf], all: bool) -> Result<Walked, Error> {
    let mut roots = paths.to_vec();
    if roots.is_empty() {
        roots = settings::load_and_complain()?.library;
    }
    if roots.is_empty() {
        roots = vec![PathBuf::from(".")];
    }
    for root in &roots {
        what_is(root)?;
    }
    let walk = Walk { roots, all, first_title, to_the_end: true };
    let folders = walk.folders();
    let root = |path: &PathBuf| Root { path: path.clone(), name: disk::shown(path) };
    let named: Vec<Root> = folders.iter().map(root).collect();
    let catalogue = Paths::of_this_user().and_then(|paths| Catalogue::of(&paths.cache, &walk.roots, all));
    let stored = catalogue.as_ref().and_then(|catalogue| catalogue.load(named.clone()));
    let is_whole = stored.as_ref().is_some_and(|stored| !stored.partial);
    let known = Arc::new(stored.map_or_else(|| Library::empty(named), |stored| stored.library));
    let comparison = Comparison::with(Arc::clone(&known));
    let (mut library, mut skipped) = (Library::clone(&known), Vec::new());
    let mut changes = Vec::new();
    let mut is_new = !is_whole;
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let walker = scope.spawn(|| {
            walk.run(&known, &AtomicBool::new(false), &|item| match item {
                Found::Unchanged(id) => comparison.unchanged(id),
                item => found.lock().unwrap_or_else(PoisonError::into_inner).push(item),
            });
        });
        loop {
            let is_over = walker.is_finished();
            let items = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
            for item in items {
                match item {
                    Found::Unchanged(id) => comparison.unchanged(id),
                    Found::Article(article, certainty) => changes.push(comparison.read(article, certainty)),
                    Found::Skipped { path, reason, .. } => skipped.push((path, reason)),
                }
            }
            if changes.len() >= held(&library) {
                library = library.merged(std::mem::take(&mut changes));
                is_new = true;
            }
            if is_over {
                return;
            }
            // Woken for each article it would do nothing else (measured 2026-11-22).
            thread::sleep(LOOK);
        }
    });
    changes.extend(comparison.gone());
    if !changes.is_empty() {
        library = library.merged(changes);
        is_new = true;
    }
    skipped.sort();
    if !library.is_empty() {
        say_what_is_left_out(&walk.roots, &skipped);
    }
    let mut walked = Walked { roots: walk.roots, folders, library, skipped, catalogue, saving: None };
    if is_new {
        walked.save();
    }
    Ok(walked)
}

/// Says on standard error which of the paths that were named cannot be read: the others are looked at.
fn say_what_is_left_out(roots: &[PathBuf], skipped: &[(PathBuf, SafeText)]) {
    for (path, reason) in skipped.iter().filter(|(path, _)| roots.contains(path)) {
        // Where standard error is gone there is nobody left to tell.
        let _ = writeln!(io::stderr(), "longread: {}: {reason}", disk::shown(path));
    }
}

/// What there is at a path that is to be walked.
///
/// # Errors
///
/// The errors of [`disk::what_is`], and one that says what reads standard input.
pub fn what_is(root: &Path) -> Result<Kind, Error> {
    disk::what_is(root).map_err(|error| match error {
        Error::NotFound { .. } if root.as_os_str() == "-" => Error::Usage {
            reason: safe!(
                "this command looks at files and folders; longread -, show - and toc - read standard input"
            ),
        },
        error => error,
    })
}
