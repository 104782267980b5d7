//! `holdspace preflight`: before a session, whether everything is there that it needs; a tone, and a fade to hear.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use super::{Failure, Outcome, say, warn};
use crate::awake;
use crate::cli;
use crate::control::attach::{self, Room as Lock};
use crate::diagnostic::Findings;
use crate::music::score::Score;
use crate::music::sink::{self, probe};
use crate::music::{planned, trial};
use crate::preflight::{Music, Room, Verdict, machine, report, text};
use crate::project::Project;
use crate::report::clean;

/// How long the tone plays where it is asked for by its word.
const TONE: Duration = Duration::from_secs(20);

/// Looks at everything, tells it, and lets the room be heard.
pub(super) fn preflight(project: &Project, mut findings: Findings, args: &cli::Preflight) -> Outcome {
    let begun = awake::hold();
    let (planned, found) = planned(project, &args.session);
    findings.extend(found);
    let music = planned.as_ref().map(|(score, timeline)| Music { score, timeline });
    let score = planned.as_ref().map(|(score, _)| score);
    let room = look(project, args.output.as_deref(), score, begun.settled());
    drop(begun);
    let report = report(&args.session, music.as_ref(), &findings, &room);
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        out.write_all(clean(&text(&report)).as_bytes())?;
    }
    drop(out);
    // Over a session that plays nothing else is to be heard.
    if let Some(score) = score.filter(|_| !room.taken) {
        let sounds = Sounds { project, score, output: args.output.as_deref(), json: args.json };
        if let Some(length) = args.tone {
            sounds.tone(length)?;
        }
        if args.fade {
            sounds.fade()?;
        }
        let asks = args.tone.is_none() && !args.fade && !args.json;
        if asks && room.output.is_ok() && io::stdin().is_terminal() && io::stdout().is_terminal() {
            sounds.ask()?;
        }
    }
    Ok(if report.verdict == Verdict::Stop { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Looks at the room and at the machine in it.
fn look(project: &Project, output: Option<&str>, score: Option<&Score>, kept: awake::Kept) -> Room {
    let folder = project.cache().join("sessions");
    let taken = matches!(attach::enter(&folder), Ok(Lock::Taken(_)));
    let defaults = &project.config.music;
    let (rate, ceiling) = score.map_or((defaults.rate, defaults.ceiling), |score| (score.rate, score.ceiling));
    let tried = probe(output, rate, ceiling);
    Room {
        output: tried.map_err(|error| (error.to_string(), error.hint().unwrap_or_default().to_owned())),
        free: machine::free(&folder).or_else(|| machine::free(project.root())),
        journal: machine::unwritable(&folder),
        power: machine::power(),
        kept,
        taken,
    }
}

/// What is heard of a room before a session.
struct Sounds<'a> {
    project: &'a Project,
    score: &'a Score,
    output: Option<&'a str>,
    /// Whether standard output is a script's.
    json: bool,
}

impl Sounds<'_> {
    fn tell(&self, text: &str) {
        if self.json { warn(text) } else { say(text) }
    }

    fn tone(&self, length: Duration) -> Result<(), Failure> {
        self.tell("the tone is as loud as the session on the whole: set the room's volume by it; Ctrl-C ends it\n");
        until_ctrl_c(|stop| {
            let sink = sink::to_output(self.output, self.score.rate, self.score.ceiling)?;
            Ok(trial::tone(sink, self.score.loudness, length, stop)?)
        })
    }

    fn fade(&self) -> Result<(), Failure> {
        self.tell("music comes, fades to silence, comes back, and takes the session's last fade; Ctrl-C ends it\n");
        let end = Duration::from_secs_f64(self.score.end.seconds(self.score.rate));
        let settings = (self.score.loudness, self.score.ceiling, end);
        let told = |text: &str| self.tell(&format!("{}\n", clean(text)));
        until_ctrl_c(|stop| {
            let sink = sink::to_output(self.output, self.score.rate, self.score.ceiling)?;
            Ok(trial::fades(sink, settings, &self.project.config.music, stop, told)?)
        })
    }

    fn ask(&self) -> Result<(), Failure> {
        let lines = lines();
        loop {
            say("\ntone: set the room's volume   fade: hear one   Enter: leave   > ");
            match next(&lines).as_deref().map(str::trim) {
                None | Some("" | "q" | "quit" | "exit") => return Ok(()),
                Some("t" | "tone") => self.tone(TONE)?,
                Some("f" | "fade") => self.fade()?,
                Some(_) => {}
            }
        }
    }
}

/// Set by Ctrl-C, once something has sounded; until then Ctrl-C ends the program.
static STOP: AtomicBool = AtomicBool::new(false);

/// Lets something sound that ends by a fade when what it is given is set: by Ctrl-C.
fn until_ctrl_c(sound: impl FnOnce(&AtomicBool) -> Result<(), Failure>) -> Result<(), Failure> {
    static HEARS: Once = Once::new();
    let mut set = Ok(());
    HEARS.call_once(|| set = ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)));
    set.map_err(|error| Failure::new("system/signal", error, None))?;
    STOP.store(false, Ordering::Relaxed);
    let heard = sound(&STOP);
    STOP.store(false, Ordering::Relaxed);
    heard
}

/// What is written on standard input, line by line.
fn lines() -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || io::stdin().lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    lines
}

/// The next line; `None` at the end of them, and at Ctrl-C.
fn next(lines: &Receiver<String>) -> Option<String> {
    loop {
        match lines.recv_timeout(Duration::from_millis(50)) {
            Ok(line) => return Some(line),
            Err(RecvTimeoutError::Timeout) if !STOP.load(Ordering::Relaxed) => {}
            Err(_) => return None,
        }
    }
}
