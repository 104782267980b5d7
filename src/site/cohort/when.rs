//! When a date of a cohort is: hours by the clocks of its zone, or whole days. An hour that the clocks leave out is a
//! mistake, and one that comes twice is told. Pure.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use crate::diagnostic::Diagnostic;
use crate::fields::{Fields, Spanned};
use crate::site::cohort::second;
use crate::units::{TimeError, parse_time};

/// Longer than this, and somebody mistook the day.
const LONG: SignedDuration = SignedDuration::from_hours(24);
/// How an hour is written, for a hint.
const LIKE: &str = "write day and hour as the clocks there show them, like `2027-03-02T09:00:00`";
/// How a day is written, for a hint.
const LIKE_DAY: &str = "write the day as year-month-day: `2027-03-02`";

/// When something is.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// From an hour to another.
    Hours {
        /// When it begins.
        start: ZonedDateTime,
        /// When it is over.
        end: ZonedDateTime,
    },
    /// Some hour of these days, by appointment.
    Days {
        /// The first.
        from: Date,
        /// The last.
        to: Date,
    },
}

impl When {
    /// Its first and its last day.
    pub fn days(&self) -> (Date, Date) {
        match self {
            When::Hours { start, end } => (start.date(), end.date()),
            When::Days { from, to } => (*from, *to),
        }
    }

    /// When it begins, and when it is over for good, in seconds since 1970.
    pub fn times(&self, zone: &TimeZone) -> (i64, i64) {
        match self {
            When::Hours { start, end } => (second(start.timestamp()), second(end.timestamp())),
            When::Days { from, to } => (midnight(*from, zone), midnight(to.tomorrow().unwrap_or(*to), zone)),
        }
    }

    /// When the next may begin: on the last of some days it may, for an appointment can be early on that day.
    pub(super) fn makes_way(&self, zone: &TimeZone) -> i64 {
        match self {
            When::Hours { .. } => self.times(zone).1,
            When::Days { to, .. } => midnight(*to, zone),
        }
    }

    /// Its beginning as an author writes it.
    pub(super) fn begins(&self) -> String {
        match self {
            When::Hours { start, .. } => start.datetime().to_string(),
            When::Days { from, .. } => from.to_string(),
        }
    }

    /// Its end as an author writes it.
    pub(super) fn ends(&self) -> String {
        match self {
            When::Hours { end, .. } => end.datetime().to_string(),
            When::Days { to, .. } => to.to_string(),
        }
    }
}

fn midnight(day: Date, zone: &TimeZone) -> i64 {
    let moment = zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible();
    moment.map_or(0, second)
}

/// A moment as it is written.
enum Written {
    Local(DateTime),
    Clock(Time),
    Day(Date),
    Offset(Timestamp),
}

fn written(text: &str) -> Option<Written> {
    let text = text.trim();
    let day = || text.parse().ok().filter(|_| text.len() == 10).map(Written::Day);
    let clock = || text.parse().ok().filter(|_| text.len() <= 8).map(Written::Clock);
    let offset = || text.parse().ok().map(Written::Offset);
    day().or_else(clock).or_else(offset).or_else(|| text.parse().ok().map(Written::Local))
}

/// When a date is, with the bytes of its beginning.
pub(super) fn read(fields: &Fields<'_>, zone: &TimeZone) -> Option<Spanned<When>> {
    let has = |keys: &[&str]| keys.iter().any(|key| !fields.lacks(key));
    let (hours, days) = (has(&["start", "end", "length"]), has(&["from", "to"]));
    let ask = |key: &'static str| fields.parsed(key, written, LIKE);
    let asked = [ask("start"), ask("end"), ask("from"), ask("to")];
    let length = fields.parsed("length", |text| parse_time(text).ok(), TimeError::HINT);
    let [start, end, from, to] = asked;
    if hours && days {
        let message = "a date has hours, or days by appointment, and not both";
        let finding = Diagnostic::error("cohort/date", message).at(fields.place_of("from"));
        fields.add(finding.hint("take `from` and `to` away, or `start` and `end`"));
        return None;
    }
    if days { self::days(fields, from, to) } else { self::hours(fields, zone, start, end, length) }
}

type Read = Option<Spanned<Written>>;

fn days(fields: &Fields<'_>, from: Read, to: Read) -> Option<Spanned<When>> {
    if fields.lacks("from") {
        fields.missing("from", LIKE_DAY);
    }
    let day = |read: Read| {
        let read = read?;
        let Written::Day(day) = read.value else {
            let finding = Diagnostic::error("cohort/date", "`from` and `to` are days, without an hour");
            fields.add(finding.at(fields.place_in(read.span)).hint(LIKE_DAY));
            return None;
        };
        Some(Spanned { value: day, span: read.span })
    };
    let alone = fields.lacks("to");
    let from = day(from)?;
    let to = if alone { from.clone() } else { day(to)? };
    if to.value < from.value {
        let finding = Diagnostic::error("cohort/end", "`to` is before `from`").at(fields.place_in(to.span));
        fields.add(finding.hint(format!("it is `{}` or a day after it", from.value)));
        return None;
    }
    Some(Spanned { value: When::Days { from: from.value, to: to.value }, span: from.span })
}

