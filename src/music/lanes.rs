//! Sums in lanes, with the widest vectors that the processor has. The one door to pulp. Pure.
//!
//! The processor chooses the instructions, never the arithmetic: a sum is written in a fixed number of lanes, each with
//! its own product and its own addition (Rust never fuses the two), so the bits are the same on every machine.

use pulp::Arch;

/// So many lanes are two vectors of AVX, or four of SSE2 and NEON: enough for an addition to begin in every cycle.
pub(super) const LANES: usize = 16;

/// Runs `work` compiled for this processor. What it calls must be inlined, or it is compiled for every processor.
pub(super) fn widely<T>(work: impl FnOnce() -> T) -> T {
    Arch::new().dispatch(work)
}

/// The sum of all lanes, in one order on every machine.
#[inline(always)]
pub(super) fn sum(lanes: [f32; LANES]) -> f32 {
    let halves = |at: usize| (lanes[at] + lanes[at + 8]) + (lanes[at + 4] + lanes[at + 12]);
    (halves(0) + halves(2)) + (halves(1) + halves(3))
}
