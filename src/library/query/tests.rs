use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::error::{Problem, ProblemKind};
use crate::library::article::{Article, ArticleKey, Place, TitleFrom, Value};
use crate::library::facets::{ValueCount, facets, run_with_facets};
use crate::library::index::{Library, Root};
use crate::library::states::{Reading, State, States};

fn today() -> Date {
    Date::constant(2024, 6, 15)
}

fn article(path: &str, title: &str, date: &str, tags: &[&str]) -> Article {
    Article {
        key: ArticleKey::of(0, path.as_ref()),
        place: Place { root: 0, path: PathBuf::from(path), bytes: 6000, modified: 0 },
        title: SafeText::line(title),
        title_from: TitleFrom::Key,
        date: date.parse().ok(),
        updated: None,
        tags: tags.iter().map(|tag| SafeText::line(tag)).collect(),
        authors: Vec::new(),
        description: None,
        source: None,
        url: None,
        image: None,
        draft: false,
        featured: false,
        toc: None,
        lang: None,
        meta: Vec::new(),
        words: None,
        problems: Vec::new(),
    }
}

fn library_of(articles: Vec<Article>) -> Library {
    let root = Root { path: PathBuf::from("/articles"), name: SafeText::line("articles") };
    Library::new(vec![root], articles.into_iter().map(Arc::new).collect())
}

/// Eight articles, named by one letter.
fn library() -> Library {
    let mut all = vec![
        article("a.md", "Bridge risk explained", "2024-03-09", &["Ethereum", "bridges"]),
        article("b.md", "A history of Ethereum", "2023-12-31", &["ethereum", "layer 2"]),
        article("c.md", "NFT art in Zürich", "2024-05-01", &["nft"]),
        article("d.md", "Lending on Main Street", "", &["defi/lending", "ethereum"]),
        article("e.md", "Who maintains the maintainers?", "2022-01-01", &[]),
        article("f.md", "跨链桥的风险", "2024-06-14", &["defi", "bridges"]),
        article("g.md", "Swaps", "2024-06-08", &["DeFi/Swaps"]),
        article("deep/h.md", "Notes", "2024-03-31", &["definitions"]),
    ];
    all[0].description = Some(SafeText::line("How a bridge between chains can fail"));
    all[0].source = Some(SafeText::line("DeFiBank"));
    all[0].authors = vec![SafeText::line("Ann Wolf")];
    all[1].featured = true;
    all[1].lang = Some(SafeText::line("en"));
    all[2].draft = true;
    all[2].meta = vec![
        (SafeText::line("Read-Time"), Value::Number(SafeText::line("12"))),
        (SafeText::line("categories"), Value::List(vec![Value::Text(SafeText::line("Fine Arts"))])),
    ];
    all[3].problems =
        vec![Problem { line: 1, column: 1, kind: ProblemKind::Date, reason: SafeText::line("no") }];
    all[7].words = Some(5000);
    all[1].place.modified = 40_000_000_000;
    all[3].place.modified = 25_000_000_000;
    library_of(all)
}

fn states(library: &Library) -> States {
    let key = |path: &str| ArticleKey::of(0, path.as_ref());
    let state = |reading, starred, progress, added| State { reading, starred, progress, added, opened: None };
    let opened =
        |state, days: i32| State { opened: today().checked_sub(jiff::Span::new().days(days)).ok(), ..state };
    States::new(
        library,
        [
            (key("a.md"), opened(state(Reading::Read, true, 100, 30), 0)),
            (key("b.md"), opened(state(Reading::Reading, false, 40, 20), 10)),
            (key("gone.md"), state(Reading::Read, true, 1, 1)),
        ],
    )
}

/// The same, with labels of one's own.
fn labelled(library: &Library) -> States {
    let key = |path: &str| ArticleKey::of(0, path.as_ref());
    let mut states = states(library);
    for (path, label) in [("c.md", "To Cite"), ("a.md", "to cite"), ("c.md", "work/draft")] {
        states.label(library.find(key(path)).unwrap(), &SafeText::line(label));
    }
    states
}

fn run(query: &str) -> String {
    let library = library();
    let outcome = Query::parse(query).unwrap().run(&library, &labelled(&library), today());
    assert_eq!(outcome.ids.len() as u64, outcome.set.len(), "{query}");
    assert!(outcome.ids.iter().all(|id| outcome.set.contains(*id)), "{query}");
    let letters = outcome
        .ids
        .iter()
        .map(|id| library.article(*id).place.path.file_stem().unwrap().to_string_lossy().into_owned());
    letters.collect::<Vec<_>>().concat()
}

/// The articles that `query` keeps, in order.
fn check(query: &str, keeps: &str) {
    assert_eq!(run(query), keeps, "{query}");
}

#[test]
fn labels_of_ones_own_are_found_as_tags_are() {
    check("#\"to cite\"", "ca");
    check("#work/*", "c");
    check("#work/draft", "c");
    check("-#\"to cite\" is:read", "");
    assert!(!run("#none").contains('c'));
}

