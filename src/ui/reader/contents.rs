//! Paints the contents: beside the text, or as a panel over it.

use crate::app::View;
use crate::app::geometry::Area;
use crate::app::library_screen::list::minutes;
use crate::app::reader::contents::Entry;
use crate::app::reader::{Focus, Reader};
use crate::layout::Order;
use crate::safe;
use crate::text::{Safe, SafeText, thousands};
use crate::ui::canvas::Canvas;
use crate::ui::chrome;
use crate::ui::theme::Theme;

/// Fewest columns of a heading beside its minutes.
const FEWEST: usize = 10;

/// Paints the pane beside the text, with the rule between them.
pub(super) fn pane(reader: &Reader, view: &View, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let Some(list) = reader.contents_list(view) else { return };
    heading(reader, area.x + 2, area.y, area.right().saturating_sub(3), theme, canvas);
    entries(reader, list, view.order, theme, canvas);
}

/// Paints the whole of the lit heading where the pane has cut it, over the text beside: while one chooses among
/// headings, nothing else on that row matters.
pub(super) fn whole(reader: &Reader, view: &View, theme: &Theme, canvas: &mut Canvas<'_>) {
    let Some(list) = reader.contents_list(view).filter(|_| reader.focus() == Focus::Contents) else { return };
    let contents = reader.contents();
    let mut entries = contents.visible(list.height).zip(list.y..list.bottom());
    let Some(((index, entry), y)) = entries.find(|((index, _), _)| *index == contents.cursor()) else {
        return;
    };
    let row = row(list, y);
    let beside = beside(reader, index, &entry, reader.status().section == Some(index));
    let (x, end) = reach(&entry, &beside, row);
    let columns = columns_of(entry.text);
    if columns <= end.saturating_sub(x) {
        return;
    }
    let right = x.saturating_add(columns + 1).min(canvas.area().right().saturating_sub(1));
    let bar = u16::from(theme.chosen.bg.is_none());
    let ground = Area { x: row.x + bar, width: right.saturating_sub(row.x + bar), ..row };
    canvas.clear(ground, theme.text);
    canvas.style(ground, theme.chosen);
    canvas.text(row.x, y, right, Safe::literal("▌"), theme.accent);
    chrome::line((x, y), right.saturating_sub(1), entry.text, view.order, theme.plain, canvas);
}

fn columns_of(text: &SafeText) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Where an entry of the list stands.
fn row(list: Area, y: u16) -> Area {
    Area { x: list.x + 1, y, width: list.width.saturating_sub(3), height: 1 }
}

/// Paints the panel over the text.
pub(super) fn panel(reader: &Reader, view: &View, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let Some(list) = reader.contents_list(view) else { return };
    chrome::dim(theme, canvas);
    chrome::panel(area, theme, canvas);
    if area.height > 2 {
        heading(reader, area.x + 2, area.y + 1, area.right().saturating_sub(3), theme, canvas);
    }
    entries(reader, list, view.order, theme, canvas);
    if area.height > 4 {
        let y = area.bottom() - 2;
        let right = area.right().saturating_sub(3);
        let contents = reader.contents();
        let count = safe!("{} of {}", contents.cursor() + 1, contents.len());
        let end = canvas.text_right(area.x + 3, y, right, count.safe(), theme.dim).saturating_sub(1);
        let pair = |key: &'static str, what: &'static str| (Safe::literal(key), Safe::literal(what));
        chrome::keys(area.x + 3, y, end, &[pair("Enter", "jump"), pair("Esc", "close")], theme, canvas);
    }
}

fn heading(reader: &Reader, x: u16, y: u16, right: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    let style = if reader.focus() == Focus::Contents { theme.accent } else { theme.dim };
    let minutes = minutes(reader.article());
    let at = canvas.text_right(x, y, right, minutes.safe(), theme.dim);
    canvas.text_cut(x, y, at.saturating_sub(1), Safe::literal("Contents"), Theme::bold(style));
}

