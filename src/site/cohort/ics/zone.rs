//! A zone for a calendar program that doesn't know it: each change of its clocks that matters, by its day. No rule such as
//! "the second Sunday in March" is guessed: the days are those of the IANA database. Pure.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::line::Lines;

/// The change of a zone whose clocks never change.
const ALWAYS: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A change of the clocks.
struct Change {
    /// By the clocks as they stood before it.
    at: DateTime,
    from: Offset,
    to: Offset,
    summer: bool,
    name: String,
}

/// Writes a zone: its last change before the first of these moments, and every one until the first after the last of them.
pub(super) fn write(zone: &TimeZone, (first, last): (i64, i64), lines: &mut Lines) {
    let Some(name) = super::zone_name(zone) else { return };
    let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    let (first, last) = (at(first), at(last));
    // Strictly before: one that comes with the first moment is of those that follow.
    let before = zone.preceding(first).next().map(|change| change.timestamp());
    let after = zone.following(before.unwrap_or(first)).map(|change| change.timestamp());
    let until = zone.following(last).next().map_or(last, |change| change.timestamp());
    let changes: Vec<Change> =
        before.into_iter().chain(after.take_while(|change| *change <= until)).map(|at| change(zone, at)).collect();
    lines.raw("BEGIN:VTIMEZONE");
    lines.raw(&format!("TZID:{name}"));
    for change in if changes.is_empty() { vec![none(zone, first)] } else { changes } {
        change.write(lines);
    }
    lines.raw("END:VTIMEZONE");
}

fn change(zone: &TimeZone, at: Timestamp) -> Change {
    let just_before = Timestamp::from_second(at.as_second() - 1).unwrap_or(at);
    let from = zone.to_offset(just_before);
    Change { at: from.to_datetime(at), from, ..standing(zone, at) }
}

/// How the clocks stand where they never change.
fn none(zone: &TimeZone, at: Timestamp) -> Change {
    Change { at: ALWAYS, ..standing(zone, at) }
}

fn standing(zone: &TimeZone, at: Timestamp) -> Change {
    let info = zone.to_offset_info(at);
    let (to, summer, name) = (info.offset(), info.dst().is_dst(), info.abbreviation().to_owned());
    Change { at: ALWAYS, from: to, to, summer, name }
}

impl Change {
    fn write(&self, lines: &mut Lines) {
        let kind = if self.summer { "DAYLIGHT" } else { "STANDARD" };
        lines.raw(&format!("BEGIN:{kind}"));
        lines.raw(&format!("DTSTART:{}", self.at.strftime("%Y%m%dT%H%M%S")));
        lines.raw(&format!("TZOFFSETFROM:{}", offset(self.from)));
        lines.raw(&format!("TZOFFSETTO:{}", offset(self.to)));
        lines.said("TZNAME", &self.name);
        lines.raw(&format!("END:{kind}"));
    }
}

/// `-0700`
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let rest = if seconds % 60 == 0 { String::new() } else { format!("{:02}", seconds % 60) };
    format!("{sign}{:02}{:02}{rest}", seconds / 3600, seconds / 60 % 60)
}
