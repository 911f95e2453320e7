//! The record in folders of its own.
#![expect(clippy::disallowed_methods, reason = "a test brings its own files")]

use std::path::{Path, PathBuf};

use super::*;
use crate::library::marks::{Fingerprint, NewNote, Place, Reached};
use crate::library::states::Reading;

/// A data folder, and an article that its record knows.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn record(&self) -> Record {
        Record::open(&self.data()).unwrap()
    }

    fn article(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join("library").join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }
}

fn known(file: &Path) -> Known {
    let text = std::fs::read_to_string(file).unwrap();
    let bytes = text.len() as u64;
    let (fingerprint, digest) = (Fingerprint::of(&text), digest_of(&text));
    Known { file: file.into(), fingerprint, digest, bytes, ..Known::default() }
}

fn place(position: u32) -> Place {
    Place { position, after: "it's a place".into(), ..Place::default() }
}

fn reached(position: u32, progress: u16) -> Reached {
    Reached { place: place(position), progress, spent: 10, begun: true }
}

fn opened(record: &mut Record, file: &Path, position: u32) {
    record.opened(&known(file)).unwrap();
    record.reached(file, &reached(position, 420)).unwrap();
}

fn position(record: &Record, file: &Path) -> Option<u32> {
    record.entry(file).unwrap().and_then(|entry| entry.place).map(|place| place.position)
}

#[test]
fn what_was_recorded_is_there_in_the_next_run() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    {
        let mut record = desk.record();
        opened(&mut record, &file, 7);
        record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
        record.perform(&Deed::Label(vec![file.clone()], safe!("To Cite"), true)).unwrap();
        record.perform(&Deed::Bookmark(file.clone(), place(3), safe!("here"))).unwrap();
    }
    let record = desk.record();
    let entries = record.entries(&[desk.library()]).unwrap();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!(entry.file, file);
    assert_eq!((entry.reading, entry.starred, entry.progress), (Reading::Reading, true, 420));
    assert_eq!(entry.labels, [safe!("To Cite")]);
    assert_eq!(entry.place.as_deref(), Some(&place(7)));
    assert_eq!(record.marks(&file).unwrap().bookmarks[0].name, safe!("here"));
}

#[test]
fn each_deed_is_taken_back_by_itself_and_the_place_stays() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    let mut record = desk.record();
    opened(&mut record, &file, 7);
    let new = NewNote { begin: place(1), end: place(2), quote: safe!("Q"), note: Some(safe!("it's mine")) };
    let files = vec![file.clone()];
    let deeds = [
        Deed::Read(files.clone(), Reading::Read),
        Deed::Star(files.clone(), true),
        Deed::Label(files.clone(), safe!("o'clock"), true),
        Deed::Bookmark(file.clone(), place(3), safe!("here")),
        Deed::Note(file.clone(), Box::new(new)),
        Deed::EditNote(file.clone(), 1, Some(safe!("it's another"))),
        Deed::EditNote(file.clone(), 1, None),
    ];
    let state = |record: &Record| (record.entry(&file).unwrap(), record.marks(&file).unwrap());
    let mut before = vec![state(&record)];
    for deed in &deeds {
        record.perform(deed).unwrap();
        before.push(state(&record));
    }
    let marks = record.marks(&file).unwrap();
    record.perform(&Deed::RemoveNote(file.clone(), marks.notes[0].id, true)).unwrap();
    record.perform(&Deed::RemoveBookmark(file.clone(), marks.bookmarks[0].id)).unwrap();
    record.perform(&Deed::Label(files.clone(), safe!("O'Clock"), false)).unwrap();
    // What changes nothing is no deed.
    record.perform(&Deed::Star(files.clone(), true)).unwrap();
    for _ in 0..3 {
        assert!(record.undo().unwrap().is_some());
    }
    while let Some(expected) = before.pop() {
        assert_eq!(state(&record), expected, "with {} deeds", before.len());
        record.reached(&file, &reached(7, 420)).unwrap();
        let undone = record.undo().unwrap();
        assert_eq!(undone.is_some(), !before.is_empty());
        for (entry, _) in &mut before {
            if let Some(entry) = entry {
                entry.spent += 10;
            }
        }
    }
}

