//! The true-peak limiter: looks ahead, and lets nothing pass the ceiling; behind it stands a hard stop. Pure.
//!
//! The gain is the least that any peak within reach asks for, smoothed by two moving means. Its memory is finite and its
//! arithmetic on gains is in integers, so that a start in the middle sounds as playing there would.

use std::collections::VecDeque;

use crate::units::{Decibels, Frame, Length, SampleRate};

/// How far it looks ahead, and how long each of its two means is.
const REACH_MS: u64 = 10;
/// How long it waits before it comes back up.
const HOLD_MS: u64 = 120;

/// Gains are counted in steps of 2⁻³⁰: means of integers forget nothing and add nothing.
const ONE: u64 = 1 << 30;

/// Steps between two samples at which the wave's true peak is sought, and taps each (ITU-R BS.1770-4, annex 2: 4 times).
const STEPS: usize = 4;
const TAPS: usize = 16;

/// A wave between samples of at most 1 is at most this, whatever they are: the largest sum of the taps' magnitudes.
/// Below the ceiling divided by it no search is needed.
const OVERSHOOT: f32 = 3.2;

/// The limiter of one output.
pub struct Limiter {
    ceiling: f32,
    reach: usize,
    hold: usize,
    taps: [[f32; TAPS]; STEPS - 1],
    /// What waits: the newest frame is at the back.
    frames: VecDeque<Frame>,
    /// The frames that the search for peaks needs.
    search: VecDeque<Frame>,
    taken: u64,
    /// Falling gains with their frames: the front is the least within reach and hold.
    least: VecDeque<(u64, u64)>,
    first: Mean,
    second: Mean,
    primed: usize,
}

impl Limiter {
    /// A limiter at a ceiling.
    pub fn new(ceiling: Decibels, rate: SampleRate) -> Limiter {
        let frames = |ms: u64| (ms * u64::from(rate.hertz()) / 1000).max(1) as usize;
        let reach = frames(REACH_MS);
        Limiter {
            ceiling: ceiling.gain().0 as f32,
            reach,
            hold: frames(HOLD_MS),
            taps: taps(),
            frames: VecDeque::new(),
            search: VecDeque::from(vec![Frame::SILENT; TAPS - 1]),
            taken: 0,
            least: VecDeque::new(),
            first: Mean::new(reach),
            second: Mean::new(reach),
            primed: 0,
        }
    }

    /// How many frames later a frame comes out than it goes in.
    pub fn latency(&self) -> Length {
        // The search sees a peak half its taps after the sample; each mean takes its length.
        Length((2 * self.reach + TAPS / 2) as u64)
    }

    /// How many frames before a position it has to hear to be in the state that playing there would leave.
    pub fn memory(&self) -> Length {
        Length((4 * self.reach + self.hold + 2 * TAPS) as u64)
    }

    /// Takes frames, and appends those that are settled to `out`: as many, but for the first [`Limiter::latency`] of all.
    pub fn push(&mut self, input: &[Frame], out: &mut Vec<Frame>) {
        for frame in input {
            let frame = if frame.is_finite() { *frame } else { Frame::SILENT };
            self.frames.push_back(frame);
            self.search.pop_front();
            self.search.push_back(frame);
            let gain = self.smooth(self.wanted());
            if self.primed < self.latency().frames() {
                self.primed += 1;
                continue;
            }
            let frame = self.frames.pop_front().unwrap_or(Frame::SILENT);
            out.push(stop(frame * gain, self.ceiling));
        }
    }

    /// Appends what still waits.
    pub fn flush(&mut self, out: &mut Vec<Frame>) {
        let silence = vec![Frame::SILENT; self.latency().frames()];
        self.push(&silence, out);
    }

    /// The gain that the newest peak asks for.
    fn wanted(&self) -> u64 {
        let near = self.search.iter().map(|frame| frame.peak()).fold(0.0, f32::max);
        if near * OVERSHOOT <= self.ceiling {
            return ONE;
        }
        let (left, right) = (self.search.iter().map(|f| f.left), self.search.iter().map(|f| f.right));
        let peak = near.max(self.between(left)).max(self.between(right));
        if peak <= self.ceiling { ONE } else { (f64::from(self.ceiling / peak) * ONE as f64) as u64 }
    }

    fn between(&self, samples: impl Iterator<Item = f32> + Clone) -> f32 {
        let at = |taps: &[f32; TAPS]| samples.clone().zip(taps.iter().skip(1)).map(|(x, t)| x * t).sum::<f32>().abs();
        self.taps.iter().map(at).fold(0.0, f32::max)
    }

    fn smooth(&mut self, wanted: u64) -> f32 {
        let now = self.taken;
        self.taken += 1;
        while self.least.back().is_some_and(|(_, gain)| *gain >= wanted) {
            self.least.pop_back();
        }
        self.least.push_back((now, wanted));
        let window = (2 * self.reach + self.hold + TAPS) as u64;
        while self.least.front().is_some_and(|(at, _)| at + window <= now) {
            self.least.pop_front();
        }
        let least = self.least.front().map_or(ONE, |(_, gain)| *gain);
        let gain = self.second.next(self.first.next(least));
        if gain == ONE { 1.0 } else { (gain as f64 / ONE as f64) as f32 }
    }
}

/// The last line before ears: whatever comes, nothing passes the ceiling, and what is no number is silence.
pub fn stop(frame: Frame, ceiling: f32) -> Frame {
    let sample = |x: f32| if x.is_finite() { x.clamp(-ceiling, ceiling) } else { 0.0 };
    Frame::new(sample(frame.left), sample(frame.right))
}

/// A moving mean of integers.
struct Mean {
    window: VecDeque<u64>,
    sum: u64,
}

impl Mean {
    fn new(length: usize) -> Mean {
        Mean { window: VecDeque::from(vec![ONE; length]), sum: ONE * length as u64 }
    }

    fn next(&mut self, value: u64) -> u64 {
        let old = self.window.pop_front().unwrap_or(ONE);
        self.window.push_back(value);
        self.sum = self.sum + value - old;
        self.sum / self.window.len() as u64
    }
}

/// A windowed sinc at each quarter between two samples.
fn taps() -> [[f32; TAPS]; STEPS - 1] {
    let mut rows = [[0.0; TAPS]; STEPS - 1];
    for (step, row) in rows.iter_mut().enumerate() {
        let offset = (step + 1) as f64 / STEPS as f64;
        for (tap, value) in row.iter_mut().enumerate() {
            let distance = tap as f64 - (TAPS / 2) as f64 + offset;
            let x = std::f64::consts::PI * distance;
            let window = 0.5 * (1.0 + libm::cos(x / (TAPS / 2) as f64));
            *value = if distance.abs() < (TAPS / 2) as f64 { (libm::sin(x) / x * window) as f32 } else { 0.0 };
        }
    }
    rows
}
