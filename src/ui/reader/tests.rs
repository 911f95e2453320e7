//! The reader's screen, cell by cell.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::geometry::Size;
use crate::app::reader::find::tests as find;
use crate::app::reader::highlights::tests::{answer, begin};
use crate::app::reader::tests::{ARTICLE, open, press};
use crate::app::reader::{PATIENCE, Reader};
use crate::app::{Action, App, update};
use crate::document::highlight::HighlightRole;
use crate::ui::hyperlinks::{Hyperlink, hyperlinks};
use crate::ui::paint;
use crate::ui::theme::{Depth, Theme};

fn frame(app: &App, depth: Depth) -> Buffer {
    let size = app.view.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.width, size.height));
    paint(app, depth, &mut buffer);
    buffer
}

/// The frame's rows, without blanks at their ends.
fn text(buffer: &Buffer) -> Vec<String> {
    (0..buffer.area.height)
        .map(|y| {
            let mut row = String::new();
            let mut x = 0;
            while let Some(cell) = buffer.cell((x, y)).filter(|_| x < buffer.area.width) {
                row.push_str(cell.symbol());
                x += crate::text::width(cell.symbol()).max(1) as u16;
            }
            row.trim_end().to_owned()
        })
        .collect()
}

/// The screen of the article after keys.
fn screen(width: u16, height: u16, keys: &str) -> String {
    let mut app = open(ARTICLE, width, height);
    press(&mut app, keys);
    text(&frame(&app, Depth::True)).join("\n")
}

/// The style of the first cell that shows `needle`, below the head.
fn style_of(buffer: &Buffer, needle: &str) -> Style {
    for (y, row) in text(buffer).iter().enumerate().skip(2) {
        if let Some(byte) = row.rfind(needle) {
            let x = crate::text::width(&row[..byte]) as u16;
            return buffer.cell((x, y as u16)).unwrap().style();
        }
    }
    panic!("{needle:?} is not on the screen");
}

