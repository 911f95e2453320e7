//! The library screen, key by key, over the sample articles.

use std::sync::Arc;

use crossterm::event::MouseButton;
use longread::app::command::Scope;
use longread::app::library_screen::views::SavedView;
use longread::library::index::{Body, Library};
use longread::library::query::Query;
use longread::safe;
use longread::ui::hyperlinks::hyperlinks;

use super::command_line::library;
use super::screens::{Screen, library_of, sample};

/// The query after some keys on the fresh sample.
fn query_after(keys: &str, query: &str) {
    let mut screen = Screen::sample(140, 40);
    screen.keys(keys);
    assert_eq!(screen.query(), query, "after {keys}");
    assert!(!screen.quit, "{keys} quits");
}

/// The selected article after some keys, on a screen on which the articles have 18 rows.
fn selected_after(keys: &str, title: &str) {
    let mut screen = Screen::sample(60, 23);
    screen.keys(keys);
    assert_eq!(screen.selected(), title, "after {keys}");
    assert!(screen.shows(&title.chars().take(30).collect::<String>()), "{title} is out of sight");
}

#[test]
fn the_newest_article_is_first_and_keys_move_over_the_articles() {
    selected_after("", "The November Fee Report");
    selected_after("j", "Waiting in Line on a Small Rollup");
    selected_after("jjk", "Waiting in Line on a Small Rollup");
    selected_after("<Down><Down><Up>", "Waiting in Line on a Small Rollup");
    selected_after("k", "The November Fee Report");
    selected_after("<Space>b", "The November Fee Report");
    selected_after("<PgDn><PgUp>", "The November Fee Report");
    selected_after("Gg", "The November Fee Report");
    selected_after("<End><Home>", "The November Fee Report");
}

#[test]
fn a_page_is_what_fits_and_half_of_it_is_half() {
    let moved = |keys: &str| {
        let mut screen = Screen::sample(60, 23);
        screen.keys(keys);
        screen.library().list.selected()
    };
    assert_eq!(moved("<Space>"), 9);
    assert_eq!(moved("d"), 4);
    assert_eq!(moved("<Ctrl-d>"), 4);
    assert_eq!(moved("<Space>u"), 5);
    assert_eq!(moved("<Space><Ctrl-u>"), 5);
    assert_eq!(moved("G"), sample().len() - 1);
}

#[test]
fn undated_articles_come_last() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("G");
    assert!(screen.shows("Undated ─"), "{}", screen.text());
}

#[test]
fn every_filter_edits_one_query_and_escape_takes_back_one_step_at_a_time() {
    query_after("tlayer2<Tab><Esc>", "#layer2");
    query_after("tlayer2<Tab><Esc>s", "#layer2 sort:title");
    query_after("tlayer2<Tab><Esc>s<Esc>", "#layer2");
    query_after("tlayer2<Tab><Esc>s<Esc><Esc>", "");
    query_after("<Esc><Esc><Esc>", "");
    query_after("F#ethereum since:2024<Enter>", "#ethereum since:2024");
    query_after("F#ethereum since:2024<Enter><Esc>", "");
    query_after("F#ethereum<Enter>x", "");
    query_after("F#ethereum<Enter>x<Esc>", "#ethereum");
}

#[test]
fn s_goes_through_the_orders_and_capital_s_reverses() {
    query_after("s", "sort:title");
    query_after("ss", "sort:words");
    query_after("S", "sort:date");
    query_after("SS", "sort:-date");
    let mut screen = Screen::sample(140, 40);
    for (key, order) in [("", "newest first"), ("S", "oldest first"), ("s", "by title")] {
        screen.keys(key);
        assert!(screen.hints().contains(order), "{}", screen.hints());
    }
    assert!(!screen.shows("November 2026 ─"), "only what is sorted by date has months");
}

#[test]
fn the_query_line_filters_while_one_types_and_escape_returns_to_what_was() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("F");
    assert_eq!(screen.app.scopes(), [Scope::Line]);
    assert!(screen.cursor().is_some());
    screen.keys("#bridges");
    assert_eq!(screen.query(), "#bridges");
    let kept = screen.library().list.len();
    assert!(kept < sample().len());
    screen.keys("<Esc>");
    assert_eq!((screen.query().as_str(), screen.library().list.len()), ("", sample().len()));
    assert_eq!(screen.app.scopes(), [Scope::Library]);
    assert_eq!(screen.cursor(), None);
}

#[test]
fn what_was_typed_is_one_edit_that_one_escape_takes_back() {
    query_after("F#bridges<Enter>", "#bridges");
    query_after("F#bridges<Enter><Esc>", "");
    query_after("F#bridges<Enter>F -#defi<Enter><Esc>", "#bridges");
}

#[test]
fn a_slash_adds_words_to_the_query() {
    query_after("/bridge<Enter>", "bridge");
    query_after("F#ethereum<Enter>Fsince:2024<Enter>", "#ethereum since:2024");
    query_after("F#ethereum<Enter>F<Enter>", "#ethereum");
    query_after("F#ethereum<Enter>F<Enter><Esc>", "");
    query_after("F#ethereum<Enter>F<Esc>", "#ethereum");
    query_after("F#layer2<Enter>/fees<Enter>", "#layer2 fees");
    query_after("F#layer2<Enter>/fees<Esc>", "#layer2");
    query_after("F#layer2<Enter>/<Enter>", "#layer2");
}

