//! Files and folders put where they belong, and written new.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use crate::error::{At, PathError};
use crate::site::stamp::Stamp;

/// Puts a finished file into its place, in one move.
pub(super) fn put(from: &Path, to: &Path) -> Result<(), PathError> {
    match fs::rename(from, to) {
        // The disk says that it is the same, and is another all the same.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let folder = to.parent().unwrap_or(to);
            let beside = tempfile::Builder::new().prefix(STAGE).tempfile_in(folder).at("write into", folder)?;
            fs::copy(from, beside.path()).at("write", to)?;
            beside.persist(to).map_err(|error| error.error).at("write", to).map(drop)
        }
        renamed => renamed.at("write", to),
    }
}

/// Puts a finished folder into its place, in one move.
pub(super) fn put_folder(from: &Path, to: &Path) -> Result<(), PathError> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let stage = stage_in(to.parent().unwrap_or(to))?;
            let beside = stage.path().join("site");
            copy_tree(from, &beside)?;
            fs::rename(&beside, to).at("create", to)
        }
        renamed => renamed.at("create", to),
    }
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), PathError> {
    fs::create_dir(to).at("create", to)?;
    for entry in fs::read_dir(from).at("read", from)? {
        let path = entry.at("read", from)?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            fs::copy(&path, &target).at("write", &target)?;
        }
    }
    Ok(())
}

pub(super) fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_length = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    same_length && fs::read(path).is_ok_and(|found| found == bytes)
}

pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<Stamp, PathError> {
    let folder = path.parent().unwrap_or(path);
    // Most pages lie in a folder of their own whose parent is there.
    if fs::create_dir(folder).is_err() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    let mut file = fs::File::create(path).at("write", path)?;
    file.write_all(bytes).at("write", path)?;
    Ok(Stamp::of(&file.metadata().at("read", path)?))
}

pub(super) const STAGE: &str = ".holdspace-";

/// Takes away what a build that was cut short left behind. Beside a site, what is younger may belong to another
/// program's build that still goes on.
pub(super) fn sweep(folder: &Path, older_than: Duration) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(STAGE)) {
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|since| since.elapsed().ok());
        if older_than.is_zero() || age.is_some_and(|age| age > older_than) {
            // A leftover that cannot be deleted harms nobody.
            let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
        }
    }
}

/// A folder of our own that goes away with us: in the program's cache, or, where that is another disk, beside the site.
pub(super) fn stage(cache: &Path, beside: &Path) -> Result<tempfile::TempDir, PathError> {
    if same_disk(cache, beside) { stage_in(cache) } else { stage_in(beside) }
}

pub(super) fn stage_in(folder: &Path) -> Result<tempfile::TempDir, PathError> {
    tempfile::Builder::new().prefix(STAGE).tempdir_in(folder).at("write into", folder)
}

#[cfg(unix)]
fn same_disk(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let disk = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    disk(one).is_some_and(|of_one| disk(other) == Some(of_one))
}

#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    false
}
