//! Artifacts into a folder: whole, or not at all, and at no moment half.
//!
//! 1. What changed is written beside, where nobody reads it, as soon as it is made. If that fails, or the site has
//!    mistakes, nothing has happened.
//! 2. File by file it is renamed into place, in an order in which no page names what isn't there yet: pictures, styles,
//!    pages, then what lists pages. Where new pages name each other, each has a word of `patience` at its place first.
//! 3. What an earlier build wrote and this one didn't is taken away, pages first.
//!
//! So whoever is stopped in the middle, by a full disk or by `kill -9`, leaves whole pages whose links lead somewhere.
//! A folder that isn't there yet appears at once, finished. A file that is not ours is never deleted: `ledger` keeps a
//! list of what we wrote, what somebody changed since is theirs, and what stands where a page of ours is to go is kept
//! aside. What is as it should be is not touched. Two builds of one program take turns.

mod disk;
mod ledger;
mod names;
mod origins;
mod patience;
mod place;
mod unchanged;

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::error::{At, PathError};
use crate::project::Project;
use crate::site::cores::{AT_A_TIME, both};
use crate::site::folder::OpenFolder;
use crate::site::kept::{Mark, Origin};
use crate::site::stamp::Stamp;
use crate::site::{Artifact, Bytes, Kind, Out};
use disk::{holds, stage, sweep, write_new};
use ledger::{Files, Ledger, Ours, Wanted};
use origins::Origins;
use place::Place;

pub use unchanged::{Before, Inputs, Known, Untouched};

/// What writing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many of the files are pages of content/.
    pub pages: usize,
    /// Files that are new or different.
    pub changed: usize,
    /// Files that were already as they should be.
    pub unchanged: usize,
    /// Files of an earlier build that were taken away.
    pub removed: usize,
    /// Where files are kept that were not ours and stood in the way, and how many.
    pub aside: Option<(PathBuf, usize)>,
}

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder is one that the program itself lives in.
    #[error("cannot build into `{}`: the program's own files are there", .0.display())]
    OwnFolder(PathBuf),
    /// A file, a folder or a link stands where another is to go.
    #[error("cannot write `{}`: something that is not ours is in the way", .0.display())]
    InTheWay(PathBuf),
    /// A name that no file can have.
    #[error(
        "cannot write `{0}`: its name is too long for a file; give the page a shorter `slug`, or the file another name"
    )]
    TooLong(String),
    /// Two files that are one on this disk.
    #[error("cannot write both `{0}` and `{1}`: here, capital and small letters are the same")]
    Twins(String, String),
    /// A file that another needs as a folder.
    #[error("cannot write both `{0}` and `{1}`: the first cannot be a file and a folder")]
    Nested(String, String),
    /// Somebody else builds the same program, and does not come to an end.
    #[error("another holdspace has been writing this site for {} s", .0.as_secs())]
    Busy(Duration),
    /// The world said no.
    #[error(transparent)]
    Path(#[from] PathError),
}

/// A site on its way into a folder. Without [`Writing::finish`], the folder stays as it is.
pub struct Writing {
    ledger: Ledger,
    /// Where the files come from that an earlier build wrote.
    origins: Arc<Origins>,
    output: PathBuf,
    /// The folder that files are written into: the site's where it is there, or one that becomes it.
    folder: OpenFolder,
    /// Where what is not ours is kept.
    aside: PathBuf,
    /// Held until the end.
    _turn: File,
    /// Whether the folder isn't there yet.
    is_new: bool,
    /// Goes away with us.
    stage: tempfile::TempDir,
    taken: Mutex<BTreeMap<String, Taken>>,
    /// Whether what an earlier build wrote, and this one is not given, stays as it is, but for what lies in these folders.
    rest_stays: OnceLock<&'static [&'static str]>,
    /// How many files are staged.
    staged: AtomicUsize,
    failed: Mutex<Option<WriteError>>,
}

/// An artifact that has been taken.
struct Taken {
    kind: Kind,
    ours: Ours,
    origin: Option<Origin>,
    /// The number of its file in the stage; `None` where the folder has it as it is.
    staged: Option<usize>,
    /// Whether another file stands at its place.
    replaces: bool,
}

impl Writing {
    /// Begins to write a site.
    ///
    /// # Errors
    /// When the folder is the program's own, or cannot be written beside.
    pub fn begin(project: &Project, output: &Path) -> Result<Writing, WriteError> {
        Writing::begin_from(project, output, Origins::of, None)
    }

    /// Begins to write a site of which it is known what was built before.
    ///
    /// # Errors
    /// As [`Writing::begin`].
    pub fn begin_after(project: &Project, output: &Path, before: &mut Before) -> Result<Writing, WriteError> {
        Writing::begin_from(project, output, Origins::of, before.ledger.take())
    }

