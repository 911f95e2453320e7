//! A sum over bytes that tells whether they are what was written.
//!
//! Imports nothing of this crate.

/// The sum of bytes, and of zeros up to a multiple of eight: another one wherever eight bytes in a row are others.
pub fn sum_of(bytes: &[u8]) -> u64 {
    Sum::of(bytes)
}

/// A sum that is another whenever one word is: each step can be undone. Not against those who mean harm.
pub(super) struct Sum {
    lanes: [u64; 8],
    count: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { lanes: std::array::from_fn(|lane| (lane as u64 + 1).wrapping_mul(ODD)), count: 0 }
    }
}

/// The golden ratio of 64 bits: odd, so that multiplying can be undone.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Sum {
    /// The sum of bytes, and of zeros up to a multiple of eight.
    pub(super) fn of(bytes: &[u8]) -> u64 {
        let mut sum = Self::default();
        sum.add(bytes);
        sum.finish()
    }

    /// Adds bytes, and zeros up to a multiple of eight.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        // Eight chains at once, as each step waits for the one before it.
        let ahead = words.len().min(((8 - self.count % 8) % 8) as usize);
        let (first, words) = words.split_at(ahead);
        for word in first {
            self.one(u64::from_ne_bytes(*word));
        }
        let (eights, last) = words.as_chunks::<8>();
        let mut lanes = self.lanes;
        for eight in eights {
            for (lane, word) in lanes.iter_mut().zip(eight) {
                *lane = step(*lane, u64::from_ne_bytes(*word));
            }
        }
        self.lanes = lanes;
        self.count += eights.len() as u64 * 8;
        for word in last {
            self.one(u64::from_ne_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.one(u64::from_ne_bytes(word));
        }
    }

    fn one(&mut self, word: u64) {
        let lane = &mut self.lanes[(self.count % 8) as usize];
        *lane = step(*lane, word);
        self.count += 1;
    }

    pub(super) fn finish(&self) -> u64 {
        self.lanes.iter().fold(self.count.wrapping_mul(ODD), |sum, lane| {
            let sum = step(sum, *lane);
            sum ^ (sum >> 32)
        })
    }
}

fn step(lane: u64, word: u64) -> u64 {
    (lane ^ word).wrapping_mul(ODD).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zerocopy::IntoBytes;

    use super::*;

    proptest! {
        #[test]
        fn the_sum_of_pieces_is_the_sum_of_all(words in proptest::collection::vec(any::<u64>(), 0..60), cut: proptest::sample::Index) {
            let cut = cut.index(words.len() + 1);
            let mut pieces = Sum::default();
            pieces.add(words[..cut].as_bytes());
            pieces.add(words[cut..].as_bytes());
            prop_assert_eq!(pieces.finish(), Sum::of(words.as_bytes()));
        }
    }
}
