//! `longread list`: what there is to read, as a table, JSON or paths.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::{Exit, bodies, json, output, walk};
use crate::document::contents;
use crate::document::shown::{Heading, Position};
use crate::document::{Document, Options};
use crate::error::{Error, Problem};
use crate::library::article::{Article, Value};
use crate::library::query::{Sort, SortKey};
use crate::library::states::States;
use crate::safe;
use crate::text::SafeText;

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
    let query = walk::query(args.query.as_deref(), args.sort)?;
    let mut walked = walk::walk(&args.paths, args.all)?;
    if walked.articles.is_empty() {
        let path = args.paths.first().map_or_else(|| safe!("."), |path| crate::storage::disk::shown(path));
        return Err(Error::NoArticles { path });
    }
    let by_words = args.words && query.order().key == SortKey::Words;
    if by_words {
        count_words(&mut walked.articles, &walked.folders);
    }
    let library = walked.library();
    walk::look_over(args.query.as_deref(), &library)?;
    let mut ids = query.run(&library, &States::default(), walk::today()).ids;
    ids.truncate(args.limit.unwrap_or(usize::MAX));
    let mut articles: Vec<_> = ids.into_iter().map(|id| library.article(id)).collect();
    if args.words && !by_words {
        count_words(&mut articles, &walked.folders);
    }
    let mut headings = Vec::new();
    if args.headings {
        let read = bodies::read(&articles, &walked.folders, |_, decoded, body| {
            contents::headings(&decoded.markdown, body)
        });
        headings.extend(read.into_iter().map(Option::unwrap_or_default));
    }
    headings.resize_with(articles.len(), Vec::new);
    output::print(|out| {
        write(out, args.format, &walked.folders, &articles, &headings)?;
        Ok(if articles.is_empty() { Exit::Nothing } else { Exit::Done })
    })
}

fn count_words(articles: &mut [Arc<Article>], folders: &[PathBuf]) {
    let words = bodies::read(articles, folders, |article, decoded, body| {
        let options = Options { title: Some(article.title.clone()), whole: true };
        Document::parse(decoded.markdown, Position(body), &options).words()
    });
    for (article, words) in articles.iter_mut().zip(words) {
        Arc::make_mut(article).words = words;
    }
}

fn write(
    out: &mut dyn Write,
    format: Format,
    folders: &[PathBuf],
    articles: &[Arc<Article>],
    headings: &[Vec<Heading>],
) -> io::Result<()> {
    let items = || {
        let both = articles.iter().zip(headings);
        both.map(|(article, headings)| Item::of(article, folder_of(folders, article), headings))
    };
    match format {
        Format::Table => {
            let rows: Vec<_> = articles.iter().map(|article| row(article)).collect();
            output::table(out, &rows, output::columns())
        }
        Format::Json => json::write_array(out, items()),
        Format::Ndjson => items().try_for_each(|item| {
            json::write(out, &item)?;
            out.write_all(b"\n")
        }),
        Format::Paths => articles.iter().try_for_each(|article| {
            let path = folder_of(folders, article).join(&article.place.path);
            writeln!(out, "{}", openable(&path))
        }),
    }
}

pub(super) fn folder_of<'a>(folders: &'a [PathBuf], article: &Article) -> &'a Path {
    folders.get(usize::from(article.place.root)).map_or(Path::new("."), PathBuf::as_path)
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

/// A path as it is where that is plain text, else quoted for a shell (`$'…'`).
pub(super) fn openable(path: &Path) -> String {
    if let Some(text) = path.to_str()
        && SafeText::line(text).as_str() == text
    {
        return text.to_owned();
    }
    let digit = |value: u8| char::from(b'0' + (value & 7));
    let mut quoted = String::from("$'");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\'' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => quoted.push(char::from(*byte)),
            _ => quoted.extend(['\\', digit(byte >> 6), digit(byte >> 3), digit(*byte)]),
        }
    }
    quoted.push('\'');
    quoted
}

/// An article as JSON; the fields and their order are the command's contract.
#[derive(Serialize)]
struct Item<'a> {
    root: String,
    path: String,
    file: String,
    title: &'a SafeText,
    date: Option<String>,
    updated: Option<String>,
    tags: &'a [SafeText],
    authors: &'a [SafeText],
    description: Option<&'a SafeText>,
    source: Option<&'a SafeText>,
    url: Option<&'a str>,
    image: Option<&'a str>,
    draft: bool,
    featured: bool,
    toc: Option<bool>,
    words: Option<u32>,
    minutes: u32,
    headings: Vec<HeadingItem<'a>>,
    problems: Vec<Fault<'a>>,
    meta: Meta<'a>,
}

/// A heading as JSON.
#[derive(Serialize)]
struct HeadingItem<'a> {
    level: u8,
    text: &'a SafeText,
    slug: &'a SafeText,
    line: u32,
}

/// A problem as JSON.
#[derive(Serialize)]
struct Fault<'a> {
    line: u32,
    column: u32,
    kind: &'static str,
    reason: &'a SafeText,
}

struct Meta<'a>(&'a [(SafeText, Value)]);

impl Serialize for Meta<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'a> Item<'a> {
    fn of(article: &'a Article, folder: &Path, headings: &'a [Heading]) -> Self {
        let root = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let fault = |problem: &'a Problem| Fault {
            line: problem.line,
            column: problem.column,
            kind: problem.kind.name(),
            reason: &problem.reason,
        };
        Self {
            path: article.place.path.to_string_lossy().into_owned(),
            file: root.join(&article.place.path).to_string_lossy().into_owned(),
            root: root.to_string_lossy().into_owned(),
            title: &article.title,
            date: article.date.map(|date| date.to_string()),
            updated: article.updated.map(|date| date.to_string()),
            tags: &article.tags,
            authors: &article.authors,
            description: article.description.as_ref(),
            source: article.source.as_ref(),
            url: article.url.as_deref(),
            image: article.image.as_ref().map(|image| image.target.as_str()),
            draft: article.draft,
            featured: article.featured,
            toc: article.toc,
            words: article.words,
            minutes: article.minutes(),
            headings: headings
                .iter()
                .map(|heading| HeadingItem {
                    level: heading.level,
                    text: &heading.text,
                    slug: &heading.slug,
                    line: heading.line,
                })
                .collect(),
            problems: article.problems.iter().map(fault).collect(),
            meta: Meta(&article.meta),
        }
    }
}
