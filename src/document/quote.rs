//! A quotation and where it is in a document: as it was, elsewhere, edited, or cut short; and nowhere where what
//! stands in its place says something else.
//!
//! Knows `place` and `shown`. Text is compared by letters and digits alone, as places are.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::Document;
use super::place::{
    self, Side, around, back_over_letters, backward, end_of_letters, forward, letters, section, words,
};
use super::shown::{PartId, Position, Shown};
use crate::text::SafeText;

/// Characters of shown text that are looked at on each side.
const AROUND: usize = 64;
/// How much of two texts is the same, in hundredths, where one is the other with a word or two changed.
const CLOSE: usize = 75;
/// Letters of a quotation that alone tell where it is.
const TELLING: usize = 20;

/// Where a quotation begins or ends: its position once, and the text around that.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    /// The position that it had.
    pub position: Position,
    /// Slug of the section that it was in.
    pub slug: Option<&'a str>,
    /// Shown text before it.
    pub before: &'a str,
    /// Shown text from it on.
    pub after: &'a str,
}

/// What a document shows of a range of its markdown, without gutters or wrapping.
pub fn text(document: &Document, range: &Range<Position>) -> String {
    let last = document.part_at(Position(range.end.0.saturating_sub(1)));
    let mut text = String::new();
    for part in document.part_at(range.start).0..=last.0 {
        let piece = shown_within(document, PartId(part), range);
        if !piece.is_empty() {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&piece);
        }
    }
    text
}

/// Where `quote` is in a document. `is_same` where that says the same as when it was quoted.
pub fn find(
    document: &Document,
    is_same: bool,
    begin: &Edge<'_>,
    end: &Edge<'_>,
    quote: &str,
) -> Option<Range<Position>> {
    let length = u32::try_from(document.markdown().len()).unwrap_or(u32::MAX);
    if is_same && begin.position < end.position && end.position.0 <= length {
        return Some(begin.position..end.position);
    }
    let wanted = letters(quote);
    let range = |start: Option<Position>, stop: Option<Position>| {
        // What is many times as long is another text, and would cost much to be compared.
        let most = u32::try_from(quote.len()).unwrap_or(u32::MAX).saturating_mul(4).saturating_add(4096);
        let range = start?..stop?;
        (range.start < range.end && range.end.0 - range.start.0 <= most).then_some(range)
    };
    let located = |edge: &Edge<'_>, side| {
        let around = (edge.before, edge.after);
        place::locate(document, false, edge.position, edge.slug, around, side).map(|(position, _)| position)
    };
    let (start, stop) = (located(begin, Side::After), located(end, Side::Before));
    let both = range(start, stop);
    if let Some(range) = both.clone().filter(|range| letters(&text(document, range)) == wanted) {
        return Some(range);
    }
    if !document.is_whole() || wanted.is_empty() {
        // In a head it may still come.
        return None;
    }
    if let Some(range) = exact(document, begin, end, quote, &wanted) {
        return Some(range);
    }
    // What stands between that which was before and behind it.
    let before = place::find(document, begin.position, begin.slug, (begin.before, ""), Side::After);
    let behind = place::find(document, end.position, end.slug, ("", end.after), Side::Before);
    let candidates = [both, range(before, behind), range(start, behind), range(before, stop)];
    let edited = candidates.into_iter().flatten().filter_map(|range| {
        let least = least_alike(document, &range, (begin, end), &wanted)?;
        let alike = alike(&letters(&text(document, &range)), &wanted);
        (alike >= least).then_some((alike, range))
    });
    let (alike, edited) = edited.max_by_key(|(alike, _)| *alike).unzip();
    let is_close = alike.is_some_and(|alike| alike >= CLOSE);
    let cut = || cut_short(document, [start, before], [stop, behind], (begin, end), quote);
    // What is left of it word for word is more of it than that with something else beside it.
    if is_close { edited } else { cut().or(edited) }
}

/// How much a text has to be like the quotation, in hundredths, to be it as it was edited: less where what was around
/// it is there on both sides. `None` where it is known by neither side, or an end of it by nothing: what only
/// resembles a quotation is next to it often enough.
fn least_alike(
    document: &Document,
    range: &Range<Position>,
    (begin, end): (&Edge<'_>, &Edge<'_>),
    wanted: &[char],
) -> Option<usize> {
    let markdown = document.markdown();
    // One whose words end as others do is told by half of them.
    let is_telling = |count: usize| count >= TELLING.min(wanted.len()) && count * 2 >= wanted.len();
    match (is_behind(document, range.start, begin.before), is_ahead_of(document, range.end, end.after)) {
        (true, true) => Some(50),
        (true, false) if is_telling(backward(document, range.end.0 as usize, wanted)) => Some(CLOSE),
        (false, true) if is_telling(forward(markdown, range.start.0 as usize, wanted)) => Some(CLOSE),
        _ => None,
    }
}

