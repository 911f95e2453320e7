//! The open article while its file changes: it is read again, the place stays by its text, changed blocks are
//! marked until they were read, and what cannot be read again stays.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::Reader;
use super::hints::Hints;
use super::links::Visit;
use super::page::{Page, Place};
use super::recorded::place_of;
use crate::app::effect::{DocumentSource, Effect, Generation, Slot};
use crate::app::library_screen::LibraryScreen;
use crate::app::library_screen::live::follow;
use crate::document::Document;
use crate::document::changes::Changes;
use crate::document::shown::{PartId, PartKind, Position};
use crate::library::article::{Article, ArticleKey};
use crate::library::marks::Place as Kept;
use crate::safe;
use crate::text::SafeText;

/// What is known of the article's file since it was opened.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Whether its file is being watched.
    watched: bool,
    /// Parts that changed and were not read since.
    changed: BTreeSet<PartId>,
    /// Those of them that were on screen.
    seen: BTreeSet<PartId>,
    /// Why what is shown is not what is in the file.
    stale: Option<SafeText>,
    /// The place whose text went from the file, and what is at the top of the screen since.
    lost: Option<(Box<Kept>, Place)>,
}

/// Where the parts and positions of one state of a document are in the next.
pub(super) struct Moved<'a> {
    pub(super) changes: &'a Changes,
    pub(super) old: &'a Document,
    pub(super) new: &'a Document,
}

impl Moved<'_> {
    pub(super) fn position(&self, position: Position) -> Position {
        self.changes.position(self.old, self.new, position)
    }

    pub(super) fn place(&self, place: Place) -> Place {
        let Place::Text { position, nth } = place else { return place };
        let to = self.position(position);
        // Which of the rows counts only where the rows are the same.
        let is_kept = nth <= 0 || self.changes.part(self.old.part_at(position)).is_some();
        Place::Text { position: to, nth: if is_kept { nth } else { 0 } }
    }
}

impl Reader {
    /// Has the article read from its file again.
    pub fn read_again(&self, is_listed: bool, generation: &mut Generation) -> Effect {
        let whole = self.page.as_ref().map(Page::document).filter(|document| document.is_whole());
        Effect::Load {
            slot: Slot::Reader,
            generation: generation.raise(),
            source: self.source(),
            // What the library knows keeps the article's place in the list.
            article: is_listed.then(|| Arc::clone(&self.article)),
            before: whole.cloned(),
            begun: self.page.is_some(),
        }
    }

    /// Whether its text is in one of these files.
    pub fn is_of(&self, files: &[PathBuf]) -> bool {
        matches!(&self.source, DocumentSource::File(path) if files.contains(path))
    }

    /// Files and folders have other names now: the article stays open under its own, and those that one
    /// was in before are gone back to under theirs.
    pub fn renamed(&mut self, names: &[(PathBuf, PathBuf)], library: Option<&LibraryScreen>) {
        self.trail.rename(|visit| renamed(visit, names, library));
        let visit = Visit { source: self.source.clone(), article: Arc::clone(&self.article) };
        if let Some(Visit { source, article }) = renamed(&visit, names, library) {
            (self.source, self.article) = (source, article);
            self.live.watched = false;
        }
    }

    /// Whether a part changed under the reader and is still to be read.
    pub fn is_changed(&self, part: PartId) -> bool {
        self.live.changed.contains(&part)
    }

    /// Why what is shown is not what is in the file, if it is not.
    pub fn stale(&self) -> Option<&SafeText> {
        self.live.stale.as_ref()
    }

    /// Asks once that the file be watched.
    pub(super) fn ensure_watched(&mut self, effects: &mut Vec<Effect>) {
        if let (DocumentSource::File(path), Some(_)) = (&self.source, &self.page)
            && !std::mem::replace(&mut self.live.watched, true)
        {
            let place = &self.article.place;
            effects.push(Effect::Watch { path: path.clone(), read: (place.bytes, place.modified) });
        }
    }

    /// The file could not be read again.
    pub(super) fn keep_as_it_was(&mut self, reason: &SafeText) {
        self.notice = Some(reason.clone());
        self.live.stale = Some(reason.clone());
    }

