//! Running text → lines that fit a width: greedy, by UAX #14 opportunities and grapheme clusters.
//!
//! Knows only `text`. One function finds the lines and hands them to a sink, whoever counts or emits,
//! so that they cannot disagree.

use std::ops::Range;

use unicode_linebreak::linebreaks;

use crate::text::{self, SOFT_HYPHEN, cluster_indices, cluster_width, width};

/// Hands the byte ranges of the lines of `text` to `sink`, in order. Blanks at the end of a line are
/// outside its range; `\n` ends a line. A soft hyphen is an opportunity, and takes a column only where a line
/// ends with it (`is_hyphenated`). A word wider than `columns` is broken between clusters, and a
/// cluster wider than that has a line of its own. Empty text has no line.
pub fn wrap(text: &str, columns: u16, sink: &mut impl FnMut(Range<usize>)) {
    wrap_hyphenated(text, columns, Kept::default(), None, &mut |range, _| sink(range));
}

/// Where the bytes of a segment that does not fit can be broken so that what stands before takes, with a hyphen,
/// at most so many columns.
pub(super) type Breaks<'a> = Option<&'a dyn Fn(&Range<usize>, usize) -> Option<usize>>;

/// What of a text wrapping keeps together, as ranges of its bytes, in order.
#[derive(Clone, Copy, Default)]
pub(super) struct Kept<'a> {
    /// What no line ends in where it fits a whole one.
    pub words: &'a [Range<usize>],
    /// What stands before lines of the text, each at the beginning of one. It is in no line: those of its text have
    /// as much less room.
    pub leads: &'a [Range<usize>],
}

/// As [`wrap`], where no line ends within what is kept; nor does one within an address. Words may also be broken at
/// `breaks`; the sink is told of each line whether it ends with
/// a hyphen for that reason. No third line after two such ones does. Neither the last word is broken, where a line
/// has room for it, nor one that leaves its line nearly full.
pub(super) fn wrap_hyphenated(
    text: &str,
    columns: u16,
    kept: Kept<'_>,
    breaks: Breaks<'_>,
    sink: &mut impl FnMut(Range<usize>, bool),
) {
    let columns = usize::from(columns.max(1));
    let addresses = addresses(text);
    let mut leads = kept.leads.iter().peekable();
    let mut start = 0;
    while start < text.len() {
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let lead = leads.next_if(|lead| lead.start == start).cloned().unwrap_or(start..start);
        let columns = columns.saturating_sub(width(&text[lead.clone()])).max(1);
        let whole = Whole { kept: kept.words, addresses: &addresses, columns };
        let line = &text[lead.end..end];
        if line.is_ascii() {
            wrap_ascii(line, lead.end, whole, breaks, sink);
        } else {
            wrap_clusters(line, lead.end, whole, breaks, sink);
        }
        start = end + 1;
    }
}

/// Whether a line that ends at the byte `end` shows a hyphen there: its last character is a soft one, and the
/// word goes on.
pub(super) fn is_hyphenated(text: &str, end: usize) -> bool {
    text[..end].ends_with(SOFT_HYPHEN) && text[end..].starts_with(|next| !matches!(next, ' ' | '\n'))
}

/// Columns that the line `range` of a wrapped text takes.
pub(super) fn line_width(text: &str, range: &Range<usize>) -> usize {
    width(&text[range.clone()]) + usize::from(is_hyphenated(text, range.end))
}

/// How wide a text has to be laid out, in columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extremes {
    /// Its widest piece that holds no opportunity to break.
    pub least: usize,
    /// The same where there is none within what is kept whole.
    pub whole: usize,
    /// Its widest line.
    pub most: usize,
}

/// The extremes of `text`, of which the ranges `kept`, in order, are better not broken.
pub(super) fn extremes(text: &str, kept: &[Range<usize>]) -> Extremes {
    let mut found = Extremes::default();
    let mut base = 0;
    for line in text.split('\n') {
        found.most = found.most.max(width(line.trim_end_matches(' ')));
        let (mut start, mut whole) = (0, 0);
        for at in opportunities(line) {
            let hyphen = usize::from(is_hyphenated(line, at));
            let piece = |from: usize| width(line[from..at].trim_end_matches(' ')) + hyphen;
            found.least = found.least.max(piece(start));
            start = at;
            let next = kept.partition_point(|range| range.end <= base + at);
            if kept.get(next).is_none_or(|range| base + at <= range.start) {
                found.whole = found.whole.max(piece(whole));
                whole = at;
            }
        }
        base += line.len() + 1;
    }
    found
}

