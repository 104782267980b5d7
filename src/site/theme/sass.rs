//! Sass into CSS, as Zola has it: a theme's `sass/` always, a program's own where it asks for it. It is the one file
//! that knows grass. What grass reads it reads from the disk: a style sheet may take from another folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use grass::{ErrorKind, Options, OutputStyle};

use crate::diagnostic::{Diagnostic, Findings, Place};
use crate::project::Project;
use crate::site::content::{slashed, unreadable, walk};

/// Compiles the style sheets of a folder into the files of the site, each at the address of its name.
pub(super) fn compile(
    project: &Project,
    folder: &Path,
    into: &mut BTreeMap<String, Arc<[u8]>>,
    findings: &mut Findings,
) {
    if !folder.is_dir() {
        return;
    }
    let options = Options::default().style(OutputStyle::Compressed).quiet(true);
    for entry in walk(folder) {
        let file = match entry {
            Ok(entry) if entry.file_type().is_file() => entry.into_path(),
            Ok(_) => continue,
            Err(error) => {
                findings.push(unreadable(project, error.path().unwrap_or(folder), &error.to_string()));
                continue;
            }
        };
        let path = slashed(folder, &file);
        let name = path.rsplit('/').next().unwrap_or_default();
        let sheet = path.strip_suffix(".scss").or_else(|| path.strip_suffix(".sass"));
        // What begins with a `_` is there for others to take from.
        let Some(sheet) = sheet.filter(|_| !name.starts_with('_')) else { continue };
        match grass::from_path(&file, &options) {
            Ok(css) => {
                into.insert(format!("/{sheet}.css"), css.into_bytes().into());
            }
            Err(error) => findings.push(fault(project, &file, *error)),
        }
    }
}

fn fault(project: &Project, file: &Path, error: grass::Error) -> Diagnostic {
    let whole = || Place::file(project.relative(file));
    match error.kind() {
        ErrorKind::ParseError { message, loc, .. } => {
            let name = std::path::absolute(loc.file.name()).unwrap_or_else(|_| loc.file.name().into());
            let one_line = loc.begin.line == loc.end.line;
            let place = Place {
                file: project.relative(&name).to_path_buf(),
                line: loc.begin.line + 1,
                column: loc.begin.column + 1,
                width: if one_line { loc.end.column.saturating_sub(loc.begin.column).max(1) } else { 1 },
                text: loc.file.source_line(loc.begin.line).to_owned(),
            };
            let mut message = message.trim_end_matches('.').chars();
            let lower = message.next().map(|first| first.to_lowercase().chain(message).collect::<String>());
            Diagnostic::error("style/sass", lower.unwrap_or_default()).at(place)
        }
        ErrorKind::FromUtf8Error(_) => {
            Diagnostic::error("style/sass", "the style sheet is not written in UTF-8").at(whole())
        }
        other => Diagnostic::error("style/sass", format!("{other:?}")).at(whole()),
    }
}
