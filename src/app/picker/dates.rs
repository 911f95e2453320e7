//! The date picker: a row a year with its twelve months; one moves over it, marks one end and then the
//! other, or types a date.

use crate::app::View;
use crate::app::library_screen::LibraryScreen;
use crate::app::library_screen::edits::{days_of, toggle_undated, toggle_without_dates};
use crate::library::article::Date;
use crate::library::date::month_name;
use crate::library::facets::{Undated, Year};
use crate::library::query::{DateRange, Mark, Query};
use crate::safe;
use crate::text::SafeText;

use super::words::articles;

/// Column, from the panel's left, where the months begin.
pub const MONTHS_AT: u16 = 11;
/// Columns that a month takes.
pub const MONTH_WIDTH: u16 = 3;

/// The picker's dates.
#[derive(Debug)]
pub struct Dates {
    years: Vec<Year>,
    undated: Undated,
    /// The day from which relative dates count.
    today: Date,
    row: usize,
    /// 0 for the whole year, 1 to 12 for a month.
    month: usize,
    /// The end that was marked first.
    from: Option<(i16, usize)>,
    /// Where the mouse went down.
    pressed: Option<(i16, usize)>,
    scroll: usize,
    /// Whether the query says something of dates.
    narrowed: bool,
}

impl Dates {
    /// The years of the library, the newest lit.
    pub fn new(view: &View, library: &LibraryScreen) -> Self {
        let facets = &library.facets;
        let mut dates = Self {
            years: facets.years.clone(),
            undated: facets.undated,
            today: view.today,
            row: 0,
            month: 0,
            from: None,
            pressed: None,
            scroll: 0,
            narrowed: facets.range.is_some(),
        };
        if facets.range.is_some() {
            dates.row = dates.years.iter().position(|year| year.inside).unwrap_or(0);
        }
        dates
    }

    /// Takes the newest counts.
    pub fn refresh(&mut self, library: &LibraryScreen) {
        self.years.clone_from(&library.facets.years);
        self.narrowed = library.facets.range.is_some();
        self.undated = library.facets.undated;
        self.row = self.row.min(self.rows().saturating_sub(1));
    }

    /// The years in sight, each with its row.
    pub fn visible(&self, height: u16) -> impl Iterator<Item = (usize, Option<&Year>)> {
        let rows = self.rows();
        (self.scroll..rows).take(usize::from(height)).map(|row| (row, self.years.get(row)))
    }

    /// How many of what the query keeps have no date.
    pub fn undated(&self) -> usize {
        self.undated.count as usize
    }

    /// The lit row, and its month from 1, or 0 for all of it.
    pub fn lit(&self) -> (usize, usize) {
        (self.row, self.month)
    }

    /// Whether the query says something of dates, so that some are outside.
    pub fn is_narrowed(&self) -> bool {
        self.narrowed
    }

    /// The end that is marked while the other is still open.
    pub fn marked(&self) -> Option<(i16, usize)> {
        self.from
    }

    /// How many rows there are in all.
    pub fn rows(&self) -> usize {
        self.years.len() + usize::from(self.undated.bar > 0)
    }

    /// Moves over the years.
    pub fn down(&mut self, by: isize, height: usize) {
        self.row = self.row.saturating_add_signed(by).min(self.rows().saturating_sub(1));
        self.scroll = self.scroll.min(self.row).max((self.row + 1).saturating_sub(height));
    }

    /// Moves over the months; past the last one, to the next year.
    pub fn across(&mut self, by: isize) {
        let month = self.month as isize + by;
        if month > 12 && self.row > 0 {
            self.row -= 1;
            self.month = 1;
        } else if month < 0 && self.row + 1 < self.years.len() {
            self.row += 1;
            self.month = 12;
        } else {
            self.month = month.clamp(0, 12) as usize;
        }
    }

    /// Lights the year and the month that the typed text names.
    pub fn jump(&mut self, typed: &str) {
        if let Some((row, month)) = self.named(typed) {
            (self.row, self.month) = (row, month);
        }
    }

    /// The row and the month that a text names, or begins to name: `2024`, `2024-03`, `mar`, `March 2024`, `undated`.
    /// A month without a year is one of the lit row, or of the newest.
    fn named(&self, typed: &str) -> Option<(usize, usize)> {
        let typed = typed.trim().to_lowercase();
        if typed.is_empty() {
            return None;
        }
        if "undated".starts_with(&typed) && self.undated.bar > 0 {
            return Some((self.years.len(), 0));
        }
        let (mut row, mut name, mut number) = (None, None, 0);
        for word in typed.split([' ', ',', '-', '.', '/']).filter(|word| !word.is_empty()) {
            if !word.bytes().all(|byte| byte.is_ascii_digit()) {
                name = Some(word);
            } else if row.is_none() {
                row = Some(self.years.iter().position(|year| year.year.to_string().starts_with(word))?);
            } else if number == 0 {
                number = word.parse().ok().filter(|month| (0..=12).contains(month))?;
            }
        }
        let row = row.unwrap_or(if self.row < self.years.len() { self.row } else { 0 });
        let months = &self.years.get(row)?.months;
        let Some(name) = name else { return Some((row, number)) };
        let is_it = |month: &usize| month_name(*month as i8).to_lowercase().starts_with(name);
        let holds_any = |month: &usize| months.get(month - 1).is_some_and(|count| *count > 0);
        let month = (1..=12).filter(is_it).find(holds_any).or_else(|| (1..=12).find(is_it));
        month.map(|month| (row, month))
    }

