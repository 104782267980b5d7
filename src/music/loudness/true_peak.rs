//! The true peak: how high the wave goes between the samples, sought at four times the rate (ITU-R BS.1770-4, annex 2).
//! Pure.

use crate::music::lanes::{self, LANES};
use crate::music::resample::kaiser;
use crate::units::Frame;

/// The samples that a point between two of them is made of; the standard asks for 12.
const TAPS: usize = 24;
const HALF: usize = TAPS / 2;

/// Kaiser's β: the wave is met within 0.01 dB up to 0.4 of the rate.
const BETA: f64 = 6.0;

/// So many points are judged at once.
const BLOCK: usize = 4 * LANES;

/// Seeks the true peak of a stream.
#[derive(Clone)]
pub(super) struct TruePeak {
    /// The taps at a quarter, as their sums and differences about the middle: three quarters mirror a quarter, so one
    /// pair of sums gives both, and the larger of the two is the sum of their magnitudes.
    even: [f32; HALF],
    odd: [f32; HALF],
    /// The taps at a half, which mirror themselves.
    middle: [f32; HALF],
    /// How far the wave can rise above its samples at all.
    overshoot: f32,
    left: Vec<f32>,
    right: Vec<f32>,
    peak: f32,
}

impl TruePeak {
    pub(super) fn new() -> TruePeak {
        let (quarter, half) = (taps(0.25), taps(0.5));
        let mirrored = |n: usize| quarter[TAPS - 1 - n];
        let rise = |taps: &[f64; TAPS]| taps.iter().map(|tap| tap.abs()).sum::<f64>();
        TruePeak {
            even: std::array::from_fn(|n| ((quarter[n] + mirrored(n)) / 2.0) as f32),
            odd: std::array::from_fn(|n| ((quarter[n] - mirrored(n)) / 2.0) as f32),
            middle: std::array::from_fn(|n| half[n] as f32),
            // A hair more than is true, for what 32 bits round.
            overshoot: (rise(&quarter).max(rise(&half)) * 1.0001) as f32,
            left: vec![0.0; TAPS - 1],
            right: vec![0.0; TAPS - 1],
            peak: 0.0,
        }
    }

    /// Takes the next frames.
    pub(super) fn add(&mut self, frames: &[Frame]) {
        self.left.extend(frames.iter().map(|frame| frame.left));
        self.right.extend(frames.iter().map(|frame| frame.right));
        lanes::widely(
            #[inline(always)]
            || self.seek(),
        );
        let done = (self.left.len() - (TAPS - 1)) / BLOCK * BLOCK;
        self.left.drain(..done);
        self.right.drain(..done);
    }

    /// The largest so far, as if silence followed.
    pub(super) fn peak(&self) -> f32 {
        let mut ended = self.clone();
        ended.add(&[Frame::SILENT; TAPS + BLOCK]);
        ended.peak
    }

    #[inline(always)]
    fn seek(&mut self) {
        for plane in [&self.left, &self.right] {
            let mut at = 0;
            while at + BLOCK + TAPS - 1 <= plane.len() {
                let near = &plane[at..at + BLOCK + TAPS - 1];
                let highest = highest(near);
                self.peak = self.peak.max(highest);
                // Most blocks of most music cannot pass the peak that is known: no wave through them rises so far.
                if highest * self.overshoot > self.peak {
                    self.peak = self.peak.max(between(near, &self.even, &self.odd, &self.middle));
                }
                at += BLOCK;
            }
        }
    }
}

#[inline(always)]
fn highest(samples: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (whole, rest) = samples.as_chunks::<LANES>();
    for chunk in whole {
        for lane in 0..LANES {
            let sample = chunk[lane].abs();
            lanes[lane] = if sample > lanes[lane] { sample } else { lanes[lane] };
        }
    }
    rest.iter().map(|sample| sample.abs()).chain(lanes).fold(0.0, f32::max)
}

/// The highest point between the samples.
#[inline(always)]
fn between(near: &[f32], evens: &[f32; HALF], odds: &[f32; HALF], middles: &[f32; HALF]) -> f32 {
    let mut top = [0.0f32; LANES];
    for first in (0..BLOCK).step_by(LANES) {
        let (mut even, mut odd, mut middle) = ([0.0f32; LANES], [0.0f32; LANES], [0.0f32; LANES]);
        for n in 0..HALF {
            let (before, after) = (&near[first + n..][..LANES], &near[first + TAPS - 1 - n..][..LANES]);
            for lane in 0..LANES {
                let (sum, difference) = (before[lane] + after[lane], before[lane] - after[lane]);
                even[lane] += evens[n] * sum;
                odd[lane] += odds[n] * difference;
                middle[lane] += middles[n] * sum;
            }
        }
        for lane in 0..LANES {
            let (quarters, half) = (even[lane].abs() + odd[lane].abs(), middle[lane].abs());
            let point = if quarters > half { quarters } else { half };
            top[lane] = if point > top[lane] { point } else { top[lane] };
        }
    }
    top.into_iter().fold(0.0, f32::max)
}

/// A windowed sinc at `offset` behind the sample before the middle.
fn taps(offset: f64) -> [f64; TAPS] {
    let taps: [f64; TAPS] = std::array::from_fn(|tap| {
        let distance = tap as f64 - (HALF as f64 - 1.0) - offset;
        let x = std::f64::consts::PI * distance;
        libm::sin(x) / x * kaiser(BETA, distance / HALF as f64)
    });
    let sum: f64 = taps.iter().sum();
    taps.map(|tap| tap / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_could_not_have_been_the_peak() {
        let noise = |n: u64| crate::music::testing::noise(n) * if (n / 5000).is_multiple_of(3) { 1.0 } else { 0.4 };
        let frames: Vec<Frame> = (0..60_000).map(|n| Frame::new(noise(n), noise(n + 99_000))).collect();
        let mut peak = TruePeak::new();
        frames.chunks(1000).for_each(|block| peak.add(block));
        let mut all = TruePeak { overshoot: f32::INFINITY, ..TruePeak::new() };
        all.add(&frames);
        assert_eq!(peak.peak(), all.peak());
    }

    #[test]
    fn every_processor_finds_the_same_peak() {
        let frames: Vec<Frame> = (0..9000).map(|n| Frame::new(crate::music::testing::noise(n), 0.1)).collect();
        let (mut wide, mut plain) = (TruePeak::new(), TruePeak::new());
        wide.add(&frames);
        plain.left.extend(frames.iter().map(|frame| frame.left));
        plain.right.extend(frames.iter().map(|frame| frame.right));
        plain.seek();
        assert_eq!(wide.peak.to_bits(), plain.peak.to_bits());
    }
}
