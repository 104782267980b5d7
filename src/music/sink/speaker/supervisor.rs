//! Owns the stream to the device, and looks after it while the session plays.
//!
//! Seconds of mixed sound wait in a ring before the device. Whether the device lives is judged by its asking for frames,
//! never by the kind of error it reports: a hung server reports nothing, and a healthy one may flood. A dead stream is
//! dropped on a thread of its own, since that drop can hang for ever; the session's clock goes on meanwhile, and the
//! music comes back faded in where the clock stands.

mod switch;

use std::sync::atomic::Ordering;
use std::time::Duration;

use self::switch::Switch;
use super::super::tap::ring;
use super::super::{Health, SinkError};
use super::line::{Line, Open, Opening};
use super::machine::{Device, Looks, Machine, Reached};
use super::outputs::{Aim, Output, Seen, Wanted, Whereabouts, called};
use super::recent::Recent;
use super::watch::{Pulse, Search};
use crate::music::master::{FAREWELL, Master, Turn};
use crate::units::{Decibels, Frame, Length, Position, SampleRate};

/// How much mixed sound waits before the device.
const RING: Duration = Duration::from_millis(2500);
/// How much of it must wait before the music comes back.
const AHEAD: Duration = Duration::from_secs(1);
/// How long a session waits for its output before it begins.
const OPENING: Duration = Duration::from_secs(15);
/// What the device and its server hold themselves; a dropped stream does not play it.
const TAIL: Duration = Duration::from_millis(500);
/// How long a wait for room is: no device asks more often, and none is looked after less often.
const SHORTEST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(80);
/// How long a device that is given up stays open: it may wake in that very moment and take music, which ends softly only where
/// it is played out. Twice what a device holds, and less than the time until another opening is tried, which could need it closed.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// How much silence tries a device, and how long it may take to ask for it: an idle one can take 1.7 s to wake.
const MOMENT: Duration = Duration::from_millis(400);
const FIRST_ASKING: Duration = Duration::from_secs(5);
/// How long the end of a session waits for the device to close.
const CLOSING: Duration = Duration::from_secs(1);

const LOST: &str = "the output is lost";
const DUMMY: &str = "the sound goes to a dummy output";

/// A speaker, with the machine that it is part of.
pub(super) struct Supervisor<M: Machine> {
    machine: M,
    rate: SampleRate,
    ceiling: Decibels,
    wanted: Wanted,
    place: Whereabouts,
    looks: Looks,
    line: Line,
    opening: Option<Opening>,
    /// A device that has been opened and has not asked for anything yet.
    waking: Option<Box<Open>>,
    /// What could be opened and never asked for a frame: the last to be tried, until it has been away.
    shunned: Option<String>,
    /// The outputs that there are, as far as was seen.
    outputs: Vec<Output>,
    /// A move that a person asked for.
    switch: Option<Switch>,
    master: Master,
    taken: Recent,
    /// Those of past devices.
    underruns: u64,
    news: Vec<String>,
    /// The gains that were turned while there was no device.
    turned: Vec<(Turn, Position)>,
}

impl<M: Machine> Supervisor<M> {
    pub(super) fn open(
        machine: M,
        wanted: Option<&str>,
        rate: SampleRate,
        ceiling: Decibels,
    ) -> Result<Self, SinkError> {
        let wanted = match wanted {
            Some(name) => Wanted::Called(called(&machine.outputs(), name)?),
            None => Wanted::Default,
        };
        let opened = machine.open(Aim { wanted: wanted.clone(), last: None, shunned: None, anywhere: true }, rate);
        let hung = |_| SinkError::NoOutput("this machine's sound system does not answer".to_owned());
        let Reached { device, at, among } = opened.recv_timeout(OPENING).map_err(hung)??;
        let (rate, now) = (device.rate(), machine.now());
        let looks = machine.look();
        let mut speaker = Supervisor {
            machine,
            rate,
            ceiling,
            place: Whereabouts::new(wanted.clone(), at.clone()),
            wanted,
            looks,
            line: Line::Closed,
            opening: None,
            waking: None,
            shunned: None,
            outputs: among,
            switch: None,
            master: Master::new(rate),
            taken: Recent::new(Length::of(RING, rate)),
            underruns: 0,
            news: Vec::new(),
            turned: Vec::new(),
        };
        if speaker.place.strayed {
            speaker.news.push(format!("the output that was asked for cannot be opened; playing to {}", at.name));
        }
        speaker.tell_dummy(false);
        speaker.line = Line::Open(Box::new(speaker.begin(device, at, now)));
        Ok(speaker)
    }

    pub(super) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Takes frames, as fast as the device does or, while there is none, as the time passes; says how many.
    pub(super) fn write(&mut self, frames: &[Frame]) -> usize {
        self.tick();
        let count = self.take(frames);
        if count < frames.len() {
            self.start();
            // Until there may be room for the rest.
            let room = Duration::from_secs_f64(Length((frames.len() - count) as u64).seconds(self.rate));
            self.machine.pass(room.clamp(SHORTEST_WAIT, LONGEST_WAIT));
        }
        count
    }

