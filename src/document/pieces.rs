//! The whole body, scanned in pieces of bounded size and put together.
//!
//! Knows `scan`. A parser never holds more than a piece, so memory stays bounded; what later pieces define
//! is made good by scanning those earlier ones again that lacked it.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::Options;

use super::comments;
use super::components;
use super::prefix::Step;
use super::references::{Definitions, Footnotes};
use super::scan::{self, How, Joint, Piece, RawHeading, Stretch};
use super::shown::{Container, ContainerId, ContainerKind, Part, PartId, Position};

/// Bytes that a parser is given at a time: pieces of 1 MiB were no faster and held more at once (1 MB at
/// 50 MB of articles, 16 MB in a table of 3 MB; measured 2026-11-22).
const PIECE_BYTES: usize = 256 << 10;
/// Bytes that are scanned at the same time as so many others, where there are that many: enough to outweigh a
/// thread's beginning, and few enough to be held twice.
const BLOCK_BYTES: usize = 1 << 20;

/// What the block pass finds in a whole body.
pub(super) struct Outline {
    pub(super) dialect: Dialect,
    pub(super) parts: Vec<Part>,
    pub(super) hows: Vec<How>,
    pub(super) containers: Vec<Container>,
    /// What each container demands of its lines.
    pub(super) steps: Vec<Option<Step>>,
    pub(super) headings: Vec<RawHeading>,
    pub(super) definitions: Definitions,
    pub(super) footnotes: Footnotes,
    pub(super) words: u32,
    /// Labels of footnote containers.
    notes: Vec<(ContainerId, Box<str>)>,
    /// Labels of footnote marks, in order.
    marks: Vec<(Position, Box<str>)>,
    /// The list that the last piece was cut in.
    open: Option<ContainerId>,
}

/// How a body is written, as far as that decides how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The parser's extensions.
    pub(super) options: Options,
    /// Whether there are lines of components of MDX: what is indented far is then nested, and not code.
    pub(super) components: bool,
}

impl Dialect {
    /// That of `body`.
    pub(super) fn of(body: &str) -> Self {
        Self::find(body, &one_by_one)
    }

