//! A site and its theme into artifacts, in memory. Pages are rendered in parallel, each handed on as soon as it is made.
//!
//! 1. `templated` pages that want it go through Tera, and only then are read; now every link can be resolved
//! 2. `calls`  each component call is checked against what the theme defines
//! 3. views      each page's view is made once, and shared by all that name it: without its words, unless a template
//!    shows other pages' words (see [`reach`]), so that the words of all pages need not be held at once
//! 4. `words`  a page's document becomes HTML, its components called
//! 5. pages      each page's template is rendered, and its links are made relative; `outputs` besides
//! 6. `listings` and `feeds`  what is rendered from pages but isn't one
//! 7. the rest   the page for what isn't found, old addresses (`moves`), `sitemap`, files
//! 8. `doubts` links in finished pages that lead nowhere
//!
//! A template that fails for twenty pages is one finding.
//!
//! [`reach`]: crate::site::theme::reach

mod books;
mod calls;
#[cfg(feature = "guides")]
mod cards;
mod cohorts;
mod doubts;
pub(in crate::site) mod feeds;
mod guides;
#[cfg(feature = "guides")]
mod handouts;
mod index;
mod listings;
mod moves;
mod outputs;
mod papers;
mod recipe;
mod rest;
mod sitemap;
mod stood;
mod templated;
mod words;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use doubts::Doubt;
use rayon::prelude::*;
use recipe::Recipes;
pub use stood::Stood;
use tera::value::Key;
use tera::{Context, Map, Tera, Value};

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::project::{Dialect, Project};
use crate::site::cohort::Cohorts;
use crate::site::data::ProgramFiles;
use crate::site::functions::{self, Data, ECHO, Entry, Lookup};
use crate::site::graph::{self, Node, Outside, Site};
use crate::site::image::shelf::Shelf;
use crate::site::image::{self, Pictures};
use crate::site::kept::{self, Origin};
use crate::site::page::Reading;
use crate::site::theme::fields::Fields;
use crate::site::theme::reach::{HEADINGS, Reach, WORDS};
use crate::site::theme::{Asked, OneOff, Theme, compile, fault};
use crate::site::view::{self, Words};
use crate::site::{Artifact, Drawn, Mode, Options, Out, address, letters, links};

/// What rendering needs.
pub struct Render<'a> {
    /// The program.
    pub project: &'a Project,
    /// How the site is built.
    pub options: &'a Options,
    /// The site, its links still unresolved.
    pub site: Site,
    /// What its links may name besides.
    pub outside: Outside<'a>,
    /// How its pages are read.
    pub reading: Reading<'a>,
    /// Its theme.
    pub theme: &'a Theme,
    /// The pictures that it shows.
    pub pictures: Arc<Pictures>,
    /// Where handouts lie that were made before.
    pub shelf: Shelf,
    /// The sessions that can be drawn, and `None` for those whose playlist has mistakes.
    pub sessions: Vec<(String, Option<Drawn>)>,
    /// When groups meet.
    pub cohorts: Cohorts,
}

