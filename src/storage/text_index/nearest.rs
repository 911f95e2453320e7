//! A word that was found nowhere → the word of the index that was probably meant.
//!
//! Knows `library`.

use tantivy::Searcher;

use crate::library::hits::Part;
use crate::library::spelling::{may_be_misspelled, neighbours};

use super::schema::Fields;

/// The word one edit away from `word` (a letter more, less or other, or two neighbours swapped) that stands
/// in most sections; of equals the first by its letters.
pub(super) fn nearest(searcher: &Searcher, fields: Fields, word: &str) -> tantivy::Result<Option<String>> {
    if !may_be_misspelled(word) {
        return Ok(None);
    }
    let mut best: Option<(u64, String)> = None;
    for candidate in neighbours(word) {
        let count = count(searcher, fields, &candidate)?;
        let better =
            best.as_ref().is_none_or(|(most, at)| count > *most || (count == *most && candidate < *at));
        if count > 0 && better {
            best = Some((count, candidate));
        }
    }
    Ok(best.map(|(_, word)| word))
}

/// In how many sections a word stands, by each part of them.
pub(super) fn count(searcher: &Searcher, fields: Fields, word: &str) -> tantivy::Result<u64> {
    let mut count = 0;
    for segment in searcher.segment_readers() {
        for part in Part::ALL {
            let inverted = segment.inverted_index(fields.of(part))?;
            count += inverted.terms().get(word)?.map_or(0, |info| u64::from(info.doc_freq));
        }
    }
    Ok(count)
}
