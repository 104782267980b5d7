//! Live decisions: (score, timeline, position, command) → a new timeline. Pure.
//!
//! What has sounded never changes, and the gain of every sounding clip is continuous across a change: a decision
//! only adds fades from the position on, and lays what comes after. The mixer has no special case for people.

mod command;
mod failing;
mod reserve;

use std::time::Duration;

use super::fade::{Curve, Direction, Fade};
use super::plan::{Begun, Opening, lay, plan};
use super::score::Score;
use super::timeline::{Clip, Timeline};
use crate::diagnostic::did_you_mean;
use crate::units::{Length, Position};

pub use command::{COMMANDS, Command, CommandError};
use reserve::Entry;

/// What a session is doing with its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It goes.
    Running,
    /// The phase is held.
    Held {
        /// Since when.
        since: Position,
        /// Where the phase would have ended without the hold.
        ended: Position,
    },
    /// A reserve plays; the phase waits.
    InReserve {
        /// Which.
        reserve: usize,
        /// Since when.
        since: Position,
        /// Where the phase would have ended without it.
        ended: Position,
    },
    /// The last fade is under way.
    Ending,
}

/// A session under way: its timeline, and what its clock does.
#[derive(Clone, Debug)]
pub struct Transport {
    score: Score,
    timeline: Timeline,
    clock: Clock,
    last: Option<(Command, Position)>,
}

/// What came of a command, in a facilitator's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(pub String);

impl Transport {
    /// A session as planned.
    pub fn new(score: Score) -> Transport {
        let (timeline, _) = plan(&score);
        Transport { score, timeline, clock: Clock::Running, last: None }
    }

    /// What plays, and when, as far as is decided.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What the clock does.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The names of the reserves.
    pub fn reserves(&self) -> impl Iterator<Item = &str> {
        self.score.reserves.iter().map(|reserve| reserve.name.as_str())
    }

    /// Carries out a command at `now`, the first frame that has not been mixed. Says what came of it.
    /// Talk, quiet and volume stand after the mix (see `master`), and the output after that: the timeline stays as it is.
    pub fn apply(&mut self, command: &Command, now: Position) -> Answer {
        if self.clock == Clock::Ending || now >= self.timeline.end {
            return Answer("the session is ending".to_owned());
        }
        self.settle(now);
        if self.pressed_twice(command, now) {
            return Answer("pressed twice; done once".to_owned());
        }
        match command {
            Command::Hold => self.hold(now),
            Command::Release => self.release(now),
            Command::Advance => self.advance(now),
            Command::Extend(time) => self.extend(*time, now),
            Command::Reserve(name) => self.reserve(name, now),
            Command::Return => self.return_to_phase(now),
            Command::Skip => self.skip(now),
            Command::Seek(name) => self.seek(name, now),
            Command::End => self.end(now),
            Command::Talk | Command::Untalk | Command::Quiet | Command::Resume => Answer(String::new()),
            Command::Volume(_) | Command::Output(_) => Answer(String::new()),
        }
    }

    /// A hold that has come to its phase's greatest length is over, and so is a reserve that nobody came back from.
    fn settle(&mut self, now: Position) {
        if let Clock::Held { since, .. } | Clock::InReserve { since, .. } = self.clock
            && self.phase(since) != self.phase(now)
        {
            self.clock = Clock::Running;
        }
    }

    /// A second press within a second is one press; a volume is set as often as it is asked for.
    fn pressed_twice(&mut self, command: &Command, now: Position) -> bool {
        let second = Length::from_secs(1, self.timeline.rate);
        let twice = self.last.as_ref().is_some_and(|(last, at)| last == command && now - *at < second);
        self.last = Some((command.clone(), now));
        twice && !matches!(command, Command::Volume(_))
    }

    fn hold(&mut self, now: Position) -> Answer {
        if self.clock != Clock::Running {
            return Answer("the phase is held already".to_owned());
        }
        let number = self.phase(now);
        let span = &mut self.timeline.phases[number];
        let ended = span.end;
        let longest = (span.start + span.max).max(ended);
        span.stands = true;
        self.clock = Clock::Held { since: now, ended };
        self.move_end(number, longest);
        self.lay_on(number, now);
        Answer(format!("holding {}", self.timeline.phases[number].name))
    }

