//! Whether anything changed since a site was last built: by what the disk says of every file in the program's folder,
//! without reading any. Where nothing did, and the site is as we left it, there is nothing to build.
//!
//! What is kept of a build lies in `.holdspace/outputs/`. Where it is missing, damaged, or of another holdspace, the site
//! is built.

use std::fmt::{Debug, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ledger::{self, Ledger};
use super::{Written, is_untouched};
use crate::diagnostic::{Diagnostic, Findings, Place, Severity};
use crate::error::PathError;
use crate::project::Project;
use crate::site::content::everything;
use crate::site::kept::Mark;
use crate::site::stamp::{Stamp, ourselves};

/// All that a site is made of, as it is at one moment: before anything of it is read.
pub struct Inputs {
    hash: Mark,
    /// Whether something changed so lately that it may change again unseen.
    is_young: bool,
}

/// An earlier build of the same.
pub struct Before {
    /// What was wrong.
    pub findings: Findings,
    /// What it wrote, all of it unchanged.
    pub written: Written,
}

impl Inputs {
    /// Looks at all that a program's site is made of. `how` is how it is to be built.
    pub fn look(project: &Project, how: &impl Debug, output: &Path) -> Inputs {
        let now = SystemTime::now();
        let files = everything(project.root(), output);
        let stamps: Vec<Option<Stamp>> = files.par_iter().map(|path| stamp(path)).collect();
        let is_young = stamps.iter().flatten().any(|stamp| stamp.is_young(now));
        let mut text = format!("{} {how:?} {} {}\n", ourselves(), project.config.base_url, day(now));
        for (path, stamp) in files.iter().zip(stamps) {
            let _ = match stamp {
                Some(stamp) => writeln!(text, "{stamp} {path:?}"),
                None => writeln!(text, "? {path:?}"),
            };
        }
        Inputs { hash: Mark::of(text.as_bytes()), is_young }
    }

    /// The build that was made of the same, if the folder is as it left it.
    pub fn before(&self, project: &Project, output: &Path) -> Option<Before> {
        let ledger = Ledger::of(project, output).ok()?;
        let kept: Kept = serde_json::from_slice(&fs::read(place(project, output)?).ok()?).ok()?;
        let same = kept.inputs == self.hash
            && !ledger.known.is_empty()
            && ledger.before.is_empty()
            && is_untouched(&ledger.known, output);
        let written = Written { pages: kept.pages, unchanged: ledger.known.len(), ..Written::default() };
        same.then(|| Before { findings: kept.findings.into_iter().map(Diagnostic::from).collect(), written })
    }

    /// Keeps what was built of this.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(
        &self,
        project: &Project,
        output: &Path,
        findings: &Findings,
        written: &Written,
    ) -> Result<(), PathError> {
        let Some(place) = place(project, output).filter(|_| !self.is_young && !asks_the_time(project)) else {
            return Ok(());
        };
        let findings = findings.sorted().into_iter().map(Told::from).collect();
        let kept = Kept { inputs: self.hash, pages: written.pages, findings };
        ledger::save(&place, &serde_json::to_vec(&kept).expect("it is plain data"))
    }
}

/// What is kept of a build.
#[derive(Serialize, Deserialize)]
struct Kept {
    inputs: Mark,
    pages: usize,
    findings: Vec<Told>,
}

/// A finding that was told.
#[derive(Serialize, Deserialize)]
struct Told {
    is_error: bool,
    rule: String,
    message: String,
    place: Option<Where>,
    hints: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Where {
    file: PathBuf,
    line: usize,
    column: usize,
    width: usize,
    text: String,
}

impl From<&Diagnostic> for Told {
    fn from(finding: &Diagnostic) -> Self {
        let place = finding.place.clone();
        Told {
            is_error: finding.severity == Severity::Error,
            rule: finding.rule.to_owned(),
            message: finding.message.clone(),
            place: place.map(|Place { file, line, column, width, text }| Where { file, line, column, width, text }),
            hints: finding.hints.clone(),
        }
    }
}

impl From<Told> for Diagnostic {
    fn from(told: Told) -> Self {
        // A rule's name lives as long as the program: there are few, and this happens once.
        let rule: &'static str = told.rule.leak();
        let place =
            told.place.map(|Where { file, line, column, width, text }| Place { file, line, column, width, text });
        let severity = if told.is_error { Severity::Error } else { Severity::Warning };
        Diagnostic { severity, place, hints: told.hints, ..Diagnostic::error(rule, told.message) }
    }
}

fn place(project: &Project, output: &Path) -> Option<PathBuf> {
    Some(ledger::place(project, &std::path::absolute(output).ok()?, "inputs.json"))
}

fn stamp(path: &Path) -> Option<Stamp> {
    Some(Stamp::of(&fs::metadata(path).ok()?))
}

/// Days since 1970: what a page says of dates may be another tomorrow.
fn day(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400)
}

/// Whether a template asks what time it is: then every build is another.
fn asks_the_time(project: &Project) -> bool {
    let folders = project.theme().into_iter().chain([project.root().to_path_buf()]);
    let templates = folders.flat_map(|folder| everything(&folder.join("templates"), Path::new("")));
    let mut texts = templates.filter_map(|path| fs::read(path).ok());
    texts.any(|text| text.windows(4).any(|part| part == b"now("))
}
