//! What is rendered from pages but isn't one: the further pages of a section's listing, taxonomies, and their terms.

use rayon::prelude::*;
use std::sync::OnceLock;

use tera::{Context, Value};

use super::Stage;
use super::recipe::{Known, Recipes};
use super::rest::Made;
use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::functions::{TaxonomyEntry, TermEntry};
use crate::site::graph::Site;
use crate::site::graph::pagers::{self, Pager};
use crate::site::graph::taxonomies::{Taxonomy, Term};
use crate::site::kept::{self, Origin};
use crate::site::theme::Asked;
use crate::site::view::{self, Views};
use crate::site::{Artifact, Out, address};

/// What the templates of taxonomies and of terms are called.
const LIST: &str = "list";
const SINGLE: &str = "single";

/// One page to render.
enum Job<'s> {
    Pager { section: usize, pagers: Vec<Pager>, number: usize },
    Taxonomy { taxonomy: usize, of: &'s Taxonomy },
    Term { taxonomy: usize, of: &'s Taxonomy, term: usize, pagers: Vec<Pager>, number: usize },
}

/// Renders all listings that are not there already, and says what each is written to.
pub(super) fn listings(
    stage: &Stage<'_>,
    views: &Views,
    recipes: Option<&Recipes<'_>>,
    out: &dyn Out,
    findings: &mut Findings,
) -> Vec<String> {
    let jobs = jobs(stage);
    let rendered: Vec<Option<Made>> =
        jobs.par_iter().with_max_len(1).map(|job| job.made(stage, views, recipes, out)).collect();
    let made = super::rest::gather(rendered.into_iter().flatten().collect(), findings);
    super::put_all(made, out);
    jobs.iter().map(|job| address::file(job.route())).collect()
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
    /// Makes it; `None` where it is there already.
    fn made(&self, stage: &Stage<'_>, views: &Views, recipes: Option<&Recipes<'_>>, out: &dyn Out) -> Option<Made> {
        let known = recipes.and_then(|recipes| Some((recipes, self.known(stage, recipes)?)));
        let path = address::file(self.route());
        if let (Some((recipes, known)), Some(origin)) = (&known, out.before(&path))
            && recipes.is_same(stage, known, &origin.recipe)
        {
            out.put_again(&path, origin);
            return None;
        }
        let (made, asked) = kept::listen(|| self.render(stage, views));
        Some(made.map(|mut artifact| {
            let recipe = known.and_then(|(recipes, known)| recipes.recipe(stage, &known, asked));
            artifact.origin = recipe.map(|recipe| Box::new(Origin::of(recipe)));
            artifact
        }))
    }

    fn route(&self) -> &str {
        match self {
            Job::Pager { pagers, number, .. } | Job::Term { pagers, number, .. } => &pagers[*number - 1].route,
            Job::Taxonomy { of, .. } => &of.route,
        }
    }

    /// What it is surely made of; `None` where that is not all of it.
    fn known(&self, stage: &Stage<'_>, recipes: &Recipes<'_>) -> Option<Known> {
        match self {
            Job::Pager { section, pagers, number } => {
                let known = recipes.known(stage, *section)?;
                Some(known.with(|marker| _ = marker.text(self.route()).number(*number).number(pagers.len())))
            }
            Job::Taxonomy { of, .. } => {
                let pages = of.terms.iter().flat_map(|term| &term.pages);
                let known = recipes.listing(stage, stage.listing_template(of, LIST)?, &of.language, pages)?;
                Some(known.with(|marker| _ = marker.text(self.route())))
            }
            Job::Term { of, term, pagers, number, .. } => {
                let term = &of.terms[*term];
                let known = recipes.listing(stage, stage.listing_template(of, SINGLE)?, &of.language, &term.pages)?;
                Some(known.with(|marker| {
                    marker.text(self.route()).text(&term.name).text(&term.route).number(*number).number(pagers.len());
                }))
            }
        }
    }

    fn render(&self, stage: &Stage<'_>, views: &Views) -> Made {
        match self {
            Job::Pager { section, pagers, number } => stage.pager(*section, pagers, *number, views),
            Job::Taxonomy { taxonomy, of } => stage.taxonomy(*taxonomy, of, views),
            Job::Term { taxonomy, of, term, pagers, number } => {
                let single = of.kind.paginate_by.is_none();
                let paginator =
                    (!single).then(|| stage.paginator(of.kind.paginate_by, pagers, *number, of.path(), views));
                let seen = stage.known(*taxonomy).terms[*term].view(views);
                stage.term(of, seen, &pagers[*number - 1], paginator)
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
    fn pager(&self, section: usize, pagers: &[Pager], number: usize, views: &Views) -> Made {
        let template = self.template(section).map_err(Some)?;
        let mut context = self.context(section, Some(&self.worded(section, views).0));
        context.insert_value("paginator", self.section_paginator(section, pagers, number, views));
        let route = &pagers[number - 1].route;
        self.at(&mut context, route);
        let html = self.tera.render(&template, &context).map_err(|error| self.fault(&error, section).map(Box::new))?;
        Ok(Artifact::page(route, self.own_links(&html, route)))
    }

    /// What a section's template sees as `paginator`.
    pub(super) fn section_paginator(&self, section: usize, pagers: &[Pager], number: usize, views: &Views) -> Value {
        let listing = &self.render.site.pages[section].page.front.listing;
        self.paginator(listing.paginate_by, pagers, number, listing.paginate_path.as_deref(), views)
    }

    fn paginator(
        &self,
        by: Option<usize>,
        pagers: &[Pager],
        number: usize,
        path: Option<&str>,
        views: &Views,
    ) -> Value {
        let permalink = |pager: &Pager| Value::from(address::permalink(&self.render.site.base_url, &pager.route));
        let at = |number: usize| pagers.get(number.wrapping_sub(1)).map_or_else(Value::none, permalink);
        let this = &pagers[number - 1];
        let base = pagers::base(&pagers[0].route, path);
        let pages: Vec<Value> = this.pages.iter().map(|page| views.whole(*page).clone()).collect();
        let total: usize = pagers.iter().map(|pager| pager.pages.len()).sum();
        view::of([
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

    fn taxonomy(&self, taxonomy: usize, of: &Taxonomy, views: &Views) -> Made {
        let mut context = self.taxonomy_context(of);
        let known = self.known(taxonomy);
        let terms: Vec<Value> = known.terms.iter().map(|term| term.view(views).clone()).collect();
        context.insert_value("terms", Value::from(terms));
        self.listed(of, &context, &of.route, LIST)
    }

    fn term(&self, of: &Taxonomy, seen: &Value, pager: &Pager, paginator: Option<Value>) -> Made {
        let mut context = self.taxonomy_context(of);
        context.insert_value("term", seen.clone());
        if let Some(paginator) = paginator {
            context.insert_value("paginator", paginator);
        }
        self.listed(of, &context, &pager.route, SINGLE)
    }

    /// A taxonomy as templates look it up.
    fn known(&self, taxonomy: usize) -> &TaxonomyEntry {
        &self.lookup.taxonomies.get().expect("they are made before they are rendered")[taxonomy]
    }

    fn taxonomy_context(&self, of: &Taxonomy) -> Context {
        let mut context = self.shared(&of.language);
        context.insert("taxonomy", &of.kind);
        context
    }

    /// Renders `tags/list.html` or `taxonomy_list.html`, and so on.
    fn listed(&self, of: &Taxonomy, context: &Context, route: &str, what: &str) -> Made {
        let template = self.listing_template(of, what).ok_or_else(|| Some(Box::new(self.no_listing(of, what))))?;
        let mut context = context.clone();
        self.at(&mut context, route);
        let asked = Asked::Page { page: format!("the taxonomy {}", of.kind.name), template: None };
        let html =
            self.tera.render(&template, &context).map_err(|error| self.fault_of(&error, &asked).map(Box::new))?;
        Ok(Artifact::page(route, self.own_links(&html, route)))
    }

    fn listing_template(&self, of: &Taxonomy, what: &str) -> Option<String> {
        let candidates = [format!("{}/{what}.html", of.kind.name), format!("taxonomy_{what}.html")];
        candidates.into_iter().find(|template| self.tera.contains_template(template))
    }

    fn no_listing(&self, of: &Taxonomy, what: &str) -> Diagnostic {
        let template = format!("{}/{what}.html", of.kind.name);
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

/// The taxonomies as templates look them up.
pub(super) fn taxonomies(site: &Site) -> Vec<TaxonomyEntry> {
    let permalink = |route: &str| address::permalink(&site.base_url, route);
    let term = |term: &Term| TermEntry {
        name: term.name.clone(),
        slug: term.slug.clone(),
        path: term.route.clone(),
        permalink: permalink(&term.route),
        pages: term.pages.clone(),
        view: OnceLock::new(),
    };
    let taxonomy = |taxonomy: &Taxonomy| TaxonomyEntry {
        name: taxonomy.kind.name.clone(),
        slug: taxonomy.kind.slug.clone(),
        kind: Value::from_serializable(&taxonomy.kind),
        language: taxonomy.language.clone(),
        permalink: permalink(&taxonomy.route),
        terms: taxonomy.terms.iter().map(term).collect(),
        view: OnceLock::new(),
    };
    site.taxonomies.iter().map(taxonomy).collect()
}
