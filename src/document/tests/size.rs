//! Documents that are large or nested beyond reason open in bounded time, without recursion.

use std::fmt::Write as _;
use std::time::Instant;

use super::super::references::{Definitions, Footnotes};
use super::super::scan::How;
use super::super::shown::{Container, Heading, Part, PartId, PartKind, Position};
use super::super::{pieces, scan};
use super::properties::hold;
use super::{Document, parse};

/// Parses, shows a screen's worth at both ends, drops; on a small stack, so that recursion would show.
fn open(name: &str, markdown: String) -> Document {
    let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(move || {
        let begun = Instant::now();
        let document = parse(&markdown);
        let parsed = begun.elapsed();
        let count = document.parts().len() as u32;
        for index in (0..count.min(40)).chain(count.saturating_sub(40)..count) {
            let shown = Instant::now();
            drop(document.show(PartId(index)));
            assert!(shown.elapsed().as_millis() < 2000, "part {index} is slow");
        }
        drop(document.clone());
        (document, parsed, begun.elapsed())
    });
    let (document, parsed, all) = thread.expect("thread").join().expect("no overflow");
    eprintln!("{name}: {} parts, parsed in {parsed:?}, with 80 parts shown {all:?}", document.parts().len());
    // A debug build on a busy machine; a release build stays far below the two seconds promised.
    assert!(all.as_secs() < 20, "{name} took {all:?}");
    document
}

#[test]
fn deep_nesting_costs_memory_not_stack() {
    let quotes = open("50,000 quotes", format!("{} x\n", ">".repeat(50_000)));
    assert_eq!(quotes.path(quotes.parts()[0].container).len(), 50_000);
    open("20,000 lists", format!("{}x\n", "- ".repeat(20_000)));
    open("emphasis", format!("{}x{}\n", "*a ".repeat(50_000), "*".repeat(50_000)));
    open("brackets", "[".repeat(100_000));
    open("images", "![".repeat(50_000));
    open("html", "<b>".repeat(100_000));
    open("ticks", (1..400).map(|n| "`".repeat(n) + " ").collect());
}

#[test]
fn large_leaves_become_several_parts() {
    let words = open("5 MB paragraph", "lorem *ipsum* dolor `sit` amet ".repeat(170_000));
    assert!(words.parts().len() > 100, "{}", words.parts().len());
    hold(&words);
    let word = open("8 MB word", "x".repeat(8 << 20));
    assert!(word.parts().iter().all(|part| part.range.len() <= 40 * 1024));
    let mut table = "| a | b | c |\n|---|---|---|\n".to_owned();
    for row in 0..50_000 {
        let _ = writeln!(table, "| {row} | **two** | three |");
    }
    let table = open("50,000 rows", table);
    assert!(table.parts().len() > 30);
    let code = open("20,000 lines of code", format!("```rust\n{}```\n", "    let x = 1;\n".repeat(20_000)));
    assert!(code.parts().len() > 5);
    hold(&code);
    open(
        "1000 columns",
        format!("{}\n{}\n{}", "|a".repeat(1000), "|-".repeat(1000), ("|b".repeat(1000) + "\n").repeat(50)),
    );
}

#[test]
fn a_paragraph_of_very_many_runs_opens() {
    open("runs", "*a* x=1 ".repeat(300_000));
}

#[test]
fn many_small_blocks_open() {
    let paragraphs = open("200,000 paragraphs", "Some words here.\n\n".repeat(200_000));
    assert_eq!(paragraphs.parts().len(), 200_000);
    assert_eq!(paragraphs.words(), 600_000);
    let headings = open("10,000 headings", "## Same\n\ntext\n\n".repeat(10_000));
    assert_eq!(headings.contents().len(), 10_000);
    assert_eq!(headings.contents()[9_999].slug().as_str(), "same-9999");
    let (mut definitions, mut notes) = (String::new(), String::new());
    for n in 0..20_000 {
        let _ = write!(definitions, "[a{n}]: /u\n\n[a{n}]\n\n");
        let _ = write!(notes, "x[^{n}]\n\n[^{n}]: y\n\n");
    }
    open("definitions", definitions);
    open("notes", notes);
}