/// Where lines may end in `text`, by UAX #14; not behind a hyphen that begins a word (`-C`, `--force`), as rule
/// `LB20a` of its newer versions has it, nor right behind the scheme of an address, nor within a word of Korean,
/// which has blanks between its words (the tailoring that CSS calls `keep-all`).
fn opportunities(text: &str) -> impl Iterator<Item = usize> + '_ {
    let begins_a_word = |end: usize| {
        let before = text[..end].trim_end_matches(['-', '\u{2010}']);
        before.len() < end && !before.ends_with(char::is_alphanumeric)
    };
    let is_within =
        move |at: usize| begins_a_word(at) || is_behind_a_scheme(&text[..at]) || is_in_korean(text, at);
    linebreaks(text).map(|(at, _)| at).filter(move |at| *at == text.len() || !is_within(*at))
}

/// Whether the last of `before` is the `://` of an address.
fn is_behind_a_scheme(before: &str) -> bool {
    let scheme = before.trim_end_matches('/');
    before.len() - scheme.len() >= 2
        && scheme
            .strip_suffix(':')
            .is_some_and(|scheme| scheme.ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether a word of Korean goes on at the byte `at`: a syllable stands on one side, and a letter, a number or, before
/// it, what ends a quotation or an aside on the other.
fn is_in_korean(text: &str, at: usize) -> bool {
    let is_hangul = |c: char| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}');
    let Some(next) = text[at..].chars().next() else { return false };
    if next.is_ascii() && text.as_bytes()[at - 1].is_ascii() {
        return false;
    }
    let Some(before) = text[..at].chars().next_back() else { return false };
    let goes_on =
        before.is_alphanumeric() || matches!(before, ')' | ']' | '"' | '\'' | '’' | '”' | '」' | '』');
    (is_hangul(next) && goes_on) || (is_hangul(before) && next.is_alphanumeric())
}

/// What no line is to end in, as ranges of the whole text, and how wide lines are.
#[derive(Clone, Copy)]
struct Whole<'a> {
    kept: &'a [Range<usize>],
    addresses: &'a [Range<usize>],
    columns: usize,
}

impl Whole<'_> {
    /// Where lines may end in `text`, which begins at the byte `base` of the whole text.
    fn opportunities<'t>(&self, text: &'t str, base: usize) -> impl Iterator<Item = usize> + use<'t> {
        let touches = |ranges: &[Range<usize>]| {
            let first = ranges.partition_point(|range| range.end <= base);
            ranges.get(first).is_some_and(|range| range.start < base + text.len())
        };
        let touched = touches(self.kept) || touches(self.addresses);
        let (free, chosen) =
            if touched { (None, Some(self.chosen(text, base))) } else { (Some(opportunities(text)), None) };
        free.into_iter().flatten().chain(chosen.into_iter().flatten())
    }

    /// The opportunities of `text` without those within what fits a line together with what hangs on it.
    fn chosen(&self, text: &str, base: usize) -> Vec<usize> {
        let mut places: Vec<usize> = opportunities(text).collect();
        for ranges in [self.kept, self.addresses] {
            let first = ranges.partition_point(|range| range.end <= base);
            for range in ranges[first..].iter().take_while(|range| range.start < base + text.len()) {
                let (start, end) = (range.start.saturating_sub(base), (range.end - base).min(text.len()));
                let before = places.partition_point(|at| *at <= start);
                let behind = places.partition_point(|at| *at < end);
                let begins = before.checked_sub(1).map_or(0, |before| places[before]);
                let ends = places.get(behind).copied().unwrap_or(text.len());
                if before < behind && width(text[begins..ends].trim_end_matches(' ')) <= self.columns {
                    places.drain(before..behind);
                }
            }
        }
        places
    }
}

