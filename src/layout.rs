//! (part, width) → rows; heights of everything else.
//!
//! Knows `document` and `text` only. Never the terminal, the clock, the disk, a colour or a theme:
//! the width is given to it, and a row says what its pieces are, not how they look.
//!
//! A [`Layout`] belongs to one document at one width. Only what is on screen is laid out, and, once there
//! is time, one screen each way; the heights of all other parts are estimates until they are needed. What is on screen is named by an [`Anchor`], so it does not move when an estimate is corrected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::Document;
use crate::document::shown::{PartId, Position};
use folds::Folds;
use heights::{Estimate, Heights};
use picture::Pictures;

mod bidi;
mod block;
pub mod folds;
pub mod heights;
pub mod hyphens;
mod known;
pub mod picture;
pub mod row;
mod table;
pub mod wrap;

pub use bidi::reads_right_to_left;
pub use block::{
    LineEnds, Order, Setting, lead_rows, lead_rows_in, lead_rows_marked, part_rows, part_rows_among,
    part_rows_in,
};
pub use known::Known;
pub use row::{PartRows, Piece, Role, Row};

/// Rows of laid-out parts that are kept beside those on screen: ten screens and some, at about a KB a row.
const KEPT_ROWS: usize = 512;
/// Rows that a scroll walks over part by part; a longer one goes by the estimates.
const WALKED_ROWS: usize = 2048;

/// Parts in a row that show nothing, behind which one that does is looked for.
const EMPTY_PARTS: usize = 64;

/// The columns that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// Columns of running text: the measure.
    pub text: u16,
    /// The widest that tables may become before they are panned; at least `text`.
    pub room: u16,
}

/// A row of a document at some width: its part, and the row within it, counting the blank rows before
/// it (and, for the first part, the lead). Ordered as rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The part.
    pub part: PartId,
    /// The row within the part.
    pub row: u32,
}

/// A row on screen.
#[derive(Clone, Copy, Debug)]
pub struct VisibleRow<'a> {
    /// Where it is.
    pub anchor: Anchor,
    /// What it shows; for a blank row before a part, at most the bars of quotes that go on through it.
    pub row: &'a Row,
    /// The rows of its part, with its links; `None` for a row of the lead.
    pub part: Option<&'a PartRows>,
}

/// One document at one width.
#[derive(Clone, Debug)]
pub struct Layout {
    document: Arc<Document>,
    width: Width,
    setting: Setting,
    lead: Vec<Row>,
    heights: Heights<Guess>,
    pictures: Arc<Pictures>,
    folds: Arc<Folds>,
    laid_out: BTreeMap<u32, PartRows>,
    known: Known,
    /// Rows in `laid_out`.
    kept: usize,
    /// Parts with a picture, whose heights are known.
    pictured: BTreeSet<u32>,
    /// The last top of the screen at which the end is on screen, for a height.
    end: Option<(u16, Anchor)>,
}

impl Layout {
    /// A layout in which nothing is laid out yet and all heights are estimates. `lead` is what stands before the
    /// first part: title, meta line, description, image.
    pub fn new(document: Arc<Document>, width: Width, lead: Vec<Row>) -> Self {
        let guess = Guess { document: Arc::clone(&document), columns: width.text, lead: lead_height(&lead) };
        Self {
            document,
            width,
            setting: Setting::default(),
            lead,
            heights: Heights::new(guess),
            pictures: Arc::default(),
            folds: Arc::default(),
            laid_out: BTreeMap::new(),
            known: Known::default(),
            kept: 0,
            pictured: BTreeSet::new(),
            end: None,
        }
    }

    /// The layout with another setting than the screen's; to be called before anything is laid out.
    #[must_use]
    pub fn with(mut self, setting: Setting) -> Self {
        self.setting = setting;
        self
    }

    /// The layout with what is known of its pictures; to be called before anything is laid out.
    #[must_use]
    pub fn with_pictures(mut self, pictures: Arc<Pictures>) -> Self {
        self.pictures = pictures;
        self
    }

