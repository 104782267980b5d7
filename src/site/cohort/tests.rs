//! Claims about cohorts: hours that are right on both sides of a change of the clocks, each mistake at its place, dates in
//! two languages, and a calendar that says the same each time.

use super::ics::{Calendar, Event};
use super::when::When;
use super::words::Tongue;
use super::*;
use crate::project::Dialect;

const CONFIG: &str =
    "title = \"T\"\nbase_url = \"https://a.org\"\n[languages.en]\ntitle = \"T\"\n[languages.es]\ntitle = \"T\"\n";
/// Ends before the first date.
const HEAD: &str = "title = \"Spring\"\nzone = \"America/Denver\"\n";

fn config(more: &str) -> Config {
    Config::parse(&SourceText::new("holdspace.toml", format!("{CONFIG}{more}")), Dialect::Own).0
}

fn read_with(text: &str, config: &Config) -> (Option<Cohort>, Vec<String>) {
    let steps = ["intake", "preparation-1", "session-1"].map(str::to_owned);
    let source = SourceText::new("content/cohorts/spring.toml", text);
    let (mut cohorts, findings) = read(&[source], config, &steps);
    let said = findings.sorted().into_iter().map(|finding| {
        let place = finding.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
        format!("{place:?} {:?}: {} [{}]", finding.severity, finding.message, finding.hints.join("; "))
    });
    (cohorts.pop(), said.collect())
}

fn said(text: &str) -> Vec<String> {
    read_with(text, &config("")).1
}

/// A cohort with a date for each step; the first is the one at hand.
fn with(date: &str) -> String {
    format!(
        "{HEAD}[[date]]\nstep = \"intake\"\n{date}\n[[date]]\nstep = \"preparation-1\"\nstart = 2027-12-01T09:00:00\nlength = \"1h\"\n\
         [[date]]\nstep = \"session-1\"\nstart = 2027-12-08T09:00:00\nlength = \"4h\"\n"
    )
}

fn cohort(date: &str) -> Cohort {
    let (cohort, said) = read_with(&with(date), &config(""));
    assert_eq!(said, Vec::<String>::new());
    cohort.expect("a cohort without a mistake")
}

fn instants(date: &str) -> (String, String) {
    let When::Hours { start, end } = cohort(date).meetings[0].when.clone() else { panic!("hours") };
    (start.timestamp().to_string(), end.timestamp().to_string())
}

fn told(date: &str) -> Vec<String> {
    said(&with(date))
}

#[test]
fn hours_are_right_on_both_sides_of_a_change_of_the_clocks() {
    let of = |start: &str, end: &str| (format!("2027-{start}Z"), format!("2027-{end}Z"));
    assert_eq!(instants("start = 2027-03-13T09:00:00\nend = 11:00:00"), of("03-13T16:00:00", "03-13T18:00:00"));
    assert_eq!(instants("start = 2027-03-14T09:00:00\nend = 11:00:00"), of("03-14T15:00:00", "03-14T17:00:00"));
    assert_eq!(instants("start = 2027-11-06T09:00:00\nlength = \"2h\""), of("11-06T15:00:00", "11-06T17:00:00"));
    assert_eq!(instants("start = 2027-11-07T09:00:00\nlength = \"2h\""), of("11-07T16:00:00", "11-07T18:00:00"));
    // A length is time that passes, whatever the clocks do meanwhile.
    assert_eq!(instants("start = 2027-03-14T01:00:00\nlength = \"3h\""), of("03-14T08:00:00", "03-14T11:00:00"));
    assert_eq!(instants("start = \"2027-03-13 09:00\"\nend = \"11:00\""), of("03-13T16:00:00", "03-13T18:00:00"));
}

