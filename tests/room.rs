//! A whole session of real music, in the formats that people have, through a real sound server, while somebody types.
//!
//! In the suite it takes a minute and a half. `HOLDSPACE_ROOM_MINUTES=30 cargo test --release --test room -- --nocapture`
//! (`make room`) plays for so long, with every core busy, and tells what it cost.
#![cfg(all(target_os = "linux", feature = "speaker"))]
#![allow(clippy::print_stdout, reason = "the long form tells what it measured")]

#[path = "room/measure.rs"]
mod measure;
#[path = "room/music.rs"]
mod music;
#[path = "support/server.rs"]
mod server;
mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use holdspace::music::decode::Decoder;
use measure::{clicks, holes};
use server::{RATE, Server};
use support::{TestProject, said};

/// What somebody types: after so many shares of the session's length, this.
const TYPED: [(f64, &str); 17] = [
    (0.04, "volume -2 dB"),
    (0.05, "talk"),
    (0.06, "untalk"),
    (0.06, "hold"),
    (0.08, "release"),
    (0.06, "advance"),
    (0.12, "skip"),
    (0.06, "extend 20s"),
    (0.05, "reserve Grounding"),
    (0.09, "return"),
    (0.05, "volume 0 dB"),
    (0.05, "advance"),
    (0.10, "hold"),
    (0.01, "hold"),
    (0.04, "seek Four"),
    (0.08, "extend 10s"),
    (0.02, "end"),
];

/// How long all of it takes to type.
fn minutes() -> f64 {
    std::env::var("HOLDSPACE_ROOM_MINUTES").ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(1.25)
}

fn session(minutes: f64) -> TestProject {
    let phase = format!("{}s", (minutes * 60.0).round());
    let tracks = |files: &[&str]| {
        files.iter().map(|file| format!("{{ file = \"music/{file}\" }}")).collect::<Vec<_>>().join(", ")
    };
    let text = format!(
        "title = \"Room\"\ncrossfade = \"4s\"\nboundary = \"5s\"\nend = \"4s\"\n\
         [[phase]]\nname = \"One\"\nlength = \"{phase}\"\nfade_in = \"2s\"\nlevel = \"-4 dB\"\ntrack = [{}]\n\
         [[phase]]\nname = \"Two\"\nlength = \"{phase}\"\ntrack = [{}]\ncue = [{{ chime = \"bowl\", at = \"8s\" }}]\n\
         [[phase]]\nname = \"Three\"\nlength = \"{phase}\"\nlevel = \"-2 dB\"\ntrack = [{}]\n\
         [[phase]]\nname = \"Four\"\nlength = \"{phase}\"\nlevel = \"-3 dB\"\ntrack = [{}]\n\
         [[reserve]]\nname = \"Grounding\"\nlevel = \"-5 dB\"\ntrack = [{}]\n",
        tracks(&["flac.flac", "mp3.mp3"]),
        tracks(&["wav.wav", "aac.m4a", "opus.opus"]),
        tracks(&["damaged.flac", "alac.m4a"]),
        tracks(&["whole.wav", "vorbis.ogg"]),
        tracks(&["vorbis.ogg"]),
    );
    let project = TestProject::new().file("playlists/session.toml", text);
    // Short enough, in the short form, that all of them are heard.
    music::make(&project.path("playlists/music"), minutes * 14.0);
    project
}

/// Keeps every core busy while it lives.
struct Busy(Arc<AtomicBool>);

impl Busy {
    fn all() -> Busy {
        let stop = Arc::new(AtomicBool::new(false));
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            let stop = stop.clone();
            thread::spawn(move || {
                let mut x = 1.0_f64;
                while !stop.load(Ordering::Relaxed) {
                    x = std::hint::black_box(libm::sin(x * 1.000_1) + 1.0);
                }
            });
        }
        Busy(stop)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The CPU seconds that a process has used, and the memory that it holds in megabytes (proc(5)).
fn cost(pid: u32) -> (f64, f64) {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let stat = read("stat");
    let ticks = stat.rsplit(')').next().unwrap_or("").split_whitespace().skip(11).take(2);
    let seconds = ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0;
    let rss =
        read("status").lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok());
    (seconds, rss.unwrap_or(0.0) / 1024.0)
}

