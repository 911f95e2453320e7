//! A written date → `When`, or why not.

use crate::safe;
use crate::text::SafeText;

use super::parse::{Fault, Read, fault, nearest};
use super::{DateTerm, Unit, When};

/// The days of `FROM..TO`, or of one date, that is written `at` a byte of the line.
pub(super) fn between(at: usize, value: &SafeText) -> Read<DateTerm> {
    let Some((from, to)) = value.as_str().split_once("..") else {
        return Ok(DateTerm::In(when(at, value)?));
    };
    let (from, to, to_at) = (SafeText::line(from), SafeText::line(to), at + from.len() + 2);
    match (from.is_empty(), to.is_empty()) {
        (true, true) => fault(at, safe!("a date is missing beside ..; write in:2024..2025-03")),
        (false, true) => Ok(DateTerm::Since(when(at, &from)?)),
        (true, false) => Ok(DateTerm::Until(when(to_at, &to)?)),
        (false, false) => {
            let (first, last) = (when(at, &from)?, when(to_at, &to)?);
            let absolute = |when: When| match when {
                When::Year(_) | When::Month(..) | When::Day(_) => when.days(jiff::civil::Date::ZERO),
                When::Today | When::Yesterday | When::Ago(..) => None,
            };
            if let (Some((begins, _)), Some((_, ends))) = (absolute(first), absolute(last))
                && ends < begins
            {
                return Err(Fault {
                    at,
                    reason: safe!("{from} is after {to}"),
                    suggestion: Some(safe!("in:{to}..{from}")),
                });
            }
            Ok(DateTerm::Between(first, last))
        }
    }
}

/// The date that is written `at` a byte of the line.
pub(super) fn when(at: usize, value: &SafeText) -> Read<When> {
    let written = value.as_str().to_lowercase();
    match written.as_str() {
        "today" => return Ok(When::Today),
        "yesterday" => return Ok(When::Yesterday),
        _ => {}
    }
    if let Some(when) = ago(&written).or_else(|| absolute(&written)) {
        return Ok(when);
    }
    let suggestion = nearest(&written, ["today", "yesterday"]).map(SafeText::line);
    let write = "write 2024-03 or 2024-03-09";
    let reason = if written.starts_with(|c: char| c.is_ascii_digit()) || suggestion.is_some() {
        safe!("there is no date like this: {value}; {write}")
    } else {
        safe!("there is no date like this: {value}; {write}, or today, yesterday, 7d, 2w, 3m, 1y")
    };
    Err(Fault { at, reason, suggestion })
}

fn ago(written: &str) -> Option<When> {
    let unit = match written.chars().next_back()? {
        'd' => Unit::Day,
        'w' => Unit::Week,
        'm' => Unit::Month,
        'y' => Unit::Year,
        _ => return None,
    };
    let count = digits(&written[..written.len() - 1], 1..=5)?;
    Some(When::Ago(count, unit))
}

fn absolute(written: &str) -> Option<When> {
    let mut parts = written.split(['-', '/']);
    let year = digits(parts.next()?, 4..=4)? as i16;
    let month = parts.next().map(|part| digits(part, 1..=2));
    let day = parts.next().map(|part| digits(part, 1..=2));
    if parts.next().is_some() || year == 0 {
        return None;
    }
    match (month, day) {
        (None, _) => Some(When::Year(year)),
        (Some(month), None) => {
            let month = month? as i8;
            (1..=12).contains(&month).then_some(When::Month(year, month))
        }
        (Some(month), Some(day)) => {
            jiff::civil::Date::new(year, month? as i8, day? as i8).ok().map(When::Day)
        }
    }
}

fn digits(written: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i32> {
    let all = written.bytes().all(|byte| byte.is_ascii_digit());
    if all && lengths.contains(&written.len()) { written.parse().ok() } else { None }
}
