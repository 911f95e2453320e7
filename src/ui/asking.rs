//! Paints a question with its line of text.

use ratatui::layout::Position as CellPosition;

use super::canvas::Canvas;
use super::chrome;
use super::theme::Theme;
use crate::app::App;
use crate::app::asking::Asking;
use crate::text::{Safe, SafeText};

/// Paints the question over the dimmed screen and gives its cursor's cell.
pub fn paint(app: &App, asking: &Asking, theme: &Theme, canvas: &mut Canvas<'_>) -> Option<CellPosition> {
    let area = Asking::area(&app.view);
    chrome::panel(area, theme, canvas);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    let title = asking.title();
    let from = canvas.text(x, area.y + 1, right, title.safe(), Theme::bold(theme.plain)) + 2;
    // Of a long answer its end is in sight.
    let typed = SafeText::line(asking.typed());
    let room = usize::from(right.saturating_sub(from)).saturating_sub(1).max(1);
    let skipped = asking.cursor().saturating_sub(room);
    let shown: String = typed.as_str().chars().skip(skipped).collect();
    canvas.text_cut(from, area.y + 1, right, SafeText::line(&shown).safe(), theme.accent);
    if area.height > 5 {
        canvas.text_cut(x, area.y + 3, right, asking.sentence().safe(), theme.dim);
        let own = asking.keys();
        let keys: Vec<_> = own.iter().map(|(key, what)| (Safe::literal(key), what.safe())).collect();
        chrome::keys(x, area.bottom() - 2, right, &keys, theme, canvas);
    }
    let column = u16::try_from(asking.cursor() - skipped).unwrap_or(0);
    Some(CellPosition { x: (from + column).min(right), y: area.y + 1 })
}
