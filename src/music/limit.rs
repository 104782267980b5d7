//! The true-peak limiter: looks ahead, and lets nothing pass the ceiling; behind it stands a hard stop. Pure.
//!
//! The gain is the least that any peak within reach asks for, smoothed by two moving means. Its memory is finite and its
//! arithmetic on gains is in integers, so that a start in the middle sounds as playing there would.

mod search;

use std::collections::VecDeque;

use crate::units::{Decibels, Frame, Length, SampleRate};
use search::{Search, TAPS};

/// How far it looks ahead, and how long each of its two means is.
const REACH_MS: u64 = 10;
/// How long it waits before it comes back up.
const HOLD_MS: u64 = 120;

/// A known true peak, measured as the standard has it, may be this much too low: 0.7 dB, what the finer search finds in noise.
const KNOWN: f64 = 0.92;

/// Gains are counted in steps of 2⁻³⁰: means of integers forget nothing and add nothing.
const ONE: u64 = 1 << 30;

/// The limiter of one output.
pub struct Limiter {
    ceiling: f32,
    reach: usize,
    hold: usize,
    /// What waits: the newest frame is at the back.
    frames: VecDeque<Frame>,
    search: Search,
    taken: u64,
    /// Falling gains with their frames: the front is the least within reach and hold.
    least: VecDeque<(u64, u64)>,
    first: Mean,
    second: Mean,
    /// For how many frames in a row no peak has asked for anything.
    calm: u64,
    /// For how many frames more something that is not safe is in the search.
    doubtful: usize,
    primed: usize,
}

