//! What holds for every markdown.

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::super::inline::Builder;
use super::super::pieces;
use super::super::references::{Definitions, Footnotes};
use super::super::scan::{How, Stretch, scan};
use super::super::sections::tests::places;
use super::super::sections::{SectionText, section_at, sections};
use super::super::shown::{PartId, PartKind, Position, Shown, ShownText};
use super::super::unit::Unit;
use super::{Document, Options, parse};
use crate::text::Markdown;

/// So many cases at least; more where `PROPTEST_CASES` asks for them.
pub(super) fn cases(least: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(least), ..asked }
}

/// Markdown whose pieces meet each other's rules.
fn markdown() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// A list of many items that hold such markdown, tight and loose ones.
fn list() -> impl Strategy<Value = String> {
    let marker = prop::sample::select(vec!["- ", "* ", "+ ", "1. ", "8) ", "98. "]);
    let first = prop::sample::select(vec!["a", "[a]", "*b*\n", "\\*", "[ ] c", "![i](u)\n", "", "$5"]);
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\n\n", "\n\n  d\n", "\n  - e\n", "\n\n\n"]);
    let item = (first, prop::collection::vec(piece(), 0..4), end);
    (marker, prop::collection::vec(item, 1..12)).prop_map(|(marker, items)| {
        let item = |(first, pieces, end): (&str, Vec<&str>, &str)| {
            format!("{marker}{first}{}{end}", pieces.concat())
        };
        items.into_iter().map(item).collect()
    })
}

/// A list most of whose items hold no paragraph of their own: headings, code, quotes, lists, nothing.
fn list_without_words() -> impl Strategy<Value = String> {
    let marker = prop::sample::select(vec!["- ", "* ", "+ ", "1. ", "8) ", "98. "]);
    let first = prop::sample::select(vec![
        "# a\n",
        "## a\n\n  # b\n",
        "- b\n",
        "- b\n\n  - c\n",
        "- # b\n",
        "1. b\n   c\n",
        "```\n  a\n\n  b\n  ```\n",
        "```\n  a\n",
        "    a\n\n      b\n",
        "> b\n  >\n",
        "> - b\n  >\n",
        "---\n",
        "- - -\n",
        "\n",
        "[ ]\n",
        "<div>\n",
        "<pre>\n\n  a\n",
        "| a |\n  |---|\n",
        "[a]: /u\n",
        "[^n]:\n",
        ":::note\n",
        "{{< x >}}\n",
    ]);
    let (words, end) =
        (prop::option::weighted(0.1, piece()), prop::sample::select(vec!["", "", "", "\n", "  \n\n"]));
    (marker, prop::collection::vec((first, words, end), 1..12)).prop_map(|(marker, items)| {
        let item = |(first, words, end): (&str, Option<&str>, &str)| {
            format!("{marker}{}{first}{end}", words.unwrap_or_default())
        };
        items.into_iter().map(item).collect()
    })
}

/// Pieces of markdown that meet each other's rules.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "b c",
        " ",
        "  ",
        "    ",
        "\n",
        "\n",
        "\n\n",
        "\t",
        "*",
        "**",
        "_",
        "`",
        "``",
        "```\n",
        "~~~\n",
        "~~",
        "> ",
        ">",
        "- ",
        "+ ",
        "1. ",
        "10) ",
        "* ",
        "# ",
        "## ",
        "===\n",
        "---\n",
        "***\n",
        "| ",
        " | ",
        "|---|---|\n",
        "[",
        "]",
        "](u)",
        "[a]",
        "[a]: /u\n",
        "[^n]",
        "\n[^n]: ",
        "![",
        "<b>",
        "</b>",
        "<br>",
        "<div>\n",
        "</div>\n",
        "<!--",
        "-->",
        "&amp;",
        "&#27;",
        "\\",
        "\\\n",
        "$",
        "$$",
        "$x^2$",
        "\n: ",
        "[ ] ",
        "[x] ",
        "{#i}",
        "é",
        "e\u{301}",
        "跨",
        "\u{202e}",
        "\u{1b}[31m",
        "<http://x>",
        "![i](u)",
        "\n![i](u)\n",
        "\n[![i](u)](v)\n",
        "<img src=u alt=i>\n",
        "<p>\n<img src=u>\n",
        "</a>",
        "<a href=u>",
        "\n![[a.png]]\n",
        "\r\n",
        "==",
        "%%",
        "\n\n%%\n",
        "[[w|t]]",
        ":smile:",
        "> [!note] T\n",
        ":::note\n",
        ":::\n",
        "{{< x >}}",
        "{% x %}",
        "<details>\n",
        "<details open>\n",
        "<summary>s</summary>\n",
        "> [!tip]- T\n",
        "</details>\n",
        "http://a.b/c",
        "import x from 'y'\n",
        "<Steps>\n",
        "       ```\n",
        "</Steps>\n",
        "<Tab\n label=\"t\"\n",
        "<Since v={a > b} />",
        "$5",
        "{{<",
        ">}}",
        "](",
        "<T>",
        "{: .a}",
        "\\<T>",
    ])
}

