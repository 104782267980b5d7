//! How a site's work is shared among cores: in pieces of many pages, and not at all where that takes longer.

use rayon::iter::{IndexedParallelIterator, MaxLen, MinLen};

/// How many pages or files one core takes at a time: few enough that at the end none waits long for another.
pub(super) const AT_A_TIME: usize = 16;

/// How many of them it takes through one step before it takes them through the next: code that is used again at once is still in
/// its cache.
pub(super) const TOGETHER: usize = 8;

/// A site of fewer pages is small: what takes a microsecond for each of them is done before another core is awake.
const SMALL: usize = 128;

/// How many pages, sections or terms of a site one core takes at least in such a step: all of them where there are few pages.
pub(super) fn at_least(pages: usize) -> usize {
    if pages < SMALL { usize::MAX } else { 1 }
}

/// All pages, for such a step.
pub(super) fn briefly<P: IndexedParallelIterator>(pages: P) -> MinLen<MaxLen<P>> {
    let few = at_least(pages.len());
    pages.with_max_len(AT_A_TIME).with_min_len(few)
}

/// Two such steps, on two cores where there are many pages.
pub(super) fn both<A: Send, B: Send>(
    pages: usize,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if pages < SMALL { (first(), second()) } else { rayon::join(first, second) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rayon::prelude::*;

    use super::*;

    #[test]
    fn a_short_step_is_one_piece_where_there_are_few_pages_and_many_where_there_are_many() {
        let pieces = |pages: usize| {
            let begun = AtomicUsize::new(0);
            let begin = || begun.fetch_add(1, Ordering::Relaxed);
            let step: Vec<usize> = briefly((0..pages).into_par_iter()).map_init(begin, |_, page| 2 * page).collect();
            assert!(step.into_iter().eq((0..pages).map(|page| 2 * page)), "{pages}");
            begun.into_inner()
        };
        assert_eq!((pieces(1), pieces(SMALL - 1)), (1, 1));
        assert!(pieces(10 * SMALL) >= 10 * SMALL / AT_A_TIME);
    }
}
