//! What there is to link to: articles by file and by name, and whatever else stands on the disk.
//!
//! Reads no article; looks at files only to say whether they are there.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::cli::files::folder_of;
use crate::library::article::{Article, Value};
use crate::library::fold::fold;
use crate::library::index::fold_key;
use crate::storage::disk;
use crate::text::{SafeText, percent_decoded};

/// Folders under a root in which site-absolute paths are looked for.
const SITE_FOLDERS: [&str; 4] = ["", "public", "static", "assets"];
/// Extensions of what a site makes itself.
const MADE: [&str; 7] = ["html", "htm", "xml", "rss", "atom", "php", "aspx"];

/// What a target leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// Where nobody can look: an address, a template, a page that a site makes.
    Elsewhere,
    /// To an article, by its index.
    Article(usize),
    /// To a file that is no article.
    File,
    /// Nowhere: the path that is not there, as shown.
    Nowhere(SafeText),
}

/// Everything that an article's links may lead to.
pub(super) struct Targets<'a> {
    folders: &'a [PathBuf],
    articles: &'a [Arc<Article>],
    all: bool,
    by_file: HashMap<PathBuf, usize>,
    by_name: OnceLock<HashMap<String, usize>>,
    names: OnceLock<HashSet<String>>,
    looked_at: Mutex<HashMap<PathBuf, bool>>,
}

impl<'a> Targets<'a> {
    /// The articles below the absolute `folders`; `all` as the walk had it.
    pub(super) fn new(folders: &'a [PathBuf], articles: &'a [Arc<Article>], all: bool) -> Self {
        let file = |article: &Arc<Article>| folder_of(folders, article).join(&article.place.path);
        let by_file = articles.iter().map(file).zip(0..).collect();
        let (by_name, names, looked_at) = (OnceLock::new(), OnceLock::new(), Mutex::default());
        Self { folders, articles, all, by_file, by_name, names, looked_at }
    }

    /// Where the target of a link or image in `article` leads. Site-absolute paths are looked for under
    /// the root and the folders that sites keep such files in.
    pub(super) fn local(&self, target: &str, article: &Article) -> Leads {
        let path = target.split(['#', '?']).next().unwrap_or_default();
        // Zola writes `@/` for the root, others `@site` and `~` for what only they know.
        let path = path.strip_prefix('@').filter(|rest| rest.starts_with('/')).unwrap_or(path);
        let is_local = !path.is_empty()
            && !path.starts_with("//")
            && !path.starts_with(['@', '~'])
            && !target.contains(['{', '<', '$'])
            && !path.split('/').next().unwrap_or_default().contains(':');
        if !is_local || path.ends_with('/') || !names_a_file(path) {
            return Leads::Elsewhere;
        }
        let decoded = percent_decoded(path);
        let root = folder_of(self.folders, article);
        let beside = root.join(article.place.path.parent().unwrap_or(Path::new("")));
        for path in [path, decoded.as_str()] {
            let found = match path.strip_prefix('/') {
                Some(below) => SITE_FOLDERS.iter().find_map(|folder| self.at(&root.join(folder).join(below))),
                None => self.at(&beside.join(path)),
            };
            if let Some(found) = found {
                return found;
            }
        }
        Leads::Nowhere(SafeText::line(path))
    }

