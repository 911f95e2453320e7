//! Blocks of `MkDocs`, which the parser takes for lists of one item.
//!
//! Part of the scan.

use std::ops::Range;

use super::super::admonitions;
use super::super::callouts::Opening;
use super::super::prefix::Step;
use super::super::shown::{ContainerKind, PartKind};
use super::{How, Scan};

impl Scan<'_> {
    /// The line that opens the block that the list or item `range` stands for, where it is one.
    pub(super) fn block_of_mkdocs(&self, range: &Range<u32>) -> Option<(Opening, Range<u32>)> {
        let text = self.slice(range);
        let content = text.trim_start_matches(' ');
        if !content.starts_with(['!', '?', '=']) {
            return None;
        }
        let line = content.lines().next()?.trim_end();
        let start = range.start + (text.len() - content.len()) as u32;
        Some((admonitions::opening(line)?, start..start + line.len() as u32))
    }

    /// Opens such a block: a callout, or what is under the name of a tab.
    pub(super) fn open_block_of_mkdocs(&mut self, opening: &Opening, line: Range<u32>, range: Range<u32>) {
        let is_tab = admonitions::is_tab(self.slice(&line));
        let kind =
            if is_tab { ContainerKind::List { loose: true } } else { ContainerKind::Alert(opening.kind) };
        let columns = (line.start - range.start) as usize + admonitions::INDENT;
        let step = Step::Indent(u16::try_from(columns).unwrap_or(u16::MAX));
        self.container(kind, Some(step), line.start..range.end);
        self.part(PartKind::Term, How::Opening, line);
        self.opening = true;
    }
}
