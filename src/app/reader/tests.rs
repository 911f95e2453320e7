//! The reader by its keys, on real documents and no disk.

mod folds;
mod links;
mod opening;
mod outline;
mod own;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::page::Place;
use super::pictures::Means;
use super::{Focus, Reader};
use crate::app::command::{COMMANDS, Command, Scope};
use crate::app::effect::{At, DocumentSource, Effect, Loaded, Report, Slot};
use crate::app::geometry::Size;
use crate::app::library_screen::{LibraryScreen, Origin};
use crate::app::{Action, App, Mouse, MouseKind, Overlay, Start, ThemeName, View, update};
use crate::document::shown::Position;
use crate::document::{Document, Options, contents};
use crate::layout::Order;
use crate::library::article::{Place as FilePlace, assemble};
use crate::library::front_matter::{self, Head};
use crate::library::query::Query;

/// Four sections, two of them within the second, each longer than the next.
pub(crate) const ARTICLE: &str = "---
title: What a bridge promises
date: 2024-06-10
source: DeFiBank
authors: [Ada Quill]
tags: [bridges, layer2]
description: Three promises, and which of them are kept.
img: /images/bridge.png
alt: A bridge over a narrow river
rating: 4
---

A bridge promises that what goes in comes out **somewhere else**, and that nobody but the one
who put it in can take it out; see [the glossary](glossary.md) for the words.

## What goes in

Deposits are counted at the end of every day. The count is public, and so is the way of
counting, which has changed *twice* since the bridge was opened.

- one token for one token
- fees are taken on the far side

> Whoever counts decides what counts.

### Counting twice

The same token seen from both sides is counted once by those who know, and twice by
those who would like it to be more than it is.

### Counting never

Some are never counted at all.

## What comes out

| Network | Value | Users |
| :-- | --: | --: |
| Arbitrum | 19.1 | 1.2 |
| Base | 8.0 | 3.4 |

Withdrawals wait for a week. The wait is the price of not having to trust anyone, and it
is paid by everyone who is not in a hurry.

```rust
fn wait(days: u32) -> Promise { Promise::new(days, \"a line of code that is much longer than the measure\", Network::Arbitrum, Proof::Later) }
```

## Notes

The end.
";

/// The document of a markdown, or of its first `head` bytes.
pub(crate) fn loaded(markdown: &str, head: Option<usize>) -> Loaded {
    let Head::Read(front) = front_matter::read(markdown, true) else { panic!("front matter") };
    let heading = contents::first_title(markdown, front.body);
    let place = FilePlace { root: 0, path: "bridge.md".into(), bytes: markdown.len() as u64, modified: 0 };
    let mut article = assemble(place, Path::new(""), &front, heading, Vec::new());
    let options = Options { title: Some(article.title.clone()), whole: head.is_none() };
    let kept = head.map_or(markdown, |head| &markdown[..head]);
    let document = Document::parse(kept.into(), Position(front.body), &options);
    if head.is_none() {
        article.words = Some(document.words());
    }
    Loaded { article: Arc::new(article), document: Arc::new(document), changes: None }
}

pub(crate) fn open_at(loaded: Loaded, at: Option<At>, width: u16, height: u16) -> App {
    let view = View {
        size: Size { width, height },
        clock: Duration::ZERO,
        today: jiff::civil::date(2026, 11, 22),
        theme: ThemeName::Dark,
        measure: 76,
        pictures: Means::default(),
        order: Order::Screen,
        hyphenate: false,
    };
    let source = DocumentSource::File(PathBuf::from("bridge.md"));
    let mut app = App::new(view, Start::Reader(source, loaded, at));
    resize(&mut app, width, height);
    app
}

pub(crate) fn open(markdown: &str, width: u16, height: u16) -> App {
    open_at(loaded(markdown, None), None, width, height)
}

fn resize(app: &mut App, width: u16, height: u16) {
    update(app, Action::Resize(Size { width, height }));
}

/// Presses keys, as commands write them, with blanks between.
pub(crate) fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in keys.split_whitespace() {
        let scopes = app.scopes().iter().copied().chain([Scope::Everywhere]);
        let command = scopes
            .filter_map(|scope| {
                COMMANDS.iter().find(|about| about.scope == scope && about.keys.contains(&key))
            })
            .map(|about| about.command)
            .next()
            .unwrap_or_else(|| panic!("no command has the key {key}"));
        effects.extend(update(app, Action::Command(command)));
    }
    effects
}

