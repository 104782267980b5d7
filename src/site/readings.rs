//! What was read of pages in earlier builds, in `.holdspace/pages/`: a page whose file is as it was need not be read before its
//! words are wanted, and where it is not made again, not at all.
//!
//! A reading has all of a page but its words ([`Page::is_left`]); its document's outline is unpacked when somebody asks for it. Only
//! of a page in which nothing was found, and that Tera sees nothing of, is one kept; only for this very holdspace and the same
//! configuration does it count. Readings lie in a few files (`shards`), each with its hash at its top, so that one page that changed
//! does not have all of them written. What is missing or damaged is read from the pages.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use foldhash::HashMap as Numbered;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::files;
use crate::project::Project;
use crate::site::content::Source;
use crate::site::document::{Document, Packed, Summary};
use crate::site::kept::{Mark, Marker};
use crate::site::pace::Length;
use crate::site::page::{Front, Marks, Page, Reading};
use crate::site::sealed;
use crate::site::stamp::{Stamp, ourselves};

/// About so many pages share a file.
const SHARD: usize = 256;

/// What was read in earlier builds; by default nothing, and nothing is kept.
#[derive(Default)]
pub struct Readings {
    home: Option<Home>,
    /// The files, in the order of their numbers.
    shards: Vec<Shard>,
}

/// Where readings lie.
struct Home {
    folder: PathBuf,
    /// A number for all besides a page that its reading depends on.
    by: Mark,
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
#[derive(Default)]
struct Shard {
    bytes: Arc<Vec<u8>>,
    /// By the numbers of their paths.
    known: Numbered<u64, Known>,
}

impl Shard {
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
        let home = Home { folder: project.cache().join("pages"), by: by(project, reading) };
        let shards = if anew { Vec::new() } else { home.read() };
        Readings { home: Some(home), shards }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.shards.iter().all(|shard| shard.known.is_empty())
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
        let number = number(path);
        let shard = self.shards.get(place(number, self.shards.len()))?;
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
        let Some(home) = &self.home else { return };
        let changed: BTreeSet<usize> = records.keys().map(|path| place(number(path), self.shards.len())).collect();
        for shard in changed {
            let before = self.shards.get(shard).into_iter();
            let paths = before.flat_map(|shard| shard.known.values().map(|known| shard.path(known)));
            let pages = paths.map(|path| (path, records.get(path).map(|record| &**record)));
            home.keep(shard, self.shards.len(), self.records(pages));
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
        let Some(home) = self.home.as_ref().filter(|home| fs::create_dir_all(&home.folder).is_ok()) else { return };
        let count = (pages.len() / SHARD + 1).next_power_of_two();
        let mut shards: Vec<Vec<Entry<'_>>> = vec![Vec::new(); count];
        for (path, kept) in pages {
            let record = if let Kept::Record(record) = kept { Some(&**record) } else { None };
            shards[place(number(path), count)].push((path, record));
        }
        let before = |shard: usize| self.shards.get(shard).filter(|_| self.shards.len() == count);
        shards.par_iter().enumerate().for_each(|(shard, pages)| {
            let is_same = before(shard).is_some_and(|before| before.known.len() == pages.len())
                && pages.iter().all(|(_, record)| record.is_none());
            if !(is_same && home.folder.join(name(shard, count)).is_file()) {
                home.keep(shard, count, self.records(pages.iter().copied()));
            }
        });
        let names: Vec<String> = (0..count).map(|shard| name(shard, count)).collect();
        let listed = fs::read_dir(&home.folder).into_iter().flatten().flatten();
        let others = listed.filter(|file| !names.iter().any(|name| file.file_name() == name.as_str()));
        others.for_each(|file| drop(fs::remove_file(file.path())));
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

impl Home {
    /// The files that are there. One that is missing or damaged has no readings.
    fn read(&self) -> Vec<Shard> {
        let listed = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let count = listed.filter_map(|file| file.file_name().to_str()?.rsplit_once("-of-")?.1.parse().ok()).max();
        // So many as no site has are somebody's joke.
        let shards = (0..count.unwrap_or(0).min(1 << 12)).into_par_iter();
        shards.map(|shard| self.shard(shard, count.unwrap_or(0)).unwrap_or_default()).collect()
    }

    fn shard(&self, shard: usize, count: usize) -> Option<Shard> {
        let bytes = fs::read(self.folder.join(name(shard, count))).ok()?;
        sealed::unseal(self.by, &bytes)?;
        let known = records(&bytes);
        Some(Shard { bytes: Arc::new(bytes), known })
    }

    /// Puts a file of readings in its place.
    fn keep(&self, shard: usize, count: usize, readings: Vec<u8>) {
        // It is only time that is lost.
        let _ = files::replace(&self.folder.join(name(shard, count)), &sealed::seal(self.by, readings));
    }
}

/// What a file of readings is called.
fn name(shard: usize, count: usize) -> String {
    format!("{shard}-of-{count}")
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
        records.insert(number(path), known);
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

/// A number for a page's path.
fn number(path: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..]: [u8; 16] = Mark::of(path.as_bytes()).into();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// In which of so many files the reading is of a page whose path has this number.
fn place(number: u64, count: usize) -> usize {
    // Of a low number nothing is cut off.
    (number & 0xffff) as usize % count.max(1)
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
