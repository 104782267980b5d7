//! A rehearsal: each transition of a session, from ten seconds before it to ten seconds after, and nothing else.

use super::fade::{Direction, Fade};
use super::mix::{Mixer, Reader};
use super::sink::{Sink, SinkError, write_all};
use super::timeline::{Clip, Timeline};
use crate::music::fade::Curve;
use crate::units::{Frame, Length, Position, clock_of};

/// What is heard before a transition begins, and after it is over.
const AROUND_SECONDS: u64 = 10;
/// How a passage comes out of silence, and goes back.
const EDGE_MS: u64 = 800;
const BLOCK: usize = 4096;

/// A stretch of a session around one transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its first frame.
    pub from: Position,
    /// The first frame after it.
    pub to: Position,
    /// What happens in it: `10:00 Drone in G → Water, Onset begins`.
    pub what: String,
}

/// The transitions of a session, or of one of its phases (the one into it among them), in order.
pub fn passages(timeline: &Timeline, phase: Option<usize>) -> Vec<Passage> {
    let around = Length::from_secs(AROUND_SECONDS, timeline.rate);
    let wanted =
        |at: Position| phase.is_none_or(|phase| timeline.phase_at(at).is_some_and(|(number, _)| number == phase));
    let comes = |clip: &&Clip| clip.start > Position::START && wanted(clip.start);
    let passage = |clip: &Clip| {
        let risen = clip.fades.iter().find(|fade| fade.direction == Direction::In).map_or(clip.start, Fade::end);
        Passage { from: clip.start.back(around), to: (risen + around).min(timeline.end), what: what(timeline, clip) }
    };
    timeline.clips.iter().filter(comes).map(passage).collect()
}

fn what(timeline: &Timeline, clip: &Clip) -> String {
    let before = timeline.clips.iter().rev().find(|before| before.id < clip.id && before.end >= clip.start);
    let before = before.map_or("silence", |before| before.piece.title.as_str());
    let begins = timeline.phases.iter().find(|phase| phase.start == clip.start);
    let begins = begins.map_or_else(String::new, |phase| format!(", {} begins", phase.name));
    let at = clock_of(clip.start.since_start(), timeline.rate);
    format!("{at} {before} → {}{begins}", clip.piece.title)
}

/// Plays passages one after another, each out of silence and back; `tell` hears of each before it begins.
///
/// # Errors
/// When the sink takes nothing more.
pub fn play<R: Reader>(
    timeline: &Timeline,
    passages: &[Passage],
    reader: impl Fn() -> R,
    mut sink: Box<dyn Sink>,
    mut tell: impl FnMut(&Passage),
) -> Result<(), SinkError> {
    for passage in passages {
        tell(passage);
        let mut mixer = Mixer::new(reader(), timeline, passage.from);
        let (mut out, mut written) = (Vec::new(), passage.from);
        while mixer.position() < passage.to {
            out.clear();
            mixer.mix(timeline, (passage.to - mixer.position()).frames().min(BLOCK), &mut out);
            write(&mut *sink, timeline, passage, &mut written, &mut out)?;
        }
        out.clear();
        mixer.finish(&mut out);
        write(&mut *sink, timeline, passage, &mut written, &mut out)?;
    }
    sink.finish()
}

fn write(
    sink: &mut dyn Sink,
    timeline: &Timeline,
    passage: &Passage,
    written: &mut Position,
    out: &mut [Frame],
) -> Result<(), SinkError> {
    let edge = Length(EDGE_MS * u64::from(timeline.rate.hertz()) / 1000);
    let rise = Fade::rise(passage.from, edge, Curve::HalfCosine);
    let fall = Fade::fall(passage.to.back(edge), edge, Curve::HalfCosine);
    for frame in out.iter_mut() {
        *frame = *frame * (rise.gain_at(*written) * fall.gain_at(*written)).0 as f32;
        *written += Length(1);
    }
    write_all(sink, out, |_| {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::plan::plan;
    use crate::music::testing::{phase, piece, score};

    fn timeline() -> Timeline {
        plan(&score(vec![
            phase("one", 400, &[piece("a", 200), piece("b", 300)]),
            phase("two", 300, &[piece("c", 400)]),
        ]))
        .0
    }

    #[test]
    fn every_transition_is_heard_with_what_is_around_it() {
        let passages = passages(&timeline(), None);
        let told: Vec<_> = passages.iter().map(|p| (p.from.0, p.to.0, p.what.as_str())).collect();
        assert_eq!(told, [(180, 210, "3:10 a → b"), (390, 430, "6:40 b → c, two begins")]);
    }

    #[test]
    fn one_phase_is_rehearsed_with_the_way_into_it() {
        let passages = passages(&timeline(), Some(1));
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].what, "6:40 b → c, two begins");
    }
}
