//! Markdown → a flat list of parts, contents and link definitions; part → shown text, on demand.
//!
//! The only user of `pulldown-cmark`. Knows only `text` and `error`. Never does I/O, never asks for a
//! width or a colour, never recurses over content: nesting costs memory, not stack.
//!
//! A [`Document`] keeps no parsed text: for each part its range, its containers and how it is shown. To
//! show a part its lines are taken out of their containers (`prefix`, `unit`) and parsed alone, with the
//! definitions of the whole document (`references`).

pub mod address;
pub mod anchors;
pub mod changes;
pub mod contents;
pub mod find;
pub mod folds;
pub mod highlight;
pub mod phrase;
pub mod place;
pub mod quote;
pub mod sections;
pub mod shown;

mod admonitions;
mod autolink;
mod callouts;
mod code;
mod comments;
mod components;
mod extras;
mod html;
mod html_table;
mod inline;
mod lines;
mod marks;
mod mask;
mod math;
mod mermaid;
mod pieces;
mod prefix;
mod references;
mod scan;
mod script;
mod split;
mod table;
mod tags;
mod templates;
mod unit;
mod words;

use std::ops::Range;

use pulldown_cmark::{Event, Parser};

pub use pieces::Together;

use crate::error::Problem;
use crate::text::{Markdown, SafeText};

use folds::Fold;
use inline::Builder;
use lines::Lines;
use pieces::{Outline, one_by_one};
use prefix::Step;
use references::{Definitions, Footnotes};
use scan::How;
use shown::{Container, ContainerId, Heading, Inline, Part, PartId, PartKind, Position, Shown, ShownText};
use unit::Unit;

/// How a document is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The article's title: a first heading equal to it shows nothing.
    pub title: Option<SafeText>,
    /// Whether the markdown is the whole file, and not only a head of it.
    pub whole: bool,
}

/// A body as a flat list of parts.
#[derive(Clone, Debug)]
pub struct Document {
    markdown: Markdown,
    body: Position,
    whole: bool,
    options: pulldown_cmark::Options,
    parts: Vec<Part>,
    hows: Vec<How>,
    containers: Vec<Container>,
    steps: Vec<Option<Step>>,
    contents: Vec<Heading>,
    folds: Vec<Fold>,
    definitions: Definitions,
    footnotes: Footnotes,
    /// What was shown once, when the document was parsed, and its parts.
    stored: Vec<(PartId, Shown)>,
    lines: Lines,
    words: u32,
    problems: Vec<Problem>,
}

impl Document {
    /// Reads `markdown` from `body` (where the front matter ends) on. Anything is a document.
    pub fn parse(markdown: Markdown, body: Position, options: &Options) -> Self {
        Self::parse_together(markdown, body, options, &one_by_one)
    }

    /// As [`Document::parse`], two blocks of a large markdown at a time `together`: whoever calls has the threads.
    pub fn parse_together(
        markdown: Markdown,
        body: Position,
        options: &Options,
        together: &Together,
    ) -> Self {
        let mut start = (body.0 as usize).min(markdown.len());
        while !markdown.is_char_boundary(start) {
            start += 1;
        }
        let together = if pieces::is_large(&markdown) { together } else { &one_by_one };
        let mut outline = pieces::outline(&markdown, start as u32, together);
        let mut headings = std::mem::take(&mut outline.headings);
        let (mut lines, mut contents, mut problems) = (Lines::default(), Vec::new(), Vec::new());
        // What is left to look for in the whole markdown.
        together(
            &mut || {
                lines = Lines::new(&markdown);
                contents = contents::finish(&markdown, std::mem::take(&mut headings), outline.words);
            },
            &mut || {
                problems.extend(marks::problem(&markdown, start as u32));
                outline.footnotes.see_components(markdown.get(start..).unwrap_or_default());
            },
        );
        let mut document = Self::of_outline(markdown, start as u32, outline, contents);
        (document.whole, document.lines, document.problems) = (options.whole, lines, problems);
        if let Some(title) = &options.title {
            document.hide_title(title);
        }
        document.hide_empty_headings();
        split::large_leaves(&mut document);
        document.folds = folds::find(&document.markdown, &document.parts, &document.containers);
        document
    }

