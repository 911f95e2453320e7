//! The built program over a folder that changes under it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::terminal::Terminal;

/// A folder with an article of forty paragraphs and two short ones.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("long.md", &long(|number| format!("Paragraph {number} of it.")));
        folder.write("sub/one.md", "---\ntitle: The first\ndate: 2024-02-01\n---\nOne.\n");
        folder.write("sub/two.md", "---\ntitle: The second\ndate: 2024-01-01\n---\nTwo.\n");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn open(&self) -> Terminal {
        let mut terminal = Terminal::open(&[self.0.path().to_str().unwrap()]);
        terminal.wait_for("3 articles").wait_for("The second");
        terminal
    }
}

fn long(paragraph: impl Fn(usize) -> String) -> String {
    let body: Vec<String> = (1..=60).map(paragraph).collect();
    format!("---\ntitle: The long one\ndate: 2024-03-01\n---\n\n{}\n", body.join("\n\n"))
}

fn file(path: &Path) -> Terminal {
    let mut terminal = Terminal::open(&[path.to_str().unwrap()]);
    terminal.wait_for("Paragraph 1 of it.");
    terminal
}

/// The line of the text at the top of the reader.
fn top(terminal: &Terminal) -> String {
    terminal.text().lines().skip(2).find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

#[test]
fn what_is_named_from_the_current_folder_on_is_watched_too() {
    let folder = Folder::new();
    let mut terminal = Terminal::open_in(folder.0.path(), &["long.md"]);
    terminal.wait_for("Paragraph 2 of it.");
    folder.write("long.md", &long(|number| format!("Sentence {number} of it.")));
    terminal.wait_for("Sentence 2 of it.");
    terminal.type_keys("Q");
    terminal.wait_for_end();
    for root in [".", "sub"] {
        let mut terminal = Terminal::open_in(folder.0.path(), &[root]);
        terminal.wait_for("The second");
        folder.write("sub/two.md", "---\ntitle: The second changed\ndate: 2024-01-01\n---\nTwo.\n");
        terminal.wait_for("The second changed");
        folder.write("sub/new.md", "---\ntitle: Fresh from the press\ndate: 2024-04-01\n---\nThree.\n");
        terminal.wait_for("Fresh from the press");
        fs::remove_file(folder.path("sub/new.md")).unwrap();
        folder.write("sub/two.md", "---\ntitle: The second\ndate: 2024-01-01\n---\nTwo.\n");
        terminal.type_keys("Q");
        terminal.wait_for_end();
    }
}

#[test]
fn what_is_made_edited_renamed_and_removed_shows_in_the_list() {
    let folder = Folder::new();
    let mut terminal = folder.open();
    folder.write("sub/new/three.md", "---\ntitle: Fresh from the press\ndate: 2024-04-01\n---\nThree.\n");
    terminal.wait_for("Fresh from the press").wait_for("4 articles");
    folder.write("sub/new/three.md", "---\ntitle: Cold from the press\ndate: 2024-04-01\n---\nThree.\n");
    terminal.wait_for("Cold from the press");
    fs::rename(folder.path("sub"), folder.path("elsewhere")).unwrap();
    folder.write("elsewhere/new/three.md", "---\ntitle: Stale from the press\n---\n");
    terminal.wait_for("Stale from the press").wait_for("4 articles");
    fs::remove_dir_all(folder.path("elsewhere")).unwrap();
    terminal
        .wait_for("1 article")
        .wait_until("they are gone", |screen| !screen.contents().contains("The second"));
}

#[test]
fn what_is_ignored_or_hidden_does_not_show_until_it_is_not() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path(".git")).unwrap();
    folder.write(".gitignore", "drafts/\n");
    let mut terminal = folder.open();
    folder.write("drafts/a.md", "# A draft");
    folder.write(".hidden/b.md", "# Hidden");
    folder.write("c.txt", "# Text");
    folder.write("d.md", "# In sight");
    terminal.wait_for("In sight").wait_for("4 articles");
    folder.write(".gitignore", "d.md\n");
    terminal
        .wait_for("A draft")
        .wait_until("the other is gone", |screen| !screen.contents().contains("In sight"));
}

