//! The contents pane: the headings outside quotes and lists, as a tree in one list, with a cursor, what of
//! it is in sight, what is folded and what was read.

use std::collections::BTreeSet;

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
    /// Indices of the entries that no folded one hides.
    rows: Vec<usize>,
    /// The folded ones, by where they begin.
    folded: BTreeSet<Position>,
    /// Sections whose beginning, and those whose end, was on screen.
    begun: BTreeSet<Position>,
    ended: BTreeSet<Position>,
    /// Those of them that the reader has gone past.
    passed: BTreeSet<Position>,
    cursor: usize,
    /// Rows above what is in sight.
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
        let rows = (0..entries.len()).collect();
        Self { entries, rows, ..Self::default() }
    }

    /// The same pane over another state of the document, in which `to` tells where a position is: cursor and
    /// scroll stay, and what is folded and was read.
    #[must_use]
    pub fn after(mut self, before: &Self, to: impl Fn(Position) -> Position) -> Self {
        let moved = |positions: &BTreeSet<Position>| positions.iter().map(|at| to(*at)).collect();
        (self.folded, self.begun) = (moved(&before.folded), moved(&before.begun));
        (self.ended, self.passed) = (moved(&before.ended), moved(&before.passed));
        self.arrange();
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
        let rows = self.rows.iter().skip(self.scroll).take(usize::from(height));
        rows.filter_map(|index| Some((*index, self.entries.get(*index)?)))
    }

    /// How many entries no folded one hides.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// Whether entries lie within one, and whether they are folded away.
    pub fn fold_of(&self, index: usize) -> Option<bool> {
        let entry = self.entries.get(index)?;
        let next = self.entries.get(index + 1)?;
        (next.level > entry.level).then(|| self.folded.contains(&entry.position))
    }

    /// The entry that is shown for one: itself, or the folded one that hides it.
    pub fn shown_for(&self, index: usize) -> usize {
        self.row_of(index).and_then(|row| self.rows.get(row)).copied().unwrap_or(index)
    }

    /// Folds or opens an entry; with `None`, whichever it is not. One without others in it stands for the
    /// entry around it when it is to be folded.
    pub fn fold(&mut self, index: usize, fold: Option<bool>, height: u16) {
        let is_folded = self.fold_of(index);
        let index = match (is_folded, fold) {
            (None | Some(true), Some(true)) => self.around(index).unwrap_or(index),
            _ => index,
        };
        let Some(is_folded) = self.fold_of(index) else { return };
        let position = self.entries[index].position;
        if fold.unwrap_or(!is_folded) {
            self.folded.insert(position);
        } else {
            self.folded.remove(&position);
        }
        self.arrange();
        self.place_cursor(index, height);
    }

    /// Takes in which parts are on screen, and how many sections are behind the reader: all of them where the
    /// end of the article is on screen.
    pub fn see(&mut self, first: PartId, last: PartId, behind: usize) {
        let from = self.entries.partition_point(|entry| entry.part < first).saturating_sub(1);
        for index in from..self.entries.len() {
            let entry = &self.entries[index];
            if entry.part > last {
                break;
            }
            if entry.part >= first {
                self.begun.insert(entry.position);
            }
            // Its end was seen where its last part is, or the heading after it; the last section's, where the
            // article's is.
            let is_seen = self.entries.get(index + 1).map_or(behind > index, |next| {
                let end = PartId(next.part.0.saturating_sub(1));
                (first..=last).contains(&end) || (first..=last).contains(&next.part)
            });
            if is_seen {
                self.ended.insert(entry.position);
            }
        }
        let is_behind = |position: &Position| {
            self.ended.contains(position) && self.index_of(*position).is_some_and(|index| index < behind)
        };
        let passed: Vec<Position> =
            self.begun.iter().filter(|position| is_behind(position)).copied().collect();
        for position in passed {
            self.begun.remove(&position);
            self.ended.remove(&position);
            self.passed.insert(position);
        }
    }

    /// Whether a section was read: its beginning and its end were on screen and were left behind, and those of
    /// all within it.
    pub fn is_read(&self, index: usize) -> bool {
        let Some(entry) = self.entries.get(index) else { return false };
        let within = self.entries.iter().skip(index + 1).take_while(|other| other.level > entry.level);
        std::iter::once(entry).chain(within).all(|one| self.passed.contains(&one.position))
    }

    /// How much of a section lies before a part, 0 to 1, by its parts.
    pub fn progress(&self, index: usize, part: PartId) -> f32 {
        let Some((entry, next)) = self.entries.get(index).zip(self.entries.get(index + 1)) else {
            return 0.0;
        };
        let length = next.part.0.saturating_sub(entry.part.0).max(1);
        (part.0.saturating_sub(entry.part.0) as f32 / length as f32).clamp(0.0, 1.0)
    }

    /// The nearest entry around one.
    fn around(&self, index: usize) -> Option<usize> {
        let level = self.entries.get(index)?.level;
        self.entries.get(..index)?.iter().rposition(|entry| entry.level < level)
    }

    /// Finds out which entries are hidden.
    fn arrange(&mut self) {
        self.rows.clear();
        // The level of the folded entry that hides what is deeper.
        let mut hiding: Option<u8> = None;
        for (index, entry) in self.entries.iter().enumerate() {
            if hiding.is_some_and(|level| entry.level > level) {
                continue;
            }
            hiding = self.folded.contains(&entry.position).then_some(entry.level);
            self.rows.push(index);
        }
    }

    /// The row of an entry, or of the folded one that hides it.
    fn row_of(&self, index: usize) -> Option<usize> {
        self.rows.partition_point(|shown| *shown <= index).checked_sub(1)
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

    /// Moves the cursor by rows.
    pub fn move_cursor(&mut self, by: isize, height: u16) {
        let row = self.row_of(self.cursor).unwrap_or(0).saturating_add_signed(by);
        let row = row.min(self.rows.len().saturating_sub(1));
        self.place_cursor(self.rows.get(row).copied().unwrap_or(0), height);
    }

    /// Scrolls what is in sight, and leaves the cursor.
    pub fn scroll_by(&mut self, by: isize, height: u16) {
        let last = self.rows.len().saturating_sub(usize::from(height));
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
        self.rows.get(self.scroll + usize::from(row)).copied()
    }

    fn bring_into_sight(&mut self, index: usize, height: u16) {
        let index = self.row_of(index).unwrap_or(0);
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
