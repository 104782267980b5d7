//! Walks folders, and says where in them a file is. It reads no file.

use std::ffi::OsStr;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use memchr::memrchr;
use walkdir::{DirEntry, WalkDir};

/// What walking a folder finds.
pub type Found = walkdir::Result<DirEntry>;

/// Walks a folder in the order of its names, leaving out what editors and file managers leave behind.
pub fn walk(root: &Path) -> impl Iterator<Item = Found> {
    let wanted = |entry: &DirEntry| entry.depth() == 0 || is_somebodys(entry.file_name());
    WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter().filter_entry(wanted)
}

/// Whether a file or a folder of this name is somebody's, and not left behind by a program.
pub(super) fn is_somebodys(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    !(name.starts_with(b".") || name.starts_with(b"#") || name.ends_with(b"~") || name == b"Thumbs.db")
}

/// Walks a folder like [`walk`], with the files that only hosts see: `.nojekyll`, `.well-known/`.
pub fn walk_hidden_too(root: &Path) -> impl Iterator<Item = Found> {
    let wanted = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_left_behind = name.starts_with(['#', '~'])
            || name.starts_with(".#")
            || name.ends_with(['~'])
            || name.ends_with(".swp")
            || [".git", ".DS_Store", "Thumbs.db"].contains(&&*name);
        entry.depth() == 0 || !is_left_behind
    };
    WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter().filter_entry(wanted)
}

/// Every file below a folder that a site could be made of, sorted: not what lies in `output`, nor what version control,
/// build tools and we ourselves keep there.
pub fn everything(root: &Path, output: &Path) -> Everything {
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    let output = std::path::absolute(output).unwrap_or_else(|_| output.to_path_buf());
    Everything { entries, root: root.to_path_buf(), output, others: Vec::new() }
}

/// The walk to those files, each handed out as it is found.
pub struct Everything {
    entries: walkdir::IntoIter,
    root: PathBuf,
    output: PathBuf,
    /// Where else there may be files, as far as the walk came: the folders that it passed over, and what could not be read.
    pub others: Vec<PathBuf>,
}

impl Iterator for Everything {
    type Item = PathBuf;

    fn next(&mut self) -> Option<PathBuf> {
        const OTHERS: [&str; 3] = [".git", ".holdspace", "node_modules"];
        loop {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => {
                    self.others.push(error.path().unwrap_or(&self.root).to_path_buf());
                    continue;
                }
            };
            if entry.file_type().is_file() {
                return Some(entry.into_path());
            }
            if entry.file_type().is_dir() && entry.depth() > 0 {
                let is_other = OTHERS.iter().any(|name| entry.file_name() == *name) || entry.path() == self.output;
                if is_other || entry.path().join("CACHEDIR.TAG").is_file() {
                    self.entries.skip_current_dir();
                    self.others.push(entry.into_path());
                }
            }
        }
    }
}

/// A path below `root` with forward slashes.
pub fn slashed(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Where below `root` a file is.
pub fn inside<'f>(root: &Path, file: &'f Path) -> Option<&'f Path> {
    below(root, file).map(Path::new).or_else(|| file.strip_prefix(root).ok())
}

/// The same with forward slashes, where the file's path begins as `root` is written, as a walk writes it: most do, and to compare
/// paths part by part takes ten times as long.
pub(super) fn below<'f>(root: &Path, file: &'f Path) -> Option<&'f str> {
    let inside = file.to_str()?.strip_prefix(root.to_str()?)?.strip_prefix('/')?;
    // What is written in more than one way is left to those who know all.
    let is_plain = |name: &str| !matches!(name, "" | "." | "..");
    let are_plain = || begin_plainly(inside) || inside.split('/').all(is_plain);
    (MAIN_SEPARATOR == '/' && are_plain()).then_some(inside)
}

/// Whether no name in a path is empty or begins with a dot.
fn begin_plainly(path: &str) -> bool {
    let (bytes, is_odd) = (path.as_bytes(), |byte: &u8| matches!(byte, b'/' | b'.'));
    let begins = bytes.first().is_some_and(|first| !is_odd(first));
    begins && !path.ends_with('/') && !bytes.windows(2).any(|two| two[0] == b'/' && is_odd(&two[1]))
}

/// The name at the end of a path with forward slashes.
pub fn name(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).map_or(path, |slash| &path[slash + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_path_is_told_apart_as_it_is_written_and_what_is_written_otherwise_is_left() {
        let below = |root: &str, file: &str| below(Path::new(root), Path::new(file)).map(str::to_owned);
        assert_eq!(below("a/content", "a/content/guides/day.md").as_deref(), Some("guides/day.md"));
        assert_eq!(below(".", "./day.md").as_deref(), Some("day.md"));
        let others =
            ["content-2/day.md", "content", "content/", "content//day.md", "content/./day.md", "content/../day.md"];
        for file in others {
            assert_eq!(below("content", file), None, "{file}");
        }
        assert_eq!(below("a", "a/.well-known/..b/c.").as_deref(), Some(".well-known/..b/c."));
        assert_eq!(["a/b.md", "b.md", "a/"].map(name), ["b.md", "b.md", ""]);
        let inside = |file| inside(Path::new("content"), Path::new(file));
        assert_eq!(inside("content/./day.md"), Some(Path::new("day.md")));
        assert_eq!(inside("content-2/day.md"), None);
    }
}
