//! The checks: each is a function from a page to its faults, in words that say where to look.

#![allow(unreachable_pub, reason = "shared by the modules of a test binary")]

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::browser::Page;
use crate::world::{self, program};

/// Text of more letters than this is read, not only looked at.
const READ: usize = 60;

pub fn sideways(page: &mut Page, width: u32) -> Vec<String> {
    page.eval(&ask(&format!("const WIDTH = {width};"), include_str!("sideways.js")))
}

pub fn strangers(page: &mut Page, origin: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for asked in page.requests() {
        if !asked.url.starts_with(origin) && !asked.url.starts_with("data:") {
            faults.push(format!("it asks another machine: {}", asked.url));
        }
        if let Some(failure) = &asked.failure {
            faults.push(format!("{} fails: {failure}", asked.url));
        }
        if asked.status.is_some_and(|status| status >= 400) {
            faults.push(format!("{} is not there ({})", asked.url, asked.status.unwrap_or(0)));
        }
    }
    faults
}

pub fn too_small(page: &mut Page) -> Vec<String> {
    page.eval(&ask(&format!("const READ = {READ};"), include_str!("text_size.js")))
}

pub fn faint(page: &mut Page, least: f64) -> Vec<String> {
    page.eval(&ask(&format!("const LEAST = {least};"), include_str!("contrast.js")))
}

pub fn moving(page: &mut Page) -> Vec<String> {
    page.eval(&ask(
        "",
        "[...document.querySelectorAll('*')].filter((element) => {
           const style = getComputedStyle(element);
           const lasts = (times) => times.split(',').some((time) => parseFloat(time) > 0);
           return lasts(style.transitionDuration) || (style.animationName !== 'none' && lasts(style.animationDuration));
         }).map((element) => 'it moves: ' + name(element));",
    ))
}

/// A page's text; but for the search, which there is only with a script.
pub fn main_text(page: &mut Page) -> String {
    page.eval(
        "(() => { const search = document.querySelector('main form.search'), was = search?.hidden; \
         if (search) search.hidden = true; const text = document.querySelector('main')?.innerText ?? ''; \
         if (search) search.hidden = was; return text; })()",
    )
}

pub fn unreadable(page: &mut Page) -> Vec<String> {
    let mut faults = Vec::new();
    if main_text(page).len() < 150 {
        faults.push(format!("its main text has only {} letters", main_text(page).len()));
    }
    if !page.eval::<bool>(&ask("", "[...document.querySelectorAll('main h1')].some(shown);")) {
        faults.push("no heading is to be seen".to_owned());
    }
    let doors: usize =
        page.eval(&ask("", "[...document.querySelectorAll('header nav a[href]')].filter(shown).length;"));
    if doors < 5 {
        faults.push(format!("its navigation shows {doors} links"));
    }
    faults
}

pub fn skip_link(page: &mut Page) -> Vec<String> {
    page.press("Tab");
    let focused = "const at = document.activeElement; const box = at.getBoundingClientRect();";
    let is_link: bool = page.eval(&format!("(() => {{ {focused} return at.matches('a[href^=\"#\"]'); }})()"));
    if !is_link {
        return vec![format!(
            "the first Tab leads to {}",
            page.eval::<String>("document.activeElement.outerHTML.slice(0, 80)")
        )];
    }
    let seen: bool = page.eval(&format!(
        "(() => {{ {focused}
           const inside = box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight && box.height > 16;
           return inside && at.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)); }})()"
    ));
    page.press("Enter");
    let in_main: bool = page.eval("document.activeElement === document.querySelector('main')");
    page.press("Tab");
    let onward: bool = page.eval(
        "(() => { const main = document.querySelector('main'); const at = document.activeElement;
           return main.contains(at) || !!(main.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING); })()",
    );
    let mut faults = Vec::new();
    for (holds, fault) in [
        (seen, "the skip link has the focus, and is not to be seen"),
        (in_main, "the skip link does not lead to main"),
        (onward, "behind the skip link the next Tab leads back to the navigation"),
    ] {
        if !holds {
            faults.push(fault.to_owned());
        }
    }
    faults
}

