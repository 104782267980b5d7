//! The thread that watches and builds. It owns the watch; it prints nothing and writes no file.
//! While it builds, further saves wait in the watch, and are one more build however many they are.

use std::fs;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::diagnostic::{Diagnostic, Findings};
use crate::project::{Project, ProjectError};
use crate::site::content::slashed;
use crate::site::serve::build::{Made, Taking};
use crate::site::serve::later::Later;
use crate::site::serve::{News, Preview, Shared, Withheld};
use crate::site::standing::Standing;
use crate::site::watch::{Change, Watch};
use crate::site::{self, Mode, Options};

type Hear = Box<dyn Fn(News<'_>) + Send + Sync>;

/// What watches and builds.
pub(super) struct Builder {
    preview: Preview,
    address: SocketAddr,
    shared: Arc<Shared>,
    hear: Hear,
    later: Later,
}

impl Builder {
    pub(super) fn new(preview: Preview, address: SocketAddr, shared: Arc<Shared>, hear: Hear) -> Self {
        let later = Later::begin(preview.advise.clone(), preview.root.clone(), Arc::clone(&shared));
        Self { preview, address, shared, hear, later }
    }

    /// Builds at the beginning, and after each change, for ever.
    pub(super) fn run(self) {
        // The watch comes first, so that nothing changes unseen while the first build goes on.
        let mut watch = match Watch::new(&self.preview.root, &self.output()) {
            Ok(watch) => Some(watch),
            Err(why) => {
                self.build(&mut None);
                return (self.hear)(News::Blind(why.to_string()));
            }
        };
        while self.build(&mut watch) {}
    }

    fn output(&self) -> PathBuf {
        self.open().map_or_else(|_| self.preview.root.join("public"), |(project, _)| project.output())
    }

    fn open(&self) -> Result<(Project, Findings), ProjectError> {
        let (mut project, findings) = Project::open(&self.preview.root)?;
        project.config.base_url = format!("http://{}/", self.address);
        Ok((project, findings))
    }

    /// Builds, and waits until it has to be built again. `false` where nothing can be waited for.
    fn build(&self, watch: &mut Option<Watch>) -> bool {
        let began = Instant::now();
        let (project, mut findings) = match self.open() {
            Ok(opened) => opened,
            Err(error) => {
                self.publish(Made::default(), &std::iter::once(unopened(&error)).collect(), began);
                return wait(watch).is_some();
            }
        };
        let Withheld { drafts, future, expired } = self.preview.withheld;
        let options = Options { drafts, future, expired, mode: Mode::Serve, unindexed: true, ..Options::default() };
        let taking = Taking::after(&self.shared.latest());
        // A fault of ours must not end the preview without a word.
        let built = catch_unwind(AssertUnwindSafe(|| {
            site::build_and_stay(&project, &options, &taking, |found, standing| {
                findings.extend(found);
                self.publish(taking.done(), &findings, began);
                match standing.filter(|_| !findings.has_errors()) {
                    Some(standing) => self.stay(standing, &project, &findings, watch),
                    None => wait(watch).is_some(),
                }
            })
        }));
        built.unwrap_or_else(|_| {
            self.publish(Made::default(), &std::iter::once(our_fault()).collect(), began);
            wait(watch).is_some()
        })
    }

    /// Puts a build in the place of the one before.
    fn publish(&self, made: Made, findings: &Findings, began: Instant) {
        let pages = made.pages();
        if self.shared.follow(|latest| latest.next(made, findings)) {
            (self.hear)(News::Built { pages, took: began.elapsed(), findings });
        }
        if !findings.has_errors() {
            self.later.ask();
        }
    }

    /// Waits, and makes single pages again within the site that stands, until it has to be built again.
    fn stay(
        &self,
        mut standing: Standing<'_, '_>,
        project: &Project,
        findings: &Findings,
        watch: &mut Option<Watch>,
    ) -> bool {
        let content = fs::canonicalize(project.content()).unwrap_or_else(|_| project.content());
        loop {
            let Some(change) = wait(watch) else { return false };
            let began = Instant::now();
            let taking = Taking::after(&self.shared.latest());
            let Some(paths) = pages_of(&change, &content) else { return true };
            if paths.is_empty() || !paths.iter().all(|path| standing.edited(path, &taking)) {
                return true;
            }
            if self.shared.follow(|latest| latest.patched(taking.done())) {
                let pages = self.shared.latest().pages();
                (self.hear)(News::Built { pages, took: began.elapsed(), findings });
            }
            self.later.ask();
        }
    }
}

fn wait(watch: &mut Option<Watch>) -> Option<Change> {
    watch.as_mut()?.wait()
}

/// The paths inside content/ of the pages that changed, where nothing else did and all of them are there.
fn pages_of(change: &Change, content: &Path) -> Option<Vec<String>> {
    let Change::Files(files) = change else { return None };
    let mut pages = Vec::new();
    for file in files {
        let inside = file.strip_prefix(content).ok()?;
        let is_page = inside.extension().is_some_and(|ending| ending == "md");
        if !(is_page && file.exists()) {
            return None;
        }
        pages.push(slashed(content, file));
    }
    Some(pages)
}

fn unopened(error: &ProjectError) -> Diagnostic {
    Diagnostic::error("project/open", error.to_string())
}

fn our_fault() -> Diagnostic {
    Diagnostic::error("build/panic", "holdspace itself failed here; what it said is in the terminal")
        .hint("take back the last change, and tell us of it")
}
