//! What containers put beside the rows of a part: bars, markers, indents.
//!
//! Knows `document` and `text`. Never recurses over containers: they are walked by their parents, and only
//! the innermost few are shown.

use super::super::Width;
use super::super::folds;
use super::super::row::{Piece, Role, columns};
use crate::document::Document;
use crate::document::shown::{
    BULLETS, Container, ContainerId, ContainerKind, ItemNumber, Part, PartId, PartKind, Position, QUOTE_BAR,
};
use crate::safe;
use crate::text::Safe;

/// Most containers whose marks and indents are shown around a part: the innermost ones, so that no
/// item loses its number however deep it stands.
pub(super) const LEVELS: usize = 8;
/// Columns that text keeps beside indents, where the width has them.
pub(in crate::layout) const LEAST_TEXT: u16 = 20;

/// A container around a part, as rows show it.
pub(super) struct Level {
    pub(super) container: ContainerId,
    pub(super) columns: u16,
    pub(super) mark: Mark,
    /// Whether this part is the first in it that shows anything, and so carries its marker.
    pub(super) opens: bool,
}

/// How an item's marker looks.
#[derive(Clone, Copy, Default)]
pub(super) struct Bullet {
    /// Lists of bullets around its own.
    depth: usize,
    /// Whether its number stands before a parenthesis, and no full stop.
    parenthesis: bool,
}

pub(super) enum Mark {
    Bar(Role),
    Item { number: Option<u32>, columns: u16, task: Option<bool>, bullet: Bullet },
    Details,
    Indent,
}

impl Mark {
    fn of(kind: &ContainerKind) -> Option<(Self, u16)> {
        Some(match kind {
            ContainerKind::Document | ContainerKind::List { .. } => return None,
            ContainerKind::Quote => (Self::Bar(Role::QuoteBar), 4),
            ContainerKind::Alert(kind) => (Self::Bar(Role::AlertBar(*kind)), 4),
            ContainerKind::Item { number, marker_width, task } => {
                let marker = if number.is_some() { u16::from(*marker_width).max(2) } else { 1 };
                let task_columns = if number.is_some() && task.is_some() { 2 } else { 0 };
                let bullet = Bullet::default();
                (
                    Self::Item { number: number.map(ItemNumber::get), columns: marker, task: *task, bullet },
                    marker + task_columns + 2,
                )
            }
            ContainerKind::Footnote { number } => {
                let marker = columns(safe!("{number}.").width()).max(2);
                let bullet = Bullet::default();
                (Self::Item { number: Some(*number), columns: marker, task: None, bullet }, marker + 2)
            }
            ContainerKind::Definition => (Self::Indent, 3),
            ContainerKind::Details => (Self::Details, 2),
        })
    }

    pub(super) fn is_marker(&self) -> bool {
        matches!(self, Self::Item { .. } | Self::Details)
    }

    /// Puts what stands at the level's first column `at` into a row; `first` is the row that opens it.
    pub(super) fn put(&self, at: u16, first: bool, position: Position, pieces: &mut Vec<Piece>) {
        let mut generated = |column, text, role| pieces.push(Piece::generated(column, text, role, position));
        match self {
            Self::Bar(role) => generated(at + 1, Safe::literal(QUOTE_BAR).to_text(), *role),
            Self::Item { number, columns: marker, task, bullet } if first => {
                let mut column = at + 1;
                if let Some(number) = number {
                    let number = if bullet.parenthesis { safe!("{number})") } else { safe!("{number}.") };
                    let blanks = marker.saturating_sub(columns(number.width()));
                    generated(column + blanks, number, Role::Number);
                    column += marker + 1;
                }
                match (task, number) {
                    (Some(true), _) => generated(column, Safe::literal("☑").to_text(), Role::Task(true)),
                    (Some(false), _) => generated(column, Safe::literal("☐").to_text(), Role::Task(false)),
                    (None, None) => {
                        let bullet = BULLETS[bullet.depth.min(BULLETS.len() - 1)];
                        generated(column, Safe::literal(bullet).to_text(), Role::Bullet);
                    }
                    (None, Some(_)) => {}
                }
            }
            Self::Details if first => generated(at, Safe::literal(folds::OPEN).to_text(), Role::Faint),
            _ => {}
        }
    }
}

/// The containers around a part, innermost first: as many as are shown where there is room. `before` is the part
/// before it.
pub(super) fn around(document: &Document, id: PartId, part: &Part, before: Option<&Part>) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut at = part.container;
    while levels.len() < LEVELS {
        let container = document.container(at);
        if let Some((mut mark, columns)) = Mark::of(&container.kind) {
            if let Mark::Item { number: Some(_), bullet, .. } = &mut mark {
                let written = document.markdown().get(container.range.start as usize..).unwrap_or_default();
                bullet.parenthesis =
                    written.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(')');
            }
            let opens = before.is_none_or(|before| before.range.start < container.range.start)
                && (part.kind != PartKind::Nothing || is_alone(document, id, container));
            levels.push(Level { container: at, columns, mark, opens });
        }
        if container.parent == at {
            break;
        }
        at = container.parent;
    }
    levels
}

/// Those of the containers [`around`] a part for whose marks and indents there is room, outermost first.
pub(super) fn that_fit(mut levels: Vec<Level>, width: Width) -> Vec<Level> {
    let least = LEAST_TEXT.min(width.text / 2).max(1);
    let mut indent: u16 = levels.iter().map(|level| level.columns).sum();
    while indent > width.text.saturating_sub(least)
        && let Some(outermost) = levels.pop()
    {
        indent -= outermost.columns;
    }
    levels.reverse();
    let mut lists = 0;
    for level in &mut levels {
        if let Mark::Item { number: None, bullet, .. } = &mut level.mark {
            bullet.depth = lists;
            lists += 1;
        }
    }
    levels
}

/// Whether a part that shows nothing is the last of its container, which then shows its marker alone.
fn is_alone(document: &Document, part: PartId, container: &Container) -> bool {
    document.parts().get(part.0 as usize + 1).is_none_or(|next| next.range.start >= container.range.end)
}
