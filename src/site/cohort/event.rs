//! A cohort for search engines: schema.org's `Event`, its dates as events inside of it. Pure.

use serde_json::{Map, Value, json};

use crate::site::cohort::when::When;
use crate::site::cohort::{Cohort, Meeting, Status};

/// What the cohort's file doesn't say.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The language (BCP 47).
    pub language: &'a str,
    /// Who runs the program.
    pub organizer: &'a str,
    /// How to reach them, as a number with its country; may be empty.
    pub telephone: &'a str,
    /// Where the site is.
    pub home: &'a str,
    /// The names and addresses of the dates' pages, in the order of the dates.
    pub pages: &'a [(String, String)],
}

/// A cohort as JSON that can stand in a page's `<script>`: nothing in it ends one.
pub fn script(cohort: &Cohort, around: Around<'_>) -> String {
    event(cohort, around).to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn event(cohort: &Cohort, around: Around<'_>) -> Value {
    let language = around.language;
    let mut event = base(cohort, around);
    let begin = cohort.meetings.iter().min_by_key(|meeting| meeting.when.times(&cohort.zone).0);
    let end = cohort.meetings.iter().max_by_key(|meeting| meeting.when.times(&cohort.zone).1);
    if let (Some(begin), Some(end)) = (begin, end) {
        event.insert("startDate".into(), moments(&begin.when).0.into());
        event.insert("endDate".into(), moments(&end.when).1.into());
    }
    let calls = cohort.meetings.iter().filter(|meeting| meeting.online).count();
    let mode = match calls {
        0 => "Offline",
        calls if calls == cohort.meetings.len() => "Online",
        _ => "Mixed",
    };
    event.insert("eventAttendanceMode".into(), schema(&format!("{mode}EventAttendanceMode")));
    event.insert("location".into(), location(cohort, cohort.place.of(language), mode == "Online", around));
    if let Some(places) = cohort.places {
        event.insert("maximumAttendeeCapacity".into(), places.all.into());
        if let Some(left) = places.left {
            event.insert("remainingAttendeeCapacity".into(), left.into());
        }
    }
    let parts = cohort.meetings.iter().zip(around.pages);
    let parts = parts.map(|(meeting, page)| part(cohort, meeting, page, around));
    event.insert("subEvent".into(), parts.collect::<Vec<Value>>().into());
    event.into()
}

/// What an event has whose dates stand in it.
fn base(cohort: &Cohort, around: Around<'_>) -> Map<String, Value> {
    let mut event = Map::new();
    event.insert("@context".into(), "https://schema.org".into());
    event.insert("@type".into(), "Event".into());
    event.insert("name".into(), cohort.title.of(around.language).into());
    event.insert("inLanguage".into(), around.language.into());
    if !cohort.summary.is_empty() {
        event.insert("description".into(), cohort.summary.of(around.language).into());
    }
    event.insert("eventStatus".into(), status(cohort));
    event.insert("organizer".into(), organizer(around));
    event
}

fn part(cohort: &Cohort, meeting: &Meeting, (name, url): &(String, String), around: Around<'_>) -> Value {
    let (start, end) = moments(&meeting.when);
    let mode = if meeting.online { "Online" } else { "Offline" };
    let place = if meeting.place.is_empty() { &cohort.place } else { &meeting.place };
    json!({
        "@type": "Event",
        "name": name,
        "url": url,
        "startDate": start,
        "endDate": end,
        "eventStatus": status(cohort),
        "eventAttendanceMode": schema(&format!("{mode}EventAttendanceMode")),
        "location": location(cohort, place.of(around.language), meeting.online, around),
        "organizer": organizer(around),
    })
}

/// The beginning and the end, with their distance from Greenwich; a day without an hour.
pub fn moments(when: &When) -> (String, String) {
    match when {
        When::Hours { start, end } => {
            let moment = |moment: &jiff::ZonedDateTime| moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            (moment(start), moment(end))
        }
        When::Days { from, to } => (from.to_string(), to.to_string()),
    }
}

fn status(cohort: &Cohort) -> Value {
    schema(if cohort.status == Status::Cancelled { "EventCancelled" } else { "EventScheduled" })
}

fn organizer(around: Around<'_>) -> Value {
    let mut organizer = Map::new();
    organizer.insert("@type".into(), "Organization".into());
    organizer.insert("name".into(), around.organizer.into());
    organizer.insert("url".into(), around.home.into());
    if !around.telephone.is_empty() {
        organizer.insert("telephone".into(), around.telephone.into());
    }
    organizer.into()
}

/// A call's address is for participants only: the site stands in its place.
fn location(cohort: &Cohort, place: &str, online: bool, around: Around<'_>) -> Value {
    if online {
        return json!({ "@type": "VirtualLocation", "url": around.home });
    }
    let name = if place.is_empty() { around.organizer } else { place };
    let mut location = Map::new();
    location.insert("@type".into(), "Place".into());
    location.insert("name".into(), name.into());
    if !cohort.address.is_empty() {
        location.insert("address".into(), cohort.address.as_str().into());
    }
    location.into()
}

fn schema(word: &str) -> Value {
    format!("https://schema.org/{word}").into()
}
