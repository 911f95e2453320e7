//! A table → rows: column widths by content, cells wrapped and aligned, one thin line under the header.
//!
//! Knows `document`'s plain types and `text`.

use std::ops::Range;

use super::block::{LEAST_TEXT, Page, ordered, pieces, words_of_code};
use super::row::{Piece, Role, columns, line_of};
use super::wrap::{Kept, extremes, line_width, wrap_hyphenated};
use crate::document::shown::{Alignment, PartId, ShownTable, ShownText};
use crate::text::Safe;

/// Blank columns before a table, where there is room for them.
const INDENT: u16 = 1;
/// Columns that a column keeps, where its content has them, before a table grows wider than the room.
const LEAST_COLUMN: usize = 8;
/// Columns that a cell's words may take in a table that is wider than the room anyway.
const WIDE_COLUMN: usize = 32;
/// Most columns of the markdown that are set side by side: beyond it, cells stand one under another.
const MOST_COLUMNS: usize = 8192;

/// The columns of the table that was laid out last: its parts, which may be thousands, share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    last: Option<(PartId, Columns)>,
    /// What the columns of that table hold, whatever the width is.
    measured: Option<(PartId, Measures)>,
    /// Those of a table that was on screen before more of it was known: they stay where they hold the rest too.
    settled: Option<(PartId, Columns)>,
}

impl Tables {
    /// The columns that the rows on screen stand in already, to be kept by a newer state of the document in
    /// which that table is the same part, as `is_same` says.
    pub(super) fn settled(&self, is_same: impl Fn(PartId) -> bool) -> Self {
        let known = self.settled.as_ref().or(self.last.as_ref());
        let settled = known.filter(|(table, _)| is_same(*table)).cloned();
        Self { settled, ..Self::default() }
    }

    /// What of this stays true at another width.
    pub(super) fn measured(&self) -> Self {
        Self { measured: self.measured.clone(), ..Self::default() }
    }

    /// The columns of the table that begins with the part `first`, by what `measure` says of it.
    pub(super) fn columns(
        &mut self,
        first: PartId,
        page: &Page,
        measure: impl FnOnce() -> Measures,
    ) -> Columns {
        if let Some((_, columns)) = self.last.as_ref().filter(|(known, _)| *known == first) {
            return columns.clone();
        }
        let measures = match self.measured.take() {
            Some((table, measures)) if table == first => measures,
            _ => measure(),
        };
        let columns = Columns::of(&measures, page);
        let settled = self
            .settled
            .as_ref()
            .filter(|(known, settled)| *known == first && settled.hold(&measures, &columns));
        let columns = settled.map_or(columns, |(_, settled)| settled.clone());
        self.measured = Some((first, measures));
        self.last = Some((first, columns.clone()));
        columns
    }
}

/// How wide the content of each column of a table is.
#[derive(Clone, Debug, Default)]
pub(super) struct Measures {
    /// The longest word.
    least: Vec<usize>,
    /// The longest where words of code are not parted either.
    whole: Vec<usize>,
    /// The longest line.
    most: Vec<usize>,
}

impl Measures {
    /// Takes in the rows of a table, or of a part of one.
    pub(super) fn add(&mut self, table: &ShownTable) {
        let count = table.header.len();
        if count > MOST_COLUMNS {
            return;
        }
        for widths in [&mut self.least, &mut self.whole, &mut self.most] {
            widths.resize(count, 1);
        }
        for row in std::iter::once(&table.header).chain(&table.rows) {
            for (column, cell) in row.iter().enumerate().take(count) {
                let extremes = extremes(cell.text.as_str(), &words_of_code(cell));
                self.least[column] = self.least[column].max(extremes.least);
                self.whole[column] = self.whole[column].max(extremes.whole);
                self.most[column] = self.most[column].max(extremes.most);
            }
        }
    }
}

/// The columns of a table on screen.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// None where there are too many to be set side by side.
    widths: Vec<usize>,
    /// Blank columns between two.
    gap: usize,
    /// Blank columns before the first.
    indent: u16,
    /// Whether they are wider than the room.
    wide: bool,
}

