//! Medical review: who read a page as a whole, when, and when it is read again (NHS content policy: two dates on each page);
//! and what was only to stand until somebody writes it. Pure.

use std::collections::HashMap;

use super::program::{Page, Program};
use super::sentences::find_word;
use super::{Around, Found};
use crate::diagnostic::Place;

/// What is left for somebody to write.
const PLACEHOLDERS: [&str; 7] = ["lorem ipsum", "todo", "tbd", "tbc", "fixme", "xxx", "to be written"];

pub(super) fn page(page: &Page<'_>, around: Around<'_>, found: &mut Found<'_>) {
    dates(page, around.today, found);
    placeholders(page, found);
}

fn dates(page: &Page, today: &str, found: &mut Found<'_>) {
    let extra = &page.known.front.extra;
    let text =
        |key: &str| extra.get(key).and_then(|value| value.as_str()).map(str::trim).filter(|text| !text.is_empty());
    let asked = extra.get("review").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let reviewed = text("reviewed");
    let place = |key: &str| key_place(page, key);
    if asked && reviewed.is_none() {
        let hint = "when a clinician has read all of it: `reviewed = \"2026-11-25\"`, `reviewed_by = \"…\"`, `next_review = \"…\"`";
        found.add("review/missing", "the clinic has not reviewed this page yet", place("review"), hint);
        return;
    }
    for key in ["reviewed", "next_review"] {
        if let Some(date) = text(key).filter(|date| !is_date(date)) {
            let hint = "write it as `2026-11-25`";
            found.add("review/date", format!("`{date}` is not a date"), place(key), hint);
            return;
        }
    }
    let Some(reviewed) = reviewed else { return };
    if reviewed > today {
        let hint = "write the day on which it was read";
        found.add("review/future", format!("the review of {reviewed} has not been yet"), place("reviewed"), hint);
    }
    if text("reviewed_by").is_none() {
        let hint = "name who read it, with their role: `reviewed_by = \"…\"`";
        found.add("review/by", "nobody is named who reviewed this page", place("reviewed"), hint);
    }
    match text("next_review") {
        None => {
            let hint = "write `next_review = \"…\"`, at most three years later";
            found.add("review/next", "no day is set for the next review", place("reviewed"), hint);
        }
        Some(next) if next < today => {
            let hint = "let a clinician read it again, and set both dates";
            found.add(
                "review/due",
                format!("the review that was due on {next} is overdue"),
                place("next_review"),
                hint,
            );
        }
        Some(_) => {}
    }
    let sources = extra.get("sources").is_some_and(|sources| sources.as_array().is_none_or(|list| !list.is_empty()));
    let leads_out = page.prose().links.iter().any(|link| link.target.starts_with("http"));
    if !sources && !leads_out {
        let hint = "name them: `sources = [\"FDA, October 2023: …\"]`, or link to them";
        found.add("review/sources", "the page names no source", page.file(), hint);
    }
}

/// Where a key of the front matter stands; else the file.
fn key_place(page: &Page, key: &str) -> Place {
    let front = page.known.front_span.clone();
    let text = page.source().text().get(front.clone()).unwrap_or_default();
    let mut at = front.start;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let is_key = trimmed.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']));
        if is_key {
            let from = at + line.find(trimmed).unwrap_or(0);
            return page.place(from..from + trimmed.len());
        }
        at += line.len();
    }
    page.file()
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, length: usize| (text.len() == length).then(|| text.parse::<u32>().ok()).flatten();
    let in_range = |text: &str, most: u32| number(text, 2).is_some_and(|n| (1..=most).contains(&n));
    number(year, 4).is_some() && in_range(month, 12) && in_range(day, 31)
}

fn placeholders(page: &Page, found: &mut Found<'_>) {
    for block in &page.prose().blocks {
        let lower = block.text.to_ascii_lowercase();
        for placeholder in PLACEHOLDERS {
            // `todo` is a word in Spanish; as a note it is written large.
            let shouted = |at: &std::ops::Range<usize>| {
                let written = &block.text[at.clone()];
                !matches!(placeholder, "todo" | "tbd" | "tbc" | "xxx" | "fixme")
                    || written.chars().all(char::is_uppercase)
            };
            if let Some(at) = find_word(&lower, placeholder).filter(shouted) {
                let message = format!("“{}” still stands here", &block.text[at.clone()]);
                found.add(
                    "review/placeholder",
                    message,
                    page.place(block.place(at)),
                    "write what is meant, or delete it",
                );
            }
        }
    }
}

/// Translations that are older than what they translate.
pub(super) fn translations(program: &Program<'_>, found: &mut Found<'_>) {
    let default = program.project.config.default_language.as_str();
    let is_original = |page: &&Page<'_>| page.known.source.language == default;
    let originals: HashMap<String, &Page<'_>> =
        program.pages.iter().filter(is_original).map(|page| (page.known.source.canonical(), page)).collect();
    let changed = |page: &Page<'_>| {
        let front = &page.known.front;
        front.updated.as_ref().or(front.date.as_ref()).map(|at| at.text.clone())
    };
    for page in program.pages.iter().filter(|page| !is_original(page)) {
        let original = originals.get(&page.known.source.canonical());
        if let Some((own, theirs)) = changed(page).zip(original.and_then(|page| changed(page)))
            && own < theirs
        {
            let message = format!("the original was changed on {theirs}, this translation on {own}");
            found.add("review/translation", message, page.file(), "bring it up to date, and set `updated`");
        }
    }
}
