//! What every screen shares: the rules, the last line with the next useful keys, the dimming under a
//! panel, the toast.

use std::borrow::Cow;

use super::canvas::Canvas;
use super::theme::Theme;
use crate::app::geometry::{Area, Size, foot};
use crate::app::reader::card::{in_screen_order, one_line};
use crate::app::{App, Toast};
use crate::layout::Order;
use crate::text::{Safe, SafeText};
use ratatui::style::Style;

/// A text in one line from (`x`, `y`) to the column `right` (exclusive), cut with `…` where it does not fit, in the
/// order of the screen. Gives the column after it.
pub fn line(
    (x, y): (u16, u16),
    right: u16,
    text: &SafeText,
    order: Order,
    style: Style,
    canvas: &mut Canvas<'_>,
) -> u16 {
    if matches!(in_screen_order(text, order), Cow::Borrowed(_)) {
        return canvas.text_cut(x, y, right, text.safe(), style);
    }
    let text = one_line(text, right.saturating_sub(x), order);
    canvas.text(x, y, right, text.safe(), style)
}

/// One thin rule across the screen.
pub fn rule(y: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    let right = canvas.area().right();
    canvas.across(0, right, y, "─", theme.faint);
}

/// The rule over the last line, where there are rows for one.
pub fn foot_rule(area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let Area { width, height, .. } = canvas.area();
    if foot(Size { width, height }) > 1 {
        rule(area.y.saturating_sub(1), theme, canvas);
    }
}

/// One thin rule between two panes, in the column `x`; beside the pane that has the keys it stands out.
pub fn divider(x: u16, area: Area, has_keys: bool, theme: &Theme, canvas: &mut Canvas<'_>) {
    let (sign, style) = if has_keys { ("┃", theme.accent) } else { ("│", theme.faint) };
    canvas.down(x, area.y, area.bottom(), sign, style);
}

/// The last line: pairs of key and what it does, as many as fit, and something at the right end. How to leave
/// and the last pair (how to find all the others) are always there.
pub fn hints(
    app: &App,
    area: Area,
    pairs: &[(Safe<'_>, Safe<'_>)],
    right: &SafeText,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    if area.height == 0 {
        return;
    }
    foot_rule(area, theme, canvas);
    let mut end = area.right().saturating_sub(1);
    if !right.is_empty() && right.width() + 20 < usize::from(area.width) {
        end = canvas.text_right(area.x, area.y, end, right.safe(), theme.dim).saturating_sub(2);
    }
    let scopes = app.scopes();
    let leave = pairs.iter().position(|(key, _)| key.as_str() == "q");
    let own: Vec<_> = pairs.iter().map(|(key, what)| (app.keys.hint(key.as_str(), scopes), *what)).collect();
    let pairs: Vec<_> = own.iter().map(|(key, what)| (key.safe(), *what)).collect();
    fitted(area.x + 1, area.y, end, &pairs, leave, theme, canvas);
}

/// Pairs of key and what it does from (`x`, `y`) to the column `right` (exclusive): in their order those that fit,
/// and the last one always.
pub fn keys(
    x: u16,
    y: u16,
    right: u16,
    pairs: &[(Safe<'_>, Safe<'_>)],
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    fitted(x, y, right, pairs, None, theme, canvas);
}