    /// As [`Dialect::of`], its two questions `together`.
    fn find(body: &str, together: &Together) -> Self {
        let mut dialect = Self { options: Options::empty(), components: false };
        let Self { options: found, components } = &mut dialect;
        together(&mut || *found = options(body), &mut || *components = components::any(body));
        dialect
    }
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

/// Whether lines begin with `: `. The parser takes any colon that begins a line for a definition, so it is
/// told of them only where there are any.
fn has_definition_lists(markdown: &str) -> bool {
    let bytes = markdown.as_bytes();
    memchr::memchr_iter(b':', bytes)
        .any(|at| matches!(bytes.get(at + 1), Some(b' ' | b'\t')) && begins_line(bytes, at))
}

/// Whether nothing but blanks and quote marks stand before the byte `at` in its line.
pub(super) fn begins_line(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().rposition(|byte| !matches!(byte, b' ' | b'>' | b'\t'));
    before.is_none_or(|before| bytes[before] == b'\n')
}

/// Does two works, side by side where it can, and comes back when both are done.
pub type Together = dyn Fn(&mut (dyn FnMut() + Send), &mut (dyn FnMut() + Send));

/// Does two works one after the other.
pub(super) fn one_by_one(first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
    first();
    second();
}

/// Whether it pays to look at `markdown` in two threads.
pub(super) fn is_large(markdown: &str) -> bool {
    markdown.len() > 2 * BLOCK_BYTES
}

/// Scans `markdown` from `body` on; of a large one two blocks at a time, `together`.
pub(super) fn outline(markdown: &str, body: u32, together: &Together) -> Outline {
    outline_in(markdown, body, (PIECE_BYTES, BLOCK_BYTES), together)
}

/// Scans in pieces and in blocks of about so many bytes.
pub(super) fn outline_in(
    markdown: &str,
    body: u32,
    (piece_bytes, block_bytes): (usize, usize),
    together: &Together,
) -> Outline {
    let dialect = Dialect::find(markdown.get(body as usize..).unwrap_or_default(), together);
    let whole = body..markdown.len() as u32;
    let mut sweep = Sweep::new(dialect, whole.clone());
    while let Some((middle, end)) = two_blocks(markdown, sweep.at, block_bytes) {
        let mut behind = Sweep::new(dialect, middle..end);
        behind.all.definitions = sweep.all.definitions.clone();
        let mut first = || sweep.go_on(markdown, middle, piece_bytes);
        let mut second = || behind.go_on(markdown, end, piece_bytes);
        together(&mut first, &mut second);
        if sweep.at != middle {
            // It stands inside something else, and the next ones may as well.
            break;
        }
        sweep.append(behind);
    }
    sweep.go_on(markdown, whole.end, piece_bytes);
    let Sweep { mut all, seen, .. } = sweep;
    if seen.len() > 1 {
        all = complete(all, &seen, markdown);
    }
    if seen.iter().any(|piece| piece.joins.is_some()) {
        scan::align_markers(&mut all.containers);
    }
    all.number_notes();
    comments::hide(markdown, &mut all);
    all
}

/// Scans the section `range` of `markdown`, whose body begins at `body`, without the rest: from a heading of its contents
/// or the body's beginning to the next one. `None` where what is shown of it may hang on the rest.
pub(super) fn outline_of_section(markdown: &str, body: u32, range: Range<u32>) -> Option<Outline> {
    let whole = markdown.get(body as usize..)?;
    let section = markdown.get(range.start as usize..range.end as usize)?;
    let rest = [markdown.get(body as usize..range.start as usize)?, markdown.get(range.end as usize..)?];
    let holds = |text: &str, bytes: &str| memchr::memmem::find(text.as_bytes(), bytes.as_bytes()).is_some();
    // Notes are numbered through, and a comment may begin and end anywhere.
    if section.len() > PIECE_BYTES || holds(section, "[^") || holds(whole, "%%") {
        return None;
    }
    let mut sweep = Sweep::new(Dialect::of(whole), range.clone());
    sweep.go_on(markdown, range.end, PIECE_BYTES);
    let [piece] = sweep.seen.as_slice() else { return None };
    let misses = || !piece.missed.is_empty() && rest.iter().any(|text| holds(text, "]:"));
    if sweep.at != range.end || misses() {
        return None;
    }
    sweep.all.footnotes.see_components(whole);
    Some(sweep.all)
}

/// The ends of two blocks from `at` on, where so much is left: lines that may be top-level headings, and so
/// places to cut.
fn two_blocks(markdown: &str, at: u32, block_bytes: usize) -> Option<(u32, u32)> {
    let end = |from: u32| {
        let wanted = from as usize + block_bytes;
        let found = memchr::memmem::find(markdown.as_bytes().get(wanted..)?, b"\n\n#")?;
        Some((wanted + found) as u32 + 2)
    };
    let middle = end(at)?;
    Some((middle, end(middle)?))
}

/// A run of pieces that are scanned one after the other.
struct Sweep {
    all: Outline,
    seen: Vec<Seen>,
    /// Where the next piece begins.
    at: u32,
}

impl Sweep {
    fn new(dialect: Dialect, range: Range<u32>) -> Self {
        Self { at: range.start, all: Outline::new(dialect, range), seen: Vec::new() }
    }

    /// Scans on to the byte `to`: the end of the markdown, or the beginning of a line. Ends before such a line
    /// where that is no top-level heading.
    fn go_on(&mut self, markdown: &str, to: u32, piece_bytes: usize) {
        let none = Footnotes::default();
        let is_all = to as usize == markdown.len();
        // The line itself is looked at, because pieces end before headings.
        let most = if is_all { to } else { line_end(markdown, to as usize) };
        let mut bytes = piece_bytes;
        while self.seen.last().is_none_or(|piece| piece.range.end != to) {
            let end = piece_end(markdown, self.at, bytes).min(most);
            let last = end as usize == markdown.len();
            let known = &self.all.definitions;
            let joins = self.seen.last().and_then(|piece| piece.leaves);
            let stretch =
                Stretch { range: self.at..end, last, joins: joins.map(|(_, joint)| joint), leaves: None };
            let Some(mut piece) = scan::scan(markdown, stretch, self.all.dialect, known, &none) else {
                if end == most {
                    return;
                }
                // No place to cut: the piece grows until there is one.
                bytes = 2 * (end - self.at) as usize;
                continue;
            };
            for [label, destination, title] in &piece.definitions {
                self.all.definitions.add(label, destination, title);
            }
            for (id, label) in &piece.notes {
                let place = piece.containers.get(id.0 as usize).map_or(self.at, |note| note.range.start);
                self.all.footnotes.define(label, Position(place));
            }
            let missed = std::mem::take(&mut piece.missed);
            let (begins, range, leaves) = (self.all.counts(), piece.range.clone(), piece.leaves);
            let joins = joins.map(|(list, _)| list).zip(piece.joins);
            self.at = range.end;
            bytes = piece_bytes;
            self.all.append(piece);
            let leaves = self.all.open.zip(leaves.map(|(_, joint)| joint));
            self.seen.push(Seen { begins, range, missed, joins, leaves });
            if end == most {
                return;
            }
        }
    }

