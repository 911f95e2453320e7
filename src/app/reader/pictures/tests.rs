//! Pictures in the reader: what is asked for, and that what is on screen stays when their rows come.

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::app::effect::Report;
use crate::app::geometry::Size;
use crate::app::reader::tests::{loaded, open_at, press};
use crate::app::{Action, App, update};
use crate::document::shown::Position;

const MARKDOWN: &str = "---\ntitle: Pictures\nimg: /top.png\nalt: On top\n---\n\nFirst words.\n\n![One](one.png)\n\nBetween the two.\n\n> ![Two](two.png)\n\nLast words.\n";

/// The article in a terminal that can draw, and what was asked for at first.
pub(crate) fn open(markdown: &str, width: u16, height: u16) -> (App, Vec<Effect>) {
    let mut app = open_at(loaded(markdown, None), None, width, height);
    app.view.pictures = Means { drawing: Drawing::HalfBlocks, cell: None };
    let effects = update(&mut app, Action::Tick);
    (app, effects)
}

pub(crate) fn request(effects: &[Effect]) -> Option<(Generation, Request)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Pictures { generation, request, .. } => Some((*generation, request.clone())),
        _ => None,
    })
}

fn file(target: &str) -> PictureFile {
    PictureFile { path: PathBuf::from(target), modified: 1 }
}

/// All pictures are found to be so large.
pub(crate) fn find(app: &mut App, targets: &[&str], width: u32, height: u32) -> Vec<Effect> {
    let size = Pixels { width, height };
    let sizes = targets.iter().map(|target| (Arc::from(*target), Ok((file(target), size)))).collect();
    tell(app, PictureAnswer::Sizes(sizes))
}

pub(crate) fn tell(app: &mut App, answer: PictureAnswer) -> Vec<Effect> {
    let generation = app.newest.pictures;
    update(app, Action::Report(Report::Pictures { generation, answer }))
}

/// The picture was drawn in one colour.
pub(crate) fn draw(app: &mut App, target: &str, extent: Extent, halves: Vec<[u8; 4]>) -> Vec<Effect> {
    let drawn = Drawn { extent, halves: halves.into(), graphic: None };
    let target: Arc<str> = target.into();
    tell(app, PictureAnswer::Drawn { file: file(&target), target, extent, result: Ok(drawn) })
}

fn screen(app: &App) -> Vec<String> {
    let reader = app.reader.as_ref().unwrap();
    let row = |row: &Row| match &row.picture {
        Some(picture) => format!("{} {}/{}{}", picture.target, picture.row, picture.extent.rows, row.text()),
        None => row.text(),
    };
    reader.visible().map(row).collect()
}

#[test]
fn sizes_are_asked_for_near_the_screen_and_never_where_pictures_are_off() {
    let (mut app, effects) = open(MARKDOWN, 60, 20);
    let (_, asked) = request(&effects).unwrap();
    assert_eq!(asked.sizes, ["/top.png", "one.png", "two.png"].map(Arc::from));
    assert_eq!(asked.drawn, []);
    // Nothing is asked twice.
    assert_eq!(request(&update(&mut app, Action::Tick)), None);
    let mut off = open_at(loaded(MARKDOWN, None), None, 60, 20);
    assert_eq!(request(&update(&mut off, Action::Tick)), None);
    assert_eq!(off.reader.as_ref().unwrap().visible().filter(|row| row.picture.is_some()).count(), 0);
}