#[test]
fn a_cut_table_repeats_its_header_and_loses_no_row() {
    let mut table = "> | a | b |\n> |---|---|\n".to_owned();
    for row in 0..6_000 {
        let _ = writeln!(table, "> | {row} | two |");
    }
    let document = parse(&table);
    assert!(document.parts().len() > 2);
    let mut rows = Vec::new();
    for index in 0..document.parts().len() as u32 {
        let super::Shown::Table(table) = document.show(PartId(index)) else { panic!("no table") };
        assert_eq!(table.header[0].text.as_str(), "a");
        rows.extend(table.rows.into_iter().map(|row| row[0].text.as_str().to_owned()));
    }
    assert_eq!(rows, (0..6_000).map(|row| row.to_string()).collect::<Vec<_>>());
    let last = document.parts().len() as u32 - 1;
    assert_eq!(document.part_at(Position(table.len() as u32)), PartId(last));
    assert!(document.parts()[0].first && !document.parts()[0].last && document.parts()[last as usize].last);
    assert!(document.parts().iter().all(|part| part.kind == PartKind::Table));
}

#[test]
fn cut_text_loses_nothing() {
    let markdown = "lorem *ipsum dolor* `sit` [amet](u) 跨链 ".repeat(4_000);
    let document = parse(&markdown);
    assert!(document.parts().len() > 4);
    hold(&document);
    let shown: String = (0..document.parts().len() as u32)
        .flat_map(|index| super::properties::texts(document.show(PartId(index))))
        .map(|text| text.text.as_str().to_owned())
        .collect();
    assert_eq!(shown.trim_end(), "lorem ipsum dolor sit amet 跨链 ".repeat(4_000).trim_end());
}

#[test]
fn a_body_without_headings_is_parsed_a_piece_at_a_time() {
    let markdown = "Words with *more* of them.\n\n- an item\n\n  goes on\n\nA [link](x).\n\n".repeat(60);
    let dialect = pieces::Dialect::of(&markdown);
    let (definitions, footnotes) = (Definitions::default(), Footnotes::default());
    let stretch = scan::Stretch { range: 0..3000, last: false, joins: None, leaves: None };
    let piece = scan::scan(&markdown, stretch, dialect, &definitions, &footnotes).unwrap();
    assert!((2900..3000).contains(&piece.range.end), "{:?}", piece.range);
    assert!(markdown[piece.range.end as usize..].starts_with(['W', 'A']));
}

#[test]
fn a_long_list_is_parsed_a_piece_at_a_time() {
    let dialect = pieces::Dialect::of("");
    let (definitions, footnotes) = (Definitions::default(), Footnotes::default());
    for item in ["- an *item* of it\n", "1. one\n   - nested\n", "* loose\n\n  goes on\n\n", "- [a](u)\n"] {
        let markdown = item.repeat(200);
        let stretch = scan::Stretch { range: 0..1000, last: false, joins: None, leaves: None };
        let piece = scan::scan(&markdown, stretch, dialect, &definitions, &footnotes).unwrap();
        assert!((950..1000).contains(&piece.range.end), "{:?}", piece.range);
        assert!(markdown[piece.range.end as usize..].starts_with(item));
        assert!(piece.leaves.is_some());
    }
}

/// An article of 50 MB has 215,000 parts, 113,000 containers and 33,000 headings: a word more of each costs as much as
/// a language's grammar.
#[test]
fn what_is_kept_of_a_part_is_small() {
    let sizes = [size_of::<Part>(), size_of::<How>(), size_of::<Container>(), size_of::<Heading>()];
    assert_eq!(sizes, [16, 2, 20, 56]);
}
