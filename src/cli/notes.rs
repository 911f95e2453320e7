//! `longread notes`: what a person marked in articles, with where that is in them now.
//!
//! Never imports `app`, `ui` or `layout`, and never writes the record.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::{Exit, json, output, settings, single, walk};
use crate::document::Document;
use crate::document::place::{self, Side};
use crate::document::quote::{self, Edge};
use crate::document::shown::{Heading, Position};
use crate::error::Error;
use crate::library::marks::{Fingerprint, Marks, Note, Place};
use crate::paths::Paths;
use crate::storage::disk;
use crate::storage::record::{Moved, Record};
use crate::text::SafeText;

/// The arguments of `notes`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders or files; without any, everything that was ever marked.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    pub format: Format,
}

/// The forms of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A heading an article, a quote a highlight.
    Markdown,
    /// An array of objects.
    Json,
}

/// A bookmark, highlight or note as JSON; the fields and their order are the command's contract.
#[derive(Debug, PartialEq, Serialize)]
struct Item {
    path: SafeText,
    file: SafeText,
    title: SafeText,
    /// `bookmark`, `highlight` or `note`.
    kind: &'static str,
    heading: Option<SafeText>,
    slug: Option<SafeText>,
    /// `None` where its text is not in the article any more.
    line: Option<u32>,
    name: Option<SafeText>,
    quote: Option<SafeText>,
    note: Option<SafeText>,
    /// RFC 3339.
    created: Option<String>,
    /// Whether there is no such file any more.
    #[serde(skip)]
    is_gone: bool,
}

/// Runs `notes`: [`Exit::Nothing`] where there is none.
///
/// # Errors
///
/// A record that cannot be read, output that cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let cause = crate::safe!("HOME is not set");
    let paths = Paths::of_this_user()
        .ok_or_else(|| Error::System { what: crate::safe!("no home folder is known"), cause })?;
    for path in &args.paths {
        disk::what_is(path)?;
    }
    let mut items = Vec::new();
    if let Some(record) = Record::read(&paths.data)? {
        let moved = moved(&record, &args.paths)?;
        for (entry, marks) in record.marked(&args.paths, &moved)? {
            let opened = single::open(&entry.file, true).ok();
            let (document, article) =
                opened.map_or((None, None), |opened| (Some(opened.document), opened.article));
            let title = article.map_or(entry.title, |article| article.title);
            add(&mut items, &marks, &title, &args.paths, document.as_ref());
        }
    }
    output::print(|out| {
        match args.format {
            Format::Json => json::write_array(out, &items)?,
            Format::Markdown => write_markdown(out, &items)?,
        }
        Ok(if items.is_empty() { Exit::Nothing } else { Exit::Done })
    })
}

/// The marked articles whose files are gone or hold other articles, by the names that they have now under `paths`, or
/// in the configured library. Where all are where they were nothing is walked.
fn moved(record: &Record, paths: &[PathBuf]) -> Result<Moved, Error> {
    let marked = record.marked(&[], &Moved::default())?;
    let files: Vec<PathBuf> = marked.into_iter().map(|(entry, _)| entry.file).collect();
    if !record.is_any_astray(&files)? {
        return Ok(Moved::default());
    }
    let configured;
    let roots = if paths.is_empty() {
        configured = settings::load_and_complain()?.library;
        &configured
    } else {
        paths
    };
    if roots.is_empty() {
        return Ok(Moved::default());
    }
    // A library that is not there has nothing either.
    walk::walk(roots, false).map_or_else(|_| Ok(Moved::default()), |walked| record.moved(&walked.library))
}

