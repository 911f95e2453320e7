//! How an article comes in, and what stays where it is meanwhile.

use super::*;
use crate::app::reader::PATIENCE;

#[test]
fn an_article_opens_at_a_heading_or_a_line() {
    let at = |at, head: Option<usize>| {
        let mut app = open_at(loaded(ARTICLE, head), Some(at), 80, 20);
        if head.is_some() {
            assert_eq!(top(&app), "What a bridge promises");
            report(&mut app, loaded(ARTICLE, None));
        }
        (top(&app).trim().to_owned(), section(&app).to_owned(), toast(&app).to_owned())
    };
    let slug = |slug: &str| At::Heading(slug.to_owned());
    let twice = ("Counting twice".to_owned(), "Counting twice".to_owned(), String::new());
    assert_eq!(at(slug("counting-twice"), None), twice);
    assert_eq!(at(slug("counting-twice"), Some(500)), twice);
    let line = ARTICLE.lines().position(|line| line.starts_with("Some are")).unwrap() as u32 + 1;
    assert_eq!(at(At::Line(line), None).0, "Some are never counted at all.");
    assert_eq!(at(At::Line(line), Some(500)).0, "Some are never counted at all.");
    assert_eq!(at(At::Line(1), None).0, "What a bridge promises");
    let missing = "There is no heading \u{201c}nowhere\u{201d} in this article";
    assert_eq!(at(slug("nowhere"), None).2, missing);
    assert_eq!(at(slug("nowhere"), Some(500)).2, missing);
}

#[test]
fn the_end_is_reached_once_the_whole_document_is_there() {
    let mut app = open_at(loaded(ARTICLE, Some(700)), None, 80, 16);
    press(&mut app, "G");
    report(&mut app, loaded(ARTICLE, None));
    assert_eq!(section(&app), "Notes");
    let mut app = open_at(loaded(ARTICLE, Some(700)), None, 80, 16);
    press(&mut app, "G k");
    let before = top(&app);
    report(&mut app, loaded(ARTICLE, None));
    assert_eq!(top(&app), before);
}

#[test]
fn a_head_that_is_read_again_waits_for_the_whole() {
    let mut app = open(ARTICLE, 80, 20);
    press(&mut app, "] ] ] ] j");
    let before = top(&app);
    let effects = press(&mut app, "R");
    assert!(matches!(effects[0], Effect::Load { slot: Slot::Reader, .. }));
    report(&mut app, loaded(ARTICLE, Some(500)));
    assert_eq!(top(&app), before);
    report(&mut app, loaded(ARTICLE, None));
    assert_eq!(top(&app), before);
}

#[test]
fn what_cannot_be_read_again_stays_readable_and_says_so() {
    let mut app = open(ARTICLE, 80, 20);
    press(&mut app, "R");
    let generation = app.newest.reader;
    let result = Err(crate::safe!("bridge.md: no such file or folder"));
    update(&mut app, Action::Report(Report::Loaded { slot: Slot::Reader, generation, result }));
    assert_eq!(toast(&app), "bridge.md: no such file or folder");
    assert_eq!((top(&app).as_str(), reader(&app).failure()), ("What a bridge promises", None));
}

#[test]
fn nothing_is_said_of_a_wait_before_it_is_worth_a_word() {
    let loaded = loaded(ARTICLE, None);
    let app = open_at(loaded.clone(), None, 80, 20);
    let mut waiting = Reader::waiting(&app.view, DocumentSource::File("bridge.md".into()), &loaded.article);
    let mut effects = Vec::new();
    waiting.ensure(&app.view, None, &mut effects);
    waiting.ensure(&app.view, None, &mut effects);
    assert!(matches!(effects[..], [Effect::WakeAt(at)] if at == PATIENCE), "{effects:?}");
    assert!(!waiting.is_late(&app.view));
    let later = View { clock: PATIENCE, ..app.view };
    assert!(waiting.is_late(&later));
}

/// What the screen's first row is, whatever the width.
fn place(app: &App) -> Place {
    reader(app).page.as_ref().unwrap().place()
}

