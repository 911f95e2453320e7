//! Documents as a reader sees them: parts rendered to plain text.

mod corpus;
mod properties;
mod size;
mod spec;

use std::fmt::Write as _;

use super::shown::{ContainerKind, Inline, Target};
use super::*;

#[test]
fn the_id_of_a_block_stands_back() {
    let faint = |markdown: &str| -> String {
        let document = parse(markdown);
        let Shown::Text(text) = document.show(PartId(0)) else { panic!("{markdown}") };
        let faint = text.spans.iter().filter(|span| span.inline.contains(Inline::FAINT));
        faint.map(|span| &text.text.as_str()[span.range.start as usize..span.range.end as usize]).collect()
    };
    assert_eq!(faint("A **block** with one. ^quote-1\n"), "^quote-1");
    assert_eq!(faint("A block\n^37066d\n"), "^37066d");
    for other in ["2 ^10", "x ^n", "x^abc", "a ^b c", "`code ^ab`"] {
        assert_eq!(faint(other), "", "{other}");
    }
}

fn parse(markdown: &str) -> Document {
    Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true })
}

/// Parts as lines: kind, then what they show.
fn render(markdown: &str) -> String {
    let document = parse(markdown);
    let mut out = String::new();
    for (index, part) in document.parts().iter().enumerate() {
        let path: String = document
            .path(part.container)
            .iter()
            .filter_map(|id| match &document.container(*id).kind {
                ContainerKind::Quote => Some("> ".to_owned()),
                ContainerKind::Item { number: Some(number), task, .. } => {
                    Some(format!("{}.{} ", number.get(), mark(*task)))
                }
                ContainerKind::Item { number: None, task, .. } => Some(format!("-{} ", mark(*task))),
                ContainerKind::Footnote { number } => Some(format!("[{number}] ")),
                ContainerKind::Alert(kind) => Some(format!("{kind:?}! ")),
                ContainerKind::Definition => Some(": ".to_owned()),
                ContainerKind::Details => Some("details ".to_owned()),
                ContainerKind::List { .. } | ContainerKind::Document => None,
            })
            .collect();
        let _ = write!(out, "{path}");
        match document.show(PartId(index as u32)) {
            Shown::Text(text) => match part.kind {
                PartKind::Heading { level } => {
                    let _ = writeln!(out, "h{level} {}", text.text);
                }
                PartKind::Term => {
                    let _ = writeln!(out, "term {}", text.text);
                }
                _ => {
                    let _ = writeln!(out, "{}", text.text);
                }
            },
            Shown::Code { language, text } => {
                let _ = writeln!(out, "code({}) {}", language.unwrap_or_default(), text.text);
            }
            Shown::Table(table) => {
                for row in std::iter::once(&table.header).chain(&table.rows) {
                    let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                    let _ = writeln!(out, "| {} |", cells.join(" | "));
                }
            }
            Shown::Math(text) => {
                let _ = writeln!(out, "math {}", text.text);
            }
            Shown::Image { target, alt } => {
                let _ = writeln!(out, "image {} ({target})", alt.text);
            }
            Shown::Rule => out.push_str("rule\n"),
            Shown::Nothing => out.push_str("nothing\n"),
        }
    }
    out
}

fn mark(task: Option<bool>) -> &'static str {
    match task {
        Some(true) => " [x]",
        Some(false) => " [ ]",
        None => "",
    }
}

fn check(markdown: &str, expect: &str) {
    assert_eq!(render(markdown).trim_end(), expect, "{markdown:?}");
}

#[test]
fn blocks_of_every_kind_become_parts() {
    check("# One\n\nTwo\n*three*\n\n---\n\n- a\n- b\n", "h1 One\nTwo three\nrule\n- a\n- b");
    check("Head\n====\n\n> q1\n> q2\nlazy\n", "h1 Head\n> q1 q2 lazy");
    check("1. a\n2. [x] b\n   - c\n\n     d\n", "1. a\n2. [x] b\n2. [x] - c\n2. [x] - d");
    check("| a | b |\n|---|:-:|\n| 1 | `2|3` |\n", "| a | b |\n| 1 | `2 |");
    check("Term\n: def one\n: def two\n", "term Term\n: def one\n: def two");
    check("![alt](a.png)\n", "image alt (a.png)");
    check("![a](a.png)\n![b](b.png) ![c](c.png)\n", "image a (a.png)\nimage b (b.png)\nimage c (c.png)");
    check("![a](a.png) b\n", "a b");
    check("<!-- c -->\n\nx\n", "nothing\nx");
}

#[test]
fn code_keeps_its_lines_and_loses_its_containers() {
    check("```rust x\nfn a() {\n\tb();\n\n}\n```\n", "code(rust) fn a() {\n    b();\n\n}");
    check("> - ```\n>   a\n>    b\n>   ```\n", "> - code() a\n b");
    check("    a\n     b\n\n    c\n\n\nd", "code() a\n b\n\nc\nd");
    check("```\nnever closed\n", "code() never closed");
    check("  ```\n  a\n b\n   c\n  ```\n", "code() a\nb\n c");
    check(">\t\tfoo\n", "> code()   foo");
    check("```\n```\n", "code()");
}

