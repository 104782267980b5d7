//! Which section a page belongs to, what lies above it, its translations, and who links to it. Pure.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{Node, Site, folders_up};
use crate::project::{Config, Dialect};
use crate::site::address::{decode, join, split_suffix};
use crate::site::content::Source;
use crate::site::cores::briefly;

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

/// Where a page belongs.
#[derive(Default)]
struct Belonging {
    /// Addresses that lead to it from of old.
    aliases: Vec<String>,
    /// The sections above it, from the home down.
    above: Vec<usize>,
    /// The sections from this one of them on list it.
    listed_from: Option<usize>,
    /// The template that its sections ask for on its behalf.
    template: Option<String>,
}

impl Site {
    pub(super) fn connect_sections(&mut self, config: &Config) {
        let pages = briefly((0..self.pages.len()).into_par_iter());
        // Pages of one folder lie side by side.
        let found = pages.map_init(|| None, |folder, page| self.belonging(page, folder, config));
        let found: Vec<Belonging> = found.collect();
        for (page, Belonging { aliases, mut above, listed_from, template }) in found.into_iter().enumerate() {
            self.redirects.extend(aliases.into_iter().map(|alias| (alias, page)));
            if self.pages[page].page.source.is_section() {
                self.sections.push(page);
                if let Some(parent) = above.last() {
                    self.pages[*parent].subsections.push(page);
                }
            } else if let Some(listing) = listed_from {
                above[listing..].iter().rev().for_each(|section| self.pages[*section].pages.push(page));
                above.truncate(listing + 1);
            }
            self.pages[page].ancestors = above;
            self.pages[page].page_template = template;
        }
    }

    fn belonging(&self, page: usize, folder: &mut Option<Folder>, config: &Config) -> Belonging {
        let written = &self.pages[page].page;
        let aliases = written.front.aliases.iter().filter(|alias| !alias.value.contains('#'));
        let aliases = aliases.map(|alias| alias_route(&alias.value)).collect();
        if written.source.is_section() {
            return Belonging { aliases, above: self.sections_above(page, 1, config), ..Belonging::default() };
        }
        if written.front.hidden {
            return Belonging { aliases, ..Belonging::default() };
        }
        let found = match folder.take().filter(|folder| folder.is_of(&written.source)) {
            Some(found) => found,
            None => self.folder_of(page, config),
        };
        Belonging { aliases, ..self.page_of(folder.insert(found), config) }
    }

    /// A page is listed by its folder's section, and by the one above as long as the lower lets its pages through.
    fn page_of(&self, folder: &Folder, config: &Config) -> Belonging {
        let above = folder.above.clone();
        let listing = |section: usize| &self.pages[section].page.front.listing;
        let template = above.iter().rev().find_map(|section| listing(*section).page_template.as_ref());
        let template = template.map(|template| template.value.clone());
        if folder.is_orphan {
            // In a folder without a section Zola knows nothing of what lies above.
            let is_ours = config.dialect == Dialect::Own;
            let above = if is_ours { above } else { Vec::new() };
            return Belonging { above, template: template.filter(|_| is_ours), ..Belonging::default() };
        }
        let through = above.iter().skip(1).rev().take_while(|section| listing(**section).transparent).count();
        Belonging { listed_from: Some(above.len() - 1 - through), above, template, ..Belonging::default() }
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
        let mut targets: Vec<(usize, Vec<usize>)> = briefly(self.pages.par_iter()).map(behind).enumerate().collect();
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
