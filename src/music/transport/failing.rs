//! Pieces that fail before they are heard: what comes is planned without them. Pure.

use std::sync::Arc;

use super::reserve::Entry;
use super::{Clock, Transport};
use crate::diagnostic::Diagnostic;
use crate::music::mix::Failure;
use crate::music::timeline::{ClipId, Piece, Role};
use crate::units::{Length, Position};

/// What is good of a damaged piece is worth playing from this on.
const LEAST_GOOD_SECONDS: u64 = 30;

const HINT: &str = "replace the file with a whole copy before the next session";

impl Transport {
    /// A piece turned out to be good in part only: it is planned no further than that, or not at all, and the next piece
    /// of its phase or reserve comes under the usual fade. `None` where it is too late for a plan, or none is needed.
    pub fn fail(&mut self, failure: &Failure, now: Position) -> Option<Diagnostic> {
        if self.clock == Clock::Ending {
            return None;
        }
        if self.timeline.cues.iter().any(|cue| cue.id == failure.clip) {
            return self.fail_cue(failure.clip, &failure.why, now);
        }
        let clip = self.timeline.clips.iter().find(|clip| clip.id == failure.clip)?.clone();
        let needed = clip.start + failure.good < clip.end;
        let current = self.begun(now).last().is_none_or(|last| last.id == clip.id) || clip.start >= now;
        let over = matches!(clip.role, Role::Reserve { .. }) && !matches!(self.clock, Clock::InReserve { .. });
        if !needed || !current || over {
            return None;
        }
        let least = Length::from_secs(LEAST_GOOD_SECONDS, self.timeline.rate);
        let short = Arc::new(Piece { length: Some(failure.good), planned: failure.good, ..(*clip.piece).clone() });
        self.score.replace(&clip.piece, (failure.good >= least).then(|| short.clone()));
        for planned in self.timeline.clips.iter_mut().filter(|planned| planned.id == clip.id) {
            planned.piece = short.clone();
        }
        match clip.role {
            Role::Phase { .. } | Role::Cue { .. } => self.lay_on(self.phase(now), now),
            Role::Reserve { reserve, .. } => self.lay_reserve(reserve, now, Entry::GoesOn),
        }
        let message = format!("`{}` {}; what comes is planned without it", clip.piece.title, failure.why);
        Some(Diagnostic::warning("music/replaced", message).hint(HINT))
    }

    /// A cue that cannot sound is left out, wherever it would come, and the music is not ducked for it.
    /// One that sounds already keeps its duck, so that the music doesn't jump.
    fn fail_cue(&mut self, failed: ClipId, why: &str, now: Position) -> Option<Diagnostic> {
        let cue = self.timeline.cues.iter().find(|cue| cue.id == failed && cue.start >= now)?.clone();
        for phase in &mut self.score.phases {
            phase.cues.retain(|kept| kept.piece.sound != cue.piece.sound);
        }
        self.timeline.cues.retain(|kept| kept.start < now || kept.piece.sound != cue.piece.sound);
        let message = format!("`{}` {why}; the cue is left out", cue.piece.title);
        Some(Diagnostic::warning("music/replaced", message).hint(HINT))
    }
}
