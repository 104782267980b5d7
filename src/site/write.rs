//! Artifacts into a folder: whole, or not at all.
//!
//! 1. What changed is written beside, where nobody reads it, as soon as it is made. If that fails, or the site has
//!    mistakes, nothing has happened.
//! 2. File by file it is renamed into place, pages last, so that no page names a file that isn't there yet.
//! 3. What an earlier build wrote and this one didn't is taken away.
//!
//! A folder that isn't there yet appears at once, finished. A file that is not ours is never deleted: [`ledger`] keeps a
//! list of what we wrote, and what somebody changed since is theirs. What is as it should be is not touched.

mod ledger;
mod unchanged;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rayon::prelude::*;

use crate::error::{At, PathError};
use crate::project::Project;
use crate::site::stamp::Stamp;
use crate::site::{Artifact, Kind, Out};
use ledger::{Files, Ledger, Ours, hash_of};

pub use unchanged::{Before, Inputs};

/// What writing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many of the files are pages of content/.
    pub pages: usize,
    /// Files that are new or different.
    pub changed: usize,
    /// Files that were already as they should be.
    pub unchanged: usize,
    /// Files of an earlier build that were taken away.
    pub removed: usize,
}

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder is one that the program itself lives in.
    #[error("cannot build into `{}`: the program's own files are there", .0.display())]
    OwnFolder(PathBuf),
    /// A file or folder stands where another is to go.
    #[error("cannot write `{}`: something that is not ours is in the way", .0.display())]
    InTheWay(PathBuf),
    /// The world said no.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// A site on its way into a folder. Without [`Writing::finish`], the folder stays as it is.
pub struct Writing {
    ledger: Ledger,
    output: PathBuf,
    /// Whether the folder isn't there yet.
    is_new: bool,
    /// Goes away with us.
    stage: tempfile::TempDir,
    taken: Mutex<BTreeMap<String, Taken>>,
    /// How many files are staged.
    staged: AtomicUsize,
    failed: Mutex<Option<WriteError>>,
}

/// An artifact that has been taken.
struct Taken {
    kind: Kind,
    ours: Ours,
    /// The number of its file in the stage; `None` where the folder has it as it is.
    staged: Option<usize>,
}

impl Writing {
    /// Begins to write a site.
    ///
    /// # Errors
    /// When the folder is the program's own, or cannot be written beside.
    pub fn begin(project: &Project, output: &Path) -> Result<Writing, WriteError> {
        refuse_own_folders(project, output)?;
        let ledger = Ledger::of(project, output)?;
        let is_new = !output.exists();
        if !is_new {
            sweep(output);
        }
        // What is renamed must lie on the same disk.
        let beside = output.ancestors().skip(usize::from(is_new)).find(|folder| folder.is_dir());
        let stage = stage_in(beside.unwrap_or(Path::new(".")))?;
        let (taken, staged, failed) = (Mutex::default(), AtomicUsize::default(), Mutex::default());
        Ok(Writing { ledger, output: output.to_path_buf(), is_new, stage, taken, staged, failed })
    }

    /// Puts everything in its place.
    ///
    /// # Errors
    /// When a file could not be written. Then the folder is as it was.
    pub fn finish(self) -> Result<Written, WriteError> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let taken = self.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
        let place = Place { ledger: &self.ledger, output: &self.output, stage: self.stage.path() };
        let written = if self.is_new { place.create(&taken)? } else { place.update(&taken)? };
        Ok(Written { pages: taken.values().filter(|taken| taken.kind == Kind::Page).count(), ..written })
    }

    fn take(&self, artifact: &Artifact) -> Result<(), WriteError> {
        let mut ours = Ours { hash: hash_of(&artifact.bytes), stamp: None };
        if self.is_new {
            ours.stamp = Some(write_new(&self.stage.path().join("site").join(&artifact.path), &artifact.bytes)?);
            self.note(artifact, ours, Some(0));
            return Ok(());
        }
        let path = self.output.join(&artifact.path);
        let known = self.ledger.known.get(&artifact.path).filter(|known| known.hash == ours.hash);
        if let Some(known) = known.filter(|known| known.is_untouched(&path)) {
            self.note(artifact, known.clone(), None);
            return Ok(());
        }
        in_the_way(&self.output, &path)?;
        if holds(&path, &artifact.bytes) {
            ours.stamp = fs::symlink_metadata(&path).ok().map(|found| Stamp::of(&found));
            self.note(artifact, ours, None);
            return Ok(());
        }
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        write_new(&self.stage.path().join(number.to_string()), &artifact.bytes)?;
        self.note(artifact, ours, Some(number));
        Ok(())
    }

    fn note(&self, artifact: &Artifact, ours: Ours, staged: Option<usize>) {
        let taken = Taken { kind: artifact.kind, ours, staged };
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(artifact.path.clone(), taken);
    }
}

impl Out for Writing {
    fn put(&self, artifact: Artifact) {
        if let Err(error) = self.take(&artifact) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }
}

/// Where everything is, when all has been taken.
struct Place<'w> {
    ledger: &'w Ledger,
    output: &'w Path,
    stage: &'w Path,
}