/// The addresses in `text`: what stands around a `://` without a blank.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let scheme = text[..at].bytes().rev().take(MOST_SCHEME).take_while(u8::is_ascii_alphanumeric).count();
        let goes_on = |c: char| {
            c.is_ascii_graphic() || (c.is_alphanumeric() && cluster_width(c.encode_utf8(&mut [0; 4])) < 2)
        };
        let rest = &text[at..];
        let end = at + rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
        if scheme > 0 {
            found.push(at - scheme..end);
        }
    }
    found
}

/// Letters before the `://` of an address at most.
const MOST_SCHEME: usize = 16;

/// A line under construction: where it began, where its last visible byte ends, columns so far.
struct Line<'a, S> {
    text: &'a str,
    start: usize,
    end: usize,
    /// Columns to `end`.
    used: usize,
    /// Blanks after `end`.
    blanks: usize,
    columns: usize,
    /// Offset of the text within the caller's.
    base: usize,
    breaks: Breaks<'a>,
    /// Lines that ended with a hyphen of ours, since the last that did not.
    hyphens: u8,
    sink: &'a mut S,
}

/// Lines after one another that end with a hyphen at most: more make a ladder.
const MOST_HYPHENS: u8 = 2;

impl<S: FnMut(Range<usize>, bool)> Line<'_, S> {
    fn fits(&self, width: usize) -> bool {
        self.used + self.blanks + width <= self.columns
    }

    fn take(&mut self, end: usize, width: usize) {
        self.used += self.blanks + width;
        self.end = end;
        self.blanks = 0;
    }

    fn finish(&mut self, next: usize) {
        self.hyphens = 0;
        self.send(next, false);
    }

    fn send(&mut self, next: usize, hyphen: bool) {
        (self.sink)(self.base + self.start..self.base + self.end, hyphen);
        (self.start, self.end, self.used, self.blanks) = (next, next, 0, 0);
    }

    /// Breaks the segment, which is as wide as `width`, at the end of the line if it can be; says from where on,
    /// and how wide, what is left of it is.
    fn hyphenate(&mut self, segment: &Range<usize>, width: usize) -> Option<(usize, usize)> {
        let breaks = self.breaks?;
        let room = self.columns.checked_sub(self.used + self.blanks)?;
        let is_worth_it = self.columns.saturating_sub(self.used) > self.columns / 10;
        let is_last = segment.end == self.text.len() && width <= self.columns;
        if !is_worth_it || self.hyphens >= MOST_HYPHENS || is_last {
            return None;
        }
        let (start, end) = (self.base + segment.start, self.base + segment.end);
        let at = breaks(&(start..end), room)? - self.base;
        let shown = text::width(&self.text[segment.start..at]);
        self.take(at, shown);
        self.hyphens += 1;
        self.send(at, true);
        Some((at, width.saturating_sub(shown)))
    }

    /// Takes a segment of `width` columns onto the line, beginning new ones as needed.
    /// `cut(from, columns)` says how far a line reaches from `from`, and how many columns that takes.
    fn push(&mut self, segment: Range<usize>, width: usize, cut: impl Fn(usize, usize) -> (usize, usize)) {
        // What may come behind a soft hyphen takes a column at least, as the hyphen would.
        let hyphen = usize::from(is_hyphenated(self.text, segment.end));
        let (mut from, mut left) = (segment.start, width);
        if !self.fits(width + hyphen) && self.end > self.start {
            match self.hyphenate(&segment, width) {
                Some(rest) => (from, left) = rest,
                None => self.finish(segment.start),
            }
        }
        while left > self.columns {
            if let Some(rest) = self.hyphenate(&(from..segment.end), left) {
                (from, left) = rest;
                continue;
            }
            let (mut end, mut used) = cut(from, self.columns);
            if end >= segment.end {
                break;
            }
            if let Some(length) = joint(&self.text[from..end]) {
                (end, used) = (from + length, text::width(&self.text[from..from + length]));
            }
            // Blanks within the segment (no break is allowed there, but one is needed) stand on no line, and
            // there is no room for a hyphen.
            let shown = from + self.text[from..end].trim_end_matches([' ', SOFT_HYPHEN]).len();
            let rest = &self.text[end..segment.end];
            let skipped = rest.len() - rest.trim_start_matches(' ').len();
            self.take(shown, used);
            self.finish(end + skipped);
            (from, left) = (end + skipped, left.saturating_sub(used + skipped));
        }
        if hyphen > 0 && left + hyphen > self.columns {
            // No room for the hyphen: the line goes without.
            let shown = self.text[from..segment.end].trim_end_matches([' ', SOFT_HYPHEN]).len();
            self.take(from + shown, left);
            self.finish(segment.end);
            return;
        }
        self.take(segment.end, left);
    }
}

