//! Which section a page belongs to, what lies above it, its translations, and who links to it. Pure.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{Node, Site, folders_up};
use crate::project::{Config, Dialect};
use crate::site::address::{decode, join, split_suffix};
use crate::site::content::Source;

/// A folder as its pages see it.
struct Folder {
    path: String,
    /// Whether it is one page's own.
    is_own: bool,
    language: String,
    /// The sections above its pages, from the home down.
    above: Vec<usize>,
    /// Whether it has no section.
    is_orphan: bool,
}

impl Folder {
    fn is_of(&self, source: &Source) -> bool {
        !(self.is_own || source.is_folders_page()) && self.path == source.folder() && self.language == source.language
    }
}

impl Site {
    pub(super) fn connect_sections(&mut self, config: &Config) {
        // Pages of one folder lie side by side.
        let mut folder = None;
        for page in 0..self.pages.len() {
            let aliases = self.pages[page].page.front.aliases.iter().filter(|alias| !alias.value.contains('#'));
            self.redirects.extend(aliases.map(|alias| (alias_route(&alias.value), page)));
            if self.pages[page].page.source.is_section() {
                self.connect_section(page, config);
            } else if !self.pages[page].page.front.hidden {
                self.connect_page(page, &mut folder, config);
            }
        }
    }

    fn connect_section(&mut self, section: usize, config: &Config) {
        let above = self.sections_above(section, 1, config);
        if let Some(parent) = above.last() {
            self.pages[*parent].subsections.push(section);
        }
        self.pages[section].ancestors = above;
    }

    /// A page is listed by its folder's section, and by the one above as long as the lower lets its pages through.
    fn connect_page(&mut self, page: usize, last: &mut Option<Folder>, config: &Config) {
        let folder = match last.take().filter(|last| last.is_of(&self.pages[page].page.source)) {
            Some(last) => last,
            None => self.folder_of(page, config),
        };
        let Folder { above, is_orphan, .. } = last.insert(folder);
        let (above, is_orphan) = (above.clone(), *is_orphan);
        let templates = above.iter().rev().map(|section| &self.pages[*section].page.front.listing.page_template);
        let template = templates.flatten().next().map(|template| template.value.clone());
        if is_orphan {
            // In a folder without a section Zola knows nothing of what lies above.
            let is_ours = config.dialect == Dialect::Own;
            self.pages[page].page_template = template.filter(|_| is_ours);
            self.pages[page].ancestors = if is_ours { above } else { Vec::new() };
            return;
        }
        let mut listing = above.len() - 1;
        self.pages[above[listing]].pages.push(page);
        while listing > 0 && self.pages[above[listing]].page.front.listing.transparent {
            listing -= 1;
            self.pages[above[listing]].pages.push(page);
        }
        self.pages[page].page_template = template;
        self.pages[page].ancestors = above[..=listing].to_vec();
    }

    /// The folder whose page a page is.
    fn folder_of(&self, page: usize, config: &Config) -> Folder {
        let source = &self.pages[page].page.source;
        let own_folders = usize::from(source.is_folders_page());
        let folder = folders_up(&source.path).nth(own_folders);
        let section = folder.and_then(|folder| self.section_of(folder, &source.language, config));
        Folder {
            path: source.folder().to_owned(),
            is_own: own_folders > 0,
            language: source.language.clone(),
            above: self.sections_above(page, own_folders, config),
            is_orphan: section.is_none(),
        }
    }

    /// The sections above a page, from the home down, leaving out so many of its folders.
    fn sections_above(&self, page: usize, skipped: usize, config: &Config) -> Vec<usize> {
        let source = &self.pages[page].page.source;
        let folders = folders_up(&source.path).skip(skipped);
        let mut above: Vec<usize> =
            folders.filter_map(|folder| self.section_of(folder, &source.language, config)).collect();
        above.reverse();
        above
    }

    fn section_of(&self, folder: &str, language: &str, config: &Config) -> Option<usize> {
        let suffix = if language == config.default_language { String::new() } else { format!(".{language}") };
        self.find(&format!("{folder}_index{suffix}.md"))
    }

    /// Finds each page's translations, in the order of the site's languages.
    pub(super) fn translate(&mut self, config: &Config) {
        if !config.is_multilingual() {
            return;
        }
        let mut families: HashMap<String, Vec<usize>> = HashMap::new();
        for (page, node) in self.pages.iter().enumerate() {
            families.entry(node.page.source.canonical()).or_default().push(page);
        }
        let rank = |code: &str| config.languages.iter().position(|language| language.code == code);
        for mut family in families.into_values() {
            family.sort_by_key(|page| rank(self.pages[*page].language()));
            for page in &family {
                self.pages[*page].translations = family.clone();
            }
        }
    }

    /// Finds the pages that link to each page, by their addresses.
    pub(super) fn link_back(&mut self) {
        let behind = |node: &Node| {
            let links = node.page.document.links.iter();
            links.filter_map(|link| self.page_behind(node.page.source.folder(), &link.target)).collect::<Vec<_>>()
        };
        let mut targets: Vec<(usize, Vec<usize>)> = self.pages.par_iter().map(behind).enumerate().collect();
        targets.par_sort_by(|(a, _), (b, _)| self.pages[*a].route.cmp(&self.pages[*b].route));
        for (page, targets) in targets {
            for target in targets {
                let backlinks = &mut self.pages[target].backlinks;
                if backlinks.last() != Some(&page) {
                    backlinks.push(page);
                }
            }
        }
    }

    /// The page that a link in a file of this folder names by its source: `@/guides/day.md`, `../day.md`.
    fn page_behind(&self, folder: &str, target: &str) -> Option<usize> {
        let path = decode(split_suffix(target).0);
        match path.strip_prefix("@/") {
            Some(path) => self.find(path),
            None => path.ends_with(".md").then(|| self.find(&join(folder, &path)?)).flatten(),
        }
    }
}

pub(super) fn alias_route(alias: &str) -> String {
    if alias.ends_with(".html") { format!("/{alias}") } else { format!("/{alias}/") }
}
