//! What a search through the text of articles found: which sections hold a term, how well, and in which
//! order that puts the articles.
//!
//! Knows `index`, `query` and `tokens` of this folder, and `text`. Filled by whoever reads texts (the text index, or a reading of
//! the files); the arithmetic is the same for both, so that their hits can stand side by side.

use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use crate::text::SafeText;

use super::index::sorted_set;
use super::query::Text;
use super::tokens::with_others;

/// The parts of an article that are searched, by what a word in them is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The title.
    Title,
    /// The heading of a section.
    Heading,
    /// The description.
    Description,
    /// Tags, source and authors.
    Names,
    /// The text of a section.
    Body,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 5] = [Self::Title, Self::Heading, Self::Description, Self::Names, Self::Body];

    /// What a word in it is worth, a word of the text being worth 1.
    const fn boost(self) -> f32 {
        match self {
            Self::Title => 4.0,
            Self::Heading => 2.5,
            Self::Description | Self::Names => 1.5,
            Self::Body => 1.0,
        }
    }

    /// How many words it usually has.
    const fn usual_length(self) -> f32 {
        match self {
            Self::Title => 8.0,
            Self::Heading => 5.0,
            Self::Description => 20.0,
            Self::Names => 6.0,
            Self::Body => 120.0,
        }
    }

    /// What a term is worth that stands `frequency` times in a part of `length` words: BM25 without the
    /// factor of the term's rarity. The usual length stands in for the average, so that what is read from
    /// an index and what is read from a file can be compared.
    pub fn worth(self, frequency: f32, length: f32) -> f32 {
        /// How soon more of the same counts no more, and how much longer texts are held back: the usual.
        const K: f32 = 1.2;
        const B: f32 = 0.75;
        let held_back = K * (1.0 - B + B * length / self.usual_length());
        self.boost() * frequency * (K + 1.0) / (frequency + held_back)
    }
}

/// A section that holds a term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SectionHit {
    /// The article's id.
    pub article: u32,
    /// The section's index in its article.
    pub section: u32,
    /// How well it matches; better is more.
    pub score: f32,
    /// Whether it holds the word itself, and not only other forms of it or words that begin with it.
    pub exact: bool,
}

/// Where one term stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TermHits {
    /// The articles that hold it.
    pub articles: RoaringBitmap,
    /// The sections that hold it, by article and section, none twice. What stands in title, description or
    /// names counts for an article's first section.
    pub sections: Vec<SectionHit>,
}

/// A word or phrase that was found nowhere, and the one that was looked for instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// As written.
    pub written: SafeText,
    /// What was looked for.
    pub used: SafeText,
}

impl Correction {
    /// That other words are looked for in the place of some of `written`, which are named by their folded forms.
    pub fn new(written: &SafeText, others: &BTreeMap<String, String>) -> Self {
        let used = SafeText::line(&with_others(written.as_str(), others));
        Self { written: written.clone(), used }
    }

    /// What is written in the term, where that is words as they may be misspelled.
    pub fn words_of(text: &Text) -> Option<&SafeText> {
        match text {
            Text::Word(written) | Text::Phrase(written) => Some(written),
            Text::Heading(text) => Self::words_of(text),
            Text::Prefix(_) | Text::Exact(_) | Text::Regex(_) => None,
        }
    }

    /// The term with what was looked for in its place.
    pub fn of(text: &Text, used: SafeText) -> Text {
        match text {
            Text::Heading(text) => Text::Heading(Box::new(Self::of(text, used))),
            Text::Phrase(_) => Text::Phrase(used),
            _ => Text::Word(used),
        }
    }
}

/// What was found for the text terms of a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    terms: HashMap<Text, TermHits>,
    /// Words that were taken for others.
    pub corrections: Vec<Correction>,
    /// Whether more is still being looked for: until then metadata counts beside what was found.
    pub partial: bool,
}

/// The section that stands for an article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    /// The article's id.
    pub article: u32,
    /// How well the article matches.
    pub score: f32,
    /// The section's index in its article.
    pub section: u32,
}

