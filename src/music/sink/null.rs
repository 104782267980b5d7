//! Plays in real time to nowhere: for a machine without an output, and for trying a session's commands.

use std::time::{Duration, Instant};

use super::{Health, Sink, SinkError};
use crate::music::master::Turn;
use crate::units::{Frame, Length, Position, SampleRate};

/// Takes frames as fast as a speaker would, and lets go of them.
pub struct NullSink {
    rate: SampleRate,
    began: Option<Instant>,
    taken: Length,
    turned: Vec<(Turn, Position)>,
}

impl NullSink {
    /// An output to nowhere.
    pub fn new(rate: SampleRate) -> NullSink {
        NullSink { rate, began: None, taken: Length::NONE, turned: Vec::new() }
    }
}

impl Sink for NullSink {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
        let began = *self.began.get_or_insert_with(Instant::now);
        let due = began + Duration::from_secs_f64((self.taken + Length(frames.len() as u64)).seconds(self.rate));
        std::thread::park_timeout(due.saturating_duration_since(Instant::now()));
        let played = Length::of(began.elapsed(), self.rate).0.saturating_sub(self.taken.0);
        let count = frames.len().min(usize::try_from(played).unwrap_or(usize::MAX));
        self.taken = self.taken + Length(count as u64);
        Ok(count)
    }

    fn turn(&mut self, turn: Turn, _at: Position) {
        self.turned.push((turn, Position::START + self.taken));
    }

    fn health(&mut self) -> Health {
        let output = Some("nowhere".to_owned());
        Health { output, turned: std::mem::take(&mut self.turned), ..Health::default() }
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}
