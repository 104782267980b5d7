//! How loud a piece is: EBU R 128 (ITU-R BS.1770-4) integrated loudness, its range, its course and its true peak, while
//! it is decoded. Pure: it is fed with frames.
//!
//! Our own, because the gain of a piece is made of it, and has to be the same on every machine. All readings are made of
//! one list: the mean square of each tenth of a second.

#[cfg(test)]
mod tests;
mod true_peak;
mod weighting;

use crate::units::{Decibels, Frame, Gain, Lufs, SampleRate};
use true_peak::TruePeak;
use weighting::Weighting;

/// What silence counts as: the absolute gate of the standard.
pub const FLOOR: Lufs = Lufs(-70.0);

/// The tenths of a second in a gating block, and in the window of the short-term loudness.
const BLOCK: usize = 4;
const SHORT_TERM: usize = 30;

/// How far below the mean of what passes the floor a part still counts: for the integrated loudness, and for its range.
const GATE: f64 = -10.0;
const RANGE_GATE: f64 = -20.0;

/// The weighting lifts what lies at 1.7 kHz; below this rate there is nothing to lift.
const LOWEST_RATE: u32 = 4000;

/// Measures a stream of stereo frames.
pub struct Meter {
    rate: u64,
    weighting: Weighting,
    true_peak: TruePeak,
    frames: u64,
    /// Where the present tenth of a second began.
    begun: u64,
    /// The mean square of each whole tenth of a second, of both channels together.
    tenths: Vec<f64>,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The integrated loudness; `None` for silence, or for less than 400 ms of sound.
    pub integrated: Option<Lufs>,
    /// The largest true peak, full scale at 1.
    pub true_peak: Gain,
    /// The loudness range in LU (EBU Tech 3342).
    pub range: Decibels,
}

impl Meter {
    /// A meter for one rate; `None` where the standard has no filter for it (below 4 kHz).
    pub fn new(rate: SampleRate) -> Option<Meter> {
        (rate.hertz() >= LOWEST_RATE).then(|| Meter {
            rate: u64::from(rate.hertz()),
            weighting: Weighting::new(rate),
            true_peak: TruePeak::new(),
            frames: 0,
            begun: 0,
            tenths: Vec::new(),
        })
    }

    /// Takes the next frames.
    pub fn add(&mut self, mut frames: &[Frame]) {
        self.true_peak.add(frames);
        while !frames.is_empty() {
            let tenth = self.tenths.len() as u64 + 1;
            // Rounded, so that tenths do not drift where a rate cannot be divided by ten.
            let end = (tenth * self.rate + 5) / 10;
            let count = frames.len().min((end - self.frames) as usize);
            let (now, rest) = frames.split_at(count);
            self.weighting.add(now);
            (self.frames, frames) = (self.frames + count as u64, rest);
            if self.frames == end {
                self.tenths.push(self.weighting.take_energy() / (end - self.begun) as f64);
                self.begun = end;
            }
        }
    }

    /// The course so far: the short-term loudness (of the last 3 seconds) at the end of every whole second.
    pub fn course(&self) -> impl Iterator<Item = Lufs> {
        (10..=self.tenths.len()).step_by(10).map(|end| self.short_term(end))
    }

    /// The short-term loudness at the end of so many tenths; before the beginning was silence.
    fn short_term(&self, end: usize) -> Lufs {
        loudness(self.tenths[end.saturating_sub(SHORT_TERM)..end].iter().sum::<f64>() / SHORT_TERM as f64)
    }

    /// What has been measured so far. Rounded to a thousandth.
    pub fn measured(&self) -> Measured {
        let round = |value: f64| (value * 1000.0).round() / 1000.0;
        Measured {
            integrated: self.integrated().map(|loudness| Lufs(round(loudness.0))),
            true_peak: Gain(round(f64::from(self.true_peak.peak()) + 0.0005)),
            range: Decibels(round(self.range())),
        }
    }

    fn integrated(&self) -> Option<Lufs> {
        let blocks = self.tenths.windows(BLOCK).map(|block| block.iter().sum::<f64>() / BLOCK as f64);
        let loud: Vec<f64> = blocks.filter(|energy| *energy > energy_of(FLOOR)).collect();
        let gated = above(&loud, GATE);
        (!gated.is_empty()).then(|| loudness(mean(&gated)))
    }

    /// From what a tenth of the time is softer than to what a twentieth is louder than, without what is far below.
    fn range(&self) -> f64 {
        let windows = self.tenths.windows(SHORT_TERM).step_by(10);
        let windows = windows.map(|window| window.iter().sum::<f64>() / SHORT_TERM as f64);
        let loud: Vec<f64> = windows.filter(|energy| *energy > energy_of(FLOOR)).collect();
        let mut gated = above(&loud, RANGE_GATE);
        gated.sort_by(f64::total_cmp);
        let Some(last) = gated.len().checked_sub(1) else { return 0.0 };
        let at = |part: f64| loudness(gated[(part * last as f64).round() as usize]);
        (at(0.95) - at(0.10)).0
    }
}

/// What lies above a gate against the mean of all.
fn above(energies: &[f64], gate: f64) -> Vec<f64> {
    let gate = mean(energies) * libm::pow(10.0, gate / 10.0);
    energies.iter().copied().filter(|energy| *energy > gate).collect()
}

fn mean(energies: &[f64]) -> f64 {
    energies.iter().sum::<f64>() / energies.len().max(1) as f64
}

/// The loudness of a weighted mean square; silence is the floor.
fn loudness(energy: f64) -> Lufs {
    let loudness = 10.0 * libm::log10(energy) - 0.691;
    if loudness > FLOOR.0 { Lufs(loudness) } else { FLOOR }
}

fn energy_of(loudness: Lufs) -> f64 {
    libm::pow(10.0, (loudness.0 + 0.691) / 10.0)
}