/// Renders a site, and says what of it stands. Where something is wrong, what could be rendered is still handed out.
pub fn render<'a>(mut render: Render<'a>, out: &dyn Out) -> (Findings, Option<Stood<'a>>) {
    if !render.theme.is_there {
        // That was found already, and all that is missing with it is its echo.
        return (graph::resolve(&mut render.site, &render.project.config, render.outside), None);
    }
    // Before links are known, only pages that go through Tera ask for others.
    let asks = |node: &Node| node.page.wants_tera(&render.project.config);
    let early = if render.site.pages.iter().any(asks) { render.wordless(&Fields::All, true) } else { Vec::new() };
    let fields = render.shown_fields();
    let lookup = Arc::new(lookup(&render, &early));
    let (tera, mut findings) = compile::compile(render.theme, |tera| {
        functions::register(tera, &lookup);
        image::functions::register(tera, &render.pictures);
        letters::register(tera, &render.site, fields.has("a_to_z"));
    });
    let Some(tera) = tera else {
        let resolved = graph::resolve(&mut render.site, &render.project.config, render.outside);
        // Pages that Tera could not go through have no headings yet: that those lack is an echo.
        let unread = render.site.pages.iter().any(asks);
        findings.extend(resolved.into_iter().filter(|found| !(unread && found.rule == "links/anchor")).collect());
        return (findings, None);
    };
    let reach = Reach::new(render.theme);
    let (curious, headings) = (render.is_curious(&reach, &WORDS), render.is_curious(&reach, &HEADINGS));
    let configs = render.configs();
    let mut stage =
        Stage { configs, render, tera, lookup, wordless: early, fields, curious, headings, papers: OnceLock::new() };
    findings.extend(templated::read(&mut stage));
    findings.extend(graph::resolve(&mut stage.render.site, &stage.render.project.config, stage.render.outside));
    findings.extend(stage.render.pictures.look(stage.render.project, &stage.render.site));
    // Now it is known who links to whom, and what pages hold that went through Tera.
    stage.wordless = stage.render.wordless(&stage.fields, headings);
    findings.extend(calls::check(&stage));
    let views = stage.lookup.whole.get_or_init(|| stage.views(&mut findings));
    let taxonomies = listings::taxonomies(&stage, views);
    stage.lookup.taxonomies.get_or_init(|| taxonomies);
    let indexes = index::files(&stage, &mut findings);
    let indexes = stage.lookup.indexes.get_or_init(|| indexes);
    let made = stage.papers(&mut findings);
    // A page that tells the hash of an index changes with any other page.
    let names = |source: &crate::diagnostic::SourceText| source.text().contains("search_index");
    let hashes = !indexes.is_empty() && stage.render.theme.templates.values().any(names);
    let recipes = Recipes::of(&stage, reach).filter(|_| !hashes);
    let doubts = stage.pages(views, recipes.as_ref(), out, &mut findings);
    let mut paths = HashSet::new();
    let mut put = |artifacts: Vec<Artifact>| {
        for artifact in artifacts {
            paths.insert(artifact.path.clone());
            out.put(artifact);
        }
    };
    put(made);
    put(indexes.iter().map(|(route, bytes)| Artifact::file(route, bytes.to_vec())).collect());
    put(stage.outputs(views, &mut findings));
    put(listings::listings(&stage, views, &mut findings));
    put(feeds::feeds(&stage, views, &mut findings));
    put(rest::rest(&stage, &mut findings));
    stage.tell_doubts(doubts, &paths, &mut findings);
    let stood = recipes.map(|recipes| Stood { stage, recipes });
    (findings, stood)
}

/// The version of Zola whose conventions are kept: themes ask for it.
const ZOLA: &str = "0.23.6";
/// What was wrong with a page while it was rendered, and what its links are in doubt of.
#[derive(Default)]
struct Told {
    words: Vec<Diagnostic>,
    template: Option<Box<Diagnostic>>,
    doubt: Option<Doubt>,
}

impl Told {
    fn is_sound(&self) -> bool {
        self.words.is_empty() && self.template.is_none() && self.doubt.is_none()
    }
}

/// A page, and what its links are in doubt of.
type Rendered = (Artifact, Option<Doubt>);

/// What all pages share while they are rendered.
struct Stage<'a> {
    render: Render<'a>,
    tera: Tera,
    lookup: Arc<Lookup>,
    /// The configuration as templates see it in each language.
    configs: HashMap<String, Value>,
    /// Each page's view without its words.
    wordless: Vec<Value>,
    /// What of a page somebody could show.
    fields: Fields,
    /// Whether a template shows other pages' words.
    curious: bool,
    /// Whether one shows their headings: only then the views that are not a page's own have them.
    headings: bool,
    /// What is made before pages are.
    papers: OnceLock<papers::Papers>,
}

impl Render<'_> {
    /// Each page's view without its words, and without its headings where nobody shows those of others.
    fn wordless(&self, fields: &Fields, headings: bool) -> Vec<Value> {
        let pages = (0..self.site.pages.len()).into_par_iter();
        let words = Words::default();
        pages.map(|page| view::node(&self.site, page, &words, fields, headings).into()).collect()
    }

    /// The fields of pages that could be shown; Tera in a page's words could show any.
    fn shown_fields(&self) -> Fields {
        let config = &self.project.config;
        let asks = |node: &Node| {
            node.page.wants_tera(config) || node.page.document.calls().iter().any(|placed| placed.call.needs_tera())
        };
        if self.site.pages.par_iter().any(asks) {
            return Fields::All;
        }
        let own = self.theme.templates.values().map(SourceText::text);
        Fields::named(own.chain(feeds::BUILT_IN.map(|(_, text)| text)))
    }

    /// Feeds don't count: they show few pages, and get those with their words.
    fn is_curious(&self, reach: &Reach<'_>, shown: &[&str]) -> bool {
        let languages = self.project.config.languages.iter();
        let feeds: HashSet<&str> =
            languages.flat_map(|language| language.feed_filenames.iter().map(String::as_str)).collect();
        reach.is_curious(shown, |template| feeds.contains(template))
    }

    fn configs(&self) -> HashMap<String, Value> {
        let languages = self.project.config.languages.iter();
        let config = |language| view::config(self.project, self.theme, self.options.mode, language);
        languages.map(|language| (language.code.clone(), Value::from_serializable(&config(language)))).collect()
    }
}

