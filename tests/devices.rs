//! Claims about outputs that come and go while a session plays, made before a real sound server. What is played names
//! its place in every frame, so that a capture tells where the music was at which moment.
#![cfg(all(target_os = "linux", feature = "speaker"))]
#![allow(clippy::print_stdout, reason = "`--nocapture` shows what is measured")]

#[path = "support/live.rs"]
mod live;
#[path = "support/server.rs"]
mod server;
mod support;
#[path = "support/tones.rs"]
mod tones;

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use server::{Capture, RATE, Server};
use support::{TestProject, said};
use tones::{Wave, wav};

/// A session of so many seconds that names its place in every frame.
fn session(seconds: u32) -> TestProject {
    TestProject::new().file("playlists/music/place.wav", wav(Wave::Place, f64::from(seconds) + 2.0, RATE)).playlist(
        &format!(
            "title = \"Test\"\nend = \"1s\"\n[[phase]]\nname = \"One\"\nlength = \"{seconds}s\"\nfade_in = \"500ms\"\n\
             track = [{{ file = \"music/place.wav\" }}]\n"
        ),
    )
}

fn play(project: &TestProject, server: &Server, arguments: &[&str]) -> Child {
    let mut command = project.command(&[&["play", "session"], arguments].concat());
    server.private(&mut command);
    start(&mut command)
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
}

/// Waits for the session's end, which must be a good one; what it told.
fn end(mut child: Child, within: Duration) -> String {
    let began = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        if began.elapsed() > within {
            let _ = child.kill();
            panic!("it hangs: {:?}", said(&child.wait_with_output().expect("it ends")));
        }
        sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("it has ended");
    let (told, errors) = said(&output);
    assert!(output.status.success() && told.contains("the session is over"), "{told}{errors}");
    assert_eq!(errors, "");
    told
}

fn assert_told(told: &str, lines: &[&str]) {
    let mut rest = told;
    for line in lines {
        let at = rest.find(line).unwrap_or_else(|| panic!("`{line}` is not told, or not then:\n{told}"));
        rest = &rest[at + line.len()..];
    }
}

/// The place of the music at frame `n` of a capture, in seconds.
fn place(capture: &Capture, n: usize) -> f64 {
    let [left, right] = capture.frames[n];
    f64::from(left / (right / 0.25)) * 4_194_304.0 / f64::from(RATE)
}

/// How far that lies behind the clock on the wall.
fn lag(capture: &Capture, n: usize, origin: Instant) -> f64 {
    capture.when(n).duration_since(origin).as_secs_f64() - place(capture, n)
}

fn first_heard(capture: &Capture) -> usize {
    capture.frames.iter().position(|[_, right]| *right > 0.01).expect("something is heard")
}

fn last_heard(capture: &Capture) -> usize {
    capture.frames.iter().rposition(|[_, right]| *right > 0.01).expect("something is heard")
}

/// The largest step from one frame to the next of what is constant in the piece.
fn largest_step(frames: &[[f32; 2]]) -> f32 {
    frames.windows(2).map(|pair| (pair[1][1] - pair[0][1]).abs()).fold(0.0, f32::max)
}

/// The largest step of the session itself, in a file.
fn own_step(project: &TestProject) -> f32 {
    let wave = project.path("s.wav");
    assert!(project.run(&["render", "session", "-o", &wave.display().to_string()]).status.success());
    let samples = hound::WavReader::open(&wave).expect("a WAV").into_samples::<i32>();
    let samples: Vec<f32> = samples.map(|x| x.expect("a sample") as f32 / 8_388_607.0).collect();
    largest_step(&samples.chunks_exact(2).map(|frame| [frame[0], frame[1]]).collect::<Vec<_>>())
}

