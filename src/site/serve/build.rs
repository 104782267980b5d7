//! A finished build, as pages are served from it: its files, each with the build that last changed it, and what is
//! wrong since. Pure; a build is never changed, only followed by another.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Findings;
use crate::http;
use crate::site::kept::Origin;
use crate::site::serve::headers::Rules;
use crate::site::serve::told::{Advice, Told};
use crate::site::{Artifact, Bytes, Kind, Out};

/// A finished build.
#[derive(Clone)]
pub(super) struct Build {
    /// Grows with every build that differs from the one before.
    pub(super) version: u64,
    /// The files of the last build without errors; `None` until there is one of any kind.
    files: Option<Arc<Files>>,
    /// The headers that the site is published with.
    pub(super) headers: Arc<Rules>,
    /// What is wrong now.
    pub(super) told: Arc<Told>,
    /// What the build itself found.
    found: Arc<Findings>,
    /// What should be looked at besides, as of the last look.
    advice: Arc<Advice>,
    /// The files that the search reads, and its index, which comes after the build.
    searched: Arc<HashSet<String>>,
    index: Arc<Files>,
}

pub(super) type Files = HashMap<String, Arc<File>>;

/// A file of the site.
pub(super) struct File {
    /// Its path in the site.
    pub(super) path: String,
    /// Its bytes.
    pub(super) bytes: Bytes,
    /// The version of the build that last changed it.
    changed: u64,
    /// Whether it is a page of content/.
    is_page: bool,
    /// Where it came from.
    origin: Option<Box<Origin>>,
}

impl File {
    /// Whether it is a page, of whatever origin.
    pub(super) fn is_html(&self) -> bool {
        http::content_type(&self.path) == HTML
    }
}

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What an address leads to.
pub(super) enum Found<'a> {
    /// A file.
    File(&'a Arc<File>),
    /// A folder that was asked for without its slash.
    Folder,
    /// Nothing; the site's own page for that, where it has one.
    Nothing(Option<&'a Arc<File>>),
}

/// What an open page has seen: of the site as a whole, and of its own address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The version of the build.
    pub(super) build: u64,
    /// The state of the address.
    pub(super) page: u64,
}

/// What was made, and what could be taken from the build before.
#[derive(Default)]
pub(super) struct Made {
    artifacts: Vec<Artifact>,
    again: Vec<Arc<File>>,
    /// The files that the search reads.
    searched: HashSet<String>,
}

impl Made {
    /// How many pages of content/ there are.
    pub(super) fn pages(&self) -> usize {
        let made = self.artifacts.iter().filter(|artifact| artifact.kind == Kind::Page).count();
        made + self.again.iter().filter(|file| file.is_page).count()
    }
}

/// Takes what is made, and what need not be made again.
pub(super) struct Taking {
    before: Option<Arc<Files>>,
    made: Mutex<Made>,
}

impl Taking {
    /// After a build.
    pub(super) fn after(build: &Build) -> Taking {
        Taking { before: build.files.clone(), made: Mutex::default() }
    }

    /// All of it.
    pub(super) fn done(&self) -> Made {
        std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn file(&self, path: &str) -> Option<&Arc<File>> {
        self.before.as_ref()?.get(path)
    }
}

impl Out for Taking {
    fn put(&self, artifact: Artifact) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).artifacts.push(artifact.staying());
    }

    fn before(&self, path: &str) -> Option<&Origin> {
        self.file(path)?.origin.as_deref()
    }

    fn put_again(&self, path: &str, _: &Origin) {
        let again = self.file(path).cloned();
        self.made.lock().unwrap_or_else(PoisonError::into_inner).again.extend(again);
    }

    fn searched(&self, files: &HashSet<String>) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).searched.clone_from(files);
    }
}

impl Build {
    /// Before there is one.
    pub(super) fn none(version: u64) -> Self {
        Self {
            version,
            files: None,
            headers: Arc::default(),
            told: Arc::default(),
            found: Arc::default(),
            advice: Arc::default(),
            searched: Arc::default(),
            index: Arc::default(),
        }
    }

    /// Whether there has been a build.
    pub(super) fn is_there(&self) -> bool {
        self.files.is_some()
    }

