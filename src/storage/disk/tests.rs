use std::collections::BTreeMap;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::*;
use crate::library::index::Library;

fn heading(markdown: &str, body: u32) -> Option<SafeText> {
    let line = markdown[body as usize..].lines().find_map(|line| line.strip_prefix("# "))?;
    Some(SafeText::line(line))
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// `path: title`, or `path: (reason)`, of all that a walk finds, sorted.
fn walked(roots: &[PathBuf], all: bool) -> Vec<String> {
    let walk = Walk { roots: roots.to_vec(), all, first_title: heading, to_the_end: false };
    let found = Mutex::new(BTreeMap::new());
    walk.run(&Library::default(), &AtomicBool::new(false), &|item| {
        let (path, text) = match &item {
            Found::Article(article, _) => (
                format!("{}:{}", article.place.root, article.place.path.display()),
                article.title.to_string(),
            ),
            Found::Skipped { path, reason, .. } => {
                (path.file_name().unwrap().display().to_string(), format!("({reason})"))
            }
            Found::Unchanged(_) => unreachable!("nothing was known"),
        };
        assert!(found.lock().unwrap().insert(path, text).is_none(), "found twice: {item:?}");
    });
    found.into_inner().unwrap().into_iter().map(|(path, text)| format!("{path}: {text}")).collect()
}

#[test]
fn every_extension_of_markdown_counts_in_any_case_and_hidden_or_ignored_files_do_not() {
    let folder = folder(&[
        ("a.md", b"# A"),
        ("b.MARKDOWN", b"# B"),
        ("c/d.mdx", b"---\ntitle: D\n---\n"),
        ("e.txt", b"# E"),
        (".hidden.md", b"# H"),
        (".git/x", b""),
        (".gitignore", b"ignored.md\n"),
        ("ignored.md", b"# I"),
        ("c/.ignore", b"left-out\n"),
        ("c/left-out/g.md", b"# G"),
        ("folder.md/f.mkd", b"# F"),
    ]);
    let roots = [folder.path().to_owned()];
    assert_eq!(
        walked(&roots, false),
        ["0:a.md: A", "0:b.MARKDOWN: B", "0:c/d.mdx: D", "0:folder.md/f.mkd: F"]
    );
    assert_eq!(walked(&roots, true).len(), 7);
}

#[test]
fn a_root_within_another_lists_its_own_files_and_a_repeated_root_none() {
    let folder = folder(&[("a.md", b"# A"), ("sub/b.md", b"# B")]);
    let sub = folder.path().join("sub");
    let file = folder.path().join("a.md");
    assert_eq!(
        walked(&[folder.path().to_owned(), sub, folder.path().to_owned()], false),
        ["0:a.md: A", "1:b.md: B"]
    );
    assert_eq!(walked(&[file], false), ["0:a.md: A"]);
}

#[test]
fn what_is_no_regular_file_is_skipped_and_says_why() {
    let outside = folder(&[("secret.md", b"# Secret")]);
    let folder = folder(&[("a.md", b"# A"), ("real/b.md", b"# B"), ("bin.md", b"\x7fELF\0\0")]);
    let at = |name: &str| folder.path().join(name);
    let link = |target: &Path, name: &str| std::os::unix::fs::symlink(target, at(name)).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe.md"), 0o600.into()).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.md")).unwrap();
    link(&outside.path().join("secret.md"), "out.md");
    link(outside.path(), "outfolder");
    link(Path::new("/dev/zero"), "zero.md");
    link(Path::new("nowhere.md"), "gone.md");
    link(Path::new("self.md"), "self.md");
    link(Path::new(".."), "real/up");
    link(Path::new("a.md"), "alias.md");
    assert_eq!(
        walked(&[folder.path().to_owned()], false),
        [
            "0:a.md: A",
            "0:alias.md: A",
            "0:real/b.md: B",
            "bin.md: (is binary, not text)",
            "gone.md: (is a symlink that leads nowhere: No such file or directory)",
            "out.md: (is a symlink to a file outside the folder)",
            "outfolder: (is a symlink to a folder outside)",
            "pipe.md: (is a named pipe, not a regular file)",
            "self.md: (is a symlink that leads nowhere: Too many levels of symbolic links)",
            "socket.md: (is a socket, not a regular file)",
            "zero.md: (is a symlink to a file outside the folder)",
        ]
    );
}

