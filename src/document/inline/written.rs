//! Text and its map back, written cluster by cluster.
//!
//! Part of the builder; knows what it knows.

use std::ops::Range;

use super::{Builder, Inline, Look, Span, clusters, is_plain, plain_run};

impl Builder<'_> {
    /// Writes a piece of the unit's text, of one line, as it stands.
    pub(in crate::document) fn write_exact(&mut self, range: Range<usize>) {
        let unit = self.unit;
        let Some(text) = unit.text.get(range.clone()) else { return };
        if text.is_empty() || self.hushed {
            return;
        }
        let words = !self.raw && !self.now.inline.contains(Inline::CODE);
        if words && text.starts_with(' ') && self.out.ends_with(' ') {
            let blanks = text.len() - text.trim_start_matches(' ').len();
            self.write_exact(range.start + blanks..range.end);
            return;
        }
        if words && let Some(first) = memchr::memmem::find(text.as_bytes(), b"  ") {
            // A run of blanks is one (CommonMark leaves that to whoever shows it, and a browser does so).
            let run = text[first..].len() - text[first..].trim_start_matches(' ').len();
            self.write_line(range.start..range.start + first + 1);
            self.write_exact(range.start + first + run..range.end);
            return;
        }
        self.write_line(range);
    }

    /// Writes a piece of the unit's text, every blank of it.
    pub(super) fn write_line(&mut self, range: Range<usize>) {
        let unit = self.unit;
        let Some(text) = unit.text.get(range.clone()).filter(|text| !text.is_empty()) else { return };
        let shown = self.out.len();
        let source = unit.source(range.start);
        if is_plain(text) {
            self.map.push(shown as u32, source..source + text.len() as u32, true);
            let (head, last) = text.split_at(text.len() - 1);
            self.out.push_str(head);
            self.cleaner.push(last, &mut self.out);
        } else {
            let mut at = 0;
            while at < text.len() {
                let before = self.out.len();
                let rest = text.get(at..).unwrap_or_default();
                let plain = plain_run(rest);
                let from = source + at as u32;
                if plain > 0 {
                    self.cleaner.push_plain(&rest[..plain], &mut self.out);
                    self.map.push(before as u32, from..from + plain as u32, true);
                    at += plain;
                    continue;
                }
                let cluster = clusters(rest).next().unwrap_or(rest);
                at += cluster.len();
                self.push_cluster(cluster);
                let exact = self.out.get(before..) == Some(cluster);
                if self.out.len() > before {
                    self.map.push(before as u32, from..from + cluster.len() as u32, exact);
                }
            }
        }
        self.style_since(shown);
    }

    /// Writes text that the construct at `source` stands for. Line breaks in it become blanks.
    pub(in crate::document) fn write(&mut self, text: &str, source: &Range<u32>) {
        if self.hushed {
            return;
        }
        let shown = self.out.len();
        if is_plain(text) {
            if text.is_empty() {
                return;
            }
            let (head, last) = text.split_at(text.len() - 1);
            self.out.push_str(head);
            self.cleaner.push(last, &mut self.out);
        } else {
            for cluster in clusters(text) {
                self.push_cluster(cluster);
            }
        }
        if self.out.len() > shown {
            self.map.push(shown as u32, source.clone(), false);
        }
        self.style_since(shown);
    }

    /// A line break made by the line break before the unit's byte `at`.
    pub(in crate::document) fn line_break(&mut self, at: usize) {
        let source = self.unit.source_range(&(at.saturating_sub(1)..at));
        self.hard_break(&source);
    }

    /// So many blanks for the unit's bytes `range` (a tab).
    pub(in crate::document) fn blanks(&mut self, count: usize, range: Range<usize>) {
        let source = self.unit.source_range(&range);
        for _ in 0..count {
            self.write(" ", &source);
        }
    }

    pub(super) fn push_cluster(&mut self, cluster: &str) {
        let cluster = if matches!(cluster, "\n" | "\r" | "\r\n") { " " } else { cluster };
        self.cleaner.push(cluster, &mut self.out);
    }

    pub(super) fn hard_break(&mut self, source: &Range<u32>) {
        if self.hushed {
            return;
        }
        let shown = self.out.len();
        self.cleaner.push("\n", &mut self.out);
        self.map.push(shown as u32, source.clone(), false);
        self.style_since(shown);
    }

    pub(super) fn style_since(&mut self, shown: usize) {
        let range = shown as u32..self.out.len() as u32;
        let mut now = self.now;
        if self.marked {
            now.inline |= Inline::MARK;
        }
        if range.is_empty() || now == Look::default() {
            return;
        }
        if let Some(last) = self.spans.last_mut()
            && last.range.end == range.start
            && (Look { inline: last.inline, link: last.link }) == now
        {
            last.range.end = range.end;
            return;
        }
        self.spans.push(Span { range, inline: now.inline, link: now.link });
    }
}
