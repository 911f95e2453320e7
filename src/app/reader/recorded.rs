//! What is recorded of the open article: where one was in it, where one is, for how long.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::Duration;

use super::Reader;
use super::opening::Awaited;
use super::page::{Page, Place as Shown};
use crate::app::View;
use crate::app::effect::{At, DocumentSource, Effect, Recording};
use crate::document::Document;
use crate::document::place::{self, Side, around, section};
use crate::document::quote::Edge;
use crate::document::shown::Position;
use crate::library::marks::{
    AROUND, Deed, Entry, Fingerprint, Place, Reached, reading_after, seconds_to_read,
};
use crate::library::states::Reading;
use crate::text::SafeText;

/// Longest that what changed waits to be recorded: so much a program that is killed loses.
const DELAY: Duration = Duration::from_millis(800);
/// Longest pause between two keys that is still reading.
const PAUSE: Duration = Duration::from_mins(1);
/// Longest text of which a fingerprint is made while somebody waits.
const SMALL: usize = 1 << 20;

/// What is recorded, and what is not yet.
#[derive(Debug)]
pub(super) struct Recorded {
    entry: Option<Entry>,
    /// Whether it was recorded that the article is open.
    opened: bool,
    /// Whether its text is another one since then.
    is_edited: bool,
    /// The fingerprint of the whole document, once that was worth its time.
    fingerprint: Fingerprint,
    /// What was last recorded: position and thousandths.
    saved: Option<(Shown, u16)>,
    /// When the next time is.
    due: Option<Duration>,
    /// When somebody last did something.
    last: Duration,
    /// Time that was read and not recorded.
    spent: Duration,
    /// When to look whether the end has been in sight for long enough.
    look: Option<Duration>,
    /// Whether it was found read by itself: once, so that undoing it is not undone.
    found_read: bool,
    /// Whether it was opened at a place of its own, which wins over where one was.
    is_elsewhere: bool,
    /// Whether the contents know what was read before.
    is_taken_up: bool,
}

impl Recorded {
    pub(super) fn new(view: &View) -> Self {
        Self {
            entry: None,
            opened: false,
            is_edited: false,
            fingerprint: Fingerprint::default(),
            saved: None,
            due: None,
            last: view.clock,
            spent: Duration::ZERO,
            look: None,
            found_read: false,
            is_elsewhere: false,
            is_taken_up: false,
        }
    }

    /// It is opened there, not where one was.
    pub(super) fn opens_at(&mut self, at: Option<&At>) {
        self.is_elsewhere = !matches!(at, None | Some(At::Place(_)));
    }

    /// It says something else now, by which it is to be recognised: that is recorded when one leaves, since a file
    /// that is written to all the time would be looked at all the time.
    pub(super) fn is_edited(&mut self) {
        self.is_edited = true;
    }

    /// Of the whole document, as far as it was worth its time.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

impl Reader {
    /// The reader of an article of which this is recorded: it opens where one was.
    #[must_use]
    pub fn recorded_as(mut self, entry: Option<Entry>) -> Self {
        if let Some(place) = entry.as_ref().and_then(|entry| entry.place.clone()) {
            self.opening.awaited = Some(Awaited::At(At::Place(place)));
        }
        self.recorded.entry = entry;
        self
    }

    /// What is recorded of the article, as far as that is known.
    pub fn entry(&self) -> Option<&Entry> {
        self.recorded.entry.as_ref()
    }

    /// A person's own labels of the article.
    pub(super) fn own_labels(&self) -> &[SafeText] {
        self.entry().map_or(&[], |entry| &entry.labels)
    }

    fn file(&self) -> Option<&PathBuf> {
        match &self.source {
            DocumentSource::File(file) => Some(file),
            DocumentSource::Text { .. } => None,
        }
    }

    /// Takes in what is recorded, if it is about this article. Where its place was not known, and nobody has
    /// moved, it goes there.
    pub fn take_entries(&mut self, view: &View, entries: &[Entry]) {
        let Some(file) = self.file() else { return };
        let Some(entry) = entries.iter().find(|entry| entry.file == *file) else { return };
        let was_known = self.recorded.entry.is_some();
        let labels = self.recorded.entry.take().map(|entry| entry.labels).unwrap_or_default();
        self.recorded.entry = Some(entry.clone());
        if labels != entry.labels {
            self.set_pictures(view);
        }
        let is_at_start = self.page.as_ref().is_none_or(|page| page.place() == Shown::Lead(0));
        if let Some(place) = entry.place.clone()
            && !was_known
            && is_at_start
            && self.opening.awaited.is_none()
            && self.recorded.due.is_none()
            && !self.recorded.is_elsewhere
        {
            self.opening.awaited = Some(Awaited::At(At::Place(place)));
            self.resolve();
            self.look(view);
        }
    }

