//! Pages into a site: each page's address, its section, its neighbours, its taxonomies, and its links resolved.
//! Pure. A broken link is a finding at the words of the link, in the file where it was written.

mod addresses;
mod assets;
mod collisions;
mod held;
pub mod moves;
mod order;
pub mod pagers;
mod resolve;
mod sections;
pub mod taxonomies;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Findings};
use crate::project::markdown::AnchorLinks;
use crate::project::{Config, Dialect};
use crate::site::address;
use crate::site::content::Asset;
use crate::site::cores::{both, briefly};
use crate::site::page::{Page, moment_of_name};
use crate::site::withheld::Withheld;
pub use addresses::Addresses;
pub use held::Held;
use moves::Move;
use pagers::Pager;
use taxonomies::Taxonomy;

/// A site: its pages and files, and how they hang together.
#[derive(Debug, Default)]
pub struct Site {
    /// The address it is published at, with a slash at its end.
    pub base_url: String,
    /// The pages and the sections' pages, in the order of their paths.
    pub pages: Vec<Node>,
    /// Files that are published as they are.
    pub assets: Vec<PlacedAsset>,
    /// Old addresses, each with the page it leads to.
    pub redirects: Vec<(String, usize)>,
    /// The same, and those of the configuration, each with where it leads.
    pub moves: Vec<Move>,
    /// What pages are sorted by besides their sections.
    pub taxonomies: Vec<Taxonomy>,
    by_path: Arc<ByPath>,
    /// The pages that are sections.
    sections: Vec<usize>,
}

/// Pages by the paths of their sources inside content/.
pub type ByPath = foldhash::HashMap<String, usize>;

/// A page in its place. Other pages are named by their index in [`Site::pages`].
#[derive(Debug)]
pub struct Node {
    /// The page.
    pub page: Box<Page>,
    /// Its address, from the site's root: `/guides/first-day/`.
    pub route: String,
    /// Its name in its address.
    pub slug: String,
    /// Its links' addresses, in the order of its document's links.
    pub links: Addresses,
    /// The sections above it, from the home down.
    pub ancestors: Vec<usize>,
    /// The page before it in its section: lighter, younger, or earlier in the alphabet.
    pub lower: Option<usize>,
    /// The page after it.
    pub higher: Option<usize>,
    /// The template that its sections ask for on its behalf.
    pub page_template: Option<String>,
    /// A section's pages, sorted.
    pub pages: Vec<usize>,
    /// A section's sections, sorted by weight.
    pub subsections: Vec<usize>,
    /// The routes of the files that lie beside it.
    pub assets: Vec<String>,
    /// It in every language that it is written in, itself among them. Empty on a site of one language.
    pub translations: Vec<usize>,
    /// The pages that link to it.
    pub backlinks: Vec<usize>,
}

/// A file in its place.
#[derive(Debug)]
pub struct PlacedAsset {
    /// Its address, from the site's root.
    pub route: String,
    /// The file.
    pub asset: Asset,
}

impl Site {
    /// The page whose source lies at this path inside content/.
    pub fn find(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The pages that are sections, in the order of their paths. There are few, and only they list, have feeds, and are spread.
    pub fn sections(&self) -> impl Iterator<Item = usize> {
        self.sections.iter().copied()
    }

    /// All pages by their paths.
    pub fn by_path(&self) -> &Arc<ByPath> {
        &self.by_path
    }

    /// The whole address of a page.
    pub fn permalink(&self, page: usize) -> String {
        address::permalink(&self.base_url, &self.pages[page].route)
    }

    /// Where a page's headings have links to themselves, as its section says, or as the site does.
    pub fn anchor_links(&self, page: usize, by_default: AnchorLinks) -> AnchorLinks {
        let node = &self.pages[page];
        let section = if node.page.source.is_section() { Some(page) } else { node.ancestors.last().copied() };
        section.and_then(|section| self.pages[section].page.front.listing.insert_anchor_links).unwrap_or(by_default)
    }

    /// The template that a page asks for, or that its sections ask for on its behalf.
    pub fn wanted_template(&self, page: usize) -> Option<&str> {
        let node = &self.pages[page];
        let own = node.page.front.template.as_ref().map(|template| template.value.as_str());
        own.or(node.page_template.as_deref())
    }

    /// The pages of a section's listing, where it is spread over several.
    pub fn pagers(&self, section: usize) -> Option<Vec<Pager>> {
        let node = &self.pages[section];
        let listing = &node.page.front.listing;
        let spread = listing.paginate_by.filter(|_| listing.redirect_to.is_none())?;
        let mut pages = node.pages.clone();
        if listing.paginate_reversed {
            pages.reverse();
        }
        Some(pagers::split(&pages, spread, &node.route, listing.paginate_path.as_deref()))
    }

    /// The routes of all that is rendered from pages, but isn't one: taxonomies, terms, and if wanted the further pages
    /// of listings that are spread over several.
    pub fn listings(&self, with_pagers: bool) -> Vec<String> {
        let further = |pagers: Vec<Pager>| pagers.into_iter().skip(1).filter(|_| with_pagers).map(|pager| pager.route);
        let shown = self.sections().filter(|page| !self.pages[*page].page.front.hidden);
        let sections = shown.filter_map(|section| self.pagers(section)).flat_map(further);
        let of_taxonomy = |taxonomy: &Taxonomy| {
            let terms = taxonomy.terms.iter();
            let terms = terms.flat_map(|term| [term.route.clone()].into_iter().chain(further(taxonomy.pagers(term))));
            std::iter::once(taxonomy.route.clone()).chain(terms).collect::<Vec<_>>()
        };
        sections.chain(self.taxonomies.iter().filter(|taxonomy| taxonomy.is_shown()).flat_map(of_taxonomy)).collect()
    }
}

/// What a site is made of.
pub struct Parts<'a> {
    /// How the site is to be.
    pub config: &'a Config,
    /// The pages to publish.
    pub pages: Vec<Box<Page>>,
    /// The files in content/.
    pub assets: Vec<Asset>,
    /// Whether it is known that no two addresses are one.
    pub is_sound: bool,
}

