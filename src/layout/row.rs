//! One screen row of text: pieces in column order, with the map from columns to the markdown and back.
//!
//! Knows only `document`'s plain types and `text`. Never a colour: a piece says what it is, the theme
//! says how that looks.

use std::ops::Range;

use crate::document::shown::{AlertKind, Inline, Link, Position, SourceMap};
use crate::text::{self, Safe, SafeText};

use super::picture::PictureRow;

/// What a piece of a row is. The theme maps it, with [`Inline`], to a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    Text,
    /// The article's title.
    Title,
    /// A heading, level 1 to 6.
    Heading(u8),
    /// Text of a quote.
    Quote,
    /// The bar beside a quote.
    QuoteBar,
    /// The mark of an unordered item.
    Bullet,
    /// The number of an ordered item or of a footnote.
    Number,
    /// A task's box, and whether it is done.
    Task(bool),
    /// Code.
    Code,
    /// The line over code that names its language.
    CodeLabel,
    /// A table's header cell.
    TableHeader,
    /// The line under a table's header.
    TableRule,
    /// A table's cell.
    TableCell,
    /// A thematic break.
    Rule,
    /// A picture's caption.
    Caption,
    /// The bar beside an alert.
    AlertBar(AlertKind),
    /// The title of an alert.
    AlertTitle(AlertKind),
    /// Text of a footnote.
    Footnote,
    /// Display math.
    Math,
    /// A defined term, or the summary of `<details>`.
    Term,
    /// The line under the title: date, source, minutes, tags.
    Meta,
    /// The article's description.
    Description,
    /// A mark of the program that should hardly be seen.
    Faint,
}

/// A run of text with one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Column of its first cell, from the left edge of the text column.
    pub column: u16,
    /// Its text: one line, never empty.
    pub text: SafeText,
    /// What it is as a block.
    pub role: Role,
    /// What it is within its text.
    pub inline: Inline,
    /// Index into [`PartRows::links`], when it leads somewhere.
    pub link: Option<u32>,
    /// Where its bytes came from in the markdown.
    pub map: SourceMap,
    /// Byte of the shown text (of the part, or of a table's cell) that it begins with; 0 for what the
    /// program made, and without meaning for a piece of a right-to-left run in the order of the screen.
    pub shown: u32,
}

impl Piece {
    /// A piece that the program makes: it came from nowhere but stands at `position`.
    pub fn generated(column: u16, text: SafeText, role: Role, position: Position) -> Self {
        let mut map = SourceMap::default();
        map.push(0, position.0..position.0, false);
        Self { column, text, role, inline: Inline::GENERATED, link: None, map, shown: 0 }
    }

    /// Columns that it takes.
    pub fn width(&self) -> u16 {
        columns(self.text.width())
    }

    /// The column after its last.
    pub fn end(&self) -> u16 {
        self.column.saturating_add(self.width())
    }

    /// Its clusters: column, columns taken, bytes of the piece's text.
    pub fn clusters(&self) -> impl Iterator<Item = (u16, u16, Range<u32>)> {
        let mut column = self.column;
        text::cluster_indices(self.text.as_str()).map(move |(at, cluster)| {
            let start = column;
            let width = columns(text::cluster_width(cluster));
            column = column.saturating_add(width);
            (start, width, at as u32..(at + cluster.len()) as u32)
        })
    }
}

/// One screen row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its pieces in column order; they never overlap, and blanks between them are not pieces.
    pub pieces: Vec<Piece>,
    /// The smallest position of what it shows; for a row that shows nothing, of its part.
    pub position: Position,
    /// Whether it is of a right-to-left paragraph, set at the right edge.
    pub rtl: bool,
    /// Whether it is never wrapped and may be wider than the room for it: code, math, wide tables.
    pub wide: bool,
    /// Columns of the widest row of its block, where it is `wide`: they are moved together.
    pub block: u16,
    /// The column of the thin bar that tells a row of code from text, where there is room for one.
    pub bar: Option<u16>,
    /// The row of a picture that it shows beside its pieces.
    pub picture: Option<PictureRow>,
}

