//! One part at one width → its rows: what containers put beside it, blank rows by rhythm, text wrapped.
//!
//! Knows `document` and `text`. Never recurses over containers: they are walked by their parents, and
//! only the innermost few are shown.
//!
//! Footnotes stay where they are written, nearly always the end: parts are in the order of the markdown,
//! so that a position names a row by search and progress only grows, and a note that wandered to the end
//! would break both. A thin rule before each run of them and a quieter role set them apart from the text.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::bidi::{self, Directions};
use super::picture::Pictures;
use super::row::{PartRows, Piece, Role, Row, columns, line_of};
use super::wrap::wrap;
use super::{Width, table};
use crate::document::Document;
use crate::document::shown::{
    AlertKind, Container, ContainerId, ContainerKind, Inline, Part, PartId, PartKind, Position, Shown,
    ShownText, SourceMap, Span,
};
use crate::safe;
use crate::text::{Safe, SafeText, cluster_width};

/// Most containers whose marks and indents are shown around a part: the innermost ones, so that no
/// item loses its number however deep it stands.
const LEVELS: usize = 8;
/// Columns that text keeps beside indents, where the width has them.
pub(super) const LEAST_TEXT: u16 = 20;
/// Parts without rows that are looked past for the part before.
const LOOK_BACK: usize = 64;
/// Columns after which a line of code goes on in another row. A column on screen is a `u16`, and no
/// one pans further.
pub(super) const CODE_COLUMNS: usize = 4096;
/// Columns before code.
const CODE_INDENT: u16 = 2;
/// Columns of a thematic break.
const RULE_COLUMNS: u16 = 9;

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
}

/// Lays out one part, as for the screen.
pub fn part_rows(document: &Document, part: PartId, width: Width) -> PartRows {
    part_rows_in(document, part, width, Setting::default())
}

/// Lays out one part, its picture as a caption.
pub fn part_rows_in(document: &Document, part: PartId, width: Width, setting: Setting) -> PartRows {
    part_rows_with(document, part, width, setting, &Pictures::default())
}

/// Lays out one part, with rows for its picture where that is drawn.
pub(super) fn part_rows_with(
    document: &Document,
    part: PartId,
    width: Width,
    setting: Setting,
    pictures: &Pictures,
) -> PartRows {
    let Some(this) = document.parts().get(part.0 as usize) else { return PartRows::default() };
    let before = part_before(document, part);
    let levels = levels(document, part, this, before, width);
    let (blank_before, shared) = before.map_or((0, 0), |before| rhythm(document, before, this));
    let start = Position(this.range.start);
    let mut page = Page::new(levels, width, setting.order, start);
    let mut image = None;
    if begins_notes(document, this, before) {
        page.rule_above();
    }
    match document.show(part) {
        Shown::Text(mut text) => {
            if setting.line_ends == LineEnds::Kept {
                keep_line_ends(document.markdown(), &mut text);
            }
            page.text(&text, text_role(document, this));
        }
        Shown::Code { language, text } => {
            let drawn = if setting.undrawn { None } else { document.diagram(part, page.room()) };
            match drawn {
                Some(diagram) => page.diagram(&diagram),
                None => page.code(language.filter(|_| this.first), &text, Role::Code),
            }
        }
        Shown::Math(text) => page.code(None, &text, Role::Math),
        Shown::Table(table) => {
            table::lay_out(&table, first_table(document, part).as_ref(), this.first, &mut page);
        }
        Shown::Image { target, alt } => {
            page.picture(&target, pictures);
            page.caption(&alt, pictures.fault(&target));
            image = Some(target);
        }
        Shown::Rule => page.rule(),
        Shown::Nothing => {}
    }
    if page.is_empty() && page.levels.iter().any(|level| level.opens && level.mark.is_marker()) {
        page.blank_row();
    }
    if page.is_empty() {
        page.rows.clear();
    }
    let blank = page.blank(shared);
    let (rows, links) = (page.rows, page.links);
    PartRows { blank_before: if rows.is_empty() { 0 } else { blank_before }, rows, blank, links, image }
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
    let mut map = SourceMap::default();
    map.push(0, position.0..position.0, false);
    let range = 0..text.as_str().len() as u32;
    let spans = vec![Span { range, inline: inline | Inline::GENERATED, link: None }];
    let text = ShownText { text: text.clone(), spans, links: Vec::new(), map };
    let width = Width { text: columns, room: columns };
    let mut page = Page::new(Vec::new(), width, order, position);
    page.text(&text, role);
    page.rows
}

