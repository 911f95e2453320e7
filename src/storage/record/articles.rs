//! The articles of the record: found by their path, and where that is gone by what they say.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::look::{self, Looked, STORED, Stored, stored, written_digest};
use super::schema::Text;
use crate::library::article::Date;
use crate::library::duplicates::Digest;
use crate::library::marks::{Entry, Fingerprint, Place, Reached, renamed as renamed_to};
use crate::library::states::Reading;
use crate::storage::disk;
use crate::text::SafeText;

/// What is known of an article that is to be recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Its file.
    pub file: PathBuf,
    /// What it is called.
    pub title: SafeText,
    /// The address that it came from.
    pub url: Option<String>,
    /// Of its body.
    pub fingerprint: Fingerprint,
    /// Of its body, by which similar ones are known.
    pub digest: Digest,
    /// Size of its file in bytes.
    pub bytes: u64,
    /// When that was written, in nanoseconds since the Unix epoch.
    pub modified: i64,
}

const COLUMNS: &str = "article.id, path, title, reading, starred, progress, spent, opened, added, place";

/// A file under the one name by which it is recorded: links to its folder are followed, one that it is itself
/// is not.
pub(super) fn path(file: &Path) -> PathBuf {
    match (file.parent(), file.file_name()) {
        (Some(parent), Some(name)) => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            disk::absolute(parent).join(name)
        }
        _ => disk::absolute(file),
    }
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

/// What is recorded of the articles under `roots`, by the names that they have below those; of all where there
/// are none.
pub(super) fn entries(connection: &Connection, roots: &[PathBuf]) -> rusqlite::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    if roots.is_empty() {
        read_under(connection, Path::new("/"), Path::new("/"), &mut entries)?;
    }
    for root in roots {
        let whole = disk::absolute(root);
        read_under(connection, &whole, root, &mut entries)?;
        entries.extend(entry(connection, root)?);
    }
    Ok(entries)
}

/// The entries under `folder`, renamed to be under `shown`.
fn read_under(
    connection: &Connection,
    folder: &Path,
    shown: &Path,
    entries: &mut Vec<Entry>,
) -> rusqlite::Result<()> {
    let mut low = bytes(folder).to_vec();
    if low.last() != Some(&b'/') {
        low.push(b'/');
    }
    let mut high = low.clone();
    high.pop();
    high.push(b'/' + 1);
    let sql = format!("SELECT {COLUMNS} FROM article WHERE path > ?1 AND path < ?2 ORDER BY path");
    let mut statement = connection.prepare(&sql)?;
    let from = entries.len();
    let mut ids = Vec::new();
    for row in statement.query_map([&low, &high], |row| Ok((row.get::<_, i64>(0)?, read(row)?)))? {
        let (id, mut entry) = row?;
        if let Ok(below) = entry.file.strip_prefix(folder) {
            entry.file = shown.join(below);
        }
        ids.push(id);
        entries.push(entry);
    }
    let mut statement = connection.prepare(
        "SELECT article, name FROM label JOIN article ON article.id = label.article
         WHERE path > ?1 AND path < ?2 ORDER BY path, label.id",
    )?;
    let mut at = 0;
    for row in
        statement.query_map([&low, &high], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Text>(1)?.0)))?
    {
        let (id, name) = row?;
        // Both are in the order of the paths.
        while ids.get(at).is_some_and(|other| *other != id) {
            at += 1;
        }
        if let Some(entry) = entries.get_mut(from + at) {
            entry.labels.push(SafeText::line(&name));
        }
    }
    Ok(())
}

/// The articles that were opened last, but for those whose files are gone.
pub(super) fn recent(connection: &Connection, most: usize) -> rusqlite::Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM article WHERE opened > 0 ORDER BY opened DESC, id DESC");
    let mut statement = connection.prepare(&sql)?;
    let is_there = |entry: &rusqlite::Result<Entry>| {
        entry.as_ref().map_or(true, |entry| disk::stamp(&entry.file).is_some())
    };
    statement.query_map((), read)?.filter(is_there).take(most).collect()
}

