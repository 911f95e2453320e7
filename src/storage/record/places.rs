//! Where somebody was last in each article, in small files of the cache folder: so that a first frame can show
//! it without opening the record, of which they are a copy.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "storage is where files are read")]

use std::fs::{DirEntry, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::articles;
use crate::library::article::ArticleKey;
use crate::library::marks::Place;

/// Most bytes of such a file: a longer one is none of ours.
const LONGEST: u64 = 8 * 1024;
/// Files that are kept; where there are twice as many, the oldest go.
const KEPT: usize = 1000;

fn folder(cache: &Path) -> PathBuf {
    cache.join("places")
}

fn file_of(cache: &Path, article: &Path) -> PathBuf {
    folder(cache).join(format!("{:016x}", ArticleKey::of(0, &articles::path(article)).0))
}

/// Where somebody was last in the article in this file, if that is known.
pub fn read(cache: &Path, article: &Path) -> Option<Place> {
    let mut text = String::new();
    File::open(file_of(cache, article)).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    articles::place(&text)
}

/// Keeps where somebody is.
///
/// # Errors
///
/// What the system said. What was kept before is whole then.
pub fn write(cache: &Path, article: &Path, place: &Place) -> io::Result<()> {
    let file = file_of(cache, article);
    let own = file.with_extension(std::process::id().to_string());
    let write = || -> io::Result<()> {
        File::create(&own)?.write_all(articles::written(place).as_bytes())?;
        std::fs::rename(&own, &file)
    };
    match write() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(folder(cache))?;
            write()
        }
        other => other,
    }
}

/// Keeps where somebody was in what is now in this file, or forgets it where nobody was there.
pub fn follow(cache: &Path, article: &Path, place: Option<&Place>) {
    // It is only a copy, and what is not in it is in the record.
    let _ = match place {
        Some(place) => write(cache, article, place),
        None => std::fs::remove_file(file_of(cache, article)),
    };
}

/// Deletes the oldest, where there are far too many.
pub fn tidy(cache: &Path) {
    let Ok(files) = std::fs::read_dir(folder(cache)) else { return };
    let age = |file: DirEntry| Some((file.metadata().ok()?.modified().ok()?, file.path()));
    let mut files: Vec<_> = files.flatten().filter_map(age).collect();
    if files.len() < 2 * KEPT {
        return;
    }
    files.sort();
    let old = files.len() - KEPT;
    for (_, path) in files.into_iter().take(old) {
        // Whoever deletes the cache is welcome to.
        let _ = std::fs::remove_file(path);
    }
}
