//! Builds the website: Markdown and a theme in, artifacts in memory out.
//!
//! 1. [`content`]  reads content/ into sources and assets
//! 2. [`page`]     front matter and Markdown into pages ([`markdown`], [`component`], [`colours`], [`document`])
//!    A page whose file is as it was is not read again ([`readings`], kept in a few files: `shards`)
//!    Pages that are not to be published are left out ([`withheld`]), and sections hand down what their pages don't
//!    say ([`cascade`])
//! 3. [`theme`]    reads the theme's templates and files, and compiles them, while others read pages
//! 4. [`graph`]    pages into a site: addresses, sections, order, links
//!    [`cohort`] reads when groups meet: its steps are pages of the program
//! 5. sessions    each playlist is drawn once (`music`, `session`)
//! 6. [`image`]    each picture that the words show is looked at, and packed in several widths
//! 7. [`render`]   pages that Tera goes through are read now, links are resolved ([`graph`]), guides become books and handouts
//!    ([`book`], [`handout`]), cohorts calendars ([`cohort`]), and pages artifacts ([`view`], [`functions`], [`links`])
//!    A page that was made before of the same is not made again ([`kept`]); of a site that [`standing`] is, one page is
//! 8. [`finish`]   what happens to each artifact before it is written ([`style`], [`headers`], [`html`])
//! 9. [`search`]   pages are read for the search, on their way
//!
//! On its way a page is a text many times over, each time in memory that the page before it left (`buffers`). `cores` says how the
//! work is shared among cores.
//!
//! Nothing here writes, prints, or stops at the first mistake. [`mod@write`] and [`serve`] are two readers of the artifacts;
//! [`publish`] is all of it, into a folder.

pub mod address;
mod artifact;
pub mod book;
mod buffers;
#[cfg(feature = "guides")]
pub mod card;
pub mod cascade;
mod clock;
pub mod cohort;
pub mod colours;
pub mod component;
pub mod content;
mod cores;
mod data;
pub mod document;
#[cfg(feature = "guides")]
mod faces;
pub mod finish;
mod folder;
pub mod functions;
mod gather;
mod git;
pub mod graph;
pub mod handout;
pub mod headers;
pub mod html;
pub mod image;
pub mod kept;
mod languages;
pub mod letters;
pub mod links;
pub mod listing;
pub mod markdown;
pub mod pace;
pub mod page;
pub mod publish;
pub mod readings;
pub mod render;
mod sealed;
#[cfg(feature = "search")]
pub mod search;
pub mod serve;
mod shards;
pub mod slug;
pub mod stamp;
pub mod standing;
pub mod style;
pub mod theme;
pub mod view;
pub mod watch;
pub mod withheld;
pub mod write;
mod xhtml;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::diagnostic::Findings;
use crate::project::Project;
use crate::site::address::Style;
use crate::site::content::{Listed, Source};
use crate::site::finish::Finish;
use crate::site::gather::{Gathered, Placed};
use crate::site::graph::Outside;
use crate::site::image::Pictures;
use crate::site::image::shelf::Shelf;
use crate::site::kept::Origin;
use crate::site::readings::Readings;
use crate::site::render::Render;
use crate::site::stamp::Stamp;
use crate::site::standing::Standing;
use crate::site::theme::compile::{Ahead, Themed};

pub use artifact::{Artifact, Bytes, Kind};

/// How a site is built.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether drafts are published.
    pub drafts: bool,
    /// Whether pages are published whose day has not come.
    pub future: bool,
    /// Whether pages are published whose day is over.
    pub expired: bool,
    /// What it is built for.
    pub mode: Mode,
    /// Whether nothing that was kept of earlier builds counts.
    pub fresh: bool,
    /// Whether the search gets no index: somebody makes it later, or nobody needs it.
    pub unindexed: bool,
    /// When it is built, in seconds since 1970; where nothing is said, now.
    pub now: Option<i64>,
}

/// A session's view by the language of the page.
pub type Drawn = std::collections::BTreeMap<String, serde_json::Value>;

/// What a site is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A folder, to be opened from a disk or published.
    #[default]
    Build,
    /// The preview.
    Serve,
}

impl Options {
    /// When the site is built, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.now.unwrap_or_else(clock::now)
    }

    /// How pages write each other's addresses.
    pub fn style(&self) -> Style {
        match self.mode {
            Mode::Build => Style::Files,
            Mode::Serve => Style::Folders,
        }
    }
}

