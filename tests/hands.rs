//! Claims about what a facilitator sees and presses: a real terminal, and sessions that are cut off and go on.
#![cfg(target_os = "linux")]

#[path = "support/live.rs"]
mod live;
mod support;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "support/tones.rs"]
mod tones;

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use live::{heard, journal, noted, session};
use support::{TestProject, said};
use terminal::Terminal;

const PLAY: [&str; 4] = ["play", "session", "--output", "null"];

fn on_a_terminal(project: &TestProject, set: &[(&str, &str)]) -> Terminal {
    let terminal = Terminal::run(&project.command(&PLAY), set);
    terminal.until("left of it");
    terminal
}

/// The number of the process that plays.
fn player(project: &TestProject) -> String {
    let told = project.read(".holdspace/sessions/playing.json");
    let told: serde_json::Value = serde_json::from_str(&told).expect("who plays says where");
    told["process"].to_string()
}

/// The names of the threads of the process that plays.
fn threads(project: &TestProject) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", player(project))).expect("it plays").flatten();
    tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok()).collect()
}

fn signal(project: &TestProject, signal: &str) {
    assert!(Command::new("kill").args([signal, &player(project)]).status().expect("kill is there").success());
}

#[test]
fn a_whole_session_is_held_by_keys() {
    let project = session();
    let terminal = on_a_terminal(&project, &[]);
    for (key, shown) in [
        ("Space", "held, at most"),
        ("Space", "One goes on"),
        ("+", "extend 1m: One is extended"),
        ("Down", "volume -1 dB"),
        ("t", "talk: bringing the music down"),
        ("t", "untalk: bringing the music back"),
        ("q", "quiet: fading the room to silence"),
        ("q", "resume: fading the room back in"),
        ("r", "1  Grounding"),
        ("1", "Grounding; r goes back"),
        ("r", "return: back to One"),
        ("x", "return: back to One"),
        ("?", "moves on to the next phase"),
        ("?", "♪"),
        ("Right", "advance: moving on to Two"),
        ("e", "end the session?"),
        ("n", "♪"),
        ("e", "end the session?"),
    ] {
        terminal.press(key);
        terminal.until(shown);
    }
    terminal.press("y");
    let began = Instant::now();
    while terminal.is_open() {
        assert!(began.elapsed() < Duration::from_secs(30), "it ends: {}", terminal.screen());
        thread::sleep(Duration::from_millis(50));
    }
    let journal = journal(&project);
    let given: Vec<&str> = journal
        .lines()
        .filter(|line| line.starts_with('@'))
        .filter_map(|line| Some(line.split_once(' ')?.1.split_once(" # ")?.0))
        .collect();
    assert_eq!(
        given,
        [
            "hold",
            "release",
            "extend 1m",
            "volume -1 dB",
            "talk",
            "untalk",
            "quiet",
            "resume",
            "reserve Grounding",
            "return",
            "advance",
            "end"
        ]
    );
    assert!(journal.lines().last().is_some_and(|line| line.starts_with("ended @")), "{journal}");
}

#[test]
fn the_screen_fits_its_window_and_needs_no_colour() {
    let project = session();
    let terminal = on_a_terminal(&project, &[("NO_COLOR", "1")]);
    for (width, height) in [(80, 24), (200, 60), (60, 16), (30, 8), (80, 24)] {
        terminal.resize(width, height);
        let screen = terminal.until(if width < 60 { "this window is small" } else { "Space hold" });
        assert!(screen.lines().all(|line| line.chars().count() <= usize::from(width)), "{screen}");
    }
    assert!(terminal.until("Arriving").contains("♪ a"));
}

#[test]
fn music_never_waits_for_a_huge_page_of_memory() {
    let project = session();
    let _terminal = on_a_terminal(&project, &[]);
    let status = std::fs::read_to_string(format!("/proc/{}/status", player(&project))).expect("it plays");
    assert!(status.contains("THP_enabled:\t0"), "{status}");
}

