//! Keeps the library and the open article true to their files: what may have changed is collected until it is
//! quiet for a moment, walked again by the walk's own rules, merged into the library, and reported.
//!
//! Begins once the walk is over. Between two changes its thread waits for the system, and costs nothing.

mod open;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::bodies;
use super::gather::{make_way, progress};
use super::outbox::Outbox;
use super::report;
use super::texts::Texts;
use crate::app::effect::{Progress, Report};
use crate::library::article::ArticleKey;
use crate::library::index::{Body, Change, Library};
use crate::safe;
use crate::storage::catalogue::{Catalogue, Comparison, Wait};
use crate::storage::disk::{self, Found, Scope, ToWatch, Walk};
use crate::storage::watch::{Touch, Watch, is_deaf};
use crate::text::SafeText;
use open::OpenFile;

/// How long nothing is to happen before what has happened is looked at.
const QUIET: Duration = Duration::from_millis(60);
/// Longest that it is put off while things go on happening.
const LONGEST: Duration = Duration::from_millis(300);
/// How long nothing is to happen before the catalogue is written.
const CALM: Duration = Duration::from_secs(3);
/// How often what cannot be watched is looked at, at most: what has changed is to show within a second. And what part
/// of the time that may take.
const POLL: Duration = Duration::from_millis(700);
const SHARE: u32 = 20;

/// What the watching thread is told.
pub(super) enum Told {
    /// Something may have changed.
    Touch(Touch),
    /// This is the open article's file.
    Open(PathBuf, (u64, i64)),
    /// The walk is over.
    Library(Box<Kept>),
    /// Some bodies were read.
    Bodies(Vec<(ArticleKey, Body)>),
}

/// A library that is to be kept true to its folders.
pub(super) struct Kept {
    pub(super) walk: Walk,
    pub(super) catalogue: Option<Catalogue>,
    pub(super) library: Arc<Library>,
    /// What was left out.
    pub(super) skipped: BTreeMap<PathBuf, SafeText>,
    /// Whether each folder was watched before it was read.
    pub(super) is_watched: bool,
}

/// Leads to the watching thread, which is started by the first that it is told.
#[derive(Clone, Debug)]
pub(super) struct Watcher {
    tell: Sender<Told>,
    waiting: Arc<Mutex<Option<Receiver<Told>>>>,
    watch: Arc<OnceLock<Watch>>,
    events: Outbox,
    stop: Arc<AtomicBool>,
    /// What is told of each newer library.
    texts: Arc<OnceLock<Texts>>,
}

impl Watcher {
    /// A watcher that reports to `events` until `stop` is raised.
    pub(super) fn new(events: Outbox, stop: Arc<AtomicBool>, texts: Arc<OnceLock<Texts>>) -> Self {
        let (tell, inbox) = mpsc::channel();
        Self { tell, waiting: Arc::new(Mutex::new(Some(inbox))), watch: Arc::default(), events, stop, texts }
    }

    /// Watches files of a folder, or where a link leads. What is seen before the thread is started waits for it.
    pub(super) fn look_at(&self, what: ToWatch<'_>) {
        let tell = self.tell.clone();
        let watch = || Watch::new(move |touch| drop(tell.send(Told::Touch(touch))));
        self.watch.get_or_init(watch).watch(what);
    }

    /// Has the text index follow the library.
    fn follow(&self, library: &Arc<Library>) {
        if let Some(texts) = self.texts.get() {
            texts.follow(library);
        }
    }

    /// The folders that are watched.
    fn watch(&self) -> Option<&Watch> {
        self.watch.get()
    }

    /// Tells it something.
    pub(super) fn tell(&self, told: Told) {
        // Nobody listens only when the program ends.
        let _ = self.tell.send(told);
        let inbox = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(inbox) = inbox else { return };
        let watcher = self.clone();
        // Without a thread everything stays as it was found.
        let _ = thread::Builder::new().name("watch".into()).spawn(move || {
            make_way();
            Watching::new(watcher).go_on(&inbox);
        });
    }
}

