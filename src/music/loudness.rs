//! How loud a piece is: EBU R 128 (ITU-R BS.1770-4) integrated loudness, its course and true peak, while it is
//! decoded. Pure: it is fed with frames.

use ebur128::{EbuR128, Mode};

use crate::units::{Decibels, Frame, Gain, Lufs, SampleRate};

/// What silence counts as: the absolute gate of the standard.
pub const FLOOR: Lufs = Lufs(-70.0);

/// Measures a stream of stereo frames.
pub struct Meter {
    state: EbuR128,
    rate: usize,
    /// Frames since the last whole second.
    since: usize,
    course: Vec<Lufs>,
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
    /// A meter for one rate; `None` where the standard has no filter for it (below 16 Hz or above 2.8 MHz).
    pub fn new(rate: SampleRate) -> Option<Meter> {
        EbuR128::new(2, rate.hertz(), Mode::I | Mode::TRUE_PEAK | Mode::LRA).ok().map(|state| Meter {
            state,
            rate: rate.hertz() as usize,
            since: 0,
            course: Vec::new(),
        })
    }

    /// Takes the next frames.
    pub fn add(&mut self, mut frames: &[Frame]) {
        while self.since + frames.len() >= self.rate {
            let (first, rest) = frames.split_at(self.rate - self.since);
            self.feed(first);
            let loudness = self.state.loudness_shortterm().ok().filter(|loudness| *loudness > FLOOR.0);
            self.course.push(loudness.map_or(FLOOR, Lufs));
            (self.since, frames) = (0, rest);
        }
        self.feed(frames);
        self.since += frames.len();
    }

    /// The course so far: the short-term loudness (of the last 3 seconds) at the end of every whole second.
    pub fn course(&self) -> &[Lufs] {
        &self.course
    }

    fn feed(&mut self, frames: &[Frame]) {
        let left: Vec<f32> = frames.iter().map(|frame| frame.left).collect();
        let right: Vec<f32> = frames.iter().map(|frame| frame.right).collect();
        self.state.add_frames_planar_f32(&[&left, &right]).expect("two planes of one length");
    }

    /// What has been measured so far. Rounded to a thousandth, so that every machine gives the same gain.
    pub fn measured(&self) -> Measured {
        let round = |value: f64| (value * 1000.0).round() / 1000.0;
        let integrated = self.state.loudness_global().ok().filter(|loudness| loudness.is_finite());
        let peak = |channel| self.state.true_peak(channel).unwrap_or(0.0);
        Measured {
            integrated: integrated.map(|loudness| Lufs(round(loudness))),
            true_peak: Gain(round(peak(0).max(peak(1)) + 0.0005)),
            range: Decibels(round(self.state.loudness_range().unwrap_or(0.0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::HOUSE;

    /// Seconds of a stereo sine of 1 kHz at a level in dBFS of its peak, as EBU Tech 3341 has them.
    fn sine(level: f64, seconds: f64) -> Vec<Frame> {
        let amplitude = Decibels(level).gain().0;
        let sample = |n: usize| (amplitude * libm::sin(std::f64::consts::TAU * 1000.0 * n as f64 / 48_000.0)) as f32;
        (0..(seconds * 48_000.0) as usize).map(|n| Frame::new(sample(n), sample(n))).collect()
    }

    fn integrated(parts: &[(f64, f64)]) -> f64 {
        let mut meter = Meter::new(RATE).expect("a common rate");
        parts.iter().for_each(|(level, seconds)| meter.add(&sine(*level, *seconds)));
        meter.measured().integrated.map_or(f64::NAN, |loudness| loudness.0)
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
    fn the_course_follows_the_last_three_seconds() {
        let mut meter = Meter::new(RATE).expect("a common rate");
        for (level, seconds) in [(-33.0, 5.0), (-23.0, 5.0), (-120.0, 4.5)] {
            sine(level, seconds).chunks(777).for_each(|block| meter.add(block));
        }
        let tenths: Vec<i32> = meter.course().iter().map(|loudness| (loudness.0 * 10.0).round() as i32).collect();
        // One second of sound in a window of three is 4.8 dB softer, two are 1.8 dB softer; below -70 it is silence.
        let rising = [-378, -348, -330, -330, -330, -270, -245];
        assert_eq!(tenths, [&rising[..], &[-230, -230, -230, -248, -278, -700, -700]].concat());
    }

    #[test]
    fn silence_has_no_loudness() {
        let mut meter = Meter::new(RATE).expect("a common rate");
        meter.add(&[Frame::SILENT; 48_000]);
        assert_eq!(meter.measured().integrated, None);
    }
}
