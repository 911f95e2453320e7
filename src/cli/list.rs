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
    if walked.library.is_empty() {
        let path = args.paths.first().map_or_else(|| safe!("."), |path| crate::storage::disk::shown(path));
        return Err(Error::NoArticles { path });
    }
    if args.words && query.order().key == SortKey::Words {
        count_words(&mut walked, 0..);
    }
    walk::look_over(args.query.as_deref(), &walked.library)?;
    let mut ids = query.run(&walked.library, &States::default(), walk::today()).ids;
    ids.truncate(args.limit.unwrap_or(usize::MAX));
    if args.words {
        count_words(&mut walked, ids.iter().copied());
    }
    let article = |id| {
        let mut article = walked.library.article(id);
        if !args.words {
            // What a list says does not depend on what somebody has counted before.
            Arc::make_mut(&mut article).words = None;
        }
        article
    };
    let mut headings = Vec::new();
    if args.headings {
        let articles: Vec<_> = ids.iter().copied().map(article).collect();
        let read = bodies::read(&articles, &walked.folders, |_, decoded, body| {
            contents::headings(&decoded.markdown, body)
        });
        headings.extend(read.into_iter().map(Option::unwrap_or_default));
    }
    headings.resize_with(ids.len(), Vec::new);
    output::print(|out| {
        // Each article is made when its turn comes: a library may have more of them than memory should.
        let articles = ids.iter().copied().map(article);
        write(out, args.format, &walked.folders, articles.zip(headings))?;
        Ok(if ids.is_empty() { Exit::Nothing } else { Exit::Done })
    })
}

/// Counts the words of those articles that nobody has counted yet.
fn count_words(walked: &mut walk::Walked, ids: impl Iterator<Item = u32>) {
    let count = walked.library.len() as u32;
    let uncounted = |id: &u32| walked.library.row(*id).words().is_none();
    let ids: Vec<u32> = ids.take_while(|id| *id < count).filter(uncounted).collect();
    let articles: Vec<_> = ids.iter().map(|id| walked.library.article(*id)).collect();
    let words = bodies::read(&articles, &walked.folders, |article, decoded, body| {
        let options = Options { title: Some(article.title.clone()), whole: true };
        Document::parse(decoded.markdown, Position(body), &options).words()
    });
    walked.learn(ids.into_iter().zip(words).filter_map(|(id, words)| Some((id, words?))).collect());
}

fn write(
    out: &mut dyn Write,
    format: Format,
    folders: &[PathBuf],
    mut articles: impl Iterator<Item = (Arc<Article>, Vec<Heading>)>,
) -> io::Result<()> {
    match format {
        Format::Table => {
            let rows: Vec<_> = articles.map(|(article, _)| row(&article)).collect();
            output::table(out, &rows, output::columns())
        }
        Format::Json => {
            json::write_array(out, articles.map(|(article, headings)| Listed { folders, article, headings }))
        }
        Format::Ndjson => articles.try_for_each(|(article, headings)| {
            json::write(out, &Listed { folders, article, headings })?;
            out.write_all(b"\n")
        }),
        Format::Paths => articles.try_for_each(|(article, _)| {
            let path = folder_of(folders, &article).join(&article.place.path);
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

/// An article that is to be JSON when its turn comes.
struct Listed<'a> {
    folders: &'a [PathBuf],
    article: Arc<Article>,
    headings: Vec<Heading>,
}

impl Serialize for Listed<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Item::of(&self.article, folder_of(self.folders, &self.article), &self.headings).serialize(serializer)
    }
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
