//! The articles that go with one: linked ones, and those that share its rare tags and words.
//!
//! Knows only `fold` and `index` of this folder. Never reads a body: who links to whom, and whose bodies are alike, is
//! given to it.

use std::collections::{HashMap, HashSet};

use super::article::{Article, Date};
use super::fold::fold;
use super::index::{Edges, Library};

/// Words of a title that are looked for in all others, the longest first: each costs a search of all titles
/// (1.5 ms at 100,000 articles, 2026-11-22).
const TITLE_WORDS: usize = 8;
/// The best by links, tags and titles, whose descriptions are compared too.
const CANDIDATES: usize = 256;
/// What a shared word of a description counts beside one of a title.
const DESCRIPTION: f32 = 0.4;
/// What a shared word of a body counts beside one of a title. The rarest two dozen of a body are compared.
const BODY: f32 = 0.2;
/// In a library of fewer articles every tag says something; in a larger one none that half of them have.
const FEW: usize = 16;
/// Words that say nothing about what an article is about; shorter ones than four letters never do.
const EMPTY_WORDS: [&str; 34] = [
    "about", "after", "again", "also", "another", "been", "before", "from", "have", "here", "into", "just",
    "made", "make", "more", "most", "much", "only", "other", "over", "some", "than", "that", "their", "them",
    "then", "there", "they", "this", "what", "when", "which", "will", "with",
];

/// An article that goes with another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Related {
    /// The article.
    pub id: u32,
    /// How much goes for it, to be compared within one answer alone.
    pub score: f32,
    /// What of it counted most.
    pub because: Because,
}

/// Why an article goes with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// One links to the other.
    Link,
    /// They share tags.
    Tags,
    /// They share words.
    Words,
}

#[derive(Clone, Copy, Debug, Default)]
struct Points {
    link: f32,
    tags: f32,
    words: f32,
}

/// At most `limit` articles that go with the article `id`, the closest first; of equals, the nearest in
/// date, then by path. `linked` are those that it links to or that link to it; `alike` those whose bodies share
/// words with its own, and how rare these are.
pub fn related(
    library: &Library,
    id: u32,
    linked: &[u32],
    alike: &[(u32, f32)],
    limit: usize,
) -> Vec<Related> {
    let count = library.len();
    if id as usize >= count {
        return Vec::new();
    }
    let mut points = vec![Points::default(); count];
    // What few articles have says more than what many have.
    let rarity = |having: u64| (count as f32 / having.max(1) as f32).ln().max(0.0);
    for other in linked {
        if let Some(points) = points.get_mut(*other as usize) {
            points.link = 1.5 * rarity(1);
        }
    }
    let says_something = |having: u32| count < FEW || (having as usize) * 2 < count;
    for tag in library.tags().of(id).iter().filter_map(|number| library.tags().get(*number)) {
        if !says_something(tag.count()) {
            continue;
        }
        let rarity = rarity(u64::from(tag.count()));
        for other in tag.articles() {
            points[*other as usize].tags += rarity;
        }
    }
    let own = library.article(id);
    let mut title: Vec<String> = words(own.title.as_str()).into_iter().collect();
    title.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    for word in title.iter().take(TITLE_WORDS) {
        let titles = library.titles();
        let mut having = Vec::new();
        titles.search(word, Edges::WordStart, |other, _| {
            if words(titles.get(other)).contains(word) {
                having.push(other);
            }
        });
        let rarity = rarity(having.len() as u64);
        for other in having {
            points[other as usize].words += rarity;
        }
    }
    for (other, rarity) in alike {
        if let Some(points) = points.get_mut(*other as usize) {
            points.words += BODY * rarity;
        }
    }
    points[id as usize] = Points::default();
    let mut candidates: Vec<(u32, Points)> =
        (0..).zip(points).filter(|(_, points)| points.sum() > 0.0).collect();
    if candidates.len() > CANDIDATES {
        candidates.select_nth_unstable_by(CANDIDATES, |one, other| {
            other.1.sum().total_cmp(&one.1.sum()).then_with(|| one.0.cmp(&other.0))
        });
        candidates.truncate(CANDIDATES);
    }
    compare_descriptions(library, &own, &mut candidates);
    let mut found: Vec<(Related, i32)> = candidates
        .into_iter()
        .map(|(id, points)| {
            let related = Related { id, score: points.sum(), because: points.because() };
            (related, days_between(&own, &library.article(id)))
        })
        .collect();
    found.sort_by(|(one, days), (other, other_days)| {
        other
            .score
            .total_cmp(&one.score)
            .then_with(|| days.cmp(other_days))
            .then_with(|| one.id.cmp(&other.id))
    });
    found.into_iter().take(limit).map(|(related, _)| related).collect()
}

/// Adds what the candidates' titles and descriptions have in common with those of `own`; a word is rare
/// that few of the candidates have.
fn compare_descriptions(library: &Library, own: &Article, candidates: &mut [(u32, Points)]) {
    let own = all_words(own);
    let shared: Vec<Vec<String>> = candidates
        .iter()
        .map(|(id, _)| {
            all_words(&library.article(*id)).into_iter().filter(|word| own.contains(word)).collect()
        })
        .collect();
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in shared.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let count = candidates.len() as f32;
    for ((_, points), shared) in candidates.iter_mut().zip(&shared) {
        let rarity = |word: &String| ((count + 1.0) / counts[word.as_str()] as f32).ln();
        points.words += DESCRIPTION * shared.iter().map(rarity).sum::<f32>();
    }
}

