//! Searching the text, with the text index and without it: the same is found either way.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::command_line::library;

fn longread(home: &Path, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_longread"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Standard output, then standard error, then the exit code.
fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}{}{}", text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

fn small() -> tempfile::TempDir {
    library(&[
        (
            "bridge.md",
            "---\ntitle: A bridge pauses\ndate: 2024-03-09\ntags: [defi]\nlang: en\n---\nIntroduction.\n\n# Risk\n\nTwo *bridges* carry risk.\n",
        ),
        ("chinese.md", "---\ntitle: 二层网络\n---\n关于跨链桥。\n"),
        (
            "german.md",
            "---\ntitle: Wege\nlang: de\n---\nÜber die Brücken, nicht [unter](http://example.org/bridge) ihnen.\n",
        ),
        ("arabic.md", "---\ntitle: مقال\n---\nقرأت الكتاب في البيت.\n"),
        ("hindi.md", "---\ntitle: लेख\n---\nयह हिन्दी में लिखा है।\n"),
        ("plain.md", "# Plain\n\nNo crossing but a café, caf\u{e9}_au, and cafe.\n"),
    ])
}

/// The paths that are found, best first, each once.
fn paths(home: &Path, folder: &Path, query: &str) -> Vec<String> {
    let output = longread(home, folder, &["search", "--format", "ndjson", ".", query]);
    let mut paths: Vec<String> = Vec::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = row["path"].as_str().unwrap().to_owned();
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

#[test]
fn a_word_itself_ranks_above_its_other_forms_with_an_index_and_without() {
    let folder = library(&[
        ("plural.md", "---\ntitle: Ospreys\nlang: en\ntags: [ospreys]\n---\nOspreys, ospreys and ospreys.\n"),
        ("begins.md", "---\ntitle: Ospreyland\nlang: en\n---\nOspreyland is far.\n"),
        (
            "once.md",
            &format!("---\ntitle: Birds\nlang: en\n---\n{} an osprey\n", "Many other words. ".repeat(80)),
        ),
    ]);
    check(
        folder.path(),
        &[
            ("osprey", &["once.md", "plural.md"]),
            ("ospreys", &["plural.md", "once.md"]),
            ("osprey*", &["once.md", "plural.md", "begins.md"]),
        ],
    );
}

/// What queries find, by reading and then by the index.
fn check(folder: &Path, expect: &[(&str, &[&str])]) {
    let home = tempfile::tempdir().unwrap();
    for indexed in [false, true] {
        if indexed {
            let output = longread(home.path(), folder, &["index", "."]);
            assert!(output.status.success(), "{}", shown(&output));
        }
        for (query, found) in expect {
            assert_eq!(paths(home.path(), folder, query), *found, "{query}, indexed: {indexed}");
        }
    }
}

#[test]
fn what_is_found_is_the_same_with_an_index_and_without() {
    let folder = small();
    check(
        folder.path(),
        &[
            ("bridge", &["bridge.md"]),
            ("bridges", &["bridge.md"]),
            ("'bridges", &["bridge.md"]),
            ("brid*", &["bridge.md"]),
            ("bridged*", &["bridge.md"]),
            ("\"carry risk\"", &["bridge.md"]),
            ("\"risk carry\"", &[]),
            ("/carr[xy]/", &["bridge.md"]),
            ("heading:risk", &["bridge.md"]),
            ("heading:carry", &[]),
            ("bridge #defi since:2024", &["bridge.md"]),
            ("bridge #nft", &[]),
            ("defi", &["bridge.md"]),
            ("title:pauses risk", &["bridge.md"]),
            ("crossing -cafe", &[]),
            ("crossing OR bridge", &["bridge.md", "plain.md"]),
            ("跨链", &["chinese.md"]),
            ("链桥", &["chinese.md"]),
            ("桥", &["chinese.md"]),
            ("brucke", &["german.md"]),
            ("Brücke", &["german.md"]),
            ("كتاب", &["arabic.md"]),
            ("بيت", &["arabic.md"]),
            ("والبيت", &["arabic.md"]),
            ("हिन्दी", &["hindi.md"]),
            ("CAFE", &["plain.md"]),
            ("'cafe", &["plain.md"]),
            ("'caf", &[]),
            ("nowhere", &[]),
        ],
    );
}

#[test]
fn a_heading_is_one_of_the_body_and_is_written_as_words_are() {
    let folder = library(&[
        ("title.md", "---\ntitle: Running risks\nlang: en\n---\nNothing.\n\n# Other\n\nRunning here.\n"),
        ("first.md", "# The run\n\nNothing.\n"),
        ("deep.md", "---\ntitle: Deep\nlang: en\n---\nNothing.\n\n## Running far\n\nNothing.\n"),
        ("quoted.md", "---\ntitle: Quoted\nlang: en\n---\n> # Run\n"),
    ]);
    check(
        folder.path(),
        &[
            ("heading:risks", &[]),
            ("heading:run", &["first.md", "deep.md"]),
            ("heading:running", &["deep.md"]),
            ("heading:'run", &["first.md"]),
            ("heading:'RUN", &["first.md"]),
            ("heading:'\"running far\"", &["deep.md"]),
            ("heading:'\"running fa\"", &[]),
            ("heading:runn*", &["deep.md"]),
            ("heading:\"running fa\"*", &["deep.md"]),
            ("heading:\"running far\"", &["deep.md"]),
            ("heading:\"far running\"", &[]),
            ("title:run -heading:other", &["first.md"]),
            ("nothing -heading:'run", &["deep.md", "title.md"]),
        ],
    );
}

#[test]
fn what_is_drawn_while_everything_is_read_is_what_is_read_for_a_few() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    for query in ["bridge", "bridge risk", "crossing OR bridge", "title:pauses -nothing risk", "cafe", "跨链"]
    {
        let found = |limit: &[&str]| {
            let arguments = [&["search", "--format", "json", ".", query], limit].concat();
            String::from_utf8(longread(home.path(), folder.path(), &arguments).stdout).unwrap()
        };
        let all = found(&[]);
        assert!(all.contains("\"snippet\""), "{query}: {all}");
        assert_eq!(all, found(&["--limit", "100"]), "{query}");
    }
}