    /// Begins to write a site of which every page is made anew.
    ///
    /// # Errors
    /// As [`Writing::begin`].
    pub fn begin_anew(project: &Project, output: &Path) -> Result<Writing, WriteError> {
        Writing::begin_from(project, output, Origins::none, None)
    }

    fn begin_from(
        project: &Project,
        output: &Path,
        origins: fn(&Project, &Path) -> Origins,
        ledger: Option<Ledger>,
    ) -> Result<Writing, WriteError> {
        refuse_own_folders(project, output)?;
        let turn = turn(&project.cache())?;
        // Somebody else may have built since.
        let ledger = ledger.filter(Ledger::is_current);
        let is_known = ledger.is_some();
        let ledger = ledger.map_or_else(|| Ledger::of(project, output), Ok)?;
        let origins = Arc::new(origins(project, output));
        if !is_known {
            // There will be a core that has nothing to do, before the lists are wanted. Of a site that is known, few are.
            let early = Arc::clone(&origins);
            rayon::spawn(move || early.read());
        }
        let output = real_place(output)?;
        let is_new = !output.exists();
        sweep(&project.cache(), Duration::ZERO);
        if !is_new {
            sweep(&output, Duration::from_secs(3600));
        }
        // What is renamed must lie on the same disk.
        let beside = output.ancestors().skip(usize::from(is_new)).find(|folder| folder.is_dir());
        let stage = stage(&project.cache(), beside.unwrap_or(Path::new(".")))?;
        let folder = if is_new { stage.path().join("site") } else { output.clone() };
        if is_new {
            fs::create_dir(&folder).at("create", &folder)?;
        }
        let folder = OpenFolder::new(&folder);
        let aside = project.cache().join("aside");
        let (taken, failed) = (Mutex::default(), Mutex::default());
        let (staged, rest_stays) = (AtomicUsize::default(), OnceLock::new());
        Ok(Writing {
            ledger,
            origins,
            output,
            folder,
            aside,
            _turn: turn,
            is_new,
            stage,
            taken,
            rest_stays,
            staged,
            failed,
        })
    }

    /// Puts everything in its place.
    ///
    /// # Errors
    /// When a file could not be written. Then the folder is as it was.
    pub fn finish(self) -> Result<Written, WriteError> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let taken = self.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
        let known = &self.ledger.known;
        let stays = |path: &str, but: &[&str]| !but.iter().any(|folder| path.split('/').next() == Some(folder));
        let own = taken.iter().map(|(path, taken)| (path.as_str(), taken.ours));
        let files: Wanted<'_> = match self.rest_stays.get() {
            Some(but) => {
                let rest = known.iter().filter(|(path, _)| stays(path, but));
                // Of two with one path, the last counts.
                rest.map(|(path, ours)| (path.as_str(), *ours)).chain(own).collect()
            }
            None => own.collect(),
        };
        // The names that are there were looked at when they came.
        if !files.keys().copied().eq(known.keys().map(String::as_str)) {
            names::check(files.keys().copied())?;
            names::refuse_twins_on(self.stage.path(), files.keys().copied())?;
        }
        let origins =
            taken.iter().filter_map(|(path, taken)| Some((path.as_str(), (taken.ours.hash, taken.origin.as_ref()?))));
        let place = Place { ledger: &self.ledger, output: &self.output, stage: self.stage.path(), aside: &self.aside };
        // What is kept of where a file came from counts for its content alone: it may be there before the file is.
        let (written, ()) = both(
            files.len(),
            || if self.is_new { place.create(&files) } else { place.update(&files, &taken) },
            || match self.rest_stays.get() {
                Some(_) => self.origins.renew(origins),
                None => self.origins.keep(origins),
            },
        );
        let written = written?;
        let pages = taken.values().filter(|taken| taken.kind == Kind::Page).count();
        // A site is published once and the program ends: giving these back would only take time.
        std::mem::forget((taken, self.ledger, self.origins));
        Ok(Written { pages, ..written })
    }

    /// Lets everything stay as it is that an earlier build wrote and this one is not given, but for what lies in these folders at
    /// the top.
    pub fn take_the_rest_but(&self, folders: &'static [&'static str]) {
        self.rest_stays.get_or_init(|| folders);
    }

    fn take(&self, artifact: &Artifact) -> Result<(), WriteError> {
        names::check_length(&artifact.path)?;
        let mut ours = Ours { hash: Mark::of(&artifact.bytes), stamp: None };
        if self.is_new {
            ours.stamp = Some(self.folder.write_new(Path::new(&artifact.path), &artifact.bytes)?);
            self.note(artifact, ours, Some(0), false);
            return Ok(());
        }
        let path = self.output.join(&artifact.path);
        let known = self.ledger.known.get(&artifact.path).filter(|known| known.hash == ours.hash);
        if let Some(known) = known.filter(|known| known.is_untouched(&self.folder, &artifact.path)) {
            self.note(artifact, *known, None, false);
            return Ok(());
        }
        let replaces = in_the_way(&self.output, &path)?;
        if holds(&path, &artifact.bytes) {
            ours.stamp = fs::symlink_metadata(&path).ok().map(|found| Stamp::of(&found));
            self.note(artifact, ours, None, false);
            return Ok(());
        }
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        write_new(&self.stage.path().join(number.to_string()), &artifact.bytes)?;
        self.note(artifact, ours, Some(number), replaces);
        Ok(())
    }

    fn note(&self, artifact: &Artifact, ours: Ours, staged: Option<usize>, replaces: bool) {
        let origin = artifact.origin.as_deref().cloned();
        let taken = Taken { kind: artifact.kind, ours, origin, staged, replaces };
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(artifact.path.clone(), taken);
    }
}