impl Row {
    /// A row without anything, at `position`.
    pub fn blank(position: Position) -> Self {
        Self { position, ..Self::default() }
    }

    /// Columns from the left edge to the end of its last piece.
    pub fn width(&self) -> u16 {
        self.pieces.iter().map(Piece::end).max().unwrap_or(0)
    }

    /// Whether its block does not fit into `room` columns, and so can be moved to the left.
    pub fn is_cut(&self, room: u16) -> bool {
        self.wide && self.block > room
    }

    /// Its text as a plain line, blanks for the columns between pieces.
    pub fn text(&self) -> String {
        let mut line = String::new();
        let mut column = 0;
        for piece in &self.pieces {
            for _ in column..piece.column {
                line.push(' ');
            }
            line.push_str(piece.text.as_str());
            column = piece.end();
        }
        line
    }

    /// The piece at a column.
    pub fn piece_at(&self, column: u16) -> Option<&Piece> {
        self.pieces.iter().find(|piece| (piece.column..piece.end()).contains(&column))
    }

    /// The markdown range that made the cluster at a column; `None` between and beyond pieces. Empty
    /// for what the program made.
    pub fn source_at(&self, column: u16) -> Option<Range<u32>> {
        let piece = self.piece_at(column)?;
        let (.., bytes) = piece
            .clusters()
            .find(|(start, width, _)| (*start..start.saturating_add(*width)).contains(&column))?;
        Some(piece.map.source_of(bytes))
    }

    /// The columns whose clusters came from any of the markdown range `source`, joined where they meet.
    pub fn columns_of(&self, source: &Range<u32>) -> Vec<Range<u16>> {
        let mut found: Vec<Range<u16>> = Vec::new();
        for piece in &self.pieces {
            if piece.inline.contains(Inline::GENERATED) {
                continue;
            }
            for (start, width, bytes) in piece.clusters() {
                let from = piece.map.source_of(bytes);
                if width == 0 || from.start >= source.end || source.start >= from.end {
                    continue;
                }
                match found.last_mut() {
                    Some(last) if last.end == start => last.end = start + width,
                    _ => found.push(start..start + width),
                }
            }
        }
        found
    }

    /// The markdown range from the first to the last thing it shows; empty at its position when that
    /// is nothing.
    pub fn source(&self) -> Range<u32> {
        let mut range: Option<Range<u32>> = None;
        for piece in self.pieces.iter().filter(|piece| !piece.inline.contains(Inline::GENERATED)) {
            let piece = piece.map.source_of(0..piece.text.as_str().len() as u32);
            range = Some(
                range.map_or(piece.clone(), |range| range.start.min(piece.start)..range.end.max(piece.end)),
            );
        }
        range.unwrap_or(self.position.0..self.position.0)
    }
}

/// The rows of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartRows {
    /// Its rows; none for a part that shows nothing.
    pub rows: Vec<Row>,
    /// Blank rows that set it apart from what stands before it.
    pub blank_before: u16,
    /// What each of these blank rows shows: the bars of quotes that go on through it, else nothing.
    pub blank: Row,
    /// Where its pieces lead.
    pub links: Vec<Link>,
    /// The picture it is the caption of, as written: raw, never shown.
    pub image: Option<String>,
}

impl PartRows {
    /// Rows it takes with the blank ones before it.
    pub fn height(&self) -> u32 {
        u32::from(self.blank_before) + self.rows.len() as u32
    }

    /// Rows of it that its picture takes; they come first.
    pub fn picture_rows(&self) -> u32 {
        self.rows.iter().take_while(|row| row.picture.is_some()).count() as u32
    }

    /// The row `row`, counted from its first blank one.
    pub fn row(&self, row: u32) -> Option<&Row> {
        match row.checked_sub(u32::from(self.blank_before)) {
            None => Some(&self.blank),
            Some(row) => self.rows.get(row as usize),
        }
    }
}

/// Columns as a terminal counts them: more than it could ever have is as much as it could have.
pub(crate) fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// `text` repeated over `columns` columns, for rules.
pub(crate) fn line_of(text: Safe<'static>, columns: u16) -> SafeText {
    SafeText::line(&text.as_str().repeat(usize::from(columns)))
}
