//! What goes with the open article: what it links to, what links to it, what is related.
//!
//! Runs on a worker. Bodies are read once in a run of the program, and again where their file has changed.

use std::collections::HashMap;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use super::links::{Found, Listed, Shelf, Spot};
use super::texts::{Ready, Texts};
use crate::app::effect::{Goal, Linked, LinkedItem, Side, Standpoint};
use crate::cli::bodies;
use crate::document::Document;
use crate::document::shown::{PartId, Position, Shown, ShownText, Target};
use crate::library::article::ArticleKey;
use crate::library::index::Library;
use crate::library::links::scan::{Written, in_front_matter, written};
use crate::library::links::{self, Leads};
use crate::library::related::{Because, related};
use crate::safe;
use crate::storage::disk::{self, Decoded};
use crate::text::{SafeText, thousands};

/// Most links of one article that are listed.
const MOST_LINKS: usize = 5_000;
/// Most related articles that are listed.
const MOST_RELATED: usize = 50;
/// How often it is told how far the reading is.
const TELL: Duration = Duration::from_millis(200);

/// Which articles link to which: kept as long as the program runs.
#[derive(Debug, Default)]
pub(super) struct Graph {
    links: HashMap<ArticleKey, Own>,
}

/// The links of one file as it was.
#[derive(Debug)]
struct Own {
    modified: i64,
    bytes: u64,
    /// The articles that it links to, and where.
    to: Box<[(ArticleKey, u32)]>,
}

/// What is asked of a worker.
pub(super) struct Question<'a> {
    pub(super) standpoint: &'a Standpoint,
    pub(super) roots: &'a [std::path::PathBuf],
    /// The open article.
    pub(super) document: &'a Document,
    /// Whether related articles are wanted, and not links.
    pub(super) related: bool,
    /// The text index, where there is one.
    pub(super) texts: Option<&'a Texts>,
}

/// Answers, piece by piece; false when nobody listens any more.
pub(super) fn answer(
    shelf: &mut Shelf,
    graph: &mut Graph,
    question: &Question<'_>,
    is_cancelled: &(dyn Fn() -> bool + Sync),
    send: &dyn Fn(Linked) -> bool,
) -> bool {
    let spot = shelf.spot(question.standpoint, question.roots);
    let alike = match (&spot, question.texts) {
        (Some(spot), Some(texts)) if question.related => alike(texts, &spot.library, question.document),
        _ => Vec::new(),
    };
    let mut items = match &spot {
        Some(spot) if question.related => related_to(spot, graph, &alike),
        None if question.related => Vec::new(),
        _ => links_of(shelf, question, is_cancelled),
    };
    let Some(spot) = spot else {
        return send(Linked { items: items.into(), progress: None });
    };
    let started = safe!("Looking who links here …");
    if !send(Linked { items: items.clone().into(), progress: Some(started) }) {
        return false;
    }
    let tell = |done: usize, all: usize| {
        let progress = safe!("Looking who links here: {} of {}", thousands(done), thousands(all));
        send(Linked { items: items.clone().into(), progress: Some(progress) })
    };
    graph.read(shelf, &spot, is_cancelled, &tell);
    if is_cancelled() {
        return true;
    }
    if question.related {
        items = related_to(&spot, graph, &alike);
    } else {
        items.extend(graph.links_to(&spot));
    }
    send(Linked { items: items.into(), progress: None })
}