#[test]
fn a_wrong_term_is_explained_with_its_column_and_the_last_good_result_stays() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("F#bridges").paste(" since:soon");
    let kept = screen.library().list.len();
    assert_eq!(screen.query(), "#bridges");
    assert!(screen.text().contains("column 16: "), "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(screen.app.scopes(), [Scope::Line], "a wrong line is not taken");
    screen.keys("<Ctrl-w>");
    assert!(!screen.text().contains("column"), "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!((screen.query().as_str(), screen.library().list.len()), ("#bridges", kept));
}

#[test]
fn the_line_is_edited_with_the_usual_keys() {
    query_after("Falpha beta<Ctrl-w>gamma<Enter>", "alpha gamma");
    query_after("Fbeta<Home>alpha <End>x<Enter>", "alpha betax");
    query_after("Fbeta<Ctrl-a><Ctrl-k>gamma<Enter>", "gamma");
    query_after("Fbeta<Ctrl-u>gamma<Enter>", "gamma");
    query_after("Fbetx<Backspace>a<Enter>", "beta");
    query_after("Fxbeta<Home><Del><Enter>", "beta");
    query_after("Fbta<Left><Left>e<Enter>", "beta");
}

#[test]
fn pasted_text_goes_into_the_line_and_nowhere_else() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("F").paste("#layer2\nfees\u{1b}[31m").keys("<Home>");
    assert!(screen.row(1).contains("#layer2 fees"), "{}", screen.row(1));
    let mut screen = Screen::sample(80, 24);
    screen.paste("qQx");
    assert!(!screen.quit);
}

#[test]
fn q_goes_back_and_then_quits_and_escape_never_does() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("?q");
    assert!(!screen.quit, "q closes the help");
    screen.keys("<Enter>q");
    assert!(!screen.quit && screen.app.reader.is_none(), "q leaves the article");
    screen.keys("<Esc><Esc>");
    assert!(!screen.quit);
    screen.keys("q");
    assert!(screen.quit);
}

#[test]
fn capital_q_and_control_c_quit_from_everywhere_control_c_also_from_an_input() {
    for keys in ["Q", "<Ctrl-c>", "?Q", "<Enter>Q", "t<Ctrl-c>", "D<Ctrl-c>", ":<Ctrl-c>", "Fab<Ctrl-c>"] {
        let mut screen = Screen::sample(80, 24);
        screen.keys(keys);
        assert!(screen.quit, "{keys}");
    }
    for keys in ["tQ", "FQ", ":Q"] {
        let mut screen = Screen::sample(80, 24);
        screen.keys(keys);
        assert!(!screen.quit, "{keys}: letters are text there");
    }
}

#[test]
fn repaint_and_suspend_are_asked_of_the_terminal() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("<Ctrl-l><Ctrl-z>");
    assert!(screen.asked.ends_with(&["repaint", "suspend"]), "{:?}", screen.asked);
}

#[test]
fn an_article_opens_and_the_list_is_as_it_was_when_one_comes_back() {
    for open in ["<Enter>", "l", "<Right>"] {
        let mut screen = Screen::sample(80, 24);
        screen.keys("F#ethereum<Enter>jjjj");
        let before = screen.text();
        let title = screen.selected();
        screen.keys(open);
        assert_eq!(screen.app.reader.as_ref().unwrap().article().title.to_string(), title);
        screen.keys("q");
        assert_eq!(screen.text(), before);
    }
}

#[test]
fn the_reader_steps_through_the_list_and_the_list_follows() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("j<Enter>J");
    assert_eq!(
        screen.app.reader.as_ref().unwrap().article().title,
        screen.library().selected().unwrap().title
    );
    screen.keys("q");
    assert_eq!(screen.library().list.selected(), 2);
    screen.keys("<Enter>KKKK");
    assert!(screen.shows("This is the first article of the list"), "{}", screen.text());
    screen.after(std::time::Duration::from_secs(5));
    assert!(!screen.shows("This is the first article of the list"), "a toast goes away");
}

#[test]
fn tab_goes_round_the_panes_that_there_are() {
    let scopes = |width: u16, keys: &str| {
        let mut screen = Screen::sample(width, 40);
        screen.keys(keys);
        format!("{:?}", screen.library().focus)
    };
    assert_eq!(scopes(140, ""), "List");
    assert_eq!(scopes(140, "<Tab>"), "Preview");
    assert_eq!(scopes(140, "<Tab><Tab>"), "Facets");
    assert_eq!(scopes(140, "<S-Tab>"), "Facets");
    assert_eq!(scopes(140, "<Tab><Tab><Tab>"), "List");
    assert_eq!(scopes(120, "<Tab>"), "Preview");
    assert_eq!(scopes(120, "<Tab><Tab>"), "List");
    assert_eq!(scopes(80, "<Tab>"), "List");
    assert_eq!(scopes(140, "<Tab><Esc>"), "List");
}

#[test]
fn the_focus_comes_back_to_the_list_when_its_pane_goes() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("<S-Tab>").resize(100, 40);
    assert_eq!(format!("{:?}", screen.library().focus), "List");
}

#[test]
fn in_the_facet_pane_a_value_is_included_excluded_or_kept_alone() {
    query_after("<S-Tab><Space>", "#ethereum");
    query_after("<S-Tab><Space><Space>", "");
    query_after("<S-Tab>-", "-#ethereum");
    query_after("<S-Tab>--", "");
    query_after("<S-Tab>-<Space>", "#ethereum");
    query_after("<S-Tab>j<Enter>", "#layer2");
    query_after("<S-Tab>jjjj<Space><Space>", "");
}

#[test]
fn a_state_of_the_facet_pane_is_included_or_excluded() {
    let mut screen = Screen::sample(140, 40);
    let (broken, featured) = (screen.find("broken "), screen.find("featured "));
    screen.press(broken);
    assert_eq!(screen.query(), "is:broken");
    screen.keys("<Space>").press(featured).keys("-");
    assert_eq!(screen.query(), "-is:featured");
}

#[test]
fn what_the_facet_pane_has_no_room_for_is_reached_by_keys() {
    let mut screen = Screen::sample(140, 40);
    let more = screen.find(" more  ");
    screen.press(more).keys("<Esc><Enter>");
    assert!(screen.app.overlay.is_some(), "the rest of the tags is in the picker");
    screen.keys("<Esc>G<Enter>cob");
    assert_eq!(screen.row(1).trim(), "❯ author:cob", "{}", screen.text());
}

