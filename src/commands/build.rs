//! `holdspace build`: the site into its folder, whole or not at all.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::cli;
use crate::commands::{fail, report_findings, say};
use crate::diagnostic::Findings;
use crate::project::Project;
use crate::report::Format;
use crate::site::write::{Written, write};
use crate::site::{self, Artifact, Kind, Mode, Options};

/// Builds the site. `findings` are those of the configuration.
pub fn build(mut project: Project, mut findings: Findings, arguments: &cli::Build) -> ExitCode {
    let began = Instant::now();
    if let Some(url) = &arguments.base_url {
        match whole_address(url) {
            Some(url) => project.config.base_url = url,
            None => return fail(&format!("`{url}` is not a whole address, like `https://www.example.org/`")),
        }
    }
    let options = Options { drafts: arguments.drafts, mode: Mode::Build };
    let (artifacts, found) = site::build(&project, &options);
    findings.extend(found);
    report_findings(&findings, arguments.format);
    if findings.has_errors() {
        return ExitCode::FAILURE;
    }
    let output = arguments.output.clone().unwrap_or_else(|| project.output());
    match write(&project, &artifacts, &output) {
        Ok(written) => {
            if arguments.format == Format::Human {
                let shown = arguments.output.as_deref().unwrap_or(Path::new(&project.config.output_dir));
                say(&summary(&artifacts, written, shown, began.elapsed().as_secs_f64()));
            }
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string()),
    }
}

/// `built 24 pages and 12 files into public/ in 0.12 s; 3 changed`
fn summary(artifacts: &[Artifact], written: Written, output: &Path, seconds: f64) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let pages = artifacts.iter().filter(|artifact| artifact.kind == Kind::Page).count();
    let mut changes = match written.changed {
        0 => "nothing changed".to_owned(),
        changed => format!("{changed} changed"),
    };
    if written.removed > 0 {
        changes.push_str(&format!(", {} removed", written.removed));
    }
    format!(
        "built {} and {} into {}/ in {seconds:.2} s; {changes}",
        count(pages, "page"),
        count(artifacts.len() - pages, "file"),
        output.display().to_string().trim_end_matches('/'),
    )
}

/// An address with its slash at the end.
fn whole_address(text: &str) -> Option<String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let whole = !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace);
    whole.then(|| format!("{}/", text.trim_end_matches('/')))
}
