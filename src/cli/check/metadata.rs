//! What is wrong with articles' metadata beside what reading it found: no title, no date where others have
//! one, tags that are nearly others. Pure: never reads a file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use crate::error::{Problem, ProblemKind};
use crate::library::article::{Article, TitleFrom};
use crate::library::tags::{fold_tag, near_duplicates};
use crate::safe;
use crate::text::SafeText;

/// Fewer articles than this do not tell whether they should have dates.
const TELLING: usize = 3;

/// Articles, and how many of them have a date.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    all: usize,
    dated: usize,
}

/// Which articles lack a date that they should have: in a folder where at least half have one; where there
/// are too few beside it to tell, at least half of all those below the nearest folder that tells. Drafts need
/// none, nor do pages about a folder (`_index`, `README`), nor what has a date that is no day, which is said
/// of itself.
pub(super) fn undated(articles: &[Arc<Article>]) -> Vec<bool> {
    let mut beside: HashMap<(u16, &Path), Count> = HashMap::new();
    let mut below: HashMap<(u16, &Path), Count> = HashMap::new();
    let is_dated = |article: &Article| article.date.is_some() || has_date_problem(article);
    for article in articles.iter().filter(|article| !is_about_a_folder(article)) {
        let (root, folder) = group_of(article);
        let add = |count: &mut Count| {
            count.all += 1;
            count.dated += usize::from(is_dated(article));
        };
        add(beside.entry((root, folder)).or_default());
        for around in folder.ancestors() {
            add(below.entry((root, around)).or_default());
        }
    }
    let telling = |article: &Article| {
        let (root, folder) = group_of(article);
        let around = folder.ancestors().filter_map(|around| below.get(&(root, around)));
        let mut counts = beside.get(&(root, folder)).into_iter().chain(around).copied();
        let last = below.get(&(root, Path::new(""))).copied();
        counts.find(|count| count.all >= TELLING).or(last).unwrap_or_default()
    };
    let lacks = |article: &Arc<Article>| {
        let Count { all, dated } = telling(article);
        !is_dated(article) && !article.draft && !is_about_a_folder(article) && dated > 0 && 2 * dated >= all
    };
    articles.iter().map(lacks).collect()
}

fn has_date_problem(article: &Article) -> bool {
    article.problems.iter().any(|problem| problem.kind == ProblemKind::Date)
}

