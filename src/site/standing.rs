//! A site that was built and stands: a page whose words alone were changed is made again within it, in the time that one page
//! takes and not a site. What an edit could change besides (an address, a heading, a link, a listing) is no such edit: then the
//! site is built again, and where that cannot be ruled out, too.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Findings;
use crate::site::content::{self, Source};
use crate::site::document::Document;
use crate::site::finish::Finish;
use crate::site::folder::OpenFolder;
use crate::site::page::{self, Page};
use crate::site::readings::Readings;
use crate::site::render::Stood;
#[cfg(feature = "search")]
use crate::site::search;
use crate::site::{Out, view};

/// A site that was built and stands.
pub struct Standing<'s, 'a> {
    stood: Stood<'a>,
    finish: &'s Finish<'a>,
    readings: &'s Readings,
    /// What was read of the pages that were made again.
    renewed: HashMap<String, Box<[u8]>>,
    /// The files of the pages that the search reads, and those of them that were made again.
    searched: HashSet<String>,
    reread: BTreeMap<String, String>,
    /// The files in which something was found.
    told: HashSet<PathBuf>,
}

impl<'s, 'a> Standing<'s, 'a> {
    /// A site, and what was found in it. `searched` are the files of the pages that the search reads.
    pub(super) fn new(
        stood: Stood<'a>,
        finish: &'s Finish<'a>,
        readings: &'s Readings,
        searched: HashSet<String>,
        findings: &Findings,
    ) -> Standing<'s, 'a> {
        let told = findings.sorted().iter().filter_map(|found| Some(found.place.as_ref()?.file.clone())).collect();
        let (renewed, reread) = (HashMap::new(), BTreeMap::new());
        Standing { stood, finish, readings, renewed, searched, reread, told }
    }

    /// Makes a page again whose file was changed, and all that shows its words, and hands them on. `false` where something
    /// else may have changed with it: then nothing that was handed on counts.
    pub fn edited(&mut self, path: &str, out: &dyn Out) -> bool {
        self.try_edited(path, out).is_some()
    }

    /// Keeps what was read of the pages that were made again, for the next build.
    pub fn keep(&self) {
        self.readings.renew(&self.renewed);
    }

    /// Makes the index of the search again where a page that it reads was, and hands it on. Says which folders are made of nothing
    /// but what was handed on; nothing where something is missing for it.
    #[cfg(feature = "search")]
    pub fn search(&mut self, out: &dyn Out) -> Option<&'static [&'static str]> {
        if self.reread.is_empty() {
            return Some(&[]);
        }
        // What an author put there stays.
        if self.finish.has_own(search::FOLDER) || self.stood.has_pages(search::FOLDER) {
            return None;
        }
        let mut pages = std::mem::take(&mut self.reread);
        for path in &self.searched {
            if !pages.contains_key(path) {
                pages.insert(path.clone(), out.bytes_again(path)?.into_text().ok()?);
            }
        }
        search::index(pages).ok()?.into_iter().for_each(|file| out.put(file));
        Some(&[search::FOLDER])
    }

    /// The same without a search: there is nothing to do.
    #[cfg(not(feature = "search"))]
    pub fn search(&mut self, _: &dyn Out) -> Option<&'static [&'static str]> {
        Some(&[])
    }

    fn try_edited(&mut self, path: &str, out: &dyn Out) -> Option<()> {
        let page = self.stood.page(path)?;
        let old = self.stood.written(page);
        let is_told = self.told.contains(old.source.text.path());
        let alone = !(is_told || self.stood.shows_elsewhere(page));
        let (source, found) = alone.then(|| self.again(&old.source)).flatten()?;
        let (read, more) = page::parse(source, self.stood.reading());
        let sound = found.is_empty() && more.is_empty();
        // As it is read: what its sections hand down is not its own.
        let kept = Readings::record(&read);
        let new = Page { front: old.front.clone(), untranslated: old.untranslated, ..read };
        if !(sound && self.is_same_but_for_words(old, &new)) {
            return None;
        }
        let before = Arc::clone(&out.before(&self.stood.file(page))?.used);
        self.stood.take(page, new);
        let made = self.finish.file(self.stood.make(page)?);
        if made.origin.as_ref()?.used != before {
            return None;
        }
        if self.searched.contains(&made.path) {
            self.reread.insert(made.path.clone(), made.bytes.lossy().into_owned());
        }
        out.put(made);
        self.renewed.extend(kept.map(|record| (path.to_owned(), record)));
        let finishing = self.finish.before(out);
        self.stood.feeds(page)?.into_iter().for_each(|feed| finishing.put(feed));
        Some(())
    }

    fn again(&self, source: &Source) -> Option<(Source, Findings)> {
        let left = content::left(self.stood.project(), source);
        let content = OpenFolder::new(&self.stood.project().content());
        content::read_left(self.stood.project(), &content, left).ok()
    }

    /// Whether nothing of a page is another but its words.
    fn is_same_but_for_words(&self, old: &Page, new: &Page) -> bool {
        let config = &self.stood.project().config;
        let (was, is) = (&old.document, &new.document);
        let fields = self.stood.fields();
        let (long, longer) = (view::length(old), view::length(new));
        let length = (!fields.has("word_count") || long.words == longer.words)
            && (!fields.has("reading_time") || long.minutes == longer.minutes);
        let targets = |document: &Document| document.links.iter().map(|link| link.target.clone()).collect::<Vec<_>>();
        old.marks.front == new.marks.front
            && old.front_span == new.front_span
            && !(old.is_seen_by_tera(config) || new.is_seen_by_tera(config))
            && length
            && was.headings == is.headings
            && was.anchors == is.anchors
            && targets(was) == targets(is)
            && was.pictures == is.pictures
    }
}
