//! Facets: the values by which a query can be narrowed, each with its count.
//!
//! Knows only the other files of `library`, and `text`. The query's sets are made once; then the columns of
//! what they keep are counted once, however many tags there are.

use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::text::SafeText;

use super::article::Date;
use super::fold::fold;
use super::hits::Hits;
use super::index::{Library, Names, fold_key};
use super::query::{DateRange, Evaluation, Is, Mark, Named, Outcome, Query, state_set};
use super::states::States;
use super::tags::fold_tag;

/// The facets of a library under a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    /// How many articles the query keeps.
    pub kept: u32,
    /// Tags that anything kept has, and those that the query names; by count, then by name.
    pub tags: Vec<ValueCount>,
    /// Where tags are included, those that no kept article has, each with what the query would keep were it any of
    /// them; by count, then by name.
    pub other_tags: Vec<(Arc<SafeText>, u32)>,
    /// Years that anything has which the query keeps but for its dates, newest first.
    pub years: Vec<Year>,
    /// The undated articles.
    pub undated: Undated,
    /// Sources, authors and languages, and the values of other keys that were asked for.
    pub names: Vec<NameCounts>,
    /// Every state, in the order of [`Is::ALL`].
    pub states: Vec<StateCount>,
    /// The days that the query keeps, where it says something of dates; what it leaves out of them is told by
    /// the years.
    pub range: Option<DateRange>,
}

impl Facets {
    /// The names of a kind.
    pub fn names(&self, of: &Named) -> &[ValueCount] {
        self.names.iter().find(|names| names.of == *of).map_or(&[], |names| &names.values)
    }
}

/// The names of a kind with their counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameCounts {
    /// What they are.
    pub of: Named,
    /// Those that anything kept has and those that the query names; by count, then by name.
    pub values: Vec<ValueCount>,
}

/// A tag, source, author, language or value of a key with its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCount {
    /// As first spelled.
    pub value: Arc<SafeText>,
    /// What the query with this value too would keep; where it is excluded, what that removes.
    pub count: u32,
    /// What the query says about it.
    pub mark: Mark,
    /// How much more frequent it is among what the query keeps than in the whole library, in tenths: 10 is
    /// just as frequent, more goes together with what is chosen.
    pub lift: u32,
    /// Whether it is only a person's label, and no article's tag.
    pub own: bool,
    /// Where the query asks for it in a term of its own: what it would keep without that.
    pub without: Option<u32>,
}

/// A year of the date facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// The bars, January first: what the query keeps but for its dates.
    pub months: [u32; 12],
    /// What the query keeps of each month, dates included.
    pub kept: [u32; 12],
    /// What the query keeps of the year, dates included.
    pub count: u32,
    /// Whether a day of the year is within the query's dates (without any, all are).
    pub inside: bool,
    /// Whether the query leaves all of it out.
    pub excluded: bool,
    /// The same of each month.
    pub months_inside: [bool; 12],
}

/// The undated articles of the date facet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undated {
    /// The bar: what the query keeps but for its dates.
    pub bar: u32,
    /// What the query keeps, dates included.
    pub count: u32,
}

/// A state with its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: Is,
    /// What the query with this state too would keep; where it is excluded, what that removes.
    pub count: u32,
    /// What the query says about it.
    pub mark: Mark,
}

/// The facets of `library` under `query`.
pub fn facets(library: &Library, query: &Query, states: &States, today: Date) -> Facets {
    facets_of(library, query, states, &[], today, &query.evaluate(library, states, None, today))
}

/// What `query` keeps and its facets, at the price of one evaluation; `keys` are front-matter keys whose
/// values are facets too, `hits` as for [`Query::run_with`].
pub fn run_with_facets(
    library: &Library,
    query: &Query,
    states: &States,
    keys: &[SafeText],
    hits: Option<&Hits>,
    today: Date,
) -> (Outcome, Facets) {
    let evaluation = query.evaluate(library, states, hits, today);
    let facets = facets_of(library, query, states, keys, today, &evaluation);
    (evaluation.outcome(query, library, states), facets)
}

