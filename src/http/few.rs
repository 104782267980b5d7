//! A server for the few in a room: so many connections and no more, none of which stays open without a word. Who is slow on
//! purpose, or opens a hundred connections, keeps nobody else from being answered.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// So many connections of one address at once: a browser opens six, and one for events.
const OF_ONE: usize = 10;
/// So many of all.
const OF_ALL: usize = 48;
/// A connection on which nothing is said for so long, by either side, is cut.
const SILENCE: Duration = Duration::from_secs(20);

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub SocketAddr);

impl Connected<IncomingStream<'_, Few>> for Caller {
    fn connect_info(stream: IncomingStream<'_, Few>) -> Self {
        Caller(*stream.remote_addr())
    }
}

/// Listens, and counts.
pub(super) struct Few {
    listener: tokio::net::TcpListener,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Few {
    pub(super) fn new(listener: tokio::net::TcpListener) -> Few {
        Few { listener, open: Arc::default() }
    }

    /// A place for one more connection of an address.
    fn place(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= OF_ALL || open.get(&address).is_some_and(|count| *count >= OF_ONE) {
            return None;
        }
        *open.entry(address).or_default() += 1;
        Some(Place { open: Arc::clone(&self.open), address })
    }
}

impl Listener for Few {
    type Io = Watched;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Watched, SocketAddr) {
        loop {
            match self.listener.accept().await {
                // Who finds no place is cut off: the stream is dropped.
                Ok((stream, address)) => {
                    if let Some(place) = self.place(address.ip()) {
                        return (Watched { stream, silence: Box::pin(sleep(SILENCE)), _place: place }, address);
                    }
                }
                // The caller is gone, or this process has no more files for a moment.
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A place, given back when it is dropped.
struct Place {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// A connection that is cut after a silence.
pub(super) struct Watched {
    stream: TcpStream,
    silence: Pin<Box<Sleep>>,
    _place: Place,
}

impl Watched {
    /// What came of reading or writing: something was said, or the silence lasts.
    fn heard<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.silence.as_mut().reset(Instant::now() + SILENCE);
            return polled;
        }
        match self.silence.as_mut().poll(context) {
            Poll::Ready(()) => {
                self.silence.set(sleep_until(Instant::now() + SILENCE));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, into);
        self.heard(context, polled)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.heard(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
