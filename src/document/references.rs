//! What the whole document defines and any of its parts may refer to: link definitions, footnotes and
//! the ends of components.
//!
//! Knows `shown`. Labels are matched as CommonMark 4.7 says: case folded, runs of blanks as one.

use std::collections::{HashMap, HashSet};

use super::shown::Position;

/// The link definitions of a document (CommonMark 4.7). The first one of a label counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions(HashMap<Box<str>, (Box<str>, Box<str>)>);

impl Definitions {
    /// Adds a definition, unless its label is defined.
    pub(super) fn add(&mut self, label: &str, destination: &str, title: &str) {
        self.0.entry(fold(label)).or_insert_with(|| (destination.into(), title.into()));
    }

    /// Adds those of what stands behind.
    pub(super) fn append(&mut self, behind: Self) {
        for (label, definition) in behind.0 {
            self.0.entry(label).or_insert(definition);
        }
    }

    /// Destination and title of a label.
    pub(super) fn get(&self, label: &str) -> Option<(&str, &str)> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&fold(label)).map(|(destination, title)| (&**destination, &**title))
    }
}

/// One footnote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Footnote {
    /// From 1, in order of first reference.
    pub(super) number: u32,
    /// Where its text begins.
    pub(super) definition: Position,
    /// Where it is first referred to.
    pub(super) reference: Option<Position>,
}

/// A note that is referred to before it is defined.
const UNDEFINED: Footnote = Footnote { number: 0, definition: Position(u32::MAX), reference: None };

/// The footnotes of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Footnotes {
    notes: HashMap<Box<str>, Footnote>,
    count: u32,
    /// Names of the components that are closed anywhere (`</Card>`).
    closed: HashSet<Box<str>>,
}

impl Footnotes {
    /// Says that `label` is defined at `definition`. The first definition counts.
    pub(super) fn define(&mut self, label: &str, definition: Position) {
        let note = self.notes.entry(fold(label)).or_insert(UNDEFINED);
        if note.definition == UNDEFINED.definition {
            note.definition = definition;
        }
    }

    /// Adds the definitions of what stands behind.
    pub(super) fn append(&mut self, behind: Self) {
        for (label, note) in behind.notes {
            self.notes.entry(label).or_insert(note);
        }
    }

    /// Takes in which components the body `text` closes.
    pub(super) fn see_components(&mut self, text: &str) {
        for at in memchr::memmem::find_iter(text.as_bytes(), b"</") {
            let name = component(&text[at..]);
            if !name.is_empty() && !self.closed.contains(name) {
                self.closed.insert(name.into());
            }
        }
    }

    /// Whether the component whose tag is `raw` is closed anywhere.
    pub(super) fn is_closed(&self, raw: &str) -> bool {
        self.closed.contains(component(raw))
    }

    /// Says that `label` is referred to at `reference`; calls come in order.
    pub(super) fn refer(&mut self, label: &str, reference: Position) {
        let note = self.notes.entry(fold(label)).or_insert(UNDEFINED);
        if note.reference.is_none() {
            self.count += 1;
            note.number = self.count;
            note.reference = Some(reference);
        }
    }

    /// Numbers the notes that nothing refers to, after all others, in order of their definitions.
    pub(super) fn number_the_rest(&mut self) {
        let mut rest: Vec<&mut Footnote> = self.notes.values_mut().filter(|note| note.number == 0).collect();
        rest.sort_by_key(|note| note.definition);
        for note in rest {
            self.count += 1;
            note.number = self.count;
        }
    }

    /// The note of a label.
    pub(super) fn get(&self, label: &str) -> Option<Footnote> {
        if self.notes.is_empty() {
            return None;
        }
        self.notes.get(&fold(label)).copied().filter(|note| note.definition != UNDEFINED.definition)
    }

    /// The note of a number.
    pub(super) fn by_number(&self, number: u32) -> Option<Footnote> {
        self.notes.values().find(|note| note.number == number).copied()
    }

    /// Blocks that define, with no text, every defined note that `text` seems to refer to, so that a
    /// piece of the document parses its marks as the whole does. Nothing can be continued into them.
    pub(super) fn lead_for(&self, text: &str) -> Option<String> {
        if self.notes.is_empty() {
            return None;
        }
        let mut lead = String::new();
        for at in memchr::memmem::find_iter(text.as_bytes(), b"[^") {
            let rest = &text[at + 2..];
            let Some(end) = rest.find([']', '\n']) else { continue };
            let label = &rest[..end];
            if self.notes.contains_key(&fold(label)) {
                lead.push_str("[^");
                lead.push_str(label);
                lead.push_str("]:\n\n");
            }
        }
        if lead.is_empty() {
            return None;
        }
        lead.push_str("***\n\n");
        Some(lead)
    }
}

/// The name of the component whose tag `text` begins with; empty where it begins with none.
fn component(text: &str) -> &str {
    let name = text.trim_start_matches(['<', '/']);
    let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'.').count();
    if name.starts_with(|first: char| first.is_ascii_uppercase()) { &name[..length] } else { "" }
}

/// A label as it is compared: Unicode case folded, runs of blanks as one.
fn fold(label: &str) -> Box<str> {
    let mut folded = String::with_capacity(label.len());
    for word in label.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.bytes().map(|byte| char::from(byte.to_ascii_uppercase())));
        } else {
            // Lower, then upper: `ẞ`, `ß` and `SS` are one label.
            folded.push_str(&word.to_lowercase().to_uppercase());
        }
    }
    folded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_match_whatever_their_case_and_blanks() {
        let mut definitions = Definitions::default();
        definitions.add("Foo\n  BAR", "/first", "");
        definitions.add("foo bar", "/second", "");
        definitions.add("ẞ", "/sharp", "");
        assert_eq!(definitions.get("fOO bar"), Some(("/first", "")));
        assert_eq!(definitions.get("SS"), Some(("/sharp", "")));
        assert_eq!(definitions.get("none"), None);
    }

    #[test]
    fn notes_are_numbered_by_first_reference_and_the_rest_follow() {
        let mut notes = Footnotes::default();
        notes.define("a", Position(30));
        notes.define("b", Position(40));
        notes.define("c", Position(50));
        notes.refer("b", Position(3));
        notes.refer("B", Position(9));
        notes.number_the_rest();
        let number = |label| notes.get(label).map(|note| note.number);
        assert_eq!((number("b"), number("a"), number("c")), (Some(1), Some(2), Some(3)));
        assert_eq!(notes.by_number(1).and_then(|note| note.reference), Some(Position(3)));
    }
}
