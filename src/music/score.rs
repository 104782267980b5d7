//! The score: a playlist with its library, everything in frames, ready to be laid on the clock.
//! Pure: it gets the facts, and turns what is wrong with a track into a finding at its line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::bed::{self, BedKind, BedSpec, Key};
use super::decode::DecodeError;
use super::fade::Curve;
use super::library::{Facts, Library};
use super::playlist::{HOUSE_BED, Order, Phase, Playlist, Reserve, Track, TrackSound, WhenShort};
use super::resample::Resampler;
use super::timeline::{Piece, Sound};
use crate::diagnostic::{Diagnostic, Findings, Place, SourceText};
use crate::fields::Spanned;
use crate::units::{Decibels, Gain, Length, Lufs, SampleRate, words};

/// A piece shorter than this is no piece of music in a session.
const LEAST_PIECE: Duration = Duration::from_secs(2);

/// A piece is never raised by more than this (decibels): what is so soft is mostly noise.
const MOST_RAISED: f64 = 20.0;

/// A session, resolved: what may sound, how long, how loud.
#[derive(Clone, Debug)]
pub struct Score {
    /// The session's title.
    pub title: String,
    /// A sentence on it.
    pub summary: String,
    /// The rate of its clock.
    pub rate: SampleRate,
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
    /// The bed that fills what is left.
    pub bed: Arc<Piece>,
    /// Where the playlist has it.
    pub place: Place,
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
}

impl Score {
    /// The files that a playlist names, as they lie below its folder.
    pub fn files(playlist: &Playlist, folder: &Path) -> Vec<PathBuf> {
        let phases = playlist.phases.iter().flat_map(|phase| &phase.tracks);
        let reserves = playlist.reserves.iter().flat_map(|reserve| &reserve.tracks);
        phases.chain(reserves).filter_map(|track| file_of(track).map(|file| folder.join(&file.value))).collect()
    }

    /// Resolves a playlist. A track that cannot be played is a finding, and left out.
    pub fn resolve(
        playlist: &Playlist,
        library: &Library,
        rate: SampleRate,
        source: &SourceText,
        folder: &Path,
    ) -> (Score, Findings) {
        let mut resolver =
            Resolver { library, rate, source, folder, loudness: playlist.loudness, findings: Findings::new() };
        let phases = playlist.phases.iter().enumerate().map(|(n, phase)| resolver.phase(n, phase)).collect();
        let reserves: Vec<ScoreReserve> =
            playlist.reserves.iter().enumerate().map(|(n, reserve)| resolver.reserve(n, reserve)).collect();
        let length = |duration| Length::of(duration, rate);
        let score = Score {
            title: playlist.title.clone(),
            summary: playlist.summary.clone(),
            rate,
            ceiling: playlist.ceiling,
            crossfade: length(playlist.crossfade),
            boundary: length(playlist.boundary),
            end: length(playlist.end),
            phases,
            reserves,
        };
        (score, resolver.findings)
    }

    /// Puts another piece in the place of one, or none at all.
    pub fn replace(&mut self, piece: &Arc<Piece>, with: Option<Arc<Piece>>) {
        for phase in &mut self.phases {
            phase.pieces.retain_mut(|(_, kept)| {
                let same = kept.sound == piece.sound;
                if let (true, Some(with)) = (same, &with) {
                    *kept = with.clone();
                }
                !same || with.is_some()
            });
        }
    }

    /// The reserve of this name, whatever its letters' case.
    pub fn reserve(&self, name: &str) -> Option<usize> {
        self.reserves.iter().position(|reserve| reserve.name.eq_ignore_ascii_case(name.trim()))
    }
}

fn convert(file: &str) -> String {
    let flac = Path::new(file).with_extension("flac");
    format!("convert it to FLAC, and name that: `ffmpeg -i \"{file}\" \"{}\"`", flac.display())
}

fn file_of(track: &Track) -> Option<&Spanned<String>> {
    match &track.sound {
        TrackSound::File { file, .. } => Some(file),
        TrackSound::Bed { .. } => None,
    }
}

