//! An HTML block → shown text: lines as a browser would have them, of all markup only what a reader needs.
//!
//! Part of the builder: words, tags and what stands between them, from the tokens of `html`.

use std::fmt::Write as _;
use std::ops::Range;

use super::super::extras::{self, Extra};
use super::super::html;
use super::super::shown::Inline;
use super::{Builder, Event};

/// What waits to be written before the next word of an HTML block.
#[derive(Default)]
pub(super) struct Line {
    broken: bool,
    blank: bool,
    cell: bool,
    lead: String,
    /// The next number of each list around; none of one with bullets.
    lists: Vec<Option<u32>>,
    /// Whether blocks are set off by a blank row; not in a cell.
    is_airy: bool,
    /// Whether one waits, as a paragraph or heading begins or ends.
    apart: bool,
    /// Inside `<pre>`, where blanks and breaks are kept.
    kept: bool,
    kept_breaks: usize,
    kept_blanks: usize,
}

/// What a rule is within other text.
pub(super) const RULE: &str = "─────────";
/// What stands before a definition: as far in as those of markdown.
const DEFINITION: &str = "\u{a0}\u{a0}\u{a0}";
/// Lists further in are indented no more.
const DEEPEST: usize = 6;

impl Line {
    /// Opens or closes a list where `raw` is its tag.
    fn see_list(&mut self, raw: &str, tag: &html::Tag<'_>) {
        let numbered = html::is_named(raw, "ol");
        if !(numbered || html::is_named(raw, "ul")) {
            return;
        }
        if tag.closing {
            self.lists.pop();
        } else if self.lists.len() < usize::from(u8::MAX) {
            let first = tag.attribute("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
            self.lists.push(numbered.then_some(first));
        }
    }

    /// Sees whether `raw` is the tag of a block that is set off. What stands in a list is its own.
    fn see_air(&mut self, raw: &str) {
        let named = |names: &[&str]| names.iter().any(|name| html::is_named(raw, name));
        let is_list = named(&["ul", "ol"]) && self.lists.len() <= 1;
        let is_set_off = named(&["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dl", "hr"]);
        self.apart |= self.is_airy && (is_list || (is_set_off && self.lists.is_empty()));
    }

    /// What stands before the next item. Blanks that no line loses at its beginning set off what is in another.
    fn marker(&mut self) -> String {
        let depth = self.lists.len().saturating_sub(1).min(DEEPEST);
        let mut marker = "\u{a0}\u{a0}".repeat(depth);
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let _ = write!(marker, "{number}. ");
                *number = number.saturating_add(1);
            }
            _ => marker.push_str("• "),
        }
        marker
    }
}

impl Line {
    /// Takes in a tag among the words of a table's cell.
    pub(super) fn see_block(&mut self, raw: &str, tag: &html::Tag<'_>) {
        if !matches!(tag.name, html::Name::Item | html::Name::Block) {
            return;
        }
        self.broken = true;
        self.see_list(raw, tag);
        if tag.name == html::Name::Item && !tag.closing {
            self.lead = self.marker();
        }
    }
}

