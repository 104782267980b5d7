//! The cohorts of each language: their calendars as files, and what templates see of them. Made before pages are, so that
//! they can link to the files.

use std::collections::HashMap;

use serde_json::{Value as Json, json};
use tera::Value;
use tera::value::Key;

use crate::site::address::permalink;
#[cfg(feature = "guides")]
use crate::site::cohort::Status;
use crate::site::cohort::event::{self, Around};
use crate::site::cohort::ics::{Calendar, Event};
use crate::site::cohort::when::When;
use crate::site::cohort::words::Tongue;
use crate::site::cohort::{Cohort, Meeting};
use crate::site::render::{Artifact, Render, Stage};

/// What templates see of packets, by language and cohort.
pub(super) type Packets = HashMap<(String, String), Value>;

/// What was made.
#[derive(Default)]
pub(super) struct Made {
    /// The calendars.
    pub(super) artifacts: Vec<Artifact>,
    /// What templates see of the cohorts of each language.
    pub(super) shown: HashMap<String, Value>,
    /// What they see of the calendar of all of them.
    pub(super) calendars: HashMap<String, Value>,
}

/// All calendars, and all views.
pub(super) fn cohorts(stage: &Stage<'_>, packets: &Packets) -> Made {
    let (render, config) = (&stage.render, &stage.render.project.config);
    let mut made = Made::default();
    if render.cohorts.all().next().is_none() {
        return made;
    }
    for language in config.languages.iter().map(|language| language.code.as_str()) {
        let routes = routes_of(render, language);
        let cohorts = render.cohorts.all().map(|cohort| vec![cohort]);
        let calendars = cohorts.chain([render.cohorts.all().collect()]);
        for (route, cohorts) in routes.iter().zip(calendars) {
            let calendar = calendar(stage, &cohorts, route, language);
            made.artifacts.push(Artifact::file(route, calendar.text()));
        }
        let shown = render.cohorts.to_come.iter().map(|cohort| {
            let packets = packets.get(&(language.to_owned(), cohort.name.clone()));
            view(stage, cohort, language, packets)
        });
        made.shown.insert(language.to_owned(), shown.collect::<Vec<Value>>().into());
        let all = addresses(render, routes.last().map_or("", String::as_str));
        made.calendars.insert(language.to_owned(), Value::from_serializable(&all));
    }
    made
}

/// The routes of all calendars.
pub(super) fn routes(render: &Render<'_>) -> Vec<String> {
    let languages = render.project.config.languages.iter();
    languages.flat_map(|language| routes_of(render, &language.code)).collect()
}

/// The calendar of each cohort in a language, and at last that of all of them.
fn routes_of(render: &Render<'_>, language: &str) -> Vec<String> {
    let mut names: Vec<&str> = render.cohorts.all().map(|cohort| cohort.name.as_str()).collect();
    if !names.is_empty() {
        names.push("all");
    }
    names.into_iter().map(|name| format!("{}.ics", stem(render, name, language))).collect()
}

/// Where what is made of a cohort lies: its address without its ending.
pub(super) fn stem(render: &Render<'_>, name: &str, language: &str) -> String {
    let default = language == render.project.config.default_language;
    if default { format!("/cohorts/{name}") } else { format!("/{language}/cohorts/{name}") }
}

/// The title of a date's step, and the address of its page, where it is published.
pub(super) fn step(render: &Render<'_>, meeting: &Meeting, language: &str) -> (String, Option<String>) {
    let site = &render.site;
    let canonical = format!("program/{}", meeting.step);
    let of = |language: &str| {
        site.pages.iter().position(|node| node.language() == language && node.page.source.canonical() == canonical)
    };
    match of(language).or_else(|| of(&render.project.config.default_language)) {
        Some(page) => (site.pages[page].page.front.title.clone(), Some(site.permalink(page))),
        None => (meeting.step.clone(), None),
    }
}

