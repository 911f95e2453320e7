//! The names of all files under folders, whatever they are: what a wikilink may mean by a bare name.

use std::collections::HashSet;
use std::path::PathBuf;

use ignore::WalkBuilder;

use super::walk::leave_out;

/// The names of all regular files under `folders`, in lower case. With `all`, also of hidden and
/// ignored ones. What cannot be read has no names.
pub fn file_names(folders: &[PathBuf], all: bool) -> HashSet<String> {
    let mut names = HashSet::new();
    for folder in folders {
        let mut builder = WalkBuilder::new(folder);
        for entry in leave_out(&mut builder, folder, !all).build().flatten() {
            if entry.file_type().is_some_and(|kind| kind.is_file()) {
                names.insert(entry.file_name().to_string_lossy().to_lowercase());
            }
        }
    }
    names
}
