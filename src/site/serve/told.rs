//! Findings as an open page shows them: the words of the line around the mistake, ready to be set as text. Pure.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Findings, Place, Severity};
use crate::report::clean;

/// How many are shown; who has more mends these first.
const MOST: usize = 50;
/// How many letters of the line are shown before and behind what is meant.
const AROUND: usize = 60;

/// What is wrong.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Told {
    /// How many findings stop publishing.
    pub(super) errors: usize,
    /// How many don't.
    warnings: usize,
    /// The first of them, errors before warnings.
    findings: Vec<Shown>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Shown {
    severity: Severity,
    message: String,
    /// `content/a.md:4:5`, or the file alone.
    place: Option<String>,
    line: Option<Line>,
    hints: Vec<String>,
}

/// A line of a file, in three parts: what is meant stands in the middle.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Line {
    number: usize,
    before: String,
    meant: String,
    after: String,
}

/// What should be looked at besides what a build finds: warnings, in reading order, each once. On a large site they may be many
/// thousands, so that they are put in order when they are there, and not with each build.
#[derive(Default)]
pub(super) struct Advice(Vec<Diagnostic>);

impl Advice {
    /// What of these findings does not go without saying; a colleague would stop at some, a preview at none.
    pub(super) fn of(findings: Findings) -> Self {
        let heard = findings.into_iter().filter(|finding| finding.severity != Severity::Note);
        let mut heard: Vec<Diagnostic> = heard.map(Diagnostic::lightly).collect();
        heard.sort_by(Diagnostic::in_reading_order);
        heard.dedup();
        Self(heard)
    }

    fn has(&self, finding: &Diagnostic) -> bool {
        let before = self.0.partition_point(|known| known.in_reading_order(finding).is_lt());
        self.0[before..]
            .iter()
            .take_while(|known| known.in_reading_order(finding).is_eq())
            .any(|known| known == finding)
    }
}

impl Told {
    /// All that is found, the heavier first, in reading order. While something must be mended, nothing else is told.
    pub(super) fn of(findings: &Findings, advice: &Advice) -> Self {
        let sorted = findings.sorted();
        let of = |severity: Severity| sorted.iter().copied().filter(move |finding| finding.severity == severity);
        let errors: Vec<&Diagnostic> = of(Severity::Error).collect();
        let none = Advice::default();
        let advice = if errors.is_empty() { advice } else { &none };
        let warnings: Vec<&Diagnostic> = of(Severity::Warning).filter(|finding| !advice.has(finding)).collect();
        let mut first: Vec<&Diagnostic> =
            warnings.iter().copied().take(MOST).chain(advice.0.iter().take(MOST)).collect();
        first.sort_by(|a, b| a.in_reading_order(b));
        Self {
            errors: errors.len(),
            warnings: warnings.len() + advice.0.len(),
            findings: errors.iter().copied().chain(first).take(MOST).map(shown).collect(),
        }
    }
}

fn shown(finding: &Diagnostic) -> Shown {
    let place = finding.place.as_ref();
    Shown {
        severity: finding.severity,
        message: clean(&finding.message),
        place: place.map(address),
        line: place.filter(|place| place.line > 0 && !place.text.trim().is_empty()).map(line),
        hints: finding.hints.iter().map(|hint| clean(hint)).collect(),
    }
}

fn address(place: &Place) -> String {
    let file = clean(&place.file.display().to_string());
    if place.line == 0 { file } else { format!("{file}:{}:{}", place.line, place.column) }
}

fn line(place: &Place) -> Line {
    let letters: Vec<char> = place.text.chars().collect();
    let start = place.column.saturating_sub(1).min(letters.len());
    let end = (start + place.width).min(letters.len());
    let (from, to) = (start.saturating_sub(AROUND), (end + AROUND).min(letters.len()));
    let text = |part: &[char]| clean(&part.iter().collect::<String>());
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < letters.len() { "…" } else { "" };
    Line {
        number: place.line,
        before: format!("{lead}{}", text(&letters[from..start]).trim_start()),
        meant: text(&letters[start..end]),
        after: format!("{}{tail}", text(&letters[end..to])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    #[test]
    fn a_line_is_told_in_three_parts_and_cut_where_it_is_long() {
        let text = format!("{} see HERE now {}", "a".repeat(200), "b".repeat(200));
        let at = text.find("HERE").unwrap();
        let place = SourceText::new("content/a.md", text).place(at..at + 4);
        let findings = [Diagnostic::warning("t", "w"), Diagnostic::error("t", "e\u{202e}").at(place)];
        let told = Told::of(&findings.into_iter().collect(), &Advice::default());
        assert_eq!((told.errors, told.warnings), (1, 1));
        let first = &told.findings[0];
        assert_eq!((first.message.as_str(), first.place.as_deref()), ("e�", Some("content/a.md:1:206")));
        let line = first.line.as_ref().unwrap();
        assert!(line.before.starts_with("…aa") && line.before.ends_with("a see "), "{line:?}");
        assert!(line.meant == "HERE" && line.after.starts_with(" now b") && line.after.ends_with("b…"), "{line:?}");
    }

    #[test]
    fn what_a_build_and_a_colleague_both_find_is_told_once_and_the_rest_in_reading_order() {
        let text = SourceText::new("content/a.md", "one two three four");
        let at =
            |message: &str| Diagnostic::warning("t", message).at(text.place(text.text().find(message).unwrap()..18));
        let findings = |messages: &[&str]| -> Findings { messages.iter().map(|message| at(message)).collect() };
        let advice = Advice::of(
            findings(&["four", "two", "one", "two"])
                .into_iter()
                .chain([Diagnostic::of(Severity::Note, "t", "n")])
                .collect(),
        );
        let told = Told::of(&findings(&["three", "two"]), &advice);
        let messages: Vec<&str> = told.findings.iter().map(|shown| shown.message.as_str()).collect();
        assert_eq!((told.errors, told.warnings, messages), (0, 4, vec!["one", "two", "three", "four"]));
        let mistake = std::iter::once(Diagnostic::error("t", "e")).collect();
        assert_eq!((Told::of(&mistake, &advice).errors, Told::of(&mistake, &advice).warnings), (1, 0));
    }
}
