//! Findings as words: for a terminal, for a script (JSON). The only room besides `commands` that prints.
//! What comes from files is stripped of control characters, so that no file can drive the terminal.

pub mod machines;

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use crate::diagnostic::{Diagnostic, Findings, Place, Severity};

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For scripts: one JSON object.
    Json,
}

/// Whether words are set in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With the terminal's colours.
    On,
    /// Plain.
    Off,
}

impl Colour {
    /// Colour on a terminal, unless `NO_COLOR` is set.
    pub fn for_stderr() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        if wanted && io::stderr().is_terminal() { Colour::On } else { Colour::Off }
    }

    fn paint(self, code: &str, text: &str) -> String {
        match self {
            Colour::On => format!("\x1b[{code}m{text}\x1b[0m"),
            Colour::Off => text.to_owned(),
        }
    }
}

/// Writes the findings to where the format belongs: people's to standard error, scripts' to standard output.
///
/// # Errors
/// When the stream cannot be written.
pub fn print(findings: &Findings, format: Format) -> io::Result<()> {
    match format {
        Format::Human => io::stderr().lock().write_all(human(findings, Colour::for_stderr()).as_bytes()),
        Format::Json => io::stdout().lock().write_all(json(findings).as_bytes()),
    }
}

/// The findings as text for people, with the line, carets, hints, and a count at the end. Empty without findings.
pub fn human(findings: &Findings, colour: Colour) -> String {
    let mut text = String::new();
    for diagnostic in findings.sorted() {
        text.push_str(&one(diagnostic, colour));
        text.push('\n');
    }
    let counts = counts(findings);
    if !counts.is_empty() {
        text.push_str(&counts);
        text.push('\n');
    }
    text
}

fn counts(findings: &Findings) -> String {
    let sorted = findings.sorted();
    let count = |severity| sorted.iter().filter(|d| d.severity == severity).count();
    [(count(Severity::Error), "error"), (count(Severity::Warning), "warning"), (count(Severity::Note), "note")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}{}", if n == 1 { "" } else { "s" }))
        .collect::<Vec<_>>()
        .join(", ")
}

/// One finding as text for people.
pub fn one(diagnostic: &Diagnostic, colour: Colour) -> String {
    let (word, code) = match diagnostic.severity {
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
        Severity::Note => ("note", "1;34"),
    };
    let mut text = format!("{}: {}\n", colour.paint(code, word), colour.paint("1", &clean(&diagnostic.message)));
    let gutter = diagnostic.place.as_ref().map_or(1, |place| place.line.to_string().len());
    if let Some(place) = &diagnostic.place {
        excerpt(&mut text, place, gutter, colour, code);
    }
    for hint in &diagnostic.hints {
        let _ = writeln!(text, "{:gutter$} {} hint: {}", "", colour.paint("36", "="), clean(hint));
    }
    text
}

fn excerpt(text: &mut String, place: &Place, gutter: usize, colour: Colour, code: &str) {
    let arrow = colour.paint("36", "──▶");
    let file = clean(&place.file.display().to_string());
    if place.line == 0 {
        let _ = writeln!(text, "{:gutter$} {arrow} {file}", "");
        return;
    }
    let bar = colour.paint("36", "│");
    let _ = writeln!(text, "{:gutter$} {arrow} {file}:{}:{}", "", place.line, place.column);
    if place.text.trim().is_empty() {
        return;
    }
    let (line, before, under) = window(place);
    let carets = colour.paint(code, &"^".repeat(under.max(1)));
    let _ = writeln!(text, "{:gutter$} {bar}", "");
    let _ = writeln!(text, "{} {bar} {line}", place.line);
    let _ = writeln!(text, "{:gutter$} {bar} {}{carets}", "", " ".repeat(before));
}

