//! The whole body, scanned in pieces of bounded size and put together.
//!
//! Knows `scan`. A parser never holds more than a piece, so memory stays bounded; what later pieces define
//! is made good by scanning those earlier ones again that lacked it.

use pulldown_cmark::Options;

use super::prefix::Step;
use super::references::{Definitions, Footnotes};
use super::scan::{self, How, Piece, RawHeading};
use super::shown::{Container, ContainerId, ContainerKind, Part, PartId, Position};

/// Bytes that a parser is given at a time.
const PIECE_BYTES: usize = 1 << 20;

/// What the block pass finds in a whole body.
pub(super) struct Outline {
    pub(super) options: Options,
    pub(super) parts: Vec<Part>,
    pub(super) hows: Vec<How>,
    pub(super) containers: Vec<Container>,
    /// What each container demands of its lines.
    pub(super) steps: Vec<Option<Step>>,
    pub(super) headings: Vec<RawHeading>,
    pub(super) definitions: Definitions,
    pub(super) footnotes: Footnotes,
    pub(super) words: u32,
}

/// The extensions that `markdown` is read with; never `Options::all()`, which turns old footnotes on.
pub(super) fn options(markdown: &str) -> Options {
    let extensions = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH;
    if has_definition_lists(markdown) { extensions | Options::ENABLE_DEFINITION_LIST } else { extensions }
}

/// Whether lines begin with `: ` and none with `:::`: the parser takes any colon that begins a line for a
/// definition, the fence of a container too.
fn has_definition_lists(markdown: &str) -> bool {
    let mut found = false;
    let mut line_begins = true;
    let bytes = markdown.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if line_begins && *byte == b':' {
            if bytes.get(at + 1..at + 3) == Some(b"::") {
                return false;
            }
            found |= matches!(bytes.get(at + 1), Some(b' ' | b'\t'));
        }
        line_begins = *byte == b'\n' || (line_begins && matches!(byte, b' ' | b'>' | b'\t'));
    }
    found
}

/// Scans `markdown` from `body` on.
pub(super) fn outline(markdown: &str, body: u32) -> Outline {
    outline_in(markdown, body, PIECE_BYTES)
}

/// Scans in pieces of about `piece_bytes`.
pub(super) fn outline_in(markdown: &str, body: u32, piece_bytes: usize) -> Outline {
    let options = options(markdown.get(body as usize..).unwrap_or_default());
    let mut definitions = Definitions::default();
    let mut footnotes = Footnotes::default();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = body;
    let mut bytes = piece_bytes;
    loop {
        let end = line_end(markdown, at as usize + bytes);
        let last = end as usize == markdown.len();
        let Some(piece) = scan::scan(markdown, at..end, last, options, &definitions, &Footnotes::default())
        else {
            // No place to cut: the piece grows until there is one.
            bytes *= 2;
            continue;
        };
        for [label, destination, title] in &piece.definitions {
            definitions.add(label, destination, title);
        }
        for (id, label) in &piece.notes {
            let place = piece.containers.get(id.0 as usize).map_or(at, |note| note.range.start);
            footnotes.define(label, Position(place));
        }
        at = piece.range.end;
        bytes = piece_bytes;
        pieces.push(piece);
        if last {
            break;
        }
    }
    if pieces.len() > 1 {
        for piece in &mut pieces {
            let lacking = piece.missed.iter().any(|label| definitions.get(label).is_some())
                || footnotes.lead_for(slice(markdown, piece)).is_some();
            if lacking {
                let again =
                    scan::scan(markdown, piece.range.clone(), true, options, &definitions, &footnotes);
                if let Some(again) = again {
                    *piece = again;
                }
            }
        }
    }
    merge(pieces, options, definitions, footnotes, body..markdown.len() as u32)
}

fn slice<'a>(markdown: &'a str, piece: &Piece) -> &'a str {
    markdown.get(piece.range.start as usize..piece.range.end as usize).unwrap_or_default()
}

/// The end of the line that holds the byte `at`.
fn line_end(markdown: &str, at: usize) -> u32 {
    let rest = markdown.as_bytes().get(at..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(markdown.len(), |found| at + found + 1) as u32
}

/// Puts the pieces together, in order.
fn merge(
    pieces: Vec<Piece>,
    options: Options,
    definitions: Definitions,
    mut footnotes: Footnotes,
    range: std::ops::Range<u32>,
) -> Outline {
    let mut all = Outline {
        options,
        parts: Vec::new(),
        hows: Vec::new(),
        containers: vec![Container {
            parent: ContainerId(0),
            depth: 0,
            kind: ContainerKind::Document,
            range,
        }],
        steps: vec![None],
        headings: Vec::new(),
        definitions,
        footnotes: Footnotes::default(),
        words: 0,
    };
    for (position, label) in pieces.iter().flat_map(|piece| &piece.marks) {
        footnotes.refer(label, *position);
    }
    footnotes.number_the_rest();
    for mut piece in pieces {
        // A piece's own document container is the one that all share.
        let (parts, containers) = (all.parts.len() as u32, all.containers.len() as u32 - 1);
        let moved = |id: ContainerId| ContainerId(if id.0 == 0 { 0 } else { id.0 + containers });
        for (id, label) in &piece.notes {
            if let Some(container) = piece.containers.get_mut(id.0 as usize) {
                let number = footnotes.get(label).map_or(0, |note| note.number);
                container.kind = ContainerKind::Footnote { number };
            }
        }
        for heading in &mut piece.headings {
            heading.part = PartId(heading.part.0 + parts);
            heading.words_before += all.words;
        }
        all.headings.append(&mut piece.headings);
        all.parts
            .extend(piece.parts.into_iter().map(|part| Part { container: moved(part.container), ..part }));
        all.hows.append(&mut piece.hows);
        all.steps.extend(piece.steps.into_iter().skip(1));
        let inside = piece.containers.into_iter().skip(1);
        all.containers
            .extend(inside.map(|container| Container { parent: moved(container.parent), ..container }));
        all.words += piece.words;
    }
    all.footnotes = footnotes;
    all
}
