//! Dates as articles write them → the calendar day as written. Pure; no zone ever shifts a day.
//!
//! Knows nothing of this crate but the type of a day.

use super::article::Date;

/// Why text gives no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDate {
    /// It has the form of a date, but there is no such day.
    Impossible,
    /// It has no form of a date that is known.
    Unknown,
}

/// The day that `text` names: ISO 8601 with `-` or `/` (one-digit parts allowed) and anything that may
/// follow it as a time, `5/31/2018` (month first unless the first number is over 12), RFC 2822, and
/// dates with month names.
///
/// # Errors
///
/// [`NoDate`] where there is no such form, or no such day.
pub fn parse(text: &str) -> Result<Date, NoDate> {
    let text = text.trim();
    if text.len() > 80 || !text.is_ascii() {
        return Err(NoDate::Unknown);
    }
    if let Some((numbers, rest)) = three_numbers(text) {
        if !is_time(rest) {
            return Err(NoDate::Unknown);
        }
        let [first, second, third] = numbers;
        let (year, month, day) = match (first.len(), third.len()) {
            (4, 1..=2) => (first, second, third),
            (1..=2, 4) if text.contains('/') && number(first) > 12 => (third, second, first),
            (1..=2, 4) if text.contains('/') => (third, first, second),
            _ => return Err(NoDate::Unknown),
        };
        return day_of(number(year), number(month), number(day));
    }
    with_month_name(text)
}

/// The day at the beginning of a file's or folder's name: `2024-03-09-title`.
pub fn at_start_of(name: &str) -> Option<Date> {
    let day = name.get(..10)?;
    let shape = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let ends = !name[10..].starts_with(|c: char| c.is_ascii_digit());
    (shape && ends).then(|| parse(day).ok()).flatten()
}

fn number(digits: &str) -> i32 {
    digits.parse().unwrap_or(-1)
}

fn day_of(year: i32, month: i32, day: i32) -> Result<Date, NoDate> {
    let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return Err(NoDate::Impossible);
    };
    if year < 1 {
        return Err(NoDate::Impossible);
    }
    Date::new(year, month, day).map_err(|_| NoDate::Impossible)
}

/// `2024-03-09…`, `2024/3/9…`, `5/31/2018…`: the numbers and what follows them.
fn three_numbers(text: &str) -> Option<([&str; 3], &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let separator = text.as_bytes().get(digits(text)).copied().filter(|b| matches!(b, b'-' | b'/'))?;
    let mut numbers = [""; 3];
    let mut rest = text;
    for (index, number) in numbers.iter_mut().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(char::from(separator))?;
        }
        let length = digits(rest);
        (1..=4).contains(&length).then_some(())?;
        (*number, rest) = rest.split_at(length);
    }
    Some((numbers, rest))
}

/// Whether `rest` may follow a day: nothing, or `T`/blank and a time, with seconds, fraction, AM/PM and zone.
fn is_time(rest: &str) -> bool {
    let Some(first) = rest.chars().next() else { return true };
    if !matches!(first, 'T' | 't' | ' ') {
        // A zone right after the day ("2024-03-09Z", "2024-03-09+02:00").
        return is_zone(rest);
    }
    let time = rest[1..].trim_start();
    let clock = time.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b',')).count();
    let (clock, zone) = time.split_at(clock);
    let well_formed = clock.starts_with(|c: char| c.is_ascii_digit());
    let zone = zone.trim_start();
    let half = ["am", "pm", "AM", "PM"].iter().find_map(|half| zone.strip_prefix(half));
    well_formed && is_zone(half.unwrap_or(zone).trim_start())
}

/// Nothing, `Z`, `+hh:mm`, `+hhmm`, `+hh`, or a name such as `UTC`, `EST`, with `(…)` behind it.
fn is_zone(zone: &str) -> bool {
    let zone = zone.split('(').next().unwrap_or_default().trim();
    // RFC 9557 adds the zone's name: "+01:00[Europe/Berlin]".
    let region = |name: &&str| name.starts_with(|c: char| c.is_ascii_alphabetic());
    let zone = match zone.strip_suffix(']').and_then(|zone| zone.split_once('[')) {
        Some((zone, name)) if region(&name) => zone,
        _ => zone,
    };
    let named = zone.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, offset) = zone.split_at(named);
    let offset = offset.trim_start();
    if offset.is_empty() {
        return name.len() <= 5;
    }
    // Go prints "+0000 UTC".
    let Some(signed) = offset.strip_prefix(['+', '-']) else { return false };
    let digits = signed.bytes().take_while(|b| b.is_ascii_digit() || *b == b':').count();
    let after = signed[digits..].trim_start();
    name.len() <= 5
        && (1..=8).contains(&digits)
        && after.len() <= 5
        && after.bytes().all(|b| b.is_ascii_alphabetic())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month's English name, 1 to 12; nothing for any other number.
pub fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default()
}