#[test]
fn definitions_and_notes_reach_every_part() {
    check("[a] and [B][c].\n\n> [a]\n\n[a]: /x\n[c]: /y 't'\n", "a and B.\n> a");
    check(
        "One[^n], two[^m], one[^n].\n\n[^m]: Second.\n[^n]: First.\n",
        "One¹, two², one¹.\n[2] Second.\n[1] First.",
    );
    check("No[^x] note", "No[^x] note");
}

#[test]
fn html_shows_its_text() {
    check("a<br>b <kbd>Ctrl</kbd> H<sub>2</sub>O x<sup>2</sup> <foo>c</foo>", "a\nb Ctrl H₂O x² c");
    check("Water<sup>[2]</sup> z<sub>word</sub>", "Water[2] z_word");
    check(
        "<div>\n<p>One &amp; two</p>\n<ul><li>a</li><li>b</li></ul>\n</div>\n",
        "One & two\n\n\u{a0}•\u{a0}a\n\u{a0}•\u{a0}b",
    );
    check(
        "<p>First</p>\n<p>Second.</p>\n<h3>Head</h3>\n<p>Third.</p>\n<ul><li><p>a</p></li><li>b</li></ul>\n<p>Fourth</p>",
        "First\n\nSecond.\n\nHead\n\nThird.\n\n\u{a0}•\u{a0}a\n\u{a0}•\u{a0}b\n\nFourth",
    );
    check("x<hr>y\n", "x\n─────────\ny");
    check("<div>a<hr>b</div>\n", "a\n\n─────────\n\nb");
    check("<dl><dt>a</dt><dd>b</dd></dl>\n", "a\n\u{a0}\u{a0}\u{a0}b");
    check("<iframe src=\"https://a.b/c\"></iframe>\n", "iframe https://a.b/c");
    check("<video title=\"A film\" src=\"a.mp4\"></video> b\n", "A film b");
    check("<table><tr><td>1</td><td>2</td></tr>\n<tr><td>3</td></tr>\n", "1 │ 2\n3");
    check(
        "<table><tr><td>1</td><td>2</td></tr>\n<tr><td>3</td></tr></table>\n",
        "|  |  |\n| 1 | 2 |\n| 3 |  |",
    );
}

#[test]
fn a_component_s_tag_is_a_block_and_what_follows_is_markdown() {
    check(
        "<Steps>\n1. `a`\n\n   ```ts\n   b\n   ```\n</Steps>\n*c*\n",
        "nothing\n1. a\n1. code(ts) b\nnothing\nc",
    );
    check(
        "a\n<Tabs>\n<TabItem label=\"npm &amp; co\">\n**b**\n</TabItem>\n",
        "a\nnothing\nnpm & co\nb\nnothing",
    );
    check("<Card\n  draw={() => 1}\n  title='t'\n/>\n- b\n", "t\n- b");
    check("> <Note>\n> *a*\n", "> nothing\n> a");
    check("```html\n<Steps>\n*a*\n```\n", "code(html) <Steps>\n*a*");
    // MDX has no indented code: what is indented with its tags is nested in them.
    check(
        "<Tabs>\n    ```sh\n    a\n      b\n\n    ```\n\n    More *text*\n    here.\n</Tabs>\n\n1. c\n\n       ~~~ts\n       d\n       ~~~\n",
        "nothing\ncode(sh) a\n  b\nMore text here.\nnothing\n1. c\n1. code(ts) d",
    );
    check("<A />\n\n    indented *code*\n", "nothing\ncode() indented *code*");
    check("    ```\n    a\n", "code() ```\na");
    check("<DIV>\n*a*\n</DIV>\n", "*a*");
}

#[test]
fn markdown_between_a_component_s_tag_and_its_end_is_read() {
    check(
        "<Aside type=\"caution\">Watch **out**!</Aside>",
        "Caution! term Caution\nCaution! Watch out!\nCaution! nothing",
    );
    check(
        "<TabItem label=\"Apple\">Apple *body*</TabItem>\n<TabItem label=\"Banana\">b</TabItem>",
        "Apple\nApple body\nnothing\nBanana\nb\nnothing",
    );
    check("<A1a />\n\n<p>\n  **Type:** `x`\n</p>\n*y*\n", "nothing\nnothing\nType: x\nnothing\ny");
    check("<A1a />\n\n<p>**Type:** `x`</p>\n", "nothing\nnothing\nType: x\nnothing");
    check("<Note>\n- a\n</Note>\n- b\n", "Note! term Note\nNote! - a\nNote! nothing\n- b");
    check("a <Badge text=\"New\"/> b\n", "a New b");
    check("<Image src={pic} alt=\"An alt\"/>\n\n<Badge text=\"b\" />\n", "An alt\nb");
    // HTML keeps its meaning, and so does what is part of a sentence.
    check("<p>\n*a*\n</p>\n", "*a*");
    check("see <Link to=\"x\">*a*</Link> b\n", "see a b");
}

