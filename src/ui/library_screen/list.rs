//! Paints the articles: two lines each, under their months, folders or series.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use ratatui::style::Style;

use crate::app::View;
use crate::app::geometry::Area;
use crate::app::library_screen::list::{Grouping, ListRow, minutes};
use crate::app::library_screen::{Focus, LibraryScreen, is_late};
use crate::app::reader::card::marked_line;
use crate::document::phrase;
use crate::layout::Order;
use crate::library::article::{Article, TitleFrom};
use crate::library::excerpt::Excerpt;
use crate::library::hits::Part;
use crate::library::query::SortKey;
use crate::library::query::similar::matched;
use crate::library::snippet::Snippet;
use crate::library::states::Reading;
use crate::safe;
use crate::text::thousands;
use crate::text::{Safe, SafeText};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;

/// Fewest columns for the heading of the section that was found, behind the title.
const SECTION: usize = 12;
/// Fewest columns for what was found, beside how many other sections hold some of it.
const LEAST_SNIPPET: usize = 30;
/// Columns of what stands between two parts of an article's lines.
const BETWEEN: usize = 3;
/// Fewest columns in which the beginning of something says anything.
const FEWEST: usize = 5;
/// Columns of the bar that shows how far an article was read.
const PROGRESS: u16 = 5;

/// Paints the list.
pub(super) fn paint(
    library: &LibraryScreen,
    area: Area,
    view: &View,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let order = view.order;
    if library.list.is_empty() {
        return nothing(library, is_late(view), area, theme, canvas);
    }
    let scroll = library.list.scroll();
    let words = library.query().words().unwrap_or_default();
    // An article is made of columns each time, and has two rows.
    let mut made: Option<(usize, Arc<Article>)> = None;
    let bar = if library.focus == Focus::List { theme.accent } else { theme.dim };
    for (row, y) in (scroll..library.list.rows()).zip(area.y..area.bottom()) {
        match library.list.row(row) {
            ListRow::Blank => {}
            ListRow::Heading(index) => heading(library, index, area, y, theme, canvas),
            ListRow::Article(index, line) => {
                let known = made.take().filter(|(at, _)| *at == index);
                let of_row = known.or_else(|| Some((index, library.article_at(index)?)));
                let Some((_, article)) = of_row else { continue };
                let selected = index == library.list.selected();
                if selected {
                    let lit = Area { x: area.x + 1, y, width: area.width.saturating_sub(1), height: 1 };
                    canvas.style(lit, theme.chosen);
                    canvas.text(area.x + 1, y, area.right(), Safe::literal("▌"), bar);
                }
                if line == 0 {
                    let row = Area { y, height: 1, ..area };
                    let excerpt = library.excerpt_of(index).filter(|excerpt| excerpt.has_marks());
                    // Of what is only similar those letters are marked that are.
                    let similar = library.list.is_similar(index).then_some(words.as_slice());
                    let shown = Shown { article: &article, similar, selected, excerpt };
                    title(library, &shown, row, order, theme, canvas);
                } else if let Some(excerpt) = library.excerpt_of(index).filter(|excerpt| says_more(excerpt)) {
                    snippet(excerpt, library.list.copies(index), (area, y), order, theme, canvas);
                } else {
                    detail(library, &article, index, (area, y), order, theme, canvas);
                }
                made = Some((index, article));
            }
        }
    }
}

fn heading(
    library: &LibraryScreen,
    index: usize,
    area: Area,
    y: u16,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let Some(group) = library.list.groups().get(index) else { return };
    let right = area.right().saturating_sub(2);
    let end = canvas.text_cut(area.x + 3, y, right, group.label.safe(), Theme::bold(theme.dim));
    canvas.across(end + 1, right, y, "─", theme.faint);
}

/// An article of the list, as its first line shows it.
struct Shown<'a> {
    article: &'a Article,
    /// The words that its title is only similar to.
    similar: Option<&'a [String]>,
    selected: bool,
    excerpt: Option<&'a Excerpt>,
}