/// An article that the search words stand in.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Its id.
    pub article: u32,
    /// How well it matches.
    pub score: f32,
    /// Its sections that hold most of the words, or any where any will do, best first: index and score.
    pub sections: Vec<(u32, f32)>,
}

impl TermHits {
    /// The hits `sections`, in any order.
    pub fn new(mut sections: Vec<SectionHit>) -> Self {
        let by = |hit: &SectionHit| (hit.article, hit.section);
        if !sections.is_sorted_by_key(by) {
            sections = by_article(&sections);
            if !sections.is_sorted_by_key(by) {
                sections.sort_by_key(by);
            }
        }
        sections.dedup_by(|next, hit| {
            let same = by(next) == by(hit);
            if same {
                hit.score += next.score;
                hit.exact |= next.exact;
            }
            same
        });
        Self { articles: sorted_set(sections.iter().map(|hit| hit.article)), sections }
    }

    /// Scores what holds only other forms of the word below all that holds the word itself, in the order it had.
    fn put_forms_behind(&mut self) {
        let scores =
            |exact: bool| self.sections.iter().filter(move |hit| hit.exact == exact).map(|hit| hit.score);
        let least = scores(true).fold(f32::INFINITY, f32::min);
        let best_form = scores(false).fold(0.0, f32::max);
        if least <= best_form {
            /// A little below is enough, and is still less when it is multiplied.
            const BELOW: f32 = 0.99;
            let smaller = BELOW * least / best_form;
            self.sections.iter_mut().filter(|hit| !hit.exact).for_each(|hit| hit.score *= smaller);
        }
    }

    /// The sections of an article.
    pub fn of(&self, article: u32) -> &[SectionHit] {
        let from = self.sections.partition_point(|hit| hit.article < article);
        let rest = &self.sections[from..];
        &rest[..rest.partition_point(|hit| hit.article == article)]
    }
}

/// How much it says that something stands in `with` of `count` articles: BM25's factor, never below 0.
pub fn rarity(with: u64, count: u64) -> f32 {
    let (with, count) = (with as f32, count as f32);
    (1.0 + (count - with + 0.5).max(0.5) / (with + 0.5)).ln()
}

/// The score of an article in which nothing was found but one thing in one place, worth `score` there.
pub fn alone(score: f32) -> f32 {
    score + ELSEWHERE * score
}

/// What the best places of all words add to the best single section.
const ELSEWHERE: f32 = 0.25;

/// Given an article, its score, and its sections with theirs.
type Take<'a> = dyn FnMut(u32, f32, &mut Vec<(u32, f32)>) + 'a;

