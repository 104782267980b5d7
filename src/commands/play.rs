//! `holdspace play`: a session in the room, held by a screen or by commands from standard input, and by other terminals.

mod teller;

use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use self::teller::Teller;
use super::{Failure, Outcome, say, warn};
use crate::cli;
use crate::control::attach::{self, Found, Room};
use crate::control::lines::{self, Request};
use crate::control::phone;
use crate::control::remote::{Hands, Held};
use crate::control::tui::{Setting, Tui};
use crate::control::view::Plan;
use crate::diagnostic::{Findings, did_you_mean};
use crate::http::Host;
use crate::music::journal::{self, CutOff, Journal};
use crate::music::player::{self, Event};
use crate::music::prefetch::Prefetch;
use crate::music::sink::{Sink, SinkError};
use crate::music::timeline::Timeline;
use crate::music::transport::{COMMANDS, Command, Transport};
use crate::music::{score, sink};
use crate::project::Project;
use crate::report::{self, clean};
use crate::units::{Decibels, Length, Position, SampleRate, clock_of, parse_time};

/// Plays a session.
pub(super) fn play(project: &Project, mut findings: Findings, args: &cli::Play) -> Outcome {
    let folder = project.cache().join("sessions");
    let screen = !args.no_screen && io::stdin().is_terminal() && io::stdout().is_terminal();
    let lock = match attach::enter(&folder) {
        Ok(Room::Free(lock)) => Some(lock),
        Ok(Room::Taken(found)) => return hold_another(found.as_ref(), &args.session, screen),
        Err(error) => {
            warn(&format!("no other terminal can hold this session: {}\n", clean(&error.to_string())));
            None
        }
    };
    let (planned, scored) = score(project, &args.session, project.config.music.rate);
    let broken = findings.has_errors();
    findings.extend(scored);
    report::print(&findings, report::Format::Human)?;
    // A file that cannot be played is no reason for silence: the room has music without it.
    let Some(planned) = planned.filter(|_| !broken) else { return Err(Failure::Told) };
    if findings.has_errors() {
        say("going on without what cannot be played\n");
    }
    let cut_off = resumed(&folder, args, screen)?;
    let sink = open_output(args, cut_off.as_ref(), planned.rate, planned.ceiling)?;
    // The session's clock is the output's: what the output takes as it is, nobody needs to convert.
    let rate = sink.rate();
    let score =
        if rate == planned.rate { planned } else { score(project, &args.session, rate).0.ok_or(Failure::Told)? };
    let mut transport = Transport::new(score);
    let start = match &cut_off {
        None => start(transport.timeline(), args.from.as_deref())?,
        Some(cut_off) => go_on(&mut transport, cut_off)?,
    };
    let reserves: Vec<String> = transport.reserves().map(str::to_owned).collect();
    let mut held = Held::new(Plan::of(0, &args.session, transport.timeline(), reserves.clone()));
    let hands = Arc::new(held.remote());
    if let Some(lock) = &lock
        && let Err(error) = lock.share(&args.session, hands.clone())
    {
        warn(&format!("no other terminal can hold this session: {}\n", clean(&error.to_string())));
    }
    if let Some(volume) = cut_off.as_ref().and_then(|cut_off| cut_off.run.volume()) {
        hands.send(Command::Volume(volume));
    }
    let journal = begin_journal(&folder, args, transport.timeline(), start, cut_off.as_ref());
    let length = clock_of(transport.timeline().length(), rate);
    say(&format!("{} · {length}", clean(&transport.timeline().title)));
    say(if screen { "\n" } else { " · type `help` for the commands\n" });
    let phone = args.phone.as_deref().and_then(|host| let_phones_in(&held, host));
    let gone = watch_signals(hands.clone(), screen)?;
    let tui = if screen { open_screen(hands.clone(), Setting { gone, ..setting() }) } else { None };
    if tui.is_none() {
        lines::read(BufReader::new(io::stdin()), hands, answer);
    }
    let shown = held.shown(&args.session, reserves);
    let mut teller = Teller::new(shown, journal, project.root().to_path_buf(), tui.is_some());
    let mut listener = |event: Event<'_>, reader: &mut Prefetch| teller.tell(event, &reader.take_findings());
    let played = player::play(&mut transport, Prefetch::new(rate), sink, start, &mut held, &mut listener);
    drop(phone);
    if let Some(tui) = tui {
        tui.close();
    }
    played?;
    let journal = teller.close();
    say("the session is over\n");
    match journal {
        Some((path, Ok(()))) => {
            say(&format!("its journal: {}\n", clean(&project.relative(&path).display().to_string())));
        }
        Some((_, Err(error))) => warn(&format!("its journal is not whole: {}\n", clean(&error.to_string()))),
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Another session of this program plays already: it gets one more screen, if it is the one that is asked for.
fn hold_another(found: Option<&Found>, session: &str, screen: bool) -> Outcome {
    let Some(found) = found else {
        let hint = "end it in its terminal, or wait until it is over";
        return Err(Failure::new("play/taken", "another session of this program is playing", Some(hint)));
    };
    let playing = clean(&found.session);
    if found.session != session || !screen {
        let hint = if screen {
            format!("`holdspace play {playing}` shows it; end it there first")
        } else {
            format!("`holdspace play {playing}` in a terminal shows it")
        };
        let message = format!("{playing} is playing already, as process {}", found.process);
        return Err(Failure::new("play/taken", message, Some(&hint)));
    }
    let attached = found.attach().map_err(|error| {
        let message =
            format!("{playing} is playing already, as process {}, and doesn't answer: {error}", found.process);
        Failure::new("play/taken", message, None)
    })?;
    let gone = Arc::new(AtomicBool::new(false));
    hear_hangup(&gone);
    let tui = Tui::open(attached.clone(), Setting { gone, leaves: true, ..setting() })?;
    while !attached.is_over() && !tui.is_closed() {
        thread::sleep(Duration::from_millis(100));
    }
    tui.close();
    say(if attached.is_over() { "the session is over\n" } else { "the music goes on\n" });
    Ok(ExitCode::SUCCESS)
}

/// The run to go on with, if one was cut off and is to go on.
fn resumed(folder: &Path, args: &cli::Play, screen: bool) -> Result<Option<CutOff>, Failure> {
    let Some(cut_off) = journal::cut_off(folder, &args.session).filter(|_| args.from.is_none()) else {
        if args.resume {
            let hint = Some("without `--resume` it begins at its start");
            let message = format!("the last run of {} was not cut off, or there was none", args.session);
            return Err(Failure::new("play/resume", message, hint));
        }
        return Ok(None);
    };
    if args.resume {
        return Ok(Some(cut_off));
    }
    let rate = cut_off.run.rate;
    let at = rate.map_or_else(String::new, |rate| format!(" at {}", clock_of(cut_off.heard.since_start(), rate)));
    let told = format!("{} was cut off{at}, {}", args.session, cut_off.ago);
    if !screen {
        say(&format!("{told}; `--resume` goes on from there\n"));
        return Ok(None);
    }
    say(&format!("{told}.\nGo on from there? Enter goes on, n begins at the start: "));
    let mut answer = String::new();
    BufReader::new(io::stdin()).read_line(&mut answer)?;
    Ok((!answer.trim_start().starts_with(['n', 'N'])).then_some(cut_off))
}

/// Opens the output: the one that is asked for, or that a run which goes on was moved to last; else the default one.
fn open_output(
    args: &cli::Play,
    cut_off: Option<&CutOff>,
    rate: SampleRate,
    ceiling: Decibels,
) -> Result<Box<dyn Sink>, SinkError> {
    let moved = cut_off.and_then(|cut_off| cut_off.run.output()).filter(|_| args.output.is_none());
    let again = moved.and_then(|name| sink::to_output(Some(name), rate, ceiling).ok());
    again.map_or_else(|| sink::to_output(args.output.as_deref(), rate, ceiling), Ok)
}

/// Brings the plan to where the run was cut off, and says where that is.
fn go_on(transport: &mut Transport, cut_off: &CutOff) -> Result<Position, Failure> {
    let rate = transport.timeline().rate;
    let played = cut_off.run.rate.unwrap_or(rate);
    // Another output may have another rate.
    let here =
        |at: Position| Position::START + Length::of(Duration::from_secs_f64(at.since_start().seconds(played)), rate);
    let start = here(cut_off.heard);
    let decisions = cut_off.run.decisions(cut_off.heard).into_iter().map(|(at, command)| (here(at), command));
    player::catch_up(transport, decisions.collect(), start);
    if start >= transport.timeline().end {
        let hint = Some("without `--resume` it begins at its start");
        return Err(Failure::new("play/resume", "the session was cut off in its very end", hint));
    }
    Ok(start)
}

fn begin_journal(
    folder: &Path,
    args: &cli::Play,
    timeline: &Timeline,
    start: Position,
    cut_off: Option<&CutOff>,
) -> Option<Journal> {
    let journal = match Journal::begin(folder, &args.session, timeline, start) {
        Ok(journal) => journal,
        Err(error) => {
            warn(&format!("no journal is kept of this session: {}\n", clean(&error.to_string())));
            return None;
        }
    };
    let before = cut_off.filter(|cut_off| cut_off.run.rate == Some(timeline.rate));
    for (at, command) in before.into_iter().flat_map(|cut_off| cut_off.run.decisions(cut_off.heard)) {
        journal.note(&command, at);
    }
    Some(journal)
}

/// Lets phones hold the session. Where that fails the music plays all the same.
fn let_phones_in(held: &Held, host: &str) -> Option<phone::Open> {
    let open = Host::named(host).and_then(|host| phone::open(held.remote(), &host));
    let open =
        open.map_err(|error| warn(&format!("no phone can hold this session: `{}`: {error}\n", clean(host)))).ok()?;
    if open.is_private {
        warn("this machine is in no network that a phone could be in: only a browser on it can call\n");
    }
    Some(open)
}

/// Takes the terminal; where that fails the music plays all the same.
fn open_screen(hands: Arc<dyn Hands>, setting: Setting) -> Option<Tui> {
    Tui::open(hands, setting).map_err(|error| warn(&format!("this terminal has no screen: {error}\n"))).ok()
}

fn setting() -> Setting {
    let woken = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGCONT, woken.clone());
    let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    Setting { colours, woken, ..Setting::default() }
}

/// A terminal that is closed ends its programs, but not this one.
fn hear_hangup(gone: &Arc<AtomicBool>) {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGHUP, gone.clone());
    #[cfg(not(unix))]
    let _ = gone;
}

/// Ctrl-C closes the session with its last fade; a second one stops at once. Returns what says that the terminal is gone.
fn watch_signals(hands: Arc<dyn Hands>, screen: bool) -> Result<Arc<AtomicBool>, Failure> {
    static ASKED: AtomicBool = AtomicBool::new(false);
    let gone = Arc::new(AtomicBool::new(false));
    hear_hangup(&gone);
    let handler = move || {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        hands.send(Command::End);
        if !screen {
            say("\nclosing the session with its last fade; once more stops at once\n");
        }
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::new("system/signal", error, None))?;
    Ok(gone)
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