/// One line of ASCII. Words are found by their blanks; opportunities within a word are asked for only
/// when it does not fit.
fn wrap_ascii(
    line: &str,
    base: usize,
    whole: Whole<'_>,
    breaks: Breaks<'_>,
    sink: &mut impl FnMut(Range<usize>, bool),
) {
    let bytes = line.as_bytes();
    let columns = whole.columns;
    let mut at = bytes.iter().take_while(|byte| **byte == b' ').count();
    let mut current =
        Line { text: line, start: at, end: at, used: 0, blanks: 0, columns, base, breaks, hyphens: 0, sink };
    while at < bytes.len() {
        let (word, next) = word_from(bytes, at);
        if current.fits(word - at) {
            current.take(word, word - at);
        } else {
            let mut from = at;
            for opportunity in whole.opportunities(&line[at..word], base + at) {
                let segment = line[from..at + opportunity].trim_end_matches(' ').len();
                current.push(from..from + segment, segment, |from, columns| (from + columns, columns));
                current.blanks = at + opportunity - from - segment;
                from = at + opportunity;
            }
        }
        current.blanks = next - word;
        at = next;
    }
    current.finish(at);
}

/// Where a word of which no more than `part` fits a line is better broken than at its end: behind a joint of a name or
/// an address that UAX #14 does not know, in the second half.
fn joint(part: &str) -> Option<usize> {
    let is_joint = |byte: u8| matches!(byte, b'_' | b'.' | b':' | b'=' | b'&' | b'/');
    let bytes = part.as_bytes();
    let at_end = bytes.last().is_some_and(|last| is_joint(*last));
    let last = bytes.windows(2).rposition(|pair| is_joint(pair[0]) && pair[1].is_ascii())?;
    let is_good = !at_end && last + 1 > part.len() / 2 && !is_behind_a_scheme(&part[..=last]);
    is_good.then_some(last + 1)
}

/// The end of the word at `at`, and the start of the next one: what lies between is blanks after which
/// UAX #14 lets a line begin.
fn word_from(bytes: &[u8], at: usize) -> (usize, usize) {
    let mut index = at;
    loop {
        while index < bytes.len() && bytes[index] != b' ' {
            index += 1;
        }
        let word = index;
        while index < bytes.len() && bytes[index] == b' ' {
            index += 1;
        }
        let (Some(before), Some(next)) =
            (word.checked_sub(1).and_then(|last| bytes.get(last)), bytes.get(index))
        else {
            return (word, index);
        };
        // LB13 to LB15: no break before these, nor after an opening one, even over blanks.
        let closes = matches!(next, b')' | b']' | b'}' | b'!' | b'?' | b',' | b'.' | b':' | b';' | b'/');
        let opens = matches!(before, b'(' | b'[' | b'{');
        let quoted = matches!(before, b'"' | b'\'') && matches!(next, b'(' | b'[' | b'{');
        if !(closes || opens || quoted) {
            return (word, index);
        }
    }
}

/// One line of anything: opportunities that fall on cluster boundaries.
fn wrap_clusters(
    line: &str,
    base: usize,
    whole: Whole<'_>,
    breaks: Breaks<'_>,
    sink: &mut impl FnMut(Range<usize>, bool),
) {
    let leading = line.len() - line.trim_start_matches(' ').len();
    let mut current = Line {
        text: line,
        start: leading,
        end: leading,
        used: 0,
        blanks: 0,
        columns: whole.columns,
        base,
        breaks,
        hyphens: 0,
        sink,
    };
    let mut from = leading;
    let mut boundaries = cluster_indices(line).map(|(at, _)| at).peekable();
    for to in whole.opportunities(line, base) {
        while boundaries.next_if(|at| *at < to).is_some() {}
        let within_a_cluster = to < line.len() && boundaries.peek() != Some(&to);
        if within_a_cluster || to <= from {
            continue;
        }
        let segment = line[from..to].trim_end_matches(' ');
        let visible = from..from + segment.len();
        current.push(visible.clone(), width(segment), |from, columns| {
            reach(&line[from..visible.end], from, columns)
        });
        current.blanks += to - visible.end;
        from = to;
    }
    current.finish(from);
}

