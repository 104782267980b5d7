//! A stream to a PulseAudio server, or to PipeWire, which speaks its language: by the protocol itself. Owns the thread
//! that answers the server's requests; wakes nobody.
//!
//! cpal finds the outputs, but does not play to this server: it would ask for its clock after every write, clear a
//! mebibyte at every read (half of what a whole session costs), hear nothing of an underflow, and its stream can hang for
//! ever when it is dropped.

use std::ffi::CString;
use std::io::{self, BufReader, Cursor, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use pulseaudio::protocol::{self, Command, CommandReply, ProtocolError};
use rtrb::{Consumer, Producer, RingBuffer};

use super::super::tap::Tap;
use super::machine::Device;
use crate::units::SampleRate;

/// How long a server may take to answer while a stream is made.
const ANSWER: Duration = Duration::from_secs(3);
/// No message of a server is longer; one that says so is none.
const LONGEST: u32 = 1 << 20;
/// What the server knows us by.
const OURSELVES: &str = "holdspace";
const OURSELVES_AS_C: &std::ffi::CStr = c"holdspace";
/// Two channels of 32 bits.
const BYTES_A_FRAME: u32 = 8;

/// A stream that plays for as long as this lives.
pub(super) struct Stream {
    socket: UnixStream,
    tap: Producer<Tap>,
    rate: SampleRate,
}

impl Stream {
    /// Makes a stream to the sink of this name, in stereo floats at `rate`; the server holds two `period`s of frames, and
    /// asks for one at a time.
    ///
    /// # Errors
    /// When there is no server, or it refuses.
    pub(super) fn open(sink: &str, rate: SampleRate, period: u32) -> Result<Stream, ProtocolError> {
        let mut line = Line::call()?;
        let socket = line.reader.get_ref().try_clone()?;
        line.introduce()?;
        let stream = line.ask::<protocol::CreatePlaybackStreamReply>(&Command::CreatePlaybackStream(
            parameters(sink, rate, period).ok_or(ProtocolError::Invalid("a name with a zero in it".to_owned()))?,
        ))?;
        socket.set_read_timeout(None)?;
        socket.set_write_timeout(None)?;
        let (tap, given) = RingBuffer::new(1);
        let hand = Hand { line, channel: stream.channel, given, tap: None, samples: Vec::new(), bytes: Vec::new() };
        let first = stream.requested_bytes;
        thread::Builder::new().name("holdspace-speaker".to_owned()).spawn(move || hand.serve(first))?;
        Ok(Stream { socket, tap, rate })
    }
}

impl Device for Stream {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, tap: Tap) {
        // There is room for one, and one is given.
        let _ = self.tap.push(super::here::punctual(tap, self.rate));
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // The thread's read ends, and with it the thread. A server that hangs cannot hold this up.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// What the server says of one of its outputs.
pub(super) struct Regard {
    /// Whether it is muted.
    pub(super) muted: bool,
    /// How loud it is set: the loudest of its channels, in hundredths.
    pub(super) percent: u32,
    /// The other programs that play to it now.
    pub(super) others: Vec<String>,
}

/// Asks the server about the output of this name, by which it knows it or people do; `None` where there is no server, or no
/// such output.
pub(super) fn regard(name: &str) -> Option<Regard> {
    let mut line = Line::call().ok()?;
    line.introduce().ok()?;
    let sinks = line.ask::<protocol::SinkInfoList>(&Command::GetSinkInfoList).ok()?;
    let inputs = line.ask::<protocol::SinkInputInfoList>(&Command::GetSinkInputInfoList).ok()?;
    let _ = line.reader.get_ref().shutdown(Shutdown::Both);
    let is = |sink: &&protocol::SinkInfo| {
        let id = sink.name.to_string_lossy();
        let known = sink.description.as_ref().map(|name| name.to_string_lossy());
        // Outputs of one name are told apart by this (`outputs::tell_apart`).
        known.as_deref() == Some(name) || id == name || name.ends_with(&format!(" [{id}]"))
    };
    let sink = sinks.iter().find(is)?;
    let loudest = sink.cvolume.channels().iter().map(protocol::Volume::as_u32).max().unwrap_or(0);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
    let plays = |input: &&protocol::SinkInputInfo| input.sink_index == sink.index && !input.corked && !input.muted;
    let names = inputs.iter().filter(plays).map(|input| {
        let name = input.props.get(protocol::Prop::ApplicationName).map(text);
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| input.name.to_string_lossy().into_owned())
    });
    let mut others: Vec<String> = names.filter(|name| name != OURSELVES).collect();
    others.sort();
    others.dedup();
    let percent = (f64::from(loudest) / f64::from(protocol::Volume::NORM.as_u32()) * 100.0).round() as u32;
    Some(Regard { muted: sink.muted, percent, others })
}

fn parameters(sink: &str, rate: SampleRate, period: u32) -> Option<protocol::PlaybackStreamParams> {
    let bytes = period * BYTES_A_FRAME;
    let format = protocol::SampleFormat::Float32Le;
    Some(protocol::PlaybackStreamParams {
        sample_spec: protocol::SampleSpec { format, channels: 2, sample_rate: rate.hertz() },
        channel_map: protocol::ChannelMap::stereo(),
        cvolume: Some(protocol::ChannelVolume::norm(2)),
        sink_name: Some(CString::new(sink).ok()?),
        buffer_attr: protocol::stream::BufferAttr {
            max_length: 2 * bytes,
            target_length: 2 * bytes,
            minimum_request_length: bytes,
            ..Default::default()
        },
        // The two periods are all that lies between us and the ear, the output's own buffer included.
        flags: protocol::stream::StreamFlags { adjust_latency: true, ..Default::default() },
        ..Default::default()
    })
}

/// The line to the server.
struct Line {
    reader: BufReader<UnixStream>,
    version: u16,
    asked: u32,
}

impl Line {
    /// Calls the server, which has a while to answer.
    fn call() -> Result<Line, ProtocolError> {
        let path = pulseaudio::socket_path_from_env().ok_or(io::Error::from(io::ErrorKind::NotFound))?;
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(ANSWER))?;
        socket.set_write_timeout(Some(ANSWER))?;
        Ok(Line { reader: BufReader::new(socket), version: protocol::MAX_VERSION, asked: 0 })
    }

    /// Says who we are, and agrees on a version.
    fn introduce(&mut self) -> Result<(), ProtocolError> {
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        let version = self.version;
        let auth = protocol::AuthParams { version, supports_shm: false, supports_memfd: false, cookie };
        let reply = self.ask::<protocol::AuthReply>(&Command::Auth(auth))?;
        self.version = version.min(reply.version);
        let mut props = protocol::Props::new();
        props.set(protocol::Prop::ApplicationName, OURSELVES_AS_C);
        props.set(protocol::Prop::MediaRole, c"music");
        self.ask::<protocol::SetClientNameReply>(&Command::SetClientName(props))?;
        Ok(())
    }

    /// Sends a command, and waits for its answer.
    fn ask<R: CommandReply>(&mut self, command: &Command) -> Result<R, ProtocolError> {
        self.asked += 1;
        protocol::write_command_message(self.reader.get_mut(), self.asked, command, self.version)?;
        protocol::read_reply_message::<R>(&mut self.reader, self.version).map(|(_, reply)| reply)
    }

    /// Waits for what the server says next; `None` for what we don't know.
    fn hear(&mut self, message: &mut Vec<u8>) -> Result<Option<Command>, ProtocolError> {
        let head = protocol::read_descriptor(&mut self.reader)?;
        if head.length > LONGEST {
            return Err(ProtocolError::Invalid("a message without an end".to_owned()));
        }
        message.resize(head.length as usize, 0);
        self.reader.read_exact(message)?;
        Ok(Command::read_tag_prefixed(&mut Cursor::new(&*message), self.version).ok().map(|(_, command)| command))
    }
}

