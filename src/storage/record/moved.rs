//! Articles that got another name while no longread looked: those whose files are gone, or say something else now that
//! has nothing to do with them, found in a library by what they say or where they came from.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use super::articles::{adopt, path as recorded_path, set_path};
use super::look::{STORED, Stored, look_at, stored};
use crate::library::duplicates::Digest;
use crate::library::index::Library;
use crate::library::marks::Fingerprint;
use crate::storage::disk;
use crate::text::SafeText;

/// A recorded article that was found under another name.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its number.
    pub(super) id: i64,
    /// Its file.
    pub(super) file: PathBuf,
    /// The file that it was in, where that is another article now.
    pub(super) left: Option<PathBuf>,
}

/// A recorded article that may be elsewhere.
struct Astray {
    stored: Stored,
    /// Whether there is no such file any more, or else another text in it.
    is_gone: bool,
}

/// A file that may hold one of those.
struct Candidate {
    file: PathBuf,
    fingerprint: Fingerprint,
    digest: Digest,
    url: String,
    title: SafeText,
    /// The number of the article that is recorded under its name, and when that was last used.
    own: Option<(i64, i64)>,
    is_taken: bool,
}

impl Candidate {
    fn says_the_same(&self, stored: &Stored) -> bool {
        self.fingerprint.is_known() && self.fingerprint == stored.fingerprint
    }

    fn has_its_name(&self, stored: &Stored) -> bool {
        self.file.file_name().map(OsStr::as_bytes) == Some(stored.name())
    }

    fn is_nearly(&self, stored: &Stored) -> bool {
        stored.is_nearly(self.title.as_str(), &self.digest)
    }
}

/// Those whose files are gone, or are others than when they were last looked at and do not surely hold the same
/// article.
fn astray(connection: &Connection) -> rusqlite::Result<Vec<Astray>> {
    let mut statement = connection.prepare(STORED)?;
    let mut all = Vec::new();
    for stored in statement.query_map((), stored)? {
        let stored = stored?;
        let is_gone = match disk::stamp(&stored.path) {
            None => true,
            Some(stamp) if stamp == stored.stamp || !stored.fingerprint.is_known() => continue,
            Some(_) => {
                let is_other = look_at(&stored.path).is_some_and(|now| {
                    now.fingerprint.is_known() && stored.is_replaced_by(&now) != Some(false)
                });
                if !is_other {
                    continue;
                }
                false
            }
        };
        all.push(Astray { stored, is_gone });
    }
    Ok(all)
}

/// Whether an article that is recorded in one of these files may be elsewhere.
pub(super) fn is_any_astray(connection: &Connection, files: &[PathBuf]) -> rusqlite::Result<bool> {
    let files: HashSet<&Path> = files.iter().map(PathBuf::as_path).collect();
    Ok(astray(connection)?.iter().any(|one| files.contains(one.stored.path.as_path())))
}

/// The articles of `library` that are recorded under names that no file has any more, or another article.
///
/// Only files that look like one that is astray are read: of the same address, title, name or size. A file that is
/// recorded itself, because it was marked before this was known, is the last to be taken, and only where it says
/// the same.
pub(super) fn moved(connection: &Connection, library: &Library) -> rusqlite::Result<Vec<Found>> {
    let mut astray = astray(connection)?;
    if astray.is_empty() {
        return Ok(Vec::new());
    }
    let mut candidates = candidates(connection, library, &astray)?;
    // What took the place of a text can be told by that text, now that it is found.
    astray.retain(|one| {
        one.is_gone
            || candidates
                .iter()
                .find(|candidate| candidate.says_the_same(&one.stored))
                .is_some_and(|candidate| one.stored.is_another_in(&candidate.file))
    });
    let homes = homes(&astray, &mut candidates);
    let found = astray.iter().zip(homes).filter_map(|(one, home)| {
        let file = candidates.get(home?)?.file.clone();
        let left = if one.is_gone { None } else { Some(under_roots(library, &one.stored.path)) };
        Some(Found { id: one.stored.id, file, left })
    });
    Ok(found.collect())
}

