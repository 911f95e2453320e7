//! `longread search`: sections that hold what is looked for, best first, each with a snippet.

mod printer;
mod rows;

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Exit, index, json, outcome, output, sections, settings, walk};
use crate::document::contents::first_title;
use crate::error::Error;
use crate::library::article::Place;
use crate::library::hits::{Correction, Hits, Ranked};
use crate::library::index::{Library, Root};
use crate::library::marking::Marking;
use crate::library::query::{Outcome, Query};
use crate::library::section::ArticleText;
use crate::library::states::States;
use crate::library::stems::Language;
use crate::paths::Paths;
use crate::safe;
use crate::storage::disk::{self, Walk};
use crate::storage::finder::{self, Alone};
use crate::storage::text_index::{self, Opened, TextIndex};
use crate::text::SafeText;

use printer::Printer;
use rows::Drawn;

/// Articles that are read before any of them is printed: enough for every thread, and for the first to come soon. Each
/// time twice as many are, because what is looked up of the index is opened anew each time.
const AT_FIRST: usize = 32;
const AT_MOST: usize = 1024;
/// Bytes of what is drawn before it is known what comes first. What is beyond is read again when it is printed.
const HELD: usize = 128 << 20;

/// The arguments of `search`.
#[derive(Debug, clap::Args)]
#[command(override_usage = "longread search [OPTIONS] [PATH]... <QUERY>")]
pub struct Args {
    /// Folders or files, and at the end the query, such as 'bridge risk #defi'; one that begins with - stands
    /// behind --.
    #[arg(value_name = "QUERY", required = true)]
    pub arguments: Vec<OsString>,
    /// How to print what is found.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// At most so many sections.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// The forms of what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Grouped by article; each section's line begins with path:line.
    Text,
    /// An array of objects.
    Json,
    /// The same objects, one a line.
    Ndjson,
}

/// Runs `search`.
///
/// # Errors
///
/// A query that cannot be read, paths that cannot be walked, output that cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let Some((line, paths)) = args.arguments.split_last() else {
        return Err(Error::Usage { reason: safe!("a query is missing") });
    };
    let line = line.to_string_lossy();
    let query = Query::parse(&line)?;
    if !query.has_text() && !query.asks_for_titles() {
        let reason =
            safe!("there is no word to look for in this query; 'longread list -q' lists what it keeps");
        return Err(Error::Usage { reason });
    }
    let settings = settings::load_and_complain()?;
    let given: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let roots = index::roots(&given, settings.library);
    for root in &roots {
        walk::what_is(root)?;
    }
    let opened = match Paths::of_this_user() {
        _ if !settings.text_index => Opened::Off,
        Some(paths) => TextIndex::open(&text_index::folder(&paths.cache, &roots, args.all)),
        None => Opened::Missing,
    };
    let found = find(&line, &query, &roots, args.all, opened, args.limit)?;
    // Where nothing is shown, nothing is shown instead.
    if !found.ranked.is_empty() {
        outcome::say_corrections(&found.corrections);
    }
    let marking = Marking::of(&query, &found.corrections);
    output::print(|out| {
        let mut printer = Printer::new(out, args.format);
        let mut left = args.limit.unwrap_or(usize::MAX);
        let (mut rest, mut at_a_time) = (found.ranked.as_slice(), AT_FIRST);
        while !rest.is_empty() {
            let some;
            (some, rest) = rest.split_at(at_a_time.min(rest.len()));
            at_a_time = (2 * at_a_time).min(AT_MOST);
            for rows in found.rows(some, &marking, left) {
                let kept = rows.len().min(left);
                left -= kept;
                printer.article(&rows[..kept])?;
                if left == 0 {
                    return printer.finish();
                }
            }
        }
        printer.finish()
    })
}

/// What was found where.
struct Found {
    folders: Vec<PathBuf>,
    /// Best first.
    ranked: Vec<Ranked>,
    /// By what their articles are numbered.
    source: Source,
    corrections: Vec<Correction>,
    /// What is shown of articles that were read whole, by their numbers.
    drawn: HashMap<u32, Vec<Drawn>>,
}

enum Source {
    Index(Box<TextIndex>),
    Library(Box<Library>),
}

impl Found {
    /// Where the articles of `some` are.
    fn places(&self, some: &[Ranked]) -> Vec<Place> {
        let numbers = some.iter().map(|ranked| ranked.article);
        match &self.source {
            Source::Library(library) => numbers.map(|id| library.article(id).place.clone()).collect(),
            // What could be searched can be read.
            Source::Index(index) => {
                index.entries(numbers).unwrap_or_default().iter().map(finder::place_of).collect()
            }
        }
    }
}

