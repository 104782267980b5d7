//! Feeds: of the site in each language, of sections, of terms. A feed's file is also the name of its template.

use rayon::prelude::*;
use serde_json::json;
use tera::{Context, Value};

use super::Stage;
use super::rest::{Made, gather};
use crate::diagnostic::{Diagnostic, Findings, Place, did_you_mean};
use crate::site::graph::Site;
use crate::site::theme::Asked;
use crate::site::view::Views;
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
    /// The pages that may stand in it.
    pages: Vec<usize>,
    of: Of,
}

/// What a feed is of.
enum Of {
    Site,
    Section(usize),
    Term { taxonomy: usize, term: usize },
}

/// Renders all feeds.
pub(super) fn feeds(stage: &Stage<'_>, views: &Views, findings: &mut Findings) -> Vec<Artifact> {
    let feeds = all_of(&stage.render);
    stage.fed.get_or_init(|| feeds.iter().flat_map(|feed| feed.shown(&stage.render)).collect());
    let rendered: Vec<Made> = feeds.par_iter().map(|feed| feed.render(stage, views)).collect();
    gather(rendered, findings)
}

/// The routes of all feeds.
pub(super) fn routes(stage: &super::Render<'_>) -> Vec<String> {
    all_of(stage).iter().map(Feed::route).collect()
}

/// The pages whose words feeds show.
pub(super) fn shown(render: &super::Render<'_>) -> Vec<usize> {
    all_of(render).iter().flat_map(|feed| feed.shown(render)).collect()
}

fn all_of(render: &super::Render<'_>) -> Vec<Feed> {
    let site = &render.site;
    let config = &render.project.config;
    let mut feeds = Vec::new();
    // Zola asks the site as a whole before it asks a language.
    for language in
        config.languages.iter().filter(|language| config.languages[0].generate_feeds && language.generate_feeds)
    {
        let own = language.code == config.default_language;
        let folder = if own { "/".to_owned() } else { format!("/{}/", language.code) };
        let pages = (0..site.pages.len()).filter(|page| site.pages[*page].language() == language.code);
        let pages: Vec<usize> = pages.filter(|page| !site.pages[*page].page.source.is_section()).collect();
        feeds.extend(files(render, &language.code).map(|file| Feed {
            language: language.code.clone(),
            folder: folder.clone(),
            file,
            pages: pages.clone(),
            of: Of::Site,
        }));
    }
    for (section, node) in site.pages.iter().enumerate().filter(|(_, node)| node.page.front.listing.feeds) {
        feeds.extend(files(render, node.language()).map(|file| Feed {
            language: node.language().to_owned(),
            folder: node.route.clone(),
            file,
            pages: node.pages.clone(),
            of: Of::Section(section),
        }));
    }
    for (taxonomy, of) in site.taxonomies.iter().enumerate().filter(|(_, of)| of.is_shown() && of.kind.feed) {
        for (term, one) in of.terms.iter().enumerate() {
            feeds.extend(files(render, &of.language).map(|file| Feed {
                language: of.language.clone(),
                folder: one.route.clone(),
                file,
                pages: one.pages.clone(),
                of: Of::Term { taxonomy, term },
            }));
        }
    }
    feeds
}

fn files(render: &super::Render<'_>, language: &str) -> impl Iterator<Item = String> + use<> {
    let language = render.project.config.language(language);
    language.map(|language| language.feed_filenames.clone()).unwrap_or_default().into_iter()
}

impl Feed {
    fn route(&self) -> String {
        format!("{}{}", self.folder, self.file)
    }

    /// The pages whose words it shows.
    fn shown(&self, render: &super::Render<'_>) -> Vec<usize> {
        let limit = render.project.config.feed_limit.unwrap_or(usize::MAX);
        let section = if let Of::Section(section) = self.of { Some(section) } else { None };
        newest(&render.site, &self.pages).0.into_iter().take(limit).chain(section).collect()
    }

    fn render(&self, stage: &Stage<'_>, views: &Views) -> Made {
        if !stage.tera.contains_template(&self.file) {
            return Err(Some(Box::new(no_template(stage, &self.file))));
        }
        let context = self.context(stage, views);
        let asked = Asked::Page { page: format!("the feed {}", self.route().trim_start_matches('/')), template: None };
        let text =
            stage.tera.render(&self.file, &context).map_err(|error| stage.fault_of(&error, &asked).map(Box::new))?;
        Ok(Artifact::file(&self.route(), text.into_bytes()))
    }

    fn context(&self, stage: &Stage<'_>, views: &Views) -> Context {
        let site = &stage.render.site;
        let (pages, last_updated) = newest(site, &self.pages);
        let limit = stage.render.project.config.feed_limit.unwrap_or(usize::MAX);
        let shown: Vec<Value> = pages.iter().take(limit).map(|page| stage.worded(*page, views).0).collect();
        let mut context = stage.shared(&self.language);
        context.insert("feed_url", &address::permalink(&site.base_url, &self.route()));
        context.insert_value("pages", Value::from(shown));
        if let Some(moment) = last_updated {
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

/// Those pages that have a date, the youngest first, and when the last of them changed.
fn newest<'s>(site: &'s Site, pages: &[usize]) -> (Vec<usize>, Option<&'s str>) {
    let front = |page: &usize| &site.pages[*page].page.front;
    let fed = |page: &&usize| site.pages[**page].written().is_some() && !front(page).unfed && !front(page).hidden;
    let mut pages: Vec<usize> = pages.iter().filter(fed).copied().collect();
    pages.sort_by(|a, b| {
        let (a, b) = (&site.pages[*a], &site.pages[*b]);
        b.written().cmp(&a.written()).then_with(|| a.route.cmp(&b.route))
    });
    let changed = pages.iter().filter_map(|page| front(page).updated.as_ref());
    let written = pages.first().and_then(|page| front(page).date.as_ref());
    let last = changed.chain(written).max_by_key(|moment| moment.at);
    (pages, last.map(|moment| moment.text.as_str()))
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
