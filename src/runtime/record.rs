//! The thread that keeps the record: what it is asked is done in order, all of it, also what is asked just
//! before the program is left.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::outbox::Outbox;
use super::report;
use crate::app::effect::{Effect, Recorded, Recording, Report};
use crate::document::Document;
use crate::error::Error;
use crate::library::article::Article;
use crate::library::marks::{Fingerprint, Reached};
use crate::paths::Paths;
use crate::safe;
use crate::storage::record::{Changed, Known, Record, digest_of, places};
use crate::text::SafeText;

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
    Running(Sender<Recording>),
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
            let (events, unfinished) = (self.events.clone(), unfinished.clone());
            let work = move || {
                keep(&inbox, &events);
                drop(unfinished);
            };
            // Without a thread nothing is kept, as where there is no data folder.
            let _ = thread::Builder::new().name("record".into()).spawn(work);
            *state = State::Running(sender);
        }
        if let State::Running(sender) = &*state {
            let _ = sender.send(recording);
        }
    }

    /// Nothing more will be asked: the thread ends when all is done.
    pub(super) fn end(&mut self) {
        *self.state.get_mut().unwrap_or_else(PoisonError::into_inner) = State::Ended;
    }
}

fn keep(inbox: &Receiver<Recording>, events: &Outbox) {
    let Some(paths) = Paths::of_this_user() else { return };
    let mut record = match Record::open(&paths.data) {
        Ok(record) => record,
        Err(error) => {
            report(events, Report::Notice(safe!("{error}")));
            return;
        }
    };
    places::tidy(&paths.cache);
    for recording in inbox {
        let answer = answer(&mut record, &paths.cache, recording);
        let said = match answer {
            Ok(None) => None,
            Ok(Some(recorded)) => {
                report(events, Report::Recorded(recorded));
                None
            }
            Err(error) => Some(safe!("{error}")),
        };
        for notice in said.into_iter().chain(record.take_notice()) {
            report(events, Report::Notice(notice));
        }
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
