//! Inline content → shown text, spans, links and the map back.
//!
//! Knows `text`, `shown` and its siblings that turn one construct each. Everything passes through one
//! [`Cleaner`], text and map together, so no control character and no oversized cluster gets by.

mod html_block;
mod runs;
mod written;

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::text::{Breaks, Cleaner, SafeText, clusters, plain_run};

use super::autolink;
use super::extras::{self, Extra};
use super::html;
use super::math;
use super::references::Footnotes;
use super::script::{self, Script};
use super::shown::{Inline, Link, ShownText, SourceMap, Span, Target};
use super::templates;
use super::unit::Unit;

/// Builds one [`ShownText`] from the events of one leaf.
pub(super) struct Builder<'a> {
    unit: &'a Unit<'a>,
    footnotes: &'a Footnotes,
    out: String,
    /// Bytes of it up to the end of the last picture's words.
    picture_end: usize,
    cleaner: Cleaner,
    map: SourceMap,
    spans: Vec<Span>,
    links: Vec<Link>,
    now: Look,
    open: Vec<Open>,
    /// Bytes of the unit's text that are shown as they stand and wait to be written together.
    pending: Range<usize>,
    /// Between two `==`.
    marked: bool,
    /// Between two `%%`: nothing is written.
    hushed: bool,
    /// Byte of the unit's text from which on no `==` ends a marked stretch.
    unmarked: usize,
    /// Byte of the unit's text from which on no `%%` ends a comment.
    uncommented: usize,
    /// Code: nothing in it is a link.
    raw: bool,
    /// Byte of the unit's text where the leaf ends: nothing is looked for behind it.
    end: usize,
    /// Byte of the unit's text up to which the last link, picture or code reaches: attributes may stand there.
    attributed: usize,
    /// What is set off by blocks of HTML; only a table's cell asks for it.
    line: Option<html_block::Line>,
}

/// How what is written now looks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    inline: Inline,
    link: Option<u32>,
}

/// A construct that has begun and not ended.
struct Open {
    what: Kind,
    /// How things looked before it.
    before: Look,
    /// Byte of the shown text where it began.
    shown: usize,
    /// Byte of the markdown where it began.
    source: u32,
    /// Links before it.
    links: usize,
    /// Its own link.
    link: Option<u32>,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Markdown,
    Html(html::Name),
}

impl<'a> Builder<'a> {
    /// A builder for the leaf that `unit` holds. What it shows is hardly ever longer than what it is made of, and memory
    /// that does not grow is found without waiting for the other threads of a heap.
    pub(super) fn new(unit: &'a Unit<'a>, footnotes: &'a Footnotes) -> Self {
        let room = unit.text.len().saturating_sub(unit.lead);
        Self { out: String::with_capacity(room), ..Self::until(unit, footnotes, unit.text.len()) }
    }

    /// A builder for a leaf that ends at the unit's byte `end`, with others behind it.
    pub(super) fn until(unit: &'a Unit<'a>, footnotes: &'a Footnotes, end: usize) -> Self {
        Self {
            unit,
            footnotes,
            out: String::new(),
            picture_end: 0,
            cleaner: Cleaner::new(Breaks::Keep),
            map: SourceMap::default(),
            spans: Vec::new(),
            links: Vec::new(),
            now: Look::default(),
            open: Vec::new(),
            pending: 0..0,
            marked: false,
            hushed: false,
            unmarked: usize::MAX,
            uncommented: usize::MAX,
            raw: false,
            end: end.min(unit.text.len()),
            attributed: usize::MAX,
            line: None,
        }
    }

    /// A builder for a table's cell that ends at the unit's byte `end`: lists and paragraphs in it, which can
    /// only be written as HTML, have lines of their own.
    pub(super) fn cell(unit: &'a Unit<'a>, footnotes: &'a Footnotes, end: usize) -> Self {
        Self { line: Some(html_block::Line::default()), ..Self::until(unit, footnotes, end) }
    }

