//! Where the links near the screen lead, once a worker has found that out, and what the reader asks of the
//! program when one is followed.
//!
//! Knows no disk: what there is to link to is told by reports.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use super::Reader;
use super::links::Visit;
use super::page::Place;
use crate::app::effect::{At, DocumentSource, Effect, Generation, Goal, LinkedItem, Standpoint};
use crate::app::library_screen::{LibraryScreen, Origin};
use crate::document::Document;
use crate::document::anchors::{folded, is_name, names};
use crate::document::shown::{Position, Target};
use crate::layout::{Piece, VisibleRow};
use crate::library::links::{Leads, at_once, refusal};
use crate::safe;
use crate::text::SafeText;

/// Most links that are remembered of one article; past them all are asked for anew.
const MOST: usize = 20_000;
/// Bytes of a document beyond which a link into itself is never said to lead nowhere.
const LARGEST: usize = 1 << 20;

/// What is known of the article's links.
#[derive(Debug, Default)]
pub(super) struct Following {
    /// Where each link leads, and which look at the library that comes from.
    known: HashMap<Target, (Leads<Goal>, u32)>,
    look: u32,
    /// The links that the newest request names, until it is answered.
    asked: Vec<Target>,
    /// The link that is to be followed as soon as it is known where it leads.
    awaited: Option<Target>,
    ask: Option<Ask>,
    /// The places that a link can name, and the document whose they are.
    places: Option<(Weak<Document>, HashSet<String>)>,
}

/// What the reader asks of the program.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Open another article.
    Open(Goal, Option<At>),
    /// Go back or forward to an article, at the place where one was.
    Return(Visit, Place),
    /// Open an address outside.
    Leave(String),
    /// Show what links to it and from it, or what is related.
    Linked(Arc<Document>, bool),
    /// Pick a heading by its letters.
    Headings,
    /// Copy text.
    Copy(String),
    /// Edit a file at a line.
    Edit(PathBuf, u32),
}

impl Reader {
    /// What the last action asks of the program.
    pub fn take_ask(&mut self) -> Option<Ask> {
        self.following.ask.take()
    }

    pub(super) fn ask(&mut self, ask: Ask) {
        self.following.ask = Some(ask);
    }

    /// Asks where the links near the screen lead that nobody has looked for yet.
    pub fn ensure_links(
        &mut self,
        library: Option<&LibraryScreen>,
        generation: &mut Generation,
        effects: &mut Vec<Effect>,
    ) {
        let Some(page) = &self.page else { return };
        let following = &mut self.following;
        let mut targets: Vec<Target> = following.awaited.iter().cloned().collect();
        for link in page.parts_near().flat_map(|part| &part.links) {
            let target = &link.target;
            let is_new = following.known.get(target).is_none_or(|(_, look)| *look != following.look)
                && matches!(target, Target::Address(_) | Target::Wiki(_))
                && !targets.contains(target);
            if !is_new {
                continue;
            }
            match known_at_once(target) {
                Some(leads) => following.take(target.clone(), leads),
                None => targets.push(target.clone()),
            }
        }
        let names_places = page
            .parts_near()
            .flat_map(|part| &part.links)
            .any(|link| matches!(following.known.get(&link.target), Some((Leads::Here(Some(_)), _))));
        if names_places {
            following.learn_places(page.document());
        }
        if targets.is_empty() || targets.iter().all(|target| following.asked.contains(target)) {
            return;
        }
        following.asked.clone_from(&targets);
        let standpoint = self.standpoint(library);
        effects.push(Effect::Resolve {
            generation: generation.raise(),
            standpoint,
            roots: Vec::new(),
            targets,
        });
    }

    /// Takes in where links lead, and follows the one that waited for that.
    pub fn resolved(&mut self, found: Vec<(Target, Leads<Goal>)>) {
        let following = &mut self.following;
        if following.known.len() > MOST {
            following.known.clear();
        }
        for (target, leads) in found {
            following.take(target, leads);
        }
        following.asked.clear();
        let awaited = following.awaited.as_ref().and_then(|target| following.now(target));
        if let Some(leads) = awaited {
            self.following.awaited = None;
            self.follow_to(leads);
        }
    }

