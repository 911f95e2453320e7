//! An article as JSON: the fields of `list` and `export`, whose names and order are their contract.
//!
//! Never walks and never prints: what needs the article's body is given to it.

use std::path::Path;

use serde::Serialize;

use crate::document::shown::Heading;
use crate::error::Problem;
use crate::library::article::{Article, Date, Value, minutes};
use crate::text::SafeText;

/// An article as JSON.
#[derive(Serialize)]
pub(super) struct Item<'a> {
    root: Lossy<'a>,
    path: Lossy<'a>,
    file: Lossy<'a>,
    title: &'a SafeText,
    date: Option<Day>,
    updated: Option<Day>,
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

impl<'a> Item<'a> {
    /// The article of the file `file`, below the absolute folder `root`. Its words are those it knows of
    /// itself, unless `words` were counted.
    pub(super) fn of(
        article: &'a Article,
        root: &'a Path,
        file: &'a Path,
        words: Option<u32>,
        headings: &'a [Heading],
    ) -> Self {
        let fault = |problem: &'a Problem| Fault {
            // What is wrong with a file as a whole is said of its beginning.
            line: problem.line.max(1),
            column: problem.column.max(1),
            kind: problem.kind.name(),
            reason: &problem.reason,
        };
        let heading = |heading: &'a Heading| HeadingItem {
            level: heading.level,
            text: &heading.text,
            slug: heading.slug(),
            line: heading.line,
        };
        let words = words.or(article.words);
        Self {
            root: Lossy(root),
            path: Lossy(&article.place.path),
            file: Lossy(file),
            title: &article.title,
            date: article.date.map(Day),
            updated: article.updated.map(Day),
            tags: &article.tags,
            authors: &article.authors,
            description: article.description.as_ref(),
            source: article.source.as_ref(),
            url: article.url.as_deref(),
            image: article.image.as_ref().map(|image| image.target.as_str()),
            draft: article.draft,
            featured: article.featured,
            toc: article.toc,
            words,
            minutes: words.map_or_else(|| article.minutes(), minutes),
            headings: headings.iter().map(heading).collect(),
            problems: article.problems.iter().map(fault).collect(),
            meta: Meta(&article.meta),
        }
    }
}

/// A path as text.
struct Lossy<'a>(&'a Path);

impl Serialize for Lossy<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_string_lossy())
    }
}

/// A day as `YYYY-MM-DD`.
struct Day(Date);

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A heading as JSON.
#[derive(Serialize)]
struct HeadingItem<'a> {
    level: u8,
    text: &'a SafeText,
    slug: SafeText,
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

/// The front-matter keys without a meaning of their own.
struct Meta<'a>(&'a [(SafeText, Value)]);

impl Serialize for Meta<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
