//! What on the screen leads to another place: footnotes, links; and the way back from there, also to the
//! articles before.

use std::sync::Arc;

use super::following::Ask;
use super::opening::Awaited;
use super::page::Place;
use super::reload::Moved;
use super::{Focus, Reader};
use crate::app::effect::DocumentSource;
use crate::document::Document;
use crate::document::shown::{ContainerKind, PartId, PartKind, Position, Target};
use crate::layout::{Piece, Role, VisibleRow};
use crate::library::article::Article;
use crate::safe;
use crate::text::SafeText;

/// Most places that are kept to go back to.
const MOST: usize = 200;

/// Where one has been, in this article and those before it, oldest first.
#[derive(Debug, Default)]
pub(super) struct Trail {
    back: Vec<Step>,
    forward: Vec<Step>,
}

/// A jump: the article that was open, what of it was on screen, and the part it went to.
#[derive(Clone, Debug)]
struct Step {
    visit: Visit,
    from: Place,
    to: Option<PartId>,
}

/// An article that was open.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where its text is.
    pub source: DocumentSource,
    /// What was known of it.
    pub article: Arc<Article>,
}

impl Visit {
    fn is_of(&self, reader: &Reader) -> bool {
        self.article.key == reader.article.key && self.source == reader.source
    }
}

/// What something on the screen leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A heading.
    Heading(Position),
    /// A footnote's text.
    Note(Position),
    /// From a footnote's text, which is this part, to its mark.
    Mark(PartId, u32),
    /// Out of the article, or to what is not there.
    Elsewhere(Target),
}

impl Trail {
    /// Replaces the articles that have other names now.
    pub(super) fn rename(&mut self, renamed: impl Fn(&Visit) -> Option<Visit>) {
        for step in self.back.iter_mut().chain(&mut self.forward) {
            if let Some(visit) = renamed(&step.visit) {
                step.visit = visit;
            }
        }
    }

    /// Goes over to another state of the document whose article this is.
    pub(super) fn follow(&mut self, moved: &Moved<'_>, source: &DocumentSource) {
        let steps = self.back.iter_mut().chain(&mut self.forward);
        for step in steps.filter(|step| step.visit.source == *source) {
            step.from = moved.place(step.from);
            step.to = step.to.and_then(|part| moved.changes.part(part));
        }
    }
}

impl Reader {
    /// Where a piece of a row leads, if anywhere.
    pub(super) fn way(&self, row: &VisibleRow<'_>, piece: &Piece) -> Option<Way> {
        let rows = row.part?;
        match piece.link {
            Some(link) => Some(self.way_to(&rows.links.get(link as usize)?.target)),
            None => self.mark_of(row.anchor.part, piece),
        }
    }

    /// The way back from a footnote's text, where the piece is its number.
    pub(super) fn mark_of(&self, part: PartId, piece: &Piece) -> Option<Way> {
        if piece.role != Role::Number {
            return None;
        }
        let number = note_number(self.page.as_ref()?.document(), part)?;
        let is_its = piece.text.as_str().trim_matches('.') == number.to_string();
        is_its.then_some(Way::Mark(part, number))
    }

    /// The way back from a part of a footnote's text.
    pub(super) fn mark_from(&self, part: PartId) -> Option<Way> {
        note_number(self.page.as_ref()?.document(), part).map(|number| Way::Mark(part, number))
    }

    /// Where a link leads.
    pub(super) fn way_to(&self, target: &Target) -> Way {
        let slug = match target {
            Target::Footnote(position) => return Way::Note(*position),
            Target::Address(address) => address.strip_prefix('#').map(crate::text::percent_decoded),
            Target::Wiki(page) => page.strip_prefix('#').map(Into::into),
            Target::Image(_) => None,
        };
        let document = self.page.as_ref().map(super::Page::document);
        let heading = slug.and_then(|slug| document?.find_slug(&slug));
        heading.map_or_else(|| Way::Elsewhere(target.clone()), Way::Heading)
    }

    /// Where it leads, in words.
    pub(super) fn way_words(&self, way: &Way) -> SafeText {
        match way {
            Way::Heading(position) => {
                let document = self.page.as_ref().map(super::Page::document);
                let heading = document.and_then(|document| {
                    document.contents().iter().find(|heading| heading.position == *position)
                });
                heading.map_or_else(|| safe!("a place in this article"), |heading| heading.name().clone())
            }
            Way::Note(_) => safe!("the note"),
            Way::Mark(..) => safe!("back to the text"),
            Way::Elsewhere(target) => self.target_words(target),
        }
    }

