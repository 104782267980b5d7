//! What a site is made of: its pages, read and then put in their places, its theme, cohorts and sessions.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Findings};
use crate::project::markdown::AnchorLinks;
use crate::project::{Dialect, Project};
use crate::site::cohort::{self, Cohorts};
use crate::site::colours::Colours;
use crate::site::content::{self, Content, Source};
use crate::site::cores::{AT_A_TIME, TOGETHER};
use crate::site::folder::OpenFolder;
use crate::site::graph::{self, Parts, Site};
use crate::site::markdown::Flavour;
use crate::site::page::{self, Page, Reading};
use crate::site::readings::{Kept, Readings};
use crate::site::theme::Theme;
use crate::site::theme::compile::{Compiled, Themed};
use crate::site::theme::fields::Fields;
use crate::site::withheld::{self, Withheld};
use crate::site::{Drawn, Options, cascade, git, languages};
use crate::{music, session};

/// Pages that were read.
pub(super) struct Gathered {
    pub pages: Vec<Box<Page>>,
    /// What is to be kept of them.
    pub kept: Vec<(String, Kept)>,
    pub findings: Findings,
}

/// Reads the pages of a site. A page's text is held no longer than it is read, so that a large site's needn't be held at once.
pub(super) fn pages(
    project: &Project,
    sources: Vec<Source>,
    reading: Reading<'_>,
    readings: &Readings,
    keep: bool,
) -> Gathered {
    let content = OpenFolder::new(&project.content());
    let open = |source| content::read_left(project, &content, source);
    let begin = |(source, mut findings): (Source, Findings)| {
        let (page, found) = page::begin(source, reading);
        findings.extend(found);
        (Box::new(page), findings)
    };
    let read = |(mut page, mut findings): (Box<Page>, Findings)| {
        findings.extend(page.read(reading));
        (page, findings)
    };
    let end = |read: Result<(Box<Page>, Findings), Box<Diagnostic>>| {
        let (mut page, findings) = match read {
            Ok(read) => read,
            Err(unreadable) => return (None, (None, std::iter::once(*unreadable).collect())),
        };
        // Else Tera needs it once more.
        if !page.is_seen_by_tera(reading.config) {
            page.source.text.let_go();
        }
        let kept = if keep && findings.is_empty() { Kept::new(&page, reading) } else { None };
        let kept = kept.map(|kept| (page.source.path.clone(), kept));
        (Some(page), (kept, findings))
    };
    let (mut pages, mut rest) = (Vec::new(), Vec::new());
    if readings.is_empty() {
        let together = |sources: Vec<Source>| {
            let opened: Vec<_> = sources.into_iter().map(open).collect();
            let begun: Vec<_> = opened.into_iter().map(|opened| opened.map(begin)).collect();
            let read: Vec<_> = begun.into_iter().map(|begun| begun.map(read)).collect();
            read.into_iter().map(end)
        };
        let sources = sources.into_par_iter().chunks(TOGETHER).with_max_len(AT_A_TIME / TOGETHER);
        (pages, rest) = sources.flat_map_iter(together).unzip();
    } else {
        let alone = |source: Source| match readings.of(&source) {
            Some(read) => {
                let kept = keep.then(|| (source.path.clone(), Kept::Again));
                (Some(Box::new(read.page(source))), (kept, Findings::new()))
            }
            None => end(open(source).map(begin).map(read)),
        };
        sources.into_par_iter().with_max_len(AT_A_TIME).map(alone).unzip_into_vecs(&mut pages, &mut rest);
    }
    let mut findings = Findings::new();
    let kept = rest.into_iter().filter_map(|(kept, found)| {
        findings.extend(found);
        kept
    });
    Gathered { kept: kept.collect(), pages: pages.into_iter().flatten().collect(), findings }
}

/// A site in its place, and what belongs to it.
pub(super) struct Placed {
    pub site: Site,
    pub theme: Theme,
    pub compiled: Compiled,
    pub fields: Fields,
    pub cohorts: Cohorts,
    pub withheld: Withheld,
    /// The routes of the theme's files.
    pub other_files: HashSet<String>,
}

impl Placed {
    /// Puts pages in their places.
    pub(super) fn of(
        project: &Project,
        options: &Options,
        content: Content,
        colours: Option<&Colours>,
        pages: Vec<Box<Page>>,
        themed: Themed,
        is_sound: bool,
    ) -> (Placed, Findings) {
        let Themed { mut theme, compiled, fields, mut findings } = themed;
        let mut keep = |found: Findings| findings.extend(found);
        for (name, sheet) in colours.into_iter().flat_map(Colours::style_sheets) {
            theme.files.entry(format!("/{name}")).or_insert_with(|| sheet.into_bytes().into());
        }
        let (cohorts, found) = self::cohorts(project, &content, &pages, options);
        keep(found);
        let (mut pages, withheld) = withheld::take_out(pages, options, &project.config);
        if project.config.updated_from_git {
            keep(git::date(project, &mut pages));
        }
        keep(cascade::hand_down(&mut pages));
        languages::fall_back(&mut pages, &project.config);
        let other_files = theme.files.keys().cloned().collect();
        let (site, found) = graph::connect(Parts { config: &project.config, pages, assets: content.assets, is_sound });
        keep(found);
        (Placed { site, theme, compiled, fields, cohorts, withheld, other_files }, findings)
    }
}

/// The cohorts that are shown, and those that are over.
pub(super) fn cohorts(
    project: &Project,
    content: &Content,
    pages: &[Box<Page>],
    options: &Options,
) -> (Cohorts, Findings) {
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
