//! A picker: a quiet panel over the dimmed screen; type to narrow, mark, done. Tags, dates and commands
//! are the same component; marks apply at once to the list behind.

pub mod commands;
pub mod dates;
pub mod keys;
pub mod narrow;
pub mod places;
mod words;

use std::ops::Range;
use std::sync::Arc;

use tui_input::{Input, InputRequest};

use super::command::{Command, Scope};
use super::effect::{Effect, Goal, Linked, LinkedItem};
use super::geometry::Area;
use super::keys::Keys;
use super::library_screen::LibraryScreen;
use super::library_screen::edits::{toggle_any, toggle_tag};
use super::library_screen::query_line::request;
use super::library_screen::views::SavedView;
use super::reader::contents::{Contents, Entry};
use super::{Edit, Mouse, MouseKind, View};
use crate::document::shown::Position;
use crate::library::query::{Mark, Named};
use crate::safe;
use crate::text::SafeText;
use commands::CommandItem;
use dates::Dates;
use keys::KeyItem;
use narrow::{narrow, narrow_loosely};
use places::{Mark as Own, PlaceItem, Recent};

/// Columns that a picker takes where there is room.
const WIDTH: u16 = 60;
/// Rows that a picker takes where there is room.
const HEIGHT: u16 = 22;
/// Rows of a picker above its items (a blank, title and text, a blank) and below them (a blank, the sentence in two
/// rows, the keys, a blank).
const FRAME: (u16, u16) = (3, 5);
/// The same where there are few rows, which items need more (title and text, a blank; the sentence, the keys).
const SMALL: (u16, u16) = (2, 2);
/// And where there are hardly any (title and text).
const LEAST: (u16, u16) = (1, 0);

/// Fewest items that there is room for.
const FEWEST: usize = 6;

/// The picker's state.
#[derive(Debug)]
pub struct Picker {
    /// What is picked.
    pub kind: Kind,
    input: Input,
    shown: Vec<Shown>,
    cursor: usize,
    scroll: usize,
}

/// What is picked from.
#[derive(Debug)]
pub enum Kind {
    /// Tags of the library.
    Tags(Vec<TagItem>),
    /// Years and months.
    Dates(Dates),
    /// Commands by name.
    Commands(Vec<CommandItem>),
    /// Front-matter keys, whose values can be facets.
    Keys(Vec<KeyItem>),
    /// Saved views.
    Views(Vec<SavedView>),
    /// Headings of the open article.
    Headings(Vec<HeadingItem>),
    /// Links and backlinks of the open article, or what is related to it.
    Linked {
        /// What is known by now.
        linked: Linked,
        /// Whether related articles are shown.
        related: bool,
    },
    /// Bookmarks and notes of the open article.
    Places(Vec<PlaceItem>),
    /// Articles that were opened lately.
    Recent(Vec<Recent>),
}

/// A tag to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagItem {
    /// Its name.
    pub name: SafeText,
    /// As the facets count it.
    pub count: usize,
    /// How the query marks it.
    pub mark: Mark,
    /// Whether it is a label of one's own.
    pub own: bool,
    /// How many articles there are once it is asked for no longer, where that is known.
    pub without: Option<usize>,
    /// How many there are with it or those that are included, where no article has it beside them.
    pub beside: Option<usize>,
}

/// A heading to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingItem {
    /// Its text.
    pub text: SafeText,
    /// How many headings are around it.
    pub depth: u8,
    /// How long its section takes to read.
    pub duration: SafeText,
}

/// An item that the typed text keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its index among all items.
    pub item: usize,
    /// Bytes of its name that matched.
    pub matched: Vec<Range<usize>>,
}

/// What a key or click came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The picker stays.
    Stay,
    /// It is done.
    Close,
    /// It is done, and names of this kind are to be marked.
    Names(Named),
    /// It is done, and the section with this index is to be shown.
    Jump(usize),
    /// It is done, and this is to be followed.
    Follow(Box<LinkedItem>),
    /// It is done, and this command is to be run.
    Run(Command),
    /// It is done, and this position of the article is to be shown.
    Go(Position),
    /// It is done, and this article is to be read.
    Read(Goal),
    /// It stays, and this mark is to be taken away.
    Remove(Own),
    /// It is done, and the note with this number is to be seen whole and changed.
    Edit(i64),
}

