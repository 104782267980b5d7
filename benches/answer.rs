//! How long a facilitator waits: from a volume typed to its first frame heard, through a real sound server. What the
//! recorder adds (its fragments are 10 ms) is counted in, so that the truth is a little better.
//!
//! `cargo bench --bench answer` (Linux; pulseaudio and parec are needed). `-- 60` for sixty presses.
#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

#[path = "../tests/support/server.rs"]
mod server;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "../tests/support/tones.rs"]
mod tones;

use std::io::Write;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use server::{RATE, Server};
use support::TestProject;
use tones::{Wave, wav};

fn main() {
    let presses = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20u32);
    let seconds = 10 + 3 * presses;
    let project = TestProject::new()
        .file("playlists/music/level.wav", wav(Wave::Level(0.05), f64::from(seconds) + 2.0, RATE))
        .playlist(&format!(
            "title = \"T\"\nend = \"1s\"\n[[phase]]\nname = \"one\"\nlength = \"{seconds}s\"\nfade_in = \"500ms\"\n\
             track = [{{ file = \"music/level.wav\" }}]\n"
        ));
    let server = Server::start(&["room"]);
    let recorder = server.record_by("room", 10);
    sleep(Duration::from_millis(300));
    let mut command = project.command(&["play", "session"]);
    server.private(&mut command);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the binary runs");
    let mut input = child.stdin.take().expect("a pipe");
    sleep(Duration::from_secs(3));
    let mut pressed = Vec::new();
    for press in 0..presses {
        // At another moment of the device's round each time.
        sleep(Duration::from_millis(2500 + u64::from(press) * 137 % 331));
        pressed.push(Instant::now());
        writeln!(input, "volume {}", if press % 2 == 0 { "-6 dB" } else { "0 dB" }).expect("it listens");
    }
    sleep(Duration::from_secs(1));
    writeln!(input, "end").expect("it listens");
    child.wait().expect("it ends");
    let capture = recorder.stop();
    let mut answers: Vec<f64> = pressed.iter().filter_map(|at| answer(&capture, *at)).collect();
    answers.sort_by(f64::total_cmp);
    assert_eq!(answers.len(), pressed.len(), "every press is heard");
    let at = |part: f64| answers[((answers.len() - 1) as f64 * part).round() as usize];
    println!("from a volume typed to its first frame heard, {presses} presses:");
    println!("median {:.0} ms, nine in ten {:.0} ms, the longest {:.0} ms", at(0.5), at(0.9), at(1.0));
}

/// Milliseconds until the level, which is constant else, moves by a thousandth.
fn answer(capture: &server::Capture, pressed: Instant) -> Option<f64> {
    let first = (0..capture.frames.len()).step_by(48).find(|n| capture.when(*n) >= pressed)?;
    let level = capture.frames[first][0];
    let moved = (first..capture.frames.len()).find(|n| (capture.frames[*n][0] / level - 1.0).abs() > 0.001)?;
    Some(capture.when(moved).duration_since(pressed).as_secs_f64() * 1000.0)
}
