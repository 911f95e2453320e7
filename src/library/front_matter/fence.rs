//! Where front matter begins and ends. Never looks at what is inside it, but for its depth.

use super::LIMIT;
use crate::safe;
use crate::text::SafeText;

/// Most brackets that may be open at once; `serde_yaml` scans them in quadratic time (28 s for 100,000).
const BRACKETS: usize = 64;
/// Most levels of indent, `- ` markers on one line included.
const LEVELS: usize = 128;

/// The formats of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `---` to `---` or `...`.
    Yaml,
    /// `+++` to `+++`.
    Toml,
    /// An object.
    Json,
}

/// The cut head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeadText<'a> {
    pub(super) format: Format,
    /// What stands between the fences, or the object itself.
    pub(super) text: &'a str,
    /// Line of the file where `text` begins, from 1.
    pub(super) first_line: u32,
    /// Where the body begins.
    pub(super) body: usize,
}

pub(super) enum Cut<'a> {
    /// It begins here, but its end is not in the text given.
    More,
    /// There is none.
    None,
    /// It looks like front matter, but has no end; `line` is the opening fence's.
    Unclosed {
        line: u32,
    },
    TooLarge {
        line: u32,
        body: usize,
    },
    Head(HeadText<'a>),
}

/// Finds the front matter at the start of `markdown`.
pub(super) fn cut(markdown: &str, whole: bool) -> Cut<'_> {
    let mut at = 0;
    let mut line = 1;
    let opening = loop {
        let Some((text, next)) = line_at(markdown, at) else {
            return if whole { Cut::None } else { Cut::More };
        };
        if !text.trim().is_empty() {
            break text.trim_end();
        }
        (at, line) = (next, line + 1);
    };
    let ended = line_at(markdown, at).is_some_and(|(_, next)| next < markdown.len());
    let format = match opening {
        "---" => Format::Yaml,
        "+++" => Format::Toml,
        text if text.starts_with('{') => return cut_json(markdown, at, line, whole),
        // The opening line itself may be cut off.
        _ => return if whole || ended || !opening.starts_with(['-', '+']) { Cut::None } else { Cut::More },
    };
    let Some((_, start)) = line_at(markdown, at) else { return Cut::None };
    let mut next = start;
    while let Some((text, after)) = line_at(markdown, next) {
        let fence = text.trim_end();
        let closes = match format {
            Format::Yaml => fence == "---" || fence == "...",
            _ => fence == "+++",
        };
        if closes {
            // A fence at the very end of a beginning may go on ("----").
            if !whole
                && after == markdown.len()
                && !text.ends_with(['\n', '\r'])
                && !ends_line(markdown, after)
            {
                return Cut::More;
            }
            if next - start > LIMIT {
                return Cut::TooLarge { line, body: after };
            }
            return Cut::Head(HeadText {
                format,
                text: &markdown[start..next],
                first_line: line + 1,
                body: after,
            });
        }
        next = after;
    }
    if markdown.len() - start > LIMIT {
        return Cut::TooLarge { line, body: start };
    }
    if !whole {
        return Cut::More;
    }
    let looks_meant = match format {
        Format::Yaml => super::lines::begins_with_a_key(&markdown[start..]),
        _ => true,
    };
    if looks_meant { Cut::Unclosed { line } } else { Cut::None }
}

/// An object that begins the file. `{%`, `{{` and `{:` are templates and attributes.
fn cut_json(markdown: &str, at: usize, line: u32, whole: bool) -> Cut<'_> {
    let text = &markdown[at..];
    let indent = text.len() - text.trim_start().len();
    let inside = text[indent + 1..].trim_start();
    if inside.is_empty() && !whole {
        return Cut::More;
    }
    if !inside.starts_with(['"', '}']) {
        return Cut::None;
    }
    let (mut open, mut quoted, mut escaped) = (0_usize, false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => open += 1,
            b'}' | b']' if !quoted => {
                open = open.saturating_sub(1);
                if open == 0 {
                    let end = at + index + 1;
                    let body = line_at(markdown, end)
                        .map_or(end, |(rest, next)| if rest.trim().is_empty() { next } else { end });
                    if index > LIMIT {
                        return Cut::TooLarge { line, body };
                    }
                    return Cut::Head(HeadText {
                        format: Format::Json,
                        text: &markdown[at..end],
                        first_line: line,
                        body,
                    });
                }
            }
            _ => {}
        }
    }
    match (text.len() > LIMIT, whole) {
        (true, _) => Cut::TooLarge { line, body: at },
        (false, false) => Cut::More,
        (false, true) => Cut::Unclosed { line },
    }
}

fn ends_line(markdown: &str, at: usize) -> bool {
    markdown[..at].ends_with(['\n', '\r'])
}

/// The line that begins at `at`, without its end (LF, CRLF or CR), and where the next begins.
pub(super) fn line_at(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let length = match rest.as_bytes().get(end..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([_, ..]) => 1,
        _ => 0,
    };
    Some((&rest[..end], at + end + length))
}

/// The lines of `text`, without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (line, next) = line_at(text, at)?;
        at = next;
        Some(line)
    })
}

/// The line of the head's text (from 1) where it is too deep to be given to a parser, and why.
/// Brackets inside quotes count too: it is a bound on the parser's work, not a parse.
pub(super) fn too_deep(head: &str) -> Option<(u32, SafeText)> {
    let mut open = 0_usize;
    let mut levels: Vec<usize> = Vec::new();
    for (index, line) in lines(head).enumerate() {
        let number = index as u32 + 1;
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > BRACKETS {
                return Some((number, safe!("more than {BRACKETS} open brackets: too deep to be read")));
            }
        }
        let text = line.trim_start_matches([' ', '\t']);
        if text.is_empty() {
            continue;
        }
        let indent = line.len() - text.len();
        while levels.last().is_some_and(|level| *level >= indent) {
            levels.pop();
        }
        levels.push(indent);
        let mut rest = text;
        let mut markers = 0;
        while let Some(after) =
            rest.strip_prefix(['-', '?', ':']).filter(|after| after.starts_with([' ', '\t']))
        {
            markers += 1;
            rest = after.trim_start_matches([' ', '\t']);
        }
        if levels.len() + markers > LEVELS {
            return Some((number, safe!("more than {LEVELS} levels of indent: too deep to be read")));
        }
    }
    None
}
