//! Articles that got another name while no longread looked: those whose files are gone, found in a library by what
//! they say or where they came from. And what articles are recognised by then, renewed when they were edited.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::articles::find;
use super::schema::Text;
use crate::library::article::{Place, assemble};
use crate::library::front_matter::{self, Head};
use crate::library::index::Library;
use crate::library::marks::Fingerprint;
use crate::storage::disk;

/// Most bytes of a file that is read each time it changes; a larger one is read once in a run.
const LARGEST: u64 = 4 << 20;

/// What an article's file says of itself.
#[derive(Debug)]
pub(super) struct Looked {
    /// Of its body.
    pub(super) fingerprint: Fingerprint,
    /// The address that it came from, or nothing.
    pub(super) url: String,
    stamp: (u64, i64),
}

/// Reads a file for what its article is recognised by; `None` where it cannot be read.
pub(super) fn look_at(file: &Path) -> Option<Looked> {
    let stamp = disk::stamp(file)?;
    let markdown = disk::read_markdown(file).ok()?.markdown;
    let (body, url) = match front_matter::read(&markdown, true) {
        Head::Read(front) => {
            let place = Place { root: 0, path: file.to_path_buf(), bytes: stamp.0, modified: stamp.1 };
            (front.body as usize, assemble(place, Path::new(""), &front, None, Vec::new()).url)
        }
        Head::More => (0, None),
    };
    let fingerprint = Fingerprint::of(markdown.get(body..).unwrap_or_default());
    Some(Looked { fingerprint, url: url.unwrap_or_default(), stamp })
}

/// Recognises an article by this from now on.
pub(super) fn renew(connection: &Connection, id: i64, looked: &Looked) -> rusqlite::Result<()> {
    let bytes = i64::try_from(looked.stamp.0).unwrap_or(0);
    connection
        .prepare("UPDATE article SET fingerprint = ?2, url = ?3, bytes = ?4, modified = ?5 WHERE id = ?1")?
        .execute(params![id, looked.fingerprint.0, looked.url, bytes, looked.stamp.1])
        .map(drop)
}

/// The recorded articles whose files are others than when they were last looked at, looked at; of these `files`, or
/// of all where there are none.
pub(super) fn edited(connection: &Connection, files: &[PathBuf]) -> rusqlite::Result<Vec<(i64, Looked)>> {
    let read = |row: &Row<'_>| {
        let path: Vec<u8> = row.get(1)?;
        let bytes = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
        Ok((row.get::<_, i64>(0)?, PathBuf::from(OsStr::from_bytes(&path)), (bytes, row.get::<_, i64>(3)?)))
    };
    let mut known = Vec::new();
    if files.is_empty() {
        let mut statement = connection.prepare("SELECT id, path, bytes, modified FROM article")?;
        known = statement.query_map((), read)?.collect::<rusqlite::Result<_>>()?;
    } else {
        let mut statement =
            connection.prepare("SELECT id, path, bytes, modified FROM article WHERE id = ?1")?;
        for file in files {
            if let Some(id) = find(connection, file)? {
                known.push(statement.query_row([id], read)?);
            }
        }
    }
    let most = if files.is_empty() { u64::MAX } else { LARGEST };
    let is_other = |(_, file, stamp): &(i64, PathBuf, _)| {
        disk::stamp(file).is_some_and(|now| now != *stamp && now.0 <= most)
    };
    let others = known.into_iter().filter(is_other);
    let looked = others.filter_map(|(id, file, _)| Some((id, look_at(&file)?)));
    // One that says nothing is being written.
    Ok(looked.filter(|(_, looked)| looked.fingerprint.is_known()).collect())
}

/// A recorded article whose file is gone.
struct Missing {
    id: i64,
    fingerprint: Fingerprint,
    bytes: u64,
    url: String,
    title: String,
    name: Vec<u8>,
}

fn missing(connection: &Connection) -> rusqlite::Result<Vec<Missing>> {
    let mut statement = connection.prepare("SELECT id, path, fingerprint, bytes, url, title FROM article")?;
    let rows = statement.query_map((), |row| {
        let path: Vec<u8> = row.get(1)?;
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
        let missing = Missing {
            id: row.get(0)?,
            fingerprint: Fingerprint(row.get(2)?),
            bytes: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
            url: row.get::<_, Text>(4)?.0,
            title: row.get::<_, Text>(5)?.0,
            name,
        };
        Ok((PathBuf::from(OsStr::from_bytes(&path)), missing))
    })?;
    let gone = |row: &rusqlite::Result<(PathBuf, Missing)>| {
        row.as_ref().map_or(true, |(path, _)| disk::stamp(path).is_none())
    };
    rows.filter(gone).map(|row| row.map(|(_, missing)| missing)).collect()
}

/// Articles of `library` that are recorded under names that no file has any more, with the numbers of those.
///
/// Only files that look like one that is missing are read: of the same address, title, name or size. A file that is
/// recorded itself, because it was marked before this was known, is the last to be taken, and only where it says
/// the same.
pub(super) fn moved(connection: &Connection, library: &Library) -> rusqlite::Result<Vec<(i64, PathBuf)>> {
    let mut missing = missing(connection)?;
    let (mut found, mut recorded) = (Vec::new(), HashMap::new());
    if missing.is_empty() {
        return Ok(found);
    }
    // The texts of all articles are not to stay in memory for this.
    let library = library.rested();
    for (row, id) in library.rows().zip(0..) {
        let name = row.path().file_name().map(OsStr::as_bytes).unwrap_or_default();
        let url = row.texts().url.unwrap_or_default();
        let looks_like = |missing: &Missing| {
            (missing.bytes == row.bytes() && missing.bytes > 0)
                || (!missing.url.is_empty() && missing.url == url)
                || missing.title == row.title()
                || missing.name == name
        };
        if !missing.iter().any(looks_like) {
            continue;
        }
        let file = library.file(id);
        let fingerprint = look_at(&file).map(|looked| looked.fingerprint).unwrap_or_default();
        if find(connection, &file)?.is_some() {
            if fingerprint.is_known() {
                recorded.entry(fingerprint).or_insert(file);
            }
            continue;
        }
        let same = |missing: &Missing| fingerprint.is_known() && missing.fingerprint == fingerprint;
        let of_url = |missing: &Missing| !missing.url.is_empty() && missing.url == url;
        let at = missing.iter().position(|missing| same(missing) && missing.name == name);
        let at = at.or_else(|| missing.iter().position(same)).or_else(|| missing.iter().position(of_url));
        if let Some(at) = at {
            found.push((missing.swap_remove(at).id, file));
        }
        if missing.is_empty() {
            break;
        }
    }
    for missing in missing {
        if let Some(file) = recorded.remove(&missing.fingerprint) {
            found.push((missing.id, file));
        }
    }
    Ok(found)
}
