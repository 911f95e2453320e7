//! A look at the beginning of the article that the lit link leads to, once one rests on that link.
//!
//! Knows the reader. What is read is an effect, with a slot of its own.

use std::sync::Arc;
use std::time::Duration;

use super::View;
use super::effect::{DocumentSource, Effect, Generation, Goal, Loaded, Slot};
use super::geometry::Area;
use super::reader::Reader;
use super::reader::card::{Tags, card};
use super::reader::page::{Page, Place, Sheet};
use super::setting::setting;
use crate::layout::{Row, Width};

/// How long one rests on a link before its article is looked at.
const REST: Duration = Duration::from_millis(250);
/// Columns of its text.
const COLUMNS: u16 = 60;
/// Rows of its text.
const ROWS: u16 = 8;
/// Columns and rows around it, each side.
const FRAME: u16 = 1;

/// The look's state.
#[derive(Debug, Default)]
pub struct Peek {
    goal: Option<Goal>,
    since: Duration,
    asked: bool,
    generation: Generation,
    page: Option<Page>,
}

impl Peek {
    /// Follows the lit link: forgets what was seen of another, and asks for its article after a rest.
    /// `source` is where an article's text is.
    pub fn ensure(
        &mut self,
        view: &View,
        lit: Option<Goal>,
        source: impl FnOnce(&Goal) -> DocumentSource,
        effects: &mut Vec<Effect>,
    ) {
        if lit != self.goal {
            (self.goal, self.page, self.asked, self.since) = (lit, None, false, view.clock);
            // Whatever is on its way belongs to nobody.
            let _ = self.generation.raise();
            if self.goal.is_some() {
                effects.push(Effect::WakeAt(view.clock + REST));
            }
        } else if let Some(goal) = self.goal.as_ref().filter(|_| !self.asked)
            && view.clock >= self.since + REST
        {
            self.asked = true;
            effects.push(Effect::Load {
                slot: Slot::Peek,
                generation: self.generation.raise(),
                source: source(goal),
                article: None,
                before: None,
                begun: false,
            });
        }
    }

    /// Takes the article's beginning in; what cannot be read is said when it is followed.
    pub fn take(&mut self, view: &View, generation: Generation, loaded: &Loaded) {
        if generation != self.generation {
            return;
        }
        let columns = COLUMNS.min(view.size.width.saturating_sub(4 * FRAME)).max(1);
        let width = Width { text: columns, room: columns };
        let lead = card(&loaded.article, Tags::InLine, columns, view.order);
        let document = Arc::clone(&loaded.document);
        let setting = setting(view.order, view.hyphenate, &loaded.article, &document);
        let sheet = Sheet { width, height: ROWS, setting };
        self.page = Some(Page::new(document, sheet, lead, Arc::default(), Place::Lead(0), None));
    }

    /// The rows that are seen of it, and where: away from the lit link.
    pub fn rows(&self, view: &View, reader: &Reader) -> Option<(Area, impl Iterator<Item = &Row>)> {
        let (page, lit) = (self.page.as_ref()?, reader.lit_row()?);
        let text = reader.areas(view).text;
        let rows = u16::try_from(page.visible().count()).unwrap_or(ROWS);
        let (width, height) = (page.width().text + 4 * FRAME, rows + 2 * FRAME);
        if height * 2 > text.height || width > text.width {
            return None;
        }
        let y = if lit * 2 < text.height { text.bottom() - height } else { text.y };
        let column = reader.text_column(view);
        let x = column.x.saturating_sub(2).min(text.right().saturating_sub(width));
        Some((Area { x, y, width, height }, page.visible().map(|row| row.row)))
    }
}
