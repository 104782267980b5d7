//! What the pages of one output folder were made of, in `.holdspace/outputs/`, in a few lists (`shards`): by this very holdspace, for
//! another may make them otherwise. A list that is missing or damaged knows nothing, and its pages are made.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, OnceLock};

use foldhash::HashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ledger;
use crate::project::Project;
use crate::site::finish::Used;
use crate::site::kept::{Asked, Mark, Origin, Recipe};
use crate::site::sealed;
use crate::site::shards::{self, Shards};
use crate::site::stamp::ourselves;

/// What was kept of an earlier build.
pub(super) struct Origins {
    shards: Option<Shards>,
    /// What is on each list; read when there is time, and at the latest when somebody asks.
    known: Vec<OnceLock<Known>>,
}

/// What is on one list, by the paths of the files.
type Known = HashMap<String, Kept>;

struct Kept {
    /// The content of the file that this is the origin of.
    hash: Mark,
    origin: Origin,
}

/// A file's path, its content, and where that came from.
type Made<'o> = (&'o str, (Mark, &'o Origin));

/// About so many bytes stand on a list for a page besides its path.
const LENGTH: usize = 64;

/// A list as it is written. Most pages ask and use the same, so that each of these is written once.
#[derive(Deserialize)]
struct List<'l> {
    asked: Vec<Arc<BTreeSet<Asked>>>,
    used: Vec<Arc<Used>>,
    #[serde(borrow)]
    pages: Vec<Row<'l>>,
}

/// The same, on its way out.
#[derive(Serialize)]
struct ListOut<'l> {
    asked: Vec<&'l BTreeSet<Asked>>,
    used: Vec<&'l Used>,
    pages: Vec<Row<'l>>,
}

/// A page in the list.
#[derive(Serialize, Deserialize)]
struct Row<'l> {
    path: &'l str,
    hash: Mark,
    known: Mark,
    answers: Mark,
    /// Which of the list's.
    asked: usize,
    used: usize,
}

impl Origins {
    /// The lists of a folder.
    pub(super) fn of(project: &Project, output: &Path) -> Origins {
        Origins::in_folder(project, output, Shards::open)
    }

    /// Lists that know nothing, to be put in the place of those.
    pub(super) fn none(project: &Project, output: &Path) -> Origins {
        Origins::in_folder(project, output, Shards::anew)
    }

    fn in_folder(project: &Project, output: &Path, open: fn(PathBuf, Mark) -> Shards) -> Origins {
        let folder = std::path::absolute(output).ok().map(|output| ledger::place(project, &output, "origins"));
        let shards = folder.map(|folder| open(folder, Mark::of(ourselves().as_bytes())));
        let count = shards.as_ref().map_or(0, Shards::count);
        Origins { shards, known: std::iter::repeat_with(OnceLock::new).take(count).collect() }
    }

    /// Reads the lists that nobody has read.
    pub(super) fn read(&self) {
        (0..self.known.len()).into_par_iter().for_each(|list| _ = self.known(list));
    }

    fn known(&self, list: usize) -> Option<&Known> {
        let read = || {
            let file = self.shards.as_ref()?.read(list)?;
            let (list, _) = sealed::unpack::<List<'_>>(file.get(sealed::TOP..)?)?;
            Some(list.pages.iter().filter_map(|row| list.kept(row)).collect())
        };
        Some(self.known.get(list)?.get_or_init(|| read().unwrap_or_default()))
    }

    /// Where a file with this content came from.
    pub(super) fn get(&self, path: &str, hash: Mark) -> Option<&Origin> {
        let kept = self.known(self.place(path))?.get(path)?;
        Some(&kept.origin).filter(|_| kept.hash == hash)
    }

    fn place(&self, path: &str) -> usize {
        shards::place(shards::number(path), self.known.len())
    }

    /// Puts other lists in the place of these, where they are others.
    pub(super) fn keep<'o>(&self, files: impl Iterator<Item = Made<'o>>) {
        let Some(shards) = &self.shards else { return };
        let files: Vec<Made<'_>> = files.collect();
        shards.keep(files.into_iter(), |before, files| {
            let is_known = |(path, (hash, origin)): &Made<'_>| self.get(path, *hash) == Some(*origin);
            let before = before.and_then(|list| self.known(list));
            let is_same = before.is_some_and(|before| before.len() == files.len() && files.iter().all(is_known));
            if is_same { None } else { list(files) }
        });
    }

    /// Puts where these came from on the lists that they belong on; what else stands there stays.
    pub(super) fn renew<'o>(&self, files: impl Iterator<Item = Made<'o>>) {
        let mut changed: BTreeMap<usize, Vec<Made<'_>>> = BTreeMap::new();
        files.for_each(|file| changed.entry(self.place(file.0)).or_default().push(file));
        for (number, files) in changed {
            let Some((shards, known)) = self.shards.as_ref().zip(self.known(number)) else { continue };
            let others = known.iter().filter(|(path, _)| !files.iter().any(|(other, ..)| other == path));
            let others: Vec<Made<'_>> = others.map(|(path, kept)| (path.as_str(), (kept.hash, &kept.origin))).collect();
            list(&[others, files].concat()).into_iter().for_each(|list| shards.put(number, list));
        }
    }
}

/// A list that begins.
fn list(files: &[Made<'_>]) -> Option<Vec<u8>> {
    let length = files.iter().map(|(path, ..)| path.len() + LENGTH).sum();
    sealed::pack(&ListOut::of(files), sealed::begin(length))
}

impl List<'_> {
    fn kept(&self, row: &Row<'_>) -> Option<(String, Kept)> {
        let asked = Arc::clone(self.asked.get(row.asked)?);
        let recipe = Recipe { known: row.known, asked, answers: row.answers };
        let origin = Origin { recipe, used: Arc::clone(self.used.get(row.used)?) };
        Some((row.path.to_owned(), Kept { hash: row.hash, origin }))
    }
}

impl<'l> ListOut<'l> {
    fn of(pages: &[Made<'l>]) -> ListOut<'l> {
        let (mut asked, mut used) = (Once::default(), Once::default());
        let row = |(path, (hash, origin)): &Made<'l>| Row {
            path,
            hash: *hash,
            known: origin.recipe.known,
            answers: origin.recipe.answers,
            asked: asked.number(&*origin.recipe.asked),
            used: used.number(&*origin.used),
        };
        let pages = pages.iter().map(row).collect();
        ListOut { asked: asked.all, used: used.all, pages }
    }
}

/// Things of which each is kept once.
struct Once<'l, T> {
    all: Vec<&'l T>,
    numbers: HashMap<&'l T, usize>,
    /// The same by where they are: most are shared, and found so at once.
    places: HashMap<*const T, usize>,
    /// Where the last one was: the next is mostly the same.
    last: Option<(*const T, usize)>,
}

impl<T> Default for Once<'_, T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::default(), places: HashMap::default(), last: None }
    }
}

impl<'l, T: Eq + Hash> Once<'l, T> {
    fn number(&mut self, thing: &'l T) -> usize {
        let place = ptr::from_ref(thing);
        if let Some((_, number)) = self.last.filter(|(last, _)| *last == place) {
            return number;
        }
        let number = self.found(thing, place);
        self.last = Some((place, number));
        number
    }

    fn found(&mut self, thing: &'l T, place: *const T) -> usize {
        if let Some(number) = self.places.get(&place) {
            return *number;
        }
        let next = self.all.len();
        let number = *self.numbers.entry(thing).or_insert(next);
        if number == next {
            self.all.push(thing);
        }
        self.places.insert(place, number);
        number
    }
}