#[test]
fn days_on_which_articles_were_opened_are_asked_for_as_other_days_are() {
    check("opened:today", "a");
    check("opened:7d", "a");
    check("opened:2w", "ab");
    check("opened:2w..yesterday", "b");
    check("-opened:1y is:unread", &run("is:unread"));
    for line in ["opened:7d", "opened:2024..", "opened:..2024-03", "updated:2024..2025-03", "updated:today"] {
        assert_eq!(Query::parse(line).unwrap().to_string(), line);
    }
    let words = |line: &str| Query::parse(line).unwrap().describe(2).to_string();
    assert_eq!(words("opened:7d"), "2 articles opened in the last 7 days");
    assert_eq!(words("updated:2024-03"), "2 articles updated in March 2024");
    assert_eq!(words("opened:yesterday"), "2 articles opened yesterday");
}

#[test]
fn labels_are_counted_beside_the_tags_and_told_apart() {
    let library = library();
    let facets = crate::library::facets::facets(&library, &Query::default(), &labelled(&library), today());
    let own: Vec<_> =
        facets.tags.iter().filter(|tag| tag.own).map(|tag| (tag.value.as_str(), tag.count)).collect();
    assert_eq!(own, [("To Cite", 2), ("work/draft", 1)]);
    let query = Query::parse("#\"to cite\"").unwrap();
    let facets = crate::library::facets::facets(&library, &query, &labelled(&library), today());
    let cite = facets.tags.iter().find(|tag| tag.own).unwrap();
    assert_eq!((cite.count, cite.mark), (2, Mark::Included));
}

#[test]
fn without_terms_everything_is_listed_newest_first_and_undated_last() {
    check("", "fgchabed");
    check("sort:date", "ebahcgfd");
}

#[test]
fn tags_are_compared_without_case() {
    check("#ETHEREUM", "abd");
    check("tag:Ethereum #bridges", "a");
    check("#\"layer 2\"", "b");
    check("tag:nft,\"Layer 2\"", "cb");
    check("#bridges -#ethereum", "f");
    check("#nobody", "");
}

#[test]
fn a_parent_tag_finds_what_is_nested_below_it() {
    check("#defi/*", "fgd");
    check("#defi", "f");
    check("-#defi/* #definitions", "h");
    check("#none", "e");
    check("-#none -#defi/*", "chab");
    check("#\"none\"", "");
}

#[test]
fn dates_reach_from_the_first_day_to_the_last() {
    check("since:2024-03", "fgcha");
    check("until:2023", "be");
    check("since:2024-03-10", "fgch");
    check("in:2024-03", "ha");
    check("on:2024-03-09", "a");
    check("in:2022..2023-12", "be");
    check("in:2024-05..", "fgc");
    check("in:..2022", "e");
    check("-in:2024", "bed");
}

#[test]
fn relative_dates_count_back_from_today() {
    check("on:yesterday", "f");
    check("since:7d", "fg");
    check("in:1w", "fg");
    check("since:today", "");
    check("in:3m..2m", "h");
    check("until:1y", "e");
    check("in:3m..yesterday", "fgch");
}

#[test]
fn words_begin_where_words_begin() {
    check("bridge", "af");
    check("ai", "");
    check("maintain", "e");
    check("\"bridge risk\"", "a");
    check("\"bridge ris\"", "");
    check("main", "de");
    check("'main", "d");
    check("hist*", "b");
    check("zurich", "c");
    check("链桥", "f");
    check("wolf", "a");
    check("-bridge since:2024", "gch");
}

#[test]
fn regular_expressions_look_at_the_same_fields_whatever_the_case() {
    check("/^a.*ethereum$/", "b");
    check("/(?-i)^a .*ethereum$/", "");
    check("/MAINTAIN(S|ERS)/", "e");
    check("/layer\\s\\d/", "b");
}

#[test]
fn a_heading_is_not_a_title_and_only_bodies_tell() {
    check("heading:risk", "");
    check("heading:chains", "");
}

#[test]
fn fields_are_substrings_without_case() {
    check("author:ann", "a");
    check("source:fibank", "a");
    check("title:\"main street\"", "d");
    check("path:DEEP/", "h");
    check("lang:EN", "b");
}

#[test]
fn any_front_matter_key_can_be_asked_for() {
    check("read_time:12", "c");
    check("ReadTime:1", "c");
    check("categories:\"fine arts\"", "c");
    check("feature:true", "b");
    check("featured:false #ethereum", "ad");
    check("draft:true", "c");
    check("date:2024-03", "ha");
    check("nothing:here", "");
}

#[test]
fn states_come_from_articles_and_from_the_reader() {
    check("is:draft", "c");
    check("is:featured", "b");
    check("is:undated", "d");
    check("is:broken", "d");
    check("is:read", "a");
    check("is:reading", "b");
    check("is:unread #ethereum", "d");
    check("is:starred", "a");
    check("IS:Starred", "a");
}

#[test]
fn or_binds_weaker_than_a_blank_and_groups_hold_together() {
    check("#nft OR #bridges #ethereum", "ca");
    check("(#nft OR #bridges) since:2024-05", "fc");
    check("-(#nft OR #bridges) since:2024", "gh");
    check("-(#ethereum #bridges) #ethereum", "bd");
    check("#nft or", "");
}

