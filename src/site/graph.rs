//! Pages into a site: each page's address, its section, its neighbours, and its links resolved.
//! Pure. A broken link is a finding at the words of the link, in the file where it was written.

mod resolve;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::site::address;
use crate::site::content::Asset;
use crate::site::page::{Page, SortBy};
use crate::site::slug::slugify;

/// A site: its pages and files, and how they hang together.
#[derive(Debug)]
pub struct Site {
    /// The address it is published at, with a slash at its end.
    pub base_url: String,
    /// The pages and the sections' pages, in the order of their paths.
    pub pages: Vec<Node>,
    /// Files that are published as they are.
    pub assets: Vec<PlacedAsset>,
    /// Old addresses, each with the page it leads to.
    pub redirects: Vec<(String, usize)>,
    by_path: HashMap<String, usize>,
}

/// A page in its place. Other pages are named by their index in [`Site::pages`].
#[derive(Debug)]
pub struct Node {
    /// The page.
    pub page: Page,
    /// Its address, from the site's root: `/guides/first-day/`.
    pub route: String,
    /// Its links' addresses, in the order of its document's links.
    pub links: Vec<String>,
    /// The sections above it, from the home down.
    pub ancestors: Vec<usize>,
    /// The page before it in its section: lighter, older, or earlier in the alphabet.
    pub lower: Option<usize>,
    /// The page after it.
    pub higher: Option<usize>,
    /// A section's pages, sorted.
    pub pages: Vec<usize>,
    /// A section's sections, sorted by weight.
    pub subsections: Vec<usize>,
    /// The routes of the files that lie beside it.
    pub assets: Vec<String>,
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

    /// The whole address of a page.
    pub fn permalink(&self, page: usize) -> String {
        address::permalink(&self.base_url, &self.pages[page].route)
    }

    /// The template that a page asks for, or that its sections ask for on its behalf.
    pub fn wanted_template(&self, page: usize) -> Option<&str> {
        let node = &self.pages[page];
        let own = node.page.front.template.as_ref();
        let from_sections = || {
            let sections = node.ancestors.iter().rev().map(|section| &self.pages[*section].page.front.listing);
            sections.filter_map(|listing| listing.page_template.as_ref()).next()
        };
        let wanted = own.or_else(|| if node.page.source.is_section() { None } else { from_sections() });
        wanted.map(|template| template.value.as_str())
    }
}

/// What a site is made of.
pub struct Parts<'a> {
    /// The address it will be published at.
    pub base_url: &'a str,
    /// The pages to publish.
    pub pages: Vec<Page>,
    /// The paths inside content/ of the pages that are drafts and left out.
    pub drafts: &'a HashSet<String>,
    /// The files in content/.
    pub assets: Vec<Asset>,
    /// The routes of the files that come from elsewhere.
    pub other_files: &'a HashSet<String>,
}

/// Puts every page in its place.
pub fn connect(parts: Parts<'_>) -> (Site, Findings) {
    let by_path: HashMap<String, usize> =
        parts.pages.iter().enumerate().map(|(i, page)| (page.source.path.clone(), i)).collect();
    let nodes = parts.pages.into_iter().map(Node::new).collect();
    let mut site =
        Site { base_url: parts.base_url.to_owned(), pages: nodes, assets: Vec::new(), redirects: Vec::new(), by_path };
    site.place_assets(parts.assets);
    site.connect_sections();
    site.sort_sections();
    let mut findings = site.collisions();
    let resolver = resolve::Resolver::new(&site, parts.drafts, parts.other_files);
    let (links, found) = resolver.all();
    findings.extend(found);
    for (node, links) in site.pages.iter_mut().zip(links) {
        node.links = links;
    }
    (site, findings)
}

impl Node {
    fn new(page: Page) -> Self {
        let route = route(&page);
        Self {
            page,
            route,
            links: Vec::new(),
            ancestors: Vec::new(),
            lower: None,
            higher: None,
            pages: Vec::new(),
            subsections: Vec::new(),
            assets: Vec::new(),
        }
    }
}

/// The address of a page: its path or its folders, then its slug or its file's name.
fn route(page: &Page) -> String {
    if let Some(path) = &page.front.path {
        return format!("/{}/", path.value);
    }
    let folder = page.source.folder();
    let name = page.source.name();
    let mut parts: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(slugify).collect();
    match (name, &page.front.slug) {
        ("_index.md", _) | ("index.md", None) => {}
        ("index.md", Some(slug)) => {
            parts.pop();
            parts.push(slug.value.clone());
        }
        (_, Some(slug)) => parts.push(slug.value.clone()),
        (name, None) => parts.push(slugify(name.trim_end_matches(".md"))),
    }
    parts.iter().fold("/".to_owned(), |route, part| format!("{route}{part}/"))
}

impl Site {
    /// Puts a file beside the page that it lies beside: an `index.md` takes its folder's files to its own address.
    fn place_assets(&mut self, assets: Vec<Asset>) {
        for asset in assets {
            let owner = folders_up(&asset.path).find_map(|folder| {
                let page = self.find(&format!("{folder}index.md"))?;
                Some((folder.len(), page))
            });
            let route = match owner {
                Some((folder, page)) => format!("{}{}", self.pages[page].route, &asset.path[folder..]),
                None => format!("/{}", asset.path),
            };
            if let Some((_, page)) = owner {
                self.pages[page].assets.push(route.clone());
            }
            self.assets.push(PlacedAsset { route, asset });
        }
    }

