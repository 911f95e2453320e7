//! The link under the mouse: what it is, whatever moves beneath it, until a key is used.
//!
//! Knows rows and where they lead. What is said of it is said as of a link that is lit by keys.

use super::Reader;
use super::hints::Spot;
use crate::app::View;
use crate::layout::{Piece, VisibleRow};

/// Where the mouse rests, and what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hover {
    /// The cell, by column and row of the screen.
    cell: Option<(u16, u16)>,
    /// What leads somewhere there, with its row from the top of the text.
    on: Option<(Spot, u16)>,
}

impl Reader {
    /// Whether the mouse, moved to a cell, has come onto a link, to another one, or left one: all else
    /// changes nothing that is seen.
    pub fn would_hover(&self, view: &View, column: u16, row: u16) -> bool {
        let there = self.link_under(view, (column, row)).map(|(spot, _)| spot);
        there != self.hovered()
    }

    /// The mouse was moved to a cell.
    pub fn hover(&mut self, view: &View, column: u16, row: u16) {
        self.hover.cell = Some((column, row));
        self.place_hover(view);
    }

    /// Forgets where the mouse is, until it is moved.
    pub fn end_hover(&mut self) {
        self.hover = Hover::default();
    }

    /// Whether the piece is of the link under the mouse.
    pub fn is_hovered(&self, row: &VisibleRow<'_>, piece: &Piece) -> bool {
        self.hovered().is_some() && self.spot(row, piece) == self.hovered()
    }

    /// Whether what is said of a link is said of the one under the mouse.
    pub fn is_hovering(&self) -> bool {
        self.hovered().is_some()
    }

    /// The link under the mouse; none while links or text are chosen.
    pub(super) fn hovered(&self) -> Option<Spot> {
        self.hover.on.filter(|_| self.hints.is_none() && self.selection.is_none()).map(|(spot, _)| spot)
    }

    /// The row of that link, from the top of the text.
    pub(super) fn hovered_row(&self) -> Option<u16> {
        self.hover.on.map(|(_, row)| row)
    }

    /// Finds anew what is under the mouse: the text may have moved.
    pub(super) fn place_hover(&mut self, view: &View) {
        self.hover.on = self.hover.cell.and_then(|cell| self.link_under(view, cell));
    }

    /// What leads somewhere at a cell of the screen, with its row from the top of the text.
    fn link_under(&self, view: &View, (column, row): (u16, u16)) -> Option<(Spot, u16)> {
        let area = self.areas(view).text;
        let is_covered = self.metadata.is_some()
            || self.contents_panel(view).is_some_and(|panel| panel.contains(column, row));
        if is_covered || !area.contains(column, row) {
            return None;
        }
        let text = self.text_column(view);
        let on = self.visible_rows().nth(usize::from(row - area.y))?;
        let at = column.checked_sub(text.x)?.saturating_add(self.pan_of(on.row, text));
        let spot = self.spot(&on, on.row.piece_at(at)?)?;
        self.way_of(spot).map(|_| (spot, row - area.y))
    }
}