impl Place<'_> {
    /// The whole folder appears at once.
    fn create(&self, taken: &BTreeMap<String, Taken>) -> Result<Written, WriteError> {
        let site = self.stage.join("site");
        fs::create_dir_all(&site).at("create", &site)?;
        let parent = self.output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).at("create", parent)?;
        fs::rename(&site, self.output).at("create", self.output)?;
        self.ledger.save(files(taken))?;
        Ok(Written { changed: taken.len(), ..Written::default() })
    }

    /// Changes what is different in the folder.
    fn update(&self, taken: &BTreeMap<String, Taken>) -> Result<Written, WriteError> {
        let changed: BTreeSet<&str> = staged(taken).map(|(path, _)| path).collect();
        let gone = self.ledger.known.keys().any(|path| !taken.contains_key(path));
        if changed.is_empty() && !gone && self.ledger.known == files(taken) {
            return Ok(Written { unchanged: taken.len(), ..Written::default() });
        }
        // Should we be stopped from here on, the next build knows what may be ours.
        let mut ours = self.ledger.known.clone();
        ours.extend(files(taken));
        self.ledger.save(ours)?;
        let mut files = files(taken);
        for kind in [Kind::File, Kind::Page] {
            for (path, number) in staged(taken).filter(|(path, _)| taken[*path].kind == kind) {
                let to = self.output.join(path);
                let folder = to.parent().unwrap_or(self.output);
                fs::create_dir_all(folder).at("create", folder)?;
                fs::rename(self.stage.join(number.to_string()), &to).at("write", &to)?;
                if let Some(ours) = files.get_mut(path) {
                    ours.stamp = fs::symlink_metadata(&to).ok().map(|found| Stamp::of(&found));
                }
            }
        }
        let removed = self.prune(taken)?;
        self.ledger.save(files)?;
        Ok(Written { changed: changed.len(), unchanged: taken.len() - changed.len(), removed, ..Written::default() })
    }

    /// Takes away what an earlier build wrote, nobody changed since, and this build didn't write.
    fn prune(&self, taken: &BTreeMap<String, Taken>) -> Result<usize, PathError> {
        let mut removed = 0;
        for (path, known) in self.ledger.known.iter().filter(|(path, _)| !taken.contains_key(*path)) {
            let file = self.output.join(path);
            let ours = is_inside(path) && fs::read(&file).is_ok_and(|bytes| hash_of(&bytes) == known.hash);
            if ours {
                fs::remove_file(&file).at("delete", &file)?;
                removed += 1;
                // A folder that still holds something stays.
                let folders = file.ancestors().skip(1).take_while(|folder| *folder != self.output);
                let _ = folders.map(fs::remove_dir).take_while(Result::is_ok).count();
            }
        }
        Ok(removed)
    }
}

fn files(taken: &BTreeMap<String, Taken>) -> Files {
    taken.iter().map(|(path, taken)| (path.clone(), taken.ours.clone())).collect()
}

fn staged(taken: &BTreeMap<String, Taken>) -> impl Iterator<Item = (&str, usize)> {
    taken.iter().filter_map(|(path, taken)| Some((path.as_str(), taken.staged?)))
}

fn refuse_own_folders(project: &Project, output: &Path) -> Result<(), WriteError> {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let into = real(output);
    let own = [project.content(), project.templates(), project.static_files(), project.playlists()];
    let inside_own = own.iter().chain(&project.theme()).any(|own| into.starts_with(real(own)));
    if real(project.root()).starts_with(&into) || inside_own || into.starts_with(real(&project.cache())) {
        return Err(WriteError::OwnFolder(output.to_path_buf()));
    }
    Ok(())
}

fn in_the_way(output: &Path, path: &Path) -> Result<(), WriteError> {
    if path.is_dir() {
        return Err(WriteError::InTheWay(path.to_path_buf()));
    }
    let mut folders = path.ancestors().skip(1).take_while(|folder| *folder != output);
    match folders.find(|folder| folder.is_file()) {
        Some(file) => Err(WriteError::InTheWay(file.to_path_buf())),
        None => Ok(()),
    }
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|found| found == bytes)
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<Stamp, PathError> {
    let folder = path.parent().unwrap_or(path);
    // Most pages lie in a folder of their own whose parent is there.
    if fs::create_dir(folder).is_err() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    let mut file = fs::File::create(path).at("write", path)?;
    file.write_all(bytes).at("write", path)?;
    Ok(Stamp::of(&file.metadata().at("read", path)?))
}

const STAGE: &str = ".holdspace-";

/// Takes away what a build that was cut short left behind. What is younger may belong to one that still goes on.
fn sweep(output: &Path) {
    let entries = fs::read_dir(output).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(STAGE)) {
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|since| since.elapsed().ok());
        if age.is_some_and(|age| age > Duration::from_secs(3600)) {
            // A leftover that cannot be deleted harms nobody.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder of our own that goes away with us. It is made where it will be renamed from, on the same disk.
fn stage_in(folder: &Path) -> Result<tempfile::TempDir, PathError> {
    tempfile::Builder::new().prefix(STAGE).tempdir_in(folder).at("write into", folder)
}

/// The list is a file that somebody could have changed: it may name nothing outside the folder.
fn is_inside(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Whether all that we wrote into a folder is as we left it.
fn is_untouched(known: &Files, output: &Path) -> bool {
    known.par_iter().all(|(path, ours)| ours.is_untouched(&output.join(path)))
}
