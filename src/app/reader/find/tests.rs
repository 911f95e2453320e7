//! Finding in the open article, by its keys.

use proptest::prelude::*;

use super::*;
use crate::app::effect::Report;
use crate::app::reader::tests::{ARTICLE, loaded, open, open_at, press, report, toast, top};
use crate::app::{Action, App, update};
use crate::document::find::Finder;
use crate::document::shown::PartId;

/// Answers what was asked, as a job does, in pieces of a part each; and what that asks.
fn answer(app: &mut App, effects: Vec<Effect>) {
    let mut waiting = effects;
    while let Some(effect) = waiting.pop() {
        let Effect::Find { generation, document, sought, from } = effect else { continue };
        let count = document.parts().len() as u32;
        let mut finder = Finder::new(&document);
        for part in (from.0..count).chain(0..from.0) {
            let mut matches = Vec::new();
            sought.in_part(&mut finder, PartId(part), &mut matches);
            if !matches.is_empty() {
                let found = Report::Found { generation, matches, done: false };
                waiting.extend(update(app, Action::Report(found)));
            }
        }
        let found = Report::Found { generation, matches: Vec::new(), done: true };
        waiting.extend(update(app, Action::Report(found)));
    }
}

pub(crate) fn keys(app: &mut App, keys: &str) {
    for key in keys.split_whitespace() {
        let effects = press(app, key);
        answer(app, effects);
    }
}

pub(crate) fn typed(app: &mut App, text: &str) {
    for letter in text.chars() {
        let effects = update(app, Action::Text(letter.into()));
        answer(app, effects);
    }
}

fn reader(app: &App) -> &Reader {
    app.reader.as_ref().unwrap()
}

/// What is lit on screen, the match that one is at in brackets.
fn lit(app: &App) -> Vec<String> {
    let mut all = Vec::new();
    for row in reader(app).visible_rows() {
        let text: Vec<char> = row.row.text().chars().collect();
        for (columns, is_current) in reader(app).matches_on(&row, Order::Screen) {
            let piece: String = text[usize::from(columns.start)..usize::from(columns.end)].iter().collect();
            all.push(if is_current { format!("[{piece}]") } else { piece });
        }
    }
    all
}

