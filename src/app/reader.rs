//! The reader: the open article's text at the measure, its contents beside it.

pub mod card;
pub mod contents;
pub mod find;
mod folds;
pub mod following;
mod headings;
pub mod highlights;
pub mod hints;
mod hover;
pub(super) mod links;
mod marks;
pub mod metadata;
mod moves;
mod opening;
pub mod page;
mod panes;
pub mod pictures;
mod pointer;
mod recorded;
mod reload;
mod selection;
mod take_away;
#[cfg(test)]
pub(crate) mod tests;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::View;
use super::command::Scope;
use super::effect::{At, DocumentSource, Effect, Generation, Loaded, PictureAnswer};
use super::setting::setting;
use crate::document::Document;
use crate::document::highlight::Highlight;
use crate::document::shown::PartId;
use crate::layout::{Row, VisibleRow, Width};
use crate::library::article::Article;
use crate::library::marks::seconds_to_read;
use crate::library::states::Reading;
use crate::text::SafeText;
use card::Tags;
use contents::Contents;
use find::Find;
use folds::Folds;
use following::Following;
use highlights::Highlights;
use hints::Hints;
use hover::Hover;
use links::Trail;
use marks::OwnMarks;
use metadata::Metadata;
use opening::{Awaited, Opening};
use page::{Page, Place, Sheet};
pub use panes::TextColumn;
use pictures::Pictures;
use recorded::Recorded;
use reload::Live;
use selection::Selection;

/// Narrowest the text may be made, in columns.
pub const MEASURE_LEAST: u16 = 40;
/// Widest the text may be made, in columns.
pub const MEASURE_MOST: u16 = 100;
/// How long nothing is said while a document is on its way.
pub const PATIENCE: Duration = Duration::from_millis(150);

/// The reader's state.
#[derive(Debug)]
pub struct Reader {
    article: Arc<Article>,
    source: DocumentSource,
    page: Option<Page>,
    highlights: Highlights,
    failed: Option<SafeText>,
    opening: Opening,
    contents: Contents,
    /// Whether the contents were shown or hidden by hand.
    contents_open: Option<bool>,
    focus: Focus,
    zen: bool,
    metadata: Option<Metadata>,
    /// The section that was jumped to, until the next scroll.
    jumped: Option<usize>,
    /// The section of a line that was gone to, until the next scroll.
    aimed: Option<usize>,
    /// The footnote that was jumped to, until the next scroll.
    landed: Option<PartId>,
    trail: Trail,
    following: Following,
    hints: Option<Hints>,
    hover: Hover,
    find: Find,
    folds: Folds,
    status: Status,
    pan: u16,
    notice: Option<SafeText>,
    /// Articles in the list that it was opened from.
    listed: Option<usize>,
    pictures: Pictures,
    live: Live,
    recorded: Recorded,
    marks: OwnMarks,
    selection: Option<Selection>,
    /// Where the mouse went down on text, until it goes up.
    pressed: Option<Range<u32>>,
    /// The tag of the meta line that was pressed.
    pressed_tag: Option<SafeText>,
}

/// Whose keys the moves are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The text.
    #[default]
    Text,
    /// The contents.
    Contents,
}

/// Where one is, as the head and the contents show it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Status {
    /// Index of the current section in the contents.
    pub section: Option<usize>,
    /// How much of that section is above the screen, 0 to 1.
    pub within: f32,
    /// How much has been read, 0 to 1.
    pub progress: f32,
    /// Minutes that the rest takes.
    pub minutes_left: u32,
    /// Whether something in sight is wider than the room for it.
    pub is_wide: bool,
}

impl Reader {
    /// The reader on a loaded document.
    pub fn new(view: &View, source: DocumentSource, loaded: Loaded, at: Option<At>) -> Self {
        let mut reader = Self::waiting(view, source, &loaded.article);
        reader.recorded.opens_at(at.as_ref());
        reader.opening.awaited = at.map(Awaited::At);
        reader.replace(view, loaded);
        reader
    }

    /// The reader while its document is on the way.
    pub fn waiting(view: &View, source: DocumentSource, article: &Arc<Article>) -> Self {
        Self {
            article: Arc::clone(article),
            source,
            page: None,
            highlights: Highlights::default(),
            failed: None,
            opening: Opening { since: view.clock, asked_to_wake: false, asked_to_look: false, awaited: None },
            contents: Contents::default(),
            contents_open: None,
            focus: Focus::Text,
            zen: false,
            metadata: None,
            jumped: None,
            aimed: None,
            landed: None,
            trail: Trail::default(),
            following: Following::default(),
            hints: None,
            hover: Hover::default(),
            find: Find::default(),
            folds: Folds::default(),
            status: Status::default(),
            pan: 0,
            notice: None,
            listed: None,
            pictures: Pictures::default(),
            live: Live::default(),
            recorded: Recorded::new(view),
            marks: OwnMarks::default(),
            selection: None,
            pressed: None,
            pressed_tag: None,
        }
    }

