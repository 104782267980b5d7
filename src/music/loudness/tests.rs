//! The meter against the vectors of EBU Tech 3341 and 3342 that can be synthesised, and against another meter.
//!
//! Not here: 3341's cases 6 (surround: a meter of two channels hears a down-mix, whose loudness is not the standard's),
//! 7 and 8, and 3342's 5 and 6 (recorded programmes).

use super::*;
use crate::music::testing::noise;

const RATE: SampleRate = SampleRate::HOUSE;

/// A stereo sine of 1 kHz in parts of (level in dBFS of its peak, seconds), as EBU Tech 3341 has them.
fn tones(parts: &[(f64, f64)]) -> Vec<Frame> {
    let mut frames = Vec::new();
    for (level, seconds) in parts {
        let amplitude = if *level <= SILENCE { 0.0 } else { Decibels(*level).gain().0 };
        let sample = |n: usize| (amplitude * libm::sin(std::f64::consts::TAU * 1000.0 * n as f64 / 48_000.0)) as f32;
        let end = frames.len() + (seconds * 48_000.0).round() as usize;
        frames.extend((frames.len()..end).map(|n| Frame::new(sample(n), sample(n))));
    }
    frames
}

const SILENCE: f64 = -200.0;

fn heard(frames: &[Frame]) -> Meter {
    let mut meter = Meter::new(RATE).expect("a common rate");
    frames.chunks(4096).for_each(|block| meter.add(block));
    meter
}

fn integrated(parts: &[(f64, f64)]) -> f64 {
    heard(&tones(parts)).measured().integrated.map_or(f64::NAN, |loudness| loudness.0)
}

/// The short-term loudness at the end of every tenth of a second, once its window is full.
fn short_terms(frames: &[Frame]) -> Vec<f64> {
    let meter = heard(frames);
    (SHORT_TERM..=meter.tenths.len()).map(|end| meter.short_term(end).0).collect()
}

#[test]
fn the_integrated_loudness_of_ebu_tech_3341_is_met() {
    for (case, expected, parts) in [
        (1, -23.0, &[(-23.0, 20.0)][..]),
        (2, -33.0, &[(-33.0, 20.0)]),
        (3, -23.0, &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)]),
        (4, -23.0, &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)]),
        (5, -23.0, &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)]),
    ] {
        let measured = integrated(parts);
        assert!((measured - expected).abs() <= 0.1, "case {case}: {measured}");
    }
}

#[test]
fn the_short_term_loudness_of_ebu_tech_3341_is_met() {
    for (case, expected, parts) in [
        (1, -23.0, vec![(-23.0, 20.0)]),
        (2, -33.0, vec![(-33.0, 20.0)]),
        (9, -23.0, [(-20.0, 1.34), (-30.0, 1.66)].repeat(5)),
    ] {
        for measured in short_terms(&tones(&parts)) {
            assert!((measured - expected).abs() <= 0.1, "case {case}: {measured}");
        }
    }
    let loudest = |parts: &[(f64, f64)]| short_terms(&tones(parts)).into_iter().fold(f64::MIN, f64::max);
    for n in 0..20 {
        let delay = f64::from(n) * 0.15;
        let measured = loudest(&[(SILENCE, delay), (-23.0, 3.0), (SILENCE, 1.0)]);
        assert!((measured + 23.0).abs() <= 0.1, "case 10, {n}: {measured}");
        // A piece is fed from its start, so each segment of case 11 is heard for itself.
        let level = f64::from(n) - 38.0;
        let measured = loudest(&[(SILENCE, delay), (level, 3.0), (SILENCE, 3.0 - delay)]);
        assert!((measured - level).abs() <= 0.1, "case 11, {n}: {measured}");
    }
}

/// The momentary loudness (400 ms) at the end of every hundredth of a second, once its window is full: by the meter's
/// weighting. Nothing of the music reads it, so the meter itself keeps tenths only.
fn momentaries(frames: &[Frame]) -> Vec<f64> {
    let mut weighting = Weighting::new(RATE);
    let hundredth = |block: &[Frame]| {
        weighting.add(block);
        weighting.take_energy() / block.len() as f64
    };
    let energies: Vec<f64> = frames.chunks_exact(480).map(hundredth).collect();
    energies.windows(40).map(|window| loudness(mean(window)).0).collect()
}

