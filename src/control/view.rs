//! A session as every surface shows it: the plan, and how it is now, in seconds and in words. Plain data, so that it
//! can go to a screen, to a phone and over a socket alike. Pure.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::music::player::Status;
use crate::music::timeline::{Clip, Role, Sound, Timeline};
use crate::music::transport::Clock;
use crate::session;
use crate::units::{Length, Position, clock_of};

/// How many steps the loudness arc is drawn in.
pub const STEPS: usize = 480;

/// A session as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// What plays, and when, as far as is decided.
    pub plan: Arc<Plan>,
    /// How it is at this moment.
    pub now: Now,
}

/// What plays, and when. Times are seconds from the session's start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which plan of this session it is: each decision makes a new one, with a higher number.
    pub version: u64,
    /// The name of the playlist: `session-1`.
    pub session: String,
    /// Its title.
    pub title: String,
    /// How long it lasts.
    pub length: f64,
    /// Its phases, one after another.
    pub phases: Vec<Phase>,
    /// What sounds, in the order it begins.
    pub pieces: Vec<Piece>,
    /// When chimes sound over the music.
    pub chimes: Vec<f64>,
    /// The names of its reserves.
    pub reserves: Vec<String>,
    /// How loud it is at `STEPS` moments from its start to its end, against its own loudness, in decibels.
    pub arc: Vec<f32>,
    /// The picture, as on the session's page: an inline `<svg>`.
    pub picture: String,
}

/// A phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// When it begins.
    pub start: f64,
    /// When it ends.
    pub end: f64,
}

/// A piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Its title.
    pub title: String,
    /// Who made it; empty where nobody is named.
    pub artist: String,
    /// When it begins.
    pub start: f64,
    /// When it ends.
    pub end: f64,
    /// Whether it is generated.
    pub bed: bool,
    /// Whether it belongs to a reserve.
    pub reserve: bool,
}

/// What a session does, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The clock goes.
    #[default]
    Playing,
    /// The phase is held.
    Holding,
    /// A reserve plays.
    Reserve,
    /// The music is down under a voice.
    Talking,
    /// The room fades to silence, or is silent.
    Quiet,
    /// The last fade is under way.
    Closing,
    /// It is over.
    Over,
}

impl State {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            State::Playing => "playing",
            State::Holding => "holding",
            State::Reserve => "in reserve",
            State::Talking => "talking",
            State::Quiet => "quiet",
            State::Closing => "closing",
            State::Over => "over",
        }
    }
}

/// How a session is at a moment. Times are seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// Which plan it belongs to.
    pub version: u64,
    /// What is heard now, from the session's start.
    pub at: f64,
    /// What it does.
    pub state: State,
    /// Whether the phase is held, whatever else is done.
    pub held: bool,
    /// Which reserve plays.
    pub reserve: Option<usize>,
    /// Whether the music is down under a voice.
    pub talking: bool,
    /// Whether the room is faded to silence.
    pub quiet: bool,
    /// The volume against the plan, in decibels.
    pub volume: f64,
    /// The phase's number, from 0.
    pub phase: usize,
    /// How much of it is left; of one that is held, how long it can be held.
    pub phase_left: f64,
    /// How much of the session is left.
    pub left: f64,
    /// The piece that sounds, by its place in the plan; during a crossfade the one that comes.
    pub piece: Option<usize>,
    /// The piece that comes next.
    pub next: Option<usize>,
    /// The output, by the name that people know it by.
    pub output: String,
    /// The outputs that the sound could move to.
    pub outputs: Vec<String>,
    /// How often it ran dry.
    pub underruns: u64,
    /// Why nobody hears it now.
    pub unheard: Option<String>,
    /// What was told of late, the newest last.
    pub news: Vec<News>,
    /// The phones, where they are asked for.
    pub phone: Option<Phones>,
}

/// Something that was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Its number; later ones are higher.
    pub number: u64,
    /// When, as the session's clock: `0:12:30`.
    pub at: String,
    /// What.
    pub text: String,
    /// Whether somebody should look at it.
    pub alarm: bool,
}

