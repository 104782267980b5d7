//! Claims about decoding, on small files of real encoders (`tests/fixtures/audio/make.sh` made them) from a signal that
//! is known here, too. No claim needs an encoder, nor the network.
//!
//! `HOLDSPACE_SOAK=100000 cargo test --release --test formats` decodes so many damaged files; `make soak` does it with
//! the memory bounded.

mod support;
#[path = "support/tones.rs"]
mod tones;

use std::f64::consts::{FRAC_1_SQRT_2, TAU};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use holdspace::music::decode::{DecodeError, Decoder, Tags};
use holdspace::music::score;
use holdspace::report::{Colour, human};
use holdspace::units::Frame;
use support::TestProject;
use tones::{Wave, rate, wav};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/audio").join(name)
}

/// The frames of a whole file.
fn decode(path: &Path) -> Result<(Decoder, Vec<Frame>), DecodeError> {
    let (mut decoder, mut frames) = (Decoder::open(path)?, Vec::new());
    while decoder.next(&mut frames)? {}
    Ok((decoder, frames))
}

/// What `make.sh` put on a channel.
fn channel(number: u32, at: f64) -> f64 {
    let c = f64::from(number);
    0.25 * libm::sin(TAU * (300.0 + 100.0 * c) * at) + 0.1 * libm::sin(TAU * (1100.0 + 130.0 * c) * at + 1.0)
}

/// What is to be heard of so many channels: of six (front left and right, centre, low, rear left and right) as ITU says.
fn heard(channels: u32, at: f64) -> [f64; 2] {
    let of = |number| channel(number, at);
    match channels {
        1 => [of(0); 2],
        2 => [of(0), of(1)],
        _ => [0, 1].map(|side| of(side) + FRAC_1_SQRT_2 * (of(2) + of(4 + side))),
    }
}

/// How far above its difference from the signal a file's sound lies, in decibels, where it begins `shift` frames late.
fn fidelity(frames: &[Frame], channels: u32, rate: u32, shift: usize, length: usize) -> f64 {
    let (mut sound, mut error) = (0.0, 0.0);
    for (n, frame) in frames.iter().skip(shift).take(length).enumerate() {
        let heard = heard(channels, n as f64 / f64::from(rate));
        for (decoded, heard) in [frame.left, frame.right].into_iter().zip(heard) {
            sound += heard * heard;
            error += (f64::from(decoded) - heard).powi(2);
        }
    }
    10.0 * libm::log10(sound / error)
}

/// The frames of a signal of so many seconds: one less than a round number, so that no codec's block fits.
fn frames_of(seconds: f64, rate: u32) -> usize {
    (seconds * f64::from(rate)).round() as usize - 1
}

#[test]
fn every_format_decodes_to_its_signal_at_its_very_length() {
    for (name, rate, channels, seconds, least) in [
        // Lossless: the rounding to 16 bits, and to 24.
        ("wav_16.wav", 44_100, 2, 0.06, 78.0),
        ("wav_24.wav", 44_100, 2, 0.06, 120.0),
        ("wav_float.wav", 44_100, 2, 0.06, 120.0),
        ("wav_192k.wav", 192_000, 2, 0.02, 78.0),
        ("aiff_24.aiff", 44_100, 2, 0.06, 120.0),
        ("flac_16.flac", 44_100, 2, 0.06, 78.0),
        ("flac_24.flac", 44_100, 2, 0.06, 120.0),
        ("flac_six.flac", 48_000, 6, 0.1, 74.0),
        ("alac_16.m4a", 44_100, 2, 0.06, 78.0),
        ("alac_24.m4a", 44_100, 2, 0.06, 120.0),
        // Lossy: what the encoder left, less a decibel or two.
        ("mp3_cbr.mp3", 44_100, 2, 1.2, 24.0),
        ("mp3_vbr.mp3", 44_100, 2, 1.2, 30.0),
        ("mp3_8k.mp3", 8000, 2, 1.2, 24.0),
        ("aac.m4a", 44_100, 2, 1.2, 14.0),
        ("aac_mono.m4a", 44_100, 1, 1.2, 21.0),
        ("vorbis.ogg", 44_100, 2, 1.2, 36.0),
        ("vorbis_8k.ogg", 8000, 2, 1.2, 25.0),
        ("opus.opus", 48_000, 2, 1.2, 30.0),
        ("opus.mp4", 48_000, 2, 1.2, 30.0),
        ("opus_short_frames.opus", 48_000, 2, 1.2, 15.0),
        ("opus_six.opus", 48_000, 6, 0.5, 28.0),
    ] {
        let (decoder, frames) = decode(&fixture(name)).unwrap_or_else(|error| panic!("{name} {error}"));
        let length = frames_of(seconds, rate);
        let db = fidelity(&frames, channels, rate, 0, length);
        assert_eq!(decoder.rate().hertz(), rate, "{name}");
        // An edit list in whole milliseconds is right to half of one.
        let slack = if name.starts_with("aac") { rate as usize / 2000 } else { 0 };
        assert!(frames.len().abs_diff(length) <= slack, "{name}: {} frames of {length}", frames.len());
        assert!(db >= least, "{name}: {db:.1} dB");
    }
}

