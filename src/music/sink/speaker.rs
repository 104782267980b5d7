//! Plays through this machine's sound system. With `tap`, the files that know rodio and cpal.
//!
//! Seconds of mixed sound wait in a ring before the device. Whether the device lives is judged by its asking for frames,
//! never by the kind of error it reports: a hung server reports nothing, and a healthy one may flood. A dead stream is
//! dropped on a thread of its own, since that drop can hang for ever; the session's clock goes on meanwhile, and the
//! music comes back faded in where the clock stands.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait};
use rodio::{DeviceSinkBuilder, MixerDeviceSink};
use rtrb::{Producer, RingBuffer};

use super::tap::{Shared, Tap};
use super::{Health, Sink, SinkError};
use crate::diagnostic::did_you_mean;
use crate::music::master::{Master, Turn};
use crate::units::{Decibels, Frame, Length, Position, SampleRate};

/// How much mixed sound waits before the device.
const RING_MS: u64 = 2500;
/// What the device is asked to hold itself (rigs-audio.md: below 4096 frames busy cores are heard).
const DEVICE_FRAMES: u32 = 4800;
/// A device that asks for nothing for this long is lost.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How often a lost device is looked for.
const RETRY: Duration = Duration::from_millis(500);

/// An output of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name, as people know it.
    pub name: String,
    /// Whether it is the default one.
    pub default: bool,
    /// Whether it leads nowhere: sound servers make one up where there is no real output.
    pub dummy: bool,
}

/// The outputs of this machine.
pub fn outputs() -> Vec<Output> {
    let _quiet = Quiet::new();
    let host = cpal::default_host();
    let default = host.default_output_device().and_then(|device| device.id().ok());
    let devices = host.output_devices().map(Iterator::collect).unwrap_or_else(|_| Vec::new());
    let output = |device: &cpal::Device| {
        let name = name(device)?;
        Some(Output { default: device.id().ok().is_some_and(|id| Some(id) == default), dummy: is_dummy(&name), name })
    };
    devices.iter().filter_map(output).collect()
}

fn name(device: &cpal::Device) -> Option<String> {
    let description = device.description().ok()?;
    // ALSA lists a device that throws everything away.
    (description.driver() != Some("null") && description.name() != "null").then(|| description.name().to_owned())
}

fn is_dummy(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("auto_null") || name.contains("dummy output")
}

/// A speaker: this machine's default output, or one by its name.
pub struct Speaker {
    wanted: Option<String>,
    rate: SampleRate,
    ceiling: Decibels,
    master: Master,
    line: Line,
    /// Frames taken so far.
    taken: Position,
    underruns: u64,
    news: Vec<String>,
}

enum Line {
    Open(Box<Stream>),
    Lost { paced: Instant, tried: Instant, trying: Option<Receiver<Option<Stream>>> },
}

/// An open device with its end of the ring.
struct Stream {
    device: MixerDeviceSink,
    /// The rate that it runs at.
    rate: SampleRate,
    feed: Option<Feed>,
}

struct Feed {
    ring: Producer<Frame>,
    turns: Producer<Turn>,
    shared: Arc<Shared>,
    tap: Option<Tap>,
    asked: u64,
    moved: Instant,
}

impl Speaker {
    /// Opens an output at the wanted rate, or at its own where it can't.
    ///
    /// # Errors
    /// When there is no output, or not just one of that name.
    pub fn open(wanted: Option<&str>, rate: SampleRate, ceiling: Decibels) -> Result<Speaker, SinkError> {
        let mut stream = Stream::open(wanted, rate)?;
        let (rate, master) = (stream.rate, Master::new(stream.rate));
        stream.feed = Some(Feed::new(&master, Position::START, rate, ceiling));
        Ok(Speaker {
            wanted: wanted.map(str::to_owned),
            rate,
            ceiling,
            master,
            line: Line::Open(Box::new(stream)),
            taken: Position::START,
            underruns: 0,
            news: Vec::new(),
        })
    }

    /// Lets a dead device go, and starts looking.
    fn lose(&mut self) {
        let now = Instant::now();
        let lost = std::mem::replace(&mut self.line, Line::Lost { paced: now, tried: now - RETRY, trying: None });
        if let Line::Open(stream) = lost {
            self.underruns += stream.feed.as_ref().map_or(0, |feed| feed.shared.underruns.load(Ordering::Relaxed));
            thread::spawn(move || drop(stream));
        }
        self.news.push("the output is lost; looking for it".to_owned());
    }

