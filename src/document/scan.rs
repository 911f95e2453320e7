//! The block pass: markdown → parts, containers, headings, link definitions, words.
//!
//! Knows `shown`. Keeps no events: each is looked at once and dropped. Nesting is a list of open
//! containers, never a call stack.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::code;
use super::html;
use super::inline::Builder;
use super::prefix::Step;
use super::references::{Definitions, Footnotes};
use super::shown::{Container, ContainerId, ContainerKind, Part, PartId, PartKind, Position};
use super::unit::Unit;
use super::words::Words;

/// How a part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Inline content.
    Inline,
    /// Raw HTML.
    Html,
    /// Code.
    Code(code::Style),
    /// Rows of a table; its header and delimiter row end at this byte.
    Table {
        /// Byte of the markdown.
        head_end: u32,
    },
    /// Shown once, when the document was parsed; index into its store.
    Stored(u32),
    /// Nothing to derive.
    Empty,
}

/// A heading before slugs are made.
pub(super) struct RawHeading {
    pub(super) level: u8,
    pub(super) text: String,
    /// `{#id}`
    pub(super) id: Option<String>,
    pub(super) position: Position,
    pub(super) part: PartId,
    pub(super) top_level: bool,
    /// Words of the document before it.
    pub(super) words_before: u32,
}

/// What the block pass finds.
pub(super) struct Outline {
    pub(super) parts: Vec<Part>,
    pub(super) hows: Vec<How>,
    pub(super) containers: Vec<Container>,
    /// What each container demands of its lines.
    pub(super) steps: Vec<Option<Step>>,
    pub(super) headings: Vec<RawHeading>,
    pub(super) definitions: Definitions,
    pub(super) footnotes: Footnotes,
    pub(super) words: u32,
}

/// The extensions that are read; never `Options::all()`, which turns old footnotes on.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH
        | Options::ENABLE_DEFINITION_LIST
}

/// Looks a reference up in the whole document's definitions.
pub(super) fn resolver<'a>(
    definitions: &'a Definitions,
) -> impl FnMut(BrokenLink<'a>) -> Option<(CowStr<'a>, CowStr<'a>)> + 'a {
    |link| definitions.get(&link.reference).map(|(destination, title)| (destination.into(), title.into()))
}

/// Scans `markdown` from `body` on.
pub(super) fn outline(markdown: &str, body: u32) -> Outline {
    let mut definitions = Definitions::default();
    let text = markdown.get(body as usize..).unwrap_or_default();
    {
        let parser = Parser::new_ext(text, options());
        for (label, definition) in parser.reference_definitions().iter() {
            definitions.add(label, &definition.dest, definition.title.as_deref().unwrap_or_default());
        }
    }
    let mut scan = Scan::new(markdown, body);
    let unit = Unit::plain(markdown, body..markdown.len() as u32);
    scan.piece(&unit, &definitions);
    scan.finish(definitions)
}

struct Scan<'a> {
    markdown: &'a str,
    parts: Vec<Part>,
    hows: Vec<How>,
    containers: Vec<Container>,
    steps: Vec<Option<Step>>,
    headings: Vec<RawHeading>,
    footnotes: Footnotes,
    /// Labels of footnote containers, numbered at the end.
    notes: Vec<(ContainerId, String)>,
    words: Words,
    open: Vec<ContainerId>,
    /// Next number and widest marker of each open list.
    lists: Vec<List>,
    leaf: Option<Leaf>,
    columns: Columns,
}

struct List {
    id: ContainerId,
    next: Option<u64>,
    loose: bool,
}

/// A leaf block that has begun.
struct Leaf {
    kind: PartKind,
    how: How,
    range: Range<u32>,
    /// Begun by inline content, without a block of its own (a tight item's text).
    implicit: bool,
    /// Inline constructs that are open.
    depth: u32,
    images: u32,
    maths: u32,
    others: u32,
}

