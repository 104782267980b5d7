//! What the rules of one page found in each page, kept in `.holdspace/check/` for the next check: an unchanged page is not
//! read again. A page is known by the hash of all that those rules see: its text, its front matter with what its section
//! hands down, how Markdown is read, `[check]`, the day where a review is dated, and the program that holds the rules. None of
//! them sees its HTML; what does, runs each time.
//!
//! What is kept has a seal: where that is broken, as where nothing is kept, a check takes longer, and finds the same. It
//! touches the cache only.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::fix::Mend;
use super::program::{Page, Program};
use super::{Around, Found, rule};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::files;

/// Grows when the same page would be kept another way.
const VERSION: &str = "1";

/// What is kept of pages, by their keys.
type Yields = BTreeMap<String, Yield>;

/// What a page yielded.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Yield {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Finding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mends: Vec<Mend>,
}

/// A finding, whose rule is looked up in the table when it comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Finding {
    severity: Severity,
    rule: String,
    message: String,
    place: Option<Place>,
    hints: Vec<String>,
}

/// What was kept, and what is to be.
pub(super) struct Kept {
    file: PathBuf,
    /// What is the same for each page.
    common: blake3::Hasher,
    before: Yields,
    now: Mutex<Yields>,
}

impl Kept {
    /// Opens what is kept of a program; nothing where it was damaged.
    pub(super) fn open(program: &Program<'_>) -> Kept {
        let config = &program.project.config;
        let rules: Vec<_> = rule::RULES.iter().map(|rule| (rule.id, rule.severity)).collect();
        let mut common = blake3::Hasher::new();
        for part in [
            VERSION.to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
            stamp(),
            format!("{rules:?}"),
            format!("{:?}", config.checks),
            format!("{:?}", config.markdown),
            format!("{:?}", config.slugify),
        ] {
            add(&mut common, part.as_bytes());
        }
        let file = program.project.cache().join("check/pages.json");
        let before = fs::read(&file).ok().and_then(|bytes| read(&bytes)).unwrap_or_default();
        Kept { file, common, before, now: Mutex::default() }
    }

    /// What a page is known by.
    pub(super) fn key(&self, page: &Page<'_>, around: Around<'_>) -> String {
        let Around { base_url, today } = around;
        let known = &page.known;
        let mut hash = self.common.clone();
        // The day is seen by the rules on reviews only.
        let today = if known.front.extra.contains_key("reviewed") { today } else { "" };
        let spans = format!("{:?}{:?}{}", known.body, known.front_span, known.templated);
        for part in [base_url, today, &spans, &format!("{:?}", known.front), page.source().text()] {
            add(&mut hash, part.as_bytes());
        }
        add(&mut hash, format!("{:?}{}", page.source().path(), known.source.language).as_bytes());
        hash.finalize().to_hex()[..32].to_owned()
    }

    /// Gives what a page yielded when it was the same; whether it is known at all.
    pub(super) fn take(&self, key: &str, found: &mut Found<'_>) -> bool {
        let Some(known) = self.before.get(key) else { return false };
        let Some(findings) = known.findings.iter().map(Finding::told).collect::<Option<Vec<_>>>() else { return false };
        found.findings.extend(findings.into_iter().collect());
        found.mends.extend(known.mends.iter().cloned());
        self.remember(key.to_owned(), known.clone());
        true
    }

    /// Keeps what a page yields.
    pub(super) fn put(&self, key: String, found: &Found<'_>) {
        let findings = found.findings.clone().into_iter().map(Finding::of).collect();
        self.remember(key, Yield { findings, mends: found.mends.clone() });
    }

    fn remember(&self, key: String, known: Yield) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(key, known);
    }

    /// Writes what was asked for this time, and forgets the rest.
    pub(super) fn close(self) {
        let now = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        if now.keys().eq(self.before.keys()) {
            return;
        }
        // What cannot be kept only costs time.
        let json = serde_json::to_string(&now).unwrap_or_default();
        if self.file.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok()) {
            let _ = files::replace(&self.file, format!("{}\n{json}", blake3::hash(json.as_bytes())).as_bytes());
        }
    }
}

impl Finding {
    fn of(finding: Diagnostic) -> Finding {
        let Diagnostic { severity, rule, message, place, hints } = finding;
        Finding { severity, rule: rule.to_owned(), message, place, hints }
    }

    fn told(&self) -> Option<Diagnostic> {
        let Finding { severity, rule, message, place, hints } = self.clone();
        Some(Diagnostic { severity, rule: rule::of(&rule)?.id, message, place, hints })
    }
}

/// Each part with its length: two that are cut otherwise are others.
fn add(hash: &mut blake3::Hasher, part: &[u8]) {
    hash.update(&part.len().to_le_bytes());
    hash.update(part);
}

fn read(bytes: &[u8]) -> Option<Yields> {
    let (seal, json) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
    (blake3::hash(json.as_bytes()).to_hex().as_str() == seal).then(|| serde_json::from_str(json).ok())?
}

/// Which build of holdspace this is: what another one found is not what this one finds.
fn stamp() -> String {
    let program = std::env::current_exe().and_then(fs::metadata);
    let told = program.map(|program| {
        let written = program.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        format!("{} {}", program.len(), written.as_nanos())
    });
    told.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_damaged_is_as_if_nothing_was_kept() {
        let json = "{\"a\":{}}";
        let whole = format!("{}\n{json}", blake3::hash(json.as_bytes()));
        assert_eq!(read(whole.as_bytes()).map(|yields| yields.len()), Some(1));
        for at in 0..whole.len() {
            let mut damaged = whole.clone().into_bytes();
            damaged[at] ^= 1;
            assert!(read(&damaged).is_none() && read(&damaged[..at]).is_none(), "{at}");
        }
    }
}
