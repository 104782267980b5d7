//! The gains that must answer at once: volume, talk, quiet. They stand after the mix, ramped per frame. Pure.
//!
//! It allocates nothing and locks nothing, so it may run in the device's callback.

use std::collections::VecDeque;
use std::time::Duration;

use super::fade::Curve;
use super::transport::Command;
use crate::units::{Decibels, Frame, Gain, Length, Position, SampleRate};

/// How far talk brings the music down (house default, for a clinician to review).
pub const TALK: Decibels = Decibels(-14.0);

/// How long the music takes to fade out where it moves to another output.
pub const FAREWELL: Duration = Duration::from_secs(2);

const TALK_DOWN_MS: u64 = 1500;
const TALK_UP_MS: u64 = 4000;
const QUIET_DOWN_MS: u64 = 6000;
const QUIET_UP_MS: u64 = 10_000;
const VOLUME_MS: u64 = 500;
const WELCOME_MS: u64 = 3000;

/// What the gains are turned to. Small and plain, so that it can be handed to a device's callback.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// Down under a voice.
    Talk,
    /// Back from it.
    Untalk,
    /// To silence.
    Quiet,
    /// Back from it.
    Resume,
    /// To a volume against the plan.
    Volume(Decibels),
    /// Up from silence: for a start in the middle of a session, or after the output was lost.
    Welcome,
    /// Down to silence: for an output that the music leaves.
    Farewell,
}

impl Turn {
    /// What it does, in a facilitator's words.
    pub fn words(self) -> &'static str {
        match self {
            Turn::Talk => "bringing the music down",
            Turn::Untalk => "bringing the music back",
            Turn::Quiet => "fading the room to silence",
            Turn::Resume => "fading the room back in",
            Turn::Volume(_) => "volume set",
            Turn::Welcome => "fading in",
            Turn::Farewell => "fading out",
        }
    }

    /// The command that turns it; `None` for what nobody asks for.
    pub fn command(self) -> Option<Command> {
        match self {
            Turn::Talk => Some(Command::Talk),
            Turn::Untalk => Some(Command::Untalk),
            Turn::Quiet => Some(Command::Quiet),
            Turn::Resume => Some(Command::Resume),
            Turn::Volume(level) => Some(Command::Volume(level)),
            Turn::Welcome | Turn::Farewell => None,
        }
    }

    /// What a command turns; `None` for those that turn nothing.
    pub fn of(command: &Command) -> Option<Turn> {
        match command {
            Command::Talk => Some(Turn::Talk),
            Command::Untalk => Some(Turn::Untalk),
            Command::Quiet => Some(Turn::Quiet),
            Command::Resume => Some(Turn::Resume),
            Command::Volume(level) => Some(Turn::Volume(*level)),
            Command::Hold
            | Command::Release
            | Command::Advance
            | Command::Extend(_)
            | Command::Reserve(_)
            | Command::Return
            | Command::Skip
            | Command::Seek(_)
            | Command::Output(_)
            | Command::End => None,
        }
    }
}

/// A gain on its way from one value to another, as a function of the frame.
#[derive(Clone, Copy, Debug)]
struct Glide {
    from: f64,
    to: f64,
    start: Position,
    length: Length,
    /// How much the gain moved in a frame as it was turned: it comes to rest, and then goes the new way.
    slope: f64,
    /// How long it takes to come to rest.
    rest: Length,
}

/// How long a gain that is turned on its way goes on as it went (milliseconds): a corner would be heard as a faint tick.
const REST_MS: u64 = 40;

impl Glide {
    fn resting(at: f64) -> Glide {
        Glide { from: at, to: at, start: Position::START, length: Length::NONE, slope: 0.0, rest: Length(1) }
    }

    fn at(&self, position: Position) -> f64 {
        if position >= self.start + self.length {
            return self.to;
        }
        let passed = position.since(self.start).0 as f64;
        let (x, y) = (passed / self.length.0 as f64, (passed / self.rest.0 as f64).min(1.0));
        // Hermite's curve from that slope to none; it adds a thousandth or two of the gain.
        let coming_to_rest = self.slope * self.rest.0 as f64 * y * (1.0 - y) * (1.0 - y);
        (self.from + (self.to - self.from) * Curve::HalfCosine.at(x) + coming_to_rest).max(0.0)
    }

