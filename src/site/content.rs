//! Walks content/ and reads its files: Markdown into sources, all else into assets.
//! It is the only reader of content/, and it understands nothing of what it reads.

use std::fs;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText};
use crate::project::Project;

/// What content/ holds.
#[derive(Debug, Default)]
pub struct Content {
    /// The Markdown files, sorted by path.
    pub sources: Vec<Source>,
    /// The other files, sorted by path.
    pub assets: Vec<Asset>,
}

/// A Markdown file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path inside content/, with forward slashes: `guides/first-day.md`.
    pub path: String,
    /// Its text, under its path in the program's folder.
    pub text: SourceText,
}

impl Source {
    /// Whether it is a section's `_index.md`.
    pub fn is_section(&self) -> bool {
        self.name() == "_index.md"
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The folder inside content/ that it lies in: empty, or with a slash at its end.
    pub fn folder(&self) -> &str {
        &self.path[..self.path.len() - self.name().len()]
    }
}

/// A file that is published as it is.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its path inside content/, with forward slashes.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads content/. What cannot be read is a finding, and the rest is read all the same.
pub fn read(project: &Project) -> (Content, Findings) {
    let root = project.content();
    let mut content = Content::default();
    let mut findings = Findings::new();
    let files = root.is_dir().then(|| walk(&root));
    if files.is_none() {
        findings.push(no_content());
    }
    for entry in files.into_iter().flatten() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => read_file(project, &root, &entry, &mut content, &mut findings),
            Ok(_) => {}
            Err(error) => findings.push(unreadable(project, error.path().unwrap_or(&root), &error.to_string())),
        }
    }
    if !content.sources.iter().any(|source| source.path == "_index.md") {
        content.sources.insert(0, implied_home());
    }
    (content, findings)
}

/// Walks a folder in the order of its names, leaving out what editors and file managers leave behind.
pub fn walk(root: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    let wanted = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with(['.', '#']) || name.ends_with('~') || name == "Thumbs.db")
    };
    WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter().filter_entry(wanted)
}

/// A path below `root` with forward slashes.
pub fn slashed(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read_file(project: &Project, root: &Path, entry: &DirEntry, content: &mut Content, findings: &mut Findings) {
    let path = slashed(root, entry.path());
    match fs::read(entry.path()) {
        Ok(bytes) if path.ends_with(".md") => {
            content.sources.push(Source { text: text(project.relative(entry.path()), bytes, findings), path });
        }
        Ok(bytes) => content.assets.push(Asset { path, bytes }),
        Err(error) => findings.push(unreadable(project, entry.path(), &error.to_string())),
    }
}

/// Bytes as text. Where they are not UTF-8 it is a finding, and the rest is read as well as it can be.
pub fn text(path: &Path, bytes: Vec<u8>, findings: &mut Findings) -> SourceText {
    match String::from_utf8(bytes) {
        Ok(text) => SourceText::new(path, text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let source = SourceText::new(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
            findings.push(
                Diagnostic::error("content/encoding", "the file is not written in UTF-8 from here on")
                    .at(source.place(at..at + 1))
                    .hint("save it with the encoding UTF-8; most editors offer that under `Save as`"),
            );
            source
        }
    }
}

/// A file that could not be read.
pub fn unreadable(project: &Project, path: &Path, why: &str) -> Diagnostic {
    let path = project.relative(path);
    Diagnostic::error("content/unreadable", format!("cannot read `{}`: {why}", path.display())).at(Place::file(path))
}

fn no_content() -> Diagnostic {
    Diagnostic::error("content/missing", "there is no folder `content`")
        .at(Place::file("content"))
        .hint("make it, with a file `_index.md` for the home page")
}

/// Every site has a home, whether it has words of its own or not.
fn implied_home() -> Source {
    Source { path: "_index.md".to_owned(), text: SourceText::new("content/_index.md", "+++\n+++\n") }
}
