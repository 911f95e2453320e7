//! Where the reader's panes are on the screen, and its text column within them.

use super::{Focus, Reader};
use crate::app::View;
use crate::app::geometry::{Area, ReaderAreas, ReaderPanes, TWO_PANES, reader as areas};
use crate::layout::{Row, Width};
use crate::safe;
use crate::text::SafeText;

/// Columns left of the text, where there is room for them: the head's title begins there too.
const LEFT: u16 = 3;
/// Columns right of the text.
const RIGHT: u16 = 1;
/// Columns right of what is wider than the text, where there is room for them.
const RIGHT_OF_WIDE: u16 = 3;

/// The text column on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// Its first column.
    pub x: u16,
    /// The column after the room that tables and code may take.
    pub right: u16,
    /// Columns of running text.
    pub columns: u16,
}

impl Reader {
    /// Where the panes are.
    pub fn areas(&self, view: &View) -> ReaderAreas {
        let panes = if self.zen {
            ReaderPanes::Zen
        } else if self.is_beside(view) && self.is_open() {
            ReaderPanes::TextAndContents
        } else {
            ReaderPanes::Text
        };
        areas(view.size, panes)
    }

    /// Where the text is within its pane.
    pub fn text_column(&self, view: &View) -> TextColumn {
        let area = self.areas(view).text;
        let columns = area.width.saturating_sub(LEFT + RIGHT).min(view.measure).max(1).min(area.width);
        let spare = area.width - columns;
        let left = (spare / 2).max(LEFT.min(spare.saturating_sub(RIGHT)));
        let right = RIGHT_OF_WIDE.min(spare - left);
        TextColumn { x: area.x + left, right: area.right() - right, columns }
    }

    pub(super) fn width(&self, view: &View) -> Width {
        let column = self.text_column(view);
        Width { text: column.columns, room: column.right.saturating_sub(column.x).max(column.columns) }
    }

    /// Columns that one row is moved to the left.
    pub fn pan_of(&self, row: &Row, column: TextColumn) -> u16 {
        if row.is_cut(column.right.saturating_sub(column.x)) { self.pan } else { 0 }
    }

    /// The panel of the contents over the text, where there is no room beside it.
    pub fn contents_panel(&self, view: &View) -> Option<Area> {
        (self.focus == Focus::Contents && !self.is_beside(view)).then(|| {
            let rows = u16::try_from(self.contents.row_count()).unwrap_or(u16::MAX).saturating_add(6);
            let screen = view.size.area();
            screen.centred(60.min(screen.width.saturating_sub(4)), rows.min(screen.height.saturating_sub(2)))
        })
    }

    /// Where the entries of the contents are, in the pane or the panel.
    pub fn contents_list(&self, view: &View) -> Option<Area> {
        if let Some(panel) = self.contents_panel(view) {
            return Some(Area { y: panel.y + 3, height: panel.height.saturating_sub(6), ..panel });
        }
        let pane = self.areas(view).contents?;
        Some(Area { y: pane.y + 1, height: pane.height.saturating_sub(1), ..pane })
    }

    /// What leads back to the list, at the left of the head; empty for a lone file.
    pub fn way_back(&self, view: &View) -> SafeText {
        match self.listed {
            None => SafeText::default(),
            Some(_) if view.size.width < TWO_PANES => safe!("‹"),
            Some(1) => safe!("‹ 1 article"),
            Some(count) => safe!("‹ {} articles", crate::text::thousands(count)),
        }
    }

    pub(super) fn is_beside(&self, view: &View) -> bool {
        view.size.width >= TWO_PANES && !self.zen
    }

    /// Whether the contents are to stand beside the text.
    pub(super) fn is_open(&self) -> bool {
        !self.contents.is_empty() && self.contents_open.unwrap_or(self.article.toc != Some(false))
    }
}
