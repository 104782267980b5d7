//! Claims about a session's sound, measured on pieces whose every sample is known.

mod support;
#[path = "support/tones.rs"]
mod tones;

use std::f64::consts::{FRAC_PI_2, PI};

use holdspace::music::master::Turn;
use holdspace::music::mix::Mixer;
use holdspace::music::player::{self, Event, Scripted};
use holdspace::music::prefetch::Prefetch;
use holdspace::music::read::Direct;
use holdspace::music::sink::{Health, Sink, SinkError};
use holdspace::music::transport::Transport;
use holdspace::units::{Frame, Position, SampleRate};
use support::{TestProject, said};
use tones::{RATE, Wave, longest_silence, mix, rate};

const SECOND: u64 = RATE as u64;

/// Three phases of 60, 80 and 50 seconds; crossfades of 4 s, boundaries of 6 s, a last fade of 5 s.
const SESSION: &str = r#"
title = "Test"
crossfade = "4s"
boundary = "6s"
end = "5s"
[[phase]]
name = "one"
length = "60s"
fade_in = "3s"
track = [{ file = "music/a.wav" }, { file = "music/b.wav" }]
[[phase]]
name = "two"
length = "80s"
track = [{ file = "music/c.wav" }, { bed = "water", length = "30s" }]
[[phase]]
name = "three"
length = "50s"
level = "-6 dB"
track = [{ file = "music/a.wav" }]
[[reserve]]
name = "Grounding"
track = [{ file = "music/c.wav" }]
"#;

fn session() -> TestProject {
    TestProject::new()
        .piece("a", Wave::Both(220.0), 40.0)
        .piece("b", Wave::Both(330.0), 70.0)
        .piece("c", Wave::Both(277.0), 90.0)
        .playlist(SESSION)
}

/// Two phases of 30 s: the first sounds on the left only, the second on the right only.
fn left_then_right() -> TestProject {
    TestProject::new().piece("a", Wave::Left(220.0), 60.0).piece("b", Wave::Right(330.0), 60.0).playlist(
        "title = \"T\"\nboundary = \"6s\"\nend = \"5s\"\n\
         [[phase]]\nname = \"one\"\nlength = \"30s\"\ntrack = [{ file = \"music/a.wav\" }]\n\
         [[phase]]\nname = \"two\"\nlength = \"30s\"\ntrack = [{ file = \"music/b.wav\" }]\n",
    )
}

#[test]
fn a_session_is_as_long_as_its_plan_to_the_frame() {
    let project = session();
    let (wav, flac) = (project.path("s.wav"), project.path("s.flac"));
    for path in [&wav, &flac] {
        let output = project.run(&["render", "session", "--rate", "8000", "-o", &path.display().to_string()]);
        assert!(output.status.success(), "{:?}", said(&output));
    }
    let samples: Vec<i32> = hound::WavReader::open(&wav).expect("a WAV").into_samples().map(Result::unwrap).collect();
    assert_eq!(samples.len() as u64, 2 * 190 * SECOND);
    let mut decoder = holdspace::music::decode::Decoder::open(&flac).expect("a FLAC");
    let mut frames = Vec::new();
    while decoder.next(&mut frames).expect("whole") {}
    let decoded = frames.iter().flat_map(|frame| [frame.left, frame.right]);
    let same = decoded.zip(&samples).all(|(x, y)| (x * 8_388_608.0).round() as i32 == *y);
    assert!(same && frames.len() * 2 == samples.len(), "FLAC and WAV hold the same samples");
}

#[test]
fn two_renders_are_alike_byte_for_byte() {
    let project = session();
    let render = |name: &str| {
        let output =
            project.run(&["render", "session", "--rate", "8000", "-o", &project.path(name).display().to_string()]);
        assert!(output.status.success(), "{:?}", said(&output));
        std::fs::read(project.path(name)).expect("a file")
    };
    let (first, second) = (render("1.flac"), render("2.flac"));
    assert!(first == second, "two renders differ");
}

