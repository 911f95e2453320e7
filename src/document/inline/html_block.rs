//! An HTML block → shown text: lines as a browser would have them, of all markup only what a reader needs.
//!
//! Part of the builder: words, tags and what stands between them, from the tokens of `html`.

use std::fmt::Write as _;
use std::ops::Range;

use super::super::extras::{self, Extra};
use super::super::html;
use super::super::shown::{BULLETS, Inline, QUOTE_BAR};
use super::{Builder, Event};

/// What waits to be written before the next word of an HTML block.
#[derive(Default)]
pub(super) struct Line {
    broken: bool,
    blank: bool,
    cell: bool,
    /// Whether the next line begins an item.
    item: bool,
    /// Whether the next line defines a term.
    definition: bool,
    /// The lists and quotes around.
    around: Vec<Around>,
    /// Quotes around what was last written.
    quoted: usize,
    /// Whether blocks are set off by a blank row and stand in from the edge; not in a cell.
    is_airy: bool,
    /// Whether one waits, as a paragraph or heading begins or ends.
    apart: bool,
    /// Inside `<pre>`, where blanks and breaks are kept.
    kept: bool,
    kept_breaks: usize,
    kept_blanks: usize,
}

/// What stands around text of an HTML block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// `<ul>`
    Bullets,
    /// `<ol>`: its next number.
    Numbers(u32),
    /// `<blockquote>`
    Quote,
}

impl Around {
    fn is_list(self) -> bool {
        self != Self::Quote
    }

    /// Columns that text in it stands further in: as much as that of markdown.
    fn columns(self) -> usize {
        if self == Self::Bullets { 3 } else { 4 }
    }
}

/// What a rule is within other text.
pub(super) const RULE: &str = "─────────";
/// What stands before a definition: as far in as those of markdown.
const DEFINITION: &str = "\u{a0}\u{a0}\u{a0}";
/// Lists and quotes further in are indented no more.
const DEEPEST: usize = 6;

/// What stands before each row of a quote.
fn bar() -> String {
    format!("\u{a0}{QUOTE_BAR}\u{a0}\u{a0}")
}

impl Line {
    /// Opens or closes a list or a quote where `raw` is its tag.
    fn see_around(&mut self, raw: &str, tag: &html::Tag<'_>) {
        let kind = if html::is_named(raw, "ol") {
            let first = tag.attribute("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1);
            Around::Numbers(first)
        } else if html::is_named(raw, "ul") {
            Around::Bullets
        } else if html::is_named(raw, "blockquote") {
            Around::Quote
        } else {
            return;
        };
        if !tag.closing {
            if self.around.len() < usize::from(u8::MAX) {
                self.around.push(kind);
            }
        } else if let Some(opened) = self.around.iter().rposition(|around| around.is_list() == kind.is_list())
        {
            self.around.truncate(opened);
        }
    }

    /// Sees whether `raw` is the tag of a block that is set off. What stands in a list is its own.
    fn see_air(&mut self, raw: &str) {
        let named = |names: &[&str]| names.iter().any(|name| html::is_named(raw, name));
        let lists = self.around.iter().filter(|around| around.is_list()).count();
        let is_list = named(&["ul", "ol"]) && lists <= 1;
        let is_set_off = named(&["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dl", "hr"]);
        self.apart |= self.is_airy && (is_list || (is_set_off && lists == 0));
    }

    /// What stands before the line that begins now: what is around, and the marker of an item. Blanks that no line
    /// loses at its beginning set it off; by them rows further down know how far in they stand.
    fn lead(&mut self) -> String {
        let (is_item, is_definition) = (std::mem::take(&mut self.item), std::mem::take(&mut self.definition));
        let mut lead = String::new();
        let own = self.around.iter().rposition(|around| around.is_list()).filter(|_| is_item);
        let first = self.around.len().saturating_sub(DEEPEST);
        let mut bullets = 0;
        for (index, around) in self.around.iter_mut().enumerate() {
            let depth = bullets;
            bullets += usize::from(*around == Around::Bullets);
            if index < first {
                continue;
            }
            match around {
                Around::Quote if self.is_airy => lead.push_str(&bar()),
                Around::Quote => {}
                Around::Bullets if Some(index) == own => {
                    let bullet = BULLETS[depth.min(BULLETS.len() - 1)];
                    let _ = write!(lead, "\u{a0}{bullet}\u{a0}");
                }
                Around::Numbers(number) if Some(index) == own => {
                    let _ = write!(lead, "{:>3}\u{a0}", format!("{number}."));
                    *number = number.saturating_add(1);
                }
                list => lead.extend(std::iter::repeat_n('\u{a0}', list.columns())),
            }
        }
        if is_item && own.is_none() {
            let _ = write!(lead, "\u{a0}{}\u{a0}", BULLETS[0]);
        }
        if is_definition {
            lead.push_str(DEFINITION);
        }
        if self.is_airy {
            return lead.replace(' ', "\u{a0}");
        }
        let lead = lead.trim_start_matches(' ');
        let lead = lead.strip_prefix('\u{a0}').unwrap_or(lead);
        if is_item { [lead.trim_end_matches('\u{a0}'), " "].concat() } else { lead.to_owned() }
    }

    /// Quotes around, outside all lists.
    fn quotes(&self) -> usize {
        let quotes = self.around.iter().take_while(|around| **around == Around::Quote).count();
        if self.is_airy { quotes.min(DEEPEST) } else { 0 }
    }

    /// Takes in a tag among the words of a table's cell.
    pub(super) fn see_block(&mut self, raw: &str, tag: &html::Tag<'_>) {
        if !matches!(tag.name, html::Name::Item | html::Name::Block) {
            return;
        }
        self.broken = true;
        self.see_around(raw, tag);
        self.item |= tag.name == html::Name::Item && !tag.closing;
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
        let lead = line.lead();
        self.flush();
        let source = self.unit.source(at);
        if !self.out.is_empty() {
            self.hard_break(&(source..source));
        }
        self.lead(&lead, &(source..source));
        false
    }

    /// Writes what stands before a line, which is no part of what its text is.
    fn lead(&mut self, lead: &str, source: &Range<u32>) {
        let before = std::mem::take(&mut self.now);
        self.with(Inline::GENERATED, |builder| builder.write(lead, source));
        self.now = before;
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
                        html::Name::Item if !tag.closing => line.item = true,
                        html::Name::Cell => line.cell = true,
                        html::Name::Block => line.cell = false,
                        _ => {}
                    }
                    let raw = html.get(range.clone()).unwrap_or_default();
                    if !tag.closing {
                        line.see_around(raw, &tag);
                    }
                    line.see_air(raw);
                    if tag.closing {
                        line.see_around(raw, &tag);
                    } else if html::is_named(raw, "dd") {
                        line.definition = true;
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
        let begins = word && (line.broken || !begun);
        if begun && line.broken && word {
            self.hard_break(&source);
            if line.apart {
                self.lead(&bar().repeat(line.quoted.min(line.quotes())), &source);
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
        if begins {
            self.lead(&line.lead(), &source);
        }
        let quoted = line.quotes();
        let around = std::mem::take(&mut line.around);
        *line = Line { kept: line.kept, is_airy: line.is_airy, around, quoted, ..Line::default() };
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
