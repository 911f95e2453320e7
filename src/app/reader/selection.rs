//! A selection of the article's text: begun at a sentence, grown by sentences, lines and paragraphs or with the
//! mouse, kept as a highlight or with a note. Positions of the markdown, never rows.

use std::ops::Range;
use std::path::PathBuf;

use unicode_segmentation::UnicodeSegmentation;

use super::Reader;
use super::recorded::place_at;
use crate::app::View;
use crate::app::command::Command;
use crate::app::effect::DocumentSource;
use crate::document::Document;
use crate::document::quote;
use crate::document::shown::{PartId, Position, Shown};
use crate::layout::Row;
use crate::library::marks::NewNote;
use crate::text::SafeText;

/// Most bytes of markdown that are kept as a quotation: more is a copy of the article.
const LONGEST: u32 = 16 * 1024;

/// What is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    /// The end that stays.
    still: Position,
    /// The end that moves.
    moving: Position,
}

impl Selection {
    fn range(self) -> Range<Position> {
        self.still.min(self.moving)..self.still.max(self.moving)
    }
}

/// A step of the moving end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Line,
    Sentence,
    Paragraph,
}

impl Reader {
    /// What is selected.
    pub fn selection(&self) -> Option<Range<Position>> {
        self.selection.map(Selection::range)
    }

    /// Selects the lit match, else the first sentence that begins on the screen, else the one that is at its top.
    pub(super) fn begin_selection(&mut self) {
        if let Some(found) = self.lit_match() {
            self.selection = Some(Selection { still: Position(found.start), moving: Position(found.end) });
            return;
        }
        let Some(page) = &self.page else { return };
        let document = page.document();
        let shown: Vec<(PartId, Position)> = page
            .visible()
            .filter(|row| row.part.is_some() && !row.row.pieces.is_empty())
            .map(|row| (row.anchor.part, row.row.position))
            .collect();
        let Some((part, top)) = shown.first().copied() else { return };
        let mut sentences = sentences(document, part);
        sentences.retain(|sentence| sentence.end > top);
        let begins = sentences.iter().find(|sentence| sentence.start >= top);
        let here = begins.or(sentences.first()).cloned().or_else(|| {
            let (part, _) = shown.iter().find(|(other, _)| *other != part)?;
            self::sentences(document, *part).first().cloned()
        });
        if let Some(sentence) = here {
            self.selection = Some(Selection { still: sentence.start, moving: sentence.end });
        } else {
            self.notice = Some(crate::safe!("There is no text here to select"));
        }
    }

    /// A command while something is selected; false where it is none of its own.
    pub(super) fn selection_command(&mut self, view: &View, command: Command) -> bool {
        let Some(selection) = self.selection else { return false };
        let step = match command {
            Command::SelectLeave => {
                self.selection = None;
                return true;
            }
            Command::SelectSwap => {
                let Selection { still, moving } = selection;
                self.selection = Some(Selection { still: moving, moving: still });
                self.show_moving(view);
                return true;
            }
            Command::SelectLineDown => Some((Unit::Line, true)),
            Command::SelectLineUp => Some((Unit::Line, false)),
            Command::SelectSentence => Some((Unit::Sentence, true)),
            Command::SelectSentenceBack => Some((Unit::Sentence, false)),
            Command::SelectParagraph => Some((Unit::Paragraph, true)),
            Command::SelectParagraphBack => Some((Unit::Paragraph, false)),
            _ => None,
        };
        let Some((unit, forward)) = step else { return false };
        if let Some(moving) = self.stop(selection.moving, unit, forward) {
            self.selection = Some(Selection { moving, ..selection });
            self.show_moving(view);
        }
        true
    }

    /// The next place where a unit ends (or, backwards, begins).
    fn stop(&self, from: Position, unit: Unit, forward: bool) -> Option<Position> {
        let page = self.page.as_ref()?;
        let document = page.document();
        if unit == Unit::Line {
            let rows = page.parts_near().flat_map(|part| &part.rows);
            let shown = rows.filter(|row| !row.pieces.is_empty()).map(Row::source);
            return if forward {
                shown.map(|source| Position(source.end)).filter(|end| *end > from).min()
            } else {
                shown.map(|source| Position(source.start)).filter(|start| *start < from).max()
            };
        }
        let here = document.part_at(Position(if forward { from.0 } else { from.0.saturating_sub(1) }));
        let last = u32::try_from(document.parts().len()).unwrap_or(u32::MAX);
        let units = |part: u32| match unit {
            Unit::Paragraph => text_range(document, PartId(part)).into_iter().collect(),
            _ => sentences(document, PartId(part)),
        };
        if forward {
            let mut ends = (here.0..last).flat_map(units).map(|unit| unit.end);
            ends.find(|end| *end > from)
        } else {
            let mut starts =
                (0..=here.0).rev().flat_map(|part| units(part).into_iter().rev()).map(|unit| unit.start);
            starts.find(|start| *start < from)
        }
    }