/// Where a quotation stands word for word.
fn exact(
    document: &Document,
    begin: &Edge<'_>,
    end: &Edge<'_>,
    quote: &str,
    wanted: &[char],
) -> Option<Range<Position>> {
    let (at, word) = words(quote).next()?;
    let before = letters(&quote[..at]).len();
    let markdown = document.markdown();
    let body = document.body().0 as usize;
    let text = markdown.get(body..).unwrap_or_default();
    let (own_before, own_after) = (letters(begin.before), letters(end.after));
    let mut best = None;
    for found in memmem::find_iter(text.as_bytes(), word.as_bytes()).map(|found| body + found) {
        let start = back_over_letters(markdown, found, before);
        if forward(markdown, start, wanted) < wanted.len() {
            continue;
        }
        let stop = end_of_letters(markdown, start, wanted.len(), quote);
        let around = backward(document, start, &own_before) + forward(markdown, stop, &own_after);
        if wanted.len() < TELLING && around < TELLING / 2 {
            continue;
        }
        let position = |at: usize| Position(u32::try_from(at).unwrap_or(u32::MAX));
        let own = section(document, position(start));
        let is_own = begin.slug.is_some() && own.as_ref().map(SafeText::as_str) == begin.slug;
        let near = u32::MAX - position(start).0.abs_diff(begin.position.0);
        best = best.max(Some((around, is_own, near, start, stop)));
    }
    let (.., start, stop) = best?;
    Some(Position(u32::try_from(start).ok()?)..Position(u32::try_from(stop).ok()?))
}

/// What is left of a quotation whose end or beginning is gone: whole words, and a good part of it.
fn cut_short(
    document: &Document,
    starts: [Option<Position>; 2],
    stops: [Option<Position>; 2],
    (begin, end): (&Edge<'_>, &Edge<'_>),
    quote: &str,
) -> Option<Range<Position>> {
    let markdown = document.markdown();
    let wanted = letters(quote);
    let is_enough = |count: usize| count >= TELLING && count * 5 >= wanted.len() * 2;
    let position = |at: usize| u32::try_from(at).ok().map(Position);
    for start in starts.into_iter().flatten().filter(|start| is_behind(document, *start, begin.before)) {
        let same = forward(markdown, start.0 as usize, &wanted);
        let ends = words(quote).map(|(at, word)| at + word.len());
        let kept = ends.take_while(|end| letters(&quote[..*end]).len() <= same).last();
        if let Some(kept) = kept.filter(|kept| is_enough(letters(&quote[..*kept]).len())) {
            let signs = quote[kept..].chars().take_while(|sign| !sign.is_alphanumeric());
            let text = &quote[..kept + signs.map(char::len_utf8).sum::<usize>()];
            let stop = end_of_letters(markdown, start.0 as usize, letters(text).len(), text);
            return Some(start..position(stop)?);
        }
    }
    for stop in stops.into_iter().flatten().filter(|stop| is_ahead_of(document, *stop, end.after)) {
        let same = backward(document, stop.0 as usize, &wanted);
        let kept = words(quote).find(|(at, _)| letters(&quote[*at..]).len() <= same);
        if let Some(count) = kept.map(|(at, _)| letters(&quote[at..]).len()).filter(|count| is_enough(*count))
        {
            return Some(position(back_over_letters(markdown, stop.0 as usize, count))?..stop);
        }
    }
    None
}

/// Whether what is shown before a position is this.
fn is_behind(document: &Document, position: Position, before: &str) -> bool {
    let (seen, _) = around(document, position, AROUND);
    let (seen, wanted) = (letters(&seen), letters(before));
    let same = seen.iter().rev().zip(wanted.iter().rev()).take_while(|(seen, wanted)| seen == wanted).count();
    is_intact(same, seen.len(), wanted.len())
}

/// Whether what is shown from a position on is this.
fn is_ahead_of(document: &Document, position: Position, after: &str) -> bool {
    let (_, seen) = around(document, position, AROUND);
    let (seen, wanted) = (letters(&seen), letters(after));
    let same = seen.iter().zip(&wanted).take_while(|(seen, wanted)| seen == wanted).count();
    is_intact(same, seen.len(), wanted.len())
}

fn is_intact(same: usize, seen: usize, wanted: usize) -> bool {
    // Where there was little, it was all there was: the article begins or ends there.
    same == wanted && (wanted >= TELLING || seen == wanted)
}

/// How much of two texts is the same, in hundredths: runs of three letters that both have (Dice).
fn alike(one: &[char], other: &[char]) -> usize {
    let size = 3_usize.min(one.len()).min(other.len()).max(1);
    let mut runs: HashMap<&[char], usize> = HashMap::new();
    for run in one.windows(size) {
        *runs.entry(run).or_default() += 1;
    }
    let mut same = 0_usize;
    for run in other.windows(size) {
        if let Some(count) = runs.get_mut(run).filter(|count| **count > 0) {
            *count -= 1;
            same += 1;
        }
    }
    let all = one.windows(size).len() + other.windows(size).len();
    (200 * same).checked_div(all).unwrap_or(0)
}

