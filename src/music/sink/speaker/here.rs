//! This machine's outputs, through cpal and rodio. Owns the threads that open, that look and that close: each of the
//! three can hang for as long as a sound server does.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use rodio::{DeviceSinkBuilder, MixerDeviceSink};
use rtrb::{Producer, RingBuffer};

use super::super::SinkError;
use super::super::tap::Tap;
use super::machine::{Device, Looks, Machine, Opened, Reached};
use super::outputs::{Aim, Output, Seen, is_dummy, tell_apart};
use crate::units::{Length, SampleRate};

/// How many frames the device is asked to take at once. It holds two of these, 6144 in all (rigs-audio.md: below 4096
/// busy cores are heard): a turned gain waits for at most as long as they last, 128 ms at 48 kHz.
const DEVICE_FRAMES: u32 = 3072;
/// How often the outputs are looked at.
const LOOK: Duration = Duration::from_secs(3);

/// The outputs of this machine.
pub fn outputs() -> Vec<Output> {
    let _quiet = Quiet::new();
    listed(&cpal::default_host()).into_iter().map(|(output, _)| output).collect()
}

/// This machine.
pub(super) struct Here {
    began: Instant,
    /// The sound system that the session's output was opened through.
    system: Arc<OnceLock<cpal::HostId>>,
}

impl Here {
    pub(super) fn new() -> Here {
        Here { began: Instant::now(), system: Arc::default() }
    }
}

impl Machine for Here {
    fn outputs(&self) -> Vec<Output> {
        outputs()
    }

    fn open(&self, aim: Aim, rate: SampleRate) -> Receiver<Opened> {
        let (sender, receiver) = channel();
        let system = self.system.clone();
        thread::spawn(move || {
            let _quiet = Quiet::new();
            let known = system.get().filter(|_| !aim.anywhere);
            let host = known.map_or_else(|| Some(cpal::default_host()), |known| cpal::host_from_id(*known).ok());
            let opened = host.ok_or_else(no_output).and_then(|host| {
                let opened = open(&host, &aim, rate)?;
                system.get_or_init(|| host.id());
                Ok(opened)
            });
            // Nobody waits any more when it took too long or the session is over; then it is dropped here.
            let _ = sender.send(opened);
        });
        receiver
    }

    fn look(&self) -> Looks {
        let (sender, seen) = channel();
        let closely = Arc::new(AtomicBool::new(false));
        let asked = closely.clone();
        thread::spawn(move || {
            let mut host = None;
            let mut looked = true;
            while looked {
                thread::sleep(LOOK);
                let seen = glance(&mut host, asked.load(Ordering::Relaxed));
                looked = seen.is_none_or(|seen| sender.send(seen).is_ok());
            }
        });
        Looks { seen, closely }
    }

    fn let_go(&self, device: Box<dyn Device>, after: Duration) -> Receiver<()> {
        let (sender, closed) = channel();
        thread::spawn(move || {
            thread::sleep(after);
            drop(device);
            let _ = sender.send(());
        });
        closed
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn pass(&self, time: Duration) {
        thread::park_timeout(time);
    }
}

/// A device that takes the music as it is. Nothing stands between it and the tap: rodio's way, sample by sample through
/// its mixer, costs more than all the rest of a session.
struct Plain {
    /// It lives as long as this does.
    _stream: cpal::Stream,
    tap: Producer<Tap>,
    rate: SampleRate,
}

impl Device for Plain {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, tap: Tap) {
        // There is room for one, and one is given.
        let _ = self.tap.push(punctual(tap, self.rate));
    }
}

/// A device that rodio runs: it has a format or a rate of its own.
struct Playing {
    sink: MixerDeviceSink,
    rate: SampleRate,
}

impl Device for Playing {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, tap: Tap) {
        self.sink.mixer().add(punctual(tap, self.rate));
    }
}

fn open(host: &cpal::Host, aim: &Aim, rate: SampleRate) -> Opened {
    let mut devices = listed(host);
    let among: Vec<Output> = devices.iter().map(|(output, _)| output.clone()).collect();
    for output in aim.order(among.clone()) {
        let Some(at) = devices.iter().position(|(listed, _)| listed.id == output.id) else { continue };
        let device = devices.swap_remove(at).1;
        #[cfg(unix)]
        if host.id().name() == "PulseAudio"
            && let Ok(stream) = super::pulse::Stream::open(&output.id, rate, DEVICE_FRAMES)
        {
            return Ok(Reached { device: Box::new(stream), at: output, among });
        }
        if let Some(plain) = plain(&device, rate) {
            return Ok(Reached { device: Box::new(plain), at: output, among });
        }
        if let Some(playing) = play(&device, rate) {
            return Ok(Reached { device: Box::new(playing), at: output, among });
        }
    }
    Err(no_output())
}

/// A tap that notices when its device has run dry.
pub(super) fn punctual(mut tap: Tap, rate: SampleRate) -> Tap {
    let began = Instant::now();
    let held = Length(2 * u64::from(DEVICE_FRAMES)).seconds(rate);
    tap.expect_within(Duration::from_secs_f64(held), move || began.elapsed());
    tap
}

