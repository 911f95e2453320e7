//! The record: what a person made (state, stars, places, labels, bookmarks, notes), in one SQLite file of the
//! data folder. The only user of `rusqlite`.
//!
//! Several programs may have it open at once: what is written is a row, never a table, in transactions that are
//! short and wait for each other. Nothing ends the program: a file that is damaged is put aside, and where
//! nothing can be written, what is made is kept in memory until one leaves, and that is said once.

mod articles;
mod keeping;
mod look;
mod marks;
mod moved;
pub mod places;
mod schema;
#[cfg(test)]
mod tests;
mod undo;
mod views;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::error::Error;
use crate::library::index::Library;
use crate::library::marks::{Deed, Entry, Marks, ViewState};
use crate::safe;
use crate::text::SafeText;

pub use articles::Known;
pub use look::digest_of;
pub use schema::FILE;

/// How long one program waits for another that is writing.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often a write is tried again that another program's was in the way of.
const TRIES: usize = 5;

/// The record, open.
#[derive(Debug)]
pub struct Record {
    connection: Connection,
    file: PathBuf,
    /// Which file that was when it was opened for writing.
    identity: Option<(u64, u64)>,
    /// By which names this run knows the articles that it did something with.
    names: HashMap<i64, PathBuf>,
    /// Whether this run has looked for articles that have other names.
    all_looked_at: bool,
    /// Whether nothing of what is made now outlives this run.
    in_memory: bool,
    /// What the file's state was called when it was last asked whether another program has written.
    state: Option<i64>,
    /// Something that is to be said once.
    notice: Option<SafeText>,
}

/// Recorded articles that were found under other names, with those.
#[derive(Clone, Debug, Default)]
pub struct Moved(Vec<moved::Found>);

/// What a deed, or taking one back, has changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changed {
    /// What was done, in words.
    pub words: SafeText,
    /// What is recorded of the articles now.
    pub entries: Vec<Entry>,
}

impl Moved {
    /// The articles that took the names of others, and of which nothing is recorded then.
    fn vacated(&self) -> Vec<Entry> {
        let is_taken = |file: &PathBuf| self.0.iter().any(|found| found.file == *file);
        let left = self.0.iter().filter_map(|found| found.left.clone()).filter(|file| !is_taken(file));
        left.map(|file| Entry { file, ..Entry::default() }).collect()
    }
}

impl Record {
    /// One that is read through a connection and said nothing of yet.
    fn over(connection: Connection, file: PathBuf) -> Self {
        Self {
            connection,
            file,
            identity: None,
            names: HashMap::new(),
            all_looked_at: false,
            in_memory: false,
            state: None,
            notice: None,
        }
    }

