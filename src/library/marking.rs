//! What is marked of an article that a query found: the query's terms, each in the parts it was looked for in.
//!
//! Knows `fold`, `hits`, `matcher`, `query` and `stems` of this folder, and `text`.

use std::ops::Range;

use super::fold::{find_folded, fold};
use super::hits::{Correction, Part};
use super::matcher::{Matcher, Wanted};
use super::query::Query;
use super::stems::Language;
use crate::text::SafeText;

/// Finds what is marked.
#[derive(Clone, Debug, Default)]
pub struct Marking {
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    finds: Finds,
    parts: &'static [Part],
}

#[derive(Clone, Debug)]
enum Finds {
    /// Words, or what an expression matches.
    Words(Matcher),
    /// Any piece of a text that folds to this.
    Piece(String),
    /// A whole text that does.
    Whole(String),
}

impl Marking {
    /// What is marked of an answer to `query`: its words that rank, those that were taken for others as such, and what
    /// it asks of titles.
    pub fn of(query: &Query, corrections: &[Correction]) -> Self {
        let taken_for = |written: Option<&SafeText>| {
            corrections.iter().find(|correction| Some(&correction.written) == written)
        };
        let mut terms = Vec::new();
        for text in query.ranking_texts() {
            let taken = taken_for(Correction::words_of(&text));
            let meant = taken.map_or(text.clone(), |taken| Correction::of(&text, taken.used.clone()));
            let parts = text.parts();
            let words = Wanted::of(&meant).map(|wanted| Finds::Words(Matcher::new(wanted)));
            terms.extend(words.map(|finds| Term { finds, parts }));
        }
        for title in query.titles() {
            let words = taken_for(Some(title.words)).map_or(title.words, |taken| &taken.used);
            let folded = fold(words.as_str());
            let finds = if title.is_whole { Finds::Whole(folded) } else { Finds::Piece(folded) };
            terms.push(Term { finds, parts: &[Part::Title] });
        }
        Self { terms }
    }

    /// Whether nothing is ever marked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether anything of it is marked in a part.
    pub fn looks_in(&self, part: Part) -> bool {
        self.terms.iter().any(|term| term.parts.contains(&part))
    }

    /// Where anything of it stands in `text`, which is some `part` of an article, in order.
    pub fn find(&self, part: Part, text: &str, language: Language) -> Vec<Range<usize>> {
        self.find_as(&[part], text, language)
    }

    /// As [`Marking::find`], where `text` is several parts at once, as a heading may be the title too.
    pub fn find_as(&self, parts: &[Part], text: &str, language: Language) -> Vec<Range<usize>> {
        let of_parts = self.terms.iter().filter(|term| parts.iter().any(|part| term.parts.contains(part)));
        let mut found: Vec<Range<usize>> = Vec::new();
        for term in of_parts {
            match &term.finds {
                Finds::Words(matcher) => {
                    found.extend(matcher.find(text, language).0.into_iter().map(|found| found.range));
                }
                Finds::Piece(folded) => found.extend(find_folded(text, folded)),
                Finds::Whole(folded) => found.extend((fold(text) == *folded).then_some(0..text.len())),
            }
        }
        found.sort_by_key(|range| (range.start, range.end));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, part: Part, text: &str, expect: &[&str]) {
        let marking = Marking::of(&Query::parse(query).unwrap(), &[]);
        let found = marking.find(part, text, Language::of_tag("en"));
        let found: Vec<_> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expect, "{query} in {text:?}");
    }

    #[test]
    fn each_term_is_marked_in_the_parts_that_it_asks_for() {
        let text = "Bridges, a bridge";
        check("bridge", Part::Title, text, &["Bridges", "bridge"]);
        check("bridge", Part::Body, text, &["Bridges", "bridge"]);
        check("title:ridge", Part::Title, text, &["ridge", "ridge"]);
        check("title:ridge", Part::Body, text, &[]);
        check("title:'ridge", Part::Title, text, &[]);
        check("title:\"'bridges, A BRIDGE\"", Part::Title, text, &[]);
        check("title:'\"bridges, A BRIDGE\"", Part::Title, text, &[text]);
        check("heading:bridge", Part::Heading, text, &["Bridges", "bridge"]);
        check("heading:bridge", Part::Body, text, &[]);
        check("-bridge", Part::Title, text, &[]);
        check("-title:bridge", Part::Title, text, &[]);
        check("other OR title:bridge", Part::Title, text, &["Bridge", "bridge"]);
    }

    #[test]
    fn a_word_that_was_taken_for_another_is_marked_as_that() {
        let correction = Correction { written: crate::safe!("brdige"), used: crate::safe!("bridge") };
        for (query, part) in [("brdige", Part::Body), ("title:brdige", Part::Title)] {
            let marking = Marking::of(&Query::parse(query).unwrap(), std::slice::from_ref(&correction));
            assert_eq!(marking.find(part, "A bridge", Language::NONE).first(), Some(&(2..8)), "{query}");
            assert!(marking.find(part, SafeText::line("brdige").as_str(), Language::NONE).is_empty());
        }
    }
}
