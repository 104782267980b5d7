//! When groups meet: `content/cohorts/NAME.toml` as dates that a page shows, a calendar subscribes to, and a packet prints.
//!
//! 1. [`read`]    a file into a [`Cohort`], every mistake at its place ([`said`] texts, `zone`, [`when`] dates, `order`)
//! 2. [`settle`]  which cohorts are shown, which are over, which are drafts
//! 3. [`words`]   dates in the reader's language
//! 4. [`ics`]     a calendar to subscribe to (RFC 5545), its zones by `ics::zone`
//! 5. [`event`]   the same for search engines (schema.org)
//!
//! The steps of a program are the pages of its folder `program/`, in the order of their weights: a date is of one of them,
//! and must come after the dates of those before it. Pure: the hour is given, and no clock is asked.

pub mod event;
pub mod ics;
mod order;
mod read;
pub mod said;
pub mod when;
pub mod words;
mod zone;

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostic::{Diagnostic, Findings, Place, Severity, SourceText};
use crate::project::Config;
use crate::site::Options;
use crate::site::page::Page;
use said::Said;
use when::When;

/// A group that goes through the program together.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// Its file's name without its ending, as it stands in addresses: `spring-2027`.
    pub name: String,
    /// What it is called.
    pub title: Said,
    /// One sentence on it; may be empty.
    pub summary: Said,
    /// Where the clocks stand that its hours are read from.
    pub zone: TimeZone,
    /// Where it meets, where a date says nothing else.
    pub place: Said,
    /// That place's address; may be empty.
    pub address: String,
    /// Whether it meets in a call.
    pub online: bool,
    /// How many people it takes.
    pub places: Option<Places>,
    /// How it stands.
    pub status: Status,
    /// Whether it is still being written.
    pub draft: bool,
    /// When its file was last changed, where it says so.
    pub updated: Option<Date>,
    /// Its dates, in the order of the program's steps.
    pub meetings: Vec<Meeting>,
    /// The file.
    pub source: SourceText,
}

/// How many people a cohort takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// All of them.
    pub all: i64,
    /// How many are left, where that is said.
    pub left: Option<i64>,
}

/// How a cohort stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its dates may still change.
    Planned,
    /// It takes people.
    Open,
    /// It takes no more.
    Full,
    /// It does not take place.
    Cancelled,
}

impl Status {
    /// What it is called in a cohort's file.
    pub fn name(self) -> &'static str {
        match self {
            Status::Planned => "planned",
            Status::Open => "open",
            Status::Full => "full",
            Status::Cancelled => "cancelled",
        }
    }
}

/// One date of a cohort.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// The step of the program: the name of its page in `program/`.
    pub step: String,
    /// When.
    pub when: When,
    /// Where, if elsewhere than the cohort.
    pub place: Said,
    /// Whether it is a call.
    pub online: bool,
    /// What else is to be known; may be empty.
    pub note: Said,
    /// The bytes of its beginning, as it is written.
    pub span: Range<usize>,
}

/// The cohorts of a program.
#[derive(Clone, Debug, Default)]
pub struct Cohorts {
    /// Those that are shown, the earliest first.
    pub to_come: Vec<Cohort>,
    /// Those that are over: their calendars stay, so that nobody's subscription breaks.
    pub over: Vec<Cohort>,
}

impl Cohorts {
    /// Those that have a calendar of their own.
    pub fn all(&self) -> impl Iterator<Item = &Cohort> {
        self.to_come.iter().chain(&self.over)
    }
}

impl Cohort {
    /// When it begins, and when it is over, in seconds since 1970.
    pub fn times(&self) -> (i64, i64) {
        let times = || self.meetings.iter().map(|meeting| meeting.when.times(&self.zone));
        let begins = times().map(|(start, _)| start).min().unwrap_or(i64::MAX);
        (begins, times().map(|(_, end)| end).max().unwrap_or(i64::MAX))
    }

    /// Its first and its last day.
    pub fn days(&self) -> Option<(Date, Date)> {
        let days = || self.meetings.iter().map(|meeting| meeting.when.days());
        Some((days().map(|(first, _)| first).min()?, days().map(|(_, last)| last).max()?))
    }

    /// What its events are stamped with: the day its file says it was changed, else its first; never the clock's.
    pub fn stamp(&self) -> Date {
        self.updated.or_else(|| self.days().map(|(first, _)| first)).unwrap_or(Date::constant(1970, 1, 1))
    }

    /// The name of its zone: `America/Denver`.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Whether all its dates are over.
    pub fn is_over(&self, now: i64) -> bool {
        self.times().1 <= now
    }
}

/// The steps of a program: the pages in `program/`, by their weights.
pub fn steps(pages: &[Box<Page>], config: &Config) -> Vec<String> {
    let of_program = |page: &&Page| {
        let source = &page.source;
        source.folder() == "program/" && !source.is_section() && source.language == config.default_language
    };
    let mut steps: Vec<&Page> = pages.iter().map(AsRef::as_ref).filter(of_program).collect();
    steps.sort_by_key(|page| (page.front.weight.unwrap_or(i64::MAX), page.source.path.clone()));
    steps.into_iter().map(|page| page.source.stem.clone()).collect()
}

/// Reads the cohorts of a program. What is wrong with a draft stops nothing.
pub fn read(sources: &[SourceText], config: &Config, steps: &[String]) -> (Vec<Cohort>, Findings) {
    let mut cohorts = Vec::new();
    let mut findings = Findings::new();
    for source in sources {
        let read = read::cohort(source, config, steps);
        let weigh = |finding: Diagnostic| if read.draft { finding.lightly() } else { finding };
        findings.extend(read.findings.into_iter().map(weigh).collect());
        cohorts.extend(read.cohort);
    }
    (cohorts, findings)
}

/// Parts what is shown from what is over, and leaves drafts out.
pub fn settle(cohorts: Vec<Cohort>, options: &Options) -> (Cohorts, Findings) {
    let now = options.now();
    let wanted = cohorts.into_iter().filter(|cohort| options.drafts || !cohort.draft);
    let (over, mut to_come): (Vec<Cohort>, Vec<Cohort>) =
        wanted.partition(|cohort| cohort.is_over(now) && !options.expired);
    to_come.sort_by_key(|cohort| (cohort.times(), cohort.name.clone()));
    let findings = over.iter().map(told_over).collect();
    (Cohorts { to_come, over }, findings)
}

fn told_over(cohort: &Cohort) -> Diagnostic {
    let day = cohort.days().map(|(_, last)| last.to_string()).unwrap_or_default();
    Diagnostic::of(Severity::Note, "cohort/over", format!("this cohort is over since {day}, and no page shows it"))
        .at(Place::file(cohort.source.path()))
        .hint("its calendar stays for those who subscribed; take the file away when nobody needs it")
}

/// When a moment is, in seconds since 1970.
fn second(moment: Timestamp) -> i64 {
    moment.as_second()
}

#[cfg(test)]
mod tests;
