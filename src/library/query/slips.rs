//! Words after `title:` that no title holds → the words of titles that were probably meant.
//!
//! Knows `hits`, `index`, `spelling` and `tokens` of the folder above. Words of texts are the business of whoever
//! searches those.

use std::collections::{BTreeMap, HashMap};

use crate::library::hits::Correction;
use crate::library::index::{Edges, Library};
use crate::library::spelling::{is_one_edit, may_be_misspelled};
use crate::library::tokens::{Tokens, wanted};
use crate::text::SafeText;

use super::{Field, Node, Query, Term};

impl Query {
    /// Whether these words stand in one of its terms as they are written, in a text or after `title:`.
    pub fn holds_words(&self, written: &SafeText) -> bool {
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            match node {
                Node::All(nodes) | Node::Any(nodes) => open.extend(nodes),
                Node::Not(node) => open.push(node),
                Node::Term(Term::Text(text)) if Correction::words_of(text) == Some(written) => return true,
                Node::Term(Term::Field(Field::Title, words)) if words == written => return true,
                Node::Term(_) => {}
            }
        }
        false
    }
}

/// What `written` was meant to be where no title holds it: each of its words that none holds is one edit away from a
/// word that stands in most of them, of equals from the first by its letters.
pub(super) fn meant(library: &Library, written: &SafeText) -> Option<Correction> {
    let titles = library.titles();
    let is_held = |word: &str| {
        let mut is_held = false;
        titles.search(word, Edges::Anywhere, |_, _| is_held = true);
        is_held
    };
    let mut words: Vec<String> = wanted(written.as_str()).0.into_iter().map(|(_, word)| word).collect();
    words.retain(|word| !is_held(word));
    if words.is_empty() || !words.iter().all(|word| may_be_misspelled(word)) {
        return None;
    }
    let mut counts: Vec<HashMap<String, usize>> = vec![HashMap::new(); words.len()];
    let mut token = String::new();
    for id in 0..library.len() as u32 {
        let mut tokens = Tokens::new(titles.get(id));
        while tokens.next(&mut token).is_some() {
            for (_, counts) in words.iter().zip(&mut counts).filter(|(word, _)| is_one_edit(word, &token)) {
                *counts.entry(token.clone()).or_default() += 1;
            }
        }
    }
    let mut others = BTreeMap::new();
    for (word, counts) in words.into_iter().zip(counts) {
        let best = counts
            .into_iter()
            .max_by(|(one, first), (other, second)| first.cmp(second).then_with(|| other.cmp(one)));
        others.insert(word, best?.0);
    }
    Some(Correction::new(written, &others))
}
