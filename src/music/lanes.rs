//! Sums in lanes, with the widest vectors that the processor has. The one door to pulp. Pure.
//!
//! The processor chooses the instructions, never the arithmetic: a sum has a fixed number of lanes, each product and
//! each addition is rounded for itself (never fused), and the lanes are summed in one order. So the bits are the same on
//! every machine.

use pulp::Arch;
pub(super) use pulp::{Simd, WithSimd};

/// So many lanes are two vectors of AVX, or four of NEON.
pub(super) const LANES: usize = 16;

/// Does `work` compiled for this processor. It and what it calls must be `#[inline(always)]`: what is not inlined is
/// compiled for every processor.
pub(super) fn widely<W: WithSimd>(work: W) -> W::Output {
    Arch::new().dispatch(work)
}

/// Does `work` as a processor without any vectors would.
#[cfg(test)]
pub(super) fn plainly<W: WithSimd>(work: W) -> W::Output {
    work.with_simd(pulp::Scalar)
}

/// The products of `row` with each of two others, summed; all of one length, a multiple of [`LANES`].
#[inline(always)]
pub(super) fn dots<S: Simd>(simd: S, row: &[f32], one: &[f32], other: &[f32]) -> (f32, f32) {
    let (row, one, other) = (S::as_simd_f32s(row).0, S::as_simd_f32s(one).0, S::as_simd_f32s(other).0);
    let vectors = LANES / S::F32_LANES;
    let (mut a, mut b) = ([simd.splat_f32s(0.0); LANES], [simd.splat_f32s(0.0); LANES]);
    let steps = row.chunks_exact(vectors).zip(one.chunks_exact(vectors)).zip(other.chunks_exact(vectors));
    for ((row, one), other) in steps {
        for n in 0..vectors {
            a[n] = simd.add_f32s(a[n], simd.mul_f32s(row[n], one[n]));
            b[n] = simd.add_f32s(b[n], simd.mul_f32s(row[n], other[n]));
        }
    }
    (sum(simd, &a), sum(simd, &b))
}

/// The sum of all lanes, in one order on every machine: each with the one eight behind it, and so on by halves.
#[inline(always)]
fn sum<S: Simd>(simd: S, vectors: &[S::f32s; LANES]) -> f32 {
    let half = LANES / 2 / S::F32_LANES;
    let mut lanes = [0.0f32; LANES / 2];
    for (n, lane) in S::as_mut_simd_f32s(&mut lanes).0.iter_mut().enumerate() {
        *lane = simd.add_f32s(vectors[n], vectors[n + half]);
    }
    let quarter = |at: usize| lanes[at] + lanes[at + 4];
    (quarter(0) + quarter(2)) + (quarter(1) + quarter(3))
}
