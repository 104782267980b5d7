//! Names that no disk takes, or not every disk: too long, a file and a folder at once, twins but for their capitals.

use std::fs;
use std::path::Path;

use foldhash::{HashMap, HashSet};

use crate::error::{At, PathError};
use crate::site::write::WriteError;

/// The longest name of a file, in bytes, on every usual disk.
const LONGEST: usize = 255;

/// Refuses a name that no disk takes.
pub(super) fn check_length(path: &str) -> Result<(), WriteError> {
    let is_long = path.split('/').any(|part| part.len() > LONGEST);
    if is_long { Err(WriteError::TooLong(path.to_owned())) } else { Ok(()) }
}

/// Refuses a file that another needs as a folder.
pub(super) fn check<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), WriteError> {
    let paths: HashSet<&str> = paths.collect();
    for path in &paths {
        if let Some((at, _)) = path.match_indices('/').find(|(at, _)| paths.contains(&path[..*at])) {
            return Err(WriteError::Nested(path[..at].to_owned(), (*path).to_owned()));
        }
    }
    Ok(())
}

/// The first two files whose names differ only in capitals.
fn twins<'a>(paths: impl Iterator<Item = &'a str>) -> Option<(&'a str, &'a str)> {
    let mut known: HashMap<String, &str> = HashMap::default();
    paths.filter_map(|path| Some((known.insert(path.to_lowercase(), path)?, path))).next()
}

/// Refuses twins where the disk takes them for one.
pub(super) fn refuse_twins_on<'a>(stage: &Path, paths: impl Iterator<Item = &'a str>) -> Result<(), WriteError> {
    // The disk is asked first: that is a moment, and to look for twins among a hundred thousand is not.
    match is_blind_to_case(stage)?.then(|| twins(paths)).flatten() {
        Some((one, other)) => Err(WriteError::Twins(one.to_owned(), other.to_owned())),
        None => Ok(()),
    }
}

fn is_blind_to_case(folder: &Path) -> Result<bool, PathError> {
    let probe = folder.join("Case");
    fs::write(&probe, "").at("write", &probe)?;
    let blind = folder.join("cASE").exists();
    fs::remove_file(&probe).at("delete", &probe)?;
    Ok(blind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_or_a_folder_and_a_file_at_once_is_refused() {
        assert!(check(["a", "b/c"].into_iter()).is_ok() && check_length("a/b").is_ok());
        let long = format!("a/{}/index.html", "é".repeat(128));
        assert!(matches!(check_length(&long), Err(WriteError::TooLong(_))));
        assert!(matches!(check(["a/b", "a/b/c/index.html"].into_iter()), Err(WriteError::Nested(..))));
    }

    #[test]
    fn names_that_differ_in_capitals_are_twins() {
        assert_eq!(twins(["Logo.png", "a/b", "logo.png", "A/c"].into_iter()), Some(("Logo.png", "logo.png")));
        assert_eq!(twins(["a", "b"].into_iter()), None);
    }
}
