//! Paints what is found: marks over the text, and the line in which it is typed.

use ratatui::layout::Position as CellPosition;
use ratatui::style::Modifier;

use super::row::Line;
use crate::app::View;
use crate::app::geometry::Area;
use crate::app::reader::Reader;
use crate::layout::{Order, VisibleRow};
use crate::safe;
use crate::text::Safe;
use crate::ui::canvas::Canvas;
use crate::ui::chrome;
use crate::ui::theme::Theme;

/// Columns that the keys take beside what is typed, where there is room for both.
const KEYS: u16 = 52;
/// Fewest columns of what is typed beside the keys.
const TYPED: u16 = 28;

/// Lights the matches of one row; the one that one is at stands out.
pub(super) fn light(
    reader: &Reader,
    row: &VisibleRow<'_>,
    order: Order,
    at: Line,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    for (columns, is_current) in reader.matches_on(row, order) {
        let on_screen = |column: u16| at.x.saturating_add(column.saturating_sub(at.pan)).min(at.right);
        let (x, end) = (on_screen(columns.start), on_screen(columns.end));
        let cells = Area { x, y: at.y, width: end - x, height: 1 };
        let style =
            if is_current { Theme::bold(theme.accent).add_modifier(Modifier::REVERSED) } else { theme.mark };
        canvas.style(cells, style);
    }
}

/// The last line of the screen while it is typed what is to be found; gives the cursor's cell.
pub(super) fn line(
    reader: &Reader,
    view: &View,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) -> Option<CellPosition> {
    let (typed, cursor) = reader.find_line()?;
    let whole = view.size.area();
    let area = Area { y: whole.height.checked_sub(1)?, height: 1, ..whole };
    canvas.clear(area, theme.text);
    chrome::foot_rule(area, theme, canvas);
    let mut right = area.right().saturating_sub(1);
    if area.width >= KEYS + TYPED {
        let pair = |key: &'static str, what: &'static str| (Safe::literal(key), Safe::literal(what));
        let kind = if reader.finds_regex() { "words" } else { "expression" };
        let pairs = [pair("Enter", "keep"), pair("Alt-r", kind), pair("Esc", "cancel")];
        chrome::keys(right - KEYS + 8, area.y, right, &pairs, theme, canvas);
        right -= KEYS - 6;
    }
    let sign = if reader.finds_regex() { "/regex/ " } else { "/ " };
    let x = canvas.text(area.x + 1, area.y, right, Safe::literal(sign), theme.accent);
    let (say, style) = match reader.find_error() {
        Some(error) => (error.clone(), theme.bad),
        None => (reader.find_count(), theme.dim),
    };
    // What is typed keeps at least half of the line.
    let half = x + right.saturating_sub(x) / 2;
    let said = canvas.text_right(half, area.y, right, say.safe(), style).saturating_sub(2);
    let right = if say.is_empty() { right } else { said.max(half) };
    let text = safe!("{typed}");
    let before = safe!("{}", typed.get(..cursor).unwrap_or_default());
    let room = usize::from(right.saturating_sub(x)).max(1);
    let skip = (before.width() + 1).saturating_sub(room);
    let hidden = text.safe().fit(skip).as_str().len();
    canvas.text(x, area.y, right, text.safe().slice(hidden..text.as_str().len()), theme.plain);
    let column = x + u16::try_from(before.width().saturating_sub(skip)).unwrap_or(0);
    Some(CellPosition { x: column.min(right), y: area.y })
}
