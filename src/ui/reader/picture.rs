//! Paints the pictures on screen from what is drawn of them: as graphics of the terminal where they can be
//! shown whole, else as half blocks of the rows in sight.

use ratatui::style::Color;

use crate::app::App;
use crate::app::geometry::Area;
use crate::app::reader::Reader;
use crate::app::reader::pictures::{Drawn, Graphic};
use crate::layout::picture::PictureRow;
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;

/// How much of a picture is left under a panel, of 255.
const FADED: u8 = 70;

/// Paints the pictures in the text's area.
pub(super) fn paint(app: &App, reader: &Reader, area: Area, theme: &Theme, canvas: &mut Canvas<'_>) {
    // What lies over the text is made of cells, which a graphic would not respect.
    let is_covered = app.overlay.is_some()
        || app.toast.is_some()
        || reader.metadata().is_some()
        || reader.contents_panel(&app.view).is_some();
    for (picture, drawn, x, y) in on_screen(app, reader, area) {
        let rest = picture.extent.rows - picture.row;
        let whole = Area { x, y, width: picture.extent.columns, height: picture.extent.rows };
        match &drawn.graphic {
            Some(Graphic::Whole(payload)) if !is_covered && picture.row == 0 && y + rest <= area.bottom() => {
                canvas.graphic(whole, payload);
            }
            // The first row has painted them all.
            Some(Graphic::Whole(_)) if !is_covered && is_whole(picture, area, y) => {}
            Some(Graphic::Placed { colour: [red, green, blue], rows, .. }) if app.overlay.is_none() => {
                let colour = Color::Rgb(*red, *green, *blue);
                if let Some(first) = rows.get(usize::from(picture.row)) {
                    canvas.placeholders(x, y, picture.extent.columns, first, colour);
                }
            }
            _ => halves(picture, drawn, x, y, u8::MAX, theme, canvas),
        }
    }
}

/// Paints what is left of the pictures under a panel.
pub(in crate::ui) fn fade(app: &App, reader: &Reader, theme: &Theme, canvas: &mut Canvas<'_>) {
    let area = reader.areas(&app.view).text;
    for (picture, drawn, x, y) in on_screen(app, reader, area) {
        halves(picture, drawn, x, y, FADED, theme, canvas);
    }
}

/// The rows of drawn pictures on screen: each with its picture and its first cell.
fn on_screen<'a>(
    app: &App,
    reader: &'a Reader,
    area: Area,
) -> impl Iterator<Item = (&'a PictureRow, &'a Drawn, u16, u16)> {
    let column = reader.text_column(&app.view);
    reader.visible().zip(area.y..area.bottom()).filter_map(move |(row, y)| {
        let picture = row.picture.as_ref()?;
        let drawn = reader.pictures().drawn(&picture.target, picture.extent)?;
        Some((picture, drawn, column.x + picture.column, y))
    })
}

/// Whether all rows of the picture are in the area, of which one is in the row `y`.
fn is_whole(picture: &PictureRow, area: Area, y: u16) -> bool {
    y.checked_sub(picture.row).is_some_and(|top| top >= area.y && top + picture.extent.rows <= area.bottom())
}

/// Paints a row of a picture as half blocks.
fn halves(
    picture: &PictureRow,
    drawn: &Drawn,
    x: u16,
    y: u16,
    strength: u8,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let columns = usize::from(picture.extent.columns);
    let start = usize::from(picture.row) * 2 * columns;
    let pixels = drawn.halves.get(start..start + 2 * columns).unwrap_or_default();
    let (upper, lower) = pixels.split_at(pixels.len() / 2);
    for ((upper, lower), column) in upper.iter().zip(lower).zip(x..) {
        if let (Some(upper), Some(lower)) = (theme.pixel(*upper, strength), theme.pixel(*lower, strength)) {
            canvas.halves(column, y, upper, lower);
        }
    }
}
