//! The mixer: a timeline and its pieces → frames. Pure but for the reader it is given.
//!
//! Clips are summed in the order of the timeline, each under [`Timeline::gain_at`]; the limiter stands behind.
//! The gain is a function of the frame alone, so the size of a block changes nothing.

use super::limit::Limiter;
use super::timeline::{Clip, ClipId, Timeline};
use crate::units::{Frame, Length, Position};

/// Hands out the frames of clips.
pub trait Reader {
    /// Fills `out` with the frames of `clip`, the first of them `at` after the clip's start. It always fills it:
    /// what cannot be had in time is stood in for.
    fn read(&mut self, clip: &Clip, at: Length, out: &mut [Frame]);

    /// Says where the mixer has come, and what is planned: what is over can be let go, what comes can be fetched.
    fn look_ahead(&mut self, timeline: &Timeline, position: Position);

    /// The pieces that turned out, since last asked, to go no further than a part of their way: in time to plan anew.
    fn failures(&mut self) -> Vec<Failure> {
        Vec::new()
    }
}

/// A piece that goes no further than a part of its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The clip that it was read for.
    pub clip: ClipId,
    /// How much of it is good, from its cue on.
    pub good: Length,
    /// Why, as the end of a sentence that begins with its title.
    pub why: String,
}

/// Mixes a timeline, frame after frame.
pub struct Mixer<R> {
    reader: R,
    limiter: Limiter,
    position: Position,
    /// Frames that come out of the limiter before the position that was asked for.
    unwanted: usize,
    piece: Vec<Frame>,
    sum: Vec<Frame>,
}

impl<R: Reader> Mixer<R> {
    /// A mixer whose first frame out is the one at `start`.
    pub fn new(reader: R, timeline: &Timeline, start: Position) -> Mixer<R> {
        let limiter = Limiter::new(timeline.ceiling, timeline.rate);
        let position = start.back(limiter.memory());
        let unwanted = (start - position).frames();
        Mixer { reader, limiter, position, unwanted, piece: Vec::new(), sum: Vec::new() }
    }

    /// The next frame to be mixed: what lies before it cannot be changed any more.
    pub fn position(&self) -> Position {
        self.position
    }

    /// What hands out the frames.
    pub fn reader(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Mixes the next `frames` frames, and appends what the limiter has settled to `out`.
    pub fn mix(&mut self, timeline: &Timeline, frames: usize, out: &mut Vec<Frame>) {
        let (start, end) = (self.position, self.position + Length(frames as u64));
        self.reader.look_ahead(timeline, start);
        self.sum.clear();
        self.sum.resize(frames, Frame::SILENT);
        let mut peak = 0.0;
        for clip in timeline.sounding(start, end) {
            add(&mut self.reader, timeline, clip, start, &mut self.piece, &mut self.sum);
            // No fade and no duck lifts a piece.
            peak += clip.gain.0 * clip.piece.peak.0;
        }
        self.position = end;
        let first = out.len();
        self.limiter.push_known(&self.sum, peak, out);
        self.drop_unwanted(first, out);
    }

    /// Appends what still waits in the limiter.
    pub fn finish(&mut self, out: &mut Vec<Frame>) {
        let first = out.len();
        self.limiter.flush(out);
        self.drop_unwanted(first, out);
    }

    fn drop_unwanted(&mut self, first: usize, out: &mut Vec<Frame>) {
        let unwanted = self.unwanted.min(out.len() - first);
        out.drain(first..first + unwanted);
        self.unwanted -= unwanted;
    }
}

/// Adds one clip to the sum, whose first frame is at `start`.
fn add(
    reader: &mut impl Reader,
    timeline: &Timeline,
    clip: &Clip,
    start: Position,
    piece: &mut Vec<Frame>,
    sum: &mut [Frame],
) {
    let first = clip.start.since(start).frames();
    let last = clip.end.since(start).frames().min(sum.len());
    let from = start.max(clip.start);
    piece.clear();
    piece.resize(last - first, Frame::SILENT);
    reader.read(clip, from - clip.start, piece);
    let to = from + Length(piece.len() as u64);
    let steady = timeline.is_steady(clip, from, to);
    let gain = timeline.gain_at(clip, from).0 as f32;
    for (n, (sum, frame)) in sum[first..last].iter_mut().zip(piece.iter()).enumerate() {
        let gain = if steady { gain } else { timeline.gain_at(clip, from + Length(n as u64)).0 as f32 };
        *sum += *frame * gain;
    }
}