#[test]
fn a_rename_a_move_or_an_edit_keeps_what_was_recorded() {
    let check = |what: &str, change: &dyn Fn(&Desk, &Path) -> PathBuf| {
        let desk = Desk::new();
        let file = desk.article("a.md", "Some words.");
        let mut record = desk.record();
        opened(&mut record, &file, 7);
        drop(record);
        let now = change(&desk, &file);
        let mut record = desk.record();
        record.opened(&known(&now)).unwrap();
        assert_eq!(position(&record, &now), Some(7), "{what}");
        assert_eq!(record.entries(&[]).unwrap().len(), 1, "{what}");
    };
    check("an edit", &|desk, _| desk.article("a.md", "Other words."));
    check("a rename", &|desk, file| {
        let to = desk.library().join("b.md");
        std::fs::rename(file, &to).unwrap();
        to
    });
    check("a move with other line ends", &|desk, file| {
        std::fs::remove_file(file).unwrap();
        desk.article("deep/below/c.md", "Some\r\nwords.\r\n")
    });
}

#[test]
fn a_copy_has_a_record_of_its_own() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    let mut record = desk.record();
    opened(&mut record, &file, 7);
    let copy = desk.article("copy.md", "Some words.");
    record.opened(&known(&copy)).unwrap();
    assert_eq!((position(&record, &copy), position(&record, &file)), (None, Some(7)));
}

#[test]
fn a_folder_that_is_renamed_takes_what_was_recorded_along() {
    let desk = Desk::new();
    let files = [desk.article("old/a.md", "One."), desk.article("old/b/c.md", "Two.")];
    let other = desk.article("older.md", "Three.");
    let mut record = desk.record();
    for file in files.iter().chain([&other]) {
        opened(&mut record, file, 7);
    }
    let (from, to) = (desk.library().join("old"), desk.library().join("new"));
    std::fs::rename(&from, &to).unwrap();
    record.renamed(&[(from, to.clone())]).unwrap();
    let seen = [to.join("a.md"), to.join("b/c.md"), other].map(|file| position(&record, &file));
    assert_eq!(seen, [Some(7); 3]);
    assert_eq!(record.entries(&[desk.library()]).unwrap().len(), 3);
}

#[test]
fn two_programs_at_once_both_keep_their_marks() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    let data = desk.data();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (data, file) = (data.clone(), file.clone());
            std::thread::spawn(move || {
                let mut record = Record::open(&data).unwrap();
                for count in 0..50 {
                    let name = safe!("{writer}-{count}");
                    record.perform(&Deed::Bookmark(file.clone(), place(count), name)).unwrap();
                }
                record.take_notice()
            })
        })
        .collect();
    let notices: Vec<_> = writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect();
    assert_eq!(notices, []);
    assert_eq!(desk.record().marks(&file).unwrap().bookmarks.len(), 200);
}

#[test]
fn a_damaged_record_is_put_aside_and_what_can_be_read_goes_on() {
    let check = |what: &str, damage: &dyn Fn(&mut Vec<u8>), is_damaged: bool| {
        let desk = Desk::new();
        let file = desk.article("a.md", "Some words.");
        {
            let mut record = desk.record();
            for count in 0..300 {
                let name = safe!("a bookmark with a name {count}");
                record.perform(&Deed::Bookmark(file.clone(), place(count), name)).unwrap();
            }
        }
        let database = desk.data().join(FILE);
        let mut bytes = std::fs::read(&database).unwrap();
        damage(&mut bytes);
        std::fs::write(&database, bytes).unwrap();
        let mut record = desk.record();
        let said = record.take_notice();
        assert_eq!(said.is_some(), is_damaged, "{what}");
        // The name is to be read on a screen of 80 columns.
        let is_seen = |said: &SafeText| said.as_str()[..76].contains(".db");
        assert!(said.is_none_or(|said| is_seen(&said)), "{what}");
        assert_eq!(Record::set_aside(&desk.data()).len(), usize::from(is_damaged), "{what}");
        record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
        drop(record);
        let aside = std::fs::read_dir(desk.data()).unwrap().flatten();
        let aside = aside.filter(|entry| entry.file_name().to_string_lossy().starts_with("record.damaged-2"));
        assert_eq!(aside.count(), usize::from(is_damaged), "{what}");
        let mut record = desk.record();
        assert_eq!(record.take_notice(), None, "{what}");
        assert!(record.entry(&file).unwrap().unwrap().starred, "{what}");
    };
    check("nothing", &|_| {}, false);
    check("the header", &|bytes| bytes[0] ^= 1, true);
    check("a text", &|bytes| bytes.fill(b'x'), true);
    check("half of it", &|bytes| bytes.truncate(bytes.len() / 2), true);
    check("a page in its middle", &|bytes| bytes[20_480..24_576].fill(0xa5), true);
}

