//! Every page of a program, and every cohort, with what keeps it from being published: `holdspace list`. It reads content/
//! and makes nothing of it.

use serde::Serialize;

use crate::diagnostic::Findings;
use crate::project::Project;
use crate::site::cohort::{self, Cohort};
use crate::site::content;
use crate::site::gather::{self, Gathered};
use crate::site::readings::Readings;
use crate::site::withheld::{self, Why};

/// A page or a cohort in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its file, in the program's folder.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its day.
    pub date: Option<String>,
    /// The day that it is over.
    pub expires: Option<String>,
    /// What keeps it back; nothing does where there is nothing.
    pub state: Option<Why>,
}

/// Lists every page, and then every cohort, in the order of their files. `now` is in seconds since 1970.
pub fn list(project: &Project, now: i64) -> (Vec<Listed>, Findings) {
    let (mut content, mut findings) = content::read(project);
    let reading = gather::reading(project, &content, None);
    let Gathered { pages, findings: found, .. } =
        gather::pages(project, std::mem::take(&mut content.sources), reading, &Readings::default(), false);
    findings.extend(found);
    let steps = cohort::steps(&pages, &project.config);
    let (cohorts, found) = cohort::read(&content.cohorts, &project.config, &steps);
    findings.extend(found);
    let reasons = withheld::reasons(&pages, now);
    let listed = pages.into_iter().zip(reasons).map(|(page, reason)| Listed {
        file: page.source.text.path().display().to_string(),
        title: page.front.title,
        date: page.front.date.map(|date| date.text),
        expires: page.front.expires.map(|expires| expires.text),
        state: reason.map(|(why, _)| why),
    });
    (listed.chain(cohorts.iter().map(|cohort| of_cohort(project, cohort, now))).collect(), findings)
}

fn of_cohort(project: &Project, cohort: &Cohort, now: i64) -> Listed {
    let over = cohort.is_over(now).then_some(Why::Expired);
    Listed {
        file: cohort.source.path().display().to_string(),
        title: cohort.title.of(&project.config.default_language).to_owned(),
        date: None,
        expires: cohort.days().map(|(_, last)| last.to_string()),
        state: if cohort.draft { Some(Why::Draft) } else { over },
    }
}
