//! What there is to link to for `check`: the articles of its walk, and whatever else stands on the disk.
//!
//! Reads no article; looks at files only to say whether they are there. The rules of links are
//! `library::links`'.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::cli::files::folder_of;
use crate::library::article::Article;
use crate::library::links::{self, Ground, Kind, Leads, Names, There};
use crate::storage::disk;

/// An article that stands beside a lone file and is not read: it is there, and nobody knows its headings.
const UNREAD: usize = usize::MAX;

/// Everything that an article's links may lead to.
pub(super) struct Targets<'a> {
    folders: &'a [PathBuf],
    /// Of each root that is a lone file, the folder that its links may reach.
    lone: &'a [Option<PathBuf>],
    articles: &'a [Arc<Article>],
    all: bool,
    by_file: HashMap<PathBuf, usize>,
    by_name: OnceLock<Names>,
    names: OnceLock<HashSet<String>>,
    looked_at: Mutex<HashMap<PathBuf, bool>>,
}

/// What an article of one root may link to.
struct FromRoot<'a> {
    targets: &'a Targets<'a>,
    root: &'a Path,
    is_lone: bool,
}

impl<'a> Targets<'a> {
    /// The articles below the absolute `folders`, those of `lone` roots alone there; `all` as the walk had it.
    pub(super) fn new(
        folders: &'a [PathBuf],
        lone: &'a [Option<PathBuf>],
        articles: &'a [Arc<Article>],
        all: bool,
    ) -> Self {
        let file = |article: &Arc<Article>| folder_of(folders, article).join(&article.place.path);
        let by_file = articles.iter().map(file).zip(0..).collect();
        let (by_name, names, looked_at) = (OnceLock::new(), OnceLock::new(), Mutex::default());
        Self { folders, lone, articles, all, by_file, by_name, names, looked_at }
    }

    /// Where the destination of a link or image in `article` leads.
    pub(super) fn local(&self, target: &str, article: &Article) -> Leads<usize> {
        let ground = self.ground_of(article);
        let leads = links::address(&ground, target, &ground.path_of(article));
        if ground.is_lone {
            return leads;
        }
        let Leads::Outside(path) = leads else { return leads };
        // Its owner has it checked from here, so that what is beside the folder may be meant.
        let shown = disk::shown(&path);
        match self.at(&plain(&ground.root.join(&path))) {
            Some(There::Article(index)) => Leads::Article(index, None),
            Some(There::Other) => Leads::File(path),
            None => Leads::Missing(shown),
        }
    }

    /// Where a wikilink in `article` leads.
    pub(super) fn wiki(&self, target: &str, article: &Article) -> Leads<usize> {
        let ground = self.ground_of(article);
        match links::wiki(&ground, target, &ground.path_of(article)) {
            // It may be the title of one that is not read.
            Leads::Missing(what) if ground.is_lone => Leads::Unknown(what),
            leads => leads,
        }
    }

    /// Whether a file of the name at the end of `path` is anywhere under the roots.
    pub(super) fn has_file_named(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        self.names.get_or_init(|| disk::file_names(self.folders, self.all)).contains(&name)
    }

    /// The path of an article below its root.
    pub(super) fn path_of(&self, article: usize) -> &Path {
        self.articles.get(article).map_or(Path::new(""), |article| &article.place.path)
    }

    /// Whether what a link leads to is a folder.
    pub(super) fn is_folder(&self, path: &Path, article: &Article) -> bool {
        matches!(disk::what_is(&self.ground_of(article).root.join(path)), Ok(disk::Kind::Folder))
    }

    fn ground_of(&'a self, article: &Article) -> FromRoot<'a> {
        let lone = self.lone.get(usize::from(article.place.root)).and_then(Option::as_deref);
        let root = lone.unwrap_or_else(|| folder_of(self.folders, article));
        FromRoot { targets: self, root, is_lone: lone.is_some() }
    }

    fn at(&self, path: &Path) -> Option<There<usize>> {
        if let Some(index) = self.by_file.get(path) {
            return Some(There::Article(*index));
        }
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(is_there) = looked_at.get(path) {
            return is_there.then_some(There::Other);
        }
        drop(looked_at);
        let is_there = disk::what_is(path).is_ok();
        looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        looked_at.insert(path.to_path_buf(), is_there);
        is_there.then_some(There::Other)
    }
}

impl FromRoot<'_> {
    /// The path of an article below the root.
    fn path_of(&self, article: &Article) -> PathBuf {
        if !self.is_lone {
            return article.place.path.clone();
        }
        let file = disk::absolute(folder_of(self.targets.folders, article)).join(&article.place.path);
        file.strip_prefix(self.root).map_or_else(|_| article.place.path.clone(), Path::to_path_buf)
    }
}

impl Ground for FromRoot<'_> {
    type Article = usize;

    fn at(&self, path: &Path) -> Option<There<usize>> {
        match self.targets.at(&self.root.join(path)) {
            Some(There::Other) if self.is_lone && disk::is_markdown(path) => Some(There::Article(UNREAD)),
            there => there,
        }
    }

    fn named(&self, kind: Kind, name: &str, from: &Path) -> Option<usize> {
        // That one name leads somewhere is a guess for who follows the link, and nothing to find fault with.
        if kind == Kind::Only || self.is_lone {
            return None;
        }
        let articles = self.targets.articles;
        let names = self.targets.by_name.get_or_init(|| Names::of(articles.iter().map(AsRef::as_ref)));
        let found = names.find(kind, name, from, |id| self.targets.path_of(id as usize))?;
        Some(found as usize)
    }

    fn has_file_named(&self, path: &str) -> bool {
        self.targets.has_file_named(path)
    }
}

/// The path without `..`, by its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::metadata::tests::article;
    use crate::text::SafeText;

    #[test]
    fn files_are_looked_for_from_their_article_s_root() {
        let articles = vec![article("a/one.md", "title: The First"), article("b/two.md", "title: Second")];
        let folders = [PathBuf::from("/nowhere/here")];
        let targets = Targets::new(&folders, &[], &articles, false);
        let check = |target: &str, expect: Leads<usize>| {
            assert_eq!(targets.local(target, &articles[0]), expect, "{target:?}");
        };
        check("../b/two.md#part", Leads::Article(1, Some("part".into())));
        check("three.md", Leads::Missing(SafeText::line("three.md")));
        check("../../gone.md", Leads::Missing(SafeText::line("../gone.md")));
        check("../../here/b/two.md", Leads::Article(1, None));
        assert_eq!(targets.wiki("second", &articles[0]), Leads::Article(1, None));
        assert_eq!(targets.wiki("third", &articles[0]), Leads::Missing(SafeText::line("third")));
    }
}