    /// Adds what was found behind it.
    fn append(&mut self, rest: Self) {
        let base = self.all.counts();
        let moved =
            |(list, joint): (ContainerId, Joint)| (ContainerId(list.0 + base.containers as u32 - 1), joint);
        self.seen.extend(rest.seen.into_iter().map(|piece| Seen {
            begins: base.and(piece.begins),
            joins: piece.joins.map(moved),
            leaves: piece.leaves.map(moved),
            ..piece
        }));
        self.at = rest.at;
        let leaves = rest.all.open.zip(self.seen.last().and_then(|piece| piece.leaves));
        let leaves = leaves.map(|(list, (_, joint))| (list, joint));
        let Outline { parts, hows, containers, steps, headings, notes, marks, words, .. } = rest.all;
        self.all.definitions.append(rest.all.definitions);
        self.all.footnotes.append(rest.all.footnotes);
        self.all.append(Piece {
            range: 0..0,
            parts,
            hows,
            containers,
            steps,
            headings,
            notes,
            marks,
            words,
            definitions: Vec::new(),
            missed: HashSet::new(),
            joins: None,
            leaves,
        });
    }
}

/// The first heading of `markdown` that `wanted` takes. Pieces behind it are not scanned.
pub(super) fn find_heading(
    markdown: &str,
    body: u32,
    wanted: impl Fn(&RawHeading) -> bool,
) -> Option<RawHeading> {
    let dialect = Dialect::of(markdown.get(body as usize..).unwrap_or_default());
    let (definitions, footnotes) = (Definitions::default(), Footnotes::default());
    let mut at = body;
    let mut bytes = PIECE_BYTES;
    let mut joins = None;
    loop {
        let end = piece_end(markdown, at, bytes);
        let last = end as usize == markdown.len();
        let stretch = Stretch { range: at..end, last, joins, leaves: None };
        let Some(piece) = scan::scan(markdown, stretch, dialect, &definitions, &footnotes) else {
            bytes = 2 * (end - at) as usize;
            continue;
        };
        let found = piece.headings.into_iter().find(&wanted);
        if found.is_some() || last {
            return found;
        }
        at = piece.range.end;
        joins = piece.leaves.map(|(_, joint)| joint);
        bytes = PIECE_BYTES;
    }
}

/// A piece that was scanned.
struct Seen {
    /// What had been found before it.
    begins: Counts,
    range: Range<u32>,
    /// Labels that nothing known defined.
    missed: HashSet<Box<str>>,
    /// The list that it goes on with, and the one that goes on behind it, as they are in it.
    joins: Option<(ContainerId, Joint)>,
    leaves: Option<(ContainerId, Joint)>,
}

/// How much of everything was found.
#[derive(Clone, Copy)]
struct Counts {
    parts: usize,
    containers: usize,
    headings: usize,
    notes: usize,
    marks: usize,
    words: u32,
}

impl Counts {
    /// These, and what was found behind them; each began with the document's own container.
    fn and(self, behind: Self) -> Self {
        Self {
            parts: self.parts + behind.parts,
            containers: self.containers + behind.containers - 1,
            headings: self.headings + behind.headings,
            notes: self.notes + behind.notes,
            marks: self.marks + behind.marks,
            words: self.words + behind.words,
        }
    }
}

/// Scans those pieces again that lacked what later ones define, or saw only tight items of a loose list, and keeps the
/// others.
fn complete(first: Outline, seen: &[Seen], markdown: &str) -> Outline {
    let loose = ContainerKind::List { loose: true };
    let as_it_is = |(list, joint): (ContainerId, Joint)| {
        let is_loose = first.containers.get(list.0 as usize).is_some_and(|list| list.kind == loose);
        Joint { loose: is_loose, ..joint }
    };
    let is_other =
        |list: Option<(ContainerId, Joint)>| list.is_some_and(|list| as_it_is(list).loose && !list.1.loose);
    let lacks = |piece: &Seen| {
        if is_other(piece.joins) || is_other(piece.leaves) {
            return true;
        }
        let text = markdown.get(piece.range.start as usize..piece.range.end as usize).unwrap_or_default();
        piece.missed.iter().any(|label| first.definitions.get(label).is_some())
            || first.footnotes.lead_for(text).is_some()
    };
    let lacking: Vec<bool> = seen.iter().map(lacks).collect();
    if !lacking.contains(&true) {
        return first;
    }
    let whole = first.containers.first().map_or(0..0, |document| document.range.clone());
    let mut all = Outline::new(first.dialect, whole);
    for (index, piece) in seen.iter().enumerate() {
        let end = seen.get(index + 1).map_or_else(|| first.counts(), |next| next.begins);
        let again = lacking[index].then(|| {
            let stretch = Stretch {
                range: piece.range.clone(),
                last: true,
                joins: piece.joins.map(as_it_is),
                leaves: piece.leaves.map(as_it_is),
            };
            scan::scan(markdown, stretch, first.dialect, &first.definitions, &first.footnotes)
        });
        all.append(again.flatten().unwrap_or_else(|| first.piece(piece, end)));
    }
    all.definitions = first.definitions;
    all.footnotes = first.footnotes;
    all
}

/// Where a piece of about `bytes` from `at` on is to end: at a line's end, and far enough that a line in
/// it may be the heading, the paragraph or the item it is cut before. Without one it would be parsed for nothing.
fn piece_end(markdown: &str, at: u32, bytes: usize) -> u32 {
    let end = line_end(markdown, at as usize + bytes) as usize;
    let piece = markdown.as_bytes().get(at as usize..end).unwrap_or_default();
    if memchr::memmem::rfind(piece, b"\n#").is_some() || holds_paragraph(piece) || holds_item(piece) {
        return end as u32;
    }
    let rest = markdown.as_bytes().get(end.saturating_sub(1)..).unwrap_or_default();
    memchr::memmem::find(rest, b"\n#")
        .map_or(markdown.len() as u32, |found| line_end(markdown, end - 1 + found + 1))
}

/// Whether a line behind a blank one begins as a paragraph does that may be cut before.
fn holds_paragraph(piece: &[u8]) -> bool {
    memchr::memmem::rfind_iter(piece, b"\n\n")
        .take(LINES_LOOKED_AT)
        .any(|at| piece.get(at + 2).is_some_and(u8::is_ascii_alphanumeric))
}

/// Whether a line begins as an item does that may be cut before.
fn holds_item(piece: &[u8]) -> bool {
    memchr::memrchr_iter(b'\n', piece)
        .take(LINES_LOOKED_AT)
        .any(|at| piece.get(at + 1..).is_some_and(scan::may_be_cut_before))
}

/// Lines that are looked at for the beginning of a paragraph or an item.
const LINES_LOOKED_AT: usize = 1024;

/// The end of the line that holds the byte `at`.
fn line_end(markdown: &str, at: usize) -> u32 {
    let rest = markdown.as_bytes().get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(markdown.len(), |found| at + found + 1) as u32
}

impl Outline {
    fn new(dialect: Dialect, range: Range<u32>) -> Self {
        // Room for more than most articles need. Memory that is not touched costs nothing, but what is grown
        // step by step leaves holes.
        let room = |bytes: usize| range.len() / bytes + 1;
        let (parts, hows) = (Vec::with_capacity(room(192)), Vec::with_capacity(room(192)));
        let mut containers = Vec::with_capacity(room(384));
        let mut steps = Vec::with_capacity(room(384));
        let headings = Vec::with_capacity(room(1024));
        containers.push(Container { parent: ContainerId(0), kind: ContainerKind::Document, range });
        steps.push(None);
        Self {
            dialect,
            parts,
            hows,
            containers,
            steps,
            headings,
            definitions: Definitions::default(),
            footnotes: Footnotes::default(),
            words: 0,
            notes: Vec::new(),
            marks: Vec::new(),
            open: None,
        }
    }

