//! A drone: an open chord over a low root (fifths, octaves and a ninth, so that it is neither glad nor sad) of soft
//! tones, each made twice and a hair apart, that come forward and draw back over half a minute to two. Pure.

use super::{Key, LOUDNESS};
use crate::music::synth::{Bank, Block, Chance, Drift, Grid, Sine, Turn, factor, loudness_weight, pan};

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
    Tone { ratio: 1.0, level: -6.0, overtones: 7, depth: 0.1 },
    Tone { ratio: 1.5, level: -13.0, overtones: 5, depth: 0.5 },
    Tone { ratio: 2.0, level: -4.0, overtones: 6, depth: 0.2 },
    Tone { ratio: 3.0, level: -6.0, overtones: 5, depth: 0.5 },
    Tone { ratio: 4.0, level: -8.0, overtones: 4, depth: 0.45 },
    Tone { ratio: 4.5, level: -14.0, overtones: 4, depth: 1.0 },
    Tone { ratio: 6.0, level: -13.0, overtones: 5, depth: 0.9 },
];

/// Where the chord's warmth ends, in hertz; it moves by two fifths of that.
const WARMTH: f64 = 640.0;

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
    depth: f64,
    place: [f64; 2],
    breath: Drift,
    overtones: Vec<Overtone>,
}

#[derive(Clone, Copy, Debug)]
struct Overtone {
    hertz: f64,
    /// Where in its cycle it began.
    phase: f64,
    turn: Turn,
    /// Its level but for its warmth.
    level: f64,
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
            .map(|(i, tone, side)| Voice::new(&mut chance, root(key), i, tone, side, grid))
            .collect();
        let warmth = Drift::new(&mut chance, 35.0, 110.0);
        let power: f64 = voices.iter().map(Voice::power).sum();
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
        let warmth = |at| WARMTH * (1.0 + 0.4 * self.warmth.at(at));
        let (warmth_start, warmth_end) = (warmth(start), warmth(end));
        for voice in &self.voices {
            let (from, to) = (voice.breathing(start), voice.breathing(end));
            for overtone in &voice.overtones {
                let level = gain * self.level * overtone.level;
                let from = level * from * softness(overtone.hertz, warmth_start);
                let to = level * to * softness(overtone.hertz, warmth_end);
                let sine = Sine {
                    phase: overtone.hertz * start + overtone.phase,
                    turn: overtone.turn,
                    from: voice.place.map(|side| side * from),
                    to: voice.place.map(|side| side * to),
                };
                self.bank.add(sine, block.len());
            }
        }
        self.bank.sound(block);
    }
}

/// The level at `hertz`: soft above the warmth.
fn softness(hertz: f64, warmth: f64) -> f64 {
    let above = hertz / warmth;
    1.0 / (1.0 + above * above)
}

impl Voice {
    fn new(chance: &mut Chance, root: f64, index: usize, tone: &Tone, side: f64, grid: Grid) -> Voice {
        // Of a tone's two makings one leads, some on either side: equal ones would take each other away. No two
        // tones are apart by the same amount, so that what meets beats slowly and never all at once.
        let leads = index.div_ceil(2).is_multiple_of(2) == (side < 0.0);
        let cents = side * (0.6 + 0.17 * index as f64) + chance.between(-0.15, 0.15);
        let width = 0.3 + 0.08 * index as f64;
        let hertz = root * tone.ratio * libm::exp2(cents / 1200.0);
        let level = factor(tone.level) * if leads { 1.0 } else { 0.5 };
        Voice {
            depth: tone.depth,
            place: pan(side * width),
            breath: Drift::new(chance, 30.0, 120.0),
            overtones: (1..=tone.overtones).map(|n| Overtone::new(chance, hertz, n, level, grid)).collect(),
        }
    }

    fn breathing(&self, seconds: f64) -> f64 {
        1.0 - 0.5 * self.depth * (1.0 - self.breath.at(seconds))
    }

    /// The mean power with which it adds to loudness.
    fn power(&self) -> f64 {
        let still = 1.0 - 0.5 * self.depth;
        let breath = still * still + 0.25 * self.depth * self.depth * Drift::POWER;
        let power = |overtone: &Overtone| {
            let level = overtone.level * softness(overtone.hertz, WARMTH);
            level * level * loudness_weight(overtone.hertz) / 2.0
        };
        breath * self.overtones.iter().map(power).sum::<f64>()
    }
}

impl Overtone {
    fn new(chance: &mut Chance, tone: f64, n: u32, level: f64, grid: Grid) -> Overtone {
        let hertz = tone * f64::from(n);
        let level = level / f64::from(n) * grid.carries(hertz);
        Overtone { hertz, phase: chance.unit(), turn: Turn::of(hertz / grid.rate()), level }
    }
}
