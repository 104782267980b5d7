//! A decoder for a track's packets, whichever it needs.

use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use super::DecodeError;
use super::aac;
use super::downmix::Downmix;
use super::opus::{self, Opus};
use crate::units::SampleRate;

/// A decoder of packets to interleaved samples.
pub(super) enum Codec {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Opus),
}

/// What a track says of its sound.
pub(super) struct Sound {
    pub(super) codec: Codec,
    pub(super) rate: SampleRate,
    pub(super) downmix: Downmix,
    /// The frames before the piece, where the codec's own header tells.
    pub(super) pre_skip: u64,
}

/// What a packet held.
pub(super) enum Decoded {
    /// Frames of this many channels at this rate.
    Sound { rate: u32, channels: usize },
    /// Nothing that could be decoded; the next packet may be whole.
    Scratch,
}

impl Sound {
    /// Begins to decode a track.
    pub(super) fn of(parameters: &AudioCodecParameters) -> Result<Sound, DecodeError> {
        if parameters.codec == CODEC_ID_OPUS {
            return opus_sound(parameters);
        }
        refuse_high_efficiency(parameters)?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|error| match error {
                Error::Unsupported("aac: aac too complex") => {
                    DecodeError::Kind("AAC of more than two channels, or of a rare profile".to_owned())
                }
                Error::Unsupported(what) => DecodeError::Kind(format!("of a kind that is not decoded ({what})")),
                other => DecodeError::of(other),
            })?;
        let told = decoder.codec_params().sample_rate.or(parameters.sample_rate);
        let rate = told.and_then(SampleRate::new).filter(|rate| rate.hertz() >= 1000);
        let rate = rate.ok_or_else(|| DecodeError::Format("it names no sample rate".to_owned()))?;
        let channels = decoder.codec_params().channels.as_ref().or(parameters.channels.as_ref());
        if parameters.codec == CODEC_ID_VORBIS && channels.is_some_and(|channels| channels.count() > 2) {
            // Symphonia 0.6.1 undoes the coupling of channels in the wrong order (Vorbis I, 4.3.5 wants the last first):
            // below quality 5 what it decodes is 2 dB above its error, and there is no word about it.
            return Err(DecodeError::Kind("Ogg Vorbis of more than two channels".to_owned()));
        }
        let downmix = Downmix::of(channels);
        Ok(Sound { codec: Codec::Symphonia(decoder), rate, downmix, pre_skip: 0 })
    }
}

impl Codec {
    /// Decodes a packet into `samples`.
    ///
    /// # Errors
    /// When nothing after it can be decoded either.
    pub(super) fn decode(&mut self, packet: &Packet, samples: &mut Vec<f32>) -> Result<Decoded, DecodeError> {
        match self {
            Codec::Symphonia(decoder) => match decoder.decode(packet) {
                Ok(buffer) => {
                    buffer.copy_to_vec_interleaved(samples);
                    Ok(Decoded::Sound { rate: buffer.spec().rate(), channels: buffer.spec().channels().count() })
                }
                // A packet that ends too soon is an I/O error; one whose bits name what there is not is unsupported.
                Err(Error::DecodeError(_) | Error::IoError(_) | Error::Unsupported(_)) => Ok(Decoded::Scratch),
                Err(error) => Err(DecodeError::of(error)),
            },
            Codec::Opus(opus) => {
                let decoded = opus.decode(&packet.data, samples);
                let sound = Decoded::Sound { rate: opus::RATE, channels: opus.channels() };
                Ok(decoded.map_or(Decoded::Scratch, |()| sound))
            }
        }
    }
}

fn opus_sound(parameters: &AudioCodecParameters) -> Result<Sound, DecodeError> {
    let head = parameters.extra_data.as_deref().and_then(opus::Head::read);
    let head = head.ok_or_else(|| DecodeError::Damaged("its Opus header cannot be read".to_owned()))?;
    let opus = Opus::new(&head).ok_or_else(|| DecodeError::Kind("Opus of an unknown channel layout".to_owned()))?;
    let rate = SampleRate::new(opus::RATE).unwrap_or(SampleRate::HOUSE);
    let downmix = Downmix::in_vorbis_order(opus.channels());
    Ok(Sound { codec: Codec::Opus(opus), rate, downmix, pre_skip: u64::from(head.pre_skip) })
}

/// Whether a track's packets must be looked at to tell HE-AAC from AAC.
pub(super) fn may_be_high_efficiency(parameters: &AudioCodecParameters, rate: SampleRate) -> bool {
    parameters.codec == CODEC_ID_AAC && rate.hertz() <= aac::HIGHEST_CORE
}

/// HE-AAC, as an error.
pub(super) fn high_efficiency() -> DecodeError {
    DecodeError::Kind("HE-AAC".to_owned())
}

fn refuse_high_efficiency(parameters: &AudioCodecParameters) -> Result<(), DecodeError> {
    let Some(config) = parameters.extra_data.as_deref().filter(|_| parameters.codec == CODEC_ID_AAC) else {
        return Ok(());
    };
    // A container that names twice the rate of the core counts on band replication.
    let doubled = parameters.sample_rate.is_some_and(|rate| rate == aac::core_rate(config) * 2 && rate > 0);
    if doubled || aac::says_high_efficiency(config) { Err(high_efficiency()) } else { Ok(()) }
}
