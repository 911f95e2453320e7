//! One part at one width → its rows: what containers put beside it, blank rows by rhythm, text wrapped.
//!
//! Knows `document` and `text`. Never recurses over containers: they are walked by their parents, and
//! only the innermost few are shown.
//!
//! Footnotes stay where they are written, nearly always the end: parts are in the order of the markdown,
//! so that a position names a row by search and progress only grows, and a note that wandered to the end
//! would break both. A thin rule before each run of them and a quieter role set them apart from the text.

mod leads;
mod levels;
mod page;
mod pieces;
mod rhythm;
mod side;

use std::ops::Range;

use super::Width;
use super::hyphens::Hyphens;
use super::known::Known;
use super::picture::Pictures;
use super::row::{PartRows, Role, Row};
use super::table::{self, Measures};
use crate::document::Document;
use crate::document::shown::{
    AlertKind, ContainerId, ContainerKind, Inline, Part, PartId, PartKind, Position, Shown, ShownTable,
    ShownText, SourceMap, Span,
};
use crate::safe;
use crate::text::SafeText;
use levels::LEVELS;
use rhythm::rhythm;

pub(super) use levels::LEAST_TEXT;
#[cfg(test)]
pub(super) use page::CODE_COLUMNS;
pub(super) use page::{Page, words_of_code};
pub(super) use pieces::{ordered, pieces};

/// Bytes of a table's beginning that decide how wide its columns are.
const MEASURED_BYTES: u32 = 24 * 1024;
/// Parts without rows that are looked past for the part before.
const LOOK_BACK: usize = 64;

/// In which order the characters of right-to-left text stand in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As the screen shows them, from left to right: for terminals that do not reorder, which is most.
    #[default]
    Screen,
    /// As they are read: for terminals that reorder by themselves (VTE, Konsole, mlterm).
    Logical,
}

/// What becomes of a line's end within a paragraph of the markdown (a soft break, CommonMark 6.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnds {
    /// It is a blank, and lines are filled to the width.
    #[default]
    Joined,
    /// It ends a row.
    Kept,
}

/// What of a layout can be chosen beside its width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The order of right-to-left text.
    pub order: Order,
    /// What becomes of line ends within paragraphs.
    pub line_ends: LineEnds,
    /// Whether the code of a diagram is shown as it is written, and no diagram drawn.
    pub undrawn: bool,
    /// How words of running text are broken at the end of a row.
    pub hyphens: Hyphens,
}

/// Lays out one part, as for the screen.
pub fn part_rows(document: &Document, part: PartId, width: Width) -> PartRows {
    part_rows_in(document, part, width, Setting::default())
}

/// Lays out one part, its picture as a caption.
pub fn part_rows_in(document: &Document, part: PartId, width: Width, setting: Setting) -> PartRows {
    part_rows_among(document, part, width, setting, &mut Known::default())
}

/// Lays out one of several parts, its picture as a caption. `known` is what those before it say.
pub fn part_rows_among(
    document: &Document,
    part: PartId,
    width: Width,
    setting: Setting,
    known: &mut Known,
) -> PartRows {
    part_rows_with(document, part, width, setting, &Pictures::default(), known)
}

/// Lays out one part, with rows for its picture where that is drawn.
pub(super) fn part_rows_with(
    document: &Document,
    part: PartId,
    width: Width,
    setting: Setting,
    pictures: &Pictures,
    known: &mut Known,
) -> PartRows {
    let Some(this) = document.parts().get(part.0 as usize) else { return PartRows::default() };
    let before = part_before(document, part);
    let (blank_before, shared) = before.map_or((0, ContainerId(0)), |before| rhythm(document, before, this));
    let mut side = side::is_right_to_left(document, this, known);
    let (mut page, mut image) = filled(document, part, before, (width, setting, side), pictures, known);
    if !page.has_room_for_marks() {
        // What is as wide as the room keeps its marks at the left.
        side = Some(false);
        (page, image) = filled(document, part, before, (width, setting, side), pictures, known);
    }
    if page.is_empty() && page.is_marked {
        page.blank_row();
    }
    if page.is_empty() {
        page.rows.clear();
    }
    let widest = page.rows.iter().filter(|row| row.wide).map(Row::width).max().unwrap_or(0);
    for row in page.rows.iter_mut().filter(|row| row.wide) {
        row.block = widest;
    }
    let blank = page.blank(shared);
    let (rows, links) = (page.rows, page.links);
    PartRows { blank_before: if rows.is_empty() { 0 } else { blank_before }, rows, blank, links, image }
}