/// What ffmpeg decodes of a file; six channels mixed down as ITU-R BS.775 says.
fn by_ffmpeg(name: &str, channels: u32) -> Vec<Frame> {
    let mix = match channels {
        1 => "pan=stereo|c0=c0|c1=c0",
        2 => "anull",
        _ => "aformat=sample_fmts=flt,pan=stereo|c0=FL+0.70710678*FC+0.70710678*BL|c1=FR+0.70710678*FC+0.70710678*BR",
    };
    let mut ffmpeg = std::process::Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-i"]).arg(fixture(name)).args(["-af", mix, "-f", "f32le", "-"]);
    let output = ffmpeg.output().expect("ffmpeg is installed: `make test` does it");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let sample = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    output.stdout.chunks_exact(8).map(|bytes| Frame::new(sample(bytes), sample(&bytes[4..]))).collect()
}

#[test]
fn every_format_decodes_as_ffmpeg_decodes_it() {
    const SAME: f64 = 200.0;
    for (name, channels, least, longer) in [
        ("wav_16.wav", 2, SAME, 0),
        ("wav_24.wav", 2, SAME, 0),
        ("wav_float.wav", 2, SAME, 0),
        ("wav_192k.wav", 2, SAME, 0),
        ("aiff_24.aiff", 2, SAME, 0),
        ("flac_16.flac", 2, SAME, 0),
        ("flac_24.flac", 2, SAME, 0),
        ("flac_six.flac", 6, SAME, 0),
        ("alac_16.m4a", 2, SAME, 0),
        ("alac_24.m4a", 2, SAME, 0),
        ("mp3_cbr.mp3", 2, 115.0, 0),
        ("mp3_vbr.mp3", 2, 115.0, 0),
        ("mp3_8k.mp3", 2, 115.0, 0),
        ("aac.m4a", 2, 125.0, 329),
        ("aac_mono.m4a", 1, 125.0, 329),
        ("vorbis.ogg", 2, 130.0, 0),
        ("vorbis_8k.ogg", 2, 130.0, 129),
        ("opus.opus", 2, 125.0, 0),
        ("opus_six.opus", 6, 120.0, 0),
    ] {
        let (_, ours) = decode(&fixture(name)).unwrap_or_else(|error| panic!("{name} {error}"));
        let theirs = by_ffmpeg(name, channels);
        let (mut sound, mut error) = (0.0, 1e-30);
        for (a, b) in ours.iter().zip(&theirs) {
            for (a, b) in [(a.left, b.left), (a.right, b.right)] {
                sound += f64::from(b) * f64::from(b);
                error += (f64::from(a) - f64::from(b)).powi(2);
            }
        }
        let db = 10.0 * libm::log10(sound / error);
        // Where ffmpeg is longer, it keeps the encoder's last filling; the length here is that of the signal.
        assert_eq!(theirs.len() - ours.len(), longer, "{name}: {} frames, ffmpeg {}", ours.len(), theirs.len());
        assert!(db >= least, "{name}: {db:.1} dB above its difference from ffmpeg's");
    }
}