    fn turn(&mut self, to: f64, at: Position, length: Length, rest: Length) {
        let slope = if self.rests_at(at) { 0.0 } else { self.at(at) - self.at(at.back(Length(1))) };
        *self = Glide { from: self.at(at), to, start: at, length, slope, rest: rest.min(length) };
    }

    fn rests_at(&self, position: Position) -> bool {
        position >= self.start + self.length
    }
}

/// The gains after the mix.
#[derive(Clone, Debug)]
pub struct Master {
    rate: SampleRate,
    volume: Glide,
    talk: Glide,
    quiet: Glide,
    welcome: Glide,
}

impl Master {
    /// Everything at rest: what goes in comes out.
    pub fn new(rate: SampleRate) -> Master {
        let rest = Glide::resting(1.0);
        Master { rate, volume: rest, talk: rest, quiet: rest, welcome: rest }
    }

    /// Turns a gain, from frame `at` on.
    pub fn turn(&mut self, turn: Turn, at: Position) {
        let rest = self.length(REST_MS);
        match turn {
            Turn::Talk => self.talk.turn(TALK.gain().0, at, self.length(TALK_DOWN_MS), rest),
            Turn::Untalk => self.talk.turn(1.0, at, self.length(TALK_UP_MS), rest),
            Turn::Quiet => self.quiet.turn(0.0, at, self.length(QUIET_DOWN_MS), rest),
            Turn::Resume => self.quiet.turn(1.0, at, self.length(QUIET_UP_MS), rest),
            Turn::Volume(level) => self.volume.turn(level.gain().0, at, self.length(VOLUME_MS), rest),
            Turn::Welcome => {
                self.welcome = Glide::resting(0.0);
                self.welcome.turn(1.0, at, self.length(WELCOME_MS), rest);
            }
            Turn::Farewell => self.welcome.turn(0.0, at, Length::of(FAREWELL, self.rate), rest),
        }
    }

    /// The gain at `position`.
    pub fn gain_at(&self, position: Position) -> Gain {
        Gain(self.glides().iter().map(|glide| glide.at(position)).product())
    }

    /// Brings `frames`, the first of them at `position`, to the gain.
    pub fn process(&self, position: Position, frames: &mut [Frame]) {
        if self.glides().iter().all(|glide| glide.rests_at(position)) {
            let gain = self.gain_at(position).0 as f32;
            if gain != 1.0 {
                frames.iter_mut().for_each(|frame| *frame = *frame * gain);
            }
            return;
        }
        for (n, frame) in frames.iter_mut().enumerate() {
            *frame = *frame * self.gain_at(position + Length(n as u64)).0 as f32;
        }
    }

    fn glides(&self) -> [&Glide; 4] {
        [&self.volume, &self.talk, &self.quiet, &self.welcome]
    }

    fn length(&self, millis: u64) -> Length {
        Length(millis * u64::from(self.rate.hertz()) / 1000)
    }
}

/// The gains after the mix, for whoever knows beforehand at which frame each is to turn: a file.
#[derive(Clone, Debug)]
pub struct Scheduled {
    master: Master,
    /// The next frame.
    next: Position,
    turns: VecDeque<(Turn, Position)>,
}

impl Scheduled {
    /// Everything at rest, from the first frame on.
    pub fn new(rate: SampleRate) -> Scheduled {
        Scheduled { master: Master::new(rate), next: Position::START, turns: VecDeque::new() }
    }

    /// Turns a gain from frame `at` on, which no turn before it is later than.
    pub fn turn(&mut self, turn: Turn, at: Position) {
        self.turns.push_back((turn, at));
    }

