//! Tries an output before a session: opens it as the session will, and waits until it takes sound.

use super::SinkError;
use crate::units::{Decibels, SampleRate};

/// An output that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// The name that people know it by.
    pub name: String,
    /// The rate that it runs at.
    pub rate: SampleRate,
    /// Whether it took sound.
    pub asks: bool,
    /// Why nobody would hear it.
    pub unheard: Option<&'static str>,
    /// What was told of it.
    pub news: Vec<String>,
    /// What is set at it, where that can be known.
    pub setting: Option<Setting>,
}

/// What is set at an output, and who uses it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Whether it is muted.
    pub muted: bool,
    /// How loud it is set, in hundredths.
    pub percent: u32,
    /// The other programs that play to it now.
    pub others: Vec<String>,
}

/// Tries an output.
///
/// # Errors
/// When there is none, or not just one of that name.
pub fn probe(name: Option<&str>, rate: SampleRate, ceiling: Decibels) -> Result<Probed, SinkError> {
    match name {
        Some("null") => Ok(Probed {
            name: "nowhere".to_owned(),
            rate,
            asks: true,
            unheard: Some("it was asked to play to nowhere"),
            news: Vec::new(),
            setting: None,
        }),
        #[cfg(feature = "speaker")]
        name => super::Speaker::open(name, rate, ceiling).map(super::Speaker::probe),
        #[cfg(not(feature = "speaker"))]
        _ => Err(super::to_output(name, rate, ceiling).err().unwrap_or(SinkError::NoOutput(String::new()))),
    }
}