#[test]
fn a_year_of_the_facet_pane_narrows_to_its_days_and_again_to_none() {
    let mut screen = Screen::sample(140, 40);
    let year = screen.find("2024  ");
    screen.press(year);
    assert_eq!(screen.query(), "in:2024");
    screen.press(year);
    assert_eq!(screen.query(), "");
    screen.press((year.0 + 6 + 5, year.1));
    assert_eq!(screen.query(), "in:2024-06");
}

#[test]
fn months_of_the_facet_pane_are_reached_and_joined_by_keys() {
    let mut screen = Screen::sample(140, 40);
    let year = screen.find("2024  ");
    screen.press(year).press(year);
    screen.keys("lll<Space>");
    assert_eq!(screen.query(), "in:2024-03");
    screen.keys("lll|");
    assert_eq!(screen.query(), "in:2024-03..2024-06");
    screen.keys("hhhhhhhhh<Space>");
    assert_eq!(screen.query(), "in:2024", "before January is the whole year");
}

#[test]
fn sources_and_authors_are_facets_too() {
    let mut screen = Screen::sample(140, 60);
    assert!(screen.shows("Sources"), "{}", screen.text());
    let source = screen.find("Chainweek   ");
    screen.press(source);
    assert_eq!(screen.query(), "source:'Chainweek");
    let source = screen.find("Chainweek   ");
    screen.press(source);
    assert_eq!(screen.query(), "");
    let source = screen.find("Chainweek   ");
    screen.press(source).keys("k|");
    assert_eq!(screen.query(), "source:'Chainweek OR source:'DeFiBank", "{}", screen.text());
}

#[test]
fn the_other_buttons_of_the_mouse_exclude_and_keep_any() {
    let mut screen = Screen::sample(140, 40);
    screen.press_with(MouseButton::Right, screen.find("defi "));
    assert_eq!(screen.query(), "-#defi");
    screen.keys("x");
    let ethereum = screen.find("ethereum ");
    let bridges = screen.press(ethereum).find("bridges ");
    screen.press_with(MouseButton::Middle, bridges);
    assert_eq!(screen.query(), "tag:ethereum,bridges");
}

#[test]
fn what_is_there_several_times_is_shown_once_and_says_so() {
    let sample = sample();
    let key = |title: &str| sample.articles().find(|article| article.title.as_str() == title).unwrap().key;
    let body = Body { words: 300, digest: [7; 8] };
    let twice = ["Passkeys by Default", "Two Rollups Share a Clock"].map(|title| (key(title), body));
    let mut screen = Screen::empty(80, 40, "");
    screen.finds(Arc::new(sample.with_bodies(twice)), true);
    assert!(screen.shows("Passkeys by Default") && !screen.shows("Two Rollups"), "{}", screen.text());
    let at = screen.find("Passkeys by Default");
    assert!(screen.row(at.1 + 1).ends_with("wallets · 2 min · ×2"), "{}", screen.text());
    assert!(screen.row(0).contains("44 articles"), "{}", screen.row(0));
    screen.keys("c");
    assert!(screen.shows("Two Rollups") && !screen.shows("×2"), "{}", screen.text());
    screen.keys("c");
    assert!(!screen.shows("Two Rollups"));
}

/// A library of two files with the same text but for a last word, and a third one.
fn with_copies(width: u16) -> (tempfile::TempDir, Screen) {
    let article =
        |title: &str, date: &str, text: &str| format!("---\ntitle: {title}\ndate: {date}\n---\n{text}\n");
    let folder = library(&[
        ("a.md", &article("Ferries", "2024-03-01", "A ferry and a zebra.")),
        ("old/b.md", &article("Ferries", "2020-01-01", "A ferry, a zebra and a giraffe.")),
        ("c.md", &article("Trams", "2022-01-01", "No ferry.")),
    ]);
    let library = library_of(folder.path());
    let body = Body { words: 300, digest: [7; 8] };
    let twice: Vec<_> = library
        .articles()
        .filter(|article| article.title.as_str() == "Ferries")
        .map(|article| (article.key, body))
        .collect();
    let mut screen = Screen::empty(width, 30, "");
    screen.finds(Arc::new(library.with_bodies(twice)), true);
    (folder, screen)
}

#[test]
fn a_row_that_stands_for_copies_says_how_they_are_reached() {
    let (_folder, mut screen) = with_copies(140);
    let last = |screen: &Screen| screen.row(29);
    assert!(last(&screen).contains("c each copy"), "{}", screen.text());
    screen.keys("j");
    assert!(!last(&screen).contains("copy"), "{}", screen.text());
    screen.keys("cj");
    assert!(last(&screen).contains("c copies as one"), "{}", screen.text());
    assert!(last(&screen).ends_with("3 of 3"), "{}", screen.text());
    // One that is folded leaves the selection to the row that stands for it.
    screen.keys("c");
    assert!(last(&screen).ends_with("1–2 of 3"), "{}", screen.text());
}

#[test]
fn copies_of_the_open_article_come_first_among_what_goes_with_it() {
    let (_folder, mut screen) = with_copies(140);
    screen.keys("<Enter>=");
    let at = screen.find("= Ferries");
    assert!(screen.row(at.1).contains("old/b.md"), "{}", screen.text());
    assert!(screen.shows("A copy of it: old/b.md"), "{}", screen.text());
    assert!(!screen.shows("≈ Ferries"), "{}", screen.text());
    screen.keys("<Enter>");
    assert!(screen.shows("1 January 2020"), "{}", screen.text());
    // Back in the list, the row that stands for it is selected.
    screen.keys("qj");
    assert!(screen.row(29).ends_with("3 of 3"), "{}", screen.text());
}

#[test]
fn a_hit_in_a_folded_copy_is_marked_or_shown() {
    let (_folder, mut screen) = with_copies(100);
    screen.keys("/zebra<Enter>");
    let at = screen.find("A ferry and a zebra.");
    assert!(screen.row(at.1).contains("×2"), "{}", screen.text());
    screen.keys("x/giraffe<Enter>");
    assert!(screen.shows("a zebra and a giraffe.") && !screen.shows("×2"), "{}", screen.text());
}

