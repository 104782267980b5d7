//! Links in finished pages that lead nowhere: what templates write by hand, and raw HTML in Markdown. Links of Markdown
//! and of `get_url` were checked where they were written, and are not told twice.

use std::collections::HashSet;
use std::mem::take;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::site::address;
use crate::site::links::Followed;
use crate::site::render::{Stage, keep_once};

/// What a page's links are in doubt of, until all files of the site are known.
pub(super) struct Doubt {
    page: usize,
    nowhere: Vec<String>,
    nameless: Vec<String>,
}

impl Doubt {
    /// What following a page's links found.
    pub(super) fn of(page: usize, followed: &mut Followed) -> Option<Doubt> {
        let (nowhere, nameless) = (take(&mut followed.nowhere), take(&mut followed.nameless));
        let doubt = !(nowhere.is_empty() && nameless.is_empty());
        doubt.then_some(Doubt { page, nowhere, nameless })
    }
}

impl Stage<'_> {
    /// Whether there is a page at an address that begins with the site's root.
    pub(super) fn has_page(&self, route: &str) -> bool {
        let route = &*address::decode(route);
        self.lookup.has_route(route) || self.lookup.files.contains_key(route)
    }

    /// Tells what leads nowhere, now that all files are there.
    pub(super) fn tell_doubts(&self, doubts: Vec<Doubt>, files: &HashSet<String>, findings: &mut Findings) {
        if doubts.is_empty() {
            return;
        }
        let there = |path: &str| {
            let path = address::decode(path);
            files.contains(&address::file(&path)) || files.contains(&format!("{path}/index.html"))
        };
        let mut told = Vec::new();
        for doubt in &doubts {
            told.extend(doubt.nowhere.iter().filter(|path| !there(path)).filter_map(|path| self.nowhere(doubt, path)));
            told.extend(doubt.nameless.iter().filter_map(|part| self.nameless(doubt, part)));
        }
        keep_once(told.into_iter(), findings);
    }

    fn nowhere(&self, doubt: &Doubt, path: &str) -> Option<Diagnostic> {
        let shown = format!("/{path}");
        if self.is_told(doubt, &shown) {
            return None;
        }
        let mut routes: Vec<&str> = self.lookup.routes().map(String::as_str).collect();
        routes.sort_unstable();
        let near = did_you_mean(&shown, routes);
        Some(self.doubtful(doubt, &shown, format!("there is nothing at `{shown}`")).maybe_hint(near))
    }

    fn nameless(&self, doubt: &Doubt, part: &str) -> Option<Diagnostic> {
        let shown = format!("#{part}");
        if self.is_told(doubt, &shown) {
            return None;
        }
        let message = format!("nothing on the page has the name `{part}`");
        let hint = format!("give its place in the page `id=\"{part}\"`");
        Some(self.doubtful(doubt, &shown, message).hint(hint))
    }

    /// Whether it was found as a link of the page's Markdown.
    fn is_told(&self, doubt: &Doubt, written: &str) -> bool {
        let links = &self.render.site.pages[doubt.page].page.document.links;
        links.iter().any(|link| link.target == written || address::split_suffix(&link.target).0 == written)
    }

    fn doubtful(&self, doubt: &Doubt, written: &str, message: String) -> Diagnostic {
        let page = &self.render.site.pages[doubt.page].page.source.text;
        let own = place_of(page, written);
        let in_template = || self.render.theme.templates.values().find_map(|source| place_of(source, written));
        let by_template = own.is_none();
        let place = own.or_else(in_template).unwrap_or_else(|| Place::file(page.path()));
        let finding = Diagnostic::error("links/template", message);
        let finding = finding.at(place);
        if by_template { finding.hint(format!("`{}` shows it", page.path().display())) } else { finding }
    }
}

/// Where an address stands in a file, within quotes or after an address that is put together.
fn place_of(source: &SourceText, written: &str) -> Option<Place> {
    let text = source.text();
    let ends = |end: usize| !text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
    let mut found = text.match_indices(written).map(|(at, _)| at..at + written.len());
    found.find(|span| ends(span.end)).map(|span| source.place(span))
}
