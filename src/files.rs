//! Files that are replaced whole or not at all: whoever reads one meets what was there, or what is there now.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::error::{At, PathError};

/// Puts `bytes` into a file that is there or not; one that is there keeps who may read it.
///
/// # Errors
/// When its folder cannot be written; then the file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), PathError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let replaced = (|| {
        let mut whole = tempfile::NamedTempFile::new_in(folder)?;
        whole.write_all(bytes)?;
        if let Ok(known) = fs::metadata(path) {
            whole.as_file().set_permissions(known.permissions())?;
        }
        whole.persist(path).map(drop).map_err(|error| error.error)
    })();
    replaced.at("write", path)
}
