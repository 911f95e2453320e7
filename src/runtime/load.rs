//! Text of an article → its metadata and document: first the head of the file, so that the first screen
//! is there at once, then some hundred screens of a large one, then the whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::jobs::Cancel;
use crate::app::effect::{DocumentSource, Loaded, Slot};
use crate::cli::together::together;
use crate::document::changes::Changes;
use crate::document::shown::Position;
use crate::document::{Document, Options, contents, phrase};
use crate::error::Error;
use crate::library::article::{Article, ArticleKey, Place, assemble};
use crate::library::front_matter::{self, FrontMatter, Head};
use crate::storage::disk::{self, Decoded};
use crate::text::{Markdown, SafeText};

/// An article of at most so many bytes is read and shown at once. Of a larger one this much comes first.
pub(super) const HEAD: usize = 32 * 1024;
/// Bytes of a larger article that the program's own first screen is made of: enough for the largest terminal,
/// and each KiB costs time before anything is seen.
pub(super) const SCREEN: usize = 12 * 1024;
/// Of an article four times as large so much comes next: a hundred screens, 4 ms later.
const MORE: usize = 512 * 1024;
/// When a file that has shrunk or is gone is looked at again.
const SECOND_LOOK: Duration = Duration::from_millis(200);
/// How often it is asked, in that time, whether anybody still waits.
const STEP: Duration = Duration::from_millis(20);

/// Loads a document and sends it: the head unless that is at hand (`begun`), and where the slot wants more than
/// a beginning, more of a large one, then the whole. False when nobody listens any more.
pub(super) fn load(
    slot: Slot,
    begun: bool,
    source: &DocumentSource,
    known: Option<&Arc<Article>>,
    cancel: &Cancel,
    send: &dyn Fn(Result<Loaded, SafeText>) -> bool,
) -> bool {
    let is_large = slot == Slot::Reader
        && matches!(source, DocumentSource::File(path) if disk::stamp(path).is_some_and(|(bytes, _)| bytes > 4 * MORE as u64));
    let stages = [(!begun).then_some(HEAD), is_large.then_some(MORE)];
    for most in stages.into_iter().flatten() {
        let (part, is_whole) = match beginning(source, known, most) {
            Ok(part) => part,
            Err(error) => return send(Err(crate::safe!("{error}"))),
        };
        if cancel.is_cancelled() {
            return true;
        }
        let goes_on = send(Ok(part));
        let is_enough = is_whole || matches!(slot, Slot::Preview | Slot::Peek);
        if is_enough || !goes_on || cancel.is_cancelled() {
            return goes_on;
        }
    }
    match whole(source, known) {
        Ok(loaded) => cancel.is_cancelled() || send(Ok(loaded)),
        Err(error) => send(Err(crate::safe!("{error}"))),
    }
}

/// Loads a document whose file has changed since it was read as `before`, and sends it whole, with what is
/// different. False when nobody listens any more.
pub(super) fn load_again(
    source: &DocumentSource,
    known: Option<&Arc<Article>>,
    before: &Document,
    cancel: &Cancel,
    send: &dyn Fn(Result<Loaded, SafeText>) -> bool,
) -> bool {
    let mut loaded = whole(source, known);
    if is_unfinished(&loaded, before) {
        // Somebody may be writing it: it was emptied first, or another is about to take its place.
        let mut waited = Duration::ZERO;
        while waited < SECOND_LOOK && !cancel.is_cancelled() {
            thread::sleep(STEP);
            waited += STEP;
        }
        loaded = whole(source, known);
    }
    if cancel.is_cancelled() {
        return true;
    }
    match loaded {
        Ok(mut loaded) => {
            loaded.changes = Some(Arc::new(Changes::between(before, &loaded.document)));
            cancel.is_cancelled() || send(Ok(loaded))
        }
        Err(Error::NotFound { path }) => {
            send(Err(crate::safe!("{path} is gone; this is how it was last read")))
        }
        Err(error) => send(Err(crate::safe!("{error}"))),
    }
}

/// Whether what is in the file looks like a part of what is to be in it.
fn is_unfinished(loaded: &Result<Loaded, Error>, before: &Document) -> bool {
    match loaded {
        Ok(loaded) => loaded.document.markdown().len() < before.markdown().len(),
        Err(error) => matches!(error, Error::NotFound { .. }),
    }
}

/// The beginning of a document, `most` bytes of it where it is large, and whether it is all of it.
///
/// # Errors
/// Those of [`disk::read_head`].
pub(super) fn beginning(
    source: &DocumentSource,
    known: Option<&Arc<Article>>,
    most: usize,
) -> Result<(Loaded, bool), Error> {
    let path = match source {
        DocumentSource::Text { .. } => return Ok((whole(source, known)?, true)),
        DocumentSource::File(path) => path,
    };
    let stamp = disk::stamp(path);
    let (decoded, is_whole) = disk::read_head(path, HEAD, most)?;
    match front_matter::read(&decoded.markdown, is_whole) {
        Head::More if most < HEAD => beginning(source, known, HEAD),
        // Front matter that is longer than the head: nothing can be shown before all of it is read.
        Head::More => Ok((whole(source, known)?, true)),
        Head::Read(front) => {
            let loaded = build(source, known, decoded, stamp, &front, is_whole);
            Ok((loaded, is_whole))
        }
    }
}

