//! Opus, which Symphonia lacks. The one file that knows opus-pure.
//!
//! Its bits may differ in the last places between processors with and without fused multiplication (−140 dB).

use opus_pure::{OpusDecoder, OpusMSDecoder};

/// Opus sounds at this rate, whatever it was made from.
pub(super) const RATE: u32 = 48_000;

/// The longest packet that there may be: 120 ms.
const LONGEST_PACKET: usize = 5760;

/// What an Opus stream says of itself (RFC 7845, section 5.1).
pub(super) struct Head {
    channels: usize,
    /// The frames at its start that are not part of the piece.
    pub(super) pre_skip: u16,
    /// In 1/256 dB.
    gain: i16,
    family: u8,
    /// Streams, coupled streams, and which of them each channel is; none for family 0.
    table: Vec<u8>,
}

impl Head {
    /// Reads the header packet.
    pub(super) fn read(bytes: &[u8]) -> Option<Head> {
        let fixed = bytes.strip_prefix(b"OpusHead")?.get(..11)?;
        let table = bytes.get(19..).unwrap_or_default().to_vec();
        Some(Head {
            channels: usize::from(fixed[1]),
            pre_skip: u16::from_le_bytes([fixed[2], fixed[3]]),
            gain: i16::from_le_bytes([fixed[8], fixed[9]]),
            family: fixed[10],
            table,
        })
    }
}

/// An Opus stream under decoding.
pub(super) struct Opus {
    streams: Streams,
    channels: usize,
    gain: f32,
    block: Vec<f32>,
}

enum Streams {
    One(Box<OpusDecoder>),
    Several(Box<OpusMSDecoder>),
}

impl Opus {
    /// Begins a stream; `None` where its channels are laid out in a way that is not known.
    pub(super) fn new(head: &Head) -> Option<Opus> {
        let rate = RATE as i32;
        let streams = match (head.family, head.channels) {
            (0, 1 | 2) => Streams::One(Box::new(OpusDecoder::new(rate, head.channels).ok()?)),
            (1, 1..=8) => {
                let several = OpusMSDecoder::new(rate, head.channels, 1).ok()?;
                let layout = several.layout();
                let table = [layout.nb_streams as u8, layout.nb_coupled_streams as u8];
                let same = head.table.starts_with(&table) && head.table[2..].starts_with(&layout.mapping);
                same.then_some(Streams::Several(Box::new(several)))?
            }
            _ => return None,
        };
        let gain = libm::pow(10.0, f64::from(head.gain) / (20.0 * 256.0)) as f32;
        Some(Opus { streams, channels: head.channels, gain, block: vec![0.0; LONGEST_PACKET * head.channels] })
    }

    /// How many channels it has.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Decodes a packet to interleaved samples; `None` where it is damaged.
    pub(super) fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Option<()> {
        samples.clear();
        if packet.is_empty() {
            return None;
        }
        let frames = match &mut self.streams {
            Streams::One(stream) => stream.decode(packet, LONGEST_PACKET, &mut self.block),
            Streams::Several(streams) => streams.decode(packet, LONGEST_PACKET, &mut self.block),
        };
        let count = frames.ok()?.min(LONGEST_PACKET) * self.channels;
        samples.extend(self.block[..count].iter().map(|sample| sample * self.gain));
        Some(())
    }
}
