//! The record's file: opened, put aside where it is damaged, replaced by memory where nothing can be written.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read")]

use std::fmt::Write;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter};

use super::schema::{FILE, TABLES, Trouble, has_its_tables, is_earlier, migrate};
use super::{PATIENCE, Record, TRIES, undo};
use crate::error::Error;
use crate::safe;
use crate::storage::disk::shown;
use crate::text::SafeText;

/// How the names of damaged files begin.
const ASIDE: &str = "record.damaged-";

/// Why a record's file is not open.
#[derive(Debug)]
enum Failed {
    /// What is in it is no record, or no whole one.
    Damaged,
    /// It is of a later longread.
    Newer,
    /// The system does not let us.
    World(SafeText),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // Also a table that is not there, or holds something else: nobody but longread writes it.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown) | None => {
                Self::Damaged
            }
            Some(_) => Self::World(safe!("{error}")),
        }
    }
}

impl From<Trouble> for Failed {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Newer => Self::Newer,
            Trouble::Database(error) => error.into(),
        }
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        let text = error.to_string();
        Self::World(SafeText::line(text.split(" (os error").next().unwrap_or(&text)))
    }
}

/// The record in `folder`, or one in memory.
pub(super) fn open(folder: &Path) -> Result<Record, Error> {
    let file = folder.join(FILE);
    let (failed, notice) = match open_on_disk(folder, &file) {
        Ok((connection, notice)) => {
            return Ok(kept(connection, file, notice));
        }
        Err(Failed::World(cause)) => (cause.clone(), not_kept_because(&file, &cause)),
        Err(Failed::Newer) => {
            let cause = safe!("it is of a later longread");
            (cause.clone(), not_kept_because(&file, &cause))
        }
        Err(Failed::Damaged) => {
            let cause = safe!("it is damaged");
            (cause.clone(), not_kept_because(&file, &cause))
        }
    };
    let before = readable(&file).ok();
    let unreadable = |_| Error::Unreadable { path: shown(&file), cause: failed };
    let connection = memory(before.as_ref()).map_err(unreadable)?;
    Ok(Record { in_memory: true, notice: Some(notice), ..Record::over(connection, file) })
}

/// A record that is written to its file.
fn kept(connection: Connection, file: PathBuf, notice: Option<SafeText>) -> Record {
    Record { identity: identity(&file), notice, ..Record::over(connection, file) }
}

fn open_on_disk(folder: &Path, file: &Path) -> Result<(Connection, Option<SafeText>), Failed> {
    std::fs::create_dir_all(folder)?;
    match connect(file) {
        Err(Failed::Damaged) => {}
        other => return Ok((other?, None)),
    }
    let aside = put_aside(file)?;
    let connection = connect(file)?;
    // What can still be read of it is worth having.
    if let Ok(damaged) = readable(&aside) {
        copy(&damaged, &connection);
    }
    // Its folder is named by `longread paths`, and a whole path would be cut.
    let name = aside.file_name().map(|name| shown(Path::new(name))).unwrap_or_default();
    let notice = safe!("The record was damaged and is now {name}; what could be read goes on");
    Ok((connection, Some(notice)))
}

/// The record in `folder`, to be read only.
pub(super) fn read(folder: &Path) -> Result<Option<Record>, Error> {
    let file = folder.join(FILE);
    if crate::storage::disk::stamp(&file).is_none() {
        return Ok(None);
    }
    let unreadable = |cause: SafeText| Error::Unreadable { path: shown(&file), cause };
    let connect = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&file, read_only())?;
        connection.busy_timeout(PATIENCE)?;
        connection.query_row("SELECT count(*) FROM article", (), |_| Ok(()))?;
        Ok(connection)
    };
    // One of an earlier longread is brought up to date in memory, and stays as it is on the disk.
    let current = |connection: Connection| {
        if is_earlier(&connection)? { memory(Some(&connection)) } else { Ok(connection) }
    };
    match connect().or_else(|_| readable(&file)).and_then(current) {
        Ok(connection) => Ok(Some(Record::over(connection, file))),
        Err(error) => Err(unreadable(safe!("{error}"))),
    }
}

/// A record in memory, with what `before` holds of one.
pub(super) fn memory(before: Option<&Connection>) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    migrate(&mut connection).map_err(|trouble| match trouble {
        Trouble::Database(error) => error,
        Trouble::Newer => rusqlite::Error::InvalidQuery,
    })?;
    if let Some(before) = before {
        copy(before, &connection);
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    undo::prepare(&connection)?;
    Ok(connection)
}

/// What is said where nothing more can be written.
pub(super) fn not_kept(file: &Path, error: &rusqlite::Error) -> SafeText {
    not_kept_because(file, &safe!("{error}"))
}