#[test]
fn an_output_that_is_taken_away_while_another_is_there() {
    let (server, project) = (Server::start(&["first", "second"]), session(10));
    let (first, second, origin) = (server.record("first"), server.record("second"), Instant::now());
    let child = play(&project, &server, &[]);
    sleep(Duration::from_secs(4));
    server.disconnect("first");
    // Stopped at once: the server moves a recorder, too.
    let first = first.stop();
    let told = end(child, Duration::from_secs(12));
    let second = second.stop();
    let gap = place(&second, first_heard(&second)) - place(&first, last_heard(&first));
    println!("{:.0} ms of music are lost", 1000.0 * gap);
    assert!(gap.abs() < 0.5, "the server moves the music at once: {gap}\n{told}");
    let (before, after) =
        (lag(&first, last_heard(&first), origin), lag(&second, last_heard(&second) - RATE as usize, origin));
    assert!((before - after).abs() < 0.5, "it is where the clock stands: {before} {after}");
    assert_told(&told, &["the sound goes to second_speaker now"]);
}

#[test]
fn a_machine_that_is_held_up_is_told_that_the_output_ran_dry() {
    let (server, project) = (Server::start(&["first"]), session(11));
    let first = server.record("first");
    let child = play(&project, &server, &[]);
    let signal = |signal: &str| {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    };
    sleep(Duration::from_secs(4));
    signal("-STOP");
    sleep(Duration::from_millis(700));
    signal("-CONT");
    let told = end(child, Duration::from_secs(15));
    let first = first.stop();
    let silent = first.frames[first_heard(&first)..last_heard(&first)].iter().filter(|frame| frame[1] == 0.0).count();
    assert!((RATE as usize / 4..RATE as usize).contains(&silent), "{silent} frames were not heard");
    assert!(told.contains("the output ran dry once") && !told.contains("2 times"), "{told}");
}

#[test]
fn the_only_output_is_taken_away_and_another_is_connected_two_seconds_later() {
    let (server, project) = (Server::start(&["first"]), session(12));
    let (first, origin) = (server.record("first"), Instant::now());
    let child = play(&project, &server, &[]);
    sleep(Duration::from_secs(4));
    server.disconnect("first");
    let first = first.stop();
    sleep(Duration::from_secs(2));
    server.connect("second");
    let second = server.record("second");
    let told = end(child, Duration::from_secs(12));
    let second = second.stop();
    assert_told(
        &told,
        &["the output is lost", "NOBODY HEARS THIS: the output is lost", "the music goes on at second_speaker"],
    );
    let back = first_heard(&second);
    let gap = second.when(back).duration_since(first.when(last_heard(&first)));
    assert!(gap > Duration::from_secs(2) && gap < Duration::from_secs(5), "{gap:?}");
    let (before, after) = (lag(&first, last_heard(&first), origin), lag(&second, back + RATE as usize, origin));
    println!(
        "gap {gap:?}, place {:.3} s from the clock, largest step {}",
        after - before,
        largest_step(&second.frames)
    );
    assert!((before - after).abs() < 0.4, "it is where the clock stands: {before} {after}");
    assert!(second.frames[..back].iter().all(|[_, right]| *right <= 0.01), "it begins in silence");
    assert!(largest_step(&second.frames) <= own_step(&project) * 1.01, "no click: {}", largest_step(&second.frames));
}

#[test]
fn a_server_that_hangs_for_four_seconds_is_left_and_found_again() {
    let (server, project) = (Server::start(&["room"]), session(13));
    let (room, origin) = (server.record("room"), Instant::now());
    let child = play(&project, &server, &[]);
    sleep(Duration::from_secs(3));
    server.signal("STOP");
    sleep(Duration::from_secs(4));
    server.signal("CONT");
    let told = end(child, Duration::from_secs(10));
    let room = room.stop();
    assert_told(&told, &["the output is lost", "the output is back: room_speaker"]);
    let middle = room.frames.iter().position(|[_, right]| *right > 0.2).expect("it played") + RATE as usize;
    let (before, after) = (lag(&room, middle, origin), lag(&room, last_heard(&room) - RATE as usize, origin));
    println!("place {:.3} s from the clock", after - before);
    assert!((before - after).abs() < 0.6, "it is where the clock stands: {before} {after}");
}

