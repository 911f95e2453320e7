//! A sequence diagram: participants with their lifelines, messages and notes from top to bottom.
//!
//! Knows `script`, which reads the code, and `canvas`. Frames of `loop`, `alt` and their kin are as wide as
//! the diagram and stand inside each other.

mod script;

use std::ops::Range;

use super::canvas::{Canvas, DOWN, LEFT, RIGHT, Style, UP};
use super::label::{self, Line, widest};
use script::{Head, Message, Script, Side, Step};

/// Columns by which a frame stands inside another.
const INSET: usize = 2;
/// Columns that a message to oneself takes beside its lifeline.
const LOOP: usize = 4;

/// Draws a sequence diagram, its labels in lines of at most `columns` columns.
pub(super) fn draw(code: &str, columns: usize) -> Option<Canvas> {
    let script = script::read(code)?;
    let label = |bytes: &Range<usize>| {
        let lines = label::lines(code, bytes, columns)?;
        Some(if widest(&lines) == 0 { Vec::new() } else { lines })
    };
    let names: Vec<Vec<Line>> = script.people.iter().map(label).collect::<Option<_>>()?;
    let words: Vec<Vec<Line>> = script
        .steps
        .iter()
        .map(|step| match step {
            // A frame says its condition on its border, in one line.
            Step::Open(bytes) | Step::Turn(bytes) => Some(vec![label::one_line(code, bytes)?]),
            step => label(&step.words()),
        })
        .collect::<Option<_>>()?;
    let (lifelines, columns) = lifelines(&script, &names, &words)?;
    let head = names.iter().map(Vec::len).max()? + 2;
    let rows =
        head + script.steps.iter().zip(&words).map(|(step, words)| rows(step, words)).sum::<usize>() + 1;
    let mut page = Page { canvas: Canvas::new(rows, columns)?, lifelines, columns, frames: Vec::new() };
    for (person, name) in names.iter().enumerate() {
        page.person(person, name, head, rows);
    }
    let mut row = head;
    for (step, words) in script.steps.iter().zip(&words) {
        page.step(step, words, row);
        row += self::rows(step, words);
    }
    let title = script.title.or_else(|| super::title(code));
    page.canvas.under(&super::title_lines(code, title.as_ref(), page.columns)?)
}

/// Rows that a step takes.
fn rows(step: &Step, words: &[Line]) -> usize {
    match step {
        Step::Message(message) if message.from == message.to => words.len() + 2,
        Step::Message(_) => words.len() + 1,
        Step::Note { .. } => words.len() + 2,
        Step::Open(_) | Step::Turn(_) | Step::Close => 1,
    }
}

/// Columns of the number before a message's words.
fn number_width(message: &Message) -> usize {
    message.number.map_or(0, |number| format!("{number}. ").len())
}

/// The column of each lifeline, and of the whole diagram: as close as names, words and notes allow.
fn lifelines(script: &Script, names: &[Vec<Line>], words: &[Vec<Line>]) -> Option<(Vec<usize>, usize)> {
    let box_width = |name: &[Line]| widest(name) + 4;
    // What two lifelines must be apart, the first before the second.
    let mut apart: Vec<(usize, usize, usize)> = Vec::new();
    // What must fit left of a lifeline, and right of it.
    let mut beside: Vec<(usize, usize, usize)> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let half = box_width(name) / 2;
        beside.push((index, half, half));
        if let Some(next) = names.get(index + 1) {
            apart.push((index, index + 1, (box_width(name) + box_width(next)).div_ceil(2) + 2));
        }
    }
    let (mut depth, mut deepest, mut least) = (0_usize, 0, 0);
    for (step, words) in script.steps.iter().zip(words) {
        let wide = widest(words);
        match step {
            Step::Message(message) if message.from == message.to => {
                let needed = (wide + number_width(message) + 2).max(LOOP) + 1;
                apart.push((message.from, message.from + 1, needed + 1));
                beside.push((message.from, 0, needed));
            }
            Step::Message(message) => {
                let (first, last) = (message.from.min(message.to), message.from.max(message.to));
                apart.push((first, last, wide + number_width(message) + 4));
            }
            Step::Note { first, last, side, .. } => match side {
                Side::Left => {
                    beside.push((*first, wide + 6, 0));
                    apart.push((first.wrapping_sub(1), *first, wide + 8));
                }
                Side::Right => {
                    beside.push((*first, 0, wide + 6));
                    apart.push((*first, first + 1, wide + 8));
                }
                Side::Over if first == last => {
                    let half = (wide + 4).div_ceil(2);
                    beside.push((*first, half, half));
                    apart.push((*first, first + 1, half + 2));
                    apart.push((first.wrapping_sub(1), *first, half + 2));
                }
                Side::Over => apart.push((*first, *last, wide)),
            },
            Step::Open(_) | Step::Turn(_) => {
                depth += usize::from(matches!(step, Step::Open(_)));
                deepest = deepest.max(depth);
                least = least.max(wide + 6 + 2 * INSET * depth);
            }
            Step::Close => depth = depth.saturating_sub(1),
        }
    }
    let mut at = vec![0_usize; names.len()];
    for last in 1..names.len() {
        let needed = apart.iter().filter(|(first, to, _)| *to == last && *first < last);
        at[last] = needed.map(|(first, _, needed)| at[*first] + needed).max().unwrap_or(0);
    }
    let margin = deepest * INSET;
    let left = beside.iter().map(|(index, left, _)| left.saturating_sub(at[*index])).max()? + margin;
    for column in &mut at {
        *column += left;
    }
    let right = beside.iter().map(|(index, _, right)| at[*index] + right).max()? + margin;
    Some((at, (right + 1).max(least)))
}

