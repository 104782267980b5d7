//! What the servers on this machine share: listening to this machine only unless another address is asked for,
//! answering only those who call it by its own name, and files with their types. It is the door to axum and tokio.
//!
//! A page on another site can make a browser call `127.0.0.1` under a name of its own (DNS rebinding); the Host header
//! gives it away. An address in numbers cannot be rebound: who calls by it has been served by it.

mod few;

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs, UdpSocket};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::sync::Notify;

pub use self::few::Caller;

/// Where a server listens, and the names that it answers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    address: IpAddr,
    name: Option<String>,
}

impl Host {
    /// This machine only.
    pub const THIS_MACHINE: Host = Host { address: IpAddr::V4(Ipv4Addr::LOCALHOST), name: None };

    /// An address or a name of this machine, like `0.0.0.0`, `192.168.1.20` or `desk.local`.
    ///
    /// # Errors
    /// When no address has that name.
    pub fn named(text: &str) -> io::Result<Host> {
        let plain = text.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = plain.parse() {
            return Ok(Host { address, name: None });
        }
        let found = (text, 0).to_socket_addrs()?.next();
        let address = found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no address has that name"))?.ip();
        Ok(Host { address, name: Some(text.to_owned()) })
    }

    /// Whether only this machine can call.
    pub fn is_private(&self) -> bool {
        self.address.is_loopback()
    }

    /// How this machine itself calls a server that listens at `port`.
    pub fn own_address(&self, port: u16) -> SocketAddr {
        let ip = match self.address {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        SocketAddr::new(ip, port)
    }

    /// How other machines call it, where they can.
    pub fn outer_address(&self, port: u16) -> Option<SocketAddr> {
        let ip = if self.address.is_unspecified() { address_in_the_network().ok()? } else { self.address };
        (!ip.is_loopback()).then(|| SocketAddr::new(ip, port))
    }

    /// Whether somebody who calls by the name in these headers means this server.
    fn is_meant(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let is = |own: &str| name.eq_ignore_ascii_case(own);
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        ["127.0.0.1", "localhost", "[::1]"].into_iter().any(is)
            || self.name.as_deref().is_some_and(is)
            || (!self.is_private() && bare.parse::<IpAddr>().is_ok())
    }
}

/// This machine's address in its network. Nothing is sent: the system only says which way it would go.
fn address_in_the_network() -> io::Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    // An address that is reserved for documentation.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
    Ok(socket.local_addr()?.ip())
}

/// How many ports after the one that is asked for are tried.
const PORTS: u16 = 20;

/// Listens at a port, or at the next one that is free. Port 0 is whichever is free.
///
/// # Errors
/// When they are all taken, or the address is not this machine's.
pub fn listen(host: &Host, port: u16) -> io::Result<(TcpListener, u16)> {
    let tried = if port == 0 { 0..=0 } else { port..=port.saturating_add(PORTS) };
    let mut taken = None;
    for port in tried {
        match TcpListener::bind((host.address, port)) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                let port = listener.local_addr()?.port();
                return Ok((listener, port));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(taken.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
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
pub fn serve(listener: TcpListener, host: Host, router: Router, stop: &Stop) -> io::Result<()> {
    let guarded = guarded(router, host);
    run(stop, async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, guarded).await
    })
}

/// Answers calls of the few in a room until it is stopped; handlers can ask for their [`Caller`].
///
/// # Errors
/// When the machine cannot serve.
pub fn serve_few(listener: TcpListener, host: Host, router: Router, stop: &Stop) -> io::Result<()> {
    let guarded = guarded(router, host).into_make_service_with_connect_info::<Caller>();
    run(stop, async {
        let listener = few::Few::new(tokio::net::TcpListener::from_std(listener)?);
        axum::serve(listener, guarded).await
    })
}

fn guarded(router: Router, host: Host) -> Router {
    router.layer(middleware::from_fn_with_state(Arc::new(host), guard))
}

fn run(stop: &Stop, serving: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(until(serving, stop.notify.notified()));
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
async fn guard(State(host): State<Arc<Host>>, request: Request, next: Next) -> Response {
    if !host.is_meant(request.headers()) {
        return text(StatusCode::FORBIDDEN, "This machine answers only to its own name or address.\n");
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // No page of another site may show what is written here.
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
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

    fn meant(host: &Host, name: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, name.parse().unwrap());
        host.is_meant(&headers)
    }

    #[test]
    fn only_this_machines_own_names_are_answered() {
        for own in ["127.0.0.1:4000", "localhost", "LOCALHOST:1", "[::1]:4000"] {
            assert!(meant(&Host::THIS_MACHINE, own), "{own}");
        }
        let others = ["evil.example", "127.0.0.1.evil.example", "localhost:x", "127.0.0.1:4000:1", "", "localhost."];
        for other in others.into_iter().chain(["192.168.1.20:4000", "2130706433"]) {
            assert!(!meant(&Host::THIS_MACHINE, other), "{other}");
        }
        assert!(!Host::THIS_MACHINE.is_meant(&HeaderMap::new()));
    }

    #[test]
    fn who_listens_to_the_network_answers_to_addresses_and_to_no_strangers_name() {
        let open = Host::named("0.0.0.0").unwrap();
        for own in ["192.168.1.20:4000", "localhost:4000", "[fe80::1]:4000"] {
            assert!(meant(&open, own), "{own}");
        }
        for other in ["evil.example:4000", "192.168.1.20.evil.example", "desk.local", ""] {
            assert!(!meant(&open, other), "{other}");
        }
        assert_eq!(open.own_address(4000).to_string(), "127.0.0.1:4000");
        assert!(Host::named("localhost").unwrap().is_private());
    }

    #[test]
    fn a_port_that_is_taken_is_followed_by_the_next() {
        let (_first, port) = listen(&Host::THIS_MACHINE, 0).unwrap();
        let (_second, next) = listen(&Host::THIS_MACHINE, port).unwrap();
        assert!(next > port && next <= port + PORTS, "{next} after {port}");
    }
}
