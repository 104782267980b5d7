//! One short function per subcommand: open the program, call the library, report. With `report`, the only room that
//! prints.

mod build;
mod check;
mod compose;
mod history;
mod hooks;
mod import;
mod list;
mod new;
mod outputs;
mod plan;
mod play;
mod preflight;
mod rehearse;
mod render;
mod serve;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::cli::{Cli, Command};
use crate::diagnostic::{Diagnostic, Findings};
use crate::error::PathError;
use crate::music::decode;
use crate::music::sink::SinkError;
use crate::project::{Project, ProjectError};
use crate::report::{self, Format};
use crate::site::write::WriteError;
use crate::system;

/// Runs the command line and returns the exit status: 0 all is well, 1 errors.
pub fn run(cli: Cli) -> ExitCode {
    decode::hush();
    system::take_small_pages();
    let start = cli.directory.as_deref().unwrap_or(Path::new("."));
    let outcome = match &cli.command {
        Command::Completions { shell } => completions(*shell),
        Command::Outputs(args) => outputs::outputs(args),
        Command::New(args) => new::new(start, args),
        Command::Build(args) => {
            // The threads of the pool begin meanwhile.
            rayon::current_num_threads();
            open(start).and_then(|(project, findings)| build::build(project, findings, args))
        }
        Command::Compose(args) => compose::compose(args),
        Command::Serve(args) => open(start).and_then(|(project, _)| serve::serve(&project, args)),
        Command::Check(args) => check::check(start, args),
        Command::List(args) => open(start).and_then(|(project, findings)| list::list(&project, findings, args)),
        Command::Sessions => open(start).and_then(|(project, findings)| plan::sessions(&project, findings)),
        Command::Plan(args) => open(start).and_then(|(project, findings)| plan::plan(&project, findings, args)),
        Command::Render(args) => open(start).and_then(|(project, findings)| render::render(&project, findings, args)),
        Command::History(args) => open(start).and_then(|(project, _)| history::history(&project, args)),
        Command::Import(args) => open(start).and_then(|(project, _)| import::import(&project, args)),
        Command::Preflight(args) => {
            open(start).and_then(|(project, findings)| preflight::preflight(&project, findings, args))
        }
        Command::Rehearse(args) => {
            open(start).and_then(|(project, findings)| rehearse::rehearse(&project, findings, args))
        }
        Command::Play(args) => open(start).and_then(|(project, findings)| play::play(&project, findings, args)),
    };
    match outcome {
        Ok(code) => code,
        Err(Failure::Told) => ExitCode::FAILURE,
        // Whoever read our words has closed the pipe: `holdspace plan | head` is no error.
        Err(Failure::Error(diagnostic)) if diagnostic.rule == BROKEN_PIPE => ExitCode::SUCCESS,
        Err(Failure::Error(diagnostic)) => {
            warn(&report::one(&diagnostic, report::Colour::for_stderr()));
            ExitCode::FAILURE
        }
    }
}

/// Ends the program at once: what it still holds, the system takes back sooner than it could be given back piece by piece.
pub fn leave(code: ExitCode) -> ! {
    // Whoever does not listen any more was told of by now.
    let _ = io::stdout().flush();
    signal_hook::low_level::exit(i32::from(code != ExitCode::SUCCESS))
}

/// Why a command stopped.
pub(crate) enum Failure {
    /// It has been told already.
    Told,
    /// It is still to be told.
    Error(Box<Diagnostic>),
}

const BROKEN_PIPE: &str = "output/closed";

impl Failure {
    fn new(rule: &'static str, message: impl ToString, hint: Option<&str>) -> Failure {
        Failure::Error(Box::new(Diagnostic::error(rule, message.to_string()).maybe_hint(hint.map(str::to_owned))))
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        let hint = match error {
            ProjectError::NotFound { .. } => Some("name the program's folder: `holdspace -C DIR …`"),
            ProjectError::Path(_) => None,
        };
        Failure::new("project/open", error, hint)
    }
}

impl From<SinkError> for Failure {
    fn from(error: SinkError) -> Self {
        Failure::new("sound/output", &error, error.hint())
    }
}

impl From<PathError> for Failure {
    fn from(error: PathError) -> Self {
        Failure::new("file/access", error, None)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Failure::new("site/write", error, None)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let rule = if error.kind() == io::ErrorKind::BrokenPipe { BROKEN_PIPE } else { "output/write" };
        Failure::new(rule, error, None)
    }
}

type Outcome = Result<ExitCode, Failure>;

/// Opens the program, with what is wrong in its configuration: each command tells that with its own findings.
fn open(start: &Path) -> Result<(Project, Findings), Failure> {
    Ok(Project::open(start)?)
}

/// Tells the findings; goes on where none of them is an error.
pub(crate) fn tell(findings: &Findings) -> Result<(), Failure> {
    report::print(findings, Format::Human)?;
    if findings.has_errors() { Err(Failure::Told) } else { Ok(()) }
}

/// Says something on standard output while music plays. That nobody listens any more, or that the terminal is gone,
/// is no reason to stop it.
pub(crate) fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Says something on standard error; see [`say`].
pub(crate) fn warn(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "holdspace", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}
