//! A published page as a whole: its language, title, landmarks, headings, names and what refers to them. What most pages
//! have is the template's doing, and told once. Pure.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Found;
use super::program::{Html, Program};
use crate::site::html::{Tag, tags};
use crate::site::markdown::prose::{Block, Kind};

/// What is read off a page.
#[derive(Default)]
struct Outline {
    lang: Option<String>,
    title: Option<String>,
    mains: usize,
    /// Headings of the first level.
    first_heads: usize,
    /// The name that the first link leads to, where it stands before the main part.
    skip: Option<String>,
    /// Each name that is given, and how often.
    ids: HashMap<String, usize>,
    /// The attributes that name something, and what.
    targets: Vec<(&'static str, String)>,
    /// The names of what labels are for.
    labelled: Vec<String>,
    fields: Vec<Field>,
    /// Buttons without words.
    buttons: usize,
    /// Whether the program's phone number can be called.
    help: bool,
    /// Whether it only leads to another page.
    leads_on: bool,
}

/// What is filled in.
struct Field {
    name: String,
    id: Option<String>,
    /// Whether it says itself what it is for.
    named: bool,
}

/// What each page has by itself: the rule, what is wrong where it hasn't, and what to do.
type Wrong = (&'static str, &'static str, &'static str, fn(&Outline) -> bool);

const WRONG: &[Wrong] = &[
    (
        "a11y/lang",
        "the page doesn't say its language",
        "write `<html lang=\"{{ lang }}\">`: a screen reader chooses its voice by it",
        |page| !page.lang.as_deref().is_some_and(is_language),
    ),
    ("a11y/title", "the page has no title", "write `<title>{{ page.title }}</title>` into its head", |page| {
        page.title.as_deref().is_none_or(|title| title.trim().is_empty())
    }),
    ("a11y/one-main", "a page has one `<main>`", "put what the page is about into one `<main id=\"main\">`", |page| {
        page.mains != 1
    }),
    ("a11y/one-h1", "a page has one `<h1>`, its title", "write the title as the only `<h1>`", |page| {
        page.first_heads != 1
    }),
    (
        "a11y/skip-link",
        "nothing leads past the navigation",
        "begin the body with `<a href=\"#main\">Skip to the text</a>`, and write `<main id=\"main\">`",
        |page| page.mains == 1 && page.skip.as_ref().is_none_or(|skip| !page.ids.contains_key(skip)),
    ),
    ("a11y/button-name", "a button has no words", "write what it does inside of it, or as `aria-label`", |page| {
        page.buttons > 0
    }),
];

/// Only where most pages have it: then those that haven't stand out.
const HELP: Wrong = (
    "a11y/help",
    "help is not where it is on other pages: the program's phone number is missing",
    "put it into the part that all pages share",
    |page| !page.help,
);

pub(super) fn check(program: &Program<'_>, found: &mut Found<'_>) {
    let phone: String = program.project.config.program.phone.chars().filter(char::is_ascii_digit).collect();
    let outlines = program.html.par_iter().map(|html| (html, outline(program, html, &phone)));
    let outlines: Vec<(&Html, Outline)> = outlines.filter(|(_, outline)| !outline.leads_on).collect();
    let with_help = outlines.iter().filter(|(_, outline)| outline.help).count();
    let help = (!phone.is_empty() && with_help * 2 > outlines.len()).then_some(&HELP);
    for (id, message, hint, wrong) in WRONG.iter().chain(help) {
        let broken: Vec<&Html> = outlines.iter().filter(|(_, outline)| wrong(outline)).map(|(html, _)| *html).collect();
        // What most pages have in common comes from what they are made with.
        let everywhere = broken.len() > 1 && broken.len() * 2 > outlines.len();
        for html in broken {
            found.add(id, *message, program.blame(html, everywhere), *hint);
        }
    }
    for (html, outline) in &outlines {
        names(program, html, outline, found);
    }
    titles(program, &outlines, found);
}

fn outline(program: &Program<'_>, html: &Html, phone: &str) -> Outline {
    let mut outline = read(&html.text, phone);
    // A heading of the first level in the words is told there.
    let is_first = |block: &Block| block.kind == Kind::Heading(1);
    if outline.first_heads != 1 && program.page_of(html).is_some_and(|page| page.prose().blocks.iter().any(is_first)) {
        outline.first_heads = 1;
    }
    outline
}

/// Names that are given twice, and what refers to names that are not there.
fn names(program: &Program<'_>, html: &Html, outline: &Outline, found: &mut Found<'_>) {
    let place = || program.blame(html, false);
    let mut twice: Vec<&String> = outline.ids.iter().filter(|(_, count)| **count > 1).map(|(id, _)| id).collect();
    twice.sort();
    for id in twice {
        let hint = "give each its own: a link or a label finds only the first";
        found.add("a11y/id-twice", format!("the name `{id}` is given twice on this page"), place(), hint);
    }
    for (attribute, id) in outline.targets.iter().filter(|(_, id)| !outline.ids.contains_key(id)) {
        let hint = "give that name to what it means, or delete it";
        found.add("a11y/aria-target", format!("`{attribute}` names `{id}`, which is not on this page"), place(), hint);
    }
    for Field { name, id, named } in &outline.fields {
        if !named && !id.as_ref().is_some_and(|id| outline.labelled.contains(id)) {
            let hint = "write `<label for=\"…\">` with its `id`, or `aria-label`";
            found.add("a11y/label", format!("the field `{name}` says nothing of what is to be entered"), place(), hint);
        }
    }
}

/// Titles that two pages share: in a list of tabs or of results they are the same.
fn titles(program: &Program<'_>, outlines: &[(&Html, Outline)], found: &mut Found<'_>) {
    let mut first: HashMap<&str, &Html> = HashMap::new();
    for (html, outline) in outlines {
        let Some(title) = outline.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) else { continue };
        // Each language has its own.
        match first.get(title) {
            Some(other) if html.page.is_some() && language(program, html) == language(program, other) => {
                let message = format!("“{title}” is the title of `{}`, too", other.path);
                found.add(
                    "a11y/title-twice",
                    message,
                    program.blame(html, false),
                    "say in the title what only this page has",
                );
            }
            Some(_) => {}
            None => _ = first.insert(title, html),
        }
    }
}

fn language<'p>(program: &'p Program<'_>, html: &Html) -> Option<&'p str> {
    program.page_of(html).map(|page| page.known.source.language.as_str())
}

/// Whether this can be a language (BCP 47): `en`, `es-MX`, `zh-Hans`.
fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn read(html: &str, phone: &str) -> Outline {
    let mut outline = Outline::default();
    let mut button: Option<(bool, usize)> = None;
    let mut label = 0_usize;
    for tag in tags(html) {
        let name = tag.name().to_ascii_lowercase();
        if tag.closes {
            match name.as_str() {
                "button" => {
                    if let Some((named, from)) = button.take()
                        && !named
                        && !says_something(&html[from..tag.span.start])
                    {
                        outline.buttons += 1;
                    }
                }
                "label" => label = label.saturating_sub(1),
                _ => {}
            }
            continue;
        }
        let named = ["aria-label", "aria-labelledby", "title"]
            .iter()
            .any(|attribute| tag.value(attribute).is_some_and(|value| !value.trim().is_empty()));
        match name.as_str() {
            "html" => outline.lang = tag.value("lang").map(|lang| lang.into_owned()),
            "title" if outline.title.is_none() => outline.title = tag.raw().map(|raw| html[raw].to_owned()),
            "main" => {
                outline.mains += 1;
            }
            "h1" => outline.first_heads += 1,
            "a" => anchor(&tag, phone, &mut outline),
            "meta" => {
                outline.leads_on |= tag.value("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"))
            }
            "button" => button = Some((named, tag.span.end)),
            "label" => {
                label += 1;
                outline.labelled.extend(tag.value("for").map(|id| id.into_owned()));
            }
            "input" | "select" | "textarea" => {
                let kind = tag.value("type").unwrap_or_default().to_ascii_lowercase();
                let silent = ["hidden", "submit", "button", "reset", "image"].contains(&kind.as_str());
                if !silent {
                    let id = tag.value("id").map(|id| id.into_owned());
                    let called = tag.value("name").unwrap_or_default().into_owned();
                    outline.fields.push(Field { name: called, id, named: named || label > 0 });
                }
            }
            _ => {}
        }
        refers(&tag, &mut outline);
    }
    outline
}

fn anchor(tag: &Tag<'_>, phone: &str, outline: &mut Outline) {
    let href = tag.value("href").unwrap_or_default();
    if outline.skip.is_none() && outline.mains == 0 {
        outline.skip = href.strip_prefix('#').map(str::to_owned);
    }
    if let Some(number) = href.strip_prefix("tel:") {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        outline.help |= !phone.is_empty() && digits.ends_with(phone);
    }
}

fn refers(tag: &Tag<'_>, outline: &mut Outline) {
    if let Some(id) = tag.value("id").filter(|id| !id.is_empty()) {
        *outline.ids.entry(id.into_owned()).or_default() += 1;
    }
    for attribute in ["aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"] {
        for id in tag.value(attribute).unwrap_or_default().split_whitespace() {
            outline.targets.push((attribute, id.to_owned()));
        }
    }
}

/// Whether there are words in a piece of HTML, or a picture that has some.
fn says_something(html: &str) -> bool {
    let mut at = 0;
    for tag in tags(html) {
        if html[at..tag.span.start].contains(char::is_alphanumeric)
            || tag.value("alt").is_some_and(|alt| !alt.is_empty())
        {
            return true;
        }
        at = tag.span.end;
    }
    html[at..].contains(char::is_alphanumeric)
}
