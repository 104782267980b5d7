//! What the servers on this machine share: listening to this machine only, answering only those who call it by its own
//! name, and files with their types. It is the door to axum and tokio.
//!
//! A page on another site can make a browser call `127.0.0.1` under a name of its own (DNS rebinding); the Host header
//! gives it away.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::sync::Notify;

/// Listens on this machine only. Port 0 is whichever is free.
///
/// # Errors
/// When the port is taken.
pub fn listen(port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Ends a server, from any thread. Clones end the same server.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    notify: Arc<Notify>,
}

impl Stop {
    /// Ends the server, now or as soon as it begins.
    pub fn stop(&self) {
        self.notify.notify_one();
    }
}

/// Answers calls until it is stopped. Connections that are still open then are cut.
///
/// # Errors
/// When the machine cannot serve.
pub fn serve(listener: TcpListener, router: Router, stop: &Stop) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let guarded = router.layer(middleware::from_fn(guard));
    let answered = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        until(axum::serve(listener, guarded).into_future(), stop.notify.notified()).await
    });
    runtime.shutdown_background();
    answered
}

async fn until(serving: impl Future<Output = io::Result<()>>, stopped: impl Future<Output = ()>) -> io::Result<()> {
    tokio::select! {
        served = serving => served,
        () = stopped => Ok(()),
    }
}

/// Refuses who calls this machine by another name, and tells browsers to keep nothing and guess nothing.
async fn guard(request: Request, next: Next) -> Response {
    if !is_own_name(request.headers()) {
        return text(StatusCode::FORBIDDEN, "This preview answers only at 127.0.0.1 and localhost.\n");
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn is_own_name(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// An answer of plain words.
pub fn text(status: StatusCode, words: &str) -> Response {
    answer(status, "text/plain; charset=utf-8", Body::from(words.to_owned()))
}

/// An answer of a given type.
pub fn answer(status: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// The type of a file, by its name.
pub fn content_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "pdf" => "application/pdf",
        "epub" => "application/epub+zip",
        "ics" => "text/calendar; charset=utf-8",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "flac" => "audio/flac",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_own_names_are_answered() {
        let named = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            is_own_name(&headers)
        };
        for own in ["127.0.0.1:4000", "localhost", "LOCALHOST:1", "[::1]:4000"] {
            assert!(named(own), "{own}");
        }
        for other in ["evil.example", "127.0.0.1.evil.example", "localhost:x", "127.0.0.1:4000:1", "", "localhost."] {
            assert!(!named(other), "{other}");
        }
        assert!(!is_own_name(&HeaderMap::new()));
    }
}
