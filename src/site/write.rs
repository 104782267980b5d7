//! Artifacts into a folder: whole, or not at all.
//!
//! 1. What changed is written beside, where nobody reads it. If that fails, nothing has happened.
//! 2. File by file it is renamed into place, pages last, so that no page names a file that isn't there yet.
//! 3. What an earlier build wrote and this one didn't is taken away.
//!
//! A folder that isn't there yet appears at once, finished. A file that is not ours is never deleted: `.holdspace/`
//! keeps a list of what we wrote, and what somebody changed since is theirs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{At, PathError};
use crate::project::Project;
use crate::site::{Artifact, Kind};

/// What writing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
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

/// Writes a site into a folder.
///
/// # Errors
/// When the folder is the program's own, or a file cannot be written. Then the folder is as it was.
pub fn write(project: &Project, artifacts: &[Artifact], output: &Path) -> Result<Written, WriteError> {
    refuse_own_folders(project, output)?;
    let ledger = Ledger::of(project, output)?;
    let written = if output.exists() { update(&ledger, artifacts, output)? } else { create(artifacts, output)? };
    ledger.save(&hashes(artifacts))?;
    Ok(written)
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

/// Builds the whole folder beside its place, and renames it.
fn create(artifacts: &[Artifact], output: &Path) -> Result<Written, WriteError> {
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).at("create", parent)?;
    let stage = stage_in(parent)?;
    let site = stage.path().join("site");
    fs::create_dir(&site).at("create", &site)?;
    for artifact in artifacts {
        write_new(&site.join(&artifact.path), &artifact.bytes)?;
    }
    fs::rename(&site, output).at("create", output)?;
    Ok(Written { changed: artifacts.len(), ..Written::default() })
}

/// Changes what is different in a folder.
fn update(ledger: &Ledger, artifacts: &[Artifact], output: &Path) -> Result<Written, WriteError> {
    sweep(output);
    let (changed, unchanged) = differing(artifacts, output)?;
    let stage = stage_in(output)?;
    for (number, artifact) in changed.iter().enumerate() {
        write_new(&stage.path().join(number.to_string()), &artifact.bytes)?;
    }
    // Should we be stopped from here on, the next build knows what may be ours.
    let mut ours = ledger.known.clone();
    ours.extend(hashes(artifacts));
    ledger.save(&ours)?;
    let order = |kind: Kind| changed.iter().enumerate().filter(move |(_, artifact)| artifact.kind == kind);
    for (number, artifact) in order(Kind::File).chain(order(Kind::Page)) {
        let to = output.join(&artifact.path);
        let folder = to.parent().unwrap_or(output);
        fs::create_dir_all(folder).at("create", folder)?;
        fs::rename(stage.path().join(number.to_string()), &to).at("write", &to)?;
    }
    let removed = prune(ledger, artifacts, output)?;
    Ok(Written { changed: changed.len(), unchanged, removed })
}

/// The artifacts that the folder doesn't have as they are, and how many it has.
fn differing<'a>(artifacts: &'a [Artifact], output: &Path) -> Result<(Vec<&'a Artifact>, usize), WriteError> {
    let mut changed = Vec::new();
    for artifact in artifacts {
        let path = output.join(&artifact.path);
        if path.is_dir() {
            return Err(WriteError::InTheWay(path));
        }
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != output);
        if let Some(file) = folders.into_iter().find(|folder| folder.is_file()) {
            return Err(WriteError::InTheWay(file.to_path_buf()));
        }
        if !holds(&path, &artifact.bytes) {
            changed.push(artifact);
        }
    }
    let unchanged = artifacts.len() - changed.len();
    Ok((changed, unchanged))
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|found| found == bytes)
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), PathError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).at("create", folder)?;
    fs::write(path, bytes).at("write", path)
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

/// Takes away what an earlier build wrote, nobody changed since, and this build didn't write.
fn prune(ledger: &Ledger, artifacts: &[Artifact], output: &Path) -> Result<usize, PathError> {
    let kept: std::collections::HashSet<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let mut removed = 0;
    for (path, hash) in ledger.known.iter().filter(|(path, _)| !kept.contains(path.as_str())) {
        let file = output.join(path);
        let ours = is_inside(path) && fs::read(&file).is_ok_and(|bytes| hash_of(&bytes) == *hash);
        if ours {
            fs::remove_file(&file).at("delete", &file)?;
            removed += 1;
            // A folder that still holds something stays.
            let folders = file.ancestors().skip(1).take_while(|folder| *folder != output);
            let _ = folders.map(fs::remove_dir).take_while(Result::is_ok).count();
        }
    }
    Ok(removed)
}

/// The list is a file that somebody could have changed: it may name nothing outside the folder.
fn is_inside(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// The list of what we wrote into one output folder.
struct Ledger {
    file: PathBuf,
    output: PathBuf,
    known: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct LedgerFile {
    output: PathBuf,
    files: BTreeMap<String, String>,
}

impl Ledger {
    fn of(project: &Project, output: &Path) -> Result<Ledger, PathError> {
        let absolute = std::path::absolute(output).at("find", output)?;
        let name = &hash_of(absolute.as_os_str().as_encoded_bytes())[..16];
        let file = project.cache().join("outputs").join(format!("{name}.json"));
        // A list that is missing or damaged names nothing as ours: then nothing is deleted.
        let read = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<LedgerFile>(&bytes).ok());
        let known = read.filter(|read| read.output == absolute).map(|read| read.files).unwrap_or_default();
        Ok(Ledger { file, output: absolute, known })
    }

    fn save(&self, files: &BTreeMap<String, String>) -> Result<(), PathError> {
        // The list is written before there is anything new to list, and again after.
        let ledger = LedgerFile { output: self.output.clone(), files: files.clone() };
        let bytes = serde_json::to_vec_pretty(&ledger).expect("paths and hashes are plain data");
        let folder = self.file.parent().unwrap_or(&self.file);
        fs::create_dir_all(folder).at("create", folder)?;
        let beside = tempfile::NamedTempFile::new_in(folder).at("write into", folder)?;
        fs::write(beside.path(), bytes).at("write", beside.path())?;
        beside.persist(&self.file).map_err(|error| error.error).at("write", &self.file)?;
        Ok(())
    }
}

fn hashes(artifacts: &[Artifact]) -> BTreeMap<String, String> {
    artifacts.iter().map(|artifact| (artifact.path.clone(), hash_of(&artifact.bytes))).collect()
}

fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
