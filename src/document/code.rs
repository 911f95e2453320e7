//! Code blocks: lines without containers, fences and indent, tabs expanded.
//!
//! Knows `text`, `templates` and `shown`. Never highlights: that is a theme's work, done for what is seen.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use crate::text::{self, SafeText};

use super::inline::Builder;
use super::prefix::{Step, pass};
use super::references::Footnotes;
use super::shown::ShownText;
use super::templates;
use super::unit::Unit;

/// Columns between tab stops in code.
const TAB: usize = 4;
/// Columns before a fence beyond which it is none in CommonMark.
const DEEPEST: u8 = 3;

/// How a code block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Between fences (CommonMark 4.5); the opening one is indented so many columns.
    Fenced {
        /// 0 to 3; more where it is nested in tags of MDX.
        indent: u8,
    },
    /// Indented (CommonMark 4.4); so many columns of a tab are left before its first line.
    Indented {
        /// Columns.
        owed: u8,
    },
}

/// The code of `range`, a whole code block or lines of it. `first` and `last` say whether it holds the
/// block's beginning and end.
pub(super) fn show(
    markdown: &str,
    range: &Range<u32>,
    steps: &[Step],
    style: Style,
    fence: Option<Fence>,
    first: bool,
    last: bool,
) -> ShownText {
    let unit = Unit::plain(markdown, range.clone());
    let footnotes = Footnotes::default();
    let mut builder = Builder::raw(&unit, &footnotes);
    let source = unit.text.as_ref();
    let count = source.split_inclusive('\n').count();
    let mut at = 0;
    let mut begun = false;
    // Those at the end show nothing.
    let mut blank_lines: Vec<(usize, &str, usize, usize)> = Vec::new();
    for (index, line) in source.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let body = line.trim_end_matches(['\n', '\r']);
        let (mut cursor, _) = if index == 0 && first { pass(body, &[]) } else { pass(body, steps) };
        match style {
            Style::Fenced { indent } => {
                if index == 0 && first {
                    continue;
                }
                // A fence that is nested in tags may stand deeper than any other.
                cursor.spaces_up_to(usize::from(indent.saturating_sub(DEEPEST)));
                if index + 1 == count
                    && last
                    && fence.is_some_and(|fence| fence.is_closed_by(&body[cursor.at..]))
                {
                    continue;
                }
                cursor.spaces_up_to(usize::from(indent.min(DEEPEST)));
            }
            Style::Indented { owed } => {
                if index == 0 && first {
                    cursor.owed = usize::from(owed);
                } else {
                    cursor.spaces_up_to(4);
                }
            }
        }
        if last && body[cursor.at..].trim_matches([' ', '\t']).is_empty() {
            blank_lines.push((start, body, cursor.at, cursor.owed));
            continue;
        }
        for (start, body, at, owed) in blank_lines.drain(..) {
            if begun {
                builder.line_break(start);
            }
            begun = true;
            if matches!(style, Style::Fenced { .. }) {
                line_of_code(&mut builder, body, start, at, owed);
            }
        }
        if begun {
            builder.line_break(start);
        }
        begun = true;
        line_of_code(&mut builder, body, start, cursor.at, cursor.owed);
    }
    builder.finish()
}

fn line_of_code(builder: &mut Builder<'_>, body: &str, start: usize, at: usize, owed: usize) {
    let mut column = owed;
    if owed > 0 {
        builder.blanks(owed, start + at..start + at);
    }
    let mut from = at;
    while from < body.len() {
        let end = body[from..].find('\t').map_or(body.len(), |tab| from + tab);
        builder.write_exact(start + from..start + end);
        if end < body.len() {
            column += text::width(&body[from..end]);
            let wide = TAB - column % TAB;
            builder.blanks(wide, start + end..start + end + 1);
            column += wide;
        }
        from = end + 1;
    }
}

/// The first word of the info string of the fence that begins at `range`.
pub(super) fn language(markdown: &str, range: &Range<u32>) -> Option<SafeText> {
    let block = markdown.get(range.start as usize..range.end as usize)?;
    let line = block.lines().next()?;
    if let Some(language) = templates::code_language(line) {
        return Some(SafeText::line(language)).filter(|word| !word.is_empty());
    }
    Parser::new(line).find_map(|event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            let word = info.split([' ', '\t', ',']).next().unwrap_or_default();
            let word = word.trim_matches(['{', '}', '.']);
            Some(SafeText::line(word)).filter(|word| !word.is_empty())
        }
        _ => None,
    })
}

/// What the info string of the fence that begins at `range` calls its code: `title="a.js"`, `[a.js]`.
pub(super) fn title(markdown: &str, range: &Range<u32>) -> Option<SafeText> {
    let block = markdown.get(range.start as usize..range.end as usize)?;
    let line = block.lines().next()?.trim();
    Fence::at(line).filter(|fence| fence.mark != b'{')?;
    let named = ["title=", "filename=", "file="].iter().find_map(|key| {
        let at = line
            .match_indices(key)
            .map(|(at, _)| at)
            .find(|at| line[..*at].ends_with([' ', '{', ',', '`']))?;
        let value = &line[at + key.len()..];
        match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split_once(quote).map(|(value, _)| value),
            _ => value.split([' ', '}', ',']).next(),
        }
    });
    let labelled = || line.strip_suffix(']')?.rsplit_once(" [").map(|(_, label)| label);
    named.or_else(labelled).map(SafeText::line).filter(|title| !title.is_empty())
}

/// What stands between the fences of `text`; all of it where it has none.
pub(super) fn inside(text: &str) -> Range<usize> {
    let Some(fence) = Fence::at(text) else { return 0..text.len() };
    let begins = text.find('\n').map_or(text.len(), |at| at + 1);
    let inside = text[begins..].trim_end();
    let last = inside.rfind('\n').map_or(0, |at| at + 1);
    let closed = fence.is_closed_by(&inside[last..]);
    begins..begins + if closed { last } else { inside.len() }
}

/// An opening fence, or the tag of a template that stands for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    mark: u8,
    length: usize,
}

impl Fence {
    /// The fence at the beginning of `text`.
    pub(super) fn at(text: &str) -> Option<Self> {
        let line = text.lines().next()?;
        if templates::code_language(line).is_some() {
            return Some(Self { mark: b'{', length: 0 });
        }
        let mark = *text.as_bytes().first()?;
        let length = text.bytes().take_while(|byte| *byte == mark).count();
        (matches!(mark, b'`' | b'~') && length >= 3).then_some(Self { mark, length })
    }

    /// Whether it ends before `line`.
    pub(super) fn is_closed_by(self, line: &str) -> bool {
        if self.mark == b'{' {
            return templates::ends_code(line);
        }
        let inside = line.trim_matches([' ', '\t']);
        let indent = line.len() - line.trim_start_matches(' ').len();
        indent <= 3
            && !line.starts_with('\t')
            && inside.len() >= self.length
            && inside.bytes().all(|byte| byte == self.mark)
    }
}