#[test]
fn the_momentary_loudness_of_ebu_tech_3341_is_met() {
    let repeated = tones(&[(-20.0, 0.18), (-30.0, 0.22)].repeat(25));
    // Constant from the first second on.
    for measured in &momentaries(&repeated)[60..] {
        assert!((measured + 23.0).abs() <= 0.1, "case 12: {measured}");
    }
    let loudest = |parts: &[(f64, f64)]| momentaries(&tones(parts)).into_iter().fold(f64::MIN, f64::max);
    for n in 0..20 {
        let delay = f64::from(n) * 0.02;
        let measured = loudest(&[(SILENCE, delay), (-23.0, 0.4), (SILENCE, 1.0)]);
        assert!((measured + 23.0).abs() <= 0.1, "case 13, {n}: {measured}");
        let level = f64::from(n) - 38.0;
        let measured = loudest(&[(SILENCE, delay), (level, 0.4), (SILENCE, 0.4 - delay)]);
        assert!((measured - level).abs() <= 0.1, "case 14, {n}: {measured}");
    }
}

#[test]
fn the_loudness_range_of_ebu_tech_3342_is_met() {
    for (case, expected, levels) in [
        (1, 10.0, &[-20.0, -30.0][..]),
        (2, 5.0, &[-20.0, -15.0]),
        (3, 20.0, &[-40.0, -20.0]),
        (4, 15.0, &[-50.0, -35.0, -20.0, -35.0, -50.0]),
    ] {
        let parts: Vec<(f64, f64)> = levels.iter().map(|level| (*level, 20.0)).collect();
        let measured = heard(&tones(&parts)).measured().range.0;
        assert!((measured - expected).abs() <= 1.0, "case {case}: {measured}");
    }
}

/// What the true peak of a mono wave is, in dBTP, with what 3341 allows: +0.2 and -0.4 dB.
fn assert_true_peak(case: usize, expected: f64, wave: &[f64]) {
    let frames: Vec<Frame> = wave.iter().map(|sample| Frame::new(*sample as f32, *sample as f32)).collect();
    let measured = heard(&frames).measured().true_peak.decibels().0;
    assert!((-0.4..=0.2).contains(&(measured - expected)), "case {case}: {measured} dBTP");
}

#[test]
fn the_true_peak_of_a_sine_in_ebu_tech_3341_is_met() {
    for (case, expected, amplitude, degrees) in [
        (15, -6.0, 0.5, 0.0),
        (16, -6.0, 0.5, 45.0),
        (17, -6.0, 0.5, 60.0),
        (18, -6.0, 0.5, 67.5),
        (19, 3.0, 1.41, 45.0),
    ] {
        let angle = |n: usize| std::f64::consts::FRAC_PI_2 * n as f64 + f64::to_radians(degrees);
        // It comes and goes over a tenth of a second: a tone that breaks off has peaks of its own.
        let taper = |n: usize| (n.min(47_999 - n) as f64 / 4800.0).min(1.0);
        let wave: Vec<f64> = (0..48_000).map(|n| amplitude * taper(n) * libm::sin(angle(n))).collect();
        assert_true_peak(case, expected, &wave);
    }
}

#[test]
fn the_true_peak_of_a_burst_between_the_samples_in_ebu_tech_3341_is_met() {
    // A sixth of the rate at half scale, in its middle one wave at full scale: made at four times the rate, band-limited,
    // and of it every fourth sample, from the first to the fourth on.
    let taper = |n: usize| (n.min(23_999 - n) as f64 / 2400.0).min(1.0);
    let wave: Vec<f64> = (0..24_000)
        .map(|n| {
            let amplitude = if (11_992..12_016).contains(&n) { 1.0 } else { 0.5 };
            taper(n) * amplitude * libm::sin(std::f64::consts::TAU * (n as f64 - 11_992.0) / 24.0)
        })
        .collect();
    let filtered = low_passed(&wave);
    for offset in 0..4 {
        let decimated: Vec<f64> = filtered.iter().copied().skip(offset).step_by(4).collect();
        assert_true_peak(20 + offset, 0.0, &decimated);
    }
}