#[test]
fn names_that_are_not_utf_8_work() {
    let folder = folder(&[]);
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"x\xff\xfe.md"));
    std::fs::write(&path, "# Odd").unwrap();
    assert_eq!(walked(&[folder.path().to_owned()], false).len(), 1);
    assert_eq!(&*read_markdown(&path).unwrap().markdown, "# Odd");
}

#[test]
fn front_matter_and_headings_past_the_first_read_are_found() {
    let long = format!("---\npad: {}\ntitle: Long\n---\n", "x".repeat(100_000));
    let late = format!("{}\n# Late\n", "text\n".repeat(2_000));
    let cut = format!("{}\n# A heading at the edge of what is read first\n", "x".repeat(4_090));
    let folder =
        folder(&[("long.md", long.as_bytes()), ("late.md", late.as_bytes()), ("cut.md", cut.as_bytes())]);
    assert_eq!(
        walked(&[folder.path().to_owned()], false),
        ["0:cut.md: A heading at the edge of what is read first", "0:late.md: Late", "0:long.md: Long"]
    );
}

#[test]
fn byte_order_marks_and_broken_bytes_are_decoded() {
    let check = |bytes: &[u8], text: &str, lines: &[u32]| {
        let decoded = decode::decode(bytes.to_vec(), true).expect("text");
        assert_eq!(&*decoded.markdown, text);
        assert_eq!(decoded.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), lines);
    };
    check(b"\xef\xbb\xbfa", "a", &[]);
    check(b"\xff\xfea\0\n\0", "a\n", &[1]);
    check(b"\xfe\xff\0a\xd8\0", "a\u{fffd}", &[1]);
    check(b"a\r\nb\xe9c", "a\r\nb\u{fffd}c", &[2]);
    check(b"", "", &[]);
    assert_eq!(decode::decode(b"a\0b".to_vec(), true), None);
    assert_eq!(decode::decode(b"\xff\xfe\0".to_vec(), true), None);
    check(
        format!("{}\n\0b", "word ".repeat(13)).as_bytes(),
        &format!("{}\n\u{fffd}b", "word ".repeat(13)),
        &[2],
    );
    let cut = decode::decode("caf\u{e9}".as_bytes().split_last().unwrap().1.to_vec(), false).unwrap();
    assert_eq!((&*cut.markdown, cut.problems.len()), ("caf", 0));
}

#[test]
fn a_head_is_cut_where_it_can_be_read_alone() {
    let check = |text: &str, most: usize, head: &str, whole: bool| {
        let folder = folder(&[("a.md", text.as_bytes())]);
        let (decoded, is_whole) = read_head(&folder.path().join("a.md"), most, most).unwrap();
        assert_eq!((&*decoded.markdown, is_whole), (head, whole), "{text:?}");
    };
    check("one\n\ntwo\nthree", 100, "one\n\ntwo\nthree", true);
    check("one one\n\ntwo\nthree", 12, "one one\n\n", false);
    check("one one\ntwo two\nthree", 14, "one one\n", false);
    check("one two three", 12, "one two ", false);
    check("跨链桥", 8, "跨链", false);
    check("a\n\nbbbbbbbbbbbbbbbbb", 12, "a\n\nbbbbbbbbb", false);
}

#[test]
fn paths_that_cannot_be_opened_say_what_they_are() {
    let folder = folder(&[("a.md", b"\0")]);
    let path = |name: &str| folder.path().join(name);
    assert!(matches!(what_is(&path("none")), Err(Error::NotFound { .. })));
    assert!(matches!(what_is(Path::new("/dev/null")), Err(Error::NotRegular { what: "device", .. })));
    assert_eq!(what_is(folder.path()).unwrap(), Kind::Folder);
    assert!(matches!(read_markdown(&path("a.md")), Err(Error::Binary { .. })));
    rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), 0o600.into()).unwrap();
    assert!(matches!(read_markdown(&path("pipe")), Err(Error::NotRegular { what: "named pipe", .. })));
}

