//! What a query keeps of a walked library: its words are looked for in the articles' texts, as on screen.

use std::io::{self, Write};
use std::path::PathBuf;

use super::walk::{self, Walked};
use super::{sections, settings};
use crate::error::Error;
use crate::library::hits::{Correction, Hits};
use crate::library::index::Library;
use crate::library::query::{Outcome, Query};
use crate::paths::Paths;
use crate::storage::finder::{Numbers, Search};
use crate::storage::text_index::{self, Opened, TextIndex};

/// Runs `query` over what was found below `roots`, with the text index where there is one that is ready, else by
/// reading the files.
///
/// # Errors
///
/// Settings that cannot be read.
pub(super) fn of(walked: &Walked, roots: &[PathBuf], all: bool, query: &Query) -> Result<Outcome, Error> {
    let library = &walked.library;
    let (states, today) = (walk::states(library), walk::today());
    let outcome = if query.texts().is_empty() {
        query.run(library, &states, today)
    } else {
        let hits = match open(roots, all)? {
            // Damage may hide until a word is looked up.
            Some(index) => hits(library, query, Some(&index)).or_else(|_| hits(library, query, None))?,
            None => hits(library, query, None)?,
        };
        query.run_with(library, &states, &hits, today)
    };
    if !outcome.ids.is_empty() {
        say_corrections(&outcome.corrections);
    }
    Ok(outcome)
}

/// Says on standard error which words were taken for others.
pub(super) fn say_corrections(corrections: &[Correction]) {
    for Correction { written, used } in corrections {
        // Where standard error is gone there is nobody left to tell.
        let _ = writeln!(io::stderr().lock(), "longread: nothing holds \"{written}\"; showing \"{used}\"");
    }
}

/// What the texts of a library hold of a query's words: by `index` as far as it knows them, else by reading.
///
/// # Errors
///
/// An index that cannot be read.
pub(super) fn hits(library: &Library, query: &Query, index: Option<&TextIndex>) -> Result<Hits, Error> {
    let numbers = index.map(|index| Numbers::new(index, library)).transpose()?;
    let (texts, index) = (query.texts(), index.zip(numbers.as_ref()));
    Search { library, query, texts: &texts, index, sections: sections::read, at_hand: &[] }
        .run(&mut |_, _| (), &|| false)
}

fn open(roots: &[PathBuf], all: bool) -> Result<Option<Box<TextIndex>>, Error> {
    let Some(paths) = Paths::of_this_user() else { return Ok(None) };
    if !settings::load_and_complain()?.text_index {
        return Ok(None);
    }
    Ok(match TextIndex::open(&text_index::folder(&paths.cache, roots, all)) {
        Opened::Ready(index) => Some(index),
        _ => None,
    })
}