fn play(project: &TestProject, server: &Server) -> Child {
    let mut play: Command = project.command(&["play", "session"]);
    server.private(&mut play);
    play.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

/// Types the commands; tells what the session costs meanwhile where it is a long one.
fn type_all(child: &mut Child, minutes: f64) {
    let mut input = child.stdin.take().expect("a pipe");
    let (began, long) = (Instant::now(), minutes > 5.0);
    for (share, line) in TYPED {
        thread::sleep(Duration::from_secs_f64(share * minutes * 60.0));
        if long {
            let ((cpu, memory), passed) = (cost(child.id()), began.elapsed().as_secs_f64());
            let share = 100.0 * cpu / passed;
            println!("{passed:>6.0} s  {cpu:>6.2} s CPU ({share:.2} % of a core)  {memory:.1} MB  {line}");
        }
        writeln!(input, "{line}").expect("it listens");
    }
}

#[test]
fn a_session_of_many_formats_is_heard_whole_while_somebody_types() {
    let minutes = minutes();
    let project = session(minutes);
    // The first look at the pieces decodes them all: that is no part of playing.
    assert!(project.run(&["plan", "session"]).status.success());
    let server = Server::start(&["room"]);
    let recorder = server.record("room");
    thread::sleep(Duration::from_millis(300));
    let busy = (minutes > 5.0 && std::env::var_os("HOLDSPACE_ROOM_QUIET").is_none()).then(Busy::all);
    let mut child = play(&project, &server);
    type_all(&mut child, minutes);
    let output = child.wait_with_output().expect("it ends");
    drop(busy);
    let (told, errors) = said(&output);
    assert!(output.status.success(), "{told}{errors}");
    thread::sleep(Duration::from_millis(300));
    let heard = recorder.stop().frames;

    assert!(errors.contains("`music/damaged.flac` says "), "the damaged piece is told: {errors}");
    assert!(!told.contains("ran dry"), "the output never ran dry: {told}");
    let journal = told.lines().find_map(|line| line.strip_prefix("its journal: ")).expect("it says where it is");
    let held = rendered(&project, journal);
    let heard = laid_over(&heard, &held);
    assert_eq!(clicks(heard), [], "no click");
    assert_eq!(holes(&heard[2..heard.len() - 2], RATE), [], "no hole");
    the_phases_are_where_the_commands_put_them(&project, journal, heard);
    if minutes > 5.0 {
        let minutes = heard.len() as f64 / f64::from(RATE) / 60.0;
        println!("{minutes:.1} minutes heard, every sample as rendered from the journal; no click, no hole, never dry");
    }
}

/// What `render` makes of the journal.
fn rendered(project: &TestProject, journal: &str) -> Vec<[f32; 2]> {
    let wave = project.path("s.wav");
    let journal = project.path(journal).display().to_string();
    let output = project.run(&["render", "session", "-o", &wave.display().to_string(), "--commands", &journal]);
    assert!(output.status.success(), "{:?}", said(&output));
    let samples = hound::WavReader::open(&wave).expect("a WAV").into_samples::<i32>();
    let samples: Vec<f32> = samples.map(|x| x.expect("a sample") as f32 / 8_388_607.0).collect();
    samples.as_chunks::<2>().0.to_vec()
}

/// What was heard from the session's first frame to its last; it must be what was rendered, within what 24 bits leave out.
fn laid_over<'a>(heard: &'a [[f32; 2]], held: &[[f32; 2]]) -> &'a [[f32; 2]] {
    // They are laid over one another where the music first passes a level.
    let passes =
        |frames: &[[f32; 2]]| frames.iter().position(|[left, _]| left.abs() > 0.01).expect("something is heard");
    let (in_room, in_file) = (passes(heard), passes(held));
    assert!(in_room >= in_file, "the beginning is heard");
    let heard = &heard[in_room - in_file..];
    assert!(heard.len() >= held.len(), "the whole session is heard: {} of {} frames", heard.len(), held.len());
    let heard = &heard[..held.len()];
    let near = |a: &[f32; 2], b: &[f32; 2]| (a[0] - b[0]).abs() < 2e-7 && (a[1] - b[1]).abs() < 2e-7;
    let differs = heard.iter().zip(held).position(|(a, b)| !near(a, b));
    let around = differs.map(|at| (&heard[at..held.len().min(at + 3)], &held[at..held.len().min(at + 3)]));
    let silent = differs.map(|at| heard[at..].iter().take_while(|frame| **frame == [0.0; 2]).count());
    assert_eq!(differs, None, "of {} frames: heard and held {around:?}, {silent:?} of them silent", held.len());
    heard
}

