//! The open article's file changes, and what is seen of that.

use std::fmt::Write;

use super::super::tests::{loaded, open, press, report, toast, top};
use super::*;
use crate::app::effect::{At, Recording, Report};
use crate::app::{Action, App, update};

/// Forty paragraphs under five headings; `change` is made to their text.
fn article(change: impl Fn(&mut Vec<String>)) -> String {
    let mut blocks = Vec::new();
    for number in 1..=40 {
        if number % 8 == 1 {
            blocks.push(format!("## Section {}", number / 8 + 1));
        }
        blocks.push(format!("Paragraph {number} says this."));
    }
    change(&mut blocks);
    let mut text = "---\ntitle: Live\n---\n\n".to_owned();
    for block in blocks {
        let _ = write!(text, "{block}\n\n");
    }
    text
}

fn touch(app: &mut App) -> Vec<Effect> {
    update(app, Action::Report(Report::Touched(vec![PathBuf::from("bridge.md")])))
}

/// Writes the article's file anew.
fn write(app: &mut App, markdown: &str) {
    let effects = touch(app);
    let [Effect::Load { before: Some(before), .. }] = &effects[..] else { panic!("{effects:?}") };
    let mut loaded = loaded(markdown, None);
    loaded.changes = Some(Arc::new(Changes::between(before, &loaded.document)));
    report(app, loaded);
}

/// The blocks on screen that are marked.
fn marked(app: &App) -> String {
    let reader = app.reader.as_ref().unwrap();
    let rows = reader.visible_rows().filter(|row| row.part.is_some() && !row.row.pieces.is_empty());
    let marked = rows.filter(|row| reader.is_changed(row.anchor.part));
    marked.map(|row| row.row.text()).collect::<Vec<_>>().join("|")
}

#[test]
fn the_line_at_the_top_stays_whatever_is_written_above_it() {
    let mut app = open(&article(|_| ()), 80, 20);
    press(&mut app, "d d d j");
    let before = top(&app);
    write(&mut app, &article(|blocks| blocks.insert(1, "New.\n\nAnd more.\n\n- and\n- more".into())));
    assert_eq!(top(&app), before);
    write(&mut app, &article(|blocks| drop(blocks.drain(0..6))));
    assert_eq!(top(&app), before);
}

#[test]
fn the_section_of_a_match_is_the_same_when_headings_come_above_it() {
    let mut app = open(&article(|_| ()), 80, 20);
    let view = app.view;
    let at = article(|_| ()).find("Paragraph 17").unwrap();
    app.reader.as_mut().unwrap().go_to(&view, At::Match(Position(at as u32)));
    press(&mut app, "+");
    let section = |app: &App| {
        let reader = app.reader.as_ref().unwrap();
        let entry = reader.status().section.and_then(|index| reader.contents().entry(index));
        entry.map(|entry| entry.text.to_string())
    };
    assert_eq!(section(&app).as_deref(), Some("Section 3"));
    write(&mut app, &article(|blocks| blocks.insert(1, "## New\n\n## And another".into())));
    assert_eq!(section(&app).as_deref(), Some("Section 3"));
}

#[test]
fn at_the_beginning_one_stays_at_the_beginning() {
    let mut app = open(&article(|_| ()), 80, 20);
    write(&mut app, &article(|blocks| blocks.insert(0, "New.".into())));
    assert_eq!(top(&app), "Live");
}

#[test]
fn the_line_at_the_top_stays_while_its_own_block_changes() {
    let long = |word: &str| {
        let line = |number| format!("sentence {number} of a paragraph that goes on for long");
        let text = (1..60).map(line).collect::<Vec<_>>().join(", ");
        article(|blocks| blocks[5] = text.replace("sentence 2 ", word))
    };
    let mut app = open(&long("sentence 2 "), 80, 20);
    press(&mut app, "d d d");
    let before = top(&app);
    assert!(before.contains("sentence"));
    write(&mut app, &long("sentence 2 (which is a new one) "));
    let words = |text: &str| text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let after: String = {
        let reader = app.reader.as_ref().unwrap();
        reader.visible().take(1).map(crate::layout::Row::text).collect()
    };
    assert!(after.contains(&words(&before)), "{before:?} became {after:?}");
}