    /// What stands in the bytes `range` of `markdown`, whose body begins at `body`, without the rest: from a heading of
    /// its contents or the body's beginning up to the next one. Its lines are not known, nor are its folds. `None` where
    /// what it shows may hang on the rest.
    fn of_section(markdown: Markdown, body: Position, range: Range<u32>) -> Option<Self> {
        let mut outline = pieces::outline_of_section(&markdown, body.0, range)?;
        let headings = std::mem::take(&mut outline.headings);
        let contents = contents::finish(&markdown, headings, outline.words);
        let mut document = Self::of_outline(markdown, body.0, outline, contents);
        document.hide_empty_headings();
        split::large_leaves(&mut document);
        Some(document)
    }

    fn of_outline(markdown: Markdown, body: u32, outline: Outline, contents: Vec<Heading>) -> Self {
        Self {
            body: Position(body),
            whole: false,
            options: outline.dialect.options,
            parts: outline.parts,
            hows: outline.hows,
            containers: outline.containers,
            steps: outline.steps,
            contents,
            folds: Vec::new(),
            definitions: outline.definitions,
            footnotes: outline.footnotes,
            stored: Vec::new(),
            lines: Lines::default(),
            words: outline.words,
            problems: Vec::new(),
            markdown,
        }
    }

    /// The article's decoded text, front matter included.
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// Where the body begins.
    pub fn body(&self) -> Position {
        self.body
    }

    /// The markdown from there on.
    pub fn body_text(&self) -> &str {
        self.markdown.get(self.body.0 as usize..).unwrap_or_default()
    }

    /// Whether the markdown is the whole file.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// A container. An id that this document did not give is the document itself.
    pub fn container(&self, id: ContainerId) -> &Container {
        // The document's own container always stands first.
        self.containers.get(id.0 as usize).unwrap_or(&self.containers[0])
    }

    /// The containers from the outermost (the document's own left out) to `id` itself.
    pub fn path(&self, id: ContainerId) -> Vec<ContainerId> {
        let mut path = Vec::new();
        let mut at = id;
        while at.0 != 0 && (at.0 as usize) < self.containers.len() {
            path.push(at);
            at = self.container(at).parent;
        }
        path.reverse();
        path
    }

