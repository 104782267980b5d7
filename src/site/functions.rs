//! The functions and filters that templates have besides Tera's own, under Zola's names:
//! `get_url`, `get_hash` in [`addresses`], `get_page`, `get_section` in [`content`], `get_taxonomy` and its like in
//! [`taxonomies`], `trans`, `text_direction` in [`languages`]; `session`; `date`, `markdown`, `slugify`, `striptags`.
//! They read what was made before; they never make, and never read a file.

mod addresses;
mod content;
mod languages;
mod taxonomies;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use jiff::civil::DateTime;
use tera::{Kwargs, State, StringInput, Tera, TeraResult, Value};

use crate::diagnostic::did_you_mean;
use crate::project::Dialect;
use crate::site::slug::Manner;
use crate::site::{markdown, slug};

pub use content::Entry;
pub use taxonomies::{TaxonomyEntry, TermEntry};

/// The filters that templates have: Tera's, and ours.
pub const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "date",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "markdown",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "slugify",
    "sort",
    "split",
    "str",
    "striptags",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// The functions that templates have.
pub const FUNCTIONS: &[&str] = &[
    "get_hash",
    "get_page",
    "get_section",
    "get_taxonomy",
    "get_taxonomy_term",
    "get_taxonomy_url",
    "get_url",
    "range",
    "session",
    "super",
    "text_direction",
    "throw",
    "trans",
];

/// The tests that templates have; all are Tera's.
pub const TESTS: &[&str] = &[
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// What functions look things up in.
#[derive(Debug)]
pub struct Lookup {
    /// Whose conventions the site follows.
    pub dialect: Dialect,
    /// The address that the site is published at.
    pub base_url: String,
    /// The language of who doesn't say otherwise.
    pub language: String,
    /// The words of each language.
    pub translations: HashMap<String, BTreeMap<String, String>>,
    /// How terms become addresses.
    pub term_manner: Manner,
    /// Pages by their paths inside content/: `guides/first-day.md`.
    pub pages: HashMap<String, Entry>,
    /// Files by their routes, each with its fingerprint where it has one.
    pub files: HashMap<String, Option<String>>,
    /// What files hold, by their routes.
    pub contents: HashMap<String, Arc<[u8]>>,
    /// The routes of pages: `/guides/first-day/`.
    pub routes: HashSet<String>,
    /// The sessions; `None` where the playlist has mistakes of its own.
    pub sessions: HashMap<String, Option<Value>>,
    /// Whole pages, from the moment that their words are HTML.
    pub whole: OnceLock<Vec<Value>>,
    /// Taxonomies, from the same moment.
    pub taxonomies: OnceLock<Vec<TaxonomyEntry>>,
}

/// Makes the functions and filters known to Tera.
pub fn register(tera: &mut Tera, lookup: &Arc<Lookup>) {
    let with = |function: fn(&Lookup, &Kwargs) -> TeraResult<Value>| {
        // Each closure holds the lookup for as long as Tera lives.
        let lookup = Arc::clone(lookup);
        move |arguments: Kwargs, _: &State<'_>| function(&lookup, &arguments)
    };
    addresses::register(tera, lookup);
    content::register(tera, lookup);
    languages::register(tera, lookup);
    taxonomies::register(tera, lookup);
    tera.register_function("session", with(session));
    tera.register_filter("date", date);
    tera.register_filter("markdown", markdown_filter);
    tera.register_filter("slugify", |text: &str, _: Kwargs, _: &State<'_>| slug::slugify(text));
    tera.register_filter("striptags", striptags);
}

fn session(lookup: &Lookup, arguments: &Kwargs) -> TeraResult<Value> {
    let name = arguments.must_get::<&str>("name")?;
    match lookup.sessions.get(name) {
        Some(Some(session)) => Ok(session.clone()),
        Some(None) => Err(tera::Error::message(ECHO)),
        None => {
            let known = sorted(lookup.sessions.keys());
            Err(taught(&format!("there is no session `{name}`"), did_you_mean(name, known)))
        }
    }
}

/// The language that is meant: the one that is asked for, else the page's, else the site's.
fn language(lookup: &Lookup, arguments: &Kwargs, state: &State<'_>) -> TeraResult<String> {
    let asked = arguments.get::<String>("lang")?;
    Ok(asked.or(state.get::<String>("lang").ok().flatten()).unwrap_or_else(|| lookup.language.clone()))
}

fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The message of an error that only follows from another finding, and needs none of its own.
pub const ECHO: &str = "an echo of another finding";

const HINT: &str = "\n= hint: ";

/// An error with a way out, for a function to give to Tera; [`untaught`] takes it apart again.
fn taught(message: &str, hint: Option<String>) -> tera::Error {
    tera::Error::message(match hint {
        Some(hint) => format!("{message}{HINT}{hint}"),
        None => message.to_owned(),
    })
}

/// An error's message, and the hint that a function of ours gave it.
pub fn untaught(message: &str) -> (&str, Option<&str>) {
    match message.split_once(HINT) {
        Some((message, hint)) => (message, Some(hint)),
        None => (message, None),
    }
}

/// `{{ page.date | date(format="%e %B %Y") }}`
fn date(text: &str, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let format = arguments.get::<&str>("format")?.unwrap_or("%Y-%m-%d");
    let day = text.get(..10).filter(|_| text.len() >= 10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let moment =
        text.parse::<DateTime>().ok().or_else(|| day.map(|day| day.to_datetime(jiff::civil::Time::midnight())));
    let moment = moment.ok_or_else(|| {
        taught(&format!("`{text}` is not a date"), Some("write the day as year-month-day: `2026-05-01`".to_owned()))
    })?;
    // A day of no place is Greenwich's.
    let greenwich = jiff::tz::TimeZone::UTC;
    let moment = greenwich.to_timestamp(moment).map_err(|_| taught(&format!("`{text}` is not a date"), None))?;
    let moment = moment.to_zoned_datetime(greenwich);
    jiff::fmt::strtime::format(format, &moment).map(|text| text.trim().to_owned()).map_err(|_| {
        taught(&format!("`{format}` is not the form of a date"), Some("write it like `%e %B %Y`".to_owned()))
    })
}

/// `{{ page.extra.summary | markdown(inline=true) }}`
fn markdown_filter(text: &str, arguments: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let html = markdown::html(text);
    let html = html.trim_end();
    let inner = html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
    let inline = arguments.get::<bool>("inline")?.unwrap_or(false);
    Ok(Value::safe_string(match inner {
        Some(inner) if inline && !inner.contains("<p>") => inner,
        _ => html,
    }))
}

fn striptags(text: StringInput<'_>, _: Kwargs, _: &State<'_>) -> Value {
    let mut plain = String::with_capacity(text.as_str().len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('<') {
        plain.push_str(&rest[..start]);
        rest = rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
    }
    plain.push_str(rest);
    text.inherit_safety(plain)
}