#[test]
fn sections_that_are_read_alone_show_what_they_show_in_their_articles() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-content");
    let home = tempfile::tempdir().unwrap();
    longread(home.path(), &samples, &["index", "."]);
    let mut rows = 0;
    for query in
        ["bridge", "the", "of", "light", "\"the same\"", "proof*", "title:the", "网络", "heading:how"]
    {
        let found = |query: &str| {
            let output = longread(home.path(), &samples, &["search", "--format", "ndjson", ".", query]);
            String::from_utf8(output.stdout).unwrap()
        };
        let alone = found(query);
        // What asks for more than texts is answered by reading each article that is found.
        assert_eq!(alone, found(&format!("{query} -#nowhere")), "{query}");
        rows += alone.lines().count();
    }
    assert!(rows > 100, "{rows}");
}

#[test]
fn of_words_of_which_any_will_do_every_section_counts() {
    let text = "# One\n\nAlpha.\n\n# Two\n\nOmega.\n\n# Three\n\nAlpha and omega.\n";
    let (home, folder) = (tempfile::tempdir().unwrap(), super::command_line::library(&[("a.md", text)]));
    let lines = |query: &str| {
        let mut lines = rows(home.path(), folder.path(), query);
        lines.sort();
        lines
    };
    for _ in ["without an index", "with one"] {
        assert_eq!(lines("alpha omega").len(), 1);
        assert_eq!(lines("alpha OR omega").len(), 3);
        assert_eq!(lines("(alpha OR omega) -nothing").len(), 3);
        longread(home.path(), folder.path(), &["index"]);
    }
}

