//! Walks content/ and reads its files: Markdown into sources, cohorts as text, all else into assets. The texts of pages are left
//! until they are wanted.
//! It is the only reader of content/, and it understands nothing of what it reads.

mod encoding;
mod walk;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use crate::diagnostic::{Again, Diagnostic, Findings, Place, SourceText};
use crate::project::{Config, Dialect, Project};
use crate::site::cores::{AT_A_TIME, briefly};
use crate::site::folder::OpenFolder;
use crate::site::stamp::Stamp;

pub use encoding::text;
pub use walk::{Everything, Found, everything, inside, name, slashed, walk, walk_hidden_too};

/// What content/ holds.
#[derive(Debug, Default)]
pub struct Content {
    /// The Markdown files, sorted by path.
    pub sources: Vec<Source>,
    /// The other files, sorted by path.
    pub assets: Vec<Asset>,
    /// When groups meet, `cohorts/NAME.toml`, sorted by path: data, and never published as it is.
    pub cohorts: Vec<SourceText>,
}

/// A Markdown file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path inside content/, with forward slashes: `guides/first-day.md`.
    pub path: String,
    /// Its text, under its path in the program's folder.
    pub text: SourceText,
    /// What the disk said of its file before it was read; nothing where it may have changed since.
    pub stamp: Option<Stamp>,
    /// Its name without its language and its ending: `first-day`, `index`, `_index`.
    pub stem: String,
    /// The language that its name says, or the site's default one.
    pub language: String,
}

impl Source {
    /// A file of content/. Its language is the last part of its name, where the site has that language: `day.fr.md`.
    pub fn new(path: impl Into<String>, text: SourceText, config: &Config) -> Self {
        let path = path.into();
        let name = name(&path);
        let name = name.strip_suffix(".md").unwrap_or(name);
        let suffix = name.rsplit_once('.').filter(|(_, code)| config.language(code).is_some());
        let (stem, language) = suffix.unwrap_or((name, &config.default_language));
        Self { stem: stem.to_owned(), language: language.to_owned(), stamp: None, text, path }
    }

    /// Whether it is a section's `_index.md`, in any language.
    pub fn is_section(&self) -> bool {
        self.stem == "_index"
    }

    /// Whether it is the page of its folder: `index.md`, in any language.
    pub fn is_folders_page(&self) -> bool {
        self.stem == "index" && !self.folder().is_empty()
    }

    /// What names it in its address: its file's name, or for an `index.md` its folder's.
    pub fn route_name(&self) -> &str {
        if self.is_folders_page() {
            self.folder().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
        } else {
            &self.stem
        }
    }

    /// What it shares with its translations: its path without language and ending.
    pub fn canonical(&self) -> String {
        format!("{}{}", self.folder(), self.stem)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        name(&self.path)
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
    pub bytes: Arc<[u8]>,
}

impl Content {
    fn has_home(&self, language: &str) -> bool {
        self.sources
            .iter()
            .any(|source| source.is_section() && source.folder().is_empty() && source.language == language)
    }
}

/// A file that somebody found already.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its path, from where the program was opened.
    pub file: PathBuf,
    /// What the disk said of it.
    pub stamp: Option<Stamp>,
}

/// Reads content/. What cannot be read is a finding, and the rest is read all the same.
pub fn read(project: &Project) -> (Content, Findings) {
    let root = project.content();
    if !root.is_dir() {
        return read_none(project);
    }
    let mut findings = Findings::new();
    let found = walk(&root).filter_map(|found| match found {
        Ok(entry) => entry.file_type().is_file().then(|| Some((Cow::Owned(entry.into_path()), None))),
        Err(error) => {
            findings.push(unreadable(project, error.path().unwrap_or(&root), &error.to_string()));
            None
        }
    });
    let found: Vec<Option<Entry<'_>>> = found.collect();
    read_these(project, found.into_par_iter().with_max_len(AT_A_TIME), findings)
}

/// The same, where all the program's files have been found already.
pub fn read_listed(project: &Project, listed: &[Listed]) -> (Content, Findings) {
    let root = project.content();
    if !root.is_dir() {
        return read_none(project);
    }
    let inside = briefly(listed.par_iter()).map(|listed| {
        let inside = walk::inside(&root, &listed.file);
        let is_content = inside.is_some_and(|inside| inside.iter().all(walk::is_somebodys));
        is_content.then_some((Cow::Borrowed(&*listed.file), listed.stamp))
    });
    read_these(project, inside, Findings::new())
}

fn read_none(project: &Project) -> (Content, Findings) {
    read_these(project, rayon::iter::empty(), std::iter::once(no_content()).collect())
}

/// A file that was found, and what the disk said of it where that is known.
type Entry<'f> = (Cow<'f, Path>, Option<Stamp>);

/// Reads these files of content/, in this order.
fn read_these<'f>(
    project: &Project,
    found: impl IndexedParallelIterator<Item = Option<Entry<'f>>>,
    mut findings: Findings,
) -> (Content, Findings) {
    let root = project.content();
    let mut content = Content::default();
    let reader = Reader {
        project,
        root: &root,
        relative: project.relative(&root),
        now: SystemTime::now(),
        again: again(project),
    };
    let read = found.map(|found| found.and_then(|(file, stamp)| reader.read(&file, stamp)));
    let sources = read.collect::<Vec<Option<Given>>>().into_iter().filter_map(|given| {
        match given? {
            Given::Source(source, found) => {
                findings.extend(found);
                return Some(source);
            }
            Given::Cohort(text, found) => {
                content.cohorts.push(text);
                findings.extend(found);
            }
            Given::Asset(asset) => content.assets.push(asset),
            Given::Unreadable(finding) => findings.push(*finding),
        }
        None
    });
    content.sources = sources.collect();
    let homes = project.config.languages.iter().filter(|language| !content.has_home(&language.code));
    let implied: Vec<Source> = homes.map(|language| implied_home(&language.code, &project.config)).collect();
    content.sources.splice(0..0, implied);
    findings.extend(content.sources.iter().filter_map(|source| unknown_language(source, &project.config)).collect());
    (content, findings)
}