/// The watching thread's own state.
struct Watching {
    watcher: Watcher,
    kept: Option<Kept>,
    open: Option<OpenFile>,
    scope: Scope,
    renamed: Vec<(PathBuf, PathBuf)>,
    /// Why it is looked at from time to time, if it is; said once.
    blind: Option<SafeText>,
    /// When it is looked at next without being told anything.
    poll: Option<Instant>,
    /// When everything is looked at because the system has lost what happened.
    lost: Option<Instant>,
    /// When that may be again: looking makes things happen, too.
    rested: Instant,
    /// Whether bodies are being read.
    is_reading: bool,
    /// When the catalogue is to be written, if it is.
    save: Option<Instant>,
    /// How long the last look took.
    took: Duration,
}

impl Watching {
    fn new(watcher: Watcher) -> Self {
        Self {
            watcher,
            kept: None,
            open: None,
            scope: Scope::default(),
            renamed: Vec::new(),
            blind: None,
            poll: None,
            lost: None,
            rested: Instant::now(),
            is_reading: false,
            save: None,
            took: Duration::ZERO,
        }
    }

    fn go_on(mut self, inbox: &Receiver<Told>) {
        while let Some(told) = self.wait(inbox) {
            if let Some(told) = told {
                self.take(told);
                self.collect(inbox);
            }
            let now = Instant::now();
            if self.poll.into_iter().chain(self.lost).any(|due| due <= now) {
                self.lost = None;
                self.scope.add_everything();
            }
            if !self.scope.is_empty() && !self.look() {
                return;
            }
            if self.save.is_some_and(|save| save <= now) {
                self.save = None;
                self.store();
            }
        }
    }

    /// What is told next; `Some(None)` when something is due, `None` when it is over.
    #[expect(clippy::option_option, reason = "a deadline is the absence of news, an end that of senders")]
    fn wait(&self, inbox: &Receiver<Told>) -> Option<Option<Told>> {
        let Some(next) = self.poll.into_iter().chain(self.lost).chain(self.save).min() else {
            return inbox.recv().ok().map(Some);
        };
        match inbox.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(told) => Some(Some(told)),
            Err(RecvTimeoutError::Timeout) => Some(None),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Takes in what else is told until it is quiet. Where looking takes long, it is waited longer, so that a
    /// burst is not looked at all the time.
    fn collect(&mut self, inbox: &Receiver<Told>) {
        let end = Instant::now() + LONGEST.max(self.took * 2);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match inbox.recv_timeout(QUIET.min(left)) {
                Ok(told) => self.take(told),
                Err(_) => return,
            }
            if left.is_zero() {
                return;
            }
        }
    }

    fn take(&mut self, told: Told) {
        match told {
            Told::Touch(Touch::Path(path)) => self.scope.add(path),
            Told::Touch(Touch::Renamed(from, to)) => self.renamed.push((from, to)),
            Told::Touch(Touch::Anything) => self.lost = Some(self.rested),
            Told::Open(path, read) => {
                let open = OpenFile::new(path);
                for folder in open.folders() {
                    self.watcher.look_at(ToWatch::Folder(folder));
                    self.blind = self.blind.take().or_else(|| is_deaf(folder));
                }
                // Now every change is told; what came between the reading and now is met here.
                if disk::stamp(open.path()) != Some(read) {
                    self.scope.add(open.told().to_owned());
                }
                self.open = Some(open);
                self.say_blindness();
            }
            Told::Library(kept) => {
                let folders = kept.walk.folders();
                self.blind = self.blind.take().or_else(|| folders.iter().find_map(|folder| is_deaf(folder)));
                if !kept.is_watched {
                    // What changed while nobody watched is found by looking once more, folder by folder.
                    self.scope.add_everything();
                }
                self.watcher.follow(&kept.library);
                self.kept = Some(*kept);
                self.say_blindness();
                self.read_bodies();
            }
            Told::Bodies(bodies) => self.take_bodies(bodies),
        }
    }

    /// Has the bodies read that nobody has read yet.
    fn read_bodies(&mut self) {
        let Some(kept) = self.kept.as_ref().filter(|_| !self.is_reading) else { return };
        if kept.library.unread_bodies().next().is_some() {
            self.is_reading = true;
            let (tell, stop) = (self.watcher.tell.clone(), Arc::clone(&self.watcher.stop));
            bodies::read(&kept.library, stop, tell);
        }
    }