    fn connect_sections(&mut self) {
        for page in 0..self.pages.len() {
            let (ancestors, parent) = self.above(page);
            self.pages[page].ancestors = ancestors;
            if let Some(parent) = parent {
                let is_section = self.pages[page].page.source.is_section();
                let section = &mut self.pages[parent];
                if is_section { section.subsections.push(page) } else { section.pages.push(page) }
            }
            let aliases = self.pages[page].page.front.aliases.iter();
            self.redirects.extend(aliases.map(|alias| (alias_route(&alias.value), page)));
        }
    }

    /// The sections above a page, from the home down, and the one that lists it: for a page that of its own folder,
    /// for a section the nearest.
    fn above(&self, page: usize) -> (Vec<usize>, Option<usize>) {
        let source = &self.pages[page].page.source;
        // A folder's own page, and a section's, stand in the folder above.
        let own_folders = usize::from(source.is_section() || source.name() == "index.md");
        let folders: Vec<&str> = folders_up(&source.path).skip(own_folders).collect();
        let mut ancestors: Vec<usize> = folders.iter().filter_map(|folder| self.section_of(folder)).collect();
        let parent = match source.is_section() {
            true => ancestors.first().copied(),
            false => folders.first().and_then(|folder| self.section_of(folder)),
        };
        ancestors.reverse();
        (ancestors, parent)
    }

    fn section_of(&self, folder: &str) -> Option<usize> {
        self.find(&format!("{folder}_index.md"))
    }

    fn sort_sections(&mut self) {
        for section in 0..self.pages.len() {
            let sort_by = self.pages[section].page.front.listing.sort_by;
            let mut pages = std::mem::take(&mut self.pages[section].pages);
            pages.sort_by(|a, b| self.compare(sort_by, *a, *b));
            for (before, after) in pages.iter().zip(pages.iter().skip(1)) {
                // The youngest comes first, but the older one is the lower.
                let (lower, higher) = if sort_by == SortBy::Date { (*after, *before) } else { (*before, *after) };
                self.pages[lower].higher = Some(higher);
                self.pages[higher].lower = Some(lower);
            }
            self.pages[section].pages = pages;
            let mut subsections = std::mem::take(&mut self.pages[section].subsections);
            subsections.sort_by(|a, b| self.compare(SortBy::Weight, *a, *b));
            self.pages[section].subsections = subsections;
        }
    }

    fn compare(&self, sort_by: SortBy, a: usize, b: usize) -> Ordering {
        let (front, other) = (&self.pages[a].page.front, &self.pages[b].page.front);
        let first = match sort_by {
            SortBy::None => Ordering::Equal,
            SortBy::Weight => front.weight.cmp(&other.weight),
            SortBy::Date => other.date.cmp(&front.date),
            SortBy::Title => front.title.to_lowercase().cmp(&other.title.to_lowercase()),
        };
        first.then_with(|| self.pages[a].page.source.path.cmp(&self.pages[b].page.source.path))
    }

    /// Two pages at one address: one of them would be lost.
    fn collisions(&self) -> Findings {
        let mut taken: HashMap<String, String> = HashMap::new();
        let mut findings = Findings::new();
        let pages = (0..self.pages.len()).map(|page| (self.pages[page].route.clone(), page, None));
        let aliases = self.redirects.iter().map(|(route, page)| (route.clone(), *page, Some("alias")));
        for (route, page, alias) in pages.chain(aliases) {
            let source = &self.pages[page].page.source;
            let by = source.text.path().display().to_string();
            // Not every disk tells `A` from `a`.
            if let Some(other) = taken.insert(address::file(&route).to_lowercase(), by) {
                let message = format!("`{route}` is the address of `{other}` already");
                let hint = if alias.is_some() { "take the alias away" } else { "give one of them another `slug`" };
                let place = self.address_place(page, alias.map(|_| route.as_str()));
                findings.push(Diagnostic::error("site/collision", message).at(place).hint(hint));
            }
        }
        findings
    }

    fn address_place(&self, page: usize, alias: Option<&str>) -> Place {
        let page = &self.pages[page].page;
        let alias = alias.and_then(|route| page.front.aliases.iter().find(|alias| alias_route(&alias.value) == route));
        match alias.or(page.front.path.as_ref()).or(page.front.slug.as_ref()) {
            Some(written) => page.source.text.place(written.span.clone()),
            None => Place::file(page.source.text.path()),
        }
    }
}

fn alias_route(alias: &str) -> String {
    if alias.ends_with(".html") { format!("/{alias}") } else { format!("/{alias}/") }
}

/// The folders that a file lies in, from its own up to the top: `a/b/c.md` → `a/b/`, `a/`, ``.
fn folders_up(path: &str) -> impl Iterator<Item = &str> + Clone {
    let folder = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
    std::iter::successors(Some(&path[..folder(path)]), move |inner| {
        let trimmed = inner.strip_suffix('/')?;
        Some(&inner[..folder(trimmed)])
    })
}