impl Limiter {
    /// A limiter at a ceiling.
    pub fn new(ceiling: Decibels, rate: SampleRate) -> Limiter {
        let frames = |ms: u64| (ms * u64::from(rate.hertz()) / 1000).max(1) as usize;
        let (reach, ceiling) = (frames(REACH_MS), ceiling.gain().0 as f32);
        Limiter {
            ceiling,
            reach,
            hold: frames(HOLD_MS),
            frames: VecDeque::new(),
            search: Search::new(ceiling),
            taken: 0,
            least: VecDeque::new(),
            first: Mean::new(reach),
            second: Mean::new(reach),
            // The limiter has heard silence, so far.
            calm: u64::MAX,
            doubtful: 0,
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
        self.push_known(input, f64::INFINITY, out);
    }

    /// Takes frames whose true peak is known to be no more than `peak`, full scale at 1: where that is under the ceiling,
    /// nothing is sought in them. It changes no sample.
    pub fn push_known(&mut self, input: &[Frame], peak: f64, out: &mut Vec<Frame>) {
        let known = peak <= f64::from(self.ceiling) * KNOWN;
        let safe = if known { (peak as f32).max(self.search.safe) } else { self.search.safe };
        for block in input.chunks(256) {
            // What was measured of a file is believed as far as its samples bear it out.
            if self.is_idle() && block.iter().all(|frame| frame.left.abs() <= safe && frame.right.abs() <= safe) {
                self.pass(block, out);
            } else {
                block.iter().for_each(|frame| self.push_one(*frame, out));
            }
        }
    }

    /// Whether no gain but one is anywhere in what it remembers, and nothing in what is still to be looked at can ask for
    /// one, so that soft frames pass as they are.
    fn is_idle(&self) -> bool {
        self.doubtful == 0 && self.calm > self.window() + 2 * self.reach as u64
    }

    /// Frames that ask for nothing, while it is idle: they only take their time.
    fn pass(&mut self, block: &[Frame], out: &mut Vec<Frame>) {
        self.frames.extend(block);
        block[block.len().saturating_sub(TAPS)..].iter().for_each(|frame| self.search.push(*frame));
        self.taken += block.len() as u64;
        self.calm = self.calm.saturating_add(block.len() as u64);
        let waits = block.len().min(self.latency().frames() - self.primed);
        self.primed += waits;
        // By slices: a queue that is emptied frame by frame cannot be copied in wide vectors.
        let (ready, ceiling) = (block.len() - waits, self.ceiling);
        let (first, second) = self.frames.as_slices();
        let first = &first[..ready.min(first.len())];
        for frames in [first, &second[..ready - first.len()]] {
            out.extend(frames.iter().map(|frame| stop(*frame, ceiling)));
        }
        self.frames.drain(..ready);
    }

    fn push_one(&mut self, frame: Frame, out: &mut Vec<Frame>) {
        let frame = if frame.is_finite() { frame } else { Frame::SILENT };
        self.doubtful = if self.search.is_safe(&frame) { self.doubtful.saturating_sub(1) } else { TAPS };
        self.frames.push_back(frame);
        self.search.push(frame);
        let wanted = self.wanted();
        self.calm = if wanted == ONE { self.calm.saturating_add(1) } else { 0 };
        let gain = self.smooth(wanted);
        if self.primed < self.latency().frames() {
            self.primed += 1;
            return;
        }
        let frame = self.frames.pop_front().unwrap_or(Frame::SILENT);
        out.push(stop(frame * gain, self.ceiling));
    }

    /// How long a peak keeps the gain down.
    fn window(&self) -> u64 {
        (2 * self.reach + self.hold + TAPS) as u64
    }

    /// Appends what still waits.
    pub fn flush(&mut self, out: &mut Vec<Frame>) {
        let silence = vec![Frame::SILENT; self.latency().frames()];
        self.push(&silence, out);
    }

    /// The gain that the newest peak asks for.
    fn wanted(&self) -> u64 {
        match self.search.peak() {
            Some(peak) if peak > self.ceiling => (f64::from(self.ceiling / peak) * ONE as f64) as u64,
            _ => ONE,
        }
    }

    fn smooth(&mut self, wanted: u64) -> f32 {
        let now = self.taken;
        self.taken += 1;
        while self.least.back().is_some_and(|(_, gain)| *gain >= wanted) {
            self.least.pop_back();
        }
        self.least.push_back((now, wanted));
        let window = self.window();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::loudness::Meter;

    const CEILING: Decibels = Decibels(-1.0);
    const RATE: SampleRate = SampleRate::HOUSE;

    fn limit(input: &[Frame], block: usize) -> Vec<Frame> {
        let (mut limiter, mut out) = (Limiter::new(CEILING, RATE), Vec::new());
        input.chunks(block).for_each(|block| limiter.push(block, &mut out));
        limiter.flush(&mut out);
        out
    }

    /// A sine of a quarter of the rate whose true peak lies between its samples (EBU Tech 3341, cases 15 to 19).
    fn between_samples(amplitude: f64, frames: usize) -> Vec<Frame> {
        let sample = |n: usize| (amplitude * libm::sin(std::f64::consts::FRAC_PI_2 * n as f64 + 0.785)) as f32;
        (0..frames).map(|n| Frame::new(sample(n), sample(n + 1))).collect()
    }

    fn true_peak(frames: &[Frame]) -> f64 {
        let mut meter = Meter::new(RATE).expect("a common rate");
        meter.add(frames);
        meter.measured().true_peak.decibels().0
    }

    #[test]
    fn soft_music_passes_as_it_is() {
        let input = between_samples(0.5, 20_000);
        assert_eq!(limit(&input, 512), input);
    }

    #[test]
    fn no_true_peak_passes_the_ceiling() {
        let mut input = between_samples(0.3, 60_000);
        for (n, frame) in input.iter_mut().enumerate() {
            // Bursts of up to +6 dB, longer and shorter than the limiter's reach.
            if n % 17_000 < 3 + n / 60 {
                *frame = *frame * 6.6;
            }
        }
        let peak = true_peak(&limit(&input, 512));
        assert!(peak <= CEILING.0 + 0.1, "{peak} dBTP");
        assert!(peak > CEILING.0 - 1.5, "it takes no more than it must: {peak} dBTP");
    }

    /// The true peak by another way than the limiter's and the meter's: 16 times oversampled by a windowed sinc of 128 taps.
    fn peak_between(frames: &[Frame]) -> f64 {
        const REACH: isize = 64;
        let rows: Vec<Vec<f64>> = (0..16)
            .map(|step| {
                let tap = |k: isize| {
                    let x = k as f64 - f64::from(step) / 16.0;
                    let angle = std::f64::consts::PI * x;
                    let sinc = if x == 0.0 { 1.0 } else { libm::sin(angle) / angle };
                    sinc * crate::music::resample::kaiser(10.0, x / (REACH + 1) as f64)
                };
                (-REACH..=REACH).map(tap).collect()
            })
            .collect();
        let left: Vec<f64> = frames.iter().map(|frame| f64::from(frame.left)).collect();
        // Only where a sample is near the largest can the wave between be the largest.
        let largest = left.iter().fold(0.0, |a: f64, x| a.max(x.abs()));
        let near = |window: &&[f64]| window[REACH as usize].abs() > 0.6 * largest;
        let wave = |window: &[f64], row: &Vec<f64>| window.iter().zip(row).map(|(x, tap)| x * tap).sum::<f64>().abs();
        let windows = left.windows(2 * REACH as usize + 1).filter(near);
        windows.map(|window| rows.iter().map(|row| wave(window, row)).fold(0.0, f64::max)).fold(0.0, f64::max)
    }

    #[test]
    fn no_wave_between_the_samples_passes_the_ceiling_whatever_is_played() {
        use std::f64::consts::TAU;
        let noise = |n: usize| f64::from(crate::music::testing::noise(n as u64));
        let tone = |hertz: f64| move |n: usize| libm::sin(TAU * hertz * n as f64 / 48_000.0 + 0.785);
        let burst = |n: usize| if (n / 700).is_multiple_of(3) { 2.0 } else { 0.3 };
        let soft = |n: usize| (0..4).map(|k| noise(n + k)).sum::<f64>();
        type Wave<'a> = Box<dyn Fn(usize) -> f64 + 'a>;
        let waves: [(&str, Wave<'_>); 7] = [
            ("a quarter of the rate", Box::new(move |n| 2.0 * tone(12_000.0)(n))),
            ("a sixth of it", Box::new(move |n| burst(n) * tone(8000.0)(n))),
            ("15 kHz", Box::new(move |n| burst(n) * tone(15_017.0)(n))),
            ("19 kHz", Box::new(move |n| burst(n) * tone(19_003.0)(n))),
            ("a low tone", Box::new(move |n| burst(n) * tone(53.0)(n))),
            ("noise", Box::new(move |n| burst(n) * noise(n))),
            ("soft noise", Box::new(move |n| burst(n) * soft(n))),
        ];
        for (name, wave) in waves {
            let input: Vec<Frame> = (0..24_000).map(|n| Frame::new(wave(n) as f32, 0.0)).collect();
            let over = 20.0 * libm::log10(peak_between(&limit(&input, 512))) - CEILING.0;
            assert!(over <= 0.1, "{name}: {over:.3} dB over the ceiling");
            assert!(over > -2.0, "{name}: it takes no more than it must: {over:.3} dB");
        }
    }

    #[test]
    fn what_ends_with_a_block_is_limited_though_the_next_one_is_soft_or_known() {
        // Loud up to a block's very end: its last frames are looked at only while the next block comes.
        let loud = |n: usize| if (5 * 256 - 20..5 * 256).contains(&n) { 1.5 } else { 0.1 };
        let input: Vec<Frame> = (0..4000).map(|n| Frame::new(loud(n), 0.0)).collect();
        let (mut limiter, mut out) = (Limiter::new(CEILING, RATE), Vec::new());
        let blocks = input.chunks(256).zip([f64::INFINITY; 5].into_iter().chain([0.5; 20]));
        blocks.for_each(|(block, peak)| limiter.push_known(block, peak, &mut out));
        limiter.flush(&mut out);
        assert!(out[1259].left < 0.9 * 0.1, "the gain has come down before it: {}", out[1259].left);
        assert_eq!(out, limit(&input, 777), "what is known changes no sample");
    }

    #[test]
    fn what_would_hurt_is_stopped_whatever_comes() {
        let mut input = between_samples(0.3, 5000);
        input[1000] = Frame::new(11_800.0, f32::NAN);
        input[2000] = Frame::new(f32::INFINITY, -6.6e37);
        let loudest = limit(&input, 64).iter().map(|frame| frame.peak()).fold(0.0, f32::max);
        assert!(loudest <= CEILING.gain().0 as f32, "{loudest}");
    }

    #[test]
    fn blocks_do_not_matter_and_nothing_is_lost() {
        let input = between_samples(1.9, 9000);
        let whole = limit(&input, 9000);
        assert_eq!(whole.len(), input.len());
        for block in [1, 64, 4096] {
            assert_eq!(limit(&input, block), whole, "blocks of {block}");
        }
    }

    #[test]
    fn a_start_in_the_middle_sounds_as_playing_there_would() {
        let input: Vec<Frame> = between_samples(1.9, 60_000)
            .iter()
            .enumerate()
            .map(|(n, f)| if n / 7000 % 2 == 0 { *f } else { *f * 0.1 })
            .collect();
        let whole = limit(&input, 512);
        let memory = Limiter::new(CEILING, RATE).memory().frames();
        let late = limit(&input[30_000 - memory..], 512);
        assert_eq!(late[memory..], whole[30_000..]);
    }
}