#[test]
fn an_edit_under_the_open_reader_keeps_the_line_and_marks_the_block() {
    let folder = Folder::new();
    let mut terminal = file(&folder.path("long.md"));
    terminal.type_keys("  ").wait_for("Paragraph 40 of it.");
    let before = top(&terminal);
    let edited = long(|number| match number {
        2 => "Paragraph 2 of it.\n\nAnd something new.\n\nIn two paragraphs.".to_owned(),
        40 => "Paragraph 40 is another.".to_owned(),
        _ => format!("Paragraph {number} of it."),
    });
    folder.write("long.md", &edited);
    terminal.wait_for("Paragraph 40 is another.");
    assert_eq!(top(&terminal), before);
    let marked: Vec<String> = terminal
        .text()
        .lines()
        .filter(|line| line.contains('▎'))
        .map(|line| line.trim().to_owned())
        .collect();
    assert_eq!(marked, ["▎ Paragraph 40 is another."]);
    // As editors do that write another file and put it in its place.
    folder.write("long.md.new", &edited.replace("is another", "is yet another"));
    fs::rename(folder.path("long.md.new"), folder.path("long.md")).unwrap();
    terminal.wait_for("Paragraph 40 is yet another.");
    assert_eq!(top(&terminal), before);
}

#[test]
fn an_open_article_that_is_deleted_stays_readable_and_says_so() {
    let folder = Folder::new();
    let mut terminal = folder.open();
    terminal.type_keys("\r").wait_for("Paragraph 9 of it.");
    fs::remove_file(folder.path("long.md")).unwrap();
    terminal.wait_for("is gone; this is how it was last read").wait_for("as last read");
    assert!(terminal.text().contains("Paragraph 9 of it."));
    folder.write("long.md", &long(|number| format!("Paragraph {number} again.")));
    terminal.wait_for("Paragraph 9 again.");
    terminal.wait_until("it is new", |screen| !screen.contents().contains("as last read"));
}

#[test]
fn the_selected_article_stays_selected_under_another_name() {
    let folder = Folder::new();
    let mut terminal = folder.open();
    // What was found in a folder is found because it is watched.
    folder.write("sub/three.md", "---\ntitle: The third\ndate: 2023-01-01\n---\n");
    terminal.wait_for("4 articles").type_keys("j").wait_for("2 of 4");
    fs::rename(folder.path("sub/one.md"), folder.path("sub/renamed.md")).unwrap();
    folder.write("sub/zzz.md", "---\ntitle: The newest\ndate: 2024-05-01\n---\n");
    terminal.wait_for("The newest").wait_for("3 of 5");
}

#[test]
fn nothing_is_done_while_nothing_happens() {
    let folder = Folder::new();
    let mut terminal = folder.open();
    // The catalogue is written once it is calm.
    folder.write("sub/three.md", "---\ntitle: The third\n---\nThree.\n");
    terminal.wait_for("4 articles");
    let mut costs = terminal.costs(Duration::from_secs(4));
    for _ in 0..5 {
        costs = terminal.costs(Duration::from_secs(1));
        if costs == (0, 0) {
            return;
        }
    }
    panic!("{costs:?}: bytes, ticks");
}

#[test]
fn words_of_a_text_that_changes_are_found_and_a_slip_is_taken_for_what_was_meant() {
    let folder = Folder::new();
    let mut terminal = folder.open();
    terminal.type_keys("/zebra").wait_for("No article is kept");
    folder.write("sub/one.md", "---\ntitle: The first\n---\nOne zebra.\n\n# Where\n\nStripes.\n");
    terminal.wait_for("One zebra.").wait_for("1 of 3");
    terminal.type_keys("\x15stirpes\r").wait_for("showing stripes for stirpes").wait_for("› Where");
    terminal.type_keys("\r").wait_for("1 of 1");
    terminal.type_keys("QQ");
}

#[test]
fn ten_articles_that_change_are_found_where_there_is_an_index() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |number: usize, text: &str| {
        let text = format!("---\ntitle: Number {number}\n---\n{text}\n");
        fs::write(folder.path().join(format!("{number}.md")), text).unwrap();
    };
    (0..30).for_each(|number| write(number, "A horse."));
    let index = std::process::Command::new(env!("CARGO_BIN_EXE_longread"))
        .arg("index")
        .arg(folder.path())
        .env("HOME", home.path())
        .env_remove("XDG_CACHE_HOME")
        .output()
        .unwrap();
    assert!(index.status.success(), "{index:?}");
    let mut terminal = Terminal::open_at(home.path(), &[folder.path().to_str().unwrap()]);
    terminal.wait_for("30 articles").type_keys("/horse").wait_for("30 of 30");
    terminal.type_keys("\x15zebra").wait_for("No article is kept");
    (10..20).for_each(|number| write(number, "A zebra."));
    terminal.wait_for("10 of 30");
    terminal.type_keys("\x15horse").wait_for("20 of 30");
    terminal.type_keys("\r").type_keys("Q");
}
