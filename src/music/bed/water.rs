//! A brook: a soft rush in two bands that swells slowly, with small drops of rising pitch. Pure.

use std::f64::consts::TAU;

use crate::music::synth::{
    Bank, Block, Chance, Chapters, Drift, Filter, Grid, Sine, Texture, Tuning, Turn, White, factor, pan, smooth,
};

/// Brings the water to the loudness of beds: measured.
const LEVEL: f64 = -8.5;
/// A drop may begin in each slot of this length.
const SLOT_SECONDS: f64 = 0.06;
/// No drop is longer.
const LONGEST_DROP: f64 = 0.3;

/// Water.
#[derive(Clone, Debug)]
pub(super) struct Water {
    rush: Chapters<Rush>,
    grid: Grid,
    swell: Drift,
    sides: [Drift; 2],
    season: Drift,
    drops: Drops,
    scratch: Vec<[f64; 2]>,
}

impl Water {
    pub(super) fn new(seed: u64, grid: Grid) -> Water {
        let mut chance = Chance::of(seed, 0x3a7e);
        Water {
            swell: Drift::new(&mut chance, 7.0, 16.0),
            sides: [0, 1].map(|_| Drift::new(&mut chance, 3.0, 11.0)),
            season: Drift::new(&mut chance, 40.0, 100.0),
            drops: Drops { seed: chance.bits(), grid, slot: grid.blocks(SLOT_SECONDS), bank: Bank::default() },
            rush: Chapters::new(chance.bits(), grid),
            grid,
            scratch: vec![[0.0; 2]; grid.frames()],
        }
    }

    /// Adds block `index` to `block`.
    pub(super) fn sound(&mut self, index: u64, block: &mut Block) {
        self.scratch.fill([0.0; 2]);
        self.rush.sound(index, &mut self.scratch);
        self.drops.sound(index, &mut self.scratch);
        let (from, to) = (self.swelling(self.grid.seconds(index)), self.swelling(self.grid.seconds(index + 1)));
        let slope = [0, 1].map(|side| (to[side] - from[side]) / block.len() as f64);
        for (n, (frame, made)) in block.iter_mut().zip(&self.scratch).enumerate() {
            frame[0] += (from[0] + slope[0] * n as f64) * made[0];
            frame[1] += (from[1] + slope[1] * n as f64) * made[1];
        }
    }

    fn swelling(&self, seconds: f64) -> [f64; 2] {
        let common = 1.9 * self.swell.at(seconds) + 1.0 * self.season.at(seconds);
        [0, 1].map(|side| factor(LEVEL + common + 1.2 * self.sides[side].at(seconds)))
    }
}

/// The rush of the water: what lies under the drops.
#[derive(Clone, Debug)]
struct Rush {
    grid: Grid,
    white: White,
    deep: [Filter; 2],
    ripple: [[Filter; 2]; 2],
    roof: [Filter; 2],
}

impl Texture for Rush {
    fn begin(chance: Chance, grid: Grid) -> Rush {
        Rush {
            grid,
            white: White::new(chance, 0.3, grid.rate()),
            deep: Default::default(),
            ripple: Default::default(),
            roof: Default::default(),
        }
    }

    fn sound(&mut self, index: u64, block: &mut Block) {
        let rate = self.grid.rate();
        let at = self.grid.seconds(index);
        let wander = |period: f64, phase: f64| libm::sin(TAU * (at / period + phase));
        let deep = Tuning::new(380.0 * libm::exp2(0.25 * wander(11.9, 0.2)), 0.6, rate);
        let first = Tuning::new(760.0 * libm::exp2(0.22 * wander(2.3, 0.5) + 0.15 * wander(0.71, 0.1)), 1.6, rate);
        let second = Tuning::new(1280.0 * libm::exp2(0.2 * wander(3.1, 0.9) + 0.12 * wander(0.53, 0.3)), 1.8, rate);
        let roof = Tuning::new(1700.0, 0.55, rate);
        for frame in block {
            let white = self.white.next();
            for side in [0, 1] {
                // The deep part is turned round: as it is, it and the ripples would take a hole out of each other.
                let deep = self.deep[side].low(white[side], &deep);
                let first = self.ripple[side][0].band(white[side], &first);
                let second = self.ripple[side][1].band(white[side], &second);
                frame[side] = self.roof[side].low(0.6 * first + 0.3 * second - 0.45 * deep, &roof);
            }
        }
    }
}

/// Small drops: sines that rise as they die away, as bubbles do (Minnaert 1933; van den Doel 2005).
#[derive(Clone, Debug)]
struct Drops {
    seed: u64,
    grid: Grid,
    slot: u64,
    bank: Bank,
}

/// One drop.
struct Drop {
    first: u64,
    hertz: f64,
    rise: f64,
    decay: f64,
    level: f64,
    place: [f64; 2],
}

impl Drops {
    fn sound(&mut self, index: u64, block: &mut Block) {
        let now = index / self.slot;
        let back = self.grid.blocks(LONGEST_DROP) / self.slot + 1;
        for slot in now.saturating_sub(back)..=now {
            if let Some(drop) = self.drop(slot)
                && drop.first <= index
            {
                drop.add(index, self.grid, &mut self.bank);
            }
        }
        self.bank.sound(block);
    }

    /// The drop of a slot, where it has one.
    fn drop(&self, slot: u64) -> Option<Drop> {
        let mut chance = Chance::of(self.seed, slot);
        if chance.unit() > 0.75 {
            return None;
        }
        let hertz = 330.0 * libm::exp2(chance.between(0.0, 2.1));
        Some(Drop {
            first: slot * self.slot + chance.bits() % self.slot,
            hertz,
            rise: chance.between(0.5, 3.0),
            decay: chance.between(0.018, 0.045) * (700.0 / hertz).sqrt(),
            level: factor(chance.between(-30.0, -14.0)),
            place: pan(chance.between(-0.8, 0.8)),
        })
    }
}

impl Drop {
    fn add(&self, index: u64, grid: Grid, bank: &mut Bank) {
        let (from, to) = (grid.seconds(index - self.first), grid.seconds(index + 1 - self.first));
        if from >= LONGEST_DROP {
            return;
        }
        let cycles = |at: f64| self.hertz * at * (1.0 + 0.5 * self.rise * at);
        let level = |at: f64| {
            let (attack, end) = (smooth(at / 0.008), 1.0 - smooth(at / LONGEST_DROP));
            self.level * attack * end * libm::exp(-at / self.decay) * grid.carries(self.hertz)
        };
        let turn = Turn::of((cycles(to) - cycles(from)) / grid.frames() as f64);
        let (from_level, to_level) = (level(from), level(to));
        let place = |level: f64| self.place.map(|side| side * level);
        bank.add(Sine { phase: cycles(from), turn, from: place(from_level), to: place(to_level) }, grid.frames());
    }
}
