//! What a page is made of, as numbers (see [`kept`]): so that one of which nothing changed need not be made again.
//!
//! - the `world`: what any page may depend on: the configuration, the theme's files and words, sessions, papers, and which
//!   pages there are, and where; the templates of a page with all that they reach
//! - a page's own text, where its links lead, and its neighbours
//! - what its templates asked of other pages while it was made: only of what those templates could show ([`sight`])
//!
//! A page that Tera goes through before it is Markdown, one whose component calls only Tera understands, and all pages of a theme
//! that shows other pages' words are made each time; so is what had a finding.
//!
//! [`kept`]: crate::site::kept
//! [`sight`]: crate::site::theme::sight

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use foldhash::HashMap;
use rayon::prelude::*;

use super::words::SMALL_TEMPLATES;
use super::{Render, Stage, rest};
use crate::site::component::Call;
use crate::site::cores::AT_A_TIME;
use crate::site::graph::{Node, Site};
use crate::site::kept::{Asked, Mark, Marker, Recipe};
use crate::site::theme::reach::Reach;
use crate::site::theme::sight::{Sees, Sight, Sights};
use crate::site::view::length;

/// What recipes are made of.
pub(super) struct Recipes<'a> {
    world: Mark,
    /// What pages of each language see of what is made besides pages.
    papers: HashMap<String, Mark>,
    sights: Sights<'a>,
    /// What is known of each page, once somebody needs it.
    facts: Vec<OnceLock<Facts>>,
    /// Whether pages show how many words others have.
    counts: bool,
    terms: Mark,
    letters: OnceLock<Mark>,
    listed: Mutex<HashMap<(usize, Sees), Mark>>,
    /// What those were told who asked the same.
    answered: Mutex<HashMap<Questions, Answers>>,
    taxonomies: Mutex<HashMap<Sees, Mark>>,
}

/// What is asked, shared by all that ask the same.
type Questions = Arc<BTreeSet<Asked>>;

/// What is answered, by what the one who asks could show of it.
type Answers = HashMap<Sees, Mark>;

/// What is known of a page.
struct Facts {
    /// Its text.
    text: Mark,
    /// What others see of it besides its headings and its length.
    shown: Mark,
    headings: Mark,
    /// How long it is, as far as somebody could show it.
    length: usize,
}

/// What a page is surely made of, before anything is asked.
pub(super) struct Known {
    mark: Mark,
    sight: Sight,
}

impl Known {
    /// The same with something more.
    pub(super) fn with(self, more: impl FnOnce(&mut Marker)) -> Known {
        let mut marker = Marker::default();
        marker.mark(self.mark);
        more(&mut marker);
        Known { mark: marker.done(), ..self }
    }
}