    /// Takes in what was read of bodies, and has the next ones read.
    fn take_bodies(&mut self, bodies: Vec<(ArticleKey, Body)>) {
        let Some(kept) = &mut self.kept else { return };
        kept.library = Arc::new(kept.library.with_bodies(bodies));
        let progress =
            Progress { found: kept.library.len(), done: true, walked: true, ..progress(&kept.skipped) };
        let _ =
            report(&self.watcher.events, Report::Library { library: Arc::clone(&kept.library), progress });
        self.save = Some(Instant::now() + CALM);
        self.is_reading = false;
        self.read_bodies();
    }

    /// Looks at what may have changed, and reports it; false when nobody listens any more.
    fn look(&mut self) -> bool {
        let begun = Instant::now();
        let mut scope = std::mem::take(&mut self.scope);
        if let Some(watch) = self.watcher.watch() {
            watch.add_links(&mut scope);
        }
        let renamed = still_true(std::mem::take(&mut self.renamed));
        let mut touched = Vec::new();
        if let Some(open) = &mut self.open
            && open.is_touched(&scope)
        {
            touched.push(open.path().to_owned());
        }
        let library = self.look_at_library(&scope, &mut touched);
        if library.is_some() {
            self.read_bodies();
        }
        if self.watcher.stop.load(Ordering::Relaxed) {
            return false;
        }
        let reports = [
            (!renamed.is_empty()).then_some(Report::Renamed(renamed)),
            library,
            (!touched.is_empty()).then_some(Report::Touched(touched)),
        ];
        let goes_on = reports.into_iter().flatten().all(|news| report(&self.watcher.events, news));
        self.took = begun.elapsed();
        if scope.is_everything() {
            self.rested = Instant::now() + self.took * SHARE;
        }
        self.say_blindness();
        goes_on
    }

    /// Says once that not everything can be watched, and has it looked at from time to time.
    fn say_blindness(&mut self) {
        let was_said = self.poll.is_some();
        self.blind = self.blind.take().or_else(|| self.watcher.watch().and_then(Watch::blind));
        let is_missing = self.is_missing();
        if self.blind.is_none() && !is_missing {
            self.poll = None;
            return;
        }
        let pause = POLL.max(self.took * SHARE);
        self.poll = Some(Instant::now() + pause);
        if let (false, Some(blind)) = (was_said, &self.blind) {
            let text = safe!("Changes show every {} s: {blind}", pause.as_secs().max(1));
            let _ = report(&self.watcher.events, Report::Notice(text));
        }
    }

    /// Whether a root was not there when it was last looked at: then nobody tells when it comes.
    fn is_missing(&self) -> bool {
        let (Some(kept), Some(watch)) = (&self.kept, self.watcher.watch()) else { return false };
        let (there, missing): (Vec<_>, Vec<_>) =
            kept.library.roots().iter().map(|root| root.path.as_path()).partition(|root| watch.holds(root));
        // The same folder may have been named twice, and is watched by one of its names.
        missing
            .into_iter()
            .any(|root| there.iter().all(|other| disk::absolute(other) != disk::absolute(root)))
    }

    /// Walks what is in `scope` and merges what has changed. Gives the newer library if it is another, and
    /// adds the files that changed to `touched`.
    fn look_at_library(&mut self, scope: &Scope, touched: &mut Vec<PathBuf>) -> Option<Report> {
        let kept = self.kept.as_mut()?;
        let mut scope = scope.clone();
        scope_of_walk(&mut scope, self.watcher.watch(), &kept.walk.roots);
        if scope.is_empty() {
            return None;
        }
        // A folder may be another by the same name, and the system then watches neither.
        if let Some(watch) = self.watcher.watch()
            && !(scope.is_everything() && self.poll.is_some())
        {
            watch.forget(&scope);
        }
        let comparison = Comparison::with(Arc::clone(&kept.library));
        let found = Mutex::new((Vec::new(), BTreeMap::new()));
        let lock = || found.lock().unwrap_or_else(PoisonError::into_inner);
        let watcher = self.watcher.clone();
        let watching: disk::Watching = Arc::new(move |what| watcher.look_at(what));
        kept.walk.look_again(&scope, &kept.library, &self.watcher.stop, &watching, &|item| match item {
            Found::Unchanged(id) => comparison.unchanged(id),
            Found::Article(article, certainty) => {
                let change = comparison.read(article, certainty);
                lock().0.push(change);
            }
            Found::Skipped { path, reason, .. } => {
                lock().1.insert(path, reason);
            }
        });
        if self.watcher.stop.load(Ordering::Relaxed) {
            return None;
        }
        let (mut changes, skipped) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        changes.extend(gone(&comparison, &scope));
        let before = kept.skipped.len();
        kept.skipped.retain(|path, _| !scope.holds(path));
        let is_same = before == kept.skipped.len() + skipped.len();
        kept.skipped.extend(skipped);
        if changes.is_empty() && is_same {
            return None;
        }
        touched.extend(changes.iter().map(|change| file_of(&kept.library, change)));
        if !changes.is_empty() {
            kept.library = Arc::new(kept.library.merged(changes));
            self.watcher.follow(&kept.library);
            self.save = Some(Instant::now() + CALM);
        }
        let progress =
            Progress { found: kept.library.len(), done: true, walked: true, ..progress(&kept.skipped) };
        Some(Report::Library { library: Arc::clone(&kept.library), progress })
    }

