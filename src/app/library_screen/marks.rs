//! What keys do with the values of the facet pane.

use std::sync::Arc;

use super::edits::{
    days_of, toggle_any, toggle_any_name, toggle_dates, toggle_name, toggle_tag, toggle_undated,
    toggle_without_dates,
};
use super::facets::FacetRow;
use super::{LibraryScreen, facet_height};
use crate::app::View;
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::library::facets::NameCounts;
use crate::library::query::{Mark, Query};

/// What a key does with the value under the facet pane's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FacetMark {
    Include,
    Exclude,
    Any,
    Only,
}

impl LibraryScreen {
    pub(super) fn facet_command(&mut self, view: &View, command: Command, effects: &mut Vec<Effect>) {
        let height = facet_height(view);
        if let Some(by) = command.lines(isize::try_from(height).unwrap_or(1)) {
            return self.facet_pane.step(by, height);
        }
        match command {
            Command::FacetPrevious => self.facet_pane.across(-1),
            Command::FacetNext => self.facet_pane.across(1),
            Command::FacetInclude => self.mark(view, FacetMark::Include, effects),
            Command::FacetExclude => self.mark(view, FacetMark::Exclude, effects),
            Command::FacetAny => self.mark(view, FacetMark::Any, effects),
            Command::FacetOnly => self.mark(view, FacetMark::Only, effects),
            _ => {}
        }
    }

    /// The picker for what the facet pane has no room for, where a key that marks is pressed on "so many more".
    pub fn picker_of_more(&self, command: Command) -> Option<Command> {
        let marks = matches!(command, Command::FacetInclude | Command::FacetAny | Command::FacetOnly);
        match self.facet_pane.chosen().filter(|_| marks)? {
            FacetRow::MoreTags(_) => Some(Command::Tags),
            FacetRow::MoreYears(_) => Some(Command::Dates),
            _ => None,
        }
    }

    /// Marks the value under the facet pane's cursor.
    pub(super) fn mark(&mut self, view: &View, mark: FacetMark, effects: &mut Vec<Effect>) {
        let Some(row) = self.facet_pane.chosen() else { return };
        let query = &self.query.now;
        let next = match row {
            FacetRow::Tag(index) => self.facets.tags.get(index).map(|tag| match mark {
                FacetMark::Include => toggle_tag(query, &tag.value, Mark::Included),
                FacetMark::Exclude => toggle_tag(query, &tag.value, Mark::Excluded),
                FacetMark::Any => toggle_any(query, &tag.value),
                FacetMark::Only => query.only_tag(&tag.value),
            }),
            FacetRow::Year(index) => {
                self.facets.years.get(index).and_then(|year| days_of(year.year, self.facet_pane.month())).map(
                    |days| match (mark, query.date_range(view.today)) {
                        // As far as here, from where the dates begin or end.
                        (FacetMark::Exclude, _) => toggle_without_dates(query, view.today, days),
                        (FacetMark::Any, Some(range)) => query.with_dates(Some(range.spanning(days))),
                        _ => toggle_dates(query, view, days),
                    },
                )
            }
            FacetRow::Undated => Some(toggle_undated(query, mark == FacetMark::Exclude)),
            FacetRow::State(index) => self.facets.states.get(index).map(|state| {
                let wanted = if mark == FacetMark::Exclude { Mark::Excluded } else { Mark::Included };
                let same = query.state_mark(state.state) == wanted;
                query.with_state(state.state, if same { Mark::None } else { wanted })
            }),
            FacetRow::Name(kind, index) => {
                self.facets.names.get(kind).and_then(|NameCounts { of, values }| {
                    let name = &values.get(index)?.value;
                    Some(match mark {
                        FacetMark::Include => toggle_name(query, of, name, Mark::Included),
                        FacetMark::Exclude => toggle_name(query, of, name, Mark::Excluded),
                        FacetMark::Any => toggle_any_name(query, of, name),
                        FacetMark::Only => query.only_name(of, name),
                    })
                })
            }
            FacetRow::MoreNames(kind, _) => {
                let facets = Arc::clone(&self.facets);
                if let Some(names) = facets.names.get(kind) {
                    self.offer_names(&names.of);
                }
                return;
            }
            // A view is no part of the query that could be left out.
            FacetRow::View(index) if mark != FacetMark::Exclude => {
                self.views.get(index).and_then(|saved| saved.query.as_ref().ok()).map(|saved| {
                    let release = saved == query && mark == FacetMark::Include;
                    if release { Query::default() } else { saved.clone() }
                })
            }
            FacetRow::Blank
            | FacetRow::Heading(_)
            | FacetRow::NamesHeading(_)
            | FacetRow::View(_)
            | FacetRow::MoreTags(_)
            | FacetRow::MoreYears(_) => None,
        };
        if let Some(next) = next {
            self.set_query(next, effects);
        }
    }
}