#[test]
fn spans_and_links_say_what_text_is() {
    let document = parse("A **b *c*** [d `e`](f) <http://g>");
    let Shown::Text(text) = document.show(PartId(0)) else { panic!("no text") };
    let spans: Vec<(&str, Inline)> = text
        .spans
        .iter()
        .map(|span| (&text.text.as_str()[span.range.start as usize..span.range.end as usize], span.inline))
        .collect();
    assert_eq!(
        spans,
        [
            ("b ", Inline::STRONG),
            ("c", Inline::STRONG | Inline::EMPHASIS),
            ("d ", Inline::LINK),
            ("e", Inline::LINK | Inline::CODE),
            ("http://g", Inline::LINK),
        ]
    );
    let targets: Vec<&Target> = text.links.iter().map(|link| &link.target).collect();
    assert_eq!(targets, [&Target::Address("f".into()), &Target::Address("http://g".into())]);
}

#[test]
fn a_first_heading_equal_to_the_title_is_not_repeated() {
    let options = Options { title: Some(SafeText::line("The  Title")), whole: true };
    let document = Document::parse("\n# the *title*\n\n# the title\n".into(), Position(0), &options);
    let kinds: Vec<PartKind> = document.parts().iter().map(|part| part.kind).collect();
    assert_eq!(kinds, [PartKind::Nothing, PartKind::Heading { level: 1 }]);
    assert_eq!(document.contents().len(), 2);
}

#[test]
fn extras_in_running_text_are_read() {
    check("a ==b *c*== d == e", "a b c d == e");
    check("a %%hidden *x*%% b", "a b");
    check("a %%see[^n]%% b[^n]\n\n[^n]: c\n", "a b¹\n[1] c");
    check("[[Page|text]] and [[Other page#h]] ![[pic.png|300]]", "text and Other page › h pic.png");
    check("[[#Here]], [[A#B#C]], [[A#^q-1]] and ![[A#B]]", "Here, A › B › C, A › ^q-1 and A › B");
    check(":smile: :heavy_check_mark: 10:30:00", "😄 ✔️ 10:30:00");
    check("H~2~O x^2^ ~gone~ 2^10 and 2^20", "H₂O x² gone 2^10 and 2^20");
    check("A {% raw %}b{% endraw %} {{< ref \"x\" >}} c", "A b x c");
    check("{{< tab \"One way\" >}}text{{< /tab >}}", "One way text");
    check("{{% tab name=\"Two\" %}} text {{% /tab %}}", "Two text");
}

#[test]
fn comments_hide_whole_paragraphs_and_need_an_end() {
    check(
        "a\n\n%%\n# hidden\n\n- b\n\n```\n%%\n```\n\nc\n%%\n\nd\n",
        "a\nnothing\nnothing\nnothing\nnothing\nnothing\nd",
    );
    assert!(
        parse("%% a\n\n# b\n\n%%\n\n# c\n").contents().iter().all(|heading| heading.text.as_str() == "c")
    );
    check("%%\na\n\nb\n", "%% a\nb");
    check("%% a %%\n\nb\n\n100%%\n", "nothing\nb\n100%%");
}

#[test]
fn wikilinks_in_tables_escape_their_bar() {
    check("| a | b |\n|---|---|\n| [[Page\\|text]] | c |\n", "| a | b |\n| text | c |");
    check(
        "| a | b |\n|---|---|\n| **[[P#h\\|t]]** x \\| [[y | ![[i.png\\|300]] |\n",
        "| a | b |\n| t x | [[y | i.png |",
    );
}

#[test]
fn bare_addresses_lead_somewhere() {
    let document = parse("See https://a.b/c_d_e, **www.x.org** `http://no.no` and me@x.org");
    let Shown::Text(text) = document.show(PartId(0)) else { panic!("no text") };
    let found: Vec<(&str, &Target)> = text
        .links
        .iter()
        .map(|link| (&text.text.as_str()[link.range.start as usize..link.range.end as usize], &link.target))
        .collect();
    let address = |to: &str| Target::Address(to.into());
    assert_eq!(
        found,
        [
            ("https://a.b/c_d_e", &address("https://a.b/c_d_e")),
            ("www.x.org", &address("http://www.x.org")),
            ("me@x.org", &address("mailto:me@x.org")),
        ]
    );
    assert_eq!(text.spans.iter().filter(|span| span.link.is_some()).count(), 3);
}

#[test]
fn alerts_and_callouts_have_a_title_and_a_family() {
    check("> [!WARNING]\n> Mind *this*.\n", "Warning! term Warning\nWarning! Mind this.");
    check("> [!tip]- A *title*\n> - a\n", "Tip! term A title\nTip! - a");
    check("> text\n> [!NOTE]\n", "> text [!NOTE]");
    check(":::note[Read *me*]\n\none\n\n:::\n\ntwo\n", "Note! term Read me\nNote! one\nNote! nothing\ntwo");
    check(
        "::: danger\none\n- a\n:::\ntwo\n",
        "Caution! term Danger\nCaution! one\nCaution! - a\nCaution! nothing\ntwo",
    );
    check(
        ":::tip\n:::note\na\n:::\nb\n:::\nc",
        "Tip! term Tip\nTip! Note! term Note\nTip! Note! a\nTip! Note! nothing\nTip! b\nTip! nothing\nc",
    );
}

