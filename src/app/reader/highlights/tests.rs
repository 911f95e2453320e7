//! When the reader asks for highlights, and what it does with those that come.

use super::super::tests::{loaded, open, press, report};
use super::*;
use crate::app::effect::{DocumentSource, Report};
use crate::app::geometry::Size;
use crate::app::{Action, App, Start, look_ahead, update};
use crate::document::highlight::{HighlightRole, Highlighter};

/// A screen of text between blocks of code.
fn article(blocks: usize) -> String {
    let text = "A line of text.\n\n".repeat(20);
    let block = |number| format!("{text}```rust\nlet block = {number};\n```\n\n");
    (0..blocks).map(block).collect::<Vec<_>>().concat()
}

/// What of `effects` asks for highlights.
fn asked(effects: Vec<Effect>) -> Vec<(Generation, Arc<Document>, Vec<PartId>)> {
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Highlight { generation, document, parts } => Some((generation, document, parts)),
            _ => None,
        })
        .collect()
}

/// The reader on `markdown`, with what it asked for.
pub(crate) fn begin(markdown: &str, height: u16) -> (App, Vec<Effect>) {
    let view = open("", 80, height).view;
    let source = DocumentSource::File("bridge.md".into());
    let mut app = App::new(view, Start::Reader(source, loaded(markdown, None), None));
    let effects = update(&mut app, Action::Resize(view.size));
    let effects = newest(&mut app, effects);
    (app, effects)
}

/// What is asked for in the end, once there was time to look ahead.
fn newest(app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
    let later = look_ahead(app);
    let asks = later.iter().any(|effect| matches!(effect, Effect::Highlight { .. }));
    if asks { later } else { effects }
}

/// Answers what was asked for, and says how many parts that were.
pub(crate) fn answer(app: &mut App, effects: Vec<Effect>) -> usize {
    let mut answered = 0;
    for (generation, document, parts) in asked(effects) {
        let mut highlighter = Highlighter::default();
        for part in parts {
            let highlights = highlighter.part(&document, part, &|| false).unwrap();
            let report = Report::Highlighted { generation, part, highlights };
            assert!(asked(update(app, Action::Report(report))).is_empty(), "{part:?} asks for more");
            answered += 1;
        }
    }
    answered
}

/// Parts that have highlights.
fn highlighted(app: &App) -> Vec<u32> {
    let highlights = &app.reader.as_ref().unwrap().highlights;
    highlights.parts.iter().filter(|(_, found)| !found.is_empty()).map(|(part, _)| part.0).collect()
}

#[test]
fn code_on_screen_and_one_screen_on_is_asked_for_once() {
    let (mut app, effects) = begin(&article(9), 50);
    let first = asked(effects);
    assert_eq!(first.len(), 1);
    // 48 rows show one block, the 48 after them one more.
    assert_eq!(first[0].2, [PartId(20), PartId(41)]);
    assert!(asked(press(&mut app, "j")).is_empty(), "what is on its way is asked for again");
    let effects = press(&mut app, "Space");
    let next = asked(newest(&mut app, effects));
    assert_eq!(next.len(), 1);
    assert!(next[0].0 > first[0].0);
    assert_eq!(next[0].2, [PartId(41), PartId(62), PartId(20)], "what was not answered is taken in");
}

#[test]
fn what_was_answered_is_not_asked_for_again_at_any_size() {
    let (mut app, effects) = begin(&article(2), 100);
    assert_eq!(answer(&mut app, effects), 2);
    assert_eq!(highlighted(&app), [20, 41]);
    for width in [40, 200, 80] {
        let effects = update(&mut app, Action::Resize(Size { width, height: 100 }));
        assert!(asked(effects).is_empty());
        assert_eq!(highlighted(&app), [20, 41]);
    }
}

#[test]
fn a_report_of_an_older_generation_is_dropped() {
    let (mut app, effects) = begin(&article(9), 50);
    let (old, document, parts) = asked(effects).remove(0);
    let effects = press(&mut app, "Space");
    assert_eq!(asked(newest(&mut app, effects)).len(), 1);
    let highlights = Highlighter::default().part(&document, parts[0], &|| false).unwrap();
    let report =
        |generation| Report::Highlighted { generation, part: parts[0], highlights: highlights.clone() };
    update(&mut app, Action::Report(report(old)));
    assert!(highlighted(&app).is_empty());
    let newest = app.newest.highlights;
    update(&mut app, Action::Report(report(newest)));
    assert_eq!(highlighted(&app), [20]);
}

#[test]
fn a_newer_state_of_the_document_keeps_what_shows_the_same() {
    let before = article(2);
    let (mut app, effects) = begin(&before, 100);
    let old = app.newest.highlights;
    answer(&mut app, effects);
    let after = before.replace("let block = 1;", "let other = 1;");
    let effects = report(&mut app, loaded(&after, None));
    assert_eq!(highlighted(&app), [20]);
    let again = asked(effects);
    assert_eq!(again[0].2, [PartId(41)]);
    assert!(again[0].0 > old);
}

#[test]
fn a_document_without_code_takes_no_report_of_the_one_before() {
    let (mut app, effects) = begin(&article(1), 60);
    let (old, _, parts) = asked(effects).remove(0);
    assert!(asked(report(&mut app, loaded(&"Only text.\n\n".repeat(40), None))).is_empty());
    let highlights = vec![Highlight { range: 0..4, role: HighlightRole::Keyword }];
    update(&mut app, Action::Report(Report::Highlighted { generation: old, part: parts[0], highlights }));
    assert!(highlighted(&app).is_empty());
}

#[test]
fn what_is_kept_is_bounded_and_what_was_dropped_is_asked_for_again() {
    let loaded = loaded(&article(200), None);
    let document = loaded.document;
    let mut highlights = Highlights::default();
    let mut generation = Generation::default();
    let at = |block: u32| PartId(block * 21 + 20);
    let near = |block: u32| (at(block), (PartId(at(block).0 - 20), at(block)));
    for block in 0..200 {
        let (first, near) = near(block);
        let effect = highlights.ensure(&document, first, near, &mut generation);
        assert_eq!(asked(effect.into_iter().collect())[0].2, [at(block)]);
        let one = Highlight { range: 0..1, role: HighlightRole::Keyword };
        highlights.take(at(block), vec![one; 1000]);
        assert!(highlights.kept <= KEPT + 1000);
        assert_eq!(highlights.kept, highlights.parts.values().map(Vec::len).sum::<usize>());
    }
    assert_eq!(highlights.of(at(0)), []);
    assert_eq!(highlights.of(at(199)).len(), 1000);
    let (first, near) = near(0);
    assert!(highlights.ensure(&document, first, near, &mut generation).is_some());
}

#[test]
fn what_was_dropped_without_a_new_request_is_asked_for_again() {
    let document = loaded(&article(9), None).document;
    let mut highlights = Highlights::default();
    let mut generation = Generation::default();
    let mut at = |highlights: &mut Highlights, first: u32, last: u32| {
        let near = (PartId(first), PartId(last));
        highlights.ensure(&document, PartId(first), near, &mut generation).is_some()
    };
    assert!(at(&mut highlights, 0, 20));
    highlights.take(PartId(20), vec![Highlight { range: 0..1, role: HighlightRole::Keyword }; KEPT + 1]);
    assert!(!at(&mut highlights, 0, 20));
    // Nothing but text.
    assert!(!at(&mut highlights, 21, 40));
    assert_eq!(highlights.kept, 0);
    assert!(at(&mut highlights, 0, 20));
}