/// The part of the line that is shown, the columns before the carets, and the carets' width, in terminal cells.
/// A paragraph written as one long line is cut to what stands around the carets.
fn window(place: &Place) -> (String, usize, usize) {
    const MOST: usize = 110;
    let characters: Vec<char> = place.text.chars().collect();
    let start = (place.column - 1).min(characters.len());
    let end = (start + place.width).min(characters.len()).max(start);
    let from = if characters.len() <= MOST { 0 } else { start.saturating_sub(MOST / 2) };
    let to = (from + MOST).min(characters.len()).max(start);
    let show = |range: &[char]| range.iter().map(|c| cell(*c)).collect::<String>();
    let width = |range: &[char]| {
        range.iter().map(|c| cell(*c).chars().map(|c| c.width().unwrap_or(0)).sum::<usize>()).sum::<usize>()
    };
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < characters.len() { "…" } else { "" };
    let line = format!("{lead}{}{tail}", show(&characters[from..to]));
    (line, lead.chars().count() + width(&characters[from..start]), width(&characters[start..end.min(to)]))
}

fn cell(character: char) -> String {
    match character {
        '\t' => "    ".to_owned(),
        c if c.is_control() || is_bidi(c) => "�".to_owned(),
        c => c.to_string(),
    }
}

/// Characters that reorder text on a terminal, and so could make a finding read as another.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text from a file, made safe for a terminal.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { "\n".to_owned() } else { cell(c) }).collect()
}

#[derive(Serialize)]
struct Report<'a> {
    errors: usize,
    warnings: usize,
    findings: Vec<&'a Diagnostic>,
}

/// The findings as one JSON object: `{errors, warnings, findings: [{severity, rule, message, place, hints}]}`.
pub fn json(findings: &Findings) -> String {
    let sorted = findings.sorted();
    let count = |severity| sorted.iter().filter(|d| d.severity == severity).count();
    let report = Report { errors: count(Severity::Error), warnings: count(Severity::Warning), findings: sorted };
    let mut text = serde_json::to_string_pretty(&report).expect("findings are plain data");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceText;

    fn broken_link() -> Diagnostic {
        let source = SourceText::new("content/guides/first-day.md", "\n\tSee 中 [rules](/x/).\n");
        Diagnostic::error("links/internal", "no page at `/x/`").at(source.place(18..21)).hint("did you mean `/y/`?")
    }

    #[test]
    fn a_finding_shows_its_place_with_carets_under_the_words() {
        assert_eq!(
            one(&broken_link(), Colour::Off),
            "error: no page at `/x/`\n  ──▶ content/guides/first-day.md:2:16\n  │\n2 │     See 中 [rules](/x/).\n  │                    ^^^\n  = hint: did you mean `/y/`?\n"
        );
    }

    #[test]
    fn a_file_cannot_drive_the_terminal() {
        let source = SourceText::new("a\x1b[2J.md", "x \x1b[31mred\u{202e}");
        let text = one(&Diagnostic::error("t", "bad \x07 name").at(source.place(0..1)), Colour::Off);
        assert!(!text.contains('\x1b') && !text.contains('\x07') && !text.contains('\u{202e}'), "{text:?}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_carets() {
        let long = format!("{}HERE{}", "a".repeat(400), "b".repeat(400));
        let text = one(&Diagnostic::error("t", "m").at(SourceText::new("a.md", long).place(400..404)), Colour::Off);
        let lines: Vec<&str> = text.lines().collect();
        let at = lines[4].find("^^^^").map(|i| lines[4][..i].chars().count());
        let meant = lines[3].find("HERE").map(|i| lines[3][..i].chars().count());
        assert!(at.is_some() && at == meant && lines[3].chars().count() < 130, "{text}");
    }

    #[test]
    fn counts_end_the_report_and_nothing_is_said_of_nothing() {
        let findings: Findings = [broken_link(), Diagnostic::warning("t", "w")].into_iter().collect();
        assert!(human(&findings, Colour::Off).ends_with("\n1 error, 1 warning\n"));
        assert_eq!(human(&Findings::new(), Colour::Off), "");
    }
}
