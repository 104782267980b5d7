//! Worlds in a line, for the tests of this half: scores without files, at one frame a second.

use std::sync::Arc;

use super::bed::{BedKind, BedSpec, Key};
use super::playlist::{Order, WhenShort};
use super::score::{Score, ScoreCue, ScorePhase, ScoreReserve};
use super::timeline::{Clip, Piece, Sound, Timeline};
use crate::diagnostic::Place;
use crate::units::{Decibels, Gain, Length, Lufs, Position, SampleRate};

/// A piece of so many seconds that would be read from a file.
pub(super) fn piece(title: &str, seconds: u64) -> Arc<Piece> {
    let length = Length(seconds);
    let sound = Sound::File { path: title.into(), skip: Length::NONE };
    piece_of(title, sound, Some(length), length)
}

/// A bed that is meant to sound so many seconds.
pub(super) fn bed(title: &str, seconds: u64) -> Arc<Piece> {
    let spec = BedSpec { kind: BedKind::Drone, key: Key::default(), seed: seconds };
    piece_of(title, Sound::Bed(spec), None, Length(seconds))
}

fn piece_of(title: &str, sound: Sound, length: Option<Length>, planned: Length) -> Arc<Piece> {
    let (artist, licence) = (String::new(), String::new());
    Arc::new(Piece {
        title: title.to_owned(),
        artist,
        licence,
        credits: super::credits::Credits::default(),
        sound,
        length,
        planned,
        head: Length::NONE,
        tail: Length::NONE,
        gain: Gain::UNITY,
        curve: None,
        peak: Gain::UNITY,
        course: Vec::new(),
        rises: false,
    })
}

/// The cue of this number, so long after its phase begins; it sounds for 16 seconds.
pub(super) fn cue(number: usize, at: u64) -> ScoreCue {
    ScoreCue { number, at: Length(at), piece: piece(&format!("cue {number}"), 16) }
}

/// A phase of so many seconds, in the order that its pieces are listed.
pub(super) fn phase(name: &str, seconds: u64, pieces: &[Arc<Piece>]) -> ScorePhase {
    ScorePhase {
        name: name.to_owned(),
        purpose: String::new(),
        length: Length(seconds),
        min: Length(seconds / 2),
        max: Length(seconds * 2),
        level: Decibels(0.0),
        order: Order::Listed,
        when_short: WhenShort::Repeat,
        fade_in: None,
        curve: None,
        pieces: pieces.iter().cloned().enumerate().collect(),
        bed: bed("filler", seconds),
        cues: Vec::new(),
        places: pieces.iter().map(|_| Place::file("playlist.toml")).collect(),
        place: Place::file("playlist.toml"),
    }
}

/// A score at one frame a second: crossfades of 10 s, boundaries of 20 s, a last fade of 20 s.
pub(super) fn score(phases: Vec<ScorePhase>) -> Score {
    let reserves = vec![ScoreReserve {
        name: "Grounding".to_owned(),
        level: Decibels(-9.0),
        pieces: vec![(0, piece("hearth", 300))],
        bed: bed("reserve's bed", 600),
    }];
    Score {
        title: "Test".to_owned(),
        summary: String::new(),
        translations: Default::default(),
        rate: SampleRate::new(1).expect("in range"),
        loudness: Lufs(-23.0),
        ceiling: Decibels(-1.0),
        crossfade: Length(10),
        boundary: Length(20),
        end: Length(20),
        phases,
        reserves,
    }
}

/// The clips as `title start..end`.
pub(super) fn told(timeline: &Timeline) -> Vec<String> {
    timeline.clips.iter().map(|clip| format!("{} {}..{}", clip.piece.title, clip.start.0, clip.end.0)).collect()
}

/// The sum of the squared gains at a position: 1 where unrelated pieces keep their power.
pub(super) fn power(timeline: &Timeline, at: u64) -> f64 {
    let at = Position(at);
    timeline.clips.iter().map(|clip| clip.gain_at(at).0 * clip.gain_at(at).0).sum()
}

/// The gain of one clip over the whole session.
pub(super) fn gains(timeline: &Timeline, clip: &Clip) -> Vec<f64> {
    (0..timeline.end.0).map(|at| timeline.gain_at(clip, Position(at)).0).collect()
}

/// Noise between -1 and 1, the same on every machine.
pub(crate) fn noise(n: u64) -> f32 {
    let mixed = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) as f32 / 8_388_608.0 - 1.0
}
