//! What a site has besides its pages: the page for what isn't found, old addresses, a sitemap, robots.txt, and files.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::graph::Site;
use crate::site::render::Stage;
use crate::site::theme::{Asked, fault};
use crate::site::{Artifact, address, links};

/// The routes of the files that are made here.
pub(super) const MADE: &[&str] = &["/404.html", "/robots.txt", "/sitemap.xml"];

/// Everything that is no page of content/.
pub(super) fn rest(stage: &Stage<'_>, findings: &mut Findings) -> Vec<Artifact> {
    let site = stage.render.site;
    let mut artifacts: Vec<Artifact> = not_found(stage, findings).into_iter().collect();
    artifacts.extend(site.redirects.iter().map(|(route, page)| redirect(stage, route, *page)));
    artifacts.extend(site.assets.iter().map(|placed| Artifact::file(&placed.route, placed.asset.bytes.clone())));
    artifacts.extend(stage.render.theme.files.iter().map(|(route, bytes)| Artifact::file(route, bytes.clone())));
    let own: HashSet<String> = artifacts.iter().map(|artifact| artifact.path.clone()).collect();
    let made = [("/sitemap.xml", sitemap(site)), ("/robots.txt", robots(site))];
    for (route, text) in made {
        // A program that has its own keeps it.
        if !own.contains(&address::file(route)) {
            artifacts.push(Artifact::file(route, text.into_bytes()));
        }
    }
    findings.extend(collisions(stage));
    artifacts
}

/// `404.html` is shown at any address, so its links begin at the site's root.
fn not_found(stage: &Stage<'_>, findings: &mut Findings) -> Option<Artifact> {
    const TEMPLATE: &str = "404.html";
    let has_own = stage.render.theme.files.contains_key("/404.html");
    if has_own || !stage.tera.contains_template(TEMPLATE) {
        return None;
    }
    match stage.tera.render(TEMPLATE, &stage.shared(&stage.render.project.config.default_language)) {
        Ok(html) => {
            Some(Artifact::file("/404.html", links::make_rooted(&html, &stage.render.site.base_url).into_bytes()))
        }
        Err(error) => {
            findings.push(fault(&error, &stage.render.theme.templates, &Asked::Nobody));
            None
        }
    }
}

/// A page at an old address that leads on to the new one.
fn redirect(stage: &Stage<'_>, route: &str, page: usize) -> Artifact {
    let site = stage.render.site;
    let way = address::relative(&route[1..], &site.pages[page].route[1..], stage.render.options.style());
    let (way, title) = (escape(&way), escape(&site.pages[page].page.front.title));
    let html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={way}\">\n<p>This page has moved: <a href=\"{way}\">{title}</a></p>\n",
        escape(&stage.render.project.config.default_language),
        escape(&site.permalink(page)),
    );
    Artifact::file(route, html.into_bytes())
}

fn sitemap(site: &Site) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (page, node) in site.pages.iter().enumerate() {
        let _ = write!(xml, "<url><loc>{}</loc>", escape(&site.permalink(page)));
        let front = &node.page.front;
        if let Some(day) = front.updated.as_ref().or(front.date.as_ref()).and_then(|date| date.text.get(..10)) {
            let _ = write!(xml, "<lastmod>{day}</lastmod>");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

fn robots(site: &Site) -> String {
    format!("User-agent: *\nAllow: /\nSitemap: {}sitemap.xml\n", site.base_url)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Files that would be written over a page, or over each other.
fn collisions(stage: &Stage<'_>) -> Findings {
    let site = stage.render.site;
    let pages = site.pages.iter().map(|node| node.route.as_str()).chain(site.redirects.iter().map(|(r, _)| r.as_str()));
    let mut taken: HashSet<String> = pages.map(|route| address::file(route).to_lowercase()).collect();
    let assets = site.assets.iter().map(|placed| (&placed.route, format!("content/{}", placed.asset.path)));
    let own = stage.render.theme.files.keys().map(|route| (route, format!("static{route}")));
    let mut findings = Findings::new();
    for (route, file) in assets.chain(own) {
        if !taken.insert(address::file(route).to_lowercase()) {
            let message = format!("`{route}` is the address of a page or another file already");
            let finding = Diagnostic::error("site/collision", message).at(Place::file(file));
            findings.push(finding.hint("give the file another name"));
        }
    }
    findings
}