#[test]
fn a_bookmark_of_the_same_name_goes_to_the_new_place_and_undoing_it_brings_it_back() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    let mut record = desk.record();
    let places = |record: &Record| -> Vec<u32> {
        record.marks(&file).unwrap().bookmarks.iter().map(|mark| mark.place.position).collect()
    };
    for (name, position) in [("here", 3), ("there", 5), ("here", 9)] {
        record.perform(&Deed::Bookmark(file.clone(), place(position), safe!("{name}"))).unwrap();
    }
    assert_eq!(places(&record), [5, 9]);
    record.undo().unwrap();
    assert_eq!(places(&record), [3, 5]);
}

#[test]
fn a_record_whose_file_is_taken_away_is_made_anew_with_all_that_is_known() {
    let check = |what: &str, take: &dyn Fn(&Desk), kept: usize| {
        let desk = Desk::new();
        let file = desk.article("a.md", "Some words.");
        let mut record = desk.record();
        opened(&mut record, &file, 7);
        take(&desk);
        record.perform(&Deed::Bookmark(file.clone(), place(3), safe!("here"))).unwrap();
        assert!(record.take_notice().is_some(), "{what}");
        record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
        assert_eq!(record.take_notice(), None, "{what}");
        drop(record);
        let record = desk.record();
        assert_eq!(record.marks(&file).unwrap().bookmarks.len(), 1, "{what}");
        assert_eq!(usize::from(position(&record, &file) == Some(7)), kept, "{what}");
    };
    check("the file", &|desk| std::fs::remove_file(desk.data().join(FILE)).unwrap(), 1);
    check("the folder", &|desk| std::fs::remove_dir_all(desk.data()).unwrap(), 1);
    check(
        "another in its place",
        &|desk| {
            std::fs::remove_dir_all(desk.data()).unwrap();
            drop(desk.record());
        },
        0,
    );
}

#[test]
fn whatever_bits_are_flipped_marks_can_be_made() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    {
        let mut record = desk.record();
        for count in 0..40 {
            opened(&mut record, &desk.article(&format!("{count}.md"), "Words."), count);
            record.perform(&Deed::Bookmark(file.clone(), place(count), safe!("b {count}"))).unwrap();
        }
    }
    let whole = std::fs::read(desk.data().join(FILE)).unwrap();
    // The same bits in every run, all over the file.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..200 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut bytes = whole.clone();
        let at = (seed >> 20) as usize % bytes.len();
        bytes[at] ^= 1 << (seed >> 61);
        let _ = std::fs::remove_dir_all(desk.data());
        std::fs::create_dir_all(desk.data()).unwrap();
        std::fs::write(desk.data().join(FILE), bytes).unwrap();
        let mut record = desk.record();
        let done = record.perform(&Deed::Star(vec![file.clone()], true));
        assert!(done.is_ok_and(|changed| changed.entries[0].starred), "bit of byte {at}");
        record.entries(&[]).unwrap();
        record.marks(&file).unwrap();
    }
}

#[test]
fn where_nothing_can_be_written_marks_last_for_the_run_and_that_is_said_once() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    // A file where the folder is to be: also for root, to whom nothing is read-only.
    std::fs::write(desk.data(), "not a folder").unwrap();
    let mut record = desk.record();
    assert!(record.take_notice().is_some_and(|said| said.as_str().contains("cannot be written")));
    opened(&mut record, &file, 7);
    record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
    assert_eq!(position(&record, &file), Some(7));
    assert_eq!(record.take_notice(), None);
    assert_eq!(record.undo().unwrap().unwrap().words, safe!("Starred"));
}