    /// Opens the record in the data folder, or makes it. Where that cannot be, it is one in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] where there is not even memory for it.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        keeping::open(folder)
    }

    /// The record as it is, to be read only; `None` where there is none yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] where the file is no record, or damaged.
    pub fn read(folder: &Path) -> Result<Option<Self>, Error> {
        keeping::read(folder)
    }

    /// Damaged files of records that were put aside in the data folder, oldest first.
    pub fn set_aside(folder: &Path) -> Vec<PathBuf> {
        keeping::set_aside(folder)
    }

    /// The file that it is kept in.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Whether another program has written into it since this was last asked. Costs a look at what the programs
    /// share.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn is_another(&mut self) -> Result<bool, Error> {
        // Only what others write gives it another number (`PRAGMA data_version`).
        let state = self.connection.pragma_query_value(None, "data_version", |row| row.get(0));
        let state = state.map_err(|error| self.unreadable(&error))?;
        Ok(self.state.replace(state).is_some_and(|before| before != state))
    }

    /// What is to be said about the keeping, once.
    pub fn take_notice(&mut self) -> Option<SafeText> {
        self.notice.take()
    }

    /// What is recorded of the articles under these roots, or of all articles where there are none.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn entries(&self, roots: &[PathBuf]) -> Result<Vec<Entry>, Error> {
        articles::entries(&self.connection, roots).map_err(|error| self.unreadable(&error))
    }

    /// What is recorded of one article, under the name that it is known by now.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn entry(&self, file: &Path) -> Result<Option<Entry>, Error> {
        articles::entry(&self.connection, file).map_err(|error| self.unreadable(&error))
    }

    /// The articles that were opened last and whose files are still there, at most so many.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn recent(&self, most: usize) -> Result<Vec<Entry>, Error> {
        articles::recent(&self.connection, most).map_err(|error| self.unreadable(&error))
    }

    /// The bookmarks and notes of an article.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn marks(&self, file: &Path) -> Result<Marks, Error> {
        marks::of(&self.connection, file).map_err(|error| self.unreadable(&error))
    }

    /// The articles under these roots (all, where there are none) that have bookmarks or notes, with those; the
    /// `moved` ones under the names that they have now.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn marked(&self, roots: &[PathBuf], moved: &Moved) -> Result<Vec<(Entry, Marks)>, Error> {
        let read = || -> rusqlite::Result<_> {
            let mut marked: Vec<(Entry, Marks)> = Vec::new();
            for entry in articles::entries(&self.connection, roots)? {
                let id = articles::find(&self.connection, &entry.file)?;
                if !moved.0.iter().any(|found| Some(found.id) == id) {
                    let marks = marks::of(&self.connection, &entry.file)?;
                    marked.push((entry, marks));
                }
            }
            for moved::Found { id, file, .. } in &moved.0 {
                let Some(entry) = articles::entry_of(&self.connection, *id)? else { continue };
                let mut marks = marks::of_number(&self.connection, *id, file)?;
                if let Some((_, own)) = marked.iter_mut().find(|(other, _)| other.file == *file) {
                    own.bookmarks.append(&mut marks.bookmarks);
                    own.notes.append(&mut marks.notes);
                } else {
                    marked.push((Entry { file: file.clone(), ..entry }, marks));
                }
            }
            marked.retain(|(_, marks)| !(marks.bookmarks.is_empty() && marks.notes.is_empty()));
            Ok(marked)
        };
        read().map_err(|error| self.unreadable(&error))
    }

    /// Whether what is recorded in one of these files may be about an article that has another name now: it costs a
    /// look at the size and time of each recorded file, and reads those that changed.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn is_any_astray(&self, files: &[PathBuf]) -> Result<bool, Error> {
        moved::is_any_astray(&self.connection, files).map_err(|error| self.unreadable(&error))
    }

    /// The articles of `library` that are recorded under names that no file has any more, or another article. Nothing
    /// is written.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn moved(&self, library: &Library) -> Result<Moved, Error> {
        moved::moved(&self.connection, library).map(Moved).map_err(|error| self.unreadable(&error))
    }

    /// What is recorded of articles that have other names now, by those; where something is recorded under those, too,
    /// with that. And before them those that took their names, of which nothing is recorded.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn entries_of(&self, moved: &Moved) -> Result<Vec<Entry>, Error> {
        let read = || -> rusqlite::Result<_> {
            let mut entries = moved.vacated();
            for moved::Found { id, file, .. } in &moved.0 {
                let Some(entry) = articles::entry_of(&self.connection, *id)? else { continue };
                let own = articles::find(&self.connection, file)?;
                let own = own.filter(|own| !moved.0.iter().any(|found| found.id == *own));
                let own = own.map(|own| articles::entry_of(&self.connection, own)).transpose()?.flatten();
                let entry = match own {
                    Some(other) => entry.with(other),
                    None => entry,
                };
                entries.push(Entry { file: file.clone(), ..entry });
            }
            Ok(entries)
        };
        read().map_err(|error| self.unreadable(&error))
    }

    /// Does something that [`Record::undo`] takes back.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] where it cannot even be kept in memory.
    pub fn perform(&mut self, deed: &Deed) -> Result<Changed, Error> {
        let (names, entries) = self.write(|transaction| {
            undo::begin(transaction)?;
            marks::perform(transaction, deed, now())?;
            undo::end(transaction, &deed.words())?;
            let mut names = Vec::new();
            let mut entries = Vec::new();
            for file in deed.files() {
                let Some(id) = articles::find(transaction, file)? else { continue };
                names.push((id, file.clone()));
                let entry = articles::entry_of(transaction, id)?;
                entries.extend(entry.map(|entry| Entry { file: file.clone(), ..entry }));
            }
            Ok((names, entries))
        })?;
        self.names.extend(names);
        Ok(Changed { words: deed.words(), entries })
    }

    /// Takes the last deed of this run back; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn undo(&mut self) -> Result<Option<Changed>, Error> {
        let undone = self.write(|transaction| {
            let Some((words, articles)) = undo::back(transaction)? else { return Ok(None) };
            let entry = |id| Ok(articles::entry_of(transaction, id)?.map(|entry| (id, entry)));
            let entries = articles.into_iter().map(entry).collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Some((words, entries)))
        })?;
        let named = |(id, entry): (i64, Entry)| match self.names.get(&id) {
            Some(file) => Entry { file: file.clone(), ..entry },
            None => entry,
        };
        Ok(undone.map(|(words, entries)| Changed {
            words,
            entries: entries.into_iter().flatten().map(named).collect(),
        }))
    }

    /// An article was opened: it is known from now on, and found again by what is known of it.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn opened(&mut self, known: &Known) -> Result<Entry, Error> {
        let all_looked_at = self.all_looked_at;
        self.write(|transaction| {
            let id = articles::know(transaction, known, all_looked_at, now())?;
            transaction.execute("UPDATE article SET opened = ?2 WHERE id = ?1", (id, now()))?;
            articles::entry_of(transaction, id).map(Option::unwrap_or_default)
        })
    }

    /// Somebody is so far in an article.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn reached(
        &mut self,
        file: &Path,
        reached: &crate::library::marks::Reached,
    ) -> Result<Option<Entry>, Error> {
        self.write(|transaction| {
            articles::reached(transaction, file, reached)?;
            articles::entry(transaction, file)
        })
    }

    /// Somebody was there in a saved view of the library with these roots.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn view(&mut self, roots: &[PathBuf], state: &ViewState) -> Result<(), Error> {
        self.write(|transaction| views::keep(transaction, roots, state))
    }

    /// Where somebody was in the saved views of the library with these roots.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`].
    pub fn views(&self, roots: &[PathBuf]) -> Result<Vec<ViewState>, Error> {
        views::of(&self.connection, roots).map_err(|error| self.unreadable(&error))
    }

    /// Files and folders have other names now.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn renamed(&mut self, names: &[(PathBuf, PathBuf)]) -> Result<(), Error> {
        self.write(|transaction| articles::renamed(transaction, names))
    }

    /// Looks for the articles of `library` that are recorded under names that no file has any more, or another article.
    /// Gives what is recorded of those that were found, and of those that took their names.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn find_moved(&mut self, library: &Library) -> Result<Vec<Entry>, Error> {
        let moved = self.moved(library)?;
        self.all_looked_at = true;
        self.take_moved(&moved)
    }

    /// Records articles under the names that they have now.
    fn take_moved(&mut self, moved: &Moved) -> Result<Vec<Entry>, Error> {
        if moved.0.is_empty() {
            return Ok(Vec::new());
        }
        self.write(|transaction| {
            moved::take(transaction, &moved.0)?;
            let mut entries = moved.vacated();
            for moved::Found { file, .. } in &moved.0 {
                entries.extend(articles::entry(transaction, file)?);
            }
            Ok(entries)
        })
    }

    /// Articles in these files, or in any where there are none, may have been edited: they are recognised by what
    /// they say now. Each that is as it was costs a look at its size and time.
    ///
    /// # Errors
    ///
    /// As [`Record::perform`].
    pub fn renew(&mut self, files: &[PathBuf]) -> Result<(), Error> {
        let edited = look::edited(&self.connection, files).map_err(|error| self.unreadable(&error))?;
        if edited.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            edited.iter().try_for_each(|(id, looked)| look::renew(transaction, *id, looked))
        })
    }

    /// Writes in one transaction, again where another program's was in the way, and in memory where the disk
    /// takes nothing.
    fn write<T>(&mut self, work: impl Fn(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, Error> {
        self.look_at_the_file()?;
        let mut tried = 0;
        loop {
            tried += 1;
            let error = match attempt(&mut self.connection, &work) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let code = error.sqlite_error_code();
            let waits = matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
            if waits && tried < TRIES {
                continue;
            }
            if self.in_memory {
                return Err(self.unreadable(&error));
            }
            self.go_on_in_memory(&error)?;
            tried = 0;
        }
    }

    /// A file that was taken away, or replaced by another, while it is open would be written for nobody.
    fn look_at_the_file(&mut self) -> Result<(), Error> {
        if self.identity.is_none() || keeping::identity(&self.file) == self.identity {
            return Ok(());
        }
        let folder = self.file.parent().unwrap_or(Path::new("")).to_path_buf();
        *self = keeping::anew(&folder, &self.connection).map_err(|error| self.unreadable(&error))?;
        Ok(())
    }

    /// From now on what is made is kept in memory: nothing more can be written.
    fn go_on_in_memory(&mut self, error: &rusqlite::Error) -> Result<(), Error> {
        let memory = keeping::memory(Some(&self.connection)).map_err(|error| self.unreadable(&error))?;
        self.notice = Some(keeping::not_kept(&self.file, error));
        (self.connection, self.in_memory) = (memory, true);
        Ok(())
    }

    fn unreadable(&self, error: &rusqlite::Error) -> Error {
        Error::Unreadable { path: super::disk::shown(&self.file), cause: safe!("{error}") }
    }
}

fn attempt<T>(
    connection: &mut Connection,
    work: impl Fn(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    // Whoever means to write says so first: two that read first and write then stand in each other's way.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// Seconds since the Unix epoch.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
