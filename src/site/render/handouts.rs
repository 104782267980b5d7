//! The guides as handouts; all of a language's as one packet, and as one for each cohort with its dates: made before pages
//! are, so that they can link to them with their sizes. A handout that was made before, of the same words, is taken from the shelf.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::Serialize;
use tera::Value;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText};
use crate::site::Artifact;
use crate::site::address::permalink;
use crate::site::cohort::{Cohort, Status};
use crate::site::handout::{Chapter, Edition, Fault, Handout, Laid};
use crate::site::render::cohorts::{self, Packets};
use crate::site::render::{Stage, guides};

/// A handout as templates see it.
#[derive(Clone, Debug, Serialize)]
struct Shown {
    /// Its whole address.
    permalink: String,
    /// How large it is: `34 KB`.
    size: String,
    /// `letter`, `a4`, `large-print`.
    edition: &'static str,
    /// What kind of file it is.
    kind: &'static str,
}

/// What was made.
#[derive(Default)]
pub(super) struct Made {
    /// The files.
    pub(super) artifacts: Vec<Artifact>,
    /// What templates see of each guide's handouts, by its page.
    pub(super) handouts: HashMap<usize, Value>,
    /// What they see of each language's packets.
    pub(super) packets: HashMap<String, Value>,
    /// What they see of each cohort's packets.
    pub(super) cohorts: Packets,
}

/// What a handout is of.
enum Of<'c> {
    Guide,
    Language,
    Cohort(&'c Cohort),
}

/// One handout to be made.
struct Job<'c> {
    of: Of<'c>,
    handout: Handout,
    /// Its address without what tells the edition.
    stem: String,
    pages: Vec<usize>,
    language: String,
}

/// A handout in each edition, or what keeps it from being made.
type Editions = Result<Vec<(Shown, Artifact)>, Vec<Fault>>;

/// All handouts and packets of a site.
pub(super) fn handouts(stage: &Stage<'_>, findings: &mut Findings) -> Made {
    let config = &stage.render.project.config;
    let mut jobs = Vec::new();
    for language in &config.languages {
        let guides = guides::of(stage, &language.code);
        jobs.extend(guides.iter().map(|page| alone(stage, *page, &language.code)));
        // A cancelled cohort needs none.
        let cohorts = stage.render.cohorts.to_come.iter().filter(|cohort| cohort.status != Status::Cancelled);
        if !guides.is_empty() {
            jobs.extend(cohorts.map(|cohort| of_cohort(stage, cohort, &guides, &language.code)));
        }
        if guides.len() > 1 {
            jobs.push(packet(stage, guides, &language.code));
        }
    }
    let mut made = Made::default();
    let mut guides_fail = false;
    let results: Vec<Editions> = jobs.par_iter().map(|job| editions(stage, job)).collect();
    for (job, result) in jobs.iter().zip(results) {
        match result {
            Ok(files) => {
                let shown: Vec<&Shown> = files.iter().map(|(shown, _)| shown).collect();
                let value = Value::from_serializable(&shown);
                match job.of {
                    Of::Guide => _ = made.handouts.insert(job.pages[0], value),
                    Of::Language => _ = made.packets.insert(job.language.clone(), value),
                    Of::Cohort(cohort) => {
                        made.cohorts.insert((job.language.clone(), cohort.name.clone()), value);
                    }
                }
                made.artifacts.extend(files.into_iter().map(|(_, artifact)| artifact));
            }
            // What is wrong with a guide is wrong with its packets, too, and told once: of the guide.
            Err(_) if guides_fail && !matches!(job.of, Of::Guide) => {}
            Err(faults) => {
                guides_fail |= matches!(job.of, Of::Guide);
                faults.iter().for_each(|fault| findings.push(told(stage, job, fault)));
            }
        }
    }
    made
}

fn editions(stage: &Stage<'_>, job: &Job<'_>) -> Editions {
    let pictures = |address: &str| guides::picture(stage, address);
    let laid = Laid::of(&job.handout, &pictures);
    let edition = |edition: &Edition| {
        let key = laid.key(*edition);
        let shelf = &stage.render.shelf;
        let bytes = match shelf.take(&key) {
            Some(bytes) => bytes,
            None => {
                let bytes = laid.pdf(*edition)?;
                shelf.put(&key, &bytes);
                bytes
            }
        };
        let route = format!("{}-{}.pdf", job.stem, edition.name());
        let shown = Shown {
            permalink: permalink(&stage.render.site.base_url, &route),
            size: format!("{} KB", bytes.len().div_ceil(1000)),
            edition: edition.name(),
            kind: "PDF",
        };
        Ok((shown, Artifact::file(&route, bytes)))
    };
    Edition::ALL.par_iter().map(edition).collect()
}

