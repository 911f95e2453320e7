//! The program without a terminal: keys go through the keymap into `update`, effects are answered at once,
//! and what `ui` paints is read back as text.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use longread::app::effect::{Effect, Progress, Report};
use longread::app::geometry::Size;
use longread::app::library_screen::{LibraryScreen, Origin};
use longread::app::reader::pictures::Means;
use longread::app::{Action, App, Start, ThemeName, View, update};
use longread::document::contents::first_title;
use longread::layout::Order;
use longread::library::article::{Article, Date};
use longread::library::index::{Library, Root};
use longread::library::query::{Outcome, Query};
use longread::runtime::jobs::{Cancel, answer};
use longread::runtime::keymap::{Keymap, key_event};
use longread::safe;
use longread::storage::disk::{Found, Walk};
use longread::ui;
use longread::ui::theme::Depth;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

/// The day it is in every test.
pub(crate) fn today() -> Date {
    Date::new(2026, 3, 9).unwrap()
}

/// The sample articles, read once.
pub(crate) fn sample() -> Arc<Library> {
    static SAMPLE: OnceLock<Arc<Library>> = OnceLock::new();
    Arc::clone(SAMPLE.get_or_init(|| library_of(&sample_folder())))
}

/// The articles under a folder.
pub(crate) fn library_of(folder: &Path) -> Arc<Library> {
    let articles: Mutex<Vec<Arc<Article>>> = Mutex::default();
    let walk = Walk { roots: vec![folder.to_path_buf()], all: false, first_title, to_the_end: false };
    walk.run(&Library::default(), &AtomicBool::new(false), &|found| {
        if let Found::Article(article, _) = found {
            articles.lock().unwrap().push(Arc::from(article));
        }
    });
    let articles = articles.into_inner().unwrap();
    Arc::new(Library::new(vec![Root { path: folder.to_path_buf(), name: safe!("articles") }], articles))
}

/// Where the sample articles are.
pub(crate) fn sample_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-content")
}

/// What was found so far, of an answer that finds several articles: the last two.
fn part_of(report: &Report) -> Option<Report> {
    let Report::Queried { generation, library, outcome, facets, reading: None, is_whole } = report else {
        return None;
    };
    let ids = outcome.ids.get(outcome.ids.len().checked_sub(2)?..)?.to_vec();
    let part = Outcome { set: ids.iter().collect(), ids, ..Outcome::default() };
    Some(Report::Queried {
        generation: *generation,
        library: Arc::clone(library),
        outcome: Arc::new(part),
        facets: Arc::clone(facets),
        reading: Some((1, 2)),
        is_whole: *is_whole,
    })
}

/// The program, as a person in front of it meets it.
pub(crate) struct Screen {
    /// Its state.
    pub(crate) app: App,
    /// Whether it was asked to end.
    pub(crate) quit: bool,
    /// What it asked of the terminal: "repaint", "suspend".
    pub(crate) asked: Vec<&'static str>,
    /// What it put on the clipboard or had opened outside.
    pub(crate) outside: Vec<String>,
    keymap: Keymap,
    waiting: VecDeque<Effect>,
    answers: bool,
}

impl Screen {
    /// The sample library at a size.
    pub(crate) fn sample(width: u16, height: u16) -> Self {
        let mut screen = Self::empty(width, height, "");
        screen.finds(sample(), true);
        screen
    }

    /// A library in which nothing was found yet.
    pub(crate) fn empty(width: u16, height: u16, query: &str) -> Self {
        let origin = Origin::Disk(safe!("sample-content"));
        let library = LibraryScreen::new(origin, Query::parse(query).unwrap());
        let view = View {
            size: Size { width, height },
            clock: Duration::ZERO,
            today: today(),
            theme: ThemeName::Dark,
            measure: 76,
            pictures: Means::default(),
            order: Order::Screen,
            hyphenate: false,
        };
        let mut screen = Self {
            app: App::new(view, Start::Library(Box::new(library))),
            quit: false,
            asked: Vec::new(),
            outside: Vec::new(),
            keymap: Keymap::default(),
            waiting: VecDeque::new(),
            answers: true,
        };
        screen.act(Action::Resize(Size { width, height }));
        screen
    }

    /// The walk hands over a snapshot.
    pub(crate) fn finds(&mut self, library: Arc<Library>, done: bool) -> &mut Self {
        let progress = Progress { found: library.len(), done, walked: done, ..Progress::default() };
        self.act(Action::Report(Report::Library { library, progress }))
    }

    /// What a run that was broken off had come to is shown.
    pub(crate) fn goes_on_from(&mut self, library: Arc<Library>) -> &mut Self {
        let progress = Progress { found: library.len(), goes_on: true, ..Progress::default() };
        self.act(Action::Report(Report::Library { library, progress }))
    }

    /// The watcher says that a file or folder has another name.
    pub(crate) fn renamed(&mut self, from: PathBuf, to: PathBuf) -> &mut Self {
        self.act(Action::Report(Report::Renamed(vec![(from, to)])))
    }

