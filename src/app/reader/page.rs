//! A document laid out for the reader, and where in it the screen is.
//!
//! What is at the top of the screen is kept twice: as the row that is shown now, and as the place that
//! was asked for. A resize finds the row anew from the place, so a burst of sizes ends where it began.

use std::ops::Range;
use std::sync::Arc;

use crate::document::Document;
use crate::document::shown::{PartId, PartKind, Position};
use crate::layout::folds::Folds;
use crate::layout::picture::Pictures;
use crate::layout::{Anchor, Layout, PartRows, Role, Row, Setting, VisibleRow, Width, part_rows_in};

/// The end is far where so many screens are left by the estimates, which may be some times too high.
const FAR_SCREENS: usize = 8;

/// A laid-out document and what of it is on screen.
#[derive(Debug)]
pub struct Page {
    layout: Layout,
    /// Rows before the first part, the blank one after them included.
    lead: u32,
    anchor: Anchor,
    place: Place,
    height: u16,
    setting: Setting,
    header: Header,
    /// What was asked to be on screen: pictures that come later do not push it off.
    held: Held,
}

/// What stays on screen while pictures get their heights.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    /// The row at the top.
    Top,
    /// The end.
    End,
    /// What was found.
    Found(Range<u32>),
}

/// A scroll by so many rows is one to the end.
const TO_END: isize = isize::MAX / 2;

/// What a page is laid out for.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Columns.
    pub width: Width,
    /// Rows on screen.
    pub height: u16,
    /// How the text is set.
    pub setting: Setting,
}

/// The header of a table, which stays in sight while its rows scroll under it.
#[derive(Debug, Default)]
struct Header {
    /// The first part of the table it was made from.
    table: Option<PartId>,
    rows: Vec<Row>,
    /// Whether it stands over the first rows of the screen now.
    stands: bool,
}

/// What is to be at the top of the screen, whatever the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A row of the card.
    Lead(u32),
    /// A row of the text.
    Text {
        /// What the row begins with.
        position: Position,
        /// Which of the rows that begin with it; before 0 are the blank rows that set its part apart.
        nth: i32,
    },
}

impl Page {
    /// The document on a sheet, scrolled to `place`. Where the page `before` showed a head of it, what is on
    /// screen stays as it is.
    pub fn new(
        document: Arc<Document>,
        sheet: Sheet,
        lead: Vec<Row>,
        pictures: Arc<Pictures>,
        place: Place,
        before: Option<&Self>,
    ) -> Self {
        let Sheet { width, height, setting } = sheet;
        let rows = lead_rows(&lead);
        let mut layout = Layout::new(document, width, lead).with(setting).with_pictures(pictures);
        if let Some(before) = before {
            if Arc::ptr_eq(before.document(), layout.document()) {
                layout = layout.measured_by(&before.layout);
            } else if !before.document().is_whole() {
                layout = layout.going_on_from(&before.layout);
            }
        }
        let mut page = Self {
            anchor: layout.top(),
            layout,
            lead: rows,
            place,
            height,
            setting,
            header: Header::default(),
            held: Held::Top,
        };
        page.settle();
        page
    }

    /// The columns it is laid out for.
    pub fn width(&self) -> Width {
        self.layout.width()
    }

    /// Rows on screen.
    pub fn height(&self) -> u16 {
        self.height
    }

    /// The document.
    pub fn document(&self) -> &Arc<Document> {
        self.layout.document()
    }

    /// What is to be at the top of the screen.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Has so many rows on screen, under the same place.
    pub fn ensure(&mut self, height: u16) {
        if height != self.height {
            self.height = height;
            self.settle();
        } else if self.layout.ensure(self.anchor, height) {
            self.anchor = self.layout.scroll(self.anchor, 0, height);
            self.keep_header();
        }
    }