    /// What a part shows, derived from the markdown.
    pub fn show(&self, id: PartId) -> Shown {
        let index = id.0 as usize;
        let (Some(part), Some(how)) = (self.parts.get(index), self.hows.get(index)) else {
            return Shown::Nothing;
        };
        if part.kind == PartKind::Nothing {
            return Shown::Nothing;
        }
        match *how {
            How::Empty if part.kind == PartKind::Rule => Shown::Rule,
            How::Empty => Shown::Text(ShownText::default()),
            How::Stored => self.stored(id).cloned().unwrap_or(Shown::Nothing),
            How::Code(style) => {
                let first = self.first_of(index);
                let text = self.parts.get(first).map_or("", |part| self.slice(part));
                let fence = code::Fence::at(text);
                let language = match (style, self.parts.get(first)) {
                    (code::Style::Fenced { .. }, Some(first)) => code::language(&self.markdown, &first.range),
                    _ => None,
                };
                let steps = self.steps_of(part.container);
                let text =
                    code::show(&self.markdown, &part.range, &steps, style, fence, part.first, part.last);
                let language = language.map(|language| {
                    if mermaid::is_mermaid(language.as_str()) {
                        mermaid::label(text.text.as_str())
                    } else {
                        language
                    }
                });
                Shown::Code { language, text }
            }
            How::Table => {
                let steps = self.steps_of(part.container);
                let mut unit = if part.first {
                    Unit::without_prefixes(&self.markdown, part.range.clone(), &steps, part.first)
                } else {
                    let head =
                        self.parts.get(self.first_of(index)).map_or(0..0, |first| self.table_head(first));
                    let mut unit = Unit::without_prefixes(&self.markdown, head, &steps, true);
                    unit.append(&Unit::without_prefixes(
                        &self.markdown,
                        part.range.clone(),
                        &steps,
                        part.first,
                    ));
                    unit
                };
                self.lead(&mut unit);
                unit.mask_cells();
                Shown::Table(table::show(&unit, self.options, &self.definitions, &self.footnotes))
            }
            How::HtmlTable => {
                let steps = self.steps_of(part.container);
                let mut unit = Unit::without_prefixes(&self.markdown, part.range.clone(), &steps, true);
                unit.mask_html();
                Shown::Table(html_table::show(&unit, &self.footnotes))
            }
            How::Html | How::Preformatted => {
                let steps = self.steps_of(part.container);
                let mut unit = Unit::without_prefixes(&self.markdown, part.range.clone(), &steps, part.first);
                unit.mask_html();
                let mut builder = Builder::new(&unit, &self.footnotes);
                builder.html_block();
                let mut text = builder.finish();
                if *how == How::Preformatted {
                    // The block is code already, whatever `<code>` says within it.
                    text.spans.iter_mut().for_each(|span| span.inline.remove(Inline::CODE));
                    return Shown::Code { language: html::language(&unit.text), text };
                }
                as_kind(part.kind, text)
            }
            How::Opening => Shown::Text(self.opening(part)),
            How::Formula => {
                let steps = self.steps_of(part.container);
                let unit = Unit::without_prefixes(&self.markdown, part.range.clone(), &steps, part.first);
                let range =
                    math::spans::between_brackets(&unit.text).unwrap_or_else(|| code::inside(&unit.text));
                let mut builder = Builder::new(&unit, &self.footnotes);
                builder.math(unit.text.get(range.clone()).unwrap_or_default(), true, &range);
                Shown::Math(builder.finish())
            }
            How::Inline => {
                let steps = self.steps_of(part.container);
                let mut unit = Unit::without_prefixes(&self.markdown, part.range.clone(), &steps, part.first);
                // One that is underlined is a paragraph up to its line.
                if !(matches!(part.kind, PartKind::Heading { .. }) && unit.text.starts_with('#')) {
                    unit.keep_a_paragraph();
                }
                self.lead(&mut unit);
                unit.mask_leaf();
                self.inline(part.kind, &unit)
            }
        }
    }

    /// The diagram that a block of Mermaid code says, drawn in at most `room` columns: its labels lead to their
    /// bytes of the code, its lines are the program's own. `None` for every other part, and for a diagram that
    /// is better shown as code.
    pub fn diagram(&self, id: PartId, room: u16) -> Option<ShownText> {
        let part = self.parts.get(id.0 as usize)?;
        let fenced = matches!(self.hows.get(id.0 as usize)?, How::Code(code::Style::Fenced { .. }));
        if !(fenced && part.first && part.last) {
            return None;
        }
        let language = code::language(&self.markdown, &part.range)?;
        if !mermaid::is_mermaid(language.as_str()) {
            return None;
        }
        match self.show(id) {
            Shown::Code { text, .. } => mermaid::draw(&text, room),
            _ => None,
        }
    }

    /// What a block of code is called beside its language, most often the file that it is from.
    pub fn code_title(&self, id: PartId) -> Option<SafeText> {
        let part = self.parts.get(id.0 as usize).filter(|part| part.first)?;
        let fenced = matches!(self.hows.get(id.0 as usize)?, How::Code(code::Style::Fenced { .. }));
        if fenced { code::title(&self.markdown, &part.range) } else { None }
    }

    fn inline(&self, kind: PartKind, unit: &Unit<'_>) -> Shown {
        // A line of a paragraph that begins with a colon is text here: the definitions are other parts.
        let options = self.options - pulldown_cmark::Options::ENABLE_DEFINITION_LIST;
        let parser = Parser::new_with_broken_link_callback(
            unit.parsed(),
            options,
            Some(scan::resolver(&self.definitions)),
        );
        let mut builder = Builder::new(unit, &self.footnotes);
        for (event, range) in parser.into_offset_iter() {
            // Each line before a definition is a term of its own.
            let ends_term = kind == PartKind::Term && matches!(event, Event::SoftBreak);
            builder.event(if ends_term { Event::HardBreak } else { event }, range);
        }
        let text = builder.finish();
        as_kind(kind, text)
    }

