//! The library screen: facets, articles and preview over one query. Every filter edits that query.

pub mod edits;
pub mod facets;
pub mod list;
pub mod preview;
pub mod query_line;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::command::{Command, Scope};
use super::effect::{DocumentSource, Effect, Generation, Loaded, Progress, Report, Slot};
use super::geometry::{Area, LibraryAreas, library as areas};
use super::{Edit, Mouse, MouseKind, View};
use crate::library::article::{Article, ArticleKey};
use crate::library::facets::Facets;
use crate::library::index::Library;
use crate::library::query::complete;
use crate::library::query::{Mark, Query, SortKey};
use crate::text::{Markdown, SafeText};
use edits::{days_of, next_sort, toggle_dates, toggle_tag, toggle_undated};
use facets::{FacetPane, FacetRow};
use list::{List, ListRow};
use preview::Preview;
use query_line::QueryLine;

/// How many edits of the query can be taken back.
const HISTORY: usize = 200;

/// The library screen's state.
#[derive(Debug)]
pub struct LibraryScreen {
    /// What is looked through: for files, under these roots.
    pub origin: Origin,
    /// The snapshot that the list shows.
    pub library: Arc<Library>,
    /// The newest snapshot; the list follows once the query has been run over it.
    newest: Arc<Library>,
    /// How far the indexing is.
    pub progress: Progress,
    /// The articles that the query keeps.
    pub list: List,
    /// What there is, counted.
    pub facets: Arc<Facets>,
    /// The facet pane.
    pub facet_pane: FacetPane,
    /// The preview.
    pub preview: Preview,
    /// The line, while the query is edited as text.
    pub line: Option<QueryLine>,
    /// What was before the line was opened, to which `Esc` returns.
    before_line: Option<Past>,
    /// What keys go to.
    pub focus: Focus,
    /// The query and its past.
    query: QueryState,
}

/// The query, its past, and what of it is still being worked out.
#[derive(Debug, Default)]
struct QueryState {
    now: Query,
    before: Vec<Past>,
    generation: Generation,
    /// The list shows an answer to an older query than this generation.
    answered: Generation,
    /// What becomes of the selection when the answer comes.
    then: Then,
}

/// A query that was, and where one stood in its list.
#[derive(Clone, Debug)]
struct Past {
    query: Query,
    at: Option<ArticleKey>,
    /// Screen row of the selected article's first line.
    row: usize,
}

/// What becomes of the selection when a query's answer comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Then {
    /// The selected article keeps its screen row, as far as it is kept at all.
    #[default]
    Keep,
    /// The query was changed: likewise, but where it is not kept, and for one who stood at the first
    /// article, the list begins at its top.
    Begin,
    /// An edit was taken back: this article is selected again, on this screen row.
    Return(Option<ArticleKey>, usize),
}

/// Where the articles come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Folders and files on a disk; what they are called on screen.
    Disk(SafeText),
    /// The built-in guide: its pages by path.
    Guide(Vec<(PathBuf, Markdown)>),
}

/// The panes of the library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The articles.
    #[default]
    List,
    /// Tags, dates and states.
    Facets,
    /// The preview.
    Preview,
}

/// A chip of the query, as it lies on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipArea {
    /// All of it.
    pub area: Area,
    /// In words.
    pub text: SafeText,
    /// Which term it is.
    pub term: usize,
}

/// The chips, as they lie on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chips {
    /// Those that fit.
    pub shown: Vec<ChipArea>,
    /// How many do not.
    pub more: usize,
    /// The first column behind them.
    pub end: u16,
}

/// Columns that are kept for the count of the chips that do not fit.
const MORE_CHIPS: u16 = 10;

impl LibraryScreen {
    /// An empty library under a first query.
    pub fn new(origin: Origin, query: Query) -> Self {
        Self {
            origin,
            library: Arc::default(),
            newest: Arc::default(),
            progress: Progress::default(),
            list: List::default(),
            facets: Arc::default(),
            facet_pane: FacetPane::default(),
            preview: Preview::default(),
            line: None,
            before_line: None,
            focus: Focus::List,
            query: QueryState { now: query, ..QueryState::default() },
        }
    }

