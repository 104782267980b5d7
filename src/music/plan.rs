//! Lays a score on the clock: the planned session, and, after a live decision, what is left of it. Pure.
//!
//! A phase changes on its frame `B`: there the next phase's first piece begins to rise and the last piece of the phase
//! begins to fall, both over the boundary. Inside a phase a piece begins to fall, and the next to rise, a crossfade
//! before its end. The session's last fade ends on its last frame.

mod queue;

use super::cue;
use super::fade::{Curve, Fade};
use super::fit;
use super::playlist::{Order, WhenShort};
use super::score::{Score, ScorePhase};
use super::timeline::{Clip, ClipId, PhaseSpan, Piece, Role, Timeline};
use crate::diagnostic::{Diagnostic, Findings};
use crate::units::{Gain, Length, Position};
use queue::{Next, Queue};

/// A piece that would be heard for less than this before its phase ends is given more, at the cost of the one before.
const LEAST_HEARD_SECONDS: u64 = 45;

/// Lays a whole session, from its first frame.
pub fn plan(score: &Score) -> (Timeline, Findings) {
    let rise = score.phases.first().and_then(|phase| phase.fade_in).unwrap_or(score.boundary);
    let opening = Opening::Fresh { at: Position::START, rise, curve: Curve::HalfCosine };
    let begun = Begun { now: Position::START, phases: planned_spans(score), clips: vec![], cues: vec![], next: 0 };
    lay(score, begun, 0, opening)
}

/// What stands of a session when the rest is laid: the phases as they are decided, and the clips that have begun.
pub struct Begun {
    /// The first frame that has not sounded.
    pub now: Position,
    /// The phases.
    pub phases: Vec<PhaseSpan>,
    /// The clips that have begun; what has sounded of them stays.
    pub clips: Vec<Clip>,
    /// The cues that have begun.
    pub cues: Vec<Clip>,
    /// The number of the next clip: numbers are never used twice.
    pub next: u32,
}

/// How the music goes on where a stretch begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Opening {
    /// The last clip that has begun goes on; what was planned for it after `now` no longer counts.
    GoesOn {
        /// The first frame that has not sounded.
        now: Position,
    },
    /// A new piece begins.
    Fresh {
        /// Its first frame.
        at: Position,
        /// How long it rises.
        rise: Length,
        /// How it rises.
        curve: Curve,
    },
}

/// Lays the phases from number `first` on.
pub fn lay(score: &Score, begun: Begun, first: usize, opening: Opening) -> (Timeline, Findings) {
    let Begun { now, phases, clips, cues, next } = begun;
    let mut desk = Desk { score, phases: &phases, clips, next, findings: Findings::new() };
    let mut opening = opening;
    for phase in first..phases.len() {
        opening = desk.lay_phase(phase, opening);
    }
    let (clips, mut next, findings) = (desk.clips, desk.next, desk.findings);
    let cues = cue::lay(score, &phases, cues, now, &mut next);
    let end = phases.last().map_or(Position::START, |phase| phase.end);
    let timeline = Timeline {
        title: score.title.clone(),
        summary: score.summary.clone(),
        translations: score.translations.clone(),
        rate: score.rate,
        loudness: score.loudness,
        ceiling: score.ceiling,
        phases,
        clips,
        cues,
        end,
        next,
    };
    (timeline, findings)
}

fn planned_spans(score: &Score) -> Vec<PhaseSpan> {
    let mut start = Position::START;
    let span = |phase: &ScorePhase| {
        let span = PhaseSpan {
            name: phase.name.clone(),
            purpose: phase.purpose.clone(),
            level: phase.level,
            start,
            end: start + phase.length,
            min: phase.min,
            max: phase.max,
            waited: Length::NONE,
            stands: false,
        };
        start = span.end;
        span
    };
    score.phases.iter().map(span).collect()
}

/// How a stretch of music ends.
#[derive(Clone, Copy)]
struct Exit {
    /// Where its last piece begins to fall.
    falls: Position,
    /// How long that takes.
    length: Length,
    curve: Curve,
}

impl Exit {
    /// The first frame after the last piece.
    fn covered(&self) -> Position {
        self.falls + self.length
    }
}

/// The clip that is being laid.
struct Hand {
    clip: Clip,
    /// The first frame from which it may change.
    from: Position,
    /// Where it would end by itself.
    natural_end: Position,
    /// The crossfade at its end, where one was chosen for it.
    crossfade: Option<Length>,
}

struct Desk<'a> {
    score: &'a Score,
    phases: &'a [PhaseSpan],
    clips: Vec<Clip>,
    next: u32,
    findings: Findings,
}

