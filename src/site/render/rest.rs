//! What a site has besides its pages: the page for what isn't found, old addresses, a sitemap, robots.txt, and files.

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::graph::pagers;
use crate::site::render::{Render, Stage, cohorts, feeds, keep_once, moves, sitemap};
use crate::site::theme::Asked;
use crate::site::{Artifact, address, links};

/// A file, or why it could not be made; `None` where that was told already.
pub(super) type Made = Result<Artifact, Option<Box<Diagnostic>>>;

/// The routes of the files that are made from pages but are none.
pub(super) fn made(render: &Render<'_>) -> Vec<String> {
    let config = &render.project.config.made;
    let always = [("/404.html", true), ("/robots.txt", config.robots), ("/sitemap.xml", config.sitemap)];
    let wanted = always.into_iter().filter(|(_, wanted)| *wanted).map(|(route, _)| route.to_owned());
    wanted.chain(feeds::routes(render)).chain(cohorts::routes(render)).collect()
}

/// Keeps what was made, and tells the rest.
pub(super) fn gather(made: Vec<Made>, findings: &mut Findings) -> Vec<Artifact> {
    let mut artifacts = Vec::with_capacity(made.len());
    let mut faults = Vec::new();
    for one in made {
        match one {
            Ok(artifact) => artifacts.push(artifact),
            Err(fault) => faults.extend(fault.map(|fault| *fault)),
        }
    }
    keep_once(faults.into_iter(), findings);
    artifacts
}

/// Everything that is no page of content/.
pub(super) fn rest(stage: &Stage<'_>, findings: &mut Findings) -> Vec<Artifact> {
    let site = &stage.render.site;
    let mut artifacts: Vec<Artifact> = moves::pages(stage);
    artifacts.extend(first_pagers(stage));
    artifacts.extend(site.assets.iter().map(|placed| Artifact::file(&placed.route, placed.asset.bytes.to_vec())));
    artifacts.extend(stage.render.theme.files.iter().map(|(route, bytes)| Artifact::file(route, bytes.to_vec())));
    let own: HashSet<String> = artifacts.iter().map(|artifact| artifact.path.clone()).collect();
    let config = &stage.render.project.config.made;
    // A program that has its own keeps it.
    let wanted = |path: &str, wanted: bool| wanted && !own.contains(path);
    let mut made = Vec::new();
    if wanted(moves::FILE, true) {
        made.extend(moves::file(stage).map(Ok));
    }
    if wanted("404.html", true) {
        made.push(not_found(stage));
    }
    if wanted("sitemap.xml", config.sitemap) {
        made.extend(sitemap::sitemap(stage));
    }
    if wanted("robots.txt", config.robots) {
        made.push(sitemap::robots(stage));
    }
    artifacts.extend(gather(made, findings));
    findings.extend(collisions(stage));
    artifacts
}

/// `404.html` is shown at any address, so its links begin at the site's root.
fn not_found(stage: &Stage<'_>) -> Made {
    const TEMPLATE: &str = "404.html";
    let language = &stage.render.project.config.default_language;
    let base_url = &stage.render.site.base_url;
    let html = match stage.tera.contains_template(TEMPLATE) {
        true => stage.tera.render(TEMPLATE, &stage.shared(language)),
        false => Ok(nothing_here(language, base_url)),
    };
    let html = html.map_err(|error| stage.fault_of(&error, &Asked::Nobody).map(Box::new))?;
    let html = if stage.leaves_links() { html } else { links::make_rooted(&html, base_url) };
    Ok(Artifact::file("/404.html", html))
}

fn nothing_here(language: &str, base_url: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>404 Not Found</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<h1>404 Not Found</h1>\n\
         <p><a href=\"{base_url}\">{base_url}</a></p>\n",
        escape(language)
    )
}

/// A listing's first page is at the listing's own address; whoever asks for number 1 is led there.
fn first_pagers(stage: &Stage<'_>) -> Vec<Artifact> {
    let site = &stage.render.site;
    let to_first = |route: &str, path: Option<&str>, title: &str| {
        redirect(stage, &format!("{}1/", pagers::base(route, path)), route, title)
    };
    let shown =
        (0..site.pages.len()).filter(|page| !site.pages[*page].page.front.hidden && site.pagers(*page).is_some());
    let sections = shown.map(|page| {
        let node = &site.pages[page];
        to_first(&node.route, node.page.front.listing.paginate_path.as_deref(), &node.page.front.title)
    });
    let spread = site.taxonomies.iter().filter(|taxonomy| taxonomy.is_shown() && taxonomy.kind.paginate_by.is_some());
    let terms = spread.flat_map(|taxonomy| {
        let path = taxonomy.kind.paginate_path.as_deref();
        taxonomy.terms.iter().map(move |term| to_first(&term.route, path, &term.name))
    });
    sections.chain(terms).collect()
}

/// A section that leads on to another address, on this site or elsewhere.
pub(super) fn led_on(stage: &Stage<'_>, section: usize, to: &str) -> Artifact {
    let node = &stage.render.site.pages[section];
    let elsewhere = to.split('/').next().is_some_and(|start| start.contains(':'));
    if elsewhere {
        return leading(stage, &node.route, to, to, &node.page.front.title);
    }
    let path = to.trim_start_matches('/');
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains(['.', '#', '?']));
    let slash = if path.is_empty() || path.ends_with('/') || is_file { "" } else { "/" };
    redirect(stage, &node.route, &format!("/{path}{slash}"), &node.page.front.title)
}

fn redirect(stage: &Stage<'_>, route: &str, to: &str, title: &str) -> Artifact {
    let way = address::relative(&route[1..], &to[1..], stage.render.options.style());
    leading(stage, route, &way, &address::permalink(&stage.render.site.base_url, to), title)
}

/// A page that leads on.
fn leading(stage: &Stage<'_>, route: &str, way: &str, whole: &str, title: &str) -> Artifact {
    leading_with(stage, route, way, whole, title, "")
}

/// A page that leads on, with a script before it does.
pub(super) fn leading_with(
    stage: &Stage<'_>,
    route: &str,
    way: &str,
    whole: &str,
    title: &str,
    script: &str,
) -> Artifact {
    let (way, title) = (escape(way), escape(if title.is_empty() { whole } else { title }));
    let html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n{script}\
         <link rel=\"canonical\" href=\"{}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={way}\">\n<p>This page has moved: <a href=\"{way}\">{title}</a></p>\n",
        escape(&stage.render.project.config.default_language),
        escape(whole),
    );
    Artifact::file(route, html)
}

pub(super) fn escape(text: &str) -> String {
    // Most have nothing of it.
    if !text.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        return text.to_owned();
    }
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Files that would be written over a page, or over each other.
fn collisions(stage: &Stage<'_>) -> Findings {
    let site = &stage.render.site;
    let pages =
        site.pages.iter().map(|node| node.route.as_str()).chain(site.moves.iter().map(|moved| moved.from.as_str()));
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