#[test]
fn a_phase_changes_on_its_planned_frame() {
    let frames = mix(&left_then_right().timeline(), 0, 4096);
    let boundary = (30 * SECOND) as usize;
    assert!(frames[..=boundary].iter().all(|frame| frame.right == 0.0), "the next phase is not heard before");
    assert!(frames[boundary + 1].right != 0.0, "and is heard from the next frame on");
    let over = boundary + (6 * SECOND) as usize;
    assert!(frames[over - 2].left != 0.0, "the phase before is heard to the end of the boundary");
    assert!(frames[over..].iter().all(|frame| frame.left == 0.0), "and not a frame longer");
}

#[test]
fn fades_are_to_the_curve() {
    let project = TestProject::new().piece("a", Wave::Level(0.05), 40.0).piece("b", Wave::Level(0.05), 60.0).playlist(
        "title = \"T\"\ncrossfade = \"4s\"\nend = \"5s\"\n[[phase]]\nname = \"one\"\nlength = \"60s\"\nfade_in = \"3s\"\n\
         track = [{ file = \"music/a.wav\" }, { file = \"music/b.wav\" }]\n",
    );
    let timeline = project.timeline();
    let frames = mix(&timeline, 0, 512);
    let level = |clip: usize| 0.05 * timeline.clips[clip].gain.0;
    let near = |second: f64, expected: f64, what: &str| {
        let measured = f64::from(frames[(second * f64::from(RATE)) as usize].left);
        assert!((measured - expected).abs() < 1e-6, "{what}: {measured} {expected}");
    };
    for x in [0.1, 0.25, 0.5, 0.9] {
        near(3.0 * x, level(0) * 0.5 * (1.0 - libm::cos(PI * x)), "from silence, a half cosine");
        let turn = FRAC_PI_2 * x * x * (3.0 - 2.0 * x);
        let sum = level(0) * libm::cos(turn) + level(1) * libm::sin(turn);
        near(36.0 + 4.0 * x, sum, "between two pieces, equal power over a smoothstep");
        near(55.0 + 5.0 * x, level(1) * 0.5 * (1.0 + libm::cos(PI * x)), "to silence, a half cosine");
    }
    let largest = frames.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0f32, f32::max);
    // The steepest slope here: a half cosine of 3 s, π/2 over its length.
    let allowed = 1.01 * level(0) * FRAC_PI_2 / (3.0 * f64::from(RATE));
    assert!(f64::from(largest) <= allowed, "a step of {largest}, where the curve allows {allowed}");
}

#[test]
fn blocks_of_any_size_give_the_same_samples() {
    let project = session();
    let timeline = project.timeline();
    let whole = mix(&timeline, 0, 4096);
    for block in [1, 64, 1000] {
        assert!(mix(&timeline, 0, block) == whole, "blocks of {block}");
    }
}

#[test]
fn a_start_anywhere_sounds_as_playing_to_it_would() {
    let project = session();
    let timeline = project.timeline();
    let whole = mix(&timeline, 0, 4096);
    for second in [1, 37, 61, 100, 189] {
        let start = second * SECOND + 123;
        let late = mix(&timeline, start, 512);
        let differs = late.iter().zip(&whole[start as usize..]).position(|(a, b)| a != b);
        assert!(differs.is_none() && late.len() == whole.len() - start as usize, "from second {second}: {differs:?}");
    }
}

#[test]
fn reading_ahead_changes_no_sample() {
    let project = session();
    let timeline = project.timeline();
    let mut mixer = Mixer::new(Prefetch::new(rate()), &timeline, Position::START);
    let mut out = Vec::new();
    while mixer.position() < timeline.end {
        let left = (timeline.end - mixer.position()).frames();
        mixer.mix(&timeline, left.min(777), &mut out);
    }
    mixer.finish(&mut out);
    assert!(out == mix(&timeline, 0, 4096));
}

