//! The paths of a command → every article under them, and what was skipped.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;
use crate::library::article::Article;
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

/// Walks `paths` (the current folder where there are none).
///
/// # Errors
///
/// The errors of [`disk::what_is`] for a path that cannot be walked.
pub fn walk(paths: &[PathBuf], all: bool) -> Result<Walked, Error> {
    let roots = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
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

/// The first ATX heading of level 1 outside fenced code.
fn first_title(markdown: &str, body: u32) -> Option<SafeText> {
    let mut fence: Option<&str> = None;
    for line in markdown.get(body as usize..)?.lines() {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                if let Some(text) = line.strip_prefix("# ") {
                    return Some(SafeText::line(text.trim_end().trim_end_matches('#')));
                }
            }
            _ => {}
        }
    }
    None
}
