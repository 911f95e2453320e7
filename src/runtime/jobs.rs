//! Runs effects off the loop. Each slot has a lane: one thread that always takes the newest request and
//! forgets those that it replaced, so that a burst of requests costs one answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, Once, OnceLock, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::gather::make_way;
use super::linked::{Graph, Question};
use super::links::Shelf;
use super::outbox::Outbox;
use super::querying::Asked;
use super::record::Recorder;
use super::texts::Texts;
use super::watch::{Told, Watcher};
use super::{excerpts, finding, linked, load, outside, pictures, report};
use crate::app::effect::{Effect, Generation, Report, Slot};
use crate::document::Document;
use crate::document::highlight::Highlighter;
use crate::library::article::Date;
use crate::library::query::similar::Similar;

/// What the thread is called that finds the colours of code.
const HIGHLIGHT: &str = "highlight";
/// Longest that leaving waits for work that stores something.
const LEAVING: Duration = Duration::from_millis(300);

/// The jobs of one run of the program.
#[derive(Debug)]
pub struct Jobs {
    events: Outbox,
    query: Lane,
    reader: Lane,
    preview: Lane,
    /// Begun with the first picture: most articles have none.
    pictures: OnceLock<Lane>,
    /// The folders of the settings: a lone file may belong to one of them.
    library: OnceLock<Vec<PathBuf>>,
    highlight: Lane,
    links: Lane,
    linked: Lane,
    peek: Lane,
    excerpts: Lane,
    find: Lane,
    /// The text index of the library, where there is one.
    texts: Arc<OnceLock<Texts>>,
    watcher: Watcher,
    /// What nobody waits for is done on a thread of its own, one after the other.
    aside: Sender<Effect>,
    /// What a person made is kept by a thread of its own, one after the other.
    recorder: Recorder,
    /// Raised when the program is left, so that long work ends early.
    stop: Arc<AtomicBool>,
    /// Held by work that stores something before it ends, and who learns that nobody holds it any more.
    unfinished: Option<Sender<()>>,
    finished: Receiver<()>,
}

/// One slot's newest request, and its thread once there was one.
#[derive(Debug)]
struct Lane {
    name: &'static str,
    events: Outbox,
    texts: Arc<OnceLock<Texts>>,
    shared: Arc<Shared>,
    started: Once,
}

#[derive(Debug, Default)]
struct Shared {
    newest: Mutex<Option<Effect>>,
    wake: Condvar,
    generation: AtomicU64,
}

/// Tells a job whether a newer request has replaced it. The default never does.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    shared: Arc<Shared>,
    generation: Generation,
}

impl Cancel {
    /// Whether nobody waits for this job any more.
    pub fn is_cancelled(&self) -> bool {
        self.shared.generation.load(Ordering::Relaxed) > self.generation.0
    }
}

impl Jobs {
    /// Jobs that report to `events`.
    pub fn new(events: Outbox) -> Self {
        let texts: Arc<OnceLock<Texts>> = Arc::default();
        let lane = |name| Lane::new(name, events.clone(), Arc::clone(&texts));
        let (unfinished, finished) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        Self {
            query: lane("query"),
            reader: lane("reader"),
            preview: lane("preview"),
            pictures: OnceLock::new(),
            library: OnceLock::new(),
            highlight: lane(HIGHLIGHT),
            links: lane("links"),
            linked: lane("linked"),
            peek: lane("peek"),
            excerpts: lane("excerpts"),
            find: lane("find"),
            watcher: Watcher::new(events.clone(), Arc::clone(&stop), Arc::clone(&texts)),
            texts,
            aside: aside(),
            recorder: Recorder::new(events.clone(), unfinished.clone()),
            stop,
            unfinished: Some(unfinished),
            finished,
            events,
        }
    }

    /// Takes the folders of the settings in.
    pub fn know(&self, library: Vec<PathBuf>) {
        // They are told once, before any effect.
        let _ = self.library.set(library);
    }

    /// Has the text index in a folder kept up to date and searched.
    pub(super) fn keep_texts(&self, folder: PathBuf) {
        // There is one library.
        let _ = self.texts.set(Texts::new(folder, self.events.clone(), Arc::clone(&self.stop)));
    }

    /// Where reports go, for work that is no answer to an effect (the walk over the folders).
    pub fn events(&self) -> Outbox {
        self.events.clone()
    }

    /// Raised when the program is left.
    pub fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Keeps a library and the open article true to their files.
    pub(super) fn watcher(&self) -> Watcher {
        self.watcher.clone()
    }

    /// To be held by work that stores something before it ends; leaving waits for it a moment.
    pub fn unfinished(&self) -> Option<Sender<()>> {
        self.unfinished.clone()
    }

