//! Saved views: queries under names, from the settings. They are brought up, never written; where one was in each
//! is recorded, and is where one returns to.

use std::collections::HashMap;
use std::path::PathBuf;

use super::LibraryScreen;
use super::asking::Then;
use crate::app::effect::{Effect, Recording};
use crate::library::article::ArticleKey;
use crate::library::marks::ViewState;
use crate::library::query::Query;
use crate::text::SafeText;

/// A query under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// What it is called.
    pub name: SafeText,
    /// The key that brings it up, 1 to 9.
    pub key: Option<u8>,
    /// What it keeps; else why its query cannot be read, and where that stands.
    pub query: Result<Query, SafeText>,
}

/// Where one was in the saved views.
#[derive(Debug, Default)]
pub(super) struct ViewStates {
    by_name: HashMap<SafeText, ViewState>,
    /// The view that one is in, and whether one has moved in it since that was recorded.
    now: Option<(SafeText, bool)>,
}

impl LibraryScreen {
    /// Brings up the saved view with this key.
    ///
    /// # Errors
    ///
    /// What is to be said where there is none, or its query cannot be read.
    pub fn bring_up(&mut self, key: u8, effects: &mut Vec<Effect>) -> Result<(), SafeText> {
        let view = self.views.iter().find(|view| view.key == Some(key)).cloned();
        let view = view.ok_or_else(|| crate::safe!("No saved view has the key {key}; V lists them"))?;
        self.bring_up_view(&view, effects)
    }

    /// Brings up a saved view as one left it; as the settings have it where one is in it already.
    ///
    /// # Errors
    ///
    /// Why its query cannot be read.
    pub(in crate::app) fn bring_up_view(
        &mut self,
        view: &SavedView,
        effects: &mut Vec<Effect>,
    ) -> Result<(), SafeText> {
        let own = view.query.clone()?;
        let is_here = self.view_now().is_some_and(|now| now.name == view.name);
        let state = self.view_states.by_name.get(&view.name).filter(|_| !is_here).cloned();
        // The settings may say something else by now.
        let query = state.as_ref().and_then(|state| Query::parse(state.query.as_str()).ok());
        let query = query.filter(|query| is_of(query, view)).unwrap_or(own);
        self.set_query(query, effects);
        if let Some(ViewState { root, path, row, .. }) = &state {
            self.ask(Then::Return(Some(ArticleKey::of(*root, path)), usize::from(*row)), effects);
        }
        Ok(())
    }

    /// The saved view that the query is, in whatever order; one in this very order before others.
    pub fn view_now(&self) -> Option<&SavedView> {
        let query = self.query();
        let same = self.views.iter().find(|view| view.query.as_ref() == Ok(query));
        same.or_else(|| self.views.iter().find(|view| is_of(query, view)))
    }

    /// Takes in where one was in the saved views when one left them last.
    pub fn take_views(&mut self, states: Vec<ViewState>) {
        for state in states {
            self.view_states.by_name.entry(state.view.clone()).or_insert(state);
        }
    }

    /// Notes where one is in a saved view, and has recorded where one was in the one before.
    pub(super) fn ensure_view(&mut self, effects: &mut Vec<Effect>) {
        if self.views.is_empty() || self.is_waiting() || !self.origin.is_recorded() {
            return;
        }
        let name = self.view_now().map(|view| view.name.clone());
        if self.view_states.now.as_ref().map(|(name, _)| name) != name.as_ref() {
            self.record_view(effects);
            self.view_states.now = name.map(|name| (name, false));
        }
        let (Some((name, _)), Some(article)) = (self.view_states.now.clone(), self.selected()) else {
            return;
        };
        let (root, path) = (article.place.root, article.place.path.clone());
        let row = u16::try_from(self.list.screen_row()).unwrap_or(u16::MAX);
        let query = SafeText::line(&self.query().to_string());
        let state = ViewState { view: name.clone(), query, root, path, row };
        let known = self.view_states.by_name.get(&name);
        if known != Some(&state) {
            self.view_states.by_name.insert(name.clone(), state);
            self.view_states.now = Some((name, true));
        }
    }

    /// Has recorded where one is in a saved view, if that is not yet.
    pub fn record_view(&mut self, effects: &mut Vec<Effect>) {
        let Some((name, is_new)) = &mut self.view_states.now else { return };
        if let Some(state) = self.view_states.by_name.get(name)
            && std::mem::take(is_new)
        {
            let roots: Vec<PathBuf> = self.newest.roots().iter().map(|root| root.path.clone()).collect();
            effects.push(Effect::Record(Recording::View(roots, state.clone())));
        }
    }
}

/// Whether a query is a view's, but for the order.
fn is_of(query: &Query, view: &SavedView) -> bool {
    view.query.as_ref().is_ok_and(|own| query.with_sort(None) == own.with_sort(None))
}
