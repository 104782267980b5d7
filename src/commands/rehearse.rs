//! `holdspace rehearse`: each transition of a session, and nothing else.

use std::process::ExitCode;

use super::{Failure, Outcome, play, say, tell};
use crate::cli;
use crate::diagnostic::Findings;
use crate::music::plan::plan;
use crate::music::prefetch::Prefetch;
use crate::music::read::Direct;
use crate::music::rehearse::{self, Passage};
use crate::music::sink::{self, Depth};
use crate::music::{score, timeline::Timeline};
use crate::project::Project;
use crate::report::clean;

/// Plays the transitions.
pub(super) fn rehearse(project: &Project, mut findings: Findings, args: &cli::Rehearse) -> Outcome {
    let (scored, found) = score(project, &args.session, project.config.music.rate);
    findings.extend(found);
    tell(&findings)?;
    let Some(mut scored) = scored else { return Err(Failure::Told) };
    let sink = match &args.file {
        Some(file) => sink::to_file(file, scored.rate, scored.ceiling, Depth::Bits24)?,
        None => sink::to_output(args.output.as_deref(), scored.rate, scored.ceiling)?,
    };
    let rate = sink.rate();
    if rate != scored.rate {
        scored = score(project, &args.session, rate).0.ok_or(Failure::Told)?;
    }
    let (timeline, _) = plan(&scored);
    let phase = args.phase.as_deref().map(|name| phase_number(&timeline, name)).transpose()?;
    let passages = rehearse::passages(&timeline, phase);
    let say = |passage: &Passage| say(&format!("{}\n", clean(&passage.what)));
    match &args.file {
        Some(_) => rehearse::play(&timeline, &passages, || Direct::new(rate), sink, say)?,
        None => rehearse::play(&timeline, &passages, || Prefetch::new(rate), sink, say)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn phase_number(timeline: &Timeline, name: &str) -> Result<usize, Failure> {
    let number = timeline.phases.iter().position(|phase| phase.name.eq_ignore_ascii_case(name.trim()));
    number.ok_or_else(|| play::no_phase(timeline, name, "name a phase"))
}
