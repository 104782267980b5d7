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
    /// The same for a text of plain letters, which most are, at a fraction of the time.
    fn hear_plain(&mut self, text: &[u8]) {
        let mut inside = self.inside;
        for byte in text {
            // A vertical tab is white space to Unicode, though not to ASCII.
            if byte.is_ascii_whitespace() || *byte == 0x0b {
                inside = false;
            } else if byte.is_ascii_alphanumeric() {
                self.count += usize::from(!inside);
                inside = true;
            }
        }
        self.inside = inside;
    }
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