#[test]
fn what_no_header_tells_to_cut_is_decoded_whole() {
    // The delay of LAME and of an AAC encoder stays; nothing is lost of the end. Opus in WebM keeps its last filling.
    for (name, rate, late, least) in
        [("mp3_vbr_untagged.mp3", 44_100, 1105, 30.0), ("aac.aac", 44_100, 1024, 14.0), ("opus.webm", 48_000, 0, 30.0)]
    {
        let (_, frames) = decode(&fixture(name)).unwrap_or_else(|error| panic!("{name} {error}"));
        let length = frames_of(1.2, rate);
        assert!((late + length..late + length + 2304).contains(&frames.len()), "{name}: {}", frames.len());
        let db = fidelity(&frames, 2, rate, late, length);
        assert!(db >= least, "{name}: {db:.1} dB");
    }
}

#[test]
fn the_tags_of_every_container_are_read_and_what_is_unknown_is_none() {
    let told = Tags {
        title: Some("Dawn".to_owned()),
        artist: Some("A. Maker".to_owned()),
        licence: Some("CC-BY-4.0".to_owned()),
        ..Tags::default()
    };
    for name in [
        "wav_16.wav",
        "aiff_24.aiff",
        "flac_16.flac",
        "alac_16.m4a",
        "mp3_cbr.mp3",
        "aac.m4a",
        "vorbis.ogg",
        "opus.opus",
    ] {
        assert_eq!(decode(&fixture(name)).expect(name).0.tags(), told, "{name}");
    }
    for name in ["wav_24.wav", "flac_24.flac", "mp3_vbr.mp3", "vorbis_8k.ogg", "aac.aac"] {
        assert_eq!(decode(&fixture(name)).expect(name).0.tags(), Tags::default(), "{name}");
    }
    // WebM keeps its title where Symphonia does not look.
    assert_eq!(decode(&fixture("opus.webm")).expect("webm").0.tags(), Tags { title: None, ..told });
}

#[test]
fn he_aac_is_refused_and_plain_aac_of_its_rate_is_not() {
    for name in ["he_aac.aac", "he_aac.m4a", "he_aac_v2.m4a"] {
        let refused = Decoder::open(&fixture(name)).err();
        assert_eq!(refused, Some(DecodeError::Kind("HE-AAC".to_owned())), "{name}");
    }
    assert!(decode(&fixture("aac_22k.aac")).is_ok());
}

#[test]
fn six_channels_of_vorbis_are_refused_for_symphonia_mixes_them_up() {
    assert!(matches!(Decoder::open(&fixture("vorbis_six.ogg")).err(), Some(DecodeError::Kind(_))));
}

/// What a person reads of a session with this file in it.
fn told_of(name: &str, bytes: &[u8]) -> String {
    let list = format!(
        "title = \"T\"\n[[phase]]\nname = \"one\"\nlength = \"20s\"\ntrack = [{{ file = \"music/{name}\" }}]\n"
    );
    let project = TestProject::new().file(&format!("playlists/music/{name}"), bytes).playlist(&list);
    let (_, findings) = score(&project.open().0, "session", rate());
    human(&findings, Colour::Off)
}

#[test]
fn a_file_of_a_kind_that_cannot_be_played_says_how_to_convert_it() {
    let said = told_of("calm.m4a", &fs::read(fixture("he_aac.m4a")).expect("a fixture"));
    assert!(said.contains("`music/calm.m4a` is HE-AAC, which cannot be played"), "{said}");
    assert!(
        said.contains("convert it to FLAC, and name that: `ffmpeg -i \"music/calm.m4a\" \"music/calm.flac\"`"),
        "{said}"
    );
}

#[test]
fn a_file_that_decodes_shorter_than_it_says_is_told_with_both_lengths() {
    let whole = wav(Wave::Both(220.0), 10.0, 8000);
    let said = told_of("cut.wav", &whole[..whole.len() / 2]);
    assert!(said.contains("`music/cut.wav` says 0:10 and decodes to 0:05; it is damaged or cut short"), "{said}");
    let whole = told_of("whole.wav", &whole);
    assert!(!whole.contains("decodes to"), "{whole}");
}

#[test]
fn an_ogg_file_of_two_pieces_is_told_to_begin_anew() {
    let one = fs::read(fixture("vorbis.ogg")).expect("a fixture");
    let (mut decoder, mut frames) = (Decoder::open(&written(&one).1).expect("a piece"), Vec::new());
    while decoder.next(&mut frames).expect("whole") {}
    assert!(!decoder.begins_anew());
    let (_folder, two) = written(&[one, fs::read(fixture("opus.opus")).expect("a fixture")].concat());
    let (decoder, frames) = decode(&two).expect("the first of them");
    assert!(decoder.begins_anew() && frames.len() == frames_of(1.2, 44_100));
}

