//! What the mouse does in the reader.

use std::ops::Range;

use super::card::in_screen_order;
use super::{Focus, Reader};
use crate::app::command::Command;
use crate::app::{Mouse, MouseKind, View};
use crate::document::shown::Inline;
use crate::layout::{Role, VisibleRow};
use crate::text::SafeText;

/// Columns at the left of the contents in which a press folds and opens.
const FOLDS: u16 = 3;

impl Reader {
    /// The mouse; gives the command that a click stands for.
    pub fn mouse(&mut self, view: &View, mouse: Mouse) -> Option<Command> {
        let Mouse { kind, column, row } = mouse;
        if let Some(metadata) = &mut self.metadata {
            let screen = view.size.area();
            match kind {
                MouseKind::Wheel(by) => metadata.scroll(isize::from(by), screen),
                MouseKind::Press if !metadata.area(screen).contains(column, row) => self.metadata = None,
                _ => {}
            }
            return None;
        }
        if let Some(list) = self.contents_list(view) {
            let panel = self.contents_panel(view);
            let whole = panel.or(self.areas(view).contents).unwrap_or_default();
            if whole.contains(column, row) {
                match kind {
                    MouseKind::Wheel(by) => self.contents.scroll_by(isize::from(by), list.height),
                    MouseKind::Press if list.contains(column, row) => {
                        if let Some(index) = self.contents.index_at(row - list.y) {
                            // Left of the words is what folds them.
                            if column < list.x + FOLDS && self.contents.fold_of(index).is_some() {
                                self.contents.fold(index, None, list.height);
                            } else {
                                self.jump_to_entry(index);
                            }
                        }
                    }
                    _ => {}
                }
                return None;
            }
            if panel.is_some() {
                if kind == MouseKind::Press {
                    self.focus = Focus::Text;
                }
                return None;
            }
        }
        match kind {
            MouseKind::Wheel(by) => self.scroll(isize::from(by)),
            MouseKind::Press => {
                self.pressed = self.source_at(view, column, row);
                return self.press(view, column, row);
            }
            MouseKind::Drag => {
                if let (Some(from), Some(to)) = (self.pressed.clone(), self.source_at(view, column, row))
                    && from != to
                {
                    self.drag_selection(from, to);
                }
            }
            MouseKind::Release => self.pressed = None,
            MouseKind::Move | MouseKind::Secondary | MouseKind::Middle => {}
        }
        None
    }

    /// The markdown that made what is under the mouse.
    fn source_at(&self, view: &View, column: u16, row: u16) -> Option<Range<u32>> {
        let areas = self.areas(view);
        if !areas.text.contains(column, row) {
            return None;
        }
        let text = self.text_column(view);
        let on = self.visible_rows().nth(usize::from(row - areas.text.y)).filter(|on| on.part.is_some())?;
        let at = column.saturating_sub(text.x).saturating_add(self.pan_of(on.row, text));
        // Beside the text is at its end.
        let last = on.row.width().checked_sub(1)?;
        on.row.source_at(at.min(last)).filter(|source| !source.is_empty())
    }

    /// The tag that was pressed last, once.
    pub fn take_pressed_tag(&mut self) -> Option<SafeText> {
        self.pressed_tag.take()
    }

    fn press(&mut self, view: &View, column: u16, row: u16) -> Option<Command> {
        let areas = self.areas(view);
        if areas.head.contains(column, row) {
            if row == areas.head.y {
                let end = usize::from(areas.head.x) + 1 + self.way_back(view).width();
                let is_on_it = self.listed.is_some() && usize::from(column) <= end;
                return is_on_it.then_some(Command::Close);
            }
            let fraction = f32::from(column) / f32::from(areas.head.width.saturating_sub(1).max(1));
            if let Some(page) = &mut self.page {
                page.jump_to_fraction(fraction);
                self.moved();
            }
            return None;
        }
        if areas.text.contains(column, row) {
            self.focus = Focus::Text;
            self.selection = None;
            let text = self.text_column(view);
            let on = self.visible_rows().nth(usize::from(row - areas.text.y))?;
            let at = column.checked_sub(text.x)?.saturating_add(self.pan_of(on.row, text));
            let piece = on.row.piece_at(at)?;
            if piece.role == Role::Meta && piece.inline.contains(Inline::LINK) {
                let is_it = |tag: &&SafeText| *in_screen_order(tag, view.order) == piece.text;
                self.pressed_tag = self.article.tags.iter().find(is_it).cloned();
                return self.listed.is_some().then_some(Command::ReaderTags);
            }
            let part = on.part.map(|_| on.anchor.part);
            if piece.role == Role::CodeLabel
                && let Some(block) = part.and_then(|part| self.code_block(part))
            {
                self.copy_block(block);
                return None;
            }
            if let Some(way) = self.way(&on, piece) {
                self.follow(way);
            } else if let Some(said) = piece_note(self, &on, at) {
                self.notice = Some(said);
            } else if let Some(part) = part {
                self.toggle_at(part);
            }
        }
        None
    }
}

/// What was written about the highlight at a column of a row; of one without words, the keys to it.
fn piece_note(reader: &Reader, on: &VisibleRow<'_>, column: u16) -> Option<SafeText> {
    let source = on.row.source_at(column).filter(|_| on.part.is_some())?;
    let note = reader.note_at(&source)?;
    Some(note.note.clone().unwrap_or_else(|| crate::safe!("A highlight; ' lists them")))
}