fn alone(stage: &Stage<'_>, page: usize, language: &str) -> Job<'static> {
    let node = &stage.render.site.pages[page];
    let name = node.route.trim_matches('/').rsplit('/').next().unwrap_or("guide");
    let stem = format!("{}{name}", node.route);
    let title = node.page.front.title.clone();
    let handout = handout(stage, title, &[page], language);
    Job { of: Of::Guide, handout, stem, pages: vec![page], language: language.to_owned() }
}

fn packet(stage: &Stage<'_>, pages: Vec<usize>, language: &str) -> Job<'static> {
    let config = &stage.render.project.config;
    let title = guides::program(config, language);
    let stem = if language == config.default_language { "/guides".to_owned() } else { format!("/{language}/guides") };
    let handout = handout(stage, title, &pages, language);
    Job { of: Of::Language, handout, stem, pages, language: language.to_owned() }
}

/// All guides, with a cohort's dates on the first page.
fn of_cohort<'c>(stage: &Stage<'_>, cohort: &'c Cohort, pages: &[usize], language: &str) -> Job<'c> {
    let mut handout = handout(stage, cohort.title.of(language).to_owned(), pages, language);
    handout.dates = cohorts::on_paper(&stage.render, cohort, language);
    handout.changed = handout.changed.max(cohort.updated.map(|day| day.to_string()));
    let stem = cohorts::stem(&stage.render, &cohort.name, language);
    Job { of: Of::Cohort(cohort), handout, stem, pages: pages.to_vec(), language: language.to_owned() }
}

fn handout(stage: &Stage<'_>, title: String, pages: &[usize], language: &str) -> Handout {
    let (site, config) = (&stage.render.site, &stage.render.project.config);
    let chapter = |page: &usize| {
        let front = &site.pages[*page].page.front;
        Chapter {
            title: front.title.clone(),
            lead: front.description.clone().unwrap_or_default(),
            permalink: site.permalink(*page),
            // What is wrong with the words is told where the page is made.
            html: stage.plain_words(*page),
            review: guides::review(front, language),
        }
    };
    Handout {
        title,
        language: language.to_owned(),
        program: guides::program(config, language),
        publisher: config.program.clinic.clone(),
        phone: config.program.phone.clone(),
        changed: guides::changed(stage, pages),
        dates: Vec::new(),
        chapters: pages.iter().map(chapter).collect(),
    }
}

/// A fault, in the file that it comes from: what a handout says besides its guides comes from its cohort, or from the
/// configuration.
fn told(stage: &Stage<'_>, job: &Job<'_>, fault: &Fault) -> Diagnostic {
    let config = &stage.render.project.config.source;
    let own = match job.of {
        Of::Guide => &stage.render.site.pages[job.pages[0]].page.source.text,
        Of::Cohort(cohort) => &cohort.source,
        Of::Language => config,
    };
    let has = |source: &SourceText| match fault {
        Fault::NoSign(text) => text.chars().next().is_some_and(|sign| source.text().contains(sign)),
        Fault::Other(_) => false,
    };
    told_of(if !has(own) && has(config) { config } else { own }, fault)
}

fn told_of(source: &SourceText, fault: &Fault) -> Diagnostic {
    match fault {
        Fault::NoSign(text) => {
            let sign = text.chars().next().unwrap_or(' ');
            let at = source.text().find(text.as_str()).map(|at| at..at + text.len());
            let at = at.or_else(|| source.text().find(sign).map(|at| at..at + sign.len_utf8()));
            let place = at.map_or_else(|| Place::file(source.path()), |at| source.place(at));
            Diagnostic::error("guides/sign", format!("the handouts' typeface has no sign for `{text}`"))
                .at(place)
                .hint("write it in words; on a page that is no guide it can stay")
        }
        Fault::Other(why) => Diagnostic::error(
            "guides/handout",
            format!("no handout can be made of this guide: {why}"),
        )
        .at(Place::file(source.path()))
        .hint(
            "a handout has headings in order, and a description for each picture; without `guide = true` none is made",
        ),
    }
}