    /// A builder for code, in which nothing means anything.
    pub(super) fn raw(unit: &'a Unit<'a>, footnotes: &'a Footnotes) -> Self {
        Self { raw: true, ..Self::new(unit, footnotes) }
    }

    /// Takes in the next event; `range` is in bytes of the unit's text.
    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        if range.end <= self.unit.lead && self.unit.lead > 0 {
            return;
        }
        if self.line.is_some() && self.begins_line(&event, range.start) {
            return;
        }
        if let Event::Text(text) = &event {
            if self.unit.parsed().get(range.clone()) == Some(text) {
                let range = range.start.max(self.unit.lead)..range.end;
                if self.pending.end == range.start || self.is_bar_of_a_wikilink(range.start) {
                    self.pending.end = range.end;
                } else {
                    self.flush();
                    self.pending = range;
                }
            } else {
                self.flush();
                let source = self.unit.source_range(&range);
                self.write(text, &source);
            }
            return;
        }
        self.flush();
        let source = self.unit.source_range(&range);
        if matches!(event, Event::Code(_) | Event::End(TagEnd::Link | TagEnd::Image)) {
            self.attributed = range.end;
        }
        match event {
            Event::Code(code) => self.code(&code, range),
            Event::InlineMath(math) => self.math(&math, false, &range),
            Event::DisplayMath(math) => self.math(&math, true, &range),
            Event::InlineHtml(tag) | Event::Html(tag) => self.tag(&tag, range),
            // A tag that shows nothing may have stood in the line before.
            Event::SoftBreak
                if self.out.is_empty() || self.out.ends_with(' ') || self.joins_ideographs(range.end) => {}
            Event::SoftBreak => self.write(" ", &source),
            Event::HardBreak => self.hard_break(&source),
            Event::FootnoteReference(label) => self.footnote(&label, &source),
            Event::Start(tag) => self.start(tag, &source),
            Event::End(end) => self.end(end, &source),
            Event::Text(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    /// Whether the byte `at` is the escaped bar (`\\|`, as tables need it) of a wikilink that waits in the pending
    /// text. The parser leaves the backslash out, between two texts.
    fn is_bar_of_a_wikilink(&self, at: usize) -> bool {
        let text = self.unit.text.get(..self.end).unwrap_or_default();
        if self.pending.is_empty()
            || self.pending.end + 1 != at
            || !text[self.pending.end..].starts_with("\\|")
        {
            return false;
        }
        let Some(open) = text[self.pending.clone()].rfind("[[").map(|open| self.pending.start + open) else {
            return false;
        };
        let link = extras::next(&text[open..], 0).filter(|(range, _)| range.start == 0);
        link.is_some_and(|(range, extra)| {
            let plain =
                !text[open + 2..open + range.end - 2].contains(['*', '_', '`', '<', '&', '~', '$', '!']);
            matches!(extra, Extra::Wiki { .. }) && plain && open + range.end > at
        })
    }

    /// Whether the line that ends before the byte `at` goes on without a blank: both sides are of a language that
    /// has none.
    fn joins_ideographs(&self, at: usize) -> bool {
        let rest = self.unit.text.get(at..self.end).unwrap_or_default();
        let next = rest.trim_start_matches([' ', '\t', '\n', '>', '*', '_', '~', '=']).chars().next();
        let before = self.out.chars().next_back();
        before.is_some_and(is_ideograph) && next.is_some_and(is_ideograph)
    }

    /// What was built.
    pub(super) fn finish(mut self) -> ShownText {
        self.flush();
        let end = self.out.len() as u32;
        for link in &mut self.links {
            if link.range.end == u32::MAX {
                link.range.end = end;
            }
        }
        let text = SafeText::lines(&self.out);
        let mut shown = ShownText { text, spans: self.spans, links: self.links, map: self.map };
        if !self.raw {
            autolink::link(&mut shown);
        }
        shown
    }

    fn start(&mut self, tag: Tag<'_>, source: &Range<u32>) {
        let (what, inline, target) = match tag {
            Tag::Emphasis => (Kind::Markdown, Inline::EMPHASIS, None),
            Tag::Strong => (Kind::Markdown, Inline::STRONG, None),
            Tag::Strikethrough => (Kind::Markdown, Inline::STRIKE, None),
            Tag::Link { link_type, dest_url, .. } => {
                let target = match link_type {
                    LinkType::WikiLink { .. } => Target::Wiki(dest_url.into_string()),
                    LinkType::Email => Target::Address(format!("mailto:{dest_url}")),
                    _ => Target::Address(templates::address(&dest_url)),
                };
                (Kind::Markdown, Inline::LINK, Some(target))
            }
            Tag::Image { dest_url, .. } => {
                (Kind::Markdown, Inline::IMAGE, Some(Target::Image(templates::address(&dest_url))))
            }
            _ => return,
        };
        self.push_open(what, inline, target, source.start);
    }

    fn end(&mut self, end: TagEnd, source: &Range<u32>) {
        if !matches!(
            end,
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
        ) {
            return;
        }
        while let Some(open) = self.open.pop() {
            let html = matches!(open.what, Kind::Html(_));
            if end == TagEnd::Image {
                self.drop_size(&open);
                self.name_picture(&open, source);
                self.picture_end = self.out.len();
            }
            self.close(&open, source.end);
            if !html {
                break;
            }
        }
    }

    fn push_open(&mut self, what: Kind, inline: Inline, target: Option<Target>, source: u32) {
        let (before, links) = (self.now, self.links.len());
        let mut open = Open { what, before, shown: self.out.len(), source, links, link: None };
        self.now.inline |= inline;
        // Alternative text is text: a link inside it leads nowhere of its own.
        if let Some(target) = target
            && (self.now.link.is_none()
                || !self.now.inline.contains(Inline::IMAGE)
                || inline == Inline::IMAGE)
        {
            // The words of a picture within a link lead where that leads.
            let is_within = self.now.link.is_some() && inline == Inline::IMAGE;
            open.link = Some(links as u32);
            if !is_within {
                self.now.link = open.link;
            }
            self.links.push(Link { range: self.out.len() as u32..u32::MAX, target });
        }
        self.open.push(open);
    }

    fn close(&mut self, open: &Open, source_end: u32) {
        if let Some(link) = open.link.and_then(|link| self.links.get_mut(link as usize)) {
            link.range.end = self.out.len() as u32;
        }
        self.now = open.before;
        let script = match &open.what {
            Kind::Html(html::Name::Sup) => Script::Super,
            Kind::Html(html::Name::Sub) => Script::Sub,
            _ => return,
        };
        if self.links.len() == open.links {
            self.replace_by_script(open, script, open.source..source_end);
        }
    }

    fn replace_by_script(&mut self, open: &Open, script: Script, source: Range<u32>) {
        let inside = self.take_back(open.shown);
        if !inside.trim().is_empty() {
            self.write(&script::words(&inside, script), &source);
        }
    }

    fn code(&mut self, code: &str, range: Range<usize>) {
        let slice = self.unit.parsed().get(range.clone()).unwrap_or_default();
        let written = self.unit.text.get(range.clone()).unwrap_or_default();
        let ticks = slice.bytes().take_while(|byte| *byte == b'`').count();
        let inner = slice.get(ticks..slice.len().saturating_sub(ticks)).unwrap_or_default();
        let trimmed = inner.get(1..inner.len().saturating_sub(1)).unwrap_or_default();
        let source = self.unit.source_range(&range);
        self.with(Inline::CODE, |builder| {
            if inner.contains('\n') {
                // Lines of a code span are joined by one blank (CommonMark 6.1), and their indent goes.
                let inside = written.get(ticks..slice.len().saturating_sub(ticks)).unwrap_or_default();
                let hidden: String;
                let text = if slice == written {
                    code
                } else {
                    // Something in it is hidden from the parser: its own lines, without the marks of a quote.
                    let lines = inside.lines().map(|line| line.trim_start_matches([' ', '\t', '>']));
                    hidden = lines.collect::<Vec<_>>().join(" ");
                    &hidden
                };
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                builder.write(&text, &source);
            } else if inner == code {
                builder.write_exact(range.start + ticks..range.end - ticks);
            } else if trimmed == code {
                builder.write_exact(range.start + ticks + 1..range.end - ticks - 1);
            } else {
                builder.write(code, &source);
            }
        });
    }

    /// A formula in Unicode, else its source. GitHub may write it as code between its `$`.
    pub(super) fn math(&mut self, math: &str, display: bool, range: &Range<usize>) {
        let source = self.unit.source_range(range);
        let code = math.strip_prefix('`').and_then(|inside| inside.strip_suffix('`'));
        let math = code.unwrap_or(math);
        self.with(Inline::MATH, |builder| match math::convert(math, display) {
            Some(converted) => {
                for (index, row) in converted.split('\n').enumerate() {
                    if index > 0 {
                        builder.hard_break(&source);
                    }
                    builder.write(row, &source);
                }
            }
            None => {
                for (index, row) in math.trim().lines().enumerate() {
                    if index > 0 {
                        builder.hard_break(&source);
                    }
                    builder.write(row, &source);
                }
            }
        });
    }

    /// A picture of these words.
    fn picture(&mut self, target: String, words: &str, source: &Range<u32>) {
        self.push_open(Kind::Markdown, Inline::IMAGE, Some(Target::Image(target)), source.start);
        self.write(words, source);
        if let Some(open) = self.open.pop() {
            self.name_picture(&open, source);
            self.close(&open, source.end);
        }
    }

    /// The size that Obsidian has behind the words of a picture (`![words|100](a.png)`) is none of them.
    fn drop_size(&mut self, open: &Open) {
        let words = self.out.get(open.shown..).unwrap_or_default();
        let Some((words, size)) = words.rsplit_once('|') else { return };
        let is_size = size.starts_with(|c: char| c.is_ascii_digit())
            && size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x');
        if is_size {
            self.take_back(open.shown + words.len());
        }
    }

    /// Forgets what was written from the byte `shown` of the shown text on; gives it.
    fn take_back(&mut self, shown: usize) -> String {
        let taken = self.out.split_off(shown.min(self.out.len()));
        self.map.truncate(shown as u32);
        self.spans.retain(|span| span.range.start < shown as u32);
        if let Some(span) = self.spans.last_mut() {
            span.range.end = span.range.end.min(shown as u32);
        }
        taken
    }

    /// A picture without words is called as its file is.
    fn name_picture(&mut self, open: &Open, source: &Range<u32>) {
        let target = open.link.and_then(|link| self.links.get(link as usize)).map(|link| &link.target);
        if self.out.len() == open.shown
            && let Some(Target::Image(target)) = target
            && let Some(name) = picture_name(target)
        {
            let name = name.to_owned();
            self.write(&name, source);
        }
    }

    /// A tag among words; where it is none of HTML's and nothing ends it, it is words itself.
    fn tag(&mut self, raw: &str, range: Range<usize>) {
        let text = self.unit.text.get(..self.end.max(range.end)).unwrap_or_default();
        if is_beside_markup(text, &range)
            || html::vanishes(raw, &text[range.end..])
            || self.footnotes.is_closed(raw)
        {
            let source = self.unit.source_range(&range);
            if html::is_named(raw, "hr") && self.line.is_none() {
                self.rule(&source, !text[range.end..].trim().is_empty());
                return;
            }
            self.html(raw, &source);
        } else {
            self.write_exact(range);
        }
    }

    /// A rule among words, on a row of its own.
    fn rule(&mut self, source: &Range<u32>, goes_on: bool) {
        self.flush();
        if !self.out.is_empty() {
            self.hard_break(source);
        }
        self.with(Inline::GENERATED, |builder| builder.write(html_block::RULE, source));
        if goes_on {
            self.hard_break(source);
        }
    }

    fn html(&mut self, raw: &str, source: &Range<u32>) {
        let Some(tag) = html::tag(raw) else { return };
        if let Some(line) = &mut self.line {
            line.see_block(raw, &tag);
        }
        if let Some(said) = tag.said() {
            self.label(&said, source, "");
            return;
        }
        match tag.name {
            html::Name::Br => self.hard_break(source),
            html::Name::Img => {
                let alt = tag.attribute("alt").unwrap_or_default();
                self.picture(tag.attribute("src").unwrap_or_default(), &alt, source);
            }
            name if tag.closing => {
                let found = self.open.iter().rposition(|open| open.what == Kind::Html(name));
                let inside = self.open.iter().rposition(|open| !matches!(open.what, Kind::Html(_)));
                if let Some(found) = found
                    && inside.is_none_or(|inside| inside < found)
                {
                    while self.open.len() > found {
                        let Some(open) = self.open.pop() else { break };
                        self.close(&open, source.end);
                    }
                }
            }
            name => {
                let target = match name {
                    html::Name::A => tag.attribute("href").map(|to| Target::Address(templates::address(&to))),
                    _ => None,
                };
                let Some(inline) = name.inline() else { return };
                let inline = if name == html::Name::A && target.is_none() { Inline::empty() } else { inline };
                if !tag.empty {
                    self.push_open(Kind::Html(name), inline, target, source.start);
                }
            }
        }
    }

    fn footnote(&mut self, label: &str, source: &Range<u32>) {
        if self.hushed {
            return;
        }
        let Some(note) = self.footnotes.get(label) else { return };
        let mark = script::text(&note.number.to_string(), Script::Super);
        let before = self.now;
        self.now.inline |= Inline::FOOTNOTE;
        let last = self.spans.last().filter(|span| span.range.end as usize == self.out.len());
        if last.is_some_and(|span| span.inline.contains(Inline::FOOTNOTE)) {
            // Two marks side by side would read as one number.
            self.write(",", &(source.start..source.start));
        }
        let start = self.out.len() as u32;
        if before.link.is_none() {
            self.now.link = Some(self.links.len() as u32);
            let end = start + mark.len() as u32;
            self.links.push(Link { range: start..end, target: Target::Footnote(note.definition) });
        }
        self.write(&mark, source);
        self.now = before;
    }

    pub(super) fn with(&mut self, inline: Inline, write: impl FnOnce(&mut Self)) {
        let before = self.now;
        self.now.inline |= inline;
        write(self);
        self.now = before;
    }

    /// A picture's words are no beginning of the word that is written right behind it.
    fn part_from_picture(&mut self, at: usize) {
        let next = self.unit.text.get(at..).and_then(|rest| rest.chars().next());
        let is_behind = self.picture_end > 0 && self.picture_end == self.out.len();
        if is_behind && next.is_some_and(|next| next.is_alphanumeric() && !is_ideograph(next)) {
            let at = self.unit.source(at);
            self.with(Inline::GENERATED, |builder| builder.write(" ", &(at..at)));
        }
    }
}

/// Whether the tag `range` of `text` stands directly beside another one, or goes on in another line or with the
/// rest of an address (CommonMark examples 150, 201, 491): a name that is words stands alone.
pub(super) fn is_beside_markup(text: &str, range: &Range<usize>) -> bool {
    let (before, behind) = (&text[..range.start], &text[range.end..]);
    before.ends_with('>')
        || behind.starts_with('<')
        || text[range.clone()].contains('\n')
        || (before.ends_with(char::is_whitespace) && behind.starts_with('('))
}

/// Whether `c` is of words or begins other markup in them.
fn in_text(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '[' | '~'))
}

/// The name of the picture's file that `target` leads to, where it has one.
fn picture_name(target: &str) -> Option<&str> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    path.rsplit(['/', '\\']).next().filter(|name| is_picture(name))
}

/// Whether an embed names a picture rather than an article.
pub(super) fn is_picture(page: &str) -> bool {
    let extension = page.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "bmp"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether `c` is a character of Chinese or Japanese, or a mark between them.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}
