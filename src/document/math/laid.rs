//! Pieces of a formula that are already text, and how they are set side by side.
//!
//! Knows `text`, for widths.

use crate::text::width;

use super::super::script;
use super::brackets;

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
        let apart = text.starts_with(|next| self.is_bar(self.last()) && meets_bar(next));
        if let Some(row) = self.rows.get_mut(self.base) {
            pad(row, wide + usize::from(apart));
            row.push_str(text);
        }
    }

    /// Puts `other` to the right, base beside base; a bar on the line stands one blank apart from what is
    /// beside it, or the two would read as one line.
    pub(super) fn beside(&mut self, other: &Self) {
        if self.rows.len() == 1 && other.rows.len() == 1 {
            self.push(&other.rows[0]);
            return;
        }
        let (end, begin) = (self.last(), other.first());
        let apart = (self.is_bar(end) && begin.is_some_and(meets_bar))
            || (other.is_bar(begin) && end.is_some_and(meets_bar));
        let wide = self.width() + usize::from(apart);
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

    /// Puts a superscript or a subscript to the right: beside the first or the last row of a tall bracket that
    /// ends here, else on the line.
    pub(super) fn hang(&mut self, text: &str, raised: bool) {
        let wide = self.width();
        let closes = |row: &String| width(row) == wide && row.ends_with(brackets::closes);
        let of_bracket = |row: &usize| self.rows.get(*row).is_some_and(closes);
        let end = if raised {
            (0..=self.base).rev().take_while(of_bracket).last()
        } else {
            (self.base..self.rows.len()).take_while(of_bracket).last()
        };
        match end.filter(|end| *end != self.base).and_then(|end| self.rows.get_mut(end)) {
            Some(row) => row.push_str(text),
            None => self.push(text),
        }
    }

    pub(super) fn last(&self) -> Option<char> {
        self.rows.get(self.base)?.chars().next_back()
    }

    fn first(&self) -> Option<char> {
        self.rows.get(self.base)?.chars().next()
    }

    /// Whether a character on the line is of a fraction's bar or of an array's rule.
    fn is_bar(&self, on_line: Option<char>) -> bool {
        self.rows.len() > 1 && on_line == Some('─')
    }
}

/// Whether `c` beside a bar could be taken for a part of it, or would touch it.
fn meets_bar(c: char) -> bool {
    !matches!(
        c,
        ' ' | ','
            | '.'
            | ';'
            | '⎛'
            | '⎜'
            | '⎝'
            | '⎞'
            | '⎟'
            | '⎠'
            | '⎡'
            | '⎢'
            | '⎣'
            | '⎤'
            | '⎥'
            | '⎦'
    ) && !script::is_script(c)
}

fn pad(row: &mut String, wide: usize) {
    let missing = wide.saturating_sub(width(row));
    row.extend(std::iter::repeat_n(' ', missing));
}
