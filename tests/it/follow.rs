//! Following links from article to article, and the way back, over small libraries on a disk.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::screens::{Screen, library_of};
use super::terminal::{DEADLINE, Terminal};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The library of a folder on screen, and its first article by path opened.
fn open(folder: &Path, width: u16, height: u16) -> Screen {
    let mut screen = Screen::empty(width, height, "sort:title");
    screen.finds(library_of(folder), true).keys("<Enter>");
    screen
}

fn title(screen: &Screen) -> String {
    screen.app.reader.as_ref().map_or_else(String::new, |reader| reader.article().title.to_string())
}

/// Some lines of text between two headings.
fn long(before: &str, after: &str) -> String {
    format!("{before}\n\n{}{after}\n", "A line of text.\n\n".repeat(40))
}

#[test]
fn a_link_opens_its_article_at_its_heading_and_backspace_returns_to_the_place() {
    let first = long("# A first", "## The end\n\nSee [the other](sub/b.md#that-part) and [[A third|it]].");
    let second = long("# B second", "## That part\n\nBack to [the end](../a.md#the-end).");
    let third = long("# A third", "End.");
    let folder = folder(&[("a.md", &first), ("sub/b.md", &second), ("c.md", &third)]);
    let mut screen = open(folder.path(), 80, 20);
    screen.keys("<Tab><Tab><Tab>").keys("G");
    assert_eq!(title(&screen), "A first");
    let place = screen.text();
    let link = screen.find("the other");
    screen.press(link);
    assert_eq!(title(&screen), "B second");
    assert!(screen.shows("That part"), "{}", screen.text());
    screen.keys("<Backspace>");
    assert_eq!((title(&screen).as_str(), screen.text()), ("A first", place.clone()));
    screen.keys("<Alt-Right>");
    assert_eq!(title(&screen), "B second");
    screen.keys("f<Tab><Enter>");
    assert_eq!(title(&screen), "A first");
    screen.keys("<Alt-Left><Alt-Left>");
    assert_eq!(title(&screen), "A first");
    assert_eq!(screen.text(), place);
    screen.keys("<Backspace>");
    assert!(screen.shows("There is nothing to go back to"), "{}", screen.text());
    let link = screen.find("it.");
    screen.press(link);
    assert_eq!(title(&screen), "A third");
    screen.keys("q");
    assert!(screen.app.reader.is_none());
}

#[test]
fn resting_on_a_link_shows_how_its_article_begins() {
    let text = "# A\n\nTo [b](b.md), [c](c.md).\n";
    let second = "---\ntitle: The second\n---\n\nIt begins so.\n";
    let folder = folder(&[("a.md", text), ("b.md", second), ("c.md", "# C\n\nAnd this so.\n")]);
    let mut screen = open(folder.path(), 80, 40);
    screen.keys("f<Tab>");
    assert!(!screen.shows("It begins so."), "not at once");
    screen.after(Duration::from_millis(300));
    assert!(screen.shows("The second") && screen.shows("It begins so."), "{}", screen.text());
    screen.keys("<Tab>");
    assert!(!screen.shows("It begins so."), "{}", screen.text());
    screen.after(Duration::from_millis(300));
    assert!(screen.shows("And this so."), "{}", screen.text());
    screen.keys("<Esc>");
    assert!(!screen.shows("And this so."), "{}", screen.text());
}

