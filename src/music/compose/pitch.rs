//! A pitch as musicians write it: `F#4`, where `A4` is 440 Hz and each octave begins at C. Pure.

use crate::music::bed::Key;

/// A pitch, in semitones above C of the octave −1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pitch(u8);

impl Pitch {
    /// How a pitch is written, for a hint.
    pub const HINT: &'static str = "a pitch is a tone and an octave, like `D3`, `F#4` or `Bb2`; `A4` is 440 Hz";

    /// Reads `D3`, `F#4`, `Bb2`: octaves 0 to 8.
    pub fn parse(text: &str) -> Option<Pitch> {
        let octave = text.chars().last()?.to_digit(10).filter(|octave| *octave <= 8)?;
        let key = Key::parse(&text[..text.len() - 1])?;
        let base = 12 * (u8::try_from(octave).ok()? + 1);
        // B# and Cb are written in the octave of their letter.
        let letter = text.chars().next()?.to_ascii_uppercase();
        let shift: i16 = match (letter, key.semitones()) {
            ('B', 0) => 12,
            ('C', 11) => -12,
            _ => 0,
        };
        u8::try_from(i16::from(base) + i16::from(key.semitones()) + shift).ok().map(Pitch)
    }

    /// Its frequency.
    pub fn hertz(self) -> f64 {
        440.0 * libm::exp2((f64::from(self.0) - 69.0) / 12.0)
    }

    /// Whether it is a tone of `key`, in any octave.
    pub fn is_tone(self, key: Key) -> bool {
        self.0 % 12 == key.semitones()
    }

    /// Whether it and `other` are the same tone, in any octave.
    pub fn same_tone(self, other: Pitch) -> bool {
        self.0 % 12 == other.0 % 12
    }

    /// Every pitch from `low` to `high`.
    pub fn between(low: Pitch, high: Pitch) -> impl Iterator<Item = Pitch> {
        (low.0..=high.0).map(Pitch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pitch_is_read_as_musicians_write_it() {
        for (text, hertz) in
            [("A4", 440.0), ("C4", 261.625_565), ("F#2", 92.498_606), ("Bb3", 233.081_881), ("B#3", 261.625_565)]
        {
            let read = Pitch::parse(text).map(Pitch::hertz);
            assert!(read.is_some_and(|read| (read - hertz).abs() < 1e-4), "{text}: {read:?}");
        }
        assert_eq!(Pitch::parse("Cb4"), Pitch::parse("B3"));
        for text in ["", "4", "D", "H2", "D9", "D-1", "D 3x"] {
            assert_eq!(Pitch::parse(text), None, "{text}");
        }
    }
}