/// Whether it says more than what is known of the article and stands in its lines anyway.
fn says_more(excerpt: &Excerpt) -> bool {
    let text = &excerpt.snippet.text;
    let is_known = matches!(excerpt.part, Part::Title | Part::Names);
    excerpt.has_marks() && !is_known && !text.is_empty() && *text != excerpt.heading
}

fn title(
    library: &LibraryScreen,
    shown: &Shown<'_>,
    area: Area,
    order: Order,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let Shown { article, similar, selected, excerpt } = *shown;
    let y = area.y;
    let right = area.right().saturating_sub(2);
    // The list is ordered by what its column shows.
    let is_by_update = library.query().order().key == SortKey::Updated;
    let day = article.updated.filter(|_| is_by_update).or(article.date);
    let date = day.map(|date| match library.grouping() {
        Grouping::Months => safe!("{:02}-{:02}", date.month(), date.day()),
        _ => safe!("{date}"),
    });
    let date_at = date.map_or(right, |date| {
        canvas.text_right(area.x + 3, y, right, date.safe(), theme.dim).saturating_sub(2)
    });
    let mut x = area.x + 3;
    if article.featured {
        x = canvas.text(x, y, date_at, Safe::literal("◆ "), theme.accent);
    }
    let entry = library.entries().get(article.key);
    if entry.is_some_and(|entry| entry.starred) {
        x = canvas.text(x, y, date_at, Safe::literal("★ "), theme.accent);
    }
    let style = match entry.map_or(Reading::Unread, |entry| entry.reading) {
        // Of the pages of the guide nothing is recorded.
        Reading::Unread if selected || library.origin.is_recorded() => Theme::bold(theme.plain),
        Reading::Unread | Reading::Reading => theme.plain,
        Reading::Read => theme.dim,
    };
    let title = phrase::name(&article.title);
    let heading = excerpt.filter(|excerpt| !excerpt.heading.is_empty() && excerpt.heading != article.title);
    let room = date_at.saturating_sub(x);
    let wanted = heading.map_or(0, |excerpt| excerpt.heading.width() + BETWEEN);
    let (for_title, has_heading) = shared(room, title.width(), wanted);
    let found = match similar {
        Some(words) => matched(title.as_str(), words),
        None => library.marks_in(article, title_parts(article, excerpt), title.as_str()),
    };
    let look = (style, style.patch(theme.mark));
    let end = line((x, y), date_at, &marked_line(&title, &found, for_title, order), look, canvas);
    if let Some(excerpt) = heading.filter(|_| has_heading) {
        let from = canvas.text(end, y, date_at, Safe::literal(" › "), theme.faint);
        let Excerpt { heading, heading_ranges, .. } = excerpt;
        let look = (theme.dim, theme.plain.patch(theme.mark));
        let pieces = marked_line(heading, heading_ranges, date_at.saturating_sub(from), order);
        line((from, y), date_at, &pieces, look, canvas);
    }
}

/// What the title of an article is to a search: the heading too that it was found by, where it is that.
fn title_parts(article: &Article, excerpt: Option<&Excerpt>) -> &'static [Part] {
    let is_heading = article.title_from == TitleFrom::Heading
        || excerpt.is_some_and(|excerpt| excerpt.heading == article.title);
    if is_heading { &[Part::Title, Part::Heading] } else { &[Part::Title] }
}

/// How many of the columns `room` a title of `title` columns may take beside `heading` columns for the heading of a
/// section, and whether that is shown. A title that is too long leaves it what it needs, at most half of the room.
fn shared(room: u16, title: usize, heading: usize) -> (u16, bool) {
    let all = usize::from(room);
    let for_title = all.saturating_sub(heading).max(all.div_ceil(2));
    let is_shown = heading > 0 && all - for_title.min(title) >= heading.min(SECTION);
    (if is_shown { u16::try_from(for_title).unwrap_or(room) } else { room }, is_shown)
}

