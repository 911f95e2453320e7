//! Where a written link leads: pure rules over what there is to link to.
//!
//! Knows `article`, `fold` and `index` of this folder. Never looks at a disk itself: whether something is
//! there is asked of a [`Ground`].

mod names;
pub mod scan;
pub mod web;

use std::path::{Component, Path, PathBuf};

use super::index::fold_key;
use crate::safe;
use crate::text::{SafeText, percent_decoded};

pub use names::{Kind, Names};

/// Folders under a root in which sites keep what they serve from `/`.
const SITE_FOLDERS: [&str; 9] =
    ["", "content", "public", "static", "assets", "docs", "src", "source", "src/content"];
/// Extensions of articles, in the order in which they are tried where a link leaves its own out.
const ARTICLES: [&str; 5] = ["md", "mdx", "markdown", "mkd", "mdown"];
/// Files that are what a folder shows.
const FOLDER_PAGES: [&str; 6] = ["index", "_index", "README", "readme", "Readme", "INDEX"];
/// Extensions of what a site makes itself.
const MADE: [&str; 7] = ["html", "htm", "xml", "rss", "atom", "php", "aspx"];
/// Schemes whose addresses may leave.
const LEAVING: [&str; 3] = ["http", "https", "mailto"];
/// Longest scheme that is taken for one.
const LONGEST_SCHEME: usize = 24;

/// What there is to link to from one article. Paths are relative to the root that holds it, without `.`
/// and `..`.
pub trait Ground {
    /// An article that was found.
    type Article;

    /// What is at a path.
    fn at(&self, path: &Path) -> Option<There<Self::Article>>;

    /// The article that goes by a name; of several, the one nearest to the article whose path is `from`.
    fn named(&self, kind: Kind, name: &str, from: &Path) -> Option<Self::Article>;

