//! One short function per subcommand: open the program, call the library, report.

pub mod build;
pub mod serve;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::{Cli, Command};
use crate::diagnostic::Findings;
use crate::project::Project;
use crate::report::{self, Format};

/// Runs the command line and returns the exit status.
pub fn run(cli: Cli) -> ExitCode {
    let directory = cli.directory.unwrap_or_else(|| PathBuf::from("."));
    match &cli.command {
        Command::Build(arguments) => {
            with_project(&directory, |project, findings| build::build(project, findings, arguments))
        }
        Command::Serve(arguments) => with_project(&directory, |project, _| serve::serve(&project, arguments)),
        _ => fail("this command is not yet in this branch"),
    }
}

fn with_project(directory: &Path, run: impl FnOnce(Project, Findings) -> ExitCode) -> ExitCode {
    match Project::open(directory) {
        Ok((project, findings)) => run(project, findings),
        Err(error) => fail(&error.to_string()),
    }
}

/// Prints findings to where their format belongs.
pub(crate) fn report_findings(findings: &Findings, format: Format) {
    // A closed pipe is no reason to stop.
    let _ = report::print(findings, format);
}

/// Says a line on standard output. A closed pipe is no reason to stop.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Says in one sentence why a command cannot do its work.
#[expect(clippy::print_stderr, reason = "a command speaks")]
pub(crate) fn fail(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}