struct Page {
    canvas: Canvas,
    lifelines: Vec<usize>,
    columns: usize,
    /// First rows of the frames that are open.
    frames: Vec<usize>,
}

impl Page {
    fn person(&mut self, person: usize, name: &[Line], head: usize, rows: usize) {
        let middle = self.lifelines[person];
        let wide = widest(name) + 4;
        let top = head - name.len() - 2;
        self.canvas.frame(&(top..head), &(middle - wide / 2..middle - wide / 2 + wide), Style::Solid, true);
        for (index, line) in name.iter().enumerate() {
            let spare = wide - line.width();
            self.canvas.label(top + 1 + index, middle - wide / 2 + spare / 2, line);
        }
        self.canvas.line(head - 1, middle, DOWN, Style::Solid);
        for row in head..rows {
            self.canvas.line(row, middle, UP | DOWN, Style::Solid);
        }
    }

    fn step(&mut self, step: &Step, words: &[Line], row: usize) {
        match step {
            Step::Message(message) if message.from == message.to => {
                self.message_to_oneself(message, words, row);
            }
            Step::Message(message) => self.message(message, words, row),
            Step::Note { first, last, side, .. } => self.note(*first, *last, *side, words, row),
            Step::Open(_) => {
                self.frames.push(row);
                self.condition(words, row);
            }
            Step::Turn(_) => {
                let (left, right) = self.inset(self.frames.len());
                self.canvas.line(row, left, UP | DOWN | RIGHT, Style::Solid);
                self.canvas.across(row, &(left + 1..right), Style::Dotted);
                self.canvas.line(row, right, UP | DOWN | LEFT, Style::Solid);
                self.condition(words, row);
            }
            Step::Close => {
                let (left, right) = self.inset(self.frames.len());
                if let Some(first) = self.frames.pop() {
                    self.canvas.frame(&(first..row + 1), &(left..right + 1), Style::Dotted, false);
                }
            }
        }
    }

    /// Columns of the border of a frame with so many around it, itself included.
    fn inset(&self, depth: usize) -> (usize, usize) {
        let inset = depth.saturating_sub(1) * INSET;
        (inset, self.columns.saturating_sub(1 + inset))
    }

    /// What a frame says on its border.
    fn condition(&mut self, words: &[Line], row: usize) {
        let (left, _) = self.inset(self.frames.len());
        for line in words {
            self.canvas.mark(row, left + 2, ' ');
            self.canvas.label(row, left + 3, line);
            self.canvas.mark(row, left + 3 + line.width(), ' ');
        }
    }

    fn message(&mut self, message: &Message, words: &[Line], row: usize) {
        let (from, to) = (self.lifelines[message.from], self.lifelines[message.to]);
        let (left, right) = (from.min(to), from.max(to));
        self.words(
            message,
            words,
            row,
            left + (right - left).saturating_sub(widest(words) + number_width(message)).div_ceil(2),
        );
        let row = row + words.len();
        self.canvas.across(row, &(left + 1..right), message.style);
        for (head, at, other) in [(message.heads[0], from, to), (message.heads[1], to, from)] {
            let column = if at > other { at - 1 } else { at + 1 };
            match head {
                Head::None => self.canvas.line(row, at, if at > other { LEFT } else { RIGHT }, Style::Solid),
                Head::Arrow => self.canvas.mark(row, column, if at > other { '▸' } else { '◂' }),
                Head::Cross => self.canvas.mark(row, column, '×'),
            }
        }
    }

    fn message_to_oneself(&mut self, message: &Message, words: &[Line], row: usize) {
        let at = self.lifelines[message.from];
        self.words(message, words, row, at + 2);
        let row = row + words.len();
        self.canvas.line(row, at, RIGHT, Style::Solid);
        self.canvas.across(row, &(at + 1..at + LOOP - 1), message.style);
        self.canvas.line(row, at + LOOP - 1, LEFT | DOWN, message.style);
        self.canvas.across(row + 1, &(at + 1..at + LOOP - 1), message.style);
        self.canvas.line(row + 1, at + LOOP - 1, LEFT | UP, message.style);
        match message.heads[1] {
            Head::None => self.canvas.line(row + 1, at, RIGHT, Style::Solid),
            Head::Arrow => self.canvas.mark(row + 1, at + 1, '◂'),
            Head::Cross => self.canvas.mark(row + 1, at + 1, '×'),
        }
    }

    /// A message's words from `column` on, its number before the first line.
    fn words(&mut self, message: &Message, words: &[Line], row: usize, column: usize) {
        if let Some(number) = message.number.filter(|_| !words.is_empty()) {
            for (at, digit) in format!("{number}.").chars().enumerate() {
                self.canvas.mark(row, column + at, digit);
            }
        }
        for (index, line) in words.iter().enumerate() {
            self.canvas.label(row + index, column + number_width(message), line);
        }
    }

    fn note(&mut self, first: usize, last: usize, side: Side, words: &[Line], row: usize) {
        let (from, to) = (self.lifelines[first], self.lifelines[last]);
        let wide = widest(words) + 4;
        let (left, wide) = match side {
            Side::Left => (from.saturating_sub(wide + 1), wide),
            Side::Right => (from + 2, wide),
            Side::Over if first == last => (from.saturating_sub(wide / 2), wide),
            Side::Over => (from.saturating_sub(2), (to - from + 5).max(wide)),
        };
        let (right, bottom) = (left + wide - 1, row + words.len() + 1);
        self.canvas.note(&(row..bottom + 1), &(left..right + 1));
        for (index, line) in words.iter().enumerate() {
            self.canvas.label(row + 1 + index, left + (wide - line.width()) / 2, line);
        }
    }
}
