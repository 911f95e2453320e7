//! The list while its files change: nobody's selection is taken away, a new first article is seen, a renamed
//! one stays selected, and the preview is read again.

use std::path::{Path, PathBuf};

use super::list::List;
use super::{LibraryScreen, Origin};
use crate::app::effect::{DocumentSource, Effect, Progress};
use crate::library::article::ArticleKey;
use crate::library::index::Library;
use crate::library::query::Outcome;

/// What is known of changes that came after everything had been looked at.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Whether the newest snapshot came after one in which everything had been looked at.
    is_after_all: bool,
    /// The selected article has another name in the next snapshot.
    renamed: Option<(ArticleKey, ArticleKey)>,
    /// The selected article that was there no longer, on its screen row, and how often the selection was moved then.
    gone: Option<(ArticleKey, usize, usize)>,
}

impl Live {
    /// Goes over from one snapshot to the next.
    pub(super) fn take(&mut self, before: &Progress, after: &Progress) {
        self.is_after_all = before.done && after.done;
    }

    /// Whether the selected article stays selected: it was chosen, or whoever looks at a finished list looks at it.
    pub(super) fn stays(&self, list: &List) -> bool {
        self.is_after_all || list.was_moved()
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

    /// The screen row that the selected article stays on. Where it is the first, or nobody chose it, what comes before
    /// it at the top of the list is to be seen, and it moves down.
    pub(super) fn screen_row(&self, list: &List) -> usize {
        let is_chosen = list.was_moved() && list.selected() > 0;
        if self.is_after_all && list.scroll() == 0 && !is_chosen { usize::MAX } else { list.screen_row() }
    }

    /// What was selected before it went, with its screen row, where the next list holds it again and nobody has moved
    /// meanwhile.
    pub(super) fn back(
        &mut self,
        list: &List,
        library: &Library,
        next: &Outcome,
    ) -> Option<(ArticleKey, usize)> {
        let (key, row, moves) = self.gone?;
        if moves != list.moves() {
            self.gone = None;
        }
        let is_back = library.find(key).is_some_and(|id| next.set.contains(id));
        self.gone.filter(|_| is_back).map(|_| (key, row))
    }

    /// Another query was asked: what went before does not come back.
    pub(super) fn forget(&mut self) {
        self.gone = None;
    }

    /// Takes in what became of the article that was to stay selected; `is_held` says whether it did.
    pub(super) fn kept(&mut self, (key, row): (ArticleKey, usize), is_held: bool, list: &List) {
        if is_held {
            // One that is selected in its place is no reason to forget it.
            self.gone.take_if(|(gone, ..)| *gone == key);
        } else if self.gone.is_none() {
            self.gone = Some((key, row, list.moves()));
        }
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