/// Markdown with more headings than [`markdown`] has.
fn sections_of_markdown() -> impl Strategy<Value = String> {
    prop::collection::vec(markdown(), 1..4).prop_map(|bodies| bodies.join("\n\n# a\n"))
}

/// Checks that whichever section can be read alone is what it is in the whole.
fn section_alone_as_in_the_whole(markdown: &str) {
    let document = parse(markdown);
    let sections = sections(&document);
    for (section, place) in sections.iter().zip(places(markdown, &sections)) {
        let markdown = Markdown::from(markdown);
        let Some(alone) = place.and_then(|place| section_at(&markdown, document.body(), &place)) else {
            continue;
        };
        let said = |section: &SectionText| {
            let heading = section.heading.clone();
            heading.map(|heading| (heading.level, heading.slug(), heading.text, heading.position))
        };
        assert_eq!(said(&alone), said(section), "{markdown:?}");
        let shown = |section: &SectionText| (section.position, section.text.clone(), section.places.clone());
        assert_eq!(shown(&alone), shown(section), "{markdown:?}");
    }
}

/// Every text that a part shows.
pub(super) fn texts(shown: Shown) -> Vec<ShownText> {
    match shown {
        Shown::Text(text) | Shown::Math(text) | Shown::Code { text, .. } | Shown::Image { alt: text, .. } => {
            vec![text]
        }
        Shown::Table(table) => table.header.into_iter().chain(table.rows.into_iter().flatten()).collect(),
        Shown::Rule | Shown::Nothing => Vec::new(),
    }
}

/// What must hold for every document, whatever it was made from.
pub(super) fn hold(document: &Document) {
    let markdown = document.markdown();
    let mut end = document.body().0;
    for (index, part) in document.parts().iter().enumerate() {
        assert!(
            part.range.start >= end && part.range.start <= part.range.end,
            "{part:?} after {end} in {markdown:?}"
        );
        assert!(part.range.end as usize <= markdown.len());
        end = part.range.end;
        for text in texts(document.show(PartId(index as u32))) {
            sound(&text, part.range.clone(), markdown);
        }
    }
    for (index, fold) in document.folds().iter().enumerate() {
        assert!(fold.summary < fold.end && (fold.end.0 as usize) <= document.parts().len(), "{markdown:?}");
        for later in &document.folds()[index + 1..] {
            assert!(later.summary > fold.summary, "{fold:?} {later:?} in {markdown:?}");
            assert!(later.summary >= fold.end || later.end <= fold.end, "{fold:?} {later:?} in {markdown:?}");
        }
    }
    for heading in document.contents() {
        let part = &document.parts()[heading.part.0 as usize];
        assert!(matches!(part.kind, PartKind::Heading { .. } | PartKind::Nothing), "{heading:?} {part:?}");
        assert!(document.line(heading.position) == heading.line, "{heading:?}");
    }
}