/// How far `columns` reach into `text`, at least one cluster: the end, from `base`, and the columns taken.
fn reach(text: &str, base: usize, columns: usize) -> (usize, usize) {
    let mut used = 0;
    for (at, cluster) in cluster_indices(text) {
        let next = used + cluster_width(cluster);
        if next > columns && at > 0 {
            return (base + at, used);
        }
        used = next;
    }
    (base + text.len(), used)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    fn lines(text: &str, columns: u16) -> Vec<&str> {
        let mut lines = Vec::new();
        wrap(text, columns, &mut |range| lines.push(&text[range]));
        lines
    }

    fn check(text: &str, columns: u16, expect: &[&str]) {
        assert_eq!(lines(text, columns), expect, "{text:?} at {columns}");
    }

    #[test]
    fn words_fill_a_line_and_blanks_at_its_end_are_dropped() {
        check("one two three", 7, &["one two", "three"]);
        check("one  two   three ", 8, &["one  two", "three"]);
        check("", 7, &[]);
        check("   one", 4, &["one"]);
    }

    #[test]
    fn hard_breaks_end_a_line_and_two_leave_an_empty_one() {
        check("one\ntwo\n\nthree", 80, &["one", "two", "", "three"]);
        check("跨\n链", 80, &["跨", "链"]);
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_at_the_edge() {
        check("a abcdefghij k", 4, &["a", "abcd", "efgh", "ij k"]);
        check("é abcdefghij k", 4, &["é", "abcd", "efgh", "ij k"]);
    }

    #[test]
    fn hyphens_and_slashes_offer_breaks_within_a_word() {
        check(
            "a well-known https://example.org/path",
            8,
            &["a well-", "known", "https://", "example.", "org/path"],
        );
    }

    #[test]
    fn an_address_that_fits_a_line_is_not_broken() {
        check("see https://a.org/path now", 18, &["see", "https://a.org/path", "now"]);
        check("é (https://a.org/path), é", 21, &["é", "(https://a.org/path),", "é"]);
        check("é (https://a.org/path), é", 20, &["é (https://a.org/", "path), é"]);
        check("跨 https://a.org/链", 15, &["跨", "https://a.org/", "链"]);
        check("x :// a/b/c/d", 9, &["x :// a/", "b/c/d"]);
        check("See https://example.com/averylong", 20, &["See", "https://example.com/", "averylong"]);
        check("é https://examples.org", 10, &["é", "https://ex", "amples.org"]);
        check("é file:///averyvery/long", 10, &["é", "file:///av", "eryvery/", "long"]);
    }

    /// Every second word of a text.
    fn words_of(text: &str) -> Vec<Range<usize>> {
        let words = text.split(' ').map(|word| word.as_ptr() as usize - text.as_ptr() as usize);
        let ranges = words.zip(text.split(' ')).map(|(at, word)| at..at + word.len());
        ranges.filter(|range| !range.is_empty()).step_by(2).collect()
    }

    #[test]
    fn no_line_ends_behind_a_hyphen_that_begins_a_word() {
        check("use the -Cforce flag", 9, &["use the", "-Cforce", "flag"]);
        check("try git --force now", 11, &["try git", "--force now"]);
        check("or é (-x) here", 7, &["or é", "(-x)", "here"]);
        check("a well-known", 8, &["a well-", "known"]);
    }

    #[test]
    fn cjk_lines_begin_with_no_closing_mark_and_end_with_no_opening_one() {
        check("跨链桥风险，很高。", 6, &["跨链桥", "风险，", "很高。"]);
        check("跨链桥风，很高。", 8, &["跨链桥", "风，很", "高。"]);
        check("他说「你好」吧", 6, &["他说", "「你", "好」吧"]);
    }

    #[test]
    fn korean_breaks_at_blanks_and_within_a_word_that_fits_no_line() {
        check("일이 됩니다", 8, &["일이", "됩니다"]);
        check("새 API를 쓴다", 6, &["새", "API를", "쓴다"]);
        check("값(API)은 둘", 9, &["값(API)은", "둘"]);
        check("가나다라마 바", 6, &["가나다", "라마", "바"]);
        check("가나-다라", 6, &["가나-", "다라"]);
    }

    fn check_extremes(text: &str, expect: (usize, usize, usize)) {
        let (least, whole, most) = expect;
        assert_eq!(extremes(text, &[]), Extremes { least, whole, most }, "{text:?}");
    }

    #[test]
    fn a_soft_hyphen_offers_a_break_that_has_room_for_a_hyphen() {
        check("Donau\u{ad}dampf\u{ad}schiff", 11, &["Donau\u{ad}dampf\u{ad}", "schiff"]);
        check("Donau\u{ad}dampf\u{ad}schiff", 10, &["Donau\u{ad}", "dampf\u{ad}", "schiff"]);
        check("Donau\u{ad}dampf", 10, &["Donau\u{ad}dampf"]);
        check("Donau\u{ad} dampf", 5, &["Donau\u{ad}", "dampf"]);
        check("ab\u{ad}cd", 2, &["ab", "cd"]);
        check("aa「 \u{ad}跨", 5, &["aa「", "跨"]);
        check_extremes("Donau\u{ad}dampf", (6, 6, 10));
        assert_eq!(line_width("Donau\u{ad}dampf", &(0..7)), 6);
    }

    #[test]
    fn a_cluster_wider_than_the_line_has_its_own() {
        check("跨a链", 1, &["跨", "a", "链"]);
        check("a👨\u{200d}👩\u{200d}👧b", 1, &["a", "👨\u{200d}👩\u{200d}👧", "b"]);
    }

    #[test]
    fn extremes_are_the_longest_word_and_the_longest_line() {
        check_extremes("one three two\nfour", (5, 5, 13));
        check_extremes("跨链桥", (2, 2, 6));
        check_extremes("", (0, 0, 0));
        let extremes = extremes("a b-c-d e-f\ng h-i", &[2..7, 14..17]);
        assert_eq!(extremes, Extremes { least: 2, whole: 5, most: 11 });
    }

    fn holds(text: &str, columns: u16) -> Result<(), TestCaseError> {
        let mut end = 0;
        let mut seen = String::new();
        wrap(text, columns, &mut |range| {
            assert!(range.start >= end, "in order");
            assert!(
                text[end..range.start].chars().all(|skipped| matches!(skipped, ' ' | '\n' | SOFT_HYPHEN)),
                "nothing skipped"
            );
            let line = &text[range.clone()];
            assert!(!line.ends_with(' '), "no trailing blank in {line:?}");
            assert!(
                line_width(text, &range) <= usize::from(columns.max(1)) || line.graphemes(true).count() == 1,
                "{line:?} is wider than {columns}"
            );
            seen.push_str(line);
            end = range.end;
        });
        prop_assert!(text[end..].bytes().all(|byte| matches!(byte, b' ' | b'\n')));
        let visible = |text: &str| text.replace([' ', '\n', SOFT_HYPHEN], "");
        prop_assert_eq!(visible(&seen), visible(text));
        Ok(())
    }

    proptest! {
        #[test]
        fn lines_fit_and_cover_any_text(text in "\\PC{0,60}", columns in 0_u16..30) {
            let text = crate::text::SafeText::lines(&text);
            holds(text.as_str(), columns)?;
        }

        #[test]
        fn lines_fit_and_cover_mixed_text(text in "[a-d ，。「」跨链éא\u{301}\u{200d}\u{ad}👨👩\n-]{0,60}", columns in 0_u16..20) {
            holds(&text, columns)?;
        }

        #[test]
        fn the_way_for_ascii_breaks_as_the_way_for_all(text in "[ -~]{0,80}", columns in 1_u16..40) {
            let (mut quick, mut slow) = (Vec::new(), Vec::new());
            let text = text.replace("%%", "://");
            let (kept, columns) = (words_of(&text), usize::from(columns));
            let whole = Whole { kept: &kept, addresses: &addresses(&text), columns };
            wrap_ascii(&text, 0, whole, None, &mut |range, _| quick.push(range));
            wrap_clusters(&text, 0, whole, None, &mut |range, _| slow.push(range));
            prop_assert_eq!(quick, slow);
        }
    }
}
