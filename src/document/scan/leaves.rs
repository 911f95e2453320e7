//! Leaf blocks while they are open, and what becomes of them.
//!
//! Part of the scan.

use std::ops::Range;

use super::super::code;
use super::super::math::spans;
use super::super::shown::{ContainerId, ContainerKind, Part, PartKind};
use super::super::split;
use super::pictures::Pictures;
use super::{How, Scan};

/// A leaf block that has begun.
pub(super) struct Leaf {
    pub(super) kind: PartKind,
    pub(super) how: How,
    pub(super) range: Range<u32>,
    /// Begun by inline content, without a block of its own (a tight item's text).
    pub(super) implicit: bool,
    /// Inline constructs that are open.
    pub(super) depth: u32,
    /// Its pictures, and the lines that they stand on.
    pub(super) pictures: Pictures,
}

impl Scan<'_> {
    /// Sees to it that the inline content of `range` has a leaf: where it has no block of its own, that begins
    /// or goes on here. The backslash of an escape shows nothing, but what it escapes would read otherwise without it.
    pub(super) fn open_leaf(&mut self, range: &Range<u32>) {
        if self.leaf.is_none() {
            let before = (range.start as usize).checked_sub(1);
            let escaped = before.and_then(|at| self.markdown.as_bytes().get(at)) == Some(&b'\\');
            self.block(PartKind::Paragraph, How::Inline, range.start - u32::from(escaped)..range.end);
            if let Some(leaf) = &mut self.leaf {
                leaf.implicit = true;
            }
            self.item_says(false);
        }
        if let Some(leaf) = self.leaf.as_mut().filter(|leaf| leaf.implicit) {
            leaf.range.end = leaf.range.end.max(range.end);
        }
    }

    pub(super) fn block(&mut self, kind: PartKind, how: How, range: Range<u32>) {
        self.end_leaf();
        self.leaf = Some(Leaf { kind, how, range, implicit: false, depth: 0, pictures: Pictures::default() });
    }

    pub(super) fn end_leaf(&mut self) {
        self.words.boundary();
        let Some(leaf) = self.leaf.take() else { return };
        let mut range = self.trimmed(leaf.range.clone());
        if matches!(leaf.kind, PartKind::Heading { .. }) {
            // The parser takes marks before a tab for text (`# a #⇥`): alone they must stand before it too.
            let rest = self.slice(&(range.end..leaf.range.end));
            range.end += rest.find(['\n', '\r']).unwrap_or(rest.len()) as u32;
        }
        self.place = range.end;
        match leaf.how {
            How::Html => self.html(range),
            How::Code(code::Style::Indented { .. }) if self.is_nested(&range) => self.nested(&range),
            How::Code(code::Style::Fenced { .. }) if self.is_formula(&range) => {
                self.part(PartKind::Math, How::Formula, range);
            }
            How::Inline if leaf.kind == PartKind::Paragraph => {
                if self.slice(&range).starts_with("$$") && spans::is_display(self.slice(&range)) {
                    self.part(PartKind::Math, How::Inline, range);
                } else {
                    self.pictures_and_text(leaf, range);
                }
            }
            how => self.part(leaf.kind, how, range),
        }
    }

    /// Whether the code of `range` is a formula to be shown at once.
    fn is_formula(&self, range: &Range<u32>) -> bool {
        range.len() < split::LEAF_BYTES
            && code::language(self.markdown, range).is_some_and(|language| language.as_str() == "math")
    }

    /// A range without the blanks and line breaks at its end.
    pub(super) fn trimmed(&self, range: Range<u32>) -> Range<u32> {
        let slice = self.slice(&range);
        let blank = slice.len() - slice.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        range.start..range.end - blank as u32
    }

    pub(super) fn part(&mut self, kind: PartKind, how: How, range: Range<u32>) {
        let container = self.open.last().copied().unwrap_or_default();
        self.parts.push(Part { range, kind, container, first: true, last: true });
        self.hows.push(how);
    }

    /// An item or note without anything in it still shows its marker: it gets an empty part.
    pub(super) fn fill(&mut self, id: ContainerId) {
        let Some(container) = self.containers.get(id.0 as usize) else { return };
        if !matches!(container.kind, ContainerKind::Item { .. } | ContainerKind::Footnote { .. }) {
            return;
        }
        let inside = self.parts.last().is_some_and(|part| part.container.0 >= id.0);
        if inside {
            return;
        }
        let line = self.slice(&container.range).lines().next().unwrap_or_default();
        let at = container.range.start + line.trim_end().len() as u32;
        self.parts.push(Part {
            range: at..at,
            kind: PartKind::Paragraph,
            container: id,
            first: true,
            last: true,
        });
        self.hows.push(How::Empty);
    }
}
