//! Folders → articles, several folders at a time. Reads of each file as little as its metadata needs.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read")]

use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkParallel, WalkState};

use super::files::{Beside, Inlet, Met, Outlet, pipe};
use super::{Decoded, LARGEST, Said, Scope, cause};
use crate::error::{Error, ProblemKind};
use crate::library::article::{Article, Place, assemble, has_title};
use crate::library::front_matter::{self, FrontMatter, Head};
use crate::library::index::{Certainty, Library};
use crate::safe;
use crate::text::SafeText;

/// What is read of a file at first; below this nothing is gained (measured 2026-11-22).
const HEAD: usize = 4 << 10;
/// What is read on for the first heading of an article without a title.
const HEADING: usize = 64 << 10;
/// A file that was changed within so many nanoseconds before it is read may change again without another
/// time: clocks of file systems go by seconds (two of them on FAT).
const SETTLING: i64 = 2_000_000_000;

/// Finds the first level-1 heading outside quotes and lists in markdown whose body begins at a byte.
pub type FirstTitle = fn(markdown: &str, body: u32) -> Option<SafeText>;

/// Told of a file by the index of its root and its path.
pub type Names<'a> = dyn Fn(u16, &Path) + Sync + 'a;

/// What is to be watched for a library to stay true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToWatch<'a> {
    /// The files of this folder.
    Folder(&'a Path),
    /// A link that is an article, or would be one: with the names it leads through, the last one being the file.
    Link(&'a Path, &'a [PathBuf]),
    /// A root that is reached through links: with their names.
    Way(&'a Path, &'a [PathBuf]),
}

/// Told of what is to be watched.
pub type Watching = Arc<dyn Fn(ToWatch<'_>) + Send + Sync>;

/// A walk over folders.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Folders, and single files, which are listed whatever their extension.
    pub roots: Vec<PathBuf>,
    /// Takes in hidden and git-ignored files.
    pub all: bool,
    /// Gives the title of an article whose front matter has none.
    pub first_title: FirstTitle,
    /// Reads a title-less article on to its end; otherwise 64 KiB at most.
    pub to_the_end: bool,
}

/// What a walk comes upon.
#[derive(Clone, Debug)]
pub enum Found {
    /// An article that was read.
    Article(Box<Article>, Certainty),
    /// An article that is as it was known under this id.
    Unchanged(u32),
    /// A file or folder that is left out.
    Skipped {
        /// Where it is.
        path: PathBuf,
        /// Why it is left out.
        reason: SafeText,
        /// Always [`ProblemKind::Skipped`] for what is unreadable.
        kind: ProblemKind,
    },
}

impl Walk {
    /// The folder of each root, to which its articles' paths are relative: of a file, the one it is in.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.roots.iter().map(|root| folder_of(root)).collect()
    }

    /// Walks every root and gives what it finds to `sink`, from several threads and in no order, until
    /// done or `stop` is set. A file under two roots is found once. Files whose size and time are as
    /// `known` has them are not read.
    pub fn run(&self, known: &Library, stop: &AtomicBool, sink: &(dyn Fn(Found) + Sync)) {
        self.look_again(&Scope::everything(), known, stop, &unwatched(), sink);
    }

    /// As [`Walk::run`], but finds only what is in `scope`. Each folder and link of it is given to `watching` before
    /// it is read.
    pub fn look_again(
        &self,
        scope: &Scope,
        known: &Library,
        stop: &AtomicBool,
        watching: &Watching,
        sink: &(dyn Fn(Found) + Sync),
    ) {
        self.go(scope, known, None, stop, watching, sink);
    }

    /// Walks every root and gives each file that is an article by its name and kind to `take`, with the index of its
    /// root; opens none, and does not look at their size and time either. From several threads and in no order.
    pub fn names(&self, stop: &AtomicBool, take: &Names<'_>) {
        self.go(&Scope::everything(), &Library::default(), Some(take), stop, &unwatched(), &|_| {});
    }

    fn go(
        &self,
        scope: &Scope,
        known: &Library,
        names: Option<&Names<'_>>,
        stop: &AtomicBool,
        watching: &Watching,
        sink: &(dyn Fn(Found) + Sync),
    ) {
        let real: Vec<Option<PathBuf>> =
            self.roots.iter().map(|root| std::fs::canonicalize(root).ok()).collect();
        for (index, root) in self.roots.iter().enumerate() {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            // What is told of a file is told by its folder.
            let told = folder_of(root).join(root.file_name().unwrap_or_default());
            if !scope.holds(root) && !scope.is_within(root) && !scope.holds(&told) {
                continue;
            }
            let Some(own) = &real[index] else {
                let reason =
                    std::fs::metadata(root).err().map_or_else(|| safe!("cannot be read"), |e| cause(&e));
                sink(skipped(root.clone(), reason));
                continue;
            };
            let repeated = real[..index].iter().flatten().any(|earlier| earlier == own);
            if repeated {
                continue;
            }
            let others = real.iter().flatten().filter(|other| *other != own && other.starts_with(own));
            let root = Root {
                walk: self,
                scope,
                watching,
                known,
                names,
                index: u16::try_from(index).unwrap_or(u16::MAX),
                folder: folder_of(root),
                named: super::whole(&folder_of(root)),
                real: own.clone(),
                others: others.cloned().collect(),
            };
            root.watch_way(&self.roots[index]);
            if own.is_dir() {
                root.folder(stop, sink);
            } else {
                watching(ToWatch::Folder(&root.folder));
                root.single(&self.roots[index], sink);
            }
        }
    }
}

