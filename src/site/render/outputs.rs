//! What pages are made into besides HTML: `outputs = ["txt", "json"]`, each by a template of its own, `page.txt`.

use rayon::prelude::*;
use tera::Value;

use crate::diagnostic::{Diagnostic, Findings, did_you_mean};
use crate::fields::Spanned;
use crate::site::Artifact;
use crate::site::render::{Stage, keep_once};
use crate::site::view::Views;

/// What every page has, and may name.
const HTML: &str = "html";

impl Stage<'_> {
    pub(super) fn outputs(&self, views: &Views, findings: &mut Findings) -> Vec<Artifact> {
        let site = &self.render.site;
        let wanting = (0..self.render.site.pages.len()).into_par_iter().filter(|page| {
            let front = &site.pages[*page].page.front;
            front.outputs.is_some() && !front.hidden
        });
        let made: Vec<Result<Artifact, Option<Box<Diagnostic>>>> = wanting
            .flat_map_iter(|page| {
                let outputs = site.pages[page].page.front.outputs.as_deref().unwrap_or_default();
                let others = outputs.iter().filter(|output| output.value != HTML);
                // Its words were told of when the page was rendered.
                let view = self.worded(page, views).0;
                others.map(move |output| self.output(page, output, &view))
            })
            .collect();
        let mut artifacts = Vec::new();
        let mut faults = Vec::new();
        for output in made {
            match output {
                Ok(artifact) => artifacts.push(artifact),
                Err(fault) => faults.extend(fault.map(|fault| *fault)),
            }
        }
        keep_once(faults.into_iter(), findings);
        artifacts
    }

    fn output(&self, page: usize, output: &Spanned<String>, view: &Value) -> Result<Artifact, Option<Box<Diagnostic>>> {
        let node = &self.render.site.pages[page];
        let ending = &output.value;
        let plain = !ending.is_empty() && ending.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let wrong = |message: String| {
            let text = &node.page.source.text;
            // What a section hands down stands in another file.
            let written = text.text().get(output.span.clone()).is_some_and(|written| written.contains(ending.as_str()));
            let place = if written {
                text.place(output.span.clone())
            } else {
                text.place(node.page.front_span.start..node.page.front_span.start)
            };
            Diagnostic::error("site/output", message).at(place)
        };
        if !plain {
            let finding = wrong(format!("a page cannot be made into `{ending}`"));
            return Err(Some(Box::new(finding.hint("name the ending of a file: `txt`, `json`"))));
        }
        let kind = if node.page.source.is_section() { "section" } else { "page" };
        let own = self.render.site.wanted_template(page).and_then(|template| template.rsplit_once('.'));
        let usual = format!("{kind}.{ending}");
        let template = own
            .map(|(stem, _)| format!("{stem}.{ending}"))
            .filter(|template| self.tera.contains_template(template))
            .unwrap_or_else(|| usual.clone());
        if !self.tera.contains_template(&template) {
            let near = did_you_mean(&usual, self.tera.get_template_names());
            let hint = near.unwrap_or_else(|| format!("put one into `templates/{usual}`"));
            return Err(Some(Box::new(wrong(format!("there is no template `{usual}`")).hint(hint))));
        }
        let context = self.context(page, Some(view));
        let text = self
            .tera
            .render(&template, &context)
            .map_err(|error| self.fault_by(&error, page, &template).map(Box::new))?;
        Ok(Artifact::file(&format!("{}index.{ending}", node.route), text))
    }
}
