//! Pages and sections by their paths: `get_page`, `get_section`, in the language of whoever asks. Pure.

use std::sync::{Arc, OnceLock};

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{Lookup, language, sorted, taught};
use crate::diagnostic::closest;
use crate::site::graph::{ByPath, Held, Site};
use crate::site::kept::{self, Asked};

/// A page that can be looked up.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its index.
    page: usize,
    /// Its path inside content/.
    path: String,
    /// Its whole address, which is HTML already: `&` stands in it as it does in Zola's.
    pub(super) permalink: Value,
    /// Its language.
    language: String,
    /// It in every language. Empty on a site of one language.
    translations: Vec<(String, usize)>,
    /// What is known of it before its words are HTML.
    early: Value,
}

impl Entry {
    fn new(site: &Site, page: usize, early: Value) -> Entry {
        let node = &site.pages[page];
        let translation = |page: &usize| (site.pages[*page].language().to_owned(), *page);
        Entry {
            page,
            path: node.page.source.path.clone(),
            permalink: Value::safe_string(&site.permalink(page)),
            language: node.language().to_owned(),
            translations: node.translations.iter().map(translation).collect(),
            early,
        }
    }
}

/// The pages that can be looked up: of a large site, templates ask for few.
#[derive(Debug)]
pub struct Pages {
    by_path: Arc<ByPath>,
    /// Each from the moment that somebody asks for it.
    entries: Vec<OnceLock<Box<Entry>>>,
    /// Where they come from, once all links are known.
    site: OnceLock<Arc<Held>>,
}

impl Pages {
    /// The pages of a site. `early` are their views, where they are asked for before links are known.
    pub fn new(site: &Site, early: Vec<Value>) -> Pages {
        let mut early = early.into_iter();
        let entry = |page| early.next().map(|early| Box::new(Entry::new(site, page, early)));
        let entries = (0..site.pages.len()).map(entry).map(|entry| entry.map(OnceLock::from).unwrap_or_default());
        Pages { by_path: Arc::clone(site.by_path()), entries: entries.collect(), site: OnceLock::new() }
    }

    /// Takes the site, whose links are known.
    pub fn hold(&self, site: &Arc<Held>) {
        let _ = self.site.set(Arc::clone(site));
    }

    /// What is known of a page before its words are HTML, where that is asked for.
    pub fn early(&self, page: usize) -> Option<&Value> {
        self.entries[page].get().map(|entry| &entry.early)
    }

    fn find(&self, path: &str) -> Option<&Entry> {
        self.get(*self.by_path.get(path)?)
    }

    fn get(&self, page: usize) -> Option<&Entry> {
        let entry = &self.entries[page];
        if entry.get().is_none() {
            let site = self.site.get()?.site();
            let _ = entry.set(Box::new(Entry::new(&site, page, Value::none())));
        }
        entry.get().map(|entry| &**entry)
    }
}

/// Makes them known to Tera.
pub(super) fn register(tera: &mut Tera, lookup: &Arc<Lookup>) {
    for name in ["get_page", "get_section"] {
        let lookup = Arc::clone(lookup);
        tera.register_function(name, move |arguments: Kwargs, state: &State<'_>| get(&lookup, &arguments, state));
    }
}

fn get(lookup: &Lookup, arguments: &Kwargs, state: &State<'_>) -> TeraResult<Value> {
    let path = arguments.must_get::<&str>("path")?;
    let language = language(lookup, arguments, state)?;
    let missing_is_fine = arguments.get::<bool>("allow_missing")?.unwrap_or(false);
    // Zola needs to be told to leave a section's pages out; here they are shared, and cost nothing.
    let _ = arguments.get::<bool>("metadata_only")?;
    let found = lookup.entry(path).map(|entry| (entry, lookup.translated(entry, &language)));
    let entry = match found {
        Ok((_, Some(translated))) => translated,
        Ok(_) | Err(_) if missing_is_fine => return Ok(Value::none()),
        // Better in another language than not at all.
        Ok((entry, None)) => entry,
        Err(error) => return Err(error),
    };
    kept::ask(Asked::Page(entry.path.clone()));
    let whole = lookup.whole.get().map(|views| views.whole(entry.page));
    // Values are shared, so that a clone costs nothing.
    Ok(whole.unwrap_or(&entry.early).clone())
}

impl Lookup {
    /// A page by its path inside content/, with `@/` before it or without.
    pub(super) fn entry(&self, written: &str) -> TeraResult<&Entry> {
        let path = written.strip_prefix("@/").unwrap_or(written);
        self.pages.find(path).ok_or_else(|| {
            let near = closest(path, sorted(self.pages.by_path.keys()));
            let hint = near.map(|near| format!("did you mean `{}{near}`?", &written[..written.len() - path.len()]));
            taught(&format!("there is no page `{written}` in content/"), hint)
        })
    }

    /// A page in another language, where it is written in that.
    pub(super) fn translated<'l>(&'l self, entry: &'l Entry, language: &str) -> Option<&'l Entry> {
        if entry.language == language || entry.translations.is_empty() {
            return (entry.language == language).then_some(entry);
        }
        let (_, page) = entry.translations.iter().find(|(code, _)| code == language)?;
        self.pages.get(*page)
    }
}
