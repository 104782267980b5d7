//! Taxonomies: what pages are sorted by besides their sections, such as tags. Each has terms, and each term pages. Pure.

use std::collections::BTreeMap;

use foldhash::HashMap;
use rayon::prelude::*;

use super::Node;
use super::pagers::{self, Pager};
use crate::diagnostic::{Diagnostic, Findings, did_you_mean};
use crate::fields::Spanned;
use crate::project::{Config, Kind, Language};
use crate::site::cores::at_least;

/// A taxonomy in one language, with all its terms.
#[derive(Debug)]
pub struct Taxonomy {
    /// What it is called, and how its pages are.
    pub kind: Kind,
    /// Its language.
    pub language: String,
    /// Its address.
    pub route: String,
    /// Its terms, in the order of their addresses.
    pub terms: Vec<Term>,
}

/// A term, with the pages that have it.
#[derive(Debug)]
pub struct Term {
    /// As pages write it.
    pub name: String,
    /// Its name in its address.
    pub slug: String,
    /// Its address.
    pub route: String,
    /// Its pages, the youngest first, those without a date at the end.
    pub pages: Vec<usize>,
}

impl Taxonomy {
    /// Whether it has pages of its own.
    pub fn is_shown(&self) -> bool {
        self.kind.render && !self.terms.is_empty()
    }

    /// The pages that a term is spread over; only one where it isn't.
    pub fn pagers(&self, term: &Term) -> Vec<Pager> {
        let by = self.kind.paginate_by.unwrap_or(usize::MAX);
        pagers::split(&term.pages, by, &term.route, self.kind.paginate_path.as_deref())
    }
}

/// By language and name; in each the pages by the term's words.
type Found<'n> = BTreeMap<(&'n str, &'n str), HashMap<&'n str, Vec<usize>>>;

/// So many pages are looked through at once.
const PART: usize = 1024;

/// Finds the taxonomies of a site. A page that speaks of one that the site doesn't have is a finding.
pub(super) fn read(nodes: &[Node], config: &Config, findings: &mut Findings) -> Vec<Taxonomy> {
    let parts = nodes.par_chunks(PART).enumerate().map(|(part, nodes)| read_part(nodes, part * PART, config));
    let mut found = Found::new();
    for (part, told) in parts.collect::<Vec<(Found<'_>, Findings)>>() {
        findings.extend(told);
        for (name, terms) in part {
            let taxonomy = found.entry(name).or_default();
            for (term, pages) in terms {
                taxonomy.entry(term).or_default().extend(pages);
            }
        }
    }
    let kinds =
        config.languages.iter().flat_map(|language| language.taxonomies.iter().map(move |kind| (language, kind)));
    kinds
        .map(|(language, kind)| {
            let route = route(language, kind, config);
            let terms = found.remove(&(language.code.as_str(), kind.name.as_str())).unwrap_or_default();
            let slug = |term: &str| config.slugify.taxonomies.name(term);
            let terms = terms.into_iter().map(|(term, pages)| ((slug(term), term), pages)).collect();
            Taxonomy {
                kind: kind.clone(),
                language: language.code.clone(),
                terms: self::terms(terms, &route, nodes),
                route,
            }
        })
        .collect()
}

/// The same of pages that lie side by side, from the one of this number on.
fn read_part<'n>(nodes: &'n [Node], first: usize, config: &'n Config) -> (Found<'n>, Findings) {
    let (mut found, mut findings) = (Found::new(), Findings::new());
    for (page, node) in (first..).zip(nodes).filter(|(_, node)| !node.page.front.hidden) {
        let Some(language) = config.language(node.language()) else { continue };
        for (name, terms) in &node.page.front.taxonomies {
            if !language.taxonomies.iter().any(|kind| kind.name == name.value) {
                findings.push(unknown(node, language, name));
                continue;
            }
            let taxonomy = found.entry((&language.code, &name.value)).or_default();
            for term in terms {
                let pages = taxonomy.entry(&term.value).or_default();
                if pages.last() != Some(&page) {
                    pages.push(page);
                }
            }
        }
    }
    (found, findings)
}

/// Terms of one address are one term, under the name that comes first in the alphabet.
fn terms(found: BTreeMap<(String, &str), Vec<usize>>, route: &str, nodes: &[Node]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for ((slug, name), pages) in found {
        match terms.last_mut().filter(|term| term.slug == slug) {
            Some(term) => term.pages.extend(pages),
            None => terms.push(Term { name: name.to_owned(), route: format!("{route}{slug}/"), slug, pages }),
        }
    }
    terms.par_iter_mut().with_min_len(at_least(nodes.len())).for_each(|term| {
        term.pages.sort_by(|a, b| {
            let (a, b) = (&nodes[*a], &nodes[*b]);
            b.written().cmp(&a.written()).then_with(|| a.route.cmp(&b.route))
        });
        term.pages.dedup();
    });
    terms
}

fn route(language: &Language, kind: &Kind, config: &Config) -> String {
    let own = (language.code != config.default_language).then_some(language.code.as_str());
    let parts = own.into_iter().chain(config.taxonomy_root.as_deref()).chain([kind.slug.as_str()]);
    parts.filter(|part| !part.is_empty()).fold("/".to_owned(), |route, part| format!("{route}{part}/"))
}

fn unknown(node: &Node, language: &Language, name: &Spanned<String>) -> Diagnostic {
    let known: Vec<&str> = language.taxonomies.iter().map(|kind| kind.name.as_str()).collect();
    let hint = did_you_mean(&name.value, known.iter().copied())
        .unwrap_or_else(|| format!("name it in the configuration: `taxonomies = [{{ name = \"{}\" }}]`", name.value));
    Diagnostic::error("site/taxonomy", format!("the site has no taxonomy `{}`", name.value))
        .at(node.page.source.text.place(name.span.clone()))
        .hint(hint)
}