/// `Mon, 02 Jan 2006 15:04:05 -0700`, `January 2, 2006`, `2 January 2006`, `Jan 2nd 2006`.
fn with_month_name(text: &str) -> Result<Date, NoDate> {
    let (mut month, mut day, mut year) = (None, None, None);
    let words = text.split([' ', ',', '-', '.']).filter(|word| !word.is_empty());
    for word in words {
        if month.is_some() && day.is_some() && year.is_some() {
            // What follows is a time; the day is known.
            break;
        }
        let lower = word.to_ascii_lowercase();
        let digits = lower.bytes().take_while(u8::is_ascii_digit).count();
        let suffix = &lower[digits..];
        if digits == 0 {
            let named = |name: &&str| lower.len() >= 3 && name.to_ascii_lowercase().starts_with(&lower);
            match MONTHS.iter().position(named) {
                Some(index) if month.is_none() => month = Some(index as i32 + 1),
                _ if is_filler(&lower) => {}
                _ => return Err(NoDate::Unknown),
            }
        } else if digits == 4 && suffix.is_empty() && year.is_none() {
            year = Some(number(word));
        } else if digits <= 2 && matches!(suffix, "" | "st" | "nd" | "rd" | "th") && day.is_none() {
            day = Some(number(&word[..digits]));
        } else if !suffix.starts_with(':') {
            return Err(NoDate::Unknown);
        }
    }
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => day_of(year, month, day),
        _ => Err(NoDate::Unknown),
    }
}

/// A weekday, or a word that may stand in a date.
fn is_filler(word: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    matches!(word, "of" | "the" | "utc" | "gmt")
        || (word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, day: &str) {
        assert_eq!(parse(text).map(|day| day.to_string()), Ok(day.to_owned()), "{text:?}");
    }

    fn check_none(text: &str, fault: NoDate) {
        assert_eq!(parse(text), Err(fault), "{text:?}");
    }

    #[test]
    fn iso_forms_give_the_day_as_written_whatever_the_zone() {
        for text in [
            "2024-03-09",
            "2024/03/09",
            "2024-3-9",
            "2024/3/9 7:05",
            "2024-03-09T23:59:59Z",
            "2024-03-09t23:59:59.123456Z",
            "2024-03-09 23:59:59 -0400",
            "2024-03-09 23:59:59 -04:00",
            "2024-03-09T00:00:00+14:00",
            "2024-03-09 09:00:00 +0000 UTC",
            "2024-03-09 9:00 PM EST",
            "2024-03-09T09:00:00+01:00[Europe/Berlin]",
        ] {
            check(text, "2024-03-09");
        }
    }

    #[test]
    fn slashed_dates_are_month_first_unless_the_first_number_is_over_twelve() {
        check("5/31/2018", "2018-05-31");
        check("05/06/2018", "2018-05-06");
        check("31/5/2018", "2018-05-31");
        check("5/31/2018 10:00:00 AM", "2018-05-31");
    }

    #[test]
    fn names_of_months_and_rfc_2822_are_read() {
        for text in [
            "Sat, 09 Mar 2024 23:00:00 -0700",
            "9 Mar 2024",
            "March 9, 2024",
            "Mar 9th, 2024",
            "Saturday, March 9th 2024",
            "9 March 2024 10:00",
            "09-Mar-2024",
            "Sat Mar 09 2024 10:00:00 GMT+0000 (Coordinated Universal Time)",
        ] {
            check(text, "2024-03-09");
        }
        check("Sept 1 2020", "2020-09-01");
    }

    #[test]
    fn days_that_do_not_exist_are_no_days() {
        for text in ["2024-13-45", "0000-00-00", "2023-02-29", "2/30/2020", "31 April 2020", "2024-00-10"] {
            check_none(text, NoDate::Impossible);
        }
    }

    #[test]
    fn what_is_no_date_is_no_date() {
        for text in [
            "",
            "2024",
            "2024-03",
            "soon",
            "99999999999999999999",
            "12:30",
            "2024-03-09[90019A",
            "1/2/3",
            "{{date}}",
            "may",
            "March 2024",
            "2024-03-09 sometime later than that",
        ] {
            check_none(text, NoDate::Unknown);
        }
    }

    #[test]
    fn a_name_may_begin_with_a_day() {
        assert_eq!(at_start_of("2024-03-09-title").map(|day| day.to_string()).as_deref(), Some("2024-03-09"));
        assert_eq!(at_start_of("2024-03-09").map(|day| day.to_string()).as_deref(), Some("2024-03-09"));
        assert_eq!(at_start_of("2024-03-091"), None);
        assert_eq!(at_start_of("2024-13-09-x"), None);
        assert_eq!(at_start_of("跨链桥跨链桥"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let _ = parse(&text);
            let _ = at_start_of(&text);
        }

        #[test]
        fn every_real_day_is_read_back(days in 0_i32..365_000) {
            let day = Date::new(1001, 1, 1).unwrap() + jiff::Span::new().days(days);
            assert_eq!(parse(&day.to_string()), Ok(day));
            assert_eq!(parse(&day.strftime("%-m/%-d/%Y").to_string()), Ok(day));
            assert_eq!(parse(&day.strftime("%a, %d %b %Y 11:30:00 -1100").to_string()), Ok(day));
        }
    }
}
