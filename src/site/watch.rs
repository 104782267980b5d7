//! Waits until something that the site is made of changes. It is the one file that knows notify.
//!
//! Two traps of notify 8, both seen (see the research): it reports the opening of files, so that a build would wake
//! itself by reading; and a file made at once inside a new folder is not reported, so a new folder is looked at again
//! a little later.
//!
//! A save is several events. Whoever waits for a silence after them is slow, and still may read half a file; so the
//! files that are being written are counted, and a build begins when all of them are closed.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// With every file closed, this long nothing must happen.
const SETTLED: Duration = Duration::from_millis(2);
/// The same while a file has gone and may come back. A machine that doesn't tell when a file is closed waits so long
/// after each save.
const UNSETTLED: Duration = Duration::from_millis(30);
/// However much happens, a build begins after this long. A file that is being written, or that an editor has put aside
/// to write it anew, is waited for so long at most: on a busy machine much time may pass before it is whole.
const LONGEST: Duration = Duration::from_millis(250);
/// Whether this machine tells when a file is closed.
const TELLS_CLOSING: bool = cfg!(target_os = "linux");
/// When a new folder is looked at again.
const AGAIN: [Duration; 2] = [Duration::from_millis(120), Duration::from_millis(600)];
/// How often a program's folder that has gone is looked for.
const MISSING: Duration = Duration::from_millis(500);

/// Folders that no site is made of, and that may be very large.
const NEVER: [&str; 2] = ["target", "node_modules"];
/// Files beside `holdspace.toml` that a site may be made of: its configuration, and the data of `load_data`.
const DATA: [&str; 10] = ["toml", "yaml", "yml", "json", "csv", "xml", "bib", "txt", "md", "html"];

/// What changed.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// These files, by their real names, and nothing else.
    Files(HashSet<PathBuf>),
    /// Nobody knows.
    Anything,
}

/// A watch over a program's folder.
pub struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    root: PathBuf,
    /// The folder that the site is built into.
    output: PathBuf,
    /// When to look again, though nothing may have been reported.
    again: Vec<Instant>,
}

