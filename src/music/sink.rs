//! Where frames go. The sink is the clock: `write` waits while there is no room for the frames, so a file lets
//! the render loop run flat out and a speaker holds it to real time. Sinks see frames, and the gains that must answer
//! at once; never a timeline.

mod file;
mod null;
mod probe;
#[cfg(feature = "speaker")]
mod speaker;
#[cfg(feature = "speaker")]
pub mod tap;

use std::path::Path;

use super::master::Turn;
use crate::error::PathError;
use crate::units::{Decibels, Frame, Position, SampleRate};

pub use file::{Depth, FileSink};
pub use null::NullSink;
pub use probe::{Probed, Setting, probe};
#[cfg(feature = "speaker")]
pub use speaker::{Output, Speaker, outputs};

/// Takes frames.
pub trait Sink {
    /// The rate it takes them at.
    fn rate(&self) -> SampleRate;

    /// Takes the next frames as far as there is room for them, and says how many. Where there is no room for all it
    /// waits, until there may be or the player's thread is woken, and no longer: whoever wrote may have a gain to turn.
    ///
    /// # Errors
    /// When they cannot be taken, and never will be. A lost speaker is no error: it is looked for.
    fn write(&mut self, frames: &[Frame]) -> Result<usize, SinkError>;

    /// Turns a gain that stands after the mix: from frame `at` on where that has not been taken yet, else at once.
    fn turn(&mut self, turn: Turn, at: Position);

    /// Lets the sound move to the output that `name` means, by any part that no other has, or to the machine's default one.
    /// Says what comes of it, in a facilitator's words.
    fn switch(&mut self, _name: &str) -> String {
        "this output cannot be changed".to_owned()
    }

    /// How it is with the output.
    fn health(&mut self) -> Health;

    /// Waits until everything is out, and closes.
    ///
    /// # Errors
    /// When what was taken could not be kept.
    fn finish(self: Box<Self>) -> Result<(), SinkError>;
}

/// Writes all of `frames`, however long that takes; between two waits `meanwhile` is called.
///
/// # Errors
/// When the sink takes nothing more.
pub fn write_all(
    sink: &mut dyn Sink,
    frames: &[Frame],
    mut meanwhile: impl FnMut(&mut dyn Sink),
) -> Result<(), SinkError> {
    let mut rest = frames;
    loop {
        rest = &rest[sink.write(rest)?..];
        if rest.is_empty() {
            return Ok(());
        }
        meanwhile(sink);
    }
}

/// How it is with an output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// The output, by the name that people know it by; none where it has none.
    pub output: Option<String>,
    /// The outputs that the sound could move to, by their names.
    pub outputs: Vec<String>,
    /// The frame that leaves it now.
    pub heard: Option<Position>,
    /// How often it ran dry.
    pub underruns: u64,
    /// What has happened since last asked, in a facilitator's words.
    pub news: Vec<String>,
    /// The gains that have begun to turn since last asked, with the frame of the sink that they did so at.
    pub turned: Vec<(Turn, Position)>,
    /// Why nobody hears it now, in a facilitator's words.
    pub unheard: Option<&'static str>,
}

/// Why a sink takes nothing more.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// At a file.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The kind of file is not written.
    #[error("cannot write a sound file called `{0}`")]
    Kind(String),
    /// No output can be opened.
    #[error("{0}")]
    NoOutput(String),
    /// A file cannot hold this.
    #[error("cannot write the sound: {0}")]
    Encode(String),
}

impl SinkError {
    /// What to do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            SinkError::Kind(_) => Some("let its name end in `.flac` or `.wav`"),
            SinkError::NoOutput(_) => Some(NO_OUTPUT_HINT),
            SinkError::Path(_) | SinkError::Encode(_) => None,
        }
    }
}

#[cfg(feature = "speaker")]
const NO_OUTPUT_HINT: &str =
    "connect a speaker, choose one that `holdspace outputs` lists, or play to nowhere with `--output null`";
#[cfg(not(feature = "speaker"))]
const NO_OUTPUT_HINT: &str = "build with the `speaker` feature, or play to nowhere with `--output null`";

/// Opens a file to write a session to, by the ending of its name.
///
/// # Errors
/// When the ending is neither `.flac` nor `.wav`, or the file cannot be made.
pub fn to_file(path: &Path, rate: SampleRate, ceiling: Decibels, depth: Depth) -> Result<Box<dyn Sink>, SinkError> {
    FileSink::create(path, rate, ceiling, depth).map(|sink| Box::new(sink) as Box<dyn Sink>)
}

/// Opens an output to play to: `null`, a part of an output's name, or the default one.
///
/// # Errors
/// When there is none, or not just one of that name.
pub fn to_output(name: Option<&str>, rate: SampleRate, ceiling: Decibels) -> Result<Box<dyn Sink>, SinkError> {
    match name {
        Some("null") => Ok(Box::new(NullSink::new(rate))),
        #[cfg(feature = "speaker")]
        name => Ok(Box::new(Speaker::open(name, rate, ceiling)?)),
        #[cfg(not(feature = "speaker"))]
        _ => {
            let _ = ceiling;
            Err(SinkError::NoOutput("this holdspace was built without a speaker".to_owned()))
        }
    }
}