/// A folder of so many articles, a day each, and the screen of it.
fn many(count: usize) -> (tempfile::TempDir, Screen) {
    let text = |at: usize| format!("---\ntitle: Number {at}\ndate: 2024-01-{at:02}\n---\n");
    let files: Vec<_> = (1..=count).map(|at| (format!("{at}.md"), text(at))).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = library(&files);
    let mut screen = Screen::empty(80, 24, "");
    screen.finds(library_of(folder.path()), true);
    (folder, screen)
}

#[test]
fn a_chosen_article_keeps_its_screen_row_while_newer_ones_come_also_at_the_top() {
    let (folder, mut screen) = many(20);
    let row = |screen: &Screen| screen.find("▌ Number 17").1;
    screen.keys("jjj");
    let before = row(&screen);
    for name in ["new", "newer"] {
        std::fs::write(folder.path().join(format!("{name}.md")), "---\ntitle: New\ndate: 2024-02-02\n---\n")
            .unwrap();
        screen.finds(library_of(folder.path()), true);
        assert_eq!((row(&screen), screen.selected().as_str()), (before, "Number 17"), "{}", screen.text());
    }
    // Who stands at the first article sees what comes before it, and stays at this one.
    for keys in ["", "jk"] {
        let (folder, mut screen) = many(20);
        screen.keys(keys);
        for title in ["New", "Newer"] {
            let text = format!("---\ntitle: {title}\ndate: 2024-02-02\n---\n");
            std::fs::write(folder.path().join(format!("{title}.md")), text).unwrap();
            screen.finds(library_of(folder.path()), true);
            assert!(screen.shows(title) || !keys.is_empty() && title == "Newer", "{}", screen.text());
            assert_eq!(screen.selected(), "Number 20");
        }
    }
}

#[test]
fn the_selection_comes_back_with_a_folder_that_was_away() {
    let (folder, mut screen) = many(20);
    let whole = library_of(folder.path());
    let away = || Arc::new(Library::empty(whole.roots().to_vec()));
    screen.keys("jjjjjjjjjjjj");
    let before = screen.text();
    screen.finds(away(), true);
    assert!(screen.shows("There is no article here"), "{}", screen.text());
    screen.finds(Arc::clone(&whole), true);
    assert_eq!(screen.text(), before);
    // One article alone, too; unless one has gone on meanwhile.
    let file = folder.path().join("8.md");
    let text = std::fs::read(&file).unwrap();
    for (keys, selected) in [("", "Number 8"), ("k", "Number 9")] {
        std::fs::remove_file(&file).unwrap();
        screen.finds(library_of(folder.path()), true);
        assert_eq!(screen.selected(), "Number 7");
        screen.keys(keys);
        std::fs::write(&file, &text).unwrap();
        screen.finds(library_of(folder.path()), true);
        assert_eq!(screen.selected(), selected);
        screen.keys("j");
    }
}

#[test]
fn what_the_query_keeps_no_longer_takes_no_selection_along() {
    let (folder, mut screen) = many(20);
    screen.keys("jjj");
    let text = std::fs::read(folder.path().join("17.md")).unwrap();
    screen.keys("Fin:2024-01<Enter>");
    assert_eq!(screen.selected(), "Number 17");
    // It leaves the list by its date, and another one comes before the next.
    std::fs::write(folder.path().join("17.md"), "---\ntitle: Number 17\ndate: 2023-01-01\n---\n").unwrap();
    screen.finds(library_of(folder.path()), true);
    let next = screen.selected();
    std::fs::write(folder.path().join("new.md"), "---\ntitle: New\ndate: 2024-01-30\n---\n").unwrap();
    screen.finds(library_of(folder.path()), true);
    assert_eq!((screen.selected(), next.as_str()), (next.clone(), "Number 16"));
    std::fs::write(folder.path().join("17.md"), &text).unwrap();
    screen.finds(library_of(folder.path()), true);
    assert_eq!(screen.selected(), "Number 17");
    // Of another query it was no part.
    std::fs::remove_file(folder.path().join("17.md")).unwrap();
    screen.finds(library_of(folder.path()), true).keys("xFNumber<Enter>");
    let selected = screen.selected();
    std::fs::write(folder.path().join("17.md"), &text).unwrap();
    screen.finds(library_of(folder.path()), true);
    assert_eq!(screen.selected(), selected);
}

#[test]
fn taking_an_edit_back_returns_to_the_article_and_row_where_one_stood() {
    for keys in ["F#defi<Enter><Esc>", "F#defi<Esc>", "tdefi<Tab><Esc><Esc>", "Fzebrafish<Enter><Esc>"] {
        let mut screen = Screen::sample(80, 24);
        screen.keys("<Space>jjjk");
        let before = screen.text();
        screen.keys(keys);
        assert_eq!(screen.text(), before, "after {keys}");
    }
}

#[test]
fn who_stands_at_the_first_article_is_at_the_first_after_a_change_of_the_query() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("F#defi<Enter>x");
    assert_eq!(screen.selected(), "The November Fee Report");
    screen.keys("jjF#bridges<Enter>");
    assert_eq!(screen.selected(), "A Common Form for Bridges", "what is still kept stays selected");
}

#[test]
fn nothing_of_the_facet_pane_moves_while_one_narrows() {
    let mut screen = Screen::sample(140, 40);
    let year = screen.find("2024  ");
    screen.press(year);
    assert_eq!(screen.find("2024  "), year);
    screen.keys("F in:2021 #ethereum<Enter>");
    assert_eq!(screen.find("Dates"), (2, year.1 - 3));
}

#[test]
fn the_mouse_does_what_the_keys_do() {
    let mut screen = Screen::sample(140, 40);
    let tag = screen.find("defi ");
    screen.press(tag);
    assert_eq!(screen.query(), "#defi");
    let cross = screen.find("✕");
    screen.press(cross);
    assert_eq!(screen.query(), "");
    let title = screen.find("Passkeys by Default");
    screen.press(title);
    assert_eq!(screen.selected(), "Passkeys by Default");
    screen.press(title);
    assert!(screen.app.reader.is_some(), "a press on what is selected opens it");
    screen.keys("q");
    let more = screen.find(" more  ");
    screen.press(more);
    assert!(screen.app.overlay.is_some(), "the rest of the tags is in the picker");
    screen.press((0, 39));
    assert!(screen.app.overlay.is_none(), "a press outside is done");
}

