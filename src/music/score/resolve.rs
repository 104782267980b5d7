//! Resolves a playlist against its library: tracks → pieces, with a finding at its line for what cannot be played. Pure.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::piece::{self, Cut};
use super::{ScoreCue, ScorePhase, ScoreReserve};
use crate::diagnostic::{Diagnostic, Findings, SourceText};
use crate::fields::Spanned;
use crate::music::bed::{BedSpec, Key};
use crate::music::chime::ChimeSpec;
use crate::music::decode::DecodeError;
use crate::music::library::{Facts, Library};
use crate::music::playlist::{Chime, ChimeSound, HOUSE_BED, Phase, Playlist, Reserve, Track, TrackSound};
use crate::music::timeline::Piece;
use crate::units::{Length, Lufs, SampleRate, words};

/// The rule that a file which cannot be played breaks: the session can be played without it.
pub const FILE: &str = "playlist/file";

/// A piece shorter than this is no piece of music in a session.
const LEAST_PIECE: Duration = Duration::from_secs(2);

/// No cue rings for longer.
const LONGEST_CUE: Duration = Duration::from_secs(60);

pub(super) struct Resolver<'a> {
    library: &'a Library,
    rate: SampleRate,
    source: &'a SourceText,
    folder: &'a Path,
    loudness: Lufs,
    crossfade: Length,
    findings: Findings,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        playlist: &Playlist,
        library: &'a Library,
        rate: SampleRate,
        source: &'a SourceText,
        folder: &'a Path,
    ) -> Resolver<'a> {
        let (loudness, crossfade) = (playlist.loudness, Length::of(playlist.crossfade, rate));
        Resolver { library, rate, source, folder, loudness, crossfade, findings: Findings::new() }
    }

    /// What was found.
    pub(super) fn finish(self) -> Findings {
        self.findings
    }

    pub(super) fn phase(&mut self, number: usize, phase: &Phase) -> ScorePhase {
        let pieces = self.pieces(&phase.tracks, number as u64);
        let cues = phase.cues.iter().enumerate().filter_map(|(n, cue)| self.cue(n, cue)).collect();
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
            places: phase.tracks.iter().map(|track| self.source.place(track.span.clone())).collect(),
            bed: Arc::new(piece::bed(filler, length(phase.length), self.loudness)),
            cues,
            place: self.source.place(phase.span.clone()),
        }
    }

    pub(super) fn reserve(&mut self, number: usize, reserve: &Reserve) -> ScoreReserve {
        let mut pieces = self.pieces(&reserve.tracks, 500 + number as u64);
        let spec = BedSpec { kind: HOUSE_BED, key: Key::default(), seed: 2000 + number as u64 };
        let bed = Arc::new(piece::bed(spec, Length::from_secs(600, self.rate), self.loudness));
        if pieces.is_empty() {
            // A reserve is asked for in need: it always has something to play.
            pieces.push((0, bed.clone()));
        }
        ScoreReserve { name: reserve.name.clone(), level: reserve.level, pieces, bed }
    }

    /// The pieces of some tracks, each with the number of its first track: an album is one piece.
    fn pieces(&mut self, tracks: &[Track], seed: u64) -> Vec<(usize, Arc<Piece>)> {
        let mut pieces = Vec::new();
        let mut album: Vec<Cut<'_>> = Vec::new();
        for (number, track) in tracks.iter().enumerate() {
            let followed = tracks.get(number + 1).is_some_and(|next| next.gapless);
            if !track.gapless {
                self.close(&mut album, &mut pieces);
            }
            match &track.sound {
                TrackSound::Bed { kind, key, length } => {
                    let spec = BedSpec { kind: *kind, key: *key, seed: seed * 100 + number as u64 };
                    let bed = piece::bed(spec, Length::of(*length, self.rate), self.loudness);
                    pieces.push((number, Arc::new(piece::named(bed, track))));
                }
                TrackSound::File { file, start, end } => {
                    let facts = self.facts(file);
                    let cut = facts.and_then(|facts| {
                        let trimmed = (!track.gapless, !followed);
                        let (from, to) = self.cues(&facts, file, [start.as_ref(), end.as_ref()], trimmed)?;
                        Some(Cut { number, track, file, facts, from, to })
                    });
                    match cut {
                        Some(cut) if self.joins(&album, &cut) => album.push(cut),
                        cut => {
                            self.close(&mut album, &mut pieces);
                            album.extend(cut);
                        }
                    }
                }
            }
        }
        self.close(&mut album, &mut pieces);
        pieces
    }

    /// Whether a file can go on from those before it: without a gap means at one rate.
    fn joins(&mut self, album: &[Cut<'_>], cut: &Cut<'_>) -> bool {
        let Some(last) = album.last() else { return true };
        let (before, here) = (last.facts.rate(), cut.facts.rate());
        if before != here {
            let (file, first) = (&cut.file.value, &last.file.value);
            let message = format!("`{file}` is at {here}, and `{first}` before it at {before}: there would be a gap");
            let hint = "give both one rate: `ffmpeg -i IN -ar 48000 OUT.flac`; or leave `gapless` out";
            let finding = Diagnostic::error("playlist/gapless", message).at(self.source.place(cut.file.span.clone()));
            self.findings.push(finding.hint(hint));
        }
        before == here
    }

    /// Makes a piece of the files that have been gathered.
    fn close(&mut self, album: &mut Vec<Cut<'_>>, pieces: &mut Vec<(usize, Arc<Piece>)>) {
        let Some(first) = album.first() else { return };
        let (number, seconds) = (first.number, album.iter().map(Cut::seconds).sum::<f64>());
        if seconds < LEAST_PIECE.as_secs_f64() {
            let message = format!("`{}` has less than {} to play", first.file.value, words(LEAST_PIECE));
            let place = self.source.place(first.file.span.clone());
            let finding = Diagnostic::error("playlist/short", message).at(place);
            self.findings.push(finding.hint("name a longer file, or move its cues apart"));
        } else {
            let (piece, soft) = piece::of_files(album, self.folder, (self.rate, self.crossfade), self.loudness);
            let place = self.source.place(first.file.span.clone());
            self.findings.extend(soft.map(|finding| finding.at(place)).into_iter().collect());
            pieces.push((number, Arc::new(piece)));
        }
        album.clear();
    }

    fn cue(&mut self, number: usize, cue: &Chime) -> Option<ScoreCue> {
        let at = Length::of(cue.at, self.rate);
        let piece = match &cue.sound {
            ChimeSound::Generated { kind, key } => {
                let spec = ChimeSpec { kind: *kind, key: *key };
                piece::chime(spec, self.rate, self.loudness, cue)
            }
            ChimeSound::File(file) => {
                let facts = self.facts(file)?;
                let (from, to) = facts.sounding;
                if (to - from) as f64 / facts.rate().per_second() > LONGEST_CUE.as_secs_f64() {
                    let message = format!("`{}` is too long for a cue: longer than {}", file.value, words(LONGEST_CUE));
                    let place = self.source.place(file.span.clone());
                    let hint = "name a short sound, or make it a track of the phase";
                    self.findings.push(Diagnostic::error("playlist/cue", message).at(place).hint(hint));
                    return None;
                }
                piece::cue_of_file(cue, &self.folder.join(&file.value), &facts, self.rate, self.loudness)
            }
        };
        Some(ScoreCue { number, at, piece: Arc::new(piece) })
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
                self.findings.push(Diagnostic::error(FILE, message).at(place).hint(hint));
                None
            }
        }
    }

    /// The frames of the file that sound, at its own rate: from cue to cue; where there is none, silence at an end that
    /// is `trimmed` is left out.
    fn cues(
        &mut self,
        facts: &Facts,
        file: &Spanned<String>,
        cues: [Option<&Spanned<Duration>>; 2],
        trimmed: (bool, bool),
    ) -> Option<(u64, u64)> {
        let at = |cue: &Spanned<Duration>| Length::of(cue.value, facts.rate()).0;
        for cue in cues.into_iter().flatten() {
            if at(cue) > facts.frames {
                let length = words(Duration::from_secs_f64((facts.frames as f64 / facts.rate().per_second()).floor()));
                let finding = Diagnostic::error("playlist/cue", format!("`{}` is only {length} long", file.value));
                self.findings
                    .push(finding.at(self.source.place(cue.span.clone())).hint("set the cue within the piece"));
                return None;
            }
        }
        let [start, end] = cues;
        let first = if trimmed.0 { facts.sounding.0 } else { 0 };
        let last = if trimmed.1 { facts.sounding.1 } else { facts.frames };
        let (from, to) = (start.map_or(first, at), end.map_or(last, at));
        Some((from, to.max(from)))
    }
}

fn convert(file: &str) -> String {
    let flac = Path::new(file).with_extension("flac");
    format!("convert it to FLAC, and name that: `ffmpeg -i \"{file}\" \"{}\"`", flac.display())
}
