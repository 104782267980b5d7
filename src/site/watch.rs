//! Waits until something that the site is made of changes. It is the one file that knows notify.
//!
//! Two traps of notify 8, both seen (see the research): it reports the opening of files, so that a build would wake
//! itself by reading; and a file made at once inside a new folder is not reported, so a new folder is looked at again
//! a little later.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::project::{CONFIG_FILES, Project};

/// An editor writes a file in several steps: this long nothing must happen.
const QUIET: Duration = Duration::from_millis(15);
/// However much happens, a build begins after this long.
const LONGEST: Duration = Duration::from_millis(250);
/// When a new folder is looked at again.
const AGAIN: [Duration; 2] = [Duration::from_millis(120), Duration::from_millis(600)];

/// The folders that a site is made of.
const FOLDERS: [&str; 6] = ["content", "themes", "templates", "static", "sass", "playlists"];

/// A watch over a program's folder.
pub struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    root: PathBuf,
    /// When to look again, though nothing may have been reported.
    again: Vec<Instant>,
}

impl Watch {
    /// Begins to watch a program.
    ///
    /// # Errors
    /// When the machine can watch no more files.
    pub fn new(project: &Project) -> notify::Result<Watch> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(sender)?;
        // What is reported bears the folder's real name.
        let root = std::fs::canonicalize(project.root()).unwrap_or_else(|_| project.root().to_path_buf());
        let mut watch = Watch { watcher, events, root, again: Vec::new() };
        watch.watcher.watch(&watch.root, RecursiveMode::NonRecursive)?;
        watch.watch_folders()?;
        Ok(watch)
    }

    /// Waits for a change, and until the burst that it came with is over. `false` when there is nothing to wait for.
    pub fn wait(&mut self) -> bool {
        loop {
            let due = self.again.iter().min().copied();
            let wait = due.map_or(Duration::from_secs(3600), |due| due.saturating_duration_since(Instant::now()));
            match self.events.recv_timeout(wait) {
                Ok(event) => {
                    if self.matters(event) {
                        self.settle();
                        return true;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let now = Instant::now();
                    let before = self.again.len();
                    self.again.retain(|due| *due > now);
                    if self.again.len() < before {
                        let _ = self.watch_folders();
                        return true;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Lets a burst of changes pass.
    fn settle(&mut self) {
        let began = Instant::now();
        while began.elapsed() < LONGEST {
            match self.events.recv_timeout(QUIET) {
                Ok(event) => {
                    self.matters(event);
                }
                Err(_) => break,
            }
        }
    }

    /// Whether an event is a change of something that the site is made of.
    fn matters(&mut self, event: notify::Result<Event>) -> bool {
        // A watch that lost count has to look for itself.
        let Ok(event) = event else { return true };
        if event.need_rescan() {
            return true;
        }
        let changes = match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) => true,
            EventKind::Modify(ModifyKind::Metadata(_)) => false,
            EventKind::Modify(_) => true,
            EventKind::Any | EventKind::Access(_) | EventKind::Other => false,
        };
        if !changes || !event.paths.iter().any(|path| self.is_ours(path)) {
            return false;
        }
        let appeared = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        let new_folder = appeared && event.paths.iter().any(|path| path.is_dir());
        if new_folder {
            self.look_again();
        }
        true
    }

    fn look_again(&mut self) {
        let now = Instant::now();
        self.again = AGAIN.iter().map(|later| now + *later).collect();
        // The folder may be one of those that were missing until now.
        let _ = self.watch_folders();
    }

    fn is_ours(&self, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(&self.root) else { return true };
        let mut parts = inside.iter().map(|part| part.to_string_lossy());
        let Some(first) = parts.next() else { return false };
        let hidden = |name: &str| name.starts_with(['.', '#']) || name.ends_with('~');
        let last = parts.next_back();
        match last {
            Some(last) => FOLDERS.contains(&first.as_ref()) && !hidden(&last),
            None => CONFIG_FILES.iter().any(|(name, _)| first == *name) || FOLDERS.contains(&first.as_ref()),
        }
    }

    fn watch_folders(&mut self) -> notify::Result<()> {
        for folder in FOLDERS {
            let path = self.root.join(folder);
            // A folder may be a link to one elsewhere: what lies there is watched under its real name.
            if let Ok(real) = std::fs::canonicalize(&path)
                && real.is_dir()
            {
                self.watcher.watch(&real, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }
}
