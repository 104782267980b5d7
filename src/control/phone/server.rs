//! The phones' routes: one page with its style and script, the session as server-sent events, and the commands of a thumb.
//!
//! Whoever is in the clinic's network can call here, and any page in a phone's browser can try to. So: no route but
//! these; a cookie that no other site's page sends (`SameSite=Strict`) and no script reads (`HttpOnly`); each call that
//! changes something has to come from this very page (`Origin`); and nothing is carried out for a page that has not
//! heard from the session within five seconds, for its thumb may mean what is no more.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;

use super::super::remote::Hands;
use super::desk::{Desk, Paired, Refused};
use super::told::{self, Told};
use crate::http::{self, Caller};
use crate::music::transport::Command;

/// How often a page is told how it is, where nothing changed but the time.
const OFTEN: Duration = Duration::from_millis(500);
/// How often is looked whether something changed.
const LOOK: Duration = Duration::from_millis(100);
/// A page that heard nothing for longer gives no commands.
const OLD: Duration = Duration::from_secs(5);
/// No call that we know is longer.
const LONGEST: usize = 1024;
/// The cookie's name.
const COOKIE: &str = "holdspace";
/// How long a phone stays paired: longer than any day of sessions.
const DAY: u32 = 24 * 3600;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the routes share.
pub(super) struct Shared {
    pub(super) hands: Arc<dyn Hands>,
    pub(super) desk: Mutex<Desk>,
    pub(super) began: Instant,
}

impl Shared {
    /// Asks or tells the desk.
    pub(super) fn desk<T>(&self, ask: impl FnOnce(&mut Desk) -> T) -> T {
        ask(&mut self.desk.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// Which phone calls.
    fn who(&self, headers: &HeaderMap) -> Option<usize> {
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let cookie = cookies.flat_map(|line| line.split(';')).find_map(|part| {
            let (name, value) = part.trim().split_once('=')?;
            (name == COOKIE).then(|| value.to_owned())
        })?;
        self.desk(|desk| desk.who(&cookie))
    }
}

type Ours = State<Arc<Shared>>;

/// The routes.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    let file =
        |kind: &'static str, text: &'static str| get(async move || http::answer(StatusCode::OK, kind, text.into()));
    Router::new()
        .route("/", get(page))
        .route("/phone.css", file("text/css; charset=utf-8", include_str!("phone.css")))
        .route("/phone.js", file("text/javascript; charset=utf-8", include_str!("phone.js")))
        .route("/pair.js", file("text/javascript; charset=utf-8", include_str!("pair.js")))
        .route("/pair", post(pair))
        .route("/events", get(events))
        .route("/here", post(here))
        .route("/do", post(command))
        .route("/take", post(take))
        .fallback(async || http::text(StatusCode::NOT_FOUND, "There is nothing here.\n"))
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(middleware::from_fn(strict))
        .with_state(shared)
}

/// Refuses what another site's page sends, and tells browsers what this page may do.
async fn strict(request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    if changes && !is_from_here(request.headers()) {
        return http::text(StatusCode::FORBIDDEN, "This came from another page.\n");
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        // With less, a browser would not say where a form comes from.
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether a call says that it comes from this very server's page.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(header::ORIGIN), text(header::HOST)) else { return false };
    origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host))
}

async fn page(State(shared): Ours, headers: HeaderMap) -> Response {
    let html = match shared.who(&headers) {
        Some(_) => include_str!("phone.html").to_owned(),
        None => told::pairing(""),
    };
    http::answer(StatusCode::OK, "text/html; charset=utf-8", html.into())
}

