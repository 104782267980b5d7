//! The files that templates may load: those in the program's folder, and nothing outside of it. It reads them, and
//! understands nothing of what it reads.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::SourceText;
use crate::project::Project;
use crate::site::functions::Files;

/// The files of a program.
#[derive(Debug)]
pub(super) struct ProgramFiles {
    root: PathBuf,
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
        Self { root, beginnings }
    }

    /// Whether a file lies in the program's folder, wherever links lead.
    fn is_ours(&self, path: &Path) -> bool {
        match (path.canonicalize(), self.root.canonicalize()) {
            (Ok(path), Ok(root)) => path.starts_with(root),
            _ => false,
        }
    }
}

impl Files for ProgramFiles {
    fn text(&self, path: &str) -> Result<Option<SourceText>, String> {
        let inside = match path.strip_prefix("@/") {
            Some(inside) => format!("content/{inside}"),
            None => path.trim_start_matches('/').to_owned(),
        };
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
}
