//! Paints the keys.

use super::canvas::Canvas;
use super::theme::Theme;
use crate::app::App;
use crate::app::help::{Help, HelpLine};
use crate::text::Safe;

/// Columns that the keys take.
const KEYS: u16 = 24;

/// Paints the help over the screen.
pub fn paint(app: &App, help: &Help, theme: &Theme, canvas: &mut Canvas<'_>) {
    let area = Help::area(&app.view);
    canvas.clear(area, theme.plain.patch(theme.panel));
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    canvas.text(x, area.y + 1, right, Safe::literal("Keys"), Theme::bold(theme.plain));
    let height = Help::height(&app.view);
    for (line, y) in help.visible(height).iter().zip(area.y + 3..area.bottom()) {
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(scope) => {
                canvas.text(x, y, right, Safe::literal(scope.name()), Theme::bold(theme.dim));
            }
            HelpLine::Command(about) => {
                let keys = app.keys.line(about);
                canvas.text_cut(x, y, (x + KEYS).min(right), keys.safe(), theme.accent);
                canvas.text_cut(x + KEYS + 1, y, right, Safe::literal(about.help), theme.plain);
            }
        }
    }
    let foot = if help.has_more(height) { "j k to scroll, Esc to close" } else { "Esc to close" };
    canvas.text_right(x, area.bottom().saturating_sub(1), right, Safe::literal(foot), theme.dim);
}
