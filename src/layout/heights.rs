//! Heights of all parts and their sums, in a Fenwick tree: a height is corrected and a row is found
//! in logarithmic time, however many parts there are.
//!
//! Imports nothing of this crate.

/// Heights in rows, one a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heights {
    /// From 1: the sum of so many heights up to the node as its lowest bit says. Single heights are not
    /// kept beside it.
    tree: Vec<u32>,
    total: usize,
}

impl Heights {
    /// The tree over the given heights, in linear time.
    pub fn new(each: Vec<u32>) -> Self {
        let total = each.iter().map(|height| *height as usize).sum();
        let mut tree = each;
        tree.insert(0, 0);
        for node in 1..tree.len() {
            let parent = node + lowest_bit(node);
            if parent < tree.len() {
                tree[parent] = tree[parent].wrapping_add(tree[node]);
            }
        }
        Self { tree, total }
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.tree.len().saturating_sub(1)
    }

    /// Whether there is no part.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Height of one part; 0 beyond the last.
    pub fn get(&self, index: usize) -> u32 {
        let node = index + 1;
        let Some(sum) = self.tree.get(node) else { return 0 };
        let from = node - lowest_bit(node);
        let mut height = *sum;
        let mut within = node - 1;
        while within > from {
            height = height.wrapping_sub(self.tree[within]);
            within -= lowest_bit(within);
        }
        height
    }

    /// Corrects the height of one part. Says whether it changed.
    pub fn set(&mut self, index: usize, height: u32) -> bool {
        let old = self.get(index);
        if index >= self.len() || old == height {
            return false;
        }
        // Wrapping arithmetic: the difference may be negative, every sum is not.
        let difference = height.wrapping_sub(old);
        self.total = self.total - old as usize + height as usize;
        let mut node = index + 1;
        while node < self.tree.len() {
            self.tree[node] = self.tree[node].wrapping_add(difference);
            node += lowest_bit(node);
        }
        true
    }

    /// Rows before the part `index`.
    pub fn before(&self, index: usize) -> usize {
        let mut node = index.min(self.len());
        let mut sum = 0_usize;
        while node > 0 {
            sum += self.tree[node] as usize;
            node -= lowest_bit(node);
        }
        sum
    }

    /// Rows of all parts.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The part that holds the row `row` (from 0), and the row within it. Beyond the end: the last
    /// part that has rows, and its last row; `(0, 0)` where there is none.
    pub fn find(&self, row: usize) -> (usize, u32) {
        if self.total == 0 {
            return (0, 0);
        }
        let mut left = row.min(self.total - 1);
        let mut node = 0;
        let mut step = self.tree.len().next_power_of_two();
        while step > 0 {
            let next = node + step;
            if next < self.tree.len() && self.tree[next] as usize <= left {
                left -= self.tree[next] as usize;
                node = next;
            }
            step /= 2;
        }
        (node, left as u32)
    }
}

fn lowest_bit(node: usize) -> usize {
    node & node.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_and_searches_equal_the_naive_ones(
            start in prop::collection::vec(0_u32..9, 0..70),
            changes in prop::collection::vec((0_usize..80, 0_u32..50), 0..40),
        ) {
            let mut naive = start.clone();
            let mut heights = Heights::new(start);
            for (index, height) in changes {
                let changed = naive.get(index).is_some_and(|old| *old != height);
                prop_assert_eq!(heights.set(index, height), changed);
                if let Some(old) = naive.get_mut(index) {
                    *old = height;
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
        let heights = Heights::new(Vec::new());
        assert_eq!((heights.total(), heights.find(3), heights.before(2)), (0, (0, 0), 0));
        assert!(heights.is_empty());
    }
}