#[test]
fn a_folder_is_worth_opening_when_it_or_a_direct_subfolder_holds_an_article() {
    let check = |files: &[(&str, &[u8])], holds: bool| {
        let folder = folder(files);
        assert_eq!(holds_an_article(folder.path(), std::time::Duration::from_secs(5)), holds, "{files:?}");
    };
    check(&[("a.md", b"")], true);
    check(&[("sub/a.MD", b"")], true);
    check(&[("sub/sub/a.md", b""), (".a.md", b""), (".sub/a.md", b""), ("a.txt", b"")], false);
}

/// What a walk finds of some paths below a folder, and the folders that it enters.
#[track_caller]
fn check_again(folder: &tempfile::TempDir, named: &[&str], finds: &[&str], enters: &[&str]) {
    let mut scope = Scope::default();
    for path in named {
        scope.add(folder.path().join(path));
    }
    let roots = vec![folder.path().to_owned()];
    let walk = Walk { roots, all: false, first_title: heading, to_the_end: false };
    let (found, entered) = (Mutex::new(Vec::new()), Arc::new(Mutex::new(Vec::new())));
    let root = folder.path().to_owned();
    let below = move |path: &Path| path.strip_prefix(&root).unwrap_or(path).display().to_string();
    let enter: Watching = Arc::new({
        let (below, entered) = (below.clone(), Arc::clone(&entered));
        move |what| {
            if let ToWatch::Folder(path) = what {
                entered.lock().unwrap().push(below(path));
            }
        }
    });
    walk.look_again(&scope, &Library::default(), &AtomicBool::new(false), &enter, &|item| {
        let path = match &item {
            Found::Article(article, _) => article.place.path.clone(),
            Found::Skipped { path, .. } => path.clone(),
            Found::Unchanged(_) => unreachable!("nothing was known"),
        };
        found.lock().unwrap().push(below(&path));
    });
    let sorted = |list: &Mutex<Vec<String>>| {
        let mut list = list.lock().unwrap().clone();
        list.sort();
        list
    };
    assert_eq!(sorted(&found), finds, "{named:?}");
    assert_eq!(sorted(&entered), enters, "folders of {named:?}");
}

