//! What takes deeds of this run back. For each row that a deed changes, a trigger of this connection alone
//! notes the statement that restores it; other programs neither see nor disturb that.

use rusqlite::{Connection, OptionalExtension, params};

use crate::text::SafeText;

const TRIGGERS: &str = "
    CREATE TEMP TABLE noting (is_on INTEGER NOT NULL);
    INSERT INTO noting VALUES (0);
    CREATE TEMP TABLE way_back (id INTEGER PRIMARY KEY, article INTEGER NOT NULL, statement TEXT NOT NULL);
    CREATE TEMP TABLE deed (last INTEGER PRIMARY KEY, first INTEGER NOT NULL, words TEXT NOT NULL);

    CREATE TEMP TRIGGER article_changed AFTER UPDATE OF reading, starred ON main.article
    WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (old.id, format(
            'UPDATE article SET reading = %d, starred = %d WHERE id = %d', old.reading, old.starred, old.id));
    END;
    CREATE TEMP TRIGGER label_made AFTER INSERT ON main.label WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (new.article, format(
            'DELETE FROM label WHERE id = %d', new.id));
    END;
    CREATE TEMP TRIGGER label_gone AFTER DELETE ON main.label WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (old.article, format(
            'INSERT OR IGNORE INTO label VALUES (%d, %d, %Q, %Q)', old.id, old.article, old.folded, old.name));
    END;
    CREATE TEMP TRIGGER bookmark_made AFTER INSERT ON main.bookmark WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (new.article, format(
            'DELETE FROM bookmark WHERE id = %d', new.id));
    END;
    CREATE TEMP TRIGGER bookmark_gone AFTER DELETE ON main.bookmark WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (old.article, format(
            'INSERT OR IGNORE INTO bookmark VALUES (%d, %d, %Q, %Q, %d)',
            old.id, old.article, old.name, old.place, old.created));
    END;
    CREATE TEMP TRIGGER note_made AFTER INSERT ON main.note WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (new.article, format(
            'DELETE FROM note WHERE id = %d', new.id));
    END;
    CREATE TEMP TRIGGER note_changed AFTER UPDATE OF note ON main.note WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (old.article, format(
            'UPDATE note SET note = %Q WHERE id = %d', old.note, old.id));
    END;
    CREATE TEMP TRIGGER note_gone AFTER DELETE ON main.note WHEN (SELECT is_on FROM noting) BEGIN
        INSERT INTO way_back (article, statement) VALUES (old.article, format(
            'INSERT OR IGNORE INTO note VALUES (%d, %d, %Q, %Q, %Q, %Q, %d)',
            old.id, old.article, old.opening, old.closing, old.quote, old.note, old.created));
    END;
";

/// Has a connection note how to take back what is done over it.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.execute_batch(TRIGGERS)
}

/// A deed begins.
pub(super) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("UPDATE noting SET is_on = 1", ()).map(drop)
}

/// A deed is done; these are its words. One that changed nothing is none.
pub(super) fn end(connection: &Connection, words: &SafeText) -> rusqlite::Result<()> {
    connection.execute("UPDATE noting SET is_on = 0", ())?;
    connection
        .execute(
            "INSERT INTO deed (last, first, words)
             SELECT max(id), min(id), ?1 FROM way_back
             WHERE id > (SELECT coalesce(max(last), 0) FROM deed) HAVING count(*) > 0",
            [words.as_str()],
        )
        .map(drop)
}

/// Takes the last deed back; gives its words and the articles that changed.
pub(super) fn back(connection: &Connection) -> rusqlite::Result<Option<(SafeText, Vec<i64>)>> {
    let last = connection
        .query_row("SELECT last, first, words FROM deed ORDER BY last DESC LIMIT 1", (), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
        })
        .optional()?;
    let Some((last, first, words)) = last else { return Ok(None) };
    let mut steps = connection
        .prepare("SELECT article, statement FROM way_back WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC")?;
    let steps: Vec<(i64, String)> = steps
        .query_map([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut articles = Vec::new();
    for (article, statement) in steps {
        connection.execute(&statement, ())?;
        articles.push(article);
    }
    articles.sort_unstable();
    articles.dedup();
    connection.execute("DELETE FROM deed WHERE last = ?1", [last])?;
    connection.execute("DELETE FROM way_back WHERE id BETWEEN ?1 AND ?2", params![first, last])?;
    Ok(Some((SafeText::line(&words), articles)))
}
