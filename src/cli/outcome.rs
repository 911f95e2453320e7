//! What a query keeps of a walked library: its words are looked for in the articles' texts, as on screen.

use std::path::PathBuf;

use super::walk::{self, Walked};
use super::{sections, settings};
use crate::error::Error;
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
    let texts = query.texts();
    if texts.is_empty() {
        return Ok(query.run(library, &states, today));
    }
    let search = |index: Option<&TextIndex>| {
        let numbers = index.map(|index| Numbers::new(index, library)).transpose()?;
        let index = index.zip(numbers.as_ref());
        Search { library, query, texts: &texts, index, sections: sections::read, at_hand: &[] }
            .run(&mut |_, _| (), &|| false)
    };
    let hits = match open(roots, all)? {
        // Damage may hide until a word is looked up.
        Some(index) => search(Some(&index)).or_else(|_| search(None))?,
        None => search(None)?,
    };
    Ok(query.run_with(library, &states, &hits, today))
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
