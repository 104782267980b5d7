//! The functions and filters that templates have besides Tera's own, under Zola's names:
//! `get_url`, `get_page`, `get_section`, `session`; `date`, `markdown`, `slugify`, `striptags`.
//! They read what was made before; they never make, and never read a file.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use jiff::civil::DateTime;
use tera::{Kwargs, State, StringInput, Tera, TeraResult, Value};

use crate::diagnostic::{closest, did_you_mean};
use crate::site::address::{self, decode, split_suffix};
use crate::site::{markdown, slug};

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
pub const FUNCTIONS: &[&str] = &["get_page", "get_section", "get_url", "range", "session", "super", "throw"];

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
#[derive(Debug, Default)]
pub struct Lookup {
    /// The address that the site is published at.
    pub base_url: String,
    /// Pages by their paths inside content/: `guides/first-day.md`.
    pub pages: HashMap<String, Entry>,
    /// Files by their routes, each with its fingerprint where it has one.
    pub files: HashMap<String, Option<String>>,
    /// The routes of pages: `/guides/first-day/`.
    pub routes: HashSet<String>,
    /// The sessions; `None` where the playlist has mistakes of its own.
    pub sessions: HashMap<String, Option<Value>>,
    /// Whole pages, from the moment that their words are HTML.
    pub whole: OnceLock<Vec<Value>>,
}

/// A page that can be looked up.
#[derive(Debug)]
pub struct Entry {
    /// Its index.
    pub page: usize,
    /// Its whole address.
    pub permalink: String,
    /// What is known of it before its words are HTML.
    pub early: Value,
}

/// Makes the functions and filters known to Tera.
pub fn register(tera: &mut Tera, lookup: &Arc<Lookup>) {
    let with = |function: fn(&Lookup, &Kwargs) -> TeraResult<Value>| {
        // Each closure holds the lookup for as long as Tera lives.
        let lookup = Arc::clone(lookup);
        move |arguments: Kwargs, _: &State<'_>| function(&lookup, &arguments)
    };
    tera.register_function("get_url", with(get_url));
    tera.register_function("get_page", with(get_page));
    tera.register_function("get_section", with(get_page));
    tera.register_function("session", with(session));
    tera.register_filter("date", date);
    tera.register_filter("markdown", markdown_filter);
    tera.register_filter("slugify", |text: &str, _: Kwargs, _: &State<'_>| slug::slugify(text));
    tera.register_filter("striptags", striptags);
}

fn get_url(lookup: &Lookup, arguments: &Kwargs) -> TeraResult<Value> {
    let path = arguments.must_get::<&str>("path")?;
    if path.starts_with("@/") {
        let (path, suffix) = split_suffix(path);
        return Ok(format!("{}{suffix}", lookup.entry(path)?.permalink).into());
    }
    if path.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':')) || path.starts_with("//") {
        return Ok(path.into());
    }
    let (written, suffix) = split_suffix(path);
    let (route, fingerprint) = lookup.route(written)?;
    let query = match arguments.get::<bool>("cachebust")?.unwrap_or(false) {
        true => fingerprint.map(|hash| format!("?h={hash}")).unwrap_or_default(),
        false => String::new(),
    };
    Ok(format!("{}{query}{suffix}", address::permalink(&lookup.base_url, &route)).into())
}

fn get_page(lookup: &Lookup, arguments: &Kwargs) -> TeraResult<Value> {
    let path = arguments.must_get::<&str>("path")?;
    let entry = lookup.entry(path)?;
    let whole = lookup.whole.get().and_then(|pages| pages.get(entry.page));
    // Values are shared, so that a clone costs nothing.
    Ok(whole.unwrap_or(&entry.early).clone())
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

impl Lookup {
    /// A page by its path inside content/, with `@/` before it or without.
    fn entry(&self, written: &str) -> TeraResult<&Entry> {
        let path = written.strip_prefix("@/").unwrap_or(written);
        self.pages.get(path).ok_or_else(|| {
            let near = closest(path, sorted(self.pages.keys()));
            let hint = near.map(|near| format!("did you mean `{}{near}`?", &written[..written.len() - path.len()]));
            taught(&format!("there is no page `{written}` in content/"), hint)
        })
    }

    /// The route of a file or a page by its address on this site, and a file's fingerprint.
    fn route(&self, written: &str) -> TeraResult<(String, Option<&str>)> {
        let route = format!("/{}", decode(written.trim_start_matches('/')));
        if let Some(fingerprint) = self.files.get(&route) {
            return Ok((route, fingerprint.as_deref()));
        }
        let folder = if route.ends_with('/') { route.clone() } else { format!("{route}/") };
        if self.routes.contains(&folder) {
            return Ok((folder, None));
        }
        let mut known: Vec<&str> = self.files.keys().chain(&self.routes).map(String::as_str).collect();
        known.sort_unstable();
        let hint = closest(&route, known).map(|near| format!("did you mean `{}`?", near.trim_start_matches('/')));
        Err(taught(&format!("there is no file and no page at `{written}`"), hint))
    }
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
    jiff::fmt::strtime::format(format, moment).map(|text| text.trim().to_owned()).map_err(|_| {
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
