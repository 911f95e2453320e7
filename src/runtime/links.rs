//! Links → where they lead, by what the library knows and what the disk has.
//!
//! Runs on a worker. The rules are `library::links`'; here is only what they ask for.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use crate::app::effect::{Goal, Standpoint};
use crate::cli::walk;
use crate::document::shown::Target;
use crate::library::article::ArticleKey;
use crate::library::index::Library;
use crate::library::links::{self, Ground, Kind, Leads, Names, There};
use crate::storage::disk;
use crate::storage::picture::Reach;

/// By what names articles are linked to, as far as it was asked for: kept from one request to the next.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    listed: Known,
    /// The library around the last lone file, and its folder.
    lone: Option<(PathBuf, Arc<Library>)>,
    around: Known,
}

/// What is known of one snapshot of a library.
#[derive(Debug, Default)]
struct Known {
    of: Weak<Library>,
    names: OnceCell<Names>,
    files: OnceCell<HashSet<String>>,
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
        let Some((library, root, below)) = &standpoint.listed else {
            return self.resolve_lone(standpoint.file.as_deref(), roots, targets, is_cancelled);
        };
        let known = self.listed.over(library);
        let folder = library.roots().get(usize::from(*root)).map_or(Path::new(""), |root| &root.path);
        // The guide is in no folder.
        let folder = standpoint.file.as_ref().map(|_| folder);
        let ground = Listed { library, root: *root, folder, known };
        answer(targets, &ground, below, is_cancelled)
    }

    fn resolve_lone(
        &mut self,
        file: Option<&Path>,
        roots: &[PathBuf],
        targets: Vec<Target>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Vec<(Target, Leads<Goal>)> {
        let reach = file.and_then(|file| Some((file, Reach::of(file, roots).ok()?)));
        let Some((file, reach)) = reach else {
            // What was piped in reads nothing else, so nobody can say that something is not there.
            let found = answer(targets, &Nothing, Path::new(""), is_cancelled);
            let unknown = |leads| match leads {
                Leads::Missing(what) => Leads::Unknown(what),
                leads => leads,
            };
            return found.into_iter().map(|(target, leads)| (target, unknown(leads))).collect();
        };
        let root = reach.root();
        if self.lone.as_ref().is_none_or(|(known, _)| known != root) {
            // Titles of others are only looked for where somebody has marked what belongs together.
            let walked = reach.is_chosen().then(|| walk::walk(&[root.to_path_buf()], false).ok()).flatten();
            let library = walked.map(|walked| Arc::new(walked.library.clone())).unwrap_or_default();
            self.lone = Some((root.to_path_buf(), library));
        }
        let Some((_, library)) = &self.lone else { return Vec::new() };
        let known = self.around.over(library);
        let name = file.file_name().map_or(file, Path::new);
        let below = reach.folder().strip_prefix(root).unwrap_or(Path::new("")).join(name);
        let ground = Listed { library, root: 0, folder: Some(root), known };
        answer(targets, &ground, &below, is_cancelled)
    }
}

impl Known {
    /// What is known of a snapshot; nothing yet where it is another one than before.
    fn over(&mut self, library: &Arc<Library>) -> &Self {
        if !std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(library)) {
            *self = Self { of: Arc::downgrade(library), ..Self::default() };
        }
        self
    }
}

fn answer<G: Ground<Article = Goal>>(
    targets: Vec<Target>,
    ground: &G,
    from: &Path,
    is_cancelled: &dyn Fn() -> bool,
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
        found.push((target, leads));
    }
    found
}

/// Articles of a library, and what else is in the folder of one of its roots.
struct Listed<'a> {
    library: &'a Library,
    root: u16,
    folder: Option<&'a Path>,
    known: &'a Known,
}

impl Listed<'_> {
    fn goal(&self, id: u32) -> Goal {
        Goal { file: self.library.file(id), title: crate::safe!("{}", self.library.row(id).title()) }
    }
}

impl Ground for Listed<'_> {
    type Article = Goal;

    fn at(&self, path: &Path) -> Option<There<Goal>> {
        if let Some(id) = self.library.find(ArticleKey::of(self.root, path)) {
            return Some(There::Article(self.goal(id)));
        }
        let folder = self.folder?;
        let file = folder.join(path);
        let kind = disk::what_is_under(folder, &file)?;
        if kind == disk::Kind::File && disk::is_markdown(path) {
            let title = disk::shown(path);
            return Some(There::Article(Goal { file, title }));
        }
        Some(There::Other)
    }

    fn named(&self, kind: Kind, name: &str, from: &Path) -> Option<Goal> {
        let names = self.known.names.get_or_init(|| Names::of_library(self.library));
        let id = names.find(kind, name, from, |id| self.library.row(id).path())?;
        Some(self.goal(id))
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
    type Article = Goal;

    fn at(&self, _: &Path) -> Option<There<Goal>> {
        None
    }

    fn named(&self, _: Kind, _: &str, _: &Path) -> Option<Goal> {
        None
    }

    fn has_file_named(&self, _: &str) -> bool {
        false
    }
}
