//! Paints the question before an address is opened outside.

use super::canvas::Canvas;
use super::chrome;
use super::theme::Theme;
use crate::app::App;
use crate::app::prompt::{KEYS, Prompt};
use crate::text::Safe;

/// Paints the prompt over the dimmed screen.
pub fn paint(app: &App, prompt: &Prompt, theme: &Theme, canvas: &mut Canvas<'_>) {
    let area = prompt.area(&app.view);
    chrome::panel(area, theme, canvas);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    canvas.text_cut(x, area.y + 1, right, prompt.title().safe(), Theme::bold(theme.plain));
    let mut y = area.y + 3;
    for row in prompt.rows(&app.view) {
        canvas.text(x, y, right, row, theme.link);
        y += 1;
    }
    y += 1;
    for (note, is_warning) in prompt.notes() {
        if y + 2 >= area.bottom() {
            break;
        }
        canvas.text_cut(x, y, right, note.safe(), if is_warning { theme.bad } else { theme.plain });
        y += 1;
    }
    if area.height > 3 {
        let pairs = KEYS.map(|(key, what)| (Safe::literal(key), Safe::literal(what)));
        chrome::keys(x, area.bottom() - 2, right, &pairs, theme, canvas);
    }
}