/// The metadata of a page that is at hand.
pub(super) fn page(path: &Path, markdown: &Markdown) -> Arc<Article> {
    let front = match front_matter::read(markdown, true) {
        Head::Read(front) => front,
        Head::More => FrontMatter::default(),
    };
    let heading = contents::first_title(markdown, front.body);
    let place = Place { root: 0, path: path.to_path_buf(), bytes: markdown.len() as u64, modified: 0 };
    Arc::new(assemble(place, Path::new(""), &front, heading, Vec::new()))
}

/// The whole document.
fn whole(source: &DocumentSource, known: Option<&Arc<Article>>) -> Result<Loaded, Error> {
    let (decoded, stamp) = match source {
        DocumentSource::File(path) => {
            let stamp = disk::stamp(path);
            (disk::read_markdown(path)?, stamp)
        }
        DocumentSource::Text { markdown, .. } => {
            (Decoded { markdown: markdown.clone(), problems: Vec::new() }, None)
        }
    };
    let front = match front_matter::read(&decoded.markdown, true) {
        Head::Read(front) => front,
        Head::More => FrontMatter::default(),
    };
    Ok(build(source, known, decoded, stamp, &front, true))
}

/// `stamp` is what the file was just before it was read: whoever watches it from then on sees what changed since.
fn build(
    source: &DocumentSource,
    known: Option<&Arc<Article>>,
    decoded: Decoded,
    stamp: Option<(u64, i64)>,
    front: &FrontMatter,
    is_whole: bool,
) -> Loaded {
    let (bytes, modified) = stamp.unwrap_or((decoded.markdown.len() as u64, 0));
    let options = Options { title: None, whole: is_whole };
    let mut document = Document::parse_together(decoded.markdown, Position(front.body), &options, &together);
    let whole_path = match source {
        DocumentSource::File(path) if known.is_none() => disk::whole(path),
        _ => PathBuf::new(),
    };
    let (root, path, folder) = match (source, known) {
        (_, Some(known)) => (known.place.root, known.place.path.clone(), Path::new("")),
        (DocumentSource::File(path), None) => {
            let name = path.file_name().map_or_else(|| path.clone(), Into::into);
            (0, name, whole_path.parent().unwrap_or(Path::new("")))
        }
        (DocumentSource::Text { name, .. }, None) => {
            (0, Path::new(name.as_str()).to_path_buf(), Path::new(""))
        }
    };
    // A file may have changed since the library read it: its own front matter is what counts.
    let heading = document.first_title().cloned();
    let place = Place { root, path, bytes, modified };
    let mut article = assemble(place, folder, front, heading, decoded.problems);
    article.key = match (known, source) {
        (Some(known), _) => known.key,
        (None, DocumentSource::File(path)) => ArticleKey::of(0, path),
        (None, DocumentSource::Text { name, .. }) => ArticleKey::of(0, Path::new(name.as_str())),
    };
    document.hide_title(&phrase::name(&article.title));
    if is_whole {
        article.words = Some(document.words());
    }
    Loaded { article: Arc::new(article), document: Arc::new(document), changes: None }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a test needs something to read")]
    fn file(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("a.md");
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn who_wants_a_beginning_gets_one_and_everybody_else_the_whole_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let text = "Words of a paragraph.\n\n".repeat(10_000);
        let source = DocumentSource::File(file(folder.path(), &text));
        let slots = [Slot::Reader, Slot::Preview, Slot::WholePreview, Slot::Peek];
        for (slot, whole) in slots.into_iter().zip([true, false, true, false]) {
            let lengths = std::cell::RefCell::new(Vec::new());
            let send = |loaded: Result<Loaded, SafeText>| {
                lengths.borrow_mut().push(loaded.unwrap().document.markdown().len());
                true
            };
            assert!(load(slot, false, &source, None, &Cancel::default(), &send));
            let lengths = lengths.into_inner();
            assert!(lengths[0] <= HEAD, "{slot:?}");
            assert_eq!(lengths.last() == Some(&text.len()), whole, "{slot:?}");
        }
    }

    #[test]
    fn a_large_article_begins_with_what_a_screen_needs_and_a_small_one_is_whole() {
        let check = |text: &str, most: usize, whole: bool| {
            let folder = tempfile::tempdir().unwrap();
            let path = file(folder.path(), text);
            let (loaded, is_whole) = beginning(&DocumentSource::File(path), None, most).unwrap();
            let length = loaded.document.markdown().len();
            assert_eq!(
                (is_whole, length == text.len(), length <= most.max(HEAD * usize::from(whole))),
                (whole, whole, true)
            );
        };
        let words = |count: usize| "Words of a paragraph.\n\n".repeat(count);
        check(&words(100), SCREEN, true);
        check(&words(1_000), SCREEN, true);
        check(&words(10_000), SCREEN, false);
        check(&words(10_000), HEAD, false);
        // Front matter that is longer than what a screen needs.
        let front = format!("---\ntitle: A\nnote: {}\n---\n", "word ".repeat(4_000));
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), &(front + &words(10_000)));
        let (loaded, is_whole) = beginning(&DocumentSource::File(path), None, SCREEN).unwrap();
        assert_eq!((loaded.article.title.as_str(), is_whole), ("A", false));
        assert!(loaded.document.markdown().len() <= HEAD);
    }
}