    fn counts(&self) -> Counts {
        Counts {
            parts: self.parts.len(),
            containers: self.containers.len(),
            headings: self.headings.len(),
            notes: self.notes.len(),
            marks: self.marks.len(),
            words: self.words,
        }
    }

    /// Adds the next piece. At once, so that no piece is held beside the whole.
    fn append(&mut self, piece: Piece) {
        // A piece's own document container is the one that all share, and so is a list that goes on.
        let joined = self.open.filter(|_| piece.joins.is_some());
        let shared = 1 + usize::from(joined.is_some());
        let (parts, containers) = (self.parts.len() as u32, (self.containers.len() - shared) as u32);
        let moved = |id: ContainerId| match (id.0, joined) {
            (0, _) => id,
            (1, Some(list)) => list,
            _ => ContainerId(id.0 + containers),
        };
        if let Some(list) = joined.and_then(|list| self.containers.get_mut(list.0 as usize))
            && let Some(rest) = piece.containers.get(1)
        {
            list.range.end = rest.range.end;
            if rest.kind == (ContainerKind::List { loose: true }) {
                list.kind = rest.kind.clone();
            }
        }
        self.open = piece.leaves.map(|(list, _)| moved(list));
        let words = self.words;
        self.headings.extend(piece.headings.into_iter().map(|heading| RawHeading {
            part: PartId(heading.part.0 + parts),
            words_before: heading.words_before + words,
            ..heading
        }));
        self.parts
            .extend(piece.parts.into_iter().map(|part| Part { container: moved(part.container), ..part }));
        self.hows.extend(piece.hows);
        self.steps.extend(piece.steps.into_iter().skip(shared));
        let inside = piece.containers.into_iter().skip(shared);
        self.containers
            .extend(inside.map(|container| Container { parent: moved(container.parent), ..container }));
        self.notes.extend(piece.notes.into_iter().map(|(id, label)| (moved(id), label)));
        self.marks.extend(piece.marks);
        self.words += piece.words;
    }

