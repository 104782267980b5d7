//! Counts words as they go by. Pure.

use super::{Event, Tag, TagEnd};

/// Counts words across events: pulldown-cmark cuts a text wherever punctuation is made smart.
#[derive(Default)]
pub(super) struct Words {
    pub(super) count: usize,
    inside: bool,
}

impl Words {
    pub(super) fn hear(&mut self, event: &Event<'_>) {
        let (Event::Text(text) | Event::Code(text)) = event else {
            self.inside &= !ends_word(event);
            return;
        };
        if text.is_ascii() {
            return self.hear_plain(text.as_bytes());
        }
        for character in text.chars() {
            if character.is_whitespace() {
                self.inside = false;
            } else if character.is_alphanumeric() && !self.inside {
                self.inside = true;
                self.count += 1;
            }
        }
    }
}

impl Words {
    /// The same for a text of plain letters, which most are, at a fraction of the time: without a branch for a byte.
    fn hear_plain(&mut self, text: &[u8]) {
        let mut inside = u8::from(self.inside);
        let mut begun = 0_usize;
        for byte in text {
            let class = CLASSES[usize::from(byte & 0x7f)];
            let letter = class & LETTER;
            begun += usize::from(letter & !inside);
            inside = letter | (inside & (class >> 1));
        }
        self.count += begun;
        self.inside = inside != 0;
    }
}

/// What belongs to a word.
const LETTER: u8 = 0b01;
/// What neither begins a word nor ends one.
const OTHER: u8 = 0b10;

/// What each plain character is; white space is nothing.
const CLASSES: [u8; 128] = {
    let mut classes = [OTHER; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            classes[byte as usize] = LETTER;
        // A vertical tab is white space to Unicode, though not to ASCII.
        } else if byte.is_ascii_whitespace() || byte == 0x0b {
            classes[byte as usize] = 0;
        }
        byte += 1;
    }
    classes
};

/// Emphasis may begin within a word; all else ends it.
fn ends_word(event: &Event<'_>) -> bool {
    !matches!(
        event,
        Event::InlineHtml(_)
            | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_letters_are_counted_as_all_others_are() {
        for text in ["", "a", " a-b  c'd\te\u{b}f1 -- 2", "un", "...", "x\u{1f}y z!", "\u{1c}a \u{85}"] {
            for inside in [false, true] {
                let mut words = Words { count: 0, inside };
                words.hear(&Event::Text(text.into()));
                let mut others = Words { count: 0, inside };
                // One letter that is not plain, and that changes nothing here, sends a text the other way.
                others.hear(&Event::Text(format!("{text}\u{a0}").into()));
                assert_eq!(words.count, others.count, "{text:?}");
            }
        }
    }
}
