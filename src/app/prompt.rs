//! The question before an address is opened outside: the whole of it, and the host that it leads to.
//!
//! Knows geometry and what effects are. Opens nothing.

use super::clipboard;
use super::command::Command;
use super::effect::Effect;
use super::geometry::Area;
use super::{Mouse, MouseKind, View};
use crate::library::links::web::Web;
use crate::safe;
use crate::text::{Safe, SafeText};

/// Columns that the prompt takes where there is room.
const WIDTH: u16 = 72;
/// Columns left and right of its text.
const MARGIN: u16 = 2;
/// Rows beside those of the address: a blank, the title, a blank; a blank, the keys, a blank.
const FRAME: u16 = 6;

/// The keys of its last line.
pub const KEYS: [(&str, &str); 3] = [("Enter", "open"), ("y", "copy"), ("Esc", "cancel")];

/// The prompt's state.
#[derive(Debug)]
pub struct Prompt {
    web: Web,
    shown: SafeText,
    scroll: usize,
}

/// What an answer to the prompt comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It stays.
    Stay,
    /// It is done, and this is said.
    Done(Option<SafeText>),
}

impl Prompt {
    /// The question whether to open an address.
    pub fn new(web: Web) -> Self {
        let shown = SafeText::line(web.address());
        Self { web, shown, scroll: 0 }
    }

    /// Its heading.
    pub fn title(&self) -> SafeText {
        if self.web.is_mail { safe!("Write a letter?") } else { safe!("Open in the browser?") }
    }

    /// The rows of the address that are in sight.
    pub fn rows(&self, view: &View) -> impl Iterator<Item = Safe<'_>> {
        let area = self.area(view);
        let columns = usize::from(columns(area));
        self.all_rows(columns).skip(self.scroll).take(usize::from(self.height(area)))
    }

    /// What is to be known of it before it is opened; what is a warning comes with `true`.
    pub fn notes(&self) -> Vec<(SafeText, bool)> {
        let mut notes = Vec::new();
        if !self.web.host().is_empty() {
            notes.push((safe!("Host  {}", self.web.host()), false));
        }
        if let Some(written) = &self.web.written {
            notes.push((safe!("written {written}, with letters that may look like others"), true));
        }
        if let Some(user) = &self.web.user {
            notes.push((safe!("{user} before the @ is only a name, not where it leads"), true));
        }
        notes
    }

    /// Where it lies on the screen.
    pub fn area(&self, view: &View) -> Area {
        let screen = view.size.area();
        let width = WIDTH.min(screen.width.saturating_sub(4));
        let columns = usize::from(width.saturating_sub(2 * MARGIN)).max(1);
        let rows = u16::try_from(self.all_rows(columns).count()).unwrap_or(u16::MAX);
        let height = rows.saturating_add(FRAME + self.note_rows());
        screen.centred(width, height.min(screen.height.saturating_sub(2)))
    }

    /// A key or command.
    pub fn command(&mut self, view: &View, command: Command, effects: &mut Vec<Effect>) -> Answer {
        match command {
            Command::PromptOpen => {
                effects.push(Effect::Open(self.web.address().to_owned()));
                Answer::Done(Some(opening(&self.web)))
            }
            Command::PromptCopy => {
                Answer::Done(Some(clipboard::copy(self.web.address().to_owned(), effects)))
            }
            Command::PromptCancel | Command::Back | Command::Close => Answer::Done(None),
            _ => {
                let area = self.area(view);
                let height = self.height(area);
                if let Some(by) = command.lines(isize::try_from(height).unwrap_or(1)) {
                    let rows = self.all_rows(usize::from(columns(area))).count();
                    let last = rows.saturating_sub(usize::from(height));
                    self.scroll = self.scroll.saturating_add_signed(by).min(last);
                }
                Answer::Stay
            }
        }
    }

    /// The mouse: a press on a key of the last line is that key, one outside is `Esc`.
    pub fn mouse(&mut self, view: &View, mouse: Mouse, effects: &mut Vec<Effect>) -> Answer {
        let area = self.area(view);
        match mouse.kind {
            MouseKind::Wheel(by) if by > 0 => self.command(view, Command::Down, effects),
            MouseKind::Wheel(_) => self.command(view, Command::Up, effects),
            MouseKind::Press if !area.contains(mouse.column, mouse.row) => Answer::Done(None),
            MouseKind::Press if mouse.row + 2 == area.bottom() => {
                let mut x = area.x + MARGIN;
                for ((key, what), command) in
                    KEYS.iter().zip([Command::PromptOpen, Command::PromptCopy, Command::PromptCancel])
                {
                    let end = x + (key.len() + 1 + what.len()) as u16;
                    if (x..end).contains(&mouse.column) {
                        return self.command(view, command, effects);
                    }
                    x = end + 3;
                }
                Answer::Stay
            }
            _ => Answer::Stay,
        }
    }

    fn note_rows(&self) -> u16 {
        let notes = self.notes().len() as u16;
        if notes == 0 { 0 } else { notes + 1 }
    }

    fn height(&self, area: Area) -> u16 {
        area.height.saturating_sub(FRAME + self.note_rows()).max(1)
    }

    /// The address has no blanks: it is cut where the panel ends.
    fn all_rows(&self, columns: usize) -> impl Iterator<Item = Safe<'_>> {
        let length = self.shown.as_str().len();
        let columns = columns.max(1);
        let slice = move |from: usize| self.shown.safe().slice(from..(from + columns).min(length));
        (0..length).step_by(columns).map(slice)
    }
}

/// What is said while an address is being opened.
pub(super) fn opening(web: &Web) -> SafeText {
    if web.is_mail {
        safe!("Opening the mail program")
    } else {
        safe!("Opening {} in the browser", web.host())
    }
}

fn columns(area: Area) -> u16 {
    area.width.saturating_sub(2 * MARGIN)
}
