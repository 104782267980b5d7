//! The rules, as a table: what each asks for, why, by what source, with examples that are its tests. `holdspace check
//! --explain` is drawn from it. In an example «these marks» stand around the place that is told.
//!
#![doc = include_str!("rule/page.md")]

mod reading;
mod table;

use crate::diagnostic::{Severity, did_you_mean};

pub use table::RULES;

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name: `links/internal`.
    pub id: &'static str,
    /// What a finding of it weighs, where a program doesn't say otherwise.
    pub severity: Severity,
    /// Why, in a sentence.
    pub why: &'static str,
    /// Where that comes from.
    pub source: &'static str,
    /// What it finds.
    pub fails: &'static [Example],
    /// What is as it should be.
    pub passes: &'static [Example],
}

/// A small piece of a program.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Where it stands.
    pub place: In,
    /// What it says.
    pub text: &'static str,
}

/// Where an example stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum In {
    /// The Markdown of a page.
    Page,
    /// The Markdown of a page in Spanish.
    Spanish,
    /// The Markdown of a guide.
    Guide,
    /// The front matter of a page, under `[extra]`.
    Extra,
    /// A template, in the main part of a page.
    Main,
    /// A style.
    Style,
    /// A script.
    Script,
    /// A playlist.
    Playlist,
    /// The configuration.
    Config,
}

/// What a weight is called.
pub fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The rules as a page of the documentation, in Markdown: `rule/page.md` is this, and a test keeps it so.
pub fn page() -> String {
    let mut text = String::from("| rule | weighs | why | source |\n| --- | --- | --- | --- |\n");
    for rule in RULES {
        let row = [&format!("`{}`", rule.id), weight(rule.severity), rule.why, rule.source];
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// The rule of this name.
pub fn of(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The hint where there is no rule of this name.
pub fn near(id: &str) -> String {
    let near = did_you_mean(id, RULES.iter().map(|rule| rule.id));
    near.unwrap_or_else(|| "`holdspace check --explain` lists the rules".to_owned())
}