    /// The build that follows this one; `None` where it is the same.
    pub(super) fn next(&self, made: Made, findings: &Findings) -> Option<Build> {
        let version = self.version + 1;
        let told = Told::of(findings, &self.advice);
        let told = if *self.told == told { Arc::clone(&self.told) } else { Arc::new(told) };
        let told_anew = !Arc::ptr_eq(&told, &self.told) || !self.is_there();
        if findings.has_errors() {
            // The last good pages stay behind what is wrong.
            let files = Some(self.files.clone().unwrap_or_default());
            let found = Arc::new(findings.clone());
            return told_anew.then_some(Build { version, files, told, found, ..self.clone() });
        }
        let before = self.files.as_deref();
        let searched =
            if *self.searched == made.searched { Arc::clone(&self.searched) } else { Arc::new(made.searched) };
        let again = made.again.into_iter().map(|file| (file.path.clone(), file));
        let made = made.artifacts.into_iter().map(|artifact| file(artifact, version, before));
        let files: Files = again.chain(made).collect();
        let same = before
            .is_some_and(|before| before.len() == files.len() && files.values().all(|file| file.changed != version));
        if same && !told_anew && Arc::ptr_eq(&searched, &self.searched) {
            return None;
        }
        let headers = files.get("_headers").map(|file| Arc::new(Rules::parse(&file.bytes.lossy())));
        let (files, headers) = (Some(Arc::new(files)), headers.unwrap_or_default());
        let found = Arc::new(findings.clone());
        Some(Build { version, files, headers, told, found, searched, ..self.clone() })
    }

    /// The build that follows this one where only some files were made again; `None` where they are the same.
    pub(super) fn patched(&self, made: Made) -> Option<Build> {
        let (version, before) = (self.version + 1, self.files.as_deref()?);
        let made: Vec<_> = made.artifacts.into_iter().map(|artifact| file(artifact, version, Some(before))).collect();
        let changed = made.iter().any(|(_, file)| file.changed == version);
        let mut files = before.clone();
        files.extend(made);
        changed.then(|| Build { version, files: Some(Arc::new(files)), ..self.clone() })
    }

    /// How many pages of content/ it has.
    pub(super) fn pages(&self) -> usize {
        self.files.iter().flat_map(|files| files.values()).filter(|file| file.is_page).count()
    }

    /// The same build with other advice; `None` where that says nothing new.
    pub(super) fn advised(&self, advice: Advice) -> Option<Build> {
        let told = Told::of(&self.found, &advice);
        let version = self.version + 1;
        (*self.told != told).then(|| Build { version, told: Arc::new(told), advice: Arc::new(advice), ..self.clone() })
    }

    /// The pages that can be found, sorted.
    #[cfg(feature = "search")]
    pub(super) fn searched(&self) -> Vec<Arc<File>> {
        let files = |path| self.files.as_ref().and_then(|files| files.get(path));
        let mut found: Vec<Arc<File>> = self.searched.iter().filter_map(files).cloned().collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// The same build with another index of the search. An open page is told nothing of it.
    #[cfg(feature = "search")]
    pub(super) fn indexed(&self, index: Vec<Artifact>) -> Build {
        let index = index.into_iter().map(|artifact| file(artifact, self.version, None)).collect();
        Build { index: Arc::new(index), ..self.clone() }
    }

    /// What a path leads to; it has no leading slash, and nothing in percents.
    pub(super) fn find(&self, path: &str) -> Found<'_> {
        let empty = || Found::Nothing(None);
        let Some(files) = &self.files else { return empty() };
        let index = (path.is_empty() || path.ends_with('/')).then(|| format!("{path}index.html"));
        if let Some(file) = files.get(index.as_deref().unwrap_or(path)).or_else(|| self.index.get(path)) {
            return Found::File(file);
        }
        match files.contains_key(&format!("{path}/index.html")) {
            true => Found::Folder,
            false => Found::Nothing(files.get("404.html")),
        }
    }

    /// What somebody has seen who has just got what is at a path.
    pub(super) fn seen(&self, path: &str) -> Seen {
        // That a page has gone, or has come, is a change too: the lowest bit tells them apart.
        let page = match self.find(path) {
            Found::File(file) => file.changed << 1,
            Found::Folder => 0,
            Found::Nothing(file) => file.map_or(0, |file| file.changed) << 1 | 1,
        };
        Seen { build: self.version, page }
    }

    /// The files besides pages that changed since a build, sorted.
    pub(super) fn changed_since(&self, version: u64) -> Vec<&str> {
        let files = self.files.iter().flat_map(|files| files.values());
        let mut changed: Vec<&str> =
            files.filter(|file| file.changed > version && !file.is_html()).map(|file| file.path.as_str()).collect();
        changed.sort_unstable();
        changed
    }
}

