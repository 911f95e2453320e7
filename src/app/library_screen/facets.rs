//! The facet pane: tags, dates, states, views and names with their counts, as rows that can be moved over and marked.

use crate::library::facets::{Facets, NameCounts, StateCount, ValueCount, Year};
use crate::library::query::{Is, Mark, Named};

/// Fewest tags that are shown before dates and states get less room.
const FEWEST_TAGS: usize = 5;
/// So many tags are shown before names get rows.
const ENOUGH_TAGS: usize = 10;
/// Most sources, authors or languages that are shown: the rest is offered in the query line.
const MOST_NAMES: usize = 5;
/// Most years that are shown while tags need the room.
const MOST_YEARS: usize = 12;

/// The pane's own state.
#[derive(Debug, Default)]
pub struct FacetPane {
    rows: Vec<FacetRow>,
    cursor: usize,
    scroll: usize,
    /// Whether it is recorded what was read.
    pub is_recorded: bool,
    /// Rows that tags and dates took at most at this height: they keep them, so that nothing moves under
    /// the mouse while one narrows.
    kept: [usize; 2],
    height: usize,
    /// Rows that are kept for sources, authors and languages.
    names: usize,
    /// The month (from 1; none is the whole year) of the cursor's year that keys mark.
    month: Option<i8>,
    /// The month (from 1; none is the year) on which the mouse went down, until it goes up.
    dragged: Option<(i16, Option<i8>)>,
    /// Rows of the tags, with the blank ones that are kept for them: while the mouse is dragged they stay as many.
    tag_rows: usize,
    /// The cursor and what was in sight before the value went that the cursor was on.
    away: Option<(usize, usize)>,
    /// The kind of names on which the cursor is to stand as soon as they are counted.
    wanted: Option<Named>,
}

/// One row of the pane. Indices are into the facets that the rows were made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacetRow {
    /// Nothing.
    Blank,
    /// A heading.
    Heading(&'static str),
    /// A tag.
    Tag(usize),
    /// So many more tags, to be picked from the picker.
    MoreTags(usize),
    /// A year with its months.
    Year(usize),
    /// So many more years, in the date picker.
    MoreYears(usize),
    /// Articles without a date.
    Undated,
    /// A state.
    State(usize),
    /// What the names are that follow: which of the facets' kinds.
    NamesHeading(usize),
    /// A source, author, language or value of a key: of which kind, and which of those.
    Name(usize, usize),
    /// So many more of a kind, to be completed in the query line.
    MoreNames(usize, usize),
    /// A saved view.
    View(usize),
}

impl FacetRow {
    /// Whether the cursor can stand on it.
    pub fn can_be_chosen(self) -> bool {
        !matches!(self, Self::Blank | Self::Heading(_) | Self::NamesHeading(_))
    }
}

