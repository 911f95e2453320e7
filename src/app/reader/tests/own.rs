//! What is recorded of the open article, and what is selected in it, by its keys.

use std::path::PathBuf;
use std::time::Duration;

use super::{ARTICLE, loaded, open, open_at, press, section, top};
use crate::app::effect::{Effect, Recorded, Recording, Report};
use crate::app::{Action, App, Mouse, MouseKind, Overlay, update};
use crate::document::shown::Position;
use crate::library::marks::{Bookmark, Deed, Entry, Marks, Note, Place, Reached};
use crate::library::states::Reading;
use crate::safe;

fn entry(reading: Reading, place: Option<Place>) -> Entry {
    Entry { file: "bridge.md".into(), reading, place: place.map(Box::new), ..Entry::default() }
}

fn recorded(app: &mut App, entry: Entry) -> Vec<Effect> {
    let recorded = Recorded { entries: vec![entry], ..Recorded::default() };
    update(app, Action::Report(Report::Recorded(recorded)))
}

fn after(app: &mut App, seconds: u64) -> Vec<Effect> {
    app.view.clock += Duration::from_secs(seconds);
    update(app, Action::Tick)
}

fn deeds(effects: &[Effect]) -> Vec<&Deed> {
    let deeds = effects.iter().filter_map(|effect| match effect {
        Effect::Record(Recording::Do(deed)) => Some(deed),
        _ => None,
    });
    deeds.collect()
}

fn reached(effects: &[Effect]) -> Option<&Reached> {
    effects.iter().find_map(|effect| match effect {
        Effect::Record(Recording::Reached(_, reached)) => Some(&**reached),
        _ => None,
    })
}

/// What the keys select.
fn selects(keys: &str, expect: &str) {
    let mut app = open(ARTICLE, 80, 60);
    press(&mut app, keys);
    let text = app.reader.as_ref().unwrap().selected_text();
    assert_eq!(text.as_deref().unwrap_or_default(), expect, "{keys}");
}

#[test]
fn text_is_selected_by_sentences_lines_and_paragraphs_as_it_is_shown() {
    let first = "A bridge promises that what goes in comes out somewhere else, and that nobody but the one who \
                 put it in can take it out; see the glossary for the words.";
    selects("v", first);
    selects("v s", &format!("{first}\n\nWhat goes in"));
    selects("v }", &format!("{first}\n\nWhat goes in"));
    selects("v s s", &format!("{first}\n\nWhat goes in\n\nDeposits are counted at the end of every day."));
    selects("v s s S", &format!("{first}\n\nWhat goes in"));
    selects("v s o }", "What goes in");
    selects("v k", first.trim_end_matches(" words."));
    selects("v Esc", "");
    selects("v v", "");
}

