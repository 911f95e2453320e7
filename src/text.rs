//! `SafeText`: the only kind of string that can reach a screen, a pipe or an error message; and
//! [`Markdown`], what it is made from.
//!
//! Imports nothing of this crate. Cleaning happens once, after entities, YAML and encodings are
//! decoded, cluster by cluster (UAX #29), so that whoever keeps a map back to the markdown can clean
//! text and map together with [`Cleaner`].

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Most bytes that one cluster may hold; marks beyond are dropped.
pub const CLUSTER_BYTES: usize = 64;
/// Most zero-width characters that one cluster may hold; more is never language.
pub const CLUSTER_MARKS: usize = 24;

/// Where a word may be broken (U+00AD): it is shown only at the end of a line that it breaks.
pub const SOFT_HYPHEN: char = '\u{ad}';

/// Text without control characters, bidi controls, stray tag characters and oversized clusters.
/// It may hold `\n` only when made by [`SafeText::lines`].
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SafeText(Box<str>);

/// A borrowed piece of [`SafeText`], or a literal of the program itself.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Safe<'a>(&'a str);

/// An article's file as decoded text: raw, never shown. Shared by all who hold it and never copied, for
/// it may be large (`Arc<str>` would copy what was read).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Markdown(Arc<String>);

impl Deref for Markdown {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Markdown {
    fn from(text: String) -> Self {
        Self(Arc::new(text))
    }
}

impl From<&str> for Markdown {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Debug for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl SafeText {
    /// One line of text: line breaks and tabs become a blank each, ends are trimmed.
    pub fn line(raw: &str) -> Self {
        Self(clean(raw, Breaks::Blank).trim().into())
    }

    /// As [`SafeText::line`]; the text stays where it is unless something of it has to go.
    pub fn of_line(raw: Box<str>) -> Self {
        match clean(&raw, Breaks::Blank) {
            Cow::Borrowed(text) if text.trim().len() == text.len() => Self(raw),
            cleaned => Self(cleaned.trim().into()),
        }
    }

    /// Text that may hold line breaks (`\n`); tabs become a blank each. Nothing is trimmed.
    pub fn lines(raw: &str) -> Self {
        Self(clean(raw, Breaks::Keep).into())
    }

    /// One line from a formatted message; everything put into it is cleaned. Nothing is trimmed.
    pub fn format(message: fmt::Arguments<'_>) -> Self {
        match message.as_str() {
            Some(literal) => Self(clean(literal, Breaks::Blank).into()),
            None => Self(clean(&message.to_string(), Breaks::Blank).into()),
        }
    }

    /// The text borrowed as safe.
    pub fn safe(&self) -> Safe<'_> {
        Safe(&self.0)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Columns that the text takes on a terminal.
    pub fn width(&self) -> usize {
        width(&self.0)
    }
}

impl<'a> Safe<'a> {
    /// A literal of the program itself.
    pub const fn literal(text: &'static str) -> Self {
        Self(text)
    }

    /// The text itself.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// A piece of the text, by bytes; empty where the range does not fall on character boundaries.
    #[must_use]
    pub fn slice(self, range: std::ops::Range<usize>) -> Self {
        Self(self.0.get(range).unwrap_or_default())
    }

    /// Columns that the text takes on a terminal.
    pub fn width(self) -> usize {
        width(self.0)
    }

    /// The clusters (UAX #29) of the text, each safe.
    pub fn clusters(self) -> impl Iterator<Item = Safe<'a>> {
        clusters(self.0).map(Safe)
    }

    /// The longest beginning that takes at most `columns` columns.
    #[must_use]
    pub fn fit(self, columns: usize) -> Self {
        let (mut used, mut end) = (0, 0);
        for cluster in clusters(self.0) {
            used += cluster_width(cluster);
            if used > columns {
                return Self(&self.0[..end]);
            }
            end += cluster.len();
        }
        self
    }

    /// An owned copy.
    pub fn to_text(self) -> SafeText {
        SafeText(self.0.into())
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl serde::Serialize for SafeText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// `safe!("{} of {}", shown, all)`: one line of [`SafeText`], formatted and cleaned.
#[macro_export]
macro_rules! safe {
    ($($part:tt)*) => { $crate::text::SafeText::format(format_args!($($part)*)) };
}

/// What becomes of a line break while cleaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// It becomes one blank.
    Blank,
    /// It stays, as `\n`.
    Keep,
}

/// Cleans text cluster by cluster. Keeps just enough state that clusters which grow together when a
/// control character between them is dropped stay within the bounds.
#[derive(Debug)]
pub struct Cleaner {
    breaks: Breaks,
    bytes: usize,
    marks: usize,
    joins: bool,
    dropped_marks: bool,
}

impl Cleaner {
    /// A cleaner at the start of a text.
    pub fn new(breaks: Breaks) -> Self {
        Self { breaks, bytes: 0, marks: 0, joins: false, dropped_marks: false }
    }

