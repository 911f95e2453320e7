//! A grid of cells that lines, boxes and labels are drawn on, and its rows as shown text.
//!
//! Knows `text` and `shown`. Lines that meet are joined; lines that cross stay two: the one across is broken.

use std::ops::Range;

use crate::text::{SafeText, width};

use super::super::shown::{Inline, ShownText, SourceMap, Span};
use super::label::{Line, widest};

/// Cells beyond which nothing is drawn.
const MOST_CELLS: usize = 400_000;

pub(super) const UP: u8 = 1;
pub(super) const RIGHT: u8 = 2;
pub(super) const DOWN: u8 = 4;
pub(super) const LEFT: u8 = 8;
const DOWNWARDS: u8 = UP | DOWN;
const ACROSS: u8 = LEFT | RIGHT;

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// `--`
    #[default]
    Solid,
    /// `-.-`
    Dotted,
    /// `==`
    Thick,
}

#[derive(Clone, Copy, Default)]
enum Cell {
    #[default]
    Empty,
    Line {
        ends: u8,
        style: Style,
        /// A box's corner, which is not rounded.
        square: bool,
    },
    Mark(char),
    /// Taken by a label.
    Label,
}

/// A grid of cells, with labels over it.
pub(super) struct Canvas {
    rows: usize,
    columns: usize,
    cells: Vec<Cell>,
    labels: Vec<(usize, usize, Line)>,
}

impl Canvas {
    /// An empty canvas; none where it would be too large.
    pub(super) fn new(rows: usize, columns: usize) -> Option<Self> {
        let cells = rows.checked_mul(columns).filter(|cells| (1..=MOST_CELLS).contains(cells))?;
        Some(Self { rows, columns, cells: vec![Cell::Empty; cells], labels: Vec::new() })
    }

    /// Columns of its widest row.
    pub(super) fn width(&self) -> usize {
        self.columns
    }

    /// The canvas with a title in the middle above it, and a blank row between.
    pub(super) fn under(self, title: &[Line]) -> Option<Self> {
        if title.is_empty() {
            return Some(self);
        }
        let above = title.len() + 1;
        let columns = self.columns.max(widest(title));
        let left = (columns - self.columns) / 2;
        let mut whole = Self::new(self.rows + above, columns)?;
        for (index, cell) in self.cells.iter().enumerate() {
            let (row, column) = (index / self.columns, index % self.columns);
            whole.cells[(above + row) * columns + left + column] = *cell;
        }
        for (row, line) in title.iter().enumerate() {
            whole.label(row, (columns - line.width()) / 2, line);
        }
        whole
            .labels
            .extend(self.labels.into_iter().map(|(row, column, line)| (row + above, column + left, line)));
        Some(whole)
    }