#[test]
fn definition_lists_and_containers_live_in_one_document() {
    check(
        "Term\n: one\n: two\n\n:::note\ntext\n:::\n\n> ::: tip\n> a\n> :::\n",
        "term Term\n: one\n: two\nNote! term Note\nNote! text\nNote! nothing\n> Tip! term Tip\n> Tip! a\n> Tip! nothing",
    );
    check("a\n: b\n\n```\n::: c\n```\n", "term a\n: b\ncode() ::: c");
}

#[test]
fn details_hold_what_stands_between_their_tags() {
    let markdown = "<details>\n<summary>More <b>here</b></summary>\n\n# In\n\ntext\n\n</details>\n\nafter\n";
    check(markdown, "details term More here\ndetails h1 In\ndetails text\ndetails nothing\nafter");
    assert!(parse(markdown).contents()[0].top_level);
    check("<details><summary>S</summary>Body</details>\n", "details term S\ndetails Body\ndetails nothing");
}

/// The folds of a document: its summary, how many parts it hides, whether it begins folded.
fn folds(markdown: &str) -> Vec<(String, u32, bool)> {
    let document = parse(markdown);
    let summary = |id| match document.show(id) {
        Shown::Text(text) => text.text.as_str().to_owned(),
        _ => String::new(),
    };
    let fold = |fold: &folds::Fold| (summary(fold.summary), fold.end.0 - fold.summary.0 - 1, fold.folded);
    document.folds().iter().map(fold).collect()
}

#[test]
fn callouts_and_details_say_how_they_fold() {
    let one = |markdown, summary: &str, hidden, folded| {
        assert_eq!(folds(markdown), [(summary.to_owned(), hidden, folded)], "{markdown:?}");
    };
    one("a\n\n> [!note]- T\n> b\n>\n> c\n\nd\n", "T", 2, true);
    one("> [!tip]+\n> - b\n", "Tip", 1, false);
    one("<details>\n<summary>S</summary>\n\nb\n\n</details>\n\nc\n", "S", 1, true);
    one("<details open>\n\n<summary>S</summary>\n\nb\n\n</details>\n", "S", 1, false);
    one(":::details More\nb\n:::\nc\n", "More", 2, true);
    assert_eq!(folds("> [!note] T\n> b\n\n> [!note]- alone\n\n<details>\n\nb\n\n</details>\n"), []);
}

#[test]
fn folds_stand_in_order_and_a_part_knows_those_around_it() {
    let document = parse("> [!note]- A\n> b\n>\n> > [!tip]+ C\n> > d\n\ne\n");
    assert_eq!(document.folds().len(), 2);
    let around = |part| document.folds_around(PartId(part)).count();
    assert_eq!([0, 1, 2, 3, 4].map(around), [0, 1, 1, 2, 0]);
}

#[test]
fn lines_of_mdx_and_templates_show_nothing_or_a_name() {
    check("import A from 'a';\n\nexport const b = 1;\n\n# H\n", "nothing\nnothing\nh1 H");
    check("{% raw %}\n\ntext\n\n{% endraw %}\n", "nothing\ntext\nnothing");
    check(
        "{{< youtube abc >}}\n\n{{% note %}}\nkept\n{{% /note %}}\n",
        "youtube abc\nNote! term Note\nNote! kept\nNote! nothing",
    );
    check("<Tabs values={[1]}>\n\ntext\n\n</Tabs>\n", "nothing\ntext\nnothing");
}

#[test]
fn prices_and_variables_stay_among_markup() {
    check("A **$100M** raise at a **$2B** valuation", "A $100M raise at a $2B valuation");
    check("**$ETH** and **$BTC**", "$ETH and $BTC");
    check("[$5](a) and [$6](b)", "$5 and $6");
    check("~~$5~~ **$6**, ==$5== and ==$6==, *$5* or *$6*", "$5 $6, $5 and $6, $5 or $6");
    check(
        "It costs $30. Set `$HOME` now. Use $A or `$B` here",
        "It costs $30. Set $HOME now. Use $A or $B here",
    );
    check(
        "$ETH/$BTC foo$bar$baz $5 and x$ 50$, 60$ xyz_$folder$ $Id$",
        "$ETH/$BTC foo$bar$baz $5 and x$ 50$, 60$ xyz_$folder$ $Id$",
    );
    check("| **$5** | **$6** |\n|---|---|\n| $x^2$ | `$a` $b |\n", "| $5 | $6 |\n| x² | $a $b |");
    check("# **$5** to $x^2$\n", "h1 $5 to x²");
    assert_eq!(parse("# **$5** and *$6*, $x^2$\n").contents()[0].text.as_str(), "$5 and $6, x²");
    check("*$x$* and $`y_1`$", "x and y₁");
}

#[test]
fn formulas_stand_alone_in_every_spelling() {
    check("$$\nx^2\n$$\n", "math x²");
    check("```math\nx^2\n```\n", "math x²");
    check("\\begin{equation}\nx^2\n\\end{equation}\n", "math x²");
    check("\\[\nx^2\n\\]\n", "math x²");
    check("> a\n>\n> \\[ \\alpha +\n> 1 \\]\n", "> a\n> math α + 1");
    check("\\[citation needed\\]\n\n\\[a\\] = \\[b\\]", "[citation needed]\n[a] = [b]");
}