fn hours(
    fields: &Fields<'_>,
    zone: &TimeZone,
    start: Read,
    end: Read,
    length: Option<Spanned<Duration>>,
) -> Option<Spanned<When>> {
    if fields.lacks("start") {
        fields.missing("start", format!("{LIKE}; or `from` and `to` for days by appointment"));
    }
    if fields.lacks("end") && fields.lacks("length") {
        fields.missing("end", "write `end = 2027-03-02T11:00:00`, or `length = \"2h\"`");
    }
    if !fields.lacks("end") && !fields.lacks("length") {
        let finding = Diagnostic::error("cohort/date", "a date has an `end` or a `length`, and not both");
        fields.add(finding.at(fields.place_of("length")).hint("take one of them away"));
        return None;
    }
    let start = start?;
    let began = moment(fields, zone, &start, None)?;
    let end = match (end, length) {
        (Some(end), _) => {
            let moment = moment(fields, zone, &end, Some(began.date()))?;
            Spanned { value: moment, span: end.span }
        }
        (None, length) => {
            let length = length?;
            Spanned { value: began.checked_add(length.value).ok()?, span: length.span }
        }
    };
    let lasts = began.duration_until(&end.value);
    if lasts <= SignedDuration::ZERO {
        fields.add(too_early(&began, &end.value).at(fields.place_in(end.span)));
        return None;
    }
    if lasts > LONG {
        let message = format!("this date lasts {} hours", lasts.as_hours());
        let finding = Diagnostic::warning("cohort/end", message).at(fields.place_in(end.span));
        fields.add(finding.hint("look at the day of `end`; for days by appointment write `from` and `to`"));
    }
    Some(Spanned { value: When::Hours { start: began, end: end.value }, span: start.span })
}

fn too_early(start: &ZonedDateTime, end: &ZonedDateTime) -> Diagnostic {
    let afternoon = end.checked_add(SignedDuration::from_hours(12)).ok();
    let afternoon = afternoon.filter(|later| later > start && later.date() == start.date() && end.hour() < 12);
    let hint = match afternoon {
        Some(later) => format!("hours go on to 24: in the afternoon it is `{}`", later.datetime()),
        None => format!("it begins at `{}`; its end comes after that", start.datetime()),
    };
    Diagnostic::error("cohort/end", "this date ends before it begins").hint(hint)
}

/// A moment in a zone; where only an hour is written, it is of this day.
fn moment(fields: &Fields<'_>, zone: &TimeZone, read: &Spanned<Written>, day: Option<Date>) -> Option<ZonedDateTime> {
    let told = |finding: Diagnostic| fields.add(finding.at(fields.place_in(read.span.clone())));
    match (&read.value, day) {
        (Written::Local(local), _) => in_zone(zone, *local, told),
        (Written::Clock(clock), Some(day)) => in_zone(zone, day.to_datetime(*clock), told),
        (Written::Clock(_), None) => {
            told(Diagnostic::error("cohort/date", "this hour has no day").hint(LIKE));
            None
        }
        (Written::Day(day), _) => {
            let hint = format!("add the hour: `{day}T09:00:00`; or write `from` and `to` for days by appointment");
            told(Diagnostic::error("cohort/date", "this day has no hour").hint(hint));
            None
        }
        (Written::Offset(moment), _) => {
            let there = moment.to_zoned_datetime(zone.clone()).datetime();
            let message = "this hour says its distance from Greenwich, and the cohort's zone says that already";
            told(Diagnostic::error("cohort/date", message).hint(format!("by the clocks there it is `{there}`")));
            None
        }
    }
}

fn in_zone(zone: &TimeZone, local: DateTime, told: impl Fn(Diagnostic)) -> Option<ZonedDateTime> {
    let name = zone.iana_name().unwrap_or("UTC");
    let moment = zone.to_ambiguous_zoned_datetime(local);
    match moment.offset() {
        AmbiguousOffset::Unambiguous { .. } => moment.compatible().ok(),
        AmbiguousOffset::Gap { .. } => {
            let message = format!("there is no `{local}` in {name}: the clocks go forward over it");
            let later = moment.later().ok()?.datetime();
            told(Diagnostic::error("cohort/no-such-hour", message).hint(format!("did you mean `{later}`?")));
            None
        }
        AmbiguousOffset::Fold { .. } => {
            let taken = moment.earlier().ok()?;
            let message = format!("`{local}` comes twice in {name}: the clocks go back over it");
            let hint = format!(
                "the first was taken ({}); write an hour that comes once, if it is the second",
                taken.strftime("%Z, UTC%:z")
            );
            told(Diagnostic::warning("cohort/twice", message).hint(hint));
            Some(taken)
        }
    }
}
