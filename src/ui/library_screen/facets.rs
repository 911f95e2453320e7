//! Paints the facets: tags with counts and small bars, dates as a year of twelve months each, states,
//! views and names.

use crate::app::geometry::Area;
use crate::app::library_screen::facets::{FacetRow, busiest_month, most};
use crate::app::library_screen::pointer::MONTHS_AT;
use crate::app::library_screen::views::SavedView;
use crate::app::library_screen::{Focus, LibraryScreen};
use crate::library::facets::ValueCount;
use crate::library::query::{Is, Mark, Named};
use crate::safe;
use crate::text::thousands;
use crate::text::{Safe, SafeText};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;
use ratatui::style::Modifier;

/// Columns of the longest bar.
const BAR: usize = 6;
/// From so many tenths on a tag goes together with what is chosen: twice as frequent as in the library.
const GOES_WITH: u32 = 20;

/// Paints the pane.
pub(super) fn paint(library: &LibraryScreen, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let facets = &library.facets;
    let most = most(&facets.tags).max(1);
    let busiest = busiest_month(&facets.years);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    for ((index, row), y) in library.facet_pane.visible(usize::from(area.height)).zip(area.y..area.bottom()) {
        let is_lit = library.focus == Focus::Facets && index == library.facet_pane.cursor();
        if is_lit {
            let lit = Area { x: area.x + 1, y, width: area.width.saturating_sub(1), height: 1 };
            canvas.style(lit, theme.chosen);
            canvas.text(area.x, y, right, Safe::literal("▌"), theme.accent);
        }
        let mut line = Line { x, y, right, theme, canvas };
        match row {
            FacetRow::Blank => {}
            FacetRow::Heading(name) => {
                line.canvas.text(x, y, right, Safe::literal(name), Theme::bold(theme.dim));
            }
            FacetRow::Tag(index) => {
                if let Some(tag) = facets.tags.get(index) {
                    let bar =
                        if tag.mark == Mark::None { (tag.count as usize * BAR).div_ceil(most) } else { 0 };
                    // What goes together with what is chosen says so; the rest shows how many it has.
                    let goes_with = tag.mark == Mark::None && tag.lift >= GOES_WITH && tag.count > 1;
                    let lift = goes_with.then_some(tag.lift);
                    let name = facet_name(tag);
                    line.value(name.safe(), tag.mark, tag.count as usize, bar, lift);
                }
            }
            FacetRow::MoreTags(more) | FacetRow::MoreYears(more) | FacetRow::MoreNames(_, more) => {
                line.more(more);
            }
            FacetRow::NamesHeading(kind) => {
                if let Some(names) = facets.names.get(kind) {
                    let name = match &names.of {
                        Named::Source => Safe::literal("Sources"),
                        Named::Author => Safe::literal("Authors"),
                        Named::Language => Safe::literal("Languages"),
                        Named::Key(key) => key.safe(),
                    };
                    line.canvas.text_cut(x, y, right, name, Theme::bold(theme.dim));
                }
            }
            FacetRow::Name(kind, index) => {
                if let Some(name) = facets.names.get(kind).and_then(|names| names.values.get(index)) {
                    line.value(name.value.safe(), name.mark, name.count as usize, 0, None);
                }
            }
            FacetRow::View(index) => {
                if let Some(view) = library.views.get(index) {
                    let is_now = view.query.as_ref() == Ok(library.query());
                    line.view(view, is_now);
                }
            }
            FacetRow::Undated => {
                let mark = library.query().state_mark(Is::Undated);
                // Beside all that are dated: its own bar.
                let dated: u32 = facets.years.iter().flat_map(|year| year.months).sum();
                let bar = facets.undated.bar as usize * BAR;
                let bar = bar.div_ceil((dated + facets.undated.bar).max(1) as usize);
                line.value(Safe::literal("undated"), mark, facets.undated.count as usize, bar, None);
            }
            FacetRow::State(index) => {
                if let Some(state) = facets.states.get(index) {
                    line.value(Safe::literal(state.state.name()), state.mark, state.count as usize, 0, None);
                }
            }
            FacetRow::Year(index) => {
                if let Some(year) = facets.years.get(index) {
                    let narrowed = facets.range.is_some();
                    let style = if narrowed && year.inside { theme.accent } else { theme.dim };
                    let style = if year.excluded { style.add_modifier(Modifier::CROSSED_OUT) } else { style };
                    line.canvas.text(x, y, right, safe!("{}", year.year).safe(), style);
                    for (month, count) in year.months.iter().enumerate() {
                        let at = area.x + MONTHS_AT + month as u16;
                        let lit = year.months_inside[month];
                        let style = match (narrowed, lit) {
                            (true, true) => theme.accent,
                            (true, false) => theme.faint,
                            (false, _) => theme.dim,
                        };
                        line.canvas.text(at, y, right, bar(*count, busiest), style);
                        if is_lit && library.facet_pane.month() == Some(month as i8 + 1) {
                            let cell = Area { x: at, y, width: 1, height: 1 };
                            line.canvas.style(cell, theme.plain.add_modifier(Modifier::REVERSED));
                        }
                    }
                    line.count(year.count as usize);
                }
            }
        }
    }
}