pub(crate) fn report(app: &mut App, loaded: Loaded) -> Vec<Effect> {
    let generation = app.newest.reader;
    update(app, Action::Report(Report::Loaded { slot: Slot::Reader, generation, result: Ok(loaded) }))
}

fn reader(app: &App) -> &Reader {
    app.reader.as_ref().unwrap()
}

pub(crate) fn top(app: &App) -> String {
    reader(app).visible().map(crate::layout::Row::text).find(|row| !row.trim().is_empty()).unwrap_or_default()
}

fn section(app: &App) -> &str {
    let reader = reader(app);
    let index = reader.status().section;
    index.and_then(|index| reader.contents().entry(index)).map_or("", |entry| entry.text.as_str())
}

pub(crate) fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| toast.text.as_str())
}

/// The first words on screen and the lit section after keys.
fn check(size: (u16, u16), keys: &str, first: &str, lit: &str) {
    let mut app = open(ARTICLE, size.0, size.1);
    press(&mut app, keys);
    assert!(top(&app).trim().starts_with(first), "{keys}: top is {:?}, not {first:?}", top(&app));
    assert_eq!(section(&app), lit, "{keys}");
}

#[test]
fn the_text_begins_with_the_card() {
    let app = open(ARTICLE, 80, 40);
    let rows: Vec<String> = reader(&app).visible().take(8).map(crate::layout::Row::text).collect();
    assert_eq!(
        rows,
        [
            "What a bridge promises",
            "10 June 2024 · DeFiBank · Ada Quill · 1 min · bridges  layer2",
            "",
            "Three promises, and which of them are kept.",
            "",
            "▣ A bridge over a narrow river",
            "",
            "A bridge promises that what goes in comes out somewhere else, and that",
        ]
    );
}

#[test]
fn lines_half_pages_and_pages_move_the_text() {
    check((80, 24), "j j j", "Three promises", "");
    check((80, 24), "j j j k", "Three promises", "");
    check((80, 24), "G g", "What a bridge", "");
    check((80, 24), "d u", "What a bridge", "");
    check((80, 24), "Space b", "What a bridge", "");
    let mut app = open(ARTICLE, 80, 24);
    press(&mut app, "G");
    assert!((reader(&app).status().progress - 1.0).abs() < f32::EPSILON);
    assert_eq!(reader(&app).status().minutes_left, 0);
}

#[test]
fn a_page_begins_with_no_blank_row_and_ends_with_no_heading() {
    let lines =
        |from: usize, to: usize| (from..=to).map(|n| format!("line {n}  \n")).collect::<Vec<_>>().concat();
    let top_after = |before: usize, keys: &str| {
        let mut app = open(&format!("# T\n\n{}\n## Head\n\n{}", lines(1, before), lines(50, 99)), 80, 24);
        let rows = reader(&app).visible().count();
        press(&mut app, keys);
        let first = reader(&app).visible().next().map(crate::layout::Row::text);
        (rows, first.unwrap_or_default())
    };
    // Title, facts and a blank row stand before the first line.
    let (rows, _) = top_after(40, "");
    let fill = rows - 3;
    assert_eq!(top_after(fill + 5, "Space").1, format!("line {fill}"), "the last row is the first one");
    assert_eq!(top_after(fill, "Space").1, format!("line {fill}"));
    assert_eq!(top_after(fill - 1, "Space").1, "Head", "the blank row is passed over");
    assert_eq!(top_after(fill - 2, "Space").1, "Head", "the heading was last");
    assert_eq!(top_after(fill - 3, "Space").1, "Head", "the heading was last but for its blank row");
    assert_eq!(top_after(fill - 4, "Space").1, "line 50");
    for before in fill - 4..fill + 2 {
        assert_eq!(top_after(before, "Space b").1, "T", "{before}");
    }
}

#[test]
fn brackets_step_from_heading_to_heading() {
    check((80, 20), "]", "What goes in", "What goes in");
    check((80, 20), "] ]", "Counting twice", "Counting twice");
    check((80, 20), "] ] ] ]", "What comes out", "What comes out");
    check((80, 20), "] ] [", "What goes in", "What goes in");
    check((80, 20), "] [", "What a bridge", "");
    check((80, 20), "] j j [", "What goes in", "What goes in");
    check((80, 20), "] j j ]", "Counting twice", "Counting twice");
}

