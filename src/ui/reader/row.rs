//! Paints one row of laid-out text.

use ratatui::style::Style;

use super::styles::style;
use crate::app::geometry::Area;
use crate::document::highlight::{Highlight, HighlightRole};
use crate::layout::{Role, Row};
use crate::text::{Safe, cluster_width};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;

/// Paints one row of text from the column `x` to `right` (exclusive). A row that is wider than that is
/// moved left by `pan` columns; a mark beside the text says where it goes on.
pub fn paint_row(row: &Row, x: u16, y: u16, right: u16, pan: u16, theme: &Theme, canvas: &mut Canvas<'_>) {
    let room = right.saturating_sub(x);
    let is_cut = row.is_cut(room);
    let pan = if is_cut { pan } else { 0 };
    if let Some(column) = row.bar.filter(|column| pan == 0 && *column < room) {
        canvas.text(x + column, y, right, Safe::literal("│"), theme.faint);
    }
    for piece in &row.pieces {
        let style = style(piece.role, piece.inline, theme);
        match piece.column.checked_sub(pan) {
            Some(column) if column >= room => break,
            Some(column) => {
                canvas.text(x + column, y, right, piece.text.safe(), style);
            }
            None => rest(piece.text.safe(), pan - piece.column, x, y, right, style, canvas),
        }
    }
    if is_cut && pan > 0 && row.width() > 0 {
        canvas.text(x.saturating_sub(1), y, right, Safe::literal("‹"), theme.dim);
    }
    if is_cut && row.width().saturating_sub(pan) > room {
        canvas.text(right, y, right.saturating_add(1), Safe::literal("›"), theme.dim);
    }
}

/// Where on the screen a row is painted.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Its first column.
    pub x: u16,
    /// Its row.
    pub y: u16,
    /// The column after its last.
    pub right: u16,
    /// Columns that it is moved to the left.
    pub pan: u16,
}

/// Lays the styles of highlights over a painted row of code. They change no cell's text.
pub fn paint_highlights(
    row: &Row,
    highlights: &[Highlight],
    at: Line,
    theme: &Theme,
    canvas: &mut Canvas<'_>,
) {
    let room = at.right.saturating_sub(at.x);
    let pan = if row.is_cut(room) { at.pan } else { 0 };
    for piece in row.pieces.iter().filter(|piece| piece.role == Role::Code) {
        let first = highlights.partition_point(|one| one.range.end <= piece.shown);
        let mut rest = highlights[first..].iter().peekable();
        // The cells of one role that stand together, laid over at once.
        let mut run: Option<(u16, u16, HighlightRole)> = None;
        let mut lay = |run: Option<(u16, u16, HighlightRole)>| {
            if let Some((column, width, role)) = run {
                let cells = Area { x: at.x + column, y: at.y, width, height: 1 };
                canvas.style(cells, theme.code.of(role));
            }
        };
        for (column, width, bytes) in piece.clusters() {
            let byte = piece.shown + bytes.start;
            while rest.next_if(|one| one.range.end <= byte).is_some() {}
            let Some(one) = rest.peek() else { break };
            let Some(column) = column.checked_sub(pan).filter(|column| *column < room) else { continue };
            if one.range.start > byte {
                continue;
            }
            let width = width.min(room - column);
            match &mut run {
                Some((begins, joined, role)) if *role == one.role && *begins + *joined == column => {
                    *joined += width;
                }
                _ => lay(run.replace((column, width, one.role))),
            }
        }
        lay(run);
    }
}

/// Paints what is left of a text whose first columns are out of sight.
fn rest(text: Safe<'_>, hidden: u16, x: u16, y: u16, right: u16, style: Style, canvas: &mut Canvas<'_>) {
    let mut column = 0;
    let mut byte = 0;
    for cluster in text.clusters() {
        if column >= usize::from(hidden) {
            break;
        }
        column += cluster_width(cluster.as_str());
        byte += cluster.as_str().len();
    }
    // A wide cluster of which only one half would be in sight leaves a blank.
    let start = column.saturating_sub(usize::from(hidden)).min(1) as u16;
    if column >= usize::from(hidden) {
        canvas.text(x + start, y, right, text.slice(byte..text.as_str().len()), style);
    }
}
