//! A fade: gain as a function of the frame number, and of nothing else. Pure.
//! So a seek is free, the size of a block doesn't matter, and what is rendered is what is played.

use crate::units::{Gain, Length, Position};

/// The shape of a fade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// `sin(π/2·(3x²−2x³))`: equal power over a smoothstep. Between unrelated pieces: no dip, no corner at either end.
    EqualPower,
    /// `3x²−2x³`: both gains sum to one. For a piece against itself, which adds in amplitude.
    EqualGain,
    /// `(1−cos πx)/2`: from and to silence.
    HalfCosine,
}

impl Curve {
    /// The gain of a fade in at `x` of its way, from 0 to 1. A fade out is the same read backwards.
    pub fn at(self, x: f64) -> f64 {
        let x = x.clamp(0.0, 1.0);
        let smoothstep = x * x * (3.0 - 2.0 * x);
        match self {
            Curve::EqualPower => libm::sin(std::f64::consts::FRAC_PI_2 * smoothstep),
            Curve::EqualGain => smoothstep,
            Curve::HalfCosine => 0.5 * (1.0 - libm::cos(std::f64::consts::PI * x)),
        }
    }
}

/// Whether a fade comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From silence to full.
    In,
    /// From full to silence.
    Out,
}

/// A fade on the session's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fade {
    /// Its first frame.
    pub start: Position,
    /// How long it takes; a fade of no length is a cut.
    pub length: Length,
    /// Whether it comes or goes.
    pub direction: Direction,
    /// Its shape.
    pub curve: Curve,
}

impl Fade {
    /// A fade from silence.
    pub fn rise(start: Position, length: Length, curve: Curve) -> Fade {
        Fade { start, length, direction: Direction::In, curve }
    }

    /// A fade to silence.
    pub fn fall(start: Position, length: Length, curve: Curve) -> Fade {
        Fade { start, length, direction: Direction::Out, curve }
    }

    /// The first frame after the fade.
    pub fn end(&self) -> Position {
        self.start + self.length
    }

    /// The gain at `position`: before the fade what it comes from, after it what it leads to.
    pub fn gain_at(&self, position: Position) -> Gain {
        let x = match (position < self.start, position >= self.end()) {
            (true, _) => 0.0,
            (_, true) => 1.0,
            _ => position.since(self.start).0 as f64 / self.length.0 as f64,
        };
        Gain(match self.direction {
            Direction::In => self.curve.at(x),
            Direction::Out => self.curve.at(1.0 - x),
        })
    }

    /// Whether the gain moves anywhere in the frames from `start` to `end`.
    pub fn moves_within(&self, start: Position, end: Position) -> bool {
        self.start < end && start < self.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Length = Length(10);

    fn gains(fade: Fade) -> Vec<f64> {
        (0..=12).map(|n| fade.gain_at(Position(n)).0).collect()
    }

    #[test]
    fn a_crossfade_of_unrelated_pieces_keeps_its_power() {
        let rise = gains(Fade::rise(Position(1), TEN, Curve::EqualPower));
        let fall = gains(Fade::fall(Position(1), TEN, Curve::EqualPower));
        for (a, b) in rise.iter().zip(&fall) {
            assert!((a * a + b * b - 1.0).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn a_piece_against_itself_keeps_its_amplitude() {
        let rise = gains(Fade::rise(Position(1), TEN, Curve::EqualGain));
        let fall = gains(Fade::fall(Position(1), TEN, Curve::EqualGain));
        for (a, b) in rise.iter().zip(&fall) {
            assert!((a + b - 1.0).abs() < 1e-12, "{a} {b}");
        }
    }

    #[test]
    fn a_fade_begins_and_ends_on_its_frames() {
        for curve in [Curve::EqualPower, Curve::EqualGain, Curve::HalfCosine] {
            let rise = gains(Fade::rise(Position(1), TEN, curve));
            assert_eq!((rise[0], rise[1], rise[11], rise[12]), (0.0, 0.0, 1.0, 1.0), "{curve:?}");
            assert!(rise.windows(2).all(|pair| pair[0] <= pair[1]), "{curve:?}");
        }
    }

    #[test]
    fn a_fade_has_no_corner_at_either_end() {
        for curve in [Curve::EqualPower, Curve::EqualGain, Curve::HalfCosine] {
            let long = Fade::rise(Position(0), Length(1_000_000), curve);
            let step = |n: u64| long.gain_at(Position(n + 1)).0 - long.gain_at(Position(n)).0;
            // The steepest of the three rises by less than 2.4 over the whole fade; the ends are almost flat.
            assert!(step(0) < 1e-8 && step(999_998) < 1e-8, "{curve:?} {} {}", step(0), step(999_998));
        }
    }

    #[test]
    fn a_fade_of_no_length_is_a_cut() {
        let cut = Fade::rise(Position(5), Length::NONE, Curve::EqualPower);
        assert_eq!((cut.gain_at(Position(4)).0, cut.gain_at(Position(5)).0), (0.0, 1.0));
    }
}