#[test]
fn a_paragraph_of_blanks_alone_shows_nothing() {
    check("a\n\n&nbsp;\n\n\u{a0}\u{a0}\n\n&nbsp;b\n", "a\nnothing\nnothing\n\u{a0}b");
}

#[test]
fn what_is_no_tag_is_words() {
    check("Maybe\\<T> API", "Maybe<T> API");
    check("Make RSplit<T, P>: Clone", "Make RSplit<T, P>: Clone");
    check("`x` #include <Windows.h> <CTRL+C>", "x #include <Windows.h> <CTRL+C>");
    check("Set <YOUR_API_KEY> or <T> on <branch>", "Set <YOUR_API_KEY> or <T> on <branch>");
    check("import <Foo/Bar.h>", "import <Foo/Bar.h>");
    check("# Vec\\<T>", "h1 Vec<T>");
    check("[impl X for [MaybeUninit<T: Any>; N]](u)", "impl X for [MaybeUninit<T: Any>; N]");
    check("a <Card>b</Card> <span>c</span> <Icon name=\"x\" /> <my-tag>d</my-tag>", "a b c d");
    check("<Note>one\n\ntwo</Note>\n", "one\ntwo");
}

#[test]
fn marks_inside_words_are_none() {
    check("numpy==1.2 and scipy==3.4, if x==1 and y==2", "numpy==1.2 and scipy==3.4, if x==1 and y==2");
    check("'==' to '===' and '==' to '=='", "'==' to '===' and '==' to '=='");
    check("100%% sure and 50%% off", "100%% sure and 50%% off");
    check("%%i in (*.txt) do %%i", "%%i in (*.txt) do %%i");
    check("printf(\"100%%\"), 50%%", "printf(\"100%%\"), 50%%");
    check(
        "[[:punct:]] a[[0]] and b[[1]] [[ -f file ]] [[nodiscard]] int",
        "[[:punct:]] a[[0]] and b[[1]] [[ -f file ]] [[nodiscard]] int",
    );
    check("中文==标记==中文 ^[x] a^[a note] b", "中文标记中文 ^[x] a (a note) b");
    check(&"=".repeat(20_000), &"=".repeat(20_000));
}

#[test]
fn only_attributes_are_taken_from_headings() {
    check("## GET /users/{id}\n", "h2 GET /users/{id}");
    check("# Set {1, 2}\n\n## \\{x}\n\n# MDX {props.title}\n", "h1 Set {1, 2}\nh2 {x}\nh1 MDX {props.title}");
    let slugs: Vec<String> = parse("## GET /users/{id}\n\n# A {#b .c d=e}\n")
        .contents()
        .iter()
        .map(|h| h.slug().to_string())
        .collect();
    assert_eq!(slugs, ["get-usersid", "b"]);
}

#[test]
fn tags_of_templates_break_no_markup() {
    check("[ref]({{< ref \"page.md\" >}}) x", "ref x");
    check("[a]({{ site.repository }}/issues/1 \"t\") [b]\n\n[b]: {{ site.url }}/x\n", "a b");
    check("<a href=\"{{< ref \"x.md\" >}}\" target=\"_blank\">tools</a>", "tools");
    check("{{< img\n  src=\"a.jpg\"\n  alt=\"Zion\"\n>}}\n\nb", "image Zion (a.jpg)\nb");
    check("a {{/* comment */}} b", "a b");
    check("{% highlight ruby %}\n# a\n{% endhighlight %}\nb", "code(ruby) # a\nb");
    check("{{< highlight go >}}\n*a*\n{{< /highlight >}}\n", "code(go) *a*");
    check("{% comment %}\n# a\n\n{% endcomment %}\n\nb {% comment %}*c*{% endcomment %} d", "nothing\nb d");
    check("a\n\n{: .note }\nb\n\n{: #v4-4-1}\n", "a\nb\nnothing");
    check("* TOC\n{:toc}\n\nb", "nothing\nb");
    check("<table><tr><td>{{< note a=\"b\" >}} c {{< img alt=\"d\" >}}</td></tr></table>\n", "c d");
}

#[test]
fn containers_end_whatever_stands_in_them() {
    check(
        ":::note\n| a |\n|---|\n| b |\n:::\n\nafter",
        "Note! term Note\nNote! | a |\n| b |\nNote! nothing\nafter",
    );
    check(":::tip\n<div>\nx\n</div>\n:::\n\n## After", "Tip! term Tip\nTip! x\nTip! nothing\nh2 After");
    check(":::note\n- a\n:::\nafter", "Note! term Note\nNote! - a\nNote! nothing\nafter");
    check(":::note\na\n: def\n:::", "Note! term Note\nNote! term a\nNote! : def\nNote! nothing");
}

