//! What is kept of a site's pages from build to build, in a few files (shards), by the numbers of the pages' paths: of a page that
//! changed, only the file that it is in is read and written. Each is sealed: one that is missing, damaged or for somebody else has
//! nothing. What cannot be written is only time that is lost.

use std::fs;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::files;
use crate::site::kept::Mark;
use crate::site::sealed;

/// About so many pages share a file.
const PAGES: usize = 256;

/// So many files as no site has are somebody's joke.
const MOST: usize = 1 << 12;

/// The files in one folder.
pub(super) struct Shards {
    folder: PathBuf,
    /// For whom they count.
    by: Mark,
    /// How many there are.
    count: usize,
}

impl Shards {
    /// Those that lie in a folder, for whoever knows `by`.
    pub(super) fn open(folder: PathBuf, by: Mark) -> Shards {
        let listed = fs::read_dir(&folder).into_iter().flatten().flatten();
        let count = listed.filter_map(|file| file.file_name().to_str()?.rsplit_once("-of-")?.1.parse().ok()).max();
        Shards { folder, by, count: count.unwrap_or(0).min(MOST) }
    }

    /// A folder in which whatever lies there counts for nothing.
    pub(super) fn anew(folder: PathBuf, by: Mark) -> Shards {
        Shards { folder, by, count: 0 }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// A whole file, with its top.
    pub(super) fn read(&self, shard: usize) -> Option<Vec<u8>> {
        let file = fs::read(self.folder.join(name(shard, self.count))).ok()?;
        sealed::unseal(self.by, &file)?;
        Some(file)
    }

    /// Puts a file that was begun in the place of one.
    pub(super) fn put(&self, shard: usize, file: Vec<u8>) {
        self.write(shard, self.count, file);
    }

    /// Puts what is to be kept of these pages in the place of all that is there. `file` begins the file of some of them. Where there
    /// are as many files as before, it is told which one it is to take the place of, and may let that one stay: `None`.
    pub(super) fn keep<'p, T: Copy + Send + Sync>(
        &self,
        pages: impl ExactSizeIterator<Item = (&'p str, T)>,
        file: impl Fn(Option<usize>, &[(&'p str, T)]) -> Option<Vec<u8>> + Sync,
    ) {
        if fs::create_dir_all(&self.folder).is_err() {
            return;
        }
        let count = (pages.len() / PAGES + 1).next_power_of_two();
        let mut shards: Vec<Vec<(&str, T)>> = vec![Vec::new(); count];
        for (path, page) in pages {
            shards[place(number(path), count)].push((path, page));
        }
        shards.par_iter().enumerate().for_each(|(shard, pages)| {
            if let Some(file) = file(Some(shard).filter(|_| self.count == count), pages) {
                self.write(shard, count, file);
            }
        });
        let names: Vec<String> = (0..count).map(|shard| name(shard, count)).collect();
        let listed = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let others = listed.filter(|file| !names.iter().any(|name| file.file_name() == name.as_str()));
        others.for_each(|file| drop(fs::remove_file(file.path())));
    }

    fn write(&self, shard: usize, count: usize, file: Vec<u8>) {
        let _ = files::replace(&self.folder.join(name(shard, count)), &sealed::seal(self.by, file));
    }
}

/// What a file is called.
fn name(shard: usize, count: usize) -> String {
    format!("{shard}-of-{count}")
}

/// A number for a page's path.
pub(super) fn number(path: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..]: [u8; 16] = Mark::of(path.as_bytes()).into();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// In which of so many files a page is whose path has this number.
pub(super) fn place(number: u64, count: usize) -> usize {
    // Of a low number nothing is cut off.
    (number & 0xffff) as usize % count.max(1)
}
