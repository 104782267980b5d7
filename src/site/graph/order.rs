//! The order of a section's pages, and who stands before and after whom. Pure.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::{Node, Site};
use crate::diagnostic::{Diagnostic, Findings};
use crate::project::Dialect;
use crate::site::cores::at_least;
use crate::site::page::SortBy;
use crate::site::slug::Alphabetic;

/// What a section lists, in its order.
struct Sorted {
    pages: Vec<usize>,
    /// The pages that lack what they would be sorted by.
    without: Vec<usize>,
    subsections: Vec<usize>,
}

impl Site {
    /// Sorts every section. A page that lacks what its section is sorted by is a finding; Zola doesn't list it, we do
    /// at the end.
    pub(super) fn sort_sections(&mut self, dialect: Dialect) -> Findings {
        let mut findings = Findings::new();
        let lists = |section: &usize| {
            let node = &self.pages[*section];
            !(node.pages.is_empty() && node.subsections.is_empty())
        };
        let sections: Vec<usize> = (0..self.pages.len()).filter(lists).collect();
        let sorted: Vec<Sorted> =
            sections.par_iter().with_min_len(at_least(self.pages.len())).map(|section| self.sorted(*section)).collect();
        for (section, Sorted { mut pages, without, subsections }) in sections.into_iter().zip(sorted) {
            let listing = &self.pages[section].page.front.listing;
            let (order, transparent) = (listing.order(), listing.transparent);
            // A section that lets its pages through leaves it to the one above to say who is whose neighbour.
            if order != SortBy::None && !transparent {
                for (before, after) in pages.iter().zip(pages.iter().skip(1)) {
                    self.pages[*before].higher = Some(*after);
                    self.pages[*after].lower = Some(*before);
                }
            }
            let plain = without.iter().filter(|page| !self.pages[**page].page.is_misread);
            findings.extend(plain.map(|page| self.unsorted(*page, section, order)).collect());
            if dialect == Dialect::Own {
                pages.extend(without);
            }
            self.pages[section].pages = pages;
            self.pages[section].subsections = subsections;
        }
        findings
    }

    fn sorted(&self, section: usize) -> Sorted {
        let node = &self.pages[section];
        let order = node.page.front.listing.order();
        let (mut pages, without): (Vec<usize>, Vec<usize>) =
            node.pages.iter().partition(|page| self.pages[**page].can_be_sorted(order));
        self.sort(&mut pages, order);
        let mut subsections = node.subsections.clone();
        subsections.sort_by_key(|section| self.pages[*section].page.front.weight.unwrap_or(0));
        Sorted { pages, without, subsections }
    }

    fn sort(&self, pages: &mut [usize], order: SortBy) {
        let front = |page: &usize| &self.pages[*page].page.front;
        let tie = |a: &usize, b: &usize| self.pages[*a].route.cmp(&self.pages[*b].route);
        let by = |pages: &mut [usize], compare: &dyn Fn(&usize, &usize) -> Ordering| {
            pages.sort_by(|a, b| compare(a, b).then_with(|| tie(a, b)));
        };
        match order {
            SortBy::None => {}
            SortBy::Weight => by(pages, &|a, b| front(a).weight.cmp(&front(b).weight)),
            SortBy::Date => by(pages, &|a, b| self.pages[*b].written().cmp(&self.pages[*a].written())),
            SortBy::UpdateDate => by(pages, &|a, b| self.pages[*b].changed().cmp(&self.pages[*a].changed())),
            SortBy::Title => {
                pages.sort_by(tie);
                pages.sort_by_cached_key(|page| Alphabetic::new(&front(page).title));
            }
            SortBy::TitleBytes => by(pages, &|a, b| front(a).title.cmp(&front(b).title)),
            SortBy::Slug => {
                pages.sort_by(tie);
                pages.sort_by_cached_key(|page| Alphabetic::new(&self.pages[*page].slug));
            }
            SortBy::Permalink => pages.sort_by(tie),
        }
    }

    fn unsorted(&self, page: usize, section: usize, order: SortBy) -> Diagnostic {
        let (key, example) = match order {
            SortBy::Weight => ("weight", "`weight = 10`"),
            SortBy::Date | SortBy::UpdateDate => ("date", "`date = 2026-05-01`"),
            _ => ("title", "`title = \"…\"`"),
        };
        let section = self.pages[section].page.source.text.path().display();
        let (text, start) = (&self.pages[page].page.source.text, self.pages[page].page.front_span.start);
        let message = format!("the page has no `{key}`, and `{section}` sorts its pages by it");
        let hint = format!("give it one: {example}; until then it has no place among them");
        Diagnostic::warning("site/unsorted", message).at(text.place(start..start)).hint(hint)
    }
}

impl Node {
    /// When it was written, in seconds since 1970.
    pub fn written(&self) -> Option<i64> {
        self.page.front.date.as_ref().map(|date| date.at)
    }

    /// When it was last changed.
    fn changed(&self) -> Option<i64> {
        self.written().max(self.page.front.updated.as_ref().map(|date| date.at))
    }

    fn can_be_sorted(&self, order: SortBy) -> bool {
        match order {
            SortBy::Weight => self.page.front.weight.is_some(),
            SortBy::Date => self.written().is_some(),
            SortBy::UpdateDate => self.changed().is_some(),
            SortBy::Title | SortBy::TitleBytes => !self.page.front.title.is_empty(),
            SortBy::None | SortBy::Slug | SortBy::Permalink => true,
        }
    }
}
