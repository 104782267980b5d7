//! The preview: the latest build, served from memory, and every open page told when there is a newer one.
//!
//! Two threads and one value between them. The builder owns the watch: it waits, builds, puts the new `Build` in the
//! place of the old one, and wakes the pages. The server only reads: a page is found among the build's artifacts or not
//! at all, so no path leads to the disk. A build with errors keeps the last good pages, and shows its findings over them.

mod page;

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use tokio::sync::watch::{Sender, channel};

use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::http::{self, Stop};
use crate::project::{Project, ProjectError};
use crate::report::{self, Colour};
use crate::site::address::decode;
use crate::site::watch::Watch;
use crate::site::{self, Artifact, Kind, Mode, Options};

/// What to preview.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The program's folder.
    pub root: PathBuf,
    /// The port; 0 for whichever is free.
    pub port: u16,
    /// Whether drafts are shown.
    pub drafts: bool,
}

/// What happens in a preview.
pub enum News<'a> {
    /// It can be looked at here.
    Ready(SocketAddr),
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
    /// Somebody else has the port.
    #[error("cannot listen on port {port}: {source}; choose another with `--port`, or 0 for whichever is free")]
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

/// A finished build, as pages are served from it.
#[derive(Default)]
struct Build {
    /// The artifacts of the last build without errors.
    files: HashMap<String, (Kind, Vec<u8>)>,
    /// What is wrong since then, as text for people.
    broken: Option<String>,
    /// Grows with every build that differs from the one before.
    version: u64,
}

/// What the builder writes and the server reads.
struct Shared {
    build: RwLock<Arc<Build>>,
    version: Sender<u64>,
}

