//! A position so that it is found again in another run and after an edit: the text around it, and where that
//! is now.
//!
//! Knows `shown`. Text is compared by letters and digits alone, so that neither markup nor line ends count.

use memchr::memmem;

use super::Document;
use super::shown::{PartId, Position, Shown};
use crate::text::SafeText;

/// Parts whose text is looked at on each side, where one alone says too little.
const PARTS: u32 = 4;
/// Letters that have to be the same for a place to be found, where there are so many.
const LEAST: usize = 20;
/// Words of the text after and before a place by which it is looked for.
const WORDS: usize = 12;

/// Up to `most` characters of shown text before a position, and from it on.
pub fn around(document: &Document, position: Position, most: usize) -> (String, String) {
    let id = document.part_at(position);
    let (mut before, mut after) = split(document, id, position, most);
    for next in (id.0 + 1..).take(PARTS as usize) {
        if after.chars().count() >= most {
            break;
        }
        let (_, text) = split(document, PartId(next), Position(0), most);
        if !text.is_empty() {
            after = format!("{after} {text}");
        }
    }
    for previous in (id.0.saturating_sub(PARTS)..id.0).rev() {
        if before.chars().count() >= most {
            break;
        }
        let (text, _) = split(document, PartId(previous), Position(u32::MAX), most);
        if !text.is_empty() {
            before = format!("{text} {before}");
        }
    }
    (last_of(&before, most).to_owned(), first_of(&after, most).to_owned())
}

/// The last `most` characters.
fn last_of(text: &str, most: usize) -> &str {
    let begins = most.checked_sub(1).and_then(|last| text.char_indices().rev().nth(last));
    begins.map_or(text, |(at, _)| &text[at..])
}

/// The first `most` characters.
fn first_of(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}

/// The slug of the section that a position is in.
pub fn section(document: &Document, position: Position) -> Option<SafeText> {
    let contents = document.contents();
    let after = contents.partition_point(|heading| heading.position <= position);
    Some(contents.get(after.checked_sub(1)?)?.slug())
}

/// Whether the text around a position is this.
pub fn is_at(document: &Document, position: Position, before: &str, after: &str) -> bool {
    let (before, after) = (letters(before), letters(after));
    let at = position.0 as usize;
    let markdown = document.markdown();
    if !markdown.is_char_boundary(at) || before.len() + after.len() < LEAST {
        return false;
    }
    forward(markdown, at, &after) == after.len() && backward(document, at, &before) == before.len()
}

/// Which text a place belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What begins at it.
    After,
    /// What ends at it.
    Before,
}

/// Where a place is in a document: at its position where the document is the same as when it was made or has
/// the same text there (then it comes with `true`), else where its text is now. The top, over the first word, has no
/// text around it and is always there.
pub fn locate(
    document: &Document,
    is_same: bool,
    position: Position,
    slug: Option<&str>,
    (before, after): (&str, &str),
    side: Side,
) -> Option<(Position, bool)> {
    let is_within = (position.0 as usize) < document.markdown().len();
    let is_top = position.0 == 0 && before.is_empty() && after.is_empty();
    if ((is_same || is_top) && is_within) || is_at(document, position, before, after) {
        return Some((position, true));
    }
    // In a head it may still come.
    let found = document.is_whole().then(|| find(document, position, slug, (before, after), side)).flatten();
    found.map(|found| (found, false))
}

