//! How an article comes in: first its head, then the whole, under the same position; and where it is
//! opened.

use std::sync::Arc;
use std::time::Duration;

use super::contents::Contents;
use super::following::no_such_place;
use super::metadata::Metadata;
use super::page::{Page, Place};
use super::recorded::{locate, same_text};
use super::reload::Moved;
use super::{Focus, PATIENCE, Reader, loaded_problems};
use crate::app::View;
use crate::app::effect::{At, Loaded};
use crate::document::Document;
use crate::document::shown::{PartKind, Position};
use crate::text::SafeText;

/// What is still to happen before the article is open.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) since: Duration,
    pub(super) asked_to_wake: bool,
    /// Whether it was asked to look again when all that is on screen can have been read.
    pub(super) asked_to_look: bool,
    pub(super) awaited: Option<Awaited>,
}

/// Where to go as soon as that part of the document is there.
#[derive(Debug)]
pub(super) enum Awaited {
    /// Where it was to be opened.
    At(At),
    /// Where one was before.
    Place(Place),
    /// To the end.
    End,
}

impl Reader {
    /// Whether the document has been on its way for so long that it is worth a word.
    pub fn is_late(&self, view: &View) -> bool {
        self.page.is_none() && self.failed.is_none() && view.clock >= self.opening.since + PATIENCE
    }

    /// Why there is no text.
    pub fn failure(&self) -> Option<&SafeText> {
        self.failed.as_ref()
    }

    /// Whether the whole article is there and has no text.
    pub fn is_without_text(&self) -> bool {
        self.page.as_ref().is_some_and(|page| {
            let document = page.document();
            document.is_whole() && document.parts().iter().all(|part| part.kind == PartKind::Nothing)
        })
    }

    /// The document could not be loaded.
    pub fn failed(&mut self, reason: &SafeText) {
        if self.page.is_none() {
            self.failed = Some(reason.clone());
        } else {
            self.keep_as_it_was(reason);
        }
    }

    /// Takes a newer state of the document in, under the same position.
    pub fn replace(&mut self, view: &View, loaded: Loaded) {
        let Loaded { article, document, changes } = loaded;
        let has_whole = self.page.as_ref().is_some_and(|page| page.document().is_whole());
        if has_whole && !document.is_whole() && article.key == self.article.key {
            // The head of what is read again: the whole, which is on its way, is worth waiting for.
            return;
        }
        if article.key == self.article.key && self.is_emptied(&document) {
            return self.keep_the_text();
        }
        if has_whole {
            self.pictures.look_again();
        }
        self.article = article;
        self.failed = None;
        self.is_fresh();
        let before = self.page.as_ref().map(|page| Arc::clone(page.document()));
        let moved = before.as_deref().zip(changes.as_deref());
        let moved = moved.map(|(old, changes)| Moved { changes, old, new: &document });
        let to = |position| moved.as_ref().map_or(position, |moved| moved.position(position));
        let position_of = |contents: &Contents, index| contents.entry(index).map(|entry| to(entry.position));
        let jumped = self.jumped.and_then(|index| position_of(&self.contents, index));
        let aimed = self.aimed.and_then(|index| position_of(&self.contents, index));
        let cursor = position_of(&self.contents, self.contents.cursor());
        self.contents = Contents::new(&document).after(&self.contents, to);
        self.jumped = jumped.and_then(|position| self.contents.index_of(position));
        self.aimed = aimed.and_then(|position| self.contents.index_of(position));
        if let Some(index) = cursor.and_then(|position| self.contents.index_of(position)) {
            self.contents.set_cursor(index);
        }
        if self.contents.is_empty() {
            self.focus = Focus::Text;
        }
        let mut place = self.page.as_ref().map_or(Place::Lead(0), Page::place);
        let mut lost = None;
        if let Some(before) = &before {
            self.highlights.carry_over(before, &document, changes.as_deref());
        }
        if let Some(moved) = &moved {
            lost = self.take_lost(moved);
            let found = lost.as_ref().and_then(|lost| locate(&document, lost, same_text(&document)));
            place = moved.place(place);
            if let Some((position, nth)) = found {
                place = Place::Text { position, nth };
                lost = None;
            }
            self.recorded.is_edited();
            self.follow_changes(moved);
            self.selection = None;
        }
        self.lay_out(view, Arc::clone(&document), place);
        self.resolve();
        if self.metadata.is_some() {
            let problems = loaded_problems(self.page.as_ref());
            self.metadata = Some(Metadata::new(&self.article, self.own_labels(), &self.source, problems));
        }
        self.look(view);
        if let Some(lost) = lost {
            self.lose(lost);
        }
    }

