//! A site and its theme into artifacts, in memory. Pages are rendered in parallel, each handed on as soon as it is made.
//!
//! 1. `templated` pages that want it go through Tera, and only then are read; now every link can be resolved
//! 2. `calls`  each component call is checked against what the theme defines
//! 3. views      each page's view is made once, and shared by all that name it: without its words, unless a template
//!    shows other pages' words (see [`reach`]), so that the words of all pages need not be held at once
//! 4. `words`  a page's document becomes HTML, its components called
//! 5. pages      each page's template is rendered, and its links are made relative; `outputs` besides
//!    A page's words are let go when it is made, unless somebody else shows them
//! 6. `listings` and `feeds`  what is rendered from pages but isn't one; feeds and the rest are made beside the pages
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
mod lookup;
mod moves;
mod outputs;
mod pages;
mod papers;
mod recipe;
mod rest;
mod sitemap;
mod stood;
mod templated;
mod views;
mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use calls::Components;
use rayon::prelude::*;
use recipe::Recipes;
pub use stood::Stood;
use tera::{Tera, Value};

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::project::{Dialect, Project};
use crate::site::cohort::Cohorts;
use crate::site::functions::{self, ECHO, Lookup};
use crate::site::graph::{self, Node, Outside, Site};
use crate::site::image::shelf::Shelf;
use crate::site::image::{self, Pictures};
use crate::site::page::Reading;
use crate::site::theme::compile::Compiled;
use crate::site::theme::fields::Fields;
use crate::site::theme::reach::{HEADINGS, NEIGHBOURS, Reach, SeenByOthers, WORDS};
use crate::site::theme::{self, Asked, OneOff, Theme, fault};
use crate::site::view;
use crate::site::{Artifact, Drawn, Options, Out, letters};

/// What rendering needs.
pub struct Render<'a> {
    /// The program.
    pub project: &'a Project,
    /// How the site is built.
    pub options: &'a Options,
    /// The site, its links still unresolved.
    pub site: Arc<Site>,
    /// What its links may name besides.
    pub outside: Outside<'a>,
    /// How its pages are read.
    pub reading: Reading<'a>,
    /// Its theme.
    pub theme: &'a Theme,
    /// The theme's templates, compiled, and what is wrong with them.
    pub compiled: Compiled,
    /// What of a page they could show.
    pub fields: Fields,
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
pub fn render<'a>(render: Render<'a>, out: &dyn Out) -> (Findings, Option<Stood<'a>>) {
    let (mut findings, set) = set(render, None);
    let Some(Set { stage, recipes, made }) = set else { return (findings, None) };
    let views = stage.lookup.whole.get().expect("the stage is set with them");
    // Feeds and lists of many pages are long pieces of work, so that they are made, and written, while there are others to be made
    // beside them.
    let ((paths, told), (doubts, found)) = rayon::join(
        || {
            with_findings(|found| {
                // Feeds first: then it is known whose words are needed once more.
                let fed = feeds::feeds(&stage, views, found);
                let indexes = stage.lookup.indexes.get().into_iter().flatten();
                let indexes = indexes.map(|(route, bytes)| Artifact::file(route, bytes.to_vec()));
                let mut others: Vec<Artifact> = made.into_iter().chain(indexes).collect();
                others.extend(stage.outputs(views, found));
                others.extend(fed);
                others.extend(rest::rest(&stage, found));
                let mut paths: HashSet<String> = others.iter().map(|artifact| artifact.path.clone()).collect();
                put_all(others, out);
                paths.extend(listings::listings(&stage, views, recipes.as_ref(), out, found));
                paths
            })
        },
        || with_findings(|found| stage.pages(views, recipes.as_ref(), out, found)),
    );
    findings.extend(found);
    findings.extend(told);
    stage.tell_doubts(doubts, &paths, &mut findings);
    let stood = recipes.map(|recipes| Stood { stage, recipes });
    (findings, stood)
}

/// What somebody makes, and what they find meanwhile.
fn with_findings<T>(make: impl FnOnce(&mut Findings) -> T) -> (T, Findings) {
    let mut found = Findings::new();
    (make(&mut found), found)
}

/// What stands of a site that was rendered before, so that these pages can be made within it; nothing of it is rendered.
pub fn stand<'a>(render: Render<'a>, pages: &BTreeSet<usize>) -> Option<Stood<'a>> {
    let (_, set) = set(render, Some(pages));
    let Set { stage, recipes, .. } = set?;
    Some(Stood { stage, recipes: recipes? })
}

/// All that is there before the first page is.
struct Set<'a> {
    stage: Stage<'a>,
    recipes: Option<Recipes<'a>>,
    /// What is made before pages are.
    made: Vec<Artifact>,
}

