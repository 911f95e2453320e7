//! The keys, by where they count: made from the list of commands, so that it cannot disagree with them.

use super::command::{About, COMMANDS, Command, Scope};
use super::geometry::Area;
use super::{Mouse, MouseKind, View};

/// The help screen.
#[derive(Debug)]
pub struct Help {
    lines: Vec<HelpLine>,
    scroll: usize,
}

/// One line of the help.
#[derive(Clone, Copy, Debug)]
pub enum HelpLine {
    /// Nothing.
    Blank,
    /// A scope's heading.
    Heading(Scope),
    /// A command with its keys.
    Command(&'static About),
}

impl Help {
    /// The help, with the scopes where one is first.
    pub fn new(nearest: &[Scope]) -> Self {
        let mut order = nearest.to_vec();
        for scope in [
            Scope::Everywhere,
            Scope::Library,
            Scope::Facets,
            Scope::Reader,
            Scope::Contents,
            Scope::Folds,
            Scope::Links,
            Scope::Prompt,
            Scope::Picker,
            Scope::Line,
        ] {
            if !order.contains(&scope) {
                order.push(scope);
            }
        }
        let mut lines = Vec::new();
        for scope in order {
            if !lines.is_empty() {
                lines.push(HelpLine::Blank);
            }
            lines.push(HelpLine::Heading(scope));
            lines.extend(COMMANDS.iter().filter(|about| about.scope == scope).map(HelpLine::Command));
        }
        Self { lines, scroll: 0 }
    }

    /// The lines in sight.
    pub fn visible(&self, height: u16) -> &[HelpLine] {
        let end = (self.scroll + usize::from(height)).min(self.lines.len());
        self.lines.get(self.scroll..end).unwrap_or_default()
    }

    /// Whether there is more below.
    pub fn has_more(&self, height: u16) -> bool {
        self.scroll + usize::from(height) < self.lines.len()
    }

    /// Where it lies on the screen.
    pub fn area(view: &View) -> Area {
        view.size.area().centred(72, view.size.height.saturating_sub(4))
    }

    /// Rows that its lines take.
    pub fn height(view: &View) -> u16 {
        Self::area(view).height.saturating_sub(4)
    }

    /// Scrolls.
    pub fn command(&mut self, view: &View, command: Command) {
        let page = isize::try_from(Self::height(view)).unwrap_or(1);
        if let Some(by) = command.lines(page) {
            self.scroll(view, by);
        }
    }

    /// The wheel scrolls; a press outside closes.
    pub fn mouse(&mut self, view: &View, mouse: Mouse) -> Option<Command> {
        match mouse.kind {
            MouseKind::Wheel(by) => self.scroll(view, isize::from(by)),
            MouseKind::Press if !Self::area(view).contains(mouse.column, mouse.row) => {
                return Some(Command::Back);
            }
            _ => {}
        }
        None
    }

    fn scroll(&mut self, view: &View, by: isize) {
        let last = self.lines.len().saturating_sub(usize::from(Self::height(view)));
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
    }
}
