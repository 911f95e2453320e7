//! The query as a line of text while it is edited.

use std::ops::Range;
use std::sync::Arc;

use tui_input::{Input, InputRequest};

use crate::app::Edit;
use crate::library::facets::Facets;
use crate::library::index::Library;
use crate::library::query::{Completion, Query, QueryError};

/// The line, and what is wrong with it.
#[derive(Debug)]
pub struct QueryLine {
    input: Input,
    /// Why the line cannot be read, if it cannot; the list then still shows the last good query.
    pub error: Option<QueryError>,
    /// Whether it was to be taken although it cannot be read: then the reason is worth more than what could stand
    /// there.
    pub is_refused: bool,
    /// What could stand at the cursor; the first is what completion takes.
    pub offers: Vec<Completion>,
    /// The counts when the line was opened.
    pub facets: Arc<Facets>,
}

impl QueryLine {
    /// Opens the line on a query, with the cursor where the next term goes: a term that is typed joins none.
    pub fn new(query: &Query, facets: &Arc<Facets>) -> Self {
        let mut text = query.to_string();
        if !text.is_empty() {
            text.push(' ');
        }
        Self {
            input: Input::new(text),
            error: None,
            is_refused: false,
            offers: Vec::new(),
            facets: Arc::clone(facets),
        }
    }

    /// Says what the query is by now, because it was changed elsewhere; the cursor stands where the next term goes.
    pub fn follow(&mut self, query: &Query) {
        *self = Self::new(query, &self.facets);
    }

    /// The line as typed: raw, to be cleaned before it is shown.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The cursor, in characters from the start.
    pub fn cursor(&self) -> usize {
        self.input.cursor()
    }

    /// The cursor, in bytes from the start.
    pub fn cursor_byte(&self) -> usize {
        let text = self.text();
        text.char_indices().nth(self.cursor()).map_or(text.len(), |(at, _)| at)
    }

    /// Types text at the cursor. Line breaks become blanks.
    pub fn insert(&mut self, text: &str) {
        for character in text.chars() {
            let character = if character.is_control() { ' ' } else { character };
            let _ = self.input.handle(InputRequest::InsertChar(character));
        }
    }

    /// Moves or deletes.
    pub fn edit(&mut self, edit: Edit) {
        let _ = self.input.handle(request(edit));
    }

    /// Puts `text` in the place of some bytes of the line; the cursor stands behind it.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let mut line = self.text().to_owned();
        if line.get(range.clone()).is_none() {
            return;
        }
        line.replace_range(range.clone(), text);
        let cursor = line[..range.start + text.len()].chars().count();
        self.input = Input::new(line).with_cursor(cursor);
    }

    /// Takes what could stand at the cursor; nothing is offered where that is there already.
    pub fn offer(&mut self, mut offers: Vec<Completion>) {
        let text = self.text();
        offers.retain(|offer| text.get(offer.replace.clone()) != Some(offer.text.as_str()));
        self.offers = offers;
    }

    /// Puts the first offer at the cursor; false where there is none.
    pub fn complete(&mut self) -> bool {
        if self.offers.is_empty() {
            return false;
        }
        let Completion { replace, text, .. } = self.offers.swap_remove(0);
        self.replace(replace, &text);
        true
    }

    /// The query of the line, whose keys `library` should know; where there is none, the line keeps the
    /// reason.
    pub fn parse(&mut self, library: &Library) -> Option<Query> {
        match Query::parse_typed_in(self.text(), library) {
            Ok(query) => {
                self.error = None;
                Some(query)
            }
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

/// The same edit in the words of the input library.
pub fn request(edit: Edit) -> InputRequest {
    match edit {
        Edit::DeleteBefore => InputRequest::DeletePrevChar,
        Edit::DeleteUnder => InputRequest::DeleteNextChar,
        Edit::DeleteWord => InputRequest::DeletePrevWord,
        Edit::DeleteToStart => InputRequest::DeleteFromStart,
        Edit::DeleteToEnd => InputRequest::DeleteTillEnd,
        Edit::Left => InputRequest::GoToPrevChar,
        Edit::Right => InputRequest::GoToNextChar,
        Edit::WordLeft => InputRequest::GoToPrevWord,
        Edit::WordRight => InputRequest::GoToNextWord,
        Edit::Start => InputRequest::GoToStart,
        Edit::End => InputRequest::GoToEnd,
    }
}
