//! The pickers, key by key: tags, dates, commands, help. And whatever keys come at whatever size.

use proptest::prelude::*;

use super::screens::{Screen, sample};

/// The query after some keys on the fresh sample, and whether a panel is still open.
fn check(keys: &str, query: &str, open: bool) {
    let mut screen = Screen::sample(140, 40);
    screen.keys(keys);
    assert_eq!((screen.query().as_str(), screen.app.overlay.is_some()), (query, open), "after {keys}");
}

#[test]
fn in_the_tag_picker_one_includes_excludes_or_keeps_only_one() {
    check("t<Tab>", "#ethereum", true);
    check("t<Tab><Tab>", "", true);
    check("t<S-Tab>", "-#ethereum", true);
    check("t<S-Tab><S-Tab>", "", true);
    check("t<S-Tab><Tab>", "#ethereum", true);
    check("t<Down><Tab><Down><S-Tab>", "#layer2 -#reading", true);
    check("t<Enter>", "#ethereum", false);
    check("t<Down><Tab><Up><Enter>", "#ethereum", false);
    check("t<Tab><Esc>", "#ethereum", false);
    check("t<Tab><Esc><Esc>", "", false);
}

#[test]
fn typed_letters_narrow_the_tags_and_the_best_is_lit() {
    check("tbri<Tab>", "#bridges", true);
    check("tbrix<Backspace><Tab>", "#bridges", true);
    check("tzzz<Tab>", "", true);
    check("tzzz<Ctrl-u>typo<Enter>", "#typography", false);
    let mut screen = Screen::sample(100, 30);
    screen.keys("tgov");
    assert!(screen.shows("1 of 26"), "{}", screen.text());
    assert!(screen.cursor().is_some());
    screen.keys("zz");
    assert!(screen.shows("No tag has these letters"));
}

#[test]
fn marks_apply_at_once_to_the_list_behind_and_the_sentence_says_what_comes() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("t");
    assert!(screen.shows("Tab: 14 articles with #ethereum"), "{}", screen.text());
    screen.keys("<Tab><Down>");
    assert!(screen.row(0).contains("14 of 44"));
    assert!(screen.shows("with #ethereum and #"), "{}", screen.text());
}

#[test]
fn the_rows_of_the_tag_picker_stay_where_they_are_while_one_marks() {
    let mut screen = Screen::sample(100, 30);
    screen.keys("t");
    let place = screen.find("fees  ");
    screen.press(place);
    assert_eq!((screen.query().as_str(), screen.find("fees  ")), ("#fees", place));
    screen.press(place);
    assert_eq!(screen.query(), "");
}

#[test]
fn in_the_date_picker_one_moves_over_years_and_months_and_marks_two_ends() {
    check("D<Tab>", "in:2026", true);
    check("D<Tab><Tab>", "", true);
    check("D<Enter>", "in:2026", false);
    check("D<Down><Down><Enter>", "in:2024", false);
    check("D<Right><Right><Right><Enter>", "in:2026-03", false);
    check("D<Right><Left><Left><Enter>", "in:2025-12", false);
    check("D<Down><Tab><Down><Tab><Esc>", "in:2024..2025", false);
    check("D<Down><Right><Tab><Right><Right><Tab>", "in:2025-01..2025-03", true);
    check("D<PgDn><Enter>", "is:undated", false);
    check("D<PgDn><Tab><Tab>", "", true);
}

#[test]
fn dates_can_be_typed() {
    check("D2024<Enter>", "in:2024", false);
    check("D2024-06<Enter>", "in:2024-06", false);
    check("D30d<Enter>", "since:30d", false);
    check("D2023..2024-02<Enter>", "in:2023..2024-02", false);
    check("Dsince:2024 until:2025<Enter>", "since:2024 until:2025", false);
}

#[test]
fn letters_light_months_and_what_is_no_date_marks_nothing() {
    check("Djun<Enter>", "in:2026-06", false);
    // Of months that begin alike the first with articles.
    check("DJu<Enter>", "in:2026-06", false);
    check("Dmar 2024<Enter>", "in:2024-03", false);
    check("D2024 Aug<Enter>", "in:2024-08", false);
    check("D2024, au<Tab>", "in:2024-08", true);
    check("Dundat<Enter>", "is:undated", false);
    check("Dxq<Tab>", "", true);
    check("Dxq<Enter>", "", true);
    check("Dxq<Backspace><Backspace><Enter>", "in:2026", false);
    let mut screen = Screen::sample(100, 30);
    screen.keys("Dmay 2025");
    assert!(screen.shows("of May 2025"), "{}", screen.text());
    screen.keys("<Ctrl-u>l");
    assert!(screen.shows("Dates are typed like March"), "{}", screen.text());
}

