//! The facilitator's phone: a page of this binary's own in the room's network, off unless asked for.
//!
//! `server` has the routes, `desk` knows which phones are paired and which one holds, `told` is what a page is told, `qr`
//! draws the way there. The page itself is beside them: `phone.html`, `phone.css`, `phone.js`. It all runs on two threads
//! of its own; whatever becomes of them, the music plays on.
//!
//! The code stands behind the `#` of the address, so that no browser sends it along by itself, no history or log keeps
//! it, and a camera that looks at the address beforehand does not use it up: the page hands it over, once.
//! There is no TLS: no certificate is to be had for a laptop in a room. Who listens in the room's network could read a
//! paired phone's cookie; a network with a password is what keeps strangers from it.

mod desk;
pub mod qr;
mod server;
mod told;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use self::desk::{Desk, Secrets};
use self::server::Shared;
use super::remote::{Hands, Remote};
use super::secret;
use super::view::Phones;
use crate::http::{self, Host, Stop};
use crate::music::transport::Command;

/// The port; where it is taken, the next one that is free.
const PORT: u16 = 4100;
/// How often is looked whether a phone is gone.
const LOOK: Duration = Duration::from_millis(250);
/// How long the phones have to hear that it is over.
const LAST: Duration = Duration::from_millis(600);

/// Phones can hold the session until this is dropped.
pub struct Open {
    stop: Stop,
    gone: Arc<AtomicBool>,
    /// Whether only this machine can.
    pub is_private: bool,
}

/// Lets phones hold a session.
///
/// # Errors
/// When nobody can listen there, or the system has no secrets.
pub fn open(hands: Remote, host: &Host) -> io::Result<Open> {
    let secrets = Secrets { code: || secret::code().ok(), cookie: || secret::long().ok() };
    let desk = Desk::new(secrets).ok_or_else(|| io::Error::other("the system has no random numbers"))?;
    let (listener, port) = http::listen(host, PORT)?;
    let outer = host.outer_address(port);
    let address = outer.unwrap_or_else(|| host.own_address(port));
    let shared = Arc::new(Shared { hands: Arc::new(hands.clone()), desk: Mutex::new(desk), began: Instant::now() });
    let (stop, gone) = (Stop::default(), Arc::new(AtomicBool::new(false)));
    let (stopped, host, router) = (stop.clone(), host.clone(), server::router(Arc::clone(&shared)));
    let failed = Arc::new(AtomicBool::new(false));
    let fails = Arc::clone(&failed);
    thread::Builder::new().name("holdspace-phone".to_owned()).spawn(move || {
        let served = http::serve_few(listener, host, router, &stopped);
        fails.store(served.is_err(), Ordering::Relaxed);
    })?;
    let (ended, url) = (Arc::clone(&gone), format!("http://{address}/"));
    hands.set_phones(Some(shared.desk(|desk| desk.phones(&url, Duration::ZERO))));
    thread::Builder::new().name("holdspace-desk".to_owned()).spawn(move || {
        while !ended.load(Ordering::Relaxed) {
            thread::sleep(LOOK);
            look(&shared, &hands, &url, failed.load(Ordering::Relaxed));
        }
    })?;
    Ok(Open { stop, gone, is_private: outer.is_none() })
}

/// Lets go for a phone that is gone, and tells the screen how it is.
fn look(shared: &Shared, hands: &Remote, url: &str, failed: bool) {
    let now = shared.now();
    if shared.desk(|desk| desk.tick(now)) {
        hands.send(Command::Untalk);
    }
    let mut phones = shared.desk(|desk| desk.phones(url, now));
    if failed {
        phones = Phones { note: Some("phones cannot be answered any more".to_owned()), ..phones };
    }
    hands.set_phones(Some(phones));
}

impl Drop for Open {
    fn drop(&mut self) {
        thread::sleep(LAST);
        self.gone.store(true, Ordering::Relaxed);
        self.stop.stop();
    }
}

/// The way to the page for a phone's camera.
pub fn way(phones: &Phones) -> String {
    format!("{}#{}", phones.address, phones.code)
}
