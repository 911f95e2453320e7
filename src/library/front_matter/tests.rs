use proptest::prelude::*;

use super::*;

fn read_whole(markdown: &str) -> FrontMatter {
    match read(markdown, true) {
        Head::Read(front) => front,
        Head::More => panic!("a whole file never needs more: {markdown:?}"),
    }
}

fn in_words(node: &Node) -> String {
    match node {
        Node::Null => "null".into(),
        Node::Bool(value, text) => format!("{value}({text})"),
        Node::Number(text) => format!("number {text}"),
        Node::Text(text) => format!("{text:?}"),
        Node::List(nodes) => format!("[{}]", nodes.iter().map(in_words).collect::<Vec<_>>().join(", ")),
        Node::Map(map) => {
            let entry = |e: &Entry| format!("{}@{}: {}", e.key, e.line, in_words(&e.node));
            format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Entries as `key@line = value`, one a line, then `body: "…"`, then problems.
fn shown(markdown: &str) -> String {
    let front = read_whole(markdown);
    let mut out = Vec::new();
    for entry in &front.entries {
        out.push(format!("{}@{} = {}\n", entry.key, entry.line, in_words(&entry.node)));
    }
    out.push(format!("body {:?}\n", &markdown[front.body as usize..]));
    for problem in &front.problems {
        let Problem { line, column, kind, reason } = problem;
        out.push(format!("{line}:{column} {} {reason}\n", kind.name()));
    }
    out.concat()
}

fn check(markdown: &str, expect: &str) {
    assert_eq!(shown(markdown), expect, "{markdown:?}");
}

#[test]
fn yaml_is_closed_by_dashes_or_dots_and_blanks_after_the_fence_are_fine() {
    check("---\ntitle: A b\n---\nbody", "title@2 = \"A b\"\nbody \"body\"\n");
    check("---  \ntitle: A b\n...\t\nbody", "title@2 = \"A b\"\nbody \"body\"\n");
    check("---\r\ntitle: A b\r\n---\r\nbody", "title@2 = \"A b\"\nbody \"body\"\n");
    check("---\rtitle: A b\r---\rbody\r", "title@2 = \"A b\"\nbody \"body\\r\"\n");
    check("\n \n---\ntitle: A b\n---\nbody", "title@4 = \"A b\"\nbody \"body\"\n");
}

#[test]
fn scalars_keep_their_text_as_written() {
    let plain =
        "n: 1984\ny: yes\nx: 0x10\nd: 2024-03-09\nf: 1.50\nt: True\nz: 007\ne: ~\nq: '1984'\nb: 1_000\n";
    check(
        &format!("---\n{plain}---\n"),
        "n@2 = number 1984\ny@3 = \"yes\"\nx@4 = number 0x10\nd@5 = \"2024-03-09\"\nf@6 = number 1.50\n\
         t@7 = true(True)\nz@8 = \"007\"\ne@9 = null\nq@10 = \"1984\"\nb@11 = \"1_000\"\nbody \"\"\n",
    );
}

#[test]
fn lists_maps_blocks_and_quotes_are_read_through_serde_yaml() {
    check(
        "---\ntags:\n- a\n- {name: b}\n- 3\ntext: >-\n  one\n  two\nesc: \"a\\tb\"\nc: {k: [x, ~]}\n---\n",
        "tags@2 = [\"a\", {name@4: \"b\"}, number 3]\ntext@6 = \"one two\"\nesc@9 = \"a\\tb\"\n\
         c@10 = {k@10: [\"x\", null]}\nbody \"\"\n",
    );
}

#[test]
fn local_tags_merges_and_aliases_are_data() {
    check("---\na: !thing 1\nb: !!str 2\n---\n", "a@2 = number 1\nb@3 = \"2\"\nbody \"\"\n");
    check(
        "---\nx: &x {a: 1, b: 2}\n<<: *x\nb: 3\n---\n",
        "x@2 = {a@2: number 1, b@2: number 2}\nb@4 = number 3\na@2 = number 1\nbody \"\"\n",
    );
}

#[test]
fn a_head_that_is_indented_as_a_whole_keeps_its_first_key() {
    check(
        "---\n  title: \"a\\x41\"\n  date: 2024-01-02\n---\n",
        "title@2 = \"aA\"\ndate@3 = \"2024-01-02\"\nbody \"\"\n",
    );
}

#[test]
fn what_is_no_map_is_no_front_matter() {
    check("---\nA sentence between rules\n---\nx", "body \"---\\nA sentence between rules\\n---\\nx\"\n");
    check("---\n- a\n- b\n---\nx", "body \"---\\n- a\\n- b\\n---\\nx\"\n");
    check(
        "---\nA \"sentence: with: colons\n---\nx",
        "body \"---\\nA \\\"sentence: with: colons\\n---\\nx\"\n",
    );
    check("---\n\n---\nx", "body \"x\"\n");
    check("---\n# only a comment\n---\nx", "body \"x\"\n");
    check("----\ntitle: x\n---\n", "body \"----\\ntitle: x\\n---\\n\"\n");
    check("{% include x %}\n", "body \"{% include x %}\\n\"\n");
}

#[test]
fn front_matter_that_is_never_closed_is_body_with_a_problem() {
    check(
        "---\ntitle: A\n\n# B\n",
        "body \"---\\ntitle: A\\n\\n# B\\n\"\n1:1 front-matter front matter begins here and is never closed\n",
    );
    check("---\n\nA rule, then text.\n", "body \"---\\n\\nA rule, then text.\\n\"\n");
}

#[test]
fn yaml_that_does_not_parse_is_read_line_by_line_and_says_where() {
    check(
        "---\ntitle: A: b: c\ntags:\n  - x\n  - y\nlist: [a, b\n---\nbody",
        "title@2 = \"A: b: c\"\ntags@3 = [\"x\", \"y\"]\nlist@6 = [\"a\", \"b\"]\nbody \"body\"\n\
         2:9 front-matter front matter: mapping values are not allowed in this context; read line by line instead\n",
    );
    check(
        "---\ntitle: ok\ndate: {{date}}\n---\n",
        "title@2 = \"ok\"\ndate@3 = \"{{date}}\"\nbody \"\"\n\
         3:7 front-matter front matter: date: a key must be text, not a list or a map; read line by line instead\n",
    );
}

#[test]
fn block_scalars_are_read_with_the_lines_too() {
    let reason = "front-matter front matter: mapping values are not allowed in this context; read line by line instead\n";
    check(
        "---\ntitle: A: b: c\ndescription: |\n  First\n    second: line\n\n  third\nsummary: >- # folded\n  one\n  two\n\n  three\n\
         empty: |\ntags:\n- x\nlist: [a,\n  b]\n---\nbody",
        &format!(
            "title@2 = \"A: b: c\"\ndescription@3 = \"First\\n  second: line\\n\\nthird\"\nsummary@8 = \"one two\\nthree\"\n\
             empty@13 = null\ntags@14 = [\"x\"]\nlist@16 = [\"a\", \"b\"]\nbody \"body\"\n2:9 {reason}"
        ),
    );
}

#[test]
fn toml_with_a_quote_that_is_not_closed_keeps_all_else() {
    let reason =
        "front-matter front matter: invalid basic string, expected `\"`; read line by line instead\n";
    check(
        "+++\ntitle = \"A title\ndate = 2024-01-02\ntags = [\"a\", \"b\"]\nmore = [\n  \"c\", # one\n  \"d=e\",\n]\n\
         description = \"\"\"\nlong = it\nis\"\"\"\n[taxonomies]\ncategories = [\"x\"]\n[[resources]]\nsrc = \"y\"\n[extra]\nn = 1\n+++\nbody",
        &format!(
            "title@2 = \"A title\"\ndate@3 = \"2024-01-02\"\ntags@4 = [\"a\", \"b\"]\nmore@5 = [\"c\", \"d=e\"]\n\
             description@9 = \"long = it\\nis\"\ntaxonomies@12 = {{categories@13: [\"x\"]}}\nextra@16 = {{n@17: number 1}}\n\
             body \"body\"\n2:17 {reason}"
        ),
    );
    check(
        "+++\nlist = [\n \"a\",\n \"b\n]\ndraft = true\n+++\nbody",
        &format!("list@2 = [\"a\", \"b\"]\ndraft@6 = true(true)\nbody \"body\"\n4:4 {reason}"),
    );
}

#[test]
fn json_that_does_not_parse_is_read_line_by_line_too() {
    check(
        "{\n  \"title\": \"A, {b\",\n  \"image\": {\n    \"src\": \"c.png\"\n  },\n  \"draft\": true,\n}\nbody",
        "title@2 = \"A, {b\"\ndraft@6 = true(true)\nbody \"body\"\n\
         7:1 front-matter front matter: trailing comma; read line by line instead\n",
    );
}

#[test]
fn of_a_repeated_key_the_last_counts_and_the_line_is_named() {
    check(
        "---\ntitle: first\ntags: [a]\ntitle: second\n---\n",
        "tags@3 = [\"a\"]\ntitle@4 = \"second\"\nbody \"\"\n\
         4:1 repeated-key the key 'title' stands in line 2 already; the last one counts\n",
    );
}

#[test]
fn toml_keeps_numbers_dates_and_order_as_written() {
    check(
        "+++\ntitle = \"A\"\nn = 0x10\ndate = 2024-03-09T10:00:00Z\nb = true\n[taxonomies]\ntags = [\"x\", 1]\n+++\nbody",
        "title@2 = \"A\"\nn@3 = number 0x10\ndate@4 = \"2024-03-09T10:00:00Z\"\nb@5 = true(true)\n\
         taxonomies@6 = {tags@7: [\"x\", number 1]}\nbody \"body\"\n",
    );
    let broken = shown("+++\ntitle = \"A\"\nx = = 2\n+++\nbody");
    assert!(broken.starts_with("title@2 = \"A\"\n") && broken.contains("\n3:5 front-matter "), "{broken}");
    let repeated = shown("+++\ntitle = \"A\"\ntitle = \"B\"\n+++\nbody");
    assert!(repeated.contains("title@3 = \"B\"") && repeated.contains("3:1 "), "{repeated}");
}

#[test]
fn a_json_object_is_front_matter() {
    check(
        "{\n  \"title\": \"A {b}\",\n  \"tags\": [\"x\", 2],\n  \"draft\": true\n}\n\nbody",
        "title@2 = \"A {b}\"\ntags@3 = [\"x\", number 2]\ndraft@4 = true(true)\nbody \"\\nbody\"\n",
    );
    let broken = shown("{\n  \"title\": nope\n}\nbody");
    assert!(broken.starts_with("body \"body\"\n2:"), "{broken}");
}

#[test]
fn bombs_cost_a_problem_and_the_lines_are_still_read() {
    let brackets = format!("---\ntitle: A\nx: {}{}\n---\nbody", "[".repeat(100_000), "]".repeat(100_000));
    let indent = format!("---\ntitle: A\nx:\n  {}y\n---\nbody", "- ".repeat(20_000));
    let mut aliases =
        vec![String::from("---\ntitle: A\na0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")];
    for i in 1..12 {
        let items = vec![format!("*a{}", i - 1); 9].join(",");
        aliases.push(format!("a{i}: &a{i} [{items}]\n"));
    }
    aliases.push("---\nbody".to_owned());
    let aliases = aliases.concat();
    for bomb in [brackets, indent, aliases] {
        let front = read_whole(&bomb);
        assert_eq!(front.get("title").map(|entry| &entry.node), Some(&Node::Text("A".into())));
        assert_eq!(front.problems.len(), 1);
        assert_eq!(&bomb[front.body as usize..], "body");
    }
    let large =
        format!("---\ntitle: A\npad: |\n{}---\nbody", format!("  {}\n", "x".repeat(98)).repeat(11_000));
    let front = read_whole(&large);
    assert_eq!((front.entries.len(), front.problems.len()), (0, 1));
    assert_eq!(&large[front.body as usize..], "body");
}

#[test]
fn more_is_asked_for_until_the_fence_closes() {
    let whole = "\n---\ntitle: A\n---\nbody";
    for end in 0..=17 {
        assert_eq!(read(&whole[..end], false), Head::More, "{:?}", &whole[..end]);
    }
    for end in 18..=whole.len() {
        assert!(matches!(read(&whole[..end], false), Head::Read(_)), "{:?}", &whole[..end]);
    }
    assert!(matches!(read("# Heading\n", false), Head::Read(_)));
    assert_eq!(read("{\n\"title\": ", false), Head::More);
}

/// Heads made of what the flat reader takes, and of what it must give up on.
fn heads() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => "[a-zA-Z0-9_/.,()'é跨-]{1,8}",
        2 => Just("true".to_owned()),
        1 => Just("Null".to_owned()),
        1 => Just("~".to_owned()),
        2 => "[0-9]{1,12}",
        1 => "[0-9+.eExX_-]{1,6}",
        1 => "[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?",
        3 => prop::sample::select(vec![":", "#", "a:", "-", "?", "[", "]", "{", "}", "&a", "*a", "!", "|", ">", "%", "@", "`",
            "\"", "'", "\\\\", "\\t", ",", "#a", "#1:"]).prop_map(str::to_owned),
    ];
    let scalar = (prop::collection::vec(word, 0..4), 0..4_u8).prop_map(|(words, quote)| {
        let text = words.join(" ");
        match quote {
            0 => format!("\"{text}\""),
            1 => format!("'{text}'"),
            _ => text,
        }
    });
    let value = prop_oneof![
        6 => scalar.clone(),
        2 => prop::collection::vec(scalar.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
        2 => (prop::collection::vec(scalar, 1..3), 0..3_usize)
            .prop_map(|(items, indent)| {
                let lines = items.iter().map(|item| format!("\n{}- {item}", " ".repeat(indent)));
                lines.collect::<Vec<_>>().concat()
            }),
    ];
    let line =
        ("[a-zA-Z_][a-zA-Z0-9_.-]{0,5}", prop::sample::select(vec![": ", ":", ":  "]), value, "\n|\n\n|\r\n")
            .prop_map(|(key, colon, value, end)| format!("{key}{colon}{value}{end}"));
    prop::collection::vec(line, 1..5).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_flat_reader_agrees_with_serde_yaml_wherever_it_answers(head in heads()) {
        if let Some(entries) = flat::read(&head) {
            prop_assert_eq!(yaml::read(&head), Parsed::Entries(entries), "{:?}", head);
        }
    }

    #[test]
    fn no_text_breaks_reading(text in "(---|\\+\\+\\+|\\{)?\n?(\\PC|[\r\n\t:-]){0,80}(---|\\+\\+\\+|\\})?\n?", whole: bool) {
        if let Head::Read(front) = read(&text, whole) {
            prop_assert!(text.is_char_boundary(front.body as usize));
        }
    }
}
