//! The list while its files change: nobody's selection is taken away, a new first article is seen, a renamed
//! one stays selected, and the preview is read again.

use std::path::{Path, PathBuf};

use super::list::List;
use super::{LibraryScreen, Origin};
use crate::app::effect::{DocumentSource, Effect, Progress};
use crate::library::article::ArticleKey;
use crate::library::index::Library;

/// What is known of changes that came after everything had been looked at.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Whether the newest snapshot came after one in which everything had been looked at.
    is_live: bool,
    /// The selected article has another name in the next snapshot.
    renamed: Option<(ArticleKey, ArticleKey)>,
}

impl Live {
    /// Goes over from one snapshot to the next.
    pub(super) fn take(&mut self, before: &Progress, after: &Progress, list: &mut List) {
        self.is_live = before.done && after.done;
        if self.is_live && !list.is_empty() {
            // Whoever looks at a finished list looks at this article, chosen or not.
            list.select(list.selected());
        }
    }

    /// The key by which `library` knows the selected article.
    pub(super) fn follow(&mut self, selected: ArticleKey, library: &Library) -> ArticleKey {
        match self.renamed {
            Some((from, to)) if from == selected && library.find(from).is_none() => {
                self.renamed = None;
                to
            }
            _ => selected,
        }
    }

    /// The screen row that the selected article stays on. At the top of the list what comes before it is to
    /// be seen, and it moves down.
    pub(super) fn screen_row(&self, list: &List) -> usize {
        if self.is_live && list.scroll() == 0 { usize::MAX } else { list.screen_row() }
    }
}

impl LibraryScreen {
    /// Files and folders have other names now: the selection follows.
    pub fn renamed(&mut self, names: &[(PathBuf, PathBuf)]) {
        let Some(article) = self.selected() else { return };
        let Some(root) = self.root_of(&article) else { return };
        if let Some(to) = follow(&root.join(&article.place.path), names)
            && let Some(key) = self.key_of(&to)
        {
            self.live.renamed = Some((article.key, key));
        }
    }

    /// The identity that an article in this file has, if it is under one of the roots.
    pub fn key_of(&self, file: &Path) -> Option<ArticleKey> {
        let Origin::Disk(_) = self.origin else { return None };
        self.below_root(file).map(|(root, path)| ArticleKey::of(root, &path))
    }

    /// The root that holds a file, by its number, and the path below it. The guide's pages have no other
    /// path.
    pub fn below_root(&self, file: &Path) -> Option<(u16, PathBuf)> {
        if let Origin::Guide(_) = self.origin {
            return Some((0, file.to_path_buf()));
        }
        let below = |root: &Path| file.strip_prefix(root).ok().map(Path::to_path_buf);
        // Those of the newest snapshot: what is recorded may come before the first list.
        let mut roots = self.newest.roots().iter().zip(0..);
        roots.find_map(|(root, index)| Some((index, below(&root.path)?)))
    }

    /// Has the preview read again, where its article is in one of these files.
    pub fn touched(&mut self, files: &[PathBuf], effects: &mut Vec<Effect>) {
        let Some(article) = self.selected() else { return };
        let source = self.source(&article);
        self.found.forget(article.key);
        if matches!(&source, DocumentSource::File(path) if files.contains(path)) {
            self.preview.read_again(article, source, effects);
        }
    }
}

/// The name that a file has now, if it or a folder that it is in has another.
pub(in crate::app) fn follow(file: &Path, names: &[(PathBuf, PathBuf)]) -> Option<PathBuf> {
    names.iter().find_map(|(from, to)| {
        let below = file.strip_prefix(from).ok()?;
        Some(if below.as_os_str().is_empty() { to.clone() } else { to.join(below) })
    })
}