impl FacetPane {
    /// Makes the rows anew for the facets, so many saved views and the height there is. The cursor stays on
    /// its value.
    pub fn fill(&mut self, facets: &Facets, before: &Facets, views: usize, height: usize) {
        let stood_on = self.chosen();
        let chosen = stood_on.and_then(|row| same(row, before, facets));
        if height != self.height {
            (self.height, self.kept, self.names) = (height, [0; 2], 0);
        }
        let states: Vec<usize> = shown_states(&facets.states, self.is_recorded).collect();
        let years = facets.years.len().min(MOST_YEARS);
        let undated = usize::from(facets.undated.bar > 0);
        let rest =
            [years + undated, states.len(), views].into_iter().filter(|rows| *rows > 0).map(|rows| rows + 2);
        // Names get rows too, as far as a good many tags leave them; what was left to them once they keep.
        let names = facets.names.iter().map(|names| names.values.len()).filter(|names| *names > 1);
        let names = names.map(|names| names.min(MOST_NAMES) + 2).sum();
        self.names = self.names.max(names);
        let free = height.saturating_sub(1 + rest.sum::<usize>());
        let room = free.saturating_sub(self.names).max(free.min(ENOUGH_TAGS)).max(FEWEST_TAGS);
        let is_dragged = self.dragged.is_some();
        let room = if is_dragged { self.tag_rows.saturating_sub(1) } else { room };
        self.rows.clear();
        if !facets.tags.is_empty() && room > 0 {
            self.rows.push(FacetRow::Heading("Tags"));
            let shown = if facets.tags.len() > room { room - 1 } else { facets.tags.len() };
            self.rows.extend((0..shown).map(FacetRow::Tag));
            if shown < facets.tags.len() {
                self.rows.push(FacetRow::MoreTags(facets.tags.len() - shown));
            }
        }
        if is_dragged {
            self.rows.resize(self.tag_rows, FacetRow::Blank);
        } else {
            self.keep_room(0, 0, room + 1);
        }
        self.tag_rows = self.rows.len();
        let above = self.rows.len();
        if years + undated > 0 {
            self.section("Dates");
            let shown = if facets.years.len() > years { years - 1 } else { years };
            self.rows.extend((0..shown).map(FacetRow::Year));
            if shown < facets.years.len() {
                self.rows.push(FacetRow::MoreYears(facets.years.len() - shown));
            }
            if undated > 0 {
                self.rows.push(FacetRow::Undated);
            }
        }
        self.keep_room(1, above, MOST_YEARS + 3);
        if !states.is_empty() {
            self.section("State");
            self.rows.extend(states.into_iter().map(FacetRow::State));
        }
        if views > 0 {
            self.section("Views");
            self.rows.extend((0..views).map(FacetRow::View));
        }
        for (kind, NameCounts { of, values }) in facets.names.iter().enumerate() {
            // One name for all says nothing, unless somebody asked for it; one that the query asks for is to
            // be seen and released.
            let is_asked_for = matches!(of, Named::Key(_)) && !values.is_empty();
            if !is_asked_for && values.len() < 2 && values.iter().all(|name| name.mark == Mark::None) {
                continue;
            }
            self.section_of(FacetRow::NamesHeading(kind));
            let first = if values.len() > MOST_NAMES { MOST_NAMES - 1 } else { values.len() };
            let before = self.rows.len();
            let is_shown = |index: &usize| *index < first || values[*index].mark != Mark::None;
            let shown = (0..values.len()).filter(is_shown);
            self.rows.extend(shown.map(|index| FacetRow::Name(kind, index)));
            let more = values.len() - (self.rows.len() - before);
            if more > 0 {
                self.rows.push(FacetRow::MoreNames(kind, more));
            }
        }
        let wanted =
            self.wanted.as_ref().and_then(|of| facets.names.iter().position(|names| names.of == *of));
        let chosen = wanted.map_or(chosen, |kind| {
            self.wanted = None;
            Some(FacetRow::Name(kind, 0))
        });
        if wanted.is_some() {
            self.away = None;
        }
        let found = chosen.and_then(|row| self.rows.iter().position(|other| *other == row));
        let is_choice = |at: usize| self.rows.get(at).is_some_and(|row| row.can_be_chosen());
        match (self.away, found) {
            // What was there is there again.
            (Some((cursor, scroll)), _) if is_choice(cursor) => {
                (self.cursor, self.scroll, self.away) = (cursor, scroll, None);
            }
            (None, Some(cursor)) => self.cursor = cursor,
            (None, None) if stood_on.is_none() => {}
            (away, _) => {
                // Nothing moves for it: it may come back with the next letter.
                let (cursor, scroll) = away.unwrap_or((self.cursor, self.scroll));
                (self.cursor, self.away) = (cursor, Some((cursor, scroll)));
                self.settle(1, 0);
                self.scroll = scroll.min(self.rows.len().saturating_sub(height));
                return;
            }
        }
        if wanted.is_some() {
            // With its heading on top, all of it is in sight.
            self.scroll = self.cursor.saturating_sub(1);
        }
        self.settle(1, height);
    }