/// What is recorded of one article, under the name it was asked by.
pub(super) fn entry(connection: &Connection, file: &Path) -> rusqlite::Result<Option<Entry>> {
    let Some(id) = find(connection, file)? else { return Ok(None) };
    Ok(entry_of(connection, id)?.map(|entry| Entry { file: file.to_path_buf(), ..entry }))
}

/// What is recorded of the article with this number.
pub(super) fn entry_of(connection: &Connection, id: i64) -> rusqlite::Result<Option<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM article WHERE id = ?1");
    let Some(mut entry) = connection.prepare(&sql)?.query_row([id], read).optional()? else {
        return Ok(None);
    };
    let mut labels = connection.prepare("SELECT name FROM label WHERE article = ?1 ORDER BY id")?;
    for name in labels.query_map([id], |row| row.get::<_, Text>(0))? {
        entry.labels.push(SafeText::line(&name?.0));
    }
    Ok(Some(entry))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let path: Vec<u8> = row.get(1)?;
    let number = |column: usize| row.get::<_, i64>(column);
    Ok(Entry {
        file: PathBuf::from(OsStr::from_bytes(&path)),
        title: SafeText::line(&row.get::<_, Text>(2)?.0),
        reading: reading(number(3)?),
        starred: number(4)? != 0,
        progress: u16::try_from(number(5)?.clamp(0, 1000)).unwrap_or(0),
        spent: u32::try_from(number(6)?.max(0)).unwrap_or(u32::MAX),
        opened: number(7)?,
        opened_on: day(number(7)?),
        added: number(8)?,
        place: row.get::<_, Option<Text>>(9)?.and_then(|text| place(&text.0)).map(Box::new),
        labels: Vec::new(),
    })
}

/// The day that a time was where one sits; `None` for 0.
fn day(seconds: i64) -> Option<Date> {
    let time = jiff::Timestamp::from_second(seconds).ok().filter(|_| seconds > 0)?;
    Some(time.to_zoned(jiff::tz::TimeZone::system()).date())
}

/// A place as it is written in the record; `None` where it is none.
pub(super) fn place(text: &str) -> Option<Place> {
    serde_json::from_str(text).ok()
}

/// A place as it is written in the record.
pub(super) fn written(place: &Place) -> String {
    serde_json::to_string(place).unwrap_or_default()
}

fn reading(number: i64) -> Reading {
    match number {
        1 => Reading::Reading,
        2 => Reading::Read,
        _ => Reading::Unread,
    }
}

/// How far an article was read, as the record writes it.
pub(super) fn number(reading: Reading) -> i64 {
    match reading {
        Reading::Unread => 0,
        Reading::Reading => 1,
        Reading::Read => 2,
    }
}

/// The number of the article in this file.
pub(super) fn find(connection: &Connection, file: &Path) -> rusqlite::Result<Option<i64>> {
    let path = path(file);
    connection
        .prepare("SELECT id FROM article WHERE path = ?1")?
        .query_row([bytes(&path)], |row| row.get(0))
        .optional()
}

