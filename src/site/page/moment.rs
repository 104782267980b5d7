//! When something was: a day or a moment as an author writes it, and as pages are ordered by it. Pure.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A day or a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// As it is written.
    pub text: String,
    /// Seconds since 1970, where a day begins at midnight and a time without an offset is Greenwich's.
    pub at: i64,
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The day of the month, from 1.
    pub day: i8,
}

impl Moment {
    /// Reads `2026-05-01`, `2026-05-01T10:00:00` or `2026-05-01T10:00:00+02:00`.
    pub fn parse(text: &str) -> Option<Moment> {
        let day = || text.parse::<Date>().ok().filter(|_| text.len() == 10);
        let local = day().map(|day| day.to_datetime(Time::midnight())).or_else(|| text.parse::<DateTime>().ok());
        // A moment with an offset is a day where it was written, and a point in time for everybody.
        let moment = text.parse::<Timestamp>().ok().filter(|_| text.len() > 10);
        let at = moment.or_else(|| TimeZone::UTC.to_timestamp(local?).ok())?;
        let civil =
            local.or_else(|| text.get(..10)?.parse::<Date>().ok().map(|day| day.to_datetime(Time::midnight())))?;
        let (year, month, day) = (civil.year(), civil.month(), civil.day());
        Some(Moment { text: text.to_owned(), at: at.as_second(), year, month, day })
    }
}

/// The date that a name begins with, and what follows it: `2026-05-01-day` → (`2026-05-01`, `day`).
pub fn of_name(name: &str) -> Option<(Moment, Option<&str>)> {
    // A day alone, or a moment as RFC 3339 writes it.
    let lengths = [25, 20, 19, 10].into_iter().filter(|length| *length == 10 || name.as_bytes().get(10) == Some(&b'T'));
    let (moment, rest) =
        lengths.filter_map(|length| Some((Moment::parse(name.get(..length)?)?, &name[length..]))).next()?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let slug = rest.strip_prefix(['-', '_']).filter(|slug| !slug.is_empty());
    (rest.is_empty() || slug.is_some()).then_some((moment, slug))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_moment_are_read_and_ordered() {
        let at = |text: &str| Moment::parse(text).map(|moment| (moment.at, moment.day));
        assert_eq!(at("1970-01-02"), Some((86_400, 2)));
        assert_eq!(at("1970-01-02T00:00:05"), Some((86_405, 2)));
        assert_eq!(at("1970-01-02T01:00:00+02:00"), Some((82_800, 2)));
        assert_eq!(at("1970-01-02T01:00:00Z"), Some((90_000, 2)));
        assert_eq!((at("May"), at("1970-13-02"), at("1970-1-2")), (None, None, None));
    }

    #[test]
    fn a_name_may_begin_with_a_date() {
        let of = |name| of_name(name).map(|(moment, rest)| (moment.text, rest.map(str::to_owned)));
        let told = |date: &str, rest: Option<&str>| Some((date.to_owned(), rest.map(str::to_owned)));
        assert_eq!(of("2026-05-01-day"), told("2026-05-01", Some("day")));
        assert_eq!(of("2026-05-01_day"), told("2026-05-01", Some("day")));
        assert_eq!(of("2026-05-01"), told("2026-05-01", None));
        assert_eq!(of("2026-05-01T10:00:00Z-x"), told("2026-05-01T10:00:00Z", Some("x")));
        assert_eq!((of("2026-05-011"), of("day-2026-05-01"), of("2026-99-01-x")), (None, None, None));
    }
}
