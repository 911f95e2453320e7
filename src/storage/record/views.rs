//! Where somebody was in the saved views of a library.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use rusqlite::{Connection, params};

use super::schema::Text;
use crate::library::marks::ViewState;
use crate::storage::disk;
use crate::text::SafeText;

/// Keeps where somebody was in a view.
pub(super) fn keep(connection: &Connection, roots: &[PathBuf], state: &ViewState) -> rusqlite::Result<()> {
    let ViewState { view, query, root, path, row } = state;
    connection
        .prepare(
            "INSERT OR REPLACE INTO view (library, name, query, root, path, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            library(roots),
            view.as_str(),
            query.as_str(),
            root,
            path.as_os_str().as_bytes(),
            row
        ])
        .map(drop)
}

/// Where somebody was in each of the views.
pub(super) fn of(connection: &Connection, roots: &[PathBuf]) -> rusqlite::Result<Vec<ViewState>> {
    let mut statement =
        connection.prepare("SELECT name, query, root, path, place FROM view WHERE library = ?1")?;
    let states = statement.query_map([library(roots)], |row| {
        Ok(ViewState {
            view: SafeText::line(&row.get::<_, Text>(0)?.0),
            query: SafeText::line(&row.get::<_, Text>(1)?.0),
            root: row.get(2)?,
            path: PathBuf::from(OsStr::from_bytes(&row.get::<_, Vec<u8>>(3)?)),
            row: row.get(4)?,
        })
    })?;
    states.collect()
}

/// The name under which views of a library are kept: its roots, each with a NUL behind it, which no path holds.
fn library(roots: &[PathBuf]) -> Vec<u8> {
    let mut name = Vec::new();
    for root in roots {
        name.extend_from_slice(disk::absolute(root).as_os_str().as_bytes());
        name.push(0);
    }
    name
}
