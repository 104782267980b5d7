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
fn the_music_goes_on_when_nobody_reads_what_is_said() {
    let project = session("10m");
    let mut child = start(&mut project.command(&["play", "session", "--output", "null"]));
    drop((child.stdout.take(), child.stderr.take()));
    let mut input = child.stdin.take().expect("a pipe");
    for line in ["hold", "help", "advnce", "release", "end"] {
        writeln!(input, "{line}").expect("it still listens");
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    assert!(child.wait().expect("it ends").success(), "the session ends by its command, not by a panic");
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

/// What a room hears of a session while somebody types, second by second; and what the program said.
#[cfg(all(target_os = "linux", feature = "speaker"))]
fn heard(project: &TestProject, typed: &[(u64, &str)]) -> (Vec<f32>, String) {
    use std::time::Duration;
    let server = server::Server::start(&["room"]);
    let recorder = server.record("room");
    std::thread::sleep(Duration::from_millis(300));
    let mut play = project.command(&["play", "session"]);
    server.private(&mut play);
    let mut child = start(&mut play);
    let mut input = child.stdin.take().expect("a pipe");
    for (seconds, line) in typed {
        std::thread::sleep(Duration::from_secs(*seconds));
        writeln!(input, "{line}").expect("it listens");
    }
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{:?}", said(&output));
    std::thread::sleep(Duration::from_millis(300));
    (recorder.stop().frames.concat(), said(&output).0)
}

/// What `render` writes of the session.
#[cfg(all(target_os = "linux", feature = "speaker"))]
fn held(project: &TestProject, arguments: &[&str]) -> Vec<f32> {
    let wave = project.path("s.wav").display().to_string();
    let output = project.run(&[&["render", "session", "-o", &wave], arguments].concat());
    assert!(output.status.success(), "{:?}", said(&output));
    let samples = hound::WavReader::open(&wave).expect("a WAV").into_samples::<i32>();
    samples.map(|x| x.expect("a sample") as f32 / 8_388_607.0).collect()
}

/// The room heard every sample of the file: within what 24 bits leave out.
#[cfg(all(target_os = "linux", feature = "speaker"))]
fn assert_the_same(heard: &[f32], held: &[f32]) {
    // They are laid over one another where the tone first passes a level that it passes steeply.
    let passes = |samples: &[f32]| samples.iter().position(|x| x.abs() > 0.02).expect("something is heard");
    let (in_room, in_file) = (passes(heard), passes(held));
    assert!(in_room >= in_file, "the beginning is heard");
    let heard = &heard[in_room - in_file..];
    assert!(heard.len() >= held.len(), "the whole session is heard: {} of {} samples", heard.len(), held.len());
    let differs = heard.iter().zip(held).position(|(a, b)| (a - b).abs() > 2e-7);
    let around = differs.map(|at| (heard[at], held[at]));
    assert_eq!(differs, None, "of {} samples: {around:?}", held.len());
}

#[cfg(all(target_os = "linux", feature = "speaker"))]
#[test]
fn what_a_sound_server_hears_is_what_a_file_holds() {
    let project = session("10s");
    let (heard, _) = heard(&project, &[]);
    assert_the_same(&heard, &held(&project, &[]));
}

#[cfg(all(target_os = "linux", feature = "speaker"))]
#[test]
fn the_journal_of_a_live_session_renders_again_to_what_was_heard() {
    let project = session("10m");
    let typed = [(2, "talk"), (2, "untalk"), (1, "hold"), (1, "volume -4 dB"), (1, "advance"), (3, "skip"), (5, "end")];
    let (heard, told) = heard(&project, &typed);
    let journal = told.lines().find_map(|line| line.strip_prefix("its journal: ")).expect("it says where it is");
    let text = project.read(journal);
    assert_eq!(text.lines().filter(|line| line.starts_with('@')).count(), typed.len(), "{text}");
    assert_the_same(&heard, &held(&project, &["--commands", &project.path(journal).display().to_string()]));
}
