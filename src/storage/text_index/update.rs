//! Brings the text index up to date: reads what is new or has changed, forgets what is gone.
//!
//! Knows `library`. Commits every few thousand articles, so that a kill loses little and the next run goes on
//! from there; what was committed is marked as unfinished until everything is in.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK};
use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, TERMINATED, TantivyError};

use super::directory::ReadDirectory;
use super::guard::{caught, guarded};
use super::schema::{Fields, tokenizers};
use super::{COMPLETE, TextIndex, failed, open_index, remove_older};
use crate::error::Error;
use crate::library::article::ArticleKey;
use crate::library::index::Library;
use crate::library::section::ReadSections;
use crate::safe;
use crate::storage::disk::stamp;
use crate::storage::finder::place_of_row;
use crate::storage::text_files::{self, Stop};
use crate::text::SafeText;

/// Articles between two commits, usually: some seconds of work.
pub const BETWEEN: usize = 8_000;
/// Bytes of words that each of the two writing threads gathers before it writes a segment.
const MEMORY: usize = 40 << 20;
/// How far behind everything else the work is put, where it is not waited for.
const BEHIND: i32 = 10;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// Where the index lies.
    pub folder: &'a Path,
    /// The folder of each root.
    pub roots: &'a [PathBuf],
    /// Every article that is to be in it.
    pub library: &'a Library,
    /// Cuts markdown into sections.
    pub sections: ReadSections,
    /// Articles between two commits, each of which costs a file system's writing.
    pub between: usize,
    /// Whether somebody works beside it: then it makes way.
    pub behind: bool,
    /// Whether all of the index is read first, to see that it is as it was written.
    pub proves: bool,
}

/// How far an update is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Articles that were read.
    pub done: usize,
    /// Articles to be read.
    pub all: usize,
}

/// What an update came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Articles that are in the index now.
    pub articles: usize,
    /// Articles that were read: new or changed.
    pub read: usize,
    /// Articles that were forgotten.
    pub forgotten: usize,
    /// Files that could not be read.
    pub unreadable: usize,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes of the index.
    pub size: u64,
    /// Whether a damaged index was set aside.
    pub set_aside: bool,
}

