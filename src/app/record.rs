//! What keys do to the record, and what it says: for the open article, else for the selected one.

use std::path::PathBuf;

use super::asking::{Asking, Question};
use super::command::Command;
use super::effect::{DocumentSource, Effect, Recorded, Recording};
use super::picker::Picker;
use super::picker::places::{self, Mark};
use super::reader::Reader;
use super::{App, Overlay, clipboard};
use crate::library::marks::{Deed, Entry};
use crate::library::states::Reading;
use crate::library::tags::fold_tag;
use crate::safe;
use crate::text::SafeText;

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
            Command::Label => {
                self.ask_label(effects);
                return true;
            }
            Command::SetBookmark => {
                self.ask_bookmark(effects);
                return true;
            }
            Command::SelectKeep | Command::SelectNote => {
                self.keep_selection(command == Command::SelectNote, effects);
                return true;
            }
            Command::SelectCopy => {
                if let Some(text) = self.reader.as_mut().and_then(Reader::copy_selection) {
                    let said = clipboard::copy(text, effects);
                    self.say(said, effects);
                }
                return true;
            }
            Command::Bookmarks => {
                if let Some(reader) = &self.reader {
                    self.overlay = Some(Overlay::Picker(Picker::places(reader.places())));
                }
                return true;
            }
            Command::Recent | Command::ReaderRecent => {
                match &self.library {
                    Some(library) => {
                        self.overlay = Some(Overlay::Picker(Picker::recent(places::recent(library))));
                    }
                    // Around a lone file it is all that was ever opened, which the record knows.
                    None => effects.push(Effect::Record(Recording::Recent(places::MOST_RECENT))),
                }
                return true;
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

    fn ask_label(&mut self, effects: &mut Vec<Effect>) {
        let (Some(library), Some((file, entry))) = (&self.library, self.target()) else {
            return self.say(safe!("There is no file to label"), effects);
        };
        let kept = library.list.articles();
        let mut known: Vec<SafeText> =
            library.entries().iter().flat_map(|(_, entry)| entry.labels.iter().cloned()).collect();
        known.sort();
        known.dedup();
        let question = Question::Label { selected: (file, entry.labels), kept, all: false, known };
        self.overlay = Some(Overlay::Asking(Asking::new(question)));
    }

    fn ask_bookmark(&mut self, effects: &mut Vec<Effect>) {
        match self.reader.as_ref().and_then(Reader::bookmark_here) {
            Some((file, place, section)) => {
                let question = Question::Bookmark(file, Box::new(place), section);
                self.overlay = Some(Overlay::Asking(Asking::new(question)));
            }
            None => self.say(safe!("There is no file to set a bookmark in"), effects),
        }
    }

    /// Keeps what is selected as a highlight; for a note its words are asked first.
    fn keep_selection(&mut self, with_note: bool, effects: &mut Vec<Effect>) {
        let Some((file, new)) = self.reader.as_mut().and_then(Reader::take_selection) else { return };
        if with_note {
            self.overlay = Some(Overlay::Asking(Asking::new(Question::Note(file, Box::new(new)))));
        } else {
            effects.push(Effect::Record(Recording::Do(Deed::Note(file, Box::new(new)))));
        }
    }

    /// Does what a key says while a question is asked.
    pub(super) fn answer(&mut self, command: Command, effects: &mut Vec<Effect>) {
        let Some(Overlay::Asking(asking)) = &mut self.overlay else { return };
        match command {
            Command::LineComplete => return asking.change_aim(),
            Command::LineAccept => {}
            Command::LineCancel | Command::Back => {
                self.overlay = None;
                return;
            }
            _ => return,
        }
        let answer = asking.answer();
        let question = asking.question.clone();
        self.overlay = None;
        let deed = match question {
            Question::Label { .. } if answer.is_empty() => return,
            Question::Label { all: false, selected: (file, own), .. } => {
                let same = |label: &SafeText| fold_tag(label.as_str()) == fold_tag(answer.as_str());
                let has = own.iter().any(same);
                Deed::Label(vec![file], answer, !has)
            }
            Question::Label { .. } => {
                let Some(library) = &self.library else { return };
                Deed::Label(library.kept_files(), answer, true)
            }
            Question::Bookmark(file, place, section) => {
                let name = if answer.is_empty() { section } else { answer };
                Deed::Bookmark(file, *place, name)
            }
            Question::EditNote(file, id, _) => {
                Deed::EditNote(file, id, (!answer.is_empty()).then_some(answer))
            }
            Question::Note(file, mut new) => {
                new.note = (!answer.is_empty()).then_some(answer);
                Deed::Note(file, new)
            }
        };
        effects.push(Effect::Record(Recording::Do(deed)));
    }

    /// Takes a bookmark or highlight of the open article away.
    pub(super) fn remove(&mut self, mark: Mark, effects: &mut Vec<Effect>) {
        let Some((file, _)) = self.target() else { return };
        let deed = match mark {
            Mark::Bookmark(id) => Deed::RemoveBookmark(file, id),
            Mark::Note(id) => {
                let has_note = self
                    .reader
                    .as_ref()
                    .and_then(|reader| reader.note(id))
                    .is_some_and(|note| note.note.is_some());
                Deed::RemoveNote(file, id, has_note)
            }
        };
        effects.push(Effect::Record(Recording::Do(deed)));
    }

    /// Asks for the words of a note, beginning with those that it has.
    pub(super) fn edit_note(&mut self, id: i64) {
        let Some((file, _)) = self.target() else { return };
        let Some(note) = self.reader.as_ref().and_then(|reader| reader.note(id)) else { return };
        let written = note.note.clone().unwrap_or_default();
        let question = Question::EditNote(file, id, note.quote.clone());
        self.overlay = Some(Overlay::Asking(Asking::with(question, &written)));
    }

    /// Takes in what the record says.
    pub(super) fn recorded(&mut self, recorded: Recorded, effects: &mut Vec<Effect>) {
        let Recorded { entries, marks, recent, views, all, said } = recorded;
        if let Some(recent) = recent.filter(|_| self.overlay.is_none()) {
            self.overlay = Some(Overlay::Picker(Picker::recent(places::recent_of(recent))));
        }
        if let Some(reader) = &mut self.reader {
            reader.take_entries(&self.view, &entries);
            if let Some(marks) = marks {
                reader.take_marks(marks);
            }
            if let Some(Overlay::Picker(picker)) = &mut self.overlay {
                picker.replace_places(reader.places());
            }
        }
        if let Some(library) = &mut self.library {
            library.take_views(views);
            library.take_entries(entries, all, effects);
        }
        if let Some(said) = said {
            self.say(said, effects);
        }
    }

    /// Has what is known of the open article and of the saved view recorded, because it is left.
    pub(super) fn leave_article(&mut self, effects: &mut Vec<Effect>) {
        if let Some(reader) = &mut self.reader {
            reader.record_now(&self.view, effects);
        }
        self.toast = self.toast.take().filter(|toast| !toast.of_reader);
        if let Some(library) = &mut self.library {
            library.record_view(effects);
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