    /// Whether anything on screen may look otherwise once it is known where these links lead: a broken one, what
    /// is said of the lit one, where one that was followed leads.
    pub fn is_seen_of(&self, found: &[(Target, Leads<Goal>)]) -> bool {
        let may_look_broken = |leads: &Leads<Goal>| {
            let lacks = matches!(leads, Leads::Article(goal, _) if goal.lacks);
            lacks || leads.is_broken() || matches!(leads, Leads::Here(Some(_)))
        };
        let looked_broken =
            |target| self.following.known.get(target).is_some_and(|(leads, _)| may_look_broken(leads));
        self.following.awaited.is_some()
            || self.lit_words().is_some()
            || found.iter().any(|(target, leads)| may_look_broken(leads) || looked_broken(target))
    }

    /// What there is to link to has changed: where links lead is found out anew. Until then they look as
    /// they did.
    pub fn look_for_links_again(&mut self) {
        self.following.look += 1;
        self.following.asked.clear();
    }

    /// Follows a link out of what is on screen: at once, or as soon as it is known where it leads.
    pub(super) fn follow_target(&mut self, target: Target) {
        // Around a lone file nobody says when something comes to be there.
        let is_to_be_seen = |leads: &Leads<Goal>| self.listed.is_none() && leads.is_broken();
        match self.following.now(&target) {
            Some(leads) if is_to_be_seen(&leads) && known_at_once(&target).is_none() => {
                self.following.known.remove(&target);
                self.following.awaited = Some(target);
            }
            Some(leads) => self.follow_to(leads),
            None => self.following.awaited = Some(target),
        }
    }

    /// Goes to what was picked of all that goes with the article.
    pub fn follow_linked(&mut self, item: &LinkedItem) {
        match (&item.leads, item.at) {
            (Leads::Article(goal, _), Some(at)) => self.ask(Ask::Open(goal.clone(), Some(At::Position(at)))),
            (leads, _) => self.follow_to(leads.clone()),
        }
    }

    pub(super) fn ask_for_linked(&mut self, related: bool) {
        if let Some(page) = &self.page {
            let document = Arc::clone(page.document());
            self.ask(Ask::Linked(document, related));
        }
    }

    fn follow_to(&mut self, leads: Leads<Goal>) {
        match leads {
            Leads::Here(fragment) => self.follow_here(fragment.as_deref()),
            Leads::Article(goal, fragment) => {
                let is_this = matches!(&self.source, DocumentSource::File(path) if *path == goal.file);
                if is_this {
                    self.follow_here(fragment.as_deref());
                } else {
                    self.ask(Ask::Open(goal, fragment.map(At::Heading)));
                }
            }
            Leads::Web(address) => self.ask(Ask::Leave(address)),
            other => self.notice = refusal(&other),
        }
    }

    fn follow_here(&mut self, fragment: Option<&str>) {
        let Some(page) = &self.page else { return };
        let Some(slug) = fragment.filter(|slug| !slug.eq_ignore_ascii_case("top")) else {
            return self.follow(super::links::Way::Heading(Position(0)));
        };
        match page.document().find_place(slug) {
            Some(position) => self.follow(super::links::Way::Heading(position)),
            None => self.notice = Some(no_such_place(slug)),
        }
    }

    /// Whether the piece is of a link that surely leads nowhere.
    pub fn is_broken(&self, row: &VisibleRow<'_>, piece: &Piece) -> bool {
        let target = || Some(&row.part?.links.get(piece.link? as usize)?.target);
        target().is_some_and(|target| match self.following.known.get(target) {
            Some((Leads::Here(Some(fragment)), _)) => self.lacks(fragment),
            Some((Leads::Article(goal, _), _)) => goal.lacks,
            Some((leads, _)) => leads.is_broken(),
            None => false,
        })
    }

    /// Whether the open article surely has no place of this name.
    fn lacks(&self, fragment: &str) -> bool {
        let document = self.page.as_ref().map(super::Page::document);
        // The rest of the article may have it.
        document.is_some_and(|document| {
            document.is_whole()
                && is_name(fragment)
                && document.find_slug(fragment).is_none()
                && self.following.is_no_place(document, fragment)
        })
    }

