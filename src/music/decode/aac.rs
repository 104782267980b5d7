//! Tells HE-AAC from AAC. Pure.
//!
//! Symphonia decodes the core of HE-AAC alone: half the rate, nothing above 5 to 11 kHz, of version 2 one channel, and
//! not a word about it. So it is recognised here, and refused.

/// The object types of spectral band replication and of parametric stereo (ISO/IEC 14496-3, table 1.17).
const HIGH_EFFICIENCY: [u32; 2] = [5, 29];

/// Announces an extension behind a configuration that older players read (ISO/IEC 14496-3, 1.6.6.1).
const SYNC_EXTENSION: u32 = 0x2b7;

/// The highest rate of a core that band replication doubles.
pub(super) const HIGHEST_CORE: u32 = 24_000;

/// Whether an AudioSpecificConfig says that the stream is HE-AAC.
pub(super) fn says_high_efficiency(config: &[u8]) -> bool {
    let mut bits = Bits { bytes: config, at: 0 };
    if HIGH_EFFICIENCY.contains(&bits.object_type()) {
        return true;
    }
    bits.rate();
    bits.take(4);
    let (_short_frames, on_core) = (bits.take(1), bits.take(1));
    if on_core == 1 {
        bits.take(14);
    }
    bits.take(1);
    bits.take(11) == SYNC_EXTENSION && bits.object_type() == HIGH_EFFICIENCY[0] && bits.take(1) == 1
}

/// The rate that an AudioSpecificConfig gives the core, by its own figures.
pub(super) fn core_rate(config: &[u8]) -> u32 {
    let mut bits = Bits { bytes: config, at: 0 };
    bits.object_type();
    bits.rate()
}

/// Whether a packet closes with a payload of band replication, as every packet of HE-AAC does.
///
/// What comes before it cannot be skipped without decoding it; so the payload is sought from the end: a fill element of
/// that kind which ends where the packet does. By chance one packet in ten looks so; a run of them does not.
pub(super) fn closes_with_band_replication(packet: &[u8]) -> bool {
    // No packet of AAC is longer than 8 KiB; what is, is damaged.
    let length = packet.len().min(8192) * 8;
    (0..length.saturating_sub(16)).any(|at| {
        let mut bits = Bits { bytes: packet, at };
        bits.fill_element().is_some_and(|kind| matches!(kind, 0xd | 0xe)) && bits.ends()
    })
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// Bits behind the end are zero.
    fn take(&mut self, count: usize) -> u32 {
        let bit = |at: usize| self.bytes.get(at / 8).map_or(0, |byte| u32::from(byte >> (7 - at % 8)) & 1);
        let value = (self.at..self.at + count).fold(0, |value, at| value << 1 | bit(at));
        self.at += count;
        value
    }

    fn object_type(&mut self) -> u32 {
        match self.take(5) {
            31 => 32 + self.take(6),
            kind => kind,
        }
    }

    fn rate(&mut self) -> u32 {
        const RATES: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
        match self.take(4) {
            15 => self.take(24),
            index => RATES.get(index as usize).copied().unwrap_or(0),
        }
    }

    /// Skips a fill element (ISO/IEC 14496-3, table 4.11) and returns the kind of its payload.
    fn fill_element(&mut self) -> Option<u32> {
        if self.take(3) != 6 {
            return None;
        }
        let count = match self.take(4) {
            15 => 14 + self.take(8),
            count => count,
        };
        let payload = self.at;
        let kind = (count > 0).then(|| self.take(4));
        self.at = payload + count as usize * 8;
        (self.at < self.bytes.len() * 8).then_some(kind.unwrap_or(0))
    }

    /// Whether nothing follows but filling, the end's mark, and less than a byte of zeros.
    fn ends(&mut self) -> bool {
        loop {
            let here = self.at;
            if self.take(3) == 7 {
                let left = (self.bytes.len() * 8).checked_sub(self.at);
                return left.is_some_and(|left| left < 8 && self.take(left) == 0);
            }
            self.at = here;
            if self.fill_element().is_none() {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_of_high_efficiency_is_known_in_each_of_its_forms() {
        // Of 44.1 kHz stereo: low complexity, HE-AAC, HE-AAC v2, and HE-AAC told behind low complexity.
        assert!(!says_high_efficiency(&[0x12, 0x10]));
        assert!(says_high_efficiency(&[0x2b, 0x92, 0x08, 0x00]));
        assert!(says_high_efficiency(&[0xeb, 0x8a, 0x08, 0x00]));
        assert!(says_high_efficiency(&[0x13, 0x90, 0x56, 0xe5, 0xa0]));
        // ffmpeg writes the extension of a plain stream as absent.
        assert!(!says_high_efficiency(&[0x12, 0x10, 0x56, 0xe5, 0x00]));
    }

    #[test]
    fn the_rate_of_the_core_is_read() {
        assert_eq!(core_rate(&[0x12, 0x10]), 44_100);
        assert_eq!(core_rate(&[0x13, 0x90, 0x56, 0xe5, 0xa0]), 22_050);
    }
}