    /// Goes where something leads.
    pub(super) fn follow(&mut self, way: Way) {
        self.hints = None;
        let Some(page) = &mut self.page else { return };
        let document = Arc::clone(page.document());
        match way {
            Way::Heading(position) => {
                if let Some(index) = self.contents.index_of(position) {
                    self.leave(None);
                    self.jump(index);
                } else {
                    self.go(position, part_from(&document, position));
                }
            }
            Way::Note(position) => self.go(position, part_from(&document, position)),
            Way::Mark(part, number) => {
                // The mark that led here, of which there may be several, before the first one.
                if self.trail.back.last().is_some_and(|step| step.to == Some(part)) {
                    self.go_back();
                } else if let Some(position) = document.footnote_reference(number) {
                    self.go(position, None);
                } else {
                    self.notice = Some(safe!("Nothing in the text refers to this note"));
                }
            }
            Way::Elsewhere(Target::Footnote(_)) => {
                self.notice = Some(safe!("There is no such note in this article"));
            }
            Way::Elsewhere(Target::Image(written)) => {
                self.notice = Some(safe!("The picture is {written}"));
            }
            Way::Elsewhere(target) => self.follow_target(target),
        }
        self.focus = Focus::Text;
    }

    /// Remembers what is on screen, before a jump to `to`.
    pub(super) fn leave(&mut self, to: Option<PartId>) {
        if self.page.is_some() {
            let step = self.step_from(to);
            self.remember(step);
        }
    }

    /// Remembers what was on screen before one went on from there by finding.
    pub(super) fn leave_from(&mut self, from: Place) {
        let step = Step { from, ..self.step_from(None) };
        self.remember(step);
    }

    fn remember(&mut self, step: Step) {
        if self.trail.back.len() == MOST {
            self.trail.back.remove(0);
        }
        self.trail.back.push(step);
        self.trail.forward.clear();
    }

    /// Back to what was on screen before the last jump, in whatever article that was.
    pub(super) fn go_back(&mut self) {
        let Some(step) = self.trail.back.pop() else {
            self.notice = Some(safe!("There is nothing to go back to"));
            return;
        };
        let here = self.step_from(step.to);
        self.trail.forward.push(here);
        self.show_step(step, false);
    }

    /// Forward again to where the way back was begun.
    pub(super) fn go_forward(&mut self) {
        let Some(step) = self.trail.forward.pop() else {
            self.notice = Some(safe!("There is nothing to go forward to"));
            return;
        };
        let here = self.step_from(step.to);
        self.trail.back.push(here);
        self.show_step(step, true);
    }

    fn show_step(&mut self, step: Step, lands: bool) {
        if !step.visit.is_of(self) {
            return self.ask(Ask::Return(step.visit, step.from));
        }
        let Some(page) = &mut self.page else { return };
        page.show(step.from);
        self.moved();
        self.landed = step.to.filter(|_| lands);
    }

    /// What is on screen as a step of the history.
    fn step_from(&self, to: Option<PartId>) -> Step {
        let visit = Visit { source: self.source.clone(), article: Arc::clone(&self.article) };
        // An article that could not be opened was at its beginning.
        Step { visit, from: self.page.as_ref().map_or(Place::Lead(0), super::Page::place), to }
    }

    /// The reader that is opened from another one: with the way back to it.
    #[must_use]
    pub fn come_from(mut self, mut before: Self) -> Self {
        before.leave(None);
        self.trail = before.trail;
        self
    }

    /// The reader to which one returns from another one, whose history it goes on with.
    #[must_use]
    pub fn returned(mut self, before: Self, place: Place) -> Self {
        self.trail = before.trail;
        self.opening.awaited = Some(Awaited::Place(place));
        self.resolve();
        self
    }

    fn go(&mut self, position: Position, to: Option<PartId>) {
        self.leave(to);
        self.unfold_at(position);
        let Some(page) = &mut self.page else { return };
        let start = to.and_then(|part| page.document().parts().get(part.0 as usize));
        let start = start.map_or(position, |part| Position(part.range.start));
        page.jump(start);
        self.moved();
        self.landed = to;
    }
}

/// The first part from a position on that shows anything.
fn part_from(document: &Document, position: Position) -> Option<PartId> {
    let at = document.parts().partition_point(|part| part.range.end <= position.0);
    let rest = document.parts().get(at..)?;
    rest.iter().position(|part| part.kind != PartKind::Nothing).map(|step| PartId((at + step) as u32))
}

/// The number of the footnote that holds a part.
fn note_number(document: &Document, part: PartId) -> Option<u32> {
    let part = document.parts().get(part.0 as usize)?;
    document.path(part.container).into_iter().find_map(|id| match document.container(id).kind {
        ContainerKind::Footnote { number } => Some(number),
        _ => None,
    })
}
