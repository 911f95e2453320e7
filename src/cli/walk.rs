//! The paths of a command → every article under them, and what was skipped.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use super::settings;
use crate::document::contents::first_title;
use crate::error::Error;
use crate::library::article::Article;
use crate::paths::Paths;
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

/// Walks `paths`; where there are none, the configured library, else the current folder.
///
/// # Errors
///
/// The errors of [`disk::what_is`] for a path that cannot be walked.
pub fn walk(paths: &[PathBuf], all: bool) -> Result<Walked, Error> {
    let mut roots = paths.to_vec();
    if roots.is_empty() {
        roots = settings::load(Paths::of_this_user().as_ref())?.0.library;
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
