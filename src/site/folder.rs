//! A folder that is opened once: the system finds the way to each of its files from there, which is most of what it takes to ask
//! after one. Where it cannot be opened, and on other systems than Unix, it is a path like any other.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{At, PathError};
use crate::site::stamp::Stamp;

/// An opened folder. Paths are inside it.
#[derive(Debug)]
pub(in crate::site) struct OpenFolder {
    path: PathBuf,
    #[cfg(unix)]
    opened: Option<std::os::fd::OwnedFd>,
}

/// So much is set aside before a file is read: what says it is longer has to prove it.
const MOST: usize = 1 << 24;

/// What to do at a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum Links {
    /// It is what it leads to.
    Followed,
    /// It is a link.
    Seen,
}

impl OpenFolder {
    /// The folder at a path.
    pub(in crate::site) fn new(path: &Path) -> OpenFolder {
        OpenFolder {
            path: path.to_path_buf(),
            #[cfg(unix)]
            opened: unix::open(path),
        }
    }

    /// What the disk says of a file.
    pub(in crate::site) fn stamp(&self, inside: &Path, links: Links) -> Option<Stamp> {
        #[cfg(unix)]
        if let Some(opened) = &self.opened {
            return unix::stamp(opened, inside, links);
        }
        let path = self.path.join(inside);
        let found = if links == Links::Followed { fs::metadata(path) } else { fs::symlink_metadata(path) };
        found.ok().map(|found| Stamp::of(&found))
    }

