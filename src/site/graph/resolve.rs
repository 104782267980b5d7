//! Links as they were written into addresses, each of them checked. Pure.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use foldhash::{HashMap, HashSet};
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Findings, did_you_mean};
use crate::project::Dialect;
use crate::site::address::{self, decode, join, split_suffix};
use crate::site::cores::briefly;
use crate::site::document::Link;
use crate::site::graph::{Addresses, Node, Outside, Site};
use crate::site::withheld::Withheld;

/// Resolves the links of a site.
pub(super) struct Resolver<'s> {
    site: &'s Site,
    outside: Outside<'s>,
    withheld: &'s Withheld,
    /// Every route, once a link asks for one.
    routes: OnceLock<HashSet<&'s str>>,
    /// The files of content/ by their paths, each with its route.
    files: HashMap<&'s str, &'s str>,
    dialect: Dialect,
}

impl<'s> Resolver<'s> {
    pub(super) fn new(site: &'s Site, outside: Outside<'s>, dialect: Dialect) -> Self {
        let files = site.assets.iter().map(|placed| (placed.asset.path.as_str(), placed.route.as_str())).collect();
        Self { site, outside, withheld: outside.withheld, routes: OnceLock::new(), files, dialect }
    }

    fn routes(&self) -> &HashSet<&'s str> {
        self.routes.get_or_init(|| {
            let pages = self.site.pages.iter().map(|node| node.route.as_str());
            let assets = self.site.assets.iter().map(|placed| placed.route.as_str());
            let redirects = self.site.moves.iter().map(|moved| moved.from.as_str());
            pages.chain(assets).chain(redirects).chain(self.outside.files.iter().map(String::as_str)).collect()
        })
    }

    /// The addresses of every page's links.
    pub(super) fn all(&self) -> (Vec<Addresses>, Findings) {
        let resolved: Vec<(Addresses, Findings)> =
            briefly(self.site.pages.par_iter()).map(|node| self.page(node)).collect();
        let (mut links, mut findings) = (Vec::with_capacity(resolved.len()), Findings::new());
        for (of_page, found) in resolved {
            links.push(of_page);
            findings.extend(found);
        }
        (links, findings)
    }

    /// The addresses of some pages' links.
    pub(super) fn some(&self, pages: &BTreeSet<usize>) -> Vec<(usize, Addresses)> {
        pages.iter().map(|page| (*page, self.page(&self.site.pages[*page]).0)).collect()
    }

    fn page(&self, node: &Node) -> (Addresses, Findings) {
        let mut findings = Findings::new();
        let links = &node.page.document.links;
        // An address is about as long as the way to the file, below the site's own.
        let bytes = links.iter().map(|link| self.site.base_url.len() + link.target.len()).sum();
        let mut addresses = Addresses::with_capacity(links.len(), bytes);
        for link in links {
            if let Err(finding) = self.link(node, link, addresses.next()) {
                findings.push(if self.is_left_alone(link) { finding.lightly() } else { *finding });
                addresses.next().push_str(&link.target);
            }
            addresses.end();
        }
        (addresses, findings)
    }

    /// Whether Zola leaves a link as it is, wherever it leads: its sites are built with all that it leaves alone.
    fn is_left_alone(&self, link: &Link) -> bool {
        self.dialect == Dialect::Zola && !link.target.starts_with(['@', '#'])
    }

    /// Writes a link's address; nothing is written where it has none.
    fn link(&self, node: &Node, link: &Link, written: &mut String) -> Result<(), Box<Diagnostic>> {
        let (path, suffix) = split_suffix(&link.target);
        if link.target.is_empty() {
            let finding = Diagnostic::warning("links/empty", "there is no address here");
            let hint = "name a page, `@/guides/the-day-itself.md`, or a picture; or leave only the words";
            return Err(Box::new(finding.at(node.page.source.text.place(link.span.clone())).hint(hint)));
        }
        let route = if let Some(path) = path.strip_prefix("@/") {
            Some(self.page_link(node, link, path, suffix)?)
        } else if path.is_empty() {
            self.anchor(node, node, link, suffix)?;
            // Zola writes the page's address before it, so that a summary's links lead to the page from elsewhere.
            (self.dialect == Dialect::Zola && suffix.len() > 1).then_some(node.route.as_str())
        } else if path.ends_with(".md") {
            Some(self.relative_page(node, link, path, suffix)?)
        } else if path.starts_with('/') {
            Some(self.rooted(node, link, path)?)
        } else {
            self.file(node, link, path, suffix)?
        };
        match route {
            Some(route) => {
                address::permalink_onto(written, &self.site.base_url, route);
                written.push_str(suffix);
            }
            // As it is: a place in this page, or what Zola leaves alone.
            None => written.push_str(&link.target),
        }
        Ok(())
    }

    /// The route of `@/guides/first-day.md#anchor`.
    fn page_link(&self, node: &Node, link: &Link, path: &str, suffix: &str) -> Result<&'s str, Box<Diagnostic>> {
        let Some(target) = self.meant(node, &decode(path)) else {
            let missing = |message: String| broken(node, link, message);
            if let Some((why, day)) = self.withheld.get(path) {
                let (told, hint) = why.told(day.as_deref());
                return Err(Box::new(missing(format!("`@/{path}` {told}")).hint(hint)));
            }
            let hint = self.nearest_page(node, path);
            return Err(Box::new(missing(format!("there is no page `@/{path}`")).maybe_hint(hint)));
        };
        let target = &self.site.pages[target];
        self.anchor(node, target, link, suffix)?;
        Ok(&target.route)
    }

    fn anchor(&self, node: &Node, target: &Node, link: &Link, suffix: &str) -> Result<(), Box<Diagnostic>> {
        let Some((_, anchor)) = suffix.split_once('#') else { return Ok(()) };
        let anchors = &target.page.document.anchors;
        // The empty name and `top` are the browser's own.
        if anchor.is_empty() || anchor == "top" || anchors.iter().any(|known| *known == decode(anchor)) {
            return Ok(());
        }
        let here = if std::ptr::eq(node, target) { "this page" } else { "that page" };
        let finding = Diagnostic::error("links/anchor", format!("{here} has no heading `#{anchor}`"));
        let span = match link.span.len() == link.target.len() {
            true => link.span.end - anchor.len() - 1..link.span.end,
            false => link.span.clone(),
        };
        let listed = || match anchors.len() {
            0 => Some(format!("{here} has no headings to link to")),
            1..=8 => Some(format!("its headings are: `#{}`", anchors.join("`, `#"))),
            _ => None,
        };
        let hashed: Vec<String> = anchors.iter().map(|anchor| format!("#{anchor}")).collect();
        let near = did_you_mean(&format!("#{anchor}"), hashed.iter().map(String::as_str));
        let finding = finding.at(node.page.source.text.place(span));
        Err(Box::new(finding.maybe_hint(near.or_else(listed))))
    }

    /// The page at a path, in the language of the page that asks, so that a link leads no reader out of it. In Zola a path
    /// means its own file, but from a page that stands in for a translation.
    fn meant(&self, node: &Node, path: &str) -> Option<usize> {
        let target = self.site.find(path)?;
        let language = node.language();
        let follows = node.page.untranslated || self.dialect == Dialect::Own;
        let translations = self.site.pages[target].translations.iter().filter(|_| follows);
        translations.copied().find(|page| self.site.pages[*page].language() == language).or(Some(target))
    }

    /// The route of `../guides/first-day.md`: a page by the way to its file, as editors follow it.
    fn relative_page(&self, node: &Node, link: &Link, path: &str, suffix: &str) -> Result<&'s str, Box<Diagnostic>> {
        let decoded = decode(path);
        let joined = if path.starts_with('/') { join("", &decoded) } else { join(node.page.source.folder(), &decoded) };
        let Some(target) = joined.filter(|path| self.site.find(path).is_some() || self.withheld.contains_key(path))
        else {
            let name = path.trim_start_matches(['.', '/']);
            let finding = broken(node, link, format!("there is no page `{path}`"));
            return Err(Box::new(finding.maybe_hint(self.nearest_page(node, name))));
        };
        self.page_link(node, link, &target, suffix)
    }

    /// The route of `/guides/first-day/`.
    fn rooted(&self, node: &Node, link: &Link, path: &str) -> Result<&'s str, Box<Diagnostic>> {
        let decoded = decode(path);
        let as_folder = format!("{decoded}/");
        let route = [&*decoded, as_folder.as_str()].into_iter().find_map(|route| self.routes().get(route));
        match route {
            Some(route) => Ok(*route),
            None => {
                let near = did_you_mean(path, self.sorted_routes());
                Err(Box::new(broken(node, link, format!("there is nothing at `{path}`")).maybe_hint(near)))
            }
        }
    }

    /// The route of `plan.pdf`, a file that lies beside the page's source; nothing where the link stays as it is.
    fn file(&self, node: &Node, link: &Link, path: &str, suffix: &str) -> Result<Option<&'s str>, Box<Diagnostic>> {
        let folder = node.page.source.folder();
        let joined = join(folder, &decode(path));
        if let Some(route) = joined.and_then(|path| self.files.get(path.as_str()).copied()) {
            return Ok(Some(route));
        }
        if self.dialect == Dialect::Zola && self.is_address(node, path) {
            return Ok(None);
        }
        let finding = broken(node, link, format!("there is no file `{path}` beside this page"));
        if path.starts_with("www.") {
            return Err(Box::new(
                finding.hint(format!("write the whole address of the other site: `https://{path}{suffix}`")),
            ));
        }
        let beside = self.site.assets.iter().filter_map(|placed| placed.asset.path.strip_prefix(folder));
        let hint = did_you_mean(path, beside).or_else(|| self.page_behind(node, path, suffix));
        let hint =
            hint.unwrap_or_else(|| format!("put the file into `content/{folder}`, or link a page as `@/name.md`"));
        Err(Box::new(finding.hint(hint)))
    }

    /// Whether a browser finds something at a relative address, such as `../style.css`: in Zola such a link stays as it is.
    fn is_address(&self, node: &Node, path: &str) -> bool {
        let route = join(node.route.trim_matches('/'), &decode(path)).map(|route| format!("/{route}"));
        route.is_some_and(|route| {
            self.routes().contains(route.as_str()) || self.routes().contains(format!("{route}/").as_str())
        })
    }

    /// The page that a relative address such as `../guides/` would mean in a browser.
    fn page_behind(&self, node: &Node, path: &str, suffix: &str) -> Option<String> {
        let route = match join(&node.route, path)? {
            home if home.is_empty() => "/".to_owned(),
            route => format!("/{route}/"),
        };
        let page = self.site.pages.iter().find(|node| node.route == route)?;
        Some(format!("write it from the content folder: `@/{}{suffix}`", page.page.source.path))
    }

    /// The page that was meant: the one of the same name in another folder, else the nearest by its letters.
    fn nearest_page(&self, node: &Node, path: &str) -> Option<String> {
        let name = path.rsplit('/').next()?;
        // Nobody means the page itself by its path.
        let others =
            || self.site.pages.iter().filter(|other| !std::ptr::eq(*other, node)).map(|other| &other.page.source);
        let mut namesakes = others().filter(|source| source.name() == name);
        if let (Some(only), None) = (namesakes.next(), namesakes.next()) {
            return Some(format!("did you mean `@/{}`?", only.path));
        }
        let paths: Vec<String> = others().map(|source| format!("@/{}", source.path)).collect();
        did_you_mean(&format!("@/{path}"), paths.iter().map(String::as_str))
    }

    fn sorted_routes(&self) -> Vec<&str> {
        let mut routes: Vec<&str> = self.routes().iter().copied().collect();
        routes.sort_unstable();
        routes
    }
}

fn broken(node: &Node, link: &Link, message: String) -> Diagnostic {
    Diagnostic::error("links/internal", message).at(node.page.source.text.place(link.span.clone()))
}
