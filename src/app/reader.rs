//! The reader: the open article's text at the measure, its contents beside it.

pub mod card;
pub mod contents;
mod headings;
pub mod highlights;
mod links;
pub mod metadata;
pub mod page;
pub mod pictures;
mod pointer;
#[cfg(test)]
pub(crate) mod tests;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::View;
use super::command::{Command, Scope};
use super::effect::{At, DocumentSource, Effect, Generation, Loaded, PictureAnswer};
use super::geometry::{Area, ReaderAreas, ReaderPanes, TWO_PANES, reader as areas};
use crate::document::Document;
use crate::document::highlight::Highlight;
use crate::document::shown::{PartId, Position};
use crate::layout::{Row, VisibleRow, Width};
use crate::library::article::Article;
use crate::safe;
use crate::text::SafeText;
use card::Tags;
use contents::Contents;
use highlights::Highlights;
use links::Trail;
use metadata::Metadata;
use page::{Page, Place};
use pictures::Pictures;

/// Narrowest the text may be made, in columns.
pub const MEASURE_LEAST: u16 = 40;
/// Widest the text may be made, in columns.
pub const MEASURE_MOST: u16 = 100;
/// How long nothing is said while a document is on its way.
pub const PATIENCE: Duration = Duration::from_millis(150);
/// Columns that a step to the side moves wide rows.
const PAN: u16 = 8;
/// Columns left of the text, where there is room for them: the head's title begins there too.
const LEFT: u16 = 3;
/// Columns right of the text.
const RIGHT: u16 = 1;
/// Columns right of what is wider than the text, where there is room for them.
const RIGHT_OF_WIDE: u16 = 3;

/// The reader's state.
#[derive(Debug)]
pub struct Reader {
    article: Arc<Article>,
    /// Its title in the order of the screen.
    title: SafeText,
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
    /// The footnote that was jumped to, until the next scroll.
    landed: Option<PartId>,
    trail: Trail,
    status: Status,
    pan: u16,
    notice: Option<SafeText>,
    /// Articles in the list that it was opened from.
    listed: Option<usize>,
    pictures: Pictures,
}

/// What is still to happen before the article is open.
#[derive(Debug)]
struct Opening {
    since: Duration,
    asked_to_wake: bool,
    awaited: Option<Awaited>,
}

/// Where to go as soon as that part of the document is there.
#[derive(Debug)]
enum Awaited {
    /// Where it was to be opened.
    At(At),
    /// To the end.
    End,
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
    /// How much has been read, 0 to 1.
    pub progress: f32,
    /// Minutes that the rest takes.
    pub minutes_left: u32,
    /// Whether something in sight is wider than the room for it.
    pub is_wide: bool,
}

/// The text column on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// Its first column.
    pub x: u16,
    /// The column after the room that tables and code may take.
    pub right: u16,
    /// Columns of running text.
    pub columns: u16,
}

impl Reader {
    /// The reader on a loaded document.
    pub fn new(view: &View, source: DocumentSource, loaded: Loaded, at: Option<At>) -> Self {
        let mut reader = Self::waiting(view, source, &loaded.article);
        reader.opening.awaited = at.map(Awaited::At);
        reader.replace(view, loaded);
        reader
    }

