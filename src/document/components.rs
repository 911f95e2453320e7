//! Components of MDX (`<Steps>`, `</Tabs>`, `<Since v="4" />`): where their tags are.
//!
//! Imports nothing of this crate. A tag with a capitalised name is a component and never HTML, whatever
//! the file is called: its lines are blocks of their own, and the markdown right behind them is markdown.

use std::ops::Range;

/// A tag that goes on for longer is none: what is written there is text with a stray `<`.
const TAG_BYTES: usize = 4096;

/// Tags of HTML that hold words, in which MDX reads markdown.
const HOLDERS: [&str; 9] =
    ["article", "center", "div", "figcaption", "footer", "header", "main", "p", "section"];

/// What a line of tags is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// One tag.
    Tag(Range<usize>),
    /// The markdown between a tag and its end.
    Text(Range<usize>),
}

/// Whether there is a line in `text` that holds nothing but such tags.
pub(super) fn any(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .any(|at| bytes.get(at + 1..).is_some_and(begins_component) && line(text, at).is_some())
}

/// Whether what follows a `<` may be a component's name.
fn begins_component(behind: &[u8]) -> bool {
    behind.strip_prefix(b"/").unwrap_or(behind).first().is_some_and(u8::is_ascii_uppercase)
}

/// Whether what follows a `<` may be the name of a tag that holds markdown.
fn begins_name(behind: &[u8]) -> bool {
    let name = behind.strip_prefix(b"/").unwrap_or(behind);
    name.first().is_some_and(|first| first.is_ascii_uppercase() || b"acdfhmps".contains(first))
}

/// The lines of `text` that hold nothing but such tags, or one with the words up to its end, each from its first
/// `<` to its last `>`. Tags of HTML that hold words are among them: whoever asks has seen that `text` is MDX.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(b'<', bytes) {
        let inside = found.last().is_some_and(|before| at < before.end);
        if !inside && begins_name(&bytes[at + 1..]) {
            found.extend(line(text, at));
        }
    }
    found
}

/// The tags from the byte `at` to the end of a line, where nothing stands before and behind them.
fn line(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = &text.as_bytes()[..at];
    let lead = bytes.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>')).count();
    let begins = at - lead;
    if begins > 0 && bytes[begins - 1] != b'\n' {
        return None;
    }
    let before = &text[begins..at];
    let (length, pieces) = pieces(&text[at..])?;
    let end = at + length;
    if !is_apart(text, &(begins..end), &text[at..], &pieces) {
        return None;
    }
    // In a quote each line begins with a mark that looks like the end of a tag, and what is indented by four
    // columns may be a paragraph's next line, which a later one of the tag may end.
    let alone = !before.contains(['>', '\t']) && before.len() < 4;
    (alone || !text[at..end].contains('\n')).then_some(at..end)
}

/// Whether the tags in the lines `range` are none of a sentence, and what follows is no HTML that they are part of.
fn is_apart(text: &str, range: &Range<usize>, tags: &str, pieces: &[Piece]) -> bool {
    let above = text[..range.start].lines().next_back().unwrap_or_default();
    let below = text[range.end..].lines().nth(1).unwrap_or_default();
    let is_text = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '>']);
        !line.is_empty() && !line.starts_with(['<', '#', '{', ':'])
    };
    if pieces.iter().any(|piece| matches!(piece, Piece::Text(_))) {
        return !is_text(above) && !is_text(below);
    }
    let first = tags.as_bytes().get(1).copied().unwrap_or_default();
    if first.is_ascii_uppercase() || first == b'/' {
        return true;
    }
    // What stands in as far as code would be some without the tag before it.
    let next = text[range.end..].lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default();
    !next.starts_with(['\t']) && !next.starts_with("    ") && !next.trim_start().starts_with('<')
}

/// The tags that `text` begins with up to the end of a line, and what stands between one and its end; also how
/// many bytes they take. `None` where anything else stands beside them.
pub(super) fn pieces(text: &str) -> Option<(usize, Vec<Piece>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    // The last tag that may have an end in this line.
    let mut open: Option<&str> = None;
    loop {
        let rest = &text[at..];
        let length = if let Some(length) = tag_bytes(rest).or_else(|| holder_bytes(rest)) {
            let raw = &rest[..length];
            let begins = !raw.starts_with("</") && !raw.ends_with("/>");
            open = begins.then(|| &raw[1..=name_bytes(&raw[1..])]);
            pieces.push(Piece::Tag(at..at + length));
            length
        } else {
            let name = open.take()?;
            let line = rest.split('\n').next().unwrap_or_default();
            let length = memchr::memmem::find_iter(line.as_bytes(), b"</").find(|end| {
                line[end + 2..].strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('>'))
            })?;
            // HTML in HTML is left to it.
            if name.starts_with(|c: char| c.is_ascii_lowercase()) && line[..length].contains('<') {
                return None;
            }
            pieces.push(Piece::Text(at..at + length));
            length
        };
        at += length;
        let behind = text[at..].trim_start_matches([' ', '\t', '\r']);
        if behind.is_empty() || behind.starts_with('\n') {
            return Some((at, pieces));
        }
        at = text.len() - behind.len();
    }
}

