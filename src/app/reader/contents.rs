//! The contents pane: the headings outside quotes and lists, as a tree in one list, with a cursor, what of
//! it is in sight, what is folded and what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::app::library_screen::list::time;
use crate::document::Document;
use crate::document::shown::{Heading, PartId, PartKind, Position};
use crate::safe;
use crate::text::SafeText;

/// Deepest indentation that is shown; deeper headings stand under it.
const DEEPEST: u8 = 5;
/// Words a minute, as [`crate::library::article::minutes`] counts them.
const WORDS_A_MINUTE: u32 = 230;
/// Words a minute above which nobody reads.
const FASTEST: u64 = 700;
/// Shortest time in which a section is read.
const GLANCE: Duration = Duration::from_secs(1);
/// Longest pause between two looks in which one still reads.
const PAUSE: Duration = Duration::from_mins(1);
/// Entries kept in sight above and below the one that is followed.
const MARGIN: usize = 2;

/// The contents. What a heading says stays in its document: an article of 50 MB has 33,000 of them.
#[derive(Debug, Default)]
pub struct Contents {
    document: Option<Arc<Document>>,
    lines: Vec<Line>,
    /// Indices of the lines that no folded one hides, where any is folded.
    rows: Option<Vec<u32>>,
    /// The folded ones, by where they begin.
    folded: BTreeSet<Position>,
    /// Sections whose beginning, and those whose end, was on screen.
    begun: BTreeSet<Position>,
    ended: BTreeSet<Position>,
    /// Those of them that the reader has gone past, having had them on screen for as long as they take.
    passed: BTreeSet<Position>,
    /// For how long each section was on screen that is not read yet.
    times: BTreeMap<Position, Duration>,
    /// Those that are on screen, and since when.
    on_screen: (Vec<Position>, Duration),
    cursor: usize,
    /// Rows above what is in sight.
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
    /// Its text, as it is read, or what stands for one that has none.
    pub text: &'a SafeText,
    /// Whether it has none.
    pub is_untitled: bool,
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

    /// The same pane over another state of the document, in which `to` tells where a position is: cursor and
    /// scroll stay, and what is folded and was read.
    #[must_use]
    pub fn after(mut self, before: &Self, to: impl Fn(Position) -> Position) -> Self {
        let moved = |positions: &BTreeSet<Position>| positions.iter().map(|at| to(*at)).collect();
        (self.folded, self.begun) = (moved(&before.folded), moved(&before.begun));
        (self.ended, self.passed) = (moved(&before.ended), moved(&before.passed));
        self.times = before.times.iter().map(|(at, time)| (to(*at), *time)).collect();
        self.on_screen = (before.on_screen.0.iter().map(|at| to(*at)).collect(), before.on_screen.1);
        self.arrange();
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
        let heading = self.heading(line)?;
        Some(Entry {
            text: heading.name(),
            is_untitled: heading.text.is_empty(),
            depth: line.depth,
            part: heading.part,
            position: heading.position,
            words: line.words,
        })
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
        let last = self.row_count().min(self.scroll + usize::from(height));
        (self.scroll..last).filter_map(|row| {
            let index = self.index_of_row(row)?;
            Some((index, self.entry(index)?))
        })
    }

    /// How many entries no folded one hides.
    pub fn row_count(&self) -> usize {
        self.rows.as_ref().map_or(self.lines.len(), Vec::len)
    }

    /// Whether entries lie within one, and whether they are folded away.
    pub fn fold_of(&self, index: usize) -> Option<bool> {
        let next = self.level(self.lines.get(index + 1)?)?;
        let own = self.heading(self.lines.get(index)?)?;
        (next > own.level).then(|| self.folded.contains(&own.position))
    }

    /// The entry and all that lie within it.
    pub fn within(&self, index: usize) -> Range<usize> {
        let own = self.lines.get(index).and_then(|line| self.level(line)).unwrap_or(0);
        let rest = self.lines.get(index + 1..).unwrap_or_default();
        let below = rest.iter().take_while(|line| self.level(line).is_some_and(|level| level > own));
        index..index + 1 + below.count()
    }

    /// The entry that is shown for one: itself, or the folded one that hides it.
    pub fn shown_for(&self, index: usize) -> usize {
        self.row_of(index).and_then(|row| self.index_of_row(row)).unwrap_or(index)
    }

    /// Folds or opens an entry; with `None`, whichever it is not. One without others in it stands for the
    /// entry around it when it is to be folded.
    pub fn fold(&mut self, index: usize, fold: Option<bool>, height: u16) {
        let index = match (self.fold_of(index), fold) {
            (None | Some(true), Some(true)) => self.around(index).unwrap_or(index),
            _ => index,
        };
        let Some(is_folded) = self.fold_of(index) else { return };
        let Some(position) = self.entry(index).map(|entry| entry.position) else { return };
        if fold.unwrap_or(!is_folded) {
            self.folded.insert(position);
        } else {
            self.folded.remove(&position);
        }
        self.arrange();
        self.place_cursor(index, height);
    }

