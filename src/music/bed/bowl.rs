//! Singing bowls: struck softly and seldom, each ringing for half a minute in slow beats, over a drone so quiet that
//! one hardly knows it is there. Pure.

use super::drone::{Drone, root};
use super::{Key, LOUDNESS};
use crate::music::synth::{Bank, Block, Chance, Grid, Sine, factor, pan, smooth};

/// Brings the strikes to the loudness of beds: measured.
const LEVEL: f64 = 9.1;
/// The drone under the bowls, against the drone alone.
const DRONE_LEVEL: f64 = -20.0;
/// One strike in each slot of this length.
const SLOT_SECONDS: f64 = 9.0;
/// No strike rings longer.
const LONGEST_RING: f64 = 36.0;
/// A strike may come this much later than its slot begins.
const LATEST: f64 = 4.5;

/// The bowls by their tone over the drone's root.
const BOWLS: [f64; 8] = [2.0, 3.0, 4.0, 4.0, 4.5, 6.0, 3.0, 8.0];

/// How a bowl's wall moves: frequency over the lowest, level in decibels, how long it rings against the lowest
/// (after Inácio, Henrique, Antunes, "The dynamics of Tibetan singing bowls", 2006; the upper ones held back).
const MODES: [(f64, f64, f64); 4] = [(1.0, 0.0, 1.0), (2.76, -9.0, 0.55), (5.18, -21.0, 0.3), (8.06, -32.0, 0.18)];

/// The bowls of a key.
#[derive(Clone, Debug)]
pub(super) struct Bowl {
    grid: Grid,
    root: f64,
    seed: u64,
    slot: u64,
    drone: Drone,
    bank: Bank,
}

impl Bowl {
    pub(super) fn new(key: Key, seed: u64, grid: Grid) -> Bowl {
        Bowl {
            grid,
            root: root(key),
            seed: Chance::of(seed, 0xb0_31).bits(),
            slot: grid.blocks(SLOT_SECONDS),
            drone: Drone::new(key, seed, grid),
            bank: Bank::default(),
        }
    }

    /// Adds block `index` to `block`.
    pub(super) fn sound(&mut self, index: u64, block: &mut Block) {
        self.drone.sound_at(index, factor(DRONE_LEVEL), block);
        let now = index / self.slot;
        let back = self.grid.blocks(LONGEST_RING + LATEST) / self.slot + 1;
        for slot in now.saturating_sub(back)..=now {
            self.strike(slot, index);
        }
        self.bank.sound(block);
    }

    /// Adds what still rings at block `index` of the strike in `slot`.
    fn strike(&mut self, slot: u64, index: u64) {
        let mut chance = Chance::of(self.seed, slot);
        let first = slot * self.slot + self.grid.blocks(chance.between(0.0, LATEST));
        if first > index || index - first > self.grid.blocks(LONGEST_RING) {
            return;
        }
        let hertz = self.root * chance.pick(&BOWLS);
        let strength = factor(LOUDNESS.0 + LEVEL + chance.between(-3.0, 0.0));
        let attack = chance.between(0.07, 0.16);
        let place = chance.between(-0.4, 0.4);
        // The larger the bowl, the longer it rings: to a thousandth in 15 to 30 seconds.
        let ring = (4.3 * (150.0 / hertz).sqrt()).clamp(2.2, 4.4);
        for (ratio, level, rings) in MODES {
            let beat = chance.between(0.25, 0.9) * (0.6 + 0.4 * ratio);
            for (side, weight) in [(-0.25, 1.0), (0.25, 0.7)] {
                let ringing = Ringing {
                    hertz: hertz * ratio + side * 2.0 * beat,
                    level: strength * weight * factor(level),
                    attack: attack / ratio.sqrt(),
                    decay: ring * rings,
                    place: pan(place + side),
                };
                ringing.add(index - first, self.grid, &mut self.bank);
            }
        }
    }
}

/// One of the two movements of a mode: they differ a little in frequency, and so the bowl beats.
struct Ringing {
    hertz: f64,
    level: f64,
    attack: f64,
    decay: f64,
    place: [f64; 2],
}

impl Ringing {
    fn add(&self, block: u64, grid: Grid, bank: &mut Bank) {
        let (from, to) = (grid.seconds(block), grid.seconds(block + 1));
        // What has died away to −110 dB is let go; nobody hears the step.
        if self.level * libm::exp(-from / self.decay) < 3e-6 {
            return;
        }
        let level = |at: f64| {
            let end = 1.0 - smooth((at - 0.8 * LONGEST_RING) / (0.2 * LONGEST_RING));
            self.level * smooth(at / self.attack) * end * libm::exp(-at / self.decay) * grid.carries(self.hertz)
        };
        let place = |level: f64| self.place.map(|side| side * level);
        let (from_level, to_level) = (level(from), level(to));
        let step = self.hertz / grid.rate();
        bank.add(Sine { phase: self.hertz * from, step, from: place(from_level), to: place(to_level) }, grid.frames());
    }
}
