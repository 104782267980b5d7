//! Finds where a session would become louder than anybody asked for: by more than 3 LU within 10 s. Pure.
//!
//! What is asked for is what the plan does by itself, levels, fades and ducks, and a piece's own dynamics: whoever names
//! a piece asks for its music. What is left is what the arrangement does: a piece that begins loud where the one before
//! ended softly. A piece that swells by much more is told, too. It is reckoned from the pieces' measured courses
//! (short-term loudness, EBU Tech 3341), second by second, without decoding anything.

use super::bed;
use super::fade::Curve;
use super::score::Score;
use super::timeline::{Clip, Role, Sound, Timeline};
use crate::diagnostic::{Diagnostic, Findings};
use crate::units::{Length, Position, clock_of};

/// More than this is a rise where one piece gives way to another (LU) …
const MOST: f64 = 3.0;
/// … and more than this within a piece (LU) …
const MOST_WITHIN_A_PIECE: f64 = 9.0;
/// … within this (seconds): house defaults, for a clinician to review.
const WITHIN: usize = 10;
/// Music softer than this against the session's loudness is as good as silence (LU): a rise from it counts from here.
const FLOOR: f64 = -20.0;
/// Short-term loudness looks back over this much (seconds).
const WINDOW: u64 = 3;

/// A rise: by how much, and where it has come to its height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rise {
    /// In LU.
    pub by: f64,
    /// How much of that is in the piece itself.
    pub own: f64,
    /// The frame at which it has come to its height.
    pub at: Position,
}

/// What is to be told of a planned session: for each track, its largest rise that nobody asked for.
pub fn findings(score: &Score, timeline: &Timeline) -> Findings {
    let mut worst: Vec<(&Clip, Rise)> = Vec::new();
    for (clip, rise) in rises(timeline) {
        match worst.iter_mut().find(|(known, _)| known.role == clip.role) {
            Some((_, known)) if known.by >= rise.by => {}
            Some(known) => *known = (clip, rise),
            None => worst.push((clip, rise)),
        }
    }
    worst.iter().filter_map(|(clip, rise)| told(score, timeline, clip, *rise)).collect()
}

fn told(score: &Score, timeline: &Timeline, clip: &Clip, rise: Rise) -> Option<Diagnostic> {
    let Role::Phase { phase, track: Some(track) } = clip.role else { return None };
    let place = score.phases[phase].places.get(track)?;
    let clock = |length: Length| clock_of(length, timeline.rate);
    let (session, within) = (clock(rise.at.since_start()), clock(rise.at - clip.start));
    let message = format!(
        "the music rises by {:.1} LU within {WITHIN} seconds at {session}, {within} into `{}`",
        rise.by, clip.piece.title
    );
    let hint = if rise.own > MOST_WITHIN_A_PIECE {
        "choose another piece, set its `start` or `end` around that place, or, where it is meant so, write `rises = true`"
    } else {
        "end the piece before where it is still full (`end = \"3:40\"`), lower this one by `gain`, or, where it is meant \
         so, write `rises = true`"
    };
    Some(Diagnostic::warning("playlist/rise", message).at(place.clone()).hint(hint))
}

/// Every rise that nobody asked for, with the clip that is the loudest in it, a second at most apart.
fn rises(timeline: &Timeline) -> Vec<(&Clip, Rise)> {
    let second = Length::from_secs(1, timeline.rate);
    let seconds = timeline.length().0 / second.0.max(1);
    let mut rises = Vec::new();
    let mut before: Vec<f64> = Vec::new();
    for n in 1..=seconds {
        let at = Position::START + Length(second.0 * n - 1);
        let Some((clip, loudness)) = own_loudness(timeline, at) else {
            // After silence there is nothing to compare with.
            before.clear();
            continue;
        };
        let softest = before.iter().rev().take(WITHIN).fold(loudness, |least, loudness| least.min(*loudness));
        let (rise, own) = (loudness - softest, own_rise(timeline, clip, at));
        let is_rise = rise > MOST_WITHIN_A_PIECE || rise - own > MOST;
        if is_rise && !clip.piece.rises && !rises_from_silence(timeline, at) {
            rises.push((clip, Rise { by: rise, own, at }));
        }
        before.push(loudness);
    }
    rises
}

/// How much of a rise into `at` is in the piece itself, wherever it were played.
fn own_rise(timeline: &Timeline, clip: &Clip, at: Position) -> f64 {
    let second = Length::from_secs(1, timeline.rate);
    let from = clip.start.max(at.back(Length(second.0 * WITHIN as u64)));
    let seconds = (at - from).0 / second.0.max(1);
    let before = (0..=seconds).map(|n| course(timeline, clip, at.back(Length(second.0 * n))));
    let softest = before.fold(f64::MAX, f64::min);
    course(timeline, clip, at) - softest
}

