//! Link destinations in a body by a look at its bytes alone, for all articles of a library at once: what a
//! parser would give, but for oddities such as a destination that goes over two lines.
//!
//! Imports nothing of this crate.

/// A destination as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written<'a> {
    /// Of a link, an image or a definition.
    Address(&'a str),
    /// Of a wikilink: the page, with its heading.
    Wiki(&'a str),
}

/// Every destination of a body outside code, with the byte at which its link's text ends or its page begins.
pub fn written(body: &str) -> Vec<(usize, Written<'_>)> {
    let mut found = Vec::new();
    let mut fence: Option<u8> = None;
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let inner = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        let mark = fence_of(inner);
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, Some(mark)) => fence = Some(mark),
            (None, None) => of_line(line, start, &mut found),
        }
        start += line.len();
    }
    found
}

fn fence_of(line: &str) -> Option<u8> {
    ["```", "~~~"].iter().find(|fence| line.starts_with(**fence)).map(|fence| fence.as_bytes()[0])
}

fn of_line<'a>(line: &'a str, start: usize, found: &mut Vec<(usize, Written<'a>)>) {
    let bytes = line.as_bytes();
    let mut in_code = false;
    for (at, two) in bytes.windows(2).enumerate() {
        if two[0] == b'`' {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let rest = || line.get(at + 2..).unwrap_or_default();
        match two {
            b"](" => {
                if let Some(address) = destination(rest(), true) {
                    found.push((start + at, Written::Address(address)));
                }
            }
            b"]:" if line.trim_start().starts_with('[') => {
                if let Some(address) = destination(rest().trim_start(), false) {
                    found.push((start + at, Written::Address(address)));
                }
            }
            b"[[" => {
                let page = rest().split_once("]]").map(|(page, _)| page.split('|').next().unwrap_or(page));
                if let Some(page) = page.filter(|page| !page.is_empty() && !page.contains('[')) {
                    found.push((start + at, Written::Wiki(page)));
                }
            }
            _ => {}
        }
    }
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
    fn code_is_no_link() {
        check("`[a](b.md)` [c](d.md)\n", &["14 d.md"]);
        check("```\n[a](b.md)\n```\n[c](d.md)\n", &["20 d.md"]);
        check("> ~~~\n> [[a]]\n> ~~~\n", &[]);
    }
}