#[test]
fn a_newer_document_leaves_every_row_where_it_is() {
    for presses in 0..70 {
        let mut app = open(ARTICLE, 80, 12);
        for _ in 0..presses {
            press(&mut app, "j");
        }
        let rows: Vec<String> = reader(&app).visible().map(crate::layout::Row::text).collect();
        report(&mut app, loaded(ARTICLE, None));
        let after: Vec<String> = reader(&app).visible().map(crate::layout::Row::text).collect();
        assert_eq!(rows, after, "after {presses} lines");
    }
}

#[test]
fn columns_of_a_table_on_screen_stay_when_the_rest_of_it_comes() {
    let narrow = "| one | two |\n".repeat(400);
    let markdown = format!("# T\n\n| A | B |\n|---|---|\n{narrow}| one two one two | two |\n");
    // Below the estimate of the minutes.
    let rows = |app: &App| reader(app).visible().skip(3).map(crate::layout::Row::text).collect::<Vec<_>>();
    let mut app = open_at(loaded(&markdown, Some(markdown.len() / 2)), None, 80, 12);
    let before = rows(&app);
    report(&mut app, loaded(&markdown, None));
    assert_eq!(rows(&app), before);
    // They are those of the whole wherever that is laid out anew.
    resize(&mut app, 79, 12);
    resize(&mut app, 80, 12);
    assert_ne!(rows(&app), before);
    assert_eq!(rows(&app), rows(&open(&markdown, 80, 12)));
}

#[test]
fn columns_of_a_table_on_screen_grow_where_a_later_word_would_be_broken() {
    let rows = "| 1 | two |\n".repeat(400);
    let markdown = format!("# T\n\n| A | B |\n|---|---|\n{rows}| 1000 | two |\n");
    let mut app = open_at(loaded(&markdown, Some(markdown.len() / 2)), None, 80, 12);
    report(&mut app, loaded(&markdown, None));
    press(&mut app, "G");
    let shown: Vec<String> = reader(&app).visible().map(crate::layout::Row::text).collect();
    assert!(shown.iter().any(|row| row.contains("1000")), "{shown:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The text at the top of the screen stays there through any sizes, and the row itself comes back
    /// with the size.
    #[test]
    fn a_resize_keeps_the_position(lines in 0_usize..60, sizes in prop::collection::vec((1_u16..200, 1_u16..60), 1..6)) {
        let mut app = open(ARTICLE, 80, 12);
        for _ in 0..lines {
            press(&mut app, "j");
        }
        let rows: Vec<String> = reader(&app).visible().map(crate::layout::Row::text).collect();
        let before = place(&app);
        for (width, height) in sizes {
            resize(&mut app, width, height);
            prop_assert_eq!(place(&app), before);
            if let Place::Text { position, .. } = before {
                let page = reader(&app).page.as_ref().unwrap();
                let first = page.top().map_or(Position(0), |row| row.row.position);
                prop_assert!(first <= position, "{:?} is under {:?}", first, position);
            }
        }
        resize(&mut app, 80, 12);
        let after: Vec<String> = reader(&app).visible().map(crate::layout::Row::text).collect();
        prop_assert_eq!(rows, after);
    }

    /// No order of keys, clicks and sizes is too much.
    #[test]
    fn no_size_and_no_key_is_too_much(
        steps in prop::collection::vec((0_usize..COMMANDS.len(), 0_u16..160, 0_u16..50, 0_u8..4), 1..40),
    ) {
        let mut app = open(ARTICLE, 0, 0);
        for (command, width, height, what) in steps {
            match what {
                0 => resize(&mut app, width, height),
                1 => mouse(&mut app, MouseKind::Press, width, height),
                2 => mouse(&mut app, MouseKind::Wheel(3), width, height),
                _ => {
                    let command = COMMANDS[command].command;
                    if !matches!(command, Command::Suspend) {
                        update(&mut app, Action::Command(command));
                    }
                }
            }
            let mut frame = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(
                0, 0, app.view.size.width, app.view.size.height,
            ));
            crate::ui::paint(&app, crate::ui::theme::Depth::True, &mut frame);
        }
    }
}