    /// The title of an alert, or its kind in words.
    fn opening(&self, part: &Part) -> ShownText {
        let line = self.slice(part);
        let fence = || match callouts::fence(line)? {
            callouts::Fence::Open(opening) => Some(opening),
            callouts::Fence::Close => None,
        };
        let tag = || tags::Tag::read(line)?.opening().map(|(_, opening)| opening);
        let opening =
            callouts::callout(line).or_else(fence).or_else(tag).or_else(|| admonitions::opening(line));
        let Some(opening) = opening else { return ShownText::default() };
        let place =
            |range: &Range<usize>| part.range.start + range.start as u32..part.range.start + range.end as u32;
        if opening.title.is_empty() {
            let unit = Unit::plain(&self.markdown, place(&opening.name));
            let mut builder = Builder::new(&unit, &self.footnotes);
            builder.write(&callouts::label(line, &opening), &place(&opening.name));
            return builder.finish();
        }
        let mut unit = Unit::plain(&self.markdown, place(&opening.title));
        unit.lead_with("x ");
        self.lead(&mut unit);
        unit.mask_leaf();
        match self.inline(PartKind::Term, &unit) {
            Shown::Text(text) => text,
            _ => ShownText::default(),
        }
    }

    /// Every heading, also in quotes and lists.
    pub fn contents(&self) -> &[Heading] {
        &self.contents
    }

    /// What the article itself says can be folded, in order, outer ones before those inside them.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    /// The folds that hide `part` when they are folded, the outermost first.
    pub fn folds_around(&self, part: PartId) -> impl Iterator<Item = &Fold> {
        let begun = self.folds.partition_point(|fold| fold.summary < part);
        self.folds.iter().take(begun).filter(move |fold| fold.hides(part))
    }

    /// The part that holds `position`, else the nearest before it, else the first.
    pub fn part_at(&self, position: Position) -> PartId {
        let after = self.parts.partition_point(|part| part.range.start <= position.0);
        PartId(after.saturating_sub(1) as u32)
    }

    /// The line of the file, from 1.
    pub fn line(&self, position: Position) -> u32 {
        self.lines.line(&self.markdown, position.0)
    }

    /// Where a line of the file (from 1) begins; the last line's where there are fewer.
    pub fn position_of_line(&self, line: u32) -> Position {
        Position(self.lines.start(&self.markdown, line))
    }

    /// Words of the body.
    pub fn words(&self) -> u32 {
        self.words
    }

    /// Where the heading with this slug begins; also by its text where no slug is it. Where the slug is `^id`, the
    /// block that has this id at its end, as notes of Obsidian do, or on a line of its own behind it.
    pub fn find_slug(&self, slug: &str) -> Option<Position> {
        let wanted = slug.trim_start_matches('#');
        if wanted.starts_with('^') {
            return self.find_block(wanted);
        }
        let exact = self.contents.iter().find(|heading| heading.slug().as_str() == wanted);
        let folded = contents::slug(wanted);
        let found = exact.or_else(|| {
            self.contents
                .iter()
                .find(|heading| heading.slug().as_str().to_lowercase() == folded && !folded.is_empty())
        });
        found.map(|heading| heading.position)
    }

    /// Where the place is that a link names: as [`Document::find_slug`], else whatever else has that name
    /// (`anchors`).
    pub fn find_place(&self, name: &str) -> Option<Position> {
        self.find_slug(name).or_else(|| anchors::find(self, name))
    }

    fn find_block(&self, id: &str) -> Option<Position> {
        let body = self.body.0 as usize;
        let text = self.markdown.get(body..)?;
        let at =
            memchr::memmem::find_iter(text.as_bytes(), id.as_bytes()).map(|at| body + at).find(|at| {
                let (before, after) = self.markdown.split_at_checked(*at).unwrap_or_default();
                let rest = after[id.len()..].lines().next().unwrap_or_default();
                (before.is_empty() || before.ends_with([' ', '\t', '\n'])) && rest.trim().is_empty()
            })?;
        let index = self.part_at(Position(at as u32)).0 as usize;
        let is_alone = self.parts.get(index).is_some_and(|part| self.slice(part).trim() == id);
        if !is_alone {
            return self.parts.get(self.first_of(index)).map(|part| Position(part.range.start));
        }
        let before = (0..index)
            .rev()
            .find(|at| self.parts.get(*at).is_some_and(|part| part.kind != PartKind::Nothing))?;
        let whole = self.parts.get(before).and_then(|part| self.path(part.container).first().copied());
        let first = match whole {
            // What its first part shows begins behind the list's bullet, or the quote's mark.
            Some(whole) => {
                let start = self.container(whole).range.start;
                self.parts.partition_point(|part| part.range.start < start)
            }
            None => self.first_of(before),
        };
        self.parts.get(first).map(|part| Position(part.range.start))
    }

