//! Two states of a document → which parts of it changed, and where the positions of the old one are in the
//! new one. Pure data; never shows a part, never knows rows.
//!
//! Parts are compared by hashes: the common head and tail first, then what is between them by those that
//! occur once on either side (patience diff), in time linear in the parts but for one sort.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use memchr::memmem;

use super::Document;
use super::shown::{Container, ContainerKind, Part, PartId, PartKind, Position};

/// Characters by which a position in a changed part is found again, most trusted first.
const WINDOWS: [usize; 3] = [64, 32, 16];
/// Longest markdown that is searched as a whole for a text that has moved.
const SEARCHED: usize = 4 << 20;

/// What is different between two states of a document, the old and the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    hunks: Vec<Hunk>,
}

/// Parts of the old state in whose place the new state has others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
    /// Bytes with which both begin.
    head: usize,
    /// Bytes with which both end.
    tail: usize,
}

impl Changes {
    /// What is different in `new`.
    pub fn between(old: &Document, new: &Document) -> Self {
        let same = matched(&hashes(old), &hashes(new));
        let mut hunks = Vec::new();
        let (mut i, mut j) = (0, 0);
        let end = (old.parts().len(), new.parts().len(), 0);
        for (a, b, count) in same.into_iter().chain([end]) {
            if i < a || j < b {
                let (before, after) = (text(old, &(i..a)), text(new, &(j..b)));
                let head = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
                let rest = before.len().min(after.len()) - head;
                let equal = before.bytes().rev().zip(after.bytes().rev()).take_while(|(a, b)| a == b);
                hunks.push(Hunk { old: i..a, new: j..b, head, tail: equal.count().min(rest) });
            }
            (i, j) = (a + count, b + count);
        }
        Self { hunks }
    }

    /// Whether every part is as it was.
    pub fn is_empty(&self) -> bool {
        self.hunks.is_empty()
    }

    /// Where a part of the old state is in the new one, unless it was changed.
    pub fn part(&self, part: PartId) -> Option<PartId> {
        let index = part.0 as usize;
        let after = self.hunks.partition_point(|hunk| hunk.old.end <= index);
        if self.hunks.get(after).is_some_and(|hunk| hunk.old.start <= index) {
            return None;
        }
        let (old, new) = after.checked_sub(1).map_or((0, 0), |before| {
            let hunk = &self.hunks[before];
            (hunk.old.end, hunk.new.end)
        });
        Some(PartId((index - old + new) as u32))
    }

    /// The parts of `new` that are not as any was, in order; those that show nothing are left out.
    pub fn fresh<'a>(&'a self, new: &'a Document) -> impl Iterator<Item = PartId> + 'a {
        self.hunks.iter().flat_map(move |hunk| {
            let whole = bytes(new, &hunk.new);
            let changed = whole.start + hunk.head..whole.end - hunk.tail;
            hunk.new.clone().filter_map(move |index| {
                let part = new.parts().get(index)?;
                // Where a long block is cut into parts depends on all that is before the cut.
                let is_piece = !(part.first && part.last);
                let is_same = is_piece && !touches(&changed, &part.range);
                (part.kind != PartKind::Nothing && !is_same).then_some(PartId(index as u32))
            })
        })
    }

