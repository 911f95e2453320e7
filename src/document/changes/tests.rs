//! Two states of a document, and what is said of the difference.

use proptest::prelude::*;

use super::*;
use crate::document::Options;

fn document(markdown: &str) -> Document {
    Document::parse(markdown.into(), Position(0), &Options { title: None, whole: true })
}

/// What the fresh parts of `new` are, a line each.
fn fresh(old: &str, new: &str) -> String {
    let (old, new) = (document(old), document(new));
    let changes = Changes::between(&old, &new);
    let parts = changes.fresh(&new).map(|part| new.slice(&new.parts()[part.0 as usize]).trim().to_owned());
    parts.collect::<Vec<_>>().join("|")
}

#[track_caller]
fn check_fresh(old: &str, new: &str, expect: &str) {
    assert_eq!(fresh(old, new), expect);
}

/// The text at which one is in `new` who was at the `\u{2038}` of `old`.
#[track_caller]
fn check_place(old: &str, new: &str, expect: &str) {
    let at = old.find('\u{2038}').unwrap();
    let (old, new) = (document(&old.replace('\u{2038}', "")), document(new));
    let changes = Changes::between(&old, &new);
    let position = changes.position(&old, &new, Position(at as u32));
    let rest = new.markdown().get(position.0 as usize..).unwrap();
    assert!(rest.starts_with(expect), "at {rest:?} instead of {expect:?}");
}

const TEXT: &str = "# One\n\nFirst paragraph.\n\nSecond paragraph.\n\n---\n\nThird paragraph.\n";

#[test]
fn what_was_not_touched_is_not_fresh() {
    check_fresh(TEXT, TEXT, "");
    check_fresh(TEXT, &format!("\n\n{TEXT}"), "");
    check_fresh(TEXT, &TEXT.replace("Second", "Other"), "Other paragraph.");
    check_fresh(TEXT, &TEXT.replace("Second", "New.\n\nSecond"), "New.");
    check_fresh(TEXT, &TEXT.replace("Second paragraph.\n\n", ""), "");
    check_fresh(TEXT, &TEXT.replace("First paragraph.", "> First paragraph."), "First paragraph.");
    check_fresh("- [ ] a\n- [ ] b\n", "- [x] a\n- [ ] b\n", "a");
    check_fresh("1. a\n2. b\n", "1. new\n2. a\n3. b\n", "new");
}

#[test]
fn repeated_blocks_are_matched_beside_their_neighbours() {
    check_fresh("a\n\n---\n\nb\n\n---\n\nc\n", "a\n\n---\n\nx\n\n---\n\nb\n\n---\n\nc\n", "x|---");
}

#[test]
fn of_a_long_block_only_the_piece_that_changed_is_fresh() {
    let code = |middle: &str| {
        let lines = "let x = 1;\n".repeat(5000);
        format!("```rust\n{lines}{middle}\n{lines}```\n")
    };
    let (old, new) = (document(&code("let a = 2;")), document(&code("let b = 2;")));
    assert!(new.parts().len() > 3);
    let changes = Changes::between(&old, &new);
    assert_eq!(changes.fresh(&new).count(), 1);
}

#[test]
fn a_place_moves_with_its_block() {
    check_place("a\n\nbcd\u{2038}efg\n", "new\n\na\n\nbcdefg\n", "efg");
    check_place("a\n\nbcd\u{2038}efg\n", "bcdefg\n", "efg");
}

#[test]
fn a_place_in_a_changed_block_is_found_by_its_text() {
    let old = "It was a bright cold day in April, and the \u{2038}clocks were striking thirteen.\n";
    check_place(old, "It was a cold day in April, and the clocks were striking thirteen.\n", "clocks");
    check_place(old, "It was a bright cold day in April, and the clocks struck thirteen.\n", "clocks struck");
    check_place(
        old,
        "It was a cold day in April, and the clocks were all striking thirteen hours.\n",
        "clocks were all",
    );
    check_place(old, "New.\n\nOn a cold day in April, and the bells were striking thirteen.\n", "bells");
}

#[test]
fn a_place_in_a_block_that_went_elsewhere_goes_with_it() {
    let moved = "One block that goes\u{2038} down below the other ones.";
    let (b, c) = ("Second paragraph, which is longer.", "Third paragraph, which is longer still.");
    let after = format!("{b}\n\n{c}\n\n{}\n", moved.replace('\u{2038}', ""));
    check_place(&format!("{moved}\n\n{b}\n\n{c}\n"), &after, " down below");
}

#[test]
fn a_place_in_a_block_that_is_gone_is_at_the_next_one() {
    check_place("a\n\nb\u{2038}bb\n\nccc\n", "a\n\nccc\n", "ccc");
    check_place("a\n\nb\u{2038}bb\n", "a\n", "");
    check_place("a\n\nb\u{2038}bb\n\nccc\n", "a\n\nother\n\nccc\n", "other");
}

#[test]
fn a_place_before_the_first_block_stays_before_it_and_in_the_file() {
    check_place("- \u{2038}x", "", "");
    check_place("-\u{2038} x", "", "");
    check_place("-\u{2038} x", "é x", "é x");
    check_place("\n\n\n\u{2038}\na\n", "a\n", "a");
    check_place("\n\u{2038}\na\n", "\n\na\n", "\na");
}

#[test]
fn unchanged_parts_are_known_by_their_new_place() {
    let (old, new) = (document("a\n\nb\n\nc\n"), document("x\n\ny\n\nb\n\nc\n"));
    let changes = Changes::between(&old, &new);
    let to = |part| changes.part(PartId(part)).map(|part| part.0);
    assert_eq!([to(0), to(1), to(2)], [None, Some(2), Some(3)]);
}

proptest! {
    #[test]
    fn whatever_is_written_every_part_is_matched_to_one_that_reads_the_same(
        old in proptest::collection::vec("[a-c]{1,2}|- x|> y|```", 0..12),
        new in proptest::collection::vec("[a-c]{1,2}|- x|> y|```", 0..12),
        at in 0_u32..60,
    ) {
        let (old, new) = (document(&old.join("\n\n")), document(&new.join("\n\n")));
        let changes = Changes::between(&old, &new);
        let mut last = None;
        for (index, part) in old.parts().iter().enumerate() {
            let Some(to) = changes.part(PartId(index as u32)) else { continue };
            prop_assert_eq!(old.slice(part), new.slice(&new.parts()[to.0 as usize]));
            prop_assert!(last < Some(to));
            last = Some(to);
        }
        let fresh: Vec<_> = changes.fresh(&new).collect();
        let kept = (0..old.parts().len() as u32).filter_map(|part| changes.part(PartId(part))).count();
        prop_assert!(fresh.len() + kept <= new.parts().len());
        let length = old.markdown().len() as u32;
        let position = changes.position(&old, &new, Position(at.min(length)));
        prop_assert!(new.markdown().is_char_boundary(position.0 as usize));
    }
}
