//! What is known of a document from the parts that were laid out, so that it is not found out anew for each.
//!
//! Knows `table` and `document`'s plain types. Forgotten with the layout: it belongs to one document at one width.

use super::table::Tables;
use crate::document::shown::{ContainerId, PartId};

/// What is known from the parts that were laid out before.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Columns of tables.
    pub(super) tables: Tables,
    /// The list or quote that was last asked for its side, and that side: a long one has thousands of parts.
    pub(super) side: Option<(ContainerId, Option<bool>)>,
}

impl Known {
    /// What of this a newer state of the document keeps, in which a table is the same part, as `is_same` says.
    pub(super) fn settled(&self, is_same: impl Fn(PartId) -> bool) -> Self {
        Self { tables: self.tables.settled(is_same), side: None }
    }

    /// What of this stays true at another width.
    pub(super) fn measured(&self) -> Self {
        Self { tables: self.tables.measured(), side: self.side }
    }
}
