//! Pages that go through Tera before their Markdown is read: those that say `templating = true`, and those of a Zola
//! site. All other pages are never templates: a stray `{{` in prose is prose.

use std::ops::Range;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::site::cores::briefly;
use crate::site::document::Document;
use crate::site::markdown::{self, Flavour};
use crate::site::page::Page;
use crate::site::render::{Stage, keep_once};
use crate::site::theme::OneOff;

/// What became of a page, and what was found in it; or why Tera could not go through it.
type Read = Result<(Document, Findings), Option<Box<Diagnostic>>>;

/// Reads the pages that want it.
pub(super) fn read(stage: &mut Stage<'_>) -> Findings {
    let config = &stage.render.project.config;
    let pages = briefly(stage.render.site.pages.par_iter()).enumerate();
    let wanting: Vec<usize> = pages.filter(|(_, node)| node.page.wants_tera(config)).map(|(page, _)| page).collect();
    let read: Vec<(usize, Read)> = wanting.into_par_iter().map(|page| (page, stage.templated(page))).collect();
    let mut findings = Findings::new();
    let mut faults = Vec::new();
    for (page, read) in read {
        match read {
            Ok((document, found)) => {
                stage.render.site_mut().pages[page].page.document = document;
                findings.extend(found);
            }
            Err(fault) => faults.extend(fault.map(|fault| *fault)),
        }
    }
    keep_once(faults.into_iter(), &mut findings);
    findings
}

impl Stage<'_> {
    fn templated(&self, page: usize) -> Read {
        let written = &self.render.site.pages[page].page;
        let source = &written.source.text;
        let around = self.context(page, self.lookup.pages.early(page));
        let text = &source.text()[written.body.clone()];
        let one_off = OneOff { source, base: written.body.start };
        let made = self
            .tera
            .render_str(text, &around, false)
            .map_err(|error| self.fault_in(&error, page, Some(one_off)).map(Box::new))?;
        let flavour = Flavour { calls: false, ..self.render.reading.flavour };
        let made = SourceText::new(source.path(), made);
        let (mut document, findings) = markdown::parse(&made, 0..made.text().len(), flavour);
        find_again(written, &mut document);
        Ok((document, findings))
    }
}

/// Gives links the places where they stand in the file: each at the next place where its address is written, or, where
/// Tera has made it up, at the first tag of the page.
fn find_again(page: &Page, document: &mut Document) {
    let text = page.source.text.text();
    let mut from = page.body.start;
    let tag = page.body.start + text[page.body.clone()].find("{{").unwrap_or_default();
    for link in &mut document.links {
        let place = |from: usize| -> Option<Range<usize>> {
            let at = from + text[from..].find(&link.target)?;
            Some(at..at + link.target.len())
        };
        link.span = match place(from).or_else(|| place(page.body.start)) {
            Some(span) => {
                from = span.end;
                span
            }
            None => tag..tag + 2,
        };
    }
}
