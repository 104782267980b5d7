//! What changed since a site was last built: by what the disk says of every file in the program's folder, without reading
//! any. Where nothing did, and the site is as we left it, there is nothing to build; where only a few pages did, it is known
//! which.
//!
//! What is kept of a build lies in `.holdspace/outputs/`. Where it is missing, damaged, or of another holdspace, the site
//! is built.

use std::borrow::Cow;
use std::fmt::Debug;
use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::ledger::{self, Ledger};
use super::{Written, is_untouched};
use crate::diagnostic::{Diagnostic, Findings, Place, Severity};
use crate::error::PathError;
use crate::project::Project;
use crate::site::content::{self, Everything, Listed, everything};
use crate::site::folder::{Links, OpenFolder};
use crate::site::kept::{Mark, Marker};
use crate::site::sealed;
use crate::site::stamp::{Stamp, ourselves};

/// All that a site is made of, as it is at one moment: before anything of it is read.
pub struct Inputs {
    /// A number for all but what the disk says of the pages: these lie side by side, in the order of their paths.
    rest: Mark,
    /// The pages by their paths inside content/, and what the disk says of each.
    pages: Vec<(String, Stamp)>,
    /// All files of the program, where none in content/ may have been passed over.
    files: Option<Vec<Listed>>,
    /// Whether something changed so lately that it may change again unseen.
    is_young: bool,
}

/// What is known of an earlier build.
pub enum Known {
    /// It was made of the same.
    Same(Before),
    /// It was made of the same but for a few pages, each with what the disk said of its file then.
    But(Vec<(String, Stamp)>, Before),
}

/// An earlier build, of which nobody changed a file.
pub struct Before {
    /// What was wrong.
    pub findings: Findings,
    /// What it wrote, all of it unchanged.
    pub written: Written,
    /// Its list.
    pub(super) ledger: Option<Ledger>,
}

/// What lies in a folder, if it is all that an earlier build wrote, and nothing of it was touched since.
pub struct Untouched(Ledger);

impl Untouched {
    /// Looks at what lies in a folder.
    pub fn look(project: &Project, output: &Path) -> Option<Untouched> {
        let ledger = Ledger::of(project, output).ok()?;
        let is_whole = !ledger.known.is_empty() && ledger.before.is_empty();
        (is_whole && is_untouched(&ledger.known, &OpenFolder::new(output))).then_some(Untouched(ledger))
    }
}

/// About so many bytes a page has besides its path, where its stamp is kept.
const LENGTH: usize = 32;

/// So many files are looked at together.
const TOGETHER: usize = 64;

/// A site of fewer files is small.
const SMALL: usize = 4 * TOGETHER;

/// So many pages may be changed for a build to be one with a few changes.
const FEW: usize = 16;

impl Inputs {
    /// Looks at all that a program's site is made of. `how` is how it is to be built.
    pub fn look(project: &Project, how: &impl Debug, output: &Path) -> Inputs {
        let now = SystemTime::now();
        let (pages_root, root) = (project.content(), OpenFolder::new(project.root()));
        let look = |file: PathBuf| {
            let inside = content::inside(project.root(), &file).unwrap_or(&file);
            (page(&pages_root, &file), Listed { stamp: root.stamp(inside, Links::Followed), file })
        };
        let (mut seen, others) = walked(everything(project.root(), output), look);
        let mut marker = Marker::default();
        marker.text(&format!("{} {how:?} {} {}", ourselves(), project.config.base_url, day(now)));
        let mut pages = Vec::with_capacity(seen.len());
        for (page, Listed { file, stamp }) in &mut seen {
            marker.bytes(file.as_os_str().as_encoded_bytes());
            match (page.take(), *stamp) {
                (Some(page), Some(stamp)) => pages.push((page, stamp)),
                (_, Some(stamp)) => _ = marker.text(&stamp.to_string()),
                (_, None) => _ = marker.number(0),
            }
        }
        let listed: Vec<Listed> = seen.into_iter().map(|(_, listed)| listed).collect();
        let is_young = listed.iter().filter_map(|listed| listed.stamp).any(|stamp| stamp.is_young(now));
        let is_whole = !others.iter().any(|other| other.starts_with(&pages_root) || pages_root.starts_with(other));
        Inputs { rest: marker.done(), pages, files: is_whole.then_some(listed), is_young }
    }

