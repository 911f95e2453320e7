//! Finding in the open article: the line in which it is typed, the matches as ranges of the markdown, and which of
//! them one is at.
//!
//! Matches are found by a job, the part on screen first, and come in pieces. As ranges of the markdown they stay
//! what they are at any width; another state of the document has them found anew.

use std::ops::Range;
use std::sync::{Arc, Weak};

use tui_input::Input;

use super::Reader;
use super::page::Place;
use super::reload::Moved;
use crate::app::command::Command;
use crate::app::effect::{At, Effect, Generation};
use crate::app::library_screen::query_line::request;
use crate::app::sought::{Best, Sought, Words};
use crate::app::{Edit, View};
use crate::document::Document;
use crate::document::find::Pattern;
use crate::document::shown::Position;
use crate::layout::{Order, Row, VisibleRow};
use crate::safe;
use crate::text::{SafeText, thousands};

/// What is found in the open article.
#[derive(Debug, Default)]
pub struct Find {
    /// The line, while it is typed.
    line: Option<Line>,
    /// What was typed last, also after it was taken.
    typed: String,
    is_regex: bool,
    /// Why what is typed cannot be looked for.
    error: Option<SafeText>,
    wanted: Option<Wanted>,
    /// What was asked for.
    sought: Option<Arc<Sought>>,
    /// Of which state of the document the matches are asked; `None` while nobody was asked.
    asked: Option<Weak<Document>>,
    /// In order.
    matches: Vec<Range<u32>>,
    /// The matches are those of what was looked for before, until the first new ones come.
    is_stale: bool,
    is_done: bool,
    /// Where the match that one is at begins.
    current: Option<u32>,
    /// Where to go as soon as there is a match.
    goal: Option<Goal>,
    /// How many matches each section of the contents has.
    counts: Vec<u32>,
}

/// What is looked for, as far as it is known without the document.
#[derive(Debug)]
enum Wanted {
    Pattern(Pattern),
    Words(Words),
}

#[derive(Debug)]
struct Line {
    input: Input,
    /// Where one was, to which `Esc` returns.
    from: Option<Place>,
    /// The matches that were lit before.
    before: Option<Box<Find>>,
    /// Where to look from.
    origin: u32,
}

/// Where to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// The first match from here on, else the first of all.
    From(u32),
    /// Here: only the match is to be known.
    Near(u32),
}

impl Find {
    fn index_of_current(&self) -> Option<usize> {
        let at = self.current?;
        let index = self.matches.partition_point(|found| found.start < at);
        self.matches.get(index).filter(|found| found.start == at).map(|_| index)
    }

    /// Looks for something else; what is lit stays until the first of it is found.
    fn want(&mut self, wanted: Option<Wanted>) {
        if wanted.is_none() {
            self.matches.clear();
            self.counts.clear();
            self.current = None;
        }
        self.is_stale = true;
        self.is_done = wanted.is_none();
        self.asked = None;
        self.sought = None;
        self.wanted = wanted;
    }

    /// Takes matches in; those of a piece stand in order.
    fn add(&mut self, piece: Vec<Range<u32>>, is_done: bool) {
        if std::mem::take(&mut self.is_stale) {
            self.matches.clear();
        }
        self.is_done = is_done;
        let Some(first) = piece.first() else { return };
        let at = self.matches.partition_point(|found| found.start < first.start);
        let is_apart =
            piece.last().zip(self.matches.get(at)).is_none_or(|(last, next)| last.start <= next.start);
        self.matches.splice(at..at, piece);
        if !is_apart {
            self.matches.sort_by_key(|found| (found.start, found.end));
        }
        self.matches.dedup();
    }
}

impl Reader {
    /// What is looked for or lit, and where it stands.
    pub fn find(&self) -> &Find {
        &self.find
    }

    /// Whether it is being typed what is to be found.
    pub fn is_finding(&self) -> bool {
        self.find.line.is_some()
    }

    /// Begins a line in which it is typed what is to be found.
    pub(super) fn begin_find(&mut self) {
        let Some(page) = &self.page else { return };
        let from = page.place();
        let origin = page.top().map_or(0, |top| top.row.position.0);
        let before = std::mem::take(&mut self.find);
        let is_regex = before.is_regex;
        self.find = Find {
            line: Some(Line {
                input: Input::default(),
                from: Some(from),
                before: before.wanted.is_some().then(|| Box::new(before)),
                origin,
            }),
            is_regex,
            ..Find::default()
        };
    }

