//! What is rendered from pages but isn't one: the further pages of a section's listing, taxonomies, and their terms.

use rayon::prelude::*;
use tera::{Context, Map, Value};

use super::Stage;
use super::rest::Made;
use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::functions::{TaxonomyEntry, TermEntry};
use crate::site::graph::pagers::{self, Pager};
use crate::site::graph::taxonomies::{Taxonomy, Term};
use crate::site::theme::Asked;
use crate::site::{Artifact, address};

/// One page to render.
enum Job<'s> {
    Pager { section: usize, pagers: Vec<Pager>, number: usize },
    Taxonomy { taxonomy: usize, of: &'s Taxonomy },
    Term { taxonomy: usize, of: &'s Taxonomy, term: usize, pagers: Vec<Pager>, number: usize },
}

/// Renders all listings.
pub(super) fn listings(stage: &Stage<'_>, views: &[Value], findings: &mut Findings) -> Vec<Artifact> {
    let rendered: Vec<Made> = jobs(stage).par_iter().map(|job| job.render(stage, views)).collect();
    super::rest::gather(rendered, findings)
}

fn jobs<'s>(stage: &'s Stage<'_>) -> Vec<Job<'s>> {
    let site = &stage.render.site;
    let mut jobs = Vec::new();
    for section in (0..site.pages.len()).filter(|page| !site.pages[*page].page.front.hidden) {
        let pagers = site.pagers(section).unwrap_or_default();
        // The first is the section's own page.
        jobs.extend((2..=pagers.len()).map(|number| Job::Pager { section, pagers: pagers.clone(), number }));
    }
    for (taxonomy, of) in site.taxonomies.iter().enumerate().filter(|(_, taxonomy)| taxonomy.is_shown()) {
        jobs.push(Job::Taxonomy { taxonomy, of });
        for (term, one) in of.terms.iter().enumerate() {
            let pagers = of.pagers(one);
            let numbers = 1..=pagers.len();
            jobs.extend(numbers.map(|number| Job::Term { taxonomy, of, term, pagers: pagers.clone(), number }));
        }
    }
    jobs
}

impl Job<'_> {
    fn render(&self, stage: &Stage<'_>, views: &[Value]) -> Made {
        match self {
            Job::Pager { section, pagers, number } => stage.pager(*section, pagers, *number, views),
            Job::Taxonomy { taxonomy, of } => stage.taxonomy(*taxonomy, of),
            Job::Term { taxonomy, of, term, pagers, number } => {
                let single = of.kind.paginate_by.is_none();
                let paginator =
                    (!single).then(|| stage.paginator(of.kind.paginate_by, pagers, *number, of.path(), views));
                stage.term(*taxonomy, of, *term, &pagers[*number - 1], paginator)
            }
        }
    }
}

impl Taxonomy {
    fn path(&self) -> Option<&str> {
        self.kind.paginate_path.as_deref()
    }
}

