//! `longread export`: articles with their whole text as ndjson, for a search engine's bulk load.
//!
//! Articles are written as they are read, a few ahead at most, and a large one straight from its document,
//! a part at a time: memory does not grow with the library, nor with an article beyond the article itself.

use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::files::{absolute, folder_of};
use super::item::Item;
use super::list::{Kept, keep};
use super::{Exit, bodies, json, output};
use crate::document::shown::{PartId, Position, Shown, ShownTable, ShownText};
use crate::document::{Document, Options};
use crate::error::Error;
use crate::library::article::Article;

/// Articles over so many bytes are read one at a time.
const LARGE: u64 = 256 << 10;

/// The arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders or files.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Narrow and order them, such as '#defi since:2024 -#nft'.
    #[arg(short, long, value_name = "QUERY", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// Write the action of an Elasticsearch-compatible `_bulk` load into this index before each article.
    #[arg(long, value_name = "INDEX", value_parser = index_name, allow_hyphen_values = true)]
    pub bulk: Option<String>,
    /// Take in hidden and git-ignored files.
    #[arg(long)]
    pub all: bool,
}

/// What Elasticsearch and its kin take for the name of an index (the create index API, "Path parameters").
fn index_name(name: &str) -> Result<String, String> {
    const MOST: usize = 255;
    let is_wrong = |c: char| c.is_whitespace() || c.is_control() || "\\/*?\"<>|,#:".contains(c);
    let fault = if name.is_empty() {
        "it is empty"
    } else if name.chars().any(char::is_uppercase) {
        "it has to be in lower case"
    } else if name.contains(is_wrong) {
        "it has a character that no index may have: a blank or one of \\ / * ? \" < > | , # :"
    } else if name.starts_with(['-', '_', '+']) || matches!(name, "." | "..") {
        "it may not begin with - _ +, nor be . or .."
    } else if name.len() > MOST {
        "it is longer than 255 bytes"
    } else {
        return Ok(name.to_owned());
    };
    Err(fault.to_owned())
}

/// An article with its text; the fields and their order are the command's contract.
#[derive(Serialize)]
struct Exported<'a> {
    id: &'a str,
    #[serde(flatten)]
    item: Item<'a>,
    body: Body<'a>,
}

/// What a `_bulk` load does with the line that follows.
#[derive(Serialize)]
struct Action<'a> {
    index: Into<'a>,
}

/// Where it puts it.
#[derive(Serialize)]
struct Into<'a> {
    #[serde(rename = "_index")]
    index: &'a str,
    #[serde(rename = "_id")]
    id: &'a str,
}

/// Runs `export`.
///
/// # Errors
///
/// A query that cannot be read, paths that cannot be walked, output that cannot be written,
/// [`Error::NoArticles`].
pub fn run(args: &Args) -> Result<Exit, Error> {
    let kept = keep(&args.paths, args.query.as_deref(), None, true, args.all)?;
    output::print(|out| {
        write(out, &kept, args.bulk.as_deref())?;
        Ok(if kept.len() == 0 { Exit::Nothing } else { Exit::Done })
    })
}

fn write(out: &mut dyn Write, kept: &Kept, bulk: Option<&str>) -> io::Result<()> {
    let folders = absolute(kept.folders());
    let make = |index: usize| {
        let article = kept.article(index).filter(|article| article.place.bytes <= LARGE)?;
        let mut lines = Vec::with_capacity(4 << 10);
        Some(one(&mut lines, &article, folder_of(&folders, &article), bulk).map(|()| lines))
    };
    bodies::in_order(kept.len(), make, |index, made| {
        let Some(article) = kept.article(index) else { return Ok(()) };
        let written = match made.flatten() {
            Some(lines) => lines.and_then(|lines| out.write_all(&lines).map_err(Fault::Output)),
            None => one(out, &article, folder_of(&folders, &article), bulk),
        };
        match written {
            Err(Fault::Output(error)) => Err(error),
            Err(Fault::Article(error)) => {
                // Where standard error is gone there is nobody left to tell.
                let _ = writeln!(io::stderr(), "longread: left out: {}", crate::safe!("{error}"));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    })
}

/// Why an article is not written.
enum Fault {
    /// It can no longer be read.
    Article(Error),
    /// Nothing can be written.
    Output(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Writes the lines of one article.
fn one(out: &mut dyn Write, article: &Article, root: &Path, bulk: Option<&str>) -> Result<(), Fault> {
    let file = root.join(&article.place.path);
    let (decoded, body) = bodies::read(&file).map_err(Fault::Article)?;
    let options = Options { title: None, whole: true };
    let document = Document::parse(decoded.markdown, Position(body), &options);
    let id = id_of(&file);
    if let Some(index) = bulk {
        json::write(out, &Action { index: Into { index, id: &id } })?;
        out.write_all(b"\n")?;
    }
    let words = Some(document.words());
    let item = Item::of(article, root, &file, words, document.contents());
    json::write(out, &Exported { id: &id, item, body: Body(&document) })?;
    out.write_all(b"\n")?;
    Ok(())
}

/// What names an article in an engine: 32 hexadecimal digits made of its absolute path (FNV-1a, 128 bits),
/// which every engine takes as an id. The same file has the same one whichever folder was exported.
fn id_of(file: &Path) -> String {
    let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    for byte in file.as_os_str().as_encoded_bytes() {
        hash = (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}

/// A document's whole text: blocks apart by a blank line, a table's cells by two blanks.
struct Body<'a>(&'a Document);

impl Serialize for Body<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Body<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for (part, index) in self.0.parts().iter().zip(0..) {
            let shown = self.0.show(PartId(index));
            // Running text was cut at blanks, which its pieces keep; code and tables at line ends.
            let within = match &shown {
                Shown::Text(_) | Shown::Math(_) => "",
                _ => "\n",
            };
            let between_parts = if part.first || between.is_empty() { between } else { within };
            let mut text = |text: &ShownText| {
                out.write_str(between_parts)?;
                out.write_str(text.text.as_str())
            };
            match &shown {
                Shown::Text(shown) | Shown::Math(shown) | Shown::Code { text: shown, .. }
                    if !shown.text.is_empty() =>
                {
                    text(shown)?;
                }
                Shown::Image { alt, .. } if !alt.text.is_empty() => text(alt)?,
                Shown::Table(table) => {
                    out.write_str(between_parts)?;
                    write_table(out, table, part.first)?;
                }
                _ => continue,
            }
            between = "\n\n";
        }
        Ok(())
    }
}

fn write_table(out: &mut fmt::Formatter<'_>, table: &ShownTable, has_header: bool) -> fmt::Result {
    let header = Some(&table.header).filter(|_| has_header);
    for (row, index) in header.into_iter().chain(&table.rows).zip(0..) {
        if index > 0 {
            out.write_char('\n')?;
        }
        for (cell, column) in row.iter().zip(0..) {
            out.write_str(if column == 0 { "" } else { "  " })?;
            out.write_str(cell.text.as_str())?;
        }
    }
    Ok(())
}
