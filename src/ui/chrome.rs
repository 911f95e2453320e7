//! What every screen shares: the rules, the last line with the next useful keys, the dimming under a
//! panel, the toast.

use super::canvas::Canvas;
use super::theme::Theme;
use crate::app::geometry::Area;
use crate::app::{App, Toast};
use crate::text::{Safe, SafeText};

/// One thin rule across the screen.
pub fn rule(y: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    let right = canvas.area().right();
    canvas.across(0, right, y, "─", theme.faint);
}

/// One thin rule between two panes, in the column `x`.
pub fn divider(x: u16, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    canvas.down(x, area.y, area.bottom(), "│", theme.faint);
}

/// The last line: pairs of key and what it does, as many as fit, and something at the right end. The
/// last pair (how to find all the others) is shown before any of those that come just before it.
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
    if area.y > 0 {
        rule(area.y - 1, theme, canvas);
    }
    let mut end = area.right().saturating_sub(1);
    if !right.is_empty() && right.width() + 20 < usize::from(area.width) {
        end = canvas.text_right(area.x, area.y, end, right.safe(), theme.dim).saturating_sub(2);
    }
    let scopes = app.scopes();
    let own: Vec<_> = pairs.iter().map(|(key, what)| (app.keys.hint(key.as_str(), scopes), *what)).collect();
    let pairs: Vec<_> = own.iter().map(|(key, what)| (key.safe(), *what)).collect();
    keys(area.x + 1, area.y, end, &pairs, theme, canvas);
}

/// Pairs of key and what it does from (`x`, `y`) to the column `right` (exclusive), as many as fit; the
/// last one goes before those that come just before it.
pub fn keys(
    x: u16,
    y: u16,
    right: u16,
    pairs: &[(Safe<'_>, Safe<'_>)],
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    const BETWEEN: usize = 3;
    let width = |(key, what): &(Safe<'_>, Safe<'_>)| key.width() + 1 + what.width();
    let room = usize::from(right.saturating_sub(x));
    let Some((last, others)) = pairs.split_last() else { return };
    let all: usize = pairs.iter().map(width).sum::<usize>() + BETWEEN * others.len();
    let reserved = if all <= room { 0 } else { width(last) + BETWEEN };
    let mut used = 0;
    let fitting = others.iter().take_while(|pair| {
        used += width(pair);
        let fits = used + reserved <= room;
        used += BETWEEN;
        fits
    });
    let mut x = x;
    for (key, what) in fitting.chain([last]) {
        x = canvas.text(x, y, right, *key, theme.accent);
        x = canvas.text_cut(x.saturating_add(1), y, right, *what, theme.dim).saturating_add(BETWEEN as u16);
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
