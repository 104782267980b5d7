//! Units as types, so that a second is never taken for a frame, nor a decibel for a factor.
//! Positions and lengths are whole frames on the session's clock; levels are in decibels for people and
//! in factors for samples. Pure.

mod level;
mod time;

pub use level::{Decibels, Frame, Gain, Lufs};
pub use time::{Length, Position, SampleRate, TimeError, clock, clock_of, parse_time, words};