    /// Somebody answers.
    pub(crate) fn report(&mut self, report: Report) -> &mut Self {
        self.act(Action::Report(report))
    }

    /// From now on effects wait until [`Screen::answer`] is called.
    pub(crate) fn hold(&mut self) -> &mut Self {
        self.answers = false;
        self
    }

    /// Answers all that waits, oldest first.
    pub(crate) fn answer(&mut self) -> &mut Self {
        self.answers = true;
        self.answer_waiting(None)
    }

    /// As [`Screen::answer`], but what a query finds comes in two parts, the last of it first; `keys` are typed between.
    pub(crate) fn answer_in_parts(&mut self, keys: &str) -> &mut Self {
        self.answer_waiting(Some(keys)).answer()
    }

    fn answer_waiting(&mut self, between: Option<&str>) -> &mut Self {
        while let Some(effect) = self.waiting.pop_front() {
            let reports: Mutex<Vec<Report>> = Mutex::default();
            answer(effect, today(), &Cancel::default(), &|report| {
                reports.lock().unwrap().push(report);
                true
            });
            for report in reports.into_inner().unwrap() {
                if let Some((keys, part)) = between.zip(part_of(&report)) {
                    let effects = update(&mut self.app, Action::Report(part));
                    self.take(effects);
                    self.keys(keys);
                }
                let effects = update(&mut self.app, Action::Report(report));
                self.take(effects);
            }
        }
        self
    }

    /// Types keys: each character is a key, `<Enter>`, `<S-Tab>`, `<Ctrl-d>` are by name.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for name in key_names(keys) {
            let key = key_event(&name).unwrap_or_else(|| panic!("no key is called {name:?}"));
            self.input(Event::Key(key));
        }
        self
    }

    /// Presses the mouse's main button at a cell, moves it to another one, and lets it go.
    pub(crate) fn drag(&mut self, from: (u16, u16), to: (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), from.0, from.1);
        self.mouse(MouseEventKind::Drag(MouseButton::Left), to.0, to.1);
        self.mouse(MouseEventKind::Up(MouseButton::Left), to.0, to.1)
    }

    /// Presses the mouse's main button at a cell and holds it.
    pub(crate) fn press_and_hold(&mut self, (column, row): (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row)
    }

    /// Moves the mouse to a cell while its button is held.
    pub(crate) fn drag_on(&mut self, (column, row): (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Drag(MouseButton::Left), column, row)
    }

    /// Lets the mouse's main button go.
    pub(crate) fn let_go(&mut self, (column, row): (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Up(MouseButton::Left), column, row)
    }

    /// Presses the mouse's main button at a cell.
    pub(crate) fn press(&mut self, cell: (u16, u16)) -> &mut Self {
        self.press_with(MouseButton::Left, cell)
    }

    /// Presses a button of the mouse at a cell.
    pub(crate) fn press_with(&mut self, button: MouseButton, (column, row): (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Down(button), column, row);
        self.mouse(MouseEventKind::Up(button), column, row)
    }

    /// Moves the mouse to a cell; says whether that means anything.
    pub(crate) fn hover(&mut self, (column, row): (u16, u16)) -> bool {
        let kind = MouseEventKind::Moved;
        let moved = Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
        let means = longread::runtime::action(&self.app, &self.keymap, moved.clone()).is_some();
        self.input(moved);
        means
    }

    /// Turns the wheel over a cell.
    pub(crate) fn wheel(&mut self, (column, row): (u16, u16), down: bool) -> &mut Self {
        let kind = if down { MouseEventKind::ScrollDown } else { MouseEventKind::ScrollUp };
        self.mouse(kind, column, row)
    }

    /// Pastes text.
    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.input(Event::Paste(text.to_owned()))
    }

    /// Gives the screen another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.act(Action::Resize(Size { width, height }))
    }

    /// Lets time pass.
    pub(crate) fn after(&mut self, time: Duration) -> &mut Self {
        self.app.view.clock += time;
        self.act(Action::Tick)
    }

    /// The library screen.
    pub(crate) fn library(&self) -> &LibraryScreen {
        self.app.library.as_ref().unwrap()
    }

    /// The query as a line.
    pub(crate) fn query(&self) -> String {
        self.library().query().to_string()
    }

    /// The selected article's title.
    pub(crate) fn selected(&self) -> String {
        self.library().selected().map_or_else(String::new, |article| article.title.to_string())
    }

    /// The frame as text; ends of rows are trimmed.
    pub(crate) fn text(&self) -> String {
        let (buffer, _) = self.frame();
        rows(&buffer).map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// One row of the frame.
    pub(crate) fn row(&self, row: u16) -> String {
        self.text().lines().nth(usize::from(row)).unwrap_or_default().to_owned()
    }

    /// The last row: the next useful keys.
    pub(crate) fn hints(&self) -> String {
        self.row(self.app.view.size.height.saturating_sub(1))
    }

    /// The first cell of a text on the screen.
    pub(crate) fn find(&self, text: &str) -> (u16, u16) {
        self.place(text).unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{}", self.text()))
    }

    /// Whether a text is on the screen.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.place(text).is_some()
    }

    fn place(&self, text: &str) -> Option<(u16, u16)> {
        let (buffer, _) = self.frame();
        let area = buffer.area;
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let rest: String = (x..area.right()).map(|x| symbol(&buffer, x, y)).collect();
                if rest.starts_with(text) {
                    return Some((x, y));
                }
            }
        }
        None
    }

    /// The cell of the cursor, where it is shown.
    pub(crate) fn cursor(&self) -> Option<(u16, u16)> {
        self.frame().1.map(|Position { x, y }| (x, y))
    }

    /// The styles of one row: runs of equal style, each as `[text]` with the roles that its colours and
    /// weight tell.
    pub(crate) fn styles(&self, row: u16) -> String {
        let (buffer, _) = self.frame();
        let mut runs: Vec<(String, String)> = Vec::new();
        for x in buffer.area.left()..buffer.area.right() {
            let style = described(buffer.cell((x, row)).unwrap());
            let symbol = symbol(&buffer, x, row);
            match runs.last_mut() {
                Some((last, text)) if *last == style => text.push_str(symbol),
                _ => runs.push((style, symbol.to_owned())),
            }
        }
        let mut lines = Vec::new();
        for (style, text) in runs.iter().filter(|(_, text)| !text.trim().is_empty()) {
            lines.push(format!("[{}] {style}", text.trim()));
        }
        lines.join("\n")
    }

    fn frame(&self) -> (Buffer, Option<Position>) {
        let Size { width, height } = self.app.view.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = ui::paint(&self.app, Depth::True, &mut buffer);
        (buffer, cursor)
    }

    fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> &mut Self {
        self.input(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    }

    fn input(&mut self, input: Event) -> &mut Self {
        match longread::runtime::action(&self.app, &self.keymap, input) {
            Some(action) => self.act(action),
            None => self,
        }
    }

    fn act(&mut self, action: Action) -> &mut Self {
        let effects = update(&mut self.app, action);
        self.take(effects);
        if self.answers {
            self.answer();
        }
        self
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Quit => self.quit = true,
                Effect::Repaint => self.asked.push("repaint"),
                Effect::Suspend => self.asked.push("suspend"),
                Effect::Open(address) => self.outside.push(format!("open {address}")),
                Effect::Edit { file, line } => self.outside.push(format!("edit {} {line}", file.display())),
                Effect::Copy(text) => self.outside.push(format!("copy {text}")),
                Effect::WakeAt(_) => self.asked.push("wake"),
                work => self.waiting.push_back(work),
            }
        }
    }
}