    /// The reader while its document is on the way.
    pub fn waiting(view: &View, source: DocumentSource, article: &Arc<Article>) -> Self {
        Self {
            title: card::in_screen_order(&article.title, view.order),
            article: Arc::clone(article),
            source,
            page: None,
            highlights: Highlights::default(),
            failed: None,
            opening: Opening { since: view.clock, asked_to_wake: false, awaited: None },
            contents: Contents::default(),
            contents_open: None,
            focus: Focus::Text,
            zen: false,
            metadata: None,
            jumped: None,
            landed: None,
            trail: Trail::default(),
            status: Status::default(),
            pan: 0,
            notice: None,
            listed: None,
            pictures: Pictures::default(),
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

    /// The open article.
    pub fn article(&self) -> &Arc<Article> {
        &self.article
    }

    /// Its title, in the order of the screen.
    pub fn title(&self) -> &SafeText {
        &self.title
    }

    /// Where its text is.
    pub fn source(&self) -> DocumentSource {
        self.source.clone()
    }

    /// Whose keys count, nearest first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Reader]
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

    /// Columns that one row is moved to the left.
    pub fn pan_of(&self, row: &Row, column: TextColumn) -> u16 {
        let is_cut = row.wide && row.width() > column.right.saturating_sub(column.x);
        if is_cut { self.pan } else { 0 }
    }

    /// Whether the document has been on its way for so long that it is worth a word.
    pub fn is_late(&self, view: &View) -> bool {
        self.page.is_none() && self.failed.is_none() && view.clock >= self.opening.since + PATIENCE
    }

    /// Why there is no text.
    pub fn failure(&self) -> Option<&SafeText> {
        self.failed.as_ref()
    }

    /// What is to be said once about the last action.
    pub fn take_notice(&mut self) -> Option<SafeText> {
        self.notice.take()
    }

    /// Where the panes are.
    pub fn areas(&self, view: &View) -> ReaderAreas {
        let panes = if self.zen {
            ReaderPanes::Zen
        } else if self.is_beside(view) && self.is_open() {
            ReaderPanes::TextAndContents
        } else {
            ReaderPanes::Text
        };
        areas(view.size, panes)
    }

    /// Where the text is within its pane.
    pub fn text_column(&self, view: &View) -> TextColumn {
        let area = self.areas(view).text;
        let columns = area.width.saturating_sub(LEFT + RIGHT).min(view.measure).max(1).min(area.width);
        let spare = area.width - columns;
        let left = (spare / 2).max(LEFT.min(spare.saturating_sub(RIGHT)));
        let right = RIGHT_OF_WIDE.min(spare - left);
        TextColumn { x: area.x + left, right: area.right() - right, columns }
    }

    /// The panel of the contents over the text, where there is no room beside it.
    pub fn contents_panel(&self, view: &View) -> Option<Area> {
        (self.focus == Focus::Contents && !self.is_beside(view)).then(|| {
            let rows = u16::try_from(self.contents.len()).unwrap_or(u16::MAX).saturating_add(6);
            let screen = view.size.area();
            screen.centred(60.min(screen.width.saturating_sub(4)), rows.min(screen.height.saturating_sub(2)))
        })
    }

    /// Where the entries of the contents are, in the pane or the panel.
    pub fn contents_list(&self, view: &View) -> Option<Area> {
        if let Some(panel) = self.contents_panel(view) {
            return Some(Area { y: panel.y + 3, height: panel.height.saturating_sub(6), ..panel });
        }
        let pane = self.areas(view).contents?;
        Some(Area { y: pane.y + 1, height: pane.height.saturating_sub(1), ..pane })
    }

    /// What leads back to the list, at the left of the head; empty for a lone file.
    pub fn way_back(&self, view: &View) -> SafeText {
        match self.listed {
            None => SafeText::default(),
            Some(_) if view.size.width < TWO_PANES => safe!("‹"),
            Some(1) => safe!("‹ 1 article"),
            Some(count) => safe!("‹ {} articles", crate::text::thousands(count)),
        }
    }

    /// One step back inside the reader; false when there is none.
    pub fn back(&mut self) -> bool {
        if self.close_panel() {
            return true;
        }
        if self.focus == Focus::Contents {
            self.focus = Focus::Text;
            return true;
        }
        std::mem::take(&mut self.zen)
    }

    /// Closes what lies over the text; false when nothing does.
    pub fn close_panel(&mut self) -> bool {
        self.metadata.take().is_some()
    }

    /// The document could not be loaded.
    pub fn failed(&mut self, reason: &SafeText) {
        if self.page.is_none() {
            self.failed = Some(reason.clone());
        } else {
            self.notice = Some(reason.clone());
        }
    }

    /// Takes a newer state of the document in, under the same position.
    pub fn replace(&mut self, view: &View, loaded: Loaded) {
        let Loaded { article, document } = loaded;
        let has_whole = self.page.as_ref().is_some_and(|page| page.document().is_whole());
        if has_whole && !document.is_whole() && article.key == self.article.key {
            // The head of what is read again: the whole, which is on its way, is worth waiting for.
            return;
        }
        if has_whole {
            self.pictures.look_again();
        }
        self.title = card::in_screen_order(&article.title, view.order);
        self.article = article;
        self.failed = None;
        let jumped = self.jumped.and_then(|index| self.contents.entry(index)).map(|entry| entry.position);
        self.contents = Contents::new(&document, view.order).after(&self.contents);
        self.jumped = jumped.and_then(|position| self.contents.index_of(position));
        if self.contents.is_empty() {
            self.focus = Focus::Text;
        }
        let place = self.page.as_ref().map_or(Place::Lead(0), Page::place);
        if let Some(page) = &self.page {
            self.highlights.carry_over(page.document(), &document);
        }
        self.lay_out(view, document, place);
        self.resolve();
        if let Some(metadata) = &mut self.metadata {
            *metadata = Metadata::new(&self.article, &self.source, loaded_problems(self.page.as_ref()));
        }
        self.look(view);
    }

    /// Has what is on screen laid out, and what the head and the panes show worked out.
    pub fn ensure(&mut self, view: &View, listed: Option<usize>, effects: &mut Vec<Effect>) {
        self.listed = listed;
        if self.page.is_none() && self.failed.is_none() && !self.opening.asked_to_wake {
            self.opening.asked_to_wake = true;
            effects.push(Effect::WakeAt(self.opening.since + PATIENCE));
        }
        self.look(view);
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

    fn set_pictures(&mut self, view: &View) {
        let lead = self.card(view, self.width(view));
        if let Some(page) = &mut self.page {
            page.set_pictures(Arc::clone(self.pictures.sizes()), lead);
        }
    }

    fn card(&self, view: &View, width: Width) -> Vec<Row> {
        card::card_with(&self.article, Tags::InLine, width.text, view.order, self.pictures.sizes())
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
        self.status = self.locate(view);
        if !self.status.is_wide {
            self.pan = 0;
        }
        if let Some(list) = self.contents_list(view) {
            self.contents.follow(self.status.section, list.height);
        }
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
        self.page = Some(Page::with_pictures(document, width, view.order, lead, pictures, height, place));
    }

    fn width(&self, view: &View) -> Width {
        let column = self.text_column(view);
        Width { text: column.columns, room: column.right.saturating_sub(column.x).max(column.columns) }
    }

    fn locate(&mut self, view: &View) -> Status {
        let room = self.text_column(view);
        let Some(page) = &mut self.page else { return Status::default() };
        let reading = page.reading_row();
        let at = page.visible().take(reading + 1).last();
        let section = at.filter(|row| row.part.is_some()).and_then(|row| self.contents.at(row.anchor.part));
        let document = page.document();
        let progress = if document.is_whole() {
            page.progress()
        } else {
            let bytes = self.article.place.bytes.max(1) as f32;
            (page.top().map_or(0, |row| row.row.position.0) as f32 / bytes).min(0.99)
        };
        let words = self.article.words.unwrap_or_else(|| self.article.minutes() * 230);
        let left = (words as f32 * (1.0 - progress)) as u32;
        let room = room.right.saturating_sub(room.x);
        Status {
            section: self.jumped.or(section),
            progress,
            minutes_left: if progress >= 1.0 { 0 } else { left.div_ceil(230).max(1) },
            is_wide: page.visible().any(|row| row.row.wide && row.row.width() > room),
        }
    }

    /// Goes to where it was asked to go, if that is there by now.
    fn resolve(&mut self) {
        let (Some(page), Some(awaited)) = (&mut self.page, self.opening.awaited.take()) else { return };
        let document = Arc::clone(page.document());
        let is_whole = document.is_whole();
        let length = u32::try_from(document.markdown().len()).unwrap_or(u32::MAX);
        let found = match &awaited {
            Awaited::End => {
                page.scroll(isize::MAX / 2);
                if !is_whole {
                    self.opening.awaited = Some(awaited);
                }
                return;
            }
            Awaited::At(At::Heading(slug)) => document.find_slug(slug),
            // The last line of a head may go on in the rest.
            Awaited::At(At::Line(line)) => (is_whole || *line < document.line(Position(length)))
                .then(|| document.position_of_line(*line)),
            Awaited::At(At::Position(position)) => (is_whole || position.0 < length).then_some(*position),
        };
        match (found, awaited) {
            (Some(position), _) => {
                page.jump(position);
                self.jumped = self.contents.index_of(position);
            }
            (None, Awaited::At(At::Heading(slug))) if is_whole => {
                self.notice = Some(safe!("There is no heading \u{201c}{slug}\u{201d} in this article"));
            }
            (None, awaited) => self.opening.awaited = Some(awaited),
        }
    }

    /// A command for the text, the contents or the panel that has the keys.
    pub fn command(&mut self, view: &View, command: Command) {
        match command {
            Command::Zen => {
                self.zen = !self.zen;
                self.focus = Focus::Text;
                if self.zen {
                    self.notice = Some(safe!("Nothing but the text; Esc brings the rest back"));
                }
            }
            Command::Metadata => {
                if !self.close_panel() {
                    let problems = loaded_problems(self.page.as_ref());
                    self.metadata = Some(Metadata::new(&self.article, &self.source, problems));
                }
            }
            _ if self.metadata.is_some() => self.move_metadata(view, command),
            Command::Contents => self.toggle_contents(view),
            Command::NextPane | Command::PreviousPane => self.next_pane(view),
            Command::JumpBack => self.go_back(),
            Command::JumpForward => self.go_forward(),
            Command::NextHeading => self.step(true),
            Command::PreviousHeading => self.step(false),
            Command::NextSibling => self.step_level(true),
            Command::PreviousSibling => self.step_level(false),
            _ if self.focus == Focus::Contents => self.move_cursor(view, command),
            Command::PanRight => self.pan_by(view, true),
            Command::PanLeft => self.pan_by(view, false),
            Command::Unpan => self.pan = 0,
            _ => {
                let Some(page) = &self.page else { return };
                let is_whole = page.document().is_whole();
                match command {
                    Command::PageDown => self.turn(true),
                    Command::PageUp => self.turn(false),
                    _ => {
                        if let Some(by) = rows_of(command, page.height()) {
                            self.scroll(by);
                        }
                    }
                }
                if command == Command::Bottom && !is_whole {
                    self.opening.awaited = Some(Awaited::End);
                }
            }
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

    /// Takes the highlights of a part in.
    pub fn highlighted(&mut self, part: PartId, highlights: Vec<Highlight>) {
        self.highlights.take(part, highlights);
    }

    fn scroll(&mut self, by: isize) {
        if let Some(page) = &mut self.page {
            page.scroll(by);
            self.moved();
        }
    }

    fn turn(&mut self, forward: bool) {
        if let Some(page) = &mut self.page {
            page.turn(forward);
            self.moved();
        }
    }

    /// The reader moved by hand: neither a jump nor where to open counts any more.
    fn moved(&mut self) {
        self.jumped = None;
        self.landed = None;
        self.opening.awaited = None;
    }

    fn is_beside(&self, view: &View) -> bool {
        view.size.width >= TWO_PANES && !self.zen
    }

    /// Whether the contents are to stand beside the text.
    fn is_open(&self) -> bool {
        !self.contents.is_empty() && self.contents_open.unwrap_or(self.article.toc != Some(false))
    }

    fn move_metadata(&mut self, view: &View, command: Command) {
        let Some(metadata) = &mut self.metadata else { return };
        let screen = view.size.area();
        if let Some(by) = rows_of(command, metadata.height(screen)) {
            metadata.scroll(by, screen);
        }
    }

    fn pan_by(&mut self, view: &View, right: bool) {
        let column = self.text_column(view);
        let room = column.right.saturating_sub(column.x);
        let widest = self.visible().filter(|row| row.wide).map(Row::width).max().unwrap_or(0);
        let most = widest.saturating_sub(room);
        self.pan = if right { self.pan.saturating_add(PAN).min(most) } else { self.pan.saturating_sub(PAN) };
    }
}

fn loaded_problems(page: Option<&Page>) -> &[crate::error::Problem] {
    page.map_or(&[], |page| page.document().problems())
}

/// Rows that a move goes, on a pane of so many rows.
fn rows_of(command: Command, height: u16) -> Option<isize> {
    // One line of the page before stays in sight.
    command.lines(isize::try_from(height).unwrap_or(1) - 1)
}