#[test]
fn an_hour_that_the_clocks_leave_out_is_a_mistake_and_one_that_comes_twice_is_told() {
    assert_eq!(
        told("start = 2027-03-14T02:30:00\nlength = \"1h\""),
        [
            "(5, 9) Error: there is no `2027-03-14T02:30:00` in America/Denver: the clocks go forward over it [did you mean `2027-03-14T03:30:00`?]"
        ]
    );
    assert_eq!(
        told("start = 2027-11-07T01:30:00\nlength = \"1h\""),
        [
            "(5, 9) Warning: `2027-11-07T01:30:00` comes twice in America/Denver: the clocks go back over it [the first was taken (MDT, UTC-06:00); write an hour that comes once, if it is the second]"
        ]
    );
}

#[test]
fn a_date_that_cannot_be_read_says_how_it_is_written() {
    let one = |date: &str| {
        let said = told(date);
        assert_eq!(said.len(), 1, "{said:?}");
        said[0].clone()
    };
    assert_eq!(
        one("start = 2027-03-02T09:00:00-08:00\nlength = \"1h\""),
        "(5, 9) Error: this hour says its distance from Greenwich, and the cohort's zone says that already [by the clocks there it is `2027-03-02T10:00:00`]"
    );
    assert_eq!(
        one("start = 2027-03-02\nlength = \"1h\""),
        "(5, 9) Error: this day has no hour [add the hour: `2027-03-02T09:00:00`; or write `from` and `to` for days by appointment]"
    );
    assert!(
        one("start = \"noon\"\nlength = \"1h\"")
            .starts_with("(5, 9) Error: `start` cannot be `noon` [write day and hour")
    );
    assert!(
        one("start = 2027-03-02T09:00:00").starts_with("(3, 1) Error: a date of a cohort has no `end` [write `end")
    );
    assert!(one("end = 2027-03-02T09:00:00").starts_with("(3, 1) Error: a date of a cohort has no `start` [write"));
    assert!(
        one("start = 2027-03-02T09:00:00\nend = 11:00:00\nlength = \"2h\"")
            .contains("(7, 1) Error: a date has an `end` or a `length`")
    );
    assert!(
        one("start = 2027-03-02T09:00:00\nend = 11:00:00\nfrom = 2027-03-02")
            .starts_with("(7, 1) Error: a date has hours, or days")
    );
    assert!(one("from = 2027-03-02\nto = 2027-03-02T09:00:00").starts_with("(6, 6) Error: `from` and `to` are days"));
    assert!(one("to = 2027-03-02").starts_with("(3, 1) Error: a date of a cohort has no `from`"));
    assert_eq!(
        one("start = 2027-03-02T09:00:00\nend = 01:00:00"),
        "(6, 7) Error: this date ends before it begins [hours go on to 24: in the afternoon it is `2027-03-02T13:00:00`]"
    );
    assert_eq!(
        one("start = 2027-03-02T19:00:00\nend = 18:00:00"),
        "(6, 7) Error: this date ends before it begins [it begins at `2027-03-02T19:00:00`; its end comes after that]"
    );
    assert_eq!(
        one("from = 2027-03-02\nto = 2027-03-01"),
        "(6, 6) Error: `to` is before `from` [it is `2027-03-02` or a day after it]"
    );
    assert!(
        one("start = 2027-03-02T09:00:00\nend = 2027-03-04T09:00:00")
            .starts_with("(6, 7) Warning: this date lasts 48 hours")
    );
}

