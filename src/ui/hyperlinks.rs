//! Where on the screen the terminal's own hyperlinks (OSC 8) are, and what they lead to. Cells cannot
//! carry them, so they are given beside the frame.

use std::ops::Range;

use super::chrome;
use crate::app::{App, geometry};
use crate::document::address::web_address;
use crate::layout::VisibleRow;

/// Cells of one row that lead to a web or mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hyperlink {
    /// Row of the screen.
    pub row: u16,
    /// Columns of the screen.
    pub columns: Range<u16>,
    /// Its part and its number there: the same for all cells of one link.
    pub id: (u32, u32),
    /// Where it leads: http, https or mailto, printable ASCII.
    pub address: String,
}

/// The hyperlinks of the screen, from left to right and top to bottom. What lies under a panel is none.
pub fn hyperlinks(app: &App) -> Vec<Hyperlink> {
    let view = &app.view;
    let toast = app.toast.as_ref().and_then(|toast| chrome::toast_area(toast, view.size.area()));
    let mut found = match (&app.overlay, &app.reader, &app.library) {
        (None, Some(reader), _) if reader.metadata().is_none() && reader.contents_panel(view).is_none() => {
            let text = reader.areas(view).text;
            let column = reader.text_column(view);
            let rows = reader.visible_rows().map(|visible| (visible, reader.pan_of(visible.row, column)));
            of_rows(rows, text.y..text.bottom(), column.x..column.right)
        }
        (None, None, Some(library)) => {
            match (geometry::library(view.size).preview, library.preview.visible()) {
                (Some(area), Some(rows)) => {
                    let columns = area.x + 2..area.right().saturating_sub(1);
                    of_rows(rows.map(|visible| (visible, 0)), area.y..area.bottom(), columns)
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    found.retain(|link| toast.is_none_or(|toast| toast.y != link.row));
    // Right-to-left rows keep their pieces in the order of the screen already; tables may not.
    found.sort_by_key(|link| (link.row, link.columns.start));
    found
}

/// The hyperlinks of rows, each with how far it is moved to the left, on so many rows and columns of the screen.
fn of_rows<'a>(
    rows: impl Iterator<Item = (VisibleRow<'a>, u16)>,
    screen: Range<u16>,
    columns: Range<u16>,
) -> Vec<Hyperlink> {
    let mut found: Vec<Hyperlink> = Vec::new();
    for ((visible, pan), y) in rows.zip(screen) {
        let Some(part) = visible.part else { continue };
        for piece in &visible.row.pieces {
            let Some(link) = piece.link else { continue };
            let on_screen = |at: u16| columns.start.saturating_add(at.saturating_sub(pan)).min(columns.end);
            let columns = on_screen(piece.column)..on_screen(piece.end());
            let id = (visible.anchor.part.0, link);
            if columns.is_empty() {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.id == id && last.row == y && last.columns.end == columns.start => {
                    last.columns.end = columns.end;
                }
                _ => {
                    let target = part.links.get(link as usize).map(|link| &link.target);
                    if let Some(address) = target.and_then(web_address) {
                        found.push(Hyperlink { row: y, columns, id, address });
                    }
                }
            }
        }
    }
    found
}