/// Pairs a phone by the code in a form.
async fn pair(State(shared): Ours, ConnectInfo(Caller(from)): ConnectInfo<Caller>, body: String) -> Response {
    let typed = body.split('&').find_map(|part| part.strip_prefix("code=")).unwrap_or_default();
    let digits: String = typed.replace("%20", "").chars().filter(char::is_ascii_digit).take(16).collect();
    let now = shared.now();
    match shared.desk(|desk| desk.pair(&from.ip().to_string(), &digits, now)) {
        Paired::Yes(cookie) => {
            let cookie = format!("{COOKIE}={cookie}; Path=/; Max-Age={DAY}; HttpOnly; SameSite=Strict");
            let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Paired::Wrong => {
            again(StatusCode::FORBIDDEN, "That is not the code. It is on the laptop's screen, under the key p.")
        }
        Paired::Wait => again(
            StatusCode::TOO_MANY_REQUESTS,
            "There were too many wrong codes. Wait a minute, then take the code that the laptop shows.",
        ),
    }
}

fn again(status: StatusCode, why: &str) -> Response {
    http::answer(status, "text/html; charset=utf-8", told::pairing(why).into())
}

/// The session as it goes on.
async fn events(State(shared): Ours, headers: HeaderMap) -> Response {
    let Some(number) = shared.who(&headers) else { return unpaired() };
    let stream = stream::unfold(Seen::default(), move |mut seen| {
        let shared = Arc::clone(&shared);
        async move {
            loop {
                if !shared.desk(|desk| desk.knows(number)) {
                    return None;
                }
                if let Some(event) = seen.next(&shared, number) {
                    return Some((Ok::<_, Infallible>(event), seen));
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    });
    Sse::new(stream).into_response()
}

/// What a page has been told.
#[derive(Default)]
struct Seen {
    plan: Option<u64>,
    told: Option<(Instant, Told)>,
}

impl Seen {
    /// What it is to be told now, if anything.
    fn next(&mut self, shared: &Shared, number: usize) -> Option<Event> {
        let view = shared.hands.view();
        if self.plan != Some(view.plan.version) {
            self.plan = Some(view.plan.version);
            return Some(Event::default().event("plan").data(told::plan(&view.plan)));
        }
        let holder = shared.desk(|desk| desk.holder());
        let now = Told::of(&view.now, number, holder, shared.now());
        let is_news = self.told.as_ref().is_none_or(|(at, told)| at.elapsed() >= OFTEN || told.differs(&now));
        is_news.then(|| {
            let event = Event::default().event("now").data(now.text());
            self.told = Some((Instant::now(), now));
            event
        })
    }
}

/// A phone is in touch.
async fn here(State(shared): Ours, headers: HeaderMap) -> Response {
    let Some(number) = shared.who(&headers) else { return unpaired() };
    let now = shared.now();
    shared.desk(|desk| desk.here(number, now));
    StatusCode::NO_CONTENT.into_response()
}

/// A command: what the page heard last, and the command's words.
async fn command(State(shared): Ours, headers: HeaderMap, body: String) -> Response {
    let Some(number) = shared.who(&headers) else { return unpaired() };
    let Some((stamp, words)) = body.split_once(' ') else {
        return refused(StatusCode::BAD_REQUEST, "It is no command.");
    };
    let now = shared.now();
    let heard = stamp.parse().map(Duration::from_millis).unwrap_or_default();
    // A stamp of the future is not one of ours.
    if heard > now || now - heard > OLD {
        return refused(StatusCode::CONFLICT, "This phone was out of touch. Look, and press again.");
    }
    let Some(command) = words.parse().ok().filter(is_of_a_thumb) else {
        return refused(StatusCode::BAD_REQUEST, "A phone does not do that.");
    };
    match shared.desk(|desk| desk.may(number, now)) {
        Err(Refused::Follows) => refused(StatusCode::FORBIDDEN, "Another phone holds. Take over first."),
        Err(Refused::TooMany) => refused(StatusCode::TOO_MANY_REQUESTS, "That was too quick. Look, and press again."),
        Ok(()) => {
            match command {
                Command::Talk => shared.desk(|desk| desk.talk(number, true)),
                Command::Untalk => shared.desk(|desk| desk.talk(number, false)),
                _ => {}
            }
            shared.hands.send(command);
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

/// What a thumb may do. Nothing that cannot be taken back: the session is ended at the laptop.
fn is_of_a_thumb(command: &Command) -> bool {
    !matches!(command, Command::End | Command::Seek(_) | Command::Skip | Command::Output(_))
}

async fn take(State(shared): Ours, headers: HeaderMap) -> Response {
    let Some(number) = shared.who(&headers) else { return unpaired() };
    if shared.desk(|desk| desk.take(number)) {
        shared.hands.send(Command::Untalk);
    }
    StatusCode::NO_CONTENT.into_response()
}

fn unpaired() -> Response {
    refused(StatusCode::UNAUTHORIZED, "This phone is not paired.")
}

fn refused(status: StatusCode, why: &str) -> Response {
    http::text(status, why)
}
