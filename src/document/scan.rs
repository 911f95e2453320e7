//! The block pass: markdown → parts, containers, headings, link definitions, words.
//!
//! Knows `shown`. Keeps no events: each is looked at once and dropped. Nesting is a list of open
//! containers, never a call stack.

mod columns;
mod cuts;
mod indented;
mod joints;
mod leaves;
mod mkdocs;
mod pictures;
mod tagged;
mod written;

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::code;
use super::components;
use super::inline::Builder;
use super::pieces::Dialect;
use super::prefix::Step;
use super::references::{Definitions, Footnotes};
use super::shown::{Container, ContainerId, ContainerKind, ItemNumber, Part, PartId, PartKind, Position};
use super::tags::Ends;
use super::templates;
use super::unit::Unit;
use super::words::Words;

pub(super) use columns::align_markers;
pub(super) use joints::{Joint, may_be_cut_before};

use columns::{Columns, blanks, line_end, marker};
use cuts::{Cut, is_behind_blank};
use joints::Gaps;
use leaves::Leaf;

/// How a part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Inline content.
    Inline,
    /// Raw HTML.
    Html,
    /// Raw HTML that is one `<pre>`.
    Preformatted,
    /// Raw HTML that is one `<table>`.
    HtmlTable,
    /// The line that opens an alert.
    Opening,
    /// Code.
    Code(code::Style),
    /// Rows of a table.
    Table,
    /// Shown once, when the document was parsed, which keeps it.
    Stored,
    /// One displayed formula, between fences or without any.
    Formula,
    /// Nothing to derive.
    Empty,
}

/// A heading before slugs are made.
#[derive(Clone)]
pub(super) struct RawHeading {
    pub(super) level: u8,
    pub(super) text: Box<str>,
    /// `{#id}`
    pub(super) id: Option<Box<str>>,
    pub(super) position: Position,
    pub(super) part: PartId,
    pub(super) top_level: bool,
    /// Words of the document before it.
    pub(super) words_before: u32,
}

/// What one piece of the markdown holds. Ids count from the piece's own first part and container.
pub(super) struct Piece {
    /// Bytes of the markdown.
    pub(super) range: Range<u32>,
    pub(super) parts: Vec<Part>,
    pub(super) hows: Vec<How>,
    pub(super) containers: Vec<Container>,
    /// What each container demands of its lines.
    pub(super) steps: Vec<Option<Step>>,
    pub(super) headings: Vec<RawHeading>,
    /// Labels of footnote containers.
    pub(super) notes: Vec<(ContainerId, Box<str>)>,
    /// Labels of footnote marks, in order.
    pub(super) marks: Vec<(Position, Box<str>)>,
    pub(super) words: u32,
    /// Link definitions: label, destination, title.
    pub(super) definitions: Vec<[Box<str>; 3]>,
    /// Labels that nothing known defines.
    pub(super) missed: HashSet<Box<str>>,
    /// Whether its first container is the list that the piece before it was cut in, and that list as it is here.
    pub(super) joins: Option<Joint>,
    /// The list that it is cut in itself.
    pub(super) leaves: Option<(ContainerId, Joint)>,
}

/// What of the markdown is scanned at once.
pub(super) struct Stretch {
    /// Bytes of the markdown.
    pub(super) range: Range<u32>,
    /// Whether it is scanned to its end.
    pub(super) last: bool,
    /// The list whose next item it begins with.
    pub(super) joins: Option<Joint>,
    /// The list whose next item stands behind its end.
    pub(super) leaves: Option<Joint>,
}

