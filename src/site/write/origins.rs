//! What the pages of one output folder were made of, in `.holdspace/outputs/`: by this very holdspace, for another may make them
//! otherwise. A list that is missing or damaged knows nothing, and every page is made.

use std::collections::BTreeSet;
use std::fs;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, OnceLock};

use foldhash::HashMap;
use serde::{Deserialize, Serialize};

use super::ledger;
use crate::error::PathError;
use crate::project::Project;
use crate::site::finish::Used;
use crate::site::kept::{Asked, Mark, Origin, Recipe};
use crate::site::sealed;
use crate::site::stamp::ourselves;

/// What was kept of an earlier build, by the paths of its files.
pub(super) struct Origins {
    file: Option<PathBuf>,
    /// Read when there is time, and at the latest when somebody asks.
    known: OnceLock<HashMap<String, Kept>>,
}

struct Kept {
    /// The content of the file that this is the origin of.
    hash: Mark,
    origin: Origin,
}

/// About so many bytes stand on the list for a page besides its path.
const LENGTH: usize = 64;

/// The list as it is written. Most pages ask and use the same, so that each of these is written once.
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
    /// The list of a folder.
    pub(super) fn of(project: &Project, output: &Path) -> Origins {
        let file = std::path::absolute(output).ok().map(|output| ledger::place(project, &output, "pages"));
        Origins { file, known: OnceLock::new() }
    }

    /// A list that knows nothing, to be put in that one's place.
    pub(super) fn none(project: &Project, output: &Path) -> Origins {
        Origins { known: HashMap::default().into(), ..Origins::of(project, output) }
    }

    /// Reads the list, if nobody has.
    pub(super) fn read(&self) {
        self.known();
    }

    fn known(&self) -> &HashMap<String, Kept> {
        self.known.get_or_init(|| {
            let file = self.file.as_ref().and_then(|file| fs::read(file).ok()).unwrap_or_default();
            let list = sealed::unseal(by(), &file).and_then(sealed::unpack::<List<'_>>).map(|(list, _)| list);
            list.map(|list| list.pages.iter().filter_map(|row| list.kept(row)).collect()).unwrap_or_default()
        })
    }

    /// Where a file with this content came from.
    pub(super) fn get(&self, path: &str, hash: Mark) -> Option<&Origin> {
        self.known().get(path).filter(|kept| kept.hash == hash).map(|kept| &kept.origin)
    }

    /// Puts another list in its place, where it is another.
    pub(super) fn keep<'o>(&self, files: impl Iterator<Item = (&'o str, Mark, &'o Origin)>) -> Result<(), PathError> {
        let Some(file) = &self.file else { return Ok(()) };
        let pages: Vec<(&str, Mark, &Origin)> = files.collect();
        let same = pages.len() == self.known().len()
            && pages.iter().all(|(path, hash, origin)| self.get(path, *hash).is_some_and(|known| known == *origin));
        let length = pages.iter().map(|(path, ..)| path.len() + LENGTH).sum();
        let list = Some(()).filter(|()| !same).and_then(|()| sealed::packed(by(), &ListOut::of(&pages), length));
        list.map_or(Ok(()), |list| ledger::save(file, &list))
    }
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
    fn of(pages: &[(&'l str, Mark, &'l Origin)]) -> ListOut<'l> {
        let (mut asked, mut used) = (Once::default(), Once::default());
        let row = |(path, hash, origin): &(&'l str, Mark, &'l Origin)| Row {
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

/// Who made the pages.
fn by() -> Mark {
    Mark::of(ourselves().as_bytes())
}
