//! Paints what is known of links: those that lead nowhere are words in a quiet colour, and the beginning of the article
//! that the lit one leads to is seen.

use ratatui::style::Modifier;

use super::row::{Line, paint_row};
use crate::app::App;
use crate::app::geometry::Area;
use crate::app::reader::Reader;
use crate::layout::VisibleRow;
use crate::ui::canvas::Canvas;
use crate::ui::chrome;
use crate::ui::theme::Theme;

/// Takes the underline from the links of one painted row that lead nowhere: struck out they would read as text
/// that was deleted. They change no cell's text.
pub(super) fn quiet(reader: &Reader, row: &VisibleRow<'_>, at: Line, theme: &Theme, canvas: &mut Canvas<'_>) {
    for piece in row.row.pieces.iter().filter(|piece| piece.link.is_some()) {
        if !reader.is_broken(row, piece) {
            continue;
        }
        let on_screen = |column: u16| at.x.saturating_add(column.saturating_sub(at.pan)).min(at.right);
        let (x, end) = (on_screen(piece.column), on_screen(piece.end()));
        let style = theme.dim.remove_modifier(Modifier::UNDERLINED);
        canvas.style(Area { x, y: at.y, width: end - x, height: 1 }, style);
    }
}

/// Paints the beginning of the article that the lit link leads to.
pub(super) fn peek(app: &App, reader: &Reader, theme: &Theme, canvas: &mut Canvas<'_>) {
    let Some((area, rows)) = app.travel.peek.rows(&app.view, reader) else { return };
    chrome::panel(area, theme, canvas);
    for (row, y) in rows.zip(area.y + 1..area.bottom() - 1) {
        paint_row(row, area.x + 2, y, area.right() - 2, 0, theme, canvas);
    }
}
