//! What stands indented by four columns and more in an article with components of MDX: nested in their tags,
//! not code. MDX knows no indented code.
//!
//! Part of the scan. A block of CommonMark's indented code is taken apart where it holds a fence, which shows
//! that it is none; any other stays as it is, because not all articles with such tags are MDX.

use std::ops::Range;

use super::super::code::{self, Fence};
use super::super::prefix::strip;
use super::super::shown::PartKind;
use super::{How, Scan};

impl Scan<'_> {
    /// Whether the indented code of `range` is nested markdown.
    pub(super) fn is_nested(&self, range: &Range<u32>) -> bool {
        self.dialect.components
            && self
                .slice(range)
                .lines()
                .any(|line| Fence::at(line.trim_start_matches([' ', '\t', '>'])).is_some())
    }

    /// Takes indented code apart into what is fenced and paragraphs.
    pub(super) fn nested(&mut self, range: &Range<u32>) {
        let steps = self.open_steps();
        let mut fence: Option<(Fence, u32)> = None;
        let mut text: Option<u32> = None;
        let mut at = range.start;
        for (index, line) in self.slice(range).split_inclusive('\n').enumerate() {
            let stripped = if index == 0 { 0 } else { strip(line, &steps).at };
            let content = line[stripped..].trim_start_matches([' ', '\t']);
            let begin = at + (line.len() - content.len()) as u32;
            let opening = Fence::at(content);
            at += line.len() as u32;
            match (fence, opening) {
                (Some((open, from)), _) if open.is_closed_by(content.trim_end_matches(['\n', '\r'])) => {
                    self.fenced(from..at);
                    fence = None;
                }
                (Some(_), _) => {}
                (None, Some(opening)) => {
                    self.end_nested_text(text.take(), begin);
                    fence = Some((opening, begin));
                }
                (None, None) if content.trim_end().is_empty() => self.end_nested_text(text.take(), begin),
                (None, None) => text = text.or(Some(begin)),
            }
        }
        self.end_nested_text(text, range.end);
        if let Some((_, from)) = fence {
            self.fenced(from..range.end);
        }
    }

    fn fenced(&mut self, range: Range<u32>) {
        let range = self.trimmed(range);
        let indent = self.nested_indent(range.start);
        self.part(PartKind::Code, How::Code(code::Style::Fenced { indent }), range);
    }

    fn end_nested_text(&mut self, from: Option<u32>, to: u32) {
        if let Some(from) = from {
            let range = self.trimmed(from..to);
            self.paragraph(range);
        }
    }
}
