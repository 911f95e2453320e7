//! From what is to be opened to the running program: the first state, and the work that begins once the
//! first frame is painted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::gather::Gathering;
use super::jobs::{Jobs, answer_by_metadata};
use super::keymap::own_keys;
use super::{load, pictures, run, terminal};
use crate::app::effect::{At, DocumentSource, Effect, Progress, Report, Slot};
use crate::app::library_screen::views::SavedView;
use crate::app::library_screen::{LibraryScreen, Origin};
use crate::app::reader::pictures::Means;
use crate::app::{App, Start, ThemeName, View};
use crate::cli::open::{self, Opening};
use crate::cli::settings::{has_hyperlinks, views};
use crate::config::{self, Complaint, RightToLeft, Settings, Theme};
use crate::error::Error;
use crate::guide;
use crate::layout::Order;
use crate::library::index::{Library, Root};
use crate::library::links::web::host;
use crate::library::query::Query;
use crate::paths::Paths;
use crate::safe;
use crate::storage::record::places;
use crate::storage::{disk, text_index};
use crate::text::{Markdown, SafeText};

/// The farthest place in an article that its first frame waits for: reading so far takes some 2 ms.
const FAR: usize = 256 << 10;

/// Opens what the arguments came to, and runs until it is left.
///
/// # Errors
/// A query that cannot be read, a file that cannot be opened, or no terminal.
pub fn open(
    opening: Opening,
    settings: &Settings,
    complaints: &[Complaint],
    started: Instant,
) -> Result<(), Error> {
    let view = view(settings);
    let mut begin = match opening {
        Opening::Library { roots, query, all } => {
            // What is told of changes is told of whole paths.
            let roots = roots.iter().map(|root| disk::whole(root)).collect();
            library(view, roots, all, &query.unwrap_or_default(), settings.text_index)?
        }
        Opening::Guide { query } => guide(view, query.as_deref())?,
        Opening::File { path, at, query } => {
            reader(view, DocumentSource::File(disk::whole(&path)), at.map(place), query.as_deref())?
        }
        Opening::StandardInput { query } => {
            let markdown = disk::read_standard_input()?.markdown;
            reader(
                view,
                DocumentSource::Text { name: safe!("standard input"), markdown },
                None,
                query.as_deref(),
            )?
        }
    };
    begin.app.travel.allowed_hosts =
        settings.allowed_hosts.iter().filter_map(|written| host(written)).collect();
    let (keys, wrong_keys) = own_keys(settings);
    begin.app.keys = keys;
    let views = views(settings);
    let wrong = views.iter().find_map(|(_, query)| query.as_ref().err()).cloned();
    if let Some(library) = &mut begin.app.library {
        let saved = |(view, query): (&config::View, Result<Query, Complaint>)| {
            let said = |Complaint { line, reason }| safe!("Settings, line {line}: {reason}");
            SavedView { name: view.name.clone(), key: view.key, query: query.map_err(said) }
        };
        library.views = views.into_iter().map(saved).collect();
        library.keys = settings.facets.iter().map(|key| SafeText::line(key)).collect();
    }
    if let Some(Complaint { line, reason }) = complaints.iter().chain(&wrong_keys).chain(&wrong).next() {
        begin.app.say(safe!("settings, line {line}: {reason}"), &mut begin.effects);
    }
    let Beginning { app, effects, work } = begin;
    let library = settings.library.clone();
    run(app, has_hyperlinks(settings), started, |jobs| {
        jobs.know(library);
        work(jobs);
        effects
    })
    .map_err(|error| Error::System { what: safe!("the terminal"), cause: safe!("{error}") })
}

/// The first state, and what begins once its frame is painted.
struct Beginning {
    app: App,
    effects: Vec<Effect>,
    work: Box<dyn FnOnce(&Jobs)>,
}

/// Folders and files as a library.
fn library(
    view: View,
    roots: Vec<PathBuf>,
    all: bool,
    query: &str,
    text_index: bool,
) -> Result<Beginning, Error> {
    let name = roots.iter().map(|root| name(root).to_string()).collect::<Vec<_>>().join("  ");
    let mut screen = LibraryScreen::new(Origin::Disk(safe!("{name}")), parse(query)?);
    let cache = Paths::of_this_user().map(|paths| paths.cache);
    let texts = cache.as_ref().filter(|_| text_index).map(|cache| text_index::folder(cache, &roots, all));
    let gathering = Gathering::new(roots, all, cache.as_deref());
    let effects = gathering.known().map(|known| fill(&mut screen, &view, known));
    Ok(Beginning {
        app: App::new(view, Start::Library(Box::new(screen))),
        effects: effects.unwrap_or_default(),
        work: Box::new(move |jobs| {
            if let Some(folder) = texts {
                jobs.keep_texts(folder);
            }
            gathering.start(jobs.stop(), jobs.events(), jobs.watcher(), jobs.unfinished());
        }),
    })
}

/// Has `screen` show a library from its first frame on: what it asks is answered here and now. Gives what
/// can wait.
fn fill(screen: &mut LibraryScreen, view: &View, library: Report) -> Vec<Effect> {
    let mut effects = Vec::new();
    screen.report(view, library, &mut effects);
    let mut later = Vec::new();
    for effect in std::mem::take(&mut effects) {
        if let Some(answer) = answer_by_metadata(&effect, view.today) {
            // Whatever else is in sight is asked for once the screen has its size.
            screen.report(view, answer, &mut effects);
        }
        // No first frame waits for the texts of articles.
        if !matches!(&effect, Effect::Query { query, .. } if !query.has_text()) {
            later.push(effect);
        }
    }
    later.append(&mut effects);
    later
}

