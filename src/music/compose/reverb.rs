//! The room around a piece: a network of eight delays that feed one another, each damped and slowly moved
//! (Jot and Chaigne 1991). It keeps its level at every size, has no colour of its own that the ear can name, and its
//! tail falls evenly. Pure.

use super::recipe::Room;
use crate::music::synth::{Block, factor};

/// The lengths of the delays in seconds; no two have a common measure.
const DELAYS: [f64; 8] = [0.0437, 0.0503, 0.0571, 0.0619, 0.0701, 0.0787, 0.0863, 0.0957];
/// Before the room answers, in seconds.
const BEFORE: f64 = 0.028;
/// The lengths of what spreads a sound before it enters, in seconds.
const SPREADS: [[f64; 3]; 2] = [[0.0047, 0.0083, 0.0127], [0.0053, 0.0077, 0.0139]];

/// A room that sounds.
#[derive(Clone, Debug)]
pub(super) struct Reverb {
    lines: [Line; 8],
    spreads: [[Spread; 3]; 2],
    before: [Delay; 2],
    level: f64,
    frame: u64,
    rate: f64,
}

#[derive(Clone, Debug)]
struct Line {
    delay: Delay,
    length: f64,
    feedback: f64,
    damping: f64,
    damped: f64,
    thin: f64,
    thinned: f64,
    /// The offset and the slope per frame of its slow movement over the current block.
    moved: (f64, f64),
}

impl Reverb {
    pub(super) fn new(room: &Room, rate: f64) -> Reverb {
        let line = |seconds: f64| Line::new(room, seconds, rate);
        let spread = |seconds: f64| Spread { delay: Delay::new(seconds * rate) };
        Reverb {
            lines: DELAYS.map(line),
            spreads: SPREADS.map(|side| side.map(spread)),
            before: [0, 1].map(|_| Delay::new(BEFORE * rate)),
            level: factor(room.level.0) * 0.5,
            frame: 0,
            rate,
        }
    }

    /// Adds what the room gives back of `sent` to `block`.
    pub(super) fn sound(&mut self, sent: &Block, block: &mut Block) {
        self.drift(block.len());
        for (frame, sent) in block.iter_mut().zip(sent) {
            let back = self.next(*sent);
            frame[0] += self.level * back[0];
            frame[1] += self.level * back[1];
        }
        self.frame += block.len() as u64;
    }

    /// Moves every delay by a part of a millisecond, slowly: a still network rings like metal.
    fn drift(&mut self, frames: usize) {
        let (from, to) = (self.frame as f64 / self.rate, (self.frame + frames as u64) as f64 / self.rate);
        for (i, line) in self.lines.iter_mut().enumerate() {
            let (hertz, phase) = (0.11 + 0.043 * i as f64, i as f64 / 8.0);
            let wave = |at: f64| libm::sin(std::f64::consts::TAU * (hertz * at + phase));
            let depth = 0.000_35 * self.rate;
            let (from, to) = (depth * wave(from), depth * wave(to));
            line.moved = (from, (to - from) / frames as f64);
        }
    }

    fn next(&mut self, sent: [f64; 2]) -> [f64; 2] {
        let mut entering = [0.0; 2];
        for side in [0, 1] {
            let late = self.before[side].pass(sent[side]);
            entering[side] = self.spreads[side].iter_mut().fold(late, |sample, spread| spread.next(sample));
        }
        let heard: [f64; 8] = std::array::from_fn(|i| self.lines[i].read());
        let mixed = hadamard(heard);
        for (i, line) in self.lines.iter_mut().enumerate() {
            line.write(mixed[i] + entering[i % 2]);
        }
        let side = |first: usize| heard[first] - heard[first + 2] + heard[first + 4] - heard[first + 6];
        // What a room gives back has something in common on both sides, or it would stand outside the head.
        let (left, right) = (side(0), side(1));
        [left + 0.25 * right, right + 0.25 * left]
    }
}