#[test]
fn samples_that_no_music_has_are_damage() {
    for insane in [6.6e37, f32::NAN, f32::NEG_INFINITY] {
        let mut bytes = wav(Wave::Both(220.0), 4.0, 8000);
        let middle = bytes.len() / 8 * 4;
        bytes[middle..middle + 4].copy_from_slice(&insane.to_le_bytes());
        let said = told_of("loud.wav", &bytes);
        assert!(said.contains("`music/loud.wav` is damaged: it has samples far over full scale"), "{said}");
    }
}

/// A file of these bytes in a folder that goes when it is dropped.
fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("piece");
    fs::write(&path, bytes).expect("a file");
    (folder, path)
}

/// A stream of numbers that is the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Damages a file as disks, downloads and mischief do.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let length = bytes.len();
    let at = dice.below(length);
    let head = dice.below(length.min(300));
    let run = (dice.below(600) + 1).min(length - at);
    match dice.below(8) {
        0 => bytes.truncate(at),
        1 => (0..=dice.below(16)).for_each(|_| bytes[dice.below(length)] ^= 1 << dice.below(8)),
        2 => (0..=dice.below(4)).for_each(|_| bytes[dice.below(length.min(300))] = dice.below(256) as u8),
        3 => bytes[at..at + run].fill(0),
        4 => bytes[at..at + run].iter_mut().for_each(|byte| *byte = dice.below(256) as u8),
        5 => drop(bytes.drain(at..at + run)),
        6 => bytes.extend_from_within(at..at + run),
        _ => bytes[head..(head + 4).min(length)].fill([0xff, 0x7f, 0x80][dice.below(3)]),
    }
}

/// The damaged files that are decoded: some in every run, more by `HOLDSPACE_SOAK`.
fn rounds() -> usize {
    std::env::var("HOLDSPACE_SOAK").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3000)
}

#[test]
fn no_damaged_file_hangs_or_hurts() {
    let names = fs::read_dir(fixture("")).expect("the fixtures").filter_map(|entry| Some(entry.ok()?.path()));
    let mut names: Vec<PathBuf> = names.filter(|path| path.extension().is_some_and(|ending| ending != "sh")).collect();
    names.sort();
    let whole: Vec<Vec<u8>> = names.iter().map(|path| fs::read(path).expect("a fixture")).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("piece");
        loop {
            let round = next.fetch_add(1, Ordering::Relaxed);
            if round >= rounds() {
                break;
            }
            let mut dice = Dice((round as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let which = round % whole.len();
            let mut bytes = whole[which].clone();
            (0..=dice.below(3)).for_each(|_| {
                if !bytes.is_empty() {
                    damage(&mut bytes, &mut dice);
                }
            });
            fs::write(&path, &bytes).expect("a file");
            let began = Instant::now();
            let what = || format!("round {round}: {}", names[which].display());
            if let Ok(mut decoder) = Decoder::open(&path) {
                listen(&mut decoder, bytes.len(), &what);
            }
            assert!(began.elapsed() < Duration::from_secs(20), "{} hangs", what());
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().for_each(|worker| worker.join().expect("no panic leaves the decoder's door"));
    });
}

/// Decodes what can be decoded: every sample is one that an ear bears, and no packet is larger than a minute.
fn listen(decoder: &mut Decoder, bytes: usize, what: &dyn Fn() -> String) {
    let (mut block, mut packets, mut length) = (Vec::new(), 0, 0);
    loop {
        block.clear();
        let more = decoder.next(&mut block);
        assert!(block.iter().all(|frame| frame.left.abs() < 4.0 && frame.right.abs() < 4.0), "{}", what());
        assert!(block.len() < 1 << 22, "{}: {} frames at once", what(), block.len());
        packets += 1;
        length += block.len();
        assert!(packets < 1_000_000, "{}: {packets} packets of {bytes} bytes, {length} frames", what());
        if !matches!(more, Ok(true)) {
            break;
        }
    }
}
