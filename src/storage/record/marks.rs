//! What deeds do to the record's rows, and the bookmarks and notes that are read from them.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::articles::{find, number, place, take, written};
use super::schema::Text;
use crate::library::marks::{Bookmark, Deed, Marks, Note};
use crate::library::tags::fold_tag;
use crate::text::SafeText;

/// Of more files than these, none is read to recognise it later: that is done when it is opened.
const MOST_RECOGNISED: usize = 50;

/// Does a deed.
pub(super) fn perform(connection: &Connection, deed: &Deed, now: i64) -> rusqlite::Result<()> {
    let each = |files: &[PathBuf], sql: &str, values: &[&dyn rusqlite::ToSql]| {
        let mut statement = connection.prepare(sql)?;
        for file in files {
            let id = take(connection, file, files.len() <= MOST_RECOGNISED, now)?;
            let mut all: Vec<&dyn rusqlite::ToSql> = vec![&id];
            all.extend(values);
            statement.execute(all.as_slice())?;
        }
        Ok(())
    };
    match deed {
        Deed::Read(files, reading) => each(
            files,
            "UPDATE article SET reading = ?2 WHERE id = ?1 AND reading != ?2",
            &[&number(*reading)],
        ),
        Deed::Star(files, starred) => {
            each(files, "UPDATE article SET starred = ?2 WHERE id = ?1 AND starred != ?2", &[starred])
        }
        Deed::Label(files, label, true) => each(
            files,
            "INSERT OR IGNORE INTO label (article, folded, name) VALUES (?1, ?2, ?3)",
            &[&fold_tag(label.as_str()), &label.as_str()],
        ),
        Deed::Label(files, label, false) => {
            each(files, "DELETE FROM label WHERE article = ?1 AND folded = ?2", &[&fold_tag(label.as_str())])
        }
        Deed::Bookmark(file, place, name) => {
            // One of this name goes to the new place.
            if let Some(id) = find(connection, file)? {
                connection
                    .execute("DELETE FROM bookmark WHERE article = ?1 AND name = ?2", (id, name.as_str()))?;
            }
            each(
                std::slice::from_ref(file),
                "INSERT INTO bookmark (article, name, place, created) VALUES (?1, ?2, ?3, ?4)",
                &[&name.as_str(), &written(place), &now],
            )
        }
        Deed::Note(file, new) => each(
            std::slice::from_ref(file),
            "INSERT INTO note (article, opening, closing, quote, note, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            &[
                &written(&new.begin),
                &written(&new.end),
                &new.quote.as_str(),
                &new.note.as_ref().map(SafeText::as_str),
                &now,
            ],
        ),
        Deed::RemoveBookmark(_, id) => remove(connection, "DELETE FROM bookmark WHERE id = ?1", *id),
        Deed::EditNote(_, id, note) => connection
            .execute("UPDATE note SET note = ?2 WHERE id = ?1", (id, note.as_ref().map(SafeText::as_str)))
            .map(drop),
        Deed::RemoveNote(_, id, _) => remove(connection, "DELETE FROM note WHERE id = ?1", *id),
    }
}

fn remove(connection: &Connection, sql: &str, id: i64) -> rusqlite::Result<()> {
    connection.execute(sql, params![id]).map(drop)
}

/// The bookmarks and notes of an article, in the order of their places.
pub(super) fn of(connection: &Connection, file: &Path) -> rusqlite::Result<Marks> {
    match find(connection, file)? {
        Some(id) => of_number(connection, id, file),
        None => Ok(Marks { file: file.to_path_buf(), ..Marks::default() }),
    }
}

/// Those of the article with this number, as of one in `file`.
pub(super) fn of_number(connection: &Connection, id: i64, file: &Path) -> rusqlite::Result<Marks> {
    let mut marks = Marks { file: file.to_path_buf(), ..Marks::default() };
    let mut statement =
        connection.prepare("SELECT id, name, place, created FROM bookmark WHERE article = ?1 ORDER BY id")?;
    let rows = statement.query_map([id], |row| {
        Ok(Bookmark {
            id: row.get(0)?,
            name: SafeText::line(&row.get::<_, Text>(1)?.0),
            place: place(&row.get::<_, Text>(2)?.0).unwrap_or_default(),
            created: row.get(3)?,
        })
    })?;
    marks.bookmarks = rows.collect::<rusqlite::Result<_>>()?;
    let mut statement = connection.prepare(
        "SELECT id, opening, closing, quote, note, created FROM note WHERE article = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([id], |row| {
        Ok(Note {
            id: row.get(0)?,
            begin: place(&row.get::<_, Text>(1)?.0).unwrap_or_default(),
            end: place(&row.get::<_, Text>(2)?.0).unwrap_or_default(),
            quote: SafeText::line(&row.get::<_, Text>(3)?.0),
            note: row.get::<_, Option<Text>>(4)?.map(|note| SafeText::line(&note.0)),
            created: row.get(5)?,
        })
    })?;
    marks.notes = rows.collect::<rusqlite::Result<_>>()?;
    marks.bookmarks.sort_by_key(|mark| mark.place.position);
    marks.notes.sort_by_key(|note| note.begin.position);
    Ok(marks)
}
