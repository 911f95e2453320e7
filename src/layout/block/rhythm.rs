//! How far parts stand apart.
//!
//! Knows `document` only.

use crate::document::Document;
use crate::document::shown::{ContainerId, ContainerKind, Part, PartKind};

/// Blank rows between two parts that follow each other, and the innermost container that holds both.
pub(super) fn rhythm(document: &Document, before: &Part, this: &Part) -> (u16, ContainerId) {
    let (common, from, to) = meeting(document, before.container, this.container);
    let kind = |id: Option<ContainerId>| id.map(|id| &document.container(id).kind);
    let container = document.container(common);
    if !this.first {
        return (0, common);
    }
    let is_set_off = |part: &Part, branch: Option<&ContainerKind>| {
        matches!(
            part.kind,
            PartKind::Code | PartKind::Table | PartKind::Math | PartKind::Heading { .. } | PartKind::Rule
        ) || matches!(branch, Some(ContainerKind::Quote | ContainerKind::Alert(_) | ContainerKind::Details))
    };
    let is_tight = match container.kind {
        ContainerKind::List { loose } => !loose,
        ContainerKind::Item { .. } => {
            matches!(document.container(container.parent).kind, ContainerKind::List { loose: false })
        }
        _ => false,
    };
    let together = match (kind(from), kind(to)) {
        (None, None) if before.kind == PartKind::Image && this.kind == PartKind::Paragraph => {
            is_tight || is_one_paragraph(document, before, this)
        }
        (None, None) if before.kind == PartKind::Term => {
            this.kind == PartKind::Term || matches!(container.kind, ContainerKind::Alert(_))
        }
        (None, Some(ContainerKind::Definition)) => before.kind == PartKind::Term,
        (None, _) if before.kind == PartKind::Term => matches!(container.kind, ContainerKind::Alert(_)),
        (Some(ContainerKind::Definition), Some(ContainerKind::Definition))
        | (Some(ContainerKind::Footnote { .. }), Some(ContainerKind::Footnote { .. })) => true,
        (from, to) => is_tight && !is_set_off(before, from) && !is_set_off(this, to),
    };
    (u16::from(!together), common)
}

/// Whether no blank line stands between two parts.
fn is_one_paragraph(document: &Document, before: &Part, this: &Part) -> bool {
    let between = before.range.end as usize..this.range.start as usize;
    document.markdown().get(between).is_some_and(|text| text.matches('\n').nth(1).is_none())
}

/// The innermost container that holds both, and its children on the way to each.
fn meeting(
    document: &Document,
    mut a: ContainerId,
    mut b: ContainerId,
) -> (ContainerId, Option<ContainerId>, Option<ContainerId>) {
    let (mut from, mut to) = (None, None);
    while a != b {
        // The one that stands behind the other is not around it.
        if a > b {
            from = Some(a);
            a = document.container(a).parent;
        } else {
            to = Some(b);
            b = document.container(b).parent;
        }
    }
    (a, from, to)
}
