//! Answers from the latest build. It reads no file: what is not among the build's artifacts does not exist.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use serde::Serialize;

use crate::http;
use crate::site::address::decode;
use crate::site::serve::Shared;
use crate::site::serve::build::{Build, File, Found, HTML, Seen};
use crate::site::serve::page::{self, EVENTS, SCRIPT};
use crate::site::serve::told::Told;

/// How long a page waits for the first build before it says that there is none yet.
const FIRST: Duration = Duration::from_secs(1);
/// Who has missed more files than this begins anew.
const FILES: usize = 1000;

/// The preview's routes.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    let script: Arc<str> = page::script().into();
    let script = move || {
        let text = script.to_string();
        async move { http::answer(StatusCode::OK, "text/javascript; charset=utf-8", Body::from(text)) }
    };
    Router::new().route(EVENTS, get(events)).route(SCRIPT, get(script)).fallback(file).with_state(shared)
}

/// What an open page is told.
#[derive(Serialize)]
struct Change<'a> {
    /// Whether what is at its address is another now.
    page: bool,
    /// Other files that changed; `null` where they are too many to name.
    files: Option<Vec<&'a str>>,
    /// What is wrong.
    told: &'a Told,
}

/// Tells a page how the latest build differs from what it has seen, at once and with every build.
async fn events(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, headers: HeaderMap) -> impl IntoResponse {
    let query = query.unwrap_or_default();
    let asked = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)).map(decode).unwrap_or_default();
    let path = asked("page=").trim_start_matches('/').to_owned();
    // A browser that calls again after a pause says what it heard last.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let seen = page::read_seen(&last.unwrap_or_else(|| asked("seen=").into_owned()));
    let mut versions = shared.version.subscribe();
    versions.mark_changed();
    let stream = stream::unfold((versions, seen), move |(mut versions, seen)| {
        let (shared, path) = (Arc::clone(&shared), path.clone());
        async move {
            let build = loop {
                versions.changed().await.ok()?;
                versions.borrow_and_update();
                let build = shared.latest();
                if build.is_there() {
                    break build;
                }
            };
            let now = build.seen(&path);
            Some((Ok::<_, Infallible>(event(&build, seen, now)), (versions, now)))
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

fn event(build: &Build, seen: Seen, now: Seen) -> Event {
    let files = build.changed_since(seen.build);
    let change =
        Change { page: now.page != seen.page, files: (files.len() <= FILES).then_some(files), told: &build.told };
    let json = serde_json::to_string(&change).expect("a change is plain data");
    Event::default().event("built").id(page::seen_text(now)).data(json)
}

/// A file of the latest build.
async fn file(State(shared): State<Arc<Shared>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return http::text(StatusCode::METHOD_NOT_ALLOWED, "This preview can only be read.\n");
    }
    // Who is quicker than the first build waits for it a moment.
    let mut versions = shared.version.subscribe();
    let _ = tokio::time::timeout(FIRST, versions.wait_for(|_| shared.latest().is_there())).await;
    let build = shared.latest();
    let path = decode(uri.path().trim_start_matches('/'));
    let mut response = match build.find(&path) {
        Found::File(file) => served(&build, StatusCode::OK, &path, file),
        Found::Folder => moved(uri.path()),
        Found::Nothing(Some(file)) => served(&build, StatusCode::NOT_FOUND, &path, file),
        Found::Nothing(None) => {
            let status = if build.is_there() { StatusCode::NOT_FOUND } else { StatusCode::SERVICE_UNAVAILABLE };
            whole_page(&build, status, &path, page::blank(&build))
        }
    };
    for (name, value) in build.headers.of(uri.path()) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn served(build: &Build, status: StatusCode, path: &str, file: &File) -> Response {
    match file.bytes.as_text().filter(|_| file.is_html()) {
        Some(html) => whole_page(build, status, path, html),
        None => http::answer(status, http::content_type(&file.path), Body::from(file.bytes.to_vec())),
    }
}

fn whole_page(build: &Build, status: StatusCode, path: &str, html: &str) -> Response {
    http::answer(status, HTML, Body::from(page::with_preview(html, build, build.seen(path))))
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
