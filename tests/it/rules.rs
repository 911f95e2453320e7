//! What holds on every screen: counts agree, the last line says how to leave, what one filters is in the line.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::MouseButton;
use longread::app::Overlay;
use longread::app::effect::{Recorded, Report};
use longread::library::index::{Body, Library};
use longread::library::marks::Entry;
use longread::library::states::Reading;

use super::screens::{Screen, library_of, sample};

/// The sample in which the article of this title is recorded so.
fn recorded(screen: &mut Screen, title: &str, reading: Reading, progress: u16) {
    let library = Arc::clone(&screen.library().library);
    let id = (0..library.len() as u32).find(|id| library.article(*id).title.as_str() == title).unwrap();
    let entry = Entry { file: library.file(id), reading, progress, ..Entry::default() };
    screen.report(Report::Recorded(Recorded { entries: vec![entry], all: true, ..Recorded::default() }));
}

#[test]
fn what_stands_in_the_list_once_more_because_it_is_begun_is_counted_once() {
    let mut screen = Screen::sample(140, 40);
    recorded(&mut screen, "Passkeys by Default", Reading::Reading, 610);
    assert!(screen.shows("Continue reading ─"), "{}", screen.text());
    screen.keys("g");
    let place = sample().len();
    assert!(screen.row(0).contains("44 articles · 43 unread"), "{}", screen.row(0));
    assert!(screen.hints().ends_with(&format!(" of {place}")), "{}", screen.hints());
    screen.keys("jj");
    assert!(screen.hints().ends_with("2 of 44"), "{}", screen.hints());
    screen.keys("<Enter>");
    assert!(screen.row(0).contains("‹ 44 articles"), "{}", screen.row(0));
}

#[test]
fn what_is_begun_has_its_neighbours_where_it_stands_in_the_list_itself() {
    let mut screen = Screen::sample(140, 40);
    let titles: Vec<String> = (0..3)
        .map(|place| {
            let list = &screen.library().list;
            screen.library().library.article(list.id(place).unwrap()).title.to_string()
        })
        .collect();
    recorded(&mut screen, &titles[0], Reading::Reading, 610);
    let title = |screen: &Screen| screen.app.reader.as_ref().unwrap().article().title.to_string();
    // The newest stands first of all, and is begun.
    screen.keys("g<Enter>");
    assert_eq!(title(&screen), titles[0]);
    screen.keys("K");
    assert_eq!(title(&screen), titles[0]);
    assert!(screen.shows("This is the first article of the list"), "{}", screen.text());
    screen.keys("J");
    assert_eq!(title(&screen), titles[1]);
    screen.keys("J");
    assert_eq!(title(&screen), titles[2]);
    screen.keys("KKK");
    assert_eq!(title(&screen), titles[0]);
}

#[test]
fn a_row_that_stands_for_copies_is_two_of_the_articles() {
    let sample = sample();
    let key = |title: &str| sample.articles().find(|article| article.title.as_str() == title).unwrap().key;
    let body = Body { words: 300, digest: [7; 8] };
    let twice = ["The November Fee Report", "Two Rollups Share a Clock"].map(|title| (key(title), body));
    let mut screen = Screen::empty(140, 40, "");
    screen.finds(Arc::new(sample.with_bodies(twice)), true);
    assert!(screen.row(0).contains("44 articles"), "{}", screen.row(0));
    assert!(screen.hints().ends_with("1–2 of 44"), "{}", screen.hints());
    screen.keys("j");
    assert!(screen.hints().ends_with("3 of 44"), "{}", screen.hints());
    screen.keys("G");
    assert!(screen.hints().ends_with("44 of 44"), "{}", screen.hints());
    screen.keys("<Enter>");
    assert!(screen.row(0).contains("‹ 44 articles"), "{}", screen.row(0));
}

#[test]
fn days_are_left_out_by_key_and_by_the_second_button() {
    let mut screen = Screen::sample(140, 40);
    let year = screen.find("2024  ");
    screen.press(year).press(year).keys("-");
    assert_eq!(screen.query(), "-in:2024");
    assert!(screen.row(1).contains("not 2024"), "{}", screen.row(1));
    screen.keys("-");
    assert_eq!(screen.query(), "");
    screen.press_with(MouseButton::Right, (year.0 + 6 + 2, year.1));
    assert_eq!(screen.query(), "-in:2024-03");
    screen.keys("hhh<Space>");
    assert_eq!(screen.query(), "in:2024", "what is asked for is not left out any more");
    let all = screen.library().facets.kept;
    screen.keys("lll-");
    assert_eq!(screen.query(), "in:2024 -in:2024-03");
    assert!(screen.library().facets.kept < all);
}