/// Where a date is, with the address where it is the cohort's own place.
pub(super) fn place(cohort: &Cohort, meeting: &Meeting, language: &str) -> String {
    let said = if meeting.place.is_empty() { &cohort.place } else { &meeting.place };
    let parts = [said.of(language), if meeting.place.is_empty() { cohort.address.as_str() } else { "" }];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn addresses(render: &Render<'_>, route: &str) -> Json {
    let whole = permalink(&render.site.base_url, route);
    let webcal = whole.split_once("://").map(|(_, rest)| format!("webcal://{rest}"));
    json!({ "permalink": whole, "webcal": webcal })
}

fn calendar(stage: &Stage<'_>, cohorts: &[&Cohort], route: &str, language: &str) -> Calendar {
    let (render, program) = (&stage.render, &stage.render.project.config.program);
    let short = [&program.short_name, &program.name, &render.project.config.title];
    let program = short.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
    let name = match cohorts {
        [cohort] if !route.ends_with("/all.ics") => format!("{program} · {}", cohort.title.of(language)),
        _ => program,
    };
    let events = cohorts
        .iter()
        .flat_map(|cohort| cohort.meetings.iter().map(|meeting| calendar_event(stage, cohort, meeting, language)));
    Calendar {
        name,
        language: language.to_owned(),
        address: permalink(&render.site.base_url, route),
        events: events.collect(),
    }
}

fn calendar_event(stage: &Stage<'_>, cohort: &Cohort, meeting: &Meeting, language: &str) -> Event {
    let render = &stage.render;
    let base_url = &render.site.base_url;
    let host = base_url.split_once("://").map_or(base_url.as_str(), |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let (title, page) = step(render, meeting, language);
    let url = page.unwrap_or_else(|| base_url.clone());
    Event {
        uid: format!("{}-{}@{host}", cohort.name, meeting.step),
        stamp: cohort.stamp(),
        when: meeting.when.clone(),
        zone: cohort.zone.clone(),
        summary: title,
        location: place(cohort, meeting, language),
        description: description(stage, meeting, &url, language),
        url,
        status: cohort.status,
    }
}

/// What an event says: the date's note, where to read on, whom to call.
fn description(stage: &Stage<'_>, meeting: &Meeting, url: &str, language: &str) -> String {
    let program = &stage.render.project.config.program;
    let spanish = Tongue::of(language) == Tongue::Spanish;
    let mut lines: Vec<String> = Vec::new();
    if !meeting.note.is_empty() {
        lines.extend([meeting.note.of(language).to_owned(), String::new()]);
    }
    let about = if spanish { "Sobre este paso" } else { "About this step" };
    lines.push(format!("{about}: {url}"));
    if !program.phone.is_empty() {
        let person = if spanish { "Una persona" } else { "A person" };
        lines.push(format!("{person}: {}", program.phone));
    }
    lines.push(String::new());
    lines.push(match spanish {
        true => "En una crisis, a cualquier hora: llame al 988 y oprima 2. Si alguien está en peligro: llame al 911."
            .to_owned(),
        false => "In a crisis, at any hour: call or text 988. If someone is in danger: call 911.".to_owned(),
    });
    lines.join("\n")
}

/// A cohort as templates see it.
fn view(stage: &Stage<'_>, cohort: &Cohort, language: &str, packets: Option<&Value>) -> Value {
    let render = &stage.render;
    let tongue = Tongue::of(language);
    let steps: Vec<(String, Option<String>)> =
        cohort.meetings.iter().map(|meeting| step(render, meeting, language)).collect();
    let dates = cohort.meetings.iter().zip(&steps).map(|(meeting, step)| date(cohort, meeting, step, language));
    let mut shown = addresses(render, &format!("{}.ics", stem(render, &cohort.name, language)));
    let city = cohort.zone_name().rsplit('/').next().unwrap_or_default().replace('_', " ");
    let more = json!({
        "name": cohort.name,
        "title": cohort.title.of(language),
        "summary": cohort.summary.of(language),
        "status": cohort.status.name(),
        "draft": cohort.draft,
        "zone": cohort.zone_name(),
        "city": city,
        "place": cohort.place.of(language),
        "address": cohort.address,
        "online": cohort.online,
        "places": cohort.places.map(|places| places.all),
        "places_left": cohort.places.and_then(|places| places.left),
        "updated": cohort.updated.map(|day| day.to_string()),
        "updated_words": cohort.updated.map(|day| tongue.day(day)),
        "days": cohort.days().map(|(first, last)| tongue.span(first, last)),
        "dates": dates.collect::<Vec<Json>>(),
    });
    if let (Json::Object(shown), Json::Object(more)) = (&mut shown, more) {
        shown.extend(more);
    }
    let mut map = Value::from_serializable(&shown).into_map().unwrap_or_default();
    map.insert(Key::Str("packets"), packets.cloned().unwrap_or_else(Value::none));
    map.insert(Key::Str("jsonld"), Value::from(script(stage, cohort, &steps, language)).mark_safe());
    map.into()
}

fn date(cohort: &Cohort, meeting: &Meeting, (title, page): &(String, Option<String>), language: &str) -> Json {
    let tongue = Tongue::of(language);
    let (start, end) = event::moments(&meeting.when);
    let (hours, abbreviation) = match &meeting.when {
        When::Hours { start, end } => {
            let same_day = start.date() == end.date();
            (same_day.then(|| tongue.hours(start.time(), end.time())), Some(start.strftime("%Z").to_string()))
        }
        When::Days { .. } => (None, None),
    };
    json!({
        "step": meeting.step,
        "title": title,
        "permalink": page,
        "when": tongue.when(&meeting.when),
        "days": tongue.days(&meeting.when),
        "hours": hours,
        "start": start,
        "end": end,
        "abbreviation": abbreviation,
        "place": meeting.place.of(language),
        "online": meeting.online,
        "note": meeting.note.of(language),
        "elsewhere": !meeting.place.is_empty() || meeting.online != cohort.online,
    })
}

fn script(stage: &Stage<'_>, cohort: &Cohort, steps: &[(String, Option<String>)], language: &str) -> String {
    let (home, program) = (&stage.render.site.base_url, &stage.render.project.config.program);
    let pages: Vec<(String, String)> =
        steps.iter().map(|(title, page)| (title.clone(), page.clone().unwrap_or_else(|| home.clone()))).collect();
    let organizer = if program.clinic.is_empty() { &stage.render.project.config.title } else { &program.clinic };
    let telephone = program.phone_href.trim_start_matches("tel:");
    event::script(cohort, Around { language, organizer, telephone, home, pages: &pages })
}

/// What a packet's first page says of a cohort's dates: what, and when and where.
#[cfg(feature = "guides")]
pub(super) fn on_paper(render: &Render<'_>, cohort: &Cohort, language: &str) -> Vec<(String, String)> {
    let tongue = Tongue::of(language);
    let spanish = tongue == Tongue::Spanish;
    let mut rows: Vec<(String, String)> = Vec::new();
    for meeting in &cohort.meetings {
        let mut said = tongue.when(&meeting.when);
        if meeting.online
            && let When::Hours { start, .. } = &meeting.when
        {
            said.push_str(&format!(" ({}), {}", start.strftime("%Z"), if spanish { "en línea" } else { "online" }));
        }
        for more in [meeting.place.of(language), meeting.note.of(language)].into_iter().filter(|more| !more.is_empty())
        {
            said.push_str(&format!(". {more}"));
        }
        rows.push((step(render, meeting, language).0, said));
    }
    let place = [cohort.place.of(language), &cohort.address];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    if !place.is_empty() {
        rows.push((if spanish { "Dónde" } else { "Where" }.to_owned(), place.join(", ")));
    }
    if cohort.status == Status::Planned {
        let note = if spanish {
            ("Aviso", "Estas fechas todavía pueden cambiar.")
        } else {
            ("Please note", "These dates may still change.")
        };
        rows.push((note.0.to_owned(), note.1.to_owned()));
    }
    rows
}
