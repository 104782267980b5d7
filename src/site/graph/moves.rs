//! Old addresses and where they lead: from a page's `aliases` and from `[redirects]` of the configuration, from a whole
//! page or from a part of it, `old/name#part`. Pure; each place that an address leads to is checked.

use std::ops::Range;

use super::Site;
use super::sections::alias_route;
use crate::diagnostic::{Diagnostic, Findings, did_you_mean};
use crate::project::{Config, Redirect};
use crate::site::address::{self, decode, split_suffix};
use crate::site::page;

/// An old address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The old route.
    pub from: String,
    /// Where it leads.
    pub to: Way,
    /// Where parts of the old page lead, each by its name.
    pub parts: Vec<(String, Way)>,
}

/// Where an old address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The whole address.
    pub address: String,
    /// What is there.
    pub title: String,
}

/// Reads every old address of a site.
pub(super) fn read(site: &Site, config: &Config) -> (Vec<Move>, Findings) {
    let mut moves = Moves { site, config, list: Vec::new(), findings: Findings::new() };
    for (page, node) in site.pages.iter().enumerate() {
        for alias in &node.page.front.aliases {
            let way = Way { address: site.permalink(page), title: node.page.front.title.clone() };
            moves.add(&alias.value, way);
        }
    }
    for redirect in &config.redirects {
        moves.redirect(redirect);
    }
    (moves.list.into_iter().map(|(moved, _)| moved).collect(), moves.findings)
}

struct Moves<'s> {
    site: &'s Site,
    config: &'s Config,
    /// Each with whether somebody says where the whole page leads.
    list: Vec<(Move, bool)>,
    findings: Findings,
}

impl Moves<'_> {
    /// Adds an address without its first slash: `old/name`, `old/name#part`.
    fn add(&mut self, from: &str, to: Way) {
        let (path, part) = from.split_once('#').map_or((from, None), |(path, part)| (path, Some(part)));
        let route = alias_route(path);
        let known = self.list.iter_mut().find(|(moved, _)| moved.from == route);
        match (known, part) {
            (Some((moved, _)), Some(part)) => moved.parts.push((part.to_owned(), to)),
            (Some((moved, said)), None) => {
                moved.to = to;
                *said = true;
            }
            (None, Some(part)) => {
                let parts = vec![(part.to_owned(), to.clone())];
                self.list.push((Move { from: route, to, parts }, false));
            }
            (None, None) => self.list.push((Move { from: route, to, parts: Vec::new() }, true)),
        }
    }

    fn redirect(&mut self, redirect: &Redirect) {
        let from = &redirect.from;
        let (path, part) = split_suffix(&from.value);
        let Some(path) = page::path(path).filter(|_| !part.starts_with('?')) else {
            let finding = self.wrong(&from.span, format!("an old address cannot be `{}`", from.value));
            self.findings.push(finding.hint("it is an address on this site: `/old/name/`, `/old/name/#part`"));
            return;
        };
        let route = alias_route(&path);
        let taken = self.site.pages.iter().find(|node| !node.page.front.hidden && node.route == route);
        if let Some(node) = taken {
            let message = format!("`{route}` is the address of `{}`", node.page.source.text.path().display());
            let hint = match part {
                "" => "take the redirect away, or give the page another address",
                _ => "a page that is there leads nobody away: put a link to the new place into it",
            };
            self.findings.push(self.wrong(&from.span, message).hint(hint));
            return;
        }
        match self.way(redirect) {
            Ok(way) => self.add(&format!("{path}{part}"), way),
            Err(finding) => self.findings.push(*finding),
        }
    }

    /// Where a redirect of the configuration leads.
    fn way(&self, redirect: &Redirect) -> Result<Way, Box<Diagnostic>> {
        let to = &redirect.to;
        let (path, suffix) = split_suffix(&to.value);
        if path.split('/').next().is_some_and(|start| start.contains(':')) {
            return Ok(Way { address: to.value.clone(), title: to.value.clone() });
        }
        let found = match path.strip_prefix("@/") {
            Some(path) => self.site.find(&decode(path)),
            None => {
                let route = format!("/{}/", path.trim_matches('/')).replace("//", "/");
                self.site.pages.iter().position(|node| node.route == route)
            }
        };
        let Some(page) = found else {
            let known: Vec<String> =
                self.site.pages.iter().map(|node| format!("@/{}", node.page.source.path)).collect();
            let near = did_you_mean(path, known.iter().map(String::as_str));
            let finding = self.wrong(&to.span, format!("there is no page `{path}`"));
            return Err(Box::new(finding.hint(near.unwrap_or_else(|| "name a page, `@/guides/day.md`".to_owned()))));
        };
        let node = &self.site.pages[page];
        if let Some(anchor) = suffix.strip_prefix('#').filter(|anchor| !anchor.is_empty()) {
            let anchors = &node.page.document.anchors;
            if !anchors.iter().any(|known| *known == decode(anchor)) {
                let near = did_you_mean(anchor, anchors.iter().map(String::as_str));
                let finding = self.wrong(&to.span, format!("that page has no heading `#{anchor}`"));
                return Err(Box::new(finding.maybe_hint(near)));
            }
        }
        Ok(Way { address: format!("{}{suffix}", self.site.permalink(page)), title: node.page.front.title.clone() })
    }

    fn wrong(&self, span: &Range<usize>, message: String) -> Diagnostic {
        Diagnostic::error("site/redirect", message).at(self.config.source.place(span.clone()))
    }
}

impl Way {
    /// The address from the host's root where it is on this site; else whole.
    pub fn from_root(&self, base_url: &str) -> String {
        let root = base_url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, root)| root);
        self.address.strip_prefix(base_url).map_or_else(|| self.address.clone(), |path| format!("/{root}{path}"))
    }

    /// The way from a page of this site, its route without the first slash.
    pub fn from_page(&self, base_url: &str, route: &str, style: address::Style) -> String {
        match self.address.strip_prefix(base_url) {
            Some(path) => address::relative(route, path, style),
            None => self.address.clone(),
        }
    }
}
