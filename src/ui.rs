//! Paints `&App` into a frame. `theme` maps roles to styles; one file a pane.
//!
//! Knows app, layout, document, library, config and text. Never changes state, never computes anything
//! for the first time, never blocks.

pub mod asking;
pub mod canvas;
pub mod chrome;
pub mod help;
pub mod hyperlinks;
pub mod library_screen;
pub mod picker;
pub mod prompt;
pub mod reader;
pub mod theme;

use ratatui::buffer::Buffer;
use ratatui::layout::Position as CellPosition;
use ratatui::style::Color;

use crate::app::{App, Overlay};
use canvas::Canvas;
use theme::{Depth, Theme};

/// The colour of the ground on which the screen is painted; the terminal's own where it has too few.
pub fn ground(app: &App, depth: Depth) -> Color {
    Theme::new(app.view.theme, depth).text.bg.unwrap_or(Color::Reset)
}

/// Paints the whole screen into `buffer` and gives the cell of the cursor, where one is shown.
pub fn paint(app: &App, depth: Depth, buffer: &mut Buffer) -> Option<CellPosition> {
    let theme = Theme::new(app.view.theme, depth);
    let mut canvas = Canvas::new(buffer);
    canvas.clear(canvas.area(), theme.text);
    let mut cursor = None;
    if let Some(reader) = &app.reader {
        cursor = reader::paint(app, reader, &theme, &mut canvas);
    } else if let Some(library) = &app.library {
        cursor = library_screen::paint(app, library, &theme, &mut canvas);
    }
    match &app.overlay {
        Some(Overlay::Picker(picker)) => {
            dim(app, &theme, &mut canvas);
            cursor = picker::paint(app, picker, &theme, &mut canvas);
        }
        Some(Overlay::Asking(asking)) => {
            dim(app, &theme, &mut canvas);
            cursor = asking::paint(app, asking, &theme, &mut canvas);
        }
        Some(Overlay::Help(help)) => {
            dim(app, &theme, &mut canvas);
            help::paint(app, help, &theme, &mut canvas);
            cursor = None;
        }
        Some(Overlay::Prompt(prompt)) => {
            dim(app, &theme, &mut canvas);
            prompt::paint(app, prompt, &theme, &mut canvas);
            cursor = None;
        }
        None => {}
    }
    if let Some(toast) = &app.toast {
        chrome::toast(toast, &theme, &mut canvas);
    }
    cursor.filter(|cell| buffer.area.contains(*cell))
}

/// Dims all that was painted so far; pictures fade with it.
fn dim(app: &App, theme: &Theme, canvas: &mut Canvas<'_>) {
    chrome::dim(theme, canvas);
    if let Some(reader) = &app.reader {
        reader::picture::fade(app, reader, theme, canvas);
    }
}
