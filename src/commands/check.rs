//! `holdspace check`: what a careful colleague would see before it is published.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Failure, Outcome, open, warn};
use crate::check::{self, Besides, Checked, Example, RULES, Rule, fix};
use crate::cli::{self, CheckFormat};
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::project::Project;
use crate::report::machines::{self, About};
use crate::report::{self, clean};

/// Checks the program, or explains a rule.
pub(super) fn check(start: &Path, args: &cli::Check) -> Outcome {
    if let Some(rule) = &args.explain {
        return explain(rule);
    }
    let (project, configured) = open(start)?;
    let mut checked =
        check::check_with(&project, &today(), Besides { external: args.external, remember: true, keep: true });
    checked.findings.extend(configured);
    checked.findings.extend(unknown(&project));
    let only = absolute(&args.paths)?;
    checked.findings = checked.findings.into_iter().filter(|finding| is_within(finding, &project, &only)).collect();
    if args.fix {
        mend(&project, &mut checked)?;
    }
    tell(&checked, args)?;
    let fails = |finding: &Diagnostic| match finding.severity {
        Severity::Error => true,
        Severity::Warning => args.strict,
        Severity::Note => false,
    };
    let failed = checked.findings.sorted().into_iter().any(fails);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The day it is here: `2026-11-25`.
pub(super) fn today() -> String {
    Timestamp::now().to_zoned_datetime(TimeZone::system()).date().to_string()
}

/// Rules that the configuration names and nobody knows.
fn unknown(project: &Project) -> Findings {
    let strangers = project.config.checks.named.iter().filter(|rule| check::rule::of(&rule.value).is_none());
    let told = strangers.map(|rule| {
        let finding = Diagnostic::warning("check/rule", format!("there is no rule `{}`", rule.value));
        finding.at(project.config.source.place(rule.span.clone())).hint(check::rule::near(&rule.value))
    });
    told.collect()
}

fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let real = |path: &PathBuf| {
        path.canonicalize().map_err(|error| {
            let message = format!("`{}` cannot be checked: {error}", path.display());
            Failure::new("usage/path", message, Some("name files or folders of the program, or none for all of it"))
        })
    };
    paths.iter().map(real).collect()
}

fn is_within(finding: &Diagnostic, project: &Project, only: &[PathBuf]) -> bool {
    let at = |file: &Path| project.root().join(file);
    let within = |file: PathBuf| {
        let real = file.canonicalize().unwrap_or(file);
        only.iter().any(|path| real.starts_with(path))
    };
    only.is_empty() || finding.place.as_ref().is_some_and(|place| within(at(&place.file)))
}

/// Mends what can be, and leaves what is still wrong.
fn mend(project: &Project, checked: &mut Checked) -> Result<(), Failure> {
    let findings = &checked.findings;
    let told = findings.sorted();
    checked.mends.retain(|mend| told.iter().any(|finding| mend.is_of(finding)));
    let written = fix::write(project, &checked.mends)?;
    let mended = |finding: &Diagnostic| written.iter().any(|mend| mend.is_of(finding));
    checked.findings = std::mem::take(&mut checked.findings).into_iter().filter(|finding| !mended(finding)).collect();
    if !written.is_empty() {
        warn(&format!("mended {}\n", written.len()));
    }
    Ok(())
}

fn tell(checked: &Checked, args: &cli::Check) -> Result<(), Failure> {
    let shown = |finding: &Diagnostic| args.notes || finding.severity != Severity::Note;
    let findings: Findings = checked.findings.sorted().into_iter().filter(|f| shown(f)).cloned().collect();
    match args.format {
        CheckFormat::Human => {
            report::print(&findings, report::Format::Human)?;
            let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
            let read = format!("{} and {} read", count(checked.pages, "page"), count(checked.sessions, "session"));
            let notes = checked.findings.count(Severity::Note);
            let hidden =
                if args.notes || notes == 0 { String::new() } else { format!("; {}: `--notes`", count(notes, "note")) };
            let clean = if findings.is_empty() { ": nothing found" } else { "" };
            warn(&format!("{read}{clean}{hidden}\n"));
            if args.notes {
                warn(&format!("{}\n", check::NOT_CHECKED));
            }
        }
        CheckFormat::Json => report::print(&findings, report::Format::Json)?,
        CheckFormat::Sarif => {
            let about = |rule: &Rule| About { id: rule.id, why: rule.why, severity: rule.severity };
            let rules: Vec<About> = RULES.iter().map(about).collect();
            io::stdout().lock().write_all(machines::sarif(&findings, &rules).as_bytes())?;
        }
        CheckFormat::Github => io::stdout().lock().write_all(machines::github(&findings).as_bytes())?,
    }
    Ok(())
}

fn explain(id: &str) -> Outcome {
    let mut out = io::stdout().lock();
    if id.is_empty() {
        for rule in RULES {
            writeln!(out, "{:24} {:8} {}", rule.id, check::rule::weight(rule.severity), rule.why)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some(rule) = check::rule::of(id) else {
        return Err(Failure::new("check/rule", format!("there is no rule `{id}`"), Some(&check::rule::near(id))));
    };
    writeln!(out, "{} ({})\n\n{}\nSource: {}", rule.id, check::rule::weight(rule.severity), rule.why, rule.source)?;
    let show = |example: &Example| {
        let text = example.text.replace(['«', '»'], "");
        text.trim_matches('\n').lines().map(|line| format!("    {line}\n")).collect::<String>()
    };
    for (title, examples) in [("This is found:", rule.fails), ("This is as it should be:", rule.passes)] {
        if let Some(first) = examples.first() {
            write!(out, "\n{title}\n\n{}", clean(&show(first)))?;
        }
    }
    writeln!(out, "\nWhere it is right for once, say why in the line above: `lint-ignore {}: the reason`", rule.id)?;
    writeln!(
        out,
        "(`<!-- … -->` in Markdown, `# …` in a playlist, `{{# … #}}` in a template); for the whole program, `[check]`"
    )?;
    writeln!(out, "in holdspace.toml: `off`, `errors`, `warnings`, `notes`, each a list of rules.")?;
    Ok(ExitCode::SUCCESS)
}