pub fn out_of_reach(page: &mut Page) -> Vec<String> {
    let phone = program::phone();
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let links: Vec<(String, String)> = page.eval(&ask("",
        "[...document.querySelectorAll('a[href^=\"tel:\"], a[href^=\"sms:\"]')].filter(shown).map((a) => [a.getAttribute('href'), a.innerText]);",
    ));
    let says = |ends: &str, words: &str| links.iter().any(|(href, text)| href.ends_with(ends) && text.contains(words));
    let wanted = [
        (digits.as_str(), phone.as_str(), "the program's number"),
        ("tel:911", "911", "911"),
        ("sms:988", "988", "988, by text"),
    ];
    let mut faults: Vec<String> = wanted
        .iter()
        .filter(|(ends, words, _)| !says(ends, words))
        .map(|(.., what)| format!("it does not show {what}"))
        .collect();
    if !links.iter().any(|(href, _)| href == "tel:988") {
        faults.push("it does not show 988, by a call".to_owned());
    }
    faults
}

pub fn session(page: &mut Page, name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let figure = format!("figure.session[aria-labelledby=\"{name}-picture\"]");
    let picture = page.accessible(&format!("{figure} svg"));
    let language: String = page.eval("document.documentElement.lang");
    let phases = program::phases(name, &language);
    if picture.role != "image" && picture.role != "img" {
        faults.push(format!("the picture of {name} is told as `{}`", picture.role));
    }
    if picture.name.is_empty() {
        faults.push(format!("the picture of {name} has no name"));
    }
    for phase in phases.iter().filter(|phase| !picture.name.contains(phase.as_str())) {
        faults.push(format!("the picture of {name} says nothing of {phase}: {}", picture.name));
    }
    let rows: Vec<String> =
        page.eval(&format!("[...document.querySelectorAll('{figure} table tbody tr')].map((row) => row.textContent)"));
    if rows.len() != phases.len() {
        faults.push(format!("the table of {name} has {} rows for {} phases", rows.len(), phases.len()));
    }
    for (row, phase) in rows.iter().zip(&phases) {
        if !row.contains(phase.as_str()) {
            faults.push(format!("a row of {name} should speak of {phase}: {row}"));
        }
    }
    faults
}

pub fn unprintable(page: &mut Page) -> Vec<String> {
    let mut faults: Vec<String> = page.eval(&ask(
        "",
        "[...document.querySelectorAll('nav, .skip')].filter(shown).map((nav) => 'on paper it shows ' + name(nav));",
    ));
    faults.extend(out_of_reach(page).into_iter().map(|fault| format!("on paper, {fault}")));
    if main_text(page).len() < 150 {
        faults.push("on paper, its main text is missing".to_owned());
    }
    faults
}

/// Where a page leads, and the places inside of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Links {
    /// The addresses.
    pub links: Vec<String>,
    /// The ids.
    pub anchors: BTreeSet<String>,
}

pub fn links(page: &mut Page) -> Links {
    page.eval(&ask("", include_str!("links.js")))
}

/// The links that stay on the site.
pub fn links_of(pages: &BTreeMap<String, Links>) -> BTreeSet<&String> {
    pages.values().flat_map(|page| &page.links).filter(|link| world::is_own(link)).collect()
}

pub fn broken_links(pages: &BTreeMap<String, Links>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (url, page) in pages {
        for link in page.links.iter().filter(|link| world::is_own(link)) {
            let target = without_anchor(link);
            let anchor = link.split_once('#').map_or("", |(_, anchor)| anchor);
            if !exists(target) {
                faults.push(format!("{url} links to {link}, and nothing is there"));
            } else if !anchor.is_empty() && !pages.get(target).is_some_and(|page| page.anchors.contains(anchor)) {
                faults.push(format!("{url} links to {link}, and the page has no such place"));
            }
        }
    }
    faults
}

pub fn without_anchor(link: &str) -> &str {
    link.split('#').next().unwrap_or(link)
}

/// A question to the page, behind what it stands on (`tests/browser/page.js`) and what it is given.
/// A block of its own, so that one question's names are not another's; its last value is the answer.
fn ask(given: &str, question: &str) -> String {
    format!("{{\n{}\n{given}\n{question}\n}}", include_str!("page.js"))
}
