//! Links that lead nowhere, or where they shouldn't, and pages that none leads to. Broken links are found by the build. Pure.

use std::collections::HashSet;

use rayon::prelude::*;

use super::fix::Mend;
use super::program::{Html, Page, Program};
use super::{Around, Found, rule};
use crate::diagnostic::Diagnostic;
use crate::site::html::tags;

const EMPTY: &str = "links/empty";

/// A finding of the build with the weight that it has here: the build goes on without an address, a check does not.
pub(super) fn weighed(finding: Diagnostic) -> Diagnostic {
    let severity = rule::of(EMPTY).filter(|rule| rule.id == finding.rule).map(|rule| rule.severity);
    Diagnostic { severity: severity.unwrap_or(finding.severity), ..finding }
}

pub(super) fn page(page: &Page<'_>, around: Around<'_>, found: &mut Found<'_>) {
    let own = around.base_url.trim_end_matches('/');
    for link in &page.prose().links {
        let place = page.place(link.span.clone());
        let target = link.target.trim();
        // That there is none at all, the build tells.
        if target == "#" {
            let message = format!("the link “{}” leads nowhere", link.text);
            found.add(EMPTY, message, place, "name a page, `@/guides/the-day-itself.md`, or delete the link");
        } else if target == own || target.strip_prefix(own).is_some_and(|rest| rest.starts_with(['/', '#'])) {
            let message = format!("`{target}` is on this site, and is not followed when its page moves");
            found.add("links/own-address", message, place, "name the file of the page: `@/guides/the-day-itself.md`");
        } else if let Some(rest) = target.strip_prefix("http://")
            && !is_local(rest)
        {
            let message = format!("`{target}` is not encrypted: others in the network read along");
            let hint = format!("most sites have it: `https://{rest}`");
            let mend = Mend::replace(
                "links/insecure",
                page.source(),
                link.span.clone(),
                &format!("http://{rest}"),
                &format!("https://{rest}"),
            );
            match mend {
                Some(mend) => found.mend("links/insecure", message, place, &hint, mend),
                None => found.add("links/insecure", message, place, hint),
            }
        }
    }
}

fn is_local(rest: &str) -> bool {
    ["localhost", "127.0.0.1"].iter().any(|host| rest.starts_with(host))
}

/// Pages that no other page leads to, in their words, in a list or in the navigation.
pub(super) fn orphans(program: &Program<'_>, found: &mut Found<'_>) {
    let reached: HashSet<String> = program.html.par_iter().flat_map_iter(leads_to).collect();
    for page in &program.pages {
        let Some(html) = page.html.map(|html| &program.html[html]) else { continue };
        let is_home = page.known.source.canonical() == "_index";
        // Such a page is for whoever knows its address.
        let unlisted = page.known.front.extra.get("unlisted").and_then(serde_json::Value::as_bool) == Some(true);
        if !is_home && !unlisted && !reached.contains(&html.path) {
            let hint = "link to it from a page, or let its section list it; or give it `draft = true`";
            found.add("links/orphan", "no page leads to this one", page.file(), hint);
        }
    }
}

/// The files that a page leads to, itself left out.
fn leads_to(html: &Html) -> HashSet<String> {
    let folder = html.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let links = tags(&html.text).filter(|tag| tag.is("a"));
    let targets = links.filter_map(|tag| resolve(folder, &tag.value("href")?));
    targets.filter(|target| *target != html.path).collect()
}

/// The file that an address means, seen from a folder of the site; none for another site's.
fn resolve(folder: &str, href: &str) -> Option<String> {
    let path = href.split(['#', '?']).next().unwrap_or_default();
    if path.contains("://") || path.starts_with("//") || path.contains(':') || path.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> =
        if path.starts_with('/') { Vec::new() } else { folder.split('/').filter(|p| !p.is_empty()).collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Some(match joined.as_str() {
        "" => "index.html".to_owned(),
        file if file.ends_with(".html") => file.to_owned(),
        folder => format!("{folder}/index.html"),
    })
}
