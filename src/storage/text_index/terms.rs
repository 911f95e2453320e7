//! A text term → the sections of the index that hold it.
//!
//! Knows `library`. Reads postings by itself: other forms of a word and beginnings of words are looked up in
//! the index's own dictionary, so that no second field for stems is needed.

use std::collections::BTreeSet;
use std::ops::Bound;

use roaring::RoaringBitmap;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use crate::library::hits::{Part, SectionHit};
use crate::library::index::sorted_set;
use crate::library::matcher::{BEGINNING, STEM};
use crate::library::stems::Language;

use super::Segment;
use super::columns::article_of;
use super::schema::Fields;

/// Most words of a dictionary that the beginning of a phrase's last word stands for.
const MOST_ENDINGS: usize = 256;

/// Words to be found, each with its distance from the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sought<'a> {
    pub(super) words: &'a [(u32, String)],
    pub(super) begins: bool,
    pub(super) stems: bool,
}

/// A word of the dictionary that counts as the one that is sought.
struct Form {
    word: Vec<u8>,
    weight: f32,
    /// Only in sections of this language.
    language: Option<Language>,
}

/// How often, about, the words that are `sought` stand in a field of a segment: what finding them costs.
pub(super) fn weight(segment: &SegmentReader, field: Field, sought: Sought<'_>) -> tantivy::Result<u64> {
    let inverted = segment.inverted_index(field)?;
    let mut all = 0;
    for (at, (_, word)) in sought.words.iter().enumerate() {
        if sought.begins && at + 1 == sought.words.len() {
            let mut range = inverted.terms().range().ge(word);
            if let Bound::Excluded(end) = after(word.as_bytes()) {
                range = range.lt(end);
            }
            let mut terms = range.into_stream()?;
            while let Some((_, info)) = terms.next() {
                all += u64::from(info.doc_freq);
            }
        } else {
            all += inverted.terms().get(word)?.map_or(0, |info| u64::from(info.doc_freq));
        }
    }
    Ok(all)
}

/// The sections of a segment that hold what is `sought` in any of `parts`, in order.
pub(super) fn find(
    segment: Segment<'_>,
    fields: Fields,
    parts: &[Part],
    sought: Sought<'_>,
) -> tantivy::Result<Vec<SectionHit>> {
    let Segment { reader, columns, base } = segment;
    let mut worths: Vec<(u32, f32)> = Vec::new();
    let mut exact = RoaringBitmap::new();
    for part in parts {
        let inverted = reader.inverted_index(fields.of(*part))?;
        let mut found = Vec::new();
        let with_itself = match sought.words {
            [] => 0,
            [(_, word)] => single(segment, &inverted, fields, word, sought, &mut found)?,
            words => phrase(&inverted, words, sought.begins, &mut found)?,
        };
        if found.is_empty() {
            continue;
        }
        exact |= sorted_set(found.iter().take(with_itself).map(|(doc, _)| *doc));
        merge(&mut found);
        let lengths = reader.get_fieldnorms_reader(fields.of(*part))?;
        worths.extend(
            found.into_iter().map(|(doc, count)| (doc, part.worth(count, lengths.fieldnorm(doc) as f32))),
        );
    }
    merge(&mut worths);
    let ordinals = columns.ordinal(reader)?;
    let there = worths.into_iter().filter(|(doc, _)| !reader.is_deleted(*doc));
    let hits = there.map(|(doc, score)| {
        let (first, section) = article_of(ordinals, doc);
        SectionHit { article: base + first, section, score, exact: exact.contains(doc) }
    });
    Ok(hits.collect())
}

/// Whether a longer word that begins with `word` stands in any of `parts` of an article of which `is_known`, asked by its
/// number, is false.
pub(super) fn begins_beyond(
    segment: Segment<'_>,
    fields: Fields,
    parts: &[Part],
    word: &str,
    is_known: &dyn Fn(u32) -> bool,
) -> tantivy::Result<bool> {
    let Segment { reader, columns, base } = segment;
    let ordinals = columns.ordinal(reader)?;
    for part in parts {
        let inverted = reader.inverted_index(fields.of(*part))?;
        let mut longer = Vec::new();
        beginning_with(&inverted, word, &mut |other| {
            if other != word.as_bytes() {
                longer.push(other.to_vec());
            }
            true
        })?;
        for longer in longer {
            let Some(info) = inverted.terms().get(&longer)? else { continue };
            let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                let (first, _) = article_of(ordinals, doc);
                if !is_known(base + first) && !reader.is_deleted(doc) {
                    return Ok(true);
                }
                postings.advance();
            }
        }
    }
    Ok(false)
}

/// Orders by document and adds up what belongs to the same.
fn merge(found: &mut Vec<(u32, f32)>) {
    if !found.is_sorted_by_key(|(doc, _)| *doc) {
        // It is a few runs in order, one behind the other, which the stable sort only merges.
        found.sort_by_key(|(doc, _)| *doc);
    }
    found.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
}

/// Adds what holds the word or one that counts as it. Says how many of these hold the word itself; they come first.
fn single(
    segment: Segment<'_>,
    inverted: &InvertedIndexReader,
    fields: Fields,
    word: &str,
    sought: Sought<'_>,
    found: &mut Vec<(u32, f32)>,
) -> tantivy::Result<usize> {
    let forms = forms(segment.reader, inverted, fields, word, sought)?;
    let languages = segment.columns.language(segment.reader)?;
    let mut with_itself = 0;
    for form in forms {
        let Some(info) = inverted.terms().get(&form.word)? else { continue };
        let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if form.language.is_none_or(|language| languages.get_val(doc) == u64::from(language.number())) {
                found.push((doc, form.weight * postings.term_freq() as f32));
            }
            postings.advance();
        }
        if form.word == word.as_bytes() {
            with_itself = found.len();
        }
    }
    Ok(with_itself)
}

