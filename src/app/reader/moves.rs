//! What keys do in the reader: each command goes to the text, the contents or the panel that has the keys.

use super::metadata::Metadata;
use super::opening::Awaited;
use super::{Focus, Reader, loaded_problems};
use crate::app::command::Command;
use crate::app::{Edit, View};
use crate::document::shown::Position;
use crate::safe;

/// Columns that a step to the side moves wide rows.
const PAN: u16 = 8;

impl Reader {
    /// A command for the text, the contents or the panel that has the keys.
    pub fn command(&mut self, view: &View, command: Command) {
        if self.hints.is_some() && self.hint_command(view, command) {
            return;
        }
        if self.find_command(command) || self.selection_command(view, command) {
            return;
        }
        match command {
            Command::Select => self.begin_selection(),
            Command::Hints => self.hint(view),
            Command::FoldKeys => self.folds.is_pending = true,
            Command::FoldToggle | Command::FoldAll | Command::UnfoldAll => self.fold_command(command),
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
                    self.metadata =
                        Some(Metadata::new(&self.article, self.own_labels(), &self.source, problems));
                }
            }
            _ if self.metadata.is_some() => self.move_metadata(view, command),
            Command::Contents => self.toggle_contents(view),
            Command::NextPane | Command::PreviousPane => self.next_pane(view),
            Command::CopyCode => self.copy_code(view),
            Command::CopyReference => self.copy_reference(),
            Command::Editor => self.edit_file(),
            Command::OpenAddress => self.open_address(),
            Command::LinksOf => self.ask_for_linked(false),
            Command::RelatedTo => self.ask_for_linked(true),
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

    /// Text where some is taken: for the line that finds, else for labels.
    pub fn text(&mut self, text: &str) {
        if self.is_finding() {
            self.find_text(text);
        } else {
            self.hint_text(text);
        }
    }

    /// An edit of what is typed.
    pub fn edit(&mut self, edit: Edit) {
        if self.is_finding() {
            self.find_edit(edit);
        } else {
            self.hint_edit(edit);
        }
    }

    /// One step back inside the reader; false when there is none.
    pub fn back(&mut self) -> bool {
        if self.close_panel() || self.selection.take().is_some() || self.clear_find() {
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

    pub(super) fn scroll(&mut self, by: isize) {
        if let Some(page) = &mut self.page {
            page.scroll(by);
            self.moved();
        }
    }

    pub(super) fn turn(&mut self, forward: bool) {
        if let Some(page) = &mut self.page {
            page.turn(forward);
            self.moved();
        }
    }

    /// The reader moved by hand: neither a jump nor where to open counts any more.
    pub(super) fn moved(&mut self) {
        self.jumped = None;
        self.aimed = None;
        self.landed = None;
        self.opening.awaited = None;
    }

    /// The section of a position is the one that one is in, until one moves by hand: where something was found may
    /// stand far below the row that one reads.
    pub(super) fn aim_at(&mut self, position: Position) {
        self.jumped = None;
        self.aimed = self.page.as_ref().and_then(|page| self.contents.at(page.document().part_at(position)));
    }

    pub(super) fn move_metadata(&mut self, view: &View, command: Command) {
        let Some(metadata) = &mut self.metadata else { return };
        let screen = view.size.area();
        if let Some(by) = rows_of(command, metadata.height(screen)) {
            metadata.scroll(by, screen);
        }
    }

    pub(super) fn pan_by(&mut self, view: &View, right: bool) {
        let column = self.text_column(view);
        let room = column.right.saturating_sub(column.x);
        let widest = self.visible().filter(|row| row.wide).map(|row| row.block).max().unwrap_or(0);
        let most = widest.saturating_sub(room);
        self.pan = if right { self.pan.saturating_add(PAN).min(most) } else { self.pan.saturating_sub(PAN) };
    }
}

/// Rows that a move goes, on a pane of so many rows.
pub(super) fn rows_of(command: Command, height: u16) -> Option<isize> {
    // One line of the page before stays in sight.
    command.lines(isize::try_from(height).unwrap_or(1) - 1)
}
