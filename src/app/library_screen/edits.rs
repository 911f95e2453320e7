//! Edits of the query that the panes and pickers share: mark or release a tag, days, a state, the order.

use crate::app::View;
use crate::library::article::Date;
use crate::library::query::{DateRange, Is, Mark, Named, Query, Sort, SortKey};
use crate::text::SafeText;

/// The orders that `s` goes through, each in its usual direction; series only where there are any.
const SORTS: [Sort; 6] = [
    Sort { key: SortKey::Date, descending: true },
    Sort { key: SortKey::Title, descending: false },
    Sort { key: SortKey::Words, descending: false },
    Sort { key: SortKey::Updated, descending: true },
    Sort { key: SortKey::Folder, descending: false },
    Sort { key: SortKey::Series, descending: false },
];

/// The query in the next order.
pub(super) fn next_sort(query: &Query, has_series: bool) -> Query {
    let now = query.order().key;
    let sorts = if has_series { &SORTS[..] } else { &SORTS[..SORTS.len() - 1] };
    let at = sorts.iter().position(|sort| sort.key == now);
    query.with_sort(Some(sorts[at.map_or(0, |at| (at + 1) % sorts.len())]))
}

/// Includes or excludes a tag, or releases it where it is marked so already.
pub fn toggle_tag(query: &Query, tag: &SafeText, mark: Mark) -> Query {
    match (query.tag_mark(tag.as_str()) == mark, mark) {
        (true, _) => query.clear_tag(tag),
        (false, Mark::Excluded) => query.exclude_tag(tag),
        (false, _) => query.include_tag(tag),
    }
}

/// Keeps also what has this tag instead of those that are included, or releases it.
pub fn toggle_any(query: &Query, tag: &SafeText) -> Query {
    if query.tag_mark(tag.as_str()) == Mark::Included { query.clear_tag(tag) } else { query.any_tag(tag) }
}

/// Includes or excludes a name, or releases it where it is marked so already.
pub(super) fn toggle_name(query: &Query, of: &Named, name: &SafeText, mark: Mark) -> Query {
    let same = query.name_mark(of, name) == mark;
    query.with_name(of, name, if same { Mark::None } else { mark })
}

/// Keeps also what has this name instead of those that are asked for, or releases it.
pub(super) fn toggle_any_name(query: &Query, of: &Named, name: &SafeText) -> Query {
    match query.name_mark(of, name) {
        Mark::Included => query.with_name(of, name, Mark::None),
        Mark::None | Mark::Excluded => query.any_name(of, name),
    }
}

/// Keeps only undated articles, or none of them; released where it is so already.
pub fn toggle_undated(query: &Query, exclude: bool) -> Query {
    match (query.state_mark(Is::Undated), exclude) {
        (Mark::Included, false) | (Mark::Excluded, true) => query.with_state(Is::Undated, Mark::None),
        (_, false) => query.only_undated(),
        (_, true) => query.with_state(Is::Undated, Mark::Excluded),
    }
}

/// Keeps only some days, or any again where it is so already.
pub(super) fn toggle_dates(query: &Query, view: &View, days: DateRange) -> Query {
    let same = query.date_range(view.today) == Some(days);
    query.with_dates((!same).then_some(days))
}

/// Leaves out some days, or no longer where it is so already.
pub fn toggle_without_dates(query: &Query, today: Date, days: DateRange) -> Query {
    if query.excluded_dates(today).any(|other| other == days) {
        query.release_dates(days, today)
    } else {
        query.exclude_dates(days, today)
    }
}

/// The days of a year, or of one of its months (from 1).
pub fn days_of(year: i16, month: Option<i8>) -> Option<DateRange> {
    let first = Date::new(year, month.unwrap_or(1), 1).ok()?;
    let last = if month.is_some() { first.last_of_month() } else { first.last_of_year() };
    Some(DateRange { from: Some(first), to: Some(last) })
}
