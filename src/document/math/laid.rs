//! Pieces of a formula that are already text, and how they are set side by side and one over the other.
//!
//! Knows `text`, for widths.

use crate::text::width;

/// Text of one or more rows.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    pub(super) rows: Vec<String>,
    /// The row that stands on the line.
    pub(super) base: usize,
}

impl Laid {
    pub(super) fn new(text: &str) -> Self {
        Self { rows: vec![text.to_owned()], base: 0 }
    }

    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(|row| width(row)).max().unwrap_or(0)
    }

    /// The text, if it is one row.
    pub(super) fn line(&self) -> Option<&str> {
        match self.rows.as_slice() {
            [row] => Some(row),
            _ => None,
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        let wide = if self.rows.len() > 1 { self.width() } else { 0 };
        if let Some(row) = self.rows.get_mut(self.base) {
            pad(row, wide);
            row.push_str(text);
        }
    }

    /// Puts `other` to the right, base beside base.
    pub(super) fn beside(&mut self, other: &Self) {
        if self.rows.len() == 1 && other.rows.len() == 1 {
            self.push(&other.rows[0]);
            return;
        }
        let wide = self.width();
        let above = self.base.max(other.base);
        let below = (self.rows.len() - self.base).max(other.rows.len() - other.base);
        let rows = (0..above + below)
            .map(|row| {
                let get = |laid: &Self| {
                    (row + laid.base)
                        .checked_sub(above)
                        .and_then(|row| laid.rows.get(row))
                        .cloned()
                        .unwrap_or_default()
                };
                let mut text = get(self);
                pad(&mut text, wide);
                text.push_str(&get(other));
                text
            })
            .collect();
        *self = Self { rows, base: above };
    }

    pub(super) fn last(&self) -> Option<char> {
        self.rows.get(self.base)?.chars().next_back()
    }
}

/// Cells in columns, between brackets as tall as they are. Aligned equations meet at their columns.
pub(super) fn columns(rows: &[Vec<String>], brackets: &[&str; 8], aligned: bool) -> Laid {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let gap = if aligned { " " } else { "  " };
    let last = rows.len().saturating_sub(1);
    let lines = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let cells: Vec<String> = widths
                .iter()
                .enumerate()
                .map(|(at, wide)| {
                    let cell = row.get(at).map_or("", String::as_str);
                    let missing = " ".repeat(wide.saturating_sub(width(cell)));
                    // In aligned equations what stands before a sign is set to the right, against it.
                    if aligned && at % 2 == 0 { missing + cell } else { cell.to_owned() + &missing }
                })
                .collect();
            let side = |offset: usize| match (last, index) {
                (0, _) => brackets[6 + offset / 3],
                (_, 0) => brackets[offset],
                (_, at) if at == last => brackets[offset + 2],
                _ => brackets[offset + 1],
            };
            format!("{}{}{}", side(0), cells.join(gap), side(3))
        })
        .collect();
    Laid { rows: lines, base: last / 2 }
}

fn pad(row: &mut String, wide: usize) {
    let missing = wide.saturating_sub(width(row));
    row.extend(std::iter::repeat_n(' ', missing));
}