#[test]
fn a_session_is_brought_to_its_loudness_and_its_phases_to_their_levels() {
    let frames = mix(&session().timeline(), 0, 4096);
    let loudness = |from: u64, to: u64| {
        let mut meter = holdspace::music::loudness::Meter::new(rate()).expect("a common rate");
        meter.add(&frames[(from * SECOND) as usize..(to * SECOND) as usize]);
        meter.measured().integrated.expect("sound").0
    };
    let (one, three) = (loudness(5, 35), loudness(150, 184));
    assert!((one + 23.0).abs() < 0.3, "phase one at {one} LUFS");
    assert!((three + 29.0).abs() < 0.3, "phase three, 6 dB lower, at {three} LUFS");
}

#[test]
fn no_silence_and_no_click_is_inside_a_session() {
    let frames = mix(&session().timeline(), 0, 4096);
    assert!(longest_silence(&frames, RATE) < 0.001);
    // Tones of at most 330 Hz and a soft brook: a step of full scale, or a tenth of it, would be a click.
    let largest = frames.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0f32, f32::max);
    assert!(largest < 0.05, "a step of {largest}");
}

#[test]
fn a_piece_that_is_gone_is_stood_in_for_by_a_bed() {
    let project = session();
    let timeline = project.timeline();
    std::fs::remove_file(project.path("playlists/music/c.wav")).expect("it was there");
    // Cut in the middle: it ends before its time.
    let whole = std::fs::read(project.path("playlists/music/b.wav")).expect("it is there");
    project.write("playlists/music/b.wav", &whole[..whole.len() / 3]);
    let mut mixer = Mixer::new(Direct::new(rate()), &timeline, Position::START);
    let mut out = Vec::new();
    while mixer.position() < timeline.end {
        let left = (timeline.end - mixer.position()).frames();
        mixer.mix(&timeline, left.min(4096), &mut out);
    }
    let told: Vec<String> =
        mixer.reader().take_findings().sorted().iter().map(|finding| finding.message.clone()).collect();
    assert_eq!(told, ["`b` ends before its time; a bed stands in for it", "`c` is not there; a bed stands in for it"]);
    assert!(longest_silence(&out, RATE) < 0.001);
    let quietest =
        out[(4 * SECOND) as usize..(184 * SECOND) as usize].chunks(SECOND as usize / 2).map(peak).fold(1.0, f32::min);
    assert!(quietest > 0.005, "something always sounds: {quietest}");
}

/// Keeps every frame that is written to it.
struct Keeps(std::sync::Arc<std::sync::Mutex<Vec<Frame>>>);

impl Sink for Keeps {
    fn rate(&self) -> SampleRate {
        rate()
    }

    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
        self.0.lock().expect("nobody else").extend_from_slice(frames);
        Ok(frames.len())
    }

    fn turn(&mut self, _turn: Turn, _at: Position) {}

    fn health(&mut self) -> Health {
        Health::default()
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}

#[test]
fn a_session_whose_pieces_fail_one_after_another_ends_in_music() {
    let project = session();
    let mut transport = Transport::new(project.score());
    for name in ["a", "b", "c"] {
        let path = format!("playlists/music/{name}.wav");
        let whole = std::fs::read(project.path(&path)).expect("it is there");
        project.write(&path, &whole[..whole.len() / 2]);
    }
    std::fs::remove_file(project.path("playlists/music/c.wav")).expect("it was there");
    let kept = std::sync::Arc::default();
    let sink = Box::new(Keeps(std::sync::Arc::clone(&kept)));
    let mut told = Vec::new();
    let mut listener = |event: Event<'_>, reader: &mut Prefetch| {
        told.extend(reader.take_findings().sorted().into_iter().cloned());
        if let Event::Replaced(finding) = event {
            told.push(finding);
        }
    };
    let reader = Prefetch::new(rate());
    player::play(&mut transport, reader, sink, Position::START, &mut Scripted::default(), &mut listener)
        .expect("it ends");
    let frames = kept.lock().expect("it is over");
    assert_eq!(frames.len() as u64, 190 * SECOND, "the session is as long as its plan");
    assert!(longest_silence(&frames, RATE) < 0.001);
    assert!(told.iter().any(|finding| finding.message.starts_with("`c` is not there")), "{told:?}");
    assert!(told.iter().any(|finding| finding.message.starts_with("`b` ends before its time")), "{told:?}");
}

