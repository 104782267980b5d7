//! What was taken into its place: file by file, in an order in which nothing names what isn't there yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{put, put_folder};
use super::ledger::{Ledger, Ours, Wanted, each};
use super::{Taken, WriteError, Written, in_the_way, is_inside, patience};
use crate::error::{At, PathError};
use crate::site::stamp::Stamp;

/// Where everything is, when all has been taken.
pub(super) struct Place<'w> {
    pub(super) ledger: &'w Ledger,
    pub(super) output: &'w Path,
    pub(super) stage: &'w Path,
    pub(super) aside: &'w Path,
}

impl Place<'_> {
    /// The whole folder appears at once.
    pub(super) fn create(&self, files: &Wanted<'_>) -> Result<Written, WriteError> {
        let site = self.stage.join("site");
        fs::create_dir_all(&site).at("create", &site)?;
        let parent = self.output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).at("create", parent)?;
        // Should we be stopped between, the next build knows what is ours.
        let others = self.ledger.save_both(files)?;
        put_folder(&site, self.output)?;
        if others {
            self.ledger.save(each(files))?;
        }
        Ok(Written { changed: files.len(), ..Written::default() })
    }

    /// Changes what is different in the folder, which is to have these files.
    pub(super) fn update(&self, files: &Wanted<'_>, taken: &BTreeMap<String, Taken>) -> Result<Written, WriteError> {
        let changed: BTreeSet<&str> = staged(taken).map(|(path, _)| path).collect();
        if changed.is_empty() && self.ledger.before.is_empty() && self.ledger.names(files) {
            return Ok(Written { unchanged: files.len(), ..Written::default() });
        }
        let stale = self.stale(files);
        let new_pages: Vec<&str> =
            changed.iter().copied().filter(|path| is_page(path) && !taken[*path].replaces).collect();
        let patience = patience::stage(self.stage, &new_pages, &stale)?;
        // Should we be stopped from here on, the next build knows what may be ours.
        self.ledger.save_both(files)?;
        self.make_folders(&changed)?;
        let aside = self.keep_aside(taken, &changed)?;

        let mut order: Vec<(Rank, &str, usize)> =
            staged(taken).map(|(path, number)| (Rank::of(path), path, number)).collect();
        order.sort_unstable();
        let mut stamps = HashMap::with_capacity(order.len());
        let pages_begin = order.partition_point(|(rank, ..)| *rank < Rank::Page);
        for (at, (_, path, number)) in order.iter().enumerate() {
            if at == pages_begin {
                patience.iter().try_for_each(|patience| patience.put_all(&new_pages, self.output))?;
            }
            let to = self.output.join(path);
            put(&self.stage.join(number.to_string()), &to)?;
            stamps.insert(*path, fs::symlink_metadata(&to).ok().map(|found| Stamp::of(&found)));
        }
        let pages: Vec<&str> = stale.iter().copied().filter(|path| is_page(path)).collect();
        patience.iter().try_for_each(|patience| patience.put_all(&pages, self.output))?;
        let removed = self.remove(&stale)?;
        let placed = files.iter().map(|(path, ours)| {
            let stamp = stamps.get(path).copied().unwrap_or(ours.stamp);
            (*path, Ours { stamp, ..*ours })
        });
        self.ledger.save(placed)?;
        let unchanged = files.len() - changed.len();
        Ok(Written { changed: changed.len(), unchanged, removed, aside, ..Written::default() })
    }

    /// Makes the folders before anything is put into them; where one cannot be made, none is.
    fn make_folders(&self, changed: &BTreeSet<&str>) -> Result<(), PathError> {
        let of = |path: &'_ &str| path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect::<Vec<_>>();
        let wanted: BTreeSet<String> = changed.iter().flat_map(of).collect();
        let mut made: Vec<PathBuf> = Vec::new();
        for folder in wanted {
            let path = self.output.join(folder);
            match fs::create_dir(&path) {
                Ok(()) => made.push(path),
                Err(_) if path.is_dir() => {}
                Err(error) => {
                    // What cannot be taken back is an empty folder.
                    made.iter().rev().for_each(|made| drop(fs::remove_dir(made)));
                    return Err(error).at("create", &path);
                }
            }
        }
        Ok(())
    }

    /// Keeps what is not ours and stands where a file of ours is to go.
    fn keep_aside(
        &self,
        taken: &BTreeMap<String, Taken>,
        changed: &BTreeSet<&str>,
    ) -> Result<Option<(PathBuf, usize)>, PathError> {
        let is_theirs = |path: &&&str| {
            taken[**path].replaces && !self.ledger.may_have_written(path) && !patience::is_at(&self.output.join(path))
        };
        let theirs: Vec<&&str> = changed.iter().filter(is_theirs).collect();
        if theirs.is_empty() {
            return Ok(None);
        }
        let free = (1..).map(|number: u32| self.aside.join(number.to_string())).find(|folder| !folder.exists());
        let folder = free.expect("there are more numbers than folders");
        for path in &theirs {
            let (from, to) = (self.output.join(path), folder.join(path));
            let parent = to.parent().unwrap_or(&folder);
            fs::create_dir_all(parent).at("create", parent)?;
            fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop)).at("keep aside", &from)?;
        }
        Ok(Some((folder, theirs.len())))
    }

    /// What an earlier build wrote, nobody changed since, and this site doesn't have.
    fn stale(&self, files: &Wanted<'_>) -> Vec<&str> {
        let candidates = self.ledger.paths_but(files).filter(|path| is_inside(path));
        let ours = candidates.filter(|path| {
            let file = self.output.join(path);
            // Behind a link lies another folder, which is not ours.
            in_the_way(self.output, &file).is_ok_and(|is_there| is_there)
                && fs::read(&file).is_ok_and(|bytes| self.ledger.wrote(path, &bytes) || patience::is(&bytes))
        });
        ours.collect()
    }

    /// Takes files away, pages before what they name, and the folders that are empty then.
    fn remove(&self, stale: &[&str]) -> Result<usize, PathError> {
        let mut order = stale.to_vec();
        order.sort_by_key(|path| std::cmp::Reverse(Rank::of(path)));
        for path in &order {
            let file = self.output.join(path);
            fs::remove_file(&file).at("delete", &file)?;
            // A folder that still holds something stays.
            let folders = file.ancestors().skip(1).take_while(|folder| *folder != self.output);
            let _ = folders.map(fs::remove_dir).take_while(Result::is_ok).count();
        }
        Ok(order.len())
    }
}

