//! Hands out generated sound, which is made in whole blocks of its grid, in pieces of any size. Pure.

use super::{Block, Grid};
use crate::units::{Frame, Length};

/// Where a generated sound has come, with the block that was made last.
#[derive(Clone, Debug)]
pub(crate) struct Blocks {
    grid: Grid,
    frame: u64,
    block: Vec<[f64; 2]>,
    made: Option<u64>,
}

impl Blocks {
    /// Begins with block `first`.
    pub(crate) fn new(grid: Grid, first: u64) -> Blocks {
        Blocks { grid, frame: first * grid.frames() as u64, block: vec![[0.0; 2]; grid.frames()], made: None }
    }

    /// Writes the next frames to `out`; `make` adds a block, by its index, to silence.
    pub(crate) fn fill(&mut self, out: &mut [Frame], mut make: impl FnMut(u64, &mut Block)) {
        let frames = self.grid.frames() as u64;
        let mut out = out;
        while !out.is_empty() {
            let (index, within) = (self.frame / frames, (self.frame % frames) as usize);
            if self.made != Some(index) {
                self.block.fill([0.0; 2]);
                make(index, &mut self.block);
                self.made = Some(index);
            }
            let count = out.len().min(self.grid.frames() - within);
            let (now, later) = out.split_at_mut(count);
            for (frame, [left, right]) in now.iter_mut().zip(&self.block[within..]) {
                *frame = Frame::new(*left as f32, *right as f32);
            }
            self.frame += count as u64;
            out = later;
        }
    }

    /// Passes over the next `length` without making it.
    pub(crate) fn skip(&mut self, length: Length) {
        self.frame = self.frame.saturating_add(length.0);
    }
}
