//! Dates: `date`, the tests `before` and `after`, and `now`. The hour is given, never asked of a clock. Pure.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime as Zoned};
use tera::{Kwargs, Number, State, Tera, TeraResult, Value};

use crate::site::functions::taught;

/// Makes them known to Tera, but for `now`.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("date", date);
    tera.register_test("before", |value: &Value, arguments: Kwargs, _: &State<'_>| {
        compare(value, &arguments, |value, other| value < other)
    });
    tera.register_test("after", |value: &Value, arguments: Kwargs, _: &State<'_>| {
        compare(value, &arguments, |value, other| value > other)
    });
}

/// `{{ page.date | date(format="%e %B %Y", timezone="America/Denver") }}`
fn date(value: &Value, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let format = arguments.get::<&str>("format")?.unwrap_or("%Y-%m-%d");
    let zone = arguments.get::<&str>("timezone")?.map(zone).transpose()?;
    let mut moment = moment(value, zone.clone().unwrap_or(TimeZone::UTC))?;
    if let Some(zone) = zone {
        moment = moment.with_time_zone(zone);
    }
    jiff::fmt::strtime::format(format, &moment).map(|text| text.trim().to_owned()).map_err(|_| {
        taught(&format!("`{format}` is not the form of a date"), Some("write it like `%e %B %Y`".to_owned()))
    })
}

/// `{{ now() }}`, `{{ now(timestamp=true) }}`, `{{ now(timezone="America/Denver") }}`; it is `now` seconds since 1970.
pub(super) fn now(now: i64, arguments: &Kwargs) -> TeraResult<Value> {
    if arguments.get::<bool>("timestamp")?.unwrap_or(false) {
        return Ok(now.into());
    }
    let moment = Timestamp::from_second(now).unwrap_or(Timestamp::UNIX_EPOCH);
    match arguments.get::<&str>("timezone")?.map(zone).transpose()? {
        Some(zone) => Ok(moment.to_zoned_datetime(zone).datetime().to_string().into()),
        None => Ok(moment.to_string().into()),
    }
}

/// `{% if page.date is before(other="2026-06-01", inclusive=true) %}`
fn compare(value: &Value, arguments: &Kwargs, holds: impl Fn(&Zoned, &Zoned) -> bool) -> TeraResult<bool> {
    let other = moment(arguments.must_get::<&Value>("other")?, TimeZone::UTC)?;
    let value = moment(value, TimeZone::UTC)?;
    let inclusive = arguments.get::<bool>("inclusive")?.unwrap_or(false);
    Ok(holds(&value, &other) || (inclusive && value == other))
}

fn zone(name: &str) -> TeraResult<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        taught(&format!("there is no timezone `{name}`"), Some("write it like `America/Denver`".to_owned()))
    })
}

/// A day, a moment with or without its distance from Greenwich, or seconds since 1970.
fn moment(value: &Value, zone: TimeZone) -> TeraResult<Zoned> {
    if let Some(Number::Integer(seconds)) = value.as_number() {
        let moment = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        return moment.map(|moment| moment.to_zoned_datetime(zone)).ok_or_else(|| not_a_date(&seconds.to_string()));
    }
    let text = value.as_str().ok_or_else(|| not_a_date(value.name()))?;
    let zoned = text.parse::<Zoned>().ok();
    let offset = || Some(text.parse::<Timestamp>().ok()?.to_zoned_datetime(own_offset(text).unwrap_or(zone.clone())));
    let local = || text.parse::<DateTime>().ok()?.to_zoned_datetime(zone.clone()).ok();
    let day = || text.parse::<Date>().ok()?.to_datetime(Time::midnight()).to_zoned_datetime(zone.clone()).ok();
    zoned.or_else(offset).or_else(local).or_else(day).ok_or_else(|| not_a_date(text))
}

/// The distance from Greenwich that a moment is written with.
fn own_offset(text: &str) -> Option<TimeZone> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    Some(TimeZone::fixed(pieces.to_numeric_offset()?))
}

fn not_a_date(text: &str) -> tera::Error {
    taught(&format!("`{text}` is not a date"), Some("write the day as year-month-day: `2026-05-01`".to_owned()))
}
