//! A text → the articles whose bodies share its rare words.
//!
//! Knows `library`.

use std::collections::HashMap;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::library::hits::Part;
use crate::library::tokens::Tokens;

use super::Segment;
use super::columns::article_of;
use super::schema::Fields;

/// So much of a text says what it is about, at most: each of its words is looked up.
const LOOKED_AT: usize = 32 << 10;
/// Words that are compared: those that say most.
const MOST_WORDS: usize = 24;
/// Shortest word that may say something, in characters.
const SHORTEST: usize = 4;
/// A word that more than one section in so many holds says nothing any more, were it not that few have it.
const COMMON: u64 = 50;
const FEW: u64 = 8;

/// A word, how rare it is, and how much it says: rare, and often in the text.
struct Telling {
    word: String,
    rarity: f32,
    weight: f32,
}

/// The articles, by number, that share rare words with `text`, and the rarity of these taken together.
pub(super) fn sharing(
    segments: &[Segment<'_>],
    fields: Fields,
    text: &str,
) -> tantivy::Result<HashMap<u32, f32>> {
    let mut shared: HashMap<u32, f32> = HashMap::new();
    for Telling { word, rarity, .. } in telling(segments, fields, text)? {
        for Segment { reader, columns, base } in segments {
            let inverted = reader.inverted_index(fields.of(Part::Body))?;
            let Some(info) = inverted.terms().get(&word)? else { continue };
            let ordinals = columns.ordinal(reader)?;
            let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
            let mut last = None;
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                let article = base + article_of(ordinals, doc).0;
                if !reader.is_deleted(doc) && last.replace(article) != Some(article) {
                    *shared.entry(article).or_default() += rarity;
                }
                postings.advance();
            }
        }
    }
    Ok(shared)
}

/// The words of `text` that say most of what it is about.
fn telling(segments: &[Segment<'_>], fields: Fields, text: &str) -> tantivy::Result<Vec<Telling>> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut tokens = Tokens::new(&text[..end]);
    let mut word = String::new();
    while tokens.next(&mut word).is_some() {
        if word.chars().count() >= SHORTEST && !word.bytes().all(|byte| byte.is_ascii_digit()) {
            if let Some(count) = counts.get_mut(&word) {
                *count += 1;
            } else {
                counts.insert(word.clone(), 1);
            }
        }
    }
    let sections: u64 = segments.iter().map(|segment| u64::from(segment.reader.num_docs())).sum();
    let bodies: Vec<_> = segments
        .iter()
        .map(|segment| segment.reader.inverted_index(fields.of(Part::Body)))
        .collect::<tantivy::Result<_>>()?;
    let mut found = Vec::new();
    for (word, count) in counts {
        let mut holding = 0;
        for body in &bodies {
            holding += body.terms().get(&word)?.map_or(0, |info| u64::from(info.doc_freq));
        }
        // What the text alone holds leads to no other.
        if holding > 1 && holding <= (sections / COMMON).max(FEW) {
            let rarity = (sections as f32 / holding as f32).ln().max(0.0);
            found.push(Telling { word, rarity, weight: rarity * (1.0 + (count as f32).ln()) });
        }
    }
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then_with(|| one.word.cmp(&other.word)));
    found.truncate(MOST_WORDS);
    Ok(found)
}
