//! Text into sentences and words. Pure.

use std::ops::Range;

/// Words that end in a full stop and no sentence does.
const SHORT: [&str; 22] = [
    "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "e.g.", "i.e.", "etc.", "vs.", "no.", "a.m.", "p.m.", "u.s.", "inc.",
    "approx.", "dept.", "fig.", "sr.", "sra.", "ud.", "p. ej.",
];

/// The sentences of a text, each without the spaces around it.
pub(super) fn sentences(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut start) = (Vec::new(), 0);
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if !matches!(letter, '.' | '?' | '!' | '…') {
            continue;
        }
        // What closes belongs to the sentence: quotes, parentheses.
        let mut end = at + letter.len_utf8();
        while let Some((next, closing)) = letters.peek().copied()
            && matches!(closing, '.' | '?' | '!' | '"' | '\'' | '”' | '’' | ')' | '»')
        {
            end = next + closing.len_utf8();
            letters.next();
        }
        let after = text[end..].trim_start();
        let begins = after.is_empty()
            || after.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "¿¡“\"'(«".contains(c));
        let spaced = after.len() < text.len() - end || after.is_empty();
        if spaced && begins && letter != '…' && !is_short(&text[start..end]) {
            push(&mut found, text, start..end);
            start = end;
        }
    }
    push(&mut found, text, start..text.len());
    found
}

fn is_short(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    let last = last.trim_start_matches(['(', '“', '"']);
    // `J. Smith` and the like: a single letter.
    SHORT.contains(&last)
        || (last.len() == 2 && last.ends_with('.') && last.starts_with(|c: char| c.is_alphabetic() && c != 'i'))
}

fn push(found: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    let end = range.start + part.trim_end().len();
    if start < end && words(&text[start..end]).next().is_some() {
        found.push(start..end);
    }
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '—' | '–' | '/'))
        .filter(|word| word.contains(char::is_alphanumeric))
}

/// Where a text, in small letters, has these words, with no letter before or behind.
pub(super) fn find_word(lower: &str, wanted: &str) -> Option<Range<usize>> {
    let found = lower.match_indices(wanted).map(|(at, _)| at..at + wanted.len());
    found.into_iter().find(|range| is_whole(lower, range))
}

/// Whether a part of a text is no part of a word.
pub(super) fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    let before = text[..range.start].chars().next_back().is_some_and(letter);
    let behind = text[range.end..].chars().next().is_some_and(letter);
    !before && !behind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(split("One. Two? Three! "), ["One.", "Two?", "Three!"]);
        assert_eq!(
            split("Ask Dr. Smith at 5 p.m. today. It is 3.5 mg."),
            ["Ask Dr. Smith at 5 p.m. today.", "It is 3.5 mg."]
        );
        assert_eq!(split("He said “Go.” Then he went (home.) So"), ["He said “Go.”", "Then he went (home.)", "So"]);
        assert_eq!(split("¿Qué es? ¡Hola! Sí."), ["¿Qué es?", "¡Hola!", "Sí."]);
        assert_eq!(split("See example.org for more"), ["See example.org for more"]);
        assert_eq!(split("…"), Vec::<&str>::new());
    }

    #[test]
    fn a_word_is_no_part_of_another() {
        assert_eq!((find_word("a secure site", "secure"), find_word("a secure site", "cure")), (Some(2..8), None));
        assert_eq!(find_word("no cure, cured", "cure"), Some(3..7));
        assert_eq!(words("one two-three — 4/5 …").count(), 4);
    }
}