#[test]
fn what_is_selected_is_kept_as_a_highlight_or_with_a_note() {
    let mut app = open(ARTICLE, 80, 60);
    let effects = press(&mut app, "v h");
    let [Deed::Note(file, new)] = deeds(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(file, &PathBuf::from("bridge.md"));
    assert!(new.quote.as_str().starts_with("A bridge promises"), "{}", new.quote);
    assert_eq!((new.note.as_ref(), &new.begin.after[..17]), (None, "A bridge promises"));
    assert!(new.end.before.ends_with("for the words."), "{:?}", new.end);
    assert_eq!(app.reader.as_ref().unwrap().selection(), None);

    press(&mut app, "v n");
    update(&mut app, Action::Text("Says who?".into()));
    let effects = press(&mut app, "Enter");
    let [Deed::Note(_, new)] = deeds(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(new.note, Some(safe!("Says who?")));
    press(&mut app, "v n");
    assert!(deeds(&press(&mut app, "Esc")).is_empty());
}

#[test]
fn what_is_selected_is_copied_as_it_is_shown() {
    let mut app = open(ARTICLE, 80, 60);
    let effects = press(&mut app, "v s y");
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    assert!(copied.is_some_and(|text| text.ends_with("for the words.\n\nWhat goes in")), "{copied:?}");
    assert_eq!(app.reader.as_ref().unwrap().selection(), None);
}

#[test]
fn a_highlight_is_found_again_and_an_orphan_is_not_lost() {
    let mut app = open(ARTICLE, 80, 60);
    let effects = press(&mut app, "v h");
    let [Deed::Note(_, new)] = deeds(&effects)[..] else { panic!("{effects:?}") };
    let note = |id, begin: &Place, end: &Place| Note {
        id,
        begin: begin.clone(),
        end: end.clone(),
        quote: if id == 1 { new.quote.clone() } else { safe!("quote {id}") },
        note: None,
        created: 0,
    };
    let gone = Place { position: 9999, after: "Words that are nowhere in it".into(), ..Place::default() };
    let notes = vec![note(1, &new.begin, &new.end), note(2, &gone, &gone)];
    let marks = Marks { file: "bridge.md".into(), notes, ..Marks::default() };
    let edited = ARTICLE.replace("A bridge promises", "Put before it.\n\nA bridge promises");
    let mut app = open(&edited, 80, 60);
    let said = Recorded { marks: Some(marks), ..Recorded::default() };
    update(&mut app, Action::Report(Report::Recorded(said)));
    let reader = app.reader.as_ref().unwrap();
    let found: Vec<&str> =
        reader.own_highlights().map(|(range, _)| &edited[range.start as usize..range.end as usize]).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("A bridge promises") && found[0].ends_with("for the words."), "{found:?}");
    let kinds: Vec<_> = reader.places().iter().map(|place| (place.name.to_string(), place.kind())).collect();
    let names = (new.quote.to_string(), "quote 2".to_owned());
    assert_eq!(kinds, [(names.0, "highlight"), (names.1, "orphaned")]);
}

#[test]
fn a_note_is_seen_whole_and_changed_where_it_was_written() {
    let mut app = open(ARTICLE, 80, 40);
    let effects = press(&mut app, "v h");
    let [Deed::Note(_, new)] = deeds(&effects)[..] else { panic!("{effects:?}") };
    let words = "one word after the other ".repeat(12);
    let words = words.trim_end();
    let note = Note {
        id: 7,
        begin: new.begin.clone(),
        end: new.end.clone(),
        quote: new.quote.clone(),
        note: Some(safe!("{words}")),
        created: 0,
    };
    let marks = Marks { file: "bridge.md".into(), notes: vec![note], ..Marks::default() };
    let said = Recorded { marks: Some(marks), ..Recorded::default() };
    update(&mut app, Action::Report(Report::Recorded(said)));
    press(&mut app, "'");
    press(&mut app, "Tab");
    let Some(Overlay::Asking(asking)) = &app.overlay else { panic!("{:?}", app.overlay) };
    let lines = asking.lines(64);
    assert!(lines.len() > 4 && asking.typed() == words, "{lines:?}");
    let joined: String = lines.iter().map(|line| &words[line.clone()]).collect();
    assert_eq!(joined, words);
    update(&mut app, Action::Text("\nmore".into()));
    let effects = press(&mut app, "Enter");
    let expected = safe!("{words} more");
    assert_eq!(deeds(&effects), [&Deed::EditNote("bridge.md".into(), 7, Some(expected))]);
    press(&mut app, "'");
    let effects = press(&mut app, "S-Tab");
    assert_eq!(deeds(&effects)[0].words().as_str(), "Note taken away");
}

#[test]
fn dragging_the_mouse_selects_from_where_it_went_down() {
    let mut app = open(ARTICLE, 80, 60);
    let row = |app: &App, text: &str| {
        let reader = app.reader.as_ref().unwrap();
        let at = reader.visible().position(|row| row.text().contains(text)).unwrap();
        reader.areas(&app.view).text.y + at as u16
    };
    let x = app.reader.as_ref().unwrap().text_column(&app.view).x;
    let y = row(&app, "Deposits are counted");
    let mouse = |app: &mut App, kind, column| update(app, Action::Mouse(Mouse { kind, column, row: y }));
    mouse(&mut app, MouseKind::Press, x);
    mouse(&mut app, MouseKind::Drag, x + 7);
    mouse(&mut app, MouseKind::Release, x + 7);
    assert_eq!(app.reader.as_ref().unwrap().selected_text().as_deref(), Some("Deposits"));
    mouse(&mut app, MouseKind::Press, x);
    assert_eq!(app.reader.as_ref().unwrap().selection(), None);
}

#[test]
fn where_one_is_is_recorded_within_a_second_and_when_one_leaves() {
    let mut app = open(ARTICLE, 80, 14);
    recorded(&mut app, entry(Reading::Unread, None));
    let effects = press(&mut app, "Space");
    assert!(reached(&effects).is_none() && matches!(effects[..], [.., Effect::WakeAt(_)]), "{effects:?}");
    let effects = after(&mut app, 1);
    let place = &reached(&effects).expect("a place").place;
    assert!(place.position > 0 && !place.after.is_empty(), "{place:?}");
    assert!(reached(&after(&mut app, 1)).is_none(), "nothing has changed");
    press(&mut app, "j");
    assert!(reached(&crate::app::leaving(&mut app)).is_some());
}

#[test]
fn the_end_at_a_human_speed_is_read_once() {
    let mut app = open(ARTICLE, 80, 14);
    recorded(&mut app, entry(Reading::Unread, None));
    assert!(deeds(&press(&mut app, "G")).is_empty(), "nobody reads so fast");
    let effects = after(&mut app, 40);
    assert_eq!(deeds(&effects), [&Deed::Read(vec!["bridge.md".into()], Reading::Read)]);
    recorded(&mut app, entry(Reading::Read, None));
    // It was undone.
    recorded(&mut app, entry(Reading::Reading, None));
    assert!(deeds(&after(&mut app, 40)).is_empty());

    let mut app = open(ARTICLE, 80, 14);
    recorded(&mut app, entry(Reading::Unread, None));
    assert!(deeds(&after(&mut app, 4000)).is_empty(), "the end was not seen");
}

#[test]
fn what_was_read_in_another_run_stays_read_in_the_contents() {
    let mut app = open(ARTICLE, 80, 14);
    press(&mut app, "] ] ] ] j");
    let reached = reached(&crate::app::leaving(&mut app)).unwrap().clone();
    let read = |spent: u32| {
        let mut again = open(ARTICLE, 80, 14);
        let known = Entry {
            progress: reached.progress,
            spent,
            ..entry(Reading::Reading, Some(reached.place.clone()))
        };
        recorded(&mut again, known);
        let contents = again.reader.as_ref().unwrap().contents();
        (0..6).filter(|index| contents.is_read(*index)).collect::<Vec<_>>()
    };
    assert_eq!(read(300), [0, 1, 2]);
    assert_eq!(read(1), [0_usize; 0], "nobody reads so fast");
}

#[test]
fn a_place_that_is_known_late_is_gone_to_unless_somebody_moved_or_it_was_opened_elsewhere() {
    let mut app = open(ARTICLE, 80, 14);
    press(&mut app, "Space Space");
    let place = reached(&crate::app::leaving(&mut app)).unwrap().place.clone();
    let there = top(&app);

    let mut late = open(ARTICLE, 80, 14);
    let start = top(&late);
    assert_ne!(start, there);
    recorded(&mut late, entry(Reading::Reading, Some(place.clone())));
    assert_eq!(top(&late), there);

    let mut moved = open(ARTICLE, 80, 14);
    press(&mut moved, "j");
    let here = top(&moved);
    recorded(&mut moved, entry(Reading::Reading, Some(place.clone())));
    assert_eq!(top(&moved), here);

    let at = crate::app::effect::At::Heading("what-goes-in".into());
    let mut at_heading = open_at(loaded(ARTICLE, None), Some(at), 80, 14);
    let here = top(&at_heading);
    recorded(&mut at_heading, entry(Reading::Reading, Some(place)));
    assert_eq!(top(&at_heading), here);
}

#[test]
fn a_bookmark_is_called_as_its_section_unless_it_is_named() {
    let check = |typed: &str, name: &str| {
        let mut app = open(ARTICLE, 80, 60);
        press(&mut app, "]");
        press(&mut app, "M");
        update(&mut app, Action::Text(typed.into()));
        let effects = press(&mut app, "Enter");
        let [Deed::Bookmark(_, _, called)] = deeds(&effects)[..] else { panic!("{effects:?}") };
        assert_eq!(called.as_str(), name);
    };
    check("", "What goes in");
    check(" mine ", "mine");
}

#[test]
fn a_second_bookmark_of_a_section_has_a_number() {
    let mut app = open(ARTICLE, 80, 60);
    press(&mut app, "]");
    let (_, place, name) = app.reader.as_ref().unwrap().bookmark_here().unwrap();
    let bookmarks = vec![Bookmark { id: 1, name, place, created: 0 }];
    let marks = Marks { file: "bridge.md".into(), bookmarks, ..Marks::default() };
    update(
        &mut app,
        Action::Report(Report::Recorded(Recorded { marks: Some(marks), ..Recorded::default() })),
    );
    assert_eq!(app.reader.as_ref().unwrap().bookmark_here().unwrap().2.as_str(), "What goes in 2");
}

#[test]
fn one_comes_back_from_a_bookmark() {
    let mut app = open(ARTICLE, 80, 14);
    press(&mut app, "Space");
    let before = top(&app);
    app.reader.as_mut().unwrap().go_to_position(Position(ARTICLE.find("The end.").unwrap() as u32));
    press(&mut app, "j k");
    assert_ne!(top(&app), before);
    press(&mut app, "Backspace");
    assert_eq!(top(&app), before);
}

#[test]
fn bookmarks_and_references_are_of_the_section_that_is_lit() {
    let line = ARTICLE.lines().position(|line| line.starts_with("those who would")).unwrap() as u32 + 1;
    let at = crate::app::effect::At::Line(line);
    let mut app = open_at(loaded(ARTICLE, None), Some(at), 80, 14);
    let name = |app: &App| app.reader.as_ref().unwrap().bookmark_here().unwrap().2.to_string();
    assert_eq!((name(&app).as_str(), section(&app)), ("Counting twice", "Counting twice"));
    press(&mut app, "j k");
    assert_eq!((name(&app).as_str(), section(&app)), ("Counting twice", "Counting twice"));
    press(&mut app, "G");
    assert_eq!(name(&app), section(&app));
}

#[test]
fn keys_mark_what_is_open_and_u_takes_it_back() {
    let mut app = open(ARTICLE, 80, 20);
    recorded(&mut app, entry(Reading::Reading, None));
    let files = || vec![PathBuf::from("bridge.md")];
    assert_eq!(deeds(&press(&mut app, "r")), [&Deed::Read(files(), Reading::Read)]);
    recorded(&mut app, entry(Reading::Read, None));
    assert_eq!(deeds(&press(&mut app, "r")), [&Deed::Read(files(), Reading::Unread)]);
    assert_eq!(deeds(&press(&mut app, "m")), [&Deed::Star(files(), true)]);
    assert!(matches!(press(&mut app, "U")[..], [.., Effect::Record(Recording::Undo)]));
    // Around a lone file the record knows what was opened lately.
    assert!(matches!(press(&mut app, "H")[..], [.., Effect::Record(Recording::Recent(_))]));
}