    fn store(&mut self) {
        let Some(Kept { catalogue: Some(catalogue), library, skipped, .. }) = &mut self.kept else { return };
        // Without it the next start only takes longer.
        let Ok(settled) = catalogue.settle(library, false, Wait::ForTheDisk) else { return };
        *library = Arc::new(settled);
        let progress = Progress { found: library.len(), done: true, walked: true, ..progress(skipped) };
        let _ = report(&self.watcher.events, Report::Library { library: Arc::clone(library), progress });
    }
}

/// What has another name now, each with the last one it was given. Who saves a file may rename what was there
/// before and write it anew: then nothing has another name.
fn still_true(renamed: Vec<(PathBuf, PathBuf)>) -> Vec<(PathBuf, PathBuf)> {
    let mut names: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (from, to) in renamed {
        match names.iter_mut().find(|(_, last)| *last == from) {
            Some((_, last)) => *last = to,
            None => names.push((from, to)),
        }
    }
    names.retain(|(from, to)| {
        let is_there = disk::is_markdown(to) && disk::state(to).is_some() || disk::is_folder(to);
        is_there && disk::state(from).is_none()
    });
    names
}

/// Leaves out what no walk would look at, and takes in what other files say of their folders.
fn scope_of_walk(scope: &mut Scope, watch: Option<&Watch>, roots: &[PathBuf]) {
    let rules: Vec<PathBuf> = scope
        .paths()
        .filter(|path| path.file_name().is_some_and(|name| name == ".gitignore" || name == ".ignore"))
        .filter_map(|path| path.parent().map(Path::to_path_buf))
        .collect();
    scope.retain(|path| {
        let is_watched = watch.is_some_and(|watch| watch.holds(path));
        // A file that is a root counts whatever it is called, and so does a link on the way to one.
        let is_root =
            || roots.iter().any(|root| root.file_name() == path.file_name() || root.starts_with(path));
        disk::is_markdown(path) || is_watched || is_root() || disk::is_folder(path)
    });
    for folder in rules {
        scope.add(folder);
    }
}

/// What was known in `scope` and was not met there.
fn gone(comparison: &Comparison, scope: &Scope) -> Vec<Change> {
    if scope.is_everything() {
        return comparison.gone();
    }
    let library = comparison.known();
    let mut gone = Vec::new();
    for (root, index) in library.roots().iter().zip(0_u16..) {
        // What is named may be a folder of the root, or a link on the way to it.
        let below = |path| Path::strip_prefix(path, &root.path).ok();
        let all = |path| root.path.starts_with(path).then_some(Path::new(""));
        for below in scope.paths().filter_map(|path| below(path).or_else(|| all(path))) {
            let unmet = library.below(index, below).filter(|id| !comparison.is_met(*id));
            gone.extend(
                unmet.map(|id| Change::Gone { root: index, path: library.row(id).path().to_owned() }),
            );
        }
    }
    gone
}

fn file_of(library: &Library, change: &Change) -> PathBuf {
    let (root, path) = match change {
        Change::Article(article, _) => (article.place.root, &article.place.path),
        Change::Gone { root, path } => (*root, path),
    };
    library.roots().get(usize::from(root)).map_or_else(|| path.clone(), |root| root.path.join(path))
}

#[cfg(test)]
mod tests;
