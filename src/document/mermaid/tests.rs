//! Diagrams as they are drawn.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::shown::{Inline, PartId, Position, Shown};
use super::super::{Document, Options};
use crate::text::width;

fn document(code: &str) -> Document {
    let markdown = format!("text\n\n```mermaid\n{code}\n```\n");
    Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true })
}

fn drawn(code: &str, room: u16) -> Option<String> {
    document(code).diagram(PartId(1), room).map(|shown| shown.text.as_str().to_owned())
}

fn check(code: &str, expect: &str) {
    let shown = drawn(code, 80).unwrap_or_default();
    let lines = |text: &str| {
        text.trim_matches('\n').lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lines(&shown), lines(expect), "\n{shown}");
}

#[test]
fn a_flowchart_runs_down_and_parts_and_meets_again() {
    check(
        "flowchart TD\nA[Proposal] --> B{Quorum?}\nB -->|yes| C(Queue)\nB -- no --> D[Rejected]\nC --> E\nD --> E\n",
        "
     ┌──────────┐
     │ Proposal │
     └────┬─────┘
          │
          ▾
      ╱─────────╲
      │ Quorum? │
      ╲────┬────╱
       ╭───┴──╮
      yes     no
       │      │
       ▾      ▾
╭───────╮   ┌──────────┐
│ Queue │   │ Rejected │
╰───┬───╯   └────┬─────┘
    │      ╭─────╯
    ╰──────┤
           ▾
        ┌─────┐
        │  E  │
        └─────┘
",
    );
}

#[test]
fn a_flowchart_runs_to_the_right_and_back() {
    check(
        "graph LR; A[one] --> B((two)); B -.-> C[(three)]; C ==> A\n",
        "
┌─────┐    ╭─────╮
│     ├───▸│ two ├┄┄┄╮  ╒═══════╕
│ one │    ╰─────╯ ┏━┆━━│       │
│     │◂━━━━━━━━━━━┛ ┆  │ three │
└─────┘              ╰┄▸│       │
                        └───────┘
",
    );
}

#[test]
fn subgraphs_have_frames_with_their_titles() {
    check(
        "graph TD\nsubgraph one [Layer 1]\nA --> B\nend\nsubgraph two\nC --> D\nend\nB --> C\n",
        "
╭┄ Layer 1 ┄╮
┆ ┌─────┐   ┆
┆ │  A  │   ┆
┆ └──┬──┘   ┆
┆    │      ┆
┆    ▾      ┆
┆ ┌─────┐   ┆
┆ │  B  │   ┆
┆ └──┬──┘   ┆
╰┄┄┄┄│┄┄┄┄┄┄╯
     │
╭┄ two ┄┄┄╮
┆    ▾    ┆
┆ ┌─────┐ ┆
┆ │  C  │ ┆
┆ └──┬──┘ ┆
┆    │    ┆
┆    ▾    ┆
┆ ┌─────┐ ┆
┆ │  D  │ ┆
┆ └─────┘ ┆
╰┄┄┄┄┄┄┄┄┄╯
",
    );
    check(
        "graph LR\nsubgraph L1 [Ethereum]\nA[Deposit]\nend\nsubgraph L2 [Rollup]\nB --> C\nend\nA --> B\n",
        "
╭┄ Ethereum ┄┄╮  ╭┄ Rollup ┄┄┄┄┄┄┄┄┄┄┄╮
┆ ┌─────────┐ ┆  ┆  ┌─────┐   ┌─────┐ ┆
┆ │ Deposit ├─┆──┆─▸│  B  ├──▸│  C  │ ┆
┆ └─────────┘ ┆  ┆  └─────┘   └─────┘ ┆
╰┄┄┄┄┄┄┄┄┄┄┄┄┄╯  ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╯
",
    );
}

#[test]
fn a_sequence_has_lifelines_messages_notes_and_frames() {
    check(
        "sequenceDiagram\nautonumber\nparticipant U as User\nactor B\nU->>B: lock\nNote over U,B: wait\nloop each block\nB-->>U: minted\nend\nB->>B: settle\nU-xB: refund\nNote right of B: done\n",
        "
  ┌──────┐       ┌───┐
  │ User │       │ B │
  └───┬──┘       └─┬─┘
      │  1. lock   │
      ├───────────▸│
    ┌────────────────┐
    │      wait      │
    └────────────────┘
╭┄ loop each block │┄┄┄┄┄┄┄┄┄┄┄┄┄╮
┆     │ 2. minted  │             ┆
┆     │◂┄┄┄┄┄┄┄┄┄┄┄┤             ┆
╰┄┄┄┄┄│┄┄┄┄┄┄┄┄┄┄┄┄│┄┄┄┄┄┄┄┄┄┄┄┄┄╯
      │            │ 3. settle
      │            ├──╮
      │            │◂─╯
      │ 4. refund  │
      ├───────────×│
      │            │ ┌──────┐
      │            │ │ done │
      │            │ └──────┘
      │            │
",
    );
}