impl Desk<'_> {
    /// Lays one phase; returns how the next begins.
    fn lay_phase(&mut self, number: usize, opening: Opening) -> Opening {
        let exit = self.exit(number);
        let filled = match opening {
            Opening::GoesOn { now } => match self.take_up(now) {
                Some((clip, natural_end)) => {
                    let at = natural_end.back(self.score.crossfade + clip.piece.tail).max(clip.start);
                    let queue = self.queue(number, at, exit, Some(&clip));
                    self.run(number, Hand { clip, from: now, natural_end, crossfade: None }, queue, exit)
                }
                None => self.begin(number, now, self.score.crossfade, Curve::HalfCosine, exit),
            },
            Opening::Fresh { at, rise, curve } => self.begin(number, at, rise, curve, exit),
        };
        self.handover(number, filled)
    }

    /// Lays a phase from its first piece, or from the next of its pieces.
    fn begin(&mut self, number: usize, at: Position, rise: Length, curve: Curve, exit: Exit) -> Fill {
        let mut queue = self.queue(number, at, exit, None);
        if at >= exit.covered() || queue.is_over() {
            return Fill::Silence;
        }
        let first = queue.next(None);
        let clip = self.clip(number, &first, at, Fade::rise(at, rise, curve));
        let hand = Hand { clip, from: at, natural_end: at + first.length, crossfade: first.crossfade };
        self.run(number, hand, queue, exit)
    }

    /// Lays piece after piece until the phase is covered.
    fn run(&mut self, number: usize, hand: Hand, mut queue: Queue, exit: Exit) -> Fill {
        let Hand { mut clip, mut from, mut natural_end, mut crossfade } = hand;
        let least = Length::from_secs(LEAST_HEARD_SECONDS, self.score.rate);
        loop {
            let endless = clip.piece.length.is_none();
            let nearly = exit.falls.since(natural_end) < least;
            if natural_end >= exit.covered() || (endless && (nearly || queue.is_filler())) {
                clip.end = exit.covered();
                clip.fades.push(Fade::fall(exit.falls, exit.length, exit.curve));
                self.clips.push(clip);
                return Fill::Music;
            }
            if queue.is_over() {
                let fall = self.score.crossfade.min((natural_end - clip.start) / 2).min(natural_end - from);
                clip.end = natural_end;
                clip.fades.push(Fade::fall(natural_end.back(fall), fall, Curve::HalfCosine));
                self.clips.push(clip);
                return Fill::Silence;
            }
            let next = queue.next(Some(&clip.piece));
            let shorter = (natural_end - clip.start).min(next.length) / 3;
            let fade = crossfade.unwrap_or(self.score.crossfade).min(shorter);
            // What dies away at the end of one, and what begins softly in the next, lies beneath the other.
            let soft = clip.piece.tail + next.piece.head;
            let natural = natural_end.back(fade + soft).max(from);
            let at =
                if crossfade.is_some() { natural } else { junction(from.max(clip.start), natural, exit.falls, least) };
            let curve = self.seam(number, &clip.piece, &next.piece);
            // Where the next comes earlier than it would by itself, this one falls before its end.
            let end = if at == natural { natural_end } else { natural_end.min(at + next.piece.head + fade) };
            // A piece that is taken up in its last moments has less time to fall than the next has to rise.
            let fall = fade.min(end - at);
            clip.end = end;
            clip.fades.push(Fade::fall(end.back(fall), fall, curve));
            self.clips.push(clip);
            clip = self.clip(number, &next, at, Fade::rise(at, fade, curve));
            (from, natural_end, crossfade) = (at, at + next.length, next.crossfade);
        }
    }

    /// The clip that sounds at `now` and may go on, without its future, and where it would end by itself.
    /// `None` where it is already falling, or nothing sounds.
    fn take_up(&mut self, now: Position) -> Option<(Clip, Position)> {
        let last = self.clips.iter().rposition(|clip| clip.start <= now && now < clip.end)?;
        if last + 1 != self.clips.len() || self.clips[last].fades.iter().any(|fade| is_fall(fade) && fade.start <= now)
        {
            return None;
        }
        let mut clip = self.clips.remove(last);
        clip.fades.retain(|fade| fade.start <= now);
        let natural_end = match clip.piece.length {
            Some(length) => (clip.start + length).max(now + Length(1)),
            None => (clip.start + clip.piece.planned).max(now + self.score.crossfade),
        };
        Some((clip, natural_end))
    }

    fn clip(&mut self, phase: usize, next: &Next, start: Position, rise: Fade) -> Clip {
        let id = ClipId(self.next);
        self.next += 1;
        let gain: Gain = next.piece.gain * self.phases[phase].level.gain();
        let role = Role::Phase { phase, track: next.track };
        Clip { id, piece: next.piece.clone(), role, start, end: start + next.length, gain, fades: vec![rise] }
    }

    /// How the phase ends: at its boundary, or with the session.
    fn exit(&self, number: usize) -> Exit {
        let span = &self.phases[number];
        match self.score.phases.get(number + 1).zip(self.phases.get(number + 1)) {
            Some((score, next)) => {
                let length = boundary(self.score, score, next);
                Exit { falls: span.end, length, curve: entry(score) }
            }
            None => {
                let length = self.score.end.min(span.length());
                Exit { falls: span.end.back(length), length, curve: Curve::HalfCosine }
            }
        }
    }

    /// How the next phase begins after this one.
    fn handover(&self, number: usize, filled: Fill) -> Opening {
        let at = self.phases[number].end;
        let Some((score, next)) = self.score.phases.get(number + 1).zip(self.phases.get(number + 1)) else {
            return Opening::Fresh { at, rise: Length::NONE, curve: Curve::HalfCosine };
        };
        let curve = match filled {
            Fill::Music => entry(score),
            Fill::Silence => Curve::HalfCosine,
        };
        Opening::Fresh { at, rise: boundary(self.score, score, next), curve }
    }

    /// A piece against itself adds in amplitude; two pieces add in power.
    fn seam(&self, phase: usize, from: &Piece, to: &Piece) -> Curve {
        if from.sound == to.sound {
            Curve::EqualGain
        } else {
            to.curve.or(self.score.phases[phase].curve).unwrap_or(Curve::EqualPower)
        }
    }

    /// The pieces of a phase from where it stands: after the last of its pieces that has begun.
    fn queue(&mut self, number: usize, at: Position, exit: Exit, hand: Option<&Clip>) -> Queue {
        let phase = &self.score.phases[number];
        let last = hand.into_iter().chain(self.clips.iter().rev()).find_map(|clip| match clip.role {
            Role::Phase { phase, track: Some(track) } if phase == number => Some(track),
            _ => None,
        });
        let played = last.and_then(|track| phase.pieces.iter().position(|(n, _)| *n == track)).map_or(0, |n| n + 1);
        if phase.order == Order::Fit
            && let Some(chosen) = self.fitted(phase, played, (exit.covered() - at, hand), last.is_none())
        {
            return Queue::new(phase, chosen, 0);
        }
        Queue::new(phase, Vec::new(), played)
    }

    fn fitted(
        &mut self,
        phase: &ScorePhase,
        played: usize,
        (length, hand): (Length, Option<&Clip>),
        tell: bool,
    ) -> Option<Vec<Next>> {
        if phase.pieces.is_empty() {
            return None;
        }
        let pool: Vec<_> = (0..phase.pieces.len()).map(|n| &phase.pieces[(played + n) % phase.pieces.len()]).collect();
        let candidates: Vec<fit::Candidate> = pool
            .iter()
            .map(|(_, piece)| fit::Candidate {
                length: piece.planned,
                head: piece.head,
                tail: piece.tail,
                stretches: piece.length.is_none(),
            })
            .collect();
        let span = fit::Span { length, joins: hand.is_some() };
        let fitted = fit::choose(&candidates, span, self.score.crossfade, phase.when_short == WhenShort::Repeat);
        let Some(fitted) = fitted else {
            if tell {
                let message = format!(
                    "no choice of pieces ends as the phase `{}` ends; its last piece is faded there",
                    phase.name
                );
                let hint =
                    "add a piece or two of other lengths, change the phase's `length`, or add a bed, which stretches";
                self.findings.push(Diagnostic::warning("playlist/fit", message).at(phase.place.clone()).hint(hint));
            }
            return None;
        };
        let next = |slot: &fit::Slot| Next {
            piece: pool[slot.candidate].1.clone(),
            track: Some(pool[slot.candidate].0),
            length: slot.length,
            crossfade: Some(slot.crossfade),
        };
        Some(fitted.iter().map(next).collect())
    }
}

/// What a phase ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    Music,
    Silence,
}

/// Where a piece hands over to the next: a crossfade before its end, or so much earlier that the next is heard for long
/// enough before the phase ends, if this one is then heard for long enough, too.
fn junction(start: Position, natural: Position, falls: Position, least: Length) -> Position {
    let earlier = falls.back(least);
    if natural > earlier && earlier >= start + least { earlier } else { natural }
}

fn boundary(score: &Score, next: &ScorePhase, span: &PhaseSpan) -> Length {
    next.fade_in.unwrap_or(score.boundary).min(span.length() / 2)
}

/// The shape of the boundary into a phase: its first piece's own, where that is known beforehand, else the phase's.
fn entry(phase: &ScorePhase) -> Curve {
    let first = phase.pieces.first().filter(|_| phase.order == Order::Listed).and_then(|(_, piece)| piece.curve);
    first.or(phase.curve).unwrap_or(Curve::EqualPower)
}

fn is_fall(fade: &Fade) -> bool {
    fade.direction == super::fade::Direction::Out
}

#[cfg(test)]
mod tests;