    /// Where what was at `position` in `old` is in `new`: moved with its part where that is as it was, else
    /// found by the text before and after it, else in the part that stands where its own stood.
    pub fn position(&self, old: &Document, new: &Document, position: Position) -> Position {
        let id = old.part_at(position);
        let (Some(part), index) = (old.parts().get(id.0 as usize), id.0 as usize) else { return position };
        if position.0 < part.range.start {
            // In the front matter, or between it and the first part.
            let first = new.parts().first().map_or(new.markdown().len(), |part| part.range.start as usize);
            let at = first.min(position.0 as usize);
            let at = (0..=at).rev().find(|at| new.markdown().is_char_boundary(*at));
            return Position(at.unwrap_or_default() as u32);
        }
        if let Some(to) = self.part(id).and_then(|id| new.parts().get(id.0 as usize)) {
            let within = (position.0 - part.range.start).min(to.range.end - to.range.start);
            return Position(to.range.start + within);
        }
        let at = self.hunks.partition_point(|hunk| hunk.old.end <= index);
        let Some(hunk) = self.hunks.get(at) else { return position };
        let (from, to) = (bytes(old, &hunk.old), bytes(new, &hunk.new));
        let within = (position.0 as usize).min(from.end) - from.start;
        if within < hunk.head {
            return Position((to.start + within) as u32);
        }
        if within >= from.len() - hunk.tail {
            return Position((to.end - (from.len() - within)) as u32);
        }
        let expected = to.start + within.min(to.len());
        let around = text(old, &hunk.old).split_at_checked(within);
        if let Some(found) = around.and_then(|around| find_again(around, new.markdown(), &to, expected)) {
            return Position(found as u32);
        }
        let beside = hunk.new.start + (index - hunk.old.start).min(hunk.new.len().saturating_sub(1));
        new.parts().get(beside).map_or(Position(to.start as u32), |part| Position(part.range.start))
    }
}

/// Where the text before and after a place is in `range` of `new`, or, by more of it, anywhere in it; of
/// several places the one nearest to `expected`.
fn find_again(around: (&str, &str), new: &str, range: &Range<usize>, expected: usize) -> Option<usize> {
    let (before, after) = around;
    let find = |place: Range<usize>, window: usize, least: usize| {
        let within = new.get(place.clone())?;
        let nearest = |text: &str, ahead: usize| {
            if text.trim().chars().count() < least {
                return None;
            }
            let found = memmem::find_iter(within.as_bytes(), text.as_bytes());
            found.map(|found| place.start + found + ahead).min_by_key(|found| found.abs_diff(expected))
        };
        let end = after.char_indices().nth(window).map_or(after.len(), |(byte, _)| byte);
        let start = before.char_indices().rev().nth(window - 1).map_or(0, |(byte, _)| byte);
        let (after, before) = (&after[..end], &before[start..]);
        nearest(after, 0).or_else(|| nearest(before, before.len()))
    };
    let beside = WINDOWS.iter().find_map(|window| find(range.clone(), *window, WINDOWS[2] / 2));
    beside.or_else(|| {
        let windows = WINDOWS[..2].iter().filter(|_| new.len() <= SEARCHED);
        windows.copied().find_map(|window| find(0..new.len(), window, WINDOWS[2]))
    })
}

/// Bytes that some parts take, from the first to the last; empty before the next part where there are none.
fn bytes(document: &Document, parts: &Range<usize>) -> Range<usize> {
    let part = |index: usize| document.parts().get(index);
    let end = document.parts().last().map_or(document.body().0, |part| part.range.end);
    let start = part(parts.start).map_or(end, |part| part.range.start) as usize;
    let last = parts.end.checked_sub(1).filter(|_| !parts.is_empty()).and_then(part);
    start..last.map_or(start, |part| part.range.end as usize)
}

fn text<'a>(document: &'a Document, parts: &Range<usize>) -> &'a str {
    document.markdown().get(bytes(document, parts)).unwrap_or_default()
}

/// Whether a part has anything of what was changed, or surrounds what was taken out.
fn touches(changed: &Range<usize>, part: &Range<u32>) -> bool {
    let (start, end) = (part.start as usize, part.end as usize);
    if changed.is_empty() {
        return start <= changed.start && changed.start < end;
    }
    start < changed.end && changed.start < end
}

