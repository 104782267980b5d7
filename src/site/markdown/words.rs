//! Counts words as they go by. Pure.

use super::{Event, Tag, TagEnd};

/// Counts words across events: pulldown-cmark cuts a text wherever punctuation is made smart.
#[derive(Default)]
pub(super) struct Words {
    count: usize,
    inside: bool,
    /// What was heard and is not counted yet: most texts are short, and are counted together.
    heard: String,
}

/// So many bytes are counted together.
const TOGETHER: usize = 1024;

impl Words {
    pub(super) fn hear(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) => self.hear_text(text),
            event if ends_word(event) => self.heard.push(' '),
            _ => {}
        }
        if self.heard.len() >= TOGETHER {
            self.count_heard();
        }
    }

    fn hear_text(&mut self, text: &str) {
        // Each mark that was made smart is a text of its own, and is nothing to a word.
        if is_mark(text) {
            return;
        }
        if self.heard.is_empty() {
            self.heard.reserve(TOGETHER + text.len());
        }
        self.heard.push_str(text);
    }

    /// How many there were.
    pub(super) fn count(&mut self) -> usize {
        self.count_heard();
        self.count
    }

    fn count_heard(&mut self) {
        let heard = std::mem::take(&mut self.heard);
        let mut text = &*heard;
        while let Some(block) = text.as_bytes().first_chunk() {
            if block.is_ascii() {
                self.hear_plain(block);
                text = &text[BLOCK..];
            } else {
                let (others, rest) = text.split_at(text.ceil_char_boundary(BLOCK));
                self.hear_others(others);
                text = rest;
            }
        }
        // A hyphen is nothing to a word, and fills up the last block.
        match text.is_ascii() {
            true => {
                let mut block = [b'-'; BLOCK];
                block[..text.len()].copy_from_slice(text.as_bytes());
                self.hear_plain(&block);
            }
            false => self.hear_others(text),
        }
        self.heard = heard;
        self.heard.clear();
    }

    /// Letters of any kind.
    fn hear_others(&mut self, text: &str) {
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

/// Whether a text is one of the dashes, curly quotes and dots that smart punctuation makes many of: neither letters nor spaces.
fn is_mark(text: &str) -> bool {
    // From `‐` to `‧`, as UTF-8 has them.
    matches!(text.as_bytes(), [0xe2, 0x80, 0x90..=0xa7])
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

    fn count(texts: &[&str]) -> usize {
        let mut words = Words::default();
        texts.iter().for_each(|text| words.hear(&Event::Text((*text).into())));
        words.count()
    }

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
            for before in ["", "a", "a ", "a-"] {
                let text = format!("{before}{text}");
                let mut others = Words::default();
                others.hear_others(&text);
                // All of it in blocks; what fills them up has no letters.
                assert_eq!(count(&[&text, &"-".repeat(BLOCK)]), others.count, "{text:?}");
            }
        }
    }

    #[test]
    fn words_are_counted_across_events_wherever_blocks_end() {
        for length in [1, 5, 31, 32, 33, 1000, 1024, 5000] {
            let word = "a".repeat(length);
            assert_eq!(count(&[&word, "b c", "d é", &word, "ü"]), 3, "{length}");
            let mut words = Words::default();
            for _ in 0..length {
                words.hear(&Event::Text("Straße".into()));
                words.hear(&Event::End(TagEnd::Emphasis));
                words.hear(&Event::Code("en".into()));
                words.hear(&Event::SoftBreak);
            }
            assert_eq!(words.count(), length);
        }
    }

    #[test]
    fn curly_quotes_and_dashes_are_what_straight_ones_are() {
        assert_eq!(count(&["“Don’t stop”—go, – or… ‘wait’"]), count(&["\"Don't stop\"--go, - or... 'wait'"]));
        assert_eq!(count(&["Don", "’", "t ", "“", "stop", "”", "—", "go", "…"]), 2);
        assert_eq!(count(&["one\u{2009}two\u{2028}three"]), 3);
    }
}