/// Serves a preview until it is stopped. `hear` is told what happens, on the thread where it happens.
///
/// # Errors
/// When the port is taken, or the machine cannot serve.
pub fn serve(
    preview: &Preview,
    stop: &Stop,
    hear: impl Fn(News<'_>) + Send + Sync + 'static,
) -> Result<(), ServeError> {
    let (listener, address) =
        http::listen(preview.port).map_err(|source| ServeError::Port { port: preview.port, source })?;
    let shared = Arc::new(Shared::new());
    let mut builder = Builder { preview: preview.clone(), address, shared: Arc::clone(&shared), hear: Box::new(hear) };
    builder.begin();
    (builder.hear)(News::Ready(address));
    thread::Builder::new().name("builder".to_owned()).spawn(move || builder.run())?;
    Ok(http::serve(listener, router(shared), stop)?)
}

impl Shared {
    fn new() -> Self {
        // A page that outlived a server before this one must see that the build is another.
        let began = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_millis() as u64);
        let build = Build { version: began, ..Build::default() };
        Self { build: RwLock::new(Arc::new(build)), version: channel(began).0 }
    }

    fn latest(&self) -> Arc<Build> {
        // A builder that panicked leaves a whole build behind: it is put in place in one move.
        Arc::clone(&self.build.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, build: Build) {
        let version = build.version;
        *self.build.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(build);
        self.version.send_replace(version);
    }
}

/// The thread that watches and builds.
struct Builder {
    preview: Preview,
    address: SocketAddr,
    shared: Arc<Shared>,
    hear: Box<dyn Fn(News<'_>) + Send + Sync>,
}

impl Builder {
    fn begin(&mut self) {
        self.build();
    }

    fn run(self) {
        let watch = self.open().map_err(|error| error.to_string());
        let watch = watch.and_then(|(project, _)| Watch::new(&project).map_err(|error| error.to_string()));
        match watch {
            Ok(mut watch) => {
                // What changed between the first build and the watch was seen by neither.
                self.build();
                while watch.wait() {
                    self.build();
                }
            }
            Err(why) => (self.hear)(News::Blind(why)),
        }
    }

    fn open(&self) -> Result<(Project, Findings), ProjectError> {
        let (mut project, findings) = Project::open(&self.preview.root)?;
        project.config.base_url = format!("http://{}/", self.address);
        Ok((project, findings))
    }

    fn build(&self) {
        let began = Instant::now();
        let (artifacts, findings) = match self.open() {
            Ok((project, mut findings)) => {
                let options = Options { drafts: self.preview.drafts, mode: Mode::Serve, ..Options::default() };
                // A fault of ours must not end the preview without a word.
                let built = catch_unwind(AssertUnwindSafe(|| site::build(&project, &options)));
                let (artifacts, found) = built.unwrap_or_else(|_| (Vec::new(), std::iter::once(our_fault()).collect()));
                findings.extend(found);
                (artifacts, findings)
            }
            Err(error) => (Vec::new(), std::iter::once(unopened(&error)).collect()),
        };
        let pages = artifacts.iter().filter(|artifact| artifact.kind == Kind::Page).count();
        if let Some(build) = next(&self.shared.latest(), artifacts, &findings) {
            self.shared.put(build);
            (self.hear)(News::Built { pages, took: began.elapsed(), findings: &findings });
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

/// The build that follows another; `None` where it is the same.
fn next(last: &Build, artifacts: Vec<Artifact>, findings: &Findings) -> Option<Build> {
    let version = last.version + 1;
    if findings.has_errors() {
        let broken = Some(report::human(&errors(findings), Colour::Off));
        let same = broken == last.broken;
        // The last good pages stay behind what is wrong.
        return (!same).then(|| Build { files: last.files.clone(), broken, version });
    }
    let files: HashMap<_, _> =
        artifacts.into_iter().map(|artifact| (artifact.path, (artifact.kind, artifact.bytes))).collect();
    let same = last.broken.is_none() && last.files == files;
    (!same).then_some(Build { files, broken: None, version })
}

fn errors(findings: &Findings) -> Findings {
    findings.sorted().into_iter().filter(|finding| finding.severity == Severity::Error).cloned().collect()
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(page::EVENTS, get(events))
        .route(page::SCRIPT, get(|| async { http::answer(StatusCode::OK, JAVASCRIPT, Body::from(page::SCRIPT_TEXT)) }))
        .fallback(file)
        .with_state(shared)
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// Tells a page the version of the latest build, at once and whenever it changes.
async fn events(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let mut versions = shared.version.subscribe();
    versions.mark_changed();
    let stream = stream::unfold(versions, |mut versions| async move {
        versions.changed().await.ok()?;
        let version = *versions.borrow_and_update();
        Some((Ok::<_, Infallible>(Event::default().event("built").data(version.to_string())), versions))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

/// A file of the latest build.
async fn file(State(shared): State<Arc<Shared>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return http::text(StatusCode::METHOD_NOT_ALLOWED, "This preview can only be read.\n");
    }
    let build = shared.latest();
    let path = decode(uri.path().trim_start_matches('/'));
    let whole = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.clone() };
    if let Some((_, bytes)) = build.files.get(&whole) {
        return served(&build, StatusCode::OK, &whole, bytes);
    }
    if build.files.contains_key(&format!("{path}/index.html")) {
        return moved(uri.path());
    }
    match build.files.get("404.html") {
        Some((_, bytes)) => served(&build, StatusCode::NOT_FOUND, "404.html", bytes),
        None => http::answer(StatusCode::NOT_FOUND, HTML, Body::from(page::with_preview("", &build))),
    }
}

fn served(build: &Build, status: StatusCode, path: &str, bytes: &[u8]) -> Response {
    let kind = http::content_type(path);
    match std::str::from_utf8(bytes) {
        Ok(html) if kind == HTML => http::answer(status, kind, Body::from(page::with_preview(html, build))),
        _ => http::answer(status, kind, Body::from(bytes.to_vec())),
    }
}

/// To the folder's page, whose links begin at the folder. The way is relative, so that it cannot lead to another site.
fn moved(path: &str) -> Response {
    let last = path.rsplit('/').next().unwrap_or_default();
    let mut response = http::text(StatusCode::PERMANENT_REDIRECT, "It is at the same address with a slash.\n");
    if let Ok(way) = HeaderValue::from_str(&format!("./{last}/")) {
        response.headers_mut().insert(header::LOCATION, way);
    }
    response
}
