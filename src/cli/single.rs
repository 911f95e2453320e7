//! One article for a command: a file or standard input, its metadata and its document.
//!
//! Never imports `layout`, `app` or `ui`.

use std::path::Path;

use super::together::together;
use crate::document::shown::Position;
use crate::document::{Document, Options};
use crate::error::Error;
use crate::library::article::{Article, Place, assemble, lang};
use crate::library::front_matter::{self, FrontMatter, Head};
use crate::storage::disk::{self, Decoded};
use crate::text::SafeText;

/// An article that was read whole.
pub struct Opened {
    /// Its decoded text and body.
    pub document: Document,
    /// Its metadata, where it was asked for.
    pub article: Option<Article>,
    /// The language tag of its front matter.
    pub lang: Option<SafeText>,
}

/// Reads `file`, or standard input where it is `-`. With `meta` the metadata is put together, and a
/// first heading that repeats the title shows nothing.
///
/// # Errors
///
/// Those of [`disk::read_markdown`] and [`disk::read_standard_input`].
pub fn open(file: &Path, meta: bool) -> Result<Opened, Error> {
    let decoded =
        if file == Path::new("-") { disk::read_standard_input()? } else { disk::read_markdown(file)? };
    Ok(read(file, &decoded, meta))
}

/// As [`open`], of text that is at hand.
pub fn read(file: &Path, decoded: &Decoded, meta: bool) -> Opened {
    let front = match front_matter::read(&decoded.markdown, true) {
        Head::Read(front) => front,
        Head::More => FrontMatter::default(),
    };
    let parse = |title: Option<SafeText>| {
        let options = Options { title, whole: true };
        Document::parse_together(decoded.markdown.clone(), Position(front.body), &options, &together)
    };
    let lang = lang(&front);
    if !meta {
        return Opened { document: parse(None), article: None, lang };
    }
    let document = parse(None);
    let heading = document.contents().iter().find(|heading| heading.level == 1 && heading.top_level);
    let place = Place {
        root: 0,
        path: file.file_name().map(Into::into).unwrap_or_default(),
        bytes: decoded.markdown.len() as u64,
        modified: 0,
    };
    let file = disk::whole(file);
    let folder = file.parent().unwrap_or(Path::new("."));
    let heading = heading.map(|heading| heading.text.clone());
    let mut article = assemble(place, folder, &front, heading, decoded.problems.clone());
    article.words = Some(document.words());
    Opened { document: parse(Some(article.title.clone())), article: Some(article), lang }
}