/// The files of `library` that look like one that is astray, read.
fn candidates(
    connection: &Connection,
    library: &Library,
    astray: &[Astray],
) -> rusqlite::Result<Vec<Candidate>> {
    let mut own = connection.prepare("SELECT id, max(opened, added) FROM article WHERE path = ?1")?;
    let mut candidates = Vec::new();
    // The texts of all articles are not to stay in memory for this.
    let library = library.rested();
    for (row, id) in library.rows().zip(0..) {
        let name = row.path().file_name().map(OsStr::as_bytes).unwrap_or_default();
        let url = row.texts().url.unwrap_or_default();
        // Of a text that another took the place of nothing but itself counts, and a rename leaves its size.
        let looks_like = |Astray { stored, is_gone }: &Astray| {
            (stored.stamp.0 == row.bytes() && stored.stamp.0 > 0)
                || (*is_gone
                    && ((!stored.url.is_empty() && stored.url == url)
                        || stored.title == row.title()
                        || stored.name() == name))
        };
        if !astray.iter().any(looks_like) {
            continue;
        }
        let file = library.file(id);
        let path = recorded_path(&file);
        let own =
            own.query_row([path.as_os_str().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let looked = look_at(&file).unwrap_or_default();
        candidates.push(Candidate {
            file,
            fingerprint: looked.fingerprint,
            digest: looked.digest,
            url: url.to_owned(),
            title: SafeText::line(row.title()),
            own,
            is_taken: false,
        });
    }
    Ok(candidates)
}

/// Whether an article that is astray may be in a candidate.
type Rule<'a> = dyn Fn(&Astray, &Candidate) -> bool + 'a;

/// For each article that is astray the candidate that it is in, each at most once.
fn homes(astray: &[Astray], candidates: &mut [Candidate]) -> Vec<Option<usize>> {
    let mut homes: Vec<Option<usize>> = vec![None; astray.len()];
    let leaving: HashSet<i64> = astray.iter().filter(|one| !one.is_gone).map(|one| one.stored.id).collect();
    let is_free = |candidate: &Candidate| candidate.own.is_none();
    let is_left = |candidate: &Candidate| candidate.own.is_some_and(|(own, _)| leaving.contains(&own));
    let is_older = |one: &Astray, candidate: &Candidate| {
        candidate
            .own
            .is_some_and(|(own, used)| own != one.stored.id && (one.is_gone || used < one.stored.used))
    };
    let rules: [&Rule<'_>; 5] = [
        &|one, other| is_free(other) && other.says_the_same(&one.stored) && other.has_its_name(&one.stored),
        &|one, other| is_free(other) && other.says_the_same(&one.stored),
        &|one, other| {
            let url = &one.stored.url;
            one.is_gone && is_free(other) && !url.is_empty() && *url == other.url
        },
        &|one, other| is_left(other) && other.says_the_same(&one.stored),
        &|one, other| is_older(one, other) && other.says_the_same(&one.stored),
    ];
    for rule in rules {
        for (one, home) in astray.iter().zip(&mut homes).filter(|(_, home)| home.is_none()) {
            *home = candidates.iter().position(|other| !other.is_taken && rule(one, other));
            if let Some(home) = *home {
                candidates[home].is_taken = true;
            }
        }
    }
    // What was renamed and edited is taken for one that is nearly the same where no other is.
    let may_be = |one: &Astray, other: &Candidate| {
        one.is_gone && is_free(other) && !other.is_taken && other.is_nearly(&one.stored)
    };
    let lost: Vec<usize> = (0..astray.len()).filter(|index| homes[*index].is_none()).collect();
    for index in &lost {
        let mut near = (0..candidates.len()).filter(|other| may_be(&astray[*index], &candidates[*other]));
        let (Some(home), None) = (near.next(), near.next()) else { continue };
        if lost.iter().filter(|other| may_be(&astray[**other], &candidates[home])).count() == 1 {
            candidates[home].is_taken = true;
            homes[*index] = Some(home);
        }
    }
    // Whoever was to leave and has nowhere to go stays, and nobody who is not older takes its place.
    loop {
        let stays: HashSet<i64> = (astray.iter().zip(&homes))
            .filter(|(_, home)| home.is_none())
            .map(|(one, _)| one.stored.id)
            .collect();
        let is_in_the_way = |(one, home): &(&Astray, &mut Option<usize>)| {
            home.is_some_and(|home| {
                let other = &candidates[home];
                other.own.is_some_and(|(own, _)| stays.contains(&own)) && !is_older(one, other)
            })
        };
        match astray.iter().zip(&mut homes).find(is_in_the_way) {
            Some((_, home)) => *home = None,
            None => return homes,
        }
    }
}

/// A recorded path as the library has it.
fn under_roots(library: &Library, path: &Path) -> PathBuf {
    let below = library.roots().iter().find_map(|root| {
        let below = path.strip_prefix(disk::absolute(&root.path)).ok()?;
        Some(root.path.join(below))
    });
    below.unwrap_or_else(|| path.to_path_buf())
}

/// Records articles under the names that they were found by. Some may go where others were.
pub(super) fn take(connection: &Connection, found: &[Found]) -> rusqlite::Result<()> {
    for one in found {
        // No file has such a name.
        let nowhere = format!("\0{}", one.id);
        set_path(connection, one.id, Path::new(&nowhere))?;
    }
    found.iter().try_for_each(|one| adopt(connection, one.id, &one.file))
}
