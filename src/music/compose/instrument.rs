//! What the instruments are made of: sines, each with its place, its wandering and its end. Pure.

use super::recipe::{Instrument, Layer};
use super::score::Note;
use crate::music::synth::{Bank, Chance, Grid, Sine, Turn, cycle, factor, loudness_weight, pan, smooth};

/// A note on its way to becoming sound.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    /// The block it begins with.
    pub(super) first: u64,
    /// The block before which it is gone.
    pub(super) last: u64,
    length: f64,
    attack: f64,
    release: f64,
    partials: Vec<Partial>,
}

#[derive(Clone, Copy, Debug)]
struct Partial {
    hertz: f64,
    /// Where in its cycle it begins.
    phase: f64,
    level: f64,
    place: [f64; 2],
    /// Seconds until it is down to 1/e; endless for what sustains.
    decay: f64,
    /// Slow wandering of its level: how far, how fast, from where.
    shimmer: (f64, f64, f64),
    /// Vibrato: how far in hertz, how fast, from where.
    vibrato: (f64, f64, f64),
}

/// How an instrument's tone is built.
struct Build {
    /// Its makings: detuning in cents, place in the width, weight.
    copies: &'static [(f64, f64, f64)],
    /// The most overtones, itself among them.
    overtones: u32,
    /// How fast overtones fall: level is `n` to the power of minus this.
    slope: f64,
    /// Where its warmth ends, dark and bright, in hertz.
    warmth: (f64, f64),
    /// Seconds until a tone at 220 Hz is down to 1/e; none for what sustains.
    decay: Option<f64>,
    /// How much faster each overtone dies.
    damping: f64,
    /// The least attack, in seconds.
    attack: f64,
    /// How far levels wander: 0 to 1.
    shimmer: f64,
    /// Vibrato in cents.
    vibrato: f64,
}

// Where few makings meet, one leads: equal ones would take each other away for seconds at a time.
const WIDE: &[(f64, f64, f64)] = &[(-3.1, -1.0, 0.5), (0.2, 0.0, 0.9), (2.7, 1.0, 0.5)];
const MANY: &[(f64, f64, f64)] = &[(-4.5, -1.0, 0.7), (-1.2, -0.3, 0.7), (1.6, 0.4, 0.7), (4.2, 1.0, 0.7)];
const PAIR: &[(f64, f64, f64)] = &[(-0.2, -0.15, 1.0), (1.1, 0.6, 0.35)];
const BEATING: &[(f64, f64, f64)] = &[(-1.6, -0.4, 1.0), (1.6, 0.6, 0.6)];
const ALONE: &[(f64, f64, f64)] = &[(0.0, 0.0, 1.0)];

impl Instrument {
    fn build(self) -> Build {
        let held = |copies, overtones, slope, warmth, shimmer, vibrato| Build {
            copies,
            overtones,
            slope,
            warmth,
            decay: None,
            damping: 0.0,
            attack: 0.25,
            shimmer,
            vibrato,
        };
        let struck = |copies, overtones, slope, warmth, decay, damping, attack| Build {
            copies,
            overtones,
            slope,
            warmth,
            decay: Some(decay),
            damping,
            attack,
            shimmer: 0.0,
            vibrato: 0.0,
        };
        match self {
            Instrument::Pad => held(WIDE, 12, 1.2, (550.0, 3200.0), 0.45, 0.0),
            Instrument::Choir => held(MANY, 16, 0.85, (800.0, 3600.0), 0.3, 9.0),
            Instrument::Strings => held(MANY, 16, 1.0, (750.0, 4000.0), 0.3, 7.0),
            Instrument::Flute => held(PAIR, 6, 1.9, (900.0, 4000.0), 0.25, 6.0),
            Instrument::Low => held(PAIR, 6, 1.3, (180.0, 800.0), 0.2, 0.0),
            Instrument::Felt => struck(PAIR, 12, 1.15, (600.0, 3400.0), 3.4, 0.32, 0.018),
            Instrument::Harp => struck(ALONE, 9, 1.5, (700.0, 3800.0), 2.0, 0.5, 0.010),
            Instrument::Bell => struck(PAIR, 5, 1.7, (1000.0, 4500.0), 3.6, 0.3, 0.025),
            Instrument::Bowl => struck(BEATING, 4, 1.4, (700.0, 3200.0), 6.0, 0.5, 0.09),
        }
    }