fn sound(text: &ShownText, part: std::ops::Range<u32>, markdown: &str) {
    let shown = text.text.as_str();
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?} of {markdown:?}");
    assert_eq!(crate::text::SafeText::lines(shown), text.text, "cleaning again changes {shown:?}");
    let mut at = 0;
    for span in &text.spans {
        assert!(
            span.range.start >= at && span.range.start < span.range.end,
            "{:?} of {markdown:?}",
            text.spans
        );
        assert!(shown.get(span.range.start as usize..span.range.end as usize).is_some());
        assert!(span.link.is_none_or(|link| (link as usize) < text.links.len()));
        at = span.range.end;
    }
    for link in &text.links {
        assert!(
            shown.get(link.range.start as usize..link.range.end as usize).is_some(),
            "{:?} of {markdown:?}",
            text.links
        );
    }
    let mut before = None;
    for (at, source, exact) in text.map.runs() {
        assert!(before.is_none_or(|before| before < at), "runs out of order in {markdown:?}");
        before = Some(at);
        assert!(
            source.start >= part.start && source.end <= part.end,
            "{source:?} outside {part:?} of {markdown:?}"
        );
        if exact {
            let shown = &shown[at as usize..at as usize + source.len()];
            assert_eq!(shown, &markdown[source.start as usize..source.end as usize], "{markdown:?}");
        }
    }
}

/// The whole markdown, with what its parts hide from the parser hidden from it.
fn masked_as_its_parts(document: &Document) -> Unit<'_> {
    let markdown = document.markdown();
    let mut unit = Unit::plain(markdown, 0..markdown.len() as u32);
    unit.mask_blocks(false, super::super::components::any(document.body_text()));
    for (part, how) in document.parts().iter().zip(&document.hows) {
        if *how == How::Inline {
            let steps = document.steps_of(part.container);
            let mut alone = Unit::without_prefixes(markdown, part.range.clone(), &steps, part.first);
            alone.mask_leaf();
            unit.mask_as(&alone);
        }
    }
    unit
}

/// What inline parts show when the whole document is parsed at once.
fn from_the_whole(document: &Document) -> Vec<(PartId, ShownText)> {
    let unit = masked_as_its_parts(document);
    let parser = Parser::new_ext(unit.parsed(), document.options);
    let mut events = parser.into_offset_iter().peekable();
    let mut all = Vec::new();
    // What is nested in components is indented code to the parser, or HTML.
    let mut nested = 0;
    for (index, part) in document.parts().iter().enumerate() {
        if document.hows[index] != How::Inline {
            continue;
        }
        let mut builder = Builder::until(&unit, &document.footnotes, part.range.end as usize);
        while let Some((event, range)) = events.next_if(|(_, range)| range.start < part.range.end as usize) {
            if matches!(&event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented) | Tag::HtmlBlock)) {
                nested = range.end;
            }
            let container = matches!(
                &event,
                Event::Start(Tag::Item | Tag::List(_) | Tag::BlockQuote(_) | Tag::Table(_) | Tag::TableCell)
            ) || matches!(
                &event,
                Event::End(TagEnd::Item | TagEnd::List(_) | TagEnd::BlockQuote(_))
            );
            if range.start >= part.range.start as usize && !container {
                builder.event(event, range);
            }
        }
        if part.range.start as usize >= nested {
            all.push((PartId(index as u32), builder.finish()));
        }
    }
    all
}

