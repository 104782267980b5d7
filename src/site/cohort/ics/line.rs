//! Lines as RFC 5545 wants them: 75 octets at most, folded between characters, each with CR and LF at its end. Pure.

/// The longest line, in octets, without its end.
const LONGEST: usize = 75;

/// Lines of a calendar.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line whose value needs no escaping.
    pub(super) fn raw(&mut self, line: &str) {
        let mut room = LONGEST;
        for letter in line.chars().filter(|letter| !letter.is_control()) {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                // The blank that marks the fold is one of the octets.
                room = LONGEST - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line with a text in it.
    pub(super) fn said(&mut self, name: &str, text: &str) {
        self.raw(&format!("{name}:{}", escape(text)));
    }

    /// All of them.
    pub(super) fn text(self) -> String {
        self.0
    }
}

fn escape(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters() {
        let mut lines = Lines::default();
        lines.said("SUMMARY", &"ñ, ".repeat(60));
        let text = lines.text();
        let folded: Vec<&str> = text.split("\r\n").collect();
        assert!(folded.len() > 3 && folded.iter().all(|line| line.len() <= 75), "{folded:?}");
        assert!(folded[1..folded.len() - 1].iter().all(|line| line.starts_with(' ')));
        assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ñ\\, ".repeat(60)));
    }

    #[test]
    fn what_would_end_a_line_or_a_value_is_escaped() {
        let mut lines = Lines::default();
        lines.said("X", "a\\b; c,\r\nd\u{7}\re");
        assert_eq!(lines.text(), "X:a\\\\b\\; c\\,\\nde\r\n");
    }
}