#[test]
fn a_month_is_picked_by_the_mouse() {
    let mut screen = Screen::sample(100, 30);
    screen.keys("D");
    let (x, _) = screen.find("J  F  M");
    let (_, y) = screen.find("2024  ");
    screen.press((x + 15, y));
    assert_eq!(screen.query(), "in:2024-06");
}

#[test]
fn the_mouse_is_dragged_over_months_in_the_date_picker() {
    let mut screen = Screen::sample(100, 30);
    screen.keys("D");
    let (x, _) = screen.find("J  F  M");
    let (_, y) = screen.find("2024  ");
    screen.drag((x + 15, y), (x + 21, y));
    assert_eq!(screen.query(), "in:2024-06..2024-08");
    screen.drag((x + 15, y), (x + 6, y));
    assert_eq!(screen.query(), "in:2024-03..2024-06");
    screen.press((x + 9, y)).press((x + 12, y));
    assert_eq!(screen.query(), "in:2024-04..2024-05", "two presses are two ends");
    screen.press((x, y)).press((x, y));
    assert_eq!(screen.query(), "");
}

#[test]
fn any_command_is_found_by_name_and_run() {
    check(":sort<Enter>", "sort:title", false);
    check(":date<Enter>", "", true);
    check(":zzz<Enter>", "", true);
    check(":zzz<Esc>", "", false);
    let mut screen = Screen::sample(80, 24);
    screen.keys(":quit<Enter>");
    assert!(screen.quit);
}

#[test]
fn the_help_lists_every_key_and_scrolls() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("?");
    assert!(screen.shows("Search for words") && !screen.shows("Switch between dark and light"));
    screen.keys("<Space><Space>");
    assert!(screen.shows("Switch between dark and light"), "{}", screen.text());
    screen.keys("G");
    assert!(screen.shows("Complete the word"), "{}", screen.text());
    screen.keys("?");
    assert!(screen.app.overlay.is_none());
}

/// Something that a person may do.
#[derive(Clone, Debug)]
enum Deed {
    Key(&'static str),
    Press(u16, u16),
    Wheel(u16, u16, bool),
    Resize(u16, u16),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    const KEYS: &[&str] = &[
        "j",
        "k",
        "d",
        "u",
        "<Space>",
        "b",
        "g",
        "G",
        "<Tab>",
        "<S-Tab>",
        "<Esc>",
        "?",
        ":",
        "<Enter>",
        "l",
        "/",
        "t",
        "D",
        "F",
        "x",
        "s",
        "S",
        "-",
        "#",
        "e",
        "2",
        "<Up>",
        "<Down>",
        "<Left>",
        "<Right>",
        "<PgDn>",
        "<PgUp>",
        "<Backspace>",
        "<Ctrl-w>",
        "o",
        "]",
        "[",
        "J",
        "K",
        "T",
        "+",
        "<Home>",
        "<End>",
        "é",
        "跨",
    ];
    let size = prop_oneof![0..4_u16, 5..60_u16, 60..200_u16, 200..500_u16];
    let height = prop_oneof![0..4_u16, 5..60_u16, 60..200_u16];
    let deed = prop_oneof![
        8 => prop::sample::select(KEYS).prop_map(Deed::Key),
        2 => (0..160_u16, 0..50_u16).prop_map(|(x, y)| Deed::Press(x, y)),
        1 => (0..160_u16, 0..50_u16, any::<bool>()).prop_map(|(x, y, down)| Deed::Wheel(x, y, down)),
        1 => (size, height).prop_map(|(width, height)| Deed::Resize(width, height)),
    ];
    prop::collection::vec(deed, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_at_whatever_size_a_frame_is_painted_and_nothing_is_lost(deeds in deeds()) {
        let mut screen = Screen::sample(140, 40);
        for deed in deeds {
            match deed {
                Deed::Key(key) => screen.keys(key),
                Deed::Press(x, y) => screen.press((x, y)),
                Deed::Wheel(x, y, down) => screen.wheel((x, y), down),
                Deed::Resize(width, height) => screen.resize(width, height),
            };
            let size = screen.app.view.size;
            let text = screen.text();
            prop_assert_eq!(text.lines().count() <= usize::from(size.height), true);
            let library = screen.library();
            prop_assert_eq!(library.library.len(), sample().len());
            prop_assert!(library.list.is_empty() || library.list.selected() < library.list.len());
            prop_assert!(!library.is_waiting());
            if let Some((x, y)) = screen.cursor() {
                prop_assert!(x < size.width && y < size.height, "the cursor at {},{} of {:?}", x, y, size);
            }
        }
    }
}