#[test]
fn every_order_puts_ties_by_path_and_the_undated_last() {
    check("sort:title #ethereum", "bad");
    check("sort:-title #ethereum", "dab");
    check("sort:updated #ethereum", "bad");
    check("sort:words", "abcdefgh");
    check("sort:-words", "habcdefg");
    check("sort:-progress #ethereum", "abd");
    // By its file where nobody has opened it, and where the file is the older.
    check("sort:-added #ethereum", "adb");
    check("sort:added #ethereum", "bda");
    check("sort:date #ethereum", "bad");
    check("sort:-date #ethereum", "abd");
}

#[test]
fn with_words_the_best_match_is_first() {
    check("ethereum", "bad");
    check("ethereum sort:date", "bad");
    check("ethereum sort:-relevance", "adb");
}

fn prints(line: &str, normal: &str) {
    let query = Query::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    assert_eq!(query.to_string(), normal, "{line}");
    assert_eq!(Query::parse(normal), Ok(query), "{line}");
}

#[test]
fn a_query_prints_in_its_normal_form() {
    prints("  #a   -#b ", "#a -#b");
    prints("tag:a tags:a,b #x,\"y z\"", "#a tag:a,b tag:x,\"y z\"");
    prints("((a b) (c))", "a b c");
    prints("a AND b AND -c", "a b -c");
    prints("AND", "");
    prints("a NOT b OR NOT (c d) -NOT e", "a -b OR -(c d) e");
    prints("\"AND\" \"NOT\" ANDY not and", "\"AND\" \"NOT\" ANDY not and");
    prints("title:\":x\" heading:\":x\"", "title:\":x\" heading:\":x\"");
    prints("std::vec a::b", "std::vec a::b");
    prints("a OR (b OR c) OR d e", "a OR b OR c OR d e");
    prints("(a OR b) c --d -(-e) -(f)", "(a OR b) c d e -f");
    prints("sort:title a sort:-date", "a sort:-date");
    prints("sort:date", "sort:date");
    prints("since:2024-3 on:2024/1/2 in:2024-01..", "since:2024-03 on:2024-01-02 since:2024-01");
    prints("Author:\"Ann Wolf\" Some-Key:\"a b\"", "author:\"Ann Wolf\" Some-Key:\"a b\"");
    prints("https://x.org/a 12:30", "https://x.org/a 12:30");
    prints("'x '\"x y\" \"a b\"* /a b\\/c\\d/", "'x '\"x y\" \"a b\"* /a b\\/c\\d/");
    prints("\"say \\\"hi\\\" \\\\ \\n\"", "\"say \\\"hi\\\" \\\\ \\\\n\"");
    prints("#\"none\" #none #a/* #\"a/*\"", "#\"none\" #none #a/* #\"a/*\"");
    prints("path:\"//x\" tag:\"//a\",b", "path:\"//x\" tag:\"//a\",b");
    prints("foo(bar)\"baz\"", "foo bar \"baz\"");
    prints("is:UNREAD", "is:unread");
    prints("", "");
}

fn fails(line: &str, expect: &str) {
    let error = Query::parse(line).expect_err(line);
    assert_eq!(format!("{}: {}", error.column, error.message()), expect, "{line}");
}

#[test]
fn an_error_names_its_column_and_says_what_to_write() {
    fails("#a since:2024-13", "10: there is no date like this: 2024-13; write 2024-03 or 2024-03-09");
    fails(
        "über in:2024..2023-02-30",
        "15: there is no date like this: 2023-02-30; write 2024-03 or 2024-03-09",
    );
    fails("in:2025..2024", "4: 2025 is after 2024; did you mean in:2024..2025?");
    fails(
        "since:yesterdy",
        "7: there is no date like this: yesterdy; write 2024-03 or 2024-03-09; did you mean yesterday?",
    );
    fails("since:", "1: since: needs a value, such as since:2024-03");
    fails(
        "is:unred",
        "4: is: takes no unred; it takes unread, reading, read, starred, draft, featured, undated, broken; did you mean is:unread?",
    );
    fails(
        "sort:-dat",
        "6: sort: takes no dat; it takes date, title, updated, words, added, progress, relevance, folder, series; did you mean sort:-date?",
    );
    fails(
        "-sort:date",
        "1: sort: cannot be left out; the minus stands before the order; did you mean sort:-date?",
    );
    fails("a (b sort:date)", "6: sort: orders the whole list; write it outside of parentheses");
    fails("a \"b", "3: this quotation mark is not closed");
    fails("(a OR (b)", "1: this parenthesis is not closed");
    fails("a)", "2: this parenthesis was never opened");
    fails("a ()", "3: there is nothing between these parentheses");
    fails("OR a", "1: OR needs a term before it");
    fails("a -OR", "4: OR stands between terms; the word itself is written \"OR\"");
    fails("a NOT", "3: NOT stands right before what it leaves out");
    fails("a OR", "3: OR needs a term after it");
    fails("a - b", "3: a minus stands right before what it leaves out");
    fails("#", "1: a tag is missing here");
    fails("title:", "1: a value is missing after title:");
    fails("/a(/", "1: this regular expression cannot be read: unclosed group");
    fails("/a", "1: this regular expression is not closed; a / is missing after it");
    fails("*", "1: a word's beginning is missing before *");
    fails(&"(".repeat(100_000), "33: more than 32 parentheses inside each other");
}