/// Scans a stretch of `markdown`, which begins where no container is open, or at an item of the list that it joins. One
/// that is not the `last` ends before its last top-level heading, because only there it is certain that nothing begun
/// in it goes on, or else before a paragraph or an item that is as good; nothing is given where it has none.
pub(super) fn scan(
    markdown: &str,
    Stretch { range, last, joins, leaves }: Stretch,
    dialect: Dialect,
    definitions: &Definitions,
    footnotes: &Footnotes,
) -> Option<Piece> {
    // What comes next decides of some lines what they are.
    let seen = if leaves.is_some() { line_end(markdown, range.end) } else { range.end };
    let mut unit = Unit::plain(markdown, range.start..seen);
    let noted = footnotes.lead_for(&unit.text);
    if let Some(joint) = joins {
        unit.lead_with(&joint.lead());
    }
    let item_bytes = unit.lead;
    if let Some(lead) = &noted {
        unit.lead_with(lead);
    }
    if let Some(joint) = leaves.filter(|joint| joint.loose) {
        unit.trail_with(&joint.trail());
    }
    let text_end = unit.lead + range.len();
    unit.mask_blocks(dialect.options.contains(Options::ENABLE_DEFINITION_LIST), dialect.components);
    let mut scan = Scan::new(markdown, &range, dialect);
    if let Some(joint) = joins {
        scan.join(joint);
    }
    (scan.item, scan.text_end) = (unit.lead - item_bytes..unit.lead, text_end);
    if !last {
        let piece = range.start as usize..range.end as usize;
        let tag = if dialect.components { components::unended(markdown, piece.clone()) } else { None };
        let unended = templates::unended(markdown, piece).into_iter().chain(tag).min();
        scan.sure = unended.map_or(range.end, |at| at as u32);
    }
    let mut missed = HashSet::new();
    let mut found = Vec::new();
    {
        let lone = last && range.start == 0 && range.end as usize == markdown.len();
        let mut known = resolver(definitions);
        let resolve = |link: BrokenLink<'_>| {
            let label = link.reference.clone();
            let target = known(link);
            if target.is_none() && !lone {
                missed.insert(Box::from(&*label));
            }
            target
        };
        let parser = Parser::new_with_broken_link_callback(unit.parsed(), dialect.options, Some(resolve));
        for (label, definition) in parser.reference_definitions().iter() {
            let title = definition.title.as_deref().unwrap_or_default();
            let place = unit.source(definition.span.start);
            found.push((place, [Box::from(label), Box::from(&*definition.dest), Box::from(title)]));
        }
        scan.events(&unit, parser.into_offset_iter());
    }
    let cut = if last { None } else { Some(scan.back_to_the_last_cut()?) };
    let end = cut.map_or(range.end, |cut| cut.at);
    found.retain(|(place, _)| *place < end);
    found.sort_by_key(|(place, _)| *place);
    scan.end_leaf();
    align_markers(&mut scan.containers);
    Some(Piece {
        joins: joins.map(|joint| Joint { loose: scan.is_loose, ..joint }),
        leaves: match cut {
            Some(cut) => cut.list,
            None => leaves.map(|joint| (scan.last_list(), joint)),
        },
        range: range.start..end,
        parts: scan.parts,
        hows: scan.hows,
        containers: scan.containers,
        steps: scan.steps,
        headings: scan.headings,
        notes: scan.notes,
        marks: scan.marks,
        words: scan.words.count(),
        definitions: found.into_iter().map(|(_, definition)| definition).collect(),
        missed,
    })
}

/// Looks a reference up in the whole document's definitions.
pub(super) fn resolver<'a>(
    definitions: &Definitions,
) -> impl FnMut(BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)> + '_ {
    |link| {
        definitions
            .get(&link.reference)
            .map(|(destination, title)| (destination.to_owned().into(), title.to_owned().into()))
    }
}

struct Scan<'a> {
    markdown: &'a str,
    dialect: Dialect,
    parts: Vec<Part>,
    hows: Vec<How>,
    containers: Vec<Container>,
    steps: Vec<Option<Step>>,
    headings: Vec<RawHeading>,
    notes: Vec<(ContainerId, Box<str>)>,
    marks: Vec<(Position, Box<str>)>,
    cut: Option<Cut>,
    /// The same, before a paragraph: for where there is no heading.
    soft_cut: Option<Cut>,
    /// The same, before an item: for where there is no paragraph either.
    list_cut: Option<Cut>,
    begin: u32,
    /// Where in the parser's text the item is that stands for those before, and where its own ends.
    item: Range<usize>,
    text_end: usize,
    /// Up to where what stands in the piece is what it looks like.
    sure: u32,
    words: Words,
    open: Vec<ContainerId>,
    /// Those of the open containers that the parser knows nothing of (`:::`, `<details>`).
    own: Vec<ContainerId>,
    /// How many of them end as soon as what is open inside them does.
    closing: usize,
    /// Next number and widest marker of each open list.
    lists: Vec<List>,
    /// Whether the list that it begins in is loose to the parser.
    is_loose: bool,
    /// What blank lines say of the list that stands in the document itself.
    gaps: Gaps,
    leaf: Option<Leaf>,
    columns: Columns,
    /// Where tags end what others have begun.
    ends: Ends,
    /// Whether the line that opens a block of `MkDocs` is being read.
    opening: bool,
    /// Where the last leaf ended.
    place: u32,
}

