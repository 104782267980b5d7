//! Worlds in a line: `TestProject::new().page("a.md", "…").template("page.html", "…").build()`.
//! A project lives in a temporary folder and leaves nothing behind.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses the part that it needs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use holdspace::diagnostic::Findings;
use holdspace::project::Project;
use holdspace::report::{Colour, human};
use holdspace::site::{self, Artifact, Options};

/// A program's folder with a theme of the fewest words.
pub struct TestProject {
    folder: tempfile::TempDir,
}

const CONFIG: &str = "title = \"Test\"\nbase_url = \"https://test.example/\"\ntheme = \"plain\"\n";

const THEME: [(&str, &str); 5] = [
    (
        "base.html",
        "<!doctype html>\n<html lang=\"{{ lang }}\"><head><title>{% block title %}{{ config.title }}{% endblock %}</title>\
         </head><body><main>{% block main %}{% endblock %}</main></body></html>\n",
    ),
    (
        "page.html",
        "{% extends \"base.html\" %}{% block title %}{{ page.title }}{% endblock %}\
         {% block main %}{{ page.content }}{% endblock %}",
    ),
    (
        "section.html",
        "{% extends \"base.html\" %}{% block title %}{{ section.title }}{% endblock %}{% block main %}\
         {{ section.content }}{% for page in section.pages %}<a href=\"{{ page.permalink }}\">{{ page.title }}</a>\
         {% endfor %}{% endblock %}",
    ),
    ("404.html", "<!doctype html>\n<p>Nothing here. <a href=\"{{ get_url(path='@/_index.md') }}\">Home</a></p>\n"),
    (
        "components.html",
        "{% component care(kind: string, title = \"\") %}<div class=\"{{ kind }}\"><b>{{ title }}</b>{{ body }}</div>\
         {% endcomponent care %}{% component phone() %}<i>720</i>{% endcomponent phone %}",
    ),
];

/// A site built in memory.
pub struct Built {
    /// Its files.
    pub artifacts: Vec<Artifact>,
    /// What is wrong.
    pub findings: Findings,
}

impl TestProject {
    /// A program with a home page and the plain theme.
    pub fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let project = project.file("holdspace.toml", CONFIG).page("_index.md", "Home.");
        THEME
            .iter()
            .fold(project, |project, (name, text)| project.file(&format!("themes/plain/templates/{name}"), text))
    }

    /// A Zola site that has nothing but its configuration.
    pub fn zola(config: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        project
            .file("zola.toml", format!("base_url = \"https://test.example\"\n{config}"))
            .file("content/_index.md", "+++\n+++\n")
    }

    /// Writes a file.
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a file while the test goes on.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Writes a page. Text without front matter gets a title.
    pub fn page(self, path: &str, text: &str) -> Self {
        let front = if text.starts_with("+++") { "" } else { "+++\ntitle = \"T\"\n+++\n" };
        self.file(&format!("content/{path}"), format!("{front}{text}"))
    }

    /// Writes a template of the program's own.
    pub fn template(self, name: &str, text: &str) -> Self {
        self.file(&format!("templates/{name}"), text)
    }

    /// Adds to the configuration.
    pub fn config(self, text: &str) -> Self {
        self.file("holdspace.toml", format!("{CONFIG}{text}"))
    }

    /// The program's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the program's folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Reads a file in the program's folder; empty if it isn't there.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// Opens the program.
    pub fn open(&self) -> (Project, Findings) {
        Project::open(self.root()).expect("a program")
    }

    /// Builds the site in memory.
    pub fn build(&self) -> Built {
        self.build_with(&Options::default())
    }

    /// Builds the site in memory, in this way.
    pub fn build_with(&self, options: &Options) -> Built {
        let (project, mut findings) = self.open();
        let (artifacts, found) = site::build(&project, options);
        findings.extend(found);
        Built { artifacts, findings }
    }

    /// What a person reads of the mistakes in it.
    pub fn report(&self) -> String {
        human(&self.build().findings, Colour::Off)
    }

    /// The program's binary in this folder, ready to be run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_holdspace"));
        command.arg("-C").arg(self.root()).args(arguments).env("NO_COLOR", "1");
        command
    }

    /// Runs the binary in this folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }
}

impl Built {
    /// A text file of the site.
    pub fn text(&self, path: &str) -> &str {
        let found = self.artifacts.iter().find(|artifact| artifact.path == path);
        let artifact = found.unwrap_or_else(|| panic!("no `{path}` among {:?}", self.paths()));
        std::str::from_utf8(&artifact.bytes).expect("text")
    }

    /// What stands in `<main>` of a page.
    pub fn main(&self, path: &str) -> &str {
        let html = self.text(path);
        let start = html.find("<main>").expect("a <main>") + "<main>".len();
        &html[start..html.find("</main>").expect("its end")]
    }

    /// The paths of all files.
    pub fn paths(&self) -> Vec<&str> {
        self.artifacts.iter().map(|artifact| artifact.path.as_str()).collect()
    }

    /// The same site, which must be without a finding.
    pub fn clean(self) -> Self {
        assert!(self.findings.is_empty(), "{}", human(&self.findings, Colour::Off));
        self
    }
}

/// Standard output and error of a run as text.
pub fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}