#[test]
fn in_the_date_picker_the_key_that_excludes_excludes() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("D<Down><Down><S-Tab>");
    assert_eq!(screen.query(), "-in:2024");
    screen.keys("<S-Tab>");
    assert_eq!(screen.query(), "");
    screen.keys("2024-03<S-Tab>");
    assert_eq!(screen.query(), "-in:2024-03");
}

#[test]
fn what_the_date_picker_says_is_what_the_pane_says() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("Fin:2024<Enter>D");
    let undated: Vec<String> =
        screen.text().lines().filter(|line| line.contains("undated")).map(str::to_owned).collect();
    let number =
        |line: &String| line.split_once("undated").unwrap().1.trim_start_matches([' ', '▬']).starts_with('0');
    assert!(!undated.is_empty() && undated.iter().all(number), "{undated:?}");
    screen.keys("2024-06");
    let library = sample();
    let counted = library
        .articles()
        .filter(|article| article.date.is_some_and(|date| (date.year(), date.month()) == (2024, 6)));
    let count = counted.count();
    let noun = if count == 1 { "article" } else { "articles" };
    assert!(screen.shows(&format!("Enter: {count} {noun} in June 2024")), "{}", screen.text());
}

#[test]
fn how_far_one_has_read_keeps_its_room_before_tags() {
    let mut screen = Screen::sample(60, 23);
    recorded(&mut screen, "The November Fee Report", Reading::Reading, 610);
    let at = screen.find("The November Fee Report");
    assert!(screen.row(at.1 + 1).contains("━━━──\u{a0}61\u{a0}%"), "{}", screen.text());
}

#[test]
fn states_of_reading_are_there_before_anything_was_read() {
    let mut screen = Screen::sample(140, 40);
    assert!(screen.row(0).contains("44 articles · 44 unread"), "{}", screen.row(0));
    let before = screen.find("unread   ");
    assert!(screen.shows("reading   ") && screen.shows("read   "), "{}", screen.text());
    recorded(&mut screen, "Passkeys by Default", Reading::Read, 1000);
    assert_eq!(screen.find("unread   "), before);
    screen.keys("Fis:reading<Enter>");
    assert!(screen.row(1).contains("reading ✕"), "{}", screen.row(1));
}

#[test]
fn any_command_is_found_also_where_it_does_not_work() {
    let mut screen = Screen::sample(140, 40);
    screen.keys(":zen");
    assert!(screen.shows("Reader · Z") && screen.shows("Works elsewhere: Reader"), "{}", screen.text());
    screen.keys("<Enter>");
    assert!(screen.app.overlay.is_some(), "it does nothing here");
    screen.keys("<Ctrl-u>suspend");
    assert!(screen.shows("Suspend to the shell"), "{}", screen.text());
    screen.keys("<Ctrl-u>xyzzy");
    assert!(screen.shows("Backspace takes one back"), "{}", screen.text());
    screen.keys("<Esc><Enter>:tags");
    assert!(screen.shows("Pick tags for the list"), "{}", screen.text());
}

#[test]
fn the_last_line_always_says_how_to_leave() {
    for (width, height) in [(80, 24), (60, 20), (100, 30), (140, 40)] {
        for keys in ["", "<Tab>", "s", "F#fees<Enter>", "Fzebrafish<Enter>"] {
            let mut screen = Screen::sample(width, height);
            screen.keys(keys);
            let hints = screen.hints();
            assert!(hints.contains("q quit") && hints.contains("? all keys"), "{keys} {width}: {hints}");
            let has_query = !screen.query().is_empty();
            assert!(has_query || !hints.contains("x clear"), "{keys} {width}: {hints}");
            assert!(!has_query || width < 100 || hints.contains("x clear"), "{keys} {width}: {hints}");
        }
        let mut screen = Screen::sample(width, height);
        screen.keys("<Enter>");
        assert!(screen.hints().contains("q back"), "{width}: {}", screen.hints());
        screen.keys("/");
        if width >= 80 {
            assert!(screen.hints().contains("Alt-r expression"), "{}", screen.hints());
        }
    }
    let mut screen = Screen::sample(140, 40);
    screen.keys("<Tab>");
    assert!(screen.hints().contains("j k scroll"), "{}", screen.hints());
    assert!(screen.shows("┃"), "the pane that has the keys is told");
}

#[test]
fn a_question_for_a_label_says_what_the_other_key_does() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("F#fees<Enter>+");
    let kept = screen.library().facets.kept;
    assert!(screen.shows(&format!("Tab all {kept} that are kept")), "{}", screen.text());
    screen.keys("<Tab>");
    assert!(screen.shows("Tab this article alone"), "{}", screen.text());
}

