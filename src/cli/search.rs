//! `longread search`: sections that hold what is looked for, best first, each with a snippet.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::files::openable;
use super::{Exit, index, json, outcome, output, sections, settings, walk};
use crate::document::contents::first_title;
use crate::error::Error;
use crate::library::article::Place;
use crate::library::excerpt::{Excerpt, excerpt};
use crate::library::hits::{Correction, Hits, Part, Ranked};
use crate::library::index::{Library, Root};
use crate::library::marking::Marking;
use crate::library::query::{Outcome, Query};
use crate::library::section::ArticleText;
use crate::library::states::States;
use crate::library::stems::Language;
use crate::paths::Paths;
use crate::safe;
use crate::storage::disk::Walk;
use crate::storage::finder::{self, Alone};
use crate::storage::text_index::{self, Opened, TextIndex};
use crate::storage::{disk, text_files};
use crate::text::SafeText;

/// Characters of a snippet: two lines of text.
const SNIPPET: usize = 160;
/// Articles that are read before any of them is printed: enough for every thread.
const AT_A_TIME: usize = 32;
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
        for some in found.ranked.chunks(AT_A_TIME) {
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

/// A section that was found; as JSON, the command's contract.
#[derive(Serialize)]
struct Row {
    path: String,
    file: String,
    title: SafeText,
    heading: Option<SafeText>,
    slug: Option<SafeText>,
    line: u32,
    score: f32,
    snippet: SafeText,
    ranges: Vec<[usize; 2]>,
    /// As it opens from here.
    #[serde(skip)]
    openable: String,
    /// What was looked for in the title.
    #[serde(skip)]
    title_ranges: Vec<[usize; 2]>,
    /// Whether the snippet is the title, which is said over the sections.
    #[serde(skip)]
    is_of_title: bool,
}

/// What is shown of a section.
struct Drawn {
    section: u32,
    excerpt: Excerpt,
}

impl Drawn {
    /// What is shown of a section of `text`, where it has that.
    fn new(text: &ArticleText, section: u32, marking: &Marking, language: Language) -> Option<Self> {
        let of = text.sections.get(section as usize)?;
        Some(Self { section, excerpt: excerpt(text, of, marking, language, SNIPPET) })
    }

    /// Whether it is worth showing beside other sections of its article: where a title or a name alone holds what was
    /// looked for, those stand for it.
    fn says_something(&self) -> bool {
        !(self.excerpt.is_bare && self.excerpt.heading.is_empty())
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let Excerpt { heading, slug, snippet, .. } = &self.excerpt;
        let texts = [heading, slug, &snippet.text].map(|text| text.as_str().len());
        size_of::<Self>() + texts.iter().sum::<usize>() + 16 * snippet.ranges.len()
    }
}

impl Found {
    /// The rows of some articles, each article's together; at most `most` of each.
    fn rows(&self, some: &[Ranked], marking: &Marking, most: usize) -> Vec<Vec<Row>> {
        let places = self.places(some);
        let mut rows = text_files::each(some.len(), &|| false, &|at| {
            let (ranked, place) = (some.get(at)?, places.get(at)?);
            let rows = self.drawn_rows(ranked, place, marking, most);
            Some((at, rows.or_else(|| self.read_rows(ranked, place, marking, most))?))
        });
        rows.sort_by_key(|(at, _)| *at);
        rows.into_iter().map(|(_, rows)| rows).filter(|rows| !rows.is_empty()).collect()
    }

    /// The rows of an article of which everything was drawn when it was read.
    fn drawn_rows(&self, ranked: &Ranked, place: &Place, marking: &Marking, most: usize) -> Option<Vec<Row>> {
        let drawn = self.drawn.get(&ranked.article)?;
        let Source::Library(library) = &self.source else { return None };
        let path = self.folders.get(usize::from(place.root))?.join(&place.path);
        let title = SafeText::line(library.row(ranked.article).title());
        let drawn = ranked
            .sections
            .iter()
            .map(|(section, score)| Some((drawn.iter().find(|drawn| drawn.section == *section)?, *score)));
        let mut drawn: Vec<(&Drawn, f32)> = drawn.collect::<Option<_>>()?;
        let is_alone = drawn.len() == 1;
        drawn.retain(|(drawn, _)| is_alone || drawn.says_something());
        let scaled =
            Scaled { of_article: ranked.score, best: drawn.first().map_or(0.0, |(_, score)| *score) };
        let row = |(drawn, score): &(&Drawn, f32)| {
            Row::new(place, &path, &title, drawn, marking, scaled.score(*score))
        };
        Some(drawn.iter().take(most).map(row).collect())
    }

    /// The rows of an article that is read for that.
    fn read_rows(&self, ranked: &Ranked, place: &Place, marking: &Marking, most: usize) -> Option<Vec<Row>> {
        let folder = self.folders.get(usize::from(place.root))?;
        let path = folder.join(&place.path);
        let is_unchanged = disk::stamp(&path) == Some((place.bytes, place.modified));
        let text = text_files::read(folder, place, sections::read).ok()?;
        let language = text.language();
        let draw = |(section, score): &(u32, f32)| {
            let drawn = Drawn::new(&text, *section, marking, language)?;
            Some((drawn, *score))
        };
        // What was said of a file that has changed since is looked for anew.
        let again = |section: &(u32, f32)| {
            is_unchanged || draw(section).is_some_and(|(drawn, _)| drawn.excerpt.has_marks())
        };
        let sections: Vec<(u32, f32)> = ranked.sections.iter().copied().filter(again).collect();
        let drawn = sections.iter().filter_map(draw);
        let drawn = drawn.filter(|(drawn, _)| sections.len() == 1 || drawn.says_something());
        let mut drawn = drawn.peekable();
        let scaled = Scaled { of_article: ranked.score, best: drawn.peek().map_or(0.0, |(_, score)| *score) };
        let title = &text.article.title;
        let row = |(drawn, score): (Drawn, f32)| {
            Row::new(place, &path, title, &drawn, marking, scaled.score(score))
        };
        Some(drawn.take(most).map(row).collect())
    }
}

/// What scores are printed: an article's own for the best of its sections that are shown, so that articles stand in the
/// order of what is printed, and in proportion for the others.
#[derive(Clone, Copy)]
struct Scaled {
    of_article: f32,
    /// The score of that section.
    best: f32,
}

impl Scaled {
    fn score(self, section: f32) -> f32 {
        // Nothing is worth nothing, whatever of it is shown.
        if self.best > 0.0 { self.of_article * (section / self.best) } else { self.of_article }
    }
}

impl Row {
    fn new(
        place: &Place,
        path: &Path,
        title: &SafeText,
        drawn: &Drawn,
        marking: &Marking,
        score: f32,
    ) -> Self {
        let Excerpt { heading, slug, snippet, part, language, .. } = &drawn.excerpt;
        let pairs = |ranges: &[Range<usize>]| ranges.iter().map(|range| [range.start, range.end]).collect();
        let has_heading = !heading.is_empty();
        let file = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self {
            path: place.path.to_string_lossy().into_owned(),
            file: file.to_string_lossy().into_owned(),
            title: title.clone(),
            heading: has_heading.then(|| heading.clone()),
            slug: has_heading.then(|| slug.clone()),
            line: drawn.excerpt.line,
            score,
            ranges: pairs(&snippet.ranges),
            snippet: snippet.text.clone(),
            openable: openable(path),
            title_ranges: pairs(&marking.find(Part::Title, title.as_str(), *language)),
            is_of_title: *part == Part::Title,
        }
    }
}

/// Says something beside the results.
fn say(message: &SafeText) {
    // Where standard error is gone there is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "longread: {message}");
}

/// Writes rows in one of the forms.
struct Printer<'a> {
    out: &'a mut dyn Write,
    format: Format,
    /// Whether anything was written.
    any: bool,
    dress: Dress,
}

