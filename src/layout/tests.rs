use std::fmt::Write as _;

use insta::assert_snapshot;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::block::CODE_COLUMNS;
use super::hyphens::Hyphens;
use super::*;
use crate::document::Options;
use crate::document::shown::{Inline, Shown};
use crate::text::SafeText;

fn document(markdown: &str) -> Arc<Document> {
    let options = Options { whole: true, ..Options::default() };
    Arc::new(Document::parse(markdown.into(), Position(0), &options))
}

fn narrow(columns: u16) -> Width {
    Width { text: columns, room: columns }
}

fn page(markdown: &str, width: Width) -> String {
    let document = document(markdown);
    let mut page = String::new();
    for part in 0..document.parts().len() {
        let rows = part_rows(&document, PartId(part as u32), width);
        for _ in 0..rows.blank_before {
            writeln!(page, "{}", rows.blank.text()).unwrap();
        }
        for row in &rows.rows {
            writeln!(page, "{}", row.text()).unwrap();
        }
    }
    page
}

fn check(markdown: &str, columns: u16, expect: &str) {
    assert_eq!(page(markdown, narrow(columns)).trim_end(), expect.trim_matches('\n'), "{markdown:?}");
}

#[test]
fn a_wrapped_list_item_shows_its_marker_once_and_hangs() {
    check(
        "- one two three four\n- five\n",
        12,
        "
 • one two
   three
   four
 • five",
    );
}

#[test]
fn what_follows_a_picture_in_its_paragraph_follows_at_once() {
    check(
        "Text\n![a](a.png)\n*Below*\n\nNext\n",
        20,
        "
Text

▣ a
Below

Next",
    );
    check("<figure>\n<img src=a.png alt=a>\n<figcaption>Cap</figcaption>\n</figure>\n", 20, "▣ a\nCap");
    check("See[^1]\n\n[^1]: ![a](a.png)\n    b\n", 40, "See¹\n\n─────────\n 1. ▣ a\n    b");
    check("![a](a.png)\n\n> b\n", 20, "▣ a\n\n ┃  b");
}

#[test]
fn lists_and_quotes_of_html_hang_as_those_of_markdown() {
    check(
        "<ul><li>one two three four<ol><li>five six seven</li></ol></li></ul>\n\n<blockquote><p>one two three four</p>\
         <p>five six seven eight nine</p></blockquote>\n\n<hr>\n",
        28,
        "
 • one two three four
    1. five six seven

 ┃  one two three four
 ┃
 ┃  five six seven eight
 ┃  nine

         ─────────",
    );
    check(
        "<ul><li>one two three four five six<p>seven eight nine ten</p></li></ul>\n",
        24,
        "
 • one two three four
   five six
   seven eight nine ten",
    );
    // Where no room is left beside them they are as any other words.
    check("<ul><li>one two three</li></ul>\n", 12, "\u{a0}•\u{a0}one two\nthree");
}

#[test]
fn numbers_of_a_list_are_set_to_the_right() {
    check(
        "9. nine\n10. ten\n",
        20,
        "
  9. nine
 10. ten",
    );
}

#[test]
fn tasks_show_boxes() {
    check(
        "- [ ] open\n- [x] done\n",
        20,
        "
 ☐ open
 ☑ done",
    );
}

#[test]
fn a_loose_list_has_air_and_a_tight_one_inside_it_has_none() {
    check(
        "- a\n\n  b\n\n- c\n  - d\n  - e\n",
        20,
        "
 • a

   b

 • c

    ◦ d
    ◦ e",
    );
}

#[test]
fn a_bar_goes_on_through_the_blank_rows_of_its_quote() {
    check(
        "a\n\n> b c d e f g\n>\n> h\n\ni\n",
        12,
        "
a

 ┃  b c d e
 ┃  f g
 ┃
 ┃  h

i",
    );
}

#[test]
fn an_empty_item_shows_its_marker() {
    check(
        "- a\n-\n- b\n",
        20,
        "
 • a
 •
 • b",
    );
}

