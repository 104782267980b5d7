//! What can go wrong when the world is touched: always with the path, always with a way out where there is one.

use std::io;
use std::path::{Path, PathBuf};

/// An error at a file or folder.
#[derive(Debug, thiserror::Error)]
#[error("cannot {verb} `{}`: {source}", path.display())]
pub struct PathError {
    verb: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Adds the path to an error of the file system: `fs::read(&path).at("read", &path)?`.
pub trait At<T> {
    /// Says what was tried, and where.
    ///
    /// # Errors
    /// The same error, with the path.
    fn at(self, verb: &'static str, path: &Path) -> Result<T, PathError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, verb: &'static str, path: &Path) -> Result<T, PathError> {
        self.map_err(|source| PathError { verb, path: path.to_path_buf(), source })
    }
}

impl At<()> for Result<(), walkdir::Error> {
    fn at(self, verb: &'static str, path: &Path) -> Result<(), PathError> {
        self.map_err(|error| PathError { verb, path: path.to_path_buf(), source: error.into() })
    }
}