/// The number of an article: by its path, else one that is recorded under a path that is gone, or that another text
/// has now, and says the same, or comes from the same address; else a new one. What is known of it is recorded. Until
/// `all_looked_at`, a text that has nothing to do with the one recorded under its path may have taken its name: it is
/// not yet what that one is recognised by.
pub(super) fn know(
    connection: &Connection,
    known: &Known,
    all_looked_at: bool,
    now: i64,
) -> rusqlite::Result<i64> {
    let looked = known.looked();
    let id = match find(connection, &known.file)? {
        Some(id) => {
            let own = stored_of(connection, id)?;
            let is_replaced = own.is_replaced_by(&looked) == Some(true);
            match elsewhere(connection, id, &known.file, known.fingerprint, "")? {
                // Its name was the other's: both swapped theirs, or the other's text is yet to be found.
                Some(other) if is_replaced => {
                    swap(connection, &own, &other)?;
                    other.id
                }
                // It was marked before anybody knew that it is the one whose file is gone.
                Some(other) => {
                    adopt(connection, other.id, &known.file)?;
                    other.id
                }
                None if is_replaced && !all_looked_at => return Ok(id),
                None => id,
            }
        }
        None => found_or_new(connection, &known.file, &looked, now)?,
    };
    connection
        .prepare(
            "UPDATE article SET fingerprint = ?2, bytes = ?3, modified = ?4, url = ?5, title = ?6, digest = ?7
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            known.fingerprint.0,
            i64::try_from(known.bytes).unwrap_or(0),
            known.modified,
            known.url.as_deref().unwrap_or_default(),
            known.title.as_str(),
            written_digest(&known.digest),
        ])?;
    Ok(id)
}

impl Known {
    fn looked(&self) -> Looked {
        Looked {
            fingerprint: self.fingerprint,
            digest: self.digest,
            url: self.url.clone().unwrap_or_default(),
            title: self.title.to_string(),
            stamp: (self.bytes, self.modified),
        }
    }
}

/// The number of the article in this file, which is recorded from now on. With `recognised` it is read where it
/// is new, so that it is taken for the one it was under another name, and known by itself from now on.
pub(super) fn take(
    connection: &Connection,
    file: &Path,
    recognised: bool,
    now: i64,
) -> rusqlite::Result<i64> {
    if let Some(id) = find(connection, file)? {
        return Ok(id);
    }
    let looked = if recognised { look::look_at(file) } else { None };
    let Some(looked) = looked else { return insert(connection, file, now) };
    let id = found_or_new(connection, file, &looked, now)?;
    look::renew(connection, id, &looked)?;
    Ok(id)
}

/// The number of an article that is not recorded in this file: as it was recorded elsewhere, or a new one.
fn found_or_new(connection: &Connection, file: &Path, looked: &Looked, now: i64) -> rusqlite::Result<i64> {
    let other = match elsewhere(connection, 0, file, looked.fingerprint, &looked.url)? {
        None => nearly_gone(connection, looked)?,
        found => found,
    };
    match other {
        Some(other) => {
            adopt(connection, other.id, file)?;
            Ok(other.id)
        }
        None => insert(connection, file, now),
    }
}

/// The one article whose file is gone that was called the same and said nearly the same; none where there are several.
fn nearly_gone(connection: &Connection, looked: &Looked) -> rusqlite::Result<Option<Stored>> {
    let mut statement = connection.prepare(&format!("{STORED} WHERE title = ?1 AND title != ''"))?;
    let mut found = None;
    for row in statement.query_map([&looked.title], stored)? {
        let row = row?;
        if !row.is_nearly(&looked.title, &looked.digest) || disk::stamp(&row.path).is_some() {
            continue;
        }
        if found.replace(row).is_some() {
            return Ok(None);
        }
    }
    Ok(found)
}

fn insert(connection: &Connection, file: &Path, now: i64) -> rusqlite::Result<i64> {
    connection.prepare("INSERT INTO article (path, added) VALUES (?1, ?2)")?.insert((bytes(&path(file)), now))
}