#[test]
fn code_is_indented_under_its_language_and_never_wrapped() {
    check(
        "```rust\nfn main() { println!(\"hello\"); }\n\nx\n```\n",
        20,
        "
  ── rust
  fn main() { println!(\"hello\"); }

  x",
    );
}

#[test]
fn a_table_is_aligned_without_vertical_lines() {
    check(
        "| Network | Value | Month |\n|---|--:|:-:|\n| Arbitrum | 19.1 | +6 |\n| Base | 8.0 | +31 |\n",
        40,
        "
 Network    Value   Month
 ────────────────────────
 Arbitrum    19.1    +6
 Base         8.0    +31",
    );
}

#[test]
fn a_table_too_wide_for_its_content_wraps_its_cells() {
    assert_snapshot!(page(
        "| Name | What it says |\n|---|---|\n| first | some words that do not fit here |\n| second | few |\n",
        narrow(30),
    ), @"
     Name    What it says
     ─────────────────────────────
     first   some words that do
             not fit here

     second  few
    ");
}

#[test]
fn words_of_code_in_a_table_stay_whole_where_there_is_room() {
    let table = "| Option | What it does |\n|---|---|\n| `--dry-run-only` | shows what would be done, and nothing more |\n";
    assert_snapshot!(page(table, narrow(36)), @"
     Option          What it does
     ───────────────────────────────────
     --dry-run-only  shows what would be
                     done, and nothing
                     more
    ");
    assert_snapshot!(page(table, narrow(18)), @"
     Option   What it
              does
     ──────────────────
     --dry-   shows
     run-     what
     only     would be
              done, and
              nothing
              more
    ");
}

#[test]
fn a_whole_page_at_forty_columns() {
    assert_snapshot!(page(
        "# Rollups hold more\n\nTwo years ago the question was whether **rollups** would be used at all.[^1]\n\n\
         > Keys can be taken.\n\n## What changed\n\n1. blob space made posting data cheaper;\n2. wallets:\n   \
         - hide chains\n   - and more\n\n---\n\n![A chart](chart.png)\n\nTerm\n: its definition, which is long enough\n\n\
         [^1]: The table counts deposits at the end of the month.\n",
        narrow(40),
    ), @"
    Rollups hold more

    Two years ago the question was whether
    rollups would be used at all.¹

     ┃  Keys can be taken.

    What changed

     1. blob space made posting data
        cheaper;
     2. wallets:
         • hide chains
         • and more

                   ─────────

    ▣ A chart

    Term
       its definition, which is long enough

    ─────────
     1. The table counts deposits at the end
        of the month.
    ");
}

#[test]
fn cjk_and_right_to_left_text_keep_their_columns() {
    assert_snapshot!(page("跨链桥的风险，很高。安全第一\n\nשלום עולם, זה טקסט ארוך\n", narrow(14)), @"
    跨链桥的风险，
    很高。安全第一

     הז ,םלוע םולש
         ךורא טסקט
    ");
}

#[test]
fn right_to_left_cells_are_in_visual_order_and_begin_at_their_right() {
    check(
        "| name | שם |\n|---|---|\n| שלום abc | b |\n| five or six | עולם (א) |\n",
        40,
        "
 name                םש
 ──────────────────────
    abc םולש   b
 five or six   (א) םלוע",
    );
    check("| a |\n|:--|\n| של |\n| long |\n", 20, " a\n ────\n לש\n long");
}

#[test]
fn a_soft_hyphen_shows_only_where_it_breaks_a_word() {
    check("Donau\u{ad}dampf\u{ad}schiff", 14, "Donaudampf-\nschiff");
    check("Donau\u{ad}dampf\u{ad}schiff", 30, "Donaudampfschiff");
    check("**Do\u{ad}nau**dampf\u{ad} a\u{ad}", 30, "Donaudampf a");
    check("של\u{ad}ום a", 6, "a םולש");
}

#[test]
fn marks_of_right_to_left_parts_stand_at_the_right() {
    check(
        "1. שלום עולם ארוך (12)\n\n> - אחד\n",
        14,
        "
 םלוע םולש .1
 (12) ךורא

    דחא •   ┃",
    );
}

/// For each row that shows anything, whether its mark stands at the right edge.
fn sides(markdown: &str) -> Vec<bool> {
    let document = document(markdown);
    let rows = (0..document.parts().len() as u32)
        .flat_map(|part| part_rows(&document, PartId(part), narrow(30)).rows)
        .filter(|row| !row.pieces.is_empty());
    let marked = |row: &Row| {
        let is_mark = |piece: &Piece| {
            matches!(piece.role, Role::Bullet | Role::Number | Role::QuoteBar | Role::AlertBar(_))
        };
        row.pieces.iter().find(|piece| is_mark(piece)).map(|piece| piece.column > 15)
    };
    rows.filter_map(|row| marked(&row)).collect()
}

#[test]
fn marks_of_one_list_and_of_one_quote_share_a_side() {
    assert_eq!(sides("- فقرة عربية\n- `.md`\n- English\n-\n"), [true; 4]);
    assert_eq!(sides("> اقتباس\n>\n> English\n>\n> ```\n> code\n> ```\n>\n> - one\n"), [true; 4]);
    assert_eq!(sides("> [!NOTE]\n> ملاحظة\n>\n> English\n"), [true; 3]);
    assert_eq!(sides("1. `.md`\n2. فقرة\n"), [true; 2]);
    assert_eq!(sides("- English\n- فقرة عربية\n"), [false; 2]);
    assert_eq!(sides("- English\n\n<!-- -->\n\n- فقرة عربية\n"), [false, true]);
    let wide = format!("> اقتباس\n>\n> ```\n> {}\n> ```\n", "code ".repeat(8));
    assert_eq!(sides(&wide), [true, false]);
    check(
        "- פסקה\n- `.md`\n- md פסקה\n",
        20,
        "
             הקספ •
              .md •
          הקספ md •",
    );
}

#[test]
fn columns_of_a_turned_row_lead_to_the_markdown_and_back() {
    let document = document("שלום abc");
    let rows = part_rows(&document, PartId(0), narrow(20));
    let row = &rows.rows[0];
    assert_eq!(row.text(), "            abc םולש");
    assert!(row.rtl);
    assert_eq!(row.source_at(19), Some(0..2), "the first letter is the rightmost");
    assert_eq!(row.source_at(12), Some(9..10));
    assert_eq!(row.columns_of(&(0..4)), vec![18..20]);
}

#[test]
fn a_word_of_code_is_broken_where_it_fits_no_row() {
    check(
        "open the `c-/archive` and `tar -x` now",
        16,
        "
open the
c-/archive and
tar -x now",
    );
    check(
        "see `ios//arm64/one-two` now",
        12,
        "
see ios//
arm64/one-
two now",
    );
    check(
        "a well-known `x`",
        8,
        "
a well-
known x",
    );
}

#[test]
fn code_says_which_file_it_is_from() {
    let label = |info: &str| {
        let rows = part_rows(&document(&format!("```{info}\na\n```\n")), PartId(0), narrow(40));
        rows.rows[0].text().trim_start_matches([' ', '─']).to_owned()
    };
    assert_eq!(label("js title=\"src/a b.js\" {1,3}"), "js · src/a b.js");
    assert_eq!(label("js [config.js]"), "js · config.js");
    assert_eq!(label("{.python filename=\"a.py\"}"), "python · a.py");
    assert_eq!(label("ts subtitle=\"x\""), "ts");
    assert_eq!(label("js {1}"), "js");
}

#[test]
fn code_and_addresses_in_right_to_left_text_are_read_from_left_to_right() {
    let row = |markdown: &str| {
        let rows = part_rows(&document(markdown), PartId(0), narrow(40));
        rows.rows[0].text().trim_start().to_owned()
    };
    assert_eq!(row("שלום `%s` עולם"), "םלוע %s םולש");
    assert_eq!(row("שלום `code()`"), "code() םולש");
    assert_eq!(row("שלום `a b` `-x, --y=1`"), "-x, --y=1 a b םולש");
    assert_eq!(row("שלום https://a.org/b/ עולם"), "םלוע https://a.org/b/ םולש");
    assert_eq!(row("abc `(x)` שלום `y()` def"), "abc (x) םולש y() def");
    assert_eq!(row("שלום `f(אב)`"), "f(בא) םולש");
    assert_eq!(row("שלום `f(אב)` עולם (1)"), "(1) םלוע f(בא) םולש");
}

#[test]
fn terminals_that_reorder_by_themselves_get_the_order_of_reading() {
    let document = document("- שלום (abc)\n");
    let setting = Setting { order: Order::Logical, ..Setting::default() };
    let rows = part_rows_in(&document, PartId(0), narrow(20), setting);
    assert_eq!(rows.rows[0].text(), " • שלום (abc)");
}

#[test]
fn a_narrow_table_breaks_long_words_before_short_ones() {
    check(
        "| Option | Address |\n|---|---|\n| description | 0123456789abcdef0123456789 |\n",
        30,
        "
 Option       Address
 ─────────────────────────────
 description  0123456789abcdef
              0123456789",
    );
}

#[test]
fn a_word_that_no_line_holds_is_broken_at_a_joint_and_leaves_other_columns_room() {
    let table = "| Option | Meaning |\n|---|---|\n| `an_option_of_a_name_that_goes_on_and_on` | sets what it says |\n";
    assert_snapshot!(page(table, narrow(40)), @"
     Option                       Meaning
     ───────────────────────────────────────
     an_option_of_a_name_that_    sets what
     goes_on_and_on               it says
    ");
    assert_snapshot!(page("see_what_comes_of_a_name_without_blanks", narrow(20)), @"
    see_what_comes_of_a_
    name_without_blanks
    ");
}

#[test]
fn a_line_of_code_beyond_any_screen_goes_on_in_another_row() {
    let document = document(&format!("```\n{}\n```\n", "x".repeat(CODE_COLUMNS + 5)));
    let rows = part_rows(&document, PartId(0), narrow(40));
    assert_eq!(rows.rows.iter().map(Row::width).collect::<Vec<_>>(), [CODE_COLUMNS as u16 + 2, 7]);
}

#[test]
fn all_parts_of_a_long_table_have_the_columns_of_its_first() {
    let mut markdown = String::from("| Number | Word |\n|--:|---|\n");
    for row in 0..6000 {
        writeln!(markdown, "| {row} | word number {row} of many |").unwrap();
    }
    let document = document(&markdown);
    assert!(document.parts().len() > 1, "one part");
    let first = part_rows(&document, PartId(0), narrow(60));
    let last = part_rows(&document, PartId(document.parts().len() as u32 - 1), narrow(60));
    let word = |rows: &PartRows| rows.rows.last().unwrap().pieces.last().unwrap().column;
    assert_eq!(word(&first), word(&last));
    assert!(last.rows[0].pieces.iter().all(|piece| piece.role == Role::TableCell), "a second header");
    assert_eq!(last.blank_before, 0);
}

#[test]
fn fifty_thousand_nested_quotes_keep_a_readable_width() {
    let markdown = format!("{} deep inside\n", ">".repeat(50_000));
    let rows = page(&markdown, narrow(76));
    assert!(rows.lines().any(|row| row.ends_with("deep inside") && row.starts_with(" ┃   ┃")), "{rows}");
    assert!(rows.lines().all(|row| crate::text::width(row) <= 76));
}

#[test]
fn a_table_of_a_thousand_columns_has_a_place_for_every_cell() {
    let cells: Vec<String> = (0..1000).map(|cell| format!("c{cell}")).collect();
    let markdown = format!("|{}|\n|{}\n|{}|\n", cells.join("|"), "-|".repeat(1000), cells.join("|"));
    let document = document(&markdown);
    let rows = part_rows(&document, PartId(0), narrow(80));
    assert!(rows.rows.iter().all(|row| row.wide));
    let last = rows.rows.last().unwrap();
    assert_eq!(last.text().split_whitespace().count(), 1000);
}

#[test]
fn columns_lead_to_the_markdown_and_back() {
    let markdown = "> a **bold** &amp; 跨链\n";
    let document = document(markdown);
    let rows = part_rows(&document, PartId(0), narrow(40));
    let row = &rows.rows[0];
    assert_eq!(row.text(), " ┃  a bold & 跨链");
    assert_eq!(row.source_at(4), Some(2..3));
    assert_eq!(row.source_at(6), Some(6..7));
    assert_eq!(row.source_at(11), Some(13..18), "an entity is one construct");
    assert_eq!(row.source_at(14), Some(19..22), "the second column of a wide cluster");
    assert_eq!(row.source_at(17), None);
    assert_eq!(row.columns_of(&(6..10)), vec![6..10]);
    assert_eq!(row.columns_of(&(15..16)), vec![11..12]);
    assert_eq!(row.columns_of(&(0..100)), vec![4..17]);
    assert!(row.source_at(1).unwrap().is_empty(), "a bar came from nowhere");
}

#[test]
fn the_lead_stands_before_the_first_part_and_leaves_a_blank_row() {
    let lead = lead_rows(&SafeText::line("A title of words"), Role::Title, Inline::empty(), Position(0), 10);
    let mut layout = Layout::new(document("one\n\ntwo\n"), narrow(10), lead);
    layout.ensure(layout.top(), 10);
    let rows: Vec<String> = layout.visible(layout.top(), 10).map(|row| row.row.text()).collect();
    assert_eq!(rows, ["A title of", "words", "", "one", "", "two"]);
    assert_eq!(layout.rows(), 6);
    assert_eq!(layout.anchor(Position(5)), Anchor { part: PartId(1), row: 1 });
    assert_eq!(layout.progress(layout.top(), 10).to_bits(), 1.0_f32.to_bits());
    assert!(layout.progress(layout.top(), 5) < 1.0);
}

#[test]
fn a_heading_that_says_nothing_takes_no_row_and_sets_nothing_apart() {
    check("#\n\na\n\n##\n\nb\n", 20, "a\n\nb");
    check("> #\n> a\n", 20, " ┃  a");
    check("- #\n- a\n", 20, " •\n • a");
    check("a\n\n# [^n]\n\n[^n]: b\n", 20, "a\n\n¹\n\n─────────\n 1. b");
}

#[test]
fn what_shows_nothing_leads_to_the_row_behind_it() {
    let mut layout = Layout::new(document("a\n\n##\n\n##\n\nb\n\n##\n"), narrow(10), Vec::new());
    for position in [3, 7] {
        let there = layout.anchor(Position(position));
        layout.ensure(there, 5);
        assert_eq!(
            layout.visible(there, 5).map(|row| row.row.text()).collect::<Vec<_>>(),
            ["b"],
            "{position}"
        );
    }
    assert_eq!(layout.anchor(Position(14)).part, PartId(4));
}

#[test]
fn an_empty_document_has_no_row_and_nowhere_to_go() {
    let mut layout = Layout::new(document(""), narrow(10), Vec::new());
    layout.ensure(layout.top(), 5);
    assert_eq!(layout.visible(layout.top(), 5).count(), 0);
    assert_eq!(layout.scroll(layout.top(), 3, 5), layout.top());
    assert_eq!(layout.anchor(Position(9)), layout.top());
}

#[test]
fn only_what_is_seen_is_laid_out_and_only_so_much_is_kept() {
    let markdown = "a paragraph of some words\n\n".repeat(20_000);
    let mut layout = Layout::new(document(&markdown), narrow(20), Vec::new());
    layout.ensure(layout.top(), 40);
    assert!(layout.laid_out.len() < 200, "{}", layout.laid_out.len());
    let mut at = layout.top();
    for _ in 0..400 {
        at = layout.scroll(at, 40, 40);
        layout.ensure(at, 40);
    }
    assert!(layout.kept <= KEPT_ROWS + 200, "{}", layout.kept);
    assert_eq!(layout.visible(at, 40).count(), 40);
    let end = layout.scroll(at, isize::MAX, 40);
    assert_eq!(end, layout.end(40));
    layout.ensure(end, 40);
    assert_eq!(layout.visible(end, 40).count(), 40);
    assert_eq!(layout.progress(end, 40).to_bits(), 1.0_f32.to_bits());
    assert_eq!(layout.scroll(end, isize::MIN, 40), layout.top());
}

/// Markdown of blocks that could stand in an article.
fn markdown() -> impl Strategy<Value = String> {
    let words = "[a-z跨é👨 *`_-]{1,60}";
    let block = prop_oneof![
        4 => words.prop_map(|text| format!("{text}\n\n")),
        1 => words.prop_map(|text| format!("## {text}\n\n")),
        2 => words.prop_map(|text| format!("- {text}\n  - {text}\n- b\n")),
        1 => words.prop_map(|text| format!("7. {text}\n8. [x] {text}\n\n   second\n")),
        1 => words.prop_map(|text| format!("> {text}\n> > {text}\n\n")),
        1 => words.prop_map(|text| format!("```x\n{text}\n\n{text}\n```\n")),
        1 => words.prop_map(|text| format!("| a | b |\n|--:|---|\n| {text} | c |\n| d | {text} |\n\n")),
        1 => words.prop_map(|text| format!("![{text}](a.png)\n\n")),
        1 => Just("---\n\n<!-- nothing -->\n\n".to_owned()),
    ];
    prop::collection::vec(block, 0..12).prop_map(|blocks| blocks.concat())
}

fn graphemes_of(shown: &Shown) -> Vec<String> {
    let of = |text: &SafeText| -> Vec<String> {
        text.as_str().graphemes(true).filter(|c| !matches!(*c, " " | "\n")).map(str::to_owned).collect()
    };
    match shown {
        Shown::Text(text) | Shown::Math(text) | Shown::Code { text, .. } => of(&text.text),
        Shown::Image { alt, .. } => of(&alt.text),
        Shown::Table(table) => {
            table.header.iter().chain(table.rows.iter().flatten()).flat_map(|cell| of(&cell.text)).collect()
        }
        Shown::Rule | Shown::Nothing => Vec::new(),
    }
}

#[test]
fn every_row_of_code_has_a_bar_where_there_is_room() {
    let check = |markdown: &str, columns: u16, expect: &[Option<u16>]| {
        let bars: Vec<_> = hyphenated(markdown, "", columns).iter().map(|row| row.bar).collect();
        assert_eq!(bars, expect, "{markdown:?} at {columns}");
    };
    check("a\n\n```\nb\n\nc\n```\n", 40, &[None, Some(0), Some(0), Some(0)]);
    check("- a\n\n  ```sh\n  b\n  ```\n\n      c\n", 40, &[None, Some(3), Some(3), Some(3)]);
    check("```\na\n```\n", 10, &[None]);
    check("```math\na\n```\n", 40, &[None]);
    let row = &hyphenated("```\na\n```\n", "", 40)[0];
    assert_eq!((row.text(), row.columns_of(&(0..99)).len()), ("  a".to_owned(), 1), "it is no text");
}

/// Rows of a document whose words are broken as those of the language `tag`.
fn hyphenated(markdown: &str, tag: &str, columns: u16) -> Vec<Row> {
    let document = document(markdown);
    let setting = Setting { hyphens: Hyphens::of_tag(tag), ..Setting::default() };
    let parts = 0..document.parts().len() as u32;
    parts.flat_map(|part| part_rows_in(&document, PartId(part), narrow(columns), setting).rows).collect()
}

fn check_hyphenated(markdown: &str, tag: &str, columns: u16, expect: &[&str]) {
    let rows: Vec<String> = hyphenated(markdown, tag, columns).iter().map(Row::text).collect();
    assert_eq!(rows, expect, "{markdown:?} in {tag:?} at {columns}");
}

#[test]
fn words_are_broken_by_the_patterns_of_their_language() {
    check_hyphenated("an incomprehensible word", "en", 12, &["an incompre-", "hensible", "word"]);
    check_hyphenated("eine Silbentrennung hier", "de-AT", 12, &["eine Silben-", "trennung", "hier"]);
    check_hyphenated("очень замечательный текст", "ru", 16, &["очень замеча-", "тельный текст"]);
    check_hyphenated("x incomprehensible", "en", 10, &["x incom-", "prehensi-", "ble"]);
    check_hyphenated("an incomprehensible word", "", 12, &["an", "incomprehens", "ible word"]);
    check_hyphenated("an incomprehensible word", "ja", 12, &["an", "incomprehens", "ible word"]);
}

#[test]
fn names_code_addresses_headings_and_cells_are_not_broken() {
    check_hyphenated("see `incomprehensible` in it", "en", 17, &["see", "incomprehensible", "in it"]);
    check_hyphenated("in INCOMPREHENSIBLE it", "en", 16, &["in", "INCOMPREHENSIBLE", "it"]);
    check_hyphenated("in JavaScriptCore it", "en", 14, &["in", "JavaScriptCore", "it"]);
    check_hyphenated("in understanding.example it", "en", 21, &["in", "understanding.example", "it"]);
    check_hyphenated("# an incomprehensible word", "en", 17, &["an", "incomprehensible", "word"]);
    check_hyphenated("it is incomprehensible", "en", 16, &["it is", "incomprehensible"]);
}

#[test]
fn a_hyphen_is_shown_and_belongs_to_nothing_of_the_markdown() {
    let markdown = "an *incomprehensible* word";
    let rows = hyphenated(markdown, "en", 12);
    let hyphen = rows[0].pieces.last().unwrap();
    assert_eq!((hyphen.text.as_str(), hyphen.column), ("-", 11));
    assert_eq!(hyphen.inline, Inline::EMPHASIS | Inline::GENERATED);
    assert!(rows[0].source_at(11).is_some_and(|source| source.is_empty()));
    let row_of = |word: &str| {
        let at = markdown.find(word).unwrap() as u32;
        let columns = |row: &Row| {
            row.columns_of(&(at..at + word.len() as u32)).first().map(|columns| (columns.start, columns.end))
        };
        rows.iter().map(columns).collect::<Vec<_>>()
    };
    assert_eq!(row_of("incomprehensible"), [Some((3, 11)), Some((0, 8)), None]);
    assert_eq!(rows[1].position, Position(markdown.find("hensible").unwrap() as u32));
}

#[test]
fn soft_hyphens_come_before_patterns() {
    check_hyphenated("an in\u{ad}comprehensible word", "en", 16, &["an in-", "comprehensible", "word"]);
}

proptest! {
    #[test]
    fn hyphens_lose_nothing_and_fit(
        words in prop::collection::vec("[a-zA-Zäöüßéж\u{301}'’/.1-]{1,18}|incomprehensible|Donaudampfschiff|замечательный", 1..20),
        tag in prop::sample::select(vec!["en", "de", "ru", "fr"]),
        columns in 1_u16..50,
    ) {
        // Letters before each word, so that none is markup.
        let markdown = format!("x{}", words.join(" x"));
        let document = document(&markdown);
        let rows = hyphenated(&markdown, tag, columns);
        let mut seen = Vec::new();
        for row in &rows {
            let own = row.pieces.iter().filter(|piece| !piece.inline.contains(Inline::GENERATED));
            let clusters: Vec<_> = own.flat_map(|piece| piece.text.as_str().graphemes(true)).filter(|c| *c != " ").collect();
            prop_assert!(row.width() <= columns || (clusters.len() == 1 && row.width() <= columns + 1), "{:?}", row.text());
            seen.extend(clusters.into_iter().map(str::to_owned));
        }
        prop_assert_eq!(seen, graphemes_of(&document.show(PartId(0))));
        let positions: Vec<_> = rows.iter().map(|row| row.position).collect();
        prop_assert!(positions.is_sorted(), "{positions:?}");
    }

    #[test]
    fn every_row_fits_and_every_grapheme_is_shown(markdown in markdown(), text in 1_u16..60, more in 0_u16..40) {
        let document = document(&markdown);
        let width = Width { text, room: text + more };
        for part in 0..document.parts().len() {
            let id = PartId(part as u32);
            let laid_out = part_rows(&document, id, width);
            let mut seen = Vec::new();
            for row in &laid_out.rows {
                prop_assert!(!row.text().ends_with(' '), "trailing blank");
                let mut end = 0;
                for piece in &row.pieces {
                    prop_assert!(piece.column >= end, "pieces overlap in {:?}", row.text());
                    prop_assert!(!piece.text.is_empty());
                    end = piece.end();
                    if !piece.inline.contains(Inline::GENERATED) {
                        let clusters = piece.text.as_str().graphemes(true).filter(|c| *c != " ");
                        seen.extend(clusters.map(str::to_owned));
                    }
                }
                let shown: usize = row.pieces.iter().filter(|p| !p.inline.contains(Inline::GENERATED)).map(|p| p.text.as_str().graphemes(true).count()).sum();
                prop_assert!(
                    row.wide || row.width() <= width.room || (shown == 1 && row.width() <= width.room + 1),
                    "{:?} is wider than {width:?}", row.text()
                );
            }
            let shown = document.show(id);
            let mut expect = graphemes_of(&shown);
            if matches!(shown, Shown::Table(_)) {
                seen.sort();
                expect.sort();
            } else {
                let positions: Vec<_> = laid_out.rows.iter().map(|row| row.position).collect();
                prop_assert!(positions.is_sorted(), "{positions:?}");
            }
            prop_assert_eq!(seen, expect);
        }
    }

    #[test]
    fn scrolling_there_and_back_returns(markdown in markdown(), start in 0_isize..60, rows in -30_isize..30, height in 1_u16..20) {
        let mut layout = Layout::new(document(&markdown), narrow(30), Vec::new());
        let top = layout.top();
        let from = layout.scroll(top, start, height);
        let to = layout.scroll(from, rows, height);
        let end = layout.end(height);
        prop_assert!(to <= end);
        if to > top && to < end && from > top && from < end {
            prop_assert_eq!(layout.scroll(to, -rows, height), from);
            prop_assert_eq!(layout.absolute(to) as isize - layout.absolute(from) as isize, rows);
        }
    }

    #[test]
    fn a_screen_shows_the_rows_that_all_parts_have_in_order(markdown in markdown(), start in 0_isize..80, height in 1_u16..20) {
        let document = document(&markdown);
        let mut all = Vec::new();
        for part in 0..document.parts().len() {
            let rows = part_rows(&document, PartId(part as u32), narrow(30));
            all.extend((0..rows.height()).map(|row| rows.row(row).unwrap().text()));
        }
        let mut layout = Layout::new(document, narrow(30), Vec::new());
        let at = layout.scroll(layout.top(), start, height);
        layout.ensure(at, height);
        let first = (start as usize).min(all.len().saturating_sub(usize::from(height)));
        let rows: Vec<String> = layout.visible(at, height).map(|row| row.row.text()).collect();
        let expect: Vec<String> = all.into_iter().skip(first).take(usize::from(height)).collect();
        prop_assert_eq!(rows, expect);
    }

    #[test]
    fn a_resize_keeps_the_position(markdown in markdown(), start in 0_isize..80, one in 4_u16..60, two in 4_u16..60) {
        keeps_the_position(&markdown, start, one, two);
    }
}

/// Checks that the row so many `rows` down is found again at another width.
fn keeps_the_position(markdown: &str, rows: isize, one: u16, two: u16) {
    let document = document(markdown);
    let mut before = Layout::new(Arc::clone(&document), narrow(one), Vec::new());
    let at = before.scroll(before.top(), rows, 1);
    let position = before.position(at);
    let mut after = Layout::new(Arc::clone(&document), narrow(two), Vec::new());
    let there = after.anchor(position);
    after.ensure(there, 1);
    let row = after.position(there);
    assert!(row <= position, "{row:?} begins after {position:?} in {markdown:?}");
    // The row that follows begins after it: the row shows the position.
    let next = after.scroll(there, 1, 1);
    after.ensure(next, 1);
    assert!(next == there || after.position(next) >= position, "{next:?} of {markdown:?}");
    assert_eq!(there.part, at.part, "{position:?} of {markdown:?}");
}

#[test]
fn an_item_without_words_is_found_at_another_width() {
    keeps_the_position("*\n\n*\n\n", 1, 5, 4);
}

#[test]
fn a_full_screen_has_nothing_laid_out_at_the_end() {
    let markdown = "A paragraph.\n\n".repeat(1000);
    let document = document(&markdown);
    let mut layout = Layout::new(Arc::clone(&document), narrow(40), Vec::new());
    let top = layout.scroll(Anchor::default(), 0, 20);
    layout.ensure(top, 20);
    assert_eq!(layout.visible(top, 20).count(), 20);
    let last = layout.laid_out(PartId(0), PartId(999)).count();
    assert!(last < 20, "{last} parts");
    // Where the last row comes on screen it counts as read.
    let end = layout.scroll(top, 5000, 20);
    layout.ensure(end, 20);
    assert_eq!((layout.progress(end, 20), end), (1.0, layout.end(20)));
}

#[test]
fn what_stands_right_to_left_begins_at_the_right_edge_whatever_it_names() {
    let first = |markdown: &str| {
        let document = Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true });
        part_rows(&document, PartId(0), Width { text: 40, room: 40 }).rows.first().map(|row| row.rtl)
    };
    assert_eq!(first("- `npm install` يثبت الحزم\n"), Some(true));
    assert_eq!(first("- [npm](a) يثبت الحزم\n"), Some(true));
    assert_eq!(first("> [!NOTE]\n> ملاحظة\n"), Some(true));
    assert_eq!(first("> [!NOTE]\n> a note\n"), Some(false));
    assert_eq!(first("`npm` installs يثبت\n"), Some(false));
}

#[test]
fn each_list_has_its_own_side_also_where_that_is_remembered() {
    let document = document("- مرحبا\n- b\n\n> c\n>\n> d\n\n- e\n- مرحبا\n\nf\n\n1. مرحبا\n2. - g\n");
    let mut known = Known::default();
    let mut sides = Vec::new();
    for part in 0..document.parts().len() as u32 {
        let rows = part_rows_among(&document, PartId(part), narrow(40), Setting::default(), &mut known).rows;
        assert_eq!(rows, part_rows(&document, PartId(part), narrow(40)).rows);
        sides.extend(rows.first().map(|row| row.rtl));
    }
    assert_eq!(sides, [true, true, false, false, false, false, false, true, true]);
}

#[test]
fn markers_tell_the_depth_of_a_list_and_keep_their_mark() {
    let document = Document::parse(
        "- a\n  - b\n    - c\n      - d\n\n1) e\n2) f\n".into(),
        Position(0),
        &Options { title: None, whole: true },
    );
    let rows: Vec<String> = (0..document.parts().len() as u32)
        .flat_map(|part| part_rows(&document, PartId(part), Width { text: 40, room: 40 }).rows)
        .map(|row| row.text())
        .collect();
    assert_eq!(rows, [" • a", "    ◦ b", "       ▪ c", "          ▪ d", " 1) e", " 2) f"]);
}