    /// The frequency of overtone `n` (from 1) over the tone: strings are a little stiff, metal is not in tune with itself.
    fn ratio(self, n: u32) -> f64 {
        let whole = f64::from(n);
        match self {
            Instrument::Felt => whole * (1.0 + 0.000_25 * whole * whole).sqrt(),
            Instrument::Bell => [1.0, 2.003, 3.011, 4.17, 5.43][n as usize % 6 - 1],
            Instrument::Bowl => [1.0, 2.76, 5.18, 8.06][n as usize % 5 - 1],
            _ => whole,
        }
    }

    /// What the mouth or the body adds to a frequency.
    fn formant(self, hertz: f64, brightness: f64) -> f64 {
        let Instrument::Choir = self else { return 1.0 };
        // From `oo` to `ah` (Peterson and Barney 1952, rounded), each resonance a soft hill.
        let hill = |centre: f64, width: f64| {
            let off = (hertz - centre) / width;
            1.0 / (1.0 + off * off)
        };
        let between = |dark: f64, bright: f64| dark + (bright - dark) * brightness;
        hill(between(320.0, 640.0), 160.0)
            + between(0.25, 0.6) * hill(between(800.0, 1100.0), 180.0)
            + between(0.03, 0.12) * hill(2500.0, 300.0)
            + 0.05
    }
}

impl Voice {
    /// The voice of `note` in `layer`; `instrument` plays it with `intensity` from 0 to 1.
    pub(super) fn new(
        instrument: Instrument,
        layer: &Layer,
        note: &Note,
        intensity: f64,
        chance: &mut Chance,
        grid: Grid,
    ) -> Voice {
        let build = instrument.build();
        let mut partials = partials(instrument, &build, layer, note, intensity, chance);
        partials.retain(|partial| grid.carries(partial.hertz) > 0.0 && partial.level > 1e-6);
        for partial in &mut partials {
            partial.level *= grid.carries(partial.hertz);
        }
        let attack = build.attack.max(layer.attack);
        let ring = partials.iter().map(|partial| partial.decay).fold(0.0, f64::max);
        // What dies away by itself is gone after nine times its decay: at −78 dB.
        let length = if build.decay.is_some() { note.length.min(9.0 * ring) } else { note.length };
        let first = grid.blocks(note.start);
        let last = first + grid.blocks(length.max(attack) + layer.release) + 1;
        Voice { first, last, length: length.max(attack), attack, release: layer.release.max(0.05), partials }
    }

    /// Adds the voice's block `index`, counted from the piece's beginning, to `bank`.
    pub(super) fn add(&self, index: u64, grid: Grid, bank: &mut Bank) {
        let (from, to) = (grid.seconds(index - self.first), grid.seconds(index + 1 - self.first));
        let (envelope_from, envelope_to) = (self.envelope(from), self.envelope(to));
        if envelope_from == 0.0 && envelope_to == 0.0 {
            return;
        }
        for partial in &self.partials {
            let (a, b) = (envelope_from * partial.level_at(from), envelope_to * partial.level_at(to));
            let (begin, end) = (partial.cycles(from), partial.cycles(to));
            let sine = Sine {
                phase: begin,
                turn: Turn::of((end - begin) / grid.frames() as f64),
                from: partial.place.map(|side| side * a),
                to: partial.place.map(|side| side * b),
            };
            bank.add(sine, grid.frames());
        }
    }

