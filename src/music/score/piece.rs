//! Makes the pieces of a score: files, albums, beds and chimes, each brought to the session's loudness. Pure.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::fields::Spanned;
use crate::music::bed::{self, BedKind, BedSpec};
use crate::music::chime::{self, ChimeKind, ChimeSpec};
use crate::music::library::Facts;
use crate::music::playlist::{Chime, Track};
use crate::music::resample::Resampler;
use crate::music::timeline::{Part, Piece, Sound};
use crate::units::{Decibels, Gain, Length, Lufs, SampleRate};

/// A piece is never raised by more than this (decibels): what is so soft is mostly noise.
const MOST_RAISED: f64 = 20.0;

/// What of a file is played.
pub(super) struct Cut<'a> {
    pub(super) number: usize,
    pub(super) track: &'a Track,
    pub(super) file: &'a Spanned<String>,
    pub(super) facts: Facts,
    /// Its first frame that sounds, at its own rate.
    pub(super) from: u64,
    /// The first frame after that.
    pub(super) to: u64,
}

impl Cut<'_> {
    pub(super) fn seconds(&self) -> f64 {
        (self.to - self.from) as f64 / self.facts.rate().per_second()
    }
}

/// The piece that one file makes, or that several of one rate make without a gap; there is at least one.
/// And a finding where it is so soft that it is not raised as far as the session's loudness.
pub(super) fn of_files(cuts: &[Cut<'_>], folder: &Path, rate: SampleRate, target: Lufs) -> (Piece, Option<Diagnostic>) {
    let (first, from) = (&cuts[0], cuts[0].from);
    let own = first.facts.rate();
    let here = |frames: u64| Resampler::output_length(Length(frames), own, rate);
    let to = from + cuts.iter().map(|cut| cut.to - cut.from).sum::<u64>();
    let (length, skip) = (here(to).less(here(from)), here(from));
    let sound = match cuts {
        [only] => Sound::File { path: folder.join(&only.file.value), skip },
        parts => {
            let part = |cut: &Cut<'_>| Part { path: folder.join(&cut.file.value), frames: cut.to };
            Sound::Album { parts: parts.iter().map(part).collect(), skip }
        }
    };
    let loudness = loudness(cuts);
    let wanted = loudness.map_or(Decibels(0.0), |loudness| target - loudness);
    let soft = (wanted.0 > MOST_RAISED).then(|| {
        let loudness = loudness.unwrap_or(target);
        let message = format!("`{}` is very soft: {loudness} would be raised by {wanted}", first.file.value);
        let hint = format!("it is raised by {} at most; use a louder copy", Decibels(MOST_RAISED));
        Diagnostic::warning("playlist/soft", message).hint(hint)
    });
    let piece = Piece {
        title: each(cuts, |cut| {
            let stem =
                Path::new(&cut.file.value).file_stem().map(|stem| stem.to_string_lossy().replace(['-', '_'], " "));
            cut.track.title.clone().or_else(|| cut.facts.title.clone()).or(stem)
        }),
        artist: each(cuts, |cut| cut.track.artist.clone().or_else(|| cut.facts.artist.clone())),
        licence: each(cuts, |cut| cut.track.licence.clone().or_else(|| cut.facts.licence.clone())),
        sound,
        length: Some(length),
        planned: length,
        gain: (Decibels(wanted.0.min(MOST_RAISED)) + first.track.gain).gain(),
        curve: first.track.curve,
        peak: cuts.iter().map(|cut| cut.facts.true_peak()).fold(Gain::SILENT, |a, b| if b.0 > a.0 { b } else { a }),
    };
    (piece, soft)
}

/// The loudness of all cuts together, by the mean of their power over time: an album has one gain, so that its movements
/// keep their loudness against one another. `None` for silence.
fn loudness(cuts: &[Cut<'_>]) -> Option<Lufs> {
    if let [only] = cuts {
        return only.facts.loudness();
    }
    let heard = cuts.iter().filter_map(|cut| Some((cut.seconds(), cut.facts.loudness()?)));
    let (mut seconds, mut power) = (0.0, 0.0);
    for (length, loudness) in heard {
        seconds += length;
        power += length * libm::pow(10.0, loudness.0 / 10.0);
    }
    // To a thousandth, as each is measured.
    (seconds > 0.0).then(|| Lufs((10_000.0 * libm::log10(power / seconds)).round() / 1000.0))
}

/// What is said of the cuts, each once, in order.
fn each(cuts: &[Cut<'_>], said: impl Fn(&Cut<'_>) -> Option<String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for said in cuts.iter().filter_map(said) {
        if !all.contains(&said) {
            all.push(said);
        }
    }
    all.join(" · ")
}

/// A bed that is meant to sound so long.
pub(super) fn bed(spec: BedSpec, planned: Length, loudness: Lufs) -> Piece {
    Piece {
        title: bed_title(spec),
        artist: String::new(),
        licence: String::new(),
        sound: Sound::Bed(spec),
        length: None,
        planned,
        gain: (loudness - bed::LOUDNESS).gain(),
        curve: None,
        peak: Gain(0.5),
    }
}

/// A bed as a track has it.
pub(super) fn named(bed: Piece, track: &Track) -> Piece {
    let gain = bed.gain * track.gain.gain();
    Piece { title: track.title.clone().unwrap_or(bed.title), gain, curve: track.curve, ..bed }
}

fn bed_title(spec: BedSpec) -> String {
    match spec.kind {
        BedKind::Drone => format!("Drone in {}", spec.key),
        BedKind::Bowl => format!("Singing bowls in {}", spec.key),
        BedKind::Water => "Water".to_owned(),
        BedKind::Wind => "Wind".to_owned(),
    }
}

/// A generated chime: where it is loudest, as loud as the session.
pub(super) fn chime(spec: ChimeSpec, rate: SampleRate, loudness: Lufs, cue: &Chime) -> Piece {
    let length = spec.length(rate);
    let name = match spec.kind {
        ChimeKind::Bowl => "Singing bowl",
        ChimeKind::Bar => "Chime bar",
    };
    Piece {
        title: cue.title.clone().unwrap_or_else(|| format!("{name} in {}", spec.key)),
        artist: String::new(),
        licence: String::new(),
        sound: Sound::Chime(spec),
        length: Some(length),
        planned: length,
        gain: ((loudness - chime::LOUDNESS) + cue.gain).gain(),
        curve: None,
        peak: Gain(0.5),
    }
}

/// A short file as a cue, brought to the session's loudness.
pub(super) fn cue_of_file(cue: &Chime, path: &Path, facts: &Facts, rate: SampleRate, target: Lufs) -> Piece {
    let here = |frames: u64| Resampler::output_length(Length(frames), facts.rate(), rate);
    let (from, to) = facts.sounding;
    let length = here(to).less(here(from));
    let matched = facts.loudness().map_or(Decibels(0.0), |loudness| target - loudness);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().replace(['-', '_'], " "));
    Piece {
        title: cue.title.clone().or_else(|| facts.title.clone()).or(stem).unwrap_or_default(),
        artist: facts.artist.clone().unwrap_or_default(),
        licence: facts.licence.clone().unwrap_or_default(),
        sound: Sound::File { path: path.to_owned(), skip: here(from) },
        length: Some(length),
        planned: length,
        gain: (Decibels(matched.0.min(MOST_RAISED)) + cue.gain).gain(),
        curve: None,
        peak: facts.true_peak(),
    }
}
