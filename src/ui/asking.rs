//! Paints a question with its line of text.

use std::ops::Range;

use ratatui::layout::Position as CellPosition;

use super::canvas::Canvas;
use super::chrome;
use super::theme::Theme;
use crate::app::App;
use crate::app::asking::Asking;
use crate::app::geometry::Area;
use crate::text::{Safe, SafeText};

/// Paints the question over the dimmed screen and gives its cursor's cell.
pub fn paint(app: &App, asking: &Asking, theme: &Theme, canvas: &mut Canvas<'_>) -> Option<CellPosition> {
    let area = asking.area(&app.view);
    chrome::panel(area, theme, canvas);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    let title = asking.title();
    let from = canvas.text(x, area.y + 1, right, title.safe(), Theme::bold(theme.plain)) + 2;
    let lines = asking.lines(area.width);
    if lines.len() > 1 {
        return Some(note(asking, &lines, area, from, theme, canvas));
    }
    // Of a long answer its end is in sight.
    let typed = SafeText::line(asking.typed());
    let room = usize::from(right.saturating_sub(from)).saturating_sub(1).max(1);
    let skipped = asking.cursor().saturating_sub(room);
    let shown: String = typed.as_str().chars().skip(skipped).collect();
    canvas.text_cut(from, area.y + 1, right, SafeText::line(&shown).safe(), theme.accent);
    below(asking, area, theme, canvas);
    let column = u16::try_from(asking.cursor() - skipped).unwrap_or(0);
    Some(CellPosition { x: (from + column).min(right), y: area.y + 1 })
}

/// Paints the words of a note that takes several rows, and gives its cursor's cell.
fn note(
    asking: &Asking,
    lines: &[Range<usize>],
    area: Area,
    x: u16,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) -> CellPosition {
    let letters: Vec<char> = asking.typed().chars().collect();
    let at = asking.letters_before();
    let row = lines.iter().rposition(|line| line.start <= at).unwrap_or(0);
    let rows = usize::from(asking.rows(area.width)).min(usize::from(area.height.saturating_sub(4)).max(1));
    let first = (row + 1).saturating_sub(rows);
    let right = area.right().saturating_sub(1);
    let of = |letters: &[char]| SafeText::line(&letters.iter().collect::<String>());
    for (line, y) in lines.iter().skip(first).take(rows).zip(area.y + 1..) {
        let words = letters.get(line.clone()).unwrap_or_default();
        canvas.text_cut(x, y, right, of(words).safe(), theme.accent);
    }
    below(asking, area, theme, canvas);
    let start = lines.get(row).map_or(0, |line| line.start);
    let before = of(letters.get(start..at).unwrap_or_default());
    let column = u16::try_from(before.width()).unwrap_or(0);
    let y = area.y + 1 + u16::try_from(row - first).unwrap_or(0);
    CellPosition { x: (x + column).min(right), y }
}

/// Paints what stands below the answer.
fn below(asking: &Asking, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    if area.height > 5 {
        canvas.text_cut(x, area.bottom() - 4, right, asking.sentence().safe(), theme.dim);
        let own = asking.keys();
        let keys: Vec<_> = own.iter().map(|(key, what)| (Safe::literal(key), what.safe())).collect();
        chrome::keys(x, area.bottom() - 2, right, &keys, theme, canvas);
    }
}