#[test]
fn a_record_that_can_no_longer_be_written_goes_on_in_memory_with_all_it_had() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    let mut record = desk.record();
    opened(&mut record, &file, 7);
    // As where the disk is full: the file may not grow.
    record.connection.pragma_update(None, "max_page_count", 1).unwrap();
    let name = safe!("{}", "long".repeat(20_000));
    record.perform(&Deed::Bookmark(file.clone(), place(1), name.clone())).unwrap();
    assert!(record.take_notice().is_some_and(|said| said.as_str().contains("full")));
    assert_eq!(position(&record, &file), Some(7));
    assert!(record.marks(&file).unwrap().bookmarks[0].name == name);
    assert_eq!(record.take_notice(), None);
}

#[test]
fn a_record_of_a_later_version_is_left_as_it_is() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    opened(&mut desk.record(), &file, 7);
    let database = desk.data().join(FILE);
    rusqlite::Connection::open(&database).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&database).unwrap();
    let mut record = desk.record();
    assert!(record.take_notice().is_some_and(|said| said.as_str().contains("later longread")));
    record.perform(&Deed::Star(vec![file], true)).unwrap();
    drop(record);
    assert_eq!(std::fs::read(&database).unwrap(), before);
}

impl Desk {
    /// The library with these articles.
    fn holding(&self, names: &[&str]) -> crate::library::index::Library {
        use crate::library::article::{ArticleKey, Place, assemble};
        use crate::library::front_matter::FrontMatter;
        use crate::library::index::{Library, Root};
        let article = |path: &&str| {
            let bytes = std::fs::metadata(self.library().join(path)).unwrap().len();
            let place = Place { root: 0, path: path.into(), bytes, modified: 0 };
            let mut article = assemble(place, Path::new(""), &FrontMatter::default(), None, Vec::new());
            article.key = ArticleKey::of(0, Path::new(path));
            std::sync::Arc::new(article)
        };
        let root = Root { path: self.library(), name: safe!("library") };
        Library::new(vec![root], names.iter().map(article).collect())
    }
}

/// What is recorded, by the names of the files.
fn recorded(record: &Record, desk: &Desk) -> Vec<String> {
    let entries = record.entries(&[desk.library()]).unwrap();
    let name = |entry: Entry| entry.file.strip_prefix(desk.library()).unwrap().display().to_string();
    entries.into_iter().map(name).collect()
}

#[test]
fn articles_that_were_moved_between_two_runs_are_found_in_the_library() {
    let desk = Desk::new();
    let names = ["a.md", "b.md", "c.md"];
    let mut record = desk.record();
    for (name, count) in names.iter().zip(1..) {
        opened(&mut record, &desk.article(name, &format!("Some words of {name}.")), count);
    }
    let moved = desk.article("deep/z.md", "Some words of a.md.");
    std::fs::remove_file(desk.library().join("a.md")).unwrap();
    let library = desk.holding(&["deep/z.md", "b.md", "c.md"]);
    let read_only = record.moved(&library).unwrap();
    let entries = record.entries_of(&read_only).unwrap();
    assert_eq!(entries.iter().map(|entry| &entry.file).collect::<Vec<_>>(), [&moved]);
    assert_eq!(recorded(&record, &desk), ["a.md", "b.md", "c.md"]);
    let found = record.find_moved(&library).unwrap();
    assert_eq!(
        found.iter().map(|entry| entry.file.clone()).collect::<Vec<_>>(),
        std::slice::from_ref(&moved)
    );
    assert_eq!(position(&record, &moved), Some(1));
    assert_eq!(record.find_moved(&library).unwrap(), []);
}