#[test]
fn what_comes_into_a_folder_once_it_is_watched_is_found() {
    let folder = folder(&[("sub/deep/a.md", b"# A")]);
    let walk =
        Walk { roots: vec![folder.path().to_owned()], all: false, first_title: heading, to_the_end: false };
    // Whoever fills folders while they are looked at.
    let fill: Watching = Arc::new(|what| {
        if let ToWatch::Folder(path) = what {
            std::fs::write(path.join("new.md"), "# New").unwrap();
        }
    });
    let found = Mutex::new(Vec::new());
    let (everything, nothing) = (Scope::everything(), Library::default());
    walk.look_again(&everything, &nothing, &AtomicBool::new(false), &fill, &|item| {
        if let Found::Article(article, _) = item {
            found.lock().unwrap().push(article.place.path.display().to_string());
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    assert_eq!(found, ["new.md", "sub/deep/a.md", "sub/deep/new.md", "sub/new.md"]);
}

#[test]
fn what_is_looked_at_again_is_found_by_the_same_rules_as_at_first() {
    let folder = folder(&[
        ("a.md", b"# A"),
        ("b.md", b"# B"),
        ("sub/c.md", b"# C"),
        ("sub/deep/d.md", b"# D"),
        ("sub/deep/.hidden/e.md", b"# E"),
        (".git/x", b""),
        (".gitignore", b"ignored/\nignored.md\n"),
        ("ignored/f.md", b"# F"),
        ("sub/ignored.md", b"# I"),
        ("binary.md", b"\0\0\0\0\0\0\0\0"),
    ]);
    check_again(&folder, &["a.md"], &["a.md"], &[]);
    check_again(&folder, &["a.md", "sub/deep/d.md"], &["a.md", "sub/deep/d.md"], &[]);
    check_again(&folder, &["sub"], &["sub/c.md", "sub/deep/d.md"], &["sub", "sub/deep"]);
    check_again(&folder, &["ignored/f.md", "ignored", "sub/ignored.md"], &[], &[]);
    check_again(&folder, &["sub/deep/.hidden", "sub/deep/.hidden/e.md"], &[], &[]);
    check_again(&folder, &["binary.md", "nowhere/x.md"], &["binary.md"], &[]);
}

#[test]
fn a_large_file_is_read_whole_also_where_it_changes_its_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.md");
    let mut text = String::new();
    (0..700_000).for_each(|number| writeln!(text, "{number}").unwrap());
    assert!(text.len() > LARGE);
    std::fs::write(&path, &text).expect("a file");
    let read = |size: usize, most: u64| {
        let mut file = File::open(&path).expect("the file");
        read_from(&mut file, size as u64, most).expect("its bytes").0
    };
    // As it was looked at, grown since by a lot or a byte, and become shorter by a bit or more than half.
    for size in [text.len(), LARGE, text.len() - 1, text.len() + 1, 3 * text.len()] {
        assert!(read(size, LARGEST) == text.as_bytes(), "{size}");
    }
    assert_eq!(read(text.len(), 10), &text.as_bytes()[..10]);
}

#[test]
fn a_return_alone_ends_a_line_and_before_a_line_feed_it_stays() {
    let check = |bytes: &[u8], whole: bool, expect: &str| {
        let decoded = decode::decode(bytes.to_vec(), whole).unwrap();
        assert_eq!(&*decoded.markdown, expect, "{bytes:?}");
        decoded.problems.first().map(|problem| problem.line)
    };
    check(b"a\rb\r\rc\r", true, "a\nb\n\nc\n");
    check(b"a\r\nb\r\r\nc\r\n\r", true, "a\r\nb\n\r\nc\r\n\n");
    // What comes behind a beginning may be a line feed.
    check(b"a\rb\r", false, "a\nb\r");
    check(b"\xef\xbb\xbfa\rb", true, "a\nb");
    let unit = |big: bool| move |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    for (mark, big) in [([0xff, 0xfe], false), ([0xfe, 0xff], true)] {
        let text = "a\rb\r\nc\r".encode_utf16().flat_map(unit(big));
        let bytes: Vec<u8> = mark.into_iter().chain(text).collect();
        check(&bytes, true, "a\nb\r\nc\n");
        check(&bytes, false, "a\nb\r\nc\r");
    }
    assert_eq!(check(b"\xff\xfea\0\r\0\0\xd8", true, "a\n\u{fffd}"), Some(2));
    assert_eq!(check(b"a\rb\r\xff\r", true, "a\nb\n\u{fffd}\n"), Some(3));
    let long = "words and more of them ".repeat(8);
    assert_eq!(check(format!("{long}\rb\0\r").as_bytes(), true, &format!("{long}\nb\u{fffd}\n")), Some(2));
}

#[test]
fn a_head_of_lines_that_end_with_a_return_alone_is_cut_behind_a_blank_one() {
    let folder = folder(&[("a.md", "one two\rthree\r\rfour five\rsix".as_bytes())]);
    let (head, whole) = read_head(&folder.path().join("a.md"), 1, 20).unwrap();
    assert_eq!((&*head.markdown, whole), ("one two\nthree\n\n", false));
}

#[test]
fn a_return_alone_ends_a_line_wherever_it_stands_in_a_large_file() {
    let line = "words of a line that goes on\n";
    let lines = LARGE / line.len() + 1;
    let text = line.repeat(lines);
    for at in [0, lines / 2 - 1, lines - 1] {
        let end = (at + 1) * line.len() - 1;
        let mut bytes = text.clone().into_bytes();
        bytes[end] = b'\r';
        let folder = folder(&[("a.md", &bytes)]);
        let read = read_markdown(&folder.path().join("a.md")).unwrap();
        assert!(*read.markdown == *text, "line {at}");
    }
}