    /// The layout of a document that says more of what `before` is a head of; to be called before anything is
    /// laid out. What later rows of a table hold does not move the columns of those on screen.
    #[must_use]
    pub fn going_on_from(mut self, before: &Self) -> Self {
        if (self.width, self.setting) == (before.width, before.setting) {
            let of = |layout: &Self, part: PartId| layout.document.parts().get(part.0 as usize).cloned();
            let begin = |layout: &Self, part| of(layout, part).map(|part| (part.kind, part.range.start));
            self.known = before.known.settled(|table| begin(&self, table) == begin(before, table));
        }
        self
    }

    /// The layout of the document of `before` at another width; to be called before anything is laid out.
    #[must_use]
    pub fn measured_by(mut self, before: &Self) -> Self {
        self.known = before.known.measured();
        self
    }

    /// Takes in what is known of the pictures by now, and the lead with its own. Lays those parts out
    /// anew that show one, so that their heights count. Says where the row at `anchor` is now: what is on
    /// screen stays, and what is above it changes.
    pub fn set_pictures(&mut self, pictures: Arc<Pictures>, lead: Vec<Row>, anchor: Anchor) -> Anchor {
        self.pictures = pictures;
        self.end = None;
        let mut row = anchor.row;
        if lead != self.lead {
            let (old, new) = (lead_height(&self.lead), lead_height(&lead));
            let same = self.lead.iter().zip(&lead).take_while(|(old, new)| old == new).count() as u32;
            if anchor.part.0 == 0 && row >= same.max(1) {
                row = (row + new).saturating_sub(old).max(same.min(new.saturating_sub(1)));
            }
            self.lead = lead;
            self.heights.estimate_mut().lead = new;
        }
        // Those that were laid out once and are not any more.
        for part in std::mem::take(&mut self.pictured) {
            if !self.laid_out.contains_key(&part) {
                self.heights.forget(part as usize);
            }
        }
        let changed: Vec<u32> =
            self.laid_out.iter().filter(|(_, rows)| rows.image.is_some()).map(|(part, _)| *part).collect();
        for part in changed {
            let Some(old) = self.laid_out.remove(&part) else { continue };
            self.kept -= old.rows.len() + 1;
            self.lay_out(part as usize);
            if part == anchor.part.0
                && let Some(new) = self.laid_out.get(&part)
            {
                let lead = if part == 0 { lead_height(&self.lead) } else { 0 };
                row = moved(row, lead + u32::from(new.blank_before), old.picture_rows(), new.picture_rows());
            }
        }
        Anchor { part: anchor.part, row: row.min(self.height_of(anchor.part.0 as usize).saturating_sub(1)) }
    }

    /// What is folded.
    pub fn folds(&self) -> &Folds {
        &self.folds
    }

    /// Folds and opens; what is shown otherwise than before is laid out anew.
    pub fn set_folds(&mut self, folds: Arc<Folds>) {
        let before = std::mem::replace(&mut self.folds, folds);
        self.end = None;
        for part in self.folds.changed(&before) {
            let index = part as usize;
            if let Some(rows) = self.laid_out.remove(&part) {
                self.kept -= rows.rows.len() + 1;
            }
            self.pictured.remove(&part);
            if self.folds.hides(PartId(part)) {
                self.heights.set(index, if part == 0 { lead_height(&self.lead) } else { 0 });
            } else {
                self.heights.forget(index);
            }
        }
    }

    /// The parts from `first` to `last` that are laid out.
    pub fn laid_out(&self, first: PartId, last: PartId) -> impl Iterator<Item = &PartRows> {
        self.laid_out.range(first.0..=last.0.max(first.0)).map(|(_, rows)| rows)
    }

    /// The document.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// The width.
    pub fn width(&self) -> Width {
        self.width
    }

    /// The first row.
    pub fn top(&self) -> Anchor {
        Anchor::default()
    }

    /// The row at the top of the screen when the last row is at its bottom; the first row when
    /// everything fits. Lays out one screen.
    pub fn end(&mut self, height: u16) -> Anchor {
        if let Some((known, end)) = self.end
            && known == height
        {
            return end;
        }
        let last = self.heights.len() - 1;
        let rows = self.height_of(last);
        let end = self.walk(Anchor { part: PartId(last as u32), row: rows }, -(height.max(1) as isize));
        self.end = Some((height, end));
        end
    }