/// Has hidden files left out, and those that a `.gitignore`, git's other lists or an `.ignore` name. Where
/// `folder` is in no repository, lists above it do not count: a `.gitignore` of the home folder may name all of it.
pub(super) fn leave_out<'a>(
    builder: &'a mut WalkBuilder,
    folder: &Path,
    is_left_out: bool,
) -> &'a mut WalkBuilder {
    let whole = super::absolute(folder);
    let is_in_repository = whole.ancestors().any(|above| above.join(".git").exists());
    builder
        .hidden(is_left_out)
        .git_ignore(is_left_out)
        .git_global(is_left_out)
        .git_exclude(is_left_out)
        .ignore(is_left_out)
        .parents(is_left_out && is_in_repository)
        .require_git(is_in_repository)
}

/// For a walk that nothing is to be kept true by.
fn unwatched() -> Watching {
    Arc::new(|_| {})
}

/// The threads that a walk takes.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 12)
}

/// The folder that the articles of a root are relative to: of a file, the one it is in.
pub fn folder_of(root: &Path) -> PathBuf {
    if root.is_dir() {
        return root.to_owned();
    }
    folder_of_file(root).to_owned()
}

/// The folder that a file is in by its name.
fn folder_of_file(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn skipped(path: PathBuf, reason: SafeText) -> Found {
    Found::Skipped { path, reason, kind: ProblemKind::Skipped }
}

/// Whether a file's name has an extension of markdown, in any case.
pub fn is_markdown(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        ["md", "markdown", "mkd", "mdown", "mdx"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

struct Root<'a> {
    walk: &'a Walk,
    scope: &'a Scope,
    watching: &'a Watching,
    known: &'a Library,
    /// Told of each file instead of having it read.
    names: Option<&'a Names<'a>>,
    index: u16,
    folder: PathBuf,
    /// The same folder however its path was written: what it is called may be an article's title or date.
    named: PathBuf,
    /// Without links: what a link must stay under.
    real: PathBuf,
    /// Other roots below this one: they list their files themselves.
    others: Vec<PathBuf>,
}

impl Root<'_> {
    fn single(&self, path: &Path, sink: &(dyn Fn(Found) + Sync)) {
        self.watch_link(path, true);
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => self.article(path, Said::of(&metadata), sink),
            Ok(_) => sink(skipped(path.to_owned(), safe!("is not a regular file"))),
            Err(error) => sink(skipped(path.to_owned(), cause(&error))),
        }
    }

    fn folder(&self, stop: &AtomicBool, sink: &(dyn Fn(Found) + Sync)) {
        let scope = self.look_at_known(sink);
        if !scope.holds(&self.folder) && !scope.is_within(&self.folder) {
            return;
        }
        if scope.holds(&self.folder) {
            (self.watching)(ToWatch::Folder(&self.folder));
        }
        let (inlet, outlet) = pipe();
        let folders = self.folders(scope, &inlet);
        std::thread::scope(|threads| {
            for _ in 0..self::threads() {
                let outlet = outlet.clone();
                threads.spawn(move || self.files(&outlet, stop, sink));
            }
            drop(outlet);
            folders.visit(&mut Readers(Reader { root: self, inlet: &inlet, stop, sink }));
            drop(inlet);
        });
    }

    /// The walk over the folders. What else it meets it puts into `inlet`.
    fn folders(&self, scope: Scope, inlet: &Inlet) -> WalkParallel {
        let mut builder = WalkBuilder::new(&self.folder);
        leave_out(&mut builder, &self.folder, !self.walk.all).follow_links(false).threads(threads());
        let (folder, real, others) = (self.folder.clone(), self.real.clone(), self.others.clone());
        let is_others = move |path: &Path| {
            let below = path.strip_prefix(&folder).unwrap_or(path);
            !others.is_empty() && others.contains(&real.join(below))
        };
        let (inlet, watching) = (inlet.clone(), Arc::clone(self.watching));
        builder.filter_entry(move |entry| {
            let Some(kind) = entry.file_type() else { return false };
            let path = entry.path();
            let is_wanted = kind.is_dir() || kind.is_symlink() || is_markdown(path);
            let is_looked_at = || scope.holds(path) || scope.is_within(path);
            if !is_wanted || is_others(path) || !is_looked_at() {
                return false;
            }
            if !kind.is_dir() {
                inlet.put(Met { path: path.to_owned(), kind });
            } else if scope.holds(path) {
                // Visited it is only once what is in it was read: what came in between would be missed.
                watching(ToWatch::Folder(path));
            }
            kind.is_dir()
        });
        builder.build_parallel()
    }

    /// Looks at files until there are no more.
    fn files(&self, outlet: &Outlet, stop: &AtomicBool, sink: &(dyn Fn(Found) + Sync)) {
        let mut beside = Beside::default();
        while let Some(files) = outlet.take() {
            for file in files.iter().take_while(|_| !stop.load(Ordering::Relaxed)) {
                self.file(file, &mut beside, sink);
            }
        }
    }

    /// Looks at the files that were named and are known: the rules let them in before, and whoever changes
    /// the rules names the folder. Gives what is left to be walked; to find one file, all those beside it are
    /// read.
    fn look_at_known(&self, sink: &(dyn Fn(Found) + Sync)) -> Scope {
        let mut rest = self.scope.clone();
        rest.retain(|path| {
            let below = path.strip_prefix(&self.folder).ok();
            if below.and_then(|below| self.known.at(self.index, below)).is_none() {
                return true;
            }
            match std::fs::symlink_metadata(path) {
                Ok(metadata) if metadata.is_file() => self.article(path, Said::of(&metadata), sink),
                Ok(metadata) if metadata.is_symlink() => self.link(path, sink),
                // Another kind of thing by the same name.
                Ok(_) => return true,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => sink(skipped(path.to_owned(), cause(&error))),
            }
            false
        });
        rest
    }

    fn file(&self, Met { path, kind }: &Met, beside: &mut Beside, sink: &(dyn Fn(Found) + Sync)) {
        if !self.scope.holds(path) {
            return;
        }
        if kind.is_symlink() {
            return self.link(path, sink);
        }
        if !kind.is_file() {
            let what = if kind.is_fifo() {
                "named pipe"
            } else if kind.is_socket() {
                "socket"
            } else {
                "device"
            };
            return sink(skipped(path.to_owned(), safe!("is a {what}, not a regular file")));
        }
        if let Some(names) = self.names {
            return names(self.index, path);
        }
        match beside.said(path) {
            Ok(said) => self.article(path, said, sink),
            Err(error) => sink(skipped(path.to_owned(), cause(&error))),
        }
    }

    /// A link to a file under the root is an article; folders behind links are never entered, because
    /// those under the root are walked anyway and others are none of the library's.
    fn link(&self, path: &Path, sink: &(dyn Fn(Found) + Sync)) {
        if is_markdown(path) {
            self.watch_link(path, false);
        }
        let skip = |reason| sink(skipped(path.to_owned(), reason));
        let target = match std::fs::canonicalize(path) {
            Ok(target) => target,
            Err(_) if !is_markdown(path) => return,
            Err(error) => return skip(safe!("is a symlink that leads nowhere: {}", cause(&error))),
        };
        let Ok(metadata) = std::fs::metadata(&target) else { return };
        let inside = target.starts_with(&self.real);
        match (metadata.is_dir(), is_markdown(path), inside) {
            (true, _, true) | (false, false, _) => {}
            (true, _, false) => skip(safe!("is a symlink to a folder outside")),
            (false, true, false) => skip(safe!("is a symlink to a file outside the folder")),
            (false, true, true) if metadata.is_file() => self.article(path, Said::of(&metadata), sink),
            (false, true, true) => skip(safe!("is a symlink to what is not a regular file")),
        }
    }

    /// Says which names a link leads through, those under the root or `anywhere`: what becomes of them, becomes of it.
    fn watch_link(&self, link: &Path, anywhere: bool) {
        let mut leads: Vec<PathBuf> = Vec::new();
        while let Ok(target) = std::fs::read_link(leads.last().map_or(link, PathBuf::as_path)) {
            let target = folder_of_file(leads.last().map_or(link, PathBuf::as_path)).join(target);
            let Some(name) = target.file_name() else { break };
            let next = super::absolute(folder_of_file(&target)).join(name);
            if leads.contains(&next) {
                break;
            }
            leads.push(next);
        }
        leads.retain(|path| anywhere || path.starts_with(&self.real));
        if !leads.is_empty() {
            let leads: Vec<PathBuf> = leads.iter().map(|path| self.as_watched(path)).collect();
            (self.watching)(ToWatch::Link(link, &leads));
        }
    }

    /// Says which links a root is reached through: where one of them leads elsewhere, so does the root.
    fn watch_way(&self, root: &Path) {
        let mut links: Vec<PathBuf> = Vec::new();
        let mut waiting = vec![super::whole(root)];
        while let Some(path) = waiting.pop() {
            let mut at = PathBuf::new();
            for part in path.components() {
                at.push(part);
                let (Ok(target), Some(name)) = (std::fs::read_link(&at), at.file_name()) else { continue };
                let folder = super::absolute(folder_of_file(&at));
                let link = folder.join(name);
                if !links.contains(&link) {
                    links.push(link);
                    waiting.push(folder.join(target));
                }
            }
        }
        if !links.is_empty() {
            let links: Vec<PathBuf> = links.iter().map(|link| self.as_watched(link)).collect();
            (self.watching)(ToWatch::Way(root, &links));
        }
    }

    /// A path without links, as the folder tells of it that is watched for the root that it is under: a folder that
    /// is watched by two names is known by the later one alone.
    fn as_watched(&self, path: &Path) -> PathBuf {
        let folders = self.walk.folders().into_iter();
        let roots = folders.filter_map(|folder| Some((std::fs::canonicalize(&folder).ok()?, folder)));
        let around = roots.filter(|(real, _)| path.starts_with(real));
        // The innermost lists it, and of those the first.
        let innermost = around.rev().max_by_key(|(real, _)| real.components().count());
        let named = innermost.and_then(|(real, folder)| Some(folder.join(path.strip_prefix(real).ok()?)));
        named.unwrap_or_else(|| path.to_owned())
    }

    fn error(&self, error: &ignore::Error, sink: &(dyn Fn(Found) + Sync)) {
        let path = path_of(error).unwrap_or(&self.folder).to_owned();
        sink(skipped(path, said(error)));
    }

    fn article(&self, path: &Path, said: Said, sink: &(dyn Fn(Found) + Sync)) {
        if let Some(names) = self.names {
            return names(self.index, path);
        }
        let Said { bytes, modified, changed } = said;
        if bytes > LARGEST {
            return sink(skipped(path.to_owned(), safe!("is over 1 GiB")));
        }
        let below = path.strip_prefix(&self.folder).unwrap_or(path);
        let place = Place { root: self.index, path: below.to_owned(), bytes, modified };
        if let Some(id) = self.known_as(&place, changed) {
            return sink(Found::Unchanged(id));
        }
        let settled = is_settled(place.modified);
        match self.read(path) {
            Ok(ReadHead { decoded, front, heading, complete }) => {
                let article = assemble(place, &self.named, &front, heading, decoded.problems);
                sink(Found::Article(Box::new(article), Certainty { settled, complete, changed }));
            }
            Err(Error::Binary { .. }) => sink(skipped(path.to_owned(), safe!("is binary, not text"))),
            Err(Error::Unreadable { cause, .. }) => sink(skipped(path.to_owned(), cause)),
            Err(Error::NotRegular { what, .. }) => {
                sink(skipped(path.to_owned(), safe!("is a {what}, not a regular file")));
            }
            // Gone since the folder was read.
            Err(_) => sink(skipped(path.to_owned(), safe!("is no longer there"))),
        }
    }

    /// The id of the article at a place, if nothing says that its file is another by now.
    fn known_as(&self, place: &Place, now: i64) -> Option<u32> {
        let id = self.known.at(place.root, &place.path)?;
        let row = self.known.row(id);
        let Certainty { settled, complete, changed } = row.certainty();
        let same = (row.bytes(), row.modified(), changed) == (place.bytes, place.modified, now);
        (same && settled && (complete || !self.walk.to_the_end)).then_some(id)
    }

    /// Reads the beginning, and more as long as the front matter or the first heading needs it.
    fn read(&self, path: &Path) -> Result<ReadHead, Error> {
        let mut wanted = HEAD;
        loop {
            let (decoded, whole) = super::read_beginning(path, wanted, wanted)?;
            let next = |wanted: usize| if wanted < HEADING { HEADING } else { wanted.saturating_mul(8) };
            let Head::Read(front) = front_matter::read(&decoded.markdown, whole) else {
                wanted = next(wanted);
                continue;
            };
            if has_title(&front) {
                return Ok(ReadHead { decoded, front, heading: None, complete: true });
            }
            // A heading in a line that is cut off would be cut off too.
            let lines = if whole { None } else { decoded.markdown.rfind('\n') };
            let heading = (self.walk.first_title)(
                lines.map_or(&*decoded.markdown, |end| &decoded.markdown[..=end]),
                front.body,
            );
            let enough = heading.is_some() || whole || (wanted >= HEADING && !self.walk.to_the_end);
            if enough {
                let complete = heading.is_some() || whole;
                return Ok(ReadHead { decoded, front, heading, complete });
            }
            wanted = next(wanted);
        }
    }
}