#[test]
fn an_unknown_key_that_is_nearly_a_known_one_is_a_slip() {
    let error = Query::parse_in("#a snice:2024", &library()).unwrap_err();
    assert_eq!(error.message().as_str(), "no article has a key snice; did you mean since:?");
    assert_eq!(error.column, 4);
    assert!(Query::parse_in("readtime:1 reviewer:x date:2024", &library()).is_ok());
    let error = Query::parse_in("before:2024", &library()).unwrap_err();
    assert_eq!(error.message().as_str(), "no article has a key before; did you mean until:?");
    for (slip, meant) in [("state:read", "is:"), ("order:date", "sort:")] {
        assert_eq!(Query::parse_in(slip, &library()).unwrap_err().suggestion.unwrap().as_str(), meant);
    }
    assert!(Query::parse_in("snice:2024", &Library::default()).is_ok());
}

fn edits(line: &str, edit: impl Fn(Query) -> Query, expect: &str) {
    let edited = edit(Query::parse(line).unwrap());
    assert_eq!(edited.to_string(), expect, "{line}");
    assert_eq!(Query::parse(expect), Ok(edited), "{line}");
}

#[test]
fn tags_are_included_excluded_and_cleared() {
    let tag = |name: &str| SafeText::line(name);
    edits("#a", |q| q.include_tag(&tag("layer 2")), "#a #\"layer 2\"");
    edits("#A x", |q| q.include_tag(&tag("a")), "#A x");
    edits("-#a x", |q| q.include_tag(&tag("A")), "x #A");
    edits("#a,b x", |q| q.exclude_tag(&tag("a")), "#b x -#a");
    edits("#a -#b tag:c,d since:2024 x", |q| q.only_tag(&tag("e")), "#e since:2024 x");
    edits("x", |q| q.only_tag(&tag("e")), "x #e");
    edits("#a x", |q| q.any_tag(&tag("b")), "tag:a,b x");
    edits("x -#b", |q| q.any_tag(&tag("b")), "x #b");
    edits("-tag:a,b", |q| q.clear_tag(&tag("a")), "-#b");
    edits("#a", |q| q.toggle_tag(&tag("A")), "");
    edits("", |q| q.toggle_tag(&tag("A")), "#A");
    edits("#a OR #b", |q| q.include_tag(&tag("c")), "(#a OR #b) #c");
    edits("#a OR #b sort:title", |q| q.only_tag(&tag("c")), "(#a OR #b) #c sort:title");
    edits("#a -#b #none x", |q| q.clear_tags(), "x");
    let query = Query::parse("#a -#b tag:c,d (e OR #f)").unwrap();
    let marks = ["A", "b", "d", "f"].map(|name| query.tag_mark(name));
    assert_eq!(marks, [Mark::Included, Mark::Excluded, Mark::Included, Mark::None]);
}

#[test]
fn a_range_of_days_is_written_as_one_shortest_term() {
    let range = |from: &str, to: &str| Some(DateRange { from: from.parse().ok(), to: to.parse().ok() });
    edits("a since:2020 b until:7d", |q| q.with_dates(range("2024-01-01", "2024-12-31")), "a in:2024 b");
    edits("", |q| q.with_dates(range("2024-03-01", "2024-05-31")), "in:2024-03..2024-05");
    edits("", |q| q.with_dates(range("2024-02-01", "2024-02-29")), "in:2024-02");
    edits("", |q| q.with_dates(range("2024-01-01", "2025-03-31")), "in:2024-01..2025-03");
    edits("", |q| q.with_dates(range("2023-01-01", "2025-12-31")), "in:2023..2025");
    edits("", |q| q.with_dates(range("2024-03-09", "2024-03-09")), "on:2024-03-09");
    edits("", |q| q.with_dates(range("2024-03-09", "2024-03-31")), "in:2024-03-09..2024-03-31");
    edits("", |q| q.with_dates(range("2024-03-01", "")), "since:2024-03");
    edits("is:undated #a", |q| q.with_dates(range("", "2024-12-31")), "until:2024 #a");
    edits("in:2024 #a", |q| q.with_dates(None), "#a");
    edits("in:2024 OR #a", |q| q.with_dates(range("2024-01-01", "")), "(in:2024 OR #a) since:2024");
    edits("in:2024 #a", |q| q.only_undated(), "is:undated #a");
}

