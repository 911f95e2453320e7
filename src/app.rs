//! State and the pure `update`: one action in, effects out. One file a pane.
//!
//! Knows library, document, layout, config, text and error. Never touches the terminal, the clock, the
//! disk, the environment or threads: sizes, time and content are given to it in actions.

mod action;
pub mod asking;
pub mod clipboard;
pub mod command;
pub mod effect;
pub mod geometry;
pub mod help;
pub mod keys;
pub mod library_screen;
mod overlay;
pub mod peek;
pub mod picker;
pub mod prompt;
pub mod reader;
mod record;
pub mod setting;
pub mod sought;
pub mod travel;

use std::sync::Arc;
use std::time::Duration;

use crate::layout::Order;
use crate::library::article::{Article, Date};
use crate::text::SafeText;
pub use action::{Action, Edit, Mouse, MouseKind};
use asking::Asking;
use command::{Command, Scope};
use effect::{At, DocumentSource, Effect, Generation, Loaded, Recording, Report, Slot};
use geometry::Size;
use help::Help;
use keys::Keys;
use library_screen::LibraryScreen;
use overlay::{answered, follow, run_in_overlay};
use picker::Picker;
use prompt::Prompt;
use reader::Reader;
use reader::pictures::Means;
pub use record::leaving;
use travel::Travel;

/// The whole state.
#[derive(Debug)]
pub struct App {
    /// What every pane may look at.
    pub view: View,
    /// The library, unless a lone file was opened.
    pub library: Option<LibraryScreen>,
    /// The open article.
    pub reader: Option<Reader>,
    /// What lies over the screen, if anything.
    pub overlay: Option<Overlay>,
    /// A message that goes away by itself.
    pub toast: Option<Toast>,
    /// The newest requests.
    pub newest: Newest,
    /// Links, and what they may open.
    pub travel: Travel,
    /// The keys of the commands.
    pub keys: Keys,
}

/// The newest request of each kind: what answers an older one is dropped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Newest {
    /// For the reader's document.
    pub reader: Generation,
    /// For pictures.
    pub pictures: Generation,
    /// For highlights of the reader's or the preview's code.
    pub highlights: Generation,
    /// For what is found in the open article.
    pub find: Generation,
}

/// What every pane may look at, and none but [`update`] may change.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The screen.
    pub size: Size,
    /// Time since the start.
    pub clock: Duration,
    /// The day that relative dates count from.
    pub today: Date,
    /// Which theme is painted.
    pub theme: ThemeName,
    /// Widest the text may be, in columns.
    pub measure: u16,
    /// What the terminal can do for pictures.
    pub pictures: Means,
    /// The order in which right-to-left text is sent.
    pub order: Order,
    /// Whether words are broken with a hyphen at the end of a line.
    pub hyphenate: bool,
}

/// The themes there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// Light text on a dark ground.
    #[default]
    Dark,
    /// Dark text on a light ground.
    Light,
}

/// What can lie over a screen.
#[derive(Debug)]
pub enum Overlay {
    /// A picker of tags, dates, headings or commands.
    Picker(Picker),
    /// The keys.
    Help(Help),
    /// The question before an address is opened.
    Prompt(Prompt),
    /// A question that a line of text answers.
    Asking(Asking),
}

/// A message that goes away by itself and never moves the text.
#[derive(Clone, Debug)]
pub struct Toast {
    /// What it says.
    pub text: SafeText,
    /// When it goes, on the view's clock.
    pub until: Duration,
    /// Whether it is said of what is open in the reader, and goes with that.
    pub of_reader: bool,
}

/// How long a toast stays.
const TOAST: Duration = Duration::from_secs(4);

/// What the program shows at first.
#[derive(Debug)]
pub enum Start {
    /// A library, still empty.
    Library(Box<LibraryScreen>),
    /// One article, with where to open it.
    Reader(DocumentSource, Loaded, Option<At>),
}

