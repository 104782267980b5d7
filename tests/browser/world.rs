//! The world of these tests: the repository's own program, built once, served, and a browser that looks at it.
//! It is built by the program itself, into target/tmp: nothing is written into the repository.

#![allow(unreachable_pub, reason = "shared by the modules of a test binary")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use crate::PHONE;
use crate::browser::{Browser, Page};
use crate::static_server::StaticServer;

/// A site, and a browser before it.
pub struct World {
    folder: PathBuf,
    server: StaticServer,
    // Shared by the tests that run at the same time; the last of them ends it.
    browser: Arc<Browser>,
    phone: bool,
}

/// A page of the site.
pub struct Place {
    /// Its path in the site: `/guides/afterwards/`.
    pub path: String,
    /// Where it was opened.
    pub url: String,
    origin: String,
}

impl Place {
    /// Where the site is.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl World {
    /// The repository's own site.
    pub fn new() -> Self {
        static SITE: OnceLock<PathBuf> = OnceLock::new();
        Self::of(SITE.get_or_init(|| build("browser", &[])))
    }

    /// The same with its drafts: the example of a group's dates is one.
    #[allow(dead_code, reason = "only some of the tests need it")]
    pub fn with_drafts() -> Self {
        static SITE: OnceLock<PathBuf> = OnceLock::new();
        Self::of(SITE.get_or_init(|| build("drafts", &["--drafts"])))
    }

    /// The site in a folder.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), server: StaticServer::serve(folder), browser: browser(), phone: false }
    }

    /// Looked at on a phone.
    pub fn on_the_phone(self) -> Self {
        Self { phone: true, ..self }
    }

    /// A page of the browser, still empty.
    pub fn page(&self) -> Page {
        let mut page = self.browser.page();
        if self.phone {
            page.viewport(PHONE.0, PHONE.1, true);
        }
        page
    }

    /// Where the site is served.
    pub fn origin(&self) -> &str {
        self.server.origin()
    }

    /// Where the site lies.
    #[allow(dead_code, reason = "only some of the tests need it")]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// Looks at every page of the site, served, one after the other.
    ///
    /// # Panics
    /// With every fault of every page.
    #[track_caller]
    pub fn every_page(&self, check: impl FnMut(&mut Page, &Place) -> Vec<String>) {
        self.every_page_so(|_| {}, check);
    }

    /// The same, in a browser that is prepared.
    #[track_caller]
    pub fn every_page_so(&self, prepare: impl FnOnce(&mut Page), check: impl FnMut(&mut Page, &Place) -> Vec<String>) {
        let place = |path: &String| Place { path: path.clone(), url: self.url(path), origin: self.origin().to_owned() };
        self.look(self.paths().iter().map(place).collect(), prepare, check);
    }

    /// Looks at every page from the disk. The page for what is not found has addresses of the web: no disk shows it.
    #[track_caller]
    pub fn every_file(&self, check: impl FnMut(&mut Page, &Place) -> Vec<String>) {
        let paths = self.paths().into_iter().filter(|path| path != "/404.html");
        let origin = format!("file://{}", self.folder.display());
        let place = |path: String| {
            let index = if path.ends_with('/') { "index.html" } else { "" };
            Place { url: format!("{origin}{path}{index}"), path, origin: origin.clone() }
        };
        self.look(paths.map(place).collect(), |_| {}, check);
    }

    #[track_caller]
    fn look(
        &self,
        places: Vec<Place>,
        prepare: impl FnOnce(&mut Page),
        mut check: impl FnMut(&mut Page, &Place) -> Vec<String>,
    ) {
        assert!(places.len() > 20, "the site has only {} pages; the check looks at nothing", places.len());
        let mut page = self.page();
        prepare(&mut page);
        let mut faults = Vec::new();
        for place in &places {
            page.goto(&place.url);
            faults.extend(check(&mut page, place).into_iter().map(|fault| format!("{}: {fault}", place.path)));
        }
        none(faults);
    }

    /// The paths of all pages, sorted.
    pub fn paths(&self) -> BTreeSet<String> {
        let files = walkdir::WalkDir::new(&self.folder).into_iter().map(|entry| entry.expect("the site can be walked"));
        let pages = files.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "html"));
        let path = |entry: walkdir::DirEntry| {
            let inner = entry.path().strip_prefix(&self.folder).expect("it is inside").to_string_lossy().into_owned();
            format!("/{}", inner.strip_suffix("index.html").unwrap_or(&inner))
        };
        pages.map(path).collect()
    }

    /// Those of the addresses at which something is.
    pub fn answering(&self, urls: &BTreeSet<String>) -> BTreeSet<String> {
        let mut page = self.page();
        // A page of the site has a policy that lets nobody ask; a plain text has none.
        page.goto(&self.url("/robots.txt"));
        let urls = serde_json::to_string(urls).expect("addresses are text");
        page.eval(&format!(
            "Promise.all({urls}.map((url) => fetch(url, {{ method: 'HEAD' }}).then((answer) => answer.ok ? url : null)))
               .then((urls) => urls.filter(Boolean))"
        ))
    }
}

