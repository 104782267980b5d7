//! The functions and filters that templates have besides Tera's own, under Zola's names:
//! `get_url`, `get_hash` in `addresses`, `get_page`, `get_section` in `content`, `get_taxonomy` and its like in
//! `taxonomies`, `trans`, `text_direction` in `languages`; `session` and `markdown` here; `load_data` in `data`, and
//! filters and tests in `text`, `dates`, `numbers`.
//! They read what was made before; they never make, and never read a file.

mod addresses;
mod content;
mod data;
mod dates;
mod languages;
mod lists;
mod numbers;
mod taxonomies;
mod text;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use tera::{Kwargs, State, Tera, TeraResult, Value};

pub use data::{Data, Files};

use crate::diagnostic::{SourceText, did_you_mean};
use crate::project::Dialect;
use crate::project::markdown::Markdown;
use crate::site::address::{decode, split_suffix};
use crate::site::colours::Colours;
use crate::site::document::{Gap, Piece};
use crate::site::markdown::{self, Flavour};
use crate::site::slug::Manner;
use crate::site::view::Views;

pub use content::Pages;
pub use taxonomies::{TaxonomyEntry, TermEntry};

/// The filters that templates have: Tera's, and ours.
pub const FILTERS: &[&str] = &[
    "abs",
    "base64_decode",
    "base64_encode",
    "capitalize",
    "date",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "filesizeformat",
    "first",
    "float",
    "format",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "json_encode",
    "keys",
    "last",
    "length",
    "lower",
    "markdown",
    "newlines_to_br",
    "nth",
    "num_format",
    "pairs",
    "pluralize",
    "regex_replace",
    "replace",
    "reverse",
    "round",
    "safe",
    "shuffle",
    "slugify",
    "sort",
    "spaceless",
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
    "urlencode",
    "urlencode_strict",
    "values",
    "wordcount",
];

/// The functions that are Tera's own.
const OF_TERA: [&str; 3] = ["range", "super", "throw"];

/// The functions that templates have.
pub const FUNCTIONS: &[&str] = &[
    "a_to_z",
    "get_hash",
    "get_image_metadata",
    "get_page",
    "get_random",
    "get_section",
    "get_taxonomy",
    "get_taxonomy_term",
    "get_taxonomy_url",
    "get_url",
    "load_data",
    "now",
    "range",
    "resize_image",
    "session",
    "super",
    "text_direction",
    "throw",
    "trans",
];

/// The tests that templates have: Tera's, and ours.
pub const TESTS: &[&str] = &[
    "after",
    "array",
    "before",
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
    "matching",
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
    /// When the site is built, in seconds since 1970.
    pub now: i64,
    /// The files that `load_data` reads.
    pub data: Data,
    /// How the `markdown` filter reads.
    pub markdown: (Markdown, Manner),
    /// The colours of code in it.
    pub colours: Option<Arc<Colours>>,
    /// Pages by their paths inside content/: `guides/first-day.md`.
    pub pages: Pages,
    /// Files by their routes, each with its fingerprint where it has one.
    pub files: foldhash::HashMap<String, Option<String>>,
    /// What files hold, by their routes.
    pub contents: HashMap<String, Arc<[u8]>>,
    /// The routes of pages: `/guides/first-day/`.
    pub routes: foldhash::HashSet<String>,
    /// The sessions; `None` where the playlist has mistakes of its own.
    pub sessions: HashMap<String, Option<HashMap<String, Value>>>,
    /// Whole pages, from the moment that their words are HTML.
    pub whole: OnceLock<Views>,
    /// Taxonomies, from the same moment.
    pub taxonomies: OnceLock<Vec<TaxonomyEntry>>,
    /// The search indexes by their routes, from the same moment.
    pub indexes: OnceLock<HashMap<String, Arc<[u8]>>>,
}

