//! The command line as a script meets it: arguments, output, exit codes.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs longread in `folder` with a home of its own and nothing on standard input.
fn longread(folder: &Path, arguments: &[&str]) -> Output {
    let home = folder.join(".home");
    Command::new(env!("CARGO_BIN_EXE_longread"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A folder of its own with these files.
pub(crate) fn library(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn small() -> tempfile::TempDir {
    library(&[
        (
            "news/bridge.md",
            "---\ntitle: A bridge pauses\ndate: 2024-03-09\ntags: [Bridges, defi]\nsource: Harbour\n---\n# One\n\ntext\n",
        ),
        ("news/nft.md", "---\ntitle: Pictures\ndate: 2023-01-02\ntag: nft\n---\nmore text\n"),
        ("undated.md", "# Without a date\n\n> ## Quoted\n"),
        ("list/inside.md", "---\ntitle: In a folder named list\ndate: 2020-01-01\n---\n"),
    ])
}

/// Standard output, then standard error, then the exit code.
fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}{}{}", text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

#[test]
fn every_command_says_what_entities_of_front_matter_stand_for() {
    let text = "---\ntitle: &quot;Tom &amp; Jerry&quot; &#27;[2J\ntags: [R&amp;D]\nauthor: A &lt;b&gt;\nseries: One &amp; Two\n---\n";
    let folder = library(&[("a.md", &text.replace("title: ", "title: '").replace("[2J", "[2J'"))]);
    let said = |arguments: &[&str]| shown(&longread(folder.path(), arguments));
    assert_eq!(said(&["list", "."]), "  \"Tom & Jerry\" [2J  R&D\n0");
    assert_eq!(said(&["tags", "."]), "    1  R&D\n0");
    assert_eq!(said(&["list", ".", "-q", "#R&D Jerry", "--format", "paths"]), "./a.md\n0");
    let json = said(&["list", ".", "--format", "ndjson"]);
    assert!(json.contains(r#""title":"\"Tom & Jerry\" [2J","date""#), "{json}");
    assert!(json.contains(r#""tags":["R&D"],"authors":["A <b>"]"#), "{json}");
    assert!(json.contains(r#""meta":{"series":"One &amp; Two"}"#), "{json}");
}

#[test]
fn list_prints_a_table_newest_first() {
    let folder = small();
    insta::assert_snapshot!(shown(&longread(folder.path(), &["list", "."])), @"
    2024-03-09  A bridge pauses         Bridges, defi  Harbour
    2023-01-02  Pictures                nft
    2020-01-01  In a folder named list
                Without a date
    0
    ");
}

#[test]
fn what_a_command_has_read_is_in_the_catalogue_until_it_changes() {
    let folder = small();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::write(&path, text).unwrap();
        std::fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    };
    let titles = |arguments: &[&str]| {
        let output = longread(folder.path(), &[&["list", "--sort", "title", "new"], arguments].concat());
        shown(&output)
    };
    std::fs::create_dir(folder.path().join("new")).unwrap();
    write("new/a.md", "# One\n\nfour words are here\n");
    assert!(titles(&[]).contains("One"));
    assert!(titles(&["--format", "json", "--words"]).contains("\"words\":5"));
    assert!(titles(&["--format", "json"]).contains("\"words\":null"));
    // The same size and time: when it was written is told by the time that nobody sets.
    write("new/a.md", "# Two\n\nfour words are here\n");
    assert!(titles(&[]).contains("Two"), "it was not read again");
    write("new/b.md", "# Three\n");
    write("new/a.md", "# Number two\n");
    let both = titles(&[]);
    assert!(both.contains("Number two") && both.contains("Three"), "{both}");
    let catalogues = folder.path().join(".home/.cache/longread/catalogues");
    assert_eq!(std::fs::read_dir(catalogues).unwrap().count(), 1);
}

#[test]
fn options_follow_paths_and_values_may_begin_with_a_dash() {
    let folder = small();
    let paths = |arguments: &[&str]| shown(&longread(folder.path(), arguments));
    assert_eq!(paths(&["list", "news", "--format", "paths", "-q", "-#nft"]), "news/bridge.md\n0");
    assert_eq!(
        paths(&["list", "news", "--sort", "-title", "--format=paths", "--limit", "1"]),
        "news/nft.md\n0"
    );
    assert_eq!(paths(&["list", "--format", "paths", "--", "news"]), "news/bridge.md\nnews/nft.md\n0");
    assert_eq!(paths(&["list", "-q", "#none since:2021", "news"]), "1");
}

#[test]
fn a_folder_named_like_a_command_is_opened_by_its_path() {
    let folder = small();
    assert_eq!(shown(&longread(folder.path(), &["./list"])), "2020-01-01  In a folder named list\n0");
}

#[test]
fn without_a_terminal_a_folder_is_listed_and_a_file_is_shown() {
    let folder = small();
    assert_eq!(shown(&longread(folder.path(), &["news", "-q", "#nft"])), "2023-01-02  Pictures  nft\n0");
    assert_eq!(
        shown(&longread(folder.path(), &["undated.md#quoted"])).lines().next(),
        Some("Without a date")
    );
    assert_eq!(shown(&longread(folder.path(), &["undated.md:3"])).lines().next(), Some("Without a date"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let files: Vec<(String, String)> =
        (0..2000).map(|n| (format!("a{n}.md"), format!("# A title that takes some room {n}\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = library(&files);
    let mut child = Command::new(env!("CARGO_BIN_EXE_longread"))
        .args(["list", "--format", "json"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn json_has_every_field_in_order() {
    let folder = small();
    let output =
        longread(folder.path(), &["list", "undated.md", "--format", "ndjson", "--headings", "--words"]);
    let root = folder.path().canonicalize().unwrap();
    let json = shown(&output).replace(root.to_str().unwrap(), "/root");
    insta::assert_snapshot!(json, @r#"
    {"root":"/root","path":"undated.md","file":"/root/undated.md","title":"Without a date","date":null,"updated":null,"tags":[],"authors":[],"description":null,"source":null,"url":null,"image":null,"draft":false,"featured":false,"toc":null,"words":4,"minutes":1,"headings":[{"level":1,"text":"Without a date","slug":"without-a-date","line":1},{"level":2,"text":"Quoted","slug":"quoted","line":3}],"problems":[],"meta":{}}
    0
    "#);
}

#[test]
fn errors_say_what_where_and_what_to_do() {
    let folder = library(&[("bin.md", "\0\0\0"), ("empty/x.txt", "")]);
    let check = |arguments: &[&str], expect: &str| {
        assert_eq!(shown(&longread(folder.path(), arguments)), expect, "{arguments:?}");
    };
    check(
        &["none.md"],
        "longread: none.md: no such file or folder\ncheck the spelling, or give a folder of markdown files\n2",
    );
    check(
        &["show", "bin.md"],
        "longread: bin.md: is a binary file, not markdown\ngive a markdown file, or a folder of them\n2",
    );
    check(
        &["list", "empty"],
        "longread: empty: no article here\n\
         articles are .md, .markdown, .mkd, .mdown and .mdx files; --all takes in hidden and ignored ones\n1",
    );
    check(
        &["list", "empty", "--format", "json"],
        "[\n]\nlongread: empty: no article here\n\
         articles are .md, .markdown, .mkd, .mdown and .mdx files; --all takes in hidden and ignored ones\n1",
    );
    check(
        &["show", "empty"],
        "longread: empty: is a folder, not a file\ngive one of its files; 'longread list' lists its articles\n2",
    );
    check(
        &["/dev/null"],
        "longread: /dev/null: is a device, not a file or folder\n\
         give a markdown file, a folder, or - for standard input\n2",
    );
    let wrong = longread(folder.path(), &["list", "-q", "since:soon"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().starts_with("longread: query, column "));
    assert_eq!(longread(folder.path(), &["list", "--nonsense"]).status.code(), Some(2));
}

#[test]
fn check_reports_every_problem_and_exits_with_one() {
    let folder = library(&[
        ("a.md", "---\ntitle: A\ndate: 2024-13-45\ntitle: B\n---\n![x](gone.png) and [y](gone.md#z)\n"),
        ("bin.md", "\0"),
        ("fine.md", "---\ntitle: Fine\ndate: 2024-01-01\n---\n[a](a.md) ![p](https://e.org/p.png)\n"),
    ]);
    insta::assert_snapshot!(shown(&longread(folder.path(), &["check"])), @"
    ./a.md:3:1: there is no such day: 2024-13-45
    ./a.md:4:1: the key 'title' stands in line 2 already; the last one counts
    ./a.md:6:1: no such image: gone.png
    ./a.md:6:20: no such file to link to: gone.md
    ./bin.md:1:1: is binary, not text
    1
    ");
    assert_eq!(
        shown(&longread(folder.path(), &["check", "--only", "skipped"])),
        "./bin.md:1:1: is binary, not text\n1"
    );
    assert_eq!(
        shown(&longread(folder.path(), &["check", "--only", "image", "--only", "date"])),
        "./a.md:3:1: there is no such day: 2024-13-45\n./a.md:6:1: no such image: gone.png\n1"
    );
    let wrong = longread(folder.path(), &["check", "--only", "spelling"]);
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said.contains("front-matter, repeated-key, type, date, encoding, image, link"), "{said}");
    assert_eq!(shown(&longread(folder.path(), &["check", "fine.md"])), "0");
}

#[test]
fn check_names_articles_with_the_same_address_or_text_and_tags_that_are_nearly_the_same() {
    let text = "The same words in two files. ".repeat(20);
    let folder = library(&[
        (
            "a.md",
            &format!("---\ntitle: A\ndate: 2024-01-01\nurl: https://e.org/x\ntags: [layer2]\n---\n{text}"),
        ),
        (
            "b.md",
            &format!(
                "---\ntitle: B\ndate: 2024-01-01\nlink: https://e.org/x\ntags: [layer2]\n---\n\n{text}\n"
            ),
        ),
        ("c.md", "---\ntitle: C\ndate: 2024-01-01\ntags: [layer-2]\n---\n"),
    ]);
    insta::assert_snapshot!(shown(&longread(folder.path(), &["check"])), @"
    ./b.md:1:1: has the same text as a.md
    ./b.md:4:7: has the same address as a.md
    ./c.md:4:8: the tag 'layer-2' (1 article) is nearly 'layer2' (2 articles)
    1
    ");
}

#[test]
fn check_follows_links_to_headings_and_wikilinks_to_names() {
    let folder = library(&[
        ("a.md", "# A\n\n## Two words\n\n[x](b.md#part) [y](b.md#gone) [z](#two-words) [[Bee]] [[Nobody]]\n"),
        (
            "notes/c.md",
            "# C\n\n[a](../a.md) [b](/b.md) ![p](/p.png) ![q](/q.png) [[b#Part]] ![[r.png]] [[a#x]]\n",
        ),
        ("b.md", "---\ntitle: B\naliases: [Bee]\n---\n## Part\n"),
        ("static/p.png", "p"),
        ("deep/down/r.png", "r"),
    ]);
    insta::assert_snapshot!(shown(&longread(folder.path(), &["check"])), @"
    ./a.md:5:16: no such heading in b.md: #gone
    ./a.md:5:55: no article has this title, alias or file name: Nobody
    ./notes/c.md:3:38: no such image: /q.png
    ./notes/c.md:3:73: no such heading in a.md: #x
    1
    ");
    let json = shown(&longread(folder.path(), &["check", "--only", "image", "--format", "json"]));
    let root = folder.path().canonicalize().unwrap();
    assert_eq!(
        json.replace(root.to_str().unwrap(), "/root"),
        "[\n{\"file\":\"/root/notes/c.md\",\"path\":\"notes/c.md\",\"line\":3,\"column\":38,\"kind\":\"image\",\
         \"reason\":\"no such image: /q.png\"}\n]\n1"
    );
}

#[test]
fn a_missing_date_is_a_problem_where_others_of_the_folder_have_one() {
    let folder = library(&[
        ("news/a.md", "---\ndate: 2024-01-01\n---\n# A\n"),
        ("news/b.md", "---\ndate: 2024-01-02\n---\n# B\n"),
        ("news/c.md", "# C\n"),
        ("pages/d.md", "# D\n"),
        ("pages/e.md", "# E\n"),
        ("pages/f.md", "no heading\n"),
    ]);
    insta::assert_snapshot!(shown(&longread(folder.path(), &["check"])), @"
    ./news/c.md:1:1: has no date, while most around it have one
    ./pages/f.md:1:1: has no title, neither as a key nor as a heading
    1
    ");
}

#[test]
fn a_folder_without_articles_ends_every_command_with_one() {
    let folder = library(&[("empty/x.txt", "")]);
    for command in ["list", "tags", "check", "export"] {
        let output = longread(folder.path(), &[command, "empty"]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(output.stdout.is_empty(), "{command}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("longread: empty: no article here\n"), "{command}: {said}");
    }
}

#[test]
fn export_writes_what_list_does_with_the_text_and_an_id() {
    let folder = library(&[
        (
            "a.md",
            "---\ntitle: A\ndate: 2024-01-01\n---\n# A\n\nSome *text* with [a link](https://e.org) &amp; \u{1b}more.\n\n\
             - one\n- two\n\n| k | v |\n|---|---|\n| 1 | 2 |\n\n```rust\nlet a;\n```\n\n![A cat](cat.png)\n",
        ),
        ("b.md", "---\ntitle: B\ndate: 2024-02-01\n---\n"),
    ]);
    let exported = longread(folder.path(), &["export"]);
    let text = String::from_utf8(exported.stdout).unwrap();
    assert_eq!((exported.status.code(), exported.stderr.as_slice()), (Some(0), &b""[..]));
    assert!(!text.contains('\u{1b}'));
    let listed = longread(folder.path(), &["list", "--format", "ndjson", "--headings", "--words"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(text.lines().count(), 2);
    for (exported, listed) in text.lines().zip(listed.lines()) {
        let mut exported: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(exported).unwrap();
        let id = exported.shift_remove("id").unwrap();
        let body = exported.shift_remove("body").unwrap();
        assert_eq!(serde_json::Value::Object(exported).to_string(), listed);
        let id = id.as_str().unwrap();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        if listed.contains("\"path\":\"a.md\"") {
            let expect = "A\n\nSome text with a link & more.\n\none\n\ntwo\n\nk  v\n1  2\n\nlet a;\n\nA cat";
            assert_eq!(body.as_str(), Some(expect));
        }
    }
    let one =
        longread(&folder.path().join(".."), &["export", folder.path().to_str().unwrap(), "-q", "title:B"]);
    let one = String::from_utf8(one.stdout).unwrap();
    assert_eq!(one.get(..41), text.get(..41), "the id is that of the file, wherever it is exported from");
    assert_eq!(one.lines().count(), 1);
}

#[test]
fn export_for_a_bulk_load_writes_an_action_before_each_article() {
    let folder = small();
    let output = longread(folder.path(), &["export", "news", "--bulk", "my-index"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    for pair in lines.chunks(2) {
        assert_eq!(pair[0]["index"]["_index"], "my-index");
        assert_eq!(pair[0]["index"]["_id"], pair[1]["id"]);
    }
    assert_eq!(lines[1]["title"], "A bridge pauses", "the newest first, as in the list");
    assert_eq!(longread(folder.path(), &["export", "--bulk", ""]).status.code(), Some(2));
    assert_eq!(shown(&longread(folder.path(), &["export", "-q", "#nobody"])), "1");
}

#[test]
fn a_large_article_is_exported_whole() {
    let paragraph = "word ".repeat(200_000);
    let table = format!("| k |\n|---|\n{}", "| cell |\n".repeat(20_000));
    let folder = library(&[("big.md", &format!("# Big\n\n{paragraph}\n\n{table}"))]);
    let output = longread(folder.path(), &["export"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let body = value["body"].as_str().unwrap();
    assert_eq!(body, format!("Big\n\n{}\n\nk{}", paragraph.trim_end(), "\ncell".repeat(20_000)));
}

#[test]
fn tags_are_counted_and_near_duplicates_are_marked() {
    let folder = library(&[
        ("a.md", "---\ntags: [layer-2, defi]\n---\n"),
        ("b.md", "---\ntags: [Layer2, DeFi]\n---\n"),
        ("c.md", "---\ntags: [defi]\n---\n"),
    ]);
    let output = longread(folder.path(), &["tags", "--format", "json"]);
    assert_eq!(
        shown(&output),
        "[\n{\"tag\":\"defi\",\"count\":3,\"near\":[]},\n{\"tag\":\"layer-2\",\"count\":1,\"near\":[\"Layer2\"]},\n\
         {\"tag\":\"Layer2\",\"count\":1,\"near\":[\"layer-2\"]}\n]\n0"
    );
}

#[test]
fn no_control_byte_of_a_name_or_a_title_reaches_a_pipe() {
    let folder = library(&[
        (
            "x\u{1b}]0;t\u{7}.md",
            "---\ntitle: \"a\\e[31mb\"\ntags: [\"c\\x9bd\"]\n---\n\u{1b}[2J ![i](gone.png \"\u{1b}\")\n",
        ),
        ("y\u{202e}.md", "# z\u{1b}c\n"),
    ]);
    for arguments in [
        &["list"][..],
        &["list", "--format", "json", "--headings"],
        &["list", "--format", "paths"],
        &["check"],
        &["check", "--format", "json"],
        &["export"],
        &["tags"],
        &["show", "y\u{202e}.md"],
        &["show", "n\u{1b}.md"],
    ] {
        let output = longread(folder.path(), arguments);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(bad, None, "{arguments:?}: {text:?}");
        assert!(!text.is_empty(), "{arguments:?}");
    }
}

#[test]
fn settings_name_the_library_and_their_faults_name_a_line() {
    let folder = small();
    let settings = folder.path().join(".home/.config/longread/config.toml");
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    std::fs::create_dir_all(folder.path().join("elsewhere")).unwrap();
    std::fs::write(&settings, format!("library = [\"{}\"]\n", folder.path().join("list").display())).unwrap();
    let listed = longread(&folder.path().join("elsewhere"), &["list", "--format", "paths"]);
    assert_eq!(listed.status.code(), Some(1), "another home, no settings: nothing here");
    let listed = longread(folder.path(), &["list"]);
    assert_eq!(shown(&listed), "2020-01-01  In a folder named list\n0");
    std::fs::write(&settings, "\nmeasure = 7\n").unwrap();
    let listed = longread(folder.path(), &["list", "--limit", "0"]);
    let said = String::from_utf8(listed.stderr).unwrap();
    assert_eq!(said, "longread: settings, line 2: 'measure' should be a number from 40 to 100\n");
    let checked = shown(&longread(folder.path(), &["config", "--check"]));
    assert!(checked.ends_with(":2: 'measure' should be a number from 40 to 100\n1"), "{checked}");
}

#[test]
fn show_hyphenates_what_is_set_for_a_screen_where_the_settings_ask_for_it() {
    let folder = library(&[("a.md", "---\nlang: en\n---\nan incomprehensible word\n")]);
    let settings = folder.path().join(".home/.config/longread/config.toml");
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    let hyphen = |more: &[&str]| {
        let arguments = [&["show", "a.md", "--width", "12"], more].concat();
        shown(&longread(folder.path(), &arguments)).contains("incompre-")
    };
    assert!(!hyphen(&["--color", "always"]), "nobody asked for it");
    std::fs::write(&settings, "hyphenate = true\n").unwrap();
    assert!(hyphen(&["--color", "always"]));
    assert!(!hyphen(&[]), "what goes into a pipe is searched");
    assert!(!hyphen(&["--color", "always", "--plain"]));
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    let folder = small();
    for (arguments, word) in [(&["completions", "bash"][..], "_longread"), (&["man"], ".TH longread")] {
        let output = longread(folder.path(), arguments);
        assert!(String::from_utf8(output.stdout).unwrap().contains(word), "{arguments:?}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn words_of_a_query_are_looked_for_in_the_text_by_every_command() {
    let folder = library(&[
        ("alpha.md", "---\ntitle: Alpha\ntags: [one]\n---\nA zebra stands in the text.\n"),
        ("beta.md", "---\ntitle: Beta\ntags: [two]\n---\nNothing of the kind.\n"),
    ]);
    let check = |arguments: &[&str], expect: &str| {
        assert_eq!(shown(&longread(folder.path(), arguments)), expect, "{arguments:?}");
    };
    for _ in ["by reading", "by the index"] {
        check(&["list", "--format", "paths", "-q", "zebra"], "./alpha.md\n0");
        check(&["list", "--format", "paths", "-q", "-zebra"], "./beta.md\n0");
        check(&["list", "--format", "paths", "-q", "\"the text\" #one"], "./alpha.md\n0");
        check(&["list", "--format", "paths", "-q", "/kind\\.$/"], "./beta.md\n0");
        check(&["tags", "-q", "zebra"], "    1  one\n0");
        assert!(longread(folder.path(), &["index"]).status.success());
    }
}

#[test]
fn an_article_is_called_the_same_however_its_folder_is_written() {
    let folder =
        library(&[("2024-03-09-trip/README.md", "Text.\n"), ("_drafts/a.md", "# A\n"), ("b.md", "# B\n")]);
    let fields = |from: &Path, path: &str| {
        let listed = longread(from, &["list", "--format", "ndjson", path]);
        let item: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
        (item["title"].clone(), item["date"].clone(), item["draft"].clone(), item["root"].clone())
    };
    let trip = folder.path().join("2024-03-09-trip");
    let by_name = fields(folder.path(), "2024-03-09-trip");
    assert_eq!((by_name.0.as_str(), by_name.1.as_str()), (Some("2024-03-09-trip"), Some("2024-03-09")));
    assert_eq!(fields(&trip, "."), by_name);
    assert_eq!(fields(&trip, "README.md"), by_name);
    assert_eq!(fields(folder.path(), "_drafts/../2024-03-09-trip/"), by_name);
    assert_eq!(fields(folder.path(), "_drafts").2, true);
    assert_eq!(fields(&folder.path().join("_drafts"), "a.md").2, true);
}

#[test]
fn a_file_that_is_named_and_cannot_be_read_is_said() {
    let folder = small();
    std::fs::write(folder.path().join("binary.md"), b"\0\x01\0\x02\0\0").unwrap();
    let alone = longread(folder.path(), &["list", "binary.md"]);
    assert_eq!(alone.status.code(), Some(2));
    let said = String::from_utf8(alone.stderr).unwrap();
    assert!(said.starts_with("longread: binary.md: ") && said.contains("binary"), "{said}");
    let beside = longread(folder.path(), &["list", "binary.md", "list"]);
    assert_eq!(beside.status.code(), Some(0));
    assert!(String::from_utf8(beside.stderr).unwrap().contains("binary.md"));
    for command in [&["list", "-"][..], &["search", "-", "word"]] {
        let input = longread(folder.path(), command);
        assert_eq!(input.status.code(), Some(2), "{command:?}");
        assert!(String::from_utf8(input.stderr).unwrap().contains("read standard input"), "{command:?}");
    }
}

#[test]
fn an_index_of_a_bulk_load_has_a_name_that_engines_take() {
    let folder = small();
    let export = |name: &str| longread(folder.path(), &["export", &format!("--bulk={name}")]).status.code();
    for wrong in [
        "", "Articles", "my idx", "_x", "-x", "+x", "a,b", "a*", "a/b", "a\\b", "a\"b", "a#b", "a:b", ".",
        "..",
    ] {
        assert_eq!(export(wrong), Some(2), "{wrong:?}");
    }
    assert_eq!(export(&"a".repeat(256)), Some(2));
    for right in ["articles", "articles-2026", ".x", "é"] {
        assert_eq!(export(right), Some(0), "{right:?}");
    }
}

#[test]
fn keys_are_found_by_every_name_that_they_are_written_under() {
    let folder = library(&[(
        "a.md",
        "---\ntitle: A\nsummary: hello\nheroImage: hero.png\nby: Ann\npublished: false\nms.date: 05/06/2018\n\
         taxonomies:\n  tags: [Tz]\n  deep:\n    - {name: Zoe}\n---\n",
    )]);
    for query in [
        "summary:hello",
        "heroImage:hero",
        "by:ann",
        "published:false",
        "ms.date:2018",
        "taxonomies.tags:tz",
        "taxonomies.deep.name:zoe",
    ] {
        let listed = longread(folder.path(), &["list", "--format", "paths", "-q", query]);
        assert_eq!(shown(&listed), "./a.md\n0", "{query}");
    }
    let listed = longread(folder.path(), &["list", "-q", "taxonomies.deep:ann"]);
    assert_eq!(listed.status.code(), Some(1));
}

#[test]
fn a_lone_file_is_checked_from_the_root_that_it_belongs_to() {
    let folder = library(&[
        ("site/hugo.toml", ""),
        ("site/top.md", "# Top\n"),
        ("site/static/x.png", ""),
        ("site/docs/b.md", "# B\n"),
        ("site/docs/a.md", "# A\n\n![i](/x.png) [t](/top.md) [b](b.md#zz) [[b]] [gone](../gone.md)\n"),
    ]);
    let checked = longread(folder.path(), &["check", "--only", "link", "--only", "image", "site/docs/a.md"]);
    assert_eq!(shown(&checked), "site/docs/a.md:3:46: no such file to link to: ../gone.md\n1");
}

#[test]
fn lists_of_what_to_leave_out_count_without_a_repository_too() {
    let folder = library(&[(".gitignore", "left.md\n"), ("left.md", "# Left\n"), ("kept.md", "# Kept\n")]);
    assert_eq!(shown(&longread(folder.path(), &["list", "--format", "paths"])), "./kept.md\n0");
}

#[test]
fn without_anything_to_read_the_guide_is_printed() {
    let folder = library(&[("note.txt", "no article")]);
    let printed = longread(folder.path(), &[]);
    let text = String::from_utf8(printed.stdout).unwrap();
    assert_eq!(printed.status.code(), Some(0), "{text}");
    assert!(text.starts_with("1. ") && text.contains("The query line"), "{text}");
}
