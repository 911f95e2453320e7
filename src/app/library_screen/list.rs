//! The list of articles: which row shows what, what is selected, what is scrolled into sight.

use std::sync::Arc;

use crate::library::article::{Article, ArticleKey, Date};
use crate::library::date::month_name;
use crate::library::hits::Best;
use crate::library::index::Library;
use crate::library::query::Outcome;
use crate::text::{SafeText, thousands};

/// From so many minutes on, hours say more.
const MANY_MINUTES: u32 = 180;
/// Rows that one article takes.
pub const ROWS_EACH: usize = 2;

/// The list under the current query.
#[derive(Debug, Default)]
pub struct List {
    outcome: Arc<Outcome>,
    groups: Vec<Group>,
    selected: usize,
    scroll: usize,
    /// Whether somebody moved the selection, or it is the first article by itself.
    moved: bool,
    /// How many times somebody did.
    moves: usize,
    /// The rows that stand for copies, by their places among those that are kept, each with how many articles all
    /// rows up to it stand for beside their own.
    copies: Vec<(usize, usize)>,
}

/// What stands together under a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// There are no headings.
    None,
    /// The articles of a month.
    Months,
    /// Those in a folder.
    Folders,
    /// Those of a series.
    Series,
}

/// Articles of one month, folder or series, or with titles that are similar, under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Index of its first article in the list.
    pub first: usize,
    /// Row of its heading.
    pub row: usize,
    /// The heading.
    pub label: SafeText,
}

/// What one row of the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListRow {
    /// Nothing.
    Blank,
    /// The heading of the group with this index.
    Heading(usize),
    /// The first line (0) or second line (1) of the article with this index in the list.
    Article(usize, usize),
}

impl List {
    /// The list of what a query keeps, under the headings of a `grouping` that its order allows. The article
    /// `keep` is selected, its first line on the screen row `row`, where the list holds it; otherwise the
    /// selection stays near its old index. Gives the outcome that was shown before.
    pub fn fill(
        &mut self,
        library: &Library,
        outcome: &Arc<Outcome>,
        grouping: Grouping,
        keep: Option<ArticleKey>,
        row: usize,
    ) -> Arc<Outcome> {
        let before = std::mem::replace(&mut self.outcome, Arc::clone(outcome));
        let was_above = self.selected < before.begun.len();
        let held = keep.and_then(|key| library.find(key)).and_then(|id| {
            // One that stands in the list twice stays where it is selected.
            let below =
                || outcome.ids.iter().position(|other| *other == id).map(|at| at + outcome.begun.len());
            // One that is folded leaves it to the row that stands for it.
            let found = if was_above { None } else { below() };
            found.or_else(|| self.index_of(id)).or_else(|| self.index_of_stand_in(library, id))
        });
        self.copies.clear();
        if !outcome.copies.is_empty() {
            let mut sum = 0;
            for (place, id) in outcome.ids.iter().enumerate() {
                let copies = outcome.copies_of(*id) as usize;
                if copies > 0 {
                    sum += copies;
                    self.copies.push((place, sum));
                }
            }
        }
        self.groups.clear();
        if !outcome.begun.is_empty() {
            self.groups.push(Group { first: 0, row: 0, label: crate::safe!("Continue reading") });
        }
        let above = outcome.begun.len();
        if grouping != Grouping::None {
            let row = if above == 0 { 0 } else { 1 + above * ROWS_EACH + 1 };
            let below_them = groups(library, &outcome.ids, grouping).into_iter();
            let below = |group: Group| Group { first: group.first + above, row: group.row + row, ..group };
            self.groups.extend(below_them.map(below));
        }
        if !outcome.similar.is_empty() {
            let first = above + outcome.ids.len();
            let rows = if first == 0 { 0 } else { self.end_of(first) + 1 };
            let label = crate::safe!("Similar titles");
            self.groups.push(Group { first, row: rows, label });
        }
        self.selected = held.unwrap_or(self.selected).min(self.len().saturating_sub(1));
        if held.is_some() {
            self.scroll = self.row_of(self.selected).saturating_sub(row);
        }
        before
    }

    /// Puts selection and scroll back to the beginning.
    pub fn rewind(&mut self) {
        (self.selected, self.scroll, self.moved) = (0, 0, false);
    }

    /// How many rows there are that can be selected: what is begun stands there once more, and copies as one.
    pub fn len(&self) -> usize {
        self.begun() + self.kept() + self.similar()
    }

    /// How many come first once more, because they are begun.
    pub fn begun(&self) -> usize {
        self.outcome.begun.len()
    }

    /// How many articles the query keeps, each copy counted.
    pub fn articles(&self) -> usize {
        self.outcome.set.len() as usize
    }

