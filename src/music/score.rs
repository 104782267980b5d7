//! The score: a playlist with its library, everything in frames, ready to be laid on the clock.
//! Pure: it gets the facts, and turns what is wrong with a track into a finding at its line.

mod piece;
mod resolve;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fade::Curve;
use super::library::Library;
use super::playlist::{ChimeSound, Order, Playlist, TrackSound, WhenShort};
use super::timeline::{Piece, Translations};
use crate::diagnostic::{Findings, Place, SourceText};
use crate::units::{Decibels, Length, Lufs, SampleRate};
use resolve::Resolver;

pub use resolve::FILE;

/// A session, resolved: what may sound, how long, how loud.
#[derive(Clone, Debug)]
pub struct Score {
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
    /// Between two pieces.
    pub crossfade: Length,
    /// Between two phases.
    pub boundary: Length,
    /// The session's last fade.
    pub end: Length,
    /// The phases; at least one.
    pub phases: Vec<ScorePhase>,
    /// Music outside the clock.
    pub reserves: Vec<ScoreReserve>,
}

/// A phase, resolved.
#[derive(Clone, Debug)]
pub struct ScorePhase {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// How long it is planned.
    pub length: Length,
    /// The least it may last.
    pub min: Length,
    /// The most it may last.
    pub max: Length,
    /// Its level against the session's loudness.
    pub level: Decibels,
    /// How its pieces are ordered.
    pub order: Order,
    /// What fills what is left.
    pub when_short: WhenShort,
    /// How long it takes from silence.
    pub fade_in: Option<Length>,
    /// The shape of its crossfades, where the author wants one of their own.
    pub curve: Option<Curve>,
    /// Its pieces, each with its number in the playlist.
    pub pieces: Vec<(usize, Arc<Piece>)>,
    /// Where the playlist has each of its tracks.
    pub places: Vec<Place>,
    /// The bed that fills what is left.
    pub bed: Arc<Piece>,
    /// What sounds over its music, in order.
    pub cues: Vec<ScoreCue>,
    /// Where the playlist has it.
    pub place: Place,
}

/// A cue, resolved.
#[derive(Clone, Debug)]
pub struct ScoreCue {
    /// Its number in the phase.
    pub number: usize,
    /// How long after the phase begins, by the phase's own clock.
    pub at: Length,
    /// What sounds. It has a length.
    pub piece: Arc<Piece>,
}

/// A reserve, resolved.
#[derive(Clone, Debug)]
pub struct ScoreReserve {
    /// Its name.
    pub name: String,
    /// Its level against the session's loudness.
    pub level: Decibels,
    /// Its pieces, each with its number in the playlist; at least one.
    pub pieces: Vec<(usize, Arc<Piece>)>,
    /// The bed that it has where every piece of it fails.
    pub bed: Arc<Piece>,
}

impl Score {
    /// The files that a playlist names, as they lie below its folder.
    pub fn files(playlist: &Playlist, folder: &Path) -> Vec<PathBuf> {
        let phases = playlist.phases.iter().flat_map(|phase| &phase.tracks);
        let reserves = playlist.reserves.iter().flat_map(|reserve| &reserve.tracks);
        let tracks = phases.chain(reserves).filter_map(|track| match &track.sound {
            TrackSound::File { file, .. } => Some(file),
            TrackSound::Bed { .. } => None,
        });
        let cues = playlist.phases.iter().flat_map(|phase| &phase.cues).filter_map(|cue| match &cue.sound {
            ChimeSound::File(file) => Some(file),
            ChimeSound::Generated { .. } => None,
        });
        tracks.chain(cues).map(|file| folder.join(&file.value)).collect()
    }

    /// Resolves a playlist. A track that cannot be played is a finding, and left out.
    pub fn resolve(
        playlist: &Playlist,
        library: &Library,
        rate: SampleRate,
        source: &SourceText,
        folder: &Path,
    ) -> (Score, Findings) {
        let mut resolver = Resolver::new(playlist, library, rate, source, folder);
        let phases = playlist.phases.iter().enumerate().map(|(n, phase)| resolver.phase(n, phase)).collect();
        let reserves: Vec<ScoreReserve> =
            playlist.reserves.iter().enumerate().map(|(n, reserve)| resolver.reserve(n, reserve)).collect();
        let length = |duration| Length::of(duration, rate);
        let score = Score {
            title: playlist.title.clone(),
            summary: playlist.summary.clone(),
            translations: playlist.translations.clone(),
            rate,
            loudness: playlist.loudness,
            ceiling: playlist.ceiling,
            crossfade: length(playlist.crossfade),
            boundary: length(playlist.boundary),
            end: length(playlist.end),
            phases,
            reserves,
        };
        (score, resolver.finish())
    }

    /// Puts another piece in the place of one, or none at all.
    pub fn replace(&mut self, piece: &Arc<Piece>, with: Option<Arc<Piece>>) {
        let put = |pieces: &mut Vec<(usize, Arc<Piece>)>| {
            pieces.retain_mut(|(_, kept)| {
                let same = kept.sound == piece.sound;
                if let (true, Some(with)) = (same, &with) {
                    *kept = with.clone();
                }
                !same || with.is_some()
            });
        };
        self.phases.iter_mut().for_each(|phase| put(&mut phase.pieces));
        for reserve in &mut self.reserves {
            put(&mut reserve.pieces);
            if reserve.pieces.is_empty() {
                reserve.pieces.push((0, reserve.bed.clone()));
            }
        }
    }

    /// The reserve of this name, whatever its letters' case.
    pub fn reserve(&self, name: &str) -> Option<usize> {
        self.reserves.iter().position(|reserve| reserve.name.eq_ignore_ascii_case(name.trim()))
    }
}