#[test]
fn preformatted_html_is_code() {
    check(
        "<pre><code class=\"language-rust\">fn a() {\n    b\n}</code></pre>\n",
        "code(rust) fn a() {\n    b\n}",
    );
    let Shown::Code { text, .. } = parse("<pre><code>a <b>b</b></code></pre>\n").show(PartId(0)) else {
        panic!("it is code");
    };
    let marked: Vec<_> = text.spans.iter().filter(|span| !span.inline.is_empty()).collect();
    assert!(matches!(marked[..], [span] if span.inline == Inline::STRONG), "{marked:?}");
}

#[test]
fn lists_of_html_keep_numbers_and_depth() {
    check(
        "<ol start=\"3\"><li>a</li><li>b<ul><li>c</li></ul></li></ol><hr>d\n",
        "\u{a0}3.\u{a0}a\n\u{a0}4.\u{a0}b\n\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}•\u{a0}c\n\n─────────\n\nd",
    );
    check("<ul><li>a<p>b</p></li></ul>\n", "\u{a0}•\u{a0}a\n\u{a0}\u{a0}\u{a0}b");
}

#[test]
fn quotes_of_html_have_their_bar() {
    const BAR: &str = "\u{a0}┃\u{a0}\u{a0}";
    check(
        "<p>a</p><blockquote><p>b</p><p>c<br>d</p></blockquote><p>e</p>\n",
        &format!("a\n\n{BAR}b\n{BAR}\n{BAR}c\n{BAR}d\n\ne"),
    );
    // What closes a list that nobody opened ends no quote.
    check("<blockquote>a</ul>b</blockquote>\n", &format!("{BAR}a\n{BAR}\n{BAR}b"));
}

#[test]
fn the_words_of_a_picture_stand_apart_from_those_written_behind_it() {
    check("[![A cat](c.png)](b)_Guest_ post", "A cat Guest post");
    check("x ![A cat](c.png)![A dog](d.png) y", "x A cat A dog y");
    check("a ![A cat](c.png), ![猫](c.png)猫", "a A cat, 猫猫");
    assert!(
        matches!(&parse("![a](b)c").show(PartId(0)), Shown::Text(text) if text.map.source_of(1..2).is_empty())
    );
}

#[test]
fn pictures_without_words_are_called_as_their_files() {
    check("![](x/a.png)\n", "image a.png (x/a.png)");
    check("<img src=\"x/a.png\">\n", "image a.png (x/a.png)");
    check("![[a.png]]\n", "image a.png (a.png)");
    check("b ![](x/a.png) c ![](/url)", "b a.png c");
}

#[test]
fn a_picture_with_a_line_for_itself_is_one_and_the_rest_of_its_paragraph_follows() {
    check("![a](a.png)\n*Below*\n", "image a (a.png)\nBelow");
    check(
        "Text\\\n![a](a.png){width=50%}  \nmore\n![b](b.png)",
        "Text\nimage a (a.png)\nmore\nimage b (b.png)",
    );
    check("> Text\n> ![a](a.png)\n> \\*more\n", "> Text\n> image a (a.png)\n> *more");
    check("- [ ] Text\n  ![a](a.png)\n  more\n- b\n", "- [ ] Text\n- [ ] image a (a.png)\n- [ ] more\n- b");
    check("a\n![[b.png|300]]\nc\n![[d]]\n", "a\nimage b.png (b.png)\nc d");
    check("![a](a.png)<br>\n{: .wide}\n", "image a (a.png)\nnothing");
    // Words around it, and markup that goes on behind it, keep it a word.
    check("a ![b](b.png)\nc\n", "a b c");
    check("*a\n![b](b.png)\nc*\n", "a b c");
    check("a %%\n![b](b.png)\n%% c\n", "a c");
}

#[test]
fn a_picture_that_leads_somewhere_is_one_and_leads_there() {
    check("[![a](a.png)](https://x.y)\n", "image a (a.png)");
    check("<a href=\"https://x.y\"><img src=\"a.png\" alt=\"a\"></a>\n", "image a (a.png)");
    check("Text\n[![a](a.png)](b.md)\nmore\n", "Text\nimage a (a.png)\nmore");
    check("[see ![a](a.png)](https://x.y)\n", "see a");
    check("[![a](a.png) ![b](b.png)](https://x.y)\n", "a b");
    for markdown in
        ["[![a](a.png)](https://x.y)", "<a href=\"https://x.y\"><img src=\"a.png\" alt=\"a\"></a>"]
    {
        let Shown::Image { alt, .. } = parse(markdown).show(PartId(0)) else { panic!("{markdown}") };
        let link = alt.spans.iter().find_map(|span| span.link).unwrap();
        assert_eq!(alt.links[link as usize].target, Target::Address("https://x.y".into()), "{markdown}");
        assert!(alt.links.iter().all(|link| link.range == (0..1)), "{:?}", alt.links);
    }
}

#[test]
fn badges_stay_words_of_their_line() {
    let badge = |name: &str| format!("[![{name}](https://b.org/{name}.svg)](https://b.org/{name})\n");
    check(&format!("{}{}", badge("a"), badge("b")), "a b");
    check(
        "<p>\n<img src=\"https://b.org/a.svg\" alt=\"a\">\n<img src=\"https://b.org/b.svg\" alt=\"b\">\n</p>\n",
        "a b",
    );
    // From elsewhere, but one to look at.
    check("Text\n![a](https://x.y/a.png)\n", "Text\nimage a (https://x.y/a.png)");
}