    /// Appends what of `cluster` may be shown to `out`, which must hold only what this cleaner put
    /// there (the end of it decides what grows together). Zero or more bytes are appended.
    pub fn push(&mut self, cluster: &str, out: &mut String) {
        if let [byte @ 0x20..=0x7e] = *cluster.as_bytes() {
            out.push(char::from(byte));
            (self.bytes, self.marks, self.joins) = (1, 0, false);
            return;
        }
        if matches!(cluster, "\n" | "\r\n" | "\r" | "\u{85}" | "\u{2028}" | "\u{2029}") {
            out.push(if self.breaks == Breaks::Keep && cluster.starts_with(['\n', '\r']) {
                '\n'
            } else {
                ' '
            });
            (self.bytes, self.marks, self.joins) = (1, 0, false);
            return;
        }
        let Some(first) = cluster.chars().find(|c| !is_never_shown(*c) || *c == '\t') else { return };
        let grows = self.joins || unicode_width::UnicodeWidthChar::width(first) == Some(0);
        if !grows {
            (self.bytes, self.marks) = (0, 0);
        }
        let flag = cluster.starts_with('\u{1f3f4}') && cluster.ends_with('\u{e007f}');
        for character in cluster.chars() {
            let shown = match character {
                '\t' => ' ',
                c if is_never_shown(c) || (is_tag(c) && !flag) => continue,
                c => c,
            };
            let mark = unicode_width::UnicodeWidthChar::width(shown) == Some(0);
            let marks = self.marks + usize::from(mark && !flag);
            if self.bytes + shown.len_utf8() > CLUSTER_BYTES || marks > CLUSTER_MARKS {
                self.dropped_marks = true;
                continue;
            }
            out.push(shown);
            self.bytes += shown.len_utf8();
            self.marks = marks;
            self.joins = shown == '\u{200d}';
        }
    }

    /// As [`Cleaner::push`] for text that is a [`plain_run`] of some text.
    pub fn push_plain(&mut self, text: &str, out: &mut String) {
        if !text.is_empty() {
            out.push_str(text);
            (self.bytes, self.marks, self.joins) = (1, 0, false);
        }
    }

    /// Whether a cluster was over the bounds and lost marks: worth a problem.
    pub fn dropped_marks(&self) -> bool {
        self.dropped_marks
    }
}

/// The clusters of `text` (UAX #29). The rules are asked only where there is something to ask: most characters
/// are clusters by themselves, whatever of their kind stands beside them.
pub fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = lone(rest.as_bytes())
            .filter(|length| *length == rest.len() || lone(&rest.as_bytes()[*length..]).is_some())
            .or_else(|| rest.graphemes(true).next().map(str::len));
        let (cluster, after) = rest.split_at(length.unwrap_or(rest.len()));
        rest = after;
        Some(cluster)
    })
}

/// Bytes of the first character where it is one that never grows together with another of these: ASCII without
/// the carriage return, Latin letters and signs (to U+02FF), dashes, quotes and dots (U+2010 to 2027), box drawing.
fn lone(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', ..] => None,
        [..0x80, ..] => Some(1),
        [0xc2..=0xcb, _, ..] => Some(2),
        [0xe2, 0x80, 0x90..=0xa7, ..] | [0xe2, 0x94 | 0x95, _, ..] => Some(3),
        _ => None,
    }
}

/// As [`clusters`], each with the byte at which it begins.
pub fn cluster_indices(text: &str) -> impl Iterator<Item = (usize, &str)> {
    clusters(text).scan(0, |end, cluster| {
        let at = *end;
        *end += cluster.len();
        Some((at, cluster))
    })
}

/// Bytes at the beginning of `text` that are printable ASCII, each a cluster by itself: what is cleaned
/// by leaving it as it is.
pub fn plain_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|byte| !matches!(byte, 0x20..=0x7e)).unwrap_or(bytes.len());
    // What is not ASCII may grow onto the character before it.
    let is_open = bytes.get(end).is_some_and(|byte| !byte.is_ascii());
    end - usize::from(is_open && end > 0)
}

/// Columns that `text` takes on a terminal, by clusters.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    clusters(text).map(cluster_width).sum()
}

/// Columns that one cluster takes on a terminal.
#[inline]
pub fn cluster_width(cluster: &str) -> usize {
    if cluster.len() == 1 { 1 } else { wide_width(cluster) }
}

fn wide_width(cluster: &str) -> usize {
    match cluster.as_bytes() {
        // Dashes, quotes and dots (U+2010 to 2027); box drawing (U+2500 to 257F): much of what is on a screen. The
        // others are looked up in tables.
        [0xe2, 0x80, 0x90..=0xa7] | [0xe2, 0x94 | 0x95, _] => 1,
        _ => UnicodeWidthStr::width(cluster),
    }
}

/// A number with a comma between each three digits: "98,412".
pub fn thousands(number: usize) -> SafeText {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    SafeText(grouped.into())
}

