//! Taxonomies and their terms: `get_taxonomy`, `get_taxonomy_term`, `get_taxonomy_url`. Pure.

use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::{Lookup, language, taught};
use crate::diagnostic::did_you_mean;
use crate::site::kept::{self, Asked};

/// A taxonomy that can be looked up.
#[derive(Debug)]
pub struct TaxonomyEntry {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its language.
    pub language: String,
    /// Its terms.
    pub terms: Vec<TermEntry>,
    /// What templates see of it.
    pub value: Value,
}

/// A term that can be looked up.
#[derive(Debug)]
pub struct TermEntry {
    /// As pages write it.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its whole address.
    pub permalink: String,
    /// What templates see of it.
    pub value: Value,
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
            Ok(lookup.taxonomy(arguments, language)?.value.clone())
        }),
    );
    tera.register_function(
        "get_taxonomy_term",
        with(|lookup, arguments, language| {
            // Zola needs to be told to leave a term's pages out; here they are shared, and cost nothing.
            let _ = arguments.get::<bool>("include_pages")?;
            kept::ask(Asked::Taxonomies);
            Ok(lookup.term(arguments, language, "term")?.value.clone())
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
