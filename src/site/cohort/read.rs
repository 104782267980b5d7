//! A cohort's file into a [`Cohort`], with every mistake at its place. Pure.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, closest};
use crate::fields::{Fields, Form, Spanned};
use crate::project::Config;
use crate::site::cohort::{Cohort, Meeting, Places, Status, order, said, when, zone};
use crate::site::slug::slugify;

/// The calendar of all cohorts has this name.
const ALL: &str = "all";

/// What a file says.
pub(super) struct Read {
    /// The cohort, as far as it could be read; none without its title or its zone.
    pub(super) cohort: Option<Cohort>,
    /// Whether it is still being written.
    pub(super) draft: bool,
    /// What is wrong with it.
    pub(super) findings: Findings,
}

/// Reads a file.
pub(super) fn cohort(source: &SourceText, config: &Config, steps: &[String]) -> Read {
    let form = Form::toml(source, 0..source.text().len());
    let root = form.root("a cohort");
    let draft = root.flag("draft").is_some_and(|draft| draft.value);
    let name = name(&root, source);
    let title = said::read(&root, "title", config);
    if root.lacks("title") {
        root.missing("title", "say what people call it: `title = \"Spring 2027\"`");
    }
    let zone = zone::of(&root, config);
    // Without a zone the rest is read all the same, for its own mistakes.
    let clocks = zone.clone().unwrap_or(TimeZone::UTC);
    let places = places(&root);
    let online = root.flag("online").is_some_and(|online| online.value);
    let cohort = Cohort {
        name,
        summary: said::public(&root, "summary", config),
        place: said::public(&root, "place", config),
        address: root.text("address").map(|address| address.value).unwrap_or_default(),
        online,
        status: status(&root, places),
        places,
        draft,
        updated: root.parsed("updated", day, "write the day as year-month-day: `2027-01-15`").map(|day| day.value),
        meetings: meetings(&root, source, &clocks, Ground { config, steps, online }),
        zone: clocks,
        source: source.clone(),
        title,
    };
    root.done();
    let cohort =
        Some(cohort).filter(|cohort| zone.is_some() && !cohort.title.is_empty() && !cohort.meetings.is_empty());
    Read { cohort, draft, findings: form.finish() }
}

/// What dates are read against.
#[derive(Clone, Copy)]
struct Ground<'g> {
    config: &'g Config,
    steps: &'g [String],
    online: bool,
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

/// A file's name is an address, too.
fn name(root: &Fields<'_>, source: &SourceText) -> String {
    let stem = source.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let at = || Place::file(source.path());
    let plain = slugify(&stem);
    if stem != plain {
        let finding = Diagnostic::error("cohort/name", format!("a cohort's file cannot be called `{stem}`"));
        root.add(finding.at(at()).hint(format!("its name is an address, too: call it `{plain}.toml`")));
    } else if stem == ALL {
        let finding = Diagnostic::error("cohort/name", "a cohort's file cannot be called `all`");
        root.add(finding.at(at()).hint("that is the calendar of all cohorts: call it `spring-2027.toml`"));
    }
    plain
}

fn places(root: &Fields<'_>) -> Option<Places> {
    let count = |key: &'static str| {
        let number = root.integer(key)?;
        if number.value < 0 {
            let finding = Diagnostic::error("toml/value", format!("`{key}` cannot be `{}`", number.value));
            root.add(finding.at(root.place_in(number.span)).hint("it is 0 or more"));
            return None;
        }
        Some(number)
    };
    let (all, left) = (count("places"), count("places_left"));
    if all.is_none() && left.is_some() && root.lacks("places") {
        let finding = Diagnostic::error("cohort/places", "`places_left` says nothing without `places`");
        root.add(finding.at(root.place_of("places_left")).hint("say how many places there are: `places = 8`"));
    }
    let all = all?;
    let (all, left) = (all.value, left.filter(|left| fits(root, left, all.value)));
    Some(Places { all, left: left.map(|left| left.value) })
}

fn fits(root: &Fields<'_>, left: &Spanned<i64>, all: i64) -> bool {
    let fits = left.value <= all;
    if !fits {
        let message = format!("{} places cannot be left of {all}", left.value);
        let finding = Diagnostic::error("cohort/places", message).at(root.place_in(left.span.clone()));
        root.add(finding.hint(format!("`places_left` is {all} or less")));
    }
    fits
}