impl Columns {
    fn of(measures: &Measures, page: &Page) -> Self {
        let indent = if page.room() < LEAST_TEXT { 0 } else { INDENT };
        let room = usize::from(page.room() - indent);
        let (widths, gap) = widths(measures, room, usize::from(page.width.text));
        let mut columns = Self { widths, gap, indent, wide: false };
        columns.wide = columns.total() > room;
        columns
    }

    /// Whether no word has to be broken in these columns that is whole in others.
    fn hold(&self, measures: &Measures, others: &Self) -> bool {
        let wanted = measures.least.iter().zip(&others.widths).map(|(word, width)| (*word).min(*width));
        self.widths.len() == others.widths.len()
            && self.widths.iter().zip(wanted).all(|(width, word)| *width >= word)
    }

    /// What they take, from the first to the last.
    fn total(&self) -> usize {
        self.widths.iter().sum::<usize>() + self.gap * self.widths.len().saturating_sub(1)
    }
}

/// Lays a table, or a part of one, out. The header is shown only with `header`.
pub(super) fn lay_out(table: &ShownTable, columns: &Columns, header: bool, page: &mut Page) {
    if table.header.len() > MOST_COLUMNS {
        return stack(table, header, page);
    }
    if header && table.header.iter().any(|cell| !cell.text.is_empty()) {
        put_row(table, &table.header, columns, Role::TableHeader, page);
        let line = line_of(Safe::literal("─"), self::columns(columns.total()));
        let position = page.position();
        page.row(vec![Piece::generated(columns.indent, line, Role::TableRule, position)], columns.wide);
    }
    let mut previous = 1;
    for (index, cells) in table.rows.iter().enumerate() {
        // Rows of one line stand close; a wrapped one needs air to be told from its neighbours.
        let height = height(cells, &columns.widths);
        if index > 0 && (height > 1 || previous > 1) {
            page.row(Vec::new(), columns.wide);
        }
        put_row(table, cells, columns, Role::TableCell, page);
        previous = height;
    }
}

fn height(cells: &[ShownText], widths: &[usize]) -> usize {
    let heights = cells.iter().zip(widths).map(|(cell, width)| {
        let mut lines = 0;
        wrap_cell(cell, columns(*width), &mut |_| lines += 1);
        lines
    });
    heights.max().unwrap_or(0)
}

/// Hands the lines of a cell to `sink`. Words of code are parted only where no line holds them.
fn wrap_cell(cell: &ShownText, columns: u16, sink: &mut impl FnMut(Range<usize>)) {
    let kept = Kept { words: &words_of_code(cell), ..Kept::default() };
    wrap_hyphenated(cell.text.as_str(), columns, kept, None, &mut |range, _| sink(range));
}

/// The width of each column, and the blank columns between two.
fn widths(measures: &Measures, room: usize, text: usize) -> (Vec<usize>, usize) {
    let Measures { least, whole, most } = measures;
    let count = least.len();
    let gaps = |gap: usize| gap * count.saturating_sub(1);
    let wanted: usize = most.iter().sum();
    if wanted + gaps(3) <= room.min(text) {
        return (most.clone(), 3);
    }
    if wanted + gaps(2) <= room {
        return (most.clone(), 2);
    }
    let left = room.saturating_sub(gaps(2));
    for words in [whole, least] {
        if words.iter().sum::<usize>() <= left {
            return (share(words, most, left), 2);
        }
    }
    let narrow = level(least, left);
    if narrow.iter().zip(least).all(|(width, word)| *width >= (*word).min(LEAST_COLUMN)) {
        // A word that is broken anyway takes no more columns than its lines need, and leaves the others theirs.
        let broken = narrow.iter().zip(least).map(|(width, word)| word.div_ceil(word.div_ceil(*width)));
        return (share(&broken.collect::<Vec<_>>(), most, left), 2);
    }
    // Wider than the room, whatever is done: the reader pans. A column on screen is a u16.
    let bound = (usize::from(u16::MAX) / 2 / count.max(1)).saturating_sub(2).clamp(1, WIDE_COLUMN);
    let widths = least.iter().zip(most).map(|(word, line)| (*line).min((*word).max(16)).min(bound)).collect();
    (widths, 2)
}

