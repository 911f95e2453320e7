//! Paints what is followed by keyboard: labels over all that leads somewhere, or the link that is lit, and
//! where it leads.

use ratatui::style::{Modifier, Style};

use super::row::Line;
use crate::app::View;
use crate::app::geometry::Area;
use crate::app::reader::Reader;
use crate::layout::{Order, VisibleRow};
use crate::text::{Safe, SafeText};
use crate::ui::canvas::Canvas;
use crate::ui::chrome;
use crate::ui::theme::Theme;

/// Columns that the keys take beside a link's target, where there is room for both.
const KEYS: u16 = 40;
/// The same where it is under the mouse.
const CLICK: u16 = 15;
/// Fewest columns of a link's target beside the keys.
const TARGET: u16 = 24;

/// Paints the labels over the text, which stays where it is.
pub(super) fn paint(reader: &Reader, view: &View, theme: &Theme, canvas: &mut Canvas<'_>) {
    let text = reader.areas(view).text;
    let column = reader.text_column(view);
    let style = Theme::bold(theme.accent).add_modifier(Modifier::REVERSED);
    let style = style.remove_modifier(Modifier::UNDERLINED | Modifier::ITALIC);
    // The row of the label before, and the column after it: none covers another.
    let mut before = (u16::MAX, 0);
    for (hint, typed) in reader.labels() {
        let width = u16::try_from(hint.label.width()).unwrap_or(1);
        let at = column.x.saturating_add(hint.columns.start);
        // A heading keeps its words where its label has room before them.
        let y = text.y.saturating_add(hint.row);
        let is_free = |from: u16| {
            let is_after_label = before.0 != hint.row || from >= before.1;
            from > text.x && is_after_label && canvas.is_blank(from..at, y)
        };
        let at = if hint.is_heading() && at > text.x + width {
            at - width - 1
        } else if at.checked_sub(width).is_some_and(is_free) {
            // So do the others.
            at - width
        } else {
            at
        };
        let at = if before.0 == hint.row { at.max(before.1) } else { at };
        if y >= text.bottom() {
            continue;
        }
        let end = canvas.text(at, y, text.right(), hint.label.safe(), style);
        // What is typed of it recedes.
        let typed = Area { x: at, y, width: u16::try_from(typed).unwrap_or(0).min(end - at), height: 1 };
        canvas.style(typed, Style::new().remove_modifier(Modifier::BOLD).patch(theme.dim));
        before = (hint.row, end);
    }
}

/// Lights the link that is stepped to, or that the mouse is on, in one row of it.
pub(super) fn light(reader: &Reader, row: &VisibleRow<'_>, at: Line, theme: &Theme, canvas: &mut Canvas<'_>) {
    for piece in &row.row.pieces {
        let style = if reader.is_lit(row, piece) {
            Theme::bold(theme.accent).add_modifier(Modifier::REVERSED)
        } else if reader.is_hovered(row, piece) {
            theme.chosen
        } else {
            continue;
        };
        let on_screen = |column: u16| at.x.saturating_add(column.saturating_sub(at.pan)).min(at.right);
        let (x, end) = (on_screen(piece.column), on_screen(piece.end()));
        canvas.style(Area { x, y: at.y, width: end - x, height: 1 }, style);
    }
}

/// The last line while a link is lit or under the mouse: where it leads, and the keys.
pub(super) fn last_line(
    words: &SafeText,
    is_hovered: bool,
    order: Order,
    area: Area,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    if area.height == 0 {
        return;
    }
    chrome::foot_rule(area, theme, canvas);
    let right = area.right().saturating_sub(1);
    let pair = |key: &'static str, what: &'static str| (Safe::literal(key), Safe::literal(what));
    let by_mouse = [pair("click", "follow")];
    let by_keys = [pair("Enter", "follow"), pair("Tab", "next"), pair("Esc", "leave")];
    let (pairs, room) = if is_hovered { (&by_mouse[..], CLICK) } else { (&by_keys[..], KEYS) };
    let has_both = area.width >= room + TARGET;
    let end = if has_both { right - room } else { right };
    let x = canvas.text(area.x + 1, area.y, end, Safe::literal("→ "), theme.accent);
    chrome::line((x, area.y), end, words, order, theme.plain, canvas);
    if has_both {
        chrome::keys(end + 2, area.y, right, pairs, theme, canvas);
    }
}