#[test]
fn pictures_of_html_with_lines_for_themselves_are_some() {
    check(
        "<figure>\n<img src=\"a.png\" alt=\"a\">\n<figcaption>Cap</figcaption>\n</figure>\n",
        "nothing\nimage a (a.png)\nCap",
    );
    check(
        "<p align=\"center\">\n  <a href=\"b\"><img src=\"a.png\" alt=\"a\"></a>\n</p>\n<h1 align=\"center\">Proj</h1>\n",
        "nothing\nimage a (a.png)\nProj",
    );
    check(
        "<h1>\n<picture>\n<source srcset=\"b.png\">\n<img src=\"a.png\" alt=\"a\">\n</picture><br>\nProj</h1>\n",
        "nothing\nimage a (a.png)\nProj",
    );
    check("> <p>\n> <img src=\"a.png\" alt=\"a\">\n> Text</p>\n", "> nothing\n> image a (a.png)\n> Text");
    check("<p><img src=\"a.png\" alt=\"a\"> and text</p>\n", "a and text");
}

#[test]
fn the_figure_of_a_template_is_a_picture() {
    check("{{< figure src=\"a.png\" alt=\"A *b*\" >}}\n", "image A *b* (a.png)");
    check("Text\n{{< img src=\"x/a.png\" />}}\nmore\n", "Text\nimage a.png (x/a.png)\nmore");
    check("See {{< figure src=\"a.png\" >}} here\n", "See a.png here");
    check("{{< figure src=\"a\" >}}\n", "figure a");
}

#[test]
fn what_vaults_and_wikis_write_for_themselves_shows_nothing() {
    check("![obs|100](pic.png)\n\n![obs|100x20](pic.png)\n", "image obs (pic.png)\nimage obs (pic.png)");
    check("a ![|100](pic.png) ![a|b](c) d\n", "a pic.png a|b d");
    check("[[_TOC_]]\n\na\n", "nothing\na");
}

#[test]
fn blank_lines_at_the_end_of_code_show_nothing() {
    check("```sh\n\nls\n  \n  a\n\n \n```\nb\n", "code(sh) \nls\n  \n  a\nb");
    check("~~~\n\n\n~~~\nb\n", "code() \nb");
}

#[test]
fn marks_of_notes_are_told_apart_and_lines_joined_as_their_language_has_it() {
    check("a[^1][^2]\n\n[^1]: b\n[^2]: c\n", "a¹,²\n[1] b\n[2] c");
    check("日本語\n改行された\n*段落*です", "日本語改行された段落です");
    check("한국어\n문장", "한국어 문장");
    check("a   b [c   d](e)", "a b c d");
}

#[test]
fn braces_at_the_end_of_a_line_are_left_alone_outside_headings() {
    check("$$\n\\frac{a}{b}\n$$\n", "math  a\n───\n b");
    check("the value $x_{i}\n= 2$ here\n", "the value xᵢ = 2 here");
    check("see [api]\n\n[api]: https://host/v1/{id}\n", "see api");
    check("> $$\n> x = 2^{3}\n> $$\n", "> math x = 2³");
}

#[test]
fn blocks_in_a_cell_have_lines_of_their_own() {
    let cell = |inside: &str, expect: &str| {
        check(&format!("| a |\n|---|\n| {inside} |\n"), &format!("| a |\n| {expect} |"));
    };
    cell("<ul><li>one</li><li>**two**</li></ul>", "• one\n• two");
    cell("x <ol> <li>one</li> <li>two</li> </ol> y", "x \n1. one\n2. two\n y");
    cell("<p>one</p><p>two</p>", "one\ntwo");
    cell("<div>one</div>", "one");
    cell("a <b>b</b> c<br>d", "a b c\nd");
}

#[test]
fn tags_of_templates_say_what_their_attributes_do() {
    check("{{< asset-static file=\"a.pdf\" label=\"View the slides (1 MB)\" >}}\n", "View the slides (1 MB)");
    check("a {{< figure src=\"a.png\" caption=\"\" alt=\"A tower\" >}} b", "a A tower b");
    check("{{< card subtitle=\"no\" title=\"yes\" >}}\n", "yes");
    check("{{< card subtitle=\"no\" >}}\n", "nothing");
    check(
        "Write {{</* figure src=\"a\" */>}} or {{%/* note */%}}",
        "Write {{< figure src=\"a\" >}} or {{% note %}}",
    );
}

