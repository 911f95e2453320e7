//! The index through kills, damage and edits.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test needs something to read")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::cli::sections;
use crate::document::contents::first_title;
use crate::library::hits::TermHits;
use crate::library::index::{Library, Root};
use crate::library::query::{Query, Text};
use crate::safe;
use crate::storage::disk::{Found, Walk};
use crate::storage::finder::{Numbers, Search};

/// Articles between two commits, so that a kill falls before, into and behind many of them.
const BETWEEN: usize = 20;
const ARTICLES: usize = 240;

/// The articles in a folder.
pub(crate) fn library(folder: &Path) -> Library {
    let walk = Walk { roots: vec![folder.to_owned()], all: false, first_title, to_the_end: false };
    let articles = Mutex::new(Vec::new());
    let none = Library::default();
    walk.run(&none, &AtomicBool::new(false), &|found| {
        if let Found::Article(article, _) = found {
            articles.lock().unwrap().push(Arc::from(article));
        }
    });
    let root = Root { path: folder.to_owned(), name: safe!("folder") };
    Library::new(vec![root], articles.into_inner().unwrap())
}

fn write(folder: &Path, number: usize, text: &str) {
    std::fs::write(folder.join(format!("{number}.md")), format!("# Article {number}\n\n{text}\n")).unwrap();
}

fn bring_up_to_date(index: &Path, folder: &Path, library: &Library, committed: &dyn Fn()) -> Summary {
    let roots = [folder.to_owned()];
    let sections = sections::read;
    let update = Update {
        folder: index,
        roots: &roots,
        library,
        sections,
        between: BETWEEN,
        behind: false,
        proves: true,
    };
    update.run(&|| false, &|_| (), committed).unwrap().unwrap()
}