/// What the repository's program says of itself, read without the generator.
pub mod program {
    use super::{BTreeSet, Path, PathBuf, fs};

    /// The program's telephone number, as it is written.
    pub fn phone() -> String {
        let config = table(&root().join("holdspace.toml"));
        config["program"]["phone"].as_str().expect("the program has a number").to_owned()
    }

    /// The names of its sessions.
    pub fn sessions() -> BTreeSet<String> {
        let entries = fs::read_dir(root().join("playlists")).expect("the program has playlists");
        let paths = entries.map(|entry| entry.expect("playlists/ can be read").path());
        let names = paths.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
        names.map(|path| path.file_stem().expect("it has a name").to_string_lossy().into_owned()).collect()
    }

    /// The names of a session's phases, in a language.
    pub fn phases(session: &str, language: &str) -> Vec<String> {
        let playlist = table(&root().join("playlists").join(format!("{session}.toml")));
        let phases = playlist["phase"].as_array().expect("a playlist has phases");
        let words = playlist.get("translations").and_then(|languages| languages.get(language));
        let in_language = |name: &str| words.and_then(|words| words.get(name)?.as_str()).unwrap_or(name).to_owned();
        phases.iter().map(|phase| in_language(phase["name"].as_str().expect("a phase has a name"))).collect()
    }

    fn table(path: &Path) -> toml::Table {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(super) fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }
}

/// Whether an address is the site's, and not a telephone or another site.
pub fn is_own(link: &str) -> bool {
    link.starts_with("http://127.0.0.1:") || link.starts_with("file://")
}

/// The file that an address names.
pub fn file_of(url: &str) -> Option<PathBuf> {
    url.strip_prefix("file://").map(|path| PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// # Panics
/// When there are any, with all of them.
#[track_caller]
pub fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn browser() -> Arc<Browser> {
    // A static is never dropped: it only remembers the browser, so that Chromium ends with the last test.
    static BROWSER: Mutex<Weak<Browser>> = Mutex::new(Weak::new());
    let mut known = BROWSER.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    known.upgrade().unwrap_or_else(|| {
        let browser = Arc::new(Browser::launch());
        *known = Arc::downgrade(&browser);
        browser
    })
}

/// Builds the program's site by the program itself, from links to its folders, so that its caches stay in target/, too.
fn build(name: &str, asked: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("target/tmp can be written");
    for part in ["holdspace.toml", "content", "themes", "playlists"] {
        let (link, target) = (folder.join(part), program::root().join(part));
        // The repository may have moved since.
        if fs::read_link(&link).ok().as_ref() != Some(&target) {
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(&target, &link).expect("target/tmp takes links");
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_holdspace")).arg("build").arg("-C").arg(&folder).args(asked).output();
    let output = output.expect("the program can be started");
    assert!(output.status.success(), "the site does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    folder.join("public")
}