/// The names of keys in a key string.
fn key_names(keys: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
        match named {
            Some((name, after)) if !name.is_empty() && !name.contains('<') => {
                names.push(name.to_owned());
                rest = after;
            }
            _ => {
                names.push(first.to_string());
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    names
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = String> {
    let area = buffer.area;
    (area.top()..area.bottom())
        .map(move |y| (area.left()..area.right()).map(|x| symbol(buffer, x, y)).collect())
}

/// What a cell shows; nothing where a wide one before it covers it.
fn symbol(buffer: &Buffer, x: u16, y: u16) -> &str {
    let covered = x
        .checked_sub(1)
        .and_then(|before| buffer.cell((before, y)))
        .is_some_and(|cell| longread::text::width(cell.symbol()) > 1);
    if covered { "" } else { buffer.cell((x, y)).map_or("", Cell::symbol) }
}

fn described(cell: &Cell) -> String {
    let theme = ui::theme::Theme::new(ThemeName::Dark, Depth::True);
    let fg = [
        (theme.plain, "text"),
        (theme.dim, "dim"),
        (theme.faint, "faint"),
        (theme.accent, "accent"),
        (theme.link, "link"),
        (theme.good, "good"),
        (theme.bad, "bad"),
    ];
    let bg = [(theme.chosen, "chosen"), (theme.panel, "panel"), (theme.mark, "mark")];
    let mut words: Vec<&str> = Vec::new();
    words.extend(fg.iter().find(|(style, _)| style.fg == Some(cell.fg)).map(|(_, name)| *name));
    words.extend(bg.iter().find(|(style, _)| style.bg == Some(cell.bg)).map(|(_, name)| *name));
    let modifiers = [
        (Modifier::BOLD, "bold"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::CROSSED_OUT, "struck"),
        (Modifier::DIM, "faded"),
        (Modifier::REVERSED, "reversed"),
    ];
    words.extend(modifiers.iter().filter(|(one, _)| cell.modifier.contains(*one)).map(|(_, name)| *name));
    words.join(" ")
}

#[test]
fn a_key_string_is_characters_and_names_in_angle_brackets() {
    assert_eq!(key_names("te<Tab><<Ctrl-d>é"), ["t", "e", "Tab", "<", "Ctrl-d", "é"]);
}
