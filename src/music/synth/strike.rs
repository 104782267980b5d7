//! A strike: the modes of a struck body, each ringing in two movements a hair apart, so that it beats. Pure.

use super::{Bank, Chance, Grid, Sine, Turn, factor, pan, smooth};

/// A mode: its frequency over the lowest, its level in decibels, how long it rings against the lowest.
pub(crate) type Mode = (f64, f64, f64);

/// How a body is struck.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blow {
    /// Its lowest tone.
    pub(crate) hertz: f64,
    /// Seconds until that is down to 1/e.
    pub(crate) decay: f64,
    /// The level of the lowest mode.
    pub(crate) strength: f64,
    /// Seconds until the lowest mode is at its level.
    pub(crate) attack: f64,
    /// Where it stands, from left (−1) to right (1).
    pub(crate) place: f64,
    /// Seconds after which nothing is left of it.
    pub(crate) longest: f64,
}

impl Blow {
    /// Everything that rings after the blow; `beat` gives the width of the beating of a mode, in hertz.
    pub(crate) fn ringing(
        self,
        modes: &[Mode],
        chance: &mut Chance,
        beat: impl Fn(&mut Chance, f64) -> f64,
        grid: Grid,
    ) -> Vec<Ringing> {
        let mut both = Vec::with_capacity(2 * modes.len());
        for (ratio, level, rings) in modes {
            let beat = beat(chance, *ratio);
            for (side, weight) in [(-0.25, 1.0), (0.25, 0.7)] {
                let hertz = self.hertz * ratio + side * 2.0 * beat;
                both.push(Ringing {
                    hertz,
                    turn: Turn::of(hertz / grid.rate()),
                    level: self.strength * weight * factor(*level) * grid.carries(hertz),
                    attack: self.attack / ratio.sqrt(),
                    decay: self.decay * rings,
                    place: pan(self.place + side),
                    longest: self.longest,
                });
            }
        }
        both
    }
}

/// One of the two movements of a mode: they differ a little in frequency, and so the body beats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ringing {
    pub(crate) hertz: f64,
    turn: Turn,
    pub(crate) level: f64,
    attack: f64,
    decay: f64,
    place: [f64; 2],
    longest: f64,
}

impl Ringing {
    /// Adds the `block`th block after the blow to `bank`.
    pub(crate) fn add(&self, block: u64, grid: Grid, bank: &mut Bank) {
        let (from, to) = (grid.seconds(block), grid.seconds(block + 1));
        let left = self.level * libm::exp(-from / self.decay);
        // What has died away to −100 dB is let go; nobody hears the step.
        if left < 1e-5 || from > self.longest {
            return;
        }
        let level = |left: f64, at: f64| {
            let end = 1.0 - smooth((at - 0.8 * self.longest) / (0.2 * self.longest));
            left * smooth(at / self.attack) * end
        };
        // Over a block of two milliseconds a decay of seconds is a straight line.
        let (from_level, to_level) = (level(left, from), level(left * (1.0 - (to - from) / self.decay), to));
        let place = |level: f64| self.place.map(|side| side * level);
        let (phase, turn) = (self.hertz * from, self.turn);
        bank.add(Sine { phase, turn, from: place(from_level), to: place(to_level) }, grid.frames());
    }
}