/// Where the first tag of the piece `range` of `markdown` begins that ends behind it: it is none in the piece alone.
pub(super) fn unended(markdown: &str, range: Range<usize>) -> Option<usize> {
    let from = range.start.max(range.end.saturating_sub(TAG_BYTES));
    let last = markdown.as_bytes().get(from..range.end)?;
    memchr::memchr_iter(b'<', last).map(|at| from + at).find(|at| {
        let rest = &markdown[*at..];
        tag_bytes(rest).or_else(|| holder_bytes(rest)).is_some_and(|length| at + length > range.end)
    })
}

/// Bytes of the name that `text` begins with.
fn name_bytes(text: &str) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.bytes().take_while(is_name).count()
}

/// Bytes of the component's tag that `text` begins with; `None` where it begins with none. Values may be
/// texts in quotes and expressions in braces. A blank line or a heading is never part of a tag.
pub(super) fn tag_bytes(text: &str) -> Option<usize> {
    bytes_of(text, is_component)
}

/// As [`tag_bytes`], for a tag of HTML that holds words.
fn holder_bytes(text: &str) -> Option<usize> {
    bytes_of(text, |name| HOLDERS.contains(&name))
}

fn bytes_of(text: &str, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
    let length = name_bytes(name);
    if !is_wanted(&name[..length]) {
        return None;
    }
    let mut at = text.len() - name.len() + length;
    if !matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>')) {
        return None;
    }
    let (mut quote, mut braces) = (None, 0_usize);
    while let Some(&byte) = bytes.get(at).filter(|_| at < TAG_BYTES) {
        at += 1;
        match byte {
            b'\n' => {
                let next = text[at..].lines().next()?;
                if next.starts_with('#') || next.trim().is_empty() {
                    return None;
                }
            }
            _ if quote == Some(byte) => quote = None,
            _ if quote.is_some() => {}
            b'"' | b'\'' => quote = Some(byte),
            b'`' if braces > 0 => quote = Some(byte),
            b'{' => braces += 1,
            b'}' => braces = braces.saturating_sub(1),
            b'>' if braces == 0 => return Some(at),
            b'<' if braces == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Whether a tag of this name is a component: capitalised, but not `DIV`. What stands in `Pre`, `Script`,
/// `Style` and `Textarea` is no markdown in either language.
pub(super) fn is_component(name: &str) -> bool {
    let raw = ["pre", "script", "style", "textarea"];
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && !raw.iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let found: Vec<&str> = lines(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn a_line_of_tags_is_found_with_its_values() {
        check("<Steps>\n1. a\n</Steps>", &["<Steps>", "</Steps>"]);
        check(
            "- a\n\n  <Tabs syncKey=\"a>b\"><Tab.Item label='x'>  \n",
            &["<Tabs syncKey=\"a>b\"><Tab.Item label='x'>"],
        );
        check("<Chart draw={() => `}`} />", &["<Chart draw={() => `}`} />"]);
        check("> <Since v=\"4\" />\r\n> b", &["<Since v=\"4\" />"]);
    }

    #[test]
    fn a_tag_may_take_several_lines() {
        check("<Card\n  title=\"a\"\n>\ntext", &["<Card\n  title=\"a\"\n>"]);
        check("<Card\n\n>", &[]);
        check("<Card\n# a\n>", &[]);
        check("> <Card\n> >", &[]);
    }

    #[test]
    fn words_between_a_tag_and_its_end_are_with_them() {
        check("<A1a x=\"y\">b **c**</A1a>\n", &["<A1a x=\"y\">b **c**</A1a>"]);
        check("<Tab l=\"a\">x</Tab><Tab>y</Tab>", &["<Tab l=\"a\">x</Tab><Tab>y</Tab>"]);
        check("<p>a</p>\n<p>b</p>", &["<p>a</p>", "<p>b</p>"]);
        check("<p>\n*a*\n</p>", &["<p>", "</p>"]);
        // Words of a sentence, and HTML.
        check("see\n<Link>a</Link>\nfor", &[]);
        check("<Link>a</Link> for", &[]);
        check("<div><b>a</b></div>\n<div>\n<b>c</b>", &[]);
        check("<div>\n    a", &[]);
    }

    #[test]
    fn text_and_html_are_left() {
        check("a <Steps>", &[]);
        check("<Steps> a", &[]);
        check("<DIV>\n<div>\n<P>", &[]);
        check("<Http://x>\n<A@b.c>\n<Pre>\n<Style>", &[]);
        check("<Card", &[]);
        check("<Über>", &[]);
    }
}
