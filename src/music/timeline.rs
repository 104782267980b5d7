//! The timeline: what sounds at a position, and how loud. Pure.
//!
//! One function, [`Timeline::gain_at`], is read by the mixer, the drawing on the session's page, the terminal
//! and the checks: what is drawn is what is heard.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::bed::BedSpec;
use super::chime::ChimeSpec;
use super::credits::Credits;
use super::cue;
use super::fade::{Curve, Fade};
use crate::units::{Decibels, Gain, Length, Lufs, Position, SampleRate};

/// A session on its clock: the phases, and the clips that sound in them.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The session's title.
    pub title: String,
    /// A sentence on it.
    pub summary: String,
    /// Its words in other languages.
    pub translations: Translations,
    /// The rate of its clock.
    pub rate: SampleRate,
    /// What every piece is brought to.
    pub loudness: Lufs,
    /// The true peak that nothing passes.
    pub ceiling: Decibels,
    /// The phases, one after another, from the session's start to its end.
    pub phases: Vec<PhaseSpan>,
    /// What sounds, in the order it begins. Ids rise, and are never used twice in a session.
    pub clips: Vec<Clip>,
    /// What sounds over the music, which is ducked beneath it, in the order it begins.
    pub cues: Vec<Clip>,
    /// The first frame after the session.
    pub end: Position,
    /// The number of the next clip that is laid.
    pub next: u32,
}

/// What a session's words are in other languages: by the language (BCP 47), and by the words as the playlist has them.
pub type Translations = BTreeMap<String, BTreeMap<String, String>>;

impl Timeline {
    /// The same session with its words in another language; what is not translated stays as it is.
    pub fn in_language(&self, language: &str) -> Timeline {
        let mut other = self.clone();
        let Some(words) = self.translations.get(language) else { return other };
        let translate = |text: &mut String| {
            if let Some(word) = words.get(text.as_str()) {
                text.clone_from(word);
            }
        };
        translate(&mut other.title);
        translate(&mut other.summary);
        for phase in &mut other.phases {
            translate(&mut phase.name);
            translate(&mut phase.purpose);
        }
        for clip in other.clips.iter_mut().chain(&mut other.cues) {
            if words.contains_key(&clip.piece.title) {
                translate(&mut Arc::make_mut(&mut clip.piece).title);
            }
        }
        other
    }
}

/// One phase on the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseSpan {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// Its level against the session's loudness.
    pub level: Decibels,
    /// Its first frame.
    pub start: Position,
    /// The first frame of the next phase.
    pub end: Position,
    /// The least it may last.
    pub min: Length,
    /// The most it may last.
    pub max: Length,
    /// How long its own clock has stood so far: in holds, and while a reserve played.
    pub waited: Length,
    /// Whether its own clock stands now.
    pub stands: bool,
}

impl PhaseSpan {
    /// How long it lasts.
    pub fn length(&self) -> Length {
        self.end - self.start
    }
}

/// The number of a clip in its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClipId(pub u32);

/// Where a clip belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The track `track` of phase `phase`; a bed that fills what is left has no track.
    Phase {
        /// The phase's number, from 0.
        phase: usize,
        /// The track's number in the phase, from 0.
        track: Option<usize>,
    },
    /// The track `track` of reserve `reserve`, outside the phases' clock.
    Reserve {
        /// The reserve's number, from 0.
        reserve: usize,
        /// The track's number in the reserve, from 0.
        track: usize,
    },
    /// The cue `cue` of phase `phase`, over its music.
    Cue {
        /// The phase's number, from 0.
        phase: usize,
        /// The cue's number in the phase, from 0.
        cue: usize,
    },
}

/// A stretch of a piece on the session's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// Its number.
    pub id: ClipId,
    /// What sounds.
    pub piece: Arc<Piece>,
    /// Where it belongs.
    pub role: Role,
    /// Its first frame.
    pub start: Position,
    /// The first frame after it.
    pub end: Position,
    /// The loudness match, the phase's level and the track's own gain together.
    pub gain: Gain,
    /// Its fades; their gains multiply.
    pub fades: Vec<Fade>,
}

impl Clip {
    /// The gain at `position`; silent before the clip and after it.
    pub fn gain_at(&self, position: Position) -> Gain {
        if position < self.start || position >= self.end {
            return Gain::SILENT;
        }
        self.fades.iter().fold(self.gain, |gain, fade| gain * fade.gain_at(position))
    }

    /// Whether it sounds anywhere in the frames from `start` to `end`.
    pub fn sounds_within(&self, start: Position, end: Position) -> bool {
        self.start < end && start < self.end
    }

