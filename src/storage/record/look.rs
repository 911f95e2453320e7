//! What an article is recognised by: read from its file, kept in its row, and renewed when it was edited.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row, params};

use super::articles::find;
use super::schema::Text;
use crate::library::article::{Place, TitleFrom, assemble};
use crate::library::duplicates::{Digest, Sketch, in_common, pairs_kept};
use crate::library::front_matter::{self, Head};
use crate::library::marks::Fingerprint;
use crate::storage::disk;
use crate::text::SafeText;

/// Most bytes of a file that is read each time it changes; a larger one is read once in a run.
const LARGEST: u64 = 4 << 20;
/// The share of a text that is still there from which on it was edited, and not replaced by another. Articles that are
/// written by one pattern have less in common.
const EDITED: f32 = 0.5;
/// The share below which it was replaced, where nothing but a digest tells.
const REPLACED: f32 = 0.25;
/// Most by which a text that has grown is taken to have grown: what two digests have in common by chance counts so
/// many times.
const GROWN: f32 = 4.0;
/// A text that is so many times shorter than it was says nothing by its title: where an article went is often said
/// under that.
const CUT: u64 = 5;

/// What an article's file says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Looked {
    /// Of its body.
    pub(super) fingerprint: Fingerprint,
    /// Of its body, by which similar ones are known.
    pub(super) digest: Digest,
    /// The address that it came from, or nothing.
    pub(super) url: String,
    /// What it is called, or nothing where only its name says so.
    pub(super) title: String,
    pub(super) stamp: (u64, i64),
}

/// What a row of the record says of its article.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) path: PathBuf,
    pub(super) fingerprint: Fingerprint,
    /// `None` in a row of an earlier longread.
    pub(super) digest: Option<Digest>,
    pub(super) url: String,
    pub(super) title: String,
    pub(super) stamp: (u64, i64),
    /// When it was last opened, or first seen.
    pub(super) used: i64,
}

pub(super) const STORED: &str =
    "SELECT id, path, fingerprint, digest, url, title, bytes, modified, max(opened, added) FROM article";

pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let path: Vec<u8> = row.get(1)?;
    let digest: Option<Vec<u8>> = row.get(3)?;
    Ok(Stored {
        id: row.get(0)?,
        path: PathBuf::from(OsStr::from_bytes(&path)),
        fingerprint: Fingerprint(row.get(2)?),
        digest: digest.and_then(|bytes| read_digest(&bytes)),
        url: row.get::<_, Text>(4)?.0,
        title: row.get::<_, Text>(5)?.0,
        stamp: (u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0), row.get(7)?),
        used: row.get(8)?,
    })
}

impl Stored {
    /// The name of its file.
    pub(super) fn name(&self) -> &[u8] {
        self.path.file_name().map(OsStr::as_bytes).unwrap_or_default()
    }

    /// Whether an article is called the same and says nearly the same: this one, renamed and edited as well.
    pub(super) fn is_nearly(&self, title: &str, digest: &Digest) -> bool {
        self.title == title
            && !self.title.is_empty()
            && self.digest.is_some_and(|own| own != Digest::default() && in_common(&own, digest) >= EDITED)
    }

    /// Whether its file says something now that has nothing to do with it; `None` where that cannot be told without
    /// the text that it was.
    pub(super) fn is_replaced_by(&self, now: &Looked) -> Option<bool> {
        if now.fingerprint == self.fingerprint {
            return Some(false);
        }
        let is_cut = now.stamp.0.saturating_mul(CUT) < self.stamp.0;
        // Texts that are nearly the same may have swapped their names.
        let is_surely_edited = !self.looks_like_another(now);
        if !is_cut && has_its_name(now, &self.title, &self.url) {
            return if is_surely_edited { Some(false) } else { None };
        }
        let before = self.digest.filter(|digest| *digest != Digest::default())?;
        let in_both = in_common(&before, &now.digest);
        let grown = (now.stamp.0 as f32 / self.stamp.0.max(1) as f32).min(GROWN);
        // Of what both hold together, by how much of that is in both.
        let kept = in_both / (1.0 + in_both) * (1.0 + grown);
        match kept {
            kept if kept < REPLACED => Some(true),
            kept if kept >= EDITED && is_surely_edited => Some(false),
            _ => None,
        }
    }

    /// Whether its file has another title now, or one that was written before it was last opened: no edit since.
    fn looks_like_another(&self, now: &Looked) -> bool {
        let has_other_title = !self.title.is_empty() && !now.title.is_empty() && self.title != now.title;
        has_other_title || now.stamp.1 / 1_000_000_000 < self.used
    }

    /// Whether what its file says now is another text, and no edit of the one that is in the file `elsewhere`
    /// unchanged. Where that is the very file, as its size and time say, an edit has to look like one.
    pub(super) fn is_another_in(&self, elsewhere: &Path) -> bool {
        let (Some((now, new_body)), Some((old, body))) = (read(&self.path), read(elsewhere)) else {
            return false;
        };
        let is_cut = now.stamp.0.saturating_mul(CUT) < old.stamp.0;
        (old.stamp == self.stamp && self.looks_like_another(&now))
            || ((is_cut || !has_its_name(&now, &old.title, &old.url))
                && pairs_kept(&body, &new_body) < EDITED)
    }
}