/// For each part a number that is the same where it reads the same.
fn hashes(document: &Document) -> Vec<u64> {
    let mut around: Vec<u64> = Vec::with_capacity(document.containers.len());
    for container in &document.containers {
        let parent = around.get(container.parent.0 as usize).copied().unwrap_or_default();
        around.push(container_hash(parent, container));
    }
    let hash = |part: &Part| {
        let mut hasher = DefaultHasher::new();
        document.slice(part).hash(&mut hasher);
        around.get(part.container.0 as usize).hash(&mut hasher);
        std::mem::discriminant(&part.kind).hash(&mut hasher);
        (part.first, part.last).hash(&mut hasher);
        hasher.finish()
    };
    document.parts().iter().map(hash).collect()
}

/// Numbers of items and footnotes do not count: they change with every one that is put before them.
fn container_hash(parent: u64, container: &Container) -> u64 {
    let mut hasher = DefaultHasher::new();
    parent.hash(&mut hasher);
    std::mem::discriminant(&container.kind).hash(&mut hasher);
    match &container.kind {
        ContainerKind::Item { task, .. } => task.hash(&mut hasher),
        ContainerKind::Alert(kind) => std::mem::discriminant(kind).hash(&mut hasher),
        _ => {}
    }
    hasher.finish()
}

/// Runs that are the same on both sides: where they begin there and there, and how long they are; in order
/// on both sides.
fn matched(old: &[u64], new: &[u64]) -> Vec<(usize, usize, usize)> {
    let head = equal(old.iter(), new.iter());
    let tail = equal(old[head..].iter().rev(), new[head..].iter().rev());
    let end = (old.len() - tail, new.len() - tail);
    let mut runs = vec![(0, 0, head)];
    let (mut i, mut j) = (head, head);
    let anchors = anchors(&old[head..end.0], &new[head..end.1]);
    let anchors = anchors.into_iter().map(|(i, j)| (head + i, head + j));
    for (x, y) in anchors.chain([end]) {
        // What occurs more than once is matched beside what is matched already.
        let after = equal(old[i..x].iter(), new[j..y].iter());
        let before = equal(old[i + after..x].iter().rev(), new[j + after..y].iter().rev());
        runs.extend([(i, j, after), (x - before, y - before, before)]);
        if (x, y) != end {
            runs.push((x, y, 1));
            (i, j) = (x + 1, y + 1);
        }
    }
    runs.push((end.0, end.1, tail));
    runs.retain(|(.., count)| *count > 0);
    runs
}

fn equal<'a>(old: impl Iterator<Item = &'a u64>, new: impl Iterator<Item = &'a u64>) -> usize {
    old.zip(new).take_while(|(a, b)| a == b).count()
}

/// Pairs of what occurs once on either side, as many as are in the same order on both.
fn anchors(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
    const TWICE: usize = usize::MAX;
    let mut seen: HashMap<u64, (Option<usize>, Option<usize>)> = HashMap::new();
    let count = |at: &mut Option<usize>, index| *at = Some(at.map_or(index, |_| TWICE));
    for (index, hash) in old.iter().enumerate() {
        count(&mut seen.entry(*hash).or_default().0, index);
    }
    for (index, hash) in new.iter().enumerate() {
        if let Some(entry) = seen.get_mut(hash) {
            count(&mut entry.1, index);
        }
    }
    let once = |pair: &(Option<usize>, Option<usize>)| match *pair {
        (Some(old), Some(new)) if old != TWICE && new != TWICE => Some((old, new)),
        _ => None,
    };
    let mut pairs: Vec<(usize, usize)> = seen.values().filter_map(once).collect();
    pairs.sort_unstable();
    longest_ascending(&pairs)
}

/// The longest subsequence of `pairs` whose second members ascend.
fn longest_ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of the ascending sequences of each length, the end that is lowest; and what is before each pair.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, second)) in pairs.iter().enumerate() {
        let at = ends.partition_point(|end| pairs[*end].1 < *second);
        before.push(at.checked_sub(1).map(|at| ends[at]));
        if at == ends.len() { ends.push(index) } else { ends[at] = index }
    }
    let mut longest = Vec::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        longest.push(pairs[index]);
        at = before[index];
    }
    longest.reverse();
    longest
}

#[cfg(test)]
mod tests;
