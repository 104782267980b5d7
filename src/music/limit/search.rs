//! Looks for the wave's true peak, at and between the samples. Pure.

use crate::music::lanes::{self, Simd, WithSimd};
use crate::music::resample::kaiser;
use crate::units::Frame;

/// Steps between two samples at which the true peak is sought, and taps each. ITU-R BS.1770-4, annex 2, asks for 4 steps and
/// 12 taps: what that reads of noise is up to 0.5 dB too little, and a limiter has to be sure.
const STEPS: usize = 8;
pub(super) const TAPS: usize = 64;
const BETA: f64 = 4.0;

/// The frames among which a peak is sought.
pub(super) struct Search {
    rows: Vec<f32>,
    /// No wave through samples below this passes the ceiling, whatever they are.
    pub(super) safe: f32,
    /// The last frames, each twice, so that they lie in one piece wherever the oldest is.
    left: [f32; 2 * TAPS],
    right: [f32; 2 * TAPS],
    /// Where the newest lies, in the first half.
    newest: usize,
    /// How many frames have come since the last one above what is safe.
    soft: usize,
}

impl Search {
    pub(super) fn new(ceiling: f32) -> Search {
        let rows = rows();
        let overshoot = rows.chunks_exact(TAPS).map(|row| row.iter().map(|tap| tap.abs()).sum()).fold(1.0, f32::max);
        let (left, right) = ([0.0; 2 * TAPS], [0.0; 2 * TAPS]);
        Search { rows, safe: ceiling / overshoot, left, right, newest: 0, soft: TAPS }
    }

    /// Whether a frame and what lies between it and others like it is under the ceiling.
    pub(super) fn is_safe(&self, frame: &Frame) -> bool {
        frame.left.abs() <= self.safe && frame.right.abs() <= self.safe
    }

    /// Takes the next frame.
    pub(super) fn push(&mut self, frame: Frame) {
        self.newest = (self.newest + 1) % TAPS;
        for (side, sample) in [(&mut self.left, frame.left), (&mut self.right, frame.right)] {
            side[self.newest] = sample;
            side[self.newest + TAPS] = sample;
        }
        self.soft = if self.is_safe(&frame) { (self.soft + 1).min(TAPS) } else { 0 };
    }

    /// The largest value that the wave takes around the middle of the frames; `None` where none of them can matter.
    pub(super) fn peak(&self) -> Option<f32> {
        (self.soft < TAPS).then(|| {
            let oldest = self.newest + 1;
            let (left, right) = (&self.left[oldest..oldest + TAPS], &self.right[oldest..oldest + TAPS]);
            lanes::widely(Peak { rows: &self.rows, left, right })
        })
    }
}

/// The samples at and around the middle, and the wave at every step between the two in the middle.
struct Peak<'a> {
    rows: &'a [f32],
    left: &'a [f32],
    right: &'a [f32],
}

impl WithSimd for Peak<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let middle = TAPS / 2;
        let mut peak = self.left[middle].abs().max(self.right[middle].abs());
        for row in self.rows.chunks_exact(TAPS) {
            let (left, right) = lanes::dots(simd, row, self.left, self.right);
            peak = peak.max(left.abs()).max(right.abs());
        }
        peak
    }
}

/// A windowed sinc at each step between the two samples in the middle.
fn rows() -> Vec<f32> {
    let tap = |step: usize, tap: usize| {
        let distance = tap as f64 - (TAPS / 2) as f64 + step as f64 / STEPS as f64;
        let x = std::f64::consts::PI * distance;
        (libm::sin(x) / x * kaiser(BETA, distance / (TAPS / 2) as f64)) as f32
    };
    (1..STEPS).flat_map(|step| (0..TAPS).map(move |n| tap(step, n))).collect()
}