impl App {
    /// The state at the start.
    pub fn new(view: View, start: Start) -> Self {
        let mut app = Self {
            view,
            library: None,
            reader: None,
            overlay: None,
            toast: None,
            newest: Newest::default(),
            travel: Travel::default(),
            keys: Keys::default(),
        };
        match start {
            Start::Library(library) => app.library = Some(*library),
            Start::Reader(source, loaded, at) => {
                app.reader = Some(Reader::new(&app.view, source, loaded, at));
            }
        }
        app
    }

    /// Whose keys count now, nearest first.
    pub fn scopes(&self) -> &'static [Scope] {
        match (&self.overlay, &self.reader, &self.library) {
            (Some(Overlay::Picker(_)), ..) => &[Scope::Picker],
            (Some(Overlay::Prompt(_)), ..) => &[Scope::Prompt],
            (Some(Overlay::Asking(_)), ..) => &[Scope::Line],
            (None, Some(reader), _) => reader.scopes(),
            (None, None, Some(library)) => library.scopes(),
            (Some(Overlay::Help(_)), ..) | (None, None, None) => &[Scope::Everywhere],
        }
    }

    /// Whether the mouse, moved to a cell, changes what is to be seen.
    pub fn would_hover(&self, column: u16, row: u16) -> bool {
        let reader = self.reader.as_ref().filter(|_| self.overlay.is_none());
        reader.is_some_and(|reader| reader.would_hover(&self.view, column, row))
    }

    /// Shows a message for a while.
    pub fn say(&mut self, text: SafeText, effects: &mut Vec<Effect>) {
        let until = self.view.clock + TOAST;
        self.toast = Some(Toast { text, until, of_reader: false });
        effects.push(Effect::WakeAt(until));
    }

    /// Opens an article of the library in the reader: at once from the preview where it is there.
    fn open(&mut self, article: &Arc<Article>, effects: &mut Vec<Effect>) {
        self.leave_article(effects);
        let Some(library) = &mut self.library else { return };
        library.select(&self.view, article.key, effects);
        let generation = self.newest.reader.raise();
        let source = library.source(article);
        let at_hand = library.preview_of(article.key);
        effects.push(Effect::Load {
            slot: Slot::Reader,
            generation,
            source: source.clone(),
            article: Some(Arc::clone(article)),
            before: None,
            begun: at_hand.is_some(),
        });
        let entry = library.entries().get(article.key).cloned();
        let (words, best) = library.found_in(article);
        let at = library.open_at.take();
        let mut reader = Reader::waiting(&self.view, source, article).recorded_as(entry);
        if let Some(loaded) = at_hand {
            reader.replace(&self.view, loaded);
        }
        let mut reader = reader.like(self.reader.as_ref());
        if let Some(before) = self.reader.take() {
            reader = reader.come_from(before);
        }
        reader.light_words(&self.view, words, best.filter(|_| at.is_none()));
        if let Some(at) = at {
            reader = reader.at(Some(At::Position(at)));
        }
        self.reader = Some(reader);
    }

    /// Opens the article before or after the open one in the list.
    fn open_neighbour(&mut self, step: isize, effects: &mut Vec<Effect>) {
        let (Some(library), Some(reader)) = (&self.library, &self.reader) else { return };
        match library.neighbour(reader.article().key, step) {
            Some(article) => self.open(&article, effects),
            None if step > 0 => self.say(crate::safe!("This is the last article of the list"), effects),
            None => self.say(crate::safe!("This is the first article of the list"), effects),
        }
    }

    /// One step back; with nothing left to go back to, quits if `quits`.
    fn back(&mut self, quits: bool, effects: &mut Vec<Effect>) {
        if self.overlay.take().is_some() {
            return;
        }
        if let Some(reader) = &mut self.reader {
            if if quits { reader.close_panel() } else { reader.back() } {
                return;
            }
            if self.library.is_some() {
                self.leave_article(effects);
                // Whatever is still on its way belongs to nobody.
                let _ = self.newest.reader.raise();
                self.reader = None;
                return;
            }
        } else if let Some(library) = &mut self.library
            && !quits
            && library.back(&self.view, effects)
        {
            return;
        }
        if quits {
            effects.push(Effect::Quit);
        }
    }
}

