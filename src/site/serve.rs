//! The preview: the latest build, served from memory, and every open page told when there is a newer one.
//!
//! Two threads and one value between them. The `builder` owns the watch: it waits, builds, puts the new `Build` in the
//! place of the old one, and wakes the pages. The server only reads (`answers`): a page is found among the build's
//! artifacts or not at all, so no path leads to the disk. A build with errors keeps the last good pages, and tells its
//! findings over them (`told`). What a careful colleague would say, and the index of the search, come
//! after, from a thread of their own (`later`). What a page gets besides its own words is in `page`, and in the scripts beside it:
//! `preview.js` hears and fetches, `morph.js` changes the page where its source changed, `overlay.js` shows findings.

mod answers;
mod build;
mod builder;
mod headers;
mod later;
mod page;
mod told;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch::{Sender, channel};

use crate::diagnostic::Findings;
use crate::http::{self, Host, Stop};
use crate::project::Project;

use self::build::Build;
use self::builder::Builder;

/// What to preview.
#[derive(Clone)]
pub struct Preview {
    /// The program's folder.
    pub root: PathBuf,
    /// Where to listen.
    pub host: Host,
    /// The port; 0 for whichever is free.
    pub port: u16,
    /// Which pages are shown that would not be published.
    pub withheld: Withheld,
    /// Who says what else should be looked at; a page is on the screen before that.
    pub advise: Option<Advise>,
}

/// Pages that are shown though they would not be published.
#[derive(Clone, Copy, Debug, Default)]
pub struct Withheld {
    /// Drafts.
    pub drafts: bool,
    /// Those whose day has not come.
    pub future: bool,
    /// Those whose day is over.
    pub expired: bool,
}

/// Says what should be looked at in a program.
pub type Advise = Arc<dyn Fn(&Project) -> Findings + Send + Sync>;

/// What happens in a preview.
pub enum News<'a> {
    /// It can be looked at; the first build begins.
    Ready {
        /// On this machine.
        here: SocketAddr,
        /// On others, where they can.
        elsewhere: Option<SocketAddr>,
        /// The port that was asked for, where somebody else has it.
        taken: Option<u16>,
    },
    /// Something was built.
    Built {
        /// How many pages it has.
        pages: usize,
        /// How long it took.
        took: Duration,
        /// What is wrong.
        findings: &'a Findings,
    },
    /// Changes are no longer seen.
    Blind(String),
}

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else has the port, and those after it.
    #[error("cannot listen on port {port} or one after it: {source}; choose another with `--port`, or 0 for any")]
    Port {
        /// The port.
        port: u16,
        /// What the machine said.
        source: io::Error,
    },
    /// The machine cannot serve.
    #[error("cannot serve: {0}")]
    Serve(#[from] io::Error),
}

/// What the builder writes and the server reads.
struct Shared {
    build: RwLock<Arc<Build>>,
    /// Held by who makes a build of the one before.
    follows: Mutex<()>,
    version: Sender<u64>,
}

/// Serves a preview until it is stopped. `hear` is told what happens, on the thread where it happens.
///
/// # Errors
/// When the ports are taken, or the machine cannot serve.
pub fn serve(
    preview: &Preview,
    stop: &Stop,
    hear: impl Fn(News<'_>) + Send + Sync + 'static,
) -> Result<(), ServeError> {
    let (listener, port) =
        http::listen(&preview.host, preview.port).map_err(|source| ServeError::Port { port: preview.port, source })?;
    let here = preview.host.own_address(port);
    let taken = (preview.port != 0 && preview.port != port).then_some(preview.port);
    hear(News::Ready { here, elsewhere: preview.host.outer_address(port), taken });
    let shared = Arc::new(Shared::new());
    let builder = Builder::new(preview.clone(), here, Arc::clone(&shared), Box::new(hear));
    thread::Builder::new().name("builder".to_owned()).spawn(move || builder.run())?;
    Ok(http::serve(listener, preview.host.clone(), answers::router(shared), stop)?)
}

impl Shared {
    fn new() -> Self {
        // A page that outlived a server before this one must see that the build is another.
        let began = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_millis() as u64);
        Self { build: RwLock::new(Arc::new(Build::none(began))), follows: Mutex::default(), version: channel(began).0 }
    }

    fn latest(&self) -> Arc<Build> {
        // A builder that panicked leaves a whole build behind: it is put in place in one move.
        Arc::clone(&self.build.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the build that follows the latest in its place, where there is one; says whether.
    fn follow(&self, next: impl FnOnce(&Build) -> Option<Build>) -> bool {
        let _held = self.follows.lock().unwrap_or_else(PoisonError::into_inner);
        let next = next(&self.latest());
        let follows = next.is_some();
        next.into_iter().for_each(|build| self.put(build));
        follows
    }

    fn put(&self, build: Build) {
        let version = build.version;
        *self.build.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(build);
        // Of an index nobody needs to hear before he searches.
        self.version.send_if_modified(|known| std::mem::replace(known, version) != version);
    }
}