#[test]
fn a_closed_terminal_leaves_the_music_and_play_takes_hold_of_it_again() {
    let project = session();
    on_a_terminal(&project, &[]).close();
    let began = Instant::now();
    while threads(&project).iter().any(|name| name.starts_with("holdspace-scree")) {
        assert!(began.elapsed() < Duration::from_secs(10), "nothing draws for a terminal that is gone");
        thread::sleep(Duration::from_millis(50));
    }
    // Another session can't begin, and a script is told what to do.
    let output = project.run(&PLAY);
    let (_, errors) = said(&output);
    assert!(
        errors.contains("session is playing already, as process") && errors.contains("in a terminal shows it"),
        "{errors}"
    );
    let again = on_a_terminal(&project, &[]);
    again.press("Space");
    again.until("held, at most");
    noted(&project, " hold #");
    // Leaving the second screen ends nothing.
    again.press("d");
    let began = Instant::now();
    while again.is_open() && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(50));
    }
    assert!(!again.is_open(), "{}", again.screen());
    let third = Terminal::run(&project.command(&PLAY), &[]);
    third.until("held, at most");
    third.press("e");
    third.until("end the session?");
    third.press("y");
    noted(&project, "ended @");
}

#[test]
fn a_session_that_was_killed_goes_on_where_it_was() {
    let project = session();
    let mut child = project.command(&PLAY).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("a pipe");
    noted(&project, "phase @0 One");
    writeln!(input, "volume -3 dB\nadvance").expect("it listens");
    noted(&project, "Two");
    let cut = noted(&project, "piece @0");
    thread::sleep(Duration::from_millis(2500));
    child.kill().expect("it is killed");
    child.wait().expect("it is gone");
    let before = heard(&journal(&project));
    assert!(before > heard(&cut) || before > 48_000, "each second is noted");

    let mut resume = project.command(&PLAY);
    let mut child = resume
        .arg("--resume")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    noted(&project, &format!("from @{before}\n"));
    noted(&project, "volume -3 dB");
    thread::sleep(Duration::from_millis(300));
    writeln!(child.stdin.take().expect("a pipe"), "end").expect("it listens");
    let (told, errors) = said(&child.wait_with_output().expect("it ends"));
    assert!(told.contains(" · Two · "), "it is in the phase that it was in: {told}{errors}");
    // The journal of the second run is a recipe for its sound like any other.
    let journal = told.lines().find_map(|line| line.strip_prefix("its journal: ")).expect("it says where it is");
    let (sound, journal) = (project.path("s.wav").display().to_string(), project.path(journal).display().to_string());
    let output = project.run(&["render", "session", "-o", &sound, "--commands", &journal]);
    assert!(output.status.success(), "{:?}", said(&output));
    // What has ended is not gone on with.
    let output = project.run(&["play", "session", "--output", "null", "--resume"]);
    assert!(said(&output).1.contains("was not cut off"), "{:?}", said(&output));
}

#[test]
fn whoever_begins_again_after_a_cut_is_asked() {
    let project = session();
    let mut child = project.command(&PLAY).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    noted(&project, "at @");
    child.kill().expect("it is killed");
    child.wait().expect("it is gone");
    let terminal = Terminal::run(&project.command(&PLAY), &[]);
    terminal.until("Go on from there?");
    terminal.press("Enter");
    terminal.until("left of it");
    signal(&project, "-KILL");
}

#[test]
fn a_journal_that_cannot_be_written_stops_no_music() {
    let project = session().file(".holdspace/sessions", "a file in the folder's place");
    let mut child = project
        .command(&PLAY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    writeln!(child.stdin.take().expect("a pipe"), "hold\nend").expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    let (told, errors) = said(&output);
    assert!(output.status.success() && told.contains("holding One"), "{told}{errors}");
    assert!(errors.contains("no journal is kept of this session"), "{errors}");
}

/// A disk that is full is acted by a limit on how large any file may grow.
#[test]
fn a_disk_that_becomes_full_is_told_and_stops_no_music() {
    let project = session();
    let play = project.command(&PLAY);
    let words: Vec<_> = std::iter::once(play.get_program()).chain(play.get_args()).collect();
    // In blocks of 512 bytes: the beginning of a journal has room, and a minute of it does not.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("a pipe");
    noted(&project, "at @");
    for _ in 0..30 {
        writeln!(input, "volume -1 dB\nvolume 0 dB").expect("it listens");
    }
    thread::sleep(Duration::from_secs(4));
    writeln!(input, "hold").expect("it listens");
    thread::sleep(Duration::from_secs(3));
    writeln!(input, "end").expect("it listens");
    let (told, errors) = said(&child.wait_with_output().expect("it ends"));
    let full = told.find("no journal is kept any more").unwrap_or_else(|| panic!("{told}{errors}"));
    assert!(told[full..].contains("the music goes on") && told[full..].contains("holding One"), "{told}");
    assert!(told[full..].contains("the session is over"), "{told}{errors}");
    // What had room is whole, and is gone on with.
    let run = holdspace::music::journal::run::Run::read(&journal(&project));
    assert!(run.heard.is_some() && !run.ended, "{}", journal(&project));
}
