//! A word of patience, where a page is about to be or has just gone: new pages may name each other, and no order puts
//! each before the other. For the moment in which they come into place, and for whoever is stopped within it, each is a
//! whole page that leads home, and that asks for the real one by itself.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::disk::put;
use super::place::is_page;
use crate::error::{At, PathError};

/// How such a page begins.
const BEGIN: &str = "<!doctype html>\n<html lang=\"en\" data-holdspace=\"patience\">\n";

/// Pages of patience, one for each depth of a folder, ready to be put into place.
pub(super) struct Patience {
    stage: PathBuf,
    by_depth: HashMap<usize, PathBuf>,
}

/// Whether these bytes are such a page.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGIN.as_bytes())
}

/// Whether there is such a page in a file.
pub(super) fn is_at(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| is(&bytes))
}

/// Writes what will be needed. `None` where no two pages come or go together, so that an order is enough.
pub(super) fn stage(stage: &Path, new: &[&str], stale: &[&str]) -> Result<Option<Patience>, PathError> {
    let gone: Vec<&str> = stale.iter().copied().filter(|path| is_page(path)).collect();
    if new.len() < 2 && gone.len() < 2 {
        return Ok(None);
    }
    let mut patience = Patience { stage: stage.to_path_buf(), by_depth: HashMap::new() };
    for path in new.iter().copied().chain(gone) {
        let depth = depth(path);
        let file = stage.join(format!("patience-{depth}"));
        if patience.by_depth.insert(depth, file.clone()).is_none() {
            fs::write(&file, page(depth)).at("write", &file)?;
        }
    }
    Ok(Some(patience))
}

impl Patience {
    /// Puts a page at each of these paths.
    pub(super) fn put_all(&self, paths: &[&str], output: &Path) -> Result<(), PathError> {
        paths.iter().try_for_each(|path| self.put(path, &output.join(path)))
    }

    /// Puts the page for a path into place, in one move.
    fn put(&self, path: &str, to: &Path) -> Result<(), PathError> {
        let Some(kept) = self.by_depth.get(&depth(path)) else { return Ok(()) };
        let once = self.stage.join("patience");
        // To rename a file over another name of the same file does nothing, and leaves both.
        let _ = fs::remove_file(&once);
        fs::hard_link(kept, &once).or_else(|_| fs::copy(kept, &once).map(drop)).at("write", to)?;
        put(&once, to)
    }
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

fn page(depth: usize) -> String {
    let home = format!("{}index.html", "../".repeat(depth));
    format!(
        "{BEGIN}<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"refresh\" content=\"2\">\n<meta name=\"robots\" content=\"noindex\">\n<title>One moment</title>\n\
         <p>This page is being put in its place. It comes by itself in a moment.</p>\n\
         <p><a href=\"{home}\">Home</a></p>\n</html>\n"
    )
}
