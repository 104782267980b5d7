//! A calendar to subscribe to (RFC 5545): what no reader sees, and every calendar program must understand.
//!
//! Hours stand with their zone, and the zone with the days on which its clocks change (`zone`): a program that knows the
//! zone shows the right hour even where a government moves a change after the file was fetched, and one that doesn't
//! reads it from the file. Days by appointment are whole days, and keep nobody's calendar from showing free.
//!
//! An event's own name says nothing of medicine, and each is `PRIVATE`: people share their calendars with those they work
//! with. The same cohorts make the same bytes. Pure.

mod line;
mod zone;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::site::cohort::Status;
use crate::site::cohort::when::When;
use line::Lines;

/// A calendar.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// What programs call it.
    pub name: String,
    /// The language of its words (BCP 47).
    pub language: String,
    /// Its own whole address.
    pub address: String,
    /// What stands in it.
    pub events: Vec<Event>,
}

/// One date.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is known by for good.
    pub uid: String,
    /// The day it was last changed.
    pub stamp: Date,
    /// When it is.
    pub when: When,
    /// By which clocks.
    pub zone: TimeZone,
    /// What it is called.
    pub summary: String,
    /// Where it is; may be empty.
    pub location: String,
    /// What else is to be known.
    pub description: String,
    /// The page that tells of it.
    pub url: String,
    /// How its cohort stands.
    pub status: Status,
}

/// Changes of a file are counted in days from here.
const FIRST: Date = Date::constant(2020, 1, 1);

impl Calendar {
    /// The file.
    pub fn text(&self) -> String {
        let mut lines = Lines::default();
        lines.raw("BEGIN:VCALENDAR");
        lines.raw("VERSION:2.0");
        lines.raw("PRODID:-//holdspace//calendar//EN");
        lines.raw("CALSCALE:GREGORIAN");
        lines.raw("METHOD:PUBLISH");
        lines.said("NAME", &self.name);
        lines.said("X-WR-CALNAME", &self.name);
        lines.raw(&format!("SOURCE;VALUE=URI:{}", self.address));
        lines.raw("REFRESH-INTERVAL;VALUE=DURATION:P1D");
        lines.raw("X-PUBLISHED-TTL:P1D");
        self.zones(&mut lines);
        for event in &self.events {
            event.write(&self.language, &mut lines);
        }
        lines.raw("END:VCALENDAR");
        lines.text()
    }

    /// Each zone that an hour is in, once, for all the years that the calendar is of.
    fn zones(&self, lines: &mut Lines) {
        let mut named: Vec<&TimeZone> = Vec::new();
        for event in self.events.iter().filter(|event| has_zone(event)) {
            if !named.iter().any(|zone| zone.iana_name() == event.zone.iana_name()) {
                named.push(&event.zone);
            }
        }
        for zone in named {
            let of_zone = || self.events.iter().filter(|event| event.zone.iana_name() == zone.iana_name());
            let times = || of_zone().map(|event| event.when.times(zone));
            let first = times().map(|(start, _)| start).min().unwrap_or(0);
            let last = times().map(|(_, end)| end).max().unwrap_or(0);
            zone::write(zone, (first, last), lines);
        }
    }
}

/// Greenwich's own time is written without a zone.
fn has_zone(event: &Event) -> bool {
    matches!(event.when, When::Hours { .. }) && zone_name(&event.zone).is_some()
}

/// A zone's name, where it is not Greenwich's own.
fn zone_name(zone: &TimeZone) -> Option<&str> {
    zone.iana_name().filter(|name| *name != "UTC")
}

impl Event {
    fn write(&self, language: &str, lines: &mut Lines) {
        let stamp = self.stamp.strftime("%Y%m%dT000000Z");
        lines.raw("BEGIN:VEVENT");
        lines.raw(&format!("UID:{}", self.uid));
        lines.raw(&format!("DTSTAMP:{stamp}"));
        lines.raw(&format!("LAST-MODIFIED:{stamp}"));
        lines.raw(&format!("SEQUENCE:{}", self.stamp.duration_since(FIRST).as_hours().max(0) / 24));
        match &self.when {
            When::Hours { start, end } => {
                lines.raw(&moment("DTSTART", start));
                lines.raw(&moment("DTEND", end));
                lines.raw("TRANSP:OPAQUE");
            }
            When::Days { from, to } => {
                // A whole day ends where the next begins.
                let end = to.tomorrow().unwrap_or(*to);
                lines.raw(&format!("DTSTART;VALUE=DATE:{}", from.strftime("%Y%m%d")));
                lines.raw(&format!("DTEND;VALUE=DATE:{}", end.strftime("%Y%m%d")));
                lines.raw("TRANSP:TRANSPARENT");
            }
        }
        let said = |name: &str| format!("{name};LANGUAGE={language}");
        lines.said(&said("SUMMARY"), &self.summary);
        if !self.location.is_empty() {
            lines.said(&said("LOCATION"), &self.location);
        }
        lines.said(&said("DESCRIPTION"), &self.description);
        lines.raw(&format!("URL:{}", self.url));
        lines.raw(&format!("STATUS:{}", status(self.status)));
        lines.raw("CLASS:PRIVATE");
        lines.raw("END:VEVENT");
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Planned => "TENTATIVE",
        Status::Open | Status::Full => "CONFIRMED",
        Status::Cancelled => "CANCELLED",
    }
}

/// `DTSTART;TZID=America/Denver:20270302T090000`
fn moment(name: &str, moment: &ZonedDateTime) -> String {
    match zone_name(moment.time_zone()) {
        Some(zone) => format!("{name};TZID={zone}:{}", moment.strftime("%Y%m%dT%H%M%S")),
        None => format!("{name}:{}", moment.strftime("%Y%m%dT%H%M%SZ")),
    }
}