    /// Has the contents know, once, what was read in other runs: the sections before where one was, if one took
    /// the time to read them.
    fn take_up(&mut self) {
        let (Some(entry), Some(page)) = (&self.recorded.entry, &self.page) else { return };
        if self.recorded.is_taken_up || self.opening.awaited.is_some() {
            return;
        }
        self.recorded.is_taken_up = true;
        let words = |progress: u16| (f32::from(progress) / 1000.0 * self.words() as f32) as u32;
        let is_begun =
            entry.reading == Reading::Reading && entry.spent >= seconds_to_read(words(entry.progress));
        if let Shown::Text { position, .. } = page.place()
            && is_begun
            && !self.recorded.is_elsewhere
        {
            self.contents.pass_before(position);
        }
    }

    /// Has recorded what is to be: that the article is open, and every now and then where one is.
    pub fn ensure_recorded(&mut self, view: &View, effects: &mut Vec<Effect>) {
        let Some(file) = self.file().cloned() else { return };
        self.recorded.spent += view.clock.saturating_sub(self.recorded.last).min(PAUSE);
        self.recorded.last = view.clock;
        let Some(page) = self.page.as_ref().filter(|page| page.document().is_whole()) else { return };
        if !std::mem::replace(&mut self.recorded.opened, true) {
            let (article, document) = (self.article.clone(), page.document().clone());
            let is_small = document.markdown().len() <= SMALL;
            self.recorded.fingerprint =
                if is_small { fingerprint(&document) } else { Fingerprint::default() };
            effects.push(Effect::Record(Recording::Opened { file: file.clone(), article, document }));
        }
        let here = (page.place(), self.thousandths());
        self.take_up();
        self.find_marks();
        // Where one only is because the text went, or was folded away, nobody has read to.
        if self.is_without_text() || self.is_displaced() || self.is_at_fold() {
            return;
        }
        if self.recorded.saved.is_none() {
            self.recorded.saved = Some(here);
        }
        if self.recorded.saved != Some(here) && self.recorded.due.is_none() {
            self.recorded.due = Some(view.clock + DELAY);
            effects.push(Effect::WakeAt(view.clock + DELAY));
        }
        if self.recorded.due.is_some_and(|due| due <= view.clock) {
            self.record_place(&file, effects);
        }
        self.find_read(view, &file, effects);
    }

    /// Has recorded where one is, because one leaves.
    pub fn record_now(&mut self, view: &View, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.recorded.is_edited) {
            self.recorded.opened = false;
        }
        self.ensure_recorded(view, effects);
        let Some(file) = self.file().cloned() else { return };
        if self.is_without_text() || self.is_displaced() || self.is_at_fold() {
            return;
        }
        if self.recorded.opened && (self.recorded.due.is_some() || self.seconds() > 0) {
            self.record_place(&file, effects);
        }
    }

    fn record_place(&mut self, file: &std::path::Path, effects: &mut Vec<Effect>) {
        self.recorded.due = None;
        let Some(page) = &self.page else { return };
        let place = place_of(page, self.recorded.fingerprint);
        let here = (page.place(), self.thousandths());
        let (before, spent) = (self.recorded.entry.as_ref().map_or(0, |entry| entry.spent), self.seconds());
        let begun = reading_after(Reading::Unread, 0, before + spent, 0) == Reading::Reading;
        let reached = Reached { place, progress: here.1, spent, begun };
        self.recorded.spent = self.recorded.spent.saturating_sub(Duration::from_secs(spent.into()));
        self.recorded.saved = Some(here);
        if let Some(entry) = &mut self.recorded.entry {
            entry.spent = entry.spent.saturating_add(spent);
        }
        effects.push(Effect::Record(Recording::Reached(file.to_path_buf(), Box::new(reached))));
    }

