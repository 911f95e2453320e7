//! What keys do to the record, and what it says: for the open article, else for the selected one.

use std::path::PathBuf;

use super::App;
use super::command::Command;
use super::effect::{DocumentSource, Effect, Recorded, Recording};
use crate::library::marks::{Deed, Entry};
use crate::library::states::Reading;

impl App {
    /// Does what a command says about the record; false where it says nothing about that.
    pub(super) fn record(&mut self, command: Command, effects: &mut Vec<Effect>) -> bool {
        let deed = match command {
            Command::Undo => {
                effects.push(Effect::Record(Recording::Undo));
                return true;
            }
            Command::ToggleRead | Command::ReaderToggleRead => {
                self.target().map(|(file, entry)| Deed::Read(vec![file], other(entry.reading)))
            }
            Command::ToggleStar | Command::ReaderToggleStar => {
                self.target().map(|(file, entry)| Deed::Star(vec![file], !entry.starred))
            }
            _ => return false,
        };
        match deed {
            Some(deed) => effects.push(Effect::Record(Recording::Do(deed))),
            None => self.say(crate::safe!("There is no file to record that of"), effects),
        }
        true
    }

    /// The file that a deed is about, with what is recorded of it.
    fn target(&self) -> Option<(PathBuf, Entry)> {
        if let Some(reader) = &self.reader {
            let DocumentSource::File(file) = reader.source() else { return None };
            return Some((file, reader.entry().cloned().unwrap_or_default()));
        }
        let library = self.library.as_ref()?;
        let article = library.selected()?;
        let DocumentSource::File(file) = library.source(&article) else { return None };
        Some((file, library.entries().get(article.key).cloned().unwrap_or_default()))
    }

    /// Takes in what the record says.
    pub(super) fn recorded(&mut self, recorded: Recorded, effects: &mut Vec<Effect>) {
        let Recorded { entries, all, said } = recorded;
        if let Some(reader) = &mut self.reader {
            reader.take_entries(&self.view, &entries);
        }
        if let Some(library) = &mut self.library {
            library.take_entries(entries, all, effects);
        }
        if let Some(said) = said {
            self.say(said, effects);
        }
    }

    /// Has what is known of the open article recorded, because it is left.
    pub(super) fn leave_article(&mut self, effects: &mut Vec<Effect>) {
        if let Some(reader) = &mut self.reader {
            reader.record_now(&self.view, effects);
        }
    }
}

/// What is to be recorded before the program ends.
pub fn leaving(app: &mut App) -> Vec<Effect> {
    let mut effects = Vec::new();
    app.leave_article(&mut effects);
    effects
}

/// What a key makes of an article that was read so far.
fn other(reading: Reading) -> Reading {
    match reading {
        Reading::Read => Reading::Unread,
        Reading::Unread | Reading::Reading => Reading::Read,
    }
}
