//! `holdspace play`: a session in the room, with commands from standard input and a plain status line.

use std::io::{self, BufReader, IsTerminal};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Failure, Outcome, say, warn};
use crate::cli;
use crate::control::lines::{Lines, Request};
use crate::control::status;
use crate::diagnostic::{Findings, did_you_mean};
use crate::music::journal::Journal;
use crate::music::player::{self, Event, Status};
use crate::music::prefetch::Prefetch;
use crate::music::timeline::Timeline;
use crate::music::transport::{COMMANDS, Command, Transport};
use crate::music::{score, sink};
use crate::project::Project;
use crate::report::{self, clean};
use crate::units::{Length, Position, clock_of, parse_time};

/// Plays a session.
pub(super) fn play(project: &Project, mut findings: Findings, args: &cli::Play) -> Outcome {
    let (planned, scored) = score(project, &args.session, project.config.music.rate);
    let broken = findings.has_errors();
    findings.extend(scored);
    report::print(&findings, report::Format::Human)?;
    // A file that cannot be played is no reason for silence: the room has music without it.
    let Some(planned) = planned.filter(|_| !broken) else { return Err(Failure::Told) };
    if findings.has_errors() {
        say("going on without what cannot be played\n");
    }
    let sink = sink::to_output(args.output.as_deref(), planned.rate, planned.ceiling)?;
    // The session's clock is the output's: what the output takes as it is, nobody needs to convert.
    let rate = sink.rate();
    let score =
        if rate == planned.rate { planned } else { score(project, &args.session, rate).0.ok_or(Failure::Told)? };
    let mut transport = Transport::new(score);
    let start = start(transport.timeline(), args.from.as_deref())?;
    let mut lines = Lines::read(BufReader::new(io::stdin()), answer);
    end_gently(&lines)?;
    let length = clock_of(transport.timeline().length(), rate);
    say(&format!("{} · {length} · type `help` for the commands\n", clean(&transport.timeline().title)));
    let journal = match Journal::begin(&project.cache().join("sessions"), &args.session, rate, start) {
        Ok(journal) => Some(journal),
        Err(error) => {
            warn(&format!("no journal is kept of this session: {}\n", clean(&error.to_string())));
            None
        }
    };
    let mut teller = Teller { journal: journal.as_ref(), ..Teller::default() };
    let mut listener = |event: Event<'_>, reader: &mut Prefetch| teller.tell(event, &reader.take_findings());
    player::play(&mut transport, Prefetch::new(rate), sink, start, &mut lines, &mut listener)?;
    teller.clear();
    say("the session is over\n");
    if let Some(journal) = journal {
        let path = project.relative(journal.path()).display().to_string();
        match journal.close() {
            Ok(()) => say(&format!("its journal: {}\n", clean(&path))),
            Err(error) => warn(&format!("its journal is not whole: {}\n", clean(&error.to_string()))),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the session begins: at a phase by its name, or at a time.
fn start(timeline: &Timeline, from: Option<&str>) -> Result<Position, Failure> {
    let Some(from) = from else { return Ok(Position::START) };
    if let Some(phase) = timeline.phases.iter().find(|phase| phase.name.eq_ignore_ascii_case(from.trim())) {
        return Ok(phase.start);
    }
    if let Ok(time) = parse_time(from) {
        let at = Position::START + Length::of(time, timeline.rate);
        if at < timeline.end {
            return Ok(at);
        }
        let length = clock_of(timeline.length(), timeline.rate);
        return Err(Failure::new(
            "usage/from",
            format!("`{from}` is after the session's end"),
            Some(&format!("it lasts {length}")),
        ));
    }
    Err(no_phase(timeline, from, "name a phase or a time like `0:12:30`"))
}

/// No phase has this name: which one was meant, or what there is.
pub(super) fn no_phase(timeline: &Timeline, name: &str, hint: &str) -> Failure {
    let names: Vec<&str> = timeline.phases.iter().map(|phase| phase.name.as_str()).collect();
    let near = did_you_mean(name, names.iter().copied());
    let hint = near.unwrap_or_else(|| format!("{hint}; the phases are: {}", names.join(", ")));
    Failure::new("usage/phase", format!("there is no phase `{name}` in this session"), Some(&hint))
}

/// What a line gets that is no command for the session.
fn answer(request: Request) {
    match request {
        Request::Help => COMMANDS.iter().for_each(|(command, what)| say(&format!("{command:14} {what}\n"))),
        Request::Unknown(error) => say(&format!("{}; {}\n", clean(&error.to_string()), clean(&error.hint))),
        Request::Command(_) => {}
    }
}

/// Ctrl-C closes the session with its last fade; a second one stops at once.
fn end_gently(lines: &Lines) -> Result<(), Failure> {
    static ASKED: AtomicBool = AtomicBool::new(false);
    let sender = lines.sender();
    let handler = move || {
        if ASKED.swap(true, Ordering::SeqCst) || sender.send(Command::End).is_err() {
            std::process::exit(130);
        }
        say("\nclosing the session with its last fade; once more stops at once\n");
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::new("system/signal", error, None))
}

/// Tells what happens: on a terminal by one line that changes, else by a line for each change.
#[derive(Default)]
struct Teller<'a> {
    journal: Option<&'a Journal>,
    told: String,
    shown: Option<Instant>,
}

impl Teller<'_> {
    fn tell(&mut self, event: Event<'_>, findings: &Findings) {
        for finding in findings.sorted() {
            self.clear();
            warn(&report::one(finding, report::Colour::for_stderr()));
        }
        match event {
            Event::Replaced(finding) => {
                self.clear();
                warn(&report::one(&finding, report::Colour::for_stderr()));
            }
            Event::Done(command, at) => {
                if let Some(journal) = self.journal {
                    journal.note(&command, at);
                }
            }
            Event::Answered(command, answer, _) => self.line(&format!("{command}: {}", answer.0)),
            Event::Went(status) => {
                for news in &status.health.news {
                    self.line(news);
                }
                self.show(&status);
            }
        }
    }

    fn show(&mut self, status: &Status<'_>) {
        if io::stdout().is_terminal() {
            if self.shown.is_none_or(|shown| shown.elapsed() >= Duration::from_millis(250)) {
                self.shown = Some(Instant::now());
                say(&format!("\r\x1b[K{}", clean(&status::line(status))));
            }
            return;
        }
        let now = status.health.heard.unwrap_or(status.mixed);
        let phase = status.timeline.phase_at(now).map_or("", |(_, phase)| phase.name.as_str());
        let (sounds, clock) = (status::sounds(status.timeline, now), std::mem::discriminant(status.clock));
        let state = format!("{phase}{sounds}{clock:?}{:?}{}", status.health.unheard, status.health.underruns);
        if state != self.told {
            self.told = state;
            say(&format!("{}\n", clean(&status::line(status))));
        }
    }

    fn line(&mut self, text: &str) {
        self.clear();
        say(&format!("{}\n", clean(text)));
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            say("\r\x1b[K");
        }
    }
}