/// What is recorded of an article, but for this `own` one, that says the same as `file` or comes from the same address
/// and whose file is gone; or that says the same and whose file has another text now.
fn elsewhere(
    connection: &Connection,
    own: i64,
    file: &Path,
    fingerprint: Fingerprint,
    url: &str,
) -> rusqlite::Result<Option<Stored>> {
    let sql = format!(
        "{STORED} WHERE id != ?1 AND ((fingerprint = ?2 AND ?2 != 0) OR (url = ?3 AND ?3 != ''))
         ORDER BY fingerprint = ?2 DESC, opened DESC"
    );
    let mut statement = connection.prepare(&sql)?;
    for row in statement.query_map((own, fingerprint.0, url), stored)? {
        let row = row?;
        let is_elsewhere = match disk::stamp(&row.path) {
            None => true,
            Some(stamp) => stamp != row.stamp && row.fingerprint == fingerprint && row.is_another_in(file),
        };
        if is_elsewhere {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// What the record has of the article with this number.
fn stored_of(connection: &Connection, id: i64) -> rusqlite::Result<Stored> {
    connection.prepare(&format!("{STORED} WHERE id = ?1"))?.query_row([id], stored)
}

/// Gives two recorded articles each other's path.
fn swap(connection: &Connection, one: &Stored, other: &Stored) -> rusqlite::Result<()> {
    // No file has such a name.
    set_path(connection, one.id, Path::new("\0"))?;
    set_path(connection, other.id, &one.path)?;
    set_path(connection, one.id, &other.path)
}

/// Records an article under another name. What is recorded under that already goes over to it.
pub(super) fn adopt(connection: &Connection, id: i64, file: &Path) -> rusqlite::Result<()> {
    let path = path(file);
    if let Some(other) = find(connection, file)?.filter(|other| *other != id) {
        for table in ["bookmark", "note"] {
            connection
                .execute(&format!("UPDATE {table} SET article = ?1 WHERE article = ?2"), [id, other])?;
        }
        connection.execute("UPDATE OR IGNORE label SET article = ?1 WHERE article = ?2", [id, other])?;
        if let (Some(own), Some(others)) = (entry_of(connection, id)?, entry_of(connection, other)?) {
            let both = own.with(others);
            connection
                .prepare(
                    "UPDATE article SET reading = ?2, starred = ?3, progress = ?4, spent = ?5, added = ?6,
                            opened = ?7, place = ?8 WHERE id = ?1",
                )?
                .execute(params![
                    id,
                    number(both.reading),
                    both.starred,
                    both.progress,
                    both.spent,
                    both.added,
                    both.opened,
                    both.place.as_deref().map(written),
                ])?;
        }
        connection.execute("DELETE FROM article WHERE id = ?1", [other])?;
    }
    set_path(connection, id, &path)
}

/// Records an article under this path, which no other has.
pub(super) fn set_path(connection: &Connection, id: i64, path: &Path) -> rusqlite::Result<()> {
    connection.execute("UPDATE article SET path = ?2 WHERE id = ?1", (id, bytes(path))).map(drop)
}

/// Records where somebody is. An article that was read stays so; one that was not is begun.
pub(super) fn reached(connection: &Connection, file: &Path, reached: &Reached) -> rusqlite::Result<()> {
    let Some(id) = find(connection, file)? else { return Ok(()) };
    connection
        .prepare(
            "UPDATE article SET place = ?2, progress = ?3, spent = spent + ?4,
                    reading = CASE WHEN reading = 0 AND ?5 THEN 1 ELSE reading END
             WHERE id = ?1",
        )?
        .execute(params![id, written(&reached.place), reached.progress, reached.spent, reached.begun])?;
    Ok(())
}

/// Records files, and all that was under folders, under the names that they have now.
pub(super) fn renamed(connection: &Connection, names: &[(PathBuf, PathBuf)]) -> rusqlite::Result<()> {
    let mut moved = Vec::new();
    for (from, to) in names {
        let from_path = path(from);
        let mut entries = Vec::new();
        read_under(connection, &from_path, from, &mut entries)?;
        let files = entries.into_iter().map(|entry| entry.file).chain([from.clone()]);
        let pair = [(from.clone(), to.clone())];
        moved.extend(files.filter_map(|file| Some((renamed_to(&file, &pair)?, file))));
    }
    for (to, from) in moved {
        if let Some(id) = find(connection, &from)? {
            adopt(connection, id, &to)?;
        }
    }
    Ok(())
}