/// The piece of the text in which the search words stand, in the place of what is known of the article.
/// At its end it is said in how many other sections something was found, and for how many copies it stands.
fn snippet(
    excerpt: &Excerpt,
    copies: u32,
    (area, y): (Area, u16),
    order: Order,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let (x, mut right) = (area.x + 3, area.right().saturating_sub(2));
    if copies > 0 {
        let times = safe!("×{}", copies + 1);
        right = canvas.text_right(x, y, right, times.safe(), theme.dim).saturating_sub(2);
    }
    let others = match excerpt.others {
        0 => SafeText::default(),
        1 => safe!("+1 section"),
        others => safe!("+{} sections", thousands(others)),
    };
    if !others.is_empty() && usize::from(right.saturating_sub(x)) >= others.width() + LEAST_SNIPPET {
        right = canvas.text_right(x, y, right, others.safe(), theme.dim).saturating_sub(2);
    }
    let look = (theme.dim, theme.plain.patch(theme.mark));
    let Snippet { text, ranges, .. } = &excerpt.snippet;
    line((x, y), right, &marked_line(text, ranges, right.saturating_sub(x), order), look, canvas);
}

/// Pieces of a line from (`x`, `y`) to the column `right` (exclusive), those that are marked in the second of the two
/// styles. Gives the column after them.
fn line(
    (x, y): (u16, u16),
    right: u16,
    pieces: &[(SafeText, bool)],
    (style, mark): (Style, Style),
    canvas: &mut Canvas<'_>,
) -> u16 {
    let mut x = x;
    for (piece, is_marked) in pieces {
        x = canvas.text(x, y, right, piece.safe(), if *is_marked { mark } else { style });
    }
    x
}

fn detail(
    library: &LibraryScreen,
    article: &Article,
    index: usize,
    (area, y): (Area, u16),
    order: Order,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let right = area.right().saturating_sub(2);
    let mut x = area.x + 3;
    let entry = library.entries().get(article.key);
    let copies = library.list.copies(index);
    let minutes = minutes(article);
    let percent = entry
        .filter(|entry| entry.reading == Reading::Reading)
        .map(|entry| (entry.progress, safe!("{}\u{a0}%", entry.progress / 10)));
    let copies = (copies > 0).then(|| safe!("×{}", copies + 1));
    let mut endings = vec![(minutes.clone(), theme.dim)];
    endings.extend(copies.map(|copies| (copies, theme.dim)));
    if article.draft {
        endings.push((safe!("draft"), theme.link));
    }
    if !article.problems.is_empty() {
        endings.push((safe!("!"), theme.bad));
    }
    // Whatever stands before them, minutes and states keep their room: of the rest, tags are cut first.
    let widths = endings.iter().map(|(text, _)| text.width() + BETWEEN);
    let bar = percent.as_ref().map_or(0, |(_, text)| BETWEEN + usize::from(PROGRESS) + 1 + text.width());
    let ending = u16::try_from(widths.sum::<usize>() + bar).unwrap_or(u16::MAX);
    let start = area.x + 3;
    let end = right.saturating_sub(ending).max(start);
    let half = (start + right.saturating_sub(area.x) / 2).min(end);
    let mut part = |text: &SafeText, marks: &[Range<usize>], right: u16, style: Style| {
        let before = if x > start { BETWEEN as u16 } else { 0 };
        // What there is no room for leaves no dot behind.
        if usize::from(x + before) + text.width().min(FEWEST) > usize::from(right) {
            return None;
        }
        if x > start {
            x = canvas.text(x, y, right, Safe::literal(" · "), theme.dim);
        }
        let from = x;
        let pieces = marked_line(text, marks, right.saturating_sub(x), order);
        x = line((x, y), right, &pieces, (style, theme.plain.patch(theme.mark)), canvas);
        Some(from)
    };
    let marks_in = |name: &SafeText| library.marks_in(article, &[Part::Names], name.as_str());
    // What was found stands before what else there is.
    let found_first = |names: &mut Vec<(Cow<'_, SafeText>, Vec<Range<usize>>)>| {
        names.sort_by_key(|(_, marks)| marks.is_empty());
    };
    let names = article.source.iter().chain(&article.authors).map(phrase::name);
    let mut names: Vec<_> =
        names.map(|name| (marks_in(&name), name)).map(|(marks, name)| (name, marks)).collect();
    found_first(&mut names);
    let labels: Vec<String> =
        entry.map_or(&[][..], |entry| &entry.labels).iter().map(|label| format!("+{label}")).collect();
    let labels = safe!("{}", labels.join(" "));
    let mut tags: Vec<_> = article.tags.iter().map(|tag| (Cow::Borrowed(tag), marks_in(tag))).collect();
    found_first(&mut tags);
    let (mut joined, mut found) = (String::new(), Vec::new());
    for (tag, marks) in tags {
        joined.push_str(if joined.is_empty() { "" } else { " " });
        found.extend(marks.into_iter().map(|range| joined.len() + range.start..joined.len() + range.end));
        joined.push_str(tag.as_str());
    }
    let tags = safe!("{joined}");
    // A long name leaves them half of the line, where they need as much.
    let others = [&labels, &tags].into_iter().filter(|text| !text.is_empty());
    let others: usize = others.map(|text| BETWEEN + text.width()).sum();
    let behind_name = half.max(end.saturating_sub(u16::try_from(others).unwrap_or(u16::MAX)));
    if let Some((name, marks)) = names.first() {
        part(name, marks, behind_name, theme.dim);
    }
    if !labels.is_empty() {
        part(&labels, &[], end, theme.link);
    }
    if !tags.is_empty() {
        part(&tags, &found, end, theme.dim);
    }
    let mut bar = None;
    for (at, (text, style)) in endings.iter().enumerate() {
        part(text, &[], right, *style);
        if let Some((thousandths, text)) = percent.as_ref().filter(|_| at == 0) {
            let text = safe!("{}{text}", "\u{a0}".repeat(usize::from(PROGRESS) + 1));
            bar = part(&text, &[], right, theme.dim).map(|from| (*thousandths, from));
        }
    }
    if let Some((thousandths, from)) = bar {
        progress(thousandths, from, y, right, theme, canvas);
    }
}