fn entries(reader: &Reader, list: Area, order: Order, theme: &Theme, canvas: &mut Canvas<'_>) {
    let contents = reader.contents();
    let current = reader.status().section;
    let focused = reader.focus() == Focus::Contents;
    // Where the current section is folded away, the entry that hides it is lit.
    let current = current.map(|index| contents.shown_for(index));
    let lit = if focused { Some(contents.cursor()) } else { current };
    for ((index, entry), y) in contents.visible(list.height).zip(list.y..list.bottom()) {
        let row = row(list, y);
        if lit == Some(index) {
            // Where the ground is the text's colour reversed, a bar on it would be a hole.
            let bar = u16::from(theme.chosen.bg.is_none());
            let ground = Area { x: row.x + bar, width: row.width.saturating_sub(bar), ..row };
            canvas.style(ground, theme.chosen);
            canvas.text(row.x, y, row.right(), Safe::literal("▌"), theme.accent);
        }
        if contents.fold_of(index) == Some(true) {
            canvas.text(row.x + 1, y, row.right(), Safe::literal("▸"), theme.dim);
        }
        let is_current = current == Some(index);
        let beside = beside(reader, index, &entry, is_current);
        let is_read = contents.is_read(index);
        line(&entry, &beside, row, (is_current, lit == Some(index), is_read), order, theme, canvas);
    }
}

/// What stands beside a heading: how often what is looked for is in its section, that it was read, how much of it,
/// or how long it takes.
fn beside(reader: &Reader, index: usize, entry: &Entry<'_>, is_current: bool) -> Beside {
    // Of what is folded away, it stands for all.
    let hidden = reader.contents().fold_of(index) == Some(true);
    let entries = if hidden { reader.contents().within(index) } else { index..index + 1 };
    let matches: u32 = entries.map(|index| reader.matches_in_section(index)).sum();
    if matches > 0 {
        return Beside::Matches(safe!(" {} ", thousands(matches as usize)));
    }
    let within = (reader.status().within * 100.0).floor() as u32;
    Beside::Reading(if reader.contents().is_read(index) {
        safe!("✓")
    } else if is_current && within > 0 && reader.status().section == Some(index) {
        safe!("{within} %")
    } else {
        entry.duration()
    })
}

/// What stands beside a heading.
enum Beside {
    /// Where something is looked for, that is what one wants to know of a section.
    Matches(SafeText),
    Reading(SafeText),
}

fn line(
    entry: &Entry<'_>,
    beside: &Beside,
    row: Area,
    (current, lit, read): (bool, bool, bool),
    order: Order,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let right = row.right().saturating_sub(1);
    let (x, end) = reach(entry, beside, row);
    match beside {
        Beside::Matches(count) => {
            let style = theme.plain.patch(theme.mark);
            canvas.text_right(row.x, row.y, right + 1, count.safe(), style);
        }
        Beside::Reading(text) if end < right => {
            canvas.text_right(row.x, row.y, right, text.safe(), theme.dim);
        }
        Beside::Reading(_) => {}
    }
    let style = match (current, entry.depth) {
        _ if entry.is_untitled => theme.dim,
        (true, _) => Theme::bold(theme.plain),
        (false, 0) if read && !lit => theme.dim,
        (false, _) if read && !lit => theme.faint,
        (false, 0) => theme.plain,
        (false, _) if lit => theme.plain,
        (false, _) => theme.dim,
    };
    chrome::line((x, row.y), end, entry.text, order, style, canvas);
}

/// The columns of a heading: its first, and the one after its last.
fn reach(entry: &Entry<'_>, beside: &Beside, row: Area) -> (u16, u16) {
    let right = row.right().saturating_sub(1);
    // However deep a heading stands, its words keep most of the row.
    let x = row.x + 2 + (u16::from(entry.depth) * 2).min(row.width / 3);
    let before =
        |right: u16, text: &SafeText| right.saturating_sub(columns_of(text)).max(row.x).saturating_sub(1);
    let end = match beside {
        Beside::Matches(count) => before(right + 1, count),
        // Where both do not fit, a heading is cut; a few letters of it are worth more than its minutes.
        Beside::Reading(text)
            if !text.is_empty() && text.width() + FEWEST < usize::from(right.saturating_sub(x)) =>
        {
            before(right, text)
        }
        Beside::Reading(_) => right,
    };
    (x, end)
}