#[test]
fn a_link_under_the_mouse_says_where_it_leads_and_then_how_that_begins() {
    let filler = "A line of text.\n\n".repeat(40);
    let text = format!("# A\n\nTo [b](b.md) and [c](gone.md), [d](https://a.org/x).\n\n{filler}");
    let folder = folder(&[("a.md", &text), ("b.md", "---\ntitle: The second\n---\n\nIt begins so.\n")]);
    let mut screen = open(folder.path(), 80, 40);
    let hints = screen.hints();
    let (x, y) = screen.find("To b and");
    assert!(!screen.hover((x, y)) && screen.hints() == hints, "text is no link");
    assert!(screen.hover((x + 3, y)));
    assert_eq!(screen.hints().split_whitespace().collect::<Vec<_>>().join(" "), "→ The second click follow");
    assert!(screen.styles(y).contains("[b] link chosen"), "{}", screen.styles(y));
    screen.after(Duration::from_millis(300));
    assert!(screen.shows("It begins so."), "{}", screen.text());
    // To another link, to an address, to text, from where nothing more happens.
    assert!(screen.hover((x + 9, y)) && screen.shows("→ There is no gone.md"), "{}", screen.hints());
    assert!(!screen.shows("It begins so."));
    assert!(screen.hover((x + 12, y)) && screen.shows("→ https://a.org/x"), "{}", screen.hints());
    assert!(screen.hover((x + 13, y)) && screen.hints() == hints);
    assert!(!screen.hover((x, y + 1)));
    // A key ends it until the mouse is moved; the wheel moves the text from under the mouse.
    screen.hover((x + 3, y));
    screen.keys("+");
    assert!(screen.hints() == hints, "{}", screen.hints());
    let (x, y) = screen.find("To b and");
    screen.hover((x + 3, y));
    assert!(screen.shows("→ The second"));
    screen.wheel((x + 3, y), true);
    assert!(screen.hints() == hints, "{}", screen.hints());
    // Beneath a panel there is nothing to follow.
    screen.wheel((x + 3, y), false);
    screen.keys("i");
    assert!(!screen.hover((x + 3, y)));
    screen.keys("<Esc>?");
    assert!(!screen.hover((x + 3, y)));
}

#[test]
fn a_neighbour_of_the_list_is_left_by_the_way_back_too() {
    let folder = folder(&[("a.md", &long("# A", "")), ("b.md", "# B\n")]);
    let mut screen = open(folder.path(), 80, 20);
    screen.keys("<Space>");
    let place = screen.text();
    screen.keys("J");
    assert_eq!(title(&screen), "B");
    screen.keys("<Backspace>");
    assert_eq!((title(&screen).as_str(), screen.text()), ("A", place));
}

#[test]
fn the_way_back_and_forward_follows_files_and_folders_that_get_other_names() {
    let first = long("# A first", "See [the other](sub/b.md).");
    let second = long("# B second", "On to [the third](../c.md).");
    let folder = folder(&[("a.md", &first), ("sub/b.md", &second), ("c.md", "# C third\n")]);
    let mut screen = open(folder.path(), 80, 20);
    screen.keys("G");
    let (place, link) = (screen.text(), screen.find("the other"));
    screen.press(link).keys("G");
    let (second_place, link) = (screen.text(), screen.find("the third"));
    screen.press(link);
    assert_eq!(title(&screen), "C third");
    let rename = |screen: &mut Screen, from: &str, to: &str| {
        let (from, to) = (folder.path().join(from), folder.path().join(to));
        fs::rename(&from, &to).unwrap();
        screen.renamed(from, to).finds(library_of(folder.path()), true);
    };
    rename(&mut screen, "a.md", "a-new.md");
    rename(&mut screen, "sub", "deep");
    screen.keys("<Backspace>");
    assert_eq!((title(&screen).as_str(), screen.text()), ("B second", second_place));
    screen.keys("<Backspace>");
    assert_eq!((title(&screen).as_str(), screen.text()), ("A first", place));
    rename(&mut screen, "c.md", "c-new.md");
    screen.keys("<Alt-Right><Alt-Right>");
    assert_eq!(title(&screen), "C third");
    assert!(screen.app.reader.as_ref().is_some_and(|reader| reader.failure().is_none()));
}