    /// The ids of the articles that the query keeps, each copy among them.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.outcome.set.iter()
    }

    /// Which of the articles the selected row is, "3 of 44"; for one that stands for copies, "3\u{2013}4 of 44".
    pub fn position(&self) -> SafeText {
        let Outcome { ids, begun, similar, .. } = &*self.outcome;
        let below = self.selected.checked_sub(begun.len());
        let place = match below {
            Some(place) => Some(place),
            // It stands there once more, at the place that it has among all.
            None => begun.get(self.selected).and_then(|id| ids.iter().position(|other| other == id)),
        };
        let Some(place) = place else { return SafeText::default() };
        if let Some(place) = place.checked_sub(ids.len()) {
            return crate::safe!("{} of {} similar", thousands(place + 1), thousands(similar.len()));
        }
        let copies_to = |end: usize| {
            let above = self.copies.partition_point(|(row, _)| *row < end);
            above.checked_sub(1).and_then(|last| self.copies.get(last)).map_or(0, |(_, sum)| *sum)
        };
        let (first, last) = (place + 1 + copies_to(place), place + 1 + copies_to(place + 1));
        let all = thousands(self.articles());
        if first == last {
            crate::safe!("{} of {all}", thousands(first))
        } else {
            crate::safe!("{}\u{2013}{} of {all}", thousands(first), thousands(last))
        }
    }

    /// How many rows are of what the query keeps; they come next.
    pub fn kept(&self) -> usize {
        self.outcome.ids.len()
    }

    /// How many only have a title that is similar to the search words.
    pub fn similar(&self) -> usize {
        self.outcome.similar.len()
    }

    /// Whether the article at an index only has a title that is similar to the search words.
    pub fn is_similar(&self, index: usize) -> bool {
        index >= self.begun() + self.kept()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Index of the selected article.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// The article's id at an index.
    pub fn id(&self, index: usize) -> Option<u32> {
        let Outcome { ids, similar, begun, .. } = &*self.outcome;
        let below = || {
            let index = index.checked_sub(begun.len())?;
            ids.get(index).or_else(|| similar.get(index.checked_sub(ids.len())?))
        };
        begun.get(index).or_else(below).copied()
    }

    /// For how many copies of it the article at an index stands.
    pub fn copies(&self, index: usize) -> u32 {
        self.id(index).map_or(0, |id| self.outcome.copies_of(id))
    }

    /// The index of an id.
    pub fn index_of(&self, id: u32) -> Option<usize> {
        let Outcome { ids, similar, begun, .. } = &*self.outcome;
        begun.iter().chain(ids).chain(similar).position(|other| *other == id)
    }

    /// The index of the article that stands for the folded copy `id`.
    pub fn index_of_stand_in(&self, library: &Library, id: u32) -> Option<usize> {
        let of = library.copies_of(id)?;
        let is_it = |(other, _): &&(u32, u32)| library.copies_of(*other) == Some(of);
        self.index_of(self.outcome.copies.iter().find(is_it)?.0)
    }

    /// The index of the article so many places after (or before) the one at `from`, which stands where it stands in
    /// the list itself, and not where what is begun stands once more.
    pub fn neighbour(&self, from: usize, step: isize) -> Option<usize> {
        let own = if from < self.begun() { self.own_index(self.id(from)?)? } else { from };
        own.checked_add_signed(step).filter(|index| (self.begun()..self.len()).contains(index))
    }

    fn own_index(&self, id: u32) -> Option<usize> {
        let Outcome { ids, similar, begun, .. } = &*self.outcome;
        Some(begun.len() + ids.iter().chain(similar).position(|other| *other == id)?)
    }

    /// The section of an article that holds most of what was searched for.
    pub fn best_of(&self, id: u32) -> Option<Best> {
        self.outcome.best_of(id)
    }

    /// Whether any article was found by a section of its text.
    pub fn has_sections(&self) -> bool {
        !self.outcome.best.is_empty()
    }

    /// The articles of which a row is in sight, by their indices.
    pub fn in_sight(&self, height: usize) -> Vec<usize> {
        let rows = (self.scroll..self.rows().min(self.scroll + height)).map(|row| self.row(row));
        let mut indices: Vec<usize> = rows
            .filter_map(|row| if let ListRow::Article(index, _) = row { Some(index) } else { None })
            .collect();
        indices.dedup();
        indices
    }

    /// The groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether the selection is somebody's choice; until then it is whatever article comes first.
    pub fn was_moved(&self) -> bool {
        self.moved
    }

    /// How many times somebody moved the selection: as long as that stays, it is where it was left.
    pub fn moves(&self) -> usize {
        self.moves
    }

    /// The screen row of the selected article's first line, from the list's top.
    pub fn screen_row(&self) -> usize {
        self.row_of(self.selected).saturating_sub(self.scroll)
    }

    /// The first row in sight.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    /// How many rows there are in all.
    pub fn rows(&self) -> usize {
        self.end_of(self.len())
    }

    /// The row behind so many articles.
    fn end_of(&self, count: usize) -> usize {
        count.checked_sub(1).map_or(0, |last| self.row_of(last) + ROWS_EACH)
    }

    /// What the row shows.
    pub fn row(&self, row: usize) -> ListRow {
        let Some(index) = self.groups.partition_point(|group| group.row <= row).checked_sub(1) else {
            let end = self.groups.first().map_or(self.len(), |group| group.first);
            let index = row / ROWS_EACH;
            return if index < end { ListRow::Article(index, row % ROWS_EACH) } else { ListRow::Blank };
        };
        let group = &self.groups[index];
        if row == group.row {
            return ListRow::Heading(index);
        }
        let within = row - group.row - 1;
        let end = self.groups.get(index + 1).map_or(self.len(), |next| next.first);
        let index = group.first + within / ROWS_EACH;
        if index < end { ListRow::Article(index, within % ROWS_EACH) } else { ListRow::Blank }
    }

    /// The row of an article's first line.
    pub fn row_of(&self, index: usize) -> usize {
        match self.groups.partition_point(|group| group.first <= index).checked_sub(1) {
            Some(at) => {
                let group = &self.groups[at];
                group.row + 1 + (index - group.first) * ROWS_EACH
            }
            None => index * ROWS_EACH,
        }
    }

    /// Selects the article at an index, or the last one.
    pub fn select(&mut self, index: usize) {
        (self.moved, self.moves) = (true, self.moves + 1);
        self.selected = index.min(self.len().saturating_sub(1));
    }

    /// Moves the selection by so many articles.
    pub fn step(&mut self, by: isize) {
        self.select(self.selected.saturating_add_signed(by));
    }

    /// Moves what is in sight by so many rows; the selection follows when it would leave.
    pub fn wheel(&mut self, by: isize, height: usize) {
        (self.moved, self.moves) = (true, self.moves + 1);
        let last = self.rows().saturating_sub(height);
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
        let sight = self.scroll..self.scroll + height;
        while self.row_of(self.selected) < sight.start && self.selected + 1 < self.len() {
            self.selected += 1;
        }
        while self.row_of(self.selected) + ROWS_EACH > sight.end && self.selected > 0 {
            self.selected -= 1;
        }
    }

    /// Scrolls just so far that the selected article is in sight, with its group's heading where it is
    /// the group's first.
    pub fn ensure(&mut self, height: usize) {
        if self.is_empty() {
            self.scroll = 0;
            return;
        }
        let row = self.row_of(self.selected);
        let heads_group = self.groups.iter().any(|group| group.first == self.selected);
        let top = if heads_group { row - 1 } else { row };
        let end = row + ROWS_EACH;
        if top < self.scroll {
            self.scroll = top;
        }
        if end > self.scroll + height {
            self.scroll = end.saturating_sub(height);
        }
        self.scroll = self.scroll.min(self.rows().saturating_sub(height));
    }

    /// How many articles fit into so many rows, at least one.
    pub fn page(height: usize) -> isize {
        (height / ROWS_EACH).max(1) as isize
    }
}

