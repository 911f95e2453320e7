//! Paints the reader: head with the hairline of progress, contents, text, the next useful keys.

mod contents;
mod find;
mod hints;
mod links;
mod marks;
mod metadata;
pub(super) mod picture;
mod row;
mod styles;
#[cfg(test)]
mod tests;

pub use row::{Line, paint_highlights, paint_row};

use ratatui::layout::Position as CellPosition;

use super::canvas::Canvas;
use super::chrome;
use super::theme::Theme;
use crate::app::App;
use crate::app::geometry::{Area, TWO_PANES};
use crate::app::library_screen::list::time;
use crate::app::reader::card::one_line;
use crate::app::reader::{Focus, Reader};
use crate::document::phrase;
use crate::safe;
use crate::text::{Safe, SafeText};

/// Blank columns between the way back and the title, where there is room.
const GAP: u16 = 5;
/// Fewest columns in which a section's name is worth showing.
const SECTION: u16 = 12;

/// Paints the reader.
pub fn paint(app: &App, reader: &Reader, theme: &Theme, canvas: &mut Canvas<'_>) -> Option<CellPosition> {
    let view = &app.view;
    let areas = reader.areas(view);
    if !reader.is_zen() {
        head(app, reader, areas.head, theme, canvas);
        hairline(reader, areas.head, theme, canvas);
        hints(app, reader, areas.hints, theme, canvas);
    }
    if let Some(area) = areas.contents {
        let whole = Area { y: areas.head.bottom(), height: area.bottom() - areas.head.bottom(), ..area };
        chrome::divider(area.right(), whole, reader.focus() == Focus::Contents, theme, canvas);
        contents::pane(reader, view, area, theme, canvas);
    }
    let column = reader.text_column(view);
    let header = u16::try_from(reader.header_rows().len()).unwrap_or(u16::MAX);
    for (visible, y) in reader.visible_rows().zip(areas.text.y..areas.text.bottom()) {
        let row = visible.row;
        if y - areas.text.y < header {
            let ground = Area { x: column.x, y, width: column.right - column.x, height: 1 };
            canvas.style(ground, theme.panel);
        }
        if visible.part.is_some() && reader.landed() == Some(visible.anchor.part) && !row.pieces.is_empty() {
            let ground = Area { x: column.x, y, width: column.columns, height: 1 };
            canvas.style(ground, theme.chosen);
        }
        if visible.part.is_some() && !row.pieces.is_empty() && reader.is_changed(visible.anchor.part) {
            canvas.text(column.x.saturating_sub(2), y, column.x, Safe::literal("▎"), theme.accent);
        }
        paint_row(row, column.x, y, column.right, reader.pan(), theme, canvas);
        let line = row::Line { x: column.x, y, right: column.right, pan: reader.pan_of(row, column) };
        links::quiet(reader, &visible, line, theme, canvas);
        hints::light(reader, &visible, line, theme, canvas);
        if visible.part.is_some() {
            marks::paint(reader, row, line, theme, canvas);
        }
        let highlights = visible.part.map_or(&[][..], |_| reader.highlights_of(visible.anchor.part));
        if !highlights.is_empty() {
            let line = row::Line { x: column.x, y, right: column.right, pan: reader.pan() };
            row::paint_highlights(row, highlights, line, theme, canvas);
        }
        let line = row::Line { x: column.x, y, right: column.right, pan: reader.pan_of(row, column) };
        find::light(reader, &visible, view.order, line, theme, canvas);
    }
    picture::paint(app, reader, areas.text, theme, canvas);
    if areas.contents.is_some() {
        contents::whole(reader, view, theme, canvas);
    }
    hints::paint(reader, view, theme, canvas);
    links::peek(app, reader, theme, canvas);
    if let Some(reason) = reader.failure() {
        let y = areas.text.y;
        canvas.text_cut(column.x, y, column.right, reason.safe(), theme.bad);
        if areas.text.height > 1 {
            let todo = "R tries again, q goes back";
            canvas.text_cut(column.x, y + 1, column.right, Safe::literal(todo), theme.dim);
        }
    } else if reader.is_without_text() {
        let y = areas.text.y + reader.visible_rows().count() as u16;
        if y < areas.text.bottom() {
            let said = "This article has no text. e opens it in the editor.";
            canvas.text_cut(column.x, y, column.right, Safe::literal(said), theme.dim);
        }
    } else if reader.is_late(view) && areas.text.height > 0 {
        canvas.text(column.x, areas.text.y, column.right, Safe::literal("Opening …"), theme.dim);
    }
    if let Some(area) = reader.contents_panel(view).filter(|_| app.overlay.is_none()) {
        contents::panel(reader, view, area, theme, canvas);
    }
    if let Some(panel) = reader.metadata() {
        metadata::panel(panel, theme, canvas);
    }
    find::line(reader, view, theme, canvas)
}

