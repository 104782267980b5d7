//! Feeds: of the site in each language, of sections, of terms. A feed's file is also the name of its template.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::json;
use tera::{Context, Value};

use super::Stage;
use super::rest::{Made, gather};
use crate::diagnostic::{Diagnostic, Findings, Place, did_you_mean};
use crate::site::graph::Site;
use crate::site::theme::Asked;
use crate::site::view::{self, Views};
use crate::site::{Artifact, address};

/// The templates for feeds that a program and its theme needn't write.
pub(in crate::site) const BUILT_IN: [(&str, &str); 2] =
    [("atom.xml", include_str!("feeds/atom.xml")), ("rss.xml", include_str!("feeds/rss.xml"))];

/// A feed to render.
struct Feed {
    language: String,
    /// What its address begins with: `/blog/`.
    folder: String,
    file: String,
    of: Of,
}

/// What a feed is of.
#[derive(Clone, Copy)]
enum Of {
    /// The site, in the feed's language.
    Site,
    Section(usize),
    Term {
        taxonomy: usize,
        term: usize,
    },
}

/// Renders all feeds.
pub(super) fn feeds(stage: &Stage<'_>, views: &Views, findings: &mut Findings) -> Vec<Artifact> {
    let feeds: Vec<(Feed, Newest<'_>)> = all_of(&stage.render).map(|feed| feed.with_newest(&stage.render)).collect();
    stage.fed.get_or_init(|| feeds.iter().flat_map(|(feed, newest)| feed.shown(newest)).collect());
    rendered(&feeds, stage, views, findings)
}

/// Renders the feeds that show a page's words.
pub(super) fn showing(stage: &Stage<'_>, page: usize, views: &Views, findings: &mut Findings) -> Vec<Artifact> {
    let feeds = all_of(&stage.render).filter(|feed| feed.shows(&stage.render, page));
    let feeds: Vec<(Feed, Newest<'_>)> = feeds.map(|feed| feed.with_newest(&stage.render)).collect();
    rendered(&feeds, stage, views, findings)
}

fn rendered(feeds: &[(Feed, Newest<'_>)], stage: &Stage<'_>, views: &Views, findings: &mut Findings) -> Vec<Artifact> {
    let rendered: Vec<Made> = feeds.par_iter().map(|(feed, newest)| feed.render(stage, views, newest)).collect();
    gather(rendered, findings)
}

/// The routes of all feeds.
pub(super) fn routes(stage: &super::Render<'_>) -> Vec<String> {
    all_of(stage).map(|feed| feed.route()).collect()
}

/// The pages whose words are shown by the feeds that show one of these.
pub(super) fn shown_with(render: &super::Render<'_>, pages: &BTreeSet<usize>) -> Vec<usize> {
    let feeds = all_of(render).filter(|feed| pages.iter().any(|page| feed.shows(render, *page)));
    let feeds = feeds.map(|feed| feed.with_newest(render));
    feeds.flat_map(|(feed, newest)| feed.shown(&newest).collect::<Vec<_>>()).collect()
}

fn all_of<'s>(render: &'s super::Render<'_>) -> impl Iterator<Item = Feed> + 's {
    let (site, languages) = (&render.site, &render.project.config.languages);
    let feed = |language: &str, folder: &str, of: Of| {
        let (language, folder) = (language.to_owned(), folder.to_owned());
        files(render, &language).map(move |file| Feed { language: language.clone(), folder: folder.clone(), file, of })
    };
    // Zola asks the site as a whole before it asks a language.
    let fed = languages.iter().filter(|language| languages[0].generate_feeds && language.generate_feeds);
    let of_site = fed.flat_map(move |language| {
        let own = language.code == render.project.config.default_language;
        let folder = if own { "/".to_owned() } else { format!("/{}/", language.code) };
        feed(&language.code, &folder, Of::Site)
    });
    let sections = site.sections().map(|section| (section, &site.pages[section]));
    let sections = sections.filter(|(_, node)| node.page.front.listing.feeds);
    let of_sections =
        sections.flat_map(move |(section, node)| feed(node.language(), &node.route, Of::Section(section)));
    let shown = site.taxonomies.iter().enumerate().filter(|(_, of)| of.is_shown() && of.kind.feed);
    let of_terms = shown.flat_map(move |(taxonomy, of)| {
        let terms = of.terms.iter().enumerate();
        terms.flat_map(move |(term, one)| feed(&of.language, &one.route, Of::Term { taxonomy, term }))
    });
    of_site.chain(of_sections).chain(of_terms)
}

fn files(render: &super::Render<'_>, language: &str) -> impl Iterator<Item = String> + use<> {
    let language = render.project.config.language(language);
    language.map(|language| language.feed_filenames.clone()).unwrap_or_default().into_iter()
}

impl Feed {
    fn route(&self) -> String {
        format!("{}{}", self.folder, self.file)
    }

    /// The pages that may stand in it.
    fn pages<'s>(&'s self, site: &'s Site) -> Box<dyn Iterator<Item = usize> + 's> {
        let pages: Box<dyn Iterator<Item = usize>> = match self.of {
            Of::Site => Box::new((0..site.pages.len()).filter(|page| self.may_show(site, *page))),
            Of::Section(section) => Box::new(site.pages[section].pages.iter().copied()),
            Of::Term { taxonomy, term } => Box::new(site.taxonomies[taxonomy].terms[term].pages.iter().copied()),
        };
        Box::new(pages.filter(|page| is_fed(site, *page)))
    }

    fn with_newest<'s>(self, render: &'s super::Render<'_>) -> (Feed, Newest<'s>) {
        let pages = self.pages(&render.site).collect();
        (self, Newest::of(&render.site, pages, limit(render)))
    }

    /// Whether a page, if feeds may show it, may stand in it.
    fn may_show(&self, site: &Site, page: usize) -> bool {
        let node = &site.pages[page];
        match self.of {
            Of::Site => node.language() == self.language && !node.page.source.is_section(),
            Of::Section(section) => site.pages[section].pages.contains(&page),
            Of::Term { taxonomy, term } => site.taxonomies[taxonomy].terms[term].pages.contains(&page),
        }
    }

    /// Whether it shows a page's words: it is a page's own feed, or so many younger ones as are shown have not pushed it out.
    fn shows(&self, render: &super::Render<'_>, page: usize) -> bool {
        let (site, limit) = (&render.site, limit(render));
        if matches!(self.of, Of::Section(section) if section == page) {
            return true;
        }
        let may_show = is_fed(site, page) && self.may_show(site, page);
        may_show && self.pages(site).filter(|other| younger(site, *other, page).is_lt()).take(limit).count() < limit
    }

    /// The pages whose words it shows.
    fn shown<'n>(&self, newest: &'n Newest<'_>) -> impl Iterator<Item = usize> + use<'n> {
        let section = if let Of::Section(section) = self.of { Some(section) } else { None };
        newest.pages.iter().copied().chain(section)
    }

    fn render(&self, stage: &Stage<'_>, views: &Views, newest: &Newest<'_>) -> Made {
        if !stage.tera.contains_template(&self.file) {
            return Err(Some(Box::new(no_template(stage, &self.file))));
        }
        let shown: Vec<Value> = newest.pages.par_iter().map(|page| stage.worded(*page, views).0).collect();
        // A text that grows is copied again and again.
        let mut text =
            Vec::with_capacity(shown.iter().map(|page| AROUND_WORDS + view::words_in(page).len() * 4 / 3).sum());
        let context = self.context(stage, views, newest, shown);
        let asked = Asked::Page { page: format!("the feed {}", self.route().trim_start_matches('/')), template: None };
        let rendered = stage.tera.render_to(&self.file, &context, &mut text);
        rendered.map_err(|error| stage.fault_of(&error, &asked).map(Box::new))?;
        Ok(Artifact::file(&self.route(), text))
    }

    fn context(&self, stage: &Stage<'_>, views: &Views, newest: &Newest<'_>, shown: Vec<Value>) -> Context {
        let site = &stage.render.site;
        let mut context = stage.shared(&self.language);
        context.insert("feed_url", &address::permalink(&site.base_url, &self.route()));
        context.insert_value("pages", Value::from(shown));
        if let Some(moment) = newest.changed {
            context.insert("last_updated", moment);
        }
        match &self.of {
            Of::Site => {}
            Of::Section(section) => context.insert_value("section", stage.worded(*section, views).0),
            Of::Term { taxonomy, term } => {
                let taxonomy = &site.taxonomies[*taxonomy];
                let term = &taxonomy.terms[*term];
                let permalink = address::permalink(&site.base_url, &term.route);
                context.insert("taxonomy", &taxonomy.kind);
                context.insert("term", &json!({ "name": term.name, "slug": term.slug, "permalink": permalink }));
            }
        }
        context
    }
}

/// What stands around a page's words in a feed is seldom longer, in bytes.
const AROUND_WORDS: usize = 1024;

/// How many pages a feed shows.
fn limit(render: &super::Render<'_>) -> usize {
    render.project.config.feed_limit.unwrap_or(usize::MAX)
}

/// Whether feeds may show a page.
fn is_fed(site: &Site, page: usize) -> bool {
    let node = &site.pages[page];
    node.written().is_some() && !node.page.front.unfed && !node.page.front.hidden
}

/// The order of a feed: the youngest first.
fn younger(site: &Site, one: usize, other: usize) -> Ordering {
    let (a, b) = (&site.pages[one], &site.pages[other]);
    b.written().cmp(&a.written()).then_with(|| a.route.cmp(&b.route)).then(one.cmp(&other))
}

/// The newest of some pages.
struct Newest<'s> {
    /// So many as are shown, of those that have a date, the youngest first.
    pages: Vec<usize>,
    /// When the last of all of them changed.
    changed: Option<&'s str>,
}

impl<'s> Newest<'s> {
    /// Of pages that feeds may show.
    fn of(site: &'s Site, mut pages: Vec<usize>, limit: usize) -> Newest<'s> {
        let front = |page: usize| &site.pages[page].page.front;
        let younger = |one: &usize, other: &usize| younger(site, *one, *other);
        let youngest = pages.iter().copied().min_by(younger).and_then(|page| front(page).date.as_ref());
        let changed = pages.iter().filter_map(|page| front(*page).updated.as_ref()).chain(youngest);
        let changed = changed.max_by_key(|moment| moment.at).map(|moment| moment.text.as_str());
        // Of ten thousand pages, only those are put in order that are shown.
        if limit < pages.len() {
            pages.select_nth_unstable_by(limit, younger);
            pages.truncate(limit);
        }
        pages.sort_unstable_by(younger);
        Newest { pages, changed }
    }
}

fn no_template(stage: &Stage<'_>, file: &str) -> Diagnostic {
    let source = &stage.render.project.config.source;
    let quoted = format!("\"{file}\"");
    let place = source.text().find(&quoted).map(|at| source.place(at..at + quoted.len()));
    Diagnostic::error("template/missing", format!("there is no template `{file}` for the feed"))
        .at(place.unwrap_or_else(|| Place::file(source.path())))
        .hint(
            did_you_mean(file, BUILT_IN.map(|(name, _)| name)).unwrap_or_else(|| {
                format!("write `templates/{file}`, or use `atom.xml` or `rss.xml`, which need none")
            }),
        )
}