    /// The rows in sight.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (usize, FacetRow)> {
        let mut end = self.rows.len().min(self.scroll + height);
        // A heading whose rows are out of sight is none.
        if end < self.rows.len()
            && let Some(last) = end.checked_sub(1)
            && matches!(self.rows.get(last), Some(FacetRow::Heading(_) | FacetRow::NamesHeading(_)))
        {
            end = last;
        }
        self.rows.iter().copied().enumerate().take(end).skip(self.scroll)
    }

    /// The row that the cursor is on.
    pub fn chosen(&self) -> Option<FacetRow> {
        self.rows.get(self.cursor).copied()
    }

    /// The month (from 1) of the cursor's year that keys mark; `None` for all of it.
    pub fn month(&self) -> Option<i8> {
        self.month.filter(|_| matches!(self.chosen(), Some(FacetRow::Year(_))))
    }

    /// Puts the cursor on a month of its year.
    pub fn stand_on(&mut self, month: Option<i8>) {
        self.month = month;
    }

    /// Moves over the months of the cursor's year; before January is the whole year.
    pub fn across(&mut self, by: i8) {
        if matches!(self.chosen(), Some(FacetRow::Year(_))) {
            let month = self.month.unwrap_or(0).saturating_add(by).clamp(0, 12);
            self.month = (month > 0).then_some(month);
        }
    }

    /// Puts the cursor on the names of a kind, as soon as they are counted.
    pub fn want(&mut self, of: Named) {
        self.wanted = Some(of);
    }

    /// Index of the cursor's row.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The month or year from which the mouse is dragged.
    pub fn dragged(&self) -> Option<(i16, Option<i8>)> {
        self.dragged
    }

    /// The mouse went down on a month or year, or up.
    pub fn drag(&mut self, from: Option<(i16, Option<i8>)>) {
        self.dragged = from;
    }

    /// Puts the cursor on the row that is so many rows below the first in sight.
    pub fn choose_visible(&mut self, below: usize) -> Option<FacetRow> {
        let index = self.scroll + below;
        let row = self.rows.get(index).copied().filter(|row| row.can_be_chosen())?;
        (self.cursor, self.month, self.away) = (index, None, None);
        Some(row)
    }

    /// Moves the cursor by so many rows, over headings and blanks.
    pub fn step(&mut self, by: isize, height: usize) {
        let last = self.rows.len().saturating_sub(1);
        self.away = None;
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.settle(by.signum(), height);
    }

    /// Moves what is in sight.
    pub fn wheel(&mut self, by: isize, height: usize) {
        let last = self.rows.len().saturating_sub(height);
        self.away = None;
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
    }

    /// Fills a section that begins at a row up with blanks to the most rows that it had so far, `most` at most.
    fn keep_room(&mut self, section: usize, from: usize, most: usize) {
        let rows = (self.rows.len() - from).max(self.kept[section].min(most));
        self.kept[section] = rows;
        self.rows.resize(from + rows, FacetRow::Blank);
    }

    fn section(&mut self, name: &'static str) {
        self.section_of(FacetRow::Heading(name));
    }

    fn section_of(&mut self, heading: FacetRow) {
        if !self.rows.is_empty() {
            self.rows.push(FacetRow::Blank);
        }
        self.rows.push(heading);
    }

    /// Puts the cursor on the next row that can be chosen in the direction it came, else the other way,
    /// and that row in sight.
    fn settle(&mut self, direction: isize, height: usize) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        let can = |index: &usize| self.rows.get(*index).is_some_and(|row| row.can_be_chosen());
        let after = (self.cursor..self.rows.len()).find(can);
        let before = (0..=self.cursor).rev().find(can);
        let found = if direction < 0 { before.or(after) } else { after.or(before) };
        self.cursor = found.unwrap_or(0);
        if self.cursor < self.scroll + 1 {
            self.scroll = self.cursor.saturating_sub(1);
        }
        if height > 0 && self.cursor >= self.scroll + height {
            self.scroll = self.cursor + 1 - height;
        }
        self.scroll = self.scroll.min(self.rows.len().saturating_sub(height));
    }
}

/// The row of `after` that shows the value that `row` shows of `before`.
fn same(row: FacetRow, before: &Facets, after: &Facets) -> Option<FacetRow> {
    match row {
        FacetRow::Tag(index) => {
            let value = &before.tags.get(index)?.value;
            after.tags.iter().position(|tag| tag.value == *value).map(FacetRow::Tag)
        }
        FacetRow::Year(index) => {
            let year = before.years.get(index)?.year;
            after.years.iter().position(|other| other.year == year).map(FacetRow::Year)
        }
        FacetRow::Name(kind, index) => {
            let NameCounts { of, values } = before.names.get(kind)?;
            let value = &values.get(index)?.value;
            let kind = after.names.iter().position(|names| names.of == *of)?;
            let index = after.names.get(kind)?.values.iter().position(|name| name.value == *value)?;
            Some(FacetRow::Name(kind, index))
        }
        row => Some(row),
    }
}

/// The states that some article has or the query asks for; undated stands with the dates. How far one has read is
/// always there, so that nothing moves after the first mark; where nothing is recorded, it says nothing.
fn shown_states(states: &[StateCount], is_recorded: bool) -> impl Iterator<Item = usize> {
    let is_shown = move |state: &StateCount| match state.state {
        Is::Undated => false,
        Is::Unread | Is::Reading | Is::Read => is_recorded || state.mark != Mark::None,
        _ => state.count > 0 || state.mark != Mark::None,
    };
    states.iter().enumerate().filter(move |(_, state)| is_shown(state)).map(|(index, _)| index)
}

/// The widest count of a tag, so that bars can be scaled.
pub fn most(tags: &[ValueCount]) -> usize {
    tags.iter().map(|tag| tag.count as usize).max().unwrap_or(0)
}

/// The month with most articles of all years, so that their bars can be compared.
pub fn busiest_month(years: &[Year]) -> u32 {
    years.iter().flat_map(|year| year.months).max().unwrap_or(0)
}