fn not_kept_because(file: &Path, cause: &SafeText) -> SafeText {
    safe!("The reading record cannot be written, marks last until you leave: {}: {cause}", shown(file))
}

/// Opens the file for writing, and proves that all of it is in order.
fn connect(file: &Path) -> Result<Connection, Failed> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    let mut tried = 0;
    // On a file system that cannot share memory it stays with what it has. Where two programs open it for the
    // first time, one waits here for the other, and the system does not do that for it.
    while let Err(error) = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())) {
        tried += 1;
        if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) || tried == TRIES {
            return Err(error.into());
        }
        std::thread::sleep(PATIENCE / 100);
    }
    // With a log beside it the file is never half written, and a program that is killed loses nothing.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    migrate(&mut connection)?;
    let state: String = connection.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
    if state != "ok" || !has_its_tables(&connection)? {
        return Err(Failed::Damaged);
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    undo::prepare(&connection)?;
    Ok(connection)
}

fn read_only() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Opens the file as one that nobody changes: where its folder takes no other file, that is the only way.
fn readable(file: &Path) -> rusqlite::Result<Connection> {
    let mut address = String::from("file:");
    for byte in file.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(byte) {
            address.push(char::from(*byte));
        } else {
            // Writing into a string never fails.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address.push_str("?immutable=1");
    let connection = Connection::open_with_flags(address, read_only())?;
    connection.query_row("SELECT count(*) FROM article", (), |_| Ok(()))?;
    Ok(connection)
}

/// Copies every row that can be read.
fn copy(from: &Connection, to: &Connection) {
    for table in TABLES {
        let Ok(mut rows) = from.prepare(&format!("SELECT * FROM {table}")) else { continue };
        let columns = rows.column_count();
        let places = vec!["?"; columns].join(", ");
        // By their names: a record of an earlier longread has fewer.
        let names = rows.column_names().collect::<Vec<_>>().join("\", \"");
        let sql = format!("INSERT OR IGNORE INTO {table} (\"{names}\") VALUES ({places})");
        let Ok(mut insert) = to.prepare(&sql) else { continue };
        let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Value>> {
            (0..columns).map(|column| row.get(column)).collect()
        };
        let Ok(read) = rows.query_map((), read) else { continue };
        for values in read.map_while(Result::ok) {
            // A row that fits nowhere is lost, as those are that cannot be read.
            let _ = insert.execute(params_from_iter(values));
        }
    }
}

/// The damaged files that were put aside in `folder`, oldest first.
pub(super) fn set_aside(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_one =
        |name: &str| name.strip_prefix(ASIDE).is_some_and(|rest| rest.rsplit('.').next() == Some("db"));
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(is_one))
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

/// Which file is at a path: its device and number; `None` where there is none.
pub(super) fn identity(file: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(file).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// The record anew where its file was taken away or replaced while it was open: in what is there now, else with all
/// that `before` holds.
pub(super) fn anew(folder: &Path, before: &Connection) -> rusqlite::Result<Record> {
    let file = folder.join(FILE);
    let was_taken = identity(&file).is_none();
    // A new file takes over the log beside it, in which much of what is known may be.
    let known = memory(Some(before))?;
    match open_on_disk(folder, &file) {
        Ok((connection, notice)) => {
            if was_taken {
                copy(&known, &connection);
            }
            let said = if was_taken {
                safe!("The reading record's file was gone; it was made anew with all that was known")
            } else {
                safe!("The reading record's file is another one now; marks go on in that")
            };
            Ok(kept(connection, file, Some(notice.unwrap_or(said))))
        }
        Err(failed) => {
            let cause = match failed {
                Failed::World(cause) => cause,
                Failed::Newer => safe!("it is of a later longread"),
                Failed::Damaged => safe!("it is damaged"),
            };
            let notice = Some(not_kept_because(&file, &cause));
            Ok(Record { in_memory: true, notice, ..Record::over(known, file) })
        }
    }
}

/// Gives a damaged file, and what lies beside it, a name with the time; never over another.
fn put_aside(file: &Path) -> io::Result<PathBuf> {
    let time = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    let beside = |name: &str| file.with_file_name(name);
    let free = (0..1000)
        .map(|count: u32| match count {
            0 => format!("{ASIDE}{time}.db"),
            count => format!("{ASIDE}{time}-{count}.db"),
        })
        .find(|name| crate::storage::disk::stamp(&beside(name)).is_none())
        .ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))?;
    for ending in ["-wal", "-shm"] {
        let (from, to) = (format!("{FILE}{ending}"), format!("{free}{ending}"));
        // Often there is none.
        let _ = std::fs::rename(beside(&from), beside(&to));
    }
    let aside = beside(&free);
    std::fs::rename(file, &aside)?;
    Ok(aside)
}
