//! Brings the text index up to date: reads what is new or has changed, forgets what is gone.
//!
//! Knows `library`. Commits every few thousand articles, so that a kill loses little and the next run goes on
//! from there; what was committed is marked as unfinished until everything is in.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tantivy::directory::error::LockError;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::{Index, IndexWriter, TantivyError};

use super::directory::ReadDirectory;
use super::schema::{Fields, tokenizers};
use super::{COMPLETE, TextIndex, failed, open_index};
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
        let mut summary = Summary::default();
        // Before anything is read: a folder that changes meanwhile is met again.
        let folders = self.folders();
        let (index, known) = self.open(&mut summary)?;
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
        if todo.is_empty() && known.is_empty() && is_complete(&index) && !summary.set_aside {
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
            Err(error) => return Err(failed(&error)),
        };
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
                return Err(failed(&error));
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
        commit(&mut writer, &payload(&folders)).map_err(|error| failed(&error))?;
        committed();
        writer.wait_merging_threads().map_err(|error| failed(&error))?;
        summary.articles = self.library.len() - summary.unreadable;
        summary.size = size_of(self.folder);
        Ok(Some(summary))
    }

    /// The index, made where there is none, with what it knows. A damaged one is set aside.
    fn open(&self, summary: &mut Summary) -> Result<(Index, Known), Error> {
        let cannot = |error: &std::io::Error| Error::System {
            what: safe!("the text index"),
            cause: SafeText::line(&error.to_string()),
        };
        std::fs::create_dir_all(self.folder).map_err(|error| cannot(&error))?;
        if self.folder.join("meta.json").is_file() {
            if let Ok(known) = known(self.folder) {
                return Ok(known);
            }
            let aside = self.folder.with_extension("damaged");
            // One is enough to look into.
            let _ = std::fs::remove_dir_all(&aside);
            std::fs::rename(self.folder, &aside).map_err(|error| cannot(&error))?;
            std::fs::create_dir_all(self.folder).map_err(|error| cannot(&error))?;
            summary.set_aside = true;
        }
        let (schema, _) = Fields::new();
        let directory = ReadDirectory::open(self.folder).map_err(|error| failed(&error.into()))?;
        let mut index = Index::open_or_create(directory, schema).map_err(|error| failed(&error))?;
        index.set_tokenizers(tokenizers());
        Ok((index, Known::new()))
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

fn known(folder: &Path) -> tantivy::Result<(Index, Known)> {
    let index = open_index(folder)?;
    // Damage may hide until a file is read: what an unfinished or finished index knows is read here.
    let all = TextIndex::over(&index, Vec::new())?;
    let unreadable = |_| TantivyError::InternalError("its articles cannot be read".to_owned());
    let states = all.states().map_err(unreadable)?;
    Ok((index, states.into_iter().map(|state| (state.key, (state.bytes, state.modified))).collect()))
}

/// Whether the last commit was that of a finished update.
fn is_complete(index: &Index) -> bool {
    index.load_metas().is_ok_and(|metas| metas.payload.is_some_and(|payload| payload.starts_with(COMPLETE)))
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