#[test]
fn the_wheel_scrolls_the_pane_under_it() {
    let mut screen = Screen::sample(140, 24);
    let list = screen.find("▌ The November");
    let scroll = |screen: &Screen| screen.library().list.scroll();
    screen.wheel(list, true);
    assert_eq!(scroll(&screen), 3);
    assert!(screen.library().list.selected() > 0, "what is selected stays in sight");
    screen.wheel(list, false);
    assert_eq!(scroll(&screen), 0);
    let first = screen.row(3);
    screen.wheel((2, 5), true);
    assert_eq!(scroll(&screen), 0);
    assert_ne!(screen.row(3), first, "the facets scroll");
}

#[test]
fn a_press_on_the_words_of_a_chip_opens_the_line() {
    let mut screen = Screen::sample(100, 30);
    screen.keys("F#defi<Enter>");
    let chip = screen.find("#defi");
    screen.press(chip);
    assert_eq!(screen.app.scopes(), [Scope::Line]);
}

#[test]
fn the_selected_article_keeps_its_screen_row_while_the_list_fills() {
    let all = sample();
    let some = |count: usize| {
        let articles = all.articles().take(count).collect();
        Arc::new(Library::new(all.roots().to_vec(), articles))
    };
    let mut screen = Screen::empty(80, 24, "");
    screen.finds(some(20), false).keys("jjjj");
    let (title, place) = (screen.selected(), screen.find(&screen.selected()));
    for count in [25, 30, 38] {
        screen.finds(some(count), false);
        assert_eq!((screen.selected(), screen.find(&title)), (title.clone(), place), "with {count}");
    }
    screen.finds(all, true);
    assert_eq!((screen.selected(), screen.find(&title)), (title.clone(), place));
}

#[test]
fn until_somebody_moves_the_newest_article_that_was_found_is_selected() {
    let all = sample();
    let some = all.articles().take(10).collect();
    let mut screen = Screen::empty(80, 24, "");
    screen.finds(Arc::new(Library::new(all.roots().to_vec(), some)), false);
    assert_ne!(screen.selected(), "The November Fee Report");
    screen.finds(all, true);
    assert_eq!((screen.selected().as_str(), screen.library().list.scroll()), ("The November Fee Report", 0));
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let mut screen = Screen::sample(80, 24);
    screen.hold().keys("F#defi").answer();
    assert_eq!(screen.query(), "#defi");
    let kept = screen.library().list.len();
    let counted = screen.library().facets.tags.iter().find(|tag| tag.value.as_str() == "defi");
    assert_eq!(counted.map(|tag| tag.count as usize), Some(kept));
}

#[test]
fn what_was_found_first_stays_selected_only_where_somebody_chose_it() {
    let parts = |between: &str| {
        let mut screen = Screen::sample(140, 40);
        // Everything was looked at before, as in a later run.
        screen.finds(sample(), true).finds(sample(), true);
        screen.hold().keys("F#defi").answer_in_parts(between);
        screen
    };
    let titles = |screen: &Screen| screen.library().list.len();
    let screen = parts("");
    assert!(titles(&screen) > 2);
    let (position, selected) = (screen.library().list.selected(), screen.selected());
    assert_eq!(position, 0, "{selected}");
    // Whoever went down to the second of two keeps it, the last of all.
    let screen = parts("<Enter>j");
    assert_eq!(screen.library().list.selected(), titles(&screen) - 1);
}

#[test]
fn a_place_where_nothing_is_says_what_to_do() {
    let mut screen = Screen::empty(80, 24, "");
    screen.after(std::time::Duration::from_millis(150));
    assert!(screen.shows("Looking for articles …"), "{}", screen.text());
    screen.finds(Arc::new(Library::new(Vec::new(), Vec::new())), true);
    assert!(screen.shows("There is no article here."), "{}", screen.text());
    let mut screen = Screen::sample(80, 24);
    screen.keys("Fzebrafish<Enter>");
    assert!(screen.shows("No article is kept by this query."), "{}", screen.text());
    assert!(screen.shows("Esc takes back the last step,") && screen.shows("x clears it, F edits it."));
    assert!(screen.hints().contains("Esc"), "{}", screen.hints());
}

#[test]
fn while_the_folder_is_read_the_head_says_so() {
    let mut screen = Screen::empty(80, 24, "");
    screen.finds(sample(), false).after(std::time::Duration::from_millis(150));
    assert!(screen.row(0).contains("indexing … 44 found"), "{}", screen.row(0));
    screen.finds(sample(), true);
    assert!(screen.row(0).ends_with("44 articles · 44 unread"), "{}", screen.row(0));
    let mut broken_off = Screen::empty(80, 24, "");
    broken_off.goes_on_from(sample());
    assert!(broken_off.row(0).contains("indexing … 44 found"), "{}", broken_off.row(0));
    let mut guide = Screen::sample(80, 24);
    guide.keys("F#defi<Enter>");
    assert!(guide.row(0).contains(safe!("{} of 44", guide.library().list.len()).as_str()));
}