#[test]
fn a_folder_that_changed_without_its_articles_is_known_as_it_is() {
    let (index, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(folder.path(), 1, "Words.");
    let library = library(folder.path());
    let changed = || match TextIndex::open(index.path()) {
        Opened::Ready(index) => index.has_changed_folders(),
        other => panic!("{other:?}"),
    };
    bring_up_to_date(index.path(), folder.path(), &library, &|| ());
    assert!(!changed());
    let long_ago = std::time::SystemTime::now() - Duration::from_hours(1);
    std::fs::File::open(folder.path()).unwrap().set_modified(long_ago).unwrap();
    assert!(changed());
    let summary = bring_up_to_date(index.path(), folder.path(), &library, &|| ());
    assert_eq!((summary.articles, summary.read, changed()), (1, 0, false));
    let commits = std::cell::Cell::new(0);
    bring_up_to_date(index.path(), folder.path(), &library, &|| commits.set(commits.get() + 1));
    assert_eq!(commits.get(), 0, "nothing was to be written");
}

/// The names of the articles that hold `word`, as the index alone knows.
fn found(index: &Path, library: &Library, word: &str) -> Vec<String> {
    let Opened::Ready(index) = TextIndex::open(index) else { panic!("there is no finished index") };
    let numbers = Numbers::new(&index, library).unwrap();
    assert_eq!(numbers.unknown(), 0);
    let query = Query::parse(word).unwrap();
    let texts = query.texts();
    let search = Search {
        library,
        query: &query,
        texts: &texts,
        index: Some((&index, &numbers)),
        sections: sections::read,
        at_hand: &[],
    };
    let hits = search.run(&mut |_, _| (), &|| false).unwrap();
    let articles = hits.get(&texts[0]).unwrap().articles.iter();
    articles.map(|id| library.article(id).place.path.to_string_lossy().into_owned()).collect()
}

#[test]
fn a_longer_word_is_beyond_a_word_only_in_articles_that_are_not_known() {
    let (cache, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (number, text) in ["A bridge.", "A bridge, bridged.", "Bridged alone.", "Nothing."].iter().enumerate()
    {
        write(folder.path(), number, text);
    }
    bring_up_to_date(cache.path(), folder.path(), &library(folder.path()), &|| ());
    let Opened::Ready(index) = TextIndex::open(cache.path()) else { panic!("there is no finished index") };
    let holding = |text: &Text| {
        let found = index.find(text, &Wanted::of(text).unwrap(), &|| false).unwrap();
        TermHits::new(found).articles
    };
    let is_beyond = |word: &str, known: &RoaringBitmap| {
        let text = Text::Prefix(SafeText::line(word));
        index.begins_beyond(&text, &Wanted::of(&text).unwrap(), &|number| known.contains(number)).unwrap()
    };
    let bridge = holding(&Text::Phrase(safe!("bridge")));
    assert_eq!(bridge.len(), 2);
    assert!(is_beyond("bridge", &bridge) && is_beyond("brid", &bridge));
    let any = bridge | holding(&Text::Phrase(safe!("bridged")));
    assert_eq!(any.len(), 3);
    assert!(!is_beyond("bridge", &any) && !is_beyond("brid", &any));
    assert!(!is_beyond("bridged", &RoaringBitmap::new()) && !is_beyond("bridges", &RoaringBitmap::new()));
}

#[test]
fn indexes_of_older_programs_are_removed_once_there_is_another() {
    let (articles, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let index = super::folder(cache.path(), &[articles.path().to_owned()], false);
    let (hash, _) = index.file_name().unwrap().to_str().unwrap().rsplit_once('-').unwrap();
    let beside = |name: String| {
        let beside = index.with_file_name(name);
        std::fs::create_dir_all(&beside).unwrap();
        std::fs::write(beside.join("meta.json"), "{}").unwrap();
        beside
    };
    let older = [beside(format!("{hash}-1")), beside(format!("{hash}-1.damaged"))];
    let others = [beside(format!("{hash}-{}", VERSION + 1)), beside("0123456789abcdef-1".to_owned())];
    write(articles.path(), 0, "A quokka.");
    let library = library(articles.path());
    bring_up_to_date(&index, articles.path(), &library, &|| ());
    assert_eq!(found(&index, &library, "quokka"), ["0.md"]);
    assert!(older.iter().all(|folder| !folder.exists()));
    assert!(others.iter().all(|folder| folder.join("meta.json").exists()));
}

#[test]
fn articles_are_alike_that_share_rare_words_until_these_are_gone() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (folder, index) = (folder.path(), cache.path().join("index"));
    for number in 0..120 {
        write(folder, number, "What every article says, and a number: 2026 2026.");
    }
    write(folder, 7, "What every article says of the gibraltar quokka.\n\n## More\n\nA quokka again.");
    write(folder, 30, "Another says quokka and Gibraltar, too.");
    write(folder, 64, "Only the quokka.\n\n## More\n\nAnd the quokka.");
    let library = library(folder);
    bring_up_to_date(&index, folder, &library, &|| ());
    let alike = |library: &Library| {
        let Opened::Ready(index) = TextIndex::open(&index) else { panic!("there is no finished index") };
        let numbers = Numbers::new(&index, library).unwrap();
        let shared =
            index.sharing("A quokka of gibraltar, says what every article in 2026 says: mudlark.").unwrap();
        let name = |number| {
            let id = numbers.id(number)?;
            Some(library.article(id).place.path.to_string_lossy().into_owned())
        };
        let mut named: Vec<_> =
            shared.into_iter().filter_map(|(number, rarity)| Some((name(number)?, rarity))).collect();
        named.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        named
    };
    let found = alike(&library);
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["30.md", "7.md", "64.md"]);
    // A word counts once for an article, however many of its sections hold it.
    assert_eq!(found[0].1.to_bits(), found[1].1.to_bits());
    write(folder, 30, "What every article says.");
    let library = self::library(folder);
    bring_up_to_date(&index, folder, &library, &|| ());
    assert!(alike(&library).iter().all(|(name, _)| name != "30.md"));
}

/// In a child of the test below: builds the index and says each commit.
#[test]
#[ignore = "only with folders that its parent names"]
fn builds_until_it_is_killed() {
    let path = |name| PathBuf::from(std::env::var_os(name).unwrap());
    let (index, folder) = (path("LONGREAD_TEST_INDEX"), path("LONGREAD_TEST_FOLDER"));
    bring_up_to_date(&index, &folder, &library(&folder), &|| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\ncommitted").unwrap();
        out.flush().unwrap();
    });
}