    /// Runs one effect.
    pub fn run(&self, mut effect: Effect) {
        if let Effect::Pictures { roots, .. } | Effect::Resolve { roots, .. } | Effect::Linked { roots, .. } =
            &mut effect
            && roots.is_empty()
        {
            roots.extend(self.library.get().into_iter().flatten().cloned());
        }
        match &effect {
            Effect::Query { generation, .. } => self.query.put(*generation, effect),
            Effect::Load { slot: Slot::Reader, generation, .. } => self.reader.put(*generation, effect),
            Effect::Load { slot: Slot::Preview | Slot::WholePreview, generation, .. } => {
                self.preview.put(*generation, effect);
            }
            Effect::Load { slot: Slot::Peek, generation, .. } => self.peek.put(*generation, effect),
            Effect::Pictures { generation, .. } => {
                let lane =
                    self.pictures.get_or_init(|| Lane::new("pictures", self.events.clone(), Arc::default()));
                lane.put(*generation, effect);
            }
            Effect::Highlight { generation, .. } => self.highlight.put(*generation, effect),
            Effect::Resolve { generation, .. } => self.links.put(*generation, effect),
            Effect::Linked { generation, .. } => self.linked.put(*generation, effect),
            Effect::Excerpts { generation, .. } => self.excerpts.put(*generation, effect),
            Effect::Find { generation, .. } => self.find.put(*generation, effect),
            Effect::Watch { path, read } => self.watcher.tell(Told::Open(path.clone(), *read)),
            Effect::Prepare(_) | Effect::Discard(_) => {
                // Where there is no thread for it, it comes to its end here.
                let _ = self.aside.send(effect);
            }
            Effect::Record(_) => self.recorder.put(effect),
            // These are the loop's own.
            Effect::Open(address) => outside::open(address, &self.events),
            Effect::WakeAt(_)
            | Effect::Edit { .. }
            | Effect::Copy(_)
            | Effect::Send(_)
            | Effect::Repaint
            | Effect::Suspend
            | Effect::Quit => {}
        }
    }

    /// Runs several.
    pub fn run_all(&self, effects: Vec<Effect>) {
        for effect in effects {
            self.run(effect);
        }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.unfinished = None;
        self.recorder.end();
        // Either way it is over: nothing is ever sent.
        let _ = self.finished.recv_timeout(LEAVING);
    }
}

impl Lane {
    fn new(name: &'static str, events: Outbox, texts: Arc<OnceLock<Texts>>) -> Self {
        Self { name, events, texts, shared: Arc::default(), started: Once::new() }
    }

    fn start(&self) {
        let own = Arc::clone(&self.shared);
        let events = self.events.clone();
        let texts = Arc::clone(&self.texts);
        // Colours come after the text that they are for: a key that is pressed meanwhile is answered first.
        let is_behind = self.name == HIGHLIGHT;
        // Without a thread the requests wait for ever, and the screen says that it is loading.
        let _ = thread::Builder::new().name(self.name.into()).spawn(move || {
            if is_behind {
                make_way();
            }
            let mut memory = Memory { texts, ..Memory::default() };
            loop {
                let effect = own.take();
                let cancel = Cancel { shared: Arc::clone(&own), generation: generation(&effect) };
                if !answer_with(&mut memory, effect, today(), &cancel, &|answer| report(&events, answer)) {
                    return;
                }
            }
        });
    }

    fn put(&self, generation: Generation, effect: Effect) {
        self.shared.generation.store(generation.0, Ordering::Relaxed);
        *self.shared.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(effect);
        self.shared.wake.notify_one();
        self.started.call_once(|| self.start());
    }
}

/// Begins the thread of what nobody waits for, with the first of it.
fn aside() -> Sender<Effect> {
    let (sender, inbox) = mpsc::channel::<Effect>();
    // Without a thread the sending fails, and what was to be discarded is so at once.
    let _ = thread::Builder::new().name("aside".into()).spawn(move || {
        for effect in inbox {
            if let Effect::Prepare(library) = effect
                && let Some(library) = library.upgrade()
            {
                library.prepare();
            }
        }
    });
    sender
}