#[test]
fn sections_are_printed_below_their_article_and_lead_to_a_line() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    let found = longread(home.path(), folder.path(), &["search", ".", "risk"]);
    insta::assert_snapshot!(shown(&found), @"
    A bridge pauses
    ./bridge.md:11: Risk
        Two bridges carry risk.
    longread: there is no text index, so the files are read; 'longread index' makes one
    0
    ");
    let none = longread(home.path(), folder.path(), &["search", ".", "nowhere", "--format", "json"]);
    assert_eq!(none.status.code(), Some(1));
    assert_eq!(String::from_utf8(none.stdout).unwrap(), "[\n\n]\n");
    let wrong = longread(home.path(), folder.path(), &["search", ".", "#defi"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn json_has_the_fields_that_scripts_rely_on() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    let found = longread(home.path(), folder.path(), &["search", "--format", "json", ".", "bridge risk"]);
    let rows: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let row = &rows[0];
    let keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["path", "file", "title", "heading", "slug", "line", "score", "snippet", "ranges"]);
    assert_eq!((row["heading"].as_str(), row["slug"].as_str()), (Some("Risk"), Some("risk")));
    assert_eq!(row["line"], 11);
    let snippet = row["snippet"].as_str().unwrap();
    let marked: Vec<&str> = row["ranges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|range| &snippet[range[0].as_u64().unwrap() as usize..range[1].as_u64().unwrap() as usize])
        .collect();
    assert_eq!(marked, ["bridges", "risk"]);
}

#[test]
fn a_slip_of_the_pen_is_forgiven_and_said() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| shown(&longread(home.path(), folder.path(), arguments));
    let said = "nothing holds \"brdige\"; showing \"bridge\"";
    for indexed in [false, true] {
        if indexed {
            run(&["index", "."]);
        }
        let found = run(&["search", ".", "brdige"]);
        assert!(found.contains(said) && found.contains("bridge.md:11"), "{found}");
        let found = run(&["search", ".", "brdige #defi"]);
        assert!(found.contains(said) && found.contains("bridge.md:11"), "{found}");
        let found = run(&["search", ".", "heading:rsik"]);
        assert!(found.contains("showing \"risk\"") && found.contains("bridge.md:9"), "{found}");
        // Two words, of which one stands there.
        let found = run(&["search", ".", "brdige carry"]);
        assert!(found.contains(said) && found.contains("bridge.md:11"), "{found}");
        let found = run(&["search", ".", "bridges qqqqqq"]);
        assert!(!found.contains("showing"), "{found}");
        // What is to be left out is left out as it is written.
        let found = run(&["search", ".", "carry -brdige"]);
        assert!(!found.contains("showing") && found.contains("bridge.md:11"), "{found}");
        // Words in a row, and words of the title.
        for (query, used) in [
            ("\"carry rsik\"", "carry risk"),
            ("\"two birdges crary risk\"", "two bridges carry risk"),
            ("brdiges-carry", "bridges-carry"),
            ("heading:\"rsik\"", "risk"),
            ("title:brdige", "bridge"),
            ("title:\"a brdige\"", "a bridge"),
            ("title:brdige carry", "bridge"),
        ] {
            let found = run(&["search", ".", query]);
            let is_said = found.contains(&format!("; showing \"{used}\""));
            assert!(is_said && found.contains("bridge.md:"), "{indexed} {query}: {found}");
        }
        for query in [
            "\"risk brdige\"",
            "\"bridge carry\"",
            "carry -title:brdige",
            "carry -\"brdige rsik\"",
            "'brdige",
        ] {
            let found = run(&["search", ".", query]);
            assert!(!found.contains("showing"), "{indexed} {query}: {found}");
        }
        // What is shown for nothing is not said.
        let found = run(&["search", ".", "brdige qqqqqq"]);
        assert!(!found.contains("showing"), "{found}");
        for command in ["list", "tags", "export"] {
            let found = run(&[command, ".", "-q", "brdige"]);
            assert!(found.contains(said) && found.contains("defi"), "{command} {found}");
        }
    }
}

#[test]
fn titles_alone_are_searched_too() {
    let (folder, home) = (small(), tempfile::tempdir().unwrap());
    let found = shown(&longread(home.path(), folder.path(), &["search", ".", "title:paus"]));
    assert_eq!(found, "A bridge pauses\n./bridge.md:2:\n0");
    let found = shown(&longread(home.path(), folder.path(), &["search", ".", "title:nowhere"]));
    assert_eq!(found, "1");
    assert_eq!(longread(home.path(), folder.path(), &["search", ".", "#defi"]).status.code(), Some(2));
}

#[test]
fn what_changed_since_is_read_and_what_is_gone_is_not_found() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    longread(home.path(), folder.path(), &["index", "."]);
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("bridge.md"), "# A ferry\n\nIt swims.\n").unwrap();
    std::fs::write(path("new.md"), "# New\n\nA second bridge.\n").unwrap();
    std::fs::remove_file(path("plain.md")).unwrap();
    for update in [false, true] {
        if update {
            let told = shown(&longread(home.path(), folder.path(), &["index", "."]));
            assert!(
                told.contains("6 articles") && told.contains("2 read") && told.contains("1 forgotten"),
                "{told}"
            );
        }
        assert_eq!(paths(home.path(), folder.path(), "bridge"), ["new.md"], "updated: {update}");
        assert_eq!(paths(home.path(), folder.path(), "ferry"), ["bridge.md"]);
        assert_eq!(paths(home.path(), folder.path(), "crossing"), [] as [&str; 0]);
    }
}