impl Out for Writing {
    fn put(&self, artifact: Artifact) {
        if let Err(error) = self.take(&artifact) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
        artifact.done();
    }

    fn before(&self, path: &str) -> Option<&Origin> {
        let ours = self.ledger.known.get(path).filter(|_| !self.is_new)?;
        let origin = self.origins.get(path, ours.hash)?;
        ours.is_untouched(&self.folder, path).then_some(origin)
    }

    fn put_again(&self, path: &str, origin: &Origin) {
        if let Some(ours) = self.ledger.known.get(path) {
            let origin = Some(origin.clone());
            let taken = Taken { kind: Kind::Page, ours: *ours, origin, staged: None, replaces: false };
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), taken);
        }
    }

    fn bytes_again(&self, path: &str) -> Option<Bytes> {
        let ours = self.ledger.known.get(path).filter(|_| !self.is_new)?;
        fs::read(self.output.join(path)).ok().filter(|bytes| Mark::of(bytes) == ours.hash).map(Bytes::from)
    }
}

fn refuse_own_folders(project: &Project, output: &Path) -> Result<(), WriteError> {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let into = real(output);
    let own = [project.content(), project.templates(), project.static_files(), project.playlists()];
    let inside_own = own.iter().chain(&project.theme()).any(|own| into.starts_with(real(own)));
    if real(project.root()).starts_with(&into) || inside_own || into.starts_with(real(&project.cache())) {
        return Err(WriteError::OwnFolder(output.to_path_buf()));
    }
    Ok(())
}

/// Whether a file is there already. A folder or a link at its place, and a file or a link on the way, are in the way: a
/// link to a folder would lead our files out of the site.
fn in_the_way(output: &Path, path: &Path) -> Result<bool, WriteError> {
    let found = fs::symlink_metadata(path);
    if found.as_ref().is_ok_and(|found| !found.is_file()) {
        return Err(WriteError::InTheWay(path.to_path_buf()));
    }
    let mut folders = path.ancestors().skip(1).take_while(|folder| *folder != output);
    match folders.find(|folder| fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir())) {
        Some(file) => Err(WriteError::InTheWay(file.to_path_buf())),
        None => Ok(found.is_ok()),
    }
}

/// Where the folder really is. It may be a link to one; a link to nothing, or a file, is in the way.
fn real_place(output: &Path) -> Result<PathBuf, WriteError> {
    match fs::symlink_metadata(output) {
        Err(_) => Ok(output.to_path_buf()),
        Ok(_) if output.is_dir() => Ok(fs::canonicalize(output).at("find", output)?),
        Ok(_) => Err(WriteError::InTheWay(output.to_path_buf())),
    }
}

/// How long another build is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until nobody else writes for this program. The file is held as long as it is kept.
fn turn(cache: &Path) -> Result<File, WriteError> {
    let path = cache.join("writing.lock");
    fs::create_dir_all(cache).at("create", cache)?;
    let file = File::options().create(true).truncate(false).write(true).open(&path).at("write", &path)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            // A disk without locks has to do without turns.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() > PATIENCE => return Err(WriteError::Busy(PATIENCE)),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The list is a file that somebody could have changed: it may name nothing outside the folder.
fn is_inside(path: &str) -> bool {
    Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Whether all that we wrote into a folder is as we left it.
fn is_untouched(known: &Files, output: &OpenFolder) -> bool {
    let all: Vec<(&String, &Ours)> = known.iter().collect();
    all.par_iter().with_max_len(AT_A_TIME).all(|(path, ours)| ours.is_untouched(output, path))
}
