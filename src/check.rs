//! `holdspace check`: what a careful colleague would see before it is published. It builds the site in memory, reads every
//! page as words and as HTML, the theme, its styles and scripts, and every playlist, and holds them against [`RULES`].
//! It is no legal advice, and what needs a browser or an ear is not checked here.
//!
//! 1. [`program`]   reads everything once
//! 2. the rules    each group is a room: `links` and `external`; `reach`, `markup`, `outline` and `contrast` (accessibility);
//!    `plain` and `readability`; `review`, `claims`, `crisis`, `privacy`, `security`; `guides`; `tracks` and `remember` (music).
//!    Rules of one page see that page and `Around` only: what they found is `kept`, and an unchanged page is not read again
//! 3. `silence`     takes out what an author silenced with a reason, and tells what silences nothing
//!
//! [`fix`] writes the mends that are certain.

mod claims;
mod contrast;
mod crisis;
mod external;
pub mod fix;
mod guides;
mod kept;
mod links;
mod markup;
mod outline;
mod phrases;
mod plain;
mod privacy;
pub mod program;
mod reach;
mod readability;
mod remember;
mod review;
pub mod rule;
mod security;
mod sentences;
mod silence;
mod tracks;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::project::{Checks, Project};
use program::{Page, Program};
pub use rule::{Example, In, RULES, Rule};

/// What was found, and what of it can be mended for certain.
pub struct Checked {
    /// What is wrong.
    pub findings: Findings,
    /// How many pages were read.
    pub pages: usize,
    /// How many sessions were read.
    pub sessions: usize,
    /// The mends.
    pub mends: Vec<fix::Mend>,
}

/// What a check does besides looking.
#[derive(Clone, Copy, Debug, Default)]
pub struct Besides {
    /// Other sites are asked whether what is linked there is there: that takes a while, and tells them that somebody asks.
    pub external: bool,
    /// The music is compared with what it was at the last check, and remembered.
    pub remember: bool,
    /// What unchanged pages yielded at the last check is taken from there, and kept for the next.
    pub keep: bool,
}

/// What is not checked, since only a browser or an ear can tell.
pub const NOT_CHECKED: &str = "not checked here: the order of the keys, reading at 320 pixels and at twice the size, the size of what is \
    touched, contrast over pictures (a browser tells); how the music feels (you do)";

/// Checks a program. `today` is a date, `2026-11-25`.
pub fn check_with(project: &Project, today: &str, besides: Besides) -> Checked {
    let (program, built) = Program::read(project, today);
    let checks = &project.config.checks;
    let mut found = Found::new(checks);
    built.into_iter().for_each(|finding| found.keep(links::weighed(finding)));
    let kept = besides.keep.then(|| kept::Kept::open(&program));
    let around = Around { base_url: &project.config.base_url, today };
    let of_pages: Vec<Found<'_>> =
        program.pages.par_iter().map(|page| of_page(page, around, kept.as_ref(), checks)).collect();
    if let Some(kept) = kept {
        kept.close();
    }
    let of_all = OF_ALL.par_iter().map(|group| {
        let mut found = Found::new(checks);
        group(&program, &mut found);
        found
    });
    let of_all: Vec<Found<'_>> = of_all.collect();
    for part in of_pages.into_iter().chain(of_all) {
        found.findings.extend(part.findings);
        found.mends.extend(part.mends);
    }
    if besides.external {
        external::check(&program, &mut found);
    }
    if besides.remember {
        remember::check(&program, &mut found);
    }
    let Found { findings, mut mends, .. } = found;
    let findings = silence::silence(&program, findings, checks);
    // What was silenced is not mended.
    let told = findings.sorted();
    mends.retain(|mend| told.iter().any(|finding| mend.is_of(finding)));
    Checked { pages: program.pages.len(), sessions: program.sessions.len(), findings, mends }
}

/// Checks a program by itself. `today` is a date, `2026-11-25`.
pub fn check(project: &Project, today: &str) -> Checked {
    check_with(project, today, Besides::default())
}

/// What a rule of one page sees besides the page. Whoever adds something here adds it to what `kept` knows a page by.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    /// Where the site is published.
    base_url: &'a str,
    /// The day of the check.
    today: &'a str,
}

/// Rules of one page.
type OfPage = fn(&Page<'_>, Around<'_>, &mut Found<'_>);
/// Rules that see the whole program.
type OfAll = fn(&Program<'_>, &mut Found<'_>);

const OF_PAGE: [OfPage; 10] = [
    links::page,
    reach::check,
    markup::page,
    plain::check,
    review::page,
    claims::check,
    crisis::page,
    privacy::page,
    security::page,
    guides::page,
];

const OF_ALL: [OfAll; 10] = [
    links::orphans,
    markup::templates,
    outline::check,
    contrast::check,
    review::translations,
    crisis::everywhere,
    privacy::files,
    security::files,
    guides::check,
    tracks::check,
];

fn of_page<'c>(page: &Page<'_>, around: Around<'_>, kept: Option<&kept::Kept>, checks: &'c Checks) -> Found<'c> {
    let mut found = Found::new(checks);
    let key = kept.map(|kept| kept.key(page, around));
    if let Some((kept, key)) = kept.zip(key.as_ref())
        && kept.take(key, &mut found)
    {
        return found;
    }
    OF_PAGE.iter().for_each(|rules| rules(page, around, &mut found));
    if let Some((kept, key)) = kept.zip(key) {
        kept.put(key, &found);
    }
    found
}

/// What has been found so far.
pub(crate) struct Found<'c> {
    checks: &'c Checks,
    findings: Findings,
    mends: Vec<fix::Mend>,
}

impl<'c> Found<'c> {
    fn new(checks: &'c Checks) -> Found<'c> {
        Found { checks, findings: Findings::new(), mends: Vec::new() }
    }

    /// Adds a finding of a rule, with the weight that the rule has here; nothing where it is switched off.
    fn add(&mut self, id: &'static str, message: impl Into<String>, place: Place, hint: impl Into<String>) {
        let rule = rule::of(id).expect("every rule that is checked stands in the table");
        self.keep(Diagnostic::of(rule.severity, id, message).at(place).hint(hint));
    }

    /// The same, with the mend that is certain.
    fn mend(&mut self, id: &'static str, message: String, place: Place, hint: &str, mend: fix::Mend) {
        self.mends.push(mend);
        self.add(id, message, place, hint);
    }

    fn keep(&mut self, finding: Diagnostic) {
        let Some(severity) = self.checks.severity(finding.rule, finding.severity) else { return };
        self.findings.push(Diagnostic { severity, ..finding });
    }
}
