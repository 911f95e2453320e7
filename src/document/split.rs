//! Cutting large leaves into parts that are each cheap to show.
//!
//! Knows `shown`. Code and tables are cut at line ends and shown from their own lines; running text is
//! parsed once, because its markup may cross any cut, and kept as shown pieces.

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

use super::Document;
use super::scan::How;
use super::shown::{Link, Part, PartId, PartKind, Shown, ShownText, Span};

/// A leaf over so many bytes becomes several parts.
pub(super) const LEAF_BYTES: usize = 32 * 1024;
/// Bytes of each of them where they are rows of a table: some screens' worth, so that no page down has to lay
/// out much more than it shows. Running text, whose rows end early where it is cut, has larger ones.
const ROWS_BYTES: usize = 8 * 1024;
/// The same where they are lines of code: a screen's worth, because what is seen gets its colours a part at a
/// time, and a part of this size takes some 5 ms.
const CODE_BYTES: usize = 3 * 1024;
/// Bytes of the first part of a large table: rows for the largest terminal.
const TABLE_BYTES: usize = 4 * 1024;

/// Cuts every large leaf of `document`.
pub(super) fn large_leaves(document: &mut Document) {
    let most = |how: How| match how {
        How::Code(_) => CODE_BYTES,
        How::Table if !document.whole => TABLE_BYTES,
        _ => LEAF_BYTES,
    };
    let small = |(part, how): (&Part, &How)| part.range.len() <= most(*how);
    if document.parts.iter().zip(&document.hows).all(small) {
        return;
    }
    let mut parts = Vec::with_capacity(document.parts.len());
    let mut hows = Vec::with_capacity(document.hows.len());
    let mut stored = Vec::new();
    let mut moved = Vec::with_capacity(document.parts.len());
    for (index, part) in document.parts.iter().enumerate() {
        moved.push(parts.len() as u32);
        let how = document.hows.get(index).copied().unwrap_or(How::Empty);
        if part.range.len() <= most(how) || part.kind == PartKind::Nothing {
            parts.push(part.clone());
            hows.push(how);
            continue;
        }
        match how {
            How::Code(_) | How::Table => {
                let (from, most) = match how {
                    How::Table => {
                        let head = document.table_head(part);
                        (head.end.max(part.range.start + TABLE_BYTES as u32), ROWS_BYTES)
                    }
                    _ => (part.range.start, CODE_BYTES),
                };
                for range in at_line_ends(document.markdown(), &part.range, from, most) {
                    push(&mut parts, part, range);
                    hows.push(how);
                }
            }
            How::Inline | How::Html => {
                let shown = document.show(PartId(index as u32));
                let (Shown::Text(text) | Shown::Math(text)) = shown else {
                    parts.push(part.clone());
                    hows.push(how);
                    continue;
                };
                for (range, text) in pieces(&text, &part.range) {
                    let shown = match part.kind {
                        PartKind::Math => Shown::Math(text),
                        _ => Shown::Text(text),
                    };
                    stored.push((PartId(parts.len() as u32), shown));
                    push(&mut parts, part, range);
                    hows.push(How::Stored);
                }
            }
            How::Stored | How::Opening | How::Formula | How::Preformatted | How::HtmlTable | How::Empty => {
                parts.push(part.clone());
                hows.push(how);
            }
        }
    }
    for heading in &mut document.contents {
        heading.part = PartId(moved.get(heading.part.0 as usize).copied().unwrap_or_default());
    }
    document.parts = parts;
    document.hows = hows;
    document.stored = stored;
}

/// Adds the next part of the leaf `leaf`.
fn push(parts: &mut Vec<Part>, leaf: &Part, range: Range<u32>) {
    let first = range.start == leaf.range.start;
    let last = range.end == leaf.range.end;
    parts.push(Part { range, kind: leaf.kind, container: leaf.container, first, last });
}

/// `range` cut at line ends every `most` bytes, the first cut after `from` at the earliest.
fn at_line_ends(markdown: &str, range: &Range<u32>, from: u32, most: usize) -> Vec<Range<u32>> {
    let bytes = markdown.as_bytes();
    let mut ranges = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let wanted = if start < from { from as usize } else { start as usize + most };
        let end = if wanted >= range.end as usize {
            range.end
        } else {
            let line = bytes.get(wanted..range.end as usize).unwrap_or_default();
            line.iter().position(|byte| *byte == b'\n').map_or(range.end, |at| (wanted + at) as u32 + 1)
        };
        ranges.push(start..end);
        start = end;
    }
    ranges
}

/// Shown text cut at blanks, each piece with the markdown it came from.
fn pieces(text: &ShownText, range: &Range<u32>) -> Vec<(Range<u32>, ShownText)> {
    let shown = text.text.as_str();
    let mut pieces: Vec<(Range<u32>, ShownText)> = Vec::new();
    let mut at = 0;
    let mut source = range.start;
    while at < shown.len() {
        let end = cut(shown, at);
        let next = if end == shown.len() {
            range.end
        } else {
            text.map.source(end as u32).start.clamp(source + 1, range.end.max(source + 1))
        };
        pieces.push((source..next.min(range.end), piece(text, at..end)));
        source = next.min(range.end);
        at = end;
    }
    if pieces.is_empty() {
        pieces.push((range.clone(), ShownText::default()));
    }
    pieces
}

/// Where the piece that begins at `from` ends: after a blank, else between clusters.
fn cut(text: &str, from: usize) -> usize {
    let mut end = from + LEAF_BYTES;
    if end >= text.len() {
        return text.len();
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let window = &text[from..end];
    if let Some(blank) = window.rfind([' ', '\n']) {
        return from + blank + 1;
    }
    let mut boundary = end;
    while boundary > from {
        let mut cursor = GraphemeCursor::new(boundary, text.len(), true);
        if cursor.is_boundary(text, 0) == Ok(true) {
            return boundary;
        }
        boundary -= 1;
        while !text.is_char_boundary(boundary) {
            boundary -= 1;
        }
    }
    end
}

/// A piece of shown text, with what belongs to it. A line break at its end goes: the part's end is one.
fn piece(whole: &ShownText, range: Range<usize>) -> ShownText {
    let text = whole.text.safe().slice(range.clone());
    let text = text.slice(0..text.as_str().trim_end_matches('\n').len());
    let from = range.start as u32;
    let length = text.as_str().len() as u32;
    let within = |piece: &Range<u32>| {
        let start = piece.start.saturating_sub(from).min(length);
        start..piece.end.saturating_sub(from).min(length)
    };
    let mut links: Vec<Link> = Vec::new();
    let mut kept: Vec<(u32, u32)> = Vec::new();
    let first = whole.links.partition_point(|link| link.range.end <= from);
    for (index, link) in whole.links.iter().enumerate().skip(first) {
        if link.range.start >= from + length {
            break;
        }
        kept.push((index as u32, links.len() as u32));
        links.push(Link { range: within(&link.range), target: link.target.clone() });
    }
    let first = whole.spans.partition_point(|span| span.range.end <= from);
    let spans = whole.spans[first..]
        .iter()
        .take_while(|span| span.range.start < from + length)
        .map(|span| Span {
            range: within(&span.range),
            inline: span.inline,
            link: span.link.and_then(|link| kept.iter().find(|(old, _)| *old == link)).map(|(_, new)| *new),
        })
        .collect();
    ShownText { text: text.to_text(), spans, links, map: whole.map.slice(from..from + length) }
}