/// How it is with the phones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phones {
    /// Where a phone finds the page.
    pub address: String,
    /// The code that pairs the next one.
    pub code: String,
    /// How many are in touch.
    pub count: usize,
    /// Which of them holds the session, by its name.
    pub holder: Option<String>,
    /// What is wrong with them.
    pub note: Option<String>,
}

/// What the gains behind the mix were turned to, which no timeline knows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Turned {
    /// Down under a voice.
    pub talking: bool,
    /// Down to silence.
    pub quiet: bool,
    /// The volume, in decibels.
    pub volume: f64,
}

impl Plan {
    /// Draws up a plan.
    pub fn of(version: u64, session: &str, timeline: &Timeline, reserves: Vec<String>) -> Plan {
        let seconds = |at: Position| at.since_start().seconds(timeline.rate);
        let piece = |clip: &Clip| Piece {
            title: clip.piece.title.clone(),
            artist: clip.piece.artist.clone(),
            start: seconds(clip.start),
            end: seconds(clip.end.min(timeline.end)),
            bed: matches!(clip.piece.sound, Sound::Bed(_)),
            reserve: matches!(clip.role, Role::Reserve { .. }),
        };
        let phases = timeline.phases.iter().map(|phase| Phase {
            name: phase.name.clone(),
            purpose: phase.purpose.clone(),
            start: seconds(phase.start),
            end: seconds(phase.end),
        });
        let step = |step: usize| Position(timeline.end.0.saturating_sub(1) * step as u64 / (STEPS - 1) as u64);
        Plan {
            version,
            session: session.to_owned(),
            title: timeline.title.clone(),
            length: seconds(timeline.end),
            phases: phases.collect(),
            pieces: timeline.clips.iter().map(piece).collect(),
            chimes: timeline.cues.iter().map(|cue| seconds(cue.start)).collect(),
            reserves,
            // JSON knows no infinity.
            arc: (0..STEPS).map(|n| timeline.level_at(step(n)).decibels().0.max(-99.0) as f32).collect(),
            picture: session::svg(session, timeline),
        }
    }
}

impl Now {
    /// What a status says; what it doesn't know is left as it is.
    pub fn update(&mut self, version: u64, status: &Status<'_>, turned: Turned) {
        let timeline = status.timeline;
        let heard = status.health.heard.unwrap_or(status.mixed).min(timeline.end);
        let seconds = |length: Length| length.seconds(timeline.rate);
        let (phase, span) = timeline.phase_at(heard).map_or((0, None), |(number, span)| (number, Some(span)));
        self.version = version;
        self.at = seconds(heard.since_start());
        self.held = matches!(status.clock, Clock::Held { .. });
        self.reserve = match status.clock {
            Clock::InReserve { reserve, .. } => Some(*reserve),
            _ => None,
        };
        (self.talking, self.quiet, self.volume) = (turned.talking, turned.quiet, turned.volume);
        self.state = state(status.clock, turned, heard >= timeline.end);
        self.phase = phase;
        self.phase_left = span.map_or(0.0, |span| seconds(span.end - heard));
        self.left = seconds(timeline.end - heard);
        self.piece = timeline.clips.iter().rposition(|clip| clip.start <= heard && heard < clip.end);
        self.next = timeline.clips.iter().position(|clip| clip.start > heard);
        self.output = status.health.output.clone().unwrap_or_default();
        self.outputs.clone_from(&status.health.outputs);
        self.underruns = status.health.underruns;
        self.unheard = status.health.unheard.map(str::to_owned);
    }

    /// Adds what was told; of what is old only a little is kept.
    pub fn tell(&mut self, timeline: &Timeline, at: Position, text: &str, alarm: bool) {
        const KEPT: usize = 12;
        let number = self.news.last().map_or(1, |last| last.number + 1);
        let at = clock_of(at.since_start(), timeline.rate);
        self.news.push(News { number, at, text: text.to_owned(), alarm });
        if self.news.len() > KEPT {
            self.news.remove(0);
        }
    }
}

fn state(clock: &Clock, turned: Turned, over: bool) -> State {
    match clock {
        _ if over => State::Over,
        Clock::Ending => State::Closing,
        _ if turned.quiet => State::Quiet,
        _ if turned.talking => State::Talking,
        Clock::InReserve { .. } => State::Reserve,
        Clock::Held { .. } => State::Holding,
        Clock::Running => State::Playing,
    }
}
