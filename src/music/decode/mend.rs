//! Mends a splice: where a part of a file could not be decoded, what comes before and what comes after meet in a short
//! crossfade, so that no click is heard. Pure.

use crate::music::fade::Curve;
use crate::units::{Frame, SampleRate};

/// How long the crossfade of a mended splice is (milliseconds).
const MEND_MS: u32 = 30;

/// Keeps back the last frames, until it is known whether what comes next goes on from them.
pub(super) struct Mend {
    held: Vec<Frame>,
    length: usize,
}

/// How a block of frames stands to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// It goes on.
    Whole,
    /// Something is missing between them.
    Spliced,
}

impl Mend {
    pub(super) fn new(rate: SampleRate) -> Mend {
        Mend { held: Vec::new(), length: (rate.hertz() * MEND_MS / 1000) as usize }
    }

    /// Takes the frames that were appended to `out` from `first` on: puts before them what was kept back, and keeps back
    /// the last of them.
    pub(super) fn join(&mut self, out: &mut Vec<Frame>, first: usize, joint: Joint) {
        let held = self.held.len();
        out.splice(first..first, self.held.drain(..));
        let block = first + held;
        if joint == Joint::Spliced {
            let both = held.min(out.len() - block);
            for n in 0..both {
                let x = (n + 1) as f64 / (both + 1) as f64;
                let (before, after) = (out[block - both + n], out[block + n]);
                let (fall, rise) = (Curve::EqualPower.at(1.0 - x) as f32, Curve::EqualPower.at(x) as f32);
                let (left, right) = (before.left * fall + after.left * rise, before.right * fall + after.right * rise);
                out[block - both + n] = Frame::new(left, right);
            }
            out.drain(block..block + both);
        }
        let kept = out.len().saturating_sub(self.length).max(first);
        self.held.extend(out.drain(kept..));
    }

    /// Appends what was kept back; says whether that was anything.
    pub(super) fn flush(&mut self, out: &mut Vec<Frame>) -> bool {
        let some = !self.held.is_empty();
        out.append(&mut self.held);
        some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(levels: impl Iterator<Item = f32>) -> Vec<Frame> {
        levels.map(|level| Frame::new(level, -level)).collect()
    }

    fn joined(blocks: &[(Vec<Frame>, Joint)]) -> Vec<Frame> {
        let (mut mend, mut out) = (Mend::new(SampleRate::new(1000).expect("in range")), Vec::new());
        for (block, joint) in blocks {
            let first = out.len();
            out.extend_from_slice(block);
            mend.join(&mut out, first, *joint);
        }
        mend.flush(&mut out);
        out
    }

    #[test]
    fn what_goes_on_passes_as_it_is() {
        let whole = frames((0..200).map(|n| n as f32));
        let blocks: Vec<_> = [0..3, 3..50, 50..51, 51..200].map(|range| (whole[range].to_vec(), Joint::Whole)).into();
        assert_eq!(joined(&blocks), whole);
    }

    #[test]
    fn a_splice_has_no_step() {
        let (before, after) = (frames((0..100).map(|_| 0.5)), frames((0..100).map(|_| -0.5)));
        let mended = joined(&[(before, Joint::Whole), (after, Joint::Spliced)]);
        assert_eq!(mended.len(), 170, "30 frames of each lie over one another");
        let steepest = mended.windows(2).map(|pair| (pair[1].left - pair[0].left).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.1, "{steepest}");
        let short =
            joined(&[(frames([0.5].into_iter()), Joint::Whole), (frames([-0.5; 4].into_iter()), Joint::Spliced)]);
        assert_eq!(short.len(), 4, "a block of one frame is no more than that");
    }
}