#[test]
fn a_size_reserves_rows_and_then_the_picture_is_asked_for() {
    let (mut app, _) = open(MARKDOWN, 60, 30);
    let effects = find(&mut app, &["one.png", "two.png"], 8, 8);
    insta::assert_snapshot!(screen(&app).join("\n"), @r"
    Pictures
    1 min

    ▣ On top

    First words.

    one.png 0/4
    one.png 1/4
    one.png 2/4
    one.png 3/4
    One

    Between the two.

    two.png 0/4 ┃
    two.png 1/4 ┃
    two.png 2/4 ┃
    two.png 3/4 ┃
     ┃  Two

    Last words.
    ");
    let (_, asked) = request(&effects).unwrap();
    let extent = Extent { columns: 8, rows: 4 };
    let wanted = ["one.png", "two.png"].map(|target| Wanted { target: target.into(), extent });
    assert_eq!((asked.sizes, asked.drawn), (vec!["/top.png".into()], wanted.to_vec()));
}

#[test]
fn a_picture_has_its_rows_wherever_it_has_a_line_for_itself() {
    let markdown = "Text\n![One](one.png)\n*Caption*\n\n[![Two](two.png)](a.md)\n\n\
        <figure>\n<img src=\"two.png\" alt=\"Fig\">\n<figcaption>Cap</figcaption>\n</figure>\n";
    let (mut app, effects) = open(markdown, 60, 30);
    assert_eq!(request(&effects).unwrap().1.sizes, ["one.png", "two.png"].map(Arc::from));
    find(&mut app, &["one.png", "two.png"], 4, 4);
    let shown = screen(&app).join("\n");
    let expect = "Text\n\none.png 0/2\none.png 1/2\nOne\nCaption\n\ntwo.png 0/2\ntwo.png 1/2\nTwo\n\n\
        two.png 0/2\ntwo.png 1/2\nFig\nCap";
    assert!(shown.contains(expect), "{shown}");
}

#[test]
fn who_went_to_the_end_stays_there_when_rows_are_reserved() {
    let (mut app, _) = open(MARKDOWN, 60, 20);
    press(&mut app, "G");
    find(&mut app, &["/top.png", "one.png", "two.png"], 80, 80);
    assert_eq!(screen(&app).last().map(String::as_str), Some("Last words."), "{:#?}", screen(&app));
    press(&mut app, "k g");
    find(&mut app, &["/top.png", "one.png", "two.png"], 8, 8);
    assert_eq!(screen(&app).first().map(String::as_str), Some("Pictures"));
}

#[test]
fn what_was_gone_to_because_it_was_found_stays_on_screen_when_rows_are_reserved() {
    let (mut app, _) = open(MARKDOWN, 60, 12);
    let position = Position(MARKDOWN.find("Last").unwrap() as u32);
    app.reader.as_mut().unwrap().page.as_mut().unwrap().bring(&(position.0..position.0 + 4));
    find(&mut app, &["/top.png", "one.png", "two.png"], 80, 80);
    assert!(screen(&app).iter().any(|row| row == "Last words."), "{:#?}", screen(&app));
}

#[test]
fn what_is_on_screen_stays_when_rows_above_it_are_reserved() {
    let long = format!("{MARKDOWN}{}", "\nMore and more words.\n".repeat(30));
    for downs in 0..24 {
        let (mut app, _) = open(&long, 60, 12);
        press(&mut app, &"j ".repeat(downs));
        let before = screen(&app);
        find(&mut app, &["/top.png", "one.png", "two.png"], 80, 80);
        let after = screen(&app);
        let words = |row: &str| row.split_whitespace().filter(|word| *word != "▣").collect::<String>();
        assert_eq!(words(&before[0]), words(&after[0]), "{downs}\n{before:#?}\n{after:#?}");
        // And again when they are not to be drawn after all.
        let gone =
            ["/top.png", "one.png", "two.png"].map(|target| (Arc::from(target), Err(SafeText::default())));
        tell(&mut app, PictureAnswer::Sizes(gone.to_vec()));
        assert_eq!(screen(&app), before, "{downs}");
    }
}

#[test]
fn a_fault_is_said_after_the_caption_and_nothing_where_there_is_nothing_to_say() {
    let (mut app, _) = open(MARKDOWN, 60, 30);
    let faults = vec![
        (Arc::from("one.png"), Err(SafeText::line("no such file"))),
        (Arc::from("two.png"), Err(SafeText::default())),
    ];
    let effects = tell(&mut app, PictureAnswer::Sizes(faults));
    let captions: Vec<String> = screen(&app).into_iter().filter(|row| row.contains('▣')).collect();
    assert_eq!(captions, ["▣ On top", "▣ One · no such file", " ┃  ▣ Two"]);
    assert!(app.toast.is_none());
    assert!(request(&effects).is_none_or(|(_, asked)| asked.drawn.is_empty()));
}

#[test]
fn a_picture_that_cannot_be_drawn_gives_its_rows_back() {
    let (mut app, _) = open(MARKDOWN, 60, 30);
    let before = screen(&app).len();
    find(&mut app, &["one.png"], 8, 8);
    let extent = Extent { columns: 8, rows: 4 };
    let result = Err(SafeText::line("damaged"));
    tell(&mut app, PictureAnswer::Drawn { target: "one.png".into(), file: file("one.png"), extent, result });
    assert_eq!(screen(&app).len(), before);
    assert!(screen(&app).contains(&"▣ One · damaged".to_owned()));
}

#[test]
fn answers_for_another_article_are_dropped() {
    let (mut app, effects) = open(MARKDOWN, 60, 30);
    let (generation, _) = request(&effects).unwrap();
    let older = Generation(generation.0 - 1);
    let size = (file("one.png"), Pixels { width: 8, height: 8 });
    let answer = PictureAnswer::Sizes(vec![("one.png".into(), Ok(size))]);
    update(&mut app, Action::Report(Report::Pictures { generation: older, answer }));
    assert!(app.reader.as_ref().unwrap().pictures().sizes().known.is_empty());
}

#[test]
fn drawn_pictures_are_kept_within_the_budget_and_the_newest_always() {
    let mut pictures = Pictures { since: Some(Generation(0)), ..Pictures::default() };
    let halves = vec![[0; 4]; BUDGET / 4 / 3];
    for index in 0..10_u16 {
        let extent = Extent { columns: index, rows: 1 };
        let drawn = Drawn { extent, halves: halves.clone().into(), graphic: None };
        let answer = PictureAnswer::Drawn { target: "a".into(), file: file("a"), extent, result: Ok(drawn) };
        pictures.take(Generation(1), answer, &mut Vec::new());
        assert!(pictures.bytes <= BUDGET && pictures.drawn("a", extent).is_some(), "{index}");
    }
    assert_eq!(pictures.drawn.len(), 3);
}

#[test]
fn a_picture_is_sent_to_the_terminal_once_and_not_kept() {
    let (mut app, _) = open(MARKDOWN, 60, 30);
    find(&mut app, &["one.png"], 8, 8);
    let extent = Extent { columns: 8, rows: 4 };
    let sent = Payload::new("\x1b_Ga=T;AAAA\x1b\\".into());
    let graphic = Graphic::Placed { sent: sent.clone(), colour: [1, 2, 3], rows: Box::default() };
    let drawn = Drawn { extent, halves: Box::default(), graphic: Some(graphic) };
    let answer =
        PictureAnswer::Drawn { target: "one.png".into(), file: file("one.png"), extent, result: Ok(drawn) };
    let effects = tell(&mut app, answer);
    let sends: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Send(_))).collect();
    assert_eq!(sends.len(), 1);
    let kept = app.reader.as_ref().unwrap().pictures().drawn("one.png", extent).unwrap();
    assert!(matches!(kept.graphic, Some(Graphic::Placed { sent: None, .. })));
}

#[test]
fn a_resize_measures_pictures_anew() {
    let (mut app, _) = open(MARKDOWN, 60, 40);
    find(&mut app, &["one.png"], 800, 800);
    let rows = |app: &App| screen(app).iter().filter(|row| row.starts_with("one.png")).count();
    assert_eq!(rows(&app), 21);
    update(&mut app, Action::Resize(Size { width: 60, height: 25 }));
    assert_eq!(rows(&app), 12);
    update(&mut app, Action::Resize(Size { width: 60, height: 40 }));
    assert_eq!(rows(&app), 21);
}