/// What a diagram says, word by word.
fn words(code: &str, room: u16) -> Vec<String> {
    let is_line = |c: char| ('\u{2500}'..='\u{25ff}').contains(&c);
    let shown = drawn(code, room).unwrap_or_default();
    shown
        .split(|c: char| c.is_whitespace() || is_line(c))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn an_edge_to_a_group_leads_to_a_box_in_it_that_bears_its_title() {
    check(
        "flowchart LR\nsubgraph S\nA --> B\nend\nS --> C\n",
        "
╭┄ S ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╮
┆ ┌─────┐    ┌─────┐ ┆
┆ │  A  ├───▸│  B  │ ┆
┆ └─────┘    └─────┘ ┆
┆                    ┆
┆                    ┆
┆                    ┆
┆                    ┆
┆ ╭─────╮            ┆
┆ │  S  ├─╮          ┆
┆ ╰─────╯ │          ┆
╰┄┄┄┄┄┄┄┄┄│┄┄┄┄┄┄┄┄┄┄╯
          │
          │  ┌─────┐
          ╰─▸│  C  │
             └─────┘
",
    );
    let code = "flowchart TB\nc1-->a2\nsubgraph one\na1-->a2\nend\nsubgraph two\nb1-->b2\nend\nsubgraph three\nc1-->c2\nend\none --> two\nthree --> two\ntwo --> c2\n";
    let said = words(code, 100);
    for word in ["a1", "a2", "b1", "b2", "c1", "c2", "one", "two", "three"] {
        assert!(said.iter().any(|said| said == word), "{word}: {said:?}");
    }
}

#[test]
fn what_is_in_the_way_of_a_frame_is_moved_out() {
    check(
        "flowchart TD\nsubgraph S [Server]\nAPI --> DB\nend\nAPI --> Q\nQ --> DB\n",
        "
╭┄ Server ┄┄╮
┆ ┌─────┐   ┆
┆ │ API │   ┆
┆ └──┬──┘   ┆
┆    ╰───┬──┆─────╮
┆        │  ┆     ▾
┆        │  ┆  ┌─────┐
┆        │  ┆  │  Q  │
┆        │  ┆  └──┬──┘
┆      ╭─╯  ┆     │
┆      ├────┆─────╯
┆      ▾    ┆
┆   ┌─────┐ ┆
┆   │ DB  │ ┆
┆   └─────┘ ┆
╰┄┄┄┄┄┄┄┄┄┄┄╯
",
    );
}

#[test]
fn groups_that_cannot_be_framed_are_said_in_the_boxes() {
    let sorted = |code: &str| {
        let mut words = words(code, 80);
        words.sort();
        words.join(" ")
    };
    let interleaved =
        "graph TD\nsubgraph S\nA --> C\nC --> E\nend\nsubgraph T\nB --> D\nend\nA --> B --> C --> D --> E\n";
    assert_eq!(sorted(interleaved), "(S) (S) (S) (T) (T) A B C D E");
    assert_eq!(sorted("graph TD\nsubgraph S [Empty one]\nend\nA --> B\n"), "A B Empty one");
    assert_eq!(sorted("graph TD\nsubgraph S\nsubgraph T\nend\nend\nS --> B\n"), "(S) B S T");
}

#[test]
fn a_title_stands_above() {
    check(
        "sequenceDiagram\ntitle: My title\nA->>B: hi\n",
        "
  My title

┌───┐  ┌───┐
│ A │  │ B │
└─┬─┘  └─┬─┘
  │  hi  │
  ├─────▸│
  │      │
",
    );
    for code in [
        "sequenceDiagram\ntitle A title\nA->>B: hi\n",
        "---\ntitle: A title\n---\ngraph LR\nA --> B\n",
        "---\nconfig:\n  x: 1\ntitle: \"A title\"\n---\nsequenceDiagram\nA->>B: hi\n",
    ] {
        let said = words(code, 80);
        assert_eq!(said.get(..2), Some(["A".to_owned(), "title".to_owned()].as_slice()), "{code}\n{said:?}");
    }
    assert_eq!(words("sequenceDiagram\ntitle->>B: hi\n", 80), ["title", "B", "hi"]);
}

#[test]
fn labels_say_no_icons_tags_or_codes() {
    for (label, said) in [
        ("fa:fa-car Car", "Car"),
        ("a fab:fa-github b", "a b"),
        ("fa:fa-car", "car"),
        ("\"#35; and #quot;x#quot; #amp; &lt;y&gt;\"", "# and \"x\" & <y>"),
        ("<b>bold</b> <i>x</i>", "bold x"),
        ("a &lt; b", "a < b"),
        ("Vec<T> is", "Vec<T> is"),
        ("sofa:fa-car #1 C#", "sofa:fa-car #1 C#"),
    ] {
        let quoted = label.trim_matches('"');
        let (flow, sequence) =
            (format!("graph TD\nA[\"{quoted}\"]\n"), format!("sequenceDiagram\nparticipant A as {label}\n"));
        for code in [flow, sequence] {
            assert_eq!(words(&code, 80).join(" "), said, "{code}");
        }
    }
    assert_eq!(words("graph TD\nA -->|#35;| B; B --> C\n", 80), ["A", "#", "B", "C"]);
    assert_eq!(
        words("sequenceDiagram\nA->>B: #35;\nA->>B: x;\nloop <b>a</b><br>b\nend", 80),
        ["A", "B", "#", "x", "loop", "a", "b"]
    );
    assert_eq!(words("graph TD\nsubgraph S [<b>a</b><br>b]\nA\nend\n", 80), ["a", "b", "A"]);
    let wrapped =
        drawn("graph TD\nA[one two three #amp; four five six seven eight nine]\n", 80).unwrap_or_default();
    assert!(wrapped.lines().count() > 3 && wrapped.contains('&'), "{wrapped}");
}

#[test]
fn what_is_not_understood_stays_code_under_its_name() {
    for (code, name) in [
        ("pie\n\"a\": 1", "mermaid · pie"),
        ("graph TD\nA --> B\nA ??? B", "mermaid · flowchart"),
        ("---\ntitle: x\n---\nstateDiagram-v2", "mermaid · state diagram"),
        ("sequenceDiagram\nA->>B: x\nloop never ends", "mermaid · sequence diagram"),
        ("%% only a comment", "mermaid"),
    ] {
        assert_eq!(drawn(code, 80), None, "{code:?}");
        match document(code).show(PartId(1)) {
            Shown::Code { language: Some(language), text } => {
                assert_eq!((language.as_str(), text.text.as_str()), (name, code));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_chart_wider_than_the_room_has_narrower_labels_then_runs_down_then_stays_code() {
    let code = "graph LR\nA[a label of many words] --> B[and another one of many words]\n";
    let (wide, narrow) = (drawn(code, 80).unwrap_or_default(), drawn(code, 44).unwrap_or_default());
    let columns = |text: &str| text.lines().map(width).max();
    assert!(columns(&wide) > columns(&narrow) && !narrow.is_empty(), "{wide}\n{narrow}");
    let down = drawn(code, 20).unwrap_or_default();
    assert!(down.contains('▾') && !down.contains('▸'), "{down}");
    assert_eq!(drawn(code, 9), None);
}

#[test]
fn hostile_diagrams_fall_back_at_once() {
    let edges = |count: usize, to: fn(usize) -> usize| {
        let edges: Vec<String> = (0..count).map(|node| format!("N{node} --> N{}", to(node))).collect();
        edges.join("\n")
    };
    let chain = edges(10_000, |node| node + 1);
    let web = edges(90, |node| node * 7 % 48);
    let wide = format!("graph TD\n{}\n", ["A"; 500].join(" & "));
    for code in [format!("graph TD\n{chain}"), wide, format!("sequenceDiagram\n{}", "loop x\n".repeat(900))] {
        assert_eq!(drawn(&code, 200), None);
    }
    // As much as is ever drawn.
    let _ = drawn(&format!("graph TD\n{web}"), 200);
}

#[test]
fn labels_lead_to_the_code_that_says_them() {
    let document = document("graph TD\nA[跨链 bridge] -->|if & only| B[\"a<br/>b\"]\n");
    let shown = document.diagram(PartId(1), 80).expect("a diagram");
    let text = shown.text.as_str();
    for word in ["跨链 bridge", "if & only", "a", "b"] {
        let at = text.rfind(word).expect(word) as u32;
        let source = shown.map.source_of(at..at + word.len() as u32);
        assert_eq!(&document.markdown()[source.start as usize..source.end as usize], word);
    }
}

/// Pieces of diagrams that meet each other's rules.
fn pieces(of: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    prop::collection::vec(prop::sample::select(of.to_vec()), 0..30).prop_map(|pieces| pieces.concat())
}

fn flowchart(groups: bool) -> impl Strategy<Value = String> {
    let edges = prop::collection::vec((0..9_u8, 0..9_u8, 0..7_usize, 0..4_usize), 0..16);
    (prop::sample::select(vec!["TD", "LR", "BT", "RL"]), edges).prop_map(move |(direction, edges)| {
        let mut code = format!("graph {direction}\n");
        for (index, (from, to, link, group)) in edges.into_iter().enumerate() {
            let link = ["-->", "---", "-.->", "==>", "-->|跨 yes|", "-- no -->", "<-->"][link];
            if groups && group == 0 && index % 3 == 0 {
                let _ = write!(code, "subgraph g{index} [T {index}]\nn{from}[e\u{301} {from}]\nend\n");
            }
            let _ = writeln!(code, "n{from} {link} n{to}{{q {to}}}");
        }
        code
    })
}

fn sound(code: &str, room: u16) {
    let document = document(code);
    for index in 0..document.parts().len() as u32 {
        let Some(shown) = document.diagram(PartId(index), room) else { continue };
        for row in shown.text.as_str().split('\n') {
            assert!(width(row) <= usize::from(room), "{row:?} of {code:?}");
        }
        // A mark may be written as an entity.
        let says = |c: char| {
            code.contains(c) || matches!(c, '↺' | '(' | ')') || (c == '"' && code.contains("#quot;"))
        };
        let code_says = |label: &str| label.trim().is_empty() || label.chars().all(says);
        let mut at = 0;
        for span in &shown.spans {
            assert!(span.inline.contains(Inline::GENERATED) && span.range.start >= at);
            assert!(code_says(&shown.text.as_str()[at as usize..span.range.start as usize]), "{code:?}");
            at = span.range.end;
        }
        let mut before = None;
        for (at, source, _) in shown.map.runs() {
            assert!(before.is_none_or(|before| before < at));
            assert!(source.end as usize <= document.markdown().len());
            before = Some(at);
        }
    }
}

/// Where many cases are asked for, as many more may be charts that are better shown as code.
fn cases() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { max_global_rejects: asked.max_global_rejects.max(asked.cases), ..asked }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_flowchart_fits_its_room(code in flowchart(true), room in 1..120_u16) {
        sound(&code, room);
    }

    #[test]
    fn a_chart_with_room_is_drawn_with_every_label(code in flowchart(false)) {
        let shown = drawn(&code, 2000);
        prop_assume!(shown.is_some());
        let shown = shown.unwrap_or_default();
        for node in 0..9 {
            if code.contains(&format!("{{q {node}}}")) {
                prop_assert!(shown.contains(&format!("q {node}")), "{}\n{}", code, shown);
            }
        }
    }

    #[test]
    fn any_pieces_of_a_flowchart_are_harmless(code in pieces(&["A", "B", "C[x y]", "D{q?}", "E((c))", "F>f]", "跨[链桥]", " --> ", " --- ", " -.-> ", " ==> ", "-->|yes|", "-- no -->", " & ", "\n", "\n", "subgraph one\n", "end\n", ";", "\"", "|", "[", "]", "(", "}", "e\u{301}", "\u{301}", "\u{200d}", "👨\u{200d}👩", "A --> A\n", "<br/>", "\t", "x--x", "<-->", "#quot;", "\u{1b}", ":::x", "%% c\n", "~~~"]), room in 1..100_u16) {
        sound(&format!("graph TD\n{code}"), room);
    }

    #[test]
    fn any_pieces_of_a_sequence_are_harmless(code in pieces(&["participant A\n", "actor B as Bob b\n", "A->>B: hi\n", "B-->>A: there 跨\n", "A->A: self\n", "C-->B\n", "A-xB: x\n", "A-)B: y\n", "Note over A,B: n\n", "Note left of A: l\n", "Note right of B: r<br>s\n", "loop every\n", "alt yes\n", "else no\n", "end\n", "autonumber\n", "activate A\n", "A->>+B: z\n", "\n", "box x\n", "rect rgb(1,2,3)\n", ":", "->>", "A", "\u{301}", "Note over C: \u{200d}\n"]), room in 1..100_u16) {
        sound(&format!("sequenceDiagram\n{code}"), room);
    }
}
