//! What tells others who reads a page about mental health: anything fetched from elsewhere, trackers, forms and bookings that
//! go to a third party, what is kept in the browser. HHS's bulletin on tracking (2022, revised 2024) was vacated for public
//! pages in June 2024; bookings, portals and logins were not touched. Pure.

use std::ops::Range;

use super::markup::Written;
use super::program::{Page, Program};
use super::{Around, Found};
use crate::diagnostic::Place;

/// Trackers, by what stands in their addresses and scripts.
const TRACKERS: &[(&str, &str)] = &[
    ("googletagmanager.com", "Google Tag Manager"),
    ("google-analytics.com", "Google Analytics"),
    ("gtag(", "Google Analytics"),
    ("connect.facebook.net", "the Meta pixel"),
    ("fbq(", "the Meta pixel"),
    ("analytics.tiktok.com", "the TikTok pixel"),
    ("static.hotjar.com", "Hotjar"),
    ("clarity.ms", "Microsoft Clarity"),
    ("snap.licdn.com", "LinkedIn Insight"),
    ("cdn.segment.com", "Segment"),
    ("js.hs-scripts.com", "HubSpot"),
    ("doubleclick.net", "Google Ads"),
    ("mc.yandex.ru", "Yandex Metrica"),
    ("plausible.io", "Plausible"),
    ("matomo", "Matomo"),
];

/// Where appointments are made elsewhere.
const BOOKINGS: &[(&str, &str)] = &[
    ("calendly.com", "Calendly"),
    ("acuityscheduling.com", "Acuity"),
    ("squareup.com/appointments", "Square"),
    ("simplepractice.com", "SimplePractice"),
    ("janeapp.com", "Jane"),
    ("zocdoc.com", "Zocdoc"),
    ("docs.google.com/forms", "Google Forms"),
    ("forms.gle", "Google Forms"),
    ("typeform.com", "Typeform"),
    ("jotform.com", "Jotform"),
    ("surveymonkey.com", "SurveyMonkey"),
];

/// What keeps something in the browser, or lets others know.
const KEEPS: &[(&str, &str)] = &[
    ("document.cookie", "sets a cookie"),
    ("localStorage", "keeps something in the browser"),
    ("sessionStorage", "keeps something in the browser"),
    ("indexedDB", "keeps something in the browser"),
    ("navigator.sendBeacon", "sends something when the page is left"),
];

pub(super) fn files(program: &Program<'_>, found: &mut Found<'_>) {
    for script in &program.scripts {
        self::script(script.text(), |part| script.place(part), found);
    }
    for style in &program.styles {
        for (at, _) in style.text().match_indices("://") {
            let text = style.text();
            let from = text[..at].rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |before| before + 1);
            let before = text[..from].trim_end_matches(['"', '\'', ' ']).trim_end();
            let fetches = before.ends_with("url(") || before.ends_with("@import");
            if fetches && matches!(&text[from..at], "http" | "https") {
                let end = text[at..].find(['"', '\'', ')', ' ', ';', '\n']).map_or(text.len(), |end| at + end);
                elsewhere(&text[from..end], style.place(from..end), found);
            }
        }
    }
}

pub(super) fn page(page: &Page<'_>, _: Around<'_>, found: &mut Found<'_>) {
    for link in &page.prose().links {
        booking(&link.target, page.place(link.span.clone()), found);
    }
}

/// What a script holds of others, and what it keeps. `place` tells where a part of it stands.
fn script(text: &str, place: impl Fn(Range<usize>) -> Place, found: &mut Found<'_>) {
    let tracked = TRACKERS.iter().filter_map(|(needle, name)| Some((text.find(needle)?, needle.len(), name)));
    if let Some((at, length, name)) = tracked.min() {
        tracker(name, place(at..at + length), found);
    }
    for (needle, what) in KEEPS {
        if let Some(at) = text.find(needle) {
            let hint = "do without it, or say so on the page on privacy and silence this with the reason";
            found.add("privacy/storage", format!("this {what}"), place(at..at + needle.len()), hint);
        }
    }
}

fn tracker(name: &str, place: Place, found: &mut Found<'_>) {
    let hint = "take it out: it tells others who reads about their health; server logs count pages, too";
    found.add("privacy/tracker", format!("{name} follows readers"), place, hint);
}

fn elsewhere(address: &str, place: Place, found: &mut Found<'_>) {
    if let Some((_, name)) = TRACKERS.iter().find(|(needle, _)| address.contains(needle)) {
        return tracker(name, place, found);
    }
    let host = address.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(address);
    let hint = match host {
        "fonts.googleapis.com" | "fonts.gstatic.com" => "put the font's files into `static/`: its licence allows it",
        "www.youtube.com" | "youtube.com" | "www.youtube-nocookie.com" | "player.vimeo.com" => {
            "show a picture that links to the film: nothing is fetched until somebody asks for it"
        }
        _ => "put a copy into `static/`, if its licence allows it",
    };
    found.add("privacy/third-party", format!("this tells `{host}` who reads the page, and when"), place, hint);
}

fn booking(target: &str, place: Place, found: &mut Found<'_>) {
    if let Some((_, name)) = BOOKINGS.iter().find(|(needle, _)| target.contains(needle)) {
        let hint = "have a contract on health data with them (a BAA), say on the page that it leads to them, and silence this with that reason";
        found.add("privacy/booking", format!("this sends readers and what they enter to {name}"), place, hint);
    }
}

/// What one tag tells others.
pub(super) fn tag(written: &Written<'_>, found: &mut Found<'_>) {
    let name = written.tag.name().to_ascii_lowercase();
    let fetched: &[&str] = match name.as_str() {
        "script" | "iframe" | "img" | "audio" | "video" | "source" | "embed" | "track" | "input" => &["src", "poster"],
        "object" => &["data"],
        "link" if is_fetched(written) => &["href"],
        _ => &[],
    };
    for attribute in fetched {
        if let Some(address) = written.value(attribute).filter(|address| is_elsewhere(address)) {
            elsewhere(&address, written.place(), found);
        }
    }
    if name == "form"
        && let Some(action) = written.value("action").filter(|action| is_elsewhere(action))
    {
        let host = action.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(&action);
        let hint = "send it to a server of your own, or to one that has a contract on health data with you (a BAA), and silence this with that reason";
        found.add("privacy/form", format!("what is entered here goes to `{host}`"), written.place(), hint);
    }
    if name == "a"
        && let Some(target) = written.value("href")
    {
        booking(&target, written.place(), found);
    }
    if name == "script"
        && let Some(raw) = written.tag.raw()
    {
        script(written.text(raw.clone()), |part| written.at(raw.start + part.start..raw.start + part.end), found);
    }
}

fn is_fetched(written: &Written<'_>) -> bool {
    let rel = written.value("rel").unwrap_or_default().to_ascii_lowercase();
    rel.split_whitespace().any(|rel| {
        ["stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "manifest", "modulepreload"]
            .contains(&rel)
    })
}

fn is_elsewhere(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://") || address.starts_with("//")
}
