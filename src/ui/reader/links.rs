//! Paints what is known of links: those that lead nowhere are struck out.

use ratatui::style::Modifier;

use super::row::Line;
use crate::app::geometry::Area;
use crate::app::reader::Reader;
use crate::layout::VisibleRow;
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;

/// Strikes out the links of one painted row that lead nowhere. They change no cell's text.
pub(super) fn strike(
    reader: &Reader,
    row: &VisibleRow<'_>,
    at: Line,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    for piece in row.row.pieces.iter().filter(|piece| piece.link.is_some()) {
        if !reader.is_broken(row, piece) {
            continue;
        }
        let on_screen = |column: u16| at.x.saturating_add(column.saturating_sub(at.pan)).min(at.right);
        let (x, end) = (on_screen(piece.column), on_screen(piece.end()));
        let style = theme.dim.add_modifier(Modifier::CROSSED_OUT).remove_modifier(Modifier::UNDERLINED);
        canvas.style(Area { x, y: at.y, width: end - x, height: 1 }, style);
    }
}