#[test]
fn braces_step_between_headings_of_one_level() {
    check((80, 20), "] }", "What comes out", "What comes out");
    check((80, 20), "] } {", "What goes in", "What goes in");
    check((80, 20), "] ] }", "Counting never", "Counting never");
    let mut app = open(ARTICLE, 80, 20);
    press(&mut app, "] ] } }");
    assert_eq!(toast(&app), "This is the last heading of its level");
}

#[test]
fn a_jump_to_a_section_that_cannot_reach_the_top_lights_it_until_the_next_scroll() {
    let mut app = open(ARTICLE, 80, 60);
    press(&mut app, "] ]");
    assert_eq!(section(&app), "Counting twice");
    assert_eq!(top(&app), "What a bridge promises", "everything fits, so nothing moves");
    press(&mut app, "] ] ] ]");
    assert_eq!((section(&app), toast(&app)), ("Notes", "This is the last heading"));
    press(&mut app, "k");
    assert_eq!(section(&app), "", "it begins before the first heading");
}

#[test]
fn every_section_has_its_turn_while_one_scrolls_by_lines() {
    for height in [10, 16, 24, 30] {
        let mut app = open(ARTICLE, 120, height);
        let mut seen = vec![section(&app).to_owned()];
        for _ in 0..80 {
            press(&mut app, "j");
            if seen.last().is_none_or(|last| last != section(&app)) {
                seen.push(section(&app).to_owned());
            }
        }
        seen.retain(|section| !section.is_empty());
        assert_eq!(
            seen,
            ["What goes in", "Counting twice", "Counting never", "What comes out", "Notes"],
            "{height}"
        );
    }
}

#[test]
fn contents_open_focused_jump_and_hide() {
    let mut app = open(ARTICLE, 120, 24);
    let beside = |app: &App| reader(app).areas(&app.view).contents.is_some();
    assert!(beside(&app));
    press(&mut app, "o");
    assert_eq!((reader(&app).focus(), beside(&app)), (Focus::Contents, true));
    press(&mut app, "G k Enter");
    assert_eq!((reader(&app).focus(), section(&app)), (Focus::Text, "What comes out"));
    press(&mut app, "o o");
    assert_eq!((reader(&app).focus(), beside(&app)), (Focus::Text, false));
    press(&mut app, "Tab");
    assert_eq!(reader(&app).focus(), Focus::Text, "there is no other pane");
    press(&mut app, "o Esc Tab");
    assert_eq!((reader(&app).focus(), beside(&app)), (Focus::Contents, true));
    press(&mut app, "Tab");
    assert_eq!(reader(&app).focus(), Focus::Text);
}

#[test]
fn contents_lie_over_the_text_where_there_is_no_room_beside_it() {
    let mut app = open(ARTICLE, 80, 24);
    assert_eq!(reader(&app).contents_panel(&app.view), None);
    press(&mut app, "o");
    assert!(reader(&app).contents_panel(&app.view).is_some());
    press(&mut app, "j j j Enter");
    assert_eq!(reader(&app).contents_panel(&app.view), None);
    assert_eq!(section(&app), "What comes out");
    press(&mut app, "o Esc");
    assert_eq!((reader(&app).focus(), app.reader.is_some()), (Focus::Text, true));
}

#[test]
fn an_article_says_whether_it_begins_with_its_contents() {
    let without = ARTICLE.replace("rating: 4", "toc: false");
    let mut app = open(&without, 120, 24);
    assert_eq!(reader(&app).areas(&app.view).contents, None);
    press(&mut app, "o");
    assert!(reader(&app).areas(&app.view).contents.is_some());
}

#[test]
fn an_article_without_headings_says_so() {
    let mut app = open("# Only a title\n\nText, and\n\n> # a quoted heading\n", 120, 24);
    assert!(reader(&app).contents().is_empty());
    press(&mut app, "o");
    assert_eq!(toast(&app), "This article has no headings");
    assert_eq!(reader(&app).focus(), Focus::Text);
}

#[test]
fn escape_takes_one_step_back_and_never_quits_a_lone_file() {
    let mut app = open(ARTICLE, 120, 24);
    press(&mut app, "Z i");
    assert!(reader(&app).is_zen() && reader(&app).metadata().is_some());
    press(&mut app, "Esc");
    assert!(reader(&app).is_zen() && reader(&app).metadata().is_none());
    press(&mut app, "Esc");
    assert!(!reader(&app).is_zen());
    let effects = press(&mut app, "Esc");
    assert!(effects.is_empty() && app.reader.is_some());
    let effects = press(&mut app, "o q");
    assert!(matches!(effects[..], [Effect::Quit]), "{effects:?}");
}

