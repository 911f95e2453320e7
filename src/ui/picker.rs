//! Paints a picker.

use ratatui::layout::Position as CellPosition;
use ratatui::style::Modifier;

use super::canvas::Canvas;
use super::chrome;
use super::library_screen::bar;
use super::theme::Theme;
use crate::app::App;
use crate::app::effect::Side;
use crate::app::geometry::Area;
use crate::app::keys::Keys;
use crate::app::picker::dates::{Dates, MONTH_WIDTH, MONTHS_AT};
use crate::app::picker::{Kind, Picker, Shown, frame};
use crate::library::query::{Mark, Query};
use crate::safe;
use crate::text::thousands;
use crate::text::{Safe, SafeText};

/// Paints the picker over the dimmed screen and gives its cursor's cell.
pub fn paint(app: &App, picker: &Picker, theme: &Theme, canvas: &mut Canvas<'_>) -> Option<CellPosition> {
    let area = picker.area(&app.view);
    let items = picker.items_area(&app.view);
    chrome::panel(area, theme, canvas);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    let (above, below) = frame(area.height);
    let y = area.y + u16::from(above > 2);
    let title = canvas.text(x, y, right, Safe::literal(picker.title()), Theme::bold(theme.plain));
    let counted = picker.counted();
    let counted_at = canvas.text_right(title, y, right, counted.safe(), theme.dim);
    let typed = safe!("{}", picker.text_typed());
    let end = canvas.text_cut(title + 2, y, counted_at.saturating_sub(2), typed.safe(), theme.accent);
    match &picker.kind {
        Kind::Dates(dates) => paint_dates(dates, items, above > 1, theme, canvas),
        kind => {
            for ((place, shown), y) in picker.visible(items.height).zip(items.y..items.bottom()) {
                if place == picker.cursor() {
                    lit(items, y, theme, canvas);
                }
                item(kind, shown, (place == picker.cursor(), &app.keys), (items, y), theme, canvas);
            }
        }
    }
    if below > 0 {
        let query = app.library.as_ref().map(crate::app::library_screen::LibraryScreen::query);
        let sentence =
            query.map_or_else(|| picker.sentence(&Query::default()), |query| picker.sentence(query));
        let (sentence_at, keys_at) =
            (items.bottom() + u16::from(below > 2), area.bottom() - below.div_ceil(3));
        let rows = Area {
            x,
            y: sentence_at,
            width: right.saturating_sub(x),
            height: keys_at.saturating_sub(sentence_at),
        };
        chrome::words(rows, sentence.safe(), theme.dim, canvas);
        let pairs: Vec<_> =
            picker.keys().iter().map(|(key, what)| (Safe::literal(key), Safe::literal(what))).collect();
        chrome::keys(x, keys_at, right, &pairs, theme, canvas);
    }
    Some(CellPosition { x: end, y })
}

fn lit(items: Area, y: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    canvas.style(Area { y, height: 1, ..items }, theme.chosen);
    canvas.text(items.x, y, items.right(), Safe::literal("▌"), theme.accent);
}

fn item(
    kind: &Kind,
    shown: &Shown,
    (lit, keys): (bool, &Keys),
    (items, y): (Area, u16),
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let right = items.right().saturating_sub(3);
    let plain = if lit { Theme::bold(theme.plain) } else { theme.plain };
    match kind {
        Kind::Tags(tags) => {
            let Some(tag) = tags.get(shown.item) else { return };
            let plain = if tag.count == 0 && !lit { theme.dim } else { plain };
            let (sign, sign_style, style) = signs(tag.mark, plain, theme);
            canvas.text(items.x + 2, y, right, Safe::literal(sign), sign_style);
            let count = match tag.beside.filter(|_| tag.count == 0) {
                Some(beside) => safe!("or {}", thousands(beside)),
                None => thousands(tag.count),
            };
            let count_at = canvas.text_right(items.x, y, right, count.safe(), theme.dim);
            if tag.own {
                canvas.text(items.x + 3, y, right, Safe::literal("+"), theme.link);
            }
            name(tag.name.safe(), shown, style, (items.x + 4, y, count_at.saturating_sub(1)), theme, canvas);
        }
        Kind::Keys(keys) => {
            let Some(key) = keys.get(shown.item) else { return };
            let mark = if key.is_facet { Mark::Included } else { Mark::None };
            let (sign, sign_style, style) = signs(mark, plain, theme);
            canvas.text(items.x + 2, y, right, Safe::literal(sign), sign_style);
            let count_at = canvas.text_right(items.x, y, right, thousands(key.count).safe(), theme.dim);
            name(key.name.safe(), shown, style, (items.x + 4, y, count_at.saturating_sub(1)), theme, canvas);
        }
        Kind::Commands(commands) => {
            let Some(command) = commands.get(shown.item) else { return };
            let about = command.command.about();
            let (keys, plain) = if command.is_here {
                (keys.line(about), plain)
            } else {
                (safe!("{} · {}", about.scope.name(), keys.line(about)), theme.dim)
            };
            let keys_at = canvas.text_right(items.x, y, right, keys.safe(), theme.dim);
            let end = keys_at.saturating_sub(1);
            name(command.name.safe(), shown, plain, (items.x + 4, y, end), theme, canvas);
        }
        Kind::Views(views) => {
            let Some(view) = views.get(shown.item) else { return };
            let key = view.key.map_or_else(SafeText::default, |key| safe!("{key}"));
            canvas.text(items.x + 2, y, right, key.safe(), theme.accent);
            let fault = if view.query.is_err() { "!" } else { "" };
            let end = canvas.text_right(items.x, y, right, Safe::literal(fault), theme.bad);
            let style = if view.query.is_err() { theme.dim } else { plain };
            name(view.name.safe(), shown, style, (items.x + 4, y, end.saturating_sub(1)), theme, canvas);
        }
        Kind::Headings(entries) => {
            let Some(entry) = entries.get(shown.item) else { return };
            let end = canvas.text_right(items.x, y, right, entry.duration.safe(), theme.dim);
            let x = items.x + 4 + (u16::from(entry.depth) * 2).min(items.width / 3);
            name(entry.text.safe(), shown, plain, (x, y, end.saturating_sub(1)), theme, canvas);
        }
        Kind::Linked { linked, .. } => {
            let Some(item) = linked.items.get(shown.item) else { return };
            let sign = match item.side {
                Side::Out => "→",
                Side::In => "←",
                Side::Related => "≈",
                Side::Copy => "=",
            };
            let style = if item.leads.is_broken() { theme.dim } else { plain };
            canvas.text(items.x + 2, y, right, Safe::literal(sign), theme.accent);
            // A title is worth more than what stands beside it.
            let room = usize::from(right.saturating_sub(items.x + 4));
            let left = room.saturating_sub(item.text.width() + 2).max(room / 4);
            let detail = item.detail.safe().fit(left);
            let detail_at = canvas.text_right(items.x, y, right, detail, theme.dim);
            name(
                item.text.safe(),
                shown,
                style,
                (items.x + 4, y, detail_at.saturating_sub(1)),
                theme,
                canvas,
            );
        }
        Kind::Places(places) => {
            let Some(place) = places.get(shown.item) else { return };
            let kind_at = canvas.text_right(items.x, y, right, Safe::literal(place.kind()), theme.dim);
            let plain = if place.position.is_some() { plain } else { theme.dim };
            let end = kind_at.saturating_sub(1);
            name(place.name.safe(), shown, plain, (items.x + 4, y, end), theme, canvas);
        }
        Kind::Recent(articles) => {
            let Some(recent) = articles.get(shown.item) else { return };
            let day = recent.on.map_or_else(SafeText::default, |day| safe!("{day}"));
            let day_at = canvas.text_right(items.x, y, right, day.safe(), theme.dim);
            let end = day_at.saturating_sub(1);
            name(recent.goal.title.safe(), shown, plain, (items.x + 4, y, end), theme, canvas);
        }
        Kind::Dates(_) => {}
    }
}

