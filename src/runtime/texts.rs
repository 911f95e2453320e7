//! The text index of the open library: brought up to date behind everything else whenever the library is
//! another, and handed to those that search.
//!
//! One process writes an index; every other one reads it, and sees each commit with its next search. Whatever the
//! index does not know is read from the files, so no search waits for it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::outbox::Outbox;
use super::report;
use crate::app::effect::Report;
use crate::cli::sections;
use crate::library::index::Library;
use crate::safe;
use crate::storage::finder::Numbers;
use crate::storage::text_index::{self, Progress, TextIndex, Update};

/// How long an update goes on before it is worth a word.
const PATIENCE: Duration = Duration::from_millis(300);
/// How often it is looked whether another process still writes the index.
const TAKEN: Duration = Duration::from_secs(5);

/// The text index of one library.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    folder: PathBuf,
    opened: Arc<Mutex<Opened>>,
    tell: Sender<Arc<Library>>,
    waiting: Arc<Mutex<Option<Receiver<Arc<Library>>>>>,
    events: Outbox,
    stop: Arc<AtomicBool>,
    /// Whether this run has looked whether all of it is as it was written.
    is_proved: Arc<AtomicBool>,
}

/// The index as it was last opened, and what of it counts for the library that was last searched.
#[derive(Debug, Default)]
struct Opened {
    commit: Option<(u64, i64)>,
    index: Option<Arc<TextIndex>>,
    numbers: Option<(Weak<Library>, Arc<Numbers>)>,
}

/// An index and what of it counts for a library.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) index: Arc<TextIndex>,
    pub(super) numbers: Arc<Numbers>,
}

impl Texts {
    /// The index in `folder`; reports go to `events` until `stop` is raised.
    pub(super) fn new(folder: PathBuf, events: Outbox, stop: Arc<AtomicBool>) -> Self {
        let (tell, inbox) = mpsc::channel();
        Self {
            folder,
            opened: Arc::default(),
            tell,
            waiting: Arc::new(Mutex::new(Some(inbox))),
            events,
            stop,
            is_proved: Arc::default(),
        }
    }

