//! What articles write as paragraphs or HTML and mean as more: alerts, `:::` containers, `<details>`, lines
//! of MDX and templates.
//!
//! Part of the scan: adds parts and containers of our own, which the parser knows nothing of.

use std::ops::Range;

use pulldown_cmark::Parser;

use super::super::inline::Builder;
use super::super::math::spans;
use super::super::prefix::{Step, strip};
use super::super::references::Footnotes;
use super::super::shown::{Container, ContainerId, ContainerKind, Part, PartKind};
use super::super::unit::Unit;
use super::super::{callouts, components, extras, html, html_table, split, tags, templates};
use super::{How, Scan};

impl Scan<'_> {
    /// A paragraph, or what articles write as one: an alert's first line, `:::`, a line of MDX.
    pub(super) fn paragraph(&mut self, range: Range<u32>) {
        let text = self.slice(&range);
        let line = text.lines().next().unwrap_or_default();
        if text.starts_with("[!")
            && let Some(opening) = callouts::callout(line)
            && let Some(id) = self.empty_quote()
        {
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                container.kind = ContainerKind::Alert(opening.kind);
            }
            let end = range.start + line.len() as u32;
            self.part(PartKind::Term, How::Opening, self.trimmed(range.start..end));
            if let Some(rest) = self.lines_after(end, range.end) {
                self.part(PartKind::Paragraph, How::Inline, rest);
            }
            return;
        }
        let is_environment = text.starts_with("\\begin{") && text.ends_with('}') && text.contains("\\end{");
        if is_environment || spans::between_brackets(text).is_some() {
            self.part(PartKind::Math, How::Formula, range);
            return;
        }
        if text == "[[_TOC_]]" {
            self.part(PartKind::Nothing, How::Empty, range);
            return;
        }
        if text.starts_with("TOC") && text.lines().nth(1).is_some_and(|line| line.trim().starts_with("{:toc"))
        {
            // No marker is left standing alone.
            if let Some(item) = self.open.last().and_then(|id| self.containers.get_mut(id.0 as usize))
                && matches!(item.kind, ContainerKind::Item { .. })
            {
                item.kind = ContainerKind::List { loose: false };
            }
            self.part(PartKind::Nothing, How::Empty, range);
            return;
        }
        let module = self.open.len() == 1
            && (text.starts_with("import ") || text.starts_with("export "))
            && extras::is_module(text);
        let hidden = module
            || (text.starts_with(['{', '%', '<', '[', '!', '&', '\u{a0}']) && self.shows_nothing(&range));
        self.part(if hidden { PartKind::Nothing } else { PartKind::Paragraph }, How::Inline, range);
    }

    /// The innermost container, if it is a quote that has shown nothing yet.
    pub(super) fn empty_quote(&self) -> Option<ContainerId> {
        let id = self.open.last().copied()?;
        let quote = self.containers.get(id.0 as usize)?.kind == ContainerKind::Quote;
        let empty = self.parts.last().is_none_or(|part| part.container.0 < id.0);
        (quote && empty).then_some(id)
    }

    /// What follows the line that ends at `line_end`, up to `end`, behind its containers' marks.
    pub(super) fn lines_after(&self, line_end: u32, end: u32) -> Option<Range<u32>> {
        let after = self.slice(&(line_end..end));
        let start = line_end + after.find('\n')? as u32 + 1;
        let stripped = strip(self.slice(&(start..end)), &self.open_steps());
        Some(start + stripped.at as u32..end).filter(|range| !range.is_empty())
    }

    pub(super) fn open_steps(&self) -> Vec<Step> {
        self.open.iter().filter_map(|id| self.steps.get(id.0 as usize).copied().flatten()).collect()
    }

    /// The line `range` that opens or closes a `:::` container.
    fn container_fence(&mut self, fence: &callouts::Fence, range: Range<u32>) {
        match fence {
            callouts::Fence::Open(opening) => {
                self.open_own(ContainerKind::Alert(opening.kind), range.start);
                self.part(PartKind::Term, How::Opening, range);
            }
            callouts::Fence::Close => {
                let end = range.end;
                self.part(PartKind::Nothing, How::Empty, range);
                self.close_innermost_own(end);
            }
        }
    }

    /// The first line of `range` that opens or closes a container, without its marks and its break, and where
    /// the next one begins.
    fn next_fence(&self, range: &Range<u32>) -> Option<(callouts::Fence, Range<u32>, u32)> {
        let text = self.slice(range);
        let steps = self.open_steps();
        memchr::memmem::find_iter(text.as_bytes(), b":::").find_map(|at| {
            let begins = text[..at].rfind('\n').map_or(0, |before| before + 1);
            let behind = begins + if begins == 0 { 0 } else { strip(&text[begins..], &steps).at };
            let alone = text.get(behind..at).is_some_and(|lead| lead.trim_matches([' ', '\t']).is_empty());
            let next = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1);
            let fence = callouts::fence(&text[at..next]).filter(|_| alone)?;
            let line = self.trimmed(range.start + at as u32..range.start + next as u32);
            Some((fence, line, range.start + next as u32))
        })
    }

    /// An HTML block; `<details>` in it opens a container, `</details>` closes it.
    pub(super) fn html(&mut self, range: Range<u32>) {
        let text = self.slice(&range);
        let is_of_mdx = text.starts_with("{/*") && text.find("*/}").is_some_and(|at| at + 3 == text.len());
        if is_of_mdx || templates::begins_comment(text) {
            self.part(PartKind::Nothing, How::Empty, range);
            return;
        }
        if text.starts_with('{') && tags::length(text).is_some() {
            self.tagged(range);
            return;
        }
        if self.dialect.components
            && let Some((length, pieces)) =
                components::pieces(text).filter(|(length, _)| *length == text.len())
        {
            self.components(range.start..range.start + length as u32, pieces);
            return;
        }
        if let Some((fence, line, next)) = self.next_fence(&range) {
            let before = self.trimmed(range.start..line.start);
            if !before.is_empty() {
                self.html(before);
            }
            self.container_fence(&fence, line);
            let rest = self.slice(&(next..range.end));
            let behind = next + strip(rest, &self.open_steps()).at as u32..range.end;
            if !behind.is_empty() {
                self.html(behind);
            }
            return;
        }
        let text = self.slice(&range).to_ascii_lowercase();
        let opens = text.starts_with("<details");
        let closes = text.rfind("</details");
        let summary = text.starts_with("<summary") && self.details_await_a_summary();
        if !opens && closes.is_none() && !summary {
            self.html_part(PartKind::Paragraph, range);
            return;
        }
        let mut at = 0;
        let opens = opens && text.matches("<details").count() == 1;
        if opens {
            self.open_own(ContainerKind::Details, range.start);
        }
        if (opens || summary)
            && let Some(end) = text.find("</summary>")
        {
            at = end + "</summary>".len();
            self.html_part(PartKind::Term, range.start..range.start + at as u32);
        }
        let end = closes.filter(|end| *end >= at).unwrap_or(text.len());
        if at < end {
            let lead = text[at..end].len() - text[at..end].trim_start().len();
            let middle = range.start + (at + lead) as u32..range.start + end as u32;
            if !middle.is_empty() {
                self.html_part(PartKind::Paragraph, self.trimmed(middle));
            }
        }
        if end < text.len() {
            let place = range.start + end as u32;
            self.html_part(PartKind::Paragraph, place..range.end);
            self.close_innermost_own(place);
        }
    }

    /// Whether a `<details>` was opened by a block of its own and nothing was shown since.
    fn details_await_a_summary(&self) -> bool {
        let Some(id) = self.open.last().filter(|_| self.own_is_innermost()) else { return false };
        let details =
            self.containers.get(id.0 as usize).is_some_and(|own| own.kind == ContainerKind::Details);
        let shown = |part: &Part| part.container.0 >= id.0 && part.kind != PartKind::Nothing;
        details && !self.parts.iter().rev().take(8).take_while(|part| part.container.0 >= id.0).any(shown)
    }

    pub(super) fn html_part(&mut self, kind: PartKind, range: Range<u32>) {
        if kind == PartKind::Paragraph && html::is_preformatted(self.slice(&range)) {
            self.part(PartKind::Code, How::Preformatted, range);
            return;
        }
        if kind == PartKind::Paragraph && self.html_with_tables(&range) {
            return;
        }
        self.html_text(kind, range);
    }

    /// The tables of a block of HTML, and what stands around them, as parts. Says whether there are any.
    fn html_with_tables(&mut self, range: &Range<u32>) -> bool {
        if !html_table::may_be_in(self.slice(range)) {
            return false;
        }
        let mut unit = Unit::without_prefixes(self.markdown, range.clone(), &self.open_steps(), true);
        unit.mask_html();
        let tables = html_table::tables(unit.parsed());
        let mut behind = 0;
        let mut pieces = Vec::new();
        for table in &tables {
            pieces.push((false, behind..table.start));
            pieces.push((true, table.clone()));
            behind = table.end;
        }
        pieces.push((false, behind..unit.text.len()));
        // From the first to the last letter, without the marks of containers between.
        let mut place = |(is_table, piece): (bool, Range<usize>)| {
            let text = &unit.text[piece.clone()];
            let start = piece.start + text.len() - text.trim_start().len();
            let end = piece.start + text.trim_end().len();
            (start < end).then(|| (is_table, unit.source_range(&(start..end))))
        };
        let places: Vec<_> = pieces.into_iter().filter_map(&mut place).collect();
        drop(unit);
        if tables.is_empty() {
            return false;
        }
        for (is_table, range) in places {
            if is_table {
                self.part(PartKind::Table, How::HtmlTable, range);
            } else {
                self.html_text(PartKind::Paragraph, range);
            }
        }
        true
    }

    fn html_text(&mut self, kind: PartKind, range: Range<u32>) {
        let contents = html::contents(self.slice(&range));
        if kind == PartKind::Paragraph && contents == html::Contents::Text && self.html_with_pictures(&range)
        {
            return;
        }
        self.html_contents(kind, contents, range);
    }

    /// A part of HTML in which there is so much to see.
    pub(super) fn html_contents(&mut self, kind: PartKind, contents: html::Contents, range: Range<u32>) {
        match contents {
            html::Contents::Nothing => self.part(PartKind::Nothing, How::Html, range),
            html::Contents::Rule => self.part(PartKind::Rule, How::Empty, range),
            html::Contents::Image if kind == PartKind::Paragraph => {
                self.part(PartKind::Image, How::Html, range);
            }
            html::Contents::Image | html::Contents::Text => self.part(kind, How::Html, range),
        }
    }

    pub(super) fn open_own(&mut self, kind: ContainerKind, start: u32) {
        let parent = self.open.last().copied().unwrap_or_default();
        let end = self.containers.get(parent.0 as usize).map_or(start, |parent| parent.range.end);
        let id = ContainerId(self.containers.len() as u32);
        self.containers.push(Container { parent, kind, range: start..end.max(start) });
        self.steps.push(None);
        self.open.push(id);
        self.own.push(id);
    }

    pub(super) fn own_is_innermost(&self) -> bool {
        !self.own.is_empty() && self.own.last() == self.open.last()
    }

    /// Closes the innermost container of our own, now or as soon as what is open inside it ends.
    pub(super) fn close_innermost_own(&mut self, end: u32) {
        if self.own_is_innermost() {
            self.close_own(end);
        } else if !self.own.is_empty() {
            self.closing += 1;
        }
    }

    pub(super) fn close_own(&mut self, end: u32) {
        let Some(id) = self.own.pop() else { return };
        self.open.pop();
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.range.end = end.max(container.range.start);
        }
    }

    /// Whether the inline content of `range` comes to nothing: only tags, comments, template marks.
    pub(super) fn shows_nothing(&self, range: &Range<u32>) -> bool {
        if range.len() > split::LEAF_BYTES {
            return false;
        }
        let mut unit = Unit::without_prefixes(self.markdown, range.clone(), &self.open_steps(), true);
        unit.keep_a_paragraph();
        unit.mask_leaf();
        let none = Footnotes::default();
        let mut builder = Builder::new(&unit, &none);
        for (event, range) in Parser::new_ext(unit.parsed(), self.dialect.options).into_offset_iter() {
            builder.event(event, range);
        }
        let shown = builder.finish();
        shown.text.as_str().trim().is_empty() && shown.links.is_empty()
    }
}