/// The same; the pair `always` is shown too, as long as there is room for it and the last.
fn fitted(
    x: u16,
    y: u16,
    right: u16,
    pairs: &[(Safe<'_>, Safe<'_>)],
    always: Option<usize>,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    const BETWEEN: usize = 3;
    let widths: Vec<usize> = pairs.iter().map(|(key, what)| key.width() + 1 + what.width()).collect();
    let room = usize::from(right.saturating_sub(x));
    let Some(last) = widths.len().checked_sub(1) else { return };
    let mut free = (room + BETWEEN).saturating_sub(widths[last] + BETWEEN);
    let always = always.filter(|at| *at != last && widths[*at] + BETWEEN <= free);
    free -= always.map_or(0, |at| widths[at] + BETWEEN);
    // What is too long is left out, and what comes after it still shown.
    let is_shown = |(at, width): (usize, &usize)| {
        let is_kept = at == last || Some(at) == always;
        if !is_kept {
            let Some(left) = free.checked_sub(width + BETWEEN) else { return false };
            free = left;
        }
        true
    };
    let shown: Vec<bool> = widths.iter().enumerate().map(is_shown).collect();
    let mut x = x;
    for ((key, what), _) in pairs.iter().zip(shown).filter(|(_, is_shown)| *is_shown) {
        x = canvas.text(x, y, right, *key, theme.accent);
        x = canvas.text_cut(x.saturating_add(1), y, right, *what, theme.dim).saturating_add(BETWEEN as u16);
    }
}

/// Words over the rows of an area; what does not fit is left out from a word on, and says so.
pub fn words(area: Area, text: Safe<'_>, style: Style, canvas: &mut Canvas<'_>) {
    let room = usize::from(area.width);
    let mut rest = text;
    for y in area.y..area.bottom() {
        let whole = rest.as_str().len();
        let cut = rest.fit(room).as_str().len();
        if cut == whole {
            canvas.text(area.x, y, area.right(), rest, style);
            return;
        }
        let is_last = y + 1 == area.bottom();
        let kept =
            if is_last { rest.fit(room.saturating_sub(2)).as_str() } else { rest.fit(room + 1).as_str() };
        let end = kept.rfind(' ').filter(|end| *end > 0).unwrap_or(cut);
        let x = canvas.text(area.x, y, area.right(), rest.slice(0..end), style);
        if is_last {
            canvas.text(x, y, area.right(), Safe::literal(" …"), style);
            return;
        }
        let blanks = rest.as_str()[end..].len() - rest.as_str()[end..].trim_start().len();
        rest = rest.slice(end + blanks..whole);
    }
}

/// The ground of a panel over the screen. Where the terminal has no colour for it, it gets an edge.
pub fn panel(area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    canvas.clear(area, theme.plain.patch(theme.panel));
    if theme.panel.bg.is_some() || area.x == 0 {
        return;
    }
    let (left, right) = (area.x - 1, area.right());
    for x in [left, right] {
        canvas.down(x, area.y, area.bottom(), "│", theme.faint);
    }
    // Their first and last rows are blank, but where rows are few.
    for (y, ends) in [(area.y, "╭╮"), (area.bottom().saturating_sub(1), "╰╯")] {
        canvas.across(left, right + 1, y, "─", theme.faint);
        let (first, last) = ends.split_at("╭".len());
        canvas.across(left, left + 1, y, first, theme.faint);
        canvas.across(right, right + 1, y, last, theme.faint);
    }
}

/// Everything painted so far recedes behind a panel.
pub fn dim(theme: &Theme, canvas: &mut Canvas<'_>) {
    canvas.style(canvas.area(), theme.dimmed);
}

/// The toast stands over the end of the last line but two, and moves nothing.
pub fn toast(toast: &Toast, theme: &Theme, canvas: &mut Canvas<'_>) {
    let Some(area) = toast_area(toast, canvas.area()) else { return };
    canvas.clear(area, theme.plain.patch(theme.panel));
    canvas.text_cut(area.x + 2, area.y, area.right() - 2, toast.text.safe(), theme.plain);
}

/// Where a toast stands, unless the screen is too small for it.
pub fn toast_area(toast: &Toast, whole: Area) -> Option<Area> {
    let room = whole.width.saturating_sub(4);
    let width = u16::try_from(toast.text.width()).unwrap_or(u16::MAX).saturating_add(4).min(room);
    (width >= 6 && whole.height >= 4).then(|| Area {
        x: whole.width - width - 1,
        y: whole.height - 3,
        width,
        height: 1,
    })
}