/// Sets the stage; nothing is rendered where there is none. Where only some pages are to be made `again` of a site that was built,
/// links and component calls need not be checked.
fn set<'a>(mut render: Render<'a>, again: Option<&BTreeSet<usize>>) -> (Findings, Option<Set<'a>>) {
    if !render.theme.is_there {
        // That was found already, and all that is missing with it is its echo.
        return (render.resolve(None), None);
    }
    // Before links are known, only pages that go through Tera ask for others.
    let config = &render.project.config;
    let asks = |node: &Node| node.page.wants_tera(config);
    let is_asked = render.site.pages.iter().any(asks);
    let early = if is_asked { render.early() } else { Vec::new() };
    let fields = render.shown_fields();
    let lookup = Arc::new(lookup::lookup(&render, early));
    let reach = Reach::new(render.theme);
    let shown = render.shown(&reach, &fields);
    let Compiled { tera, mut findings } = std::mem::take(&mut render.compiled);
    if config.dialect == Dialect::Own {
        findings.extend(theme::unknown_arguments(render.theme));
    }
    let Some(mut tera) = tera.filter(|_| !findings.has_errors()) else {
        let resolved = render.resolve(None);
        // Pages that Tera could not go through have no headings yet: that those lack is an echo.
        findings.extend(resolved.into_iter().filter(|found| !(is_asked && found.rule == "links/anchor")).collect());
        return (findings, None);
    };
    functions::register(&mut tera, &lookup);
    image::functions::register(&mut tera, &render.pictures);
    letters::register(&mut tera, &render.site, fields.has("a_to_z"));
    let configs = render.configs();
    let (roomy, papers, fed) = (theme::with_room(&render.theme.templates), OnceLock::new(), OnceLock::new());
    let components = Components::of(&tera);
    let mut stage = Stage { configs, render, tera, lookup, fields, shown, roomy, components, papers, fed };
    findings.extend(templated::read(&mut stage));
    match again {
        Some(pages) => stage.render.resolve_for(pages, &stage.fields),
        None => findings.extend(stage.render.resolve(Some(&stage.fields))),
    }
    findings.extend(stage.render.pictures.look(stage.render.project, &stage.render.site));
    if again.is_none() {
        findings.extend(calls::check(&stage));
    }
    // Now it is known who links to whom, and what pages hold that went through Tera.
    stage.lookup.whole.get_or_init(|| stage.views(&mut findings));
    stage.lookup.taxonomies.get_or_init(|| listings::taxonomies(&stage.render.site));
    let indexes = index::files(&stage, &mut findings);
    let indexes = stage.lookup.indexes.get_or_init(|| indexes);
    let made = stage.papers(&mut findings);
    // A page that tells the hash of an index changes with any other page.
    let names = |source: &SourceText| source.text().contains("search_index");
    let hashes = !indexes.is_empty() && stage.render.theme.templates.values().any(names);
    let recipes = Recipes::of(&stage, reach).filter(|_| !hashes);
    (findings, Some(Set { stage, recipes, made }))
}

/// What all pages share while they are rendered.
struct Stage<'a> {
    render: Render<'a>,
    tera: Tera,
    lookup: Arc<Lookup>,
    /// The configuration as templates see it in each language.
    configs: HashMap<String, Value>,
    /// What of a page somebody could show.
    fields: Fields,
    /// What of it others than the page itself.
    shown: SeenByOthers,
    /// The components that have room for a text.
    roomy: BTreeSet<&'a str>,
    /// The components of the theme.
    components: Components,
    /// What is made before pages are.
    papers: OnceLock<papers::Papers>,
    /// The pages whose words feeds show, once that is known.
    fed: OnceLock<HashSet<usize>>,
}

impl Render<'_> {
    /// Resolves the links of its site, of which these fields of pages could be shown.
    fn resolve(&mut self, fields: Option<&Fields>) -> Findings {
        let (project, outside) = (self.project, self.outside);
        let back = fields.is_some_and(|fields| fields.has("backlinks"));
        graph::resolve(self.site_mut(), &project.config, outside, back)
    }

    /// Resolves the links that are needed to make some pages again: theirs, and those of the pages that feeds show with them.
    fn resolve_for(&mut self, pages: &BTreeSet<usize>, fields: &Fields) {
        let pages = feeds::shown_with(self, pages).into_iter().chain(pages.iter().copied()).collect();
        let (project, outside) = (self.project, self.outside);
        graph::resolve_some(self.site_mut(), &project.config, outside, fields.has("backlinks"), &pages);
    }

    /// The site, before anybody shares it.
    fn site_mut(&mut self) -> &mut Site {
        Arc::get_mut(&mut self.site).expect("only views share it, and they come later")
    }

    /// Each page's view as it is known before links are.
    fn early(&self) -> Vec<Value> {
        let pages = (0..self.site.pages.len()).into_par_iter();
        pages.map(|page| view::node(&self.site, page, &Fields::All, true).into()).collect()
    }

    /// The fields of pages that could be shown; Tera in a page's words could show any.
    fn shown_fields(&mut self) -> Fields {
        let config = &self.project.config;
        let is_any = self.site.pages.iter().any(|node| node.page.is_seen_by_tera(config));
        if is_any { Fields::All } else { std::mem::take(&mut self.fields) }
    }

    /// What of a page others may show. Feeds don't count: they show few pages, and get those with their words.
    fn shown(&self, reach: &Reach<'_>, fields: &Fields) -> SeenByOthers {
        let languages = self.project.config.languages.iter();
        let feeds: HashSet<&str> =
            languages.flat_map(|language| language.feed_filenames.iter().map(String::as_str)).collect();
        let is_feed = |template: &str| feeds.contains(template);
        // What Tera sees of a page's own words can name anything.
        let all = matches!(fields, Fields::All);
        SeenByOthers {
            words: reach.is_curious(&WORDS, is_feed),
            headings: all || reach.is_curious(&HEADINGS, is_feed),
            neighbours: all || reach.is_curious(&NEIGHBOURS, |_| false),
        }
    }

    fn configs(&self) -> HashMap<String, Value> {
        let languages = self.project.config.languages.iter();
        let config = |language| view::config(self.project, self.theme, self.options.mode, language);
        languages.map(|language| (language.code.clone(), Value::from_serializable(&config(language)))).collect()
    }
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
}

/// Hands on artifacts, on all cores; of those with one path the last.
fn put_all(artifacts: Vec<Artifact>, out: &dyn Out) {
    let by_path: BTreeMap<String, Artifact> =
        artifacts.into_iter().map(|artifact| (artifact.path.clone(), artifact)).collect();
    by_path.into_par_iter().for_each(|(_, artifact)| out.put(artifact));
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