#[test]
fn wide_rows_are_panned_and_come_back() {
    let mut app = open(ARTICLE, 80, 20);
    press(&mut app, "l");
    assert_eq!(reader(&app).pan(), 0, "nothing in sight is wide");
    press(&mut app, "] } d l l h");
    assert!(reader(&app).status().is_wide);
    assert_eq!(reader(&app).pan(), 8);
    press(&mut app, "l l l l l l l l l l l l");
    let row = reader(&app).visible().map(crate::layout::Row::width).max().unwrap();
    let column = reader(&app).text_column(&app.view);
    assert_eq!(reader(&app).pan(), row - (column.right - column.x), "no further than its end");
    press(&mut app, "0");
    assert_eq!(reader(&app).pan(), 0);
    press(&mut app, "l g");
    assert_eq!(reader(&app).pan(), 0, "it is forgotten where nothing is wide");
}

#[test]
fn metadata_lists_every_field_and_every_problem() {
    let markdown = ARTICLE.replace("rating: 4", "rating: 4\nextra:\n  deep: [a, b]\ndraft: perhaps\n");
    let mut app = open(&markdown, 80, 50);
    press(&mut app, "i");
    let metadata = reader(&app).metadata().unwrap();
    let lines: Vec<(String, String)> = metadata
        .visible(app.view.size.area())
        .iter()
        .map(|line| (line.name.to_string(), line.value.to_string()))
        .collect();
    let has = |name: &str, value: &str| {
        assert!(lines.iter().any(|line| line.0 == name && line.1.contains(value)), "{name}: {lines:#?}");
    };
    has("title", "What a bridge promises");
    has("date", "2024-06-10");
    has("authors", "Ada Quill");
    has("rating", "4");
    has("extra.deep", "a, b");
    has("problems", "13:1: ");
    press(&mut app, "i");
    assert!(reader(&app).metadata().is_none());
}

fn mouse(app: &mut App, kind: MouseKind, column: u16, row: u16) {
    update(app, Action::Mouse(Mouse { kind, column, row }));
}

#[test]
fn the_mouse_jumps_and_scrolls_what_is_under_it() {
    let mut app = open(ARTICLE, 120, 20);
    let list = reader(&app).contents_list(&app.view).unwrap();
    mouse(&mut app, MouseKind::Press, list.x + 4, list.y + 3);
    assert_eq!(section(&app), "What comes out");
    mouse(&mut app, MouseKind::Press, 0, 1);
    assert_eq!(top(&app), "What a bridge promises");
    mouse(&mut app, MouseKind::Press, 119, 1);
    assert!((reader(&app).status().progress - 1.0).abs() < f32::EPSILON);
    mouse(&mut app, MouseKind::Wheel(-3), 60, 10);
    assert!(reader(&app).status().progress < 1.0);
    let before = top(&app);
    mouse(&mut app, MouseKind::Wheel(3), list.x + 4, list.y);
    assert_eq!(top(&app), before, "the wheel over the contents leaves the text");
}

#[test]
fn a_click_on_the_way_back_leads_to_the_list_and_one_on_a_tag_to_the_tags() {
    let mut app = open(ARTICLE, 120, 20);
    mouse(&mut app, MouseKind::Press, 1, 0);
    assert!(app.reader.is_some(), "a lone file has no way back");
    let library = LibraryScreen::new(Origin::Disk(crate::safe!("articles")), Query::default());
    app.library = Some(library);
    resize(&mut app, 120, 20);
    assert_eq!(reader(&app).way_back(&app.view).as_str(), "‹ 0 articles");
    let column = reader(&app).text_column(&app.view).x;
    let text = reader(&app).areas(&app.view).text.y;
    let tag = "10 June 2024 · DeFiBank · Ada Quill · 1 min · ".chars().count() as u16;
    mouse(&mut app, MouseKind::Press, column, text + 1);
    assert!(app.overlay.is_none(), "the date is no tag");
    mouse(&mut app, MouseKind::Press, column + tag, text + 1);
    assert!(matches!(app.overlay, Some(Overlay::Picker(_))));
    press(&mut app, "Esc");
    mouse(&mut app, MouseKind::Press, 40, 0);
    assert!(app.reader.is_some(), "the title leads nowhere");
    mouse(&mut app, MouseKind::Press, 1, 0);
    assert!(app.reader.is_none());
}

