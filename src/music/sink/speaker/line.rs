//! The line to a device: open, lost or closed, and what becomes of opening another.

use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use super::super::tap::Feed;
use super::machine::{Device, Opened, Reached};
use super::outputs::Output;
use super::watch::{Pulse, Search};

/// The line to the device.
pub(super) enum Line {
    /// The device plays.
    Open(Box<Open>),
    /// There is none, and one is looked for.
    Lost(Search),
    /// The session is over, or has not begun.
    Closed,
}

/// An open device with our end of its ring.
pub(super) struct Open {
    pub(super) device: Box<dyn Device>,
    pub(super) at: Output,
    pub(super) feed: Feed,
    pub(super) pulse: Pulse,
}

impl Open {
    /// Whether the device asks for frames.
    pub(super) fn lives(&mut self, now: Duration) -> bool {
        self.pulse.feel(self.feed.asked(), now)
    }
}

/// An opening under way.
pub(super) struct Opening {
    pub(super) since: Duration,
    pub(super) opened: Receiver<Opened>,
}

impl Opening {
    /// What has come of it: nothing yet, an error, or a device.
    pub(super) fn outcome(&self) -> Option<Option<Reached>> {
        match self.opened.try_recv() {
            Ok(opened) => Some(opened.ok()),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(None),
        }
    }
}
