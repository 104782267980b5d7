//! The sitemap, and `robots.txt`: the program's or its theme's templates where they have any, else ours.

use std::fmt::Write as _;

use serde::Serialize;

use super::Stage;
use super::rest::{Made, escape};
use crate::site::graph::Site;
use crate::site::theme::Asked;
use crate::site::{Artifact, address};

/// More than so many addresses no search engine takes in one sitemap; Zola splits there.
const MOST: usize = 30_000;

/// An address in the sitemap.
#[derive(Serialize)]
struct Entry<'s> {
    permalink: String,
    updated: Option<&'s str>,
    extra: Option<&'s serde_json::Map<String, serde_json::Value>>,
}

/// `sitemap.xml`, and where that is too long for one file `sitemap1.xml` and so on.
pub(super) fn sitemap(stage: &Stage<'_>) -> Vec<Made> {
    let entries = entries(stage);
    if entries.len() < MOST {
        return vec![one(stage, "/sitemap.xml", &entries)];
    }
    let base = &stage.render.site.base_url;
    let route = |index: usize| format!("/sitemap{}.xml", index + 1);
    let chunks = entries.chunks(MOST).enumerate();
    let mut made: Vec<Made> = chunks.map(|(index, entries)| one(stage, &route(index), entries)).collect();
    let all: Vec<String> = (0..made.len()).map(|index| address::permalink(base, &route(index))).collect();
    made.push(index(stage, &all));
    made
}

/// `robots.txt`
pub(super) fn robots(stage: &Stage<'_>) -> Made {
    let base = &stage.render.site.base_url;
    let written = || {
        let sitemap = if stage.render.project.config.made.sitemap {
            format!("Sitemap: {base}sitemap.xml\n")
        } else {
            String::new()
        };
        format!("User-agent: *\nAllow: /\n{sitemap}")
    };
    made(stage, "robots.txt", "/robots.txt", |_| {}, written)
}

fn one(stage: &Stage<'_>, route: &str, entries: &[Entry<'_>]) -> Made {
    made(stage, "sitemap.xml", route, |context| context.insert("entries", entries), || written(entries))
}

fn index(stage: &Stage<'_>, sitemaps: &[String]) -> Made {
    let written = || {
        let one = |sitemap: &String| format!("<sitemap><loc>{}</loc></sitemap>\n", escape(sitemap));
        let all: String = sitemaps.iter().map(one).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{all}</sitemapindex>\n"
        )
    };
    let template = "split_sitemap_index.xml";
    made(stage, template, "/sitemap.xml", |context| context.insert("sitemaps", sitemaps), written)
}

/// A file by a template, where there is one, else as we write it.
fn made(
    stage: &Stage<'_>,
    template: &str,
    route: &str,
    fill: impl FnOnce(&mut tera::Context),
    written: impl FnOnce() -> String,
) -> Made {
    if !stage.tera.contains_template(template) {
        return Ok(Artifact::file(route, written()));
    }
    let mut context = stage.shared(&stage.render.project.config.default_language);
    fill(&mut context);
    let text = stage.tera.render(template, &context);
    let text = text.map_err(|error| stage.fault_of(&error, &Asked::Nobody).map(Box::new))?;
    Ok(Artifact::file(route, text))
}

fn written(entries: &[Entry<'_>]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for entry in entries {
        let _ = write!(xml, "<url><loc>{}</loc>", escape(&entry.permalink));
        if let Some(day) = entry.updated.and_then(|moment| moment.get(..10)) {
            let _ = write!(xml, "<lastmod>{day}</lastmod>");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

/// Every address that a search engine should know, in order. What stands in for a translation it knows already.
fn entries<'s>(stage: &'s Stage<'_>) -> Vec<Entry<'s>> {
    let site: &'s Site = &stage.render.site;
    let pages = site.pages.iter().enumerate().filter(|(_, node)| !(node.page.front.hidden || node.page.untranslated));
    let mut entries: Vec<Entry<'_>> = pages
        .map(|(page, node)| {
            let front = &node.page.front;
            let updated = front.updated.as_ref().or(front.date.as_ref()).map(|moment| moment.text.as_str());
            Entry { permalink: site.permalink(page), updated, extra: Some(&front.extra) }
        })
        .collect();
    let listed =
        |route: String| Entry { permalink: address::permalink(&site.base_url, &route), updated: None, extra: None };
    entries.extend(site.listings(stage.render.project.config.made.pagers_in_sitemap).into_iter().map(listed));
    entries.sort_by(|a, b| a.permalink.cmp(&b.permalink).then_with(|| b.extra.is_some().cmp(&a.extra.is_some())));
    entries.dedup_by(|a, b| a.permalink == b.permalink);
    entries
}