    /// Where a footnote of this number is first referred to: the way back from its text.
    pub fn footnote_reference(&self, number: u32) -> Option<Position> {
        self.footnotes.by_number(number)?.reference
    }

    /// What is wrong with the body: marks that are dropped, as one problem at the first of them.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn slice(&self, part: &Part) -> &str {
        self.markdown.get(part.range.start as usize..part.range.end as usize).unwrap_or_default()
    }

    /// What was stored of a part.
    fn stored(&self, part: PartId) -> Option<&Shown> {
        let found = self.stored.binary_search_by_key(&part, |(part, _)| *part).ok()?;
        self.stored.get(found).map(|(_, shown)| shown)
    }

    /// The header and the delimiter row of a table, whose first part this is.
    fn table_head(&self, first: &Part) -> Range<u32> {
        let rest = self.markdown.get(first.range.start as usize..).unwrap_or_default();
        let head: usize = rest.split_inclusive('\n').take(2).map(str::len).sum();
        first.range.start..first.range.start + head as u32
    }

    fn first_of(&self, index: usize) -> usize {
        (0..=index).rev().find(|at| self.parts.get(*at).is_none_or(|part| part.first)).unwrap_or(index)
    }

    fn steps_of(&self, id: ContainerId) -> Vec<Step> {
        self.path(id).iter().filter_map(|id| self.steps.get(id.0 as usize).copied().flatten()).collect()
    }

    fn lead(&self, unit: &mut Unit<'_>) {
        if let Some(lead) = self.footnotes.lead_for(&unit.text) {
            unit.lead_with(&lead);
        }
    }

    /// The first level-1 heading outside quotes and lists that says anything.
    pub fn first_title(&self) -> Option<&SafeText> {
        let is_title =
            |heading: &&Heading| heading.level == 1 && heading.top_level && !heading.text.is_empty();
        self.contents.iter().find(is_title).map(|heading| &heading.text)
    }

    /// Has headings that say nothing take no row, nor set apart what is around them. They stay places to go to.
    fn hide_empty_headings(&mut self) {
        let untitled = self.contents.iter().filter(|heading| heading.text.is_empty());
        let parts: Vec<PartId> = untitled.map(|heading| heading.part).collect();
        for id in parts {
            // A heading may show what is no part of its name: the mark of a note.
            let is_empty = matches!(self.show(id), Shown::Text(text) if text.text.is_empty());
            if let Some(part) = self.parts.get_mut(id.0 as usize).filter(|_| is_empty) {
                part.kind = PartKind::Nothing;
            }
        }
    }

    /// Has a first heading equal to `title` show nothing: the reader shows the title itself.
    pub fn hide_title(&mut self, title: &SafeText) {
        let Some(heading) = self.contents.first() else { return };
        let same = |a: &str, b: &str| {
            let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            fold(a) == fold(b)
        };
        let index = heading.part.0 as usize;
        let begins = self.parts.iter().take(index).all(|part| part.kind == PartKind::Nothing);
        if begins && heading.top_level && same(heading.text.as_str(), title.as_str()) {
            for part in self.parts.iter_mut().skip(index) {
                part.kind = PartKind::Nothing;
                if part.last {
                    break;
                }
            }
        }
    }
}

/// Shown inline content as its part's kind has it.
fn as_kind(kind: PartKind, text: ShownText) -> Shown {
    let target = text.links.iter().find_map(|link| match &link.target {
        shown::Target::Image(target) => Some(target.clone()),
        _ => None,
    });
    match (kind, target) {
        (PartKind::Math, _) => Shown::Math(text),
        (PartKind::Image, Some(target)) => Shown::Image { target, alt: text },
        _ => Shown::Text(text),
    }
}

#[cfg(test)]
mod tests;