impl Picker {
    /// Tags of the library, with the counts of its query.
    pub fn tags(library: &LibraryScreen) -> Self {
        Self::new(Kind::Tags(tag_items(library)))
    }

    /// Years and months of the library.
    pub fn dates(view: &View, library: &LibraryScreen) -> Self {
        Self::new(Kind::Dates(Dates::new(view, library)))
    }

    /// Front-matter keys of the library, and what else has names.
    pub fn facet_keys(library: &LibraryScreen) -> Self {
        Self::new(Kind::Keys(keys::items(library)))
    }

    /// The saved views.
    pub fn views(library: &LibraryScreen) -> Self {
        Self::new(Kind::Views(library.views.clone()))
    }

    /// The headings of an article.
    pub fn headings(contents: &Contents) -> Self {
        let item = |entry: Entry<'_>| HeadingItem {
            text: entry.text.clone(),
            depth: entry.depth,
            duration: entry.duration(),
        };
        let items = (0..contents.len()).filter_map(|index| contents.entry(index).map(item));
        let mut picker = Self::new(Kind::Headings(items.collect()));
        picker.cursor = contents.cursor();
        picker
    }

    /// What goes with the open article, which is still to be found.
    pub fn linked(related: bool) -> Self {
        let progress = Some(safe!("Looking …"));
        Self::new(Kind::Linked { linked: Linked { items: Arc::default(), progress }, related })
    }

    /// Takes in what is known by now of what goes with the open article.
    pub fn take_linked(&mut self, new: Linked) {
        if let Kind::Linked { linked, .. } = &mut self.kind {
            *linked = new;
            self.narrow_again();
        }
    }

    /// Bookmarks and notes of the open article.
    pub fn places(items: Vec<PlaceItem>) -> Self {
        Self::new(Kind::Places(items))
    }

    /// Articles that were opened lately.
    pub fn recent(articles: Vec<Recent>) -> Self {
        Self::new(Kind::Recent(articles))
    }

    /// Takes other bookmarks and notes, where those are picked from.
    pub fn replace_places(&mut self, items: Vec<PlaceItem>) {
        if let Kind::Places(own) = &mut self.kind {
            *own = items;
            self.narrow_again();
        }
    }

    /// Commands: those that count in these scopes or everywhere, then all others.
    pub fn commands(scopes: &[Scope], keys: &Keys) -> Self {
        Self::new(Kind::Commands(commands::items(scopes, keys)))
    }

    /// Lights a tag.
    pub fn light(&mut self, view: &View, tag: &SafeText) {
        let Kind::Tags(items) = &self.kind else { return };
        let is_it = |shown: &Shown| items.get(shown.item).is_some_and(|item| item.name == *tag);
        if let Some(place) = self.shown.iter().position(is_it) {
            self.cursor = place;
            self.show_cursor(usize::from(self.items_area(view).height).max(1));
        }
    }

    fn new(kind: Kind) -> Self {
        let mut picker = Self { kind, input: Input::default(), shown: Vec::new(), cursor: 0, scroll: 0 };
        picker.narrow_again();
        picker
    }

    /// The typed text: raw, to be cleaned before it is shown.
    pub fn text_typed(&self) -> &str {
        self.input.value()
    }

    /// The items that the typed text keeps and that are in sight, each with its place among them.
    pub fn visible(&self, height: u16) -> impl Iterator<Item = (usize, &Shown)> {
        self.shown.iter().enumerate().skip(self.scroll).take(usize::from(height))
    }

    /// Place of the lit item among those kept.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Where it lies on the screen.
    pub fn area(&self, view: &View) -> Area {
        let whole = view.size.area();
        // Below the chips of the query, which tell what the marks come to; above the keys of the screen.
        let (above, below) =
            if whole.height >= FRAME.0 + FRAME.1 + 2 * FEWEST as u16 { (2, 1) } else { (1, 0) };
        let height = whole.height.saturating_sub(above + below);
        let inner = Area { height, y: whole.y + above.min(whole.height), ..whole };
        // Its top stays while it shrinks to what is kept.
        let most = inner.centred(WIDTH, HEIGHT);
        let rows = match &self.kind {
            Kind::Dates(dates) => dates.rows(),
            // It does not grow and shrink while it is looked for.
            Kind::Linked { .. } => usize::from(u16::MAX),
            Kind::Tags(_)
            | Kind::Keys(_)
            | Kind::Commands(_)
            | Kind::Views(_)
            | Kind::Headings(_)
            | Kind::Places(_)
            | Kind::Recent(_) => self.shown.len(),
        };
        let rows = u16::try_from(rows.max(FEWEST)).unwrap_or(u16::MAX);
        let (above, below) = frame(most.height);
        Area { height: most.height.min(rows.saturating_add(above + below)), ..most }
    }

    /// Where its items lie.
    pub fn items_area(&self, view: &View) -> Area {
        let area = self.area(view);
        let (above, below) = frame(area.height);
        let height = area.height.saturating_sub(above + below);
        Area { x: area.x, y: area.y + above.min(area.height), width: area.width, height }
    }

    /// Takes the newest counts and marks.
    pub fn refresh(&mut self, library: &LibraryScreen) {
        match &mut self.kind {
            Kind::Tags(items) => {
                let lit = self.shown.get(self.cursor).and_then(|shown| items.get(shown.item)).cloned();
                // Rows stay while one marks, so that the next press meets what one saw: what no article has
                // any more is shown with none.
                let mut new: std::collections::HashMap<SafeText, TagItem> =
                    tag_items(library).into_iter().map(|tag| (tag.name.clone(), tag)).collect();
                let mut merged: Vec<TagItem> = Vec::with_capacity(items.len().max(new.len()));
                for old in items.drain(..) {
                    let none = TagItem { count: 0, mark: Mark::None, without: None, beside: None, ..old };
                    merged.push(new.remove(&none.name).unwrap_or(none));
                }
                let mut rest: Vec<TagItem> = new.into_values().collect();
                rest.sort_by(|one, other| {
                    let by = |tag: &TagItem| std::cmp::Reverse((tag.count, tag.beside));
                    by(one).cmp(&by(other)).then_with(|| one.name.cmp(&other.name))
                });
                merged.append(&mut rest);
                *items = merged;
                self.narrow_again();
                if let (Some(lit), Kind::Tags(items)) = (lit, &self.kind) {
                    let place = self
                        .shown
                        .iter()
                        .position(|shown| items.get(shown.item).is_some_and(|tag| tag.name == lit.name));
                    self.cursor = place.unwrap_or(self.cursor);
                }
            }
            Kind::Dates(dates) => dates.refresh(library),
            Kind::Keys(items) => keys::mark(items, library),
            Kind::Commands(_)
            | Kind::Views(_)
            | Kind::Headings(_)
            | Kind::Linked { .. }
            | Kind::Places(_)
            | Kind::Recent(_) => {}
        }
    }

    /// Narrows by typed text.
    pub fn text(&mut self, text: &str) {
        for character in text.chars().filter(|character| !character.is_control()) {
            let _ = self.input.handle(InputRequest::InsertChar(character));
        }
        self.typed();
    }

    /// Edits the typed text.
    pub fn edit(&mut self, edit: Edit) {
        let before = self.input.value().to_owned();
        let _ = self.input.handle(request(edit));
        if self.input.value() != before {
            self.typed();
        }
    }

    fn typed(&mut self) {
        (self.cursor, self.scroll) = (0, 0);
        self.narrow_again();
        if let Kind::Dates(dates) = &mut self.kind {
            dates.jump(self.input.value());
        }
    }

    fn narrow_again(&mut self) {
        let typed = self.input.value();
        self.shown = match &self.kind {
            Kind::Tags(items) => narrow(typed, items.iter().map(|tag| tag.name.as_str())),
            Kind::Commands(items) => commands::kept(typed, items),
            Kind::Keys(items) => narrow(typed, items.iter().map(|key| key.name.as_str())),
            Kind::Views(items) => narrow(typed, items.iter().map(|view| view.name.as_str())),
            Kind::Headings(items) => narrow(typed, items.iter().map(|entry| entry.text.as_str())),
            Kind::Linked { linked, .. } => {
                narrow_loosely(typed, linked.items.iter().map(|item| item.text.as_str()))
            }
            Kind::Places(items) => narrow(typed, items.iter().map(|place| place.name.as_str())),
            Kind::Recent(items) => narrow(typed, items.iter().map(|recent| recent.goal.title.as_str())),
            Kind::Dates(_) => Vec::new(),
        };
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
    }

    fn lit(&self) -> Option<&Shown> {
        self.shown.get(self.cursor)
    }

    /// A command for the picker.
    pub fn command(
        &mut self,
        view: &View,
        command: Command,
        library: Option<&mut LibraryScreen>,
        effects: &mut Vec<Effect>,
    ) -> Step {
        let page = isize::try_from(self.items_area(view).height).unwrap_or(1).max(1);
        match command {
            Command::PickerDone | Command::Back => return Step::Close,
            Command::PickerDown => self.move_by(view, 1),
            Command::PickerUp => self.move_by(view, -1),
            Command::PickerPageDown => self.move_by(view, page),
            Command::PickerPageUp => self.move_by(view, -page),
            Command::PickerTop => self.move_by(view, isize::MIN / 2),
            Command::PickerBottom => self.move_by(view, isize::MAX / 2),
            Command::PickerLeft | Command::PickerRight => {
                let by = if command == Command::PickerRight { 1 } else { -1 };
                match &mut self.kind {
                    Kind::Dates(dates) => dates.across(by),
                    _ => self.edit(if by > 0 { Edit::Right } else { Edit::Left }),
                }
            }
            Command::PickerInclude | Command::PickerExclude | Command::PickerAny | Command::PickerOnly => {
                return self.mark(command, library, effects);
            }
            _ => {}
        }
        Step::Stay
    }

    fn mark(
        &mut self,
        command: Command,
        library: Option<&mut LibraryScreen>,
        effects: &mut Vec<Effect>,
    ) -> Step {
        let only = command == Command::PickerOnly;
        let mark = if command == Command::PickerExclude { Mark::Excluded } else { Mark::Included };
        let lit = self.lit().map(|shown| shown.item);
        match (&mut self.kind, library) {
            (Kind::Tags(items), Some(library)) => {
                if let Some(tag) = lit.and_then(|item| items.get(item)) {
                    let query = library.query();
                    let next = match command {
                        Command::PickerOnly => query.only_tag(&tag.name),
                        Command::PickerAny => toggle_any(query, &tag.name),
                        _ => toggle_tag(query, &tag.name, mark),
                    };
                    library.set_query(next, effects);
                }
                if only { Step::Close } else { Step::Stay }
            }
            (Kind::Dates(dates), Some(library)) => {
                let Some(next) = dates.mark(library.query(), self.input.value(), mark, only) else {
                    return Step::Stay;
                };
                library.set_query(next, effects);
                if only { Step::Close } else { Step::Stay }
            }
            (Kind::Commands(items), _) => match lit.and_then(|item| items.get(item)) {
                Some(item) if only && item.is_here => Step::Run(item.command),
                _ => Step::Stay,
            },
            (Kind::Headings(_), _) => match lit {
                Some(index) if only => Step::Jump(index),
                _ => Step::Stay,
            },
            (Kind::Linked { linked, .. }, _) => match lit.and_then(|item| linked.items.get(item)) {
                Some(item) if only => Step::Follow(Box::new(item.clone())),
                _ => Step::Stay,
            },
            (Kind::Keys(items), Some(library)) => match (lit.and_then(|item| items.get(item)), command) {
                (Some(key), Command::PickerOnly) => Step::Names(key.of.clone()),
                (Some(KeyItem { of: Named::Key(key), .. }), Command::PickerInclude) => {
                    library.toggle_key(key, effects);
                    keys::mark(items, library);
                    Step::Stay
                }
                _ => Step::Stay,
            },
            (Kind::Views(items), Some(library)) => match lit.and_then(|item| items.get(item)) {
                // The sentence says why one cannot be brought up.
                Some(view) if only && library.bring_up_view(view, effects).is_ok() => Step::Close,
                _ => Step::Stay,
            },
            (Kind::Places(items), _) => match (lit.and_then(|item| items.get(item)), command) {
                (Some(place), Command::PickerExclude) => Step::Remove(place.mark),
                (Some(PlaceItem { mark: Own::Note(id), .. }), Command::PickerInclude) => Step::Edit(*id),
                // Of a note whose text is gone its words are what there is to see.
                (Some(PlaceItem { mark: Own::Note(id), position: None, .. }), Command::PickerOnly) => {
                    Step::Edit(*id)
                }
                (Some(place), Command::PickerOnly) => place.position.map_or(Step::Stay, Step::Go),
                _ => Step::Stay,
            },
            (Kind::Recent(items), _) => match lit.and_then(|item| items.get(item)) {
                Some(recent) if only => Step::Read(recent.goal.clone()),
                _ => Step::Stay,
            },
            _ => Step::Close,
        }
    }

    fn move_by(&mut self, view: &View, by: isize) {
        let height = usize::from(self.items_area(view).height).max(1);
        if let Kind::Dates(dates) = &mut self.kind {
            return dates.down(by, height);
        }
        self.cursor = self.cursor.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
        self.show_cursor(height);
    }

    fn show_cursor(&mut self, height: usize) {
        self.scroll = self.scroll.min(self.cursor).max((self.cursor + 1).saturating_sub(height));
    }

    /// The mouse: a press marks, outside it is done, the wheel moves.
    pub fn mouse(
        &mut self,
        view: &View,
        mouse: Mouse,
        library: Option<&mut LibraryScreen>,
        effects: &mut Vec<Effect>,
    ) -> Step {
        let items = self.items_area(view);
        match mouse.kind {
            MouseKind::Wheel(by) => self.move_by(view, isize::from(by)),
            MouseKind::Press if !self.area(view).contains(mouse.column, mouse.row) => return Step::Close,
            MouseKind::Press | MouseKind::Secondary | MouseKind::Middle
                if items.contains(mouse.column, mouse.row) =>
            {
                let below = usize::from(mouse.row - items.y);
                if let Kind::Dates(dates) = &mut self.kind {
                    if !dates.choose(below, mouse.column.saturating_sub(items.x)) {
                        return Step::Stay;
                    }
                    dates.press(mouse.kind == MouseKind::Press);
                    return self.mark(under(mouse.kind), library, effects);
                }
                let place = self.scroll + below;
                if place < self.shown.len() {
                    self.cursor = place;
                    let run = !matches!(self.kind, Kind::Tags(_) | Kind::Dates(_))
                        && mouse.kind == MouseKind::Press;
                    let command = if run { Command::PickerOnly } else { under(mouse.kind) };
                    return self.mark(command, library, effects);
                }
            }
            MouseKind::Drag | MouseKind::Release => self.drag_dates(items, mouse, library, effects),
            _ => {}
        }
        Step::Stay
    }

    /// Keeps the days from where the mouse went down to where it is.
    fn drag_dates(
        &mut self,
        items: Area,
        mouse: Mouse,
        library: Option<&mut LibraryScreen>,
        effects: &mut Vec<Effect>,
    ) {
        let (Kind::Dates(dates), Some(library)) = (&mut self.kind, library) else { return };
        if mouse.kind == MouseKind::Release {
            dates.press(false);
            return;
        }
        let is_on_one = items.contains(mouse.column, mouse.row)
            && dates.choose(usize::from(mouse.row - items.y), mouse.column.saturating_sub(items.x));
        if is_on_one && let Some(next) = dates.drag(library.query()) {
            library.amend_query(next, effects);
        }
    }
}

/// Rows above and below the items of a picker that has so many rows.
pub fn frame(height: u16) -> (u16, u16) {
    match height {
        0..=5 => LEAST,
        6..=10 => SMALL,
        _ => FRAME,
    }
}

/// What a button of the mouse does.
fn under(kind: MouseKind) -> Command {
    match kind {
        MouseKind::Secondary => Command::PickerExclude,
        MouseKind::Middle => Command::PickerAny,
        _ => Command::PickerInclude,
    }
}

fn tag_items(library: &LibraryScreen) -> Vec<TagItem> {
    let item = |tag: &crate::library::facets::ValueCount| TagItem {
        name: (*tag.value).clone(),
        count: tag.count as usize,
        mark: tag.mark,
        own: tag.own,
        without: tag.without.map(|count| count as usize),
        beside: None,
    };
    let other = |(name, count): &(Arc<SafeText>, u32)| TagItem {
        name: (**name).clone(),
        count: 0,
        mark: Mark::None,
        own: false,
        without: None,
        beside: Some(*count as usize),
    };
    library.facets.tags.iter().map(item).chain(library.facets.other_tags.iter().map(other)).collect()
}
