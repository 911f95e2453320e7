//! Reads the bodies that nobody has read since they changed, behind everything else: how many words they have, and
//! what tells their texts apart. So minutes are counted and no longer estimated, and copies are found.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use super::gather::make_way;
use super::watch::Told;
use crate::cli::bodies;
use crate::document::shown::Position;
use crate::document::{Document, Options};
use crate::library::article::ArticleKey;
use crate::library::duplicates::Sketch;
use crate::library::index::{Body, Library};

/// Bodies that are told of at a time: some seconds of work, so that leaving loses little.
const CHUNK: usize = 20_000;

/// Reads some bodies of `library` that nobody has read, the newest, and tells of them; whoever takes them in asks for
/// the next, of the library as it is then. To hold on to an older one would keep all of its columns in memory.
pub(super) fn read(library: &Library, stop: Arc<AtomicBool>, tell: Sender<Told>) {
    let ids: Vec<u32> = library.unread_bodies().take(CHUNK).collect();
    // The pages of the catalogue that it reads are in memory for these alone.
    let library = library.rested();
    // Without a thread minutes stay estimated.
    let _ = thread::Builder::new().name("bodies".into()).spawn(move || {
        let bodies = of(&library, &ids, &stop);
        drop(library);
        if !stop.load(Ordering::Relaxed) {
            // Nobody listens only when the program ends.
            let _ = tell.send(Told::Bodies(bodies));
        }
    });
}

/// The bodies of these articles, on half of the processor's cores.
fn of(library: &Library, ids: &[u32], stop: &AtomicBool) -> Vec<(ArticleKey, Body)> {
    let threads = thread::available_parallelism().map_or(1, usize::from).div_ceil(2).clamp(1, 6);
    let next = AtomicUsize::new(0);
    let work = || {
        make_way();
        let mut read = Vec::with_capacity(ids.len() / threads);
        while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed))
            && !stop.load(Ordering::Relaxed)
        {
            let row = library.row(*id);
            // What cannot be read has no words; it is looked at again when it has changed.
            // So is one that made the parser stumble.
            let body = catch_unwind(AssertUnwindSafe(|| body(&library.file(*id))))
                .ok()
                .flatten()
                .unwrap_or_default();
            read.push((ArticleKey::of(row.root(), row.path()), body));
        }
        read
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
    })
}

fn body(file: &Path) -> Option<Body> {
    let (decoded, from) = bodies::read(file).ok()?;
    let sketch = Sketch::of(decoded.markdown.get(from as usize..)?);
    let document = Document::parse(decoded.markdown, Position(from), &Options { title: None, whole: true });
    Some(Body { words: document.words(), digest: sketch.map(|sketch| sketch.digest()).unwrap_or_default() })
}
