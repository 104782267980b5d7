//! Cues: chimes over a phase's music, and the music that gives way beneath them. Pure.
//!
//! A cue stands on its phase's own clock, which a hold stops: what was to come five minutes into the phase comes after
//! five minutes of the phase. While it sounds, the music is ducked; the duck is a function of the frame alone.

use std::time::Duration;

use super::fade::Curve;
use super::score::Score;
use super::timeline::{Clip, ClipId, PhaseSpan, Role};
use crate::units::{Decibels, Gain, Length, Position, SampleRate};

/// How far a cue brings the music down (house default, for a clinician to review).
pub const DUCK: Decibels = Decibels(-8.0);
const DOWN: Duration = Duration::from_millis(1500);
const UP: Duration = Duration::from_secs(6);

/// The gain that `cues` leave to the music at `position`; where two overlap, the lower one.
pub fn duck_at(cues: &[Clip], rate: SampleRate, position: Position) -> Gain {
    cues.iter().map(|cue| Gain(ducked(cue, rate, position))).fold(Gain::UNITY, |a, b| if b.0 < a.0 { b } else { a })
}

/// Whether any of `cues` moves or holds the music's gain in the frames from `start` to `end`.
pub fn ducks_within(cues: &[Clip], start: Position, end: Position) -> bool {
    cues.iter().any(|cue| cue.start < end && start < whole(cue))
}

/// Where a cue would end by itself: that it was cut short must not change what it did to the music.
fn whole(cue: &Clip) -> Position {
    cue.start + cue.piece.length.unwrap_or(cue.piece.planned)
}

fn ducked(cue: &Clip, rate: SampleRate, position: Position) -> f64 {
    let end = whole(cue);
    if position < cue.start || position >= end {
        return 1.0;
    }
    // A short cue has less time for both ways; they never meet.
    let half = (end - cue.start) / 2;
    let (down, up) = (Length::of(DOWN, rate).min(half), Length::of(UP, rate).min(half));
    let way = |passed: Length, length: Length| passed.0 as f64 / length.0.max(1) as f64;
    let depth =
        Curve::HalfCosine.at(way(position - cue.start, down)).min(Curve::HalfCosine.at(way(end - position, up)));
    1.0 - (1.0 - DUCK.gain().0) * depth
}

/// Lays the cues that come at `now` or later, after those that have `begun`. `next` is the number of the next clip.
pub fn lay(score: &Score, phases: &[PhaseSpan], begun: Vec<Clip>, now: Position, next: &mut u32) -> Vec<Clip> {
    let mut cues = begun;
    let end = phases.last().map_or(Position::START, |phase| phase.end);
    let last_fade = end.back(score.end);
    for (phase, (span, scored)) in phases.iter().zip(&score.phases).enumerate() {
        if span.stands || span.end <= now {
            continue;
        }
        for cue in &scored.cues {
            let start = span.start + cue.at + span.waited;
            let role = Role::Cue { phase, cue: cue.number };
            let has_sounded = cues.iter().any(|sounded| sounded.role == role && sounded.start >= span.start);
            if start < now || start >= span.end.min(last_fade) || has_sounded {
                continue;
            }
            let mut clip = Clip {
                id: ClipId(*next),
                gain: cue.piece.gain * span.level.gain(),
                end: start + cue.piece.planned,
                piece: cue.piece.clone(),
                role,
                start,
                fades: Vec::new(),
            };
            *next += 1;
            if clip.end > end {
                clip.fall(last_fade, score.end, Curve::HalfCosine);
            }
            cues.push(clip);
        }
    }
    cues
}

#[cfg(test)]
mod tests;