    /// A piece as it was before it was appended, up to where the next one begins.
    fn piece(&self, seen: &Seen, end: Counts) -> Piece {
        let from = seen.begins;
        let joined = seen.joins.map(|(list, _)| list);
        let shared = 1 + usize::from(joined.is_some());
        let base = (from.containers - shared) as u32;
        let moved = |id: ContainerId| match id.0 {
            0 => id,
            _ if Some(id) == joined => ContainerId(1),
            _ => ContainerId(id.0 - base),
        };
        let list = joined.and_then(|list| self.containers.get(list.0 as usize)).cloned();
        let document = self.containers.iter().take(1).cloned().chain(list);
        let containers = self.containers[from.containers..end.containers].iter().cloned();
        let parts = self.parts[from.parts..end.parts].iter().cloned();
        let headings = self.headings[from.headings..end.headings].iter().cloned();
        let notes = self.notes[from.notes..end.notes].iter().cloned();
        Piece {
            range: seen.range.clone(),
            parts: parts.map(|part| Part { container: moved(part.container), ..part }).collect(),
            hows: self.hows[from.parts..end.parts].to_vec(),
            containers: document
                .chain(containers.map(|within| Container { parent: moved(within.parent), ..within }))
                .collect(),
            steps: std::iter::repeat_n(None, shared)
                .chain(self.steps[from.containers..end.containers].iter().copied())
                .collect(),
            headings: headings
                .map(|heading| RawHeading {
                    part: PartId(heading.part.0 - from.parts as u32),
                    words_before: heading.words_before - from.words,
                    ..heading
                })
                .collect(),
            notes: notes.map(|(id, label)| (moved(id), label)).collect(),
            marks: self.marks[from.marks..end.marks].to_vec(),
            words: end.words - from.words,
            definitions: Vec::new(),
            missed: HashSet::new(),
            joins: seen.joins.map(|(_, joint)| joint),
            leaves: seen.leaves.map(|(list, joint)| (moved(list), joint)),
        }
    }

    /// Numbers the footnotes in order of first reference.
    fn number_notes(&mut self) {
        for (position, label) in std::mem::take(&mut self.marks) {
            self.footnotes.refer(&label, position);
        }
        self.footnotes.number_the_rest();
        for (id, label) in std::mem::take(&mut self.notes) {
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                let number = self.footnotes.get(&label).map_or(0, |note| note.number);
                container.kind = ContainerKind::Footnote { number };
            }
        }
    }
}
