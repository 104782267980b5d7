//! Runs the commands that `[hooks]` of the configuration names, one after another, in the program's folder.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::diagnostic::{Diagnostic, Findings};
use crate::fields::Spanned;
use crate::project::Project;
use crate::report;

/// The rule of a command that failed.
pub(super) const FAILED: &str = "hooks/failed";

/// How much of what a command said is told when it fails.
const LINES: usize = 5;

/// Runs commands until one fails, which is a finding.
pub(super) fn run(project: &Project, commands: &[Spanned<String>], output: &Path) -> Findings {
    let mut findings = Findings::new();
    for command in commands {
        if let Err(why) = run_one(project, &command.value, output) {
            let message = format!("`{}` failed: {}", command.value, why[0]);
            let place = project.config.source.place(command.span.clone());
            let mut finding = Diagnostic::error(FAILED, message).at(place);
            for line in &why[1..] {
                finding = finding.hint(format!("it said: {line}"));
            }
            findings.push(finding);
            break;
        }
    }
    findings
}

/// Why a command failed, and the last that it said.
fn run_one(project: &Project, command: &str, output: &Path) -> Result<(), Vec<String>> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let ran = Command::new(shell)
        .args([flag, command])
        .current_dir(project.root())
        .env("HOLDSPACE_OUTPUT", std::path::absolute(output).unwrap_or_else(|_| output.to_path_buf()))
        .env("HOLDSPACE_BASE_URL", &project.config.base_url)
        .stdin(Stdio::null())
        .output();
    match ran {
        Ok(ran) if ran.status.success() => Ok(()),
        Ok(ran) => {
            let mut why = vec![ran.status.to_string()];
            why.extend(last_words(&ran));
            Err(why)
        }
        Err(error) => Err(vec![error.to_string()]),
    }
}

fn last_words(ran: &Output) -> Vec<String> {
    let said = if ran.stderr.is_empty() { &ran.stdout } else { &ran.stderr };
    let said = String::from_utf8_lossy(said);
    let lines: Vec<String> = said.lines().filter(|line| !line.trim().is_empty()).map(report::clean).collect();
    lines[lines.len().saturating_sub(LINES)..].to_vec()
}
