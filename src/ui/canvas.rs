//! The one place that puts characters into cells: it takes only [`Safe`] text, cluster by cluster, and
//! never writes outside its area.

use std::num::NonZeroU16;
use std::ops::Range;
use std::sync::LazyLock;

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::app::geometry::Area;
use crate::app::reader::pictures::{PLACEHOLDER, Payload};
use crate::text::{Safe, cluster_width};

/// A cell with each character of ASCII.
static MADE: LazyLock<[Cell; 128]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let mut cell = Cell::default();
        cell.set_char(char::from(byte as u8));
        cell
    })
});

/// A frame being painted.
#[derive(Debug)]
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
}

impl<'a> Canvas<'a> {
    /// Paints into `buffer`.
    pub fn new(buffer: &'a mut Buffer) -> Self {
        Self { buffer }
    }

    /// The whole frame.
    pub fn area(&self) -> Area {
        let Rect { x, y, width, height } = self.buffer.area;
        Area { x, y, width, height }
    }

    /// Writes `text` from (`x`, `y`) to at most the column `right` (exclusive) and gives the column
    /// after it. A wide cluster that would be cut is left out.
    pub fn text(&mut self, x: u16, y: u16, right: u16, text: Safe<'_>, style: Style) -> u16 {
        let right = right.min(self.buffer.area.right());
        let Some(cells) = self.row(x..right, y) else { return x };
        if text.as_str().is_ascii() {
            // Each byte is a cluster and a column; so is most of what is painted. A copy of a cell that was made
            // before costs less than making one.
            let made = &*MADE;
            let mut at = 0u16;
            for (cell, byte) in cells.iter_mut().zip(text.as_str().bytes().filter(|byte| *byte != b'\n')) {
                let Cell { fg, bg, underline_color, modifier, diff_option, .. } = *cell;
                *cell = made[usize::from(byte % 128)].clone();
                (cell.fg, cell.bg, cell.underline_color) = (fg, bg, underline_color);
                (cell.modifier, cell.diff_option) = (modifier, diff_option);
                cell.set_style(style);
                at += 1;
            }
            return x + at;
        }
        let mut at = 0usize;
        for cluster in text.clusters() {
            let symbol = cluster.as_str();
            let width = cluster_width(symbol);
            if width == 0 {
                // It joins the cell before it, if there is one in this text. A terminal may draw a soft hyphen.
                if let Some(before) = at.checked_sub(1).and_then(|before| cells.get_mut(before))
                    && !matches!(symbol, "\n" | "\u{ad}")
                {
                    append(before, symbol);
                }
                continue;
            }
            let Some([first, covered @ ..]) = cells.get_mut(at..at + width) else { break };
            first.set_symbol(symbol).set_style(style);
            for cell in covered {
                cell.reset();
                cell.set_style(style);
            }
            at += width;
        }
        x + at as u16
    }

    /// Writes `text` so that it ends before the column `right`, unless it would begin before `left`;
    /// then its beginning is shown. Gives its first column.
    pub fn text_right(&mut self, left: u16, y: u16, right: u16, text: Safe<'_>, style: Style) -> u16 {
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
        let x = right.saturating_sub(width).max(left);
        self.text(x, y, right, text, style);
        x
    }

    /// Writes `text`, cut with `…` where it does not fit. Gives the column after it.
    pub fn text_cut(&mut self, x: u16, y: u16, right: u16, text: Safe<'_>, style: Style) -> u16 {
        let room = usize::from(right.saturating_sub(x));
        if room == 0 || text.fit(room) == text {
            return self.text(x, y, right, text, style);
        }
        let kept = text.fit(room - 1);
        let end = self.text(x, y, right, kept, style);
        self.text(end, y, right, Safe::literal("…"), style)
    }

