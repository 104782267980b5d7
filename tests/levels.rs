//! Claims about how loud a session is across its seams, by a meter that is not ours (the ebur128 crate).

mod support;

use ebur128::{EbuR128, Mode};
use holdspace::music::mix::Mixer;
use holdspace::music::plan::plan;
use holdspace::music::read::Direct;
use holdspace::music::score;
use holdspace::units::{Frame, Position, SampleRate};
use support::TestProject;

const RATE: usize = 48_000;

/// Pink noise, other for every seed: white noise through Kellet's filter, −3 dB an octave within 0.05 dB from 9 Hz on.
struct Pink {
    seed: u64,
    poles: [f64; 7],
}

impl Pink {
    fn next(&mut self) -> f32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        let white = (self.seed >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
        let [a, b, c, d, e, f, g] = &mut self.poles;
        *a = 0.998_86 * *a + white * 0.055_517_9;
        *b = 0.993_32 * *b + white * 0.075_075_9;
        *c = 0.969 * *c + white * 0.153_852;
        *d = 0.866_5 * *d + white * 0.310_485_6;
        *e = 0.55 * *e + white * 0.532_952_2;
        *f = -0.761_6 * *f - white * 0.016_898;
        let pink = *a + *b + *c + *d + *e + *f + *g + white * 0.536_2;
        *g = white * 0.115_926;
        (0.03 * pink) as f32
    }
}

/// A WAV of so many seconds of pink noise.
fn pink(seed: u64, seconds: usize) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("a writer in memory");
    let mut sides =
        [2 * seed + 1, 2 * seed + 2].map(|n| Pink { seed: n.wrapping_mul(0x9E37_79B9_7F4A_7C15), poles: [0.0; 7] });
    for _ in 0..seconds * RATE {
        for side in &mut sides {
            writer.write_sample(side.next()).expect("memory");
        }
    }
    writer.finalize().expect("memory");
    bytes.into_inner()
}

fn rendered(project: &TestProject) -> Vec<Frame> {
    let (score, findings) = score(&project.open().0, "session", SampleRate::HOUSE);
    let (timeline, _) = plan(&score.unwrap_or_else(|| panic!("{findings:?}")));
    let mut mixer = Mixer::new(Direct::new(SampleRate::HOUSE), &timeline, Position::START);
    let mut out = Vec::new();
    while mixer.position() < timeline.end {
        mixer.mix(&timeline, (timeline.end - mixer.position()).frames().min(4096), &mut out);
    }
    mixer.finish(&mut out);
    out
}

/// The short-term loudness (EBU Tech 3341: of the last 3 s) at the end of each tenth of a second.
fn short_terms(frames: &[Frame]) -> Vec<f64> {
    let mut meter = EbuR128::new(2, RATE as u32, Mode::S).expect("a common rate");
    let tenth = |block: &[Frame]| {
        let samples: Vec<f32> = block.iter().flat_map(|frame| [frame.left, frame.right]).collect();
        meter.add_frames_f32(&samples).expect("whole frames");
        meter.loudness_shortterm().expect("its mode")
    };
    frames.chunks_exact(RATE / 10).map(tenth).collect()
}

/// The largest distance from the session's loudness in the windows that end from one second to another.
fn worst(loudness: &[f64], from: usize, to: usize) -> f64 {
    let off = loudness[from * 10..to * 10].iter().map(|loudness| loudness + 23.0);
    off.fold(0.0, |worst: f64, off| if off.abs() > worst.abs() { off } else { worst })
}

/// Two pieces of noise, 60 s each; their crossfade lies from 40 to 60 s.
fn crossfaded(curve: &str) -> Vec<f64> {
    let playlist = format!(
        "title = \"T\"\ncrossfade = \"20s\"\nend = \"2s\"\n[[phase]]\nname = \"one\"\nlength = \"100s\"\n\
         fade_in = \"2s\"\ntrack = [{{ file = \"music/a.wav\" }}, {{ file = \"music/b.wav\"{curve} }}]\n"
    );
    let project = TestProject::new()
        .file("playlists/music/a.wav", pink(1, 60))
        .file("playlists/music/b.wav", pink(2, 60))
        .file("playlists/session.toml", playlist);
    short_terms(&rendered(&project))
}

#[test]
fn a_crossfade_of_unrelated_noise_stays_within_three_tenths_of_a_unit() {
    let loudness = crossfaded("");
    let (before, within) = (worst(&loudness, 10, 39), worst(&loudness, 40, 64));
    assert!(before.abs() < 0.3, "before it, {before:.2} LU from the session's loudness");
    assert!(within.abs() <= 0.3, "within it, {within:.2} LU from the session's loudness");
}

#[test]
fn a_crossfade_that_dips_is_seen_to_dip() {
    let within = worst(&crossfaded(", curve = \"equal-gain\""), 40, 64);
    // Half the amplitude of each, in power a half of the whole.
    assert!((-3.1..-2.7).contains(&within), "{within:.2} LU");
}