    /// Lights the words of a query that found the article, and goes to the best of them where it is known.
    pub fn light_words(&mut self, view: &View, words: Words, best: Option<Best>) {
        if words.marking.is_empty() {
            return;
        }
        self.find = Find { wanted: Some(Wanted::Words(words)), ..Find::default() };
        match best {
            Some(Best::Text(position)) => {
                self.find.goal = Some(Goal::Near(position.0));
                self.go_to(view, At::Match(position));
            }
            // In the text one is at none of them yet.
            Some(Best::Card) => self.go_to_top(view),
            None => self.find.goal = Some(Goal::From(0)),
        }
    }

    /// Opens with what is to be found already typed.
    pub fn find_at_once(&mut self, typed: &str) {
        self.find = Find { typed: typed.to_owned(), goal: Some(Goal::From(0)), ..Find::default() };
        self.look_for_typed();
    }

    /// A command while there is something to be found; false for what is none of its own.
    pub(super) fn find_command(&mut self, command: Command) -> bool {
        match command {
            Command::Find => self.begin_find(),
            Command::FindRegex => {
                self.find.is_regex = !self.find.is_regex;
                self.look_for_typed();
            }
            Command::LineAccept if self.is_finding() => self.accept_find(),
            Command::LineCancel if self.is_finding() => self.cancel_find(),
            Command::NextMatch => self.step_match(true),
            Command::PreviousMatch => self.step_match(false),
            // What else a key may mean in a line means nothing here.
            _ => return self.is_finding(),
        }
        true
    }

    /// Text for the line.
    pub(super) fn find_text(&mut self, text: &str) {
        let Some(line) = &mut self.find.line else { return };
        for letter in text.chars() {
            let letter = if letter.is_control() { ' ' } else { letter };
            let _ = line.input.handle(tui_input::InputRequest::InsertChar(letter));
        }
        self.look_for_typed();
    }

    /// An edit of the line.
    pub(super) fn find_edit(&mut self, edit: Edit) {
        let Some(line) = &mut self.find.line else { return };
        let _ = line.input.handle(request(edit));
        self.look_for_typed();
    }

    fn look_for_typed(&mut self) {
        let find = &mut self.find;
        if let Some(line) = &find.line {
            line.input.value().clone_into(&mut find.typed);
        }
        match Pattern::new(&find.typed, find.is_regex) {
            Ok(pattern) => {
                find.error = None;
                find.want(pattern.map(Wanted::Pattern));
            }
            Err(why) => {
                find.error = Some(why);
                find.want(None);
            }
        }
        if let Some(line) = &find.line {
            find.goal = Some(Goal::From(line.origin));
        }
        if find.wanted.is_none() {
            self.return_from_find();
        }
    }

    /// Shows again what was on screen when the line was begun.
    fn return_from_find(&mut self) {
        let from = self.find.line.as_ref().and_then(|line| line.from);
        if let (Some(page), Some(from)) = (&mut self.page, from)
            && page.place() != from
        {
            page.show(from);
        }
        self.aimed = None;
    }

    fn accept_find(&mut self) {
        let Some(line) = self.find.line.take() else { return };
        if self.find.wanted.is_none() {
            // Nothing was typed: what was lit before is lit again.
            self.find = line.before.map_or_else(Find::default, |before| *before);
            return;
        }
        if self.find.is_done && self.find.matches.is_empty() {
            self.notice = Some(safe!("\u{201c}{}\u{201d} is not in this article", self.find.typed));
        }
        let place = self.page.as_ref().map(super::page::Page::place);
        if let (Some(from), true) = (line.from, line.from != place) {
            self.leave_from(from);
        }
    }

    fn cancel_find(&mut self) {
        self.return_from_find();
        let Some(line) = self.find.line.take() else { return };
        self.find = line.before.map_or_else(Find::default, |before| *before);
        // The document may be another by now.
        self.find.asked = None;
        self.find.goal = None;
    }

    /// Clears the marks and leaves the page where it is; false where there are none.
    pub(super) fn clear_find(&mut self) -> bool {
        let is_lit = self.find.wanted.is_some();
        if is_lit {
            self.find = Find { is_regex: self.find.is_regex, ..Find::default() };
        }
        is_lit
    }

