//! Claims about playing a session: by hand, to nowhere, and through a real sound server.

mod support;
#[path = "support/tones.rs"]
mod tones;

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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

/// A private PulseAudio with one null sink, and a recorder on it.
#[cfg(all(target_os = "linux", feature = "speaker"))]
struct Server {
    daemon: Child,
    folder: tempfile::TempDir,
}

#[cfg(all(target_os = "linux", feature = "speaker"))]
impl Server {
    fn start() -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new("pulseaudio");
        command.args([
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--realtime=no",
            "--high-priority=no",
            "--disable-shm=no",
        ]);
        command
            .arg("-L")
            .arg(format!("module-native-protocol-unix socket={}/native auth-anonymous=1", folder.path().display()));
        // Without `norewinds` the sink swallows the first frames of a stream (rigs-audio.md).
        command.args(["-L", "module-null-sink sink_name=room rate=48000 format=float32le channels=2 norewinds=1"]);
        Self::private(&mut command, &folder);
        let daemon = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio is installed: `make test` does it");
        let server = Server { daemon, folder };
        let began = Instant::now();
        while !server.pactl(&["info"]) {
            assert!(began.elapsed() < Duration::from_secs(20), "the sound server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn private(command: &mut Command, folder: &tempfile::TempDir) {
        command
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("PULSE_RUNTIME_PATH", folder.path())
            .env("HOME", folder.path());
        command
            .env("PULSE_SERVER", format!("unix:{}/native", folder.path().display()))
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
    }

    fn pactl(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("pactl");
        Self::private(&mut command, &self.folder);
        command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Records what the room hears, as 32-bit floats, until it is killed.
    fn record(&self) -> (Child, std::path::PathBuf) {
        let path = self.folder.path().join("capture.raw");
        let mut command = Command::new("parec");
        Self::private(&mut command, &self.folder);
        command.args([
            "-d",
            "room.monitor",
            "--raw",
            "--format=float32le",
            "--rate=48000",
            "--channels=2",
            "--latency-msec=50",
        ]);
        let file = std::fs::File::create(&path).expect("a file");
        (command.stdout(file).stderr(Stdio::null()).spawn().expect("parec is installed: `make test` does it"), path)
    }
}

#[cfg(all(target_os = "linux", feature = "speaker"))]
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

#[cfg(all(target_os = "linux", feature = "speaker"))]
#[test]
fn what_a_sound_server_hears_is_what_a_file_holds() {
    let server = Server::start();
    let project = session("10s");
    let (mut recorder, path) = server.record();
    std::thread::sleep(Duration::from_millis(300));
    let mut play = project.command(&["play", "session"]);
    Server::private(&mut play, &server.folder);
    let child = start(&mut play);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{:?}", said(&output));
    std::thread::sleep(Duration::from_millis(300));
    let _ = recorder.kill();
    let _ = recorder.wait();
    let bytes = std::fs::read(path).expect("a capture");
    let heard: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();

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