#[test]
fn what_is_done_with_a_renamed_article_joins_what_was_recorded_of_it() {
    let desk = Desk::new();
    let old = desk.article("a.md", "Some words.");
    let new = desk.library().join("b.md");
    let mut record = desk.record();
    opened(&mut record, &old, 7);
    record.perform(&Deed::Bookmark(old.clone(), place(3), safe!("here"))).unwrap();
    std::fs::rename(&old, &new).unwrap();
    let changed = record.perform(&Deed::Star(vec![new.clone()], true)).unwrap();
    assert_eq!(recorded(&record, &desk), ["b.md"]);
    assert!(changed.entries[0].starred && changed.entries[0].place.is_some());
    assert_eq!(record.marks(&new).unwrap().bookmarks.len(), 1);
    // The star alone is taken back.
    let undone = record.undo().unwrap().unwrap();
    assert_eq!((undone.entries[0].starred, position(&record, &new)), (false, Some(7)));
}

#[test]
fn two_rows_of_one_article_become_one() {
    let check = |what: &str, heal: &dyn Fn(&Desk, &mut Record, &Path)| {
        let desk = Desk::new();
        let old = desk.article("a.md", "Some words.");
        let mut record = desk.record();
        opened(&mut record, &old, 7);
        record.perform(&Deed::Read(vec![old.clone()], Reading::Read)).unwrap();
        record.perform(&Deed::Label(vec![old.clone()], safe!("mine"), true)).unwrap();
        // As of an earlier longread, that did not look whose file is gone.
        let new = desk.article("b.md", "Some words.");
        record.perform(&Deed::Star(vec![new.clone()], true)).unwrap();
        record.perform(&Deed::Label(vec![new.clone()], safe!("too"), true)).unwrap();
        assert_eq!(recorded(&record, &desk), ["a.md", "b.md"]);
        std::fs::remove_file(&old).unwrap();
        heal(&desk, &mut record, &new);
        assert_eq!(recorded(&record, &desk), ["b.md"], "{what}");
        let entry = record.entry(&new).unwrap().unwrap();
        assert_eq!((entry.reading, entry.starred), (Reading::Read, true), "{what}");
        assert_eq!(entry.labels, [safe!("mine"), safe!("too")], "{what}");
        assert_eq!(position(&record, &new), Some(7), "{what}");
    };
    check("once all was looked at", &|desk, record, _| {
        record.find_moved(&desk.holding(&["b.md"])).unwrap();
    });
    check("when it is opened", &|_, record, new| {
        record.opened(&known(new)).unwrap();
    });
}

#[test]
fn an_article_that_was_edited_and_then_renamed_is_found() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    let mut record = desk.record();
    opened(&mut record, &file, 7);
    desk.article("a.md", "Other words, and more.");
    record.renew(&[]).unwrap();
    let new = desk.library().join("b.md");
    std::fs::rename(&file, &new).unwrap();
    record.find_moved(&desk.holding(&["b.md"])).unwrap();
    assert_eq!((recorded(&record, &desk), position(&record, &new)), (vec!["b.md".to_owned()], Some(7)));
}

#[test]
fn a_damaged_record_of_an_earlier_version_is_read_by_the_names_of_its_columns() {
    let desk = Desk::new();
    let file = desk.article("a.md", "Some words.");
    opened(&mut desk.record(), &file, 7);
    let database = desk.data().join(FILE);
    let earlier = rusqlite::Connection::open(&database).unwrap();
    earlier.execute_batch("ALTER TABLE article DROP COLUMN modified; CREATE TABLE other (a)").unwrap();
    drop(earlier);
    let mut record = desk.record();
    assert!(record.take_notice().is_some());
    assert_eq!(position(&record, &file), Some(7));
}

/// A text of some length about a thing.
fn about(thing: &str) -> String {
    let sentence = |count: usize| {
        let [one, two, three] = [1, 2, 3].map(|times| format!("{thing}{}", count * times));
        format!("Of {thing} the number {count} says {one} and {two} like {three}.\n")
    };
    format!("# On {thing}\n\n") + &(0..20).map(sentence).collect::<String>()
}

/// Those of these files that are starred, by their names.
fn starred(record: &Record, desk: &Desk, names: &[&str]) -> Vec<String> {
    let is_starred =
        |name: &&&str| record.entry(&desk.library().join(name)).unwrap().is_some_and(|entry| entry.starred);
    names.iter().filter(is_starred).map(|name| (*name).to_owned()).collect()
}

