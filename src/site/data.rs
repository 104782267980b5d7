//! The files that templates may load: those in the program's folder, and nothing outside of it. It reads them, and
//! understands nothing of what it reads.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{SourceText, closest};
use crate::project::Project;
use crate::site::content::{everything, slashed};
use crate::site::functions::Files;

/// The files of a program.
#[derive(Debug)]
pub(super) struct ProgramFiles {
    root: PathBuf,
    output: PathBuf,
    /// Where a path may begin, in Zola's order.
    beginnings: Vec<PathBuf>,
}

impl ProgramFiles {
    pub(super) fn new(project: &Project) -> Self {
        let root = project.root().to_path_buf();
        let mut beginnings = vec![root.clone(), project.static_files(), project.content(), project.output()];
        if let Some(theme) = project.theme() {
            beginnings.push(theme.join("static"));
            beginnings.push(theme);
        }
        Self { root, output: project.output(), beginnings }
    }

    /// Whether a file lies in the program's folder, wherever links lead.
    fn is_ours(&self, path: &Path) -> bool {
        match (path.canonicalize(), self.root.canonicalize()) {
            (Ok(path), Ok(root)) => path.starts_with(root),
            _ => false,
        }
    }
}

/// A path as it is asked for, from where it may begin.
fn inside(path: &str) -> String {
    match path.strip_prefix("@/") {
        Some(inside) => format!("content/{inside}"),
        None => path.trim_start_matches('/').to_owned(),
    }
}

/// The folder and the name in a path.
fn parts(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl Files for ProgramFiles {
    fn text(&self, path: &str) -> Result<Option<SourceText>, String> {
        let inside = inside(path);
        let Some(found) = self.beginnings.iter().map(|folder| folder.join(&inside)).find(|file| file.is_file()) else {
            return Ok(None);
        };
        if !self.is_ours(&found) {
            return Err(format!("`{path}` lies outside of the program's folder"));
        }
        let shown = found.strip_prefix(&self.root).unwrap_or(&found);
        let text = fs::read_to_string(&found).map_err(|error| format!("cannot read `{path}`: {error}"))?;
        Ok(Some(SourceText::new(shown, text)))
    }

    /// The same name in another folder, or else a name like it in the same one.
    fn meant(&self, path: &str) -> Option<String> {
        let inside = inside(path);
        let (folder, name) = parts(&inside);
        let paths: Vec<String> = everything(&self.root, &self.output).map(|file| slashed(&self.root, &file)).collect();
        let elsewhere = paths.iter().find(|path| parts(path).1 == name);
        let beside = || {
            let names = paths.iter().map(|path| parts(path)).filter(|(other, _)| *other == folder);
            let near = closest(name, names.map(|(_, name)| name))?;
            paths.iter().find(|path| parts(path) == (folder, near))
        };
        elsewhere.or_else(beside).cloned()
    }
}
