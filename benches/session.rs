//! An hour of music against ffmpeg and Liquidsoap, by CPU time, on the same files in the same run:
//! ten pieces of 384 s in FLAC at 44.1 kHz, nine crossfades of 20 s, out at 48 kHz. And the memory that a short and a
//! long session take.
//!
//! `cargo bench --bench session` (Linux; ffmpeg is needed, liquidsoap is measured where it is installed).
#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use holdspace::music::master::Turn;
use holdspace::music::player::{self, Scripted};
use holdspace::music::read::Direct;
use holdspace::music::sink::{Health, Sink, SinkError};
use holdspace::music::transport::Transport;
use holdspace::music::{library::Library, score};
use holdspace::project::Project;
use holdspace::units::{Frame, Position, SampleRate};

const PIECES: usize = 10;
const SECONDS: usize = 384;
const FADE: usize = 20;
const LENGTH: usize = PIECES * SECONDS - (PIECES - 1) * FADE;

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-session");
    make(&folder);
    let (project, _) = Project::open(&folder).expect("it was made");
    let _ = fs::remove_dir_all(project.cache());
    let pieces: Vec<PathBuf> = (0..PIECES).map(|n| folder.join(format!("playlists/{n}.flac"))).collect();

    println!("{:<46} {:>8} {:>8} {:>11}", "", "wall s", "CPU s", "× real time");
    let wall = Instant::now();
    let cpu = cpu();
    let library = Library::gather(pieces.clone(), &project.playlists(), &project.cache());
    drop(library);
    line("holdspace, first look at the pieces (loudness)", wall, own(cpu));
    measured("ffmpeg, ebur128 with true peak of the same", || {
        for piece in &pieces {
            run(
                "ffmpeg",
                &["-nostats", "-v", "error", "-i", text(piece), "-af", "ebur128=peak=true", "-f", "null", "-"],
            );
        }
    });

    let (score, findings) = score(&project, "session", SampleRate::HOUSE);
    let score = score.unwrap_or_else(|| panic!("{findings:?}"));
    let (wall, before) = (Instant::now(), self::cpu());
    let mut transport = Transport::new(score);
    let sink = Box::new(Nowhere);
    let reader = Direct::new(SampleRate::HOUSE);
    player::play(&mut transport, reader, sink, Position::START, &mut Scripted::default(), &mut |_, _| {})
        .expect("nothing fails");
    line("holdspace, session", wall, own(before));

    let inputs: Vec<String> = pieces.iter().flat_map(|piece| ["-i".to_owned(), text(piece).to_owned()]).collect();
    let mut graph = String::new();
    for n in 1..PIECES {
        let before = if n == 1 { "[0]".to_owned() } else { format!("[x{}]", n - 1) };
        graph.push_str(&format!("{before}[{n}]acrossfade=d={FADE}:c1=qsin:c2=qsin[x{n}];"));
    }
    graph.push_str(&format!("[x{}]aresample=48000:resampler=soxr[out]", PIECES - 1));
    measured("ffmpeg, acrossfade and soxr", || {
        let mut arguments = vec!["-nostats", "-v", "error"];
        arguments.extend(inputs.iter().map(String::as_str));
        arguments.extend(["-filter_complex", &graph, "-map", "[out]", "-f", "null", "-"]);
        run("ffmpeg", &arguments);
    });
    if Command::new("liquidsoap").arg("--version").stdout(Stdio::null()).status().is_ok() {
        liquidsoap(&folder, &pieces);
    }
    for (name, minutes) in [("short", 10), ("long", 120)] {
        println!("holdspace render, {minutes:>3} minutes: at most {} MB of memory", render(&folder, name, minutes));
    }
}

