//! Components of MDX (`<Steps>`, `</Tabs>`, `<Since v="4" />`): where their tags are.
//!
//! Imports nothing of this crate. A tag with a capitalised name is a component and never HTML, whatever
//! the file is called: its lines are blocks of their own, and the markdown right behind them is markdown.

use std::ops::Range;

/// A tag that goes on for longer is none: what is written there is text with a stray `<`.
const TAG_BYTES: usize = 4096;

/// Whether there is a line in `text` that holds nothing but such tags.
pub(super) fn any(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes).any(|at| begins_name(&bytes[at + 1..]) && line(text, at).is_some())
}

/// Whether what follows a `<` may be a component's name.
fn begins_name(behind: &[u8]) -> bool {
    behind.strip_prefix(b"/").unwrap_or(behind).first().is_some_and(u8::is_ascii_uppercase)
}

/// The lines of `text` that hold nothing but such tags, each from its first `<` to its last `>`.
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
    let begins = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let before = &text[begins..at];
    if !before.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'>')) {
        return None;
    }
    let mut end = at;
    loop {
        end += tag_bytes(&text[end..])?;
        let behind = text[end..].trim_start_matches([' ', '\t', '\r']);
        if behind.is_empty() || behind.starts_with('\n') {
            break;
        }
        end = text.len() - behind.len();
    }
    // In a quote each line begins with a mark that looks like the end of a tag, and what is indented by four
    // columns may be a paragraph's next line, which a later one of the tag may end.
    let alone = !before.contains(['>', '\t']) && before.len() < 4;
    (alone || !text[at..end].contains('\n')).then_some(at..end)
}

/// Bytes of the component's tag that `text` begins with; `None` where it begins with none. Values may be
/// texts in quotes and expressions in braces. A blank line or a heading is never part of a tag.
pub(super) fn tag_bytes(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
    let length = name
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        .count();
    if !is_component(&name[..length]) {
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
    fn text_and_html_are_left() {
        check("a <Steps>", &[]);
        check("<Steps> a", &[]);
        check("<DIV>\n<div>\n<P>", &[]);
        check("<Http://x>\n<A@b.c>\n<Pre>\n<Style>", &[]);
        check("<Card", &[]);
        check("<Über>", &[]);
    }
}