fn no_output() -> SinkError {
    SinkError::NoOutput("this machine has no sound output that can be opened".to_owned())
}

/// Opens a device in stereo at the wanted rate, in floats, so that a server converts and not we.
fn plain(device: &cpal::Device, rate: SampleRate) -> Option<Plain> {
    let buffer_size = cpal::BufferSize::Fixed(DEVICE_FRAMES);
    let config = cpal::StreamConfig { channels: 2, sample_rate: rate.hertz(), buffer_size };
    let (tap, mut given) = RingBuffer::new(1);
    let mut playing: Option<Tap> = None;
    let callback = move |samples: &mut [f32], _: &cpal::OutputCallbackInfo| {
        if playing.is_none() {
            playing = given.pop().ok();
        }
        match &mut playing {
            Some(tap) => tap.serve(samples),
            None => samples.fill(0.0),
        }
    };
    let stream = device.build_output_stream(config, callback, ignore, None).ok()?;
    stream.play().ok()?;
    Some(Plain { _stream: stream, tap, rate })
}

/// Opens a device as it likes it: rodio converts.
fn play(device: &cpal::Device, rate: SampleRate) -> Option<Playing> {
    let builder = || DeviceSinkBuilder::from_device(device.clone()).ok();
    let buffer = cpal::BufferSize::Fixed(DEVICE_FRAMES);
    let own_format = || {
        let builder = builder()?.with_buffer_size(buffer).with_error_callback(ignore);
        builder.with_sample_rate(NonZero::new(rate.hertz())?).open_stream().ok()
    };
    let own = || builder()?.with_buffer_size(buffer).with_error_callback(ignore).open_stream().ok();
    let any = || builder()?.with_error_callback(ignore).open_sink_or_fallback().ok();
    let mut sink = own_format().or_else(own).or_else(any)?;
    sink.log_on_drop(false);
    let rate = SampleRate::new(sink.config().sample_rate().get())?;
    Some(Playing { sink, rate })
}

/// What a device reports says nothing of whether it lives: a hung server is silent, and a healthy one may flood.
fn ignore(_: cpal::Error) {}

fn listed(host: &cpal::Host) -> Vec<(Output, cpal::Device)> {
    let default = host.default_output_device();
    let default_id = default.as_ref().and_then(id);
    let mut devices: Vec<cpal::Device> = host.output_devices().map(Iterator::collect).unwrap_or_default();
    if !devices.iter().any(|device| id(device) == default_id) {
        devices.extend(default);
    }
    let listed = devices.into_iter().filter_map(|device| Some((output(&device, default_id.as_deref())?, device)));
    let (mut outputs, devices): (Vec<Output>, Vec<cpal::Device>) = listed.unzip();
    tell_apart(&mut outputs);
    outputs.into_iter().zip(devices).collect()
}

/// What ALSA lists beside the outputs: plugins that convert or mix on the way to one, and one that throws all away.
/// To try them writes on a facilitator's screen, and leads nowhere.
const PLUGINS: [&str; 10] =
    ["null", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix", "oss", "jack", "usbstream"];

fn output(device: &cpal::Device, default: Option<&str>) -> Option<Output> {
    let description = device.description().ok()?;
    if description.driver().is_some_and(|driver| PLUGINS.contains(&driver)) || description.name() == "null" {
        return None;
    }
    let (id, name) = (id(device)?, description.name().to_owned());
    Some(Output { default: default == Some(&id), dummy: is_dummy(&id, &name), id, name })
}

fn id(device: &cpal::Device) -> Option<String> {
    device.id().ok().map(|id| id.id().to_owned())
}

/// Looks at the outputs: at a sound server's list, which costs one question to it; elsewhere at the default one only,
/// since a look at a device can disturb it. `None` where there is nothing to see. The connection is kept.
fn glance(host: &mut Option<cpal::Host>, closely: bool) -> Option<Seen> {
    let _quiet = Quiet::new();
    let kept = host.take().filter(is_server);
    let found = kept.map(|host| (listed(&host), host)).filter(|(listed, _)| !listed.is_empty());
    let (outputs, kept) = found.unwrap_or_else(|| {
        let host = cpal::default_host();
        let look = closely || is_server(&host);
        (if look { listed(&host) } else { default_of(&host) }, host)
    });
    let moves = is_server(&kept) || cfg!(target_os = "macos");
    *host = Some(kept);
    let outputs: Vec<Output> = outputs.into_iter().map(|(output, _)| output).collect();
    (!outputs.is_empty()).then_some(Seen { outputs, moves })
}

fn default_of(host: &cpal::Host) -> Vec<(Output, cpal::Device)> {
    let default = host.default_output_device();
    default.and_then(|device| Some((output(&device, id(&device).as_deref())?, device))).into_iter().collect()
}

fn is_server(host: &cpal::Host) -> bool {
    matches!(host.id().name(), "PulseAudio" | "PipeWire")
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
