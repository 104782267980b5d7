//! Everything that is checked, read once: pages as words and as HTML, templates, styles, scripts, playlists.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use crate::diagnostic::{Findings, Place, SourceText};
use crate::music::{self, playlist};
use crate::project::Project;
use crate::site::markdown::Flavour;
use crate::site::markdown::prose::{self, Prose};
use crate::site::{self, Kind, Options, Surveyed, address, theme};

/// A program, read.
pub struct Program<'p> {
    /// Where it is, and what its configuration says.
    pub project: &'p Project,
    /// The day of the check: `2026-11-25`.
    pub today: &'p str,
    /// Its pages, in the order of their files.
    pub pages: Vec<Page>,
    /// Its pages as they are published.
    pub html: Vec<Html>,
    /// The templates of the program and of its theme.
    pub templates: Vec<SourceText>,
    /// Styles.
    pub styles: Vec<SourceText>,
    /// Scripts.
    pub scripts: Vec<SourceText>,
    /// Its sessions.
    pub sessions: Vec<Session>,
}

/// A page.
pub struct Page {
    /// What is known of it.
    pub known: Surveyed,
    /// Its words.
    pub prose: Prose,
    /// Its published form, by its place in [`Program::html`].
    pub html: Option<usize>,
}

/// A published page.
pub struct Html {
    /// Its path in the output folder.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The page that it was made of; a list of several pages has none.
    pub page: Option<usize>,
}

/// A session.
pub struct Session {
    /// Its playlist's text.
    pub source: SourceText,
    /// The playlist.
    pub playlist: playlist::Playlist,
    /// What it plays, where that can be known.
    pub score: Option<music::score::Score>,
}

impl Page {
    /// Its text.
    pub fn source(&self) -> &SourceText {
        &self.known.source.text
    }

    /// A part of its file.
    pub fn place(&self, span: std::ops::Range<usize>) -> Place {
        self.source().place(span)
    }

    /// Its file as a whole.
    pub fn file(&self) -> Place {
        Place::file(self.source().path())
    }

    /// Whether it is in English, which most rules on words are for.
    pub fn is_english(&self) -> bool {
        let language = &self.known.source.language;
        language == "en" || language.starts_with("en-")
    }
}

impl<'p> Program<'p> {
    /// Reads a program; with it comes what its build found.
    pub fn read(project: &'p Project, today: &'p str) -> (Program<'p>, Findings) {
        let (artifacts, surveyed, mut findings) = site::survey(project, &Options::default());
        let (theme, _) = theme::read(project);
        let config = &project.config;
        let flavour = Flavour::new(&config.markdown, config.slugify.anchors);
        let mut pages: Vec<Page> = surveyed
            .into_par_iter()
            .filter(|known| !known.untranslated)
            .map(|known| {
                // What Tera goes through is no Markdown before it has.
                let body = if known.templated { 0..0 } else { known.body.clone() };
                let prose = prose::read(&known.source.text, body, flavour);
                Page { known, prose, html: None }
            })
            .collect();
        let by_path: HashMap<String, usize> =
            pages.iter().enumerate().map(|(n, page)| (address::file(&page.known.route), n)).collect();
        let is_page = |artifact: &site::Artifact| artifact.kind == Kind::Page || artifact.path == "404.html";
        let texts = artifacts.into_iter().filter(is_page).filter_map(|artifact| {
            let page = by_path.get(&artifact.path).copied();
            Some(Html { page, text: String::from_utf8(artifact.bytes).ok()?, path: artifact.path })
        });
        let html: Vec<Html> = texts.filter(|html| html.path.ends_with(".html")).collect();
        for (n, html) in html.iter().enumerate() {
            if let Some(page) = html.page {
                pages[page].html = Some(n);
            }
        }
        let files = |ending: &str| {
            let ours = theme.files.iter().filter(|(route, _)| route.ends_with(ending));
            ours.filter_map(|(route, bytes)| Some(static_file(project, route, std::str::from_utf8(bytes).ok()?)))
                .collect()
        };
        let sessions = music::session_names(project);
        let sessions = sessions.iter().filter_map(|name| session(project, name, &mut findings)).collect();
        let program = Program {
            project,
            today,
            pages,
            html,
            templates: theme.templates.values().cloned().collect(),
            styles: files(".css"),
            scripts: files(".js"),
            sessions,
        };
        (program, findings)
    }

    /// The page that a published one was made of.
    pub fn page_of(&self, html: &Html) -> Option<&Page> {
        html.page.map(|page| &self.pages[page])
    }

    /// Where to look for what is wrong with a published page as a whole: in its file, or, where most pages have it, in the
    /// template that they have in common.
    pub fn blame(&self, html: &Html, everywhere: bool) -> Place {
        let base = || {
            let named = |name: &str| self.templates.iter().find(|template| template.path().ends_with(name));
            named("base.html").or_else(|| named("page.html")).map(|template| Place::file(template.path()))
        };
        let page = || self.page_of(html).map(Page::file);
        let found = if everywhere { base().or_else(page) } else { page().or_else(base) };
        found.unwrap_or_else(|| Place::file(Path::new(&html.path)))
    }
}

/// A static file under its path in the program's folder.
fn static_file(project: &Project, route: &str, text: &str) -> SourceText {
    SourceText::new(project.relative(&theme::file(project, route)), text)
}

fn session(project: &Project, name: &str, findings: &mut Findings) -> Option<Session> {
    let path = project.playlists().join(format!("{name}.toml"));
    let source = SourceText::new(project.relative(&path), fs::read_to_string(&path).ok()?);
    let (playlist, _) = playlist::parse(&source, &project.config.music);
    // The build tells what is wrong with a playlist only where a page shows it.
    let (planned, found) = music::planned(project, name);
    findings.extend(found);
    let score = planned.map(|(score, _)| score);
    Some(Session { source, playlist, score })
}
