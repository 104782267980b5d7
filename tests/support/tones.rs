//! Sound for tests: pieces whose every sample is known, and playlists in a line.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

use std::f64::consts::TAU;

use holdspace::music::mix::Mixer;
use holdspace::music::read::Direct;
use holdspace::music::score::Score;
use holdspace::music::timeline::Timeline;
use holdspace::music::{plan, score};
use holdspace::units::{Frame, Position, SampleRate};

use crate::support::TestProject;

/// The rate of the pieces and of the sessions here: low, so that a session is rendered in a moment.
pub const RATE: u32 = 8000;

/// What a piece sounds.
#[derive(Clone, Copy)]
pub enum Wave {
    /// The same value on both channels: the gain can be read off it. It has no loudness, so that it is not matched.
    Level(f32),
    /// A sine of so many hertz on the left channel only.
    Left(f64),
    /// A sine of so many hertz on the right channel only.
    Right(f64),
    /// A sine of so many hertz on both.
    Both(f64),
    /// Every frame names its place: the right channel is 1/4, and the left one is the frame's number over 2²².
    /// It has no loudness, so that it is not matched.
    Place,
}

/// The bytes of a WAV file of 32-bit floats.
pub fn wav(wave: Wave, seconds: f64, rate: u32) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("a writer in memory");
    for n in 0..(seconds * f64::from(rate)).round() as u64 {
        let sine = |hertz: f64| (0.25 * libm::sin(TAU * hertz * n as f64 / f64::from(rate) + 0.5)) as f32;
        let [left, right] = match wave {
            Wave::Level(level) => [level, level],
            Wave::Left(hertz) => [sine(hertz), 0.0],
            Wave::Right(hertz) => [0.0, sine(hertz)],
            Wave::Both(hertz) => [sine(hertz), sine(hertz)],
            Wave::Place => [n as f32 / 4_194_304.0, 0.25],
        };
        writer.write_sample(left).expect("memory");
        writer.write_sample(right).expect("memory");
    }
    writer.finalize().expect("memory");
    bytes.into_inner()
}

impl TestProject {
    /// Writes a piece into `playlists/music/`.
    pub fn piece(self, name: &str, wave: Wave, seconds: f64) -> Self {
        self.file(&format!("playlists/music/{name}.wav"), wav(wave, seconds, RATE))
    }

    /// Writes the playlist of `session`.
    pub fn playlist(self, text: &str) -> Self {
        self.file("playlists/session.toml", text)
    }

    /// The session, resolved at the tests' rate. It must be without errors.
    pub fn score(&self) -> Score {
        let (project, _) = self.open();
        let (score, findings) = score(&project, "session", rate());
        score.unwrap_or_else(|| panic!("{}", holdspace::report::human(&findings, holdspace::report::Colour::Off)))
    }

    /// The session's plan.
    pub fn timeline(&self) -> Timeline {
        plan::plan(&self.score()).0
    }
}

/// The tests' rate.
pub fn rate() -> SampleRate {
    SampleRate::new(RATE).expect("in range")
}

/// Mixes a timeline from `start` to its end, so many frames at once.
pub fn mix(timeline: &Timeline, start: u64, block: usize) -> Vec<Frame> {
    let mut mixer = Mixer::new(Direct::new(timeline.rate), timeline, Position(start));
    let mut out = Vec::new();
    while mixer.position() < timeline.end {
        let left = (timeline.end - mixer.position()).frames();
        mixer.mix(timeline, left.min(block), &mut out);
    }
    mixer.finish(&mut out);
    let failed = mixer.reader().take_findings();
    assert!(failed.is_empty(), "a piece was stood in for: {failed:?}");
    out
}

/// The longest run of silence in seconds, between the first and the last sound.
pub fn longest_silence(frames: &[Frame], rate: u32) -> f64 {
    let sounds = |frame: &Frame| frame.peak() > 0.0;
    let (Some(first), Some(last)) = (frames.iter().position(sounds), frames.iter().rposition(sounds)) else {
        return frames.len() as f64 / f64::from(rate);
    };
    let (mut run, mut longest) = (0usize, 0usize);
    for frame in &frames[first..=last] {
        run = if frame.peak() == 0.0 { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest as f64 / f64::from(rate)
}
