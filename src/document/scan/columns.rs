//! Columns of the markdown: where the content of a container begins (CommonMark 2.2, 5.2),
//! and how wide the markers of a list are.
//!
//! Part of the scan: asks which containers are open.

use std::ops::Range;

use super::super::prefix::{Step, strip};
use super::super::shown::{Container, ContainerKind};
use super::Scan;

impl Scan<'_> {
    /// The column where the content of the innermost container begins on the line of `at`.
    pub(super) fn content_column(&mut self, at: u32) -> u32 {
        let line_start = line_start(self.markdown, at);
        let opened_here = self
            .open
            .iter()
            .rev()
            .find(|id| self.steps.get(id.0 as usize).copied().flatten().is_some())
            .and_then(|id| {
                Some((self.containers.get(id.0 as usize)?.range.start, self.steps[id.0 as usize]?))
            });
        match opened_here {
            Some((start, step)) if start >= line_start => match step {
                Step::Indent(_) => self.columns.after_marker(self.markdown, marker(self.markdown, start).end),
                Step::Quote => {
                    let mark = self.markdown[start as usize..].find('>').unwrap_or(0) as u32;
                    let after = start + mark + 1;
                    let blank = matches!(self.markdown.as_bytes().get(after as usize), Some(b' ' | b'\t'));
                    self.columns.of(self.markdown, after) + u32::from(blank)
                }
            },
            Some(_) => {
                let steps = self.open_steps();
                let line = &self.markdown[line_start as usize..at as usize];
                let stripped = strip(line, &steps);
                let column = self.columns.of(self.markdown, line_start + stripped.at as u32);
                column.saturating_sub(stripped.owed as u32)
            }
            None => 0,
        }
    }

    pub(super) fn fence_indent(&mut self, at: u32) -> u8 {
        let column = self.columns.of(self.markdown, at);
        column.saturating_sub(self.content_column(at)).min(3) as u8
    }

    /// The columns before a fence that is nested in tags, however many.
    pub(super) fn nested_indent(&mut self, at: u32) -> u8 {
        let column = self.columns.of(self.markdown, at);
        u8::try_from(column.saturating_sub(self.content_column(at))).unwrap_or(u8::MAX)
    }

    pub(super) fn owed(&mut self, at: u32) -> u8 {
        let column = self.columns.of(self.markdown, at);
        column.saturating_sub(self.content_column(at) + 4).min(4) as u8
    }
}

/// Gives the items of each list the width of its widest marker.
pub(in super::super) fn align_markers(containers: &mut [Container]) {
    let mut widths: Vec<u8> = vec![1; containers.len()];
    for container in &*containers {
        if let ContainerKind::Item { number: Some(number), .. } = container.kind
            && let Some(width) = widths.get_mut(container.parent.0 as usize)
        {
            let digits = number.get().checked_ilog10().unwrap_or(0) + 1;
            *width = (*width).max(digits as u8 + 1);
        }
    }
    for container in containers {
        let parent = container.parent.0 as usize;
        if let ContainerKind::Item { marker_width, .. } = &mut container.kind {
            *marker_width = widths.get(parent).copied().unwrap_or(1);
        }
    }
}

/// The byte where the line of `at` begins.
pub(super) fn line_start(markdown: &str, at: u32) -> u32 {
    memchr::memrchr(b'\n', &markdown.as_bytes()[..at as usize]).map_or(0, |found| found as u32 + 1)
}

/// Where the line of `at` ends.
pub(super) fn line_end(markdown: &str, at: u32) -> u32 {
    let rest = markdown.as_bytes().get(at as usize..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(markdown.len() as u32, |found| at + found as u32 + 1)
}

/// Columns of bytes, remembered so that many places of one line cost one walk along it.
#[derive(Default)]
pub(super) struct Columns {
    at: u32,
    column: u32,
}

impl Columns {
    pub(super) fn of(&mut self, markdown: &str, at: u32) -> u32 {
        let bytes = markdown.as_bytes();
        let at = at.min(bytes.len() as u32);
        let same_line =
            self.at <= at && memchr::memchr(b'\n', &bytes[self.at as usize..at as usize]).is_none();
        if !same_line || (self.at == 0 && self.column == 0) {
            self.at = line_start(markdown, at);
            self.column = 0;
        }
        for byte in &bytes[self.at as usize..at as usize] {
            self.column = if *byte == b'\t' { self.column / 4 * 4 + 4 } else { self.column + 1 };
        }
        self.at = at;
        self.column
    }

    /// The column where the content after a marker that ends at `marker_end` begins (CommonMark 5.2).
    pub(super) fn after_marker(&mut self, markdown: &str, marker_end: u32) -> u32 {
        let column = self.of(markdown, marker_end);
        let rest = markdown.as_bytes().get(marker_end as usize..).unwrap_or_default();
        let blanks = blanks(rest) as u32;
        let empty = matches!(rest.get(blanks as usize), None | Some(b'\n' | b'\r'));
        let Self { at, column: kept } = *self;
        let wide = self.of(markdown, marker_end + blanks) - column;
        (self.at, self.column) = (at, kept);
        column + if empty || wide > 4 || wide == 0 { 1 } else { wide }
    }
}

/// Where the marker at or after `start` begins and ends: of an item, a definition or a note.
pub(super) fn marker(markdown: &str, start: u32) -> Range<u32> {
    let rest = markdown.as_bytes().get(start as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let digits = rest[blank..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let begin = start + blank as u32;
    begin..begin + digits as u32 + 1
}

/// Bytes of blanks and tabs at the beginning of `bytes`.
pub(super) fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