/// Makes all names known to Tera, so that templates can be compiled while there is no site yet to look something up in. Who needs none
/// works at once; the others do when they are [registered](register).
pub fn declare(tera: &mut Tera) {
    let not_yet = || tera::Error::message("there is no site yet");
    for name in FUNCTIONS.iter().filter(|name| !OF_TERA.contains(name)) {
        tera.register_function(*name, move |_: Kwargs, _: &State<'_>| TeraResult::<Value>::Err(not_yet()));
    }
    for name in ["markdown", "num_format"] {
        tera.register_filter(name, move |_: &Value, _: Kwargs, _: &State<'_>| TeraResult::<Value>::Err(not_yet()));
    }
    lists::register(tera);
    text::register(tera);
    dates::register(tera);
    numbers::register(tera);
}

/// Gives the functions and filters what they look things up in.
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
    let for_sessions = Arc::clone(lookup);
    tera.register_function("session", move |arguments: Kwargs, state: &State<'_>| {
        session(&for_sessions, &arguments, state)
    });
    tera.register_function("load_data", with(|lookup, arguments| lookup.data.load(arguments)));
    tera.register_function("now", with(|lookup, arguments| dates::now(lookup.now, arguments)));
    let for_numbers = Arc::clone(lookup);
    tera.register_filter("num_format", move |number: i128, arguments: Kwargs, _: &State<'_>| {
        numbers::num_format(number, &arguments, &for_numbers.language)
    });
    let for_markdown = Arc::clone(lookup);
    tera.register_filter("markdown", move |text: &str, arguments: Kwargs, _: &State<'_>| {
        markdown_filter(&for_markdown, text, &arguments)
    });
}

fn session(lookup: &Lookup, arguments: &Kwargs, state: &State<'_>) -> TeraResult<Value> {
    let name = arguments.must_get::<&str>("name")?;
    let language = language(lookup, arguments, state)?;
    match lookup.sessions.get(name) {
        Some(Some(session)) => Ok(session.get(&*language).cloned().unwrap_or_else(Value::none)),
        Some(None) => Err(tera::Error::message(ECHO)),
        None => {
            let known = sorted(lookup.sessions.keys());
            Err(taught(&format!("there is no session `{name}`"), did_you_mean(name, known)))
        }
    }
}

impl Lookup {
    /// The routes of pages.
    pub fn routes(&self) -> impl Iterator<Item = &String> {
        self.routes.iter()
    }

    /// Whether a page has this route.
    pub fn has_route(&self, route: &str) -> bool {
        self.routes.contains(route)
    }

    /// The address of a link in Markdown that stands in a template or in front matter.
    fn link(&self, target: &str) -> TeraResult<String> {
        let (path, suffix) = split_suffix(target);
        match path.strip_prefix("@/") {
            Some(_) => Ok(format!("{}{suffix}", self.entry(&decode(path))?.permalink)),
            None => Ok(target.to_owned()),
        }
    }
}

/// The language that is meant: the one that is asked for, else the page's, else the site's.
fn language<'l>(lookup: &'l Lookup, arguments: &Kwargs, state: &State<'_>) -> TeraResult<Cow<'l, str>> {
    // What is not defined arrives as an empty text.
    let asked = arguments.get::<String>("lang")?.filter(|language| !language.is_empty());
    if let Some(asked) = asked {
        return Ok(asked.into());
    }
    // Each page asks for many addresses, most in the site's own language.
    Ok(match state.get::<Value>("lang")? {
        Some(here) if here.as_str() != Some(&lookup.language) => here.to_string().into(),
        _ => Cow::Borrowed(&lookup.language),
    })
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
pub fn taught(message: &str, hint: Option<String>) -> tera::Error {
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

/// `{{ page.extra.summary | markdown(inline=true) }}`
fn markdown_filter(lookup: &Lookup, text: &str, arguments: &Kwargs) -> TeraResult<Value> {
    let source = SourceText::new("", text);
    let (wanted, names) = &lookup.markdown;
    let flavour = Flavour { calls: false, colours: lookup.colours.as_ref(), ..Flavour::new(wanted, *names) };
    let (document, _) = markdown::parse(&source, 0..text.len(), flavour);
    let mut html = String::with_capacity(text.len() * 2);
    for piece in document.body.html().unwrap_or_default().pieces() {
        match piece {
            Piece::Html(written) => html.push_str(written),
            Piece::Gap(Gap::Link(link)) => {
                html.push_str(&lookup.link(&document.links[*link].target)?.replace('&', "&amp;"));
            }
            // Without calls and links to headings there are no others.
            Piece::Gap(_) => {}
        }
    }
    let inline = arguments.get::<bool>("inline")?.unwrap_or(false);
    if lookup.dialect == Dialect::Zola {
        // To the letter: themes wrap what comes back in tags of their own.
        let inner = if inline { html.trim_start_matches("<p>").trim_end_matches("</p>\n") } else { &html };
        return Ok(Value::safe_string(inner));
    }
    let html = html.trim_end();
    let inner = html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
    Ok(Value::safe_string(match inner {
        Some(inner) if inline && !inner.contains("<p>") => inner,
        _ => html,
    }))
}