/// Nothing above an eighth of the rate, by a long windowed sinc.
fn low_passed(wave: &[f64]) -> Vec<f64> {
    const REACH: isize = 128;
    let tap = |k: isize| {
        let x = std::f64::consts::PI * k as f64 / 4.0;
        let sinc = if k == 0 { 1.0 } else { libm::sin(x) / x };
        sinc / 4.0 * crate::music::resample::kaiser(8.0, k as f64 / REACH as f64)
    };
    let taps: Vec<f64> = (-REACH..=REACH).map(tap).collect();
    let at = |n: isize| usize::try_from(n).ok().and_then(|n| wave.get(n)).copied().unwrap_or(0.0);
    let sum = |n: isize| taps.iter().zip(-REACH..).map(|(tap, k)| tap * at(n + k)).sum();
    (0..wave.len() as isize).map(sum).collect()
}

#[test]
fn another_meter_hears_the_same() {
    use ebur128::{EbuR128, Mode};
    for hertz in [8000, 11_025, 44_100, 48_000, 96_000, 192_000] {
        let rate = SampleRate::new(hertz).expect("in range");
        let swell = |n: u64| 0.02 + 0.4 * (n % (5 * u64::from(hertz))) as f32 / (5.0 * hertz as f32);
        let soft = |n: u64| (noise(n) + noise(n + 1) + noise(n + 2)) / 3.0 * swell(n);
        let frames: Vec<Frame> = (0..17 * u64::from(hertz)).map(|n| Frame::new(soft(n), soft(n + 7) * 0.6)).collect();
        let mut ours = Meter::new(rate).expect("a common rate");
        frames.chunks(1000).for_each(|block| ours.add(block));
        let mut theirs = EbuR128::new(2, hertz, Mode::I | Mode::LRA).expect("a common rate");
        let samples: Vec<f32> = frames.iter().flat_map(|frame| [frame.left, frame.right]).collect();
        theirs.add_frames_f32(&samples).expect("whole frames");
        let measured = ours.measured();
        let loudness = measured.integrated.expect("sound").0 - theirs.loudness_global().expect("its mode");
        let range = measured.range.0 - theirs.loudness_range().expect("its mode");
        // Its tenths of a second are rounded up where a rate cannot be divided by ten.
        assert!(loudness.abs() < 0.02 && range.abs() < 0.05, "{hertz} Hz: {loudness} LU, range {range} LU");
    }
}

#[test]
fn the_course_follows_the_last_three_seconds() {
    let meter = heard(&tones(&[(-33.0, 5.0), (-23.0, 5.0), (-120.0, 4.5)]));
    let tenths: Vec<i32> = meter.course().map(|loudness| (loudness.0 * 10.0).round() as i32).collect();
    // One second of sound in a window of three is 4.8 dB softer, two are 1.8 dB softer; below -70 it is silence.
    let rising = [-378, -348, -330, -330, -330, -270, -245];
    assert_eq!(tenths, [&rising[..], &[-230, -230, -230, -248, -278, -700, -700]].concat());
}

#[test]
fn blocks_do_not_matter() {
    let frames: Vec<Frame> = (0..150_001).map(|n| Frame::new(noise(n), noise(n + 3))).collect();
    let whole = heard(&frames);
    let mut meter = Meter::new(RATE).expect("a common rate");
    frames.chunks(777).for_each(|block| meter.add(block));
    assert_eq!(meter.measured(), whole.measured());
    assert!(meter.course().eq(whole.course()));
}

#[test]
fn silence_has_no_loudness() {
    assert_eq!(heard(&[Frame::SILENT; 48_000]).measured().integrated, None);
}
