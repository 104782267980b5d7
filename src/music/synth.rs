//! What generated sound is made of: blocks on a grid, chance that can be repeated, sines, noise and slow wandering.
//! Everything is a function of the frame number, so that sound can be entered anywhere and is the same on every
//! machine. Pure: no files, no clock, no threads.

mod blocks;
mod chapter;
mod noise;
mod sine;
mod strike;

pub(crate) use blocks::Blocks;
pub(crate) use chapter::{Chapters, Texture};
pub(crate) use noise::{Filter, Tuning, White};
pub(crate) use sine::{Bank, Sine, Turn, pan};
pub(crate) use strike::{Blow, Mode, Ringing};

use crate::units::SampleRate;

/// One block of sound before it is rounded to frames: left and right.
pub(crate) type Block = [[f64; 2]];

/// The grid of blocks that sound is made on. Levels are drawn as straight lines within a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    rate: SampleRate,
    frames: usize,
}

impl Grid {
    /// The grid for `rate`: between 1 and 2 ms a block at every rate in use.
    pub(crate) fn new(rate: SampleRate) -> Grid {
        let frames = (rate.hertz() / 750).next_power_of_two().clamp(1, 512) as usize;
        Grid { rate, frames }
    }

    /// Frames in a block.
    pub(crate) fn frames(self) -> usize {
        self.frames
    }

    /// Frames a second.
    pub(crate) fn rate(self) -> f64 {
        self.rate.per_second()
    }

    /// When block `index` begins, in seconds. Always from the frame number: seconds are never added up.
    pub(crate) fn seconds(self, index: u64) -> f64 {
        (index * self.frames as u64) as f64 / self.rate()
    }

    /// The blocks nearest to `seconds`, at least one.
    pub(crate) fn blocks(self, seconds: f64) -> u64 {
        ((seconds * self.rate() / self.frames as f64).round() as u64).max(1)
    }

    /// 1 for a frequency that this rate carries, 0 for one it can't, and no edge between them.
    pub(crate) fn carries(self, hertz: f64) -> f64 {
        smooth((0.45 - hertz / self.rate()) / 0.05)
    }
}

/// From 0 to 1 without a corner at either end; flat outside.
pub(crate) fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

/// A stream of numbers by chance that is the same for the same seed (SplitMix64: Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of the `index`th thing under `seed`, unrelated to its neighbours'.
    pub(crate) fn of(seed: u64, index: u64) -> Chance {
        let mut chance = Chance(seed ^ index.wrapping_mul(0xd134_2543_de82_ef95));
        Chance(chance.bits())
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number from 0 up to, but not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next number between two.
    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }

    /// One of `choices`, which are not empty.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.bits() % choices.len() as u64) as usize]
    }
}

/// A value between −1 and 1 that wanders slowly and does not come back to where it was:
/// three sines whose periods have no common measure.
#[derive(Clone, Debug)]
pub(crate) struct Drift {
    terms: [(f64, f64); 3],
}

impl Drift {
    /// How much each sine weighs.
    const WEIGHTS: [f64; 3] = [0.5, 0.3, 0.2];
    /// The mean of its square.
    pub(crate) const POWER: f64 = (0.25 + 0.09 + 0.04) / 2.0;

    /// A wandering with periods from `least` to `most` seconds.
    pub(crate) fn new(chance: &mut Chance, least: f64, most: f64) -> Drift {
        let third = (most - least) / 3.0;
        let term = |chance: &mut Chance, from: f64| (1.0 / chance.between(from, from + third), chance.unit());
        let slow = term(chance, least + 2.0 * third);
        let middle = term(chance, least + third);
        Drift { terms: [slow, middle, term(chance, least)] }
    }

    /// The value at `seconds`.
    pub(crate) fn at(&self, seconds: f64) -> f64 {
        let sine = |(hertz, phase): (f64, f64)| libm::sin(std::f64::consts::TAU * cycle(hertz * seconds + phase));
        self.terms.iter().zip(Self::WEIGHTS).map(|(term, weight)| weight * sine(*term)).sum()
    }
}

/// The part of a cycle that has passed.
pub(crate) fn cycle(cycles: f64) -> f64 {
    cycles - cycles.floor()
}

/// The factor for a level in decibels.
pub(crate) fn factor(decibels: f64) -> f64 {
    libm::pow(10.0, decibels / 20.0)
}

/// The power by which loudness weighs a frequency: the two filters of ITU-R BS.1770 at 48 kHz.
pub(crate) fn loudness_weight(hertz: f64) -> f64 {
    const SHELF: [f64; 5] = [
        1.535_124_859_586_97,
        -2.691_696_189_406_38,
        1.198_392_810_852_85,
        -1.690_659_293_182_41,
        0.732_480_774_215_85,
    ];
    const HIGH_PASS: [f64; 5] = [1.0, -2.0, 1.0, -1.990_047_454_833_98, 0.990_072_250_366_21];
    let w = std::f64::consts::TAU * hertz / 48_000.0;
    let (c1, s1, c2, s2) = (libm::cos(w), libm::sin(w), libm::cos(2.0 * w), libm::sin(2.0 * w));
    let square = |b0: f64, b1: f64, b2: f64| {
        let (re, im) = (b0 + b1 * c1 + b2 * c2, b1 * s1 + b2 * s2);
        re * re + im * im
    };
    [SHELF, HIGH_PASS].iter().map(|f| square(f[0], f[1], f[2]) / square(1.0, f[3], f[4])).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loudness_weighs_as_the_standard_says() {
        // BS.1770: a 997 Hz sine at full scale in one channel reads −3.01 LUFS, that is −0.691 + 0.691.
        assert!((10.0 * libm::log10(loudness_weight(997.0)) - 0.691).abs() < 0.01);
        assert!(loudness_weight(30.0) < 0.2 && loudness_weight(8000.0) > 2.0);
    }

    #[test]
    fn chance_is_even_and_repeats_with_its_seed() {
        let mut a = Chance::of(7, 3);
        let mut b = Chance::of(7, 3);
        let mean: f64 = (0..10_000).map(|_| a.unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert_eq!(Chance::of(7, 3).bits(), b.bits());
        assert_ne!(Chance::of(7, 4).bits(), Chance::of(8, 3).bits());
    }

    #[test]
    fn a_drift_stays_within_its_bounds_and_moves_slowly() {
        let drift = Drift::new(&mut Chance::of(1, 0), 30.0, 120.0);
        let values: Vec<f64> = (0..6000).map(|i| drift.at(f64::from(i) / 10.0)).collect();
        assert!(values.iter().all(|v| v.abs() <= 1.0));
        assert!(values.windows(2).all(|w| (w[1] - w[0]).abs() < 0.02));
        assert!(values.iter().any(|v| *v > 0.5) && values.iter().any(|v| *v < -0.5));
    }

    #[test]
    fn blocks_last_between_one_and_two_milliseconds() {
        for hertz in [8000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000] {
            let grid = Grid::new(SampleRate::new(hertz).expect("in range"));
            assert!((0.001..0.003).contains(&grid.seconds(1)), "{hertz}: {}", grid.seconds(1));
        }
    }
}