/// The way back, title › section, how much has been read and what is left.
fn head(app: &App, reader: &Reader, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    if area.height == 0 {
        return;
    }
    let is_wide = area.width >= TWO_PANES;
    let mut right = area.right().saturating_sub(1);
    let mut x = area.x + 1;
    let back = reader.way_back(&app.view);
    if !back.is_empty() {
        x = canvas.text(x, area.y, right, back.safe(), theme.dim) + if is_wide { GAP } else { 1 };
    }
    let read = read(reader);
    if !read.is_empty() && usize::from(right.saturating_sub(x)) > read.width() + 16 {
        right = canvas.text_right(x, area.y, right, read.safe(), theme.dim).saturating_sub(3);
    }
    let order = app.view.order;
    let section = reader.status().section.and_then(|index| reader.contents().entry(index));
    // However long the title is, it leaves room for where one is.
    let room = right.saturating_sub(x);
    let most = match section {
        Some(section) if room >= 3 * SECTION => {
            let wanted = u16::try_from(section.text.width()).unwrap_or(u16::MAX).saturating_add(5);
            room.saturating_sub(wanted.min(room / 2))
        }
        _ => room,
    };
    let title = phrase::name(&reader.article().title);
    let title = one_line(&title, most, order);
    x = canvas.text(x, area.y, right, title.safe(), Theme::bold(theme.plain));
    if let Some(section) = section
        && right.saturating_sub(x) >= SECTION
    {
        x = canvas.text(x + 2, area.y, right, Safe::literal("›"), theme.faint);
        chrome::line((x + 2, area.y), right, section.text, order, theme.dim, canvas);
    }
}

fn read(reader: &Reader) -> SafeText {
    if reader.visible().next().is_none() {
        return SafeText::default();
    }
    let status = reader.status();
    let percent = (status.progress * 100.0).floor() as u32;
    let stale = if reader.stale().is_some() { "as last read · " } else { "" };
    match status.minutes_left {
        0 => safe!("{stale}{percent} %"),
        left => {
            let about = if reader.article().minutes_are_estimated() { "~" } else { "" };
            safe!("{stale}{percent} % · {about}{} left", time(left))
        }
    }
}

/// The thin line under the head that is the progress.
fn hairline(reader: &Reader, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    if area.height < 2 {
        return;
    }
    let read = (f32::from(area.width) * reader.status().progress).round() as u16;
    let y = area.y + 1;
    canvas.across(area.x, area.x + read, y, "━", theme.accent);
    canvas.across(area.x + read, area.right(), y, "─", theme.faint);
}

fn hints(app: &App, reader: &Reader, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let pair = |key: &'static str, what: &'static str| (Safe::literal(key), Safe::literal(what));
    if let Some(words) = reader.lit_words() {
        return hints::last_line(&words, reader.is_hovering(), app.view.order, area, theme, canvas);
    }
    if reader.copies_code() {
        let pairs = [pair("Esc", "leave"), pair("letters", "copy the code")];
        return chrome::hints(app, area, &pairs, &SafeText::default(), theme, canvas);
    }
    if reader.has_labels() {
        let pairs = [pair("Tab", "link by link"), pair("Esc", "leave"), pair("letters", "follow")];
        return chrome::hints(app, area, &pairs, &SafeText::default(), theme, canvas);
    }
    if reader.selection().is_some() {
        let pairs = [
            pair("s j }", "sentence, line, paragraph"),
            pair("o", "other end"),
            pair("h", "highlight"),
            pair("n", "note"),
            pair("y", "copy"),
            pair("Esc", "leave"),
        ];
        return chrome::hints(app, area, &pairs, &SafeText::default(), theme, canvas);
    }
    if reader.folding() {
        let pairs =
            [pair("a", "fold here"), pair("M", "fold all"), pair("R", "open all"), pair("Esc", "leave")];
        return chrome::hints(app, area, &pairs, &SafeText::default(), theme, canvas);
    }
    let count = reader.find_count();
    let listed = app.library.is_some();
    let leave = pair("q", if listed { "back" } else { "quit" });
    let mut pairs = Vec::new();
    if reader.metadata().is_some() {
        pairs.extend([pair("j k", "scroll"), pair("Esc", "close")]);
    } else if reader.focus() == Focus::Contents {
        pairs.extend([
            pair("j k", "move"),
            pair("Enter", "jump"),
            pair("/", "filter"),
            pair("o", "hide"),
            pair("Esc", "text"),
        ]);
        pairs.extend([leave, pair("?", "all keys")]);
    } else if reader.failure().is_some() {
        pairs.extend([pair("R", "try again"), leave, pair("?", "all keys")]);
    } else {
        if !count.is_empty() {
            pairs.extend([pair("n N", "next, previous match"), pair("Esc", "clear")]);
        }
        if reader.status().is_wide {
            pairs.push(pair("h l", "pan"));
        }
        if !reader.contents().is_empty() {
            pairs.extend([pair("[ ]", "sections"), pair("o", "contents")]);
        }
        pairs.extend([pair("/", "find"), pair("f", "follow")]);
        if listed {
            pairs.push(pair("J K", "next, previous"));
        }
        pairs.extend([leave, pair("i", "metadata"), pair("Z", "zen"), pair("+ -", "measure")]);
        pairs.push(pair("?", "all keys"));
    }
    chrome::hints(app, area, &pairs, &count, theme, canvas);
}
