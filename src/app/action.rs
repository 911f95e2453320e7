//! What `update` is told: commands, text, the mouse, sizes, reports and ticks.

use super::command::Command;
use super::effect::Report;
use super::geometry::Size;

/// Something happened.
#[derive(Debug)]
pub enum Action {
    /// A key, a click or the palette gave a command.
    Command(Command),
    /// Text was typed or pasted where text is taken.
    Text(String),
    /// A key for the line that is being edited, which no command took.
    Edit(Edit),
    /// The mouse did something.
    Mouse(Mouse),
    /// The screen has a new size.
    Resize(Size),
    /// Somebody answered.
    Report(Report),
    /// The time that an effect asked for has come.
    Tick,
}

/// Moves and deletions in a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Delete the character before the cursor.
    DeleteBefore,
    /// Delete the character under the cursor.
    DeleteUnder,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Delete all before the cursor.
    DeleteToStart,
    /// Delete all from the cursor on.
    DeleteToEnd,
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One word left.
    WordLeft,
    /// One word right.
    WordRight,
    /// To the start.
    Start,
    /// To the end.
    End,
}

/// A mouse event at a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub kind: MouseKind,
    /// Column, from 0.
    pub column: u16,
    /// Row, from 0.
    pub row: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The main button went down.
    Press,
    /// The second button went down: what excludes.
    Secondary,
    /// The middle button went down: what keeps any of several.
    Middle,
    /// It was moved while no button was down.
    Move,
    /// It was moved while down.
    Drag,
    /// It went up.
    Release,
    /// The wheel turned this many lines; down is positive.
    Wheel(i8),
}
