//! From what is to be opened to the running program: the first state, and the work that begins once the
//! first frame is painted.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::jobs::today;
use super::{gather, load, run, terminal};
use crate::app::effect::{At, DocumentSource, Effect, Generation, Progress, Report, Slot};
use crate::app::library_screen::{LibraryScreen, Origin};
use crate::app::{App, Start, ThemeName, View};
use crate::error::Error;
use crate::library::index::{Library, Root};
use crate::library::query::Query;
use crate::safe;
use crate::storage::disk;
use crate::text::SafeText;

/// What of the settings counts for a screen.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The theme; where none is set, what the environment says of the terminal's ground.
    pub theme: Option<ThemeName>,
    /// Widest the text may be, in columns.
    pub measure: u16,
}

/// Opens folders and files as a library.
///
/// # Errors
/// A query that cannot be read, or no terminal.
pub fn library(
    look: Look,
    roots: Vec<PathBuf>,
    all: bool,
    query: &str,
    started: Instant,
) -> Result<(), Error> {
    let query = parse(query)?;
    let name = roots.iter().map(|root| disk::shown(root).to_string()).collect::<Vec<_>>().join("  ");
    let screen = LibraryScreen::new(Origin::Disk(safe!("{name}")), query);
    let app = App::new(view(look), Start::Library(Box::new(screen)));
    start(app, started, |jobs| {
        gather::start(roots, all, jobs.stop(), jobs.events());
        Vec::new()
    })
}

/// Opens the built-in guide: a small library of its own.
///
/// # Errors
/// A query that cannot be read, or no terminal.
pub fn guide(
    look: Look,
    pages: &[(&'static str, &'static str)],
    query: &str,
    started: Instant,
) -> Result<(), Error> {
    let query = parse(query)?;
    let pages: Vec<(PathBuf, Arc<str>)> =
        pages.iter().map(|(path, text)| (PathBuf::from(path), Arc::from(*text))).collect();
    let articles = pages.iter().map(|(path, markdown)| load::page(path, markdown)).collect();
    let root = Root { path: PathBuf::new(), name: safe!("guide") };
    let library = Arc::new(Library::new(vec![root], articles));
    let screen = LibraryScreen::new(Origin::Guide(pages), query);
    let app = App::new(view(look), Start::Library(Box::new(screen)));
    start(app, started, |jobs| {
        let found = library.len();
        let progress = Progress { found, done: true, ..Progress::default() };
        let _ = super::report(&jobs.events(), Report::Library { library, progress });
        Vec::new()
    })
}

/// Opens one file. Its beginning is on the first frame; the rest follows.
///
/// # Errors
/// Where it cannot be read, is no text, or there is no terminal.
pub fn file(look: Look, path: PathBuf, at: Option<At>, started: Instant) -> Result<(), Error> {
    reader(look, DocumentSource::File(path), at, started)
}

/// Opens text that was piped in.
///
/// # Errors
/// Where there is no terminal.
pub fn text(look: Look, name: SafeText, markdown: Arc<str>, started: Instant) -> Result<(), Error> {
    reader(look, DocumentSource::Text { name, markdown }, None, started)
}

fn reader(look: Look, source: DocumentSource, at: Option<At>, started: Instant) -> Result<(), Error> {
    let (loaded, is_whole) = load::beginning(&source, None)?;
    let mut app = App::new(view(look), Start::Reader(source.clone(), loaded, at));
    let generation: Generation = app.reader_generation.raise();
    start(app, started, move |_| {
        if is_whole {
            return Vec::new();
        }
        vec![Effect::Load { slot: Slot::Reader, generation, source, article: None }]
    })
}

fn start(
    app: App,
    started: Instant,
    begin: impl FnOnce(&super::jobs::Jobs) -> Vec<Effect>,
) -> Result<(), Error> {
    run(app, started, begin)
        .map_err(|error| Error::System { what: safe!("the terminal"), cause: safe!("{error}") })
}

fn parse(query: &str) -> Result<Query, Error> {
    Query::parse(query).map_err(|error| Error::Query { column: error.column, reason: error.message() })
}

fn view(look: Look) -> View {
    View {
        size: terminal::size(),
        clock: Duration::ZERO,
        today: today(),
        theme: look.theme.unwrap_or_else(ground),
        measure: look.measure,
    }
}

/// The terminal's ground as `COLORFGBG` tells it (`15;0`: light on dark); dark where nothing is said.
fn ground() -> ThemeName {
    let told = std::env::var("COLORFGBG").unwrap_or_default();
    match told.rsplit(';').next().and_then(|ground| ground.parse::<u8>().ok()) {
        Some(7 | 9..=15) => ThemeName::Light,
        _ => ThemeName::Dark,
    }
}