/// The one way that state changes.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let mut effects = Vec::new();
    match action {
        Action::Command(command) => run(app, command, &mut effects),
        Action::Text(text) => typed(app, &text, &mut effects),
        Action::Edit(edit) => edited(app, edit, &mut effects),
        Action::Mouse(mouse) => moused(app, mouse, &mut effects),
        Action::Resize(size) => app.view.size = size,
        Action::Report(report) => reported(app, report, &mut effects),
        Action::Tick => {
            if app.toast.as_ref().is_some_and(|toast| toast.until <= app.view.clock) {
                app.toast = None;
            }
        }
    }
    if let Some(library) = &mut app.library {
        library.ensure(&app.view, &mut effects);
    }
    if let Some(reader) = &mut app.reader {
        let listed = app.library.as_ref().map(|library| match library.list.articles() {
            0 => library.list.similar(),
            articles => articles,
        });
        reader.ensure(&app.view, listed, &mut effects);
        reader.ensure_recorded(&app.view, &mut effects);
    }
    travel::take(app, &mut effects);
    travel::look(app, &mut effects);
    ask_for_what_is_near(app, &mut effects);
    if let Some(notice) = app.reader.as_mut().and_then(Reader::take_notice) {
        app.say(notice, &mut effects);
        if let Some(toast) = &mut app.toast {
            toast.of_reader = true;
        }
    }
    effects
}

/// Whether what an action changes may be on screen: the colours of code that is not are worth no frame, and
/// most links look as before when it is known where they lead.
pub fn is_seen(app: &App, action: &Action) -> bool {
    match (action, &app.reader) {
        (Action::Report(Report::Highlighted { part, .. }), Some(reader)) => {
            reader.visible_rows().any(|row| row.anchor.part == *part)
        }
        (Action::Report(Report::Resolved { found, .. }), Some(reader)) => reader.is_seen_of(found),
        _ => true,
    }
}

/// Has laid out what the next page up or down will show. To be called once a frame is on its way and
/// nothing else waits: the frame is not to wait for this.
pub fn look_ahead(app: &mut App) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(reader) = &mut app.reader {
        reader.look_ahead();
    }
    ask_for_what_is_near(app, &mut effects);
    effects
}

/// Asks for the pictures and the colours of code near the screen, in the preview for the colours alone.
fn ask_for_what_is_near(app: &mut App, effects: &mut Vec<Effect>) {
    let Some(reader) = &mut app.reader else {
        let preview = app.library.as_mut().map(|library| &mut library.preview);
        effects.extend(preview.and_then(|preview| preview.highlight(&mut app.newest.highlights)));
        return;
    };
    let root = app.library.as_ref().and_then(|library| library.root_of(reader.article()));
    reader.ensure_pictures(&app.view, root, &mut app.newest.pictures, effects);
    effects.extend(reader.highlight(&mut app.newest.highlights));
    effects.extend(reader.ensure_found(&mut app.newest.find));
    reader.ensure_links(app.library.as_ref(), &mut app.travel.generation, effects);
}

