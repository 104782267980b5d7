//! All pages by the alphabet, for a page that finds what is looked for without a search and without JavaScript:
//! the templates' function `a_to_z`. Pure; it reads the site's titles, and no words.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Kwargs, State, Tera, TeraResult, Value};

use crate::site::graph::Site;
use crate::site::kept::{self, Asked};
use crate::site::slug::slugify;

/// A letter, and the pages whose titles begin with it.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Letter {
    /// `A`; `0–9` for all figures; `#` for what begins with neither.
    letter: String,
    /// A name for it in an address: `letter-a`.
    id: String,
    pages: Vec<Listed>,
}

/// A page in the list.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
struct Listed {
    title: String,
    description: Option<String>,
    path: String,
    permalink: String,
}

/// Makes `a_to_z` known to Tera. `named` is whether a template asks for it: else there is nothing to list.
pub fn register(tera: &mut Tera, site: &Site, named: bool) {
    let letters = if named { letters(site) } else { BTreeMap::new() };
    let lists: BTreeMap<String, Value> =
        letters.into_iter().map(|(language, list)| (language, Value::from_serializable(&list))).collect();
    let lists = Arc::new(lists);
    tera.register_function("a_to_z", move |arguments: Kwargs, state: &State<'_>| -> TeraResult<Value> {
        kept::ask(Asked::Letters);
        let here = state.get::<String>("lang")?;
        let language = arguments.get::<String>("lang")?.or(here).unwrap_or_default();
        // Values are shared, so that a clone costs nothing.
        Ok(lists.get(&language).cloned().unwrap_or_else(|| Vec::<Value>::new().into()))
    });
}

/// The pages of each language by their first letters. What has no title, nobody looks for; a page whose front matter
/// says `in_a_to_z = false` under `[extra]` is left out.
fn letters(site: &Site) -> BTreeMap<String, Vec<Letter>> {
    let mut titles: Vec<(String, usize)> = Vec::new();
    for (page, node) in site.pages.iter().enumerate() {
        let front = &node.page.front;
        let wanted = front.extra.get("in_a_to_z").and_then(serde_json::Value::as_bool).unwrap_or(true);
        // The first page of each language is where one comes from.
        let home = node.page.source.is_section() && node.page.source.folder().is_empty();
        if wanted && !front.title.is_empty() && !home {
            titles.push((slugify(&front.title), page));
        }
    }
    titles.sort();
    let mut lists: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
    for (name, page) in titles {
        let node = &site.pages[page];
        let (letter, id) = letter(&name);
        let list = lists.entry(node.page.source.language.clone()).or_default();
        if list.last().is_none_or(|last| last.letter != letter) {
            list.push(Letter { letter, id, pages: Vec::new() });
        }
        let front = &node.page.front;
        let listed = Listed {
            title: front.title.clone(),
            description: front.description.clone(),
            path: node.route.clone(),
            permalink: site.permalink(page),
        };
        list.last_mut().expect("one was pushed just now").pages.push(listed);
    }
    lists
}

/// The letter that a folded title stands under, and its name.
fn letter(name: &str) -> (String, String) {
    match name.chars().next() {
        Some(figure) if figure.is_numeric() => ("0–9".to_owned(), "letter-0".to_owned()),
        Some(letter) => (letter.to_uppercase().to_string(), format!("letter-{letter}")),
        None => ("#".to_owned(), "letter-none".to_owned()),
    }
}