/// Who takes artifacts, each as soon as it is made: in no fixed order, and from any thread.
pub trait Out: Sync {
    /// Takes an artifact.
    fn put(&self, artifact: Artifact);

    /// Where the file at a path came from, as an earlier build made it, if it is still there as it was.
    fn before(&self, _path: &str) -> Option<&Origin> {
        None
    }

    /// Takes that file as it is.
    fn put_again(&self, _path: &str, _origin: &Origin) {}

    /// The bytes of such a file.
    fn bytes_again(&self, _path: &str) -> Option<Bytes> {
        None
    }

    /// Hears which files the search reads, before the first of them is there.
    fn searched(&self, _files: &HashSet<String>) {}
}

/// Keeps artifacts in memory.
#[derive(Default)]
pub struct Kept(Mutex<Vec<Artifact>>);

impl Out for Kept {
    fn put(&self, artifact: Artifact) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(artifact.staying());
    }
}

impl Kept {
    /// All of them, sorted by path.
    pub fn sorted(self) -> Vec<Artifact> {
        let mut artifacts = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        artifacts.sort_by(|a, b| a.path.cmp(&b.path));
        artifacts
    }
}

/// Builds a program's site in memory. The artifacts are whole only if no finding is an error.
pub fn build(project: &Project, options: &Options) -> (Vec<Artifact>, Findings) {
    let kept = Kept::default();
    let findings = build_to(project, options, &kept);
    (kept.sorted(), findings)
}

/// What is known of a page besides what it became.
#[derive(Clone, Debug)]
pub struct Surveyed {
    /// Where it came from.
    pub source: Source,
    /// What stands at its top.
    pub front: page::Front,
    /// The bytes of the file at its top, between the marks.
    pub front_span: std::ops::Range<usize>,
    /// The bytes of the file below them.
    pub body: std::ops::Range<usize>,
    /// Its address, from the site's root.
    pub route: String,
    /// Whether it stands in for a translation that is missing.
    pub untranslated: bool,
    /// Whether Tera goes through it before it is Markdown.
    pub templated: bool,
}

/// Builds a program's site in memory, and says which pages it has.
pub fn survey(project: &Project, options: &Options) -> (Vec<Artifact>, Vec<Surveyed>, Findings) {
    let (kept, mut pages) = (Kept::default(), Vec::new());
    let findings = build_and_look(project, options, &kept, |site| {
        let surveyed = |node: &graph::Node| Surveyed {
            source: (*node.page.source).clone(),
            front: (*node.page.front).clone(),
            front_span: node.page.front_span.clone(),
            body: node.page.body.clone(),
            route: node.route.clone(),
            untranslated: node.page.untranslated,
            templated: node.page.wants_tera(&project.config),
        };
        pages = site.pages.iter().map(surveyed).collect();
    });
    (kept.sorted(), pages, findings)
}

/// Builds a program's site, handing on each artifact as soon as it is made. What was handed on is whole only if no
/// finding is an error.
pub fn build_to(project: &Project, options: &Options, out: &dyn Out) -> Findings {
    build_and_look(project, options, out, |_| {})
}

fn build_and_look(project: &Project, options: &Options, out: &dyn Out, look: impl FnOnce(&graph::Site)) -> Findings {
    build_and(project, options, out, look, Given::default(), |findings, _| findings)
}

/// Builds a program's site as [`build_to`] does, and hands over what stands of it, if something does.
pub fn build_and_stay<T>(
    project: &Project,
    options: &Options,
    out: &dyn Out,
    stay: impl FnOnce(Findings, Option<Standing<'_, '_>>) -> T,
) -> T {
    build_and(project, options, out, |_| {}, Given::default(), stay)
}

/// The same, where all the program's files have been found already, and none in content/ was passed over. The theme may have been
/// read `ahead`.
pub fn build_listed<T>(
    project: &Project,
    options: &Options,
    files: Option<&[Listed]>,
    ahead: &Ahead,
    out: &dyn Out,
    stay: impl FnOnce(Findings, Option<Standing<'_, '_>>) -> T,
) -> T {
    build_and(project, options, out, |_| {}, Given { files, ahead: Some(ahead), last: None }, stay)
}

