//! The query, its past, and the line in which it is edited: each change of it asks for a new list.

use std::sync::Arc;

use super::query_line::QueryLine;
use super::{Focus, LibraryScreen};
use crate::app::effect::{Effect, Generation};
use crate::app::{Edit, View};
use crate::library::article::ArticleKey;
use crate::library::query::{Named, Query, complete, typed_word};
use crate::library::tokens::is_short;
use crate::text::SafeText;

/// How many edits of the query can be taken back.
const HISTORY: usize = 200;

/// The query, its past, and what of it is still being worked out.
#[derive(Debug, Default)]
pub(super) struct QueryState {
    pub(super) now: Query,
    pub(super) before: Vec<Past>,
    pub(super) generation: Generation,
    /// The list shows an answer to an older query than this generation.
    pub(super) answered: Generation,
    /// What becomes of the selection when the answer comes.
    pub(super) then: Then,
    /// What was asked last: the query, its last word while that is typed being the beginning of one.
    pub(super) asked: Query,
    pub(super) typing: bool,
    /// Whether what is shown was found by the word that is typed and its forms, and nothing more begins with it.
    pub(super) is_whole: bool,
    /// Whether the line was taken before its answer came: that decides whether the word is whole.
    pub(super) is_taken: bool,
    /// Whether the answer was left aside, because what is typed may still become a tag or a key.
    pub(super) is_held: bool,
    /// What found something while its last word was typed: where the word by itself finds nothing, it stays the
    /// beginning of one.
    pub(super) begun: Option<Query>,
    /// How often the selection was moved when the first part of an answer was shown from its top on.
    pub(super) growing: Option<usize>,
    /// Whether what is there several times is shown each time.
    pub(super) each_copy: bool,
}

/// A query that was, and where one stood in its list.
#[derive(Clone, Debug)]
pub(super) struct Past {
    query: Query,
    at: Option<ArticleKey>,
    /// Screen row of the selected article's first line.
    row: usize,
}

/// What becomes of the selection when a query's answer comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Then {
    /// The selected article keeps its screen row, as far as it is kept at all.
    #[default]
    Keep,
    /// The query was changed: likewise, but where it is not kept, and for one who stood at the first
    /// article, the list begins at its top.
    Begin,
    /// An edit was taken back: this article is selected again, on this screen row.
    Return(Option<ArticleKey>, usize),
}

impl LibraryScreen {
    /// The query that the list is to show.
    pub fn query(&self) -> &Query {
        &self.query.now
    }

    /// Whether the list does not show the query's answer yet.
    pub fn is_waiting(&self) -> bool {
        self.query.answered != self.query.generation
    }

    /// Whether an edit of the query can be taken back.
    pub fn can_take_back(&self) -> bool {
        !self.query.before.is_empty()
    }

    /// Whether what is there several times is shown each time.
    pub fn shows_each_copy(&self) -> bool {
        self.query.each_copy
    }

    /// Shows what is there several times each time, or once again.
    pub(super) fn toggle_copies(&mut self, effects: &mut Vec<Effect>) {
        self.query.each_copy = !self.query.each_copy;
        self.ask(Then::Keep, effects);
    }

    /// Replaces the query; the old one can be taken back.
    pub fn set_query(&mut self, query: Query, effects: &mut Vec<Effect>) {
        if query == self.query.now {
            return;
        }
        // While the line is open all is one edit, which ends with it.
        if self.line.is_none() {
            let past = self.past();
            self.remember(past);
        }
        self.amend_query(query, effects);
    }

    /// Goes on with an edit that was begun with [`LibraryScreen::set_query`]: both are taken back as one.
    pub fn amend_query(&mut self, query: Query, effects: &mut Vec<Effect>) {
        if query != self.query.now {
            self.query.now = query;
            if let Some(line) = &mut self.line {
                line.follow(&self.query.now);
            }
            self.ask(Then::Begin, effects);
        }
    }

    /// The query as it is, and where one stands in its list.
    pub(super) fn past(&self) -> Past {
        let at = self.selected().map(|article| article.key);
        Past { query: self.query.now.clone(), at, row: self.list.screen_row() }
    }

    pub(super) fn remember(&mut self, past: Past) {
        if self.query.before.len() == HISTORY {
            self.query.before.remove(0);
        }
        self.query.before.push(past);
    }

    /// Takes back the last edit of the query; false when there is none.
    pub fn back(&mut self, view: &View, effects: &mut Vec<Effect>) -> bool {
        if self.focus != Focus::List && Self::pane_area(view, self.focus).is_some() {
            self.focus = Focus::List;
            return true;
        }
        let Some(Past { query, at, row }) = self.query.before.pop() else { return false };
        self.query.now = query;
        self.ask(Then::Return(at, row), effects);
        true
    }

    /// Asks for the answer to the query as it is now.
    pub(super) fn ask(&mut self, then: Then, effects: &mut Vec<Effect>) {
        if then != Then::Keep {
            self.query.then = then;
        }
        self.query.begun = None;
        self.query.is_taken = false;
        self.query.is_held = false;
        let generation = self.query.generation.raise();
        let library = Arc::clone(&self.newest);
        let typed = self.line.as_ref().and_then(|line| typed_word(line.text(), line.cursor_byte()));
        let typing = typed.and_then(|word| self.query.now.while_typing(word));
        self.query.typing = typing.is_some();
        self.query.is_whole = false;
        let whole = typing.is_some().then(|| self.query.now.clone());
        let query = typing.unwrap_or_else(|| self.query.now.clone());
        self.query.asked.clone_from(&query);
        let each_copy = self.query.each_copy;
        let entries = Arc::clone(self.entries());
        let keys = self.keys.clone();
        effects.push(Effect::Query { generation, library, query, whole, each_copy, keys, entries });
    }

