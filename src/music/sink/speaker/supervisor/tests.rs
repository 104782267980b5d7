//! A speaker on a machine whose faults come at will, and whose hours pass in a moment.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};

use super::super::super::tap::Tap;
use super::super::machine::{Opened, Reached};
use super::*;

const RATE: u32 = 8000;
/// Every frame names its place: its left sample grows by this with each, and its right one is always the same.
const STEP: f32 = 1e-6;
const RIGHT: f32 = 0.25;

#[derive(Clone, Copy, PartialEq)]
enum Opens {
    Work,
    Fail,
    Hang,
}

#[derive(Clone)]
struct Fake(Arc<Mutex<World>>);

struct World {
    now: Duration,
    outputs: Vec<Output>,
    opens: Opens,
    openings: usize,
    hung: Vec<Sender<Opened>>,
    /// Devices ask for frames this many times as fast as they should; 0 stops them.
    speed: u32,
    /// An output that asks for nothing until then.
    deaf: Option<(String, Duration)>,
    moves: bool,
    looks: Option<(Sender<Seen>, Duration)>,
    playing: Vec<(u64, String, Tap)>,
    leaving: Vec<(Duration, u64)>,
    /// Devices that were let go stay, as a stream does whose drop hangs.
    undead: bool,
    devices: u64,
    heard: Vec<Heard>,
}

struct Heard {
    at: f64,
    on: String,
    frame: Frame,
}

impl Heard {
    fn gain(&self) -> f32 {
        self.frame.right / RIGHT
    }

    /// The place of the frame, in seconds.
    fn place(&self) -> f64 {
        f64::from(self.frame.left / self.gain() / STEP) / f64::from(RATE)
    }
}

struct FakeDevice {
    key: u64,
    id: String,
    world: Fake,
}

impl Device for FakeDevice {
    fn rate(&self) -> SampleRate {
        rate()
    }

    fn start(&mut self, tap: Tap) {
        self.world.world().playing.push((self.key, self.id.clone(), tap));
    }
}

impl Fake {
    fn new(outputs: &[Output]) -> Fake {
        Fake(Arc::new(Mutex::new(World {
            now: Duration::ZERO,
            outputs: outputs.to_vec(),
            opens: Opens::Work,
            openings: 0,
            hung: Vec::new(),
            speed: 1,
            deaf: None,
            moves: false,
            looks: None,
            playing: Vec::new(),
            leaving: Vec::new(),
            undead: false,
            devices: 0,
            heard: Vec::new(),
        })))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().expect("no test panics while it holds it")
    }
}

impl Machine for Fake {
    fn outputs(&self) -> Vec<Output> {
        self.world().outputs.clone()
    }

    fn open(&self, aim: Aim, _rate: SampleRate) -> Receiver<Opened> {
        let (sender, receiver) = channel();
        let mut world = self.world();
        world.openings += 1;
        let first = aim.order(world.outputs.clone()).into_iter().next();
        match (world.opens, first) {
            (Opens::Hang, _) => world.hung.push(sender),
            (Opens::Work, Some(output)) => {
                world.devices += 1;
                let device = FakeDevice { key: world.devices, id: output.id.clone(), world: self.clone() };
                let among = world.outputs.clone();
                sender.send(Ok(Reached { device: Box::new(device), at: output, among })).expect("it waits");
            }
            (Opens::Work | Opens::Fail, _) => {
                sender.send(Err(SinkError::NoOutput("none".to_owned()))).expect("it waits");
            }
        }
        receiver
    }

    fn look(&self) -> Looks {
        let (sender, seen) = channel();
        self.world().looks = Some((sender, Duration::ZERO));
        Looks { seen, closely: Arc::new(AtomicBool::new(false)) }
    }

    fn let_go(&self, mut device: Box<dyn Device>, after: Duration) -> Receiver<()> {
        // A device is known again by starting it with a ring of nothing.
        let (_feed, tap) = ring(Length(1), &Master::new(rate()), rate(), Decibels(-1.0));
        device.start(tap);
        let mut world = self.world();
        let (key, ..) = world.playing.pop().expect("it has just been started");
        let due = world.now + after;
        world.leaving.push((due, key));
        channel().1
    }

    fn now(&self) -> Duration {
        self.world().now
    }

