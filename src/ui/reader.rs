//! Paints the reader.

use super::canvas::Canvas;
use super::theme::Theme;
use crate::app::App;
use crate::app::geometry::reader as areas;
use crate::app::reader::Reader;
use crate::layout::Row;

/// Paints the reader.
pub fn paint(app: &App, reader: &Reader, theme: &Theme, canvas: &mut Canvas<'_>) {
    let areas = areas(app.view.size, true);
    for (row, y) in reader.visible().zip(areas.text.y..areas.text.bottom()) {
        paint_row(row, areas.text.x + 3, y, areas.text.right(), 0, theme, canvas);
    }
}

/// Paints one row of text from the column `x`, moved left by `pan` columns where it is wider than that.
pub fn paint_row(row: &Row, x: u16, y: u16, right: u16, _pan: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    for piece in &row.pieces {
        canvas.text(x + piece.column, y, right, piece.text.safe(), theme.plain);
    }
}