#[test]
fn a_date_that_comes_too_early_is_one_finding_whichever_slipped() {
    let dates = |days: [&str; 3]| {
        let steps = ["intake", "preparation-1", "session-1"];
        let date = |(step, day): (&str, &str)| {
            format!("[[date]]\nstep = \"{step}\"\nstart = {day}T09:00:00\nlength = \"1h\"\n")
        };
        said(&format!("{HEAD}{}", steps.into_iter().zip(days).map(date).collect::<String>()))
    };
    assert_eq!(dates(["2027-03-01", "2027-03-02", "2027-03-03"]), Vec::<String>::new());
    assert_eq!(
        dates(["2027-03-01", "2027-03-09", "2027-03-03"]),
        [
            "(13, 9) Error: `session-1` begins before `preparation-1` is over, which it must follow [`preparation-1` is over at `2027-03-09T10:00:00`; is this the right day?]"
        ]
    );
    // A wrong year: the two that agree are right.
    assert_eq!(
        dates(["2028-03-01", "2027-03-02", "2027-03-03"]),
        [
            "(5, 9) Error: `intake` is not over when `preparation-1` begins, which must follow it [`preparation-1` begins at `2027-03-02T09:00:00`; is this the right day?]"
        ]
    );
    // At the same hour.
    assert_eq!(dates(["2027-03-01", "2027-03-02", "2027-03-02"]).len(), 1);
    // The order of the file is no matter, and on the last day by appointment the group may meet.
    let text = with("from = 2027-11-20\nto = 2027-12-01");
    let (head, dates) = text.split_once("[[date]]").expect("dates");
    let (first, others) = dates.split_once("[[date]]").expect("dates");
    assert_eq!(said(&format!("{head}[[date]]{others}[[date]]{first}")), Vec::<String>::new());
}

#[test]
fn steps_are_those_of_the_program_each_once() {
    let text = with("start = 2027-03-02T09:00:00\nlength = \"1h\"");
    assert_eq!(
        said(&text.replace("\"session-1\"", "\"sesion-1\"")),
        [
            "(0, 0) Warning: this cohort has no date for `session-1` [add `[[date]]` with `step = \"session-1\"`]",
            "(12, 8) Error: the program has no step `sesion-1` [did you mean `session-1`?]",
        ]
    );
    assert_eq!(
        said(&text.replace("\"session-1\"", "\"preparation-1\""))[1],
        "(12, 1) Error: `preparation-1` has a date already [each step has one date: is this another step?]"
    );
    assert!(
        said(&text.replace("step = \"session-1\"\n", ""))[1]
            .starts_with("(11, 1) Error: a date of a cohort has no `step` [say which")
    );
    assert!(said(HEAD)[0].starts_with("(1, 1) Error: a cohort has no `date` [write one table `[[date]]`"));
}

#[test]
fn a_zone_is_a_place_and_a_program_may_say_it_for_all() {
    let zone = |zone: &str| said(&with("from = 2027-03-02").replace("America/Denver", zone));
    assert_eq!(
        zone("America/Denwer"),
        ["(2, 8) Error: there is no time zone `America/Denwer` [did you mean `America/Denver`?]"]
    );
    assert_eq!(zone("Denver"), ["(2, 8) Error: there is no time zone `Denver` [did you mean `America/Denver`?]"]);
    assert_eq!(
        zone("MST"),
        [
            "(2, 8) Error: `MST` does not say when the clocks change [write a continent and a city that has the same time, like `America/Denver`]"
        ]
    );
    let silent = with("from = 2027-03-02").replace("zone = \"America/Denver\"\n", "");
    assert!(
        said(&silent)[0].starts_with("(1, 1) Error: a cohort has no `zone` [write `zone = \"America/Denver\"` here")
    );
    let (cohort, said) = read_with(&silent, &config("[program]\nzone = \"Europe/Madrid\"\n"));
    assert_eq!((cohort.expect("a cohort").zone_name(), said), ("Europe/Madrid", Vec::new()));
}

