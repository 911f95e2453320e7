//! How what was found is shown: in the rows of the list, in the preview, and in the article that is opened.

use super::command_line::library;
use super::screens::{Screen, library_of};

/// A library of these files in a screen, after some keys.
fn screen_of(files: &[(&str, &str)], width: u16, keys: &str) -> (tempfile::TempDir, Screen) {
    let folder = library(files);
    let mut screen = Screen::empty(width, 40, "");
    screen.finds(library_of(folder.path()), true);
    screen.keys(keys);
    (folder, screen)
}

/// The runs of marked text in the rows from `rows`.
fn marked(screen: &Screen, rows: std::ops::Range<u16>) -> Vec<String> {
    let is_marked = |line: &&str| {
        let style = line.rsplit_once(']').map_or("", |(_, style)| style);
        style.split(' ').any(|word| word == "mark" || word == "reversed")
    };
    let styles: Vec<String> = rows.map(|row| screen.styles(row)).collect();
    let lines = styles.iter().flat_map(|styles| styles.lines()).filter(is_marked);
    lines.map(|line| line[1..line.rfind(']').unwrap()].to_owned()).collect()
}

fn count(screen: &Screen) -> String {
    screen.app.reader.as_ref().unwrap().find_count().to_string()
}

#[test]
fn the_reader_lights_the_forms_of_a_word_that_list_and_preview_light() {
    // What it is written in is told by its longest section alone.
    let filler = "Filler sentence about nothing particular number. ".repeat(9);
    let last = "Here the marmoset stands for the time, and marmosets leave with it. ".repeat(2);
    let text = format!(
        "---\ntitle: Long\n---\n\n{}\n\n## Last\n\n{filler}{last}\n",
        (0..12).map(|number| format!("## Section {number}\n\n{filler}\n\n")).collect::<Vec<_>>().concat()
    );
    let (_folder, mut screen) = screen_of(&[("long.md", text.as_str())], 120, "/marmoset<Enter>");
    let in_library = marked(&screen, 3..38);
    assert!(in_library.contains(&"marmosets".to_owned()), "{in_library:?}\n{}", screen.text());
    screen.keys("<Enter>");
    let mut in_reader = marked(&screen, 2..38);
    // Beside the text it is said how many there are.
    in_reader.retain(|mark| mark != "4");
    assert_eq!(in_reader, ["marmoset", "marmosets", "marmoset", "marmosets"], "{}", screen.text());
    assert_eq!(count(&screen), "1 of 4");
    screen.keys("nn");
    assert_eq!(count(&screen), "3 of 4");
    let (_folder, mut screen) = screen_of(&[("long.md", text.as_str())], 120, "/marm<Enter><Enter>");
    assert_eq!(count(&screen), "1 of 4");
    screen.keys("N");
    assert_eq!(count(&screen), "4 of 4");
}

#[test]
fn what_was_found_over_the_text_is_lit_there_and_nothing_is_said_of_the_text() {
    let padding = "Words of padding are placed here in equal numbers.";
    for (front, query, lit) in [
        ("title: Gearbox", "gearbox", "Gearbox"),
        ("title: T\ndescription: About the gearboxes of it\nlang: en", "gearbox", "gearboxes"),
        ("title: T\ntags: [other, gearbox]", "gearbox", "gearbox"),
        ("title: T\nauthors: [Anna Gearbox]", "gearbox", "Gearbox"),
        ("title: T\nsource: Gearbox Weekly", "gearbox", "Gearbox"),
    ] {
        let text = format!("---\n{front}\ndate: 2019-05-01\n---\n{padding}\n");
        let (_folder, mut screen) =
            screen_of(&[("a.md", text.as_str())], 120, &format!("/{query}<Enter><Enter>"));
        assert_eq!(marked(&screen, 2..38), [lit], "{front}\n{}", screen.text());
        assert_eq!(count(&screen), "", "{front}");
        assert!(!screen.shows("no match"), "{}", screen.text());
        screen.keys("n");
        assert!(screen.shows("not in the text itself"), "{}", screen.text());
        screen.keys("<Esc>");
        assert!(marked(&screen, 2..38).is_empty(), "{front}");
    }
    // What the program says there was not searched.
    let text = format!("---\ntitle: Min\ndate: 2019-05-01\n---\n{padding}\n");
    let (_folder, screen) = screen_of(&[("a.md", text.as_str())], 120, "/min<Enter><Enter>");
    assert_eq!(marked(&screen, 2..38), ["Min"], "{}", screen.text());
    // What is typed in the reader is looked for in the text, and said so.
    let (_folder, mut screen) = screen_of(&[("a.md", text.as_str())], 120, "<Enter>/gearbox<Enter>");
    assert!(screen.shows("no match"), "{}", screen.text());
    screen.keys("<Esc>");
}

