//! Saved views: queries under names, from the settings. They are brought up, never written.

use super::LibraryScreen;
use crate::app::effect::Effect;
use crate::library::query::Query;
use crate::text::SafeText;

/// A query under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// What it is called.
    pub name: SafeText,
    /// The key that brings it up, 1 to 9.
    pub key: Option<u8>,
    /// What it keeps.
    pub query: Query,
}

impl LibraryScreen {
    /// Brings up the saved view with this key; false where there is none.
    pub fn bring_up(&mut self, key: u8, effects: &mut Vec<Effect>) -> bool {
        let Some(view) = self.views.iter().find(|view| view.key == Some(key)) else { return false };
        let query = view.query.clone();
        self.set_query(query, effects);
        true
    }

    /// The saved view that the query is, if it is one.
    pub fn view_now(&self) -> Option<&SavedView> {
        self.views.iter().find(|view| view.query == *self.query())
    }
}