fn stem(article: &Article) -> String {
    article.place.path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn is_about_a_folder(article: &Article) -> bool {
    matches!(stem(article).as_str(), "_index" | "readme")
}

/// The folder whose articles it is one of: of `bridges/index.md`, the folder that `bridges` is in.
fn group_of(article: &Article) -> (u16, &Path) {
    let folder = article.place.path.parent().unwrap_or(Path::new(""));
    let is_bundle = stem(article) == "index";
    (article.place.root, folder.parent().filter(|_| is_bundle).unwrap_or(folder))
}

/// Whether it has no title of its own.
pub(super) fn untitled(article: &Article) -> Option<Problem> {
    (article.title_from == TitleFrom::Name).then(|| Problem {
        line: 0,
        column: 0,
        kind: ProblemKind::Title,
        reason: safe!("has no title, neither as a key nor as a heading"),
    })
}

/// What is wrong with each tag, by how it is written: another spelling of a tag that more articles write
/// otherwise, or nearly a tag that more articles have; of equals, the later by name.
pub(super) fn near_tags(articles: &[Arc<Article>]) -> HashMap<SafeText, SafeText> {
    let mut counts: HashMap<&SafeText, u32> = HashMap::new();
    for tag in articles.iter().flat_map(|article| &article.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    let mut tags: BTreeMap<String, Vec<(u32, &SafeText)>> = BTreeMap::new();
    for (written, count) in counts {
        tags.entry(fold_tag(written.as_str())).or_default().push((count, written));
    }
    for spellings in tags.values_mut() {
        spellings.sort_by_key(|(count, written)| (Reverse(*count), *written));
    }
    let names: Vec<&String> = tags.keys().collect();
    let all: Vec<(u32, &Vec<(u32, &SafeText)>)> =
        tags.values().map(|spellings| (spellings.iter().map(|(count, _)| count).sum(), spellings)).collect();
    let mut reasons = HashMap::new();
    for (index, near) in near_duplicates(&names).into_iter().enumerate() {
        let (count, spellings) = all[index];
        let rank = |index: &usize| (all[*index].0, Reverse(*index));
        let better = near.into_iter().max_by_key(rank).filter(|better| rank(better) > rank(&index));
        let Some(((most, usual), others)) = spellings.split_first() else { continue };
        for (count, written) in others {
            let how = if count == most { "also" } else { "more often" };
            let reason = safe!(
                "the tag '{written}' ({}) is {how} written '{usual}' ({})",
                articles_of(*count),
                articles_of(*most)
            );
            reasons.insert((*written).clone(), reason);
        }
        if let Some((of_better, [(_, other), ..])) =
            better.map(|better| (all[better].0, all[better].1.as_slice()))
        {
            let reason = safe!(
                "the tag '{usual}' ({}) is nearly '{other}' ({})",
                articles_of(count),
                articles_of(of_better)
            );
            reasons.insert((*usual).clone(), reason);
        }
    }
    reasons
}

fn articles_of(count: u32) -> SafeText {
    if count == 1 { safe!("1 article") } else { safe!("{} articles", crate::text::thousands(count as usize)) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::library::article::{Place, assemble};
    use crate::library::front_matter::{FrontMatter, Head, read};

    /// An article with this front matter.
    pub(in crate::cli::check) fn article(path: &str, head: &str) -> Arc<Article> {
        let front = match read(&format!("---\n{head}\n---\n"), true) {
            Head::Read(front) => front,
            Head::More => FrontMatter::default(),
        };
        let place = Place { root: 0, path: path.into(), bytes: 0, modified: 0 };
        Arc::new(assemble(place, Path::new("/r"), &front, None, Vec::new()))
    }

    fn check_dates(files: &[(&str, &str)], expect: &[&str]) {
        let articles: Vec<_> = files.iter().map(|(path, head)| article(path, head)).collect();
        let lacking = undated(&articles);
        let found: Vec<_> =
            files.iter().zip(lacking).filter(|(_, lacks)| *lacks).map(|((path, _), _)| *path).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_date_is_missed_where_most_of_a_folder_have_one() {
        let day = "date: 2024-01-01";
        check_dates(&[("n/a.md", day), ("n/b.md", day), ("n/c.md", "x: 1")], &["n/c.md"]);
        check_dates(&[("n/a.md", day), ("n/b.md", "x: 1"), ("n/c.md", "x: 1"), ("n/d.md", "x: 1")], &[]);
        check_dates(&[("n/a.md", "x: 1"), ("n/b.md", "x: 1")], &[]);
    }

    #[test]
    fn articles_in_folders_of_their_own_are_those_of_the_folder_around() {
        let day = "date: 2024-01-01";
        let docs = [("d/a.md", "x: 1"), ("d/b.md", "x: 1"), ("d/c.md", "x: 1"), ("d/e.md", "x: 1")];
        let news = [("n/a/index.md", day), ("n/b/index.md", day), ("n/c/index.md", "x: 1")];
        check_dates(&[&docs[..], &news[..]].concat(), &["n/c/index.md"]);
        let lone = [("d/lone/a.md", "x: 1"), ("n/lone/a.md", "x: 1")];
        check_dates(&[&docs[..], &news[..], &lone[..]].concat(), &["n/c/index.md", "n/lone/a.md"]);
    }

    #[test]
    fn drafts_folder_pages_and_wrong_dates_are_not_missed() {
        let day = "date: 2024-01-01";
        let rest = [
            ("c.md", "draft: true"),
            ("README.md", "x: 1"),
            ("_index.md", "x: 1"),
            ("d.md", "date: 2024-13-45"),
        ];
        check_dates(&[&[("a.md", day), ("b.md", day)][..], &rest[..]].concat(), &[]);
    }

    fn check_tags(tags: &[&str], expect: &[(&str, &str)]) {
        let articles: Vec<_> = tags.iter().map(|tags| article("a.md", &format!("tags: [{tags}]"))).collect();
        let mut found: Vec<_> = near_tags(&articles)
            .into_iter()
            .map(|(tag, reason)| (tag.to_string(), reason.to_string()))
            .collect();
        found.sort();
        let expect: Vec<_> =
            expect.iter().map(|(tag, reason)| ((*tag).to_owned(), (*reason).to_owned())).collect();
        assert_eq!(found, expect, "{tags:?}");
    }

    #[test]
    fn the_rarer_of_two_tags_is_nearly_the_other() {
        check_tags(
            &["layer-2", "layer2", "layer2"],
            &[("layer-2", "the tag 'layer-2' (1 article) is nearly 'layer2' (2 articles)")],
        );
        check_tags(
            &["bridges", "bridge"],
            &[("bridges", "the tag 'bridges' (1 article) is nearly 'bridge' (1 article)")],
        );
        check_tags(
            &["ethereum", "ethereum", "etherium"],
            &[("etherium", "the tag 'etherium' (1 article) is nearly 'ethereum' (2 articles)")],
        );
        check_tags(&["dao", "dai"], &[]);
    }

    #[test]
    fn another_case_of_a_tag_is_another_spelling() {
        check_tags(
            &["DeFi", "defi", "DeFi"],
            &[("defi", "the tag 'defi' (1 article) is more often written 'DeFi' (2 articles)")],
        );
        check_tags(
            &["DeFi", "defi"],
            &[("defi", "the tag 'defi' (1 article) is also written 'DeFi' (1 article)")],
        );
    }
}
