//! Level: decibels and LUFS for people, a factor for samples, and the frame that both act on. Pure.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub};

/// A relative level in decibels (20·log₁₀ of an amplitude ratio).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Decibels(pub f64);

impl Decibels {
    /// The factor for a sample. `libm`, so that every machine gives the same bits.
    pub fn gain(self) -> Gain {
        Gain(libm::pow(10.0, self.0 / 20.0))
    }

    /// Reads `-6 dB`, `+1dB`, `-6dBTP`, `0`: between −120 and +40.
    pub fn parse(text: &str) -> Option<Decibels> {
        let text = text.trim();
        let number = ["dBTP", "dBFS", "dB"].iter().find_map(|unit| strip_unit(text, unit)).unwrap_or(text);
        number_in(number, -120.0, 40.0).map(Decibels)
    }
}

impl Add for Decibels {
    type Output = Decibels;
    fn add(self, other: Decibels) -> Decibels {
        Decibels(self.0 + other.0)
    }
}

impl fmt::Display for Decibels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_level(f, self.0, "dB")
    }
}

/// A loudness in LUFS (ITU-R BS.1770, EBU R 128).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Lufs(pub f64);

impl Lufs {
    /// Reads `-23 LUFS` or `-23`: between −70 and 0.
    pub fn parse(text: &str) -> Option<Lufs> {
        let text = text.trim();
        number_in(strip_unit(text, "LUFS").unwrap_or(text), -70.0, 0.0).map(Lufs)
    }
}

impl Sub for Lufs {
    type Output = Decibels;
    /// The gain that brings a piece at the second loudness to the first.
    fn sub(self, measured: Lufs) -> Decibels {
        Decibels(self.0 - measured.0)
    }
}

impl fmt::Display for Lufs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_level(f, self.0, "LUFS")
    }
}

fn strip_unit<'a>(text: &'a str, unit: &str) -> Option<&'a str> {
    let cut = text.len().checked_sub(unit.len())?;
    (text.is_char_boundary(cut) && text[cut..].eq_ignore_ascii_case(unit)).then(|| text[..cut].trim_end())
}

fn number_in(text: &str, least: f64, most: f64) -> Option<f64> {
    // A typographic minus comes with text pasted from a page.
    let value: f64 = text.replace('−', "-").parse().ok()?;
    (least..=most).contains(&value).then_some(value)
}

fn write_level(f: &mut fmt::Formatter<'_>, value: f64, unit: &str) -> fmt::Result {
    let rounded = (value * 10.0).round() / 10.0;
    // Adding zero turns a negative zero into a plain one.
    write!(f, "{} {unit}", rounded + 0.0)
}

/// A factor on samples: 1 leaves them as they are.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Gain(pub f64);

impl Gain {
    /// Nothing is heard.
    pub const SILENT: Gain = Gain(0.0);
    /// Samples stay as they are.
    pub const UNITY: Gain = Gain(1.0);

    /// The same in decibels; −120 dB where nothing is heard.
    pub fn decibels(self) -> Decibels {
        Decibels(if self.0 <= 1e-6 { -120.0 } else { 20.0 * libm::log10(self.0) })
    }
}

impl Default for Gain {
    fn default() -> Self {
        Gain::UNITY
    }
}

impl Mul for Gain {
    type Output = Gain;
    fn mul(self, other: Gain) -> Gain {
        Gain(self.0 * other.0)
    }
}

/// One stereo sample, full scale at ±1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// The left channel.
    pub left: f32,
    /// The right channel.
    pub right: f32,
}

impl Frame {
    /// Nothing is heard.
    pub const SILENT: Frame = Frame { left: 0.0, right: 0.0 };

    /// A frame of both channels.
    pub fn new(left: f32, right: f32) -> Frame {
        Frame { left, right }
    }

    /// The larger of the two channels' magnitudes.
    pub fn peak(self) -> f32 {
        self.left.abs().max(self.right.abs())
    }

    /// Whether both channels are numbers.
    pub fn is_finite(self) -> bool {
        self.left.is_finite() && self.right.is_finite()
    }
}

impl AddAssign for Frame {
    fn add_assign(&mut self, other: Frame) {
        self.left += other.left;
        self.right += other.right;
    }
}

impl Mul<f32> for Frame {
    type Output = Frame;
    fn mul(self, factor: f32) -> Frame {
        Frame { left: self.left * factor, right: self.right * factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_as_people_write_it() {
        for (text, value) in
            [("-6 dB", -6.0), ("+1dB", 1.0), ("−14 dB", -14.0), ("-1 dBTP", -1.0), ("0", 0.0), ("-3.5 db", -3.5)]
        {
            assert_eq!(Decibels::parse(text), Some(Decibels(value)), "{text}");
        }
        assert_eq!(Lufs::parse("-23 LUFS"), Some(Lufs(-23.0)));
        for text in ["", "dB", "loud", "-6 dBx", "NaN dB", "inf", "-900 dB", "41 dB", "6 µ"] {
            assert_eq!(Decibels::parse(text), None, "{text}");
        }
        assert_eq!(Lufs::parse("3 LUFS"), None);
    }

    #[test]
    fn a_piece_is_brought_to_a_loudness_by_the_difference() {
        assert_eq!(Lufs(-23.0) - Lufs(-17.5), Decibels(-5.5));
        assert!((Decibels(-6.0).gain().0 - 0.501_187).abs() < 1e-6);
        assert!((Gain(0.5).decibels().0 + 6.0206).abs() < 1e-4);
    }
}
