//! A page's own view, which has its words.

use rayon::prelude::*;
use tera::{Map, Value};

use super::{Stage, keep_once};
use crate::diagnostic::{Diagnostic, Findings};
use crate::project::Dialect;
use crate::site::buffers;
use crate::site::graph::Held;
use crate::site::links::Seen;
use crate::site::view::{self, Views};

/// What is known of a page's words.
#[derive(Default)]
pub(super) struct Worded {
    /// What was wrong while they were made, unless that was told already.
    pub(super) faults: Vec<Diagnostic>,
    /// The places in them that matter to the page's addresses, if they are known.
    pub(super) seen: Option<Seen>,
}

impl Stage<'_> {
    /// Each page's view as others see it. From here on others hold the site.
    pub(super) fn views(&self, findings: &mut Findings) -> Views {
        let held = Held::new(&self.render.site);
        self.lookup.pages.hold(&held);
        let views = Views::new(held, self.fields.clone(), self.shown);
        if self.shown.words {
            let pages = (0..self.render.site.pages.len()).into_par_iter();
            let told = pages.map(|page| {
                let (view, Worded { faults, .. }) = self.alone(page);
                views.take(page, view.into());
                faults
            });
            keep_once(told.collect::<Vec<Vec<Diagnostic>>>().into_iter().flatten(), findings);
        }
        views
    }

    /// A page's view by itself, with its words. Zola's themes mark a page's HTML as HTML where they want it; ours needn't.
    fn alone(&self, page: usize) -> (Map, Worded) {
        let (words, own, faults) = self.page_words(page);
        let own = own.and_then(Value::into_map).unwrap_or_else(|| self.own_view(page));
        let view = view::worded(own, &words, self.render.project.config.dialect == Dialect::Own);
        buffers::back(words.content);
        (view, Worded { faults, seen: words.seen })
    }

    /// A page's view with its words, and what is known of these.
    pub(super) fn worded(&self, page: usize, views: &Views) -> (Value, Worded) {
        if self.shown.words {
            return (views.around(page, views.own(page)), Worded::default());
        }
        let (alone, worded) = self.alone(page);
        (views.around(page, alone), worded)
    }
}
