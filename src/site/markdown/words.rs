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
        let text: &str = text;
        if text.is_ascii() {
            let (blocks, rest) = text.as_bytes().as_chunks();
            blocks.iter().for_each(|block| self.hear_plain(block));
            if !rest.is_empty() {
                // What neither begins a word nor ends one fills it up.
                let mut block = [b'.'; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                self.hear_plain(&block);
            }
            return;
        }
        for character in text.chars() {
            if matches!(character, '‐'..='‧') {
                // Dashes, curly quotes and dots, which smart punctuation makes many of: neither letters nor spaces.
            } else if character.is_whitespace() {
                self.inside = false;
            } else if character.is_alphanumeric() && !self.inside {
                self.inside = true;
                self.count += 1;
            }
        }
    }
}

/// How many plain letters are counted at once.
const BLOCK: usize = 32;

impl Words {
    /// The same for a few plain letters, which most texts are of, at a fraction of the time: all at once. Whether one stands in a
    /// word is handed from each to the next as an addition hands on its carry.
    fn hear_plain(&mut self, block: &[u8; BLOCK]) {
        let (mut letters, mut others) = ([0; BLOCK], [0; BLOCK]);
        for ((byte, letter), other) in block.iter().zip(&mut letters).zip(&mut others) {
            // Without a branch, so that the compiler reads many at once.
            *letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26) | u8::from(byte.wrapping_sub(b'0') < 10);
            // A vertical tab is white space to Unicode, though not to ASCII.
            *other = u8::from(*byte != b' ') & u8::from(byte.wrapping_sub(b'\t') >= 5);
        }
        let (letters, others) = (bits(&letters), bits(&others));
        let sum = u64::from(letters) + u64::from(others) + u64::from(self.inside);
        let inside = letters ^ others ^ sum as u32;
        self.count += (letters & !inside).count_ones() as usize;
        self.inside = sum > u64::from(u32::MAX);
    }
}

/// A bit for each of these, which are 0 or 1, the first the lowest.
fn bits(ones: &[u8; BLOCK]) -> u32 {
    // Moves the lowest bit of each of eight bytes into the highest byte, beside each other.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let eight = |at: usize| u64::from_le_bytes(ones[at..at + 8].try_into().expect("there are eight"));
    (0..BLOCK).step_by(8).fold(0, |bits, at| bits | ((eight(at).wrapping_mul(GATHER) >> 56) as u32) << at)
}

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
        for text in [
            "",
            "a",
            " a-b  c'd\te\u{b}f1 -- 2",
            " it is longer than one block, and-a-word of it lies in two of them",
            "Onewordthatisexactlyaslongasone32 and another",
            "un",
            "...",
            "x\u{1f}y z!",
            "\u{1c}a \u{85}",
        ] {
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

    #[test]
    fn curly_quotes_and_dashes_are_what_straight_ones_are() {
        let count = |text: &str| {
            let mut words = Words::default();
            words.hear(&Event::Text(text.into()));
            words.count
        };
        assert_eq!(count("“Don’t stop”—go, – or… ‘wait’"), count("\"Don't stop\"--go, - or... 'wait'"));
        assert_eq!(count("one\u{2009}two\u{2028}three"), 3);
    }
}