impl Builder<'_> {
    /// Begins the line that a tag in a cell asked for, before the event at the unit's byte `at` is shown. Says
    /// whether the event is but the blank between two tags.
    pub(super) fn begins_line(&mut self, event: &Event<'_>, at: usize) -> bool {
        let is_tag = matches!(event, Event::InlineHtml(_) | Event::Html(_) | Event::End(_));
        let Some(line) = self.line.as_mut().filter(|line| line.broken && !is_tag) else { return false };
        if matches!(event, Event::Text(text) if text.trim().is_empty()) {
            return true;
        }
        line.broken = false;
        let lead = std::mem::take(&mut line.lead);
        self.flush();
        let source = self.unit.source(at);
        if !self.out.is_empty() {
            self.hard_break(&(source..source));
        }
        if !lead.is_empty() {
            self.with(Inline::GENERATED, |builder| builder.write(&lead, &(source..source)));
        }
        false
    }

    /// Shows the unit's text as an HTML block: one line a block-level tag, runs of blanks as one.
    pub(in super::super) fn html_block(&mut self) {
        self.html_lines(0..self.unit.parsed().len(), true);
    }

    /// Shows the bytes `range` of the unit's text as an HTML block of their own.
    pub(in super::super) fn html_within(&mut self, range: Range<usize>) {
        self.html_lines(range, false);
    }

    fn html_lines(&mut self, range: Range<usize>, is_airy: bool) {
        let unit = self.unit;
        let html = &unit.parsed()[..range.end];
        let mut line = Line { broken: true, is_airy, ..Line::default() };
        for token in html::tokens_from(html, range.start) {
            match token {
                html::Token::Text(range) => self.html_run(range, &mut line),
                html::Token::Tag(range) => {
                    let Some(tag) = html.get(range.clone()).and_then(html::tag) else { continue };
                    let source = unit.source_range(&range);
                    if tag.name == html::Name::Pre {
                        line.kept = !tag.closing;
                    }
                    if tag.name.is_block() || tag.name == html::Name::Br {
                        line.broken = true;
                    }
                    match tag.name {
                        html::Name::Item if !tag.closing => line.lead = line.marker(),
                        html::Name::Cell => line.cell = true,
                        html::Name::Block => line.cell = false,
                        _ => {}
                    }
                    let raw = html.get(range.clone()).unwrap_or_default();
                    if !tag.closing {
                        line.see_list(raw, &tag);
                    }
                    line.see_air(raw);
                    if tag.closing {
                        line.see_list(raw, &tag);
                    } else if html::is_named(raw, "dd") {
                        line.lead.replace_range(.., DEFINITION);
                    }
                    if tag.name == html::Name::Block && html::is_named(&html[range.clone()], "hr") {
                        self.html_gap(source.start, &mut line, true);
                        self.with(Inline::GENERATED, |builder| builder.write(RULE, &source));
                        line.broken = true;
                        line.apart = is_airy;
                        continue;
                    }
                    if let Some(label) = tag.label() {
                        line.broken = true;
                        self.html_gap(source.start, &mut line, true);
                        self.with(Inline::STRONG, |builder| builder.write(&label, &source));
                        line.broken = true;
                        continue;
                    }
                    if let Some(said) = tag.said() {
                        self.html_gap(source.start, &mut line, true);
                        self.label(&said, &source, "");
                        line.broken = tag.name.is_block();
                        continue;
                    }
                    let within = tag.name.inline().is_some() || tag.name == html::Name::Img;
                    if !within
                        && tag.name == html::Name::Other
                        && !super::is_beside_markup(html, &range)
                        && !html::vanishes(&html[range.clone()], &html[range.end..])
                    {
                        self.html_gap(source.start, &mut line, true);
                        self.write_exact(range);
                        continue;
                    }
                    if within {
                        if !tag.closing {
                            self.html_gap(source.start, &mut line, tag.name == html::Name::Img);
                        }
                        self.html(html.get(range).unwrap_or_default(), &source);
                    }
                }
            }
        }
    }

    /// Text and the tags of templates in it.
    fn html_run(&mut self, range: Range<usize>, line: &mut Line) {
        let unit = self.unit;
        let text = unit.text.get(..range.end).unwrap_or_default();
        let mut at = range.start;
        let mut from = at;
        while let Some(open) = text[from..].find('{').map(|found| from + found) {
            let Some((end, extra)) = extras::template(text, open) else {
                from = open + 1;
                continue;
            };
            self.html_text(at..open, line);
            let source = unit.source_range(&(open..end));
            let inline = if matches!(extra, Extra::Label(_)) { Inline::FAINT } else { Inline::empty() };
            if let Extra::Picture { target, text } = extra {
                self.html_gap(source.start, line, true);
                self.picture(target, &text, &source);
            } else if let Extra::Label(shown) | Extra::Written(shown) = extra {
                self.html_gap(source.start, line, true);
                self.with(inline, |builder| builder.write(&shown, &source));
            }
            (at, from) = (end, end);
        }
        self.html_text(at..range.end, line);
    }

    fn html_text(&mut self, range: Range<usize>, line: &mut Line) {
        let unit = self.unit;
        let html = unit.text.as_ref();
        let mut at = range.start;
        while at < range.end {
            let rest = &html[at..range.end];
            let blank = rest.len() - rest.trim_start().len();
            if blank > 0 {
                let blanks = &rest[..blank];
                if line.kept && !self.out.is_empty() {
                    for (index, piece) in blanks.split('\n').enumerate() {
                        if index > 0 {
                            line.kept_breaks += 1;
                            line.kept_blanks = 0;
                        }
                        line.kept_blanks += piece.len();
                    }
                }
                line.blank = true;
                at += blank;
                continue;
            }
            let end = at + rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.html_gap(unit.source(at), line, true);
            self.html_word(at..end);
            at = end;
        }
    }

    /// What stands before the next word: a new line, a cell's rule, a blank.
    fn html_gap(&mut self, at: u32, line: &mut Line, word: bool) {
        let source = at..at;
        let begun = !self.out.is_empty();
        if begun && line.broken && word {
            self.hard_break(&source);
            if line.apart {
                self.hard_break(&source);
            }
        } else if begun && line.cell && word {
            self.with(Inline::GENERATED, |builder| builder.write(" │ ", &source));
        } else if begun && line.kept && line.kept_breaks + line.kept_blanks > 0 {
            for _ in 0..line.kept_breaks {
                self.hard_break(&source);
            }
            for _ in 0..line.kept_blanks {
                self.write(" ", &source);
            }
        } else if begun && line.blank && !line.broken && !line.cell {
            self.write(" ", &source);
        } else if !word {
            return;
        }
        if !word && (line.broken || line.cell) {
            return;
        }
        let lead = std::mem::take(&mut line.lead);
        if !lead.is_empty() {
            self.with(Inline::GENERATED, |builder| builder.write(&lead, &source));
        }
        let lists = std::mem::take(&mut line.lists);
        *line = Line { kept: line.kept, is_airy: line.is_airy, lists, ..Line::default() };
    }

    fn html_word(&mut self, range: Range<usize>) {
        let unit = self.unit;
        let html = unit.text.as_ref();
        let mut at = range.start;
        while at < range.end {
            let rest = &html[at..range.end];
            let plain = rest.find('&').unwrap_or(rest.len());
            if plain > 0 {
                self.write_exact(at..at + plain);
                at += plain;
            } else if let Some((decoded, length)) = html::entity(rest) {
                self.write(&decoded, &unit.source_range(&(at..at + length)));
                at += length;
            } else {
                self.write_exact(at..at + 1);
                at += 1;
            }
        }
    }
}