/// Escape sequences, all empty where there is no terminal to understand them.
#[derive(Clone, Copy)]
struct Dress {
    title: &'static str,
    path: &'static str,
    mark: &'static str,
    end: &'static str,
}

impl Dress {
    const BARE: Self = Self { title: "", path: "", mark: "", end: "" };
    const COLOURED: Self =
        Self { title: "\u{1b}[1m", path: "\u{1b}[2m", mark: "\u{1b}[1;33m", end: "\u{1b}[0m" };

    fn of_standard_output() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let coloured = io::stdout().is_terminal() && !set("NO_COLOR") && !is_dumb;
        if coloured { Self::COLOURED } else { Self::BARE }
    }
}

impl<'a> Printer<'a> {
    fn new(out: &'a mut dyn Write, format: Format) -> Self {
        Self { out, format, any: false, dress: Dress::of_standard_output() }
    }

    fn article(&mut self, rows: &[Row]) -> io::Result<()> {
        match self.format {
            Format::Text => self.text(rows)?,
            Format::Json => {
                for (index, row) in rows.iter().enumerate() {
                    self.out.write_all(if index == 0 && !self.any { b"[\n" } else { b",\n" })?;
                    json::write(self.out, row)?;
                }
            }
            Format::Ndjson => {
                for row in rows {
                    json::write(self.out, row)?;
                    self.out.write_all(b"\n")?;
                }
            }
        }
        self.any |= !rows.is_empty();
        Ok(())
    }

    fn text(&mut self, rows: &[Row]) -> io::Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        let Dress { title, path, end, .. } = self.dress;
        if self.any {
            writeln!(self.out)?;
        }
        write!(self.out, "{title}")?;
        self.marked(first.title.as_str(), &first.title_ranges, title)?;
        writeln!(self.out, "{end}")?;
        for row in rows {
            let heading = row.heading.as_ref().map_or(String::new(), |heading| format!(" {heading}"));
            writeln!(self.out, "{path}{}:{}:{end}{heading}", row.openable, row.line)?;
            if !row.snippet.is_empty() && !row.is_of_title {
                write!(self.out, "    ")?;
                self.marked(row.snippet.as_str(), &row.ranges, "")?;
                writeln!(self.out)?;
            }
        }
        // What is found first is read first, however much there is.
        self.out.flush()
    }

    /// A text with its marks, after each of which its own look begins `again`.
    fn marked(&mut self, text: &str, ranges: &[[usize; 2]], again: &str) -> io::Result<()> {
        let Dress { mark, end, .. } = self.dress;
        let mut from = 0;
        for [start, stop] in ranges {
            let start = from.max(*start);
            let before = text.get(from..start).unwrap_or_default();
            let marked = text.get(start..*stop).unwrap_or_default();
            write!(self.out, "{before}{mark}{marked}{end}{again}")?;
            from = from.max(*stop);
        }
        write!(self.out, "{}", text.get(from..).unwrap_or_default())
    }

    fn finish(self) -> io::Result<Exit> {
        if self.format == Format::Json {
            self.out.write_all(if self.any { b"\n]\n" } else { b"[\n\n]\n" })?;
        }
        Ok(if self.any { Exit::Done } else { Exit::Nothing })
    }
}