#[test]
fn a_damaged_index_is_set_aside_and_built_anew() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    longread(home.path(), folder.path(), &["index", "."]);
    let cache = home.path().join(".cache/longread/text");
    let index = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    for entry in std::fs::read_dir(&index).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "fast" || extension == "term") {
            std::fs::write(path, "not an index").unwrap();
        }
    }
    assert_eq!(paths(home.path(), folder.path(), "risk"), ["bridge.md"]);
    let told = shown(&longread(home.path(), folder.path(), &["index", "."]));
    assert!(told.contains("set aside"), "{told}");
    assert_eq!(paths(home.path(), folder.path(), "risk"), ["bridge.md"]);
}

#[test]
fn whatever_is_wrong_with_an_index_the_command_makes_it_good_again() {
    type Damage<'a> = &'a dyn Fn(&Path);
    let flip = |path: &Path| {
        let mut bytes = std::fs::read(path).unwrap();
        bytes[0] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    let with = |folder: &Path, extension: &str| {
        let mut paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|own| own == extension)).unwrap()
    };
    let folder = small();
    let damages: [(&str, Damage<'_>); 7] = [
        ("pos", &|index| std::fs::remove_file(with(index, "pos")).unwrap()),
        ("term", &|index| flip(&with(index, "term"))),
        ("idx", &|index| flip(&with(index, "idx"))),
        ("managed", &|index| std::fs::write(index.join(".managed.json"), "x").unwrap()),
        ("meta", &|index| {
            std::fs::remove_file(index.join("meta.json")).unwrap();
            std::fs::create_dir(index.join("meta.json")).unwrap();
        }),
        ("folder", &|index| {
            std::fs::remove_dir_all(index).unwrap();
            std::fs::write(index, "x").unwrap();
        }),
        ("text", &|index| {
            let text = index.parent().unwrap();
            std::fs::remove_dir_all(text).unwrap();
            std::fs::write(text, "x").unwrap();
        }),
    ];
    for (name, damage) in damages {
        let home = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| shown(&longread(home.path(), folder.path(), arguments));
        run(&["index", "."]);
        let cache = home.path().join(".cache/longread/text");
        damage(&std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path());
        let told = run(&["index", "."]);
        assert!(told.contains("set aside") && told.contains("6 read"), "{name}: {told}");
        let found = run(&["search", ".", "\"carry risk\""]);
        assert!(found.contains("bridge.md:11") && !found.contains("index"), "{name}: {found}");
    }
}