/// What runs on the thread: it answers requests with what the tap has, and waits for nothing but the server.
struct Hand {
    line: Line,
    channel: u32,
    given: Consumer<Tap>,
    tap: Option<Tap>,
    samples: Vec<f32>,
    bytes: Vec<u8>,
}

impl Hand {
    fn serve(mut self, first: u32) {
        let mut message = Vec::new();
        let mut fed = self.feed(first);
        while fed.is_ok() {
            fed = match self.line.hear(&mut message) {
                Ok(Some(Command::Request(request))) if request.channel == self.channel => self.feed(request.length),
                Ok(Some(Command::Underflow(_))) => {
                    if let Some(tap) = &mut self.tap {
                        tap.ran_dry_behind();
                    }
                    Ok(())
                }
                Ok(Some(Command::PlaybackStreamKilled(_))) | Err(_) => return,
                Ok(_) => Ok(()),
            };
        }
    }

    /// Sends so many bytes of music, or of silence as long as no tap has been given.
    fn feed(&mut self, length: u32) -> io::Result<()> {
        let length = length.min(LONGEST) / BYTES_A_FRAME * BYTES_A_FRAME;
        if let Ok(tap) = self.given.pop() {
            self.tap = Some(tap);
        }
        self.samples.clear();
        self.samples.resize((length / 4) as usize, 0.0);
        if let Some(tap) = &mut self.tap {
            tap.serve(&mut self.samples);
        }
        let flags = protocol::DescriptorFlags::empty();
        let mut head = [0; protocol::DESCRIPTOR_SIZE];
        protocol::encode_descriptor(
            &mut head,
            &protocol::Descriptor { length, channel: self.channel, offset: 0, flags },
        );
        self.bytes.clear();
        self.bytes.extend_from_slice(&head);
        self.bytes.extend(self.samples.iter().flat_map(|sample| sample.to_le_bytes()));
        self.line.reader.get_mut().write_all(&self.bytes)
    }
}