    /// Lays out what the next page up or down will show: not before what is on screen is painted.
    pub fn look_ahead(&mut self) {
        if self.layout.look_ahead(self.anchor, self.height) {
            self.anchor = self.layout.scroll(self.anchor, 0, self.height);
            self.keep_header();
        }
    }

    /// Takes in what is known of the pictures by now, and the lead with its own. What is at the top of the
    /// screen stays there; heights above it change unseen.
    pub fn set_pictures(&mut self, pictures: Arc<Pictures>, lead: Vec<Row>) {
        self.lead = lead_rows(&lead);
        let anchor = self.layout.set_pictures(pictures, lead, self.anchor);
        if anchor != self.anchor {
            self.place = self.place_of(anchor);
        }
        self.anchor = self.layout.scroll(anchor, 0, self.height);
        if self.layout.ensure(self.anchor, self.height) {
            self.anchor = self.layout.scroll(anchor, 0, self.height);
            self.layout.ensure(self.anchor, self.height);
        }
        match self.held.clone() {
            Held::Top => {}
            Held::End => {
                self.scroll(TO_END);
            }
            Held::Found(found) => {
                if !self.visible().any(|row| !row.row.columns_of(&found).is_empty()) {
                    self.bring(&found);
                }
            }
        }
    }

    /// What is folded.
    pub fn folds(&self) -> &Folds {
        self.layout.folds()
    }

    /// Folds and opens, under the same place.
    pub fn set_folds(&mut self, folds: Arc<Folds>) {
        self.layout.set_folds(folds);
        self.settle();
    }

    /// The laid-out parts of the screen and one screen each way.
    pub fn parts_near(&self) -> impl Iterator<Item = &PartRows> {
        let (first, last) = self.layout.near(self.anchor, self.height);
        self.layout.laid_out(first, last)
    }

    /// The rows of a part, while it is near the screen.
    pub fn rows_of(&self, part: PartId) -> Option<&PartRows> {
        self.layout.part(part)
    }

    /// The rows of the card, while they are near the screen.
    pub fn lead_near(&self) -> impl Iterator<Item = &Row> {
        let is_near = self.anchor.part.0 == 0 && self.anchor.row < self.lead + u32::from(self.height);
        let rows = if is_near { self.lead } else { 0 };
        (0..rows).filter_map(|row| self.layout.row(Anchor { row, ..Anchor::default() })).map(|row| row.row)
    }

    /// Scrolls by so many rows; says whether that changed anything.
    pub fn scroll(&mut self, rows: isize) -> bool {
        self.held = if rows >= TO_END { Held::End } else { Held::Top };
        let anchor = self.layout.scroll(self.anchor, rows, self.height);
        if anchor == self.anchor {
            return false;
        }
        self.anchor = anchor;
        self.layout.ensure(anchor, self.height);
        self.place = self.place_of(anchor);
        self.keep_header();
        true
    }

    /// How far the next page is from this one. Its first row is this one's last, but no page begins with the blank
    /// row before a block, and none ends with a heading without what it is over.
    fn step(&self) -> usize {
        let rows: Vec<VisibleRow<'_>> = self.visible().collect();
        let step = usize::from(self.height).saturating_sub(1).max(1);
        let Some(last) = rows.get(step).filter(|_| step > 1) else { return step };
        let is_blank = self.is_before_part(last);
        let Some(end) = rows.get(if is_blank { step - 1 } else { step }) else { return step };
        let kind = |part: PartId| self.document().parts().get(part.0 as usize).map(|part| part.kind);
        if matches!(kind(end.anchor.part), Some(PartKind::Heading { .. })) {
            let is_its =
                |row: &VisibleRow<'_>| row.anchor.part == end.anchor.part && !self.is_before_part(row);
            let first = rows.iter().position(is_its).unwrap_or(step);
            // The top of the screen is no better place for it where that shows the same page again.
            return if first > step / 2 { first } else { step };
        }
        if is_blank { step + 1 } else { step }
    }