fn signs(
    mark: Mark,
    plain: ratatui::style::Style,
    theme: &Theme,
) -> (&'static str, ratatui::style::Style, ratatui::style::Style) {
    match mark {
        Mark::Included => ("●", theme.accent, Theme::bold(theme.accent)),
        Mark::Excluded => ("−", theme.bad, theme.dim.add_modifier(Modifier::CROSSED_OUT)),
        Mark::None => (" ", plain, plain),
    }
}

/// A name with its matched letters marked.
fn name(
    text: Safe<'_>,
    shown: &Shown,
    style: ratatui::style::Style,
    (x, y, right): (u16, u16, u16),
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    canvas.text_cut(x, y, right, text, style);
    for range in &shown.matched {
        let before = text.slice(0..range.start).width() as u16;
        let marked = theme.accent.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
        canvas.text(x + before, y, right, text.slice(range.clone()), marked);
    }
}

fn paint_dates(dates: &Dates, items: Area, has_letters: bool, theme: &Theme, canvas: &mut Canvas<'_>) {
    const LETTERS: [&str; 12] = ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"];
    let (lit_row, lit_month) = dates.lit();
    let right = items.right().saturating_sub(3);
    for (month, letter) in LETTERS.into_iter().enumerate().filter(|_| has_letters) {
        let x = items.x + MONTHS_AT + month as u16 * MONTH_WIDTH + 1;
        canvas.text(x, items.y.saturating_sub(1), right, Safe::literal(letter), theme.dim);
    }
    let busiest = dates.visible(u16::MAX).filter_map(|(_, year)| year).flat_map(|year| year.months).max();
    for ((row, year), y) in dates.visible(items.height).zip(items.y..items.bottom()) {
        if row == lit_row {
            lit(items, y, theme, canvas);
        }
        let Some(year) = year else {
            canvas.text(items.x + 4, y, right, Safe::literal("undated"), theme.plain);
            canvas.text_right(items.x, y, right, thousands(dates.undated()).safe(), theme.dim);
            continue;
        };
        let style = if dates.is_narrowed() && year.inside { theme.accent } else { theme.plain };
        let style = if year.excluded { theme.dim.add_modifier(Modifier::CROSSED_OUT) } else { style };
        let style = if row == lit_row && lit_month == 0 {
            style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
        } else {
            style
        };
        canvas.text(items.x + 4, y, right, safe!("{}", year.year).safe(), style);
        for (month, count) in year.months.iter().enumerate() {
            let x = items.x + MONTHS_AT + month as u16 * MONTH_WIDTH;
            let here = row == lit_row && lit_month == month + 1;
            let in_range = dates.is_narrowed() && year.months_inside[month];
            let style = if in_range { theme.accent } else { theme.dim };
            if here {
                canvas.text(x, y, right, Safe::literal("["), theme.accent);
                canvas.text(x + 2, y, right, Safe::literal("]"), theme.accent);
            }
            let marked = dates.marked() == Some((year.year, month + 1));
            let style = if marked { style.add_modifier(Modifier::UNDERLINED) } else { style };
            canvas.text(x + 1, y, right, bar(*count, busiest.unwrap_or(0)), style);
        }
        let count: SafeText = thousands(year.count as usize);
        canvas.text_right(items.x, y, right, count.safe(), theme.dim);
    }
}
