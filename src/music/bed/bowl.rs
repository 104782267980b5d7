//! Singing bowls: struck softly and seldom, each ringing for half a minute in slow beats, over a drone so quiet that
//! one hardly knows it is there. Pure.

use super::drone::{Drone, root};
use super::{Key, LOUDNESS};
use crate::music::synth::{Bank, Block, Blow, Chance, Grid, Mode, Ringing, factor};

/// Brings the strikes to the loudness of beds: measured.
const LEVEL: f64 = 14.4;
/// The drone under the bowls, against the drone alone.
const DRONE_LEVEL: f64 = -10.0;
/// One strike in each slot of this length.
const SLOT_SECONDS: f64 = 6.5;
/// No strike rings longer.
const LONGEST_RING: f64 = 36.0;
/// A strike may come this much later than its slot begins.
const LATEST: f64 = 3.5;

/// The bowls by their tone over the drone's root.
const BOWLS: [f64; 8] = [2.0, 3.0, 4.0, 4.0, 4.5, 6.0, 3.0, 8.0];

/// How a bowl's wall moves (after Inácio, Henrique, Antunes, "The dynamics of Tibetan singing bowls", 2006; the upper ones held back).
const MODES: [Mode; 4] = [(1.0, 0.0, 1.0), (2.76, -9.0, 0.55), (5.18, -21.0, 0.3), (8.06, -32.0, 0.18)];

/// The bowls of a key.
#[derive(Clone, Debug)]
pub(super) struct Bowl {
    grid: Grid,
    root: f64,
    seed: u64,
    slot: u64,
    level: f64,
    strikes: Vec<Strike>,
    drone: Drone,
    bank: Bank,
}

/// Seconds until a bowl at `hertz` is down to 1/e: the larger it is, the longer it rings.
fn ring(hertz: f64) -> f64 {
    (4.6 * (170.0 / hertz).sqrt()).clamp(2.6, 4.6)
}

impl Bowl {
    pub(super) fn new(key: Key, seed: u64, grid: Grid) -> Bowl {
        let root = root(key);
        let usual_ring = BOWLS.iter().map(|ratio| ring(root * ratio)).sum::<f64>() / BOWLS.len() as f64;
        Bowl {
            grid,
            root,
            level: factor(LOUDNESS.0 + LEVEL) / usual_ring.sqrt(),
            seed: Chance::of(seed, 0xb0_31).bits(),
            slot: grid.blocks(SLOT_SECONDS),
            strikes: Vec::new(),
            drone: Drone::new(key, seed, grid),
            bank: Bank::default(),
        }
    }

    /// Adds block `index` to `block`.
    pub(super) fn sound(&mut self, index: u64, block: &mut Block) {
        self.drone.sound_at(index, factor(DRONE_LEVEL), block);
        let now = index / self.slot;
        let back = self.grid.blocks(LONGEST_RING + LATEST) / self.slot + 1;
        let slots = now.saturating_sub(back)..=now;
        self.strikes.retain(|strike| slots.contains(&strike.slot));
        for slot in slots {
            if !self.strikes.iter().any(|strike| strike.slot == slot) {
                self.strikes.push(self.strike(slot));
            }
        }
        // The order of a sum is part of its bits: what was skipped to must add up as what was played.
        self.strikes.sort_by_key(|strike| strike.slot);
        for strike in self.strikes.iter().filter(|strike| strike.first <= index) {
            for ringing in &strike.ringing {
                ringing.add(index - strike.first, self.grid, &mut self.bank);
            }
        }
        self.bank.sound(block);
    }

    /// The strike in `slot`.
    fn strike(&self, slot: u64) -> Strike {
        let mut chance = Chance::of(self.seed, slot);
        let first = slot * self.slot + self.grid.blocks(chance.between(0.0, LATEST));
        let hertz = self.root * chance.pick(&BOWLS);
        let decay = ring(hertz);
        let strength = self.level * factor(chance.between(-3.0, 0.0));
        let attack = chance.between(0.18, 0.4);
        let place = chance.between(-0.4, 0.4);
        let blow = Blow { hertz, decay, strength, attack, place, longest: LONGEST_RING };
        let beat = |chance: &mut Chance, ratio: f64| chance.between(0.25, 0.9) * (0.6 + 0.4 * ratio);
        Strike { slot, first, ringing: blow.ringing(&MODES, &mut chance, beat, self.grid) }
    }
}

/// One strike of a bowl.
#[derive(Clone, Debug)]
struct Strike {
    slot: u64,
    /// The block it begins with.
    first: u64,
    ringing: Vec<Ringing>,
}
