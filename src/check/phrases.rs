//! Many phrases looked for at once, whatever their letters' case, as whole words. Pure.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::sentences::is_whole;

/// Phrases, each with what is to be done where it is found.
pub(super) struct Phrases<T: 'static> {
    automaton: AhoCorasick,
    known: &'static [(&'static str, T)],
}

impl<T> Phrases<T> {
    /// Makes them ready; of two that begin at one place the longer is found.
    pub(super) fn new(known: &'static [(&'static str, T)]) -> Phrases<T> {
        let mut builder = AhoCorasick::builder();
        let automaton = builder
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(known.iter().map(|(phrase, _)| phrase))
            .expect("a table of words");
        Phrases { automaton, known }
    }

    /// Where they stand in a text.
    pub(super) fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Range<usize>, &'static T)> + 't {
        let found = self.automaton.find_iter(text).filter(|found| is_whole(text, &found.range()));
        found.map(|found| (found.range(), &self.known[found.pattern().as_usize()].1))
    }
}
