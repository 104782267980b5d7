//! The list of what we wrote into one output folder, in `.holdspace/outputs/`. What is on it and is still as we left it
//! is ours; everything else is somebody's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{At, PathError};
use crate::project::Project;
use crate::site::stamp::Stamp;

/// The list of one output folder.
pub(super) struct Ledger {
    file: PathBuf,
    output: PathBuf,
    /// What an earlier build wrote, by its path in the folder.
    pub(super) known: Files,
}

/// Files that we wrote.
pub(super) type Files = BTreeMap<String, Ours>;

/// A file that we wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(super) struct Ours {
    /// Its content.
    pub(super) hash: String,
    /// What the disk said of it when it was in its place.
    pub(super) stamp: Option<Stamp>,
}

impl From<String> for Ours {
    fn from(text: String) -> Self {
        let (hash, stamp) = text.split_once(' ').unwrap_or((&text, ""));
        Ours { hash: hash.to_owned(), stamp: Stamp::parse(stamp) }
    }
}

impl From<Ours> for String {
    fn from(ours: Ours) -> Self {
        ours.stamp.map_or_else(|| ours.hash.clone(), |stamp| format!("{} {stamp}", ours.hash))
    }
}

impl Ours {
    /// Whether the disk says that the file is as we left it.
    pub(super) fn is_untouched(&self, path: &Path) -> bool {
        self.stamp.is_some() && fs::symlink_metadata(path).ok().map(|found| Stamp::of(&found)) == self.stamp
    }
}

#[derive(Serialize, Deserialize)]
struct LedgerFile {
    output: PathBuf,
    files: Files,
}

impl Ledger {
    /// The list of a folder. One that is missing or damaged names nothing as ours: then nothing is deleted.
    pub(super) fn of(project: &Project, output: &Path) -> Result<Ledger, PathError> {
        let absolute = std::path::absolute(output).at("find", output)?;
        let file = place(project, &absolute, "json");
        let read = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<LedgerFile>(&bytes).ok());
        let known = read.filter(|read| read.output == absolute).map(|read| read.files).unwrap_or_default();
        Ok(Ledger { file, output: absolute, known })
    }

    /// Puts another list in this one's place.
    pub(super) fn save(&self, files: Files) -> Result<(), PathError> {
        let ledger = LedgerFile { output: self.output.clone(), files };
        save(&self.file, &serde_json::to_vec(&ledger).expect("paths and hashes are plain data"))
    }
}

/// The file in which something about an output folder is kept.
pub(super) fn place(project: &Project, absolute: &Path, ending: &str) -> PathBuf {
    let name = &hash_of(absolute.as_os_str().as_encoded_bytes())[..16];
    project.cache().join("outputs").join(format!("{name}.{ending}"))
}

/// Writes a file of our own: whole, or not at all.
pub(super) fn save(file: &Path, bytes: &[u8]) -> Result<(), PathError> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).at("create", folder)?;
    let beside = tempfile::NamedTempFile::new_in(folder).at("write into", folder)?;
    fs::write(beside.path(), bytes).at("write", beside.path())?;
    beside.persist(file).map_err(|error| error.error).at("write", file)?;
    Ok(())
}

/// A content as its number.
pub(super) fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
