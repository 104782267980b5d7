//! Pages through their templates, in parallel; one that would be made of the same as before is not made again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::iter::Peekable;

use rayon::prelude::*;
use tera::{Context, TeraResult, Value};

use super::doubts::Doubt;
use super::recipe::{Known, Recipes};
use super::views::Worded;
use super::{Stage, keep_once, rest};
use crate::diagnostic::{Diagnostic, Findings, Place, did_you_mean};
use crate::project::Dialect;
use crate::site::cores::{AT_A_TIME, TOGETHER};
use crate::site::graph::Addresses;
use crate::site::kept::{self, Asked, Origin};
use crate::site::links::{self, Seen};
use crate::site::view::{self, Views};
use crate::site::{Artifact, Mode, Out, address, buffers, finish};

/// The version of Zola whose conventions are kept: themes ask for it.
const ZOLA: &str = "0.23.6";

/// What a theme writes around a page's words is seldom longer, in bytes.
const AROUND_WORDS: usize = 8192;

/// What was wrong with a page while it was rendered, and what its links are in doubt of.
#[derive(Default)]
pub(super) struct Told {
    words: Vec<Diagnostic>,
    template: Option<Box<Diagnostic>>,
    doubt: Option<Doubt>,
}

impl Told {
    pub(super) fn is_sound(&self) -> bool {
        self.words.is_empty() && self.template.is_none() && self.doubt.is_none()
    }
}

/// A page whose words are there, before it is in its template.
struct Begun<'r> {
    page: usize,
    /// What it is surely made of, if that is all of it.
    known: Option<(&'r Recipes<'r>, Known)>,
    view: Value,
    words: Worded,
    /// What its components asked.
    asked: BTreeSet<Asked>,
}

/// A page, and what its links are in doubt of.
type Rendered = (Artifact, Option<Doubt>);

