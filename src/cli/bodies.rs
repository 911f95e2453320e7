//! Reading the whole files of many articles, on as many threads as there are cores.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::library::article::Article;
use crate::library::front_matter::{self, Head};
use crate::storage::disk::{self, Decoded};

/// What `take` makes of each article's markdown, whose body begins at the byte given; `None` where the
/// file can no longer be read.
pub(super) fn read<T: Send>(
    articles: &[Arc<Article>],
    folders: &[PathBuf],
    take: impl Fn(&Article, Decoded, u32) -> T + Sync,
) -> Vec<Option<T>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(article) = articles.get(index) else { return done };
            let file =
                folders.get(usize::from(article.place.root)).map(|root| root.join(&article.place.path));
            let Some(decoded) = file.and_then(|file| disk::read_markdown(&file).ok()) else { continue };
            let body = match front_matter::read(&decoded.markdown, true) {
                Head::Read(front) => front.body,
                Head::More => 0,
            };
            done.push((index, take(article, decoded, body)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 12);
    let mut all: Vec<Option<T>> = articles.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            // A worker that panicked has lost its articles, not the others'.
            for (index, taken) in worker.join().unwrap_or_default() {
                all[index] = Some(taken);
            }
        }
    });
    all
}