#[test]
fn states_and_orders_are_set_and_cleared() {
    edits("is:unread x", |q| q.with_state(Is::Read, Mark::Included), "is:read x");
    edits("is:unread x", |q| q.with_state(Is::Starred, Mark::Included), "is:unread x is:starred");
    edits("is:unread x", |q| q.with_state(Is::Unread, Mark::None), "x");
    edits("is:draft x", |q| q.with_state(Is::Draft, Mark::Excluded), "-is:draft x");
    edits("x", |q| q.with_sort("-title".parse().ok()), "x sort:-title");
    edits("#a", |q| q.reverse_sort(), "#a sort:date");
    edits("x", |q| q.reverse_sort(), "x sort:-relevance");
    edits("x sort:title", |q| q.with_sort(None), "x");
    assert_eq!("dat".parse::<Sort>().unwrap_err().as_str(), "there is no order dat; did you mean date?");
}

#[test]
fn search_words_replace_each_other_and_terms_can_be_taken_out() {
    edits("#a old \"older words\"", |q| q.with_words("new since:x (word"), "#a new \"since:x\" \"(word\"");
    edits("#a old", |q| q.without_text(), "#a");
    edits("#a b -c", |q| q.without(1), "#a -c");
    edits("#a b", |q| q.without(7), "#a b");
    edits("#a sort:title", |q| q.and(&Query::parse("b OR c").unwrap()), "#a (b OR c) sort:title");
    edits("#a", |q| q.and(&q), "#a");
}