    /// Ends it by a fade that begins at `at`; where the clip ends before the fade would, the fade is as much shorter.
    pub fn fall(&mut self, at: Position, length: Length, curve: Curve) {
        let length = length.min(self.end - at);
        self.end = at + length;
        self.fades.push(Fade::fall(at, length, curve));
    }
}

/// A piece of music as a plan uses it: what sounds, its name, and its gain.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its title.
    pub title: String,
    /// Who made it; empty where nobody is named.
    pub artist: String,
    /// Under what licence it is played; empty where none is named.
    pub licence: String,
    /// Whose it is besides.
    pub credits: Credits,
    /// What sounds.
    pub sound: Sound,
    /// How long it sounds at most, at the session's rate, cues and trimming taken off. A bed never ends by itself.
    pub length: Option<Length>,
    /// How long its author means it to sound: a piece's own length, or a bed's.
    pub planned: Length,
    /// How much of its beginning is so soft that the piece before sounds on over it, besides their crossfade.
    pub head: Length,
    /// How much of its end is so soft that the piece after begins over it, besides their crossfade.
    pub tail: Length,
    /// What brings it to the session's loudness, with the author's own gain.
    pub gain: Gain,
    /// The shape of the crossfade that brings it in, where its author wants one of its own.
    pub curve: Option<Curve>,
    /// Its largest true peak before `gain`, full scale at 1; what is not known counts as 1.
    pub peak: Gain,
    /// Its short-term loudness before `gain`, of the 3 s up to the end of each of its seconds; empty for what is generated.
    pub course: Vec<Lufs>,
    /// Whether its author means it to rise as it does.
    pub rises: bool,
}

/// Where a piece's sound comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// A file, from `skip` of its time on.
    File {
        /// The file.
        path: PathBuf,
        /// What is left out at its start, at the session's rate.
        skip: Length,
    },
    /// Files of one rate, one after another without a gap.
    Album {
        /// The files.
        parts: Vec<Part>,
        /// What is left out at the start of the first, at the session's rate.
        skip: Length,
    },
    /// A generated bed.
    Bed(BedSpec),
    /// A generated chime.
    Chime(ChimeSpec),
}

/// One file of an album.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The file.
    pub path: PathBuf,
    /// How many frames of it sound, at its own rate.
    pub frames: u64,
}

impl Timeline {
    /// The gain of `clip` at `position`: what the mixer multiplies by, and what every drawing draws.
    pub fn gain_at(&self, clip: &Clip, position: Position) -> Gain {
        match clip.role {
            Role::Cue { .. } => clip.gain_at(position),
            Role::Phase { .. } | Role::Reserve { .. } => {
                clip.gain_at(position) * cue::duck_at(&self.cues, self.rate, position)
            }
        }
    }

    /// Whether the gain of `clip` stays as it is in the frames from `start` to `end`.
    pub fn is_steady(&self, clip: &Clip, start: Position, end: Position) -> bool {
        let ducked = !matches!(clip.role, Role::Cue { .. }) && cue::ducks_within(&self.cues, start, end);
        !ducked && !clip.fades.iter().any(|fade| fade.moves_within(start, end))
    }

    /// Everything that is planned to sound: the music, then the cues over it.
    pub fn all(&self) -> impl Iterator<Item = &Clip> {
        self.clips.iter().chain(&self.cues)
    }

    /// The clips that sound anywhere in the frames from `start` to `end`, in a fixed order.
    pub fn sounding(&self, start: Position, end: Position) -> impl Iterator<Item = &Clip> {
        self.all().filter(move |clip| clip.sounds_within(start, end))
    }

    /// The phase at `position`; the last one at and after the end.
    pub fn phase_at(&self, position: Position) -> Option<(usize, &PhaseSpan)> {
        let found = self.phases.iter().enumerate().find(|(_, phase)| position < phase.end);
        found.or_else(|| self.phases.iter().enumerate().next_back())
    }

    /// How far the music is from its full level at `position`, against the session's loudness: the root of the summed
    /// squares of what the phases' levels, the fades and the ducks leave of each piece. Silence is 0. This is the arc that
    /// is drawn; a cue is not part of it.
    pub fn level_at(&self, position: Position) -> Gain {
        let music = self.clips.iter().filter(|clip| clip.sounds_within(position, position + Length(1)));
        let power: f64 = music
            .map(|clip| self.gain_at(clip, position).0 / clip.piece.gain.0.max(1e-9))
            .map(|level| level * level)
            .sum();
        Gain(power.sqrt())
    }

    /// The length of the whole session.
    pub fn length(&self) -> Length {
        self.end.since_start()
    }
}
