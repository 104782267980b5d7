//! Two channels from however many a file has, and the watch over what they hold. Pure.

use symphonia::core::audio::{Channels, Position as Speaker};

use super::DecodeError;
use crate::units::Frame;

/// The samples of music stay below this; a piece that passes it (12 dB over full scale) is damaged.
const INSANE: f32 = 4.0;

/// How a file's channels become two.
pub(super) enum Downmix {
    /// By the number of channels alone: one is both sides, two are left and right, of more the first two are heard.
    Count,
    /// A factor per channel and side (ITU-R BS.775: centre and surrounds at −3 dB, no low-frequency effects).
    Weighted(Vec<(f32, f32)>),
}

impl Downmix {
    /// For channels in Symphonia's order.
    pub(super) fn of(channels: Option<&Channels>) -> Downmix {
        let Some(Channels::Positioned(positions)) = channels else { return Downmix::Count };
        Downmix::in_order(positions.iter())
    }

    /// For one to eight channels in the order of Vorbis and Opus (RFC 7845, section 5.1.1.2).
    pub(super) fn in_vorbis_order(channels: usize) -> Downmix {
        const L: Speaker = Speaker::FRONT_LEFT;
        const C: Speaker = Speaker::FRONT_CENTER;
        const R: Speaker = Speaker::FRONT_RIGHT;
        const SL: Speaker = Speaker::SIDE_LEFT;
        const SR: Speaker = Speaker::SIDE_RIGHT;
        const RL: Speaker = Speaker::REAR_LEFT;
        const RC: Speaker = Speaker::REAR_CENTER;
        const RR: Speaker = Speaker::REAR_RIGHT;
        const LOW: Speaker = Speaker::LFE1;
        let order: &[Speaker] = match channels {
            3 => &[L, C, R],
            4 => &[L, R, RL, RR],
            5 => &[L, C, R, RL, RR],
            6 => &[L, C, R, RL, RR, LOW],
            7 => &[L, C, R, SL, SR, RC, LOW],
            8 => &[L, C, R, SL, SR, RL, RR, LOW],
            _ => &[],
        };
        Downmix::in_order(order.iter().copied())
    }

    fn in_order(speakers: impl Iterator<Item = Speaker>) -> Downmix {
        let weights: Vec<_> = speakers.map(weight).collect();
        if weights.len() < 3 { Downmix::Count } else { Downmix::Weighted(weights) }
    }

    /// Appends interleaved samples as frames, all or none.
    pub(super) fn append(&self, samples: &[f32], channels: usize, out: &mut Vec<Frame>) -> Result<(), DecodeError> {
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
        // A sample that is no number is below nothing, and so not sane.
        let sane = |frame: &Frame| frame.left.abs() < INSANE && frame.right.abs() < INSANE;
        if out[first..].iter().all(sane) {
            return Ok(());
        }
        out.truncate(first);
        Err(DecodeError::Damaged("it has samples far over full scale".to_owned()))
    }
}

fn weight(speaker: Speaker) -> (f32, f32) {
    const SIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;
    let left = [Speaker::SIDE_LEFT, Speaker::REAR_LEFT, Speaker::FRONT_LEFT_CENTER];
    let right = [Speaker::SIDE_RIGHT, Speaker::REAR_RIGHT, Speaker::FRONT_RIGHT_CENTER];
    match speaker {
        Speaker::FRONT_LEFT => (1.0, 0.0),
        Speaker::FRONT_RIGHT => (0.0, 1.0),
        Speaker::FRONT_CENTER | Speaker::REAR_CENTER => (SIDE, SIDE),
        other if left.contains(&other) => (SIDE, 0.0),
        other if right.contains(&other) => (0.0, SIDE),
        _ => (0.0, 0.0),
    }
}

fn weigh(samples: &[f32], weights: &[(f32, f32)]) -> Frame {
    samples.iter().zip(weights).fold(Frame::SILENT, |mut sum, (sample, (left, right))| {
        sum += Frame::new(sample * left, sample * right);
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_and_the_surrounds_are_heard_at_minus_three_decibels_and_the_low_effects_not() {
        let mut out = Vec::new();
        let six = Downmix::in_vorbis_order(6);
        for channel in 0..6 {
            let samples: Vec<f32> = (0..6).map(|n| if n == channel { 1.0 } else { 0.0 }).collect();
            six.append(&samples, 6, &mut out).expect("sane samples");
        }
        let side = std::f32::consts::FRAC_1_SQRT_2;
        let expected = [(1.0, 0.0), (side, side), (0.0, 1.0), (side, 0.0), (0.0, side), (0.0, 0.0)];
        assert_eq!(out, expected.map(|(left, right)| Frame::new(left, right)));
    }

    #[test]
    fn samples_that_no_music_has_are_damage_and_none_of_them_is_heard() {
        for insane in [11_800.0, -6.6e37, f32::INFINITY, f32::NAN] {
            for samples in [[insane, 0.1], [0.1, insane]] {
                let mut out = vec![Frame::SILENT];
                assert!(Downmix::Count.append(&samples, 2, &mut out).is_err(), "{samples:?}");
                assert_eq!(out, [Frame::SILENT]);
            }
        }
    }
}