#[test]
fn what_is_said_of_places_must_agree() {
    let head = |more: &str| {
        said(
            &with("from = 2027-03-02")
                .replace("[[date]]\nstep = \"intake\"", &format!("{more}\n[[date]]\nstep = \"intake\"")),
        )
    };
    assert_eq!(
        head("places = 8\nplaces_left = 9"),
        ["(4, 15) Error: 9 places cannot be left of 8 [`places_left` is 8 or less]"]
    );
    assert_eq!(
        head("places_left = 2"),
        ["(3, 1) Error: `places_left` says nothing without `places` [say how many places there are: `places = 8`]"]
    );
    assert_eq!(head("places = -1"), ["(3, 10) Error: `places` cannot be `-1` [it is 0 or more]"]);
    assert!(
        head("places = 8\nplaces_left = 0\nstatus = \"open\"")[0]
            .starts_with("(5, 10) Warning: this cohort is `open`, and")
    );
    assert_eq!(head("status = \"opn\""), ["(3, 10) Error: `status` cannot be `opn` [did you mean `open`?]"]);
    assert_eq!(head("updatd = 2027-01-15"), ["(3, 1) Error: a cohort has no key `updatd` [did you mean `updated`?]"]);
    assert!(
        head("place = \"https://zoom.us/j/1\"")[0]
            .starts_with("(3, 1) Warning: `place` has an address in it, and everybody")
    );
    assert_eq!(
        head("summary = { fr = \"x\" }"),
        ["(3, 13) Error: the site has no language `fr` [its languages are: en, es]"]
    );
}

#[test]
fn a_draft_stops_nothing_and_a_cohort_that_is_over_is_told() {
    let draft = format!("draft = true\n{}", with("start = 2027-03-14T02:30:00\nlength = \"1h\""));
    assert!(said(&draft).iter().all(|said| said.contains("Warning")), "{:?}", said(&draft));
    let cohort = cohort("from = 2027-03-02");
    // Its last date is over at 13:00 in Denver, which is 20:00 in Greenwich.
    let last: Timestamp = "2027-12-08T20:00:00Z".parse().expect("a moment");
    let at = |second: i64, expired: bool| {
        let options = Options { now: Some(second), expired, ..Options::default() };
        let (cohorts, findings) = settle(vec![cohort.clone()], &options);
        (cohorts.to_come.len(), cohorts.over.len(), findings.count(Severity::Note))
    };
    assert_eq!(at(last.as_second() - 1, false), (1, 0, 0));
    assert_eq!(at(last.as_second(), false), (0, 1, 1));
    assert_eq!(at(last.as_second(), true), (1, 0, 0));
    let drafts = |drafts| {
        settle(vec![Cohort { draft: true, ..cohort.clone() }], &Options { drafts, now: Some(0), ..Options::default() })
            .0
    };
    assert_eq!((drafts(false).to_come.len(), drafts(true).to_come.len()), (0, 1));
}

#[test]
fn dates_are_written_out_in_the_readers_language() {
    let of = |date: &str| cohort(date).meetings[0].when.clone();
    let both = |date: &str| [Tongue::English, Tongue::Spanish, Tongue::Figures].map(|tongue| tongue.when(&of(date)));
    assert_eq!(
        both("start = 2027-03-02T09:00:00\nend = 11:00:00"),
        [
            "Tuesday, March 2, 2027, 9:00 to 11:00 AM",
            "martes, 2 de marzo de 2027, de 9:00 a 11:00",
            "2027-03-02, 09:00–11:00"
        ]
    );
    assert_eq!(both("start = 2027-03-02T11:30:00\nend = 13:05:00")[0], "Tuesday, March 2, 2027, 11:30 AM to 1:05 PM");
    assert_eq!(both("start = 2027-03-02T00:00:00\nend = 12:00:00")[0], "Tuesday, March 2, 2027, 12:00 AM to 12:00 PM");
    assert_eq!(
        both("start = 2027-03-02T21:00:00\nlength = \"4h\"")[..2],
        [
            "Tuesday, March 2, 2027, 9:00 PM, to Wednesday, March 3, 2027, 1:00 AM",
            "del martes, 2 de marzo de 2027, 21:00, al miércoles, 3 de marzo de 2027, 1:00"
        ]
    );
    assert_eq!(both("from = 2027-03-02")[..2], ["Tuesday, March 2, 2027", "martes, 2 de marzo de 2027"]);
    assert_eq!(
        both("from = 2027-03-02\nto = 2027-03-12")[..2],
        ["March 2 to 12, 2027", "del 2 al 12 de marzo de 2027"]
    );
    assert_eq!(
        both("from = 2027-02-22\nto = 2027-03-05")[..2],
        ["February 22 to March 5, 2027", "del 22 de febrero al 5 de marzo de 2027"]
    );
    assert_eq!(
        both("from = 2026-12-28\nto = 2027-01-05")[..2],
        ["December 28, 2026 to January 5, 2027", "del 28 de diciembre de 2026 al 5 de enero de 2027"]
    );
}

