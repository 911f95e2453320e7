//! Rows → lines of output, with the colours and links of a terminal or without.
//!
//! Never imports `app` or `ui`.

use crate::document::address::web_address;
use crate::document::highlight::{Highlight, HighlightRole};
use crate::document::shown::{AlertKind, Inline, Link};
use crate::layout::{LineEnds, Piece, Role, Row};

/// How rows become lines of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dress {
    /// With SGR escapes.
    Coloured,
    /// With SGR escapes, and links as the terminal's hyperlinks (OSC 8).
    Linked,
    /// Without escapes.
    Bare,
    /// Without escapes and without what the program adds, but for marks of structure.
    Plain,
}

impl Dress {
    /// Whether with SGR escapes.
    pub(super) fn is_coloured(self) -> bool {
        matches!(self, Self::Coloured | Self::Linked)
    }

    /// Plain output makes no line of two of the article's; it only breaks those that do not fit.
    pub(super) fn line_ends(self) -> LineEnds {
        if self == Self::Plain { LineEnds::Kept } else { LineEnds::Joined }
    }
}

/// Whether a row is written at all.
pub(super) fn is_written(row: &Row, dress: Dress) -> bool {
    dress != Dress::Plain || row.pieces.is_empty() || row.pieces.iter().any(is_plain)
}

/// What a part has beside its rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside<'a> {
    /// Where its pieces lead.
    pub links: &'a [Link],
    /// The colours of its code.
    pub highlights: &'a [Highlight],
}

/// Adds a row to `line`, with its line break and without trailing blanks. `beside` is of the part it
/// belongs to.
pub(super) fn write_row(row: &Row, dress: Dress, beside: Beside<'_>, line: &mut String) {
    let mut column = 0;
    for piece in &row.pieces {
        if dress == Dress::Plain && !is_plain(piece) {
            continue;
        }
        for _ in column..piece.column {
            line.push(' ');
        }
        column = piece.end();
        let link = piece.link.filter(|_| dress == Dress::Linked);
        let link = link.and_then(|link| beside.links.get(link as usize));
        let address = link.and_then(|link| web_address(&link.target));
        if let Some(address) = &address {
            line.push_str("\x1b]8;;");
            line.push_str(address);
            line.push_str("\x1b\\");
        }
        if !dress.is_coloured() {
            line.push_str(piece.text.as_str());
        } else if piece.role == Role::Code && !beside.highlights.is_empty() {
            write_code(piece, beside.highlights, line);
        } else {
            write_coloured(piece.text.as_str(), &codes(piece.role, piece.inline), line);
        }
        if address.is_some() {
            line.push_str("\x1b]8;;\x1b\\");
        }
    }
    line.truncate(line.trim_end_matches(' ').len());
    line.push('\n');
}

/// Adds a piece of highlighted code; what is in no highlight stays plain.
fn write_code(piece: &Piece, highlights: &[Highlight], line: &mut String) {
    let text = piece.text.as_str();
    let first = highlights.partition_point(|one| one.range.end <= piece.shown);
    let mut at = 0;
    for one in &highlights[first..] {
        let place = |byte: u32| (byte.saturating_sub(piece.shown) as usize).min(text.len());
        let (start, end) = (place(one.range.start), place(one.range.end));
        if start == text.len() {
            break;
        }
        line.push_str(text.get(at..start).unwrap_or_default());
        write_coloured(text.get(start..end).unwrap_or_default(), code(one.role), line);
        at = end;
    }
    line.push_str(text.get(at..).unwrap_or_default());
}

fn write_coloured(text: &str, codes: &[&str], line: &mut String) {
    if codes.is_empty() {
        line.push_str(text);
        return;
    }
    line.push_str("\x1b[");
    for (index, code) in codes.iter().enumerate() {
        if index > 0 {
            line.push(';');
        }
        line.push_str(code);
    }
    line.push('m');
    line.push_str(text);
    line.push_str("\x1b[0m");
}

/// Whether a piece stays with `--plain`.
fn is_plain(piece: &Piece) -> bool {
    !piece.inline.contains(Inline::GENERATED)
        || matches!(
            piece.role,
            Role::Bullet
                | Role::Number
                | Role::Task(_)
                | Role::QuoteBar
                | Role::AlertBar(_)
                | Role::TableRule
                | Role::Rule
                | Role::Title
                | Role::Meta
                | Role::Description
        )
}

/// The SGR codes (ECMA-48 8.3.117) of a look, from the 8 colours that every terminal has.
fn codes(role: Role, inline: Inline) -> Vec<&'static str> {
    let mut codes = match role {
        Role::Title => vec!["1", "33"],
        Role::Heading(1 | 2) | Role::Term => vec!["1"],
        Role::Heading(_) | Role::TableHeader => vec!["1", "2"],
        Role::Bullet
        | Role::Number
        | Role::CodeLabel
        | Role::TableRule
        | Role::Rule
        | Role::Meta
        | Role::Faint
        | Role::Task(_) => vec!["2"],

        Role::QuoteBar => vec!["33"],
        Role::Quote | Role::Description => vec!["3"],
        Role::Caption => vec!["2", "3"],
        Role::Code => vec!["36"],
        Role::AlertBar(kind) => vec![alert_code(kind)],
        Role::AlertTitle(kind) => vec!["1", alert_code(kind)],
        Role::Text | Role::TableCell | Role::Footnote | Role::Math => Vec::new(),
    };
    for (flag, code) in [
        (Inline::STRONG, "1"),
        (Inline::FAINT, "2"),
        (Inline::EMPHASIS, "3"),
        (Inline::UNDERLINE, "4"),
        (Inline::LINK, "4"),
        (Inline::LINK, "34"),
        (Inline::FOOTNOTE, "34"),
        (Inline::MARK, "7"),
        (Inline::STRIKE, "9"),
        (Inline::CODE, "36"),
    ] {
        if inline.contains(flag) && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The SGR codes of highlighted code.
fn code(role: HighlightRole) -> &'static [&'static str] {
    match role {
        HighlightRole::Keyword | HighlightRole::Tag => &["35"],
        HighlightRole::String | HighlightRole::Inserted => &["32"],
        HighlightRole::Number | HighlightRole::Constant => &["33"],
        HighlightRole::Comment => &["2", "3"],
        HighlightRole::Function | HighlightRole::Attribute => &["34"],
        HighlightRole::Type => &["36"],
        HighlightRole::Deleted => &["31"],
        HighlightRole::Heading => &["1"],
    }
}

fn alert_code(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Note => "34",
        AlertKind::Tip => "32",
        AlertKind::Important => "35",
        AlertKind::Warning => "33",
        AlertKind::Caution => "31",
    }
}
