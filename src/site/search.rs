//! The search: pages on their way out are also given to Pagefind, whose index any host can serve. A browser fetches the part
//! of it that a word needs, and nothing before somebody searches. The one file that knows Pagefind.
//!
//! What is indexed is what stands in a page's `<main>`, in the languages that say `build_search_index`; a page with
//! `in_search_index = false` is left out. The interface is the theme's.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use pagefind::api::PagefindIndex;
use pagefind::options::PagefindServiceConfig;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::project::{Dialect, Project};
use crate::site::graph::Site;
use crate::site::kept::Origin;
use crate::site::{Artifact, Bytes, Kind, Options, Out, address};

/// Where the index lies on the site.
pub const FOLDER: &str = "pagefind";

/// What is on each page and leads no searcher anywhere.
const WITHOUT: [&str; 6] = ["nav", ".breadcrumbs", ".review", ".turn", ".notice", "[data-search=off]"];
/// Interfaces that come with the index, and are not ours.
const NOT_OURS: [&str; 4] = ["ui", "component", "modular", "highlight"];

/// Takes a copy of each page that can be found, on its way.
pub struct Search<'o> {
    out: &'o dyn Out,
    /// The files of the pages that can be found.
    wanted: HashSet<String>,
    /// Whether nobody asks for an index.
    is_idle: bool,
    /// Pages that were made, and nothing for those that are as they were.
    pages: Mutex<BTreeMap<String, Option<String>>>,
}

impl Out for Search<'_> {
    fn put(&self, artifact: Artifact) {
        if artifact.kind == Kind::Page {
            self.note(&artifact.path, || Some(artifact.bytes.lossy().into_owned()));
        }
        self.out.put(artifact);
    }

    fn before(&self, path: &str) -> Option<&Origin> {
        self.out.before(path)
    }

    fn put_again(&self, path: &str, origin: &Origin) {
        self.note(path, || None);
        self.out.put_again(path, origin);
    }

    fn bytes_again(&self, path: &str) -> Option<Bytes> {
        self.out.bytes_again(path)
    }
}

impl<'o> Search<'o> {
    /// Stands before somebody who takes a site's finished files.
    pub fn before(project: &Project, options: &Options, site: &Site, out: &'o dyn Out) -> Search<'o> {
        // A Zola site searches an index of its own kind.
        let is_ours = project.config.dialect == Dialect::Own;
        let languages = project.config.languages.iter().filter(|language| language.build_search_index && is_ours);
        let languages: HashSet<&str> = languages.map(|language| language.code.as_str()).collect();
        let nodes = site.pages.iter().filter(|node| {
            let front = &node.page.front;
            let is_there = !front.hidden && !node.page.untranslated && front.listing.redirect_to.is_none();
            languages.contains(node.language()) && !front.unsearchable && is_there
        });
        let wanted = nodes.map(|node| address::file(&node.route)).collect();
        Search { out, wanted, is_idle: options.unindexed, pages: Mutex::default() }
    }

    fn note(&self, path: &str, html: impl FnOnce() -> Option<String>) {
        if !self.is_idle && self.wanted.contains(path) {
            let html = html();
            self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), html);
        }
    }

    /// The files of the pages that can be found.
    pub fn wanted(&self) -> &HashSet<String> {
        &self.wanted
    }

    /// Hands on the index, once all pages have passed.
    pub fn rest(self, project: &Project) -> Findings {
        let mut findings = Findings::new();
        let pages = self.pages.into_inner().unwrap_or_else(PoisonError::into_inner);
        let pages: Option<BTreeMap<String, String>> = pages
            .into_iter()
            .map(|(path, html)| {
                let html = html.or_else(|| self.out.bytes_again(&path).map(|bytes| bytes.lossy().into_owned()))?;
                Some((path, html))
            })
            .collect();
        match pages.ok_or_else(|| "a page is not there any more".to_owned()).and_then(index) {
            Ok(files) => files.into_iter().for_each(|file| self.out.put(file)),
            Err(why) => findings.push(
                Diagnostic::error("search/index", format!("no search index could be made: {why}"))
                    .at(Place::file(project.config.source.path()))
                    .hint("without `build_search_index` the site is built without a search"),
            ),
        }
        findings
    }
}

/// The index of finished pages, by their files; nothing where there are none.
///
/// # Errors
/// With Pagefind's words.
pub fn index(pages: BTreeMap<String, String>) -> Result<Vec<Artifact>, String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    if pages.is_empty() {
        return Ok(Vec::new());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| told(&error))?;
    let options = PagefindServiceConfig::builder()
        .root_selector("main".to_owned())
        .exclude_selectors(WITHOUT.map(str::to_owned).to_vec())
        .build();
    runtime.block_on(async {
        let mut index = PagefindIndex::new(Some(options)).map_err(|error| told(&error))?;
        for (path, html) in pages {
            index.add_html_file(Some(path), None, html).await.map_err(|error| told(&error))?;
        }
        let files = index.get_files().await.map_err(|error| told(&error))?;
        let named = files.into_iter().map(|file| (file.filename.to_string_lossy().replace('\\', "/"), file.contents));
        let ours = named.filter(|(name, _)| !NOT_OURS.iter().any(|other| name.contains(&format!("-{other}"))));
        Ok(ours.map(|(name, bytes)| Artifact::file(&format!("/{FOLDER}/{name}"), bytes)).collect())
    })
}