/// Where the text around a place is now, most of it where not all is left, in the section `slug` rather than
/// elsewhere, near `position` rather than far from it.
pub fn find(
    document: &Document,
    position: Position,
    slug: Option<&str>,
    (before, after): (&str, &str),
    side: Side,
) -> Option<Position> {
    let (own_before, own_after) = (letters(before), letters(after));
    let least = LEAST.min((own_before.len() + own_after.len()).max(1));
    let markdown = document.markdown();
    let body = document.body().0 as usize;
    let text = markdown.get(body..).unwrap_or_default();
    let ahead: Vec<_> = words(after).take(WORDS).collect();
    let mut behind: Vec<_> = words(before).collect();
    behind.reverse();
    // What begins at the place is it; then what ended there; then what came some words later.
    let steps = match side {
        Side::After => [Step::At, Step::Behind, Step::Later],
        Side::Before => [Step::Behind, Step::At, Step::Later],
    };
    for step in steps {
        let words = if step == Step::Behind { &behind } else { &ahead };
        for (at, word) in words.iter().take(WORDS) {
            let (back, on, between) = if step == Step::Behind {
                let between = letters(&before[*at..]);
                let count = between.len();
                (letters(&before[..*at]), [between.as_slice(), &own_after].concat(), count)
            } else {
                let between = letters(&after[..*at]);
                let count = between.len();
                ([own_before.as_slice(), &between].concat(), letters(&after[*at..]), count)
            };
            let mut best = None;
            for found in memmem::find_iter(text.as_bytes(), word.as_bytes()).map(|found| body + found) {
                if !markdown.is_char_boundary(found) {
                    continue;
                }
                let (ahead, behind) = (forward(markdown, found, &on), backward(document, found, &back));
                let is_joined = match step {
                    Step::At => behind >= between,
                    Step::Behind => ahead >= between,
                    Step::Later => true,
                };
                if ahead + behind < least || !is_joined {
                    continue;
                }
                let here = match (step, side) {
                    (Step::Behind, Side::After) => behind_letters(markdown, found, between),
                    (Step::Behind, Side::Before) => end_of_letters(markdown, found, between, before),
                    (Step::At, _) => back_over_letters(markdown, found, between),
                    (Step::Later, _) => found,
                };
                let here = Position(u32::try_from(here).unwrap_or(u32::MAX));
                let is_own = slug.is_some() && section(document, here).as_ref().map(SafeText::as_str) == slug;
                let far = u32::MAX - here.0.abs_diff(position.0);
                best = best.max(Some((ahead + behind, is_own, far, here)));
            }
            if let Some((.., found)) = best {
                return Some(found);
            }
        }
    }
    None
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    At,
    Behind,
    Later,
}

/// Up to `most` characters of a part's shown text before a position and from it on; of a part that is no text, of
/// its markdown.
fn split(document: &Document, id: PartId, position: Position, most: usize) -> (String, String) {
    let near =
        |before: &str, after: &str| (last_of(before, most).to_owned(), first_of(after, most).to_owned());
    let Some(part) = document.parts().get(id.0 as usize) else { return Default::default() };
    match document.show(id) {
        Shown::Text(shown) | Shown::Code { text: shown, .. } => {
            let at = if position.0 >= part.range.end {
                shown.text.as_str().len()
            } else if position.0 < part.range.start {
                0
            } else {
                shown.map.shown(position.0) as usize
            };
            let (before, after) = shown.text.as_str().split_at_checked(at).unwrap_or_default();
            near(before, after)
        }
        Shown::Nothing | Shown::Rule => Default::default(),
        _ => {
            let at = position.0.clamp(part.range.start, part.range.end) as usize;
            let markdown = document.markdown();
            let before = markdown.get(part.range.start as usize..at).unwrap_or_default();
            let after = markdown.get(at..part.range.end as usize).unwrap_or_default();
            near(before, after)
        }
    }
}

pub(super) fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The words of a text, each with where it begins.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|letter: char| !letter.is_alphanumeric()).filter_map(move |word| {
        let start = at;
        at += word.len();
        let found = text.get(at..).and_then(|rest| rest.chars().next());
        at += found.map_or(0, char::len_utf8);
        (word.len() >= 2).then_some((start, word))
    })
}

/// How many of `wanted` come one after the other from `at` on.
pub(super) fn forward(markdown: &str, at: usize, wanted: &[char]) -> usize {
    let seen = markdown.get(at..).unwrap_or_default().chars().filter(|letter| letter.is_alphanumeric());
    wanted.iter().zip(seen).take_while(|(wanted, seen)| *wanted == seen).count()
}

/// Where the first letter is behind so many from `at` on.
fn behind_letters(markdown: &str, at: usize, count: usize) -> usize {
    let rest = markdown.get(at..).unwrap_or_default();
    let mut letters = rest.char_indices().filter(|(_, letter)| letter.is_alphanumeric());
    letters.nth(count).map_or(markdown.len(), |(byte, _)| at + byte)
}

