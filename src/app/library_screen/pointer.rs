//! What the mouse does in the library, and the chips of the query that it can press.

use super::edits::{days_of, toggle_dates};
use super::facets::FacetRow;
use super::list::ListRow;
use super::marks::FacetMark;
use super::preview::Under;
use super::{Focus, LibraryScreen, facet_height};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::geometry::{Area, LibraryAreas, library as areas};
use crate::app::{Mouse, MouseKind, View};
use crate::text::SafeText;

/// Column, from the facet pane's left, where a year's twelve months begin.
pub const MONTHS_AT: u16 = 8;
/// Columns of the preview, from its left, before its text.
pub const PREVIEW_MARGIN: u16 = 2;
/// Columns that are kept for the count of the chips that do not fit.
const MORE_CHIPS: u16 = 10;

/// A chip of the query, as it lies on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipArea {
    /// All of it.
    pub area: Area,
    /// In words.
    pub text: SafeText,
    /// Which term it is.
    pub term: usize,
}

/// The chips, as they lie on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chips {
    /// Those that fit.
    pub shown: Vec<ChipArea>,
    /// How many do not.
    pub more: usize,
    /// The first column behind them.
    pub end: u16,
}

impl LibraryScreen {
    /// The chips of the query that fit into the head's second row, and where the row goes on behind them.
    pub fn chips(&self, view: &View) -> Chips {
        let LibraryAreas { head, .. } = areas(view.size);
        let all = self.query.now.chips();
        let count = all.len();
        let mut x = head.x + 1;
        let mut shown = Vec::new();
        for (index, chip) in all.into_iter().enumerate() {
            let width = u16::try_from(chip.text.width()).unwrap_or(u16::MAX).saturating_add(4);
            // What does not fit is counted behind the last that does.
            let reserved = if index + 1 < count { MORE_CHIPS } else { 0 };
            if x.saturating_add(width).saturating_add(reserved) > head.right() {
                break;
            }
            let area = Area { x, y: head.y + 1, width, height: 1 };
            shown.push(ChipArea { area, text: chip.text, term: chip.term });
            x += width + 1;
        }
        let more = count - shown.len();
        Chips { shown, more, end: x }
    }

    /// The mouse: a chip's cross removes it, a press selects or marks, a press on what is selected opens,
    /// the wheel scrolls the pane under it.
    pub fn mouse(&mut self, view: &View, mouse: Mouse, effects: &mut Vec<Effect>) -> Option<Command> {
        let areas = areas(view.size);
        let at = |area: Area| area.contains(mouse.column, mouse.row);
        let below = |area: Area| usize::from(mouse.row - area.y);
        match mouse.kind {
            MouseKind::Wheel(by) => {
                let by = isize::from(by);
                if at(areas.list) {
                    self.list.wheel(by, usize::from(areas.list.height));
                } else if let Some(area) = areas.facets.filter(|area| at(*area)) {
                    self.facet_pane.wheel(by, usize::from(area.height));
                } else if areas.preview.is_some_and(at) {
                    self.preview.scroll(by);
                }
            }
            MouseKind::Press => {
                if let Some(chip) = self.chips(view).shown.into_iter().find(|chip| at(chip.area)) {
                    // The cross is the last three columns; the words open the line.
                    if mouse.column + 3 >= chip.area.right() {
                        self.set_query(self.query.now.without(chip.term), effects);
                        return None;
                    }
                    return Some(Command::EditQuery);
                }
                if at(areas.list) {
                    self.focus = Focus::List;
                    if let ListRow::Article(index, _) = self.list.row(self.list.scroll() + below(areas.list))
                    {
                        if index == self.list.selected() {
                            return Some(Command::Open);
                        }
                        self.list.select(index);
                    }
                } else if let Some(area) = areas.facets.filter(|area| at(*area)) {
                    return self.press_facet(view, area, mouse, FacetMark::Include, effects);
                } else if let Some(area) = areas.preview.filter(|area| at(*area)) {
                    self.focus = Focus::Preview;
                    let column = mouse.column.saturating_sub(area.x + PREVIEW_MARGIN);
                    match self.preview.under(column, mouse.row - area.y) {
                        Some(Under::Tag(tag)) => self.set_query(self.query.now.include_tag(&tag), effects),
                        Some(Under::Heading(position)) => {
                            self.open_at = Some(position);
                            return Some(Command::Open);
                        }
                        None => {}
                    }
                }
            }
            MouseKind::Secondary | MouseKind::Middle => {
                let exclude = mouse.kind == MouseKind::Secondary;
                let mark = if exclude { FacetMark::Exclude } else { FacetMark::Any };
                if let Some(area) = areas.facets.filter(|area| at(*area)) {
                    return self.press_facet(view, area, mouse, mark, effects);
                }
            }
            MouseKind::Drag => {
                if let Some(area) = areas.facets.filter(|area| at(*area)) {
                    self.drag_dates(area, mouse, effects);
                }
            }
            MouseKind::Release if self.facet_pane.dragged().is_some() => {
                self.facet_pane.drag(None);
                // What stayed where it was under the mouse takes its rows again.
                self.facet_pane.fill(&self.facets, &self.facets, self.views.len(), facet_height(view));
            }
            MouseKind::Release | MouseKind::Move => {}
        }
        None
    }

    /// Keeps the days from where the mouse went down to where it is.
    fn drag_dates(&mut self, area: Area, mouse: Mouse, effects: &mut Vec<Effect>) {
        let Some(from) = self.facet_pane.dragged() else { return };
        let below = usize::from(mouse.row - area.y);
        let Some(FacetRow::Year(index)) = self.facet_pane.choose_visible(below) else { return };
        let Some(year) = self.facets.years.get(index) else { return };
        let to = (year.year, month_under(area, mouse.column));
        if let (Some(one), Some(other)) = (days_of(from.0, from.1), days_of(to.0, to.1)) {
            self.amend_query(self.query.now.with_dates(Some(one.spanning(other))), effects);
        }
    }

    fn press_facet(
        &mut self,
        view: &View,
        area: Area,
        mouse: Mouse,
        mark: FacetMark,
        effects: &mut Vec<Effect>,
    ) -> Option<Command> {
        let below = usize::from(mouse.row - area.y);
        self.focus = Focus::Facets;
        match self.facet_pane.choose_visible(below)? {
            FacetRow::MoreTags(_) => return Some(Command::Tags),
            FacetRow::MoreYears(_) => return Some(Command::Dates),
            FacetRow::Year(index) if mark == FacetMark::Include => {
                let here = (self.facets.years.get(index)?.year, month_under(area, mouse.column));
                let days = days_of(here.0, here.1)?;
                self.facet_pane.drag(Some(here));
                self.set_query(toggle_dates(&self.query.now, view, days), effects);
            }
            FacetRow::Year(_) => {
                self.facet_pane.stand_on(month_under(area, mouse.column));
                self.mark(view, mark, effects);
            }
            _ => self.mark(view, mark, effects),
        }
        None
    }
}

/// The month (1 to 12) whose bar is under a column of the facet pane.
fn month_under(area: Area, column: u16) -> Option<i8> {
    let month = column.checked_sub(area.x + MONTHS_AT)?;
    (month < 12).then(|| month as i8 + 1)
}
