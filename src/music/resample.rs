//! Brings frames from one rate to another: a windowed sinc, read at rational steps. Pure.
//!
//! Our own, because a session must give the same bits on every machine (decision 5 of the design): the libraries
//! choose their arithmetic by the processor they find. Here the order of every sum is fixed.

use super::lanes::{self, LANES, Simd, WithSimd};
use crate::units::{Frame, Length, SampleRate};

/// The taps on each side of the centre, at the lower of the two rates. With the window below: −120 dB and better up to
/// 20 kHz between 44.1 and 48 kHz.
const HALF: usize = 56;

/// Kaiser's β for a stop band of −130 dB (Kaiser 1974: β = 0.1102·(A − 8.7)).
const BETA: f64 = 13.367;

/// A stream of frames on its way from one rate to another.
pub struct Resampler {
    from: u64,
    to: u64,
    taps: usize,
    /// One row of taps for each step between two input frames.
    rows: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
    /// The input frame that `left[0]` holds, counted with the lead of silence before the first.
    base: u64,
    /// The next output frame.
    next: u64,
}

impl Resampler {
    /// Draws up the filter for two rates.
    pub fn new(from: SampleRate, to: SampleRate) -> Resampler {
        let divisor = gcd(u64::from(from.hertz()), u64::from(to.hertz()));
        let (from, to) = (u64::from(from.hertz()) / divisor, u64::from(to.hertz()) / divisor);
        // Going down, the filter is as much longer as the pass band is narrower.
        let stretch = (from as f64 / to as f64).max(1.0);
        let half = (HALF as f64 * stretch).ceil() as usize;
        let taps = (2 * half).next_multiple_of(LANES);
        let rows = if from == to { Vec::new() } else { rows(to, taps, stretch) };
        let lead = taps / 2 - 1;
        Resampler { from, to, taps, rows, left: vec![0.0; lead], right: vec![0.0; lead], base: 0, next: 0 }
    }

    /// How many frames come out for `input` frames in: the nearest whole number above.
    pub fn output_length(input: Length, from: SampleRate, to: SampleRate) -> Length {
        let frames = u128::from(input.0) * u128::from(to.hertz());
        Length(u64::try_from(frames.div_ceil(u128::from(from.hertz()))).unwrap_or(u64::MAX))
    }

    /// Takes the next input frames, and appends to `out` what they settle.
    pub fn push(&mut self, input: &[Frame], out: &mut Vec<Frame>) {
        if self.rows.is_empty() {
            out.extend_from_slice(input);
            return;
        }
        self.left.extend(input.iter().map(|frame| frame.left));
        self.right.extend(input.iter().map(|frame| frame.right));
        lanes::widely(Convolve { resampler: self, out });
        self.forget();
    }

    /// Ends the stream after `input` frames in all: appends what is left, to the exact length.
    pub fn finish(&mut self, input: Length, out: &mut Vec<Frame>) {
        if self.rows.is_empty() {
            return;
        }
        let total = u128::from(input.0) * u128::from(self.to);
        let total = u64::try_from(total.div_ceil(u128::from(self.from))).unwrap_or(u64::MAX);
        let before = out.len() as u64;
        let due = total.saturating_sub(self.next);
        let silence = vec![Frame::SILENT; self.taps];
        while (out.len() as u64) < before + due {
            self.push(&silence, out);
        }
        out.truncate((before + due) as usize);
    }

    /// Lets go of the input that no later output needs.
    fn forget(&mut self) {
        let needed = (self.next * self.from / self.to - self.base) as usize;
        let used = needed.min(self.left.len());
        if used >= 4096 {
            self.left.drain(..used);
            self.right.drain(..used);
            self.base += used as u64;
        }
    }
}

/// Appends the output that the input has settled.
struct Convolve<'a> {
    resampler: &'a mut Resampler,
    out: &'a mut Vec<Frame>,
}

impl WithSimd for Convolve<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Resampler { from, to, taps, ref rows, ref left, ref right, base, next } = *self.resampler;
        let Some(last) = left.len().checked_sub(taps) else { return };
        let settled = ((base + last as u64 + 1) * to).div_ceil(from).max(next);
        let (mut at, mut phase) = ((next * from / to - base) as usize, (next * from % to) as usize);
        let (whole, part, to) = ((from / to) as usize, (from % to) as usize, to as usize);
        let first = self.out.len();
        self.out.resize(first + (settled - next) as usize, Frame::SILENT);
        for frame in &mut self.out[first..] {
            let row = &rows[phase * taps..][..taps];
            let (l, r) = lanes::dots(simd, row, &left[at..][..taps], &right[at..][..taps]);
            *frame = Frame::new(l, r);
            let over = usize::from(phase + part >= to);
            (at, phase) = (at + whole + over, phase + part - over * to);
        }
        self.resampler.next = settled;
    }
}

