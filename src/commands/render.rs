//! `holdspace render`: a session's sound to a file, as fast as the machine can.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use super::{Failure, Outcome, say, tell, warn};
use crate::cli;
use crate::control::script::{self, Script};
use crate::diagnostic::{Findings, SourceText};
use crate::error::At;
use crate::music::player::{self, Event, Scripted};
use crate::music::read::Direct;
use crate::music::sink::Depth;
use crate::music::transport::Transport;
use crate::music::{score, sink};
use crate::project::Project;
use crate::report;
use crate::units::{SampleRate, clock_of};

/// Renders a session.
pub(super) fn render(project: &Project, mut findings: Findings, args: &cli::Render) -> Outcome {
    let script = read_script(args, &mut findings)?;
    let rate = match args.rate {
        None => script.rate.unwrap_or(project.config.music.rate),
        Some(hertz) => SampleRate::new(hertz).filter(|rate| rate.hertz() >= 1000).ok_or_else(|| {
            Failure::new("usage/rate", format!("`{hertz}` is not a rate"), Some("frames a second, from 1000 to 384000"))
        })?,
    };
    let (score, scored) = score(project, &args.session, rate);
    findings.extend(scored);
    tell(&findings)?;
    let Some(score) = score else { return Err(Failure::Told) };
    let depth = match args.bits {
        cli::Bits::Bits16 => Depth::Bits16,
        cli::Bits::Bits24 => Depth::Bits24,
    };
    let sink = sink::to_file(&args.output, rate, score.ceiling, depth)?;
    let mut transport = Transport::new(score);
    let shows = io::stderr().is_terminal();
    let mut failed = Findings::new();
    let mut listener = |event: Event<'_>, reader: &mut Direct| {
        failed.extend(reader.take_findings());
        match event {
            Event::Answered(command, answer, at) => {
                say(&format!("{} {command}: {}\n", clock_of(at.since_start(), rate), answer.0));
            }
            Event::Replaced(finding) => failed.push(finding),
            Event::Went(status) if shows => {
                let share = status.mixed.0 * 100 / status.timeline.end.0.max(1);
                warn(&format!("\r{share} %"));
            }
            Event::Went(_) | Event::Done(..) => {}
        }
    };
    let start = script.start(rate);
    let mut commands = Scripted::new(player::catch_up(&mut transport, script.commands(rate), start));
    let start = start.min(transport.timeline().end);
    player::play(&mut transport, Direct::new(rate), sink, start, &mut commands, &mut listener)?;
    if shows {
        warn("\r");
    }
    report::print(&failed, report::Format::Human)?;
    let length = clock_of(transport.timeline().length(), rate);
    writeln!(io::stdout(), "rendered {}: {length} at {rate}", args.output.display())?;
    Ok(ExitCode::SUCCESS)
}

fn read_script(args: &cli::Render, findings: &mut Findings) -> Result<Script, Failure> {
    let Some(path) = &args.commands else { return Ok(Script::default()) };
    let text = fs::read_to_string(path).at("read", path)?;
    let (script, mistakes) = script::parse(&SourceText::new(path, text));
    findings.extend(mistakes);
    Ok(script)
}
