//! Claims about playing a session: by hand, to nowhere, and through a real sound server.

#[cfg(all(target_os = "linux", feature = "speaker"))]
#[path = "support/server.rs"]
mod server;
mod support;
#[path = "support/tones.rs"]
mod tones;

use std::io::Write;
use std::process::{Child, Command, Stdio};

use support::{TestProject, said};
use tones::{Wave, wav};

/// A session at 48 kHz whose last fade takes a second.
fn session(first: &str) -> TestProject {
    TestProject::new()
        .file("playlists/music/a.wav", wav(Wave::Left(220.0), 30.0, 48_000))
        .file("playlists/music/b.wav", wav(Wave::Right(330.0), 30.0, 48_000))
        .playlist(&format!(
            "title = \"Test\"\nboundary = \"2s\"\ncrossfade = \"2s\"\nend = \"1s\"\n\
             [[phase]]\nname = \"One\"\nlength = \"{first}\"\nfade_in = \"500ms\"\ntrack = [{{ file = \"music/a.wav\" }}]\n\
             [[phase]]\nname = \"Two\"\nlength = \"10s\"\ntrack = [{{ file = \"music/b.wav\" }}]\n\
             [[reserve]]\nname = \"Grounding\"\ntrack = [{{ file = \"music/b.wav\" }}]\n"
        ))
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

#[test]
fn commands_are_taken_from_standard_input_and_answered() {
    let project = session("10m");
    let mut child = start(&mut project.command(&["play", "session", "--output", "null"]));
    let mut input = child.stdin.take().expect("a pipe");
    input
        .write_all(b"hold\nrelease\nreserve grounding\nreturn\nadvnce\nvolume -3 dB\nadvance\nhelp\nend\n")
        .expect("it listens");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let (told, errors) = said(&output);
    assert!(output.status.success(), "{told}{errors}");
    for line in [
        "hold: holding One",
        "release: One goes on",
        "reserve grounding: turning to Grounding",
        "return: back to One",
        "there is no command `advnce`; did you mean `advance`?",
        "volume -3 dB: volume set",
        "advance: moving on to Two",
        "talk           bring the music down under a voice",
        "end: closing the session",
        "the session is over",
    ] {
        assert!(told.contains(line), "`{line}` is not in:\n{told}{errors}");
    }
}

#[test]
fn a_session_begins_at_a_phase_and_a_wrong_one_gets_a_hint() {
    let project = session("10m");
    let mut child = start(&mut project.command(&["play", "session", "--output", "null", "--from", "two"]));
    child.stdin.take().expect("a pipe").write_all(b"end\n").expect("it listens");
    let (told, _) = said(&child.wait_with_output().expect("it ends"));
    assert!(told.contains("10:00 closing · Two") || told.contains("10:00 playing · Two"), "{told}");
    let output = project.run(&["play", "session", "--output", "null", "--from", "Tow"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output).1, "error: there is no phase `Tow` in this session\n  = hint: did you mean `Two`?\n");
}

#[test]
fn a_machine_without_an_output_is_told_what_to_do_in_one_sentence() {
    let project = session("10m");
    let empty = tempfile::tempdir().expect("a folder");
    let output = project
        .command(&["play", "session"])
        .env("XDG_RUNTIME_DIR", empty.path())
        .env("PULSE_RUNTIME_PATH", empty.path())
        .env("HOME", empty.path())
        .env("ALSA_CONFIG_PATH", empty.path().join("none.conf"))
        .env_remove("PULSE_SERVER")
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let (_, errors) = said(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors.starts_with("error: this ") && errors.contains("--output null") && errors.lines().count() == 2,
        "{errors}"
    );
}

#[cfg(all(target_os = "linux", feature = "speaker"))]
#[test]
fn what_a_sound_server_hears_is_what_a_file_holds() {
    let server = server::Server::start(&["room"]);
    let project = session("10s");
    let recorder = server.record("room");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let mut play = project.command(&["play", "session"]);
    server.private(&mut play);
    let child = start(&mut play);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{:?}", said(&output));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let heard = recorder.stop().frames.concat();

    let wave = project.path("s.wav");
    let output = project.run(&["render", "session", "-o", &wave.display().to_string()]);
    assert!(output.status.success(), "{:?}", said(&output));
    let samples = hound::WavReader::open(&wave).expect("a WAV").into_samples::<i32>();
    let held: Vec<f32> = samples.map(|x| x.expect("a sample") as f32 / 8_388_607.0).collect();

    // They are laid over one another where the tone first passes a level that it passes steeply.
    let passes = |samples: &[f32]| samples.iter().position(|x| x.abs() > 0.02).expect("something is heard");
    let (in_room, in_file) = (passes(&heard), passes(&held));
    assert!(in_room >= in_file, "the beginning is heard");
    let heard = &heard[in_room - in_file..];
    assert!(heard.len() >= held.len(), "the whole session is heard: {} of {} samples", heard.len(), held.len());
    let differs = heard.iter().zip(&held).position(|(a, b)| (a - b).abs() > 2e-7);
    let around = differs.map(|at| (heard[at], held[at]));
    assert_eq!(differs, None, "of {} samples: {around:?}", held.len());
}