/// A container around a part, as rows show it.
struct Level {
    depth: u32,
    columns: u16,
    mark: Mark,
    /// Whether this part is the first in it that shows anything, and so carries its marker.
    opens: bool,
}

enum Mark {
    Bar(Role),
    Item { number: Option<u32>, columns: u16, task: Option<bool> },
    Details,
    Indent,
}

impl Mark {
    fn of(kind: &ContainerKind) -> Option<(Self, u16)> {
        Some(match kind {
            ContainerKind::Document | ContainerKind::List { .. } => return None,
            ContainerKind::Quote => (Self::Bar(Role::QuoteBar), 4),
            ContainerKind::Alert(kind) => (Self::Bar(Role::AlertBar(*kind)), 4),
            ContainerKind::Item { number, marker_width, task } => {
                let marker = if number.is_some() { u16::from(*marker_width).max(2) } else { 1 };
                let task_columns = if number.is_some() && task.is_some() { 2 } else { 0 };
                (Self::Item { number: *number, columns: marker, task: *task }, marker + task_columns + 2)
            }
            ContainerKind::Footnote { number } => {
                let marker = columns(safe!("{number}.").width()).max(2);
                (Self::Item { number: Some(*number), columns: marker, task: None }, marker + 2)
            }
            ContainerKind::Definition => (Self::Indent, 3),
            ContainerKind::Details => (Self::Details, 2),
        })
    }

    fn is_marker(&self) -> bool {
        matches!(self, Self::Item { .. } | Self::Details)
    }

