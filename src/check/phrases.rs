//! Many phrases looked for at once, whatever their letters' case and with or without their accents, as whole words. Pure.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::sentences::is_whole;

/// Phrases, each with what is to be done where it is found.
pub(super) struct Phrases<T> {
    automaton: AhoCorasick,
    /// What belongs to each way of writing.
    of: Vec<T>,
}

impl<T: Copy> Phrases<T> {
    /// Makes them ready; of two that begin at one place the longer is found. They are written in small letters.
    pub(super) fn new(known: &[(&'static str, T)]) -> Phrases<T> {
        let (mut written, mut of): (Vec<String>, Vec<T>) = (Vec::new(), Vec::new());
        for (phrase, what) in known {
            let bare = without_accents(phrase);
            written.extend((bare != *phrase).then_some(bare));
            written.push((*phrase).to_owned());
            of.resize(written.len(), *what);
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&written)
            .expect("a table of words");
        Phrases { automaton, of }
    }

    /// Where they stand in a text; letters beyond ASCII have to be small.
    pub(super) fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Range<usize>, T)> + 't {
        let found = self.automaton.find_iter(text).filter(|found| is_whole(text, &found.range()));
        found.map(|found| (found.range(), self.of[found.pattern().as_usize()]))
    }

    /// Where the first of them stands.
    pub(super) fn first(&self, text: &str) -> Option<Range<usize>> {
        self.find(text).next().map(|(at, _)| at)
    }

    /// Whether one of them stands there.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.first(text).is_some()
    }
}

impl Phrases<()> {
    /// Phrases that mean the same.
    pub(super) fn list(words: &[&'static str]) -> Phrases<()> {
        Phrases::new(&words.iter().map(|word| (*word, ())).collect::<Vec<_>>())
    }
}

/// A text in small letters, each of which stands where it stood.
pub(super) fn small(text: &str) -> String {
    let letter = |c: char| {
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some(small), None) if small.len_utf8() == c.len_utf8() => small,
            _ => c,
        }
    };
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().map(letter).collect() }
}

/// As many write it on a telephone; `ñ` is a letter of its own.
fn without_accents(text: &str) -> String {
    let bare = |c: char| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        other => other,
    };
    text.chars().map(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_in_large_letters_and_without_its_accents() {
        let words = Phrases::list(&["adicción", "éxito"]);
        for text in ["La adicción.", "LA ADICCIÓN", "la adiccion", "¡Éxito!", "EXITO"] {
            assert!(words.is_in(&small(text)), "{text}");
        }
        assert!(!words.is_in("adicciones") && !words.is_in("exitoso"));
        assert_eq!(words.first(&small("ÑÁ ADICCIÓN")), Some(5..14));
    }

    #[test]
    fn small_letters_stand_where_the_large_ones_stood() {
        for text in ["ÁÉÍ ñÑ", "İstanbul ẞ", "plain", "“ß”"] {
            assert_eq!(small(text).len(), text.len(), "{text}");
        }
    }
}