    /// Takes in which parts are on screen at this time, and how many sections are behind the reader: all of them
    /// where the end of the article is on screen. What is folded away is not seen.
    pub fn see(
        &mut self,
        clock: Duration,
        (first, last): (PartId, PartId),
        behind: usize,
        is_hidden: impl Fn(PartId) -> bool,
    ) {
        let (seen_before, since) = std::mem::take(&mut self.on_screen);
        for position in seen_before {
            let time = self.times.entry(position).or_default();
            *time += clock.saturating_sub(since).min(PAUSE);
        }
        let parts = self.document.as_ref().map_or(0, |document| document.parts().len());
        let end_of_all = PartId(u32::try_from(parts).unwrap_or(u32::MAX).saturating_sub(1));
        let from = self.count(|heading| heading.part < first).saturating_sub(1);
        let mut seen: Vec<(Position, bool, bool)> = Vec::new();
        for index in from..self.lines.len() {
            let Some(entry) = self.entry(index).filter(|entry| entry.part <= last) else { break };
            // Its end was seen where its last part is, or the heading after it; the last section's, where the
            // article's is.
            let is_end = match self.entry(index + 1) {
                Some(next) => {
                    let end = PartId(next.part.0.saturating_sub(1));
                    let is_in = |part| (first..=last).contains(&part);
                    (is_in(end) || is_in(next.part)) && !is_hidden(end)
                }
                None => behind > index && !is_hidden(end_of_all),
            };
            seen.push((entry.position, entry.part >= first, is_end));
        }
        self.on_screen = (Vec::new(), clock);
        for (position, is_begin, is_end) in seen {
            if !self.passed.contains(&position) && !self.is_folded_up(position, &is_hidden) {
                self.on_screen.0.push(position);
            }
            // What is behind already is not looked at again.
            if !self.passed.contains(&position) {
                self.begun.extend(is_begin.then_some(position));
                self.ended.extend(is_end.then_some(position));
            }
        }
        let is_behind = |position: &Position| {
            let Some(index) = self.index_of(*position) else { return false };
            let words = self.lines.get(index).and_then(|line| self.heading(line)).map_or(0, |own| own.words);
            let least = Duration::from_millis(u64::from(words) * 60_000 / FASTEST);
            let time = self.times.get(position).copied().unwrap_or_default();
            self.ended.contains(position) && index < behind && time >= least.max(GLANCE)
        };
        let passed: Vec<Position> =
            self.begun.iter().filter(|position| is_behind(position)).copied().collect();
        for position in passed {
            self.begun.remove(&position);
            self.ended.remove(&position);
            self.times.remove(&position);
            self.passed.insert(position);
        }
    }

    /// Takes the sections that end before a position for read.
    pub fn pass_before(&mut self, position: Position) {
        let next = (1..self.lines.len()).filter_map(|index| Some((index - 1, self.entry(index)?.position)));
        let ended = next.take_while(|(_, end)| *end <= position);
        let passed: Vec<Position> =
            ended.filter_map(|(index, _)| self.entry(index)).map(|entry| entry.position).collect();
        self.passed.extend(passed);
    }

    /// Whether nothing of a section's own text is on screen but its heading, because it is folded.
    fn is_folded_up(&self, position: Position, is_hidden: impl Fn(PartId) -> bool) -> bool {
        let Some(index) = self.index_of(position) else { return false };
        let first = self.entry(index).map(|entry| PartId(entry.part.0 + 1));
        first.is_some_and(is_hidden)
    }

    /// Whether a section was read: its beginning and its end were on screen and were left behind, and those of
    /// all within it.
    pub fn is_read(&self, index: usize) -> bool {
        let rest = self.lines.get(index..).unwrap_or_default();
        let mut headings = rest.iter().filter_map(|line| self.heading(line));
        let Some(own) = headings.next() else { return false };
        let within = headings.take_while(|other| other.level > own.level);
        std::iter::once(own).chain(within).all(|one| self.passed.contains(&one.position))
    }

    /// How much of a section lies before a part, 0 to 1, by its parts.
    pub fn progress(&self, index: usize, part: PartId) -> f32 {
        let Some((entry, next)) = self.entry(index).zip(self.entry(index + 1)) else { return 0.0 };
        let length = next.part.0.saturating_sub(entry.part.0).max(1);
        (part.0.saturating_sub(entry.part.0) as f32 / length as f32).clamp(0.0, 1.0)
    }

    /// The nearest entry around one.
    fn around(&self, index: usize) -> Option<usize> {
        let level = self.level(self.lines.get(index)?)?;
        self.lines.get(..index)?.iter().rposition(|line| self.level(line).is_some_and(|other| other < level))
    }

    /// Finds out which entries are hidden.
    fn arrange(&mut self) {
        self.rows = None;
        if self.folded.is_empty() {
            return;
        }
        let mut rows = Vec::new();
        // The level of the folded entry that hides what is deeper.
        let mut hiding: Option<u8> = None;
        for (line, index) in self.lines.iter().zip(0..) {
            let Some(heading) = self.heading(line) else { continue };
            if hiding.is_some_and(|level| heading.level > level) {
                continue;
            }
            hiding = self.folded.contains(&heading.position).then_some(heading.level);
            rows.push(index);
        }
        self.rows = Some(rows);
    }

    /// The row of an entry, or of the folded one that hides it.
    fn row_of(&self, index: usize) -> Option<usize> {
        match &self.rows {
            Some(rows) => rows.partition_point(|shown| *shown as usize <= index).checked_sub(1),
            None => Some(index),
        }
    }

    fn index_of_row(&self, row: usize) -> Option<usize> {
        match &self.rows {
            Some(rows) => rows.get(row).map(|index| *index as usize),
            None => (row < self.lines.len()).then_some(row),
        }
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

    /// Moves the cursor by rows.
    pub fn move_cursor(&mut self, by: isize, height: u16) {
        let row = self.row_of(self.cursor).unwrap_or(0).saturating_add_signed(by);
        let row = row.min(self.row_count().saturating_sub(1));
        self.place_cursor(self.index_of_row(row).unwrap_or(0), height);
    }

    /// Scrolls what is in sight, and leaves the cursor.
    pub fn scroll_by(&mut self, by: isize, height: u16) {
        let last = self.row_count().saturating_sub(usize::from(height));
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
        self.index_of_row(self.scroll + usize::from(row))
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
        _ => time(u32::try_from((seconds + 30) / 60).unwrap_or(u32::MAX)),
    }
}
