//! Lines that hold nothing but tags of templates or components of MDX: which of them open and end callouts and
//! folds, and what the others show.
//!
//! Part of the scan.

use std::ops::Range;

use super::super::components::Piece;
use super::super::shown::PartKind;
use super::super::tags::{self, Tag};
use super::{How, Scan};

impl Scan<'_> {
    /// A block that begins with a tag: each is a part of its own, what stands behind them is HTML.
    pub(super) fn tagged(&mut self, range: Range<u32>) {
        let mut at = range.start;
        while let Some(length) = tags::length(self.slice(&(at..range.end))) {
            self.tag(at..at + length as u32);
            at += length as u32;
            let rest = self.slice(&(at..range.end));
            at += (rest.len() - rest.trim_start().len()) as u32;
        }
        if at < range.end {
            self.html(at..range.end);
        }
    }

    /// A block of components: their tags, and the markdown between them.
    pub(super) fn components(&mut self, range: Range<u32>, pieces: Vec<Piece>) {
        for piece in pieces {
            let place =
                |piece: Range<usize>| range.start + piece.start as u32..range.start + piece.end as u32;
            match piece {
                Piece::Tag(tag) => self.tag(place(tag)),
                Piece::Text(text) => self.paragraph(self.trimmed(place(text))),
            }
        }
    }

    fn tag(&mut self, range: Range<u32>) {
        let text = self.slice(&range);
        if let Some(tag) = Tag::read(text) {
            if tag.closes && self.own.iter().any(|id| self.is_ended_by(&tag, id.0)) {
                let end = range.end;
                self.part(PartKind::Nothing, How::Empty, range);
                self.close_innermost_own(end);
                return;
            }
            if let Some((kind, _)) = tag.opening()
                && self.ends.has(&tag, self.markdown, range.end as usize)
            {
                self.open_own(kind, range.start);
                self.part(PartKind::Term, How::Opening, range);
                return;
            }
        }
        if text.starts_with('<') {
            self.html_part(PartKind::Paragraph, range);
        } else {
            let kind = if self.shows_nothing(&range) { PartKind::Nothing } else { PartKind::Paragraph };
            self.part(kind, How::Html, range);
        }
    }

    /// Whether the tag that opened a container of our own is ended by `tag`.
    fn is_ended_by(&self, tag: &Tag<'_>, id: u32) -> bool {
        let Some(container) = self.containers.get(id as usize) else { return false };
        let text = self.markdown.get(container.range.start as usize..).unwrap_or_default();
        let opening = tags::length(text).and_then(|length| Tag::read(&text[..length]));
        opening.is_some_and(|opening| tag.ends(&opening))
    }
}