    /// What there is of the index by now, for `library`; `None` where there is none that can be read.
    pub(super) fn ready(&self, library: &Arc<Library>) -> Option<Ready> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let commit = text_index::commit(&self.folder);
        if opened.index.is_none() || opened.commit != commit {
            let index = TextIndex::open_as_it_is(&self.folder).map(Arc::new);
            *opened = Opened { commit, index, numbers: None };
        }
        let index = Arc::clone(opened.index.as_ref()?);
        let same = |(of, _): &&(Weak<Library>, Arc<Numbers>)| std::ptr::eq(of.as_ptr(), Arc::as_ptr(library));
        if let Some((_, numbers)) = opened.numbers.as_ref().filter(same) {
            return Some(Ready { index, numbers: Arc::clone(numbers) });
        }
        let numbers = Arc::new(Numbers::new(&index, library).ok()?);
        opened.numbers = Some((Arc::downgrade(library), Arc::clone(&numbers)));
        Some(Ready { index, numbers })
    }

    /// Has the index brought up to date for a library in which everything has been looked at.
    pub(super) fn follow(&self, library: &Arc<Library>) {
        // Nobody listens only where there was no thread to be had: files are then read.
        let _ = self.tell.send(Arc::clone(library));
        let inbox = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(inbox) = inbox else { return };
        let texts = self.clone();
        let _ = thread::Builder::new().name("texts".into()).spawn(move || texts.go_on(&inbox));
    }

    fn go_on(&self, inbox: &Receiver<Arc<Library>>) {
        let mut is_taken = false;
        let mut library = None;
        loop {
            let told = if is_taken {
                inbox.recv_timeout(TAKEN)
            } else {
                inbox.recv().map_err(RecvTimeoutError::from)
            };
            match told {
                Ok(newest) => library = Some(newest),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            library = inbox.try_iter().last().or(library);
            let Some(newest) = &library else { continue };
            match self.update(newest) {
                Ok(taken) => is_taken = taken,
                Err(why) => {
                    let _ = report(&self.events, Report::Notice(safe!("{why}; the files are read instead")));
                    return;
                }
            }
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            if !is_taken {
                library = None;
            }
        }
    }

    /// Brings the index up to date; true where another process is doing so.
    fn update(&self, library: &Arc<Library>) -> Result<bool, crate::error::Error> {
        let roots: Vec<PathBuf> = library.roots().iter().map(|root| root.path.clone()).collect();
        let begun = Instant::now();
        let said = AtomicU64::new(0);
        let tell = |Progress { done, all }: Progress| {
            let percent = (done * 100 / all.max(1)) as u64;
            // Nothing was said while it is 0; each later percent is said once.
            if begun.elapsed() >= PATIENCE && said.fetch_max(percent + 1, Ordering::Relaxed) <= percent {
                let _ = report(&self.events, Report::Indexing(Some(percent as u8)));
            }
        };
        let update = Update {
            folder: &self.folder,
            roots: &roots,
            library,
            sections: sections::read,
            between: text_index::BETWEEN,
            behind: true,
            proves: !self.is_proved.swap(true, Ordering::Relaxed),
        };
        let stop = || self.stop.load(Ordering::Relaxed);
        let summary = update.run(&stop, &tell, &|| drop(self.ready(library)));
        // The next search finds it opened.
        drop(self.ready(library));
        let has_news = matches!(&summary, Ok(Some(summary)) if summary.read + summary.forgotten > 0);
        if said.into_inner() > 0 || has_news {
            let _ = report(&self.events, Report::Indexing(None));
        }
        Ok(summary?.is_none())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::runtime::Event;

    #[expect(clippy::disallowed_methods, reason = "a test needs something to read")]
    fn write(folder: &Path, name: &str, text: &str) {
        std::fs::write(folder.join(name), text).unwrap();
    }

    fn library(folder: &Path) -> Arc<Library> {
        Arc::new(text_index::tests::library(folder))
    }

    fn texts(cache: &Path) -> (Texts, Receiver<Event>) {
        let (events, reports) = mpsc::channel();
        let events = Outbox::from(events);
        (Texts::new(cache.join("text"), events, Arc::default()), reports)
    }

    /// How many articles of a library have to be read to be searched.
    fn unknown(texts: &Texts, library: &Arc<Library>) -> Option<u64> {
        texts.ready(library).map(|ready| ready.numbers.unknown())
    }

    #[test]
    fn the_index_follows_the_library_and_others_see_each_commit() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["a.md", "b.md", "c.md"] {
            write(folder.path(), name, "# Title\n\nText.\n");
        }
        let first = library(folder.path());
        let ((texts, _reports), (other, _)) = (texts(cache.path()), texts(cache.path()));
        assert_eq!(unknown(&other, &first), None);
        assert!(!texts.update(&first).unwrap());
        assert_eq!((unknown(&texts, &first), unknown(&other, &first)), (Some(0), Some(0)));
        write(folder.path(), "b.md", "# Title\n\nA longer text.\n");
        write(folder.path(), "d.md", "# Title\n");
        let second = library(folder.path());
        assert_eq!((unknown(&texts, &second), unknown(&other, &second)), (Some(2), Some(2)));
        assert!(!texts.update(&second).unwrap());
        assert_eq!((unknown(&texts, &second), unknown(&other, &second)), (Some(0), Some(0)));
    }

    /// Waits until an update is over that had something to do.
    fn wait(reports: &Receiver<Event>) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let event = reports.recv_timeout(deadline.saturating_duration_since(Instant::now())).unwrap();
            if matches!(event, Event::Report(Report::Indexing(None))) {
                return;
            }
        }
    }

    #[test]
    fn ten_articles_that_change_are_known_again_after_one_update() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let text = |number: usize| write(folder.path(), &format!("{number}.md"), "# Title\n\nText.\n");
        (0..30).for_each(text);
        let first = library(folder.path());
        let (texts, reports) = texts(cache.path());
        texts.follow(&first);
        wait(&reports);
        assert_eq!(unknown(&texts, &first), Some(0));
        for number in 5..15 {
            write(folder.path(), &format!("{number}.md"), "# Title\n\nAnother text.\n");
        }
        let second = library(folder.path());
        assert_eq!(unknown(&texts, &second), Some(10));
        texts.follow(&second);
        wait(&reports);
        assert_eq!(unknown(&texts, &second), Some(0));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test damages what is written")]
    fn an_index_that_is_not_as_it_was_written_is_built_anew_by_the_first_update_of_a_run() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let words: Vec<String> = (0..20_000).map(|number| format!("w{number}")).collect();
        write(folder.path(), "a.md", &words.join(" "));
        let library = library(folder.path());
        let (before, _reports) = texts(cache.path());
        assert!(!before.update(&library).unwrap());
        let index = cache.path().join("text");
        let mut paths = std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
        let postings = paths.find(|path| path.extension().is_some_and(|own| own == "idx")).unwrap();
        let mut bytes = std::fs::read(&postings).unwrap();
        // No update reads what is in the middle.
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&postings, bytes).unwrap();
        assert!(!before.update(&library).unwrap() && postings.exists());
        let (next, _reports) = texts(cache.path());
        assert!(!next.update(&library).unwrap() && !postings.exists());
        assert!(index.with_extension("damaged").is_dir());
        assert_eq!(unknown(&next, &library), Some(0));
    }

    #[test]
    fn one_process_writes_at_a_time_and_whoever_is_stopped_loses_nothing_committed() {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for number in 0..40 {
            write(folder.path(), &format!("{number}.md"), "# Title\n\nText.\n");
        }
        let library = library(folder.path());
        let ((texts, _reports), (other, _)) = (texts(cache.path()), texts(cache.path()));
        let roots = [folder.path().to_owned()];
        let update = Update {
            folder: &texts.folder,
            roots: &roots,
            library: &library,
            sections: sections::read,
            between: text_index::BETWEEN,
            behind: false,
            proves: true,
        };
        let taken = Mutex::new(Vec::new());
        let stop = AtomicBool::new(false);
        let summary = update.run(
            &|| stop.load(Ordering::Relaxed),
            &|progress| {
                if progress.done == 1 {
                    taken.lock().unwrap().push(other.update(&library).unwrap());
                }
                stop.fetch_or(progress.done > 5, Ordering::Relaxed);
            },
            &|| (),
        );
        assert_eq!((summary.unwrap().unwrap().articles, taken.into_inner().unwrap()), (0, vec![true]));
        assert!(!other.update(&library).unwrap());
        assert_eq!(unknown(&texts, &library), Some(0));
    }
}
