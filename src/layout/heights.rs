//! Heights of all parts and their sums: estimates, and what is known better of some. A height is corrected and a
//! row is found in logarithmic time, and nothing is made of parts that nobody has looked at, however many there are.
//!
//! Imports nothing of this crate.

/// Parts whose corrections are kept together.
const GROUP: usize = 64;
/// What stands for a height that is an estimate; no correction is as large.
const ESTIMATED: i32 = i32::MIN;

/// What heights are taken to be until they are known.
pub trait Estimate {
    /// How many parts there are.
    fn parts(&self) -> usize;
    /// Rows of all parts before the part `index`, or of all where that is their number. Never less than before
    /// the one before.
    fn before(&self, index: usize) -> usize;
}

/// Heights in rows, one a part.
#[derive(Clone, Debug)]
pub struct Heights<E> {
    estimate: E,
    /// How much higher each part of a group is than its estimate; nothing where all are estimates.
    groups: Vec<Option<Box<[i32; GROUP]>>>,
    /// A Fenwick tree over the sums of the groups' corrections, from 1.
    tree: Vec<i64>,
}

impl<E: Estimate> Heights<E> {
    /// All heights as estimated.
    pub fn new(estimate: E) -> Self {
        let groups = estimate.parts().div_ceil(GROUP);
        Self { estimate, groups: vec![None; groups], tree: vec![0; groups + 1] }
    }

    /// What heights are taken to be. When it changes, corrections stay what they are.
    pub fn estimate_mut(&mut self) -> &mut E {
        &mut self.estimate
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.estimate.parts()
    }

    /// Whether there is no part.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Height of one part; 0 beyond the last.
    pub fn get(&self, index: usize) -> u32 {
        let height = self.estimated(index) + i64::from(self.correction(index).unwrap_or(0));
        u32::try_from(height).unwrap_or(0)
    }

    /// Whether a height is no estimate.
    pub fn is_exact(&self, index: usize) -> bool {
        self.correction(index).is_some()
    }

    /// Says what the height of one part is. Says whether it changed.
    pub fn set(&mut self, index: usize, height: u32) -> bool {
        let by = i64::from(height) - self.estimated(index);
        self.correct(index, i32::try_from(by).unwrap_or(i32::MAX))
    }

    /// Takes the height of a part for an estimate again. Says whether it changed.
    pub fn forget(&mut self, index: usize) -> bool {
        self.correct(index, ESTIMATED)
    }

    /// Rows before the part `index`.
    pub fn before(&self, index: usize) -> usize {
        let index = index.min(self.len());
        let (group, within) = (index / GROUP, index % GROUP);
        let mut corrected = 0;
        let mut node = group;
        while node > 0 {
            corrected += self.tree[node];
            node -= lowest_bit(node);
        }
        if let Some(Some(corrections)) = self.groups.get(group) {
            let known = corrections.iter().take(within).filter(|by| **by != ESTIMATED);
            corrected += known.map(|by| i64::from(*by)).sum::<i64>();
        }
        self.estimate.before(index).saturating_add_signed(corrected as isize)
    }

    /// Rows of all parts.
    pub fn total(&self) -> usize {
        self.before(self.len())
    }

    /// The part that holds the row `row` (from 0), and the row within it. Beyond the end: the last
    /// part that has rows, and its last row; `(0, 0)` where there is none.
    pub fn find(&self, row: usize) -> (usize, u32) {
        let Some(last) = self.total().checked_sub(1) else { return (0, 0) };
        let row = row.min(last);
        let (mut group, mut after) = (0, self.groups.len());
        while after - group > 1 {
            let middle = usize::midpoint(group, after);
            if self.before(middle * GROUP) <= row { group = middle } else { after = middle }
        }
        let mut part = group * GROUP;
        let mut left = row - self.before(part);
        let corrections = self.groups.get(group).and_then(Option::as_deref);
        let mut estimated = self.estimate.before(part);
        while part + 1 < self.len() {
            let next = self.estimate.before(part + 1);
            let by = corrections.map_or(ESTIMATED, |corrections| corrections[part % GROUP]);
            let by = if by == ESTIMATED { 0 } else { by as isize };
            let height = (next - estimated).saturating_add_signed(by);
            if left < height {
                break;
            }
            left -= height;
            (part, estimated) = (part + 1, next);
        }
        (part, left as u32)
    }

    fn estimated(&self, index: usize) -> i64 {
        if index >= self.len() {
            return 0;
        }
        (self.estimate.before(index + 1) - self.estimate.before(index)) as i64
    }

    fn correction(&self, index: usize) -> Option<i32> {
        let group = self.groups.get(index / GROUP)?.as_ref()?;
        group.get(index % GROUP).copied().filter(|by| *by != ESTIMATED)
    }

    fn correct(&mut self, index: usize, by: i32) -> bool {
        if index >= self.len() {
            return false;
        }
        let group = self.groups[index / GROUP].get_or_insert_with(|| Box::new([ESTIMATED; GROUP]));
        let old = std::mem::replace(&mut group[index % GROUP], by);
        let value = |by: i32| if by == ESTIMATED { 0 } else { i64::from(by) };
        let difference = value(by) - value(old);
        if difference == 0 {
            return false;
        }
        let mut node = index / GROUP + 1;
        while node < self.tree.len() {
            self.tree[node] += difference;
            node += lowest_bit(node);
        }
        true
    }
}

fn lowest_bit(node: usize) -> usize {
    node & node.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    struct Each(Vec<u32>);

    impl Estimate for Each {
        fn parts(&self) -> usize {
            self.0.len()
        }

        fn before(&self, index: usize) -> usize {
            self.0[..index].iter().map(|height| *height as usize).sum()
        }
    }

    proptest! {
        #[test]
        fn sums_and_searches_equal_the_naive_ones(
            start in prop::collection::vec(0_u32..9, 0..200),
            changes in prop::collection::vec((0_usize..220, prop::option::weighted(0.9, 0_u32..50)), 0..60),
        ) {
            let mut naive = start.clone();
            let mut heights = Heights::new(Each(start.clone()));
            for (index, height) in changes {
                let Some(wanted) = height.or_else(|| start.get(index).copied()) else { continue };
                let changed = naive.get(index).is_some_and(|old| *old != wanted);
                let said = match height {
                    Some(height) => heights.set(index, height),
                    None => heights.forget(index),
                };
                prop_assert_eq!(said, changed);
                prop_assert_eq!(heights.is_exact(index), height.is_some() && index < naive.len());
                if let Some(old) = naive.get_mut(index) {
                    *old = wanted;
                }
            }
            let mut sum = 0;
            for (index, height) in naive.iter().enumerate() {
                prop_assert_eq!(heights.get(index), *height);
                prop_assert_eq!(heights.before(index), sum);
                for row in 0..*height {
                    prop_assert_eq!(heights.find(sum + row as usize), (index, row));
                }
                sum += *height as usize;
            }
            prop_assert_eq!(heights.total(), sum);
            prop_assert_eq!(heights.before(naive.len() + 5), sum);
            if sum > 0 {
                prop_assert_eq!(heights.find(sum + 7), heights.find(sum - 1));
            }
        }
    }

    #[test]
    fn nothing_has_no_rows() {
        let heights = Heights::new(Each(Vec::new()));
        assert_eq!((heights.total(), heights.find(3), heights.before(2)), (0, (0, 0), 0));
        assert!(heights.is_empty());
    }
}
