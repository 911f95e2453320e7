//! Link destinations in a body by a look at its bytes alone, for all articles of a library at once: what a
//! parser would give, but for oddities such as a destination that goes over two lines.
//!
//! Imports nothing of this crate.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memrchr};

/// A destination as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written<'a> {
    /// Of a link, an image or a definition.
    Address(&'a str),
    /// Of a wikilink: the page, with its heading.
    Wiki(&'a str),
}

/// Every destination of a body outside code, with the byte at which its link's text ends or its page begins.
///
/// Nearly all bytes are passed over by searches for brackets: a look at each one took most of the time that a
/// library of 100,000 articles needs (2026-11-30).
pub fn written(body: &str) -> Vec<(usize, Written<'_>)> {
    let bytes = body.as_bytes();
    let mut found = Vec::new();
    let mut fenced = None;
    for at in memchr2_iter(b'[', b']', bytes) {
        let is_candidate =
            matches!((bytes[at], bytes.get(at + 1)), (b']', Some(b'(' | b':')) | (b'[', Some(b'[')));
        if !is_candidate {
            continue;
        }
        let start = memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        // Two ticks may hold one.
        let ticks = memchr_iter(b'`', &bytes[start..at]).map(|tick| start + tick);
        let is_in_code = ticks.filter(|tick| *tick == start || bytes[tick - 1] != b'`').count() % 2 == 1;
        let fenced: &Vec<Range<usize>> = fenced.get_or_insert_with(|| fenced_lines(body));
        let after = fenced.partition_point(|code| code.start <= at);
        let is_fenced = after.checked_sub(1).is_some_and(|code| fenced[code].contains(&at));
        if is_in_code || is_fenced {
            continue;
        }
        let end = memchr(b'\n', &bytes[at..]).map_or(body.len(), |length| at + length + 1);
        let rest = body.get(at + 2..end).unwrap_or_default();
        let written = match (bytes[at], bytes[at + 1]) {
            (b']', b'(') => destination(rest, true).map(Written::Address),
            (b']', _) if body[start..at].trim_start().starts_with('[') => {
                destination(rest.trim_start(), false).map(Written::Address)
            }
            (b'[', _) => {
                let page = rest.split_once("]]").map(|(page, _)| page.split('|').next().unwrap_or(page));
                page.filter(|page| !page.is_empty() && !page.contains('[')).map(Written::Wiki)
            }
            _ => None,
        };
        found.extend(written.map(|written| (at, written)));
    }
    found
}

/// As [`written`], of the values of a front matter (`related: "[[Note]]"`, and lists of them). What begins a line there
/// is a table of TOML.
pub fn in_front_matter(head: &str) -> Vec<(usize, Written<'_>)> {
    let mut found = written(head);
    found.retain(|(at, _)| {
        let start = head[..*at].rfind('\n').map_or(0, |end| end + 1);
        !head[start..*at].trim_start().is_empty()
    });
    found
}

/// The stretches of a body between two fences, those included.
fn fenced_lines(body: &str) -> Vec<Range<usize>> {
    let bytes = body.as_bytes();
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let mut open = None;
    let mut from = 0;
    while let Some(at) = memchr2(b'`', b'~', &bytes[from..]).map(|at| from + at) {
        let start = memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
        let end = memchr(b'\n', &bytes[at..]).map_or(body.len(), |length| at + length + 1);
        let before = body[start..at].trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        let is_fence = before.is_empty() && bytes[at..].starts_with(&[bytes[at]; 3]);
        match (is_fence, open) {
            (true, None) => {
                open = Some(bytes[at]);
                stretches.push(start..body.len());
            }
            (true, Some(mark)) if mark == bytes[at] => {
                open = None;
                if let Some(last) = stretches.last_mut() {
                    last.end = end;
                }
            }
            _ => {}
        }
        from = end;
    }
    stretches
}

/// What stands up to the end of a destination (CommonMark 6.3): in angle brackets, or without blanks and
/// with parentheses in pairs.
fn destination(rest: &str, ends_with_bracket: bool) -> Option<&str> {
    if let Some(inner) = rest.strip_prefix('<') {
        return inner.split_once('>').map(|(inner, _)| inner).filter(|inner| !inner.is_empty());
    }
    let mut depth = 0_usize;
    let end = rest.bytes().position(|byte| match byte {
        b'(' => {
            depth += 1;
            false
        }
        b')' if ends_with_bracket && depth == 0 => true,
        b')' => {
            depth = depth.saturating_sub(1);
            false
        }
        byte => byte.is_ascii_whitespace(),
    });
    rest.get(..end.unwrap_or(rest.len())).filter(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &[&str]) {
        let found = written(body);
        let words: Vec<String> = found
            .iter()
            .map(|(at, written)| match written {
                Written::Address(address) => format!("{at} {address}"),
                Written::Wiki(page) => format!("{at} [[{page}]]"),
            })
            .collect();
        assert_eq!(words, expect, "{body:?}");
    }

    #[test]
    fn destinations_are_found_where_they_stand() {
        check("a [b](c.md) d\n", &["4 c.md"]);
        check("x\n[b](<c d.md> \"t\") [e](f(1).md)\n", &["4 c d.md", "22 f(1).md"]);
        check("[[A note#Part|words]] and [[Other]]\n", &["0 [[A note#Part]]", "26 [[Other]]"]);
        check("[one]: two.md \"title\"\n", &["4 two.md"]);
        check("é [b](é.md)\n", &["5 é.md"]);
    }

    #[test]
    fn values_of_front_matter_hold_links() {
        let check = |head: &str, expect: &[(usize, Written<'_>)]| assert_eq!(in_front_matter(head), expect);
        let head = "---\nup: \"[[A note#Part|words]]\"\nrelated:\n  - '[[B]]'\n  - \"[c](c.md)\"\n---\n";
        check(
            head,
            &[(9, Written::Wiki("A note#Part")), (46, Written::Wiki("B")), (60, Written::Address("c.md"))],
        );
        check("up: [[B]]\n", &[(4, Written::Wiki("B"))]);
        check("+++\n[[menu.main]]\n  [[menu.other]]\nx = 1\n", &[]);
        check("rows: [[1, 2], [3]]\n", &[]);
    }

    #[test]
    fn code_is_no_link() {
        check("`[a](b.md)` [c](d.md)\n", &["14 d.md"]);
        check("```\n[a](b.md)\n```\n[c](d.md)\n", &["20 d.md"]);
        check("> ~~~\n> [[a]]\n> ~~~\n", &[]);
        check("```\n~~~\n[a](b.md)\n```\n[c](d.md) ``[[x]]``\n~~~\n[[e]]", &["24 d.md"]);
        check("- ```\n  [a](b.md)\n", &[]);
    }
}
