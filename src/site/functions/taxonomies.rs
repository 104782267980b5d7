//! Taxonomies and their terms: `get_taxonomy`, `get_taxonomy_term`, `get_taxonomy_url`. Pure.

use std::sync::{Arc, OnceLock};

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{Lookup, language, taught};
use crate::diagnostic::did_you_mean;
use crate::site::kept::{self, Asked};
use crate::site::view::{self, Views};

/// A taxonomy that can be looked up.
#[derive(Debug)]
pub struct TaxonomyEntry {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// All that the configuration says of it.
    pub kind: Value,
    /// Its language.
    pub language: String,
    /// Its whole address.
    pub permalink: String,
    /// Its terms.
    pub terms: Vec<TermEntry>,
    /// What templates see of it, once somebody asked.
    pub view: OnceLock<Value>,
}

/// A term that can be looked up.
#[derive(Debug)]
pub struct TermEntry {
    /// As pages write it.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its address, from the site's root.
    pub path: String,
    /// Its whole address.
    pub permalink: String,
    /// Its pages.
    pub pages: Vec<usize>,
    /// What templates see of it, once somebody asked.
    pub view: OnceLock<Value>,
}

impl TaxonomyEntry {
    /// What templates see of it.
    pub fn view(&self, views: &Views) -> &Value {
        self.view.get_or_init(|| {
            let items: Vec<Value> = self.terms.iter().map(|term| term.view(views).clone()).collect();
            view::of([
                ("kind", self.kind.clone()),
                ("lang", self.language.as_str().into()),
                ("permalink", self.permalink.as_str().into()),
                ("items", items.into()),
            ])
        })
    }
}

impl TermEntry {
    /// What templates see of it.
    pub fn view(&self, views: &Views) -> &Value {
        self.view.get_or_init(|| {
            let pages: Vec<Value> = self.pages.iter().map(|page| views.whole(*page).clone()).collect();
            view::of([
                ("name", self.name.as_str().into()),
                ("slug", self.slug.as_str().into()),
                ("path", self.path.as_str().into()),
                ("permalink", self.permalink.as_str().into()),
                ("page_count", pages.len().into()),
                ("pages", pages.into()),
            ])
        })
    }
}

/// Makes them known to Tera.
pub(super) fn register(tera: &mut Tera, lookup: &Arc<Lookup>) {
    let with = |function: fn(&Lookup, &Kwargs, &str) -> TeraResult<Value>| {
        let lookup = Arc::clone(lookup);
        move |arguments: Kwargs, state: &State<'_>| {
            let language = language(&lookup, &arguments, state)?;
            match function(&lookup, &arguments, &language) {
                Err(_) if !arguments.get::<bool>("required")?.unwrap_or(true) => Ok(Value::none()),
                found => found,
            }
        }
    };
    tera.register_function(
        "get_taxonomy",
        with(|lookup, arguments, language| {
            kept::ask(Asked::Taxonomies);
            let taxonomy = lookup.taxonomy(arguments, language)?;
            Ok(lookup.whole.get().map_or_else(Value::none, |views| taxonomy.view(views).clone()))
        }),
    );
    tera.register_function(
        "get_taxonomy_term",
        with(|lookup, arguments, language| {
            // Zola needs to be told to leave a term's pages out; here they are shared, and cost nothing.
            let _ = arguments.get::<bool>("include_pages")?;
            kept::ask(Asked::Taxonomies);
            let term = lookup.term(arguments, language, "term")?;
            Ok(lookup.whole.get().map_or_else(Value::none, |views| term.view(views).clone()))
        }),
    );
    tera.register_function(
        "get_taxonomy_url",
        with(|lookup, arguments, language| {
            // Older themes say `name`.
            let key = if arguments.get::<&str>("term")?.is_none() && arguments.get::<&str>("name")?.is_some() {
                "name"
            } else {
                "term"
            };
            kept::ask(Asked::Terms);
            Ok(Value::safe_string(&lookup.term(arguments, language, key)?.permalink))
        }),
    );
}

impl Lookup {
    fn taxonomy(&self, arguments: &Kwargs, language: &str) -> TeraResult<&TaxonomyEntry> {
        let kind = arguments.must_get::<&str>("kind")?;
        let all = self.taxonomies.get().map(Vec::as_slice).unwrap_or_default();
        let here = || all.iter().filter(|taxonomy| taxonomy.language == language);
        here().find(|taxonomy| taxonomy.name == kind || taxonomy.slug == kind).ok_or_else(|| {
            let names = here().map(|taxonomy| taxonomy.name.as_str());
            taught(&format!("the site has no taxonomy `{kind}`"), did_you_mean(kind, names))
        })
    }

    fn term(&self, arguments: &Kwargs, language: &str, key: &'static str) -> TeraResult<&TermEntry> {
        let taxonomy = self.taxonomy(arguments, language)?;
        let written = arguments.must_get::<&str>(key)?;
        let slug = self.term_manner.name(written);
        taxonomy.terms.iter().find(|term| term.slug == slug).ok_or_else(|| {
            let names = taxonomy.terms.iter().map(|term| term.name.as_str());
            let message = format!("`{written}` is no term of the taxonomy `{}`", taxonomy.name);
            taught(&message, did_you_mean(written, names))
        })
    }
}