#[test]
fn a_server_that_is_killed_leaves_the_session_to_its_clock() {
    let (server, project) = (Server::start(&["room"]), session(12));
    let (child, began) = (play(&project, &server, &["--from", "0:04"]), Instant::now());
    sleep(Duration::from_secs(3));
    server.signal("KILL");
    let told = end(child, Duration::from_secs(10));
    let took = began.elapsed().as_secs_f64();
    println!("took {took:.1} s");
    assert_told(&told, &["the output is lost", "NOBODY HEARS THIS: the output is lost", "the session is over"]);
    assert!((7.5..10.5).contains(&took), "{took}");
}

#[test]
fn sound_that_goes_to_a_dummy_is_told() {
    let (server, project) = (Server::start(&[]), session(10));
    assert!(server.ask(&["load-module", "module-always-sink"]).is_some());
    let mut outputs = project.command(&["outputs"]);
    server.private(&mut outputs);
    let (told, _) = said(&outputs.output().expect("the binary runs"));
    assert_eq!(told, "Dummy Output (default) — a dummy: nobody would hear it\n");
    let child = play(&project, &server, &[]);
    sleep(Duration::from_secs(2));
    server.connect("room");
    sleep(Duration::from_secs(4));
    let told = end(child, Duration::from_secs(8));
    assert_told(
        &told,
        &[
            "nobody hears this: the sound goes to a dummy output; connect a speaker",
            "NOBODY HEARS THIS: the sound goes to a dummy output",
            "the sound goes to room_speaker now",
        ],
    );
}

#[test]
fn a_typed_word_moves_the_music_to_another_output_and_both_play_the_same_place() {
    let (server, project) = (Server::start(&["desk", "headphones"]), session(14));
    let (desk, headphones, origin) = (server.record("desk"), server.record("headphones"), Instant::now());
    let mut command = project.command(&["play", "session"]);
    server.private(&mut command);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut typed = child.stdin.take().expect("a pipe");
    sleep(Duration::from_secs(4));
    writeln!(typed, "output headphones").expect("it listens");
    let told = end(child, Duration::from_secs(20));
    let (desk, headphones) = (desk.stop(), headphones.stop());
    assert_told(
        &told,
        &["output headphones: moving the music to headphones_speaker", "the music moves to headphones_speaker"],
    );
    let (left, came) = (place(&desk, last_heard(&desk)), place(&headphones, first_heard(&headphones)));
    assert!(came < left, "they cross: {came} to {left}\n{told}");
    let (before, after) =
        (lag(&desk, last_heard(&desk), origin), lag(&headphones, last_heard(&headphones) - RATE as usize, origin));
    assert!((before - after).abs() < 0.5, "it is where the clock stands: {before} {after}");
    let step = own_step(&project);
    for (name, heard) in [("desk", &desk), ("headphones", &headphones)] {
        assert!(largest_step(&heard.frames) <= step.max(0.25 / 4800.0), "{name}: {}", largest_step(&heard.frames));
    }
    let journal = live::journal(&project);
    assert!(journal.contains(" output headphones #"), "{journal}");
}

/// A machine that was put to sleep, as far as this can be acted: the program stands still for six seconds while its server
/// goes on, plays out what it holds, and is then fed by nobody.
#[test]
fn a_program_that_stood_still_comes_back_gently_where_its_clock_stands() {
    let (server, project) = (Server::start(&["desk"]), session(20));
    let (desk, origin) = (server.record("desk"), Instant::now());
    let child = play(&project, &server, &[]);
    let send = |signal: &str| {
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    };
    sleep(Duration::from_secs(4));
    send("-STOP");
    sleep(Duration::from_secs(6));
    send("-CONT");
    let told = end(child, Duration::from_secs(40));
    let desk = desk.stop();
    // A fade of 5 ms is what an output that runs dry gets; the constant side of the piece is as loud as it is there.
    let loud = desk.frames.iter().map(|[_, right]| right.abs()).fold(0.0, f32::max);
    let step = own_step(&project).max(1.01 * loud / 240.0);
    let steps: Vec<usize> = (1..desk.frames.len()).filter(|n| largest_step(&desk.frames[n - 1..=*n]) > step).collect();
    println!(
        "steps at {steps:?}, {:.2} s behind at its end\n{told}",
        lag(&desk, last_heard(&desk) - RATE as usize, origin)
    );
    assert!(steps.len() <= 1, "but for the cut itself there is no step: {steps:?}\n{told}");
    let last = last_heard(&desk) - RATE as usize;
    assert!(place(&desk, last) > 18.0, "it plays to its end: {}\n{told}", place(&desk, last));
}

