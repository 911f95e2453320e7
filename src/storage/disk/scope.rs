//! What of some folders is to be looked at again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files and folders that may have changed, folders with all that is in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    everything: bool,
    paths: BTreeSet<PathBuf>,
}

impl Scope {
    /// All there is.
    pub fn everything() -> Self {
        Self { everything: true, paths: BTreeSet::new() }
    }

    /// Takes in a file, or a folder with all that is in it.
    pub fn add(&mut self, path: PathBuf) {
        if !self.holds(&path) {
            self.paths.insert(path);
        }
    }

    /// Takes in all there is.
    pub fn add_everything(&mut self) {
        *self = Self::everything();
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        !self.everything && self.paths.is_empty()
    }

    /// Whether all there is is to be looked at.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// The files and folders that were named.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(PathBuf::as_path)
    }

    /// Keeps of what was named what is wanted.
    pub fn retain(&mut self, wanted: impl Fn(&Path) -> bool) {
        self.paths.retain(|path| wanted(path));
    }

    /// Whether a path, or a folder that it is in, was named.
    pub fn holds(&self, path: &Path) -> bool {
        self.everything || path.ancestors().any(|around| self.paths.contains(around))
    }

    /// Whether something that was named is in this folder.
    pub fn is_within(&self, folder: &Path) -> bool {
        // What is in a folder comes next in order after the folder itself.
        self.everything || self.paths.range(folder.to_owned()..).next().is_some_and(|p| p.starts_with(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(named: &[&str], path: &str, holds: bool, is_within: bool) {
        let mut scope = Scope::default();
        for path in named {
            scope.add(PathBuf::from(path));
        }
        let path = Path::new(path);
        assert_eq!((scope.holds(path), scope.is_within(path)), (holds, is_within), "{path:?} of {named:?}");
    }

    #[test]
    fn a_folder_stands_for_all_that_is_in_it_and_leads_to_what_is_named() {
        check(&["/a/b"], "/a/b", true, true);
        check(&["/a/b"], "/a/b/c/d.md", true, false);
        check(&["/a/b"], "/a", false, true);
        check(&["/a/b", "/a/b c", "/a/b.md"], "/a/b d", false, false);
        check(&["./a.md"], ".", false, true);
        check(&["./a.md"], "./a.md", true, true);
        check(&[], "/a", false, false);
    }

    #[test]
    fn everything_holds_everything() {
        let mut scope = Scope::default();
        scope.add_everything();
        scope.add(PathBuf::from("/a"));
        assert!(scope.holds(Path::new("/x")) && scope.is_within(Path::new("/y")) && !scope.is_empty());
    }
}