fn has_its_name(looked: &Looked, title: &str, url: &str) -> bool {
    (!title.is_empty() && looked.title == title) || (!url.is_empty() && looked.url == url)
}

/// A digest as it is written in the record.
pub(super) fn written_digest(digest: &Digest) -> Vec<u8> {
    digest.iter().flat_map(|part| part.to_le_bytes()).collect()
}

fn read_digest(bytes: &[u8]) -> Option<Digest> {
    let mut parts = bytes.chunks_exact(size_of::<u32>());
    let digest = std::array::from_fn(|_| {
        parts.next().and_then(|part| part.try_into().ok()).map_or(0, u32::from_le_bytes)
    });
    (bytes.len() == size_of::<Digest>()).then_some(digest)
}

/// The digest of an article's body; zeros, which tell nothing, where it is short or very long.
pub fn digest_of(body: &str) -> Digest {
    let sketch = if body.len() as u64 <= LARGEST { Sketch::of(body) } else { None };
    sketch.map(|sketch| sketch.digest()).unwrap_or_default()
}

/// Reads a file for what its article is recognised by; `None` where it cannot be read.
pub(super) fn look_at(file: &Path) -> Option<Looked> {
    read(file).map(|(looked, _)| looked)
}

/// The same, with its body.
pub(super) fn read(file: &Path) -> Option<(Looked, String)> {
    let stamp = disk::stamp(file)?;
    let mut markdown = disk::read_markdown(file).ok()?.markdown.to_string();
    let mut looked = Looked { stamp, ..Looked::default() };
    if let Head::Read(front) = front_matter::read(&markdown, true) {
        let place = Place { root: 0, path: file.to_path_buf(), bytes: stamp.0, modified: stamp.1 };
        let heading = heading(markdown.get(front.body as usize..).unwrap_or_default());
        let article = assemble(place, Path::new(""), &front, heading, Vec::new());
        looked.url = article.url.unwrap_or_default();
        if article.title_from != TitleFrom::Name {
            looked.title = article.title.to_string();
        }
        markdown = markdown.split_off(front.body as usize);
    }
    looked.fingerprint = Fingerprint::of(&markdown);
    looked.digest = digest_of(&markdown);
    Some((looked, markdown))
}

/// The first line that is a heading of the first level as it is mostly written: enough to compare titles by.
fn heading(body: &str) -> Option<SafeText> {
    let mut in_code = false;
    body.lines().find_map(|line| {
        in_code ^= line.starts_with("```");
        let words = line.strip_prefix("# ").filter(|_| !in_code)?;
        Some(SafeText::line(words.trim_end_matches('#').trim()))
    })
}

/// Recognises an article by this from now on.
pub(super) fn renew(connection: &Connection, id: i64, looked: &Looked) -> rusqlite::Result<()> {
    let bytes = i64::try_from(looked.stamp.0).unwrap_or(0);
    connection
        .prepare(
            "UPDATE article SET fingerprint = ?2, url = ?3, bytes = ?4, modified = ?5, digest = ?6,
                    title = CASE WHEN ?7 = '' THEN title ELSE ?7 END
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            looked.fingerprint.0,
            looked.url,
            bytes,
            looked.stamp.1,
            written_digest(&looked.digest),
            looked.title,
        ])
        .map(drop)
}

/// The recorded articles whose files are others than when they were last looked at, looked at; of these `files`, or
/// of all where there are none. Where a file says something that has nothing to do with its article, that is not what
/// the article is recognised by: it may be elsewhere.
pub(super) fn edited(connection: &Connection, files: &[PathBuf]) -> rusqlite::Result<Vec<(i64, Looked)>> {
    let mut known = Vec::new();
    if files.is_empty() {
        let mut statement = connection.prepare(STORED)?;
        known = statement.query_map((), stored)?.collect::<rusqlite::Result<_>>()?;
    } else {
        let mut statement = connection.prepare(&format!("{STORED} WHERE id = ?1"))?;
        for file in files {
            if let Some(id) = find(connection, file)? {
                known.push(statement.query_row([id], stored)?);
            }
        }
    }
    let most = if files.is_empty() { u64::MAX } else { LARGEST };
    let is_other = |row: &Stored| {
        disk::stamp(&row.path).is_some_and(|now| (now != row.stamp || row.digest.is_none()) && now.0 <= most)
    };
    let others = known.into_iter().filter(is_other);
    let looked = others.filter_map(|row| {
        let looked = look_at(&row.path)?;
        (row.is_replaced_by(&looked) != Some(true)).then_some((row.id, looked))
    });
    // One that says nothing is being written.
    Ok(looked.filter(|(_, looked)| looked.fingerprint.is_known()).collect())
}