    /// Where a wikilink's page leads: an article of that title, alias or file name, with or without its
    /// folders and extension, or a file of that name anywhere.
    pub(super) fn wiki(&self, page: &str) -> Leads {
        let page = page.trim().trim_end_matches('\\').trim_start_matches(['.', '/']);
        if page.is_empty() || page.contains(['{', '<', '$']) || page.contains("://") {
            return Leads::Elsewhere;
        }
        let by_name = self.by_name.get_or_init(|| by_name(self.articles));
        let bare = without_extension(page);
        if let Some(index) = by_name.get(&fold(page)).or_else(|| by_name.get(&fold(bare))) {
            return Leads::Article(*index);
        }
        if self.has_file_named(page) { Leads::File } else { Leads::Nowhere(SafeText::line(page)) }
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

    fn at(&self, path: &Path) -> Option<Leads> {
        let path = plain(path);
        if let Some(index) = self.by_file.get(&path) {
            return Some(Leads::Article(*index));
        }
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(is_there) = looked_at.get(&path) {
            return is_there.then_some(Leads::File);
        }
        drop(looked_at);
        let is_there = disk::what_is(&path).is_ok();
        looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        looked_at.insert(path, is_there);
        is_there.then_some(Leads::File)
    }
}

/// Whether the path names a file, and not a page that a site makes of something: those have no extension,
/// or one that says so.
fn names_a_file(path: &str) -> bool {
    let Some(extension) = Path::new(path).extension().and_then(|extension| extension.to_str()) else {
        return false;
    };
    let is_one = extension.starts_with(|c: char| c.is_ascii_alphabetic()) && extension.len() <= 8;
    is_one && !MADE.iter().any(|made| extension.eq_ignore_ascii_case(made))
}

/// The path without `.` and `..`, by its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn without_extension(name: &str) -> &str {
    name.rsplit_once('.')
        .filter(|(_, extension)| {
            ["md", "markdown", "mkd", "mdown", "mdx"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
        .map_or(name, |(name, _)| name)
}

/// Every name by which a wikilink may mean an article, folded; of two articles with one name, the first.
fn by_name(articles: &[Arc<Article>]) -> HashMap<String, usize> {
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut add = |name: &str, index: usize| {
        names.entry(fold(name.trim())).or_insert(index);
    };
    for (article, index) in articles.iter().zip(0..) {
        add(article.title.as_str(), index);
        let path = article.place.path.to_string_lossy();
        let mut rest = without_extension(&path);
        loop {
            add(rest, index);
            match rest.split_once('/') {
                Some((_, below)) => rest = below,
                None => break,
            }
        }
        let is_alias = |key: &SafeText| matches!(fold_key(key.as_str()).as_str(), "aliases" | "alias");
        for (_, value) in article.meta.iter().filter(|(key, _)| is_alias(key)) {
            let values = match value {
                Value::List(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                if let Value::Text(text) | Value::Number(text) = value {
                    add(text.as_str(), index);
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::metadata::tests::article;

    fn library() -> Vec<Arc<Article>> {
        vec![
            article("a/one.md", "title: The First\naliases: [Uno, 'Number One']"),
            article("a/two words.md", "title: Second"),
            article("b/three.markdown", "alias: drei"),
        ]
    }

    #[test]
    fn only_local_files_are_looked_for() {
        let (articles, folders) = (library(), [PathBuf::from("/nowhere")]);
        let targets = Targets::new(&folders, &articles, false);
        let check = |target: &str, expect: &Leads| {
            assert_eq!(targets.local(target, &articles[0]), *expect, "{target:?}");
        };
        for target in [
            "https://e.org/x.png",
            "mailto:a@b.c",
            "#part",
            "//e.org/x.png",
            "page",
            "page/",
            "release/v1.2",
            "{{x}}.png",
            "data:x.png",
            "@site/docs/x.md",
            "feed.xml",
            "old.html#x",
        ] {
            check(target, &Leads::Elsewhere);
        }
        for (target, missing) in [
            ("x.png", "x.png"),
            ("/images/x.png", "/images/x.png"),
            ("../c.md#part", "../c.md"),
            ("a%20b.md", "a%20b.md"),
            ("c.md?x", "c.md"),
        ] {
            check(target, &Leads::Nowhere(SafeText::line(missing)));
        }
        for (target, index) in [
            ("one.md#x", 0),
            ("./two%20words.md", 1),
            ("two words.md", 1),
            ("../b/three.markdown", 2),
            ("/b/three.markdown?x=1", 2),
            ("@/a/one.md", 0),
        ] {
            check(target, &Leads::Article(index));
        }
    }

    #[test]
    fn a_wikilink_means_a_title_an_alias_or_a_file_name() {
        let (articles, folders) = (library(), [PathBuf::from("/nowhere")]);
        let targets = Targets::new(&folders, &articles, false);
        for (page, index) in [
            ("The First", 0),
            ("the  first", 0),
            ("one", 0),
            ("one.md", 0),
            ("a/one", 0),
            ("../a/one.md", 0),
            ("number one", 0),
            ("two words", 1),
            ("drei", 2),
            ("b/three", 2),
        ] {
            assert_eq!(targets.wiki(page), Leads::Article(index), "{page}");
        }
        assert_eq!(targets.wiki("four"), Leads::Nowhere(SafeText::line("four")));
        assert_eq!(targets.wiki("c/one"), Leads::Nowhere(SafeText::line("c/one")));
    }
}
