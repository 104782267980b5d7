//! A recipe: a piece of music in words. This file holds what a recipe says; `parse` reads it. Pure.

use super::pitch::Pitch;
use crate::music::bed::{BedSpec, Key};
use crate::units::Decibels;

/// A piece in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// The piece's title.
    pub title: String,
    /// Its key: what its beds stand on.
    pub key: Key,
    /// How long it is, in seconds.
    pub length: f64,
    /// Another seed is another hand at the same piece.
    pub seed: u64,
    /// The whole piece, louder or softer.
    pub level: Decibels,
    /// From silence, in seconds.
    pub fade_in: f64,
    /// To silence, in seconds.
    pub fade_out: f64,
    /// How intense it is over time.
    pub arc: Vec<Point>,
    /// The room around it.
    pub room: Room,
    /// What sounds together.
    pub layers: Vec<Layer>,
}

/// The intensity at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// In seconds.
    pub at: f64,
    /// From 0, hardly there, to 1.
    pub intensity: f64,
}

/// The room that a piece sounds in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// How long it rings, in seconds, until a sound is a thousandth of itself.
    pub ring: f64,
    /// What comes back from it.
    pub level: Decibels,
    /// How bright it is: 0 to 1.
    pub brightness: f64,
}

/// One voice of a piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its name, by which a pattern can follow it.
    pub name: Option<String>,
    /// What is played.
    pub part: Part,
    /// How loud one of its notes is.
    pub level: Decibels,
    /// Between left (−1) and right (1).
    pub pan: f64,
    /// How far it spreads around its place: 0 to 1.
    pub width: f64,
    /// How bright it is: 0 to 1.
    pub brightness: f64,
    /// How much of it goes to the room: 0 to 1.
    pub reverb: f64,
    /// When a note is fully there, in seconds from its beginning.
    pub attack: f64,
    /// When a note is gone, in seconds from its end.
    pub release: f64,
}

/// What a layer plays.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Chords and melodies, note by note.
    Written {
        /// What plays them.
        instrument: Instrument,
        /// When they begin, in seconds.
        start: f64,
        /// One after another.
        moments: Vec<Moment>,
        /// How often.
        times: u32,
    },
    /// A melody by chance over a scale or over another layer's chords.
    Pattern {
        /// What plays it.
        instrument: Instrument,
        /// How it goes.
        pattern: Pattern,
    },
    /// A bed, for a stretch of the piece.
    Bed {
        /// Which one.
        spec: BedSpec,
        /// From, in seconds.
        start: f64,
        /// Until, in seconds.
        end: f64,
    },
}

/// Pitches that begin together, or none for a rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// In seconds.
    pub length: f64,
    /// What sounds.
    pub pitches: Vec<Pitch>,
}

/// A melody by chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The tones it may use.
    pub tones: Tones,
    /// The lowest pitch.
    pub low: Pitch,
    /// The highest pitch.
    pub high: Pitch,
    /// From note to note, in seconds.
    pub every: f64,
    /// How far a note may come early or late, as a part of `every`: 0 to 1.
    pub sway: f64,
    /// How often a note is left out: 0 to 1.
    pub rest: f64,
    /// Notes in a phrase.
    pub phrase: u32,
    /// Between phrases, in seconds.
    pub pause: f64,
    /// From, in seconds.
    pub start: f64,
    /// Until, in seconds.
    pub end: f64,
}

/// The tones that a pattern may use.
#[derive(Clone, Debug, PartialEq)]
pub enum Tones {
    /// These, all the time.
    Scale(Vec<Key>),
    /// Those of the chord that the named layer plays.
    Over(String),
}

/// What plays notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// Warm and wide.
    Pad,
    /// Far voices, singing `oo` to `ah`.
    Choir,
    /// Bowed, many together.
    Strings,
    /// One breath.
    Flute,
    /// A low, round tone.
    Low,
    /// A piano with felt before its hammers.
    Felt,
    /// Plucked.
    Harp,
    /// Small and glassy.
    Bell,
    /// A singing bowl.
    Bowl,
}

impl Instrument {
    /// Every instrument by its name in a recipe.
    pub const ALL: [(&'static str, Instrument); 9] = [
        ("pad", Instrument::Pad),
        ("choir", Instrument::Choir),
        ("strings", Instrument::Strings),
        ("flute", Instrument::Flute),
        ("low", Instrument::Low),
        ("felt", Instrument::Felt),
        ("harp", Instrument::Harp),
        ("bell", Instrument::Bell),
        ("bowl", Instrument::Bowl),
    ];

    /// Whether a note sounds until it is ended, and does not die away by itself.
    pub(super) fn sustains(self) -> bool {
        match self {
            Instrument::Pad | Instrument::Choir | Instrument::Strings | Instrument::Flute | Instrument::Low => true,
            Instrument::Felt | Instrument::Harp | Instrument::Bell | Instrument::Bowl => false,
        }
    }
}
