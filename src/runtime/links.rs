//! Links → where they lead, by what the library knows and what the disk has.
//!
//! Runs on a worker. The rules are `library::links`'; here is only what they ask for.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, Weak};

use crate::app::effect::{Goal, Standpoint};
use crate::cli::{bodies, walk};
use crate::document::anchors;
use crate::document::shown::{Position, Target};
use crate::document::{Document, Options};
use crate::library::article::ArticleKey;
use crate::library::index::Library;
use crate::library::links::{self, Ground, Kind, Leads, Names, There};
use crate::safe;
use crate::storage::disk;
use crate::storage::picture::Reach;

/// Most bytes of an article that is read only to know which places it has.
const LARGEST_READ: u64 = 256 << 10;
/// Most articles that are read for that at a time.
const MOST_READ: usize = 40;

/// By what names articles are linked to, as far as it was asked for: kept from one request to the next.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    listed: Known,
    /// The library around the last lone file, and its folder.
    lone: Option<(PathBuf, Arc<Library>)>,
    around: Known,
}

/// Where the open article stands among others.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The library on screen, or the one around a lone file.
    pub(super) library: Arc<Library>,
    /// The root that holds the article.
    pub(super) root: u16,
    /// That root's folder; the guide is in none.
    pub(super) folder: Option<PathBuf>,
    /// The article's path below it.
    pub(super) below: PathBuf,
    is_lone: bool,
}

/// What is known of one snapshot of a library.
#[derive(Debug, Default)]
pub(super) struct Known {
    of: Weak<Library>,
    names: OnceLock<Names>,
    files: OnceLock<HashSet<String>>,
}

impl Shelf {
    /// Where each of the targets leads that stand in the article at `standpoint`. Gives what it has found
    /// until then where `is_cancelled`.
    pub(super) fn resolve(
        &mut self,
        standpoint: &Standpoint,
        roots: &[PathBuf],
        targets: Vec<Target>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Vec<(Target, Leads<Goal>)> {
        let Some(spot) = self.spot(standpoint, roots) else {
            // What was piped in reads nothing else, so nobody can say that something is not there.
            let found = answer(targets, &Nothing, Path::new(""), is_cancelled, |()| Goal::default());
            let unknown = |leads| match leads {
                Leads::Missing(what) => Leads::Unknown(what),
                leads => leads,
            };
            return found.into_iter().map(|(target, leads)| (target, unknown(leads))).collect();
        };
        let (library, known) = (&*spot.library, self.known(&spot));
        let ground = Listed { library, root: spot.root, folder: spot.folder.as_deref(), known };
        let found = answer(targets, &ground, &spot.below, is_cancelled, |found| found.goal(library));
        let found = looked_into(found, spot.folder.is_some(), is_cancelled);
        // Around a file that nobody has marked as one of many, nobody has looked by what titles others go.
        let is_by_itself = spot.is_lone && library.is_empty();
        let unknown = |(target, leads)| match (&target, leads) {
            (Target::Wiki(_), Leads::Missing(what)) if is_by_itself => (target, Leads::Unknown(what)),
            (_, leads) => (target, leads),
        };
        found.into_iter().map(unknown).collect()
    }

    /// Where the article at `standpoint` stands; none where it is in no file.
    pub(super) fn spot(&mut self, standpoint: &Standpoint, roots: &[PathBuf]) -> Option<Spot> {
        if let Some((library, root, below)) = &standpoint.listed {
            let folder = library.roots().get(usize::from(*root)).map(|root| root.path.clone());
            return Some(Spot {
                library: Arc::clone(library),
                root: *root,
                folder: folder.filter(|_| standpoint.file.is_some()),
                below: below.clone(),
                is_lone: false,
            });
        }
        let file = standpoint.file.as_deref()?;
        let reach = Reach::of(file, roots).ok()?;
        let root = reach.root();
        if self.lone.as_ref().is_none_or(|(known, _)| known != root) {
            // Titles of others are only looked for where somebody has marked what belongs together.
            let walked = reach.is_chosen().then(|| walk::walk(&[root.to_path_buf()], false).ok()).flatten();
            let library = walked.map(|walked| Arc::new(walked.library.clone())).unwrap_or_default();
            self.lone = Some((root.to_path_buf(), library));
        }
        let (_, library) = self.lone.as_ref()?;
        let below = reach.folder().strip_prefix(root).unwrap_or(Path::new("")).join(file.file_name()?);
        let (library, folder) = (Arc::clone(library), Some(root.to_path_buf()));
        Some(Spot { library, root: 0, folder, below, is_lone: true })
    }

    /// What is known of the library of a spot; nothing yet where it is another one than before.
    pub(super) fn known(&mut self, spot: &Spot) -> &Known {
        let known = if spot.is_lone { &mut self.around } else { &mut self.listed };
        if !std::ptr::eq(known.of.as_ptr(), Arc::as_ptr(&spot.library)) {
            *known = Known { of: Arc::downgrade(&spot.library), ..Known::default() };
        }
        known
    }
}

fn answer<G: Ground>(
    targets: Vec<Target>,
    ground: &G,
    from: &Path,
    is_cancelled: &dyn Fn() -> bool,
    goal: impl Fn(G::Article) -> Goal,
) -> Vec<(Target, Leads<Goal>)> {
    let mut found = Vec::with_capacity(targets.len());
    for target in targets {
        if is_cancelled() {
            break;
        }
        let leads = match &target {
            Target::Address(written) => links::address(ground, written, from),
            Target::Wiki(page) => links::wiki(ground, page, from),
            Target::Footnote(_) | Target::Image(_) => continue,
        };
        found.push((target, leads.map(&goal)));
    }
    found
}

/// The same, with what is said of the articles that have no such place as the link names: each of them that is not
/// large is read for that, once.
fn looked_into(
    mut found: Vec<(Target, Leads<Goal>)>,
    is_on_disk: bool,
    is_cancelled: &dyn Fn() -> bool,
) -> Vec<(Target, Leads<Goal>)> {
    let mut places: HashMap<PathBuf, Option<HashSet<String>>> = HashMap::new();
    for (_, leads) in found.iter_mut().filter(|_| is_on_disk) {
        let Leads::Article(goal, Some(fragment)) = leads else { continue };
        let Some(name) = anchors::folded(fragment).filter(|_| anchors::is_name(fragment)) else { continue };
        if is_cancelled() {
            break;
        }
        if places.len() >= MOST_READ && !places.contains_key(&goal.file) {
            continue;
        }
        let names = places.entry(goal.file.clone()).or_insert_with(|| places_of(&goal.file));
        goal.lacks = names.as_ref().is_some_and(|names| !names.contains(&name));
    }
    found
}

/// The names of the places in an article; `None` where that would take long.
fn places_of(file: &Path) -> Option<HashSet<String>> {
    disk::stamp(file).filter(|(bytes, _)| *bytes <= LARGEST_READ)?;
    let (decoded, from) = bodies::read(file).ok()?;
    let options = Options { title: None, whole: true };
    Some(anchors::names(&Document::parse(decoded.markdown, Position(from), &options)))
}

/// Articles of a library, and what else is in the folder of one of its roots.
pub(super) struct Listed<'a> {
    pub(super) library: &'a Library,
    pub(super) root: u16,
    /// None where only what the library holds is to be found.
    pub(super) folder: Option<&'a Path>,
    pub(super) known: &'a Known,
}

