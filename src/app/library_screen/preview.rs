//! The preview of the selected article: its metadata, contents and beginning.

use std::ops::Range;
use std::sync::Arc;

use crate::app::View;
use crate::app::command::Command;
use crate::app::effect::{DocumentSource, Effect, Generation, Loaded, Slot};
use crate::app::geometry::Area;
use crate::app::reader::card::{Tags, beginning, card_with, in_screen_order};
use crate::app::reader::highlights::Highlights;
use crate::app::setting::setting;
use crate::app::sought::{Sought, Words};
use crate::document::find::Finder;
use crate::document::highlight::Highlight;
use crate::document::shown::{Heading, Inline, PartId, PartKind, Position};
use crate::layout::picture::Pictures;
use crate::layout::{Anchor, Layout, Order, Role, Row, VisibleRow, Width, lead_rows_in};
use crate::library::article::{Article, ArticleKey};
use crate::text::SafeText;

/// Most lines of contents that the preview shows.
const CONTENTS: usize = 12;

/// The preview's state.
#[derive(Debug, Default)]
pub struct Preview {
    wanted: Option<ArticleKey>,
    generation: Generation,
    shown: Option<Shown>,
    failed: Option<SafeText>,
    area: Area,
    order: Order,
    hyphenate: bool,
    /// A person's own labels of the wanted article.
    labels: Vec<SafeText>,
    lit: Lit,
}

#[derive(Debug)]
struct Shown {
    loaded: Loaded,
    layout: Layout,
    anchor: Anchor,
    /// The rows of the contents before the text, each with where its heading begins.
    headings: Vec<(u32, Position)>,
    highlights: Highlights,
    /// What is lit of the parts in sight, in ranges of the markdown.
    marks: Vec<Range<u32>>,
    /// What is lit.
    sought: Option<Sought>,
}

/// What of the preview can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Under {
    /// A tag.
    Tag(SafeText),
    /// The heading that begins there.
    Heading(Position),
}

/// What of the article was searched for and found.
#[derive(Debug, Default)]
struct Lit {
    words: Words,
    /// Where the best of it stands.
    position: Option<Position>,
    /// Whether that is still to be brought into sight.
    is_awaited: bool,
    /// Whether all of the article was asked for to get there.
    wants_whole: bool,
}

impl Preview {
    /// Asks for the selected article's beginning unless it is there or on its way, and has it laid out.
    pub fn ensure(
        &mut self,
        area: Area,
        view: &View,
        wanted: Option<(&Arc<Article>, DocumentSource)>,
        labels: &[SafeText],
        effects: &mut Vec<Effect>,
    ) {
        let key = wanted.as_ref().map(|(article, _)| article.key);
        if key != self.wanted {
            self.wanted = key;
            self.lit = Lit::default();
            self.failed = None;
            if let Some((article, source)) = wanted {
                effects.push(self.load(Arc::clone(article), source));
            }
        }
        self.hyphenate = view.hyphenate;
        if (area, view.order, labels) != (self.area, self.order, &self.labels) {
            (self.area, self.order, self.labels) = (area, view.order, labels.to_vec());
            if let Some(shown) = self.shown.take() {
                self.show(shown.loaded);
            }
        }
    }

    /// Lights what the article was found by, and has its best place in sight.
    pub fn light(
        &mut self,
        words: Words,
        position: Option<Position>,
        source: Option<DocumentSource>,
        effects: &mut Vec<Effect>,
    ) {
        if position != self.lit.position {
            self.lit.is_awaited = position.is_some();
            self.lit.position = position;
            if position.is_none()
                && let Some(shown) = &mut self.shown
            {
                // It was found by its title, or is not searched for any more.
                shown.anchor = shown.layout.top();
                shown.layout.ensure(shown.anchor, self.area.height);
                self.mark();
            }
        }
        if !words.are(&self.lit.words) {
            self.lit.words = words;
            self.mark();
        }
        self.go();
        let is_shown = |shown: &&Shown| Some(shown.loaded.article.key) == self.wanted;
        if let Some(shown) = self.shown.as_ref().filter(is_shown)
            && let Some(source) = source.filter(|_| self.lit.is_awaited && !self.lit.wants_whole)
            && !shown.loaded.document.is_whole()
        {
            self.lit.wants_whole = true;
            let generation = self.generation.raise();
            let article = Some(Arc::clone(&shown.loaded.article));
            effects.push(Effect::Load {
                slot: Slot::WholePreview,
                generation,
                source,
                article,
                before: None,
                begun: false,
            });
        }
    }

