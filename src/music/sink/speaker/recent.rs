//! The frames taken last: those that a device takes down with it are played on its heir. Pure.

use std::collections::VecDeque;

use crate::units::{Frame, Length, Position};

/// All frames so far, as far as they are remembered.
pub(super) struct Recent {
    frames: VecDeque<Frame>,
    most: usize,
    end: Position,
}

impl Recent {
    /// Remembers so many.
    pub(super) fn new(most: Length) -> Recent {
        Recent { frames: VecDeque::with_capacity(most.frames()), most: most.frames(), end: Position::START }
    }

    /// Takes the next frames.
    pub(super) fn take(&mut self, frames: &[Frame]) {
        self.end += Length(frames.len() as u64);
        let frames = &frames[frames.len().saturating_sub(self.most)..];
        let surplus = (self.frames.len() + frames.len()).saturating_sub(self.most);
        self.frames.drain(..surplus);
        self.frames.extend(frames);
    }

    /// The first frame that has not been taken.
    pub(super) fn end(&self) -> Position {
        self.end
    }

    /// The frames from `position` on, or from the first that is remembered, and which that is.
    pub(super) fn since(&mut self, position: Position) -> (Position, &[Frame]) {
        let count = self.end.since(position).frames().min(self.frames.len());
        let first = self.frames.len() - count;
        (self.end.back(Length(count as u64)), &self.frames.make_contiguous()[first..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frames_are_remembered_with_their_places() {
        let frames: Vec<Frame> = (0..10).map(|n| Frame::new(n as f32, 0.0)).collect();
        let mut recent = Recent::new(Length(4));
        assert_eq!(recent.since(Position(0)), (Position(0), &[][..]));
        recent.take(&frames[..3]);
        assert_eq!(recent.since(Position(1)), (Position(1), &frames[1..3]));
        recent.take(&frames[3..5]);
        assert_eq!(recent.since(Position(0)), (Position(1), &frames[1..5]));
        recent.take(&frames[5..]);
        assert_eq!(recent.since(Position(8)), (Position(8), &frames[8..]));
        assert_eq!(recent.since(Position(99)), (Position(10), &[][..]));
        assert_eq!(recent.end(), Position(10));
    }
}
