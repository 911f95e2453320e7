//! `longread list`: what there is to read, as a table, JSON or paths.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{absolute, file_of, folder_of, openable};
use super::item::Item;
use super::walk::Walked;
use super::{Exit, bodies, json, outcome, output, walk};
use crate::document::contents;
use crate::document::shown::{Heading, Position};
use crate::document::{Document, Options};
use crate::error::Error;
use crate::library::article::Article;
use crate::library::query::{Sort, SortKey};
use crate::safe;
use crate::text::{Markdown, SafeText};

/// The arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders or files.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Narrow and order them, such as '#defi since:2024 -#nft'.
    #[arg(short, long, value_name = "QUERY", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// Order by date, title, updated, words, added, progress or relevance; - before it turns it round.
    #[arg(long, value_name = "KEY", value_parser = walk::sort_of, allow_hyphen_values = true)]
    pub sort: Option<Sort>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Take in each article's headings (reads every file whole).
    #[arg(long)]
    pub headings: bool,
    /// Count each article's words (reads every file whole).
    #[arg(long)]
    pub words: bool,
    /// At most so many.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// The forms of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns.
    Table,
    /// An array of objects.
    Json,
    /// The same objects, one a line.
    Ndjson,
    /// Paths that open, one a line.
    Paths,
}

/// Runs `list`.
///
/// # Errors
///
/// Paths that cannot be walked, output that cannot be written, [`Error::NoArticles`].
pub fn run(args: &Args) -> Result<Exit, Error> {
    let kept = keep(&args.paths, args.query.as_deref(), args.sort, args.words, args.all);
    if matches!(kept, Err(Error::NoArticles { .. })) && args.format == Format::Json {
        // Whoever reads it is owed an array.
        output::print(|out| json::write_array(out, [(); 0]).map(|()| Exit::Nothing))?;
    }
    let mut kept = kept?;
    kept.ids.truncate(args.limit.unwrap_or(usize::MAX));
    output::print(|out| {
        write(out, args, &kept)?;
        Ok(if kept.ids.is_empty() { Exit::Nothing } else { Exit::Done })
    })
}

/// The articles of a command, in order.
pub(super) struct Kept {
    walked: Walked,
    ids: Vec<u32>,
}

impl Kept {
    /// The folder of each root.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.walked.folders
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// One of them. Each is made when its turn comes: a library may have more than memory should.
    pub(super) fn article(&self, index: usize) -> Option<Arc<Article>> {
        Some(self.walked.library.article(*self.ids.get(index)?))
    }
}

/// Walks `paths` and keeps what `query` keeps, in its order or that of `sort`. With `words`, an order by
/// words counts them first.
///
/// # Errors
///
/// As [`run`].
pub(super) fn keep(
    paths: &[PathBuf],
    query: Option<&str>,
    sort: Option<Sort>,
    words: bool,
    all: bool,
) -> Result<Kept, Error> {
    let read = walk::query(query, sort)?;
    let mut walked = walk::walk(paths, all)?;
    if walked.library.is_empty() {
        return Err(walked.nothing());
    }
    if words && read.order().key == SortKey::Words {
        count_words(&mut walked);
    }
    walk::look_over(query, &walked.library)?;
    let ids = outcome::of(&walked, &walked.roots, all, &read)?.ids;
    Ok(Kept { walked, ids })
}

/// Counts the words of those articles that nobody has counted yet, and has the catalogue keep them.
fn count_words(walked: &mut Walked) {
    let library = &walked.library;
    let ids: Vec<u32> = (0..library.len() as u32).filter(|id| library.row(*id).words().is_none()).collect();
    let mut counted = Vec::with_capacity(ids.len());
    let count = |index: usize| {
        let article = library.article(*ids.get(index)?);
        let (decoded, body) = bodies::read(&file_of(&walked.folders, &article)).ok()?;
        Some(parse(decoded.markdown, body).words())
    };
    let counting = bodies::in_order(ids.len(), count, |index, words| {
        counted.extend(words.flatten().map(|words| (ids[index], words)));
        Ok(())
    });
    debug_assert!(counting.is_ok(), "nothing here is an error");
    walked.learn(counted);
}

fn parse(markdown: Markdown, body: u32) -> Document {
    Document::parse(markdown, Position(body), &Options { title: None, whole: true })
}

fn write(out: &mut dyn Write, args: &Args, kept: &Kept) -> io::Result<()> {
    let articles = || (0..kept.len()).filter_map(|index| kept.article(index));
    match args.format {
        Format::Table => {
            let rows: Vec<_> = articles().map(|article| row(&article)).collect();
            output::table(out, &rows, output::columns())
        }
        Format::Json if kept.len() == 0 => json::write_array(out, [(); 0]),
        Format::Json => {
            items(args, kept, |index, json| {
                out.write_all(if index == 0 { b"[\n" } else { b",\n" })?;
                out.write_all(json)
            })?;
            out.write_all(b"\n]\n")
        }
        Format::Ndjson => items(args, kept, |_, json| {
            out.write_all(json)?;
            out.write_all(b"\n")
        }),
        Format::Paths => articles()
            .try_for_each(|article| writeln!(out, "{}", openable(&file_of(kept.folders(), &article)))),
    }
}

/// Gives every article as JSON to `give`, with what of its body is asked for.
fn items(args: &Args, kept: &Kept, mut give: impl FnMut(usize, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let folders = absolute(kept.folders());
    let write = |index: usize, has_body: bool| {
        let Some(mut article) = kept.article(index) else { return Ok(Vec::new()) };
        if !args.words {
            // What a list says does not depend on what somebody has counted before.
            Arc::make_mut(&mut article).words = None;
        }
        let root = folder_of(&folders, &article);
        let file = root.join(&article.place.path);
        let (words, headings) = if has_body { of_body(args, &article, &file) } else { (None, Vec::new()) };
        let mut json = Vec::with_capacity(1 << 10);
        json::write(&mut json, &Item::of(&article, root, &file, words, &headings)).map(|()| json)
    };
    bodies::in_order(
        kept.len(),
        |index| write(index, true),
        |index, json| {
            // A body that nothing could be made of costs its headings and words alone.
            let json = json.unwrap_or_else(|| write(index, false))?;
            give(index, &json)
        },
    )
}

/// An article's words and headings, as far as they are asked for and not known.
fn of_body(args: &Args, article: &Article, file: &Path) -> (Option<u32>, Vec<Heading>) {
    let words = args.words && article.words.is_none();
    if !words && !args.headings {
        return (None, Vec::new());
    }
    let Ok((decoded, body)) = bodies::read(file) else { return (None, Vec::new()) };
    if !words {
        return (None, contents::headings(&decoded.markdown, body));
    }
    let document = parse(decoded.markdown, body);
    let headings = if args.headings { document.contents().to_vec() } else { Vec::new() };
    (Some(document.words()), headings)
}

fn row(article: &Article) -> Vec<SafeText> {
    let date = article.date.map_or_else(SafeText::default, |date| safe!("{date}"));
    let mut tags = String::new();
    for tag in &article.tags {
        tags.push_str(if tags.is_empty() { "" } else { ", " });
        tags.push_str(tag.as_str());
    }
    vec![date, article.title.clone(), SafeText::line(&tags), article.source.clone().unwrap_or_default()]
}
