//! Folding callouts and sections.

use super::{loaded, open, open_at, press, reader, resize, top};
use crate::app::effect::At;
use crate::app::{Action, App, Mouse, MouseKind, update};
use crate::document::shown::Position;

/// A callout that begins folded, sections, one within another, and a note.
const FOLDS: &str = "# Folds\n\nBefore.\n\n> [!note]- Fine print\n> One [^n].\n>\n> Two.\n\n## Part\n\nText of the part.\n\n\
### Within\n\nDeep.\n\n## Next\n\nThe end, see [within](#within).\n\n[^n]: The note.\n";

/// The rows on screen that show anything, without the title and the meta line.
fn lines(app: &App) -> Vec<String> {
    let rows = reader(app).visible().map(|row| row.text().trim().to_owned());
    rows.filter(|row| !row.is_empty()).skip(2).collect()
}

/// What is on screen after keys, as its rows joined by bars.
fn check_folds(keys: &str, expect: &str) {
    let mut app = open(FOLDS, 60, 40);
    press(&mut app, keys);
    assert_eq!(lines(&app)[..lines(&app).len() - 2].join("|"), expect, "{keys}");
}

#[test]
fn a_callout_begins_as_the_article_has_it_and_is_opened_and_folded_by_key() {
    let rest = "Part|Text of the part.|Within|Deep.|Next|The end, see within.";
    check_folds("", &format!("Before.|┃  Fine print  ▸ 3 lines|{rest}"));
    check_folds("z a", &format!("Before.|┃  Fine print  ▾|┃  One ¹.|┃|┃  Two.|{rest}"));
    check_folds("z a z a", &format!("Before.|┃  Fine print  ▸ 3 lines|{rest}"));
    check_folds("z Esc", &format!("Before.|┃  Fine print  ▸ 3 lines|{rest}"));
}

#[test]
fn details_show_one_mark_that_says_whether_they_are_open() {
    let details = "# D\n\n<details>\n<summary>More</summary>\n\nOne.\n\nTwo.\n\n</details>\n\nEnd.\n";
    let mut app = open(details, 60, 40);
    assert_eq!(lines(&app).join("|"), "▸ More  3 lines|End.");
    press(&mut app, "z R");
    assert_eq!(lines(&app).join("|"), "▾ More|One.|Two.|End.");
}

#[test]
fn sections_fold_with_all_that_is_within_them_and_open_again() {
    let mut app = open(FOLDS, 60, 40);
    press(&mut app, "z M");
    assert_eq!(lines(&app).join("|"), "Before.|┃  Fine print  ▸ 3 lines|Part  ▸ 5 lines|Next  ▸ 3 lines");
    press(&mut app, "z R");
    assert!(lines(&app).contains(&"Deep.".to_owned()) && lines(&app).contains(&"┃  Two.".to_owned()));
    let mut app = open(FOLDS, 60, 6);
    press(&mut app, "] z a");
    assert_eq!(top(&app).trim(), "Part  ▸ 5 lines", "the section of the heading at the top");
}

#[test]
fn a_jump_into_what_is_folded_opens_it() {
    let mut app = open(FOLDS, 60, 40);
    press(&mut app, "z M");
    let within = reader(&app).contents().entry(1).unwrap().position;
    app.reader.as_mut().unwrap().unfold_at(within);
    assert!(lines(&app).contains(&"Within  ▸ 1 line".to_owned()), "{:?}", lines(&app));
    assert!(!lines(&app).contains(&"Deep.".to_owned()));
    let loaded = loaded(FOLDS, None);
    let at = Position(u32::try_from(FOLDS.find("Two.").unwrap()).unwrap());
    let app = open_at(loaded, Some(At::Position(at)), 60, 40);
    assert!(lines(&app).contains(&"┃  Two.".to_owned()), "{:?}", lines(&app));
}

