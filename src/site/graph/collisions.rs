//! Two things at one address: one of them would be lost. Pure.

use foldhash::HashMap;

use super::Site;
use super::sections::alias_route;
use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::address;

impl Site {
    pub(super) fn collisions(&self) -> Findings {
        let mut taken: HashMap<String, By<'_>> = HashMap::default();
        let mut findings = Findings::new();
        for taxonomy in self.taxonomies.iter().filter(|taxonomy| taxonomy.is_shown()) {
            let terms = taxonomy.terms.iter().map(|term| &term.route);
            for route in std::iter::once(&taxonomy.route).chain(terms) {
                taken.insert(key(route), By::Taxonomy(&taxonomy.kind.name));
            }
        }
        let shown = (0..self.pages.len()).filter(|page| !self.pages[*page].page.front.hidden);
        let pages = shown.map(|page| (&self.pages[page].route, page, None));
        let aliases = self.redirects.iter().map(|(route, page)| (route, *page, Some("alias")));
        for (route, page, alias) in pages.chain(aliases) {
            if let Some(other) = taken.insert(key(route), By::Page(page)) {
                let other = match other {
                    By::Taxonomy(name) => format!("the taxonomy {name}"),
                    By::Page(page) => self.pages[page].page.source.text.path().display().to_string(),
                };
                let message = format!("`{route}` is the address of `{other}` already");
                let hint = if alias.is_some() { "take the alias away" } else { "give one of them another `slug`" };
                let place = self.address_place(page, alias.map(|_| route.as_str()));
                findings.push(Diagnostic::error("site/collision", message).at(place).hint(hint));
            }
        }
        findings
    }

    fn address_place(&self, page: usize, alias: Option<&str>) -> Place {
        let page = &self.pages[page].page;
        let alias = alias.and_then(|route| page.front.aliases.iter().find(|alias| alias_route(&alias.value) == route));
        match alias.or(page.front.path.as_ref()).or(page.front.slug.as_ref()) {
            Some(written) => page.source.text.place(written.span.clone()),
            None => Place::file(page.source.text.path()),
        }
    }
}

/// Whose an address is.
enum By<'s> {
    Taxonomy(&'s str),
    Page(usize),
}

/// Not every disk tells `A` from `a`.
fn key(route: &str) -> String {
    address::file(route).to_lowercase()
}
