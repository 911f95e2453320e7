//! A look at what the lit link leads to, once one rests on that link: the beginning of an article, a section, a note.
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
use crate::document::Document;
use crate::document::shown::{PartId, Position};
use crate::layout::{Row, Setting, VisibleRow, Width};

/// How long one rests on a link before its article is looked at.
const REST: Duration = Duration::from_millis(250);
/// Columns of its text.
const COLUMNS: u16 = 60;
/// Rows of its text.
const ROWS: u16 = 8;
/// Columns and rows around it, each side.
const FRAME: u16 = 1;

/// What a link leads to that can be looked at.
#[derive(Clone, Debug)]
pub enum Aim {
    /// An article, at a place in it where the link names one.
    Article(Goal, Option<String>),
    /// A place of the open article.
    Here(Arc<Document>, Position),
}

impl PartialEq for Aim {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Article(goal, place), Self::Article(other, its)) => (goal, place) == (other, its),
            (Self::Here(document, position), Self::Here(other, its)) => {
                Arc::ptr_eq(document, other) && position == its
            }
            _ => false,
        }
    }
}

/// The look's state.
#[derive(Debug, Default)]
pub struct Peek {
    aim: Option<Aim>,
    since: Duration,
    asked: bool,
    generation: Generation,
    page: Option<Page>,
    /// The part with which what is seen begins.
    first: Option<PartId>,
}

impl Peek {
    /// Follows the lit link: forgets what was seen of another, and asks for its article after a rest.
    /// `source` is where an article's text is.
    pub fn ensure(
        &mut self,
        view: &View,
        lit: Option<Aim>,
        source: impl FnOnce(&Goal) -> DocumentSource,
        effects: &mut Vec<Effect>,
    ) {
        if lit != self.aim {
            (self.aim, self.page, self.asked, self.since) = (lit, None, false, view.clock);
            // Whatever is on its way belongs to nobody.
            let _ = self.generation.raise();
            if self.aim.is_some() {
                effects.push(Effect::WakeAt(view.clock + REST));
            }
        } else if let Some(aim) = self.aim.clone().filter(|_| !self.asked)
            && view.clock >= self.since + REST
        {
            self.asked = true;
            match aim {
                Aim::Here(document, position) => {
                    let setting = Setting { order: view.order, ..Setting::default() };
                    self.show(view, document, setting, Vec::new(), Some(position));
                }
                Aim::Article(goal, place) => effects.push(Effect::Load {
                    slot: Slot::Peek,
                    generation: self.generation.raise(),
                    source: source(&goal),
                    article: None,
                    before: None,
                    // A place in it may stand behind its beginning.
                    begun: place.is_some(),
                }),
            }
        }
    }

    /// Takes the article's beginning in; what cannot be read is said when it is followed.
    pub fn take(&mut self, view: &View, generation: Generation, loaded: &Loaded) {
        if generation != self.generation {
            return;
        }
        let document = Arc::clone(&loaded.document);
        let position = match &self.aim {
            Some(Aim::Article(_, Some(place))) => document.find_place(place),
            _ => None,
        };
        let lead = match position {
            Some(_) => Vec::new(),
            None => card(&loaded.article, Tags::InLine, columns(view), view.order),
        };
        let setting = setting(view.order, view.hyphenate, &loaded.article, &document);
        self.show(view, document, setting, lead, position);
    }

    fn show(
        &mut self,
        view: &View,
        document: Arc<Document>,
        setting: Setting,
        lead: Vec<Row>,
        position: Option<Position>,
    ) {
        let columns = columns(view);
        let sheet = Sheet { width: Width { text: columns, room: columns }, height: ROWS, setting };
        let place = position.map_or(Place::Lead(0), |position| Place::Text { position, nth: 0 });
        self.first = position.map(|position| document.part_at(position));
        self.page = Some(Page::new(document, sheet, lead, Arc::default(), place, None));
    }

    /// The rows that are seen of it, and where: away from the lit link.
    pub fn rows(&self, view: &View, reader: &Reader) -> Option<(Area, impl Iterator<Item = &Row>)> {
        let (page, lit) = (self.page.as_ref()?, reader.lit_row()?);
        let text = reader.areas(view).text;
        // Near the end of an article there is something above it.
        let first = self.first;
        let is_above = move |row: &VisibleRow<'_>| {
            first.is_some_and(|first| row.part.is_none() || row.anchor.part < first)
        };
        let seen = move || page.visible().skip_while(is_above);
        let rows = u16::try_from(seen().count()).unwrap_or(ROWS);
        let (width, height) = (page.width().text + 4 * FRAME, rows + 2 * FRAME);
        if height * 2 > text.height || width > text.width {
            return None;
        }
        let y = if lit * 2 < text.height { text.bottom() - height } else { text.y };
        let column = reader.text_column(view);
        let x = column.x.saturating_sub(2).min(text.right().saturating_sub(width));
        Some((Area { x, y, width, height }, seen().map(|row| row.row)))
    }
}

/// Columns of its text on this screen.
fn columns(view: &View) -> u16 {
    COLUMNS.min(view.size.width.saturating_sub(4 * FRAME)).max(1)
}