struct List {
    id: ContainerId,
    next: Option<u32>,
    /// Whether it is loose to the parser, as far as that is known.
    loose: bool,
    /// Whether an item with a paragraph was seen: without any a list is tight.
    holds_text: bool,
}

impl<'a> Scan<'a> {
    fn new(markdown: &'a str, range: &Range<u32>, dialect: Dialect) -> Self {
        let root = Container { parent: ContainerId(0), kind: ContainerKind::Document, range: range.clone() };
        Self {
            markdown,
            dialect,
            parts: Vec::new(),
            hows: Vec::new(),
            containers: vec![root],
            steps: vec![None],
            headings: Vec::new(),
            notes: Vec::new(),
            marks: Vec::new(),
            cut: None,
            soft_cut: None,
            list_cut: None,
            begin: range.start,
            item: 0..0,
            text_end: usize::MAX,
            sure: range.end,
            words: Words::default(),
            open: vec![ContainerId(0)],
            own: Vec::new(),
            closing: 0,
            lists: Vec::new(),
            is_loose: false,
            gaps: Gaps::UNASKED,
            leaf: None,
            columns: Columns::default(),
            ends: Ends::default(),
            opening: false,
            place: range.start,
        }
    }

    fn events<'e>(&mut self, unit: &Unit<'_>, events: impl Iterator<Item = (Event<'e>, Range<usize>)>) {
        let none = Footnotes::default();
        let mut heading: Option<(Builder<'_>, Option<Box<str>>, HeadingLevel)> = None;
        for (event, range) in events {
            if range.start < unit.lead || range.start >= self.text_end {
                if self.item.contains(&range.start) {
                    let end = unit.source_range(&(range.start..range.end.min(self.text_end))).end;
                    self.item_in_place(&event, end);
                }
                continue;
            }
            let source = unit.source_range(&(range.start..range.end.min(self.text_end)));
            self.gaps.see(&event, unit.parsed(), &range);
            match &event {
                Event::Start(Tag::Paragraph) => {
                    let cut = self.cut_before(source.start, u8::is_ascii_alphanumeric);
                    // Right behind a definition a number begins no list.
                    self.soft_cut =
                        cut.filter(|cut| is_behind_blank(self.markdown, cut.at)).or(self.soft_cut);
                }
                Event::Start(Tag::List(_)) if self.open.len() == 1 => self.gaps = Gaps::from(range.start),
                Event::Start(Tag::Item) => {
                    let cut = self.cut_before_item(source.start, unit.parsed(), range.start);
                    self.list_cut = cut.or(self.list_cut);
                }
                Event::Start(Tag::Heading { level, id, .. }) => {
                    // Only an ATX heading is one whatever comes before it.
                    self.cut = self.cut_before(source.start, |byte| *byte == b'#').or(self.cut);
                    let id = id.as_deref().map(Box::from);
                    heading = Some((Builder::until(unit, &none, range.end), id, *level));
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

    fn heading(&mut self, builder: Builder<'_>, id: Option<Box<str>>, level: HeadingLevel, position: u32) {
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
            text: text.into(),
            id,
            position: Position(position),
            part: PartId(self.parts.len() as u32),
            top_level: self.open.len() == 1 + self.own.len(),
            words_before: self.words.count(),
        });
    }

    fn event(&mut self, event: &Event<'_>, range: Range<u32>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(*end),
            Event::Rule if self.slice(&range).trim_start().starts_with(':') => {
                // The mask put it in place of a line that ends a container.
                self.end_leaf();
                let line = self.trimmed(range);
                let end = line.end;
                self.part(PartKind::Nothing, How::Empty, line);
                self.close_innermost_own(end);
            }
            Event::Rule if self.slice(&range).trim_start().starts_with('<') => {
                self.end_leaf();
                let line = self.trimmed(range);
                self.part(PartKind::Nothing, How::Empty, line);
            }
            // With it begins the item that stands for a block of MkDocs.
            Event::Rule if std::mem::take(&mut self.opening) => {}
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
                    let rest = self.markdown.as_bytes().get(range.end as usize..).unwrap_or_default();
                    leaf.range.start = range.end + blanks(rest) as u32;
                }
            }
            Event::Html(text) => {
                self.words.add(text);
                self.words.boundary();
            }
            inline => {
                self.open_leaf(&range);
                let Some(leaf) = &mut self.leaf else { return };
                leaf.pictures.see(inline, &range, leaf.depth, self.markdown);
                match inline {
                    Event::Text(text) | Event::Code(text) => self.words.add(text),
                    Event::SoftBreak | Event::HardBreak => self.words.boundary(),
                    Event::FootnoteReference(label) => {
                        self.marks.push((Position(range.start), Box::from(&**label)));
                    }
                    _ => {}
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<u32>) {
        match tag {
            Tag::Paragraph => {
                self.item_says(true);
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
            Tag::Table(_) => self.block(PartKind::Table, How::Table, range),
            Tag::DefinitionListTitle => self.block(PartKind::Term, How::Inline, range),
            Tag::BlockQuote(_) => self.container(ContainerKind::Quote, Some(Step::Quote), range),
            Tag::List(_) if self.block_of_mkdocs(&range).is_some() => {
                self.container(ContainerKind::List { loose: true }, None, range);
                if let Some(id) = self.open.last() {
                    self.lists.push(List { id: *id, next: None, loose: true, holds_text: true });
                }
            }
            Tag::List(first) => {
                self.container(ContainerKind::List { loose: false }, None, range);
                if let Some(id) = self.open.last() {
                    let next = first.map(|first| u32::try_from(first).unwrap_or(u32::MAX));
                    self.lists.push(List { id: *id, next, loose: false, holds_text: false });
                }
            }
            Tag::Item if self.block_of_mkdocs(&range).is_some() => {
                let Some((opening, line)) = self.block_of_mkdocs(&range) else { return };
                self.open_block_of_mkdocs(&opening, line, range);
            }
            Tag::Item => {
                let number = self.lists.last().and_then(|list| list.next);
                if let Some(list) = self.lists.last_mut() {
                    list.next = list.next.map(|next| next.saturating_add(1));
                }
                let number = number.map(ItemNumber::new);
                let kind = ContainerKind::Item { number, marker_width: 1, task: None };
                self.marked(kind, range);
            }
            Tag::FootnoteDefinition(label) => {
                self.container(ContainerKind::Footnote { number: 0 }, Some(Step::Indent(4)), range);
                if let Some(id) = self.open.last() {
                    self.notes.push((*id, Box::from(&**label)));
                }
            }
            Tag::DefinitionListDefinition => {
                self.marked(ContainerKind::Definition, range);
            }
            Tag::TableCell => self.words.boundary(),
            Tag::DefinitionList
            | Tag::TableHead
            | Tag::TableRow
            | Tag::MetadataBlock(_)
            | Tag::Heading { .. } => {}
            inline => {
                self.open_leaf(&range);
                let Some(leaf) = &mut self.leaf else { return };
                leaf.pictures.begin(inline, &range, leaf.depth, self.markdown);
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
                while self.own_is_innermost() {
                    self.close_own(self.place);
                }
                self.closing = self.closing.min(self.own.len());
                let Some(id) = self.open.pop() else { return };
                if matches!(end, TagEnd::List(_))
                    && let Some(list) = self.lists.pop()
                    && let Some(container) = self.containers.get_mut(list.id.0 as usize)
                {
                    container.kind = ContainerKind::List { loose: list.loose && list.holds_text };
                } else {
                    self.fill(id);
                }
                while self.closing > 0 && self.own_is_innermost() {
                    self.closing -= 1;
                    self.close_own(self.place);
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
                    leaf.pictures.end(leaf.depth);
                }
            }
        }
    }

    fn container(&mut self, kind: ContainerKind, step: Option<Step>, range: Range<u32>) {
        self.end_leaf();
        let parent = self.open.last().copied().unwrap_or_default();
        self.open.push(ContainerId(self.containers.len() as u32));
        self.containers.push(Container { parent, kind, range });
        self.steps.push(step);
    }

    /// Opens a container whose lines are indented by its marker. The parser gives its beginning as so many
    /// columns before the marker, which a tab puts anywhere: the range begins at the marker itself.
    fn marked(&mut self, kind: ContainerKind, range: Range<u32>) {
        let marker = marker(self.markdown, range.start);
        let column = self.columns.of(self.markdown, marker.end);
        let gap = self.columns.after_marker(self.markdown, marker.end) - column;
        let columns = marker.end - range.start + gap;
        let step = Step::Indent(u16::try_from(columns).unwrap_or(u16::MAX));
        self.container(kind, Some(step), marker.start..range.end.max(marker.start));
    }

    fn slice(&self, range: &Range<u32>) -> &'a str {
        self.markdown.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}
