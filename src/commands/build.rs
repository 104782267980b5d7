//! `holdspace build`: the site into its folder, whole or not at all.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use super::{Failure, Outcome, hooks, tell};
use crate::cli;
use crate::diagnostic::Findings;
use crate::project::{Dialect, Project};
use crate::report::{self, Format};
use crate::site::publish::publish;
use crate::site::write::Written;
use crate::site::{Mode, Options};
use crate::starter;

/// Builds the site. `findings` are those of the configuration.
pub(super) fn build(mut project: Project, mut findings: Findings, args: &cli::Build) -> Outcome {
    let began = Instant::now();
    if let Some(url) = &args.base_url {
        let hint = "write the whole address, like `https://www.example.org/`";
        let wrong = || Failure::new("usage/base-url", format!("`{url}` is not a whole address"), Some(hint));
        project.config.base_url = whole_address(url).ok_or_else(wrong)?;
        // Templates see it as it was given.
        let shows_slash = project.config.dialect == Dialect::Own || url.ends_with('/');
        project.config.base_url_ends_in_slash = shows_slash;
    }
    findings.extend(starter::left_to_fill_in(&project));
    let options = options(args);
    let output = args.output.clone().unwrap_or_else(|| project.output());
    if !findings.has_errors() {
        findings.extend(hooks::run(&project, &project.config.hooks.before_build, &output));
        // What a hook was to prepare would only be missed.
        if findings.has_errors() {
            report::print(&findings, args.format)?;
            return Err(Failure::Told);
        }
    }
    let published = publish(&project, &options, &output, !findings.has_errors())?;
    findings.extend(published.findings);
    report::print(&findings, args.format)?;
    let written = published.written.ok_or(Failure::Told)?;
    tell(&hooks::run(&project, &project.config.hooks.after_build, &output))?;
    if args.format == Format::Human {
        let shown = args.output.as_deref().unwrap_or(Path::new(&project.config.output_dir));
        writeln!(io::stdout(), "{}", summary(&written, shown, began.elapsed().as_secs_f64()))?;
        if let Some((folder, count)) = &written.aside {
            let files = if *count == 1 { "a file that was".to_owned() } else { format!("{count} files that were") };
            writeln!(io::stdout(), "{files} not written by holdspace stood in the way; kept in {}", folder.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn options(args: &cli::Build) -> Options {
    Options {
        drafts: args.drafts,
        future: args.future,
        expired: args.expired,
        mode: Mode::Build,
        fresh: args.fresh,
        ..Options::default()
    }
}

/// `built 24 pages and 12 files into public/ in 0.12 s; 3 changed`
fn summary(written: &Written, output: &Path, seconds: f64) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let files = written.changed + written.unchanged - written.pages;
    let mut changes = match written.changed {
        0 => "nothing changed".to_owned(),
        changed => format!("{changed} changed"),
    };
    if written.removed > 0 {
        changes.push_str(&format!(", {} removed", written.removed));
    }
    format!(
        "built {} and {} into {}/ in {seconds:.2} s; {changes}",
        count(written.pages, "page"),
        count(files, "file"),
        output.display().to_string().trim_end_matches('/'),
    )
}

/// An address with its slash at the end.
fn whole_address(text: &str) -> Option<String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let whole = !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace);
    whole.then(|| format!("{}/", text.trim_end_matches('/')))
}