fn status(root: &Fields<'_>, places: Option<Places>) -> Status {
    let all = [Status::Planned, Status::Open, Status::Full, Status::Cancelled];
    let written = root.choice("status", &all.map(|status| (status.name(), status)));
    let left = places.and_then(|places| places.left);
    let Some(written) = written else { return if left == Some(0) { Status::Full } else { Status::Open } };
    let hint = match (written.value, left) {
        (Status::Open, Some(0)) => "write `status = \"full\"`, or how many places are left",
        (Status::Full, Some(1..)) => "write `places_left = 0`, or take `status` away",
        _ => return written.value,
    };
    let message = format!("this cohort is `{}`, and `places_left` says otherwise", written.value.name());
    root.add(Diagnostic::warning("cohort/status", message).at(root.place_in(written.span)).hint(hint));
    written.value
}

fn meetings(root: &Fields<'_>, source: &SourceText, zone: &TimeZone, ground: Ground<'_>) -> Vec<Meeting> {
    let tables = root.tables("date", "a date of a cohort");
    if tables.is_empty() && root.lacks("date") {
        root.missing("date", "write one table `[[date]]` for each step of the program, with `step`, `start` and `end`");
    }
    let mut seen: Vec<String> = Vec::new();
    let mut meetings: Vec<(usize, Meeting)> = Vec::new();
    let count = tables.len();
    for fields in tables {
        let step = step(&fields, ground.steps);
        let when = when::read(&fields, zone);
        let (place, note) =
            (said::public(&fields, "place", ground.config), said::public(&fields, "note", ground.config));
        let online = fields.flag("online").map_or(ground.online, |online| online.value);
        let again = step.as_ref().filter(|step| seen.contains(&step.1));
        if let Some((_, name)) = again {
            let finding = Diagnostic::error("cohort/step", format!("`{name}` has a date already"));
            fields.add(finding.at(fields.place_of("step")).hint("each step has one date: is this another step?"));
        }
        let again = again.is_some();
        fields.done();
        let Some((index, step)) = step.filter(|_| !again) else { continue };
        seen.push(step.clone());
        let Some(when) = when else { continue };
        meetings.push((index, Meeting { step, when: when.value, place, online, note, span: when.span }));
    }
    meetings.sort_by_key(|(index, _)| *index);
    let meetings: Vec<Meeting> = meetings.into_iter().map(|(_, meeting)| meeting).collect();
    if count > 0 {
        missing_steps(root, source, ground.steps, &seen);
    }
    order::check(&meetings, zone, source).into_iter().for_each(|finding| root.add(finding));
    meetings
}

/// The step of a date, and where it stands in the program.
fn step(fields: &Fields<'_>, steps: &[String]) -> Option<(usize, String)> {
    if fields.lacks("step") {
        fields.missing("step", format!("say which step of the program it is: {}", listed(steps)));
    }
    let written = fields.text("step")?;
    let found = steps.iter().position(|step| *step == written.value);
    if found.is_none() {
        let names = || steps.iter().map(String::as_str);
        let part = || names().find(|name| name.split('-').any(|part| part == written.value));
        let hint = match closest(&written.value, names()).or_else(part) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a step is the name of a page in `content/program/`: {}", listed(steps)),
        };
        let finding = Diagnostic::error("cohort/step", format!("the program has no step `{}`", written.value));
        fields.add(finding.at(fields.place_in(written.span)).hint(hint));
    }
    found.map(|index| (index, written.value))
}

fn missing_steps(root: &Fields<'_>, source: &SourceText, steps: &[String], seen: &[String]) {
    let missing: Vec<String> = steps.iter().filter(|step| !seen.contains(step)).cloned().collect();
    if missing.is_empty() {
        return;
    }
    let finding =
        Diagnostic::warning("cohort/missing-step", format!("this cohort has no date for {}", listed(&missing)));
    let hint = format!("add `[[date]]` with `step = \"{}\"`", missing[0]);
    root.add(finding.at(Place::file(source.path())).hint(hint));
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "there are none yet".to_owned() } else { quoted.join(", ") }
}
