//! What was read of pages in earlier builds, in `.holdspace/pages/`: a page whose file is as it was need not be read before its
//! words are wanted, and where it is not made again, not at all.
//!
//! A reading has all of a page but its words ([`Page::is_left`]); its document's outline is unpacked when somebody asks for it. Only
//! of a page in which nothing was found, and that Tera sees nothing of, is one kept; only for this very holdspace and the same
//! configuration does it count. Readings lie in a few files (`shards`), each with its hash at its top, so that one page that changed
//! does not have all of them written. What is missing or damaged is read from the pages.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use foldhash::HashMap as Numbered;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::project::Project;
use crate::site::content::Source;
use crate::site::document::{Document, Packed, Summary};
use crate::site::kept::{Mark, Marker};
use crate::site::pace::Length;
use crate::site::page::{Front, Marks, Page, Reading};
use crate::site::sealed;
use crate::site::shards::{self, Shards};
use crate::site::stamp::{Stamp, ourselves};

/// What was read in earlier builds; by default nothing, and nothing is kept.
#[derive(Default)]
pub struct Readings {
    shards: Option<Shards>,
    /// What is in the files, in the order of their numbers.
    files: Vec<Shard>,
}

/// A reading that is there.
struct Known {
    /// The path of its page, as it stands in the file.
    path: Range<usize>,
    stamp: Stamp,
    /// All of it, and what of it is the page.
    record: Range<usize>,
    page: Range<usize>,
}

/// A file of readings.
struct Shard {
    bytes: Arc<Vec<u8>>,
    /// By the numbers of their paths.
    known: Numbered<u64, Known>,
}

impl Shard {
    /// What is in a file; one that is missing or damaged has no readings.
    fn of(file: Option<Vec<u8>>) -> Shard {
        let bytes = file.unwrap_or_default();
        let known = records(&bytes);
        Shard { bytes: Arc::new(bytes), known }
    }

    fn path(&self, known: &Known) -> &str {
        str::from_utf8(&self.bytes[known.path.clone()]).unwrap_or_default()
    }

    fn find(&self, path: &str, number: u64) -> Option<&Known> {
        self.known.get(&number).filter(|known| self.bytes[known.path.clone()] == *path.as_bytes())
    }
}

/// What becomes of a page's reading.
#[derive(Debug)]
pub enum Kept {
    /// It stays as it is.
    Again,
    /// There is a new one.
    Record(Box<[u8]>),
}

/// All of a page but its words, and where it came from.
#[derive(Deserialize)]
pub struct Read {
    front: Box<Front>,
    front_span: Range<usize>,
    body: Range<usize>,
    words: usize,
    summary: Option<Box<Summary>>,
    has_tags: bool,
    marks: Marks,
    length: Option<Length>,
    /// It stands behind all that.
    #[serde(skip)]
    outline: Packed,
}

/// The same, on its way out; behind it stands its document's outline.
#[derive(Serialize)]
struct ReadOut<'p> {
    front: &'p Front,
    front_span: &'p Range<usize>,
    body: &'p Range<usize>,
    words: usize,
    summary: &'p Option<Box<Summary>>,
    has_tags: bool,
    marks: &'p Marks,
    length: &'p Option<Length>,
}

impl Read {
    /// The page that it was read of.
    pub fn page(self, source: impl Into<Box<Source>>) -> Page {
        let Read { front, front_span, body, words, summary, has_tags, marks, length, outline } = self;
        let source = source.into();
        let document = Document::kept(words, summary, outline);
        let (is_left, untranslated, is_misread) = (true, false, false);
        Page { source, front, front_span, body, document, has_tags, marks, length, is_left, untranslated, is_misread }
    }
}

impl Kept {
    /// The reading of a page that was read just now and in which nothing was found; nothing where Tera sees something of it.
    pub fn new(page: &Page, reading: Reading<'_>) -> Option<Kept> {
        if page.is_seen_by_tera(reading.config) { None } else { Readings::record(page).map(Kept::Record) }
    }
}

