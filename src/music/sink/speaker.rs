//! Plays through this machine's sound system, whatever becomes of its outputs. With its folder and `tap`, the files that
//! know rodio and cpal.
//!
//! | room | what it is for |
//! | --- | --- |
//! | `supervisor` | owns the stream: loses it, looks for another, brings the music back where the clock stands |
//! | `line` | an open device with our end of its ring, or none |
//! | `watch` | judges a device by its asking for frames, and says when to look again; pure |
//! | `outputs` | which output to play to, and whether anybody hears it; pure |
//! | `recent` | the frames taken last, which a device may take down with it; pure |
//! | `machine` | what all that needs of a machine; `here` is this one, through cpal and rodio |
//! | `pulse` | a stream to a PulseAudio or PipeWire server, by its own protocol |

mod here;
mod line;
mod machine;
mod outputs;
#[cfg(unix)]
mod pulse;
mod recent;
mod supervisor;
mod watch;

use self::here::Here;
use self::supervisor::Supervisor;
use super::probe::{Probed, Setting};
use super::{Health, Sink, SinkError};
use crate::music::master::Turn;
use crate::units::{Decibels, Frame, Position, SampleRate};

pub use self::here::outputs;
pub use self::outputs::Output;

/// A speaker: this machine's default output, or one by its name.
pub struct Speaker {
    supervisor: Supervisor<Here>,
}

impl Speaker {
    /// Opens an output at the wanted rate, or at its own where it can't.
    ///
    /// # Errors
    /// When there is no output, or not just one of that name.
    pub fn open(wanted: Option<&str>, rate: SampleRate, ceiling: Decibels) -> Result<Speaker, SinkError> {
        Ok(Speaker { supervisor: Supervisor::open(Here::new(), wanted, rate, ceiling)? })
    }

    /// Finds out whether it takes sound, by a moment of silence; then closes it.
    pub(super) fn probe(mut self) -> Probed {
        let asks = self.supervisor.asks();
        let Health { output, unheard, news, .. } = self.supervisor.health();
        if asks {
            self.supervisor.finish();
        }
        let name = output.unwrap_or_default();
        Probed { setting: setting(&name), name, rate: self.supervisor.rate(), asks, unheard, news }
    }
}

/// What is set at the output of this name, and who else plays to it; `None` where that cannot be known.
fn setting(name: &str) -> Option<Setting> {
    #[cfg(unix)]
    return pulse::regard(name).map(|pulse::Regard { muted, percent, others }| Setting { muted, percent, others });
    #[cfg(not(unix))]
    return None;
}

impl Sink for Speaker {
    fn rate(&self) -> SampleRate {
        self.supervisor.rate()
    }

    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError> {
        Ok(self.supervisor.write(frames))
    }

    fn turn(&mut self, turn: Turn, _at: Position) {
        self.supervisor.turn(turn);
    }

    fn switch(&mut self, name: &str) -> String {
        self.supervisor.switch(name)
    }

    fn health(&mut self) -> Health {
        self.supervisor.health()
    }

    fn finish(mut self: Box<Self>) -> Result<(), SinkError> {
        self.supervisor.finish();
        Ok(())
    }
}
