//! The record's tables, and how one version of them becomes the next.

use rusqlite::types::{FromSql, FromSqlResult, ValueRef};
use rusqlite::{Connection, TransactionBehavior};

/// The record's file in the data folder.
pub const FILE: &str = "record.db";

/// What makes each version of the one before it. What was once here never changes: it is what other people's
/// records were made with.
const VERSIONS: &[&str] = &[
    "
    CREATE TABLE article (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        path        BLOB    NOT NULL UNIQUE,
        fingerprint INTEGER NOT NULL DEFAULT 0,
        bytes       INTEGER NOT NULL DEFAULT 0,
        url         TEXT    NOT NULL DEFAULT '',
        title       TEXT    NOT NULL DEFAULT '',
        reading     INTEGER NOT NULL DEFAULT 0,
        starred     INTEGER NOT NULL DEFAULT 0,
        progress    INTEGER NOT NULL DEFAULT 0,
        spent       INTEGER NOT NULL DEFAULT 0,
        added       INTEGER NOT NULL DEFAULT 0,
        opened      INTEGER NOT NULL DEFAULT 0,
        place       TEXT
    ) STRICT;
    CREATE INDEX article_fingerprint ON article (fingerprint) WHERE fingerprint != 0;
    CREATE INDEX article_url ON article (url) WHERE url != '';
    CREATE TABLE label (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        article     INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
        folded      TEXT    NOT NULL,
        name        TEXT    NOT NULL,
        UNIQUE (article, folded)
    ) STRICT;
    CREATE TABLE bookmark (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        article     INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
        name        TEXT    NOT NULL,
        place       TEXT    NOT NULL,
        created     INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX bookmark_article ON bookmark (article);
    CREATE TABLE note (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        article     INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
        opening     TEXT    NOT NULL,
        closing     TEXT    NOT NULL,
        quote       TEXT    NOT NULL,
        note        TEXT,
        created     INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX note_article ON note (article);
",
    "
    CREATE TABLE view (
        library     BLOB    NOT NULL,
        name        TEXT    NOT NULL,
        query       TEXT    NOT NULL,
        root        INTEGER NOT NULL,
        path        BLOB    NOT NULL,
        place       INTEGER NOT NULL,
        PRIMARY KEY (library, name)
    ) STRICT;
",
    "
    ALTER TABLE article ADD COLUMN modified INTEGER NOT NULL DEFAULT 0;
",
    "
    ALTER TABLE article ADD COLUMN digest BLOB;
",
];

/// The tables, those first that others refer to.
pub(super) const TABLES: &[&str] = &["article", "label", "bookmark", "note", "view"];

/// Whether all tables are written in it as in one that is made now: what makes them is text, too.
pub(super) fn has_its_tables(connection: &Connection) -> Result<bool, Trouble> {
    let mut fresh = Connection::open_in_memory().map_err(Trouble::Database)?;
    migrate(&mut fresh)?;
    let written = |of: &Connection| -> rusqlite::Result<Vec<String>> {
        let mut statement =
            of.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")?;
        let rows = statement.query_map((), |row| row.get::<_, Text>(0))?;
        rows.map(|sql| sql.map(|Text(sql)| sql)).collect()
    };
    let same = || Ok(written(connection)? == written(&fresh)?);
    same().map_err(Trouble::Database)
}

/// Text of a row. No sum stands beside it, so a disk may have changed a byte of it unseen: what is no UTF-8 is
/// replaced, and costs neither the row nor the others.
pub(super) struct Text(pub(super) String);

impl FromSql for Text {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(String::from_utf8_lossy(value.as_bytes()?).into_owned()))
    }
}

/// Why tables cannot be brought up to date.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What the database said.
    Database(rusqlite::Error),
    /// They are of a later longread.
    Newer,
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Brings the tables up to date.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Trouble> {
    if usize::try_from(version(connection)?) == Ok(VERSIONS.len()) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have done it meanwhile.
    let from = version(&transaction)?;
    let missing = usize::try_from(from).ok().and_then(|from| VERSIONS.get(from..)).ok_or(Trouble::Newer)?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSIONS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}

/// Whether the tables are of an earlier version.
pub(super) fn is_earlier(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(usize::try_from(version(connection)?).is_ok_and(|version| version < VERSIONS.len()))
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
