//! Each page's view: made once, and shared by all that name it.

use rayon::prelude::*;
use tera::value::Key;
use tera::{Map, Value};

use super::{Stage, keep_once};
use crate::diagnostic::{Diagnostic, Findings};
use crate::project::Dialect;
use crate::site::graph::Node;
use crate::site::view;

impl Stage<'_> {
    /// Each page's view as others see it: first all by themselves, then with those that they stand between or list.
    pub(super) fn views(&self, findings: &mut Findings) -> Vec<Value> {
        let site = &self.render.site;
        let pages = || (0..site.pages.len()).into_par_iter();
        let worded: Option<Vec<Value>> = self.curious.then(|| {
            let (views, faults): (Vec<Value>, Vec<Vec<Diagnostic>>) = pages().map(|page| self.alone(page)).unzip();
            keep_once(faults.into_iter().flatten(), findings);
            views
        });
        let alone = worded.as_ref().unwrap_or(&self.wordless);
        let between: Vec<Value> = pages().map(|page| self.between(&site.pages[page], &alone[page], alone)).collect();
        pages().map(|page| self.listing(&site.pages[page], &between[page], &between)).collect()
    }

    /// A page's view by itself, with its words. Zola's themes mark a page's HTML as HTML where they want it; ours needn't.
    fn alone(&self, page: usize) -> (Value, Vec<Diagnostic>) {
        let (words, faults) = self.page_words(page);
        let view = view::node(&self.render.site, page, &words, &self.fields, true);
        (marked(view, self.render.project.config.dialect == Dialect::Own), faults)
    }

    /// A page's view with its words, and what was wrong while they were made, unless that was told already.
    pub(super) fn worded(&self, page: usize, views: &[Value]) -> (Value, Vec<Diagnostic>) {
        if self.curious {
            return (views[page].clone(), Vec::new());
        }
        let node = &self.render.site.pages[page];
        let (alone, faults) = self.alone(page);
        (self.listing(node, &self.between(node, &alone, &self.wordless), views), faults)
    }

    /// A page's view with those before and after it. Views are shared and not copied.
    fn between(&self, node: &Node, view: &Value, alone: &[Value]) -> Value {
        let beside = [("lower", node.lower), ("higher", node.higher)];
        if beside.iter().all(|(key, page)| page.is_none() || !self.fields.has(key)) {
            return view.clone();
        }
        with(view, beside.map(|(key, page)| (key, page.map(|p| alone[p].clone()))))
    }

    /// A section's view with its pages.
    fn listing(&self, node: &Node, view: &Value, pages: &[Value]) -> Value {
        if !(node.page.source.is_section() && self.fields.has("pages")) {
            return view.clone();
        }
        let pages: Vec<Value> = node.pages.iter().map(|page| pages[*page].clone()).collect();
        with(view, [("pages", Some(pages.into()))])
    }
}

/// A page's view, its words marked as HTML. Zola's themes do that where they want it; ours needn't.
fn marked(mut view: Map, is_safe: bool) -> Value {
    for html in ["content", "summary"].into_iter().filter(|_| is_safe) {
        if let Some(value) = view.get_mut(&Key::Str(html)).filter(|value| value.is_string()) {
            *value = std::mem::replace(value, Value::none()).mark_safe();
        }
    }
    view.into()
}

fn with<const N: usize>(view: &Value, entries: [(&'static str, Option<Value>); N]) -> Value {
    let mut map = view.as_map().cloned().unwrap_or_default();
    for (key, value) in entries {
        map.insert(key.into(), value.unwrap_or_else(Value::none));
    }
    map.into()
}