#[test]
fn whenever_a_build_is_killed_the_next_one_ends_with_the_right_answers() {
    let kills = std::env::var("LONGREAD_TEST_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(12);
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for number in 0..ARTICLES {
        write(folder.path(), number, &format!("The word w{number} and others."));
    }
    let mut cut_short = 0;
    for kill in 0..kills {
        let index = cache.path().join(format!("{}", kill / 4));
        // What is half built meets a change, too.
        write(folder.path(), kill % ARTICLES, &format!("The word x{kill} instead."));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "storage::text_index::tests::builds_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("LONGREAD_TEST_INDEX", &index)
            .env("LONGREAD_TEST_FOLDER", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // At once after a commit, or some time after it; the time is spent in the next step of the build.
        let commits = kill % 5;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let met = lines.by_ref().filter(|line| line.as_ref().unwrap() == "committed").take(commits).count();
        std::thread::sleep(Duration::from_micros((kill as u64 * 7_919) % 9_000));
        child.kill().unwrap();
        child.wait().unwrap();
        cut_short += usize::from(met == commits && !matches!(TextIndex::open(&index), Opened::Ready(_)));
        if kill % 4 == 3 {
            let library = library(folder.path());
            bring_up_to_date(&index, folder.path(), &library, &|| ());
            for at in (0..ARTICLES).step_by(17) {
                let gone = at <= kill;
                let name = format!("{at}.md");
                let expect: &[String] = if gone { &[] } else { std::slice::from_ref(&name) };
                assert_eq!(found(&index, &library, &format!("\"w{at}\"")), expect, "kill {kill}");
            }
            assert_eq!(found(&index, &library, &format!("x{kill}")), [format!("{}.md", kill % ARTICLES)]);
            assert_eq!(found(&index, &library, "word").len(), ARTICLES, "kill {kill}");
        }
    }
    assert!(cut_short > 0, "no build was cut short");
}

#[test]
fn no_article_is_lost_that_two_threads_write_at_once() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for number in 0..8 {
        write(folder.path(), number, &format!("The word w{number} and others."));
    }
    let all: Vec<String> = (0..8).map(|number| format!("{number}.md")).collect();
    for round in 0..25 {
        let index = cache.path().join(round.to_string());
        let first = library(folder.path());
        bring_up_to_date(&index, folder.path(), &first, &|| ());
        assert_eq!(found(&index, &first, "word"), all, "round {round}");
        // Again, with an older state of each in the index.
        for number in 0..8 {
            write(folder.path(), number, &format!("The word w{number}, round {round}, and others."));
        }
        let second = library(folder.path());
        bring_up_to_date(&index, folder.path(), &second, &|| ());
        assert_eq!(found(&index, &second, "word"), all, "round {round}, changed");
    }
}

#[test]
fn whatever_file_of_an_index_is_cut_short_it_is_built_anew_or_says_so() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for number in 0..8 {
        write(folder.path(), number, &format!("The word w{number} and others."));
    }
    let library = library(folder.path());
    let build = |index: &Path| {
        bring_up_to_date(index, folder.path(), &library, &|| ());
        let files = std::fs::read_dir(index).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            files.filter(|path| path.extension().is_none_or(|extension| extension != "lock")).collect();
        // Names of segments are drawn by lot.
        files.sort_by_key(|path| path.extension().map(ToOwned::to_owned));
        files
    };
    let text = Text::Phrase(safe!("word"));
    let wanted = Wanted::of(&text).unwrap();
    let count = build(&cache.path().join("whole")).len();
    let mut anew = 0;
    for at in 0..count {
        for part in [0, 1] {
            let index = cache.path().join(format!("{at}-{part}"));
            // An index may have one segment more than another, or one less.
            let mut files = build(&index);
            let path = files.swap_remove(at.min(files.len() - 1));
            let whole = std::fs::read(&path).unwrap();
            std::fs::write(&path, &whole[..whole.len() / 2 * part]).unwrap();
            let summary = bring_up_to_date(&index, folder.path(), &library, &|| ());
            let Opened::Ready(ready) = TextIndex::open(&index) else {
                panic!("{}: not built", path.display())
            };
            // An error has the files read instead.
            let found =
                ready.find(&text, &wanted, &|| false).map(|found| TermHits::new(found).articles.len());
            let is_right = found.as_ref().map_or(true, |count| *count == 8);
            assert!(is_right, "{}: {found:?}, {summary:?}", path.display());
            anew += usize::from(summary.set_aside || summary.read == 8);
        }
    }
    assert!(anew > 0, "no damage was noticed");
}