    /// Whether a file with the name at the end of `path` is anywhere under the roots.
    fn has_file_named(&self, path: &str) -> bool;
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum There<A> {
    /// An article.
    Article(A),
    /// A file or folder that is no article.
    Other,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads<A> {
    /// To another place of the same article.
    Here(Fragment),
    /// To an article, at its beginning or at a place in it.
    Article(A, Fragment),
    /// To a file that is no article.
    File(PathBuf),
    /// Nowhere: the path or name that is not there.
    Missing(SafeText),
    /// Where nobody can look: a template, or a page that a site may make of something.
    Unknown(SafeText),
    /// To a path above the root.
    Outside(PathBuf),
    /// Out into the web, or to somebody's mail.
    Web(String),
    /// To an address that is opened by nobody: its scheme.
    Refused(SafeText),
}

/// A place in an article as a link names it: what stands after `#`, decoded, where anything does.
pub type Fragment = Option<String>;

impl<A> Leads<A> {
    /// The same, with what an article is exchanged.
    pub fn map<B>(self, article: impl FnOnce(A) -> B) -> Leads<B> {
        match self {
            Self::Article(found, fragment) => Leads::Article(article(found), fragment),
            Self::Here(fragment) => Leads::Here(fragment),
            Self::File(path) => Leads::File(path),
            Self::Missing(what) => Leads::Missing(what),
            Self::Unknown(what) => Leads::Unknown(what),
            Self::Outside(path) => Leads::Outside(path),
            Self::Web(address) => Leads::Web(address),
            Self::Refused(scheme) => Leads::Refused(scheme),
        }
    }

    /// Whether it surely leads nowhere, or is not followed.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Refused(_) | Self::Outside(_))
    }
}

/// Where the destination of a link or image leads that is written in the article at `from`.
///
/// Paths may leave out the extension, name a folder for what it shows, be percent-encoded (RFC 3986), or
/// begin with `/` as on a site; where no such file is, an article whose path ends so is meant, or the only
/// one with that last name.
pub fn address<G: Ground>(ground: &G, written: &str, from: &Path) -> Leads<G::Article> {
    if let Some(leads) = at_once(written) {
        return leads;
    }
    let written = written.trim();
    let shown = || SafeText::line(written);
    let path = written.split(['#', '?']).next().unwrap_or_default();
    // Zola writes `@/` for the root, others `@site` and `~` for what only they know.
    let path = path.strip_prefix('@').filter(|rest| rest.starts_with('/')).unwrap_or(path);
    if path.is_empty() || path.starts_with(['@', '~']) || written.contains(['{', '<', '$', '\0']) {
        return Leads::Unknown(shown());
    }
    let fragment = written.split_once('#').and_then(|(_, fragment)| decoded(fragment));
    let decoded = percent_decoded(path);
    let mut outside = None;
    for path in [path, decoded.as_str()].iter().take(if decoded == path { 1 } else { 2 }) {
        let (bases, below) = bases(path, from);
        for base in bases {
            match inside(&base.join(below)) {
                Ok(path) => match at_any(ground, &path, below) {
                    Some((_, There::Article(found))) => return Leads::Article(found, fragment),
                    Some((path, There::Other)) => return Leads::File(path),
                    None => {}
                },
                Err(path) => outside = outside.or(Some(path)),
            }
        }
    }
    if let Some(path) = outside {
        return Leads::Outside(path);
    }
    let is_page = !names_a_file(&decoded);
    if is_page && let Some(found) = page(ground, &decoded, from) {
        return Leads::Article(found, fragment);
    }
    // A page without an extension, or with that of the web, may be one that a site makes of something.
    if is_page { Leads::Unknown(SafeText::line(path)) } else { Leads::Missing(SafeText::line(path)) }
}

/// What can be said of a destination without looking anywhere: it is in the same article, leaves, or is
/// refused.
pub fn at_once<A>(written: &str) -> Option<Leads<A>> {
    let written = written.trim();
    if let Some(fragment) = written.strip_prefix('#') {
        return Some(Leads::Here(decoded(fragment)));
    }
    if written.starts_with("//") {
        return Some(Leads::Web(format!("https:{written}")));
    }
    let scheme = scheme(written)?;
    let leaves = LEAVING.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    Some(if leaves { Leads::Web(written.to_owned()) } else { Leads::Refused(SafeText::line(scheme)) })
}

/// Where a wikilink leads that is written in the article at `from`: `Page`, `Page#Heading`, `#Heading`.
///
/// A page is meant by its title, one of its `aliases` or its file's name, with or without its folders and
/// extension.
pub fn wiki<G: Ground>(ground: &G, written: &str, from: &Path) -> Leads<G::Article> {
    let (page, fragment) = written.split_once('#').map_or((written, None), |(page, rest)| (page, Some(rest)));
    // Of a path in a vault (`Note#Part#Section`) the last one is meant.
    let fragment = fragment.and_then(|fragment| decoded(fragment.rsplit('#').next().unwrap_or(fragment)));
    let page = page.trim().trim_end_matches('\\').trim_end();
    if page.is_empty() {
        return Leads::Here(fragment);
    }
    let below = page.trim_start_matches(['.', '/']);
    if below.is_empty() || page.contains(['{', '<', '$', '\0']) || page.contains("://") {
        return Leads::Unknown(SafeText::line(page));
    }
    let found = ground
        .named(Kind::Name, below, from)
        .or_else(|| ground.named(Kind::Name, without_extension(below), from));
    if let Some(found) = found {
        return Leads::Article(found, fragment);
    }
    let beside = from.parent().unwrap_or(Path::new(""));
    for base in [beside, Path::new("")] {
        if let Ok(path) = inside(&base.join(below))
            && let Some((path, there)) = at_any(ground, &path, below)
        {
            return match there {
                There::Article(found) => Leads::Article(found, fragment),
                There::Other => Leads::File(path),
            };
        }
    }
    if ground.has_file_named(below) {
        Leads::File(PathBuf::from(below))
    } else {
        Leads::Missing(SafeText::line(page))
    }
}

/// What is to be said of a link that is not followed, and why.
pub fn refusal<A>(leads: &Leads<A>) -> Option<SafeText> {
    Some(match leads {
        Leads::Here(_) | Leads::Article(..) | Leads::Web(_) => return None,
        Leads::File(path) => safe!("{} is no article, and only those open here", path.display()),
        Leads::Missing(what) => safe!("There is no {what}"),
        Leads::Unknown(what) if what.is_empty() => safe!("This link names nothing that it could lead to"),
        Leads::Unknown(what) => safe!("No article here is {what}"),
        Leads::Outside(path) => safe!("{} is outside the folder that this article may reach", path.display()),
        Leads::Refused(scheme) => {
            safe!("Not opened: only http, https and mailto leave, and this is {scheme}:")
        }
    })
}

/// The name before the extension of an article, where it has one.
pub(super) fn without_extension(name: &str) -> &str {
    let is_article = |extension: &str| ARTICLES.iter().any(|known| extension.eq_ignore_ascii_case(known));
    name.rsplit_once('.').filter(|(_, extension)| is_article(extension)).map_or(name, |(name, _)| name)
}

/// The scheme of an absolute address (RFC 3986, 3.1).
fn scheme(written: &str) -> Option<&str> {
    let end = written.find([':', '/', '?', '#'])?;
    let (scheme, rest) = (written.get(..end)?, written.get(end..)?);
    let is_one = rest.starts_with(':')
        && end <= LONGEST_SCHEME
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    is_one.then_some(scheme)
}

fn decoded(fragment: &str) -> Fragment {
    let fragment = percent_decoded(fragment.trim());
    (!fragment.is_empty()).then_some(fragment)
}

/// The folders that a path may begin in, and what follows them.
fn bases<'a>(path: &'a str, from: &Path) -> (Vec<PathBuf>, &'a str) {
    if let Some(below) = path.strip_prefix('/') {
        return (SITE_FOLDERS.iter().map(PathBuf::from).collect(), below.trim_start_matches('/'));
    }
    let beside = from.parent().unwrap_or(Path::new("")).to_path_buf();
    // On a site the page of `a/b.md` is the folder `a/b/`, and links without extension count from there.
    let page = from.with_extension("");
    let bases = if names_a_file(path) { vec![beside] } else { vec![beside, page] };
    (bases, path)
}