/// Stars `a.md`, a text about bridges, has files change, and looks where the star is then: as commands see it, in the
/// record once the program has looked, and what the program was told.
fn check_star(what: &str, change: &dyn Fn(&Desk), names: &[&str], expect: &[&str]) {
    let desk = Desk::new();
    let mut record = desk.record();
    let file = desk.article("a.md", &about("bridges"));
    opened(&mut record, &file, 7);
    record.perform(&Deed::Star(vec![file], true)).unwrap();
    change(&desk);
    check_star_of(what, &desk, &mut record, names, expect);
}

fn check_star_of(what: &str, desk: &Desk, record: &mut Record, names: &[&str], expect: &[&str]) {
    let library = desk.holding(names);
    let mut all = record.entries(&[desk.library()]).unwrap();
    all.extend(record.entries_of(&record.moved(&library).unwrap()).unwrap());
    let entries = crate::library::marks::Entries::of(&library, all);
    let is_starred = |name: &&&str| {
        let key = library.key_of(&desk.library().join(name)).unwrap();
        entries.get(key).is_some_and(|entry| entry.starred)
    };
    let seen: Vec<_> = names.iter().filter(is_starred).copied().collect();
    assert_eq!(seen, expect, "{what}, seen by a command");
    let told = record.find_moved(&library).unwrap();
    assert_eq!(starred(record, desk, names), expect, "{what}, in the record");
    let is_vacated = |entry: &&Entry| !entry.starred && entry.place.is_none();
    let told_starred = told.iter().filter(|entry| entry.starred).count();
    if told_starred > 0 {
        let vacated = told.iter().filter(is_vacated).count();
        let left = !expect.contains(&"a.md") && desk.library().join("a.md").exists();
        assert_eq!(vacated, usize::from(left), "{what}, told");
    }
    record.renew(&[]).unwrap();
    assert_eq!(record.find_moved(&library).unwrap(), [], "{what}, found twice");
    assert_eq!(starred(record, desk, names), expect, "{what}, later");
}

#[test]
fn what_was_recorded_goes_with_its_text_where_another_took_its_name() {
    let rename = |desk: &Desk, from: &str, to: &str| {
        std::fs::rename(desk.library().join(from), desk.library().join(to)).unwrap();
    };
    let stub = |desk: &Desk| {
        rename(desk, "a.md", "new.md");
        desk.article("a.md", "# Moved\n\nsee [new](new.md)\n");
    };
    check_star("a stub in its place", &stub, &["a.md", "new.md"], &["new.md"]);
    let titled = |desk: &Desk| {
        rename(desk, "a.md", "new.md");
        desk.article("a.md", "# On bridges\n\nsee [new](new.md)\n");
    };
    check_star("a stub of the same title", &titled, &["a.md", "new.md"], &["new.md"]);
    let other = |desk: &Desk| {
        rename(desk, "a.md", "new.md");
        desk.article("a.md", &about("tunnels"));
    };
    check_star("another article in its place", &other, &["a.md", "new.md"], &["new.md"]);
    let swapped = |desk: &Desk| {
        rename(desk, "a.md", "b.md");
        desk.article("a.md", &about("tunnels"));
    };
    check_star("two that swapped names", &swapped, &["a.md", "b.md"], &["b.md"]);
    let short = |desk: &Desk| {
        rename(desk, "a.md", "new.md");
        std::fs::write(desk.library().join("a.md"), "Something else.\n").unwrap();
    };
    check_star("a few words in its place", &short, &["a.md", "new.md"], &["new.md"]);
}

#[test]
fn an_edit_keeps_what_was_recorded_where_it_is_also_beside_a_copy() {
    let edited = |text: String| {
        move |desk: &Desk| {
            std::fs::copy(desk.library().join("a.md"), desk.library().join("b.md")).unwrap();
            desk.article("a.md", &text);
        }
    };
    let names = ["a.md", "b.md"];
    let words = about("bridges").replace("number 3 says", "third one tells").replace("Of", "From");
    check_star("a few words", &edited(words), &names, &["a.md"]);
    let untitled = about("bridges").replace("# On bridges", "Other things").replace("says", "tells");
    check_star("another title", &edited(untitled), &names, &["a.md"]);
    let rewritten = about("tunnels").replace("# On tunnels", "# On bridges");
    check_star("all but the title", &edited(rewritten), &names, &["a.md"]);
    let grown =
        about("bridges").replace("# On bridges", "") + &"And much more of it to be read.\n".repeat(300);
    check_star("much more", &edited(grown), &names, &["a.md"]);
    let alone = |desk: &Desk| drop(desk.article("a.md", &about("tunnels")));
    check_star("another text and no copy", &alone, &["a.md"], &["a.md"]);
}