/// The two rows of the first article that is listed, without the ends that other panes have.
fn first_rows(screen: &Screen) -> [String; 2] {
    let is_selected = |row: &u16| screen.row(*row).starts_with(" ▌");
    let at = (0..40).find(is_selected).unwrap_or_else(|| panic!("{}", screen.text()));
    [at, at + 1].map(|row| screen.row(row).split('│').next().unwrap_or_default().trim().to_owned())
}

#[test]
fn a_word_in_a_heading_is_shown_there_with_the_beginning_of_its_section() {
    let text =
        "---\ntitle: H\ndate: 2021-01-01\n---\nWords before.\n\n## The Gearbox here\n\nHow this begins.\n";
    let (_folder, mut screen) = screen_of(&[("h.md", text)], 90, "/gearbox<Enter>");
    let [first, second] = first_rows(&screen);
    assert!(first.contains("H › The Gearbox here"), "{}", screen.text());
    assert!(second.contains("How this begins."), "{}", screen.text());
    assert_eq!(marked(&screen, 2..38), ["Gearbox"], "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(count(&screen), "1 of 1");

    // Where nothing stands under it, what is known of the article does.
    let text = "---\ntitle: H\n---\nWords before.\n\n## Gearbox\n\n## Next\n\nMore.\n";
    let (_folder, screen) = screen_of(&[("h.md", text)], 90, "/gearbox<Enter>");
    let [first, second] = first_rows(&screen);
    assert!(first.contains("H › Gearbox") && second.contains("1 min"), "{}", screen.text());

    // A heading that is the title is not said twice.
    let text = "# The Gearbox\n\nHow this begins.\n";
    let (_folder, screen) = screen_of(&[("h.md", text)], 90, "/gearbox<Enter>");
    let [first, second] = first_rows(&screen);
    assert!(!first.contains('›') && second.contains("How this begins."), "{}", screen.text());
    assert_eq!(marked(&screen, 2..38), ["Gearbox"], "{}", screen.text());
}

#[test]
fn what_is_typed_after_heading_and_title_finds_beginnings() {
    let text = |title: &str, heading: &str| {
        format!(
            "---\ntitle: {title}\ndate: 2019-05-01\nlang: en\n---\nBefore.\n\n## {heading}\n\nText of it.\n"
        )
    };
    let (first, second) = (text("One", "The Gearbox and more"), text("A Gearbox", "Wheels"));
    let files = [("a.md", first.as_str()), ("b.md", second.as_str())];
    let mut lit = 0;
    for (query, row, mark) in [
        ("heading:gearb", "One › The Gearbox and more", Some("Gearbox")),
        ("heading:\"the gearb", "One › The Gearbox and more", Some("The Gearbox")),
        ("heading:gearbox", "One › The Gearbox and more", Some("Gearbox")),
        ("heading:'gearbox", "One › The Gearbox and more", Some("Gearbox")),
        ("heading:gearb<Enter>", "One › The Gearbox and more", Some("Gearbox")),
        ("title:gearb", "A Gearbox", Some("Gearb")),
        ("title:\"a gearb", "A Gearbox", Some("A Gearb")),
        ("heading:'gearb", "No article is kept", None),
    ] {
        let (_folder, screen) = screen_of(&files, 90, &format!("/{query}"));
        assert!(screen.shows(row) && screen.shows("1 of 2") == mark.is_some(), "{query}\n{}", screen.text());
        if let Some(mark) = mark {
            assert_eq!(marked(&screen, 3..38), [mark], "{query}\n{}", screen.text());
            lit += 1;
        }
    }
    assert_eq!(lit, 7);
}

#[test]
fn an_article_that_a_heading_is_asked_of_opens_at_it_and_not_at_its_title() {
    let words = "Many words that stand before it. ".repeat(100);
    let text = format!(
        "---\ntitle: The Gearbox\nlang: en\n---\n{words}\n\n## Other\n\nA gearbox. {words}\n\n## Gearboxes\n\nHere. {words}\n"
    );
    let (_folder, mut screen) = screen_of(&[("a.md", text.as_str())], 90, "/heading:gearbox<Enter>");
    let [first, second] = first_rows(&screen);
    assert!(first.contains("The Gearbox › Gearboxes") && second.contains("Here."), "{}", screen.text());
    assert_eq!(marked(&screen, 3..38), ["Gearboxes"], "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(marked(&screen, 2..38), ["Gearboxes"], "{}", screen.text());
    assert_eq!(count(&screen), "1 of 1");

    // One that stands for the title is lit there.
    let (_folder, mut screen) =
        screen_of(&[("a.md", "# The Gearbox\n\nHere.\n")], 120, "/heading:gearbox<Enter>");
    assert_eq!(marked(&screen, 3..38), ["Gearbox", "Gearbox"], "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(marked(&screen, 2..38), ["Gearbox"], "{}", screen.text());
}

#[test]
fn a_long_title_leaves_room_for_the_heading_that_was_found() {
    let title =
        "A title that goes on and on, over all of the row and a good deal farther than that, to its end";
    let check = |heading: &str, width: u16, expect: &str| {
        let text =
            format!("---\ntitle: {title}\ndate: 2021-01-01\n---\nBefore.\n\n## {heading}\n\nA gearbox.\n");
        let (_folder, screen) = screen_of(&[("a.md", text.as_str())], width, "/gearbox<Enter>");
        assert_eq!(first_rows(&screen)[0], expect, "{}", screen.text());
    };
    // A short heading is shown whole, of a long one half the room.
    check("Wheels", 80, "▌ A title that goes on and on, over all of the row and … › Wheels  2021-01-01");
    let long = "Of wheels and gears and what else there is to be said of them in time";
    check(long, 80, "▌ A title that goes on and on, ov… › Of wheels and gears and wha…  2021-01-01");
    // Where there is no room for both, the title has it.
    check("Wheels", 24, "▌ A titl…  2021-01-01");
}

#[test]
fn an_article_with_hits_in_several_sections_says_so() {
    let text = |count: usize| {
        let sections =
            (0..count).map(|at| format!("## Part {at}\n\nOne gearbox, and {}\n\n", "more ".repeat(30)));
        format!(
            "---\ntitle: T\n---\nNothing.\n\n{}\n\n## Gearbox\n\nNone.\n",
            sections.collect::<Vec<_>>().concat()
        )
    };
    for (count, expect) in [(0, None), (1, Some("+1 section")), (4, Some("+4 sections"))] {
        let (_folder, screen) = screen_of(&[("a.md", text(count).as_str())], 90, "/gearbox<Enter>");
        let [_, second] = first_rows(&screen);
        match expect {
            None => assert!(!second.contains('+'), "{}", screen.text()),
            Some(expect) => assert!(second.ends_with(expect), "{}", screen.text()),
        }
    }
}

#[test]
fn what_the_reader_said_goes_when_it_is_left() {
    let text = "---\ntitle: T\n---\nOne gearbox.\n\nAnother gearbox.\n";
    let (_folder, mut screen) = screen_of(&[("a.md", text)], 120, "/gearbox<Enter><Enter>N");
    assert!(screen.shows("From the end again"), "{}", screen.text());
    screen.keys("q");
    assert!(!screen.shows("From the end again"), "{}", screen.text());
    // What was said of the article itself stays.
    screen.keys("<Enter>J");
    assert!(screen.shows("This is the last article of the list"), "{}", screen.text());
    screen.keys("q");
    assert!(screen.shows("This is the last article of the list"), "{}", screen.text());
}

#[test]
fn what_stands_in_a_title_is_lit_in_the_list_the_preview_and_the_reader() {
    let padding = "Words of padding are placed here in equal numbers.";
    for (title, query, lit) in [
        ("The Gearbox story", "gearbox", "Gearbox"),
        ("Some gearboxes", "gearbox", "gearboxes"),
        ("The Gearbox story", "\"gearbox story\"", "Gearbox story"),
        ("The Gearbox story", "'gearbox", "Gearbox"),
        ("The Gearbox story", "/g.arbox/", "Gearbox"),
        ("The Gearbox story", "gearbox OR nothing", "Gearbox"),
        ("The Gearbox story", "title:earbo", "earbo"),
        ("The Gearbox story", "title:\"box st\"", "box st"),
        ("A Straße", "title:strasse", "Straße"),
        ("صندوق التروس", "التروس", "سورتلا"),
        ("صندوق التروس", "title:التروس", "سورتلا"),
    ] {
        let text = format!("---\ntitle: {title}\ndate: 2019-05-01\nlang: en\n---\n{padding}\n");
        let (_folder, mut screen) = screen_of(&[("a.md", text.as_str())], 120, &format!("/{query}<Enter>"));
        assert_eq!(marked(&screen, 3..38), [lit, lit], "{query}\n{}", screen.text());
        let [_, second] = first_rows(&screen);
        assert!(second.contains("1 min"), "{query}\n{}", screen.text());
        screen.keys("<Enter>");
        assert_eq!(marked(&screen, 2..38), [lit], "{query}\n{}", screen.text());
        assert_eq!(count(&screen), "", "{query}");
    }
}

#[test]
fn a_tag_or_a_name_that_was_found_is_lit_in_the_row() {
    let padding = "Words of padding are placed here in equal numbers.";
    for (front, query, lit) in [
        ("tags: [one, two, three, gearbox]", "gearbox", "gearbox"),
        ("source: Gearbox Weekly\nauthors: [Ann]", "gearbox", "Gearbox"),
        ("source: Weekly\nauthors: [Ann Gearbox]", "gearbox", "Gearbox"),
        ("source: مجلة التروس", "التروس", "سورتلا"),
    ] {
        let text = format!("---\ntitle: T\n{front}\n---\n{padding}\n");
        let (_folder, screen) = screen_of(&[("a.md", text.as_str())], 90, &format!("/{query}<Enter>"));
        assert_eq!(marked(&screen, 3..38), [lit], "{front}\n{}", screen.text());
    }
}

#[test]
fn of_a_title_only_letters_are_lit_that_were_found() {
    // The letters of the word stand in the first title, in order and far apart.
    let first = "---\ntitle: A good beginning, as raised by oxen\n---\nOne gearbox.\n";
    let second = "---\ntitle: On gearbxoes and gear boxes\n---\nNothing.\n";
    let (_folder, screen) = screen_of(&[("a.md", first), ("b.md", second)], 90, "/gearbox<Enter>");
    assert!(screen.shows("Similar titles"), "{}", screen.text());
    assert_eq!(marked(&screen, 3..38), ["gearbox", "gear", "box"], "{}", screen.text());
}

#[test]
fn what_was_found_by_its_description_opens_at_the_top_with_the_words_lit() {
    let words = "Many words of the text. ".repeat(60);
    let text = format!(
        "---\ntitle: A title that is as long as two rows of the screen are together, and a little more than that\n\
         description: A gearbox. {}\nlang: en\n---\n{words}\n\n{words}\n",
        "Described at length. ".repeat(60)
    );
    let folder = library(&[("a.md", text.as_str())]);
    let mut screen = Screen::empty(90, 16, "");
    screen.finds(library_of(folder.path()), true).keys("/gearbox<Enter>");
    assert_eq!(marked(&screen, 3..15), ["gearbox"], "{}", screen.text());
    screen.keys("<Enter>");
    assert!(screen.shows("A title that is as long"), "{}", screen.text());
    assert_eq!(marked(&screen, 2..15), ["gearbox"], "{}", screen.text());
    assert_eq!(count(&screen), "");
}

#[test]
fn words_from_right_to_left_are_lit_where_they_stand() {
    let text = "---\ntitle: مقال\n---\nقرأت الكتاب في البيت 12 مرة.\n\n## عن البيت\n\nكلمات.\n";
    let hebrew = "---\ntitle: T\n---\nAn English text, with ספר טוב in it.\n";
    for (text, query, lit) in [
        (text, "الكتاب", "باتكلا"),
        (text, "\"في البيت\"", "تيبلا يف"),
        (text, "\"عن البيت\"", "تيبلا نع"),
        (hebrew, "ספר", "רפס"),
        (hebrew, "\"with ספר\"", "with"),
    ] {
        let (_folder, screen) = screen_of(&[("a.md", text)], 90, &format!("/{query}<Enter>"));
        let marks = marked(&screen, 3..38);
        assert!(marks.first().is_some_and(|mark| mark == lit), "{query}: {marks:?}\n{}", screen.text());
    }
}
