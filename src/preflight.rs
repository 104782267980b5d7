//! Before a session: is everything there that it needs? GO, or NO-GO with each reason and what to do. Pure: it judges what
//! others looked at, the music by its score and plan, the room by [`Room`]; `machine` looks at this machine.

mod judge;
pub mod machine;
mod words;

use serde::Serialize;

use crate::awake::Kept;
use crate::diagnostic::Findings;
use crate::music::score::Score;
use crate::music::sink::Probed;
use crate::music::timeline::Timeline;
use crate::units::{SampleRate, clock_of};

pub use words::text;

/// How much a reason weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All is well.
    #[default]
    Good,
    /// The session can be played; somebody should look.
    Look,
    /// The session should not begin like this.
    Stop,
}

/// One reason to look, or not to begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// How much it weighs.
    pub verdict: Verdict,
    /// What is so.
    pub what: String,
    /// What to do.
    pub todo: String,
    /// Where, as `playlists/session-1.toml:12`, if it is in one place.
    pub place: Option<String>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name: `plan`, `pieces`, `loudness`, `licences`, `output`, `disk`, `power`, `awake`, `alone`.
    pub id: &'static str,
    /// The worst of its reasons.
    pub verdict: Verdict,
    /// What was found, in a few words.
    pub what: String,
    /// What is not as it should be.
    pub reasons: Vec<Reason>,
}

/// A piece, as the session will play it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PieceFacts {
    /// Its title.
    pub title: String,
    /// Who made it.
    pub artist: String,
    /// Its file; none for what is generated.
    pub file: Option<String>,
    /// How long it sounds, in seconds; none for what never ends by itself.
    pub seconds: Option<f64>,
    /// What it is raised by, in decibels.
    pub gain: f64,
    /// Its true peak as it leaves the mixer, before the limiter (dBTP); none for silence.
    pub peak: Option<f64>,
    /// Its licence.
    pub licence: String,
}

/// What came of a preflight.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The name of the playlist.
    pub session: String,
    /// The session's title.
    pub title: String,
    /// How long it lasts: `1:02:00`.
    pub length: String,
    /// The worst of all: only `stop` is a NO-GO.
    pub verdict: Verdict,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// The pieces.
    pub pieces: Vec<PieceFacts>,
}

/// The power that a machine runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// The mains.
    Mains,
    /// A battery that is charged so far, in hundredths, and lasts for so many minutes, where that is known.
    Battery {
        /// In hundredths of what it holds.
        percent: u32,
        /// How long it lasts if all goes on as it does.
        minutes: Option<u32>,
    },
    /// It cannot be known: a machine without a battery, mostly.
    Unknown,
}

/// What is known of the room and of the machine in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// The output, or why there is none and what to do.
    pub output: Result<Probed, (String, String)>,
    /// Free bytes where journals are kept, where that is known.
    pub free: Option<u64>,
    /// Why no journal can be written.
    pub journal: Option<String>,
    /// The power.
    pub power: Power,
    /// What of sleep can be held off.
    pub kept: Kept,
    /// Whether another session of this program plays.
    pub taken: bool,
}

/// The music of a session, as far as its playlist could be read.
pub struct Music<'a> {
    /// What may sound.
    pub score: &'a Score,
    /// The plan.
    pub timeline: &'a Timeline,
}

/// Judges a session before it begins.
pub fn report(session: &str, music: Option<&Music<'_>>, findings: &Findings, room: &Room) -> Report {
    let seconds = music.map_or(0.0, |music| music.timeline.length().seconds(music.timeline.rate));
    let mut checks = judge::music(music, findings);
    checks.extend([
        judge::output(&room.output, music.map_or(SampleRate::HOUSE, |music| music.timeline.rate)),
        judge::disk(room.free, room.journal.as_deref()),
        judge::power(room.power, seconds),
        judge::awake(room.kept),
        judge::alone(room.taken),
    ]);
    Report {
        session: session.to_owned(),
        title: music.map_or_else(String::new, |music| music.timeline.title.clone()),
        length: music.map_or_else(String::new, |music| clock_of(music.timeline.length(), music.timeline.rate)),
        verdict: checks.iter().map(|check| check.verdict).max().unwrap_or_default(),
        checks,
        pieces: music.map_or_else(Vec::new, judge::pieces),
    }
}

#[cfg(test)]
mod tests;
