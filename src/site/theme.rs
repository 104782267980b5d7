//! Reads a theme, and the program's own templates and static files, which win over the theme's.
//! It understands no template; for that see [`compile`].

mod arguments;
mod braces;
mod bygone;
mod chain;
mod circle;
pub mod compile;
mod fault;
pub mod fields;
mod nesting;
pub mod reach;
mod sass;
pub mod sight;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Findings, Place, SourceText, did_you_mean};
use crate::fields::{Fields, Form};
use crate::project::{Dialect, Project};
use crate::site::content::{Found, slashed, text, unreadable, walk, walk_hidden_too};

pub use arguments::unknown as unknown_arguments;
pub use fault::{Asked, OneOff, fault};
pub use reach::with_room;

/// A theme's files, with the program's own.
#[derive(Debug, Default)]
pub struct Theme {
    /// The theme's name, which is its folder's. A Zola site may have only templates of its own.
    pub name: Option<String>,
    /// Whether the theme, if there is one, is there at all.
    pub is_there: bool,
    /// The templates by name: the program's as `page.html`, the theme's as `haven/templates/page.html`.
    pub templates: Templates,
    /// The static files by their routes: `/style.css`.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// What the theme and the program say to its templates; the program's word counts.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The theme's own words: of each language, and without a language those that stand where it has none.
    pub words: Words,
}

/// Words by their language, and by their key.
pub type Words = BTreeMap<String, BTreeMap<String, String>>;

/// Templates by name.
pub type Templates = BTreeMap<String, SourceText>;

impl Theme {
    /// What stands before the name of each of the theme's templates; nothing where there is no theme.
    pub fn prefix(&self) -> String {
        self.name.as_ref().map(|name| format!("{name}/templates/")).unwrap_or_default()
    }

    /// The folder that a theme maker looks for templates in.
    pub fn templates_folder(&self) -> String {
        self.name.as_ref().map_or_else(|| "templates".to_owned(), |name| format!("themes/{name}/templates"))
    }
}

/// Reads the theme that the program names.
pub fn read(project: &Project) -> (Theme, Findings) {
    let mut findings = Findings::new();
    let folder = project.theme();
    let is_there = folder.as_ref().is_none_or(|folder| folder.is_dir());
    let mut theme = Theme { name: project.config.theme.clone(), is_there, ..Theme::default() };
    if let Some(folder) = &folder {
        if !is_there {
            findings.push(no_theme(project, project.config.theme.as_deref().unwrap_or_default()));
        }
        let prefix = theme.prefix();
        read_templates(project, &folder.join("templates"), &prefix, &mut theme.templates, &mut findings);
        sass::compile(project, &folder.join("sass"), &mut theme.files, &mut findings);
        read_files(project, &folder.join("static"), &mut theme.files, &mut findings);
        (theme.extra, theme.words) = said(project, &folder.join("theme.toml"), &mut findings);
    }
    read_templates(project, &project.templates(), "", &mut theme.templates, &mut findings);
    if project.config.compile_sass {
        sass::compile(project, &project.sass(), &mut theme.files, &mut findings);
    }
    read_files(project, &project.static_files(), &mut theme.files, &mut findings);
    merge(&mut theme.extra, &project.config.extra);
    (theme, findings)
}

/// The file that is published at a route of [`Theme::files`]: the program's own, or its theme's.
pub fn file(project: &Project, route: &str) -> PathBuf {
    let route = route.trim_start_matches('/');
    let own = project.static_files().join(route);
    let of_theme = || project.theme().map(|theme| theme.join("static").join(route));
    if own.is_file() { own } else { of_theme().unwrap_or(own) }
}