#[test]
fn the_selected_article_is_told_by_ground_weight_and_a_bar_of_the_accent() {
    let mut screen = Screen::sample(60, 20);
    screen.keys("F#fees<Enter>");
    insta::assert_snapshot!(screen.styles(4), @r##"
    [▌] accent chosen
    [The November Fee Report] text chosen bold
    [11-09] dim chosen
    "##);
    insta::assert_snapshot!(screen.styles(1), @r##"
    [#fees] text chosen
    [✕] dim chosen
    [F to edit the query] dim
    "##);
}

#[test]
fn a_small_library_screen() {
    let mut screen = Screen::sample(60, 20);
    screen.keys("F#fees since:2024<Enter>");
    insta::assert_snapshot!(screen.text(), @r##"
     longread  sample-content                4 of 44 · 4 unread
      #fees ✕   since 2024 ✕  F to edit the query
    ────────────────────────────────────────────────────────────
       November 2026 ─────────────────────────────────────────
     ▌ The November Fee Report                           11-09
     ▌ Ledger Notes · fees ethereum layer2 data · ~2 min

       November 2025 ─────────────────────────────────────────
       When Fee Forecasts Go Wrong                       11-18
       Ledger Notes · fees data research · ~2 min · !

       March 2025 ────────────────────────────────────────────
       One Formula, Four Languages                       03-12
       Field & Compiler · code ethereum fees · ~4 min

       March 2024 ────────────────────────────────────────────
       ◆ Blobs Lower the Rent for Rollups                03-14
       DeFiBank · ethereum layer2 fees · ~3 min
    ────────────────────────────────────────────────────────────
     Enter read   t tags   q quit   m star   ? all keys  1 of 4
    "##);
}

#[test]
fn the_line_offers_names_with_counts_and_tab_takes_the_first() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("F#eth");
    assert!(screen.row(2).contains("ethereum"), "{}", screen.row(2));
    screen.keys("<Tab><Enter>");
    assert_eq!(screen.query(), "#ethereum");
    let mut screen = Screen::sample(80, 24);
    screen.keys("Fso<Tab>");
    assert!(screen.row(1).contains("❯ so"), "{}", screen.row(1));
    screen.keys("<Ctrl-u>is:dr<Tab><Enter>");
    assert_eq!(screen.query(), "is:draft");
}

#[test]
fn a_long_reason_goes_on_over_the_next_row() {
    let mut screen = Screen::sample(60, 20);
    screen.keys("F").paste("since:soon");
    assert!(screen.row(2).contains("column 7: "), "{}", screen.text());
    assert!(!screen.row(3).is_empty() && !screen.row(2).ends_with('…'), "{}", screen.text());
}

#[test]
fn chips_that_do_not_fit_are_counted() {
    let mut screen = Screen::sample(60, 20);
    screen.keys("F").paste("#ethereum since:2022 -#nft source:DeFi author:a title:the").keys("<Enter>");
    assert!(screen.row(1).ends_with("more") && screen.row(1).contains('+'), "{}", screen.row(1));
    screen.resize(140, 20);
    assert!(screen.row(1).ends_with("F to edit the query"), "{}", screen.row(1));
}

#[test]
fn similar_titles_follow_under_their_own_heading_where_few_hold_the_words() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("/rllup");
    let list = &screen.library().list;
    assert_eq!(list.kept(), 0, "no article holds this");
    assert!(list.similar() > 0);
    assert!(screen.shows("Similar titles ─"), "{}", screen.text());
    assert!(screen.shows("Waiting in Line on a Small Rollup"), "{}", screen.text());
    assert!(screen.shows(&format!("0 of {} · ", sample().len())), "{}", screen.text());
    screen.keys("<Enter><Enter>");
    assert!(screen.app.reader.is_some(), "they can be read like any other");
}

#[test]
fn similar_titles_obey_the_other_terms_and_come_after_what_is_kept() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("Frollup<Enter>");
    let list = &screen.library().list;
    let kept = list.kept();
    assert!(kept > 0);
    let ids: Vec<u32> = (0..list.len()).filter_map(|index| list.id(index)).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "no article is there twice");
    screen.keys("xFrllup is:draft<Enter>");
    let list = &screen.library().list;
    let similar: Vec<u32> = (0..list.len()).filter_map(|index| list.id(index)).collect();
    assert!(similar.iter().all(|id| sample().row(*id).article().draft), "{similar:?}");
}

#[test]
fn a_saved_view_is_brought_up_by_its_key_and_from_the_picker_and_taken_back() {
    let view = |name, key, query| SavedView { name, key, query: Ok(Query::parse(query).unwrap()) };
    let mut screen = Screen::sample(100, 30);
    screen.app.library.as_mut().unwrap().views =
        vec![view(safe!("Bridges"), Some(2), "#bridges"), view(safe!("This year"), None, "in:2026")];
    screen.keys("2");
    assert_eq!(screen.query(), "#bridges");
    screen.keys("Vyear<Enter>");
    assert_eq!(screen.query(), "in:2026");
    screen.keys("<Esc><Esc>");
    assert_eq!(screen.query(), "");
    screen.keys("3");
    assert_eq!(screen.query(), "");
    assert!(screen.shows("No saved view has the key 3; V lists them"), "{}", screen.text());
}

#[test]
fn a_saved_view_whose_query_cannot_be_read_is_listed_with_the_reason() {
    let mut screen = Screen::sample(140, 50);
    let reason = safe!("Settings, line 7: the query of 'Broken', column 1: there is no tree:");
    screen.app.library.as_mut().unwrap().views =
        vec![SavedView { name: safe!("Broken"), key: Some(2), query: Err(reason.clone()) }];
    screen.keys("2");
    assert!(screen.shows(reason.as_str()) && screen.query().is_empty(), "{}", screen.text());
    screen.keys("V");
    assert!(screen.shows("1 of 1") && screen.shows("Settings, line 7: the query of"), "{}", screen.text());
    let at = screen.find("2 Broken");
    assert!(screen.row(at.1).contains(" !"), "{}", screen.text());
    screen.keys("<Enter>");
    assert!(screen.app.overlay.is_some() && screen.query().is_empty(), "{}", screen.text());
    screen.keys("<Esc>F#defi<Enter>");
    let row = screen.find("Broken  ");
    assert!(screen.row(row.1).contains('!'), "{}", screen.text());
    let query = screen.query();
    screen.press(row);
    assert_eq!(screen.query(), query);
}