#[test]
fn an_index_that_can_only_be_read_is_used() {
    let (folder, home) = (small(), tempfile::tempdir().unwrap());
    longread(home.path(), folder.path(), &["index", "."]);
    let cache = home.path().join(".cache/longread/text");
    let index = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    // As where nothing can be written: the file cannot be made.
    let lock = index.join(".tantivy-meta.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let found = shown(&longread(home.path(), folder.path(), &["search", ".", "risk"]));
    assert!(found.contains("bridge.md:11") && !found.contains("index"), "{found}");
}

#[test]
fn a_switched_off_index_is_neither_made_nor_used() {
    let folder = small();
    let home = tempfile::tempdir().unwrap();
    let settings = home.path().join(".config/longread");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("config.toml"), "text_index = false\n").unwrap();
    assert_eq!(longread(home.path(), folder.path(), &["index", "."]).status.code(), Some(2));
    let found = shown(&longread(home.path(), folder.path(), &["search", ".", "risk"]));
    assert!(found.ends_with("the text index is switched off, so the files are read\n0"), "{found}");
}

/// Our own judgement: what a reader of the sample articles looks for, and which must come first.
#[test]
fn the_article_that_is_meant_comes_first() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-content");
    let judged = [
        ("bridge", "explainers/how-a-bridge-works.md"),
        ("bridge pause", "news/2024/harbour-bridge-pauses.md"),
        ("bridges growing", "news/2022/bridges-outgrow-their-auditors.md"),
        ("rollup", "explainers/how-a-rollup-works.md"),
        ("rollups compared", "research/rollups-compared-in-tables.md"),
        ("withdrawal proof", "explainers/how-a-withdrawal-proves-itself.md"),
        ("liquidity pool", "explainers/the-arithmetic-of-a-liquidity-pool.md"),
        ("glossary", "explainers/a-short-glossary-of-scaling.md"),
        ("seed phrase", "news/2022/the-seed-phrase-in-the-kitchen-drawer.md"),
        ("passkeys", "news/2026/passkeys-by-default.md"),
        ("sourdough", "elsewhere/sourdough-at-room-temperature.md"),
        ("vindolanda", "elsewhere/a-history-of-the-reading-surface.md"),
        ("tide table", "elsewhere/reading-a-tide-table.md"),
        ("night train", "elsewhere/night-train-north.md"),
        ("miners", "news/2022/the-night-the-miners-stopped.md"),
        ("\"base fee\" solidity", "explainers/one-formula-four-languages.md"),
        ("turnout august", "research/voter-turnout-notes.md"),
        ("forecasting fees", "research/when-fee-forecasts-go-wrong.md"),
        ("活字", "elsewhere/katsuji-no-tana.md"),
        ("印刷所", "elsewhere/katsuji-no-tana.md"),
        ("跨链桥", "explainers/er-ceng-wang-luo-ru-men.md"),
        ("排序器", "explainers/er-ceng-wang-luo-ru-men.md"),
        ("القراءة", "elsewhere/al-qiraa-al-batia.md"),
        ("القرّاء", "elsewhere/al-qiraa-al-batia.md"),
    ];
    let home = tempfile::tempdir().unwrap();
    for indexed in [false, true] {
        if indexed {
            longread(home.path(), &samples, &["index", "."]);
        }
        for (query, first) in judged {
            let found = paths(home.path(), &samples, query);
            assert_eq!(
                found.first().map(String::as_str),
                Some(first),
                "{query}, indexed: {indexed}: {found:?}"
            );
        }
    }
}

#[test]
fn a_build_that_is_killed_at_any_moment_goes_on_the_next_time() {
    let articles: Vec<(String, String)> = (0..400)
        .map(|number| {
            (format!("{number}.md"), format!("# Article {number}\n\nThe word w{number} and others.\n"))
        })
        .collect();
    let articles: Vec<(&str, &str)> =
        articles.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (folder, home) = (library(&articles), tempfile::tempdir().unwrap());
    for millis in [20, 60, 90, 130, 170, 220, 300] {
        let mut building = Command::new(env!("CARGO_BIN_EXE_longread"))
            .args(["index", "."])
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(millis));
        // It may be done by then.
        let _ = building.kill();
        building.wait().unwrap();
        assert_eq!(paths(home.path(), folder.path(), "w377"), ["377.md"], "killed after {millis} ms");
    }
    let output = longread(home.path(), folder.path(), &["index", "."]);
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!(paths(home.path(), folder.path(), "w0"), ["0.md"]);
}

