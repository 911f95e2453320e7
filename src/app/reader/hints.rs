//! Following by keyboard: short letters on all that leads somewhere, and stepping from link to link.
//!
//! Knows rows and where they lead. Never moves them: labels are painted over what is on screen.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::Reader;
use super::links::Way;
use crate::app::command::Command;
use crate::app::peek::Aim;
use crate::app::{Edit, View};
use crate::document::shown::{PartId, PartKind, Position, Target};
use crate::layout::{Piece, Role, VisibleRow};
use crate::safe;
use crate::text::SafeText;

/// What labels are made of: the home row, the strongest fingers first.
const LETTERS: [char; 9] = ['f', 'j', 'd', 'k', 's', 'l', 'a', 'g', 'h'];
/// Pages that a step looks through for the next link.
const PAGES: usize = 20;

/// The labels on screen, or the link that is lit.
#[derive(Debug, Default)]
pub struct Hints {
    typed: String,
    lit: Option<Spot>,
    shown: Vec<Hint>,
    /// Whether what is chosen is code to be copied.
    copies: bool,
}

/// Something on screen that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What is typed to follow it; no label begins another one.
    pub label: SafeText,
    /// Its row, from the top of the text.
    pub row: u16,
    /// Its columns in that row, as they are on screen: from the left edge of the text column.
    pub columns: Range<u16>,
    spot: Spot,
}

/// What it is, whatever row it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Link(PartId, u32),
    /// A footnote's number, which leads back.
    Number(PartId),
    Picture(PartId),
    Heading(PartId),
    /// A block of code, by its first part.
    Code(PartId),
}

impl Hint {
    /// Whether it is a heading: its label then has room beside the text.
    pub fn is_heading(&self) -> bool {
        matches!(self.spot, Spot::Heading(_))
    }
}

impl Hints {
    /// The labels over another state of the document; none where a link was lit.
    pub(super) fn again(self) -> Option<Self> {
        self.lit.is_none().then(|| Self { copies: self.copies, ..Self::default() })
    }
}

impl Reader {
    /// The labels to be painted, and how many letters of each are typed; those that begin otherwise are
    /// left out. None while a link is lit.
    pub fn labels(&self) -> impl Iterator<Item = (&Hint, usize)> {
        let hints = self.hints.iter().filter(|hints| hints.lit.is_none());
        hints.flat_map(|hints| {
            let typed = hints.typed.as_str();
            let begins = move |hint: &&Hint| hint.label.as_str().starts_with(typed);
            hints.shown.iter().filter(begins).map(|hint| (hint, typed.len()))
        })
    }

    /// Whether letters choose what to follow.
    pub fn has_labels(&self) -> bool {
        self.hints.as_ref().is_some_and(|hints| hints.lit.is_none())
    }

    /// Whether the piece is of the link that is lit.
    pub fn is_lit(&self, row: &VisibleRow<'_>, piece: &Piece) -> bool {
        self.spot(row, piece).is_some_and(|spot| self.lit() == Some(spot))
    }

    /// Where the link that is lit, or under the mouse, leads, in words.
    pub fn lit_words(&self) -> Option<SafeText> {
        let way = self.way_of(self.lit().or(self.hovered())?)?;
        Some(self.way_words(&way))
    }

    /// What this link leads to that can be looked at: an article, once that is known, or a place of this one that is
    /// not on the screen.
    pub fn lit_aim(&self) -> Option<Aim> {
        match self.way_of(self.lit().or(self.hovered())?)? {
            Way::Elsewhere(target) => {
                let (goal, fragment) = self.goal_of(&target)?;
                Some(Aim::Article(goal, fragment))
            }
            Way::Heading(position) | Way::Note(position) => {
                let document = self.page.as_ref()?.document();
                let part = document.part_at(position);
                let is_on_screen =
                    self.visible_rows().any(|row| row.part.is_some() && row.anchor.part == part);
                (!is_on_screen).then(|| Aim::Here(Arc::clone(document), position))
            }
            Way::Mark(..) => None,
        }
    }

    /// The row of this link, from the top of the text.
    pub fn lit_row(&self) -> Option<u16> {
        let Some(hints) = &self.hints else { return self.hovered_row() };
        hints.shown.iter().find(|hint| Some(hint.spot) == hints.lit).map(|hint| hint.row)
    }

    fn lit(&self) -> Option<Spot> {
        self.hints.as_ref()?.lit
    }

    /// Puts labels on all that leads somewhere.
    pub(super) fn hint(&mut self, view: &View) {
        self.hints = Some(Hints::default());
        self.place_hints(view);
        if self.hints.is_none() {
            self.notice = Some(safe!("Nothing in sight leads anywhere"));
        }
    }

    /// Puts labels on the blocks of code in sight.
    pub(super) fn hint_code(&mut self, view: &View) {
        self.hints = Some(Hints { copies: true, ..Hints::default() });
        self.place_hints(view);
    }