#[test]
fn two_that_swapped_names_swap_what_was_recorded_of_them() {
    let check = |what: &str, heal: &dyn Fn(&Desk, &mut Record)| {
        let desk = Desk::new();
        let mut record = desk.record();
        for (name, thing, at) in [("a.md", "bridges", 7), ("b.md", "tunnels", 9)] {
            let file = desk.article(name, &about(thing));
            opened(&mut record, &file, at);
            record.perform(&Deed::Bookmark(file, place(at), safe!("{thing}"))).unwrap();
        }
        desk.article("a.md", &about("tunnels"));
        desk.article("b.md", &about("bridges"));
        let files = ["a.md", "b.md"].map(|name| desk.library().join(name));
        let library = desk.holding(&["a.md", "b.md"]);
        let moved = record.moved(&library).unwrap();
        let named: Vec<_> = (record.marked(&[desk.library()], &moved).unwrap().into_iter())
            .map(|(entry, marks)| (entry.file, marks.bookmarks.len(), marks.bookmarks[0].name.clone()))
            .collect();
        let is_named = |file: usize, thing| named.contains(&(files[file].clone(), 1, safe!("{thing}")));
        assert!(is_named(0, "tunnels") && is_named(1, "bridges"), "{what}: {named:?}");
        heal(&desk, &mut record);
        assert_eq!(files.each_ref().map(|file| position(&record, file)), [Some(9), Some(7)], "{what}");
        let marks = files.each_ref().map(|file| record.marks(file).unwrap().bookmarks);
        assert_eq!(
            marks.map(|marks| (marks.len(), marks[0].name.clone())),
            [(1, safe!("tunnels")), (1, safe!("bridges"))]
        );
    };
    check("once all was looked at", &|desk, record| {
        record.find_moved(&desk.holding(&["a.md", "b.md"])).unwrap();
    });
    check("found by two programs", &|desk, record| {
        let mut other = desk.record();
        let library = desk.holding(&["a.md", "b.md"]);
        let found = other.moved(&library).unwrap();
        record.find_moved(&library).unwrap();
        other.take_moved(&found).unwrap();
    });
    check("when one is opened", &|desk, record| {
        record.opened(&known(&desk.library().join("b.md"))).unwrap();
    });
}

#[test]
fn what_took_a_name_is_not_taken_for_the_recorded_text_before_all_was_looked_at() {
    let check = |what: &str, before: &dyn Fn(&Desk, &mut Record)| {
        let desk = Desk::new();
        let mut record = desk.record();
        let file = desk.article("a.md", &about("bridges"));
        opened(&mut record, &file, 7);
        record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
        std::fs::rename(&file, desk.library().join("new.md")).unwrap();
        desk.article("a.md", "# Moved\n\nsee [new](new.md)\n");
        before(&desk, &mut record);
        check_star_of(what, &desk, &mut record, &["a.md", "new.md"], &["new.md"]);
    };
    check("another library was looked at", &|_, record| record.renew(&[]).unwrap());
    check("it was touched", &|desk, record| record.renew(&[desk.library().join("a.md")]).unwrap());
    check("it was opened", &|desk, record| {
        record.opened(&known(&desk.library().join("a.md"))).unwrap();
    });
    check("the moved one was opened", &|desk, record| {
        record.opened(&known(&desk.library().join("new.md"))).unwrap();
    });
    check("the moved one was marked", &|desk, record| {
        record.perform(&Deed::Label(vec![desk.library().join("new.md")], safe!("x"), true)).unwrap();
    });
}