    /// Lays out what a screen of `height` rows from `anchor` shows. Says whether any height changed.
    pub fn ensure(&mut self, anchor: Anchor, height: u16) -> bool {
        self.ensure_from(anchor, anchor, height as isize, height)
    }

    /// As [`Layout::ensure`], and one screen each way: what the next page up or down will show.
    pub fn look_ahead(&mut self, anchor: Anchor, height: u16) -> bool {
        let from = self.walk(anchor, -(height as isize));
        self.ensure_from(from, anchor, 2 * height as isize, height)
    }

    /// Lays out from `from` to so many `rows` after `anchor`, and the end of the document where a screen from
    /// `anchor` reaches it.
    fn ensure_from(&mut self, from: Anchor, anchor: Anchor, rows: isize, height: u16) -> bool {
        let before = self.heights.total();
        let to = self.walk(anchor, rows);
        for part in from.part.0..=to.part.0 {
            self.lay_out(part as usize);
        }
        self.forget(from.part.0, to.part.0);
        if !self.goes_on(anchor, height) {
            self.end(height);
        }
        before != self.heights.total()
    }

    /// The rows of a screen of `height` rows from `anchor`, as far as they are laid out (see
    /// [`Layout::ensure`]).
    pub fn visible(&self, anchor: Anchor, height: u16) -> impl Iterator<Item = VisibleRow<'_>> {
        let of = |part: PartId| (self.heights.get(part.0 as usize), self.laid_out.get(&part.0));
        let (mut at, mut its) = (anchor, of(anchor.part));
        std::iter::from_fn(move || {
            while at.row >= its.0 {
                at = Anchor { part: PartId(at.part.0 + 1), row: 0 };
                if at.part.0 as usize >= self.heights.len() {
                    return None;
                }
                its = of(at.part);
            }
            let found = self.row_of(at, its.1)?;
            at.row += 1;
            Some(found)
        })
        .take(usize::from(height))
    }

    /// The row at an anchor, if it is laid out.
    pub fn row(&self, anchor: Anchor) -> Option<VisibleRow<'_>> {
        self.row_of(anchor, self.laid_out.get(&anchor.part.0))
    }

    fn row_of<'a>(&'a self, anchor: Anchor, part: Option<&'a PartRows>) -> Option<VisibleRow<'a>> {
        let lead = if anchor.part.0 == 0 { lead_height(&self.lead) } else { 0 };
        if anchor.row < lead {
            let row = self.lead.get(anchor.row as usize).or_else(|| part.map(|part| &part.blank))?;
            return Some(VisibleRow { anchor, row, part: None });
        }
        let part = part?;
        Some(VisibleRow { anchor, row: part.row(anchor.row - lead)?, part: Some(part) })
    }

    /// The parts of a screen of `height` rows from `anchor` and of one screen each way: first and last.
    pub fn near(&self, anchor: Anchor, height: u16) -> (PartId, PartId) {
        let row = self.absolute(anchor);
        let height = usize::from(height);
        let (first, _) = self.heights.find(row.saturating_sub(height));
        let (last, _) = self.heights.find(row + 2 * height);
        (PartId(first as u32), PartId(last as u32))
    }

    /// The rows of a part, if it is laid out.
    pub fn part(&self, part: PartId) -> Option<&PartRows> {
        self.laid_out.get(&part.0)
    }

    /// The top of the screen after scrolling by `rows`, kept between the first row and [`Layout::end`].
    /// Lays out what it passes; a scroll by thousands of rows goes by the estimates instead.
    pub fn scroll(&mut self, anchor: Anchor, rows: isize, height: u16) -> Anchor {
        let target = if rows.unsigned_abs() > WALKED_ROWS {
            let row = self.absolute(anchor).saturating_add_signed(rows);
            let (part, row) = self.heights.find(row);
            self.clamp(Anchor { part: PartId(part as u32), row })
        } else {
            self.walk(anchor, rows)
        };
        // Where a screen is full the end is not reached; it need not be laid out to know that.
        let known = self.end.is_some_and(|(known, _)| known == height);
        if !known && self.goes_on(target, height) { target } else { target.min(self.end(height)) }
    }

    /// The row that shows a position: the last row that begins at or before it. Lays out its part. A
    /// position before all text is the first row of the lead.
    pub fn anchor(&mut self, position: Position) -> Anchor {
        let Some(first) = self.document.parts().first() else { return Anchor::default() };
        if position.0 <= first.range.start {
            return Anchor::default();
        }
        let id = self.document.part_at(position);
        self.lay_out(id.0 as usize);
        let lead = if id.0 == 0 { lead_height(&self.lead) } else { 0 };
        let Some(part) = self.laid_out.get(&id.0) else { return Anchor { part: id, row: 0 } };
        if part.rows.is_empty() {
            return self.first_row_behind(id);
        }
        let row = part.rows.iter().rposition(|row| row.position <= position).unwrap_or(0) as u32;
        let height = self.heights.get(id.0 as usize);
        Anchor { part: id, row: (lead + u32::from(part.blank_before) + row).min(height.saturating_sub(1)) }
    }

    /// The first row behind a part that shows none, without what sets its part apart.
    pub fn first_row_behind(&mut self, id: PartId) -> Anchor {
        let last = self.document.parts().len() as u32 - 1;
        for index in (id.0 + 1..=last).take(EMPTY_PARTS) {
            self.lay_out(index as usize);
            if let Some(part) = self.laid_out.get(&index).filter(|part| !part.rows.is_empty()) {
                return Anchor { part: PartId(index), row: u32::from(part.blank_before) };
            }
        }
        Anchor { part: id, row: 0 }
    }

    /// The position that the row at an anchor begins with. For a row that is not laid out it is
    /// guessed from the part's range.
    pub fn position(&self, anchor: Anchor) -> Position {
        if let Some(visible) = self.row(anchor) {
            return visible.row.position;
        }
        let Some(part) = self.document.parts().get(anchor.part.0 as usize) else {
            return Position::default();
        };
        let height = u64::from(self.heights.get(anchor.part.0 as usize).max(1));
        let bytes = u64::from(part.range.end - part.range.start);
        Position(part.range.start + (bytes * u64::from(anchor.row).min(height) / height) as u32)
    }

    /// How much has been read with a screen of `height` rows from `anchor`: 0 at the first row, 1
    /// exactly when the last row is on screen.
    pub fn progress(&self, anchor: Anchor, height: u16) -> f32 {
        let row = self.absolute(anchor);
        let most = match self.end {
            Some((known, end)) if known == height => {
                if anchor >= end {
                    return 1.0;
                }
                self.absolute(end)
            }
            _ => self.rows().saturating_sub(usize::from(height)),
        };
        if most == 0 {
            return 1.0;
        }
        (row as f32 / most as f32).min(0.999)
    }

    /// Rows of the whole document: exact for what was laid out, estimated for the rest.
    pub fn rows(&self) -> usize {
        self.heights.total()
    }

    /// Rows before an anchor, as far as is known.
    pub fn absolute(&self, anchor: Anchor) -> usize {
        let part = anchor.part.0 as usize;
        self.heights.before(part) + anchor.row.min(self.heights.get(part)) as usize
    }

    /// Walks by rows, laying out what it passes; stops at the first row and after the last.
    fn walk(&mut self, anchor: Anchor, rows: isize) -> Anchor {
        let mut part = (anchor.part.0 as usize).min(self.heights.len() - 1);
        let mut row = anchor.row.min(self.height_of(part)) as usize;
        let mut left = rows.unsigned_abs();
        if rows < 0 {
            while left > row {
                if part == 0 {
                    return Anchor::default();
                }
                left -= row;
                part -= 1;
                row = self.height_of(part) as usize;
            }
            row -= left;
        } else {
            row += left;
        }
        // Onto a row that exists: past the end of a part is the beginning of the next.
        while row >= self.height_of(part) as usize && part + 1 < self.heights.len() {
            row -= self.height_of(part) as usize;
            part += 1;
        }
        self.clamp(Anchor { part: PartId(part as u32), row: u32::try_from(row).unwrap_or(u32::MAX) })
    }

    /// Whether a row stands so many rows after an anchor. Lays out what it passes.
    fn goes_on(&mut self, anchor: Anchor, rows: u16) -> bool {
        let mut row = anchor.row as usize + usize::from(rows);
        for part in anchor.part.0 as usize..self.heights.len() {
            let height = self.height_of(part) as usize;
            if row < height {
                return true;
            }
            row -= height;
        }
        false
    }

    /// The anchor, on a row that its part really has.
    fn clamp(&mut self, anchor: Anchor) -> Anchor {
        let mut part = anchor.part.0 as usize;
        let mut row = anchor.row.min(self.height_of(part).saturating_sub(1));
        // A part that shows nothing has no row to stand on: go back to one that has.
        while self.height_of(part) == 0 && part > 0 {
            part -= 1;
            row = self.height_of(part).saturating_sub(1);
        }
        Anchor { part: PartId(part as u32), row }
    }

    /// The exact height of a part.
    fn height_of(&mut self, part: usize) -> u32 {
        if !self.heights.is_exact(part) {
            self.lay_out(part);
        }
        self.heights.get(part)
    }

    fn lay_out(&mut self, part: usize) {
        if part >= self.heights.len() || self.laid_out.contains_key(&(part as u32)) {
            return;
        }
        let id = PartId(part as u32);
        if self.folds.hides(id) {
            return;
        }
        let Self { document, width, setting, pictures, known, .. } = self;
        let mut rows = block::part_rows_with(document, id, *width, *setting, pictures, known);
        if let Some(mark) = self.folds.mark(id) {
            folds::put_mark(&mut rows.rows, mark, self.width.text);
        }
        let lead = if part == 0 { lead_height(&self.lead) } else { 0 };
        let height = rows.height() + lead;
        if self.heights.set(part, height) {
            // A corrected height near the end moves the end.
            self.end = None;
        }
        self.kept += rows.rows.len() + 1;
        if rows.image.is_some() {
            self.pictured.insert(part as u32);
        }
        self.laid_out.insert(part as u32, rows);
    }

    /// Drops the parts farthest from `from..=to` until few enough rows are kept.
    fn forget(&mut self, from: u32, to: u32) {
        while self.kept > KEPT_ROWS {
            let (Some(first), Some(last)) =
                (self.laid_out.first_key_value().map(|e| *e.0), self.laid_out.last_key_value().map(|e| *e.0))
            else {
                return;
            };
            let (above, below) = (from.saturating_sub(first), last.saturating_sub(to));
            let farthest = if above >= below { first } else { last };
            if (from..=to).contains(&farthest) {
                return;
            }
            if let Some(rows) = self.laid_out.remove(&farthest) {
                self.kept -= rows.rows.len() + 1;
            }
        }
    }
}

