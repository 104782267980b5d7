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

use crate::music::synth::Grid;
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
    grid: Grid,
    frame: u64,
    block: Vec<[f64; 2]>,
    made: Option<u64>,
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
        let frame = grid.blocks(SOUNDING_SECONDS) * grid.frames() as u64;
        Bed { sound, grid, frame, block: vec![[0.0; 2]; grid.frames()], made: None }
    }

    /// Writes the next frames to `out`.
    pub fn fill(&mut self, out: &mut [Frame]) {
        let frames = self.grid.frames() as u64;
        let mut out = out;
        while !out.is_empty() {
            let (index, within) = (self.frame / frames, (self.frame % frames) as usize);
            self.make(index);
            let count = out.len().min(self.grid.frames() - within);
            let (now, later) = out.split_at_mut(count);
            for (frame, [left, right]) in now.iter_mut().zip(&self.block[within..]) {
                *frame = Frame::new(*left as f32, *right as f32);
            }
            self.frame += count as u64;
            out = later;
        }
    }

    /// Passes over the next `length` without making it: what follows is as if it had been heard.
    pub fn skip(&mut self, length: Length) {
        self.frame = self.frame.saturating_add(length.0);
    }

    fn make(&mut self, index: u64) {
        if self.made == Some(index) {
            return;
        }
        self.block.fill([0.0; 2]);
        match &mut self.sound {
            Sound::Drone(drone) => drone.sound(index, &mut self.block),
            Sound::Water(water) => water.sound(index, &mut self.block),
            Sound::Wind(wind) => wind.sound(index, &mut self.block),
            Sound::Bowl(bowl) => bowl.sound(index, &mut self.block),
        }
        self.made = Some(index);
    }
}

#[cfg(test)]
mod tests;
