//! Claims about albums that go on without a gap, chimes over the music, and pieces that are not there.

mod support;
#[path = "support/tones.rs"]
mod tones;

use holdspace::music::mix::Mixer;
use holdspace::music::read::{Direct, Stream};
use holdspace::music::timeline::Piece;
use holdspace::units::{Decibels, Frame, Length, Position, SampleRate};
use support::{TestProject, said};
use tones::{Wave, mix, wav};

/// A sine of 20 seconds at 11 025 Hz, whole, and cut in three at frames that mean nothing at the session's rate.
fn cut_in_three() -> TestProject {
    let whole = wav(Wave::Both(441.0), 20.0, 11_025);
    let (head, sound) = whole.split_at(whole.len() - 20 * 11_025 * 8);
    let part = |from: usize, to: usize| {
        let mut reader = hound::WavReader::new(std::io::Cursor::new([head, sound].concat())).expect("a WAV");
        let spec = reader.spec();
        let samples: Vec<f32> = reader.samples().map(|sample| sample.expect("whole")).collect();
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("memory");
        samples[from * 2..to * 2].iter().for_each(|sample| writer.write_sample(*sample).expect("memory"));
        writer.finalize().expect("memory");
        bytes.into_inner()
    };
    TestProject::new()
        .file("playlists/music/1.wav", part(0, 70_001))
        .file("playlists/music/2.wav", part(70_001, 140_017))
        .file("playlists/music/3.wav", part(140_017, 220_500))
        .file("playlists/music/whole.wav", whole.clone())
}

fn playlist(tracks: &str) -> String {
    format!(
        "title = \"T\"\nloudness = \"-20 LUFS\"\ncrossfade = \"2s\"\nend = \"2s\"\n[[phase]]\nname = \"one\"\nlength = \"20s\"\n\
         fade_in = \"1s\"\ntrack = [{tracks}]\n"
    )
}

fn samples(piece: &Piece, rate: u32) -> Vec<Frame> {
    let rate = SampleRate::new(rate).expect("in range");
    let mut stream = Stream::open(piece, Length::NONE, rate).expect("it opens");
    let mut out = vec![Frame::SILENT; piece.length.expect("files have a length").frames() + 1000];
    let count = stream.read(&mut out).expect("it decodes");
    out.truncate(count);
    out
}

#[test]
fn an_album_sounds_as_the_recording_that_it_was_cut_from_sample_for_sample() {
    let album = "{ file = \"music/1.wav\" }, { file = \"music/2.wav\", gapless = true }, \
                 { file = \"music/3.wav\", gapless = true, title = \"Last\" }";
    let whole = cut_in_three().playlist(&playlist("{ file = \"music/whole.wav\" }"));
    let album = cut_in_three().playlist(&playlist(album));
    let (whole, album) = (whole.score(), album.score());
    assert_eq!(album.phases[0].pieces.len(), 1, "it is one piece");
    let (whole, album) = (&whole.phases[0].pieces[0].1, &album.phases[0].pieces[0].1);
    assert_eq!(album.title, "1 · 2 · Last");
    assert_eq!(album.length, whole.length);
    assert!((album.gain.decibels().0 - whole.gain.decibels().0).abs() < 0.02, "it has one gain");
    assert!(samples(album, tones::RATE) == samples(whole, tones::RATE), "a seam is heard");
}

#[test]
fn an_album_is_read_on_from_any_place() {
    let tracks =
        "{ file = \"music/1.wav\", start = \"0:02\" }, { file = \"music/2.wav\", gapless = true, end = \"0:05\" }";
    let score = cut_in_three().playlist(&playlist(tracks));
    let piece = score.score().phases[0].pieces[0].1.clone();
    let (whole, rate) = (samples(&piece, tones::RATE), tones::rate());
    let seconds = piece.length.expect("a length").seconds(rate);
    assert!((seconds - (70_001.0 / 11_025.0 - 2.0 + 5.0)).abs() < 0.001, "{seconds}");
    for at in [1, 20_000, 34_930, 34_940, 60_000] {
        let mut stream = Stream::open(&piece, Length(at), rate).expect("it opens");
        let mut out = vec![Frame::SILENT; 5000];
        stream.read(&mut out).expect("it decodes");
        assert!(out[..] == whole[at as usize..at as usize + 5000], "from {at}");
    }
}