/// Mixes eight signals so that each goes to all at equal power.
fn hadamard(mut x: [f64; 8]) -> [f64; 8] {
    for half in [1, 2, 4] {
        for start in (0..8).step_by(2 * half) {
            for i in start..start + half {
                (x[i], x[i + half]) = (x[i] + x[i + half], x[i] - x[i + half]);
            }
        }
    }
    x.map(|value| value / 8.0_f64.sqrt())
}

impl Line {
    fn new(room: &Room, seconds: f64, rate: f64) -> Line {
        // The larger the room, the longer its ways.
        let seconds = seconds * (room.ring / 6.0).sqrt().clamp(0.5, 1.6);
        let roof = 2200.0 + 6000.0 * room.brightness;
        let one_pole = |hertz: f64| libm::exp(-std::f64::consts::TAU * (hertz / rate).min(0.49));
        Line {
            delay: Delay::new(seconds * rate + 0.002 * rate + 4.0),
            length: seconds * rate,
            feedback: libm::pow(10.0, -3.0 * seconds / room.ring),
            damping: one_pole(roof),
            damped: 0.0,
            // What is lower than a room of a house carries would build up to a boom.
            thin: 1.0 - one_pole(18.0),
            thinned: 0.0,
            moved: (0.0, 0.0),
        }
    }

    fn read(&mut self) -> f64 {
        let sample = self.delay.between(self.length + self.moved.0);
        self.moved.0 += self.moved.1;
        sample
    }

    fn write(&mut self, sample: f64) {
        self.damped = sample + (self.damped - sample) * self.damping;
        self.thinned += (self.damped - self.thinned) * self.thin;
        self.delay.push(self.feedback * (self.damped - self.thinned));
    }
}

/// An all-pass that turns a sound into a short cloud of itself (Schroeder 1962).
#[derive(Clone, Debug)]
struct Spread {
    delay: Delay,
}

impl Spread {
    fn next(&mut self, sample: f64) -> f64 {
        const WEIGHT: f64 = 0.6;
        let late = self.delay.oldest();
        let fed = sample - WEIGHT * late;
        self.delay.push(fed);
        late + WEIGHT * fed
    }
}

#[derive(Clone, Debug)]
struct Delay {
    samples: Vec<f64>,
    next: usize,
}

impl Delay {
    fn new(frames: f64) -> Delay {
        Delay { samples: vec![0.0; (frames.round() as usize).max(1)], next: 0 }
    }

    fn push(&mut self, sample: f64) {
        self.samples[self.next] = sample;
        self.next = (self.next + 1) % self.samples.len();
    }

    fn oldest(&self) -> f64 {
        self.samples[self.next]
    }

    fn pass(&mut self, sample: f64) -> f64 {
        let late = self.oldest();
        self.push(sample);
        late
    }

    /// The sample from `frames` ago, also between two.
    fn between(&self, frames: f64) -> f64 {
        let size = self.samples.len();
        let frames = frames.clamp(1.0, (size - 1) as f64);
        let (whole, part) = (frames.floor() as usize, frames - frames.floor());
        let ago = |n: usize| self.samples[(self.next + size - n.min(size)) % size];
        ago(whole) + (ago(whole + 1) - ago(whole)) * part
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Decibels;

    #[test]
    fn a_room_rings_as_long_as_it_says_and_falls_evenly() {
        let room = Room { ring: 3.0, level: Decibels(0.0), brightness: 1.0 };
        let mut reverb = Reverb::new(&room, 16_000.0);
        // A burst of a low tone, so that damping plays no part.
        let sent: Vec<[f64; 2]> =
            (0..64_000).map(|n| if n < 3200 { [libm::sin(f64::from(n) * 0.12), 0.0] } else { [0.0; 2] }).collect();
        let mut heard = vec![[0.0; 2]; sent.len()];
        for (sent, heard) in sent.chunks(64).zip(heard.chunks_mut(64)) {
            reverb.sound(sent, heard);
        }
        let decibels = |from: usize| {
            let power: f64 = heard[from..from + 8000].iter().map(|f| f[0] * f[0] + f[1] * f[1]).sum();
            10.0 * libm::log10(power)
        };
        let fall = decibels(8000) - decibels(40_000);
        assert!((fall - 40.0).abs() < 8.0, "fell by {fall} dB in two seconds of three");
    }
}