#[test]
fn tags_of_templates_on_lines_of_their_own_are_blocks() {
    check(
        "{{< tabs >}}\n{{% tab \"One\" %}}\nBody *one*\n- a\n{{% /tab %}}\n{{% tab \"Two\" %}}\nBody two\n{{% /tab %}}\n{{< /tabs >}}",
        "nothing\nOne\nBody one\n- a\nnothing\nTwo\nBody two\nnothing\nnothing",
    );
    check("{{< youtube a >}}\n{{< youtube b >}}\n", "youtube a\nyoutube b");
    check("{% if a %}\nyes\n{% else %}\nno\n{% endif %}\n", "nothing\nyes\nnothing\nno\nnothing");
    check("{{< a >}}{{< b title=\"t\" >}}\n***\n{{< /a >}}\n", "nothing\nt\nrule\nnothing");
    check("{{< a >}}\n---\n| a |\n|---|\n{{< /a >}}\nb", "nothing\nrule\n| a |\nnothing\nb");
    check("> {{< a >}}\n> b\n", "> nothing\n> b");
    // What is but a word of a sentence stays in it, and what decides between items parts no list.
    check("the\n{{< glossary_tooltip text=\"Pod\" >}}\nis", "the Pod is");
    check("a\n{{< unknown >}}\nb", "a b");
    check("1. a\n{% if b %}\n2. c\n{% endif %}\n\n3. d\n", "1. a \n2. c \n3. d");
    check("Write\n{{</* a */>}}\nthere", "Write {{< a >}} there");
    check("```\n{{< a >}}\nb\n```\n", "code() {{< a >}}\nb");
}

#[test]
fn tags_of_templates_open_callouts_and_folds() {
    check(
        "{{% alert title=\"Heads *up*\" color=\"warning\" %}}\nBody\n{{% /alert %}}\nafter",
        "Warning! term Heads up\nWarning! Body\nWarning! nothing\nafter",
    );
    check(
        "{{< details title=\"More\" >}}\n- Hidden\n{{< /details >}}\n{{< note >}}\nb\n{{< /note >}}",
        "details term More\ndetails - Hidden\ndetails nothing\nNote! term Note\nNote! b\nNote! nothing",
    );
    check("{% hint style=\"tip\" %}\n# In\n{% endhint %}\n", "Tip! term Tip\nTip! h1 In\nTip! nothing");
    // Without an end there is nothing to hold.
    check("{{< note >}}\nb\n\nc", "nothing\nb\nc");
    check("{{< /note >}}\nb", "nothing\nb");
    assert_eq!(folds("{{< details title=\"A\" >}}\nb\n{{< /details >}}\n"), [("A".to_owned(), 2, true)]);
    assert_eq!(
        folds("{{% details title=\"A\" closed=\"false\" %}}\nb\n{{% /details %}}\n"),
        [("A".to_owned(), 2, false)]
    );
}

#[test]
fn blocks_of_mkdocs_hold_what_stands_in_under_them() {
    check(
        "a\n!!! warning \"Mind *this*\"\n    Body\n    ```py\n    x\n      y\n    ```\n\n    - b\nafter\n",
        "a\nWarning! term Mind this\nWarning! Body\nWarning! code(py) x\n  y\nWarning! - b after",
    );
    check("!!! note\n\n    Body\n\nafter\n", "Note! term Note\nNote! Body\nafter");
    check("!!! note\n    a\n!!! tip\n    b\n", "Note! term Note\nNote! a\nTip! term Tip\nTip! b");
    check(
        "=== \"One\"\n\n    a\n\n=== \"Two\"\n\n        code\n\n    !!! bug\n        b\n",
        "term One\na\nterm Two\ncode() code\nCaution! term Bug\nCaution! b",
    );
    check("- a\n\n    !!! note\n        b\n", "- a\n- Note! term Note\n- Note! b");
    check("!!! note\nbody\n\n    code\n", "!!! note body\ncode() code");
    check("```\n!!! note\n    b\n```\n", "code() !!! note\n    b");
    assert_eq!(folds("??? tip \"T\"\n    b\n"), [("T".to_owned(), 1, true)]);
    assert_eq!(folds("???+ tip\n    b\n"), [("Tip".to_owned(), 1, false)]);
    assert_eq!(folds("!!! tip\n    b\n"), []);
}

#[test]
fn comments_of_mdx_may_take_lines() {
    check("a\n\n{/* one\n\n# two --> x\n*/}\n\nb\n", "a\nnothing\nb");
    check("{/*\none\n*/}\n\nb {/* c\nd */} e\n", "nothing\nb e");
    check("```jsx\n{/* a\nb */}\n```\n", "code(jsx) {/* a\nb */}");
    check("`{/* a` or\n`*/}`", "{/* a or */}");
}

#[test]
fn each_line_before_a_definition_is_a_term() {
    check("one\ntwo\n: def\n", "term one\ntwo\n: def");
}

#[test]
fn attributes_of_pandoc_show_nothing() {
    check("![x](pic.png){width=50%}\n", "image x (pic.png)");
    check("![x](pic.png){#fig .wide fig-alt=\"a, b\"}\n", "image x (pic.png)");
    check("see ![x](pic.png){width=50%} and [y](z){.btn} and `a`{.rust}", "see x and y and a");
    check("`a`{b} [c](d){e}", "a{b} c{e}");
}

#[test]
fn a_fence_between_tags_for_code_is_the_code() {
    check(
        "{% code title=\"x.js\" lineNumbers=\"true\" %}\n```js\na\n```\n{% endcode %}\n\nb\n",
        "x.js\ncode(js) a\nnothing\nb",
    );
    check("{% code title=\"x.js\" %}\na\n{% endcode %}\nb", "code() a\nb");
}