    fn release(&mut self, now: Position) -> Answer {
        let Clock::Held { since, ended } = self.clock else {
            return Answer("nothing is held".to_owned());
        };
        let number = self.phase(now);
        self.run_again(number, now);
        self.move_end(number, self.in_time(number, ended + (now - since), now));
        self.lay_on(number, now);
        Answer(format!("{} goes on", self.timeline.phases[number].name))
    }

    fn advance(&mut self, now: Position) -> Answer {
        if matches!(self.clock, Clock::InReserve { .. }) {
            return Answer("a reserve is playing; `return` goes back to the phase".to_owned());
        }
        let number = self.phase(now);
        if number + 1 == self.timeline.phases.len() {
            return Answer("this is the last phase; `end` closes the session".to_owned());
        }
        self.run_again(number, now);
        let span = &self.timeline.phases[number];
        let at = (span.start + span.min).max(now);
        self.move_end(number, at);
        self.lay_on(number, now);
        let next = &self.timeline.phases[number + 1].name;
        Answer(if at > now {
            format!("{next} begins when the phase has lasted its least length")
        } else {
            format!("moving on to {next}")
        })
    }

    fn extend(&mut self, time: Duration, now: Position) -> Answer {
        let number = self.phase(now);
        let more = Length::of(time, self.timeline.rate);
        let span = &self.timeline.phases[number];
        let longest = span.start + span.max;
        if let Clock::Held { ended, .. } | Clock::InReserve { ended, .. } = &mut self.clock {
            *ended = (*ended + more).min(longest.max(*ended));
            return Answer(format!("{} gets more time when it goes on", span.name));
        }
        let end = (span.end + more).min(longest.max(span.end));
        let capped = end < span.end + more;
        self.move_end(number, self.in_time(number, end, now));
        self.lay_on(number, now);
        let name = &self.timeline.phases[number].name;
        Answer(if capped {
            format!("{name} is extended to its greatest length")
        } else {
            format!("{name} is extended")
        })
    }

    fn skip(&mut self, now: Position) -> Answer {
        if let Clock::InReserve { reserve, .. } = self.clock {
            self.lay_reserve(reserve, now, Entry::Fresh);
        } else {
            let number = self.phase(now);
            let (begun, rise, curve) = self.give_way(now, self.score.crossfade);
            self.relay(begun, now, number, Opening::Fresh { at: now, rise, curve });
        }
        Answer("the next piece comes in".to_owned())
    }