    /// To the next match or the one before, and on from the other end.
    fn step_match(&mut self, forward: bool) {
        let find = &mut self.find;
        if find.wanted.is_none() {
            self.notice = Some(safe!("Nothing is looked for; / finds in this article"));
            return;
        }
        if find.matches.is_empty() {
            if find.is_done {
                self.notice = Some(match find.wanted {
                    Some(Wanted::Words(_)) => safe!("What was searched for is not in the text itself"),
                    _ => safe!("What is looked for is not in this article"),
                });
            }
            return;
        }
        let count = find.matches.len();
        let in_sight = self.rows_in_sight();
        let find = &mut self.find;
        let here = find.current.filter(|at| in_sight.as_ref().is_none_or(|rows| rows.contains(at)));
        // From where one has scrolled to, where the last match is out of sight.
        let from = here.or(in_sight.map(|rows| if forward { rows.start } else { rows.end }));
        let from = from.or(find.current).unwrap_or(0);
        let next = if forward {
            let is_after =
                |found: &Range<u32>| if here.is_some() { found.start > from } else { found.start >= from };
            let at = find.matches.partition_point(|found| !is_after(found));
            if at < count { at } else { 0 }
        } else {
            let at = find.matches.partition_point(|found| found.start < from);
            at.checked_sub(1).unwrap_or(count - 1)
        };
        let target = find.matches[next].clone();
        if find.is_done && count > 1 {
            if forward && target.start < from {
                self.notice = Some(safe!("From the beginning again"));
            } else if !forward && target.start > from {
                self.notice = Some(safe!("From the end again"));
            }
        }
        self.show_match(&target);
    }

    /// The match that one is at, while it is on the screen.
    pub(super) fn lit_match(&self) -> Option<Range<u32>> {
        let current = self.find.current?;
        let found = self.find.matches.iter().find(|found| found.start == current)?;
        self.rows_in_sight()?.contains(&current).then(|| found.clone())
    }

    /// The markdown of the rows on screen.
    fn rows_in_sight(&self) -> Option<Range<u32>> {
        let mut sources = self.visible_rows().filter(|row| row.part.is_some()).map(|row| row.row.source());
        let first = sources.next()?;
        Some(sources.fold(first, |all, next| all.start.min(next.start)..all.end.max(next.end)))
    }

    /// Marks a match as the one that one is at, and brings it into sight if it is not.
    fn show_match(&mut self, found: &Range<u32>) {
        self.find.current = Some(found.start);
        self.unfold_at(Position(found.start));
        if !self.is_in_sight(found) {
            let Some(page) = &mut self.page else { return };
            page.bring(found);
            self.moved();
        }
        self.aim_at(Position(found.start));
        self.pan_to(found);
    }

    fn is_in_sight(&self, found: &Range<u32>) -> bool {
        self.visible_rows().any(|row| row.part.is_some() && !row.row.columns_of(found).is_empty())
    }

    /// Moves wide rows so that a match in them is in sight.
    fn pan_to(&mut self, found: &Range<u32>) {
        let Some(room) = self.page.as_ref().map(|page| page.width().room) else { return };
        let on = self.visible_rows().filter(|row| row.part.is_some() && row.row.wide);
        let columns = on.flat_map(|row| row.row.columns_of(found)).next();
        let Some(columns) = columns else { return };
        if columns.start < self.pan || columns.end > self.pan.saturating_add(room) {
            self.pan = if columns.end <= room { 0 } else { columns.start.saturating_sub(room / 3) };
        }
    }

    /// Asks for what is looked for in this state of the document, if nobody did.
    pub fn ensure_found(&mut self, generation: &mut Generation) -> Option<Effect> {
        let page = self.page.as_ref()?;
        let document = page.document();
        let is_asked =
            self.find.asked.as_ref().is_some_and(|asked| std::ptr::eq(asked.as_ptr(), Arc::as_ptr(document)));
        let wanted = self.find.wanted.as_ref().filter(|_| !is_asked)?;
        let sought = match wanted {
            Wanted::Pattern(pattern) => Sought::Pattern(pattern.clone()),
            Wanted::Words(words) => Sought::words(words, self.article.lang.as_ref(), document),
        };
        let from = match self.find.goal {
            Some(Goal::From(at) | Goal::Near(at)) => document.part_at(Position(at)),
            None => page.near().0,
        };
        self.find.asked = Some(Arc::downgrade(document));
        self.find.is_stale = true;
        self.find.is_done = false;
        let document = Arc::clone(document);
        let sought = Arc::new(sought);
        self.find.sought = Some(Arc::clone(&sought));
        Some(Effect::Find { generation: generation.raise(), document, sought, from })
    }

    /// Takes matches in, and goes where one was to go.
    pub fn found(&mut self, matches: Vec<Range<u32>>, is_done: bool) {
        // A head holds only some of them.
        let is_whole = self.page.as_ref().is_some_and(|page| page.document().is_whole());
        self.find.add(matches, is_done && is_whole);
        self.count_matches();
        let Some(goal) = self.find.goal else { return };
        let (Goal::From(at) | Goal::Near(at)) = goal;
        let index = self.find.matches.partition_point(|found| found.end <= at);
        let first = self.find.matches.first().filter(|_| self.find.is_done);
        match (self.find.matches.get(index).or(first).cloned(), goal) {
            (Some(found), Goal::From(_)) => {
                self.find.goal = None;
                self.show_match(&found);
            }
            (Some(found), Goal::Near(_)) => {
                self.find.goal = None;
                self.find.current = Some(found.start);
            }
            (None, _) if self.find.is_done => {
                self.find.goal = None;
                self.return_from_find();
            }
            (None, _) => {}
        }
    }

