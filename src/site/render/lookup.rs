//! What the functions of templates look things up in: made once, before any template is rendered.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use tera::Value;
use tera::value::Key;

use super::{Render, rest};
use crate::site::Drawn;
use crate::site::data::ProgramFiles;
use crate::site::functions::{Data, Lookup, Pages};

/// Everything that can be looked up. `early` are the views of pages, for those that Tera goes through before links are known.
pub(super) fn lookup(render: &Render<'_>, early: Vec<Value>) -> Lookup {
    let site = &render.site;
    let config = &render.project.config;
    let fingerprint = |bytes: &[u8]| blake3::hash(bytes).to_hex()[..12].to_owned();
    let own = render.theme.files.iter().map(|(route, bytes)| (route.clone(), Some(fingerprint(bytes))));
    let assets = site.assets.iter().map(|placed| (placed.route.clone(), None));
    let made = rest::made(render).into_iter().map(|route| (route, None));
    let held = site.assets.iter().map(|placed| (placed.route.clone(), Arc::clone(&placed.asset.bytes)));
    let contents = held.chain(render.theme.files.iter().map(|(route, bytes)| (route.clone(), Arc::clone(bytes))));
    let words = config.languages.iter().map(|language| {
        let of_theme = ["", &language.code].into_iter().filter_map(|code| render.theme.words.get(code)).flatten();
        let own = language.translations.iter();
        let words = of_theme.chain(own).map(|(key, word)| (key.clone(), word.clone()));
        (language.code.clone(), words.collect())
    });
    Lookup {
        dialect: config.dialect,
        base_url: site.base_url.clone(),
        language: config.default_language.clone(),
        translations: words.collect(),
        term_manner: config.slugify.taxonomies,
        pages: Pages::new(site, early),
        files: made.chain(assets).chain(own).collect(),
        contents: contents.collect(),
        now: render.options.now(),
        data: Data::of(Box::new(ProgramFiles::new(render.project))),
        markdown: (config.markdown.clone(), config.slugify.anchors),
        colours: render.reading.flavour.colours.cloned(),
        routes: site.pages.iter().map(|node| node.route.clone()).chain(site.listings(true)).collect(),
        sessions: render
            .sessions
            .iter()
            .map(|(name, drawn)| (name.clone(), drawn.as_ref().map(session_values)))
            .collect(),
        whole: OnceLock::new(),
        taxonomies: OnceLock::new(),
        indexes: OnceLock::new(),
    }
}

fn session_values(drawn: &Drawn) -> HashMap<String, Value> {
    drawn.iter().map(|(language, view)| (language.clone(), session_value(view))).collect()
}

/// A session as templates see it: its picture and its table are HTML.
fn session_value(view: &serde_json::Value) -> Value {
    let mut map = Value::from_serializable(view).into_map().unwrap_or_default();
    for html in ["svg", "table"] {
        if let Some(value) = map.get_mut(&Key::Str(html)) {
            *value = std::mem::replace(value, Value::none()).mark_safe();
        }
    }
    map.into()
}
