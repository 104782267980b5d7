//! What a site is made of, before its pages are put in their places: pages, cohorts, sessions.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::Findings;
use crate::project::markdown::AnchorLinks;
use crate::project::{Dialect, Project};
use crate::site::cohort::{self, Cohorts};
use crate::site::colours::Colours;
use crate::site::content::{self, Content, Source};
use crate::site::markdown::Flavour;
use crate::site::page::{self, Page, Reading};
use crate::site::readings::{Kept, Readings};
use crate::site::{AT_A_TIME, Drawn, Options};
use crate::{music, session};

/// Reads the pages of a site. A page's text is held no longer than it is read, so that a large site's needn't be held at once.
pub(super) fn pages(
    project: &Project,
    sources: Vec<Source>,
    reading: Reading<'_>,
    readings: &Readings,
    keep: bool,
) -> (Vec<Page>, Findings) {
    let read = sources.into_par_iter().with_max_len(AT_A_TIME).map(|source| {
        if let Some(read) = readings.of(&source) {
            return (Some(read.page(source)), Findings::new());
        }
        let (source, mut findings) = match content::read_left(project, source) {
            Ok(read) => read,
            Err(unreadable) => return (None, std::iter::once(*unreadable).collect()),
        };
        let (mut page, found) = page::parse(source, reading);
        findings.extend(found);
        // Else Tera needs it once more.
        if !page.is_seen_by_tera(reading.config) {
            page.source.text.let_go();
        }
        (Some(page), findings)
    });
    let read: Vec<(Option<Page>, Findings)> = read.collect();
    if keep {
        let sound = read.iter().filter(|(_, found)| found.is_empty()).filter_map(|(page, _)| page.as_ref());
        let kept = sound.filter_map(|page| Some((page.source.path.as_str(), Kept::of(page, reading)?)));
        readings.keep(kept);
    }
    let mut findings = Findings::new();
    let pages = read.into_iter().filter_map(|(page, found)| {
        findings.extend(found);
        page
    });
    (pages.collect(), findings)
}

/// The cohorts that are shown, and those that are over.
pub(super) fn cohorts(project: &Project, content: &Content, pages: &[Page], options: &Options) -> (Cohorts, Findings) {
    let steps = cohort::steps(pages, &project.config);
    let (cohorts, mut findings) = cohort::read(&content.cohorts, &project.config, &steps);
    let (cohorts, found) = cohort::settle(cohorts, options);
    findings.extend(found);
    (cohorts, findings)
}

/// How the pages of a program are read.
pub(super) fn reading<'p>(project: &'p Project, content: &Content, colours: Option<&'p Arc<Colours>>) -> Reading<'p> {
    let config = &project.config;
    // Gaps cost a little, so that they are only made where somebody asks for links to headings.
    let asks = |source: &Source| source.is_section() && source.text.text().contains("insert_anchor_links");
    let heading_gaps = config.markdown.insert_anchor_links != AnchorLinks::None || content.sources.iter().any(asks);
    // A Zola site calls its components through Tera.
    let calls = config.dialect == Dialect::Own;
    let flavour = Flavour { heading_gaps, calls, colours, ..Flavour::new(&config.markdown, config.slugify.anchors) };
    Reading { config, flavour }
}

/// Every session, drawn in each language; `None` where the playlist has mistakes.
pub(super) fn sessions(project: &Project) -> (Vec<(String, Option<Drawn>)>, Findings) {
    let mut findings = Findings::new();
    let mut sessions = Vec::new();
    for name in music::session_names(project) {
        let (timeline, found) = music::timeline(project, &name);
        findings.extend(found);
        let view = |timeline: &music::timeline::Timeline, language: &str| {
            serde_json::to_value(session::view(&name, timeline, language)).expect("a session's view is plain data")
        };
        let languages = || project.config.languages.iter().map(|language| language.code.clone());
        let drawn = timeline.map(|timeline| languages().map(|code| (code.clone(), view(&timeline, &code))).collect());
        sessions.push((name, drawn));
    }
    (sessions, findings)
}
