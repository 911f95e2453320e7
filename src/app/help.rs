//! The keys, by where they count: made from the list of commands, so that it cannot disagree with them.

use super::command::{About, COMMANDS, Command, Scope};
use super::geometry::Area;
use super::{Mouse, MouseKind, View};
use crate::layout::wrap::wrap;

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
    /// A command with its keys, and as much of what it does as fits into the row.
    Command(&'static About, &'static str),
    /// The rest of what it does.
    Rest(&'static str),
}

/// Columns that the keys take.
pub const KEYS: u16 = 24;
/// Columns of the panel where there is room.
const WIDTH: u16 = 100;
/// Columns beside keys and words.
const BESIDE: u16 = 5;

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
            // Nine views are one line.
            let is_listed = |about: &&About| about.command.view().is_none_or(|key| key == 1);
            let commands = COMMANDS.iter().filter(|about| about.scope == scope).filter(is_listed);
            lines.extend(commands.map(|about| HelpLine::Command(about, about.help)));
        }
        Self { lines, scroll: 0 }
    }

    /// The lines in sight.
    pub fn visible(&self, view: &View) -> Vec<HelpLine> {
        self.rows(view).into_iter().skip(self.scroll).take(usize::from(Self::height(view))).collect()
    }

    /// Whether there is more below.
    pub fn has_more(&self, view: &View) -> bool {
        self.scroll + usize::from(Self::height(view)) < self.rows(view).len()
    }

    /// The lines, those that are too long over several rows.
    fn rows(&self, view: &View) -> Vec<HelpLine> {
        let columns = Self::area(view).width.saturating_sub(KEYS + BESIDE).max(1);
        let mut rows = Vec::new();
        for line in &self.lines {
            let HelpLine::Command(about, help) = *line else {
                rows.push(*line);
                continue;
            };
            let mut is_first = true;
            wrap(help, columns, &mut |range| {
                let piece = help.get(range).unwrap_or_default().trim_end();
                rows.push(if is_first { HelpLine::Command(about, piece) } else { HelpLine::Rest(piece) });
                is_first = false;
            });
        }
        rows
    }

    /// Where it lies on the screen.
    pub fn area(view: &View) -> Area {
        view.size.area().centred(WIDTH, view.size.height.saturating_sub(4))
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
        let last = self.rows(view).len().saturating_sub(usize::from(Self::height(view)));
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
    }
}
