//! What of the code on screen is what: asked for by part, kept by part, whatever the width.
//!
//! A frame never waits for it. Highlights are bytes of the shown text, so a resize keeps them; a newer
//! state of the document keeps those of the parts that show the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::effect::{Effect, Generation};
use crate::document::Document;
use crate::document::changes::Changes;
use crate::document::highlight::Highlight;
use crate::document::shown::{PartId, PartKind};

/// Highlights that are kept at most, beside those near the screen: about a megabyte.
const KEPT: usize = 64 * 1024;

/// The highlights of one document.
#[derive(Debug, Default)]
pub struct Highlights {
    parts: BTreeMap<PartId, Vec<Highlight>>,
    /// All highlights in `parts`; a part without any counts as one.
    kept: usize,
    /// Parts that are on their way, and with which request; `None` while what is on its way is of another
    /// document.
    asked: Option<(Generation, Vec<PartId>)>,
}

impl Highlights {
    /// The highlights of a part; empty while they are on their way.
    pub fn of(&self, part: PartId) -> &[Highlight] {
        self.parts.get(&part).map_or(&[], Vec::as_slice)
    }

    /// Asks for the code from the part `near.0` to `near.1` that has no highlights yet, from the part
    /// `first` on screen on. A new request takes in what the one before it, which it replaces, has not
    /// answered and is still wanted.
    pub fn ensure(
        &mut self,
        document: &Arc<Document>,
        first: PartId,
        near: (PartId, PartId),
        generation: &mut Generation,
    ) -> Option<Effect> {
        self.forget(near);
        let is_wanted = |part: &u32| {
            let kind = document.parts().get(*part as usize).map(|part| part.kind);
            kind == Some(PartKind::Code) && !self.parts.contains_key(&PartId(*part))
        };
        let below = first.0..=near.1.0;
        let above = near.0.0..first.0;
        let parts: Vec<PartId> = below.chain(above).filter(is_wanted).map(PartId).collect();
        // A newer request, of another pane, has replaced one that is not the newest.
        let is_asked = |(request, asked): &(Generation, Vec<PartId>)| {
            request == generation && parts.iter().all(|part| asked.contains(part))
        };
        if self.asked.as_ref().is_some_and(is_asked) {
            return None;
        }
        // Also where nothing is wanted: reports on another document must not be taken for this one's.
        let generation = generation.raise();
        self.asked = Some((generation, parts.clone()));
        (!parts.is_empty()).then(|| Effect::Highlight { generation, document: Arc::clone(document), parts })
    }

    /// Takes the highlights of a part in.
    pub fn take(&mut self, part: PartId, highlights: Vec<Highlight>) {
        if let Some((_, asked)) = &mut self.asked {
            asked.retain(|asked| *asked != part);
        }
        self.kept += highlights.len().max(1);
        if let Some(before) = self.parts.insert(part, highlights) {
            self.kept -= before.len().max(1);
        }
    }

    /// Goes over from one state of the document to the next: parts that show the same keep what they have,
    /// also where `changes` say that they are others by now.
    pub fn carry_over(&mut self, before: &Document, after: &Document, changes: Option<&Changes>) {
        self.asked = None;
        let parts = std::mem::take(&mut self.parts).into_iter().filter_map(|(part, highlights)| {
            let to = changes.map_or(Some(part), |changes| changes.part(part))?;
            (before.show(part) == after.show(to)).then_some((to, highlights))
        });
        self.parts = parts.collect();
        self.kept = self.parts.values().map(|highlights| highlights.len().max(1)).sum();
    }

    /// Drops the parts farthest from the screen until few enough highlights are kept.
    fn forget(&mut self, near: (PartId, PartId)) {
        while self.kept > KEPT {
            let (Some((first, _)), Some((last, _))) =
                (self.parts.first_key_value(), self.parts.last_key_value())
            else {
                return;
            };
            let (above, below) = (near.0.0.saturating_sub(first.0), last.0.saturating_sub(near.1.0));
            let farthest = if above >= below { *first } else { *last };
            if (near.0..=near.1).contains(&farthest) {
                return;
            }
            if let Some(dropped) = self.parts.remove(&farthest) {
                self.kept -= dropped.len().max(1);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