fn facets_of(
    library: &Library,
    query: &Query,
    states: &States,
    keys: &[SafeText],
    today: Date,
    evaluation: &Evaluation,
) -> Facets {
    let set = &evaluation.set;
    let without: Vec<DateRange> = query.excluded_dates(today).collect();
    let range = query.date_range(today).or((!without.is_empty()).then(DateRange::default));
    let (years, undated) = years(library, query, evaluation, range, &without);
    let no_key = Names::default();
    let names = |of: Named| {
        let names = match &of {
            Named::Source => library.sources(),
            Named::Author => library.authors(),
            Named::Language => library.languages(),
            Named::Key(key) => library.meta_key(&fold_key(key.as_str())).map_or(&no_key, |key| key.names()),
        };
        let marks = query.marked_names(&of).map(|(index, value, mark)| (index, fold(value.as_str()), mark));
        // Where one takes the place of another, it counts what it would keep there.
        let asked: Vec<usize> = query
            .marked_names(&of)
            .filter(|(.., mark)| of.is_one() && *mark == Mark::Included)
            .map(|(index, ..)| index)
            .collect();
        let others =
            (!asked.is_empty()).then(|| evaluation.with_only(library, |index| !asked.contains(&index)));
        let values = values(library, names, marks, evaluation, others.as_ref().unwrap_or(set));
        NameCounts { of, values }
    };
    let marked = || query.marked_tags().map(|(index, value, mark)| (index, fold_tag(value.as_str()), mark));
    let mut tags = values(library, library.tags(), marked(), evaluation, set);
    add_labels(&mut tags, library, states, &marked().collect::<Vec<_>>(), evaluation);
    Facets {
        kept: set.len() as u32,
        other_tags: other_tags(library, query, evaluation, &tags),
        tags,
        years,
        undated,
        names: Named::ALL.into_iter().chain(keys.iter().cloned().map(Named::Key)).map(names).collect(),
        states: Is::ALL
            .into_iter()
            .map(|state| {
                let articles = state_set(library, states, state);
                let (count, mark) = match query.state_term(state) {
                    Some((index, Mark::Excluded)) => {
                        let others = evaluation.with_only(library, |other| other != index);
                        (others.intersection_len(&articles), Mark::Excluded)
                    }
                    marked => (set.intersection_len(&articles), marked.map_or(Mark::None, |(_, mark)| mark)),
                };
                StateCount { state, count: count as u32, mark }
            })
            .collect(),
        range,
    }
}

/// The names of a column with their counts in `set`: one pass over the column, and one evaluation for each
/// name that is excluded.
fn values(
    library: &Library,
    names: &Names,
    marks: impl Iterator<Item = (usize, String, Mark)>,
    evaluation: &Evaluation,
    set: &RoaringBitmap,
) -> Vec<ValueCount> {
    let mut counts = names.count(set);
    let mut marked = vec![Mark::None; names.len()];
    let mut without = vec![None; names.len()];
    let marks: Vec<(usize, String, Mark)> = marks.collect();
    for (index, folded, mark) in &marks {
        let (index, mark) = (*index, *mark);
        let Some(number) = names.find(folded) else { continue };
        marked[number as usize] = mark;
        if mark == Mark::Excluded {
            let others = evaluation.with_only(library, |other| other != index);
            let with = names.get(number).map_or(0, |name| others.intersection_len(name.set()));
            counts[number as usize] = with as u32;
        } else if marks.iter().filter(|(other, ..)| *other == index).count() == 1 {
            let others = evaluation.with_only(library, |other| other != index);
            without[number as usize] = Some(others.len() as u32);
        }
    }
    let mut order: Vec<u32> = (0..names.len() as u32)
        .filter(|number| counts[*number as usize] > 0 || marked[*number as usize] != Mark::None)
        .collect();
    // Numbers ascend by name, and the sort is stable.
    order.sort_by_key(|number| std::cmp::Reverse(counts[*number as usize]));
    order
        .into_iter()
        .filter_map(|number| {
            let name = names.get(number)?;
            let (value, row) = (Arc::clone(name.shown()), number as usize);
            let count = counts[row];
            let expected = set.len() * u64::from(name.count());
            let lift = (u64::from(count) * library.len() as u64 * 10).checked_div(expected);
            let lift = u32::try_from(lift.unwrap_or_default()).unwrap_or(u32::MAX);
            Some(ValueCount { value, count, mark: marked[row], lift, own: false, without: without[row] })
        })
        .collect()
}

/// The tags that can only be kept beside those that are included, at the price of one pass over their column.
fn other_tags(
    library: &Library,
    query: &Query,
    evaluation: &Evaluation,
    tags: &[ValueCount],
) -> Vec<(Arc<SafeText>, u32)> {
    let Some(included) = query.included_tags() else { return Vec::new() };
    let without = evaluation.with_only(library, |index| index != included);
    let known: std::collections::HashSet<&str> = tags.iter().map(|tag| tag.value.as_str()).collect();
    let counts = library.tags().count(&without);
    let mut others: Vec<(Arc<SafeText>, u32)> = counts
        .into_iter()
        .zip(0..)
        .filter(|(count, _)| *count > 0)
        .filter_map(|(count, number)| Some((Arc::clone(library.tags().get(number)?.shown()), count)))
        .filter(|(name, _)| !known.contains(name.as_str()))
        // None of what is kept has it.
        .map(|(name, count)| (name, evaluation.set.len() as u32 + count))
        .collect();
    others.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    others
}