    /// Phases that are passed over have no time; those that come again get their planned time again.
    fn seek(&mut self, name: &str, now: Position) -> Answer {
        let phases = &self.timeline.phases;
        let Some(target) = phases.iter().position(|phase| phase.name.eq_ignore_ascii_case(name.trim())) else {
            let names: Vec<&str> = phases.iter().map(|phase| phase.name.as_str()).collect();
            let hint =
                did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("there are: {}", names.join(", ")));
            return Answer(format!("there is no phase `{name}`; {hint}"));
        };
        self.clock = Clock::Running;
        let mut start = now;
        for (number, (span, score)) in self.timeline.phases.iter_mut().zip(&self.score.phases).enumerate() {
            if number < target {
                (span.start, span.end) =
                    (span.start.min(now), if number + 1 == target { now } else { span.end.min(now) });
            } else {
                (span.start, span.end) = (start, start + score.length);
                (span.waited, span.stands) = (Length::NONE, false);
                start = span.end;
            }
        }
        let (begun, rise, curve) = self.give_way(now, self.score.boundary);
        self.hush_cues(now, self.score.boundary);
        self.relay(begun, now, target, Opening::Fresh { at: now, rise, curve });
        Answer(format!("going to {}", self.timeline.phases[target].name))
    }

    /// What is planned goes on beneath the last fade: a piece that ends within it leaves no hole.
    fn end(&mut self, now: Position) -> Answer {
        let (length, number) = (self.score.end, self.phase(now));
        self.hush_cues(now, length);
        self.timeline.cues.retain(|cue| cue.start < now);
        self.clock = Clock::Ending;
        let end = now + length;
        if end < self.timeline.end {
            self.timeline.clips.retain(|clip| clip.start < end);
            for clip in self.timeline.clips.iter_mut().filter(|clip| clip.end > now) {
                clip.end = clip.end.min(end);
                clip.fades.push(Fade::fall(now, length, Curve::HalfCosine));
            }
            self.timeline.phases.truncate(number + 1);
            self.timeline.phases[number].end = end;
            self.timeline.end = end;
        }
        Answer("closing the session".to_owned())
    }

    /// The number of the phase at `position`.
    fn phase(&self, position: Position) -> usize {
        self.timeline.phase_at(position).map_or(0, |(number, _)| number)
    }

    /// Where a phase can end at the soonest: the session's last fade is never cut short.
    fn in_time(&self, number: usize, end: Position, now: Position) -> Position {
        let last = number + 1 == self.timeline.phases.len();
        if last { end.max(now + self.score.end) } else { end.max(now) }
    }

    /// Moves a phase's end, and all that comes after it.
    fn move_end(&mut self, number: usize, end: Position) {
        let mut start = end;
        self.timeline.phases[number].end = end;
        for span in &mut self.timeline.phases[number + 1..] {
            let length = span.length();
            span.start = start;
            span.end = start + length;
            start = span.end;
        }
    }

    /// Lays the music again from `now` on; what sounds goes on.
    fn lay_on(&mut self, number: usize, now: Position) {
        let begun = self.begun(now);
        self.relay(begun, now, number, Opening::GoesOn { now });
    }

    fn relay(&mut self, begun: Vec<Clip>, now: Position, number: usize, opening: Opening) {
        let phases = std::mem::take(&mut self.timeline.phases);
        let mut cues = std::mem::take(&mut self.timeline.cues);
        cues.retain(|cue| cue.start < now);
        let begun = Begun { now, phases, clips: begun, cues, next: self.timeline.next };
        (self.timeline, _) = lay(&self.score, begun, number, opening);
    }

    /// Lets the clock go on where it stood: the phase's cues come as much later.
    fn run_again(&mut self, number: usize, now: Position) {
        if let Clock::Held { since, .. } | Clock::InReserve { since, .. } = self.clock {
            let span = &mut self.timeline.phases[number];
            span.waited = span.waited + (now - since);
            span.stands = false;
        }
        self.clock = Clock::Running;
    }

    /// Lets the cues that sound fall from `now` on.
    fn hush_cues(&mut self, now: Position, length: Length) {
        for cue in self.timeline.cues.iter_mut().filter(|cue| cue.start < now && now < cue.end) {
            cue.fades.retain(|fade| fade.start <= now);
            cue.fall(now, length, Curve::HalfCosine);
        }
    }

    /// The clips that have begun.
    fn begun(&self, now: Position) -> Vec<Clip> {
        self.timeline.clips.iter().filter(|clip| clip.start < now).cloned().collect()
    }

    /// What sounds falls from `now` on under equal power. Returns the clips that have begun, and how what comes instead of
    /// them rises: no longer than there is something to rise against, and out of silence where there is nothing.
    fn give_way(&self, now: Position, length: Length) -> (Vec<Clip>, Length, Curve) {
        let mut begun = self.begun(now);
        let mut longest = None;
        // What goes already goes on going: two falls at once would leave a hole before what comes has risen.
        for clip in begun.iter_mut().filter(|clip| clip.end > now && !is_leaving(clip, now)) {
            clip.fades.retain(|fade| fade.start <= now);
            let natural = clip.piece.length.map_or(now + length, |length| clip.start + length);
            clip.end = natural.max(now + Length(1));
            clip.fall(now, length, Curve::EqualPower);
            longest = longest.max(Some(clip.end - now));
        }
        match longest {
            // Never abruptly, though what sounds may end before.
            Some(longest) => (begun, longest.max(length / 3), Curve::EqualPower),
            None => (begun, length, Curve::HalfCosine),
        }
    }
}

/// Whether a clip is in the fade that ends it.
fn is_leaving(clip: &Clip, now: Position) -> bool {
    clip.fades.iter().any(|fade| fade.direction == Direction::Out && fade.start < now && fade.end() >= clip.end)
}

#[cfg(test)]
mod tests;
