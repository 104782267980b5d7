//! The thread that watches and builds. It owns the watch; it prints nothing and writes no file.
//! While it builds, further saves wait in the watch, and are one more build however many they are.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::diagnostic::{Diagnostic, Findings};
use crate::project::{Project, ProjectError};
use crate::site::serve::adviser::Adviser;
use crate::site::serve::build::{Made, Taking};
use crate::site::serve::{News, Preview, Shared, Withheld};
use crate::site::watch::Watch;
use crate::site::{self, Mode, Options};

type Hear = Box<dyn Fn(News<'_>) + Send + Sync>;

/// What watches and builds.
pub(super) struct Builder {
    preview: Preview,
    address: SocketAddr,
    shared: Arc<Shared>,
    hear: Hear,
    adviser: Adviser,
}

impl Builder {
    pub(super) fn new(preview: Preview, address: SocketAddr, shared: Arc<Shared>, hear: Hear) -> Self {
        let adviser = Adviser::begin(preview.advise.clone(), preview.root.clone(), Arc::clone(&shared));
        Self { preview, address, shared, hear, adviser }
    }

    /// Builds at the beginning, and after each change, for ever.
    pub(super) fn run(self) {
        // The watch comes first, so that nothing changes unseen while the first build goes on.
        let watch = Watch::new(&self.preview.root, &self.output());
        self.build();
        match watch {
            Ok(mut watch) => {
                while watch.wait() {
                    self.build();
                }
            }
            Err(why) => (self.hear)(News::Blind(why.to_string())),
        }
    }

    fn output(&self) -> PathBuf {
        self.open().map_or_else(|_| self.preview.root.join("public"), |(project, _)| project.output())
    }

    fn open(&self) -> Result<(Project, Findings), ProjectError> {
        let (mut project, findings) = Project::open(&self.preview.root)?;
        project.config.base_url = format!("http://{}/", self.address);
        Ok((project, findings))
    }

    fn build(&self) {
        let began = Instant::now();
        let (made, findings) = match self.open() {
            Ok((project, mut findings)) => {
                let Withheld { drafts, future, expired } = self.preview.withheld;
                let options = Options { drafts, future, expired, mode: Mode::Serve, ..Options::default() };
                // A fault of ours must not end the preview without a word.
                let taking = Taking::after(&self.shared.latest());
                let built = catch_unwind(AssertUnwindSafe(|| site::build_to(&project, &options, &taking)));
                let fault = built.is_err();
                findings.extend(built.unwrap_or_else(|_| std::iter::once(our_fault()).collect()));
                (if fault { Made::default() } else { taking.done() }, findings)
            }
            Err(error) => (Made::default(), std::iter::once(unopened(&error)).collect()),
        };
        let pages = made.pages();
        if self.shared.follow(|latest| latest.next(made, &findings)) {
            (self.hear)(News::Built { pages, took: began.elapsed(), findings: &findings });
        }
        if !findings.has_errors() {
            self.adviser.ask();
        }
    }
}

fn unopened(error: &ProjectError) -> Diagnostic {
    Diagnostic::error("project/open", error.to_string())
}

fn our_fault() -> Diagnostic {
    Diagnostic::error("build/panic", "holdspace itself failed here; what it said is in the terminal")
        .hint("take back the last change, and tell us of it")
}