#[test]
fn folders_and_series_stand_under_headings_in_their_orders() {
    let folder = library(&[
        ("guides/10-ten.md", "---\ntitle: Ten\nseries: Basics\npart: 2\n---\n"),
        ("guides/2-two.md", "---\ntitle: Two\nseries: Basics\npart: 1\n---\n"),
        ("news/one.md", "---\ntitle: One\ndate: 2026-01-02\n---\n"),
    ]);
    let mut screen = Screen::empty(100, 30, "sort:folder");
    screen.finds(library_of(folder.path()), true);
    let rows = |screen: &Screen, names: &[&str]| {
        let text = screen.text();
        let at: Vec<usize> = names.iter().map(|name| text.find(name).unwrap()).collect();
        assert!(at.is_sorted(), "{names:?}\n{text}");
    };
    rows(&screen, &["guides ──", "Two ", "Ten ", "news ──", "One "]);
    screen.keys("s");
    assert_eq!(screen.query(), "sort:series");
    rows(&screen, &["Basics ──", "Two ", "Ten ", "In no series ──", "One "]);
    screen.keys("s");
    assert_eq!(screen.query(), "sort:-date");
}

#[test]
fn saved_views_stand_in_the_facet_pane_and_are_brought_up_there() {
    let view = |name, key, query| SavedView { name, key, query: Ok(Query::parse(query).unwrap()) };
    let mut screen = Screen::sample(140, 50);
    screen.app.library.as_mut().unwrap().views =
        vec![view(safe!("Bridges"), Some(2), "#bridges"), view(safe!("All drafts"), None, "is:draft")];
    screen.keys("x#defi<Esc>2x");
    let row = screen.find("All drafts");
    screen.press(row);
    assert_eq!(screen.query(), "is:draft");
    screen.keys("k<Enter>");
    assert_eq!(screen.query(), "#bridges");
    assert!(screen.shows("● Bridges"), "{}", screen.text());
    screen.keys("-");
    assert_eq!(screen.query(), "#bridges", "a view cannot be left out");
    screen.keys("<Space>");
    assert_eq!(screen.query(), "");
}