/// The built-in guide: a small library of its own.
fn guide(view: View, query: Option<&str>) -> Result<Beginning, Error> {
    let pages: Vec<(PathBuf, Markdown)> =
        guide::PAGES.iter().map(|(path, text)| (PathBuf::from(path), Markdown::from(*text))).collect();
    let articles = pages.iter().map(|(path, markdown)| load::page(path, markdown)).collect();
    let root = Root { path: PathBuf::new(), name: safe!("guide") };
    let library = Arc::new(Library::new(vec![root], articles));
    let screen = LibraryScreen::new(Origin::Guide(pages), parse(query.unwrap_or("sort:title"))?);
    Ok(Beginning {
        app: App::new(view, Start::Library(Box::new(screen))),
        effects: Vec::new(),
        work: Box::new(move |jobs| {
            let progress = Progress { found: library.len(), done: true, ..Progress::default() };
            let _ = super::report(&jobs.events(), Report::Library { library, progress });
        }),
    })
}

/// One document. Its beginning is on the first frame; the rest follows.
fn reader(
    view: View,
    source: DocumentSource,
    at: Option<At>,
    query: Option<&str>,
) -> Result<Beginning, Error> {
    let at = at.or_else(|| remembered(&source));
    let most = beginning_for(at.as_ref());
    let (loaded, is_whole) = load::beginning(&source, None, most)?;
    let mut app = App::new(view, Start::Reader(source.clone(), loaded, at));
    if let Some(reader) = &mut app.reader
        && !is_whole
        && most < load::HEAD
        && !reader.fills_screen()
    {
        let (loaded, _) = load::beginning(&source, None, load::HEAD)?;
        reader.replace(&app.view, loaded);
    }
    if let (Some(reader), Some(query)) = (&mut app.reader, query) {
        reader.find_at_once(query);
    }
    let generation = app.newest.reader.raise();
    let slot = Slot::Reader;
    let rest = Effect::Load { slot, generation, source, article: None, before: None, begun: true };
    let effects = if is_whole { Vec::new() } else { vec![rest] };
    Ok(Beginning { app, effects, work: Box::new(|_| ()) })
}

/// How much of a large article its first frame needs. Where it is to be opened farther on, that part is more likely
/// to be in more of it; where one was, it is known how far that is.
fn beginning_for(at: Option<&At>) -> usize {
    match at {
        None => load::SCREEN,
        Some(At::Place(place)) => match place.position as usize {
            position if position <= FAR => load::HEAD.max(position + load::SCREEN),
            _ => load::HEAD,
        },
        Some(_) => load::HEAD,
    }
}

/// Where one was in it, as the cache folder says: opening the record would take longer than the first frame.
fn remembered(source: &DocumentSource) -> Option<At> {
    let DocumentSource::File(path) = source else { return None };
    let place = places::read(&Paths::of_this_user()?.cache, path)?;
    Some(At::Place(Box::new(place)))
}

fn parse(query: &str) -> Result<Query, Error> {
    Query::parse(query).map_err(|error| Error::Query { column: error.column, reason: error.message() })
}

fn place(at: open::At) -> At {
    match at {
        open::At::Heading(slug) => At::Heading(slug),
        open::At::Line(line) => At::Line(line),
    }
}

/// A folder as it is called on screen: `.` by its own name, the home folder as `~`.
fn name(root: &Path) -> SafeText {
    let whole = disk::absolute(root);
    let home = Paths::of_this_user().map(|paths| paths.home);
    match home.as_ref().and_then(|home| whole.strip_prefix(home).ok()) {
        Some(below) => disk::shown(&Path::new("~").join(below)),
        None => disk::shown(&whole),
    }
}

fn view(settings: &Settings) -> View {
    let theme = match settings.theme {
        Theme::Auto => ground(),
        Theme::Dark => ThemeName::Dark,
        Theme::Light => ThemeName::Light,
    };
    View {
        size: terminal::size(),
        clock: Duration::ZERO,
        today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        theme,
        measure: settings.measure,
        pictures: Means {
            drawing: pictures::drawing(settings.pictures, super::depth(), &|name| {
                std::env::var(name).unwrap_or_default()
            }),
            cell: terminal::cell(),
        },
        order: match settings.right_to_left {
            RightToLeft::Screen => Order::Screen,
            RightToLeft::Terminal => Order::Logical,
        },
        hyphenate: settings.hyphenate,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::marks::Place;

    #[test]
    fn the_first_frame_reads_as_far_as_the_place_that_it_shows_unless_that_is_far() {
        let place = |position: usize| {
            Some(At::Place(Box::new(Place { position: position as u32, ..Place::default() })))
        };
        let check = |at: Option<At>, most: usize| assert_eq!(beginning_for(at.as_ref()), most, "{at:?}");
        check(None, load::SCREEN);
        check(Some(At::Line(3)), load::HEAD);
        check(place(0), load::HEAD);
        check(place(100_000), 100_000 + load::SCREEN);
        check(place(FAR + 1), load::HEAD);
    }
}
