//! Blocks of `MkDocs` that are held by their indent: `!!! note "Title"`, `??? tip`, `=== "Tab"`.
//!
//! Knows `callouts` and `mask`. In place of such a line the parser is given an item whose content begins as far in
//! as the block's does: what is in it is then read as any other markdown, and `scan` makes of the item what it is.

use std::ops::Range;

use super::callouts::{self, Opening};
use super::mask::Mask;

/// The columns that the content of such a block stands in.
pub(super) const INDENT: usize = 4;
/// Items that begin with a rule, which ends in its line. Two blocks that follow each other are given one each, or
/// they would be items of one list.
const ITEMS: [&[u8]; 2] = [b"+   ***", b"1)  ***"];

/// The line that opens a block, without what stands before it; where it is for that it is all of its line.
pub(super) fn opening(line: &str) -> Option<Opening> {
    let line = line.trim_end();
    let marks =
        ["!!!", "???+", "???", "===!", "===+", "==="].into_iter().find(|marks| line.starts_with(marks))?;
    let rest = &line[marks.len()..];
    let said = rest.trim_start_matches(' ');
    if said.len() == rest.len() || line.len() < ITEMS[0].len() {
        return None;
    }
    let at = line.len() - said.len();
    let quoted = |from: usize| {
        let inside = line[from..].strip_prefix('"')?.strip_suffix('"')?;
        (!inside.contains('"')).then_some(from + 1..from + 1 + inside.len())
    };
    if is_tab(line) {
        let title = quoted(at).filter(|title| !title.is_empty())?;
        return Some(Opening { kind: callouts::kind(""), name: at..at, title });
    }
    let words = said.find('"').unwrap_or(said.len());
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
    if !said.starts_with(|c: char| c.is_ascii_alphabetic()) || !said[..words].chars().all(is_name) {
        return None;
    }
    let name = at..at + said[..words].find(' ').unwrap_or(words);
    let title = if words == said.len() {
        line.len()..line.len()
    } else {
        quoted(at + words).filter(|_| said[..words].ends_with(' '))?
    };
    Some(Opening { kind: callouts::kind(&line[name.clone()]), name, title })
}

/// Whether a line that opens a block opens a tab.
pub(super) fn is_tab(line: &str) -> bool {
    line.starts_with('=')
}

/// Puts items in place of the lines of `text` that open a block and have one behind them.
pub(super) fn hide(text: &str, mask: &mut Mask) {
    let mut index = 0;
    let mut done = 0;
    for at in memchr::memchr3_iter(b'!', b'?', b'=', text.as_bytes()) {
        if at < done {
            continue;
        }
        let Some(line) = line(text, at) else { continue };
        done = line.end;
        mask.cover(text, line, ITEMS[index % ITEMS.len()]);
        index += 1;
    }
}

/// The line that begins at the byte `at` and opens a block.
fn line(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(at..at + 3)?, b"!!!" | b"???" | b"===") {
        return None;
    }
    let lead = bytes[..at].iter().rev().take_while(|byte| **byte == b' ').count();
    if at > lead && bytes[at - lead - 1] != b'\n' {
        return None;
    }
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |length| at + length);
    opening(&text[at..end])?;
    let next = text[end..].lines().skip(1).find(|line| !line.trim().is_empty())?;
    let indent = next.len() - next.trim_start_matches(' ').len();
    let is_inside = indent >= lead + INDENT || (lead == 0 && next.starts_with('\t'));
    is_inside.then_some(at..at + text[at..end].trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(&str, &str)>) {
        let found = opening(line).map(|opening| (&line[opening.name], &line[opening.title]));
        assert_eq!(found, expect, "{line:?}");
    }

    #[test]
    fn lines_that_open_a_block_have_exactly_that_form() {
        check("!!! note", Some(("note", "")));
        check("!!! danger highlight \"Don't *try*\" ", Some(("danger", "Don't *try*")));
        check("??? tip \"\"", Some(("tip", "")));
        check("???+ note", Some(("note", "")));
        check("=== \"A tab\"", Some(("", "A tab")));
        for other in
            ["!!!", "!!! Wow!", "!!!note", "??? what \"a\" b", "===", "=== a", "=== \"\"", "!!! note\"a\""]
        {
            check(other, None);
        }
    }

    #[test]
    fn an_item_takes_the_place_of_such_a_line() {
        let seen = |text: &str| {
            let mut mask = Mask::default();
            hide(text, &mut mask);
            mask.finish().unwrap_or_else(|| text.to_owned())
        };
        assert_eq!(
            seen("!!! note\n    a\n??? x \"\u{e9}\"\n\n    b"),
            "+   *** \n    a\n1)  ***   \n\n    b"
        );
        for other in ["!!! note\na", "!!! note\n   a", "a !!! note\n    b", "!!! note"] {
            assert_eq!(seen(other), other);
        }
    }
}
