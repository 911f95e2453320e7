//! The words of a diagram: a label's lines, each with the bytes of the code that say it.
//!
//! Knows `said`, which takes out what a label does not say, `html`, for `<br>`, and `text`.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::{cluster_width, width};

use super::super::html;
use super::said::Said;

/// Lines of a label beyond which nothing is drawn.
const MOST_LINES: usize = 12;

/// One line of a label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// What is shown.
    pub(super) text: String,
    /// Bytes of the code that say it.
    pub(super) bytes: Range<usize>,
}

impl Line {
    /// Columns that it takes.
    pub(super) fn width(&self) -> usize {
        width(&self.text)
    }
}

/// Columns of the widest line.
pub(super) fn widest(lines: &[Line]) -> usize {
    lines.iter().map(Line::width).max().unwrap_or(0)
}

/// The lines of the label that stands at `bytes` of `code`, of at most `columns` columns where its words
/// allow it: without quotes, cut at `<br>` and between words. `None` where it is longer than any label.
pub(super) fn lines(code: &str, bytes: &Range<usize>, columns: usize) -> Option<Vec<Line>> {
    let mut found = Vec::new();
    let mut rest = unquoted(code, bytes.clone());
    loop {
        let text = code.get(rest.clone())?;
        let (end, next) = first_break(text);
        wrap(code, &(rest.start..rest.start + end), columns, &mut found);
        if found.len() > MOST_LINES {
            return None;
        }
        match next {
            Some(next) => rest.start += next,
            None => return Some(found),
        }
    }
}

/// Without the blanks, quotes and backticks around it.
fn unquoted(code: &str, bytes: Range<usize>) -> Range<usize> {
    let mut bytes = trimmed(code, bytes);
    for quote in ['"', '`'] {
        let text = code.get(bytes.clone()).unwrap_or_default();
        if text.len() >= 2 && text.starts_with(quote) && text.ends_with(quote) {
            bytes = trimmed(code, bytes.start + 1..bytes.end - 1);
        }
    }
    bytes
}

/// Without the blanks around it.
pub(super) fn trimmed(code: &str, bytes: Range<usize>) -> Range<usize> {
    let text = code.get(bytes.clone()).unwrap_or_default();
    let start = bytes.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// Where the text breaks first: the end of what is before it and the beginning of what is behind.
fn first_break(text: &str) -> (usize, Option<usize>) {
    let mut from = 0;
    while let Some(at) = text[from..].find(['<', '\\']).map(|at| from + at) {
        let rest = &text[at..];
        if rest.starts_with("\\n") {
            return (at, Some(at + 2));
        }
        if let Some(end) = rest.find('>').filter(|end| *end <= 6)
            && html::tag(&rest[..=end]).is_some_and(|tag| tag.name == html::Name::Br)
        {
            return (at, Some(at + end + 1));
        }
        from = at + 1;
    }
    (text.len(), None)
}

/// One line of the code, filled word by word; a word wider than `columns` keeps a line of its own, cut
/// between clusters where it is far wider.
fn wrap(code: &str, bytes: &Range<usize>, columns: usize, found: &mut Vec<Line>) {
    let said = Said::of(code, bytes.clone());
    let text = said.text.as_str();
    let line = |range: Range<usize>| Line { text: text[range.clone()].to_owned(), bytes: said.bytes(range) };
    let (mut start, mut end, mut used) = (0, 0, 0);
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        let said = word.trim_end_matches(' ');
        let wide = width(said);
        if end > start && used + 1 + wide > columns {
            found.push(line(start..end));
            (start, used) = (at, 0);
        }
        let mut from = at;
        if wide > columns && !said.is_ascii() {
            // Chinese and Japanese set no blanks.
            for (index, cluster) in said.grapheme_indices(true) {
                let next = cluster_width(cluster);
                if used + next > columns && at + index > start {
                    found.push(line(start..at + index));
                    (start, used) = (at + index, 0);
                }
                used += next;
            }
            from = at + said.len();
        }
        if from == at {
            used = if end > start { used + (at - end) + wide } else { wide };
        }
        end = at + said.len();
        at += word.len();
    }
    found.push(line(start..end));
}

/// All that a label says in one line, with a blank where it breaks.
pub(super) fn one_line(code: &str, bytes: &Range<usize>) -> Option<Line> {
    let lines = lines(code, bytes, usize::MAX)?;
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let bytes = lines.first()?.bytes.start..lines.last()?.bytes.end;
    Some(Line { text: text.join(" ").trim_end().to_owned(), bytes })
}