#[test]
fn the_values_of_a_picked_key_are_marked_in_the_facet_pane() {
    let mut screen = Screen::sample(140, 60);
    let all = screen.library().list.kept();
    screen.keys("falt");
    assert!(screen.shows("Tab: the values of alt become a facet"), "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(format!("{:?}", screen.library().focus), "Facets");
    let value = screen.library().facets.names.last().unwrap().values[0].clone();
    screen.keys("<Space>");
    assert_eq!(screen.query(), format!("alt:'\"{}\"", value.value));
    assert_eq!(screen.library().list.kept(), value.count as usize);
    screen.keys("-");
    assert_eq!(screen.library().list.kept(), all - value.count as usize);
    screen.keys("-").keys("falt<Tab><Esc>");
    assert_eq!((screen.library().list.kept(), screen.library().facets.names.len()), (all, 3));
}

#[test]
fn where_there_is_no_facet_pane_the_values_of_a_key_are_offered_in_the_query_line() {
    let mut screen = Screen::sample(100, 30);
    screen.keys("falt<Enter>");
    assert_eq!(screen.row(1).trim(), "❯ alt:", "{}", screen.text());
}

#[test]
fn dragging_over_months_keeps_the_days_between_and_is_one_edit() {
    let mut screen = Screen::sample(140, 40);
    let year = screen.find("2025  ");
    let january = (year.0 + 6, year.1);
    screen.drag((january.0 + 2, year.1), (january.0 + 4, year.1));
    assert_eq!(screen.query(), "in:2025-03..2025-05");
    screen.keys("<Esc><Esc>");
    assert_eq!(screen.query(), "", "the first step back leaves the pane");
    screen.drag((january.0 + 4, year.1), (january.0 + 2, year.1));
    assert_eq!(screen.query(), "in:2025-03..2025-05");
}

#[test]
fn any_of_several_tags_is_a_key_in_pane_and_picker() {
    query_after("tbridges<Tab><Ctrl-u>layer2<Ctrl-o><Esc>", "tag:bridges,layer2");
    query_after("tbridges<Tab><Ctrl-u>layer2<Ctrl-o><Ctrl-o><Esc>", "#bridges");
}

#[test]
fn tags_that_never_go_together_are_offered_to_be_kept_beside_each_other() {
    let folder = library(&[
        ("a.md", "---\ntitle: A\ndate: 2024-01-01\ntags: [one, both]\n---\n"),
        ("b.md", "---\ntitle: B\ndate: 2024-01-02\ntags: [two]\n---\n"),
        ("c.md", "---\ntitle: C\ndate: 2024-01-03\ntags: [two]\n---\n"),
    ]);
    let mut screen = Screen::empty(140, 40, "");
    screen.finds(library_of(folder.path()), true);
    screen.keys("F#one<Enter>t");
    assert!(screen.shows("or 3"), "{}", screen.text());
    screen.keys("two");
    assert!(screen.shows("Ctrl-o: 3 articles with #one or #two"), "{}", screen.text());
    assert!(screen.shows("Ctrl-o or") && screen.shows("Enter only"), "{}", screen.text());
    screen.keys("<Ctrl-o><Esc>");
    assert_eq!((screen.query().as_str(), screen.library().list.len()), ("tag:one,two", 3));
}

#[test]
fn the_facet_pane_stays_where_it_was_over_a_query_that_keeps_nothing() {
    for height in 12..30 {
        let mut screen = Screen::sample(140, height);
        let pane = |screen: &Screen| -> Vec<String> {
            (3..height - 2).map(|row| screen.row(row).chars().take(30).collect()).collect()
        };
        let before = pane(&screen);
        screen.keys("/zzzzqq");
        assert!(screen.shows("No article is kept"), "{}", screen.text());
        screen.keys("<Esc>");
        assert_eq!(pane(&screen), before, "{height} {}", screen.text());
    }
}

#[test]
fn the_facet_pane_stands_still_while_one_drags_over_its_years() {
    let article = |number: usize, date: &str, tags: &str| {
        (format!("{number}.md"), format!("---\ntitle: {number}\ndate: {date}\ntags: [{tags}]\n---\n"))
    };
    let mut articles: Vec<(String, String)> = (1..9)
        .map(|month| article(month, &format!("2023-0{month}-01"), &format!("tag{month}, x{month}")))
        .collect();
    articles.push(article(20, "2022-05-01", "a"));
    articles.push(article(21, "2021-05-01", "a"));
    let articles: Vec<(&str, &str)> = articles.iter().map(|(name, text)| (&**name, &**text)).collect();
    let folder = library(&articles);
    let mut screen = Screen::empty(140, 60, "in:2022");
    screen.finds(library_of(folder.path()), true);
    // No more rows than these tags take are kept.
    let year = screen.find("2023  ");
    let january = (year.0 + 6, year.1);
    screen.press_and_hold(january);
    for month in 1..8 {
        screen.drag_on((january.0 + month, january.1));
        assert_eq!(screen.find("2023  "), year, "{}", screen.text());
        assert_eq!(screen.query(), format!("in:2023-01..2023-{:02}", month + 1));
    }
    screen.let_go((january.0 + 7, january.1));
    assert!(screen.find("2023  ").1 > year.1, "{}", screen.text());
}

#[test]
fn code_and_addresses_in_the_preview_are_what_they_are_in_the_reader() {
    let mut screen = Screen::sample(140, 60);
    screen.keys("Ftitle:\"four languages\"<Enter><Tab>");
    let is_code = |screen: &Screen| {
        let preview = &screen.library().preview;
        let rows = preview.visible().into_iter().flatten().filter(|row| row.part.is_some());
        rows.filter(|row| !preview.highlights_of(row.anchor.part).is_empty()).count()
    };
    for _ in 0..20 {
        if is_code(&screen) > 0 {
            break;
        }
        screen.keys("<Space>");
    }
    assert!(is_code(&screen) > 3, "{}", screen.text());

    let mut screen = Screen::sample(140, 60);
    screen.keys("Ftitle:rollups title:tables<Enter><Tab>");
    let links = |screen: &Screen| hyperlinks(&screen.app);
    for _ in 0..20 {
        if !links(&screen).is_empty() {
            break;
        }
        screen.keys("<Space>");
    }
    let link = links(&screen).into_iter().next().expect("an address");
    assert!(link.address.starts_with("http") && link.columns.start > 70, "{link:?}");
    // What lies under a panel is none.
    screen.keys("?");
    assert!(links(&screen).is_empty());
}

#[test]
fn words_are_found_in_texts_and_each_article_shows_its_section_and_where_they_stand() {
    let mut screen = Screen::sample(120, 40);
    screen.keys("/sequencer<Enter>");
    assert!(screen.hints().contains("by relevance"), "{}", screen.hints());
    let excerpt = screen.library().excerpt_of(0).unwrap().clone();
    let marked = &excerpt.snippet.text.as_str()[excerpt.snippet.ranges[0].clone()];
    assert!(marked.to_lowercase().starts_with("sequencer"), "{excerpt:?}");
    let piece: String = excerpt.snippet.text.as_str().chars().take(20).collect();
    assert!(screen.shows(&piece), "{}", screen.text());
    screen.keys("<Enter>");
    let count = screen.app.reader.as_ref().unwrap().find_count();
    assert!(count.as_str().contains(" of "), "{count}");
    let at = screen.find(marked);
    screen.keys("n").keys("N");
    assert_eq!(screen.find(marked), at);
}

#[test]
fn a_word_with_a_slip_is_taken_for_the_one_that_was_meant_and_said_so() {
    let mut screen = Screen::sample(120, 40);
    screen.keys("/seqeuncer<Enter>");
    assert!(screen.shows("showing sequencer for seqeuncer"), "{}", screen.text());
    assert!(screen.library().list.kept() > 0);
}

#[test]
fn the_word_that_is_typed_begins_words_until_it_is_taken() {
    let mut screen = Screen::sample(120, 40);
    screen.keys("/sequen");
    let typing = screen.library().list.kept();
    assert!(typing > 0, "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(screen.library().list.kept(), typing, "no text has the word itself");
    assert_eq!(screen.query(), "sequen*");
    screen.keys("<Esc>");
    assert_eq!(screen.query(), "");
    screen.keys("/sequencer<Enter>");
    assert_eq!(screen.query(), "sequencer");
}

#[test]
fn what_a_typed_word_finds_stays_when_the_line_is_taken() {
    for (typed, query) in [
        ("eth", "eth*"),
        ("roll", "roll*"),
        ("brid", "brid*"),
        ("fees", "fees"),
        ("bridges", "bridges"),
        ("running", "running"),
        ("-bridge eth", "-bridge eth*"),
        ("bridge -eth", "bridge -eth*"),
        ("bridge fees", "bridge fees"),
        ("\"layer 2", "\"layer 2\""),
        ("\"optimistic roll", "\"optimistic roll\"*"),
        ("-\"optimistic roll", "-\"optimistic roll\"*"),
        ("title:\"a brid", "title:\"a brid\""),
    ] {
        let mut screen = Screen::sample(120, 40);
        screen.keys("/").keys(typed);
        let typing = screen.library().list.kept();
        assert!(typing > 0, "{typed}: {}", screen.text());
        screen.keys("<Enter>");
        assert_eq!((screen.library().list.kept(), screen.query()), (typing, query.to_owned()), "{typed}");
    }
}

#[test]
fn a_quotation_that_is_only_begun_is_no_fault_while_it_is_typed() {
    let mut screen = Screen::sample(120, 40);
    let all = screen.library().list.kept();
    screen.keys("/\"");
    assert!(!screen.shows("not closed"), "{}", screen.text());
    assert_eq!(screen.library().list.kept(), all);
    screen.keys("<Esc>/#\"laye");
    assert!(!screen.shows("not closed"), "{}", screen.text());
    screen.keys("<Esc>/title:\"");
    assert!(screen.shows("a value is missing after title:"), "{}", screen.text());
    screen.keys("<Esc>/\"\" zzz");
    assert!(screen.shows("there is nothing between these quotation marks"), "{}", screen.text());
}
