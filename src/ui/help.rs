//! Paints the keys.

use super::canvas::Canvas;
use super::chrome;
use super::theme::Theme;
use crate::app::App;
use crate::app::command::Command;
use crate::app::help::{Help, HelpLine, KEYS};
use crate::safe;
use crate::text::Safe;

/// Paints the help over the screen.
pub fn paint(app: &App, help: &Help, theme: &Theme, canvas: &mut Canvas<'_>) {
    let area = Help::area(&app.view);
    chrome::panel(area, theme, canvas);
    let (x, right) = (area.x + 2, area.right().saturating_sub(2));
    canvas.text(x, area.y + 1, right, Safe::literal("Keys"), Theme::bold(theme.plain));
    for (line, y) in help.visible(&app.view).into_iter().zip(area.y + 3..area.bottom()) {
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(scope) => {
                canvas.text(x, y, right, Safe::literal(scope.name()), Theme::bold(theme.dim));
            }
            HelpLine::Command(about, help) => {
                let mut keys = app.keys.line(about);
                if about.command == Command::View1 {
                    keys = safe!("{keys}-{}", app.keys.line(Command::View9.about()));
                }
                canvas.text_cut(x, y, (x + KEYS).min(right), keys.safe(), theme.accent);
                canvas.text_cut(x + KEYS + 1, y, right, Safe::literal(help), theme.plain);
            }
            HelpLine::Rest(help) => {
                canvas.text_cut(x + KEYS + 1, y, right, Safe::literal(help), theme.plain);
            }
        }
    }
    let foot = if help.has_more(&app.view) { "j k to scroll, Esc to close" } else { "Esc to close" };
    canvas.text_right(x, area.bottom().saturating_sub(1), right, Safe::literal(foot), theme.dim);
}