    /// Scrolls so far that the moving end is on the screen.
    fn show_moving(&mut self, view: &View) {
        let Some(Selection { still, moving }) = self.selection else { return };
        let height = self.areas(view).text.height;
        // What is behind the last letter may be on the next row.
        let at = if moving > still { Position(moving.0.saturating_sub(1)) } else { moving };
        for _ in 0..height {
            let Some(page) = &mut self.page else { return };
            let sources = page.visible().filter(|row| row.part.is_some()).map(|row| row.row.source());
            let (first, last) = sources
                .fold((u32::MAX, 0), |(first, last), source| (first.min(source.start), last.max(source.end)));
            let by = if at.0 < first { -1 } else { isize::from(at.0 >= last) };
            if by == 0 || !page.scroll(by) {
                return;
            }
        }
    }

    /// Selects with the mouse, from where it went down to where it is.
    pub(super) fn drag_selection(&mut self, from: Range<u32>, to: Range<u32>) {
        let (still, moving) =
            if from.start <= to.start { (from.start, to.end) } else { (from.end, to.start) };
        self.selection = Some(Selection { still: Position(still), moving: Position(moving) });
    }

    /// The selected text as it is shown, without gutters or wrapping.
    pub fn selected_text(&self) -> Option<String> {
        let (page, range) = (self.page.as_ref()?, self.selection()?);
        let text = quote::text(page.document(), &range);
        (!text.is_empty()).then_some(text)
    }

    /// The selected text, which is selected no longer.
    pub(in crate::app) fn copy_selection(&mut self) -> Option<String> {
        let text = self.selected_text();
        self.selection = None;
        text
    }

    /// The file and what is to be kept of the selection, which ends; `None` with a word where that cannot be.
    pub(in crate::app) fn take_selection(&mut self) -> Option<(PathBuf, NewNote)> {
        let range = self.selection()?;
        if range.end.0 - range.start.0 > LONGEST {
            self.notice = Some(crate::safe!("That is too much for a highlight; take less of it"));
            return None;
        }
        let DocumentSource::File(file) = &self.source else {
            self.notice = Some(crate::safe!("There is no file to keep that of"));
            return None;
        };
        let text = self.selected_text()?;
        let quote = SafeText::line(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        let document = self.page.as_ref()?.document();
        let fingerprint = self.recorded.fingerprint();
        let begin = place_at(document, range.start, fingerprint);
        let end = place_at(document, range.end, fingerprint);
        let file = file.clone();
        self.selection = None;
        Some((file, NewNote { begin, end, quote, note: None }))
    }
}

/// The markdown from the first to the last letter that a part shows.
fn text_range(document: &Document, id: PartId) -> Option<Range<Position>> {
    let part = document.parts().get(id.0 as usize)?;
    let range = match document.show(id) {
        Shown::Text(shown) | Shown::Code { text: shown, .. } | Shown::Math(shown) => {
            let length = u32::try_from(shown.text.as_str().len()).ok()?;
            shown.map.source_of(0..length)
        }
        Shown::Table(_) => part.range.clone(),
        Shown::Image { .. } | Shown::Rule | Shown::Nothing => return None,
    };
    (range.start < range.end).then_some(Position(range.start)..Position(range.end))
}

/// The sentences of a part (UAX #29); of code its lines, a table is one.
fn sentences(document: &Document, id: PartId) -> Vec<Range<Position>> {
    let (shown, is_code) = match document.show(id) {
        Shown::Text(shown) | Shown::Math(shown) => (shown, false),
        Shown::Code { text, .. } => (text, true),
        Shown::Table(_) => return text_range(document, id).into_iter().collect(),
        Shown::Image { .. } | Shown::Rule | Shown::Nothing => return Vec::new(),
    };
    let text = shown.text.as_str();
    let mut ranges = Vec::new();
    let mut add = |at: usize, piece: &str| {
        let piece_end = at + piece.trim_end().len();
        let start = at + (piece.len() - piece.trim_start().len());
        if let (true, Ok(start), Ok(end)) =
            (start < piece_end, u32::try_from(start), u32::try_from(piece_end))
        {
            let source = shown.map.source_of(start..end);
            ranges.push(Position(source.start)..Position(source.end));
        }
    };
    if is_code {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            add(at, line);
            at += line.len();
        }
    } else {
        text.split_sentence_bound_indices().for_each(|(at, sentence)| add(at, sentence));
    }
    ranges
}