#[test]
fn a_copy_with_a_newer_record_of_its_own_keeps_it_to_itself() {
    let desk = Desk::new();
    let mut record = desk.record();
    let file = desk.article("a.md", &about("bridges"));
    record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
    let copy = desk.article("b.md", &about("bridges"));
    record.perform(&Deed::Label(vec![copy.clone()], safe!("own"), true)).unwrap();
    record.connection.execute("UPDATE article SET added = added - 60 WHERE starred", ()).unwrap();
    desk.article("a.md", &about("tunnels"));
    let library = desk.holding(&["a.md", "b.md"]);
    assert_eq!(record.find_moved(&library).unwrap(), []);
    record.connection.execute("UPDATE article SET added = added - 120 WHERE NOT starred", ()).unwrap();
    record.find_moved(&library).unwrap();
    let entry = record.entry(&copy).unwrap().unwrap();
    assert_eq!((entry.starred, entry.labels), (true, vec![safe!("own")]));
    assert_eq!(record.entry(&file).unwrap(), None);
}

#[test]
fn a_record_of_an_earlier_version_is_read_and_left_as_it_is() {
    let desk = Desk::new();
    let file = desk.article("a.md", &about("bridges"));
    opened(&mut desk.record(), &file, 7);
    let earlier = rusqlite::Connection::open(desk.data().join(FILE)).unwrap();
    earlier.execute_batch("ALTER TABLE article DROP COLUMN digest; PRAGMA user_version = 3").unwrap();
    std::fs::rename(&file, desk.library().join("new.md")).unwrap();
    desk.article("a.md", "# Moved\n");
    let library = desk.holding(&["a.md", "new.md"]);
    let record = Record::read(&desk.data()).unwrap().unwrap();
    let entries = record.entries_of(&record.moved(&library).unwrap()).unwrap();
    let places: Vec<_> = entries.iter().map(|entry| entry.place.is_some()).collect();
    assert_eq!(places, [false, true]);
    let version: i64 = earlier.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 3);
}

#[test]
fn what_was_renamed_and_edited_is_found_by_its_title_where_one_text_alone_is_nearly_the_same() {
    let check = |what: &str, texts: &[(&str, String)], expect: &[&str]| {
        let desk = Desk::new();
        let mut record = desk.record();
        let file = desk.article("a.md", &about("bridges"));
        // In these libraries articles are called as their files are.
        record.opened(&Known { title: safe!("new"), ..known(&file) }).unwrap();
        record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
        std::fs::remove_file(&file).unwrap();
        for (name, text) in texts {
            desk.article(name, text);
        }
        let names: Vec<&str> = texts.iter().map(|(name, _)| *name).collect();
        check_star_of(what, &desk, &mut record, &names, expect);
    };
    let edited = || about("bridges").replace("number 3 says", "third one tells us");
    check("one", &[("new.md", edited())], &["new.md"]);
    check("one of two", &[("deep/new.md", about("tunnels")), ("new.md", edited())], &["new.md"]);
    check("two", &[("deep/new.md", edited() + "More.\n"), ("new.md", edited())], &[]);
    check("another title", &[("other.md", edited())], &[]);
    check("another text", &[("new.md", about("tunnels"))], &[]);
}

#[test]
fn what_was_renamed_and_edited_is_known_again_when_it_is_opened_alone() {
    let check = |what: &str, title: &str, text: &str, gone: &[&str], expect: bool| {
        let desk = Desk::new();
        let mut record = desk.record();
        for name in gone {
            let file = desk.article(name, &about("bridges"));
            record.opened(&Known { title: safe!("Bridges"), ..known(&file) }).unwrap();
            record.perform(&Deed::Star(vec![file.clone()], true)).unwrap();
        }
        for name in gone {
            std::fs::remove_file(desk.library().join(name)).unwrap();
        }
        let file = desk.article("new.md", text);
        let entry = record.opened(&Known { title: safe!("{title}"), ..known(&file) }).unwrap();
        assert_eq!(entry.starred, expect, "{what}");
    };
    let edited = about("bridges").replace("number 3 says", "third one tells us");
    check("one", "Bridges", &edited, &["a.md"], true);
    check("one of two", "Bridges", &edited, &["a.md", "b.md"], false);
    check("another title", "Tunnels", &edited, &["a.md"], false);
    check("another text", "Bridges", &about("tunnels"), &["a.md"], false);
}
