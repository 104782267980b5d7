//! A drone: an open chord over a low root (fifths, octaves and a ninth, so that it is neither glad nor sad) of soft
//! tones, each made twice and a hair apart, that come forward and draw back over half a minute to two. Pure.

use super::{Key, LOUDNESS};
use crate::music::synth::{Bank, Block, Chance, Drift, Grid, Sine, factor, loudness_weight, pan};

/// One tone of the chord.
struct Tone {
    /// Its frequency over the root's, in just intonation: overtones of different tones meet.
    ratio: f64,
    /// Its level in decibels.
    level: f64,
    /// How many overtones it has, itself among them.
    overtones: u32,
    /// How far it draws back: 0 not at all, 1 to nothing.
    depth: f64,
}

const CHORD: [Tone; 7] = [
    Tone { ratio: 1.0, level: -3.0, overtones: 7, depth: 0.15 },
    Tone { ratio: 1.5, level: -9.0, overtones: 5, depth: 0.5 },
    Tone { ratio: 2.0, level: -4.0, overtones: 6, depth: 0.25 },
    Tone { ratio: 3.0, level: -7.0, overtones: 5, depth: 0.6 },
    Tone { ratio: 4.0, level: -11.0, overtones: 4, depth: 0.5 },
    Tone { ratio: 4.5, level: -15.0, overtones: 3, depth: 1.0 },
    Tone { ratio: 6.0, level: -17.0, overtones: 3, depth: 1.0 },
];

/// Where the chord's warmth ends, in hertz; it moves by half as much again.
const WARMTH: f64 = 420.0;

/// The drone of a key.
#[derive(Clone, Debug)]
pub(super) struct Drone {
    grid: Grid,
    voices: Vec<Voice>,
    warmth: Drift,
    level: f64,
    bank: Bank,
}

/// One of a tone's two makings.
#[derive(Clone, Debug)]
struct Voice {
    hertz: f64,
    level: f64,
    depth: f64,
    place: [f64; 2],
    breath: Drift,
    /// Where in its cycle each overtone began.
    phases: Vec<f64>,
}

/// The root of `key` that a drone stands on: from G1 (49 Hz) to F#2 (92 Hz).
pub(super) fn root(key: Key) -> f64 {
    let above_g = (f64::from(key.semitones()) + 5.0) % 12.0;
    48.999 * libm::exp2(above_g / 12.0)
}

impl Drone {
    pub(super) fn new(key: Key, seed: u64, grid: Grid) -> Drone {
        let mut chance = Chance::of(seed, 0xd20e);
        let voices: Vec<Voice> = CHORD
            .iter()
            .enumerate()
            .flat_map(|(i, tone)| [-1.0, 1.0].map(|side| (i, tone, side)))
            .map(|(i, tone, side)| Voice::new(&mut chance, root(key), i, tone, side))
            .collect();
        let warmth = Drift::new(&mut chance, 35.0, 110.0);
        let power: f64 = voices.iter().map(|voice| voice.power(grid)).sum();
        let level = factor(LOUDNESS.0 + 0.691) / power.sqrt().max(1e-9);
        Drone { grid, voices, warmth, level, bank: Bank::default() }
    }

    /// Adds block `index` to `block`.
    pub(super) fn sound(&mut self, index: u64, block: &mut Block) {
        self.sound_at(index, 1.0, block);
    }

    /// Adds block `index`, its level changed by `gain`, to `block`.
    pub(super) fn sound_at(&mut self, index: u64, gain: f64, block: &mut Block) {
        let (start, end) = (self.grid.seconds(index), self.grid.seconds(index + 1));
        let warmth = |at| WARMTH * (1.0 + 0.5 * self.warmth.at(at));
        let (warmth_start, warmth_end) = (warmth(start), warmth(end));
        for voice in &self.voices {
            let (from, to) = (voice.breathing(start), voice.breathing(end));
            for (n, phase) in voice.phases.iter().enumerate() {
                let hertz = voice.hertz * (n + 1) as f64;
                let level = gain * self.level * voice.level * self.grid.carries(hertz);
                let at = |breath: f64, warmth: f64| level * breath * overtone(n, hertz, warmth);
                let (from, to) = (at(from, warmth_start), at(to, warmth_end));
                let sine = Sine {
                    phase: hertz * start + phase,
                    step: hertz / self.grid.rate(),
                    from: voice.place.map(|side| side * from),
                    to: voice.place.map(|side| side * to),
                };
                self.bank.add(sine, block.len());
            }
        }
        self.bank.sound(block);
    }
}

/// The level of the overtone `n` (from 0) at `hertz`: soft, and softer above the warmth.
fn overtone(n: usize, hertz: f64, warmth: f64) -> f64 {
    let above = hertz / warmth;
    1.0 / ((n + 1) as f64 * (1.0 + above * above))
}

impl Voice {
    fn new(chance: &mut Chance, root: f64, index: usize, tone: &Tone, side: f64) -> Voice {
        // No two tones are apart by the same amount, so that what meets beats slowly and never all at once.
        let cents = side * (0.6 + 0.17 * index as f64) + chance.between(-0.15, 0.15);
        let width = 0.25 + 0.09 * index as f64;
        Voice {
            hertz: root * tone.ratio * libm::exp2(cents / 1200.0),
            level: factor(tone.level),
            depth: tone.depth,
            place: pan(side * width),
            breath: Drift::new(chance, 30.0, 120.0),
            phases: (0..tone.overtones).map(|_| chance.unit()).collect(),
        }
    }

    fn breathing(&self, seconds: f64) -> f64 {
        1.0 - 0.5 * self.depth * (1.0 - self.breath.at(seconds))
    }

    /// The mean power with which it adds to loudness.
    fn power(&self, grid: Grid) -> f64 {
        let still = 1.0 - 0.5 * self.depth;
        let breath = still * still + 0.25 * self.depth * self.depth * Drift::POWER;
        let sum: f64 = (0..self.phases.len())
            .map(|n| {
                let hertz = self.hertz * (n + 1) as f64;
                let level = self.level * overtone(n, hertz, WARMTH) * grid.carries(hertz);
                level * level * loudness_weight(hertz) / 2.0
            })
            .sum();
        sum * breath
    }
}
