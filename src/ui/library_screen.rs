//! Paints the library: head with chips, facets, articles, preview, the next useful keys.

mod facets;
mod list;

pub(super) use facets::bar;

use ratatui::layout::Position as CellPosition;

use super::canvas::Canvas;
use super::chrome;
use super::reader::{Line, paint_highlights, paint_row};
use super::theme::Theme;
use crate::app::App;
use crate::app::geometry::{Area, LibraryAreas, library as areas};
use crate::app::library_screen::facets::FacetRow;
use crate::app::library_screen::pointer::PREVIEW_MARGIN;
use crate::app::library_screen::query_line::QueryLine;
use crate::app::library_screen::{Focus, LibraryScreen, Origin, is_late};
use crate::library::hits::Correction;
use crate::library::query::{Is, Mark, Sort, SortKey};
use crate::safe;
use crate::text::thousands;
use crate::text::{Safe, SafeText};

/// Paints the library and gives the cursor's cell while the query is edited.
pub fn paint(
    app: &App,
    library: &LibraryScreen,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) -> Option<CellPosition> {
    let areas = areas(app.view.size);
    head(app, library, &areas, theme, canvas);
    if let Some(area) = areas.facets {
        facets::paint(library, area, theme, canvas);
        chrome::divider(area.right(), area, library.focus == Focus::Facets, theme, canvas);
    }
    list::paint(library, areas.list, &app.view, theme, canvas);
    if let Some(area) = areas.preview {
        chrome::divider(area.x - 1, area, library.focus == Focus::Preview, theme, canvas);
        preview(library, area, theme, canvas);
    }
    foot(app, library, &areas, theme, canvas);
    library.line.as_ref().map(|_| line(library, areas.head, theme, canvas))
}

fn head(app: &App, library: &LibraryScreen, areas: &LibraryAreas, theme: &Theme, canvas: &mut Canvas<'_>) {
    let area = areas.head;
    let right = area.right().saturating_sub(1);
    let x = canvas.text(area.x + 1, area.y, right, Safe::literal("longread"), Theme::bold(theme.accent));
    let room = usize::from(right.saturating_sub(x + 1));
    let whole = counts(library, true, is_late(&app.view));
    let counts = if whole.width() > room { counts(library, false, is_late(&app.view)) } else { whole };
    let counts_at = canvas.text_right(x + 1, area.y, right, counts.safe(), theme.dim);
    let name = match &library.origin {
        Origin::Disk(name) => name.safe(),
        Origin::Guide(_) => Safe::literal("the guide"),
    };
    canvas.text_cut(x + 2, area.y, counts_at.saturating_sub(1), name, theme.dim);
    if area.height > 2 {
        chrome::rule(area.bottom() - 1, theme, canvas);
    }
    if library.line.is_some() || area.height < 2 {
        return;
    }
    let chips = library.chips(&app.view);
    for chip in &chips.shown {
        canvas.style(chip.area, theme.chosen);
        let end = canvas.text(chip.area.x + 1, chip.area.y, chip.area.right(), chip.text.safe(), theme.plain);
        canvas.text(end + 1, chip.area.y, chip.area.right(), Safe::literal("✕"), theme.dim);
    }
    let say = match (library.query().is_empty(), chips.more) {
        (true, _) => safe!("t tags   D dates   / words: they narrow the list"),
        (false, 0) => safe!("F to edit the query"),
        (false, more) => safe!("+{more} more"),
    };
    if library.query().is_empty() || say.width() <= usize::from(right.saturating_sub(chips.end)) {
        canvas.text_cut(chips.end, area.y + 1, right, say.safe(), theme.dim);
    }
}

/// "412 of 98,412", with what is still going on.
fn counts(library: &LibraryScreen, has_room: bool, is_late: bool) -> SafeText {
    let all = library.library.len();
    let kept = library.facets.kept as usize;
    let plural = if all == 1 { "" } else { "s" };
    let counts = if kept == all && library.query().is_empty() {
        safe!("{} article{plural}", thousands(all))
    } else {
        safe!("{} of {}", thousands(kept), thousands(all))
    };
    let counts = match library.list.similar() {
        0 => counts,
        similar => safe!("{counts} · {similar} similar"),
    };
    let counts = match library.found.corrections().first() {
        Some(Correction { written, used }) => safe!("showing {used} for {written} · {counts}"),
        None => counts,
    };
    let unread = library.facets.states.iter().find(|state| state.state == Is::Unread);
    let counts = match unread {
        // What the query asks for is said by its chip.
        Some(state) if has_room && state.mark == Mark::None && library.origin.is_recorded() => {
            safe!("{counts} · {} unread", thousands(state.count as usize))
        }
        _ => counts,
    };
    let skipped = library.progress.skipped_count;
    // Nobody takes the articles of a run that was broken off for all there are.
    if !library.progress.done && !is_late && !library.progress.goes_on {
        if all == 0 { SafeText::default() } else { counts }
    } else if !library.progress.done {
        safe!("indexing … {} found", thousands(library.progress.found))
    } else if let Some((done, all)) = library.found.reading {
        safe!("{counts} · reading {} of {} files", thousands(done), thousands(all))
    } else if let Some(percent) = library.found.indexing {
        safe!("{counts} · indexing text {percent} %")
    } else if skipped > 0 {
        safe!("{counts} · {} skipped", thousands(skipped))
    } else {
        counts
    }
}