    /// Whether letters choose the code that is to be copied.
    pub fn copies_code(&self) -> bool {
        self.hints.as_ref().is_some_and(|hints| hints.copies)
    }

    /// Finds anew what is on screen; ends the hints where what was lit is out of sight.
    pub(super) fn place_hints(&mut self, view: &View) {
        let Some(hints) = &self.hints else { return };
        let (lit, typed, copies) = (hints.lit, hints.typed.clone(), hints.copies);
        let shown = if copies { self.code_on_screen() } else { self.on_screen(view) };
        let goes_on = match lit {
            Some(lit) => shown.iter().any(|hint| hint.spot == lit),
            None => shown.iter().any(|hint| hint.label.as_str().starts_with(&typed)),
        };
        self.hints = goes_on.then_some(Hints { typed, lit, shown, copies });
    }

    /// A command while there are hints; false for what is none of theirs, which ends them.
    pub(super) fn hint_command(&mut self, view: &View, command: Command) -> bool {
        match command {
            // Code is copied, and nothing leads on from it.
            Command::LinkNext | Command::LinkPrevious if self.copies_code() => {}
            Command::LinkNext => self.step_link(view, true),
            Command::LinkPrevious => self.step_link(view, false),
            Command::LinkFollow => {
                if let Some(way) = self.lit().and_then(|lit| self.way_of(lit)) {
                    self.follow(way);
                }
            }
            Command::LinkLeave => self.hints = None,
            _ => {
                self.hints = None;
                return false;
            }
        }
        true
    }

    /// Letters of a label.
    pub(super) fn hint_text(&mut self, text: &str) {
        for letter in text.chars() {
            let Some(hints) = self.hints.as_mut().filter(|hints| hints.lit.is_none()) else { return };
            let typed = format!("{}{}", hints.typed, letter.to_lowercase());
            let mut matching = hints.shown.iter().filter(|hint| hint.label.as_str().starts_with(&typed));
            let Some(hint) = matching.next() else { continue };
            if hint.label.as_str() != typed {
                hints.typed = typed;
                continue;
            }
            let spot = hint.spot;
            if let Spot::Code(block) = spot {
                self.hints = None;
                return self.copy_block(block);
            }
            match self.way_of(spot) {
                Some(way) => self.follow(way),
                None => self.hints = None,
            }
        }
    }

    /// Takes typed letters back.
    pub(super) fn hint_edit(&mut self, edit: Edit) {
        let Some(hints) = &mut self.hints else { return };
        match edit {
            Edit::DeleteBefore => {
                hints.typed.pop();
            }
            Edit::DeleteWord | Edit::DeleteToStart => hints.typed.clear(),
            _ => {}
        }
    }

    /// Lights the next link, on the pages that follow where there is none on this one.
    fn step_link(&mut self, view: &View, forward: bool) {
        let Some(hints) = &mut self.hints else { return };
        hints.typed.clear();
        let at = hints.lit.and_then(|lit| hints.shown.iter().position(|hint| hint.spot == lit));
        let is_link = |hint: &&Hint| !hint.is_heading();
        let found = match (at, forward) {
            (None, true) => hints.shown.iter().find(is_link),
            (None, false) => hints.shown.iter().rfind(is_link),
            (Some(at), true) => hints.shown.iter().skip(at + 1).find(is_link),
            (Some(at), false) => hints.shown.iter().take(at).rfind(is_link),
        };
        if let Some(found) = found {
            hints.lit = Some(found.spot);
            return;
        }
        let before = self.page.as_ref().map(super::Page::place);
        // A link that goes on over the edge of the screen is not met again.
        let seen: Vec<Spot> = hints.shown.iter().map(|hint| hint.spot).collect();
        for _ in 0..PAGES {
            let Some(page) = &mut self.page else { return };
            if !page.turn(forward) {
                break;
            }
            let shown = self.on_screen(view);
            let is_new = |hint: &&Hint| !hint.is_heading() && !seen.contains(&hint.spot);
            let next = if forward { shown.iter().find(is_new) } else { shown.iter().rfind(is_new) };
            if let Some(lit) = next.map(|hint| hint.spot) {
                self.moved();
                self.hints = Some(Hints { lit: Some(lit), shown, ..Hints::default() });
                return;
            }
        }
        if let (Some(page), Some(before)) = (&mut self.page, before) {
            page.show(before);
        }
        self.notice = Some(if forward { safe!("No more links below") } else { safe!("No more links above") });
    }