/// A file of a new build; the same one as before where its bytes are the same.
fn file(artifact: Artifact, version: u64, before: Option<&Files>) -> (String, Arc<File>) {
    let same = before.and_then(|before| before.get(&artifact.path)).filter(|file| file.bytes == artifact.bytes);
    let path = artifact.path.clone();
    if let Some(same) = same.filter(|same| same.origin == artifact.origin) {
        return (path, Arc::clone(same));
    }
    let changed = same.map_or(version, |same| same.changed);
    let Artifact { path: of, kind, bytes, origin, .. } = artifact;
    (path, Arc::new(File { path: of, bytes, changed, is_page: kind == Kind::Page, origin }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;

    fn site(files: &[(&str, &str)]) -> Made {
        let file = |(path, text): &(&str, &str)| Artifact::file(&format!("/{path}"), text.as_bytes().to_vec());
        Made { artifacts: files.iter().map(file).collect(), ..Made::default() }
    }

    fn wrong() -> Findings {
        std::iter::once(Diagnostic::error("t", "wrong")).collect()
    }

    const GOOD: [(&str, &str); 3] = [("a/index.html", "A"), ("404.html", "none"), ("b.css", "b")];

    #[test]
    fn a_file_is_new_only_where_its_bytes_are() {
        let first = Build::none(10).next(site(&GOOD), &Findings::new()).unwrap();
        assert!(first.next(site(&GOOD), &Findings::new()).is_none());
        assert_eq!((first.changed_since(10), first.changed_since(11)), (vec!["b.css"], vec![]));
        let second = first.next(site(&[("a/index.html", "A"), ("b.css", "c")]), &Findings::new()).unwrap();
        assert_eq!(second.seen("a/").page, first.seen("a/").page);
        assert_eq!(second.changed_since(11), ["b.css"]);
    }

    #[test]
    fn a_page_that_goes_and_comes_back_is_a_change_each_time() {
        let first = Build::none(10).next(site(&GOOD), &Findings::new()).unwrap();
        let without = first.next(site(&GOOD[1..]), &Findings::new()).unwrap();
        let back = without.next(site(&GOOD), &Findings::new()).unwrap();
        let seen = [&first, &without, &back].map(|build| build.seen("a/").page);
        assert!(seen[0] != seen[1] && seen[1] != seen[2] && seen[0] != seen[2], "{seen:?}");
    }

    #[test]
    fn a_mistake_keeps_the_pages_and_is_told_once() {
        let first = Build::none(10).next(site(&GOOD), &Findings::new()).unwrap();
        let broken = first.next(Made::default(), &wrong()).unwrap();
        assert!(matches!(broken.find("a/"), Found::File(_)) && broken.told.errors == 1);
        assert!(broken.next(Made::default(), &wrong()).is_none());
        let mended = broken.next(site(&GOOD), &Findings::new()).unwrap();
        assert_eq!((mended.told.errors, mended.seen("a/").page), (0, first.seen("a/").page));
    }

    #[test]
    fn advice_is_told_beside_the_pages_and_gives_way_to_mistakes() {
        let first = Build::none(10).next(site(&GOOD), &Findings::new()).unwrap();
        let advised = first.advised(Advice::of(wrong())).unwrap();
        assert_eq!((advised.told.errors, advised.seen("a/").page), (0, first.seen("a/").page));
        assert!(advised.advised(Advice::of(wrong())).is_none(), "the same again says nothing new");
        let next = advised.next(site(&[("a/index.html", "B")]), &Findings::new()).unwrap();
        assert_eq!(*next.told, *advised.told, "it stands until it is looked at again");
        let broken = next.next(Made::default(), &wrong()).unwrap();
        assert_eq!(broken.told.errors, 1);
        assert_eq!(*next.advised(Advice::default()).unwrap().told, *first.told);
    }

    #[cfg(feature = "search")]
    #[test]
    fn an_index_stands_until_there_is_another_and_goes_when_nothing_is_searched() {
        let searched = |files: &[(&str, &str)]| Made {
            searched: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
            ..site(&GOOD)
        };
        let first = Build::none(10).next(searched(&GOOD[..1]), &Findings::new()).unwrap();
        assert_eq!(first.searched().iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a/index.html"]);
        let indexed = first.indexed(vec![Artifact::file("/pagefind/x", b"1".to_vec())]);
        assert!(matches!(indexed.find("pagefind/x"), Found::File(_)) && indexed.version == first.version);
        let next = indexed.next(searched(&GOOD[..2]), &Findings::new()).expect("other pages can be found now");
        assert!(matches!(next.find("pagefind/x"), Found::File(_)) && next.changed_since(first.version).is_empty());
        assert!(matches!(next.indexed(Vec::new()).find("pagefind/x"), Found::Nothing(_)));
    }

    #[test]
    fn a_first_build_with_a_mistake_is_a_build() {
        let broken = Build::none(10).next(Made::default(), &wrong()).unwrap();
        assert!(broken.is_there() && matches!(broken.find(""), Found::Nothing(None)));
    }
}
