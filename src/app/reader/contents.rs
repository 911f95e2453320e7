//! The contents pane: the headings outside quotes and lists, as a tree in one list, with a cursor and
//! what of it is in sight.

use crate::document::Document;
use crate::document::shown::{PartId, PartKind, Position};
use crate::safe;
use crate::text::SafeText;

/// Deepest indentation that is shown; deeper headings stand under it.
const DEEPEST: u8 = 5;
/// Words a minute, as [`crate::library::article::minutes`] counts them.
const WORDS_A_MINUTE: u32 = 230;
/// Entries kept in sight above and below the one that is followed.
const MARGIN: usize = 2;

/// The contents.
#[derive(Debug, Default)]
pub struct Contents {
    entries: Vec<Entry>,
    cursor: usize,
    scroll: usize,
    followed: Option<usize>,
}

/// A heading in the contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its text, as it is read.
    pub text: SafeText,
    /// 1 to 6.
    pub level: u8,
    /// How many headings are around it.
    pub depth: u8,
    /// The part that shows it.
    pub part: PartId,
    /// Where it begins.
    pub position: Position,
    /// Words of its section, those of the sections within it included.
    pub words: u32,
}

impl Contents {
    /// The contents of a document. A heading that is not shown, because it repeats the title, is left out.
    pub fn new(document: &Document) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        // Indices of the headings around the current one, outermost first.
        let mut around: Vec<usize> = Vec::new();
        for heading in document.contents() {
            if !heading.top_level {
                for index in &around {
                    entries[*index].words += heading.words;
                }
                continue;
            }
            let part = document.parts().get(heading.part.0 as usize);
            if part.is_none_or(|part| part.kind == PartKind::Nothing) {
                continue;
            }
            while around.last().is_some_and(|index| entries[*index].level >= heading.level) {
                around.pop();
            }
            for index in &around {
                entries[*index].words += heading.words;
            }
            let depth = u8::try_from(around.len()).unwrap_or(DEEPEST).min(DEEPEST);
            around.push(entries.len());
            entries.push(Entry {
                text: heading.text.clone(),
                level: heading.level,
                depth,
                part: heading.part,
                position: heading.position,
                words: heading.words,
            });
        }
        Self { entries, ..Self::default() }
    }

    /// The same pane over another state of the document: cursor and scroll stay.
    #[must_use]
    pub fn after(mut self, before: &Self) -> Self {
        self.cursor = before.cursor.min(self.entries.len().saturating_sub(1));
        self.scroll = before.scroll;
        self
    }

    /// Whether there is no heading.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many headings there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The heading at an index.
    pub fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    /// The heading that begins at a position.
    pub fn index_of(&self, position: Position) -> Option<usize> {
        self.entries.binary_search_by_key(&position, |entry| entry.position).ok()
    }

    /// Puts the cursor on an entry that is brought into sight otherwise.
    pub fn set_cursor(&mut self, index: usize) {
        self.cursor = index.min(self.entries.len().saturating_sub(1));
    }

    /// The index that the cursor is on.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The entries in sight, each with its index.
    pub fn visible(&self, height: u16) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().skip(self.scroll).take(usize::from(height))
    }

    /// The last heading at or before a part.
    pub fn at(&self, part: PartId) -> Option<usize> {
        self.entries.partition_point(|entry| entry.part <= part).checked_sub(1)
    }

    /// The last heading before a part.
    pub fn before(&self, part: PartId) -> Option<usize> {
        self.entries.partition_point(|entry| entry.part < part).checked_sub(1)
    }

    /// The nearest heading of the same level before or after one.
    pub fn sibling(&self, index: usize, forward: bool) -> Option<usize> {
        let level = self.entries.get(index)?.level;
        if forward {
            let after = self.entries.get(index + 1..)?;
            return after.iter().position(|entry| entry.level == level).map(|step| index + 1 + step);
        }
        self.entries.get(..index)?.iter().rposition(|entry| entry.level == level)
    }

    /// Puts the cursor on an entry, or the last one.
    pub fn place_cursor(&mut self, index: usize, height: u16) {
        self.cursor = index.min(self.entries.len().saturating_sub(1));
        self.bring_into_sight(self.cursor, height);
    }

    /// Moves the cursor.
    pub fn move_cursor(&mut self, by: isize, height: u16) {
        self.place_cursor(self.cursor.saturating_add_signed(by), height);
    }

    /// Scrolls what is in sight, and leaves the cursor.
    pub fn scroll_by(&mut self, by: isize, height: u16) {
        let last = self.entries.len().saturating_sub(usize::from(height));
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
    }

    /// Keeps the current section in sight, when it is another one than before.
    pub fn follow(&mut self, current: Option<usize>, height: u16) {
        if current != self.followed {
            self.followed = current;
            self.bring_into_sight(current.unwrap_or(0), height);
        }
        self.scroll_by(0, height);
    }

    /// The entry on a row of the pane.
    pub fn index_at(&self, row: u16) -> Option<usize> {
        let index = self.scroll + usize::from(row);
        (index < self.entries.len()).then_some(index)
    }

    fn bring_into_sight(&mut self, index: usize, height: u16) {
        let height = usize::from(height).max(1);
        let margin = MARGIN.min((height - 1) / 2);
        let lowest = (index + margin + 1).saturating_sub(height);
        self.scroll = self.scroll.clamp(lowest, index.saturating_sub(margin).max(lowest));
        self.scroll_by(0, height as u16);
    }
}

impl Entry {
    /// How long its section takes to read: `30 s`, `1 min`; nothing for less than ten seconds.
    pub fn duration(&self) -> SafeText {
        duration(self.words)
    }
}

fn duration(words: u32) -> SafeText {
    let seconds = u64::from(words) * 60 / u64::from(WORDS_A_MINUTE);
    match seconds {
        0..=9 => SafeText::default(),
        10..=54 => safe!("{} s", (seconds + 5) / 10 * 10),
        _ => safe!("{} min", (seconds + 30) / 60),
    }
}
