//! The list of what we wrote into one output folder, in `.holdspace/outputs/`. What is on it and is still as we left it
//! is ours; everything else is somebody's. It is sealed: a list that somebody changed is none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{At, PathError};
use crate::project::Project;
use crate::site::folder::{Links, OpenFolder};
use crate::site::kept::{Mark, Marker};
use crate::site::sealed;
use crate::site::stamp::Stamp;

/// The list of one output folder.
pub(super) struct Ledger {
    file: PathBuf,
    /// Whose list it is: the folder's, wherever holdspace itself comes from.
    by: Mark,
    /// What stood at its top when it was read; nothing where it could not be.
    top: Option<[u8; sealed::TOP]>,
    /// What an earlier build wrote, by its path in the folder.
    pub(super) known: Files,
    /// What may be there besides, by its hashes: a build was stopped while it put files into place.
    pub(super) before: Hashes,
}

/// About so many bytes stand on the list for a file besides its path.
const LENGTH: usize = 56;

type Hashes = BTreeMap<String, BTreeSet<Mark>>;

/// Files that we wrote.
pub(super) type Files = BTreeMap<String, Ours>;

/// The files that a folder is to have.
pub(super) type Wanted<'w> = BTreeMap<&'w str, Ours>;

/// A file that we wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ours {
    /// Its content.
    pub(super) hash: Mark,
    /// What the disk said of it when it was in its place.
    pub(super) stamp: Option<Stamp>,
}

impl Ours {
    /// Whether the disk says that the file is as we left it.
    pub(super) fn is_untouched(&self, output: &OpenFolder, path: &str) -> bool {
        self.stamp.is_some() && output.stamp(Path::new(path), Links::Seen) == self.stamp
    }
}

impl Ledger {
    /// The list of a folder. One that is missing or damaged names nothing as ours: then nothing is deleted.
    pub(super) fn of(project: &Project, output: &Path) -> Result<Ledger, PathError> {
        let absolute = std::path::absolute(output).at("find", output)?;
        let file = place(project, &absolute, "files");
        let by = Marker::default().text("what we wrote into").bytes(absolute.as_os_str().as_encoded_bytes()).done();
        let bytes = fs::read(&file).unwrap_or_default();
        let list = sealed::unseal(by, &bytes).and_then(sealed::unpack::<(Vec<(String, Ours)>, Hashes)>);
        let top = list.as_ref().and_then(|_| bytes.first_chunk().copied());
        let (known, before) = list.map(|(list, _)| list).unwrap_or_default();
        Ok(Ledger { file, by, top, known: known.into_iter().collect(), before })
    }

    /// A list that names nothing.
    #[cfg(test)]
    pub(super) fn at(file: PathBuf) -> Ledger {
        Ledger { file, by: Mark::of(b""), top: None, known: Files::new(), before: Hashes::new() }
    }

    /// Whether the list on the disk is still this one: at the top of each stands a number for all of it.
    pub(super) fn is_current(&self) -> bool {
        let mut top = [0; sealed::TOP];
        let read = File::open(&self.file).and_then(|mut file| file.read_exact(&mut top));
        read.is_ok() && self.top == Some(top)
    }

    /// The files that an earlier build wrote, each with the one among these that has its path. Both lists are in one order, so that
    /// nothing has to be looked up.
    fn beside<'l, 'f>(&'l self, files: &'f Wanted<'_>) -> impl Iterator<Item = (&'l str, &'l Ours, Option<&'f Ours>)> {
        let mut files = files.iter().peekable();
        self.known.iter().map(move |(path, ours)| {
            let path = path.as_str();
            while files.next_if(|(other, _)| **other < path).is_some() {}
            (path, ours, files.next_if(|(other, _)| **other == path).map(|(_, new)| new))
        })
    }

    /// Whether these are the files that an earlier build wrote, and nothing of them changed.
    pub(super) fn names(&self, files: &Wanted<'_>) -> bool {
        files.len() == self.known.len() && self.beside(files).all(|(_, ours, new)| new == Some(ours))
    }

    /// The paths of all that we may have written and that are not among these files, each once.
    pub(super) fn paths_but<'l>(&'l self, files: &Wanted<'_>) -> impl Iterator<Item = &'l str> {
        let known = self.beside(files).filter(|(_, _, new)| new.is_none()).map(|(path, ..)| path);
        let is_other = move |path: &&str| !(self.known.contains_key(*path) || files.contains_key(path));
        known.chain(self.before.keys().map(String::as_str).filter(is_other))
    }

    /// Whether a file of ours may be at a path.
    pub(super) fn may_have_written(&self, path: &str) -> bool {
        self.known.contains_key(path) || self.before.contains_key(path)
    }

    /// Whether these bytes at a path are ours.
    pub(super) fn wrote(&self, path: &str, bytes: &[u8]) -> bool {
        let hash = Mark::of(bytes);
        self.known.get(path).is_some_and(|known| known.hash == hash)
            || self.before.get(path).is_some_and(|hashes| hashes.contains(&hash))
    }

    /// Puts another list in this one's place, beside which all that this one names counts still. Says whether it names anything
    /// else.
    pub(super) fn save_both(&self, files: &Wanted<'_>) -> Result<bool, PathError> {
        let mut before = self.before.clone();
        for (path, ours, new) in self.beside(files) {
            if new.is_none_or(|new| new.hash != ours.hash) {
                before.entry(path.to_owned()).or_default().insert(ours.hash);
            }
        }
        let others = !before.is_empty();
        self.save_with(each(files), &before).map(|()| others)
    }

    /// Puts another list in this one's place.
    pub(super) fn save<'f>(&self, files: impl Iterator<Item = (&'f str, Ours)>) -> Result<(), PathError> {
        self.save_with(files, &Hashes::new())
    }

    fn save_with<'f>(&self, files: impl Iterator<Item = (&'f str, Ours)>, before: &Hashes) -> Result<(), PathError> {
        let files: Vec<(&str, Ours)> = files.collect();
        let length = files.iter().map(|(path, _)| path.len() + LENGTH).sum();
        let list = sealed::packed(self.by, &(files, before), length).expect("paths and hashes are plain data");
        save(&self.file, &list)
    }
}

/// The files of a folder, one by one.
pub(super) fn each<'w>(files: &Wanted<'w>) -> impl Iterator<Item = (&'w str, Ours)> {
    files.iter().map(|(path, ours)| (*path, *ours))
}

/// The file in which something about an output folder is kept.
pub(super) fn place(project: &Project, absolute: &Path, ending: &str) -> PathBuf {
    let name = &String::from(Mark::of(absolute.as_os_str().as_encoded_bytes()))[..16];
    project.cache().join("outputs").join(format!("{name}.{ending}"))
}

/// Writes a file of our own: whole, or not at all.
pub(super) fn save(file: &Path, bytes: &[u8]) -> Result<(), PathError> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).at("create", folder)?;
    // Not where lists are looked for, and under a name that is swept: who is stopped here leaves nothing for long.
    let cache = folder.parent().unwrap_or(folder);
    let beside = tempfile::Builder::new().prefix(super::disk::STAGE).tempfile_in(cache).at("write into", cache)?;
    fs::write(beside.path(), bytes).at("write", file)?;
    beside.persist(file).map_err(|error| error.error).at("write", file)?;
    Ok(())
}
