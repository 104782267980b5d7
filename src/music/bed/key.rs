//! A key: one of the twelve tones, without a mode. Pure.

use std::fmt;

/// A key by its tone: `D`, `F#`, `Bb`. Two names of one tone are one key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u8);

const NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

impl Key {
    /// How a key is written, for a hint.
    pub const HINT: &'static str = "a key is a letter from A to G, with `#` or `b` where it needs one: `D`, `F#`, `Bb`";

    /// Reads `D`, `f#`, `Bb`, `E♭`.
    pub fn parse(text: &str) -> Option<Key> {
        let mut letters = text.trim().chars();
        let natural = match letters.next()?.to_ascii_uppercase() {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            'B' => 11,
            _ => return None,
        };
        let tone = match letters.as_str() {
            "" => natural,
            "#" | "♯" => natural + 1,
            "b" | "♭" => natural + 11,
            _ => return None,
        };
        Some(Key(tone % 12))
    }

    /// The key's tone above C, in semitones: 0 to 11.
    pub fn semitones(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES[usize::from(self.0)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_musicians_write_it() {
        for (text, said) in
            [("D", "D"), ("bb", "Bb"), ("F#", "F#"), ("Gb", "F#"), ("Cb", "B"), ("B#", "C"), ("E♭", "Eb"), (" a ", "A")]
        {
            assert_eq!(Key::parse(text).map(|key| key.to_string()), Some(said.to_owned()), "{text}");
        }
        for text in ["", "H", "D minor", "##", "C##", "4"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_written_back_as_it_is_read() {
        for tone in 0..12 {
            assert_eq!(Key::parse(&Key(tone).to_string()), Some(Key(tone)));
        }
    }
}
