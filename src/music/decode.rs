//! Decodes audio files to stereo frames at the file's own rate. The one door to Symphonia, and to Opus.
//!
//! Files are told by their content, not by their names. What an encoder put before and behind a piece is left out.
//! Damage is an error with words, never a panic; samples that no piece of music has (damaged AAC and float WAV decode
//! to thousands of times full scale) count as damage.
//!
//! Its rooms: `codec` chooses the decoder of a track, `opus` and `aac` know those two, `mp4` and `extent` find the piece in
//! what is coded, `downmix` makes two channels, `tags` and `wav` read the tags, `contain` lets no panic through.

mod aac;
mod codec;
mod contain;
mod downmix;
mod extent;
mod mend;
mod mp4;
mod opus;
mod tags;
mod wav;

use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::well_known::{FORMAT_ID_FLAC, FORMAT_ID_ISOMP4, FORMAT_ID_WAVE};
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

use crate::units::{Frame, SampleRate};
use codec::{Codec, Decoded, Sound};
use contain::contained;
pub use contain::hush;
use downmix::Downmix;
use extent::Window;
use mend::{Joint, Mend};
pub use tags::Tags;

/// Why a file could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There is no such file.
    #[error("is not there")]
    Missing,
    /// The file could not be opened or read.
    #[error("cannot be read: {0}")]
    Read(String),
    /// It isn't audio.
    #[error("is not audio that can be decoded: {0}")]
    Format(String),
    /// It is audio of a kind that is not decoded; converted, it would be.
    #[error("is {0}, which cannot be played")]
    Kind(String),
    /// It is damaged.
    #[error("is damaged: {0}")]
    Damaged(String),
}

impl DecodeError {
    /// An error of the file system.
    pub fn read(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => DecodeError::Missing,
            _ => DecodeError::Read(error.to_string()),
        }
    }

    fn of(error: Error) -> Self {
        match error {
            Error::IoError(error) => DecodeError::Read(error.to_string()),
            Error::Unsupported(what) => DecodeError::Format(what.to_owned()),
            other => DecodeError::Damaged(other.to_string()),
        }
    }
}

/// One error in a file is a scratch; this many in a row are a ruin.
const SCRATCHES: usize = 20;

/// So many packets in a row without a frame of this piece, and there is none to come.
const IDLE: usize = 100_000;

/// So many packets tell HE-AAC from AAC.
const TELLING: usize = 16;

/// An audio file under decoding.
pub struct Decoder {
    format: Box<dyn FormatReader>,
    codec: Codec,
    track: u32,
    rate: SampleRate,
    downmix: Downmix,
    piece: Window,
    claimed: Option<u64>,
    guessed: bool,
    chained: bool,
    found: tags::Found,
    /// Packets that were read before their time.
    ahead: VecDeque<Packet>,
    samples: Vec<f32>,
    scratches: usize,
    idle: usize,
    mend: Mend,
    /// Where the next packet begins if nothing is missing, for a format whose packets name their places to the frame.
    expected: Option<i64>,
    /// What is to be said when what was good has been handed out.
    error: Option<DecodeError>,
    ruined: bool,
}

impl Decoder {
    /// Opens a file and finds its audio.
    ///
    /// # Errors
    /// When it cannot be read, is not audio, or is of a kind that is not decoded.
    pub fn open(path: &Path) -> Result<Decoder, DecodeError> {
        guarded(|| Decoder::begin(path))
    }

    /// The file's own rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// How many frames the file says it has, where it says so; estimates are not believed.
    pub fn claimed(&self) -> Option<u64> {
        self.claimed
    }

    /// Whether the file has begun anew, as recorded radio does: what comes then is another piece, and not decoded.
    pub fn begins_anew(&self) -> bool {
        self.chained
    }

    /// What the tags say; complete once the file has been read to its end.
    pub fn tags(&mut self) -> Tags {
        self.found.gather(self.format.metadata());
        self.found.tags()
    }

    /// Appends the next packet's frames to `out`. Returns `false` at the end of the file.
    ///
    /// # Errors
    /// When the rest of the file cannot be decoded. What came before is good.
    pub fn next(&mut self, out: &mut Vec<Frame>) -> Result<bool, DecodeError> {
        if self.ruined {
            return self.error.take().map_or(Ok(false), Err);
        }
        let whole = out.len();
        match guarded(|| self.step(out)) {
            Ok(true) => Ok(true),
            Ok(false) => Ok(self.mend.flush(out)),
            Err(error) => {
                out.truncate(whole);
                self.ruined = true;
                self.error = Some(error);
                if self.mend.flush(out) { Ok(true) } else { self.error.take().map_or(Ok(false), Err) }
            }
        }
    }