/// What was built before of a program of which only pages changed.
#[derive(Clone, Copy, Debug)]
pub struct Last<'l> {
    /// The paths inside content/ of the pages that changed, and what the disk said of each file when it was built.
    pub changed: &'l [(String, Stamp)],
    /// What was wrong.
    pub findings: &'l Findings,
}

/// What is known of a program before it is read.
#[derive(Clone, Copy, Default)]
struct Given<'g> {
    files: Option<&'g [Listed]>,
    ahead: Option<&'g Ahead>,
    last: Option<Last<'g>>,
}

/// Hands over what stands of a site as it was built last, before some of its pages changed, so that these can be made within
/// it; nothing where it is not known any more how these were read. Nothing is made. `files` are as in [`build_listed`].
pub fn stand<T>(
    project: &Project,
    options: &Options,
    files: Option<&[Listed]>,
    last: Last<'_>,
    out: &dyn Out,
    stay: impl FnOnce(Option<Standing<'_, '_>>) -> T,
) -> T {
    build_and(
        project,
        options,
        out,
        |_| {},
        Given { files, last: Some(last), ..Given::default() },
        |_, standing| stay(standing),
    )
}

fn build_and<T>(
    project: &Project,
    options: &Options,
    out: &dyn Out,
    look: impl FnOnce(&graph::Site),
    Given { files, ahead, last }: Given<'_>,
    stay: impl FnOnce(Findings, Option<Standing<'_, '_>>) -> T,
) -> T {
    let mut findings = Findings::new();
    let mut keep = |found: Findings| findings.extend(found);

    let (mut content, found) =
        files.map_or_else(|| content::read(project), |files| content::read_listed(project, files));
    keep(found);
    let (colours, found) = colours::of(project);
    keep(found);
    let colours = colours.map(Arc::new);
    let reading = gather::reading(project, &content, colours.as_ref());
    let readings = Readings::open(project, reading, options.fresh);
    let mut sources = std::mem::take(&mut content.sources);
    let known = last.is_none_or(|last| readings.bring_back(last.changed, &mut sources));
    // The theme of a small site takes as long as many of its pages.
    let (gathered, themed) = rayon::join(
        || gather::pages(project, sources, reading, &readings, last.is_none()),
        || ahead.map_or_else(|| Themed::of(project), |ahead| ahead.take(project)),
    );
    let Gathered { pages, kept, findings: found } = gathered;
    keep(found);
    if !known {
        return stay(findings, None);
    }
    let placed = Placed::of(project, options, content, colours.as_deref(), pages, themed, last.is_some());
    let (Placed { site, theme, compiled, fields, cohorts, withheld, other_files }, found) = placed;
    keep(found);
    look(&site);
    let (sessions, found) = gather::sessions(project);
    keep(found);
    let outside = Outside { withheld: &withheld, files: &other_files };
    let pictures = Arc::new(Pictures::new(project, &theme, &site));
    let finish = Finish::new(project, options, &site, &theme, &pictures);
    let pictures = Arc::clone(&pictures);
    let shelf = Shelf::open(project.cache().join("handouts"));
    let site = Arc::new(site);
    let theme = &theme;
    let render = Render {
        project,
        options,
        site,
        outside,
        reading,
        theme,
        compiled,
        fields,
        pictures,
        shelf,
        sessions,
        cohorts,
    };
    #[cfg(feature = "search")]
    let search = search::Search::before(project, options, &render.site, out);
    #[cfg(feature = "search")]
    let (searched, through): (_, &dyn Out) = (search.wanted().clone(), &search);
    #[cfg(not(feature = "search"))]
    let (searched, through): (_, &dyn Out) = (HashSet::new(), out);
    out.searched(&searched);
    let finishing = finish.before(through);
    if let Some(last) = last {
        let pages = last.changed.iter().filter_map(|(path, _)| render.site.find(path)).collect();
        let stood = render::stand(render, &pages);
        return stay(findings, stood.map(|stood| Standing::new(stood, &finish, &readings, searched, last.findings)));
    }
    // Rendering begins on one core; here is something for another.
    let ((found, stood), ()) = rayon::join(
        || render::render(render, &finishing),
        || {
            finish.ahead(theme);
            readings.keep(&kept);
            drop(kept);
        },
    );
    keep(found);
    #[cfg(feature = "search")]
    keep(search.rest(project));
    keep(finish.rest(out));
    let standing = stood.map(|stood| Standing::new(stood, &finish, &readings, searched, &findings));
    stay(findings, standing)
}
