//! `holdspace preflight`: before a session, whether everything is there that it needs; a tone, and a fade to hear.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Failure, Outcome, say, warn};
use crate::awake;
use crate::cli;
use crate::control::attach::{self, Room as Lock};
use crate::diagnostic::Findings;
use crate::music::plan::plan;
use crate::music::score::Score;
use crate::music::sink::{self, probe};
use crate::music::{rise, score, trial};
use crate::preflight::{Music, Room, Verdict, machine, report, text};
use crate::project::Project;
use crate::report::clean;

/// How long the tone plays where it is asked for by its word.
const TONE: Duration = Duration::from_secs(20);

/// Looks at everything, tells it, and lets the room be heard.
pub(super) fn preflight(project: &Project, mut findings: Findings, args: &cli::Preflight) -> Outcome {
    let begun = awake::hold();
    let (score, scored) = score(project, &args.session, project.config.music.rate);
    findings.extend(scored);
    let planned = score.as_ref().map(|score| {
        let (timeline, planned) = plan(score);
        findings.extend(planned);
        findings.extend(rise::findings(score, &timeline));
        timeline
    });
    let room = look(project, args.output.as_deref(), score.as_ref(), begun.settled());
    drop(begun);
    let music = score.as_ref().zip(planned.as_ref()).map(|(score, timeline)| Music { score, timeline });
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
    if let Some(score) = score.as_ref().filter(|_| !room.taken) {
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
        let stop = interrupted()?;
        let sink = sink::to_output(self.output, self.score.rate, self.score.ceiling)?;
        Ok(trial::tone(sink, self.score.loudness, length, &stop)?)
    }

    fn fade(&self) -> Result<(), Failure> {
        self.tell("music comes, fades to silence, comes back, and takes the session's last fade; Ctrl-C ends it\n");
        let stop = interrupted()?;
        let sink = sink::to_output(self.output, self.score.rate, self.score.ceiling)?;
        let end = Duration::from_secs_f64(self.score.end.seconds(self.score.rate));
        let settings = (self.score.loudness, self.score.ceiling, end);
        let told = |text: &str| self.tell(&format!("{}\n", clean(text)));
        Ok(trial::fades(sink, settings, &self.project.config.music, &stop, told)?)
    }

    fn ask(&self) -> Result<(), Failure> {
        loop {
            say("\ntone: set the room's volume   fade: hear one   Enter: leave   > ");
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line)?;
            match line.trim() {
                "" | "q" | "quit" | "exit" => return Ok(()),
                "t" | "tone" => self.tone(TONE)?,
                "f" | "fade" => self.fade()?,
                _ => {}
            }
        }
    }
}

/// What is set by Ctrl-C while something sounds; it then ends by a fade.
fn interrupted() -> Result<Arc<AtomicBool>, Failure> {
    use std::sync::OnceLock;
    static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(stop) = STOP.get() {
        stop.store(false, Ordering::Relaxed);
        return Ok(Arc::clone(stop));
    }
    let stop = Arc::clone(STOP.get_or_init(Arc::default));
    let asked = Arc::clone(&stop);
    let handler = move || asked.store(true, Ordering::Relaxed);
    ctrlc::set_handler(handler).map_err(|error| Failure::new("system/signal", error, None))?;
    Ok(stop)
}
