//! Bytes → markdown. Pure: a byte order mark is looked for first, then NUL, then UTF-8.

use crate::error::{Problem, ProblemKind};
use crate::safe;
use crate::text::Markdown;

/// A NUL in so many first bytes means a binary file, as git and ripgrep have it.
const LOOKED_AT_FOR_NUL: usize = 8 << 10;

/// A file's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The text, without a byte order mark. Line ends are as they are, but for a return alone, which CommonMark 2.1
    /// takes for one, too: it is a line feed here, so that nobody else has to know of it and no place moves.
    pub markdown: Markdown,
    /// What was wrong with its bytes.
    pub problems: Vec<Problem>,
}

/// What is known of returns in bytes that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Returns {
    /// There is none.
    None,
    /// There may be some.
    Unknown,
}

/// Decodes a file's bytes, or its beginning when not `whole`. `None` where it is binary.
pub(super) fn decode(bytes: Vec<u8>, whole: bool) -> Option<Decoded> {
    decode_seen(bytes, Returns::Unknown, whole)
}

/// As [`decode`], of bytes that were looked at while they were read.
pub(super) fn decode_seen(mut bytes: Vec<u8>, returns: Returns, whole: bool) -> Option<Decoded> {
    let utf16 = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = utf16 {
        return from_utf16(rest, unit, whole);
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    if returns == Returns::Unknown {
        end_lines_with_line_feeds(&mut bytes, whole);
    }
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT_FOR_NUL)];
    if looked_at.contains(&0) {
        return text_with_stray_nuls(looked_at, &bytes, whole);
    }
    // The bytes that were read become the text: a copy would hold a large file twice.
    let fault = match String::from_utf8(bytes) {
        Ok(text) => return Some(Decoded { markdown: text.into(), problems: Vec::new() }),
        Err(fault) => fault,
    };
    let (fault, bytes) = (fault.utf8_error(), fault.into_bytes());
    if fault.error_len().is_none() && !whole {
        // The beginning ends within a character.
        let text = std::str::from_utf8(&bytes[..fault.valid_up_to()]).unwrap_or_default();
        return Some(Decoded { markdown: text.into(), problems: Vec::new() });
    }
    let good = &bytes[..fault.valid_up_to()];
    let line = good.split(|byte| *byte == b'\n').count();
    let line_start = good.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = 1 + String::from_utf8_lossy(&good[line_start..]).chars().count();
    let problem = Problem {
        line: line as u32,
        column: column as u32,
        kind: ProblemKind::Encoding,
        reason: safe!("bytes that are not UTF-8 from line {line} on; each is shown as \u{fffd}"),
    };
    Some(Decoded { markdown: String::from_utf8_lossy(&bytes).into_owned().into(), problems: vec![problem] })
}

/// Puts a line feed in the place of each return that stands alone. Behind the last byte of a beginning another one may
/// stand.
fn end_lines_with_line_feeds(bytes: &mut [u8], whole: bool) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\r', &bytes[at..]) {
        at += found + 1;
        let is_alone = bytes.get(at).map_or(whole, |next| *next != b'\n');
        if is_alone {
            bytes[at - 1] = b'\n';
        }
    }
}

/// Text in which a NUL went astray: all of what is looked at is UTF-8, and no more than one byte in 64
/// is NUL, which no binary format manages. CommonMark 2.3 shows it as U+FFFD.
fn text_with_stray_nuls(looked_at: &[u8], bytes: &[u8], whole: bool) -> Option<Decoded> {
    let at = looked_at.iter().position(|byte| *byte == 0)?;
    let nuls = looked_at.split(|byte| *byte == 0).count() - 1;
    let is_text = match std::str::from_utf8(looked_at) {
        Ok(_) => true,
        Err(fault) => fault.error_len().is_none(),
    };
    if !is_text || nuls * 64 > looked_at.len() {
        return None;
    }
    let replaced: Vec<u8> = bytes
        .split(|byte| *byte == 0)
        .collect::<Vec<_>>()
        .join(char::REPLACEMENT_CHARACTER.encode_utf8(&mut [0; 4]).as_bytes());
    let mut decoded = decode(replaced, whole)?;
    let line = bytes[..at].split(|byte| *byte == b'\n').count() as u32;
    let reason = safe!("a NUL byte; shown as \u{fffd}");
    decoded.problems.insert(0, Problem { line, column: 0, kind: ProblemKind::Encoding, reason });
    Some(decoded)
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, whole: bool) -> Option<Decoded> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut wrong = !odd.is_empty() && whole;
    let mut line = 1;
    let mut fault_line = 1;
    let mut characters = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).peekable();
    while let Some(character) = characters.next() {
        let character = character.unwrap_or_else(|_| {
            if !wrong {
                fault_line = line;
            }
            wrong = true;
            char::REPLACEMENT_CHARACTER
        });
        let is_line_end = character == '\r'
            && characters.peek().map_or(whole, |next| !next.as_ref().is_ok_and(|next| *next == '\n'));
        let character = if is_line_end { '\n' } else { character };
        line += u32::from(character == '\n');
        text.push(character);
    }
    let looked_at = &text.as_bytes()[..text.len().min(LOOKED_AT_FOR_NUL)];
    if looked_at.contains(&0) || (pairs.is_empty() && wrong) {
        return None;
    }
    let reason = if wrong {
        safe!("broken UTF-16 from line {fault_line} on; shown as \u{fffd}")
    } else {
        safe!("UTF-16, not UTF-8; read all the same, but most other programs will not")
    };
    let problem = Problem { line: fault_line, column: 0, kind: ProblemKind::Encoding, reason };
    Some(Decoded { markdown: text.into(), problems: vec![problem] })
}

impl Decoded {
    /// Shortens a beginning to where it may be read alone: after a blank line, else after a line, else
    /// after a blank; a boundary in the first half is too little to be of use.
    pub(super) fn cut_at_a_boundary(&mut self) {
        let text = &self.markdown;
        let half = text.len() / 2;
        let after = |found: Option<usize>, length: usize| found.map(|at| at + length).filter(|at| *at > half);
        let blank_line = after(text.rfind("\n\n"), 2).max(after(text.rfind("\r\n\r\n"), 4));
        let cut = blank_line
            .or_else(|| after(text.rfind('\n'), 1))
            .or_else(|| after(text.rfind(' '), 1))
            .unwrap_or(text.len());
        if cut < text.len() {
            self.markdown = text[..cut].into();
        }
    }
}