impl Stage<'_> {
    fn pager(&self, section: usize, pagers: &[Pager], number: usize, views: &[Value]) -> Made {
        let template = self.template(section).map_err(Some)?;
        let mut context = self.context(section, Some(&self.worded(section, views).0));
        context.insert_value("paginator", self.section_paginator(section, pagers, number, views));
        let route = &pagers[number - 1].route;
        self.at(&mut context, route);
        let html = self.tera.render(&template, &context).map_err(|error| self.fault(&error, section).map(Box::new))?;
        Ok(Artifact::page(route, self.own_links(&html, route)))
    }

    /// What a section's template sees as `paginator`.
    pub(super) fn section_paginator(&self, section: usize, pagers: &[Pager], number: usize, views: &[Value]) -> Value {
        let listing = &self.render.site.pages[section].page.front.listing;
        self.paginator(listing.paginate_by, pagers, number, listing.paginate_path.as_deref(), views)
    }

    fn paginator(
        &self,
        by: Option<usize>,
        pagers: &[Pager],
        number: usize,
        path: Option<&str>,
        views: &[Value],
    ) -> Value {
        let permalink = |pager: &Pager| Value::from(address::permalink(&self.render.site.base_url, &pager.route));
        let at = |number: usize| pagers.get(number.wrapping_sub(1)).map_or_else(Value::none, permalink);
        let this = &pagers[number - 1];
        let base = pagers::base(&pagers[0].route, path);
        let pages: Vec<Value> = this.pages.iter().map(|page| views[*page].clone()).collect();
        let total: usize = pagers.iter().map(|pager| pager.pages.len()).sum();
        map([
            ("paginate_by", by.unwrap_or_default().into()),
            ("base_url", address::permalink(&self.render.site.base_url, &base).into()),
            ("number_pagers", pagers.len().into()),
            ("first", at(1)),
            ("last", at(pagers.len())),
            ("previous", at(number - 1)),
            ("next", at(number + 1)),
            ("pages", pages.into()),
            ("current_index", number.into()),
            ("total_pages", total.into()),
        ])
    }

    fn taxonomy(&self, taxonomy: usize, of: &Taxonomy) -> Made {
        let mut context = self.taxonomy_context(of);
        let known = &self.lookup.taxonomies.get().expect("they are made before they are rendered")[taxonomy];
        let terms: Vec<Value> = known.terms.iter().map(|term| term.value.clone()).collect();
        context.insert_value("terms", Value::from(terms));
        self.listed(of, &context, &of.route, "list")
    }

    fn term(&self, taxonomy: usize, of: &Taxonomy, term: usize, pager: &Pager, paginator: Option<Value>) -> Made {
        let mut context = self.taxonomy_context(of);
        let known = &self.lookup.taxonomies.get().expect("they are made before they are rendered")[taxonomy];
        context.insert_value("term", known.terms[term].value.clone());
        if let Some(paginator) = paginator {
            context.insert_value("paginator", paginator);
        }
        self.listed(of, &context, &pager.route, "single")
    }

    fn taxonomy_context(&self, of: &Taxonomy) -> Context {
        let mut context = self.shared(&of.language);
        context.insert("taxonomy", &of.kind);
        context
    }

    /// Renders `tags/list.html` or `taxonomy_list.html`, and so on.
    fn listed(&self, of: &Taxonomy, context: &Context, route: &str, what: &str) -> Made {
        let own = format!("{}/{what}.html", of.kind.name);
        let candidates = [own.clone(), format!("taxonomy_{what}.html")];
        let template = candidates.iter().find(|template| self.tera.contains_template(template));
        let template = template.ok_or_else(|| Some(Box::new(self.no_listing(of, &own))))?;
        let mut context = context.clone();
        self.at(&mut context, route);
        let asked = Asked::Page { page: format!("the taxonomy {}", of.kind.name), template: None };
        let html = self.tera.render(template, &context).map_err(|error| self.fault_of(&error, &asked).map(Box::new))?;
        Ok(Artifact::page(route, self.own_links(&html, route)))
    }

    fn no_listing(&self, of: &Taxonomy, template: &str) -> Diagnostic {
        let finding = Diagnostic::error("template/missing", format!("there is no template `{template}`"));
        let hint = format!("write it, or set `render = false` for the taxonomy `{}`", of.kind.name);
        finding.at(Place::file(self.render.theme.templates_folder())).hint(hint)
    }

    /// Says where a page is that isn't one of content/.
    fn at(&self, context: &mut Context, route: &str) {
        context.insert("current_path", route);
        context.insert("current_url", &address::permalink(&self.render.site.base_url, route));
    }
}

/// The taxonomies as templates see them.
pub(super) fn taxonomies(stage: &Stage<'_>, views: &[Value]) -> Vec<TaxonomyEntry> {
    let site = &stage.render.site;
    let permalink = |route: &str| address::permalink(&site.base_url, route);
    let term = |term: &Term| {
        let pages: Vec<Value> = term.pages.iter().map(|page| views[*page].clone()).collect();
        let value = map([
            ("name", term.name.as_str().into()),
            ("slug", term.slug.as_str().into()),
            ("path", term.route.as_str().into()),
            ("permalink", permalink(&term.route).into()),
            ("page_count", pages.len().into()),
            ("pages", pages.into()),
        ]);
        TermEntry { name: term.name.clone(), slug: term.slug.clone(), permalink: permalink(&term.route), value }
    };
    let taxonomy = |taxonomy: &Taxonomy| {
        let terms: Vec<TermEntry> = taxonomy.terms.iter().map(term).collect();
        let items: Vec<Value> = terms.iter().map(|term| term.value.clone()).collect();
        let value = map([
            ("kind", Value::from_serializable(&taxonomy.kind)),
            ("lang", taxonomy.language.as_str().into()),
            ("permalink", permalink(&taxonomy.route).into()),
            ("items", items.into()),
        ]);
        TaxonomyEntry {
            name: taxonomy.kind.name.clone(),
            slug: taxonomy.kind.slug.clone(),
            language: taxonomy.language.clone(),
            terms,
            value,
        }
    };
    site.taxonomies.iter().map(taxonomy).collect()
}

fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let mut map = Map::new();
    for (key, value) in entries {
        map.insert(key.into(), value);
    }
    map.into()
}