    /// Passes the time of `frames` while there is no device, and looks for one.
    fn wait(&mut self, frames: usize) {
        let Line::Lost { paced, tried, trying } = &mut self.line else { return };
        *paced += Duration::from_secs_f64(Length(frames as u64).seconds(self.rate));
        thread::sleep(paced.saturating_duration_since(Instant::now()));
        let found = match trying.as_ref().map(Receiver::try_recv) {
            Some(Ok(found)) => {
                *trying = None;
                found
            }
            Some(Err(TryRecvError::Empty)) => None,
            Some(Err(TryRecvError::Disconnected)) | None => {
                *trying = None;
                if tried.elapsed() >= RETRY {
                    *tried = Instant::now();
                    *trying = Some(look_for(self.wanted.clone(), self.rate));
                }
                None
            }
        };
        if let Some(stream) = found {
            self.come_back(stream);
        }
    }

    fn come_back(&mut self, mut stream: Stream) {
        self.master.turn(Turn::Welcome, self.taken);
        stream.feed = Some(Feed::new(&self.master, self.taken, self.rate, self.ceiling));
        self.line = Line::Open(Box::new(stream));
        self.news.push("the output is back".to_owned());
    }
}

/// Opening can block for seconds: it is done on a thread of its own. The same device first, then the default one.
fn look_for(wanted: Option<String>, rate: SampleRate) -> Receiver<Option<Stream>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let stream = Stream::open(wanted.as_deref(), rate).or_else(|_| Stream::open(None, rate)).ok();
        // Nobody waits any more when the session is over.
        let _ = sender.send(stream);
    });
    receiver
}

impl Stream {
    fn open(wanted: Option<&str>, rate: SampleRate) -> Result<Stream, SinkError> {
        let _quiet = Quiet::new();
        let device = match wanted {
            Some(wanted) => device_called(wanted)?,
            None => cpal::default_host()
                .default_output_device()
                .filter(|device| name(device).is_some())
                .ok_or_else(no_output)?,
        };
        let builder = || DeviceSinkBuilder::from_device(device.clone()).map_err(|_| no_output());
        let wanted_rate = NonZero::new(rate.hertz()).unwrap_or(NonZero::<u32>::MIN);
        let buffered = |builder: DeviceSinkBuilder| {
            builder.with_buffer_size(cpal::BufferSize::Fixed(DEVICE_FRAMES)).with_error_callback(|_| {})
        };
        let mut opened = buffered(builder()?).with_sample_rate(wanted_rate).open_stream();
        if opened.is_err() {
            opened = buffered(builder()?).open_stream();
        }
        if opened.is_err() {
            opened = builder()?.with_error_callback(|_| {}).open_sink_or_fallback();
        }
        let mut device = opened.map_err(|_| no_output())?;
        device.log_on_drop(false);
        let rate = SampleRate::new(device.config().sample_rate().get()).ok_or_else(no_output)?;
        Ok(Stream { device, rate, feed: None })
    }
}

fn no_output() -> SinkError {
    SinkError::NoOutput("this machine has no sound output that can be opened".to_owned())
}

fn device_called(wanted: &str) -> Result<cpal::Device, SinkError> {
    let devices = cpal::default_host().output_devices().map_err(|_| no_output())?;
    let named: Vec<(String, cpal::Device)> = devices.filter_map(|device| Some((name(&device)?, device))).collect();
    let exact = named.iter().find(|(name, _)| name == wanted);
    let part = |name: &String| name.to_lowercase().contains(&wanted.to_lowercase());
    let mut matching: Vec<&(String, cpal::Device)> = named.iter().filter(|(name, _)| part(name)).collect();
    matching.dedup_by(|a, b| a.0 == b.0);
    match (exact, matching.as_slice()) {
        (Some((_, device)), _) | (None, [(_, device)]) => Ok(device.clone()),
        (None, []) => {
            let hint = did_you_mean(wanted, named.iter().map(|(name, _)| name.as_str()));
            let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            Err(SinkError::NoOutput(format!("there is no output called `{wanted}`{hint}")))
        }
        (None, several) => {
            let names: Vec<String> = several.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(SinkError::NoOutput(format!("`{wanted}` could be any of {}", names.join(", "))))
        }
    }
}