    /// Brings the next `frames` to the gain.
    pub fn process(&mut self, frames: &mut [Frame]) {
        let mut frames = frames;
        while let Some((turn, at)) = self.turns.front().copied()
            && at < self.next + Length(frames.len() as u64)
        {
            let (before, after) = frames.split_at_mut(at.since(self.next).frames());
            self.master.process(self.next, before);
            self.next += Length(before.len() as u64);
            self.master.turn(turn, at);
            self.turns.pop_front();
            frames = after;
        }
        self.master.process(self.next, frames);
        self.next += Length(frames.len() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate() -> SampleRate {
        SampleRate::new(1000).expect("in range")
    }

    #[test]
    fn talk_brings_the_music_down_and_back_without_a_step() {
        let mut master = Master::new(rate());
        master.turn(Turn::Talk, Position(1000));
        assert_eq!(master.gain_at(Position(1000)).0, 1.0);
        assert!((master.gain_at(Position(2500)).decibels().0 + 14.0).abs() < 1e-9);
        // Untalk in the middle of the way down goes on from where the gain is.
        let before = master.gain_at(Position(1700)).0;
        master.turn(Turn::Untalk, Position(1700));
        assert!((master.gain_at(Position(1700)).0 - before).abs() < 1e-12);
        assert_eq!(master.gain_at(Position(5700)).0, 1.0);
    }

    #[test]
    fn a_gain_that_is_turned_on_its_way_has_no_corner() {
        let mut master = Master::new(rate());
        for (turn, at) in [(Turn::Talk, 1000), (Turn::Untalk, 1700), (Turn::Talk, 1720), (Turn::Untalk, 4000)] {
            let before = master.gain_at(Position(at - 1)).0;
            master.turn(turn, Position(at));
            let gains: Vec<f64> =
                [before].into_iter().chain((0..300).map(|n| master.gain_at(Position(at + n)).0)).collect();
            let bent = gains.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f64::max);
            // Straight on for a frame, then to rest within 40: half a slope of 0.0008 in 20 frames at the most.
            assert!(bent < 2e-4, "after {turn:?} at {at}: {bent}");
            assert!(gains.iter().all(|gain| (0.1..=1.0).contains(gain)));
        }
    }

    #[test]
    fn quiet_is_silence_and_comes_back() {
        let mut master = Master::new(rate());
        master.turn(Turn::Quiet, Position(0));
        assert_eq!(master.gain_at(Position(6000)).0, 0.0);
        master.turn(Turn::Resume, Position(7000));
        assert_eq!(master.gain_at(Position(17_000)).0, 1.0);
    }

    #[test]
    fn a_turn_that_is_known_beforehand_changes_nothing_before_its_frame() {
        let turns = [(Turn::Talk, Position(100)), (Turn::Untalk, Position(900)), (Turn::Talk, Position(950))];
        let mut now = Master::new(rate());
        let mut expected = vec![Frame::new(0.5, 0.25); 2000];
        for n in 0..2000 {
            turns.iter().filter(|(_, at)| at.0 == n).for_each(|(turn, at)| now.turn(*turn, *at));
            now.process(Position(n), &mut expected[n as usize..=n as usize]);
        }
        for size in [1, 300, 2000] {
            let mut scheduled = Scheduled::new(rate());
            turns.iter().for_each(|(turn, at)| scheduled.turn(*turn, *at));
            let mut frames = vec![Frame::new(0.5, 0.25); 2000];
            frames.chunks_mut(size).for_each(|block| scheduled.process(block));
            assert_eq!(frames, expected, "blocks of {size}");
        }
    }

    #[test]
    fn blocks_do_not_matter() {
        let mut master = Master::new(rate());
        master.turn(Turn::Volume(Decibels(-6.0)), Position(10));
        let mut whole = vec![Frame::new(1.0, -1.0); 2000];
        master.process(Position(0), &mut whole);
        for size in [1, 64, 999] {
            let mut blocks = vec![Frame::new(1.0, -1.0); 2000];
            for (n, block) in blocks.chunks_mut(size).enumerate() {
                master.process(Position((n * size) as u64), block);
            }
            assert_eq!(blocks, whole, "blocks of {size}");
        }
    }
}