fn peak(frames: &[Frame]) -> f32 {
    frames.iter().map(|frame| frame.peak()).fold(0.0, f32::max)
}

#[test]
fn a_script_is_carried_out_to_the_frame() {
    let project = left_then_right().file("s.txt", "0:20 advance\n0:40 quiet\n0:47 resume\n");
    let output = project.run(&[
        "render",
        "session",
        "--rate",
        "8000",
        "-o",
        &project.path("s.wav").display().to_string(),
        "--commands",
        &project.path("s.txt").display().to_string(),
    ]);
    assert!(output.status.success(), "{:?}", said(&output));
    assert!(
        said(&output).0.starts_with("0:20 advance: moving on to two\n0:40 quiet: fading the room to silence\n"),
        "{:?}",
        said(&output)
    );
    let samples: Vec<i32> =
        hound::WavReader::open(project.path("s.wav")).expect("a WAV").into_samples().map(Result::unwrap).collect();
    let at = |second: u64| (second * SECOND) as usize;
    assert_eq!(samples.len() / 2, at(50), "phase two begins ten seconds sooner");
    let side = |range: std::ops::Range<usize>, side: usize| {
        samples[range.start * 2..range.end * 2].iter().skip(side).step_by(2).map(|x| x.abs()).max()
    };
    assert_eq!(side(0..at(20), 1), Some(0), "nothing of phase two before the frame of the command");
    assert!(side(at(20)..at(20) + 200, 1) > Some(0), "and something soon after");
    assert_eq!(side(at(46)..at(47), 1), Some(0), "quiet is silence");
    assert!(side(at(47)..at(49), 1) > Some(0), "and comes back");
}

#[test]
fn a_script_with_mistakes_renders_nothing_and_names_their_lines() {
    let project = left_then_right().file("s.txt", "0:20 advnce\nsoon hold\n").file("s.wav", "mine");
    let output = project.run(&[
        "render",
        "session",
        "-o",
        &project.path("s.wav").display().to_string(),
        "--commands",
        &project.path("s.txt").display().to_string(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let (_, errors) = said(&output);
    assert!(
        errors.contains("s.txt:1:6") && errors.contains("did you mean `advance`?") && errors.contains("s.txt:2:1"),
        "{errors}"
    );
    assert_eq!(project.read("s.wav"), "mine", "what was there is not lost");
}

#[test]
fn a_rehearsal_is_the_transitions_and_nothing_else() {
    let project = session();
    let output = project.run(&["rehearse", "session", "-o", &project.path("r.wav").display().to_string()]);
    let (told, errors) = said(&output);
    assert!(output.status.success(), "{errors}");
    assert_eq!(told, "0:36 a → b\n1:00 b → c, two begins\n2:20 c → a, three begins\n2:56 a → a\n");
    let reader = hound::WavReader::open(project.path("r.wav")).expect("a WAV");
    // Ten seconds before and after crossfades of 4, 6, 6 and 4 seconds, at the program's own rate.
    assert_eq!(reader.duration(), (24 + 26 + 26 + 24) * 48_000);
}

#[test]
fn sixteen_bits_are_written_on_request() {
    let project = session();
    let output = project.run(&[
        "render",
        "session",
        "--rate",
        "8000",
        "--bits",
        "16",
        "-o",
        &project.path("s.flac").display().to_string(),
    ]);
    assert!(output.status.success(), "{:?}", said(&output));
    let bytes = std::fs::read(project.path("s.flac")).expect("a FLAC");
    // RFC 9639, section 8.2: bits a sample less one, in the five bits after rate (20) and channels (3).
    assert_eq!((u16::from(bytes[20] & 1) << 4 | u16::from(bytes[21] >> 4)) + 1, 16);
}
