//! What a speaker needs of the machine that it is part of: its outputs and its time. `here` is the real one; tests have
//! one whose faults come at will and whose hours pass in a moment.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use super::super::SinkError;
use super::super::tap::Tap;
use super::outputs::{Aim, Output, Seen};
use crate::units::SampleRate;

/// A machine. Nothing here blocks but `outputs` and `pass`.
pub(super) trait Machine {
    /// The outputs that there are.
    fn outputs(&self) -> Vec<Output>;

    /// Opens the first output that can be opened in the order of the aim.
    fn open(&self, aim: Aim, rate: SampleRate) -> Receiver<Opened>;

    /// Looks at the outputs from time to time.
    fn look(&self) -> Looks;

    /// Closes a device after a while, and does not wait for it; tells when it is closed.
    fn let_go(&self, device: Box<dyn Device>, after: Duration) -> Receiver<()>;

    /// The time since any one moment.
    fn now(&self) -> Duration;

    /// Lets time pass, at most so much: who wakes the thread cuts it short.
    fn pass(&self, time: Duration);
}

/// What comes of an opening.
pub(super) type Opened = Result<Reached, SinkError>;

/// A device that could be opened.
pub(super) struct Reached {
    pub(super) device: Box<dyn Device>,
    /// Which output it is.
    pub(super) at: Output,
    /// The outputs that there were.
    pub(super) among: Vec<Output>,
}

/// An open device. Dropping one can hang for ever.
pub(super) trait Device: Send {
    /// The rate that it runs at.
    fn rate(&self) -> SampleRate;

    /// Gives it the music to ask for.
    fn start(&mut self, tap: Tap);
}

/// The looks at the outputs.
pub(super) struct Looks {
    /// What was seen.
    pub(super) seen: Receiver<Seen>,
    /// Whether to look at all outputs, though that may disturb some: while the music is not where it is wanted.
    pub(super) closely: Arc<AtomicBool>,
}
