//! How long a text is and how long it takes to read, as Zola reckons it: the words of the Markdown outside of fenced code,
//! at the pace of each language. Pure.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

/// How much there is to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// Words; in Chinese and Japanese letters.
    pub words: usize,
    /// Whole minutes; none where there is nothing to read.
    pub minutes: usize,
}

/// The length of a text in a language.
pub fn of(text: &str, language: &str) -> Length {
    let outside = text.split("```").step_by(2);
    let letters = |part: &str| part.chars().filter(|letter| letter.is_alphabetic()).count();
    let (words, a_minute): (usize, usize) = match language.split('-').next().unwrap_or(language) {
        "zh" => (outside.map(letters).sum(), 439),
        "ja" => (outside.map(letters).sum(), 653),
        other => {
            let a_minute = match other {
                "en" => 238,
                "ko" => 202,
                _ => 200,
            };
            (outside.map(|part| part.unicode_words().count()).sum(), a_minute)
        }
    };
    Length { words, minutes: words.div_ceil(a_minute) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_pace_and_code_is_not_read() {
        let words = |count: usize| "word ".repeat(count);
        assert_eq!(of(&words(238), "en-GB"), Length { words: 238, minutes: 1 });
        assert_eq!(of(&words(201), "fr"), Length { words: 201, minutes: 2 });
        assert_eq!(of("a\n```\nb c d\n```\ne", "en"), Length { words: 2, minutes: 1 });
        assert_eq!(of("你好, 世界", "zh"), Length { words: 4, minutes: 1 });
        assert_eq!(of("", "en"), Length::default());
    }
}
