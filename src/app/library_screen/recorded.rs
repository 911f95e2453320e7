//! What is recorded of the articles of the list: asked once everything is on screen, kept by their identity.

use std::path::PathBuf;
use std::sync::Arc;

use super::LibraryScreen;
use super::asking::Then;
use crate::app::effect::{Effect, Recording};
use crate::library::marks::{Entries, Entry};
use crate::library::query::{Is, Mark};

/// What is recorded, and what of it was asked for.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    entries: Arc<Entries>,
    asked: bool,
    /// Whether articles that were moved between two runs were looked for.
    looked_for_moved: bool,
}

impl LibraryScreen {
    /// What is recorded of the articles.
    pub fn entries(&self) -> &Arc<Entries> {
        &self.recorded.entries
    }

    /// Asks for what is recorded, once the roots are known, and for what was moved, once all is looked at.
    pub(super) fn ask_record(&mut self, effects: &mut Vec<Effect>) {
        if !self.origin.is_recorded() {
            return;
        }
        let roots: Vec<PathBuf> = self.newest.roots().iter().map(|root| root.path.clone()).collect();
        if !roots.is_empty() && !std::mem::replace(&mut self.recorded.asked, true) {
            effects.push(Effect::Record(Recording::Load(roots)));
        }
        if self.progress.walked && !std::mem::replace(&mut self.recorded.looked_for_moved, true) {
            effects.push(Effect::Record(Recording::FindMoved(Arc::clone(&self.newest))));
        }
    }

    /// Takes in what is recorded now. The list follows where its states are others.
    pub fn take_entries(&mut self, entries: Vec<Entry>, all: bool, effects: &mut Vec<Effect>) {
        let mut changed = false;
        let known: Vec<_> =
            entries.into_iter().filter_map(|entry| Some((self.key_of(&entry.file)?, entry))).collect();
        let own = Arc::make_mut(&mut self.recorded.entries);
        let before = if all { std::mem::take(own) } else { Entries::default() };
        let mut met = 0;
        for (key, entry) in known {
            let is_same = |before: &Entry| {
                (before.reading, before.starred, &before.labels)
                    == (entry.reading, entry.starred, &entry.labels)
            };
            met += usize::from(before.get(key).is_some());
            changed |= !before.get(key).or_else(|| own.get(key)).is_some_and(is_same);
            own.set(key, entry);
        }
        changed |= met < before.len();
        if changed {
            self.ask(Then::Keep, effects);
        }
    }

    /// Keeps the unread articles only, or all again.
    pub(super) fn toggle_unread(&mut self, effects: &mut Vec<Effect>) {
        let query = self.query();
        let is_on = query.state_mark(Is::Unread) == Mark::Included;
        let query = query.with_state(Is::Unread, if is_on { Mark::None } else { Mark::Included });
        self.set_query(query, effects);
    }
}