    pub(super) fn turn(&mut self, turn: Turn) {
        self.master.turn(turn, self.heard());
        match &mut self.line {
            Line::Open(open) => open.feed.turn(turn),
            Line::Lost(_) | Line::Closed => self.turned.push((turn, self.heard())),
        }
        if let Some(open) = &mut self.waking {
            open.feed.turn(turn);
        }
    }

    pub(super) fn health(&mut self) -> Health {
        let mut turned = std::mem::take(&mut self.turned);
        let (underruns, unheard) = match &mut self.line {
            Line::Open(open) => {
                turned.extend(open.feed.turned());
                (open.feed.underruns(), self.place.at.dummy.then_some(DUMMY))
            }
            Line::Lost(_) => (0, Some(LOST)),
            Line::Closed => (0, None),
        };
        let news = std::mem::take(&mut self.news);
        let output = Some(self.place.at.name.clone());
        let outputs = self.outputs.iter().filter(|output| !output.dummy).map(|output| output.name.clone()).collect();
        Health {
            output,
            outputs,
            heard: Some(self.heard()),
            underruns: self.underruns + underruns,
            news,
            unheard,
            turned,
        }
    }

    /// Whether the device asks for the first frames of a moment of silence.
    pub(super) fn asks(&mut self) -> bool {
        self.take(&vec![Frame::SILENT; Length::of(MOMENT, self.rate).frames()]);
        self.start();
        let until = self.machine.now() + FIRST_ASKING;
        while self.heard() == Position::START && self.machine.now() < until {
            self.tick();
            self.machine.pass(SHORTEST_WAIT);
        }
        self.heard() > Position::START && matches!(self.line, Line::Open(_))
    }

    /// Plays what was taken to its end, or lets its time pass; then closes.
    pub(super) fn finish(&mut self) {
        while self.heard() < self.taken.end() {
            self.tick();
            self.start();
            self.machine.pass(Duration::from_millis(10));
        }
        if let Line::Open(open) = std::mem::replace(&mut self.line, Line::Closed) {
            self.sit_out(TAIL);
            self.close(open.device);
        }
    }

    /// Lets all of a time pass, though somebody may wake this thread.
    fn sit_out(&self, time: Duration) {
        let until = self.machine.now() + time;
        while let Some(left) = until.checked_sub(self.machine.now()).filter(|left| !left.is_zero()) {
            self.machine.pass(left);
        }
    }

    /// Closes a device, and waits for it, but not for ever.
    fn close(&self, device: Box<dyn Device>) {
        let _ = self.machine.let_go(device, Duration::ZERO).recv_timeout(CLOSING);
    }

    /// The frame that is heard now; while the device is lost, the one that would be.
    fn heard(&self) -> Position {
        self.clock().min(self.taken.end())
    }

    /// Where the session's clock stands: with the music, or without.
    fn clock(&self) -> Position {
        match &self.line {
            Line::Open(open) => open.feed.heard(),
            Line::Lost(search) => search.clock(self.machine.now(), self.rate),
            Line::Closed => self.taken.end(),
        }
    }

    /// Looks after the output.
    fn tick(&mut self) {
        let now = self.machine.now();
        while let Ok(seen) = self.looks.seen.try_recv() {
            self.see(&seen, now);
        }
        self.receive(now);
        self.wake(now);
        self.mind_the_switch(now);
        let opening = self.opening.as_ref().map(|opening| opening.since);
        match &mut self.line {
            Line::Open(open) => {
                if !open.lives(now) {
                    self.lose(now);
                }
            }
            Line::Lost(search) => {
                if self.waking.is_none() && search.due(now, opening) {
                    let (last, anywhere) = (Some(self.place.at.id.clone()), !search.eager());
                    let (wanted, shunned) = (self.wanted.clone(), self.shunned.clone());
                    self.aim(Aim { wanted, last, shunned, anywhere }, now);
                }
            }
            Line::Closed => {}
        }
    }

    fn aim(&mut self, aim: Aim, now: Duration) {
        self.opening = Some(Opening { since: now, opened: self.machine.open(aim, self.rate) });
    }

    /// Learns from a look at the outputs where the music is, and begins to move it where it should be.
    fn see(&mut self, seen: &Seen, now: Duration) {
        let Line::Open(_) = self.line else { return };
        if seen.moves || seen.outputs.len() > 1 {
            self.outputs.clone_from(&seen.outputs);
        }
        let was = self.place.at.clone();
        let goal = self.place.see(seen);
        self.looks.closely.store(self.place.strayed, Ordering::Relaxed);
        if self.place.at.id != was.id {
            self.tell_dummy(was.dummy);
            if !self.place.at.dummy {
                self.news.push(format!("the sound goes to {} now", self.place.at.name));
            }
        }
        if !seen.outputs.iter().any(|output| Some(&output.id) == self.shunned.as_ref()) {
            self.shunned = None;
        }
        if let Some(goal) = goal.filter(|goal| Some(&goal.id) != self.shunned.as_ref())
            && self.opening.is_none()
            && self.waking.is_none()
        {
            self.aim(Aim { wanted: Wanted::Called(goal), last: None, shunned: None, anywhere: false }, now);
        }
    }

