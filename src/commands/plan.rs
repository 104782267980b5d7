//! `holdspace plan` and `holdspace sessions`: what plays, and when, without playing it.

use std::io::{self, Write};
use std::process::ExitCode;

use super::{Failure, Outcome, tell};
use crate::cli::{self, PlanFormat};
use crate::diagnostic::Findings;
use crate::exchange;
use crate::music::{session_names, timeline};
use crate::project::Project;
use crate::report;
use crate::session;
use crate::units::clock_of;

/// Shows what a session plays.
pub(super) fn plan(project: &Project, mut findings: Findings, args: &cli::Plan) -> Outcome {
    let (timeline, planned) = timeline(project, &args.session);
    findings.extend(planned);
    tell(&findings)?;
    let Some(timeline) = timeline else { return Err(Failure::Told) };
    let text = match args.format {
        PlanFormat::Text => report::clean(&session::text(&timeline)),
        PlanFormat::Json => session::json(&args.session, &timeline),
        PlanFormat::Svg => session::file_svg(&timeline),
        PlanFormat::M3u => exchange::m3u(&timeline.title, &session::entries(&timeline)),
        PlanFormat::Xspf => exchange::xspf(&timeline.title, &session::entries(&timeline)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Lists the sessions.
pub(super) fn sessions(project: &Project, mut findings: Findings) -> Outcome {
    let mut out = io::stdout().lock();
    for name in session_names(project) {
        let (timeline, planned) = timeline(project, &name);
        findings.extend(planned);
        if let Some(timeline) = timeline {
            let length = clock_of(timeline.length(), timeline.rate);
            writeln!(out, "{name}  {length}  {}", report::clean(&timeline.title))?;
            for phase in &timeline.phases {
                writeln!(out, "  {:>8}  {}", clock_of(phase.length(), timeline.rate), report::clean(&phase.name))?;
            }
        }
    }
    tell(&findings)?;
    Ok(ExitCode::SUCCESS)
}