#[test]
fn chips_say_a_query_in_words() {
    let line = "#ethereum since:2024 -#nft in:2024-03 is:unread \"bridge risk\" author:Ann #a,b #none \
                since:7d in:2024..2025-03 -(x OR #y) feature:true on:2024-03-09";
    let chips: Vec<String> =
        Query::parse(line).unwrap().chips().into_iter().map(|chip| chip.text.to_string()).collect();
    insta::assert_snapshot!(chips.join("\n"), @r#"
    #ethereum
    since 2024
    not #nft
    March 2024
    unread
    “bridge risk”
    by Ann
    #a or #b
    untagged
    last 7 days
    2024 to March 2025
    not (“x” or #y)
    feature: true
    9 March 2024
    "#);
}

#[test]
fn a_sentence_says_what_a_query_keeps() {
    let says = |line: &str, count| Query::parse(line).unwrap().describe(count).to_string();
    assert_eq!(says("#ethereum #bridges", 41), "41 articles with #ethereum and #bridges");
    assert_eq!(says("", 12_345), "12,345 articles");
    assert_eq!(
        says("is:unread -#nft since:2024 #a", 1),
        "1 unread article with #a, without #nft, since 2024"
    );
    assert_eq!(says("in:2024-03 bridge", 0), "no articles in March 2024, about “bridge”");
}

fn shown_facets(line: &str) -> String {
    let library = library();
    let query = Query::parse(line).unwrap();
    let facets = facets(&library, &query, &states(&library), today());
    let mark = |mark| match mark {
        Mark::None => "",
        Mark::Included => "+",
        Mark::Excluded => "-",
    };
    let tags: Vec<String> =
        facets.tags.iter().map(|tag| format!("{}{} {}", mark(tag.mark), tag.value, tag.count)).collect();
    let years: Vec<String> = facets
        .years
        .iter()
        .map(|year| {
            let bars = year.months.map(|count| count.to_string()).concat();
            let inside = year.months_inside.iter().filter(|inside| **inside).count();
            format!("{} {bars} {} {}", year.year, year.count, if year.inside { inside } else { 0 })
        })
        .collect();
    let states: Vec<String> =
        facets.states.iter().map(|s| format!("{}{} {}", mark(s.mark), s.state.name(), s.count)).collect();
    format!(
        "{}\n{}\n{}\nundated {} {}\n{}",
        facets.kept,
        tags.join(", "),
        years.join(", "),
        facets.undated.bar,
        facets.undated.count,
        states.join(", ")
    )
}

#[test]
fn facets_count_what_a_mark_would_keep() {
    insta::assert_snapshot!(shown_facets(""), @"
    8
    Ethereum 3, bridges 2, defi 1, defi/lending 1, DeFi/Swaps 1, definitions 1, layer 2 1, nft 1
    2024 002012000000 5 12, 2023 000000000001 1 12, 2022 100000000000 1 12
    undated 1 1
    unread 6, reading 1, read 1, starred 1, draft 1, featured 1, undated 1, broken 1
    ");
    insta::assert_snapshot!(shown_facets("#ethereum -#bridges"), @"
    2
    +Ethereum 2, -bridges 1, defi/lending 1, layer 2 1
    2023 000000000001 1 12
    undated 1 1
    unread 1, reading 1, read 0, starred 0, draft 0, featured 1, undated 1, broken 1
    ");
}

#[test]
fn folders_are_an_order_in_which_numbers_count_as_numbers() {
    let paths =
        ["b/2-two.md", "b/10-ten.md", "a.md", "B/sub/x.md", "b/README.md", "b/1-one.md", "10/x.md", "9/x.md"];
    let library = library_of(paths.iter().map(|path| article(path, "x", "", &[])).collect());
    let run = |line: &str| -> Vec<String> {
        let ids = Query::parse(line).unwrap().run(&library, &States::default(), today()).ids;
        ids.into_iter().map(|id| library.row(id).path().display().to_string()).collect()
    };
    let sorted =
        ["a.md", "9/x.md", "10/x.md", "b/README.md", "b/1-one.md", "b/2-two.md", "b/10-ten.md", "B/sub/x.md"];
    assert_eq!(run("sort:folder"), sorted);
    let mut back = sorted;
    back.reverse();
    assert_eq!(run("sort:-folder"), back);
    assert_eq!(library.folder(0).as_str(), "10");
    assert_eq!(library.folder(3).as_str(), "articles", "at the root, its name");
}

#[test]
fn series_are_an_order_by_their_parts_and_what_is_in_none_is_last() {
    let said = [
        ("a.md", "2024-01-01", "Rollups", Some(("part", "2"))),
        ("b.md", "2024-02-01", "rollups", Some(("series_order", "10"))),
        ("c.md", "2024-03-01", "Rollups", Some(("weight", "1"))),
        ("d.md", "2023-01-01", "", None),
        ("e.md", "2024-05-02", "Bridges", None),
        ("f.md", "2024-05-01", "Bridges", None),
    ];
    let articles = said.iter().map(|(path, date, series, place)| {
        let mut article = article(path, "x", date, &[]);
        let mut say = |key: &str, value: Value| article.meta.push((SafeText::line(key), value));
        if !series.is_empty() {
            say("series", Value::List(vec![Value::Text(SafeText::line(series))]));
        }
        if let Some((key, number)) = place {
            say(key, Value::Number(SafeText::line(number)));
        }
        article
    });
    let library = library_of(articles.collect());
    let run = |line: &str| -> String {
        let ids = Query::parse(line).unwrap().run(&library, &States::default(), today()).ids;
        ids.into_iter().map(|id| library.row(id).path().display().to_string().replace(".md", "")).collect()
    };
    assert_eq!(run("sort:series"), "fecabd", "parts by number, else oldest first");
    assert_eq!(run("sort:-series"), "bacefd");
    assert_eq!(run("sort:series series:rollups"), "cab");
    assert_eq!(library.series(1).unwrap().as_str(), "Rollups");
    assert_eq!(library.series(3), None);
}

#[test]
fn the_values_of_a_key_are_counted_and_marked_as_names_are() {
    let mut all: Vec<Article> = (0..5).map(|at| article(&format!("{at}.md"), "One", "", &[])).collect();
    let text = |text: &str| Value::Text(SafeText::line(text));
    let said = [
        text("News"),
        text("newsletter"),
        Value::List(vec![text("news"), text("Guides")]),
        text("guides, News"),
        Value::Null,
    ];
    for (article, value) in all.iter_mut().zip(said) {
        article.meta = vec![(SafeText::line("category"), value)];
    }
    let library = library_of(all);
    let of = Named::Key(SafeText::line("Category"));
    let keys = [SafeText::line("Category")];
    let counts = |query: &Query| -> Vec<String> {
        let states = States::default();
        let (_, facets) = run_with_facets(&library, query, &states, &keys, None, today());
        let shown = |name: &ValueCount| format!("{} {} {:?}", name.value, name.count, name.mark);
        facets.names(&of).iter().map(shown).collect()
    };
    let kept = |query: &Query| query.run(&library, &States::default(), today()).ids.len();
    let all = Query::default();
    assert_eq!(counts(&all), ["News 3 None", "Guides 2 None", "newsletter 1 None"]);
    let news = SafeText::line("News");
    let included = all.with_name(&of, &news, Mark::Included);
    assert_eq!((included.to_string().as_str(), kept(&included)), ("Category:'News", 3), "as it was counted");
    assert_eq!(kept(&Query::parse("category:news").unwrap()), 4, "some of a value is enough");
    let others = ["News 3 Included", "Guides 2 None", "newsletter 1 None"];
    assert_eq!(counts(&included), others, "another would take its place");
    assert_eq!(kept(&included.with_name(&of, &SafeText::line("guides"), Mark::Included)), 2);
    let any = included.any_name(&of, &SafeText::line("newsletter"));
    assert_eq!((any.to_string().as_str(), kept(&any)), ("Category:'News OR Category:'newsletter", 4));
    assert_eq!(counts(&any), ["News 3 Included", "Guides 2 None", "newsletter 1 Included"]);
    let released = any.with_name(&of, &news, Mark::None);
    assert_eq!(released.to_string(), "Category:'newsletter");
    let excluded = released.with_name(&of, &news, Mark::Excluded);
    assert_eq!(excluded.to_string(), "Category:'newsletter -Category:'News");
    assert_eq!(excluded.only_name(&of, &SafeText::line("Guides")).to_string(), "Category:'Guides");
}

#[test]
fn any_of_several_names_stands_for_one_term_among_others() {
    let source = |name: &str| SafeText::line(name);
    let query = Query::parse("#a source:one is:unread").unwrap();
    let any = query.any_name(&Named::Source, &source("two"));
    assert_eq!(any.to_string(), "#a (source:one OR source:'two) is:unread");
    assert_eq!(any.name_mark(&Named::Source, &source("One")), Mark::Included);
    assert_eq!(
        any.with_name(&Named::Source, &source("three"), Mark::Included).to_string(),
        "#a source:'three is:unread"
    );
    assert_eq!(any.with_name(&Named::Source, &source("two"), Mark::None), query);
}

#[test]
fn a_whole_value_is_told_from_some_of_it() {
    check("source:defi", "a");
    check("source:'defi", "");
    check("source:'defibank", "a");
    check("title:'swaps", "g");
    check("title:'swap", "");
    check("author:'\"ann wolf\"", "a");
    check("categories:'\"fine arts\"", "c");
    check("categories:'fine", "");
    check("draft:'true", "c");
    check("draft:'tr", "");
    for line in ["source:'DeFiBank", "Read-Time:'\"a b\"", "title:\"'quoted\""] {
        assert_eq!(Query::parse(line).unwrap().to_string(), line);
    }
}

#[test]
fn date_bars_ignore_the_dates_of_the_query_and_numbers_do_not() {
    insta::assert_snapshot!(shown_facets("in:2024-03..2024-05 -is:draft"), @"
    2
    bridges 1, definitions 1, Ethereum 1
    2024 002002000000 2 3, 2023 000000000001 0 0, 2022 100000000000 0 0
    undated 1 0
    unread 1, reading 0, read 1, starred 1, -draft 1, featured 0, undated 0, broken 0
    ");
}

#[test]
fn completion_offers_what_can_stand_at_the_cursor() {
    let library = library();
    let offers = |line: &str| -> Vec<String> {
        complete(line, line.len(), &library, None)
            .into_iter()
            .map(|offer| {
                let count = offer.count.map_or(String::new(), |count| format!(" {count}"));
                format!("{}{}{count}", &line[..offer.replace.start], offer.text)
            })
            .collect()
    };
    assert_eq!(offers("x -#lay"), ["x -#\"layer 2\" 1"]);
    assert_eq!(offers("#nft,br"), ["#nft,bridges 2"]);
    assert_eq!(offers("(tag:eth"), ["(tag:Ethereum 3"]);
    assert_eq!(offers("is:re"), ["is:reading", "is:read"]);
    assert_eq!(offers("sort:-d"), ["sort:-date"]);
    assert_eq!(offers("since:2023"), ["since:2023 1", "since:2023-12 1"]);
    assert_eq!(offers("since:20")[..4], ["since:2024 5", "since:2023 1", "since:2022 1", "since:2024-06 2"]);
    assert_eq!(offers("in:2022..2023"), ["in:2022..2023 1", "in:2022..2023-12 1"]);
    assert_eq!(offers("author:an"), ["author:\"Ann Wolf\" 1"]);
    assert_eq!(offers("sin"), ["since:"]);
    assert_eq!(offers("categories:"), ["categories:\"Fine Arts\" 1"]);
    assert_eq!(offers("rea"), ["Read-Time: 1"]);
    assert_eq!(offers("nf"), ["#nft 1"]);
    assert_eq!(offers(""), Vec::<String>::new());
}

#[test]
fn of_two_articles_at_one_place_the_later_one_is_kept() {
    let library = library_of(vec![
        article("a.md", "old", "", &[]),
        article("b.md", "b", "", &[]),
        article("a.md", "new", "", &[]),
    ]);
    assert_eq!(library.len(), 2);
    assert_eq!(library.article(0).title.as_str(), "new");
    assert_eq!(library.find(ArticleKey::of(0, "b.md".as_ref())), Some(1));
    assert_eq!(library.find(ArticleKey(7)), None);
}

fn any_text() -> impl Strategy<Value = SafeText> {
    "[a-zA-Zé跨0-9 #\"\\\\(),:/*'.|-]{1,8}"
        .prop_map(|text| SafeText::line(&text))
        .prop_filter("not empty", |text| !text.is_empty())
}

fn any_word() -> impl Strategy<Value = SafeText> {
    "[a-zé跨][a-z0-9,.'#*-]{0,5}[a-z0-9]".prop_map(|text| SafeText::line(&text))
}

fn any_when() -> impl Strategy<Value = When> {
    let unit = prop_oneof![Just(Unit::Day), Just(Unit::Week), Just(Unit::Month), Just(Unit::Year)];
    prop_oneof![
        (1..=9999_i16).prop_map(When::Year),
        (1..=9999_i16, 1..=12_i8).prop_map(|(year, month)| When::Month(year, month)),
        (1..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| When::Day(Date::constant(y, m, d))),
        Just(When::Today),
        Just(When::Yesterday),
        (0..=99_999_i32, unit).prop_map(|(count, unit)| When::Ago(count, unit)),
    ]
}

fn any_term() -> impl Strategy<Value = Term> {
    let tag = prop_oneof![
        any_text().prop_map(TagTerm::Tag),
        any_word().prop_map(|word| SafeText::line(&word.as_str().replace(',', "."))).prop_map(TagTerm::Under),
        Just(TagTerm::Untagged),
    ];
    let text = prop_oneof![
        any_word().prop_map(Text::Word),
        any_text().prop_map(Text::Phrase),
        any_text().prop_map(Text::Prefix),
        any_text().prop_map(Text::Exact),
        any_word().prop_map(|word| Text::Heading(Box::new(Text::Word(word)))),
        any_text().prop_map(|text| Text::Heading(Box::new(Text::Phrase(text)))),
        any_text().prop_map(|text| Text::Heading(Box::new(Text::Prefix(text)))),
        any_text().prop_map(|text| Text::Heading(Box::new(Text::Exact(text)))),
        "[a-z ./|]{1,6}".prop_map(|pattern| Text::Regex(safe!("{pattern}"))),
    ];
    let field = prop_oneof![
        Just(Field::Author),
        Just(Field::Source),
        Just(Field::Title),
        Just(Field::Path),
        Just(Field::Lang),
        "[X-Z][a-z0-9_.-]{0,5}".prop_map(|key| Field::Key(SafeText::line(&key))),
    ];
    let date = prop_oneof![
        any_when().prop_map(DateTerm::Since),
        any_when().prop_map(DateTerm::Until),
        any_when().prop_map(DateTerm::On),
        any_when().prop_map(DateTerm::In),
        any_when().prop_map(|from| DateTerm::Between(from, When::Today)),
    ];
    let moment = prop_oneof![
        any_when().prop_map(DateTerm::Since),
        any_when().prop_map(DateTerm::Until),
        any_when().prop_map(DateTerm::In),
        any_when().prop_map(|from| DateTerm::Between(from, When::Today)),
    ];
    prop_oneof![
        moment.clone().prop_map(Term::Opened),
        moment.prop_map(Term::Updated),
        text.prop_map(Term::Text),
        proptest::collection::vec(tag, 1..4).prop_map(Term::Tags),
        date.prop_map(Term::Date),
        (field.clone(), any_text()).prop_map(|(field, value)| Term::Field(field, value)),
        (field, any_text()).prop_map(|(field, value)| Term::Whole(field, value)),
        proptest::sample::select(&Is::ALL[..]).prop_map(Term::Is),
    ]
}

fn any_query() -> impl Strategy<Value = Query> {
    let node = any_term().prop_map(Node::Term).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Node::all),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Node::any),
            inner.prop_map(Node::not),
        ]
    });
    let sort = (proptest::sample::select(&SortKey::ALL[..]), any::<bool>())
        .prop_map(|(key, descending)| Sort { key, descending });
    (node, proptest::option::of(sort)).prop_map(|(root, sort)| Query { root, sort })
}

