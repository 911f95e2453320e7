//! Where an article's file is, and how its path is printed.
//!
//! Never touches a disk.

use std::path::{Path, PathBuf};

use crate::library::article::Article;
use crate::storage::disk;
use crate::text::SafeText;

/// The folder to which an article's path is relative.
pub(super) fn folder_of<'a>(folders: &'a [PathBuf], article: &Article) -> &'a Path {
    folders.get(usize::from(article.place.root)).map_or(Path::new("."), PathBuf::as_path)
}

/// An article's file.
pub(super) fn file_of(folders: &[PathBuf], article: &Article) -> PathBuf {
    folder_of(folders, article).join(&article.place.path)
}

/// The folders from the root of the file system on, links kept.
pub(super) fn absolute(folders: &[PathBuf]) -> Vec<PathBuf> {
    folders.iter().map(|folder| disk::whole(folder)).collect()
}

/// A path as it is where that is plain text, else quoted for a shell (`$'…'`).
pub(super) fn openable(path: &Path) -> String {
    if let Some(text) = path.to_str()
        && SafeText::line(text).as_str() == text
    {
        return text.to_owned();
    }
    let digit = |value: u8| char::from(b'0' + (value & 7));
    let mut quoted = String::from("$'");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\'' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => quoted.push(char::from(*byte)),
            _ => quoted.extend(['\\', digit(byte >> 6), digit(byte >> 3), digit(*byte)]),
        }
    }
    quoted.push('\'');
    quoted
}