/// The links of the open article, each once, in their order.
fn links_of(shelf: &mut Shelf, question: &Question<'_>, is_cancelled: &dyn Fn() -> bool) -> Vec<LinkedItem> {
    let document = question.document;
    let mut seen = HashSet::new();
    let head = document.markdown().get(..document.body().0 as usize).unwrap_or_default();
    let of_head = in_front_matter(head).into_iter().map(|(_, written)| match written {
        Written::Address(address) => Target::Address(address.into()),
        Written::Wiki(page) => Target::Wiki(page.into()),
    });
    let mut targets: Vec<(Target, SafeText)> = of_head
        .take(MOST_LINKS)
        .filter(|target| seen.insert(target.clone()))
        .map(|target| (target, SafeText::default()))
        .collect();
    let mut take = |text: &ShownText| {
        for link in &text.links {
            let is_link = matches!(&link.target, Target::Address(_) | Target::Wiki(_));
            if is_link && targets.len() < MOST_LINKS && seen.insert(link.target.clone()) {
                let words = text.text.as_str().get(link.range.start as usize..link.range.end as usize);
                targets.push((link.target.clone(), SafeText::line(words.unwrap_or_default())));
            }
        }
    };
    for index in 0..document.parts().len() as u32 {
        if is_cancelled() {
            return Vec::new();
        }
        match document.show(PartId(index)) {
            Shown::Text(text) => take(&text),
            Shown::Table(table) => {
                table.header.iter().chain(table.rows.iter().flatten()).for_each(&mut take);
            }
            _ => {}
        }
    }
    let words: Vec<SafeText> = targets.iter().map(|(_, words)| words.clone()).collect();
    let targets = targets.into_iter().map(|(target, _)| target).collect();
    let found = shelf.resolve(question.standpoint, question.roots, targets, is_cancelled);
    let item = |((target, leads), words): ((Target, Leads<Goal>), SafeText)| {
        let (Target::Address(written) | Target::Wiki(written)) = target else { return None };
        let (text, detail) = match &leads {
            Leads::Article(goal, None) => (goal.title.clone(), SafeText::default()),
            Leads::Article(goal, Some(fragment)) => (goal.title.clone(), safe!("#{fragment}")),
            // Headings of the article itself stand in the contents.
            Leads::Here(_) => return None,
            _ if words.is_empty() => (safe!("{written}"), SafeText::default()),
            _ => (words, safe!("{written}")),
        };
        Some(LinkedItem { text, detail, side: Side::Out, leads, at: None })
    };
    let mut items: Vec<LinkedItem> = found.into_iter().zip(words).filter_map(item).collect();
    // One article goes by several names.
    let mut seen = HashSet::new();
    items.retain(|item| match &item.leads {
        Leads::Article(goal, fragment) => seen.insert((goal.file.clone(), fragment.clone())),
        _ => true,
    });
    items
}

/// Whether a link surely leads to no article.
fn leaves(written: &Written<'_>) -> bool {
    let Written::Address(address) = written else { return false };
    matches!(links::at_once::<()>(address), Some(Leads::Web(_) | Leads::Refused(_)))
}

fn related_to(spot: &Spot, graph: &Graph, alike: &[(u32, f32)]) -> Vec<LinkedItem> {
    let library = &*spot.library;
    let own = ArticleKey::of(spot.root, &spot.below);
    let Some(id) = library.find(own) else { return Vec::new() };
    let mut linked: Vec<u32> = graph.keys_to(own).filter_map(|(key, _)| library.find(key)).collect();
    let to = graph.links.get(&own).map_or(&[][..], |own| &own.to);
    linked.extend(to.iter().filter_map(|(key, _)| library.find(*key)));
    let item = |found: crate::library::related::Related| {
        let detail = match found.because {
            Because::Link => safe!("linked"),
            Because::Tags => safe!("same tags"),
            Because::Words => safe!("same words"),
        };
        item_of(library, found.id, detail, Side::Related, None)
    };
    let of = library.copies_of(id);
    let is_copy = |other: u32| other != id && of.is_some() && library.copies_of(other) == of;
    // The list shows one of them alone.
    let all = if of.is_some() { 0..library.len() as u32 } else { 0..0 };
    let copies = all.filter(|other| is_copy(*other)).take(MOST_RELATED);
    let copy = |id: u32| item_of(library, id, disk::shown(library.row(id).path()), Side::Copy, None);
    let others = related(library, id, &linked, alike, MOST_RELATED).into_iter();
    copies.map(copy).chain(others.filter(|other| !is_copy(other.id)).map(item)).collect()
}

/// The articles whose bodies share rare words with the open one's, as far as the text index knows them.
fn alike(texts: &Texts, library: &Arc<Library>, document: &Document) -> Vec<(u32, f32)> {
    let Some(Ready { index, numbers }) = texts.ready(library) else { return Vec::new() };
    // What cannot be read leaves links, tags and titles.
    let shared = index.sharing(document.body_text()).unwrap_or_default();
    shared.into_iter().filter_map(|(number, rarity)| Some((numbers.id(number)?, rarity))).collect()
}