impl Stage<'_> {
    pub(super) fn pages(
        &self,
        views: &Views,
        recipes: Option<&Recipes<'_>>,
        out: &dyn Out,
        findings: &mut Findings,
    ) -> Vec<Doubt> {
        let told: Vec<Told> = (0..self.render.site.pages.len())
            .into_par_iter()
            .chunks(TOGETHER)
            .with_max_len(AT_A_TIME / TOGETHER)
            .flat_map_iter(|pages| {
                let begin = |page: &usize| self.begun_or_again(*page, views, recipes, out);
                let begun: Vec<Begun<'_>> = pages.iter().filter_map(begin).collect();
                let make = |begun| self.made(begun, views);
                let (told, made): (Vec<Told>, Vec<Option<Artifact>>) = begun.into_iter().map(make).unzip();
                made.into_iter().flatten().for_each(|artifact| out.put(artifact));
                pages.into_iter().for_each(|page| self.let_words_go(page));
                told
            })
            .collect();
        let mut words = Vec::new();
        let mut templates = Vec::new();
        let mut doubts = Vec::new();
        for page in told {
            words.extend(page.words);
            templates.extend(page.template.map(|fault| *fault));
            doubts.extend(page.doubt);
        }
        keep_once(words.into_iter(), findings);
        keep_once(templates.into_iter(), findings);
        doubts
    }

    /// Begins a page, if it is not there already.
    fn begun_or_again<'r>(
        &self,
        page: usize,
        views: &Views,
        recipes: Option<&'r Recipes<'r>>,
        out: &dyn Out,
    ) -> Option<Begun<'r>> {
        let Some(recipes) = recipes else { return Some(self.begun(page, views, None)) };
        let path = address::file(&self.render.site.pages[page].route);
        let known = recipes.known(self, page);
        if let (Some(known), Some(origin)) = (&known, out.before(&path))
            && recipes.is_same(self, known, &origin.recipe)
        {
            out.put_again(&path, origin);
            return None;
        }
        Some(self.begun(page, views, known.map(|known| (recipes, known))))
    }

    /// Makes a page, with where it came from if nothing is wrong with it.
    pub(super) fn page_with_origin(
        &self,
        page: usize,
        views: &Views,
        recipes: &Recipes<'_>,
        known: Known,
    ) -> (Told, Option<Artifact>) {
        self.made(self.begun(page, views, Some((recipes, known))), views)
    }

    /// Begins a page: with its words.
    fn begun<'r>(&self, page: usize, views: &Views, known: Option<(&'r Recipes<'r>, Known)>) -> Begun<'r> {
        let ((view, words), asked) = kept::listen(|| self.worded(page, views));
        Begun { page, known, view, words, asked }
    }

    /// Makes a page that was begun, with where it came from if that is known and nothing is wrong with it.
    fn made(&self, begun: Begun<'_>, views: &Views) -> (Told, Option<Artifact>) {
        let Begun { page, known, view, words, mut asked } = begun;
        let ((told, mut artifact), mut more) = kept::listen(|| self.in_template(page, &view, words, views));
        asked.append(&mut more);
        if let Some(artifact) = &mut artifact {
            // What had a finding has it again next time.
            let recipe =
                known.filter(|_| told.is_sound()).and_then(|(recipes, known)| recipes.recipe(self, &known, asked));
            artifact.origin = recipe.map(|recipe| Box::new(Origin::of(recipe)));
        }
        (told, artifact)
    }

    /// Puts a page in its template, where it has an address.
    fn in_template(
        &self,
        page: usize,
        view: &Value,
        Worded { faults: words, seen }: Worded,
        views: &Views,
    ) -> (Told, Option<Artifact>) {
        if self.render.site.pages[page].page.front.hidden {
            return (Told { words, ..Told::default() }, None);
        }
        match self.page(page, view, seen.as_ref(), views) {
            Ok((artifact, doubt)) => (Told { words, doubt, ..Told::default() }, Some(artifact)),
            Err(template) => (Told { words, template, ..Told::default() }, None),
        }
    }

    fn page(
        &self,
        page: usize,
        view: &Value,
        seen: Option<&Seen>,
        views: &Views,
    ) -> Result<Rendered, Option<Box<Diagnostic>>> {
        let site = &self.render.site;
        let route = &site.pages[page].route;
        if let Some(redirect) = &site.pages[page].page.front.listing.redirect_to {
            return Ok((rest::led_on(self, page, &redirect.value), None));
        }
        let template = self.template(page).map_err(Some)?;
        let mut context = self.context(page, Some(view));
        if let Some(pagers) = site.pagers(page) {
            context.insert_value("paginator", self.section_paginator(page, &pagers, 1, views));
        }
        let html = self
            .rendered(&template, &context, view)
            .map_err(|error| self.fault_by(&error, page, &template).map(Box::new))?;
        if self.leaves_links() {
            return Ok((Artifact::page(route, html), None));
        }
        let own = RefCell::new(resolved(&site.pages[page].links, &site.base_url));
        let is_next = |route: &str| own.borrow_mut().next_if(|next| *next == route).is_some();
        let known = |route: &str| is_next(route) || self.has_page(route);
        let style = self.render.options.style();
        let headings = &site.pages[page].page.document.headings;
        let words = seen.map(|seen| links::Words { html: view::words_in(view), seen, headings });
        let mut followed = links::follow(&html, &site.base_url, &route[1..], style, known, finish::MATTER, words);
        buffers::back(html);
        let doubt = Doubt::of(page, &mut followed);
        // Zola never looks.
        let doubt = doubt.filter(|_| self.render.project.config.dialect == Dialect::Own);
        Ok((Artifact { tags: Some(followed.noted), ..Artifact::page(route, followed.html) }, doubt))
    }

    /// A page through its template, in a text that has room for its words from the beginning.
    fn rendered(&self, template: &str, context: &Context, view: &Value) -> TeraResult<String> {
        let mut html = buffers::with_room(view::words_in(view).len() + AROUND_WORDS).into_bytes();
        self.tera.render_to(template, context, &mut html)?;
        Ok(String::from_utf8(html)?)
    }

    /// Whether pages have their addresses as the theme wrote them, as a built Zola site has.
    pub(super) fn leaves_links(&self) -> bool {
        self.render.project.config.dialect == Dialect::Zola && self.render.options.mode == Mode::Build
    }

    /// HTML with its addresses as they are to stand in it.
    pub(super) fn own_links(&self, html: &str, route: &str) -> String {
        if self.leaves_links() {
            return html.to_owned();
        }
        links::make_relative(html, &self.render.site.base_url, &route[1..], self.render.options.style())
    }

    /// What a template sees when it renders a page.
    pub(super) fn context(&self, page: usize, view: Option<&Value>) -> Context {
        let site = &self.render.site;
        let mut context = self.shared(site.pages[page].language());
        let kind = if site.pages[page].page.source.is_section() { "section" } else { "page" };
        context.insert_value(kind, view.cloned().unwrap_or_else(Value::none));
        self.show_handouts(page, &mut context);
        context.insert_value("current_path", site.pages[page].route.as_str().into());
        context.insert_value("current_url", site.permalink(page).into());
        context
    }

    /// What every template sees.
    pub(super) fn shared(&self, language: &str) -> Context {
        let mut context = Context::new();
        context.insert_value("config", self.configs.get(language).cloned().unwrap_or_else(Value::none));
        context.insert_value("lang", language.into());
        self.show_papers(language, &mut context);
        context.insert_value("holdspace_version", env!("CARGO_PKG_VERSION").into());
        context.insert_value("zola_version", ZOLA.into());
        context
    }

    /// The template of a page: the one that is asked for, or the usual one of its kind.
    pub(super) fn template(&self, page: usize) -> Result<String, Box<Diagnostic>> {
        let node = &self.render.site.pages[page];
        let wanted = self.render.site.wanted_template(page);
        let usual: &[&str] = match (node.page.source.is_section(), node.page.source.folder()) {
            (true, "") => &["index.html", "section.html"],
            (true, _) => &["section.html"],
            (false, _) => &["page.html"],
        };
        let candidates: Vec<&str> = wanted.map_or_else(|| usual.to_vec(), |template| vec![template]);
        let found = candidates.iter().find(|template| self.tera.contains_template(template));
        found.map(|template| (*template).to_owned()).ok_or_else(|| Box::new(self.no_template(page, candidates[0])))
    }

    fn no_template(&self, page: usize, template: &str) -> Diagnostic {
        let node = &self.render.site.pages[page].page;
        let finding = Diagnostic::error("template/missing", format!("there is no template `{template}`"));
        let prefix = self.render.theme.prefix();
        let known: Vec<&str> =
            self.render.theme.templates.keys().map(|name| name.strip_prefix(&prefix).unwrap_or(name)).collect();
        // What others extend is no page's template.
        let near = did_you_mean(template, known.into_iter().filter(|name| *name != "base.html"));
        match &node.front.template {
            Some(written) => finding.at(node.source.text.place(written.span.clone())).maybe_hint(near),
            None => finding.at(Place::file(self.render.theme.templates_folder())).hint(near.unwrap_or_else(|| {
                format!("write `templates/{template}`: a theme has `index.html`, `section.html` and `page.html`")
            })),
        }
    }
}

/// The pages that the links in a page's words lead to, in their order. They were found when the links were resolved: to look each up
/// among all of a large site's again would take longer than to write it.
fn resolved<'l>(links: &'l Addresses, base_url: &'l str) -> Peekable<impl Iterator<Item = &'l str>> {
    let home = base_url.trim_end_matches('/');
    let routes = links.iter().filter_map(move |link| Some(address::split_suffix(link.strip_prefix(home)?).0));
    routes.filter(|route| links::is_page(route)).peekable()
}