/// The hits in the order of their articles, those of one in the order they had. A word may stand in a million
/// sections, and ids are small numbers: counting them is several times as fast as comparing.
fn by_article(sections: &[SectionHit]) -> Vec<SectionHit> {
    let last = sections.iter().map(|hit| hit.article).max().unwrap_or(0) as usize;
    if last > 16 * sections.len() {
        let mut sorted = sections.to_vec();
        sorted.sort_by_key(|hit| hit.article);
        return sorted;
    }
    let mut starts = vec![0_usize; last + 2];
    for hit in sections {
        starts[hit.article as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut sorted = vec![SectionHit { article: 0, section: 0, score: 0.0, exact: false }; sections.len()];
    for hit in sections {
        let at = &mut starts[hit.article as usize];
        sorted[*at] = *hit;
        *at += 1;
    }
    sorted
}

impl Hits {
    /// Takes in what was found for `text` in a library of `count` articles: rare terms count more, and a word itself
    /// more than its other forms, wherever those stand.
    pub fn insert(&mut self, text: Text, mut found: TermHits, count: u64) {
        found.put_forms_behind();
        let rarity = rarity(found.articles.len(), count);
        for hit in &mut found.sections {
            hit.score *= rarity;
        }
        self.terms.insert(text, found);
    }

    /// Takes in what was found for other terms.
    pub fn take_in(&mut self, others: Self) {
        self.terms.extend(others.terms);
        self.corrections.extend(others.corrections);
    }

    /// What was found for a term; `None` where nobody looked for it.
    pub fn get(&self, text: &Text) -> Option<&TermHits> {
        self.terms.get(text)
    }

    /// The articles of `kept` that hold any of `texts`, best first, and then by id; with those sections that hold most
    /// of them, or with all that hold `any`.
    pub fn rank(&self, texts: &[Text], kept: &RoaringBitmap, any: bool) -> Vec<Ranked> {
        let mut ranked = Vec::new();
        self.each(texts, kept, any, &mut |article, score, sections| {
            sections.sort_by(|(_, one), (_, other)| other.total_cmp(one));
            ranked.push(Ranked { article, score, sections: sections.clone() });
        });
        ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
        ranked
    }

    /// The best section of each article of `kept` that holds any of `texts`, by id: of those that [`Hits::rank`] gives.
    pub fn best(&self, texts: &[Text], kept: &RoaringBitmap, any: bool) -> Vec<Best> {
        let mut all = Vec::new();
        self.each(texts, kept, any, &mut |article, score, sections| {
            let first = |best: Option<(u32, f32)>, next: &(u32, f32)| {
                if best.is_some_and(|best| best.1 >= next.1) { best } else { Some(*next) }
            };
            if let Some((section, _)) = sections.iter().fold(None, first) {
                all.push(Best { article, score, section });
            }
        });
        all
    }

    /// Gives each article of `kept` that holds any of `texts` to `take`, by id: its score, and its sections that
    /// hold most of them, or `any`, in order.
    fn each(&self, texts: &[Text], kept: &RoaringBitmap, any: bool, take: &mut Take<'_>) {
        let mut sections = Vec::new();
        if let [text] = texts {
            // Nothing is to be brought together: a word that stands everywhere is not copied.
            let found = self.terms.get(text).map_or(&[][..], |found| &found.sections);
            let articles = found.chunk_by(|one, other| one.article == other.article);
            for article in articles.filter(|article| kept.contains(article[0].article)) {
                sections.clear();
                sections.extend(article.iter().map(|hit| (hit.section, hit.score)));
                let best = article.iter().map(|hit| hit.score).fold(0.0, f32::max);
                take(article[0].article, alone(best), &mut sections);
            }
            return;
        }
        let mut all: Vec<(SectionHit, u8)> = Vec::new();
        for (text, number) in texts.iter().zip(0_u8..) {
            let sections = self.terms.get(text).map_or(&[][..], |found| &found.sections);
            for article in sections.chunk_by(|one, other| one.article == other.article) {
                if kept.contains(article[0].article) {
                    all.extend(article.iter().map(|hit| (*hit, number)));
                }
            }
        }
        all.sort_by_key(|(hit, _)| (hit.article, hit.section));
        let mut best = vec![0.0_f32; texts.len()];
        for article in all.chunk_by(|(one, _), (other, _)| one.article == other.article) {
            best.fill(0.0);
            let mut most = 0;
            sections.clear();
            for section in article.chunk_by(|(one, _), (other, _)| one.section == other.section) {
                let score: f32 = section.iter().map(|(hit, _)| hit.score).sum();
                for (hit, number) in section {
                    let best = &mut best[usize::from(*number)];
                    *best = best.max(hit.score);
                }
                if section.len() > most && !any {
                    most = section.len();
                    sections.clear();
                }
                if any || section.len() == most {
                    sections.push((section[0].0.section, score));
                }
            }
            let top = sections.iter().map(|(_, score)| *score).fold(0.0, f32::max);
            take(article[0].0.article, top + ELSEWHERE * best.iter().sum::<f32>(), &mut sections);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word with the article, section and score of each hit.
    type Given<'a> = (&'a str, &'a [(u32, u32, f32)]);

    fn hit(article: u32, section: u32, score: f32, exact: bool) -> SectionHit {
        SectionHit { article, section, score, exact }
    }

    fn hits(found: &[Given<'_>]) -> (Hits, Vec<Text>) {
        let mut hits = Hits::default();
        let mut texts = Vec::new();
        for (word, sections) in found {
            let text = Text::Word(SafeText::line(word));
            let sections =
                sections.iter().map(|&(article, section, score)| hit(article, section, score, true));
            hits.insert(text.clone(), TermHits::new(sections.collect()), 100);
            texts.push(text);
        }
        (hits, texts)
    }

    fn ranked(found: &[Given<'_>]) -> Vec<(u32, Vec<u32>)> {
        let (hits, texts) = hits(found);
        let kept = (0..100).collect();
        let ranked = hits.rank(&texts, &kept, false);
        ranked
            .into_iter()
            .map(|one| (one.article, one.sections.iter().map(|(at, _)| *at).collect()))
            .collect()
    }

    #[test]
    fn sections_with_more_of_the_words_stand_for_their_article() {
        let found = ranked(&[
            ("bridge", &[(1, 0, 2.0), (1, 2, 1.0), (2, 1, 1.0), (2, 4, 3.0)]),
            ("risk", &[(1, 2, 1.0), (2, 3, 1.0)]),
        ]);
        assert_eq!(found, [(2, vec![4, 1, 3]), (1, vec![2])]);
    }

    #[test]
    fn both_words_together_beat_both_words_apart() {
        let found = ranked(&[("a", &[(1, 0, 1.0), (2, 0, 1.0)]), ("b", &[(1, 1, 1.0), (2, 0, 1.0)])]);
        assert_eq!(found[0].0, 2);
    }

    #[test]
    fn a_rare_word_counts_more_and_a_section_counts_once() {
        let (hits, texts) = hits(&[
            ("rare", &[(1, 0, 1.0), (1, 0, 0.5)]),
            ("often", &[(1, 0, 1.0), (2, 0, 1.0), (3, 0, 1.0)]),
        ]);
        let rare = hits.get(&texts[0]).map(|found| found.sections.clone()).unwrap_or_default();
        let often = hits.get(&texts[1]).map(|found| found.sections[0].score).unwrap_or_default();
        assert_eq!(rare.len(), 1);
        assert!(rare[0].score / 1.5 > often);
    }

    #[test]
    fn a_word_itself_stands_before_its_other_forms_wherever_they_stand() {
        let text = Text::Word(SafeText::line("osprey"));
        let mut hits = Hits::default();
        let found = [
            hit(1, 0, 9.0, false),
            hit(2, 3, 0.1, true),
            hit(3, 0, 2.0, false),
            hit(4, 0, 1.0, true),
            hit(4, 1, 8.0, false),
        ];
        hits.insert(text.clone(), TermHits::new(found.to_vec()), 100);
        let ranked = hits.rank(&[text], &(0..9).collect(), false);
        let order: Vec<_> = ranked.iter().map(|one| (one.article, one.sections[0].0)).collect();
        assert_eq!(order, [(4, 0), (2, 3), (1, 0), (3, 0)]);
    }

    #[test]
    fn a_title_is_worth_more_than_a_long_text() {
        assert!(Part::Title.worth(1.0, 6.0) > Part::Body.worth(10.0, 300.0));
        assert!(Part::Body.worth(2.0, 100.0) > Part::Body.worth(1.0, 100.0));
        assert!(Part::Body.worth(1.0, 50.0) > Part::Body.worth(1.0, 500.0));
    }

    proptest::proptest! {
        #[test]
        fn hits_in_any_order_come_into_that_of_articles_and_sections(
            pairs in proptest::collection::vec((0..40_u32, 0..5_u32), 0..80),
        ) {
            let given = pairs.iter().map(|(article, section)| hit(*article, *section, 1.0, true));
            let found = TermHits::new(given.collect());
            let mut expect = pairs.clone();
            expect.sort_unstable();
            expect.dedup();
            let order: Vec<_> = found.sections.iter().map(|hit| (hit.article, hit.section)).collect();
            proptest::prop_assert_eq!(order, expect);
            let all: f32 = found.sections.iter().map(|hit| hit.score).sum();
            proptest::prop_assert_eq!(all as usize, pairs.len());
        }
    }
}