impl Shared {
    fn take(&self) -> Effect {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(effect) = newest.take() {
                return effect;
            }
            newest = self.wake.wait(newest).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn generation(effect: &Effect) -> Generation {
    match effect {
        Effect::Query { generation, .. }
        | Effect::Load { generation, .. }
        | Effect::Pictures { generation, .. }
        | Effect::Find { generation, .. }
        | Effect::Resolve { generation, .. }
        | Effect::Linked { generation, .. }
        | Effect::Excerpts { generation, .. }
        | Effect::Highlight { generation, .. } => *generation,
        _ => Generation::default(),
    }
}

/// The day it is where one sits. Looks the time zone up, which reads dozens of files: not before the
/// first frame.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

/// Does the work of an effect and gives its reports to `send`; false when nobody listens any more. A panic
/// becomes a report where the request can say that it failed. Relative dates count from `today`.
pub fn answer(effect: Effect, today: Date, cancel: &Cancel, send: &dyn Fn(Report) -> bool) -> bool {
    answer_with(&mut Memory::default(), effect, today, cancel, send)
}

/// The answer to a query by what is known of the articles, without their texts; `None` for any other effect.
pub(super) fn answer_by_metadata(effect: &Effect, today: Date) -> Option<Report> {
    let Effect::Query { generation, library, query, whole, each_copy, keys, entries } = effect else {
        return None;
    };
    let (library, query, entries) = (Arc::clone(library), query.clone(), Arc::clone(entries));
    let reading = query.has_text().then_some((0, library.len()));
    let (whole, each_copy, keys) = (whole.clone(), *each_copy, keys.clone());
    let asked = Asked { generation: *generation, library, query, whole, each_copy, keys, entries, today };
    Some(asked.by_metadata(&mut Similar::default(), reading))
}

/// What a lane keeps from one request to the next.
#[derive(Debug, Default)]
struct Memory {
    /// Titles that are similar to what is typed.
    similar: Similar,
    /// By what names articles are linked to.
    shelf: Shelf,
    /// Which articles link to which.
    graph: Graph,
    /// The text index.
    texts: Arc<OnceLock<Texts>>,
    /// The document that was highlighted last, with how far its code was read.
    highlighter: (Weak<Document>, Highlighter),
}

impl Memory {
    fn highlighter(&mut self, document: &Arc<Document>) -> &mut Highlighter {
        let (of, highlighter) = &mut self.highlighter;
        if !std::ptr::eq(of.as_ptr(), Arc::as_ptr(document)) {
            *of = Arc::downgrade(document);
            *highlighter = Highlighter::default();
        }
        highlighter
    }
}

fn answer_with(
    memory: &mut Memory,
    effect: Effect,
    today: Date,
    cancel: &Cancel,
    send: &dyn Fn(Report) -> bool,
) -> bool {
    match effect {
        Effect::Query { generation, library, query, whole, each_copy, keys, entries } => {
            let asked = Asked { generation, library, query, whole, each_copy, keys, entries, today };
            let Memory { similar, texts, .. } = memory;
            let answered = || asked.run(similar, texts.get(), cancel, send);
            catch_unwind(AssertUnwindSafe(answered)).unwrap_or(true)
        }
        Effect::Find { generation, document, sought, from } => {
            let send = |matches, done| send(Report::Found { generation, matches, done });
            let answered = || finding::answer(&document, &sought, from, cancel, &send);
            catch_unwind(AssertUnwindSafe(answered)).unwrap_or_else(|_| send(Vec::new(), true))
        }
        Effect::Excerpts { generation, wanted, marking, length } => {
            let send = |excerpts| send(Report::Excerpts { generation, excerpts });
            let answered = || excerpts::answer(&wanted, &marking, length, cancel, &send);
            catch_unwind(AssertUnwindSafe(answered)).unwrap_or(true)
        }
        Effect::Load { slot, generation, source, article, before, begun } => {
            let send = |result| send(Report::Loaded { slot, generation, result });
            let loaded = || match &before {
                Some(before) => load::load_again(&source, article.as_ref(), before, cancel, &send),
                None => load::load(slot, begun, &source, article.as_ref(), cancel, &send),
            };
            catch_unwind(AssertUnwindSafe(loaded)).unwrap_or_else(|_| {
                send(Err(crate::safe!("This article made the program stumble; it stays closed")))
            })
        }
        Effect::Pictures { generation, article, roots, request } => {
            let send = |answer| send(Report::Pictures { generation, answer });
            let answered = || pictures::answer(&article, &roots, &request, cancel, &send);
            catch_unwind(AssertUnwindSafe(answered))
                .unwrap_or_else(|_| pictures::stumbled(&request).into_iter().all(send))
        }
        Effect::Resolve { generation, standpoint, roots, targets } => {
            let found = catch_unwind(AssertUnwindSafe(|| {
                memory.shelf.resolve(&standpoint, &roots, targets, &|| cancel.is_cancelled())
            }));
            // A link that nobody can make anything of stays as it is written.
            let Ok(found) = found else { return true };
            cancel.is_cancelled() || send(Report::Resolved { generation, found })
        }
        Effect::Linked { generation, standpoint, roots, document, related } => {
            let Memory { shelf, graph, texts, .. } = memory;
            let (standpoint, roots, document) = (&standpoint, &roots, &document);
            let question = Question { standpoint, roots, document, related, texts: texts.get() };
            let send = |linked| send(Report::Linked { generation, linked });
            let answered = || linked::answer(shelf, graph, &question, &|| cancel.is_cancelled(), &send);
            catch_unwind(AssertUnwindSafe(answered)).unwrap_or(true)
        }
        Effect::Highlight { generation, document, parts } => {
            let highlighter = memory.highlighter(&document);
            for part in parts {
                let stop = || cancel.is_cancelled();
                let found = catch_unwind(AssertUnwindSafe(|| highlighter.part(&document, part, &stop)));
                // What cannot be highlighted stays plain, and is not asked for again.
                let Some(highlights) = found.unwrap_or_else(|_| Some(Vec::new())) else { return true };
                if !send(Report::Highlighted { generation, part, highlights }) {
                    return false;
                }
            }
            true
        }
        _ => true,
    }
}
