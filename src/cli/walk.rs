//! The paths of a command → every article under them, and what was skipped.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use super::settings;
use crate::document::contents::first_title;
use crate::error::Error;
use crate::library::article::{Article, Date};
use crate::library::index::{Library, Root};
use crate::library::query::{Query, Sort, SortKey};
use crate::storage::disk::{self, Found, Walk};
use crate::text::SafeText;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// The folder of each root.
    pub folders: Vec<PathBuf>,
    /// Every article, by root and path.
    pub articles: Vec<Arc<Article>>,
    /// What was left out, and why, by path.
    pub skipped: Vec<(PathBuf, SafeText)>,
}

impl Walked {
    /// The articles as a library, to be asked with a [`Query`].
    pub fn library(&self) -> Library {
        let root = |path: &PathBuf| Root { path: path.clone(), name: disk::shown(path) };
        Library::new(self.folders.iter().map(root).collect(), self.articles.clone())
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

/// Today, as the calendar of this machine has it.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

/// Walks `paths`; where there are none, the configured library, else the current folder.
///
/// # Errors
///
/// The errors of [`disk::what_is`] for a path that cannot be walked.
pub fn walk(paths: &[PathBuf], all: bool) -> Result<Walked, Error> {
    let mut roots = paths.to_vec();
    if roots.is_empty() {
        roots = settings::load_and_complain()?.library;
    }
    if roots.is_empty() {
        roots = vec![PathBuf::from(".")];
    }
    for root in &roots {
        disk::what_is(root)?;
    }
    let walk = Walk { roots, all, first_title, to_the_end: true };
    let walked = Mutex::new(Walked { folders: walk.folders(), ..Walked::default() });
    walk.run(&AtomicBool::new(false), &|found| {
        let mut walked = walked.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Found::Article(article) => walked.articles.push(Arc::from(article)),
            Found::Skipped { path, reason, .. } => walked.skipped.push((path, reason)),
        }
    });
    let mut walked = walked.into_inner().unwrap_or_else(PoisonError::into_inner);
    walked.articles.sort_by(|a, b| (a.place.root, &a.place.path).cmp(&(b.place.root, &b.place.path)));
    walked.skipped.sort();
    Ok(walked)
}
