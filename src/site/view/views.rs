//! Each page's view: made when it is first asked for, and shared by all that name it. It has two doors: what a page is to itself
//! ([`Views::own`], [`Views::around`]), and what it is to others ([`Views::whole`]), who may see less. On a page hang those that it
//! stands between, and, where it is a section, the pages that it lists: these have no lists of their own. Pure.

use std::sync::{Arc, OnceLock};

use tera::value::Key;
use tera::{Map, Value};

use super::{node, table_of_contents};
use crate::site::graph::{Held, Site};
use crate::site::theme::fields::Fields;
use crate::site::theme::reach::SeenByOthers;

/// Something in a view.
type Entry = (Key<'static>, Value);

/// The views of a site's pages as others see them: without their words, unless they were given them.
#[derive(Debug)]
pub struct Views {
    site: Arc<Held>,
    /// What of a page somebody could show.
    fields: Fields,
    /// What of it others than the page itself.
    shown: SeenByOthers,
    alone: Vec<OnceLock<Value>>,
    between: Vec<OnceLock<Value>>,
    whole: Vec<OnceLock<Value>>,
}

impl Views {
    /// The views of a site whose links are resolved.
    pub fn new(site: Arc<Held>, fields: Fields, shown: SeenByOthers) -> Views {
        let pages = site.site().pages.len();
        let none = || (0..pages).map(|_| OnceLock::new()).collect();
        let (alone, between, whole) = (none(), none(), none());
        Views { site, fields, shown, alone, between, whole }
    }

    /// Takes a page's view with its words, for others to show.
    pub fn take(&self, page: usize, view: Value) {
        // A second one would be the same.
        let _ = self.alone[page].set(view);
    }

    /// A page as it sees itself, without what hangs on it: with its headings, and with its words where others were given them.
    pub fn own(&self, page: usize) -> Map {
        let is_seen = self.shown.words || ["lower", "higher", "pages"].iter().any(|key| self.fields.has(key));
        if !is_seen {
            return node(&self.site(), page, &self.fields, true);
        }
        // Others will see it, so that it is made once for them and for itself. Whose words are there has its headings, too.
        let mut view = self.alone(page).as_map().cloned().unwrap_or_default();
        let lacks_headings = !(self.shown.words || self.shown.headings);
        if let Some(headings) = view.get_mut(&Key::Str("toc")).filter(|_| lacks_headings) {
            *headings = table_of_contents(&self.site(), page);
        }
        view
    }

    /// The same with all that hangs on it; by now it may have its words.
    pub fn around(&self, page: usize, mut view: Map) -> Value {
        view.extend(self.beside(page).into_iter().flatten());
        view.extend(self.listed(page));
        view.into()
    }

    /// A page as others see it, with all that hangs on it.
    pub fn whole(&self, page: usize) -> &Value {
        self.whole[page].get_or_init(|| with(self.between(page), self.listed(page)))
    }

    /// A page as others see it, by itself.
    fn alone(&self, page: usize) -> &Value {
        let made = || node(&self.site(), page, &self.fields, self.shown.headings).into();
        self.alone[page].get_or_init(made)
    }

    /// A page as others see it in a list.
    fn between(&self, page: usize) -> &Value {
        if !self.shown.neighbours {
            return self.alone(page);
        }
        self.between[page].get_or_init(|| with(self.alone(page), self.beside(page).into_iter().flatten()))
    }

    /// The pages before and after a page, where there are any and somebody could show them.
    fn beside(&self, page: usize) -> Option<[Entry; 2]> {
        let site = self.site();
        let beside = [("lower", site.pages[page].lower), ("higher", site.pages[page].higher)];
        let is_there = beside.iter().any(|(key, page)| page.is_some() && self.fields.has(key));
        let view = |page: usize| self.alone(page).clone();
        is_there.then(|| beside.map(|(key, page)| (Key::Str(key), page.map_or_else(Value::none, view))))
    }

    /// The pages that a section lists, where somebody could show them.
    fn listed(&self, page: usize) -> Option<Entry> {
        let site = self.site();
        let node = &site.pages[page];
        let pages = || node.pages.iter().map(|page| self.between(*page).clone()).collect::<Vec<Value>>();
        (node.page.source.is_section() && self.fields.has("pages")).then(|| (Key::Str("pages"), pages().into()))
    }

    fn site(&self) -> Arc<Site> {
        self.site.site()
    }

    /// The site that they show.
    pub fn held(&self) -> &Held {
        &self.site
    }
}

/// A view with more in it. Values are shared and not copied.
fn with(view: &Value, entries: impl IntoIterator<Item = Entry>) -> Value {
    let mut entries = entries.into_iter().peekable();
    if entries.peek().is_none() {
        return view.clone();
    }
    let mut map = view.as_map().cloned().unwrap_or_default();
    map.extend(entries);
    map.into()
}
