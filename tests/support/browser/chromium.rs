//! The Chromium program: finds it, starts it without a window in a folder of its own, and ends it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const MISSING: &str = "these tests look at the site in Chromium, and there is none: `make test` installs it \
                       (or: `sudo apt-get install chromium`, `sudo dnf install chromium`, `brew install --cask chromium`)";

const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
];

/// How long it may take to start, on a busy machine.
const START: Duration = Duration::from_secs(60);
/// How long it may take to end by itself.
const END: Duration = Duration::from_secs(5);

/// A running program.
pub struct Chromium {
    child: Child,
    host: String,
    path: String,
    folder: Option<TempDir>,
}

impl Chromium {
    /// Starts it, and waits until it can be spoken to.
    pub fn start() -> Self {
        let program = find().unwrap_or_else(|| panic!("{MISSING}"));
        // Inside target/: a Chromium that came as a snap sees nothing of /tmp.
        let folder = tempfile::Builder::new().prefix("chromium-").tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.expect("target/tmp can be written");
        let words = File::create(folder.path().join("stderr")).expect("target/tmp can be written");
        let child = Command::new(&program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(words)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut chromium = Self { child, host: String::new(), path: String::new(), folder: Some(folder) };
        (chromium.host, chromium.path) = chromium.wait();
        chromium
    }

    /// Where the whole browser is spoken to.
    pub fn browser_address(&self) -> String {
        format!("{}{}", self.host, self.path)
    }

    /// Where one of its pages is spoken to.
    pub fn page_address(&self, target: &str) -> String {
        format!("{}/devtools/page/{target}", self.host)
    }

    /// Waits for the file in which it says where it listens.
    fn wait(&mut self) -> (String, String) {
        let folder = self.folder.as_ref().expect("it is there until the end").path().to_path_buf();
        let until = Instant::now() + START;
        loop {
            let told = fs::read_to_string(folder.join("DevToolsActivePort")).unwrap_or_default();
            if let Some((port, path)) = told.split_once('\n').filter(|(_, path)| path.starts_with('/')) {
                return (format!("127.0.0.1:{port}"), path.trim().to_owned());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("Chromium ended at once ({status}); it said:\n{}", last_words(&folder));
            }
            assert!(
                Instant::now() < until,
                "Chromium is not up after {} s; it said:\n{}",
                START.as_secs(),
                last_words(&folder)
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let until = Instant::now() + END;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
        // It has ended by itself, or it is made to.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Its helpers may write for a moment longer.
        if let Some(folder) = self.folder.take() {
            let path = folder.keep();
            let until = Instant::now() + END;
            while fs::remove_dir_all(&path).is_err() && path.exists() && Instant::now() < until {
                thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

/// Where it is.
pub fn find() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    let by_name = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    by_name.chain(APPS.iter().map(PathBuf::from)).find(|path| path.is_file())
}

fn last_words(folder: &Path) -> String {
    let words = fs::read_to_string(folder.join("stderr")).unwrap_or_default();
    let lines: Vec<&str> = words.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