/// What a tag is called: a label of one's own is told apart by its mark.
fn facet_name(tag: &ValueCount) -> SafeText {
    if tag.own { safe!("+{}", tag.value) } else { SafeText::clone(&tag.value) }
}

/// The bar of a month, an eighth of a cell high at least where there is any article.
pub(in crate::ui) fn bar(count: u32, busiest: u32) -> Safe<'static> {
    const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    if count == 0 || busiest == 0 {
        return Safe::literal("·");
    }
    let eighths = (u64::from(count) * 8).div_ceil(u64::from(busiest)).clamp(1, 8);
    Safe::literal(BARS[eighths as usize - 1])
}

struct Line<'a, 'b> {
    x: u16,
    y: u16,
    right: u16,
    theme: &'a Theme,
    canvas: &'a mut Canvas<'b>,
}

impl Line<'_, '_> {
    fn value(&mut self, name: Safe<'_>, mark: Mark, count: usize, bar: usize, lift: Option<u32>) {
        let theme = self.theme;
        let (sign, sign_style, style) = match mark {
            Mark::Included => ("●", theme.accent, Theme::bold(theme.accent)),
            Mark::Excluded => ("−", theme.bad, theme.dim.add_modifier(Modifier::CROSSED_OUT)),
            Mark::None => (" ", theme.plain, theme.plain),
        };
        self.canvas.text(self.x, self.y, self.right, Safe::literal(sign), sign_style);
        let count_at = self.count(count);
        let bar_at = count_at.min(self.right.saturating_sub(6)).saturating_sub(bar as u16);
        let bar_at = if let Some(tenths) = lift {
            let times = if tenths < 100 {
                safe!("×{}.{}", tenths / 10, tenths % 10)
            } else {
                safe!("×{}", thousands(tenths as usize / 10))
            };
            let end = count_at.min(self.right.saturating_sub(6)).saturating_sub(1);
            self.canvas.text_right(self.x, self.y, end, times.safe(), theme.accent)
        } else {
            self.canvas.across(bar_at, bar_at + bar as u16, self.y, "▬", theme.faint);
            bar_at
        };
        self.canvas.text_cut(self.x + 2, self.y, bar_at.saturating_sub(1), name, style);
    }

    /// A saved view, with its key where counts stand.
    fn view(&mut self, view: &SavedView, is_now: bool) {
        let theme = self.theme;
        let style = if is_now { Theme::bold(theme.accent) } else { theme.plain };
        if is_now {
            self.canvas.text(self.x, self.y, self.right, Safe::literal("●"), theme.accent);
        }
        let (key, look) = match (&view.query, view.key) {
            (Err(_), _) => (safe!("!"), theme.bad),
            (Ok(_), Some(key)) => (safe!("{key}"), theme.accent),
            (Ok(_), None) => (SafeText::default(), theme.accent),
        };
        let key_at = self.canvas.text_right(self.x, self.y, self.right, key.safe(), look);
        self.canvas.text_cut(self.x + 2, self.y, key_at.saturating_sub(1), view.name.safe(), style);
    }

    fn count(&mut self, count: usize) -> u16 {
        self.canvas.text_right(self.x, self.y, self.right, thousands(count).safe(), self.theme.dim)
    }

    fn more(&mut self, more: usize) {
        let text = safe!("{} more", thousands(more));
        self.canvas.text(self.x + 2, self.y, self.right, text.safe(), self.theme.dim);
    }
}
