//! The thread that keeps the record: what it is asked is done in order, all of it, also what is asked just
//! before the program is left. What another program writes into it is told as soon as the system says that
//! something was written.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::outbox::Outbox;
use super::report;
use crate::app::effect::{Effect, Recorded, Recording, Report};
use crate::document::Document;
use crate::error::Error;
use crate::library::article::Article;
use crate::library::marks::{Fingerprint, Reached};
use crate::paths::Paths;
use crate::safe;
use crate::storage::disk::ToWatch;
use crate::storage::record::{Changed, Known, Record, digest_of, places};
use crate::storage::watch::Watch;
use crate::text::SafeText;

/// What part of the time reading may take that others have written.
const SHARE: u32 = 20;

/// What the thread is asked.
#[derive(Debug)]
enum Ask {
    /// To do this.
    Do(Recording),
    /// To look whether another program has written: something was.
    Look,
}

/// Takes what the record is asked; its thread begins with the first of it.
#[derive(Debug)]
pub(super) struct Recorder {
    events: Outbox,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// Nothing was asked yet. What is held tells who leaves when all is kept.
    Idle(Sender<()>),
    Running(Arc<Sender<Ask>>),
    Ended,
}

impl Recorder {
    /// One that reports to `events`, and holds `unfinished` while something is to be kept.
    pub(super) fn new(events: Outbox, unfinished: Sender<()>) -> Self {
        Self { events, state: Mutex::new(State::Idle(unfinished)) }
    }

    /// Has an effect that is for the record done.
    pub(super) fn put(&self, effect: Effect) {
        let Effect::Record(recording) = effect else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Idle(unfinished) = &*state {
            let (sender, inbox) = mpsc::channel();
            let sender = Arc::new(sender);
            let asked = Arc::downgrade(&sender);
            let (events, unfinished) = (self.events.clone(), unfinished.clone());
            let work = move || {
                keep(&inbox, asked, &events);
                drop(unfinished);
            };
            // Without a thread nothing is kept, as where there is no data folder.
            let _ = thread::Builder::new().name("record".into()).spawn(work);
            *state = State::Running(sender);
        }
        if let State::Running(sender) = &*state {
            let _ = sender.send(Ask::Do(recording));
        }
    }

    /// Nothing more will be asked: the thread ends when all is done.
    pub(super) fn end(&mut self) {
        *self.state.get_mut().unwrap_or_else(PoisonError::into_inner) = State::Ended;
    }
}

fn keep(inbox: &Receiver<Ask>, asked: Weak<Sender<Ask>>, events: &Outbox) {
    let Some(paths) = Paths::of_this_user() else { return };
    let mut record = match Record::open(&paths.data) {
        Ok(record) => record,
        Err(error) => {
            report(events, Report::Notice(safe!("{error}")));
            return;
        }
    };
    places::tidy(&paths.cache);
    let mut others = Others::default();
    let _watch = others.watch(&paths.data, asked);
    // From here on what others write is news.
    let _ = record.is_another();
    while let Some(ask) = others.wait(inbox) {
        let answer = match ask {
            Some(Ask::Do(recording)) => {
                others.follow(&recording);
                answer(&mut record, &paths.cache, recording)
            }
            Some(Ask::Look) => {
                others.again = Some(Instant::now() + AGAIN);
                Ok(None)
            }
            None => Ok(None),
        };
        let news = others.look(&mut record).transpose();
        let mut said = Vec::new();
        for answer in news.into_iter().chain(answer.transpose()) {
            match answer {
                Ok(recorded) => drop(report(events, Report::Recorded(recorded))),
                Err(error) => said.push(safe!("{error}")),
            }
        }
        for notice in said.into_iter().chain(record.take_notice()) {
            report(events, Report::Notice(notice));
        }
    }
}

/// The system tells of bytes in a file, SQLite of a change a moment later, by memory that the programs share and of
/// which nobody tells: after so long it is looked once more.
const AGAIN: Duration = Duration::from_millis(50);

/// What other programs may write meanwhile.
#[derive(Debug, Default)]
struct Others {
    /// The roots of the library, once they are known.
    roots: Option<Vec<PathBuf>>,
    /// The open article's file.
    open: Option<PathBuf>,
    /// Whether it is to be looked already.
    is_told: Arc<AtomicBool>,
    /// When what they wrote is to be read.
    due: Option<Instant>,
    /// When that may be again.
    rested: Option<Instant>,
    /// When it is to be looked once more whether anything was written.
    again: Option<Instant>,
}

impl Others {
    /// Has the thread look when something is written into the data folder; nobody is told once it has ended.
    fn watch(&self, data: &Path, asked: Weak<Sender<Ask>>) -> Watch {
        let is_told = Arc::clone(&self.is_told);
        let watch = Watch::new(move |_| {
            if !is_told.swap(true, Ordering::Relaxed)
                && let Some(asked) = asked.upgrade()
            {
                let _ = asked.send(Ask::Look);
            }
        });
        watch.watch(ToWatch::Folder(data));
        watch
    }