/// What a part shows of a range of the markdown.
fn shown_within(document: &Document, id: PartId, range: &Range<Position>) -> String {
    let Some(part) = document.parts().get(id.0 as usize) else { return String::new() };
    match document.show(id) {
        Shown::Text(shown) | Shown::Code { text: shown, .. } | Shown::Math(shown) => {
            let text = shown.text.as_str();
            let at = |position: Position| match position {
                before if before.0 <= part.range.start => 0,
                behind if behind.0 >= part.range.end => text.len(),
                within => shown.map.shown(within.0) as usize,
            };
            text.get(at(range.start)..at(range.end)).unwrap_or_default().trim().to_owned()
        }
        Shown::Table(_) => {
            let start = range.start.0.max(part.range.start) as usize;
            let end = range.end.0.min(part.range.end) as usize;
            document.markdown().get(start..end).unwrap_or_default().trim().to_owned()
        }
        Shown::Image { alt, .. } => alt.text.to_string(),
        Shown::Rule | Shown::Nothing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Options;
    use crate::text::Markdown;

    fn document(text: &str) -> Document {
        Document::parse(Markdown::from(text), Position(0), &Options { title: None, whole: true })
    }

    /// What a quotation of `quote` from `text` is found to be in `other`.
    fn check(text: &str, quote: &str, other: &str, expect: Option<&str>) {
        let before = document(text);
        let start = Position(text.find(quote).unwrap() as u32);
        let range = start..Position(start.0 + quote.len() as u32);
        let quoted = super::text(&before, &range);
        let around: Vec<_> =
            [range.start, range.end].map(|at| (at, around(&before, at, AROUND), section(&before, at))).into();
        let [begin, end] = [0, 1].map(|edge| {
            let (position, (before, after), slug) = &around[edge];
            Edge { position: *position, slug: slug.as_ref().map(SafeText::as_str), before, after }
        });
        let after = document(other);
        let found = find(&after, false, &begin, &end, &quoted);
        let found = found.map(|range| super::text(&after, &range));
        assert_eq!(found.as_deref(), expect, "{quote:?} in {other:?}");
    }

    const TEXT: &str = "# One\n\nThe first paragraph has [some words](https://example.org) in it. It says what \
        is to be quoted, and why. Then it ends with a sentence.\n\n# Two\n\nThe second paragraph is here.\n";
    const QUOTE: &str = "It says what is to be quoted, and why.";

    #[test]
    fn a_quotation_is_found_where_it_stands_now() {
        check(TEXT, QUOTE, &format!("Put before.\n\n{TEXT}"), Some(QUOTE));
        let moved = TEXT.replace(&format!("{QUOTE} "), "") + "\n\n" + QUOTE + "\n";
        check(TEXT, QUOTE, &moved, Some(QUOTE));
        check(TEXT, QUOTE, &TEXT.replace("to be quoted", "*to be* quoted"), Some(QUOTE));
        let edited = TEXT.replace("to be quoted", "to be cited");
        check(TEXT, QUOTE, &edited, Some("It says what is to be cited, and why."));
        let linked = "The first paragraph has [some words](https://example.org) in it.";
        check(TEXT, linked, &format!("# New\n\n{TEXT}"), Some("The first paragraph has some words in it."));
    }

    #[test]
    fn what_stands_in_its_place_is_no_quotation() {
        check(TEXT, QUOTE, &TEXT.replace(QUOTE, "Nobody had ever seen a green horse run over ice."), None);
        check(TEXT, QUOTE, &TEXT.replace(&format!("{QUOTE} "), ""), None);
        check(TEXT, QUOTE, "Nothing of it.\n", None);
    }

    #[test]
    fn in_text_that_repeats_itself_a_quotation_stays_or_is_gone() {
        let paragraph =
            |count: usize| format!("Paragraph {count} has a few words. It ends with number {count}.");
        let text: String = (1..20).map(|count| paragraph(count) + "\n\n").collect();
        let eight = paragraph(8);
        check(&text, &eight, &text.replace(&eight, "Something else stands in this place now."), None);
        check(&text, &eight, &text.replace(&paragraph(7), "Something else stands here."), Some(&eight));
        let cut = text.replace(" It ends with number 8.", "");
        check(&text, &eight, &cut, Some("Paragraph 8 has a few words."));
        let cut = text.replace("Paragraph 8 has a few words. ", "");
        check(&text, &eight, &cut, Some("It ends with number 8."));
        let cut = cut.replace("It ends with number 8.", "Else.");
        check(&text, &eight, &cut, None);
        // Text whose ends tell nothing of which paragraph it is.
        let paragraph = |count: usize| {
            format!(
                "Paragraph {count} has words of its own, of {count} and of what comes after it, and is told from all."
            )
        };
        let text: String = (1..20).map(|count| paragraph(count) + "\n\n").collect();
        let two = format!("{}\n\n{}", paragraph(8), paragraph(9));
        let seven = "Nobody had ever counted the horses of that hill.";
        check(&text, &two, &text.replace(&two, "It was a matter for the mayor and her clerks."), None);
        check(&text, &two, &text.replace(&paragraph(8), seven), Some(&paragraph(9)));
        check(&text, &two, &text.replace(&paragraph(9), seven), Some(&paragraph(8)));
        check(&text, &two, &text.replace(&paragraph(7), seven), Some(&two));
    }
}