    fn pass(&self, time: Duration) {
        let mut world = self.world();
        let world = &mut *world;
        let (frames, began) = (Length::of(time * world.speed, rate()).0, world.now);
        world.now += time;
        let (outputs, now) = (&world.outputs, world.now);
        let deaf = world.deaf.as_ref().filter(|(_, until)| now < *until).map(|(id, _)| id);
        let asks = |id: &String| outputs.iter().any(|output| output.id == *id) && Some(id) != deaf;
        let left = |key: u64| world.leaving.iter().any(|(due, leaving)| *leaving == key && *due <= began);
        let plays = |key: u64, id: &String| asks(id) && (world.undead || !left(key));
        for (_, id, tap) in world.playing.iter_mut().filter(|(key, id, _)| plays(*key, id)) {
            for n in 0..frames {
                let frame = Frame::new(tap.next().expect("endless"), tap.next().expect("endless"));
                let at = began.as_secs_f64() + n as f64 / f64::from(RATE * world.speed);
                world.heard.push(Heard { at, on: id.clone(), frame });
            }
        }
        let gone: Vec<u64> = world.leaving.iter().filter(|(due, _)| *due <= world.now).map(|(_, key)| *key).collect();
        world.playing.retain(|(key, ..)| world.undead || !gone.contains(key));
        let seen = Seen { outputs: world.outputs.clone(), moves: world.moves };
        if let Some((sender, looked)) = &mut world.looks
            && world.now >= *looked + Duration::from_secs(3)
        {
            *looked = world.now;
            let _ = sender.send(seen);
        }
    }
}

fn rate() -> SampleRate {
    SampleRate::new(RATE).expect("in range")
}

fn output(id: &str) -> Output {
    Output { id: id.to_owned(), name: id.to_owned(), default: false, dummy: false }
}

fn default(id: &str) -> Output {
    Output { default: true, ..output(id) }
}

struct Play {
    fake: Fake,
    speaker: Supervisor<Fake>,
    news: Vec<String>,
    place: Position,
}

impl Play {
    fn on(outputs: &[Output]) -> Play {
        Play::to(None, Fake::new(outputs))
    }

    fn to(wanted: Option<&str>, fake: Fake) -> Play {
        let speaker = Supervisor::open(fake.clone(), wanted, rate(), Decibels(-1.0)).expect("an output");
        Play { fake, speaker, news: Vec::new(), place: Position::START }
    }

    /// Plays until the machine's clock says so many seconds.
    fn until(&mut self, seconds: u64) -> Health {
        while self.fake.now() < Duration::from_secs(seconds) {
            let frames: Vec<Frame> = (0..400).map(|n| Frame::new((self.place.0 + n) as f32 * STEP, RIGHT)).collect();
            self.place += Length(400);
            let mut rest = &frames[..];
            while !rest.is_empty() {
                rest = &rest[self.speaker.write(rest)..];
            }
            let heard = self.speaker.heard();
            let health = self.speaker.health();
            assert!(health.heard >= Some(heard), "the clock never goes back");
            self.news.extend(health.news);
        }
        self.speaker.health()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.fake.world()
    }

    fn deafen(&self, id: &str, until: u64) {
        self.world().deaf = Some((id.to_owned(), Duration::from_secs(until)));
    }

    /// How far the place of the music is behind the machine's clock, in seconds, around a time.
    fn lag(&self, at: f64) -> f64 {
        let world = self.world();
        let heard = world.heard.iter().find(|heard| heard.at >= at && heard.gain() > 0.01);
        let heard = heard.unwrap_or_else(|| panic!("nothing is heard at {at}"));
        heard.at - heard.place()
    }

    /// When anything is heard first from a time on.
    fn first_heard(&self, from: f64) -> f64 {
        let world = self.world();
        world.heard.iter().find(|heard| heard.at >= from && heard.gain() > 0.0).map_or(f64::MAX, |heard| heard.at)
    }

    /// The largest step on one output, where silence is heard while it asks for nothing.
    fn largest_step(&self, on: &str) -> f32 {
        let world = self.world();
        let right: Vec<f32> =
            world.heard.iter().filter(|heard| heard.on == on).map(|heard| heard.frame.right).collect();
        right.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
    }
}

/// The step of a fade of 5 ms.
const DRY_STEP: f32 = RIGHT * 1.001 / (RATE as f32 * 0.005);