impl Update<'_> {
    /// Does it until done or `stop` says so, telling `progress` of each article and `committed` whenever more can be
    /// found. `None`: another process is writing this index.
    ///
    /// # Errors
    ///
    /// A cache folder that cannot be written to.
    pub fn run(
        self,
        stop: Stop<'_>,
        progress: &(dyn Fn(Progress) + Sync),
        committed: &dyn Fn(),
    ) -> Result<Option<Summary>, Error> {
        if self.behind {
            make_way();
        }
        let attempt = |summary| {
            caught(|| self.attempt(summary, stop, progress, committed)).unwrap_or(Err(Failed::Damaged))
        };
        match attempt(Summary::default()) {
            Err(Failed::Damaged) => {}
            other => return other.map_err(Error::from),
        }
        // It could be opened, and what it holds cannot be read.
        if is_being_written(self.folder) {
            return Ok(None);
        }
        set_aside(self.folder).map_err(|error| self.cannot(&error))?;
        attempt(Summary { set_aside: true, ..Summary::default() }).map_err(Error::from)
    }

    fn attempt(
        &self,
        mut summary: Summary,
        stop: Stop<'_>,
        progress: &(dyn Fn(Progress) + Sync),
        committed: &dyn Fn(),
    ) -> Result<Option<Summary>, Failed> {
        // Before anything is read: a folder that changes meanwhile is met again.
        let payload = payload(&self.folders());
        let Some((index, known)) = self.open(&mut summary)? else { return Ok(None) };
        let (_, fields) = Fields::new();
        let mut known = known;
        let mut todo: Vec<Todo> = Vec::new();
        for (key, id) in self.library.keys() {
            let row = self.library.row(id);
            let before = known.remove(&key);
            if before != Some((row.bytes(), row.modified())) {
                todo.push(Todo { id, key, is_known: before.is_some() });
            }
        }
        todo.sort_unstable_by_key(|article| article.id);
        // Folders may have changed without their articles; as long as theirs are other times, searches look at every file.
        let is_current = || last_payload(&index).as_deref() == Some(payload.as_str());
        if todo.is_empty() && known.is_empty() && is_current() && !summary.set_aside {
            summary.articles = self.library.len();
            summary.size = size_of(self.folder);
            return Ok(Some(summary));
        }
        let options = IndexWriterOptions::builder()
            .num_worker_threads(2)
            .memory_budget_per_thread(MEMORY)
            // Each merge holds what it merges.
            .num_merge_threads(1)
            .build();
        let mut writer: IndexWriter = match index.writer_with_options(options) {
            Ok(writer) => writer,
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => return Ok(None),
            Err(error) => return Err(failed(&error).into()),
        };
        remove_older(self.folder);
        let replaced = todo.iter().filter(|article| article.is_known).map(|article| article.key);
        look_up(&index, fields, replaced.chain(known.keys().copied())).map_err(|_| Failed::Damaged)?;
        for key in known.keys() {
            writer.delete_term(fields.key(*key));
        }
        summary.forgotten = known.len();
        let (done, unreadable) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let bytes = AtomicU64::new(0);
        for batch in todo.chunks(self.between) {
            // Before anything is added, and from one thread: what several say at once reaches the queue of
            // deletions in any order, and one that comes too late takes the new state with the old
            // (tantivy 0.27, 2026-11-30).
            for article in batch.iter().filter(|article| article.is_known) {
                writer.delete_term(fields.key(article.key));
            }
            let written = text_files::each(batch.len(), stop, &|at| {
                let place = place_of_row(self.library, batch.get(at)?.id);
                let root = self.roots.get(usize::from(place.root))?;
                let mut operations = Vec::new();
                match text_files::read(root, &place, self.sections) {
                    Ok(text) => {
                        bytes.fetch_add(place.bytes, Ordering::Relaxed);
                        operations.extend(fields.documents(text).into_iter().map(UserOperation::Add));
                    }
                    // What cannot be read is met again with the next update.
                    Err(_) => {
                        unreadable.fetch_add(1, Ordering::Relaxed);
                    }
                }
                let written = writer.run(operations);
                progress(Progress { done: done.fetch_add(1, Ordering::Relaxed) + 1, all: todo.len() });
                written.err()
            });
            if let Some(error) = written.into_iter().next() {
                return Err(failed(&error).into());
            }
            if stop() {
                // What was committed stays; the rest is met again. Somebody is waiting.
                return Ok(Some(summary));
            }
            if done.load(Ordering::Relaxed) < todo.len() {
                commit(&mut writer, "partial").map_err(|error| failed(&error))?;
                committed();
            }
        }
        summary.read = done.into_inner();
        summary.unreadable = unreadable.into_inner();
        summary.bytes = bytes.into_inner();
        commit(&mut writer, &payload).map_err(|error| failed(&error))?;
        committed();
        writer.wait_merging_threads().map_err(|error| failed(&error))?;
        summary.articles = self.library.len() - summary.unreadable;
        summary.size = size_of(self.folder);
        Ok(Some(summary))
    }

    /// The index, made where there is none, with what it knows. A damaged one is set aside, and whatever else stands
    /// in its place. `None`: another process is writing it.
    fn open(&self, summary: &mut Summary) -> Result<Option<(Index, Known)>, Error> {
        for place in self.folder.parent().into_iter().chain([self.folder]) {
            if std::fs::symlink_metadata(place).is_ok() && !place.is_dir() {
                set_aside(place).map_err(|error| self.cannot(&error))?;
                summary.set_aside = true;
            }
        }
        let create = || {
            std::fs::create_dir_all(self.folder)?;
            let (schema, _) = Fields::new();
            let create = |directory| Index::open_or_create::<ReadDirectory>(directory, schema);
            let mut index = ReadDirectory::open(self.folder)
                .map_err(TantivyError::from)
                .and_then(create)
                .map_err(std::io::Error::other)?;
            index.set_tokenizers(tokenizers());
            Ok((index, Known::new()))
        };
        let is_there = std::fs::symlink_metadata(self.folder.join("meta.json")).is_ok();
        let opened = if is_there { guarded(|| known(self.folder, self.proves)).ok() } else { create().ok() };
        if opened.is_some() {
            return Ok(opened);
        }
        if is_being_written(self.folder) {
            return Ok(None);
        }
        if self.folder.exists() {
            set_aside(self.folder).map_err(|error| self.cannot(&error))?;
            summary.set_aside = true;
        }
        create().map(Some).map_err(|error| self.cannot(&error))
    }

    fn cannot(&self, error: &std::io::Error) -> Error {
        let shown = SafeText::line(&self.folder.to_string_lossy());
        Error::System { what: safe!("the text index {shown}"), cause: SafeText::line(&error.to_string()) }
    }

    /// The folders that hold articles and those they lie in, up to the roots, with their times.
    fn folders(&self) -> BTreeMap<PathBuf, i64> {
        let mut folders = BTreeMap::new();
        let mut add = |folder: &Path| {
            let known = folders.contains_key(folder);
            if !known {
                folders.insert(folder.to_owned(), stamp(folder).map_or(0, |(_, modified)| modified));
            }
            known
        };
        for root in self.roots {
            add(root);
        }
        for row in self.library.rows() {
            let Some(root) = self.roots.get(usize::from(row.root())) else { continue };
            for below in row.path().ancestors().skip(1) {
                if add(&root.join(below)) {
                    break;
                }
            }
        }
        folders
    }
}

