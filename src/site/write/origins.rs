//! What the pages of one output folder were made of, in `.holdspace/outputs/`: by this very holdspace, for another may make them
//! otherwise. A list that is missing or damaged knows nothing, and every page is made.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ledger;
use super::unchanged::ourselves;
use crate::error::PathError;
use crate::project::Project;
use crate::site::kept::Origin;

/// What was kept of an earlier build, by the paths of its files.
pub(super) struct Origins {
    file: Option<PathBuf>,
    known: HashMap<String, Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    /// The content of the file that this is the origin of.
    hash: String,
    origin: Origin,
}

#[derive(Deserialize)]
struct List {
    by: String,
    pages: HashMap<String, Kept>,
}

#[derive(Serialize)]
struct ListOut<'o> {
    by: String,
    pages: HashMap<&'o str, KeptOut<'o>>,
}

#[derive(Serialize)]
struct KeptOut<'o> {
    hash: &'o str,
    origin: &'o Origin,
}

impl Origins {
    /// The list of a folder.
    pub(super) fn of(project: &Project, output: &Path) -> Origins {
        let none = Origins::none(project, output);
        let read = || serde_json::from_slice::<List>(&fs::read(none.file.as_ref()?).ok()?).ok();
        let known = read().filter(|list| list.by == ourselves()).map(|list| list.pages).unwrap_or_default();
        Origins { known, ..none }
    }

    /// A list that knows nothing, to be put in that one's place.
    pub(super) fn none(project: &Project, output: &Path) -> Origins {
        let file = std::path::absolute(output).ok().map(|output| ledger::place(project, &output, "pages.json"));
        Origins { file, known: HashMap::new() }
    }

    /// Where a file with this content came from.
    pub(super) fn get(&self, path: &str, hash: &str) -> Option<&Origin> {
        self.known.get(path).filter(|kept| kept.hash == hash).map(|kept| &kept.origin)
    }

    /// Puts another list in its place, where it is another.
    pub(super) fn save<'o>(
        &self,
        files: impl Iterator<Item = (&'o String, &'o String, &'o Origin)>,
    ) -> Result<(), PathError> {
        let pages: HashMap<&str, KeptOut<'_>> =
            files.map(|(path, hash, origin)| (path.as_str(), KeptOut { hash, origin })).collect();
        let same = pages.len() == self.known.len()
            && pages.iter().all(|(path, kept)| self.get(path, kept.hash).is_some_and(|known| *known == *kept.origin));
        match &self.file {
            Some(file) if !same => {
                let list = ListOut { by: ourselves(), pages };
                ledger::save(file, &serde_json::to_vec(&list).expect("it is plain data"))
            }
            _ => Ok(()),
        }
    }
}
