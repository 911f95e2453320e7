//! Moves by headings: through the contents, and from one to the next.

use super::following::Ask;
use super::moves::rows_of;
use super::{Focus, Reader};
use crate::app::View;
use crate::app::command::Command;
use crate::safe;

impl Reader {
    pub(super) fn toggle_contents(&mut self, view: &View) {
        if self.contents.is_empty() {
            if self.page.is_some() {
                self.notice = Some(safe!("This article has no headings"));
            }
            return;
        }
        if self.focus == Focus::Contents {
            self.focus = Focus::Text;
            if self.is_beside(view) {
                self.contents_open = Some(false);
            }
            return;
        }
        if self.is_beside(view) {
            self.contents_open = Some(true);
        }
        self.focus_contents(view);
    }

    pub(super) fn next_pane(&mut self, view: &View) {
        if self.focus == Focus::Contents {
            self.focus = Focus::Text;
        } else if self.is_beside(view) && self.is_open() {
            self.focus_contents(view);
        }
    }

    fn focus_contents(&mut self, view: &View) {
        self.focus = Focus::Contents;
        let height = self.contents_list(view).map_or(1, |list| list.height);
        self.contents.place_cursor(self.status.section.unwrap_or(0), height);
    }

    pub(super) fn move_cursor(&mut self, view: &View, command: Command) {
        let height = self.contents_list(view).map_or(1, |list| list.height);
        let fold = match command {
            Command::ContentsToggle => Some(None),
            Command::ContentsFold => Some(Some(true)),
            Command::ContentsOpen => Some(Some(false)),
            _ => None,
        };
        if let Some(fold) = fold {
            self.contents.fold(self.contents.cursor(), fold, height);
        } else if command == Command::ContentsFilter {
            self.ask(Ask::Headings);
        } else if command == Command::Jump {
            self.jump_to_entry(self.contents.cursor());
        } else if let Some(by) = rows_of(command, height) {
            self.contents.move_cursor(by, height);
        }
    }

    /// Goes to a section that was chosen, with the way back.
    pub fn jump_to_entry(&mut self, index: usize) {
        self.leave(None);
        self.jump(index);
    }

    /// Goes to a section and gives the keys to the text.
    pub(super) fn jump(&mut self, index: usize) {
        let Some(position) = self.contents.entry(index).map(|entry| entry.position) else { return };
        self.unfold_at(position);
        let Some(page) = &mut self.page else { return };
        page.jump(position);
        self.moved();
        self.jumped = Some(index);
        self.focus = Focus::Text;
    }

    pub(super) fn step(&mut self, forward: bool) {
        let focus = self.focus;
        let target = self.neighbour(forward).and_then(|index| self.shown_from(index, forward));
        let Some(target) = target else {
            if forward {
                self.notice = Some(safe!("This is the last heading"));
            } else {
                self.scroll(isize::MIN / 2);
            }
            return;
        };
        self.jump(target);
        self.keep_focus(focus);
    }

    /// The first heading from one on that is not folded away.
    fn shown_from(&self, index: usize, forward: bool) -> Option<usize> {
        let is_shown =
            |index: &usize| self.contents.entry(*index).is_some_and(|entry| !self.is_hidden(entry.part));
        if forward { (index..self.contents.len()).find(is_shown) } else { (0..=index).rfind(is_shown) }
    }

    pub(super) fn step_level(&mut self, forward: bool) {
        let focus = self.focus;
        let Some(current) = self.status.section else { return self.step(forward) };
        match self.contents.sibling(current, forward) {
            Some(target) => self.jump(target),
            None if forward => self.notice = Some(safe!("This is the last heading of its level")),
            None => self.notice = Some(safe!("This is the first heading of its level")),
        }
        self.keep_focus(focus);
    }

    /// Steps from heading to heading leave the keys where they are, and take the cursor along.
    fn keep_focus(&mut self, focus: Focus) {
        self.focus = focus;
        if let (Focus::Contents, Some(index)) = (focus, self.jumped) {
            self.contents.set_cursor(index);
        }
    }

    /// The heading before or after the one that was jumped to, or the row at the top.
    fn neighbour(&self, forward: bool) -> Option<usize> {
        let last = self.contents.len().checked_sub(1)?;
        if let Some(jumped) = self.jumped {
            return if forward { (jumped < last).then_some(jumped + 1) } else { jumped.checked_sub(1) };
        }
        let page = self.page.as_ref()?;
        let top = page.top()?;
        let part = top.anchor.part;
        let is_lead = top.part.is_none();
        if forward {
            let before = is_lead || page.is_before_part(&top);
            let passed = if before { self.contents.before(part) } else { self.contents.at(part) };
            return passed.map_or(Some(0), |index| (index < last).then_some(index + 1));
        }
        let at_start = is_lead || page.is_before_part(&top) || page.is_first_of_part(&top);
        if at_start { self.contents.before(part) } else { self.contents.at(part) }
    }
}