impl Feed {
    fn new(master: &Master, position: Position, rate: SampleRate, ceiling: Decibels) -> Feed {
        let (ring, ring_end) = RingBuffer::new((RING_MS * u64::from(rate.hertz()) / 1000) as usize);
        let (turns, turns_end) = RingBuffer::new(64);
        let shared = Arc::new(Shared::default());
        let tap = Tap::new(ring_end, turns_end, shared.clone(), master.clone(), position, rate, ceiling);
        Feed { ring, turns, shared, tap: Some(tap), asked: 0, moved: Instant::now() }
    }

    /// Takes as many frames as there is room for.
    fn push(&mut self, frames: &[Frame]) -> usize {
        let count = frames.len().min(self.ring.slots());
        for frame in &frames[..count] {
            // There is room: the other end only ever makes more.
            let _ = self.ring.push(*frame);
        }
        count
    }

    /// Whether the device has asked for frames lately.
    fn lives(&mut self) -> bool {
        let asked = self.shared.asked.load(Ordering::Relaxed);
        if asked != self.asked {
            (self.asked, self.moved) = (asked, Instant::now());
        }
        self.moved.elapsed() < PATIENCE
    }

    /// Hands the ring to the device once there is enough in it.
    fn start(&mut self, device: &MixerDeviceSink) {
        if let Some(tap) = self.tap.take() {
            self.moved = Instant::now();
            device.mixer().add(tap);
        }
    }
}

impl Sink for Speaker {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), SinkError> {
        let mut rest = frames;
        while !rest.is_empty() {
            let Line::Open(stream) = &mut self.line else {
                self.wait(rest.len());
                self.taken += Length(rest.len() as u64);
                break;
            };
            let Stream { device, feed: Some(feed), .. } = &mut **stream else { break };
            let count = feed.push(rest);
            rest = &rest[count..];
            self.taken += Length(count as u64);
            if rest.is_empty() {
                break;
            }
            feed.start(device);
            if feed.lives() {
                thread::sleep(Duration::from_millis(10));
            } else {
                self.lose();
            }
        }
        Ok(())
    }

    fn turn(&mut self, turn: Turn, _at: Position) {
        let heard = self.health_now().unwrap_or(self.taken);
        self.master.turn(turn, heard);
        if let Line::Open(stream) = &mut self.line
            && let Some(feed) = &mut stream.feed
        {
            // 64 turns wait only when the device no longer asks: then it is lost, and its heir gets the whole master.
            let _ = feed.turns.push(turn);
        }
    }

    fn health(&mut self) -> Health {
        let underruns = match &self.line {
            Line::Open(stream) => stream.feed.as_ref().map_or(0, |feed| feed.shared.underruns.load(Ordering::Relaxed)),
            Line::Lost { .. } => 0,
        };
        Health {
            heard: self.health_now(),
            underruns: self.underruns + underruns,
            news: std::mem::take(&mut self.news),
            turned: Vec::new(),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<(), SinkError> {
        if let Line::Open(stream) = &mut self.line
            && let Some(feed) = &mut stream.feed
        {
            feed.start(&stream.device);
            let capacity = feed.ring.buffer().capacity();
            while feed.ring.slots() < capacity && feed.lives() {
                thread::sleep(Duration::from_millis(10));
            }
            // What the device and its server hold themselves; a dropped stream does not play it.
            thread::sleep(Duration::from_millis(500));
        }
        let line = std::mem::replace(
            &mut self.line,
            Line::Lost { paced: Instant::now(), tried: Instant::now(), trying: None },
        );
        let closing = thread::spawn(move || drop(line));
        let asked = Instant::now();
        while !closing.is_finished() && asked.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Speaker {
    /// The frame that leaves the ring now; while the device is lost, the one that would.
    fn health_now(&self) -> Option<Position> {
        match &self.line {
            Line::Open(stream) => {
                let feed = stream.feed.as_ref()?;
                let waiting = feed.ring.buffer().capacity() - feed.ring.slots();
                Some(self.taken.back(Length(waiting as u64)))
            }
            Line::Lost { .. } => Some(self.taken),
        }
    }
}

/// While it lives, ALSA's own complaints on this thread go nowhere: a missing device is told in our words.
struct Quiet {
    #[cfg(target_os = "linux")]
    _output: Option<std::rc::Rc<std::cell::RefCell<alsa::Output>>>,
}

impl Quiet {
    fn new() -> Quiet {
        Quiet {
            #[cfg(target_os = "linux")]
            _output: alsa::Output::local_error_handler().ok(),
        }
    }
}