    /// Takes over what belongs to the old document, before the new one is shown.
    pub(super) fn follow_changes(&mut self, moved: &Moved<'_>) {
        // Letters that are typed on are still letters of labels, and no commands.
        self.hints = self.hints.take().and_then(Hints::again);
        self.landed = self.landed.and_then(|part| moved.changes.part(part));
        self.trail.follow(moved, &self.source);
        self.find_follows(moved);
        self.folds.follow(moved);
        let live = &mut self.live;
        // What was seen before a newer change is read.
        let unread = live.changed.difference(&live.seen).filter_map(|part| moved.changes.part(*part));
        live.changed = unread.chain(moved.changes.fresh(moved.new)).collect();
        live.seen.clear();
    }

    /// Whether a newer state of the file says nothing while what is shown does: somebody is writing it, and what
    /// is shown stays until there is text again.
    pub(super) fn is_emptied(&self, document: &Document) -> bool {
        let says_nothing = |document: &Document| {
            document.is_whole() && document.parts().iter().all(|part| part.kind == PartKind::Nothing)
        };
        self.page.as_ref().is_some_and(|page| page.document().is_whole() && !says_nothing(page.document()))
            && says_nothing(document)
    }

    /// What is shown stays, because the file is empty.
    pub(super) fn keep_the_text(&mut self) {
        self.keep_as_it_was(&safe!("The file is empty; what was in it stays until it has text again"));
    }

    /// The place that is to be found again where its text goes from the file: the one at the top of the screen, or
    /// the one that was there when its text went and that nobody has left since.
    pub(super) fn take_lost(&mut self, moved: &Moved<'_>) -> Option<Box<Kept>> {
        let page = self.page.as_ref()?;
        let lost = self.live.lost.take().filter(|(_, shown)| *shown == page.place());
        if let Some((lost, _)) = lost {
            return Some(lost);
        }
        let Place::Text { position, .. } = page.place() else { return None };
        // Where so much goes that the place is behind the end, the rest may still be written.
        let is_shorter = moved.new.markdown().len() < moved.old.markdown().len();
        let is_gone = moved.changes.part(moved.old.part_at(position)).is_none();
        (is_shorter && is_gone).then(|| Box::new(place_of(page, self.recorded.fingerprint())))
    }

    /// The text of this place is gone, and what is shown now is only what is near it.
    pub(super) fn lose(&mut self, lost: Box<Kept>) {
        self.live.lost = self.page.as_ref().map(|page| (lost, page.place()));
    }

    /// Whether what is at the top of the screen is there only because the text of the place that one was at went.
    pub(super) fn is_displaced(&self) -> bool {
        let shown = self.live.lost.as_ref().map(|(_, shown)| *shown);
        shown.is_some() && shown == self.page.as_ref().map(Page::place)
    }

    /// The newest state of the file is shown.
    pub(super) fn is_fresh(&mut self) {
        self.live.stale = None;
    }

    /// Forgets the marks of what was on screen and is no more.
    pub(super) fn read_marks(&mut self) {
        let live = &mut self.live;
        let Some(page) = self.page.as_ref().filter(|_| !live.changed.is_empty()) else { return };
        let visible: BTreeSet<PartId> =
            page.visible().filter(|row| row.part.is_some()).map(|row| row.anchor.part).collect();
        let left: Vec<PartId> = live.seen.difference(&visible).copied().collect();
        for part in left {
            live.seen.remove(&part);
            live.changed.remove(&part);
        }
        live.seen.extend(live.changed.intersection(&visible));
    }
}

/// An article under the name that it has now, if that is another one.
fn renamed(visit: &Visit, names: &[(PathBuf, PathBuf)], library: Option<&LibraryScreen>) -> Option<Visit> {
    let DocumentSource::File(path) = &visit.source else { return None };
    let to = follow(path, names)?;
    let mut article = Article::clone(&visit.article);
    let below = library.and_then(|library| to.strip_prefix(library.root_of(&article)?).ok());
    article.place.path = match below {
        Some(below) => below.to_path_buf(),
        None => to.file_name().map_or_else(|| to.clone(), PathBuf::from),
    };
    let known = library.and_then(|library| library.key_of(&to));
    article.key = known.unwrap_or_else(|| ArticleKey::of(0, &to));
    Some(Visit { source: DocumentSource::File(to), article: Arc::new(article) })
}

#[cfg(test)]
mod tests;