/// `%20` and its kin (RFC 3986, 2.1) as the characters they stand for; whatever else stays, also `%00`,
/// which no path can hold. Raw text, to find something with, never to be shown.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(|byte| *byte != 0);
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Characters that are dropped wherever they stand: C0, DEL and C1 controls, bidi embeddings,
/// overrides and isolates, the byte order mark, interlinear annotation.
fn is_never_shown(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

fn clean(raw: &str, breaks: Breaks) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, 0x20..=0x7e) || (byte == b'\n' && breaks == Breaks::Keep);
    if raw.bytes().all(plain) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut cleaner = Cleaner::new(breaks);
    let mut rest = raw;
    while !rest.is_empty() {
        let (plain, after) = rest.split_at(plain_run(rest));
        cleaner.push_plain(plain, &mut out);
        let cluster = clusters(after).next().unwrap_or_default();
        cleaner.push(cluster, &mut out);
        rest = after.get(cluster.len()..).unwrap_or_default();
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, shown: &str) {
        assert_eq!(SafeText::line(raw).as_str(), shown, "{raw:?}");
    }

    #[test]
    fn a_line_that_is_given_reads_as_one_that_is_copied() {
        for raw in ["", "A line", " blanks ", "a\tb\nc", "\u{202e}x\u{7}", "跨链 桥"] {
            assert_eq!(SafeText::of_line(raw.into()), SafeText::line(raw), "{raw:?}");
        }
    }

    #[test]
    fn the_width_of_what_is_frequent_is_that_of_the_tables() {
        for character in ('\0'..='\u{33ff}').filter(|character| !character.is_control()) {
            let cluster = character.to_string();
            assert_eq!(cluster_width(&cluster), UnicodeWidthStr::width(cluster.as_str()), "{character:?}");
        }
    }

    #[test]
    fn clusters_that_are_told_without_the_tables_are_those_of_the_tables() {
        let ranges =
            ['\0'..='\u{330}', '\u{600}'..='\u{605}', '\u{2000}'..='\u{2030}', '\u{24f0}'..='\u{2590}'];
        let characters: Vec<char> = ranges.into_iter().flatten().collect();
        for one in &characters {
            for other in &characters {
                let text = [*one, *other].iter().collect::<String>();
                assert!(clusters(&text).eq(text.graphemes(true)), "{text:?}");
            }
        }
    }

    #[test]
    fn controls_go_and_words_stay() {
        check("a\u{1b}]0;title\u{7}b", "a]0;titleb");
        check("\u{9b}31mred\u{7f}\0", "31mred");
        check("one\r\ntwo\tthree", "one two three");
    }

    #[test]
    fn bidi_controls_and_stray_tags_go_and_joiners_stay() {
        check("a\u{202e}b\u{2066}c\u{2069}", "abc");
        check("x\u{e0041}y", "xy");
        check("\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}");
        check("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\u{200d}\u{1f469}");
        check("\u{200f}\u{645}\u{200c}\u{645}", "\u{200f}\u{645}\u{200c}\u{645}");
    }

    #[test]
    fn stacked_marks_are_capped_even_when_controls_hold_them_apart() {
        let stacked = format!("e{}x", "\u{301}".repeat(1000));
        let shown = SafeText::line(&stacked);
        assert!(shown.as_str().graphemes(true).all(|c| c.len() <= CLUSTER_BYTES));
        assert!(shown.as_str().ends_with('x'));
        let apart = format!("e{}x", "\u{301}\u{301}\u{1b}".repeat(1000));
        assert!(
            SafeText::line(&apart).as_str().graphemes(true).all(|c| c.chars().count() <= CLUSTER_MARKS + 1)
        );
    }

    #[test]
    fn unusual_separators_are_blanks() {
        check("a\u{2028}b\u{2029}c\u{85}d", "a b c d");
        assert_eq!(SafeText::lines("a\r\nb\nc").as_str(), "a\nb\nc");
    }

    #[test]
    fn percent_codes_are_decoded_and_anything_else_stays() {
        assert_eq!(percent_decoded("a%20b%2"), "a b%2");
        assert_eq!(percent_decoded("%e8%b7%a8%zz"), "跨%zz");
        assert_eq!(percent_decoded("a%00b"), "a%00b");
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, shown) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (98_412, "98,412"), (1_234_567, "1,234,567")]
        {
            assert_eq!(thousands(number).as_str(), shown);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_quick_way_to_clusters_is_the_way_of_the_rules(
            text in "[a\\r\\n é\u{301}\u{200d}👨👩🏽🇩🇪हिक्षי\u{600}]{0,24}",
            other in "\\PC{0,24}",
        ) {
            for text in [text, other] {
                proptest::prop_assert_eq!(clusters(&text).collect::<Vec<_>>(), text.graphemes(true).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn widths_are_by_cluster() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("跨链"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(SafeText::line("跨链桥").safe().fit(5).as_str(), "跨链");
    }
}
