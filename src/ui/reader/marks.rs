//! Paints a person's own marks over the text: highlights, the sign of a note, what is selected. They change no
//! cell's text.

use std::ops::Range;

use ratatui::style::Style;

use super::row::Line;
use crate::app::geometry::Area;
use crate::app::reader::Reader;
use crate::layout::Row;
use crate::text::Safe;
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;

/// Lays highlights and the selection over a painted row.
pub(super) fn paint(reader: &Reader, row: &Row, at: Line, theme: &Theme, canvas: &mut Canvas<'_>) {
    for (range, has_note) in reader.own_highlights() {
        let seen = lay(row, &range, at, theme.highlight, canvas);
        // Where the highlight begins, beside the text.
        if seen && has_note && row.source().contains(&range.start) {
            let x = at.x.saturating_sub(2);
            canvas.text(x, at.y, at.x, Safe::literal("✎"), theme.accent);
        }
    }
    if let Some(selected) = reader.selection() {
        lay(row, &(selected.start.0..selected.end.0), at, theme.selected, canvas);
    }
}

/// Lays a style over what a row shows of a range; false where it shows nothing of it.
fn lay(row: &Row, range: &Range<u32>, at: Line, style: Style, canvas: &mut Canvas<'_>) -> bool {
    let columns = row.columns_of(range);
    for columns in &columns {
        let start = at.x.saturating_add(columns.start.saturating_sub(at.pan));
        let end = at.x.saturating_add(columns.end.saturating_sub(at.pan)).min(at.right);
        if start < end {
            canvas.style(Area { x: start, y: at.y, width: end - start, height: 1 }, style);
        }
    }
    !columns.is_empty()
}
