use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn never() -> bool {
    false
}

/// The highlights of `code`, a line each.
fn roles(language: &str, code: &str) -> String {
    let mut lines = String::new();
    for one in highlight(language, code, &never) {
        let text = &code[one.range.start as usize..one.range.end as usize];
        let _ = writeln!(lines, "{:?} {text}", one.role);
    }
    lines
}

#[test]
fn rust_is_told_apart() {
    insta::assert_snapshot!(roles("rust", "/// Adds.\n#[inline]\npub fn add(a: u32) -> Option<u32> {\n    let b = 0xff; // yes\n    println!(\"a {}\\n\", a);\n    Some(a + b)\n}\nstruct Point;"), @r#"
    Comment /// Adds.
    Attribute #
    Attribute inline
    Keyword pub
    Keyword fn
    Function add
    Keyword u32
    Type Option
    Keyword u32
    Keyword let
    Number 0xff
    Comment // yes
    Function println!
    String "a 
    Constant {}\n
    String "
    Type Some
    Keyword struct
    Type Point
    "#);
}

#[test]
fn python_is_told_apart() {
    insta::assert_snapshot!(roles("py", "@cached\ndef area(self, r=1.5):\n    \"\"\"The area.\"\"\"\n    if r is not None and True:\n        return f'{r} {math.pi}'"), @r#"
    Attribute @cached
    Keyword def
    Function area
    Number 1.5
    Comment """The area."""
    Keyword if
    Keyword is
    Keyword not
    Constant None
    Keyword and
    Constant True
    Keyword return
    Keyword f
    String '
    String '
    "#);
}

#[test]
fn typescript_is_told_apart() {
    insta::assert_snapshot!(roles("ts", "interface Pool { fee: number }\nexport async function swap(p: Pool): Promise<void> {\n  await call(`x ${p.fee + 1} y`);\n  return null;\n}"), @"
    Keyword interface
    Type Pool
    Type number
    Keyword export
    Keyword async
    Keyword function
    Function swap
    Type Pool
    Type Promise
    Type void
    Keyword await
    Function call
    String `x 
    Number 1
    String  y`
    Keyword return
    Constant null
    ");
}

#[test]
fn solidity_is_told_apart() {
    insta::assert_snapshot!(roles("sol", "// SPDX\npragma solidity ^0.8.0;\ncontract Vault {\n  uint256 public total = 10;\n  function add(address to) external returns (bool) { return true; }\n}"), @"
    Comment // SPDX
    Keyword pragma
    Keyword solidity
    Number 0.8.0
    Keyword contract
    Type Vault
    Constant uint256
    Keyword public 
    Keyword function
    Function add
    Constant address
    Keyword external
    Keyword returns
    Constant bool
    Keyword return
    Constant true
    ");
}

#[test]
fn json_tells_keys_from_values() {
    insta::assert_snapshot!(roles("json", "{\"name\": \"x\", \"size\": 12, \"ok\": true, \"in\": {\"a\": null}}"), @r#"
    Attribute "name"
    String "x"
    Attribute "size"
    Number 12
    Attribute "ok"
    Constant true
    Attribute "in"
    Attribute "a"
    Constant null
    "#);
}

#[test]
fn configuration_and_markup_are_told_apart() {
    insta::assert_snapshot!(roles("yaml", "# why\nname: \"x\"\nlist:\n  - 12\n  - true"), @r#"
    Comment # why
    Attribute name
    String "x"
    Attribute list
    Number 12
    Constant true
    "#);
    insta::assert_snapshot!(roles("toml", "[server]\nport = 80\nhost = \"h\""), @r#"
    Type server
    Attribute port
    Number 80
    Attribute host
    String "h"
    "#);
    insta::assert_snapshot!(roles("html", "<!-- c --><a href=\"x\">text</a>"), @r#"
    Comment <!-- c -->
    Tag a
    Attribute href
    String "x"
    Tag a
    "#);
    insta::assert_snapshot!(roles("css", ".a { color: #fff; }"), @"
    Attribute .a
    Attribute color
    Constant #fff
    ");
    insta::assert_snapshot!(roles("dockerfile", "FROM rust:1\nRUN make"), @"
    Keyword FROM
    Type 1
    Keyword RUN
    ");
}

#[test]
fn a_diff_shows_what_came_and_went() {
    insta::assert_snapshot!(roles("diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same"), @"
    Heading --- a/x
    Heading +++ b/x
    Attribute @@
    Attribute -1 +1
    Attribute @@
    Deleted -old
    Inserted +new
    ");
}

#[test]
fn of_a_session_only_what_was_typed_is_read() {
    insta::assert_snapshot!(roles("console", "$ echo \"a\" \\\n  \"b\"\nif this were read \"it\" would show\n$ ls"), @r#"
    Function echo
    String "a"
    String "b"
    Function ls
    "#);
}

#[test]
fn code_in_no_known_language_is_plain() {
    for language in ["", "text", "klingon"] {
        assert_eq!(highlight(language, "let a = \"b\"; // c", &never), []);
    }
}

#[test]
fn a_long_line_is_plain_and_those_around_it_are_not() {
    let code = format!("let a = 1;\n\"{}\"\nlet b = 2;", "x".repeat(LINE_BYTES));
    let found = highlight("rust", &code, &never);
    let start = 11;
    let end = start + LINE_BYTES as u32 + 2;
    assert!(found.iter().all(|one| one.range.end <= start || one.range.start >= end), "{found:?}");
    assert!(found.iter().any(|one| one.range.start > end), "{found:?}");
}

#[test]
fn whoever_stops_waiting_gets_no_more() {
    let left = std::cell::Cell::new(3);
    let stop = || {
        left.set(left.get() - 1);
        left.get() < 0
    };
    let found = highlight("rust", &"let a = 1;\n".repeat(100), &stop);
    assert_eq!(found.last().map(|one| one.range.end), Some(11 * 2 + 9));
}

#[test]
fn the_second_part_of_a_block_goes_on_where_the_first_ended() {
    use crate::document::Options;
    use crate::document::shown::Position;
    let code = format!("```rust\n/* {}*/ let a = 1;\n```\n", "a comment\n".repeat(5000));
    let document = Document::parse(code.into(), Position(0), &Options { title: None, whole: true });
    let last = PartId(document.parts().len() as u32 - 1);
    assert!(last.0 > 0);
    let comment = |found: Option<Vec<Highlight>>| found.unwrap()[0].role == HighlightRole::Comment;
    let mut highlighter = Highlighter::default();
    for part in 0..=last.0 {
        assert!(comment(highlighter.part(&document, PartId(part), &never)));
    }
    // Alone it cannot know that a comment is open.
    assert!(!comment(Highlighter::default().part(&document, last, &never)));
    assert_eq!(Highlighter::default().part(&document, PartId(0), &|| true), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn highlights_are_in_order_apart_and_within_the_text(
        language in prop::sample::select(vec![
            "rust", "js", "tsx", "py", "sol", "sh", "console", "yaml", "toml", "json", "diff", "html",
            "md", "dockerfile", "c++", "php", "rb", "sql", "perl", "tex", "xml", "css", "lua", "make",
        ]),
        code in "([a-z]{1,6}|[ \\n\\t\"'`$#{}<>()/*+=:;,.@!\\\\-]|\\PC|0|let |fn |if |<\\?php |EOF\n|日本|e\u{301}|\r){0,60}",
    ) {
        let found = highlight(language, &code, &never);
        let mut end = 0;
        for one in found {
            prop_assert!(one.range.start >= end && one.range.start < one.range.end, "{one:?}");
            end = one.range.end;
            let text = code.get(one.range.start as usize..one.range.end as usize);
            prop_assert!(text.is_some_and(|text| !text.trim().is_empty() && !text.contains('\n')), "{one:?}");
        }
    }
}