    /// Goes there, now or as soon as that part of the document is there.
    pub(super) fn go_to(&mut self, view: &View, at: At) {
        self.await_and_go(view, Awaited::At(at));
    }

    /// Goes to the card over the text.
    pub(super) fn go_to_top(&mut self, view: &View) {
        self.await_and_go(view, Awaited::Place(Place::Lead(0)));
    }

    fn await_and_go(&mut self, view: &View, to: Awaited) {
        self.opening.awaited = Some(to);
        self.resolve();
        if self.page.is_some() {
            self.look(view);
        }
    }

    /// Goes to where it was asked to go, if that is there by now.
    pub(super) fn resolve(&mut self) {
        if self.page.is_none() {
            return;
        }
        let awaited = match self.opening.awaited.take() {
            Some(Awaited::At(At::Place(place))) => {
                let later = self.go_to_place(place).map(|place| Awaited::At(At::Place(place)));
                self.opening.awaited = later;
                return;
            }
            awaited => awaited,
        };
        let (Some(page), Some(awaited)) = (&mut self.page, awaited) else { return };
        let document = Arc::clone(page.document());
        let is_whole = document.is_whole();
        let length = u32::try_from(document.markdown().len()).unwrap_or(u32::MAX);
        let found = match &awaited {
            Awaited::End => {
                page.scroll(isize::MAX / 2);
                if !is_whole {
                    self.opening.awaited = Some(awaited);
                }
                return;
            }
            Awaited::Place(place) => {
                let is_there = match place {
                    Place::Lead(_) => true,
                    Place::Text { position, .. } => is_whole || position.0 < length,
                };
                if is_there {
                    page.show(*place);
                } else {
                    self.opening.awaited = Some(awaited);
                }
                return;
            }
            Awaited::At(At::Heading(slug)) if is_whole => document.find_place(slug),
            Awaited::At(At::Heading(slug)) => document.find_slug(slug),
            // The last line of a head may go on in the rest.
            Awaited::At(At::Line(line)) => {
                (is_whole || *line < document.line(Position(length))).then(|| shown_of_line(&document, *line))
            }
            Awaited::At(At::Position(position) | At::Match(position)) => {
                (is_whole || position.0 < length).then_some(*position)
            }
            Awaited::At(At::Place(_)) => None,
        };
        match (found, awaited) {
            (Some(position), awaited) => {
                self.unfold_at(position);
                let Some(page) = &mut self.page else { return };
                if matches!(awaited, Awaited::At(At::Match(_))) {
                    page.bring(&(position.0..position.0 + 1));
                } else {
                    page.jump(position);
                }
                self.jumped = self.contents.index_of(position);
                self.aimed = None;
                if self.jumped.is_none() && matches!(awaited, Awaited::At(At::Line(_) | At::Match(_))) {
                    self.aim_at(position);
                }
            }
            (None, Awaited::At(At::Heading(slug))) if is_whole => {
                self.notice = Some(no_such_place(&slug));
            }
            (None, awaited) => self.opening.awaited = Some(awaited),
        }
    }
}

/// Where what a line shows begins: a row of a table begins with its first cell's words, behind its bar.
fn shown_of_line(document: &Document, line: u32) -> Position {
    let start = document.position_of_line(line);
    let part = document.parts().get(document.part_at(start).0 as usize);
    let end = part.filter(|part| part.kind == PartKind::Table).map_or(start.0, |part| part.range.end);
    let line = document.markdown().get(start.0 as usize..end.max(start.0) as usize).unwrap_or_default();
    let is_words = |letter: char| !matches!(letter, '|' | '>' | ' ' | '\t');
    let before = line.find(is_words).unwrap_or(0);
    // An empty row shows nothing of its own.
    let is_empty = line.get(before..).is_none_or(|rest| rest.starts_with(['\n', '\r']));
    if is_empty { start } else { Position(start.0 + u32::try_from(before).unwrap_or(0)) }
}