#[test]
fn a_click_on_a_summary_folds_and_opens() {
    let mut app = open(FOLDS, 60, 40);
    let y = reader(&app).visible().position(|row| row.text().contains("Fine print")).unwrap() as u16;
    let area = reader(&app).areas(&app.view).text;
    let x = reader(&app).text_column(&app.view).x + 4;
    let click = Mouse { kind: MouseKind::Press, column: x, row: area.y + y };
    update(&mut app, Action::Mouse(click));
    assert!(lines(&app).contains(&"┃  Two.".to_owned()), "{:?}", lines(&app));
    update(&mut app, Action::Mouse(click));
    assert!(!lines(&app).contains(&"┃  Two.".to_owned()));
}

#[test]
fn a_resize_keeps_what_is_folded() {
    let mut app = open(FOLDS, 60, 40);
    press(&mut app, "z M");
    resize(&mut app, 90, 30);
    assert!(!lines(&app).contains(&"Deep.".to_owned()));
}

/// Ten sections, each of three paragraphs that say whose they are.
fn sections() -> String {
    let paragraph = |section, number| format!("Paragraph {number} of section {section} has some words.\n\n");
    let section = |section| {
        let paragraphs: String = (1..=3).map(|number| paragraph(section, number)).collect();
        format!("## Section {section}\n\n{paragraphs}")
    };
    (1..=10).map(section).collect()
}

#[test]
fn the_section_at_the_top_folds_its_heading_stays_in_sight_and_the_same_key_undoes_it() {
    let mut app = open(&sections(), 60, 14);
    press(&mut app, "] ] ] j j j");
    let before = top(&app);
    assert!(before.contains("of section 3"), "{before}");
    press(&mut app, "z a");
    assert_eq!(top(&app).trim(), "Section 3  ▸ 5 lines");
    press(&mut app, "z a");
    assert_eq!(top(&app), before);
    press(&mut app, "z M");
    assert_eq!(top(&app).trim(), "Section 3  ▸ 5 lines");
    press(&mut app, "z R");
    assert_eq!(top(&app), before);
}

#[test]
fn what_is_folded_counts_as_what_it_is() {
    let mut app = open(&sections(), 60, 14);
    press(&mut app, "] ] ] ] ] ] j j j");
    let before = progress(&app);
    press(&mut app, "z M");
    let folded = progress(&app);
    assert!((before - folded).abs() < 0.15, "{before} became {folded}");
    press(&mut app, "G");
    assert!((folded..1.0).contains(&progress(&app)), "{folded} became {}", progress(&app));
    press(&mut app, "z R");
    let read = (0..10).filter(|index| reader(&app).contents().is_read(*index)).count();
    assert_eq!(read, 0, "nothing is read by folding it");
}

#[test]
fn where_all_that_is_folded_fits_the_screen_one_is_still_where_one_was() {
    let mut app = open(&sections(), 60, 40);
    press(&mut app, "] ] ] ] ] j j j");
    assert!(top(&app).contains("of section 5"), "{}", top(&app));
    press(&mut app, "z M");
    assert_eq!(super::section(&app), "Section 5");
    assert!((0.3..0.6).contains(&progress(&app)), "{}", progress(&app));
}

fn progress(app: &App) -> f32 {
    reader(app).status().progress
}

#[test]
fn nothing_is_recorded_of_where_one_only_is_because_the_text_was_folded_away() {
    let mut app = open(&sections(), 60, 14);
    press(&mut app, "] ] ] ] ] ] j j j");
    app.view.clock += std::time::Duration::from_secs(5);
    update(&mut app, Action::Tick);
    press(&mut app, "z M");
    app.view.clock += std::time::Duration::from_secs(5);
    let effects = update(&mut app, Action::Tick);
    let is_reached = |effect: &crate::app::effect::Effect| {
        use crate::app::effect::{Effect, Recording};
        matches!(effect, Effect::Record(Recording::Reached(..)))
    };
    assert!(!effects.iter().any(is_reached), "{effects:?}");
}
