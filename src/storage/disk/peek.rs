//! Whether a folder is worth opening unasked.
#![expect(clippy::disallowed_methods, reason = "storage is where files are read")]

use std::path::Path;
use std::time::{Duration, Instant};

use super::walk::is_markdown;

/// Whether `folder` or a direct subfolder holds an article, as far as can be told `within` so long.
/// Hidden files and folders do not count.
pub fn holds_an_article(folder: &Path, within: Duration) -> bool {
    let end = Instant::now() + within;
    let mut folders = Vec::new();
    if looks_like_a_library(folder, end, Some(&mut folders)) {
        return true;
    }
    folders.iter().any(|folder| looks_like_a_library(folder, end, None))
}

fn looks_like_a_library(
    folder: &Path,
    end: Instant,
    mut folders: Option<&mut Vec<std::path::PathBuf>>,
) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    for entry in entries.flatten() {
        if Instant::now() > end {
            return false;
        }
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_file() && is_markdown(Path::new(&name)) {
            return true;
        }
        if let (true, Some(folders)) = (kind.is_dir(), folders.as_deref_mut()) {
            folders.push(entry.path());
        }
    }
    false
}