/// The taps of each step: a sinc cut off below the lower rate's half, under a Kaiser window, scaled to keep a constant.
fn rows(steps: u64, taps: usize, stretch: f64) -> Vec<f32> {
    // The edge lies where the window's flank ends at the lower rate's half, less a hair: 20 kHz passes, 24 kHz does not.
    let cutoff = 0.983 / stretch;
    let half = taps as f64 / 2.0;
    let mut rows = Vec::with_capacity(steps as usize * taps);
    for step in 0..steps {
        let offset = step as f64 / steps as f64;
        let row: Vec<f64> = (0..taps).map(|tap| tap_at(tap as f64 - (half - 1.0) - offset, cutoff, half)).collect();
        let sum: f64 = row.iter().sum();
        rows.extend(row.iter().map(|tap| (tap / sum) as f32));
    }
    rows
}

fn tap_at(distance: f64, cutoff: f64, half: f64) -> f64 {
    let x = std::f64::consts::PI * distance * cutoff;
    let sinc = if x.abs() < 1e-12 { 1.0 } else { libm::sin(x) / x };
    sinc * kaiser(BETA, distance / half)
}

/// Kaiser's window, of 1 at its middle, at `at` between −1 and 1; nothing outside.
pub(super) fn kaiser(beta: f64, at: f64) -> f64 {
    if at.abs() >= 1.0 { 0.0 } else { bessel(beta * (1.0 - at * at).sqrt()) / bessel(beta) }
}

/// The modified Bessel function of order zero, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= (x / (2.0 * n)) * (x / (2.0 * n));
        sum += term;
        n += 1.0;
    }
    sum
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(hertz: u32) -> SampleRate {
        SampleRate::new(hertz).expect("in range")
    }

    fn sine(hertz: f64, rate: SampleRate, frames: usize) -> Vec<Frame> {
        let angle = |n: usize| std::f64::consts::TAU * hertz * n as f64 / rate.per_second();
        (0..frames)
            .map(|n| Frame::new((0.5 * libm::sin(angle(n))) as f32, (0.5 * libm::cos(angle(n))) as f32))
            .collect()
    }

    fn resample(input: &[Frame], from: SampleRate, to: SampleRate, block: usize) -> Vec<Frame> {
        let (mut resampler, mut out) = (Resampler::new(from, to), Vec::new());
        input.chunks(block).for_each(|block| resampler.push(block, &mut out));
        resampler.finish(Length(input.len() as u64), &mut out);
        out
    }

    /// How far below the tone everything lies that is not the tone, in decibels.
    fn residual(output: &[Frame], hertz: f64, rate: SampleRate) -> f64 {
        let ideal = sine(hertz, rate, output.len());
        let middle = 4000..output.len() - 4000;
        let error: f64 = middle.clone().map(|n| f64::from(output[n].left - ideal[n].left).powi(2)).sum();
        let tone: f64 = middle.map(|n| f64::from(ideal[n].left).powi(2)).sum();
        10.0 * libm::log10(tone / error)
    }

    #[test]
    fn a_tone_passes_with_a_residual_of_120_decibels() {
        for (from, to) in [(44_100, 48_000), (48_000, 44_100), (96_000, 48_000), (22_050, 48_000), (192_000, 48_000)] {
            for hertz in [100.0, 997.0, 5000.0, 10_000.0, 18_000.0, 20_000.0] {
                if hertz > 0.45 * f64::from(from.min(to)) {
                    continue;
                }
                let frames = 30_000 * from as usize / to as usize;
                let output = resample(&sine(hertz, rate(from), frames), rate(from), rate(to), 1024);
                let measured = residual(&output, hertz, rate(to));
                assert!(measured > 120.0, "{hertz} Hz from {from} to {to}: {measured:.1} dB");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_taken_out() {
        let output = resample(&sine(24_000.0 * 0.98, rate(48_000), 30_000), rate(48_000), rate(44_100), 1024);
        let peak = output[4000..output.len() - 4000].iter().map(|frame| frame.peak()).fold(0.0, f32::max);
        assert!(peak < 1e-5, "an alias of {peak}");
    }

    #[test]
    fn the_length_is_exact_and_blocks_do_not_matter() {
        let input = sine(440.0, rate(44_100), 10_007);
        let whole = resample(&input, rate(44_100), rate(48_000), 10_007);
        assert_eq!(Length(whole.len() as u64), Resampler::output_length(Length(10_007), rate(44_100), rate(48_000)));
        for block in [1, 64, 4096] {
            assert_eq!(resample(&input, rate(44_100), rate(48_000), block), whole, "blocks of {block}");
        }
    }

    #[test]
    fn every_processor_gives_the_same_bits() {
        let input = sine(997.0, rate(44_100), 5000);
        for (from, to) in [(44_100, 48_000), (96_000, 44_100), (8000, 48_000)] {
            let (mut wide, mut plain) = (Resampler::new(rate(from), rate(to)), Resampler::new(rate(from), rate(to)));
            let (mut widely, mut plainly) = (Vec::new(), Vec::new());
            wide.push(&input, &mut widely);
            plain.left.extend(input.iter().map(|frame| frame.left));
            plain.right.extend(input.iter().map(|frame| frame.right));
            lanes::plainly(Convolve { resampler: &mut plain, out: &mut plainly });
            assert!(plainly.len() > 1000);
            assert_eq!(widely, plainly, "from {from} to {to}");
        }
    }

    #[test]
    fn the_same_rate_passes_as_it_is() {
        let input = sine(440.0, rate(48_000), 1000);
        assert_eq!(resample(&input, rate(48_000), rate(48_000), 64), input);
    }
}
