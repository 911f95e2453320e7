//! The rows of one part while they are made.
//!
//! Knows `document`'s plain types and `text`.

use std::ops::Range;

use super::super::Width;
use super::super::bidi::Directions;
use super::super::hyphens::Hyphens;
use super::super::picture::Pictures;
use super::super::row::{Piece, Role, Row, columns, line_of};
use super::super::wrap::{Breaks, Kept, wrap, wrap_hyphenated};
use super::Order;
use super::leads;
use super::levels::{LEAST_TEXT, Level};
use super::pieces::{cut, ordered, pieces, smallest};
use crate::document::shown::{ContainerId, Inline, Link, Position, ShownText};
use crate::safe;
use crate::text::{Safe, SafeText};

/// Columns after which a line of code goes on in another row. A column on screen is a `u16`, and no
/// one pans further.
pub(in crate::layout) const CODE_COLUMNS: usize = 4096;
/// Columns before code.
const CODE_INDENT: u16 = 2;
/// What stands before the label of code.
const LABEL_MARK: Safe<'static> = Safe::literal("──");
/// Columns that it takes with the blank behind it: a label without room for more stands alone.
const MARKED_LABEL: usize = 3;
/// Columns of a thematic break.
const RULE_COLUMNS: u16 = 9;

/// The rows of a part while they are made.
pub(in crate::layout) struct Page {
    pub(super) levels: Vec<Level>,
    indent: u16,
    pub(in crate::layout) width: Width,
    order: Order,
    position: Position,
    /// Whether a marker opens with the part, so that it takes a row though it says nothing: also where the marker has no
    /// room, or a row would come and go with the width.
    pub(super) is_marked: bool,
    /// Whether the part is right-to-left: its marks stand at the right edge.
    rtl: bool,
    /// Whether the list or the quote around it is, which then decides.
    around: Option<bool>,
    pub(super) rows: Vec<Row>,
    /// Rows above the part's own first.
    above: usize,
    pub(super) links: Vec<Link>,
}

impl Page {
    pub(super) fn new(levels: Vec<Level>, width: Width, order: Order, position: Position) -> Self {
        let indent = levels.iter().map(|level| level.columns).sum();
        Self {
            levels,
            indent,
            width,
            order,
            position,
            is_marked: false,
            rtl: false,
            around: None,
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
    pub(in crate::layout) fn room(&self) -> u16 {
        self.width.room.max(self.width.text).saturating_sub(self.indent).max(1)
    }

    /// Takes a text's links in and says where they begin.
    pub(in crate::layout) fn links(&mut self, text: &ShownText) -> u32 {
        let first = self.links.len() as u32;
        self.links.extend(text.links.iter().cloned());
        first
    }

    /// Adds a row whose pieces count their columns from the end of the indent.
    pub(in crate::layout) fn row(&mut self, mut content: Vec<Piece>, wide: bool) {
        let position = match self.rows.last() {
            // The first row is found by the position of the whole part, its markup included.
            Some(above) if !self.is_empty() => smallest(&content).unwrap_or(above.position),
            _ => self.position,
        };
        let mut pieces = self.marks(None, self.is_empty());
        if self.is_mirrored() {
            content.append(&mut pieces);
            pieces = content;
        } else {
            for piece in &mut content {
                piece.column = piece.column.saturating_add(self.indent);
            }
            pieces.append(&mut content);
        }
        self.rows.push(Row { pieces, position, rtl: self.rtl, wide, ..Row::default() });
    }

    /// Rows for a picture, where it is drawn.
    pub(super) fn picture(&mut self, target: &str, pictures: &Pictures) {
        for Row { picture, .. } in pictures.rows(target, self.indent, self.columns(), self.position) {
            self.row(Vec::new(), false);
            if let Some(row) = self.rows.last_mut() {
                row.picture = picture;
            }
        }
    }

    /// The directions of right-to-left text that is to stand in the order of the screen.
    pub(in crate::layout) fn directions<'t>(&self, text: &'t ShownText) -> Option<Directions<'t>> {
        (self.order == Order::Screen).then(|| Directions::of(text)).flatten()
    }

    /// Whether text and marks begin at the right edge. Terminals that reorder by themselves also move
    /// the text there.
    fn is_mirrored(&self) -> bool {
        self.rtl && self.order == Order::Screen
    }

    /// The marks of the containers, down to `deepest` where one is named; markers too on the `first` row.
    fn marks(&self, deepest: Option<ContainerId>, first: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for level in
            self.levels.iter().take_while(|level| deepest.is_none_or(|deepest| level.container <= deepest))
        {
            level.mark.put(at, level.opens && first, self.position, &mut pieces);
            at += level.columns;
        }
        if self.is_mirrored() {
            pieces.reverse();
            for piece in &mut pieces {
                piece.column = self.width.text.saturating_sub(piece.end());
                if piece.role == Role::Number {
                    // What stands behind the number stands to its left.
                    piece.text = match piece.text.as_str().strip_suffix(')') {
                        Some(number) => safe!("({number}"),
                        None => safe!(".{}", piece.text.as_str().trim_end_matches('.')),
                    };
                }
            }
        }
        pieces
    }

    /// Sets the part on the side of the list or the quote around it.
    pub(super) fn set_side(&mut self, rtl: Option<bool>) {
        self.around = rtl;
        self.rtl = rtl.unwrap_or(false);
    }