    fn envelope(&self, seconds: f64) -> f64 {
        smooth(seconds / self.attack) * (1.0 - smooth((seconds - self.length) / self.release))
    }
}

impl Partial {
    fn level_at(&self, seconds: f64) -> f64 {
        let (depth, hertz, phase) = self.shimmer;
        let shimmer = if depth > 0.0 { 1.0 - depth * (0.5 + 0.5 * wave(hertz * seconds + phase)) } else { 1.0 };
        let decay = if self.decay.is_finite() { libm::exp(-seconds / self.decay) } else { 1.0 };
        self.level * shimmer * decay
    }

    /// How many cycles have passed. Vibrato comes in over two seconds, as a player's does.
    fn cycles(&self, seconds: f64) -> f64 {
        let steady = self.hertz * seconds + self.phase;
        let (depth, hertz, phase) = self.vibrato;
        if depth == 0.0 {
            return steady;
        }
        steady + smooth(seconds / 2.0) * depth / (std::f64::consts::TAU * hertz) * wave(hertz * seconds + phase)
    }
}

fn wave(cycles: f64) -> f64 {
    libm::sin(std::f64::consts::TAU * cycle(cycles))
}

/// The partials of a note, brought to a loudness of 0 LUFS at full strength so that layers' levels mean the same.
fn partials(
    instrument: Instrument,
    build: &Build,
    layer: &Layer,
    note: &Note,
    intensity: f64,
    chance: &mut Chance,
) -> Vec<Partial> {
    let brightness = layer.brightness * (0.55 + 0.45 * intensity) * (0.5 + 0.5 * note.strength);
    let warmth = build.warmth.0 * libm::pow(build.warmth.1 / build.warmth.0, brightness);
    let tone = note.pitch.hertz();
    let mut partials = Vec::new();
    for &(cents, side, weight) in build.copies {
        let hertz = tone * libm::exp2((cents + chance.between(-0.4, 0.4)) / 1200.0);
        let vibrato = (chance.between(4.3, 5.4), chance.unit());
        for n in 1..=build.overtones {
            let hertz = hertz * instrument.ratio(n);
            let partial = Partial {
                hertz,
                phase: chance.unit(),
                level: weight * overtone(instrument, build, n, hertz, warmth, brightness),
                place: pan(layer.pan + side * layer.width * (1.0 - 0.25 * chance.unit())),
                decay: decay(build, tone, n) * chance.between(0.85, 1.15),
                shimmer: (build.shimmer, chance.between(0.04, 0.16), chance.unit()),
                vibrato: (hertz * (libm::exp2(build.vibrato / 1200.0) - 1.0), vibrato.0, vibrato.1),
            };
            partials.push(partial);
        }
    }
    let power: f64 = partials.iter().map(|p| p.level * p.level * loudness_weight(p.hertz) / 2.0).sum();
    // A soft touch is softer by half as many decibels as its strength says, and darker besides.
    let level = factor(layer.level.0 + 0.691 + 14.0 * (note.strength - 1.0)) / power.sqrt().max(1e-12);
    for partial in &mut partials {
        partial.level *= level;
    }
    partials
}

fn overtone(instrument: Instrument, build: &Build, n: u32, hertz: f64, warmth: f64, brightness: f64) -> f64 {
    let (above, roof) = (hertz / warmth, hertz / 5200.0);
    let soft = 1.0 / (1.0 + above * above) / (1.0 + roof * roof * roof * roof);
    soft * instrument.formant(hertz, brightness) / libm::pow(f64::from(n), build.slope)
}

/// Low strings ring longer than high ones, and overtones die before their tone.
fn decay(build: &Build, tone: f64, n: u32) -> f64 {
    let Some(decay) = build.decay else { return f64::INFINITY };
    decay * (220.0 / tone).sqrt() / (1.0 + build.damping * f64::from(n - 1))
}