    /// All that leads somewhere on screen, from the top; what is panned out of sight is left out.
    fn on_screen(&self, view: &View) -> Vec<Hint> {
        let column = self.text_column(view);
        let room = column.right.saturating_sub(column.x);
        let mut found: Vec<Hint> = Vec::new();
        let mut put = |spot: Spot, row: u16, columns: Range<u16>| {
            if !found.iter().any(|hint| hint.spot == spot) {
                found.push(Hint { label: SafeText::default(), row, columns, spot });
            }
        };
        for (visible, row) in self.visible_rows().zip(0..) {
            if visible.part.is_none() {
                continue;
            }
            let pan = self.pan_of(visible.row, column);
            if visible.row.picture.as_ref().is_some_and(|picture| picture.row == 0) {
                let at = visible.row.picture.as_ref().map_or(0, |picture| picture.column);
                put(Spot::Picture(visible.anchor.part), row, at..at);
            }
            let heading = visible.row.pieces.first().filter(|piece| matches!(piece.role, Role::Heading(_)));
            if let Some(piece) = heading {
                put(Spot::Heading(visible.anchor.part), row, piece.column..piece.column);
            }
            for piece in &visible.row.pieces {
                let columns = piece.column.saturating_sub(pan)..piece.end().saturating_sub(pan).min(room);
                if columns.is_empty() || columns.start >= room {
                    continue;
                }
                let Some(spot) = self.spot(&visible, piece) else { continue };
                if self.way_of(spot).is_some() {
                    put(spot, row, columns);
                }
            }
        }
        labelled(found)
    }

    /// The blocks of code on screen, from the top.
    fn code_on_screen(&self) -> Vec<Hint> {
        let mut found: Vec<Hint> = Vec::new();
        for (visible, row) in self.visible_rows().zip(0..) {
            let Some(first) = visible.row.pieces.first().filter(|_| visible.part.is_some()) else { continue };
            let Some(spot) = self.code_block(visible.anchor.part).map(Spot::Code) else { continue };
            if !found.iter().any(|hint| hint.spot == spot) {
                let columns = first.column..first.end();
                found.push(Hint { label: SafeText::default(), row, columns, spot });
            }
        }
        labelled(found)
    }

    /// What a piece is of that may lead somewhere.
    pub(super) fn spot(&self, row: &VisibleRow<'_>, piece: &Piece) -> Option<Spot> {
        let rows = row.part?;
        let part = row.anchor.part;
        match piece.link {
            // The caption of a picture is the picture, unless that leads somewhere.
            Some(link)
                if rows.image.is_some()
                    && rows
                        .links
                        .get(link as usize)
                        .is_none_or(|link| matches!(link.target, Target::Image(_))) =>
            {
                Some(Spot::Picture(part))
            }
            Some(link) => Some(Spot::Link(part, link)),
            None => self.mark_of(part, piece).map(|_| Spot::Number(part)),
        }
    }

    /// Where it leads.
    pub(super) fn way_of(&self, spot: Spot) -> Option<Way> {
        let page = self.page.as_ref()?;
        match spot {
            Spot::Link(part, link) => {
                let target = &page.rows_of(part)?.links.get(link as usize)?.target;
                Some(self.way_to(target))
            }
            Spot::Number(part) => self.mark_from(part),
            Spot::Picture(part) => {
                let target = page.rows_of(part)?.image.clone()?;
                Some(Way::Elsewhere(Target::Image(target)))
            }
            Spot::Code(_) => None,
            Spot::Heading(part) => {
                let part = page.document().parts().get(part.0 as usize)?;
                let is_heading = matches!(part.kind, PartKind::Heading { .. });
                is_heading.then_some(Way::Heading(Position(part.range.start)))
            }
        }
    }
}

/// The same with labels, from the top.
fn labelled(mut found: Vec<Hint>) -> Vec<Hint> {
    let labels = labels(found.len());
    for (hint, label) in found.iter_mut().zip(labels) {
        hint.label = label;
    }
    found
}

/// So many labels, as short as can be, of which none begins another.
fn labels(count: usize) -> Vec<SafeText> {
    let mut found = VecDeque::from([String::new()]);
    while found.len() < count || found.front().is_some_and(String::is_empty) {
        let Some(shortest) = found.pop_front() else { break };
        found.extend(LETTERS.iter().map(|letter| format!("{shortest}{letter}")));
    }
    found.into_iter().take(count).map(|label| safe!("{label}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize, expect: &str) {
        let labels: Vec<String> = labels(count).iter().map(ToString::to_string).collect();
        assert_eq!(labels.join(" "), expect);
    }

    #[test]
    fn labels_are_as_short_as_can_be() {
        check(0, "");
        check(3, "f j d");
        check(9, "f j d k s l a g h");
        check(10, "j d k s l a g h ff fj");
    }

    #[test]
    fn no_label_begins_another_however_many_there_are() {
        for count in [9, 10, 17, 18, 81, 82, 700] {
            let mut labels = labels(count);
            assert_eq!(labels.len(), count);
            labels.sort_by(|a, b| a.as_str().cmp(b.as_str()));
            assert!(labels.windows(2).all(|two| !two[1].as_str().starts_with(two[0].as_str())), "{count}");
        }
    }
}