/// After each change of phase the phase's own first piece sounds and nothing else, in step to the frame with the frame
/// that the journal has the command at. In the long form the pieces begin so softly that the one before sounds on beneath
/// them, and a bowl rings: all that is over after a minute.
fn the_phases_are_where_the_commands_put_them(project: &TestProject, journal: &str, heard: &[[f32; 2]]) {
    let (journal, after) = (project.read(journal), if minutes() > 5.0 { 60 } else { 6 });
    let at = |wanted: &str| -> usize {
        let line = journal.lines().find(|line| line.contains(&format!(" {wanted} "))).expect("it is in the journal");
        line.trim_start_matches('@').split(' ').next().and_then(|frame| frame.parse().ok()).expect("a frame")
    };
    for (command, file) in [("advance", "wav.wav"), ("seek Four", "whole.wav")] {
        let begins = at(command);
        let mut decoder = Decoder::open(&project.path(&format!("playlists/music/{file}"))).expect("it opens");
        let mut piece = Vec::new();
        while decoder.next(&mut piece).expect("whole") {}
        let first = piece.iter().position(|frame| frame.peak() > 0.001).expect("it sounds");
        let second = RATE as usize;
        let (from, to) = (begins + after * second, begins + (after + 1) * second);
        let alike = |lag: isize| {
            let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
            for n in from..to {
                let x = f64::from(heard[n][0]);
                let y = f64::from(piece[(first + n - begins).saturating_add_signed(lag)].left);
                (xy, xx, yy) = (xy + x * y, xx + x * x, yy + y * y);
            }
            xy / (xx * yy).sqrt()
        };
        let in_step = alike(0);
        assert!(in_step > 0.999_9, "after `{command}` at {begins}: {in_step}");
        assert!((1..40).all(|lag| alike(lag) < in_step && alike(-lag) < in_step), "`{command}` is off by frames");
    }
}

#[test]
fn a_click_and_a_hole_are_found_where_there_is_one() {
    let piece = Path::new(env!("CARGO_MANIFEST_DIR")).join("playlists/music/hands-around-a-cup.ogg");
    let mut decoder = Decoder::open(&piece).expect("it opens");
    let mut frames = Vec::new();
    while decoder.next(&mut frames).expect("whole") {}
    let frames: Vec<[f32; 2]> = frames[480_000..1_440_000].iter().map(|frame| [frame.left, frame.right]).collect();
    assert_eq!(clicks(&frames), [], "the music itself has none");
    assert_eq!(holes(&frames, RATE), []);
    let mut stepped = frames.clone();
    // A step of −50 dBFS, as of a gain that jumps by a tenth of what is softly sounding.
    stepped[500_000..].iter_mut().for_each(|frame| frame[0] += 0.003);
    assert!(clicks(&stepped).iter().any(|(at, _)| at.abs_diff(500_000) < 480), "{:?}", clicks(&stepped));
    let mut torn = frames;
    torn[300_000..300_060].fill([0.0; 2]);
    assert_eq!(holes(&torn, RATE), [(300_000, 300_060)]);
}