    /// Two pixels in one cell, the upper and the lower half of it.
    pub fn halves(&mut self, x: u16, y: u16, upper: Color, lower: Color) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.reset();
            if upper == lower {
                cell.set_bg(lower);
            } else {
                cell.set_symbol("▀").set_fg(upper).set_bg(lower);
            }
        }
    }

    /// A picture that the terminal draws by itself over an area, from its first cell on; nothing else is
    /// sent for the other cells. It must lie within the frame.
    ///
    /// This is no [`Safe`] text: a [`Payload`] was made by our own encoder, holds nothing of an article but
    /// pixels in base64 or sixels, and was looked through for anything else when it was made.
    pub fn graphic(&mut self, area: Area, payload: &Payload) {
        let within = rect(area);
        if within.is_empty() || within.intersection(self.buffer.area) != within {
            return;
        }
        for y in within.top()..within.bottom() {
            for x in within.left()..within.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_diff_option(CellDiffOption::Skip);
                }
            }
        }
        if let Some(cell) = self.buffer.cell_mut((area.x, area.y)) {
            cell.set_symbol(payload.as_str()).set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
        }
    }

    /// A row of placeholders in which the terminal draws a picture that was sent before. `first` says
    /// which row of it this is; the colour says which picture.
    pub fn placeholders(&mut self, x: u16, y: u16, columns: u16, first: &str, colour: Color) {
        for column in 0..columns {
            if let Some(cell) = self.buffer.cell_mut((x.saturating_add(column), y)) {
                cell.reset();
                cell.set_symbol(if column == 0 { first } else { PLACEHOLDER }).set_fg(colour);
                cell.set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
            }
        }
    }

    /// Whether nothing stands in some cells of a row.
    pub fn is_blank(&mut self, columns: Range<u16>, y: u16) -> bool {
        self.row(columns, y).is_some_and(|cells| cells.iter().all(|cell| cell.symbol() == " "))
    }

    /// Lays `style` over the cells of an area, keeping their text.
    pub fn style(&mut self, area: Area, style: Style) {
        self.buffer.set_style(rect(area), style);
    }

    /// Empties the cells of an area.
    pub fn clear(&mut self, area: Area, style: Style) {
        let within = rect(area).intersection(self.buffer.area);
        let mut blank = Cell::default();
        blank.set_style(style);
        for y in within.top()..within.bottom() {
            for cell in self.row(within.left()..within.right(), y).into_iter().flatten() {
                cell.reset();
                (cell.fg, cell.bg, cell.underline_color) = (blank.fg, blank.bg, blank.underline_color);
                cell.modifier = blank.modifier;
            }
        }
    }

    /// A horizontal run of one literal, a column wide, from `x` to `right` (exclusive).
    pub fn across(&mut self, x: u16, right: u16, y: u16, symbol: &'static str, style: Style) {
        for cell in self.row(x..right.min(self.buffer.area.right()), y).unwrap_or_default() {
            cell.set_symbol(symbol).set_style(style);
        }
    }

    /// A vertical run of one literal from `y` to `bottom` (exclusive).
    pub fn down(&mut self, x: u16, y: u16, bottom: u16, symbol: &'static str, style: Style) {
        for row in y..bottom.min(self.buffer.area.bottom()) {
            self.text(x, row, x.saturating_add(1), Safe::literal(symbol), style);
        }
    }

    /// Cells of a row that are all in the frame.
    fn row(&mut self, columns: Range<u16>, y: u16) -> Option<&mut [Cell]> {
        let Rect { x, y: top, .. } = self.buffer.area;
        let width = usize::from(self.buffer.area.width);
        let start = usize::from(y.checked_sub(top)?) * width;
        let row = self.buffer.content.get_mut(start..start + width)?;
        row.get_mut(usize::from(columns.start.checked_sub(x)?)..usize::from(columns.end.checked_sub(x)?))
    }
}

/// Puts a mark on the cluster of a cell.
fn append(cell: &mut Cell, mark: &str) {
    if cell.symbol().len() + mark.len() <= crate::text::CLUSTER_BYTES {
        let joined = format!("{}{mark}", cell.symbol());
        cell.set_symbol(&joined);
    }
}

fn rect(area: Area) -> Rect {
    Rect { x: area.x, y: area.y, width: area.width, height: area.height }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(buffer: &Buffer) -> String {
        (0..buffer.area.width)
            .filter_map(|x| buffer.cell((x, 0)))
            .map(|cell| cell.symbol().to_owned())
            .collect()
    }

    #[test]
    fn a_wide_cluster_is_never_cut_in_half() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        let end = Canvas::new(&mut buffer).text(0, 0, 4, Safe::literal("a跨链"), Style::new());
        assert_eq!(end, 3);
        assert_eq!(row(&buffer), "a跨  ");
    }

    #[test]
    fn text_that_does_not_fit_is_cut_with_an_ellipsis() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        Canvas::new(&mut buffer).text_cut(0, 0, 6, Safe::literal("rollups"), Style::new());
        assert_eq!(row(&buffer), "rollu…");
    }

    #[test]
    fn nothing_is_written_outside_the_frame() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        let mut canvas = Canvas::new(&mut buffer);
        canvas.text(5, 0, 9, Safe::literal("x"), Style::new());
        canvas.text(0, 7, 9, Safe::literal("x"), Style::new());
        canvas.clear(Area { x: 1, y: 0, width: 500, height: 500 }, Style::new());
        assert_eq!(row(&buffer), "  ");
    }
}