    /// Whether the row above the first one on screen is blank.
    fn is_below_blank(&self) -> bool {
        let first =
            self.top().and_then(|top| top.part.map(|part| (self.row_in_part(top.anchor), part.blank_before)));
        first.is_some_and(|(row, blanks)| blanks > 0 && row == u32::from(blanks))
    }

    /// Scrolls by a page. Nothing is passed unseen under a table's header: what it will cover was seen
    /// before, and what it covered is seen then.
    pub fn turn(&mut self, forward: bool) -> bool {
        let under = |page: &Self| isize::try_from(page.header().len()).unwrap_or(0).saturating_sub(1).max(0);
        if !forward {
            let step = usize::from(self.height).saturating_sub(usize::from(!self.is_below_blank())).max(1);
            return self.scroll(-(isize::try_from(step).unwrap_or(1) - under(self)).max(1));
        }
        let step = isize::try_from(self.step()).unwrap_or(1);
        let moved = self.scroll(step);
        let covered = under(self);
        if moved && covered > 0 {
            self.scroll(-covered.min(step - 1));
        }
        moved
    }

    /// The rows of a table's header that stand over the first rows of the screen.
    pub fn header(&self) -> &[Row] {
        if self.header.stands { &self.header.rows } else { &[] }
    }

    /// Scrolls so that the row showing `position` is at the top, as far as the end allows.
    pub fn jump(&mut self, position: Position) {
        self.held = Held::Top;
        let is_in_lead = self.is_in_lead(position);
        self.place = if is_in_lead { Place::Lead(0) } else { Place::Text { position, nth: 0 } };
        self.settle();
        // What was jumped to is to be seen, below the header of its table.
        let covered = isize::try_from(self.header().len()).unwrap_or(0);
        if covered > 0 {
            self.scroll(-covered);
        }
    }

    /// Scrolls so that the row that shows the beginning of `found` stands below a quarter of the screen: some of what
    /// stands before it helps to read it. Nearer to the end it stands lower.
    pub fn bring(&mut self, found: &Range<u32>) {
        if self.is_in_lead(Position(found.start)) {
            return self.show(Place::Lead(0));
        }
        let place = Place::Text { position: Position(found.start), nth: 0 };
        let mut anchor = self.anchor_of(place);
        // Rows of a table are of several cells each, so that not every row of a position shows it.
        let showing = self.layout.part(anchor.part).and_then(|part| {
            let row = part.rows.iter().position(|row| !row.columns_of(found).is_empty())?;
            Some(u32::from(part.blank_before) + u32::try_from(row).ok()?)
        });
        if let Some(row) = showing {
            anchor.row = self.lead_of(anchor.part.0) + row;
        }
        let above = isize::try_from(self.height / 4).unwrap_or(0);
        self.anchor = self.layout.scroll(anchor, -above, self.height);
        self.layout.ensure(self.anchor, self.height);
        if above > 0 && self.begins_blank() {
            self.anchor = self.layout.scroll(self.anchor, 1, self.height);
            self.layout.ensure(self.anchor, self.height);
        }
        self.place = self.place_of(self.anchor);
        self.keep_header();
        // The header of its table is not to cover it.
        let covered = isize::try_from(self.header().len()).unwrap_or(0);
        if covered > above {
            self.scroll(above - covered);
        }
        self.held = Held::Found(found.clone());
    }

    /// Whether a position is that of what the card says, and not of the text.
    fn is_in_lead(&self, position: Position) -> bool {
        self.document().parts().first().is_some_and(|first| position.0 < first.range.start)
    }

    /// Whether the row at the top is blank because something begins below it.
    fn begins_blank(&self) -> bool {
        let is_of_the_card = |row: &VisibleRow<'_>| row.part.is_none() && row.row.picture.is_none();
        self.top()
            .is_some_and(|top| self.is_before_part(&top) || is_of_the_card(&top) && top.row.pieces.is_empty())
    }

