//! What on the screen leads to another place of the article: footnotes, links to headings; and the way
//! back from there.

use super::page::Place;
use super::{Focus, Reader};
use crate::document::Document;
use crate::document::shown::{ContainerKind, PartId, PartKind, Position, Target};
use crate::layout::{Piece, Role, VisibleRow};
use crate::safe;

/// Most places that are kept to go back to.
const MOST: usize = 200;

/// Where one has been in the article, oldest first.
#[derive(Debug, Default)]
pub(super) struct Trail {
    back: Vec<Step>,
    forward: Vec<Step>,
}

/// A jump: what was on screen, and the part it went to.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: Place,
    to: Option<PartId>,
}

/// What something on the screen leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A heading.
    Heading(Position),
    /// A footnote's text.
    Note(Position),
    /// From a footnote's text, which is this part, to its mark.
    Mark(PartId, u32),
}

impl Reader {
    /// Where a piece of a row leads within the article, if anywhere.
    pub(super) fn way(&self, row: &VisibleRow<'_>, piece: &Piece) -> Option<Way> {
        let rows = row.part?;
        let document = self.page.as_ref()?.document();
        if piece.role == Role::Number {
            let number = note_number(document, row.anchor.part)?;
            let is_its = piece.text.as_str().trim_matches('.') == number.to_string();
            return is_its.then_some(Way::Mark(row.anchor.part, number));
        }
        match &rows.links.get(piece.link? as usize)?.target {
            Target::Footnote(position) => Some(Way::Note(*position)),
            Target::Address(address) => {
                let slug = crate::text::percent_decoded(address.strip_prefix('#')?);
                document.find_slug(&slug).map(Way::Heading)
            }
            Target::Wiki(page) => document.find_slug(page.strip_prefix('#')?).map(Way::Heading),
            Target::Image(_) => None,
        }
    }

    /// Goes where something leads.
    pub(super) fn follow(&mut self, way: Way) {
        let Some(page) = &mut self.page else { return };
        let document = std::sync::Arc::clone(page.document());
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
        }
        self.focus = Focus::Text;
    }

    /// Remembers what is on screen, before a jump to `to`.
    pub(super) fn leave(&mut self, to: Option<PartId>) {
        let Some(page) = &self.page else { return };
        if self.trail.back.len() == MOST {
            self.trail.back.remove(0);
        }
        self.trail.back.push(Step { from: page.place(), to });
        self.trail.forward.clear();
    }

    /// Back to what was on screen before the last jump.
    pub(super) fn go_back(&mut self) {
        let (Some(page), Some(step)) = (&mut self.page, self.trail.back.pop()) else {
            self.notice = Some(safe!("Nothing in this article was jumped from"));
            return;
        };
        self.trail.forward.push(Step { from: page.place(), to: step.to });
        page.show(step.from);
        self.moved();
    }

    /// Forward again to where the way back was begun.
    pub(super) fn go_forward(&mut self) {
        let (Some(page), Some(step)) = (&mut self.page, self.trail.forward.pop()) else {
            self.notice = Some(safe!("There is nothing to go forward to"));
            return;
        };
        self.trail.back.push(Step { from: page.place(), to: step.to });
        page.show(step.from);
        self.moved();
        self.landed = step.to;
    }

    fn go(&mut self, position: Position, to: Option<PartId>) {
        self.leave(to);
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