/// An article that a link leads to.
pub(super) enum Found {
    /// One of the library.
    Listed(u32),
    /// A file that it does not hold, with its path below the root.
    Other(PathBuf, PathBuf),
}

impl Found {
    fn goal(self, library: &Library) -> Goal {
        let (file, title) = match self {
            Self::Listed(id) => (library.file(id), safe!("{}", library.row(id).title())),
            Self::Other(file, path) => (file, disk::shown(&path)),
        };
        Goal { file, title, lacks: false }
    }
}

impl Ground for Listed<'_> {
    type Article = Found;

    fn at(&self, path: &Path) -> Option<There<Found>> {
        if let Some(id) = self.library.find(ArticleKey::of(self.root, path)) {
            return Some(There::Article(Found::Listed(id)));
        }
        let folder = self.folder?;
        let file = folder.join(path);
        let kind = disk::what_is_under(folder, &file)?;
        let is_article = kind == disk::Kind::File && disk::is_markdown(path);
        Some(if is_article { There::Article(Found::Other(file, path.to_path_buf())) } else { There::Other })
    }

    fn named(&self, kind: Kind, name: &str, from: &Path) -> Option<Found> {
        let names = self.known.names.get_or_init(|| Names::of_library(self.library));
        names.find(kind, name, from, |id| self.library.row(id).path()).map(Found::Listed)
    }

    fn has_file_named(&self, path: &str) -> bool {
        let Some(folder) = self.folder else { return false };
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let files = || disk::file_names(&[folder.to_path_buf()], false);
        self.known.files.get_or_init(files).contains(&name)
    }
}

/// No folder at all.
struct Nothing;

impl Ground for Nothing {
    type Article = ();

    fn at(&self, _: &Path) -> Option<There<()>> {
        None
    }

    fn named(&self, _: Kind, _: &str, _: &Path) -> Option<()> {
        None
    }

    fn has_file_named(&self, _: &str) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test brings its own files")]
    fn a_place_that_another_article_lacks_is_known_for_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("one.md", "See [two](two.md).\n");
        write("two.md", "# Two\n\n## The Part\n\nA block. ^here\n");
        let library = walk::walk(&[folder.path().to_path_buf()], false).unwrap().library.clone();
        let file = folder.path().join("one.md");
        let standpoint =
            Standpoint { file: Some(file), listed: Some((Arc::new(library), 0, PathBuf::from("one.md"))) };
        let check = |written: &str, lacks: bool| {
            let targets = vec![Target::Address(written.to_owned())];
            let found = Shelf::default().resolve(&standpoint, &[], targets, &|| false);
            let [(_, Leads::Article(goal, _))] = &found[..] else { panic!("{found:?}") };
            assert_eq!(goal.lacks, lacks, "{written}");
        };
        check("two.md", false);
        check("two.md#the-part", false);
        check("two.md#^here", false);
        check("two.md#top", false);
        check("two.md#another-part", true);
        check("two.md#^there", true);
    }
}
