//! What is wrong, where, and what to do: findings that are collected, never thrown.
//! Pure: it neither prints nor reads files; `report` turns findings into words on a screen.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The work cannot be published or played as it stands.
    Error,
    /// The work goes on; somebody should look.
    Warning,
    /// Worth knowing, and nothing to be done.
    Note,
}

/// One thing that is wrong, in the author's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// The rule that was broken, like `links/internal`.
    pub rule: &'static str,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where, if it is in one place.
    pub place: Option<Place>,
    /// Ways out, the likeliest first.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// A finding that stops publishing or playing.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, rule, message: message.into(), place: None, hints: Vec::new() }
    }

    /// A finding that stops nothing.
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, message) }
    }

    /// A finding of any weight.
    pub fn of(severity: Severity, rule: &'static str, message: impl Into<String>) -> Self {
        Self { severity, ..Self::error(rule, message) }
    }

    /// The order in which findings are told: by file, line and column.
    pub fn in_reading_order(&self, other: &Self) -> Ordering {
        let place = self.place.cmp(&other.place);
        place.then(self.severity.cmp(&other.severity)).then_with(|| self.message.cmp(&other.message))
    }

    /// Makes it one that stops nothing.
    #[must_use]
    pub fn lightly(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says what to do, where there is something to say.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }
}

/// A place in a file, with its line of text, so that whoever reports it needs no file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the program's folder.
    pub file: PathBuf,
    /// The line, from 1; 0 means the file as a whole.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// How many characters are meant; at least 1.
    pub width: usize,
    /// The line's text.
    pub text: String,
}

impl Place {
    /// A whole file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { file: path.into(), line: 0, column: 0, width: 0, text: String::new() }
    }
}

/// A text that an author wrote, with the name of its file. Cheap to clone.
#[derive(Clone)]
pub struct SourceText {
    path: Arc<Path>,
    text: Arc<Text>,
}

struct Text {
    held: OnceLock<Box<str>>,
    /// How it is read again, if it need not be held.
    again: Option<Again>,
}

/// Reads the text at a path, which is relative to the program's folder.
pub type Again = Arc<dyn Fn(&Path) -> String + Send + Sync>;

impl SourceText {
    /// Names a text by its path, relative to the program's folder.
    pub fn new(path: impl AsRef<Path>, text: impl Into<Box<str>>) -> Self {
        let held = OnceLock::from(text.into());
        Self { path: path.as_ref().into(), text: Arc::new(Text { held, again: None }) }
    }

    /// A text that is read when it is first asked for.
    pub fn later(path: impl AsRef<Path>, again: Again) -> Self {
        let (path, held) = (path.as_ref().into(), OnceLock::new());
        Self { path, text: Arc::new(Text { held, again: Some(again) }) }
    }

    /// The same text, to be read anew if it can be.
    pub fn anew(&self) -> Self {
        match &self.text.again {
            Some(again) => Self::later(&*self.path, Arc::clone(again)),
            None => self.clone(),
        }
    }

    /// Whether it was read.
    pub fn is_held(&self) -> bool {
        self.text.held.get().is_some()
    }

    /// Takes the text that was read just now.
    pub fn hold(&mut self, text: String) {
        if let Some(own) = Arc::get_mut(&mut self.text) {
            own.held = OnceLock::from(text.into_boxed_str());
        }
    }

    /// Holds the text no longer, if it can be read again and nobody else holds it.
    pub fn let_go(&mut self) {
        if let Some(own) = Arc::get_mut(&mut self.text).filter(|own| own.again.is_some()) {
            own.held = OnceLock::new();
        }
    }

    /// The path, relative to the program's folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        let read = || self.text.again.as_ref().map(|again| again(&self.path)).unwrap_or_default();
        self.text.held.get_or_init(|| read().into_boxed_str())
    }

    /// Turns a range of bytes into a place. A range over several lines means its first line; a range that lies
    /// outside the text, or inside a character, is moved to the nearest place that exists.
    pub fn place(&self, span: Range<usize>) -> Place {
        let text = self.text();
        let start = floor_boundary(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let end = floor_boundary(text, span.end).clamp(start, line_end);
        Place {
            file: self.path.to_path_buf(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            width: text[start..end].chars().count().max(1),
            text: text[line_start..line_end].trim_end_matches('\r').to_owned(),
        }
    }
}

impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text() == other.text()
    }
}

impl Eq for SourceText {}

impl fmt::Debug for SourceText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SourceText").field("path", &self.path).field("text", &self.text.held.get()).finish()
    }
}

fn floor_boundary(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// Findings, collected in any order and reported in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Diagnostic>,
}

impl Findings {
    /// No findings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Findings) {
        self.list.extend(other.list);
    }

    /// Whether any of them stops publishing or playing.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// Those that are errors.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many of this weight.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// The findings in reading order (file, line, column), each once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.list.iter().collect();
        sorted.sort_by(|a, b| a.in_reading_order(b));
        sorted.dedup();
        sorted
    }
}

impl IntoIterator for Findings {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl FromIterator<Diagnostic> for Findings {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(list: I) -> Self {
        Self { list: list.into_iter().collect() }
    }
}

/// The hint "did you mean …?" where one of `known` is close to `word`.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// The one of `known` that is closest to `word`, where one is close enough to be meant.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .filter_map(|candidate| Some((likeness(&lower, &candidate.to_lowercase())?, candidate)))
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// How much alike two words are, where they are alike enough for a slip of the fingers.
fn likeness(word: &str, candidate: &str) -> Option<f64> {
    // 0.8: near enough for a slip, too far for another word. In a short word one slip weighs more than that.
    let slip = word.chars().count() > 2 && strsim::osa_distance(word, candidate) <= 1;
    let likeness = strsim::jaro_winkler(word, candidate).max(if slip { 0.85 } else { 0.0 });
    (likeness > 0.8).then_some(likeness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_bytes_becomes_a_line_and_a_column_in_characters() {
        let source = SourceText::new("a.md", "one\nzwölf here\r\nthree");
        let place = source.place(11..15);
        assert_eq!((place.line, place.column, place.width, place.text.as_str()), (2, 7, 4, "zwölf here"));
    }

    #[test]
    fn a_range_outside_the_text_still_has_a_place() {
        let source = SourceText::new("a.md", "é");
        assert_eq!(source.place(1..90).column, 1);
        assert_eq!(source.place(50..90).line, 1);
        assert_eq!(SourceText::new("a.md", "").place(0..0).line, 1);
    }

    #[test]
    fn findings_are_read_in_the_order_of_the_files() {
        let source = SourceText::new("b.md", "x\ny\n");
        let findings: Findings = [
            Diagnostic::error("t", "late").at(source.place(2..3)),
            Diagnostic::warning("t", "early").at(source.place(0..1)),
            Diagnostic::error("t", "late").at(source.place(2..3)),
            Diagnostic::error("t", "first").at(SourceText::new("a.md", "").place(0..0)),
        ]
        .into_iter()
        .collect();
        let order: Vec<&str> = findings.sorted().iter().map(|d| d.message.as_str()).collect();
        assert_eq!(order, ["first", "early", "late"]);
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(did_you_mean("titel", ["title", "weight"]), Some("did you mean `title`?".to_owned()));
        assert_eq!(did_you_mean("Tow", ["One", "Two"]), Some("did you mean `Two`?".to_owned()));
        assert_eq!(did_you_mean("banana", ["title", "weight"]), None);
    }
}