impl Watch {
    /// Begins to watch a program's folder, but for the one inside it that the site is built into.
    ///
    /// # Errors
    /// When the machine can watch no more files.
    pub fn new(root: &Path, output: &Path) -> notify::Result<Watch> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(sender)?;
        // What is reported bears the folder's real name.
        let output = root.join(output);
        let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        let output = std::fs::canonicalize(&output).unwrap_or(output);
        let mut watch = Watch { watcher, events, root, output, again: Vec::new() };
        watch.watch_all()?;
        Ok(watch)
    }

    /// Waits for a change, and until the burst that it came with is over. `None` when there is nothing to wait for.
    pub fn wait(&mut self) -> Option<Change> {
        loop {
            if !self.root.exists() {
                self.again = vec![Instant::now() + MISSING];
            }
            let due = self.again.iter().min().copied();
            let wait = due.map_or(Duration::from_secs(3600), |due| due.saturating_duration_since(Instant::now()));
            match self.events.recv_timeout(wait) {
                Ok(event) => {
                    let mut burst = Burst::default();
                    if self.matters(event, &mut burst)
                        && let Some(change) = self.settle(burst)
                    {
                        return Some(change);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let now = Instant::now();
                    let before = self.again.len();
                    self.again.retain(|due| *due > now);
                    if self.again.len() < before && self.root.exists() {
                        // What cannot be watched now is looked at with the next change.
                        let _ = self.watch_all();
                        return Some(Change::Anything);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Lets a burst of changes pass. `None` where everything is as it was.
    fn settle(&mut self, mut burst: Burst) -> Option<Change> {
        let began = Instant::now();
        let mut last = began;
        loop {
            let due = (last + burst.quiet()).min(began + LONGEST);
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match self.events.recv_timeout(left) {
                // What only reads, as our own checks do, is no reason to wait longer.
                Ok(event) => {
                    if self.matters(event, &mut burst) {
                        last = Instant::now();
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // What came and went, as editors' files do, changed nothing.
        let files: HashSet<PathBuf> = burst.changed.difference(&burst.passed).cloned().collect();
        let change = if burst.lost { Change::Anything } else { Change::Files(files) };
        Some(change).filter(|change| !matches!(change, Change::Files(files) if files.is_empty()))
    }

    /// Whether an event is a change of something that the site is made of.
    fn matters(&mut self, event: notify::Result<Event>, burst: &mut Burst) -> bool {
        // A watch that lost count has to look for itself.
        let Ok(event) = event else {
            burst.lost = true;
            return true;
        };
        if event.need_rescan() {
            burst.lost = true;
            self.look_again();
            return true;
        }
        let changes = match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) => true,
            EventKind::Modify(ModifyKind::Metadata(_)) => false,
            EventKind::Modify(_) => true,
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {
                burst.note(&event);
                false
            }
            EventKind::Any | EventKind::Access(_) | EventKind::Other => false,
        };
        if !changes || !event.paths.iter().any(|path| self.is_ours(path)) {
            return false;
        }
        burst.note(&event);
        burst.changed.extend(event.paths.iter().filter(|path| self.is_ours(path)).cloned());
        let appeared = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        if appeared && event.paths.iter().any(|path| path.is_dir()) {
            self.look_again();
        }
        true
    }

    fn look_again(&mut self) {
        let now = Instant::now();
        self.again = AGAIN.iter().map(|later| now + *later).collect();
        // The folder may be one of those that were missing until now.
        let _ = self.watch_all();
    }

    fn is_ours(&self, path: &Path) -> bool {
        // A folder that is a link is watched under its real name.
        let Ok(inside) = path.strip_prefix(&self.root) else { return true };
        let mut parts = inside.iter();
        let Some(first) = parts.next() else { return true };
        if path.starts_with(&self.output)
            || inside.iter().any(is_left_behind)
            || NEVER.iter().any(|name| first == *name)
        {
            return false;
        }
        let ending = inside.extension().and_then(OsStr::to_str).unwrap_or_default();
        parts.next().is_some() || path.is_dir() || ending.is_empty() || DATA.contains(&ending)
    }

    /// Watches the program's folder, and every folder in it that a site may be made of. To watch twice is to watch once.
    fn watch_all(&mut self) -> notify::Result<()> {
        self.watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        for entry in std::fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let path = entry.path();
            let marked = path.join("CACHEDIR.TAG").exists();
            if !marked
                && self.is_ours(&path)
                && let Ok(real) = std::fs::canonicalize(&path)
                && real.is_dir()
            {
                self.watcher.watch(&real, RecursiveMode::Recursive)?;
            }
        }
        Ok(())
    }
}

/// What editors and file managers leave behind, and what is hidden.
fn is_left_behind(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with(['.', '#']) || name.ends_with('~')
}

/// The files of a burst that are not as they are going to be.
#[derive(Default)]
struct Burst {
    /// Made in this burst: when such a file goes, nobody misses it.
    made: HashSet<PathBuf>,
    /// Being written, or put aside by an editor to be written anew, as vim does while it saves.
    open: HashSet<PathBuf>,
    /// Gone, and perhaps about to come back.
    gone: HashSet<PathBuf>,
    /// Made in this burst, and gone again.
    passed: HashSet<PathBuf>,
    /// All that was changed.
    changed: HashSet<PathBuf>,
    /// Whether more may have changed than was told.
    lost: bool,
}

impl Burst {
    fn note(&mut self, event: &Event) {
        if let (EventKind::Modify(ModifyKind::Name(RenameMode::Both)), [from, to]) = (event.kind, &event.paths[..])
            && self.gone.contains(from)
            && is_left_behind(to.file_name().unwrap_or_default())
        {
            self.open.insert(from.clone());
        }
        for path in &event.paths {
            match event.kind {
                EventKind::Create(_) if !path.is_dir() => {
                    self.passed.remove(path);
                    if !self.gone.remove(path) {
                        self.made.insert(path.clone());
                    }
                    self.open.insert(path.clone());
                }
                EventKind::Modify(ModifyKind::Data(_)) => drop(self.open.insert(path.clone())),
                EventKind::Access(_) => drop(self.open.remove(path)),
                EventKind::Modify(ModifyKind::Name(RenameMode::To)) => self.is_there(path),
                EventKind::Modify(ModifyKind::Name(RenameMode::From)) | EventKind::Remove(_) => self.is_gone(path),
                _ => {}
            }
        }
    }

    fn is_there(&mut self, path: &Path) {
        self.passed.remove(path);
        self.gone.remove(path);
        self.open.remove(path);
    }

    fn is_gone(&mut self, path: &Path) {
        self.open.remove(path);
        if self.made.remove(path) {
            self.passed.insert(path.to_path_buf());
        } else if !is_left_behind(path.file_name().unwrap_or_default()) {
            self.gone.insert(path.to_path_buf());
        }
    }

    /// How long nothing must happen from here on.
    fn quiet(&self) -> Duration {
        match (self.open.is_empty(), self.gone.is_empty()) {
            (true, true) => SETTLED,
            (false, _) if TELLS_CLOSING => LONGEST,
            _ => UNSETTLED,
        }
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, RemoveKind};

    use super::*;

    const MADE: EventKind = EventKind::Create(CreateKind::File);
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const GONE: EventKind = EventKind::Remove(RemoveKind::File);
    const FROM: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    const TO: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));
    const BOTH: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::Both));

    /// Events, each with its path; with both where they are two.
    fn quiet_after(events: &[(EventKind, &str)]) -> Duration {
        let mut burst = Burst::default();
        for (kind, paths) in events {
            let paths = paths.split(" → ").map(PathBuf::from);
            burst.note(&paths.fold(Event::new(*kind), Event::add_path));
        }
        burst.quiet()
    }

    #[test]
    fn a_file_that_is_being_written_is_waited_for() {
        assert_eq!(quiet_after(&[(WRITTEN, "a.md")]), if TELLS_CLOSING { LONGEST } else { UNSETTLED });
        assert_eq!(quiet_after(&[(WRITTEN, "a.md"), (WRITTEN, "a.md"), (CLOSED, "a.md")]), SETTLED);
    }

    #[test]
    fn a_save_by_renaming_is_whole_when_the_name_is_back() {
        let vim = [(MADE, "4913"), (CLOSED, "4913"), (GONE, "4913"), (FROM, "a.md"), (TO, "a.md~")];
        let vim = [&vim[..], &[(BOTH, "a.md → a.md~")]].concat();
        assert_eq!(quiet_after(&vim), if TELLS_CLOSING { LONGEST } else { UNSETTLED });
        let moved = [(FROM, "a.md"), (TO, "b.md"), (BOTH, "a.md → b.md")];
        assert_eq!(quiet_after(&moved), UNSETTLED);
        let written = [(MADE, "a.md"), (WRITTEN, "a.md"), (CLOSED, "a.md"), (GONE, "a.md~")];
        assert_eq!(quiet_after(&[&vim[..], &written].concat()), SETTLED);
        let beside = [(MADE, ".a.tmp"), (WRITTEN, ".a.tmp"), (CLOSED, ".a.tmp"), (FROM, ".a.tmp"), (TO, "a.md")];
        assert_eq!(quiet_after(&beside), SETTLED);
    }

    #[test]
    fn what_came_and_went_in_one_burst_has_passed_and_what_was_there_before_has_not() {
        let mut burst = Burst::default();
        let events =
            [(MADE, "4913"), (GONE, "4913"), (GONE, "old.csv"), (MADE, "b.md"), (GONE, "b.md"), (MADE, "b.md")];
        for (kind, path) in events {
            burst.note(&Event::new(kind).add_path(PathBuf::from(path)));
        }
        assert_eq!(burst.passed, HashSet::from([PathBuf::from("4913")]));
    }

    #[test]
    fn a_file_that_came_and_went_is_no_change() {
        let place = tempfile::tempdir().expect("a folder");
        let content = place.path().join("content");
        std::fs::create_dir(&content).expect("a folder");
        let mut watch = Watch::new(place.path(), Path::new("public")).expect("a folder can be watched");
        std::fs::write(content.join("4913"), "").expect("a file");
        std::fs::remove_file(content.join("4913")).expect("it was there");
        let page = std::fs::canonicalize(&content).expect("it is there").join("a.md");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(UNSETTLED * 4);
                std::fs::write(&page, "Here.").expect("a page");
            });
            assert_eq!(watch.wait(), Some(Change::Files(HashSet::from([page.clone()]))));
        });
    }
}