    /// Whether nothing changed so lately that it may change again unseen.
    pub fn are_settled(&self) -> bool {
        !self.is_young
    }

    /// All files of the program, where none in content/ may have been passed over.
    pub fn files(&self) -> Option<&[Listed]> {
        self.files.as_deref()
    }

    /// The build that was made of the same, or nearly the same, which left the folder so.
    pub fn known(&self, project: &Project, output: &Path, Untouched(ledger): Untouched) -> Option<Known> {
        let kept: Kept = serde_json::from_slice(&fs::read(place(project, output, FINDINGS)?).ok()?).ok()?;
        let pages = fs::read(place(project, output, PAGES)?).ok()?;
        let (then, _): (Vec<(&str, Stamp)>, _) = sealed::unseal(kept.rest, &pages).and_then(sealed::unpack)?;
        // As many, and the same: their paths are in that number.
        if kept.rest != self.rest || then.len() != self.pages.len() {
            return None;
        }
        let both = then.into_iter().zip(&self.pages).filter(|((_, then), (_, now))| then != now);
        let changed: Vec<(String, Stamp)> =
            both.map(|((path, then), _)| (path.to_owned(), then)).take(FEW + 1).collect();
        if changed.len() > FEW {
            return None;
        }
        let written = Written { pages: kept.pages, unchanged: ledger.known.len(), ..Written::default() };
        let findings = kept.findings.into_iter().map(Diagnostic::from).collect();
        let before = Before { findings, written, ledger: Some(ledger) };
        Some(if changed.is_empty() { Known::Same(before) } else { Known::But(changed, before) })
    }

    /// Forgets the last build: what it wrote is about to be changed.
    pub fn forget(project: &Project, output: &Path) {
        // Where it isn't there, there is nothing to forget.
        let _ = place(project, output, FINDINGS).map(fs::remove_file);
    }

    /// Keeps what was built of this.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remember(
        &self,
        project: &Project,
        output: &Path,
        findings: &Findings,
        written: &Written,
    ) -> Result<(), PathError> {
        let places = place(project, output, FINDINGS).zip(place(project, output, PAGES));
        let Some((place, pages)) = places.filter(|_| !self.is_young && !asks_the_time(project)) else {
            return Ok(());
        };
        let findings = findings.sorted().into_iter().map(Told::from).collect();
        let kept = Kept { rest: self.rest, pages: written.pages, findings };
        let length = self.pages.iter().map(|(path, _)| path.len() + LENGTH).sum();
        let stamps = sealed::packed(self.rest, &self.pages, length).expect("paths and numbers are plain data");
        ledger::save(&pages, &stamps)?;
        ledger::save(&place, &serde_json::to_vec(&kept).expect("it is plain data"))
    }
}

/// Does something with each file of a walk, while the walk goes on; says what came of it, in the order of the files, and what the
/// walk passed over.
fn walked<T: Send>(mut walk: Everything, look: impl Fn(PathBuf) -> T + Sync) -> (Vec<T>, Vec<PathBuf>) {
    // A small site is looked at sooner than another core is woken for it.
    let first: Vec<PathBuf> = walk.by_ref().take(SMALL).collect();
    if first.len() < SMALL {
        return (first.into_iter().map(look).collect(), walk.others);
    }
    let parts = Mutex::new(Vec::new());
    let mut all = first.into_iter().chain(walk.by_ref());
    rayon::scope(|scope| {
        for number in 0.. {
            let files: Vec<PathBuf> = all.by_ref().take(TOGETHER).collect();
            if files.is_empty() {
                break;
            }
            let (parts, look) = (&parts, &look);
            scope.spawn(move |_| {
                let part: Vec<T> = files.into_iter().map(look).collect();
                parts.lock().unwrap_or_else(PoisonError::into_inner).push((number, part));
            });
        }
    });
    let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_unstable_by_key(|(number, _): &(usize, _)| *number);
    (parts.into_iter().flat_map(|(_, part)| part).collect(), walk.others)
}