fn run(app: &mut App, command: Command, effects: &mut Vec<Effect>) {
    if let Some(reader) = &mut app.reader {
        reader.end_hover();
    }
    // Whatever comes after a first key ends the wait for the second; `Esc` does no more.
    if app.reader.as_mut().is_some_and(Reader::end_prefix) && command == Command::Back {
        return;
    }
    match command {
        Command::Quit => return effects.push(Effect::Quit),
        Command::Repaint => return effects.push(Effect::Repaint),
        Command::Suspend => return effects.push(Effect::Suspend),
        Command::Theme => {
            app.view.theme = match app.view.theme {
                ThemeName::Dark => ThemeName::Light,
                ThemeName::Light => ThemeName::Dark,
            };
            return;
        }
        _ => {}
    }
    if app.overlay.is_some() {
        return run_in_overlay(app, command, effects);
    }
    if app.record(command, effects) {
        return;
    }
    let more = app.library.as_ref().and_then(|library| library.picker_of_more(command));
    match more.unwrap_or(command) {
        Command::Back => app.back(false, effects),
        Command::Close => app.back(true, effects),
        Command::Help => app.overlay = Some(Overlay::Help(Help::new(app.scopes()))),
        Command::Palette => app.overlay = Some(Overlay::Picker(Picker::commands(app.scopes(), &app.keys))),
        Command::Open => {
            if let Some(article) = app.library.as_ref().and_then(LibraryScreen::selected) {
                app.open(&article, effects);
            }
        }
        Command::NextArticle => app.open_neighbour(1, effects),
        Command::PreviousArticle => app.open_neighbour(-1, effects),
        Command::Tags | Command::ReaderTags => {
            if let Some(library) = &app.library {
                let mut picker = Picker::tags(library);
                if let Some(tag) = app.reader.as_mut().and_then(Reader::take_pressed_tag) {
                    picker.light(&app.view, &tag);
                }
                app.overlay = Some(Overlay::Picker(picker));
            }
        }
        Command::Views => {
            if let Some(library) = &app.library {
                app.overlay = Some(Overlay::Picker(Picker::views(library)));
            }
        }
        Command::FacetKeys => {
            if let Some(library) = &app.library {
                app.overlay = Some(Overlay::Picker(Picker::facet_keys(library)));
            }
        }
        Command::Dates => {
            if let Some(library) = &app.library {
                app.overlay = Some(Overlay::Picker(Picker::dates(&app.view, library)));
            }
        }
        Command::Reload => {
            if let Some(reader) = &app.reader {
                effects.push(reader.read_again(app.library.is_some(), &mut app.newest.reader));
            }
        }
        Command::MeasureWider => app.view.measure = (app.view.measure + 4).min(reader::MEASURE_MOST),
        Command::MeasureNarrower => {
            app.view.measure = app.view.measure.saturating_sub(4).max(reader::MEASURE_LEAST);
        }
        _ => {
            if let Some(reader) = &mut app.reader {
                reader.command(&app.view, command);
            } else if let (Some(library), Some(key)) = (&mut app.library, command.view()) {
                if let Err(reason) = library.bring_up(key, effects) {
                    app.say(reason, effects);
                }
            } else if let Some(library) = &mut app.library {
                library.command(&app.view, command, effects);
            }
        }
    }
}

fn typed(app: &mut App, text: &str, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Asking(asking)) = &mut app.overlay {
        asking.text(text);
    } else if let Some(Overlay::Picker(picker)) = &mut app.overlay {
        picker.text(text);
    } else if let (None, Some(reader)) = (&app.overlay, &mut app.reader) {
        reader.text(text);
    } else if let (None, None, Some(library)) = (&app.overlay, &app.reader, &mut app.library) {
        library.text(&app.view, text, effects);
    }
}

fn edited(app: &mut App, edit: Edit, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Asking(asking)) = &mut app.overlay {
        asking.edit(edit);
    } else if let Some(Overlay::Picker(picker)) = &mut app.overlay {
        picker.edit(edit);
    } else if let (None, Some(reader)) = (&app.overlay, &mut app.reader) {
        reader.edit(edit);
    } else if let (None, None, Some(library)) = (&app.overlay, &app.reader, &mut app.library) {
        library.edit(&app.view, edit, effects);
    }
}