/// Adds a person's labels to the tags. Where articles have a tag of the same name, both are one.
fn add_labels(
    tags: &mut Vec<ValueCount>,
    library: &Library,
    states: &States,
    marks: &[(usize, String, Mark)],
    evaluation: &Evaluation,
) {
    if states.labels().next().is_none() {
        return;
    }
    for (folded, label) in states.labels() {
        let tag = library.tags().find(folded).and_then(|number| library.tags().get(number));
        let articles = match tag {
            Some(tag) => tag.set() | &label.articles,
            None => label.articles.clone(),
        };
        let mark = marks.iter().rev().find(|(_, name, _)| name == folded);
        let (mark, count) = match mark {
            Some((index, _, Mark::Excluded)) => {
                let others = evaluation.with_only(library, |other| other != *index);
                (Mark::Excluded, others.intersection_len(&articles))
            }
            marked => {
                (marked.map_or(Mark::None, |(.., mark)| *mark), evaluation.set.intersection_len(&articles))
            }
        };
        tags.retain(|known| fold_tag(known.value.as_str()) != folded);
        if count > 0 || mark != Mark::None {
            let value = tag.map_or_else(|| Arc::clone(&label.name), |tag| Arc::clone(tag.shown()));
            tags.push(ValueCount {
                value,
                count: count as u32,
                mark,
                lift: 10,
                own: tag.is_none(),
                without: None,
            });
        }
    }
    tags.sort_by_key(|tag| (std::cmp::Reverse(tag.count), fold_tag(tag.value.as_str())));
}

fn years(
    library: &Library,
    query: &Query,
    evaluation: &Evaluation,
    range: Option<DateRange>,
    without: &[DateRange],
) -> (Vec<Year>, Undated) {
    let days = library.days();
    let written = || days.iter().filter_map(|day| day.year_month()).map(|(year, _)| year);
    let any_date = (0..evaluation.conjuncts.len()).any(|index| query.is_date_term(index));
    let ignoring = any_date.then(|| evaluation.with_only(library, |index| !query.is_date_term(index)));
    let ignoring = ignoring.as_ref().unwrap_or(&evaluation.set);
    let undated = Undated {
        bar: ignoring.intersection_len(library.undated()) as u32,
        count: evaluation.set.intersection_len(library.undated()) as u32,
    };
    let (Some(first), Some(last)) = (written().min(), written().max()) else { return (Vec::new(), undated) };
    let mut bars = vec![[0_u32; 12]; usize::from(last.abs_diff(first)) + 1];
    let mut kept = bars.clone();
    let count = |set: &RoaringBitmap, months: &mut [[u32; 12]]| {
        for id in set {
            if let Some((year, month)) = days[id as usize].year_month() {
                months[usize::from(year.abs_diff(first))][usize::from(month) - 1] += 1;
            }
        }
    };
    count(ignoring, &mut bars);
    if any_date {
        count(&evaluation.set, &mut kept);
    } else {
        kept.clone_from(&bars);
    }
    let range = range.unwrap_or_default();
    let touches = |year: i16, from: i8, to: i8| {
        let from = Date::new(year, from, 1);
        let to = Date::new(year, to, 1).map(Date::last_of_month);
        matches!((from, to), (Ok(from), Ok(to))
            if range.touches(from, to) && !without.iter().any(|out| out.contains(from) && out.contains(to)))
    };
    let years = (first..=last)
        .zip(bars.into_iter().zip(kept))
        .rev()
        .filter(|(_, (months, _))| months.iter().any(|count| *count > 0))
        .map(|(year, (months, kept))| Year {
            year,
            months,
            kept,
            count: kept.iter().sum(),
            inside: touches(year, 1, 12),
            excluded: [Date::new(year, 1, 1), Date::new(year, 12, 31)]
                .into_iter()
                .all(|day| day.is_ok_and(|day| without.iter().any(|out| out.contains(day))))
                && !touches(year, 1, 12),
            months_inside: std::array::from_fn(|month| touches(year, month as i8 + 1, month as i8 + 1)),
        })
        .collect();
    (years, undated)
}