/// When a file is put into place: nothing names what comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Pictures, fonts, papers.
    Thing,
    /// Styles and scripts.
    Style,
    /// Whatever a browser reads as a page.
    Page,
    /// Feeds, the sitemap, the index of a search, redirects.
    List,
}

impl Rank {
    fn of(path: &str) -> Rank {
        match path.rsplit('/').next().unwrap_or_default().rsplit_once('.').map(|(_, ending)| ending) {
            Some("html" | "htm" | "xhtml") => Rank::Page,
            Some("css" | "js" | "mjs") => Rank::Style,
            Some("xml" | "json" | "txt") | None => Rank::List,
            Some(_) => Rank::Thing,
        }
    }
}

pub(super) fn is_page(path: &str) -> bool {
    Rank::of(path) == Rank::Page
}

pub(super) fn staged(taken: &BTreeMap<String, Taken>) -> impl Iterator<Item = (&str, usize)> {
    taken.iter().filter_map(|(path, taken)| Some((path.as_str(), taken.staged?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::kept::Mark;

    #[test]
    fn a_list_that_names_a_file_outside_deletes_nothing_there() {
        let home = tempfile::tempdir().expect("a folder");
        let (output, stage) = (home.path().join("public"), home.path().join("stage"));
        for (folder, file) in [(home.path(), "precious.txt"), (&output, "old.txt"), (&stage, "none")] {
            fs::create_dir_all(folder).expect("a folder");
            fs::write(folder.join(file), "keep").expect("a file");
        }
        let mut ledger = Ledger::at(home.path().join("list"));
        for path in ["../precious.txt", "old.txt"] {
            ledger.known.insert(path.to_owned(), Ours { hash: Mark::of(b"keep"), stamp: None });
        }
        let place = Place { ledger: &ledger, output: &output, stage: &stage, aside: &home.path().join("aside") };
        let written = place.update(&Wanted::new(), &BTreeMap::new()).expect("it is written");
        assert_eq!((written.removed, output.join("old.txt").exists()), (1, false));
        assert_eq!(fs::read_to_string(home.path().join("precious.txt")).expect("it is there"), "keep");
    }
}