fn calendar(date: &str) -> String {
    let cohort = cohort(date);
    let event = Event {
        uid: "spring-intake@a.org".to_owned(),
        stamp: cohort.stamp(),
        when: cohort.meetings[0].when.clone(),
        zone: cohort.zone.clone(),
        summary: "Intake".to_owned(),
        location: String::new(),
        description: "One\nTwo".to_owned(),
        url: "https://a.org/program/intake/".to_owned(),
        status: cohort.status,
    };
    let (name, language, address) = ("P".to_owned(), "en".to_owned(), "https://a.org/cohorts/spring.ics".to_owned());
    Calendar { name, language, address, events: vec![event] }.text()
}

#[test]
fn a_calendar_brings_its_zone_along_and_is_the_same_each_time() {
    let text = calendar("start = 2027-03-13T09:00:00\nend = 11:00:00");
    insta::assert_snapshot!(text.replace("\r\n", "\n"), @r"
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//holdspace//calendar//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:P
X-WR-CALNAME:P
SOURCE;VALUE=URI:https://a.org/cohorts/spring.ics
REFRESH-INTERVAL;VALUE=DURATION:P1D
X-PUBLISHED-TTL:P1D
BEGIN:VTIMEZONE
TZID:America/Denver
BEGIN:STANDARD
DTSTART:20261101T020000
TZOFFSETFROM:-0600
TZOFFSETTO:-0700
TZNAME:MST
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20270314T020000
TZOFFSETFROM:-0700
TZOFFSETTO:-0600
TZNAME:MDT
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:spring-intake@a.org
DTSTAMP:20270313T000000Z
LAST-MODIFIED:20270313T000000Z
SEQUENCE:2628
DTSTART;TZID=America/Denver:20270313T090000
DTEND;TZID=America/Denver:20270313T110000
TRANSP:OPAQUE
SUMMARY;LANGUAGE=en:Intake
DESCRIPTION;LANGUAGE=en:One\nTwo
URL:https://a.org/program/intake/
STATUS:CONFIRMED
CLASS:PRIVATE
END:VEVENT
END:VCALENDAR
");
    assert_eq!(text, calendar("start = 2027-03-13T09:00:00\nend = 11:00:00"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    // Days by appointment end where the next day begins, and need no zone.
    let days = calendar("from = 2027-03-02\nto = 2027-03-12");
    assert!(days.contains("DTSTART;VALUE=DATE:20270302\r\nDTEND;VALUE=DATE:20270313\r\nTRANSP:TRANSPARENT\r\n"));
    assert!(!days.contains("VTIMEZONE"));
}

#[test]
fn nothing_in_the_words_for_search_engines_ends_their_script() {
    let text = with("from = 2027-03-02").replace("\"Spring\"", "\"</script><b>&\"");
    let cohort = read_with(&text, &config("")).0.expect("a cohort");
    let pages = vec![("Intake".to_owned(), "https://a.org/".to_owned()); 3];
    let around = event::Around { language: "en", organizer: "C", telephone: "", home: "https://a.org/", pages: &pages };
    let script = event::script(&cohort, around);
    assert!(!script.contains(['<', '>', '&']), "{script}");
    let read: serde_json::Value = serde_json::from_str(&script).expect("JSON");
    assert_eq!(read["name"], "</script><b>&");
    assert_eq!(read["startDate"], "2027-03-02");
    assert_eq!(read["subEvent"][2]["startDate"], "2027-12-08T09:00:00-07:00");
    assert_eq!(read["subEvent"][2]["eventAttendanceMode"], "https://schema.org/OfflineEventAttendanceMode");
}
