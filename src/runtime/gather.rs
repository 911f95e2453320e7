//! Walks the folders on workers and hands the loop ever newer snapshots of the library, so that the list
//! fills while the walk goes on; compares what it finds with the catalogue, and stores what has changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::outbox::Outbox;
use super::report;
use super::watch::{Kept, Told, Watcher};
use crate::app::effect::{Progress, Report, Skipped};
use crate::document::contents::first_title;
use crate::library::index::{Change, Library, Root, Stored};
use crate::storage::catalogue::{Catalogue, Comparison, Wait, held as most_held};
use crate::storage::disk::{self, Found, Scope, Walk, Watching};
use crate::text::SafeText;

/// When the first snapshot is handed over.
const FIRST: Duration = Duration::from_millis(40);
/// Shortest time between two snapshots. Each next one also waits until the library has grown by half, so
/// that all of them together cost no more than three times the last one.
const BETWEEN: Duration = Duration::from_millis(150);
/// Most left-out files that are kept with their reasons.
const MOST_SKIPPED: usize = 300;

/// A library to be gathered, and what the last run knew of it.
pub(super) struct Gathering {
    walk: Walk,
    catalogue: Option<Catalogue>,
    known: Arc<Library>,
    /// Whether all of it was known: until then it is being indexed.
    complete: bool,
}

/// What the walk has found since the library was last merged.
#[derive(Default)]
struct Gathered {
    changes: Vec<Change>,
    skipped: BTreeMap<PathBuf, SafeText>,
}

impl Gathering {
    /// The library under `roots`, as the last run has left it in the cache folder; `all` takes hidden and
    /// git-ignored files in.
    pub(super) fn new(roots: Vec<PathBuf>, all: bool, cache: Option<&Path>) -> Self {
        let walk = Walk { roots, all, first_title, to_the_end: false };
        let roots: Vec<Root> =
            walk.folders().into_iter().map(|path| Root { name: disk::shown(&path), path }).collect();
        let catalogue = cache.and_then(|cache| Catalogue::of(cache, &walk.roots, all));
        let stored = catalogue.as_ref().and_then(|catalogue| catalogue.open(roots.clone()));
        let (known, complete) = match stored {
            Some(Stored { library, partial }) => (library, !partial),
            None => (Library::empty(roots), false),
        };
        Self { walk, catalogue, known: Arc::new(known), complete }
    }

    /// What is known before the walk, to be shown at once; nothing where nothing is.
    pub(super) fn known(&self) -> Option<Report> {
        let (found, done) = (self.known.len(), self.complete);
        let progress = Progress { found, done, goes_on: !done, ..Progress::default() };
        (!self.known.is_empty()).then(|| Report::Library { library: Arc::clone(&self.known), progress })
    }

    /// Starts the walk, and has `watcher` go on from there. `unfinished` is dropped when everything is stored.
    pub(super) fn start(
        self,
        stop: Arc<AtomicBool>,
        events: Outbox,
        watcher: Watcher,
        unfinished: Option<Sender<()>>,
    ) {
        let work = move || {
            let kept = self.gather(&stop, &events, &watcher);
            drop(unfinished);
            if !stop.load(Ordering::Relaxed) {
                watcher.tell(Told::Library(Box::new(kept)));
            }
        };
        // Without a thread there is no list, and the screen goes on saying that it is looking.
        let _ = thread::Builder::new().name("gather".into()).spawn(work);
    }

    fn gather(mut self, stop: &AtomicBool, events: &Outbox, watcher: &Watcher) -> Kept {
        let (mut library, mut changed, mut gathered) = self.look(stop, events, watcher);
        // To be proved, its texts have to be read; what has changed is more urgent.
        if !stop.load(Ordering::Relaxed) && !self.known.is_whole() {
            // It is damaged, and what was shown of it is replaced by what is found.
            self.known = Arc::new(Library::empty(self.known.roots().to_vec()));
            self.complete = false;
            (library, changed, gathered) = self.look(stop, events, watcher);
        }
        let skipped = gathered.skipped;
        let stopped = stop.load(Ordering::Relaxed);
        if let Some(settled) = self.keep(&library, changed, stopped) {
            library = Arc::new(settled);
        }
        if !stopped && self.is_to_be_stored(changed) {
            let progress = Progress { found: library.len(), done: true, walked: true, ..progress(&skipped) };
            report(events, Report::Library { library: Arc::clone(&library), progress });
        }
        let is_watched = self.complete;
        Kept { walk: self.walk, catalogue: self.catalogue, library, skipped, is_watched }
    }