/// The query as a line of text in the place of the chips, with what is wrong under it.
fn line(library: &LibraryScreen, head: Area, theme: &Theme, canvas: &mut Canvas<'_>) -> CellPosition {
    // Where there is no row for it, it stands in the first.
    let y = head.bottom().saturating_sub(1).min(head.y + 1);
    canvas.clear(Area { y, height: 1, ..head }, theme.text);
    let right = head.right().saturating_sub(1);
    let x = canvas.text(head.x + 1, y, right, Safe::literal("❯ "), theme.accent);
    let Some(line) = &library.line else { return CellPosition { x, y } };
    let text = safe!("{}", line.text());
    let before = safe!("{}", line.text().get(..line.cursor_byte()).unwrap_or_default());
    // A line longer than the screen shows the piece around the cursor.
    let room = usize::from(right.saturating_sub(x)).max(1);
    let skip = (before.width() + 1).saturating_sub(room);
    let hidden = text.safe().fit(skip).as_str().len();
    canvas.text(x, y, right, text.safe().slice(hidden..text.as_str().len()), theme.plain);
    under(line, head, theme, canvas);
    let column = x + u16::try_from(before.width().saturating_sub(skip)).unwrap_or(0);
    CellPosition { x: column.min(right), y }
}

/// In the place of the rule under the line: what is wrong with it, else what could stand at the cursor.
fn under(line: &QueryLine, head: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let (mut x, y, right) = (head.x + 3, head.y + 2, head.right().saturating_sub(1));
    let row = |y| Area { x: head.x, y, width: head.width, height: 1 };
    let offers = &line.offers;
    if let Some(error) = line.error.as_ref().filter(|_| line.is_refused || offers.is_empty()) {
        let message = safe!("column {}: {}", error.column, error.message());
        // A reason that is longer than the screen goes on over the next row.
        let room = usize::from(right.saturating_sub(x)).max(1);
        let mut rest = message.safe();
        for y in [y, y + 1] {
            canvas.clear(row(y), theme.text);
            let whole = rest.as_str().len();
            let cut = rest.fit(room).as_str();
            let end = if cut.len() == whole { whole } else { cut.rfind(' ').map_or(cut.len(), |at| at + 1) };
            if end == 0 || y > head.y + 2 {
                canvas.text_cut(x, y, right, rest, theme.bad);
                return;
            }
            canvas.text(x, y, right, rest.slice(0..end), theme.bad);
            if end == whole {
                return;
            }
            rest = rest.slice(end..whole);
        }
    } else if !offers.is_empty() {
        canvas.clear(row(y), theme.text);
        for offer in offers {
            let count =
                offer.count.map_or_else(SafeText::default, |count| safe!(" {}", thousands(count as usize)));
            if usize::from(x) + offer.label.width() + count.width() > usize::from(right) {
                continue;
            }
            x = canvas.text(x, y, right, offer.label.safe(), theme.plain);
            x = canvas.text(x, y, right, count.safe(), theme.dim) + 3;
        }
    }
}

fn preview(library: &LibraryScreen, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let x = area.x + PREVIEW_MARGIN;
    if let Some(reason) = library.preview.failed() {
        canvas.text_cut(x, area.y, area.right().saturating_sub(1), reason.safe(), theme.dim);
        return;
    }
    let Some(rows) = library.preview.visible() else { return };
    let right = area.right().saturating_sub(1);
    for (visible, y) in rows.zip(area.y..area.bottom()) {
        paint_row(visible.row, x, y, right, 0, theme, canvas);
        if visible.part.is_some() {
            let highlights = library.preview.highlights_of(visible.anchor.part);
            paint_highlights(visible.row, highlights, Line { x, y, right, pan: 0 }, theme, canvas);
        }
        for columns in library.preview.marks_on(&visible) {
            let (from, end) = (x.saturating_add(columns.start), x.saturating_add(columns.end).min(right));
            let cells = Area { x: from, y, width: end.saturating_sub(from), height: 1 };
            canvas.style(cells, theme.mark);
        }
    }
}