/// A part's page with its rows, and the picture that it is the caption of; its marks on the given side.
fn filled(
    document: &Document,
    id: PartId,
    before: Option<&Part>,
    (width, setting, side): (Width, Setting, Option<bool>),
    pictures: &Pictures,
    known: &mut Known,
) -> (Page, Option<String>) {
    let this = &document.parts()[id.0 as usize];
    let around = levels::around(document, id, this, before);
    let is_marked = around.iter().any(|level| level.opens && level.mark.is_marker());
    let levels = levels::that_fit(around, width);
    let mut page = Page::new(levels, width, setting.order, Position(this.range.start));
    page.is_marked = is_marked;
    page.set_side(side);
    let mut image = None;
    if begins_notes(document, this, before) {
        page.rule_above();
    }
    match document.show(id) {
        Shown::Text(mut text) => {
            let markdown = document.markdown();
            let lines = this.range.start as usize..this.range.end as usize;
            // One line has no end within it, and most items of lists are one.
            let has_ends =
                || memchr::memchr(b'\n', markdown.as_bytes().get(lines).unwrap_or_default()).is_some();
            if setting.line_ends == LineEnds::Kept && has_ends() {
                keep_line_ends(markdown, &mut text);
            }
            let is_prose = this.kind == PartKind::Paragraph;
            let hyphens = if is_prose { setting.hyphens } else { Hyphens::NONE };
            page.text(&text, text_role(document, this), hyphens);
        }
        Shown::Code { language, text } => {
            let drawn = if setting.undrawn { None } else { document.diagram(id, page.room()) };
            if let Some(diagram) = drawn {
                page.diagram(&diagram);
            } else {
                let label = match (language.filter(|_| this.first), document.code_title(id)) {
                    (Some(language), Some(title)) => Some(safe!("{language} · {title}")),
                    (language, title) => language.or(title),
                };
                page.code(label, &text, Role::Code);
            }
        }
        Shown::Math(text) => page.code(None, &text, Role::Math),
        Shown::Table(table) => {
            let first = if this.first { Some(id) } else { first_of(document, id) };
            let first = first.unwrap_or(id);
            let columns = known.tables.columns(first, &page, || measures(document, first, (id, &table)));
            table::lay_out(&table, &columns, this.first, &mut page);
        }
        Shown::Image { target, alt } => {
            page.picture(&target, pictures);
            page.caption(&alt, pictures.fault(&target));
            image = Some(target);
        }
        Shown::Rule => page.rule(),
        Shown::Nothing => {}
    }
    (page, image)
}

/// Rows of text that stands before the first part (title, meta line, description), wrapped, in the order
/// of the screen.
pub fn lead_rows(text: &SafeText, role: Role, inline: Inline, position: Position, columns: u16) -> Vec<Row> {
    lead_rows_in(text, role, inline, position, columns, Order::Screen)
}

/// Rows of text that stands before the first part.
pub fn lead_rows_in(
    text: &SafeText,
    role: Role,
    inline: Inline,
    position: Position,
    columns: u16,
    order: Order,
) -> Vec<Row> {
    lead_rows_marked(text, &[], role, inline, position, columns, order)
}

/// As [`lead_rows_in`], of which the bytes `marked` (in order, apart) are [`Inline::MARK`] wherever they come to stand.
pub fn lead_rows_marked(
    text: &SafeText,
    marked: &[Range<usize>],
    role: Role,
    inline: Inline,
    position: Position,
    columns: u16,
    order: Order,
) -> Vec<Row> {
    let mut map = SourceMap::default();
    map.push(0, position.0..position.0, false);
    let end = text.as_str().len() as u32;
    let mut spans = Vec::new();
    let mut at = 0;
    let mut span = |range: Range<u32>, inline: Inline| {
        if range.start < range.end {
            spans.push(Span { range, inline: inline | Inline::GENERATED, link: None });
        }
    };
    for marked in marked {
        let marked = marked.start as u32..(marked.end as u32).min(end);
        span(at..marked.start.min(end), inline);
        span(marked.clone(), inline | Inline::MARK);
        at = marked.end;
    }
    span(at..end, inline);
    let text = ShownText { text: text.clone(), spans, links: Vec::new(), map };
    let width = Width { text: columns, room: columns };
    let mut page = Page::new(Vec::new(), width, order, position);
    page.text(&text, role, Hyphens::NONE);
    page.rows
}