    fn tell_dummy(&mut self, told: bool) {
        if self.place.at.dummy && !told {
            self.news.push(format!("nobody hears this: {DUMMY}; connect a speaker"));
        }
    }

    /// Takes what comes of an opening, and lets the device ask for silence first.
    fn receive(&mut self, now: Duration) {
        let Some(opened) = self.opening.as_ref().and_then(Opening::outcome) else { return };
        self.opening = None;
        if let Some(Reached { device, at, among }) = opened {
            self.outputs = among;
            self.waking = Some(Box::new(self.begin(device, at, now)));
        }
    }

    /// Gives the music to a device that asks, and gives up one that doesn't.
    fn wake(&mut self, now: Duration) {
        let Some(mut open) = self.waking.take() else { return };
        let lives = open.lives(now);
        // What could not be mixed while nothing was asked for is mixed first.
        let behind = self.clock() + Length::of(AHEAD, self.rate) > self.taken.end();
        match &self.line {
            Line::Lost(_) | Line::Open(_) if lives && (behind || !open.pulse.ever()) => self.waking = Some(open),
            Line::Lost(_) if lives => self.come_back(open),
            Line::Open(_) if lives && (open.at.id != self.place.at.id || self.place.strayed) => self.cross(open, now),
            Line::Lost(_) | Line::Open(_) | Line::Closed => self.give_up(*open),
        }
    }

    /// Lets a dead device go, and starts looking.
    fn lose(&mut self, now: Duration) {
        let Line::Open(open) = std::mem::replace(&mut self.line, Line::Closed) else { return };
        self.line = Line::Lost(Search::new(open.feed.heard(), open.pulse.moved(), now));
        self.underruns += open.feed.underruns();
        self.give_up(*open);
        self.news.push(format!("{LOST}; looking for one, while the session's clock goes on"));
    }

    fn give_up(&mut self, open: Open) {
        if !open.pulse.ever() {
            self.shunned = Some(open.at.id);
        }
        open.feed.close();
        self.machine.let_go(open.device, LAST_WORDS);
    }

    fn come_back(&mut self, open: Box<Open>) {
        let name = &open.at.name;
        let same = open.at.id == self.place.at.id;
        self.news.push(if same {
            format!("the output is back: {name}")
        } else {
            format!("the music goes on at {name}")
        });
        self.arrive(open);
    }

    /// Moves the music to another device while the one it plays on lives: the same music fades out there and in here.
    fn cross(&mut self, open: Box<Open>, now: Duration) {
        self.news.push(format!("the music moves to {}", open.at.name));
        if let Line::Open(mut left) = std::mem::replace(&mut self.line, Line::Closed) {
            self.underruns += left.feed.underruns();
            left.feed.turn(Turn::Farewell);
            self.line = Line::Lost(Search::new(left.feed.heard(), now, now));
            self.machine.let_go(left.device, FAREWELL + TAIL);
        }
        self.arrive(open);
    }

    /// Plays on at a device, faded in, from where the clock stands; what of that was taken already comes first.
    fn arrive(&mut self, mut open: Box<Open>) {
        let (begin, again) = self.taken.since(self.clock());
        self.master.turn(Turn::Welcome, begin);
        open.feed.begin(begin);
        open.feed.turn(Turn::Welcome);
        open.feed.push(again);
        open.feed.open();
        let told = self.place.at.dummy;
        self.place.arrive(open.at.clone());
        self.line = Line::Open(open);
        self.looks.closely.store(self.place.strayed, Ordering::Relaxed);
        self.tell_dummy(told);
    }

    /// Gives a device its end of a new, closed ring.
    fn begin(&self, mut device: Box<dyn Device>, at: Output, now: Duration) -> Open {
        let (feed, tap) = ring(Length::of(RING, self.rate), &self.master, self.rate, self.ceiling);
        device.start(tap);
        Open { device, at, feed, pulse: Pulse::begin(now) }
    }

    /// Takes as many frames as there is room or time for.
    fn take(&mut self, frames: &[Frame]) -> usize {
        let count = match &mut self.line {
            Line::Open(open) => open.feed.push(frames),
            // As a ring would: the mixer stays ahead, and what it mixed is at hand when the music comes back.
            Line::Lost(_) => {
                let room = (self.clock() + Length::of(RING, self.rate)).since(self.taken.end());
                room.frames().min(frames.len())
            }
            Line::Closed => frames.len(),
        };
        self.taken.take(&frames[..count]);
        count
    }

    /// Lets the device have the music, once there is enough in the ring.
    fn start(&mut self) {
        if let Line::Open(open) = &self.line {
            open.feed.open();
        }
    }
}

#[cfg(test)]
mod tests;
