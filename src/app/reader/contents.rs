//! The contents pane: the headings outside quotes and lists, as a tree in one list, with a cursor and
//! what of it is in sight.

use std::sync::Arc;

use crate::document::Document;
use crate::document::shown::{Heading, PartId, PartKind, Position};
use crate::safe;
use crate::text::SafeText;

/// Deepest indentation that is shown; deeper headings stand under it.
const DEEPEST: u8 = 5;
/// Words a minute, as [`crate::library::article::minutes`] counts them.
const WORDS_A_MINUTE: u32 = 230;
/// Entries kept in sight above and below the one that is followed.
const MARGIN: usize = 2;

/// The contents. What a heading says stays in its document: an article of 50 MB has 33,000 of them.
#[derive(Debug, Default)]
pub struct Contents {
    document: Option<Arc<Document>>,
    lines: Vec<Line>,
    cursor: usize,
    scroll: usize,
    followed: Option<usize>,
}

/// A line of the contents.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Index into the document's headings.
    heading: u32,
    depth: u8,
    words: u32,
}

/// A heading in the contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its text, as it is read.
    pub text: &'a SafeText,
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
    pub fn new(document: &Arc<Document>) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        // The headings around the current one, outermost first: their indices and levels.
        let mut around: Vec<(usize, u8)> = Vec::new();
        for (index, heading) in document.contents().iter().enumerate() {
            let part = document.parts().get(heading.part.0 as usize);
            let is_listed = heading.top_level && part.is_some_and(|part| part.kind != PartKind::Nothing);
            if heading.top_level && !is_listed {
                continue;
            }
            while is_listed && around.last().is_some_and(|(_, level)| *level >= heading.level) {
                around.pop();
            }
            for (line, _) in &around {
                lines[*line].words += heading.words;
            }
            if is_listed {
                let depth = u8::try_from(around.len()).unwrap_or(DEEPEST).min(DEEPEST);
                around.push((lines.len(), heading.level));
                lines.push(Line { heading: index as u32, depth, words: heading.words });
            }
        }
        Self { document: Some(Arc::clone(document)), lines, ..Self::default() }
    }

    /// The same pane over another state of the document: cursor and scroll stay.
    #[must_use]
    pub fn after(mut self, before: &Self) -> Self {
        self.cursor = before.cursor.min(self.lines.len().saturating_sub(1));
        self.scroll = before.scroll;
        self
    }

    /// Whether there is no heading.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many headings there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The heading at an index.
    pub fn entry(&self, index: usize) -> Option<Entry<'_>> {
        let line = self.lines.get(index)?;
        let Heading { text, part, position, .. } = self.heading(line)?;
        Some(Entry { text, depth: line.depth, part: *part, position: *position, words: line.words })
    }

    fn heading(&self, line: &Line) -> Option<&Heading> {
        self.document.as_ref()?.contents().get(line.heading as usize)
    }

    fn level(&self, line: &Line) -> Option<u8> {
        self.heading(line).map(|heading| heading.level)
    }

    /// How many lines stand before the first whose heading is not `passed`.
    fn count(&self, passed: impl Fn(&Heading) -> bool) -> usize {
        self.lines.partition_point(|line| self.heading(line).is_some_and(&passed))
    }

    /// The heading that begins at a position.
    pub fn index_of(&self, position: Position) -> Option<usize> {
        let index = self.count(|heading| heading.position < position);
        self.entry(index).filter(|entry| entry.position == position).map(|_| index)
    }

    /// Puts the cursor on an entry that is brought into sight otherwise.
    pub fn set_cursor(&mut self, index: usize) {
        self.cursor = index.min(self.lines.len().saturating_sub(1));
    }

    /// The index that the cursor is on.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The entries in sight, each with its index.
    pub fn visible(&self, height: u16) -> impl Iterator<Item = (usize, Entry<'_>)> {
        let last = self.lines.len().min(self.scroll + usize::from(height));
        (self.scroll..last).filter_map(|index| Some((index, self.entry(index)?)))
    }

    /// The last heading at or before a part.
    pub fn at(&self, part: PartId) -> Option<usize> {
        self.count(|heading| heading.part <= part).checked_sub(1)
    }

    /// The last heading before a part.
    pub fn before(&self, part: PartId) -> Option<usize> {
        self.count(|heading| heading.part < part).checked_sub(1)
    }

    /// The nearest heading of the same level before or after one.
    pub fn sibling(&self, index: usize, forward: bool) -> Option<usize> {
        let level = self.level(self.lines.get(index)?);
        let is_sibling = |line: &Line| self.level(line) == level;
        if forward {
            let after = self.lines.get(index + 1..)?;
            return after.iter().position(is_sibling).map(|step| index + 1 + step);
        }
        self.lines.get(..index)?.iter().rposition(is_sibling)
    }

    /// Puts the cursor on an entry, or the last one.
    pub fn place_cursor(&mut self, index: usize, height: u16) {
        self.cursor = index.min(self.lines.len().saturating_sub(1));
        self.bring_into_sight(self.cursor, height);
    }

    /// Moves the cursor.
    pub fn move_cursor(&mut self, by: isize, height: u16) {
        self.place_cursor(self.cursor.saturating_add_signed(by), height);
    }

    /// Scrolls what is in sight, and leaves the cursor.
    pub fn scroll_by(&mut self, by: isize, height: u16) {
        let last = self.lines.len().saturating_sub(usize::from(height));
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
        (index < self.lines.len()).then_some(index)
    }

    fn bring_into_sight(&mut self, index: usize, height: u16) {
        let height = usize::from(height).max(1);
        let margin = MARGIN.min((height - 1) / 2);
        let lowest = (index + margin + 1).saturating_sub(height);
        self.scroll = self.scroll.clamp(lowest, index.saturating_sub(margin).max(lowest));
        self.scroll_by(0, height as u16);
    }
}

impl Entry<'_> {
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
