//! A text term of a query → where it stands in a text.
//!
//! Knows `query`, `stems` and `tokens` of this folder. The text index finds the same by other means; what
//! both must agree on, which words a term asks for, is said here.

use std::ops::Range;

use regex::Regex;

use super::query::{Text, compile};
use super::stems::Language;
use super::tokens::{Kind, Token, Tokens, wanted};

/// What a form of a word counts beside the word itself.
pub const STEM: f32 = 0.6;
/// What a word counts that only begins with what is looked for.
pub const BEGINNING: f32 = 0.5;

/// What a text term asks for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Folded words, each with its distance from the first.
    Words {
        /// The words; never none.
        words: Vec<(u32, String)>,
        /// Whether the last word may go on.
        begins: bool,
        /// Whether other forms of the word count too, also where it may go on. Only where it is a single one.
        stems: bool,
    },
    /// What a regular expression matches.
    Pattern(Regex),
}

impl Wanted {
    /// What `text` asks for; `None` where it holds no word.
    pub fn of(text: &Text) -> Option<Self> {
        let words = |written: &str, begins: bool, stems: bool| {
            let (words, single) = wanted(written);
            let stems = stems && words.len() == 1 && !single;
            (!words.is_empty()).then_some(Self::Words { words, begins: begins || single, stems })
        };
        match text {
            Text::Heading(text) => Self::of(text),
            Text::Word(text) => words(text.as_str(), false, true),
            Text::Phrase(text) => words(text.as_str(), false, false),
            // With the forms of the word: what a word finds is part of what it finds while it is typed.
            Text::Prefix(text) => words(text.as_str(), true, true),
            // As `rg -iw` has it: half boundaries, so that `'c++` is found too.
            Text::Exact(text) => {
                let pattern = format!(r"\b{{start-half}}(?:{})\b{{end-half}}", regex::escape(text.as_str()));
                compile(&pattern).ok().map(Self::Pattern)
            }
            Text::Regex(pattern) => compile(pattern.as_str()).ok().map(Self::Pattern),
        }
    }

    /// The words, where they may be misspelled: those that are written to their end.
    pub fn whole_words(&self) -> impl Iterator<Item = &str> {
        let words = match self {
            Self::Words { words, begins: false, .. } => words.as_slice(),
            Self::Words { .. } | Self::Pattern(_) => &[],
        };
        words.iter().map(|(_, word)| word.as_str())
    }
}

/// A place where a term stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// 1 for the words themselves, less for other forms.
    pub weight: f32,
}

/// Finds what a term asks for.
#[derive(Clone, Debug)]
pub struct Matcher {
    wanted: Wanted,
    /// The word's stem in each language, by its number, and what words with it begin with.
    stems: Vec<(String, Vec<String>)>,
}

impl Matcher {
    /// A matcher for `wanted`.
    pub fn new(wanted: Wanted) -> Self {
        let mut stems = Vec::new();
        if let Wanted::Words { words, stems: true, .. } = &wanted
            && let Some((_, word)) = words.first()
        {
            // Without a language a word is its own stem.
            stems.push((word.clone(), vec![word.clone()]));
            stems.extend(Language::all().map(|language| {
                let stem = language.stem(word).into_owned();
                let beginnings = language.beginnings(&stem);
                (stem, beginnings)
            }));
        }
        Self { wanted, stems }
    }

    /// What it looks for.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Where it stands in `text`, in order, and how many words the text has (0 for a pattern).
    pub fn find(&self, text: &str, language: Language) -> (Vec<Match>, usize) {
        let (words, begins) = match &self.wanted {
            Wanted::Words { words, begins, .. } => (words, *begins),
            Wanted::Pattern(regex) => {
                let matches = regex.find_iter(text).filter(|found| !found.is_empty());
                return (matches.map(|found| Match { range: found.range(), weight: 1.0 }).collect(), 0);
            }
        };
        let mut found = Vec::new();
        if let [(_, word)] = words.as_slice() {
            let (mut tokens, mut folded, mut count) = (Tokens::new(text), String::new(), 0);
            while let Some(token) = tokens.next(&mut folded) {
                count += 1;
                let weight = self.weight(&folded, word, begins, language);
                let range = token.range.start..end_in(text, &token, word);
                found.extend(weight.map(|weight| Match { range, weight }));
            }
            return (found, count);
        }
        // Phrases that have begun: (where, position of the first word, words so far).
        let mut begun: Vec<(usize, u32, usize)> = Vec::new();
        let (mut tokens, mut folded, mut count) = (Tokens::new(text), String::new(), 0);
        while let Some(token) = tokens.next(&mut folded) {
            count += 1;
            begun.push((token.range.start, token.position, 0));
            begun.retain_mut(|(start, first, so_far)| {
                let Some((distance, word)) = words.get(*so_far) else { return false };
                if token.position - *first != *distance {
                    return token.position - *first < *distance;
                }
                let is_last = *so_far + 1 == words.len();
                let Some(weight) = self.weight(&folded, word, begins && is_last, language) else {
                    return false;
                };
                *so_far += 1;
                if is_last {
                    found.push(Match { range: *start..end_in(text, &token, word), weight });
                }
                !is_last
            });
        }
        (found, count)
    }