#[test]
fn a_device_that_stops_asking_is_lost_and_the_music_comes_back_where_the_clock_stands() {
    let mut play = Play::on(&[default("room")]);
    play.until(20);
    play.world().outputs.clear();
    let health = play.until(30);
    assert_eq!(health.unheard, Some("the output is lost"));
    let clock = health.heard.expect("known").seconds(rate());
    assert!((clock - (30.0 - play.lag(15.0))).abs() < 0.1, "the clock goes on: {clock}");
    play.world().outputs.push(default("room"));
    let health = play.until(40);
    assert_eq!((health.unheard, health.underruns), (None, 0));
    assert_eq!(
        play.news,
        ["the output is lost; looking for one, while the session's clock goes on", "the output is back: room"]
    );
    let back = play.first_heard(20.1);
    assert!((30.0..30.8).contains(&back), "{back}");
    assert!((play.lag(back) - play.lag(15.0)).abs() < 0.1, "{} against {}", play.lag(back), play.lag(15.0));
    let gain = |at: f64| play.world().heard.iter().find(|heard| heard.at >= at).map_or(0.0, Heard::gain);
    assert!(gain(back) < 0.001 && (gain(back + 1.5) - 0.5).abs() < 0.05 && gain(back + 3.1) == 1.0, "it fades in");
}

#[test]
fn a_second_of_stillness_is_no_loss() {
    let mut play = Play::on(&[default("room")]);
    play.until(10);
    play.deafen("room", 11);
    play.until(20);
    assert!(play.news.is_empty(), "{:?}", play.news);
}

#[test]
fn a_short_loss_skips_only_its_own_time_and_a_dead_device_that_wakes_is_silent() {
    let mut play = Play::on(&[default("room")]);
    play.world().undead = true;
    play.until(10);
    play.deafen("room", 12);
    play.until(20);
    let back = play.first_heard(12.1);
    assert!((play.lag(back) - play.lag(5.0)).abs() < 0.1, "{} against {}", play.lag(back), play.lag(5.0));
    let world = play.world();
    assert_eq!(world.playing.len(), 2, "its stream hangs in its end");
    let woke = world.heard.iter().filter(|heard| heard.at > 12.01 && heard.on == "room").map(|heard| heard.frame);
    let (music, silence): (Vec<Frame>, Vec<Frame>) = woke.partition(|frame| *frame != Frame::SILENT);
    assert!(music.len() <= silence.len(), "one of the two is silent: {} {}", music.len(), silence.len());
}

#[test]
fn a_device_that_wakes_as_it_is_given_up_is_heard_to_a_soft_end() {
    let mut play = Play::on(&[default("room")]);
    play.until(10);
    let now = play.fake.now();
    play.speaker.lose(now);
    play.until(20);
    assert_eq!(play.news.last().map(String::as_str), Some("the output is back: room"));
    assert!(play.largest_step("room") <= DRY_STEP, "{}", play.largest_step("room"));
    assert_eq!(play.world().playing.len(), 1, "it is closed");
}

#[test]
fn openings_that_fail_are_tried_again_and_again() {
    let mut play = Play::on(&[default("room")]);
    play.until(10);
    play.world().opens = Opens::Fail;
    play.deafen("room", 12);
    play.until(17);
    assert!(play.world().openings >= 11, "{}", play.world().openings);
    play.world().opens = Opens::Work;
    play.until(20);
    assert_eq!(play.news.last().map(String::as_str), Some("the output is back: room"));
    assert!(play.first_heard(12.1) < 17.7, "{}", play.first_heard(12.1));
}

#[test]
fn an_opening_that_hangs_is_given_up_and_its_late_device_plays_nothing() {
    let mut play = Play::on(&[default("room")]);
    play.until(10);
    play.world().opens = Opens::Hang;
    play.deafen("room", 12);
    play.until(14);
    assert_eq!(play.world().hung.len(), 1, "one at a time");
    play.world().opens = Opens::Work;
    play.until(25);
    let back = play.first_heard(12.1);
    assert!((19.0..20.5).contains(&back), "{back}");
    let world = play.world();
    assert!(world.hung[0].send(Err(SinkError::NoOutput(String::new()))).is_err(), "nobody waits for it");
}