#[test]
fn the_open_line_says_what_a_click_makes_of_the_query() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("F");
    let tag = screen.find("defi ");
    screen.press(tag);
    assert!(screen.row(1).starts_with(" ❯ #defi"), "{}", screen.row(1));
    screen.keys("fees<Enter>");
    assert_eq!(screen.query(), "#defi fees");
    screen.keys("<Esc><Esc>");
    assert_eq!(screen.query(), "", "all that was done to the line is one edit");
}

#[test]
fn tags_and_headings_of_the_preview_can_be_pressed() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("Ftitle:\"four languages\"<Enter>");
    let article = screen.library().selected().unwrap();
    let (x, y) = screen.find(&article.title.to_string());
    let tags: Vec<String> = article.tags.iter().map(ToString::to_string).collect();
    let line = tags.join("  ");
    let at = screen.find(&line);
    assert!(at.0 > 80 && (x, y) != at);
    screen.press(at);
    assert_eq!(screen.query(), format!("title:\"four languages\" #{}", tags[0]));
    let at = screen.find("Which one to keep");
    screen.press(at);
    let reader = screen.app.reader.as_ref().expect("a heading opens the article there");
    let section = reader.status().section.and_then(|index| reader.contents().entry(index));
    assert_eq!(section.map(|entry| entry.text.to_string()).as_deref(), Some("Which one to keep"));
}

#[test]
fn a_tag_pressed_in_the_reader_is_lit_in_the_picker() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("Ftitle:\"four languages\"<Enter><Enter>");
    let at = screen.find("ethereum  fees");
    screen.press((at.0 + 10, at.1));
    assert!(matches!(screen.app.overlay, Some(Overlay::Picker(_))));
    assert!(screen.shows("with #fees"), "{}", screen.text());
}

#[test]
fn a_picker_says_whole_sentences_with_counts_and_goes_to_its_ends() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("tgarden<S-Tab>");
    let text = screen.text();
    assert!(!text.contains("1 article come back"), "{text}");
    screen.keys("<S-Tab><Ctrl-u>bridges<Tab>");
    assert!(screen.shows("Tab: 44 articles, with #bridges or without"), "{}", screen.text());
    screen.keys("<Tab><Ctrl-u><End>");
    let Some(Overlay::Picker(picker)) = &screen.app.overlay else { panic!("no picker") };
    assert_eq!(picker.cursor(), 25);
    screen.keys("<Home>");
    let Some(Overlay::Picker(picker)) = &screen.app.overlay else { panic!("no picker") };
    assert_eq!(picker.cursor(), 0);
}

#[test]
fn the_line_offers_values_while_it_cannot_be_read_yet_and_the_list_stays() {
    let mut screen = Screen::sample(140, 40);
    for (typed, offered) in [
        ("is:", "reading"),
        ("source:", "Chainweek"),
        ("since:", "2026"),
        ("in:2024-", "2024-06"),
        ("sort:", "title"),
        ("feat", "feature:"),
        ("#e", "#ethereum"),
        ("sinc", "since:"),
    ] {
        screen.keys("F").paste(typed);
        assert!(screen.row(2).contains(offered), "{typed}: {}", screen.row(2));
        assert!(screen.library().list.kept() > 0, "{typed} leaves the list");
        screen.keys("<Esc>");
    }
    screen.keys("Fis:<Enter>");
    assert!(screen.row(2).contains("column"), "a line that cannot be taken says why: {}", screen.row(2));
    screen.keys("<Esc>F").paste("#e").keys("<Enter>");
    assert_eq!((screen.query().as_str(), screen.library().list.kept()), ("#e", 0), "what was taken counts");
}

#[test]
fn nothing_is_read_by_folding_it_or_by_opening_it() {
    let mut screen = Screen::sample(140, 40);
    screen.keys("Ftitle:\"four languages\"<Enter><Enter>zM");
    assert!(!screen.shows("✓") && !screen.row(0).contains("100 %"), "{}", screen.text());
    let folder = tempfile::tempdir().unwrap();
    let text = "# Title\n\nWords before.\n\n## One\n\nA few words.\n\n## Two\n\nA few more.\n";
    std::fs::write(folder.path().join("short.md"), text).unwrap();
    let mut screen = Screen::empty(140, 40, "");
    screen.finds(library_of(folder.path()), true).keys("<Enter>");
    assert!(!screen.shows("✓") && screen.row(0).contains("0 %"), "{}", screen.text());
    screen.after(Duration::from_mins(1));
    assert!(screen.shows("✓") && screen.row(0).contains("100 %"), "{}", screen.text());
}