fn item_of(library: &Library, id: u32, detail: SafeText, side: Side, at: Option<Position>) -> LinkedItem {
    let title = safe!("{}", library.row(id).title());
    let goal = Goal { file: library.file(id), title: title.clone(), lacks: false };
    LinkedItem { text: title, detail, side, leads: Leads::Article(goal, None), at }
}

impl Graph {
    /// Reads the bodies that were not read since they changed.
    fn read(
        &mut self,
        shelf: &mut Shelf,
        spot: &Spot,
        is_cancelled: &(dyn Fn() -> bool + Sync),
        tell: &dyn Fn(usize, usize) -> bool,
    ) {
        // The guide is in no folder.
        if spot.folder.is_none() {
            return;
        }
        let library = &*spot.library;
        let key = |id: u32| {
            let row = library.row(id);
            ArticleKey::of(row.root(), row.path())
        };
        let ids = 0..library.len() as u32;
        let is_new = |id: &u32| !self.links.contains_key(&key(*id));
        if ids.clone().any(|id| is_new(&id)) && !self.links.is_empty() {
            // What led nowhere may lead to the new ones.
            self.links.clear();
        }
        let stale: Vec<u32> = ids
            .filter(|id| {
                let row = library.row(*id);
                let own = self.links.get(&key(*id));
                own.is_none_or(|own| (own.modified, own.bytes) != (row.modified(), row.bytes()))
            })
            .collect();
        let known = shelf.known(spot);
        let read = |number: usize| -> Option<(ArticleKey, Own)> {
            let id = *stale.get(number).filter(|_| !is_cancelled())?;
            let row = library.row(id);
            let ground = Listed { library, root: row.root(), folder: None, known };
            let mut to = Vec::new();
            let decoded = disk::read_markdown(&library.file(id));
            // Where nothing leads to another article, nobody need know where the front matter ends.
            if let Ok(Decoded { markdown, .. }) = decoded
                && written(&markdown).iter().any(|(_, written)| !leaves(written))
            {
                let body = bodies::begin(&markdown);
                let (head, text) = markdown.split_at_checked(body as usize).unwrap_or_default();
                let of_text = written(text).into_iter().map(|(at, written)| (head.len() + at, written));
                for (at, written) in in_front_matter(head).into_iter().chain(of_text) {
                    let leads = match written {
                        Written::Address(written) => links::address(&ground, written, row.path()),
                        Written::Wiki(page) => links::wiki(&ground, page, row.path()),
                    };
                    if let Leads::Article(Found::Listed(other), _) = leads {
                        to.push((key(other), at as u32));
                    }
                }
            }
            let own = Own { modified: row.modified(), bytes: row.bytes(), to: to.into_boxed_slice() };
            Some((key(id), own))
        };
        let told = Mutex::new(Instant::now());
        let take = |number: usize, made: Option<Option<(ArticleKey, Own)>>| {
            if let Some((key, own)) = made.flatten() {
                self.links.insert(key, own);
            }
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let goes_on = told.elapsed() < TELL || {
                *told = Instant::now();
                tell(number, stale.len())
            };
            if goes_on && !is_cancelled() { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
        };
        // It ends early where nobody waits any more; what was read until then is kept.
        let _ = bodies::in_order(stale.len(), read, take);
    }

    /// The articles that link to one, and where.
    fn keys_to(&self, own: ArticleKey) -> impl Iterator<Item = (ArticleKey, u32)> {
        self.links.iter().filter(move |(key, _)| **key != own).filter_map(move |(key, links)| {
            links.to.iter().find(|(to, _)| *to == own).map(|(_, at)| (*key, *at))
        })
    }

    fn links_to(&self, spot: &Spot) -> Vec<LinkedItem> {
        let library: &Arc<Library> = &spot.library;
        let own = ArticleKey::of(spot.root, &spot.below);
        let mut found: Vec<(u32, u32)> =
            self.keys_to(own).filter_map(|(key, at)| Some((library.find(key)?, at))).collect();
        found.sort_unstable();
        let item = |(id, at): (u32, u32)| {
            let detail = disk::shown(library.row(id).path());
            item_of(library, id, detail, Side::In, Some(Position(at)))
        };
        found.into_iter().map(item).collect()
    }
}
