//! Where on the screen the terminal's own hyperlinks (OSC 8) are, and what they lead to. Cells cannot
//! carry them, so they are given beside the frame.

use std::ops::Range;

use super::chrome;
use crate::app::App;
use crate::document::address::web_address;

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
    let mut found: Vec<Hyperlink> = Vec::new();
    let (None, Some(reader)) = (&app.overlay, &app.reader) else { return found };
    let view = &app.view;
    if reader.metadata().is_some() || reader.contents_panel(view).is_some() {
        return found;
    }
    let toast = app.toast.as_ref().and_then(|toast| chrome::toast_area(toast, view.size.area()));
    let text = reader.areas(view).text;
    let column = reader.text_column(view);
    for (visible, y) in reader.visible_rows().zip(text.y..text.bottom()) {
        if toast.is_some_and(|toast| toast.y == y) {
            continue;
        }
        let Some(part) = visible.part else { continue };
        let pan = reader.pan_of(visible.row, column);
        for piece in &visible.row.pieces {
            let Some(link) = piece.link else { continue };
            let on_screen = |at: u16| column.x.saturating_add(at.saturating_sub(pan)).min(column.right);
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
    // Right-to-left rows keep their pieces in the order of the screen already; tables may not.
    found.sort_by_key(|link| (link.row, link.columns.start));
    found
}