    /// The reader with what was chosen by hand for the article before.
    #[must_use]
    pub fn like(mut self, before: Option<&Self>) -> Self {
        if let Some(before) = before {
            (self.zen, self.contents_open) = (before.zen, before.contents_open);
        }
        self
    }

    /// The reader to be opened at a heading, a line or a position.
    #[must_use]
    pub fn at(mut self, at: Option<At>) -> Self {
        self.opening.awaited = at.map(Awaited::At);
        self.resolve();
        self
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
        match &self.hints {
            _ if self.is_finding() => &[Scope::Find, Scope::Line],
            _ if self.selection.is_some() => &[Scope::Select, Scope::Reader],
            None if self.folding() => &[Scope::Folds, Scope::Reader],
            None if self.focus == Focus::Contents => &[Scope::Contents, Scope::Reader],
            None => &[Scope::Reader],
            Some(_) if self.has_labels() => &[Scope::Labels, Scope::Links],
            Some(_) => &[Scope::Links, Scope::Reader],
        }
    }

    /// Whose keys the moves are.
    pub fn focus(&self) -> Focus {
        self.focus
    }

    /// Whether there is nothing but the text.
    pub fn is_zen(&self) -> bool {
        self.zen
    }

    /// The contents.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The panel with all metadata, while it is open.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_ref()
    }

    /// Where one is.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its pictures.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// Columns that wide rows are moved to the left.
    pub fn pan(&self) -> u16 {
        self.pan
    }

    /// What is to be said once about the last action.
    pub fn take_notice(&mut self) -> Option<SafeText> {
        self.notice.take()
    }

    /// Has what is on screen laid out, and what the head and the panes show worked out.
    pub fn ensure(&mut self, view: &View, listed: Option<usize>, effects: &mut Vec<Effect>) {
        self.listed = listed;
        self.ensure_watched(effects);
        if self.page.is_none() && self.failed.is_none() && !self.opening.asked_to_wake {
            self.opening.asked_to_wake = true;
            effects.push(Effect::WakeAt(self.opening.since + PATIENCE));
        }
        self.look(view);
        if !self.opening.asked_to_look && self.is_only_opened(view) {
            self.opening.asked_to_look = true;
            effects.push(Effect::WakeAt(self.opening.since + self.shortest()));
        }
    }

    /// Has what the next page up or down will show laid out.
    pub fn look_ahead(&mut self) {
        if let Some(page) = &mut self.page {
            page.look_ahead();
        }
    }

    /// Has the pictures near the screen read and drawn, as far as `root` and the article's own folder let
    /// them be reached.
    pub fn ensure_pictures(
        &mut self,
        view: &View,
        root: Option<&Path>,
        generation: &mut Generation,
        effects: &mut Vec<Effect>,
    ) {
        // What was piped in reads nothing else.
        let (Some(page), DocumentSource::File(article)) = (&self.page, &self.source) else { return };
        let card = self.article.image.as_ref().map(|image| image.target.as_str());
        self.pictures.ensure(page, card, view.pictures, (article, root), generation, effects);
    }

    /// Takes in what is known or drawn of a picture by now.
    pub fn take_picture(
        &mut self,
        view: &View,
        generation: Generation,
        answer: PictureAnswer,
        effects: &mut Vec<Effect>,
    ) {
        if self.pictures.take(generation, answer, effects) {
            self.set_pictures(view);
        }
    }

    /// Has the terminal's pictures drawn anew: it has forgotten them.
    pub fn forget_pictures(&mut self) {
        self.pictures.forget();
    }

    pub(super) fn set_pictures(&mut self, view: &View) {
        let lead = self.card(view, self.width(view));
        if let Some(page) = &mut self.page {
            page.set_pictures(Arc::clone(self.pictures.sizes()), lead);
        }
    }

    fn card(&self, view: &View, width: Width) -> Vec<Row> {
        card::card_with(
            &self.article,
            self.own_labels(),
            Tags::InLine,
            width.text,
            view.order,
            self.pictures.sizes(),
        )
    }

    fn look(&mut self, view: &View) {
        let width = self.width(view);
        let height = self.areas(view).text.height;
        if self.pictures.fit(view.pictures, height)
            && self.page.as_ref().is_some_and(|page| page.width() == width)
        {
            self.set_pictures(view);
        }
        match &mut self.page {
            Some(page) if page.width() == width => page.ensure(height),
            Some(page) => {
                let (document, place) = (Arc::clone(page.document()), page.place());
                self.lay_out(view, document, place);
            }
            None => {}
        }
        self.read_marks();
        self.status = self.locate(view);
        if !self.status.is_wide {
            self.pan = 0;
        }
        self.see(view);
        if let Some(list) = self.contents_list(view) {
            self.contents.follow(self.status.section, list.height);
        }
        self.place_hints(view);
        self.place_hover(view);
        if let Some(metadata) = &mut self.metadata {
            metadata.ensure(view.size.area());
        }
    }

    fn lay_out(&mut self, view: &View, document: Arc<Document>, place: Place) {
        let width = self.width(view);
        let height = self.areas(view).text.height;
        self.pictures.fit(view.pictures, height);
        let lead = self.card(view, width);
        let pictures = Arc::clone(self.pictures.sizes());
        let setting = setting(view.order, view.hyphenate, &self.article, &document);
        let sheet = Sheet { width, height, setting };
        self.page = Some(Page::new(document, sheet, lead, pictures, place, self.page.as_ref()));
        self.refold();
    }

    /// Has the contents know what is on screen.
    fn see(&mut self, view: &View) {
        let Some(page) = &self.page else { return };
        let mut parts = page.visible().filter(|row| row.part.is_some()).map(|row| row.anchor.part);
        let Some(first) = parts.next() else { return };
        let last = parts.last().unwrap_or(first);
        let is_end = self.status.progress >= 1.0;
        let behind = if is_end { self.contents.len() } else { self.status.section.unwrap_or(0) };
        let folds = page.folds();
        self.contents.see(view.clock, (first, last), behind, |part| folds.hides(part));
    }

    /// Whether all of the article is on screen, and not yet for so long that it can have been read.
    fn is_only_opened(&self, view: &View) -> bool {
        let is_read = self.entry().is_some_and(|entry| entry.reading == Reading::Read);
        let Some(page) = self.page.as_ref().filter(|page| !is_read && page.document().is_whole()) else {
            return false;
        };
        page.is_at_top() && page.progress() >= 1.0 && view.clock < self.opening.since + self.shortest()
    }

    /// The shortest time in which it can be read.
    fn shortest(&self) -> Duration {
        Duration::from_secs(seconds_to_read(self.words()).into())
    }

    fn words(&self) -> u32 {
        self.article.words.unwrap_or_else(|| self.article.minutes() * 230)
    }

    fn locate(&mut self, view: &View) -> Status {
        let room = self.text_column(view);
        let in_folds = self.progress_in_folds();
        let is_only_opened = in_folds.is_none() && self.is_only_opened(view);
        let words = self.words();
        let Some(page) = &mut self.page else { return Status::default() };
        let reading = if is_only_opened { page.first_text_row() } else { page.reading_row() };
        let at = page.visible().take(reading + 1).last();
        let section = at.filter(|row| row.part.is_some()).and_then(|row| self.contents.at(row.anchor.part));
        let document = page.document();
        let progress = if is_only_opened {
            0.0
        } else if document.is_whole() {
            in_folds.unwrap_or_else(|| page.progress())
        } else {
            let bytes = self.article.place.bytes.max(1) as f32;
            (page.top().map_or(0, |row| row.row.position.0) as f32 / bytes).min(0.99)
        };
        let left = (words as f32 * (1.0 - progress)) as u32;
        let room = room.right.saturating_sub(room.x);
        Status {
            section: self.jumped.or(self.aimed).or(section),
            within: section.map_or(0.0, |section| {
                let top = page.top().filter(|top| top.part.is_some()).map(|top| top.anchor.part);
                top.map_or(0.0, |part| self.contents.progress(section, part))
            }),
            progress,
            minutes_left: if progress >= 1.0 { 0 } else { left.div_ceil(230).max(1) },
            is_wide: page.visible().any(|row| row.row.is_cut(room)),
        }
    }

    /// The rows on screen.
    pub fn visible(&self) -> impl Iterator<Item = &Row> {
        self.visible_rows().map(|visible| visible.row)
    }

    /// The rows on screen, with where they are and where they lead; those of a table's header that
    /// stands over others are of no part.
    pub fn visible_rows(&self) -> impl Iterator<Item = VisibleRow<'_>> {
        let header = self.header_rows();
        let over = header.iter().map(Some).chain(std::iter::repeat(None));
        let rows = self.page.iter().flat_map(Page::visible);
        rows.zip(over).map(|(under, over)| match over {
            Some(row) => VisibleRow { row, part: None, ..under },
            None => under,
        })
    }

    /// The rows of a table's header that stand over the first rows on screen.
    pub fn header_rows(&self) -> &[Row] {
        self.page.as_ref().map_or(&[], Page::header)
    }

    /// The part that was jumped to and is to be told from those around it.
    pub fn landed(&self) -> Option<PartId> {
        self.landed
    }

    /// The highlights of a part's code.
    pub fn highlights_of(&self, part: PartId) -> &[Highlight] {
        self.highlights.of(part)
    }

    /// Asks for the highlights of code near the screen that has none yet.
    pub fn highlight(&mut self, generation: &mut Generation) -> Option<Effect> {
        let page = self.page.as_ref()?;
        let (first, near) = page.near();
        self.highlights.ensure(page.document(), first, near, generation)
    }

    /// Whether there is text down to the last row of the screen.
    pub fn fills_screen(&self) -> bool {
        self.page.as_ref().is_some_and(|page| page.visible().count() >= usize::from(page.height()))
    }

    /// Takes the highlights of a part in.
    pub fn highlighted(&mut self, part: PartId, highlights: Vec<Highlight>) {
        self.highlights.take(part, highlights);
    }
}

fn loaded_problems(page: Option<&Page>) -> &[crate::error::Problem] {
    page.map_or(&[], |page| page.document().problems())
}