/// What is found, best first: path, line, heading, and the snippet with its marks in brackets.
fn rows(home: &Path, folder: &Path, query: &str) -> Vec<String> {
    let output = longread(home, folder, &["search", "--format", "ndjson", ".", query]);
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut snippet = row["snippet"].as_str().unwrap().to_owned();
        for range in row["ranges"].as_array().unwrap().iter().rev() {
            snippet.insert(range[1].as_u64().unwrap() as usize, ']');
            snippet.insert(range[0].as_u64().unwrap() as usize, '[');
        }
        let heading = row["heading"].as_str().unwrap_or("-");
        format!("{}:{} {heading}: {snippet}", row["path"].as_str().unwrap(), row["line"])
    };
    String::from_utf8(output.stdout).unwrap().lines().map(row).collect()
}

#[test]
fn where_a_title_is_found_no_hit_is_empty_and_none_says_it_again() {
    let folder = library(&[
        ("heading.md", "# Wikiword\n\nSome text without.\n\n## Two\n\nwikiword again\n"),
        ("title.md", "---\ntitle: Forkful\n---\n\n## Abstract\n\nNothing of it.\n"),
        ("both.md", "---\ntitle: Knifeful\n---\n\n## Part\n\nA knifeful here.\n"),
        ("described.md", "---\ntitle: Cup\ndescription: A cupful.\n---\n\n## Part\n\nOne cupful.\n"),
        ("tagged.md", "---\ntitle: Pan\ntags: [panful]\n---\n\n## Part\n\n### Deeper\n\nNothing of it.\n"),
        ("empty.md", "---\ntitle: A spoonful\n---\n"),
        ("bare.md", "\n\n# Bowlful\n"),
        (
            "toml.md",
            "+++\r\ntitle = 'TOML'\r\nsource = 'Mugful Weekly'\r\ntags = ['other', 'ladleful']\r\n+++\r\n\r\nText.\r\n",
        ),
        ("json.md", "{\n\"summary\": \"The jugful\",\n\"author\": [\"Potful\"]\n}\n\nText.\n"),
        ("vatful.md", "Text.\n"),
    ]);
    let home = tempfile::tempdir().unwrap();
    for indexed in [false, true] {
        if indexed {
            longread(home.path(), folder.path(), &["index", "."]);
        }
        let check = |query: &str, expect: &[&str]| {
            assert_eq!(rows(home.path(), folder.path(), query), expect, "{query}, indexed: {indexed}");
        };
        check(
            "wikiword",
            &["heading.md:1 Wikiword: Some text without.", "heading.md:7 Two: [wikiword] again"],
        );
        check("forkful", &["title.md:2 -: [Forkful]"]);
        check("knifeful", &["both.md:7 Part: A [knifeful] here."]);
        check("cupful", &["described.md:3 -: A [cupful].", "described.md:8 Part: One [cupful]."]);
        check("panful", &["tagged.md:3 -: [panful]"]);
        check("spoonful", &["empty.md:2 -: A [spoonful]"]);
        check("bowlful", &["bare.md:3 Bowlful: [Bowlful]"]);
        check("title:owlfu", &["bare.md:3 -: B[owlfu]l"]);
        check("ladleful", &["toml.md:4 -: other, [ladleful]"]);
        check("mugful", &["toml.md:3 -: [Mugful] Weekly"]);
        check("potful", &["json.md:3 -: [Potful]"]);
        check("jugful", &["json.md:2 -: The [jugful]"]);
        check("vatful", &["vatful.md:1 -: [vatful]"]);
    }
}