    fn count_matches(&mut self) {
        let starts = (0..self.contents.len()).filter_map(|index| self.contents.entry(index));
        let starts: Vec<u32> = starts.map(|entry| entry.position.0).collect();
        let before = |at: u32| self.find.matches.partition_point(|found| found.start < at);
        let ends = starts.iter().skip(1).map(|next| before(*next)).chain([self.find.matches.len()]);
        self.find.counts =
            starts.iter().zip(ends).map(|(start, end)| end.saturating_sub(before(*start)) as u32).collect();
    }

    /// How many matches a section of the contents has, up to the next heading.
    pub fn matches_in_section(&self, index: usize) -> u32 {
        self.find.counts.get(index).copied().unwrap_or(0)
    }

    /// Goes over to another state of the document: matches keep their words until they are found anew.
    pub(super) fn find_follows(&mut self, moved: &Moved<'_>) {
        let to = |at: u32| moved.position(Position(at)).0;
        let find = &mut self.find;
        find.current = find.current.map(to);
        for found in &mut find.matches {
            let start = to(found.start);
            *found = start..start + (found.end - found.start);
        }
        find.matches.sort_by_key(|found| (found.start, found.end));
        if let Some(line) = &mut find.line {
            line.origin = to(line.origin);
            line.from = line.from.map(|place| moved.place(place));
        }
    }

    /// The columns of a row that hold a match, and whether it is the one that one is at.
    pub fn matches_in_row(&self, row: &Row) -> Vec<(Range<u16>, bool)> {
        if self.find.matches.is_empty() {
            return Vec::new();
        }
        let source = row.source();
        let matches = &self.find.matches;
        // Matches of typed text do not overlap; those of several words may begin before others that end first.
        let first = matches.partition_point(|found| found.start < source.start);
        let first =
            (first.saturating_sub(8)..first).find(|at| matches[*at].end > source.start).unwrap_or(first);
        let mut columns = Vec::new();
        for found in matches[first..].iter().take_while(|found| found.start < source.end) {
            let is_current = self.find.current == Some(found.start);
            columns.extend(row.columns_of(found).into_iter().map(|columns| (columns, is_current)));
        }
        columns
    }

    /// As [`Reader::matches_in_row`], of a row on screen; also of the card over the text, where nothing is counted.
    pub fn matches_on(&self, row: &VisibleRow<'_>, order: Order) -> Vec<(Range<u16>, bool)> {
        if row.part.is_some() {
            return self.matches_in_row(row.row);
        }
        let sought = self.find.sought.as_ref();
        let columns = sought.map_or_else(Vec::new, |sought| sought.in_card(row.row, &self.article, order));
        columns.into_iter().map(|columns| (columns, false)).collect()
    }

    /// The line that is typed, and the byte of its cursor.
    pub fn find_line(&self) -> Option<(&str, usize)> {
        let line = self.find.line.as_ref()?;
        let text = line.input.value();
        let cursor = text.char_indices().nth(line.input.cursor()).map_or(text.len(), |(at, _)| at);
        Some((text, cursor))
    }

    /// Whether what is typed is an expression.
    pub fn finds_regex(&self) -> bool {
        self.find.is_regex
    }

    /// Why what is typed cannot be looked for.
    pub fn find_error(&self) -> Option<&SafeText> {
        self.find.error.as_ref()
    }

    /// "3 of 17", as far as it is known; empty where nothing is looked for.
    pub fn find_count(&self) -> SafeText {
        let find = &self.find;
        if find.wanted.is_none() {
            return SafeText::default();
        }
        let count = find.matches.len();
        let more = if find.is_done { "" } else { " …" };
        match find.index_of_current() {
            _ if find.is_stale && !find.is_done => safe!("…"),
            // What found the article stands over its text.
            _ if count == 0 && find.is_done && matches!(find.wanted, Some(Wanted::Words(_))) => {
                SafeText::default()
            }
            _ if count == 0 && find.is_done => safe!("no match"),
            _ if count == 0 => safe!("…"),
            Some(index) => safe!("{} of {}{more}", thousands(index + 1), thousands(count)),
            None if count == 1 => safe!("1 match{more}"),
            None => safe!("{} matches{more}", thousands(count)),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