/// Why an index was not brought up to date.
enum Failed {
    /// What it holds cannot be read.
    Damaged,
    Otherwise(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Otherwise(error)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        let damaged = || Self::System { what: safe!("the text index"), cause: safe!("it is damaged") };
        if let Failed::Otherwise(error) = failed { error } else { damaged() }
    }
}

/// Reads what deleting `keys` will read: tantivy does that in a thread of its own, where a panic over damage would end
/// the program (0.27, 2026-11-30).
fn look_up(index: &Index, fields: Fields, keys: impl Iterator<Item = ArticleKey>) -> tantivy::Result<()> {
    // As everywhere, nothing watches the folder.
    let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let searcher = reader.searcher();
    let segments = searcher.segment_readers().iter();
    let segments = segments.map(|segment| Ok((segment.max_doc(), segment.inverted_index(fields.key)?)));
    let segments: Vec<_> = segments.collect::<tantivy::Result<_>>()?;
    for key in keys {
        for (end, segment) in &segments {
            let postings = segment.read_postings(&fields.key(key), IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                if postings.doc() >= *end {
                    return Err(TantivyError::InternalError("it names what it does not hold".to_owned()));
                }
                postings.advance();
            }
        }
    }
    Ok(())
}

/// An article that is to be read.
#[derive(Clone, Copy)]
struct Todo {
    id: u32,
    key: ArticleKey,
    /// Whether the index has an older state of it.
    is_known: bool,
}

/// Bytes and modification time of each article that is in an index.
type Known = HashMap<ArticleKey, (u64, i64)>;

/// What an index knows, if it can be read; proved by the sums of its files where that `is_proved`.
fn known(folder: &Path, is_proved: bool) -> tantivy::Result<(Index, Known)> {
    let index = open_index(folder)?;
    // Damage may hide until a file is read: what an unfinished or finished index knows is read here.
    let all = TextIndex::over(&index, Vec::new())?;
    let failed = |why: &str| TantivyError::InternalError(why.to_owned());
    // A file that is gone counts as empty to who reads it.
    let segments: Vec<String> = index.searchable_segment_ids()?.iter().map(SegmentId::uuid_string).collect();
    let is_its = |name: &&PathBuf| {
        let name = name.to_string_lossy();
        // What says which documents are deleted is replaced by newer ones.
        segments.iter().any(|segment| name.starts_with(segment)) && !name.ends_with(".del")
    };
    let files = index.directory().list_managed_files();
    if !files.iter().filter(is_its).all(|name| folder.join(name).is_file()) {
        return Err(failed("a file of it is gone"));
    }
    if is_proved {
        let directory = ReadDirectory::open(folder)?;
        let mut has_sums = true;
        for name in files.iter().filter(is_its) {
            has_sums &= directory.prove(name)?;
        }
        // A file that an older program has written has one sum for all of it.
        if !has_sums && !index.validate_checksum()?.is_empty() {
            return Err(failed("its sums are not those that were written"));
        }
    }
    let states = all.states().map_err(|_| failed("its articles cannot be read"))?;
    Ok((index, states.into_iter().map(|state| (state.key, (state.bytes, state.modified))).collect()))
}

/// Whether another process is writing the index.
fn is_being_written(folder: &Path) -> bool {
    let taken = ReadDirectory::open(folder).map(|directory| directory.acquire_lock(&INDEX_WRITER_LOCK));
    matches!(taken, Ok(Err(LockError::LockBusy)))
}

/// Gives what stands at `path` another name. One is enough to look into.
fn set_aside(path: &Path) -> std::io::Result<()> {
    let aside = path.with_extension("damaged");
    let _ = std::fs::remove_dir_all(&aside);
    let _ = std::fs::remove_file(&aside);
    std::fs::rename(path, &aside)
}

/// What the last commit says of itself.
fn last_payload(index: &Index) -> Option<String> {
    index.load_metas().ok()?.payload
}

fn commit(writer: &mut IndexWriter, payload: &str) -> tantivy::Result<()> {
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(payload);
    prepared.commit()?;
    Ok(())
}

/// What a finished index says of itself.
fn payload(folders: &BTreeMap<PathBuf, i64>) -> String {
    let mut payload = COMPLETE.to_owned();
    for (folder, modified) in folders {
        // A name that cannot be written down counts as changed.
        let line = match folder.to_str().filter(|path| !path.contains('\n')) {
            Some(path) => format!("\n{modified}\t{path}"),
            None => "\n0\t.".to_owned(),
        };
        payload.push_str(&line);
    }
    payload
}

fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// Puts this thread, and those it starts, behind everything else. Only on Linux is this a thread's own
/// matter (setpriority(2)).
fn make_way() {
    #[cfg(target_os = "linux")]
    {
        // Without it the work is only less polite.
        let _ = rustix::process::nice(BEHIND);
    }
}
