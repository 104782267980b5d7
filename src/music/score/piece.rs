//! Makes the pieces of a score: files, albums, beds and chimes, each brought to the session's loudness. Pure.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::fields::Spanned;
use crate::music::bed::{self, BedKind, BedSpec};
use crate::music::chime::{self, ChimeKind, ChimeSpec};
use crate::music::credits::Credits;
use crate::music::library::Facts;
use crate::music::playlist::{Chime, Track};
use crate::music::resample::Resampler;
use crate::music::timeline::{Part, Piece, Sound};
use crate::units::{Decibels, Gain, Length, Lufs, SampleRate};

/// A piece is never raised by more than this (decibels): what is so soft is mostly noise.
const MOST_RAISED: f64 = 20.0;

/// No more of a soft beginning or end than this lies beneath a neighbour, besides the crossfade (seconds).
const LONGEST_SOFT_END: f64 = 20.0;

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

    /// The course of its loudness, a value for each second that sounds: to the nearest whole second of the file.
    fn course(&self) -> Vec<Lufs> {
        let skipped = (self.from as f64 / self.facts.rate().per_second()).round() as usize;
        self.facts.course().skip(skipped).take(self.seconds().round() as usize).collect()
    }
}

/// The piece that one file makes, or that several of one rate make without a gap; there is at least one.
/// And a finding where it is so soft that it is not raised as far as the session's loudness.
pub(super) fn of_files(
    cuts: &[Cut<'_>],
    folder: &Path,
    (rate, crossfade): (SampleRate, Length),
    target: Lufs,
) -> (Piece, Option<Diagnostic>) {
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
    let course: Vec<Lufs> = cuts.iter().flat_map(Cut::course).collect();
    let soft_ends = SoftEnds::of(&course);
    let beneath = |seconds: f64| {
        // Half of a crossfade hides as much by itself, and no piece is mostly soft ends.
        let beyond = (seconds - crossfade.seconds(rate) / 2.0).clamp(0.0, LONGEST_SOFT_END);
        Length((beyond * rate.per_second()) as u64).min(length / 6)
    };
    let credits: Vec<Credits> = cuts.iter().map(|cut| cut.track.credits.or(&cut.facts.credits)).collect();
    let piece = Piece {
        title: each(cuts, |cut| {
            let stem =
                Path::new(&cut.file.value).file_stem().map(|stem| stem.to_string_lossy().replace(['-', '_'], " "));
            cut.track.title.clone().or_else(|| cut.facts.title.clone()).or(stem)
        }),
        artist: each(cuts, |cut| cut.track.artist.clone().or_else(|| cut.facts.artist.clone())),
        licence: each(cuts, |cut| cut.track.licence.clone().or_else(|| cut.facts.licence.clone())),
        credits: Credits::together(credits.iter()),
        sound,
        length: Some(length),
        planned: length,
        head: beneath(soft_ends.head),
        tail: beneath(soft_ends.tail),
        gain: (Decibels(wanted.0.min(MOST_RAISED)) + first.track.gain).gain(),
        curve: first.track.curve,
        peak: cuts.iter().map(|cut| cut.facts.true_peak()).fold(Gain::SILENT, |a, b| if b.0 > a.0 { b } else { a }),
        course,
        rises: cuts.iter().any(|cut| cut.track.rises),
    };
    (piece, soft)
}

/// How long a piece takes, in seconds, to come to half its power, and how long it lies below that at its end.
struct SoftEnds {
    head: f64,
    tail: f64,
}

impl SoftEnds {
    /// Read off the course of its loudness, whose values look back over 3 s; against the loudest quarter of the 40 s next
    /// to the end in question, so that a long soft part is not taken for a slow beginning, nor one stroke for the music.
    fn of(course: &[Lufs]) -> SoftEnds {
        const NEAR: usize = 40;
        const HALF: f64 = 3.0;
        let loud = |part: &[Lufs]| {
            let mut sorted: Vec<f64> = part.iter().map(|loudness| loudness.0).collect();
            sorted.sort_by(f64::total_cmp);
            sorted.get(sorted.len() * 3 / 4).copied().unwrap_or_default()
        };
        let first = loud(&course[..course.len().min(NEAR)]) - HALF;
        let last = loud(&course[course.len().saturating_sub(NEAR)..]) - HALF;
        // Entry n looks back from n + 1 seconds; half of its window is a second and a half.
        let head = course.iter().position(|loudness| loudness.0 >= first).map_or(0.0, |n| n as f64 - 0.5);
        let tail = course.iter().rev().position(|loudness| loudness.0 >= last).map_or(0.0, |n| n as f64 + 1.5);
        SoftEnds { head, tail }
    }
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
        credits: Credits::default(),
        sound: Sound::Bed(spec),
        length: None,
        planned,
        head: Length::NONE,
        tail: Length::NONE,
        gain: (loudness - bed::LOUDNESS).gain(),
        curve: None,
        peak: Gain(0.5),
        course: Vec::new(),
        rises: false,
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
        credits: Credits::default(),
        sound: Sound::Chime(spec),
        length: Some(length),
        planned: length,
        head: Length::NONE,
        tail: Length::NONE,
        gain: ((loudness - chime::LOUDNESS) + cue.gain).gain(),
        curve: None,
        peak: Gain(0.5),
        course: Vec::new(),
        rises: false,
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
        credits: facts.credits.clone(),
        sound: Sound::File { path: path.to_owned(), skip: here(from) },
        length: Some(length),
        planned: length,
        head: Length::NONE,
        tail: Length::NONE,
        gain: (Decibels(matched.0.min(MOST_RAISED)) + cue.gain).gain(),
        curve: None,
        peak: facts.true_peak(),
        course: Vec::new(),
        rises: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(course: &[f64]) -> (f64, f64) {
        let course: Vec<Lufs> = course.iter().map(|loudness| Lufs(*loudness)).collect();
        let ends = SoftEnds::of(&course);
        (ends.head, ends.tail)
    }

    #[test]
    fn a_piece_that_is_full_from_end_to_end_has_no_soft_ends() {
        // The first two values look back over the silence before the piece.
        assert_eq!(ends(&[&[-27.8, -24.8], &[-23.0; 100][..]].concat()), (0.5, 1.5));
        assert_eq!(ends(&[]), (0.0, 0.0));
    }

    #[test]
    fn a_slow_beginning_and_a_slow_end_are_measured_to_half_power() {
        let slow: Vec<f64> = (0..20).map(|n| -43.0 + f64::from(n)).collect();
        let back: Vec<f64> = slow.iter().rev().copied().collect();
        let (head, tail) = ends(&[&slow[..], &[-23.0; 60], &back].concat());
        assert_eq!((head, tail), (16.5, 18.5));
    }
}