/// Adds the marks of one article, in its order.
fn add(
    items: &mut Vec<Item>,
    marks: &Marks,
    title: &SafeText,
    roots: &[PathBuf],
    document: Option<&Document>,
) {
    let below = roots.iter().find_map(|root| marks.file.strip_prefix(root).ok());
    let path = disk::shown(below.filter(|below| !below.as_os_str().is_empty()).unwrap_or(&marks.file));
    let item = |kind, position: Option<Position>, created: i64| {
        let heading = document.zip(position).and_then(|(document, at)| heading_at(document, at));
        Item {
            path: path.clone(),
            file: disk::shown(&disk::absolute(&marks.file)),
            title: title.clone(),
            kind,
            heading: heading.map(|heading| heading.text.clone()),
            slug: heading.map(Heading::slug),
            line: document.zip(position).map(|(document, at)| document.line(at)),
            name: None,
            quote: None,
            note: None,
            created: jiff::Timestamp::from_second(created).ok().map(|time| time.to_string()),
            is_gone: document.is_none(),
        }
    };
    let first = items.len();
    for bookmark in &marks.bookmarks {
        let name = Some(bookmark.name.clone());
        let position = document.and_then(|document| locate(document, &bookmark.place));
        items.push(Item { name, ..item("bookmark", position, bookmark.created) });
    }
    for note in &marks.notes {
        let kind = if note.note.is_some() { "note" } else { "highlight" };
        let quote = Some(note.quote.clone());
        let position = document.and_then(|document| locate_quote(document, note));
        items.push(Item { quote, note: note.note.clone(), ..item(kind, position, note.created) });
    }
    items[first..].sort_by_key(|item| item.line.unwrap_or(u32::MAX));
}

fn is_same(document: &Document, place: &Place) -> bool {
    let body = document.markdown().get(document.body().0 as usize..).unwrap_or_default();
    place.fingerprint.is_known() && Fingerprint::of(body) == place.fingerprint
}

fn locate(document: &Document, place: &Place) -> Option<Position> {
    let around = (place.before.as_str(), place.after.as_str());
    let (position, slug) = (Position(place.position), place.slug.as_deref());
    let found = place::locate(document, is_same(document, place), position, slug, around, Side::After);
    found.map(|(position, _)| position)
}

fn locate_quote(document: &Document, note: &Note) -> Option<Position> {
    let (begin, end) = (edge(&note.begin), edge(&note.end));
    let found = quote::find(document, is_same(document, &note.begin), &begin, &end, note.quote.as_str());
    found.map(|range| range.start)
}

fn edge(place: &Place) -> Edge<'_> {
    let (before, after) = (place.before.as_str(), place.after.as_str());
    Edge { position: Position(place.position), slug: place.slug.as_deref(), before, after }
}

fn heading_at(document: &Document, position: Position) -> Option<&Heading> {
    let contents = document.contents();
    let after = contents.partition_point(|heading| heading.position <= position);
    contents.get(after.checked_sub(1)?)
}

fn write_markdown(out: &mut dyn Write, items: &[Item]) -> io::Result<()> {
    let mut file: Option<&SafeText> = None;
    for item in items {
        if file != Some(&item.file) {
            if file.is_some() {
                writeln!(out)?;
            }
            writeln!(out, "# {}\n\n{}", item.title, item.path)?;
            file = Some(&item.file);
        }
        writeln!(out)?;
        if let Some(quote) = &item.quote {
            writeln!(out, "> {quote}\n")?;
        }
        let words = item.note.as_ref().or(item.name.as_ref());
        if let Some(words) = words {
            let kind = if item.name.is_some() { "Bookmark: " } else { "" };
            write!(out, "{kind}{words} ")?;
        }
        match (&item.heading, item.line) {
            (Some(heading), Some(line)) => writeln!(out, "({heading}, line {line})")?,
            (None, Some(line)) => writeln!(out, "(line {line})")?,
            (_, None) if item.is_gone => writeln!(out, "(the file is gone, or cannot be read)")?,
            (_, None) => writeln!(out, "(orphaned: its text is not in the article any more)")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_printed_with_their_article_and_section_and_orphans_are_told() {
        let item = |kind, name: Option<&str>, quote: Option<&str>, note: Option<&str>, line| Item {
            path: crate::safe!("a.md"),
            file: crate::safe!("/x/a.md"),
            title: crate::safe!("A title"),
            kind,
            heading: Some(crate::safe!("One")),
            slug: None,
            line,
            name: name.map(SafeText::line),
            quote: quote.map(SafeText::line),
            note: note.map(SafeText::line),
            created: None,
            is_gone: false,
        };
        let items = [
            item("bookmark", Some("here"), None, None, Some(3)),
            item("highlight", None, Some("Some words."), None, Some(4)),
            item("note", None, Some("Gone."), Some("Why?"), None),
            Item { is_gone: true, ..item("note", None, Some("Away."), Some("Where?"), None) },
        ];
        let mut out = Vec::new();
        write_markdown(&mut out, &items).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @"
        # A title

        a.md

        Bookmark: here (One, line 3)

        > Some words.

        (One, line 4)

        > Gone.

        Why? (orphaned: its text is not in the article any more)

        > Away.

        Where? (the file is gone, or cannot be read)
        ");
    }
}