    /// Marks the article as read where its end was reached at a human speed.
    fn find_read(&mut self, view: &View, file: &std::path::Path, effects: &mut Vec<Effect>) {
        // Before it is known how far it was read, nothing is said of it.
        let Some(entry) = &self.recorded.entry else { return };
        let words = self.article.words.unwrap_or_else(|| self.article.minutes() * 230);
        let seconds = entry.spent.saturating_add(self.seconds());
        let thousandths = self.thousandths();
        if self.recorded.found_read || entry.reading == Reading::Read || thousandths < 1000 {
            return;
        }
        if reading_after(entry.reading, thousandths, seconds, words) == Reading::Read {
            self.recorded.found_read = true;
            let deed = Deed::Read(vec![file.to_path_buf()], Reading::Read);
            effects.push(Effect::Record(Recording::Do(deed)));
            return;
        }
        let left = Duration::from_secs(seconds_to_read(words).saturating_sub(seconds).into());
        let at = view.clock + left;
        if left <= PAUSE && self.recorded.look.is_none_or(|look| look <= view.clock) {
            self.recorded.look = Some(at);
            effects.push(Effect::WakeAt(at));
        }
    }

    fn seconds(&self) -> u32 {
        u32::try_from(self.recorded.spent.as_secs()).unwrap_or(u32::MAX)
    }

    fn thousandths(&self) -> u16 {
        (self.status.progress.clamp(0.0, 1.0) * 1000.0) as u16
    }

    /// Goes to where one was, if that is there by now; gives it back where it may still come.
    pub(super) fn go_to_place(&mut self, place: Box<Place>) -> Option<Box<Place>> {
        let Some(document) = self.page.as_ref().map(|page| std::sync::Arc::clone(page.document())) else {
            return Some(place);
        };
        let section = || {
            let begins = document.find_slug(place.slug.as_deref()?).filter(|_| document.is_whole());
            begins.map(|position| (position, 0))
        };
        // Where its text is gone, what is left of it is its section.
        let found = locate(&document, &place, same_text(&document)).or_else(section);
        match found {
            Some((position, nth)) => {
                let first = document.parts().first().map_or(0, |part| part.range.start);
                if position.0 >= first
                    && let Some(page) = &mut self.page
                {
                    page.show(Shown::Text { position, nth });
                    self.unfold_at(position);
                }
                None
            }
            // A file without text is one that somebody is writing.
            None if document.is_whole() && !self.is_without_text() => None,
            None => Some(place),
        }
    }
}

/// Whether a document says what it said when a place was made. Of one that is small that is worked out once.
pub(super) fn same_text(document: &Document) -> impl Fn(&Place) -> bool + '_ {
    let is_small = document.is_whole() && document.markdown().len() <= SMALL;
    // Most articles have no place to look for, and all of the text is read for this.
    let now = OnceCell::new();
    move |place| {
        let is_known = is_small && place.fingerprint.is_known();
        is_known && place.fingerprint == *now.get_or_init(|| fingerprint(document))
    }
}

/// Where a place is in a document, and which of the rows that begin with it.
pub(super) fn locate(
    document: &Document,
    place: &Place,
    is_same: impl Fn(&Place) -> bool,
) -> Option<(Position, i32)> {
    let around = (place.before.as_str(), place.after.as_str());
    let (position, slug) = (Position(place.position), place.slug.as_deref());
    let found = place::locate(document, is_same(place), position, slug, around, Side::After);
    found.map(|(position, is_exact)| (position, if is_exact { place.row } else { 0 }))
}

/// A place as where a quotation begins or ends.
pub(super) fn edge(place: &Place) -> Edge<'_> {
    let (before, after) = (place.before.as_str(), place.after.as_str());
    Edge { position: Position(place.position), slug: place.slug.as_deref(), before, after }
}

fn fingerprint(document: &Document) -> Fingerprint {
    Fingerprint::of(document.markdown().get(document.body().0 as usize..).unwrap_or_default())
}

/// A position as a place.
pub(super) fn place_at(document: &Document, position: Position, fingerprint: Fingerprint) -> Place {
    let (before, after) = around(document, position, AROUND);
    let slug = section(document, position).map(|slug| slug.to_string());
    Place { position: position.0, row: 0, slug, before, after, fingerprint }
}

/// The place at the top of the screen.
pub(super) fn place_of(page: &Page, fingerprint: Fingerprint) -> Place {
    let (position, row) = match page.place() {
        Shown::Lead(_) => return Place { fingerprint, ..Place::default() },
        Shown::Text { position, nth } => (position, nth),
    };
    Place { row, ..place_at(page.document(), position, fingerprint) }
}