    /// Walks the folders, and reports what it comes to: the library, whether it is another than was known, and what
    /// was left out.
    fn look(&self, stop: &AtomicBool, events: &Outbox, watcher: &Watcher) -> (Arc<Library>, bool, Gathered) {
        // Where all is to be read, being told of each reading would cost more than a second look.
        let is_watched = self.complete;
        let watcher = watcher.clone();
        let watching: Watching = Arc::new(move |what| {
            if is_watched {
                watcher.look_at(what);
            }
        });
        let comparison = Comparison::with(Arc::clone(&self.known));
        let gathered = Mutex::new(Gathered::default());
        let finished = AtomicBool::new(false);
        let mut library = Arc::clone(&self.known);
        let mut changed = false;
        thread::scope(|scope| {
            scope.spawn(|| {
                make_way();
                let sink = |found| take(&gathered, &comparison, found);
                self.walk.look_again(&Scope::everything(), &self.known, stop, &watching, &sink);
                finished.store(true, Ordering::Release);
            });
            let begun = Instant::now();
            let (mut handed, mut last) = (library.len(), begun);
            loop {
                let over = finished.load(Ordering::Acquire);
                let stopped = stop.load(Ordering::Relaxed);
                let held = lock(&gathered).changes.len();
                let found = library.len() + held;
                let due = if handed == 0 {
                    found > 0 && begun.elapsed() >= FIRST
                } else {
                    last.elapsed() >= BETWEEN && found >= handed + handed / 2
                };
                if over || due || held >= most_held(&library) {
                    let (mut changes, mut progress) = taken(&gathered);
                    if over && !stopped {
                        changes.extend(comparison.gone());
                    }
                    if !changes.is_empty() {
                        changed = true;
                        library = Arc::new(library.merged(changes));
                        if !over && let Some(lighter) = self.lighten(&library) {
                            library = Arc::new(lighter);
                        }
                    }
                    progress.found = library.len();
                    progress.done = over || self.complete;
                    progress.goes_on = !progress.done && !self.known.is_empty();
                    // What is to be stored comes once more, as it is then.
                    progress.walked = over && !stopped && !self.is_to_be_stored(changed);
                    let library = Arc::clone(&library);
                    if (over || due) && !report(events, Report::Library { library, progress }) {
                        // Nobody listens any more.
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                if over {
                    return;
                }
                if due {
                    (handed, last) = (library.len(), Instant::now());
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        (library, changed, gathered.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stores what was found, and gives it as it is stored. A walk that was `stopped` was not finished, and somebody
    /// is waiting.
    fn keep(&self, library: &Library, changed: bool, stopped: bool) -> Option<Library> {
        let catalogue = self.catalogue.as_ref()?;
        // Without a catalogue the next start only takes longer.
        if stopped && changed {
            let _ = catalogue.save(library, true, Wait::No);
        }
        let is_wanted = !stopped && self.is_to_be_stored(changed);
        is_wanted.then(|| catalogue.settle(library, false, Wait::ForTheDisk).ok()).flatten()
    }

    /// Puts the texts of what was found so far on the disk, where they are many. A run that ends before the walk does
    /// has them there, too.
    fn lighten(&self, library: &Library) -> Option<Library> {
        let catalogue = self.catalogue.as_ref().filter(|_| library.is_heavy())?;
        catalogue.settle(library, true, Wait::No).ok()
    }

    /// Whether the catalogue does not hold what was found.
    fn is_to_be_stored(&self, changed: bool) -> bool {
        self.catalogue.is_some() && (changed || !self.complete)
    }
}

fn take(gathered: &Mutex<Gathered>, comparison: &Comparison, found: Found) {
    match found {
        Found::Unchanged(id) => comparison.unchanged(id),
        Found::Article(article, certainty) => {
            let change = comparison.read(article, certainty);
            lock(gathered).changes.push(change);
        }
        Found::Skipped { path, reason, .. } => {
            lock(gathered).skipped.insert(path, reason);
        }
    }
}

/// Takes out what was found.
fn taken(gathered: &Mutex<Gathered>) -> (Vec<Change>, Progress) {
    let mut gathered = lock(gathered);
    let progress = progress(&gathered.skipped);
    (std::mem::take(&mut gathered.changes), progress)
}

/// What is said of what was left out.
pub(super) fn progress(skipped: &BTreeMap<PathBuf, SafeText>) -> Progress {
    let shown = skipped.iter().take(MOST_SKIPPED);
    let shown = shown.map(|(path, reason)| Skipped { path: disk::shown(path), reason: reason.clone() });
    Progress { skipped: shown.collect(), skipped_count: skipped.len(), ..Progress::default() }
}

/// Puts the calling thread behind the loop, once, so that keys are answered at once while the walk takes
/// every core. Only on Linux is this a thread's own matter (setpriority(2)).
pub(super) fn make_way() {
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

fn lock(gathered: &Mutex<Gathered>) -> MutexGuard<'_, Gathered> {
    gathered.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::runtime::Event;

    fn gathering(folder: &Path, cache: &Path) -> Gathering {
        Gathering::new(vec![folder.to_owned()], false, Some(cache))
    }

    /// What a run shows first, and what it comes to: the titles, and whether that is all of it.
    fn run(folder: &Path, cache: &Path, stop: bool) -> [(String, bool); 2] {
        let titles = |report: Option<Report>| match report {
            Some(Report::Library { library, progress }) => {
                let titles: Vec<_> = library.articles().map(|article| article.title.to_string()).collect();
                (titles.join(" "), progress.done)
            }
            _ => (String::new(), false),
        };
        let gathering = gathering(folder, cache);
        let first = titles(gathering.known());
        let (events, reports) = mpsc::channel();
        let events = Outbox::from(events);
        let watcher = Watcher::new(events.clone(), Arc::default(), Arc::default());
        gathering.gather(&AtomicBool::new(stop), &events, &watcher);
        drop(watcher);
        drop(events);
        let last = reports.iter().last();
        [
            first,
            titles(
                last.and_then(|event| if let Event::Report(report) = event { Some(report) } else { None }),
            ),
        ]
    }

    fn check(folder: &Path, cache: &Path, first: &str, last: &str) {
        let [shown, known] = run(folder, cache, false);
        assert_eq!((shown.0.as_str(), known.0.as_str(), known.1), (first, last, true));
    }

    #[test]
    fn what_a_run_that_was_broken_off_came_to_is_said_to_go_on() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (folder, cache) = (folder.path(), cache.path());
        #[expect(clippy::disallowed_methods, reason = "a test needs something to walk")]
        std::fs::write(folder.join("a.md"), "# A").unwrap();
        check(folder, cache, "", "A");
        let said = || match gathering(folder, cache).known() {
            Some(Report::Library { progress, .. }) => (progress.done, progress.goes_on),
            _ => panic!("nothing is known"),
        };
        assert_eq!(said(), (true, false));
        let whole = gathering(folder, cache);
        whole.catalogue.unwrap().save(&whole.known, true, Wait::ForTheDisk).unwrap();
        assert_eq!(said(), (false, true));
    }

    #[test]
    fn the_next_run_shows_at_once_what_the_last_one_knew_and_then_what_there_is() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (folder, cache) = (folder.path(), cache.path());
        #[expect(clippy::disallowed_methods, reason = "a test needs something to walk")]
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        write("a.md", "# A");
        write("b.md", "# B");
        check(folder, cache, "", "A B");
        check(folder, cache, "A B", "A B");
        write("b.md", "# Another");
        write("c.md", "# C");
        check(folder, cache, "A B", "A Another C");
        assert_eq!(run(folder, cache, true)[0], ("A Another C".to_owned(), true));
        check(folder, cache, "A Another C", "A Another C");
        let files = |path: &Path| -> Vec<PathBuf> {
            #[expect(clippy::disallowed_methods, reason = "a test damages a file")]
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
        };
        let file = files(&cache.join("catalogues")).remove(0);
        #[expect(clippy::disallowed_methods, reason = "a test damages a file")]
        let (read, write) =
            (|| std::fs::read(&file).unwrap(), |bytes: &[u8]| std::fs::write(&file, bytes).unwrap());
        let mut bytes = read();
        // The last byte is one of a title or what follows it: the columns are whole, a page is not.
        *bytes.last_mut().unwrap() ^= 1;
        write(&bytes);
        let [_, known] = run(folder, cache, false);
        assert_eq!(known, ("A Another C".to_owned(), true));
        check(folder, cache, "A Another C", "A Another C");
    }
}
