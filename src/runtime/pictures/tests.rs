//! Pictures drawn: pixels, payloads, and what is said where there is none.

use std::sync::Mutex;

use image::{ImageFormat, Rgba, RgbaImage};

use super::*;

const HALF_BLOCKS: Means = Means { drawing: Drawing::HalfBlocks, cell: None };

fn squares() -> DynamicImage {
    let mut picture = RgbaImage::new(2, 2);
    picture.put_pixel(0, 0, Rgba([255, 0, 0, 255]));
    picture.put_pixel(1, 0, Rgba([0, 255, 0, 255]));
    picture.put_pixel(0, 1, Rgba([0, 0, 255, 255]));
    picture.put_pixel(1, 1, Rgba([255, 255, 255, 0]));
    DynamicImage::ImageRgba8(picture)
}

fn drawn(drawing: Drawing, columns: u16, rows: u16) -> Drawn {
    let means = Means { drawing, cell: Some(Pixels { width: 4, height: 8 }) };
    draw(&squares(), Extent { columns, rows }, means)
}

/// The answers to a request about an article in a folder with these files.
fn answers(files: &[(&str, &[u8])], request: &Request) -> Vec<PictureAnswer> {
    let folder = tempfile::tempdir().unwrap();
    let article = folder.path().join("a.md");
    crate::storage::picture::tests::put(&article, b"# A");
    for (name, bytes) in files {
        crate::storage::picture::tests::put(&folder.path().join(name), bytes);
    }
    let sent = Mutex::new(Vec::new());
    answer(&article, &[], request, &Cancel::default(), &|answer| {
        sent.lock().unwrap().push(answer);
        true
    });
    sent.into_inner().unwrap()
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = if format == ImageFormat::Jpeg { squares().to_rgb8().into() } else { squares() };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn a_cell_has_two_pixels_one_over_the_other() {
    let drawn = drawn(Drawing::HalfBlocks, 2, 1);
    let pixels = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 0]];
    assert_eq!((&*drawn.halves, drawn.graphic), (&pixels[..], None));
}

#[test]
fn what_our_encoders_make_is_a_payload_and_nothing_else_is() {
    for drawing in [Drawing::Sixel, Drawing::ITerm2] {
        let drawn = drawn(drawing, 3, 2);
        assert!(matches!(drawn.graphic, Some(Graphic::Whole(_))), "{drawing:?}: {:?}", drawn.graphic);
        assert_eq!(drawn.halves.len(), 3 * 4);
    }
    for text in [
        "",
        "words",
        "\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b]52;c;AAAA\x07",
        "\x1b_Ga=T;AA\x1b\\words\n",
        "\x1b]1337;File=inline=1;x:AA\x07words",
        "\x1b[3X\x1b[?1049l",
        "\x1bP1$tx\x1b\\\u{9b}31m",
    ] {
        assert_eq!(Payload::new(text.to_owned()), None, "{text:?}");
    }
}

#[test]
fn a_picture_for_kitty_is_sent_once_and_placed_row_by_row() {
    let Some(Graphic::Placed { sent: Some(sent), rows, colour }) = drawn(Drawing::Kitty, 3, 2).graphic else {
        panic!("nothing placed")
    };
    assert!(sent.as_str().starts_with("\x1b_G") && sent.as_str().ends_with("\x1b\\"), "{:?}", sent.as_str());
    assert_eq!(rows.len(), 2);
    assert_ne!(rows[0], rows[1]);
    for row in &rows {
        assert!(row.starts_with('\u{10eeee}') && row.chars().count() == 4, "{row:?}");
    }
    let Some(Graphic::Placed { colour: other, .. }) = drawn(Drawing::Kitty, 3, 2).graphic else { panic!() };
    assert_ne!(colour, other);
}

#[test]
fn every_format_is_decoded_and_of_an_animation_the_first_picture() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let picture = decode(&encoded(format)).unwrap_or_else(|fault| panic!("{format:?}: {fault:?}"));
        assert_eq!((picture.width(), picture.height()), (2, 2), "{format:?}");
    }
    assert!(decode(b"not a picture").is_err());
}

#[test]
fn sizes_come_first_and_faults_are_said_in_words() {
    let png = encoded(ImageFormat::Png);
    let bomb = crate::storage::picture::tests::png(100_000, 100_000);
    let wanted = |target: &str| Wanted { target: target.into(), extent: Extent { columns: 2, rows: 1 } };
    let request = Request {
        sizes: ["a.png", "bomb.png", "none.png", "https://a.example/x.png"].map(Into::into).to_vec(),
        drawn: vec![wanted("a.png"), wanted("bomb.png"), wanted("cut.png")],
        means: HALF_BLOCKS,
    };
    let cut = &png[..png.len() - 20];
    let answers = answers(&[("a.png", &png), ("bomb.png", &bomb), ("cut.png", cut)], &request);
    let [PictureAnswer::Sizes(sizes), drawn @ ..] = &answers[..] else { panic!("{answers:?}") };
    let said: Vec<_> = sizes
        .iter()
        .map(|(target, known)| match known {
            Ok((_, size)) => format!("{target}: {}×{}", size.width, size.height),
            Err(reason) => format!("{target}: {reason}"),
        })
        .collect();
    assert_eq!(
        said,
        ["a.png: 2×2", "bomb.png: too many pixels", "none.png: no such file", "https://a.example/x.png: "]
    );
    let said: Vec<_> = drawn
        .iter()
        .map(|answer| match answer {
            PictureAnswer::Drawn { target, result: Ok(drawn), .. } => {
                format!("{target}: {}", drawn.halves.len())
            }
            PictureAnswer::Drawn { target, result: Err(reason), .. } => format!("{target}: {reason}"),
            PictureAnswer::Sizes(_) => panic!("sizes again"),
        })
        .collect();
    assert_eq!(said, ["a.png: 4", "bomb.png: too many pixels", "cut.png: damaged"]);
}

#[test]
fn the_environment_and_the_settings_decide_and_the_terminal_is_never_asked() {
    use config::Pictures::{Auto, Off};
    let check = |variables: &[(&str, &str)], setting, depth, expected| {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
                .unwrap_or_default()
        };
        assert_eq!(drawing(setting, depth, &variable), expected, "{variables:?} {setting:?} {depth:?}");
    };
    check(&[("TERM", "xterm-256color")], Auto, Depth::Indexed, Drawing::HalfBlocks);
    check(&[("TERM", "xterm-kitty")], Auto, Depth::True, Drawing::Kitty);
    check(&[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")], Auto, Depth::True, Drawing::Kitty);
    check(&[("TERM_PROGRAM", "WezTerm"), ("KITTY_WINDOW_ID", "1")], Auto, Depth::True, Drawing::ITerm2);
    check(&[("TERM", "foot")], Auto, Depth::True, Drawing::Sixel);
    check(
        &[("TERM", "tmux-256color"), ("TMUX", "x"), ("KITTY_WINDOW_ID", "1")],
        Auto,
        Depth::True,
        Drawing::HalfBlocks,
    );
    check(&[("TERM", "xterm-kitty")], Off, Depth::True, Drawing::Captions);
    check(&[("TERM", "xterm-kitty")], Auto, Depth::None, Drawing::Captions);
    check(&[("TERM", "xterm")], config::Pictures::HalfBlocks, Depth::Sixteen, Drawing::Captions);
    check(&[], config::Pictures::Sixel, Depth::True, Drawing::Sixel);
}