fn foot(app: &App, library: &LibraryScreen, areas: &LibraryAreas, theme: &Theme, canvas: &mut Canvas<'_>) {
    let pair = |key: &'static str, what: &'static str| (Safe::literal(key), Safe::literal(what));
    let order = match library.query().order() {
        Sort { key: SortKey::Date, descending: true } => "newest first",
        Sort { key: SortKey::Date, descending: false } => "oldest first",
        Sort { key: SortKey::Title, descending: false } => "by title",
        Sort { key: SortKey::Title, descending: true } => "by title, reversed",
        Sort { key: SortKey::Words, descending: false } => "shortest first",
        Sort { key: SortKey::Words, descending: true } => "longest first",
        Sort { key: SortKey::Updated, descending: true } => "by update",
        Sort { key: SortKey::Updated, descending: false } => "by update, oldest first",
        Sort { key: SortKey::Added, descending: true } => "by arrival",
        Sort { key: SortKey::Added, descending: false } => "by arrival, oldest first",
        Sort { key: SortKey::Progress, descending: true } => "by progress, most first",
        Sort { key: SortKey::Progress, descending: false } => "by progress, least first",
        Sort { key: SortKey::Relevance, descending: false } => "by relevance",
        Sort { key: SortKey::Relevance, descending: true } => "by relevance, reversed",
        Sort { key: SortKey::Folder, descending: false } => "by folder",
        Sort { key: SortKey::Folder, descending: true } => "by folder, reversed",
        Sort { key: SortKey::Series, descending: false } => "by series",
        Sort { key: SortKey::Series, descending: true } => "by series, reversed",
    };
    let has_query = !library.query().is_empty();
    let clear = has_query.then(|| pair("x", "clear"));
    let mut pairs = match (&library.line, library.focus) {
        (Some(_), _) => vec![pair("Enter", "keep"), pair("Tab", "complete"), pair("Esc", "cancel")],
        (None, Focus::Facets) if matches!(library.facet_pane.chosen(), Some(FacetRow::Year(_))) => vec![
            pair("← →", "months"),
            pair("Space", "include"),
            pair("-", "exclude"),
            pair("|", "as far as here"),
            pair("Tab", "articles"),
            pair("q", "quit"),
        ],
        (None, Focus::Facets) => vec![
            pair("Space", "include"),
            pair("-", "exclude"),
            pair("Enter", "only this"),
            pair("Tab", "articles"),
            pair("q", "quit"),
        ],
        (None, _) if library.list.is_empty() && has_query => {
            let back = library.can_take_back().then(|| pair("Esc", "take back"));
            let keys =
                [pair("F", "edit the query"), pair("t", "tags"), pair("D", "dates"), pair("q", "quit")];
            back.into_iter().chain(keys).collect()
        }
        (None, _) if library.list.is_empty() => vec![pair("q", "quit")],
        (None, Focus::Preview) => vec![
            pair("j k", "scroll"),
            pair("Enter", "read"),
            pair("Tab", "next pane"),
            pair("Esc", "articles"),
            pair("q", "quit"),
            pair("r", "read, unread"),
            pair("m", "star"),
        ],
        (None, Focus::List) => vec![
            pair("Enter", "read"),
            pair("t", "tags"),
            pair("D", "dates"),
            pair("/", "search"),
            pair("s", order),
            pair("F", "query"),
            pair("q", "quit"),
            pair("r", "read, unread"),
            pair("m", "star"),
        ],
    };
    if library.line.is_none() {
        if matches!(library.focus, Focus::List | Focus::Preview) && !library.list.is_empty() {
            let of_copies = if library.shows_each_copy() {
                Some("copies as one")
            } else {
                (library.list.copies(library.list.selected()) > 0).then_some("each copy")
            };
            pairs.splice(1..1, of_copies.map(|what| pair("c", what)));
        }
        // Before the way out, where it is seldom left out.
        let at = pairs.iter().position(|(key, _)| matches!(key.as_str(), "F" | "Tab" | "q"));
        if let (Some(clear), Some(at)) = (clear, at) {
            pairs.insert(at, clear);
        }
        pairs.push(pair("?", "all keys"));
    }
    let right = if library.list.is_empty() { SafeText::default() } else { library.list.position() };
    chrome::hints(app, areas.hints, &pairs, &right, theme, canvas);
}