impl<'a> Scan<'a> {
    fn new(markdown: &'a str, body: u32) -> Self {
        let root = Container {
            parent: ContainerId(0),
            depth: 0,
            kind: ContainerKind::Document,
            range: body..markdown.len() as u32,
        };
        Self {
            markdown,
            parts: Vec::new(),
            hows: Vec::new(),
            containers: vec![root],
            steps: vec![None],
            headings: Vec::new(),
            footnotes: Footnotes::default(),
            notes: Vec::new(),
            words: Words::default(),
            open: vec![ContainerId(0)],
            lists: Vec::new(),
            leaf: None,
            columns: Columns::default(),
        }
    }

    fn piece(&mut self, unit: &Unit<'_>, definitions: &Definitions) {
        let parser =
            Parser::new_with_broken_link_callback(&unit.text, options(), Some(resolver(definitions)));
        let none = Footnotes::default();
        let mut heading: Option<(Builder<'_>, Option<String>, HeadingLevel)> = None;
        for (event, range) in parser.into_offset_iter() {
            if range.start < unit.lead {
                continue;
            }
            let source = unit.source_range(&range);
            match &event {
                Event::Start(Tag::Heading { level, id, .. }) => {
                    let id = id.as_ref().map(ToString::to_string);
                    heading = Some((Builder::new(unit, &none), id, *level));
                    self.block(PartKind::Heading { level: *level as u8 }, How::Inline, source);
                    continue;
                }
                Event::End(TagEnd::Heading(_)) => {
                    if let Some((builder, id, level)) = heading.take() {
                        self.heading(builder, id, level, source.start);
                    }
                    self.end_leaf();
                    continue;
                }
                _ => {}
            }
            self.event(&event, source);
            if let Some((builder, ..)) = &mut heading {
                builder.event(event, range);
            }
        }
    }

    fn heading(&mut self, builder: Builder<'_>, id: Option<String>, level: HeadingLevel, position: u32) {
        let shown = builder.finish();
        let mut text = shown.text.as_str().replace('\n', " ");
        // A footnote's mark is no part of a title.
        for span in shown.spans.iter().rev() {
            if span.inline.contains(super::shown::Inline::FOOTNOTE) {
                text.replace_range(span.range.start as usize..span.range.end as usize, "");
            }
        }
        self.headings.push(RawHeading {
            level: level as u8,
            text,
            id,
            position: Position(position),
            part: PartId(self.parts.len() as u32),
            top_level: self.open.len() == 1,
            words_before: self.words.count(),
        });
    }

    fn event(&mut self, event: &Event<'_>, range: Range<u32>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(*end),
            Event::Rule => {
                self.block(PartKind::Rule, How::Empty, range);
                self.end_leaf();
            }
            Event::TaskListMarker(done) => {
                let item = self.open.iter().rev().find_map(|id| {
                    let kind = &self.containers.get(id.0 as usize)?.kind;
                    matches!(kind, ContainerKind::Item { .. }).then_some(*id)
                });
                if let Some(item) = item
                    && let Some(container) = self.containers.get_mut(item.0 as usize)
                    && let ContainerKind::Item { task, .. } = &mut container.kind
                {
                    *task = Some(*done);
                }
                if let Some(leaf) = &mut self.leaf {
                    leaf.range.start = range.end;
                }
            }
            Event::Html(text) => {
                self.words.add(text);
                self.words.boundary();
            }
            inline => {
                let implicit = self.leaf.is_none();
                if implicit {
                    self.block(PartKind::Paragraph, How::Inline, range.clone());
                }
                let Some(leaf) = &mut self.leaf else { return };
                leaf.implicit |= implicit;
                if leaf.implicit {
                    leaf.range.end = leaf.range.end.max(range.end);
                }
                match inline {
                    Event::Text(text) | Event::Code(text) => {
                        self.words.add(text);
                        if leaf.depth == 0 {
                            leaf.others += 1;
                        }
                    }
                    Event::DisplayMath(text) => {
                        self.words.add(text);
                        leaf.maths += 1;
                    }
                    Event::SoftBreak | Event::HardBreak => self.words.boundary(),
                    Event::FootnoteReference(label) => {
                        leaf.others += 1;
                        self.footnotes.refer(label, Position(range.start));
                    }
                    _ => leaf.others += 1,
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<u32>) {
        match tag {
            Tag::Paragraph => {
                if let Some(list) = self.lists.last_mut()
                    && self.open.last().is_some_and(|id| id.0 > list.id.0)
                    && let Some(container) =
                        self.open.last().and_then(|id| self.containers.get(id.0 as usize))
                    && matches!(container.kind, ContainerKind::Item { .. })
                    && container.parent == list.id
                {
                    list.loose = true;
                }
                self.block(PartKind::Paragraph, How::Inline, range);
            }
            Tag::CodeBlock(kind) => {
                let style = match kind {
                    CodeBlockKind::Fenced(_) => {
                        code::Style::Fenced { indent: self.fence_indent(range.start) }
                    }
                    CodeBlockKind::Indented => code::Style::Indented { owed: self.owed(range.start) },
                };
                self.block(PartKind::Code, How::Code(style), range);
            }
            Tag::HtmlBlock => self.block(PartKind::Paragraph, How::Html, range),
            Tag::Table(_) => {
                let lines = self.slice(&range);
                let head: usize = lines.split_inclusive('\n').take(2).map(str::len).sum();
                let head_end = range.start + head as u32;
                self.block(PartKind::Table, How::Table { head_end }, range);
            }
            Tag::DefinitionListTitle => self.block(PartKind::Term, How::Inline, range),
            Tag::BlockQuote(_) => self.container(ContainerKind::Quote, Some(Step::Quote), range),
            Tag::List(first) => {
                self.container(ContainerKind::List { loose: false }, None, range);
                if let Some(id) = self.open.last() {
                    self.lists.push(List { id: *id, next: *first, loose: false });
                }
            }
            Tag::Item => {
                let number = self.lists.last().and_then(|list| list.next);
                if let Some(list) = self.lists.last_mut() {
                    list.next = list.next.map(|next| next.saturating_add(1));
                }
                let indent = self.columns.item_indent(self.markdown, range.start);
                let kind = ContainerKind::Item { number, marker_width: 1, task: None };
                self.container(kind, Some(Step::Indent(indent)), range);
            }
            Tag::FootnoteDefinition(label) => {
                self.footnotes.define(label, Position(range.start));
                self.container(ContainerKind::Footnote { number: 0 }, Some(Step::Indent(4)), range);
                if let Some(id) = self.open.last() {
                    self.notes.push((*id, label.to_string()));
                }
            }
            Tag::DefinitionListDefinition => {
                let indent = self.columns.definition_indent(self.markdown, range.start);
                self.container(ContainerKind::Definition, Some(Step::Indent(indent)), range);
            }
            Tag::TableCell => self.words.boundary(),
            Tag::DefinitionList
            | Tag::TableHead
            | Tag::TableRow
            | Tag::MetadataBlock(_)
            | Tag::Heading { .. } => {}
            inline => {
                let implicit = self.leaf.is_none();
                if implicit {
                    self.block(PartKind::Paragraph, How::Inline, range.clone());
                }
                let Some(leaf) = &mut self.leaf else { return };
                leaf.implicit |= implicit;
                if leaf.implicit {
                    leaf.range.end = leaf.range.end.max(range.end);
                }
                if leaf.depth == 0 {
                    if matches!(inline, Tag::Image { .. }) {
                        leaf.images += 1;
                    } else {
                        leaf.others += 1;
                    }
                }
                leaf.depth += 1;
            }
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::Table
            | TagEnd::DefinitionListTitle
            | TagEnd::Heading(_) => self.end_leaf(),
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListDefinition => {
                self.end_leaf();
                let Some(id) = self.open.pop() else { return };
                if matches!(end, TagEnd::List(_))
                    && let Some(list) = self.lists.pop()
                    && let Some(container) = self.containers.get_mut(list.id.0 as usize)
                {
                    container.kind = ContainerKind::List { loose: list.loose };
                } else {
                    self.fill(id);
                }
            }
            TagEnd::DefinitionList
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::MetadataBlock(_) => self.words.boundary(),
            _ => {
                if let Some(leaf) = &mut self.leaf {
                    leaf.depth = leaf.depth.saturating_sub(1);
                }
            }
        }
    }

    /// An item or note without anything in it still shows its marker: it gets an empty part.
    fn fill(&mut self, id: ContainerId) {
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

    fn container(&mut self, kind: ContainerKind, step: Option<Step>, range: Range<u32>) {
        self.end_leaf();
        let parent = self.open.last().copied().unwrap_or_default();
        let depth = self.open.len() as u32;
        self.open.push(ContainerId(self.containers.len() as u32));
        self.containers.push(Container { parent, depth, kind, range });
        self.steps.push(step);
    }

    fn block(&mut self, kind: PartKind, how: How, range: Range<u32>) {
        self.end_leaf();
        self.leaf =
            Some(Leaf { kind, how, range, implicit: false, depth: 0, images: 0, maths: 0, others: 0 });
    }

    fn end_leaf(&mut self) {
        self.words.boundary();
        let Some(leaf) = self.leaf.take() else { return };
        let mut range = leaf.range.clone();
        let slice = self.slice(&range);
        range.end -= (slice.len() - slice.trim_end_matches(['\n', '\r', ' ', '\t']).len()) as u32;
        let mut kind = leaf.kind;
        if kind == PartKind::Paragraph && leaf.how == How::Inline && leaf.others == 0 {
            if leaf.images == 1 && leaf.maths == 0 {
                kind = PartKind::Image;
            } else if leaf.maths == 1 && leaf.images == 0 {
                kind = PartKind::Math;
            }
        }
        if leaf.how == How::Html && !html::shows_something(self.slice(&range)) {
            kind = PartKind::Nothing;
        }
        let container = self.open.last().copied().unwrap_or_default();
        self.parts.push(Part { range, kind, container, first: true, last: true });
        self.hows.push(leaf.how);
    }

    fn slice(&self, range: &Range<u32>) -> &'a str {
        self.markdown.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// The column where the content of the innermost container begins on the line of `at`.
    fn content_column(&mut self, at: u32) -> u32 {
        let line_start = line_start(self.markdown, at);
        let opened_here = self
            .open
            .iter()
            .rev()
            .find(|id| self.steps.get(id.0 as usize).copied().flatten().is_some())
            .and_then(|id| {
                Some((self.containers.get(id.0 as usize)?.range.start, self.steps[id.0 as usize]?))
            });
        match opened_here {
            Some((start, step)) if start >= line_start => match step {
                Step::Indent(columns) => self.columns.of(self.markdown, start) + columns,
                Step::Quote => {
                    let mark = self.markdown[start as usize..].find('>').unwrap_or(0) as u32;
                    let after = start + mark + 1;
                    let blank = matches!(self.markdown.as_bytes().get(after as usize), Some(b' ' | b'\t'));
                    self.columns.of(self.markdown, after) + u32::from(blank)
                }
            },
            Some(_) => {
                let steps: Vec<Step> = self
                    .open
                    .iter()
                    .filter_map(|id| self.steps.get(id.0 as usize).copied().flatten())
                    .collect();
                let line = &self.markdown[line_start as usize..at as usize];
                let stripped = super::prefix::strip(line, &steps);
                let column = self.columns.of(self.markdown, line_start + stripped.at as u32);
                column.saturating_sub(stripped.owed as u32)
            }
            None => 0,
        }
    }

    fn fence_indent(&mut self, at: u32) -> u8 {
        let column = self.columns.of(self.markdown, at);
        column.saturating_sub(self.content_column(at)).min(3) as u8
    }

    fn owed(&mut self, at: u32) -> u8 {
        let column = self.columns.of(self.markdown, at);
        column.saturating_sub(self.content_column(at) + 4).min(4) as u8
    }

    fn finish(mut self, definitions: Definitions) -> Outline {
        self.end_leaf();
        self.footnotes.number_the_rest();
        for (id, label) in &self.notes {
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                let number = self.footnotes.get(label).map_or(0, |note| note.number);
                container.kind = ContainerKind::Footnote { number };
            }
        }
        self.align_markers();
        Outline {
            parts: self.parts,
            hows: self.hows,
            containers: self.containers,
            steps: self.steps,
            headings: self.headings,
            definitions,
            footnotes: self.footnotes,
            words: self.words.count(),
        }
    }

    /// Gives the items of each list the width of its widest marker.
    fn align_markers(&mut self) {
        let mut widths: Vec<u8> = vec![1; self.containers.len()];
        for container in &self.containers {
            if let ContainerKind::Item { number: Some(number), .. } = container.kind
                && let Some(width) = widths.get_mut(container.parent.0 as usize)
            {
                let digits = number.checked_ilog10().unwrap_or(0) + 1;
                *width = (*width).max(digits as u8 + 1);
            }
        }
        for container in &mut self.containers {
            let parent = container.parent.0 as usize;
            if let ContainerKind::Item { marker_width, .. } = &mut container.kind {
                *marker_width = widths.get(parent).copied().unwrap_or(1);
            }
        }
    }
}

/// The byte where the line of `at` begins.
fn line_start(markdown: &str, at: u32) -> u32 {
    markdown.as_bytes()[..at as usize]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |found| found as u32 + 1)
}

/// Columns of bytes, remembered so that many places of one line cost one walk along it.
#[derive(Default)]
struct Columns {
    at: u32,
    column: u32,
}

impl Columns {
    fn of(&mut self, markdown: &str, at: u32) -> u32 {
        let bytes = markdown.as_bytes();
        let at = at.min(bytes.len() as u32);
        let same_line = self.at <= at && !bytes[self.at as usize..at as usize].contains(&b'\n');
        if !same_line || (self.at == 0 && self.column == 0) {
            self.at = line_start(markdown, at);
            self.column = 0;
        }
        for byte in &bytes[self.at as usize..at as usize] {
            self.column = if *byte == b'\t' { self.column / 4 * 4 + 4 } else { self.column + 1 };
        }
        self.at = at;
        self.column
    }

    /// Columns from where an item begins to its content (CommonMark 5.2).
    fn item_indent(&mut self, markdown: &str, start: u32) -> u32 {
        let rest = &markdown.as_bytes()[start as usize..];
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let digits = rest[blank..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.indent(markdown, start, start + (blank + digits) as u32 + 1)
    }

    /// Columns from where a definition begins to its content.
    fn definition_indent(&mut self, markdown: &str, start: u32) -> u32 {
        let rest = &markdown.as_bytes()[start as usize..];
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.indent(markdown, start, start + blank as u32 + 1)
    }

    fn indent(&mut self, markdown: &str, start: u32, marker_end: u32) -> u32 {
        let from = self.of(markdown, start);
        let marker = self.of(markdown, marker_end);
        let bytes = markdown.as_bytes();
        let rest = bytes.get(marker_end as usize..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count() as u32;
        let empty = matches!(rest.get(blanks as usize), None | Some(b'\n' | b'\r'));
        let Self { at, column } = *self;
        let content = self.of(markdown, marker_end + blanks);
        (self.at, self.column) = (at, column);
        let wide = content - marker;
        let gap = if empty || wide > 4 || wide == 0 { 1 } else { wide };
        marker - from + gap
    }
}
