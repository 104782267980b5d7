//! What runs in the device's callback never waits: it allocates nothing and locks nothing, whatever happens to it.
#![cfg(feature = "speaker")]

use std::num::NonZero;

use holdspace::music::master::{Master, Turn};
use holdspace::music::sink::tap::{Feed, Tap, ring};
use holdspace::units::{Decibels, Frame, Length, Position, SampleRate};

const RATE: u32 = 48_000;

fn line() -> (Feed, Tap) {
    let rate = SampleRate::new(RATE).expect("in range");
    ring(Length(24_000), &Master::new(rate), rate, Decibels(-1.0))
}

fn music(feed: &mut Feed) {
    feed.push(&[Frame::new(0.5, -0.5); 4800]);
}

const TURNS: [Turn; 8] = [
    Turn::Talk,
    Turn::Untalk,
    Turn::Quiet,
    Turn::Resume,
    Turn::Volume(Decibels(-6.0)),
    Turn::Welcome,
    Turn::Farewell,
    Turn::Welcome,
];

/// Counts what `device` allocates and frees while the ring behind it is closed, opened, turned, run dry and refilled.
fn allocations(feed: &mut Feed, mut device: impl FnMut(usize)) -> u64 {
    let mut counted = 0;
    let mut ask = |frames: usize| {
        let info = allocation_counter::measure(|| device(frames));
        counted += info.count_total;
        assert_eq!((info.count_current, info.bytes_current), (0, 0), "it frees what others allocated");
    };
    ask(4800);
    feed.begin(Position(RATE.into()));
    feed.open();
    for turn in TURNS {
        music(feed);
        feed.turn(turn);
        ask(4000);
    }
    // It runs dry, in the middle of a block, and music returns.
    ask(20_000);
    music(feed);
    ask(4800);
    music(feed);
    feed.close();
    ask(4800);
    assert_eq!(feed.underruns(), 1);
    counted
}

#[test]
fn the_tap_allocates_nothing() {
    let (mut feed, mut tap) = line();
    let mut samples = vec![0.0; 2 * 20_000];
    let device = |frames: usize| {
        tap.serve(&mut samples[..2 * frames]);
        assert!(samples[..2 * frames].iter().all(|sample| sample.is_finite()));
    };
    assert_eq!(allocations(&mut feed, device), 0);
}

/// Where the device has a format of its own, the callback is rodio's mixer with the tap in it.
#[test]
fn the_mixer_around_the_tap_allocates_nothing_either() {
    let (mut feed, tap) = line();
    let (stereo, rate) = (NonZero::new(2).expect("2"), NonZero::new(RATE).expect("48000"));
    let (mixer, mut callback) = rodio::mixer::mixer(stereo, rate);
    mixer.add(tap);
    // It takes the tap up at the first sample.
    let _ = callback.by_ref().take(2).count();
    assert_eq!(allocations(&mut feed, |frames| assert!(callback.by_ref().take(2 * frames).all(f32::is_finite))), 0);
}

/// How often this thread has given up its processor to wait for something (proc(5)).
#[cfg(target_os = "linux")]
fn waited() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.and_then(|count| count.trim().parse().ok()).expect("a count")
}

/// How often `device` waits when it asks for a block again and again, while another thread does `other` as fast as it can.
#[cfg(target_os = "linux")]
fn waits(mut device: impl FnMut() + Send, mut other: impl FnMut() + Send) -> u64 {
    use std::sync::atomic::{AtomicBool, Ordering};
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                other();
            }
        });
        let counted = scope.spawn(|| {
            let before = waited();
            (0..200_000).for_each(|_| device());
            let count = waited() - before;
            over.store(true, Ordering::Relaxed);
            count
        });
        counted.join().expect("it only asks")
    })
}

#[test]
#[cfg(target_os = "linux")]
fn the_tap_never_waits_for_the_thread_that_feeds_it() {
    let (mut feed, mut tap) = line();
    feed.open();
    let (mut samples, mut n) = ([0.0; 256], 0);
    let device = || tap.serve(&mut samples);
    let other = || {
        n += 1;
        feed.push(&[Frame::new(0.5, -0.5); 256]);
        feed.turn(TURNS[n % TURNS.len()]);
        let _ = (feed.turned(), feed.heard(), feed.asked(), feed.underruns());
    };
    assert_eq!(waits(device, other), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_tap_with_a_lock_would_be_caught_waiting() {
    let ring = std::sync::Mutex::new(vec![Frame::SILENT; 256]);
    let work = |gain: f32| ring.lock().expect("nobody panics").iter_mut().for_each(|frame| *frame = *frame * gain);
    assert!(waits(|| work(0.5), || work(0.9)) > 0);
}

/// And where nothing has to be waited for by chance, a lock is looked for where it would be written: in the files whose
/// code runs in the callback. What they take from others is rtrb, which waits for nothing.
#[test]
fn what_runs_in_the_callback_names_nothing_that_waits() {
    let files = [
        include_str!("../src/music/sink/tap.rs"),
        include_str!("../src/music/master.rs"),
        include_str!("../src/music/fade.rs"),
    ];
    let words = ["Mutex", "RwLock", "Condvar", "Once", "Lazy", "mpsc", "Barrier", "thread", "sleep", ".lock(", "park("];
    let worlds = ["std::fs", "std::io", "std::net", "std::process", "print!", "println!", "eprintln!", "Instant"];
    for text in files {
        let code = text.split("#[cfg(test)]").next().expect("the first part");
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let named: Vec<_> = words.iter().chain(&worlds).filter(|word| code.contains(**word)).collect();
        assert!(named.is_empty(), "{named:?} in the file that begins `{}`", text.lines().next().unwrap_or_default());
    }
}
