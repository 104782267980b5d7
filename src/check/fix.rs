//! The mends that are certain, and their writing: each file is replaced whole or not at all, and only where it still says
//! what it said when it was checked.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Place, SourceText};
use crate::error::{At, PathError};
use crate::files;
use crate::project::Project;

/// A mend: these bytes of a file become others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// The rule that asks for it.
    pub rule: String,
    /// Where the finding is.
    pub place: Place,
    file: PathBuf,
    span: Range<usize>,
    was: String,
    becomes: String,
}

impl Mend {
    /// The bytes at `span` of a file become `becomes`; its finding stands at `place`.
    pub fn new(rule: &'static str, source: &SourceText, place: Place, span: Range<usize>, becomes: &str) -> Mend {
        let was = source.text().get(span.clone()).unwrap_or_default().to_owned();
        Mend { rule: rule.to_owned(), place, file: source.path().to_path_buf(), span, was, becomes: becomes.to_owned() }
    }

    /// Within `span` of a file, whose finding is all of it, `was` becomes `becomes`; `None` where it does not stand there.
    pub fn replace(
        rule: &'static str,
        source: &SourceText,
        span: Range<usize>,
        was: &str,
        becomes: &str,
    ) -> Option<Mend> {
        let at = span.start + source.text().get(span.clone())?.find(was)?;
        Some(Mend::new(rule, source, source.place(span), at..at + was.len(), becomes))
    }

    /// Whether this is the mend of a finding.
    pub fn is_of(&self, finding: &Diagnostic) -> bool {
        finding.rule == self.rule && finding.place.as_ref() == Some(&self.place)
    }
}

/// Writes the mends. Returns those that were written: of two that overlap the first, and none whose text has become another.
///
/// # Errors
/// When a file cannot be read or written; the files before it are mended.
pub fn write<'m>(project: &Project, mends: &'m [Mend]) -> Result<Vec<&'m Mend>, PathError> {
    let mut named: Vec<&PathBuf> = mends.iter().map(|mend| &mend.file).collect();
    named.sort();
    named.dedup();
    let mut written = Vec::new();
    for file in named {
        let path = project.root().join(file);
        let text = fs::read_to_string(&path).at("read", &path)?;
        let mut here: Vec<&Mend> = mends.iter().filter(|mend| mend.file == *file).collect();
        here.sort_by_key(|mend| (mend.span.start, mend.span.end));
        here.dedup_by(|a, b| a.span.start < b.span.end);
        let mut mended = text.clone();
        // From the end, so that the places before stay.
        for mend in here.into_iter().rev() {
            if mended.get(mend.span.clone()) == Some(&*mend.was) {
                mended.replace_range(mend.span.clone(), &mend.becomes);
                written.push(mend);
            }
        }
        if mended != text {
            files::replace(&path, mended.as_bytes())?;
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_counts_as_mended() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("page.md");
        fs::write(folder.path().join("holdspace.toml"), "").expect("a configuration");
        fs::write(&path, "one two three").expect("a page");
        let (project, _) = Project::open(folder.path()).expect("a program");
        let source = SourceText::new("page.md", "one two four");
        let mend = |span: Range<usize>| Mend::new("plain/latin", &source, source.place(span.clone()), span, "six");
        let mends = [mend(4..7), mend(6..9), mend(0..3), mend(8..12)];
        let written = write(&project, &mends).expect("it is written");
        assert_eq!(written, [&mends[0], &mends[2]], "not what overlaps, nor what says something else by now");
        assert_eq!(fs::read_to_string(&path).expect("a page"), "six six three");
    }
}