fn no_theme(project: &Project, name: &str) -> Diagnostic {
    let source = &project.config.source;
    let form = Form::toml(source, 0..source.text().len());
    let written = form.root("").text("theme");
    let place = written.map_or_else(|| Place::file(source.path()), |written| source.place(written.span));
    let themes = fs::read_dir(project.root().join("themes")).into_iter().flatten().flatten();
    let names: Vec<String> = themes.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let hint = near.unwrap_or_else(|| match names.len() {
        0 => "a theme is a folder in `themes`".to_owned(),
        _ => format!("the themes are: {}", names.join(", ")),
    });
    Diagnostic::error("theme/missing", format!("there is no theme `{name}`")).at(place).hint(hint)
}

const TEMPLATE_ENDINGS: [&str; 6] = [".html", ".xml", ".txt", ".json", ".md", ".ics"];

fn read_templates(project: &Project, root: &Path, prefix: &str, into: &mut Templates, findings: &mut Findings) {
    for (path, bytes) in files(project, root, walk(root), findings) {
        if TEMPLATE_ENDINGS.iter().any(|ending| path.ends_with(ending)) {
            let file = root.join(&path);
            into.insert(format!("{prefix}{path}"), text(project.relative(&file), bytes, findings));
        }
    }
}

fn read_files(project: &Project, root: &Path, into: &mut BTreeMap<String, Arc<[u8]>>, findings: &mut Findings) {
    let ignored = &project.config.ignored_static;
    let found = match project.config.dialect {
        Dialect::Own => files(project, root, walk(root), findings),
        Dialect::Zola => files(project, root, walk_hidden_too(root), findings),
    };
    for (path, bytes) in found {
        let name = path.rsplit('/').next().unwrap_or_default();
        if !(ignored.fit(&path) || ignored.fit(name)) {
            into.insert(format!("/{path}"), bytes.into());
        }
    }
}

/// The files below a folder by their paths in it. A folder that isn't there has none.
fn files(
    project: &Project,
    root: &Path,
    entries: impl Iterator<Item = Found>,
    findings: &mut Findings,
) -> Vec<(String, Vec<u8>)> {
    if !root.is_dir() {
        return Vec::new();
    }
    let mut files = Vec::new();
    for entry in entries {
        let read = entry.map_err(|error| error.to_string()).and_then(|entry| {
            let path = entry.path().to_path_buf();
            match entry.file_type().is_file() {
                true => fs::read(&path).map(|bytes| Some((slashed(root, &path), bytes))).map_err(|e| e.to_string()),
                false => Ok(None),
            }
        });
        match read {
            Ok(file) => files.extend(file),
            Err(why) => findings.push(unreadable(project, root, &why)),
        }
    }
    files
}

type Extra = serde_json::Map<String, serde_json::Value>;

/// What `theme.toml` says to templates, under `[extra]`, `[translations]` and `[languages.…]`.
fn said(project: &Project, path: &Path, findings: &mut Findings) -> (Extra, Words) {
    let Ok(bytes) = fs::read(path) else { return (Extra::new(), Words::new()) };
    let source = text(project.relative(path), bytes, findings);
    let form = Form::toml(&source, 0..source.text().len());
    // A theme may say what it likes about itself; only what it says to templates is read.
    let root = form.root("a theme");
    let extra = root.free("extra");
    let mut said = Words::from([(String::new(), words(&root))]);
    let languages = root.table("languages", "[languages]");
    for (code, fields) in languages.iter().flat_map(|languages| languages.children("a language")) {
        said.insert(code.value, words(&fields));
    }
    findings.extend(form.finish());
    (extra, said)
}

fn words(fields: &Fields<'_>) -> BTreeMap<String, String> {
    let words = fields.free("translations").into_iter();
    words.filter_map(|(key, word)| Some((key, word.as_str()?.to_owned()))).collect()
}

/// Lays the program's words over the theme's; tables in both are laid over each other likewise.
fn merge(theme: &mut Extra, own: &Extra) {
    for (key, value) in own {
        match (theme.get_mut(key), value) {
            (Some(serde_json::Value::Object(theirs)), serde_json::Value::Object(ours)) => merge(theirs, ours),
            _ => {
                theme.insert(key.clone(), value.clone());
            }
        }
    }
}
