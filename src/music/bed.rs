//! Beds: generated sound without end, for what no piece fills. A drone, water, wind, or singing bowls.
//! The same bed gives the same samples on every machine, whatever the blocks it is asked for in, and can be entered
//! anywhere at little cost. A bed begins and ends at its level: whoever plays it fades it.
//! Pure: no files, no clock, no threads.

mod bowl;
mod drone;
mod key;
mod water;
mod wind;

pub use key::Key;

use bowl::Bowl;
use drone::Drone;
use water::Water;
use wind::Wind;

use crate::music::synth::{Blocks, Grid};
use crate::units::{Frame, Length, Lufs, SampleRate};

/// The loudness of every bed over a minute, to within one loudness unit.
pub const LOUDNESS: Lufs = Lufs(-23.0);

/// A bed has been sounding for this long when it is first heard, so that it begins in the middle of things.
const SOUNDING_SECONDS: f64 = 64.0;

/// What a bed sounds like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BedKind {
    /// A chord of soft tones that breathes slowly.
    Drone,
    /// A brook, with slow swells and small drops.
    Water,
    /// Wind in the open, with slow gusts.
    Wind,
    /// Singing bowls, struck softly and seldom.
    Bowl,
}

impl BedKind {
    /// Every kind by its name in a playlist.
    pub const ALL: [(&'static str, BedKind); 4] =
        [("drone", BedKind::Drone), ("water", BedKind::Water), ("wind", BedKind::Wind), ("bowl", BedKind::Bowl)];

    /// The kind's name in a playlist.
    pub fn name(self) -> &'static str {
        match self {
            BedKind::Drone => "drone",
            BedKind::Water => "water",
            BedKind::Wind => "wind",
            BedKind::Bowl => "bowl",
        }
    }
}

/// Which bed: the same spec is the same sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BedSpec {
    /// What it sounds like.
    pub kind: BedKind,
    /// The key of its tones. Water and wind have no tones.
    pub key: Key,
    /// Another seed is another bed of the same kind.
    pub seed: u64,
}

/// A bed while it sounds.
#[derive(Clone, Debug)]
pub struct Bed {
    sound: Sound,
    blocks: Blocks,
}

#[derive(Clone, Debug)]
enum Sound {
    Drone(Drone),
    Water(Water),
    Wind(Wind),
    Bowl(Bowl),
}

impl Bed {
    /// The bed of `spec`, from its beginning.
    pub fn new(spec: BedSpec, rate: SampleRate) -> Bed {
        let grid = Grid::new(rate);
        let sound = match spec.kind {
            BedKind::Drone => Sound::Drone(Drone::new(spec.key, spec.seed, grid)),
            BedKind::Water => Sound::Water(Water::new(spec.seed, grid)),
            BedKind::Wind => Sound::Wind(Wind::new(spec.seed, grid)),
            BedKind::Bowl => Sound::Bowl(Bowl::new(spec.key, spec.seed, grid)),
        };
        Bed { sound, blocks: Blocks::new(grid, grid.blocks(SOUNDING_SECONDS)) }
    }

    /// Writes the next frames to `out`.
    pub fn fill(&mut self, out: &mut [Frame]) {
        let sound = &mut self.sound;
        self.blocks.fill(out, |index, block| match sound {
            Sound::Drone(drone) => drone.sound(index, block),
            Sound::Water(water) => water.sound(index, block),
            Sound::Wind(wind) => wind.sound(index, block),
            Sound::Bowl(bowl) => bowl.sound(index, block),
        });
    }

    /// Passes over the next `length` without making it: what follows is as if it had been heard.
    pub fn skip(&mut self, length: Length) {
        self.blocks.skip(length);
    }
}

#[cfg(test)]
mod tests;
