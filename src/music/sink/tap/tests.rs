//! What the device hears: the ring, the gains behind it, and what happens when it runs dry.

use super::*;

const RATE: u32 = 48_000;

fn line(frames: u64) -> (Feed, Tap) {
    let rate = SampleRate::new(RATE).expect("in range");
    let (feed, tap) = ring(Length(frames), &Master::new(rate), rate, Decibels(-1.0));
    feed.open();
    (feed, tap)
}

fn pull(tap: &mut Tap, frames: usize) -> Vec<Frame> {
    (0..frames).map(|_| Frame::new(tap.next().expect("endless"), tap.next().expect("endless"))).collect()
}

fn largest_step(frames: &[Frame]) -> f32 {
    frames.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0, f32::max)
}

#[test]
fn what_goes_in_comes_out() {
    let (mut feed, mut tap) = line(1000);
    let frames: Vec<Frame> = (0..1500).map(|n| Frame::new(n as f32 * 1e-4, -0.5)).collect();
    assert_eq!(feed.push(&frames), 1000, "no more than there is room for");
    let mut out = pull(&mut tap, 700);
    assert_eq!(feed.push(&frames[1000..]), 500);
    out.extend(pull(&mut tap, 800));
    assert_eq!(out, frames);
    assert_eq!((feed.underruns(), feed.heard()), (0, Position(1500)));
}

#[test]
fn a_ring_that_runs_dry_falls_silent_and_comes_back_without_a_step() {
    let (mut feed, mut tap) = line(4800);
    let music = [Frame::new(0.8, 0.8); 4800];
    feed.push(&music[..1000]);
    let mut out = pull(&mut tap, 2000);
    assert_eq!(out[999], music[0]);
    assert_eq!(out[1240], Frame::SILENT, "after 5 ms it is silent");
    feed.push(&music);
    out.extend(pull(&mut tap, 1000));
    assert_eq!(out[2240], music[0], "after 5 ms it is back");
    assert!(largest_step(&out) <= 0.8 / 240.0 * 1.001, "{}", largest_step(&out));
    assert_eq!(feed.underruns(), 1);
    pull(&mut tap, 4800);
    assert_eq!(feed.underruns(), 2, "each time counts once");
}

#[test]
fn frames_that_come_while_it_falls_turn_it_round_without_a_step() {
    let (mut feed, mut tap) = line(4800);
    let music = [Frame::new(0.8, 0.8); 200];
    let mut out = Vec::new();
    for _ in 0..20 {
        feed.push(&music);
        out.extend(pull(&mut tap, 300));
    }
    assert!(largest_step(&out) <= 0.8 / 240.0 * 1.001, "{}", largest_step(&out));
}

#[test]
fn a_ring_that_is_opened_late_gives_its_first_frame_unchanged() {
    let rate = SampleRate::new(RATE).expect("in range");
    let mut master = Master::new(rate);
    master.turn(Turn::Welcome, Position(500));
    let (mut feed, mut tap) = ring(Length(9600), &master, rate, Decibels(-1.0));
    assert_eq!(pull(&mut tap, 1000), [Frame::SILENT; 1000]);
    feed.begin(Position(72_500));
    feed.push(&[Frame::new(0.5, 0.5); 9600]);
    assert_eq!(pull(&mut tap, 100), [Frame::SILENT; 100]);
    assert_eq!((feed.asked(), feed.underruns()), (1100, 0));
    feed.open();
    assert_eq!(pull(&mut tap, 1)[0].left, 0.25, "the middle of the fade");
    assert!(feed.heard() >= Position(72_501));
}

#[test]
fn a_closed_ring_is_silent_though_it_holds_music() {
    let (mut feed, mut tap) = line(4800);
    feed.push(&[Frame::new(0.8, 0.8); 4800]);
    let mut out = pull(&mut tap, 1000);
    feed.close();
    out.extend(pull(&mut tap, 1000));
    assert_eq!(out[1999], Frame::SILENT);
    assert!(largest_step(&out) <= 0.8 / 240.0 * 1.001);
    assert_eq!(feed.underruns(), 0, "nobody was left without music");
}

#[test]
fn a_turn_is_heard_within_a_block() {
    let (mut feed, mut tap) = line(48_000);
    feed.push(&[Frame::new(0.5, 0.5); 48_000]);
    pull(&mut tap, 1000);
    feed.turn(Turn::Volume(Decibels(-6.0)));
    let out = pull(&mut tap, 24_000 + 2 * BLOCK);
    assert_eq!(out[0].left, 0.5);
    assert!(out[2 * BLOCK].left < 0.5);
    assert!((out[24_000 + BLOCK].left - 0.5 * 0.501_187).abs() < 1e-5);
    assert_eq!(feed.heard().0 % BLOCK as u64, 0);
}

#[test]
fn no_sample_passes_the_ceiling() {
    let (mut feed, mut tap) = line(3);
    feed.push(&[Frame::new(1e30, -1e30), Frame::new(f32::NAN, f32::INFINITY), Frame::new(0.1, 0.1)]);
    let ceiling = Decibels(-1.0).gain().0 as f32;
    assert!(pull(&mut tap, 500).iter().all(|frame| frame.left.abs() <= ceiling && frame.right.abs() <= ceiling));
}

#[test]
fn a_device_that_asks_later_than_it_can_hold_has_run_dry() {
    let (mut feed, mut tap) = line(48_000);
    let now = Arc::new(AtomicU64::new(0));
    let clock = now.clone();
    tap.expect_within(Duration::from_millis(128), move || Duration::from_millis(clock.load(Ordering::Relaxed)));
    let mut ask = |tap: &mut Tap, after: u64| {
        now.fetch_add(after, Ordering::Relaxed);
        feed.push(&[Frame::new(0.5, 0.5); 3072]);
        pull(tap, 3072);
        feed.underruns()
    };
    assert_eq!([0, 64, 64, 127].map(|after| ask(&mut tap, after)), [0; 4], "in time");
    assert_eq!([129, 64, 64, 300].map(|after| ask(&mut tap, after)), [1, 1, 1, 2], "each time counts once");
}

#[test]
fn a_device_that_stopped_in_the_middle_of_the_music_goes_on_from_silence_and_is_counted_once() {
    let (mut feed, mut tap) = line(9600);
    let time = Arc::new(AtomicU64::new(0));
    let clock = time.clone();
    tap.expect_within(Duration::from_millis(128), move || Duration::from_millis(clock.load(Ordering::Relaxed)));
    feed.push(&[Frame::new(0.5, 0.5); 9600]);
    let mut samples = [0.0; 2 * 1000];
    tap.serve(&mut samples);
    assert_eq!(samples[1999], 0.5);
    time.store(6000, Ordering::Relaxed);
    tap.ran_dry_behind();
    tap.serve(&mut samples);
    assert!(samples[0] < 0.01 && samples[1999] == 0.5, "{} {}", samples[0], samples[1999]);
    let largest =
        samples.chunks(2).collect::<Vec<_>>().windows(2).map(|w| (w[1][0] - w[0][0]).abs()).fold(0.0, f32::max);
    assert!(largest < 0.01, "{largest}");
    time.store(6050, Ordering::Relaxed);
    tap.serve(&mut samples);
    assert_eq!((samples[0], feed.underruns()), (0.5, 1));
}
