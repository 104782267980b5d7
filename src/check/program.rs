//! Everything that is checked, read once: pages as words and as HTML, templates, styles, scripts, playlists.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use crate::diagnostic::{Findings, Place, SourceText};
use crate::music::{self, playlist};
use crate::project::Project;
use crate::site::markdown::Flavour;
use crate::site::markdown::prose::{self, Prose};
use crate::site::{self, Artifact, Kind, Options, Surveyed, address, book, theme};

/// A program, read.
pub struct Program<'p> {
    /// Where it is, and what its configuration says.
    pub project: &'p Project,
    /// The day of the check: `2026-11-25`.
    pub today: &'p str,
    /// Its pages, in the order of their files.
    pub pages: Vec<Page<'p>>,
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
    /// Its guides as e-books.
    pub books: Vec<Book>,
    /// How many pages each handout has, by its path in the output folder.
    pub handouts: HashMap<String, usize>,
}

/// A page.
pub struct Page<'p> {
    /// What is known of it.
    pub known: Surveyed,
    /// Its published form, by its place in [`Program::html`].
    pub html: Option<usize>,
    flavour: Flavour<'p>,
    prose: OnceLock<Prose>,
}

/// A finished e-book.
pub struct Book {
    /// Its path in the output folder.
    pub path: String,
    /// Its files that are text: the name and the text of each.
    pub files: Vec<(String, String)>,
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

impl<'p> Page<'p> {
    fn new(known: Surveyed, flavour: Flavour<'p>) -> Page<'p> {
        Page { known, html: None, flavour, prose: OnceLock::new() }
    }

    /// Its words: read when somebody asks for them.
    pub fn prose(&self) -> &Prose {
        self.prose.get_or_init(|| {
            // What Tera goes through is no Markdown before it has.
            let body = if self.known.templated { 0..0 } else { self.known.body.clone() };
            prose::read(&self.known.source.text, body, self.flavour)
        })
    }

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

    /// Its language, whatever the country: `en`, `es`.
    pub fn language(&self) -> &str {
        self.known.source.language.split('-').next().unwrap_or_default()
    }

    /// Whether it is made into a handout and a part of a book.
    pub fn is_guide(&self) -> bool {
        let front = &self.known.front;
        !front.hidden && front.extra.get("guide").and_then(serde_json::Value::as_bool) == Some(true)
    }
}

impl<'p> Program<'p> {
    /// Reads a program; with it comes what its build found.
    pub fn read(project: &'p Project, today: &'p str) -> (Program<'p>, Findings) {
        let (artifacts, surveyed, mut findings) =
            site::survey(project, &Options { unindexed: true, ..Options::default() });
        let (theme, _) = theme::read(project);
        let config = &project.config;
        let flavour = Flavour::new(&config.markdown, config.slugify.anchors);
        let written = surveyed.into_iter().filter(|known| !known.untranslated);
        let mut pages: Vec<Page<'p>> = written.map(|known| Page::new(known, flavour)).collect();
        let by_path: HashMap<String, usize> =
            pages.iter().enumerate().map(|(n, page)| (address::file(&page.known.route), n)).collect();
        let (books, handouts) = (books(&artifacts), handouts(&artifacts));
        let is_page = |artifact: &Artifact| artifact.kind == Kind::Page || artifact.path == "404.html";
        let texts = artifacts.into_iter().filter(is_page).filter_map(|artifact| {
            let page = by_path.get(&artifact.path).copied();
            Some(Html { page, text: artifact.bytes.into_text().ok()?, path: artifact.path })
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
            books,
            handouts,
        };
        (program, findings)
    }

    /// The page that a published one was made of.
    pub fn page_of(&self, html: &Html) -> Option<&Page<'p>> {
        html.page.map(|page| &self.pages[page])
    }

    /// Where to look for what is wrong with a published page as a whole: in its file, or, where most pages have it, in the
    /// template that they have in common.
    pub fn blame(&self, html: &Html, everywhere: bool) -> Place {
        let base = || {
            let named = |name: &str| self.templates.iter().find(|template| template.path().ends_with(name));
            named("base.html").or_else(|| named("page.html")).map(|template| Place::file(template.path()))
        };
        let page = || self.page_of(html).map(|page| page.file());
        let found = if everywhere { base().or_else(page) } else { page().or_else(base) };
        found.unwrap_or_else(|| Place::file(Path::new(&html.path)))
    }
}

fn books(artifacts: &[Artifact]) -> Vec<Book> {
    let is_book = |artifact: &&Artifact| artifact.path == "guides.epub" || artifact.path.ends_with("/guides.epub");
    let read = |artifact: &Artifact| Book { path: artifact.path.clone(), files: book::files(&artifact.bytes) };
    artifacts.iter().filter(is_book).map(read).collect()
}

fn handouts(artifacts: &[Artifact]) -> HashMap<String, usize> {
    let handouts = artifacts.iter().filter(|artifact| artifact.path.ends_with("-letter.pdf"));
    handouts.map(|handout| (handout.path.clone(), leaves(&handout.bytes))).collect()
}

/// How many pages a PDF has that we made: what a page is stands in it by itself, and not packed.
fn leaves(pdf: &[u8]) -> usize {
    let of = |leaf: &[u8]| {
        let behind = |at: usize| pdf.get(at + leaf.len()).copied().unwrap_or_default();
        memchr::memmem::find_iter(pdf, leaf).filter(|at| !behind(*at).is_ascii_alphabetic()).count()
    };
    of(b"/Type /Page") + of(b"/Type/Page")
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