#[test]
fn a_search_over_damaged_columns_says_so_and_reads_the_files() {
    let (folder, home) = (small(), tempfile::tempdir().unwrap());
    let search = || longread(home.path(), folder.path(), &["search", ".", "risk"]);
    let read = search();
    longread(home.path(), folder.path(), &["index", "."]);
    let cache = home.path().join(".cache/longread/text");
    let index = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    let mut paths = std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
    let columns = paths.find(|path| path.extension().is_some_and(|own| own == "fast")).unwrap();
    let whole = std::fs::read(&columns).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 16) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x5a;
        std::fs::write(&columns, bytes).unwrap();
        let found = search();
        assert_eq!(found.stdout, read.stdout, "{at}: {}", shown(&found));
        let said = String::from_utf8(found.stderr).unwrap();
        let damaged = "the text index is damaged, so the files are read; 'longread index' makes a new one\n";
        assert!(said.ends_with(damaged) && said.lines().count() == 1, "{at}: {said}");
    }
}

#[test]
fn articles_are_printed_in_the_order_of_their_scores_then_dates_then_paths() {
    let long = "Many other words. ".repeat(40);
    let folder = library(&[
        ("title.md", "---\ntitle: An osprey\ndate: 2020-01-01\nlang: en\n---\nNothing of it.\n"),
        (
            "both.md",
            "---\ntitle: Osprey and heron\ndate: 2021-01-01\nlang: en\n---\nBefore.\n\n# Osprey\n\nAn osprey.\n\n# Heron\n\nA heron.\n",
        ),
        ("forms.md", "---\ntitle: Ospreys\nlang: en\n---\nOspreys, ospreys and herons.\n"),
        (
            "once.md",
            &format!("---\ntitle: Birds\nlang: en\n---\n{long} an osprey\n\n# More\n\n{long} a heron.\n"),
        ),
        (
            "heading.md",
            "---\ntitle: Others\nlang: en\n---\n# The heron\n\nIt wades.\n\n# Osprey, osprey\n\nIt dives.\n",
        ),
        ("z/same.md", "---\ntitle: Same\ndate: 2022-02-02\n---\nOsprey and heron.\n"),
        ("a/same.md", "---\ntitle: Same\ndate: 2022-02-02\n---\nOsprey and heron.\n"),
        ("m/same.md", "---\ntitle: Same\ndate: 2023-02-02\n---\nOsprey and heron.\n"),
        ("b/same.md", "---\ntitle: Same\n---\nOsprey and heron.\n"),
        ("title2.md", "---\ntitle: The ospreyland and the osprey\ndate: 2019-01-01\n---\nNothing of it.\n"),
    ]);
    let home = tempfile::tempdir().unwrap();
    for indexed in [false, true] {
        if indexed {
            longread(home.path(), folder.path(), &["index", "."]);
        }
        for (query, count) in [
            ("osprey", 10),
            ("osprey heron", 8),
            ("osprey OR heron", 10),
            ("osprey*", 10),
            ("heading:osprey OR heading:heron", 2),
            ("title:osprey", 4),
            ("title:osprey OR wades", 5),
            ("title:osprey heron", 2),
            ("title:same OR dives", 5),
        ] {
            let output = longread(home.path(), folder.path(), &["search", "--format", "ndjson", ".", query]);
            let mut articles: Vec<(f64, String, String)> = Vec::new();
            for line in String::from_utf8(output.stdout).unwrap().lines() {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                let (path, score) = (row["path"].as_str().unwrap(), row["score"].as_f64().unwrap());
                if let Some(last) = articles.last().filter(|(.., last)| last == path) {
                    assert!(score <= last.0, "{query}: {line}");
                    continue;
                }
                let date = std::fs::read_to_string(folder.path().join(path)).unwrap();
                let date = date.lines().find_map(|line| line.strip_prefix("date: ")).unwrap_or("");
                articles.push((score, date.to_owned(), path.to_owned()));
            }
            let mut sorted = articles.clone();
            sorted.sort_by(|one, other| other.1.cmp(&one.1).then(one.2.cmp(&other.2)));
            sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
            assert_eq!(articles, sorted, "{query}, indexed: {indexed}");
            assert_eq!(articles.len(), count, "{query}, indexed: {indexed}: {articles:?}");
            assert!(
                query.contains("same") || articles.iter().any(|one| (one.0 - 1.0).abs() > 0.01),
                "{query}: {articles:?}"
            );
        }
    }
}

