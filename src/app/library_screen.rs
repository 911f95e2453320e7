//! The library screen: facets, articles and preview over one query. Every filter edits that query.

mod asking;
pub mod edits;
pub mod facets;
pub mod found;
pub mod list;
pub(super) mod live;
mod marks;
pub mod pointer;
pub mod preview;
pub mod query_line;
mod recorded;
pub mod views;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::View;
use super::command::{Command, Scope};
use super::effect::{Discarded, DocumentSource, Effect, Loaded, Progress, Report, Slot};
use super::geometry::{Area, library as areas};
use super::reader::PATIENCE;
use super::sought::Best;
use crate::document::shown::Position;
use crate::library::article::{Article, ArticleKey};
use crate::library::facets::Facets;
use crate::library::index::Library;
use crate::library::query::{Query, SortKey};
use crate::text::{Markdown, SafeText};
use asking::{Past, QueryState, Then};
use edits::next_sort;
use facets::FacetPane;
use found::Found;
use list::{Grouping, List};
use live::Live;
use preview::Preview;
use query_line::QueryLine;
use recorded::Recorded;
use views::{SavedView, ViewStates};

/// The library screen's state.
#[derive(Debug)]
pub struct LibraryScreen {
    /// What is looked through: for files, under these roots.
    pub origin: Origin,
    /// The snapshot that the list shows.
    pub library: Arc<Library>,
    /// The newest snapshot; the list follows once the query has been run over it.
    newest: Arc<Library>,
    /// Whether what queries over it will need is to be made ready, once it is shown and what was before it is gone.
    is_to_be_prepared: bool,
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
    /// The saved views of the settings.
    pub views: Vec<SavedView>,
    /// Front-matter keys whose values are facets too, as written.
    pub keys: Vec<SafeText>,
    view_states: ViewStates,
    /// The line, while the query is edited as text.
    pub line: Option<QueryLine>,
    /// What was before the line was opened, to which `Esc` returns.
    before_line: Option<Past>,
    /// What keys go to.
    pub focus: Focus,
    /// What was found in the texts.
    pub found: Found,
    /// The query and its past.
    query: QueryState,
    /// Where the article that is opened next is to be opened.
    pub(super) open_at: Option<Position>,
    live: Live,
    recorded: Recorded,
    /// Whether it was asked to look again when what is waited for is worth a word.
    asked_to_wake: bool,
}

/// Where the articles come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Folders and files on a disk; what they are called on screen.
    Disk(SafeText),
    /// The built-in guide: its pages by path.
    Guide(Vec<(PathBuf, Markdown)>),
}

impl Origin {
    /// Whether it is recorded what a person does with the articles.
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Disk(_))
    }
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

