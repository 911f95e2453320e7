//! What an article itself says can be folded: callouts marked `-` or `+`, and `<details>`.
//!
//! Knows `shown` and the siblings that read those lines. Folds nothing: who shows the document does, or,
//! as `show` and `export`, shows everything.

use super::shown::{Container, ContainerKind, Part, PartId, PartKind};
use super::{callouts, html, tags};

/// A run of parts that can be folded away under its first one.
///
/// How it is used: folds come in the order of the document, an outer one before those inside it. Folded,
/// only the part `summary` of it is shown; the parts after it and before `end` take no row. `folded` is
/// the article's own wish and only where a reader begins: what is opened and closed since is the reader's
/// state, kept by the summary's position, which outlives a reload. What a find or a link leads to inside a
/// fold opens all folds around it ([`super::Document::folds_around`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The title line of the callout, or the summary: the part that stays.
    pub summary: PartId,
    /// The first part behind the fold.
    pub end: PartId,
    /// Whether the article has it start folded: `[!note]-`, `<details>` without `open`, `:::details`.
    pub folded: bool,
}

impl Fold {
    /// Whether folding it hides `part`. Its summary it does not hide.
    pub fn hides(&self, part: PartId) -> bool {
        self.summary < part && part < self.end
    }
}

/// The folds of a document's parts and containers. What has no summary, and what holds nothing more, has
/// nothing to fold.
pub(super) fn find(markdown: &str, parts: &[Part], containers: &[Container]) -> Vec<Fold> {
    let mut folds = Vec::new();
    for (id, container) in containers.iter().enumerate() {
        if !matches!(container.kind, ContainerKind::Alert(_) | ContainerKind::Details) {
            continue;
        }
        let first_from = |at: u32| parts.partition_point(|part| part.range.start < at);
        let begin = first_from(container.range.start);
        let end = first_from(container.range.end.max(container.range.start + 1)).max(begin);
        let inside = parts.get(begin..end).unwrap_or_default();
        let shows = |part: &Part| part.kind != PartKind::Nothing;
        let Some(at) = inside.iter().position(shows) else { continue };
        let (Some(summary), Some(behind)) = (inside.get(at), inside.get(at + 1..)) else { continue };
        let is_own = summary.kind == PartKind::Term && summary.container.0 as usize == id;
        if !is_own || !behind.iter().any(shows) {
            continue;
        }
        let text = |from: u32, to: u32| markdown.get(from as usize..to as usize).unwrap_or_default();
        let folded = match container.kind {
            ContainerKind::Details => {
                let written = text(container.range.start, summary.range.end);
                if let Some(tag) = tags::Tag::read(written) {
                    folds.push(Fold {
                        summary: PartId((begin + at) as u32),
                        end: PartId(end as u32),
                        folded: !tag.is_open(),
                    });
                    continue;
                }
                Some(html::tokens(written).next().is_none_or(|token| !is_open(written, &token)))
            }
            _ => callouts::folded(text(summary.range.start, summary.range.end)),
        };
        if let Some(folded) = folded {
            let summary = PartId((begin + at) as u32);
            folds.push(Fold { summary, end: PartId(end as u32), folded });
        }
    }
    folds
}

/// Whether the token is a `<details open>`.
fn is_open(written: &str, token: &html::Token) -> bool {
    let html::Token::Tag(range) = token else { return false };
    let tag = written.get(range.clone()).and_then(html::tag);
    tag.is_some_and(|tag| tag.attribute("open").is_some())
}
