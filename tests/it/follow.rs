//! Following links from article to article, and the way back, over small libraries on a disk.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::screens::{Screen, library_of};

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
fn links_that_lead_nowhere_are_struck_out_and_say_so() {
    let text = "# A\n\n[here](b.md) [gone](gone.md) [site](/about) [[No such]] [h](#no) [top](#top)\n";
    let folder = folder(&[("a.md", text), ("b.md", "# B\n")]);
    let mut screen = open(folder.path(), 80, 20);
    let (_, row) = screen.find("here gone");
    insta::assert_snapshot!(screen.styles(row), @r"
    [here] link underlined
    [gone] dim struck
    [site] link underlined
    [No such] dim struck
    [h] dim struck
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