struct Resolver<'a> {
    library: &'a Library,
    rate: SampleRate,
    source: &'a SourceText,
    folder: &'a Path,
    loudness: Lufs,
    findings: Findings,
}

impl Resolver<'_> {
    fn phase(&mut self, number: usize, phase: &Phase) -> ScorePhase {
        let pieces = self.pieces(&phase.tracks, number as u64);
        let length = |duration| Length::of(duration, self.rate);
        // The bed that fills what is left is in the key of a bed that the author chose for this phase, if there is one.
        let key = phase.tracks.iter().find_map(|track| match track.sound {
            TrackSound::Bed { key, .. } => Some(key),
            TrackSound::File { .. } => None,
        });
        let filler = BedSpec { kind: HOUSE_BED, key: key.unwrap_or_default(), seed: 1000 + number as u64 };
        ScorePhase {
            name: phase.name.clone(),
            purpose: phase.purpose.clone(),
            length: length(phase.length),
            min: length(phase.min),
            max: length(phase.max),
            level: phase.level,
            order: phase.order,
            when_short: phase.when_short,
            fade_in: phase.fade_in.map(length),
            curve: phase.curve,
            pieces,
            bed: Arc::new(bed_piece(filler, length(phase.length), self.loudness, Decibels(0.0), None)),
            place: self.source.place(phase.span.clone()),
        }
    }

    fn reserve(&mut self, number: usize, reserve: &Reserve) -> ScoreReserve {
        let mut pieces = self.pieces(&reserve.tracks, 500 + number as u64);
        if pieces.is_empty() {
            // A reserve is asked for in need: it always has something to play.
            let spec = BedSpec { kind: HOUSE_BED, key: Key::default(), seed: 2000 + number as u64 };
            pieces.push((
                0,
                Arc::new(bed_piece(spec, Length::from_secs(600, self.rate), self.loudness, Decibels(0.0), None)),
            ));
        }
        ScoreReserve { name: reserve.name.clone(), level: reserve.level, pieces }
    }

    fn pieces(&mut self, tracks: &[Track], seed: u64) -> Vec<(usize, Arc<Piece>)> {
        let pieces = tracks
            .iter()
            .enumerate()
            .filter_map(|(n, track)| Some((n, Arc::new(self.piece(track, seed * 100 + n as u64)?))));
        pieces.collect()
    }

    fn piece(&mut self, track: &Track, seed: u64) -> Option<Piece> {
        match &track.sound {
            TrackSound::Bed { kind, key, length } => {
                let spec = BedSpec { kind: *kind, key: *key, seed };
                let length = Length::of(*length, self.rate);
                Some(bed_piece(spec, length, self.loudness, track.gain, track.title.clone()))
            }
            TrackSound::File { file, start, end } => {
                let facts = self.facts(file)?;
                let (from, to) = self.cues(&facts, file, start.as_ref(), end.as_ref())?;
                Some(self.file_piece(track, file, &facts, (from, to)))
            }
        }
    }

    /// What is known of a file, or a finding at the place where the playlist names it.
    fn facts(&mut self, file: &Spanned<String>) -> Option<Facts> {
        let place = self.source.place(file.span.clone());
        match self.library.facts(&self.folder.join(&file.value)) {
            Ok(facts) => {
                if let Some(damage) = &facts.damage {
                    let message = format!("`{}` {damage}; it plays as far as it could be decoded", file.value);
                    let hint = "replace the file with an undamaged copy";
                    self.findings.push(Diagnostic::warning("playlist/damaged", message).at(place).hint(hint));
                }
                Some(facts.clone())
            }
            Err(error) => {
                let near = self.library.like(&file.value).filter(|_| error == DecodeError::Missing);
                let hint = near.unwrap_or_else(|| match error {
                    DecodeError::Missing => {
                        "a file is named from the folder of the playlist: `music/dawn.ogg`".to_owned()
                    }
                    DecodeError::Kind(_) => convert(&file.value),
                    _ => "MP3, AAC, ALAC, FLAC, Ogg Vorbis, Opus, WAV and AIFF can be played".to_owned(),
                });
                let message = format!("`{}` {error}", file.value);
                self.findings.push(Diagnostic::error("playlist/file", message).at(place).hint(hint));
                None
            }
        }
    }

    /// The frames of the file that sound, at its own rate.
    fn cues(
        &mut self,
        facts: &Facts,
        file: &Spanned<String>,
        start: Option<&Spanned<Duration>>,
        end: Option<&Spanned<Duration>>,
    ) -> Option<(u64, u64)> {
        let at = |cue: &Spanned<Duration>| Length::of(cue.value, facts.rate()).0;
        for cue in [start, end].into_iter().flatten() {
            if at(cue) > facts.frames {
                let length = words(Duration::from_secs_f64((facts.frames as f64 / facts.rate().per_second()).floor()));
                let finding = Diagnostic::error("playlist/cue", format!("`{}` is only {length} long", file.value));
                self.findings
                    .push(finding.at(self.source.place(cue.span.clone())).hint("set the cue within the piece"));
                return None;
            }
        }
        let (from, to) = (start.map_or(facts.sounding.0, at), end.map_or(facts.sounding.1, at));
        if to.saturating_sub(from) < Length::of(LEAST_PIECE, facts.rate()).0 {
            let message = format!("`{}` has less than {} to play", file.value, words(LEAST_PIECE));
            let finding = Diagnostic::error("playlist/short", message).at(self.source.place(file.span.clone()));
            self.findings.push(finding.hint("name a longer file, or move its cues apart"));
            return None;
        }
        Some((from, to))
    }

    fn file_piece(&mut self, track: &Track, file: &Spanned<String>, facts: &Facts, (from, to): (u64, u64)) -> Piece {
        let path = self.folder.join(&file.value);
        let here = |frames: u64| Resampler::output_length(Length(frames), facts.rate(), self.rate);
        let length = here(to).less(here(from));
        let matched = facts.loudness().map_or(Decibels(0.0), |loudness| self.loudness - loudness);
        if matched.0 > MOST_RAISED {
            let message = format!(
                "`{}` is very soft: {} would be raised by {matched}",
                file.value,
                facts.loudness().unwrap_or(self.loudness)
            );
            let finding = Diagnostic::warning("playlist/soft", message).at(self.source.place(file.span.clone()));
            self.findings
                .push(finding.hint(format!("it is raised by {} at most; use a louder copy", Decibels(MOST_RAISED))));
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().replace(['-', '_'], " ")).unwrap_or_default();
        let said = |own: &Option<String>, tag: &Option<String>| own.clone().or_else(|| tag.clone());
        Piece {
            title: said(&track.title, &facts.title).unwrap_or(stem),
            artist: said(&track.artist, &facts.artist).unwrap_or_default(),
            licence: said(&track.licence, &facts.licence).unwrap_or_default(),
            sound: Sound::File { path, skip: here(from) },
            length: Some(length),
            planned: length,
            gain: (Decibels(matched.0.min(MOST_RAISED)) + track.gain).gain(),
            peak: facts.true_peak(),
        }
    }
}

fn bed_piece(spec: BedSpec, planned: Length, loudness: Lufs, gain: Decibels, title: Option<String>) -> Piece {
    Piece {
        title: title.unwrap_or_else(|| bed_title(spec)),
        artist: String::new(),
        licence: String::new(),
        sound: Sound::Bed(spec),
        length: None,
        planned,
        gain: ((loudness - bed::LOUDNESS) + gain).gain(),
        peak: Gain(0.5),
    }
}

fn bed_title(spec: BedSpec) -> String {
    match spec.kind {
        BedKind::Drone => format!("Drone in {}", spec.key),
        BedKind::Bowl => format!("Singing bowls in {}", spec.key),
        BedKind::Water => "Water".to_owned(),
        BedKind::Wind => "Wind".to_owned(),
    }
}