/// A number below `end` that follows from `seed`, and the next seed (xorshift).
fn drawn(seed: &mut u64, end: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed % end as u64) as usize
}

#[test]
fn whatever_bytes_of_an_index_are_others_nothing_panics_and_columns_never_lie() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for number in 0..16 {
        write(folder.path(), number, &format!("The word w{number} and others.\n\n## Part\n\nAnother word."));
    }
    let first = library(folder.path());
    let (whole, index) = (cache.path().join("whole"), cache.path().join("index"));
    bring_up_to_date(&whole, folder.path(), &first, &|| ());
    let texts = [Text::Word(safe!("word")), Text::Phrase(safe!("another word")), Text::Prefix(safe!("w"))];
    let find = |index: &TextIndex, text: &Text| index.find(text, &Wanted::of(text).unwrap(), &|| false);
    let truth = match TextIndex::open(&whole) {
        Opened::Ready(index) => texts.each_ref().map(|text| find(&index, text).unwrap()),
        other => panic!("{other:?}"),
    };
    assert!(truth.iter().all(|found| TermHits::new(found.clone()).articles.len() == 16));
    let files = || std::fs::read_dir(&whole).unwrap().map(|entry| entry.unwrap().path());
    // So that damage meets what an update deletes, too.
    write(folder.path(), 3, "The word w3, changed.");
    let second = library(folder.path());
    let (mut noticed, mut rebuilt) = (0, 0);
    for seed in 1..=48_u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let kind = ["fast", "fast", "term", "idx", "pos", "fieldnorm"][drawn(&mut state, 6)];
        let _ = std::fs::remove_dir_all(&index);
        std::fs::create_dir(&index).unwrap();
        let mut of_kind = Vec::new();
        for path in files() {
            let copy = index.join(path.file_name().unwrap());
            std::fs::copy(&path, &copy).unwrap();
            if path.extension().is_some_and(|own| own == kind) {
                of_kind.push(copy);
            }
        }
        of_kind.sort();
        let path = of_kind.swap_remove(drawn(&mut state, of_kind.len()));
        let mut bytes = std::fs::read(&path).unwrap();
        for _ in 0..3 {
            let at = drawn(&mut state, bytes.len());
            bytes[at] ^= 1 + drawn(&mut state, 255) as u8;
        }
        std::fs::write(&path, bytes).unwrap();
        // Any panic ends the test.
        match TextIndex::open(&index) {
            Opened::Ready(ready) => {
                let numbers = Numbers::new(&ready, &first).unwrap();
                assert!(kind != "fast" && numbers.unknown() == 0, "{seed}: columns that lie");
                for (text, truth) in texts.iter().zip(&truth) {
                    ready.weight(text, &Wanted::of(text).unwrap());
                    match find(&ready, text) {
                        Ok(found) => assert_eq!(found, *truth, "{seed}: {text:?}"),
                        Err(_) => noticed += 1,
                    }
                }
                // An error has the files read.
                let _ = (ready.nearest("anothr"), ready.count());
            }
            Opened::Damaged => noticed += 1,
            other => panic!("{seed}: {other:?}"),
        }
        // As the running program does it: looking at all of it the first time, and then no more.
        let proves = seed % 2 == 0;
        let roots = [folder.path().to_owned()];
        let sections = sections::read;
        let update = Update {
            folder: &index,
            roots: &roots,
            library: &second,
            sections,
            between: BETWEEN,
            behind: true,
            proves,
        };
        let summary = update.run(&|| false, &|_| (), &|| ()).unwrap().unwrap();
        assert!(summary.set_aside || !(proves || kind == "fast"), "{seed}: {summary:?}");
        if summary.set_aside {
            rebuilt += 1;
            assert!(index.with_extension("damaged").is_dir(), "{seed}");
            assert_eq!(found(&index, &second, "word").len(), 16, "{seed}");
        }
    }
    assert!(noticed > 10 && rebuilt > 10, "{noticed} noticed, {rebuilt} rebuilt");
}