#[test]
fn the_next_article_is_shown_as_the_one_before_was() {
    let mut app = open(ARTICLE, 120, 20);
    press(&mut app, "o o Z");
    let other = loaded(ARTICLE, None);
    let source = DocumentSource::File("other.md".into());
    let next = Reader::new(&app.view, source, other, None).like(app.reader.as_ref());
    assert!(next.is_zen());
    app.reader = Some(next);
    press(&mut app, "Z");
    assert_eq!(reader(&app).areas(&app.view).contents, None);
}

#[test]
fn ten_thousand_headings_keep_the_current_one_in_sight() {
    let markdown = (0..10_000).fold(String::new(), |all, n| all + &format!("## Heading {n}\n\nText.\n\n"));
    let mut app = open(&markdown, 120, 40);
    assert_eq!(reader(&app).contents().len(), 10_000);
    press(&mut app, "G");
    assert_eq!(section(&app), "Heading 9999");
    let list = reader(&app).contents_list(&app.view).unwrap();
    let seen = |app: &App| {
        let status = reader(app).status();
        reader(app).contents().visible(list.height).any(|(index, _)| Some(index) == status.section)
    };
    assert!(seen(&app));
    press(&mut app, "u u u");
    assert!(seen(&app));
    press(&mut app, "o g Enter");
    assert_eq!(section(&app), "Heading 0");
    assert!(seen(&app));
}

/// Clicks on the first cell of the row that shows `needle`, from the row of the screen that shows `row` on.
fn click_on(app: &mut App, row: &str, needle: &str) {
    let (mut found, areas, text) = (None, reader(app).areas(&app.view), reader(app).text_column(&app.view));
    for (line, y) in reader(app).visible().zip(areas.text.y..) {
        let shown = line.text();
        if let Some(at) = shown.find(needle).filter(|_| shown.contains(row)) {
            found = Some((text.x + crate::text::width(&shown[..at]) as u16, y));
            break;
        }
    }
    let (column, row) = found.unwrap_or_else(|| panic!("no {needle:?} on the screen"));
    update(app, Action::Mouse(Mouse { kind: MouseKind::Press, column, row }));
}

#[test]
fn a_footnote_mark_leads_to_the_note_and_its_number_back() {
    let filler = "word word word\n\n".repeat(30);
    let markdown = format!(
        "first[^a] mark\n\n{filler}second[^a] mark and [a way](#the%20end)\n\n{filler}\
         [^a]: The note.\n\n## The end\n\n{filler}{filler}"
    );
    let mut app = open(&markdown, 80, 24);
    // The rule over the notes comes first, then the note.
    let shows_note = |app: &App| reader(app).visible().take(2).any(|row| row.text().contains("The note."));
    press(&mut app, "j j");
    click_on(&mut app, "first", "¹");
    assert!(shows_note(&app), "{}", top(&app));
    assert!(reader(&app).landed().is_some());
    click_on(&mut app, "The note.", "1.");
    assert!(top(&app).contains("first"), "{}", top(&app));
    // From another mark of the same note, its number leads back there.
    press(&mut app, "PgDn PgDn PgDn");
    let before = top(&app);
    click_on(&mut app, "second", "¹");
    assert!(shows_note(&app));
    click_on(&mut app, "The note.", "1.");
    assert_eq!(top(&app), before);
    // Without a way that led there, to the first.
    press(&mut app, "g G u u u u u u u u");
    while !top(&app).contains("The note.") {
        press(&mut app, "k");
    }
    press(&mut app, "k k");
    click_on(&mut app, "The note.", "1.");
    assert!(top(&app).contains("first"), "{}", top(&app));
}

#[test]
fn jumps_are_taken_back_and_made_again() {
    let filler = "word word word\n\n".repeat(30);
    let markdown = format!("to [the end](#the-end)\n\n{filler}## The end\n\n{filler}");
    let mut app = open(&markdown, 80, 24);
    press(&mut app, "j j");
    click_on(&mut app, "to the end", "the end");
    assert_eq!(top(&app), "The end");
    assert_eq!(section(&app), "The end");
    press(&mut app, "Backspace");
    assert!(top(&app).contains("to the end"), "{}", top(&app));
    press(&mut app, "Alt-Right");
    assert_eq!(top(&app), "The end");
    press(&mut app, "Alt-Left Backspace");
    assert!(top(&app).contains("to the end"), "{}", top(&app));
    assert!(app.toast.is_some(), "there is nothing left to go back to");
}
