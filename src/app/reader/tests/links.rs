//! Following by letters and from link to link.

use super::{loaded, open, open_at, press, reader, toast, top};
use crate::app::effect::{At, Effect, Goal, Report, Slot};
use crate::app::{Action, App, update};
use crate::document::shown::Target;
use crate::library::links::Leads;
use crate::text::SafeText;

/// No file that a link names is there.
fn nothing_is_there(app: &mut App) {
    let generation = app.travel.generation;
    let found = ["page.md"].map(|path| (Target::Address(path.into()), Leads::Missing(SafeText::line(path))));
    update(app, Action::Report(Report::Resolved { generation, found: found.into() }));
}

/// One of each that leads somewhere.
const LINKS: &str = "# Ways\n\nTo [two](#two), to [a page](page.md), to a note[^n] and ![a river](river.png).\n\n\
## Two\n\nText.\n\n[^n]: The note.\n";

fn type_text(app: &mut App, text: &str) {
    update(app, Action::Text(text.to_owned()));
}

#[test]
fn letters_lead_to_headings_pages_and_notes_and_leave_the_text_where_it_is() {
    let check = |letters: &str, first: &str, said: &str| {
        let mut app = open(LINKS, 80, 8);
        let before: Vec<String> = reader(&app).visible().map(crate::layout::Row::text).collect();
        press(&mut app, "f");
        assert!(reader(&app).has_labels());
        assert_eq!(reader(&app).visible().map(crate::layout::Row::text).collect::<Vec<_>>(), before);
        type_text(&mut app, letters);
        nothing_is_there(&mut app);
        assert!(!reader(&app).has_labels(), "{letters} follows");
        assert!(top(&app).contains(first), "{letters}: {}", top(&app));
        assert_eq!(toast(&app), said);
    };
    check("f", "Two", "");
    check("j", "Ways", "There is no page.md");
    check("k", "Ways", "The picture is river.png");
    let mut app = open(LINKS, 80, 24);
    press(&mut app, "f");
    type_text(&mut app, "d");
    assert!(reader(&app).landed().is_some(), "the mark leads to the note");
    press(&mut app, "f");
    // Labels are given from top to bottom; the note's number is the last.
    type_text(&mut app, "l");
    assert!(reader(&app).landed().is_none(), "and the note's number leads back");
}

#[test]
fn a_picture_that_leads_somewhere_is_followed_there() {
    let mut app = open("# Ways\n\n[![A river](river.png)](page.md)\n*Caption*\n", 80, 8);
    press(&mut app, "f");
    type_text(&mut app, "f");
    nothing_is_there(&mut app);
    assert_eq!(toast(&app), "There is no page.md");
}

#[test]
fn tab_steps_from_link_to_link_and_enter_follows() {
    let mut app = open(LINKS, 80, 24);
    press(&mut app, "f Tab Tab");
    assert_eq!(reader(&app).lit_words().unwrap().as_str(), "page.md");
    press(&mut app, "S-Tab");
    assert_eq!(reader(&app).lit_words().unwrap().as_str(), "Two");
    press(&mut app, "Tab Enter");
    nothing_is_there(&mut app);
    assert_eq!(toast(&app), "There is no page.md");
    assert!(reader(&app).lit_words().is_none());
    press(&mut app, "f Tab Esc");
    assert!(reader(&app).lit_words().is_none());
}

#[test]
fn the_lit_link_says_that_the_heading_it_names_is_not_there() {
    let mut app = open(
        "# Ways\n\n[a](#ways) [b](#nowhere) [[#Gone]] [c](#^x) [d](#spot)\n\n<a id=\"spot\"></a>\n",
        80,
        24,
    );
    let mut check = |keys: &str, said: &str| {
        press(&mut app, keys);
        assert_eq!(reader(&app).lit_words().unwrap().as_str(), said);
    };
    check("f Tab", "Ways");
    check("Tab", "There is no heading \u{201c}nowhere\u{201d} in this article");
    check("Tab", "There is no heading \u{201c}Gone\u{201d} in this article");
    check("Tab", "There is no block \u{201c}^x\u{201d} in this article");
    check("Tab", "#spot");
    let broken = reader(&app).visible_rows().flat_map(|row| {
        let is_broken = row.row.pieces.iter().filter(|piece| reader(&app).is_broken(&row, piece));
        is_broken.map(|piece| piece.text.to_string()).collect::<Vec<_>>()
    });
    assert_eq!(broken.collect::<Vec<_>>(), ["b", "Gone", "c"]);
}

#[test]
fn stepping_goes_on_over_the_pages_and_says_where_it_ends() {
    let markdown = format!("[one](1.md)\n\n{}[two](2.md)\n", "A line of text.\n\n".repeat(40));
    let mut app = open(&markdown, 80, 12);
    press(&mut app, "f Tab Tab");
    assert_eq!(reader(&app).lit_words().unwrap().as_str(), "2.md");
    press(&mut app, "Tab");
    assert_eq!(toast(&app), "No more links below");
    assert_eq!(reader(&app).lit_words().unwrap().as_str(), "2.md");
    press(&mut app, "S-Tab");
    assert_eq!(reader(&app).lit_words().unwrap().as_str(), "1.md");
    press(&mut app, "j");
    assert!(reader(&app).lit_words().is_none(), "any other key leaves the links");
}

