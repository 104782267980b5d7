//! Decodes audio files to stereo frames at the file's own rate. The one file that knows Symphonia.
//!
//! Files are told by their content, not by their names. Damage is an error with words, never a panic; samples that
//! no piece of music has (damaged AAC and float WAV decode to thousands of times full scale) count as damage.

use std::fs::File;
use std::path::Path;

use symphonia::core::audio::{Channels, Position as Speaker};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::{MetadataOptions, MetadataRevision, StandardTag};

use crate::units::{Frame, SampleRate};

/// Why a file could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// There is no such file.
    #[error("is not there")]
    Missing,
    /// The file could not be opened or read.
    #[error("cannot be read: {0}")]
    Read(String),
    /// It isn't audio, or of a kind that is not decoded.
    #[error("is not audio that can be decoded: {0}")]
    Format(String),
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

/// What a file's tags say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Its title.
    pub title: Option<String>,
    /// Its artist.
    pub artist: Option<String>,
    /// Its licence, else its copyright.
    pub licence: Option<String>,
}

/// The samples of music stay below this; a piece that passes it (12 dB over full scale) is damaged.
const INSANE: f32 = 4.0;

/// One error in a file is a scratch; this many in a row are a ruin.
const SCRATCHES: usize = 20;

/// An audio file under decoding.
pub struct Decoder {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    rate: SampleRate,
    mix: Downmix,
    samples: Vec<f32>,
    scratches: usize,
}

impl Decoder {
    /// Opens a file and finds its audio.
    ///
    /// # Errors
    /// When it cannot be read, is not audio, or is of a kind that is not decoded.
    pub fn open(path: &Path) -> Result<Decoder, DecodeError> {
        let file = File::open(path).map_err(|error| DecodeError::read(&error))?;
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        let format = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| match error {
                Error::Unsupported(_) | Error::IoError(_) => {
                    DecodeError::Format("no known kind of audio in it".to_owned())
                }
                other => DecodeError::of(other),
            })?;
        let track =
            format.default_track(TrackType::Audio).ok_or_else(|| DecodeError::Format("no audio in it".to_owned()))?;
        let id = track.id;
        let parameters = track.codec_params.as_ref().and_then(|params| params.audio());
        let parameters = parameters.ok_or_else(|| DecodeError::Format("its audio is of no known kind".to_owned()))?;
        let rate = parameters.sample_rate.and_then(SampleRate::new).filter(|rate| rate.hertz() >= 1000);
        let rate = rate.ok_or_else(|| DecodeError::Format("it names no sample rate".to_owned()))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(DecodeError::of)?;
        let mix = Downmix::of(parameters.channels.as_ref());
        Ok(Decoder { format, decoder, track: id, rate, mix, samples: Vec::new(), scratches: 0 })
    }

    /// The file's own rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// What the tags say; complete once the file has been opened, for the formats that keep them at the front.
    pub fn tags(&mut self) -> Tags {
        let mut metadata = self.format.metadata();
        metadata.skip_to_latest().map(tags).unwrap_or_default()
    }

    /// Appends the next packet's frames to `out`. Returns `false` at the end of the file.
    ///
    /// # Errors
    /// When the rest of the file cannot be decoded. What came before is good.
    pub fn next(&mut self, out: &mut Vec<Frame>) -> Result<bool, DecodeError> {
        let packet = match self.format.next_packet() {
            Ok(Some(packet)) => packet,
            // A chained stream that begins anew is an end, too: what follows is another piece.
            Ok(None) | Err(Error::ResetRequired) => return Ok(false),
            Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(DecodeError::of(error)),
        };
        if packet.track_id != self.track {
            return Ok(true);
        }
        match self.decoder.decode(&packet) {
            Ok(buffer) => {
                if buffer.spec().rate() != self.rate.hertz() {
                    return Err(DecodeError::Damaged("its sample rate changes in the middle".to_owned()));
                }
                let channels = buffer.spec().channels().count();
                buffer.copy_to_vec_interleaved(&mut self.samples);
                self.scratches = 0;
                self.mix.append(&self.samples, channels, out)?;
                Ok(true)
            }
            Err(Error::DecodeError(_)) if self.scratches < SCRATCHES => {
                self.scratches += 1;
                Ok(true)
            }
            Err(error) => Err(DecodeError::of(error)),
        }
    }
}

/// How a file's channels become two.
enum Downmix {
    /// By the number of channels alone: one is both sides, two are left and right, of more the first two are heard.
    Count,
    /// A factor per channel and side (ITU-R BS.775: centre and surrounds at −3 dB, no low-frequency effects).
    Weighted(Vec<(f32, f32)>),
}

impl Downmix {
    fn of(channels: Option<&Channels>) -> Downmix {
        const SIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;
        let Some(Channels::Positioned(positions)) = channels else { return Downmix::Count };
        if positions.bits().count_ones() < 3 {
            return Downmix::Count;
        }
        let left = Speaker::FRONT_LEFT_CENTER;
        let right = Speaker::FRONT_RIGHT_CENTER;
        let weight = |speaker: Speaker| match speaker {
            Speaker::FRONT_LEFT => (1.0, 0.0),
            Speaker::FRONT_RIGHT => (0.0, 1.0),
            Speaker::FRONT_CENTER | Speaker::REAR_CENTER => (SIDE, SIDE),
            Speaker::SIDE_LEFT | Speaker::REAR_LEFT => (SIDE, 0.0),
            Speaker::SIDE_RIGHT | Speaker::REAR_RIGHT => (0.0, SIDE),
            other if other == left => (SIDE, 0.0),
            other if other == right => (0.0, SIDE),
            _ => (0.0, 0.0),
        };
        Downmix::Weighted(positions.iter().map(weight).collect())
    }

    fn append(&self, samples: &[f32], channels: usize, out: &mut Vec<Frame>) -> Result<(), DecodeError> {
        let channels = channels.max(1);
        let first = out.len();
        let frames = samples.chunks_exact(channels);
        match self {
            Downmix::Weighted(weights) if weights.len() == channels => {
                out.extend(frames.map(|frame| weigh(frame, weights)))
            }
            _ if channels == 1 => out.extend(frames.map(|frame| Frame::new(frame[0], frame[0]))),
            _ => out.extend(frames.map(|frame| Frame::new(frame[0], frame[1]))),
        }
        if out[first..].iter().all(|frame| frame.peak() < INSANE) {
            return Ok(());
        }
        out.truncate(first);
        Err(DecodeError::Damaged("it has samples far over full scale".to_owned()))
    }
}

fn weigh(samples: &[f32], weights: &[(f32, f32)]) -> Frame {
    samples.iter().zip(weights).fold(Frame::SILENT, |mut sum, (sample, (left, right))| {
        sum += Frame::new(sample * left, sample * right);
        sum
    })
}

fn tags(revision: &MetadataRevision) -> Tags {
    let mut found = Tags::default();
    let mut copyright = None;
    let per_track = revision.per_track.iter().flat_map(|track| &track.metadata.tags);
    for tag in revision.media.tags.iter().chain(per_track) {
        let (slot, value) = match &tag.std {
            Some(StandardTag::TrackTitle(value)) => (&mut found.title, value),
            Some(StandardTag::Artist(value)) => (&mut found.artist, value),
            Some(StandardTag::License(value)) => (&mut found.licence, value),
            Some(StandardTag::Copyright(value)) => (&mut copyright, value),
            _ => continue,
        };
        let value = value.trim();
        if slot.is_none() && !value.is_empty() {
            *slot = Some(value.to_owned());
        }
    }
    found.licence = found.licence.or(copyright);
    found
}