    /// Goes to where it was found, if that is there by now.
    fn go(&mut self) {
        let Some(position) = self.lit.position.filter(|_| self.lit.is_awaited) else { return };
        let Some(shown) = &mut self.shown else { return };
        let document = &shown.loaded.document;
        let is_there = document.is_whole() || (position.0 as usize) < document.markdown().len();
        if Some(shown.loaded.article.key) != self.wanted || !is_there {
            return;
        }
        self.lit.is_awaited = false;
        let anchor = shown.layout.anchor(position);
        let above = isize::try_from(self.area.height / 4).unwrap_or(0);
        shown.anchor = shown.layout.scroll(anchor, -above, self.area.height);
        shown.layout.ensure(shown.anchor, self.area.height);
        self.mark();
    }

    /// Finds what is lit of the parts in sight.
    fn mark(&mut self) {
        let Some(shown) = &mut self.shown else { return };
        shown.marks.clear();
        shown.sought = None;
        if self.lit.words.marking.is_empty() {
            return;
        }
        let document = Arc::clone(&shown.loaded.document);
        let sought = Sought::words(&self.lit.words, shown.loaded.article.lang.as_ref(), &document);
        let mut finder = Finder::new(&document);
        let visible = shown.layout.visible(shown.anchor, self.area.height);
        let mut parts: Vec<_> = visible.filter(|row| row.part.is_some()).map(|row| row.anchor.part).collect();
        parts.dedup();
        for part in parts {
            sought.in_part(&mut finder, part, &mut shown.marks);
        }
        shown.sought = Some(sought);
    }

    /// The columns of a row in sight that are lit.
    pub fn marks_on(&self, on: &VisibleRow<'_>) -> Vec<Range<u16>> {
        let Some(shown) = &self.shown else { return Vec::new() };
        let row = on.row;
        if on.part.is_none() {
            let sought = shown.sought.as_ref();
            return sought
                .map_or_else(Vec::new, |sought| sought.in_card(row, &shown.loaded.article, self.order));
        }
        let source = row.source();
        let touching = shown.marks.iter().filter(|mark| mark.start < source.end && source.start < mark.end);
        touching.flat_map(|mark| row.columns_of(mark)).collect()
    }

    /// Asks for the beginning once more; what there is of it stays until then.
    pub fn read_again(&mut self, article: Arc<Article>, source: DocumentSource, effects: &mut Vec<Effect>) {
        if self.wanted == Some(article.key) {
            effects.push(self.load(article, source));
        }
    }

    fn load(&mut self, article: Arc<Article>, source: DocumentSource) -> Effect {
        Effect::Load {
            slot: Slot::Preview,
            generation: self.generation.raise(),
            source,
            article: Some(article),
            before: None,
            begun: false,
        }
    }

    /// Takes a loaded beginning in.
    pub fn report(&mut self, generation: Generation, result: Result<Loaded, SafeText>) {
        if generation != self.generation {
            return;
        }
        match result {
            Ok(loaded) => {
                let before =
                    self.shown.as_ref().filter(|shown| shown.loaded.article.key == loaded.article.key);
                let rows = before.map_or(0, |shown| shown.layout.absolute(shown.anchor));
                self.failed = None;
                self.show(loaded);
                self.scroll(isize::try_from(rows).unwrap_or(0));
                self.go();
            }
            Err(reason) => {
                self.shown = None;
                self.failed = Some(reason);
            }
        }
    }

    fn show(&mut self, loaded: Loaded) {
        let text = self.area.width.saturating_sub(3).max(1);
        let width = Width { text, room: text };
        let (lead, headings) = lead(&loaded, &self.labels, text, self.order);
        let setting = setting(self.order, self.hyphenate, &loaded.article, &loaded.document);
        let mut layout = Layout::new(Arc::clone(&loaded.document), width, lead).with(setting);
        let anchor = layout.top();
        layout.ensure(anchor, self.area.height);
        let is_of = |shown: &Shown| shown.loaded.article.key == loaded.article.key;
        let is_another = !self.shown.as_ref().is_some_and(is_of);
        self.shown = Some(Shown {
            loaded,
            layout,
            anchor,
            headings,
            highlights: Highlights::default(),
            marks: Vec::new(),
            sought: None,
        });
        if is_another {
            self.lit.is_awaited = self.lit.position.is_some();
        }
        self.mark();
    }