#[test]
fn the_reader_at_80_by_24() {
    insta::assert_snapshot!(screen(80, 24, "]"), @r"
     What a bridge promises  ›  What goes in                      40 % · 1 min left
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━───────────────────────────────────────────────

       What goes in

       Deposits are counted at the end of every day. The count is public, and so is
       the way of counting, which has changed twice since the bridge was opened.

        • one token for one token
        • fees are taken on the far side

        ┃  Whoever counts decides what counts.

       Counting twice

       The same token seen from both sides is counted once by those who know, and
       twice by those who would like it to be more than it is.

       Counting never

       Some are never counted at all.

    ────────────────────────────────────────────────────────────────────────────────
     [ ] sections   o contents   / find   f follow   q quit   Z zen   ? all keys
    ");
}

#[test]
fn the_reader_at_140_by_40() {
    insta::assert_snapshot!(screen(140, 40, "j j"), @r"
     What a bridge promises  ›  What goes in                                                                                  18 % · 1 min left
    ━━━━━━━━━━━━━━━━━━━━━━━━━───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                                    │
      Contents              1 min   │
     ▌ What goes in          20 s   │               Three promises, and which of them are kept.
         Counting twice             │
         Counting never             │               ▣ A bridge over a narrow river
       What comes out        20 s   │
       Notes                        │               A bridge promises that what goes in comes out somewhere else, and that
                                    │               nobody but the one who put it in can take it out; see the glossary for the
                                    │               words.
                                    │
                                    │               What goes in
                                    │
                                    │               Deposits are counted at the end of every day. The count is public, and so is
                                    │               the way of counting, which has changed twice since the bridge was opened.
                                    │
                                    │                • one token for one token
                                    │                • fees are taken on the far side
                                    │
                                    │                ┃  Whoever counts decides what counts.
                                    │
                                    │               Counting twice
                                    │
                                    │               The same token seen from both sides is counted once by those who know, and
                                    │               twice by those who would like it to be more than it is.
                                    │
                                    │               Counting never
                                    │
                                    │               Some are never counted at all.
                                    │
                                    │               What comes out
                                    │
                                    │                Network    Value   Users
                                    │                ────────────────────────
                                    │                Arbitrum    19.1     1.2
                                    │                Base         8.0     3.4
                                    │
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     [ ] sections   o contents   / find   f follow   q quit   i metadata   Z zen   + - measure   ? all keys
    ");
}

#[test]
fn contents_over_the_text_at_80_by_24() {
    insta::assert_snapshot!(screen(80, 24, "] ] o j"), @r"
     What a bridge promises  ›  Counting twice                    77 % · 1 min left
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────────

       Counting twice

       The same token seen from both sides is counted once by those who know, and
       twice b
                Contents                                          1 min
       Countin
                 What goes in                                      20 s
       Some ar     Counting twice
               ▌   Counting never
       What co   What comes out                                    20 s
                 Notes
        Networ
        ──────   Enter jump   Esc close                          3 of 5
        Arbitr
        Base         8.0     3.4

       Withdrawals wait for a week. The wait is the price of not having to trust
       anyone, and it is paid by everyone who is not in a hurry.

    ────────────────────────────────────────────────────────────────────────────────
     j k move   Enter jump   / filter   o hide   Esc text   q quit   ? all keys
    ");
}

#[test]
fn a_heading_that_is_cut_shows_whole_while_one_chooses_among_them() {
    let long = "A heading of more words than the pane beside the text has room for";
    let markdown = format!("# Title\n\nText.\n\n## {long}\n\nMore.\n\n## Short\n\nEnd.\n");
    let rows_with = |keys: &str, words: &str| {
        let mut app = open(&markdown, 120, 20);
        press(&mut app, keys);
        let rows = text(&frame(&app, Depth::True));
        rows.into_iter().skip(2).filter(|row| row.contains(words)).count()
    };
    assert_eq!(rows_with("", long), 1, "in the text alone");
    assert_eq!(rows_with("o", long), 2);
    assert_eq!(rows_with("o", "▌ A heading of more words than"), 1);
    assert_eq!(rows_with("o j", long), 1, "another one is lit");
    assert_eq!(rows_with("o Esc", long), 1, "one is back in the text");
}

#[test]
fn wide_rows_show_where_they_go_on() {
    insta::assert_snapshot!(screen(80, 14, "] } d l"), @r#"
     What a bridge promises  ›  What comes out                    91 % · 1 min left
    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────

        Arbitrum    19.1     1.2
        Base         8.0     3.4

       Withdrawals wait for a week. The wait is the price of not having to trust
       anyone, and it is paid by everyone who is not in a hurry.

       │ ── rust
      ‹t(days: u32) -> Promise { Promise::new(days, "a line of code that is much lo›

    ────────────────────────────────────────────────────────────────────────────────
     h l pan   [ ] sections   o contents   / find   f follow   q quit   ? all keys
    "#);
}

#[test]
fn what_a_piece_is_shows_in_its_style() {
    let mut app = open(ARTICLE, 80, 70);
    press(&mut app, "g");
    let frame = frame(&app, Depth::True);
    let theme = Theme::new(app.view.theme, Depth::True);
    let check = |needle: &str, style: Style, modifiers: Modifier| {
        let found = style_of(&frame, needle);
        assert_eq!(found.fg, style.fg.or(theme.text.fg), "{needle}");
        assert_eq!(found.add_modifier, modifiers, "{needle}");
    };
    check("What a bridge", theme.accent, Modifier::BOLD);
    check("10 June", theme.dim, Modifier::empty());
    check("bridges  layer2", theme.link, Modifier::empty());
    check("Three promises", theme.dim, Modifier::ITALIC);
    check("somewhere else", theme.plain, Modifier::BOLD);
    check("glossary", theme.link, Modifier::UNDERLINED);
    check("What goes in", theme.plain, Modifier::BOLD);
    check("Counting twice", theme.dim, Modifier::BOLD);
    check("twice since", theme.plain, Modifier::ITALIC);
    check("┃", theme.accent, Modifier::empty());
    check("Whoever", theme.plain, Modifier::ITALIC);
    check("Network ", theme.dim, Modifier::BOLD);
    check("Arbitrum  ", theme.plain, Modifier::empty());
}

#[test]
fn no_colour_leaves_weight_and_dimness() {
    let app = open(&ARTICLE.replace("*twice*", "`twice`"), 120, 60);
    let frame = frame(&app, Depth::None);
    for cell in frame.content() {
        let style = cell.style();
        let plain = [None, Some(ratatui::style::Color::Reset)];
        assert!(plain.contains(&style.fg) && plain.contains(&style.bg), "{cell:?}");
    }
    assert!(style_of(&frame, "What a bridge promises").add_modifier.contains(Modifier::BOLD));
    let code = style_of(&frame, "twice since").add_modifier;
    assert!(!code.contains(Modifier::REVERSED), "a code span does not shout: {code:?}");
}

#[test]
fn without_colour_the_bar_of_a_note_has_no_line_under_it() {
    let app = open("# A\n\n> [!note]\n> Words\n", 60, 12);
    let frame = frame(&app, Depth::None);
    for needle in ["┃", "Note"] {
        let style = style_of(&frame, needle);
        assert!(!style.add_modifier.contains(Modifier::UNDERLINED), "{needle}: {style:?}");
    }
}

#[test]
fn the_hairline_is_the_progress() {
    let mut app = open(ARTICLE, 100, 20);
    let filled = |app: &App| text(&frame(app, Depth::True))[1].chars().filter(|c| *c == '━').count();
    assert_eq!(filled(&app), 0);
    press(&mut app, "d");
    let half = filled(&app);
    assert!(half > 0 && half < 100, "{half}");
    press(&mut app, "G");
    assert_eq!(filled(&app), 100);
}

#[test]
fn zen_shows_nothing_but_the_text() {
    let screen = screen(120, 20, "] Z");
    assert!(!screen.contains('│') && !screen.contains('━') && !screen.contains("all keys"), "{screen}");
    assert!(screen.contains("Deposits are counted"), "{screen}");
}

#[test]
fn a_document_on_its_way_says_nothing_at_first_and_a_reason_when_it_fails() {
    let mut app = open(ARTICLE, 80, 12);
    let article = app.reader.as_ref().unwrap().article().clone();
    let source = app.reader.as_ref().unwrap().source();
    app.reader = Some(Reader::waiting(&app.view, source, &article));
    let body = |app: &App| text(&frame(app, Depth::True))[2..10].join(" ").trim().to_owned();
    assert_eq!(body(&app), "");
    app.view.clock = PATIENCE;
    assert_eq!(body(&app), "Opening …");
    app.reader.as_mut().unwrap().failed(&crate::safe!("bridge.md: cannot be read: permission denied"));
    let failed = body(&app);
    assert!(failed.contains("permission denied") && failed.contains("R tries again"), "{failed}");
}

#[test]
fn right_to_left_headings_stand_in_the_order_of_the_screen() {
    let app = open("# title\n\ntext\n\n## \u{5d0}\u{5d1} abc\n", 120, 20);
    let rows = text(&frame(&app, Depth::True)).join("\n");
    assert_eq!(rows.matches("abc \u{5d1}\u{5d0}").count(), 2, "in the text and beside it: {rows}");
    assert!(!rows.contains("\u{5d0}\u{5d1}"), "{rows}");
}

#[test]
fn what_stands_under_a_right_to_left_title_ends_where_it_ends() {
    let ends = |title: &str| {
        let rows = text(&frame(&open(&format!("# {title}\n\ntext\n"), 80, 20), Depth::True));
        let end = |row: Option<&String>| row.map(|row| crate::text::width(row));
        let title = rows.iter().skip(2).position(|row| !row.is_empty()).map_or(0, |at| at + 2);
        end(rows.get(title)) == end(rows.get(title + 1))
    };
    assert!(ends("\u{5d0}\u{5d1}\u{5d2} \u{5d0}\u{5d1}"));
    assert!(!ends("a title"));
}

#[test]
fn a_picture_is_painted_as_half_blocks_and_only_where_there_are_colours() {
    use crate::app::reader::pictures::tests::{draw, find, open};
    use crate::layout::picture::Extent;
    use ratatui::style::Color;

    let (mut app, _) = open("---\ntitle: A\n---\n\n![Squares](a.png)\n", 40, 12);
    find(&mut app, &["a.png"], 2, 2);
    let pixels = vec![[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 0]];
    draw(&mut app, "a.png", Extent { columns: 2, rows: 1 }, pixels);
    let painted = frame(&app, Depth::True);
    let (x, y) = (3, 6);
    let cell = |x| painted.cell((x, y)).map(|cell| (cell.symbol(), cell.fg, cell.bg)).unwrap();
    assert_eq!(cell(x), ("▀", Color::Rgb(255, 0, 0), Color::Rgb(0, 0, 255)));
    // What is transparent shows the ground.
    assert_eq!(cell(x + 1), ("▀", Color::Rgb(0, 255, 0), Color::Rgb(0x11, 0x13, 0x18)));
    assert!(text(&painted)[usize::from(y) + 1].contains("Squares"));
    let painted = frame(&app, Depth::None);
    assert_eq!(painted.cell((x, y)).unwrap().symbol(), " ");
}

#[test]
fn highlights_give_code_its_styles_and_change_no_text() {
    for (width, height, keys) in [(80, 70, ""), (80, 14, "] } d l"), (30, 9, "G h l l l")] {
        let (mut app, mut effects) = begin(ARTICLE, height);
        effects.extend(update(&mut app, Action::Resize(Size { width, height })));
        effects.extend(press(&mut app, keys));
        for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
            assert_eq!(text(&frame(&app, depth)).len(), usize::from(height));
        }
        let before = frame(&app, Depth::True);
        assert!(answer(&mut app, effects) > 0, "{width}x{height}");
        let after = frame(&app, Depth::True);
        assert_eq!(text(&before), text(&after), "{width}x{height}");
    }
}

#[test]
fn highlighted_code_shows_in_its_styles_wherever_it_is_panned() {
    let (mut app, mut effects) = begin(ARTICLE, 14);
    effects.extend(press(&mut app, "] } d l"));
    answer(&mut app, effects);
    for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
        let frame = frame(&app, depth);
        let theme = Theme::new(app.view.theme, depth);
        let check = |needle: &str, style: Style| {
            let found = style_of(&frame, needle);
            let expect = theme.text.patch(theme.plain).patch(style);
            assert_eq!(
                (found.fg, found.add_modifier),
                (expect.fg.or(Some(Color::Reset)), expect.add_modifier),
                "{needle}"
            );
        };
        check("t(days", theme.code.of(HighlightRole::Function));
        check("(days", Style::new());
        check("u32", theme.code.of(HighlightRole::Keyword));
        check("\"a line", theme.code.of(HighlightRole::String));
        check("lo›", theme.code.of(HighlightRole::String));
        check("›", theme.dim);
    }
}

#[test]
fn a_heading_is_cut_before_its_minutes_go() {
    let words = "word ".repeat(400);
    let markdown = format!("## Short\n\n{words}\n\n## Whoever counts decides\n\n{words}\n");
    let app = open(&markdown, 120, 20);
    let buffer = frame(&app, Depth::True);
    let rows: Vec<String> = text(&buffer).iter().map(|row| row.chars().take(32).collect()).collect();
    assert!(rows.iter().any(|row| row.contains("Short") && row.contains("2 min")), "{rows:#?}");
    let long = rows.iter().find(|row| row.contains("Whoever")).unwrap();
    assert!(long.contains("Whoever counts deci… 2 min"), "{long}");
    // They are words, and words keep their contrast: never the style of rules.
    let short = rows.iter().position(|row| row.contains("2 min")).unwrap();
    let column = crate::text::width(rows[short].split("2 min").next().unwrap());
    let style = buffer.cell((column as u16, short as u16)).unwrap().style();
    assert_eq!(style.fg, Theme::new(app.view.theme, Depth::True).dim.fg);
}

#[test]
fn web_addresses_are_hyperlinks_of_the_cells_that_show_them() {
    let markdown = "See [the *whole* of a long name that goes on over the end of a row of the text and then \
                    on](https://example.org/a%20b), [a page](page.md) and <a@example.org>.\n";
    let mut app = open(markdown, 80, 24);
    let found = |app: &App| -> Vec<(String, String)> {
        let buffer = frame(app, Depth::True);
        let text = |link: &Hyperlink| {
            let cells = link.columns.clone().filter_map(|x| buffer.cell((x, link.row)));
            cells.map(ratatui::buffer::Cell::symbol).collect()
        };
        hyperlinks(app).into_iter().map(|link| (text(&link), link.address)).collect()
    };
    let expect = [
        (
            "the whole of a long name that goes on over the end of a row of the text",
            "https://example.org/a%20b",
        ),
        ("and then on", "https://example.org/a%20b"),
        ("a@example.org", "mailto:a@example.org"),
    ];
    let expect: Vec<_> = expect.iter().map(|(text, to)| ((*text).to_owned(), (*to).to_owned())).collect();
    assert_eq!(found(&app), expect);
    press(&mut app, "i");
    assert_eq!(found(&app), [], "what lies under a panel leads nowhere");
}

#[test]
fn a_right_to_left_title_and_heading_are_cut_at_the_end_of_what_is_read() {
    let long = "שלום ".repeat(30);
    let app = open(&format!("---\ntitle: {long}\n---\nText.\n\n## {long}\n\nMore.\n"), 120, 24);
    let rows = text(&frame(&app, Depth::True));
    // What is read first stands at the right; the mark for what is left out, at the left.
    assert!(rows[0].trim_start().starts_with('…') && rows[0].contains("םולש"), "{:?}", rows[0]);
    let entry = rows.iter().skip(3).find(|row| row.contains('…')).unwrap();
    let pane: String = entry.chars().take(36).collect();
    assert!(pane.trim_start_matches(['▌', ' ']).starts_with('…'), "{pane:?}");
}

#[test]
fn a_block_wider_than_the_screen_is_panned_as_one() {
    let mut app =
        open(&format!("```\nabcdefghijkl\n{}\n```\n\n| a |\n|---|\n| short |\n", "x".repeat(120)), 80, 14);
    let before = text(&frame(&app, Depth::True)).join("\n");
    assert!(before.contains("abcdefghijkl"), "{before}");
    press(&mut app, "l");
    let after = text(&frame(&app, Depth::True)).join("\n");
    assert!(!after.contains("abcdefghijkl") && after.contains("ghijkl"), "{after}");
    assert!(after.contains("short"), "what fits stays: {after}");
}

#[test]
fn an_article_without_text_says_so() {
    let said = |markdown| text(&frame(&open(markdown, 80, 14), Depth::True)).join("\n");
    assert!(said("---\ntitle: A\n---\n\n<!-- c -->\n").contains("This article has no text."));
    assert!(!said("a\n").contains("This article has no text."));
}

#[test]
fn a_folded_entry_counts_the_matches_of_all_that_it_hides() {
    let text = "---\ntitle: A title\n---\n\n# One\n\nword\n\n## Within\n\nword word\n\n# Two\n\nNothing.\n";
    let mut app = open(text, 120, 30);
    find::keys(&mut app, "/");
    find::typed(&mut app, "word");
    find::keys(&mut app, "Enter o");
    let row = |app: &App, name: &str| {
        let rows = text_of(app);
        let mut pane = rows.iter().skip(2).map(|row| row.chars().take(32).collect::<String>());
        pane.find(|row| row.contains(name))
    };
    assert!(row(&app, "One").is_some_and(|row| row.contains(" 1 ")), "{:?}", row(&app, "One"));
    press(&mut app, "h");
    assert!(row(&app, "One").is_some_and(|row| row.contains(" 3 ")), "{:?}", row(&app, "One"));
}

#[test]
fn labels_of_ones_own_stand_behind_the_tags_and_among_the_metadata() {
    use crate::app::effect::{Recorded, Report};
    use crate::library::marks::Entry;
    let mut app = open(ARTICLE, 120, 30);
    let labels = vec![crate::safe!("mine")];
    let entries = vec![Entry { file: "bridge.md".into(), labels, ..Entry::default() }];
    let recorded = Recorded { entries, ..Recorded::default() };
    update(&mut app, Action::Report(Report::Recorded(recorded)));
    assert!(text_of(&app).iter().any(|row| row.contains("layer2  +mine")), "{:?}", text_of(&app));
    press(&mut app, "i");
    assert!(text_of(&app).iter().any(|row| row.contains("labels") && row.contains("+mine")));
}

fn text_of(app: &App) -> Vec<String> {
    text(&frame(app, Depth::True))
}
