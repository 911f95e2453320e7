//! The preview of the selected article: its metadata, contents and beginning.

use std::sync::Arc;

use crate::app::command::Command;
use crate::app::effect::{DocumentSource, Effect, Generation, Loaded, Slot};
use crate::app::geometry::Area;
use crate::app::reader::card::{Tags, beginning, card};
use crate::app::reader::highlights::Highlights;
use crate::document::highlight::Highlight;
use crate::document::shown::{Inline, PartId, Position};
use crate::layout::{Anchor, Layout, Order, Role, Row, Setting, VisibleRow, Width, lead_rows_in};
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
}

#[derive(Debug)]
struct Shown {
    loaded: Loaded,
    layout: Layout,
    anchor: Anchor,
    highlights: Highlights,
}

impl Preview {
    /// Asks for the selected article's beginning unless it is there or on its way, and has it laid out.
    pub fn ensure(
        &mut self,
        area: Area,
        order: Order,
        wanted: Option<(&Arc<Article>, DocumentSource)>,
        effects: &mut Vec<Effect>,
    ) {
        let key = wanted.as_ref().map(|(article, _)| article.key);
        if key != self.wanted {
            self.wanted = key;
            self.failed = None;
            if let Some((article, source)) = wanted {
                effects.push(self.load(Arc::clone(article), source));
            }
        }
        if (area, order) != (self.area, self.order) {
            (self.area, self.order) = (area, order);
            if let Some(shown) = self.shown.take() {
                self.show(shown.loaded);
            }
        }
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
        let lead = lead(&loaded, text, self.order);
        let setting = Setting { order: self.order, ..Setting::default() };
        let mut layout = Layout::new(Arc::clone(&loaded.document), width, lead).with(setting);
        let anchor = layout.top();
        layout.ensure(anchor, self.area.height);
        self.shown = Some(Shown { loaded, layout, anchor, highlights: Highlights::default() });
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
        }
    }
}

/// The metadata card and the contents, over the beginning of the text.
fn lead(loaded: &Loaded, width: u16, order: Order) -> Vec<Row> {
    let mut rows = card(&loaded.article, Tags::Below, width, order);
    let headings: Vec<_> = loaded.document.contents().iter().filter(|heading| heading.top_level).collect();
    if headings.len() > 1 {
        rows.push(Row::blank(Position(0)));
        let least = headings.iter().map(|heading| heading.level).min().unwrap_or(1);
        for heading in headings.iter().take(CONTENTS) {
            let depth = usize::from(heading.level - least).min(3);
            let line = crate::safe!("{:indent$}{}", "", heading.text, indent = depth * 2);
            let role = if depth == 0 { Role::Text } else { Role::Meta };
            let line = beginning(line.safe(), width, 1);
            rows.extend(lead_rows_in(&line, role, Inline::default(), Position(0), width, order));
        }
        if headings.len() > CONTENTS {
            let more = crate::safe!("{} more", headings.len() - CONTENTS);
            rows.extend(lead_rows_in(&more, Role::Meta, Inline::default(), Position(0), width, order));
        }
    }
    rows
}