fn moused(app: &mut App, mouse: Mouse, effects: &mut Vec<Effect>) {
    if let (MouseKind::Move, Some(reader)) = (mouse.kind, &mut app.reader) {
        return reader.hover(&app.view, mouse.column, mouse.row);
    }
    if let (MouseKind::Press, Some(reader)) = (mouse.kind, &mut app.reader) {
        reader.end_hover();
    }
    let command = match (&mut app.overlay, &mut app.reader, &mut app.library) {
        (Some(Overlay::Help(help)), ..) => help.mouse(&app.view, mouse),
        (Some(Overlay::Asking(asking)), ..) => {
            let is_outside = !asking.area(&app.view).contains(mouse.column, mouse.row);
            (mouse.kind == MouseKind::Press && is_outside).then_some(Command::LineCancel)
        }
        (Some(Overlay::Picker(picker)), _, library) => {
            let step = picker.mouse(&app.view, mouse, library.as_mut(), effects);
            return follow(app, step, effects);
        }
        (Some(Overlay::Prompt(prompt)), ..) => {
            let answer = prompt.mouse(&app.view, mouse, effects);
            return answered(app, answer, effects);
        }
        (None, Some(reader), _) => reader.mouse(&app.view, mouse),
        (None, None, Some(library)) => library.mouse(&app.view, mouse, effects),
        (None, None, None) => None,
    };
    if let Some(command) = command {
        run(app, command, effects);
    }
}

fn reported(app: &mut App, report: Report, effects: &mut Vec<Effect>) {
    match report {
        Report::Loaded { slot: Slot::Reader, generation, result } => {
            if generation != app.newest.reader {
                return;
            }
            match (result, &mut app.reader) {
                (Ok(loaded), Some(reader)) => reader.replace(&app.view, loaded),
                (Err(reason), Some(reader)) => reader.failed(&reason),
                (_, None) => {}
            }
        }
        Report::Loaded { slot: Slot::Peek, generation, result } => {
            if let Ok(loaded) = result {
                app.travel.peek.take(&app.view, generation, &loaded);
            }
        }
        Report::Touched(files) => {
            if let Some(reader) = app.reader.as_ref().filter(|reader| reader.is_of(&files)) {
                effects.push(reader.read_again(app.library.is_some(), &mut app.newest.reader));
            }
            if let Some(library) = &mut app.library {
                library.touched(&files, effects);
                if !files.is_empty() {
                    effects.push(Effect::Record(Recording::Touched(files)));
                }
            }
        }
        Report::Recorded(recorded) => app.recorded(recorded, effects),
        Report::Renamed(names) => {
            effects.push(Effect::Record(Recording::Renamed(names.clone())));
            if let Some(reader) = &mut app.reader {
                reader.renamed(&names, app.library.as_ref());
            }
            if let Some(library) = &mut app.library {
                library.renamed(&names);
            }
        }
        Report::Linked { generation, linked } => {
            if let Some(Overlay::Picker(picker)) = &mut app.overlay
                && generation == app.travel.linked
            {
                picker.take_linked(linked);
            }
        }
        Report::Resolved { generation, found } => {
            if let Some(reader) = app.reader.as_mut().filter(|_| generation == app.travel.generation) {
                reader.resolved(found);
            }
        }
        Report::Notice(text) => app.say(text, effects),
        Report::Pictures { generation, answer } => {
            if let Some(reader) = &mut app.reader {
                reader.take_picture(&app.view, generation, answer, effects);
            }
        }
        Report::Found { generation, matches, done } => {
            if let Some(reader) = &mut app.reader
                && generation == app.newest.find
            {
                reader.found(matches, done);
            }
        }
        Report::Highlighted { generation, part, highlights } => match (&mut app.reader, &mut app.library) {
            _ if generation != app.newest.highlights => {}
            (Some(reader), _) => reader.highlighted(part, highlights),
            (None, Some(library)) => library.preview.highlighted(part, highlights),
            (None, None) => {}
        },
        other => {
            if let Some(library) = &mut app.library {
                let before = Arc::clone(&library.library);
                library.report(&app.view, other, effects);
                if let Some(reader) = app.reader.as_mut().filter(|_| !Arc::ptr_eq(&before, &library.library))
                {
                    reader.look_for_links_again();
                }
            }
            if let (Some(Overlay::Picker(picker)), Some(library)) = (&mut app.overlay, &app.library) {
                picker.refresh(library);
            }
        }
    }
}