impl<'a> Recipes<'a> {
    /// What the recipes of a site's pages are made of; `None` where pages show each other's words.
    pub(super) fn of(stage: &Stage<'a>, reach: Reach<'a>) -> Option<Recipes<'a>> {
        if stage.shown.words {
            return None;
        }
        let site = &stage.render.site;
        let languages = stage.render.project.config.languages.iter();
        Some(Recipes {
            world: world(&stage.render),
            papers: languages.map(|language| (language.code.clone(), stage.papers_mark(&language.code))).collect(),
            sights: Sights::new(stage.render.theme, reach),
            terms: terms(site),
            letters: OnceLock::new(),
            facts: site.pages.iter().map(|_| OnceLock::new()).collect(),
            counts: stage.fields.has("word_count"),
            listed: Mutex::default(),
            answered: Mutex::default(),
            taxonomies: Mutex::default(),
        })
    }

    /// Takes note of a page's new words.
    pub(super) fn reword(&mut self, page: usize, text: Mark) {
        if let Some(facts) = self.facts[page].get_mut() {
            facts.text = text;
        }
    }

    /// What a page is surely made of; `None` where that is not all of it.
    pub(super) fn known(&self, stage: &Stage<'_>, page: usize) -> Option<Known> {
        let site = &stage.render.site;
        let node = &site.pages[page];
        let front = &node.page.front;
        if front.listing.redirect_to.is_some() || node.page.wants_tera(&stage.render.project.config) {
            return None;
        }
        let template = stage.template(page).ok()?;
        let calls = &node.page.document.calls;
        if calls.iter().any(Call::needs_tera) {
            return None;
        }
        let components: BTreeSet<&str> = calls.iter().map(|call| call.name.value.as_str()).collect();
        let templates: Vec<&str> = std::iter::once(template.as_str()).chain(SMALL_TEMPLATES).collect();
        let sight = self.sights.of(&templates, &components)?;
        let mut marker = Marker::default();
        marker.mark(self.world).mark(*self.papers.get(node.language())?).mark(sight.mark).text(&template);
        marker.mark(self.facts(site, page).text).mark(self.listed(site, page, sight.sees)).number(node.pages.len());
        let (links, ends) = node.links.parts();
        marker.mark(self.facts(site, page).headings).number(ends.len()).text(links);
        ends.iter().for_each(|end| _ = marker.number(*end));
        marker.mark(stage.handouts_mark(page));
        Some(Known { mark: marker.done(), sight })
    }

    /// What a page is surely made of that lists these pages of one language; `None` where that is not all of it.
    pub(super) fn listing<'p>(
        &self,
        stage: &Stage<'_>,
        template: String,
        language: &str,
        pages: impl IntoIterator<Item = &'p usize>,
    ) -> Option<Known> {
        let templates: Vec<&str> = std::iter::once(template.as_str()).chain(SMALL_TEMPLATES).collect();
        let sight = self.sights.of(&templates, &BTreeSet::new())?;
        let mut marker = Marker::default();
        marker.mark(self.world).mark(*self.papers.get(language)?).mark(sight.mark).text(&template).mark(self.terms);
        for page in pages {
            self.near(&stage.render.site, *page, sight.sees, &mut marker);
        }
        Some(Known { mark: marker.done(), sight })
    }

    /// A page's recipe, when it is known what its templates asked.
    pub(super) fn recipe(&self, stage: &Stage<'_>, known: &Known, asked: BTreeSet<Asked>) -> Option<Recipe> {
        let (asked, answers) = self.answers(stage, known, Arc::new(asked))?;
        Some(Recipe { known: known.mark, asked, answers })
    }

    /// Whether a page would be made of the same.
    pub(super) fn is_same(&self, stage: &Stage<'_>, known: &Known, recipe: &Recipe) -> bool {
        recipe.known == known.mark
            && self
                .answers(stage, known, Arc::clone(&recipe.asked))
                .is_some_and(|(_, answers)| answers == recipe.answers)
    }

    /// What is answered, with the questions as the first one asked them who asked the same.
    fn answers(&self, stage: &Stage<'_>, known: &Known, asked: Questions) -> Option<(Questions, Mark)> {
        let answered = || self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((asked, answers)) = answered().get_key_value(&asked)
            && let Some(mark) = answers.get(&known.sight.sees)
        {
            return Some((Arc::clone(asked), *mark));
        }
        let answers = self.reckoned(stage, known, &asked)?;
        answered().entry(Arc::clone(&asked)).or_default().insert(known.sight.sees, answers);
        Some((asked, answers))
    }

    fn reckoned(&self, stage: &Stage<'_>, known: &Known, asked: &BTreeSet<Asked>) -> Option<Mark> {
        let site = &stage.render.site;
        let mut marker = Marker::default();
        for one in asked {
            marker.mark(match one {
                Asked::Page(path) => self.listed(site, site.find(path)?, known.sight.sees),
                Asked::Terms => self.terms,
                Asked::Taxonomies => self.taxonomies(site, known.sight.sees),
                Asked::Letters => *self.letters.get_or_init(|| self.all(site)),
            });
        }
        Some(marker.done())
    }

    /// What somebody sees of a page, and of the pages that it lists.
    fn listed(&self, site: &Site, page: usize, sees: Sees) -> Mark {
        let known = || self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mark) = known().get(&(page, sees)) {
            return *mark;
        }
        // Nobody waits meanwhile; who asks for the same finds the same.
        let mut marker = Marker::default();
        self.near(site, page, sees, &mut marker);
        let listed = site.pages[page].pages.iter().filter(|_| sees.pages);
        listed.for_each(|page| self.near(site, *page, sees, &mut marker));
        let mark = marker.done();
        known().insert((page, sees), mark);
        mark
    }

    /// A page with those before and after it.
    fn near(&self, site: &Site, page: usize, sees: Sees, marker: &mut Marker) {
        let node = &site.pages[page];
        for page in [Some(page), node.lower, node.higher] {
            let Some(page) = page else {
                marker.number(usize::MAX);
                continue;
            };
            let facts = self.facts(site, page);
            marker.mark(facts.shown);
            if sees.headings {
                marker.mark(facts.headings);
            }
            if sees.length {
                marker.number(facts.length);
            }
        }
    }

    fn facts(&self, site: &Site, page: usize) -> &Facts {
        self.facts[page].get_or_init(|| Facts::of(site, page, self.counts))
    }

    /// What is seen of every page.
    fn all(&self, site: &Site) -> Mark {
        let mut marker = Marker::default();
        (0..site.pages.len()).for_each(|page| _ = marker.mark(self.facts(site, page).shown));
        marker.done()
    }

    fn taxonomies(&self, site: &Site, sees: Sees) -> Mark {
        let mut known = self.taxonomies.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(sees).or_insert_with(|| {
            let mut marker = Marker::default();
            marker.mark(self.terms);
            for term in site.taxonomies.iter().flat_map(|taxonomy| &taxonomy.terms) {
                marker.number(term.pages.len());
                term.pages.iter().for_each(|page| self.near(site, *page, sees, &mut marker));
            }
            marker.done()
        })
    }
}