    /// Where a link leads, in words.
    pub(super) fn target_words(&self, target: &Target) -> SafeText {
        let (Target::Address(written) | Target::Wiki(written) | Target::Image(written)) = target else {
            return safe!("a note");
        };
        let leads = self.following.known.get(target).map(|(leads, _)| leads.clone());
        match leads.or_else(|| known_at_once(target)) {
            Some(Leads::Article(goal, Some(fragment))) if goal.lacks => {
                safe!("{} has no \u{201c}{fragment}\u{201d}", goal.title)
            }
            Some(Leads::Article(goal, Some(fragment))) => safe!("{} › {fragment}", goal.title),
            Some(Leads::Article(goal, None)) => goal.title,
            Some(Leads::Here(Some(fragment))) if self.lacks(&fragment) => no_such_place(&fragment),
            Some(leads @ (Leads::Missing(_) | Leads::Outside(_) | Leads::Refused(_) | Leads::File(_))) => {
                refusal(&leads).unwrap_or_default()
            }
            _ => safe!("{written}"),
        }
    }

    /// The article that a link leads to and the place that it names there, once that is known.
    pub(super) fn goal_of(&self, target: &Target) -> Option<(Goal, Option<String>)> {
        match self.following.known.get(target) {
            Some((Leads::Article(goal, fragment), _)) => Some((goal.clone(), fragment.clone())),
            _ => None,
        }
    }

    /// From where its links are followed.
    pub fn standpoint(&self, library: Option<&LibraryScreen>) -> Standpoint {
        let file = match &self.source {
            DocumentSource::File(path) => Some(path.clone()),
            DocumentSource::Text { .. } => None,
        };
        let listed = library.and_then(|screen| {
            let library = Arc::clone(&screen.library);
            match (&screen.origin, &file) {
                (Origin::Guide(_), _) => Some((library, 0, self.article.place.path.clone())),
                (Origin::Disk(_), Some(file)) => {
                    let (root, below) = screen.below_root(file)?;
                    Some((library, root, below))
                }
                (Origin::Disk(_), None) => None,
            }
        });
        Standpoint { file, listed }
    }
}

impl Following {
    /// Has the names of all places of a whole document known, unless it is so large that this takes time.
    fn learn_places(&mut self, document: &Arc<Document>) {
        let is_known =
            self.places.as_ref().is_some_and(|(of, _)| std::ptr::eq(of.as_ptr(), Arc::as_ptr(document)));
        if document.is_whole() && !is_known && document.markdown().len() <= LARGEST {
            self.places = Some((Arc::downgrade(document), names(document)));
        }
    }

    /// Whether a document surely has no place of this name.
    fn is_no_place(&self, document: &Arc<Document>, name: &str) -> bool {
        let known = self.places.as_ref().filter(|(of, _)| std::ptr::eq(of.as_ptr(), Arc::as_ptr(document)));
        known.is_some_and(|(_, names)| folded(name).is_none_or(|name| !names.contains(&name)))
    }

    fn take(&mut self, target: Target, leads: Leads<Goal>) {
        self.known.insert(target, (leads, self.look));
    }

    /// Where a link leads by what the library is now.
    fn now(&self, target: &Target) -> Option<Leads<Goal>> {
        let known = self.known.get(target).filter(|(_, look)| *look == self.look);
        known.map(|(leads, _)| leads.clone()).or_else(|| known_at_once(target))
    }
}

/// What is known of a link without looking anywhere.
fn known_at_once(target: &Target) -> Option<Leads<Goal>> {
    match target {
        Target::Address(written) => at_once(written),
        Target::Wiki(page) => page.strip_prefix('#').and_then(|_| at_once(page)),
        Target::Footnote(_) | Target::Image(_) => None,
    }
}

/// What is said where an article has no such heading or block.
pub(super) fn no_such_place(slug: &str) -> SafeText {
    let what = if slug.starts_with('^') { "block" } else { "heading" };
    safe!("There is no {what} \u{201c}{slug}\u{201d} in this article")
}