/// The count and what is lit after `text` was typed and keys were pressed.
fn check(text: &str, after: &str, count: &str, expect: &[&str]) {
    let mut app = open(ARTICLE, 80, 24);
    keys(&mut app, "/");
    typed(&mut app, text);
    keys(&mut app, after);
    assert_eq!((reader(&app).find_count().as_str(), lit(&app)), (count, owned(expect)), "{text} {after}");
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn each_letter_finds_and_n_goes_on_to_the_next_match_and_around() {
    check("hurry", "", "1 of 1", &["[hurry]"]);
    check("promises", "", "1 of 1", &["[promises]"]);
    check("sees", "", "no match", &[]);
    check("price", "Enter n", "1 of 1", &["[price]"]);
    for (after, count) in [
        ("", "1 of 3"),
        ("Enter n", "2 of 3"),
        ("Enter n n", "3 of 3"),
        ("Enter n n n", "1 of 3"),
        ("Enter N", "3 of 3"),
    ] {
        let mut app = open(ARTICLE, 80, 24);
        keys(&mut app, "/");
        typed(&mut app, "counted");
        keys(&mut app, after);
        assert_eq!(reader(&app).find_count().as_str(), count, "{after}");
        assert!(lit(&app).contains(&"[counted]".to_owned()), "{after}");
    }
    check("nowhere", "", "no match", &[]);
    let mut app = open(ARTICLE, 80, 24);
    keys(&mut app, "/");
    typed(&mut app, "nowhere");
    keys(&mut app, "Enter");
    assert_eq!(toast(&app), "“nowhere” is not in this article");
}

#[test]
fn a_match_is_lit_across_the_end_of_a_line_and_in_a_table() {
    check("that nobody", "", "1 of 1", &["[that]", "[nobody]"]);
    check("Arbitrum", "", "1 of 2", &["[Arbitrum]", "Arbitrum"]);
}

#[test]
fn an_expression_is_found_on_a_toggle_and_what_cannot_be_read_is_explained() {
    check(r"(twice|once)\b", "", "no match", &[]);
    check(r"(twice|once) by", "Alt-r", "1 of 2", &["[once by]", "twice by"]);
    let mut app = open(ARTICLE, 80, 24);
    keys(&mut app, "/ Alt-r");
    typed(&mut app, "count(");
    assert_eq!(reader(&app).find_error().unwrap().as_str(), "unclosed group");
    assert!(lit(&app).is_empty());
}

#[test]
fn escape_while_typing_returns_and_after_enter_only_clears_the_marks() {
    let mut app = open(ARTICLE, 80, 24);
    keys(&mut app, "j j /");
    let before = top(&app);
    typed(&mut app, "Arbitrum");
    assert_ne!(top(&app), before);
    keys(&mut app, "Esc");
    assert_eq!((top(&app), lit(&app).len(), reader(&app).is_finding()), (before.clone(), 0, false));
    keys(&mut app, "/");
    typed(&mut app, "Arbitrum");
    keys(&mut app, "Enter");
    let there = top(&app);
    keys(&mut app, "Esc");
    assert_eq!((top(&app), lit(&app).len()), (there.clone(), 0));
    assert!(app.reader.is_some());
    keys(&mut app, "Backspace");
    assert_eq!(top(&app), before, "finding is a jump");
    keys(&mut app, "n");
    assert_eq!(toast(&app), "Nothing is looked for; / finds in this article");
}

#[test]
fn a_line_that_is_left_empty_or_cancelled_leaves_what_was_lit() {
    for end in ["Enter", "Esc"] {
        let mut app = open(ARTICLE, 80, 24);
        keys(&mut app, "/");
        typed(&mut app, "promises");
        keys(&mut app, "Enter");
        let before = lit(&app);
        assert!(!before.is_empty());
        keys(&mut app, "/");
        assert!(lit(&app).is_empty());
        keys(&mut app, end);
        assert_eq!(lit(&app), before, "{end}");
    }
}

#[test]
fn contents_say_how_many_matches_each_section_has() {
    let mut app = open(ARTICLE, 120, 40);
    keys(&mut app, "/");
    typed(&mut app, "count");
    let counts: Vec<u32> = (0..5).map(|index| reader(&app).matches_in_section(index)).collect();
    // In the headings too.
    assert_eq!(counts, [5, 2, 2, 0, 0]);
}

#[test]
fn matches_stay_through_sizes_heads_and_edits() {
    let mut app = open_at(loaded(ARTICLE, Some(900)), None, 80, 24);
    keys(&mut app, "/");
    typed(&mut app, "week");
    assert_eq!(reader(&app).find_count().as_str(), "…", "the rest is still to come");
    let effects = report(&mut app, loaded(ARTICLE, None));
    answer(&mut app, effects);
    assert_eq!((reader(&app).find_count().as_str(), lit(&app)), ("1 of 1", owned(&["[week]"])));
    keys(&mut app, "Enter");
    for width in [40, 120, 61] {
        let effects = update(&mut app, Action::Resize(crate::app::geometry::Size { width, height: 24 }));
        answer(&mut app, effects);
        assert_eq!(lit(&app), ["[week]"], "{width}");
    }
    let edited = ARTICLE.replace("Deposits", "A week of deposits");
    let mut next = loaded(&edited, None);
    let before = Arc::clone(reader(&app).page.as_ref().unwrap().document());
    next.changes = Some(Arc::new(crate::document::changes::Changes::between(&before, &next.document)));
    let effects = report(&mut app, next);
    answer(&mut app, effects);
    assert_eq!(reader(&app).find_count().as_str(), "2 of 2");
    assert_eq!(lit(&app), ["[week]"]);
}

#[test]
fn what_is_folded_opens_for_its_match() {
    let mut app = open(ARTICLE, 80, 24);
    keys(&mut app, "z M /");
    typed(&mut app, "never counted at all");
    assert_eq!(lit(&app), ["[never counted at all]"]);
}

#[test]
fn a_match_far_to_the_right_is_panned_to() {
    let mut app = open(ARTICLE, 60, 24);
    keys(&mut app, "/");
    typed(&mut app, "Proof::Later");
    assert!(reader(&app).pan() > 40, "{}", reader(&app).pan());
}

#[test]
fn words_of_a_query_are_lit_in_all_their_forms_and_opened_at() {
    let mut app = open(ARTICLE, 80, 24);
    let query = crate::library::query::Query::parse("counting").unwrap();
    let marking = Arc::new(crate::library::marking::Marking::of(&query, &[]));
    let at = ARTICLE.find("The count is").unwrap() as u32;
    let view = app.view;
    app.reader.as_mut().unwrap().light_words(
        &view,
        Words { marking, language: None },
        Some(Best::Text(Position(at))),
    );
    let effects = update(&mut app, Action::Tick);
    answer(&mut app, effects);
    assert_eq!(lit(&app)[..3], owned(&["counted", "[count]", "counting"]));
    assert_ne!(top(&app), "What a bridge promises");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_found_is_on_screen_wherever_it_stands(
        parts in proptest::collection::vec(
            "(short|several words in a paragraph|# heading|- item\n- item|> quote|```\ncode\ncode\n```|(long words ){40}\
             |\\| a \\| b \\|\n\\| - \\| - \\|(\n\\| word \\| some words \\|){12})",
            1..40,
        ),
        at in 0..40_usize,
        (width, height) in (24..110_u16, 6..50_u16),
        is_near_end in proptest::bool::ANY,
    ) {
        let mut parts = parts;
        let at = if is_near_end { parts.len() } else { at.min(parts.len()) };
        parts.insert(at, "a zebrafish\n\n| a | b |\n| - | - |\n| one | two words and a quagga |".to_owned());
        let mut app = open(&parts.join("\n\n"), width, height);
        for word in ["zebrafish", "quagga"] {
            keys(&mut app, "g /");
            typed(&mut app, word);
            prop_assert_eq!(lit(&app).concat().replace(['[', ']'], ""), word, "{} {}", width, height);
            keys(&mut app, "Enter G n");
            prop_assert_eq!(lit(&app).concat().replace(['[', ']'], ""), word, "{} {}", width, height);
            let position = reader(&app).find.matches[0].start;
            keys(&mut app, "g");
            let view = app.view;
            app.reader.as_mut().unwrap().go_to(&view, At::Match(Position(position)));
            prop_assert_eq!(lit(&app).concat().replace(['[', ']'], ""), word, "{} {}", width, height);
        }
    }

    #[test]
    fn pieces_in_any_order_come_to_the_same(mut starts in proptest::collection::vec(0..400_u32, 1..40), cut in 0..40_usize) {
        starts.sort_unstable();
        starts.dedup();
        let matches: Vec<Range<u32>> = starts.iter().map(|at| *at..at + 1).collect();
        let (before, after) = matches.split_at(cut.min(matches.len()));
        let mut find = Find::default();
        find.add(after.to_vec(), false);
        find.add(before.to_vec(), true);
        prop_assert_eq!(find.matches, matches);
    }
}

#[test]
fn what_is_brought_on_screen_begins_with_no_blank_row() {
    let page = |app: &App| {
        let page = reader(app).page.as_ref().unwrap();
        (page.top().unwrap().row.text().trim().is_empty(), page.is_at_top(), page.progress() >= 1.0)
    };
    for height in 8..60 {
        let mut app = open(ARTICLE, 90, height);
        let view = app.view;
        for place in 0..ARTICLE.find("rating").unwrap() as u32 {
            keys(&mut app, "G");
            app.reader.as_mut().unwrap().go_to(&view, At::Match(Position(place)));
            assert!(page(&app).1, "{place} {height}");
        }
        for (place, _) in ARTICLE.match_indices("The ").chain(ARTICLE.match_indices("A ")) {
            app.reader.as_mut().unwrap().go_to(&view, At::Match(Position(place as u32)));
            let (is_blank, _, is_end) = page(&app);
            assert!(!is_blank || is_end, "{place} {height}");
        }
    }
}

/// What the section is named in which one is.
fn section(app: &App) -> &str {
    let reader = reader(app);
    let entry = reader.status().section.and_then(|index| reader.contents().entry(index));
    entry.map_or("", |entry| entry.text.as_str())
}

#[test]
fn one_is_in_the_section_of_the_match_until_one_scrolls() {
    let long = "Some words of a paragraph.\n\n".repeat(30);
    let with_name = |name: &str| format!("## {name}\n\nA zebrafish.\n\n{long}");
    let article = ["One", "Two", "Three"].map(with_name).concat();
    let mut app = open(&article, 90, 30);
    keys(&mut app, "/");
    typed(&mut app, "zebrafish");
    assert_eq!(section(&app), "One");
    for (key, name) in
        [("Enter", "One"), ("n", "Two"), ("n", "Three"), ("n", "One"), ("N", "Three"), ("N", "Two")]
    {
        keys(&mut app, key);
        assert_eq!((section(&app), lit(&app)), (name, vec!["[zebrafish]".to_owned()]), "{key}");
    }
    // Now it is the row that one reads.
    keys(&mut app, "k");
    assert_eq!((section(&app), lit(&app).len()), ("One", 1));
    let position = reader(&app).find.matches[2].start;
    let view = app.view;
    app.reader.as_mut().unwrap().go_to(&view, At::Match(Position(position)));
    keys(&mut app, "+");
    assert_eq!(section(&app), "Three");
    keys(&mut app, "g /");
    typed(&mut app, "zebrafish");
    keys(&mut app, "Esc");
    assert_eq!(section(&app), "One");
}

#[test]
fn of_several_matches_on_screen_the_current_one_says_where_one_is() {
    let mut app = open("## One\n\nA zebrafish.\n\n## Two\n\nA zebrafish.\n", 90, 30);
    keys(&mut app, "/");
    typed(&mut app, "zebrafish");
    keys(&mut app, "Enter");
    assert_eq!(section(&app), "One");
    keys(&mut app, "n");
    assert_eq!(section(&app), "Two");
}

#[test]
fn a_selection_begins_at_the_lit_match() {
    let mut app = open("A first line.\n\nAnd then a word in it.\n", 80, 20);
    keys(&mut app, "/");
    typed(&mut app, "then a");
    keys(&mut app, "Enter v");
    assert_eq!(reader(&app).selected_text().as_deref(), Some("then a"));
}
