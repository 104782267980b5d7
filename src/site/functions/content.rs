//! Pages and sections by their paths: `get_page`, `get_section`, in the language of whoever asks. Pure.

use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{Lookup, language, sorted, taught};
use crate::diagnostic::closest;
use crate::site::kept::{self, Asked};

/// A page that can be looked up.
#[derive(Debug)]
pub struct Entry {
    /// Its index.
    pub page: usize,
    /// Its path inside content/.
    pub path: String,
    /// Its whole address, which is HTML already: `&` stands in it as it does in Zola's.
    pub permalink: Value,
    /// Its language.
    pub language: String,
    /// It in every language, by their paths inside content/. Empty on a site of one language.
    pub translations: Vec<(String, String)>,
    /// What is known of it before its words are HTML.
    pub early: Value,
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
        self.pages.get(path).ok_or_else(|| {
            let near = closest(path, sorted(self.pages.keys()));
            let hint = near.map(|near| format!("did you mean `{}{near}`?", &written[..written.len() - path.len()]));
            taught(&format!("there is no page `{written}` in content/"), hint)
        })
    }

    /// A page in another language, where it is written in that.
    pub(super) fn translated<'l>(&'l self, entry: &'l Entry, language: &str) -> Option<&'l Entry> {
        if entry.language == language || entry.translations.is_empty() {
            return (entry.language == language).then_some(entry);
        }
        let (_, path) = entry.translations.iter().find(|(code, _)| code == language)?;
        self.pages.get(path)
    }
}