#[test]
fn an_output_that_vanishes_is_stood_in_for_and_gone_back_to() {
    let fake = Fake::new(&[output("hall"), output("garden"), default("desk")]);
    let mut play = Play::to(Some("gard"), fake);
    play.until(10);
    play.world().outputs.remove(1);
    play.until(15);
    play.world().outputs.push(output("garden"));
    play.until(25);
    assert_eq!(
        play.news[1..],
        ["the music goes on at desk", "the music moves to garden"],
        "the default one before any other"
    );
    let world = play.world();
    assert_eq!(world.heard.last().map(|heard| heard.on.as_str()), Some("garden"));
    assert_eq!(world.playing.len(), 1);
}

#[test]
fn a_device_that_never_asks_gives_way_to_another() {
    let mut play = Play::on(&[default("room"), output("other")]);
    play.until(10);
    play.deafen("room", 1000);
    play.until(30);
    // The same device first; it opens and is deaf; then the other.
    assert_eq!(play.news.last().map(String::as_str), Some("the music goes on at other"));
    assert!((play.lag(29.0) - play.lag(5.0)).abs() < 0.1);
}

#[test]
fn a_new_default_is_followed_with_a_crossfade_of_the_same_music() {
    let mut play = Play::on(&[default("old"), output("new")]);
    play.until(10);
    play.world().outputs = vec![output("old"), default("new")];
    play.until(20);
    assert_eq!(play.news, ["the music moves to new"]);
    let lag = play.lag(5.0);
    {
        let world = play.world();
        let last = world.heard.iter().rfind(|heard| heard.on == "old" && heard.gain() > 0.0).expect("it played");
        let first = world.heard.iter().find(|heard| heard.on == "new" && heard.gain() > 0.0).expect("it plays");
        assert!((last.at - first.at - 2.0).abs() < 0.2, "{} {}", first.at, last.at);
        let heard = world.heard.iter().filter(|heard| heard.gain() > 0.05);
        let worst = heard.map(|heard| (heard.at - heard.place() - lag).abs()).fold(0.0, f64::max);
        assert!(worst < 0.1, "both play the same place: {worst}");
        assert_eq!(world.playing.len(), 1, "the old one is closed");
    }
    assert!(play.largest_step("old") <= DRY_STEP && play.largest_step("new") <= DRY_STEP);
}

#[test]
fn a_dummy_is_told_at_the_start_and_when_the_sound_is_moved_to_it() {
    let dummy = Output { dummy: true, ..default("auto_null") };
    let mut play = Play::on(std::slice::from_ref(&dummy));
    let health = play.until(1);
    assert_eq!(health.unheard, Some("the sound goes to a dummy output"));
    assert_eq!(play.news, ["nobody hears this: the sound goes to a dummy output; connect a speaker"]);

    let mut play = Play::on(&[default("room")]);
    play.world().moves = true;
    play.until(10);
    play.world().outputs = vec![output("room"), dummy];
    let health = play.until(14);
    assert_eq!(health.unheard, Some("the sound goes to a dummy output"));
    play.world().outputs = vec![default("room")];
    let health = play.until(18);
    assert_eq!(health.unheard, None);
    assert_eq!(play.news[1..], ["the sound goes to room now"]);
}

#[test]
fn a_session_without_an_output_ends_by_its_clock() {
    let mut play = Play::on(&[default("room")]);
    play.until(10);
    play.world().outputs.clear();
    play.until(60);
    play.speaker.finish();
    let (now, place) = (play.fake.now().as_secs_f64(), play.place.seconds(rate()));
    assert!((now - place).abs() < 0.2, "{now} {place}");
}

#[test]
fn a_device_that_is_lost_at_the_end_does_not_hold_the_end_up() {
    let mut play = Play::on(&[default("room")]);
    play.until(10);
    play.world().outputs.clear();
    let before = play.fake.now();
    play.speaker.finish();
    assert!(play.fake.now() - before < Duration::from_secs(3), "{:?}", play.fake.now() - before);
}

#[test]
fn a_device_that_asks_too_fast_runs_dry_without_a_step_and_skips_nothing() {
    let mut play = Play::on(&[default("room")]);
    play.world().speed = 100;
    let health = play.until(3);
    assert!(health.underruns > 10, "{}", health.underruns);
    assert!(play.largest_step("room") <= DRY_STEP, "{}", play.largest_step("room"));
    let world = play.world();
    let mut places = world.heard.iter().filter(|heard| heard.gain() == 1.0).map(|heard| heard.frame.left);
    let mut last = places.next().expect("music");
    assert!(places.all(|place| std::mem::replace(&mut last, place) <= place), "the music only goes on");
}

mod switch;
