//! How long queries and their facets take, of every kind: medians and 95th percentiles, in milliseconds.
//!
//! Over the library in the folder that `LONGREAD_LIBRARY` names; without it, over one that is made up.
#![expect(clippy::print_stdout, reason = "what it measures is what it is for")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use longread::library::article::{Article, ArticleKey, Date, Place, TitleFrom};
use longread::library::facets::run_with_facets;
use longread::library::index::{Change, Library, Root};
use longread::library::query::Query;
use longread::library::states::States;
use longread::storage::disk::{Found, Walk};
use longread::text::SafeText;

const ROUNDS: usize = 40;

/// Each line is a kind of query; its parts, split at bars, are run one after the other.
const KINDS: &[(&str, &str)] = &[
    ("all", ""),
    ("tags", "#bridges|#ethereum|#ethereum #bridges|-#nft|tag:defi,nft|#none"),
    ("dates", "since:2024|in:2023|until:2020-05|#ethereum in:2022..2023|is:undated"),
    ("states", "is:draft|is:featured|-is:broken|is:unread"),
    ("one letter", "a|e|s|b|x"),
    ("two letters", "th|br|ma|in|de"),
    ("words", "bridge|the|market|risk|guide"),
    ("many words", "the bridge|a market|the risk of|how to a|e a s"),
    ("phrase", "\"the bridge\"|\"risk of\""),
    ("regex", "/a/|/bridge.*risk/|/^the/|/e$/|/(a|e)n/"),
    ("title:", "title:a|title:bridge|title:e"),
    ("path:", "path:a|path:md|path:e"),
    ("KEY:", "date:2020-0|description:a|author:a|source:b|url:http|featured:true|title:a date:2021"),
    ("sort", "sort:title|sort:words|sort:updated|sort:-title #ethereum"),
];

fn main() {
    let library = library();
    println!("{} articles, {ROUNDS} rounds", library.len());
    let today = Date::constant(2026, 11, 22);
    let states = States::default();
    for (name, lines) in KINDS {
        let queries: Vec<Query> = lines.split('|').filter_map(|line| Query::parse(line).ok()).collect();
        let time = |query: &Query| {
            let begun = Instant::now();
            black_box(run_with_facets(&library, query, &states, &[], None, today));
            begun.elapsed()
        };
        let first: Duration = queries.iter().map(time).max().unwrap_or_default();
        let mut times: Vec<Duration> = (0..ROUNDS).flat_map(|_| queries.iter().map(time)).collect();
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
        let first = first.as_secs_f64() * 1e3;
        println!("{name:12} p50 {:7.2}  p95 {:7.2}  first {first:7.2}", at(50), at(95));
        if std::env::var_os("LONGREAD_EACH").is_some() {
            for query in &queries {
                let least = (0..10).map(|_| time(query)).min().unwrap_or_default();
                println!("    {:7.2}  {query}", least.as_secs_f64() * 1e3);
            }
        }
    }
}

fn library() -> Library {
    let Some(folder) = std::env::var_os("LONGREAD_LIBRARY") else { return made_up() };
    let walk = Walk {
        roots: vec![PathBuf::from(folder)],
        all: false,
        first_title: longread::document::contents::first_title,
        to_the_end: false,
    };
    let name = SafeText::line("library");
    let roots: Vec<Root> = walk.folders().into_iter().map(|path| Root { path, name: name.clone() }).collect();
    let empty = Library::empty(roots);
    let changes = Mutex::new(Vec::new());
    walk.run(&empty, &AtomicBool::new(false), &|found| {
        if let Found::Article(article, certainty) = found
            && let Ok(mut changes) = changes.lock()
        {
            changes.push(Change::Article(article.into(), certainty));
        }
    });
    empty.merged(changes.into_inner().unwrap_or_default())
}

/// 100,000 articles of words, tags, sources and days that are drawn by a simple rule.
fn made_up() -> Library {
    const WORDS: [&str; 24] = [
        "the",
        "bridge",
        "risk",
        "of",
        "market",
        "guide",
        "how",
        "to",
        "a",
        "ethereum",
        "lending",
        "yield",
        "report",
        "weekly",
        "notes",
        "on",
        "privacy",
        "and",
        "scaling",
        "governance",
        "mining",
        "art",
        "games",
        "identity",
    ];
    let mut seed = 7_u64;
    let mut draw = |below: u64| {
        // A linear congruential generator (Knuth, MMIX): the same library each time.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut word = || WORDS[draw(WORDS.len() as u64) as usize];
    let titles: Vec<String> =
        (0..100_000).map(|_| (0..7).map(|_| word()).collect::<Vec<_>>().join(" ")).collect();
    let articles = titles.into_iter().enumerate().map(|(number, title)| {
        let path = PathBuf::from(format!("{}/{number:06}.md", number % 97));
        let tag = |by: usize| SafeText::line(WORDS[number / by % WORDS.len()]);
        Arc::new(Article {
            key: ArticleKey::of(0, &path),
            place: Place { root: 0, path, bytes: 6000 + number as u64 % 9000, modified: 0 },
            title: SafeText::line(&title),
            title_from: TitleFrom::Key,
            date: Date::new(2016 + (number % 10) as i16, (number / 10 % 12) as i8 + 1, 1).ok(),
            updated: None,
            tags: vec![tag(1), tag(24), tag(576)],
            authors: vec![SafeText::line(&format!("Author {}", number % 500))],
            description: Some(SafeText::line(&format!("{title} and what came of it"))),
            source: Some(SafeText::line(&format!("Source {}", number % 60))),
            url: None,
            image: None,
            draft: number % 50 == 0,
            featured: number % 70 == 0,
            toc: None,
            lang: None,
            meta: Vec::new(),
            words: None,
            problems: Vec::new(),
        })
    });
    let root = Root { path: PathBuf::from("/articles"), name: SafeText::line("articles") };
    Library::new(vec![root], articles.collect())
}