    /// Puts what stands at the level's first column `at` into a row; `first` is the row that opens it.
    fn put(&self, at: u16, first: bool, position: Position, pieces: &mut Vec<Piece>) {
        let mut generated = |column, text, role| pieces.push(Piece::generated(column, text, role, position));
        match self {
            Self::Bar(role) => generated(at + 1, Safe::literal("┃").to_text(), *role),
            Self::Item { number, columns: marker, task } if first => {
                let mut column = at + 1;
                if let Some(number) = number {
                    let number = safe!("{number}.");
                    let blanks = marker.saturating_sub(columns(number.width()));
                    generated(column + blanks, number, Role::Number);
                    column += marker + 1;
                }
                match (task, number) {
                    (Some(true), _) => generated(column, Safe::literal("☑").to_text(), Role::Task(true)),
                    (Some(false), _) => generated(column, Safe::literal("☐").to_text(), Role::Task(false)),
                    (None, None) => generated(column, Safe::literal("•").to_text(), Role::Bullet),
                    (None, Some(_)) => {}
                }
            }
            Self::Details if first => generated(at, Safe::literal("▾").to_text(), Role::Faint),
            _ => {}
        }
    }
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
        if container.depth <= 1 {
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

fn levels(document: &Document, id: PartId, part: &Part, before: Option<&Part>, width: Width) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut at = part.container;
    while levels.len() < LEVELS {
        let container = document.container(at);
        if let Some((mark, columns)) = Mark::of(&container.kind) {
            let opens = before.is_none_or(|before| before.range.start < container.range.start)
                && (part.kind != PartKind::Nothing || is_alone(document, id, container));
            levels.push(Level { depth: container.depth, columns, mark, opens });
        }
        if container.parent == at {
            break;
        }
        at = container.parent;
    }
    let least = LEAST_TEXT.min(width.text / 2).max(1);
    let mut indent: u16 = levels.iter().map(|level| level.columns).sum();
    while indent > width.text.saturating_sub(least)
        && let Some(outermost) = levels.pop()
    {
        indent -= outermost.columns;
    }
    levels.reverse();
    levels
}

/// Whether a part that shows nothing is the last of its container, which then shows its marker alone.
fn is_alone(document: &Document, part: PartId, container: &Container) -> bool {
    document.parts().get(part.0 as usize + 1).is_none_or(|next| next.range.start >= container.range.end)
}

/// Blank rows between two parts that follow each other, and the depth of the innermost container that
/// holds both.
fn rhythm(document: &Document, before: &Part, this: &Part) -> (u16, u32) {
    let (common, from, to) = meeting(document, before.container, this.container);
    let kind = |id: Option<ContainerId>| id.map(|id| &document.container(id).kind);
    let container = document.container(common);
    let depth = container.depth;
    if !this.first {
        return (0, depth);
    }
    let is_set_off = |part: &Part, branch: Option<&ContainerKind>| {
        matches!(
            part.kind,
            PartKind::Code | PartKind::Table | PartKind::Math | PartKind::Heading { .. } | PartKind::Rule
        ) || matches!(branch, Some(ContainerKind::Quote | ContainerKind::Alert(_) | ContainerKind::Details))
    };
    let is_tight = match container.kind {
        ContainerKind::List { loose } => !loose,
        ContainerKind::Item { .. } => {
            matches!(document.container(container.parent).kind, ContainerKind::List { loose: false })
        }
        _ => false,
    };
    let together = match (kind(from), kind(to)) {
        (None, None) if before.kind == PartKind::Term => {
            this.kind == PartKind::Term || matches!(container.kind, ContainerKind::Alert(_))
        }
        (None, Some(ContainerKind::Definition)) => before.kind == PartKind::Term,
        (None, _) if before.kind == PartKind::Term => matches!(container.kind, ContainerKind::Alert(_)),
        (Some(ContainerKind::Definition), Some(ContainerKind::Definition))
        | (Some(ContainerKind::Footnote { .. }), Some(ContainerKind::Footnote { .. })) => true,
        (from, to) => is_tight && !is_set_off(before, from) && !is_set_off(this, to),
    };
    (u16::from(!together), depth)
}

/// The innermost container that holds both, and its children on the way to each.
fn meeting(
    document: &Document,
    mut a: ContainerId,
    mut b: ContainerId,
) -> (ContainerId, Option<ContainerId>, Option<ContainerId>) {
    let (mut from, mut to) = (None, None);
    while a != b {
        let (left, right) = (document.container(a), document.container(b));
        if left.depth >= right.depth {
            from = Some(a);
            a = left.parent;
        }
        if right.depth >= left.depth {
            to = Some(b);
            b = right.parent;
        }
        if left.depth == 0 && right.depth == 0 {
            break;
        }
    }
    (a, from, to)
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

/// The first part of the table that `part` is a piece of: it decides the column widths of all.
fn first_table(document: &Document, part: PartId) -> Option<Shown> {
    let parts = document.parts().get(..=part.0 as usize)?;
    if parts.last()?.first {
        return None;
    }
    let first = parts.iter().rposition(|part| part.first)?;
    Some(document.show(PartId(first as u32)))
}

/// The rows of a part while they are made.
pub(super) struct Page {
    levels: Vec<Level>,
    indent: u16,
    pub(super) width: Width,
    order: Order,
    position: Position,
    /// Whether the part is right-to-left: its marks stand at the right edge.
    rtl: bool,
    rows: Vec<Row>,
    /// Rows above the part's own first.
    above: usize,
    links: Vec<crate::document::shown::Link>,
}

impl Page {
    fn new(levels: Vec<Level>, width: Width, order: Order, position: Position) -> Self {
        let indent = levels.iter().map(|level| level.columns).sum();
        Self {
            levels,
            indent,
            width,
            order,
            position,
            rtl: false,
            rows: Vec::new(),
            above: 0,
            links: Vec::new(),
        }
    }

    /// Columns for wrapped text.
    fn columns(&self) -> u16 {
        self.width.text.saturating_sub(self.indent).max(1)
    }

    /// Columns for what may be as wide as the room.
    pub(super) fn room(&self) -> u16 {
        self.width.room.max(self.width.text).saturating_sub(self.indent).max(1)
    }

    /// Takes a text's links in and says where they begin.
    pub(super) fn links(&mut self, text: &ShownText) -> u32 {
        let first = self.links.len() as u32;
        self.links.extend(text.links.iter().cloned());
        first
    }

    /// Adds a row whose pieces count their columns from the end of the indent.
    pub(super) fn row(&mut self, mut content: Vec<Piece>, wide: bool) {
        let position = match self.rows.last() {
            // The first row is found by the position of the whole part, its markup included.
            Some(above) if !self.is_empty() => smallest(&content).unwrap_or(above.position),
            _ => self.position,
        };
        let mut pieces = self.marks(u32::MAX, self.is_empty());
        if self.is_mirrored() {
            content.append(&mut pieces);
            pieces = content;
        } else {
            for piece in &mut content {
                piece.column = piece.column.saturating_add(self.indent);
            }
            pieces.append(&mut content);
        }
        self.rows.push(Row { pieces, position, rtl: self.rtl, wide, picture: None });
    }

    /// Rows for a picture, where it is drawn.
    fn picture(&mut self, target: &str, pictures: &Pictures) {
        for Row { picture, .. } in pictures.rows(target, self.indent, self.columns(), self.position) {
            self.row(Vec::new(), false);
            if let Some(row) = self.rows.last_mut() {
                row.picture = picture;
            }
        }
    }

    /// Whether text and marks begin at the right edge. Terminals that reorder by themselves also move
    /// the text there.
    fn is_mirrored(&self) -> bool {
        self.rtl && self.order == Order::Screen
    }

    /// The marks of the containers down to the depth `deepest`; markers too on the `first` row.
    fn marks(&self, deepest: u32, first: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for level in self.levels.iter().take_while(|level| level.depth <= deepest) {
            level.mark.put(at, level.opens && first, self.position, &mut pieces);
            at += level.columns;
        }
        if self.is_mirrored() {
            pieces.reverse();
            for piece in &mut pieces {
                piece.column = self.width.text.saturating_sub(piece.end());
                if piece.role == Role::Number {
                    // The full stop stands to the left of the number.
                    piece.text = safe!(".{}", piece.text.as_str().trim_end_matches('.'));
                }
            }
        }
        pieces
    }

    /// Where the part begins.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Whether the part has no row of its own yet.
    fn is_empty(&self) -> bool {
        self.rows.len() <= self.above
    }

    /// A thin rule above the part, at the left edge.
    fn rule_above(&mut self) {
        let line = line_of(Safe::literal("─"), RULE_COLUMNS.min(self.width.text));
        let rule = Piece::generated(0, line, Role::Faint, self.position);
        self.rows.push(Row { pieces: vec![rule], ..Row::blank(self.position) });
        self.above = self.rows.len();
    }

    fn blank_row(&mut self) {
        self.row(Vec::new(), false);
    }

    /// What a blank row before the part shows: the bars of the containers down to the depth `shared`.
    fn blank(&self, shared: u32) -> Row {
        Row { pieces: self.marks(shared, false), rtl: self.rtl, ..Row::blank(self.position) }
    }

    fn text(&mut self, text: &ShownText, role: Role) {
        let room = self.columns();
        let directions = Directions::of(text.text.as_str());
        self.rtl = directions.as_ref().is_some_and(|directions| directions.rtl);
        let links = self.links(text);
        wrap(text.text.as_str(), room, &mut |range| {
            let mut content = Vec::new();
            let end = match &directions {
                Some(directions) if self.order == Order::Screen => {
                    ordered(text, range, directions, role, links, &mut content)
                }
                _ => pieces(text, range, 0, role, links, &mut content),
            };
            if self.is_mirrored() {
                for piece in &mut content {
                    piece.column += room.saturating_sub(end);
                }
            }
            self.row(content, false);
        });
    }

    /// Lines that are never wrapped, indented a little where there is room.
    fn code(&mut self, label: Option<SafeText>, text: &ShownText, role: Role) {
        let indent = if self.columns() < LEAST_TEXT { 0 } else { CODE_INDENT };
        let label = label.unwrap_or_default();
        let label = label.safe().fit(usize::from(self.room().saturating_sub(indent)));
        if !label.as_str().is_empty() {
            let label = Piece::generated(indent, label.to_text(), Role::CodeLabel, self.position);
            self.row(vec![label], false);
        }
        let links = self.links(text);
        let whole = text.text.as_str();
        if whole.is_empty() {
            return;
        }
        let mut start = 0;
        for line in whole.split('\n') {
            cut(line.trim_end_matches(' '), CODE_COLUMNS, &mut |range| {
                let mut content = Vec::new();
                pieces(text, start + range.start..start + range.end, indent, role, links, &mut content);
                self.row(content, true);
            });
            start += line.len() + 1;
        }
    }

    /// A drawn diagram, in the middle of the measure, or of the room where it is wider. A row stands where the
    /// first of what it and those below it show does, so that positions grow from row to row.
    fn diagram(&mut self, text: &ShownText) {
        let whole = text.text.as_str();
        let wide = columns(whole.split('\n').map(crate::text::width).max().unwrap_or(0));
        let within = if wide > self.columns() { self.room() } else { self.columns() };
        let indent = within.saturating_sub(wide) / 2;
        let first = self.rows.len();
        let mut start = 0;
        for line in whole.split('\n') {
            let mut content = Vec::new();
            pieces(
                text,
                start..start + line.trim_end_matches(' ').len(),
                indent,
                Role::Text,
                0,
                &mut content,
            );
            for piece in content.iter_mut().filter(|piece| piece.inline.contains(Inline::GENERATED)) {
                piece.role = Role::Faint;
            }
            self.row(content, true);
            start += line.len() + 1;
        }
        let mut next = None;
        for row in self.rows[first..].iter_mut().rev() {
            let own = smallest(&row.pieces);
            next = own.into_iter().chain(next).min();
            row.position = next.unwrap_or(row.position);
        }
        let last = self.rows[first..].iter().map(|row| row.position).max();
        for row in self.rows[first..].iter_mut().rev().take_while(|row| smallest(&row.pieces).is_none()) {
            row.position = last.unwrap_or(row.position);
        }
        if let Some(row) = self.rows.get_mut(first) {
            row.position = self.position;
        }
    }

    /// The words for a picture: under it where it is drawn, else in its place, with the reason.
    fn caption(&mut self, alt: &ShownText, fault: Option<&SafeText>) {
        let links = self.links(alt);
        let mut mark = None;
        let mut indent = 0;
        if self.columns() >= LEAST_TEXT && self.rows.is_empty() {
            indent = 2;
            mark = Some(Piece::generated(0, Safe::literal("▣").to_text(), Role::Faint, self.position));
        }
        wrap(alt.text.as_str(), self.columns() - indent, &mut |range| {
            let mut content: Vec<Piece> = mark.take().into_iter().collect();
            pieces(alt, range, indent, Role::Caption, links, &mut content);
            self.row(content, false);
        });
        if let Some(fault) = fault {
            self.fault(fault, indent);
        }
    }

    /// Why a picture is not drawn: after its caption, or under it where there is no room.
    fn fault(&mut self, fault: &SafeText, indent: u16) {
        let piece = |column, text| Piece::generated(column, text, Role::Meta, self.position);
        let after = safe!(" · {fault}");
        let room = self.indent + self.columns();
        match self.rows.last_mut() {
            Some(row) if !row.rtl && columns(after.width()) <= room.saturating_sub(row.width()) => {
                row.pieces.push(piece(row.width(), after));
            }
            _ => {
                let fitting = fault.safe().fit(usize::from(self.columns() - indent));
                if !fitting.as_str().is_empty() {
                    self.row(vec![piece(indent, fitting.to_text())], false);
                }
            }
        }
    }

    fn rule(&mut self) {
        let columns = RULE_COLUMNS.min(self.columns());
        let at = (self.columns() - columns) / 2;
        let line = line_of(Safe::literal("─"), columns);
        self.row(vec![Piece::generated(at, line, Role::Rule, self.position)], false);
    }
}

/// The smallest position of what pieces show. A piece in the order of the screen may end with it.
fn smallest(pieces: &[Piece]) -> Option<Position> {
    let shown = pieces.iter().filter(|piece| !piece.inline.contains(Inline::GENERATED));
    let ends = shown.map(|piece| {
        let last = piece.text.as_str().len().saturating_sub(1) as u32;
        piece.map.source(0).start.min(piece.map.source(last).start)
    });
    ends.min().map(Position)
}

/// As [`pieces`] from the first column on, run by run in the order of the screen.
fn ordered(
    text: &ShownText,
    range: Range<usize>,
    directions: &Directions<'_>,
    role: Role,
    links: u32,
    row: &mut Vec<Piece>,
) -> u16 {
    let mut column = 0;
    for (run, rtl) in directions.runs(range) {
        let first = row.len();
        let end = pieces(text, run, column, role, links, row);
        if rtl {
            bidi::turn(&mut row[first..], column);
        }
        column = end;
    }
    column
}

/// Puts the bytes `range` of a text into `row` as pieces from `column` on; says the column after them.
/// Links are counted from `links` on.
pub(super) fn pieces(
    text: &ShownText,
    range: Range<usize>,
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
    while at < range.end {
        while spans.next_if(|span| span.range.end as usize <= at).is_some() {}
        let (end, inline, link) = match spans.peek() {
            Some(span) if span.range.start as usize <= at => {
                (span.range.end as usize, span.inline, span.link)
            }
            Some(span) => (span.range.start as usize, Inline::empty(), None),
            None => (range.end, Inline::empty(), None),
        };
        let end = cluster_end(whole, at, end.min(range.end), range.end);
        let piece = text.text.safe().slice(at..end);
        row.push(Piece {
            column,
            text: piece.to_text(),
            role,
            inline,
            link: link.map(|link| link + links),
            map: text.map.slice(at as u32..end as u32),
            shown: at as u32,
        });
        column = column.saturating_add(columns(piece.width()));
        at = end;
    }
    column
}

/// The first cluster boundary at or after `end` in the line that starts no later than `at` and ends at
/// `line_end`: a cluster whose marks are styled apart stays one.
fn cluster_end(text: &str, at: usize, end: usize, line_end: usize) -> usize {
    if end >= line_end || (text.as_bytes()[end - 1].is_ascii() && text.as_bytes()[end].is_ascii()) {
        return end;
    }
    text[at..line_end]
        .grapheme_indices(true)
        .map(|(index, cluster)| at + index + cluster.len())
        .find(|boundary| *boundary >= end)
        .unwrap_or(line_end)
}

/// Cuts a line between clusters into pieces of at most `most` columns and hands their bytes to `sink`.
fn cut(line: &str, most: usize, sink: &mut impl FnMut(Range<usize>)) {
    let mut start = 0;
    if line.len() > most {
        let mut used = 0;
        for (at, cluster) in line.grapheme_indices(true) {
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