/// The words of the dictionary that count as `word`, itself first.
fn forms(
    segment: &SegmentReader,
    inverted: &InvertedIndexReader,
    fields: Fields,
    word: &str,
    sought: Sought<'_>,
) -> tantivy::Result<Vec<Form>> {
    let mut forms = vec![Form { word: word.as_bytes().to_vec(), weight: 1.0, language: None }];
    if sought.begins {
        beginning_with(inverted, word, &mut |other| {
            if other != word.as_bytes() {
                forms.push(Form { word: other.to_vec(), weight: BEGINNING, language: None });
            }
            true
        })?;
    }
    if sought.stems {
        for language in languages(segment, fields)? {
            let stem = language.stem(word);
            let is_there = |text: &str| if sought.begins { text.starts_with(word) } else { text == word };
            let mut of_language: BTreeSet<Vec<u8>> = BTreeSet::new();
            for beginning in language.beginnings(&stem) {
                if sought.begins && beginning.starts_with(word) {
                    // They are there by now.
                    continue;
                }
                beginning_with(inverted, &beginning, &mut |other| {
                    let Ok(text) = std::str::from_utf8(other) else { return true };
                    if !is_there(text) && language.stem(text) == stem {
                        of_language.insert(other.to_vec());
                    }
                    true
                })?;
            }
            let language = Some(language);
            forms.extend(of_language.into_iter().map(|word| Form { word, weight: STEM, language }));
        }
    }
    Ok(forms)
}

/// The languages that sections of the segment are written in, those without a stemmer left out.
fn languages(segment: &SegmentReader, fields: Fields) -> tantivy::Result<Vec<Language>> {
    let inverted = segment.inverted_index(fields.language)?;
    let mut terms = inverted.terms().stream()?;
    let mut languages = Vec::new();
    while let Some((term, _)) = terms.next() {
        let number = <[u8; 8]>::try_from(term).map(u64::from_be_bytes).unwrap_or_default();
        let language = Language::of_number(number);
        if language != Language::NONE {
            languages.push(language);
        }
    }
    Ok(languages)
}

/// Gives every word of the dictionary that begins with `beginning` to `take`, in order, until it says no.
fn beginning_with(
    inverted: &InvertedIndexReader,
    beginning: &str,
    take: &mut dyn FnMut(&[u8]) -> bool,
) -> tantivy::Result<()> {
    let mut range = inverted.terms().range().ge(beginning);
    if let Bound::Excluded(end) = after(beginning.as_bytes()) {
        range = range.lt(end);
    }
    let mut terms = range.into_stream()?;
    while let Some((term, _)) = terms.next() {
        if !take(term) {
            break;
        }
    }
    Ok(())
}

/// The least bytes that are greater than all that begin with `beginning`.
fn after(beginning: &[u8]) -> Bound<Vec<u8>> {
    let mut end = beginning.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Bound::Excluded(end);
        }
    }
    Bound::Unbounded
}

/// As [`single`], of words in a row.
fn phrase(
    inverted: &InvertedIndexReader,
    words: &[(u32, String)],
    begins: bool,
    found: &mut Vec<(u32, f32)>,
) -> tantivy::Result<usize> {
    let Some(((last_distance, last), first)) = words.split_last() else { return Ok(0) };
    let mut lasts = vec![last.as_bytes().to_vec()];
    if begins {
        beginning_with(inverted, last, &mut |other| {
            if other != last.as_bytes() {
                lasts.push(other.to_vec());
            }
            lasts.len() < MOST_ENDINGS
        })?;
    }
    let mut with_itself = 0;
    for (at, last) in lasts.into_iter().enumerate() {
        let mut postings = Vec::with_capacity(words.len());
        let all = first.iter().map(|(distance, word)| (*distance, word.as_bytes()));
        for (distance, word) in all.chain(std::iter::once((*last_distance, last.as_slice()))) {
            let Some(info) = inverted.terms().get(word)? else { break };
            let option = IndexRecordOption::WithFreqsAndPositions;
            postings.push((distance, inverted.read_postings_from_terminfo(&info, option)?));
        }
        if postings.len() == words.len() {
            in_a_row(postings, found);
        }
        if at == 0 {
            with_itself = found.len();
        }
    }
    Ok(with_itself)
}

/// Documents in which words stand at their distances, and how often.
fn in_a_row(mut postings: Vec<(u32, SegmentPostings)>, found: &mut Vec<(u32, f32)>) {
    // The rarest leads.
    postings.sort_by_key(|(_, postings)| postings.doc_freq());
    let (mut starts, mut others) = (Vec::new(), Vec::new());
    let Some(((lead_distance, lead), rest)) = postings.split_first_mut() else { return };
    'documents: while lead.doc() != TERMINATED {
        let doc = lead.doc();
        for (_, other) in rest.iter_mut() {
            let at = if other.doc() < doc { other.seek(doc) } else { other.doc() };
            if at == TERMINATED {
                return;
            }
            if at != doc {
                lead.seek(at);
                continue 'documents;
            }
        }
        starts.clear();
        lead.positions(&mut starts);
        starts.retain_mut(|at| {
            let begins = *at >= *lead_distance;
            *at = at.wrapping_sub(*lead_distance);
            begins
        });
        for (distance, other) in rest.iter_mut() {
            others.clear();
            other.positions(&mut others);
            starts.retain(|start| others.binary_search(&(start + *distance)).is_ok());
        }
        if !starts.is_empty() {
            found.push((doc, starts.len() as f32));
        }
        lead.advance();
    }
}
