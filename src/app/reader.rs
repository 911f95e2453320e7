//! The reader: the open article's text at the measure, its contents beside it.

use std::sync::Arc;

use super::command::{Command, Scope};
use super::effect::{At, DocumentSource, Loaded};
use super::geometry::{ReaderAreas, reader as areas};
use super::{Mouse, MouseKind, View};
use crate::document::shown::{Inline, Position};
use crate::layout::{Anchor, Layout, Role, Row, Width, lead_rows};
use crate::library::article::Article;
use crate::text::SafeText;

/// Narrowest the text may be made, in columns.
pub const MEASURE_LEAST: u16 = 40;
/// Widest the text may be made, in columns.
pub const MEASURE_MOST: u16 = 100;

/// The reader's state.
#[derive(Debug)]
pub struct Reader {
    article: Arc<Article>,
    source: DocumentSource,
    text: Option<Text>,
    failed: Option<SafeText>,
}

/// A document laid out for a width.
#[derive(Debug)]
struct Text {
    loaded: Loaded,
    layout: Layout,
    anchor: Anchor,
    height: u16,
}

impl Reader {
    /// The reader on a loaded document.
    pub fn new(view: &View, source: DocumentSource, loaded: Loaded, _at: Option<At>) -> Self {
        let mut reader = Self::waiting(view, source, &loaded.article);
        reader.replace(view, loaded);
        reader
    }

    /// The reader while its document is on the way.
    pub fn waiting(_view: &View, source: DocumentSource, article: &Arc<Article>) -> Self {
        Self { article: Arc::clone(article), source, text: None, failed: None }
    }

    /// The open article.
    pub fn article(&self) -> &Arc<Article> {
        &self.article
    }

    /// Where its text is.
    pub fn source(&self) -> DocumentSource {
        self.source.clone()
    }

    /// Whose keys count, nearest first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Reader]
    }

    /// One step back inside the reader; false when there is none.
    pub fn back(&mut self) -> bool {
        false
    }

    /// Why there is no text.
    pub fn failure(&self) -> Option<&SafeText> {
        self.failed.as_ref()
    }

    /// The document could not be loaded.
    pub fn failed(&mut self, reason: &SafeText) {
        if self.text.is_none() {
            self.failed = Some(reason.clone());
        }
    }

    /// Takes a newer state of the document in, under the same position.
    pub fn replace(&mut self, view: &View, loaded: Loaded) {
        self.article = Arc::clone(&loaded.article);
        let position = self.text.as_ref().map(|text| text.layout.position(text.anchor));
        self.lay_out(view, loaded, position);
    }

    fn lay_out(&mut self, view: &View, loaded: Loaded, position: Option<Position>) {
        let width = width(view);
        let mut layout = Layout::new(Arc::clone(&loaded.document), width, lead(&loaded.article, width.text));
        let anchor = match position {
            Some(position) => layout.anchor(position),
            None => layout.top(),
        };
        self.text = Some(Text { loaded, layout, anchor, height: 0 });
        self.ensure(view);
    }

    /// Has what is on screen laid out.
    pub fn ensure(&mut self, view: &View) {
        let ReaderAreas { text: area, .. } = areas(view.size, true);
        let Some(text) = &mut self.text else { return };
        if text.layout.width() != width(view) {
            let position = text.layout.position(text.anchor);
            if let Some(Text { loaded, .. }) = self.text.take() {
                return self.lay_out(view, loaded, Some(position));
            }
            return;
        }
        text.height = area.height;
        text.layout.ensure(text.anchor, area.height);
    }

    /// A command for the text.
    pub fn command(&mut self, _view: &View, command: Command) {
        let Some(text) = &mut self.text else { return };
        let page = isize::try_from(text.height).unwrap_or(1).max(1);
        let by = match command {
            Command::Down => 1,
            Command::Up => -1,
            Command::HalfPageDown => page / 2,
            Command::HalfPageUp => -page / 2,
            Command::PageDown => page,
            Command::PageUp => -page,
            _ => return,
        };
        text.anchor = text.layout.scroll(text.anchor, by, text.height);
    }

    /// The mouse.
    pub fn mouse(&mut self, _view: &View, mouse: Mouse) -> Option<Command> {
        if let (MouseKind::Wheel(by), Some(text)) = (mouse.kind, &mut self.text) {
            text.anchor = text.layout.scroll(text.anchor, isize::from(by), text.height);
        }
        None
    }

    /// The rows on screen.
    pub fn visible(&self) -> impl Iterator<Item = &Row> {
        self.text
            .iter()
            .flat_map(|text| text.layout.visible(text.anchor, text.height))
            .map(|visible| visible.row)
    }
}

fn width(view: &View) -> Width {
    let area = areas(view.size, true).text;
    let text = area.width.saturating_sub(6).min(view.measure).max(1);
    Width { text, room: area.width.saturating_sub(6).max(1) }
}

/// What stands over the text.
fn lead(article: &Article, columns: u16) -> Vec<Row> {
    let mut rows = lead_rows(&article.title, Role::Title, Inline::default(), Position(0), columns);
    rows.push(Row::blank(Position(0)));
    rows
}