/// Where so many letters from `at` on end, with the signs behind them that `text` ends with.
pub(super) fn end_of_letters(markdown: &str, at: usize, count: usize, text: &str) -> usize {
    let rest = markdown.get(at..).unwrap_or_default();
    let letters = rest.char_indices().filter(|(_, letter)| letter.is_alphanumeric());
    let last = letters.take(count).last();
    let end = last.map_or(at, |(byte, letter)| at + byte + letter.len_utf8());
    let tail = text.trim_end().rsplit(char::is_alphanumeric).next().unwrap_or_default();
    let behind = markdown.get(end..).unwrap_or_default();
    let same = tail.chars().zip(behind.chars()).take_while(|(own, other)| own == other);
    end + same.map(|(sign, _)| sign.len_utf8()).sum::<usize>()
}

/// Where the first of so many letters before `at` is.
pub(super) fn back_over_letters(markdown: &str, at: usize, count: usize) -> usize {
    let before = markdown.get(..at).unwrap_or_default();
    let letters = before.char_indices().rev().filter(|(_, letter)| letter.is_alphanumeric());
    letters.take(count).last().map_or(at, |(byte, _)| byte)
}

/// How many of `wanted` come one before the other up to `at`, never in the front matter.
pub(super) fn backward(document: &Document, at: usize, wanted: &[char]) -> usize {
    let text = document.markdown().get(document.body().0 as usize..at).unwrap_or_default();
    let seen = text.chars().rev().filter(|letter| letter.is_alphanumeric());
    wanted.iter().rev().zip(seen).take_while(|(wanted, seen)| *wanted == seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Options;
    use crate::text::Markdown;

    fn document(text: &str) -> Document {
        Document::parse(Markdown::from(text), Position(0), &Options { title: None, whole: true })
    }

    const TEXT: &str = "# One\n\nThe *first* paragraph has [some words](https://example.org) in it.\n\n\
        # Two\n\nThe second paragraph\nis broken over lines, and ends.\n\nThe same words stand here.\n\n\
        # Three\n\nThe same words stand here.\n\nThe end.\n";

    /// Where what begins with `at` in the text is in another one.
    fn check(at: &str, other: &str, expect: Option<&str>) {
        let before = document(TEXT);
        let position = Position(TEXT.rfind(at).unwrap() as u32);
        let (ahead, behind) = around(&before, position, 64);
        let slug = section(&before, position);
        let after = document(other);
        let found =
            find(&after, position, slug.as_ref().map(SafeText::as_str), (&ahead, &behind), Side::After);
        let seen = found.map(|found| &other[found.0 as usize..]);
        let seen = seen.map(|seen| seen.lines().next().unwrap_or_default());
        assert_eq!(seen, expect, "{at:?}");
    }

    #[test]
    fn a_place_is_found_by_the_text_around_it() {
        check("is broken", TEXT, Some("is broken over lines, and ends."));
        check("is broken", &format!("Put before.\n\n{TEXT}"), Some("is broken over lines, and ends."));
        check(
            "first",
            &TEXT.replace("*first*", "**first**"),
            Some("first** paragraph has [some words](https://example.org) in it."),
        );
        check(
            "The same",
            &TEXT.replace("# One", "# Zero\n\nMore.\n\n# One"),
            Some("The same words stand here."),
        );
        check("is broken", &TEXT.replace("broken over lines", "changed"), Some("is changed, and ends."));
        let begun = TEXT.replace("is broken over lines, and ends.", "does not end here.");
        check("is broken", &begun, Some("does not end here."));
    }

    #[test]
    fn the_top_is_found_whatever_has_changed() {
        let top = |position| {
            locate(&document("Other words.\n"), false, Position(position), None, ("", ""), Side::After)
        };
        assert_eq!(top(0), Some((Position(0), true)));
        assert_eq!(top(5), None);
    }

    #[test]
    fn where_the_text_is_gone_nothing_is_found() {
        let gone = TEXT.replace("The second paragraph\nis broken over lines, and ends.", "Else.");
        check("broken", &gone.replace("The same words stand here.", "New."), None);
        check("broken", "Nothing of it.\n", None);
    }

    #[test]
    fn of_the_same_text_in_two_sections_that_of_its_own_is_found() {
        let at = TEXT.rfind("The same").unwrap();
        let before = document(TEXT);
        let other = document(&format!("Put before.\n\n{TEXT}"));
        let found =
            find(&other, Position(at as u32), Some("three"), ("", "The same words stand here."), Side::After);
        assert_eq!(found, Some(Position(at as u32 + 13)));
        assert!(is_at(&before, Position(at as u32), "", "The same words stand here."));
        assert!(!is_at(&before, Position(at as u32 - 3), "", "The same words stand here."));
    }
}
