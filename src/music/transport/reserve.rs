//! Reserves: music outside the clock, and the way back to the phase. Pure.

use std::sync::Arc;

use super::{Answer, Clock, Transport};
use crate::diagnostic::did_you_mean;
use crate::music::fade::{Curve, Fade};
use crate::music::plan::Opening;
use crate::music::timeline::{Clip, ClipId, Piece, Role};
use crate::units::{Length, Position};

/// A reserve plays for as long as anybody would sit (seconds).
const LONGEST: u64 = 4 * 3600;

/// How a reserve's music begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// What sounds falls, and the reserve's next piece comes.
    Fresh,
    /// Its piece that sounds goes on; what comes after is laid anew.
    GoesOn,
}

impl Transport {
    pub(super) fn reserve(&mut self, name: &str, now: Position) -> Answer {
        let Some(reserve) = self.score.reserve(name) else {
            let names: Vec<&str> = self.reserves().collect();
            let hint =
                did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("there are: {}", names.join(", ")));
            return Answer(format!("there is no reserve `{name}`; {hint}"));
        };
        let number = self.phase(now);
        let ended = match self.clock {
            Clock::Running => self.timeline.phases[number].end,
            Clock::Held { since, ended } => ended + (now - since),
            Clock::InReserve { since, ended, .. } => ended + (now - since),
            Clock::Ending => return Answer("the session is ending".to_owned()),
        };
        self.run_again(number, now);
        self.timeline.phases[number].stands = true;
        self.hush_cues(now, self.score.crossfade);
        self.clock = Clock::InReserve { reserve, since: now, ended };
        self.lay_reserve(reserve, now, Entry::Fresh);
        Answer(format!("turning to {}", self.score.reserves[reserve].name))
    }

    pub(super) fn return_to_phase(&mut self, now: Position) -> Answer {
        let Clock::InReserve { since, ended, .. } = self.clock else {
            return Answer("no reserve is playing".to_owned());
        };
        let number = self.phase(now);
        self.run_again(number, now);
        // The phase has what was left of it when the reserve came in, and at least the time of one fade.
        let end = (ended + (now - since)).max(now + self.score.crossfade);
        self.move_end(number, self.in_time(number, end, now));
        let (begun, rise, curve) = self.give_way(now, self.score.crossfade);
        self.relay(begun, now, number, Opening::Fresh { at: now, rise, curve });
        Answer(format!("back to {}", self.timeline.phases[number].name))
    }

    /// Lays a reserve from `now` on, for as long as anybody would sit; the phase's end waits far behind it.
    pub(super) fn lay_reserve(&mut self, reserve: usize, now: Position, entry: Entry) {
        let number = self.phase(now);
        let horizon = now + Length::from_secs(LONGEST, self.timeline.rate);
        let (mut clips, mut rise, mut curve) = match entry {
            Entry::Fresh => self.give_way(now, self.score.crossfade),
            Entry::GoesOn => (self.begun(now), self.score.crossfade, Curve::EqualPower),
        };
        self.move_end(number, horizon);
        let last = clips.iter().rev().find_map(|clip| match clip.role {
            Role::Reserve { reserve: of, track } if of == reserve => Some(track),
            _ => None,
        });
        let mut sounds = match entry {
            Entry::Fresh => None,
            Entry::GoesOn => clips.pop(),
        };
        let pieces = &self.score.reserves[reserve].pieces;
        let first = last.and_then(|track| pieces.iter().position(|(n, _)| *n == track)).map_or(0, |n| n + 1);
        let mut at = now;
        for (track, piece) in pieces.iter().cycle().skip(first) {
            if let Some(before) = sounds.take() {
                let (before, fall) = self.hand_over(before, piece, now, horizon);
                (at, rise, curve) = (before.end.back(fall), fall, seam(&before.piece, piece));
                let covers = before.end >= horizon;
                clips.push(before);
                if covers {
                    break;
                }
            }
            let next = self.reserve_clip(reserve, (*track, piece), at, Fade::rise(at, rise, curve));
            self.timeline.next += 1;
            sounds = Some(next);
        }
        let opening = Opening::Fresh { at: horizon, rise: self.score.crossfade, curve: Curve::EqualPower };
        self.relay(clips, now, number + 1, opening);
    }

    fn reserve_clip(&self, reserve: usize, (track, piece): (usize, &Arc<Piece>), start: Position, rise: Fade) -> Clip {
        let gain = piece.gain * self.score.reserves[reserve].level.gain();
        let id = ClipId(self.timeline.next);
        let end = start + piece.planned;
        Clip { id, piece: piece.clone(), role: Role::Reserve { reserve, track }, start, end, gain, fades: vec![rise] }
    }

    /// Ends a reserve's clip by a crossfade into the next, or at the horizon; says how long that takes.
    fn hand_over(&self, mut clip: Clip, next: &Arc<Piece>, now: Position, horizon: Position) -> (Clip, Length) {
        clip.fades.retain(|fade| fade.start <= now || fade.start == clip.start);
        let longest = Length::from_secs(LONGEST, self.timeline.rate);
        let natural = (clip.start + clip.piece.length.unwrap_or(longest)).max(now + Length(1));
        clip.end = natural.min(horizon);
        let heard = clip.end - clip.start;
        let fall = self.score.crossfade.min(heard / 3).min(clip.end.since(now));
        clip.fades.push(Fade::fall(clip.end.back(fall), fall, seam(&clip.piece, next)));
        (clip, fall)
    }
}

/// A piece against itself adds in amplitude; two pieces add in power.
fn seam(from: &Piece, to: &Piece) -> Curve {
    if from.sound == to.sound { Curve::EqualGain } else { to.curve.unwrap_or(Curve::EqualPower) }
}