    /// What is loaded of an article.
    pub fn loaded_of(&self, key: ArticleKey) -> Option<Loaded> {
        let shown = self.shown.as_ref()?;
        (shown.loaded.article.key == key).then(|| shown.loaded.clone())
    }

    /// The rows in sight, if they belong to the article that is wanted.
    pub fn visible(&self) -> Option<impl Iterator<Item = VisibleRow<'_>>> {
        let shown = self.wanted()?;
        Some(shown.layout.visible(shown.anchor, self.area.height))
    }

    /// What lies under a cell of the pane.
    pub fn under(&self, column: u16, row: u16) -> Option<Under> {
        let shown = self.wanted()?;
        let on = self.visible()?.nth(usize::from(row)).filter(|on| on.part.is_none())?;
        if let Some((_, position)) = shown.headings.iter().find(|(at, _)| *at == on.anchor.row) {
            return Some(Under::Heading(*position));
        }
        let piece = on.row.piece_at(column)?;
        let is_it = |tag: &&SafeText| *in_screen_order(tag, self.order) == piece.text;
        let tag = shown.loaded.article.tags.iter().find(is_it)?;
        (piece.role == Role::Meta && piece.inline.contains(Inline::LINK)).then(|| Under::Tag(tag.clone()))
    }

    /// What is shown, if it is the article that is wanted.
    fn wanted(&self) -> Option<&Shown> {
        self.shown.as_ref().filter(|shown| Some(shown.loaded.article.key) == self.wanted)
    }

    /// Asks for the highlights of code near what is in sight that has none yet.
    pub fn highlight(&mut self, generation: &mut Generation) -> Option<Effect> {
        self.wanted()?;
        let shown = self.shown.as_mut()?;
        let near = shown.layout.near(shown.anchor, self.area.height);
        shown.highlights.ensure(&shown.loaded.document, shown.anchor.part, near, generation)
    }

    /// Takes the highlights of a part in.
    pub fn highlighted(&mut self, part: PartId, highlights: Vec<Highlight>) {
        if let Some(shown) = &mut self.shown {
            shown.highlights.take(part, highlights);
        }
    }

    /// The highlights of a part's code.
    pub fn highlights_of(&self, part: PartId) -> &[Highlight] {
        self.wanted().map_or(&[], |shown| shown.highlights.of(part))
    }

    /// Why there is nothing to show.
    pub fn failed(&self) -> Option<&SafeText> {
        self.failed.as_ref()
    }

    /// Scrolls.
    pub fn command(&mut self, command: Command) {
        if let Some(by) = command.lines(isize::try_from(self.area.height).unwrap_or(1)) {
            self.scroll(by);
        }
    }

    /// Scrolls by so many rows.
    pub fn scroll(&mut self, by: isize) {
        if let Some(shown) = &mut self.shown {
            shown.anchor = shown.layout.scroll(shown.anchor, by, self.area.height);
            shown.layout.ensure(shown.anchor, self.area.height);
            self.mark();
        }
    }
}

/// The metadata card and the contents, over the beginning of the text; and the rows of the contents, each with
/// where its heading begins.
fn lead(loaded: &Loaded, labels: &[SafeText], width: u16, order: Order) -> (Vec<Row>, Vec<(u32, Position)>) {
    let mut places = Vec::new();
    let mut rows = card_with(&loaded.article, labels, Tags::Below, width, order, &Pictures::default());
    // One that repeats the title is shown in no part.
    let is_shown = |heading: &&Heading| {
        let part = loaded.document.parts().get(heading.part.0 as usize);
        heading.top_level && part.is_some_and(|part| part.kind != PartKind::Nothing)
    };
    let headings: Vec<_> = loaded.document.contents().iter().filter(is_shown).collect();
    if headings.len() > 1 {
        rows.push(Row::blank(Position(0)));
        let least = headings.iter().map(|heading| heading.level).min().unwrap_or(1);
        for heading in headings.iter().take(CONTENTS) {
            let depth = usize::from(heading.level - least).min(3);
            let line = crate::safe!("{:indent$}{}", "", heading.name(), indent = depth * 2);
            let role = if depth == 0 { Role::Text } else { Role::Meta };
            let line = beginning(line.safe(), width, 1);
            places.push((rows.len() as u32, heading.position));
            rows.extend(lead_rows_in(&line, role, Inline::default(), Position(0), width, order));
        }
        if headings.len() > CONTENTS {
            let more = crate::safe!("{} more", headings.len() - CONTENTS);
            rows.extend(lead_rows_in(&more, Role::Meta, Inline::default(), Position(0), width, order));
        }
    }
    (rows, places)
}