    fn weight(&self, token: &str, word: &str, begins: bool, language: Language) -> Option<f32> {
        if token == word {
            return Some(1.0);
        }
        if begins && token.starts_with(word) {
            return Some(BEGINNING);
        }
        let (stem, beginnings) = self.stems.get(usize::from(language.number()))?;
        let alike = beginnings.iter().any(|beginning| token.starts_with(beginning.as_str()))
            && language.stem(token) == stem.as_str();
        alike.then_some(STEM)
    }
}

/// Where `word` ends in a token of `text` that it was found in: a single character of a script without blanks is
/// found as the beginning of a pair.
fn end_in(text: &str, token: &Token, word: &str) -> usize {
    let is_single = token.kind == Kind::Pair && word.chars().nth(1).is_none();
    let first = text[token.range.clone()].chars().next().filter(|_| is_single);
    first.map_or(token.range.end, |first| token.range.start + first.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SafeText;

    fn check(term: &Text, tag: &str, text: &str, expect: &[(&str, f32)]) {
        let matcher = Matcher::new(Wanted::of(term).unwrap());
        let (found, _) = matcher.find(text, Language::of_tag(tag));
        let found: Vec<_> = found.into_iter().map(|found| (&text[found.range], found.weight)).collect();
        assert_eq!(found, expect, "{term:?} in {text:?}");
    }

    fn word(text: &str) -> Text {
        Text::Word(SafeText::line(text))
    }

    #[test]
    fn a_word_is_found_in_all_its_forms_and_the_word_itself_counts_most() {
        check(
            &word("bridge"),
            "en",
            "A bridge, two Bridges, abridged.",
            &[("bridge", 1.0), ("Bridges", STEM)],
        );
        check(&word("bridge"), "", "A bridge, two Bridges.", &[("bridge", 1.0)]);
        check(&word("Brucke"), "de", "Die Brücken", &[("Brücken", STEM)]);
        check(&word("ecole"), "", "L’École", &[("École", 1.0)]);
        check(
            &word("كتاب"),
            "ar",
            "الكتاب كتاب والكتاب",
            &[("الكتاب", STEM), ("كتاب", 1.0), ("والكتاب", STEM)],
        );
        check(&word("الكتاب"), "ar", "كتاب وبالكتاب", &[("كتاب", STEM), ("وبالكتاب", STEM)]);
        check(&word("किताब"), "hi", "किताबें", &[("किताबें", STEM)]);
    }

    #[test]
    fn phrases_stand_in_a_row_and_beginnings_go_on() {
        let phrase = |text: &str| Text::Phrase(SafeText::line(text));
        check(&phrase("bridge risk"), "en", "bridge, bridge Risk. bridge\n\nrisk", &[("bridge Risk", 1.0)]);
        check(&word("cross-chain"), "en", "cross chain cross-chains", &[("cross chain", 1.0)]);
        check(
            &Text::Prefix(SafeText::line("brid")),
            "",
            "bridge brid",
            &[("bridge", BEGINNING), ("brid", 1.0)],
        );
        check(
            &Text::Prefix(SafeText::line("bridge")),
            "en",
            "bridging bridgehead",
            &[("bridging", STEM), ("bridgehead", BEGINNING)],
        );
        check(&phrase("a b a"), "", "a b a b a", &[("a b a", 1.0), ("a b a", 1.0)]);
    }

    #[test]
    fn any_two_characters_of_a_script_without_blanks_are_found() {
        check(&word("链桥"), "", "跨链桥的", &[("链桥", 1.0)]);
        check(&word("跨链桥"), "", "跨链桥的跨链", &[("跨链桥", 1.0)]);
        check(&word("桥"), "", "跨链桥", &[("桥", 1.0)]);
        check(&word("的"), "", "跨链桥的跨链", &[("的", BEGINNING)]);
        check(&word("x桥"), "", "x桥的", &[("x桥", BEGINNING)]);
        check(&word("桥"), "", "桥桥", &[("桥", BEGINNING), ("桥", 1.0)]);
        check(&Text::Prefix(SafeText::line("기")), "", "기사", &[("기", BEGINNING)]);
    }

    #[test]
    fn exact_words_keep_their_accents_and_joints() {
        let exact = |text: &str| Text::Exact(SafeText::line(text));
        check(&exact("cafe"), "", "Cafe café cafe_au cafes", &[("Cafe", 1.0)]);
        check(&exact("c++"), "", "c++ and C++.", &[("c++", 1.0), ("C++", 1.0)]);
        check(&Text::Regex(SafeText::line("l[12]s?")), "", "L2s", &[("L2s", 1.0)]);
        assert!(Wanted::of(&word("--")).is_none());
    }
}