#[test]
fn changed_blocks_are_marked_until_they_were_seen_and_left() {
    let mut app = open(&article(|_| ()), 80, 20);
    write(&mut app, &article(|blocks| blocks[3] = "Another third.".into()));
    assert_eq!(marked(&app), "Another third.");
    press(&mut app, "j k");
    assert_eq!(marked(&app), "Another third.", "it is still on screen");
    press(&mut app, "G g");
    assert_eq!(marked(&app), "");
}

#[test]
fn what_was_not_seen_stays_marked_through_a_newer_change_and_what_was_seen_does_not() {
    let mut app = open(&article(|_| ()), 80, 20);
    let first = |blocks: &mut Vec<String>| {
        blocks[2] = "Another second.".into();
        let last = blocks.len() - 1;
        blocks[last] = "Another last.".into();
    };
    write(&mut app, &article(first));
    assert_eq!(marked(&app), "Another second.");
    write(
        &mut app,
        &article(|blocks| {
            first(blocks);
            blocks.insert(1, "A new first.".into());
        }),
    );
    assert_eq!(marked(&app), "A new first.");
    press(&mut app, "G");
    assert_eq!(marked(&app), "Another last.");
}

#[test]
fn a_file_that_is_only_touched_changes_nothing() {
    let mut app = open(&article(|_| ()), 80, 20);
    press(&mut app, "d d");
    let before = top(&app);
    write(&mut app, &article(|_| ()));
    assert_eq!((top(&app), marked(&app)), (before, String::new()));
}

#[test]
fn a_file_that_is_emptied_and_written_anew_loses_neither_place_nor_progress() {
    let whole = article(|_| ());
    let half = &whole[..whole.len() / 2];
    let check = |what: &str, states: &[&str]| {
        let mut app = open(&whole, 80, 20);
        press(&mut app, "d d d d d d d d");
        let before = (top(&app), app.reader.as_ref().unwrap().status().progress);
        assert!(before.1 > 0.6, "{before:?}");
        app.view.clock += std::time::Duration::from_secs(2);
        update(&mut app, Action::Tick);
        for state in states {
            write(&mut app, state);
            app.view.clock += std::time::Duration::from_secs(30);
            let effects = update(&mut app, Action::Tick);
            let is_recorded = |effect: &&Effect| {
                matches!(effect, Effect::Record(Recording::Reached(..) | Recording::Do(_)))
            };
            assert_eq!(effects.iter().filter(is_recorded).count(), 0, "{what}: {effects:?}");
        }
        write(&mut app, &whole);
        let progress = app.reader.as_ref().unwrap().status().progress;
        assert_eq!(top(&app), before.0, "{what}");
        assert!((progress - before.1).abs() < 0.05, "{what}: {} became {progress}", before.1);
    };
    check("nothing", &[""]);
    check("front matter alone", &["---\ntitle: Live\n---\n"]);
    check("half of it", &[half]);
    check("ever less of it", &[half, &whole[..200], ""]);
    let mut app = open(&whole, 80, 20);
    press(&mut app, "d");
    write(&mut app, "");
    assert!(toast(&app).contains("is empty"), "{}", toast(&app));
    // Who goes on in what is left is where one went.
    let mut app = open(&whole, 80, 20);
    press(&mut app, "d d d d d d d d");
    write(&mut app, half);
    press(&mut app, "g d");
    let there = top(&app);
    write(&mut app, &whole);
    assert_eq!(top(&app), there);
}

#[test]
fn other_files_do_not_concern_the_reader() {
    let mut app = open(&article(|_| ()), 80, 20);
    let effects = update(&mut app, Action::Report(Report::Touched(vec![PathBuf::from("other.md")])));
    assert!(effects.is_empty(), "{effects:?}");
}

