//! Claims about what a facilitator does before a session, made before real sound servers and the system's own tools: the
//! preflight, and what keeps the machine awake.
#![cfg(all(target_os = "linux", feature = "speaker"))]

#[path = "support/live.rs"]
mod live;
#[path = "support/server.rs"]
mod server;
mod support;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "support/tones.rs"]
mod tones;

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use live::{PATIENCE, noted, session};
use server::{RATE, Server};
use support::{TestProject, said};
use terminal::Terminal;

/// A tool of the system as a program meets it: it says what it is asked for, runs what it is given, and says when that ends.
/// It refuses what has `refuses` in it.
fn tool(project: &TestProject, refuses: &str) {
    let log = project.path("inhibit.log").display().to_string();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *{refuses}*) echo \"refused $1\" >>'{log}'; exit 1;; esac\necho \"asked $*\" >>'{log}'\n\
         shift 4\n\"$@\"\necho released >>'{log}'\n"
    );
    project.write("bin/systemd-inhibit", script);
    let path = project.path("bin/systemd-inhibit");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// Lets the system's tools be those of the test, and whatever is installed besides them.
fn with_tools(project: &TestProject, command: &mut Command) {
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", project.path("bin").display()));
}

fn playing(project: &TestProject) -> Child {
    let mut command = project.command(&["play", "session", "--output", "null"]);
    with_tools(project, &mut command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
}

fn until(project: &TestProject, text: &str) {
    let began = Instant::now();
    while !project.read("inhibit.log").contains(text) {
        assert!(began.elapsed() < PATIENCE, "`{text}` does not come: {}", project.read("inhibit.log"));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn type_end(mut child: Child) -> String {
    use std::io::Write;
    child.stdin.take().expect("a pipe").write_all(b"end\n").expect("it listens");
    said(&child.wait_with_output().expect("it ends")).0
}

#[test]
fn sleep_lock_and_lid_are_held_off_while_a_session_plays_and_given_back_after() {
    let project = session();
    tool(&project, "nothing-at-all");
    let child = playing(&project);
    until(
        &project,
        "asked --what=idle:sleep:handle-lid-switch --who=holdspace --why=a session is playing --mode=block",
    );
    noted(&project, "at @");
    assert!(!project.read("inhibit.log").contains("released"));
    let told = type_end(child);
    until(&project, "released");
    assert!(!told.contains("lid") && !told.contains("asleep"), "{told}");
}

#[test]
fn they_are_given_back_by_a_session_that_is_killed() {
    let project = session();
    tool(&project, "nothing-at-all");
    let mut child = playing(&project);
    until(&project, "asked");
    noted(&project, "at @");
    child.kill().expect("it is killed");
    child.wait().expect("it is gone");
    until(&project, "released");
}

#[test]
fn a_system_that_keeps_the_lid_to_itself_is_told() {
    let project = session();
    tool(&project, "lid-switch");
    let child = playing(&project);
    until(&project, "asked --what=idle:sleep --who");
    noted(&project, "at @");
    let told = type_end(child);
    assert!(told.contains("closing the lid may put this machine to sleep: leave it open"), "{told}");
}

#[test]
fn a_system_that_refuses_everything_is_told_and_the_music_plays() {
    let project = session();
    tool(&project, "--what");
    let child = playing(&project);
    noted(&project, "at @");
    std::thread::sleep(Duration::from_millis(500));
    let told = type_end(child);
    assert!(told.contains("this machine may fall asleep by itself"), "{told}");
    assert!(told.contains("the session is over"), "{told}");
}

/// What a preflight of `session` tells: whether it is a go, and its words.
fn preflight(project: &TestProject, server: &Server, arguments: &[&str]) -> (bool, String) {
    tool(project, "nothing-at-all");
    let mut command = project.command(&[&["preflight", "session"], arguments].concat());
    with_tools(project, &mut command);
    server.private(&mut command);
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    let (told, errors) = said(&output);
    assert_eq!(errors, "");
    (output.status.success(), told)
}

#[test]
fn a_session_and_a_room_that_are_ready_are_a_go() {
    let (project, server) = (session(), Server::start(&["hall", "desk"]));
    let (go, told) = preflight(&project, &server, &[]);
    assert!(go && told.contains("ok   pieces    2 pieces decoded to the end, 0 generated"), "{told}");
    assert!(told.contains("ok   output    hall_speaker, set to 100 %"), "{told}");
    assert!(told.contains("ok   awake     sleep, lock and lid are held off while it plays"), "{told}");
    assert!(told.contains("look licences") && told.contains("`a` and 1 other name no licence"), "{told}");
    assert!(told.contains("\nGO, with ") && told.lines().count() <= 24, "{told}");
    let (go, json) = preflight(&project, &server, &["--json", "--output", "desk"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(go && json["verdict"] == "look" && json["pieces"].as_array().map(Vec::len) == Some(2), "{json}");
    assert!(json["checks"][4]["what"].as_str().is_some_and(|what| what.starts_with("desk_speaker")), "{json}");
}

#[test]
fn an_output_that_is_muted_turned_down_or_used_by_another_is_told() {
    let (project, server) = (session(), Server::start(&["hall"]));
    server.ask(&["set-sink-mute", "hall", "1"]).expect("it mutes");
    let (go, told) = preflight(&project, &server, &[]);
    assert!(!go && told.contains("STOP hall_speaker is muted") && told.contains("NO-GO"), "{told}");
    server.ask(&["set-sink-mute", "hall", "0"]).expect("it unmutes");
    server.ask(&["set-sink-volume", "hall", "0%"]).expect("it turns down");
    let (go, told) = preflight(&project, &server, &[]);
    assert!(!go && told.contains("hall_speaker is turned down to nothing"), "{told}");
    server.ask(&["set-sink-volume", "hall", "64%"]).expect("it turns up");
    let mut other = Command::new("pacat");
    server.private(&mut other);
    let mut other =
        other.args(["--client-name=Radio", "/dev/zero"]).stdout(Stdio::null()).spawn().expect("pacat is installed");
    let began = Instant::now();
    while server.ask(&["list", "short", "sink-inputs"]).is_none_or(|list| list.is_empty()) {
        assert!(began.elapsed() < PATIENCE, "the other program plays");
        std::thread::sleep(Duration::from_millis(20));
    }
    let (go, told) = preflight(&project, &server, &[]);
    let _ = other.kill();
    let _ = other.wait();
    assert!(go && told.contains("Radio also plays to hall_speaker"), "{told}");
    assert!(told.contains("hall_speaker, set to 64 %"), "{told}");
}

#[test]
fn a_piece_that_breaks_off_an_output_that_is_not_there_and_a_second_session_are_no_gos() {
    let project = session();
    let whole = std::fs::read(project.path("playlists/music/a.wav")).expect("a file");
    project.write("playlists/music/a.wav", &whole[..whole.len() / 2]);
    let server = Server::start(&["hall"]);
    let (go, told) = preflight(&project, &server, &[]);
    assert!(!go && told.contains("STOP pieces"), "{told}");
    assert!(told.contains("it is damaged or cut short") && told.contains("(playlists/session.toml:"), "{told}");
    project.write("playlists/music/a.wav", &whole);
    let (go, told) = preflight(&project, &server, &["--output", "garden"]);
    assert!(!go && told.contains("STOP there is no output called `garden`"), "{told}");
    let child = playing(&project);
    noted(&project, "at @");
    let (go, told) = preflight(&project, &server, &[]);
    assert!(!go && told.contains("STOP another session of this program is playing"), "{told}");
    let (_, told) = preflight(&project, &server, &["--tone", "5s"]);
    assert!(!told.contains("the tone is"), "nothing is heard over a session: {told}");
    type_end(child);
    // Without a server there is no output on this machine, or one that leads nowhere.
    let mut command = project.command(&["preflight", "session"]);
    let nowhere = tempfile::tempdir().expect("a folder");
    command.env("XDG_RUNTIME_DIR", nowhere.path()).env("PULSE_SERVER", "unix:/nowhere").env("HOME", nowhere.path());
    let (told, _) = said(&command.stdin(Stdio::null()).output().expect("it runs"));
    assert!(told.contains("NO-GO") || told.contains("ok   output"), "{told}");
}

#[test]
fn the_tone_and_the_fade_are_heard() {
    let (project, server) = (session(), Server::start(&["hall"]));
    let hall = server.record("hall");
    let (go, told) = preflight(&project, &server, &["--tone", "5s", "--fade"]);
    let heard = hall.stop().frames;
    assert!(go && told.contains("the tone is as loud as the session"), "{told}");
    for step in ["fading the room to silence", "fading the room back in"] {
        assert!(told.contains(step), "{told}");
    }
    // In tenths of a second: whether anything is heard.
    let level = |part: &[[f32; 2]]| part.iter().map(|[left, _]| left.abs()).fold(0.0, f32::max);
    let tenths: Vec<f32> = heard.chunks(RATE as usize / 10).map(level).collect();
    let sounds = tenths.chunk_by(|a, b| (*a > 1e-4) == (*b > 1e-4)).map(|run| (run[0] > 1e-4, run.len() as f32 / 10.0));
    let sounds: Vec<(bool, f32)> = sounds.filter(|(_, seconds)| *seconds > 0.3).collect();
    let lengths: Vec<f32> = sounds.iter().filter(|(sounds, _)| *sounds).map(|(_, seconds)| *seconds).collect();
    assert_eq!(lengths.len(), 3, "the tone, the music, the music again: {sounds:?}");
    assert!((4.0..6.0).contains(&lengths[0]), "{sounds:?}");
    let largest = heard.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs()).fold(0.0, f32::max);
    assert!(largest < 0.1, "no click: {largest}");
}

#[test]
fn on_a_terminal_the_tone_and_the_fade_are_offered() {
    let (project, server) = (session(), Server::start(&["hall"]));
    tool(&project, "nothing-at-all");
    let mut command = project.command(&["preflight", "session"]);
    with_tools(&project, &mut command);
    server.private(&mut command);
    for leaves in ["Enter", "C-c"] {
        let terminal = Terminal::run(&command, &[]);
        let screen = terminal.until("Enter: leave");
        assert!(screen.contains("session · Arriving") && screen.contains("GO, with"), "it fits one screen: {screen}");
        terminal.press("t");
        terminal.press("Enter");
        terminal.until("set the room's volume by it");
        terminal.press("C-c");
        let began = Instant::now();
        while terminal.screen().matches("Enter: leave").count() < 2 {
            assert!(began.elapsed() < Duration::from_secs(15), "Ctrl-C ends the tone: {}", terminal.screen());
            std::thread::sleep(Duration::from_millis(50));
        }
        terminal.press(leaves); // Where nothing sounds, Ctrl-C leaves, too.
        while terminal.is_open() {
            assert!(began.elapsed() < PATIENCE, "it is left: {}", terminal.screen());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