    pub(super) fn close_line(&mut self, accept: bool, effects: &mut Vec<Effect>) {
        let Some(mut line) = self.line.take() else { return };
        if accept && line.error.is_some() {
            // It stays open: the reason stands under it.
            line.is_refused = true;
            self.line = Some(line);
            return;
        }
        if std::mem::take(&mut self.query.is_held) {
            // What is shown is what was kept before the last word, which is taken now.
            self.ask(Then::Begin, effects);
        }
        if accept && self.query.typing {
            let typed = typed_word(line.text(), line.cursor_byte()).unwrap_or_default();
            if is_short(typed) {
                // It is whole now: what begins with a letter or two was only looked for in titles and names.
                let found = !self.is_waiting() && self.facets.kept > 0;
                let begun = found.then(|| self.query.asked.clone());
                self.ask(Then::Begin, effects);
                self.query.begun = begun;
            } else if self.is_waiting() || self.found.reading.is_some() {
                self.query.is_taken = true;
            } else {
                self.settle(effects);
            }
        }
        let Some(past) = self.before_line.take().filter(|past| past.query != self.query.now) else { return };
        if accept {
            // All that was typed is one edit.
            self.remember(past);
        } else {
            let Past { query, at, row } = past;
            self.query.now = query;
            self.ask(Then::Return(at, row), effects);
        }
    }

    /// The line was taken, and what it finds is on screen: that stays. The word is whole where nothing more begins
    /// with it, and where it begins nothing; else it stays the beginning of one.
    pub(super) fn settle(&mut self, effects: &mut Vec<Effect>) {
        if !self.query.is_whole && self.facets.kept > 0 {
            self.query.now = self.query.asked.clone();
        }
        self.ask(Then::Keep, effects);
    }

    /// Text for the line.
    pub fn text(&mut self, _view: &View, text: &str, effects: &mut Vec<Effect>) {
        if let Some(line) = &mut self.line {
            line.insert(text);
            self.line_changed(effects);
        }
    }

    /// An edit of the line.
    pub fn edit(&mut self, _view: &View, edit: Edit, effects: &mut Vec<Effect>) {
        if let Some(line) = &mut self.line {
            line.edit(edit);
            self.line_changed(effects);
        }
    }

    pub(super) fn complete(&mut self, effects: &mut Vec<Effect>) {
        let Some(line) = &mut self.line else { return };
        if line.complete() {
            self.line_changed(effects);
        }
    }

    /// Counts the values of a front-matter key as a facet, or no longer.
    pub fn toggle_key(&mut self, key: &SafeText, effects: &mut Vec<Effect>) {
        if self.keys.contains(key) {
            self.keys.retain(|other| other != key);
        } else {
            self.keys.push(key.clone());
        }
        self.ask(Then::Keep, effects);
    }

    /// Goes to the names of a kind: in the facet pane where there is one, else they are offered in the query
    /// line.
    pub fn go_to_names(&mut self, view: &View, of: &Named, effects: &mut Vec<Effect>) {
        if let Named::Key(key) = of
            && !self.keys.contains(key)
        {
            self.keys.push(key.clone());
        }
        if Self::pane_area(view, Focus::Facets).is_some() {
            self.focus = Focus::Facets;
            self.facet_pane.want(of.clone());
            self.ask(Then::Keep, effects);
        } else {
            self.offer_names(of);
        }
    }

    /// Opens the query line where a name of a kind is to be typed or chosen.
    pub(super) fn offer_names(&mut self, of: &Named) {
        self.before_line = Some(self.past());
        let mut line = QueryLine::new(&self.query.now, &self.facets);
        line.insert(of.key());
        line.insert(":");
        self.line = Some(line);
        self.offer();
    }

    /// What could stand at the line's cursor. Counted under the query that was before, because the term
    /// that is being typed may keep nothing yet.
    pub(super) fn offer(&mut self) {
        if let Some(line) = &mut self.line {
            let facets = Some(&*line.facets).filter(|facets| facets.kept > 0);
            line.offer(complete(line.text(), line.cursor_byte(), &self.library, facets));
        }
    }

    /// Whether the word that is typed may still become a tag, a key or one of its values: then the last list stays.
    pub(super) fn may_go_on(&self) -> bool {
        let line = self.line.as_ref().filter(|line| !line.offers.is_empty());
        line.is_some_and(|line| typed_word(line.text(), line.cursor_byte()).is_some())
    }

    /// The list follows the line while it can be read; the last good result stays where it cannot.
    pub(super) fn line_changed(&mut self, effects: &mut Vec<Effect>) {
        if let Some(line) = &mut self.line {
            line.is_refused = false;
        }
        self.offer();
        let Some(query) = self.line.as_mut().and_then(|line| line.parse(&self.library)) else { return };
        if query != self.query.now {
            self.query.now = query;
            self.ask(Then::Begin, effects);
        }
    }
}