/// Whether the music has just come out of silence, as the session's first fade does, or what was asked to be silent.
fn rises_from_silence(timeline: &Timeline, at: Position) -> bool {
    let reach = Length::from_secs(WITHIN as u64, timeline.rate);
    let rising = |clip: &Clip| {
        let rise = clip.fades.iter().find(|fade| fade.start == clip.start && fade.curve == Curve::HalfCosine);
        rise.is_some_and(|fade| clip.start <= at && at < fade.end() + reach)
    };
    timeline.clips.iter().any(rising)
}

/// The loudness of the music at `at` as it would be without the plan's own levels, fades and ducks, in LU against the
/// session's loudness; and the clip that is the loudest part of it. `None` for silence.
fn own_loudness(timeline: &Timeline, at: Position) -> Option<(&Clip, f64)> {
    let mut loudest: Option<(&Clip, f64)> = None;
    let (mut power, mut asked) = (0.0, 0.0);
    for clip in timeline.clips.iter().filter(|clip| clip.start <= at && at < clip.end) {
        let gain = timeline.gain_at(clip, at).0;
        let level = gain / clip.piece.gain.0.max(1e-9);
        asked += level * level;
        let loudness = course(timeline, clip, at);
        let own = libm::pow(10.0, loudness / 10.0) * gain * gain;
        power += own;
        if loudest.is_none_or(|(_, most)| own > most) {
            loudest = Some((clip, own));
        }
    }
    let (clip, _) = loudest.filter(|_| asked > 1e-6 && power > 0.0)?;
    let against = 10.0 * libm::log10(power / asked) - timeline.loudness.0;
    Some((clip, against.max(FLOOR)))
}

/// The short-term loudness of a clip's piece at `at`, before its gain. Until a window has passed, what is measured is
/// half silence: then the first whole window counts.
fn course(timeline: &Timeline, clip: &Clip, at: Position) -> f64 {
    match clip.piece.sound {
        Sound::Bed(_) => bed::LOUDNESS.0,
        Sound::File { .. } | Sound::Album { .. } | Sound::Chime(_) => {
            let second = (at - clip.start).0 / Length::from_secs(1, timeline.rate).0.max(1);
            let course = &clip.piece.course;
            let n = usize::try_from(second.max(WINDOW - 1)).unwrap_or(usize::MAX).min(course.len().saturating_sub(1));
            course.get(n).map_or(bed::LOUDNESS.0, |loudness| loudness.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::music::plan::plan;
    use crate::music::score::ScorePhase;
    use crate::music::testing::{phase, piece, score};
    use crate::music::timeline::Piece;
    use crate::units::{Decibels, Lufs};

    /// A piece whose short-term loudness is what `course` says of each second.
    fn moving(title: &str, seconds: u64, course: impl Fn(u64) -> f64) -> Arc<Piece> {
        let course = (0..seconds).map(|second| Lufs(course(second))).collect();
        Arc::new(Piece { course, ..(*piece(title, seconds)).clone() })
    }

    fn told(phases: Vec<ScorePhase>) -> Vec<String> {
        let score = score(phases);
        let (timeline, _) = plan(&score);
        findings(&score, &timeline).sorted().iter().map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn a_piece_that_swells_is_told_with_its_place() {
        let swells = |second| if second < 200 { -33.0 } else { -23.0 };
        assert_eq!(
            told(vec![phase("one", 400, &[moving("a", 500, swells)])]),
            ["the music rises by 10.0 LU within 10 seconds at 3:20, 3:20 into `a`"]
        );
        let slowly = |second: u64| -33.0 + 0.25 * (second as f64 / 3.0).min(36.0);
        assert_eq!(told(vec![phase("one", 400, &[moving("a", 500, slowly)])]), [""; 0]);
    }

    #[test]
    fn a_rise_that_its_author_means_is_not_told() {
        let swells = moving("a", 500, |second| if second < 200 { -33.0 } else { -23.0 });
        let meant = Arc::new(Piece { rises: true, ..(*swells).clone() });
        assert_eq!(told(vec![phase("one", 400, &[meant])]), [""; 0]);
    }

    #[test]
    fn a_piece_that_begins_loud_after_a_soft_end_is_told() {
        let ends_softly = moving("a", 200, |second| if second < 150 { -23.0 } else { -40.0 });
        let loud = moving("b", 400, |_| -23.0);
        let told = told(vec![phase("one", 400, &[ends_softly, loud])]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("into `b`"), "{told:?}");
    }

    #[test]
    fn what_the_playlist_asks_for_is_no_finding() {
        let steady = || moving("a", 500, |_| -23.0);
        let mut soft = phase("one", 300, &[steady()]);
        soft.level = Decibels(-12.0);
        assert_eq!(told(vec![soft, phase("two", 300, &[steady()])]), [""; 0], "a louder phase, and fades from silence");
    }
}
