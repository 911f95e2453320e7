//! Pictures on a disk: what may be read, and what a header may say.

use std::os::unix::fs::symlink;
use std::path::Path;

use super::{Fault, Reach};

/// A PNG whose header says this size; its data are for the one pixel that there is.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        bytes.extend((data.len() as u32).to_be_bytes());
        let checked = [&kind[..], data].concat();
        bytes.extend(&checked);
        bytes.extend(crc(&checked).to_be_bytes());
    };
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[&size[..], &[8, 2, 0, 0, 0]].concat());
    // A stored block of one row: filter 0 and one red pixel.
    let stored = [0x78, 0x01, 0x01, 4, 0, 0xfb, 0xff, 0, 0xff, 0, 0, 0x03, 0x01, 0x01, 0x00];
    chunk(b"IDAT", &stored);
    chunk(b"IEND", &[]);
    bytes
}

/// Writes a file for a test of another stage.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// A library with an article in a folder of it, and a file outside.
fn library() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    for below in ["lib/notes", "lib/static/images", "lib/images"] {
        std::fs::create_dir_all(at(below)).unwrap();
    }
    std::fs::write(at("lib/notes/a.md"), "# A").unwrap();
    for path in [
        "lib/notes/here.png",
        "lib/notes/a b.png",
        "lib/images/top.png",
        "lib/static/images/s.png",
        "out.png",
    ] {
        std::fs::write(at(path), png(3, 2)).unwrap();
    }
    folder
}

fn reach(folder: &Path) -> Reach {
    Reach::of(&folder.join("lib/notes/a.md"), &[folder.join("lib")]).unwrap()
}

#[track_caller]
fn check(folder: &Path, target: &str, expected: Result<(u32, u32), Fault>) {
    let reach = reach(folder);
    let size = reach.header(target).map(|header| (header.width, header.height));
    assert_eq!(size, expected, "{target}");
    if let Err(fault) = expected {
        assert_eq!(reach.read(target), Err(fault), "{target}");
    }
}

#[test]
fn pictures_are_found_beside_the_article_and_under_what_a_site_serves() {
    let folder = library();
    for target in
        ["here.png", "./here.png", "../images/top.png", "/images/top.png", "/images/s.png", "here.png?v=2"]
    {
        check(folder.path(), target, Ok((3, 2)));
    }
    check(folder.path(), "a b.png", Ok((3, 2)));
    check(folder.path(), "a%20b.png", Ok((3, 2)));
    check(folder.path(), "none.png", Err(Fault::Missing));
}

#[test]
fn nothing_outside_the_library_is_reached_by_any_way_of_writing_it() {
    let folder = library();
    symlink(folder.path().join("out.png"), folder.path().join("lib/notes/link.png")).unwrap();
    symlink(folder.path(), folder.path().join("lib/notes/up")).unwrap();
    symlink("here.png", folder.path().join("lib/notes/inside.png")).unwrap();
    for target in
        ["../../out.png", "link.png", "up/out.png", "..%2f..%2fout.png", "/../out.png", "/notes/link.png"]
    {
        check(folder.path(), target, Err(Fault::Outside));
    }
    check(folder.path(), "inside.png", Ok((3, 2)));
    let absolute = folder.path().join("out.png");
    check(folder.path(), absolute.to_str().unwrap(), Err(Fault::Missing));
}

#[test]
fn addresses_are_never_looked_for() {
    let folder = library();
    // Files with these very names would be read otherwise.
    std::fs::create_dir_all(folder.path().join("lib/notes/http:/a.example")).unwrap();
    std::fs::write(folder.path().join("lib/notes/http:/a.example/x.png"), png(3, 2)).unwrap();
    for target in [
        "http://a.example/x.png",
        "https://a.example/x.png",
        "data:image/png;base64,AAAA",
        "//a.example/x.png",
        "file:///etc/passwd",
        "",
        "#x",
        "a%00.png\0",
    ] {
        check(folder.path(), target, Err(Fault::NoPath));
    }
}

#[test]
fn only_regular_files_are_opened_and_nothing_waits() {
    let folder = library();
    let notes = folder.path().join("lib/notes");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        notes.join("pipe.png"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    check(folder.path(), "pipe.png", Err(Fault::NotRegular));
    std::fs::create_dir(notes.join("folder.png")).unwrap();
    check(folder.path(), "folder.png", Err(Fault::NotRegular));
    symlink("/dev/zero", notes.join("zero.png")).unwrap();
    check(folder.path(), "zero.png", Err(Fault::Outside));
}

#[test]
fn the_header_decides_before_anything_is_decoded() {
    let folder = library();
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(folder.path().join("lib/notes").join(name), bytes).unwrap();
    write("bomb.png", &png(100_000, 100_000));
    check(folder.path(), "bomb.png", Err(Fault::LargePicture));
    write("side.png", &png(16_385, 1));
    check(folder.path(), "side.png", Err(Fault::LargePicture));
    write("area.png", &png(8_000, 5_001));
    check(folder.path(), "area.png", Err(Fault::LargePicture));
    write("most.png", &png(8_000, 5_000));
    check(folder.path(), "most.png", Ok((8_000, 5_000)));
    write("none.png", &png(0, 5));
    check(folder.path(), "none.png", Err(Fault::Damaged));
    write("text.png", b"not a picture at all");
    check(folder.path(), "text.png", Err(Fault::Unknown));
    write("vector.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    check(folder.path(), "vector.svg", Err(Fault::Unknown));
    write("cut.png", &png(3, 2)[..20]);
    check(folder.path(), "cut.png", Err(Fault::Damaged));
    let file = std::fs::File::create(folder.path().join("lib/notes/long.png")).unwrap();
    file.set_len(super::MOST_BYTES + 1).unwrap();
    check(folder.path(), "long.png", Err(Fault::LargeFile));
}

#[test]
fn a_lone_file_reaches_as_far_as_the_nearest_root_else_its_folder() {
    let folder = library();
    let alone = |path: &str| Reach::of(&folder.path().join(path), &[]).unwrap();
    assert_eq!(alone("lib/notes/a.md").header("../images/top.png"), Err(Fault::Outside));
    std::fs::write(folder.path().join("lib/hugo.toml"), "").unwrap();
    assert!(alone("lib/notes/a.md").header("../images/top.png").is_ok());
    assert_eq!(alone("lib/notes/a.md").header("../../out.png"), Err(Fault::Outside));
    // Of the folders of the settings, the one that holds it counts.
    let configured = [folder.path().to_path_buf(), folder.path().join("lib/notes")];
    let reach = Reach::of(&folder.path().join("lib/notes/a.md"), &configured).unwrap();
    assert_eq!(reach.header("../images/top.png"), Err(Fault::Outside));
}