    fn cell(&mut self, row: usize, column: usize) -> Option<&mut Cell> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        self.cells.get_mut(row * self.columns + column)
    }

    /// Adds a line's piece that leaves the cell by `ends`.
    pub(super) fn line(&mut self, row: usize, column: usize, ends: u8, style: Style) {
        self.put(row, column, ends, style, false);
    }

    fn put(&mut self, row: usize, column: usize, ends: u8, style: Style, square: bool) {
        let Some(cell) = self.cell(row, column) else { return };
        *cell = match *cell {
            Cell::Empty => Cell::Line { ends, style, square },
            Cell::Line { ends: old, .. } if old == DOWNWARDS && ends == ACROSS => return,
            Cell::Line { ends: old, .. } if old == ACROSS && ends == DOWNWARDS => {
                Cell::Line { ends, style, square }
            }
            Cell::Line { ends: old, style: before, square: was } => Cell::Line {
                ends: old | ends,
                style: if before == style { style } else { Style::Solid },
                square: was || square,
            },
            taken => taken,
        };
    }

    /// Puts one character of one column.
    pub(super) fn mark(&mut self, row: usize, column: usize, mark: char) {
        if let Some(cell) = self.cell(row, column) {
            *cell = Cell::Mark(mark);
        }
    }

    /// A line across, both columns included, open at its ends.
    pub(super) fn across(&mut self, row: usize, columns: &Range<usize>, style: Style) {
        for column in columns.clone() {
            self.line(row, column, ACROSS, style);
        }
    }

    /// A frame of lines; `rows` and `columns` hold its border.
    pub(super) fn frame(&mut self, rows: &Range<usize>, columns: &Range<usize>, style: Style, square: bool) {
        let (top, bottom) = (rows.start, rows.end.saturating_sub(1));
        let (left, right) = (columns.start, columns.end.saturating_sub(1));
        for column in left + 1..right {
            self.put(top, column, ACROSS, style, square);
            self.put(bottom, column, ACROSS, style, square);
        }
        for row in top + 1..bottom {
            self.put(row, left, DOWNWARDS, style, square);
            self.put(row, right, DOWNWARDS, style, square);
        }
        for (row, column, ends) in [
            (top, left, DOWN | RIGHT),
            (top, right, DOWN | LEFT),
            (bottom, left, UP | RIGHT),
            (bottom, right, UP | LEFT),
        ] {
            self.put(row, column, ends, style, square);
        }
    }

    /// A square box over whatever is there.
    pub(super) fn note(&mut self, rows: &Range<usize>, columns: &Range<usize>) {
        for row in rows.clone() {
            for column in columns.clone() {
                if let Some(cell) = self.cell(row, column) {
                    *cell = Cell::Empty;
                }
            }
        }
        self.frame(rows, columns, Style::Solid, true);
    }

    /// Writes a label's line over whatever is there.
    pub(super) fn label(&mut self, row: usize, column: usize, line: &Line) {
        for at in column..column + line.width() {
            if let Some(cell) = self.cell(row, at) {
                *cell = Cell::Label;
            }
        }
        self.labels.push((row, column, line.clone()));
    }

    /// The rows as shown text: labels lead to their bytes of `code`, and so of the markdown; all else is made
    /// by the program, at the code's beginning. `None` where two labels meet or a row came out wider or
    /// narrower than drawn, as characters that grow together over a label's edge can have it.
    pub(super) fn finish(mut self, code: &ShownText) -> Option<ShownText> {
        self.labels.sort_by_key(|(row, column, _)| (*row, *column));
        let begin = code.map.source(0).start;
        let mut shown = Making { out: String::new(), map: SourceMap::default(), spans: Vec::new(), begin };
        let mut labels = std::mem::take(&mut self.labels).into_iter().peekable();
        for row in 0..self.rows {
            if row > 0 {
                shown.made("\n");
            }
            let start = shown.out.len();
            let cells = &self.cells[row * self.columns..(row + 1) * self.columns];
            let used = cells.iter().rposition(|cell| !matches!(cell, Cell::Empty)).map_or(0, |last| last + 1);
            let mut column = 0;
            while column < used {
                if let Some((_, at, line)) = labels.next_if(|(at, left, _)| *at == row && *left <= column) {
                    if at < column {
                        return None;
                    }
                    column += line.width();
                    shown.label(&line, code);
                } else {
                    let mut glyph = [0; 4];
                    shown.made(cells[column].glyph().encode_utf8(&mut glyph));
                    column += 1;
                }
            }
            if width(&shown.out[start..]) != used {
                return None;
            }
        }
        let text = SafeText::lines(&shown.out);
        (labels.peek().is_none() && text.as_str() == shown.out).then_some(ShownText {
            text,
            spans: shown.spans,
            links: Vec::new(),
            map: shown.map,
        })
    }
}

/// Shown text while it is made.
struct Making {
    out: String,
    map: SourceMap,
    spans: Vec<Span>,
    begin: u32,
}

impl Making {
    fn made(&mut self, text: &str) {
        let start = self.out.len() as u32;
        let end = start + text.len() as u32;
        self.out.push_str(text);
        match self.spans.last_mut() {
            Some(last) if last.range.end == start => last.range.end = end,
            _ => {
                let inline = Inline::GENERATED | Inline::FAINT;
                self.spans.push(Span { range: start..end, inline, link: None });
                self.map.push(start, self.begin..self.begin, false);
            }
        }
    }

    fn label(&mut self, line: &Line, code: &ShownText) {
        let start = self.out.len() as u32;
        self.out.push_str(&line.text);
        let bytes = line.bytes.start as u32..line.bytes.end as u32;
        if code.text.as_str().get(line.bytes.clone()) == Some(line.text.as_str()) {
            for (at, source, exact) in code.map.slice(bytes).runs() {
                self.map.push(start + at, source, exact);
            }
        } else {
            self.map.push(start, code.map.source_of(bytes), false);
        }
    }
}

impl Cell {
    fn glyph(self) -> char {
        match self {
            Self::Empty | Self::Label => ' ',
            Self::Mark(mark) => mark,
            Self::Line { ends, style, square } => line(ends, style, square),
        }
    }
}

/// The character of Unicode's box drawing that has these ends.
fn line(ends: u8, style: Style, square: bool) -> char {
    const SOLID: [char; 16] =
        [' ', '╵', '╶', '╰', '╷', '│', '╭', '├', '╴', '╯', '─', '┴', '╮', '┤', '┬', '┼'];
    const SQUARE: [char; 16] =
        [' ', '╵', '╶', '└', '╷', '│', '┌', '├', '╴', '┘', '─', '┴', '┐', '┤', '┬', '┼'];
    const THICK: [char; 16] =
        [' ', '╹', '╺', '┗', '╻', '┃', '┏', '┣', '╸', '┛', '━', '┻', '┓', '┫', '┳', '╋'];
    let ends = usize::from(ends & 15);
    match style {
        Style::Dotted if ends == usize::from(DOWNWARDS) => '┆',
        Style::Dotted if ends == usize::from(ACROSS) => '┄',
        Style::Thick => THICK[ends],
        Style::Solid | Style::Dotted => {
            if square {
                SQUARE[ends]
            } else {
                SOLID[ends]
            }
        }
    }
}