/// Gives each column what it wants up to one bound for all, the highest at which `room` suffices: long
/// words are broken before short ones.
fn level(wanted: &[usize], room: usize) -> Vec<usize> {
    let mut ascending = wanted.to_vec();
    ascending.sort_unstable();
    let mut left = room;
    let mut bound = 0;
    for (index, want) in ascending.iter().enumerate() {
        let each = left / (ascending.len() - index);
        bound = each;
        if *want > each {
            break;
        }
        bound = *want;
        left -= want;
    }
    let mut widths: Vec<usize> = wanted.iter().map(|want| (*want).min(bound).max(1)).collect();
    let mut spare = room.saturating_sub(widths.iter().sum());
    for (width, want) in widths.iter_mut().zip(wanted) {
        if spare > 0 && *width < *want {
            *width += 1;
            spare -= 1;
        }
    }
    widths
}

/// Gives each column `least` and shares what is left of `room` by what each lacks to `most`.
fn share(least: &[usize], most: &[usize], room: usize) -> Vec<usize> {
    let mut widths = least.to_vec();
    let mut left = room.saturating_sub(least.iter().sum());
    loop {
        let lacks: usize = widths.iter().zip(most).map(|(width, most)| most.saturating_sub(*width)).sum();
        if lacks == 0 || left == 0 {
            return widths;
        }
        let pot = left;
        for (width, most) in widths.iter_mut().zip(most) {
            let lack = most.saturating_sub(*width);
            // At least one column a round, so that the last few do not go unused.
            let gift = (pot * lack / lacks).max(usize::from(lack > 0)).min(lack).min(left);
            *width += gift;
            left -= gift;
        }
    }
}

fn put_row(table: &ShownTable, cells: &[ShownText], columns: &Columns, role: Role, page: &mut Page) {
    let lines: Vec<Vec<Range<usize>>> = cells
        .iter()
        .zip(&columns.widths)
        .map(|(cell, width)| {
            let mut lines = Vec::new();
            wrap_cell(cell, self::columns(*width), &mut |range| lines.push(range));
            lines
        })
        .collect();
    let links: Vec<u32> = cells.iter().map(|cell| page.links(cell)).collect();
    let directions: Vec<_> = cells.iter().map(|cell| page.directions(cell)).collect();
    let height = lines.iter().map(Vec::len).max().unwrap_or(0).max(1);
    for line in 0..height {
        let mut content = Vec::new();
        let mut at = usize::from(columns.indent);
        for (index, (cell, lines)) in cells.iter().zip(&lines).enumerate() {
            if let Some(range) = lines.get(line) {
                let spare = columns.widths[index].saturating_sub(line_width(cell.text.as_str(), range));
                let directions = directions[index].as_ref();
                let shift = match table.alignments.get(index).copied().unwrap_or_default() {
                    Alignment::Start if directions.is_some_and(|directions| directions.rtl) => spare,
                    Alignment::Start | Alignment::Left => 0,
                    Alignment::Center => spare / 2,
                    Alignment::End => spare,
                };
                let (range, column, links) = (range.clone(), self::columns(at + shift), links[index]);
                match directions {
                    Some(directions) => {
                        ordered(cell, range, directions, column, role, links, &mut content);
                    }
                    None => {
                        pieces(cell, range, column, role, links, &mut content);
                    }
                }
            }
            at += columns.widths[index] + columns.gap;
        }
        page.row(content, columns.wide);
    }
}

/// A table of too many columns for any screen: each cell under the one before it.
fn stack(table: &ShownTable, header: bool, page: &mut Page) {
    let room = page.room();
    let headers = if header { std::slice::from_ref(&table.header) } else { &[] };
    for (cells, role) in headers
        .iter()
        .map(|cells| (cells, Role::TableHeader))
        .chain(table.rows.iter().map(|cells| (cells, Role::TableCell)))
    {
        for cell in cells {
            let links = page.links(cell);
            wrap_cell(cell, room, &mut |range| {
                let mut content = Vec::new();
                pieces(cell, range, 0, role, links, &mut content);
                page.row(content, false);
            });
        }
    }
}
