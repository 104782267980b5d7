//! Endless noise that can be entered anywhere. A filter remembers all that it has heard; so that minute fifty need not
//! be preceded by minutes one to forty-nine, noise is made in chapters that each begin afresh and are laid over one
//! another at equal power. Entering costs a chapter at most, and gives the same bits as listening from the start. Pure.

use std::f64::consts::FRAC_PI_2;

use super::{Block, Chance, Grid, smooth};

/// How long until the next chapter begins.
const HOP_SECONDS: f64 = 8.0;
/// How long two chapters sound together.
const OVERLAP_SECONDS: f64 = 2.0;

/// A sound with a memory, made block by block.
pub(crate) trait Texture {
    /// Begins without a memory.
    fn begin(chance: Chance, grid: Grid) -> Self;
    /// Writes block `index` (its place in the whole, for what moves slowly). The next call is for the next block.
    fn sound(&mut self, index: u64, block: &mut Block);
}

/// A texture in chapters.
#[derive(Clone, Debug)]
pub(crate) struct Chapters<T> {
    seed: u64,
    grid: Grid,
    hop: u64,
    overlap: u64,
    open: [Option<Open<T>>; 2],
    scratch: Vec<[f64; 2]>,
}

#[derive(Clone, Debug)]
struct Open<T> {
    chapter: u64,
    next: u64,
    texture: T,
}

impl<T: Texture> Chapters<T> {
    /// The chapters of `seed`.
    pub(crate) fn new(seed: u64, grid: Grid) -> Chapters<T> {
        let (hop, overlap) = (grid.blocks(HOP_SECONDS), grid.blocks(OVERLAP_SECONDS));
        Chapters { seed, grid, hop, overlap, open: [None, None], scratch: vec![[0.0; 2]; grid.frames()] }
    }

    /// Adds block `index` to `block`.
    pub(crate) fn sound(&mut self, index: u64, block: &mut Block) {
        let (chapter, within) = (index / self.hop, index % self.hop);
        let weight = |at: u64| libm::sin(FRAC_PI_2 * smooth(at as f64 / self.overlap as f64));
        let weights = [weight(within), weight(within + 1)];
        let fading = |at: u64| libm::cos(FRAC_PI_2 * smooth(at as f64 / self.overlap as f64));
        let fadings = [fading(within), fading(within + 1)];
        self.add(chapter, index, weights, block);
        if within < self.overlap && chapter > 0 {
            self.add(chapter - 1, index, fadings, block);
        }
    }

    fn add(&mut self, chapter: u64, index: u64, [from, to]: [f64; 2], block: &mut Block) {
        let (seed, grid, first) = (self.seed, self.grid, chapter * self.hop);
        let open = &mut self.open[(chapter % 2) as usize];
        if open.as_ref().is_none_or(|open| open.chapter != chapter || open.next > index) {
            *open = Some(Open { chapter, next: first, texture: T::begin(Chance::of(seed, chapter), grid) });
        }
        let Some(open) = open else { return };
        while open.next <= index {
            open.texture.sound(open.next, &mut self.scratch);
            open.next += 1;
        }
        let slope = (to - from) / block.len() as f64;
        for (n, (frame, made)) in block.iter_mut().zip(&self.scratch).enumerate() {
            let weight = from + slope * n as f64;
            frame[0] += weight * made[0];
            frame[1] += weight * made[1];
        }
    }
}