/// The groups of the articles in the order of the list.
fn groups(library: &Library, ids: &[u32], grouping: Grouping) -> Vec<Group> {
    let days = library.days();
    let month = |id: u32| days.get(id as usize).and_then(|day| day.year_month());
    match grouping {
        Grouping::None => Vec::new(),
        Grouping::Months => {
            groups_of(ids, |one, other| month(one) == month(other), |id| month_label(month(id)))
        }
        Grouping::Folders => {
            groups_of(ids, |one, other| library.share_folder(one, other), |id| library.folder(id))
        }
        Grouping::Series => groups_of(
            ids,
            |one, other| library.series_number(one) == library.series_number(other),
            |id| library.series(id).unwrap_or_else(|| crate::safe!("In no series")),
        ),
    }
}

/// The groups of ids that are in their order, so that the end of each is found by halves: a library has
/// thousands of articles a month, and this is done while keys wait.
fn groups_of(
    ids: &[u32],
    are_together: impl Fn(u32, u32) -> bool,
    label: impl Fn(u32) -> SafeText,
) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut first, mut row) = (0, 0);
    while let Some(own) = ids.get(first).copied() {
        groups.push(Group { first, row, label: label(own) });
        let count = ids[first..].partition_point(|id| are_together(own, *id));
        first += count;
        row += count * ROWS_EACH + 1 + 1;
    }
    groups
}

fn month_label(month: Option<(i16, u8)>) -> SafeText {
    match month {
        Some((year, month)) => crate::safe!("{} {year}", month_name(month as i8)),
        None => crate::safe!("Undated"),
    }
}

/// A day in words: "10 June 2024".
pub fn day_in_words(date: Date) -> SafeText {
    crate::safe!("{} {} {}", date.day(), month_name(date.month()), date.year())
}

/// Minutes to read, with `~` where they are estimated: "~4 min".
pub fn minutes(article: &Article) -> SafeText {
    let about = if article.minutes_are_estimated() { "~" } else { "" };
    crate::safe!("{about}{}", time(article.minutes()))
}

/// So many minutes, in hours where they are many: "4 min", "603 h".
pub fn time(minutes: u32) -> SafeText {
    if minutes < MANY_MINUTES {
        crate::safe!("{minutes} min")
    } else {
        crate::safe!("{} h", thousands((minutes as usize + 30) / 60))
    }
}