#[test]
fn links_that_lead_nowhere_are_quiet_and_say_so() {
    let text = "# A\n\n[here](b.md) [gone](gone.md) [site](/about) [[No such]] [h](#no) [top](#top)\n";
    let folder = folder(&[("a.md", text), ("b.md", "# B\n")]);
    let mut screen = open(folder.path(), 80, 20);
    let (_, row) = screen.find("here gone");
    insta::assert_snapshot!(screen.styles(row), @r"
    [here] link underlined
    [gone] dim
    [site] link underlined
    [No such] dim
    [h] dim
    [top] link underlined
    ");
    let check = |screen: &mut Screen, link: &str, said: &str| {
        let at = screen.find(link);
        screen.press(at);
        assert!(screen.shows(said), "{said}: {}", screen.text());
    };
    check(&mut screen, "gone", "There is no gone.md");
    check(&mut screen, "site", "No article here is /about");
    check(&mut screen, "No such", "There is no No such");
    // What was written since is found.
    fs::write(folder.path().join("gone.md"), "# Found\n").unwrap();
    screen.finds(library_of(folder.path()), true);
    let at = screen.find("gone");
    screen.press(at);
    assert_eq!(title(&screen), "Found");
}

#[test]
fn a_link_to_a_block_of_a_vault_goes_to_it_in_the_article_that_has_the_name_for_its_title() {
    let filler = "A line of text.\n\n".repeat(40);
    let first = "# Home\n\n[[Alpha#^key]] and [[Alpha#^list-end]] and [[#^own]] and [[Alpha#^none]] and [[ALPHA]]\n\n";
    let first = format!("{first}{filler}It ends here. ^own\n");
    let project = format!(
        "# Alpha\n\n{filler}What counts ^key is this.\n\nA point\nto keep. ^key\n\n{filler}- one\n- two\n\n^list-end\n\n{filler}"
    );
    let person = "# Alpha (a person)\n";
    let files = [("Home.md", first.as_str()), ("Projects/Alpha.md", &project), ("People/Alpha.md", person)];
    let folder = folder(&files);
    let mut screen = open(folder.path(), 100, 20);
    if title(&screen) != "Home" {
        screen.keys("q").keys("g/Home<Enter><Enter>");
    }
    assert_eq!(title(&screen), "Home", "{}", screen.text());
    let mut check = |link: &str, to: &str, first_row: &str| {
        let at = screen.find(link);
        screen.press(at);
        assert_eq!(title(&screen), to);
        assert!(screen.row(3).contains(first_row), "{link}: {}", screen.text());
        screen.keys("<Backspace>");
    };
    check("Alpha › ^key", "Alpha", "A point to keep.");
    check("Alpha › ^list-end", "Alpha", "one");
    check("ALPHA", "Alpha", "");
    let at = screen.find("Alpha › ^none");
    screen.press(at);
    assert!(screen.shows("There is no block \u{201c}^none\u{201d} in this article"), "{}", screen.text());
    screen.keys("<Backspace>L");
    assert_eq!(screen.text().matches("→ Alpha").count(), 4, "one for each place: {}", screen.text());
    screen.keys("<Esc>");
    let at = screen.find("^own");
    screen.press(at);
    assert!(screen.shows("It ends here."), "{}", screen.text());
}

#[test]
fn a_place_is_named_by_an_id_and_by_a_term_too() {
    let filler = "A line of text.\n\n".repeat(40);
    let text = "# A\n\n[one](#spot) [two](#the-term) [three](b.md#there) [four](#nowhere)\n\n";
    let text = format!(
        "{text}{filler}<a id=\"spot\"></a>\n\nThe spot.\n\n{filler}`The term`\n: What it is.\n\n{filler}"
    );
    let other = format!("# B\n\n{filler}Here. <a name=\"there\"></a>\n\n{filler}");
    let folder = folder(&[("a.md", &text), ("b.md", &other)]);
    let mut screen = open(folder.path(), 80, 20);
    let (_, row) = screen.find("one two");
    let styles = screen.styles(row);
    assert!(styles.contains("[four] dim") && styles.matches("dim").count() == 1, "{styles}");
    let mut check = |link: &str, shows: &str| {
        let at = screen.find(link);
        screen.press(at);
        assert!(screen.shows(shows), "{link}: {}", screen.text());
        screen.keys("<Backspace>");
    };
    check("one two", "The spot.");
    check("two three", "The term");
    check("three", "Here.");
}

#[test]
fn nothing_above_the_root_opens_also_not_by_a_symbolic_link() {
    let outside = folder(&[("secret.md", "# Secret\n")]);
    let text = "# A\n\n[up](../../secret.md) [link](out/secret.md)\n";
    let folder = folder(&[("lib/a.md", text)]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("lib/out")).unwrap();
    let mut screen = open(&folder.path().join("lib"), 80, 20);
    let at = screen.find("up");
    screen.press(at);
    assert!(screen.shows("../../secret.md is outside"), "{}", screen.text());
    let at = screen.find("link");
    screen.press(at);
    assert_eq!(title(&screen), "A", "{}", screen.text());
}

#[test]
fn pages_of_the_sample_lead_to_each_other() {
    let mut screen = Screen::sample(100, 40);
    screen.keys("/\"Notes you can find\"<Enter><Enter>G");
    let at = screen.find("The Length of a Line");
    screen.press(at);
    assert_eq!(title(&screen), "The Length of a Line");
}

#[test]
fn an_address_is_asked_about_and_opened_copied_or_left() {
    let text = "# A\n\n[web](https://аррӏе.com/a?b=c) [mail](mailto:a@b.c) [bad](javascript:alert(1)) [opt](--option)\n";
    let folder = folder(&[("a.md", text)]);
    let mut screen = open(folder.path(), 80, 20);
    let link = screen.find("web mail");
    screen.press(link);
    insta::assert_snapshot!(panel(&screen), @r"
    Open in the browser?

    https://xn--80ak6aa92e.com/a?b=c

    Host  xn--80ak6aa92e.com
    written аррӏе.com, with letters that may look like others

    Enter open   y copy   Esc cancel
    ");
    screen.keys("<Enter>");
    assert!(screen.app.overlay.is_none());
    assert!(screen.shows("Opening xn--80ak6aa92e.com in the browser"), "{}", screen.text());
    screen.press(link).keys("y");
    screen.press(link).keys("<Esc>");
    screen.press(link).press((0, 0));
    screen.press(link);
    let key = screen.find("y copy");
    screen.press(key);
    let address = "https://xn--80ak6aa92e.com/a?b=c";
    let expect = [format!("open {address}"), format!("copy {address}"), format!("copy {address}")];
    assert_eq!(screen.outside, expect);
    assert!(screen.app.overlay.is_none());
    for (link, said) in [("bad", "only http, https and mailto leave"), ("opt", "No article here is --option")]
    {
        let link = screen.find(link);
        screen.press(link);
        assert!(screen.shows(said), "{}", screen.text());
    }
    assert_eq!(screen.outside.len(), 3);
    let mail = screen.find("mail");
    screen.press(mail).keys("<Enter>");
    assert_eq!(screen.outside.last().unwrap(), "open mailto:a@b.c");
}

#[test]
fn an_allowed_host_is_opened_without_asking() {
    let folder =
        folder(&[("a.md", "---\nurl: https://a.org/own\n---\n\n[x](https://a.org/x)\n[y](https://b.org)\n")]);
    let mut screen = open(folder.path(), 80, 20);
    screen.app.travel.allowed_hosts = vec!["a.org".into()];
    screen.keys("f<Tab><Enter>O");
    assert_eq!(screen.outside, ["open https://a.org/x", "open https://a.org/own"]);
    screen.keys("f<Tab><Tab><Enter>");
    assert!(screen.shows("https://b.org/") && screen.app.overlay.is_some(), "{}", screen.text());
}

#[test]
fn an_address_longer_than_the_screen_is_shown_whole_by_scrolling() {
    let long = (0..400).map(|number| format!("{number:04}")).collect::<Vec<_>>().concat();
    let folder = folder(&[("a.md", &format!("[x](https://a.org/{long})\n"))]);
    let mut screen = open(folder.path(), 60, 16);
    screen.keys("f<Tab><Enter>");
    assert!(screen.shows("https://a.org/0000") && !screen.shows("03980399"), "{}", screen.text());
    screen.keys("G");
    assert!(screen.shows("039703"), "{}", screen.text());
}

#[test]
fn code_references_and_the_place_are_taken_away() {
    let text = "---\ntitle: A *b* (c)\n---\n\nText.\n\n```sh\nls\n\tmake\n```\n\n## Two words\n\nMore.\n\n    four\n";
    let folder = folder(&[("a b.md", text)]);
    let mut screen = open(folder.path(), 80, 30);
    screen.keys("y");
    assert!(screen.hints().contains("copy the code"), "{}", screen.text());
    screen.keys("f");
    screen.keys("yj");
    screen.keys("]Y");
    let label = screen.find("sh");
    screen.press(label);
    let file = folder.path().join("a b.md").display().to_string();
    screen.keys("e");
    let expect = [
        "copy ls\n\tmake\n".to_owned(),
        "copy four\n".to_owned(),
        "copy [A \\*b\\* (c) › Two words](a%20b.md#two-words)".to_owned(),
        "copy ls\n\tmake\n".to_owned(),
        format!("edit {file} 12"),
    ];
    assert_eq!(screen.outside, expect);
    let mut screen = open(folder.path(), 80, 10);
    screen.keys("]e");
    assert_eq!(screen.outside, [format!("edit {file} 12")]);
    screen.keys("O");
    assert!(screen.shows("This article names no address of its own"));
}

/// What lies over the screen, its blank rows included.
fn panel(screen: &Screen) -> String {
    let text = screen.text();
    let rows: Vec<&str> = text.lines().collect();
    let from = rows.iter().position(|row| row.contains("Open in the browser?")).unwrap();
    let to = rows.iter().position(|row| row.contains("Enter open")).unwrap();
    let left = screen.find("Open in the browser?").0;
    let of_panel = |row: &&str| row.chars().skip(usize::from(left)).collect::<String>().trim_end().to_owned();
    rows[from..=to].iter().map(of_panel).collect::<Vec<_>>().join("\n")
}

/// A program that writes its arguments into a file, each on a line.
fn stub(folder: &Path, name: &str, more: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let (program, log) = (folder.join(name), folder.join(format!("{name}.log")));
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >> '{}'\n{more}\n", log.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program.display().to_string()
}

/// What the stub was given, once it was.
fn log(folder: &Path, name: &str) -> String {
    let end = std::time::Instant::now() + DEADLINE;
    loop {
        match fs::read_to_string(folder.join(format!("{name}.log"))) {
            Ok(text) if !text.is_empty() => return text,
            _ if std::time::Instant::now() > end => panic!("{name} was never run"),
            _ => std::thread::yield_now(),
        }
    }
}

#[test]
fn the_opener_gets_the_whole_address_as_one_argument_and_no_shell_reads_it() {
    let text = "[x](https://a.org/$(touch%20x);`id`?a='b'&c=\"d\") [y](javascript:alert(1))\n";
    let folder = folder(&[("a.md", text)]);
    let opener = stub(folder.path(), "opener", "");
    let file = folder.path().join("a.md").display().to_string();
    let mut terminal = Terminal::open_with(&[&file], &[("LONGREAD_OPENER", &opener)]);
    terminal
        .wait_for("f follow")
        .type_keys("f\t\r")
        .wait_for("Host")
        .type_keys("\r")
        .wait_for("Opening a.org");
    let given = log(folder.path(), "opener");
    assert_eq!(given, "1\nhttps://a.org/$(touch%20x);%60id%60?a=%27b%27&c=%22d%22\n");
}

#[test]
fn the_editor_has_the_terminal_and_its_keys_and_one_comes_back_to_the_place() {
    let folder = folder(&[("a.md", &long("# A", "The end."))]);
    let keys = folder.path().join("keys");
    let editor = stub(
        folder.path(),
        "editor",
        &format!(
            "stty -icanon min 4; echo READY; dd bs=1 count=4 2>/dev/null > '{}'\nsed -i 's/The end/The very end/' \"$2\"",
            keys.display()
        ),
    );
    let file = folder.path().join("a.md").display().to_string();
    let mut terminal = Terminal::open_with(&[&file], &[("VISUAL", &format!("'{editor}'"))]);
    terminal.wait_for("f follow").type_keys("G").wait_for("The end.");
    terminal.type_keys("e").wait_for("READY").type_keys("qqqq").wait_for("The very end.");
    assert_eq!(fs::read_to_string(&keys).unwrap(), "qqqq");
    let given = log(folder.path(), "editor");
    assert!(given.starts_with("2\n+") && given.trim_end().ends_with(&file), "{given}");
    terminal.type_keys("g").wait_for("0 %");
}

#[test]
fn links_and_backlinks_are_listed_and_followed() {
    let first =
        "# A first\n\nTo [b](b.md#part), [the web](https://a.org), [gone](gone.md), [b again](b.md#part).\n";
    let second = long("# B second", "See [[A first]].");
    let third = "# C third\n\n`[no](a.md)`\n";
    let fourth = "# D fourth\n\n[one](./a.md) and [two](a.md#x)\n";
    let folder = folder(&[("a.md", first), ("b.md", &second), ("c.md", third), ("d.md", fourth)]);
    let mut screen = open(folder.path(), 80, 30);
    screen.keys("L");
    assert!(screen.shows("3 from here, 2 to here"), "{}", screen.text());
    for row in ["→ B second", "→ the web", "→ gone", "← B second", "← D fourth"] {
        assert!(screen.shows(row), "{row}: {}", screen.text());
    }
    assert!(screen.shows("Linked from here"), "{}", screen.text());
    screen.keys("<Down><Down>");
    assert!(screen.shows("There is no gone.md"), "{}", screen.text());
    screen.keys("<Down>");
    assert!(screen.shows("Links here, from b.md"), "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(title(&screen), "B second");
    assert!(screen.shows("See A first."), "at the link: {}", screen.text());
    screen.keys("<Backspace>Lthe web<Enter>");
    assert!(screen.shows("Open in the browser?"), "{}", screen.text());
    // What is edited is read again.
    fs::write(folder.path().join("c.md"), "# C third\n\n[now](a.md) it does\n").unwrap();
    screen.keys("<Esc>").finds(library_of(folder.path()), true);
    screen.keys("L");
    assert!(screen.shows("3 from here, 3 to here"), "{}", screen.text());
}

#[test]
fn links_in_front_matter_are_listed_and_followed_from_either_side() {
    let first =
        "---\nup: \"[[B]]\"\nrelated:\n  - \"[[C|see]]\"\n  - \"[[Gone]]\"\n---\n# A\n\nTo [b](b.md).\n";
    let folder = folder(&[("a.md", first), ("b.md", "# B\n\nText.\n"), ("c.md", "# C\n\nText.\n")]);
    let mut screen = open(folder.path(), 80, 30);
    screen.keys("L");
    assert!(screen.shows("3 from here, 0 to here"), "{}", screen.text());
    for row in ["→ B", "→ C", "→ Gone"] {
        assert!(screen.shows(row), "{row}: {}", screen.text());
    }
    screen.keys("<Down><Enter>");
    assert_eq!(title(&screen), "C");
    screen.keys("L");
    assert!(screen.shows("← A") && screen.shows("0 from here, 1 to here"), "{}", screen.text());
    screen.keys("<Enter>");
    assert_eq!(title(&screen), "A");
    assert!(screen.shows("To b."), "{}", screen.text());
}

#[test]
fn related_articles_are_listed_by_what_they_share() {
    let mut screen = Screen::sample(100, 40);
    screen.keys("/\"The Length of a Line\"<Enter><Enter>=");
    assert!(screen.shows("≈ A History of the Reading Surface"), "{}", screen.text());
    assert!(screen.shows("Goes with it: linked"), "{}", screen.text());
    screen.keys("history<Enter>");
    assert_eq!(title(&screen), "A History of the Reading Surface");
}