/// Whether a run of footnotes outside all other containers begins with this part.
fn begins_notes(document: &Document, part: &Part, before: Option<&Part>) -> bool {
    part.kind != PartKind::Nothing
        && is_in_note(document, part.container)
        && before.is_some_and(|before| !is_in_note(document, before.container))
}

/// Whether the outermost container around is a footnote; one deeper than is ever shown counts as none.
fn is_in_note(document: &Document, id: ContainerId) -> bool {
    let mut at = id;
    for _ in 0..LEVELS {
        let container = document.container(at);
        if container.parent == ContainerId(0) {
            return matches!(container.kind, ContainerKind::Footnote { .. });
        }
        at = container.parent;
    }
    false
}

/// Turns the blanks that line ends of the markdown became back into breaks. Every byte stays where it is.
fn keep_line_ends(markdown: &str, text: &mut ShownText) {
    let is_line_end = |at: usize| {
        let source = text.map.source(at as u32);
        let made_by = markdown.get(source.start as usize..source.end as usize).unwrap_or_default();
        made_by.contains('\n')
    };
    let kept: String = text
        .text
        .as_str()
        .char_indices()
        .map(|(at, character)| if character == ' ' && is_line_end(at) { '\n' } else { character })
        .collect();
    text.text = SafeText::lines(&kept);
}

/// The last part before this one that shows anything.
fn part_before(document: &Document, part: PartId) -> Option<&Part> {
    let before = document.parts().get(..part.0 as usize)?;
    before.iter().rev().take(LOOK_BACK).find(|part| part.kind != PartKind::Nothing)
}

fn text_role(document: &Document, part: &Part) -> Role {
    let alert = || match document.container(part.container).kind {
        ContainerKind::Alert(kind) => Some(kind),
        _ => None,
    };
    match part.kind {
        PartKind::Heading { level } => Role::Heading(level),
        PartKind::Term => alert().map_or(Role::Term, |kind: AlertKind| Role::AlertTitle(kind)),
        _ => {
            let mut at = part.container;
            for _ in 0..LEVELS {
                let container = document.container(at);
                match container.kind {
                    ContainerKind::Quote => return Role::Quote,
                    ContainerKind::Footnote { .. } => return Role::Footnote,
                    ContainerKind::Alert(_) | ContainerKind::Document => break,
                    _ => at = container.parent,
                }
            }
            Role::Text
        }
    }
}

/// The first part of the block that `part` is a piece of.
/// What the columns of the table hold that begins with the part `first`, of which one part was shown already: by
/// its first rows and its last ones where it is so large that all would take too long, and by the first alone where
/// it is a head of itself.
fn measures(document: &Document, first: PartId, (part, shown): (PartId, &ShownTable)) -> Measures {
    let mut measures = Measures::default();
    let parts = document.parts().get(first.0 as usize..).unwrap_or_default();
    let begin = parts.first().map_or(0, |part| part.range.start);
    let most = if document.is_whole() { MEASURED_BYTES } else { 0 };
    let of_table = parts
        .iter()
        .enumerate()
        .take_while(|(at, part)| *at == 0 || (part.kind == PartKind::Table && !part.first));
    let looked_at =
        of_table.filter(|(at, part)| *at == 0 || part.range.start - begin < most || (most > 0 && part.last));
    for (at, _) in looked_at {
        let id = PartId(first.0 + at as u32);
        if id == part {
            measures.add(shown);
        } else if let Shown::Table(table) = document.show(id) {
            measures.add(&table);
        }
    }
    measures
}

fn first_of(document: &Document, part: PartId) -> Option<PartId> {
    let parts = document.parts().get(..=part.0 as usize)?;
    let first = parts.iter().rposition(|part| part.first)?;
    Some(PartId(first as u32))
}