fn lookup(render: &Render<'_>, early: &[Value]) -> Lookup {
    let site = &render.site;
    let config = &render.project.config;
    let path = |page: usize| site.pages[page].page.source.path.clone();
    let translation = |page: usize| (site.pages[page].language().to_owned(), path(page));
    let entry = |page: usize| Entry {
        page,
        path: path(page),
        permalink: site.permalink(page),
        language: site.pages[page].language().to_owned(),
        translations: site.pages[page].translations.iter().map(|other| translation(*other)).collect(),
        early: early.get(page).cloned().unwrap_or_else(Value::none),
    };
    let fingerprint = |bytes: &[u8]| blake3::hash(bytes).to_hex()[..12].to_owned();
    let own = render.theme.files.iter().map(|(route, bytes)| (route.clone(), Some(fingerprint(bytes))));
    let assets = site.assets.iter().map(|placed| (placed.route.clone(), None));
    let made = rest::made(render).into_iter().map(|route| (route, None));
    let held = site.assets.iter().map(|placed| (placed.route.clone(), Arc::clone(&placed.asset.bytes)));
    let contents = held.chain(render.theme.files.iter().map(|(route, bytes)| (route.clone(), Arc::clone(bytes))));
    let words = config.languages.iter().map(|language| {
        let of_theme = ["", &language.code].into_iter().filter_map(|code| render.theme.words.get(code)).flatten();
        let own = language.translations.iter();
        let words = of_theme.chain(own).map(|(key, word)| (key.clone(), word.clone()));
        (language.code.clone(), words.collect())
    });
    Lookup {
        dialect: config.dialect,
        base_url: site.base_url.clone(),
        language: config.default_language.clone(),
        translations: words.collect(),
        term_manner: config.slugify.taxonomies,
        pages: (0..site.pages.len()).map(|page| (path(page), entry(page))).collect(),
        files: made.chain(assets).chain(own).collect(),
        contents: contents.collect(),
        now: render.options.now(),
        data: Data::of(Box::new(ProgramFiles::new(render.project))),
        markdown: (config.markdown.clone(), config.slugify.anchors),
        colours: render.reading.flavour.colours.cloned(),
        routes: site.pages.iter().map(|node| node.route.clone()).chain(site.listings(true)).collect(),
        sessions: render
            .sessions
            .iter()
            .map(|(name, drawn)| (name.clone(), drawn.as_ref().map(session_values)))
            .collect(),
        whole: OnceLock::new(),
        taxonomies: OnceLock::new(),
        indexes: OnceLock::new(),
    }
}

fn session_values(drawn: &Drawn) -> HashMap<String, Value> {
    drawn.iter().map(|(language, view)| (language.clone(), session_value(view))).collect()
}

/// A session as templates see it: its picture and its table are HTML.
fn session_value(view: &serde_json::Value) -> Value {
    let mut map = Value::from_serializable(view).into_map().unwrap_or_default();
    for html in ["svg", "table"] {
        if let Some(value) = map.get_mut(&Key::Str(html)) {
            *value = std::mem::replace(value, Value::none()).mark_safe();
        }
    }
    map.into()
}

