//! Bookmarks, highlights and notes of the open article, found again in the document as it is.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use super::Reader;
use super::recorded::{edge, locate, place_of, same_text};
use crate::app::effect::DocumentSource;
use crate::app::picker::places::{Mark, PlaceItem};
use crate::document::Document;
use crate::document::quote;
use crate::document::shown::Position;
use crate::library::marks::{Marks, Note, Place};
use crate::safe;
use crate::text::SafeText;

/// The marks, and where they are.
#[derive(Debug, Default)]
pub(super) struct OwnMarks {
    marks: Marks,
    /// Where each bookmark is, if it is found.
    bookmarks: Vec<Option<Position>>,
    /// Where each highlight is, if it is found.
    notes: Vec<Option<Range<Position>>>,
    /// The document in which they were looked for.
    within: Weak<Document>,
}

impl Reader {
    /// Takes in the marks of the article, if these are its own.
    pub fn take_marks(&mut self, marks: Marks) {
        let is_own = matches!(&self.source, DocumentSource::File(file) if *file == marks.file);
        if is_own && marks != self.marks.marks {
            self.marks = OwnMarks { marks, ..OwnMarks::default() };
            self.find_marks();
        }
    }

    /// Looks for the marks, where that was not done in the document as it is.
    pub(super) fn find_marks(&mut self) {
        let Some(document) = self.page.as_ref().map(|page| Arc::clone(page.document())) else { return };
        if !document.is_whole() || std::ptr::eq(self.marks.within.as_ptr(), Arc::as_ptr(&document)) {
            return;
        }
        let OwnMarks { marks, .. } = &self.marks;
        let is_same = same_text(&document);
        let find = |place: &Place| locate(&document, place, &is_same).map(|(position, _)| position);
        let bookmarks = marks.bookmarks.iter().map(|bookmark| find(&bookmark.place)).collect();
        let range = |note: &Note| {
            let (begin, end) = (edge(&note.begin), edge(&note.end));
            quote::find(&document, is_same(&note.begin), &begin, &end, note.quote.as_str())
        };
        let notes = marks.notes.iter().map(range).collect();
        (self.marks.bookmarks, self.marks.notes) = (bookmarks, notes);
        self.marks.within = Arc::downgrade(&document);
    }

    /// The bookmarks and notes, in the order of the article; those that are not found come last.
    pub fn places(&self) -> Vec<PlaceItem> {
        let OwnMarks { marks, bookmarks, notes, .. } = &self.marks;
        let found = bookmarks.iter().copied().chain(std::iter::repeat(None));
        let bookmarks = marks.bookmarks.iter().zip(found).map(|(bookmark, position)| PlaceItem {
            mark: Mark::Bookmark(bookmark.id),
            name: bookmark.name.clone(),
            note: None,
            position,
        });
        let found = notes.iter().cloned().chain(std::iter::repeat(None));
        let notes = marks.notes.iter().zip(found).map(|(note, range)| PlaceItem {
            mark: Mark::Note(note.id),
            name: note.quote.clone(),
            note: note.note.clone(),
            position: range.map(|range| range.start),
        });
        let mut items: Vec<PlaceItem> = bookmarks.chain(notes).collect();
        items.sort_by_key(|item| item.position.map_or(u32::MAX, |position| position.0));
        items
    }

    /// The highlight or note with this number.
    pub fn note(&self, id: i64) -> Option<&Note> {
        self.marks.marks.notes.iter().find(|note| note.id == id)
    }

    /// Where highlights are, in no order, and whether each has a note.
    pub fn own_highlights(&self) -> impl Iterator<Item = (Range<u32>, bool)> {
        let OwnMarks { marks, notes, .. } = &self.marks;
        let found = marks.notes.iter().zip(notes);
        found.filter_map(|(note, range)| {
            let range = range.as_ref()?;
            Some((range.start.0..range.end.0, note.note.is_some()))
        })
    }

    /// The highlight that this piece of the markdown is in.
    pub(super) fn note_at(&self, source: &Range<u32>) -> Option<&Note> {
        let OwnMarks { marks, notes, .. } = &self.marks;
        let holds = |range: &Range<Position>| range.start.0 <= source.start && source.start < range.end.0;
        let mut found = marks.notes.iter().zip(notes);
        Some(found.find(|(_, range)| range.as_ref().is_some_and(holds))?.0)
    }

    /// What a bookmark here would be: its file, its place, and its section's name, with a number where another
    /// bookmark is called so.
    pub fn bookmark_here(&self) -> Option<(PathBuf, Place, SafeText)> {
        let (page, DocumentSource::File(file)) = (self.page.as_ref()?, &self.source) else { return None };
        let section = self.status.section.and_then(|index| self.contents.entry(index));
        let name = match section {
            Some(section) => section.text.clone(),
            None => safe!("{}", self.article.title),
        };
        let is_free = |name: &SafeText| self.marks.marks.bookmarks.iter().all(|mark| mark.name != *name);
        let numbered = (2..).map(|number| safe!("{name} {number}"));
        let name = std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name);
        Some((file.clone(), place_of(page, self.recorded.fingerprint()), name))
    }

    /// Shows a position of the article, with the way back.
    pub fn go_to_position(&mut self, position: Position) {
        self.leave(None);
        self.moved();
        self.unfold_at(position);
        if let Some(page) = &mut self.page {
            page.jump(position);
        }
    }
}