#[test]
fn a_tag_that_begins_with_a_colon_stays_one() {
    let query = Query::parse("tag:\":a\",b").unwrap();
    assert_eq!(query.to_string(), "tag:\":a\",b");
    assert_eq!(Query::parse(&query.to_string()), Ok(query));
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same_query(query in any_query()) {
        let line = query.to_string();
        prop_assert_eq!(Query::parse(&line), Ok(query), "{}", line);
    }

    #[test]
    fn a_line_that_can_be_read_has_one_normal_form(line in "(\\PC|[#()\"'*/:,a-c -]|OR |-|is:|tag:|in:2024|sort:date ){0,24}") {
        match Query::parse(&line) {
            Ok(query) => {
                let normal = query.to_string();
                prop_assert_eq!(Query::parse(&normal), Ok(query), "{}", normal);
            }
            Err(error) => prop_assert!((1..=line.chars().count() + 1).contains(&error.column)),
        }
    }

    #[test]
    fn negation_keeps_exactly_the_others(query in any_query()) {
        let (library, query) = (library(), Query { sort: None, ..query });
        let states = states(&library);
        let negated = Query { root: Node::not(query.root.clone()), sort: None };
        let kept = query.run(&library, &states, today());
        let others = negated.run(&library, &states, today());
        prop_assert!(kept.set.is_disjoint(&others.set));
        prop_assert_eq!(kept.set | others.set, library.all());
    }

    #[test]
    fn a_tag_facet_counts_what_including_it_keeps(query in any_query()) {
        let library = library();
        let states = states(&library);
        let query = Query { sort: None, ..query };
        for tag in &facets(&library, &query, &states, today()).tags {
            let with = match tag.mark {
                Mark::Excluded => continue,
                Mark::None | Mark::Included => query.include_tag(&tag.value),
            };
            let kept = with.run(&library, &states, today()).set.len();
            if tag.mark == Mark::None {
                prop_assert_eq!(u64::from(tag.count), kept, "{} in {}", tag.value, query);
            }
        }
    }

    #[test]
    fn a_range_set_is_the_range_found(from in 0..4000_i32, length in 0..800_i32) {
        let day = |days: i32| Date::constant(2019, 1, 1).checked_add(jiff::Span::new().days(days)).ok();
        let range = DateRange { from: day(from), to: day(from + length) };
        let query = Query::parse("#a since:2020 (x OR y)").unwrap().with_dates(Some(range));
        prop_assert_eq!(query.date_range(today()), Some(range));
        prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
    }

    #[test]
    fn completion_never_fails_and_replaces_what_is_there(line in "\\PC{0,12}|[#\"a-z:, .-]{0,12}", cursor in 0..14_usize) {
        let library = library();
        for offer in complete(&line, cursor, &library, None) {
            prop_assert!(line.get(offer.replace.clone()).is_some());
        }
    }
}