/// A thread that reads folders: told of each once it is read.
struct Reader<'a> {
    root: &'a Root<'a>,
    inlet: &'a Inlet,
    stop: &'a AtomicBool,
    sink: &'a (dyn Fn(Found) + Sync),
}

/// Makes as many of them as there are to be.
struct Readers<'a>(Reader<'a>);

impl<'a> ParallelVisitorBuilder<'a> for Readers<'a> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'a> {
        let Reader { root, inlet, stop, sink } = self.0;
        Box::new(Reader { root, inlet, stop, sink })
    }
}

impl ParallelVisitor for Reader<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        self.inlet.hand_over();
        if self.stop.load(Ordering::Relaxed) {
            return WalkState::Quit;
        }
        if let Err(error) = entry {
            self.root.error(&error, self.sink);
        }
        WalkState::Continue
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.inlet.hand_over();
    }
}

struct ReadHead {
    decoded: Decoded,
    front: FrontMatter,
    heading: Option<SafeText>,
    /// Whether reading on would change nothing.
    complete: bool,
}

/// Whether a file that was modified then is left alone by now.
fn is_settled(modified: i64) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_nanos()).unwrap_or(i64::MAX);
    now.saturating_sub(modified) > SETTLING
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    let mut error = error;
    loop {
        match error {
            ignore::Error::WithPath { path, .. } => return Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error = err,
            _ => return None,
        }
    }
}

fn said(error: &ignore::Error) -> SafeText {
    error.io_error().map_or_else(|| SafeText::line(&error.to_string()), cause)
}