#[test]
fn a_file_that_is_gone_stays_readable_until_it_is_back() {
    let mut app = open(&article(|_| ()), 80, 20);
    press(&mut app, "d");
    let before = top(&app);
    touch(&mut app);
    let generation = app.newest.reader;
    let result = Err(crate::safe!("bridge.md is gone; this is how it was last read"));
    update(&mut app, Action::Report(Report::Loaded { slot: Slot::Reader, generation, result }));
    assert_eq!(
        (top(&app).as_str(), toast(&app)),
        (&*before, "bridge.md is gone; this is how it was last read")
    );
    assert!(app.reader.as_ref().unwrap().stale().is_some());
    write(&mut app, &article(|_| ()));
    assert!(app.reader.as_ref().unwrap().stale().is_none());
    assert_eq!(top(&app), before);
}

#[test]
fn the_way_back_leads_to_the_same_text() {
    let mut app = open(&article(|_| ()), 80, 20);
    press(&mut app, "d d");
    let before = top(&app);
    app.reader.as_mut().unwrap().leave(None);
    press(&mut app, "G");
    write(&mut app, &article(|blocks| blocks.insert(0, "New.".into())));
    press(&mut app, "Backspace");
    assert_eq!(top(&app), before);
}

#[test]
fn what_was_folded_stays_folded() {
    let mut app = open(&article(|_| ()), 80, 20);
    press(&mut app, "z M");
    let shown = |app: &App| -> Vec<String> {
        app.reader.as_ref().unwrap().visible().map(crate::layout::Row::text).collect()
    };
    let before = shown(&app);
    assert!(before.iter().all(|row| !row.contains("Paragraph")), "{before:?}");
    write(&mut app, &article(|blocks| blocks[4] = "A change.\n\nAnd an addition.".into()));
    let after = shown(&app);
    assert!(after.iter().all(|row| !row.contains("Paragraph")), "{after:?}");
}

#[test]
fn a_renamed_file_stays_open_under_its_new_name() {
    let mut app = open(&article(|_| ()), 80, 20);
    let names = vec![(PathBuf::from("bridge.md"), PathBuf::from("tower.md"))];
    let effects = update(&mut app, Action::Report(Report::Renamed(names)));
    let recorded = matches!(&effects[0], Effect::Record(Recording::Renamed(names)) if names.len() == 1);
    assert!(recorded, "{effects:?}");
    assert!(
        matches!(&effects[1..], [Effect::Watch { path, .. }] if path.ends_with("tower.md")),
        "{effects:?}"
    );
    assert!(app.reader.as_ref().unwrap().is_of(&[PathBuf::from("tower.md")]));
    assert!(touch(&mut app).is_empty(), "the old name is nobody's");
}

#[test]
fn letters_of_labels_stay_letters_when_the_file_changes_while_they_are_shown() {
    let mut app = open(&article(|_| ()), 80, 20);
    press(&mut app, "f");
    assert!(app.reader.as_ref().unwrap().has_labels());
    write(&mut app, &article(|blocks| blocks.insert(1, "New.".into())));
    assert!(app.reader.as_ref().unwrap().has_labels());
}

#[test]
fn what_an_edited_article_is_recognised_by_is_recorded_when_one_leaves() {
    let mut app = open(&article(|_| ()), 80, 20);
    let opened = |effects: &[Effect]| {
        let is_opened = |effect: &&Effect| matches!(effect, Effect::Record(Recording::Opened { .. }));
        effects.iter().filter(is_opened).count()
    };
    assert_eq!(opened(&crate::app::leaving(&mut app)), 0);
    write(&mut app, &article(|blocks| blocks.insert(1, "New.".into())));
    assert_eq!(opened(&crate::app::leaving(&mut app)), 1);
    assert_eq!(opened(&crate::app::leaving(&mut app)), 0);
}