#[test]
fn an_output_is_named_by_a_part_of_its_name() {
    let (server, project) = (Server::start(&["garden", "hall", "hallway"]), session(10));
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        server.private(&mut command);
        command.stdin(Stdio::null()).output().expect("the binary runs")
    };
    assert_eq!(said(&run(&["outputs"])).0, "garden_speaker (default)\nhall_speaker\nhallway_speaker\n");
    let hallway = server.record("hallway");
    let output = run(&["play", "session", "--output", "Hallw", "--from", "0:08"]);
    assert!(output.status.success(), "{:?}", said(&output));
    assert_told(&said(&output).0, &["0:08 playing · One", "the session is over"]);
    assert!(hallway.stop().frames.iter().any(|[_, right]| *right > 0.2), "it is heard there");
    let refused = |name| {
        let output = run(&["play", "session", "--output", name]);
        assert_eq!(output.status.code(), Some(1));
        said(&output).1.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(refused("hal"), "error: `hal` could be any of `hall_speaker`, `hallway_speaker`");
    assert_eq!(
        refused("gardn_speaker"),
        "error: there is no output called `gardn_speaker`; did you mean `garden_speaker`?"
    );
}

#[test]
fn a_named_output_that_returns_gets_its_music_back() {
    let (server, project) = (Server::start(&["desk", "room"]), session(13));
    let origin = Instant::now();
    let child = play(&project, &server, &["--output", "room"]);
    sleep(Duration::from_secs(2));
    server.disconnect("room");
    sleep(Duration::from_secs(4));
    server.connect("room");
    let (desk, room) = (server.record("desk"), server.record("room"));
    let told = end(child, Duration::from_secs(12));
    let (desk, room) = (desk.stop(), room.stop());
    assert_told(&told, &["the sound goes to desk_speaker now", "the music moves to room_speaker"]);
    let crossed = room.frames.iter().position(|[_, right]| *right > 0.12).expect("it is heard there again");
    let (there, here) = (lag(&desk, last_heard(&desk) - RATE as usize / 2, origin), lag(&room, crossed, origin));
    println!("places {:.3} s apart, largest step {}", here - there, largest_step(&room.frames));
    assert!((there - here).abs() < 0.4, "the same music fades out there and in here: {there} {here}");
    let most = own_step(&project) * 1.01;
    assert!(largest_step(&room.frames) <= most && largest_step(&desk.frames[RATE as usize..]) <= most, "no click");
    let left = desk.when(last_heard(&desk)).duration_since(origin).as_secs_f64();
    let came = room.when(first_heard(&room)).duration_since(origin).as_secs_f64();
    assert!(left - came > 0.5, "one fades out while the other fades in");
}

#[test]
fn a_new_default_does_not_draw_the_music_from_a_named_output_for_long() {
    let (server, project) = (Server::start(&["desk", "room"]), session(11));
    let room = server.record("room");
    let child = play(&project, &server, &["--output", "room"]);
    sleep(Duration::from_secs(4));
    assert!(server.ask(&["set-default-sink", "room"]).is_some());
    sleep(Duration::from_millis(3500));
    assert!(server.ask(&["set-default-sink", "desk"]).is_some());
    let told = end(child, Duration::from_secs(12));
    let room = room.stop();
    assert!(room.frames[room.frames.len() - 2 * RATE as usize..].iter().any(|[_, right]| *right > 0.05), "{told}");
}
