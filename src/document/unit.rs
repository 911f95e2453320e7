//! A leaf taken out of its containers: its own text, and where each byte of it stands in the markdown.
//!
//! Knows `prefix`, `components`, `mask`, `templates` and `pieces`. Parses nothing.

use std::borrow::Cow;
use std::ops::Range;

use super::components;
use super::mask::{self, Mask};
use super::prefix::{Step, strip};
use super::templates;

/// A leaf's text that can be parsed alone, with the way back to the markdown.
#[derive(Clone, Debug)]
pub(super) struct Unit<'a> {
    /// What it says.
    pub(super) text: Cow<'a, str>,
    /// What the parser is given in its place, of the same length.
    masked: Option<String>,
    /// (byte of the text, byte of the markdown), in order; between two of them both advance together.
    segments: Vec<(u32, u32)>,
    /// Bytes at the beginning of the text that belong to something else and show nothing.
    pub(super) lead: usize,
}

impl<'a> Unit<'a> {
    /// A piece of the markdown as it stands.
    pub(super) fn plain(markdown: &'a str, range: Range<u32>) -> Self {
        let text = markdown.get(range.start as usize..range.end as usize).unwrap_or_default();
        Self { text: Cow::Borrowed(text), masked: None, segments: vec![(0, range.start)], lead: 0 }
    }

    /// The lines of `range` without the marks of the containers `steps`. A leaf's first line begins at the
    /// leaf itself, behind the marks (`behind_marks`); later rows of a table begin with them. A lazy line
    /// is indented so that it stays a continuation whatever it begins with.
    pub(super) fn without_prefixes(
        markdown: &'a str,
        range: Range<u32>,
        steps: &[Step],
        behind_marks: bool,
    ) -> Self {
        let plain = Self::plain(markdown, range.clone());
        if steps.is_empty() || (behind_marks && !plain.text.contains('\n')) {
            return plain;
        }
        // A tag over several lines is one word of one line: what its lines begin with is its own.
        let mut mask = Mask::default();
        templates::hide(&plain.text, &mut mask);
        let masked = mask.finish();
        let parsed = masked.as_deref().unwrap_or(&plain.text);
        let mut text = String::with_capacity(plain.text.len());
        let mut segments = Vec::new();
        let mut at = range.start;
        for (index, parsed) in parsed.split_inclusive('\n').enumerate() {
            let from = (at - range.start) as usize;
            let line = plain.text.get(from..from + parsed.len()).unwrap_or_default();
            if index == 0 && behind_marks {
                segments.push((0, at));
                text.push_str(line);
            } else {
                let stripped = strip(parsed, steps);
                let mut from = stripped.at;
                if stripped.whole {
                    text.extend(std::iter::repeat_n(' ', stripped.owed));
                } else {
                    let rest = &line[from..];
                    from += rest.len() - rest.trim_start_matches([' ', '\t']).len();
                    text.push_str("    ");
                }
                segments.push((text.len() as u32, at + from as u32));
                text.push_str(&line[from..]);
            }
            at += line.len() as u32;
        }
        Self { text: Cow::Owned(text), masked: None, segments, lead: 0 }
    }

    /// Puts `lead` (whole blocks that show nothing, ended so that they cannot take in what follows)
    /// before the text.
    pub(super) fn lead_with(&mut self, lead: &str) {
        let mut text = String::with_capacity(lead.len() + self.text.len());
        text.push_str(lead);
        text.push_str(&self.text);
        for (at, _) in &mut self.segments {
            *at += lead.len() as u32;
        }
        self.text = Cow::Owned(text);
        self.lead += lead.len();
    }

    /// Puts `trail` behind the text: it shows nothing, and belongs to nothing of the markdown.
    pub(super) fn trail_with(&mut self, trail: &str) {
        self.text.to_mut().push_str(trail);
    }