#[test]
fn whatever_bytes_of_an_index_are_others_what_is_found_is_right() {
    let (folder, home) = (small(), tempfile::tempdir().unwrap());
    let queries = ["risk", "\"carry risk\"", "brid*"];
    let search = |query: &str| longread(home.path(), folder.path(), &["search", ".", query]);
    longread(home.path(), folder.path(), &["index", "."]);
    let found = queries.map(|query| search(query).stdout);
    assert!(found.iter().all(|found| !found.is_empty()));
    let cache = home.path().join(".cache/longread/text");
    let index = std::fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    let mut noticed = 0;
    for kind in ["term", "idx", "pos", "fieldnorm"] {
        let mut paths = std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
        let path = paths.find(|path| path.extension().is_some_and(|own| own == kind)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 4) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x5a;
            std::fs::write(&path, bytes).unwrap();
            for (query, found) in queries.iter().zip(&found) {
                let now = search(query);
                assert_eq!(now.stdout, *found, "{query}, {kind} {at}: {}", shown(&now));
                noticed += usize::from(String::from_utf8(now.stderr).unwrap().contains("damaged"));
            }
        }
        std::fs::write(&path, whole).unwrap();
    }
    assert!(noticed > 20, "{noticed}");
}

#[test]
fn lines_that_end_with_a_return_alone_are_lines_everywhere() {
    let text = "---\ntitle: Old\ntags: [mac]\n---\n# One\n\nfirst line\nsecond line\n\n## Two\n\n- a\n- osprey\n\n```\nx\ny\n```\n";
    let folder = library(&[("old.md", &text.replace('\n', "\r")), ("untitled.md", "# First\r\rtext\r")]);
    let home = tempfile::tempdir().unwrap();
    let said = |arguments: &[&str]| shown(&longread(home.path(), folder.path(), arguments));
    assert_eq!(said(&["list", ".", "--format", "paths", "-q", "#mac"]), "./old.md\n0");
    assert_eq!(said(&["list", ".", "-q", "title:First", "--format", "paths"]), "./untitled.md\n0");
    assert_eq!(
        said(&["show", "--plain", "old.md"]),
        "One\n\nfirst line\nsecond line\n\nTwo\n\n • a\n • osprey\n\n  x\n  y\n0"
    );
    assert_eq!(said(&["toc", "old.md"]), "One\n  Two\n0");
    let toc = said(&["toc", "--format", "json", "old.md"]);
    assert!(toc.contains(r#""text":"Two","slug":"two","line":10"#), "{toc}");
    let found = |query: &str| {
        let output = longread(home.path(), folder.path(), &["search", "--format", "ndjson", ".", query]);
        let text = String::from_utf8(output.stdout).unwrap();
        let row: serde_json::Value = serde_json::from_str(text.lines().next().unwrap_or("null")).unwrap();
        (row["heading"].clone(), row["line"].clone(), row["snippet"].clone())
    };
    let without = [found("osprey"), found("'second"), found(r"/x\ny/")];
    assert_eq!(said(&["index", "."]).lines().last(), Some("0"));
    assert_eq!([found("osprey"), found("'second"), found(r"/x\ny/")], without);
    let [osprey, second, code] = without;
    assert_eq!((&osprey.0, &osprey.1), (&"Two".into(), &13.into()), "{osprey:?}");
    assert_eq!((&second.0, &second.1), (&"One".into(), &8.into()), "{second:?}");
    assert_eq!((&code.0, &code.1), (&"Two".into(), &16.into()), "{code:?}");
}