impl Points {
    fn sum(self) -> f32 {
        self.link + self.tags + self.words
    }

    fn because(self) -> Because {
        if self.link > 0.0 {
            Because::Link
        } else if self.tags >= self.words {
            Because::Tags
        } else {
            Because::Words
        }
    }
}

fn all_words(article: &Article) -> HashSet<String> {
    let mut all = words(article.title.as_str());
    all.extend(words(article.description.as_ref().map_or("", |text| text.as_str())));
    all
}

/// The words of `text` that say what it is about: folded, without the ending of a plural.
fn words(text: &str) -> HashSet<String> {
    let folded = fold(text);
    let says_something = |word: &&str| word.chars().count() >= 4 && !EMPTY_WORDS.contains(word);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(says_something)
        .map(|word| stem(word).to_owned())
        .collect()
}

fn stem(word: &str) -> &str {
    word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'i'])).unwrap_or(word)
}

/// About how many days lie between two articles; undated ones are far from all.
fn days_between(one: &Article, other: &Article) -> i32 {
    let day =
        |date: Date| 372 * i32::from(date.year()) + 31 * i32::from(date.month()) + i32::from(date.day());
    one.date.zip(other.date).map_or(i32::MAX, |(one, other)| (day(one) - day(other)).abs())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::library::article::{Place, assemble};
    use crate::library::front_matter::{FrontMatter, Head, read};

    fn library(heads: &[&str]) -> Library {
        let article = |(index, head): (usize, &&str)| {
            let front = match read(&format!("---\n{head}\n---\n"), true) {
                Head::Read(front) => front,
                Head::More => FrontMatter::default(),
            };
            let place = Place { root: 0, path: format!("{index:04}.md").into(), bytes: 0, modified: 0 };
            Arc::new(assemble(place, Path::new("/r"), &front, None, Vec::new()))
        };
        Library::new(Vec::new(), heads.iter().enumerate().map(article).collect())
    }

    fn check(heads: &[&str], linked: &[u32], expect: &[(u32, Because)]) {
        let library = library(heads);
        let found: Vec<_> = related(&library, 0, linked, &[], 3).iter().map(|r| (r.id, r.because)).collect();
        assert_eq!(found, expect, "{heads:?}");
    }

    #[test]
    fn a_rare_tag_in_common_says_more_than_a_common_one() {
        check(
            &["tags: [a, b]", "tags: [a]", "tags: [a]", "tags: [b]", "tags: [c]"],
            &[],
            &[(3, Because::Tags), (1, Because::Tags), (2, Because::Tags)],
        );
    }

    #[test]
    fn a_link_says_more_than_a_tag() {
        check(
            &["tags: [a]", "tags: [a]", "tags: [b]"],
            &[2, 0, 99],
            &[(2, Because::Link), (1, Because::Tags)],
        );
    }

    #[test]
    fn words_of_titles_are_compared_in_the_singular_and_empty_ones_not_at_all() {
        check(
            &["title: What Bridges are", "title: The bridge", "title: What they are", "title: Bridgehead"],
            &[],
            &[(1, Because::Words)],
        );
    }

    #[test]
    fn descriptions_tell_articles_of_one_tag_apart() {
        check(
            &[
                "tags: [a]\ndescription: a committee of validators",
                "tags: [a]\ndescription: a kitchen drawer",
                "tags: [a]\ndescription: the validators sign",
                "x: 1",
            ],
            &[],
            &[(2, Because::Words), (1, Because::Tags)],
        );
    }

    #[test]
    fn articles_of_which_only_the_bodies_are_alike_are_related() {
        let library = library(&["title: One", "title: Two", "title: Three"]);
        let alike = [(0, 90.0), (1, 2.0), (2, 30.0), (99, 1.0)];
        let found: Vec<_> = related(&library, 0, &[], &alike, 3).iter().map(|r| (r.id, r.because)).collect();
        assert_eq!(found, [(2, Because::Words), (1, Because::Words)]);
    }

    #[test]
    fn a_tag_that_half_of_a_library_has_relates_nothing() {
        let mut heads = vec!["tags: [a]"; 10];
        heads.extend(["x: 1"; 6]);
        check(&heads, &[], &[]);
        heads.extend(["x: 1"; 6]);
        assert_eq!(related(&library(&heads), 0, &[], &[], 3).len(), 3);
    }

    #[test]
    fn of_equals_the_nearest_in_date_comes_first() {
        check(
            &[
                "tags: [a]\ndate: 2024-05-01",
                "tags: [a]\ndate: 2020-01-01",
                "tags: [a]\ndate: 2024-04-01",
                "x: 1",
            ],
            &[],
            &[(2, Because::Tags), (1, Because::Tags)],
        );
    }

    #[test]
    fn an_article_that_is_not_there_has_nothing_related() {
        assert_eq!(related(&library(&["tags: [a]"]), 7, &[0], &[], 3), []);
    }
}