/// Renders so many minutes of the pieces, again and again, to a file; returns the most memory that it took, in MB.
fn render(folder: &Path, name: &str, minutes: usize) -> u64 {
    write_playlist(folder, name, minutes * 60);
    let out = folder.join("render.wav");
    let mut child = Command::new(env!("CARGO_BIN_EXE_holdspace"))
        .args(["-C", text(folder), "render", name, "-o", text(&out)])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("our own program");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("it is ours").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(most);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    fs::remove_file(&out).expect("it was rendered");
    most / 1000
}

fn liquidsoap(folder: &Path, pieces: &[PathBuf]) {
    let list: Vec<String> = pieces.iter().map(|piece| format!("\"{}\"", piece.display())).collect();
    let script = format!(
        "set(\"frame.audio.samplerate\", 48000)\nset(\"init.allow_root\", true)\n\
         s = request.queue(queue=list.map(request.create, [{}]))\n\
         s = crossfade(duration={FADE}., fade_in={FADE}., fade_out={FADE}., s)\n\
         clock.assign_new(sync=\"none\", [s])\n\
         output.file(fallible=true, on_stop=shutdown, %wav, \"/dev/null\", s)\n",
        list.join(", ")
    );
    let path = folder.join("session.liq");
    fs::write(&path, script).expect("a file");
    measured("liquidsoap, crossfade", || run("liquidsoap", &[text(&path)]));
}

/// Takes frames and lets go of them.
struct Nowhere;

impl Sink for Nowhere {
    fn rate(&self) -> SampleRate {
        SampleRate::HOUSE
    }

    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
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

/// Ten pieces of filtered noise that breathes, and a playlist of them.
fn make(folder: &Path) {
    fs::create_dir_all(folder.join("playlists")).expect("a folder");
    fs::write(folder.join("holdspace.toml"), "title = \"Bench\"\n").expect("a file");
    for n in 0..PIECES {
        let path = folder.join(format!("playlists/{n}.flac"));
        if !path.exists() {
            let noise = format!(
                "anoisesrc=c=pink:r=44100:d={SECONDS}:s={n}:a=0.3,tremolo=f=0.1:d=0.6,aformat=channel_layouts=stereo"
            );
            run("ffmpeg", &["-v", "error", "-y", "-f", "lavfi", "-i", &noise, "-sample_fmt", "s16", text(&path)]);
        }
    }
    write_playlist(folder, "session", LENGTH);
}

fn write_playlist(folder: &Path, name: &str, seconds: usize) {
    let tracks: String = (0..PIECES).map(|n| format!("[[phase.track]]\nfile = \"{n}.flac\"\n")).collect();
    let playlist = format!(
        "title = \"Bench\"\ncrossfade = \"{FADE}s\"\nend = \"10s\"\n[[phase]]\nname = \"one\"\n\
         length = \"{seconds}s\"\nfade_in = \"10s\"\n{tracks}"
    );
    fs::write(folder.join(format!("playlists/{name}.toml")), playlist).expect("a file");
}

fn measured(what: &str, work: impl FnOnce()) {
    let (wall, before) = (Instant::now(), cpu());
    work();
    line(what, wall, children(before));
}

fn line(what: &str, wall: Instant, cpu: f64) {
    println!("{what:<46} {:>8.2} {cpu:>8.2} {:>11.0}", wall.elapsed().as_secs_f64(), LENGTH as f64 / cpu.max(0.01));
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{program} {arguments:?}");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// CPU ticks of this process and of its children so far (proc(5), fields 14 to 17).
fn cpu() -> [u64; 2] {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<u64> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .skip(11)
        .take(4)
        .map(|f| f.parse().unwrap_or(0))
        .collect();
    [fields[0] + fields[1], fields[2] + fields[3]]
}

/// A tick is a hundredth of a second on every Linux that we know.
fn own(before: [u64; 2]) -> f64 {
    (cpu()[0] - before[0]) as f64 / 100.0
}

fn children(before: [u64; 2]) -> f64 {
    (cpu()[1] - before[1]) as f64 / 100.0
}