#[test]
fn what_leads_nowhere_is_said() {
    let mut app = open("Only words.\n", 80, 24);
    press(&mut app, "f");
    assert_eq!(toast(&app), "Nothing in sight leads anywhere");
    let mut app = open("See [that](#gone).\n", 80, 24);
    press(&mut app, "f Tab Enter");
    assert_eq!(toast(&app), "There is no heading \u{201c}gone\u{201d} in this article");
}

#[test]
fn around_a_lone_file_a_broken_link_is_looked_at_again_when_it_is_followed() {
    let mut app = open(LINKS, 80, 24);
    nothing_is_there(&mut app);
    let effects = press(&mut app, "f Tab Tab Enter");
    let page = Target::Address("page.md".into());
    let asks = |effect: &Effect| matches!(effect, Effect::Resolve { targets, .. } if targets.contains(&page));
    assert!(effects.iter().any(asks), "{effects:?}");
    assert_eq!(toast(&app), "");
}

#[test]
fn a_line_of_a_table_is_opened_at_its_own_row() {
    let rows: Vec<String> = (1..60).map(|row| format!("| row {row} | x |\n")).collect();
    let table = format!("Text.\n\n| Name | Value |\n| --- | --- |\n{}", rows.concat());
    let check = |line: u32, expect: &str| {
        let app = open_at(loaded(&table, None), Some(At::Line(line)), 80, 20);
        let rows = reader(&app).visible_rows().map(|row| row.row.text());
        let first = rows.skip(reader(&app).header_rows().len()).find(|row| row.contains("row "));
        assert!(first.as_ref().is_some_and(|row| row.contains(expect)), "{line}: {first:?}");
    };
    check(5, "row 1 ");
    check(24, "row 20 ");
    check(34, "row 30 ");
}

/// What is seen of what the lit link leads to, once one rests on it.
fn peek(app: &mut App) -> Option<String> {
    app.view.clock += std::time::Duration::from_secs(1);
    update(app, Action::Tick);
    update(app, Action::Tick);
    let (_, rows) = app.travel.peek.rows(&app.view, reader(app))?;
    Some(rows.map(|row| row.text().trim().to_owned()).collect::<Vec<_>>().join("|"))
}

#[test]
fn a_rest_on_a_link_within_the_article_or_on_a_note_shows_what_it_leads_to() {
    let between = "Words between.\n\n".repeat(40);
    let text = format!(
        "# Ways\n\nTo [two](#two), and to a note[^n].\n\n{between}## Two\n\nOf two.\n\n[^n]: The note.\n"
    );
    let mut app = open(&text, 80, 30);
    press(&mut app, "f Tab");
    let seen = peek(&mut app).unwrap_or_default();
    assert!(seen.trim_start_matches('|').starts_with("Two|") && seen.contains("Of two."), "{seen:?}");
    press(&mut app, "Tab");
    let seen = peek(&mut app).unwrap_or_default();
    assert!(seen.contains("The note."), "{seen:?}");
    // What is on the screen anyway is not shown twice.
    let mut app = open("# Ways\n\nTo [two](#two).\n\n## Two\n\nOf two.\n", 80, 30);
    press(&mut app, "f Tab");
    assert_eq!(peek(&mut app), None);
}

#[test]
fn a_look_at_a_section_of_another_article_begins_with_that_section() {
    let mut app = open("To [there](there.md#the-part).\n", 80, 40);
    press(&mut app, "f Tab");
    let goal = Goal { file: "there.md".into(), ..Goal::default() };
    let target = Target::Address("there.md#the-part".into());
    let found = vec![(target, Leads::Article(goal, Some("the-part".into())))];
    let generation = app.travel.generation;
    update(&mut app, Action::Report(Report::Resolved { generation, found }));
    app.view.clock += std::time::Duration::from_secs(1);
    let effects = update(&mut app, Action::Tick);
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Load { slot: Slot::Peek, generation, begun, .. } => Some((*generation, *begun)),
        _ => None,
    });
    let (generation, begun) = asked.expect("the article is asked for");
    assert!(begun, "its head alone may not have it");
    let there = format!("# There\n\n{}## The part\n\nIts words.\n", "Before.\n\n".repeat(30));
    let result = Ok(loaded(&there, None));
    update(&mut app, Action::Report(Report::Loaded { slot: Slot::Peek, generation, result }));
    let seen = peek(&mut app).unwrap_or_default();
    assert!(seen.trim_start_matches('|').starts_with("The part|") && seen.contains("Its words."), "{seen:?}");
}
