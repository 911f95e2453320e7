//! What is asked of titles by `title:` → how well they match, so that they can stand among what is found in texts.
//!
//! Knows `fold`, `hits` and `index` of the folder above.

use std::collections::HashMap;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use crate::library::fold::{fold, is_word_end, is_word_start};
use crate::library::hits::{self, Correction, Part};
use crate::library::index::{Edges, Library};
use crate::library::matcher::BEGINNING;

use super::{InTitle, Query};

impl Query {
    /// How well the titles of the articles of `kept` match what the query asks of titles, by id: as if it were words that
    /// stand there and nowhere else. Those of which none is asked for are not there.
    pub fn title_scores(
        &self,
        library: &Library,
        corrections: &[Correction],
        kept: &RoaringBitmap,
    ) -> HashMap<u32, f32> {
        let mut scores = HashMap::new();
        let titles = library.titles();
        for InTitle { words, is_whole } in self.titles() {
            let taken = corrections.iter().find(|correction| correction.written == *words);
            let needle = fold(taken.map_or(words, |taken| &taken.used).as_str());
            let mut holding = Vec::new();
            titles.search(&needle, Edges::Anywhere, |id, _| {
                if !is_whole || titles.get(id) == needle {
                    holding.push(id);
                }
            });
            let rarity = hits::rarity(holding.len() as u64, library.len() as u64);
            let finder = Finder::new(&needle);
            for id in holding.into_iter().filter(|id| kept.contains(*id)) {
                let worth = worth(titles.get(id), &finder, needle.len());
                *scores.entry(id).or_default() += hits::alone(worth * rarity);
            }
        }
        scores
    }
}

/// What a piece of `length` bytes is worth in a title that holds it: whole words most.
fn worth(title: &str, finder: &Finder<'_>, length: usize) -> f32 {
    let weight = |at: usize| {
        let is_whole = is_word_start(title, at) && is_word_end(title, at + length);
        if is_whole { 1.0 } else { BEGINNING }
    };
    let frequency: f32 = finder.find_iter(title.as_bytes()).map(weight).sum();
    Part::Title.worth(frequency, title.split(' ').count() as f32)
}