    /// What the parser is to be given: as long as the text, and each byte at the same place.
    pub(super) fn parsed(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.text)
    }

    /// Hides from the parser what is no markup in a stretch of blocks; once nothing is put before the text
    /// any more.
    pub(super) fn mask_blocks(&mut self, fences: bool, tags: bool) {
        let mut mask = mask::blocks(&self.text);
        if fences {
            self.hide_container_fences(&mut mask);
        }
        if tags {
            self.hide_components(&mut mask);
        }
        self.masked = mask.finish();
    }

    /// As [`Unit::mask_blocks`], for running text.
    pub(super) fn mask_leaf(&mut self) {
        self.masked = mask::leaf(&self.text).finish();
    }

    /// As [`Unit::mask_blocks`], for a block of HTML.
    pub(super) fn mask_html(&mut self) {
        self.masked = mask::html(&self.text).finish();
    }

    /// As [`Unit::mask_blocks`], for the lines of a table.
    pub(super) fn mask_cells(&mut self) {
        self.masked = mask::cells(&self.text).finish();
    }

    /// Puts a mark that means nothing in place of the first colon of each line that begins with `:::`: the
    /// parser would take it for a definition.
    fn hide_container_fences(&self, mask: &mut Mask) {
        let bytes = self.text.as_bytes();
        for at in memchr::memmem::find_iter(bytes, b":::") {
            if super::pieces::begins_line(bytes, at) && mask.bytes(&self.text)[at] == b':' {
                mask.put(&self.text, at, 1);
            }
        }
    }

    /// Puts declarations, which are blocks of one line or more and end with their `>`, in place of the tags of
    /// components. The parser would read the markdown behind such a tag as HTML.
    fn hide_components(&self, mask: &mut Mask) {
        for tag in components::lines(&self.text) {
            if tag.len() == b"<p>".len() {
                // Too short for a declaration: a rule.
                tag.for_each(|at| mask.put(&self.text, at, b'*'));
            } else {
                templates::declare(&self.text, tag, mask);
            }
        }
    }

    /// Takes over what of `part`, taken from the same markdown, is hidden.
    #[cfg(test)]
    pub(super) fn mask_as(&mut self, part: &Unit<'_>) {
        let mut masked = self.parsed().to_owned().into_bytes();
        for (at, byte) in part.text.bytes().enumerate().skip(part.lead) {
            let place = part.source(at) as usize;
            // What would begin a quote stays hidden where blocks were told apart without it.
            let would_quote = byte == b'>'
                && masked.get(place) != Some(&byte)
                && super::pieces::begins_line(self.text.as_bytes(), place);
            if self.text.as_bytes().get(place) == Some(&byte) && !would_quote {
                masked[place] = part.parsed().as_bytes()[at];
            }
        }
        self.masked = String::from_utf8(masked).ok();
    }

    /// Sees to it that a paragraph's text is read as one. Behind a task's `[ ]` or a link definition text may
    /// begin with what is a block anywhere else, and behind a picture on its own line with what would be a table.
    pub(super) fn keep_a_paragraph(&mut self) {
        let block_start = |byte: &u8| b"-+*>#:~`_<[=0123456789".contains(byte);
        let mut lines = self.text.lines();
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let is_delimiter = |byte: u8| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t');
        let would_be_table = second.contains('-')
            && second.trim().bytes().all(is_delimiter)
            && (first.contains('|') || second.contains(['|', ':']));
        let begins_block = first.as_bytes().first().is_some_and(block_start);
        match (would_be_table, begins_block) {
            (true, true) => self.lead_with("x\nx "),
            (true, false) => self.lead_with("x\n"),
            (false, true) => self.lead_with("x "),
            (false, false) => {}
        }
    }

    /// Adds the lines of another range, as [`Unit::without_prefixes`] would give them.
    pub(super) fn append(&mut self, other: &Unit<'_>) {
        let mut text = std::mem::take(&mut self.text).into_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let base = text.len() as u32;
        text.push_str(&other.text);
        self.segments.extend(other.segments.iter().map(|(at, source)| (at + base, *source)));
        self.text = Cow::Owned(text);
    }

    /// The markdown byte of the text's byte `at`.
    pub(super) fn source(&self, at: usize) -> u32 {
        let at = at as u32;
        let index = self.segments.partition_point(|(text, _)| *text <= at);
        match index.checked_sub(1).and_then(|index| self.segments.get(index)) {
            // What stands between two segments (an inserted indent) belongs to the second.
            Some((text, source)) => {
                let next = self.segments.get(index).map_or(u32::MAX, |(_, source)| *source);
                (source + (at - text)).min(next)
            }
            None => self.segments.first().map_or(0, |(_, source)| *source),
        }
    }

    /// The markdown range of the text's bytes `range`.
    pub(super) fn source_range(&self, range: &Range<usize>) -> Range<u32> {
        let start = self.source(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..(self.source(range.end - 1) + 1).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lose_their_marks_and_keep_their_places() {
        let markdown = "> one\n> two\nlazy";
        let unit = Unit::without_prefixes(markdown, 2..16, &[Step::Quote], true);
        assert_eq!(unit.text, "one\ntwo\n    lazy");
        for word in ["one", "two", "lazy"] {
            let (Some(inside), Some(outside)) = (unit.text.find(word), markdown.find(word)) else {
                panic!("{word} is lost");
            };
            assert_eq!(unit.source(inside) as usize, outside);
        }
    }

    #[test]
    fn a_lead_moves_the_text_but_not_its_places() {
        let mut unit = Unit::plain("ab", 0..2);
        unit.lead_with("[^x]:\n\n***\n\n");
        assert_eq!(unit.source(unit.lead + 1), 1);
    }
}