    /// Scrolls back to a place, as far as the end allows.
    pub fn show(&mut self, place: Place) {
        self.held = Held::Top;
        self.place = place;
        self.settle();
    }

    /// Scrolls to a fraction of the whole, 0 to 1.
    pub fn jump_to_fraction(&mut self, fraction: f32) {
        let end = self.layout.end(self.height);
        let rows = self.layout.absolute(end) as f32 * fraction.clamp(0.0, 1.0);
        let here = self.layout.absolute(self.anchor) as isize;
        self.scroll(rows.round() as isize - here);
    }

    /// The rows on screen.
    pub fn visible(&self) -> impl Iterator<Item = VisibleRow<'_>> {
        self.layout.visible(self.anchor, self.height)
    }

    /// The first part on screen, and the first and last of what is at most one screen away from it.
    pub fn near(&self) -> (PartId, (PartId, PartId)) {
        (self.anchor.part, self.layout.near(self.anchor, self.height))
    }

    /// The row at the top of the screen.
    pub fn top(&self) -> Option<VisibleRow<'_>> {
        self.layout.row(self.anchor)
    }

    /// Whether the row is blank and stands before its part's first.
    pub fn is_before_part(&self, row: &VisibleRow<'_>) -> bool {
        row.part.is_some_and(|part| self.row_in_part(row.anchor) < u32::from(part.blank_before))
    }

    /// Whether the row is its part's first that shows anything.
    pub fn is_first_of_part(&self, row: &VisibleRow<'_>) -> bool {
        row.part.is_some_and(|part| self.row_in_part(row.anchor) == u32::from(part.blank_before))
    }

    /// Whether the first row is on screen.
    pub fn is_at_top(&self) -> bool {
        self.anchor == self.layout.top()
    }

    /// How much has been read: 0 at the first row, 1 exactly when the last one is on screen.
    pub fn progress(&self) -> f32 {
        self.layout.progress(self.anchor, self.height)
    }

    /// The row of the screen with the first text of the article on it.
    pub fn first_text_row(&self) -> usize {
        self.visible().position(|row| row.part.is_some() && !row.row.pieces.is_empty()).unwrap_or(0)
    }

    /// The row of the screen on which the eye is taken to be: that of the first text, but at the bottom when the
    /// end is reached, so that every section has its turn.
    pub fn reading_row(&mut self) -> usize {
        let height = usize::from(self.height);
        let base = self.first_text_row();
        // Far from the end, and so in every head, nothing is laid out to know where it is.
        let rows = self.layout.rows().saturating_sub(self.layout.absolute(self.anchor));
        if rows > FAR_SCREENS * height || !self.document().is_whole() {
            return base;
        }
        let end = self.layout.end(self.height);
        let end = self.layout.absolute(end);
        let left = end.saturating_sub(self.layout.absolute(self.anchor));
        let span = end.min(height);
        if left >= span {
            return base;
        }
        base + height.saturating_sub(1 + base) * (span - left) / span
    }

    fn row_in_part(&self, anchor: Anchor) -> u32 {
        anchor.row.saturating_sub(self.lead_of(anchor.part.0))
    }

    fn lead_of(&self, part: u32) -> u32 {
        if part == 0 { self.lead } else { 0 }
    }

    /// Finds the top row from the place, and has the screen laid out.
    fn settle(&mut self) {
        let anchor = self.anchor_of(self.place);
        self.anchor = self.layout.scroll(anchor, 0, self.height);
        if self.layout.ensure(self.anchor, self.height) {
            // Heights near the end may have become exact, and the end with them.
            self.anchor = self.layout.scroll(anchor, 0, self.height);
            self.layout.ensure(self.anchor, self.height);
        }
        self.keep_header();
    }

    /// Works out whether a table's header has scrolled off while its rows are at the top.
    fn keep_header(&mut self) {
        self.header.stands = false;
        let document = Arc::clone(self.document());
        let Some(top) = self.top() else { return };
        let (Some(rows), part) = (top.part, top.anchor.part) else { return };
        let kind = |part: PartId| document.parts().get(part.0 as usize).map(|part| part.kind);
        if kind(part) != Some(PartKind::Table) {
            return;
        }
        let is_at_start = self.row_in_part(top.anchor) <= u32::from(rows.blank_before);
        let is_first = |part: PartId| document.parts().get(part.0 as usize).is_none_or(|part| part.first);
        let Some(table) = (0..=part.0).rev().map(PartId).find(|part| is_first(*part)) else { return };
        if table == part && is_at_start {
            return;
        }
        if self.header.table != Some(table) {
            let mut rows = part_rows_in(&document, table, self.layout.width(), self.setting).rows;
            let is_rule = |row: &Row| row.pieces.iter().any(|piece| piece.role == Role::TableRule);
            rows.truncate(rows.iter().position(is_rule).map_or(0, |rule| rule + 1));
            self.header = Header { table: Some(table), rows, stands: false };
        }
        let rows = self.header.rows.len();
        // It covers rows of its own table only, and the smaller part of the screen.
        let is_its = |row: &VisibleRow<'_>| {
            let part = row.anchor.part;
            part == table || (kind(part) == Some(PartKind::Table) && !is_first(part))
        };
        let its = self.visible().take(rows + 1).filter(is_its).count();
        self.header.stands = rows > 0 && its > rows && rows * 3 <= usize::from(self.height);
    }

    fn anchor_of(&mut self, place: Place) -> Anchor {
        let (position, nth) = match place {
            Place::Lead(row) => {
                return Anchor { row: row.min(self.lead.saturating_sub(1)), ..Anchor::default() };
            }
            Place::Text { position, nth } => (position, nth),
        };
        let part = self.document().part_at(position);
        self.layout.ensure(Anchor { part, row: self.lead_of(part.0) }, 1);
        let lead = self.lead_of(part.0);
        let Some(rows) = self.layout.part(part) else { return Anchor { part, row: lead } };
        if rows.rows.is_empty() {
            return self.layout.first_row_behind(part);
        }
        let blank = u32::from(rows.blank_before);
        let last = rows.rows.iter().rposition(|row| row.position <= position).unwrap_or(0);
        let found = rows.rows.get(last).map_or(position, |row| row.position);
        let first = rows.rows.partition_point(|row| row.position < found).min(last);
        let row = match u32::try_from(nth) {
            Ok(nth) => lead + blank + (first as u32 + nth).min(last as u32),
            Err(_) => lead + blank - nth.unsigned_abs().min(blank),
        };
        Anchor { part, row }
    }

    fn place_of(&self, anchor: Anchor) -> Place {
        let lead = self.lead_of(anchor.part.0);
        let Some(row) = anchor.row.checked_sub(lead) else { return Place::Lead(anchor.row) };
        let Some(rows) = self.layout.part(anchor.part) else {
            return Place::Text { position: self.layout.position(anchor), nth: 0 };
        };
        let Some(index) = row.checked_sub(u32::from(rows.blank_before)) else {
            let nth = row as i32 - i32::from(rows.blank_before);
            return Place::Text { position: self.layout.position(anchor), nth };
        };
        let Some(this) = rows.rows.get(index as usize) else {
            // The document has no part: its only row is the last of the lead.
            return Place::Lead(anchor.row);
        };
        let first = rows.rows.partition_point(|row| row.position < this.position) as u32;
        Place::Text { position: this.position, nth: index.saturating_sub(first) as i32 }
    }
}

/// Rows that a lead takes, the blank one after it included.
fn lead_rows(lead: &[Row]) -> u32 {
    if lead.is_empty() { 0 } else { lead.len() as u32 + 1 }
}