/// What is at a path whose extension, or whose folder's page, may have been left out.
fn at_any<G: Ground>(ground: &G, path: &Path, written: &str) -> Option<(PathBuf, There<G::Article>)> {
    let at = |path: PathBuf| ground.at(&path).map(|there| (path, there));
    let is_folder = written.is_empty() || written.ends_with('/') || written.ends_with('.');
    let exact = if is_folder { None } else { at(path.to_path_buf()) };
    if let Some((_, There::Article(_))) = exact {
        return exact;
    }
    let stem = bare(path, written);
    let with = |extension: &&str| {
        let mut name = stem.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        PathBuf::from(name)
    };
    let files = ARTICLES.iter().filter(|_| !is_folder || !stem.as_os_str().is_empty()).map(with);
    let pages = FOLDER_PAGES
        .iter()
        .flat_map(|name| ARTICLES[..2].iter().map(|extension| stem.join(format!("{}.{extension}", *name))));
    let is_page = !names_a_file(written);
    let found = files.chain(pages).filter(|_| is_page).find_map(|path| match at(path) {
        Some((path, There::Article(found))) => Some((path, There::Article(found))),
        _ => None,
    });
    found.or(exact)
}

/// The path without the extension of a page of the web.
fn bare(path: &Path, written: &str) -> PathBuf {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_made = !written.ends_with('/')
        && extension.is_some_and(|own| MADE[..2].iter().any(|made| own.eq_ignore_ascii_case(made)));
    if is_made { path.with_extension("") } else { path.to_path_buf() }
}

/// The article that a path of a site means which no file has: one whose path ends so, or the only one with
/// its last name.
fn page<G: Ground>(ground: &G, path: &str, from: &Path) -> Option<G::Article> {
    let below = path.strip_prefix('/')?.trim_matches('/');
    let below =
        MADE[..2].iter().find_map(|made| below.strip_suffix(made)?.strip_suffix('.')).unwrap_or(below);
    let below = below.strip_suffix("/index").unwrap_or(below);
    if below.is_empty() {
        return None;
    }
    let by_path = ground.named(Kind::Page, below, from);
    by_path.or_else(|| ground.named(Kind::Only, below, from))
}

/// Whether the path names a file, and not a page that a site makes of something: those have no extension,
/// or one that says so.
fn names_a_file(path: &str) -> bool {
    let Some(extension) = Path::new(path).extension().and_then(|extension| extension.to_str()) else {
        return false;
    };
    let is_one = extension.starts_with(|c: char| c.is_ascii_alphabetic()) && extension.len() <= 8;
    is_one && !path.ends_with('/') && !MADE.iter().any(|made| extension.eq_ignore_ascii_case(made))
}

/// The path without `.` and `..`, by its text alone; the same beginning with `..` where it leads out.
fn inside(path: &Path) -> Result<PathBuf, PathBuf> {
    let (mut plain, mut above) = (PathBuf::new(), 0_usize);
    for component in path.components() {
        match component {
            Component::ParentDir if !plain.pop() => above += 1,
            Component::Normal(name) => plain.push(name),
            _ => {}
        }
    }
    if above == 0 {
        Ok(plain)
    } else {
        Err(std::iter::repeat_n("..", above).collect::<PathBuf>().join(plain))
    }
}

/// Whether a front-matter key holds other names of an article.
pub(super) fn is_alias(key: &str) -> bool {
    matches!(fold_key(key).as_str(), "aliases" | "alias")
}

/// Whether a front-matter key holds what an article is called in its address.
pub(super) fn is_slug(key: &str) -> bool {
    matches!(fold_key(key).as_str(), "slug" | "permalink")
}

#[cfg(test)]
mod tests;
