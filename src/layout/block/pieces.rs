//! Shown text → the pieces of a row.
//!
//! Knows `document`'s plain types and `text`.

use std::ops::Range;

use super::super::bidi::{self, Directions};
use super::super::row::{Piece, Role, columns};
use super::super::wrap::is_hyphenated;
use crate::document::shown::{Inline, Position, ShownText, SourceMap};
use crate::text::{SOFT_HYPHEN, Safe, cluster_indices, cluster_width};

/// The smallest position of what pieces show. A piece in the order of the screen may end with it.
pub(super) fn smallest(pieces: &[Piece]) -> Option<Position> {
    let shown = pieces.iter().filter(|piece| !piece.inline.contains(Inline::GENERATED));
    let ends = shown.map(|piece| {
        let last = piece.text.as_str().len().saturating_sub(1) as u32;
        piece.map.source(0).start.min(piece.map.source(last).start)
    });
    ends.min().map(Position)
}

/// As [`pieces`], run by run in the order of the screen.
pub(in crate::layout) fn ordered(
    text: &ShownText,
    range: Range<usize>,
    directions: &Directions<'_>,
    column: u16,
    role: Role,
    links: u32,
    row: &mut Vec<Piece>,
) -> u16 {
    let mut column = column;
    for (run, rtl) in directions.runs(range.clone()) {
        let first = row.len();
        let end = put(text, run, range.end, column, role, links, row);
        if rtl {
            bidi::turn(&mut row[first..], column);
        }
        column = end;
    }
    column
}

/// Puts the bytes `range` of a text into `row` as pieces from `column` on; says the column after them.
/// Links are counted from `links` on. The range is that of a row: a soft hyphen in it shows nothing, but at
/// its end, within a word, a hyphen.
pub(in crate::layout) fn pieces(
    text: &ShownText,
    range: Range<usize>,
    column: u16,
    role: Role,
    links: u32,
    row: &mut Vec<Piece>,
) -> u16 {
    let end = range.end;
    put(text, range, end, column, role, links, row)
}

/// As [`pieces`] for a part of a row that ends at the byte `row_end`.
fn put(
    text: &ShownText,
    range: Range<usize>,
    row_end: usize,
    column: u16,
    role: Role,
    links: u32,
    row: &mut Vec<Piece>,
) -> u16 {
    let whole = text.text.as_str();
    let first = text.spans.partition_point(|span| span.range.end as usize <= range.start);
    let mut spans = text.spans[first..].iter().peekable();
    let mut column = column;
    let mut at = range.start;
    let mut soft = soft_hyphens(whole, &range).peekable();
    while at < range.end {
        while spans.next_if(|span| span.range.end as usize <= at).is_some() {}
        let (end, inline, link) = match spans.peek() {
            Some(span) if span.range.start as usize <= at => {
                (span.range.end as usize, span.inline, span.link)
            }
            Some(span) => (span.range.start as usize, Inline::empty(), None),
            None => (range.end, Inline::empty(), None),
        };
        let link = link.map(|link| link + links);
        let shown = at as u32;
        if soft.next_if_eq(&at).is_some() {
            let end = at + SOFT_HYPHEN.len_utf8();
            if end == row_end && is_hyphenated(whole, end) {
                let mut map = SourceMap::default();
                map.push(0, text.map.source_of(shown..end as u32), false);
                let text = Safe::literal("-").to_text();
                row.push(Piece { column, text, role, inline, link, map, shown });
                column = column.saturating_add(1);
            }
            at = end;
            continue;
        }
        let end = soft.peek().map_or(end, |soft| end.min(*soft));
        let end = cluster_end(whole, at, end.min(range.end), range.end);
        let piece = text.text.safe().slice(at..end);
        let map = text.map.slice(shown..end as u32);
        row.push(Piece { column, text: piece.to_text(), role, inline, link, map, shown });
        column = column.saturating_add(columns(piece.width()));
        at = end;
    }
    column
}

/// Where soft hyphens stand in the bytes `range`.
fn soft_hyphens(text: &str, range: &Range<usize>) -> impl Iterator<Item = usize> {
    let start = range.start;
    let line = text.get(range.clone()).unwrap_or_default();
    let found = if line.is_ascii() { "" } else { line };
    found.match_indices(SOFT_HYPHEN).map(move |(at, _)| start + at)
}

/// The first cluster boundary at or after `end` in the line that starts no later than `at` and ends at
/// `line_end`: a cluster whose marks are styled apart stays one.
fn cluster_end(text: &str, at: usize, end: usize, line_end: usize) -> usize {
    if end >= line_end || (text.as_bytes()[end - 1].is_ascii() && text.as_bytes()[end].is_ascii()) {
        return end;
    }
    cluster_indices(&text[at..line_end])
        .map(|(index, cluster)| at + index + cluster.len())
        .find(|boundary| *boundary >= end)
        .unwrap_or(line_end)
}

/// Cuts a line between clusters into pieces of at most `most` columns and hands their bytes to `sink`.
pub(super) fn cut(line: &str, most: usize, sink: &mut impl FnMut(Range<usize>)) {
    let mut start = 0;
    if line.len() > most {
        let mut used = 0;
        for (at, cluster) in cluster_indices(line) {
            let columns = cluster_width(cluster);
            if used + columns > most {
                sink(start..at);
                (start, used) = (at, 0);
            }
            used += columns;
        }
    }
    sink(start..line.len());
}