/// A small bar that shows how much of an article was read.
fn progress(thousandths: u16, x: u16, y: u16, right: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    let end = (x + PROGRESS).min(right);
    let read = x + ((u32::from(thousandths) * u32::from(PROGRESS) + 500) / 1000) as u16;
    canvas.across(x, read.min(end), y, "━", theme.good);
    canvas.across(read.min(end), end, y, "─", theme.faint);
}

/// What to do where there is no article to show.
fn nothing(library: &LibraryScreen, is_late: bool, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let right = area.right().saturating_sub(1);
    let mut y = area.y + 1;
    let mut say = |text: Safe<'_>, style| {
        if y < area.bottom() {
            canvas.text_cut(area.x + 3, y, right, text, style);
            y += 1;
        }
    };
    if !library.progress.done && library.library.is_empty() {
        if !is_late {
            return;
        }
        return say(Safe::literal("Looking for articles …"), theme.dim);
    }
    if library.is_waiting() {
        return;
    }
    if !library.library.is_empty() {
        say(Safe::literal("No article is kept by this query."), theme.plain);
        if library.line.is_some() {
            say(Safe::literal("Backspace takes letters back,"), theme.dim);
            say(Safe::literal("Esc all that was typed."), theme.dim);
            return;
        }
        if library.can_take_back() {
            say(Safe::literal("Esc takes back the last step,"), theme.dim);
        }
        say(Safe::literal("x clears it, F edits it."), theme.dim);
        return;
    }
    say(Safe::literal("There is no article here."), theme.plain);
    say(Safe::literal("Articles are .md .markdown .mkd .mdown .mdx files;"), theme.dim);
    say(Safe::literal("hidden and ignored ones are shown by --all only."), theme.dim);
    let progress = &library.progress;
    if progress.skipped_count > 0 {
        say(Safe::literal(""), theme.dim);
        say(safe!("{} left out:", thousands(progress.skipped_count)).safe(), theme.plain);
        for skipped in &progress.skipped {
            say(safe!("{}: {}", skipped.path, skipped.reason).safe(), theme.dim);
        }
    }
}