/// A part parsed alone shows what it shows in the whole.
pub(super) fn alone_as_in_the_whole(document: &Document) {
    for (id, whole) in from_the_whole(document) {
        if document.parts()[id.0 as usize].kind == PartKind::Nothing {
            continue;
        }
        let alone = texts(document.show(id)).pop().unwrap_or_default();
        let blanks = |text: &ShownText| text.text.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(blanks(&alone), blanks(&whole), "{id:?} of {:?}", document.markdown());
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn parts_are_in_order_and_what_they_show_is_sound(markdown in markdown()) {
        hold(&parse(&markdown));
    }

    #[test]
    fn a_part_alone_shows_what_it_shows_in_the_whole(markdown in markdown()) {
        // These cut a paragraph in two: markup across the cut is no longer markup.
        let markdown = markdown.replace(":::", ":").replace("[!", "[");
        // In the whole the mark of a quote before a name reads as the end of a tag, and before the end of a mark
        // as the last of what is marked.
        let markdown = markdown.replace("><T>", "> <T>").replace(">==", "> ==");
        alone_as_in_the_whole(&parse(&markdown));
    }

    #[test]
    fn a_section_alone_is_what_it_is_in_the_whole(markdown in sections_of_markdown()) {
        section_alone_as_in_the_whole(&markdown);
    }

    #[test]
    fn any_text_is_a_document(text in "\\PC{0,200}", body in 0..100_u32) {
        let options = Options { title: None, whole: false };
        hold(&Document::parse(text.into(), Position(body), &options));
    }
}

#[test]
fn what_stands_beside_a_picture_is_nothing_else_by_itself() {
    for markdown in [
        "a\\\n\\\n![i](u)\n",
        "\\\n\\\n![[a.png]]\n",
        "![i](u)\na | b\n|---|---|\n",
        "![i](u)\n-->| <img src=u alt=i>\n|---|---|\n",
        "![i](u)\na\n-\n",
    ] {
        alone_as_in_the_whole(&parse(markdown));
    }
}

#[test]
fn an_underlined_heading_behind_a_definition_begins_with_what_it_says() {
    for markdown in ["[a]: /u\n10) > [note] T\n- ", "[a]: /u\n2. b\n===\n", "[a]: /u\n2. b\nc\n---\n"] {
        let document = parse(markdown);
        assert_eq!(document.contents().len(), 1, "{markdown:?}");
        alone_as_in_the_whole(&document);
    }
}

#[test]
fn a_line_of_a_tag_that_begins_like_a_quote_is_the_tag() {
    for markdown in [
        "> [note] T\n{{<\n![i](u)\n>}}*",
        "> a\n{{< b\n> c\n>}} d\n",
        "- > a\n{{< b\n  > c\n>}} d\n",
        "> a\n> {{< b\n> >}} c\n",
    ] {
        alone_as_in_the_whole(&parse(markdown));
    }
}

#[test]
fn no_piece_ends_where_what_follows_is_something_else_by_itself() {
    for markdown in [
        "a\n\n{{< b\n## c\n>}}\n\nd\n",
        "a\n\n{{<<div>\n## **a- ===\n{{< x >}}",
        "a\n\n{% comment %}\n\n# c\n\n{% endcomment %}\n\n# d\n",
        "a\n\n{% highlight sh %}\n\n# c\n\n{% endhighlight %}\n\n# d\n",
        "a\n\n{/* b\n\n# c\n\n*/}\n\n# d\n",
        "a\n\n{% highlight sh %}\n\n# c\n\n{% d\n\n# e\n",
        "[a]: /u\n10) b\n\nc\n",
        "- a\n<Tab\n b\n- c\n- d> \n",
        "a\n\n<Tab\n b={1\n- c\n- 2}\n/>\n\nd\n",
    ] {
        for bytes in 1..markdown.len() {
            as_in_pieces(markdown, bytes, 1);
        }
    }
}

#[test]
fn a_list_that_is_cut_is_one_list() {
    for markdown in [
        "- a\n- b\n- c\n- d\n",
        "- a\n- b\n- c\n\n- d\n- e\n\nf\n",
        "- a\n\n- b\n- c\n- d\n\n\nf\n\n- g\n- h\n- i\n",
        "98. a\n1. b\n1. c\n1. d\n\n   e\n1. f\n\n1) g\n2) h\n3) i\n",
        "- # a\n\n- # b\n- c\n- d\n\n- # e\n",
        "- a\n  - b\n\n    c\n- d\n- e\n  1. f\n  1. g\n- h\n",
        "- [ ] a\n- [x] b\n- [a] c [^n]\n- d\n\n- e\n\n[a]: /u\n\n[^n]: f\n",
        "+ a\n+ b\n+ \n+ c\n\n    code\n+ d\n",
        "- a\n\n- b {b}\n- - -\n- c\n",
        "1. a ![i](u)\n1. [ ] b\n{{<{{< x >}}\n1. ![i](u)\n\n1. c\n\n[a]: /u\n\n# [a]\n",
        "- a\n{{< x >}}\n- [a]\n{{< x >}}\n- [a]\n- b\n\n[a]: /u\n",
        "- # a\n- # b\n- # c\n\n- # d\n- # e\n",
        "- # a\n\n- # b\n- # c\n- d\n- e\n",
        "- # a\n- # b\n- - c\n- d\n\n- e\n",
        "* # a\n*\n*\n\n*\n* # b\n* c\n* # d\n",
        "- ```\n  a\n\n  b\n  ```\n- ```\n  c\n\n- # d\n- e\n- # f\n",
        "- - # b\n- ```\n  a\n\n- # c\n- d\n- e\n",
        "- > - a\n  >\n- # b\n- # c\n- d\n- e\n",
        "- [^n]:\n- # b\n- # c\n- d\n- e\n",
        "- # a\n\n  ```\n  b\n  ```\n- # c\n- # d\n- e\n- f\n",
    ] {
        for bytes in 1..markdown.len() {
            as_in_pieces(markdown, bytes, 1);
        }
    }
}

#[test]
fn a_list_that_holds_no_words_of_its_own_is_cut() {
    let check = |item: &str, expect: bool| {
        let markdown = item.repeat(20);
        let dialect = pieces::Dialect::of(&markdown);
        let stretch = Stretch { range: 0..markdown.len() as u32, last: false, joins: None, leaves: None };
        let cut = scan(&markdown, stretch, dialect, &Definitions::default(), &Footnotes::default());
        let place = cut.map(|piece| (piece.range.end as usize, piece.leaves.is_some()));
        assert_eq!(place, expect.then(|| (markdown.len() - item.len(), true)), "{item:?}");
    };
    for item in [
        "- # a\n",
        "- # a\n\n",
        "- - a\n",
        "- - a\n\n",
        "- - - a\n  - b\n",
        "1. ```\n   a\n   ```\n",
        "1. ```\n   a\n\n   b\n   ```\n",
        "*\n",
        "* > a\n",
        "- <div>\n",
    ] {
        check(item, true);
    }
    // Whether it is loose is not certain, nor is whether a row of dashes begins an item.
    check("- <pre>\n\n  a\n", false);
    check("- ---\n", false);
}

/// Cutting `markdown` into pieces, and beginning with blocks at the same time, changes nothing of what is found.
fn as_in_pieces(markdown: &str, bytes: usize, block: usize) {
    let whole = pieces::outline_in(markdown, 0, (usize::MAX / 2, usize::MAX / 2), &pieces::one_by_one);
    let cut = pieces::outline_in(markdown, 0, (bytes, block), &pieces::one_by_one);
    assert_eq!(&cut.parts, &whole.parts, "{markdown:?}");
    assert_eq!(&cut.hows, &whole.hows);
    assert_eq!(&cut.steps, &whole.steps);
    // Blank lines behind an item belong to it or not, by what comes next.
    let bytes = |range: &std::ops::Range<u32>| {
        let all = &markdown[range.start as usize..range.end as usize];
        range.start as usize..range.start as usize + all.trim_end().len()
    };
    let kinds = |outline: &pieces::Outline| {
        let containers = outline.containers.iter();
        containers.map(|c| (c.parent, c.kind.clone(), bytes(&c.range))).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&cut), kinds(&whole), "{markdown:?}");
    let headings = |outline: &pieces::Outline| {
        outline
            .headings
            .iter()
            .map(|h| (h.text.clone(), h.part, h.position, h.words_before))
            .collect::<Vec<_>>()
    };
    assert_eq!(headings(&cut), headings(&whole), "{markdown:?}");
    assert_eq!(cut.words, whole.words);
}

proptest! {
    #![proptest_config(cases(1000))]

    /// Cutting the body into pieces changes nothing of what is found, nor does beginning anywhere at the same
    /// time.
    #[test]
    fn pieces_equal_the_whole(
        blocks in prop::collection::vec(prop_oneof![markdown(), list(), list_without_words()], 1..6),
        bytes in 1..120_usize,
        block in 1..200_usize,
    ) {
        let markdown = blocks.join("\n\n# H [a] [^n]\n\n");
        as_in_pieces(&markdown, bytes, block);
    }
}