    /// Whose keys count, nearest first.
    pub fn scopes(&self) -> &'static [Scope] {
        match (&self.line, self.focus) {
            (Some(_), _) => &[Scope::Line],
            (None, Focus::Facets) => &[Scope::Facets, Scope::Library],
            (None, Focus::List | Focus::Preview) => &[Scope::Library],
        }
    }

    /// The query that the list is to show.
    pub fn query(&self) -> &Query {
        &self.query.now
    }

    /// Whether the list does not show the query's answer yet.
    pub fn is_waiting(&self) -> bool {
        self.query.answered != self.query.generation
    }

    /// The selected article.
    pub fn selected(&self) -> Option<Arc<Article>> {
        self.article_at(self.list.selected())
    }

    /// The article at an index of the list.
    pub fn article_at(&self, index: usize) -> Option<Arc<Article>> {
        self.list.id(index).map(|id| self.library.article(id))
    }

    /// The article so many places after (or before) another one in the list.
    pub fn neighbour(&self, key: ArticleKey, step: isize) -> Option<Arc<Article>> {
        let id = self.library.find(key)?;
        let index = self.list.index_of(id)?.checked_add_signed(step)?;
        self.article_at(index)
    }

    /// Selects an article, if the list holds it.
    pub fn select(&mut self, view: &View, key: ArticleKey, effects: &mut Vec<Effect>) {
        if let Some(index) = self.library.find(key).and_then(|id| self.list.index_of(id)) {
            self.list.select(index);
            self.ensure(view, effects);
        }
    }

    /// Where an article's text is.
    pub fn source(&self, article: &Article) -> DocumentSource {
        match self.origin {
            Origin::Guide(ref pages) => {
                let page = pages.iter().find(|(path, _)| *path == article.place.path);
                let markdown = page.map_or_else(Markdown::default, |(_, markdown)| markdown.clone());
                DocumentSource::Text { name: article.title.clone(), markdown }
            }
            Origin::Disk(_) => {
                let root = self.library.roots().get(usize::from(article.place.root));
                let file = root
                    .map_or_else(|| article.place.path.clone(), |root| root.path.join(&article.place.path));
                DocumentSource::File(file)
            }
        }
    }

    /// The root that an article lies under; none where it is a page of the guide.
    pub fn root_of(&self, article: &Article) -> Option<&Path> {
        let Origin::Disk(_) = self.origin else { return None };
        self.library.roots().get(usize::from(article.place.root)).map(|root| root.path.as_path())
    }

    /// The beginning of an article, if the preview holds it.
    pub fn preview_of(&self, key: ArticleKey) -> Option<Loaded> {
        self.preview.loaded_of(key)
    }

    /// Replaces the query; the old one can be taken back.
    pub fn set_query(&mut self, query: Query, effects: &mut Vec<Effect>) {
        if query != self.query.now {
            let past = self.past();
            self.query.now = query;
            self.remember(past);
            self.ask(Then::Begin, effects);
        }
    }

    /// The query as it is, and where one stands in its list.
    fn past(&self) -> Past {
        let at = self.selected().map(|article| article.key);
        Past { query: self.query.now.clone(), at, row: self.list.screen_row() }
    }

    fn remember(&mut self, past: Past) {
        if self.query.before.len() == HISTORY {
            self.query.before.remove(0);
        }
        self.query.before.push(past);
    }

    /// Takes back the last edit of the query; false when there is none.
    pub fn back(&mut self, view: &View, effects: &mut Vec<Effect>) -> bool {
        if self.focus != Focus::List && Self::pane_area(view, self.focus).is_some() {
            self.focus = Focus::List;
            return true;
        }
        let Some(Past { query, at, row }) = self.query.before.pop() else { return false };
        self.query.now = query;
        self.ask(Then::Return(at, row), effects);
        true
    }

    /// Asks for the answer to the query as it is now.
    fn ask(&mut self, then: Then, effects: &mut Vec<Effect>) {
        if then != Then::Keep {
            self.query.then = then;
        }
        let generation = self.query.generation.raise();
        let library = Arc::clone(&self.newest);
        effects.push(Effect::Query { generation, library, query: self.query.now.clone() });
    }

    /// Takes a report in.
    pub fn report(&mut self, view: &View, report: Report, effects: &mut Vec<Effect>) {
        match report {
            Report::Library { library, progress } => {
                self.newest = library;
                self.progress = progress;
                self.ask(Then::Keep, effects);
            }
            Report::Queried { generation, library, outcome, facets } => {
                if generation != self.query.generation {
                    return;
                }
                self.query.answered = generation;
                let selected = self.selected().map(|article| article.key);
                let then = std::mem::take(&mut self.query.then);
                let (keep, row) = match then {
                    Then::Return(at, row) => (at, row),
                    Then::Begin if self.list.selected() == 0 => (None, 0),
                    // Nobody chose it: newer ones may come before it while the list fills.
                    Then::Keep if !self.list.was_moved() => (None, 0),
                    Then::Keep | Then::Begin => (selected, self.list.screen_row()),
                };
                self.library = library;
                self.list.fill(&self.library, outcome.ids.clone(), self.is_grouped(), keep, row);
                if keep.is_none_or(|key| !self.holds(key)) && (then != Then::Keep || keep.is_none()) {
                    self.list.rewind();
                }
                let before = std::mem::replace(&mut self.facets, facets);
                self.facet_pane.fill(&self.facets, &before, facet_height(view));
            }
            Report::Loaded { slot: Slot::Preview, generation, result } => {
                self.preview.report(generation, result);
            }
            Report::Loaded { slot: Slot::Reader, .. }
            | Report::Highlighted { .. }
            | Report::Pictures { .. } => {}
        }
    }

    fn holds(&self, key: ArticleKey) -> bool {
        self.selected().is_some_and(|article| article.key == key)
    }

    /// Whether the list is grouped by month: when it is sorted by date.
    pub fn is_grouped(&self) -> bool {
        self.query.now.order().key == SortKey::Date
    }

    /// Has what is in sight computed: the selected row, the preview's layout and its document.
    pub fn ensure(&mut self, view: &View, effects: &mut Vec<Effect>) {
        let areas = areas(view.size);
        self.list.ensure(usize::from(areas.list.height));
        if Self::pane_area(view, self.focus).is_none() {
            self.focus = Focus::List;
        }
        if let Some(area) = areas.preview {
            let wanted = self.selected();
            let source = wanted.as_ref().map(|article| self.source(article));
            self.preview.ensure(area, view.order, wanted.as_ref().zip(source), effects);
        }
    }

    /// A command for the pane that has the keys.
    pub fn command(&mut self, view: &View, command: Command, effects: &mut Vec<Effect>) {
        match command {
            Command::LineAccept => return self.close_line(true, effects),
            Command::LineCancel => return self.close_line(false, effects),
            Command::LineComplete => return self.complete(effects),
            Command::EditQuery | Command::Search => {
                let before = self.past();
                self.line = Some(QueryLine::new(&self.query.now, &self.facets, command == Command::Search));
                self.before_line = Some(before);
                return;
            }
            Command::ClearQuery => return self.set_query(Query::default(), effects),
            Command::Sort => return self.set_query(next_sort(&self.query.now), effects),
            Command::ReverseSort => return self.set_query(self.query.now.reverse_sort(), effects),
            Command::NextPane => return self.move_focus(view, 1),
            Command::PreviousPane => return self.move_focus(view, -1),
            _ => {}
        }
        match self.focus {
            Focus::List => self.list_command(view, command),
            Focus::Facets => self.facet_command(view, command, effects),
            Focus::Preview => self.preview.command(command),
        }
    }

    fn list_command(&mut self, view: &View, command: Command) {
        let page = List::page(usize::from(areas(view.size).list.height));
        if let Some(by) = command.lines(page) {
            self.list.step(by);
        }
    }

    fn facet_command(&mut self, view: &View, command: Command, effects: &mut Vec<Effect>) {
        let height = facet_height(view);
        if let Some(by) = command.lines(isize::try_from(height).unwrap_or(1)) {
            return self.facet_pane.step(by, height);
        }
        match command {
            Command::FacetInclude => self.mark(view, FacetMark::Include, effects),
            Command::FacetExclude => self.mark(view, FacetMark::Exclude, effects),
            Command::FacetOnly => self.mark(view, FacetMark::Only, effects),
            _ => {}
        }
    }

    /// Marks the value under the facet pane's cursor.
    fn mark(&mut self, view: &View, mark: FacetMark, effects: &mut Vec<Effect>) {
        let Some(row) = self.facet_pane.chosen() else { return };
        let query = &self.query.now;
        let next = match row {
            FacetRow::Tag(index) => self.facets.tags.get(index).map(|tag| match mark {
                FacetMark::Include => toggle_tag(query, &tag.value, Mark::Included),
                FacetMark::Exclude => toggle_tag(query, &tag.value, Mark::Excluded),
                FacetMark::Only => query.only_tag(&tag.value),
            }),
            FacetRow::Year(index) => self
                .facets
                .years
                .get(index)
                .and_then(|year| days_of(year.year, None))
                .map(|days| toggle_dates(query, view, days)),
            FacetRow::Undated => Some(toggle_undated(query, mark == FacetMark::Exclude)),
            FacetRow::State(index) => self.facets.states.get(index).map(|state| {
                let wanted = if mark == FacetMark::Exclude { Mark::Excluded } else { Mark::Included };
                let same = query.state_mark(state.state) == wanted;
                query.with_state(state.state, if same { Mark::None } else { wanted })
            }),
            FacetRow::Blank | FacetRow::Heading(_) | FacetRow::MoreTags(_) | FacetRow::MoreYears(_) => None,
        };
        if let Some(next) = next {
            self.set_query(next, effects);
        }
    }

    fn close_line(&mut self, accept: bool, effects: &mut Vec<Effect>) {
        let Some(line) = self.line.take() else { return };
        if accept && line.error.is_some() {
            // It stays open: the reason stands under it.
            self.line = Some(line);
            return;
        }
        let Some(past) = self.before_line.take().filter(|past| past.query != self.query.now) else { return };
        if accept {
            // All that was typed is one edit.
            self.remember(past);
        } else {
            let Past { query, at, row } = past;
            self.query.now = query;
            self.ask(Then::Return(at, row), effects);
        }
    }

    /// Text for the line.
    pub fn text(&mut self, _view: &View, text: &str, effects: &mut Vec<Effect>) {
        if let Some(line) = &mut self.line {
            line.insert(text);
            self.line_changed(effects);
        }
    }

    /// An edit of the line.
    pub fn edit(&mut self, _view: &View, edit: Edit, effects: &mut Vec<Effect>) {
        if let Some(line) = &mut self.line {
            line.edit(edit);
            self.line_changed(effects);
        }
    }

    fn complete(&mut self, effects: &mut Vec<Effect>) {
        let Some(line) = &mut self.line else { return };
        if line.complete() {
            self.line_changed(effects);
        }
    }

    /// What could stand at the line's cursor. Counted under the query that was before, because the term
    /// that is being typed may keep nothing yet.
    fn offer(&mut self) {
        if let Some(line) = &mut self.line {
            let facets = Some(&*line.facets).filter(|facets| facets.kept > 0);
            line.offer(complete(line.text(), line.cursor_byte(), &self.library, facets));
        }
    }

    /// The list follows the line while it can be read; the last good result stays where it cannot.
    fn line_changed(&mut self, effects: &mut Vec<Effect>) {
        self.offer();
        let Some(query) = self.line.as_mut().and_then(|line| line.parse(&self.library)) else { return };
        if query != self.query.now {
            self.query.now = query;
            self.ask(Then::Begin, effects);
        }
    }

    fn move_focus(&mut self, view: &View, by: isize) {
        let order = [Focus::Facets, Focus::List, Focus::Preview];
        let shown: Vec<Focus> =
            order.into_iter().filter(|focus| Self::pane_area(view, *focus).is_some()).collect();
        let Some(at) = shown.iter().position(|focus| *focus == self.focus) else { return };
        let next = (at as isize + by).rem_euclid(shown.len() as isize) as usize;
        self.focus = shown[next];
    }

    fn pane_area(view: &View, focus: Focus) -> Option<Area> {
        let areas = areas(view.size);
        match focus {
            Focus::List => Some(areas.list),
            Focus::Facets => areas.facets,
            Focus::Preview => areas.preview,
        }
    }

    /// The chips of the query that fit into the head's second row, and where the row goes on behind them.
    pub fn chips(&self, view: &View) -> Chips {
        let LibraryAreas { head, .. } = areas(view.size);
        let all = self.query.now.chips();
        let count = all.len();
        let mut x = head.x + 1;
        let mut shown = Vec::new();
        for (index, chip) in all.into_iter().enumerate() {
            let width = u16::try_from(chip.text.width()).unwrap_or(u16::MAX).saturating_add(4);
            // What does not fit is counted behind the last that does.
            let reserved = if index + 1 < count { MORE_CHIPS } else { 0 };
            if x.saturating_add(width).saturating_add(reserved) > head.right() {
                break;
            }
            let area = Area { x, y: head.y + 1, width, height: 1 };
            shown.push(ChipArea { area, text: chip.text, term: chip.term });
            x += width + 1;
        }
        let more = count - shown.len();
        Chips { shown, more, end: x }
    }

    /// The mouse: a chip's cross removes it, a press selects or marks, a press on what is selected opens,
    /// the wheel scrolls the pane under it.
    pub fn mouse(&mut self, view: &View, mouse: Mouse, effects: &mut Vec<Effect>) -> Option<Command> {
        let areas = areas(view.size);
        let at = |area: Area| area.contains(mouse.column, mouse.row);
        let below = |area: Area| usize::from(mouse.row - area.y);
        match mouse.kind {
            MouseKind::Wheel(by) => {
                let by = isize::from(by);
                if at(areas.list) {
                    self.list.wheel(by, usize::from(areas.list.height));
                } else if let Some(area) = areas.facets.filter(|area| at(*area)) {
                    self.facet_pane.wheel(by, usize::from(area.height));
                } else if areas.preview.is_some_and(at) {
                    self.preview.scroll(by);
                }
            }
            MouseKind::Press => {
                if let Some(chip) = self.chips(view).shown.into_iter().find(|chip| at(chip.area)) {
                    // The cross is the last three columns; the words open the line.
                    if mouse.column + 3 >= chip.area.right() {
                        self.set_query(self.query.now.without(chip.term), effects);
                        return None;
                    }
                    return Some(Command::EditQuery);
                }
                if at(areas.list) {
                    self.focus = Focus::List;
                    if let ListRow::Article(index, _) = self.list.row(self.list.scroll() + below(areas.list))
                    {
                        if index == self.list.selected() {
                            return Some(Command::Open);
                        }
                        self.list.select(index);
                    }
                } else if let Some(area) = areas.facets.filter(|area| at(*area)) {
                    return self.press_facet(view, area, mouse, effects);
                } else if areas.preview.is_some_and(at) {
                    self.focus = Focus::Preview;
                }
            }
            MouseKind::Drag | MouseKind::Release => {}
        }
        None
    }

    fn press_facet(
        &mut self,
        view: &View,
        area: Area,
        mouse: Mouse,
        effects: &mut Vec<Effect>,
    ) -> Option<Command> {
        let below = usize::from(mouse.row - area.y);
        self.focus = Focus::Facets;
        match self.facet_pane.choose_visible(below)? {
            FacetRow::MoreTags(_) => return Some(Command::Tags),
            FacetRow::MoreYears(_) => return Some(Command::Dates),
            FacetRow::Year(index) => {
                let days = days_of(self.facets.years.get(index)?.year, month_under(area, mouse.column))?;
                self.set_query(toggle_dates(&self.query.now, view, days), effects);
            }
            _ => self.mark(view, FacetMark::Include, effects),
        }
        None
    }
}

/// What a key does with the value under the facet pane's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FacetMark {
    Include,
    Exclude,
    Only,
}

/// Column, from the facet pane's left, where a year's twelve months begin.
pub const MONTHS_AT: u16 = 8;

/// The month (1 to 12) whose bar is under a column of the facet pane.
fn month_under(area: Area, column: u16) -> Option<i8> {
    let month = column.checked_sub(area.x + MONTHS_AT)?;
    (month < 12).then(|| month as i8 + 1)
}

/// Rows of the facet pane.
fn facet_height(view: &View) -> usize {
    areas(view.size).facets.map_or(0, |area| usize::from(area.height))
}
