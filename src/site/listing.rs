//! Every page of a program with what keeps it from being published: `holdspace list`. It reads content/ and makes
//! nothing of it.

use serde::Serialize;

use crate::diagnostic::Findings;
use crate::project::Project;
use crate::site::withheld::{self, Why};
use crate::site::{content, pages, reading};

/// A page in the list.
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

/// Lists every page, in the order of their files. `now` is in seconds since 1970.
pub fn list(project: &Project, now: i64) -> (Vec<Listed>, Findings) {
    let (content, mut findings) = content::read(project);
    let (pages, found) = pages(&content, reading(project, &content));
    findings.extend(found);
    let reasons = withheld::reasons(&pages, now);
    let listed = pages.into_iter().zip(reasons).map(|(page, reason)| Listed {
        file: page.source.text.path().display().to_string(),
        title: page.front.title,
        date: page.front.date.map(|date| date.text),
        expires: page.front.expires.map(|expires| expires.text),
        state: reason.map(|(why, _)| why),
    });
    (listed.collect(), findings)
}