/// Whether a file of content/ is a page, and not a section's, by its name.
pub fn is_page(name: &str) -> bool {
    name.ends_with(".md") && !name.starts_with("_index.")
}

/// What a file of content/ turned out to be.
enum Given {
    Source(Source, Findings),
    Cohort(SourceText, Findings),
    Asset(Asset),
    Unreadable(Box<Diagnostic>),
}

/// Reads the files of content/.
struct Reader<'p> {
    project: &'p Project,
    root: &'p Path,
    /// The same, from the program's folder.
    relative: &'p Path,
    now: SystemTime,
    again: Again,
}

impl Reader<'_> {
    /// What a file is; nothing where it is to be passed over. What the disk says of it may be known.
    fn read(&self, file: &Path, stamp: Option<Stamp>) -> Option<Given> {
        let plain = walk::below(self.root, file);
        // As it is but for what no text can hold.
        let others = || file.starts_with(self.root).then(|| slashed(self.root, file));
        let path = plain.map(str::to_owned).or_else(others)?;
        let name = name(&path);
        let ignored = &self.project.config.ignored_content;
        if ignored.fit(&path) || ignored.fit(name) {
            return None;
        }
        // Most are pages, and a large site needn't hold all their texts.
        if is_page(name) && (plain.is_some() || self.root.join(&path) == file) {
            let text = SourceText::later(self.relative.join(&path), Arc::clone(&self.again));
            let stamp = stamp.or_else(|| fs::metadata(file).ok().map(|found| Stamp::of(&found)));
            let stamp = stamp.filter(|stamp| !stamp.is_young(self.now));
            let source = Source { stamp, ..Source::new(path, text, &self.project.config) };
            return Some(Given::Source(source, Findings::new()));
        }
        Some(match fs::read(file) {
            Ok(bytes) => self.given(path, file, bytes),
            Err(error) => Given::Unreadable(Box::new(unreadable(self.project, file, &error.to_string()))),
        })
    }

    fn given(&self, path: String, file: &Path, bytes: Vec<u8>) -> Given {
        let mut findings = Findings::new();
        if path.ends_with(".md") {
            let text = text(self.project.relative(file), bytes, &mut findings);
            return Given::Source(Source::new(path, text, &self.project.config), findings);
        }
        if is_cohort(self.project, &path) {
            return Given::Cohort(text(self.project.relative(file), bytes, &mut findings), findings);
        }
        Given::Asset(Asset { path, bytes: bytes.into() })
    }
}

fn again(project: &Project) -> Again {
    let root = project.root().to_path_buf();
    Arc::new(move |path| {
        fs::read(root.join(path)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    })
}

/// A source as it was before its text was read, to be read anew.
pub fn left(project: &Project, source: &Source) -> Source {
    let (file, now) = (project.content().join(&source.path), SystemTime::now());
    let stamp = fs::metadata(&file).ok().map(|found| Stamp::of(&found)).filter(|stamp| !stamp.is_young(now));
    Source { stamp, text: SourceText::later(source.text.path(), again(project)), ..source.clone() }
}

/// Reads the text of a source that was left. Where it is not UTF-8 it is a finding, and the rest is read as well as it can be.
pub(super) fn read_left(
    project: &Project,
    content: &OpenFolder,
    mut source: Source,
) -> Result<(Source, Findings), Box<Diagnostic>> {
    let mut findings = Findings::new();
    if !source.text.is_held() {
        let file = || project.content().join(&source.path);
        let bytes = content
            .read(Path::new(&source.path), source.stamp.map(|stamp| stamp.length()))
            .map_err(|error| Box::new(unreadable(project, &file(), &error.to_string())))?;
        match encoding::plain(bytes) {
            Ok(text) => source.text.hold(text),
            Err(bytes) => source.text = text(project.relative(&file()), bytes, &mut findings),
        }
    }
    Ok((source, findings))
}

/// To Zola such a file is one like any other.
fn is_cohort(project: &Project, path: &str) -> bool {
    let name = path.strip_prefix("cohorts/").filter(|name| !name.contains('/'));
    project.config.dialect == Dialect::Own && name.is_some_and(|name| name.ends_with(".toml"))
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

/// What stands in a home page that nobody wrote.
pub const NOTHING: &str = "+++\n+++\n";

/// Every language of a site has a home, whether it has words of its own or not.
fn implied_home(language: &str, config: &Config) -> Source {
    let name =
        if language == config.default_language { "_index.md".to_owned() } else { format!("_index.{language}.md") };
    let text = SourceText::new(format!("content/{name}"), NOTHING);
    Source::new(name, text, config)
}

/// `day.de.md` on a site that has other languages, but not this one.
fn unknown_language(source: &Source, config: &Config) -> Option<Diagnostic> {
    let (_, code) = source.stem.rsplit_once('.').filter(|_| config.is_multilingual())?;
    let looks_like_one = matches!(code.len(), 2 | 5) && code[..2].chars().all(|c| c.is_ascii_lowercase());
    let codes: Vec<&str> = config.languages.iter().map(|language| language.code.as_str()).collect();
    looks_like_one.then(|| {
        Diagnostic::error("content/language", format!("the site has no language `{code}`"))
            .at(Place::file(source.text.path()))
            .hint(format!("its languages are: {}; another has a table `[languages.{code}]`", codes.join(", ")))
    })
}
