//! Which part of what a file decodes to is the piece, and how long the file says it is.

use symphonia::core::formats::well_known::{
    FORMAT_ID_ADTS, FORMAT_ID_ISOMP4, FORMAT_ID_MKV, FORMAT_ID_MP1, FORMAT_ID_MP2, FORMAT_ID_MP3, FORMAT_ID_OGG,
};
use symphonia::core::formats::{FormatReader, Track};

use super::codec::Sound;
use super::mp4;
use crate::units::Frame;

/// Which of the decoded frames are the piece, where the decoder itself does not cut it out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) skip: u64,
    pub(super) left: u64,
}

impl Window {
    /// Finds the piece.
    pub(super) fn of(
        format: &dyn FormatReader,
        track: &Track,
        sound: &Sound,
        edit: Option<mp4::Edit>,
        gapless: Option<&str>,
    ) -> Window {
        let rate = sound.rate.hertz();
        let at_rate = |units: u64, scale: u32| scaled(units, 1, scale, rate);
        let coded = track.num_frames.filter(|frames| *frames > 0);
        let after = |skip: u64| coded.map_or(u64::MAX, |frames| frames.saturating_sub(skip));
        match edit.filter(|edit| edit.skip > 0 || edit.length.is_some()) {
            Some(edit) => {
                let skip = at_rate(edit.skip, edit.track_scale);
                let length = edit.length.map_or(u64::MAX, |length| at_rate(length, edit.movie_scale));
                // The movie's time may be of whole milliseconds; the track's own length is exact.
                Window { skip, left: length.min(after(skip)) }
            }
            None => match (format.format_info().format, gapless.and_then(mp4::itunes)) {
                (FORMAT_ID_ISOMP4, Some((skip, length))) if length > 0 => Window { skip, left: length },
                // The last page of Ogg tells how many frames there are with those before the piece.
                (FORMAT_ID_OGG, _) if sound.pre_skip > 0 => {
                    Window { skip: sound.pre_skip, left: after(sound.pre_skip) }
                }
                _ => Window { skip: sound.pre_skip, left: u64::MAX },
            },
        }
    }

    /// Takes out of the frames from `first` on what is not of the piece.
    pub(super) fn cut(&mut self, out: &mut Vec<Frame>, first: usize) {
        let fresh = (out.len() - first) as u64;
        let skipped = self.skip.min(fresh);
        self.skip -= skipped;
        out.drain(first..first + skipped as usize);
        let kept = (fresh - skipped).min(self.left);
        self.left = if self.left == u64::MAX { u64::MAX } else { self.left - kept };
        out.truncate(first + kept as usize);
    }
}

/// How many frames the piece has by what the file says of itself.
pub(super) fn claimed(format: &dyn FormatReader, track: &Track, sound: &Sound, piece: Window) -> Option<u64> {
    if piece.left < u64::MAX {
        return Some(piece.left);
    }
    let rate = sound.rate.hertz();
    let told = match format.format_info().format {
        _ if guesses(format, track) => None,
        FORMAT_ID_MKV => {
            let media = format.media_info();
            let time = media.time_base.zip(media.duration);
            time.map(|(base, length)| scaled(length.get(), base.numer.get(), base.denom.get(), rate))
        }
        _ => track.num_frames,
    };
    told.filter(|frames| *frames > 0).map(|frames| frames.saturating_sub(piece.skip))
}

/// Whether the length is guessed from the first packets: of MP3 where no encoder wrote a tag with its delay.
pub(super) fn guesses(format: &dyn FormatReader, track: &Track) -> bool {
    match format.format_info().format {
        FORMAT_ID_ADTS => true,
        FORMAT_ID_MP1 | FORMAT_ID_MP2 | FORMAT_ID_MP3 => track.delay.is_none(),
        _ => false,
    }
}

/// Units of `numerator/denominator` seconds as frames at a rate, rounded up.
fn scaled(units: u64, numerator: u32, denominator: u32, rate: u32) -> u64 {
    let frames = u128::from(units) * u128::from(numerator) * u128::from(rate);
    u64::try_from(frames.div_ceil(u128::from(denominator.max(1)))).unwrap_or(u64::MAX)
}