/// The path inside content/ of a file that is a page, and not a section's.
fn page(root: &Path, file: &Path) -> Option<String> {
    let path = content::inside(root, file)?.to_str()?;
    let path = if MAIN_SEPARATOR == '/' { Cow::Borrowed(path) } else { path.replace(MAIN_SEPARATOR, "/").into() };
    content::is_page(content::name(&path)).then(|| path.into_owned())
}

/// The files in which something is kept of a build.
const FINDINGS: &str = "inputs.json";
const PAGES: &str = "inputs.pages";

/// What is kept of a build.
#[derive(Serialize, Deserialize)]
struct Kept {
    rest: Mark,
    pages: usize,
    findings: Vec<Told>,
}

/// A finding that was told.
#[derive(Serialize, Deserialize)]
struct Told {
    is_error: bool,
    rule: String,
    message: String,
    place: Option<Where>,
    hints: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Where {
    file: PathBuf,
    line: usize,
    column: usize,
    width: usize,
    text: String,
}

impl From<&Diagnostic> for Told {
    fn from(finding: &Diagnostic) -> Self {
        let place = finding.place.clone();
        Told {
            is_error: finding.severity == Severity::Error,
            rule: finding.rule.to_owned(),
            message: finding.message.clone(),
            place: place.map(|Place { file, line, column, width, text }| Where { file, line, column, width, text }),
            hints: finding.hints.clone(),
        }
    }
}

impl From<Told> for Diagnostic {
    fn from(told: Told) -> Self {
        // A rule's name lives as long as the program: there are few, and this happens once.
        let rule: &'static str = told.rule.leak();
        let place =
            told.place.map(|Where { file, line, column, width, text }| Place { file, line, column, width, text });
        let severity = if told.is_error { Severity::Error } else { Severity::Warning };
        Diagnostic { severity, place, hints: told.hints, ..Diagnostic::error(rule, told.message) }
    }
}

fn place(project: &Project, output: &Path, ending: &str) -> Option<PathBuf> {
    Some(ledger::place(project, &std::path::absolute(output).ok()?, ending))
}

/// Days since 1970: what a page says of dates may be another tomorrow.
fn day(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400)
}

/// Whether a template asks what time it is: then every build is another.
fn asks_the_time(project: &Project) -> bool {
    let folders = project.theme().into_iter().chain([project.root().to_path_buf()]);
    let templates = folders.flat_map(|folder| everything(&folder.join("templates"), Path::new("")));
    let mut texts = templates.filter_map(|path| fs::read(path).ok());
    texts.any(|text| text.windows(4).any(|part| part == b"now("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_the_walk_whoever_looks_at_them() {
        for count in [3, SMALL, SMALL + TOGETHER + 1] {
            let place = tempfile::tempdir().expect("a folder");
            let names: Vec<String> = (0..count).map(|number| format!("{number:03}.md")).collect();
            names.iter().for_each(|name| fs::write(place.path().join(name), "").expect("a file"));
            fs::create_dir(place.path().join(".git")).expect("a folder");
            let name = |file: PathBuf| file.file_name().expect("a name").to_string_lossy().into_owned();
            let (walked, others) = walked(everything(place.path(), &place.path().join("public")), name);
            assert_eq!((walked, others), (names, vec![place.path().join(".git")]));
        }
    }
}