/// Rows of the lead, with the blank one after it.
fn lead_height(lead: &[Row]) -> u32 {
    if lead.is_empty() { 0 } else { lead.len() as u32 + 1 }
}

/// Where a row of a part is, once the picture that begins at the row `first` takes `new` rows instead of
/// `old`.
fn moved(row: u32, first: u32, old: u32, new: u32) -> u32 {
    if row < first {
        row
    } else if row >= first + old {
        row - old + new
    } else {
        row.min(first + new.saturating_sub(1))
    }
}

/// Rows that parts will take, guessed from where they stand without looking at any of them: a row for each line
/// of text, and half of one and a blank one for each part. That is right for prose; a resize costs nothing.
#[derive(Clone, Debug)]
struct Guess {
    document: Arc<Document>,
    /// Columns of running text.
    columns: u16,
    /// Rows before the first part.
    lead: u32,
}

impl Estimate for Guess {
    fn parts(&self) -> usize {
        // The lead stands in the first part's place.
        self.document.parts().len().max(1)
    }

    fn before(&self, index: usize) -> usize {
        let parts = self.document.parts();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return if index == 0 { 0 } else { self.lead as usize };
        };
        if index == 0 {
            return 0;
        }
        let end = parts.get(index).map_or(last.range.end, |part| part.range.start);
        let bytes = end.saturating_sub(first.range.start) as usize;
        self.lead as usize + bytes / usize::from(self.columns.max(1)) + index * 3 / 2
    }
}

#[cfg(test)]
mod tests;
