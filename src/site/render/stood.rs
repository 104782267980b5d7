//! What stands of a site that was rendered: all that is needed to make one of its pages again.

use super::recipe::Recipes;
use super::{Stage, calls, feeds};
use crate::diagnostic::Findings;
use crate::project::{Dialect, Project};
use crate::site::page::{Page, Reading};
use crate::site::theme::fields::Fields;
use crate::site::{Artifact, address};

/// What stands of a site that was rendered, where no page shows another's words.
pub struct Stood<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) recipes: Recipes<'a>,
}

impl<'a> Stood<'a> {
    /// The program.
    pub fn project(&self) -> &'a Project {
        self.stage.render.project
    }

    /// How its pages are read.
    pub fn reading(&self) -> Reading<'a> {
        self.stage.render.reading
    }

    /// What of a page somebody could show.
    pub fn fields(&self) -> &Fields {
        &self.stage.fields
    }

    /// The page whose source lies at this path inside content/, unless it is a section: that is more than one page.
    pub fn page(&self, path: &str) -> Option<usize> {
        self.stage.render.site.find(path).filter(|page| !self.written(*page).source.is_section())
    }

    /// A page as it was read.
    pub fn written(&self, page: usize) -> &Page {
        &self.stage.render.site.pages[page].page
    }

    /// The file that a page is made into.
    pub fn file(&self, page: usize) -> String {
        address::file(&self.stage.render.site.pages[page].route)
    }

    /// Whether there are pages in this folder at the top.
    #[cfg(feature = "search")]
    pub fn has_pages(&self, folder: &str) -> bool {
        self.stage.lookup.routes().any(|route| route.split('/').nth(1) == Some(folder))
    }

    /// Whether a page's words are also shown elsewhere than on itself and in feeds, or its file is more than one page.
    pub fn shows_elsewhere(&self, page: usize) -> bool {
        let config = &self.project().config;
        let front = &self.written(page).front;
        let falls_back = config.languages.iter().any(|language| language.fallback);
        // The index of a Zola site has the words of all pages.
        let indexed = config.dialect == Dialect::Zola && config.languages.iter().any(|own| own.build_search_index);
        falls_back || indexed || config.updated_from_git || front.outputs.is_some() || front.extra.contains_key("guide")
    }

    /// Takes what a page became.
    pub fn take(&mut self, page: usize, mut new: Page) {
        new.source.text.let_go();
        self.recipes.reword(page, new.marks.text);
        let Stage { render, lookup, .. } = &mut self.stage;
        if let Some(views) = lookup.whole.get() {
            views.held().while_it_changes(&mut render.site, |site| *site.pages[page].page = new);
        }
    }

    /// Makes a page; `None` where something is wrong with it.
    pub fn make(&self, page: usize) -> Option<Artifact> {
        let (stage, mut findings) = (&self.stage, Findings::new());
        calls::check_page(stage, page, &mut findings);
        let (known, views) = (self.recipes.known(stage, page)?, stage.lookup.whole.get()?);
        let (_, artifact) = stage.page_with_origin(page, views, &self.recipes, known);
        artifact.filter(|artifact| artifact.origin.is_some() && findings.is_empty())
    }

    /// The feeds that show a page's words; `None` where something is wrong with one.
    pub fn feeds(&self, page: usize) -> Option<Vec<Artifact>> {
        let mut findings = Findings::new();
        let made = feeds::showing(&self.stage, page, self.stage.lookup.whole.get()?, &mut findings);
        findings.is_empty().then_some(made)
    }
}