    /// What is asked next; `Some(None)` when something is due, `None` when it is over.
    #[expect(
        clippy::option_option,
        reason = "a deadline is the absence of a question, an end that of who asks"
    )]
    fn wait(&self, inbox: &Receiver<Ask>) -> Option<Option<Ask>> {
        let Some(due) = self.due.into_iter().chain(self.again).min() else {
            return inbox.recv().ok().map(Some);
        };
        match inbox.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(ask) => Some(Some(ask)),
            Err(RecvTimeoutError::Timeout) => Some(None),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Remembers what is to be read again where others write.
    fn follow(&mut self, recording: &Recording) {
        match recording {
            Recording::Load(roots) => self.roots = Some(roots.clone()),
            Recording::Opened { file, .. } => self.open = Some(file.clone()),
            _ => {}
        }
    }

    /// What is recorded now, where others have written.
    fn look(&mut self, record: &mut Record) -> Result<Option<Recorded>, Error> {
        self.is_told.store(false, Ordering::Relaxed);
        let begun = Instant::now();
        self.again = self.again.filter(|again| *again > begun);
        if record.is_another()? {
            self.due = Some(self.rested.map_or(begun, |rested| rested.max(begun)));
        }
        if self.due.is_none_or(|due| due > begun) {
            return Ok(None);
        }
        self.due = None;
        let mut entries = match &self.roots {
            Some(roots) => record.entries(roots)?,
            None => Vec::new(),
        };
        let marks = self.open.as_ref().map(|open| record.marks(open)).transpose()?;
        if let Some(open) = self.open.as_ref().filter(|open| entries.iter().all(|entry| entry.file != **open))
        {
            entries.extend(record.entry(open)?);
        }
        self.rested = Some(Instant::now() + begun.elapsed() * SHARE);
        Ok(Some(Recorded { entries, marks, all: self.roots.is_some(), ..Recorded::default() }))
    }
}

/// Does what the record is asked, and says what is recorded then.
fn answer(record: &mut Record, cache: &Path, recording: Recording) -> Result<Option<Recorded>, Error> {
    let of = |entries| Recorded { entries, ..Recorded::default() };
    let mut recorded = match recording {
        Recording::Load(roots) => {
            let views = record.views(&roots)?;
            Some(Recorded { all: true, views, ..of(record.entries(&roots)?) })
        }
        Recording::View(roots, state) => {
            record.view(&roots, &state)?;
            None
        }
        Recording::FindMoved(library) => {
            let moved = record.find_moved(&library)?;
            record.renew(&[])?;
            for entry in &moved {
                places::follow(cache, &entry.file, entry.place.as_deref());
            }
            (!moved.is_empty()).then(|| of(moved))
        }
        Recording::Touched(files) => {
            record.renew(&files)?;
            None
        }
        Recording::Opened { file, article, document } => {
            let known = known(&file, &article, &document);
            let entry = record.opened(&known)?;
            Some(of(vec![crate::library::marks::Entry { file, ..entry }]))
        }
        Recording::Reached(file, reached) => {
            let Reached { place, .. } = &*reached;
            // It is only a copy: without it the next opening is later where one was.
            let _ = places::write(cache, &file, place);
            record.reached(&file, &reached)?.map(|entry| of(vec![entry]))
        }
        Recording::Renamed(names) => {
            record.renamed(&names)?;
            // Files, or folders with all below them.
            let renamed: Vec<PathBuf> = names.into_iter().map(|(_, to)| to).collect();
            Some(of(record.entries(&renamed)?))
        }
        Recording::Recent(most) => {
            Some(Recorded { recent: Some(record.recent(most)?), ..Recorded::default() })
        }
        Recording::Do(deed) => Some(said(record.perform(&deed)?, "", " · U undo")),
        Recording::Undo => Some(match record.undo()? {
            Some(changed) => said(changed, "Undone: ", ""),
            None => Recorded { said: Some(safe!("There is nothing to undo")), ..Recorded::default() },
        }),
    };
    if let Some(Recorded { entries, marks, all: false, .. }) = &mut recorded
        && let [entry] = entries.as_slice()
    {
        *marks = Some(record.marks(&entry.file)?);
    }
    Ok(recorded)
}

fn said(changed: Changed, before: &'static str, after: &'static str) -> Recorded {
    let Changed { words, entries } = changed;
    let said: SafeText = safe!("{before}{words}{after}");
    Recorded { entries, said: Some(said), ..Recorded::default() }
}

fn known(file: &Path, article: &Article, document: &Document) -> Known {
    let body = document.markdown().get(document.body().0 as usize..).unwrap_or_default();
    Known {
        file: file.to_path_buf(),
        title: article.title.clone(),
        url: article.url.clone(),
        fingerprint: Fingerprint::of(body),
        digest: digest_of(body),
        bytes: article.place.bytes,
        modified: article.place.modified,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::marks::Deed;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test needs something to record")]
    fn what_is_below_a_renamed_folder_is_told_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("old/deep")).unwrap();
        let files = ["old/a.md", "old/deep/b.md"].map(path);
        for file in &files {
            std::fs::write(file, "Words.").unwrap();
        }
        let mut record = Record::open(&path("data")).unwrap();
        record.perform(&Deed::Star(files.to_vec(), true)).unwrap();
        std::fs::rename(path("old"), path("new")).unwrap();
        let renamed = Recording::Renamed(vec![(path("old"), path("new"))]);
        let told = answer(&mut record, &path("cache"), renamed).unwrap().unwrap();
        let told: Vec<_> = told.entries.iter().map(|entry| (entry.file.clone(), entry.starred)).collect();
        assert_eq!(told, [(path("new/a.md"), true), (path("new/deep/b.md"), true)]);
        let renamed = Recording::Renamed(vec![(path("new/a.md"), path("new/c.md"))]);
        let told = answer(&mut record, &path("cache"), renamed).unwrap().unwrap();
        assert_eq!(told.entries.iter().map(|entry| &entry.file).collect::<Vec<_>>(), [&path("new/c.md")]);
    }
}