/// What `query` finds, of which at most so many sections will be shown; where that is all of it, what is read is best
/// drawn at once.
fn find(
    line: &str,
    query: &Query,
    roots: &[PathBuf],
    all: bool,
    opened: Opened,
    limit: Option<usize>,
) -> Result<Found, Error> {
    let (draws, most) = (limit.is_none(), limit.unwrap_or(usize::MAX));
    let folders: Vec<PathBuf> = roots.iter().map(|root| disk::folder_of(root)).collect();
    let mut opened = opened;
    if let Opened::Ready(index) = opened {
        match by_index_alone(&index, query, &folders, most) {
            Ok(Some(Alone { ranked, corrections })) => {
                let (source, drawn) = (Source::Index(index), HashMap::new());
                return Ok(Found { folders, ranked, source, corrections, drawn });
            }
            Ok(None) => opened = Opened::Ready(index),
            // Damage may hide until a word is looked up.
            Err(_) => opened = Opened::Damaged,
        }
    }
    if query.is_text_alone() && !matches!(opened, Opened::Ready(_)) {
        say_why(&opened);
        let walk = Walk { roots: roots.to_vec(), all, first_title, to_the_end: true };
        let root = |path: &PathBuf| Root { path: path.clone(), name: disk::shown(path) };
        let folder_roots: Vec<Root> = folders.iter().map(root).collect();
        let sweep = |query: &Query| {
            let marking = Marking::of(query, &[]);
            let held = AtomicUsize::new(if draws { 0 } else { HELD });
            let draw = |text: &ArticleText, language: Language, sections: &[u32]| {
                if held.load(Ordering::Relaxed) >= HELD {
                    return Vec::new();
                }
                let draw = |section: &u32| Drawn::new(text, *section, &marking, language);
                let drawn: Vec<Drawn> = sections.iter().filter_map(draw).collect();
                held.fetch_add(drawn.iter().map(Drawn::bytes).sum(), Ordering::Relaxed);
                drawn
            };
            finder::sweep(&walk, folder_roots.clone(), query, sections::read, &draw)
        };
        let (mut library, mut hits, mut drawn) = sweep(query);
        let meant = finder::meant(&walk, query, &hits);
        let (query, corrections) = meant.unwrap_or_else(|| (query.clone(), Vec::new()));
        if !corrections.is_empty() {
            (library, hits, drawn) = sweep(&query);
        }
        let outcome = query.run_with(&library, &States::default(), &hits, walk::today());
        let ranked = in_order(&hits, &query, &library, &outcome);
        let source = Source::Library(Box::new(library));
        return Ok(Found { folders, ranked, source, corrections, drawn });
    }
    let walked = walk::walk(roots, all)?;
    let library = &walked.library;
    walk::look_over(Some(line), library)?;
    let hits = match &opened {
        // Titles are known without reading.
        _ if query.texts().is_empty() => Hits::default(),
        Opened::Ready(index) => outcome::hits(library, query, Some(index)).or_else(|_| {
            say_why(&Opened::Damaged);
            outcome::hits(library, query, None)
        })?,
        other => {
            say_why(other);
            outcome::hits(library, query, None)?
        }
    };
    let outcome = query.run_with(library, &walk::states(library), &hits, walk::today());
    let ranked = in_order(&hits, query, library, &outcome);
    let source = Source::Library(Box::new(library.clone()));
    let (folders, corrections) = (walked.folders.clone(), outcome.corrections);
    Ok(Found { folders, ranked, source, corrections, drawn: HashMap::new() })
}

/// What the index finds where it is up to date and the query asks for nothing else.
fn by_index_alone(
    index: &TextIndex,
    query: &Query,
    folders: &[PathBuf],
    most: usize,
) -> Result<Option<Alone>, Error> {
    if !query.is_text_alone() || !finder::is_up_to_date(index, folders)? {
        return Ok(None);
    }
    finder::alone(index, folders, (query, most), sections::read, &|| false)
}

/// Says why the files are read.
fn say_why(opened: &Opened) {
    match opened {
        Opened::Ready(_) => {}
        Opened::Off => say(&safe!("the text index is switched off, so the files are read")),
        Opened::Missing => {
            say(&safe!("there is no text index, so the files are read; 'longread index' makes one"));
        }
        Opened::Partial => {
            say(&safe!("the text index is not finished, so the files are read; 'longread index' goes on"));
        }
        Opened::Damaged => {
            say(&safe!("the text index is damaged, so the files are read; 'longread index' makes a new one"));
        }
    }
}

/// What was found, in the order that the query says, else best first, of equals the newest, then by path. What is kept
/// without any of the words has nothing to show.
fn in_order(hits: &Hits, query: &Query, library: &Library, outcome: &Outcome) -> Vec<Ranked> {
    let Outcome { ids, set, corrections, .. } = outcome;
    let mut of_titles = query.title_scores(library, corrections, set);
    let mut ranked = hits.rank(&query.ranking_texts(), set, query.takes_any_text());
    for one in &mut ranked {
        one.score += of_titles.remove(&one.article).unwrap_or_default();
    }
    // Where nothing else was found of it, the title stands for its article.
    let whole = |(article, score)| Ranked { article, score, sections: vec![(0, score)] };
    ranked.extend(of_titles.into_iter().map(whole));
    let order = if query.is_ordered() { ids } else { library.by_date(true) };
    let mut places = vec![u32::MAX; library.len()];
    for (place, id) in (0..).zip(order) {
        if let Some(at) = places.get_mut(*id as usize) {
            *at = place;
        }
    }
    ranked.sort_by_key(|one| places.get(one.article as usize).copied());
    if !query.is_ordered() {
        ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
    }
    ranked
}

/// Says something beside the results.
fn say(message: &SafeText) {
    // Where standard error is gone there is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "longread: {message}");
}