/// What a link may name besides what is in the site.
#[derive(Clone, Copy, Debug)]
pub struct Outside<'a> {
    /// The pages that are left out.
    pub withheld: &'a Withheld,
    /// The routes of the files that come from elsewhere.
    pub files: &'a HashSet<String>,
}

/// Puts every page in its place.
pub fn connect(parts: Parts<'_>) -> (Site, Findings) {
    let config = parts.config;
    let nodes: Vec<Node> = briefly(parts.pages.into_par_iter()).map(|page| Node::new(page, config)).collect();
    let mut findings = Findings::new();
    let (by_path, taxonomies) = both(
        nodes.len(),
        || nodes.iter().enumerate().map(|(i, node)| (node.page.source.path.clone(), i)).collect::<ByPath>(),
        || taxonomies::read(&nodes, config, &mut findings),
    );
    let mut site = Site {
        base_url: config.base_url.clone(),
        pages: nodes,
        assets: Vec::new(),
        redirects: Vec::new(),
        moves: Vec::new(),
        taxonomies,
        by_path: Arc::new(by_path),
        sections: Vec::new(),
    };
    site.place_assets(parts.assets, config);
    site.connect_sections(config);
    findings.extend(site.sort_sections(config.dialect));
    site.translate(config);
    if !parts.is_sound {
        findings.extend(site.collisions());
    }
    (site, findings)
}

/// Resolves the links of every page, when every page has been read. Where somebody could show it, `back` finds the pages that link
/// to each.
pub fn resolve(site: &mut Site, config: &Config, outside: Outside<'_>, back: bool) -> Findings {
    if back {
        site.link_back();
    }
    let (moves, mut findings) = moves::read(site, config);
    site.moves = moves;
    let (links, found) = resolve::Resolver::new(site, outside, config.dialect).all();
    let severe =
        |finding: &Diagnostic| config.internal_links_are_errors || !eased(config.dialect).contains(&finding.rule);
    findings
        .extend(found.into_iter().map(|finding| if severe(&finding) { finding } else { finding.lightly() }).collect());
    for (node, links) in site.pages.iter_mut().zip(links) {
        node.links = links;
    }
    findings
}

/// The same for a site whose links are known to be sound, as far as the links of these pages go; those of all others stay unknown.
pub fn resolve_some(site: &mut Site, config: &Config, outside: Outside<'_>, back: bool, pages: &BTreeSet<usize>) {
    if back {
        site.link_back();
    }
    site.moves = moves::read(site, config).0;
    let links = resolve::Resolver::new(site, outside, config.dialect).some(pages);
    for (page, links) in links {
        site.pages[page].links = links;
    }
}

/// The rules that `internal_level = "warn"` eases.
fn eased(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Own => &["links/internal"],
        Dialect::Zola => &["links/internal", "links/anchor"],
    }
}

impl Node {
    fn new(page: Box<Page>, config: &Config) -> Self {
        let slug = slug(&page, config);
        Self {
            route: route(&page, &slug, config),
            slug,
            page,
            links: Addresses::default(),
            ancestors: Vec::new(),
            lower: None,
            higher: None,
            page_template: None,
            pages: Vec::new(),
            subsections: Vec::new(),
            assets: Vec::new(),
            translations: Vec::new(),
            backlinks: Vec::new(),
        }
    }

    /// The language that it is written in.
    pub fn language(&self) -> &str {
        &self.page.source.language
    }
}

/// A page's name in its address: what it asks for, or its file's name without a date.
fn slug(page: &Page, config: &Config) -> String {
    let manner = config.slugify.paths;
    let source = &page.source;
    match &page.front.slug {
        Some(slug) if config.dialect == Dialect::Own => slug.value.clone(),
        Some(slug) => manner.name(&slug.value),
        None => {
            let name = source.route_name();
            let dated = moment_of_name(name).and_then(|(_, rest)| rest).filter(|_| !config.slugify.paths_keep_dates);
            manner.name(dated.unwrap_or(name))
        }
    }
}

/// The address of a page: its path, or its language, its folders, and its slug.
fn route(page: &Page, slug: &str, config: &Config) -> String {
    if let Some(path) = &page.front.path {
        return format!("/{}/", path.value);
    }
    let source = &page.source;
    let folders = source.folder().split('/').filter(|part| !part.is_empty());
    // Zola leaves folders' names as they are.
    let named =
        |folder: &str| if config.dialect == Dialect::Own { config.slugify.paths.name(folder) } else { folder.into() };
    let mut parts: Vec<String> = folders.map(named).collect();
    if source.is_folders_page() {
        parts.pop();
    }
    if !source.is_section() && (source.stem != "index" || source.is_folders_page()) {
        parts.push(slug.to_owned());
    }
    if source.language != config.default_language {
        parts.insert(0, source.language.clone());
    }
    let mut route = "/".to_owned();
    for part in parts {
        route.push_str(&part);
        route.push('/');
    }
    route
}

/// The folders that a file lies in, from its own up to the top: `a/b/c.md` → `a/b/`, `a/`, ``.
fn folders_up(path: &str) -> impl Iterator<Item = &str> + Clone {
    let folder = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
    std::iter::successors(Some(&path[..folder(path)]), move |inner| {
        let trimmed = inner.strip_suffix('/')?;
        Some(&inner[..folder(trimmed)])
    })
}