impl Readings {
    /// The readings of a program's pages; none where all are to be read anew.
    pub fn open(project: &Project, reading: Reading<'_>, anew: bool) -> Readings {
        let (folder, by) = (project.cache().join("pages"), by(project, reading));
        let shards = if anew { Shards::anew(folder, by) } else { Shards::open(folder, by) };
        let files = (0..shards.count()).into_par_iter().map(|shard| Shard::of(shards.read(shard))).collect();
        Readings { shards: Some(shards), files }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|shard| shard.known.is_empty())
    }

    /// What was read of a source, if its file is as it was.
    pub fn of(&self, source: &Source) -> Option<Read> {
        let (shard, known) = self.known(&source.path).filter(|(_, known)| Some(known.stamp) == source.stamp)?;
        let (read, outline) = sealed::unpack::<Read>(shard.bytes.get(known.page.clone())?)?;
        let part = known.page.end - outline.len()..known.page.end;
        Some(Read { outline: Packed { file: Arc::clone(&shard.bytes), part }, ..read })
    }

    /// The reading of a page, whatever became of its file, and the file that it is in.
    fn known(&self, path: &str) -> Option<(&Shard, &Known)> {
        let number = shards::number(path);
        let shard = self.files.get(shards::place(number, self.files.len()))?;
        Some((shard, shard.find(path, number)?))
    }

    /// Gives sources of pages that changed since the stamps they had when they were last built, so that they are read as they
    /// were. `false` where it is not known how one was read then.
    pub fn bring_back(&self, changed: &[(String, Stamp)], sources: &mut [Source]) -> bool {
        let stamps: HashMap<&str, Stamp> = changed.iter().map(|(path, stamp)| (path.as_str(), *stamp)).collect();
        let mut known = 0;
        for source in sources {
            if let Some(stamp) = stamps.get(source.path.as_str()) {
                source.stamp = Some(*stamp);
                known += usize::from(self.known(&source.path).is_some_and(|(_, known)| known.stamp == *stamp));
            }
        }
        known == stamps.len()
    }

    /// Puts what was read of some pages in the place of what was kept of them.
    pub fn renew(&self, records: &HashMap<String, Box<[u8]>>) {
        let Some(shards) = &self.shards else { return };
        let place = |path: &String| shards::place(shards::number(path), self.files.len());
        let changed: BTreeSet<usize> = records.keys().map(place).collect();
        for shard in changed {
            let before = self.files.get(shard).into_iter();
            let paths = before.flat_map(|shard| shard.known.values().map(|known| shard.path(known)));
            let pages = paths.map(|path| (path, records.get(path).map(|record| &**record)));
            shards.put(shard, self.records(pages));
        }
    }

    /// What is to be kept of a page that was read just now, and in which nothing was found.
    pub fn record(page: &Page) -> Option<Box<[u8]>> {
        let stamp = page.source.stamp?;
        let Page { front, front_span, body, document, has_tags, marks, length, .. } = page;
        let (words, summary) = (document.words, &document.summary);
        let read = ReadOut { front, front_span, body, words, summary, has_tags: *has_tags, marks, length };
        let mut prefix = Vec::with_capacity(ROOM);
        prefix.resize(PREFIX, 0);
        let top = sealed::pack(&(&page.source.path, stamp), prefix)?;
        let mut record = sealed::pack(&**document, sealed::pack(&read, top)?)?;
        let length = u32::try_from(record.len() - PREFIX).ok()?;
        record[..PREFIX].copy_from_slice(&length.to_le_bytes());
        // A copy has no more room than it needs: those of a large site are held at once.
        Some(Box::from(&*record))
    }

    /// Puts the readings of this build in the place of those before. Where that cannot be done, the next build has to read.
    pub fn keep(&self, pages: &[(String, Kept)]) {
        let Some(shards) = &self.shards else { return };
        let pages = pages.iter().map(|(path, kept)| match kept {
            Kept::Record(record) => (path.as_str(), Some(&**record)),
            Kept::Again => (path.as_str(), None),
        });
        shards.keep(pages, |before, pages| {
            let before = before.and_then(|shard| self.files.get(shard));
            let is_same = before.is_some_and(|before| before.known.len() == pages.len())
                && pages.iter().all(|(_, record)| record.is_none());
            if is_same { None } else { Some(self.records(pages.iter().copied())) }
        });
    }

    /// A file that begins: a new reading of each page, or where there is none, the one that is there.
    fn records<'k>(&'k self, pages: impl Iterator<Item = Entry<'k>>) -> Vec<u8> {
        let known = |path| self.known(path).map(|(shard, known)| &shard.bytes[known.record.clone()]);
        let records: Vec<&[u8]> = pages.filter_map(|(path, record)| record.or_else(|| known(path))).collect();
        let mut file = sealed::begin(sealed::TOP + records.iter().map(|record| record.len()).sum::<usize>());
        records.into_iter().for_each(|record| file.extend_from_slice(record));
        file
    }
}

/// A page's path, and its new record; without one it stays as it is.
type Entry<'k> = (&'k str, Option<&'k [u8]>);

/// How many bytes a record seldom needs more than.
const ROOM: usize = 2048;

/// How many bytes a record's length has.
const PREFIX: usize = 4;

/// The readings in a file.
fn records(bytes: &[u8]) -> Numbered<u64, Known> {
    let mut records = Numbered::default();
    let mut at = sealed::TOP;
    while let Some((path, known)) = record(bytes, at) {
        at = known.record.end;
        // Of two paths with one number, which hardly a site has, one is read anew.
        records.insert(shards::number(path), known);
    }
    records
}

fn record(bytes: &[u8], at: usize) -> Option<(&str, Known)> {
    let length = u32::from_le_bytes(bytes.get(at..at + PREFIX)?.try_into().ok()?);
    let end = at + PREFIX + usize::try_from(length).ok()?;
    let within = bytes.get(at + PREFIX..end)?;
    // A text is packed behind its length.
    let (_, text) = sealed::unpack::<usize>(within)?;
    let ((path, stamp), page) = sealed::unpack::<(&str, Stamp)>(within)?;
    let start = end - text.len();
    Some((path, Known { path: start..start + path.len(), stamp, record: at..end, page: end - page.len()..end }))
}

/// A number for all that a page's reading depends on besides its file.
fn by(project: &Project, reading: Reading<'_>) -> Mark {
    let (config, flavour) = (&project.config, reading.flavour);
    let mut marker = Marker::default();
    marker.text(&ourselves()).text(config.source.text()).text(&format!("{:?}", config.dialect));
    marker.number(usize::from(flavour.heading_gaps)).number(usize::from(flavour.calls));
    // Whether a block of code has a grammar is found while it is read.
    if let Some(colours) = flavour.colours {
        marker.mark(colours.mark());
    }
    marker.done()
}

/// Free data as a text: only a format that says what each value is could hold it otherwise.
pub(in crate::site) mod as_json {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::{Map, Value};

    pub(in crate::site) fn serialize<S: Serializer>(data: &Map<String, Value>, to: S) -> Result<S::Ok, S::Error> {
        let text =
            if data.is_empty() { String::new() } else { serde_json::to_string(data).map_err(S::Error::custom)? };
        text.serialize(to)
    }

    pub(in crate::site) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Map<String, Value>, D::Error> {
        let text = <&str>::deserialize(from)?;
        if text.is_empty() { Ok(Map::new()) } else { serde_json::from_str(text).map_err(D::Error::custom) }
    }
}