#[test]
fn a_cue_sounds_when_its_phase_begins_over_softer_music() {
    let project = TestProject::new().piece("a", Wave::Left(220.0), 60.0).playlist(
        "title = \"T\"\nend = \"2s\"\nboundary = \"4s\"\n\
         [[phase]]\nname = \"one\"\nlength = \"20s\"\nfade_in = \"1s\"\ntrack = [{ file = \"music/a.wav\" }]\n\
         [[phase]]\nname = \"two\"\nlength = \"40s\"\ntrack = [{ file = \"music/a.wav\" }]\n\
         cue = [{ chime = \"bowl\", key = \"D\", at = \"10s\" }, { chime = \"bar\" }]\n",
    );
    let timeline = project.timeline();
    let starts: Vec<u64> = timeline.cues.iter().map(|cue| cue.start.0 / u64::from(tones::RATE)).collect();
    assert_eq!(starts, [20, 30], "in the order that they sound");
    let frames = mix(&timeline, 0, 4096);
    let power = |from: f64, to: f64, side: fn(&Frame) -> f32| {
        let at = |seconds: f64| (seconds * f64::from(tones::RATE)) as usize;
        let part = &frames[at(from)..at(to)];
        let sum: f64 = part.iter().map(|frame| f64::from(side(frame)).powi(2)).sum();
        10.0 * libm::log10(sum / part.len() as f64 + 1e-20)
    };
    let (right, left) = (|f: &Frame| f.right, |f: &Frame| f.left);
    assert!(power(25.0, 29.9, right) > -60.0 && power(10.0, 19.9, right) < -150.0, "the cue begins with the phase");
    // The right channel has the bowl alone: what it adds to the left one is at most as much.
    let music = power(33.0, 36.0, left);
    let before = power(12.0, 19.0, left);
    let ducked = holdspace::music::cue::DUCK;
    assert!(music < before + ducked.0 + 3.0, "the music gives way: {before} {music}");
    assert!((power(50.0, 57.0, left) - before).abs() < 0.1, "and comes back");
}

#[test]
fn a_cue_file_that_breaks_leaves_the_music_as_it_is() {
    let project =
        TestProject::new().piece("a", Wave::Level(0.05), 60.0).piece("gong", Wave::Level(0.05), 8.0).playlist(
            "title = \"T\"\nend = \"2s\"\n[[phase]]\nname = \"one\"\nlength = \"40s\"\nfade_in = \"1s\"\n\
         track = [{ file = \"music/a.wav\" }]\ncue = [{ file = \"music/gong.wav\", at = \"20s\" }]\n",
        );
    let timeline = project.timeline();
    assert_eq!(timeline.cues.len(), 1);
    std::fs::remove_file(project.path("playlists/music/gong.wav")).expect("it is there");
    let mut mixer = Mixer::new(Direct::new(timeline.rate), &timeline, Position::START);
    let mut frames = Vec::new();
    mixer.mix(&timeline, 38 * tones::RATE as usize, &mut frames);
    let findings = mixer.reader().take_findings();
    assert!(findings.sorted()[0].message.ends_with("; the cue is left out"), "{findings:?}");
    let least = frames[2 * tones::RATE as usize..].iter().map(|frame| frame.left).fold(1.0, f32::min);
    let floor = 0.05 * holdspace::music::cue::DUCK.gain().0 as f32;
    assert!(least > floor * 0.999, "no bed and no hole where the cue was: {least}");
}

#[test]
fn a_session_plays_without_the_piece_that_is_missing_and_says_so() {
    let text = "title = \"T\"\nend = \"1s\"\n[[phase]]\nname = \"one\"\nlength = \"10m\"\n\
                track = [{ file = \"music/gone.wav\" }, { file = \"music/a.wav\" }]\n";
    let project = TestProject::new().piece("a", Wave::Both(220.0), 20.0).playlist(text);
    let mut child = project
        .command(&["play", "session", "--output", "null"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), b"end\n").expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    let (told, errors) = said(&output);
    assert!(output.status.success(), "{told}{errors}");
    assert!(errors.contains("error: `music/gone.wav` is not there"), "{errors}");
    assert!(told.contains("going on without what cannot be played"), "{told}");
    assert!(told.contains(" · a"), "the other piece sounds: {told}");
}

#[test]
fn the_plan_shows_cues_as_text_as_data_and_as_a_picture() {
    let project = TestProject::new().piece("a", Wave::Both(220.0), 60.0).playlist(
        "title = \"T\"\nend = \"2s\"\n[[phase]]\nname = \"one\"\nlength = \"40s\"\nfade_in = \"1s\"\n\
         track = [{ file = \"music/a.wav\" }]\ncue = [{ chime = \"bowl\", key = \"D\", at = \"20s\", gain = \"-4 dB\" }]\n",
    );
    let plan = |format: &str| said(&project.run(&["plan", "session", "--format", format])).0;
    assert!(
        plan("text")
            .lines()
            .any(|line| line.trim_start().starts_with("0:20  Singing bowl in D") && line.contains("cue")),
        "{}",
        plan("text")
    );
    let json: serde_json::Value = serde_json::from_str(&plan("json")).expect("JSON");
    assert_eq!(json["cues"][0]["start"], 20 * 48_000);
    assert_eq!(json["cues"][0]["gain_db"].as_f64().map(|gain| (gain * 1000.0).round()), Some(-4000.0));
    assert!(plan("svg").contains("<title>Singing bowl in D, at 0:20</title>"));
    let timeline = project.timeline();
    assert!(
        timeline.level_at(Position(24 * u64::from(tones::RATE))).decibels() < Decibels(-7.0),
        "the arc shows the duck"
    );
}
