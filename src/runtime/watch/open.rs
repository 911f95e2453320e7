//! The open article's file, wherever it is: which folders tell of it, and whether it was touched.

use std::path::{Path, PathBuf};

use crate::storage::disk::{self, Scope};

/// The file of the open article.
#[derive(Debug)]
pub(super) struct OpenFile {
    /// As the reader knows it.
    path: PathBuf,
    /// As its folder tells of it, and as the one does that it leads to if it is a link.
    told: Vec<PathBuf>,
    /// What it was when it was last looked at.
    state: Option<disk::State>,
}

impl OpenFile {
    /// The file at a path.
    pub(super) fn new(path: PathBuf) -> Self {
        let real = disk::absolute(&path);
        let mut told = vec![in_its_folder(&path)];
        if real.file_name() != path.file_name() || disk::absolute(folder_of(&path)) != folder_of(&real) {
            told.push(real);
        }
        let state = disk::state(&path);
        Self { path, told, state }
    }

    /// As the reader knows it.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// As its folder tells of it.
    pub(super) fn told(&self) -> &Path {
        &self.told[0]
    }

    /// The folders that tell of it.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.told.iter().map(|path| folder_of(path))
    }

    /// Whether it is in `scope`; where that is everything, whether it is another than before.
    pub(super) fn is_touched(&mut self, scope: &Scope) -> bool {
        let is_named = self.told.iter().any(|path| scope.holds(path));
        if !is_named {
            return false;
        }
        let state = disk::state(&self.path);
        let is_same = state == self.state;
        self.state = state;
        !(is_same && scope.is_everything())
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn in_its_folder(path: &Path) -> PathBuf {
    path.file_name().map_or_else(|| path.to_path_buf(), |name| folder_of(path).join(name))
}