    /// The bytes of a file; the disk may have said already how many there are.
    pub(in crate::site) fn read(&self, inside: &Path, length: Option<u64>) -> io::Result<Vec<u8>> {
        let mut file = self.open(inside)?;
        let length = length.map_or_else(|| file.metadata().map(|found| found.len()), Ok)?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0).min(MOST) + 1);
        // There was room for more.
        #[cfg(unix)]
        if unix::read_once(&file, &mut bytes)? as u64 == length {
            return Ok(bytes);
        }
        // A file would ask once more how long it is.
        (&mut file).take(u64::MAX).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes a file where none is, with the folders that it lies in.
    ///
    /// # Errors
    /// When it cannot be written, with its whole path.
    pub(in crate::site) fn write_new(&self, inside: &Path, bytes: &[u8]) -> Result<Stamp, PathError> {
        if let Some(folder) = inside.parent().filter(|folder| !folder.as_os_str().is_empty())
            // Most pages lie in a folder of their own whose parent is there.
            && self.create_folder(folder).is_err()
        {
            let folder = self.path.join(folder);
            fs::create_dir_all(&folder).at("create", &folder)?;
        }
        let written = self.create(inside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.metadata()
        });
        match written {
            Ok(found) => Ok(Stamp::of(&found)),
            Err(error) => Err(error).at("write", &self.path.join(inside)),
        }
    }

    fn create_folder(&self, inside: &Path) -> io::Result<()> {
        #[cfg(unix)]
        if let Some(opened) = &self.opened {
            return unix::create_folder(opened, inside);
        }
        fs::create_dir(self.path.join(inside))
    }

    fn open(&self, inside: &Path) -> io::Result<fs::File> {
        #[cfg(unix)]
        if let Some(opened) = &self.opened {
            return unix::open_file(opened, inside);
        }
        fs::File::open(self.path.join(inside))
    }

    fn create(&self, inside: &Path) -> io::Result<fs::File> {
        #[cfg(unix)]
        if let Some(opened) = &self.opened {
            return unix::create(opened, inside);
        }
        fs::File::create(self.path.join(inside))
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, mkdirat, openat, statat};

    use super::Links;
    use crate::site::stamp::Stamp;

    pub(super) fn open(path: &Path) -> Option<OwnedFd> {
        openat(CWD, path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).ok()
    }

    pub(super) fn open_file(folder: &OwnedFd, inside: &Path) -> io::Result<File> {
        Ok(File::from(openat(folder, inside, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?))
    }

    /// Reads as much as there is room for, or as comes at once, and says how much.
    pub(super) fn read_once(file: &File, bytes: &mut Vec<u8>) -> io::Result<usize> {
        Ok(rustix::io::retry_on_intr(|| rustix::io::read(file, rustix::buffer::spare_capacity(bytes)))?)
    }

    pub(super) fn stamp(folder: &OwnedFd, inside: &Path, links: Links) -> Option<Stamp> {
        let flags = if links == Links::Followed { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
        let found = statat(folder, inside, flags).ok()?;
        let time = |seconds: i64, nanoseconds: u64| u64::try_from(seconds).unwrap_or(0) * 1_000_000_000 + nanoseconds;
        // Systems count these in other widths.
        let (written, changed) = (found.st_mtime_nsec as u64, found.st_ctime_nsec as u64);
        let (written, changed) = (time(found.st_mtime, written), time(found.st_ctime, changed));
        Some(Stamp::new(u64::try_from(found.st_size).unwrap_or(0), written, changed, found.st_ino))
    }

    pub(super) fn create_folder(folder: &OwnedFd, inside: &Path) -> io::Result<()> {
        // As the system's own tools do it; what a user takes away from that, the system takes away.
        Ok(mkdirat(folder, inside, Mode::from_raw_mode(0o777))?)
    }

    pub(super) fn create(folder: &OwnedFd, inside: &Path) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
        Ok(File::from(openat(folder, inside, flags, Mode::from_raw_mode(0o666))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_disk_says_is_the_same_by_both_ways() {
        let place = tempfile::tempdir().unwrap();
        let folder = OpenFolder::new(place.path());
        let written = folder.write_new(Path::new("a/b/é.html"), b"words").unwrap();
        let path = place.path().join("a/b/é.html");
        assert_eq!(fs::read(&path).unwrap(), b"words");
        // It may have grown or shrunk since somebody looked.
        for length in [None, Some(0), Some(3), Some(5), Some(9)] {
            assert_eq!(folder.read(Path::new("a/b/é.html"), length).unwrap(), b"words", "{length:?}");
        }
        assert!(folder.read(Path::new("a/none"), None).is_err() && folder.read(Path::new("a"), Some(5)).is_err());
        for links in [Links::Followed, Links::Seen] {
            let found = folder.stamp(Path::new("a/b/é.html"), links);
            assert_eq!((found, found), (Some(written), fs::metadata(&path).ok().map(|found| Stamp::of(&found))));
        }
        assert_eq!(folder.stamp(Path::new("a/none"), Links::Seen), None);
        let by_path = OpenFolder { path: place.path().to_path_buf(), ..OpenFolder::new(Path::new("/is/not/there")) };
        assert_eq!(by_path.stamp(Path::new("a/b/é.html"), Links::Seen), Some(written));
        by_path.write_new(Path::new("c/d.html"), b"more").unwrap();
        assert!(folder.stamp(Path::new("c/d.html"), Links::Seen).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_what_it_leads_to_or_a_link() {
        let place = tempfile::tempdir().unwrap();
        let folder = OpenFolder::new(place.path());
        let written = folder.write_new(Path::new("a"), b"words").unwrap();
        std::os::unix::fs::symlink("a", place.path().join("b")).unwrap();
        let seen = |links| folder.stamp(Path::new("b"), links);
        assert!(seen(Links::Followed) == Some(written) && seen(Links::Seen) != Some(written));
    }

    #[test]
    fn what_cannot_be_written_is_told_with_its_path() {
        let place = tempfile::tempdir().unwrap();
        let folder = OpenFolder::new(place.path());
        folder.write_new(Path::new("a"), b"").unwrap();
        let told = folder.write_new(Path::new("a/b"), b"").unwrap_err().to_string();
        assert!(told.contains(&place.path().join("a").display().to_string()), "{told}");
    }
}
