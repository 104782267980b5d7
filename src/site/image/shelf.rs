//! What was made of pictures in earlier builds, kept by their content in `.holdspace/pictures/`: an unchanged picture
//! is not even read. A shelf that cannot be written, or was damaged, only costs time.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::codec::Format;

/// Grows when the same picture would be made another way.
const VERSION: u32 = 1;
/// What nobody asked for in so many days is taken off the shelf.
const DAYS: u64 = 30;

/// What is known of a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facts {
    /// How wide it is shown.
    pub(super) width: u32,
    /// How high it is shown.
    pub(super) height: u32,
    /// What kind of file it is in.
    pub(super) format: Format,
    /// Whether it moves.
    pub(super) moves: bool,
    /// How many bytes its file has.
    pub(super) bytes: u64,
    /// What is known once it has been looked at; a picture that stays as it is never is.
    pub(super) looked: Option<Looked>,
}

/// What is known of a picture that has been looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Looked {
    /// The colour that stands for the whole, where nothing shows through.
    pub(super) colour: Option<[u8; 3]>,
    /// Whether it is drawn, not photographed: then it is packed without loss.
    pub(super) drawn: bool,
}

/// The shelf.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    today: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    ledger: Ledger,
    changed: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Ledger {
    version: u32,
    /// Files as they were when they were last read.
    files: BTreeMap<PathBuf, Seen>,
    /// What is known of pictures, by their content.
    facts: BTreeMap<String, Facts>,
    /// The day that each thing on the shelf was last asked for.
    used: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Seen {
    length: u64,
    changed: u128,
    hash: String,
}

impl Shelf {
    /// Opens the shelf in a folder, which need not be there.
    pub fn open(folder: PathBuf) -> Shelf {
        let ledger = fs::read(folder.join(LEDGER)).ok();
        let ledger: Option<Ledger> = ledger.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let ledger = ledger
            .filter(|ledger| ledger.version == VERSION)
            .unwrap_or(Ledger { version: VERSION, ..Ledger::default() });
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Shelf { folder, today: now.as_secs() / 86_400, state: Mutex::new(State { ledger, changed: false }) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The hash of a file's content. A file that is as long and as old as when it was last read, is the same.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn hash(&self, file: &Path) -> io::Result<String> {
        let found = fs::metadata(file)?;
        let changed = found.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let known = self.state().ledger.files.get(file).cloned();
        if let Some(known) = known.filter(|known| known.length == found.len() && known.changed == changed.as_nanos()) {
            return Ok(known.hash);
        }
        let hash = blake3::hash(&fs::read(file)?).to_hex()[..32].to_owned();
        // What changed just now could change again within the same tick of the disk's clock.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.saturating_sub(changed) > Duration::from_secs(2) {
            let mut state = self.state();
            let seen = Seen { length: found.len(), changed: changed.as_nanos(), hash: hash.clone() };
            state.ledger.files.insert(file.to_path_buf(), seen);
            state.changed = true;
        }
        Ok(hash)
    }

    /// What is known of a picture.
    pub(super) fn facts(&self, hash: &str) -> Option<Facts> {
        let facts = self.state().ledger.facts.get(hash).cloned()?;
        self.use_today(hash);
        Some(facts)
    }

    /// Remembers what is known of a picture.
    pub(super) fn learn(&self, hash: &str, facts: Facts) {
        let mut state = self.state();
        state.ledger.facts.insert(hash.to_owned(), facts);
        state.ledger.used.insert(hash.to_owned(), self.today);
        state.changed = true;
    }

    /// Whether something lies on the shelf. Then it stays for another while.
    pub(super) fn holds(&self, name: &str) -> bool {
        let there = self.folder.join(name).is_file();
        if there {
            self.use_today(name);
        }
        there
    }

    /// What lies on the shelf.
    pub fn take(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = fs::read(self.folder.join(name)).ok()?;
        self.use_today(name);
        Some(bytes)
    }

    /// Puts something on the shelf, whole or not at all.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        if self.write(name, bytes).is_ok() {
            self.use_today(name);
        }
    }

    fn use_today(&self, name: &str) {
        let mut state = self.state();
        if state.ledger.used.get(name) != Some(&self.today) {
            state.ledger.used.insert(name.to_owned(), self.today);
            state.changed = true;
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let beside = tempfile::NamedTempFile::new_in(&self.folder)?;
        fs::write(beside.path(), bytes)?;
        beside.persist(self.folder.join(name))?;
        Ok(())
    }

    /// Writes down what is known, and takes off the shelf what nobody asked for in a long time.
    pub fn close(&self) {
        let mut state = self.state();
        let used = state.ledger.used.iter();
        let old: Vec<String> =
            used.filter(|(_, day)| **day + DAYS < self.today).map(|(name, _)| name.clone()).collect();
        for name in &old {
            // What cannot be deleted harms nobody.
            let _ = fs::remove_file(self.folder.join(name));
            state.ledger.used.remove(name);
            state.ledger.facts.remove(name);
        }
        if state.changed || !old.is_empty() {
            state.ledger.files.retain(|file, _| file.exists());
            let bytes = serde_json::to_vec(&state.ledger).expect("names and numbers are plain data");
            state.changed = self.write(LEDGER, &bytes).is_err();
        }
    }
}

const LEDGER: &str = "known.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_of_the_same_length_and_age_is_seen_while_it_is_young() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.png");
        let shelf = Shelf::open(folder.path().join("shelf"));
        fs::write(&file, "one").unwrap();
        let one = shelf.hash(&file).unwrap();
        fs::write(&file, "two").unwrap();
        assert_ne!(shelf.hash(&file).unwrap(), one);
    }

    #[test]
    fn what_nobody_asks_for_is_taken_off_the_shelf_in_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut shelf = Shelf::open(folder.path().to_path_buf());
        shelf.put("a.webp", b"a");
        shelf.put("b.webp", b"b");
        shelf.close();
        shelf = Shelf::open(folder.path().to_path_buf());
        shelf.today += DAYS;
        assert!(shelf.holds("b.webp"));
        shelf.today += 1;
        shelf.close();
        assert_eq!((shelf.take("a.webp"), shelf.take("b.webp")), (None, Some(b"b".to_vec())));
    }

    #[test]
    fn a_damaged_shelf_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LEDGER), "{\"version\":1,\"files\":[").unwrap();
        assert_eq!(Shelf::open(folder.path().to_path_buf()).facts("x"), None);
    }
}