    fn begin(path: &Path) -> Result<Decoder, DecodeError> {
        let open = || File::open(path).map_err(|error| DecodeError::read(&error));
        let mut format = probe(open()?)?;
        let mut found = tags::Found::default();
        found.gather(format.metadata());
        if format.format_info().format == FORMAT_ID_WAVE {
            found.or(wav::tags(&mut open()?));
        }
        let track =
            format.default_track(TrackType::Audio).ok_or_else(|| DecodeError::Format("no audio in it".to_owned()))?;
        let (id, parameters) = (track.id, parameters(track)?.clone());
        let sound = Sound::of(&parameters)?;
        let edit = match format.format_info().format {
            FORMAT_ID_ISOMP4 => open().ok().and_then(|mut file| mp4::edit(&mut file, id)),
            _ => None,
        };
        let piece = Window::of(format.as_ref(), track, &sound, edit, found.gapless.as_deref());
        let mut decoder = Decoder {
            claimed: extent::claimed(format.as_ref(), track, &sound, piece),
            guessed: extent::guesses(format.as_ref(), track),
            chained: false,
            format,
            codec: sound.codec,
            track: id,
            rate: sound.rate,
            downmix: sound.downmix,
            piece,
            found,
            ahead: VecDeque::new(),
            samples: Vec::new(),
            scratches: 0,
            idle: 0,
            mend: Mend::new(sound.rate),
            expected: None,
            error: None,
            ruined: false,
        };
        if codec::may_be_high_efficiency(&parameters, decoder.rate) {
            decoder.refuse_high_efficiency()?;
        }
        Ok(decoder)
    }

    fn step(&mut self, out: &mut Vec<Frame>) -> Result<bool, DecodeError> {
        if self.piece.left == 0 {
            return Ok(false);
        }
        let Some(mut packet) = self.packet()? else { return Ok(false) };
        if self.guessed {
            // Symphonia cuts MP3 at the length that it guessed: an eighth of a VBR file without a tag would be lost.
            packet.trim_end = Duration::ZERO;
        }
        self.idle += 1;
        if self.idle > IDLE {
            return Err(DecodeError::Damaged("it goes on without sound".to_owned()));
        }
        if packet.track_id != self.track {
            return Ok(true);
        }
        match self.codec.decode(&packet, &mut self.samples)? {
            Decoded::Sound { rate, .. } if rate != self.rate.hertz() => {
                Err(DecodeError::Damaged("its sample rate changes in the middle".to_owned()))
            }
            Decoded::Sound { channels, .. } => {
                let joint = if self.goes_on(&packet) { Joint::Whole } else { Joint::Spliced };
                self.scratches = 0;
                let first = out.len();
                self.downmix.append(&self.samples, channels, out)?;
                self.piece.cut(out, first);
                if out.len() > first {
                    self.idle = 0;
                }
                self.mend.join(out, first, joint);
                Ok(true)
            }
            Decoded::Scratch if self.scratches < SCRATCHES => {
                self.scratches += 1;
                Ok(true)
            }
            Decoded::Scratch => Err(DecodeError::Damaged("it cannot be decoded any further".to_owned())),
        }
    }

    /// Whether a packet goes on from the one before it. FLAC's frames name their places, and Symphonia leaves out the
    /// damaged ones without a word.
    fn goes_on(&mut self, packet: &Packet) -> bool {
        let begins = packet.pts.get();
        let expected = self.expected.replace(begins.saturating_add_unsigned(packet.dur.get()));
        let named = self.format.format_info().format == FORMAT_ID_FLAC;
        self.scratches == 0 && !(named && expected.is_some_and(|expected| expected != begins))
    }

    /// The next packet of any track; `None` at the end.
    fn packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        if let Some(packet) = self.ahead.pop_front() {
            return Ok(Some(packet));
        }
        match self.format.next_packet() {
            Err(Error::ResetRequired) => {
                self.chained = true;
                Ok(None)
            }
            Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            packet => packet.map_err(|error| match DecodeError::of(error) {
                DecodeError::Format(what) => DecodeError::Damaged(what),
                other => other,
            }),
        }
    }

    fn refuse_high_efficiency(&mut self) -> Result<(), DecodeError> {
        while self.ahead.len() < TELLING {
            match self.format.next_packet() {
                Ok(Some(packet)) => self.ahead.push_back(packet),
                _ => break,
            }
        }
        let ours: Vec<_> = self.ahead.iter().filter(|packet| packet.track_id == self.track).collect();
        let all = ours.iter().all(|packet| aac::closes_with_band_replication(&packet.data));
        if all && ours.len() >= TELLING / 2 { Err(codec::high_efficiency()) } else { Ok(()) }
    }
}

/// Lets no panic of a decoder through: Symphonia and opus-pure read what strangers wrote.
fn guarded<T>(decode: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    contained(decode).unwrap_or_else(|| Err(DecodeError::Damaged("its decoder gave up on it".to_owned())))
}

fn probe(file: File) -> Result<Box<dyn FormatReader>, DecodeError> {
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|error| match error {
            Error::Unsupported(_) | Error::IoError(_) => DecodeError::Format("no known kind of audio in it".to_owned()),
            other => DecodeError::of(other),
        })
}

fn parameters(track: &Track) -> Result<&AudioCodecParameters, DecodeError> {
    let parameters = track.codec_params.as_ref().and_then(|params| params.audio());
    parameters.ok_or_else(|| DecodeError::Format("its audio is of no known kind".to_owned()))
}
