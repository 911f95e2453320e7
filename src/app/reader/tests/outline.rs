//! The contents pane by its keys: folding, filtering, what was read.

use super::{ARTICLE, open, press, reader, section, top};
use crate::app::reader::Focus;
use crate::app::{Action, App, Overlay, update};

/// The headings that the pane shows.
fn shown(app: &App) -> Vec<String> {
    reader(app).contents().visible(50).map(|(_, entry)| entry.text.to_string()).collect()
}

fn check(keys: &str, expect: &str, lit: &str) {
    let mut app = open(ARTICLE, 120, 20);
    press(&mut app, keys);
    assert_eq!(shown(&app).join(" | "), expect, "{keys}");
    let contents = reader(&app).contents();
    assert_eq!(contents.entry(contents.cursor()).unwrap().text.as_str(), lit, "{keys}");
}

#[test]
fn entries_fold_and_open_and_the_cursor_stays_on_what_is_seen() {
    let all = "What goes in | Counting twice | Counting never | What comes out | Notes";
    let folded = "What goes in | What comes out | Notes";
    check("o", all, "What goes in");
    check("o h", folded, "What goes in");
    check("o Space", folded, "What goes in");
    check("o Space Space", all, "What goes in");
    check("o j h", folded, "What goes in");
    check("o h j", folded, "What comes out");
    check("o h G k", folded, "What comes out");
    check("o h l j", all, "Counting twice");
    check("o G h", all, "Notes");
}

#[test]
fn where_one_is_shows_as_the_entry_that_is_seen() {
    let mut app = open(ARTICLE, 120, 12);
    press(&mut app, "o h Esc ] ]");
    assert_eq!(section(&app), "Counting twice");
    let contents = reader(&app).contents();
    let at = reader(&app).status().section.unwrap();
    assert_eq!(contents.entry(contents.shown_for(at)).unwrap().text.as_str(), "What goes in");
}

#[test]
fn a_heading_is_found_by_its_letters() {
    let mut app = open(ARTICLE, 120, 12);
    press(&mut app, "o /");
    update(&mut app, Action::Text("never".into()));
    assert!(matches!(&app.overlay, Some(Overlay::Picker(picker)) if picker.counted().as_str() == "1 of 5"));
    press(&mut app, "Enter");
    assert!(app.overlay.is_none() && reader(&app).focus() == Focus::Text);
    assert!(top(&app).contains("Counting never"), "{}", top(&app));
    press(&mut app, "Backspace");
    assert!(!top(&app).contains("Counting never"), "{}", top(&app));
}

#[test]
fn a_section_was_read_when_its_beginning_and_its_end_were_seen() {
    let mut app = open(ARTICLE, 120, 12);
    let read =
        |app: &App| -> Vec<usize> { (0..5).filter(|index| reader(app).contents().is_read(*index)).collect() };
    let wait = |app: &mut App| {
        app.view.clock += std::time::Duration::from_secs(8);
        update(app, Action::Tick);
    };
    assert_eq!(read(&app), [] as [usize; 0]);
    press(&mut app, "G");
    assert_eq!(read(&app), [] as [usize; 0], "nobody reads so fast");
    wait(&mut app);
    assert_eq!(read(&app), [4], "what was jumped over was not read");
    press(&mut app, "g Space Space Space Space Space Space Space");
    assert_eq!(read(&app), [3, 4], "what was only turned over was not read");
    press(&mut app, "g");
    for _ in 0..8 {
        wait(&mut app);
        press(&mut app, "Space");
    }
    assert_eq!(read(&app), [0, 1, 2, 3, 4]);
}

#[test]
fn a_thousand_headings_with_one_text_are_told_apart() {
    let text = "## Part\n\nA line.\n\n### Again\n\nMore.\n\n".repeat(500);
    let mut app = open(&text, 120, 30);
    press(&mut app, "o G h h");
    let contents = reader(&app).contents();
    assert_eq!((contents.len(), contents.row_count(), contents.cursor()), (1000, 999, 998));
    press(&mut app, "Enter Y");
    let slug = reader(&app).contents().len();
    assert_eq!(slug, 1000);
}