    /// Whether a text says nothing of dates.
    fn is_lost(&self, typed: &str) -> bool {
        !typed.trim().is_empty() && self.named(typed).is_none()
    }

    /// Lights the cell of a press: a row in sight and a column of the panel; false where there is none.
    pub fn choose(&mut self, below: usize, column: u16) -> bool {
        let row = self.scroll + below;
        if row >= self.rows() {
            return false;
        }
        self.row = row;
        let cell =
            column.checked_sub(MONTHS_AT).map(|column| column / MONTH_WIDTH).filter(|month| *month < 12);
        self.month = cell.map_or(0, |month| usize::from(month) + 1);
        true
    }

    /// The mouse goes down on the lit cell, or is let go.
    pub fn press(&mut self, is_down: bool) {
        self.pressed = self.years.get(self.row).filter(|_| is_down).map(|year| (year.year, self.month));
    }

    /// The query with all from where the mouse went down to the lit cell, once it was dragged to another.
    pub fn drag(&mut self, query: &Query) -> Option<Query> {
        let here = (self.years.get(self.row)?.year, self.month);
        let from = self.pressed?;
        if self.from == Some(from) && from == here {
            return None;
        }
        self.from = None;
        Some(query.with_dates(Some(span(here)?.spanning(span(from)?))))
    }

    /// The query with the lit cell (or the typed date) marked. The first mark is one end, the second the
    /// other; a second mark on the same cell takes it back. Nothing where what is typed is no date.
    pub fn mark(&mut self, query: &Query, typed: &str, mark: Mark, only: bool) -> Option<Query> {
        if let Some(typed) = typed_query(typed) {
            self.from = None;
            let days = typed.date_range(self.today).filter(|_| mark == Mark::Excluded && !only);
            return Some(match days {
                Some(days) => query.exclude_dates(days, self.today),
                None => query.with_dates(None).and(&typed),
            });
        }
        if self.is_lost(typed) {
            return None;
        }
        let Some(year) = self.years.get(self.row) else {
            return Some(toggle_undated(query, mark == Mark::Excluded));
        };
        let here = (year.year, self.month);
        let days = span(here)?;
        if only {
            self.from = None;
            return Some(query.with_dates(Some(days)));
        }
        if mark == Mark::Excluded {
            self.from = None;
            return Some(toggle_without_dates(query, self.today, days));
        }
        match self.from.take() {
            Some(from) if from == here => Some(query.with_dates(None)),
            Some(from) => {
                let other = span(from)?;
                Some(query.with_dates(Some(days.spanning(other))))
            }
            None => {
                self.from = Some(here);
                Some(query.with_dates(Some(days)))
            }
        }
    }

    /// What the next mark will do.
    pub fn sentence(&self, typed: &str) -> SafeText {
        if let Some(typed) = typed_query(typed) {
            let days = typed.date_range(self.today);
            return match days.and_then(|days| self.count_of(days)) {
                Some(count) => safe!("Enter: {}", typed.describe(count as u64)),
                None => safe!("Enter: only {}", typed.chips().first().map_or("", |chip| chip.text.as_str())),
            };
        }
        if self.is_lost(typed) {
            return safe!("Dates are typed like March, 2024, 2024-03-09, 30d or since:2023");
        }
        let Some(year) = self.years.get(self.row) else {
            return safe!("Tab: {} without a date", articles(self.undated.bar as usize));
        };
        let here = (year.year, self.month);
        let name = match self.month {
            0 => safe!("{}", year.year),
            month => safe!("{} {}", month_name(month as i8), year.year),
        };
        match self.from {
            Some(from) if from == here => safe!("Tab: any date again · move and Tab for the other end"),
            Some(_) => safe!("Tab: as far as {name}"),
            None => {
                let count = match self.month {
                    0 => year.months.iter().sum(),
                    month => year.months.get(month - 1).copied().unwrap_or(0),
                };
                safe!("Tab: {} of {name}", articles(count as usize))
            }
        }
    }
}

impl Dates {
    /// How many articles there are in some days, where those are whole months.
    fn count_of(&self, days: DateRange) -> Option<usize> {
        let begins = days.from.is_none_or(|day| day.day() == 1);
        let ends = days.to.is_none_or(|day| day == day.last_of_month());
        (begins && ends).then(|| {
            let month = |year: i16, month: usize| Date::new(year, month as i8 + 1, 1).ok();
            let is_in = |year, at| month(year, at).is_some_and(|day| days.contains(day));
            let counts = self.years.iter().flat_map(|year| {
                year.months.iter().enumerate().filter(|(at, _)| is_in(year.year, *at)).map(|(_, count)| count)
            });
            counts.sum::<u32>() as usize
        })
    }
}

/// The days of a year, or of one of its months (from 1; 0 is all of it).
fn span((year, month): (i16, usize)) -> Option<DateRange> {
    days_of(year, (month > 0).then_some(month as i8))
}

/// Typed text as date terms: `2024-03`, `30d`, `2024..2025-03`, or whole terms such as `since:2024`.
fn typed_query(typed: &str) -> Option<Query> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let relative = typed.ends_with(['d', 'w', 'm', 'y']) || matches!(typed, "today" | "yesterday");
    let line = if typed.contains(':') {
        typed.to_owned()
    } else if relative {
        format!("since:{typed}")
    } else {
        format!("in:{typed}")
    };
    let query = Query::parse(&line).ok()?;
    (!query.is_empty() && query.with_dates(None).is_empty()).then_some(query)
}
