//! A calendar day as one number.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::library::article::Date;

/// A calendar day as one number that orders like it: year, month and day in bits. [`Day::NONE`] is
/// before every day.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(transparent)]
pub struct Day(i32);

impl Day {
    /// No day: the article is undated.
    pub const NONE: Self = Self(i32::MIN);
    /// Before every day but [`Day::NONE`].
    pub(super) const FIRST: Self = Self(i32::MIN + 1);
    /// After every day.
    pub(super) const LAST: Self = Self(i32::MAX);

    /// The number of `date`.
    pub fn of(date: Date) -> Self {
        Self((i32::from(date.year()) << 9) | (i32::from(date.month()) << 5) | i32::from(date.day()))
    }

    /// Its year and its month from 1, unless it is [`Day::NONE`].
    pub fn year_month(self) -> Option<(i16, u8)> {
        (self != Self::NONE).then_some(((self.0 >> 9) as i16, ((self.0 >> 5) & 15) as u8))
    }

    /// The day itself, unless it is [`Day::NONE`].
    pub fn date(self) -> Option<Date> {
        let (year, month) = self.year_month()?;
        Date::new(year, month as i8, (self.0 & 31) as i8).ok()
    }

    /// Whether it is [`Day::NONE`] or has a year and a month: whatever else a damaged file may say.
    pub(super) fn is_sound(self) -> bool {
        let month = (self.0 >> 5) & 15;
        self == Self::NONE || (i16::try_from(self.0 >> 9).is_ok() && (1..=12).contains(&month))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn days_order_like_dates(one in (-9999..=9999_i16, 1..=12_i8, 1..=28_i8), two in (-9999..=9999_i16, 1..=12_i8, 1..=28_i8)) {
            let [one, two] = [one, two].map(|(year, month, day)| Date::constant(year, month, day));
            prop_assert_eq!(Day::of(one).cmp(&Day::of(two)), one.cmp(&two));
            prop_assert_eq!(Day::of(one).year_month(), Some((one.year(), one.month() as u8)));
            prop_assert_eq!(Day::of(one).date(), Some(one));
            prop_assert!(Day::of(one).is_sound() && Day::NONE < Day::of(one));
        }
    }
}