impl Facts {
    fn of(site: &Site, page: usize, counts: bool) -> Facts {
        let node = &site.pages[page];
        let length = length(&node.page);
        let mut headings = Marker::default();
        for heading in &node.page.document.headings {
            headings.text(&heading.id).text(&heading.title).number(usize::from(heading.level));
        }
        Facts {
            text: node.page.marks.text,
            shown: shown(site, page),
            headings: headings.done(),
            length: if counts { length.words } else { length.minutes },
        }
    }
}

/// What others see of a page besides its headings and its length: its front matter, what its sections hand down, its place in
/// the site.
fn shown(site: &Site, page: usize) -> Mark {
    let node = &site.pages[page];
    let (source, front) = (&node.page.source, &node.page.front);
    let mut marker = Marker::default();
    marker.text(&source.path).text(&node.route).text(&node.slug).text(&source.language).text(&front.title);
    marker.number(usize::from(node.page.untranslated)).number(usize::from(front.hidden));
    for above in node.ancestors.iter().chain([&page]) {
        let above = &site.pages[*above].page;
        marker.text(&above.source.path).mark(above.marks.front);
    }
    // Git may have said it.
    marker.text(front.updated.as_ref().map_or("", |moment| moment.text.as_str()));
    for (count, pages) in [&node.translations, &node.backlinks, &node.subsections].into_iter().enumerate() {
        marker.number(count);
        for other in pages {
            let other = &site.pages[*other];
            marker.text(&other.page.source.path).text(&other.route).text(&other.page.front.title);
        }
    }
    node.assets.iter().for_each(|asset| _ = marker.text(asset));
    marker.done()
}

/// What any page may depend on.
fn world(render: &Render<'_>) -> Mark {
    let (config, site, theme) = (&render.project.config, &render.site, render.theme);
    let mut marker = Marker::default();
    marker.text(config.source.text()).text(&config.base_url).text(&site.base_url);
    marker.text(&format!("{:?} {:?}", render.options.mode, config.dialect));
    if let Some(colours) = render.reading.flavour.colours {
        marker.mark(colours.mark());
    }
    // Templates see what a theme gives, and what the program gives over it.
    marker.text(&serde_json::Value::from(theme.extra.clone()).to_string()).text(&format!("{:?}", theme.words));
    marker.text(theme.name.as_deref().unwrap_or_default());
    marker.text(&format!("{:?}", theme.templates.keys().collect::<Vec<_>>()));
    let held = site.assets.iter().map(|placed| (&placed.route, &placed.asset.bytes)).chain(&theme.files);
    let held: Vec<(&String, Mark)> = held
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(route, bytes)| (route, Marker::default().bytes(bytes).done()))
        .collect();
    held.into_iter().for_each(|(route, mark)| _ = marker.text(route).mark(mark));
    rest::made(render).iter().chain(&site.listings(true)).for_each(|route| _ = marker.text(route));
    for (name, drawn) in &render.sessions {
        marker.text(name).text(&serde_json::to_string(drawn).unwrap_or_default());
    }
    let cascades = site.sections().map(|section| &site.pages[section].page);
    let cascades = cascades.filter(|page| page.front.listing.cascade.is_some());
    cascades.for_each(|page| _ = marker.text(&page.source.path).mark(page.marks.front));
    let places: Vec<Mark> = site.pages.par_chunks(AT_A_TIME).map(places).collect();
    places.into_iter().for_each(|mark| _ = marker.mark(mark));
    marker.done()
}

/// Where pages are, and in which languages.
fn places(nodes: &[Node]) -> Mark {
    let mut marker = Marker::default();
    for node in nodes {
        marker.text(&node.page.source.path).text(&node.route).text(node.language()).number(node.translations.len());
        node.translations.iter().for_each(|page| _ = marker.number(*page));
    }
    marker.done()
}

/// Which terms there are, and where.
fn terms(site: &Site) -> Mark {
    let mut marker = Marker::default();
    for taxonomy in &site.taxonomies {
        marker.text(&taxonomy.kind.name).text(&taxonomy.language).text(&taxonomy.route);
        for term in &taxonomy.terms {
            marker.text(&term.name).text(&term.slug).text(&term.route);
        }
    }
    marker.done()
}
