//! Judges an output by its asking for frames, and says when to look for another. Pure: time is a parameter, counted
//! from any one moment.

use std::time::Duration;

use crate::units::{Length, Position, SampleRate};

/// A device that has asked and asks for nothing for this long is lost.
const PATIENCE: Duration = Duration::from_millis(1500);
/// One that has not asked yet gets longer: an idle sink can take 1.7 s to wake (rigs-audio.md).
const FIRST_PATIENCE: Duration = Duration::from_secs(4);
/// How often a lost device is looked for, at first.
const RETRY: Duration = Duration::from_millis(500);
/// After so many tries it is looked for more seldom: a hung server keeps a thread and a socket of each.
const EAGER_TRIES: u32 = 20;
/// How often then.
const LATER_RETRY: Duration = Duration::from_secs(3);
/// An opening that takes longer is given up.
const OPENING: Duration = Duration::from_secs(8);

/// The sign of life of a device: that it asks for more and more frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    asked: u64,
    moved: Duration,
}

impl Pulse {
    /// That of a device which has been given its music `now`.
    pub(super) fn begin(now: Duration) -> Pulse {
        Pulse { asked: 0, moved: now }
    }

    /// Whether the device lives, having asked for so many frames.
    pub(super) fn feel(&mut self, asked: u64, now: Duration) -> bool {
        if asked != self.asked {
            *self = Pulse { asked, moved: now };
        }
        let patience = if self.ever() { PATIENCE } else { FIRST_PATIENCE };
        now.saturating_sub(self.moved) < patience
    }

    /// Whether it has ever asked.
    pub(super) fn ever(&self) -> bool {
        self.asked > 0
    }

    /// When it was last seen to ask.
    pub(super) fn moved(&self) -> Duration {
        self.moved
    }
}

/// The time without an output: the session's clock goes on, and an output is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    stood_at: Position,
    stood: Duration,
    tries: u32,
    next: Duration,
}

impl Search {
    /// Begins `now`; the clock stood at `stood_at` when the device was last seen to ask.
    pub(super) fn new(stood_at: Position, stood: Duration, now: Duration) -> Search {
        Search { stood_at, stood, tries: 0, next: now }
    }

    /// Where the session's clock stands.
    pub(super) fn clock(&self, now: Duration, rate: SampleRate) -> Position {
        self.stood_at + Length::of(now.saturating_sub(self.stood), rate)
    }

    /// Whether to begin an opening now; `opening` is since when another has been under way.
    pub(super) fn due(&mut self, now: Duration, opening: Option<Duration>) -> bool {
        let under_way = opening.is_some_and(|since| now.saturating_sub(since) < OPENING);
        if under_way || now < self.next {
            return false;
        }
        self.tries += 1;
        self.next = now + if self.eager() { RETRY } else { LATER_RETRY };
        true
    }

    /// Whether it has only just begun.
    pub(super) fn eager(&self) -> bool {
        self.tries < EAGER_TRIES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_device_lives_as_long_as_it_asks() {
        let mut pulse = Pulse::begin(ms(0));
        assert!((1..1000).all(|n| pulse.feel(n * 4800, ms(n * 100))));
        assert!(pulse.feel(999 * 4800, ms(99_900 + 1499)));
        assert!(!pulse.feel(999 * 4800, ms(99_900 + 1500)));
        assert_eq!(pulse.moved(), ms(99_900));
    }

    #[test]
    fn a_device_that_is_looked_at_late_but_has_asked_lives() {
        let mut pulse = Pulse::begin(ms(0));
        assert!(pulse.feel(1, ms(60_000)));
    }

    #[test]
    fn a_device_that_never_asks_gets_longer() {
        let mut pulse = Pulse::begin(ms(1000));
        assert!(pulse.feel(0, ms(4999)));
        assert!(!pulse.feel(0, ms(5000)) && !pulse.ever());
    }

    #[test]
    fn the_clock_goes_on_from_where_the_sound_stopped() {
        let rate = SampleRate::new(1000).expect("in range");
        let search = Search::new(Position(700), ms(10_000), ms(11_500));
        assert_eq!(search.clock(ms(11_500), rate), Position(2200));
        assert_eq!(search.clock(ms(70_000), rate), Position(60_700));
    }

    #[test]
    fn it_is_looked_for_at_once_then_often_then_seldom() {
        let mut search = Search::new(Position(0), ms(0), ms(1500));
        let tries: Vec<u64> = (1500..60_000).filter(|now| search.due(ms(*now), None)).collect();
        assert_eq!(tries[..3], [1500, 2000, 2500]);
        assert_eq!(tries[18..22], [10_500, 11_000, 14_000, 17_000]);
    }

    #[test]
    fn one_opening_at_a_time_and_none_for_ever() {
        let mut search = Search::new(Position(0), ms(0), ms(0));
        assert!(search.due(ms(0), None));
        assert!(!(1..8000).any(|now| search.due(ms(now), Some(ms(0)))), "another is under way");
        assert!(search.due(ms(8000), Some(ms(0))), "it hangs");
    }
}