    /// Whether what was set beside marks at the right edge leaves them their room.
    pub(super) fn has_room_for_marks(&self) -> bool {
        let meet = |pieces: &[Piece]| pieces.windows(2).any(|pair| pair[0].end() > pair[1].column);
        let beyond = |row: &Row| row.width() > self.width.text || row.picture.is_some();
        !self.is_mirrored() || !self.rows.iter().any(|row| beyond(row) || meet(&row.pieces))
    }

    /// Where the part begins.
    pub(in crate::layout) fn position(&self) -> Position {
        self.position
    }

    /// Whether the part has no row of its own yet.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() <= self.above
    }

    /// A thin rule above the part, at the left edge.
    pub(super) fn rule_above(&mut self) {
        let line = line_of(Safe::literal("─"), RULE_COLUMNS.min(self.width.text));
        let rule = Piece::generated(0, line, Role::Faint, self.position);
        self.rows.push(Row { pieces: vec![rule], ..Row::blank(self.position) });
        self.above = self.rows.len();
    }

    pub(super) fn blank_row(&mut self) {
        self.row(Vec::new(), false);
    }

    /// What a blank row before the part shows: the bars of the containers down to `shared`.
    pub(super) fn blank(&self, shared: ContainerId) -> Row {
        Row { pieces: self.marks(Some(shared), false), rtl: self.rtl, ..Row::blank(self.position) }
    }

    /// Running text, its words broken by `hyphens`.
    pub(super) fn text(&mut self, text: &ShownText, role: Role, hyphens: Hyphens) {
        let room = self.columns();
        let directions = Directions::within(text, self.around == Some(true));
        let own = || directions.as_ref().is_some_and(|directions| directions.rtl);
        self.rtl = self.around.unwrap_or_else(own);
        let links = self.links(text);
        let last_break = |segment: &_, columns| hyphens.last_break(text, segment, columns);
        let are_broken = !hyphens.is_none() && directions.is_none();
        let breaks: Breaks<'_> = if are_broken { Some(&last_break) } else { None };
        let leads = if directions.is_none() { leads::of(text, room) } else { Vec::new() };
        let kept = Kept { words: &words_of_code(text), leads: &leads };
        wrap_hyphenated(text.text.as_str(), room, kept, breaks, &mut |range, hyphen| {
            let mut content = Vec::new();
            let broken = hyphen.then_some(range.end);
            let end = match &directions {
                Some(directions) if self.order == Order::Screen => {
                    ordered(text, range, directions, 0, role, links, &mut content)
                }
                _ => {
                    let column = leads::put(text, &leads, range.start, &mut content);
                    pieces(text, range, column, role, links, &mut content)
                }
            };
            for piece in &mut content {
                // A rule of HTML between other words.
                if piece.inline.contains(Inline::GENERATED)
                    && piece.text.as_str().trim_matches('─').is_empty()
                {
                    piece.role = Role::Rule;
                }
            }
            if let (Some(at), Some(last)) = (broken, content.last()) {
                let from = Position(text.map.source(at as u32).start);
                let hyphen = Piece::generated(end, Safe::literal("-").to_text(), role, from);
                let (inline, link) = (last.inline | hyphen.inline, last.link);
                content.push(Piece { inline, link, ..hyphen });
            }
            if self.is_mirrored() {
                for piece in &mut content {
                    piece.column += room.saturating_sub(end);
                }
            }
            self.row(content, false);
        });
    }

    /// Lines that are never wrapped, indented a little where there is room.
    pub(super) fn code(&mut self, label: Option<SafeText>, text: &ShownText, role: Role) {
        let indent = if self.columns() < LEAST_TEXT { 0 } else { CODE_INDENT };
        let label = label.unwrap_or_default();
        let first = self.rows.len();
        if !label.is_empty() {
            // Told from code by a mark, since colours may be few or none.
            let room = usize::from(self.room().saturating_sub(indent));
            let marked = safe!("{LABEL_MARK} {label}");
            let label = if room > MARKED_LABEL { marked } else { label };
            let label =
                Piece::generated(indent, label.safe().fit(room).to_text(), Role::CodeLabel, self.position);
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
        if role == Role::Code && indent > 0 {
            let bar = Some(if self.is_mirrored() { 0 } else { self.indent });
            self.rows[first..].iter_mut().for_each(|row| row.bar = bar);
        }
    }

    /// A drawn diagram, in the middle of the measure, or of the room where it is wider. A row stands where the
    /// first of what it and those below it show does, so that positions grow from row to row.
    pub(super) fn diagram(&mut self, text: &ShownText) {
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
    pub(super) fn caption(&mut self, alt: &ShownText, fault: Option<&SafeText>) {
        let links = self.links(alt);
        let mut mark = None;
        let mut indent = 0;
        if self.columns() >= LEAST_TEXT && self.is_empty() {
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

    pub(super) fn rule(&mut self) {
        let columns = RULE_COLUMNS.min(self.columns());
        let at = (self.columns() - columns) / 2;
        let line = line_of(Safe::literal("─"), columns);
        self.row(vec![Piece::generated(at, line, Role::Rule, self.position)], false);
    }
}

/// Bytes of the words of a text's code: what hyphens and slashes part there is read as one.
pub(in crate::layout) fn words_of_code(text: &ShownText) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for span in text.spans.iter().filter(|span| span.inline.contains(Inline::CODE)) {
        let mut at = span.range.start as usize;
        let code = text.text.as_str().get(at..span.range.end as usize).unwrap_or_default();
        for word in code.split([' ', '\n']) {
            if word.contains(|c: char| !c.is_alphanumeric()) {
                found.push(at..at + word.len());
            }
            at += word.len() + 1;
        }
    }
    found
}