impl Stage<'_> {
    /// A fault of a template that a page's words lead to.
    fn fault(&self, error: &tera::Error, page: usize) -> Option<Diagnostic> {
        self.fault_in(error, page, None)
    }

    /// A fault of the template that renders a page, or of one that it leads to.
    fn fault_by(&self, error: &tera::Error, page: usize, template: &str) -> Option<Diagnostic> {
        self.fault_of(error, &self.asked(page, Some(template)))
    }

    fn asked(&self, page: usize, template: Option<&str>) -> Asked {
        let page = self.render.site.pages[page].page.source.text.path().display().to_string();
        Asked::Page { page, template: template.map(str::to_owned) }
    }

    /// A fault of a template, or of what a page gives to Tera itself.
    fn fault_in(&self, error: &tera::Error, page: usize, text: Option<OneOff<'_>>) -> Option<Diagnostic> {
        self.told(error, &self.asked(page, None), text)
    }

    fn fault_of(&self, error: &tera::Error, asked: &Asked) -> Option<Diagnostic> {
        self.told(error, asked, None)
    }

    fn told(&self, error: &tera::Error, asked: &Asked, text: Option<OneOff<'_>>) -> Option<Diagnostic> {
        let finding = fault(error, &self.render.theme.templates, asked, text);
        (finding.message != ECHO).then_some(finding)
    }

    fn path(&self, page: usize) -> &str {
        &self.render.site.pages[page].page.source.path
    }

    /// Each page's view as others see it: first all by themselves, then with those that they stand between or list.
    fn views(&self, findings: &mut Findings) -> Vec<Value> {
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
    fn worded(&self, page: usize, views: &[Value]) -> (Value, Vec<Diagnostic>) {
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

    fn pages(
        &self,
        views: &[Value],
        recipes: Option<&Recipes<'_>>,
        out: &dyn Out,
        findings: &mut Findings,
    ) -> Vec<Doubt> {
        let told: Vec<Told> = (0..views.len())
            .into_par_iter()
            .map(|page| match recipes {
                Some(recipes) => self.page_or_again(page, views, recipes, out),
                None => {
                    let (told, artifact) = self.made_page(page, views);
                    artifact.into_iter().for_each(|artifact| out.put(artifact));
                    told
                }
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

    /// Makes a page, if it is not there already.
    fn page_or_again(&self, page: usize, views: &[Value], recipes: &Recipes<'_>, out: &dyn Out) -> Told {
        let path = address::file(&self.render.site.pages[page].route);
        let known = recipes.known(self, page);
        if let (Some(known), Some(origin)) = (&known, out.before(&path))
            && recipes.is_same(self, known, &origin.recipe)
        {
            out.put_again(&path);
            return Told::default();
        }
        let ((told, artifact), asked) = kept::listen(|| self.made_page(page, views));
        if let Some(mut artifact) = artifact {
            // What had a finding has it again next time.
            let recipe = known.filter(|_| told.is_sound()).and_then(|known| recipes.recipe(self, &known, asked));
            artifact.origin = recipe.map(|recipe| Box::new(Origin::of(recipe)));
            out.put(artifact);
        }
        told
    }

    /// Makes a page, where it has an address.
    fn made_page(&self, page: usize, views: &[Value]) -> (Told, Option<Artifact>) {
        let (view, words) = self.worded(page, views);
        if self.render.site.pages[page].page.front.hidden {
            return (Told { words, ..Told::default() }, None);
        }
        match self.page(page, &view, views) {
            Ok((artifact, doubt)) => (Told { words, doubt, ..Told::default() }, Some(artifact)),
            Err(template) => (Told { words, template, ..Told::default() }, None),
        }
    }

    fn page(&self, page: usize, view: &Value, views: &[Value]) -> Result<Rendered, Option<Box<Diagnostic>>> {
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
            .tera
            .render(&template, &context)
            .map_err(|error| self.fault_by(&error, page, &template).map(Box::new))?;
        if self.leaves_links() {
            return Ok((Artifact::page(route, html), None));
        }
        let known = |path: &str| self.has_page(path);
        let followed = links::follow(&html, &site.base_url, &route[1..], self.render.options.style(), known);
        let (html, doubt) = Doubt::of(page, followed);
        // Zola never looks.
        let doubt = doubt.filter(|_| self.render.project.config.dialect == Dialect::Own);
        Ok((Artifact::page(route, html), doubt))
    }

    /// Whether pages have their addresses as the theme wrote them, as a built Zola site has.
    fn leaves_links(&self) -> bool {
        self.render.project.config.dialect == Dialect::Zola && self.render.options.mode == Mode::Build
    }

    /// HTML with its addresses as they are to stand in it.
    fn own_links(&self, html: &str, route: &str) -> String {
        if self.leaves_links() {
            return html.to_owned();
        }
        links::make_relative(html, &self.render.site.base_url, &route[1..], self.render.options.style())
    }

    /// What a template sees when it renders a page.
    fn context(&self, page: usize, view: Option<&Value>) -> Context {
        let site = &self.render.site;
        let mut context = self.shared(site.pages[page].language());
        let kind = if site.pages[page].page.source.is_section() { "section" } else { "page" };
        context.insert_value(kind, view.cloned().unwrap_or_else(Value::none));
        self.show_handouts(page, &mut context);
        context.insert("current_path", &site.pages[page].route);
        context.insert("current_url", &site.permalink(page));
        context
    }

    /// What every template sees.
    fn shared(&self, language: &str) -> Context {
        let mut context = Context::new();
        context.insert_value("config", self.configs.get(language).cloned().unwrap_or_else(Value::none));
        context.insert("lang", language);
        self.show_papers(language, &mut context);
        context.insert("holdspace_version", env!("CARGO_PKG_VERSION"));
        context.insert("zola_version", ZOLA);
        context
    }

    /// The template of a page: the one that is asked for, or the usual one of its kind.
    fn template(&self, page: usize) -> Result<String, Box<Diagnostic>> {
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
        let near = did_you_mean(template, known);
        match &node.front.template {
            Some(written) => finding.at(node.source.text.place(written.span.clone())).maybe_hint(near),
            None => finding
                .at(Place::file(self.render.theme.templates_folder()))
                .hint(near.unwrap_or_else(|| "a theme has `index.html`, `section.html` and `page.html`".to_owned())),
        }
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

/// Keeps the first of the findings that say the same of the same place.
fn keep_once(faults: impl Iterator<Item = Diagnostic>, findings: &mut Findings) {
    let mut known = HashSet::new();
    for fault in faults {
        if known.insert((format!("{:?}", fault.place), fault.message.clone())) {
            findings.push(fault);
        }
    }
}
