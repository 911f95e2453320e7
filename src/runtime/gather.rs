//! Walks the folders on workers and hands the loop ever larger snapshots of the library, so that the list
//! fills while the walk goes on.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Event, report};
use crate::app::effect::{Progress, Report, Skipped};
use crate::document::contents::first_title;
use crate::library::article::Article;
use crate::library::index::{Library, Root};
use crate::storage::disk::{self, Found, Walk};

/// When the first snapshot is handed over.
const FIRST: Duration = Duration::from_millis(40);
/// Shortest time between two snapshots. Each next one also waits until the library has grown by half, so
/// that all of them together cost no more than three times the last one.
const BETWEEN: Duration = Duration::from_millis(150);
/// Most left-out files that are kept with their reasons.
const MOST_SKIPPED: usize = 300;

/// What the walk has found so far.
#[derive(Default)]
struct Gathered {
    articles: Vec<Arc<Article>>,
    skipped: Vec<Skipped>,
    skipped_count: usize,
}

/// Starts the walk over `roots`; `all` takes hidden and git-ignored files in.
pub(super) fn start(roots: Vec<PathBuf>, all: bool, stop: Arc<AtomicBool>, events: Sender<Event>) {
    // Without a thread there is no list, and the screen goes on saying that it is looking.
    let _ = thread::Builder::new().name("gather".into()).spawn(move || gather(roots, all, &stop, &events));
}

fn gather(roots: Vec<PathBuf>, all: bool, stop: &AtomicBool, events: &Sender<Event>) {
    let walk = Walk { roots, all, first_title, to_the_end: false };
    let roots: Vec<Root> =
        walk.folders().into_iter().map(|path| Root { name: disk::shown(&path), path }).collect();
    let gathered = Mutex::new(Gathered::default());
    let finished = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            walk.run(stop, &|found| take(&gathered, found));
            finished.store(true, Ordering::Release);
        });
        let begun = Instant::now();
        let (mut handed, mut last) = (0, begun);
        loop {
            let done = finished.load(Ordering::Acquire);
            let found = lock(&gathered).articles.len();
            let due = if handed == 0 {
                found > 0 && begun.elapsed() >= FIRST
            } else {
                last.elapsed() >= BETWEEN && found >= handed + handed / 2
            };
            if (done || due) && !hand_over(&roots, &gathered, done, events) {
                // Nobody listens any more.
                stop.store(true, Ordering::Relaxed);
                return;
            }
            if done {
                return;
            }
            if due {
                (handed, last) = (found, Instant::now());
            }
            thread::sleep(Duration::from_millis(5));
        }
    });
}

fn take(gathered: &Mutex<Gathered>, found: Found) {
    make_way();
    let mut gathered = lock(gathered);
    match found {
        Found::Article(article) => gathered.articles.push(Arc::from(article)),
        Found::Skipped { path, reason, .. } => {
            gathered.skipped_count += 1;
            if gathered.skipped.len() < MOST_SKIPPED {
                gathered.skipped.push(Skipped { path: disk::shown(&path), reason });
            }
        }
    }
}

/// Puts the calling thread behind the loop, once, so that keys are answered at once while the walk takes
/// every core. Only on Linux is this a thread's own matter (setpriority(2)).
fn make_way() {
    #[cfg(target_os = "linux")]
    {
        /// How far behind: a key comes first, and a busy machine does not starve the walk (with 10 it took
        /// four times as long beside two compilers, 2026-11-22).
        const BEHIND: i32 = 3;
        thread_local! {
            static BEHIND_ALREADY: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
        }
        if !BEHIND_ALREADY.replace(true) {
            // Without it the walk is only less polite.
            let _ = rustix::process::nice(BEHIND);
        }
    }
}

/// Makes a snapshot of what is there and sends it; false when nobody listens any more.
fn hand_over(roots: &[Root], gathered: &Mutex<Gathered>, done: bool, events: &Sender<Event>) -> bool {
    let (articles, progress) = {
        let gathered = lock(gathered);
        let progress = Progress {
            found: gathered.articles.len(),
            skipped: gathered.skipped.clone(),
            skipped_count: gathered.skipped_count,
            done,
        };
        (gathered.articles.clone(), progress)
    };
    let library = Arc::new(Library::new(roots.to_vec(), articles));
    report(events, Report::Library { library, progress })
}

fn lock(gathered: &Mutex<Gathered>) -> MutexGuard<'_, Gathered> {
    gathered.lock().unwrap_or_else(PoisonError::into_inner)
}