#[test]
fn minutes_that_are_estimated_say_so_also_in_the_reader_and_many_are_hours() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("# Long\n\n{}", "word ".repeat(4_000_000));
    std::fs::write(folder.path().join("long.md"), text).unwrap();
    let mut screen = Screen::empty(140, 40, "");
    screen.finds(library_of(folder.path()), true);
    assert!(screen.shows("~242 h"), "{}", screen.text());
    screen.hold().keys("<Enter>");
    assert!(screen.row(0).contains("~242 h left"), "{}", screen.row(0));
}

#[test]
fn a_small_screen_has_rows_for_what_it_shows() {
    let mut screen = Screen::sample(20, 5);
    assert!(screen.shows("The Nov"), "{}", screen.text());
    screen.resize(30, 8).keys("t");
    assert!(screen.shows("ethereum"), "{}", screen.text());
    screen.keys("<Esc>D");
    assert!(screen.shows("2026"), "{}", screen.text());
    let mut screen = Screen::sample(80, 24);
    screen.keys("F#fees<Enter>t");
    assert!(screen.row(1).contains("#fees"), "the chips stay in sight: {}", screen.text());
}

#[test]
fn nothing_is_said_of_the_walk_before_it_is_worth_a_word() {
    let mut screen = Screen::empty(80, 24, "");
    assert!(!screen.shows("Looking for articles") && !screen.shows("indexing"), "{}", screen.text());
    assert!(screen.asked.contains(&"wake"));
    screen.after(Duration::from_millis(150));
    assert!(screen.shows("Looking for articles …") && screen.shows("indexing …"), "{}", screen.text());
}

#[test]
fn a_long_name_takes_the_room_that_nothing_else_needs() {
    let folder = tempfile::tempdir().unwrap();
    let author = "author: Nicholas Husin, on behalf of the whole Go team\n";
    let text = |more: &str| format!("---\ntitle: Released\n{author}{more}---\nWords.\n");
    std::fs::write(folder.path().join("a.md"), text("")).unwrap();
    let mut screen = Screen::empty(80, 24, "");
    screen.finds(library_of(folder.path()), true);
    assert!(screen.shows("Nicholas Husin, on behalf of the whole Go team · ~1 min"), "{}", screen.text());
    std::fs::write(folder.path().join("a.md"), text("tags: [language, tools, performance, runtime]\n"))
        .unwrap();
    screen.finds(library_of(folder.path()), true);
    assert!(
        screen.shows("Nicholas Husin, on behalf of the whole… · language tools perfo"),
        "{}",
        screen.text()
    );
}

#[test]
fn ordered_by_update_the_list_shows_the_day_of_the_update() {
    let folder = tempfile::tempdir().unwrap();
    let text = "---\ntitle: Twice\ndate: 2024-01-02\nupdated: 2025-03-04\n---\nWords.\n";
    std::fs::write(folder.path().join("a.md"), text).unwrap();
    let mut screen = Screen::empty(80, 24, "sort:-updated");
    screen.finds(library_of(folder.path()), true);
    assert!(screen.shows("2025-03-04") && !screen.shows("2024-01-02"), "{}", screen.text());
}

#[test]
fn no_heading_of_the_facet_pane_stands_alone_at_its_end() {
    for height in 12..60 {
        let screen = Screen::sample(140, height);
        let last: String = screen.row(height - 3).chars().take(30).collect();
        for heading in ["Tags", "Dates", "State", "Sources", "Authors"] {
            assert_ne!(last.trim(), heading, "{height}:\n{}", screen.text());
        }
    }
    let screen = Screen::sample(140, 40);
    assert!(screen.shows("Sources"), "{}", screen.text());
}

#[test]
fn help_is_whole_and_its_nine_views_are_one_line() {
    for width in [80, 140] {
        let mut screen = Screen::sample(width, 60);
        screen.keys("?");
        let mut seen = String::new();
        for _ in 0..8 {
            seen += &screen.text();
            screen.keys("<Space>");
        }
        assert!(!seen.contains('…'), "{width}: something is cut");
        assert!(seen.contains("1-9") && !seen.contains("view with the key 3"), "{width}");
    }
}

#[test]
fn one_panel_at_a_time_lies_over_the_text() {
    let mut screen = Screen::sample(80, 24);
    screen.keys("Ftitle:\"four languages\"<Enter><Enter>o/");
    let headings = screen.text().matches("Contents").count();
    assert_eq!(headings, 1, "{}", screen.text());
}

#[test]
fn a_picker_behind_which_nothing_is_kept_stays_useful() {
    let empty = Arc::new(Library::new(Vec::new(), Vec::new()));
    let mut screen = Screen::empty(80, 24, "");
    screen.finds(empty, true).keys("t");
    assert!(screen.shows("No article here has a tag"), "{}", screen.text());
}