impl LibraryScreen {
    /// An empty library under a first query.
    pub fn new(origin: Origin, query: Query) -> Self {
        Self {
            origin,
            library: Arc::default(),
            newest: Arc::default(),
            is_to_be_prepared: false,
            progress: Progress::default(),
            list: List::default(),
            facets: Arc::default(),
            facet_pane: FacetPane::default(),
            preview: Preview::default(),
            views: Vec::new(),
            keys: Vec::new(),
            view_states: ViewStates::default(),
            line: None,
            before_line: None,
            focus: Focus::List,
            found: Found::default(),
            query: QueryState { now: query, ..QueryState::default() },
            live: Live::default(),
            recorded: Recorded::default(),
            open_at: None,
            asked_to_wake: false,
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

    /// The selected article.
    pub fn selected(&self) -> Option<Arc<Article>> {
        self.article_at(self.list.selected())
    }

    /// The article at an index of the list.
    pub fn article_at(&self, index: usize) -> Option<Arc<Article>> {
        self.list.id(index).map(|id| self.library.article(id))
    }

    /// The article with this identity, if it is there.
    pub fn article_of(&self, key: ArticleKey) -> Option<Arc<Article>> {
        self.library.find(key).map(|id| self.library.article(id))
    }

    /// The files of all articles that the query keeps.
    pub fn kept_files(&self) -> Vec<PathBuf> {
        self.list.ids().map(|id| self.library.file(id)).collect()
    }

    /// The article so many places after (or before) another one in the list.
    pub fn neighbour(&self, key: ArticleKey, step: isize) -> Option<Arc<Article>> {
        let at = self.library.find(key).and_then(|id| self.list.index_of(id));
        // One that is gone from the list was selected, and what came after it is by now.
        let from = at.map_or_else(|| self.list.selected().checked_sub(usize::from(step > 0)), Some);
        let index = match from {
            Some(from) => self.list.neighbour(from, step)?,
            None => self.list.begun(),
        };
        self.article_at(index)
    }

    /// Selects an article, if the list holds it.
    pub fn select(&mut self, view: &View, key: ArticleKey, effects: &mut Vec<Effect>) {
        let find = |id| self.list.index_of(id).or_else(|| self.list.index_of_stand_in(&self.library, id));
        if let Some(index) = self.library.find(key).and_then(find) {
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

    /// Takes a report in.
    pub fn report(&mut self, view: &View, report: Report, effects: &mut Vec<Effect>) {
        match report {
            Report::Library { library, progress } => {
                self.live.take(&self.progress, &progress);
                let changed = !Arc::ptr_eq(&library, &self.newest);
                let before = std::mem::replace(&mut self.newest, library);
                let was_walked = std::mem::replace(&mut self.progress, progress).walked;
                self.ask(Then::Keep, effects);
                self.ask_record(effects);
                self.is_to_be_prepared |= changed || !was_walked;
                effects.push(Effect::Discard(Discarded { library: before, ..Discarded::default() }));
            }
            Report::Queried { generation, library, outcome, facets, reading, is_whole } => {
                if generation != self.query.generation {
                    return;
                }
                if facets.kept == 0
                    && reading.is_none()
                    && let Some(begun) = self.query.begun.take()
                {
                    self.query.now = begun;
                    return self.ask(Then::Begin, effects);
                }
                self.query.answered = generation;
                if facets.kept == 0 && outcome.similar.is_empty() && reading.is_none() && self.may_go_on() {
                    self.query.is_held = true;
                    return;
                }
                let selected = self.selected().map(|article| self.live.follow(article.key, &library));
                let then = std::mem::take(&mut self.query.then);
                let grows = then == Then::Keep && self.query.growing == Some(self.list.moves());
                let (keep, row) = match then {
                    Then::Return(at, row) => (at, row),
                    Then::Begin if self.list.selected() == 0 => (None, 0),
                    // What was found before the rest is first no longer, and nobody has chosen it.
                    Then::Keep if grows => (None, 0),
                    // Nobody chose it: newer ones may come before it while the list fills.
                    Then::Keep if !self.live.stays(&self.list) => (None, 0),
                    Then::Keep | Then::Begin => (selected, self.live.screen_row(&self.list)),
                };
                if then != Then::Keep {
                    self.live.forget();
                }
                let back = self.live.back(&self.list, &library, &outcome);
                let (keep, row) = back.map_or((keep, row), |(key, row)| (Some(key), row));
                self.query.is_whole = is_whole;
                let answered = if is_whole { &self.query.now } else { &self.query.asked };
                self.found.answer(answered, &outcome, reading);
                let library = std::mem::replace(&mut self.library, library);
                let outcome = self.list.fill(&self.library, &outcome, self.grouping(), keep, row);
                if let Some(key) = keep.filter(|_| then == Then::Keep) {
                    self.live.kept((key, row), self.holds(key), &self.list);
                }
                if keep.is_none_or(|key| !self.holds(key)) && (then != Then::Keep || keep.is_none()) {
                    self.list.rewind();
                }
                let is_begun = (then == Then::Begin || grows) && self.list.selected() == 0;
                self.query.growing = (is_begun && reading.is_some()).then(|| self.list.moves());
                let before = std::mem::replace(&mut self.facets, facets);
                self.facet_pane.is_recorded = self.origin.is_recorded();
                self.facet_pane.fill(&self.facets, &before, self.views.len(), facet_height(view));
                effects.push(Effect::Discard(Discarded { library, outcome, facets: before }));
                let is_shown = self.progress.walked && Arc::ptr_eq(&self.library, &self.newest);
                if is_shown && std::mem::take(&mut self.is_to_be_prepared) {
                    effects.push(Effect::Prepare(Arc::downgrade(&self.newest)));
                }
                if reading.is_none() && self.query.is_taken {
                    self.settle(effects);
                }
            }
            Report::Loaded { slot: Slot::Preview | Slot::WholePreview, generation, result } => {
                self.preview.report(generation, result);
            }
            Report::Indexing(percent) => {
                self.found.indexing = percent;
                if percent.is_none() && self.query.now.has_text() && self.list.kept() == 0 {
                    // What was meant can be said now.
                    self.ask(Then::Keep, effects);
                }
            }
            Report::Excerpts { generation, excerpts } => self.found.take(generation, excerpts),
            Report::Loaded { slot: Slot::Reader | Slot::Peek, .. }
            | Report::Found { .. }
            | Report::Renamed(_)
            | Report::Touched(_)
            | Report::Notice(_)
            | Report::Recorded(_)
            | Report::Highlighted { .. }
            | Report::Resolved { .. }
            | Report::Linked { .. }
            | Report::Pictures { .. } => {}
        }
    }

    fn holds(&self, key: ArticleKey) -> bool {
        self.selected().is_some_and(|article| article.key == key)
    }

    /// What the list is grouped by: it follows the order.
    pub fn grouping(&self) -> Grouping {
        match self.query.now.order().key {
            SortKey::Date => Grouping::Months,
            SortKey::Folder => Grouping::Folders,
            SortKey::Series => Grouping::Series,
            _ => Grouping::None,
        }
    }

    /// Has what is in sight computed: the selected row, the preview's layout and its document.
    pub fn ensure(&mut self, view: &View, effects: &mut Vec<Effect>) {
        let areas = areas(view.size);
        self.list.ensure(usize::from(areas.list.height));
        self.ensure_view(effects);
        self.ensure_excerpts(view, effects);
        if !self.progress.done && !is_late(view) && !std::mem::replace(&mut self.asked_to_wake, true) {
            effects.push(Effect::WakeAt(PATIENCE));
        }
        if Self::pane_area(view, self.focus).is_none() {
            self.focus = Focus::List;
        }
        if let Some(area) = areas.preview {
            let wanted = self.selected();
            let source = wanted.as_ref().map(|article| self.source(article));
            let (words, best) =
                wanted.as_ref().map_or_else(Default::default, |article| self.found_in(article));
            let entry = wanted.as_ref().and_then(|article| self.entries().get(article.key));
            let labels = entry.map(|entry| entry.labels.clone()).unwrap_or_default();
            self.preview.ensure(area, view, wanted.as_ref().zip(source.clone()), &labels, effects);
            self.preview.light(words, best.and_then(Best::position), source, effects);
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
                self.line = Some(QueryLine::new(&self.query.now, &self.facets));
                self.before_line = Some(before);
                return;
            }
            Command::ClearQuery => return self.set_query(Query::default(), effects),
            Command::Sort => {
                return self.set_query(next_sort(&self.query.now, self.library.has_series()), effects);
            }
            Command::EachCopy => return self.toggle_copies(effects),
            Command::ReverseSort => return self.set_query(self.query.now.reverse_sort(), effects),
            Command::UnreadOnly => return self.toggle_unread(effects),
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
}

/// Whether so much time has passed since the start that it is worth a word what is still waited for.
pub fn is_late(view: &View) -> bool {
    view.clock >= PATIENCE
}

/// Rows of the facet pane.
fn facet_height(view: &View) -> usize {
    areas(view.size).facets.map_or(0, |area| usize::from(area.height))
}
